/* SPDX-License-Identifier: Apache-2.0 */
#include "case_judge.h"

#include "always.h"
#include "case_facts.h"
#include "case_output.h"
#include "cleanup.h"
#include "config.h"
#include "ops.h"
#include "rootfs.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* What the probe reports whether asked or not. */
static const char *const always[] = {
	"process.args",	      "process.cwd",	  "process.no_new_privs",
	"process.securebits", "process.terminal", "signals.blocked",
	"signals.ignored",    "user.uids",	  "user.gids",
	"user.groups",	      "fds.open",	  "mounts",
};
static const char *const always_prefixes[] = {"caps.", "ns."};

void hx_case_failed(struct case_ctx *c, const char *name, const char *op, int64_t expected,
		    int64_t observed, const char *note)
{
	CLEANUP(json_freep) struct json *want = json_new_int(expected);
	CLEANUP(json_freep) struct json *seen = observed < 0 ? NULL : json_new_int(observed);

	result_add(&c->results, name, op, want, seen, false, note);
}

/* The operand of a check: its text with placeholders replaced, parsed. 0 or -errno, with a broken
 * check recorded. */
static int operand(struct case_ctx *c, const struct check *k, const char *shown, struct json **ret)
{
	cleanup_free char *text = NULL;
	struct err e = {0};
	int r;

	*ret = NULL;
	if (!ops_has_operand(k->op))
		return 0;
	r = hx_vars_expand(&c->vars, k->json ? k->json : "", true, &text, &e);
	if (r == 0)
		r = json_parse(text, strlen(text), ret, &e);
	if (r < 0)
		result_broken(&c->results, shown, e.msg);
	return r;
}

static const struct json *known(const struct case_ctx *c, const char *fact)
{
	for (size_t i = 0; i < c->nknown; i++) {
		if (str_eq(c->known[i].name, fact))
			return c->known[i].value;
	}
	return NULL;
}

/* Evaluates one check against a value and records it. What is shown is the part that the pointer
 * leads to. */
static void judge(struct case_ctx *c, const struct check *k, const char *shown,
		  const struct json *value, const char *pointer, const struct json *reference)
{
	CLEANUP(json_freep) struct json *expected = NULL;
	const struct json *part = value ? json_at(value, pointer) : NULL;
	const struct json *want = NULL;
	char why[160];
	bool ok;

	if (operand(c, k, shown, &expected) < 0)
		return;
	ok = ops_eval(k->op, value, pointer, expected, reference, why, sizeof(why));
	want = expected ? expected : reference ? json_at(reference, pointer) : NULL;
	result_add(&c->results, shown, ops_words(k->op), want,
		   part			? part
		   : value && !*pointer ? value
					: NULL,
		   ok, why);
}

/* The words by which the probe says that the case, not the container, is wrong. */
static bool is_refusal(const char *error)
{
	static const char *const words[] = {"unknown fact", "unknown action", "malformed action",
					    "unknown name in the action"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq(error, words[i]))
			return true;
	}
	return false;
}

/* Whether what the probe says of a fact is nothing to judge by, which is recorded: the case is
 * wrong, or not all could be seen, and then what is not there may be what was not seen. */
static bool is_moot(struct case_ctx *c, const char *shown, const struct json *value)
{
	const char *error = json_string(json_member(value, "error"));
	char note[320];

	if (!error || (!is_refusal(error) && !str_starts(error, "incomplete: ")))
		return false;
	(void)snprintf(note, sizeof(note), "the probe says: %s", error);
	result_broken(&c->results, shown, note);
	return true;
}

/* The harness runs the probe for it. */
static bool is_of_probe(const char *fact)
{
	return str_starts(fact, "host.") || str_starts(fact, "held.");
}

/* How deep the runtime's --root lies is nobody's affair. */
static char *shown_name(const char *when, const char *name)
{
	const char *dir = strstr(name, HX_DIR_STATE);

	return dir ? str_format("%s: %.*s(the runtime's --root)%s", when, (int)(dir - name), name,
				dir + strlen(HX_DIR_STATE))
		   : str_format("%s: %s", when, name);
}

void hx_case_check(struct case_ctx *c, const struct check *k, const char *when)
{
	CLEANUP(json_freep) struct json *value = NULL;
	cleanup_free char *name = NULL;
	cleanup_free char *fact = NULL;
	cleanup_free char *shown = NULL;
	const struct json *before;
	const char *pointer;
	struct err e = {0};
	int r = hx_vars_expand(&c->vars, k->name, false, &name, &e);

	if (r < 0) {
		result_broken(&c->results, k->name, e.msg);
		return;
	}
	pointer = ops_split_name(name, &fact);
	/* shown as the case has it: paths of this run would differ each time */
	shown = shown_name(when, k->name);
	if (!pointer || !shown) {
		result_broken(&c->results, k->name, "memory is short");
		return;
	}
	value = hx_case_fact(c, fact);
	before = k->op == OP_SAME ? known(c, fact) : NULL;
	if (is_of_probe(fact) && (is_moot(c, shown, value) || is_moot(c, shown, before)))
		return;
	judge(c, k, shown, value, pointer, before);
}

void hx_case_outside(struct case_ctx *c, enum phase phase)
{
	static const char *const names[] = {"at any time", "after create", "after start",
					    "after exit", "after delete"};

	for (const struct check *k = c->def->outside; k && k->op != OP_END; k++) {
		enum phase p = k->phase == PH_NONE ? AFTER_EXIT : k->phase;

		if (p == phase)
			hx_case_check(c, k, names[phase]);
	}
}

static bool is_asked(struct case_ctx *c, const char *name)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		if (str_eq(name, always[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(always_prefixes) / sizeof(always_prefixes[0]); i++) {
		if (str_starts(name, always_prefixes[i]))
			return true;
	}
	/* the request has one name per line */
	for (const char *p = strchr(c->ask, '\n'); p; p = strchr(p, '\n')) {
		size_t n = strcspn(++p, "\n");

		if (strlen(name) == n && strncmp(p, name, n) == 0)
			return true;
	}
	return false;
}

static bool mounts_io(const struct case_ctx *c)
{
	const struct json *mounts = c->config ? json_member(c->config, "mounts") : NULL;

	for (size_t i = 0; mounts && mounts->type == JSON_ARRAY && i < mounts->count; i++) {
		const char *source = json_string(json_member(mounts->items[i], "source"));
		const char *destination = json_string(json_member(mounts->items[i], "destination"));

		if (str_eq(destination, HX_IO_PATH) && source && str_starts(source, c->dir))
			return true;
	}
	return false;
}

struct channel {
	const char *name;
	bool expected;
	struct obs_list list;
	bool proven; /* complete, or has the line that stands for it */
};

/* A report that is there but not whole is a finding; one that breaks its form cannot be judged. */
static void judge_channel(struct case_ctx *c, struct channel *ch)
{
	char note[320];

	if (ch->list.problem[0])
		(void)snprintf(note, sizeof(note), "the report on %s: %s", ch->name,
			       ch->list.problem);
	if (ch->list.problem[0] && ch->list.started)
		result_broken(&c->results, ch->name, note);
	else if (ch->expected && !ch->proven)
		result_add(&c->results, ch->name, "brings the probe's report", NULL, NULL, false,
			   !ch->list.started ? "nothing came" : "the report is cut short");
}

static void read_channels(struct case_ctx *c, struct channel *std, struct channel *io)
{
	cleanup_free char *io_text = hx_case_text(c, HX_DIR_IO "/out", NULL);
	cleanup_free char *std_text = hx_case_stdout(c);
	cleanup_free char *line = str_format("conform-probe tty %s", c->nonce);

	if (!io_text || !std_text || !line ||
	    obs_parse(io_text, strlen(io_text), c->nonce, &io->list) < 0 ||
	    obs_parse(std_text, strlen(std_text), c->nonce, &std->list) < 0) {
		result_broken(&c->results, "channels", "memory is short");
		return;
	}
	io->proven = obs_is_complete(&io->list);
	std->proven = obs_is_complete(&std->list) || (c->console.loop && strstr(std_text, line));
}

/* Every observation must have been asked for, and understood. */
static void judge_report(struct case_ctx *c)
{
	char note[320];

	for (size_t i = 0; i < c->report.count; i++) {
		const struct obs *o = &c->report.items[i];

		if (o->late)
			continue;
		if (!is_asked(c, o->name)) {
			(void)snprintf(note, sizeof(note), "'%.200s' was not asked for", o->name);
			result_broken(&c->results, "the report", note);
		} else {
			(void)is_moot(c, o->name, o->value);
		}
	}
}

static const struct json *find_late(const struct obs_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->items[i].late && str_eq(l->items[i].name, name))
			return l->items[i].value;
	}
	return NULL;
}

static void judge_inside(struct case_ctx *c, const struct obs_list *io, const struct obs_list *std)
{
	for (const struct check *k = c->def->inside; k && k->op != OP_END; k++) {
		cleanup_free char *name = NULL;
		cleanup_free char *fact = NULL;
		const struct json *value, *reference = NULL;
		const char *pointer;

		if (hx_vars_expand(&c->vars, k->name, false, &name, NULL) < 0 ||
		    !(pointer = ops_split_name(name, &fact))) {
			result_broken(&c->results, k->name, "its name cannot be resolved");
			continue;
		}
		if (str_eq(fact, "trapped")) {
			value = find_late(io, fact);
			if (!value)
				value = find_late(std, fact);
		} else {
			value = obs_find(&c->report, fact);
		}
		if (k->op == OP_HOST || k->op == OP_NOT_HOST)
			reference = obs_find(&c->host, fact);
		if (is_moot(c, k->name, reference))
			continue;
		judge(c, k, k->name, value, pointer, reference);
	}
}

/* Whether the configuration that we hold is the one that the container was made of. */
static bool config_is_known(const struct case_ctx *c)
{
	for (const struct step *s = c->def->steps; s && s->kind != STEP_END; s++) {
		if (s->kind == STEP_EDIT_CONFIG)
			return false;
	}
	return c->config != NULL;
}

static bool passes_fds(const struct case_ctx *c)
{
	for (const struct step *s = c->def->steps; s && s->kind != STEP_END; s++) {
		if (s->arg && strstr(s->arg, "--preserve-fds"))
			return true;
	}
	for (size_t i = 0; i < CALLER_ITEMS_MAX && c->caller_text[i]; i++) {
		if (str_starts(c->caller_text[i], "env:LISTEN_FDS="))
			return true;
	}
	return false;
}

/* What holds in every container. One check says that all of it was looked at; each rule that is
 * broken is a check of its own. */
static void judge_always(struct case_ctx *c)
{
	struct always_finding found[ALWAYS_MAX];
	size_t applied, n;

	/* the control case proves that the runtime can be judged, not that it is right */
	if (str_eq(c->entry->id, CONFORM_CONTROL_ID) || !config_is_known(c) ||
	    !obs_is_complete(&c->report))
		return;
	n = always_judge(c->config, &c->report, passes_fds(c), found, &applied);
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *name = str_format("in every container: %s", found[i].fact);
		cleanup_free char *note =
			found[i].requirement
				? str_format("%s [%s]", found[i].sentence, found[i].requirement)
				: strdup(found[i].sentence);

		if (!name || !note) {
			c->results.oom = true;
			return;
		}
		result_add(&c->results, name, "is as it should be", NULL, found[i].observed, false,
			   note);
		/* a requirement binds, whatever the case is about; the rest is advice */
		if (found[i].requirement)
			result_bind(&c->results);
		else
			result_advise(&c->results);
	}
	if (n == 0) {
		CLEANUP(json_freep) struct json *rules = json_new_uint(applied);

		result_add(&c->results, "in every container: all rules that apply here",
			   "hold, in number", NULL, rules, true, NULL);
	}
}

void hx_case_inside(struct case_ctx *c)
{
	struct channel std = {.name = c->console.loop ? "the terminal" : "descriptor 1"};
	struct channel io = {.name = HX_IO_PATH};
	bool use_io;
	char why[160];

	read_channels(c, &std, &io);
	/* a process that is not the probe reports nothing, and a case that asks nothing need not
	 * run it */
	io.expected = c->started && mounts_io(c) && strstr(c->ask, "\n") &&
		      (c->def->inside || c->def->steps == NULL);
	std.expected = io.expected || (c->started && c->def->inside);
	if (c->config) {
		const struct json *args = json_at(c->config, "/process/args");
		bool asks = false;

		for (size_t i = 0; args && args->type == JSON_ARRAY && i < args->count; i++)
			asks = asks || str_eq(json_string(args->items[i]), c->ask);
		if (!asks && !c->def->inside)
			io.expected = std.expected = false;
	}
	if (c->def->rejected_at == NOT_REJECTED) {
		judge_channel(c, &std);
		judge_channel(c, &io);
	}
	if (obs_is_complete(&io.list) && obs_is_complete(&std.list) &&
	    !obs_agree(&io.list, &std.list, why, sizeof(why)))
		result_broken(&c->results, "channels", why);
	/* the one that has the report; where both are cut, what there is of one */
	use_io = obs_is_complete(&io.list) ||
		 (!obs_is_complete(&std.list) && io.list.count > std.list.count);
	c->report = use_io ? io.list : std.list;
	judge_report(c);
	judge_inside(c, &io.list, &std.list);
	judge_always(c);
	obs_list_done(use_io ? &std.list : &io.list);
}
