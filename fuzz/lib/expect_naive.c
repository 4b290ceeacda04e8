/* SPDX-License-Identifier: Apache-2.0 */
#include "expect_naive.h"

#include "cleanup.h"
#include "fuzz.h"

#include <string.h>

static const char *text_of(const struct json *o, const char *name)
{
	return json_string(json_member(o, name));
}

/* "1.10" of "runc v1.10.0-rc1": of the first word that begins with a digit; "": there is none. The
 * caller frees. */
static char *number_of(const char *version)
{
	cleanup_free char *copy = strdup(version);
	char *save = NULL;

	for (char *w = strtok_r(copy, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		w += *w == 'v';
		if (*w >= '0' && *w <= '9')
			return strndup(w, strspn(w, "0123456789."));
	}
	return strdup("");
}

/* A text for strcmp(3): each number behind how many digits it has, without zeros at its front, or
 * numbers that are zero at the end. The caller frees. */
static char *sortable(const char *version)
{
	struct strbuf b = STRBUF_INIT;
	cleanup_free char *number = number_of(version);
	size_t len = 0;

	for (char *rest = number, *n; (n = strsep(&rest, "."));) {
		n += strspn(n, "0");
		strbuf_addf(&b, "%08zu%s", strlen(n), n);
		if (*n)
			len = b.len;
	}
	fuzz_check(b.buf && !b.oom);
	b.buf[len] = '\0';
	return b.buf;
}

/* How the numbers in two versions compare: < 0, 0, > 0. */
static int compare(const char *a, const char *b)
{
	cleanup_free char *x = sortable(a), *y = sortable(b);

	return strcmp(x, y);
}

static bool is_version(const struct json *range, const char *version)
{
	const char *from = text_of(range, "from"), *to = text_of(range, "to");
	cleanup_free char *number = number_of(version);

	return (!from && !to) || (*number && (!from || compare(from, version) <= 0) &&
				  (!to || compare(to, version) >= 0));
}

static bool begins_with_words(const char *text, const char *words)
{
	cleanup_free char *a = str_format("%s ", text), *b = str_format("%s ", words);

	return strncmp(a, b, strlen(b)) == 0;
}

static bool has(const char *list, const char *module)
{
	cleanup_free char *a = str_format(",%s,", list), *b = str_format(",%s,", module);

	return strstr(a, b);
}

static bool holds(const struct json *o, const struct cli_expect_where *where)
{
	const char *runtime = text_of(o, "runtime"), *cgroup = text_of(o, "cgroup");
	const char *lsm = text_of(o, "lsm");
	bool is_v2 = str_eq(where->cgroup_mode, "v2");

	if (runtime && strcmp(runtime, where->runtime) != 0 &&
	    !begins_with_words(where->version, runtime))
		return false;
	if (cgroup && is_v2 != (strcmp(cgroup, "v2") == 0))
		return false;
	if (lsm &&
	    (strcmp(lsm, "none") == 0 ? has(where->lsms, "selinux") || has(where->lsms, "apparmor")
				      : !has(where->lsms, lsm)))
		return false;
	return is_version(json_member(o, "versions"), where->version);
}

/* The entry of this id, or of the case that it is a variant of. */
static const struct json *entry_of(const struct json *list, const struct cli_expect_where *where,
				   const char *id)
{
	const struct json *of_case = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct json *o = list->items[i];
		const char *said = text_of(o, "id");
		cleanup_free char *variants = str_format("%s[", said);

		if (!holds(o, where))
			continue;
		if (strcmp(said, id) == 0)
			return o;
		if (!of_case && strncmp(id, variants, strlen(variants)) == 0)
			of_case = o;
	}
	return of_case;
}

/* Of an entry and a verdict. */
static enum rep_expectation outcome(const struct json *o, enum verdict seen)
{
	bool fail = str_eq(text_of(o, "verdict"), "FAIL");

	if (!o || seen == VERDICT_SKIP || seen == VERDICT_BROK)
		return REP_NOT_LISTED;
	if (seen == (fail ? VERDICT_FAIL : VERDICT_WARN))
		return REP_XFAIL;
	if (seen == VERDICT_FAIL || json_member(o, "sometimes"))
		return REP_NOT_LISTED;
	return REP_XPASS;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool expect_applies(const struct json *list, const struct cli_expect_where *where,
		    const struct rep_result *r, const struct rep_result *now)
{
	const struct json *o = entry_of(list, where, r->id);
	enum rep_expectation x = outcome(o, r->raised ? VERDICT_WARN : r->verdict);

	if (now->expectation != x || now->verdict != r->verdict)
		return false;
	if (x == REP_NOT_LISTED)
		return !now->expected_reason && !now->expected_link;
	return str_eq(verdict_name(now->expected_verdict), text_of(o, "verdict")) &&
	       is_same(now->expected_reason, text_of(o, "reason")) &&
	       is_same(now->expected_link, text_of(o, "link"));
}
