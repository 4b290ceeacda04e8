/* SPDX-License-Identifier: Apache-2.0 */
#include "ops.h"

#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ops_split_name(const char *name, char **ret_fact)
{
	const char *hash = strstr(name, "#/");

	if (!hash)
		hash = name + strlen(name);
	*ret_fact = strndup(name, (size_t)(hash - name));
	if (!*ret_fact)
		return NULL;
	return *hash ? hash + 1 : hash;
}

static bool array_has(const struct json *array, const struct json *element)
{
	for (size_t i = 0; i < array->count; i++) {
		if (json_equal(array->items[i], element))
			return true;
	}
	return false;
}

bool ops_has(const struct json *whole, const struct json *part)
{
	switch (whole->type) {
	case JSON_ARRAY:
		if (array_has(whole, part))
			return true;
		/* an object that is described by some of its members */
		for (size_t i = 0; part->type == JSON_OBJECT && i < whole->count; i++) {
			if (whole->items[i]->type == JSON_OBJECT && ops_has(whole->items[i], part))
				return true;
		}
		return false;
	case JSON_STRING:
		return part->type == JSON_STRING &&
		       memmem(whole->text, whole->len, part->text, part->len) != NULL;
	case JSON_OBJECT:
		if (part->type != JSON_OBJECT)
			return false;
		for (size_t i = 0; i < part->count; i++) {
			const struct json *member = json_member(whole, part->names[i]);

			if (!member)
				return false;
			if (!json_equal(member, part->items[i]) &&
			    !(member->type == JSON_OBJECT && ops_has(member, part->items[i])))
				return false;
		}
		return true;
	default:
		return json_equal(whole, part);
	}
}

/* Both arrays have the same elements, each as often. */
static bool set_equal(const struct json *a, const struct json *b)
{
	if (a->type != JSON_ARRAY || b->type != JSON_ARRAY || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		size_t in_a = 0, in_b = 0;

		for (size_t k = 0; k < a->count; k++) {
			in_a += json_equal(a->items[i], a->items[k]);
			in_b += json_equal(a->items[i], b->items[k]);
		}
		if (in_a != in_b)
			return false;
	}
	return true;
}

static bool is_empty(const struct json *v)
{
	uint64_t n;

	switch (v->type) {
	case JSON_NULL:
		return true;
	case JSON_STRING:
		return v->len == 0;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return v->count == 0;
	case JSON_NUMBER:
		return json_uint(v, &n) == 0 && n == 0;
	default:
		return false;
	}
}

/* A number, or a string that is one, as the files of a cgroup are. */
static bool number_of(const struct json *v, __int128 *ret)
{
	const char *text = v->type == JSON_NUMBER ? v->text : json_string(v);
	uint64_t u;
	int64_t i;

	if (!text)
		return false;
	if (str_to_u64(text, UINT64_MAX, &u) == 0)
		*ret = u;
	else if (str_to_i64(text, INT64_MIN, INT64_MAX, &i) == 0)
		*ret = i;
	else
		return false;
	return true;
}

static bool compare(enum op op, const struct json *observed, const struct json *expected)
{
	__int128 a, b;

	if (!number_of(observed, &a) || !number_of(expected, &b))
		return false;
	return op == OP_MIN ? a >= b : a <= b;
}

/* {"error":"EACCES"}: the probe could not read it. */
static bool is_error(const struct json *v)
{
	return v->type == JSON_OBJECT && v->count == 1 && str_eq(v->names[0], "error") &&
	       v->items[0]->type == JSON_STRING;
}

static bool one_of(const struct json *observed, const struct json *expected)
{
	return expected->type == JSON_ARRAY && array_has(expected, observed);
}

static bool match(const struct json *observed, const struct json *expected)
{
	const char *pattern = json_string(expected), *text = json_string(observed);

	return pattern && text && str_glob(pattern, text);
}

static bool is_negative(enum op op)
{
	return op == OP_NE || op == OP_LACKS || op == OP_NOT_HOST;
}

bool ops_has_operand(enum op op)
{
	return op != OP_HOST && op != OP_NOT_HOST && op != OP_SAME && op != OP_EMPTY;
}

static bool eval_reference(enum op op, const struct json *observed, const char *pointer,
			   const struct json *reference, char *why, size_t why_size)
{
	static const struct json null = {.type = JSON_NULL};
	const struct json *r = reference ? json_at(reference, pointer) : NULL;
	bool seen = reference && !is_error(reference) && !(r && is_error(r));

	/* what could not be seen has not stayed, and is not the same as what cannot be seen now; a
	 * kernel that lacks something lacks it in the container, too */
	if (op == OP_SAME)
		seen = seen && r && r->type != JSON_NULL;
	else if (op == OP_NOT_HOST)
		seen = seen && r;
	if (!seen) {
		(void)snprintf(why, why_size,
			       op == OP_SAME ? "not observed before the case"
					     : "not observed on the host");
		return false;
	}
	return json_equal(observed, r ? r : &null) == (op != OP_NOT_HOST);
}

bool ops_eval(enum op op, const struct json *observed, const char *pointer,
	      const struct json *expected, const struct json *reference, char *why, size_t why_size)
{
	static const struct json null = {.type = JSON_NULL};
	const struct json *v;

	why[0] = '\0';
	if (!observed) {
		(void)snprintf(why, why_size, "not observed");
		return false;
	}
	v = json_at(observed, pointer);
	/* what an error has not is not therefore absent */
	if (is_error(observed) && (!v || is_negative(op))) {
		(void)snprintf(why, why_size, "could not be observed");
		return false;
	}
	/* a file that is not there has no word that it could lack */
	if (is_negative(op) && (!v || (op == OP_LACKS && v->type == JSON_NULL))) {
		(void)snprintf(why, why_size, "nothing stands there");
		return false;
	}
	if (!v)
		v = &null;
	if (!ops_has_operand(op))
		return op == OP_EMPTY ? is_empty(v)
				      : eval_reference(op, v, pointer, reference, why, why_size);
	if (!expected) {
		(void)snprintf(why, why_size, "the case gives no value");
		return false;
	}
	switch (op) {
	case OP_EQ:
		return json_equal(v, expected);
	case OP_NE:
		return !json_equal(v, expected);
	case OP_HAS:
		return ops_has(v, expected);
	case OP_LACKS:
		return !ops_has(v, expected);
	case OP_MIN:
	case OP_MAX:
		return compare(op, v, expected);
	case OP_MATCH:
		return match(v, expected);
	case OP_ONE_OF:
		return one_of(v, expected);
	case OP_SET_EQ:
		return set_equal(v, expected);
	default:
		(void)snprintf(why, why_size, "no such operator");
		return false;
	}
}

const char *ops_words(enum op op)
{
	switch (op) {
	case OP_EQ:
		return "equals";
	case OP_NE:
		return "differs from";
	case OP_HAS:
		return "has";
	case OP_LACKS:
		return "lacks";
	case OP_MIN:
		return "is at least";
	case OP_MAX:
		return "is at most";
	case OP_MATCH:
		return "matches";
	case OP_HOST:
		return "equals the host's";
	case OP_NOT_HOST:
		return "differs from the host's";
	case OP_SAME:
		return "is unchanged";
	case OP_ONE_OF:
		return "is one of";
	case OP_SET_EQ:
		return "equals as a set";
	case OP_EMPTY:
		return "is empty";
	default:
		return "?";
	}
}
