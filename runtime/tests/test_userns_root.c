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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
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

/* A process in a user namespace of its own, which somebody else maps. */
static int wait_in_namespace(void *arg)
{
	(void)arg;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWUSER) < 0 || write(STDOUT_FILENO, "x", 1) != 1)
		return 1;
	for (;;)
		(void)pause();
}

static void make_namespace(struct proc *p, const char *map)
{
	cleanup_free char *uids = NULL, *gids = NULL;
	struct proc_spawn s = PROC_SPAWN_INIT;
	int ends[2];
	char c;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	s.run = wait_in_namespace;
	s.out_fd = ends[1];
	ck_assert_int_eq(proc_spawn(&s, p, NULL), 0);
	ck_assert_int_eq(read(ends[0], &c, 1), 1);
	(void)close(ends[0]);
	(void)close(ends[1]);
	uids = str_format("/proc/%d/uid_map", (int)p->pid);
	gids = str_format("/proc/%d/gid_map", (int)p->pid);
	ck_assert_int_eq(write_file(uids, map), 0);
	ck_assert_int_eq(write_file(gids, map), 0);
}

#define CGROUP_MOUNT                                                                               \
	",{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\"}"

static bool is_v2(void)
{
	return access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

/* @user: who the program is. @mappings: members of linux beside the path. */
static void join_namespace(const struct proc *p, unsigned int user, const char *mappings)
{
	cleanup_free char *config = str_format(
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":["
		"{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}%s],"
		"\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":%u,\"gid\":%u},\"args\":["
		"\"/program\",\"wait\"]},\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":"
		"\"mount\"},{\"type\":\"cgroup\"},{\"type\":\"user\",\"path\":"
		"\"/proc/%d/ns/user\"}]%s}}",
		is_v2() ? CGROUP_MOUNT : "", user, user, (int)p->pid, mappings);

	put_file(bundle, "config.json", config);
}

#define MAPS(kind, inside, outside, size)                                                          \
	",\"" kind "Mappings\":[{\"containerID\":" #inside ",\"hostID\":" #outside                 \
	",\"size\":" #size "}]"

static void is_user(const char *ids)
{
	cleanup_free char *uid = str_format("Uid:\t%s", ids), *gid = str_format("Gid:\t%s", ids);

	ck_assert_msg(REFRUN("exec", id, "/program", "cat", "/proc/self/status") == 0, "%s", text);
	ck_assert_msg(strstr(out, uid) && strstr(out, gid), "%s", out);
}

/* config-linux.md#cgroup-ownership; v1 is given to nobody. */
static void cgroup_is_of(uid_t uid)
{
	cleanup_free char *dir = str_format("/sys/fs/cgroup/refrun-%s", id),
			  *procs = str_format("%s/cgroup.procs", dir);
	struct stat st;

	if (!is_v2())
		return;
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_uint_eq(st.st_uid, uid);
	ck_assert_int_eq(stat(procs, &st), 0);
	ck_assert_uint_eq(st.st_uid, uid);
}

/* Engines name the namespace and its mappings; no others can be had. */
START_TEST(test_mappings_of_a_joined_one)
{
	static const struct {
		const char *mappings, *refused;
	} rows[] = {
		{"", NULL},
		{MAPS("uid", 0, 100000, 65536) MAPS("gid", 0, 100000, 65536), NULL},
		{MAPS("uid", 0, 0, 1) MAPS("gid", 0, 0, 1), NULL},
		{MAPS("uid", 0, 555000, 65536) MAPS("gid", 0, 100000, 65536), "/linux/uidMappings"},
		{MAPS("uid", 0, 100000, 65536) MAPS("gid", 0, 100000, 1000), "/linux/gidMappings"},
		{MAPS("uid", 0, 0, 1) MAPS("gid", 0, 100000, 1000), "/linux/uidMappings"},
	};
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	struct proc p = PROC_INIT;

	make_namespace(&p, "0 100000 65536");
	ck_assert_int_eq(chown(rootfs, 100000, 100000), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int code;

		join_namespace(&p, 0, rows[i].mappings);
		code = REFRUN("run", "-d", "-b", bundle, id);
		ck_assert_msg(code == (rows[i].refused != NULL), "%s: %d %s", rows[i].mappings,
			      code, text);
		if (rows[i].refused) {
			ck_assert_msg(strstr(text, rows[i].refused), "%s", text);
			check_no_residue(rows[i].mappings);
			continue;
		}
		is_user("0\t0\t0\t0\n");
		cgroup_is_of(100000);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
	ck_assert_int_eq(chown(rootfs, 0, 0), 0);
	proc_kill(&p);
	proc_done(&p);
}
END_TEST

/* In which nobody is 0. */
START_TEST(test_joined_one_without_root)
{
	static const char *const mappings[] = {"", MAPS("uid", 10, 100000, 1000)
							   MAPS("gid", 10, 100000, 1000)};
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	struct proc p = PROC_INIT;

	make_namespace(&p, "10 100000 1000");
	ck_assert_int_eq(chown(rootfs, 100000, 100000), 0);
	for (size_t i = 0; i < sizeof(mappings) / sizeof(mappings[0]); i++) {
		join_namespace(&p, 12, mappings[i]);
		ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
		is_user("12\t12\t12\t12\n");
		cgroup_is_of(100002);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
	ck_assert_int_eq(chown(rootfs, 0, 0), 0);
	proc_kill(&p);
	proc_done(&p);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_joined_one_denies_groups);
	tcase_add_test(c, test_no_state_is_needed);
	tcase_add_test(c, test_number_of_arguments);
	tcase_add_test(c, test_state_is_of_the_session);
	tcase_add_test(c, test_state_is_of_the_host);
	/* last: directories that another user's root has made stay in the root file system */
	tcase_add_test(c, test_mappings_of_a_joined_one);
	tcase_add_test(c, test_joined_one_without_root);
}

int main(int argc, char **argv)
{
	return driver_main("userns_root", argc, argv, add);
}
