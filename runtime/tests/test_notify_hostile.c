/* SPDX-License-Identifier: Apache-2.0 */
/* sd_notify(3): a container that sends descriptors which nobody wants to be the last to close holds
 * up nobody but itself. */
#include "notify_caller.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A loopback device of its own, and somebody without any rights. */
#define HOSTILE NAMESPACES ",{\"type\":\"network\"}]"
#define NOBODY	",\"user\":{\"uid\":1000,\"gid\":1000}"

static void prepare(void)
{
	bind_manager(false);
}

static void configure(const char *process, const char *more)
{
	write_other(process, "", HOSTILE, more);
}

START_TEST(test_run)
{
	configure(_i ? NOTIFY("\":linger\",\":exit7\"") NOBODY ",\"terminal\":true"
		     : NOTIFY("\":linger\",\":exit7\"") NOBODY,
		  "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 7, "%s%s", out, text);
	hears_no_more();
	check_no_residue("run");
}
END_TEST

START_TEST(test_run_detached)
{
	configure(NOTIFY("\":linger\"") NOBODY, "");
	ck_assert_msg(WITH("run", "-d", "-b", bundle, id) == 0, "%s%s", out, text);
	ck_assert_msg(strstr(text, "ended without being ready"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("run -d");
}
END_TEST

START_TEST(test_start)
{
	configure(NOTIFY("\":linger\"") NOBODY, "");
	ck_assert_msg(WITH("create", "-b", bundle, id) == 0, "%s%s", out, text);
	ck_assert_msg(WITH("start", id) == 0, "%s%s", out, text);
	ck_assert_msg(strstr(text, "ended without being ready"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("start");
}
END_TEST

/* Nor where that is not looked at any more. */
START_TEST(test_failing_start)
{
	/* what the container prints, to the file of its `run` or `create` */
	cleanup_free char *kept = str_format("%s/kept", work);
	cleanup_free char *hook = str_format(
		",\"hooks\":{\"poststart\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\","
		"\"until grep -qs said %s %s; do :; done; exit 1\"]}]}",
		out_path, kept);

	configure(NOTIFY("\":linger\"") NOBODY, hook);
	ck_assert_msg(WITH("run", "-b", bundle, id) == 1, "%s%s", out, text);
	ck_assert_msg(strstr(text, "poststart"), "%s", text);
	check_no_residue("failing run");
	ck_assert_msg(WITH("create", "-b", bundle, id) == 0, "%s%s", out, text);
	ck_assert_int_eq(link(out_path, kept), 0);
	ck_assert_msg(WITH("start", id) == 1, "%s%s", out, text);
	ck_assert_msg(strstr(text, "poststart"), "%s", text);
	ck_assert_int_eq(unlink(kept), 0);
	check_no_residue("failing start");
}
END_TEST

/* The one child of @pid, once it heeds no signal that is meant for all of the runtime's. */
static pid_t deaf_child_of(pid_t pid)
{
	int64_t deadline = proc_now_ms() + TIMEOUT_MS;
	char path[64], line[4096];
	uint64_t child;

	do {
		(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
		read_into(path, line, sizeof(line));
		line[strcspn(line, " ")] = '\0';
		if (str_to_u64(line, INT32_MAX, &child) < 0)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)child);
		read_into(path, line, sizeof(line));
		if (strstr(line, "\nSigBlk:\tffff"))
			return (pid_t)child;
	} while (proc_now_ms() < deadline);
	ck_abort_msg("no process hears what the container says");
	return 0;
}

/* Nobody waits for what nobody can hear any more. */
START_TEST(test_deaf)
{
	cleanup_fd int warned = FD_NONE;
	struct proc p = PROC_INIT;

	configure(NOTIFY("\":wait\"") NOBODY, "");
	ck_assert_msg(WITH("create", "-b", bundle, id) == 0, "%s", text);
	START(&p, "start", id);
	warned = keep(err_path);
	is_running();
	ck_assert_int_eq(kill(deaf_child_of(p.pid), SIGKILL), 0);
	ends(&p, 0);
	read_kept(warned, text, sizeof(text));
	ck_assert_msg(strstr(text, "who heard the container has ended"), "%s", text);
	hears_no_more();
}
END_TEST

static void add(TCase *c)
{
	tcase_add_checked_fixture(c, prepare, NULL);
	tcase_add_loop_test(c, test_run, 0, 2);
	tcase_add_test(c, test_run_detached);
	tcase_add_test(c, test_start);
	tcase_add_test(c, test_failing_start);
	tcase_add_test(c, test_deaf);
}

int main(int argc, char **argv)
{
	return driver_main("notify_hostile", argc, argv, add);
}
