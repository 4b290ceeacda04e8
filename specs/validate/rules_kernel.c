/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that have the right form, but that no Linux kernel takes. A runtime cannot apply them, and
 * must say so (runtime.md#create), so a document that holds one cannot become a container anywhere.
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

#define PROCESS (VAL_CONFIG | VAL_PROCESS)

/* proc_pid_oom_score_adj(5) */
static void oom_score_adj(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);

	if (p && p->has_oom_score_adj && (p->oom_score_adj < -1000 || p->oom_score_adj > 1000))
		val_add(c, &p->oom_score_adj, "%jd is out of range; the kernel takes -1000 to 1000",
			(intmax_t)p->oom_score_adj);
}

/* ioctl_tty(2), TIOCSWINSZ: a size is of 16 bits. Without a terminal nothing is asked of it
 * (config.md#process). */
static void console_size(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);
	const struct cfg_console_size *s = p && p->terminal ? p->console_size : NULL;

	if (s && s->height > UINT16_MAX)
		val_add(c, &s->height, "a terminal of %ju lines; the kernel takes 65535",
			(uintmax_t)s->height);
	if (s && s->width > UINT16_MAX)
		val_add(c, &s->width, "a terminal of %ju columns; the kernel takes 65535",
			(uintmax_t)s->width);
}

/* setrlimit(2), EINVAL */
static void rlimit_order(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);

	for (size_t i = 0; p && i < p->rlimits.count; i++) {
		const struct cfg_rlimit *r = &p->rlimits.items[i];

		if (r->has_soft && r->has_hard && r->soft > r->hard)
			val_add(c, &r->soft, "the soft limit of %ju is above the hard limit of %ju",
				(uintmax_t)r->soft, (uintmax_t)r->hard);
	}
}

/* With one of these the kernel goes by the policy, or the values, that the caller has. */
static bool keeps_what_was(const struct cfg_scheduler *s)
{
	for (size_t i = 0; i < s->flags.count; i++)
		if (s->flags.items[i] == CFG_SCHED_FLAG_KEEP_POLICY ||
		    s->flags.items[i] == CFG_SCHED_FLAG_KEEP_PARAMS)
			return true;
	return false;
}

/* sched_setattr(2): a real-time policy has a priority from 1 to 99, any other has 0. */
static void scheduler_priority(struct val_ctx *c, const struct cfg_scheduler *s)
{
	const char *name = cfg_enum_name_sched_policy(s->policy);
	bool real_time = s->policy == CFG_SCHED_FIFO || s->policy == CFG_SCHED_RR;

	if (real_time && !s->has_priority)
		val_add_absent(c, &s->priority, "%s needs a priority from 1 to 99", name);
	else if (real_time && (s->priority < 1 || s->priority > 99))
		val_add(c, &s->priority, "the priority of %s is %jd; it lies between 1 and 99",
			name, (intmax_t)s->priority);
	else if (!real_time && s->has_priority && s->priority != 0)
		val_add(c, &s->priority,
			"the priority of %s is %jd; only SCHED_FIFO and SCHED_RR have one other "
			"than 0",
			name, (intmax_t)s->priority);
}

#define DEADLINE_MIN 1024 /* nanoseconds */
#define DEADLINE_MAX ((uint64_t)INT64_MAX)

static void deadline_bounds(struct val_ctx *c, const struct cfg_scheduler *s)
{
	if (!s->has_runtime)
		val_add_absent(c, &s->runtime,
			       "SCHED_DEADLINE needs a runtime of at least 1024 nanoseconds");
	else if (s->runtime < DEADLINE_MIN)
		val_add(c, &s->runtime,
			"the runtime is %ju nanoseconds; SCHED_DEADLINE needs 1024 or more",
			(uintmax_t)s->runtime);
	if (!s->has_deadline)
		val_add_absent(c, &s->deadline,
			       "SCHED_DEADLINE needs a deadline of at least 1024 nanoseconds");
	else if (s->deadline < DEADLINE_MIN || s->deadline > DEADLINE_MAX)
		val_add(c, &s->deadline,
			"the deadline is %ju nanoseconds; it lies between 1024 and "
			"9223372036854775807",
			(uintmax_t)s->deadline);
	if (s->period > DEADLINE_MAX)
		val_add(c, &s->period,
			"the period is %ju nanoseconds; it is not above 9223372036854775807",
			(uintmax_t)s->period);
}

/* sched(7): no value below 1024 or above 63 bits, and runtime <= deadline <= period. A period of 0
 * means the deadline; the others are 0 as well where they are absent (config.md#linux-process). */
static void scheduler_deadline(struct val_ctx *c, const struct cfg_scheduler *s)
{
	deadline_bounds(c, s);
	if (s->deadline >= DEADLINE_MIN && s->runtime > s->deadline)
		val_add(c, &s->runtime, "the runtime of %ju is longer than the deadline of %ju",
			(uintmax_t)s->runtime, (uintmax_t)s->deadline);
	if (s->period > 0 && s->deadline > s->period)
		val_add(c, &s->deadline, "the deadline of %ju is longer than the period of %ju",
			(uintmax_t)s->deadline, (uintmax_t)s->period);
}

static void scheduler_values(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);
	const struct cfg_scheduler *s = p ? p->scheduler : NULL;

	if (!s || !s->has_policy || s->policy == CFG_UNKNOWN || keeps_what_was(s))
		return;
	scheduler_priority(c, s);
	if (s->policy == CFG_SCHED_DEADLINE)
		scheduler_deadline(c, s);
}

/* time_namespaces(7) */
static void nanoseconds(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->time_offsets.count; i++) {
		const struct cfg_time_offset *t = &l->time_offsets.items[i];

		if (t->has_nanosecs && t->nanosecs > 999999999)
			val_add(c, &t->nanosecs,
				"%ju nanoseconds are a second or more; carry over to secs",
				(uintmax_t)t->nanosecs);
	}
}

/* arg 0: hostname, 1: domainname; sethostname(2), HOST_NAME_MAX */
static void name_length(struct val_ctx *c)
{
	char *const *name = c->arg ? &c->doc->config->domainname : &c->doc->config->hostname;

	if (*name && strlen(*name) > 64)
		val_add(c, name, "the name has %zu bytes; the kernel takes 64", strlen(*name));
}

static bool interface_name(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && len < 16 && !str_eq(s, ".") && !str_eq(s, "..") &&
	       s[strcspn(s, "/: \t\n\v\f\r")] == '\0';
}

/* The key is the name of a device that is there, so it has the form of one: dev_valid_name() of the
 * kernel. */
static void netdev_keys(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->net_devices.count; i++)
		if (!interface_name(l->net_devices.items[i].key))
			val_add(c, &l->net_devices.items[i],
				"%s cannot be a network device; a name has 1 to 15 bytes, "
				"without slash, "
				"colon or blank",
				val_quote(c, l->net_devices.items[i].key));
}

static void netdev_names(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->net_devices.count; i++) {
		const struct cfg_net_device *n = &l->net_devices.items[i];

		if (n->name && !interface_name(n->name))
			val_add(c, &n->name,
				"%s cannot name a network device; a name has 1 to 15 bytes, "
				"without slash, "
				"colon or blank",
				val_quote(c, n->name));
	}
}

struct span {
	uint64_t from, to;
	const struct cfg_id_mapping *of;
};

static int compare_spans(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->of > y->of) - (x->of < y->of);
}

/* user_namespaces(7): no empty range, none that overlaps another on either side, none beyond 32
 * bits; and 4294967295, which is -1 to chown(2) and others, is no id to map (map_write()). */
static void mapping_list(struct val_ctx *c, const struct cfg_id_mapping_list *l, bool host)
{
	struct span *spans = calloc(l->count + 1, sizeof(struct span));
	size_t n = 0;

	if (!spans) {
		c->out->oom = true;
		return;
	}
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_id_mapping *m = &l->items[i];

		if (!m->has_container_id || !m->has_host_id || !m->has_size)
			continue;
		spans[n].of = m;
		spans[n].from = host ? m->host_id : m->container_id;
		spans[n].to = spans[n].from + m->size;
		if (!host && m->size == 0)
			val_add(c, &m->size, "a mapping of no ids; the size is at least 1");
		else if (spans[n].to > UINT32_MAX)
			val_add(c, &m->size, "the range of %s ids ends beyond 4294967294",
				host ? "host" : "container");
		else if (m->size > 0)
			n++;
	}
	qsort(spans, n, sizeof(*spans), compare_spans);
	for (size_t i = 1; i < n; i++) {
		if (spans[i].from < spans[i - 1].to)
			val_add(c, spans[i].of,
				"the range of %s ids overlaps that of another mapping",
				host ? "host" : "container");
		if (spans[i].to < spans[i - 1].to)
			spans[i].to = spans[i - 1].to; /* the farthest end so far decides */
	}
	free(spans);
}

static void mapping_ranges(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	const struct cfg_mount_list *mounts = &c->doc->config->mounts;

	for (int host = 0; host < 2; host++) {
		if (l) {
			mapping_list(c, &l->uid_mappings, host);
			mapping_list(c, &l->gid_mappings, host);
		}
		/* mounts have them since 1.1; to an older reader they are unknown properties */
		for (size_t i = 0; c->target >= 101 && i < mounts->count; i++) {
			mapping_list(c, &mounts->items[i].uid_mappings, host);
			mapping_list(c, &mounts->items[i].gid_mappings, host);
		}
	}
}

VAL_RULES(val_rules_kernel,
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, PROCESS, oom_score_adj, 0, 0, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, PROCESS, console_size, 0, 0, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, PROCESS, rlimit_order, 0, 0, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, PROCESS, scheduler_values, 0, 101, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, VAL_CONFIG, nanoseconds, 0, 101, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, VAL_CONFIG, name_length, 0, 0, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, VAL_CONFIG, name_length, 1, 101, 0},
	  {REQ_LINUX_NETDEV_KEY_HOST_NAME, VAL_CONFIG, netdev_keys, 0, 0, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, VAL_CONFIG, netdev_names, 0, 103, 0},
	  {REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, VAL_CONFIG, mapping_ranges, 0, 0, 0}, );
