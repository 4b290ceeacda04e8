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
		if (hash ? section_matches(word, hash, r) : str_eq(word, r->id))
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
	return err_set(e, ENOENT,
		       "'%s' selects no case: it is no id, area, requirement or document#anchor "
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

/* The elements of one list that nobody names, as JSON texts that @texts keeps. */
static int add_rest(struct collected *c, const struct conform_entry *entry,
		    const struct conform_entry *const *cases, size_t ncases,
		    const char *const *words, size_t nwords, const struct json *list,
		    size_t runtime, struct json *texts, bool *used)
{
	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++) {
		CLEANUP(strbuf_done) struct strbuf text = STRBUF_INIT;
		const char *kept;

		json_print(list->items[i], 0, &text);
		if (text.oom)
			return -ENOMEM;
		if (is_named(cases, ncases, entry->def->claim, text.buf) ||
		    !any_matches(words, nwords, entry, text.buf, used))
			continue;
		if (json_append(texts, json_new_string(text.buf)) < 0)
			return -ENOMEM;
		kept = json_string(texts->items[texts->count - 1]);
		if (push(c, entry, kept, runtime) < 0)
			return -ENOMEM;
	}
	return 0;
}

static bool is_selected(const struct collected *c, const char *word)
{
	for (size_t i = 0; i < c->count; i++) {
		if (cli_select_matches(word, c->jobs[i].entry, c->jobs[i].variant))
			return true;
	}
	return false;
}

int cli_select_claims(const struct conform_entry *const *cases, size_t ncases,
		      const char *const *words, size_t nwords, const struct json *const *features,
		      size_t nruntimes, struct hx_job **jobs, size_t njobs, struct json **ret_texts,
		      struct err *e)
{
	cleanup_free bool *used = calloc(nwords ? nwords : 1, sizeof(*used));
	CLEANUP(json_freep) struct json *texts = json_new(JSON_ARRAY);
	struct collected c = {.jobs = *jobs, .count = njobs};
	int r = used && texts ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ncases; i++) {
		const struct conform_case *d = cases[i]->def;

		for (size_t k = 0; r == 0 && d->claim && d->claim_rest && k < nruntimes; k++) {
			const struct json *list =
				features[k] ? json_at(features[k], d->claim) : NULL;

			r = add_rest(&c, cases[i], cases, ncases, words, nwords, list, k, texts,
				     used);
		}
	}
	*jobs = c.jobs;
	if (r < 0)
		return err_set(e, ENOMEM, "select claims: %m");
	for (size_t i = 0; i < nwords; i++) {
		if (strchr(words[i], '[') && !is_selected(&c, words[i]))
			return err_set(e, ENOENT,
				       "'%s' selects no case: it is no variant, and no runtime "
				       "claims it",
				       words[i]);
	}
	*ret_texts = take_ptr(&texts);
	return (int)c.count;
}
