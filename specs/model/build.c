/* SPDX-License-Identifier: Apache-2.0 */
/* Events into structs. A frame stack says where the next value goes; what a value has to be, the
 * table says. */
#include "cfg.h"
#include "parser.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct list) == sizeof(struct cfg_strs) &&
		       offsetof(struct list, present) == offsetof(struct cfg_strs, present) &&
		       sizeof(struct list) == sizeof(struct cfg_config_list) &&
		       sizeof(struct list) == sizeof(struct cfg_pairs),
	       "all lists have the shape of struct list");

static struct frame *top(struct parser *p)
{
	return &p->frames[p->depth - 1];
}

/* The requirement that the value which comes in @f would break. */
static int req_of(const struct frame *f)
{
	return field_req(f->field, f->in);
}

static int mismatch(struct parser *p, const struct token *t, const char *expected)
{
	char got[DESCRIBED];

	parser_describe(t, got, sizeof(got));
	return parser_finding(p, req_of(top(p)), t->off, NULL, "expected %s, got %s", expected,
			      got);
}

static int out_of_bounds(struct parser *p, const struct token *t, int64_t min, uint64_t max)
{
	char got[DESCRIBED];

	parser_describe(t, got, sizeof(got));
	return parser_finding(p, req_of(top(p)), t->off, NULL,
			      "must be from %" PRId64 " to %" PRIu64 ", got %s", min, max, got);
}

/* Strings go to the kernel and to other programs as C strings. */
static bool is_c_string(const struct token *t)
{
	return !t->len || !memchr(t->s, '\0', t->len);
}

static int bad_c_string(struct parser *p, const struct token *t)
{
	return parser_finding(p, req_of(top(p)), t->off, NULL, "must not hold a NUL character");
}

static int add_place(struct parser *p, const struct frame *f, uint32_t off, size_t index,
		     size_t slot, uint32_t *ret)
{
	uint32_t n = place_add(p->priv, off, f->place, index, slot);

	if (n == NO_PLACE)
		return parser_oom(p);
	if (ret)
		*ret = n;
	return 0;
}

static int field_place(struct parser *p, const struct frame *f, uint32_t off, uint32_t *ret)
{
	return add_place(p, f, off, (size_t)(f->field - f->obj->fields), 0, ret);
}

static bool *has_member(const struct frame *f)
{
	return (bool *)((char *)f->base + f->field->has);
}

static int unknown_name(struct parser *p, const struct token *t, const struct field_set *set)
{
	char got[DESCRIBED], names[DESCRIBED];
	size_t n = 0;

	parser_describe(t, got, sizeof(got));
	names[0] = '\0';
	for (size_t i = 0; i < set->count; i++) {
		size_t len = strlen(set->names[i]);

		if (n + len + sizeof(", ...") > sizeof(names)) {
			memcpy(names + n, ", ...", sizeof(", ..."));
			break;
		}
		if (n) {
			memcpy(names + n, ", ", 2);
			n += 2;
		}
		memcpy(names + n, set->names[i], len + 1);
		n += len;
	}
	return parser_finding(p, req_of(top(p)), t->off, NULL, "%s is not one of %s", got, names);
}

static int set_string(struct parser *p, const struct token *t, struct frame *f)
{
	char **member = (char **)((char *)f->base + f->field->offset);

	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	if (!is_c_string(t))
		return bad_c_string(p, t);
	if (!t->len && (f->field->flags & FIELD_PATH))
		return parser_finding(p, req_of(f), t->off, NULL, "must not be empty");
	*member = arena_strdup(&p->priv->arena, t->s, t->len);
	return *member ? field_place(p, f, t->off, NULL) : parser_oom(p);
}

static int set_number(struct parser *p, const struct token *t, struct frame *f)
{
	const struct field *x = f->field;
	char *member = (char *)f->base + x->offset;
	int rc;

	if (t->type != TOKEN_NUMBER)
		return mismatch(p, t, "an integer");
	rc = x->kind == FIELD_INT
		     ? text_to_i64(t->s, t->len, x->min, (int64_t)x->max, (int64_t *)member)
		     : text_to_u64(t->s, t->len, x->max, (uint64_t *)member);
	if (rc == -EINVAL)
		return mismatch(p, t, "an integer");
	if (rc)
		return out_of_bounds(p, t, x->kind == FIELD_INT ? x->min : 0, x->max);
	*has_member(f) = true;
	return field_place(p, f, t->off, NULL);
}

static int set_enum(struct parser *p, const struct token *t, struct frame *f)
{
	int *member = (int *)((char *)f->base + f->field->offset);
	int value, rc;

	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	value = field_set_find(f->field->set, t->s, t->len);
	rc = value < 0 ? unknown_name(p, t, f->field->set) : 0;
	if (rc)
		return rc;
	*member = value < 0 ? CFG_UNKNOWN : value;
	*has_member(f) = true;
	return field_place(p, f, t->off, NULL);
}

/* A value that is neither object nor array, for the member f->field. */
static int set_member(struct parser *p, const struct token *t, struct frame *f)
{
	if (t->type == TOKEN_NULL && p->null_is_absent && !(f->field->flags & FIELD_REQUIRED))
		return 0;
	switch ((enum field_kind)f->field->kind) {
	case FIELD_STR:
		return set_string(p, t, f);
	case FIELD_INT:
	case FIELD_UINT:
		return set_number(p, t, f);
	case FIELD_ENUM:
		return set_enum(p, t, f);
	case FIELD_BOOL:
		if (t->type != TOKEN_BOOL)
			break;
		*((bool *)((char *)f->base + f->field->offset)) = t->boolean;
		*has_member(f) = true;
		return field_place(p, f, t->off, NULL);
	default:
		break;
	}
	return mismatch(p, t, field_expects(f->field));
}

/* Room for one more item behind those of the list of @f, and @spare further ones; it is zero. NULL
 * where memory is short. */
static void *new_item(struct parser *p, struct frame *f, size_t size, size_t spare)
{
	struct list *l = f->base;
	char *item;

	if (l->count + 1 + spare > f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 4;
		void *items = arena_resize(&p->priv->arena, l->items, f->cap * size, cap * size);

		if (!items)
			return NULL;
		l->items = items;
		f->cap = cap;
	}
	item = (char *)l->items + l->count * size;
	memset(item, 0, (1 + spare) * size);
	return item;
}

static int add_scalar(struct parser *p, const struct token *t, struct frame *f)
{
	struct list *l = f->base;
	uint64_t u = 0;
	int value = 0, rc;
	void *item;

	if (f->kind == FRAME_UINTS) {
		rc = t->type == TOKEN_NUMBER ? text_to_u64(t->s, t->len, f->field->max, &u)
					     : -EINVAL;
		if (rc == -EINVAL)
			return mismatch(p, t, "an integer");
		if (rc)
			return out_of_bounds(p, t, 0, f->field->max);
		item = new_item(p, f, sizeof(uint32_t), 0);
		if (item)
			*(uint32_t *)item = (uint32_t)u;
	} else if (t->type != TOKEN_STRING) {
		return mismatch(p, t, "a string");
	} else if (f->kind == FRAME_ENUMS) {
		value = field_set_find(f->field->set, t->s, t->len);
		rc = value < 0 ? unknown_name(p, t, f->field->set) : 0;
		if (rc)
			return rc;
		item = new_item(p, f, sizeof(int), 0);
		if (item)
			*(int *)item = value < 0 ? CFG_UNKNOWN : value;
	} else {
		char *s;

		if (!is_c_string(t))
			return bad_c_string(p, t);
		/* the spare one is the NULL that makes it an argv */
		item = new_item(p, f, sizeof(char *), 1);
		s = item ? arena_strdup(&p->priv->arena, t->s, t->len) : NULL;
		if (!s)
			return parser_oom(p);
		*(char **)item = s;
	}
	if (!item)
		return parser_oom(p);
	rc = add_place(p, f, t->off, f->count - 1, l->count, NULL);
	l->count++;
	return rc;
}

static int add_pair(struct parser *p, const struct token *t, struct frame *f)
{
	struct list *l = f->base;
	struct cfg_pair *pair;
	int rc;

	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	if (!f->key)
		return 0;
	if (!is_c_string(t))
		return bad_c_string(p, t);
	pair = new_item(p, f, sizeof(*pair), 0);
	if (!pair)
		return parser_oom(p);
	pair->key = f->key;
	pair->value = arena_strdup(&p->priv->arena, t->s, t->len);
	if (!pair->value)
		return parser_oom(p);
	rc = add_place(p, f, t->off, l->count, l->count, NULL);
	l->count++;
	return rc;
}

/* Counts an element of an array; the members of objects are counted by their names. */
static int count_element(struct parser *p, struct frame *f, uint32_t off)
{
	if (f->kind == FRAME_OBJECT || f->kind == FRAME_SKIP_OBJECT || f->kind == FRAME_MAP ||
	    f->kind == FRAME_PAIRS)
		return 0;
	if (++f->count > CFG_MAX_ENTRIES)
		return parser_fail(p, E2BIG, off, "an array of more than %u elements",
				   CFG_MAX_ENTRIES);
	return 0;
}

int parser_value(struct parser *p, const struct token *t)
{
	struct frame *f = p->depth ? top(p) : NULL;
	int rc;

	if (!f) {
		char got[DESCRIBED];

		parser_describe(t, got, sizeof(got));
		return parser_fail(p, EINVAL, t->off, "expected an object, got %s", got);
	}
	if (t->type == TOKEN_STRING && t->len > CFG_MAX_STRING)
		return parser_fail(p, E2BIG, t->off, "a string of more than %u bytes",
				   CFG_MAX_STRING);
	rc = count_element(p, f, t->off);
	if (rc)
		return rc;
	switch (f->kind) {
	case FRAME_OBJECT:
		return f->field ? set_member(p, t, f) : 0;
	case FRAME_LIST:
	case FRAME_MAP:
		return mismatch(p, t, "an object");
	case FRAME_PAIRS:
		return add_pair(p, t, f);
	case FRAME_STRS:
	case FRAME_UINTS:
	case FRAME_ENUMS:
		return add_scalar(p, t, f);
	case FRAME_SKIP_OBJECT:
	case FRAME_SKIP_ARRAY:
		break;
	}
	return 0;
}

static int push(struct parser *p, const struct frame *f)
{
	p->frames[p->depth] = *f;
	p->frames[p->depth].names = p->nnames;
	p->depth++;
	return 0;
}

/* Opens what is not in the table. */
static int push_skip(struct parser *p, const struct token *t)
{
	return push(p, &(struct frame){.kind = t->type == TOKEN_OBJECT ? FRAME_SKIP_OBJECT
								       : FRAME_SKIP_ARRAY,
				       .off = t->off});
}

static int open_root(struct parser *p, const struct token *t)
{
	const struct field_obj *o = p->priv->root;
	struct frame f = {.kind = FRAME_OBJECT, .obj = o, .off = t->off};

	if (t->type != TOKEN_OBJECT)
		return parser_fail(p, EINVAL, t->off, "expected an object, got an array");
	f.base = p->doc->object = arena_zalloc(&p->priv->arena, o->size);
	f.place = f.base ? place_add(p->priv, t->off, NO_PLACE, 0, 0) : NO_PLACE;
	return f.place == NO_PLACE ? parser_oom(p) : push(p, &f);
}

/* The frame of a list or map that is the member f->field. */
static int open_list(struct parser *p, const struct token *t, struct frame *f, enum frame_kind kind)
{
	struct frame n = {.kind = kind, .field = f->field, .in = f->in, .off = t->off};
	struct list *l = n.base = (char *)f->base + f->field->offset;
	int rc = field_place(p, f, t->off, &n.place);

	if (rc)
		return rc;
	l->present = true;
	return push(p, &n);
}

static int open_member(struct parser *p, const struct token *t, struct frame *f)
{
	bool object = t->type == TOKEN_OBJECT;
	struct frame n = {
		.kind = FRAME_OBJECT, .obj = f->field->obj, .in = f->field, .off = t->off};
	int rc;

	switch ((enum field_kind)f->field->kind) {
	case FIELD_OBJ:
		if (!object)
			break;
		n.base = arena_zalloc(&p->priv->arena, n.obj->size);
		if (!n.base)
			return parser_oom(p);
		*(void **)((char *)f->base + f->field->offset) = n.base;
		rc = field_place(p, f, t->off, &n.place);
		return rc ? rc : push(p, &n);
	case FIELD_MAP:
		if (object)
			return open_list(p, t, f, FRAME_MAP);
		break;
	case FIELD_PAIRS:
		if (object)
			return open_list(p, t, f, FRAME_PAIRS);
		break;
	case FIELD_LIST:
		if (!object)
			return open_list(p, t, f, FRAME_LIST);
		break;
	case FIELD_STRS:
		if (!object)
			return open_list(p, t, f, FRAME_STRS);
		break;
	case FIELD_UINTS:
		if (!object)
			return open_list(p, t, f, FRAME_UINTS);
		break;
	case FIELD_ENUMS:
		if (!object)
			return open_list(p, t, f, FRAME_ENUMS);
		break;
	default:
		break;
	}
	rc = mismatch(p, t, field_expects(f->field));
	return rc ? rc : push_skip(p, t);
}

/* An object in a list or map of objects. */
static int open_element(struct parser *p, const struct token *t, struct frame *f)
{
	struct frame n = {
		.kind = FRAME_OBJECT, .obj = f->field->obj, .in = f->field, .off = t->off};
	struct list *l = f->base;
	int rc;

	n.base = new_item(p, f, n.obj->size, 0);
	if (!n.base)
		return parser_oom(p);
	if (f->kind == FRAME_MAP)
		((struct cfg_keyed *)n.base)->key = f->key;
	rc = add_place(p, f, t->off, f->count - 1, l->count, &n.place);
	l->count++;
	return rc ? rc : push(p, &n);
}

int parser_open(struct parser *p, const struct token *t)
{
	struct frame *f = p->depth ? top(p) : NULL;
	int rc;

	if (!f)
		return open_root(p, t);
	if (p->depth == CFG_MAX_DEPTH)
		return parser_fail(p, E2BIG, t->off, "nested deeper than %d", CFG_MAX_DEPTH);
	rc = count_element(p, f, t->off);
	if (rc)
		return rc;
	switch (f->kind) {
	case FRAME_OBJECT:
		return f->field ? open_member(p, t, f) : push_skip(p, t);
	case FRAME_LIST:
	case FRAME_MAP:
		if (t->type == TOKEN_OBJECT && (f->kind == FRAME_LIST || f->key))
			return open_element(p, t, f);
		rc = t->type == TOKEN_OBJECT ? 0 : mismatch(p, t, "an object");
		break;
	case FRAME_PAIRS:
	case FRAME_STRS:
	case FRAME_ENUMS:
		rc = mismatch(p, t, "a string");
		break;
	case FRAME_UINTS:
		rc = mismatch(p, t, "an integer");
		break;
	case FRAME_SKIP_OBJECT:
	case FRAME_SKIP_ARRAY:
		break;
	}
	return rc ? rc : push_skip(p, t);
}

int parser_key(struct parser *p, const struct token *t, bool escaped)
{
	struct frame *f = top(p);
	const char *s = t->s;

	if (t->len > CFG_MAX_STRING)
		return parser_fail(p, E2BIG, t->off, "a name of more than %u bytes",
				   CFG_MAX_STRING);
	if (++f->count > CFG_MAX_ENTRIES)
		return parser_fail(p, E2BIG, t->off, "an object of more than %u members",
				   CFG_MAX_ENTRIES);
	if (f->kind == FRAME_OBJECT) {
		f->field = field_find(f->obj, t->s, t->len);
		if (f->field) {
			uint64_t bit = (uint64_t)1 << (f->field - f->obj->fields);

			if (f->seen & bit)
				return names_duplicate(p, t->s, t->len, t->off);
			f->seen |= bit;
			return 0;
		}
	}
	/* an unescaped name can be compared where it stands in the document; others, and those that
	 * become keys, need a copy */
	if (escaped || f->kind == FRAME_MAP || f->kind == FRAME_PAIRS) {
		char *copy = arena_strdup(&p->priv->arena, t->s, t->len);

		if (!copy)
			return parser_oom(p);
		s = f->key = copy;
		if ((f->kind == FRAME_MAP || f->kind == FRAME_PAIRS) && !is_c_string(t)) {
			int rc = bad_c_string(p, t);

			if (rc)
				return rc;
			f->key = NULL;
		}
	}
	return names_add(p, s, t->len, t->off);
}

static int check_required(struct parser *p, const struct frame *f)
{
	for (size_t i = 0; i < f->obj->nfields; i++) {
		const struct field *x = &f->obj->fields[i];
		int rc;

		if (!(x->flags & FIELD_REQUIRED) || f->seen & (uint64_t)1 << i)
			continue;
		rc = parser_finding(p, field_req(x, f->in), f->off, x->name, "is required");
		if (rc)
			return rc;
	}
	return 0;
}

/* Gives back what geometric growth took too much. */
static int trim(struct parser *p, struct frame *f, size_t size, size_t spare)
{
	struct list *l = f->base;
	void *items;

	if (!l->count && !spare)
		return 0;
	items = arena_resize(&p->priv->arena, l->items, f->cap * size, (l->count + spare) * size);
	if (!items)
		return parser_oom(p);
	l->items = items;
	memset((char *)items + l->count * size, 0, spare * size);
	return 0;
}

static int close_frame(struct parser *p, struct frame *f)
{
	switch (f->kind) {
	case FRAME_OBJECT:
		return check_required(p, f);
	case FRAME_LIST:
	case FRAME_MAP:
		return trim(p, f, f->field->obj->size, 0);
	case FRAME_PAIRS:
		return trim(p, f, sizeof(struct cfg_pair), 0);
	case FRAME_STRS:
		return trim(p, f, sizeof(char *), 1);
	case FRAME_UINTS:
		return trim(p, f, sizeof(uint32_t), 0);
	case FRAME_ENUMS:
		return trim(p, f, sizeof(int), 0);
	default:
		return 0;
	}
}

int parser_close(struct parser *p)
{
	struct frame *f = top(p);
	int rc = names_check(p, f);

	if (!rc)
		rc = close_frame(p, f);
	p->depth--;
	return rc;
}
