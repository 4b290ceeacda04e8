/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

#include <inttypes.h>
#include <string.h>

static void add_object(const struct field_obj *o, bool all, unsigned int n, struct strbuf *out);

static void add_member(const struct field *f, bool all, unsigned int n, struct strbuf *out)
{
	bool object = f->kind == FIELD_PAIRS || f->kind == FIELD_MAP;

	if (f->kind == FIELD_OBJ) {
		add_object(f->obj, all, n, out);
		return;
	}
	if (f->kind < FIELD_OBJ) {
		document_value(f, false, out);
		return;
	}
	strbuf_addc(out, object ? '{' : '[');
	for (unsigned int i = 0; i < n; i++) {
		if (i)
			strbuf_addc(out, ',');
		if (object)
			strbuf_addf(out, "\"key.%u/~\":", i);
		if (f->kind == FIELD_STRS || f->kind == FIELD_PAIRS)
			strbuf_addf(out, "\"%s %u \\\" \\\\ \xc3\xa4\"", f->name, i);
		else if (f->kind == FIELD_UINTS)
			strbuf_addf(out, "%u", i);
		else if (f->kind == FIELD_ENUMS)
			strbuf_addf(out, "\"%s\"", f->set->names[i % f->set->count]);
		else
			add_object(f->obj, all, n, out);
	}
	strbuf_addc(out, object ? '}' : ']');
}

static void add_object(const struct field_obj *o, bool all, unsigned int n, struct strbuf *out)
{
	bool first = true;

	strbuf_addc(out, '{');
	for (size_t i = 0; i < o->nfields; i++) {
		const struct field *f = &o->fields[i];

		if (!all && !(f->flags & FIELD_REQUIRED))
			continue;
		strbuf_addf(out, "%s\"%s\":", first ? "" : ",", f->name);
		add_member(f, all, n, out);
		first = false;
	}
	strbuf_addc(out, '}');
}

void document_value(const struct field *f, bool edge, struct strbuf *out)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_STR:
		strbuf_addf(out, "\"/%s\"", f->name);
		break;
	case FIELD_BOOL:
		strbuf_adds(out, edge ? "false" : "true");
		break;
	case FIELD_INT:
		strbuf_addf(out, "%" PRId64, edge ? (int64_t)f->max : f->min);
		break;
	case FIELD_UINT:
		strbuf_addf(out, "%" PRIu64, edge ? f->max : 0);
		break;
	case FIELD_ENUM:
		strbuf_addf(out, "\"%s\"", f->set->names[edge ? f->set->count - 1 : 0]);
		break;
	default:
		add_member(f, false, 1, out);
		break;
	}
}

void document_full(const struct field_obj *o, unsigned int n, struct strbuf *out)
{
	add_object(o, true, n, out);
}

void document_minimal(const struct field_obj *o, struct strbuf *out)
{
	add_object(o, false, 1, out);
}
