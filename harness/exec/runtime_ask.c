/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a runtime says about itself is asked before the run has a sandbox, and by a process of its
 * own: it has the host's root file system and devices to read only, and ends whatever the runtime
 * has started and left.
 */
#include "runtime.h"

#include "cleanup.h"
#include "proc.h"
#include "runtime_version.h"
#include "session.h"
#include "snapshot.h"
#include "str.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#define INTERPRETER_MAX 255 /* what the kernel reads of a line that begins with #! */
#define ANSWER_FD	3
#define KILL_MS		5000

static const char *const questions[][2] = {{"--version", NULL}, {"features", NULL}};
enum { VERSION, FEATURES, QUESTIONS };

/* What the process tells: this, and behind it what was printed. */
struct answer {
	int r; /* < 0: a call could not be made, .e says why */
	struct err e;
	bool timed_out[QUESTIONS], flooded[QUESTIONS];
	int exit[QUESTIONS];
	size_t len[QUESTIONS];
};

struct order {
	const struct hx_runtime *rt;
	int64_t timeout_ms;
};

/* For root; anybody else has little to lose, and where it does not work the run says so later. */
static void lock_host(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("/tmp", "/tmp", NULL, MS_BIND | MS_REC, NULL) < 0)
		return;
	(void)hx_lock_mount("/dev", NULL);
	(void)hx_lock_mount("/", NULL);
}

static int ask_main(void *arg)
{
	const struct order *o = arg;
	struct answer a = {.exit = {-1, -1}};
	struct hx_call calls[QUESTIONS] = {{.exit = -1}, {.exit = -1}};
	struct hx_loop loop = {.count = 0};
	int r;

	lock_host();
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return 1;
	for (size_t i = 0; a.r == 0 && i < QUESTIONS; i++) {
		struct hx_call_io io = {FD_NONE, FD_NONE, FD_NONE,
					FD_NONE, &loop,	  proc_now_ms() + o->timeout_ms,
					NULL};

		a.r = hx_runtime_call(o->rt, questions[i], &io, &calls[i], &a.e);
		(void)hx_kill_descendants(NULL, 0, proc_now_ms() + KILL_MS);
		a.timed_out[i] = calls[i].timed_out;
		a.flooded[i] = calls[i].flooded;
		a.exit[i] = calls[i].exit;
		a.len[i] = calls[i].out ? calls[i].out_len : 0;
		if (a.timed_out[i] || a.flooded[i])
			break;
	}
	r = fd_write_all(ANSWER_FD, &a, sizeof(a));
	for (size_t i = 0; r == 0 && i < QUESTIONS; i++)
		r = fd_write_all(ANSWER_FD, calls[i].out ? calls[i].out : "", a.len[i]);
	for (size_t i = 0; i < QUESTIONS; i++)
		hx_call_done(&calls[i]);
	return r < 0 ? 1 : 0;
}

/* The file that it has written, taken apart: @text of ret->len. The caller frees @text. */
static int read_answer(int fd, struct answer *ret, char *text[QUESTIONS])
{
	cleanup_free char *all = NULL;
	size_t len, at = sizeof(*ret);

	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    fd_read_all(fd, sizeof(*ret) + 2 * (CALL_OUTPUT_MAX + 1), &all, &len) < 0 || len < at)
		return -EIO;
	memcpy(ret, all, sizeof(*ret));
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (ret->len[i] > len - at)
			return -EIO;
		text[i] = malloc(ret->len[i] + 1);
		if (!text[i])
			return -ENOMEM;
		memcpy(text[i], all + at, ret->len[i]);
		text[i][ret->len[i]] = '\0';
		at += ret->len[i];
	}
	return 0;
}

static int ask(const struct hx_runtime *rt, int64_t timeout_ms, struct answer *ret,
	       char *text[QUESTIONS], struct err *e)
{
	cleanup_fd int file = memfd_create("answer", MFD_CLOEXEC);
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct order o = {rt, timeout_ms};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc_fd fd = {file, ANSWER_FD};
	int r;

	if (file < 0)
		return err_set(e, errno, "ask the runtime: %m");
	s.run = ask_main;
	s.run_arg = &o;
	s.fds = &fd;
	s.nfds = 1;
	r = proc_spawn(&s, &p, e);
	if (r < 0)
		return err_wrap(e, "ask the runtime");
	/* one that is stopped would not come to an end */
	r = proc_wait(&p, proc_now_ms() + QUESTIONS * (timeout_ms + KILL_MS) + KILL_MS);
	if (r == 0)
		r = read_answer(file, ret, text);
	return r < 0 ? err_set(e, -r,
			       "the runtime '%s' cannot be asked, it has ended or stopped "
			       "whoever asks: %m",
			       rt->path)
		     : 0;
}

/* The version of the specification: from the features document, else from the line of --version
 * that callers read. */
static int read_spec(struct hx_runtime *rt, const char *version_text, struct err *e)
{
	const char *max =
		rt->features ? json_string(json_member(rt->features, "ociVersionMax")) : NULL;

	rt->spec = hx_version_spec(max, version_text, &rt->minor);
	return rt->spec ? 0 : err_set(e, ENOMEM, "read the runtime's version: %m");
}

/* execve(2) says ENOENT of a program that is there, too, if what should run it is not. */
static int not_executed(const struct hx_runtime *rt, int r, struct err *e)
{
	char text[INTERPRETER_MAX + 1] = {0}, *word = text + 2;
	cleanup_fd int fd = FD_NONE;

	if (r != -ENOENT || (fd = open(rt->path, O_RDONLY | O_CLOEXEC)) < 0 ||
	    read(fd, text, INTERPRETER_MAX) < 2)
		return err_wrap(e, "the runtime '%s'", rt->path);
	if (!str_starts(text, "#!"))
		return err_set(e, ENOENT,
			       "the runtime '%s' is there, but not the dynamic loader that it asks "
			       "for",
			       rt->path);
	word += strspn(word, " \t");
	word[strcspn(word, " \t\n")] = '\0';
	return err_set(e, ENOENT, "the runtime '%s' is a script, whose interpreter '%s' %s",
		       rt->path, word,
		       access(word, F_OK) < 0 ? "is not there" : "cannot be executed");
}

static int take_answer(struct hx_runtime *rt, const struct answer *a, const char *version,
		       const char *features, struct err *e)
{
	bool versioned = a->exit[VERSION] == 0;

	rt->version = hx_version_line(versioned ? version : "");
	if (!rt->version)
		return err_set(e, ENOMEM, "ask the runtime: %m");
	if (a->exit[FEATURES] == 0 &&
	    json_parse(features, a->len[FEATURES], &rt->features, NULL) < 0)
		rt->features = NULL;
	/* that the document is optional (features.md) excuses no command that breaks over it */
	rt->features_bad = a->timed_out[FEATURES] || hx_call_by_signal(a->exit[FEATURES]) ||
			   (a->exit[FEATURES] == 0 && !rt->features);
	return read_spec(rt, versioned ? version : "", e);
}

int hx_runtime_ask(struct hx_runtime *rt, int64_t timeout_ms, struct err *e)
{
	cleanup_free char *version = NULL;
	cleanup_free char *features = NULL;
	char *text[QUESTIONS] = {NULL, NULL};
	struct answer a = {.r = 0};
	int r = ask(rt, timeout_ms, &a, text, e);

	version = text[VERSION];
	features = text[FEATURES];
	if (r < 0 || !version || !features)
		return r < 0 ? r : err_set(e, ENOMEM, "ask the runtime: %m");
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (a.flooded[i])
			return hx_runtime_floods(rt, questions[i][0], e);
	}
	if (a.r < 0) {
		a.e.msg[sizeof(a.e.msg) - 1] = '\0';
		return not_executed(rt, err_set(e, -a.r, "%s", a.e.msg), e);
	}
	if (a.timed_out[VERSION])
		return err_set(
			e, ENOEXEC,
			"the runtime '%s' does not answer to --version within %lld s (--timeout)",
			rt->path, (long long)timeout_ms / 1000);
	return take_answer(rt, &a, version, features, e);
}
