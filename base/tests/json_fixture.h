/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of JSON share. */
#ifndef TESTS_JSON_FIXTURE_H
#define TESTS_JSON_FIXTURE_H

#include "json.h"

#include "cleanup.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json *parse(const char *text)
{
	struct json *j = NULL;
	struct err e = {0};

	ck_assert_msg(json_parse(text, strlen(text), &j, &e) == 0, "%s: %s", text, e.msg);
	ck_assert_ptr_nonnull(j);
	return j;
}

static void assert_prints(const struct json *j, const char *want)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	json_print(j, 0, &b);
	ck_assert(!b.oom);
	ck_assert_str_eq(b.buf, want);
}

static void nest(struct strbuf *b, size_t depth, const char *open, const char *inner,
		 const char *shut)
{
	for (size_t i = 0; i < depth; i++)
		strbuf_adds(b, open);
	strbuf_adds(b, inner);
	for (size_t i = 0; i < depth; i++)
		strbuf_adds(b, shut);
}

#endif
