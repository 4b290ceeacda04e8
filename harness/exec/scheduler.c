/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler.h"

#include "case.h"
#include "cgroup2.h"
#include "cgroups.h"
#include "cleanup.h"
#include "owned.h"
#include "proc.h"
#include "resctrl.h"
#include "rootfs.h"
#include "snapshot.h"
#include "str.h"
#include "wire.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLOTS_MAX      64
#define RESULT_FD      3
#define CALLS_PER_CASE 8 /* so many deadlines may pass in one case before the parent ends it */
#define ORPHANS_MS     2000

struct slot {
	const struct hx_job *job;
	unsigned int index;
	struct proc proc;
	int result_fd;
	int64_t deadline_ms;
};

struct run {
	const struct hx_sched *s;
	struct slot slots[SLOTS_MAX];
	unsigned int used;
	bool *begun;							    /* by job */
	enum { CONTROL_UNKNOWN, CONTROL_PASSED, CONTROL_FAILED } * control; /* by runtime */
	bool stopping;
};

/* The order that a case's process gets. */
struct work {
	const struct hx_sched *s;
	const struct hx_job *job;
	unsigned int index;
};

static int work_main(void *arg)
{
	const struct work *w = arg;
	struct rep_result res;
	struct strbuf out = STRBUF_INIT;
	int r;

	hx_case_run(w->s->session, &w->s->runtimes[w->job->runtime], w->job->entry, w->job->variant,
		    w->index, &res);
	hx_wire_print(&res, &out);
	r = out.oom ? -ENOMEM : fd_write_all(RESULT_FD, out.buf, out.len);
	strbuf_done(&out);
	rep_result_done(&res);
	return r < 0 ? 1 : 0;
}

static bool is_control(const struct hx_job *j)
{
	return str_eq(j->entry->id, CONFORM_CONTROL_ID);
}

bool hx_owners_collide(const char *const *a, const char *const *b)
{
	if (hx_owns(a, "host") || hx_owns(b, "host"))
		return true;
	for (const char *const *x = a; x && *x; x++) {
		for (const char *const *y = b; y && *y; y++) {
			if (str_eq(*x, *y))
				return true;
		}
	}
	return false;
}

/* Whether the job may start beside those that run: its control case has passed, and nobody disturbs
 * the same thing. */
static bool may_start(const struct run *run, const struct hx_job *j)
{
	assert(run->control);
	if (!run->s->ungated && !is_control(j) && run->control[j->runtime] == CONTROL_UNKNOWN)
		return false;
	for (unsigned int i = 0; i < run->used; i++) {
		if (hx_owners_collide(run->slots[i].job->entry->def->owns, j->entry->def->owns))
			return false;
	}
	return true;
}

static int base_result(const struct run *run, const struct hx_job *j, struct rep_result *res)
{
	return hx_case_describe(run->s->session, &run->s->runtimes[j->runtime], j->entry,
				j->variant, res);
}

static void report(struct run *run, const struct hx_job *j, struct rep_result *res)
{
	if (is_control(j))
		run->control[j->runtime] =
			res->verdict == VERDICT_PASS ? CONTROL_PASSED : CONTROL_FAILED;
	if (!run->s->done(run->s->arg, j, res))
		run->stopping = true;
	rep_result_done(res);
}

static int skip_job(struct run *run, const struct hx_job *j)
{
	struct rep_result res;
	int r = base_result(run, j, &res);

	if (r < 0)
		return r;
	res.verdict = VERDICT_SKIP;
	res.reason =
		str_format("not judged: %s did not pass under this runtime", CONFORM_CONTROL_ID);
	report(run, j, &res);
	return 0;
}

static int start_job(struct run *run, size_t n, struct err *e)
{
	const struct hx_job *j = &run->s->jobs[n];
	struct slot *slot = &run->slots[run->used];
	struct work w = {run->s, j, (unsigned int)n};
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_free char *id = hx_case_id(j->entry, j->variant);
	struct proc_fd fd;
	int64_t timeout = j->entry->def->timeout_s ? (int64_t)j->entry->def->timeout_s * 1000
						   : run->s->session->timeout_ms;
	int r;

	*slot = (struct slot){.job = j, .index = (unsigned int)n, .proc = PROC_INIT};
	slot->result_fd = memfd_create("result", MFD_CLOEXEC);
	if (slot->result_fd < 0)
		return err_set(e, errno, "make a file for the result: %m");
	fd = (struct proc_fd){slot->result_fd, RESULT_FD};
	s.run = work_main;
	s.run_arg = &w;
	s.err_fd = STDERR_FILENO;
	s.fds = &fd;
	s.nfds = 1;
	r = proc_spawn(&s, &slot->proc, e);
	if (r < 0) {
		fd_close(&slot->result_fd);
		return err_wrap(e, "start a case");
	}
	slot->deadline_ms = proc_now_ms() + CALLS_PER_CASE * timeout;
	run->begun[n] = true;
	run->used++;
	if (run->s->started)
		run->s->started(run->s->arg, j, id ? id : j->entry->id);
	return 0;
}

static int fill_slots(struct run *run, struct err *e)
{
	assert(run->begun && run->control);
	for (size_t n = 0;
	     n < run->s->njobs && run->used < run->s->parallel && run->used < SLOTS_MAX; n++) {
		const struct hx_job *j = &run->s->jobs[n];
		int r = 0;

		if (run->begun[n] || run->stopping)
			continue;
		if (!run->s->ungated && !is_control(j) &&
		    run->control[j->runtime] == CONTROL_FAILED) {
			run->begun[n] = true;
			r = skip_job(run, j);
		} else if (may_start(run, j)) {
			r = start_job(run, n, e);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* Whatever a killed case left: its processes are ours now, its cgroups bear its name, its mounts
 * went with its namespace. */
static void clean_after(struct run *run, const struct slot *dead)
{
	const struct hx_session *se = run->s->session;
	cleanup_fd int work = open(se->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t spared[SLOTS_MAX];
	char name[64];
	size_t n = 0;

	for (unsigned int i = 0; i < run->used; i++) {
		if (&run->slots[i] != dead)
			spared[n++] = run->slots[i].proc.pid;
	}
	(void)snprintf(name, sizeof(name), "%s-%u", se->host.run, dead->index);
	(void)hx_cgroups_destroy(&se->host.cgroups, name);
	(void)hx_kill_descendants(spared, n, proc_now_ms() + ORPHANS_MS);
	(void)hx_cgroups_destroy(&se->host.cgroups, name);
	hx_resctrl_remove(HX_RESCTRL, name);
	(void)hx_cgroup2_put_back(&se->cgroup2, NULL);
	(void)hx_owned_restore(se->owned, (int)dead->index);
	(void)snprintf(name, sizeof(name), "c%u", dead->index);
	if (work >= 0 && !se->keep)
		(void)hx_remove_tree(work, name);
}

static void broken(struct rep_result *res, const char *why)
{
	res->verdict = VERDICT_BROK;
	free(res->reason);
	res->reason = strdup(why);
}

static int finish_slot(struct run *run, unsigned int i, bool timed_out)
{
	struct slot slot = run->slots[i];
	struct rep_result res;
	cleanup_free char *text = NULL;
	size_t len = 0;
	int r = base_result(run, slot.job, &res);

	if (r < 0)
		return r;
	if (timed_out) {
		proc_kill(&slot.proc);
		broken(&res, "the case did not end within its deadlines; its process was killed");
	} else if (proc_wait(&slot.proc, -1) < 0 || proc_exit_code(&slot.proc) != 0) {
		broken(&res, "the case's process ended without a result");
	} else if (lseek(slot.result_fd, 0, SEEK_SET) < 0 ||
		   fd_read_all(slot.result_fd, WIRE_MAX, &text, &len) < 0 ||
		   hx_wire_parse(text, len, &res) < 0) {
		broken(&res, "the case's result could not be read");
	}
	if (timed_out || res.verdict == VERDICT_BROK)
		clean_after(run, &run->slots[i]);
	run->slots[i] = run->slots[--run->used];
	fd_close(&slot.result_fd);
	proc_done(&slot.proc);
	report(run, slot.job, &res);
	return 0;
}

/* poll(2), unless a signal has told to stop: one that comes between the look and the wait ends the
 * wait, however long the cases last. */
static int wait_or_stop(const struct run *run, struct pollfd *p, int64_t timeout_ms)
{
	const struct timespec t = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
	sigset_t all, old;
	int r = 0, saved;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &old);
	if (!*run->s->stop)
		r = ppoll(p, run->used, &t, &old);
	saved = errno;
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return r;
}

/* Waits for one of the running cases to end, or for the first deadline. */
static int wait_one(struct run *run)
{
	struct pollfd p[SLOTS_MAX] = {0};
	int64_t first = INT64_MAX, left;
	int r;

	for (unsigned int i = 0; i < run->used; i++) {
		p[i] = (struct pollfd){.fd = run->slots[i].proc.pidfd, .events = POLLIN};
		first = run->slots[i].deadline_ms < first ? run->slots[i].deadline_ms : first;
	}
	left = first - proc_now_ms();
	r = wait_or_stop(run, p, left < 0 ? 0 : left);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	for (unsigned int i = run->used; i-- > 0;) {
		bool ended = p[i].revents != 0;

		if (!ended && proc_now_ms() < run->slots[i].deadline_ms)
			continue;
		r = finish_slot(run, i, !ended);
		if (r < 0)
			return r;
	}
	return 0;
}

static void abandon(struct run *run)
{
	for (unsigned int i = 0; i < run->used; i++) {
		struct slot *slot = &run->slots[i];

		proc_kill(&slot->proc);
		clean_after(run, slot);
		fd_close(&slot->result_fd);
		proc_done(&slot->proc);
	}
	run->used = 0;
}

static size_t left_over(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->s->njobs; i++)
		n += !run->begun[i];
	return n;
}

int hx_sched_run(const struct hx_sched *s, struct err *e)
{
	struct run run = {.s = s};
	int r = 0;

	run.begun = calloc(s->njobs ? s->njobs : 1, sizeof(*run.begun));
	run.control = calloc(s->nruntimes ? s->nruntimes : 1, sizeof(*run.control));
	if (!run.begun || !run.control)
		r = err_set(e, ENOMEM, "run the cases: %m");
	while (r == 0 && !*s->stop) {
		r = fill_slots(&run, e);
		if (r < 0 || (run.used == 0 && (run.stopping || left_over(&run) == 0)))
			break;
		if (run.used == 0) {
			r = err_set(e, EDEADLK, "no case may start although some are left");
			break;
		}
		r = wait_one(&run);
		if (r < 0)
			(void)err_set(e, -r, "run the cases: %m");
	}
	abandon(&run);
	free(run.begun);
	free(run.control);
	return r < 0 ? r : *s->stop ? -EINTR : 0;
}
