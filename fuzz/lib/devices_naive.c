/* SPDX-License-Identifier: Apache-2.0 */
#include "devices_naive.h"

#include <string.h>

/* null, zero, full, random, urandom, tty, ptmx, and the first of the pseudoterminals. */
static const uint32_t defaults[][2] = {{1, 3}, {1, 5}, {1, 7}, {1, 8},
				       {1, 9}, {5, 0}, {5, 2}, {136, 0}};

#define DEFAULTS (sizeof(defaults) / sizeof(defaults[0]))

static const struct cfg_device_rule_list *rules_of(const struct cfg_linux *l)
{
	static const struct cfg_device_rule_list none;

	return l->resources ? &l->resources->devices : &none;
}

/* All bits of one are "all" to the kernel. */
static bool is_number(int64_t n)
{
	return n == (int64_t)(uint32_t)n && n != UINT32_MAX;
}

/* A FIFO has no numbers. */
static bool is_node(const struct cfg_device *d)
{
	return d->type &&
	       (strcmp(d->type, "b") == 0 || strcmp(d->type, "c") == 0 ||
		strcmp(d->type, "u") == 0) &&
	       d->has_major && d->has_minor;
}

bool devices_are_known(const struct cfg_linux *l)
{
	const struct cfg_device_rule_list *rules = rules_of(l);

	for (size_t i = 0; i < rules->count; i++) {
		const struct cfg_device_rule *r = &rules->items[i];

		if (r->type && *r->type && (r->type[1] || !strchr("abcu", *r->type)))
			return false;
		if (r->access && (!*r->access || r->access[strspn(r->access, "rwm")]))
			return false;
		if ((r->has_major && r->major != -1 && !is_number(r->major)) ||
		    (r->has_minor && r->minor != -1 && !is_number(r->minor)))
			return false;
	}
	for (size_t i = 0; i < l->devices.count; i++) {
		const struct cfg_device *d = &l->devices.items[i];

		if (is_node(d) && (!is_number(d->major) || !is_number(d->minor)))
			return false;
	}
	return true;
}

/* "a" is every type, and so is none at all. */
static bool is_type(const char *type, const struct device_access *a)
{
	switch (type ? *type : '\0') {
	case 'b':
		return a->type == CGROUP_DEV_BLOCK;
	case 'c':
	case 'u':
		return a->type == CGROUP_DEV_CHAR;
	default:
		return true;
	}
}

static bool is_listed(const struct cfg_linux *l, const struct device_access *a)
{
	for (size_t i = 0; i < l->devices.count; i++) {
		const struct cfg_device *d = &l->devices.items[i];

		if (is_node(d) && is_type(d->type, a) && d->major == a->major &&
		    d->minor == a->minor)
			return true;
	}
	return false;
}

static bool is_default(const struct device_access *a)
{
	for (size_t i = 0; a->type == CGROUP_DEV_CHAR && i < DEFAULTS; i++)
		if (defaults[i][0] == a->major && (defaults[i][1] == a->minor || a->major == 136))
			return true;
	return false;
}

static bool is_letter_allowed(const struct cfg_linux *l, const struct device_access *a, char letter)
{
	const struct cfg_device_rule_list *rules = rules_of(l);

	/* where there are rules, a device of the list can be made, and they say the rest */
	if ((letter == 'm' || !rules->present) && is_listed(l, a))
		return true;
	if (is_default(a))
		return true;
	for (size_t i = rules->count; i-- > 0;) {
		const struct cfg_device_rule *r = &rules->items[i];
		bool any_major = !r->has_major || r->major == -1;
		bool any_minor = !r->has_minor || r->minor == -1;

		if (is_type(r->type, a) && (any_major || r->major == a->major) &&
		    (any_minor || r->minor == a->minor) &&
		    (!r->access || strchr(r->access, letter)))
			return r->allow;
	}
	return false;
}

bool devices_are_allowed(const struct cfg_linux *l, const struct device_access *a)
{
	return (!(a->access & CGROUP_DEV_R) || is_letter_allowed(l, a, 'r')) &&
	       (!(a->access & CGROUP_DEV_W) || is_letter_allowed(l, a, 'w')) &&
	       (!(a->access & CGROUP_DEV_M) || is_letter_allowed(l, a, 'm'));
}

/* The numbers of the @i-th of the rules and the devices, and behind them of some default. */
static struct device_access numbers(const struct cfg_linux *l, size_t i, uint64_t dice)
{
	const struct cfg_device_rule_list *rules = rules_of(l);
	int64_t major = defaults[dice % DEFAULTS][0], minor = defaults[dice % DEFAULTS][1];

	if (i < rules->count) {
		major = rules->items[i].major;
		minor = rules->items[i].minor;
	} else if (i - rules->count < l->devices.count) {
		major = l->devices.items[i - rules->count].major;
		minor = l->devices.items[i - rules->count].minor;
	}
	return (struct device_access){.major = (uint32_t)major, .minor = (uint32_t)minor};
}

struct device_access devices_pick(const struct cfg_linux *l, uint64_t dice)
{
	size_t n = rules_of(l)->count + l->devices.count + 1;
	struct device_access a = numbers(l, (dice >> 48) % n, dice >> 20);

	if (!(dice >> 40 & 1))
		a.minor = numbers(l, (dice >> 8) % n, dice >> 20).minor;
	a.major += !(dice >> 44 & 7);
	a.minor -= !(dice >> 56 & 7);
	a.type = dice >> 33 & 1 ? CGROUP_DEV_CHAR : CGROUP_DEV_BLOCK;
	a.access = 1 + (dice >> 34) % CGROUP_DEV_RWM;
	return a;
}
