/* SPDX-License-Identifier: Apache-2.0 */
/* The lies that are told by editing config.json before the runtime reads it. */
#include "cleanup.h"
#include "lie.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The last element of the array at @pointer whose member @name is @value; its index, or -1. */
static int find_last(const struct json *config, const char *pointer, const char *name,
		     const char *value)
{
	const struct json *list = json_at(config, pointer);
	int found = -1;

	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++) {
		if (str_eq(json_string(json_member(list->items[i], name)), value))
			found = (int)i;
	}
	return found;
}

static int find_mount(const struct json *config, const char *destination)
{
	return find_last(config, "/mounts", "destination", destination);
}

static int find_namespace(const struct json *config, const char *type)
{
	return find_last(config, "/linux/namespaces", "type", type);
}

/* Removes what stands at the formatted pointer, if it is there. */
static int drop(struct json **config, char *pointer)
{
	cleanup_free char *p = pointer;

	if (!p)
		return -ENOMEM;
	(void)json_remove(config, p, NULL);
	return 0;
}

static int put(struct json **config, char *pointer, struct json *value)
{
	cleanup_free char *p = pointer;

	if (!p || !value) {
		json_free(value);
		return -ENOMEM;
	}
	/* a place that cannot be is nothing to lie about */
	return json_set(config, p, value, NULL) == -ENOMEM ? -ENOMEM : 0;
}

static char *expand(const char *text, const char *bundle)
{
	static const char name[] = "@BUNDLE@";
	struct strbuf b = STRBUF_INIT;
	const char *at;

	while ((at = strstr(text, name))) {
		strbuf_add(&b, text, (size_t)(at - text));
		strbuf_adds(&b, bundle);
		text = at + strlen(name);
	}
	strbuf_adds(&b, text);
	return strbuf_take(&b);
}

static int set_or_add(const struct lie *l, struct json **config, const char *bundle)
{
	cleanup_free char *text = expand(l->what, bundle);
	struct json *value = NULL;
	int r;

	if (!text)
		return -ENOMEM;
	r = json_parse(text, strlen(text), &value, NULL);
	if (r == 0 && l->kind == LIE_SET)
		r = json_set(config, l->where, value, NULL);
	else if (r == 0)
		r = json_add(config, l->where, value, NULL);
	/* where it cannot stand there, nothing is changed, which is all the caller asks */
	return r == -ENOMEM ? r : 0;
}

static int pop(const struct lie *l, struct json **config)
{
	const struct json *list = json_at(*config, l->where);

	if (!list || list->type != JSON_ARRAY || list->count == 0)
		return 0;
	return drop(config, str_format("%s/%zu", l->where, list->count - 1));
}

static void reverse(const struct lie *l, struct json **config)
{
	struct json *list = json_at(*config, l->where);

	if (!list || list->type != JSON_ARRAY)
		return;
	for (size_t i = 0; i < list->count / 2; i++) {
		struct json *t = list->items[i];

		list->items[i] = list->items[list->count - 1 - i];
		list->items[list->count - 1 - i] = t;
	}
}

/* Options of the last mount at the destination: takes away, adds, exchanges. */
static int edit_option(const struct lie *l, struct json **config)
{
	int m = find_mount(*config, l->where);
	cleanup_free char *pointer = str_format("/mounts/%d/options", m);
	const struct json *options;

	if (!pointer)
		return -ENOMEM;
	if (m < 0)
		return 0;
	options = json_at(*config, pointer);
	if (l->kind == LIE_ADD_OPTION) {
		cleanup_free char *end = str_format("%s/-", pointer);
		struct json *option = json_new_string(l->what);

		if (!end || !option) {
			json_free(option);
			return -ENOMEM;
		}
		return json_add(config, end, option, NULL) == -ENOMEM ? -ENOMEM : 0;
	}
	for (size_t i = 0; options && options->type == JSON_ARRAY && i < options->count; i++) {
		if (!str_eq(json_string(options->items[i]), l->what))
			continue;
		if (l->kind == LIE_DROP_OPTION)
			return drop(config, str_format("%s/%zu", pointer, i));
		return put(config, str_format("%s/%zu", pointer, i), json_new_string(l->other));
	}
	return 0;
}

/* With nothing to map they would be an error, and no lie. */
static int drop_idmap(struct json **config, int mount)
{
	cleanup_free char *pointer = str_format("/mounts/%d/options", mount);
	const struct json *options = pointer ? json_at(*config, pointer) : NULL;
	int r = pointer ? 0 : -ENOMEM;

	for (size_t i = options && options->type == JSON_ARRAY ? options->count : 0;
	     r == 0 && i-- > 0;) {
		const char *option = json_string(options->items[i]);

		if (str_eq(option, "idmap") || str_eq(option, "ridmap"))
			r = drop(config, str_format("%s/%zu", pointer, i));
	}
	return r;
}

static int edit_mount(const struct lie *l, struct json **config, const char *bundle)
{
	int m = find_mount(*config, l->where);
	cleanup_free char *what = l->what ? expand(l->what, bundle) : NULL;
	int r;

	if (l->what && !what)
		return -ENOMEM;
	if (m < 0)
		return 0;
	switch (l->kind) {
	case LIE_DROP_MOUNT:
		return drop(config, str_format("/mounts/%d", m));
	case LIE_SET_MOUNT_SOURCE:
		return put(config, str_format("/mounts/%d/source", m), json_new_string(what));
	case LIE_SET_MOUNT_TYPE:
		return put(config, str_format("/mounts/%d/type", m), json_new_string(what));
	default:
		r = drop(config, str_format("/mounts/%d/uidMappings", m));
		if (r == 0)
			r = drop(config, str_format("/mounts/%d/gidMappings", m));
		return r < 0 ? r : drop_idmap(config, m);
	}
}

static int append_text(struct json **config, const char *end, const char *text)
{
	struct json *value = NULL;
	int r = json_parse(text, strlen(text), &value, NULL);

	if (r == 0)
		(void)json_add(config, end, value, NULL);
	return r;
}

static int append_namespace(struct json **config, const char *type)
{
	struct json *value = json_new(JSON_OBJECT);

	if (!value || json_set_member(value, "type", json_new_string(type)) < 0) {
		json_free(value);
		return -ENOMEM;
	}
	(void)json_add(config, "/linux/namespaces/-", value, NULL);
	return 0;
}

static bool has_mappings(const struct json *config)
{
	const struct json *list = json_at(config, "/linux/uidMappings");

	return list && list->type == JSON_ARRAY && list->count > 0;
}

/* Everybody in the user namespace is who he was. */
static int map_all(struct json **config)
{
	static const char all[] = "{\"containerID\":0,\"hostID\":0,\"size\":4294967295}";
	int r = append_text(config, "/linux/uidMappings/-", all);

	return r < 0 ? r : append_text(config, "/linux/gidMappings/-", all);
}

/* Mappings without a user namespace would be an error, and no lie; so would a new one without. */
static int edit_namespace(const struct lie *l, struct json **config)
{
	int n = find_namespace(*config, l->where);
	bool user = str_eq(l->where, "user"), joined;
	cleanup_free char *path = str_format("/linux/namespaces/%d/path", n);
	int r;

	if (!path)
		return -ENOMEM;
	if (l->kind == LIE_ADD_NAMESPACE)
		return n >= 0 ? 0 : append_namespace(config, l->where);
	if (n < 0)
		return 0;
	joined = json_at(*config, path);
	if (l->kind == LIE_DROP_NAMESPACE_PATH) {
		(void)json_remove(config, path, NULL);
		return user && joined && !has_mappings(*config) ? map_all(config) : 0;
	}
	r = drop(config, str_format("/linux/namespaces/%d", n));
	if (user && r == 0) {
		(void)json_remove(config, "/linux/uidMappings", NULL);
		(void)json_remove(config, "/linux/gidMappings", NULL);
	}
	return r;
}

/* The container starts, and is another one. */
static int add_userns(struct json **config)
{
	int r;

	if (find_namespace(*config, "user") >= 0)
		return 0;
	r = append_namespace(config, "user");
	return r < 0 ? r : map_all(config);
}

static int swap_hooks(const struct lie *l, struct json **config)
{
	struct json *hooks = json_at(*config, "/hooks");
	const struct json *first = json_member(hooks, l->where);
	const struct json *second = json_member(hooks, l->what);
	struct json *a, *b;
	int r;

	if (!first && !second)
		return 0;
	a = first ? json_copy(first) : json_new(JSON_ARRAY);
	b = second ? json_copy(second) : json_new(JSON_ARRAY);
	r = json_set_member(hooks, l->where, b);
	return json_set_member(hooks, l->what, a) < 0 || r < 0 ? -ENOMEM : 0;
}

static int hooks_twice(struct json **config)
{
	struct json *hooks = json_at(*config, "/hooks");

	for (size_t k = 0; hooks && hooks->type == JSON_OBJECT && k < hooks->count; k++) {
		struct json *list = hooks->items[k];
		size_t n = list->type == JSON_ARRAY ? list->count : 0;

		for (size_t i = 0; i < n; i++) {
			if (json_append(list, json_copy(list->items[i])) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

static int edit(const struct lie *l, struct json **config, const char *bundle)
{
	switch (l->kind) {
	case LIE_DROP:
		return drop(config, strdup(l->where));
	case LIE_SET:
	case LIE_ADD:
		return set_or_add(l, config, bundle);
	case LIE_POP:
		return pop(l, config);
	case LIE_REVERSE:
		reverse(l, config);
		return 0;
	case LIE_DROP_OPTION:
	case LIE_ADD_OPTION:
	case LIE_SET_OPTION:
		return edit_option(l, config);
	case LIE_DROP_MOUNT:
	case LIE_SET_MOUNT_SOURCE:
	case LIE_SET_MOUNT_TYPE:
	case LIE_DROP_MOUNT_MAPPINGS:
		return edit_mount(l, config, bundle);
	case LIE_DROP_NAMESPACE:
	case LIE_DROP_NAMESPACE_PATH:
	case LIE_ADD_NAMESPACE:
		return edit_namespace(l, config);
	case LIE_ADD_USERNS:
		return add_userns(config);
	case LIE_SWAP_HOOKS:
		return swap_hooks(l, config);
	default:
		return str_eq(l->where, "hooks-twice") ? hooks_twice(config) : 0;
	}
}

int lie_edit(const struct lie *l, struct json **config, const char *bundle, struct err *e)
{
	CLEANUP(json_freep) struct json *before = json_copy(*config);
	int r = before ? edit(l, config, bundle) : -ENOMEM;

	if (r < 0)
		return err_set(e, -r, "tell the lie '%s': %m", l->text);
	return json_equal(before, *config) ? 0 : 1;
}
