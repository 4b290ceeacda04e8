/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime itself mounts stays in the container, also on a mount that the configuration
 * shares with the host; and what is not concerned goes on being shared. */
#include "rootfs_fixture.h"

#include "rootfs_priv.h"

#include <sys/ioctl.h>
#include <sys/wait.h>

#define RSHARED "\"rbind\",\"rshared\""
#define BIND(DEST, OPTIONS)                                                                        \
	PROC ",{\"destination\":\"" DEST "\",\"source\":\"volume\",\"options\":[" OPTIONS "]}"
#define LINUX(MORE) ",\"rootfsPropagation\":\"rshared\"" MORE

static int warnings;

static void warn(void *arg, const char *text)
{
	(void)arg;
	ck_assert_msg(strstr(text, "shared with the host"), "%s", text);
	warnings++;
}

/* The host has volume/ and volume/sub/ in peer groups. */
static void init(struct fixture *f, bool mount2_only)
{
	static const char *const dirs[] = {"volume/dir", "volume/other", "volume/free",
					   "volume/sub/dir"};

	fixture_init(f, mount2_only);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		ck_assert_int_eq(mkdir(dirs[i], 0755), 0);
	ck_assert_int_eq(mount("volume", "volume", NULL, MS_BIND | MS_REC, NULL), 0);
	fixture_write("volume/dir/file", "file");
	fixture_write("volume/console", "file");
	ck_assert_int_eq(mount(NULL, "volume", NULL, MS_SHARED | MS_REC, NULL), 0);
	f->r.warn = warn;
	warnings = 0;
}

static void to_host(struct fixture *f)
{
	ck_assert_int_eq(setns(f->host_ns, CLONE_NEWNS), 0);
	ck_assert_int_eq(chdir(fixture_dir), 0);
}

/* The mounts of this process's namespace, one a line. */
static char *mounts(void)
{
	char *text = NULL;
	size_t len;

	ck_assert_int_eq(
		fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", 1u << 20, &text, &len, NULL), 0);
	return text;
}

/* In the container or behind it: the host has the mounts that it had. */
static void check_host(struct fixture *f, const char *before)
{
	cleanup_free char *after = NULL;

	to_host(f);
	after = mounts();
	ck_assert_msg(str_eq(after, before), "%s", after);
}

/* Is what is mounted on @place now a mount at @on_host as well? It is taken away again. */
static bool reaches_host(struct fixture *f, const char *place, const char *on_host)
{
	int status;
	pid_t pid;

	ck_assert_int_eq(mount("tmpfs", place, "tmpfs", 0, NULL), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		to_host(f);
		_exit(umount(on_host) == 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	/* taken away there, it is gone here */
	(void)umount(place);
	return WEXITSTATUS(status);
}

/* With mount(2) alone (_i) every copy is made in here, and is in no group of the host's. */
START_TEST(test_hidden_paths)
{
	cleanup_free char *before = NULL;
	struct fixture_mount m;
	struct fixture f;
	struct stat st;

	init(&f, _i);
	before = mounts();
	f.linux_json = LINUX(",\"readonlyPaths\":[\"/b/other\"],"
			     "\"maskedPaths\":[\"/b/dir\",\"/b/hello\",\"/etc\"]");
	fixture_must_enter(&f, BIND("/b", RSHARED));
	ck_assert_int_eq(mkdir("/b/other/x", 0755), -1);
	ck_assert_int_eq(errno, EROFS);
	ck_assert_int_eq(access("/b/dir/file", F_OK), -1);
	ck_assert_int_eq(stat("/b/hello", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	/* the option is kept all the same, and what the host mounts comes in */
	ck_assert(fixture_mountinfo(&f, "/b", &m));
	ck_assert(str_starts(m.propagation, "shared:"));
	ck_assert_int_eq(strstr(m.propagation, "master:") == NULL, _i);
	/* the mounts of which no path is hidden are shared as they were */
	ck_assert(reaches_host(&f, "/b/sub/dir", "volume/sub/dir") == !_i);
	ck_assert(!reaches_host(&f, "/b/free", "volume/free"));
	check_host(&f, before);
	ck_assert_int_eq(warnings, !_i);
	fixture_done(&f);
}
END_TEST

/* Nothing of the mount is hidden: a volume of a CSI driver, /sys of a privileged container. */
START_TEST(test_shared_as_asked)
{
	cleanup_free char *before = NULL;
	struct fixture f;

	init(&f, false);
	before = mounts();
	f.linux_json =
		LINUX(",\"readonlyPaths\":[\"/etc\",\"/b/none\"],\"maskedPaths\":[\"/tmp\"]");
	fixture_must_enter(&f, BIND("/b", RSHARED));
	ck_assert_int_eq(warnings, 0);
	ck_assert(reaches_host(&f, "/b/dir", "volume/dir"));
	ck_assert(reaches_host(&f, "/b/sub/dir", "volume/sub/dir"));
	check_host(&f, before);
	fixture_done(&f);
}
END_TEST

/* Mounts further down stay in the host's group where the option is for the first one alone; what
 * makes a path read-only brings copies of them, which are in it, too. */
START_TEST(test_below)
{
	static const char *const entries[] = {BIND("/b", "\"rbind\",\"private\""),
					      BIND("/b", RSHARED)};
	cleanup_free char *before = NULL;
	struct fixture f;

	init(&f, false);
	before = mounts();
	f.linux_json = _i ? LINUX(",\"readonlyPaths\":[\"/b\"],\"maskedPaths\":[\"/b/sub/dir\"]")
			  : LINUX(",\"maskedPaths\":[\"/b/sub/dir\"]");
	fixture_must_enter(&f, entries[_i]);
	check_host(&f, before);
	ck_assert_int_eq(warnings, _i + 1);
	fixture_done(&f);
}
END_TEST

/* What config.mounts has there is on the host, as it is meant; what hides a part of that is not. */
START_TEST(test_mount_on_a_shared_one)
{
	static const char *const paths[] = {
		LINUX(",\"maskedPaths\":[\"/b/dir/x\"]"),
		LINUX(",\"maskedPaths\":[\"/b/other\",\"/b/dir/x\"]"),
	};
	cleanup_free char *before = NULL, *after = NULL;
	struct fixture f;

	init(&f, false);
	ck_assert_int_eq(mkdir("canary/x", 0755), 0);
	before = mounts();
	f.linux_json = paths[_i];
	fixture_must_enter(&f, BIND("/b", RSHARED) ",{\"destination\":\"/b/dir\",\"source\":"
						   "\"canary\",\"options\":[\"bind\",\"shared\"]}");
	to_host(&f);
	ck_assert_int_eq(umount("volume/dir"), 0);
	after = mounts();
	ck_assert_msg(str_eq(after, before), "%s", after);
	ck_assert_int_eq(warnings, _i + 1);
	fixture_done(&f);
}
END_TEST

/* The creator is in a chroot(2), and the mount that its root is a directory of is in no list that
 * it can read. */
START_TEST(test_from_a_chroot)
{
	static const char *const dirs[] = {"jail",	"jail/tmp",    "jail/dev",
					   "jail/proc", "jail/source", "jail/source/dir"};
	cleanup_free char *before = NULL, *place = str_format("jail%s", fixture_dir);
	struct fixture f;

	init(&f, false);
	ck_assert_int_eq(mount(NULL, fixture_dir, NULL, MS_SHARED, NULL), 0);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		ck_assert_int_eq(mkdir(dirs[i], 0755), 0);
	ck_assert_int_eq(mkdir(place, 0755), 0);
	ck_assert_int_eq(mount("/dev", "jail/dev", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount("proc", "jail/proc", "proc", 0, NULL), 0);
	ck_assert_int_eq(mount(".", place, NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount(NULL, place, NULL, MS_PRIVATE, NULL), 0);
	before = mounts();
	ck_assert_int_eq(chroot("jail"), 0);
	ck_assert_int_eq(chdir("/"), 0);
	f.linux_json = LINUX(",\"maskedPaths\":[\"/etc\",\"/b/dir\"]");
	fixture_must_enter(&f, PROC ",{\"destination\":\"/b\",\"source\":\"/source\",\"options\":["
				    "\"bind\",\"shared\"]}");
	check_host(&f, before);
	ck_assert_int_eq(warnings, 1);
	fixture_done(&f);
}
END_TEST

static int bind_console(struct fixture *f)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), unlock = 0, slave;
	char name[64];

	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(ioctl(master, TIOCSPTLCK, &unlock), 0);
	ck_assert_int_eq(ptsname_r(master, name, sizeof(name)), 0);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(slave, 0);
	return rootfs_bind_console(&f->r, slave, &f->e);
}

START_TEST(test_console)
{
	cleanup_free char *before = NULL;
	struct fixture f;
	struct stat st;

	init(&f, _i);
	before = mounts();
	f.before_entering = bind_console;
	f.linux_json = LINUX("");
	fixture_must_enter(&f, BIND("/dev", RSHARED));
	ck_assert_int_eq(stat("/dev/console", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	check_host(&f, before);
	ck_assert_int_eq(warnings, !_i);
	ck_assert_int_eq(stat("volume/console", &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	fixture_done(&f);
}
END_TEST

/* Where no node can be made the host's is bound. */
START_TEST(test_bound_nodes)
{
	cleanup_free char *before = NULL;
	struct fixture f;
	struct stat st;

	init(&f, false);
	before = mounts();
	f.linux_json = LINUX("");
	fixture_drop_mknod();
	fixture_must_enter(&f, BIND("/dev", RSHARED));
	ck_assert_int_eq(stat("/dev/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	check_host(&f, before);
	ck_assert_int_eq(warnings, 1);
	fixture_done(&f);
}
END_TEST

static int make_notify(struct fixture *f)
{
	int fd = rootfs_make_notify(&f->r, &f->e);

	fd_close(&fd);
	return fd == FD_NONE ? f->e.num ? -f->e.num : 0 : fd;
}

/* Of the container's own /run, of the host's, and of a host's directory that a link leads to. */
START_TEST(test_notify)
{
	static const char *const dests[] = {"/opt", "/run", "/opt"};
	cleanup_free char *before = NULL, *entry = NULL;
	struct fixture f;

	init(&f, false);
	if (_i == 2) {
		ck_assert_int_eq(mkdir("rootfs/run", 0755), 0);
		ck_assert_int_eq(symlink("/opt/other", "rootfs/run/notify"), 0);
	}
	before = mounts();
	entry = str_format(
		PROC ",{\"destination\":\"%s\",\"source\":\"volume\",\"options\":[" RSHARED "]}",
		dests[_i]);
	f.before_entering = make_notify;
	f.linux_json = LINUX("");
	if (_i == 0)
		fixture_must_enter(&f, entry);
	else
		fixture_must_fail(&f, entry, EXDEV, "/run/notify");
	check_host(&f, before);
	ck_assert_int_eq(access("volume/notify", F_OK), -1);
	fixture_done(&f);
}
END_TEST

static const struct {
	const char *root, *options;
	bool watched;
} asked[] = {
	{"rshared", "\"rbind\",\"rshared\"", true},
	{"rshared", "\"rbind\",\"rshared\"", true},
	{"shared", "\"bind\",\"shared\"", true},
	{"shared", "\"rbind\",\"private\"", true}, /* those below it */
	{"shared", "\"rbind\",\"slave\"", true},
	{"shared", "\"rbind\",\"slave\",\"rshared\"", true},
	{"shared", "\"rbind\",\"rprivate\"", false},
	{"shared", "\"rbind\",\"rslave\"", false},
	{"shared", "\"bind\",\"private\"", false},
	{"shared", "\"bind\",\"slave\",\"shared\"", false},
	{"shared", "\"rbind\"", false},
	{"rslave", "\"rbind\",\"rshared\"", false},
	{"private", "\"rbind\",\"rshared\"", false},
};

/* Who shares nothing is asked nothing. */
START_TEST(test_asked)
{
	cleanup_free char *config =
		str_format("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":[{"
			   "\"destination\":\"/b\",\"source\":\"volume\",\"options\":[%s]}],"
			   "\"linux\":{\"rootfsPropagation\":\"%s\"}}",
			   asked[_i].options, asked[_i].root);
	bool joins = _i == 0; /* the mounts of which it is not known which are shared, there */
	struct fixture f;

	init(&f, false);
	ck_assert_int_eq(cfg_parse(CFG_CONFIG, config, strlen(config), &f.doc, NULL, &f.e), 0);
	f.r.doc = f.doc;
	f.r.config = f.doc->config;
	f.r.bundle = fixture_dir;
	f.r.new_mountns = !joins;
	ck_assert_int_eq(rootfs_open_sources(&f.r, &f.e), 0);
	ck_assert_int_eq(f.r.sources->peers.watched, asked[_i].watched);
	ck_assert_int_eq(f.r.sources->peers.all, joins);
	ck_assert_int_eq(f.r.sources->peers.count > 0, asked[_i].watched && !joins);
	fixture_done(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mount_peers");
	TCase *t = tcase_create("mount_peers");

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, test_hidden_paths, 0, 2);
	tcase_add_test(t, test_shared_as_asked);
	tcase_add_loop_test(t, test_below, 0, 2);
	tcase_add_loop_test(t, test_mount_on_a_shared_one, 0, 2);
	tcase_add_test(t, test_from_a_chroot);
	tcase_add_loop_test(t, test_console, 0, 2);
	tcase_add_test(t, test_bound_nodes);
	tcase_add_loop_test(t, test_notify, 0, 3);
	tcase_add_loop_test(t, test_asked, 0, (int)(sizeof(asked) / sizeof(asked[0])));
	suite_add_tcase(s, t);
	return fixture_main(s);
}
