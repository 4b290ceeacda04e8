/* SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"

#include "cleanup.h"
#include "sandbox.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char workdir[] = "/tmp/test_fd.XXXXXX";

static void setup(void)
{
	(void)strcpy(workdir + sizeof(workdir) - 7, "XXXXXX"); /* NOLINT */
	ck_assert_ptr_nonnull(mkdtemp(workdir));
	ck_assert_int_eq(chdir(workdir), 0);
	(void)umask(022);
}

static void teardown(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	sandbox_remove_tree(workdir);
}

static bool is_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	ck_assert_int_ge(flags, 0);
	return flags & FD_CLOEXEC;
}

static void assert_content(const char *path, const char *want)
{
	cleanup_free char *buf = NULL;
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 1 << 20, &buf, &len, NULL), 0);
	ck_assert_uint_eq(len, strlen(want));
	ck_assert_str_eq(buf, want);
}

START_TEST(close_keeps_errno)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), copy = fd;

	errno = EAGAIN;
	fd_close(&fd);
	ck_assert_int_eq(fd, FD_NONE);
	fd_close(&fd);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(fcntl(copy, F_GETFD), -1);
}
END_TEST

START_TEST(read_all_of_a_file)
{
	static const size_t sizes[] = {0, 1, 4094, 4095, 4096, 4097, 100000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cleanup_free char *in = malloc(sizes[i] + 1), *out = NULL;
		cleanup_fd int fd = open("f", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		size_t len = 99;

		memset(in, 'x', sizes[i] + 1);
		ck_assert_int_eq(fd_write_all(fd, in, sizes[i]), 0);
		ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
		ck_assert_int_eq(fd_read_all(fd, sizes[i], &out, &len), 0);
		ck_assert_uint_eq(len, sizes[i]);
		ck_assert_int_eq(memcmp(in, out, len), 0);
		ck_assert_int_eq(out[len], '\0');
		if (sizes[i] == 0)
			continue;
		fd_close(&fd);
		free(take_ptr(&out));
		ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "f", sizes[i] - 1, &out, &len, NULL),
				 -EFBIG);
		ck_assert_ptr_null(out);
	}
}
END_TEST

/* No size to go by: a pipe, and a file of procfs, which says 0. */
START_TEST(read_all_without_a_size)
{
	cleanup_free char *out = NULL, *proc = NULL;
	char in[20000];
	int ends[2];
	size_t len;

	memset(in, 'y', sizeof(in));
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(fd_write_all(ends[1], in, sizeof(in)), 0);
	fd_close(&ends[1]);
	ck_assert_int_eq(fd_read_all(ends[0], sizeof(in), &out, &len), 0);
	ck_assert_uint_eq(len, sizeof(in));
	fd_close(&ends[0]);

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(fd_write_all(ends[1], in, 11), 0);
	fd_close(&ends[1]);
	ck_assert_int_eq(fd_read_all(ends[0], 10, &proc, &len), -EFBIG);
	fd_close(&ends[0]);

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "/proc/self/status", 1 << 20, &proc, &len, NULL),
			 0);
	ck_assert(str_starts(proc, "Name:"));
}
END_TEST

/* What counts is what is read: an attribute of sysfs claims a page, and here most has been read. A
 * terabyte is refused without its being read. */
START_TEST(read_all_takes_a_size_for_a_hint)
{
	cleanup_fd int fd = open("f", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	cleanup_free char *out = NULL;
	size_t len;

	ck_assert_int_eq(ftruncate(fd, 100), 0);
	ck_assert_int_eq(lseek(fd, 90, SEEK_SET), 90);
	ck_assert_int_eq(fd_read_all(fd, 50, &out, &len), 0);
	ck_assert_uint_eq(len, 10);
	free(take_ptr(&out));
	ck_assert_int_eq(lseek(fd, 49, SEEK_SET), 49);
	ck_assert_int_eq(fd_read_all(fd, 50, &out, &len), -EFBIG);
	ck_assert_int_eq(ftruncate(fd, (off_t)1 << 40), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(fd_read_all(fd, 50, &out, &len), -EFBIG);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 51);
}
END_TEST

START_TEST(read_errors_have_words)
{
	cleanup_free char *out = NULL;
	struct err e = {0};
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "missing", 10, &out, &len, &e), -ENOENT);
	ck_assert_str_eq(e.msg, "open 'missing': No such file or directory");
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "/", 10, &out, &len, &e), -EISDIR);
	ck_assert_ptr_null(out);
}
END_TEST

/* Nothing else is opened for longer than it takes to see what it is. */
START_TEST(only_regular_files_are_read)
{
	cleanup_free char *out = NULL;
	struct err e = {0};
	size_t len;

	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_int_eq(mkdir("dir", 0700), 0);
	ck_assert_int_eq(symlink("fifo", "link"), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "file", 0600, "text", 4, 0, &e), 0);
	ck_assert_int_eq(fd_read_regular_at(AT_FDCWD, "file", 4, &out, &len, &e), 0);
	ck_assert_str_eq(out, "text");
	free(take_ptr(&out));
	ck_assert_int_eq(fd_read_regular_at(AT_FDCWD, "file", 3, &out, &len, &e), -EFBIG);
	ck_assert_int_eq(fd_read_regular_at(AT_FDCWD, "missing", 4, &out, &len, &e), -ENOENT);
	for (size_t i = 0; i < 4; i++) {
		static const char *const others[] = {"fifo", "dir", "link", "/dev/zero"};

		ck_assert_int_eq(fd_read_regular_at(AT_FDCWD, others[i], 10, &out, &len, &e),
				 -EINVAL);
		ck_assert_ptr_nonnull(strstr(e.msg, "is not a regular file"));
	}
	ck_assert_ptr_null(out);
}
END_TEST

static void on_alarm(int sig)
{
	(void)sig;
}

/* A slow reader and a timer without SA_RESTART: short writes and EINTR on both sides. */
START_TEST(write_all_survives_interruptions)
{
	struct itimerval every_ms = {{0, 1000}, {0, 1000}}, off = {0};
	struct sigaction sa = {.sa_handler = on_alarm};
	size_t total = 300000, got = 0;
	cleanup_free char *buf = malloc(total);
	int ends[2], status;
	pid_t pid;

	memset(buf, 'z', total);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(sigaction(SIGALRM, &sa, NULL), 0);
	pid = fork();
	if (pid == 0) {
		cleanup_free char *in = NULL;
		int r;

		fd_close(&ends[1]);
		(void)setitimer(ITIMER_REAL, &every_ms, NULL);
		/* let the pipe fill */
		for (int i = 0; i < 20; i++)
			(void)pause();
		r = fd_read_all(ends[0], total, &in, &got);
		_exit(r == 0 && got == total && in[total - 1] == 'z' ? 0 : 1);
	}
	fd_close(&ends[0]);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &every_ms, NULL), 0);
	ck_assert_int_eq(fd_write_all(ends[1], buf, total), 0);
	fd_close(&ends[1]);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &off, NULL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(write_all_reports)
{
	int ends[2];

	(void)signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	fd_close(&ends[0]);
	ck_assert_int_eq(fd_write_all(ends[1], "x", 1), -EPIPE);
	fd_close(&ends[1]);
	ck_assert_int_eq(fd_write_all(FD_NONE, "x", 1), -EBADF);
	ck_assert_int_eq(fd_write_all(FD_NONE, "", 0), 0);
}
END_TEST

START_TEST(write_file_wants_an_existing_real_file)
{
	struct err e = {0};

	ck_assert_int_eq(fd_write_file_at(AT_FDCWD, "f", "x", 1, &e), -ENOENT);
	ck_assert_ptr_nonnull(strstr(e.msg, "'f'"));
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "f", 0600, "old", 3, 0, NULL), 0);
	ck_assert_int_eq(symlink("f", "link"), 0);
	ck_assert_int_eq(fd_write_file_at(AT_FDCWD, "link", "x", 1, NULL), -ELOOP);
	assert_content("f", "old");
	ck_assert_int_eq(fd_write_file_at(AT_FDCWD, "f", "new", 3, NULL), 0);
	assert_content("f", "new");
	/* a write that the kernel refuses */
	ck_assert_int_eq(fd_write_file_at(AT_FDCWD, "/dev/full", "x", 1, &e), -ENOSPC);
}
END_TEST

static size_t count_entries(const char *path)
{
	cleanup_dir DIR *d = opendir(path);
	size_t n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	return n - 2;
}

START_TEST(replace_is_whole_or_nothing)
{
	struct rlimit small = {10, 10};
	char big[100] = {0};
	struct err e = {0};
	struct stat st;

	(void)umask(077);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "f", 0644, "one", 3, 1, &e), 0);
	assert_content("f", "one");
	ck_assert_int_eq(stat("f", &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0644);
	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "d/g", 0600, "two", 3, 1, &e), 0);
	assert_content("d/g", "two");
	ck_assert_uint_eq(count_entries("d"), 1);
	/* a link is replaced, not followed */
	ck_assert_int_eq(symlink("f", "link"), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "link", 0600, "three", 5, 0, &e), 0);
	assert_content("f", "one");
	assert_content("link", "three");

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "nodir/f", 0600, "x", 1, 0, &e), -ENOENT);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "d", 0600, "x", 1, 0, &e), -EISDIR);
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, "f", 0600, big, sizeof(big), 0, &e), -EFBIG);
	assert_content("f", "one");
	ck_assert_uint_eq(count_entries("."), 3);
}
END_TEST

START_TEST(close_from)
{
	int a = fcntl(0, F_DUPFD, 100), b = fcntl(0, F_DUPFD, 200);

	ck_assert_int_eq(a, 100);
	ck_assert_int_eq(b, 200);
	ck_assert_int_eq(fd_close_from(101), 0);
	ck_assert_int_eq(fcntl(b, F_GETFD), -1);
	ck_assert_int_ge(fcntl(a, F_GETFD), 0);
	ck_assert_int_eq(fd_close_from(100), 0);
	ck_assert_int_eq(fcntl(a, F_GETFD), -1);
}
END_TEST

START_TEST(the_same_without_close_range)
{
	int a = fcntl(0, F_DUPFD, 100), b = fcntl(0, F_DUPFD, 200);

	sandbox_deny(SYS_close_range, ENOSYS);
	ck_assert_int_eq(fd_close_from(101), 0);
	ck_assert_int_eq(fcntl(b, F_GETFD), -1);
	ck_assert_int_ge(fcntl(a, F_GETFD), 0);
	ck_assert_int_eq(fd_close_from(100), 0);
	ck_assert_int_eq(fcntl(a, F_GETFD), -1);
}
END_TEST

/* _i: whether the kernel has close_range(2). */
START_TEST(neighbours_are_closed_together)
{
	int numbers[FD_BATCH_MAX + 12] = {100, 101, 102, 104, 105, 98, 110, 109, 108};
	struct fd_batch b = FD_BATCH_INIT;
	int others[] = {99, 103, 106, 111}, none = FD_NONE;

	/* more than wait at a time, each second one a neighbour */
	for (int i = 9; i < FD_BATCH_MAX + 12; i++)
		numbers[i] = 200 - i - i / 2;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		ck_assert_int_eq(fcntl(0, F_DUPFD_CLOEXEC, others[i]), others[i]);
	if (!_i)
		sandbox_deny(SYS_close_range, ENOSYS);
	errno = EAGAIN;
	fd_batch_close(&b);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		int fd = fcntl(0, F_DUPFD_CLOEXEC, numbers[i]);

		ck_assert_int_eq(fd, numbers[i]);
		errno = EAGAIN;
		fd_batch_add(&b, &fd);
		fd_batch_add(&b, &none);
		ck_assert_int_eq(fd, FD_NONE);
	}
	fd_batch_close(&b);
	fd_batch_close(&b);
	ck_assert_int_eq(errno, EAGAIN);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		ck_assert_int_eq(fcntl(numbers[i], F_GETFD), -1);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		ck_assert_int_ge(fcntl(others[i], F_GETFD), 0);
		fd_close(&others[i]);
	}
}
END_TEST

START_TEST(fill_stdio)
{
	cleanup_fd int in = fcntl(0, F_DUPFD_CLOEXEC, 10), err = fcntl(2, F_DUPFD_CLOEXEC, 10);
	struct stat null, st;
	int r, missing = 0;

	ck_assert_int_eq(stat("/dev/null", &null), 0);
	(void)close(0);
	(void)close(2);
	r = fd_fill_stdio();
	for (int fd = 0; fd <= 2; fd += 2) {
		if (fstat(fd, &st) < 0 || st.st_rdev != null.st_rdev ||
		    (fcntl(fd, F_GETFD) & FD_CLOEXEC))
			missing++;
	}
	ck_assert_int_eq(dup2(in, 0), 0);
	ck_assert_int_eq(dup2(err, 2), 2);
	ck_assert_int_eq(r, 1 << 0 | 1 << 2);
	ck_assert_int_eq(missing, 0);
	ck_assert_int_eq(fd_fill_stdio(), 0);
}
END_TEST

START_TEST(proc_path)
{
	char buf[FD_PATH_SIZE];

	ck_assert_str_eq(fd_proc_path(2147483647, buf), "/proc/self/fd/2147483647");
	ck_assert_ptr_eq(fd_proc_path(7, buf), buf);
}
END_TEST

START_TEST(descriptors_travel)
{
	int sock[2], in[2], out[3] = {5, 5, 5};
	char buf[16] = {0};

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock), 0);
	in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	in[1] = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(fd_send(sock[0], "hello", 5, in, 2), 0);
	ck_assert_int_eq(fd_recv(sock[1], buf, sizeof(buf), out, 3), 5);
	ck_assert_str_eq(buf, "hello");
	for (int i = 0; i < 2; i++) {
		struct stat a, b;

		ck_assert_int_eq(fstat(in[i], &a), 0);
		ck_assert_int_eq(fstat(out[i], &b), 0);
		ck_assert(a.st_rdev == b.st_rdev);
		ck_assert(is_cloexec(out[i]));
		ck_assert_int_ne(in[i], out[i]);
	}
	ck_assert_int_eq(out[2], FD_NONE);
	/* none at all, either way */
	ck_assert_int_eq(fd_send(sock[0], "x", 1, NULL, 0), 0);
	ck_assert_int_eq(fd_recv(sock[1], buf, sizeof(buf), NULL, 0), 1);
	/* end of file */
	fd_close(&sock[0]);
	ck_assert_int_eq(fd_recv(sock[1], buf, sizeof(buf), out, 1), 0);
	ck_assert_int_eq(out[0], FD_NONE);
}
END_TEST

START_TEST(surplus_descriptors_are_closed)
{
	int sock[2], in[5] = {0, 1, 2, 0, 1}, out[2];
	size_t before;
	char c;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock), 0);
	before = count_entries("/proc/self/fd");
	ck_assert_int_eq(fd_send(sock[0], "x", 1, in, 5), 0);
	ck_assert_int_eq(fd_recv(sock[1], &c, 1, out, 2), 1);
	ck_assert_uint_eq(count_entries("/proc/self/fd"), before + 2);
	fd_close(&out[0]);
	fd_close(&out[1]);
	ck_assert_int_eq(fd_send(sock[0], "x", 1, in, 5), 0);
	ck_assert_int_eq(fd_recv(sock[1], &c, 1, NULL, 0), 1);
	ck_assert_uint_eq(count_entries("/proc/self/fd"), before);
}
END_TEST

START_TEST(half_messages_are_refused)
{
	int sock[2], in[3] = {0, 1, 2}, out[3];
	struct rlimit few;
	size_t before;
	char buf[4];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock), 0);
	before = count_entries("/proc/self/fd");
	ck_assert_int_eq(fd_send(sock[0], "too long", 8, in, 3), 0);
	ck_assert_int_eq(fd_recv(sock[1], buf, sizeof(buf), out, 3), -EMSGSIZE);
	ck_assert_uint_eq(count_entries("/proc/self/fd"), before);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(out[i], FD_NONE);
	/* room for one more descriptor only */
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &few), 0);
	few.rlim_cur = (rlim_t)sandbox_lowest_free_fd() + 1;
	ck_assert_int_eq(fd_send(sock[0], "x", 1, in, 3), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert_int_eq(fd_recv(sock[1], buf, sizeof(buf), out, 3), -EMFILE);
	few.rlim_cur = few.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert_uint_eq(count_entries("/proc/self/fd"), before);
}
END_TEST

START_TEST(send_refuses_what_cannot_travel)
{
	int fds[300] = {0}, sock[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock), 0);
	ck_assert_int_eq(fd_send(sock[0], "x", 1, fds, 254), -EINVAL);
	ck_assert_int_eq(fd_send(sock[0], "", 0, fds, 1), -EINVAL);
	ck_assert_int_eq(fd_send(sock[0], "x", 1, (int[]){-1}, 1), -EBADF);
	ck_assert_int_eq(fd_send(sock[0], "x", 1, fds, 253), 0);
	fd_close(&sock[1]);
	ck_assert_int_eq(fd_send(sock[0], "x", 1, NULL, 0), -EPIPE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fd");
	TCase *t = tcase_create("fd");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, close_keeps_errno);
	tcase_add_test(t, read_all_of_a_file);
	tcase_add_test(t, read_all_without_a_size);
	tcase_add_test(t, read_all_takes_a_size_for_a_hint);
	tcase_add_test(t, read_errors_have_words);
	tcase_add_test(t, only_regular_files_are_read);
	tcase_add_test(t, write_all_survives_interruptions);
	tcase_add_test(t, write_all_reports);
	tcase_add_test(t, write_file_wants_an_existing_real_file);
	tcase_add_test(t, replace_is_whole_or_nothing);
	tcase_add_test(t, close_from);
	tcase_add_test(t, the_same_without_close_range);
	tcase_add_loop_test(t, neighbours_are_closed_together, 0, 2);
	tcase_add_test(t, fill_stdio);
	tcase_add_test(t, proc_path);
	tcase_add_test(t, descriptors_travel);
	tcase_add_test(t, surplus_descriptors_are_closed);
	tcase_add_test(t, half_messages_are_refused);
	tcase_add_test(t, send_refuses_what_cannot_travel);
	suite_add_tcase(s, t);
	return suite_run(s);
}
