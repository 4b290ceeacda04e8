/* SPDX-License-Identifier: Apache-2.0 */
#include "case_steps.h"

#include "case_call.h"
#include "case_judge.h"
#include "case_output.h"
#include "claims.h"
#include "cleanup.h"
#include "config.h"
#include "refusal.h"
#include "rootfs.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The last line of what a failed call printed, which is where runtimes say why. Points into the
 * text. */
static const char *last_line(char *text)
{
	char *nl;
	size_t n;

	if (!text)
		return "";
	n = strlen(text);
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		text[--n] = '\0';
	nl = strrchr(text, '\n');
	return nl ? nl + 1 : text;
}

static const char *words_of(struct case_ctx *c, enum call_kind kind, char **owner)
{
	const struct hx_call *k = &c->calls[kind];

	*owner = strdup(k->err && *k->err ? k->err : k->out ? k->out : "");
	return last_line(*owner);
}

/* A call that must succeed and did not is a failed check. */
static void must_succeed(struct case_ctx *c, enum call_kind kind, const char *name)
{
	cleanup_free char *owner = NULL;
	const char *words = words_of(c, kind, &owner);

	if (c->calls[kind].exit != 0 && !c->calls[kind].timed_out)
		hx_case_failed(c, name, "exits with", 0, c->calls[kind].exit, words);
}

static void end_process(struct case_ctx *c)
{
	int sig = str_eq(c->ending, "wait") ? SIGTERM : SIGKILL;

	if (str_starts(c->ending, "trap:"))
		sig = proc_signal_parse(c->ending + strlen("trap:"));
	if (c->pidfd >= 0 && sig > 0)
		(void)proc_pidfd_signal(c->pidfd, sig);
}

static bool ends_alone(const char *ending)
{
	return str_starts(ending, "exit:") || str_eq(ending, "dump");
}

static void wait_exit(struct case_ctx *c)
{
	int r = hx_case_wait_exit(c);

	if (r == -ETIMEDOUT)
		result_add(&c->results, "the container's process", "ends in time", NULL, NULL,
			   false, "it did not end within the deadline; the harness kills it");
	else if (r == -ESRCH && c->started)
		result_add(&c->results, "the pid file", "names the container's process", NULL, NULL,
			   false, "it names no process that descends from the runtime");
}

/* Nothing may be there that the probe alone writes before it was told to run. */
static void probe_must_not_have_run(struct case_ctx *c, const char *when)
{
	if (!hx_case_probe_has_run(c))
		return;
	result_add(&c->results, "the container's process", "has not run", NULL, NULL, false, when);
}

/* Whether what a call printed is the report of a crash. */
static bool has_crashed(const struct hx_call *k)
{
	return hx_call_by_signal(k->exit) || (k->err && refusal_is_crash(k->err)) ||
	       (k->out && refusal_is_crash(k->out));
}

/* A call failed that may: by itself, and before the program ran. */
static bool is_refusal(struct case_ctx *c, enum call_kind kind)
{
	const struct hx_call *k = &c->calls[kind];

	return k->exit > 0 && !k->timed_out && !has_crashed(k) && !hx_case_probe_has_run(c);
}

/* What a refusal must not leave, and what an error has to say before it is taken for one. */
static void judge_refusal(struct case_ctx *c, enum call_kind kind)
{
	const struct hx_call *k = &c->calls[kind];
	CLEANUP(json_freep) struct json *base = NULL;
	cleanup_free char *text = str_format("%s%s", k->err ? k->err : "", k->out ? k->out : "");
	cleanup_free char *owner = NULL;

	if (kind == CALL_CREATE && hx_case_state(c) == 0)
		hx_case_failed(c, "state of a container that could not be created",
			       "exits with an error, not with", 0, 0, NULL);
	if (hx_config_base(&base, NULL) < 0 || !text) {
		result_broken(&c->results, "the refusal", "memory is short");
		return;
	}
	if (refusal_names(text, c->def, base, c->variant))
		return;
	/* runtime.md#errors lays down no words, so this is no violation, but no refusal either */
	result_add(&c->results, "the error", REFUSAL_HAS_WORD, NULL, NULL, false,
		   *words_of(c, kind, &owner) ? owner : "it has no words at all");
	result_advise(&c->results);
}

/* The runtime said no to what it may say no to: one of two ways to pass, what a feature that it
 * does not claim leads to, or a reason to skip, unless it claims the feature. */
static bool was_refused(struct case_ctx *c, enum call_kind kind)
{
	const struct json *v = c->def->needs.feature && c->rt->features
				       ? json_at(c->rt->features, c->def->needs.feature)
				       : NULL;
	const char *fulfils = c->def->either  ? REFUSAL_IS_RIGHT
			      : c->def->claim ? REFUSAL_AS_CLAIMED
					      : NULL;
	cleanup_free char *owner = NULL;

	if (!(c->def->may_refuse || fulfils) || !is_refusal(c, kind))
		return false;
	if (!c->def->either && (c->def->claim ? c->claimed : claims_say_yes(v, c->variant)))
		return false;
	c->refused = true;
	if (fulfils)
		result_add(&c->results, "create or start", fulfils, NULL, NULL, true,
			   words_of(c, kind, &owner));
	else
		c->skip =
			str_format("the specification lets a runtime refuse this, and it does: %s",
				   words_of(c, kind, &owner));
	judge_refusal(c, kind);
	if (c->def->either)
		hx_case_outside(c, AFTER_DELETE);
	return true;
}

static void phase_end_and_delete(struct case_ctx *c)
{
	hx_case_outside(c, AFTER_EXIT);
	(void)hx_case_delete(c, false);
	must_succeed(c, CALL_DELETE, "delete");
	hx_case_outside(c, AFTER_DELETE);
}

static void usual(struct case_ctx *c)
{
	(void)hx_case_create(c);
	if (was_refused(c, CALL_CREATE))
		return;
	must_succeed(c, CALL_CREATE, "create");
	if (c->calls[CALL_CREATE].exit == 0)
		probe_must_not_have_run(c, "it has run before start");
	hx_case_outside(c, AFTER_CREATE);
	if (c->calls[CALL_CREATE].exit == 0) {
		(void)hx_case_start(c);
		if (was_refused(c, CALL_START))
			return;
		must_succeed(c, CALL_START, "start");
	}
	if (c->started && !ends_alone(c->ending))
		(void)hx_case_wait_report(c);
	hx_case_outside(c, AFTER_START);
	if (c->started) {
		if (!ends_alone(c->ending))
			end_process(c);
		wait_exit(c);
	}
	phase_end_and_delete(c);
}

/*
 * The call must fail, by itself and not by a signal. @no_effect: it said yes and did nothing, so
 * what had to be refused did not happen. That an error is shown to the caller is not demanded
 * (runtime.md#errors), only advised.
 */
static void must_fail(struct case_ctx *c, enum call_kind kind, const char *name, bool no_effect)
{
	const struct hx_call *k = &c->calls[kind];
	CLEANUP(json_freep) struct json *seen = json_new_int(k->exit);
	bool crashed = has_crashed(k);
	bool ok = k->exit > 0 && !crashed;

	/* a deadline that passed is a finding already */
	if (k->timed_out)
		return;
	result_add(&c->results, name, "is refused with an error", NULL, seen, ok,
		   ok	       ? NULL
		   : crashed   ? "the runtime crashed"
		   : no_effect ? "it says that it succeeded, though nothing was done"
			       : "it succeeded");
	if (!crashed && no_effect)
		result_advise(&c->results);
}

/* The runtime said that it created a container, and has none. */
static bool nothing_created(struct case_ctx *c)
{
	return c->calls[CALL_CREATE].exit == 0 && hx_case_state(c) > 0 && !hx_case_probe_has_run(c);
}

/* It said that it started the container, and the process has ended without running the program. */
static bool nothing_started(struct case_ctx *c)
{
	return c->calls[CALL_START].exit == 0 && hx_case_wait_exit(c) == 0 &&
	       !hx_case_probe_has_run(c);
}

static bool failed(const struct case_ctx *c, enum call_kind kind)
{
	return c->calls[kind].made && c->calls[kind].exit != 0;
}

/* A configuration that has to be refused: an error at the right moment and nothing left behind. */
static void rejection(struct case_ctx *c)
{
	enum rejected at = c->def->rejected_at;

	(void)hx_case_create(c);
	if (at == REJECTED_AT_CREATE)
		must_fail(c, CALL_CREATE, "create", nothing_created(c));
	else if (at == REJECTED_AT_START)
		must_succeed(c, CALL_CREATE, "create");
	hx_case_outside(c, AFTER_CREATE);
	if (c->calls[CALL_CREATE].exit == 0 && at != REJECTED_AT_CREATE) {
		(void)hx_case_start(c);
		must_fail(c, CALL_START, at == REJECTED_BY_START ? "create or start" : "start",
			  nothing_started(c));
		hx_case_outside(c, AFTER_START);
	} else if (at == REJECTED_BY_START) {
		must_fail(c, CALL_CREATE, "create or start", false);
	}
	/* poststart hooks run behind the program: when one of them stops the container, it has run
	 */
	if (!c->config || !json_at(c->config, "/hooks/poststart"))
		probe_must_not_have_run(c,
					"it has run although its configuration had to be refused");
	if (failed(c, CALL_CREATE)) {
		/* a container that could not be created is none */
		(void)hx_case_state(c);
		if (c->calls[CALL_STATE].exit == 0)
			hx_case_failed(c, "state of a container that could not be created",
				       "exits with an error, not with", 0, 0, NULL);
		hx_case_outside(c, AFTER_EXIT);
		hx_case_outside(c, AFTER_DELETE);
		return;
	}
	/* it exists, refused or not: an ordinary delete may ask for force, which is not the point
	 * here */
	hx_case_outside(c, AFTER_EXIT);
	(void)hx_case_delete(c, true);
	hx_case_outside(c, AFTER_DELETE);
}

static void edit_config(struct case_ctx *c, const char *written)
{
	cleanup_free char *whole = NULL;
	/* the variant may be the whole of it */
	const char *arg = hx_vars_expand(&c->vars, written, false, &whole, NULL) == 0 && whole
				  ? whole
				  : written;
	const char *eq = arg ? strchr(arg, '=') : NULL;
	cleanup_free char *pointer = eq ? strndup(arg, (size_t)(eq - arg)) : NULL;
	struct edit edit = {OP_SET, pointer, eq ? eq + 1 : ""};
	struct strbuf text = STRBUF_INIT;
	struct err e = {0};
	int r = pointer ? 0 : err_set(&e, EINVAL, "pointer=json is asked for");

	if (r == 0)
		r = hx_config_edit(&c->config, &edit, &c->vars, &e);
	if (r == 0) {
		cleanup_fd int fd = openat(c->dir_fd, HX_DIR_BUNDLE "/config.json",
					   O_WRONLY | O_TRUNC | O_CLOEXEC);

		json_print(c->config, 2, &text);
		r = fd < 0 ? -errno : text.oom ? -ENOMEM : fd_write_all(fd, text.buf, text.len);
		if (r < 0)
			r = err_set(&e, -r, "write config.json: %m");
	}
	strbuf_done(&text);
	if (r < 0)
		result_broken(&c->results, arg, e.msg);
}

static void remove_file(struct case_ctx *c, const char *arg)
{
	cleanup_free char *path = str_format(HX_DIR_BUNDLE "/%s", arg);
	int r = path ? hx_remove_tree(c->dir_fd, path) : -ENOMEM;

	if (r < 0)
		result_broken(&c->results, arg, strerror(-r));
}

/* The call of a step failed that may: that is one of two ways to pass. */
static bool step_refused(struct case_ctx *c, enum call_kind kind, const char *name)
{
	cleanup_free char *owner = NULL;

	if (c->calls[kind].exit == 0 || !is_refusal(c, kind))
		return false;
	c->refused = true;
	result_add(&c->results, name, REFUSAL_IS_RIGHT, NULL, NULL, true,
		   words_of(c, kind, &owner));
	judge_refusal(c, kind);
	return true;
}

static void move_file(struct case_ctx *c, const char *arg)
{
	const char *blank = arg ? strchr(arg, ' ') : NULL;
	cleanup_free char *from =
		blank ? str_format(HX_DIR_BUNDLE "/%.*s", (int)(blank - arg), arg) : NULL;
	cleanup_free char *to = blank ? str_format(HX_DIR_BUNDLE "/%s", blank + 1) : NULL;

	if (!blank)
		result_broken(&c->results, arg ? arg : "", "two paths are asked for");
	else if (!from || !to || renameat(c->dir_fd, from, c->dir_fd, to) < 0)
		result_broken(&c->results, arg, strerror(errno));
}

/* The expectation of a step's exit status is a check of its own. */
static void judge_step(struct case_ctx *c, const struct step *s, enum call_kind kind,
		       const char *verb, size_t nth)
{
	cleanup_free char *name =
		str_format("step %zu: %s%s%s", nth, verb, s->arg ? " " : "", s->arg ? s->arg : "");
	CLEANUP(json_freep) struct json *want = json_new_int(0);
	CLEANUP(json_freep) struct json *seen = json_new_int(c->calls[kind].exit);
	cleanup_free char *owner = NULL;
	int status = c->calls[kind].exit;
	bool crashed = has_crashed(&c->calls[kind]);

	if (s->expect == EXPECT_ANY || c->calls[kind].timed_out)
		return;
	if (s->expect == EXPECT_REFUSABLE && step_refused(c, kind, name))
		return;
	if (s->expect != EXPECT_FAIL)
		result_add(&c->results, name, "exits with", want, seen, status == 0,
			   status == 0 ? NULL : words_of(c, kind, &owner));
	else
		result_add(&c->results, name, "is refused with an error", NULL, seen,
			   status > 0 && !crashed, crashed ? "the runtime crashed" : NULL);
}

static void one_step(struct case_ctx *c, const struct step *written, size_t nth)
{
	cleanup_free char *when = NULL;
	cleanup_free char *arg = NULL;
	struct step copy = *written;
	const struct step *s = &copy;
	struct err e = {0};

	/* the argument of an edit is JSON in part, and that of a command line is split before the
	 * placeholders are replaced */
	if (copy.arg && copy.kind != STEP_EDIT_CONFIG && copy.kind != STEP_RUN_CLI) {
		if (hx_vars_expand(&c->vars, copy.arg, false, &arg, &e) < 0) {
			result_broken(&c->results, copy.arg, e.msg);
			return;
		}
		copy.arg = arg;
	}
	switch (s->kind) {
	case STEP_CREATE:
		c->create_option = s->arg;
		(void)hx_case_create(c);
		c->create_option = NULL;
		judge_step(c, s, CALL_CREATE, "create", nth);
		return;
	case STEP_START:
		(void)hx_case_start(c);
		judge_step(c, s, CALL_START, "start", nth);
		return;
	case STEP_STATE:
		(void)hx_case_state(c);
		judge_step(c, s, CALL_STATE, "state", nth);
		return;
	case STEP_KILL:
		(void)hx_case_kill(c, s->arg);
		judge_step(c, s, CALL_KILL, "kill", nth);
		return;
	case STEP_DELETE:
		(void)hx_case_delete(c, false);
		judge_step(c, s, CALL_DELETE, "delete", nth);
		return;
	case STEP_RUN_CLI:
		(void)hx_case_cli(c, s->arg);
		judge_step(c, s, CALL_CLI, "runtime", nth);
		return;
	case STEP_WAIT_REPORT:
		/* what was never started reports nothing */
		if (!c->started || hx_case_wait_report(c) < 0)
			result_add(&c->results, "the probe", "reports in time", NULL, NULL, false,
				   NULL);
		return;
	case STEP_WAIT_EXIT:
		wait_exit(c);
		return;
	case STEP_EDIT_CONFIG:
		edit_config(c, s->arg);
		return;
	case STEP_REMOVE_FILE:
		remove_file(c, s->arg);
		return;
	case STEP_MOVE_FILE:
		move_file(c, s->arg);
		return;
	case STEP_CHECK:
		when = str_format("step %zu", nth);
		hx_case_check(c, &s->check, when ? when : "step");
		return;
	default:
		result_broken(&c->results, "steps", "no such step");
	}
}

void hx_case_sequence(struct case_ctx *c)
{
	size_t nth = 1;

	if (!c->def->steps) {
		if (c->def->rejected_at != NOT_REJECTED)
			rejection(c);
		else
			usual(c);
		return;
	}
	for (const struct step *s = c->def->steps; s->kind != STEP_END && !c->refused; s++)
		one_step(c, s, nth++);
	if (!c->calls[CALL_START].made && !c->calls[CALL_CLI].made)
		probe_must_not_have_run(c, "nothing was started");
	/* checks that are bound to a phase look at the end of the steps */
	for (enum phase p = AFTER_CREATE; p <= AFTER_DELETE; p++)
		hx_case_outside(c, p);
}
