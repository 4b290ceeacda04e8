/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"
#include "fields.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct field_obj *const roots[] = {&field_obj_config, &field_obj_state,
						&field_obj_features,
						&field_obj_container_process_state};
#define NROOTS (sizeof(roots) / sizeof(roots[0]))

/* What one walk sees. */
struct seen {
	const char *want;
	struct field_view found; /* its pointer is not good after the walk */
	size_t count, hits;
	enum req req;
	char last[512];
};

static int look(const struct field_view *v, void *arg)
{
	struct seen *s = arg;

	s->count++;
	ck_assert_str_ne(v->pointer, s->last);
	ck_assert(strlen(v->pointer) < sizeof(s->last));
	memcpy(s->last, v->pointer, strlen(v->pointer) + 1);
	ck_assert_ptr_nonnull(strrchr(v->pointer, '/'));
	ck_assert_str_eq(strrchr(v->pointer, '/') + 1, v->field->name);
	if (v->req == (int)s->req)
		s->hits++;
	if (str_eq(v->pointer, s->want)) {
		s->found = *v;
		return 7;
	}
	return 0;
}

static struct field_view find(const struct field_obj *root, const char *pointer)
{
	struct seen s = {.want = pointer};

	ck_assert_msg(field_walk(root, look, &s) == 7, "%s", pointer);
	return s.found;
}

START_TEST(test_walk_patterns)
{
	struct field_view v = find(&field_obj_config, "/linux/resources/memory/limit");

	ck_assert_int_eq(v.field->kind, FIELD_INT);
	ck_assert(v.field->min == INT64_MIN && v.field->max == INT64_MAX);
	ck_assert_int_eq(v.req, REQ_CGROUP_MEMORY_LIMIT_FIELD);
	ck_assert(!v.required && !v.always);
	ck_assert_str_eq(v.owner->name, "memory");
	ck_assert_str_eq(v.in->name, "memory");

	v = find(&field_obj_config, "/mounts/*/options");
	ck_assert_int_eq(v.field->kind, FIELD_STRS);
	v = find(&field_obj_config, "/linux/timeOffsets/{}/secs");
	ck_assert_int_eq(v.field->kind, FIELD_INT);
	v = find(&field_obj_config, "/linux/sysctl");
	ck_assert_int_eq(v.field->kind, FIELD_PAIRS);
	v = find(&field_obj_config, "/linux/namespaces/*/type");
	ck_assert(v.required && !v.always);
	ck_assert_str_eq(v.field->set->names[0], "pid");
	v = find(&field_obj_config, "/root/path");
	ck_assert(v.required && v.always);
	v = find(&field_obj_config, "/process/cwd");
	ck_assert(v.required && !v.always);
	v = find(&field_obj_container_process_state, "/state/annotations");
	ck_assert_int_eq(v.req, REQ_STATE_ANNOTATIONS_FIELD);
	ck_assert_int_eq(find(&field_obj_config, "/hooks/poststop/*/path").req,
			 REQ_HOOK_POSTSTOP_PATH_REQUIRED);
	ck_assert_int_eq(find(&field_obj_config, "/hooks/prestart/*/path").req,
			 REQ_HOOK_PRESTART_PATH_REQUIRED);
}
END_TEST

START_TEST(test_walk_stops)
{
	struct seen s = {.want = "/ociVersion"};

	ck_assert_int_eq(field_walk(&field_obj_config, look, &s), 7);
	ck_assert_uint_eq(s.count, 1);
}
END_TEST

/* Whether the JSON type that the catalogue's sentence names is the one of the row. */
static bool type_agrees(const struct field *f, const char *statement)
{
	bool array = strstr(statement, "an array of"), object = strstr(statement, "an object");

	switch ((enum field_kind)f->kind) {
	case FIELD_STR:
	case FIELD_ENUM:
		return strstr(statement, "a string") && !array &&
		       !strstr(statement, "with string values");
	case FIELD_BOOL:
		return strstr(statement, "a boolean");
	case FIELD_INT:
	case FIELD_UINT:
		if (strstr(statement, "64-bit") &&
		    f->max < (f->kind == FIELD_INT ? (uint64_t)INT64_MAX : UINT64_MAX))
			return false;
		if (strstr(statement, "unsigned") && f->kind != FIELD_UINT)
			return false;
		if (strstr(statement, " signed") && f->kind != FIELD_INT)
			return false;
		return strstr(statement, "integer");
	case FIELD_OBJ:
	case FIELD_MAP:
		return (object || strstr(statement, "state object")) && !array;
	case FIELD_PAIRS:
		return object;
	case FIELD_STRS:
	case FIELD_ENUMS:
		return strstr(statement, "an array of strings");
	case FIELD_UINTS:
		return strstr(statement, "an array of integers");
	case FIELD_LIST:
		return strstr(statement, "an array of") && strstr(statement, "object");
	}
	return false;
}

/* Required, but only in some documents: rules of the validator. */
static bool is_conditional(int req)
{
	return req == REQ_LINUX_DEVICE_MAJOR_MINOR_FIELD || req == REQ_STATE_PID_FIELD;
}

static int agree(const struct field_view *v, void *arg)
{
	const struct requirement *r = catalogue_get((enum req)v->req);

	(void)arg;
	ck_assert_msg(r != NULL, "%s cites nothing", v->pointer);
	/* the text gives user no type of its own: it is there because its uid is required */
	if (!str_ends(r->id, "-field") || str_ends(v->pointer, "/process/user"))
		return 0;
	ck_assert_msg(type_agrees(v->field, r->statement), "%s: %s", v->pointer, r->statement);
	if (r->level_num == LEVEL_REQUIRED && !is_conditional(v->req))
		ck_assert_msg(v->required, "%s: %s is REQUIRED", v->pointer, r->id);
	else
		ck_assert_msg(!v->required, "%s: %s is %s", v->pointer, r->id, r->level);
	return 0;
}

START_TEST(test_rows_agree_with_catalogue)
{
	for (size_t i = 0; i < NROOTS; i++)
		ck_assert_int_eq(field_walk(roots[i], agree, NULL), 0);
}
END_TEST

START_TEST(test_every_field_requirement_has_a_row)
{
	const struct requirement *r;
	size_t checked = 0;

	for (int i = REQ_NONE + 1; (r = catalogue_get((enum req)i)); i++) {
		struct seen s = {.req = (enum req)i};

		if (!str_ends(r->id, "-field"))
			continue;
		for (size_t k = 0; k < NROOTS; k++)
			(void)field_walk(roots[k], look, &s);
		ck_assert_msg(s.hits > 0, "no row cites %s", r->id);
		checked++;
	}
	ck_assert_uint_gt(checked, 200);
}
END_TEST

START_TEST(test_find)
{
	const struct field *f = field_find(&field_obj_process, "cwdX", 3);

	ck_assert_ptr_nonnull(f);
	ck_assert_str_eq(f->name, "cwd");
	ck_assert_ptr_null(field_find(&field_obj_process, "cwd", 2));
	ck_assert_ptr_null(field_find(&field_obj_process, "CWD", 3));
	ck_assert_ptr_null(field_find(&field_obj_process, "", 0));
	ck_assert_ptr_null(field_find_from(&field_obj_process, 3, "cwdX", 4));
	/* the key of an object in a map is no member */
	ck_assert_ptr_null(field_find(&field_obj_rdma, "key", 3));
	ck_assert_int_eq(field_set_find(&field_set_ns_type, "mountain", 5), 2);
	ck_assert_int_eq(field_set_find(&field_set_ns_type, "mountain", 8), -1);
	ck_assert_int_eq(field_set_find(&field_set_ns_type, "mou", 3), -1);
	ck_assert_int_eq(field_set_find(&field_set_ns_type, "", 0), -1);
	ck_assert_int_eq(field_set_find(&field_set_ns_type, "pid\0x", 5), -1);
	ck_assert_int_eq(field_set_find(&field_set_ns_type, "pid\0", 4), -1);
}
END_TEST

static int names_are_unique(const struct field_view *v, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < v->owner->nfields; i++) {
		const struct field *f = &v->owner->fields[i];

		ck_assert_ptr_eq(field_find(v->owner, f->name, f->len), f);
		for (size_t from = 0; from <= v->owner->nfields; from++)
			ck_assert_ptr_eq(field_find_from(v->owner, from, f->name, f->len), f);
		ck_assert_uint_eq(v->owner->required >> i & 1, f->flags & FIELD_REQUIRED);
	}
	if (v->field->set) {
		for (size_t i = 0; i < v->field->set->count; i++) {
			const char *name = v->field->set->names[i];

			ck_assert_int_eq(field_set_find(v->field->set, name, strlen(name)), (int)i);
		}
	}
	ck_assert(v->field->kind != FIELD_INT || v->field->min < (int64_t)v->field->max);
	return 0;
}

START_TEST(test_names_are_unique)
{
	for (size_t i = 0; i < NROOTS; i++)
		ck_assert_int_eq(field_walk(roots[i], names_are_unique, NULL), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fields");
	TCase *t = tcase_create("fields");

	suite_add_tcase(s, t);
	tcase_add_test(t, test_walk_patterns);
	tcase_add_test(t, test_walk_stops);
	tcase_add_test(t, test_rows_agree_with_catalogue);
	tcase_add_test(t, test_every_field_requirement_has_a_row);
	tcase_add_test(t, test_find);
	tcase_add_test(t, test_names_are_unique);
	return suite_run(s);
}
