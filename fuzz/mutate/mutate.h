/* SPDX-License-Identifier: Apache-2.0 */
/* One document made of another, on its tree, by what the field table knows. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "fields.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Changes the document of @o in @buf (@len of @max bytes) a little: members appear, vanish and
 * move, values become others of their field, borders, or of a wrong type. @other, which may be
 * NULL, is a second document whose parts may be taken over. Text that is not JSON is replaced by a
 * fresh document. The same arguments give the same result. Returns the new length, at most @max; 0
 * where nothing fits.
 */
size_t mutate_document(const struct field_obj *o, char *buf, size_t len, size_t max,
		       const char *other, size_t other_len, uint64_t seed);

#endif
