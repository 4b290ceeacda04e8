/* SPDX-License-Identifier: Apache-2.0 */
#include "state_pid.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* Behind the string whose first quote stands before @p. */
static const char *skip_string(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p < end ? p + 1 : end;
}

/* A number of digits alone, up to what ends a member. */
static unsigned long number(const char *p, const char *end)
{
	unsigned long n = 0;

	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (unsigned long)(*p - '0');
		if (n > INT32_MAX)
			return 0;
	}
	p = skip_blanks(p, end);
	return p < end && (*p == ',' || *p == '}') ? n : 0;
}

unsigned long state_pid(const char *state, size_t len)
{
	static const char name[] = "pid\"";
	const char *p = state, *end = state + len;
	unsigned int depth = 0;

	while (p < end) {
		const char c = *p++, *string = p;

		if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			depth--;
		} else if (c == '"') {
			p = skip_blanks(skip_string(p, end), end);
			if (depth == 1 && p < end && *p == ':' &&
			    (size_t)(end - string) > sizeof(name) &&
			    memcmp(string, name, sizeof(name) - 1) == 0)
				return number(skip_blanks(p + 1, end), end);
		}
	}
	return 0;
}
