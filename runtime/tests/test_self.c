/* SPDX-License-Identifier: Apache-2.0 */
/* CVE-2019-5736: the runtime's executable cannot be written by way of a process that still is the
 * runtime, whichever way it took to that. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every file that the process maps and that is the runtime's, by the way that the process has to
 * it (proc_pid_map_files(5)): how many. */
static int check_maps(pid_t pid, const struct stat *exe)
{
	char path[64];
	cleanup_dir DIR *dir = NULL;
	const struct dirent *d;
	int seen = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/map_files", (int)pid);
	dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	while ((d = readdir(dir))) {
		struct statvfs fs;
		struct stat st;

		if (d->d_name[0] == '.')
			continue;
		ck_assert_int_eq(fstatat(dirfd(dir), d->d_name, &st, 0), 0);
		if (st.st_dev != exe->st_dev || st.st_ino != exe->st_ino)
			continue;
		cleanup_fd int fd = openat(dirfd(dir), d->d_name, O_PATH | O_CLOEXEC);

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(fstatvfs(fd, &fs), 0);
		ck_assert_msg(fs.f_flag & ST_RDONLY, "%s of %d could be written", d->d_name,
			      (int)pid);
		seen++;
	}
	return seen;
}

static void check_waiting(void)
{
	pid_t pid = pid_of();
	struct statvfs fs;
	struct stat st, ours;
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(stat(refrun, &ours), 0);
	ck_assert_uint_eq(st.st_ino, ours.st_ino);
	ck_assert_int_eq(statvfs(path, &fs), 0);
	ck_assert_msg(fs.f_flag & ST_RDONLY, "%s could be written", path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ck_assert_int_lt(fd, 0);
	ck_assert_int_ge(check_maps(pid, &ours), 3);
}

static void live(int (*setup)(void *arg, struct err *e))
{
	write_config(PAUSE, "", "");
	ck_assert_msg(command_after(setup, NULL,
				    (const char *const[]){"create", "-b", bundle, id, NULL}) == 0,
		      "%s", text);
	check_waiting();
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("delete");
}

START_TEST(test_as_it_is)
{
	live(NULL);
}
END_TEST

/* As a kernel does that was built without it. */
static int refuse_set_mm(void *arg, struct err *e)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_MM, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	(void)arg;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		return err_set(e, errno, "seccomp: %m");
	return 0;
}

START_TEST(test_where_it_has_to_be_executed_twice)
{
	live(refuse_set_mm);
}
END_TEST

/* The place of a descriptor that the caller does not have is not ours to fill. */
START_TEST(test_a_hole_among_the_preserved)
{
	write_config(TRUE, "", "");
	ck_assert_int_ne(REFRUN("run", "--preserve-fds", "1", "-b", bundle, id), 0);
	ck_assert_ptr_nonnull(strstr(text, "preserved-fd 1 (of 1)"));
	check_no_residue("a hole");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_as_it_is);
	tcase_add_test(c, test_where_it_has_to_be_executed_twice);
	tcase_add_test(c, test_a_hole_among_the_preserved);
}

int main(int argc, char **argv)
{
	return driver_main("self", argc, argv, add);
}
