/* SPDX-License-Identifier: Apache-2.0 */
/* fd_open_in_root() and its walk, held against each other on a tree that wants to lead them out. */
#include "cleanup.h"
#include "fd.h"
#include "sandbox.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char workdir[] = "/tmp/test_root.XXXXXX";
static int rootfd;

static void make_file(const char *path, const char *text)
{
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0644, text, strlen(text), 0, NULL), 0);
}

static void setup(void)
{
	static const char *const links[][2] = {
		{"dir/file", "lfile"},
		{"dir", "ldir"},
		{"dir/", "lslash"},
		{"dir/file/", "lfileslash"},
		{"/dir/file", "abs"},
		{"/", "top"},
		{"/..", "overtop"},
		{"..", "up"},
		{"../../../../../../..", "upup"},
		{"../../../../../../secret", "esc"},
		{"/secret", "absesc"},
		{"/tmp", "abstmp"},
		{".", "here"},
		{"loop", "loop"},
		{"pong", "ping"},
		{"ping", "pong"},
		{"nowhere", "dangling"},
		{"/dir/new", "dangabs"},
		{"../../new", "dangup"},
		{"missing/new", "dangdeep"},
		{"../lfile", "dir/lback"},
		{"../../../dir/sub", "dir/lsub"},
		{"dir/sub/..", "ldots"},
		{"fifo", "lfifo"},
		{"dir/./sub/.././file", "lmess"},
		{"new/", "dangslash"},
		{"//dir//file", "absabs"},
		{"self", "tofile"},
	};

	(void)strcpy(workdir + sizeof(workdir) - 7, "XXXXXX"); /* NOLINT */
	ck_assert_ptr_nonnull(mkdtemp(workdir));
	ck_assert_int_eq(chdir(workdir), 0);
	(void)umask(022);
	make_file("secret", "outside");
	ck_assert_int_eq(mkdir("root", 0755), 0);
	ck_assert_int_eq(chdir("root"), 0);
	ck_assert_int_eq(mkdir("dir", 0755), 0);
	ck_assert_int_eq(mkdir("dir/sub", 0755), 0);
	ck_assert_int_eq(mkdir("tmp", 0755), 0);
	make_file("dir/file", "inside");
	make_file("self", "inside too");
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		ck_assert_int_eq(symlink(links[i][0], links[i][1]), 0);
	/* c0 -> c1 -> ... -> c40 -> dir/file: from c1 on 40 links, from c0 on 41 */
	for (int i = 0; i <= 40; i++) {
		char name[8], target[16];

		(void)snprintf(name, sizeof(name), "c%d", i);
		(void)snprintf(target, sizeof(target), i == 40 ? "dir/file" : "c%d", i + 1);
		ck_assert_int_eq(symlink(target, name), 0);
	}
	rootfd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(rootfd, 0);
}

static void teardown(void)
{
	fd_close(&rootfd);
	ck_assert_int_eq(chdir("/"), 0);
	sandbox_remove_tree(workdir);
}

/* What came of an attempt, in words: the path of what was opened, or the error. */
static void describe(int fd, char *buf, size_t size)
{
	char link[FD_PATH_SIZE], target[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fd < 0) {
		(void)snprintf(buf, size, "%s", strerrorname_np(-fd));
		return;
	}
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fstat(fd, &st), 0);
	n = readlink(fd_proc_path(fd, link), target, sizeof(target) - 1);
	ck_assert_int_gt(n, 0);
	target[n] = '\0';
	/* an unnamed temporary file has a name of its own every time */
	if (st.st_nlink == 0 && strrchr(target, '/'))
		strrchr(target, '/')[1] = '\0';
	/* the walk adds these two to an open, where they stay visible and mean nothing any more */
	(void)snprintf(buf, size, "%s type %o flags %x", target, st.st_mode,
		       fcntl(fd, F_GETFL) & ~(O_NOFOLLOW | O_DIRECTORY));
}

/* Removes what an attempt has created: only those files have this mode. */
#define NEW_MODE 0640
static void forget_new_file(int fd)
{
	char link[FD_PATH_SIZE], path[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & 07777) != NEW_MODE || st.st_nlink == 0)
		return;
	n = readlink(fd_proc_path(fd, link), path, sizeof(path) - 1);
	ck_assert_int_gt(n, 0);
	path[n] = '\0';
	ck_assert(str_starts(path, workdir));
	ck_assert_int_eq(unlink(path), 0);
}

typedef int (*open_fn)(int, const char *, int, mode_t);

static void attempt(open_fn fn, int root, const char *path, int flags, char *buf, size_t size)
{
	cleanup_fd int fd = fn(root, path, flags, NEW_MODE);

	describe(fd, buf, size);
	forget_new_file(fd);
}

static void compare_at(int root, const char *path, int flags)
{
	char by_kernel[PATH_MAX + 64], by_walk[PATH_MAX + 64];

	attempt(fd_open_in_root_walk, root, path, flags, by_walk, sizeof(by_walk));
	/*
	 * The kernel's lockless walk, disturbed by a change elsewhere in the tree, begins again
	 * without setting its count of links back, and then refuses a chain of 20 or more as too
	 * long. That is its accident and not its answer, so an ELOOP that differs is asked for
	 * again.
	 */
	for (int i = 0; i < 10; i++) {
		attempt(fd_open_in_root, root, path, flags, by_kernel, sizeof(by_kernel));
		if (strcmp(by_kernel, "ELOOP") != 0 || strcmp(by_kernel, by_walk) == 0)
			break;
	}
	ck_assert_msg(strcmp(by_kernel, by_walk) == 0, "'%s' flags %o: kernel '%s', walk '%s'",
		      path, (unsigned int)flags, by_kernel, by_walk);
}

static const int all_flags[] = {
	O_PATH,
	O_PATH | O_NOFOLLOW,
	O_PATH | O_DIRECTORY,
	O_PATH | O_DIRECTORY | O_NOFOLLOW,
	O_RDONLY | O_NONBLOCK,
	O_RDONLY | O_NONBLOCK | O_NOFOLLOW,
	O_RDONLY | O_DIRECTORY,
	O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
	O_WRONLY | O_NONBLOCK,
	O_RDWR | O_NONBLOCK | O_TRUNC,
	O_WRONLY | O_NONBLOCK | O_CREAT,
	O_RDWR | O_NONBLOCK | O_CREAT | O_NOFOLLOW,
	O_WRONLY | O_NONBLOCK | O_CREAT | O_EXCL,
	O_WRONLY | O_TMPFILE,
};

static void compare(const char *path)
{
	for (size_t i = 0; i < sizeof(all_flags) / sizeof(all_flags[0]); i++)
		compare_at(rootfd, path, all_flags[i]);
}

START_TEST(both_agree_on_chosen_paths)
{
	static const char *const paths[] = {
		"",
		"/",
		"//",
		".",
		"..",
		"/..",
		"../..",
		"dir",
		"dir/",
		"dir/file",
		"dir/file/",
		"dir/file/.",
		"dir/file/..",
		"dir//file",
		"./dir/./file",
		"dir/sub/../file",
		"dir/sub/../../../dir/file",
		"/dir/file",
		"missing",
		"missing/",
		"missing/x",
		"missing/..",
		"new",
		"new/",
		"dir/new",
		"dir/new/",
		"dir/new//",
		"tmp/..",
		"lfile",
		"lfile/",
		"lfile/x",
		"ldir",
		"ldir/",
		"ldir/file",
		"ldir/new",
		"ldir/..",
		"lslash",
		"lslash/file",
		"lslash/",
		"lfileslash",
		"abs",
		"abs/",
		"absabs",
		"top",
		"top/dir/file",
		"overtop",
		"overtop/dir",
		"up",
		"up/dir/file",
		"upup",
		"upup/secret",
		"upup/dir/lback",
		"esc",
		"absesc",
		"abstmp",
		"abstmp/new",
		"here",
		"here/here/here/dir",
		"loop",
		"loop/",
		"loop/x",
		"ping",
		"ping/x",
		"dangling",
		"dangling/",
		"dangling/x",
		"dangabs",
		"dangup",
		"dangdeep",
		"dangslash",
		"dir/lback",
		"dir/lsub",
		"dir/lsub/..",
		"dir/lsub/../file",
		"ldots",
		"ldots/file",
		"fifo",
		"fifo/",
		"fifo/x",
		"lfifo",
		"lmess",
		"tofile",
		"self",
		"self/x",
		"c0",
		"c1",
		"c2",
		"c1/",
		"c0/x",
		"here/c1",
		"here/c2",
		"secret",
		"/secret",
		"/tmp/../secret",
		"...",
		".../x",
		"dir/...",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		compare(paths[i]);
}
END_TEST

START_TEST(both_agree_on_long_names)
{
	char name[PATH_MAX + 16];

	memset(name, 'n', sizeof(name));
	for (size_t len = NAME_MAX; len <= NAME_MAX + 1; len++) {
		name[len] = '\0';
		compare_at(rootfd, name, O_PATH);
		name[len] = 'n';
	}
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 ? '/' : '.';
	for (size_t len = PATH_MAX - 2; len <= PATH_MAX + 1; len++) {
		char c = name[len];

		name[len] = '\0';
		compare_at(rootfd, name, O_PATH);
		name[len] = c;
	}
}
END_TEST

START_TEST(both_agree_on_random_paths)
{
	static const char *const parts[] = {
		"dir",	"sub",	  "file",   ".",	"..",	   "..",     "lfile",
		"ldir", "lslash", "abs",    "top",	"up",	   "upup",   "esc",
		"here", "loop",	  "ping",   "dangling", "dangabs", "dangup", "lback",
		"lsub", "ldots",  "new",    "tmp",	"",	   "/",	     "fifo",
		"c1",	"c20",	  "secret", "absesc",	"overtop",
	};
	uint32_t state = 1;

	for (int i = 0; i < 4000; i++) {
		CLEANUP(strbuf_done) struct strbuf path = STRBUF_INIT;
		size_t n;

		state = state * 1664525u + 1013904223u;
		n = 1 + (state >> 20) % 6;
		if ((state >> 8) % 4 == 0)
			strbuf_addc(&path, '/');
		for (size_t k = 0; k < n; k++) {
			state = state * 1664525u + 1013904223u;
			strbuf_adds(&path,
				    parts[(state >> 8) % (sizeof(parts) / sizeof(parts[0]))]);
			if (k + 1 < n || (state >> 4) % 4 == 0)
				strbuf_addc(&path, '/');
		}
		if (path.len == 0)
			continue;
		compare_at(rootfd, path.buf,
			   all_flags[(state >> 16) % (sizeof(all_flags) / sizeof(all_flags[0]))]);
	}
}
END_TEST

/* Links of procfs that are not text: neither follows them, whatever they show. */
START_TEST(both_refuse_magic_links)
{
	static const char *const paths[] = {
		"/proc/self/fd/0",   "/proc/self/exe",
		"/proc/self/cwd",    "/proc/self/cwd/x",
		"/proc/self/root",   "/proc/self/root/etc",
		"/proc/self/ns/mnt", "/proc/thread-self/root/",
		"/proc/self",	     "/proc/self/status",
		"/proc/mounts",	     "/proc/net/dev",
	};
	cleanup_fd int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char link[FD_PATH_SIZE];
	int pipe_fds[2];

	ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		compare_at(top, paths[i], O_PATH);
		compare_at(top, paths[i], O_PATH | O_NOFOLLOW);
		compare_at(top, paths[i], O_RDONLY | O_NONBLOCK);
	}
	compare_at(top, fd_proc_path(pipe_fds[0], link), O_PATH);
	compare_at(top, fd_proc_path(pipe_fds[0], link), O_RDONLY | O_NONBLOCK);
	ck_assert_int_eq(fd_open_in_root_walk(top, "/proc/self/root", O_PATH, 0), -ELOOP);
	fd_close(&pipe_fds[0]);
	fd_close(&pipe_fds[1]);
}
END_TEST

static void assert_opens(open_fn fn, const char *path, const char *want)
{
	cleanup_fd int fd = fn(rootfd, path, O_RDONLY, 0);
	char buf[16] = {0};

	ck_assert_msg(fd >= 0, "%s: %s", path, strerror(-fd));
	ck_assert_int_gt(read(fd, buf, sizeof(buf) - 1), 0);
	ck_assert_str_eq(buf, want);
}

/* Agreement is not enough: both could be wrong. */
START_TEST(nothing_leads_out)
{
	static const open_fn fns[] = {fd_open_in_root, fd_open_in_root_walk};

	for (int i = 0; i < 2; i++) {
		assert_opens(fns[i], "abs", "inside");
		assert_opens(fns[i], "upup/dir/file", "inside");
		assert_opens(fns[i], "/../../dir/file", "inside");
		assert_opens(fns[i], "c1", "inside");
		ck_assert_int_eq(fns[i](rootfd, "esc", O_RDONLY, 0), -ENOENT);
		ck_assert_int_eq(fns[i](rootfd, "absesc", O_RDONLY, 0), -ENOENT);
		ck_assert_int_eq(fns[i](rootfd, "../secret", O_RDONLY, 0), -ENOENT);
		ck_assert_int_eq(fns[i](rootfd, "c0", O_RDONLY, 0), -ELOOP);
		ck_assert_int_eq(fns[i](rootfd, "loop", O_RDONLY, 0), -ELOOP);
	}
}
END_TEST

START_TEST(creation_stays_inside_and_has_its_mode)
{
	static const open_fn fns[] = {fd_open_in_root, fd_open_in_root_walk};

	for (int i = 0; i < 2; i++) {
		cleanup_fd int fd = fns[i](rootfd, "dangup", O_WRONLY | O_CREAT, NEW_MODE);
		struct stat st;

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(fstatat(rootfd, "new", &st, 0), 0);
		ck_assert_int_eq(st.st_mode & 07777, NEW_MODE);
		ck_assert_int_eq(fstatat(rootfd, "../new", &st, 0), -1);
		forget_new_file(fd);
	}
}
END_TEST

static void fall_back_on(int error)
{
	sandbox_deny(SYS_openat2, error);
	ck_assert_int_eq((int)syscall(SYS_openat2, rootfd, ".", NULL, 0), -1);
	ck_assert_int_eq(errno, error);
	assert_opens(fd_open_in_root, "upup/abs", "inside");
	ck_assert_int_eq(fd_open_in_root(rootfd, "esc", O_RDONLY, 0), -ENOENT);
	/* whether there is a link nobody says, so there may be one */
	ck_assert_int_eq(fd_open_in_root_plain(rootfd, "dir/file", O_RDONLY), -ELOOP);
}

/* Where the text says, or nowhere. */
START_TEST(plain_follows_no_link)
{
	static const char *const over[] = {"lfile", "ldir/file", "top/dir/file", "dangling"};
	cleanup_fd int file = fd_open_in_root_plain(rootfd, "/../dir/sub/../file", O_RDONLY);

	ck_assert_int_ge(file, 0);
	for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++)
		ck_assert_int_eq(fd_open_in_root_plain(rootfd, over[i], O_PATH), -ELOOP);
	ck_assert_int_eq(fd_open_in_root_plain(rootfd, "dir/nowhere", O_PATH), -ENOENT);
}
END_TEST

START_TEST(old_kernels_get_the_walk)
{
	fall_back_on(ENOSYS);
}
END_TEST

START_TEST(old_filters_get_the_walk)
{
	fall_back_on(EPERM);
}
END_TEST

/* ".." is a step back on our own stack: a directory moved out of the root while we are in it does
 * not take us along. */
START_TEST(many_levels_and_no_descriptor_left)
{
	CLEANUP(strbuf_done) struct strbuf path = STRBUF_INIT;
	int free_before = sandbox_lowest_free_fd();

	for (int i = 0; i < 300; i++)
		strbuf_adds(&path, "dir/sub/../../");
	strbuf_adds(&path, "dir/file");
	ck_assert_uint_gt(path.len, PATH_MAX);
	ck_assert_int_eq(fd_open_in_root_walk(rootfd, path.buf, O_RDONLY, 0), -ENAMETOOLONG);
	compare(path.buf + path.len - 4000);
	ck_assert_int_eq(sandbox_lowest_free_fd(), free_before);
}
END_TEST

START_TEST(a_bad_root_is_an_error)
{
	cleanup_fd int file = open("dir/file", O_RDONLY | O_CLOEXEC);

	compare_at(file, "x", O_PATH);
	compare_at(file, "/", O_PATH);
	compare_at(FD_NONE, "x", O_PATH);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("root");
	TCase *t = tcase_create("root");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, both_agree_on_chosen_paths);
	tcase_add_test(t, both_agree_on_long_names);
	tcase_add_test(t, both_agree_on_random_paths);
	tcase_add_test(t, both_refuse_magic_links);
	tcase_add_test(t, nothing_leads_out);
	tcase_add_test(t, creation_stays_inside_and_has_its_mode);
	tcase_add_test(t, plain_follows_no_link);
	tcase_add_test(t, old_kernels_get_the_walk);
	tcase_add_test(t, old_filters_get_the_walk);
	tcase_add_test(t, many_levels_and_no_descriptor_left);
	tcase_add_test(t, a_bad_root_is_an_error);
	suite_add_tcase(s, t);
	return suite_run(s);
}
