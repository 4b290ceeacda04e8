/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include "cleanup.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NONCE	   "t3st"
#define TIMEOUT_MS 60000
#define OUT_MAX	   (8 << 20)

void report_done(struct report *r)
{
	json_free(r->facts);
	free(r->loose);
	free(r->err);
	*r = (struct report){0};
}

/* One line of the report; true where it belongs to one. */
static bool take_line(struct report *r, char *line, size_t *observations)
{
	char *tab = strrchr(line, '\t'), *end = NULL;
	struct json *value = NULL;

	if (str_starts(line, "end " NONCE " ")) {
		end = str_format("end " NONCE " %zu", *observations);
		r->framed = r->framed && str_eq(line, end);
		free(end);
		return true;
	}
	if (str_eq(line, "bye " NONCE)) {
		r->bye = true;
		return true;
	}
	if (!tab || json_parse(tab + 1, strlen(tab + 1), &value, NULL) < 0)
		return false;
	*tab = '\0';
	ck_assert_msg(!json_member(r->facts, line), "'%s' reported twice", line);
	ck_assert_int_eq(json_set_member(r->facts, line, value), 0);
	++*observations;
	return true;
}

static void parse(struct report *r, char *text)
{
	struct strbuf loose = STRBUF_INIT;
	size_t observations = 0;
	char *line;

	r->facts = json_new(JSON_OBJECT);
	while ((line = strsep(&text, "\n"))) {
		if (str_eq(line, "conform-probe 1 " NONCE)) {
			r->framed = true;
		} else if (!take_line(r, line, &observations) && *line) {
			strbuf_adds(&loose, line);
			strbuf_addc(&loose, '\n');
		}
	}
	strbuf_addc(&loose, '\0');
	r->loose = strbuf_take(&loose);
}

static int enter(void *arg, struct err *e)
{
	const struct run *how = arg;
	int r = how->setup ? how->setup(how->arg, e) : 0;

	if (r >= 0 && how->root && (chroot(how->root) < 0 || chdir("/") < 0))
		return err_set(e, errno, "chroot '%s': %m", how->root);
	return r;
}

/* Runs with @names; what it printed is in *ret_out. */
static void run(struct report *r, const char *names, const struct run *how, char **ret_out)
{
	cleanup_free char *ask = str_format("--ask=" NONCE "\n%s", names);
	char *argv[] = {(char *)(uintptr_t) "conform-probe", ask, NULL};
	struct run copy = how ? *how : (struct run){0};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	*r = (struct report){0};
	s.path = copy.root ? "/conform-probe" : PROBE_PATH;
	s.argv = argv;
	s.envp = copy.envp;
	s.fds = copy.fds;
	s.nfds = copy.nfds;
	s.in_fd = copy.in_fd > 0 ? copy.in_fd : FD_NONE;
	s.setup = enter;
	s.setup_arg = &copy;
	r->exit = proc_run(&s, TIMEOUT_MS, OUT_MAX, ret_out, &r->err, &e);
	ck_assert_msg(r->exit >= 0, "%s", e.msg);
}

void report_take(struct report *r, const char *names, const struct run *how)
{
	cleanup_free char *out = NULL;

	run(r, names, how, &out);
	parse(r, out);
}

void report_take_file(struct report *r, const char *names, const struct run *how)
{
	const char *path = root_path(how->root, "/conform-io/out");
	cleanup_free char *out = NULL, *text = NULL;
	size_t len;

	write_file(path, "");
	run(r, names, how, &out);
	path = root_path(how->root, "/conform-io/out");
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, OUT_MAX, &text, &len, NULL), 0);
	parse(r, text);
}

const char *report_text(struct report *r, const char *name)
{
	static struct strbuf text;
	const struct json *value = json_member(r->facts, name);

	ck_assert_msg(value, "'%s' is not reported", name);
	strbuf_done(&text);
	text = STRBUF_INIT;
	json_print(value, 0, &text);
	return text.buf;
}

void report_expect(struct report *r, const char *name, const char *json)
{
	struct json *expected = NULL;
	struct err e = {0};
	bool equal;

	ck_assert_msg(json_parse(json, strlen(json), &expected, &e) == 0, "%s: %s", json, e.msg);
	(void)report_text(r, name);
	equal = json_equal(json_member(r->facts, name), expected);
	ck_assert_msg(equal, "%s: expected %s, reported %s", name, json, report_text(r, name));
	json_free(expected);
}

void expect_one(const struct run *how, const char *name, const char *json)
{
	struct report r;

	report_take(&r, name, how);
	ck_assert_msg(r.framed, "no frame around '%s'", name);
	report_expect(&r, name, json);
	report_done(&r);
}

const char *root_path(const char *root, const char *path)
{
	static char buf[PATH_MAX];

	ck_assert_int_lt(snprintf(buf, sizeof(buf), "%s%s", root, path), (int)sizeof(buf));
	return buf;
}

void write_file(const char *path, const char *text)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	ck_assert_msg(fd >= 0, "open '%s': %m", path);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
	ck_assert_int_eq(fchmod(fd, 0666), 0);
}

static char made_root[64];
static pid_t made_by;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	(void)remove(path);
	return 0;
}

static void remove_root(void)
{
	if (made_by == getpid())
		(void)nftw(made_root, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

char *root_make(void)
{
	cleanup_free char *program = NULL;
	cleanup_fd int fd = FD_NONE;
	size_t len;

	(void)snprintf(made_root, sizeof(made_root), "/tmp/conform-probe-test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(made_root));
	made_by = getpid();
	(void)atexit(remove_root);
	ck_assert_int_eq(chmod(made_root, 0755), 0);
	ck_assert_int_eq(mkdir(root_path(made_root, "/conform-io"), 0755), 0);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, PROBE_PATH, 16 << 20, &program, &len, NULL), 0);
	fd = open(root_path(made_root, "/conform-probe"), O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ck_assert_int_eq(fd_write_all(fd, program, len), 0);
	return strdup(made_root);
}

int run_suite(struct Suite *s, bool needs_root)
{
	return needs_root && geteuid() != 0 ? 77 : suite_run(s);
}
