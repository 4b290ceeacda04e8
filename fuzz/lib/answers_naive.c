/* SPDX-License-Identifier: Apache-2.0 */
#include "answers_naive.h"

#include "catalogue.h"
#include "cleanup.h"
#include "fuzz.h"
#include "str.h"

#include <limits.h>
#include <regex.h>
#include <string.h>

#define LONGEST_CHARACTER 4 /* of UTF-8 */

/* The first match of the group in @expression; the caller frees. NULL: there is none. */
static char *group_of(const char *expression, const char *text)
{
	regmatch_t m[2];
	regex_t r;
	int found;

	fuzz_check(regcomp(&r, expression, REG_EXTENDED) == 0);
	found = regexec(&r, text, 2, m, 0);
	regfree(&r);
	return found == 0 ? strndup(text + m[1].rm_so, (size_t)(m[1].rm_eo - m[1].rm_so)) : NULL;
}

/* "1." and one digit, with which it ends or behind which stands more of it. */
static char *minor_of(const char *version)
{
	return group_of("^1[.]([0-9])($|[.-])", version);
}

char *answers_naive_spec(const char *max, const char *text)
{
	cleanup_free char *minor = max ? minor_of(max) : NULL;
	char *line = minor ? strdup(max) : group_of("\nspec: ([^\n]*)", text);

	return line ? line : strdup("");
}

unsigned int answers_naive_minor(const char *spec, unsigned int none)
{
	cleanup_free char *minor = minor_of(spec);
	unsigned int n = minor ? (unsigned int)(*minor - '0') : none;

	return minor && n > CATALOGUE_MINOR_MAX ? CATALOGUE_MINOR_MAX : n;
}

bool answers_naive_is_line(const char *line, const char *text, size_t max)
{
	cleanup_free char *first = group_of("^([^\n]*)", text);

	if (strlen(first) <= max)
		return str_eq(line, first);
	for (size_t n = max - LONGEST_CHARACTER + 1; n <= max; n++)
		if (strncmp(line, first, n) == 0 && str_starts(line + n, "... ("))
			return true;
	return false;
}

unsigned long answers_naive_pid(const struct json *state)
{
	uint64_t n;

	return json_uint(json_member(state, "pid"), &n) == 0 && n <= INT_MAX ? n : 0;
}
