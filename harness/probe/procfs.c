/* SPDX-License-Identifier: Apache-2.0 */
#include "procfs.h"

#include "str.h"

#include <errno.h>
#include <string.h>

static bool digit_value(char c, unsigned int base, unsigned int *ret)
{
	unsigned int v;

	if (c >= '0' && c <= '9')
		v = (unsigned int)(c - '0');
	else if (c >= 'a' && c <= 'f')
		v = (unsigned int)(c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		v = (unsigned int)(c - 'A') + 10;
	else
		return false;
	*ret = v;
	return v < base;
}

bool procfs_number_next(const char **cursor, unsigned int base, uint64_t *ret)
{
	const char *s = *cursor;
	uint64_t n = 0;
	unsigned int d;

	while (*s == ' ' || *s == '\t')
		s++;
	if (!digit_value(*s, base, &d))
		return false;
	for (; digit_value(*s, base, &d); s++) {
		if (__builtin_mul_overflow(n, base, &n) || __builtin_add_overflow(n, d, &n))
			return false;
	}
	*cursor = s;
	*ret = n;
	return true;
}

static bool signed_next(const char **cursor, int64_t *ret)
{
	const char *s = *cursor;
	bool negative;
	uint64_t n;

	while (*s == ' ' || *s == '\t')
		s++;
	negative = *s == '-';
	s += negative;
	if (*s == ' ' || !procfs_number_next(&s, 10, &n) || n > INT64_MAX)
		return false;
	*cursor = s;
	*ret = negative ? -(int64_t)n : (int64_t)n;
	return true;
}

/* Moves behind the newline that ends the line at *cursor. */
static void skip_line(const char **cursor)
{
	const char *end = strchrnul(*cursor, '\n');

	*cursor = *end ? end + 1 : end;
}

static bool is_end_of_line(const char *s)
{
	s += strspn(s, " \t");
	return *s == '\n' || *s == '\0';
}

struct status_row {
	const char *key;
	enum procfs_status_line line;
	unsigned int base, count;
	size_t offset;
};

#define ROW(key, line, base, count, member)                                                        \
	{                                                                                          \
		key, (enum procfs_status_line)(line), base, count,                                 \
			offsetof(struct procfs_status, member)                                     \
	}
#define CAPS_ROW(key, set) ROW(key, PROCFS_STATUS_CAPS + (set), 16, 1, caps[set])

static const struct status_row status_rows[] = {
	ROW("Tgid:", PROCFS_STATUS_PID, 10, 1, pid),
	ROW("PPid:", PROCFS_STATUS_PPID, 10, 1, ppid),
	ROW("Uid:", PROCFS_STATUS_UIDS, 10, 4, uids),
	ROW("Gid:", PROCFS_STATUS_GIDS, 10, 4, gids),
	ROW("Umask:", PROCFS_STATUS_UMASK, 8, 1, umask),
	ROW("SigBlk:", PROCFS_STATUS_BLOCKED, 16, 1, blocked),
	ROW("SigIgn:", PROCFS_STATUS_IGNORED, 16, 1, ignored),
	ROW("SigCgt:", PROCFS_STATUS_CAUGHT, 16, 1, caught),
	CAPS_ROW("CapInh:", PROCFS_CAPS_INHERITABLE),
	CAPS_ROW("CapPrm:", PROCFS_CAPS_PERMITTED),
	CAPS_ROW("CapEff:", PROCFS_CAPS_EFFECTIVE),
	CAPS_ROW("CapBnd:", PROCFS_CAPS_BOUNDING),
	CAPS_ROW("CapAmb:", PROCFS_CAPS_AMBIENT),
	ROW("NoNewPrivs:", PROCFS_STATUS_NO_NEW_PRIVS, 10, 1, no_new_privs),
	ROW("Seccomp:", PROCFS_STATUS_SECCOMP, 10, 1, seccomp),
	ROW("Seccomp_filters:", PROCFS_STATUS_SECCOMP_FILTERS, 10, 1, seccomp_filters),
};

static int status_line(const char *line, struct procfs_status *s)
{
	if (str_starts(line, "Groups:")) {
		s->groups = line + strlen("Groups:");
		s->seen |= UINT32_C(1) << PROCFS_STATUS_GROUPS;
		return 0;
	}
	for (size_t i = 0; i < sizeof(status_rows) / sizeof(status_rows[0]); i++) {
		const struct status_row *row = &status_rows[i];
		uint64_t *into = (uint64_t *)(void *)((char *)s + row->offset);
		const char *cursor = line + strlen(row->key);

		if (!str_starts(line, row->key))
			continue;
		if (procfs_status_has(s, row->line))
			return 0;
		for (unsigned int n = 0; n < row->count; n++) {
			if (!procfs_number_next(&cursor, row->base, &into[n]))
				return -EINVAL;
		}
		if (!is_end_of_line(cursor))
			return -EINVAL;
		s->seen |= UINT32_C(1) << row->line;
		return 0;
	}
	return 0;
}

int procfs_status_parse(const char *text, struct procfs_status *ret)
{
	struct procfs_status s = {0};

	for (const char *line = text; *line; skip_line(&line)) {
		int r = status_line(line, &s);

		if (r < 0)
			return r;
	}
	*ret = s;
	return 0;
}

/* Cuts the line at *cursor off, NUL-terminated; NULL at the end of the text. */
static char *take_line(char **cursor)
{
	char *line = *cursor, *end = strchrnul(line, '\n');

	if (*line == '\0')
		return NULL;
	*cursor = *end ? end + 1 : end;
	*end = '\0';
	return line;
}

/* Resolves the \ooo escapes with which the kernel prints blanks, newlines and backslashes. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		unsigned int a, b, c;

		if (s[0] == '\\' && digit_value(s[1], 4, &a) && digit_value(s[2], 8, &b) &&
		    digit_value(s[3], 8, &c)) {
			*to++ = (char)(a << 6 | b << 3 | c);
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* The next field up to one blank; NULL where the line has no more. */
static char *take_field(char **line)
{
	return strsep(line, " ");
}

static bool whole_number(const char *s, uint64_t *ret)
{
	return s && str_to_u64(s, UINT64_MAX, ret) == 0;
}

/* "shared:N", "master:N", "propagate_from:N", "unbindable"; the kernel may add others. */
static bool mount_propagation(const char *field, struct procfs_mount *m)
{
	static const struct {
		const char *tag;
		size_t offset;
	} tags[] = {
		{"shared:", offsetof(struct procfs_mount, shared)},
		{"master:", offsetof(struct procfs_mount, master)},
		{"propagate_from:", offsetof(struct procfs_mount, propagate_from)},
	};

	if (str_eq(field, "unbindable"))
		m->unbindable = true;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		uint64_t *into = (uint64_t *)(void *)((char *)m + tags[i].offset);

		if (str_starts(field, tags[i].tag) &&
		    !whole_number(field + strlen(tags[i].tag), into))
			return false;
	}
	return true;
}

int procfs_mount_next(char **cursor, struct procfs_mount *ret)
{
	struct procfs_mount m = {0};
	char *line = take_line(cursor), *device, *colon, *field;

	if (!line)
		return 0;
	if (!whole_number(take_field(&line), &m.id) || !whole_number(take_field(&line), &m.parent))
		return -EINVAL;
	device = take_field(&line);
	colon = device ? strchr(device, ':') : NULL;
	if (!colon)
		return -EINVAL;
	*colon = '\0';
	if (!whole_number(device, &m.major) || !whole_number(colon + 1, &m.minor))
		return -EINVAL;
	m.root = take_field(&line);
	m.path = take_field(&line);
	m.options = take_field(&line);
	while ((field = take_field(&line)) && !str_eq(field, "-")) {
		if (!mount_propagation(field, &m))
			return -EINVAL;
	}
	m.type = take_field(&line);
	m.source = take_field(&line);
	m.super = take_field(&line);
	if (!m.super)
		return -EINVAL;
	unescape(m.root);
	unescape(m.path);
	unescape(m.type);
	unescape(m.source);
	*ret = m;
	return 1;
}

char *procfs_option_next(char **cursor)
{
	char *option = strsep(cursor, ",");

	/* only now: an escaped comma does not separate */
	if (option)
		unescape(option);
	return option;
}

int procfs_cgroup_next(char **cursor, struct procfs_cgroup *ret)
{
	char *line = take_line(cursor), *id, *controllers;

	if (!line)
		return 0;
	id = strsep(&line, ":");
	controllers = strsep(&line, ":");
	if (!line || !whole_number(id, &ret->id))
		return -EINVAL;
	ret->controllers = controllers;
	ret->path = line;
	return 1;
}

int procfs_idmap_next(const char **cursor, struct procfs_idmap *ret)
{
	const char *line = *cursor;

	if (*line == '\0')
		return 0;
	skip_line(cursor);
	if (!procfs_number_next(&line, 10, &ret->inside) ||
	    !procfs_number_next(&line, 10, &ret->outside) ||
	    !procfs_number_next(&line, 10, &ret->size))
		return -EINVAL;
	return 1;
}

int procfs_offset_next(const char **cursor, struct procfs_offset *ret)
{
	static const struct {
		const char *name;
		bool boottime;
	} clocks[] = {{"monotonic", false}, {"boottime", true}, {"1", false}, {"7", true}};
	const char *line = *cursor;

	if (*line == '\0')
		return 0;
	skip_line(cursor);
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		size_t len = strlen(clocks[i].name);

		if (strncmp(line, clocks[i].name, len) != 0 || line[len] != ' ')
			continue;
		line += len;
		ret->boottime = clocks[i].boottime;
		return signed_next(&line, &ret->secs) && signed_next(&line, &ret->nanosecs)
			       ? 1
			       : -EINVAL;
	}
	return -EINVAL;
}

int procfs_stat_parse(const char *text, struct procfs_stat *ret)
{
	const char *s = strrchr(text, ')');

	if (!s || s[1] != ' ' || s[2] <= ' ' || s[3] != ' ')
		return -EINVAL;
	ret->state = s[2];
	s += 3;
	if (!procfs_number_next(&s, 10, &ret->ppid) || !signed_next(&s, &ret->pgid) ||
	    !signed_next(&s, &ret->sid) || !signed_next(&s, &ret->tty))
		return -EINVAL;
	return 0;
}
