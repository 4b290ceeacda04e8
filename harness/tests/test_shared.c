/* SPDX-License-Identifier: Apache-2.0 */
/* What cases share of the host: who may run beside whom, and what is put back after one. */
#include "cgroup2.h"
#include "cleanup.h"
#include "scheduler.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>

static const char *const none[] = {NULL}, *const host[] = {"host", NULL},
			 *const disk[] = {"disk", NULL}, *const two[] = {"name", "disk", NULL};

START_TEST(owners_of_one_thing_collide)
{
	ck_assert(!hx_owners_collide(NULL, NULL));
	ck_assert(!hx_owners_collide(none, disk));
	ck_assert(hx_owners_collide(disk, two));
	ck_assert(hx_owners_collide(two, disk));
	/* one that owns all of it runs alone */
	ck_assert(hx_owners_collide(host, NULL));
	ck_assert(hx_owners_collide(NULL, host));
	ck_assert(hx_owners_collide(host, disk));
	ck_assert(hx_owners_collide(none, host));
}
END_TEST

static const struct {
	const char *mountinfo, *path, *options;
} mounts[] = {
	{"1 0 8:1 / / rw - ext4 /dev/sda rw\n"
	 "2 1 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
	 "/sys/fs/cgroup", "rw,nsdelegate"},
	/* no optional fields, no newline, the first of two */
	{"2 1 0:27 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n"
	 "3 1 0:27 / /mnt rw - cgroup2 other ro",
	 "/sys/fs/cgroup/unified", "rw"},
	{"2 1 0:27 / /a\\040b rw - cgroup2 cgroup2 rw,a,b", "/a b", "rw,a,b"},
	{"2 1 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n", NULL, NULL},
	{"", NULL, NULL},
	/* lines that end early are none */
	{" - cgroup2 ", NULL, NULL},
	{"2 1 - cgroup2 x\n3 4", NULL, NULL},
	{"2 1 0:27 / /a rw - cgroup2 x\n3 1 0:27 / /b rw - cgroup2 x rw", "/b", "rw"},
};

START_TEST(cgroup2_is_found_in_a_mountinfo)
{
	CLEANUP(hx_cgroup2_done) struct hx_cgroup2 m = {0};

	ck_assert_int_eq(hx_cgroup2_find(mounts[_i].mountinfo, &m), mounts[_i].path != NULL);
	ck_assert(str_eq(m.path, mounts[_i].path));
	ck_assert(str_eq(m.options, mounts[_i].options));
}
END_TEST

START_TEST(what_has_not_changed_is_not_put_back)
{
	CLEANUP(hx_cgroup2_done) struct hx_cgroup2 now = {0};
	const struct hx_cgroup2 absent = {0};
	struct err e = {0};

	ck_assert_msg(hx_cgroup2_read(&now, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(hx_cgroup2_put_back(&now, &e), 0);
	ck_assert_int_eq(hx_cgroup2_put_back(&absent, &e), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shared");
	TCase *t = tcase_create("shared");

	tcase_add_test(t, owners_of_one_thing_collide);
	tcase_add_loop_test(t, cgroup2_is_found_in_a_mountinfo, 0,
			    sizeof(mounts) / sizeof(mounts[0]));
	tcase_add_test(t, what_has_not_changed_is_not_put_back);
	suite_add_tcase(s, t);
	return suite_run(s);
}
