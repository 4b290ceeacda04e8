/* SPDX-License-Identifier: Apache-2.0 */
/* How every test program (conform_test() links this in) ends. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>

/* Runs @s, which it takes. Returns what main() is to return. */
int suite_run(Suite *s);

#endif
