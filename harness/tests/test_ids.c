/* SPDX-License-Identifier: Apache-2.0 */
/* Which ids a case needs, and what is done where a user namespace has few of them. */
#include "ids.h"

#include "cleanup.h"
#include "fd.h"
#include "host.h"
#include "proc.h"
#include "services.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALL	"         0          0 4294967295\n"
#define FEW	"         0     100000      65536\n"
#define PARTS	"0 100000 1000\n1000 5000 10\n70000 300000 5\n"
#define WAIT_MS 20000

static const struct {
	const char *map;
	uint64_t first, count;
	bool there;
} ranges[] = {
	{ALL, 0, 4294967295, true},
	{ALL, 400000, 20, true},
	{ALL, 4294967294, 1, true},
	{ALL, 4294967295, 1, false},
	{NULL, 400000, 20, true},
	{"", 400000, 20, true},
	{FEW, 0, 65536, true},
	{FEW, 65535, 1, true},
	{FEW, 65535, 2, false},
	{FEW, 65536, 1, false},
	{FEW, 100000, 10, false},
	{FEW, 1, UINT64_MAX, false},
	{PARTS, 0, 1000, true},
	{PARTS, 1000, 10, true},
	/* user_namespaces(7) has it so: of two lines that touch, neither is long enough */
	{PARTS, 999, 2, false},
	{PARTS, 70004, 1, true},
	{PARTS, 70005, 1, false},
	{PARTS, 69999, 2, false},
};

START_TEST(ranges_are_there_or_not)
{
	ck_assert(hx_ids_are_there(ranges[_i].map, ranges[_i].first, ranges[_i].count) ==
		  ranges[_i].there);
}
END_TEST

#define UIDS "/linux/uidMappings"
#define GIDS "/linux/gidMappings"
#define USER "/process/user"

static const struct {
	struct edit config[3];
	struct file_spec files[2];
	const char *missing; /* in the sentence; NULL: FEW of both are enough */
} cases[] = {
	{.missing = NULL},
	{.config = {SET(UIDS, [{"containerID": 0, "hostID": 0, "size": 65536}])}},
	{.config = {SET(UIDS, [{"containerID": 0, "hostID": 0, "size": 65537}])},
	 .missing = "user ids from 0 to 65536"},
	{.config = {SET(UIDS, [{"hostID": 0, "size": 5}]),
		    SET(GIDS, [{"hostID": 0, "size": 5}, {"hostID": 100000, "size": 10}])},
	 .missing = "group ids from 100000 to 100009"},
	{.config = {ADD("/mounts/-", {"uidMappings": [{"hostID": 65536, "size": 1}]})},
	 .missing = "user ids from 65536 to 65536"},
	{.config = {RAW("{\"linux\": {\"gidMappings\": [{\"hostID\": 65536, \"size\": 1}]}}")},
	 .missing = "group ids from 65536 to 65536"},
	/* what a runtime has to refuse asks for no id */
	{.config = {SET(UIDS, [{"hostID": -1, "size": 1}, {"hostID": 100000}, {"size": 7}, 7])}},
	{.config = {SET(UIDS, [{"hostID": 100000, "size": 0}, {"hostID": "@V@", "size": 7}])}},
	{.config = {SET(UIDS, {"hostID": 100000, "size": 1})}},
	{.config = {RAW("[{\"uidMappings")}},
	{.config = {DEL(UIDS)}},
	{.config = {SET(USER, {"uid": 65535, "gid": 65535})}},
	{.config = {SET(USER, {"uid": 65536, "gid": 0})}, .missing = "user ids from 65536"},
	{.config = {SET(USER, {"uid": 0, "gid": 65536})}, .missing = "group ids from 65536"},
	/* those are the container's */
	{.config = {SET(USER, {"uid": 100000, "gid": 100000}),
		    SET(UIDS, [{"containerID": 100000, "hostID": 0, "size": 1}])}},
	{.files = {{.kind = FILE_REG, .uid = 65535, .gid = 65535}}},
	{.files = {{.kind = FILE_REG, .uid = 100007}}, .missing = "user ids from 100007"},
	{.files = {{.kind = FILE_REG, .gid = 100008}}, .missing = "group ids from 100008"},
};

START_TEST(a_case_says_which_ids_it_needs)
{
	const struct conform_case def = {.config = cases[_i].config, .files = cases[_i].files};
	char why[256] = "";

	ck_assert(hx_ids_suffice(&def, ALL, ALL, why, sizeof(why)));
	ck_assert_str_eq(why, "");
	ck_assert_msg(hx_ids_suffice(&def, FEW, FEW, why, sizeof(why)) == !cases[_i].missing,
		      "row %d: '%s'", _i, why);
	ck_assert_msg(!cases[_i].missing || strstr(why, cases[_i].missing), "row %d: '%s'", _i,
		      why);
}
END_TEST

START_TEST(an_identity_has_the_same_ids)
{
	cleanup_free char *parts = hx_ids_identity(PARTS), *all = hx_ids_identity(ALL),
			  *none = hx_ids_identity("");

	ck_assert_str_eq(parts, "0 0 1000\n1000 1000 10\n70000 70000 5\n");
	ck_assert_str_eq(all, "0 0 4294967295\n");
	ck_assert_str_eq(none, "");
}
END_TEST

/* Maps its parent from outside, when that is in a namespace of its own. */
static int map_parent(void *arg)
{
	static const char *const files[] = {"uid_map", "gid_map"};
	char byte;

	(void)arg;
	if (read(STDIN_FILENO, &byte, 1) != 1)
		return 1;
	for (size_t i = 0; i < 2; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "/proc/%d/%s", getppid(), files[i]);
		if (fd_write_file_at(AT_FDCWD, path, "0 0 1000\n5000 7000 10\n",
				     strlen("0 0 1000\n5000 7000 10\n"), NULL) < 0)
			return 1;
	}
	return 0;
}

/* This process becomes the root of a user namespace with 1010 ids. False: that cannot be had. */
static bool enter_small_namespace(void)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	int ends[2];
	bool ok;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	s.run = map_parent;
	s.in_fd = ends[0];
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	ok = unshare(CLONE_NEWUSER) == 0 && write(ends[1], "", 1) == 1;
	fd_close(&ends[0]);
	fd_close(&ends[1]);
	return proc_wait(&p, proc_now_ms() + WAIT_MS) == 0 && proc_exit_code(&p) == 0 && ok;
}

static void expect_map(const char *dir, const char *file, const char *want)
{
	cleanup_free char *path = str_format("%s/%s", dir, file), *text = NULL, *map = NULL;
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 1u << 16, &text, &len, NULL), 0);
	map = hx_ids_identity(text);
	ck_assert_str_eq(map, want);
}

/* As in a container that has some ids and not all: cases that need others are told of, and a
 * namespace that is held has what there is. */
START_TEST(a_small_namespace_is_made_do_with)
{
	static const struct edit few[] = {SET(UIDS, [{"hostID": 5000, "size": 10}]),
					  {.op = OP_END}};
	static const struct edit many[] = {SET(UIDS, [{"hostID": 100000, "size": 10}]),
					   {.op = OP_END}};
	const struct conform_case fits = {.config = few}, large = {.config = many};
	CLEANUP(hx_holder_done) struct hx_holder held = {.proc = PROC_INIT};
	CLEANUP(hx_host_done) struct hx_host h = {.root = false};
	struct err e = {0};
	char why[256] = "", dir[64];

	/* without root's rights, or where there are no such namespaces */
	if (!enter_small_namespace())
		return;
	ck_assert_int_eq(hx_host_look(&h, NULL), 0);
	ck_assert_msg(hx_ids_suffice(&fits, h.uid_map, h.gid_map, why, sizeof(why)), "%s", why);
	ck_assert(!hx_ids_suffice(&large, h.uid_map, h.gid_map, why, sizeof(why)));
	ck_assert_msg(strstr(why, "100000"), "%s", why);
	ck_assert_msg(hx_holder_start("user", &held, &e) == 0, "%s", e.msg);
	(void)snprintf(dir, sizeof(dir), "/proc/%d", held.proc.pid);
	expect_map(dir, "uid_map", "0 0 1000\n5000 5000 10\n");
	expect_map(dir, "gid_map", "0 0 1000\n5000 5000 10\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ids");
	TCase *t = tcase_create("ids");

	tcase_add_loop_test(t, ranges_are_there_or_not, 0, sizeof(ranges) / sizeof(ranges[0]));
	tcase_add_loop_test(t, a_case_says_which_ids_it_needs, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, an_identity_has_the_same_ids);
	tcase_add_test(t, a_small_namespace_is_made_do_with);
	suite_add_tcase(s, t);
	return suite_run(s);
}
