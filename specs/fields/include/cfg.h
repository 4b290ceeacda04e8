/* SPDX-License-Identifier: Apache-2.0 */
/* The typed documents: structs and enums generated from cfg_fields.def and cfg_enums.def. See there
 * for what each row declares. */
#ifndef SPECS_CFG_H
#define SPECS_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#undef linux /* gnu17 predefines it, and it is the name of a member */

/* The value of an enum member whose text is not in its set; the validator and the runtime refuse it
 * with its requirement. */
#define CFG_UNKNOWN (-1)

struct cfg_strs {
	char **items; /* NULL-terminated, so that it serves as argv; NULL where absent */
	size_t count;
	bool present;
};
struct cfg_uints {
	uint32_t *items;
	size_t count;
	bool present;
};
struct cfg_ints {
	int *items; /* enum values */
	size_t count;
	bool present;
};
struct cfg_pair {
	char *key, *value;
};
struct cfg_pairs {
	struct cfg_pair *items; /* in document order */
	size_t count;
	bool present;
};

/* clang-format off */
#define ENUM_BEGIN(set)		enum cfg_##set##_value {
#define V(set, symbol, name)	CFG_##symbol,
#define ENUM_END(set)		CFG_COUNT_##set };
#include "cfg_enums.def"
/* clang-format on */
#undef ENUM_BEGIN
#undef V
#undef ENUM_END

/* What every object of a map begins with. */
struct cfg_keyed {
	uint32_t self;
	char *key;
};

/*
 * @self gives each object an address that is not that of its first member, which cfg_locate()
 * needs; it holds nothing and is nobody's business.
 */
/* clang-format off */
#define OBJECT_BEGIN(o)			struct cfg_##o { uint32_t self;
#define F_KEY(o)			char *key;
#define F_STR(o, m, j, f, r)		char *m;
#define F_BOOL(o, m, j, f, r)		bool m, has_##m;
#define F_INT(o, m, j, lo, hi, f, r)	int64_t m; bool has_##m;
#define F_UINT(o, m, j, hi, f, r)	uint64_t m; bool has_##m;
#define F_ENUM(o, m, j, set, f, r)	int m; bool has_##m;
#define F_OBJ(o, m, j, t, f, r)		struct cfg_##t *m;
#define F_STRS(o, m, j, f, r)		struct cfg_strs m;
#define F_UINTS(o, m, j, f, r)		struct cfg_uints m;
#define F_ENUMS(o, m, j, set, f, r)	struct cfg_ints m;
#define F_PAIRS(o, m, j, f, r)		struct cfg_pairs m;
#define F_LIST(o, m, j, t, f, r)	struct cfg_##t##_list m;
#define F_MAP(o, m, j, t, f, r)		struct cfg_##t##_list m;
#define OBJECT_END(o)                                                                              \
	}                                                                                          \
	;                                                                                          \
	struct cfg_##o##_list {                                                                    \
		struct cfg_##o *items;                                                             \
		size_t count;                                                                      \
		bool present;                                                                      \
	};
#include "cfg_fields.def"
/* clang-format on */
#include "cfg_fields_undef.h"

#endif
