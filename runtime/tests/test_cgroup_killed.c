/* SPDX-License-Identifier: Apache-2.0 */
/* What happened to a cgroup of v2 before is nothing to the processes of today: with some kernels
 * those are killed that are cloned from a cgroup that has been killed into one that has not, or the
 * other way round (clone_process(), runtime/core/spawn.c). */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const mountpoints[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};
static char cgroup[96]; /* absolute */

static int put(const char *file, const char *word, struct err *e)
{
	cleanup_free char *path = str_format("%s/%s", cgroup, file);

	return fd_write_file_at(AT_FDCWD, path, word, 1, e);
}

/* Makes a cgroup of v2, and kills nobody in it. False where there is no v2. */
static bool have_killed(void)
{
	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *v2 = str_format("%s/cgroup.procs", mountpoints[i]);

		(void)snprintf(cgroup, sizeof(cgroup), "%s/%s-killed", mountpoints[i], id);
		if (access(v2, F_OK) == 0) {
			ck_assert_int_eq(mkdir(cgroup, 0755), 0);
			ck_assert_int_eq(put("cgroup.kill", "1", NULL), 0);
			return true;
		}
	}
	return false;
}

static void leave(void)
{
	ck_assert(rmdir(cgroup) == 0 || errno == ENOENT);
	check_no_residue("at the end");
}

static int enter(void *arg, struct err *e)
{
	(void)arg;
	return put("cgroup.procs", "0", e);
}

/* With a time namespace there is a process on the way to the first one (@staged). */
static void configure(const char *process, const char *linux_more, bool staged)
{
	cleanup_free char *path = str_format("%s/config.json", bundle), *config = NULL;
	static const char last[] = "{\"type\":\"cgroup\"}";
	size_t len;

	write_config(process, linux_more, "");
	if (!staged)
		return;
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 65536, &config, &len, NULL), 0);

	char *at = strstr(config, last);

	ck_assert_ptr_nonnull(at);
	cleanup_free char *more =
		str_format("%.*s{\"type\":\"time\"},%s", (int)(at - config), config, at);

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, more, strlen(more), 0, NULL), 0);
}

START_TEST(test_container)
{
	cleanup_free char *path = str_format(",\"cgroupsPath\":\"/%s-killed\"", id);

	if (!have_killed()) {
		suite_skip("no cgroup v2");
		return;
	}
	configure(TRUE, path, _i);
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	leave();
}
END_TEST

START_TEST(test_caller)
{
	const char *const run[] = {"run", "-d", "-b", bundle, id, NULL}, *const exec[] = {
										 "exec", id,
										 "/program", "true",
										 NULL};

	if (!have_killed()) {
		suite_skip("no cgroup v2");
		return;
	}
	configure(PAUSE, "", _i);
	ck_assert_msg(command_after(enter, NULL, run) == 0, "%s", text);
	status_is("running");
	ck_assert_msg(command_after(enter, NULL, exec) == 0, "%s", text);
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	leave();
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_container, 0, 2);
	tcase_add_loop_test(c, test_caller, 0, 2);
}

int main(int argc, char **argv)
{
	return driver_main("cgroup_killed", argc, argv, add);
}
