/* SPDX-License-Identifier: Apache-2.0 */
#include "init_program.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "sync.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * One connection at a time. Those who close without a word only wanted to know whether someone
 * waits (container_status()); SYNC_GO is `start`.
 */
static int accept_start(struct init *in, struct err *e)
{
	for (;;) {
		cleanup_fd int sock = accept4(in->cr->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		struct err refusal;

		if (sock < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			return err_set(e, errno, "wait for start: %m");
		}
		if (sync_wait_go(sock, NULL) < 0)
			continue;
		if (in->cr->process) {
			in->sync = take_fd(&sock);
			return 0;
		}
		(void)err_set(&refusal, EINVAL, "cannot start a container that has no process");
		(void)sync_send_err(sock, SYNC_REFUSED, &refusal);
	}
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
	(void)prctl(PR_SET_PDEATHSIG, 0);
	r = sync_send(in->sync, SYNC_READY, 0, FD_NONE);
	if (r < 0)
		return err_set(e, -r, "announce readiness: %m");
	r = sync_wait_go(in->sync, e);
	if (r < 0 || in->cr->run)
		return r;
	fd_close(&in->sync);
	r = accept_start(in, e);
	/* The listening socket stays until execve(2): while it is there, the container is
	 * `created`. */
	return r;
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

	in->env = calloc(n + 4, sizeof(*in->env));
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
	return oom ? err_set(e, ENOMEM, "environment: %m") : 0;
}

int init_execute(struct init *in, struct err *e)
{
	char *const *argv = in->cr->process->args.items;

	(void)execve(in->program, argv, in->env);
	return err_set(e, errno, "exec: \"%s\": %m", in->program);
}
