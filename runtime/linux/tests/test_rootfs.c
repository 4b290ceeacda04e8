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

#define PROC "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}"
#define DEV  "{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"options\":[\"nosuid\",\"mode=755\"]}"
#define PTS                                                                                        \
	"{\"destination\":\"/dev/"                                                                 \
	"pts\",\"type\":\"devpts\",\"options\":[\"newinstance\",\"ptmxmode=0666\"]}"

static int try_create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

static void check_node(const char *path, unsigned int major_, unsigned int minor_)
{
	struct stat st;

	ck_assert_msg(stat(path, &st) == 0, "%s: %m", path);
	ck_assert_msg(S_ISCHR(st.st_mode), "%s", path);
	ck_assert_msg(st.st_rdev == makedev(major_, minor_), "%s", path);
	ck_assert_uint_eq(st.st_mode & 07777, 0666);
}

static void check_link(const char *path, const char *target)
{
	char found[64] = "";

	ck_assert_msg(readlink(path, found, sizeof(found) - 1) > 0, "%s: %m", path);
	ck_assert_str_eq(found, target);
}

START_TEST(test_default_devices)
{
	static const struct {
		const char *path;
		unsigned int major, minor;
	} nodes[] = {{"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
		     {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0}};
	struct fixture f;
	int fd;

	fixture_init(&f, _i & 1);
	(void)umask(0777);
	fixture_must_enter(&f, _i & 2 ? PROC "," DEV "," PTS : PROC);
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		check_node(nodes[i].path, nodes[i].major, nodes[i].minor);
	check_link("/dev/ptmx", "pts/ptmx");
	check_link("/dev/fd", "/proc/self/fd");
	check_link("/dev/stdin", "/proc/self/fd/0");
	check_link("/dev/stdout", "/proc/self/fd/1");
	check_link("/dev/stderr", "/proc/self/fd/2");
	ck_assert_int_eq(access("/dev/console", F_OK), -1);
	if (_i & 2) {
		fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
		ck_assert_msg(fd >= 0, "%m");
		(void)close(fd);
	}
	/* the mask of the caller is as it was */
	ck_assert_uint_eq(umask(0), 0777);
	fixture_done(&f);
}
END_TEST

START_TEST(test_links_need_their_source)
{
	struct fixture f;

	fixture_init(&f, false);
	fixture_must_enter(&f, DEV);
	ck_assert_int_eq(faccessat(AT_FDCWD, "/dev/fd", F_OK, AT_SYMLINK_NOFOLLOW), -1);
	check_link("/dev/ptmx", "pts/ptmx");
	fixture_done(&f);
}
END_TEST

/* "/dev" of the root leads elsewhere: nothing may be made or removed there. */
START_TEST(test_dev_is_a_link)
{
	static const char *const targets[] = {"../canary", "/canary", "../../../../../../canary"};
	struct fixture f;

	fixture_init(&f, _i >= 3);
	ck_assert_int_eq(rmdir("rootfs/dev"), 0);
	ck_assert_int_eq(symlink(targets[_i % 3], "rootfs/dev"), 0);
	ck_assert_int_eq(mkdir("rootfs/canary", 0755), 0);
	fixture_must_fail(&f, _i & 1 ? PROC "," DEV "," PTS : PROC, ELOOP, "/dev");
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

START_TEST(test_device_names_are_links)
{
	static const char *const names[] = {"null", "tty", "zero"};
	struct fixture f;
	char path[64];

	fixture_init(&f, false);
	(void)snprintf(path, sizeof(path), "rootfs/dev/%s", names[_i]);
	ck_assert_int_eq(symlink("../../canary/null", path), 0);
	fixture_must_fail(&f, PROC, EEXIST, names[_i]);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

/* A placeholder file as images have it is covered, links of other targets are replaced. */
START_TEST(test_existing_entries_of_dev)
{
	struct fixture f;

	fixture_init(&f, _i);
	fixture_write("rootfs/dev/null", "not null");
	ck_assert_int_eq(mknod("rootfs/dev/zero", S_IFCHR | 0666, makedev(1, 5)), 0);
	ck_assert_int_eq(chmod("rootfs/dev/zero", 0666), 0);
	ck_assert_int_eq(mknod("rootfs/dev/ptmx", S_IFCHR | 0666, makedev(5, 2)), 0);
	ck_assert_int_eq(symlink("../../canary/passwd", "rootfs/dev/stdin"), 0);
	ck_assert_int_eq(symlink("/proc/self/fd", "rootfs/dev/fd"), 0);
	fixture_must_enter(&f, PROC);
	check_node("/dev/null", 1, 3);
	check_node("/dev/zero", 1, 5);
	check_link("/dev/ptmx", "pts/ptmx");
	check_link("/dev/stdin", "/proc/self/fd/0");
	check_link("/dev/fd", "/proc/self/fd");
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

START_TEST(test_configured_devices)
{
	struct fixture f;
	struct stat st;

	fixture_init(&f, _i);
	(void)umask(077);
	f.linux_json =
		",\"devices\":["
		"{\"type\":\"c\",\"path\":\"/opt/a/"
		"full\",\"major\":1,\"minor\":7,\"fileMode\":438,\"uid\":11,\"gid\":12},"
		"{\"type\":\"u\",\"path\":\"/dev/raw\",\"major\":1,\"minor\":9,\"fileMode\":384},"
		"{\"type\":\"b\",\"path\":\"/dev/"
		"loop77\",\"major\":7,\"minor\":77,\"fileMode\":416},"
		"{\"type\":\"p\",\"path\":\"/run/pipe\",\"fileMode\":402},"
		"{\"type\":\"c\",\"path\":\"/dev/null\",\"major\":1,\"minor\":3,\"fileMode\":8630},"
		"{\"type\":\"c\",\"path\":\"/dev/null\",\"major\":1,\"minor\":3}]";
	fixture_must_enter(&f, PROC "," DEV);
	ck_assert_int_eq(stat("/opt/a/full", &st), 0);
	ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 7));
	ck_assert(st.st_uid == 11 && st.st_gid == 12 && (st.st_mode & 07777) == 0666);
	ck_assert_int_eq(stat("/dev/raw", &st), 0);
	ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 9) &&
		  (st.st_mode & 07777) == 0600);
	ck_assert_int_eq(stat("/dev/loop77", &st), 0);
	ck_assert(S_ISBLK(st.st_mode) && st.st_rdev == makedev(7, 77) &&
		  (st.st_mode & 07777) == 0640);
	ck_assert_int_eq(stat("/run/pipe", &st), 0);
	ck_assert(S_ISFIFO(st.st_mode) && (st.st_mode & 07777) == 0622);
	check_node("/dev/null", 1, 3);
	fixture_done(&f);
}
END_TEST

static const struct {
	const char *device, *word;
	int num;
} refused_devices[] = {
	{"{\"type\":\"x\",\"path\":\"/dev/a\",\"major\":1,\"minor\":3}", "/linux/devices/0/type",
	 EINVAL},
	{"{\"type\":\"c\",\"path\":\"/dev/a\",\"major\":1}", "/linux/devices/0", EINVAL},
	{"{\"type\":\"c\",\"path\":\"/dev/a\",\"major\":4096,\"minor\":0}",
	 "/linux/devices/0/major", ERANGE},
	{"{\"type\":\"c\",\"path\":\"/dev/a\",\"major\":-1,\"minor\":0}", "/linux/devices/0/major",
	 ERANGE},
	{"{\"type\":\"c\",\"path\":\"/dev/a\",\"major\":1,\"minor\":1048576}",
	 "/linux/devices/0/minor", ERANGE},
	{"{\"type\":\"c\",\"path\":\"/etc/passwd\",\"major\":1,\"minor\":3}",
	 "/linux/devices/0/path", EEXIST},
	{"{\"type\":\"c\",\"path\":\"/etc\",\"major\":1,\"minor\":3}", "/linux/devices/0/path",
	 EEXIST},
	{"{\"type\":\"c\",\"path\":\"/dev/other\",\"major\":1,\"minor\":3}",
	 "/linux/devices/0/path", EEXIST},
	{"{\"type\":\"c\",\"path\":\"/etc/link\",\"major\":1,\"minor\":3}", "/linux/devices/0/path",
	 EEXIST},
	{"{\"type\":\"c\",\"path\":\"/\",\"major\":1,\"minor\":3}", "/linux/devices/0/path",
	 EINVAL},
	{"{\"type\":\"c\",\"path\":\"/dev/..\",\"major\":1,\"minor\":3}", "/linux/devices/0/path",
	 EINVAL},
};

/* Traced from its first instruction to where it changes the mode of a file. */
static void run_to_chmod(pid_t pid)
{
	struct __ptrace_syscall_info info = {0};
	int status;

	ck_assert_int_eq(ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD), 0);
	do {
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSTOPPED(status));
		ck_assert_int_gt(ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info),
				 0);
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY || (info.entry.nr != SYS_fchmodat
#ifdef SYS_chmod
							  && info.entry.nr != SYS_chmod
#endif
							  ));
}

/* Who shares the tree exchanges a node that is being adapted for a link. */
START_TEST(test_exchanged_device)
{
	struct fixture f;
	int status;
	pid_t pid;

	fixture_init(&f, _i);
	f.linux_json = ",\"devices\":[{\"path\":\"/d/x\",\"type\":\"c\",\"major\":1,\"minor\":3,"
		       "\"fileMode\":384}]";
	ck_assert_int_eq(mkdir("rootfs/d", 0755), 0);
	ck_assert_int_eq(mknod("rootfs/d/x", S_IFCHR | 0666, makedev(1, 3)), 0);
	ck_assert_int_eq(chmod("rootfs/d/x", 0666), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)raise(SIGSTOP);
		fixture_must_enter(&f, PROC);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	run_to_chmod(pid);
	ck_assert_int_eq(rename("rootfs/d/x", "rootfs/d/y"), 0);
	ck_assert_int_eq(symlink("../../canary/null", "rootfs/d/x"), 0);
	ck_assert_int_eq(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

/* A node in a directory of the host's, which lies on the root's file system or below /dev, keeps
 * its owner and mode. */
START_TEST(test_device_of_the_host)
{
	static const struct {
		const char *place, *node;
	} places[] = {{"/tmp", "/tmp/x"}, {"/dev/shared", "/dev/shared/x"}};
	cleanup_free char *devices = NULL, *mounts = NULL;
	struct fixture f;
	struct stat st;
	int r;

	fixture_init(&f, _i & 1);
	ck_assert_int_eq(mknod("canary/x", S_IFCHR | 0666, makedev(1, 3)), 0);
	ck_assert_int_eq(chmod("canary/x", 0666), 0);
	devices =
		str_format(",\"devices\":[{\"path\":\"%s\",\"type\":\"c\",\"major\":1,\"minor\":3,"
			   "\"fileMode\":384}]",
			   places[_i / 2].node);
	mounts = str_format("%s,%s,{\"destination\":\"%s\",\"source\":\"canary\",\"options\":["
			    "\"bind\"]}",
			    PROC, DEV, places[_i / 2].place);
	f.linux_json = devices;
	r = fixture_enter(&f, mounts);
	ck_assert_int_eq(r, -EPERM);
	ck_assert_int_eq(fstatat(f.canary, "x", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0666);
	ck_assert_int_eq(unlinkat(f.canary, "x", 0), 0);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

START_TEST(test_refused_devices)
{
	struct fixture f;
	char json[256];

	fixture_init(&f, false);
	fixture_write("rootfs/etc/passwd", "root");
	ck_assert_int_eq(mknod("rootfs/dev/other", S_IFCHR | 0666, makedev(1, 5)), 0);
	ck_assert_int_eq(symlink("../../canary/null", "rootfs/etc/link"), 0);
	(void)snprintf(json, sizeof(json), ",\"devices\":[%s]", refused_devices[_i].device);
	f.linux_json = json;
	fixture_must_fail(&f, PROC, refused_devices[_i].num, refused_devices[_i].word);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

START_TEST(test_device_directory_behind_a_link)
{
	struct fixture f;
	struct stat st;

	fixture_init(&f, false);
	ck_assert_int_eq(symlink("../../../canary", "rootfs/etc/out"), 0);
	f.linux_json = ",\"devices\":[{\"type\":\"c\",\"path\":\"/etc/out/"
		       "full\",\"major\":1,\"minor\":7}]";
	fixture_must_enter(&f, PROC);
	ck_assert_int_eq(stat("/canary/full", &st), 0);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

/* The host's directory is not ours: what is in it stays. */
START_TEST(test_bound_dev)
{
	struct fixture f;
	struct stat st;

	fixture_init(&f, _i);
	fixture_must_enter(
		&f, PROC
		",{\"destination\":\"/dev\",\"source\":\"/dev\",\"options\":[\"rbind\",\"ro\"]}");
	check_node("/dev/null", 1, 3);
	ck_assert_int_eq(lstat("/dev/ptmx", &st), 0);
	fixture_done(&f);
}
END_TEST

START_TEST(test_console)
{
	static const char config[] = "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"}}";
	struct fixture f;
	struct stat st, tty;
	char name[64];
	int master, slave, unlock = 0;

	fixture_init(&f, _i);
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(ioctl(master, TIOCSPTLCK, &unlock), 0);
	ck_assert_int_eq(ptsname_r(master, name, sizeof(name)), 0);
	ck_assert_int_eq(cfg_parse(CFG_CONFIG, config, strlen(config), &f.doc, NULL, &f.e), 0);
	f.r.doc = f.doc;
	f.r.config = f.doc->config;
	f.r.bundle = fixture_dir;
	f.r.new_mountns = true;
	ck_assert_int_eq(rootfs_open_sources(&f.r, &f.e), 0);
	ck_assert_int_eq(rootfs_prepare(&f.r, &f.e), 0);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(fstat(slave, &tty), 0);
	if (_i & 2) {
		ck_assert_int_eq(symlink("../../canary/console", "rootfs/dev/console"), 0);
		ck_assert_int_eq(rootfs_bind_console(&f.r, slave, &f.e), -EEXIST);
		fixture_check_canary(&f);
	} else {
		ck_assert_msg(rootfs_bind_console(&f.r, slave, &f.e) == 0, "%s", f.e.msg);
		ck_assert_int_eq(stat("rootfs/dev/console", &st), 0);
		ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == tty.st_rdev);
	}
	/* only a pseudoterminal will do */
	ck_assert_int_eq(rootfs_bind_console(&f.r, f.canary, &f.e), -ENOTTY);
	fixture_done(&f);
}
END_TEST

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
	struct fixture f;

	fixture_init(&f, false);
	f.linux_json = ",\"maskedPaths\":[\"/etc/..\"]";
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

START_TEST(test_readonly_path_of_the_root)
{
	struct fixture f;

	fixture_init(&f, false);
	f.linux_json = ",\"readonlyPaths\":[\"/\"]";
	fixture_must_enter(&f, PROC);
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
	{"\"net.ipv4.ip_forward\":\"\"", "needs a value", CLONE_NEWNET, EINVAL},
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
	tcase_add_loop_test(t, test_default_devices, 0, 4);
	tcase_add_test(t, test_links_need_their_source);
	tcase_add_loop_test(t, test_dev_is_a_link, 0, 6);
	tcase_add_loop_test(t, test_device_names_are_links, 0, 3);
	tcase_add_loop_test(t, test_existing_entries_of_dev, 0, 2);
	tcase_add_loop_test(t, test_configured_devices, 0, 2);
	tcase_add_loop_test(t, test_exchanged_device, 0, 2);
	tcase_add_loop_test(t, test_device_of_the_host, 0, 4);
	tcase_add_loop_test(t, test_refused_devices, 0,
			    (int)(sizeof(refused_devices) / sizeof(refused_devices[0])));
	tcase_add_test(t, test_device_directory_behind_a_link);
	tcase_add_loop_test(t, test_bound_dev, 0, 2);
	tcase_add_loop_test(t, test_console, 0, 4);
	tcase_add_loop_test(t, test_masked_paths, 0, 2);
	tcase_add_loop_test(t, test_null_that_is_another, 0, 2);
	tcase_add_test(t, test_the_root_cannot_be_masked);
	tcase_add_loop_test(t, test_readonly_paths, 0, 2);
	tcase_add_test(t, test_readonly_path_of_the_root);
	tcase_add_loop_test(t, test_readonly_root, 0, 4);
	tcase_add_loop_test(t, test_writable_root, 0, 4);
	tcase_add_loop_test(t, test_rootfs_propagation, 0, 2 * NPROPAGATIONS);
	tcase_add_loop_test(t, test_root_path, 0, 3);
	tcase_add_loop_test(t, test_shared_mount_namespace, 0, 4);
	tcase_add_test(t, test_mount_label);
	tcase_add_loop_test(t, test_sysctl, 0, 4);
	tcase_add_loop_test(t, test_refused_sysctls, 0,
			    (int)(sizeof(refused_sysctls) / sizeof(refused_sysctls[0])));
	tcase_add_test(t, test_sysctl_paths);
	suite_add_tcase(s, t);
	return fixture_main(s);
}
