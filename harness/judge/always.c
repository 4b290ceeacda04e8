/* SPDX-License-Identifier: Apache-2.0 */
#include "always.h"

#include "str.h"

#include <string.h>

#define OVERFLOW_GID 65534

/* What a rule looks at. */
struct look {
	const struct json *config;
	const struct obs_list *report;
	const struct json *value; /* of the fact */
	bool passes_fds;
};

enum holds { NO, YES, NOT_APPLICABLE };

static bool has_namespace(const struct json *config, const char *type)
{
	const struct json *list = json_at(config, "/linux/namespaces");

	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++) {
		if (str_eq(json_string(json_member(list->items[i], "type")), type))
			return true;
	}
	return false;
}

static bool contains(const struct json *list, const struct json *value)
{
	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++) {
		if (json_equal(list->items[i], value))
			return true;
	}
	return false;
}

static bool is_subset(const struct json *of, const struct json *value)
{
	if (value->type != JSON_ARRAY)
		return false;
	for (size_t i = 0; i < value->count; i++) {
		if (!contains(of, value->items[i]))
			return false;
	}
	return true;
}

static enum holds is_empty(const struct look *l)
{
	return l->value->type == JSON_ARRAY && l->value->count == 0 ? YES : NO;
}

static enum holds only_stdio(const struct look *l)
{
	if (l->passes_fds)
		return NOT_APPLICABLE;
	if (l->value->type != JSON_ARRAY)
		return NO;
	for (size_t i = 0; i < l->value->count; i++) {
		int64_t fd;

		if (json_int(l->value->items[i], &fd) < 0 || fd > 2)
			return NO;
	}
	return YES;
}

/* No capability that the set of the configuration does not have; without the object the sets are
 * not laid down. */
static enum holds no_more_caps(const struct look *l, const char *set)
{
	const struct json *caps = json_at(l->config, "/process/capabilities");

	if (!caps || caps->type != JSON_OBJECT)
		return NOT_APPLICABLE;
	return is_subset(json_member(caps, set), l->value) ? YES : NO;
}

static enum holds no_more_inheritable(const struct look *l)
{
	return no_more_caps(l, "inheritable");
}

static enum holds no_more_ambient(const struct look *l)
{
	return no_more_caps(l, "ambient");
}

static enum holds no_more_bounding(const struct look *l)
{
	return no_more_caps(l, "bounding");
}

static enum holds no_new_privs(const struct look *l)
{
	const struct json *v = json_at(l->config, "/process/noNewPrivileges");

	if (!v || v->type != JSON_BOOL || !v->boolean)
		return NOT_APPLICABLE;
	return l->value->type == JSON_BOOL && l->value->boolean ? YES : NO;
}

/* The call that tells may be one that a filter of the container's refuses; below any filter, one of
 * the harness's own too, the probe does not make it. */
static enum holds no_securebits(const struct look *l)
{
	int64_t bits;

	if (l->value->type == JSON_NULL ||
	    (json_member(l->value, "error") && json_at(l->config, "/linux/seccomp")))
		return NOT_APPLICABLE;
	return json_int(l->value, &bits) == 0 && bits == 0 ? YES : NO;
}

/* None but the group of the process and those that are added to it. What the user namespace has no
 * number for it shows as 65534. */
static enum holds no_more_groups(const struct look *l)
{
	const struct json *user = json_at(l->config, "/process/user");
	const struct json *gid = json_member(user, "gid");

	if (l->value->type != JSON_ARRAY)
		return NO;
	for (size_t i = 0; i < l->value->count; i++) {
		const struct json *group = l->value->items[i];
		int64_t n;

		if (json_int(group, &n) < 0)
			return NO;
		if ((gid ? json_equal(gid, group) : n == 0) ||
		    contains(json_member(user, "additionalGids"), group) ||
		    (n == OVERFLOW_GID && has_namespace(l->config, "user")))
			continue;
		return NO;
	}
	return YES;
}

static enum holds cwd_is_inside(const struct look *l)
{
	const char *s = json_string(l->value);

	/* getcwd(3) writes "(unreachable)" before a directory that is not below the root */
	return s && s[0] == '/' ? YES : NO;
}

/* Whether a list of the configuration has @path, or a directory above it. */
static bool covered_by(const struct json *list, const char *member, const char *path)
{
	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++) {
		const char *at =
			json_string(member ? json_member(list->items[i], member) : list->items[i]);
		size_t n = at ? strlen(at) : 0;

		while (n > 1 && at[n - 1] == '/')
			n--;
		if (n > 0 && strncmp(path, at, n) == 0 &&
		    (path[n] == '\0' || path[n] == '/' || n == 1))
			return true;
	}
	return false;
}

static bool is_mounted(const struct json *mounts, const char *at)
{
	for (size_t i = 0; i < mounts->count; i++) {
		if (str_eq(json_string(json_member(mounts->items[i], "path")), at))
			return true;
	}
	return false;
}

/*
 * Mounts that nobody asked for: what the runtime needs itself stands in /dev and /proc, or in the
 * place of a path that it masks. A destination that is written otherwise (relative, through a
 * symbolic link) is found under another name: each that is missing stands for one that is unknown.
 */
static enum holds mounts_are_asked_for(const struct look *l)
{
	const struct json *asked = json_at(l->config, "/mounts");
	size_t elsewhere = 0, unknown = 0;

	/* without /proc the program cannot know its mounts */
	if (!has_namespace(l->config, "mount") || !asked || asked->type != JSON_ARRAY ||
	    !covered_by(asked, "destination", "/proc"))
		return NOT_APPLICABLE;
	if (l->value->type != JSON_ARRAY)
		return NO;
	for (size_t i = 0; i < asked->count; i++) {
		const char *at = json_string(json_member(asked->items[i], "destination"));

		elsewhere += !at || !is_mounted(l->value, at);
	}
	for (size_t i = 0; i < l->value->count; i++) {
		const char *at = json_string(json_member(l->value->items[i], "path"));

		if (!at || str_eq(at, "/") || str_starts(at, "/dev/") || str_starts(at, "/proc/"))
			continue;
		unknown += !covered_by(asked, "destination", at) &&
			   !covered_by(json_at(l->config, "/linux/maskedPaths"), NULL, at) &&
			   !covered_by(json_at(l->config, "/linux/readonlyPaths"), NULL, at);
	}
	return unknown <= elsewhere ? YES : NO;
}

/* One of its own where the configuration asks for a terminal, and else none: not the caller's. */
static enum holds terminal_is_as_asked(const struct look *l)
{
	const struct json *asked = json_at(l->config, "/process/terminal");
	bool wanted = asked && asked->type == JSON_BOOL && asked->boolean;
	int64_t number;

	/* procfs tells it */
	if (!covered_by(json_at(l->config, "/mounts"), "destination", "/proc"))
		return NOT_APPLICABLE;
	return json_int(l->value, &number) == 0 && (number != 0) == wanted ? YES : NO;
}

static const struct {
	const char *fact;
	const char *requirement;
	const char *sentence;
	enum holds (*holds)(const struct look *l);
} rules[] = {
	{"fds.open", "linux-fd-only-stdio",
	 "no descriptor but 0, 1 and 2 is open when the program starts", only_stdio},
	{"caps.inheritable", "process-cap-inheritable-applied",
	 "no inheritable capability that the configuration does not give", no_more_inheritable},
	{"caps.ambient", "process-cap-ambient-applied",
	 "no ambient capability that the configuration does not give", no_more_ambient},
	{"caps.bounding", "process-cap-bounding-applied",
	 "no capability within bounds that the configuration does not give", no_more_bounding},
	{"process.no_new_privs", "process-nonewprivileges-true",
	 "noNewPrivileges is set where the configuration asks for it", no_new_privs},
	{"user.groups", NULL, "no supplementary group that the configuration does not give",
	 no_more_groups},
	{"process.cwd", NULL, "the working directory lies below the container's root",
	 cwd_is_inside},
	{"signals.blocked", NULL, "the program starts with no signal blocked", is_empty},
	{"signals.ignored", NULL, "the program starts with no signal ignored", is_empty},
	{"process.securebits", NULL, "no securebit is set", no_securebits},
	{"process.terminal", NULL,
	 "a terminal controls the process where the configuration asks for one, and no other does",
	 terminal_is_as_asked},
	{"mounts", NULL, "nothing is mounted that the configuration does not ask for",
	 mounts_are_asked_for},
};

_Static_assert(sizeof(rules) / sizeof(rules[0]) <= ALWAYS_MAX, "room for a finding of each rule");

size_t always_judge(const struct json *config, const struct obs_list *report, bool passes_fds,
		    struct always_finding *ret, size_t *ret_applied)
{
	size_t n = 0, applied = 0;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct look l = {.config = config, .report = report, .passes_fds = passes_fds};
		enum holds h = NO;

		l.value = obs_find(report, rules[i].fact);
		if (l.value)
			h = rules[i].holds(&l);
		applied += h != NOT_APPLICABLE;
		if (h == NO)
			ret[n++] = (struct always_finding){rules[i].fact, rules[i].requirement,
							   rules[i].sentence, l.value};
	}
	*ret_applied = applied;
	return n;
}
