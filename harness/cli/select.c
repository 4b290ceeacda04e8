/* SPDX-License-Identifier: Apache-2.0 */
#include "select.h"

#include "case.h"
#include "catalogue.h"
#include "cleanup.h"
#include "hint.h"
#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A features document is the runtime's, and each of its values a case more. */
#define CLAIMS_MAX    512 /* of one list */
#define CLAIM_LEN_MAX 256 /* of one value, in bytes: it stands in the name of the case */

/* The section that every case puts a pointer into; the linker gives it these names. Weak: a test
 * may have none. */
extern const struct conform_entry *const __start_conform_cases[] __attribute__((weak));
extern const struct conform_entry *const __stop_conform_cases[] __attribute__((weak));

static bool is_control(const struct conform_entry *c)
{
	return str_eq(c->id, CONFORM_CONTROL_ID);
}

static int compare(const void *a, const void *b)
{
	const struct conform_entry *x = *(const struct conform_entry *const *)a,
				   *y = *(const struct conform_entry *const *)b;

	if (is_control(x) != is_control(y))
		return is_control(x) ? -1 : 1;
	return strcmp(x->id, y->id);
}

int cli_cases(const struct conform_entry ***ret, struct err *e)
{
	size_t n =
		__start_conform_cases ? (size_t)(__stop_conform_cases - __start_conform_cases) : 0;
	const struct conform_entry **list = calloc(n ? n : 1, sizeof(struct conform_entry *));

	if (!list)
		return err_set(e, ENOMEM, "list the cases: %m");
	for (size_t i = 0; i < n; i++)
		list[i] = __start_conform_cases[i];
	qsort(list, n, sizeof(struct conform_entry *), compare);
	*ret = list;
	return (int)n;
}

/* "config.md#hostname" or "config#hostname". */
static bool section_matches(const char *word, const char *hash, const struct requirement *r)
{
	size_t n = (size_t)(hash - word);
	size_t doc = strlen(r->document) - (str_ends(r->document, ".md") ? strlen(".md") : 0);

	if (!str_eq(hash + 1, r->anchor))
		return false;
	return strncmp(word, r->document, n) == 0 && (n == doc || r->document[n] == '\0');
}

static bool requirement_matches(const char *word, const struct conform_entry *entry)
{
	const char *hash = strchr(word, '#');

	for (size_t i = 0; entry->def->reqs && entry->def->reqs[i] != REQ_NONE; i++) {
		const struct requirement *r = catalogue_get(entry->def->reqs[i]);

		if (!r)
			continue;
		if (hash ? section_matches(word, hash, r)
			 : str_eq(word, r->id) || str_eq(word, r->document))
			return true;
	}
	return false;
}

bool cli_select_matches(const char *word, const struct conform_entry *entry, const char *variant)
{
	cleanup_free char *full = hx_case_id(entry, variant);
	size_t area = strcspn(entry->id, "/");

	if (!full)
		return false;
	if (str_eq(word, entry->id) || str_eq(word, full) ||
	    (strlen(word) == area && strncmp(word, entry->id, area) == 0))
		return true;
	if (strpbrk(word, "*?") && (str_glob(word, entry->id) || str_glob(word, full)))
		return true;
	return requirement_matches(word, entry);
}

struct collected {
	struct hx_job *jobs;
	size_t count;
};

static int push(struct collected *c, const struct conform_entry *entry, const char *variant,
		size_t runtime)
{
	struct hx_job *p = reallocarray(c->jobs, c->count + 1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	c->jobs = p;
	p[c->count++] = (struct hx_job){entry, variant, runtime};
	return 0;
}

static bool any_matches(const char *const *words, size_t nwords, const struct conform_entry *entry,
			const char *variant, bool *used)
{
	bool any = nwords == 0;

	for (size_t i = 0; i < nwords; i++) {
		if (!cli_select_matches(words[i], entry, variant))
			continue;
		used[i] = true;
		any = true;
	}
	return any || is_control(entry);
}

/* A variant that a features document alone names is not known yet: cli_select_claims() finds it. */
static void note_claimed(const struct conform_entry *entry, const char *const *words, size_t nwords,
			 bool *used)
{
	size_t len = strlen(entry->id);

	for (size_t i = 0; entry->def->claim_rest && i < nwords; i++)
		used[i] =
			used[i] || (strncmp(words[i], entry->id, len) == 0 && words[i][len] == '[');
}

static int collect(struct collected *c, const struct conform_entry *const *cases, size_t ncases,
		   const char *const *words, size_t nwords, size_t nruntimes, bool *used)
{
	static const char *const once[] = {NULL, NULL};

	for (size_t i = 0; i < ncases; i++) {
		const char *const *vary = cases[i]->def->vary ? cases[i]->def->vary : once;

		note_claimed(cases[i], words, nwords, used);

		do {
			for (size_t k = 0;
			     any_matches(words, nwords, cases[i], *vary, used) && k < nruntimes;
			     k++) {
				if (push(c, cases[i], *vary, k) < 0)
					return -ENOMEM;
			}
		} while (*vary && *++vary);
	}
	return 0;
}

static int selects_nothing(const char *word, const struct conform_entry *const *cases,
			   size_t ncases, struct err *e)
{
	char hint[NEAR_HINT_SIZE];

	if (cli_hint_is_command(word))
		return err_set(e, ENOENT, "'%s' is a command and stands first: conform %s ...",
			       word, word);
	return err_set(
		e, ENOENT,
		"'%s' selects no case: it is no id, area, requirement, document or document#anchor "
		"here%s (see --list)",
		word, cli_hint(word, cases, ncases, hint));
}

int cli_select(const struct conform_entry *const *cases, size_t ncases, const char *const *words,
	       size_t nwords, size_t nruntimes, struct hx_job **ret, struct err *e)
{
	cleanup_free bool *used = calloc(nwords ? nwords : 1, sizeof(*used));
	struct collected c = {0};
	int r = used ? collect(&c, cases, ncases, words, nwords, nruntimes, used) : -ENOMEM;

	if (r < 0) {
		free(c.jobs);
		return err_set(e, ENOMEM, "select cases: %m");
	}
	for (size_t i = 0; i < nwords; i++) {
		if (!used[i]) {
			free(c.jobs);
			return selects_nothing(words[i], cases, ncases, e);
		}
	}
	*ret = c.jobs;
	return (int)c.count;
}

/* Whether a case, of any that share the claim, has the value among its variants. */
static bool is_named(const struct conform_entry *const *cases, size_t ncases, const char *claim,
		     const char *text)
{
	for (size_t i = 0; i < ncases; i++) {
		const char *const *vary = cases[i]->def->vary;

		if (!cases[i]->def->claim || !str_eq(cases[i]->def->claim, claim))
			continue;
		for (; vary && *vary; vary++) {
			if (str_eq(*vary, text))
				return true;
		}
	}
	return false;
}

/* What is drawn from the features documents. */
struct drawn {
	struct collected jobs;
	struct json *texts;   /* the variants' owner */
	struct strbuf *notes; /* what is left out */
};

/* Each note once, whatever number of cases the list is tried with. */
static void note(struct drawn *d, char *sentence)
{
	cleanup_free char *s = sentence;

	if (!s)
		d->notes->oom = true;
	else if (!d->notes->buf || !strstr(d->notes->buf, s))
		strbuf_adds(d->notes, s);
}

/* Whether the case is tried with the text already: a list may say a thing twice. */
static bool is_there(const struct collected *c, const struct conform_entry *entry, size_t runtime,
		     const char *text)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->jobs[i].entry == entry && c->jobs[i].runtime == runtime &&
		    c->jobs[i].variant && str_eq(c->jobs[i].variant, text))
			return true;
	}
	return false;
}

static int add_text(struct drawn *d, const struct conform_entry *entry, size_t runtime,
		    const char *text)
{
	if (is_there(&d->jobs, entry, runtime, text))
		return 0;
	if (json_append(d->texts, json_new_string(text)) < 0)
		return -ENOMEM;
	return push(&d->jobs, entry, json_string(d->texts->items[d->texts->count - 1]), runtime);
}

/* The elements of one list that nobody names, as JSON texts. */
static int add_rest(struct drawn *d, const struct conform_entry *entry,
		    const struct conform_entry *const *cases, size_t ncases,
		    const char *const *words, size_t nwords, const struct hx_runtime *runtimes,
		    size_t runtime, bool *used)
{
	const char *claim = entry->def->claim, *name = runtimes[runtime].name;
	const struct json *list =
		runtimes[runtime].features ? json_at(runtimes[runtime].features, claim) : NULL;
	int r = 0;

	if (!list || list->type != JSON_ARRAY)
		return 0;
	if (list->count > CLAIMS_MAX)
		note(d, str_format("conform: %s: its features name %zu values at %s, of which "
				   "the first %d are tried\n",
				   name, list->count, claim, CLAIMS_MAX));
	for (size_t i = 0; r == 0 && i < list->count && i < CLAIMS_MAX; i++) {
		CLEANUP(strbuf_done) struct strbuf text = STRBUF_INIT;

		json_print(list->items[i], 0, &text);
		if (text.oom)
			return -ENOMEM;
		if (text.len > CLAIM_LEN_MAX)
			note(d, str_format("conform: %s: its features have a value of %zu bytes at "
					   "%s, which is not tried\n",
					   name, text.len, claim));
		else if (!is_named(cases, ncases, claim, text.buf) &&
			 any_matches(words, nwords, entry, text.buf, used))
			r = add_text(d, entry, runtime, text.buf);
	}
	return r;
}

static bool is_selected(const struct collected *c, const char *word)
{
	for (size_t i = 0; c->jobs && i < c->count; i++) {
		if (cli_select_matches(word, c->jobs[i].entry, c->jobs[i].variant))
			return true;
	}
	return false;
}

int cli_select_claims(const struct conform_entry *const *cases, size_t ncases,
		      const char *const *words, size_t nwords, const struct hx_runtime *runtimes,
		      size_t nruntimes, struct hx_job **jobs, size_t njobs, struct json **ret_texts,
		      struct strbuf *notes, struct err *e)
{
	cleanup_free bool *used = calloc(nwords ? nwords : 1, sizeof(*used));
	CLEANUP(json_freep) struct json *texts = json_new(JSON_ARRAY);
	struct drawn d = {.jobs = {*jobs, njobs}, .texts = texts, .notes = notes};
	int r = used && texts ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ncases; i++) {
		const struct conform_case *def = cases[i]->def;

		for (size_t k = 0; r == 0 && def->claim && def->claim_rest && k < nruntimes; k++)
			r = add_rest(&d, cases[i], cases, ncases, words, nwords, runtimes, k, used);
	}
	*jobs = d.jobs.jobs;
	if (r < 0 || notes->oom)
		return err_set(e, ENOMEM, "select claims: %m");
	for (size_t i = 0; i < nwords; i++) {
		if (strchr(words[i], '[') && !is_selected(&d.jobs, words[i]))
			return err_set(e, ENOENT,
				       "'%s' selects no case: it is no variant, and no runtime "
				       "claims it",
				       words[i]);
	}
	*ret_texts = take_ptr(&texts);
	return (int)d.jobs.count;
}

int cli_select_named(const struct conform_entry *const *cases, size_t ncases,
		     const char *const *words, size_t nwords, struct hx_job **ret, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf notes = STRBUF_INIT;
	CLEANUP(json_freep) struct json *none = NULL;
	struct hx_job *jobs = NULL;
	int r = cli_select(cases, ncases, words, nwords, 1, &jobs, e);

	if (r >= 0)
		r = cli_select_claims(cases, ncases, words, nwords, NULL, 0, &jobs, (size_t)r,
				      &none, &notes, e);
	if (r < 0)
		free(jobs);
	else
		*ret = jobs;
	return r;
}
