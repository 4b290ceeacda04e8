/* SPDX-License-Identifier: Apache-2.0 */
/* What a runtime is asked about itself, and what it may do meanwhile. */
#include "runtime.h"

#include "cleanup.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LATER_MS 20000
#define SOON_MS	 1000

/* The path of a runtime that is this script; the caller removes and frees it. */
static char *script_runtime(const char *script, struct hx_runtime *rt)
{
	char *path = strdup("/tmp/conform-test-XXXXXX");
	int fd = mkostemp(path, O_CLOEXEC);
	struct err e = {0};

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, script, strlen(script)), 0);
	ck_assert_int_eq(fchmod(fd, 0755), 0);
	(void)close(fd);
	ck_assert_msg(hx_runtime_parse(path, rt, &e) == 0, "%s", e.msg);
	return path;
}

static void answers(const char *script, const char *spec, unsigned int minor)
{
	CLEANUP(hx_runtime_done) struct hx_runtime rt = {.name = NULL};
	cleanup_free char *path = script_runtime(script, &rt);
	struct err e = {0};

	ck_assert_msg(hx_runtime_ask(&rt, LATER_MS, &e) == 0, "%s", e.msg);
	ck_assert_str_eq(rt.spec, spec);
	ck_assert_uint_eq(rt.minor, minor);
	(void)unlink(path);
}

/* What it starts and leaves when it is asked who it is, before there is a sandbox. */
START_TEST(who_is_asked_leaves_nothing)
{
	CLEANUP(hx_runtime_done) struct hx_runtime rt = {.name = NULL};
	cleanup_free char *path = script_runtime(
		"#!/bin/sh\nsetsid sleep 1000 </dev/null >/dev/null 2>&1 &\necho $! >>$0.pids\n"
		"for f in /conform-test-$PPID /dev/conform-test-$PPID; do\n"
		"(: >$f) 2>/dev/null && rm $f && echo writes $f\ndone\n"
		"echo name version 1\n",
		&rt);
	cleanup_free char *pids = str_format("%s.pids", path);
	cleanup_free char *text = NULL;
	struct err e = {0};
	char *save = NULL;
	size_t len, n = 0;

	ck_assert_msg(hx_runtime_ask(&rt, LATER_MS, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, pids, 4096, &text, &len, NULL), 0);
	(void)unlink(path);
	(void)unlink(pids);
	for (char *w = strtok_r(text, "\n", &save); w; w = strtok_r(NULL, "\n", &save)) {
		uint64_t pid, t;

		ck_assert_int_eq(str_to_u64(w, INT32_MAX, &pid), 0);
		ck_assert_msg(proc_start_time((pid_t)pid, &t) != 0, "%s is alive", w);
		n++;
	}
	ck_assert_uint_eq(n, 2);
	/* nobody but root has a file system to read only, and only root needs one */
	ck_assert_str_eq(rt.version, "name version 1");
}
END_TEST

/* The harness is not the runtime's parent then, and not what it ends. */
START_TEST(who_ends_the_asker_is_told_of)
{
	static const char *const scripts[] = {"#!/bin/sh\nkill -KILL $PPID\n",
					      "#!/bin/sh\nexit 1\n"};

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(hx_runtime_done) struct hx_runtime rt = {.name = NULL};
		cleanup_free char *path = script_runtime(scripts[i], &rt);
		struct err e = {0};
		int r = hx_runtime_ask(&rt, LATER_MS, &e);

		(void)unlink(path);
		ck_assert_msg((r == 0) == (i == 1), "%s", e.msg);
		if (i == 0)
			ck_assert_ptr_nonnull(strstr(e.msg, path));
	}
}
END_TEST

START_TEST(a_runtime_says_what_it_implements)
{
	answers("#!/bin/sh\nexit 1\n", "", 3);
	answers("#!/bin/sh\n[ $1 = --version ] && printf 'x version 1\\nspec: 1.0.2-dev\\n'\n",
		"1.0.2-dev", 0);
	answers("#!/bin/sh\n[ $1 = features ] && echo '{\"ociVersionMax\":\"1.2.1\"}' || echo x\n",
		"1.2.1", 2);
	/* newer than the catalogue: judged by the newest that there is */
	answers("#!/bin/sh\n[ $1 = features ] && echo '{\"ociVersionMax\":\"1.9.0\"}' || echo x\n",
		"1.9.0", 3);
	answers("#!/bin/sh\necho garbage\n", "", 3);
}
END_TEST

/* What is optional may be missing; it is not there and broken. */
START_TEST(a_document_that_is_none_is_told_from_no_document)
{
	static const struct {
		const char *says;
		bool bad, there;
	} rows[] = {
		{"echo '{\"ociVersionMax\":\"1.2.0\"}'", false, true},
		{"exit 1", false, false},
		{"exit 255", false, false},
		{"exit 127", false, false},
		{":", true, false},
		{"echo level=info; echo '{}'", true, false},
		{"echo '{\"ociVersionMax\":'", true, false},
		{"printf '{}\\0garbage'", true, false},
		{"kill -SEGV $$", true, false},
		{"exec sleep 1000", true, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP(hx_runtime_done) struct hx_runtime rt = {.name = NULL};
		cleanup_free char *script =
			str_format("#!/bin/sh\n[ $1 = features ] || exit 0\n%s\n", rows[i].says);
		cleanup_free char *path = script_runtime(script, &rt);
		bool hangs = strstr(script, "sleep") != NULL;
		struct err e = {0};
		int r = hx_runtime_ask(&rt, hangs ? SOON_MS : LATER_MS, &e);

		/* one that is given less time than a shell needs says nothing at all */
		for (int64_t ms = 2 * SOON_MS; hangs && r < 0 && ms < LATER_MS; ms *= 2)
			r = hx_runtime_ask(&rt, ms, &e);
		(void)unlink(path);
		ck_assert_msg(r == 0, "%s: %s", rows[i].says, e.msg);
		ck_assert_msg(rt.features_bad == rows[i].bad, "%s", rows[i].says);
		ck_assert_msg((rt.features != NULL) == rows[i].there, "%s", rows[i].says);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ask");
	TCase *t = tcase_create("ask");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_runtime_says_what_it_implements);
	tcase_add_test(t, a_document_that_is_none_is_told_from_no_document);
	tcase_add_test(t, who_is_asked_leaves_nothing);
	tcase_add_test(t, who_ends_the_asker_is_told_of);
	suite_add_tcase(s, t);
	return suite_run(s);
}
