/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"

#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SPEC_BASE "https://github.com/opencontainers/runtime-spec/blob/v" CATALOGUE_SPEC_VERSION "/"

static const struct requirement rows[REQ_COUNT] = {
#include "req_rows.inc"
};

const struct requirement *catalogue_get(enum req r)
{
	if ((int)r <= REQ_NONE || r >= REQ_COUNT)
		return NULL;
	return &rows[r];
}

/* A thousand comparisons are microseconds, and nobody looks an id up more often than once per word
 * of the command line. */
int catalogue_find(const char *id, enum req *ret)
{
	for (int i = REQ_NONE + 1; id && i < REQ_COUNT; i++) {
		if (str_eq(rows[i].id, id)) {
			*ret = (enum req)i;
			return 0;
		}
	}
	return -ENOENT;
}

static bool is_in_section(const struct requirement *q, const char *section)
{
	size_t n = strcspn(section, "#");
	size_t stem = strlen(q->document) - strlen(".md");

	if (strncmp(section, q->document, n) != 0 || (n != stem && n != stem + strlen(".md")))
		return false;
	return section[n] == '\0' || str_eq(section + n + 1, q->anchor);
}

enum req catalogue_next(const char *section, enum req after)
{
	for (int i = (int)after + 1; i > REQ_NONE && i < REQ_COUNT; i++) {
		if (!section || is_in_section(&rows[i], section))
			return (enum req)i;
	}
	return REQ_NONE;
}

bool catalogue_is_must(enum level l)
{
	return l == LEVEL_MUST || l == LEVEL_MUST_NOT || l == LEVEL_REQUIRED;
}

bool catalogue_is_should(enum level l)
{
	return l == LEVEL_SHOULD || l == LEVEL_SHOULD_NOT;
}

bool catalogue_is_may(enum level l)
{
	return l == LEVEL_MAY || l == LEVEL_OPTIONAL;
}

const char *catalogue_level_words(enum level l)
{
	static const char *const words[] = {
		[LEVEL_MUST] = "MUST",
		[LEVEL_MUST_NOT] = "MUST NOT",
		[LEVEL_REQUIRED] = "REQUIRED",
		[LEVEL_SHOULD] = "SHOULD",
		[LEVEL_SHOULD_NOT] = "SHOULD NOT",
		[LEVEL_MAY] = "MAY",
		[LEVEL_OPTIONAL] = "OPTIONAL",
	};

	return words[l];
}

int catalogue_target_parse(const char *text, int *ret_minor)
{
	if (!text || strlen(text) != 3 || !str_starts(text, "1.") || text[2] < '0' ||
	    text[2] > '0' + CATALOGUE_MINOR_MAX)
		return -EINVAL;
	*ret_minor = text[2] - '0';
	return 0;
}

bool catalogue_applies(enum req r, int minor)
{
	const struct requirement *q = catalogue_get(r);

	return q && q->since_minor <= minor;
}

const char *catalogue_url(enum req r, char buf[CATALOGUE_URL_SIZE])
{
	const struct requirement *q = catalogue_get(r);

	buf[0] = '\0';
	if (q)
		(void)snprintf(buf, CATALOGUE_URL_SIZE, SPEC_BASE "%s#%s", q->document, q->anchor);
	return buf;
}
