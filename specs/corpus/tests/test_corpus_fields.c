/* SPDX-License-Identifier: Apache-2.0 */
/* Documents that need no row: each is a complete one with one value of another JSON type, or
 * without one required member. */
#include "check_corpus.h"

#include "catalogue.h"
#include "cleanup.h"
#include "fields.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static const struct field_obj *root_object(enum cfg_kind kind)
{
	if (kind == CFG_STATE)
		return &field_obj_state;
	return kind == CFG_FEATURES ? &field_obj_features : &field_obj_config;
}

/* Called for every value that the table knows: its pointer, its field, and whether it is an element
 * or a member of the field's value. */
typedef void (*visit_fn)(const struct json *v, const char *pointer, const struct field *f,
			 const struct field *in, bool element, void *arg);

static void visit_object(const struct json *o, const char *pointer, const struct field_obj *t,
			 const struct field *in, visit_fn fn, void *arg);

/* Names of the complete documents hold no '~', and a '/' in none. */
static void visit_value(const struct json *v, const char *pointer, const struct field *f,
			const struct field *in, visit_fn fn, void *arg)
{
	fn(v, pointer, f, in, false, arg);
	if (f->kind == FIELD_OBJ && v->type == JSON_OBJECT) {
		visit_object(v, pointer, f->obj, f, fn, arg);
		return;
	}
	for (size_t i = 0; i < v->count; i++) {
		cleanup_free char *inner = v->type == JSON_OBJECT
						   ? str_format("%s/%s", pointer, v->names[i])
						   : str_format("%s/%zu", pointer, i);

		fn(v->items[i], inner, f, in, true, arg);
		if ((f->kind == FIELD_LIST || f->kind == FIELD_MAP) &&
		    v->items[i]->type == JSON_OBJECT)
			visit_object(v->items[i], inner, f->obj, f, fn, arg);
	}
}

static void visit_object(const struct json *o, const char *pointer, const struct field_obj *t,
			 const struct field *in, visit_fn fn, void *arg)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct field *f = field_find(t, o->names[i], strlen(o->names[i]));
		cleanup_free char *inner = str_format("%s/%s", pointer, o->names[i]);

		if (f)
			visit_value(o->items[i], inner, f, in, fn, arg);
	}
}

static void accept_field(const struct json *v, const char *pointer, const struct field *f,
			 const struct field *in, bool element, void *arg)
{
	struct tally *t = arg;

	(void)v;
	(void)pointer;
	(void)element;
	t->accepted[field_req(f, in)] = true;
}

void check_fields_of(enum cfg_kind kind, const struct json *root, struct tally *t)
{
	visit_object(root, "", root_object(kind), NULL, accept_field, t);
}

struct json *check_read(const char *name)
{
	cleanup_free char *path = str_format(CORPUS_DIR "/%s.json", name);
	cleanup_free char *buf = NULL;
	struct json *root = NULL;
	struct err e = {0};
	size_t len;

	ck_assert_msg(fd_read_file_at(AT_FDCWD, path, 1 << 20, &buf, &len, &e) == 0, "%s", e.msg);
	ck_assert_msg(json_parse(buf, len, &root, &e) == 0, "%s: %s", path, e.msg);
	return root;
}

struct mutation {
	enum cfg_kind kind;
	const struct json *root;
	struct tally *tally;
	unsigned int count;
};

/* Judges @changed and demands a finding at @pointer, in its place, that speaks of the field: its
 * own requirement or a sharper one. */
static void expect_finding(struct mutation *m, const struct json *changed, const char *pointer,
			   const struct field *f, const struct field *in)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_findings found CLEANUP(cfg_findings_done) = {0};
	struct json *parsed CLEANUP(json_freep) = NULL;
	bool hit = false;

	json_print(changed, 2, &text);
	ck_assert_int_eq(json_parse(text.buf, text.len, &parsed, NULL), 0);
	ck_assert_int_eq(check_judge(m->kind, VAL_TARGET_LATEST, text.buf, text.len, &found,
				     m->tally, pointer),
			 0);
	for (size_t i = 0; i < found.count; i++) {
		int req = found.items[i].req;

		if (req != field_req(f, in) && !val_has_rule(req))
			continue;
		hit = hit || check_found(&found, req, parsed, pointer);
	}
	ck_assert_msg(hit, "no finding at %s: %zu findings, first %s at %s", pointer, found.count,
		      found.count ? catalogue_get((enum req)found.items[0].req)->id : "none",
		      found.count ? found.items[0].pointer : "");
	m->count++;
}

static bool is_number_field(const struct field *f)
{
	return f->kind == FIELD_INT || f->kind == FIELD_UINT || f->kind == FIELD_UINTS;
}

static void mutate(const struct json *v, const char *pointer, const struct field *f,
		   const struct field *in, bool element, void *arg)
{
	static const char *const others[] = {"null", "true", "7", "7.5", "\"x\"", "[]", "{}"};
	struct mutation *m = arg;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct json *value = NULL, *changed CLEANUP(json_freep) = json_copy(m->root);

		ck_assert_int_eq(json_parse(others[i], strlen(others[i]), &value, NULL), 0);
		if ((value->type == v->type &&
		     (value->type != JSON_NUMBER || !is_number_field(f) || i == 2)) ||
		    (m->kind == CFG_FEATURES && value->type == JSON_NULL && !element &&
		     !(f->flags & FIELD_REQUIRED))) {
			json_free(value); /* fits, or stands for an absent member */
			continue;
		}
		ck_assert_int_eq(json_set(&changed, pointer, value, NULL), 0);
		expect_finding(m, changed, pointer, f, in);
	}
	if (!element && (f->flags & FIELD_REQUIRED)) {
		struct json *changed CLEANUP(json_freep) = json_copy(m->root);

		ck_assert_int_eq(json_remove(&changed, pointer, NULL), 0);
		expect_finding(m, changed, pointer, f, in);
	}
}

void check_types(const char *base, enum cfg_kind kind, struct tally *t)
{
	struct json *root CLEANUP(json_freep) = check_read(base);
	struct mutation m = {.kind = kind, .root = root, .tally = t};

	visit_object(root, "", root_object(kind), NULL, mutate, &m);
	ck_assert_uint_gt(m.count, kind == CFG_CONFIG ? 1000 : 20);
}
