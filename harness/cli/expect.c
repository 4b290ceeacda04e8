/* SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"

#include "case.h"
#include "cleanup.h"
#include "str.h"

#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <string.h>

#define EXPECT_MAX (4u << 20)

void cli_expect_done(struct cli_expect *x)
{
	json_free(x->list);
	x->list = NULL;
}

static bool is_string_or_none(const struct json *o, const char *name)
{
	const struct json *m = json_member(o, name);

	return !m || json_string(m);
}

/* The first digit of a version, which begins a word, or does behind a v; that of k8s is none. The
 * end of @text where there is no such word. */
static const char *number_in(const char *text)
{
	for (;;) {
		const char *p;

		text += strspn(text, " \t");
		p = text + (*text == 'v');
		if (!*text || isdigit((unsigned char)*p))
			return p;
		text += strcspn(text, " \t");
	}
}

static bool is_version_or_none(const struct json *o, const char *name)
{
	const struct json *m = json_member(o, name);
	const char *text = json_string(m);

	return !m || (text && *number_in(text));
}

/* {"from":"1.1","to":"1.3"}, either alone, too. A misspelt one would hold for every version, and so
 * would one in which there is no number. */
static bool are_versions(const struct json *v)
{
	for (size_t i = 0; v && v->type == JSON_OBJECT && i < v->count; i++) {
		if (!str_eq(v->names[i], "from") && !str_eq(v->names[i], "to"))
			return false;
	}
	return !v || (v->type == JSON_OBJECT && is_version_or_none(v, "from") &&
		      is_version_or_none(v, "to"));
}

/* The modules that label processes, of which one is on or none. */
static bool is_lsm(const char *name)
{
	return str_eq(name, "apparmor") || str_eq(name, "selinux") || str_eq(name, "none");
}

/* A pass is no deviation: where one was expected, every pass would be one that is known. What was
 * skipped or could not be judged is no observation to compare with. */
static bool is_deviation(const char *verdict)
{
	int v = verdict_parse(verdict);

	return v == VERDICT_FAIL || v == VERDICT_WARN;
}

static bool ends_before(const struct json *a, const struct json *b)
{
	const char *to = json_string(json_member(json_member(a, "versions"), "to"));
	const char *from = json_string(json_member(json_member(b, "versions"), "from"));

	return to && from && cli_expect_compare_versions(to, from) < 0;
}

static bool has_words(const struct json *v)
{
	const char *s = json_string(v);

	return s && s[strspn(s, " \t\n")];
}

static int check_entry(const char *path, const struct json *o, struct err *e)
{
	static const char *const names[] = {"id",      "verdict",  "reason", "sometimes", "link",
					    "runtime", "versions", "cgroup", "lsm"};
	const char *verdict;

	if (o->type != JSON_OBJECT)
		return err_set(e, EINVAL, "%s:%u: an entry is no object", path, o->line);
	for (size_t i = 0; i < o->count; i++) {
		bool known = false;

		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			known = known || str_eq(o->names[i], names[k]);
		if (!known)
			return err_set(e, EINVAL, "%s:%u: unknown member '%s'", path, o->line,
				       o->names[i]);
	}
	verdict = json_string(json_member(o, "verdict"));
	if (!json_string(json_member(o, "id")) || !verdict || !is_deviation(verdict))
		return err_set(e, EINVAL,
			       "%s:%u: an entry has an \"id\", and a \"verdict\" that is \"FAIL\" "
			       "or \"WARN\"",
			       path, o->line);
	if (!has_words(json_member(o, "reason")))
		return err_set(e, EINVAL, "%s:%u: an entry says why: \"reason\"", path, o->line);
	if (!is_string_or_none(o, "sometimes"))
		return err_set(e, EINVAL, "%s:%u: \"sometimes\" says why it is not always so", path,
			       o->line);
	if (!is_string_or_none(o, "link"))
		return err_set(e, EINVAL, "%s:%u: \"link\" is an address", path, o->line);
	if (!is_string_or_none(o, "runtime"))
		return err_set(e, EINVAL, "%s:%u: \"runtime\" is a name", path, o->line);
	if (!are_versions(json_member(o, "versions")))
		return err_set(e, EINVAL,
			       "%s:%u: \"versions\" is {\"from\":..., \"to\":...}, each a "
			       "text with a number",
			       path, o->line);
	if (ends_before(o, o))
		return err_set(e, EINVAL, "%s:%u: the \"versions\" end before they begin", path,
			       o->line);
	if (json_member(o, "cgroup") && !str_eq(json_string(json_member(o, "cgroup")), "v1") &&
	    !str_eq(json_string(json_member(o, "cgroup")), "v2"))
		return err_set(e, EINVAL, "%s:%u: \"cgroup\" is \"v1\" or \"v2\"", path, o->line);
	if (json_member(o, "lsm") && !is_lsm(json_string(json_member(o, "lsm"))))
		return err_set(e, EINVAL, "%s:%u: \"lsm\" is \"apparmor\", \"selinux\" or \"none\"",
			       path, o->line);
	return 0;
}

/* Whether both may ask for @name; one that does not holds for every one. */
static bool both_hold(const struct json *a, const struct json *b, const char *name)
{
	const char *x = json_string(json_member(a, name)), *y = json_string(json_member(b, name));

	return !x || !y || str_eq(x, y);
}

static bool may_both_hold(const struct json *a, const struct json *b)
{
	return both_hold(a, b, "id") && both_hold(a, b, "runtime") && both_hold(a, b, "cgroup") &&
	       both_hold(a, b, "lsm") && !ends_before(a, b) && !ends_before(b, a);
}

/* Of two entries for one id that hold at once only one could be told: @entry and one of the first
 * @n of @list. */
static int check_overlaps(const char *path, const struct json *entry, const char *other,
			  const struct json *list, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (may_both_hold(list->items[i], entry))
			return err_set(e, EINVAL,
				       "%s:%u: the entry in %s:%u is for the same id, and may hold "
				       "where this one does",
				       path, entry->line, other, list->items[i]->line);
	}
	return 0;
}

int cli_expect_check(const char *path, const struct cli_expect *x, const char *other,
		     const struct cli_expect *y, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < x->list->count; i++)
		r = check_overlaps(path, x->list->items[i], other, y->list, y->list->count, e);
	return r;
}

int cli_expect_parse(const char *path, const char *text, size_t len, struct cli_expect *ret,
		     struct err *e)
{
	CLEANUP(json_freep) struct json *list = NULL;
	int r = json_parse(text, len, &list, e);

	if (r < 0)
		return err_wrap_place(e, path);
	assert(list);
	if (list->type != JSON_ARRAY)
		return err_set(e, EINVAL, "%s: an array of known deviations is asked for", path);
	for (size_t i = 0; i < list->count; i++) {
		r = check_entry(path, list->items[i], e);
		if (r == 0)
			r = check_overlaps(path, list->items[i], path, list, i, e);
		if (r < 0)
			return r;
	}
	ret->list = take_ptr(&list);
	return 0;
}

/* Which variants a features document adds is not known here. */
static bool is_id_of(const char *id, const struct conform_entry *entry)
{
	size_t n = strlen(entry->id);
	bool found = false;

	if (strncmp(id, entry->id, n) != 0 || (id[n] && id[n] != '['))
		return false;
	if (!id[n] || entry->def->claim_rest)
		return true;
	for (const char *const *v = entry->def->vary; v && *v && !found; v++) {
		cleanup_free char *full = hx_case_id(entry, *v);

		found = !full || str_eq(full, id);
	}
	return found;
}

void cli_expect_stale(const struct cli_expect *x, const char *path,
		      const struct conform_entry *const *cases, size_t ncases, struct strbuf *out)
{
	for (size_t i = 0; x->list && i < x->list->count; i++) {
		const struct json *o = x->list->items[i];
		const char *id = json_string(json_member(o, "id"));
		bool known = false;

		for (size_t k = 0; k < ncases && !known; k++)
			known = is_id_of(id, cases[k]);
		if (known)
			continue;
		strbuf_addf(out, "conform: --expect: %s:%u: no case has the id ", path, o->line);
		strbuf_add_json(out, id, strlen(id));
		strbuf_adds(out, ": the entry does nothing\n");
	}
}

int cli_expect_read(const char *path, struct cli_expect *ret, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, path, EXPECT_MAX, &text, &len, e);

	return r < 0 ? r : cli_expect_parse(path, text, len, ret, e);
}

/* The digits at *p, without zeros at their front; *p moves behind them. */
static size_t take_digits(const char **p, const char **ret)
{
	*ret = *p + strspn(*p, "0");
	*p += strspn(*p, "0123456789");
	return (size_t)(*p - *ret);
}

/* A number may be a time of day, or longer: none is too large. */
static int compare_numbers(const char **a, const char **b)
{
	const char *x, *y;
	size_t n = take_digits(a, &x), m = take_digits(b, &y);

	return n != m ? (n < m ? -1 : 1) : strncmp(x, y, n);
}

int cli_expect_compare_versions(const char *a, const char *b)
{
	a = number_in(a);
	b = number_in(b);
	for (;;) {
		int r = compare_numbers(&a, &b);

		if (r || (*a != '.' && *b != '.'))
			return r;
		a += *a == '.';
		b += *b == '.';
	}
}

static bool version_holds(const struct json *o, const char *version)
{
	const struct json *v = json_member(o, "versions");
	const char *from = json_string(json_member(v, "from")),
		   *to = json_string(json_member(v, "to"));

	if ((from || to) && !*number_in(version))
		return false;
	if (from && cli_expect_compare_versions(version, from) < 0)
		return false;
	return !to || cli_expect_compare_versions(version, to) <= 0;
}

/* "runc version 1.1.5" is runc's, whatever its file is called. */
static bool runtime_holds(const struct json *o, const struct cli_expect_where *where)
{
	const char *want = json_string(json_member(o, "runtime"));
	size_t n = want ? strlen(want) : 0;

	return !want || str_eq(want, where->runtime) ||
	       (strncmp(where->version, want, n) == 0 &&
		(!where->version[n] || where->version[n] == ' '));
}

/* On a hybrid host the controllers are v1's. */
static bool cgroup_holds(const struct json *o, const char *mode)
{
	const char *want = json_string(json_member(o, "cgroup"));

	return !want || str_eq(want, mode) || (str_eq(want, "v1") && str_eq(mode, "hybrid"));
}

/* @lsms: "lockdown,capability,selinux"; the names of some that label nothing are in it, too. */
static bool lsm_holds(const struct json *o, const char *lsms)
{
	const char *want = json_string(json_member(o, "lsm"));

	if (str_eq(want, "none"))
		return !str_has_word(lsms, "apparmor", ",") && !str_has_word(lsms, "selinux", ",");
	return !want || str_has_word(lsms, want, ",");
}

/* The id of a case with variants stands for all of them that have no entry of their own. */
static bool id_holds(const char *pattern, const char *id, bool whole)
{
	size_t n = strlen(pattern);

	return whole ? str_eq(pattern, id) : strncmp(pattern, id, n) == 0 && id[n] == '[';
}

static const struct json *find_entry(const struct cli_expect *lists, size_t n,
				     const struct cli_expect_where *where, const char *id,
				     bool whole)
{
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; lists[k].list && i < lists[k].list->count; i++) {
			const struct json *o = lists[k].list->items[i];

			if (id_holds(json_string(json_member(o, "id")), id, whole) &&
			    runtime_holds(o, where) && version_holds(o, where->version) &&
			    cgroup_holds(o, where->cgroup_mode) && lsm_holds(o, where->lsms))
				return o;
		}
	}
	return NULL;
}

static int copy(const struct json *o, const char *name, char **ret)
{
	const char *s = json_string(json_member(o, name));

	*ret = s ? strdup(s) : NULL;
	return s && !*ret ? -ENOMEM : 0;
}

int cli_expect_apply(const struct cli_expect *lists, size_t n, const struct cli_expect_where *where,
		     struct rep_result *r)
{
	enum verdict seen = r->raised ? VERDICT_WARN : r->verdict;
	const struct json *o = find_entry(lists, n, where, r->id, true);

	if (!o)
		o = find_entry(lists, n, where, r->id, false);
	/* what could not be judged says nothing about the deviation */
	if (!o || seen == VERDICT_SKIP || seen == VERDICT_BROK)
		return 0;
	r->expected_verdict = (enum verdict)verdict_parse(json_string(json_member(o, "verdict")));
	if (seen == r->expected_verdict)
		r->expectation = REP_XFAIL;
	else if (seen < r->expected_verdict && !json_member(o, "sometimes"))
		r->expectation = REP_XPASS;
	else
		return 0;
	if (copy(o, "reason", &r->expected_reason) < 0 || copy(o, "link", &r->expected_link) < 0)
		return -ENOMEM;
	return 0;
}
