/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of every kind of typed document. */
#ifndef FUZZ_DOCUMENT_H
#define FUZZ_DOCUMENT_H

#include "cfg_parse.h"

/*
 * Parse, print, parse: both documents are equal, printing is a fixed point, and a document without
 * findings comes back with all that the table knows of it.
 */
void document_round_trip(enum cfg_kind kind, const char *buf, size_t len);

/* Whatever the JSON schema refuses (schema/), the validator has a finding on, at the very place. */
void document_validate(enum cfg_kind kind, const char *buf, size_t len);

#endif
