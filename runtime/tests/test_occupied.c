/* SPDX-License-Identifier: Apache-2.0 */
/* A container that is to share its cgroup with somebody is refused, and he comes to no harm. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char occupant[64];

static void configure(const char *below)
{
	cleanup_free char *more = str_format(",\"cgroupsPath\":\"/%s-taken%s\"", id, below);

	write_config(PAUSE, more, "");
}

/* Somebody is in the cgroup that @below names, and the next container is to have the one above. */
static pid_t occupy(const char *below)
{
	cleanup_free char *pid_file = str_format("%s/pid", work);
	char number[32];

	(void)snprintf(occupant, sizeof(occupant), "%s-occupant", id);
	configure(below);
	ck_assert_msg(REFRUN("run", "-d", "--pid-file", pid_file, "-b", bundle, occupant) == 0,
		      "%s", text);
	read_into(pid_file, number, sizeof(number));
	configure("");
	return (pid_t)strtol(number, NULL, 10);
}

static void is_unharmed(pid_t pid, const char *when)
{
	uint64_t start;

	ck_assert_msg(proc_start_time(pid, &start) == 0, "%s: he has been killed", when);
}

static void leave(void)
{
	ck_assert_msg(REFRUN("delete", "--force", occupant) == 0, "%s", text);
	check_no_residue("at the end");
}

/* In the cgroup itself, and in one below it. */
START_TEST(test_refusal)
{
	static const char *const below[] = {"", "/deep/down"};
	pid_t pid = occupy(below[_i]);

	ck_assert_int_ne(REFRUN("create", "-b", bundle, id), 0);
	ck_assert_msg(strstr(text, "is not empty"), "%s", text);
	is_unharmed(pid, "create");
	ck_assert_int_ne(REFRUN("run", "-b", bundle, id), 0);
	is_unharmed(pid, "run");
	ck_assert_int_ne(REFRUN("kill", "--all", id, "KILL"), 0);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	is_unharmed(pid, "delete --force");
	leave();
}
END_TEST

/* Whoever is killed before he could find that out has written down what he was about to do. */
START_TEST(test_refusal_that_was_killed)
{
	pid_t pid = occupy("");
	bool killed = true;

	/* every eleventh stop: all of them take minutes where a sanitizer slows each down */
	for (unsigned long n = 1; killed; n += 11) {
		cleanup_free char *when = str_format("killed at %lu", n);

		killed = killed_at(n, (const char *const[]){"create", "-b", bundle, id, NULL});
		is_unharmed(pid, when);
		(void)REFRUN("kill", "--all", id, "KILL");
		ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s: %s", when, text);
		is_unharmed(pid, when);
	}
	leave();
}
END_TEST

/* ---- --systemd-cgroup ---- */

/* The unit's cgroup is the one that occupy(".scope") has. */
static void configure_unit(void)
{
	cleanup_free char *more = str_format(",\"cgroupsPath\":\"-.slice:%s:taken\"", id);

	write_config(PAUSE, more, "");
}

/* False: this build has no driver for systemd. */
static bool has_driver(void)
{
	return !strstr(text, "no systemd cgroup driver");
}

START_TEST(test_unit_of_somebody_else)
{
	speak_as_systemd("echo '{\"error\":\"Unit is there already.\"}'");
	configure_unit();
	ck_assert_int_ne(REFRUN("--systemd-cgroup", "create", "-b", bundle, id), 0);
	check_no_residue("refused");
	if (!has_driver()) {
		suite_skip("no driver for systemd");
		return;
	}
	ck_assert_msg(strstr(text, "Unit is there already."), "%s", text);
	ck_assert(asked_systemd("start") && !asked_systemd("stop"));
}
END_TEST

/* Whom systemd knows nothing of. */
START_TEST(test_unit_whose_cgroup_is_taken)
{
	pid_t pid = occupy(".scope");

	speak_as_systemd(SYSTEMD_OBEYS);
	configure_unit();
	ck_assert_int_ne(REFRUN("--systemd-cgroup", "create", "-b", bundle, id), 0);
	ck_assert_msg(!has_driver() || strstr(text, "is not empty"), "%s", text);
	ck_assert(!asked_systemd("start") && !asked_systemd("stop"));
	is_unharmed(pid, "create");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	is_unharmed(pid, "delete --force");
	leave();
}
END_TEST

/* Killed while it waits for systemd, after somebody has come to the cgroup that it was to have. */
START_TEST(test_unit_that_is_overtaken)
{
	const char *const args[] = {"--systemd-cgroup", "create", "-b", bundle, id, NULL};
	int64_t deadline = proc_now_ms() + TIMEOUT_MS;
	struct proc p = PROC_INIT;
	bool waits;
	pid_t pid;

	speak_as_systemd("exec cat >/dev/null");
	configure_unit();
	start_command(args, &p);
	do {
		waits = proc_wait(&p, proc_now_ms() + 5) == -ETIMEDOUT;
	} while (waits && !asked_systemd("start") && proc_now_ms() < deadline);
	read_into(err_path, text, sizeof(text));
	ck_assert_msg(waits || !has_driver(), "%s", text);
	pid = occupy(".scope");
	proc_done(&p); /* with SIGKILL, if it lives */
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	is_unharmed(pid, "delete --force");
	ck_assert(!asked_systemd("stop"));
	leave();
}
END_TEST

/* What has been made is found, whenever that was. */
START_TEST(test_unit_that_is_killed)
{
	bool killed = true;

	speak_as_systemd(SYSTEMD_OBEYS);
	configure_unit();
	for (unsigned long n = 1; killed; n += 19) {
		cleanup_free char *when = str_format("killed at %lu", n);

		killed = killed_at(n, (const char *const[]){"--systemd-cgroup", "create", "-b",
							    bundle, id, NULL});
		ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s: %s", when, text);
		check_no_residue(when);
	}
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_unit_of_somebody_else);
	tcase_add_test(c, test_unit_whose_cgroup_is_taken);
	tcase_add_test(c, test_unit_that_is_overtaken);
	tcase_add_test(c, test_unit_that_is_killed);
	tcase_add_loop_test(c, test_refusal, 0, 2);
	tcase_add_test(c, test_refusal_that_was_killed);
}

int main(int argc, char **argv)
{
	return driver_main("occupied", argc, argv, add);
}
