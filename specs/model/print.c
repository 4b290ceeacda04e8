/* SPDX-License-Identifier: Apache-2.0 */
#include "cfg.h"
#include "cfg_parse.h"
#include "parser.h"

#include <inttypes.h>
#include <string.h>

struct printer {
	struct strbuf *out;
	int indent;
	int level;
	bool first; /* nothing stands yet in the innermost object or array */
};

static void line_break(struct printer *p)
{
	static const char blanks[] = "                                ";
	size_t n = (size_t)p->indent * (size_t)p->level;

	if (!p->indent)
		return;
	strbuf_addc(p->out, '\n');
	for (; n >= sizeof(blanks); n -= sizeof(blanks) - 1)
		strbuf_add(p->out, blanks, sizeof(blanks) - 1);
	strbuf_add(p->out, blanks, n);
}

static void open_group(struct printer *p, char c)
{
	strbuf_addc(p->out, c);
	p->level++;
	p->first = true;
}

static void close_group(struct printer *p, char c)
{
	p->level--;
	if (!p->first)
		line_break(p);
	strbuf_addc(p->out, c);
	p->first = false;
}

static void next(struct printer *p)
{
	if (!p->first)
		strbuf_addc(p->out, ',');
	p->first = false;
	line_break(p);
}

static void add_string(struct printer *p, const char *s)
{
	strbuf_add_json(p->out, s, strlen(s));
}

static void add_name(struct printer *p, const char *name)
{
	next(p);
	add_string(p, name);
	strbuf_add(p->out, ": ", p->indent ? 2 : 1);
}

static void print_object(struct printer *p, const struct field_obj *o, const char *base);

/* Names outside of the set have no text any more; a document with one was refused or reported. */
static bool known(const struct field_set *set, int value)
{
	return value >= 0 && (size_t)value < set->count;
}

static void print_array(struct printer *p, const struct field *f, const struct list *l)
{
	open_group(p, '[');
	for (size_t i = 0; i < l->count; i++) {
		int value = f->kind == FIELD_ENUMS ? ((const int *)l->items)[i] : 0;

		if (f->kind == FIELD_ENUMS && !known(f->set, value))
			continue;
		next(p);
		if (f->kind == FIELD_STRS)
			add_string(p, ((char *const *)l->items)[i]);
		else if (f->kind == FIELD_UINTS)
			strbuf_addf(p->out, "%" PRIu32, ((const uint32_t *)l->items)[i]);
		else if (f->kind == FIELD_ENUMS)
			add_string(p, f->set->names[value]);
		else
			print_object(p, f->obj, (const char *)l->items + i * f->obj->size);
	}
	close_group(p, ']');
}

static void print_map(struct printer *p, const struct field *f, const struct list *l)
{
	open_group(p, '{');
	for (size_t i = 0; i < l->count; i++) {
		if (f->kind == FIELD_PAIRS) {
			const struct cfg_pair *pair = (const struct cfg_pair *)l->items + i;

			add_name(p, pair->key);
			add_string(p, pair->value);
		} else {
			const char *item = (const char *)l->items + i * f->obj->size;

			add_name(p, ((const struct cfg_keyed *)item)->key);
			print_object(p, f->obj, item);
		}
	}
	close_group(p, '}');
}

static bool is_absent(const struct field *f, const char *base)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_STR:
	case FIELD_OBJ:
		return !*(void *const *)(base + f->offset);
	case FIELD_BOOL:
	case FIELD_INT:
	case FIELD_UINT:
		return !*(const bool *)(base + f->has);
	case FIELD_ENUM:
		return !*(const bool *)(base + f->has) ||
		       !known(f->set, *(const int *)(base + f->offset));
	default:
		return !((const struct list *)(base + f->offset))->present;
	}
}

static void print_member(struct printer *p, const struct field *f, const char *base)
{
	const char *member = base + f->offset;

	if (is_absent(f, base))
		return;
	add_name(p, f->name);
	switch ((enum field_kind)f->kind) {
	case FIELD_STR:
		add_string(p, *(char *const *)member);
		break;
	case FIELD_BOOL:
		strbuf_adds(p->out, *(const bool *)member ? "true" : "false");
		break;
	case FIELD_INT:
		strbuf_addf(p->out, "%" PRId64, *(const int64_t *)member);
		break;
	case FIELD_UINT:
		strbuf_addf(p->out, "%" PRIu64, *(const uint64_t *)member);
		break;
	case FIELD_ENUM:
		add_string(p, f->set->names[*(const int *)member]);
		break;
	case FIELD_OBJ:
		print_object(p, f->obj, *(char *const *)member);
		break;
	case FIELD_STRS:
	case FIELD_UINTS:
	case FIELD_ENUMS:
	case FIELD_LIST:
		print_array(p, f, (const struct list *)member);
		break;
	case FIELD_PAIRS:
	case FIELD_MAP:
		print_map(p, f, (const struct list *)member);
		break;
	}
}

static void print_object(struct printer *p, const struct field_obj *o, const char *base)
{
	open_group(p, '{');
	for (size_t i = 0; i < o->nfields; i++)
		print_member(p, &o->fields[i], base);
	close_group(p, '}');
}

void cfg_print(enum cfg_kind kind, const void *object, int indent, struct strbuf *out)
{
	struct printer p = {.out = out, .indent = indent};

	print_object(&p, cfg_kind_object(kind), object);
	if (indent)
		strbuf_addc(out, '\n');
}

#define ENUM_BEGIN(set)                                                                            \
	const char *cfg_enum_name_##set(int value)                                                 \
	{                                                                                          \
		return known(&field_set_##set, value) ? field_set_##set.names[value] : NULL;       \
	}
#define V(set, symbol, name)
#define ENUM_END(set)
#include "cfg_enums.def"
#undef ENUM_BEGIN
#undef V
#undef ENUM_END
