/* SPDX-License-Identifier: Apache-2.0 */
#include "lint_case.h"

#include "caller.h"
#include "catalogue.h"
#include "cleanup.h"
#include "config.h"
#include "json.h"
#include "ops.h"
#include "outside.h"
#include "proc.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define TITLE_MAX 160
#define ID_MAX	  100

struct lint {
	const struct conform_entry *c;
	const struct lint_words *w;
	struct strbuf *out;
	size_t findings;
};

static void __attribute__((format(printf, 2, 3))) say(struct lint *l, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strbuf_addf(l->out, "%s:%d: %s: %s\n", l->c->file, l->c->line, l->c->id, text);
	l->findings++;
}

static void lint_names(struct lint *l)
{
	const char *title = l->c->def->title;
	size_t slashes = 0;

	for (const char *p = l->c->id; *p; p++) {
		slashes += *p == '/';
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_' &&
		    *p != '/') {
			say(l, "an id has small letters, digits and underscores");
			break;
		}
	}
	if (slashes != 1 || strlen(l->c->id) > ID_MAX)
		say(l, "an id is area/name, at most %d bytes", ID_MAX);
	if (!title || !*title)
		say(l, "it has no title");
	else if (strlen(title) > TITLE_MAX || str_ends(title, "."))
		say(l, "a title is one phrase of at most %d bytes without a full stop", TITLE_MAX);
}

static void lint_requirements(struct lint *l)
{
	const struct conform_case *d = l->c->def;
	const struct requirement *must = NULL, *should = NULL;

	if ((!d->reqs || d->reqs[0] == REQ_NONE) && !d->advice)
		say(l, "it claims no requirement, and does not say as advice what it stands for");
	for (size_t i = 0; d->reqs && d->reqs[i] != REQ_NONE; i++) {
		const struct requirement *r = catalogue_get(d->reqs[i]);

		for (size_t k = 0; k < i; k++) {
			if (d->reqs[k] == d->reqs[i])
				say(l, "%s is cited twice", r->id);
		}
		/* what may be left out stands beside either, but advice must not hide among duties
		 */
		must = catalogue_is_must(r->level_num) ? r : must;
		should = catalogue_is_should(r->level_num) ? r : should;
	}
	if (must && should)
		say(l, "%s binds and %s advises: they want two cases", must->id, should->id);

	if (!d->mutants && !d->no_mutant)
		say(l, "it names no lie that it catches, nor why there is none");
}

static int dummy(void *arg, const char *name, const char *parameter, char **ret, struct err *e)
{
	static const char *const known[] = {"NS",    "NSINO",	 "HOSTNS", "HOSTINO",
					    "CTINO", "CTPID",	 "AGENT",  "FMIN",
					    "FMAX",  "ABSTRACT", "USER",   "GROUP"};

	(void)arg;
	(void)parameter;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!str_eq(name, known[i]))
			continue;
		*ret = strdup(hx_vars_is_number(name) ? "1" : "/x");
		return *ret ? 1 : err_set(e, ENOMEM, "%m");
	}
	return 0;
}

static int dummy_vars(struct hx_vars *v, const char *variant, struct err *e)
{
	static const char *const names[] = {"CASE", "BUNDLE", "ROOTFS", "ID", "CGROUP", "PROBE"};
	int r = 0;

	v->make = dummy;
	if (variant) {
		v->v_json = strdup(variant);
		if (!v->v_json)
			return -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < sizeof(names) / sizeof(names[0]); i++)
		r = hx_vars_set(v, names[i], "/x", e);
	return r;
}

static bool word_exists(const char *list, const char *kind, const char *name)
{
	size_t k = strlen(kind), n = strcspn(name, ":");
	bool parameter = name[n] == ':';

	for (const char *p = list; p && *p;) {
		size_t len = strcspn(p, "\n");

		/* "fact read:" takes a parameter, "fact uts.nodename" does not; an action may do
		 * without */
		if (len > k + 1 && strncmp(p, kind, k) == 0 && p[k] == ' ' &&
		    strncmp(p + k + 1, name, n) == 0) {
			size_t rest = len - k - 1 - n;

			if (rest == 0 || (rest == 1 && p[k + 1 + n] == ':' && parameter))
				return true;
		}
		p += len + (p[len] == '\n');
	}
	return false;
}

static void lint_fact(struct lint *l, const char *name, bool inside)
{
	cleanup_free char *fact = NULL;

	if (!ops_split_name(name, &fact) || !l->w->inside)
		return;
	if (!inside && !outside_is_known(fact)) {
		/* "host." and "held." are of one length */
		if (!(str_starts(fact, "host.") || str_starts(fact, "held.")) ||
		    !word_exists(l->w->inside, "fact", fact + strlen("host.")))
			say(l, "there is no outside fact '%s'", fact);
		return;
	}
	if (!inside || str_eq(fact, "trapped"))
		return;
	if (str_starts(fact, "try:")) {
		if (!word_exists(l->w->inside, "action", fact + strlen("try:")))
			say(l, "there is no action '%s'", fact + strlen("try:"));
	} else if (!word_exists(l->w->inside, "fact", fact)) {
		say(l, "there is no fact '%s'", fact);
	}
}

static void lint_check(struct lint *l, const struct check *k, struct hx_vars *v, bool inside)
{
	CLEANUP(json_freep) struct json *value = NULL;
	cleanup_free char *name = NULL;
	cleanup_free char *text = NULL;
	struct err e = {0};

	if (hx_vars_expand(v, k->name, false, &name, &e) < 0) {
		say(l, "%s: %s", k->name, e.msg);
		return;
	}
	lint_fact(l, name, inside);
	if (!ops_has_operand(k->op))
		return;
	if (hx_vars_expand(v, k->json ? k->json : "", true, &text, &e) < 0 ||
	    json_parse(text, strlen(text), &value, &e) < 0)
		say(l, "%s: the value is not JSON: %s", k->name, e.msg);
	else if ((k->op == OP_MIN || k->op == OP_MAX) && value->type != JSON_NUMBER)
		say(l, "%s: a bound is a number", k->name);
	else if ((k->op == OP_ONE_OF || k->op == OP_SET_EQ) && value->type != JSON_ARRAY)
		say(l, "%s: a set is an array", k->name);
	else if (k->op == OP_MATCH && value->type != JSON_STRING)
		say(l, "%s: a glob is a string", k->name);
}

/* Whether @k holds as well where its fact is not there at all, by a pointer into nothing. */
static bool passes_without(const struct check *k)
{
	bool null = k->json && str_eq(k->json, "null");

	return k->op == OP_EMPTY || (k->op == OP_EQ && null);
}

/* Whether @other asks the fact of @k at the same time for what only one that is there can have. */
static bool proves(const struct check *other, const struct check *k)
{
	size_t n = strcspn(k->name, "#");

	return other->phase == k->phase && strcspn(other->name, "#") == n &&
	       strncmp(other->name, k->name, n) == 0 && other->op != OP_ONE_OF &&
	       !passes_without(other);
}

/* The absence of a member is seen in what is there: a mount that was never made has no peers, too.
 */
static void lint_absence(struct lint *l, const struct check *all)
{
	for (const struct check *k = all; k && k->op != OP_END; k++) {
		const struct check *p = all;

		if (!strchr(k->name, '#') || !passes_without(k))
			continue;
		while (p->op != OP_END && !proves(p, k))
			p++;
		if (p->op == OP_END)
			say(l,
			    "%s: holds without the fact, too: it wants a check beside it that "
			    "does not",
			    k->name);
	}
}

static bool is_hex_or_octal(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

static void lint_ending(struct lint *l, const char *ending)
{
	if (!ending || str_eq(ending, "wait") || str_eq(ending, "dump"))
		return;
	if (str_starts(ending, "exit:") && is_hex_or_octal(ending + strlen("exit:")))
		return;
	if (str_starts(ending, "trap:") && proc_signal_parse(ending + strlen("trap:")) > 0)
		return;
	if (str_starts(ending, "ignore:") && proc_signal_parse(ending + strlen("ignore:")) > 0)
		return;
	say(l, "there is no ending '%s'", ending);
}

/* Everything that depends on the variant, for one of them. */
static void lint_variant(struct lint *l, const char *variant)
{
	const struct conform_case *d = l->c->def;
	CLEANUP(hx_vars_done) struct hx_vars v = {0};
	CLEANUP(json_freep) struct json *tree = NULL;
	cleanup_free char *raw = NULL;
	cleanup_free char *ask = NULL;
	cleanup_free char *ending = NULL;
	struct err e = {0};

	if (dummy_vars(&v, variant, &e) < 0)
		return;
	if (hx_config_make(d->config, &v, 0, "--ask=x", &tree, &raw, &e) < 0)
		say(l, "its configuration: %s", e.msg);
	if (hx_config_ask(d->inside, d->ending, "x", &v, &ask, &e) < 0)
		say(l, "what it asks: %s", e.msg);
	if (d->ending && hx_vars_expand(&v, d->ending, false, &ending, &e) == 0)
		lint_ending(l, ending);
	for (const struct check *k = d->inside; k && k->op != OP_END; k++)
		lint_check(l, k, &v, true);
	for (const struct check *k = d->outside; k && k->op != OP_END; k++)
		lint_check(l, k, &v, false);
	for (const struct step *s = d->steps; s && s->kind != STEP_END; s++) {
		if (s->kind == STEP_CHECK)
			lint_check(l, &s->check, &v, false);
	}
	for (const char *const *item = d->caller; item && *item; item++) {
		if (!hx_caller_known(*item))
			say(l, "there is no state of the caller '%s'", *item);
	}
}

static void lint_claim(struct lint *l)
{
	const struct conform_case *d = l->c->def;

	if (!d->inside && !d->outside && !d->steps && d->rejected_at == NOT_REJECTED && !d->run)
		say(l, "it checks nothing");
	if ((d->rejected_at != NOT_REJECTED) + d->may_refuse + d->either + (d->claim != NULL) > 1)
		say(l, "rejected_at, may_refuse, either and claim exclude each other");
	if (d->accepts && (d->rejected_at != NOT_REJECTED || d->may_refuse || d->either))
		say(l, "what is accepted is not refused: accepts excludes rejected_at, may_refuse "
		       "and either");
	if (d->steps && (d->may_refuse || d->either))
		say(l, "steps say themselves what may be refused");
	if (d->host_cgroup && !str_eq(d->host_cgroup, "frozen") &&
	    !str_eq(d->host_cgroup, "occupied") && !str_eq(d->host_cgroup, "above"))
		say(l, "there is no cgroup that is '%s'", d->host_cgroup);
	if (d->steps && d->rejected_at != NOT_REJECTED)
		say(l, "steps say themselves what is refused");
	if (d->min_target && (d->min_target < 100 || d->min_target > 100 + CATALOGUE_MINOR_MAX))
		say(l, "min_target is from 100 to %d", 100 + CATALOGUE_MINOR_MAX);
	for (const char *const *m = d->mutants; m && *m && l->w->lie; m++) {
		if (!l->w->lie(*m))
			say(l, "there is no lie '%s'", *m);
	}
}

size_t lint_case(const struct conform_entry *c, const struct lint_words *w, struct strbuf *out)
{
	struct lint l = {c, w, out, 0};
	const char *const *vary = c->def->vary;

	lint_names(&l);
	lint_requirements(&l);
	lint_claim(&l);
	lint_absence(&l, c->def->inside);
	lint_absence(&l, c->def->outside);
	if (!vary)
		lint_variant(&l, NULL);
	for (; vary && *vary; vary++)
		lint_variant(&l, *vary);
	return l.findings;
}
