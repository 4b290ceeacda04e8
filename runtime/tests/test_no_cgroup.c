/* SPDX-License-Identifier: Apache-2.0 */
/* --cgroup-manager: cgroupfs, systemd, or disabled, as podman --cgroups=disabled calls it. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

#define DISABLED "--cgroup-manager", "disabled"

static bool has_cgroup(void)
{
	cleanup_free char *pattern = str_format("/sys/fs/cgroup/{,*/,*/*/}*%s*", id);
	glob_t g = {0};
	bool any = glob(pattern, GLOB_BRACE, NULL, &g) == 0;

	globfree(&g);
	return any;
}

static void is_in_ours(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/cgroup", (int)pid), *ours = NULL,
			  *its = NULL;
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "/proc/self/cgroup", 65536, &ours, &len, NULL),
			 0);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 65536, &its, &len, NULL), 0);
	ck_assert_str_eq(its, ours);
}

/* A whole life, in the caller's cgroups. */
START_TEST(test_no_cgroup)
{
	pid_t pid;

	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN(DISABLED, "create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("start", id), 0);
	pid = pid_of();
	ck_assert(!has_cgroup());
	is_in_ours(pid);
	ck_assert_msg(REFRUN("exec", id, "/program", "print", "here") == 0, "%s", text);
	ck_assert_str_eq(out, "here\n");
	ck_assert_int_eq(REFRUN("pause", id), 1);
	ck_assert_int_eq(REFRUN("update", "--pids-limit", "5", id), 1);
	ck_assert_int_eq(REFRUN("events", "--stats", id), 1);
	ck_assert_msg(REFRUN("kill", id, "KILL") == 0, "%s", text);
	wait_until_dead(pid);
	ck_assert_msg(REFRUN("delete", id) == 0, "%s", text);
	check_no_residue("disabled");
	ck_assert_msg(REFRUN(DISABLED, "run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	write_config("\"args\":[\"/program\",\"exit\",\"7\"]", "", "");
	ck_assert_int_eq(REFRUN(DISABLED, "run", "-b", bundle, id), 7);
	check_no_residue("disabled run");
}
END_TEST

/* What cannot be limited is not left unlimited. */
START_TEST(test_limits_need_one)
{
	write_config(WAIT, ",\"resources\":{\"pids\":{\"limit\":5}}", "");
	ck_assert_int_eq(REFRUN(DISABLED, "create", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "/linux/resources/pids/limit") &&
			      strstr(text, "the container has no cgroup: none was to be made"),
		      "%s", text);
	check_no_residue("limits");
	/* of devices nothing is said, whatever engines list */
	write_config(TRUE, ",\"resources\":{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}",
		     "");
	ck_assert_msg(REFRUN(DISABLED, "run", "-b", bundle, id) == 0, "%s", text);
	check_no_residue("devices");
}
END_TEST

START_TEST(test_managers)
{
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("--cgroup-manager=cgroupfs", "create", "-b", bundle, id) == 0, "%s",
		      text);
	ck_assert(has_cgroup());
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_int_eq(REFRUN("--cgroup-manager", "none", "create", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "cgroupfs, systemd or disabled, not 'none'"), "%s", text);
	ck_assert_int_eq(REFRUN("--systemd-cgroup", DISABLED, "list"), 1);
	ck_assert_msg(strstr(text, "--systemd-cgroup and --cgroup-manager disabled"), "%s", text);
	ck_assert_int_eq(REFRUN("--systemd-cgroup", "--cgroup-manager", "systemd", "list"), 0);
	ck_assert_int_eq(REFRUN(DISABLED, "list"), 0);
}
END_TEST

START_TEST(test_by_systemd)
{
	cleanup_free char *unit = str_format(",\"cgroupsPath\":\"-.slice:refrun:%s\"", id);

	speak_as_systemd(SYSTEMD_OBEYS);
	write_config(WAIT, unit, "");
	if (REFRUN("--cgroup-manager", "systemd", "create", "-b", bundle, id) != 0) {
		ck_assert_msg(strstr(text, "no systemd cgroup driver"), "%s", text);
		return;
	}
	ck_assert(asked_systemd("\"start\""));
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_no_cgroup);
	tcase_add_test(c, test_limits_need_one);
	tcase_add_test(c, test_managers);
	tcase_add_test(c, test_by_systemd);
}

int main(int argc, char **argv)
{
	return driver_main("no_cgroup", argc, argv, add);
}
