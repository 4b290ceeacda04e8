/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <errno.h>
#include <string.h>

static int check(const struct json *root, const struct json *schema, const struct json *value,
		 struct err *e);

static const char *const type_names[] = {
	[JSON_NULL] = "null",	  [JSON_BOOL] = "boolean", [JSON_NUMBER] = "number",
	[JSON_STRING] = "string", [JSON_ARRAY] = "array",  [JSON_OBJECT] = "object",
};

static bool is_type(const struct json *value, const char *name)
{
	int64_t n;

	if (str_eq(name, "integer"))
		return value->type == JSON_NUMBER && json_int(value, &n) != -EINVAL;
	return str_eq(type_names[value->type], name);
}

static int check_type(const struct json *want, const struct json *value, struct err *e)
{
	if (want->type == JSON_STRING)
		return is_type(value, want->text) ? 0 : err_set(e, EINVAL, "not %s", want->text);
	for (size_t i = 0; i < want->count; i++) {
		if (is_type(value, want->items[i]->text))
			return 0;
	}
	return err_set(e, EINVAL, "none of the types");
}

static int check_required(const struct json *names, const struct json *value, struct err *e)
{
	for (size_t i = 0; value->type == JSON_OBJECT && i < names->count; i++) {
		if (!json_member(value, names->items[i]->text))
			return err_set(e, EINVAL, "lacks %s", names->items[i]->text);
	}
	return 0;
}

/* properties and additionalProperties: each member by its own schema, else by the common one. */
static int check_members(const struct json *root, const struct json *schema,
			 const struct json *value, struct err *e)
{
	const struct json *properties = json_member(schema, "properties");
	const struct json *others = json_member(schema, "additionalProperties");
	int r = 0;

	for (size_t i = 0; value->type == JSON_OBJECT && i < value->count && r == 0; i++) {
		const struct json *own =
			properties ? json_member(properties, value->names[i]) : NULL;

		if (!own && others && others->type == JSON_BOOL && !others->boolean)
			r = err_set(e, EINVAL, "is not allowed");
		else if (own || (others && others->type == JSON_OBJECT))
			r = check(root, own ? own : others, value->items[i], e);
		if (r < 0)
			(void)err_wrap(e, "%s", value->names[i]);
	}
	return r;
}

static int check_enum(const struct json *list, const struct json *value, struct err *e)
{
	for (size_t i = 0; i < list->count; i++) {
		if (json_equal(list->items[i], value))
			return 0;
	}
	return err_set(e, EINVAL, "none of the values");
}

static int check_minimum(const struct json *least, const struct json *value, struct err *e)
{
	/* zero is the only minimum that we use, and the sign tells */
	if (!str_eq(least->text, "0"))
		return err_set(e, EINVAL, "a minimum other than 0");
	return value->type == JSON_NUMBER && value->text[0] == '-'
		       ? err_set(e, EINVAL, "less than 0")
		       : 0;
}

static int check_items(const struct json *root, const struct json *schema, const struct json *value,
		       struct err *e)
{
	for (size_t i = 0; value->type == JSON_ARRAY && i < value->count; i++) {
		int r = check(root, schema, value->items[i], e);

		if (r < 0)
			return err_wrap(e, "%zu", i);
	}
	return 0;
}

static int check_keyword(const struct json *root, const struct json *schema, const char *keyword,
			 const struct json *arg, const struct json *value, struct err *e)
{
	static const char *const silent[] = {"$schema", "$id", "$defs", "title", "description"};

	if (str_eq(keyword, "$ref"))
		return check(root, json_at(root, arg->text + 1), value, e);
	if (str_eq(keyword, "type"))
		return check_type(arg, value, e);
	if (str_eq(keyword, "required"))
		return check_required(arg, value, e);
	if (str_eq(keyword, "properties"))
		return check_members(root, schema, value, e);
	if (str_eq(keyword, "additionalProperties"))
		return json_member(schema, "properties") ? 0
							 : check_members(root, schema, value, e);
	if (str_eq(keyword, "items"))
		return check_items(root, arg, value, e);
	if (str_eq(keyword, "enum"))
		return check_enum(arg, value, e);
	if (str_eq(keyword, "minimum"))
		return check_minimum(arg, value, e);
	for (size_t i = 0; i < sizeof(silent) / sizeof(*silent); i++) {
		if (str_eq(keyword, silent[i]))
			return 0;
	}
	return err_set(e, EINVAL, "the keyword %s is not known", keyword);
}

static int check(const struct json *root, const struct json *schema, const struct json *value,
		 struct err *e)
{
	if (!schema || schema->type != JSON_OBJECT)
		return err_set(e, EINVAL, "no schema");
	for (size_t i = 0; i < schema->count; i++) {
		int r = check_keyword(root, schema, schema->names[i], schema->items[i], value, e);

		if (r < 0)
			return r;
	}
	return 0;
}

int schema_check(const struct json *root, const struct json *value, struct err *e)
{
	return check(root, root, value, e);
}
