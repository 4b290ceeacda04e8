/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the process: its arguments, its place in the tree, its attributes. */
#include "probe.h"

#include "file.h"
#include "names.h"
#include "str.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void report_args(struct probe *p, const char *parameter)
{
	(void)parameter;
	out_open(&p->out, '[');
	for (int i = 0; i < p->self.argc; i++) {
		const char *arg = p->self.argv[i];

		/* the request itself is not the container's business */
		out_string(&p->out, str_starts(arg, "--ask=") ? "--ask" : arg);
	}
	out_close(&p->out, ']');
}

static void report_env(struct probe *p, const char *parameter)
{
	(void)parameter;
	out_open(&p->out, '[');
	for (char **e = p->self.envp; *e; e++)
		out_string(&p->out, *e);
	out_close(&p->out, ']');
}

static void report_env_of(struct probe *p, const char *name)
{
	size_t len = strlen(name);

	for (char **e = p->self.envp; *e; e++) {
		if (strncmp(*e, name, len) == 0 && (*e)[len] == '=') {
			out_string(&p->out, *e + len + 1);
			return;
		}
	}
	out_null(&p->out);
}

static void report_cwd(struct probe *p, const char *parameter)
{
	long n = syscall(SYS_getcwd, p->scratch, (size_t)PATH_MAX);

	(void)parameter;
	/* the bare call: the C library hides that a directory is "(unreachable)" */
	if (n < 0)
		out_error(&p->out, errno);
	else
		out_string(&p->out, p->scratch);
}

static void report_id(struct probe *p, const char *which)
{
	if (str_eq(which, "pid"))
		out_int(&p->out, getpid());
	else if (str_eq(which, "ppid"))
		out_int(&p->out, getppid());
	else if (str_eq(which, "pgid"))
		out_int(&p->out, getpgrp());
	else
		out_int(&p->out, getsid(0));
}

static void report_umask(struct probe *p, const char *parameter)
{
	mode_t mask;
	char text[8];

	(void)parameter;
	if (p->self.status_error == 0 && procfs_status_has(&p->self.status, PROCFS_STATUS_UMASK)) {
		mask = (mode_t)p->self.status.umask;
	} else {
		mask = umask(0);
		(void)umask(mask);
	}
	(void)snprintf(text, sizeof(text), "%04o", mask & 07777u);
	out_string(&p->out, text);
}

static void report_no_new_privs(struct probe *p, const char *parameter)
{
	const struct self *self = &p->self;
	int r;

	(void)parameter;
	if (self->status_error == 0 &&
	    procfs_status_has(&self->status, PROCFS_STATUS_NO_NEW_PRIVS)) {
		out_bool(&p->out, self->status.no_new_privs != 0);
		return;
	}
	r = prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L);
	if (r < 0)
		out_error(&p->out, errno);
	else
		out_bool(&p->out, r != 0);
}

static void report_number(struct probe *p, long r)
{
	if (r < 0)
		out_error(&p->out, errno);
	else
		out_int(&p->out, r);
}

static void report_dumpable(struct probe *p, const char *parameter)
{
	(void)parameter;
	report_number(p, prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L));
}

/* Only a call tells, and a filter may kill who makes it: then nobody is asked. */
static void report_securebits(struct probe *p, const char *parameter)
{
	(void)parameter;
	if (p->self.status_error == 0 &&
	    procfs_status_has(&p->self.status, PROCFS_STATUS_SECCOMP) &&
	    p->self.status.seccomp != 0)
		out_null(&p->out);
	else
		report_number(p, prctl(PR_GET_SECUREBITS, 0L, 0L, 0L, 0L));
}

/* The device number of the controlling terminal (proc_pid_stat(5), tty_nr); 0: there is none. */
static void report_terminal(struct probe *p, const char *parameter)
{
	struct procfs_stat st;
	ssize_t r = file_read("/proc/self/stat", p->scratch, PROBE_SCRATCH_SIZE);

	(void)parameter;
	if (r >= 0)
		r = procfs_stat_parse(p->scratch, &st);
	if (r < 0)
		out_error(&p->out, (int)r);
	else
		out_int(&p->out, st.tty);
}

static void report_personality(struct probe *p, const char *parameter)
{
	(void)parameter;
	report_number(p, personality(0xffffffff));
}

static void report_timerslack(struct probe *p, const char *parameter)
{
	(void)parameter;
	report_number(p, prctl(PR_GET_TIMERSLACK, 0L, 0L, 0L, 0L));
}

static void report_pdeathsig(struct probe *p, const char *parameter)
{
	int sig = 0;

	(void)parameter;
	report_number(p, prctl(PR_GET_PDEATHSIG, &sig, 0L, 0L, 0L) < 0 ? -1 : sig);
}

/* Pids in ascending order. */
struct pids {
	uint64_t *list;
	size_t max, count;
	bool full;
};

static void pids_add(struct pids *pids, uint64_t pid)
{
	size_t at = pids->count;

	if (pids->count == pids->max) {
		pids->full = true;
		return;
	}
	for (; at > 0 && pids->list[at - 1] > pid; at--)
		pids->list[at] = pids->list[at - 1];
	pids->list[at] = pid;
	pids->count++;
}

static void pids_report(struct probe *p, const struct pids *pids, int error)
{
	if (error < 0 || pids->full) {
		out_error(&p->out, error < 0 ? error : -EOVERFLOW);
		return;
	}
	out_open(&p->out, '[');
	for (size_t i = 0; i < pids->count; i++)
		out_uint(&p->out, pids->list[i]);
	out_close(&p->out, ']');
}

/* Whether @pid is one of the pids that count: all, or only children of @parent. */
static bool pid_counts(const char *name, uint64_t parent)
{
	char path[64], text[512];
	struct procfs_stat st;

	if (parent == 0)
		return true;
	(void)snprintf(path, sizeof(path), "/proc/%s/stat", name);
	return file_read(path, text, sizeof(text)) > 0 && procfs_stat_parse(text, &st) == 0 &&
	       st.ppid == parent;
}

static void report_pids(struct probe *p, uint64_t parent)
{
	struct pids pids = {.list = (uint64_t *)(void *)p->scratch,
			    .max = sizeof(p->scratch) / sizeof(uint64_t)};
	struct file_dir d = FILE_DIR_INIT;
	const char *name;
	/* an empty directory is no procfs */
	int r = access("/proc/self", F_OK) < 0 ? -errno : file_dir_open(&d, -1, "/proc", true);

	while (r >= 0 && (r = file_dir_next(&d, &name)) > 0) {
		const char *s = name;
		uint64_t pid;

		if (procfs_number_next(&s, 10, &pid) && *s == '\0' && pid_counts(name, parent))
			pids_add(&pids, pid);
	}
	file_dir_close(&d);
	pids_report(p, &pids, r);
}

static void report_children(struct probe *p, const char *parameter)
{
	(void)parameter;
	report_pids(p, (uint64_t)getpid());
}

static void report_processes(struct probe *p, const char *parameter)
{
	(void)parameter;
	report_pids(p, 0);
}

static void report_oom_score_adj(struct probe *p, const char *parameter)
{
	char text[32];
	int64_t value;
	ssize_t n = file_read("/proc/self/oom_score_adj", text, sizeof(text));

	(void)parameter;
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	if (n < 0)
		out_error(&p->out, (int)n);
	else if (str_to_i64(text, INT_MIN, INT_MAX, &value) < 0)
		out_error(&p->out, EBADMSG);
	else
		out_int(&p->out, value);
}

/* Seccomp_filters is there since Linux 5.9. */
static void report_seccomp(struct probe *p, const char *which)
{
	const struct self *self = &p->self;
	bool mode = str_eq(which, "mode");
	unsigned int line = mode ? PROCFS_STATUS_SECCOMP : PROCFS_STATUS_SECCOMP_FILTERS;

	if (self->status_error == 0 && procfs_status_has(&self->status, line))
		out_uint(&p->out, mode ? self->status.seccomp : self->status.seccomp_filters);
	else if (mode)
		report_number(p, prctl(PR_GET_SECCOMP, 0L, 0L, 0L, 0L));
	else if (self->status_error < 0)
		out_error(&p->out, self->status_error);
	else
		out_null(&p->out);
}

/* The masks as the kernel itself answers, for when there is no procfs. */
static int ask_signals(const char *which, uint64_t *ret)
{
	uint64_t mask = 0;

	if (str_eq(which, "blocked")) {
		if (syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, sizeof(mask)) < 0)
			return -errno;
		*ret = mask;
		return 0;
	}
	for (int sig = 1; sig <= 64; sig++) {
		/* struct sigaction of the kernel begins with the handler */
		struct {
			void *handler;
			unsigned long rest[4];
		} action = {NULL, {0}};
		bool ignored;

		if (syscall(SYS_rt_sigaction, sig, NULL, &action, sizeof(mask)) < 0)
			return -errno;
		ignored = action.handler == (void *)SIG_IGN;
		if (action.handler && ignored == str_eq(which, "ignored"))
			mask |= UINT64_C(1) << (sig - 1);
	}
	*ret = mask;
	return 0;
}

static int take_signals(const struct self *self, const char *which, uint64_t *ret)
{
	const struct procfs_status *s = &self->status;
	const struct {
		const char *name;
		enum procfs_status_line line;
		uint64_t mask;
	} rows[] = {{"blocked", PROCFS_STATUS_BLOCKED, s->blocked},
		    {"ignored", PROCFS_STATUS_IGNORED, s->ignored},
		    {"caught", PROCFS_STATUS_CAUGHT, s->caught}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_eq(rows[i].name, which) && self->status_error == 0 &&
		    procfs_status_has(s, rows[i].line)) {
			*ret = rows[i].mask;
			return 0;
		}
	}
	return ask_signals(which, ret);
}

static void report_signals(struct probe *p, const char *which)
{
	const char *sorted[64];
	struct file_names names = {
		.buf = p->scratch, .size = sizeof(p->scratch), .names = sorted, .max = 64};
	char name[NAMES_SIZE];
	uint64_t mask = 0;
	int r = take_signals(&p->self, which, &mask);

	if (r < 0) {
		out_error(&p->out, r);
		return;
	}
	for (unsigned int sig = 1; sig <= 64; sig++) {
		if (mask & UINT64_C(1) << (sig - 1))
			(void)file_names_add(&names, "", names_signal(sig, name));
	}
	file_names_sort(&names);
	out_open(&p->out, '[');
	for (size_t i = 0; i < names.count; i++)
		out_string(&p->out, names.names[i]);
	out_close(&p->out, ']');
}

const struct fact facts_process[] = {
	{"process.args", FACT_ALWAYS, report_args, NULL},
	{"process.cwd", FACT_ALWAYS, report_cwd, NULL},
	{"process.no_new_privs", FACT_ALWAYS, report_no_new_privs, NULL},
	{"process.securebits", FACT_ALWAYS, report_securebits, NULL},
	{"process.terminal", FACT_ALWAYS, report_terminal, NULL},
	{"signals.blocked", FACT_ALWAYS, report_signals, "blocked"},
	{"signals.ignored", FACT_ALWAYS, report_signals, "ignored"},
	{"signals.caught", FACT_PLAIN, report_signals, "caught"},
	{"process.env", FACT_PLAIN, report_env, NULL},
	{"env", FACT_PARAM, report_env_of, NULL},
	{"process.pid", FACT_PLAIN, report_id, "pid"},
	{"process.ppid", FACT_PLAIN, report_id, "ppid"},
	{"process.pgid", FACT_PLAIN, report_id, "pgid"},
	{"process.sid", FACT_PLAIN, report_id, "sid"},
	{"process.umask", FACT_PLAIN, report_umask, NULL},
	{"process.dumpable", FACT_PLAIN, report_dumpable, NULL},
	{"process.personality", FACT_PLAIN, report_personality, NULL},
	{"process.timerslack", FACT_PLAIN, report_timerslack, NULL},
	{"process.pdeathsig", FACT_PLAIN, report_pdeathsig, NULL},
	{"process.children", FACT_PLAIN, report_children, NULL},
	{"process.processes", FACT_PLAIN, report_processes, NULL},
	{"oom.score_adj", FACT_PLAIN, report_oom_score_adj, NULL},
	{"seccomp.mode", FACT_PLAIN, report_seccomp, "mode"},
	{"seccomp.filters", FACT_PLAIN, report_seccomp, "filters"},
	{NULL, FACT_PLAIN, NULL, NULL},
};
