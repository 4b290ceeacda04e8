/* SPDX-License-Identifier: Apache-2.0 */
/* Called by a user without any rights, whose containers have user namespaces. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define CALLER 64711

/* setuid(2), not setresuid(2): that one is waited for further below */
static int become_caller(void *arg, struct err *e)
{
	(void)arg;
	if (setgroups(0, NULL) < 0 || setgid(CALLER) < 0 || setuid(CALLER) < 0)
		return err_set(e, errno, "become user %d: %m", CALLER);
	return 0;
}

#define CALL(...) command_after(become_caller, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* To be read by the caller. */
static void write_document(const char *dir, const char *name, const struct strbuf *b)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0644, b->buf, b->len, 0, NULL), 0);
}

#define PROCESS "\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},"
#define MAPPINGS                                                                                   \
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":64711,\"size\":1}],"                       \
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":64711,\"size\":1}]"
#define NEW_USER "{\"type\":\"pid\"},{\"type\":\"user\"}]," MAPPINGS

/* @namespaces: the rest of that list, and of linux. */
static void write_config_of(const char *process, const char *namespaces)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":[{"
		    "\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],"
		    "\"process\":{" PROCESS "%s},\"linux\":{\"namespaces\":[{\"type\":\"mount\"},"
		    "%s}}",
		    process, namespaces);
	write_document(bundle, "config.json", &b);
}

static void run_container(const char *name, const char *process, const char *namespaces)
{
	write_config_of(process, namespaces);
	ck_assert_msg(CALL("run", "-d", "-b", bundle, name) == 0, "%s", text);
}

static bool prints(const char *line)
{
	return strstr(out, line) != NULL;
}

static const char *write_process(const char *members)
{
	static char path[80];
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "{" PROCESS "%s}", members);
	write_document(work, "process.json", &b);
	(void)snprintf(path, sizeof(path), "%s/process.json", work);
	return path;
}

#define KILL_ALONE                                                                                 \
	",\"capabilities\":{\"bounding\":[\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"],"             \
	"\"permitted\":[\"CAP_KILL\"]}"
#define STATUS "\"args\":[\"/program\",\"cat\",\"/proc/self/status\"]"

/* Who has none has all of them in the container's user namespace, whatever document says which. */
START_TEST(test_capabilities_of_a_later_process)
{
	run_container(id, WAIT KILL_ALONE, NEW_USER);
	ck_assert_msg(CALL("exec", id, "/program", "cat", "/proc/self/status") == 0, "%s", text);
	ck_assert(prints("CapPrm:\t0000000000000020\n"));
	ck_assert_msg(CALL("exec", "--process", write_process(STATUS KILL_ALONE), id) == 0, "%s",
		      text);
	ck_assert_str_eq(text, "");
	ck_assert_msg(prints("CapPrm:\t0000000000000020\n"), "%s", out);
	ck_assert_msg(CALL("exec", "--process", write_process(STATUS), id) == 0, "%s", text);
	ck_assert_str_eq(text, "");
	ck_assert_msg(prints("CapBnd:\t0000000000000020\n"), "%s", out);
}
END_TEST

/* Lower than the caller's it could not be. */
START_TEST(test_oom_score_of_a_later_process)
{
	static const char show[] = "\"args\":[\"/program\",\"cat\",\"/proc/self/oom_score_adj\"]";
	cleanup_free char *other = str_format("%s,\"oomScoreAdj\":700", show);

	run_container(id, WAIT ",\"oomScoreAdj\":500", NEW_USER);
	ck_assert_msg(CALL("exec", id, "/program", "cat", "/proc/self/oom_score_adj") == 0, "%s",
		      text);
	ck_assert_str_eq(out, "500\n");
	ck_assert_msg(CALL("exec", "--process", write_process(show), id) == 0, "%s", text);
	ck_assert_str_eq(out, "500\n");
	ck_assert_msg(CALL("exec", "--process", write_process(other), id) == 0, "%s", text);
	ck_assert_str_eq(out, "700\n");
}
END_TEST

/* ---- a cgroup that was killed once ---- */

static char given[96]; /* of v2, given to the caller; absolute */

static int in_given(const char *name, int (*call)(const char *path))
{
	cleanup_free char *path = str_format("%s%s", given, name);

	return call(path);
}

static int give(const char *path)
{
	return chown(path, CALLER, CALLER);
}

static int kill_in(const char *path)
{
	return fd_write_file_at(AT_FDCWD, path, "1", 1, NULL);
}

/* False where there is no v2. */
static bool is_given_cgroup(void)
{
	static const char *const mountpoints[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};

	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *v2 = str_format("%s/cgroup.procs", mountpoints[i]);

		(void)snprintf(given, sizeof(given), "%s/%s-given", mountpoints[i], id);
		if (access(v2, F_OK) < 0)
			continue;
		ck_assert_int_eq(mkdir(given, 0755), 0);
		ck_assert_int_eq(in_given("", give), 0);
		ck_assert_int_eq(in_given("/cgroup.procs", give), 0);
		ck_assert_int_eq(in_given("/cgroup.kill", kill_in), 0);
		return true;
	}
	return false;
}

static int become_caller_there(void *arg, struct err *e)
{
	cleanup_free char *procs = str_format("%s/cgroup.procs", given);
	int r = fd_write_file_at(AT_FDCWD, procs, "0", 1, e);

	return r < 0 ? r : become_caller(arg, e);
}

#define CALL_THERE(...)                                                                            \
	command_after(become_caller_there, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* Who is born there is killed by some kernels, and made once more; and the files of one that is
 * dead are root's. */
START_TEST(test_oom_score_in_a_cgroup_that_was_killed)
{
	const char *score;

	if (!is_given_cgroup())
		return;
	write_config_of(WAIT ",\"oomScoreAdj\":500", NEW_USER ",\"cgroupsPath\":\"box\"");
	ck_assert_msg(CALL_THERE("run", "-d", "-b", bundle, id) == 0, "%s", text);
	score = write_process("\"args\":[\"/program\",\"cat\",\"/proc/self/oom_score_adj\"],"
			      "\"oomScoreAdj\":700");
	ck_assert_msg(CALL_THERE("exec", "--process", score, id) == 0, "%s", text);
	ck_assert_str_eq(out, "700\n");
	ck_assert_msg(CALL_THERE("exec", id, "/program", "cat", "/proc/1/oom_score_adj") == 0, "%s",
		      text);
	ck_assert_str_eq(out, "500\n");
	ck_assert_msg(CALL("delete", "--force", id) == 0, "%s", text);
	ck_assert_int_eq(in_given("", rmdir), 0);
}
END_TEST

/* ---- another container's namespaces ---- */

static char other[40];

static struct sockaddr_un meeting(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/held", work);
	return a;
}

/* Installs a filter under which both calls wait for the test's leave, and sends the descriptor by
 * which it hears of them. */
static int become_held_caller(void *arg, struct err *e)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setns, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setresuid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
	int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			      SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	cleanup_fd int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un a = meeting();
	int r;

	(void)arg;
	if (fd < 0 || connect(sock, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_set(e, errno, "hold system calls: %m");
	r = fd_send(sock, "", 1, &fd, 1);
	(void)close(fd);
	return r < 0 ? err_set(e, -r, "hold system calls: %m") : become_caller(NULL, e);
}

/* The same command, and by what it is held. */
static int start_held(const char *const *args, struct proc *p)
{
	cleanup_fd int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	cleanup_fd int conn = FD_NONE;
	struct sockaddr_un a = meeting();
	int listener = FD_NONE;
	char nothing;

	ck_assert_int_eq(bind(sock, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(sock, 1), 0);
	start_command_after(become_held_caller, NULL, args, p);
	(void)unlink(a.sun_path);
	conn = accept4(sock, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_gt(fd_recv(conn, &nothing, 1, &listener, 1), 0);
	return listener;
}

static pid_t pid_in(const char *name)
{
	const char *number;
	int pid = 0;

	ck_assert_msg(CALL("state", name) == 0, "%s", text);
	number = strstr(out, "\"pid\":");
	ck_assert(number && sscanf(number, "\"pid\": %d", &pid) == 1 && pid > 0);
	return pid;
}

/* Its number where the other container's processes see it; 0: they do not. */
static int number_inside(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/status", (int)pid);
	char status[4096];
	const char *line;
	int host = 0, inside = 0;

	read_into(path, status, sizeof(status));
	line = strstr(status, "NSpid:");
	return line && sscanf(line, "NSpid: %d %d", &host, &inside) == 2 ? inside : 0;
}

/* Root where it is not dumpable (proc_pid(5)), else the caller. */
static uid_t owner_of(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/environ", (int)pid);
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_uid;
}

static void look_from_inside(int number)
{
	static const char *const files[] = {"root", "environ", "mem"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		cleanup_free char *path = str_format("/proc/%d/%s", number, files[i]);

		ck_assert_msg(CALL("exec", other, "/program", "open", path) == EACCES, "%s: %s",
			      path, text);
	}
}

/* Follows the command until it ends. How many of its processes were held: all of them closed, and
 * where it could be seen by the other container's processes, to them too. */
static void follow(int listener, struct proc *p, int *ret_outside, int *ret_inside)
{
	struct pollfd ready[] = {{.fd = listener, .events = POLLIN},
				 {.fd = p->pidfd, .events = POLLIN}};

	while (poll(ready, 2, TIMEOUT_MS) > 0 && ready[0].revents & POLLIN) {
		struct seccomp_notif call = {0};
		struct seccomp_notif_resp leave = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
		int number;

		ck_assert_int_eq(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call), 0);
		number = number_inside((pid_t)call.pid);
		ck_assert_msg(owner_of((pid_t)call.pid) == 0, "call %d, number %d inside",
			      call.data.nr, number);
		if (number)
			look_from_inside(number);
		++*(number ? ret_inside : ret_outside);
		leave.id = call.id;
		ck_assert_int_eq(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &leave), 0);
	}
	ck_assert_int_eq(proc_wait(p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(p), 0);
	proc_done(p);
}

#define MAY_TRACE                                                                                  \
	",\"capabilities\":{\"bounding\":[\"CAP_SYS_PTRACE\"],\"effective\":[\"CAP_SYS_PTRACE\"]," \
	"\"permitted\":[\"CAP_SYS_PTRACE\"]}"

/* CVE-2016-9962: it is born in a pid namespace and with a user namespace where others have all
 * rights over it, and is the host's user with the host's root until it has become theirs. */
START_TEST(test_closed_among_others)
{
	cleanup_free char *joined = NULL;
	cleanup_fd int listener = FD_NONE;
	struct proc p = PROC_INIT;
	int inside = 0, outside = 0;
	char score[16];

	run_container(other, WAIT MAY_TRACE, NEW_USER);
	joined = str_format("{\"type\":\"pid\",\"path\":\"/proc/%d/ns/pid\"},{\"type\":\"user\","
			    "\"path\":\"/proc/%d/ns/user\"},{\"type\":\"time\"}]," MAPPINGS
			    ",\"timeOffsets\":{\"boottime\":{\"secs\":5000000}}",
			    (int)pid_in(other), (int)pid_in(other));
	write_config_of(WAIT ",\"oomScoreAdj\":600", joined);
	listener = start_held((const char *const[]){"run", "-d", "-b", bundle, id, NULL}, &p);
	follow(listener, &p, &outside, &inside);
	/* the stage, at each namespace; the first process, as it becomes root there and the user */
	ck_assert_int_ge(outside, 2);
	ck_assert_int_ge(inside, 2);
	/* what is in the way of who is not root is none the less done */
	{
		cleanup_free char *path = str_format("/proc/%d/oom_score_adj", (int)pid_in(id));

		read_into(path, score, sizeof(score));
		ck_assert_str_eq(score, "600\n");
	}
	ck_assert_msg(CALL("exec", id, "/program", "cat", "/proc/self/timens_offsets") == 0, "%s",
		      text);
	ck_assert(prints("5000000"));
}
END_TEST

/* With fs.suid_dumpable=1 a change of ids opens a process for a moment: what need not be done where
 * others could look is done before, so that one of them is left, to the process's own user. */
START_TEST(test_root_before_it_is_among_others)
{
	cleanup_fd int listener = FD_NONE;
	struct proc p = PROC_INIT;
	int inside = 0, outside = 0;

	run_container(other, WAIT MAY_TRACE, NEW_USER);
	listener = start_held((const char *const[]){"exec", other, "/program", "true", NULL}, &p);
	follow(listener, &p, &outside, &inside);
	/* setns(2) and setresuid(2) of the stage */
	ck_assert_int_ge(outside, 2);
	ck_assert_int_eq(inside, 1);
}
END_TEST

static void clear_up(void)
{
	(void)CALL("delete", "--force", other);
	(void)CALL("delete", "--force", id);
}

/* What the caller needs to have a container in. */
static void make_places(void)
{
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);

	(void)snprintf(other, sizeof(other), "%s-other", id);
	(void)snprintf(root, sizeof(root), "%s/state", work);
	(void)mkdir(root, 0700);
	ck_assert_int_eq(chown(root, CALLER, CALLER), 0);
	ck_assert_int_eq(chown(rootfs, CALLER, CALLER), 0);
}

static void add(TCase *c)
{
	tcase_add_unchecked_fixture(c, make_places, clear_up);
	tcase_add_checked_fixture(c, clear_up, NULL);
	tcase_add_test(c, test_capabilities_of_a_later_process);
	tcase_add_test(c, test_oom_score_of_a_later_process);
	tcase_add_test(c, test_oom_score_in_a_cgroup_that_was_killed);
	tcase_add_test(c, test_closed_among_others);
	tcase_add_test(c, test_root_before_it_is_among_others);
}

int main(int argc, char **argv)
{
	return driver_main("rootless", argc, argv, add);
}
