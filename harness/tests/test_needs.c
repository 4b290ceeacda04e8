/* SPDX-License-Identifier: Apache-2.0 */
/* What a case asks of the host: whether that is there, and who says so. */
#include "host.h"

#include "cleanup.h"
#include "guard.h"
#include "sandbox.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	struct needs n;
	int want;
} needs[] = {
	{{.cpus = "1023"}, 0},
	{{.cpus = "x"}, -EINVAL},
	{{.arch = "z80"}, 0},
	{{.controllers = "nonsense"}, 0},
	{{.namespaces = "pid,network"}, 1},
	{{.namespaces = "nonsense"}, -EINVAL},
	{{.path = "/proc/self"}, 1},
	{{.path = "/nonexistent"}, 0},
	{{.path = "/proc/self,/proc/self/exe"}, 1},
	{{.path = "/proc/self,/nonexistent"}, 0},
	{{.command = "sh"}, 1},
	{{.command = "sh,no-such-command"}, 0},
	{{.fs = "proc"}, 1},
	{{.fs = "nonsensefs"}, 0},
	{{.caps = "CAP_NONSENSE"}, 0},
	{{.seccomp = "nonsense"}, 0},
	{{.feature = "/linux"}, 0},
	{{.hugepages = 1u << 30}, 0},
	{{.rlimits = "RLIMIT_NOFILE:1,RLIMIT_CORE:0"}, 1},
	{{.rlimits = "RLIMIT_NONSENSE:1"}, -EINVAL},
	{{.rlimits = "RLIMIT_NOFILE"}, -EINVAL},
	/* what is no flag of the kernel's is not asked about */
	{{.mount_options = "ro,bind,rslave,no-such-option"}, 1},
	{{.mempolicy = "MPOL_NONE"}, 1},
};

START_TEST(needs_are_met_or_named)
{
	CLEANUP(hx_host_done) struct hx_host h = {.root = false};
	char why[256];
	int r;

	ck_assert_int_eq(hx_host_look(&h, NULL), 0);
	r = hx_needs_met(&needs[_i].n, &h, NULL, true, why, sizeof(why));
	ck_assert_msg(r == needs[_i].want, "row %d: %d, %s", _i, r, why);
	ck_assert_msg((r == 1) == (why[0] == '\0'), "row %d: '%s'", _i, why);
}
END_TEST

/* Swap space is there or is not: one of the two needs fails, whatever the host, and with a little
 * of it both do. */
START_TEST(needs_of_swap_space_exclude_each_other)
{
	CLEANUP(hx_host_done) struct hx_host h = {.root = false};
	const struct needs some = {.swap_space = true}, none = {.no_swap_space = true};
	char why[256];

	ck_assert_int_eq(hx_host_look(&h, NULL), 0);
	ck_assert_int_le(hx_needs_met(&some, &h, NULL, true, why, sizeof(why)) +
				 hx_needs_met(&none, &h, NULL, true, why, sizeof(why)),
			 1);
}
END_TEST

/* What has no place for a cgroup takes no case that is about one. /proc/sys nobody can write. */
START_TEST(cgroups_that_cannot_be_made_are_not_asked_for)
{
	struct hx_host h = {.cgroups = {.items = {{.mount = (char *)"/proc/sys",
						   .controllers = (char *)"memory"}},
					.count = 1}};
	const struct needs n = {.controllers = "memory"}, other = {.cgroup = "v1"};
	char why[256], obstacle[OBSTACLE_MAX];

	ck_assert_int_eq(hx_needs_met(&n, &h, NULL, true, why, sizeof(why)), 0);
	ck_assert_msg(strstr(why, "/proc/sys"), "%s", why);
	ck_assert_int_eq(hx_needs_met(&other, &h, NULL, true, why, sizeof(why)), 0);
	ck_assert_ptr_nonnull(hx_cgroups_obstacle(&h.cgroups, obstacle));
	/* one of several is enough */
	h.cgroups.items[h.cgroups.count++] =
		(struct hx_hierarchy){.mount = (char *)"/tmp", .controllers = (char *)"pids"};
	ck_assert_ptr_null(hx_cgroups_obstacle(&h.cgroups, obstacle));
	ck_assert_int_eq(hx_needs_met(&n, &h, NULL, true, why, sizeof(why)), 1);
	h.cgroups.count = 0;
	ck_assert_str_eq(hx_cgroups_obstacle(&h.cgroups, obstacle),
			 "no cgroup hierarchy is mounted");
}
END_TEST

/* Whoever cleans up after a run finds its cgroups by their names, those of a look at the host, too.
 */
START_TEST(a_cgroup_that_is_made_to_look_into_has_the_runs_name)
{
	cleanup_free char *dir = str_format("%s/hierarchy", guard_dir());
	struct hx_host h = {
		.cgroups = {.items = {{.mount = dir, .controllers = (char *)"pids"}}, .count = 1},
		.run = "conform-7-letters"};
	cleanup_fd int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	const struct needs n = {.knob = "pids/pids.max"};
	union {
		struct inotify_event event;
		char bytes[4096];
	} seen;
	char why[256];

	ck_assert_int_eq(mkdir(dir, 0755), 0);
	ck_assert_int_ge(inotify_add_watch(watch, dir, IN_CREATE), 0);
	ck_assert_int_eq(hx_needs_met(&n, &h, NULL, true, why, sizeof(why)), 0);
	ck_assert_int_gt(read(watch, &seen, sizeof(seen)), 0);
	ck_assert_msg(str_starts(seen.event.name, "conform-7-letters-"), "%s", seen.event.name);
	/* and it is gone */
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

static int met(struct needs n)
{
	CLEANUP(hx_host_done) struct hx_host h = {.root = false};
	char why[256];
	int r = hx_needs_met(&n, &h, NULL, true, why, sizeof(why));

	ck_assert_msg((r == 1) == (why[0] == '\0'), "'%s'", why);
	return r;
}

/* config.md#linux-mount-options: the recursive options need Linux 5.12, one of them 5.14. */
START_TEST(an_older_kernel_has_no_recursive_options)
{
	static const char *const words[] = {"rro", "rsuid", "rnosymfollow", "rsymfollow"};

	sandbox_deny(SYS_mount_setattr, EPERM);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_int_eq(met((struct needs){.mount_options = words[i]}), 1);
	sandbox_deny(SYS_mount_setattr, EINVAL);
	ck_assert_int_eq(met((struct needs){.mount_setattr = true}), 1);
	ck_assert_int_eq(met((struct needs){.mount_options = "rsymfollow"}), 0);
	sandbox_deny(SYS_mount_setattr, ENOSYS);
	ck_assert_int_eq(met((struct needs){.mount_setattr = true}), 0);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_int_eq(met((struct needs){.mount_options = words[i]}), 0);
	ck_assert_int_eq(met((struct needs){.mount_options = "ro,rslave"}), 1);
}
END_TEST

/* The child that tries changes nothing of the harness's own: not its policy, not its mounts. */
START_TEST(what_came_late_is_tried)
{
	int before = -1, after = -1;

	(void)syscall(SYS_get_mempolicy, &before, NULL, 0, NULL, 0);
	if (met((struct needs){.mempolicy = "MPOL_BIND"}) == 1) {
		(void)syscall(SYS_get_mempolicy, &after, NULL, 0, NULL, 0);
		ck_assert_int_eq(after, before);
	}
	sandbox_deny(SYS_set_mempolicy, EINVAL);
	ck_assert_int_eq(met((struct needs){.mempolicy = "MPOL_PREFERRED_MANY"}), 0);
	ck_assert_int_eq(met((struct needs){.mempolicy = "MPOL_F_NUMA_BALANCING"}), 0);
	(void)met((struct needs){.mount_options = "nosymfollow"});
	ck_assert_int_eq(access("/proc/self/stat", F_OK), 0);
	sandbox_deny(SYS_statfs, EINVAL);
	ck_assert_int_eq(met((struct needs){.mount_options = "nosymfollow"}), 0);
	ck_assert_int_eq(met((struct needs){.mount_options = "ro,symfollow"}), 0);
}
END_TEST

/* Who may run on no more than the first processor, of however many, cannot ask for the second. */
START_TEST(processors_are_those_that_the_harness_has)
{
	cpu_set_t all, one;
	size_t first = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	ck_assert_int_eq(met((struct needs){.cpus = "0"}), first == 0);
	ck_assert_int_eq(met((struct needs){.cpus = "0,1"}), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("needs");
	TCase *t = tcase_create("needs");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, needs_are_met_or_named, 0, sizeof(needs) / sizeof(needs[0]));
	tcase_add_test(t, needs_of_swap_space_exclude_each_other);
	tcase_add_test(t, cgroups_that_cannot_be_made_are_not_asked_for);
	tcase_add_test(t, a_cgroup_that_is_made_to_look_into_has_the_runs_name);
	tcase_add_test(t, an_older_kernel_has_no_recursive_options);
	tcase_add_test(t, what_came_late_is_tried);
	tcase_add_test(t, processors_are_those_that_the_harness_has);
	suite_add_tcase(s, t);
	return suite_run(s);
}
