/* SPDX-License-Identifier: Apache-2.0 */
/* What root of the container may not reach and its user may: here by an owner that the user
 * namespace does not know, elsewhere on NFS with root_squash or FUSE. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST 100000
#define GROUP 5000

/* In the root file system, for the group alone. */
static void lend(const char *name, gid_t gid, mode_t mode)
{
	cleanup_free char *path = str_format("%s/rootfs%s", bundle, name);

	ck_assert_int_eq(chown(path, 0, gid), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

/* The directory /mine with the program and a directory in it. */
static void make_private(mode_t of_program)
{
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	cleanup_free char *dir = str_format("%s/mine", rootfs);
	cleanup_free char *below = str_format("%s/below", dir);
	cleanup_free char *from = str_format("%s/rootfs/program", bundle);
	cleanup_free char *to = str_format("%s/program", dir);

	ck_assert_int_eq(chmod(work, 0755), 0);
	ck_assert_int_eq(chown(rootfs, FIRST, FIRST), 0);
	(void)mkdir(dir, 0755);
	(void)mkdir(below, 0755);
	(void)link(from, to);
	lend("/mine/below", FIRST + GROUP, 0750);
	lend("/mine", FIRST + GROUP, 0750);
	lend("/program", FIRST + GROUP, of_program);
}

static void remove_private(void)
{
	cleanup_free char *dir = str_format("%s/rootfs/mine", bundle);
	cleanup_free char *below = str_format("%s/below", dir);
	cleanup_free char *to = str_format("%s/program", dir);

	lend("/program", 0, 0755);
	(void)unlink(to);
	(void)rmdir(below);
	(void)rmdir(dir);
}

static void write_limited(const char *cwd, const char *program, gid_t gid, const char *path,
			  const char *more)
{
	cleanup_free char *config = str_format(
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":[{"
		"\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],"
		"\"process\":{\"cwd\":\"%s\",\"user\":{\"uid\":1000,\"gid\":%u},\"args\":["
		"\"%s\",\"wait\"],\"env\":[\"PATH=%s\"]%s},\"linux\":{\"namespaces\":["
		"{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":\"user\"}],"
		"\"uidMappings\":[{\"containerID\":0,\"hostID\":%d,\"size\":65536}],"
		"\"gidMappings\":[{\"containerID\":0,\"hostID\":%d,\"size\":65536}]}}",
		cwd, gid, program, path, more, FIRST, FIRST);

	put_file(bundle, "config.json", config);
}

static void write_process(const char *cwd, const char *program, gid_t gid, const char *path)
{
	write_limited(cwd, program, gid, path, "");
}

static void cwd_is(const char *want)
{
	cleanup_free char *link = str_format("/proc/%d/cwd", (int)pid_of());
	char found[256] = "";

	ck_assert_int_gt(readlink(link, found, sizeof(found) - 1), 0);
	ck_assert_msg(str_eq(found, want), "%s", found);
}

static const struct {
	const char *cwd, *program, *path;
} reached[] = {
	{"/mine", "/program", "/"},	 {"/mine/below", "/program", "/"},
	{"/mine", "./program", "/"},	 {"/", "/mine/program", "/"},
	{"/", "program", "/none:/mine"}, {"/mine/below", "program", "../"},
};

START_TEST(test_user_may)
{
	make_private(0750);
	write_process(reached[_i].cwd, reached[_i].program, GROUP, reached[_i].path);
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	cwd_is(reached[_i].cwd);
	ck_assert_msg(REFRUN("exec", id, reached[_i].program, "true") == 0, "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	cwd_is(reached[_i].cwd);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	remove_private();
	check_no_residue("the user may");
}
END_TEST

/* However few descriptors the program may have: it takes some to get there. */
START_TEST(test_few_descriptors)
{
	make_private(0750);
	for (int n = 3; n < 8; n++) {
		cleanup_free char *more = str_format(
			",\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":%d,\"hard\":%d}]", n,
			n);
		cleanup_free char *is = str_format("Max open files            %-20d %-20d ", n, n);
		cleanup_free char *limits = NULL;
		char now[4096];

		write_limited("/mine", "/program", GROUP, "/", more);
		ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%d: %s", n, text);
		cwd_is("/mine");
		limits = str_format("/proc/%d/limits", (int)pid_of());
		read_into(limits, now, sizeof(now));
		ck_assert_msg(strstr(now, is), "%s", now);
		ck_assert_msg(REFRUN("exec", id, "/program", "true") == 0, "%d: %s", n, text);
		/* which takes one itself */
		if (n > 3) {
			ck_assert_msg(REFRUN("exec", id, "/program", "cat", "/proc/self/limits") ==
					      0,
				      "%d: %s", n, text);
			ck_assert_msg(strstr(out, is), "%s", out);
		}
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
	remove_private();
	check_no_residue("few descriptors");
}
END_TEST

START_TEST(test_nobody_may)
{
	make_private(0755);
	write_process("/mine", "/program", GROUP + 1, "/");
	ck_assert_int_ne(REFRUN("run", "-b", bundle, id), 0);
	ck_assert_msg(strstr(text, "cwd '/mine': Permission denied"), "%s", text);
	write_process("/", "/mine/program", GROUP + 1, "/");
	ck_assert_int_ne(REFRUN("run", "-b", bundle, id), 0);
	ck_assert_msg(strstr(text, "permission denied"), "%s", text);
	/* told by create, as ever */
	lend("/program", FIRST + GROUP, 0640);
	write_process("/", "/program", GROUP, "/");
	ck_assert_int_ne(REFRUN("create", "-b", bundle, id), 0);
	ck_assert_msg(strstr(text, "permission denied"), "%s", text);
	remove_private();
	check_no_residue("nobody may");
}
END_TEST

static int few_processes(void *arg, struct err *e)
{
	const struct rlimit l = {1, 1000};

	(void)arg;
	return setrlimit(RLIMIT_NPROC, &l) < 0 ? err_set(e, errno, "setrlimit: %m") : 0;
}

/* What an executor is allowed is its own matter until the process has a limit of its own. */
START_TEST(test_few_processes)
{
	static const char more[] =
		",\"rlimits\":[{\"type\":\"RLIMIT_NPROC\",\"soft\":100,\"hard\":1000}]";

	make_private(0755);
	write_limited("/", "/program", GROUP, "/", more);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(command_after(few_processes, NULL,
				    (const char *const[]){"exec", id, "/program", "cat",
							  "/proc/self/limits", NULL}) == 0,
		      "%s", text);
	ck_assert_msg(strstr(out, "Max processes             100                  1000 "), "%s",
		      out);
	/* and without one it is the executor's */
	write_process("/", "/program", GROUP, "/");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(command_after(few_processes, NULL,
				    (const char *const[]){"exec", "--user", "7", id, "/program",
							  "cat", "/proc/self/limits", NULL}) == 0,
		      "%s", text);
	ck_assert_msg(strstr(out, "Max processes             1                    1000 "), "%s",
		      out);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	remove_private();
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_user_may, 0, (int)(sizeof(reached) / sizeof(reached[0])));
	tcase_add_test(c, test_few_descriptors);
	tcase_add_test(c, test_few_processes);
	tcase_add_test(c, test_nobody_may);
}

int main(int argc, char **argv)
{
	return driver_main("user_alone", argc, argv, add);
}
