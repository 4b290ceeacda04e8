/* SPDX-License-Identifier: Apache-2.0 */
/* Commands about a container from its own hooks, and `delete --force` beside hooks that hang: one
 * may wait for the other, but never both. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A hook of /bin/sh, to which `refrun` is the one under test with its --root, and $id the
 * container. */
static char *hook(const char *script)
{
	return str_format("{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\","
			  "\"refrun() { %s --root %s $@; }; id=%s; %s\"],"
			  "\"env\":[\"PATH=/usr/sbin:/usr/bin:/sbin:/bin\"]}",
			  refrun, root, id, script);
}

static void write_hook(const char *process, const char *kind, const char *script)
{
	cleanup_free char *one = hook(script);
	cleanup_free char *hooks = str_format(",\"hooks\":{\"%s\":[%s]}", kind, one);

	write_config(process, "", hooks);
}

static void create(const char *process, const char *kind, const char *script)
{
	write_hook(process, kind, script);
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
}

/* What would be refused anyway is refused, though the lock is not to be had. */
START_TEST(test_refused_beside_the_program)
{
	static const struct {
		const char *command, *words;
	} rows[] = {
		{"refrun start $id", "cannot start an already running container"},
		{"refrun delete $id", "that is not stopped: running"},
		{"refrun checkpoint --leave-running $id", "is in the hands of its poststart hooks"},
	};

	create(WAIT, "poststart", rows[_i].command);
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_msg(strstr(text, rows[_i].words), "%s", text);
	check_no_residue("start");
	ck_assert_int_eq(REFRUN("run", "-d", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, rows[_i].words), "%s", text);
	check_no_residue("run -d");
}
END_TEST

#define STOPPED "until refrun state $id | grep -q stopped; do sleep 0.05; done; "

/* The program has ended, so that its state is none to refuse: but `start` goes on with its hooks.
 */
START_TEST(test_delete_behind_the_program)
{
	create(TRUE, "poststart", STOPPED "refrun delete $id");
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_msg(strstr(text, "is in the hands of its poststart hooks"), "%s", text);
	check_no_residue("start");
	create(TRUE, "poststart", STOPPED "refrun delete --force $id");
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	check_no_residue("start, deleted by force");
}
END_TEST

/* It ends the container, not the hook that asked for it. */
START_TEST(test_delete_by_force_beside_the_program)
{
	cleanup_free char *marker = str_format("%s/marker", work);
	cleanup_free char *script = str_format("refrun delete --force $id && touch %s", marker);

	create(WAIT, "poststart", script);
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	ck_assert_int_eq(unlink(marker), 0);
	check_no_residue("start");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(unlink(marker), 0);
	check_no_residue("run -d");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 128 + SIGKILL);
	ck_assert_int_eq(unlink(marker), 0);
	check_no_residue("run");
}
END_TEST

/* A further bundle, without hooks, and with the same root. */
static char *make_other_bundle(void)
{
	cleanup_free char *from = str_format("%s/config.json", bundle);
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	char *other = str_format("%s/other", work), config[2048];
	cleanup_free char *link = str_format("%s/rootfs", other);

	write_config(PAUSE, "", "");
	read_into(from, config, sizeof(config));
	ck_assert(mkdir(other, 0755) == 0 || errno == EEXIST);
	ck_assert(symlink(rootfs, link) == 0 || errno == EEXIST);
	put_file(other, "config.json", config);
	return other;
}

/* A hook fails behind it: what bears the container's names by then is another one. */
START_TEST(test_another_one_is_left_alone)
{
	cleanup_free char *other = make_other_bundle();
	cleanup_free char *script = str_format(
		"refrun delete --force $id && refrun create -b %s $id && exit 77", other);

	create(WAIT, "poststart", script);
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_msg(strstr(text, "exit status 77"), "%s", text);
	status_is("created");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("start");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "exit status 77"), "%s", text);
	status_is("created");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("run");
}
END_TEST

/* Starts a command whose hook of @kind says that it runs, and does not end. */
static void hang(const char *kind, const char *const *args, struct proc *p)
{
	cleanup_free char *marker = str_format("%s/marker", work);
	cleanup_free char *script = str_format("touch %s; sleep 1000", marker);

	write_hook(WAIT, kind, script);
	if (str_eq(*args, "start"))
		ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	start_command(args, p);
	for (int i = 0; i < 2000 && access(marker, F_OK) < 0; i++)
		ck_assert_int_eq(proc_wait(p, proc_now_ms() + 5), -ETIMEDOUT);
	ck_assert_int_eq(unlink(marker), 0);
}

static void delete_by_force(const char *when)
{
	int64_t begin = proc_now_ms();

	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s: %s", when, text);
	ck_assert_int_lt(proc_now_ms() - begin, 9000);
	check_no_residue(when);
}

/* A creator whose container has been killed gives up, and the hook with it. */
START_TEST(test_delete_by_force_of_one_that_hangs)
{
	static const char *const kinds[] = {"prestart", "createRuntime", "createContainer"};
	static const char *const commands[] = {"create", "run"};

	for (size_t i = 0; i < 2; i++) {
		struct proc p = PROC_INIT;

		hang(kinds[_i], (const char *const[]){commands[i], "-b", bundle, id, NULL}, &p);
		delete_by_force(kinds[_i]);
		ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
		ck_assert_int_eq(proc_exit_code(&p), 1);
		proc_done(&p);
	}
}
END_TEST

/* Beside the program, a hook that hangs is `start`'s affair. */
START_TEST(test_delete_by_force_of_one_that_runs)
{
	struct proc p = PROC_INIT;

	hang("poststart", (const char *const[]){"start", id, NULL}, &p);
	delete_by_force("poststart");
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 50), -ETIMEDOUT);
	proc_kill(&p);
	proc_done(&p);
}
END_TEST

/* From the hook itself, with which it ends. */
START_TEST(test_delete_by_force_in_the_creation)
{
	write_hook(WAIT, "createRuntime", "refrun delete --force $id");
	ck_assert_int_eq(REFRUN("create", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "the container's first process has ended"), "%s", text);
	check_no_residue("create");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	check_no_residue("run");
}
END_TEST

/* Whoever has it does not let go. */
START_TEST(test_nobody_waits_for_ever)
{
	const struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	cleanup_free char *path = str_format("%s/%s/lock", root, id);
	cleanup_fd int fd = FD_NONE;
	struct proc p = PROC_INIT;

	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_OFD_SETLK, &l), 0);
	start_command((const char *const[]){"start", id, NULL}, &p);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 1);
	ck_assert_msg(strstr(text, "has not let go of it for 10 s"), "%s", text);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 1);
	proc_done(&p);
	fd_close(&fd);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("let go");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_refused_beside_the_program, 0, 3);
	tcase_add_test(c, test_delete_behind_the_program);
	tcase_add_test(c, test_delete_by_force_beside_the_program);
	tcase_add_test(c, test_another_one_is_left_alone);
	tcase_add_loop_test(c, test_delete_by_force_of_one_that_hangs, 0, 3);
	tcase_add_test(c, test_delete_by_force_of_one_that_runs);
	tcase_add_test(c, test_delete_by_force_in_the_creation);
	tcase_add_test(c, test_nobody_waits_for_ever);
}

int main(int argc, char **argv)
{
	return driver_main("own_hooks", argc, argv, add);
}
