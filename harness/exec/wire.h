/* SPDX-License-Identifier: Apache-2.0 */
/* A result on its way from the case's process to the parent: one JSON document. */
#ifndef EXEC_WIRE_H
#define EXEC_WIRE_H

#include "report.h"
#include "str.h"

#define WIRE_MAX (16u << 20)

/* Prints verdict, checks, reason, times and bundle; what the parent knows itself (id, title,
 * requirements) stays. out->oom where memory is short. */
void hx_wire_print(const struct rep_result *r, struct strbuf *out);

/* Reads them into *ret, whose other members stay. 0 or -errno: -EINVAL where it is not what
 * hx_wire_print() printed. */
int hx_wire_parse(const char *text, size_t len, struct rep_result *ret);

#endif
