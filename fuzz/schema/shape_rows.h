/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_SHAPE_ROWS_H
#define FUZZ_SHAPE_ROWS_H

#include <stddef.h>

/*
 * @member of the record @of; one that ends with "!" has to be there. @says: "text", "bool", "int",
 * "natural" (0 and up), "positive" (1 and up), "u16", "u32", "u64", "i32", "i64", "pageSize";
 * "@set": one of the names of a set; "~PREFIX+CHARS": the prefix, then characters of these alone
 * ("~PREFIX-CHARS": of none of these), which after a prefix are at least one; "*X": a list of X,
 * "+X": one that is not empty, "{}X": an object whose members are X; else a record.
 */
struct shape_row {
	const char *of, *member, *says;
};
extern const struct shape_row shape_rows[];
extern const size_t shape_row_count;

struct shape_set {
	const char *name, *members;
};
extern const struct shape_set shape_sets[];
extern const size_t shape_set_count;

#endif
