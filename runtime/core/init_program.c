/* SPDX-License-Identifier: Apache-2.0 */
#include "init_program.h"

#include "cleanup.h"
#include "console.h"
#include "fd.h"
#include "str.h"
#include "sync.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int init_hand_over_notify(struct init *in, struct err *e)
{
	int r = sync_send(in->sync, SYNC_NOTIFY, 0, in->notify);

	in->has_notify = r >= 0 && in->notify >= 0;
	fd_close(&in->notify);
	return r < 0 ? err_set(e, -r, "hand over the notification socket: %m") : 0;
}

/*
 * One connection at a time. Those who close without a word only wanted to know whether someone
 * waits (container_status()); SYNC_GO is `start`.
 */
static int accept_start(struct init *in, struct err *e)
{
	for (;;) {
		cleanup_fd int sock = accept4(in->cr->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		struct err refusal;
		int r;

		if (sock < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			return err_set(e, errno, "wait for start: %m");
		}
		r = sync_wait_go(sock, NULL);
		if (r < 0)
			continue;
		if (in->cr->process) {
			in->sync = take_fd(&sock);
			return r > 0 ? init_hand_over_notify(in, e) : 0;
		}
		(void)err_set(&refusal, EINVAL, "cannot start a container that has no process");
		(void)sync_send_err(sock, SYNC_REFUSED, &refusal);
	}
}

void init_run_steps(struct init *in, const struct init_step *steps, size_t count)
{
	struct err e = {0};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < count; i++) {
		r = steps[i].run(in, &e);
		if (r < 0 && !e.num)
			(void)err_set(&e, -r, "%s: %m", steps[i].name);
	}
	(void)sync_send_err(in->sync, SYNC_ERROR, &e);
	_exit(1);
}

static void die(int sig)
{
	_exit(128 + sig);
}

/*
 * The kernel keeps from the first process of a pid namespace what it has no handler for
 * (pid_namespaces(7)), and from any what its caller ignored or blocked: runtime.md#kill of a
 * created container would be lost. So it ends, as it would elsewhere; execve(2) takes the handlers
 * back. Not for what an error of its own raises.
 */
static void die_of_signals(void)
{
	static const int signals[] = {SIGHUP,  SIGINT,	SIGQUIT,   SIGTERM, SIGUSR1,
				      SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPWR};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		(void)signal(signals[i], die);
		(void)sigaddset(&set, signals[i]);
	}
	for (int sig = SIGRTMIN; sig <= SIGRTMAX; sig++) {
		(void)signal(sig, die);
		(void)sigaddset(&set, sig);
	}
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int init_wait_for_start(struct init *in, struct err *e)
{
	int r;

	/*
	 * The death signal goes before the creator can know that we are ready, and so before it may
	 * end in peace; should it die of something else from here to its word, the end of the
	 * socket says so.
	 */
	in->recorded = true;
	if (!in->cr->run)
		die_of_signals();
	(void)prctl(PR_SET_PDEATHSIG, 0);
	r = sync_send(in->sync, SYNC_READY, 0, FD_NONE);
	if (r < 0)
		return err_set(e, -r, "announce readiness: %m");
	if (in->cr->run)
		return 0;
	r = init_hear_go(in, e);
	if (r < 0)
		return r;
	fd_close(&in->sync);
	r = accept_start(in, e);
	/* The listening socket stays until execve(2): while it is there, the container is
	 * `created`. */
	return r;
}

int init_hear_go(struct init *in, struct err *e)
{
	int r = in->may_go ? 0 : sync_wait_go(in->sync, e);

	in->may_go = r >= 0;
	return r;
}

void init_close_log(const struct creation *cr)
{
	int fd = cr->o->log.fd;

	if (fd > STDERR_FILENO)
		fd_close(&fd);
}

void init_protect(const struct init *in)
{
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (!in->recorded)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int init_become_root(const struct creation *cr, uid_t uid, gid_t gid, struct err *e)
{
	if (!cr->deny_setgroups && setgroups(0, NULL) < 0 && errno != EPERM)
		return err_set(e, errno, "setgroups: %m");
	if (setresgid(gid, gid, gid) < 0)
		return err_set(e, errno, "setresgid %u in the user namespace: %m", gid);
	if (setresuid(uid, uid, uid) < 0)
		return err_set(e, errno, "setresuid %u in the user namespace: %m", uid);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	return 0;
}

int init_new_session(struct init *in, struct err *e)
{
	(void)in;
	if (setsid() < 0)
		return err_set(e, errno, "setsid: %m");
	return 0;
}

/* It stays with who has it where the user namespace does not know the new owner, or the old one,
 * and on a file system that is read-only. */
static int give_to_user(int fd, const struct cfg_user *u)
{
	if (fchown(fd, (uid_t)u->uid, (gid_t)-1) == 0 || errno == EPERM || errno == EINVAL ||
	    errno == EROFS)
		return 0;
	return -errno;
}

int init_attach_terminal(struct init *in, struct err *e)
{
	const struct cfg_user *u;
	int r;

	/* nor has a container without a process a terminal */
	if (in->slave < 0)
		return 0;
	u = in->cr->process->user;
	/* our own, so that the program may reopen it by its name */
	r = u && u->uid ? give_to_user(in->slave, u) : 0;
	if (r < 0)
		return err_set(e, -r, "fchown of the terminal: %m");
	r = console_attach(in->slave, e);
	if (in->slave > 2)
		fd_close(&in->slave);
	return r;
}

int init_limits(struct init *in, struct err *e)
{
	const struct creation *cr = in->cr;
	const struct cfg_process *p = cr->process;
	const struct cfg_linux *l = cr->config->linux;
	int r = 0;

	if (p)
		r = process_set_scheduler(cr->doc, p, e);
	if (p && r >= 0)
		r = process_set_io_priority(cr->doc, p, e);
	if (l && l->personality && r >= 0)
		r = process_set_personality(cr->doc, l->personality, e);
	if (l && l->memory_policy && r >= 0)
		r = process_set_memory_policy(cr->doc, l->memory_policy, e);
	if (p && r >= 0)
		r = process_raise_rlimits(cr->doc, p, e);
	return r;
}

int init_find_program(struct init *in, struct err *e)
{
	return in->cr->process ? process_find_program(in->cr->doc, in->cr->process, &in->program, e)
			       : 0;
}

static bool env_has(char *const *env, const char *name)
{
	size_t len = strlen(name);

	for (; env && *env; env++)
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=')
			return true;
	return false;
}

int init_make_environment(struct init *in, struct err *e)
{
	const struct cfg_process *p = in->cr->process;
	size_t n = p->env.count;
	bool oom = false;

	in->env = calloc(n + 5, sizeof(*in->env));
	if (!in->env)
		return err_set(e, ENOMEM, "environment: %m");
	for (size_t i = 0; i < n; i++)
		in->env[i] = p->env.items[i];
	if (!env_has(in->env, "HOME")) {
		cleanup_free char *home = process_home(p->user ? p->user->uid : 0);

		/* programs rely on one; who is not in passwd has the root */
		in->env[n] = str_format("HOME=%s", home ? home : "/");
		oom = !in->env[n++];
	}
	if (in->cr->o->listen_fds && !oom) {
		in->env[n] = str_format("LISTEN_FDS=%u", in->cr->o->listen_fds);
		oom = !in->env[n++];
		if (!oom) {
			in->env[n] = str_format("LISTEN_PID=%d", (int)getpid());
			oom = !in->env[n++];
		}
	}
	if (in->has_notify && !oom) {
		in->env[n] = strdup("NOTIFY_SOCKET=" ROOTFS_NOTIFY_SOCKET);
		oom = !in->env[n++];
	}
	return oom ? err_set(e, ENOMEM, "environment: %m") : 0;
}

int init_labels(struct init *in, struct err *e)
{
	int r = process_set_labels(in->cr->rootfs.proc_fd, in->cr->doc, in->cr->process, e);

	rootfs_done(&in->cr->rootfs);
	return r;
}

static bool is_null_device(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

/* Looked at before it is opened, and again: a container that lives can have changed it meanwhile,
 * and another device might act on being opened. */
static int open_null(void)
{
	cleanup_fd int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), seen = FD_NONE;
	cleanup_fd int fd = FD_NONE;

	if (root >= 0)
		seen = fd_open_in_root_plain(root, "/dev/null", O_PATH);
	if (seen >= 0 && is_null_device(seen))
		fd = fd_open_in_root_plain(root, "/dev/null", O_RDWR | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || !is_null_device(fd) || fcntl(fd, F_SETFL, 0) < 0)
		return FD_NONE;
	return take_fd(&fd);
}

int init_own_null(struct init *in, struct err *e)
{
	cleanup_fd int null = FD_NONE;

	(void)in;
	for (int fd = 0; fd < 3; fd++) {
		if (!is_null_device(fd))
			continue;
		if (null < 0)
			null = open_null();
		if (null < 0)
			return 0;
		if (dup2(null, fd) < 0)
			return err_set(e, errno, "dup2 to descriptor %d: %m", fd);
	}
	return 0;
}

int init_own_stdio(struct init *in, struct err *e)
{
	const struct cfg_user *u = in->cr->process->user;
	struct stat st;
	int r;

	/* Pipes alone: anything else that the caller handed over is not ours to give away. */
	for (int fd = 0; u && fd < 3; fd++) {
		if (fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode) || st.st_uid == u->uid)
			continue;
		r = give_to_user(fd, u);
		if (r < 0)
			return err_set(e, -r, "fchown of descriptor %d: %m", fd);
	}
	return 0;
}

int init_rlimits(struct init *in, struct err *e)
{
	return process_set_rlimits(in->cr->doc, in->cr->process, false, e);
}

int init_limit_files(struct init *in, struct err *e)
{
	return process_set_rlimits(in->cr->doc, in->cr->process, true, e);
}

int init_no_new_privileges(struct init *in, struct err *e)
{
	return in->cr->process->no_new_privileges ? process_set_no_new_privs(e) : 0;
}

int init_drop_bounding(struct init *in, struct err *e)
{
	return process_drop_bounding(&in->cr->caps, e);
}

int init_become_user(struct init *in, struct err *e)
{
	int r;

	(void)umask(in->cr->o->umask);
	r = process_set_user(in->cr->doc, in->cr->process->user, in->cr->deny_setgroups, e);
	init_protect(in);
	return r;
}

int init_enter_cwd(struct init *in, struct err *e)
{
	return in->cwd_denied ? process_set_cwd(in->cr->doc, in->cr->process, false, NULL, e) : 0;
}

int init_announce(struct init *in, struct err *e)
{
	int r = init_hear_go(in, e);

	if (r < 0)
		return r;
	r = sync_send(in->sync, SYNC_EXEC, in->cr->filter.notify, FD_NONE);

	return r < 0 ? err_set(e, -r, "announce the program: %m") : 0;
}

static int load_filter(struct init *in, struct err *e)
{
	int r, listener = FD_NONE;

	if (!in->cr->filter.insns)
		return 0;
	r = seccomp_filter_load(&in->cr->filter, &listener, e);
	if (r < 0 || listener < 0)
		return r;
	r = sync_send(in->sync, SYNC_LISTENER, 0, listener);
	fd_close(&listener);
	if (r < 0)
		return err_set(e, -r, "hand over the seccomp listener: %m");
	/*
	 * Nothing of the program before the agent has it. The filter stands already: where it asks
	 * the agent about this call, that one can answer by now; where it forbids it, we cannot
	 * wait.
	 */
	r = sync_wait_go(in->sync, e);
	return r == -EPIPE ? r : 0;
}

int init_filter_privileged(struct init *in, struct err *e)
{
	return in->cr->process->no_new_privileges ? 0 : load_filter(in, e);
}

int init_capabilities(struct init *in, struct err *e)
{
	return process_set_caps(&in->cr->caps, e);
}

int init_filter_unprivileged(struct init *in, struct err *e)
{
	return in->cr->process->no_new_privileges ? load_filter(in, e) : 0;
}

static int confine_filter(const struct init *in, bool no_new_privileges, struct err *e)
{
	return in->cr->process->no_new_privileges == no_new_privileges
		       ? seccomp_filter_load_deaf(&in->cr->filter, e)
		       : 0;
}

int init_confine_hook(void *init, struct err *e)
{
	struct init *in = init;
	int r = init_rlimits(in, e);

	if (r >= 0)
		r = init_limit_files(in, e);
	if (r >= 0)
		r = init_no_new_privileges(in, e);
	if (r >= 0)
		r = init_drop_bounding(in, e);
	if (r >= 0)
		r = init_become_user(in, e);
	/* the hook's, not the program's; a filter might forbid it */
	(void)umask(022);
	/* lost with the change of the user (prctl(2)) */
	if (r >= 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		r = err_set(e, errno, "ask to die with the parent: %m");
	if (r >= 0)
		r = confine_filter(in, false, e);
	if (r >= 0)
		r = init_capabilities(in, e);
	return r >= 0 ? confine_filter(in, true, e) : r;
}

int init_execute(struct init *in, struct err *e)
{
	return process_execute(in->cr->doc, in->cr->process, in->program, in->env, e);
}
