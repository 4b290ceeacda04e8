/* SPDX-License-Identifier: Apache-2.0 */
/* Called by root of a user namespace, as by podman of an unprivileged user. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_file(const char *path, const char *map)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, map, strlen(map));

	(void)close(fd);
	return n < 0 ? -1 : 0;
}

/* A further user namespace, whose root is who we are. */
static int become_other_root(void *arg, struct err *e)
{
	(void)arg;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
	    write_file("/proc/self/setgroups", "deny") < 0 ||
	    write_file("/proc/self/uid_map", "0 0 1") < 0 ||
	    write_file("/proc/self/gid_map", "0 0 1") < 0)
		return err_set(e, errno, "a user namespace: %m");
	return 0;
}

/* A further user namespace, in which we are nobody. */
static int become_nobody(void *arg, struct err *e)
{
	(void)arg;
	return unshare(CLONE_NEWUSER) < 0 ? err_set(e, errno, "a user namespace: %m") : 0;
}

/* Its errors are in `text`; returns the exit code. */
static int call(int (*setup)(void *arg, struct err *e), char *const *envp, const char *const *argv)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;
	struct err e;
	int code;

	s.path = refrun;
	s.argv = (char *const *)argv;
	s.envp = envp;
	s.setup = setup;
	s.err_fd = open(err_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_msg(proc_spawn(&s, &p, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	code = proc_exit_code(&p);
	proc_done(&p);
	fd_close(&s.err_fd);
	read_into(err_path, text, sizeof(text));
	return code;
}

/* Runs the container without --root; returns the exit code. */
static int run_with(const char *user, bool other_root)
{
	cleanup_free char *dir = str_format("XDG_RUNTIME_DIR=%s/session", work);
	cleanup_free char *who = str_format("USER=%s", user);
	char *const envp[] = {dir, who, NULL};
	const char *const argv[] = {refrun, "run", "--keep", "--bundle", bundle, id, NULL};

	return call(other_root ? become_other_root : NULL, envp, argv);
}

static bool kept_below(const char *dir)
{
	cleanup_free char *path = str_format("%s/%s", dir, id);
	struct stat st;

	return stat(path, &st) == 0;
}

START_TEST(test_state_is_of_the_session)
{
	cleanup_free char *session = str_format("%s/session", work);
	cleanup_free char *state = str_format("%s/refrun", session);

	ck_assert_int_eq(mkdir(session, 0700), 0);
	write_config(TRUE, "", "");
	ck_assert_msg(run_with("somebody", true) == 0, "%s", text);
	ck_assert(kept_below(state));
	ck_assert(!kept_below("/run/refrun"));
	ck_assert_int_eq(command((const char *const[]){"--root", state, "delete", id, NULL}), 0);
}
END_TEST

/* Root of the host keeps to /run, whatever the session, and so does who is root by name. */
START_TEST(test_state_is_of_the_host)
{
	cleanup_free char *session = str_format("%s/session", work);
	const char *const users[] = {"somebody", "root"};

	(void)mkdir(session, 0700);
	/* nobody else's; the mount namespace is ours */
	ck_assert_int_eq(mount("refrun-test", "/run", "tmpfs", 0, "mode=0755"), 0);
	write_config(TRUE, "", "");
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		ck_assert_msg(run_with(users[i], false) == 0, "%s", text);
		ck_assert(kept_below("/run/refrun"));
		ck_assert_int_eq(
			command((const char *const[]){"--root", "/run/refrun", "delete", id, NULL}),
			0);
	}
	ck_assert_int_eq(umount("/run"), 0);
}
END_TEST

/* Who has no session is asked where the state lives by those alone who look for one. */
START_TEST(test_no_state_is_needed)
{
	static const char *const words[] = {"features", "help", "--version", "list"};
	char *const nothing[] = {NULL};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *const argv[] = {refrun, words[i], NULL};
		bool wants = str_eq(words[i], "list");

		ck_assert_int_eq(call(become_nobody, nothing, argv), wants);
		ck_assert_int_eq(strstr(text, "neither --root nor XDG_RUNTIME_DIR") != NULL, wants);
	}
}
END_TEST

START_TEST(test_number_of_arguments)
{
	static const char *const says[] = {
		"\\\"kill\\\" requires at least 1 argument(s), here are 0",
		"\\\"kill\\\" takes at most 2 argument(s), here are 3",
		"\\\"state\\\" requires exactly 1 argument(s), here are 2"};

	ck_assert_int_eq(REFRUN("kill"), 1);
	ck_assert_ptr_nonnull(strstr(text, says[0]));
	ck_assert_int_eq(REFRUN("kill", "a", "b", "c"), 1);
	ck_assert_ptr_nonnull(strstr(text, says[1]));
	ck_assert_int_eq(REFRUN("state", "a", "b"), 1);
	ck_assert_ptr_nonnull(strstr(text, says[2]));
}
END_TEST

static int take_groups(void *arg, struct err *e)
{
	const gid_t groups[] = {4321, 4322};

	(void)arg;
	return setgroups(2, groups) < 0 ? err_set(e, errno, "setgroups: %m") : 0;
}

/* user_namespaces(7): in there nobody may change his groups, so the caller's go before. */
START_TEST(test_joined_one_denies_groups)
{
	cleanup_free char *program = str_format("%s/rootfs/program", bundle);
	cleanup_free char *config = NULL;
	char *const pause_argv[] = {(char *)"program", (char *)"pause", NULL};
	const char *const run[] = {"run", "-b", bundle, id, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;
	struct err e;
	int code;

	s.path = program;
	s.argv = pause_argv;
	s.setup = become_other_root;
	ck_assert_msg(proc_spawn(&s, &p, &e) == 0, "%s", e.msg);
	config = str_format("{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":["
			    "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],"
			    "\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},\"args\":["
			    "\"/program\",\"cat\",\"/proc/self/status\"]},\"linux\":{"
			    "\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":"
			    "\"user\",\"path\":\"/proc/%d/ns/user\"}]}}",
			    (int)p.pid);
	put_file(bundle, "config.json", config);
	code = command_after(take_groups, NULL, run);
	proc_kill(&p);
	proc_done(&p);
	ck_assert_msg(code == 0, "%s", text);
	ck_assert_ptr_nonnull(strstr(out, "Groups:\t \n"));
	check_no_residue("joined user namespace");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_joined_one_denies_groups);
	tcase_add_test(c, test_no_state_is_needed);
	tcase_add_test(c, test_number_of_arguments);
	tcase_add_test(c, test_state_is_of_the_session);
	tcase_add_test(c, test_state_is_of_the_host);
}

int main(int argc, char **argv)
{
	return driver_main("userns_root", argc, argv, add);
}
