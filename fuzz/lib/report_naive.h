/* SPDX-License-Identifier: Apache-2.0 */
/* Reports without a file: what is written to any descriptor is kept. */
#ifndef FUZZ_REPORT_NAIVE_H
#define FUZZ_REPORT_NAIVE_H

#include "report.h"
#include "str.h"

#include <stdbool.h>

/* The report of a run with @r as its only result; the caller frees the text. Link it with
 * -Wl,--wrap=fd_write_all. */
struct strbuf report_naive_make(const char *format, const struct rep_result *r);

/* Elements are closed in order; in text and attributes no quote, ampersand or control character
 * stands where it may not. */
bool report_naive_is_xml(const char *s);

#endif
