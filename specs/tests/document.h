/* SPDX-License-Identifier: Apache-2.0 */
/* Documents made of the table, so that no field of it goes untested. */
#ifndef TESTS_DOCUMENT_H
#define TESTS_DOCUMENT_H

#include "fields.h"
#include "str.h"

/* Appends an object with every member that @o can have, in table order and canonical form (no
 * blanks); its lists have @n elements. */
void document_full(const struct field_obj *o, unsigned int n, struct strbuf *out);

/* Appends an object with only the members that have to be there. */
void document_minimal(const struct field_obj *o, struct strbuf *out);

/* Appends a JSON value that is good for @f. @edge: the largest it can be. */
void document_value(const struct field *f, bool edge, struct strbuf *out);

#endif
