/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel_naive.h"

#include "cleanup.h"
#include "fuzz.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The digits at *p, which then points behind them; -1: none, or more than @max. */
static int64_t digits(const char **p, int64_t max)
{
	__int128 n = **p >= '0' && **p <= '9' ? 0 : -1;

	for (; **p >= '0' && **p <= '9'; ++*p)
		n = n > max ? n : n * 10 + (**p - '0');
	return n > max ? -1 : (int64_t)n;
}

/* A number, or an asterisk, which is -1; then @end. */
static bool number(const char **p, char end, int64_t *ret)
{
	bool all = **p == '*';

	*p += all;
	*ret = all ? -1 : digits(p, UINT32_MAX);
	return (all || *ret >= 0) && *(*p)++ == end;
}

static bool device(const char *line, struct cgroup_device *ret)
{
	const char *p = line + 2;
	size_t n;

	*ret = (struct cgroup_device){.allow = true,
				      .types = *line == 'a'   ? CGROUP_DEV_BOTH
					       : *line == 'b' ? CGROUP_DEV_BLOCK
							      : CGROUP_DEV_CHAR};
	if (!strchr("abc", *line) || line[1] != ' ' || !number(&p, ':', &ret->major) ||
	    !number(&p, ' ', &ret->minor))
		return false;
	n = strspn(p, "rwm");
	ret->access |= strchr(p, 'r') ? CGROUP_DEV_R : 0;
	ret->access |= strchr(p, 'w') ? CGROUP_DEV_W : 0;
	ret->access |= strchr(p, 'm') ? CGROUP_DEV_M : 0;
	/* of these the kernel has but one */
	return n && !p[n] && (*line != 'a' || str_eq(line, "a *:* rwm"));
}

bool kernel_naive_devices(const char *text, struct cgroup_devices_v1 *ret)
{
	bool good = true;

	*ret = (struct cgroup_devices_v1){.items = calloc(strlen(text) + 1, sizeof(*ret->items))};
	fuzz_check(ret->items);
	while (*text && good) {
		size_t n = strcspn(text, "\n");
		cleanup_free char *line = strndup(text, n);

		text += n + (text[n] == '\n');
		if (!n)
			continue;
		good = device(line, &ret->items[ret->count]);
		if (*line == 'a')
			ret->default_allow = ret->default_allow || good;
		else
			ret->count++;
	}
	return good;
}

bool kernel_naive_same(const struct cgroup_devices_v1 *a, const struct cgroup_devices_v1 *b)
{
	bool same = a->count == b->count && a->default_allow == b->default_allow;

	for (size_t i = 0; i < a->count && same; i++) {
		const struct cgroup_device *x = &a->items[i], *y = &b->items[i];

		same = x->major == y->major && x->minor == y->minor && x->types == y->types &&
		       x->access == y->access && x->allow == y->allow && !x->addr;
	}
	return same;
}

bool kernel_naive_offset(const char *text, struct procfs_offset *ret)
{
	const char *p = str_starts(text, "boottime ") ? text : strstr(text, "\nboottime ");
	const char *blanks;
	int64_t s, ns;
	bool minus;

	if (!p)
		return false;
	p = strchr(p, ' ');
	p += strspn(p, " ");
	minus = *p == '-';
	p += minus;
	s = digits(&p, minus ? -(INT32_MIN * INT64_C(10)) : INT32_MAX * INT64_C(10));
	blanks = p;
	p += strspn(p, " ");
	ns = blanks < p ? digits(&p, 999999999) : -1;
	p += strspn(p, " ");
	*ret = (struct procfs_offset){true, minus ? -s : s, ns};
	return s >= 0 && ns >= 0 && (!*p || *p == '\n');
}

bool kernel_naive_is_shift(const struct procfs_offset *o, const struct proc_shift *s)
{
	int64_t tick = 1000000000 / sysconf(_SC_CLK_TCK);
	__int128 all = (__int128)o->secs * 1000000000 + o->nanosecs,
		 left = all - s->ticks * (__int128)tick;

	return left >= 0 && left < tick && s->between == (left > 0);
}
