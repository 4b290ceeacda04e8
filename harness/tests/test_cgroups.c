/* SPDX-License-Identifier: Apache-2.0 */
/* Which cgroups are a case's and a run's, by their names: in directories that stand for a
 * hierarchy.
 */
#include "cgroups.h"
#include "err.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *name;
	bool named, prefixed; /* by "conform-7-1", by "conform-7-" */
} rows[] = {
	{"conform-7-1", true, true},
	{"conform-7-12", false, true},
	{"conform-7-1-nobody", false, true},
	{"conform-7-knob", false, true},
	{"refrun-conform-7-1", true, true},
	{"refrun-conform-7-12", false, true},
	{"my-refrun-conform-7-1", false, false},
	{"-conform-7-1", false, false},
	{"refrun-conform-7-nightly", false, false},
	{"refrun-conform-7-1-nobody", false, false},
	{"refrunconform-7-1", false, false},
	{"conform-77-1", false, false},
	{"refrun-conform-77-1", false, false},
	{"conform-7", false, false},
	{"conform", false, false},
};
#define ROWS (sizeof(rows) / sizeof(*rows))

static char dir[] = "/tmp/conform-cgroups.XXXXXX";
static char own[] = "/own", none[] = "/none", null[] = "/dev/null";
static struct hx_cgroups all;

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(mkdir("own", 0755), 0);
	for (size_t i = 0; i < ROWS; i++) {
		char below[64];

		(void)snprintf(below, sizeof(below), "own/%s", rows[i].name);
		ck_assert_int_eq(mkdir(rows[i].name, 0755), 0);
		ck_assert_int_eq(mkdir(below, 0755), 0);
	}
	all.items[0] = (struct hx_hierarchy){.mount = dir, .own = own};
	all.count = 1;
}

static void teardown(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		char below[64];

		(void)snprintf(below, sizeof(below), "own/%s", rows[i].name);
		(void)rmdir(rows[i].name);
		(void)rmdir(below);
	}
	(void)rmdir("own");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	memcpy(strrchr(dir, '.') + 1, "XXXXXX", sizeof("XXXXXX"));
}

START_TEST(named)
{
	struct strbuf found = STRBUF_INIT;
	size_t expected = 0;

	ck_assert_int_eq(hx_cgroups_named(&all, "conform-7-1", &found), 0);
	for (size_t i = 0; i < ROWS; i++) {
		char line[96], below[96];

		(void)snprintf(line, sizeof(line), "%s/%s\n", dir, rows[i].name);
		(void)snprintf(below, sizeof(below), "%s/own/%s\n", dir, rows[i].name);
		ck_assert_msg(!!strstr(found.buf, line) == rows[i].named, "%s", rows[i].name);
		ck_assert_msg(!!strstr(found.buf, below) == rows[i].named, "%s", rows[i].name);
		expected += rows[i].named ? strlen(line) + strlen(below) : 0;
	}
	ck_assert_uint_eq(found.len, expected);
	strbuf_done(&found);
}
END_TEST

START_TEST(destroyed)
{
	bool prefixed = _i;
	int r = prefixed ? hx_cgroups_destroy_prefixed(&all, "conform-7-")
			 : hx_cgroups_destroy(&all, "conform-7-1");

	ck_assert_int_eq(r, 0);
	for (size_t i = 0; i < ROWS; i++) {
		bool gone = prefixed ? rows[i].prefixed : rows[i].named;

		ck_assert_msg((access(rows[i].name, F_OK) != 0) == gone, "%s", rows[i].name);
	}
}
END_TEST

START_TEST(unreadable)
{
	struct strbuf found = STRBUF_INIT;

	all.items[0].own = none;
	ck_assert_int_eq(hx_cgroups_named(&all, "conform-7-1", &found), 0);
	ck_assert_uint_gt(found.len, 0);
	all.items[0].mount = null;
	ck_assert_int_eq(hx_cgroups_named(&all, "conform-7-1", &found), -ENOTDIR);
	ck_assert_int_eq(hx_cgroups_destroy_prefixed(&all, "conform-7-"), -ENOTDIR);
	strbuf_done(&found);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroups");
	TCase *t = tcase_create("names");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, named);
	tcase_add_loop_test(t, destroyed, 0, 2);
	tcase_add_test(t, unreadable);
	suite_add_tcase(s, t);
	return suite_run(s);
}
