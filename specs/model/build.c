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

/* The requirement that the value which comes in @f would break. */
static int req_of(const struct frame *f)
{
	return field_req(f->field, f->in);
}

static bool mismatch(struct parser *p, const struct token *t, const char *expected)
{
	char got[DESCRIBED];

	parser_describe(t, got, sizeof(got));
	return parser_finding(p, req_of(p->top), t->off, NULL, "expected %s, got %s", expected,
			      got);
}

static bool out_of_bounds(struct parser *p, const struct token *t, int64_t min, uint64_t max)
{
	char got[DESCRIBED];

	parser_describe(t, got, sizeof(got));
	return parser_finding(p, req_of(p->top), t->off, NULL,
			      "must be from %" PRId64 " to %" PRIu64 ", got %s", min, max, got);
}

/* Strings go to the kernel and to other programs as C strings. */
static bool is_c_string(const struct token *t)
{
	/* written as it is, NUL is no JSON */
	return !t->escaped || !t->len || !memchr(t->s, '\0', t->len);
}

static bool bad_c_string(struct parser *p, const struct token *t)
{
	return parser_finding(p, req_of(p->top), t->off, NULL, "must not hold a NUL character");
}

/* Of the value that comes in @f. */
static bool add_place(struct parser *p, const struct frame *f, uint32_t off, size_t index,
		      size_t slot)
{
	return place_add(p->priv, off, f->place, index, slot) || parser_oom(p);
}

static bool field_place(struct parser *p, const struct frame *f, uint32_t off)
{
	return add_place(p, f, off, (size_t)(f->field - f->obj->fields), 0);
}

/* The place that was added last. */
static uint32_t newest_place(const struct parser *p)
{
	return (uint32_t)p->priv->nplaces - 1;
}

static bool *has_member(const struct frame *f)
{
	return (bool *)((char *)f->base + f->field->has);
}

static bool unknown_name(struct parser *p, const struct token *t, const struct field_set *set)
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
	return parser_finding(p, req_of(p->top), t->off, NULL, "%s is not one of %s", got, names);
}

static bool set_string(struct parser *p, const struct token *t, struct frame *f)
{
	char *copy;

	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	if (!is_c_string(t))
		return bad_c_string(p, t);
	if (f->field->flags & FIELD_PATH && !t->len)
		return parser_finding(p, req_of(f), t->off, NULL, "must not be empty");
	copy = arena_strdup(&p->priv->arena, t->s, t->len);
	*(char **)((char *)f->base + f->field->offset) = copy;
	return copy ? field_place(p, f, t->off) : parser_oom(p);
}

static bool set_number(struct parser *p, const struct token *t, struct frame *f)
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
	return field_place(p, f, t->off);
}

/* The value of the name @t, CFG_UNKNOWN where there is none such and that is a finding only. */
static bool enum_value(struct parser *p, const struct token *t, const struct frame *f, int *ret)
{
	int value = field_set_find(f->field->set, t->s, t->len);

	*ret = value < 0 ? CFG_UNKNOWN : value;
	return value >= 0 || unknown_name(p, t, f->field->set);
}

static bool set_enum(struct parser *p, const struct token *t, struct frame *f)
{
	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	if (!enum_value(p, t, f, (int *)((char *)f->base + f->field->offset)))
		return false;
	*has_member(f) = true;
	return field_place(p, f, t->off);
}

static bool set_bool(struct parser *p, const struct token *t, struct frame *f)
{
	if (t->type != TOKEN_BOOL)
		return mismatch(p, t, field_expects(f->field));
	*((bool *)((char *)f->base + f->field->offset)) = t->boolean;
	*has_member(f) = true;
	return field_place(p, f, t->off);
}

/* For a member of another kind. */
static bool refuse_member(struct parser *p, const struct token *t, struct frame *f)
{
	return mismatch(p, t, field_expects(f->field));
}

/* Takes a value that is neither object nor array. */
typedef bool take_fn(struct parser *p, const struct token *t, struct frame *f);

/* A value for the member f->field. */
static bool set_member(struct parser *p, const struct token *t, struct frame *f)
{
	static take_fn *const by_kind[] = {
		[FIELD_STR] = set_string,      [FIELD_BOOL] = set_bool,
		[FIELD_INT] = set_number,      [FIELD_UINT] = set_number,
		[FIELD_ENUM] = set_enum,       [FIELD_OBJ] = refuse_member,
		[FIELD_STRS] = refuse_member,  [FIELD_UINTS] = refuse_member,
		[FIELD_ENUMS] = refuse_member, [FIELD_PAIRS] = refuse_member,
		[FIELD_LIST] = refuse_member,  [FIELD_MAP] = refuse_member,
	};

	return !f->field || by_kind[f->field->kind](p, t, f);
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

/* The element of a list of scalars whose value is there: it gets its place and counts. */
static bool added(struct parser *p, const struct token *t, struct frame *f)
{
	struct list *l = f->base;

	return add_place(p, f, t->off, f->count - 1, l->count++);
}

static bool add_string(struct parser *p, const struct token *t, struct frame *f)
{
	char **item, *copy;

	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	if (!is_c_string(t))
		return bad_c_string(p, t);
	/* the spare one is the NULL that makes it an argv */
	item = new_item(p, f, sizeof(*item), 1);
	copy = item ? arena_strdup(&p->priv->arena, t->s, t->len) : NULL;
	if (!copy)
		return parser_oom(p);
	*item = copy;
	return added(p, t, f);
}

static bool add_uint(struct parser *p, const struct token *t, struct frame *f)
{
	uint64_t u = 0;
	int rc = t->type == TOKEN_NUMBER ? text_to_u64(t->s, t->len, f->field->max, &u) : -EINVAL;
	uint32_t *item;

	if (rc == -EINVAL)
		return mismatch(p, t, "an integer");
	if (rc)
		return out_of_bounds(p, t, 0, f->field->max);
	item = new_item(p, f, sizeof(*item), 0);
	if (!item)
		return parser_oom(p);
	*item = (uint32_t)u;
	return added(p, t, f);
}

static bool add_enum(struct parser *p, const struct token *t, struct frame *f)
{
	int value, *item;

	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	if (!enum_value(p, t, f, &value))
		return false;
	item = new_item(p, f, sizeof(*item), 0);
	if (!item)
		return parser_oom(p);
	*item = value;
	return added(p, t, f);
}

static bool add_pair(struct parser *p, const struct token *t, struct frame *f)
{
	struct list *l = f->base;
	struct cfg_pair *pair;

	if (t->type != TOKEN_STRING)
		return mismatch(p, t, "a string");
	if (!f->key)
		return true;
	if (!is_c_string(t))
		return bad_c_string(p, t);
	pair = new_item(p, f, sizeof(*pair), 0);
	if (!pair)
		return parser_oom(p);
	pair->key = f->key;
	pair->value = arena_strdup(&p->priv->arena, t->s, t->len);
	if (!pair->value)
		return parser_oom(p);
	l->count++;
	return add_place(p, f, t->off, l->count - 1, l->count - 1);
}

static bool refuse_document(struct parser *p, const struct token *t, struct frame *f)
{
	char got[DESCRIBED];

	(void)f;
	parser_describe(t, got, sizeof(got));
	return parser_fail(p, EINVAL, t->off, "expected an object, got %s", got);
}

/* For a list or map of objects. */
static bool refuse_element(struct parser *p, const struct token *t, struct frame *f)
{
	(void)f;
	return mismatch(p, t, "an object");
}

static bool pass_over(struct parser *p, const struct token *t, struct frame *f)
{
	(void)p;
	(void)t;
	(void)f;
	return true;
}

/* Counts an element of an array; the members of objects are counted by their names. */
static bool count_element(struct parser *p, struct frame *f, uint32_t off)
{
	if (f->kind >= FRAME_LIST && ++f->count > CFG_MAX_ENTRIES)
		return parser_fail(p, E2BIG, off, "an array of more than %u elements",
				   CFG_MAX_ENTRIES);
	return true;
}

bool parser_value(struct parser *p, const struct token *t)
{
	static take_fn *const by_kind[] = {
		[FRAME_DOCUMENT] = refuse_document, [FRAME_OBJECT] = set_member,
		[FRAME_MAP] = refuse_element,	    [FRAME_PAIRS] = add_pair,
		[FRAME_SKIP_OBJECT] = pass_over,    [FRAME_LIST] = refuse_element,
		[FRAME_STRS] = add_string,	    [FRAME_UINTS] = add_uint,
		[FRAME_ENUMS] = add_enum,	    [FRAME_SKIP_ARRAY] = pass_over,
	};

	return count_element(p, p->top, t->off) && by_kind[p->top->kind](p, t, p->top);
}

bool parser_null(struct parser *p, const struct token *t)
{
	const struct frame *f = p->top;

	return (p->null_is_absent && f->kind == FRAME_OBJECT && f->field &&
		!(f->field->flags & FIELD_REQUIRED)) ||
	       parser_value(p, t);
}

/* A new innermost frame. */
static struct frame *push(struct parser *p, enum frame_kind kind, const struct token *t)
{
	struct frame *f = ++p->top;

	*f = (struct frame){.kind = kind, .off = t->off, .names = p->nnames};
	return f;
}

/* As push(), for the struct of @obj at @base, whose place is the newest; @in: the field that holds
 * it. */
static bool push_object(struct parser *p, const struct token *t, const struct field_obj *obj,
			const struct field *in, void *base)
{
	struct frame *n = push(p, FRAME_OBJECT, t);

	n->obj = obj;
	n->in = in;
	n->base = base;
	n->place = newest_place(p);
	return true;
}

/* Opens what is not in the table. */
static bool open_unknown(struct parser *p, const struct token *t, struct frame *f)
{
	(void)f;
	(void)push(p, t->type == TOKEN_OBJECT ? FRAME_SKIP_OBJECT : FRAME_SKIP_ARRAY, t);
	return true;
}

static bool open_root(struct parser *p, const struct token *t, struct frame *f)
{
	const struct field_obj *o = p->priv->root;
	void *base;

	(void)f;
	if (t->type != TOKEN_OBJECT)
		return parser_fail(p, EINVAL, t->off, "expected an object, got an array");
	base = p->doc->object = arena_zalloc(&p->priv->arena, o->size);
	if (!base || !place_add(p->priv, t->off, NO_PLACE, 0, 0))
		return parser_oom(p);
	return push_object(p, t, o, NULL, base);
}

/* The member f->field, which is a struct. */
static bool open_object(struct parser *p, const struct token *t, struct frame *f)
{
	const struct field *x = f->field;
	void *base = arena_zalloc(&p->priv->arena, x->obj->size);

	if (!base)
		return parser_oom(p);
	*(void **)((char *)f->base + x->offset) = base;
	return field_place(p, f, t->off) && push_object(p, t, x->obj, x, base);
}

/* The member f->field, which is a list or a map. */
static bool open_list(struct parser *p, const struct token *t, struct frame *f,
		      enum frame_kind kind)
{
	struct list *l = (struct list *)((char *)f->base + f->field->offset);
	struct frame *n;

	if (!field_place(p, f, t->off))
		return false;
	l->present = true;
	n = push(p, kind, t);
	n->field = f->field;
	n->in = f->in;
	n->base = l;
	n->place = newest_place(p);
	return true;
}

static bool open_member(struct parser *p, const struct token *t, struct frame *f)
{
	/* the other kinds are neither object nor array: TOKEN_NULL opens nothing */
	static const struct {
		enum token_type opens;
		enum frame_kind frame;
	} by_kind[] = {
		[FIELD_OBJ] = {TOKEN_OBJECT, FRAME_OBJECT},
		[FIELD_MAP] = {TOKEN_OBJECT, FRAME_MAP},
		[FIELD_PAIRS] = {TOKEN_OBJECT, FRAME_PAIRS},
		[FIELD_LIST] = {TOKEN_ARRAY, FRAME_LIST},
		[FIELD_STRS] = {TOKEN_ARRAY, FRAME_STRS},
		[FIELD_UINTS] = {TOKEN_ARRAY, FRAME_UINTS},
		[FIELD_ENUMS] = {TOKEN_ARRAY, FRAME_ENUMS},
	};

	if (!f->field)
		return open_unknown(p, t, f);
	if (by_kind[f->field->kind].opens != t->type)
		return refuse_member(p, t, f) && open_unknown(p, t, f);
	if (t->type == TOKEN_OBJECT && f->field->kind == FIELD_OBJ)
		return open_object(p, t, f);
	return open_list(p, t, f, by_kind[f->field->kind].frame);
}

/* An object in a list or map of objects. */
static bool open_element(struct parser *p, const struct token *t, struct frame *f)
{
	const struct field *x = f->field;
	struct list *l = f->base;
	void *item;

	if (t->type != TOKEN_OBJECT)
		return refuse_element(p, t, f) && open_unknown(p, t, f);
	if (f->kind == FRAME_MAP && !f->key)
		return open_unknown(p, t, f);
	item = new_item(p, f, x->obj->size, 0);
	if (!item)
		return parser_oom(p);
	if (f->kind == FRAME_MAP)
		((struct cfg_keyed *)item)->key = f->key;
	return add_place(p, f, t->off, f->count - 1, l->count++) &&
	       push_object(p, t, x->obj, x, item);
}

/* Where strings are expected. */
static bool refuse_for_string(struct parser *p, const struct token *t, struct frame *f)
{
	return mismatch(p, t, "a string") && open_unknown(p, t, f);
}

static bool refuse_for_integer(struct parser *p, const struct token *t, struct frame *f)
{
	return mismatch(p, t, "an integer") && open_unknown(p, t, f);
}

bool parser_open(struct parser *p, const struct token *t)
{
	static take_fn *const by_kind[] = {
		[FRAME_DOCUMENT] = open_root,	    [FRAME_OBJECT] = open_member,
		[FRAME_MAP] = open_element,	    [FRAME_PAIRS] = refuse_for_string,
		[FRAME_SKIP_OBJECT] = open_unknown, [FRAME_LIST] = open_element,
		[FRAME_STRS] = refuse_for_string,   [FRAME_UINTS] = refuse_for_integer,
		[FRAME_ENUMS] = refuse_for_string,  [FRAME_SKIP_ARRAY] = open_unknown,
	};

	if (p->top == p->frames + CFG_MAX_DEPTH)
		return parser_fail(p, E2BIG, t->off, "nested deeper than %d", CFG_MAX_DEPTH);
	return count_element(p, p->top, t->off) && by_kind[p->top->kind](p, t, p->top);
}

/* A name of the table. Its first time, in this object? */
static bool see_field(struct parser *p, const struct token *t, struct frame *f)
{
	size_t n = (size_t)(f->field - f->obj->fields);
	uint64_t bit = (uint64_t)1 << n;

	if (f->seen & bit)
		return names_duplicate(p, t->s, t->len, t->off);
	f->seen |= bit;
	f->guess = n + 1;
	return true;
}

bool parser_key(struct parser *p, const struct token *t)
{
	struct frame *f = p->top;
	const char *s = t->s;

	if (f->kind == FRAME_OBJECT) {
		f->field = field_find_from(f->obj, f->guess, t->s, t->len);
		if (f->field)
			return see_field(p, t, f);
	}
	/* there are few names in the table, and each stands once */
	if (++f->count > CFG_MAX_ENTRIES)
		return parser_fail(p, E2BIG, t->off, "an object of more than %u members",
				   CFG_MAX_ENTRIES);
	/* an unescaped name can be compared where it stands in the document; others, and those that
	 * become keys, need a copy */
	if (t->escaped || f->kind == FRAME_MAP || f->kind == FRAME_PAIRS) {
		char *copy = arena_strdup(&p->priv->arena, t->s, t->len);

		if (!copy)
			return parser_oom(p);
		s = f->key = copy;
		if ((f->kind == FRAME_MAP || f->kind == FRAME_PAIRS) && !is_c_string(t)) {
			if (!bad_c_string(p, t))
				return false;
			f->key = NULL;
		}
	}
	return names_add(p, s, t->len, t->off);
}

static bool check_required(struct parser *p, const struct frame *f)
{
	uint64_t missing = f->obj->required & ~f->seen;

	for (size_t i = 0; missing; i++, missing >>= 1) {
		const struct field *x = &f->obj->fields[i];

		if (missing & 1 &&
		    !parser_finding(p, field_req(x, f->in), f->off, x->name, "is required"))
			return false;
	}
	return true;
}

/* Gives back what geometric growth took too much. */
static bool trim(struct parser *p, struct frame *f, size_t size, size_t spare)
{
	struct list *l = f->base;
	void *items;

	if (!l->count && !spare)
		return true;
	items = arena_resize(&p->priv->arena, l->items, f->cap * size, (l->count + spare) * size);
	if (!items)
		return parser_oom(p);
	l->items = items;
	memset((char *)items + l->count * size, 0, spare * size);
	return true;
}

static bool close_frame(struct parser *p, struct frame *f)
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
		return true;
	}
}

bool parser_close(struct parser *p)
{
	struct frame *f = p->top;
	bool ok = names_check(p, f) && close_frame(p, f);

	p->top--;
	return ok;
}
