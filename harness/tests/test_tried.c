/* SPDX-License-Identifier: Apache-2.0 */
/* What a host lets nobody do is no fault of a runtime's: who tries it, and what comes of it. */
#include "tried.h"

#include "case.h"
#include "cleanup.h"
#include "fd.h"
#include "guard.h"
#include "guardian.h"
#include "host.h"
#include "links.h"
#include "runtime.h"
#include "sandbox.h"
#include "session.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

static char why[512];

static int met_on(struct hx_host h, struct needs n)
{
	int r = hx_needs_met(&n, &h, NULL, true, why, sizeof(why));

	ck_assert_msg((r == 1) == (why[0] == '\0'), "'%s'", why);
	return r;
}

static int met(struct needs n)
{
	return met_on((struct hx_host){.root = false}, n);
}

START_TEST(a_device_that_rules_forbid_is_not_asked_for)
{
	static const char *const bad[] = {"c 1:3", "c 1:3 ", "c 1:3 x", "x 1:3 r", "c 1 r", "c"};
	cleanup_free char *node = str_format("%s/node", guard_dir());

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(met((struct needs){.device = bad[i]}) == -EINVAL, "%s", bad[i]);
	/* where it can be made at all; that there is none of these numbers is no rule */
	if (mknod(node, S_IFCHR | 0600, makedev(1, 3)) == 0 && unshare(CLONE_NEWNS) == 0) {
		ck_assert_int_eq(met((struct needs){.device = "c 1:3 rw"}), 1);
		ck_assert_int_eq(met((struct needs){.device = "c 1:3 m,b 511:77 r"}), 1);
	}
	sandbox_deny(SYS_mknodat, EPERM);
	sandbox_deny(SYS_mknod, EPERM);
	ck_assert_int_eq(met((struct needs){.device = "c 1:3 m"}), 0);
	ck_assert_msg(strstr(why, "c 1:3 m"), "%s", why);
}
END_TEST

/* Who has set it with CAP_SYS_RESOURCE is the last to get below it. */
START_TEST(a_score_that_cannot_be_set_is_not_asked_for)
{
	static const cap_value_t resource = CAP_SYS_RESOURCE;
	cap_t caps = cap_get_proc();

	ck_assert_int_eq(fd_write_file_at(AT_FDCWD, "/proc/self/oom_score_adj", "700", 3, NULL), 0);
	ck_assert_int_eq(cap_set_flag(caps, CAP_EFFECTIVE, 1, &resource, CAP_CLEAR), 0);
	ck_assert_int_eq(cap_set_proc(caps), 0);
	(void)cap_free(caps);
	ck_assert_int_eq(met((struct needs){.oom = "701,1000"}), 1);
	ck_assert_int_eq(met((struct needs){.oom = "1000,-1000"}), 0);
	ck_assert_msg(strstr(why, "-1000"), "%s", why);
}
END_TEST

/* As a kernel before Linux 5.15 answers that has no such locks. */
START_TEST(mandatory_locks_are_tried)
{
	sandbox_deny(SYS_mount, EPERM);
	ck_assert_int_eq(met((struct needs){.mount_options = "nomand"}), 1);
	ck_assert_int_eq(met((struct needs){.mount_options = "mand"}), 0);
}
END_TEST

/* The first thing that a container without --privileged refuses. */
START_TEST(who_may_make_no_namespace_hears_what_it_takes)
{
	const struct hx_session session = {.pid = getpid()};
	struct hx_guardian g;
	struct err e = {0};

	sandbox_deny(SYS_unshare, EPERM);
	ck_assert_int_eq(hx_guardian_start(&g, &session, &e), -EPERM);
	ck_assert_msg(strstr(e.msg, "network namespace") && strstr(e.msg, "CAP_SYS_ADMIN"), "%s",
		      e.msg);
	sandbox_deny(SYS_unshare, ENOSPC);
	ck_assert_int_eq(hx_guardian_start(&g, &session, &e), -ENOSPC);
	ck_assert_msg(!strstr(e.msg, "CAP_SYS_ADMIN"), "%s", e.msg);
}
END_TEST

/* user_namespaces(7): nobody makes one below a chroot(2). And namespaces(7): who joins a mount
 * namespace gets the root of that. */
START_TEST(below_a_chroot_some_things_are_not_asked_for)
{
	const struct needs userns = {.userns = true}, root = {.own_root = true};
	cleanup_fd int ns = FD_NONE;
	int none;

	if (unshare(CLONE_NEWNS) < 0)
		return;
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(ns, 0);
	/* out of any that these tests are in */
	ck_assert_int_eq(setns(ns, CLONE_NEWNS), 0);
	ck_assert(!hx_tried_chroot());
	none = hx_tried_userns();
	ck_assert_int_eq(met_on((struct hx_host){.no_userns = none}, userns), none == 0);
	ck_assert_int_eq(met_on((struct hx_host){.no_userns = none}, root), 1);

	ck_assert_int_eq(mount("none", "/proc", "tmpfs", 0, "size=64k"), 0);
	ck_assert_int_eq(mkdir("/proc/proc", 0755), 0);
	ck_assert_int_eq(mount("proc", "/proc/proc", "proc", 0, NULL), 0);
	ck_assert_int_eq(mkdir("/proc/dev", 0755), 0);
	ck_assert_int_eq(mount("/dev", "/proc/dev", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(chroot("/proc"), 0);
	ck_assert(hx_tried_chroot());
	none = hx_tried_userns();
	ck_assert_int_eq(none, EPERM);
	ck_assert_int_eq(met_on((struct hx_host){.no_userns = none, .chrooted = true}, userns), 0);
	ck_assert_msg(strstr(why, "below a chroot(2)"), "%s", why);
	ck_assert_int_eq(met_on((struct hx_host){.chrooted = true}, root), 0);
	ck_assert_msg(strstr(why, "below a chroot(2)"), "%s", why);
}
END_TEST

START_TEST(a_user_namespace_that_nobody_can_make_is_not_asked_for)
{
	const struct needs userns = {.userns = true};

	sandbox_deny(SYS_unshare, ENOSPC);
	ck_assert_int_eq(met_on((struct hx_host){.no_userns = hx_tried_userns()}, userns), 0);
	ck_assert_msg(strstr(why, "user.max_user_namespaces"), "%s", why);
	sandbox_deny(SYS_unshare, ENOMEM);
	ck_assert_int_eq(met_on((struct hx_host){.no_userns = hx_tried_userns()}, userns), -ENOMEM);
}
END_TEST

/* Where --keep has the bundles lie, and not where they lie else. */
START_TEST(id_mapped_mounts_are_those_of_the_bundles)
{
	const struct needs n = {.idmap = true};

	ck_assert_int_eq(met(n), -ENOENT);
	ck_assert_int_eq(met_on((struct hx_host){.work = "/proc"}, n), 0);
}
END_TEST

/* A policy that knows the context, so it seems, and a kernel that does not let anybody begin there.
 */
START_TEST(a_label_that_nobody_can_begin_with_is_not_asked_for)
{
	const struct needs n = {.label = "conform_u:conform_r:conform_t:s0"},
			   of_files = {.file_label = n.label};
	cleanup_fd int fd = FD_NONE;

	if (unshare(CLONE_NEWNS) < 0)
		return;
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("none", "/sys", "tmpfs", 0, "size=64k"), 0);
	ck_assert_int_eq(met(n), 0);
	ck_assert_str_eq(why, "SELinux is not active");
	ck_assert_int_eq(mkdir("/sys/fs", 0755), 0);
	ck_assert_int_eq(mkdir("/sys/fs/selinux", 0755), 0);
	fd = open("/sys/fs/selinux/context", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(met(n), -ENOENT);
	ck_assert_int_eq(met(of_files), 1);
	ck_assert_int_eq(met_on((struct hx_host){.probe = "/bin/true"}, n), 0);
	ck_assert_msg(str_starts(why, "no program of a bundle runs here as conform_u:"), "%s", why);
}
END_TEST

/* What comes of a case for which nothing can be made: that is to break, where it is not skipped. */
static enum verdict verdict_on(struct hx_host h, const char *path, struct conform_case def)
{
	const struct hx_session session = {
		.self = "conform", .target = 3, .work = "/proc/none", .host = h};
	const struct conform_entry entry = {.id = "a/b", .def = &def};
	const struct hx_runtime rt = {
		.name = (char *)"rt", .option = (char *)"rt", .path = (char *)(uintptr_t)path};
	struct rep_result res;
	enum verdict v;

	def.title = "t";
	hx_case_run(&session, &rt, &entry, NULL, 0, &res);
	v = res.verdict;
	(void)snprintf(why, sizeof(why), "%s", res.reason ? res.reason : "");
	rep_result_done(&res);
	return v;
}

static enum verdict verdict_of(struct conform_case def)
{
	return verdict_on((struct hx_host){.root = false}, NULL, def);
}

START_TEST(a_caller_that_nobody_can_be_is_not_asked_for)
{
	const struct conform_case keyring = {.caller = (const char *const[]){"umask:0", "keyring",
									     NULL}},
				  personality = {.caller = (const char *const[]){"personality:6",
										 NULL}},
				  policy = {.caller = (const char *const[]){"mempolicy", NULL}};

	sandbox_deny(SYS_keyctl, ENOSYS);
	sandbox_deny(SYS_personality, EPERM);
	sandbox_deny(SYS_set_mempolicy, EPERM);
	ck_assert_int_eq(verdict_of(keyring), VERDICT_SKIP);
	ck_assert_msg(strstr(why, "make a session keyring"), "%s", why);
	ck_assert_int_eq(verdict_of(personality), VERDICT_SKIP);
	ck_assert_int_eq(verdict_of(policy), VERDICT_SKIP);
	/* what is wrong is no matter of the host's */
	sandbox_deny(SYS_keyctl, EINVAL);
	ck_assert_int_eq(verdict_of(keyring), VERDICT_BROK);
}
END_TEST

static const struct host_link of_no_kind[] = {{.name = "x", .kind = "conform-nonsense"},
					      {.name = NULL}},
			      held[] = {{.name = "x", .kind = "veth", .held = true},
					{.name = "y", .kind = "bridge", .up = true},
					{.name = NULL}},
			      wrong[] = {{.name = "x", .kind = "veth", .mac = "no mac"},
					 {.name = NULL}};

START_TEST(devices_that_the_kernel_does_not_make_are_not_asked_for)
{
	const struct conform_case none = {.links = of_no_kind}, bad = {.links = wrong};

	ck_assert_int_eq(verdict_of(none), VERDICT_SKIP);
	ck_assert_msg(strstr(why, "the host does not let"), "%s", why);
	if (!hx_links_possible())
		return;
	ck_assert_int_eq(verdict_of(bad), VERDICT_BROK);
	ck_assert_int_eq(hx_links_try(held, NULL), 0);
	/* of all that nothing is left */
	ck_assert_int_eq(access("/sys/class/net/y", F_OK), -1);
}
END_TEST

static bool is_vulnerable(void)
{
	cleanup_free char *text = NULL;
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "/proc/self/status", 1 << 20, &text, &len, NULL),
			 0);
	return strstr(text, "\nSpeculation_Store_Bypass:\tthread vulnerable\n");
}

/* On most machines of today a filter shows nothing of it: the need is what the test sees itself. */
START_TEST(whether_a_filter_shows_is_tried_by_another)
{
	bool before = is_vulnerable();
	int r = met((struct needs){.filter = "speculation"});

	ck_assert_int_eq(is_vulnerable(), before);
	sandbox_deny(SYS_mknod, EPERM);
	ck_assert_int_eq(r, before && !is_vulnerable());
}
END_TEST

static void make_dirs(const char *path)
{
	cleanup_free char *copy = strdup(path);

	for (char *p = copy; p && (p = strchr(p + 1, '/')); *p = '/') {
		*p = '\0';
		ck_assert(mkdir(copy, 0711) == 0 || errno == EEXIST);
	}
}

static void listen_at(const char *path, uid_t uid)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_uint_lt(strlen(path), sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path) + 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(chown(path, uid, uid + 1), 0);
}

#define NO_MANAGER "systemd of its own"

/* All of it has to be there: a bus that is the user's, a cgroup beside the user's systemd on cgroup
 * v2, a way to the bundles, and user namespaces. */
START_TEST(a_user_without_a_systemd_is_not_asked_for)
{
	static const char bus[] = "/run/user/4242/bus";
	cleanup_free char *v2 = str_format("%s/v2", guard_dir()),
			  *work = str_format("%s/work", guard_dir()),
			  *procs = str_format("%s/user.slice/user-4242.slice/user@4242.service/"
					      "init.scope/cgroup.procs",
					      v2),
			  *tool = str_format("%s/roots-tool", guard_dir()), *said = NULL;
	struct hx_hierarchy only = {.mount = v2, .controllers = (char *)"pids", .v2 = true};
	const struct hx_host h = {.cgroups = {.items = {only}, .count = 1}, .work = work};
	const struct needs n = {.user_manager = true};
	size_t len;

	ck_assert(met_on(h, n) == 0 && strstr(why, NO_MANAGER));
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("run", "/run", "tmpfs", 0, "mode=0755") < 0)
		return;
	make_dirs(bus);
	make_dirs(procs);
	ck_assert_int_eq(chmod(guard_dir(), 0711), 0);
	ck_assert_int_eq(mkdir(work, 0700), 0);
	ck_assert_int_eq(close(open(tool, O_WRONLY | O_CREAT | O_CLOEXEC, 0700)), 0);
	ck_assert_int_eq(close(open(procs, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	ck_assert(met_on(h, n) == 0 && strstr(why, NO_MANAGER));
	listen_at(bus, 77);
	ck_assert(met_on(h, n) == 0 && strstr(why, NO_MANAGER));
	ck_assert_int_eq(chown(bus, 4242, 4243), 0);
	ck_assert(met_on(h, n) == 0);
	ck_assert_msg(strstr(why, "user 4242 does not reach"), "%s", why);
	ck_assert(fd_read_file_at(AT_FDCWD, procs, 4096, &said, &len, NULL) == 0);
	ck_assert_str_eq(said, "0");
	ck_assert_int_eq(chmod(work, 0711), 0);
	if (hx_tried_userns() == 0) {
		ck_assert_msg(met_on(h, n) == 1, "%s", why);
		/* that user is to call the runtime */
		ck_assert_int_eq(verdict_on(h, tool, (struct conform_case){.needs = n}),
				 VERDICT_SKIP);
		ck_assert_msg(strstr(why, "user 4242 does not reach") && strstr(why, tool), "%s",
			      why);
	}
	sandbox_deny(SYS_unshare, EPERM);
	ck_assert(met_on(h, n) == 0);
	ck_assert_msg(strstr(why, "user 4242 makes no user namespace"), "%s", why);
	ck_assert_int_eq(unlink(procs), 0);
	ck_assert(met_on(h, n) == 0 && strstr(why, NO_MANAGER));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tried");
	TCase *t = tcase_create("tried");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_device_that_rules_forbid_is_not_asked_for);
	tcase_add_test(t, a_score_that_cannot_be_set_is_not_asked_for);
	tcase_add_test(t, mandatory_locks_are_tried);
	tcase_add_test(t, who_may_make_no_namespace_hears_what_it_takes);
	tcase_add_test(t, below_a_chroot_some_things_are_not_asked_for);
	tcase_add_test(t, a_user_namespace_that_nobody_can_make_is_not_asked_for);
	tcase_add_test(t, id_mapped_mounts_are_those_of_the_bundles);
	tcase_add_test(t, a_label_that_nobody_can_begin_with_is_not_asked_for);
	tcase_add_test(t, a_caller_that_nobody_can_be_is_not_asked_for);
	tcase_add_test(t, devices_that_the_kernel_does_not_make_are_not_asked_for);
	tcase_add_test(t, whether_a_filter_shows_is_tried_by_another);
	tcase_add_test(t, a_user_without_a_systemd_is_not_asked_for);
	suite_add_tcase(s, t);
	return suite_run(s);
}
