/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include "str.h"

/* clang-format off */
#define OBJECT_BEGIN(o) &field_obj_##o,
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
static const struct field_obj *const objects[] = {
#include "cfg_fields.def"
};
/* clang-format on */
#include "cfg_fields_undef.h"

const struct field_obj *table_find(const char *name)
{
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		if (str_eq(objects[i]->name, name))
			return objects[i];
	}
	return NULL;
}
