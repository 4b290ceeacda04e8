/* SPDX-License-Identifier: Apache-2.0 */
#include "guardian.h"

#include "cleanup.h"
#include "fd.h"
#include "owned.h"
#include "proc.h"
#include "session.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOODBYE_FD    3
#define RUN_FD	      4
#define GOODBYE	      'q'
#define DISMISS_MS    2000
#define CLEANUP_MS    20000
#define AGAIN_MS      20
#define PROC_TEXT_MAX (4u << 20)

static bool file_has(pid_t pid, const char *file, const char *text)
{
	cleanup_free char *content = NULL;
	char path[64];
	size_t len;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return fd_read_file_at(AT_FDCWD, path, PROC_TEXT_MAX, &content, &len, NULL) == 0 &&
	       memmem(content, len, text, strlen(text));
}

/* Whether the process is in the guardian's own namespace of this kind; @unknown where that cannot
 * be told. */
static bool shares(pid_t pid, const char *kind, bool unknown)
{
	struct stat own, other;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	if (stat(path, &own) < 0)
		return unknown;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kind);
	if (stat(path, &other) < 0)
		return unknown;
	return own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

/* The name of the work directory is in the mountinfo of everything that lives below it; a container
 * that has unmounted all of that is still in its cgroup, or in the network of the run. The host's
 * own mounts never have it, and should a runtime have brought it there, nobody else must die of
 * that. */
static bool is_of_run(const struct hx_session *s, pid_t pid)
{
	const char *name = strrchr(s->work, '/');
	char prefix[HX_RUN_SIZE + 2];

	(void)snprintf(prefix, sizeof(prefix), "/%s-", s->host.run);
	/* its network is the run's, its mounts are the host's */
	return shares(pid, "net", false) ||
	       (name && !shares(pid, "mnt", true) && file_has(pid, "mountinfo", name + 1)) ||
	       file_has(pid, "cgroup", prefix);
}

/* Kills by pidfd what is of the run: the number of those that were found alive, or -errno. */
static int kill_all(const struct hx_session *s)
{
	cleanup_dir DIR *d = opendir("/proc");
	int found = 0;

	if (!d)
		return -errno;
	for (const struct dirent *de = readdir(d); de; de = readdir(d)) {
		cleanup_fd int fd = FD_NONE;
		uint64_t since;
		int64_t pid;

		if (str_to_i64(de->d_name, 2, INT32_MAX, &pid) < 0 || pid == getpid())
			continue;
		fd = proc_pidfd_open((pid_t)pid);
		/* looked at after it was opened: the number may have had another owner before */
		if (fd < 0 || !is_of_run(s, (pid_t)pid) || proc_start_time((pid_t)pid, &since) < 0)
			continue;
		found += proc_pidfd_signal(fd, SIGKILL) == 0;
	}
	return found;
}

static void clean_up(const struct hx_session *s)
{
	int64_t deadline = proc_now_ms() + CLEANUP_MS;

	/* the killed need a moment, and may have started others in theirs; what is frozen dies when
	 * its cgroup is thawed */
	while (kill_all(s) > 0 && proc_now_ms() < deadline) {
		hx_session_clean(s);
		(void)poll(NULL, 0, AGAIN_MS);
	}
	hx_session_clean(s);
	(void)hx_owned_restore(s->owned, HX_OWNED_ANY);
	/* the mounts were those of the namespaces that have ended with the processes; what is left
	 * is an empty directory. One that is not empty is not ours to remove. */
	if (!s->keep)
		(void)rmdir(s->work);
}

/* Whether the run has said goodbye before it ended. */
static bool said_goodbye(void)
{
	struct pollfd p[] = {{.fd = GOODBYE_FD, .events = POLLIN},
			     {.fd = RUN_FD, .events = POLLIN}};
	char word = 0;

	for (;;) {
		if (poll(p, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return false;
		}
		if (p[0].fd >= 0 && p[0].revents) {
			if (read(GOODBYE_FD, &word, 1) == 1 && word == GOODBYE)
				return true;
			/* nobody is there any more who could say it */
			p[0].fd = FD_NONE;
		}
		if (p[1].revents)
			return false;
	}
}

static int guardian_main(void *arg)
{
	/* as it was when the run began: the fork has copied it */
	const struct hx_session *s = arg;
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)setsid();
	(void)prctl(PR_SET_NAME, "conform-guard", 0, 0, 0);
	if (chdir("/") < 0)
		return 1;
	if (!said_goodbye())
		clean_up(s);
	return 0;
}

/* Starts the guardian and ends, so that it is nobody's child in the run. */
static int between_main(void *arg)
{
	static const struct proc_fd fds[] = {{GOODBYE_FD, GOODBYE_FD}, {RUN_FD, RUN_FD}};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;

	s.run = guardian_main;
	s.run_arg = arg;
	s.fds = fds;
	s.nfds = 2;
	s.outlive = true;
	return proc_spawn(&s, &p, NULL) < 0 ? 1 : 0;
}

int hx_guardian_start(struct hx_guardian *g, const struct hx_session *session, struct err *e)
{
	cleanup_fd int ours = FD_NONE;
	cleanup_fd int theirs = FD_NONE;
	cleanup_fd int run_fd = proc_pidfd_open(session->pid);
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc_fd fds[2];
	int pair[2], r;

	g->fd = FD_NONE;
	if (run_fd < 0)
		return err_set(e, -run_fd, "start the guardian: %m");
	if (unshare(CLONE_NEWNET) < 0)
		return err_set(e, errno, "make a network namespace of our own: %m%s",
			       errno == EPERM ? "; the harness needs CAP_SYS_ADMIN, which a "
						"container has that is started with --privileged"
					      : "");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set(e, errno, "start the guardian: %m");
	ours = pair[0];
	theirs = pair[1];
	fds[0] = (struct proc_fd){theirs, GOODBYE_FD};
	fds[1] = (struct proc_fd){run_fd, RUN_FD};
	s.run = between_main;
	/* only read */
	s.run_arg = (void *)(uintptr_t)session;
	s.fds = fds;
	s.nfds = 2;
	r = proc_spawn(&s, &p, e);
	if (r == 0)
		r = proc_wait(&p, -1);
	if (r < 0)
		return err_wrap(e, "start the guardian");
	if (proc_exit_code(&p) != 0)
		return err_set(e, EAGAIN, "start the guardian: it could not be started");
	g->fd = take_fd(&ours);
	return 0;
}

void hx_guardian_dismiss(struct hx_guardian *g)
{
	const char word = GOODBYE;
	struct pollfd p = {.fd = g->fd, .events = POLLIN};

	if (g->fd < 0)
		return;
	/* its end of the socket closes when it ends */
	if (send(g->fd, &word, 1, MSG_NOSIGNAL) == 1)
		(void)poll(&p, 1, DISMISS_MS);
	fd_close(&g->fd);
}
