/* SPDX-License-Identifier: Apache-2.0 */
#include "cleanup.h"
#include "cli.h"

#include <string.h>
#include <sys/stat.h>

static struct list_flags {
	const char *format;
	bool quiet, help;
} flags;
static const struct option options[] = {
	{"format", 'f', OPTION_TEXT, offsetof(struct list_flags, format), "FORMAT",
	 "table or json"},
	{"quiet", 'q', OPTION_FLAG, offsetof(struct list_flags, quiet), NULL, "ids only"},
	{"help", 'h', OPTION_FLAG, offsetof(struct list_flags, help), NULL, "show this"},
	OPTION_END,
};

struct listing {
	struct strbuf *out;
	bool json, quiet;
	size_t count;
};

/* Numbers serve those who are not root: names are the business of the system's name services, which
 * a static program has not. */
static void owner_of(const struct container *c, char *buf, size_t size)
{
	struct stat st;

	if (fstat(c->dir_fd, &st) < 0)
		(void)snprintf(buf, size, "?");
	else if (st.st_uid == 0)
		(void)snprintf(buf, size, "root");
	else
		(void)snprintf(buf, size, "#%u", st.st_uid);
}

static int add(struct container *c, void *arg, struct err *e)
{
	struct listing *l = arg;
	enum rt_status status;
	char owner[16];

	(void)e;
	if (l->quiet) {
		strbuf_addf(l->out, "%s\n", c->id);
		return 0;
	}
	status = container_status(c);
	if (l->json) {
		if (l->count++)
			strbuf_addc(l->out, ',');
		container_print_state(c, status, status == RT_STOPPED ? 0 : c->pid, true, 0,
				      l->out);
		return 0;
	}
	owner_of(c, owner, sizeof(owner));
	strbuf_addf(l->out, "%-12s%-12d%-12s%-20s%-32s%s\n", c->id,
		    status == RT_STOPPED ? 0 : (int)c->pid, rt_status_name(status), c->bundle,
		    c->created, owner);
	return 0;
}

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	const struct list_flags *flag = f;
	struct listing l = {
		.out = &cli->out, .quiet = flag->quiet, .json = str_eq(flag->format, "json")};
	int r;

	(void)argc;
	(void)argv;
	if (flag->format && !l.json && !str_eq(flag->format, "table"))
		return err_set(e, EINVAL, "invalid format option");
	if (l.quiet)
		l.json = false;
	if (l.json)
		strbuf_addc(l.out, '[');
	else if (!l.quiet)
		strbuf_addf(l.out, "%-12s%-12s%-12s%-20s%-32s%s\n", "ID", "PID", "STATUS", "BUNDLE",
			    "CREATED", "OWNER");
	r = container_each(cli->root, add, &l, e);
	if (r < 0) {
		strbuf_done(l.out);
		return r;
	}
	if (l.json)
		strbuf_adds(l.out, "]\n");
	return l.out->oom ? err_set(e, ENOMEM, "list: %m") : 0;
}

const struct cli_command cli_list = {
	.name = "list",
	.arguments = "",
	.summary = "list the containers below the state directory",
	.options = options,
	.min_args = 0,
	.max_args = 0,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
