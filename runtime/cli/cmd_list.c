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
	{"format", 'f', OPTION_TEXT_AS_IS, offsetof(struct list_flags, format), "FORMAT",
	 "table or json"},
	{"quiet", 'q', OPTION_FLAG, offsetof(struct list_flags, quiet), NULL, "ids only"},
	{"help", 'h', OPTION_FLAG, offsetof(struct list_flags, help), NULL, "show this"},
	OPTION_END,
};

static const char *const heads[] = {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"};
#define COLUMNS (sizeof(heads) / sizeof(heads[0]))

struct listing {
	struct strbuf *out;
	bool json, quiet;
	size_t count;
	struct strbuf cells; /* of the table, row by row, a null byte behind each */
	size_t width[COLUMNS];
};

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* As runc has it: columns of 12 or what the longest text needs, with room between them. */
static void add_cell(struct listing *l, size_t column, const char *cell)
{
	size_t width = characters(cell) + 3;

	strbuf_add(&l->cells, cell, strlen(cell) + 1);
	if (width < 12)
		width = 12;
	if (l->width[column] < width)
		l->width[column] = width;
}

static void print_table(const struct listing *l)
{
	const char *cell = l->cells.buf;

	for (size_t i = 0; cell < l->cells.buf + l->cells.len; i++, cell += strlen(cell) + 1) {
		size_t column = i % COLUMNS;

		strbuf_adds(l->out, cell);
		if (column == COLUMNS - 1)
			strbuf_addc(l->out, '\n');
		else
			strbuf_addf(l->out, "%*s", (int)(l->width[column] - characters(cell)), "");
	}
}

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
	char owner[16], pid[16];

	(void)e;
	if (l->quiet) {
		strbuf_addf(l->out, "%s\n", c->id);
		return 0;
	}
	status = container_status(c);
	owner_of(c, owner, sizeof(owner));
	if (l->json) {
		if (l->count++)
			strbuf_addc(l->out, ',');
		container_print_state(c, status, status == RT_STOPPED ? 0 : c->pid, owner, 0,
				      l->out);
		return 0;
	}
	(void)snprintf(pid, sizeof(pid), "%d", status == RT_STOPPED ? 0 : (int)c->pid);
	add_cell(l, 0, c->id);
	add_cell(l, 1, pid);
	add_cell(l, 2, rt_status_name(status));
	add_cell(l, 3, c->bundle);
	add_cell(l, 4, c->created);
	add_cell(l, 5, owner);
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
		return err_set(e, EINVAL, "--format is table or json, not '%s'", flag->format);
	if (l.quiet)
		l.json = false;
	for (size_t i = 0; i < COLUMNS; i++)
		add_cell(&l, i, heads[i]);
	if (l.json)
		strbuf_addc(l.out, '[');
	r = container_each(cli->root, add, &l, e);
	if (l.json)
		strbuf_adds(l.out, "]\n");
	else if (!l.quiet && !l.cells.oom)
		print_table(&l);
	if (r >= 0 && (l.out->oom || l.cells.oom))
		r = err_set(e, ENOMEM, "list: %m");
	if (r < 0)
		strbuf_done(l.out);
	strbuf_done(&l.cells);
	return r;
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
