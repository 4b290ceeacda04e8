/* SPDX-License-Identifier: Apache-2.0 */
/* `pause`, `resume`, `ps`, and what a paused container is to the other commands. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void run_container(void)
{
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

START_TEST(test_pause_and_resume)
{
	run_container();
	ck_assert_int_eq(REFRUN("resume", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "container not paused"));
	ck_assert_msg(REFRUN("pause", id) == 0, "%s", text);
	ck_assert_str_eq(out, "");
	ck_assert_str_eq(text, "");
	status_is("paused");
	ck_assert_int_eq(REFRUN("list"), 0);
	ck_assert_ptr_nonnull(strstr(out, "paused"));
	ck_assert_int_eq(REFRUN("pause", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "container not running"));
	ck_assert_int_eq(REFRUN("delete", id), 1);
	status_is("paused");
	ck_assert_msg(REFRUN("resume", id) == 0, "%s", text);
	status_is("running");
	ck_assert_int_eq(REFRUN("pause", "nobody-there"), 1);
	ck_assert_ptr_nonnull(strstr(text, "container does not exist"));
	ck_assert_int_eq(REFRUN("resume", "nobody-there"), 1);
}
END_TEST

START_TEST(test_created_container)
{
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("pause", id) == 0, "%s", text);
	status_is("paused");
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_msg(REFRUN("resume", id) == 0, "%s", text);
	status_is("created");
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	status_is("running");
}
END_TEST

/* A hook that calls refrun once more, with @words (an array's inside) and the container's id. */
static char *hook(const char *words)
{
	return str_format("{\"path\":\"%s\",\"args\":[\"refrun\",\"--root\",\"%s\",%s,\"%s\"]}",
			  refrun, root, words, id);
}

/* The program runs by then: what does not end the container need not wait for `start`, which waits
 * for the hook. */
START_TEST(test_from_hooks_beside_the_program)
{
	cleanup_free char *update = hook("\"update\",\"--pids-limit\",\"66\"");
	cleanup_free char *pause = hook("\"pause\""), *resume = hook("\"resume\"");
	cleanup_free char *hooks = str_format(",\"hooks\":{\"poststart\":[%s,%s,%s,%s]}", update,
					      pause, resume, pause);

	write_config(WAIT, "", hooks);
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	attribute_is("pids.max", "66");
	status_is("paused");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	attribute_is("pids.max", "66");
	status_is("paused");
}
END_TEST

/* Then the container is ended, which is frozen. */
START_TEST(test_paused_by_hooks_that_fail)
{
	cleanup_free char *pause = hook("\"pause\""), *fail = hook("\"nothing\"");
	cleanup_free char *hooks = str_format(",\"hooks\":{\"poststart\":[%s,%s]}", pause, fail);

	write_config(WAIT, "", hooks);
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("start", id), 1);
	check_no_residue("start");
	ck_assert_int_eq(REFRUN("run", "-d", "-b", bundle, id), 1);
	check_no_residue("run -d");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	check_no_residue("run");
}
END_TEST

/* There is nothing to be changed, started or deleted yet; waiting until there is, for a creator who
 * waits for the hook, would have no end. */
START_TEST(test_from_hooks_of_the_creation)
{
	static const char *const commands[] = {"pause", "resume", "update", "start", "delete"};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		cleanup_free char *words = str_format("\"%s\"", commands[i]);
		cleanup_free char *one = hook(words);
		cleanup_free char *hooks = str_format(",\"hooks\":{\"createRuntime\":[%s]}", one);

		write_config(WAIT, "", hooks);
		ck_assert_int_eq(REFRUN("create", "-b", bundle, id), 1);
		ck_assert_msg(strstr(text, "exit status 1") && strstr(text, "is creating"),
			      "%s: %s", commands[i], text);
		check_no_residue(commands[i]);
	}
}
END_TEST

START_TEST(test_kill_and_delete_a_paused_one)
{
	pid_t pid;

	run_container();
	pid = pid_of();
	ck_assert_int_eq(REFRUN("pause", id), 0);
	ck_assert_msg(REFRUN("kill", id, "KILL") == 0, "%s", text);
	wait_until_dead(pid);
	status_is("stopped");
	ck_assert_int_eq(REFRUN("pause", id), 1);
	ck_assert_int_eq(REFRUN("resume", id), 1);
	ck_assert_msg(REFRUN("delete", id) == 0, "%s", text);
	check_no_residue("killed while paused");
	run_container();
	ck_assert_int_eq(REFRUN("pause", id), 0);
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	check_no_residue("deleted while paused");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	run_container();
	pid = pid_of();
	ck_assert_int_eq(REFRUN("pause", id), 0);
	ck_assert_msg(REFRUN("kill", "--all", id, "9") == 0, "%s", text);
	wait_until_dead(pid);
	/* containerd clears up after the end with it */
	ck_assert_msg(REFRUN("kill", "-a", id, "9") == 0, "%s", text);
	ck_assert_int_eq(REFRUN("delete", id), 0);
	check_no_residue("all killed while paused");
}
END_TEST

START_TEST(test_ps)
{
	cleanup_free char *json = NULL, *digits = NULL;
	pid_t pid;

	run_container();
	pid = pid_of();
	json = str_format("[%d]\n", (int)pid);
	digits = str_format(" %d ", (int)pid);
	ck_assert_msg(REFRUN("ps", "--format", "json", id) == 0, "%s", text);
	ck_assert_str_eq(out, json);
	ck_assert_msg(REFRUN("ps", id) == 0, "%s", text);
	ck_assert_ptr_nonnull(strstr(out, "PID"));
	ck_assert_ptr_nonnull(strstr(out, digits));
	ck_assert_msg(REFRUN("ps", id, "-o", "pid,comm") == 0, "%s", text);
	ck_assert_ptr_nonnull(strstr(out, " program\n"));
	/* the head and one process */
	ck_assert_ptr_eq(strchr(strchr(out, '\n') + 1, '\n'), out + strlen(out) - 1);
	ck_assert_int_eq(REFRUN("ps", id, "-o", "comm"), 1);
	ck_assert_ptr_nonnull(strstr(text, "PID"));
	ck_assert_int_eq(REFRUN("ps", "--format", "xml", id), 1);
	ck_assert_int_eq(REFRUN("kill", id, "KILL"), 0);
	wait_until_dead(pid);
	status_is("stopped");
	ck_assert_int_eq(REFRUN("ps", "--format=json", id), 0);
	ck_assert_str_eq(out, "null\n");
}
END_TEST

/* The directory of the process's cgroup where processes are frozen, of the v1 freezer or of v2; how
 * it is told to do so. */
static char *freezer_of(pid_t pid, const char **ret_file, const char **ret_word)
{
	cleanup_free char *path = str_format("/proc/%d/cgroup", (int)pid);
	char all[4096], *place;

	read_into(path, all, sizeof(all));
	place = strstr(all, ":freezer:");
	*ret_file = place ? "freezer.state" : "cgroup.freeze";
	*ret_word = place ? "FROZEN" : "1";
	if (place)
		place += strlen(":freezer:");
	else if ((place = strstr(all, "0::")))
		place += strlen("0::");
	ck_assert_ptr_nonnull(place);
	return str_format("/sys/fs/cgroup%s%.*s", strstr(all, ":freezer:") ? "/freezer" : "",
			  (int)strcspn(place, "\n"), place);
}

static void write_at(int dir, const char *name, const char *value)
{
	struct err e;

	ck_assert_msg(fd_write_file_at(dir, name, value, strlen(value), &e) == 0, "%s", e.msg);
}

/* Puts the process into a cgroup below its own, and freezes it there. */
static void freeze_below(pid_t pid)
{
	const char *file, *word;
	cleanup_free char *top = freezer_of(pid, &file, &word);
	cleanup_free char *digits = str_format("%d", (int)pid), *sub = str_format("%s/sub", top);
	cleanup_fd int dir = FD_NONE;

	ck_assert_msg(mkdir(sub, 0755) == 0, "%s: %m", sub);
	dir = open(sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(dir, 0);
	write_at(dir, "cgroup.procs", digits);
	write_at(dir, file, word);
}

static void ends_when_killed(pid_t pid, const char *when)
{
	ck_assert_msg(REFRUN("kill", id, "KILL") == 0, "%s", text);
	wait_until_dead(pid);
	status_is("stopped");
	ck_assert_msg(REFRUN("delete", id) == 0, "%s", text);
	check_no_residue(when);
}

/* The first process ends after all others of its pid namespace. */
START_TEST(test_kill_with_others_frozen_below)
{
	char pid_file[80], digits[32];
	uint64_t other;
	pid_t pid;

	(void)snprintf(pid_file, sizeof(pid_file), "%s/exec-pid", work);
	run_container();
	pid = pid_of();
	ck_assert_msg(REFRUN("exec", "-d", "--pid-file", pid_file, id, "/program", "wait") == 0,
		      "%s", text);
	read_into(pid_file, digits, sizeof(digits));
	ck_assert_int_eq(str_to_u64(digits, INT32_MAX, &other), 0);
	freeze_below((pid_t)other);
	status_is("running");
	ends_when_killed(pid, "killed with others frozen below");
}
END_TEST

START_TEST(test_kill_of_one_frozen_below)
{
	pid_t pid;

	run_container();
	pid = pid_of();
	freeze_below(pid);
	ends_when_killed(pid, "killed when frozen below");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_pause_and_resume);
	tcase_add_test(c, test_created_container);
	tcase_add_test(c, test_from_hooks_beside_the_program);
	tcase_add_test(c, test_paused_by_hooks_that_fail);
	tcase_add_test(c, test_from_hooks_of_the_creation);
	tcase_add_test(c, test_kill_and_delete_a_paused_one);
	tcase_add_test(c, test_kill_with_others_frozen_below);
	tcase_add_test(c, test_kill_of_one_frozen_below);
	tcase_add_test(c, test_ps);
}

int main(int argc, char **argv)
{
	return driver_main("pause", argc, argv, add);
}
