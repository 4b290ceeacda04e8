/* SPDX-License-Identifier: Apache-2.0 */
#include "mountinfo.h"

#include "str.h"

#include <limits.h>
#include <string.h>

#define SHARED "shared:"

static bool is_digit(char c, char last)
{
	return c >= '0' && c <= last;
}

/* Blank, tab, newline, backslash and "#" stand as three octal digits. In place. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && is_digit(s[1], '3') && is_digit(s[2], '7') &&
		    is_digit(s[3], '7')) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

static bool parse_number(const char *s, unsigned int *ret)
{
	uint64_t n;

	if (!s || str_to_u64(s, UINT_MAX, &n) < 0)
		return false;
	*ret = (unsigned int)n;
	return true;
}

/* Six fields, optional ones up to a dash, and three more. */
static bool parse_line(char *line, struct mountinfo *ret)
{
	enum { ID, PARENT, DEVICE, ROOT, POINT, HEAD = 6, TYPE = 0, OPTIONS = 2, TAIL = 3 };
	char *head[HEAD], *tail[TAIL], *field;
	struct mountinfo m = {0};

	for (int i = 0; i < HEAD; i++)
		head[i] = strsep(&line, " ");
	for (field = strsep(&line, " "); field && !str_eq(field, "-"); field = strsep(&line, " ")) {
		if (str_starts(field, SHARED))
			(void)parse_number(field + strlen(SHARED), &m.peer_group);
	}
	for (int i = 0; i < TAIL; i++)
		tail[i] = strsep(&line, " ");
	if (!tail[OPTIONS])
		return false;
	field = strsep(&head[DEVICE], ":");
	if (!parse_number(field, &m.major) || !parse_number(head[DEVICE], &m.minor))
		return false;
	unescape(head[ROOT]);
	unescape(head[POINT]);
	unescape(tail[TYPE]);
	m.id = head[ID];
	m.parent = head[PARENT];
	m.root = head[ROOT];
	m.point = head[POINT];
	m.type = tail[TYPE];
	m.options = tail[OPTIONS];
	*ret = m;
	return true;
}

bool mountinfo_next(char **cursor, struct mountinfo *ret)
{
	while (**cursor) {
		char *line = *cursor, *end = strchrnul(line, '\n');

		*cursor = *end ? end + 1 : end;
		*end = '\0';
		if (parse_line(line, ret))
			return true;
	}
	return false;
}

bool mountinfo_is_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (str_eq(root, "/"))
		return *path == '/';
	return strncmp(path, root, len) == 0 && (path[len] == '\0' || path[len] == '/');
}
