/* SPDX-License-Identifier: Apache-2.0 */
/* config.mounts for real. Tests with a loop index run twice: with the calls on descriptors and with
 * mount(2) alone. */
#include "rootfs_fixture.h"

#include <errno.h>
#include <sys/statfs.h>

static int try_create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

static const struct {
	const char *options, *there, *absent, *super;
} tmpfs_options[] = {
	{"\"ro\"", "ro", "rw", NULL},
	{"\"ro\",\"rw\"", "rw", "ro", NULL},
	{"\"rro\"", "ro", "rw", NULL},
	{"\"nosuid\",\"nodev\",\"noexec\"", "nosuid", NULL, NULL},
	{"\"nodev\"", "nodev", "nosuid", NULL},
	{"\"noexec\",\"exec\"", "rw", "noexec", NULL},
	{"\"nosuid\",\"noexec\",\"nodev\",\"ro\",\"defaults\"", "rw", "nosuid", NULL},
	{"\"noatime\"", "noatime", "relatime", NULL},
	{"\"relatime\"", "relatime", "noatime", NULL},
	{"\"strictatime\"", "rw", "relatime", NULL},
	{"\"noatime\",\"atime\"", "relatime", "noatime", NULL},
	{"\"norelatime\"", "rw", NULL, NULL},
	{"\"strictatime\",\"nostrictatime\"", "relatime", NULL, NULL},
	{"\"nodiratime\"", "nodiratime", NULL, NULL},
	{"\"nosymfollow\"", "nosymfollow", NULL, NULL},
	{"\"rnosuid\",\"rnodev\",\"rnoexec\"", "nodev", NULL, NULL},
	{"\"rnoatime\"", "noatime", NULL, NULL},
	{"\"sync\"", "rw", NULL, "sync"},
	{"\"dirsync\"", "rw", NULL, "dirsync"},
	{"\"lazytime\"", "rw", NULL, "lazytime"},
	{"\"iversion\",\"silent\"", "rw", NULL, NULL},
	{"\"noiversion\",\"loud\",\"async\",\"nolazytime\",\"nomand\"", "rw", NULL, NULL},
	{"\"size=64k,mode=700\"", "rw", NULL, "size=64k"},
	{"\"size=64k\",\"mode=700\"", "rw", NULL, "mode=700"},
};
#define NTMPFS ((int)(sizeof(tmpfs_options) / sizeof(tmpfs_options[0])))

START_TEST(test_options_of_a_new_file_system)
{
	int row = _i % NTMPFS;
	struct fixture f;
	struct fixture_mount m;
	char mounts[512];

	fixture_init(&f, _i >= NTMPFS);
	(void)snprintf(mounts, sizeof(mounts),
		       PROC ",{\"destination\":\"/data\",\"type\":\"tmpfs\",\"source\":\"data\","
			    "\"options\":[%s]}",
		       tmpfs_options[row].options);
	fixture_must_enter(&f, mounts);
	ck_assert(fixture_mountinfo(&f, "/data", &m));
	ck_assert_msg(fixture_has(m.options, tmpfs_options[row].there), "%s: %s",
		      tmpfs_options[row].options, m.options);
	if (tmpfs_options[row].absent)
		ck_assert_msg(!fixture_has(m.options, tmpfs_options[row].absent), "%s", m.options);
	if (tmpfs_options[row].super)
		ck_assert_msg(strstr(m.fs, tmpfs_options[row].super), "%s", m.fs);
	ck_assert_ptr_nonnull(strstr(m.fs, "tmpfs data "));
	ck_assert_int_eq(try_create("/data/x"), str_eq(tmpfs_options[row].there, "ro") ? EROFS : 0);
	fixture_done(&f);
}
END_TEST

static const struct {
	const char *options, *top, *top_absent, *below, *below_absent;
} bind_options[] = {
	{"\"rbind\"", "rw", NULL, "rw", NULL},
	{"\"rbind\",\"ro\"", "ro", NULL, "rw", NULL},
	{"\"rbind\",\"rro\"", "ro", NULL, "ro", NULL},
	{"\"rbind\",\"rro\",\"rw\"", "rw", NULL, "ro", NULL},
	{"\"rbind\",\"rnosuid\",\"rnodev\",\"rnoexec\"", "noexec", NULL, "noexec", NULL},
	{"\"rbind\",\"nosuid\"", "nosuid", NULL, "rw", "nosuid"},
	{"\"rbind\",\"rnoatime\"", "noatime", "relatime", "noatime", "relatime"},
	{"\"rbind\",\"rstrictatime\"", "rw", "relatime", "rw", "relatime"},
	{"\"rbind\",\"rnodiratime\"", "nodiratime", NULL, "nodiratime", NULL},
	{"\"rbind\",\"rnosymfollow\"", "nosymfollow", NULL, "nosymfollow", NULL},
	{"\"rbind\",\"noatime\"", "noatime", NULL, "relatime", NULL},
};

START_TEST(test_recursive_options_of_a_bind_mount)
{
	struct fixture f;
	struct fixture_mount m;
	char mounts[512];

	fixture_init(&f, false);
	(void)snprintf(mounts, sizeof(mounts),
		       PROC ",{\"destination\":\"/data\",\"source\":\"volume\",\"options\":[%s]}",
		       bind_options[_i].options);
	fixture_must_enter(&f, mounts);
	ck_assert(fixture_mountinfo(&f, "/data", &m));
	ck_assert_msg(fixture_has(m.options, bind_options[_i].top), "%s", m.options);
	if (bind_options[_i].top_absent)
		ck_assert_msg(!fixture_has(m.options, bind_options[_i].top_absent), "%s",
			      m.options);
	ck_assert_str_eq(m.propagation, "");
	ck_assert(fixture_mountinfo(&f, "/data/sub", &m));
	ck_assert_msg(fixture_has(m.options, bind_options[_i].below), "%s", m.options);
	if (bind_options[_i].below_absent)
		ck_assert_msg(!fixture_has(m.options, bind_options[_i].below_absent), "%s",
			      m.options);
	fixture_done(&f);
}
END_TEST

/* The source has the attributes; the options take them away. */
START_TEST(test_clearing_recursively)
{
	struct fixture f;
	struct fixture_mount m;

	fixture_init(&f, false);
	ck_assert_int_eq(mount("volume", "volume", NULL, MS_BIND | MS_REC, NULL), 0);
	ck_assert_int_eq(mount(NULL, "volume", NULL,
			       MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC |
				       MS_NOATIME | MS_NODIRATIME,
			       NULL),
			 0);
	ck_assert_int_eq(mount(NULL, "volume/sub", NULL,
			       MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC |
				       MS_NOATIME | MS_NODIRATIME,
			       NULL),
			 0);
	fixture_must_enter(
		&f, PROC ",{\"destination\":\"/a\",\"source\":\"volume\",\"options\":[\"rbind\","
			 "\"rrw\",\"rsuid\",\"rdev\",\"rexec\",\"ratime\",\"rdiratime\"]},"
			 "{\"destination\":\"/b\",\"source\":\"volume\",\"options\":[\"rbind\","
			 "\"rw\",\"suid\",\"atime\"]},"
			 "{\"destination\":\"/c\",\"source\":\"volume\",\"options\":[\"rbind\"]}");
	ck_assert(fixture_mountinfo(&f, "/a", &m));
	ck_assert_str_eq(m.options, ",rw,relatime,");
	ck_assert(fixture_mountinfo(&f, "/a/sub", &m));
	ck_assert_str_eq(m.options, ",rw,relatime,");
	ck_assert(fixture_mountinfo(&f, "/b", &m));
	ck_assert_str_eq(m.options, ",rw,nodev,noexec,nodiratime,relatime,");
	ck_assert(fixture_mountinfo(&f, "/b/sub", &m));
	ck_assert_str_eq(m.options, ",ro,nosuid,nodev,noexec,noatime,nodiratime,");
	ck_assert(fixture_mountinfo(&f, "/c", &m));
	ck_assert_str_eq(m.options, ",ro,nosuid,nodev,noexec,noatime,nodiratime,");
	fixture_done(&f);
}
END_TEST

START_TEST(test_bind_mounts)
{
	struct fixture f;
	struct stat st;

	fixture_init(&f, _i);
	fixture_must_enter(
		&f,
		PROC ",{\"destination\":\"/"
		     "one\",\"source\":\"volume\",\"type\":\"whatever\",\"options\":[\"bind\"]},"
		     "{\"destination\":\"/tree\",\"source\":\"./volume\",\"options\":[\"rbind\"]},"
		     "{\"destination\":\"/etc/new/"
		     "file\",\"source\":\"file\",\"options\":[\"bind\",\"ro\"]},"
		     "{\"destination\":\"mnt/x\",\"source\":\"volume\",\"options\":[\"bind\"]},"
		     "{\"destination\":\"/one\",\"source\":\"volume/"
		     "sub\",\"options\":[\"bind\",\"ro\"]}");
	ck_assert_int_eq(access("/one/hello", F_OK), -1); /* the later entry hides the earlier */
	ck_assert_int_eq(access("/one/below", F_OK), 0);
	ck_assert_int_eq(access("/tree/sub/below", F_OK), 0);
	ck_assert_int_eq(access("/mnt/x/hello", F_OK), 0);
	ck_assert_int_eq(access("/mnt/x/sub/below", F_OK),
			 -1); /* bind alone leaves submounts behind */
	ck_assert_int_eq(stat("/etc/new/file", &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_int_eq(try_create("/etc/new/file"), EROFS);
	ck_assert_int_eq(try_create("/one/x"), EROFS);
	ck_assert_int_eq(try_create("/tree/x"), 0);
	ck_assert_int_eq(stat("/etc/new", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
	fixture_done(&f);
}
END_TEST

static const struct {
	const char *mount, *word;
	int num;
} refused[] = {
	{"{\"destination\":\"/\",\"type\":\"tmpfs\"}", "/mounts/0/destination", EINVAL},
	{"{\"destination\":\"/a/..\",\"type\":\"tmpfs\"}", "/mounts/0/destination", EINVAL},
	{"{\"destination\":\"/a\"}", "/mounts/0/destination", EINVAL},
	{"{\"destination\":\"/a\",\"type\":\"nosuchfs\"}", "/mounts/0/type", ENODEV},
	{"{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"size=1k\",\"nosuchoption\"]}",
	 "/mounts/0", EINVAL},
	{"{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"size=many\"]}", "size=many",
	 EINVAL},
	{"{\"destination\":\"/a\",\"source\":\"missing\",\"options\":[\"bind\"]}",
	 "/mounts/0/source: bind source 'missing'", ENOENT},
	{"{\"destination\":\"/a\",\"options\":[\"bind\"]}", "/mounts/0", EINVAL},
	{"{\"destination\":\"/a\",\"source\":\"volume\",\"options\":[\"bind\",\"size=1k\"]}",
	 "'size=1k' is not one for a bind mount", EINVAL},
	{"{\"destination\":\"/a\",\"source\":\"volume\",\"options\":[\"bind\",\"sync\"]}",
	 "/mounts/0/options", EINVAL},
	{"{\"destination\":\"/etc\",\"source\":\"file\",\"options\":[\"bind\"]}",
	 "/mounts/0/destination", EISDIR},
	{"{\"destination\":\"/a\",\"source\":\"volume\",\"options\":[\"bind\",\"idmap\"]}",
	 "/mounts/0/options: an id-mapped mount needs", EINVAL},
	{"{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"ro\",\"X-mount.mode=0700\"]}",
	 "/mounts/0/options/1: the option 'X-mount.mode=0700' is for mount(8)", ENOTSUP},
	{"{\"destination\":\"/"
	 "a\",\"source\":\"volume\",\"options\":[\"bind\",\"x-a\",\"X-mount.subdir=b\"]}",
	 "/mounts/0/options/2", ENOTSUP},
	{"{\"destination\":\"/a\",\"type\":\"proc\",\"options\":[\"tmpcopyup\"]}", "tmpcopyup",
	 EINVAL},
	{"{\"destination\":\"/proc\",\"type\":\"tmpfs\"}", "only procfs", EPERM},
	{"{\"destination\":\"/proc\",\"source\":\"volume\",\"options\":[\"bind\"]}", "only procfs",
	 EPERM},
	{"{\"destination\":\"/proc/sys\",\"type\":\"tmpfs\"}", "lies on procfs", EPERM},
	{"{\"destination\":\"/etc/../proc/self/attr\",\"type\":\"tmpfs\"}", "lies on procfs",
	 EPERM},
	{"{\"destination\":\"/nothing\",\"options\":[\"remount\",\"ro\"]}", "/mounts/0/destination",
	 ENOENT},
	{"{\"destination\":\"/etc\",\"options\":[\"remount\",\"ro\"]}", "something mounted there",
	 EINVAL},
};

START_TEST(test_refused)
{
	struct fixture f;

	fixture_init(&f, false);
	fixture_must_fail(&f, refused[_i].mount, refused[_i].num, refused[_i].word);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

START_TEST(test_allowed_places_on_procfs)
{
	struct fixture f;
	char *text;
	size_t len;

	fixture_init(&f, _i);
	fixture_must_enter(
		&f, PROC
		",{\"destination\":\"/proc/uptime\",\"source\":\"file\",\"options\":[\"bind\"]}");
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "/proc/uptime", 100, &text, &len, NULL), 0);
	ck_assert_str_eq(text, "file");
	free(text);
	fixture_done(&f);
}
END_TEST

START_TEST(test_no_place_on_procfs_by_a_link)
{
	struct fixture f;

	fixture_init(&f, false);
	ck_assert_int_eq(symlink("/proc/sys", "rootfs/innocent"), 0);
	fixture_must_fail(&f, PROC ",{\"destination\":\"/innocent\",\"type\":\"tmpfs\"}", EPERM,
			  "/mounts/1/destination");
	fixture_done(&f);
}
END_TEST

/* As monitors have it: the host's root, and on the procfs that came along with it the host's. */
START_TEST(test_procfs_of_the_host_is_a_place)
{
	struct fixture f;
	struct fixture_mount m;

	fixture_init(&f, _i);
	ck_assert_int_eq(mkdir("volume/p", 0755), 0);
	ck_assert_int_eq(mount("/proc", "volume/p", NULL, MS_BIND, NULL), 0);
	fixture_must_enter(
		&f, PROC
		",{\"destination\":\"/h\",\"source\":\"volume\",\"options\":[\"rbind\"]},"
		"{\"destination\":\"/h/p\",\"source\":\"/proc\",\"options\":[\"rbind\",\"ro\"]},"
		"{\"destination\":\"/h/p/sys\",\"type\":\"tmpfs\"}");
	ck_assert(fixture_mountinfo(&f, "/h/p", &m));
	ck_assert_msg(fixture_has(m.options, "ro") && str_starts(m.fs, ",proc "), "%s%s", m.options,
		      m.fs);
	ck_assert(fixture_mountinfo(&f, "/h/p/sys", &m));
	fixture_done(&f);
}
END_TEST

/* Nor is one where /proc itself consists of several mounts, or is reached by a link. */
START_TEST(test_no_place_in_proc_by_a_link)
{
	static const char *const targets[] = {"/proc", "proc/sys", "/proc/sys/kernel"};
	struct fixture f;

	fixture_init(&f, _i & 1);
	ck_assert_int_eq(mount("/proc", "volume/sub", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount("/proc/sys", "volume/sub/sys", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(symlink(targets[_i / 2], "rootfs/innocent"), 0);
	fixture_must_fail(
		&f,
		"{\"destination\":\"/proc\",\"source\":\"volume/sub\",\"options\":[\"rbind\"]},"
		"{\"destination\":\"/innocent\",\"type\":\"tmpfs\"}",
		EPERM, "/mounts/1/destination");
	fixture_done(&f);
}
END_TEST

/* Seen by nobody inside, but by whoever joins the mount namespace later. */
START_TEST(test_no_place_on_the_root_by_a_link)
{
	static const char *const options[] = {"\"type\":\"tmpfs\"", "\"type\":\"cgroup\"",
					      "\"type\":\"mqueue\"",
					      "\"source\":\"volume\",\"options\":[\"rbind\"]",
					      "\"options\":[\"remount\",\"noexec\"]"};
	struct fixture f;
	char mounts[256];

	fixture_init(&f, _i & 1);
	ck_assert_int_eq(symlink("/", "rootfs/data"), 0);
	ck_assert_int_eq(symlink("made/../..", "rootfs/etc/dangling"), 0);
	(void)snprintf(mounts, sizeof(mounts), PROC ",{\"destination\":\"/etc/../%s\",%s}",
		       _i & 2 ? "etc/dangling" : "data", options[_i / 4]);
	/* what is missing on the way is made, but for a remount */
	fixture_must_fail(&f, mounts, (_i & 2) && _i / 4 == 4 ? ENOENT : EINVAL,
			  "/mounts/1/destination");
	fixture_done(&f);
}
END_TEST

/* The same directory, but at another place. */
START_TEST(test_root_as_a_source)
{
	struct fixture f;

	fixture_init(&f, _i);
	ck_assert_int_eq(symlink("a", "rootfs/link"), 0);
	fixture_write("rootfs/etc/conf", "conf");
	fixture_must_enter(&f, PROC
			   ",{\"destination\":\"/a\",\"source\":\"rootfs\",\"options\":[\"bind\"]},"
			   "{\"destination\":\"/link\",\"type\":\"tmpfs\"}");
	ck_assert_int_eq(access("/a/etc/conf", F_OK), -1);
	ck_assert_int_eq(access("/etc/conf", F_OK), 0);
	fixture_done(&f);
}
END_TEST

START_TEST(test_proc_and_sys_are_no_links)
{
	static const char *const mounts[] = {
		PROC, "{\"destination\":\"/sys\",\"type\":\"sysfs\",\"source\":\"sysfs\"}",
		"{\"destination\":\"/sys\",\"source\":\"/sys\",\"options\":[\"rbind\"]}"};
	const char *name = _i == 0 ? "rootfs/proc" : "rootfs/sys";
	struct fixture f;

	fixture_init(&f, false);
	ck_assert_int_eq(rmdir(name), 0);
	ck_assert_int_eq(symlink("../canary", name), 0);
	ck_assert_int_eq(mkdir("rootfs/canary", 0755), 0);
	fixture_must_fail(&f, mounts[_i], ELOOP, "symbolic link");
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

/* Every one of these leads out of the root for a resolver that works with strings. */
static const struct {
	const char *name, *target, *dest, *inside;
} links[] = {
	{"rootfs/up", "../../../../../../canary", "/up/x", "/canary/x"},
	{"rootfs/up", "../canary", "/up", "/canary"},
	{"rootfs/abs", "/canary", "/abs/deep/er", "/canary/deep/er"},
	{"rootfs/tmp/l", "../../canary", "/tmp/l/../l/x", "/canary/x"},
	{"rootfs/dangling", "/no/such/dir", "/dangling", "/no/such/dir"},
	{"rootfs/dangling", "../no/such", "/dangling/x/y", "/no/such/x/y"},
	{"rootfs/a", "b", "/../../a/x", "/b/x"},
};

START_TEST(test_links_stay_inside)
{
	struct fixture f;
	struct fixture_mount m;
	char mounts[256];
	int n = (int)(sizeof(links) / sizeof(links[0]));

	fixture_init(&f, _i >= n);
	ck_assert_int_eq(symlink(links[_i % n].target, links[_i % n].name), 0);
	(void)snprintf(mounts, sizeof(mounts),
		       PROC ",{\"destination\":\"%s\",\"type\":\"tmpfs\",\"source\":\"inside\"}",
		       links[_i % n].dest);
	fixture_must_enter(&f, mounts);
	ck_assert_msg(fixture_mountinfo(&f, links[_i % n].inside, &m), "nothing at %s",
		      links[_i % n].inside);
	ck_assert_ptr_nonnull(strstr(m.fs, "tmpfs inside"));
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

START_TEST(test_a_loop_of_links)
{
	struct fixture f;

	fixture_init(&f, false);
	ck_assert_int_eq(symlink("b", "rootfs/a"), 0);
	ck_assert_int_eq(symlink("a", "rootfs/b"), 0);
	fixture_must_fail(&f, "{\"destination\":\"/a/x\",\"type\":\"tmpfs\"}", ELOOP,
			  "/mounts/0/destination");
	fixture_done(&f);
}
END_TEST

START_TEST(test_file_behind_a_dangling_link)
{
	struct fixture f;
	char *text;
	size_t len;

	fixture_init(&f, _i);
	ck_assert_int_eq(symlink("../run/resolve/stub.conf", "rootfs/etc/resolv.conf"), 0);
	fixture_must_enter(&f, PROC ",{\"destination\":\"/etc/"
				    "resolv.conf\",\"source\":\"file\",\"options\":[\"bind\"]}");
	ck_assert_int_eq(
		fd_read_file_at(AT_FDCWD, "/run/resolve/stub.conf", 100, &text, &len, NULL), 0);
	ck_assert_str_eq(text, "file");
	free(text);
	fixture_done(&f);
}
END_TEST

static const struct {
	const char *options, *starts;
} propagations[] = {
	{"\"private\"", ""},	    {"\"shared\"", "shared:"},
	{"\"rshared\"", "shared:"}, {"\"unbindable\"", "unbindable"},
	{"\"slave\"", ""},	    {"\"slave\",\"shared\"", "shared:"},
	{"\"rprivate\"", ""},	    {"\"runbindable\"", "unbindable"},
};

START_TEST(test_propagation)
{
	struct fixture f;
	struct fixture_mount m;
	char mounts[512];
	int n = (int)(sizeof(propagations) / sizeof(propagations[0]));

	fixture_init(&f, _i >= n);
	(void)snprintf(mounts, sizeof(mounts),
		       PROC
		       ",{\"destination\":\"/b\",\"source\":\"volume\",\"options\":[\"bind\",%s]},"
		       "{\"destination\":\"/t\",\"type\":\"tmpfs\",\"options\":[%s]}",
		       propagations[_i % n].options, propagations[_i % n].options);
	fixture_must_enter(&f, mounts);
	for (int k = 0; k < 2; k++) {
		ck_assert(fixture_mountinfo(&f, k ? "/t" : "/b", &m));
		ck_assert_msg(str_starts(m.propagation, propagations[_i % n].starts) &&
				      (*propagations[_i % n].starts || !*m.propagation),
			      "%s: '%s'", propagations[_i % n].options, m.propagation);
	}
	fixture_done(&f);
}
END_TEST

/* The source is shared on the host: nobody gets into its peer group unasked. */
START_TEST(test_shared_source)
{
	struct fixture f;
	struct fixture_mount m;

	fixture_init(&f, false);
	ck_assert_int_eq(mount("volume", "volume", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount(NULL, "volume", NULL, MS_SHARED, NULL), 0);
	fixture_must_enter(
		&f,
		PROC ",{\"destination\":\"/none\",\"source\":\"volume\",\"options\":[\"rbind\"]},"
		     "{\"destination\":\"/"
		     "slave\",\"source\":\"volume\",\"options\":[\"rbind\",\"rslave\"]},"
		     "{\"destination\":\"/"
		     "shared\",\"source\":\"volume\",\"options\":[\"rbind\",\"rshared\"]}");
	ck_assert(fixture_mountinfo(&f, "/none", &m));
	ck_assert_str_eq(m.propagation, "");
	ck_assert(fixture_mountinfo(&f, "/slave", &m));
	ck_assert_msg(str_starts(m.propagation, "master:"), "%s", m.propagation);
	ck_assert(fixture_mountinfo(&f, "/shared", &m));
	ck_assert_msg(str_starts(m.propagation, "shared:") && strstr(m.propagation, "master:"),
		      "%s", m.propagation);
	fixture_done(&f);
}
END_TEST

START_TEST(test_shared_with_the_host)
{
	struct fixture f;
	struct fixture_mount m;

	fixture_init(&f, false);
	ck_assert_int_eq(mount("volume", "volume", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount(NULL, "volume", NULL, MS_SHARED, NULL), 0);
	f.linux_json = ",\"rootfsPropagation\":\"rshared\"";
	fixture_must_enter(&f, PROC
			   ",{\"destination\":\"/"
			   "shared\",\"source\":\"volume\",\"options\":[\"rbind\",\"rshared\"]},"
			   "{\"destination\":\"/"
			   "private\",\"source\":\"volume\",\"options\":[\"rbind\",\"rprivate\"]}");
	ck_assert(fixture_mountinfo(&f, "/shared", &m));
	ck_assert_msg(str_starts(m.propagation, "shared:") && !strstr(m.propagation, "master:"),
		      "%s", m.propagation);
	ck_assert(fixture_mountinfo(&f, "/private", &m));
	ck_assert_str_eq(m.propagation, "");
	fixture_done(&f);
}
END_TEST

START_TEST(test_remount)
{
	struct fixture f;
	struct fixture_mount m;
	struct statfs fs;

	fixture_init(&f, _i);
	fixture_must_enter(
		&f, PROC
		",{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"size=1m\",\"nosuid\"]},"
		"{\"destination\":\"/a\",\"options\":[\"remount\",\"noexec\"]},"
		"{\"destination\":\"/b\",\"type\":\"tmpfs\",\"options\":[\"size=1m\",\"ro\"]},"
		"{\"destination\":\"/b\",\"options\":[\"remount\",\"size=128k\",\"rw\"]},"
		"{\"destination\":\"/c\",\"source\":\"volume\",\"options\":[\"bind\"]},"
		"{\"destination\":\"/c\",\"options\":[\"bind\",\"remount\",\"ro\"]}");
	ck_assert(fixture_mountinfo(&f, "/a", &m));
	ck_assert_str_eq(m.options, ",rw,noexec,relatime,");
	ck_assert_int_eq(statfs("/b", &fs), 0);
	ck_assert_uint_eq(fs.f_blocks * (unsigned long)fs.f_bsize, 128u << 10);
	ck_assert_int_eq(try_create("/b/x"), 0);
	ck_assert_int_eq(try_create("/c/x"), EROFS);
	fixture_done(&f);
}
END_TEST

static void write_map(const char *path, const char *map)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0 && fd_write_all(fd, map, strlen(map)) == 0, "%s: %m", path);
	(void)close(fd);
}

/* mount_namespaces(7): what root of a user namespace has inherited keeps its attributes. */
START_TEST(test_remount_of_what_is_locked)
{
	struct fixture f;
	struct fixture_mount m;

	fixture_init(&f, _i);
	ck_assert_int_eq(mount(NULL, "volume/sub", NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, NULL),
			 0);
	ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNS), 0);
	write_map("/proc/self/setgroups", "deny");
	write_map("/proc/self/uid_map", "0 0 1");
	write_map("/proc/self/gid_map", "0 0 1");
	fixture_must_enter(
		&f, "{\"destination\":\"/proc\",\"source\":\"/proc\",\"options\":[\"rbind\"]},"
		    "{\"destination\":\"/c\",\"source\":\"volume/sub\",\"options\":[\"bind\"]},"
		    "{\"destination\":\"/c\",\"options\":[\"bind\",\"remount\",\"ro\"]}");
	ck_assert(fixture_mountinfo(&f, "/c", &m));
	ck_assert_str_eq(m.options, ",ro,nosuid,nodev,relatime,");
	fixture_done(&f);
}
END_TEST

START_TEST(test_read_only_parent_of_later_mounts)
{
	struct fixture f;
	struct fixture_mount m;

	fixture_init(&f, _i);
	fixture_must_enter(
		&f, PROC
		",{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"options\":[\"ro\",\"mode=755\"]},"
		"{\"destination\":\"/dev/shm\",\"type\":\"tmpfs\"},"
		"{\"destination\":\"/x\",\"type\":\"tmpfs\",\"options\":[\"ro\"]},"
		"{\"destination\":\"/x/y/z\",\"type\":\"tmpfs\"}");
	ck_assert_int_eq(try_create("/dev/x"), EROFS);
	ck_assert_int_eq(try_create("/dev/shm/x"), 0);
	ck_assert_int_eq(try_create("/x/a"), EROFS);
	ck_assert_int_eq(try_create("/x/y/z/a"), 0);
	ck_assert(fixture_mountinfo(&f, "/dev", &m));
	ck_assert(fixture_has(m.options, "ro"));
	ck_assert_int_eq(access("/dev/null", W_OK), 0);
	fixture_done(&f);
}
END_TEST

START_TEST(test_idmap)
{
	struct fixture f;
	struct stat st;
	int r;

	fixture_init(&f, false);
	ck_assert_int_eq(chown("volume/hello", 5, 6), 0);
	ck_assert_int_eq(chown("volume/sub/below", 5, 6), 0);
	r = fixture_enter(&f, PROC
			  ",{\"destination\":\"/"
			  "top\",\"source\":\"volume\",\"options\":[\"rbind\",\"idmap\"],"
			  "\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":100}],"
			  "\"gidMappings\":[{\"containerID\":0,\"hostID\":2000,\"size\":100}]},"
			  "{\"destination\":\"/"
			  "all\",\"source\":\"volume\",\"options\":[\"rbind\",\"ridmap\"],"
			  "\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":100}],"
			  "\"gidMappings\":[{\"containerID\":0,\"hostID\":2000,\"size\":100}]}");
	if (r == -EINVAL && strstr(f.e.msg, "may not support id-mapped")) {
		printf("no id-mapped tmpfs here\n");
		fixture_done(&f);
		return;
	}
	ck_assert_msg(r == 0, "%s", f.e.msg);
	ck_assert_int_eq(stat("/top/hello", &st), 0);
	ck_assert(st.st_uid == 1005 && st.st_gid == 2006);
	ck_assert_int_eq(stat("/top/sub/below", &st), 0);
	ck_assert(st.st_uid == 5 && st.st_gid == 6);
	ck_assert_int_eq(stat("/all/sub/below", &st), 0);
	ck_assert(st.st_uid == 1005 && st.st_gid == 2006);
	fixture_done(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mount");
	TCase *t = tcase_create("mounts");

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, test_options_of_a_new_file_system, 0, 2 * NTMPFS);
	tcase_add_loop_test(t, test_recursive_options_of_a_bind_mount, 0,
			    (int)(sizeof(bind_options) / sizeof(bind_options[0])));
	tcase_add_test(t, test_clearing_recursively);
	tcase_add_loop_test(t, test_bind_mounts, 0, 2);
	tcase_add_loop_test(t, test_refused, 0, (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_loop_test(t, test_allowed_places_on_procfs, 0, 2);
	tcase_add_test(t, test_no_place_on_procfs_by_a_link);
	tcase_add_loop_test(t, test_procfs_of_the_host_is_a_place, 0, 2);
	tcase_add_loop_test(t, test_no_place_in_proc_by_a_link, 0, 6);
	tcase_add_loop_test(t, test_no_place_on_the_root_by_a_link, 0, 20);
	tcase_add_loop_test(t, test_root_as_a_source, 0, 2);
	tcase_add_loop_test(t, test_proc_and_sys_are_no_links, 0, 3);
	tcase_add_loop_test(t, test_links_stay_inside, 0,
			    2 * (int)(sizeof(links) / sizeof(links[0])));
	tcase_add_test(t, test_a_loop_of_links);
	tcase_add_loop_test(t, test_file_behind_a_dangling_link, 0, 2);
	tcase_add_loop_test(t, test_propagation, 0,
			    2 * (int)(sizeof(propagations) / sizeof(propagations[0])));
	tcase_add_test(t, test_shared_source);
	tcase_add_test(t, test_shared_with_the_host);
	tcase_add_loop_test(t, test_remount, 0, 2);
	tcase_add_loop_test(t, test_remount_of_what_is_locked, 0, 2);
	tcase_add_loop_test(t, test_read_only_parent_of_later_mounts, 0, 2);
	tcase_add_test(t, test_idmap);
	suite_add_tcase(s, t);
	return fixture_main(s);
}
