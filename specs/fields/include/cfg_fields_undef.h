/* SPDX-License-Identifier: Apache-2.0 */
/* Ends one use of cfg_fields.def. No guard: it is included once behind each. */
#undef OBJECT_BEGIN
#undef F_KEY
#undef F_STR
#undef F_BOOL
#undef F_INT
#undef F_UINT
#undef F_ENUM
#undef F_OBJ
#undef F_STRS
#undef F_UINTS
#undef F_ENUMS
#undef F_PAIRS
#undef F_LIST
#undef F_MAP
#undef OBJECT_END
