/* SPDX-License-Identifier: Apache-2.0 */
/* The program is killed, or looked at, at any of its system calls. */
#include "driver.h"

#include "cleanup.h"
#include "container_dir.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A kill at any moment leaves what delete --force can clear up, and an id that can be used again.
 * The stride meets every kind of place in reasonable time; being odd it meets entries and exits of
 * calls alike.
 */
static void sweep(const char *const *args, unsigned long stride, unsigned long at_least,
		  bool create_first)
{
	bool killed = true;

	for (unsigned long n = 1; killed; n += stride) {
		char when[64];

		(void)snprintf(when, sizeof(when), "%s killed at %lu", args[0], n);
		if (create_first)
			ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "before %s: %s",
				      when, text);
		killed = killed_at(n, args);
		ck_assert_msg(killed || n > at_least, "%s: ended early", when);
		ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s: %s", when, text);
		check_no_residue(when);
	}
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
}

START_TEST(test_killed_creates)
{
	write_config(PAUSE, "", "");
	sweep((const char *const[]){"create", "-b", bundle, id, NULL}, 11, 100, false);
}
END_TEST

/* In the host's mount namespace nothing ends by itself. */
START_TEST(test_killed_creates_in_a_shared_mount_namespace)
{
	cleanup_free char *path = str_format("%s/config.json", bundle);
	struct err e;
	static const char config[] = "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},"
				     "\"mounts\":[{\"destination\":\"/proc\","
				     "\"type\":\"proc\",\"source\":\"proc\"}],\"process\":{\"cwd\":"
				     "\"/\",\"user\":{\"uid\":0,\"gid\":0}," PAUSE
				     "},\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]}}";

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, config, strlen(config), 0, &e),
			 0);
	sweep((const char *const[]){"create", "-b", bundle, id, NULL}, 41, 100, false);
	{
		cleanup_free char *mounts = NULL;
		size_t len;

		ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", 1u << 20,
						 &mounts, &len, &e),
				 0);
		ck_assert_ptr_null(strstr(mounts, bundle));
	}
}
END_TEST

START_TEST(test_killed_starts)
{
	write_config(PAUSE, "", ",\"hooks\":{\"poststart\":[{\"path\":\"/bin/true\"}]}");
	sweep((const char *const[]){"start", id, NULL}, 5, 40, true);
}
END_TEST

START_TEST(test_killed_deletes)
{
	write_config(PAUSE, "", "");
	sweep((const char *const[]){"delete", "--force", id, NULL}, 7, 40, true);
}
END_TEST

/* What others are told at a moment of its deletion. True: it is there. */
static bool look(const char *when)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	struct err e = {0};
	int r = container_load(root, id, &c, &e);

	ck_assert_msg(r == 0 || r == -ENOENT, "%s: %s", when, e.msg);
	if (r < 0)
		return false;
	ck_assert_msg(str_eq(c.bundle, bundle), "%s: bundle %s", when, c.bundle);
	ck_assert_msg(container_status(&c) != RT_CREATING, "%s: creating", when);
	return true;
}

/* The container is there, or it is not; and who comes too late for its lock spoils nothing. */
START_TEST(test_seen_while_deleted)
{
	CLEANUP(container_done) struct container before = CONTAINER_INIT;
	bool there = true;
	unsigned long n = 0;
	struct err e = {0};
	int status;
	pid_t pid;

	write_config(PAUSE, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(container_load(root, id, &before, &e) == 0, "%s", e.msg);
	pid = start_traced((const char *const[]){"delete", "--force", id, NULL});
	while (has_stopped(pid, &status)) {
		char when[32];
		bool now;

		(void)snprintf(when, sizeof(when), "at %lu", n++);
		now = look(when);
		ck_assert_msg(there || !now, "%s: there again", when);
		there = now;
		/* before it is deleted, it is free or taken */
		if (container_dir_lock(&before, 0, &e) == 0) {
			ck_assert_msg(there, "%s: locked what is not there", when);
			fd_close(&before.lock_fd);
		}
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
	}
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "delete: %d", status);
	ck_assert(!there && n > 40);
	check_no_residue("seen");
}
END_TEST

/* Without --force as well: it is done then, or has been done. */
START_TEST(test_killed_deletes_are_repeated)
{
	bool killed = true;

	write_config(TRUE, "", "");
	for (unsigned long n = 1; killed; n += 5) {
		ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
		pid_t pid = pid_of();

		ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
		wait_until_dead(pid);
		killed = killed_at(n, (const char *const[]){"delete", id, NULL});
		ck_assert_msg(REFRUN("delete", id) == 0 || strstr(text, "does not exist"),
			      "killed at %lu: %s", n, text);
		check_no_residue("repeated");
	}
}
END_TEST

START_TEST(test_killed_runs)
{
	write_config(TRUE, "", "");
	sweep((const char *const[]){"run", "-b", bundle, id, NULL}, 37, 100, false);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_killed_creates);
	tcase_add_test(c, test_killed_creates_in_a_shared_mount_namespace);
	tcase_add_test(c, test_killed_starts);
	tcase_add_test(c, test_killed_deletes);
	tcase_add_test(c, test_seen_while_deleted);
	tcase_add_test(c, test_killed_deletes_are_repeated);
	tcase_add_test(c, test_killed_runs);
}

int main(int argc, char **argv)
{
	return driver_main("killed", argc, argv, add);
}
