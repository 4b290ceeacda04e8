/* SPDX-License-Identifier: Apache-2.0 */
/* A container that is to share its cgroup with somebody is refused, and he comes to no harm. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* A refrun with somebody beside it who answers in systemd's name that there is such a unit. */
START_TEST(test_unit_of_somebody_else)
{
	cleanup_free char *bin = str_format("%s/bin", work), *log = str_format("%s/asked", bin),
			  *copy = str_format("%s/refrun", bin), *program = NULL,
			  *helper = str_format("%s/refrun-systemd", bin),
			  *script = str_format(
				  "#!/bin/sh\nwhile read -r line; do echo \"$line\" >>%s; "
				  "echo '{\"error\":\"Unit is there already.\"}'; done\n",
				  log);
	const char *real = refrun;
	char asked[4096];
	size_t len;

	ck_assert_int_eq(mkdir(bin, 0755), 0);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, refrun, 64u << 20, &program, &len, NULL), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, copy, 0755, program, len, 0, NULL), 0);
	ck_assert_int_eq(
		fd_replace_file_at(AT_FDCWD, helper, 0755, script, strlen(script), 0, NULL), 0);
	write_config(PAUSE, ",\"cgroupsPath\":\"refrun-test.slice:p:n\"", "");
	refrun = copy;
	ck_assert_int_ne(REFRUN("--systemd-cgroup", "create", "-b", bundle, id), 0);
	refrun = real;
	check_no_residue("refused");
	if (strstr(text, "no systemd cgroup driver"))
		return;
	ck_assert_msg(strstr(text, "Unit is there already."), "%s", text);
	read_into(log, asked, sizeof(asked));
	ck_assert_msg(strstr(asked, "start") && !strstr(asked, "stop"), "%s", asked);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_unit_of_somebody_else);
	tcase_add_loop_test(c, test_refusal, 0, 2);
	tcase_add_test(c, test_refusal_that_was_killed);
}

int main(int argc, char **argv)
{
	return driver_main("occupied", argc, argv, add);
}
