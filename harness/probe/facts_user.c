/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about identity and privilege: ids, groups, capability sets. */
#include "probe.h"

#include "names.h"
#include "str.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_CAPS 64

static void report_four(struct probe *p, const uint64_t ids[4])
{
	out_open(&p->out, '[');
	for (size_t i = 0; i < 4; i++)
		out_uint(&p->out, ids[i]);
	out_close(&p->out, ']');
}

/* setfsuid(2) with an invalid id only tells. */
static void report_uids(struct probe *p, const char *parameter)
{
	uid_t r, e, s;

	(void)parameter;
	if (p->self.status_error == 0)
		report_four(p, p->self.status.uids);
	else if (getresuid(&r, &e, &s) < 0)
		out_error(&p->out, errno);
	else
		report_four(p, (uint64_t[4]){r, e, s, (uid_t)setfsuid((uid_t)-1)});
}

static void report_gids(struct probe *p, const char *parameter)
{
	gid_t r, e, s;

	(void)parameter;
	if (p->self.status_error == 0)
		report_four(p, p->self.status.gids);
	else if (getresgid(&r, &e, &s) < 0)
		out_error(&p->out, errno);
	else
		report_four(p, (uint64_t[4]){r, e, s, (gid_t)setfsgid((gid_t)-1)});
}

/* The kernel keeps them sorted by its own ids, which a user namespace may map in another order. */
/* The groups of the status file, at most @max of them: their number, or -errno. */
static int list_groups(const struct self *self, gid_t *groups, size_t max)
{
	const char *text = self->status.groups;
	int n = 0;
	uint64_t group;

	if (self->status_error < 0 || !procfs_status_has(&self->status, PROCFS_STATUS_GROUPS))
		return -ENOENT;
	for (;;) {
		text += strspn(text, " \t");
		if (*text == '\0' || *text == '\n')
			return n;
		if ((size_t)n == max || !procfs_number_next(&text, 10, &group))
			return -EINVAL;
		groups[n++] = (gid_t)group;
	}
}

/* From procfs where it is, for a filter may answer getgroups(2) with death. */
static void report_groups(struct probe *p, const char *parameter)
{
	gid_t *groups = (gid_t *)(void *)p->scratch;
	size_t max = sizeof(p->scratch) / sizeof(gid_t);
	int n = list_groups(&p->self, groups, max);

	(void)parameter;
	if (n < 0)
		n = getgroups((int)max, groups);
	if (n < 0) {
		out_error(&p->out, errno);
		return;
	}
	for (int i = 1; i < n; i++) {
		gid_t group = groups[i];
		int at = i;

		for (; at > 0 && groups[at - 1] > group; at--)
			groups[at] = groups[at - 1];
		groups[at] = group;
	}
	out_open(&p->out, '[');
	for (int i = 0; i < n; i++)
		out_uint(&p->out, groups[i]);
	out_close(&p->out, ']');
}

/* A bit for each capability for which prctl(@option, @arg, cap) says 1. */
static int ask_set(int option, unsigned long arg, bool cap_is_second, uint64_t *ret)
{
	uint64_t set = 0;

	for (unsigned long cap = 0; cap < MAX_CAPS; cap++) {
		int r = cap_is_second ? prctl(option, arg, cap, 0L, 0L)
				      : prctl(option, cap, 0L, 0L, 0L);

		if (r < 0 && errno == EINVAL && cap > 0)
			break; /* the kernel has no more */
		if (r < 0)
			return -errno;
		if (r > 0)
			set |= UINT64_C(1) << cap;
	}
	*ret = set;
	return 0;
}

/* The sets as the system calls tell them, for when there is no procfs. */
static int ask_caps(enum procfs_caps which, uint64_t *ret)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (which == PROCFS_CAPS_BOUNDING)
		return ask_set(PR_CAPBSET_READ, 0, false, ret);
	if (which == PROCFS_CAPS_AMBIENT)
		return ask_set(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, true, ret);
	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	if (which == PROCFS_CAPS_INHERITABLE)
		*ret = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	else if (which == PROCFS_CAPS_PERMITTED)
		*ret = data[0].permitted | (uint64_t)data[1].permitted << 32;
	else
		*ret = data[0].effective | (uint64_t)data[1].effective << 32;
	return 0;
}

/* Says the names in the set, sorted. */
static void report_set(struct probe *p, uint64_t set)
{
	const char *names[MAX_CAPS];
	char unnamed[MAX_CAPS][NAMES_SIZE];
	size_t count = 0;

	for (unsigned int cap = 0; cap < MAX_CAPS; cap++) {
		const char *name;
		size_t at = count;

		if (!(set & UINT64_C(1) << cap))
			continue;
		name = names_cap(cap, unnamed[cap]);
		for (; at > 0 && strcmp(names[at - 1], name) > 0; at--)
			names[at] = names[at - 1];
		names[at] = name;
		count++;
	}
	out_open(&p->out, '[');
	for (size_t i = 0; i < count; i++)
		out_string(&p->out, names[i]);
	out_close(&p->out, ']');
}

/* One read of procfs shows all five sets at one moment and works under nearly every seccomp filter;
 * the system calls give the same answer (tests/test_probe.c holds them against each other). */
static void report_caps(struct probe *p, const char *which)
{
	static const char *const sets[PROCFS_CAPS_SETS] = {
		[PROCFS_CAPS_INHERITABLE] = "inheritable", [PROCFS_CAPS_PERMITTED] = "permitted",
		[PROCFS_CAPS_EFFECTIVE] = "effective",	   [PROCFS_CAPS_BOUNDING] = "bounding",
		[PROCFS_CAPS_AMBIENT] = "ambient",
	};
	unsigned int set = 0;
	uint64_t caps = 0;
	int r = 0;

	while (!str_eq(sets[set], which))
		set++;
	if (p->self.status_error == 0 &&
	    procfs_status_has(&p->self.status, PROCFS_STATUS_CAPS + set))
		caps = p->self.status.caps[set];
	else
		r = ask_caps((enum procfs_caps)set, &caps);
	if (r < 0)
		out_error(&p->out, r);
	else
		report_set(p, caps);
}

static void report_caps_known(struct probe *p, const char *parameter)
{
	uint64_t known = 0;

	(void)parameter;
	for (unsigned long cap = 0; cap < MAX_CAPS; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0L, 0L, 0L) >= 0) {
			known |= UINT64_C(1) << cap;
		} else if (errno != EINVAL) {
			out_error(&p->out, errno);
			return;
		}
	}
	report_set(p, known);
}

const struct fact facts_user[] = {
	{"user.uids", FACT_ALWAYS, report_uids, NULL},
	{"user.gids", FACT_ALWAYS, report_gids, NULL},
	{"user.groups", FACT_ALWAYS, report_groups, NULL},
	{"caps.bounding", FACT_ALWAYS, report_caps, "bounding"},
	{"caps.effective", FACT_ALWAYS, report_caps, "effective"},
	{"caps.permitted", FACT_ALWAYS, report_caps, "permitted"},
	{"caps.inheritable", FACT_ALWAYS, report_caps, "inheritable"},
	{"caps.ambient", FACT_ALWAYS, report_caps, "ambient"},
	{"caps.known", FACT_PLAIN, report_caps_known, NULL},
	{NULL, FACT_PLAIN, NULL, NULL},
};
