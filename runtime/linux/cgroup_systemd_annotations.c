/* SPDX-License-Identifier: Apache-2.0 */
/* Annotations "org.systemd.property.NAME" as properties of a scope (org.freedesktop.systemd1(5)):
 * data of whoever may annotate a container, which is not always who may limit it. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

#define ANNOTATION   CGROUP_SYSTEMD_ANNOTATION
#define USEC_PER_SEC 1000000

/*
 * What a container's scope may have beside its resources: when it ends and with what, how it is
 * ordered, how much it weighs. Nothing that executes, mounts, or names another identity.
 */
static const char *type_of(const char *name)
{
	static const char *const types[][2] = {{"After", "as"},
					       {"Before", "as"},
					       {"BindsTo", "as"},
					       {"CPUWeight", "t"},
					       {"CollectMode", "s"},
					       {"DefaultDependencies", "b"},
					       {"Description", "s"},
					       {"IOWeight", "t"},
					       {"KillMode", "s"},
					       {"KillSignal", "i"},
					       {"ManagedOOMPreference", "s"},
					       {"MemoryHigh", "t"},
					       {"MemoryLow", "t"},
					       {"MemoryMax", "t"},
					       {"MemoryMin", "t"},
					       {"MemorySwapMax", "t"},
					       {"OOMPolicy", "s"},
					       {"PartOf", "as"},
					       {"Requires", "as"},
					       {"RuntimeMaxUSec", "t"},
					       {"SendSIGHUP", "b"},
					       {"SendSIGKILL", "b"},
					       {"StartupCPUWeight", "t"},
					       {"StartupIOWeight", "t"},
					       {"TasksMax", "t"},
					       {"TimeoutStopUSec", "t"},
					       {"Wants", "as"}};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_eq(types[i][0], name))
			return types[i][1];
	return NULL;
}

/* A word in quotes, without any escape: *at moves behind it. 0, -EINVAL: none, or -ENOMEM. */
static int take_quoted(const char **at, char **ret)
{
	char quote = **at;
	const char *end = quote == '\'' || quote == '"' ? strchr(*at + 1, quote) : NULL;

	if (!end || memchr(*at + 1, '\\', (size_t)(end - *at)))
		return -EINVAL;
	*ret = strndup(*at + 1, (size_t)(end - *at - 1));
	*at = end + 1;
	return *ret ? 0 : -ENOMEM;
}

/* 0, -EINVAL or -ENOMEM, as parse_value(). */
static int parse_list(const char *text, struct json **ret)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	const char *p = text;

	if (!list)
		return -ENOMEM;
	if (*p++ != '[')
		return -EINVAL;
	for (;;) {
		p += strspn(p, " ");
		if (*p == ']' && !list->count)
			break;
		cleanup_free char *word = NULL;
		int r = take_quoted(&p, &word);

		if (r == 0 && json_append(list, json_new_string(word)) < 0)
			r = -ENOMEM;
		if (r < 0)
			return r;
		p += strspn(p, " ");
		if (*p == ']')
			break;
		if (*p++ != ',')
			return -EINVAL;
	}
	if (p[1])
		return -EINVAL;
	*ret = take_ptr(&list);
	return 0;
}

/* A number, with the word before it that GVariant's text form may have. */
static bool parse_number(const char *text, const char *type, int64_t *ret_int, uint64_t *ret_uint)
{
	static const char *const words[] = {"uint64 ", "int64 ", "uint32 ", "int32 ",
					    "uint16 ", "int16 ", "byte "};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!str_starts(text, words[i]))
			continue;
		text += strlen(words[i]);
		break;
	}
	text += strspn(text, " ");
	return *type == 'i' ? str_to_i64(text, INT32_MIN, INT32_MAX, ret_int) == 0
			    : str_to_u64(text, UINT64_MAX, ret_uint) == 0;
}

/* GVariant's text form as callers write it. 0; -EINVAL: not of @type; -ENOMEM. */
static int parse_value(const char *text, const char *type, uint64_t factor, struct json **ret)
{
	cleanup_free char *word = NULL;
	uint64_t u = 0;
	int64_t i = 0;
	int r = 0;

	if (str_eq(type, "as"))
		return parse_list(text, ret);
	if (str_eq(type, "s")) {
		r = take_quoted(&text, &word);
		if (r < 0 || *text)
			return r < 0 ? r : -EINVAL;
		*ret = json_new_string(word);
	} else if (str_eq(type, "b")) {
		if (!str_eq(text, "true") && !str_eq(text, "false"))
			return -EINVAL;
		*ret = json_new_bool(str_eq(text, "true"));
	} else {
		if (!parse_number(text, type, &i, &u) || (factor > 1 && u > UINT64_MAX / factor))
			return -EINVAL;
		*ret = *type == 'i' ? json_new_int(i) : json_new_uint(u * factor);
	}
	return *ret ? 0 : -ENOMEM;
}

/*
 * Whether systemd, told both, may forget the @limit: the same one, for the time of start as well;
 * or one of v1, which it reads no more where one of v2 of the kind is set
 * (systemd.resource-control(5)).
 */
static bool overrides(const char *name, const char *limit)
{
	if (str_starts(name, "Startup"))
		name += strlen("Startup");
	return str_eq(name, limit) || (str_eq(name, "CPUWeight") && str_eq(limit, "CPUShares")) ||
	       (str_eq(name, "IOWeight") && str_starts(limit, "BlockIO")) ||
	       (str_starts(name, "Memory") && str_eq(limit, "MemoryLimit"));
}

static bool is_limited(const char *name, const struct json *limits)
{
	for (size_t i = 0; limits && i < limits->count; i++)
		if (overrides(name, json_string(json_member(limits->items[i], "name"))))
			return true;
	return false;
}

static int annotation(const struct cfg_doc *doc, const struct cfg_pair *a,
		      const struct json *limits, struct json *list, struct err *e)
{
	cleanup_free char *name = strdup(a->key + strlen(ANNOTATION)), *usec = NULL;
	struct json *value = NULL;
	const char *type;
	int r;

	if (!name)
		return err_set(e, ENOMEM, "%m");
	/* as unit files write it, in seconds */
	if (str_ends(name, "Sec") && !str_ends(name, "USec")) {
		usec = str_format("%.*sUSec", (int)(strlen(name) - strlen("Sec")), name);
		if (!usec)
			return err_set(e, ENOMEM, "%m");
	}
	type = type_of(usec ? usec : name);
	if (!type)
		return cgroup_err(doc, a, a->key, e, EOPNOTSUPP,
				  "no property that a container's scope may have");
	if (is_limited(usec ? usec : name, limits))
		return cgroup_err(doc, a, a->key, e, EINVAL,
				  "linux.resources has the last word on this");
	r = parse_value(a->value, type, usec ? USEC_PER_SEC : 1, &value);
	if (r == -ENOMEM)
		return err_set(e, ENOMEM, "%m");
	if (r < 0)
		return cgroup_err(doc, a, a->key, e, EINVAL, "'%s' is not %s", a->value,
				  str_eq(type, "as")  ? "a list of words in quotes"
				  : str_eq(type, "s") ? "a word in quotes"
				  : str_eq(type, "b") ? "true or false"
						      : "a number");
	r = cgroup_systemd_add(list, usec ? usec : name, type, value);
	return r < 0 ? err_set(e, -r, "%m") : 0;
}

int cgroup_systemd_annotations(const struct cfg_doc *doc, const struct json *limits,
			       struct json *list, struct err *e)
{
	const struct cfg_config *c = doc && doc->kind == CFG_CONFIG ? doc->config : NULL;
	int r = 0;

	for (size_t i = 0; c && i < c->annotations.count && r >= 0; i++)
		if (str_starts(c->annotations.items[i].key, ANNOTATION))
			r = annotation(doc, &c->annotations.items[i], limits, list, e);
	return r;
}
