/* SPDX-License-Identifier: Apache-2.0 */
/* The root, devices, masks, sysctls for real. Tests with a loop index run twice: with the calls on
 * descriptors and with mount(2) alone. */
#include "rootfs_fixture.h"

#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

static int try_create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

START_TEST(test_masked_paths)
{
	struct fixture f;
	struct stat st;
	struct statfs fs;
	DIR *d;
	int count = 0;

	fixture_init(&f, _i);
	fixture_write("rootfs/etc/secret", "secret");
	fixture_write("rootfs/etc/secret2", "secret");
	fixture_write("rootfs/dev/null", "hostile");
	ck_assert_int_eq(mkdir("rootfs/etc/keys", 0755), 0);
	fixture_write("rootfs/etc/keys/a", "secret");
	ck_assert_int_eq(mkdir("rootfs/etc/keys2", 0755), 0);
	ck_assert_int_eq(symlink("../../../canary/passwd", "rootfs/etc/way"), 0);
	ck_assert_int_eq(symlink("/etc/secret2", "rootfs/etc/alias"), 0);
	f.linux_json =
		",\"maskedPaths\":[\"/etc/secret\",\"/etc/missing\",\"/etc/keys\",\"/etc/way\","
		"\"/etc/keys2\",\"/etc/alias\",\"/etc/secret/below\"]";
	fixture_must_enter(&f, PROC);
	for (int i = 0; i < 2; i++) {
		int fd = open(i ? "/etc/secret2" : "/etc/secret", O_RDONLY | O_CLOEXEC);
		char c;

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(fstat(fd, &st), 0);
		ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
		ck_assert_int_eq(read(fd, &c, 1), 0);
		(void)close(fd);
	}
	/* the node is the host's: its owner and mode are out of reach */
	ck_assert_int_eq(chmod("/etc/secret", 0600), -1);
	ck_assert_int_eq(errno, EROFS);
	d = opendir("/etc/keys");
	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		count++;
	closedir(d);
	ck_assert_int_eq(count, 2);
	ck_assert_int_eq(try_create("/etc/keys/x"), EROFS);
	ck_assert_int_eq(try_create("/etc/keys2/x"), EROFS);
	ck_assert_int_eq(statfs("/etc/keys2", &fs), 0);
	ck_assert_int_eq(fs.f_type, TMPFS_MAGIC);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

/* CVE-2025-31133: what the host calls its null device is looked at, too. */
START_TEST(test_null_that_is_another)
{
	struct fixture f;

	fixture_init(&f, _i);
	f.linux_json = ",\"maskedPaths\":[\"/etc\"]";
	ck_assert_int_eq(mount("/dev/zero", "/dev/null", NULL, MS_BIND, NULL), 0);
	fixture_must_fail(&f, PROC, ENXIO, "is not the null device");
	fixture_done(&f);
}
END_TEST

START_TEST(test_the_root_cannot_be_masked)
{
	static const char *const paths[] = {"/", "/etc/..", "/data", "/etc/up"};
	struct fixture f;
	char json[64];

	fixture_init(&f, _i & 1);
	ck_assert_int_eq(symlink("/", "rootfs/data"), 0);
	ck_assert_int_eq(symlink("../etc/..", "rootfs/etc/up"), 0);
	(void)snprintf(json, sizeof(json), ",\"maskedPaths\":[\"%s\"]", paths[_i / 2]);
	f.linux_json = json;
	fixture_must_fail(&f, PROC, EINVAL, "/linux/maskedPaths/0");
	fixture_done(&f);
}
END_TEST

START_TEST(test_readonly_paths)
{
	struct fixture f;
	struct fixture_mount m;

	fixture_init(&f, _i);
	fixture_write("rootfs/etc/conf", "conf");
	f.linux_json = ",\"readonlyPaths\":[\"/etc/conf\",\"/data\",\"/missing\",\"/proc/sys\"]";
	fixture_must_enter(
		&f,
		PROC ",{\"destination\":\"/data\",\"source\":\"volume\",\"options\":[\"rbind\"]}");
	ck_assert_int_eq(try_create("/etc/conf"), EROFS);
	ck_assert_int_eq(try_create("/etc/other"), 0);
	ck_assert_int_eq(try_create("/data/x"), EROFS);
	if (!_i) /* it takes mount_setattr(2) to reach submounts */
		ck_assert_int_eq(try_create("/data/sub/x"), EROFS);
	ck_assert_int_eq(access("/data/sub/below", R_OK), 0);
	ck_assert_int_eq(try_create("/proc/sys/kernel/hostname"), EROFS);
	ck_assert(fixture_mountinfo(&f, "/proc/sys", &m));
	ck_assert(fixture_has(m.options, "ro"));
	fixture_done(&f);
}
END_TEST

/* What a later process finds there is what it was for the first one: nothing on top of it. */
static void later_processes_see(const char *path, size_t size)
{
	cleanup_fd int ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct stat st;

	ck_assert_int_ge(ns, 0);
	ck_assert_int_eq(setns(ns, CLONE_NEWNS), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq((size_t)st.st_size, size);
}

START_TEST(test_readonly_path_of_the_root)
{
	static const char *const paths[] = {"/", "/data", "/etc/up/."};
	struct fixture f;
	char json[128];

	fixture_init(&f, _i >= 3);
	fixture_write("rootfs/etc/secret", "secret");
	ck_assert_int_eq(symlink("/", "rootfs/data"), 0);
	ck_assert_int_eq(symlink("../etc/..", "rootfs/etc/up"), 0);
	(void)snprintf(json, sizeof(json),
		       ",\"readonlyPaths\":[\"%s\"],\"maskedPaths\":[\"/etc/secret\"]",
		       paths[_i % 3]);
	f.linux_json = json;
	fixture_must_enter(&f, PROC);
	ck_assert_int_eq(try_create("/x"), EROFS);
	later_processes_see("/etc/secret", 0);
	ck_assert_int_eq(try_create("/x"), EROFS);
	fixture_done(&f);
}
END_TEST

START_TEST(test_readonly_root)
{
	struct fixture f;
	struct fixture_mount m;
	struct stat st;

	fixture_init(&f, _i & 1);
	f.r.no_pivot = _i & 2;
	f.root_readonly = "true";
	f.cwd = "/work/here";
	fixture_must_enter(&f, PROC ",{\"destination\":\"/data\",\"type\":\"tmpfs\"}");
	ck_assert_int_eq(try_create("/x"), EROFS);
	ck_assert_int_eq(try_create("/data/x"), 0);
	ck_assert_int_eq(stat("/work/here", &st), 0); /* process.cwd was made before */
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
	ck_assert(fixture_mountinfo(&f, "/", &m));
	ck_assert(fixture_has(m.options, "ro"));
	fixture_done(&f);
}
END_TEST

START_TEST(test_writable_root)
{
	struct fixture f;
	struct stat root, up;
	int count = 0;
	DIR *d;

	fixture_init(&f, _i & 1);
	f.r.no_pivot = _i & 2;
	fixture_must_enter(&f, PROC);
	ck_assert_int_eq(try_create("/x"), 0);
	/* the old tree is gone: however far up, it is the root */
	ck_assert_int_eq(stat("/", &root), 0);
	ck_assert_int_eq(stat("/../../../../../..", &up), 0);
	ck_assert(root.st_ino == up.st_ino && root.st_dev == up.st_dev);
	ck_assert_int_eq(access(fixture_dir, F_OK), -1);
	/* no descriptor of the host's tree is left but the test's own */
	ck_assert_int_eq(f.r.root_fd, FD_NONE);
	ck_assert_ptr_null(f.r.sources);
	d = opendir("/proc/self/fd");
	ck_assert_ptr_nonnull(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		int fd = atoi(e->d_name);

		if (fd > 2 && fd != dirfd(d) && fd != f.canary && fd != f.host_ns &&
		    fd != f.r.proc_fd) {
			struct stat st;

			ck_assert_int_eq(fstat(fd, &st), 0);
			ck_assert_msg(!S_ISDIR(st.st_mode), "descriptor %d is a directory", fd);
		}
		count++;
	}
	closedir(d);
	ck_assert_int_gt(count, 4);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

static const struct {
	const char *value, *starts;
} propagations[] = {
	{"private", ""},
	{"rprivate", ""},
	{"slave", "master:"},
	{"rslave", "master:"},
	{"shared", "shared:"},
	{"rshared", "shared:"},
	{"unbindable", "unbindable"},
	{"runbindable", "unbindable"},
};
#define NPROPAGATIONS ((int)(sizeof(propagations) / sizeof(propagations[0])))

START_TEST(test_rootfs_propagation)
{
	const char *starts = propagations[_i % NPROPAGATIONS].starts;
	const char *value = propagations[_i % NPROPAGATIONS].value;
	struct fixture f;
	struct fixture_mount m;
	char json[128];

	fixture_init(&f, _i >= NPROPAGATIONS);
	ck_assert_int_eq(mount(NULL, fixture_dir, NULL, MS_SHARED, NULL), 0);
	(void)snprintf(json, sizeof(json),
		       ",\"rootfsPropagation\":\"%s\",\"readonlyPaths\":[\"/etc\"]", value);
	f.linux_json = json;
	fixture_must_enter(&f,
			   PROC ",{\"destination\":\"/"
				"data\",\"source\":\"volume\",\"options\":[\"bind\",\"rprivate\"]},"
				"{\"destination\":\"/plain\",\"type\":\"tmpfs\"}");
	ck_assert(fixture_mountinfo(&f, "/", &m));
	ck_assert_msg(str_starts(m.propagation, starts) && (*starts || !*m.propagation), "%s: '%s'",
		      value, m.propagation);
	if (str_eq(value, "shared") || str_eq(value, "rshared"))
		ck_assert_msg(!strstr(m.propagation, "master:"), "%s", m.propagation);
	ck_assert(fixture_mountinfo(&f, "/data", &m));
	if (!str_eq(value, "runbindable"))
		ck_assert_str_eq(m.propagation, "");
	if (str_eq(value, "rshared")) {
		ck_assert(fixture_mountinfo(&f, "/plain", &m));
		ck_assert_msg(str_starts(m.propagation, "shared:"), "%s", m.propagation);
	}
	fixture_done(&f);
}
END_TEST

START_TEST(test_root_path)
{
	static const char *const roots[] = {"missing", "file", "/"};
	static const int nums[] = {ENOENT, ENOTDIR, EINVAL};
	struct fixture f;
	char json[128];

	fixture_init(&f, false);
	(void)snprintf(json, sizeof(json), "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"%s\"}}",
		       roots[_i]);
	ck_assert_int_eq(cfg_parse(CFG_CONFIG, json, strlen(json), &f.doc, NULL, &f.e), 0);
	f.r.doc = f.doc;
	f.r.config = f.doc->config;
	f.r.bundle = fixture_dir;
	ck_assert_int_eq(rootfs_open_sources(&f.r, &f.e), -nums[_i]);
	ck_assert_msg(strstr(f.e.msg, "/root/path"), "%s", f.e.msg);
	fixture_done(&f);
}
END_TEST

/* Without a mount namespace of its own the container's mounts stay, until they are taken away
 * together. */
START_TEST(test_shared_mount_namespace)
{
	static const char config[] =
		"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"link\",\"readonly\":true},"
		"\"mounts\":["
		"{\"destination\":\"/data\",\"source\":\"volume\",\"options\":[\"rbind\"]},"
		"{\"destination\":\"/dev\",\"type\":\"tmpfs\"}],"
		"\"linux\":{\"maskedPaths\":[\"/etc\"]}}";
	struct fixture f;
	char root[64];
	pid_t pid;
	int status;

	fixture_init(&f, _i & 1);
	(void)snprintf(root, sizeof(root), "%s/rootfs", fixture_dir);
	ck_assert_int_eq(symlink("rootfs", "link"), 0);
	if (_i & 2) { /* something of the host is mounted there already and has to stay */
		ck_assert_int_eq(mount("rootfs", "rootfs", NULL, MS_BIND, NULL), 0);
		ck_assert_int_eq(mount(NULL, "rootfs", NULL, MS_SHARED, NULL), 0);
	}
	ck_assert_int_eq(cfg_parse(CFG_CONFIG, config, strlen(config), &f.doc, NULL, &f.e), 0);
	f.r.doc = f.doc;
	f.r.config = f.doc->config;
	f.r.bundle = fixture_dir;
	ck_assert_int_eq(rootfs_open_sources(&f.r, &f.e), 0);
	pid = fork();
	if (pid == 0) {
		int r = rootfs_prepare(&f.r, &f.e);

		if (r >= 0)
			r = rootfs_mount_all(&f.r, &f.e);
		if (r >= 0)
			r = rootfs_make_devices(&f.r, &f.e);
		if (r >= 0)
			r = rootfs_enter(&f.r, &f.e);
		if (r >= 0)
			r = rootfs_restrict(&f.r, &f.e);
		if (r >= 0 && (try_create("/x") != EROFS || access("/data/sub/below", F_OK) < 0))
			_exit(2);
		if (r < 0)
			fprintf(stderr, "%s\n", f.e.msg);
		_exit(r < 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(access("rootfs/data/sub/below", F_OK), 0);
	ck_assert_int_eq(umount2(root, MNT_DETACH | UMOUNT_NOFOLLOW), 0);
	ck_assert_int_eq(access("rootfs/data/sub/below", F_OK), -1);
	ck_assert_int_eq(access("volume/sub/below", F_OK), 0);
	ck_assert_int_eq(access("rootfs/etc", F_OK), 0);
	ck_assert_int_eq(access("rootfs/dev/null", F_OK), -1);
	if (_i & 2)
		ck_assert_int_eq(umount2("rootfs", UMOUNT_NOFOLLOW), 0);
	ck_assert_int_eq(umount2("rootfs", UMOUNT_NOFOLLOW), -1);
	fixture_done(&f);
}
END_TEST

START_TEST(test_mount_label)
{
	struct fixture f;

	if (access("/sys/fs/selinux/enforce", F_OK) == 0)
		return;
	fixture_init(&f, false);
	f.linux_json = ",\"mountLabel\":\"system_u:object_r:container_file_t:s0\"";
	fixture_must_fail(&f, PROC, ENOTSUP, "/linux/mountLabel");
	fixture_done(&f);
}
END_TEST

START_TEST(test_sysctl)
{
	struct fixture f;
	struct utsname before, after;
	char *text;
	size_t len;

	ck_assert_int_eq(uname(&before), 0);
	fixture_init(&f, _i & 1);
	f.flags = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
	f.linux_json = ",\"sysctl\":{\"net.ipv4.ip_forward\":\"1\",\"kernel/shmmni\":\"123\","
		       "\"fs.mqueue.msg_max\":\"11\",\"kernel.domainname\":\"example.org\","
		       "\"net/ipv4/conf/lo/forwarding\":\"0\"},\"readonlyPaths\":[\"/proc/sys\"]";
	fixture_must_enter(&f, _i & 2 ? "" : PROC);
	ck_assert_int_eq(
		fd_read_file_at(f.r.proc_fd, "sys/net/ipv4/ip_forward", 100, &text, &len, NULL), 0);
	ck_assert_str_eq(text, "1\n");
	free(text);
	ck_assert_int_eq(fd_read_file_at(f.r.proc_fd, "sys/kernel/shmmni", 100, &text, &len, NULL),
			 0);
	ck_assert_str_eq(text, "123\n");
	free(text);
	ck_assert_int_eq(uname(&after), 0);
	ck_assert_str_eq(after.domainname, "example.org");
	ck_assert_str_eq(after.nodename, before.nodename);
	fixture_done(&f);
}
END_TEST

START_TEST(test_empty_sysctl)
{
	struct fixture f;
	char *text;
	size_t len;

	fixture_init(&f, _i);
	f.flags = CLONE_NEWNET;
	f.linux_json = ",\"sysctl\":{\"net.ipv4.ip_local_reserved_ports\":\"7,9\","
		       "\"net/ipv4/ip_local_reserved_ports\":\"\"}";
	fixture_must_enter(&f, PROC);
	ck_assert_int_eq(fd_read_file_at(f.r.proc_fd, "sys/net/ipv4/ip_local_reserved_ports", 100,
					 &text, &len, NULL),
			 0);
	ck_assert_str_eq(text, "\n");
	free(text);
	fixture_done(&f);
}
END_TEST

static const struct {
	const char *pair, *word;
	int flags, num;
} refused_sysctls[] = {
	{"\"net.ipv4.ip_forward\":\"1\"", "needs a network namespace", 0, EINVAL},
	{"\"kernel.shmmni\":\"123\"", "needs an ipc namespace", CLONE_NEWNET, EINVAL},
	{"\"kernel.domainname\":\"x\"", "needs a uts namespace", CLONE_NEWNET, EINVAL},
	{"\"kernel.panic\":\"0\"", "would be set for the host", CLONE_NEWNET | CLONE_NEWIPC,
	 EINVAL},
	{"\"vm.swappiness\":\"60\"", "/linux/sysctl/vm.swappiness", CLONE_NEWNET, EINVAL},
	{"\"net/../kernel/panic\":\"0\"", "is no name", CLONE_NEWNET, EINVAL},
	{"\"net.//.kernel\":\"0\"", "/linux/sysctl/", CLONE_NEWNET, EINVAL},
	{"\"net/ipv4//ip_forward\":\"0\"", "is no name", CLONE_NEWNET, EINVAL},
	{"\"net.ipv4.\":\"0\"", "is no name", CLONE_NEWNET, EINVAL},
	{"\"net.nothing.here\":\"0\"", "/linux/sysctl/net.nothing.here", CLONE_NEWNET, ENOENT},
	{"\"net.ipv4.ip_forward\":\"yes\"", "/linux/sysctl/net.ipv4.ip_forward: write 'yes'",
	 CLONE_NEWNET, EINVAL},
	{"\"net.ipv4.ip_forward\":\"\"", "write ''", CLONE_NEWNET, EINVAL},
};

START_TEST(test_refused_sysctls)
{
	struct fixture f;
	char json[256];

	fixture_init(&f, false);
	f.flags = refused_sysctls[_i].flags;
	(void)snprintf(json, sizeof(json), ",\"sysctl\":{%s}", refused_sysctls[_i].pair);
	f.linux_json = json;
	fixture_must_fail(&f, PROC, refused_sysctls[_i].num, refused_sysctls[_i].word);
	fixture_done(&f);
}
END_TEST

START_TEST(test_sysctl_paths)
{
	static const struct {
		const char *key, *path;
	} t[] = {
		{"net.ipv4.ip_forward", "sys/net/ipv4/ip_forward"},
		{"net/ipv4/ip_forward", "sys/net/ipv4/ip_forward"},
		{"net.ipv4.conf.eth0/100.forwarding", "sys/net/ipv4/conf/eth0.100/forwarding"},
		{"net/ipv4/conf/eth0.100/forwarding", "sys/net/ipv4/conf/eth0.100/forwarding"},
		{"kernel", "sys/kernel"},
		{"", NULL},
		{".", NULL},
		{"a..b", NULL},
		{"/a", NULL},
		{"a/", NULL},
		{"a/./b", NULL},
		{"a/../b", NULL},
		{"a.//.b", NULL},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char *path = sysctl_path(t[i].key);

		if (t[i].path)
			ck_assert_str_eq(path, t[i].path);
		else
			ck_assert_msg(!path, "%s: %s", t[i].key, path);
		free(path);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rootfs");
	TCase *t = tcase_create("rootfs");

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, test_masked_paths, 0, 2);
	tcase_add_loop_test(t, test_null_that_is_another, 0, 2);
	tcase_add_loop_test(t, test_the_root_cannot_be_masked, 0, 8);
	tcase_add_loop_test(t, test_readonly_paths, 0, 2);
	tcase_add_loop_test(t, test_readonly_path_of_the_root, 0, 6);
	tcase_add_loop_test(t, test_readonly_root, 0, 4);
	tcase_add_loop_test(t, test_writable_root, 0, 4);
	tcase_add_loop_test(t, test_rootfs_propagation, 0, 2 * NPROPAGATIONS);
	tcase_add_loop_test(t, test_root_path, 0, 3);
	tcase_add_loop_test(t, test_shared_mount_namespace, 0, 4);
	tcase_add_test(t, test_mount_label);
	tcase_add_loop_test(t, test_sysctl, 0, 4);
	tcase_add_loop_test(t, test_empty_sysctl, 0, 2);
	tcase_add_loop_test(t, test_refused_sysctls, 0,
			    (int)(sizeof(refused_sysctls) / sizeof(refused_sysctls[0])));
	tcase_add_test(t, test_sysctl_paths);
	suite_add_tcase(s, t);
	return fixture_main(s);
}
