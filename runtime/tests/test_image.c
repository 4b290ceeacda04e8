/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images whose entries lead out of them, containers that change what is inside of them, names that
 * somebody has taken before: nothing outside may change.
 */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CANARY "untouched"

static char canary[64], tree[64]; /* a directory outside, and a root file system of its own */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st, (void)kind, (void)where;
	return remove(path);
}

static void remove_tree(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void make_canary(void)
{
	static const char *const files[] = {"file", "null", "console", "ptmx"};
	cleanup_free char *sub = NULL;

	(void)snprintf(canary, sizeof(canary), "%s/canary", work);
	remove_tree(canary);
	ck_assert_int_eq(mkdir(canary, 0750), 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put_file(canary, files[i], CANARY);
	sub = str_format("%s/sub", canary);
	ck_assert_int_eq(mkdir(sub, 0750), 0);
}

static size_t entries;

static int look(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	char content[32];

	(void)where;
	entries++;
	if (st->st_uid != 0 || (st->st_mode & 07777) != (kind == FTW_D ? 0750 : 0640))
		return 1;
	if (kind == FTW_D)
		return 0;
	read_into(path, content, sizeof(content));
	return str_eq(content, CANARY) ? 0 : 1;
}

static void canary_is_untouched(const char *when)
{
	entries = 0;
	ck_assert_msg(nftw(canary, look, 16, FTW_PHYS) == 0, "%s: the canary is changed", when);
	ck_assert_msg(entries == 6, "%s: the canary has %zu entries", when, entries);
}

/* A bundle whose root has @name leading to @target, and else what a program needs. */
static void make_tree(const char *name, const char *target)
{
	cleanup_free char *program = str_format("%s/rootfs/program", bundle);
	cleanup_free char *copy = str_format("%s/program", tree);
	cleanup_free char *link_path = str_format("%s/%s", tree, name);
	cleanup_free char *parent = strdup(link_path);

	remove_tree(tree);
	ck_assert_int_eq(mkdir(tree, 0755), 0);
	ck_assert_int_eq(link(program, copy), 0);
	*strrchr(parent, '/') = '\0';
	ck_assert_int_eq(mkdir(parent, 0755) < 0 && errno != EEXIST, 0);
	ck_assert_msg(symlink(target, link_path) == 0, "link %s to %s: %s", link_path, target,
		      strerror(errno));
}

#define PROC "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}"
#define DEV                                                                                        \
	",{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"},{\"destination\":"    \
	"\"/dev/pts\",\"type\":\"devpts\",\"source\":\"devpts\",\"options\":[\"newinstance\"]}"

static void write_tree_config(const char *mounts, const char *process, const char *linux_more)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"%s\"},\"mounts\":[%s],"
		    "\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"/program\"],%s},"
		    "\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"}]%s}}",
		    tree, mounts, process, linux_more);
	put_file(bundle, "config.json", b.buf);
}

/* What the image has, what of it the configuration touches, and whether that is an error. */
static const struct {
	const char *name, *below; /* of the image; of the canary */
	const char *mounts, *process, *linux_more;
	bool refused;
} hostile[] = {
	{"dev", "", PROC DEV, "\"cwd\":\"/\"", "", false},
	{"dev", "", PROC, "\"cwd\":\"/\"", "", false},
	{"dev", "sub/new", PROC, "\"cwd\":\"/\"", "", false},
	{"dev/null", "null", PROC, "\"cwd\":\"/\"", "", false},
	{"dev/null", "new", PROC, "\"cwd\":\"/\"", "", false},
	{"dev/fd", "new", PROC, "\"cwd\":\"/\"", "", false},
	{"dev/ptmx", "ptmx", PROC, "\"cwd\":\"/\"", "", false},
	{"dev/null", "null", PROC, "\"cwd\":\"/\"",
	 ",\"maskedPaths\":[\"/program2\",\"/dev/null\"]", false},
	{"proc", "", PROC, "\"cwd\":\"/\"", "", true},
	{"proc", "new", PROC, "\"cwd\":\"/\"", "", true},
	{"sys", "sub", PROC ",{\"destination\":\"/sys\",\"type\":\"sysfs\",\"source\":\"sysfs\"}",
	 "\"cwd\":\"/\"", "", true},
	{"m", "", PROC ",{\"destination\":\"/m/new\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}",
	 "\"cwd\":\"/\"", "", false},
	{"m", "file",
	 PROC ",{\"destination\":\"/m\",\"type\":\"bind\",\"source\":\"/etc/passwd\","
	      "\"options\":[\"bind\"]}",
	 "\"cwd\":\"/\"", "", false},
	{"w", "", PROC, "\"cwd\":\"/w/new\"", "", false},
	{"w", "new", PROC, "\"cwd\":\"/w\"", "", false},
	{"d", "", PROC, "\"cwd\":\"/\"",
	 ",\"devices\":[{\"path\":\"/d/x\",\"type\":\"c\",\"major\":1,\"minor\":3,\"fileMode\":438,"
	 "\"uid\":0,\"gid\":0}]",
	 false},
	{"r", "", PROC, "\"cwd\":\"/\"", ",\"readonlyPaths\":[\"/r\",\"/r/sub\"]", false},
};

/* CVE-2015-3629, CVE-2021-30465, CVE-2023-27561, CVE-2024-45310, CVE-2025-31133, CVE-2026-41579:
 * absolute links, and such as climb. */
START_TEST(test_links_out_of_the_image)
{
	const char *name = hostile[_i].name;

	(void)snprintf(tree, sizeof(tree), "%s/tree", work);
	make_canary();
	for (int up = 0; up < 2; up++) {
		cleanup_free char *target =
			str_format("%s%s%s%s", up ? "../../../../../.." : "", canary,
				   *hostile[_i].below ? "/" : "", hostile[_i].below);
		int code;

		make_tree(name, target);
		write_tree_config(hostile[_i].mounts, hostile[_i].process, hostile[_i].linux_more);
		code = REFRUN("run", "-b", bundle, id);
		ck_assert_msg(code >= 0 && code < 128, "%s: ends by a signal: %d", name, code);
		ck_assert_msg(!hostile[_i].refused || code != 0, "%s: a link is accepted", name);
		canary_is_untouched(name);
		check_no_residue(name);
	}
	remove_tree(tree);
	remove_tree(canary);
}
END_TEST

/* Without a pid namespace of its own, so that it sees who else is there. */
static void write_seeing_config(const char *cwd, const char *what)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"%s\"},\"mounts\":[" PROC "],"
		    "\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"/program\",\"%s\"],"
		    "\"cwd\":\"%s\"},\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}",
		    tree, what, cwd);
	put_file(bundle, "config.json", b.buf);
}

/* Links of the image that lead on by one of procfs: wherever another process is. */
START_TEST(test_working_directory_by_a_link_of_procfs)
{
	static const char *const cwds[] = {"/w", "/w/made/by", "/w/sub"};
	cleanup_free char *target = NULL;

	(void)snprintf(tree, sizeof(tree), "%s/tree", work);
	make_canary();
	target = str_format("/proc/%d/root%s", (int)getpid(), canary);
	make_tree("w", target);
	for (size_t i = 0; i < sizeof(cwds) / sizeof(cwds[0]); i++) {
		write_seeing_config(cwds[i], "true");
		ck_assert_int_ne(REFRUN("run", "-b", bundle, id), 0);
		ck_assert_msg(strstr(text, "/process/cwd"), "%s", text);
		canary_is_untouched(cwds[i]);
		check_no_residue(cwds[i]);
	}
	remove_tree(tree);
	remove_tree(canary);
}
END_TEST

START_TEST(test_passwd_by_a_link_of_procfs)
{
	cleanup_free char *target = NULL;

	(void)snprintf(tree, sizeof(tree), "%s/tree", work);
	put_file(work, "passwd", "root:x:0:0::/victim:/bin/sh\n");
	target = str_format("/proc/%d/root%s/passwd", (int)getpid(), work);
	make_tree("etc/passwd", target);
	write_seeing_config("/", "env");
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, "HOME=/\n");
	write_seeing_config("/", "wait");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("exec", id, "/program", "env") == 0, "%s", text);
	ck_assert_str_eq(out, "HOME=/\n");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	remove_tree(tree);
}
END_TEST

/* CVE-2025-52565: the terminal's place is a link. */
START_TEST(test_console_is_a_link)
{
	(void)snprintf(tree, sizeof(tree), "%s/tree", work);
	make_canary();
	{
		cleanup_free char *target = str_format("%s/console", canary);

		make_tree("dev/console", target);
	}
	write_tree_config(PROC ",{\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"source\":"
			       "\"devpts\",\"options\":[\"newinstance\",\"ptmxmode=0666\"]}",
			  "\"cwd\":\"/\",\"terminal\":true", "");
	(void)REFRUN("run", "-b", bundle, id);
	canary_is_untouched("console");
	check_no_residue("console");
	remove_tree(tree);
	remove_tree(canary);
}
END_TEST

/* ---- what a container does to itself ---- */

/* In the container's mount namespace: files that look like those of procfs, where they are sought.
 */
static int cover_proc(void *arg)
{
	static const char *const dirs[] = {"self",
					   "self/attr",
					   "self/attr/apparmor",
					   "thread-self",
					   "thread-self/attr",
					   "1",
					   "thread-self/attr/apparmor",
					   "sys",
					   "sys/kernel",
					   "self/fd"};
	static const char *const files[] = {
		"self/attr/exec",	  "self/attr/apparmor/exec",
		"thread-self/attr/exec",  "thread-self/attr/apparmor/exec",
		"self/oom_score_adj",	  "1/oom_score_adj",
		"self/setgroups",	  "self/uid_map",
		"sys/kernel/cap_last_cap"};
	cleanup_free char *path = str_format("/proc/%d/ns/mnt", *(const int *)arg);
	cleanup_fd int ns = open(path, O_RDONLY | O_CLOEXEC);

	if (ns < 0 || setns(ns, CLONE_NEWNS) < 0 || chdir("/proc") < 0 ||
	    mount("fake", "/proc", "tmpfs", 0, NULL) < 0 || chdir("/proc") < 0)
		return 1;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (mkdir(dirs[i], 0777) < 0)
			return 2;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (fd_replace_file_at(AT_FDCWD, files[i], 0666, CANARY, strlen(CANARY), 0, NULL) <
		    0)
			return 3;
	return 0;
}

static int changed; /* of the files that cover_proc() has made */

static int look_at_fake(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	char content[32];

	(void)st, (void)where;
	if (kind != FTW_F)
		return 0;
	entries++;
	read_into(path, content, sizeof(content));
	changed += !str_eq(content, CANARY);
	return 0;
}

/* CVE-2019-16884, CVE-2025-52881: what is written to procfs goes to the real one. */
START_TEST(test_exec_with_a_false_proc)
{
	cleanup_free char *process = str_format("%s/process.json", work);
	cleanup_free char *pid_file = str_format("%s/exec-pid", work), *fake = NULL, *path = NULL;
	struct proc_spawn s = PROC_SPAWN_INIT;
	char number[32];
	struct err e;
	pid_t pid;

	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	pid = pid_of();
	s.run = cover_proc;
	s.run_arg = &pid;
	ck_assert_int_eq(proc_run(&s, TIMEOUT_MS, 0, NULL, NULL, &e), 0);
	put_file(work, "process.json",
		 "{\"cwd\":\"/\",\"user\":{\"uid\":1000,\"gid\":1000},\"oomScoreAdj\":321,"
		 "\"args\":[\"/program\",\"wait\"]}");
	ck_assert_msg(REFRUN("exec", "-d", "--pid-file", pid_file, "--process", process, id) == 0,
		      "%s", text);
	/* whether the host has the security module or not */
	(void)REFRUN("exec", "--apparmor", "refrun-test-none", id, "/program");
	read_into(pid_file, number, sizeof(number));
	path = str_format("/proc/%s/oom_score_adj", number);
	read_into(path, number, sizeof(number));
	ck_assert_str_eq(number, "321\n");
	fake = str_format("/proc/%d/root/proc", (int)pid);
	entries = 0;
	changed = 0;
	ck_assert_int_eq(nftw(fake, look_at_fake, 16, FTW_PHYS), 0);
	ck_assert_uint_eq(entries, 9);
	ck_assert_int_eq(changed, 0);
	(void)unlink(process);
	(void)unlink(pid_file);
}
END_TEST

/*
 * The host's procfs, by which a label is set, is a way to the host's tree: no name that the image
 * can make a link of is looked up before it is closed, which is to say before the label is refused.
 */
START_TEST(test_labels_come_before_the_image)
{
	static const char *const flags[] = {"--apparmor", "--process-label"};

	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		ck_assert_int_eq(
			REFRUN("exec", flags[i], "refrun-test-none", "--cwd", "/none", id, "/none"),
			255);
		ck_assert_msg(strstr(text, "cannot apply the "), "%s", text);
		ck_assert_int_eq(REFRUN("exec", "-t", flags[i], "refrun-test-none", id, "/none"),
				 255);
		ck_assert_msg(strstr(text, "cannot apply the "), "%s", text);
	}
}
END_TEST

/* ---- names that are taken ---- */

/* CVE-2015-1331: links where the program writes are replaced or refused, never followed. */
START_TEST(test_planted_links)
{
	cleanup_free char *state = str_format("%s/%s", root, id);
	cleanup_free char *pid_file = str_format("%s/pid", work);
	cleanup_free char *file = NULL;
	struct stat st;

	make_canary();
	file = str_format("%s/file", canary);
	write_config(WAIT, "", "");
	ck_assert_int_eq(mkdir(root, 0700) < 0 && errno != EEXIST, 0);
	ck_assert_int_eq(symlink(canary, state), 0);
	ck_assert_int_ne(REFRUN("create", "-b", bundle, id), 0);
	(void)REFRUN("delete", "--force", id);
	canary_is_untouched("state");
	ck_assert_int_eq(unlink(state), 0);
	ck_assert_int_eq(symlink(file, pid_file), 0);
	ck_assert_msg(REFRUN("create", "--pid-file", pid_file, "-b", bundle, id) == 0, "%s", text);
	canary_is_untouched("pid file");
	/* what of the container stands there is the owner's alone */
	ck_assert_int_eq(stat(state, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	ck_assert_int_eq(stat(root, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0022, 0);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	(void)unlink(pid_file);
	remove_tree(canary);
}
END_TEST

/* ---- numbers that are taken ---- */

static pid_t sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			(void)pause();
	}
	return pid;
}

/* In the unit of a process's start in /proc/PID/stat. */
static int64_t now_in_ticks(void)
{
	struct timespec t;
	int64_t hz = sysconf(_SC_CLK_TCK);

	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * hz + (int64_t)t.tv_nsec * hz / 1000000000;
}

static int status_line(const char *word)
{
	return REFRUN("state", id) == 0 && strstr(out, word) ? 0 : 1;
}

/* The first process of a pid namespace, where numbers can be chosen. 0: the sleeper is spared. */
static int reuse_a_pid(void *arg)
{
	char number[32];
	pid_t pid, other;

	(void)arg;
	if (mount("proc", "/proc", "proc", 0, NULL) < 0 ||
	    REFRUN("run", "-d", "-b", bundle, id) != 0)
		return 2;
	pid = pid_of();
	if (kill(pid, SIGKILL) < 0)
		return 3;
	/* orphans are ours */
	while (waitpid(pid, NULL, 0) < 0)
		if (errno != EINTR)
			return 4;
	(void)snprintf(number, sizeof(number), "%d", (int)pid - 1);
	if (fd_write_file_at(AT_FDCWD, "/proc/sys/kernel/ns_last_pid", number, strlen(number),
			     NULL) < 0)
		return 5;
	/* number and start are all that tells two processes apart: not both in one tick */
	for (int64_t t = now_in_ticks(); now_in_ticks() == t;)
		(void)sched_yield();
	other = sleeper();
	if (other != pid)
		return 6;
	if (status_line("stopped") != 0)
		return 7;
	if (REFRUN("kill", id, "KILL") == 0 || REFRUN("exec", id, "/program") == 0)
		return 8;
	if (REFRUN("delete", "--force", id) != 0)
		return 9;
	return waitpid(other, NULL, WNOHANG) == 0 && kill(other, 0) == 0 ? 0 : 10;
}

START_TEST(test_reused_pid)
{
	pid_t pid;
	int status = 0;

	write_config(WAIT, "", "");
	pid = proc_clone(CLONE_NEWPID | CLONE_NEWNS, FD_NONE, NULL);
	if (pid == 0)
		_exit(reuse_a_pid(NULL));
	ck_assert_int_gt(pid, 0);
	while (waitpid(pid, &status, 0) < 0)
		ck_assert_int_eq(errno, EINTR);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %#x: %s", status,
		      text);
	check_no_residue("reused pid");
}
END_TEST

static void check_obeyed_by_nobody(const char *words)
{
	size_t lines = 0;

	for (const char *c = words; *c; c++) {
		lines += *c == '\n';
		ck_assert_msg(*c == '\n' || ((unsigned char)*c >= ' ' && *c != 0x7f), "%s", words);
	}
	ck_assert_msg(lines == 1 && !strstr(words, "\xc2\x9b"), "%s", words);
}

/* What the image calls its files gets into an error, and that to a terminal: whether as the line of
 * a log, or, where that is a file, as words for people. */
START_TEST(test_words_of_the_image)
{
	static const char odd[] = "x\033]0;owned\a\xc2\x9b\nlevel=error msg=forged\x7f";
	cleanup_free char *dir = NULL, *log = str_format("%s/log", work);
	char big[8193], written[8192];

	(void)snprintf(tree, sizeof(tree), "%s/tree", work);
	make_tree("link", "/");
	dir = str_format("%s/odd", tree);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ck_assert_int_eq(mkdir(dir, 0755), 0);
	put_file(dir, odd, big);
	write_tree_config(PROC ",{\"destination\":\"/odd\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
			       "\"options\":[\"tmpcopyup\",\"size=4k\"]}",
			  "\"cwd\":\"/\"", "");
	ck_assert_int_eq(REFRUN("--log", log, "run", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "x\\x1b]0;owned\\x07\\xc2\\x9b\\x0alevel=error"), "%s", text);
	check_obeyed_by_nobody(text);
	read_into(log, written, sizeof(written));
	check_obeyed_by_nobody(written);
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	ck_assert_str_eq(strstr(text, " level="), strstr(written, " level="));
	(void)unlink(log);
	remove_tree(tree);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_links_out_of_the_image, 0,
			    sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_test(c, test_working_directory_by_a_link_of_procfs);
	tcase_add_test(c, test_passwd_by_a_link_of_procfs);
	tcase_add_test(c, test_console_is_a_link);
	tcase_add_test(c, test_exec_with_a_false_proc);
	tcase_add_test(c, test_labels_come_before_the_image);
	tcase_add_test(c, test_planted_links);
	tcase_add_test(c, test_reused_pid);
	tcase_add_test(c, test_words_of_the_image);
}

int main(int argc, char **argv)
{
	return driver_main("image", argc, argv, add);
}
