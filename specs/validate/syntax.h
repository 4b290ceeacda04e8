/* SPDX-License-Identifier: Apache-2.0 */
/* The forms that strings of a document must have. Pure predicates. */
#ifndef VAL_SYNTAX_H
#define VAL_SYNTAX_H

#include <stdbool.h>

/* Semantic Versioning 2.0.0, complete: MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]. */
bool syntax_semver(const char *s);

/* Precedence of two strings for which syntax_semver() holds: < 0, 0 or > 0. */
int syntax_semver_compare(const char *a, const char *b);

/* Numbers and ascending dash ranges, separated by commas: "0-3,7". The empty list is one. */
bool syntax_number_list(const char *s);

/* NAME=value with a NAME (environ(7)). */
bool syntax_env(const char *s);

/* A name of capabilities(7), such as CAP_CHOWN. */
bool syntax_capability(const char *s);

/* Number without leading zero and KB, MB or GB. */
bool syntax_page_size(const char *s);

/* RFC 3339 section 5.6, with a date that exists. */
bool syntax_rfc3339(const char *s);

/* A signal of signal(7): number, NAME, SIGNAME, and the real-time forms SIGRTMIN+n and SIGRTMAX-n.
 */
bool syntax_signal(const char *s);

/* Dotted labels, at least two, none empty. */
bool syntax_reverse_domain(const char *s);

#endif
