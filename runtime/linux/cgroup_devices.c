/* SPDX-License-Identifier: Apache-2.0 */
/* The list of allowed devices: config-linux.md#allowed-device-list, and its cgroup v1 form. Nothing
 * here looks at the system. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

/* config-linux.md#default-devices, the pseudoterminals of the container's devpts and its ptmx. */
static const struct {
	int64_t major, minor;
} default_devices[] = {
	{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}, {5, 2}, {136, -1},
};

void cgroup_devices_done(struct cgroup_devices *d)
{
	free(d->items);
	*d = (struct cgroup_devices){0};
}

static int parse_access(const char *s, unsigned int *ret)
{
	unsigned int access = 0;

	if (!s) { /* unset is all, as with the rule's other members */
		*ret = CGROUP_DEV_RWM;
		return 0;
	}
	for (; *s; s++) {
		if (*s == 'r')
			access |= CGROUP_DEV_R;
		else if (*s == 'w')
			access |= CGROUP_DEV_W;
		else if (*s == 'm')
			access |= CGROUP_DEV_M;
		else
			return -EINVAL;
	}
	*ret = access;
	return access ? 0 : -EINVAL;
}

static int parse_number(bool has, int64_t v, int64_t *ret)
{
	/* -1 is how some callers write "all", and its 32 bits how the kernel's v1 list does */
	*ret = has ? v : -1;
	return *ret >= -1 && *ret < UINT32_MAX ? 0 : -EINVAL;
}

static int parse_rule(const struct cfg_doc *doc, const struct cfg_device_rule *rule,
		      struct cgroup_device *ret, struct err *e)
{
	struct cgroup_device d = {.addr = rule, .allow = rule->allow};
	const char *type = rule->type ? rule->type : "a";

	if (!*type || str_eq(type, "a"))
		d.types = CGROUP_DEV_BOTH;
	else if (str_eq(type, "c") || str_eq(type, "u"))
		d.types = CGROUP_DEV_CHAR;
	else if (str_eq(type, "b"))
		d.types = CGROUP_DEV_BLOCK;
	else
		return cgroup_err(doc, &rule->type, "devices.type", e, EINVAL,
				  "'%s' is not one of a, b and c", type);
	if (parse_access(rule->access, &d.access) < 0)
		return cgroup_err(doc, &rule->access, "devices.access", e, EINVAL,
				  "'%s' is not made of r, w and m", rule->access);
	if (parse_number(rule->has_major, rule->major, &d.major) < 0)
		return cgroup_err(doc, &rule->major, "devices.major", e, EINVAL,
				  "no such device number");
	if (parse_number(rule->has_minor, rule->minor, &d.minor) < 0)
		return cgroup_err(doc, &rule->minor, "devices.minor", e, EINVAL,
				  "no such device number");
	*ret = d;
	return 0;
}

/*
 * What linux.devices lists must be available in the container, and so first of all be possible to
 * make. Where the configuration has rules, they say what else can be done with it.
 */
static int add_nodes(const struct cfg_doc *doc, const struct cfg_linux *l, unsigned int access,
		     struct cgroup_devices *list, struct err *e)
{
	for (size_t i = 0; i < l->devices.count; i++) {
		const struct cfg_device *d = &l->devices.items[i];
		bool block = str_eq(d->type, "b");

		if (!block && !str_eq(d->type, "c") && !str_eq(d->type, "u"))
			continue;
		if (!d->has_major || !d->has_minor)
			continue;
		/* no number here means "all", as it does in a rule */
		if (d->major < 0 || d->major >= UINT32_MAX)
			return cfg_err(doc, &d->major, e, ERANGE, "no such device number");
		if (d->minor < 0 || d->minor >= UINT32_MAX)
			return cfg_err(doc, &d->minor, e, ERANGE, "no such device number");
		list->items[list->count++] = (struct cgroup_device){
			.major = d->major,
			.minor = d->minor,
			.types = block ? CGROUP_DEV_BLOCK : CGROUP_DEV_CHAR,
			.access = access,
			.allow = true,
		};
	}
	return 0;
}

int cgroup_devices_collect(const struct cfg_doc *doc, const struct cfg_resources *r,
			   struct cgroup_devices *ret, struct err *e)
{
	CLEANUP(cgroup_devices_done) struct cgroup_devices list = {0};
	const struct cfg_linux *l = doc && doc->kind == CFG_CONFIG ? doc->config->linux : NULL;
	size_t ndefaults = sizeof(default_devices) / sizeof(*default_devices);
	size_t nrules = r ? r->devices.count : 0;

	list.items =
		calloc(1 + nrules + ndefaults + (l ? l->devices.count : 0), sizeof(*list.items));
	if (!list.items)
		return err_set(e, ENOMEM, "device rules: %m");
	list.items[list.count++] = (struct cgroup_device){
		.major = -1, .minor = -1, .types = CGROUP_DEV_BOTH, .access = CGROUP_DEV_RWM};
	for (size_t i = 0; i < nrules; i++) {
		int n = parse_rule(doc, &r->devices.items[i], &list.items[list.count], e);

		if (n < 0)
			return n;
		list.count++;
	}
	for (size_t i = 0; i < ndefaults; i++)
		list.items[list.count++] = (struct cgroup_device){
			.major = default_devices[i].major,
			.minor = default_devices[i].minor,
			.types = CGROUP_DEV_CHAR,
			.access = CGROUP_DEV_RWM,
			.allow = true,
		};
	if (l) {
		bool has_rules = r && r->devices.present;
		int n = add_nodes(doc, l, has_rules ? CGROUP_DEV_M : CGROUP_DEV_RWM, &list, e);

		if (n < 0)
			return n;
	}
	*ret = list;
	list = (struct cgroup_devices){0};
	return 0;
}

static bool covers(const struct cgroup_device *wide, const struct cgroup_device *narrow)
{
	return wide->types == narrow->types && (wide->major < 0 || wide->major == narrow->major) &&
	       (wide->minor < 0 || wide->minor == narrow->minor);
}

static bool overlap(const struct cgroup_device *a, const struct cgroup_device *b)
{
	return a->types == b->types && (a->major < 0 || b->major < 0 || a->major == b->major) &&
	       (a->minor < 0 || b->minor < 0 || a->minor == b->minor);
}

/* @rule, of one type, agrees with the default: takes its access out of the exceptions. */
static int take_out(struct cgroup_devices_v1 *v, const struct cgroup_device *rule)
{
	for (size_t i = 0; i < v->count; i++) {
		struct cgroup_device *x = &v->items[i];

		if (!overlap(rule, x) || !(x->access & rule->access))
			continue;
		/* a hole in a wider exception has no v1 form */
		if (!covers(rule, x))
			return -EOPNOTSUPP;
		x->access &= ~rule->access;
	}
	return 0;
}

/* "*:3 r" and "12:* w": of 12:3 both may be done, but in no exception both, and so not at once. */
static bool crosses(const struct cgroup_devices_v1 *v, const struct cgroup_device *one)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct cgroup_device *x = &v->items[i];
		unsigned int both = x->access | one->access;

		if (overlap(x, one) && !covers(x, one) && !covers(one, x) && both != x->access &&
		    both != one->access)
			return true;
	}
	return false;
}

/*
 * @rule differs from the default: becomes an exception. The kernel looks for one exception with all
 * the access that is asked for, so that overlapping ones must share what they have.
 */
static int put_in(struct cgroup_devices_v1 *v, const struct cgroup_device *rule)
{
	struct cgroup_device one = *rule, *same = NULL;

	for (size_t i = 0; i < v->count; i++) {
		struct cgroup_device *x = &v->items[i];

		if (covers(x, rule) && covers(rule, x))
			same = x;
		else if (covers(x, rule))
			one.access |= x->access;
		else if (covers(rule, x))
			x->access |= rule->access;
	}
	if (same)
		one.access |= same->access;
	if (!v->default_allow && crosses(v, &one))
		return -EOPNOTSUPP;
	if (same)
		same->access = one.access;
	else
		v->items[v->count++] = one;
	return 0;
}

/* @more: one exception more was to be made of the rule. */
static int no_v1_form(const struct cfg_doc *doc, const struct cgroup_device *rule, bool more,
		      struct err *e)
{
	if (more)
		return cgroup_err(doc, rule->addr, "devices", e, EOPNOTSUPP,
				  "cgroup v1 cannot allow at once what this and an earlier rule "
				  "allow of the same device");
	return cgroup_err(doc, rule->addr, "devices", e, EOPNOTSUPP,
			  "cgroup v1 cannot %s part of what an earlier rule %s as a whole",
			  rule->allow ? "allow" : "deny", rule->allow ? "denied" : "allowed");
}

int cgroup_devices_to_v1(const struct cfg_doc *doc, const struct cgroup_devices *d,
			 struct cgroup_devices_v1 *ret, struct err *e)
{
	struct cgroup_devices_v1 v = {.items = calloc(2 * d->count + 1, sizeof(*v.items))};

	if (!v.items)
		return err_set(e, ENOMEM, "device rules: %m");
	for (size_t i = 0; i < d->count; i++) {
		const struct cgroup_device *rule = &d->items[i];
		bool more;

		if (rule->types == CGROUP_DEV_BOTH && rule->major < 0 && rule->minor < 0 &&
		    rule->access == CGROUP_DEV_RWM) {
			v.default_allow = rule->allow;
			v.count = 0;
			continue;
		}
		more = rule->allow != v.default_allow;
		for (unsigned int t = CGROUP_DEV_BLOCK; t <= CGROUP_DEV_CHAR; t <<= 1) {
			struct cgroup_device one = *rule;

			one.types = t;
			if (!(rule->types & t))
				continue;
			if ((more ? put_in(&v, &one) : take_out(&v, &one)) < 0) {
				free(v.items);
				return no_v1_form(doc, rule, more, e);
			}
		}
	}
	*ret = v;
	return 0;
}

static int parse_v1_number(const char *word, int64_t *ret)
{
	uint64_t n;

	*ret = -1;
	if (str_eq(word, "*"))
		return 0;
	if (str_to_u64(word, UINT32_MAX, &n) < 0)
		return -EIO;
	*ret = (int64_t)n;
	return 0;
}

/* "c 1:3 rwm"; what is about both types is about all of both. */
static int parse_v1_line(char *line, struct cgroup_device *ret)
{
	bool all = str_eq(line, "a *:* rwm");
	char *type = strsep(&line, " "), *major = strsep(&line, ":"), *minor = strsep(&line, " "),
	     *access = strsep(&line, " ");
	struct cgroup_device d = {.allow = true};

	if (!access || line)
		return -EIO;
	if (all)
		d.types = CGROUP_DEV_BOTH;
	else if (str_eq(type, "c"))
		d.types = CGROUP_DEV_CHAR;
	else if (str_eq(type, "b"))
		d.types = CGROUP_DEV_BLOCK;
	if (!d.types || parse_v1_number(major, &d.major) < 0 ||
	    parse_v1_number(minor, &d.minor) < 0 || parse_access(access, &d.access) < 0)
		return -EIO;
	*ret = d;
	return 0;
}

int cgroup_devices_v1_parse(char *text, struct cgroup_devices_v1 *ret)
{
	struct cgroup_devices_v1 v = {0};
	size_t lines = 1;
	char *save = NULL;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	v.items = calloc(lines, sizeof(*v.items));
	if (!v.items)
		return -ENOMEM;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct cgroup_device *d = &v.items[v.count];

		if (parse_v1_line(line, d) < 0) {
			free(v.items);
			return -EIO;
		}
		if (d->types == CGROUP_DEV_BOTH)
			v.default_allow = true;
		else
			v.count++;
	}
	*ret = v;
	return 0;
}

/* The exception of the same devices, or NULL. */
static const struct cgroup_device *find_same(const struct cgroup_devices_v1 *v,
					     const struct cgroup_device *d)
{
	for (size_t i = 0; i < v->count; i++)
		if (covers(&v->items[i], d) && covers(d, &v->items[i]))
			return &v->items[i];
	return NULL;
}

static unsigned int access_in(const struct cgroup_devices_v1 *v, const struct cgroup_device *d)
{
	const struct cgroup_device *same = find_same(v, d);

	return same ? same->access : 0;
}

static void add_step(struct cgroup_devices_v1 *v, const struct cgroup_device *d, bool allow,
		     unsigned int access)
{
	if (!access)
		return;
	v->items[v->count] = *d;
	v->items[v->count].allow = allow;
	v->items[v->count++].access = access;
}

int cgroup_devices_v1_steps(const struct cgroup_devices_v1 *is,
			    const struct cgroup_devices_v1 *want, struct cgroup_devices_v1 *ret)
{
	struct cgroup_devices_v1 v = {
		.items = calloc(is->count + 2 * want->count + 1, sizeof(*v.items))};

	if (!v.items)
		return -ENOMEM;
	/* one that only gains: before any other loses what this one has, too */
	for (size_t i = 0; i < want->count; i++) {
		const struct cgroup_device *d = &want->items[i];
		unsigned int had = access_in(is, d);

		if (!(had & ~d->access))
			add_step(&v, d, true, d->access & ~had);
	}
	/* "r" that becomes "w" is never "rw" */
	for (size_t i = 0; i < want->count; i++) {
		const struct cgroup_device *d = &want->items[i];
		unsigned int had = access_in(is, d);

		add_step(&v, d, false, had & ~d->access);
		if (had & ~d->access)
			add_step(&v, d, true, d->access & ~had);
	}
	for (size_t i = 0; i < is->count; i++)
		if (!find_same(want, &is->items[i]))
			add_step(&v, &is->items[i], false, is->items[i].access);
	*ret = v;
	return 0;
}
