/* SPDX-License-Identifier: Apache-2.0 */
#include "cleanup.h"
#include "cli.h"
#include "fd.h"
#include "proc.h"

#include <limits.h>
#include <string.h>

/* ps(1) reads /proc of every process; a machine under load may be slow. */
#define PS_TIMEOUT_MS 60000
#define PS_OUTPUT_MAX (64u << 20)

static struct ps_flags {
	const char *format;
	bool help;
} flags;
static const struct option options[] = {
	{"format", 'f', OPTION_TEXT_AS_IS, offsetof(struct ps_flags, format), "FORMAT",
	 "table or json"},
	{"help", 'h', OPTION_FLAG, offsetof(struct ps_flags, help), NULL, "show this"},
	OPTION_END,
};

static void print_json(const pid_t *pids, size_t n, struct strbuf *out)
{
	if (!n)
		strbuf_adds(out, "null");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%c%d", i ? ',' : '[', (int)pids[i]);
	strbuf_adds(out, n ? "]\n" : "\n");
}

/* The n-th word of a line, NULL where there are fewer. */
static const char *word(const char *s, const char *end, size_t n, size_t *ret_len)
{
	for (;;) {
		while (s < end && (*s == ' ' || *s == '\t'))
			s++;
		*ret_len = 0;
		while (s + *ret_len < end && s[*ret_len] != ' ' && s[*ret_len] != '\t')
			(*ret_len)++;
		if (!*ret_len)
			return NULL;
		if (n-- == 0)
			return s;
		s += *ret_len;
	}
}

static int find_pid_column(const char *s, const char *end, size_t *ret)
{
	size_t len;
	const char *w;

	for (size_t i = 0; (w = word(s, end, i, &len)); i++) {
		if (len == 3 && memcmp(w, "PID", 3) == 0) {
			*ret = i;
			return 0;
		}
	}
	return -ENOENT;
}

static bool is_listed(const char *w, size_t len, const pid_t *pids, size_t n)
{
	char text[16];
	uint64_t pid;

	if (!w || len >= sizeof(text))
		return false;
	memcpy(text, w, len);
	text[len] = '\0';
	if (str_to_u64(text, INT_MAX, &pid) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (pids[i] == (pid_t)pid)
			return true;
	return false;
}

/* The lines of ps(1) that are about @pids, and its head. */
static int filter(const char *text, const pid_t *pids, size_t n, struct strbuf *out, struct err *e)
{
	size_t column = 0, len;
	bool head = true;

	for (const char *s = text; *s;) {
		const char *end = s + strcspn(s, "\n");

		if (head && find_pid_column(s, end, &column) < 0)
			return err_set(e, EINVAL, "couldn't find PID field in ps output");
		const char *w = word(s, end, column, &len);

		if (head || is_listed(w, len, pids, n)) {
			strbuf_add(out, s, (size_t)(end - s));
			strbuf_addc(out, '\n');
		}
		head = false;
		s = *end ? end + 1 : end;
	}
	return 0;
}

static int print_table(char *const *ps_options, const pid_t *pids, size_t n, struct strbuf *out,
		       struct err *e)
{
	char name[] = "ps", all[] = "-ef";
	char *standard[] = {name, all, NULL};
	cleanup_free char *text = NULL, *complaint = NULL;
	cleanup_free char **argv = NULL;
	struct proc_spawn s = PROC_SPAWN_INIT;
	size_t count = 0;
	int r;

	while (ps_options[count])
		count++;
	argv = calloc(count + 2, sizeof(*argv));
	if (!argv)
		return err_set(e, ENOMEM, "ps: %m");
	argv[0] = name;
	for (size_t i = 0; i < count; i++)
		argv[i + 1] = ps_options[i];
	s.path = name;
	s.argv = count ? argv : standard;
	r = proc_run(&s, PS_TIMEOUT_MS, PS_OUTPUT_MAX, &text, &complaint, e);
	if (r < 0)
		return err_wrap(e, "ps");
	if (r > 0)
		return err_set(e, EINVAL, "ps: exit status %d: %s", r, complaint);
	return filter(text, pids, n, out, e);
}

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	const struct ps_flags *flag = f;
	bool json = str_eq(flag->format, "json");
	cleanup_free pid_t *pids = NULL;
	size_t n = 0;
	int r;

	(void)argc;
	if (flag->format && !json && !str_eq(flag->format, "table"))
		return err_set(e, EINVAL, "--format is table or json, not '%s'", flag->format);
	r = rt_ps(cli->root, argv[0], &pids, &n, e);
	if (r < 0)
		return r;
	if (json)
		print_json(pids, n, &cli->out);
	else
		r = print_table(argv + 1, pids, n, &cli->out, e);
	if (r >= 0 && cli->out.oom)
		r = err_set(e, ENOMEM, "ps: %m");
	return r;
}

const struct cli_command cli_ps = {
	.name = "ps",
	.arguments = "<container-id> [ps options]",
	.summary = "list the processes of a container",
	.options = options,
	.min_args = 1,
	.max_args = INT_MAX,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
