/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text on its way into a report. Values, reasons and names may come from a hostile runtime or
 * container, so each kind of report has its own way to make them harmless.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report.h"
#include "str.h"

/*
 * For terminals and plain files: control characters (which a terminal would obey) and bytes that
 * are not UTF-8 become U+FFFD. A newline becomes a newline and @indent blanks, or one blank where
 * @indent is negative. At most @max characters, then "..."; 0: all.
 */
void text_add_plain(struct strbuf *out, const char *s, int indent, size_t max);

/* For XML, in content and in attributes; characters that XML 1.0 cannot hold become U+FFFD. */
void text_add_xml(struct strbuf *out, const char *s);

/*
 * For a cell of a Markdown table: one line in which nothing is markup. At most @max characters, as
 * above.
 */
void text_add_cell(struct strbuf *out, const char *s, size_t max);

/* As text_add_cell(), set as code. */
void text_add_code(struct strbuf *out, const char *s, size_t max);

/*
 * What a check asked, "uts.nodename equals "a"", and what was there, in plain text. Where nothing
 * was observed, that is what it says. At most @max characters of each value.
 */
void text_add_asked(struct strbuf *out, const struct rep_check *c, size_t max);
void text_add_observed(struct strbuf *out, const struct rep_check *c, size_t max);

/* "FAIL", "XFAIL", "XPASS", ...: the verdict, with what was expected of it. Never NULL. */
const char *text_outcome(const struct rep_result *res);

/* Whether the case needs an explanation that a reader has to see: it failed, warned, broke, or
 * passed against expectation. */
bool text_is_finding(const struct rep_result *res);

/* "config.md#hostname" as an address; "" where the requirement is not in the catalogue. Lasts until
 * @buf does. */
const char *text_url(const struct rep_requirement *q, char *buf, size_t size);

/* "MUST NOT" for "MUST_NOT": appended. */
void text_add_level(struct strbuf *out, const char *level);

/*
 * The whole of a finding in plain text, each line indented by @indent blanks: title, requirements
 * with level and address, what was expected and observed, the reason, how to repeat it and where
 * the bundle lies. @all: every check, else those that failed.
 */
void text_add_finding(struct strbuf *out, const struct rep_result *res, int indent, bool all);

/* The run in a few words: "conforms". Never NULL. */
const char *text_conclusion(const struct rep_run *run);

/* Writes the buffer to @fd and empties it. 0 or -errno. */
int text_flush(struct strbuf *b, int fd, struct err *e);

#endif
