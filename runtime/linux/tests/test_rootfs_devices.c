/* SPDX-License-Identifier: Apache-2.0 */
/* Devices of a container's root: the default ones, configured ones, those in odd places, the
 * console. */
#include "rootfs_fixture.h"

#include "device.h"
#include "traced_fixture.h"

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

#define DEV "{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"options\":[\"nosuid\",\"mode=755\"]}"

#define PTS                                                                                        \
	"{\"destination\":\"/dev/"                                                                 \
	"pts\",\"type\":\"devpts\",\"options\":[\"newinstance\",\"ptmxmode=0666\"]}"

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

/* What changes the mode of a file. */
static const int chmods[] = {SYS_fchmodat,
#ifdef SYS_chmod
			     SYS_chmod,
#endif
			     -1};

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
	run_to_call(pid, chmods);
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

/* Who may make none binds the host's, whatever it is called there. */
START_TEST(test_device_by_its_number)
{
	struct fixture f;
	struct stat st;

	fixture_init(&f, _i);
	f.linux_json =
		",\"devices\":[{\"path\":\"/dev/my/null\",\"type\":\"c\",\"major\":1,\"minor\":3},"
		"{\"path\":\"/dev/full\",\"type\":\"c\",\"major\":1,\"minor\":5}]";
	fixture_drop_mknod();
	fixture_must_enter(&f, PROC);
	ck_assert_int_eq(stat("/dev/my/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
	ck_assert_int_eq(stat("/dev/full", &st), 0);
	ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 5));
	fixture_done(&f);
}
END_TEST

/* Twice in one root: what it bound them on is still there. */
START_TEST(test_bound_devices_come_again)
{
	struct fixture f;
	struct stat st;

	fixture_init(&f, _i & 1);
	f.linux_json =
		",\"devices\":[{\"path\":\"/dev/my/null\",\"type\":\"c\",\"major\":1,\"minor\":3}]";
	ck_assert_int_eq(mkdir("rootfs/dev/my", 0755), 0);
	fixture_write("rootfs/dev/my/null", _i & 2 ? "full" : "");
	fixture_drop_mknod();
	if (_i & 2) {
		fixture_must_fail(&f, PROC, EEXIST, "/linux/devices/0/path");
	} else {
		fixture_must_enter(&f, PROC);
		ck_assert_int_eq(stat("/dev/my/null", &st), 0);
		ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
	}
	fixture_done(&f);
}
END_TEST

/* Who can make nodes asks for the place of one, and covers no file, however empty. */
START_TEST(test_empty_file_is_no_device)
{
	struct fixture f;

	fixture_init(&f, _i);
	f.linux_json =
		",\"devices\":[{\"path\":\"/etc/null\",\"type\":\"c\",\"major\":1,\"minor\":3}]";
	fixture_write("rootfs/etc/null", "");
	fixture_must_fail(&f, PROC, EEXIST, "/linux/devices/0/path");
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

/* What is missing there is not made, nor its directory; what is there is found. */
START_TEST(test_missing_in_a_bound_dev)
{
	static const char *const paths[] = {"/dev/x", "/dev/my/deep/x", "/in/x"};
	static const char *const names[] = {"x", "my", "x"};
	cleanup_free char *devices =
		str_format(",\"devices\":[{\"path\":\"/dev/mine\",\"type\":\"c\",\"major\":1,"
			   "\"minor\":3},{\"path\":\"/elsewhere/x\",\"type\":\"c\",\"major\":1,"
			   "\"minor\":3},{\"path\":\"%s\",\"type\":\"c\",\"major\":1,\"minor\":3}]",
			   paths[_i / 2]);
	struct fixture f;
	struct stat st;

	fixture_init(&f, _i & 1);
	ck_assert_int_eq(mknod("volume/mine", S_IFCHR | 0666, makedev(1, 3)), 0);
	ck_assert_int_eq(symlink("/dev", "rootfs/in"), 0);
	f.linux_json = devices;
	fixture_must_fail(
		&f,
		PROC ",{\"destination\":\"/dev\",\"source\":\"volume\",\"options\":[\"rbind\"]}",
		EPERM, "/linux/devices/2/path");
	ck_assert_int_eq(fstatat(f.canary, "../rootfs/elsewhere/x", &st, 0), 0);
	cleanup_free char *made = str_format("../volume/%s", names[_i / 2]);
	ck_assert_int_eq(fstatat(f.canary, made, &st, 0), -1);
	fixture_done(&f);
}
END_TEST

#define BOUND(DEST, SOURCE)                                                                        \
	"{\"destination\":\"" DEST "\",\"source\":\"" SOURCE "\",\"options\":[\"rbind\"]}"
#define TMPFS(DEST) "{\"destination\":\"" DEST "\",\"type\":\"tmpfs\"}"

/* Where a node is asked for, and what is mounted there. */
static const struct {
	const char *mounts, *path;
	bool made;
} directories[] = {
	{DEV "," BOUND("/dev/snd", "volume"), "/dev/snd/x", false},
	{DEV "," BOUND("/dev/snd", "volume"), "/dev/snd/deep/down/x", false},
	{DEV "," BOUND("/data", "volume"), "/data/x", false},
	{DEV "," BOUND("/data", "volume"), "/data/sub/x", false},
	{DEV "," BOUND("/data", "volume"), "/tmp/link/x", false},
	{DEV "," BOUND("/data", "volume"), "/tmp/dangling/x", false},
	{TMPFS("/data") "," BOUND("/data", "volume"), "/data/x", false},
	{TMPFS("/data/sub") "," BOUND("/data", "volume"), "/data/sub/x", false},
	{BOUND("/tmp/link", "volume") "," TMPFS("/opt"), "/data/x", false},
	{DEV, "/sys/x", false}, /* mounted before it was the container's root */
	{BOUND("/data", "volume") "," TMPFS("/data"), "/data/x", true},
	{BOUND("/data", "volume") "," TMPFS("/data/sub"), "/data/sub/deep/x", true},
	{DEV "," BOUND("/data", "volume"), "/dev/x", true},
	{DEV "," BOUND("/data", "volume"), "/dev/my/x", true},
	{DEV "," BOUND("/data", "volume"), "/etc/my/x", true},
	{BOUND("/data", "volume"), "/dev/x", true},
	{DEV "," BOUND("/data", "volume"), "/data/mine", true}, /* it is there */
};
#define NDIRECTORIES ((int)(sizeof(directories) / sizeof(directories[0])))

/* Nothing is made in the host's directories, not even a place to bind a node on; in what the
 * container has for itself it is. */
START_TEST(test_no_node_on_the_host)
{
	static const char *const places[] = {"volume/x", "volume/deep", "volume/sub/x",
					     "volume/made", "rootfs/sys/x"};
	int i = _i % NDIRECTORIES;
	cleanup_free char *devices =
		str_format(",\"devices\":[{\"path\":\"%s\",\"type\":\"c\",\"major\":1,\"minor\":3,"
			   "\"fileMode\":438}]",
			   directories[i].path);
	cleanup_free char *mounts = str_format(PROC ",%s", directories[i].mounts);
	struct fixture f;
	struct stat st;

	/* with mount(2), and by who can make no nodes at all */
	fixture_init(&f, _i / NDIRECTORIES == 1);
	ck_assert_int_eq(mknod("volume/mine", S_IFCHR | 0666, makedev(1, 3)), 0);
	ck_assert_int_eq(chmod("volume/mine", 0666), 0);
	if (_i / NDIRECTORIES == 2)
		fixture_drop_mknod();
	ck_assert_int_eq(mkdir("rootfs/data", 0755), 0);
	ck_assert_int_eq(symlink("/data", "rootfs/tmp/link"), 0);
	ck_assert_int_eq(symlink("/data/made", "rootfs/tmp/dangling"), 0);
	ck_assert_int_eq(mount("tmpfs", "rootfs/sys", "tmpfs", 0, NULL), 0);
	f.linux_json = devices;
	if (directories[i].made) {
		fixture_must_enter(&f, mounts);
		ck_assert_int_eq(stat(directories[i].path, &st), 0);
		ck_assert(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
	} else {
		fixture_must_fail(&f, mounts, EPERM, "/linux/devices/0/path");
	}
	ck_assert_int_eq(setns(f.host_ns, CLONE_NEWNS), 0);
	ck_assert_int_eq(chdir(fixture_dir), 0);
	for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++)
		ck_assert_msg(lstat(places[k], &st) < 0, "%s", places[k]);
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

int main(void)
{
	Suite *s = suite_create("rootfs_devices");
	TCase *t = tcase_create("rootfs_devices");

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, test_default_devices, 0, 4);
	tcase_add_test(t, test_links_need_their_source);
	tcase_add_loop_test(t, test_dev_is_a_link, 0, 6);
	tcase_add_loop_test(t, test_device_names_are_links, 0, 3);
	tcase_add_loop_test(t, test_existing_entries_of_dev, 0, 2);
	tcase_add_loop_test(t, test_configured_devices, 0, 2);
	tcase_add_loop_test(t, test_exchanged_device, 0, 2);
	tcase_add_loop_test(t, test_device_of_the_host, 0, 4);
	tcase_add_loop_test(t, test_device_by_its_number, 0, 2);
	tcase_add_loop_test(t, test_bound_devices_come_again, 0, 4);
	tcase_add_loop_test(t, test_empty_file_is_no_device, 0, 2);
	tcase_add_loop_test(t, test_refused_devices, 0,
			    (int)(sizeof(refused_devices) / sizeof(refused_devices[0])));
	tcase_add_test(t, test_device_directory_behind_a_link);
	tcase_add_loop_test(t, test_bound_dev, 0, 2);
	tcase_add_loop_test(t, test_missing_in_a_bound_dev, 0, 6);
	tcase_add_loop_test(t, test_no_node_on_the_host, 0, 3 * NDIRECTORIES);
	tcase_add_loop_test(t, test_console, 0, 4);
	suite_add_tcase(s, t);
	return fixture_main(s);
}
