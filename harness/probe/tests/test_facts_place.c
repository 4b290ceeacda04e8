/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about where the probe is: namespaces, mounts, files, network, terminal. */
#include "run.h"

#include "cleanup.h"
#include "fd.h"
#include "names.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pty.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define TRY_CALL(e, call)                                                                          \
	do {                                                                                       \
		if ((call) < 0)                                                                    \
			return err_set(e, errno, #call ": %m");                                    \
	} while (0)

static char *root; /* holds the probe; made anew for every test */

static void make_root(void)
{
	root = root_make();
}

static void free_root(void)
{
	free(root);
}

/* The inode of an own namespace as JSON. */
static char *own_ns(const char *proc)
{
	cleanup_free char *path = str_format("/proc/self/ns/%s", proc);
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return str_format("%llu", (unsigned long long)st.st_ino);
}

START_TEST(namespaces_are_those_of_the_parent)
{
	struct report r;

	report_take(&r, "", NULL);
	for (const struct names_ns *ns = names_namespaces; ns->oci; ns++) {
		cleanup_free char *name = str_format("ns.%s", ns->oci);
		cleanup_free char *inode = own_ns(ns->proc);

		report_expect(&r, name, inode);
	}
	report_done(&r);
}
END_TEST

static int unshare_some(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP));
	TRY_CALL(e, sethostname("probe-host", 10));
	TRY_CALL(e, setdomainname("probe-domain", 12));
	return 0;
}

START_TEST(namespaces_that_are_new)
{
	static const char *const fresh[] = {"uts", "ipc", "network", "cgroup"};
	struct run how = {.setup = unshare_some};
	struct utsname uts;
	struct report r;

	report_take(&r,
		    "uts.nodename\nuts.domainname\nuts.machine\nuts.release\nnet.interfaces\n"
		    "net:lo\nnet:eth0\nsysctl:kernel.hostname\nsysctl:kernel.nothing",
		    &how);
	for (size_t i = 0; i < sizeof(fresh) / sizeof(fresh[0]); i++) {
		cleanup_free char *name = str_format("ns.%s", fresh[i]);
		cleanup_free char *own = own_ns(names_ns_find(fresh[i])->proc);

		ck_assert_str_ne(report_text(&r, name), own);
		ck_assert_msg(json_member(r.facts, name)->type == JSON_NUMBER, "%s", name);
	}
	ck_assert_int_eq(uname(&uts), 0);
	report_expect(&r, "uts.nodename", "\"probe-host\"");
	report_expect(&r, "uts.domainname", "\"probe-domain\"");
	ck_assert_str_eq(json_string(json_member(r.facts, "uts.machine")), uts.machine);
	ck_assert_str_eq(json_string(json_member(r.facts, "uts.release")), uts.release);
	report_expect(&r, "net.interfaces", "[\"lo\"]");
	report_expect(
		&r, "net:lo",
		"{\"up\":false,\"mtu\":65536,\"mac\":\"00:00:00:00:00:00\",\"addresses\":[]}");
	report_expect(&r, "net:eth0", "null");
	report_expect(&r, "sysctl:kernel.hostname", "\"probe-host\"");
	report_expect(&r, "sysctl:kernel.nothing", "null");
	report_done(&r);
}
END_TEST

static int new_user_ns(void *arg, struct err *e)
{
	int r;

	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWUSER));
	r = fd_write_file_at(AT_FDCWD, "/proc/self/setgroups", "deny", 4, e);
	if (r >= 0)
		r = fd_write_file_at(AT_FDCWD, "/proc/self/uid_map", "1000 0 1", 8, e);
	return r < 0 ? r : fd_write_file_at(AT_FDCWD, "/proc/self/gid_map", "2000 0 1", 8, e);
}

START_TEST(user_namespace)
{
	struct run how = {.setup = new_user_ns};
	struct report r;

	report_take(&r, "userns.uid_map\nuserns.gid_map\nuserns.setgroups", &how);
	report_expect(&r, "userns.uid_map", "[[1000,0,1]]");
	report_expect(&r, "userns.gid_map", "[[2000,0,1]]");
	report_expect(&r, "userns.setgroups", "\"deny\"");
	report_expect(&r, "user.uids", "[1000,1000,1000,1000]");
	report_expect(&r, "user.gids", "[2000,2000,2000,2000]");
	report_done(&r);
}
END_TEST

static int new_time_ns(void *arg, struct err *e)
{
	static const char offsets[] = "monotonic 100000 5\nboottime 200000 6\n";

	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWTIME));
	return fd_write_file_at(AT_FDCWD, "/proc/self/timens_offsets", offsets, strlen(offsets), e);
}

/* Since Linux 6.3 execve(2) enters the new time namespace. */
START_TEST(time_namespace)
{
	struct run how = {.setup = new_time_ns};
	cleanup_free char *own = own_ns("time");
	struct timespec now;
	struct report r;
	int64_t clock;

	report_take(&r, "timens.monotonic\ntimens.boottime\nclock.monotonic\nclock.boottime", &how);
	report_expect(&r, "timens.monotonic", "{\"secs\":100000,\"nanosecs\":5}");
	report_expect(&r, "timens.boottime", "{\"secs\":200000,\"nanosecs\":6}");
	if (!str_eq(report_text(&r, "ns.time"), own)) {
		ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
		ck_assert_int_eq(json_int(json_member(r.facts, "clock.monotonic"), &clock), 0);
		ck_assert_int_ge(now.tv_sec + 100001, clock);
		ck_assert_int_le(now.tv_sec + 100000 - 60, clock);
		ck_assert_int_eq(clock_gettime(CLOCK_BOOTTIME, &now), 0);
		ck_assert_int_eq(json_int(json_member(r.facts, "clock.boottime"), &clock), 0);
		ck_assert_int_ge(now.tv_sec + 200001, clock);
		ck_assert_int_le(now.tv_sec + 200000 - 60, clock);
	}
	report_done(&r);
}
END_TEST

/* A private mount namespace with a tmpfs at ROOT/m whose subdirectories are mount points. */
static int make_mounts(void *arg, struct err *e)
{
	char base[64], path[128];

	(void)arg;
	(void)snprintf(base, sizeof(base), "%s/m", root);
	TRY_CALL(e, unshare(CLONE_NEWNS));
	TRY_CALL(e, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	TRY_CALL(e, mkdir(base, 0755));
	TRY_CALL(e, mount("probe src", base, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=711"));
	TRY_CALL(e, mount(NULL, base, NULL, MS_SHARED, NULL));
	(void)snprintf(path, sizeof(path), "%s/a b", base);
	TRY_CALL(e, mkdir(path, 0755));
	TRY_CALL(e, mount("lower", path, "tmpfs", 0, NULL));
	TRY_CALL(e, mount("upper", path, "tmpfs", MS_RDONLY, NULL));
	TRY_CALL(e, mount(NULL, path, NULL, MS_UNBINDABLE, NULL));
	(void)snprintf(path, sizeof(path), "%s/deep", base);
	TRY_CALL(e, mkdir(path, 0755));
	TRY_CALL(e, mount("covered", path, "tmpfs", 0, NULL));
	(void)snprintf(path, sizeof(path), "%s/deep/er", base);
	TRY_CALL(e, mkdir(path, 0755));
	TRY_CALL(e, mount("hidden", path, "tmpfs", 0, NULL));
	(void)snprintf(path, sizeof(path), "%s/deep", base);
	TRY_CALL(e, mount("cover", path, "tmpfs", 0, NULL));
	return 0;
}

/* The JSON string at @pointer of the fact. */
static const char *string_at(struct report *r, const char *name, const char *pointer)
{
	return json_string(json_at(json_member(r->facts, name), pointer));
}

static bool has_string(const struct json *array, const char *text)
{
	for (size_t i = 0; array && i < array->count; i++) {
		if (str_eq(json_string(array->items[i]), text))
			return true;
	}
	return false;
}

START_TEST(mounts)
{
	struct run how = {.setup = make_mounts};
	cleanup_free char *m = str_format("mount:%s/m", root);
	cleanup_free char *blank = str_format("mount:%s/m/a b", root);
	cleanup_free char *deep = str_format("mount:%s/m/deep", root);
	cleanup_free char *hidden = str_format("mount:%s/m/deep/er", root);
	cleanup_free char *below = str_format("mounts.below:%s/m", root);
	cleanup_free char *names =
		str_format("%s\n%s\n%s\n%s\n%s\nmount:/nothing", m, blank, deep, hidden, below);
	cleanup_free char *path = str_format("%s/m/a b", root);
	const struct json *mount;
	struct report r;

	report_take(&r, names, &how);
	mount = json_member(r.facts, m);
	ck_assert_str_eq(string_at(&r, m, "/source"), "probe src");
	ck_assert_str_eq(string_at(&r, m, "/type"), "tmpfs");
	ck_assert(has_string(json_at(mount, "/options"), "nosuid"));
	ck_assert(has_string(json_at(mount, "/options"), "nodev"));
	ck_assert(!has_string(json_at(mount, "/options"), "noexec"));
	ck_assert(has_string(json_at(mount, "/super"), "size=1024k"));
	ck_assert(has_string(json_at(mount, "/super"), "mode=711"));
	ck_assert_int_eq(json_at(mount, "/shared")->type, JSON_NUMBER);
	ck_assert_int_eq(json_at(mount, "/master")->type, JSON_NULL);
	ck_assert_str_eq(string_at(&r, blank, "/source"), "upper");
	ck_assert(has_string(json_at(json_member(r.facts, blank), "/options"), "ro"));
	ck_assert(json_at(json_member(r.facts, blank), "/unbindable")->boolean);
	ck_assert_int_eq(json_at(json_member(r.facts, blank), "/shared")->type, JSON_NULL);
	ck_assert_str_eq(string_at(&r, deep, "/source"), "cover");
	report_expect(&r, hidden, "null");
	report_expect(&r, "mount:/nothing", "null");
	mount = json_member(r.facts, below);
	ck_assert(has_string(mount, path));
	ck_assert_uint_ge(mount->count, 4);
	for (size_t i = 0; i < mount->count; i++)
		ck_assert(str_starts(json_string(mount->items[i]), root));
	report_done(&r);
}
END_TEST

START_TEST(root_escape)
{
	struct run inside = {.root = root};
	struct stat st;
	char *expected;

	expect_one(NULL, "root.escape", "\"/\"");
	/* chroot(2) alone keeps nobody in */
	ck_assert_int_eq(stat("/", &st), 0);
	expected = str_format("\"device %llu inode %llu\"", (unsigned long long)st.st_dev,
			      (unsigned long long)st.st_ino);
	expect_one(&inside, "root.escape", expected);
	free(expected);
	ck_assert_int_eq(stat(root, &st), 0);
	expected = str_format("{\"dev\":%llu,\"inode\":%llu}", (unsigned long long)st.st_dev,
			      (unsigned long long)st.st_ino);
	expect_one(&inside, "root.inode", expected);
	free(expected);
}
END_TEST

/* Files of every kind below the root. */
static void make_files(void)
{
	ck_assert_int_eq(mkdir(root_path(root, "/d"), 0700), 0);
	write_file(root_path(root, "/d/f"), "line one\nline two\n");
	ck_assert_int_eq(chmod(root_path(root, "/d/f"), 04751), 0);
	ck_assert_int_eq(chown(root_path(root, "/d"), 5, 6), 0);
	ck_assert_int_eq(symlink("d/f", root_path(root, "/l")), 0);
	ck_assert_int_eq(symlink("nowhere", root_path(root, "/broken")), 0);
	ck_assert_int_eq(mkfifo(root_path(root, "/p"), 0600), 0);
	ck_assert_int_eq(mknod(root_path(root, "/c"), S_IFCHR | 0600, makedev(1, 3)), 0);
	ck_assert_int_eq(mkdir(root_path(root, "/d/e"), 0755), 0);
	ck_assert_int_eq(mkdir(root_path(root, "/d/e/z"), 0755), 0);
}

START_TEST(paths)
{
	struct run how = {.root = root};
	struct report r;
	const struct json *f;

	make_files();
	report_take(&r,
		    "path:/d\npath:/d/f\nstat:/l\npath:/l\nstat:/broken\npath:/c\npath:/p\n"
		    "path:/none\npath:/d/f/below\nread:/d/f\nread:/none\nread:/p\nread:/d\n"
		    "list:/d\nlist:/none\nlist:/d/f\ntree:/d\ntree:/none",
		    &how);
	f = json_member(r.facts, "path:/d");
	ck_assert_str_eq(json_string(json_at(f, "/type")), "dir");
	ck_assert_str_eq(json_string(json_at(f, "/mode")), "0700");
	ck_assert_str_eq(json_at(f, "/uid")->text, "5");
	ck_assert_str_eq(json_at(f, "/gid")->text, "6");
	ck_assert_int_eq(json_at(f, "/major")->type, JSON_NULL);
	f = json_member(r.facts, "path:/d/f");
	ck_assert_str_eq(json_string(json_at(f, "/mode")), "4751");
	ck_assert_str_eq(json_at(f, "/size")->text, "18");
	report_expect(&r, "stat:/l", report_text(&r, "path:/d/f"));
	ck_assert_str_eq(string_at(&r, "path:/l", "/type"), "lnk");
	ck_assert_str_eq(string_at(&r, "path:/l", "/target"), "d/f");
	report_expect(&r, "stat:/broken", "null");
	f = json_member(r.facts, "path:/c");
	ck_assert_str_eq(json_string(json_at(f, "/type")), "chr");
	ck_assert_str_eq(json_at(f, "/major")->text, "1");
	ck_assert_str_eq(json_at(f, "/minor")->text, "3");
	ck_assert_str_eq(string_at(&r, "path:/p", "/type"), "fifo");
	report_expect(&r, "path:/none", "null");
	report_expect(&r, "path:/d/f/below", "null");
	report_expect(&r, "read:/d/f", "\"line one\\nline two\"");
	report_expect(&r, "read:/none", "null");
	report_expect(&r, "read:/p", "\"\"");
	report_expect(&r, "read:/d", "{\"error\":\"EISDIR\"}");
	report_expect(&r, "list:/d", "[\"e\",\"f\"]");
	report_expect(&r, "list:/none", "null");
	report_expect(&r, "list:/d/f", "{\"error\":\"ENOTDIR\"}");
	report_expect(&r, "tree:/d", "[\"e\",\"e/z\",\"f\"]");
	report_expect(&r, "tree:/none", "null");
	report_done(&r);
}
END_TEST

static int become_nobody(void *arg, struct err *e)
{
	const struct run *how = arg;

	if (how && how->root)
		TRY_CALL(e, chroot(how->root));
	TRY_CALL(e, chdir("/"));
	TRY_CALL(e, setgroups(0, NULL));
	TRY_CALL(e, setresgid(65534, 65534, 65534));
	TRY_CALL(e, setresuid(65534, 65534, 65534));
	return 0;
}

static int read_only(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWNS));
	TRY_CALL(e, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	TRY_CALL(e, mount(root, root, NULL, MS_BIND, NULL));
	TRY_CALL(e, mount(NULL, root, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	return 0;
}

START_TEST(access_is_tried)
{
	cleanup_free char *file = str_format("access:%s/conform-probe", root);
	cleanup_free char *dir = str_format("access:%s/conform-io", root);
	cleanup_free char *closed = str_format("access:%s/closed", root);
	cleanup_free char *both =
		str_format("%s\n%s\n%s\naccess:/none\naccess:/dev/null", file, dir, closed);
	struct run as_root = {0}, as_nobody = {.setup = become_nobody}, ro = {.setup = read_only};
	struct report r;

	ck_assert_int_eq(mkdir(root_path(root, "/closed"), 0700), 0);
	report_take(&r, both, &as_root);
	report_expect(&r, file,
		      "{\"read\":\"OK\",\"write\":\"OK\",\"exec\":\"OK\",\"list\":\"ENOTDIR\"}");
	report_expect(&r, dir,
		      "{\"read\":\"EISDIR\",\"write\":\"OK\",\"exec\":\"OK\",\"list\":\"OK\"}");
	report_expect(&r, "access:/none",
		      "{\"read\":\"ENOENT\",\"write\":\"ENOENT\",\"exec\":\"ENOENT\",\"list\":"
		      "\"ENOENT\"}");
	report_expect(
		&r, "access:/dev/null",
		"{\"read\":\"OK\",\"write\":\"OK\",\"exec\":\"EACCES\",\"list\":\"ENOTDIR\"}");
	report_done(&r);
	report_take(&r, both, &as_nobody);
	report_expect(
		&r, file,
		"{\"read\":\"OK\",\"write\":\"EACCES\",\"exec\":\"OK\",\"list\":\"ENOTDIR\"}");
	report_expect(&r, dir,
		      "{\"read\":\"EISDIR\",\"write\":\"EACCES\",\"exec\":\"OK\",\"list\":\"OK\"}");
	report_expect(&r, closed,
		      "{\"read\":\"EACCES\",\"write\":\"EACCES\",\"exec\":\"EACCES\",\"list\":"
		      "\"EACCES\"}");
	report_done(&r);
	report_take(&r, both, &ro);
	report_expect(&r, file,
		      "{\"read\":\"OK\",\"write\":\"EROFS\",\"exec\":\"OK\",\"list\":\"ENOTDIR\"}");
	report_expect(&r, dir,
		      "{\"read\":\"EISDIR\",\"write\":\"EROFS\",\"exec\":\"OK\",\"list\":\"OK\"}");
	report_done(&r);
	/* what was made to try it is gone */
	ck_assert_int_eq(rmdir(root_path(root, "/conform-io")), 0);
}
END_TEST

START_TEST(cgroup_and_processors)
{
	cleanup_free char *text = NULL;
	struct report r;
	size_t len, lines = 0;
	int64_t cpus;

	report_take(&r, "cgroup.self\ncpus.online\nlsm.current\nlsm.exec", NULL);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "/proc/self/cgroup", 1 << 20, &text, &len, NULL),
			 0);
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		lines++;
	ck_assert_uint_eq(json_member(r.facts, "cgroup.self")->count, lines);
	ck_assert_int_eq(json_int(json_member(r.facts, "cpus.online"), &cpus), 0);
	ck_assert_int_eq(cpus, sysconf(_SC_NPROCESSORS_ONLN));
	report_done(&r);
}
END_TEST

static int take_terminal(void *arg, struct err *e)
{
	const int fd = 7;
	int status = 0;
	pid_t pid = fork();

	(void)arg;
	/* only one that leads no process group begins a session */
	TRY_CALL(e, pid);
	if (pid > 0) {
		(void)waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status));
	}
	TRY_CALL(e, setsid());
	TRY_CALL(e, ioctl(fd, TIOCSCTTY, 0));
	for (int i = 0; i <= 2; i++)
		TRY_CALL(e, dup2(fd, i));
	return 0;
}

/* The report goes to the file, the terminal shows one line. */
START_TEST(terminal)
{
	struct winsize size = {.ws_row = 33, .ws_col = 101};
	int master, slave;
	struct proc_fd fds = {.as = 7};
	struct run how = {.setup = take_terminal, .fds = &fds, .nfds = 1, .root = root};
	char line[256] = "", name[64];
	struct report r;
	cleanup_free char *tty = NULL;

	ck_assert_int_eq(openpty(&master, &slave, name, NULL, &size), 0);
	fds.fd = slave;
	report_take_file(&r, "tty", &how);
	ck_assert(r.framed);
	tty = str_format("{\"stdin\":true,\"stdout\":true,\"stderr\":true,\"controlling\":true,"
			 "\"rows\":33,\"cols\":101,\"name\":{\"error\":\"ENOENT\"}}");
	report_expect(&r, "tty", tty); /* no procfs, no name */
	report_done(&r);
	ck_assert_int_gt(read(master, line, sizeof(line) - 1), 0);
	ck_assert_str_eq(line, "conform-probe tty t3st\r\n");
	(void)close(slave);
	ck_assert_int_eq(read(master, line, 1), -1);
	(void)close(master);
	/* with procfs, and not as controlling terminal */
	ck_assert_int_eq(openpty(&master, &slave, name, NULL, &size), 0);
	free(tty);
	tty = str_format("{\"stdin\":true,\"stdout\":false,\"stderr\":false,\"controlling\":false,"
			 "\"rows\":33,\"cols\":101,\"name\":\"%s\"}",
			 name);
	expect_one(&(struct run){.in_fd = slave}, "tty", tty);
	(void)close(slave);
	(void)close(master);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("facts about the place");
	TCase *t = tcase_create("facts");

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, make_root, free_root);
	tcase_add_test(t, namespaces_are_those_of_the_parent);
	tcase_add_test(t, namespaces_that_are_new);
	tcase_add_test(t, user_namespace);
	tcase_add_test(t, time_namespace);
	tcase_add_test(t, mounts);
	tcase_add_test(t, root_escape);
	tcase_add_test(t, paths);
	tcase_add_test(t, access_is_tried);
	tcase_add_test(t, cgroup_and_processors);
	tcase_add_test(t, terminal);
	return run_suite(s, true);
}
