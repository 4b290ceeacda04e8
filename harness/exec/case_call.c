/* SPDX-License-Identifier: Apache-2.0 */
#include "case_call.h"

#include "case_output.h"
#include "cleanup.h"
#include "procfacts.h"
#include "rootfs.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX    48
#define STATUS_MAX   (64u << 10) /* of /proc/PID/status */
#define CHILDREN_MAX (64u << 10)
#define REAP_MIN_MS  5
#define REAP_MAX_MS  100

static const char *const call_names[CALL_KINDS] = {
	"create",   "start",
	"state",    "kill",
	"delete",   "the command line",
	"features", "features on a host that shows nothing"};

/* Calls it with --root and @args. */
static int call(struct case_ctx *c, enum call_kind kind, const char *const *args, int out_fd,
		int err_fd)
{
	static const char *const blind[] = {"blind", NULL};
	const char *argv[CALL_ARGS_MAX] = {"--root", c->state_dir};
	struct hx_call *res = &c->calls[kind];
	struct hx_call_io io = {
		.dir_fd = c->dir_fd,
		.in_fd = c->null_fd,
		.out_fd = out_fd,
		.err_fd = err_fd,
		.loop = &c->loop,
		.deadline_ms = proc_now_ms() + c->timeout_ms,
		.caller = kind == CALL_BLIND ? blind
			  : c->def->caller   ? (const char *const *)c->caller_text
					     : NULL,
	};
	struct err e = {0};
	size_t n = 2;
	int r;

	for (size_t i = 0; args[i] && n < CALL_ARGS_MAX - 1; i++)
		argv[n++] = args[i];
	argv[n] = NULL;
	hx_call_done(res);
	c->state_fresh = false;
	r = hx_runtime_call(c->rt, argv, &io, res, &e);
	c->runtime_ms += res->ms;
	if (r < 0) {
		result_broken(&c->results, call_names[kind], e.msg);
		return -1;
	}
	/* no sentence forbids it: it is the harness that does not keep so much */
	if (res->flooded) {
		cleanup_free char *note =
			str_format("it printed more than %u MiB, and was killed with its children",
				   CALL_FLOOD >> 20);

		result_broken(&c->results, call_names[kind], note);
	} else if (res->timed_out) {
		cleanup_free char *note = str_format(
			"%s did not return within %lld ms; it was killed with its children",
			call_names[kind], (long long)c->timeout_ms);

		result_add(&c->results, call_names[kind], "returns in time", NULL, NULL, false,
			   note);
	}
	return res->exit;
}

const char *const hx_case_ns_types[CASE_NS_TYPES] = {"cgroup", "ipc",  "mount", "network",
						     "pid",    "time", "user",	"uts"};

static void take_inodes(struct case_ctx *c)
{
	for (size_t i = 0; i < CASE_NS_TYPES; i++) {
		char path[64];
		struct stat st;

		(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", c->pid,
			       hx_ns_file(hx_case_ns_types[i]));
		c->inodes[i] = stat(path, &st) == 0 ? st.st_ino : 0;
	}
}

/* Whether it was left to us by a runtime that is gone, also where it has ended by now, or is about
 * to: the first of several threads looks dead before the last one is. */
static bool is_our_child(pid_t pid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void hx_case_find_pid(struct case_ctx *c)
{
	cleanup_free char *text = NULL;
	pid_t pids[1024];
	size_t n, len;
	int64_t pid;

	if (c->pid > 0 || fd_read_regular_at(c->dir_fd, HX_FILE_PID, 4096, &text, &len, NULL) < 0)
		return;
	/* callers read a bare number; be liberal here, the cases about the pid file judge it */
	text[strcspn(text, "\n")] = '\0';
	if (str_to_i64(text, 2, INT32_MAX, &pid) < 0)
		return;
	/* never touch a process that is not ours, whatever a runtime writes */
	n = hx_descendants(NULL, 0, pids, sizeof(pids) / sizeof(pids[0]));
	for (size_t i = 0; i < n && i < sizeof(pids) / sizeof(pids[0]); i++) {
		if (pids[i] == (pid_t)pid)
			c->pid = (pid_t)pid;
	}
	if (c->pid == 0 && is_our_child((pid_t)pid))
		c->pid = (pid_t)pid;
	if (c->pid > 0) {
		char path[64];

		c->pidfd = proc_pidfd_open(c->pid);
		(void)snprintf(path, sizeof(path), "/proc/%d/cgroup", c->pid);
		if (!c->proc_cgroup)
			(void)fd_read_file_at(AT_FDCWD, path, 1u << 20, &c->proc_cgroup, &len,
					      NULL);
		take_inodes(c);
	}
}

/* Another container of the same case: what was known of the first is not true of it. */
static void forget_process(struct case_ctx *c)
{
	(void)unlinkat(c->dir_fd, HX_FILE_PID, 0);
	fd_close(&c->pidfd);
	c->pid = 0;
	c->exited = c->started = c->deleted = false;
	c->exit_status = -1;
	free(take_ptr(&c->proc_cgroup));
}

/* What the runtime printed to the container's stderr while it created. */
static void take_create_output(struct case_ctx *c)
{
	struct hx_call *res = &c->calls[CALL_CREATE];

	free(res->err);
	res->err = hx_case_text(c, HX_FILE_STDERR, &res->err_len);
	free(res->out);
	res->out = hx_case_text(c, HX_FILE_STDOUT, &res->out_len);
}

int hx_case_create(struct case_ctx *c)
{
	cleanup_free char *bundle = str_format("%s/" HX_DIR_BUNDLE, c->dir);
	cleanup_free char *pid_file = str_format("%s/" HX_FILE_PID, c->dir);
	cleanup_free char *console = str_format("%s/console", c->dir);
	cleanup_fd int out = openat(c->dir_fd, HX_FILE_STDOUT, O_WRONLY | O_APPEND | O_CLOEXEC);
	cleanup_fd int err = openat(c->dir_fd, HX_FILE_STDERR, O_WRONLY | O_APPEND | O_CLOEXEC);
	const char *args[12] = {"create", "--bundle", bundle, "--pid-file", pid_file};
	size_t n = 5;
	int r;

	if (!bundle || !pid_file || !console || out < 0 || err < 0) {
		result_broken(&c->results, "create", "the harness could not prepare the call");
		return -1;
	}
	/* a second create of a name that is taken is refused, and changes nothing */
	if (c->exited || c->deleted)
		forget_process(c);
	if (c->console.loop) {
		args[n++] = "--console-socket";
		args[n++] = console;
	}
	if (c->create_option)
		args[n++] = c->create_option;
	args[n++] = c->id;
	args[n] = NULL;
	r = call(c, CALL_CREATE, args, out, err);
	take_create_output(c);
	hx_case_find_pid(c);
	return r;
}

int hx_case_start(struct case_ctx *c)
{
	const char *const args[] = {"start", c->id, NULL};
	int r = call(c, CALL_START, args, FD_NONE, FD_NONE);

	if (r == 0)
		c->started = true;
	return r;
}

int hx_case_state(struct case_ctx *c)
{
	const char *const args[] = {"state", c->id, NULL};
	int r = call(c, CALL_STATE, args, FD_NONE, FD_NONE);

	c->state_fresh = true;
	return r;
}

int hx_case_kill(struct case_ctx *c, const char *signal)
{
	const char *const args[] = {"kill", c->id, signal, NULL};

	return call(c, CALL_KILL, args, FD_NONE, FD_NONE);
}

int hx_case_delete(struct case_ctx *c, bool force)
{
	const char *const plain[] = {"delete", c->id, NULL};
	const char *const forced[] = {"delete", "--force", c->id, NULL};
	int r = call(c, CALL_DELETE, force ? forced : plain, FD_NONE, FD_NONE);

	if (r == 0)
		c->deleted = true;
	return r;
}

int hx_case_delete_other(struct case_ctx *c)
{
	const char *const args[] = {"delete", "--force", c->other_id, NULL};

	return call(c, CALL_DELETE, args, FD_NONE, FD_NONE);
}

/* A command line, which the caller ends with words_done(). */
struct words {
	char *list[WORDS_MAX]; /* ends with NULL */
	size_t count;
};

static void words_done(struct words *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->list[i]);
}

/* Split at the blanks that the case has written: those of a directory's name are none of them. */
static int split(struct case_ctx *c, const char *line, struct words *w, struct err *e)
{
	cleanup_free char *text = strdup(line);
	char *save = NULL;
	int r = text ? 0 : err_set(e, ENOMEM, "split the command line: %m");

	for (char *word = text ? strtok_r(text, " ", &save) : NULL; r == 0 && word;
	     word = strtok_r(NULL, " ", &save)) {
		if (w->count == WORDS_MAX - 1)
			return err_set(e, E2BIG, "more than %d words", WORDS_MAX - 1);
		r = hx_vars_expand(&c->vars, word, false, &w->list[w->count], e);
		w->count += r == 0;
	}
	return r;
}

int hx_case_cli(struct case_ctx *c, const char *line)
{
	CLEANUP(words_done) struct words w = {.count = 0};
	const char *const *words = (const char *const *)w.list;
	struct err e = {0};
	int r = split(c, line, &w, &e);
	size_t n = w.count;

	if (r < 0) {
		result_broken(&c->results, line, e.msg);
		return -1;
	}
	r = call(c, CALL_CLI, words, FD_NONE, FD_NONE);
	if (r == 0 && (str_eq(words[0], "run") || str_eq(words[0], "start")))
		c->started = true;
	if (r == 0 && n > 1 && str_eq(words[0], "create") && !str_eq(words[n - 1], c->id)) {
		free(c->other_id);
		c->other_id = strdup(words[n - 1]);
	}
	/* of this container, and not of something else that the case tries */
	if (r == 0 && n > 1 && str_eq(words[0], "delete") && str_eq(words[n - 1], c->id))
		c->deleted = true;
	hx_case_find_pid(c);
	return r;
}

int hx_case_features(struct case_ctx *c)
{
	static const char *const args[] = {"features", NULL};

	return call(c, CALL_FEATURES, args, FD_NONE, FD_NONE);
}

int hx_case_features_blind(struct case_ctx *c)
{
	static const char *const args[] = {"features", NULL};

	return call(c, CALL_BLIND, args, FD_NONE, FD_NONE);
}

/* Whether the process has ended, unseen by its parent, in a pid namespace below ours. */
static bool is_orphan_of_container(const char *pid)
{
	cleanup_free char *path = str_format("/proc/%s/status", pid);
	cleanup_free char *text = NULL;
	const char *state, *ids;
	size_t len;

	if (!path || fd_read_file_at(AT_FDCWD, path, STATUS_MAX, &text, &len, NULL) < 0)
		return false;
	state = strstr(text, "\nState:\tZ");
	ids = strstr(text, "\nNSpid:\t");
	if (!state || !ids)
		return false;
	ids += strlen("\nNSpid:\t");
	return memchr(ids, '\t', strcspn(ids, "\n")) != NULL;
}

/*
 * A process that exec put into the container and that failed is an orphan once exec has ended, and
 * ours as the nearest reaper; a pid namespace ends only when each of its processes was waited for
 * (pid_namespaces(7)). On a host it is init that does this.
 */
static void reap_orphans(const struct case_ctx *c)
{
	cleanup_free char *children = NULL;
	char *save = NULL;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, "/proc/thread-self/children", CHILDREN_MAX, &children, &len,
			    NULL) < 0)
		return;
	for (char *w = strtok_r(children, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		uint64_t pid;

		if (str_to_u64(w, INT_MAX, &pid) == 0 && (pid_t)pid != c->pid &&
		    is_orphan_of_container(w))
			(void)waitpid((pid_t)pid, NULL, WNOHANG);
	}
}

static int wait_and_reap(struct case_ctx *c)
{
	int64_t deadline = proc_now_ms() + c->timeout_ms, step = REAP_MIN_MS;
	int r;

	do {
		int64_t now = proc_now_ms();

		reap_orphans(c);
		r = hx_loop_wait(&c->loop, &c->pidfd, 1,
				 now + step < deadline ? now + step : deadline);
		step = step < REAP_MAX_MS ? 2 * step : step;
	} while (r == -ETIMEDOUT && proc_now_ms() < deadline);
	return r;
}

int hx_case_wait_exit(struct case_ctx *c)
{
	siginfo_t info = {.si_pid = 0};
	int r;

	if (c->exited)
		return 0;
	if (c->pidfd < 0)
		return -ESRCH;
	r = wait_and_reap(c);
	if (r < 0)
		return r;
	c->exited = true;
	/* it is our child once its parent, the runtime, is gone */
	if (waitid(P_PIDFD, (id_t)c->pidfd, &info, WEXITED | WNOHANG) == 0 && info.si_pid == c->pid)
		c->exit_status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
	if (c->console.loop)
		hx_console_drain(&c->console);
	c->state_fresh = false;
	return 0;
}

static bool report_ended(struct case_ctx *c)
{
	static const char *const channels[] = {HX_DIR_IO "/out", HX_FILE_STDOUT};
	cleanup_free char *end = str_format("\nend %s ", c->nonce);

	for (size_t i = 0; end && i < 2; i++) {
		cleanup_free char *text = NULL;
		size_t len;

		if (fd_read_regular_at(c->dir_fd, channels[i], OBS_MAX_BYTES, &text, &len, NULL) ==
			    0 &&
		    memmem(text, len, end, strlen(end)))
			return true;
	}
	return c->console.output.buf && end &&
	       memmem(c->console.output.buf, c->console.output.len, end, strlen(end));
}

int hx_case_wait_report(struct case_ctx *c)
{
	int64_t deadline = proc_now_ms() + c->timeout_ms;

	while (!report_ended(c)) {
		const int fds[] = {c->inotify_fd, c->pidfd,
				   c->console.loop ? c->console.master_fd : FD_NONE};
		char buf[4096];
		int r;

		/* one that writes on and on is always ready */
		if (proc_now_ms() >= deadline)
			return -ETIMEDOUT;
		r = hx_loop_wait(&c->loop, fds, 3, deadline);
		if (r < 0)
			return r;
		/* the process is gone: what it wrote is all there is */
		if (r == 1)
			return report_ended(c) ? 0 : -ESRCH;
		(void)!read(c->inotify_fd, buf, sizeof(buf));
	}
	return 0;
}
