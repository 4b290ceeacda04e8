/* SPDX-License-Identifier: Apache-2.0 */
/* All rules that can be judged from a document alone. */
#ifndef SPECS_VALIDATE_H
#define SPECS_VALIDATE_H

#include "cfg_parse.h"

/* Specification version that the document is held against: major * 100 + minor, 100..103. */
struct val_options {
	int target;
};

/*
 * Adds to @f every rule that @d breaks, MUST and SHOULD alike, in document order. The parser's own findings (types, bounds, required members) are not
 * repeated: pass the same @f to cfg_parse() and then to this. 0 or -ENOMEM.
 */
int val_document(const struct cfg_doc *d, const struct val_options *o, struct cfg_findings *f);

#endif
