/* SPDX-License-Identifier: Apache-2.0 */
/* How every test program (conform_test() links this in) ends. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>

/* Runs @s, which it takes. Returns what main() is to return. */
int suite_run(Suite *s);
/* A line on standard error, by which ci/vm/unit counts: this test, which is to return now, has not
 * looked at what it is there for. */
void suite_skip(const char *why);

#endif
