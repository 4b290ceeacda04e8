/* SPDX-License-Identifier: Apache-2.0 */
#include "hint.h"

#include "catalogue.h"
#include "options.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

static const char *const commands[] = {"validate", "mutants", "coverage", "lint"};

#define COMMANDS (sizeof(commands) / sizeof(*commands))
#define AREA_MAX 80

bool cli_hint_is_command(const char *word)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (str_eq(word, commands[i]))
			return true;
	}
	return false;
}

/* The areas are beginnings of ids: the nearest is kept in @best. */
static void offer_areas(struct near *n, const struct conform_entry *const *cases, size_t ncases,
			char best[AREA_MAX])
{
	char area[AREA_MAX];

	for (size_t i = 0; i < ncases; i++) {
		(void)snprintf(area, sizeof(area), "%.*s", (int)strcspn(cases[i]->id, "/"),
			       cases[i]->id);
		near_offer(n, area);
		if (n->best != area)
			continue;
		memcpy(best, area, AREA_MAX);
		n->best = best;
	}
}

const char *cli_hint(const char *word, const struct conform_entry *const *cases, size_t ncases,
		     char buf[NEAR_HINT_SIZE])
{
	struct near words = {.word = word}, options = {.word = word};
	char area[AREA_MAX];

	for (size_t i = 0; i < COMMANDS; i++)
		near_offer(&words, commands[i]);
	offer_areas(&words, cases, ncases, area);
	for (size_t i = 0; i < ncases; i++)
		near_offer(&words, cases[i]->id);
	for (enum req r = catalogue_next(NULL, REQ_NONE); r != REQ_NONE;
	     r = catalogue_next(NULL, r))
		near_offer(&words, catalogue_get(r)->id);
	for (const struct option *o = cli_long_options; o->name; o++)
		near_offer(&options, o->name);
	return options.best && (!words.best || options.slips < words.slips)
		       ? near_hint(&options, "--", buf)
		       : near_hint(&words, "", buf);
}
