/* SPDX-License-Identifier: Apache-2.0 */
#include "text_naive.h"

#include "cleanup.h"
#include "str.h"

#include <string.h>

/* The sixth field of the first line whose third is "1000"; with strsep(3), so not as the runtime
 * does it. Texts with NUL are not judged: *ret_judged. */
static char *home_of(const char *passwd, size_t len, bool *ret_judged)
{
	cleanup_free char *text = strndup(passwd, len);
	char *cursor = text, *line;

	*ret_judged = text && strlen(text) == len;
	while (*ret_judged && (line = strsep(&cursor, "\n"))) {
		char *fields[7] = {NULL};

		for (size_t i = 0; i < 7 && line; i++)
			fields[i] = strsep(&line, ":");
		if (!str_eq(fields[2], "1000"))
			continue;
		return fields[5] && fields[5][0] == '/' ? strdup(fields[5]) : NULL;
	}
	return NULL;
}

bool text_is_home(const char *passwd, size_t len, const char *home)
{
	bool judged;
	cleanup_free char *naive = home_of(passwd, len, &judged);

	return !judged || str_eq(naive, home);
}

bool text_has_home(const char *passwd, size_t len)
{
	bool judged;
	cleanup_free char *naive = home_of(passwd, len, &judged);

	return judged && naive;
}

bool text_ends_with(const char *all, size_t len, const char *tail, size_t tail_len, size_t max)
{
	return tail_len == (len < max ? len : max) &&
	       memcmp(all + len - tail_len, tail, tail_len) == 0;
}

bool text_is_line(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0, n; i < len; i += n) {
		n = str_utf8_char(s + i, len - i);
		if (!n || (n == 1 && (s[i] < ' ' || s[i] == 0x7f)) ||
		    (n == 2 && s[i] == '\xc2' && (unsigned char)s[i + 1] < 0xa0))
			return false;
	}
	return true;
}

bool text_are_lines(const char *s, const char *head)
{
	while (*s) {
		size_t n = strcspn(s, "\n");
		cleanup_free char *line = strndup(s, n);

		if (s[n] != '\n' || !str_starts(line, head) || !text_is_line(line))
			return false;
		s += n + 1;
	}
	return true;
}

size_t text_count(const char *s, const char *part)
{
	size_t n = 0;

	for (s = strstr(s, part); s; s = strstr(s + 1, part))
		n++;
	return n;
}

bool text_is_below(const char *path)
{
	const char *p = path + (path[0] == '/');

	if (str_eq(path, "/"))
		return true;
	for (;;) {
		size_t n = strcspn(p, "/");

		if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		p += n;
		if (!*p)
			return true;
		p++;
	}
}
