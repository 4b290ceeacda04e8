/* SPDX-License-Identifier: Apache-2.0 */
/* Several containers may begin in one root file system at the same moment: a place that another
 * one has made since it was missing is found. */
#include "mount_target.h"

#include "cleanup.h"
#include "fd.h"
#include "guard.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAKERS 2
/* where directories are made in memory, and where on a disk */
#define ROUNDS	    1000
#define ROUNDS_DISK 30

static struct shared {
	atomic_int arrived, failed;
} * shared;

static int make_path(int root_fd, const char *path)
{
	return mount_target_open(root_fd, path, MOUNT_TARGET_DIR);
}

static int make_file(int root_fd, const char *path)
{
	return mount_target_open(root_fd, path, MOUNT_TARGET_FILE);
}

static int (*const ways[])(int root_fd, const char *path) = {make_path, make_file,
							     mount_target_real_dir};

/* One of those who make the same places in the same order. Who is behind finds them made, which
 * takes less time, and so comes up with who is ahead. */
static void make_them(int root_fd, int way, int rounds)
{
	atomic_fetch_add(&shared->arrived, 1);
	while (atomic_load(&shared->arrived) < MAKERS)
		(void)sched_yield();
	for (int i = 0; i < rounds; i++) {
		cleanup_fd int fd = FD_NONE;
		char path[48];

		(void)snprintf(path, sizeof(path), "/%d-%d/a/b/c/d/e/f", way, i);
		fd = ways[way](root_fd, path);
		if (fd < 0)
			atomic_store(&shared->failed, -fd);
	}
}

START_TEST(test_made_by_several_at_once)
{
	cleanup_fd int root_fd = FD_NONE;
	pid_t makers[MAKERS];
	int status, failed, rounds = ROUNDS_DISK;

	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("places", guard_dir(), "tmpfs", 0, NULL) == 0)
		rounds = ROUNDS;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	root_fd = open(guard_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root_fd, 0);
	for (int i = 0; i < MAKERS; i++) {
		makers[i] = fork();
		ck_assert_int_ge(makers[i], 0);
		if (makers[i] == 0) {
			make_them(root_fd, _i, rounds);
			_exit(0);
		}
	}
	for (int i = 0; i < MAKERS; i++) {
		ck_assert_int_eq(waitpid(makers[i], &status, 0), makers[i]);
		ck_assert_int_eq(status, 0);
	}
	failed = atomic_load(&shared->failed);
	ck_assert_msg(failed == 0, "%s", strerror(failed));
	(void)munmap(shared, sizeof(*shared));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mount_target");
	TCase *t = tcase_create("places");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, test_made_by_several_at_once, 0,
			    (int)(sizeof(ways) / sizeof(ways[0])));
	suite_add_tcase(suite, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
