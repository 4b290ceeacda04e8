/* SPDX-License-Identifier: Apache-2.0 */
#include "cleanup.h"
#include "cli.h"
#include "fd.h"
#include "json.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define RESOURCES_MAX (1u << 20)

static struct update_flags {
	const char *resources;
	const char *blkio_weight, *cpu_period, *cpu_quota, *cpu_burst, *cpu_shares, *cpu_rt_period,
		*cpu_rt_runtime, *cpu_idle, *cpuset_cpus, *cpuset_mems, *memory,
		*memory_reservation, *memory_swap, *pids_limit, *kernel_memory, *kernel_memory_tcp;
	const char *l3_cache, *mem_bw;
	bool help;
} flags;
#define AT(member) offsetof(struct update_flags, member)

static const struct option options[] = {
	{"resources", 'r', OPTION_TEXT, AT(resources), "FILE",
	 "new limits as linux.resources has them; -: standard input"},
	{"blkio-weight", 0, OPTION_TEXT, AT(blkio_weight), "N",
	 "block I/O weight; the kernel takes 10 to 1000"},
	{"cpu-period", 0, OPTION_TEXT, AT(cpu_period), "USEC", "period of the CPU quota"},
	{"cpu-quota", 0, OPTION_TEXT, AT(cpu_quota), "USEC", "CPU time in a period; -1: no limit"},
	{"cpu-burst", 0, OPTION_TEXT, AT(cpu_burst), "USEC", "what of it may be saved up"},
	{"cpu-share", 0, OPTION_TEXT, AT(cpu_shares), "N", "weight against other cgroups"},
	{"cpu-rt-period", 0, OPTION_TEXT, AT(cpu_rt_period), "USEC", "period of real-time tasks"},
	{"cpu-rt-runtime", 0, OPTION_TEXT, AT(cpu_rt_runtime), "USEC", "their time in a period"},
	{"cpu-idle", 0, OPTION_TEXT, AT(cpu_idle), "0|1", "run only where nobody else wants to"},
	{"cpuset-cpus", 0, OPTION_TEXT, AT(cpuset_cpus), "LIST", "CPUs to use"},
	{"cpuset-mems", 0, OPTION_TEXT, AT(cpuset_mems), "LIST", "memory nodes to use"},
	{"memory", 0, OPTION_TEXT, AT(memory), "BYTES", "limit; k, m, g may follow; -1: none"},
	{"memory-reservation", 0, OPTION_TEXT, AT(memory_reservation), "BYTES", "soft limit"},
	{"memory-swap", 0, OPTION_TEXT, AT(memory_swap), "BYTES", "limit of memory and swap"},
	{"pids-limit", 0, OPTION_TEXT, AT(pids_limit), "N", "number of processes; -1: no limit"},
	{"kernel-memory", 0, OPTION_TEXT, AT(kernel_memory), "BYTES", "ignored: obsolete"},
	{"kernel-memory-tcp", 0, OPTION_TEXT, AT(kernel_memory_tcp), "BYTES", "ignored: obsolete"},
	{"l3-cache-schema", 0, OPTION_TEXT, AT(l3_cache), "TEXT", "Intel RDT/CAT schema"},
	{"mem-bw-schema", 0, OPTION_TEXT, AT(mem_bw), "TEXT", "Intel RDT/MBA schema"},
	{"help", 'h', OPTION_FLAG, AT(help), NULL, "show this"},
	OPTION_END,
};

enum kind { SIGNED, UNSIGNED, BYTES, LIST };
static const struct {
	size_t offset;
	const char *flag, *pointer;
	enum kind kind;
} members[] = {
	{AT(blkio_weight), "blkio-weight", "/blockIO/weight", UNSIGNED},
	{AT(cpu_period), "cpu-period", "/cpu/period", UNSIGNED},
	{AT(cpu_quota), "cpu-quota", "/cpu/quota", SIGNED},
	{AT(cpu_burst), "cpu-burst", "/cpu/burst", UNSIGNED},
	{AT(cpu_shares), "cpu-share", "/cpu/shares", UNSIGNED},
	{AT(cpu_rt_period), "cpu-rt-period", "/cpu/realtimePeriod", UNSIGNED},
	{AT(cpu_rt_runtime), "cpu-rt-runtime", "/cpu/realtimeRuntime", SIGNED},
	{AT(cpu_idle), "cpu-idle", "/cpu/idle", SIGNED},
	{AT(cpuset_cpus), "cpuset-cpus", "/cpu/cpus", LIST},
	{AT(cpuset_mems), "cpuset-mems", "/cpu/mems", LIST},
	{AT(memory), "memory", "/memory/limit", BYTES},
	{AT(memory_reservation), "memory-reservation", "/memory/reservation", BYTES},
	{AT(memory_swap), "memory-swap", "/memory/swap", BYTES},
	{AT(pids_limit), "pids-limit", "/pids/limit", SIGNED},
};

/* "512m": 1024 times 1024 each, with or without a b behind it. */
static int parse_bytes(const char *text, int64_t *ret)
{
	static const char units[] = "bkmgt";
	size_t len = strlen(text), shift = 0;
	cleanup_free char *digits = NULL;
	const char *unit;
	int r;

	if (len > 2 && (text[len - 1] | ' ') == 'b' && strchr("kmgt", text[len - 2] | ' '))
		len--;
	unit = len ? strchr(units, text[len - 1] | ' ') : NULL;
	if (unit && *unit) {
		shift = (size_t)(unit - units) * 10;
		len--;
	} else {
		len = strlen(text);
	}
	digits = strndup(text, len);
	if (!digits)
		return -ENOMEM;
	r = str_to_i64(digits, -1, INT64_MAX >> shift, ret);
	if (r >= 0 && *ret > 0)
		*ret *= (int64_t)1 << shift;
	return r;
}

/* NULL in *ret: memory is short. */
static int value_of(enum kind kind, const char *text, struct json **ret)
{
	uint64_t u = 0;
	int64_t i = 0;
	int r = 0;

	switch (kind) {
	case LIST:
		*ret = json_new_string(text);
		return 0;
	case UNSIGNED:
		r = str_to_u64(text, UINT64_MAX, &u);
		break;
	case BYTES:
		r = parse_bytes(text, &i);
		break;
	case SIGNED:
		r = str_to_i64(text, INT64_MIN, INT64_MAX, &i);
		break;
	}
	if (r >= 0)
		*ret = kind == UNSIGNED ? json_new_uint(u) : json_new_int(i);
	return r;
}

/* The flags as the document that they stand for: what follows is one way for both. */
static int print_flags(const struct update_flags *f, struct strbuf *out, bool *ret_any,
		       struct err *e)
{
	CLEANUP(json_freep) struct json *doc = json_new(JSON_OBJECT);

	if (!doc)
		return err_set(e, ENOMEM, "update: %m");
	*ret_any = false;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *text = *(const char *const *)((const char *)f + members[i].offset);
		struct json *value = NULL;
		int r;

		if (!text)
			continue;
		r = value_of(members[i].kind, text, &value);
		if (r == -ENOMEM)
			return err_set(e, ENOMEM, "update: %m");
		if (r < 0)
			return err_set(e, EINVAL, "invalid value \"%s\" for flag -%s", text,
				       members[i].flag);
		r = json_set(&doc, members[i].pointer, value, e);
		if (r < 0)
			return r;
		*ret_any = true;
	}
	json_print(doc, 0, out);
	return out->oom ? err_set(e, ENOMEM, "update: %m") : 0;
}

static int read_resources(const char *path, char **ret, size_t *ret_len, struct err *e)
{
	int r;

	if (!str_eq(path, "-"))
		return fd_read_regular_at(AT_FDCWD, path, RESOURCES_MAX, ret, ret_len, e);
	r = fd_read_all(STDIN_FILENO, RESOURCES_MAX, ret, ret_len);
	return r < 0 ? err_set(e, -r, "read standard input: %m") : 0;
}

static int run(struct cli *cli, void *flag_memory, int argc, char **argv, struct err *e)
{
	const struct update_flags *f = flag_memory;
	CLEANUP(strbuf_done) struct strbuf made = STRBUF_INIT;
	const struct rt_log log = cli_rt_log(cli);
	cleanup_free char *text = NULL;
	struct rt_update_options o = {.root = cli->root,
				      .id = argv[0],
				      .l3_cache_schema = f->l3_cache,
				      .mem_bw_schema = f->mem_bw};
	bool any = false;
	int r;

	(void)argc;
	if (f->kernel_memory || f->kernel_memory_tcp)
		log.warn(log.arg, "limits of kernel memory are obsolete and ignored");
	r = print_flags(f, &made, &any, e);
	if (r < 0)
		return r;
	if (f->resources && any)
		return err_set(e, EINVAL,
			       "--resources and flags for single limits exclude each "
			       "other");
	o.name = "flags";
	o.resources = made.buf;
	o.len = made.len;
	o.literal = !f->resources;
	if (f->resources) {
		r = read_resources(f->resources, &text, &o.len, e);
		if (r < 0)
			return r;
		o.name = str_eq(f->resources, "-") ? "standard input" : f->resources;
		o.resources = text;
	}
	return rt_update(&o, e);
}

const struct cli_command cli_update = {
	.name = "update",
	.arguments = "<container-id>",
	.summary = "change the limits of a container",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
