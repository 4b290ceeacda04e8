/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of cfg_fields.def as data. The parser, the printer and everything that generates
 * documents (mutants, campaigns, dictionaries) walk it; those who do not use the typed model read
 * names, kinds, bounds and requirements and leave offsets alone.
 */
#ifndef SPECS_FIELDS_H
#define SPECS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
	FIELD_STR,   /* a string */
	FIELD_BOOL,  /* true or false */
	FIELD_INT,   /* an integer, min..max */
	FIELD_UINT,  /* an integer, 0..max */
	FIELD_ENUM,  /* one of the strings of @set */
	FIELD_OBJ,   /* an object @obj */
	FIELD_STRS,  /* an array of strings */
	FIELD_UINTS, /* an array of integers, each 0..max */
	FIELD_ENUMS, /* an array of strings of @set */
	FIELD_PAIRS, /* an object whose members are strings */
	FIELD_LIST,  /* an array of objects @obj */
	FIELD_MAP,   /* an object whose members are objects @obj */
};

#define FIELD_REQUIRED 1u
#define FIELD_PATH     2u /* may not be the empty string */

/* A closed set of names; the index of a name is its CFG_* value. */
struct field_set {
	const char *name;
	const char *const *names;
	const uint8_t *lens; /* of the names */
	size_t count;
};

struct field_obj;

struct field {
	const char *name; /* as in the document */
	uint8_t len;	  /* of the name */
	uint8_t kind;	  /* enum field_kind */
	uint8_t flags;	  /* FIELD_REQUIRED, FIELD_PATH */
	uint16_t offset;  /* of the member in its struct */
	uint16_t has;	  /* of its has_ member, where the kind has one; else 0 */
	int req; /* enum req: what the catalogue says on the field's type and presence, REQ_NONE if
		    it does not */
	int64_t min;		     /* FIELD_INT */
	uint64_t max;		     /* FIELD_INT, FIELD_UINT, FIELD_UINTS */
	const struct field_set *set; /* FIELD_ENUM, FIELD_ENUMS */
	const struct field_obj *obj; /* FIELD_OBJ, FIELD_LIST, FIELD_MAP */
};

struct field_obj {
	const char *name; /* of the struct, without cfg_ */
	size_t size;	  /* of the struct */
	const struct field *fields;
	size_t nfields;
	uint64_t required; /* bit n: fields[n] is FIELD_REQUIRED */
};

/* field_obj_config, field_obj_state, field_obj_features, ...: one per OBJECT_BEGIN row. */
#define OBJECT_BEGIN(o) extern const struct field_obj field_obj_##o;
#define F_KEY(o)
#define F_STR(o, m, j, f, r)
#define F_BOOL(o, m, j, f, r)
#define F_INT(o, m, j, lo, hi, f, r)
#define F_UINT(o, m, j, hi, f, r)
#define F_ENUM(o, m, j, set, f, r)
#define F_OBJ(o, m, j, t, f, r)
#define F_STRS(o, m, j, f, r)
#define F_UINTS(o, m, j, f, r)
#define F_ENUMS(o, m, j, set, f, r)
#define F_PAIRS(o, m, j, f, r)
#define F_LIST(o, m, j, t, f, r)
#define F_MAP(o, m, j, t, f, r)
#define OBJECT_END(o)
#include "cfg_fields.def"
#include "cfg_fields_undef.h"

/* field_set_ns_type, ...: one per ENUM_BEGIN row. */
#define ENUM_BEGIN(set) extern const struct field_set field_set_##set;
#define V(set, symbol, name)
#define ENUM_END(set)
#include "cfg_enums.def"
#undef ENUM_BEGIN
#undef V
#undef ENUM_END

/* The field of @o named by exactly these @len bytes (they need no NUL), or NULL. No allocation. */
const struct field *field_find(const struct field_obj *o, const char *name, size_t len);

/* As field_find(), but quickest where the name is that of fields[@from], then for those behind it;
 * a
 * @from of nfields is as good as 0. */
const struct field *field_find_from(const struct field_obj *o, size_t from, const char *name,
				    size_t len);

/* The index of a name in a set, or -1. */
int field_set_find(const struct field_set *s, const char *name, size_t len);

/* "a string", "an array of objects": what a value of @f has to be. Never NULL. */
const char *field_expects(const struct field *f);

/*
 * The requirement behind @f. Some objects serve several lists, and the catalogue has one
 * requirement per list: @in is the list or member that holds the object of @f, or NULL where it is
 * not known.
 */
int field_req(const struct field *f, const struct field *in);

/* One field of a document, met on a walk. */
struct field_view {
	const char *pointer; /* "/linux/resources/memory/limit"; "*" for any index, "{}" for any
				key; valid during the call */
	const struct field *field;     /* name, kind, bounds, flags, enum */
	const struct field_obj *owner; /* the object that has the field */
	const struct field *in;	       /* the field that holds the owner; NULL at the root */
	int req;		       /* field_req(field, in) */
	bool required;		       /* once its owner is there */
	bool always; /* it and every object around it are required: no document lacks it */
};

/*
 * Calls @fn for every field that a document of type @root can have, each object before its fields,
 * in table order. A result other than 0 ends the walk and is returned; -ENAMETOOLONG where a
 * pointer would not fit 512 bytes, which no row of the table reaches.
 */
int field_walk(const struct field_obj *root, int (*fn)(const struct field_view *v, void *arg),
	       void *arg);

#endif
