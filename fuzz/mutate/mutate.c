/* SPDX-License-Identifier: Apache-2.0 */
#include "mutate.h"

#include "cleanup.h"
#include "grow.h"
#include "spots.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define ROOM	  8	    /* of values that are grown */
#define TWICE	  "+twice+" /* stands in a printed document for the name of a member before it */
#define DEEP	  "+deep+"  /* stands in a printed document for a value in many containers */
#define HEALED	  16	    /* wrong values at most, before a document is changed */
#define MAX_NODES 20000	    /* of documents worth changing: larger ones take too long */

struct mutation {
	struct rng rng;
	const struct field_obj *o;
	struct json *root;
	struct json *other; /* NULL: none */
	bool (*fits)(const struct spot *s);
	size_t met; /* of those that fit */
	struct spot chosen;
	char *twice; /* the name that the member TWICE gets in the text; NULL: there is none */
	char *deep;  /* what stands for DEEP in the text: no tree is so deep; NULL: there is none */
};

static int meet(const struct spot *s, void *arg)
{
	struct mutation *m = arg;

	if ((!m->fits || m->fits(s)) && rng_below(&m->rng, ++m->met) == 0)
		m->chosen = *s;
	return 0;
}

/* Chooses one of all values that @fits likes (NULL: of all); false where there is none. */
static bool choose(struct mutation *m, struct json **root, bool (*fits)(const struct spot *s))
{
	m->fits = fits;
	m->met = 0;
	(void)spots_walk(root, m->o, meet, m);
	return m->met > 0;
}

static bool replace(const struct spot *s, struct json *value)
{
	if (!value)
		return false;
	json_free(*s->slot);
	*s->slot = value;
	return true;
}

static bool is_known_leaf(const struct spot *s)
{
	return s->field && !(*s->slot)->count && !(s->obj && s->field->kind == FIELD_OBJ);
}
static bool is_number_field(const struct spot *s)
{
	const struct field *f = s->field;

	return (*s->slot)->type == JSON_NUMBER ||
	       (f && (f->kind == FIELD_INT || f->kind == FIELD_UINT ||
		      (f->kind == FIELD_UINTS && s->element)));
}
static bool is_string(const struct spot *s)
{
	return (*s->slot)->type == JSON_STRING && !(s->field && s->field->set);
}
static bool is_typed_object(const struct spot *s)
{
	return s->obj && (*s->slot)->type == JSON_OBJECT && s->obj->nfields;
}
static bool is_object(const struct spot *s)
{
	return (*s->slot)->type == JSON_OBJECT && (*s->slot)->count;
}
static bool is_known_list(const struct spot *s)
{
	const struct field *f = s->field;

	return f && !s->element &&
	       (f->kind == FIELD_STRS || f->kind == FIELD_UINTS || f->kind == FIELD_ENUMS ||
		f->kind == FIELD_LIST || f->kind == FIELD_PAIRS || f->kind == FIELD_MAP) &&
	       ((*s->slot)->type == JSON_ARRAY || (*s->slot)->type == JSON_OBJECT);
}
static bool is_long(const struct spot *s)
{
	return (*s->slot)->count > 1;
}
static bool is_member(const struct spot *s)
{
	return s->parent;
}
static bool is_optional(const struct spot *s)
{
	return s->parent && (s->element || !s->field || !(s->field->flags & FIELD_REQUIRED));
}
static bool is_wrong(const struct spot *s)
{
	return !spot_fits(s);
}

/* Another value of the field. */
static bool op_value(struct mutation *m)
{
	return choose(m, &m->root, is_known_leaf) &&
	       replace(&m->chosen, grow_value(&m->rng, m->chosen.field, m->chosen.element, ROOM));
}

static bool op_border(struct mutation *m)
{
	return choose(m, &m->root, is_number_field) &&
	       replace(&m->chosen, grow_border(&m->rng, m->chosen.field));
}

static bool op_wrong_type(struct mutation *m)
{
	return choose(m, &m->root, is_member) && replace(&m->chosen, grow_anything(&m->rng));
}

static bool op_anew(struct mutation *m)
{
	const struct spot *s = &m->chosen;

	return choose(m, &m->root, is_member) && s->field &&
	       replace(s, grow_value(&m->rng, s->field, s->element, ROOM));
}

/* What does not fit becomes what does, and what is missing comes. */
static bool op_heal(struct mutation *m)
{
	const struct spot *s = &m->chosen;
	struct json *j;

	if (!choose(m, &m->root, is_wrong))
		return false;
	j = *s->slot;
	if (!s->obj || j->type != JSON_OBJECT)
		return replace(s, s->field ? grow_value(&m->rng, s->field, s->element, ROOM)
					   : grow_object(&m->rng, s->obj, ROOM));
	for (size_t i = 0; i < s->obj->nfields; i++) {
		const struct field *f = &s->obj->fields[i];

		if ((f->flags & FIELD_REQUIRED) && !json_member(j, f->name) &&
		    json_set_member(j, f->name, grow_value(&m->rng, f, false, 1)))
			return false;
	}
	return true;
}

static bool op_add_member(struct mutation *m)
{
	const struct spot *s = &m->chosen;
	const struct field *f;

	if (!choose(m, &m->root, is_typed_object))
		return false;
	f = &s->obj->fields[rng_below(&m->rng, s->obj->nfields)];
	for (int i = 0; i < 4 && json_member(*s->slot, f->name); i++)
		f = &s->obj->fields[rng_below(&m->rng, s->obj->nfields)];
	return json_set_member(*s->slot, f->name, grow_value(&m->rng, f, false, ROOM)) == 0;
}

static bool op_add_element(struct mutation *m)
{
	const struct spot *s = &m->chosen;
	struct json *j;

	if (!choose(m, &m->root, is_known_list))
		return false;
	j = *s->slot;
	return (j->type == JSON_OBJECT
			? json_set_member(j, grow_name(&m->rng),
					  grow_value(&m->rng, s->field, true, ROOM))
			: json_append(j, grow_value(&m->rng, s->field, true, ROOM))) == 0;
}

static bool op_unknown_member(struct mutation *m)
{
	return choose(m, &m->root, is_object) &&
	       json_set_member(*m->chosen.slot, grow_name(&m->rng), grow_anything(&m->rng)) == 0;
}

static bool op_drop(struct mutation *m)
{
	bool found = choose(m, &m->root, is_optional);

	if (found)
		spot_drop(&m->chosen);
	return found;
}

static bool op_drop_any(struct mutation *m)
{
	bool found = choose(m, &m->root, is_member);

	if (found)
		spot_drop(&m->chosen);
	return found;
}

/* An element once more; a member once more under its name, which no tree can hold. */
static bool op_double(struct mutation *m)
{
	const struct spot *s = &m->chosen;
	struct json *copy;

	if (!choose(m, &m->root, is_member))
		return false;
	copy = json_copy(*s->slot);
	if (s->parent->type == JSON_ARRAY)
		return json_append(s->parent, copy) == 0;
	if (!m->twice && rng_once_in(&m->rng, 4)) {
		m->twice = strdup(s->parent->names[s->index]);
		return json_set_member(s->parent, TWICE, copy) == 0;
	}
	return json_set_member(s->parent, grow_name(&m->rng), copy) == 0;
}

static bool op_swap(struct mutation *m)
{
	struct json *j;
	struct json *item;
	size_t a, b;

	if (!choose(m, &m->root, is_long))
		return false;
	j = *m->chosen.slot;
	a = rng_below(&m->rng, j->count);
	b = rng_below(&m->rng, j->count);
	item = j->items[a];
	j->items[a] = j->items[b];
	j->items[b] = item;
	/* members keep their names, except that they swap their places, values and all */
	if (j->names && !rng_once_in(&m->rng, 8)) {
		char *name = j->names[a];

		j->names[a] = j->names[b];
		j->names[b] = name;
	}
	return true;
}

/* A value of @from takes the place of one with the same field, if there is one, or of any. */
static bool splice(struct mutation *m, struct json **from)
{
	struct json *copy;

	for (int tries = 0; tries < 8; tries++) {
		struct spot to;

		if (!choose(m, &m->root, is_member))
			return false;
		to = m->chosen;
		if (!choose(m, from, is_member))
			return false;
		if ((tries < 7 || !rng_once_in(&m->rng, 8)) &&
		    (m->chosen.field != to.field || m->chosen.element != to.element))
			continue;
		copy = json_copy(*m->chosen.slot);
		return replace(&to, copy);
	}
	return false;
}

static bool op_splice(struct mutation *m)
{
	return splice(m, m->other ? &m->other : &m->root);
}

/* A member of the other document's object comes into the object of the same type. */
static bool op_graft(struct mutation *m)
{
	struct json *from, *to;
	const struct field_obj *o;
	size_t i;

	if (!m->other || !choose(m, &m->other, is_typed_object) || !(*m->chosen.slot)->count)
		return false;
	from = *m->chosen.slot;
	o = m->chosen.obj;
	for (int tries = 0; tries < 16; tries++) {
		if (!choose(m, &m->root, is_typed_object))
			return false;
		if (m->chosen.obj != o)
			continue;
		to = *m->chosen.slot;
		i = rng_below(&m->rng, from->count);
		return json_set_member(to, from->names[i], json_copy(from->items[i])) == 0;
	}
	return false;
}

/* Bytes of a string change; it stays UTF-8, for the rest is the byte-level mutator's part. */
static bool op_string(struct mutation *m)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	const struct json *j;
	size_t at, cut;

	if (!choose(m, &m->root, is_string))
		return false;
	j = *m->chosen.slot;
	at = rng_below(&m->rng, j->len + 1);
	cut = rng_below(&m->rng, 3);
	while (at && at < j->len && ((unsigned char)j->text[at] & 0xc0) == 0x80)
		at--;
	while (at + cut < j->len && ((unsigned char)j->text[at + cut] & 0xc0) == 0x80)
		cut++;
	strbuf_add(&text, j->text, at);
	switch (rng_below(&m->rng, 4)) {
	case 0:
		break;
	case 1:
		strbuf_addc(&text,
			    (char)(rng_once_in(&m->rng, 32) ? 0 : 1 + rng_below(&m->rng, 127)));
		break;
	case 2:
		strbuf_addf(&text, "%zu", rng_below(&m->rng, 1000));
		break;
	default:
		for (size_t n = rng_below(&m->rng, 40); n; n--)
			strbuf_add(&text, j->len && !(j->text[0] & 0x80) ? j->text : "a", 1);
		break;
	}
	if (at + cut < j->len)
		strbuf_add(&text, j->text + at + cut, j->len - at - cut);
	return !text.oom &&
	       replace(&m->chosen, json_new_string_len(text.len ? text.buf : "", text.len));
}

/* A value in about as many containers as a reader takes, or more. */
static bool wrap_deep(struct mutation *m)
{
	size_t n = 50 + rng_below(&m->rng, 25);
	struct strbuf text = STRBUF_INIT;
	char close[75] = "";

	if (m->deep)
		return false;
	while (n--) {
		if (rng_once_in(&m->rng, 2)) {
			const char *name = grow_name(&m->rng);

			strbuf_addc(&text, '{');
			strbuf_add_json(&text, name, strlen(name));
			strbuf_addc(&text, ':');
			close[n] = '}';
		} else {
			strbuf_addc(&text, '[');
			close[n] = ']';
		}
	}
	json_print(*m->chosen.slot, 0, &text);
	strbuf_adds(&text, close);
	if (text.oom || !replace(&m->chosen, json_new_string(DEEP))) {
		strbuf_done(&text);
		return false;
	}
	m->deep = text.buf;
	return true;
}

/* Deep nesting: containers around a value. */
static bool op_wrap(struct mutation *m)
{
	size_t n = 1 + rng_below(&m->rng, 3);
	struct json *j CLEANUP(json_freep) = NULL;

	if (!choose(m, &m->root, is_member))
		return false;
	if (rng_once_in(&m->rng, 4))
		return wrap_deep(m);
	j = json_copy(*m->chosen.slot);
	while (j && n--) {
		struct json *outer = json_new(rng_once_in(&m->rng, 2) ? JSON_ARRAY : JSON_OBJECT);
		int rc = !outer ? -1
			 : outer->type == JSON_ARRAY
				 ? json_append(outer, take_ptr(&j))
				 : json_set_member(outer, grow_name(&m->rng), take_ptr(&j));

		if (rc) {
			json_free(outer);
			return false;
		}
		j = outer;
	}
	return replace(&m->chosen, take_ptr(&j));
}

static const struct {
	bool (*fn)(struct mutation *m);
	unsigned int weight;
} ops[] = {
	{op_value, 16},	    {op_add_member, 14}, {op_add_element, 8},	 {op_drop, 10},
	{op_string, 8},	    {op_anew, 8},	 {op_splice, 8},	 {op_graft, 8},
	{op_heal, 12},	    {op_swap, 4},	 {op_double, 3},	 {op_border, 3},
	{op_wrong_type, 2}, {op_drop_any, 1},	 {op_unknown_member, 2}, {op_wrap, 1},
};

static void apply_one(struct mutation *m)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < COUNT(ops); i++)
		sum += ops[i].weight;
	for (int tries = 0; tries < 10; tries++) {
		size_t at = rng_below(&m->rng, sum), i = 0;

		while (at >= ops[i].weight)
			at -= ops[i++].weight;
		if (ops[i].fn(m))
			return;
	}
}

/* @with takes the place of the string @mark, which another operation may have dropped. */
static void put(struct strbuf *text, const char *mark, const char *with)
{
	struct strbuf out = STRBUF_INIT;
	const char *at = text->oom ? NULL : strstr(text->buf, mark);

	if (!at)
		return;
	strbuf_add(&out, text->buf, (size_t)(at - text->buf));
	strbuf_adds(&out, with);
	strbuf_adds(&out, at + strlen(mark));
	strbuf_done(text);
	*text = out;
}

/* What no tree can say: a name twice in one object, and too many levels. */
static void put_into(const struct mutation *m, struct strbuf *text)
{
	struct strbuf name CLEANUP(strbuf_done) = STRBUF_INIT;

	if (m->twice) {
		strbuf_add_json(&name, m->twice, strlen(m->twice));
		if (!name.oom)
			put(text, "\"" TWICE "\"", name.buf);
	}
	if (m->deep)
		put(text, "\"" DEEP "\"", m->deep);
}

/* Prints it into @buf; where it is larger than @max, parts are left out until it fits. */
static size_t print_into(struct mutation *m, char *buf, size_t max)
{
	int indent = rng_once_in(&m->rng, 10) ? (int)rng_below(&m->rng, 4) : 0;

	for (int tries = 0; tries < 50; tries++) {
		struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;

		json_print(m->root, indent, &text);
		put_into(m, &text);
		if (text.oom)
			return 0;
		if (text.len <= max) {
			memcpy(buf, text.buf, text.len);
			return text.len;
		}
		indent = 0;
		if (!choose(m, &m->root, is_optional))
			return 0;
		spot_drop(&m->chosen);
	}
	return 0;
}

static size_t count_nodes(const struct json *j)
{
	size_t n = 1;

	for (size_t i = 0; i < j->count; i++)
		n += count_nodes(j->items[i]);
	return n;
}

size_t mutate_document(const struct field_obj *o, char *buf, size_t len, size_t max,
		       const char *other, size_t other_len, uint64_t seed)
{
	struct mutation m = {.rng = {seed}, .o = o};
	size_t n = 1, len_out;

	if (json_parse(buf, len, &m.root, NULL) || count_nodes(m.root) > MAX_NODES) {
		json_free(m.root);
		m.root = grow_object(&m.rng, o, ROOM);
	}
	if (other && json_parse(other, other_len, &m.other, NULL) == 0 &&
	    count_nodes(m.other) > MAX_NODES) {
		json_free(m.other);
		m.other = NULL;
	}
	while (n < 5 && rng_once_in(&m.rng, 2))
		n++;
	/* A corpus gathers documents that are wrong: most of what comes of them is to be right
	 * again. */
	if (m.root && !rng_once_in(&m.rng, 4)) {
		for (int i = 0; i < HEALED && op_heal(&m); i++)
			;
	}
	for (; m.root && n; n--)
		apply_one(&m);
	len_out = m.root ? print_into(&m, buf, max) : 0;
	json_free(m.root);
	json_free(m.other);
	free(m.twice);
	free(m.deep);
	return len_out;
}
