/* SPDX-License-Identifier: Apache-2.0 */
/* From the address of a member back to the place in the document. Asked for only when something is
 * wrong, so nothing is prepared before. */
#include "cleanup.h"
#include "parser.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* An address within the structs, what stands there, and where that came from. */
struct place_addr {
	const char *addr;
	uint32_t place;
	const struct field_obj *obj; /* addr is that of a whole struct */
	const struct field *field;   /* else of this member, or of an element of it */
};

bool places_reserve(struct cfg_doc_priv *d, size_t cap)
{
	struct place *places = cap < NO_PLACE ? realloc(d->places, cap * sizeof(*places)) : NULL;

	if (!places)
		return false;
	d->places = places;
	d->places_cap = cap;
	return true;
}

bool place_add(struct cfg_doc_priv *d, uint32_t off, uint32_t parent, size_t index, size_t slot)
{
	if (d->nplaces == d->places_cap && !places_reserve(d, d->places_cap * 2))
		return false;
	d->places[d->nplaces++] = (struct place){off, parent, (uint32_t)index, (uint32_t)slot};
	return true;
}

static size_t element_size(const struct field *f)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_STRS:
		return sizeof(char *);
	case FIELD_UINTS:
		return sizeof(uint32_t);
	case FIELD_ENUMS:
		return sizeof(int);
	case FIELD_PAIRS:
		return sizeof(struct cfg_pair);
	default:
		return f->obj->size;
	}
}

/* What a place is: parents come first, so theirs is known. */
static struct place_addr resolve(const struct cfg_doc *d, const struct place_addr *all, uint32_t i)
{
	const struct place *p = &d->priv->places[i];
	const struct place_addr *up;
	struct place_addr r = {.place = i};

	if (p->parent == NO_PLACE) {
		r.addr = d->object;
		r.obj = d->priv->root;
		return r;
	}
	up = &all[p->parent];
	if (up->obj) {
		r.field = &up->obj->fields[p->index];
		r.addr = up->addr + r.field->offset;
		if (r.field->kind == FIELD_OBJ) {
			/* the struct; index_make() adds the member that points to it */
			r.addr = *(char *const *)r.addr;
			r.obj = r.field->obj;
		}
		return r;
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): parents were resolved before */
	r.addr = (const char *)((const struct list *)up->addr)->items +
		 p->slot * element_size(up->field);
	r.field = up->field;
	if (up->field->kind == FIELD_LIST || up->field->kind == FIELD_MAP)
		r.obj = up->field->obj;
	return r;
}

static int compare_addr(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct place_addr *)a)->addr;
	uintptr_t y = (uintptr_t)((const struct place_addr *)b)->addr;

	return x < y ? -1 : x > y;
}

/* Every address that has a place, sorted. */
static int index_make(const struct cfg_doc *d)
{
	struct cfg_doc_priv *v = d->priv;
	struct place_addr *all;
	size_t n = v->nplaces;

	if (v->addrs)
		return 0;
	all = calloc(n * 2, sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (uint32_t i = 0; i < v->nplaces; i++)
		all[i] = resolve(d, all, i);
	for (uint32_t i = 1; i < v->nplaces; i++) {
		const struct place_addr *up = &all[v->places[i].parent];

		if (up->obj && all[i].obj) {
			const struct field *f = &up->obj->fields[v->places[i].index];

			all[n++] = (struct place_addr){up->addr + f->offset, i, NULL, f};
		}
	}
	qsort(all, n, sizeof(*all), compare_addr);
	v->addrs = all;
	v->naddrs = n;
	return 0;
}

/* The last entry at or before @addr, or NULL. */
static const struct place_addr *index_floor(const struct cfg_doc_priv *v, const char *addr)
{
	size_t lo = 0, hi = v->naddrs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((uintptr_t)v->addrs[mid].addr <= (uintptr_t)addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &v->addrs[lo - 1] : NULL;
}

static const struct field *field_at(const struct field_obj *o, size_t offset)
{
	for (size_t i = 0; i < o->nfields; i++) {
		if (o->fields[i].offset == offset)
			return &o->fields[i];
	}
	return NULL;
}

/*
 * Finds the place of @addr, or of the object that lacks the member at @addr; that member goes to
 * *ret_absent.
 */
static int find(const struct cfg_doc *d, const void *addr, uint32_t *ret_place,
		const struct field **ret_absent)
{
	const struct place_addr *a;
	const char *want = addr;

	*ret_absent = NULL;
	if (index_make(d))
		return -ENOMEM;
	a = index_floor(d->priv, want);
	if (!a)
		return -ENOENT;
	*ret_place = a->place;
	if (a->addr == want)
		return 0;
	if (!a->obj && a->field->kind == FIELD_PAIRS &&
	    want == a->addr + offsetof(struct cfg_pair, value))
		return a->place && d->priv->places[a->place].parent != NO_PLACE ? 0 : -ENOENT;
	/* members lie between the start of their struct and here, few as they are */
	while (!a->obj) {
		if (a == d->priv->addrs)
			return -ENOENT;
		a--;
	}
	if (want >= a->addr + a->obj->size)
		return -ENOENT;
	*ret_place = a->place;
	*ret_absent = field_at(a->obj, (size_t)(want - a->addr));
	return *ret_absent || want == a->addr + offsetof(struct cfg_keyed, key) ? 0 : -ENOENT;
}

/* The step from the parent of place @n to it. */
static void add_step(const struct cfg_doc *d, uint32_t n, const struct field_obj *parent,
		     const struct field *list, const char *base, struct strbuf *b)
{
	const struct place *p = &d->priv->places[n];
	const struct list *l = (const struct list *)base;

	if (parent) {
		pointer_add(b, parent->fields[p->index].name, parent->fields[p->index].len);
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): no object, so a list */
	} else if (list->kind == FIELD_PAIRS) {
		const char *key = ((const struct cfg_pair *)l->items)[p->slot].key;

		pointer_add(b, key, strlen(key));
	} else if (list->kind == FIELD_MAP) {
		const char *item = (const char *)l->items + p->slot * list->obj->size;
		const char *key = ((const struct cfg_keyed *)item)->key;

		pointer_add(b, key, strlen(key));
	} else {
		strbuf_addf(b, "/%" PRIu32, p->index);
	}
}

/* The pointer of place @n: from the top object down along the chain of parents. */
static void add_pointer(const struct cfg_doc *d, uint32_t n, struct strbuf *b)
{
	const struct place *places = d->priv->places;
	const struct field_obj *obj = d->priv->root;
	const struct field *list = NULL;
	const char *base = d->object;
	uint32_t chain[CFG_MAX_DEPTH + 1];
	size_t len = 0;

	for (uint32_t i = n; places[i].parent != NO_PLACE; i = places[i].parent)
		chain[len++] = i;
	while (len--) {
		const struct place *p = &places[chain[len]];

		add_step(d, chain[len], obj, list, base, b);
		if (obj) {
			list = &obj->fields[p->index];
			base += list->offset;
			obj = NULL;
			if (list->kind == FIELD_OBJ) {
				obj = list->obj;
				base = *(char *const *)base;
			}
		} else if (list->kind == FIELD_LIST || list->kind == FIELD_MAP) {
			base = (const char *)((const struct list *)base)->items +
			       p->slot * list->obj->size;
			obj = list->obj;
		}
	}
}

int cfg_locate(const struct cfg_doc *d, const void *addr, char **ret_pointer, uint32_t *ret_line,
	       uint32_t *ret_col)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	const struct field *absent;
	uint32_t place;
	char *pointer;
	int rc = find(d, addr, &place, &absent);

	if (rc)
		return rc;
	/* an empty buffer has no text to take */
	strbuf_adds(&b, "");
	add_pointer(d, place, &b);
	if (absent)
		pointer_add(&b, absent->name, absent->len);
	pointer = strbuf_take(&b);
	if (!pointer)
		return -ENOMEM;
	*ret_pointer = pointer;
	text_lines_at(&d->priv->lines, d->priv->places[place].off, ret_line, ret_col);
	return 0;
}

int cfg_tell_copy(struct cfg_doc *d, const void *copy, size_t size, const void *original,
		  const char *says)
{
	struct cfg_doc_priv *p = d->priv;
	struct copy *more = reallocarray(p->copies, p->ncopies + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	p->copies = more;
	more[p->ncopies++] = (struct copy){copy, size, original, says};
	return 0;
}

/* Whether something else stands for the place; else *@addr is the original's. */
static const char *from_copy(const struct cfg_doc_priv *p, const void **addr)
{
	for (size_t i = p->ncopies; i-- > 0;) {
		const struct copy *c = &p->copies[i];
		const char *a = *addr;

		if (a < c->addr || (size_t)(a - c->addr) >= c->size)
			continue;
		if (!c->original)
			return c->says;
		*addr = c->original + (a - c->addr);
	}
	return NULL;
}

int cfg_err(const struct cfg_doc *d, const void *addr, struct err *e, int num, const char *fmt, ...)
{
	cleanup_free char *pointer = NULL;
	const char *says = from_copy(d->priv, &addr);
	uint32_t line, col;
	va_list ap;

	va_start(ap, fmt);
	(void)err_vset(e, num, fmt, ap);
	va_end(ap);
	if (says) {
		(void)err_wrap(e, "%s", says);
		return -num;
	}
	/* the pointer of the top object is empty and says nothing */
	if (cfg_locate(d, addr, &pointer, &line, &col)) {
		(void)err_wrap(e, "%s", d->priv->name);
		return -num;
	}
	cfg_show(pointer);
	(void)err_wrap(e, "%s:%" PRIu32 ":%" PRIu32 "%s%s", d->priv->name, line, col,
		       *pointer ? ": " : "", pointer);
	return -num;
}
