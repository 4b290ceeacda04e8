/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include "cfg.h"
#include "req_ids.h"

#include <string.h>

/* clang-format off */
#define ENUM_BEGIN(set) static const char *const names_##set[] = {
#define V(set, symbol, name) [CFG_##symbol] = name,
#define ENUM_END(set) };
#include "cfg_enums.def"
#undef ENUM_BEGIN
#undef V
#undef ENUM_END

#define ENUM_BEGIN(set) static const uint8_t lens_##set[] = {
#define V(set, symbol, name) [CFG_##symbol] = sizeof(name) - 1,
#define ENUM_END(set) }; \
	const struct field_set field_set_##set = { #set, names_##set, lens_##set, CFG_COUNT_##set };
#include "cfg_enums.def"
#undef ENUM_BEGIN
#undef V
#undef ENUM_END

/* row_<object>_<member>: the number of a row in its object. */
#define OBJECT_BEGIN(o) enum {
#define NUMBER(o, m) row_##o##_##m,
#define F_KEY(o)
#define F_STR(o, m, j, f, r) NUMBER(o, m)
#define F_BOOL(o, m, j, f, r) NUMBER(o, m)
#define F_INT(o, m, j, lo, hi, f, r) NUMBER(o, m)
#define F_UINT(o, m, j, hi, f, r) NUMBER(o, m)
#define F_ENUM(o, m, j, s, f, r) NUMBER(o, m)
#define F_OBJ(o, m, j, t, f, r) NUMBER(o, m)
#define F_STRS(o, m, j, f, r) NUMBER(o, m)
#define F_UINTS(o, m, j, f, r) NUMBER(o, m)
#define F_ENUMS(o, m, j, s, f, r) NUMBER(o, m)
#define F_PAIRS(o, m, j, f, r) NUMBER(o, m)
#define F_LIST(o, m, j, t, f, r) NUMBER(o, m)
#define F_MAP(o, m, j, t, f, r) NUMBER(o, m)
#define OBJECT_END(o) rows_of_##o };
#include "cfg_fields.def"
#include "cfg_fields_undef.h"

/* The flags and the requirement of a row are words that mean something only here. */
#define R FIELD_REQUIRED
#define P FIELD_PATH

#define ROW(o, m, j, k, f, r) .name = j, .len = sizeof(j) - 1, .kind = k, .flags = f, .offset = offsetof(struct cfg_##o, m), .req = REQ_##r
#define HAS(o, m) .has = offsetof(struct cfg_##o, has_##m)

#define OBJECT_BEGIN(o) static const struct field rows_##o[] = {
#define F_KEY(o)
#define F_STR(o, m, j, f, r) { ROW(o, m, j, FIELD_STR, f, r) },
#define F_BOOL(o, m, j, f, r) { ROW(o, m, j, FIELD_BOOL, f, r), HAS(o, m) },
#define F_INT(o, m, j, lo, hi, f, r) { ROW(o, m, j, FIELD_INT, f, r), HAS(o, m), .min = lo, .max = hi },
#define F_UINT(o, m, j, hi, f, r) { ROW(o, m, j, FIELD_UINT, f, r), HAS(o, m), .max = hi },
#define F_ENUM(o, m, j, s, f, r) { ROW(o, m, j, FIELD_ENUM, f, r), HAS(o, m), .set = &field_set_##s },
#define F_OBJ(o, m, j, t, f, r) { ROW(o, m, j, FIELD_OBJ, f, r), .obj = &field_obj_##t },
#define F_STRS(o, m, j, f, r) { ROW(o, m, j, FIELD_STRS, f, r) },
/* 32-bit ids; all ones means none to the kernel (setgroups(2), chown(2)) */
#define F_UINTS(o, m, j, f, r) { ROW(o, m, j, FIELD_UINTS, f, r), .max = UINT32_MAX - 1 },
#define F_ENUMS(o, m, j, s, f, r) { ROW(o, m, j, FIELD_ENUMS, f, r), .set = &field_set_##s },
#define F_PAIRS(o, m, j, f, r) { ROW(o, m, j, FIELD_PAIRS, f, r) },
#define F_LIST(o, m, j, t, f, r) { ROW(o, m, j, FIELD_LIST, f, r), .obj = &field_obj_##t },
#define F_MAP(o, m, j, t, f, r) { ROW(o, m, j, FIELD_MAP, f, r), .obj = &field_obj_##t },
#define OBJECT_END(o) }; \
	_Static_assert(sizeof(struct cfg_##o) <= UINT16_MAX, "offsets are 16 bits wide"); \
	_Static_assert(rows_of_##o <= 64, "the parser keeps one bit per member");
#include "cfg_fields.def"
#include "cfg_fields_undef.h"

#define OBJECT_BEGIN(o) const struct field_obj field_obj_##o = { #o, sizeof(struct cfg_##o), rows_##o, rows_of_##o, 0
#define BIT(o, m, f) | ((f) & R ? (uint64_t)1 << row_##o##_##m : 0)
#define F_KEY(o)
#define F_STR(o, m, j, f, r) BIT(o, m, f)
#define F_BOOL(o, m, j, f, r) BIT(o, m, f)
#define F_INT(o, m, j, lo, hi, f, r) BIT(o, m, f)
#define F_UINT(o, m, j, hi, f, r) BIT(o, m, f)
#define F_ENUM(o, m, j, s, f, r) BIT(o, m, f)
#define F_OBJ(o, m, j, t, f, r) BIT(o, m, f)
#define F_STRS(o, m, j, f, r) BIT(o, m, f)
#define F_UINTS(o, m, j, f, r) BIT(o, m, f)
#define F_ENUMS(o, m, j, s, f, r) BIT(o, m, f)
#define F_PAIRS(o, m, j, f, r) BIT(o, m, f)
#define F_LIST(o, m, j, t, f, r) BIT(o, m, f)
#define F_MAP(o, m, j, t, f, r) BIT(o, m, f)
#define OBJECT_END(o) };
#include "cfg_fields.def"
#include "cfg_fields_undef.h"
#undef R
#undef P

/* A map's object has its key where struct cfg_keyed has it. */
#define OBJECT_BEGIN(o)
#define F_KEY(o) _Static_assert(offsetof(struct cfg_##o, key) == offsetof(struct cfg_keyed, key), "the key comes first");
#define F_STR(o, m, j, f, r)
#define F_BOOL(o, m, j, f, r)
#define F_INT(o, m, j, lo, hi, f, r)
#define F_UINT(o, m, j, hi, f, r)
#define F_ENUM(o, m, j, s, f, r)
#define F_OBJ(o, m, j, t, f, r)
#define F_STRS(o, m, j, f, r)
#define F_UINTS(o, m, j, f, r)
#define F_ENUMS(o, m, j, s, f, r)
#define F_PAIRS(o, m, j, f, r)
#define F_LIST(o, m, j, t, f, r)
/* names the member, so that a map of objects without a key does not compile */
#define F_MAP(o, m, j, t, f, r) _Static_assert(offsetof(struct cfg_##t, key) == offsetof(struct cfg_keyed, key), "objects of a map have a key");
#define OBJECT_END(o)
#include "cfg_fields.def"
#include "cfg_fields_undef.h"
/* clang-format on */

/* Comparing the lengths first leaves one memcmp() for nearly every name. */
static bool is_named(const struct field *f, const char *name, size_t len)
{
	return f->len == len && memcmp(f->name, name, len) == 0;
}

const struct field *field_find_from(const struct field_obj *o, size_t from, const char *name,
				    size_t len)
{
	for (size_t i = from; i < o->nfields; i++) {
		if (is_named(&o->fields[i], name, len))
			return &o->fields[i];
	}
	for (size_t i = 0; i < from; i++) {
		if (is_named(&o->fields[i], name, len))
			return &o->fields[i];
	}
	return NULL;
}

const struct field *field_find(const struct field_obj *o, const char *name, size_t len)
{
	return field_find_from(o, 0, name, len);
}

int field_set_find(const struct field_set *s, const char *name, size_t len)
{
	for (size_t i = 0; i < s->count; i++) {
		/* not strncmp(): the text may hold NUL */
		if (s->lens[i] == len && memcmp(s->names[i], name, len) == 0)
			return (int)i;
	}
	return -1;
}

const char *field_expects(const struct field *f)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_STR:
	case FIELD_ENUM:
		return "a string";
	case FIELD_BOOL:
		return "true or false";
	case FIELD_INT:
	case FIELD_UINT:
		return "an integer";
	case FIELD_OBJ:
		return "an object";
	case FIELD_STRS:
	case FIELD_ENUMS:
		return "an array of strings";
	case FIELD_UINTS:
		return "an array of integers";
	case FIELD_PAIRS:
		return "an object of strings";
	case FIELD_LIST:
		return "an array of objects";
	case FIELD_MAP:
		return "an object of objects";
	}
	return "a value";
}

/*
 * Where one object type serves several lists, its rows cite the requirements of the first; here are
 * those of the others.
 */
/* clang-format off */
#define HOOK_ROWS(in, id) \
	{ in, "path", REQ_HOOK_##id##_PATH_REQUIRED }, { in, "args", REQ_HOOK_##id##_ARGS }, \
	{ in, "env", REQ_HOOK_##id##_ENV }, { in, "timeout", REQ_HOOK_##id##_TIMEOUT }
#define THROTTLE_ROWS(in, id) \
	{ in, "major", REQ_CGROUP_BLOCKIO_##id##_MAJOR_MINOR_FIELD }, \
	{ in, "minor", REQ_CGROUP_BLOCKIO_##id##_MAJOR_MINOR_FIELD }, \
	{ in, "rate", REQ_CGROUP_BLOCKIO_##id##_RATE_FIELD }
static const struct {
	const char *in, *field;
	int req;
} shared_rows[] = {
	HOOK_ROWS("createRuntime", CREATERUNTIME),
	HOOK_ROWS("createContainer", CREATECONTAINER),
	HOOK_ROWS("startContainer", STARTCONTAINER),
	HOOK_ROWS("poststart", POSTSTART),
	HOOK_ROWS("poststop", POSTSTOP),
	THROTTLE_ROWS("throttleWriteBpsDevice", THROTTLEWRITEBPSDEVICE),
	THROTTLE_ROWS("throttleReadIOPSDevice", THROTTLEREADIOPSDEVICE),
	THROTTLE_ROWS("throttleWriteIOPSDevice", THROTTLEWRITEIOPSDEVICE),
	{ "apparmor", "enabled", REQ_FEATURES_LINUX_APPARMOR_ENABLED_FIELD },
	{ "selinux", "enabled", REQ_FEATURES_LINUX_SELINUX_ENABLED_FIELD },
	{ "netDevices", "enabled", REQ_FEATURES_LINUX_NETDEVICES_ENABLED_FIELD },
};
/* clang-format on */

int field_req(const struct field *f, const struct field *in)
{
	for (size_t i = 0; in && i < sizeof(shared_rows) / sizeof(shared_rows[0]); i++) {
		if (strcmp(shared_rows[i].in, in->name) == 0 &&
		    strcmp(shared_rows[i].field, f->name) == 0)
			return shared_rows[i].req;
	}
	return f->req;
}
