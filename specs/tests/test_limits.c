/* SPDX-License-Identifier: Apache-2.0 */
/* What a document costs: nothing that someone sends may take more than a fixed multiple of its own
 * size. */
#include "arena.h"
#include "cfg_parse.h"
#include "cleanup.h"
#include "parser.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"}"

static void repeat(struct strbuf *b, const char *s, size_t n)
{
	size_t len = strlen(s);

	while (n--)
		strbuf_add(b, s, len);
}

static int parse(const struct strbuf *b, struct cfg_doc **ret, struct cfg_findings *f,
		 struct err *e)
{
	*ret = NULL;
	return cfg_parse(CFG_CONFIG, b->buf, b->len, ret, f, e);
}

/* A document of @n times @s between @before and @after. */
static int try(const char *before, const char *s, size_t n, const char *after, struct err *e)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;

	strbuf_adds(&b, HEAD);
	strbuf_adds(&b, before);
	repeat(&b, s, n);
	strbuf_adds(&b, after);
	return parse(&b, &d, NULL, e);
}

START_TEST(test_depth)
{
	struct err e = {0};

	for (int object = 0; object < 2; object++) {
		for (unsigned int n = CFG_MAX_DEPTH - 2; n <= CFG_MAX_DEPTH; n++) {
			struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
			struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
			int rc;

			strbuf_adds(&b, HEAD ",\"x\":");
			repeat(&b, object ? "{\"a\":" : "[", n);
			strbuf_adds(&b, "1");
			repeat(&b, object ? "}" : "]", n);
			strbuf_adds(&b, "}");
			rc = parse(&b, &d, NULL, &e);
			/* the document itself is one level */
			if (n < CFG_MAX_DEPTH) {
				ck_assert_msg(rc == 0, "%s", e.msg);
			} else {
				ck_assert_int_eq(rc, -E2BIG);
				ck_assert(str_ends(e.msg, ": nested deeper than 64"));
			}
		}
	}
	/* and a million levels end as soon as the limit is reached */
	ck_assert_int_eq(try(",\"x\":", "[", 1000000, "", &e), -E2BIG);
	ck_assert_int_eq(try(",\"x\":", "{\"a\":", 1000000, "", &e), -E2BIG);
}
END_TEST

START_TEST(test_entries)
{
	struct err e = {0};

	ck_assert_int_eq(
		try(",\"linux\":{\"maskedPaths\":[\"x\"", ",\"\"", CFG_MAX_ENTRIES - 1, "]}}", &e),
		0);
	ck_assert_int_eq(
		try(",\"linux\":{\"maskedPaths\":[\"x\"", ",\"\"", CFG_MAX_ENTRIES, "]}}", &e),
		-E2BIG);
	ck_assert_str_eq(e.msg, "1:196676: an array of more than 65536 elements");
	ck_assert_int_eq(try(",\"x\":[1", ",1", CFG_MAX_ENTRIES - 1, "]}", &e), 0);
	ck_assert_int_eq(try(",\"x\":[1", ",[]", CFG_MAX_ENTRIES, "]}", &e), -E2BIG);
	/* members are counted before they are compared */
	ck_assert_int_eq(
		try(",\"annotations\":{\"a\":\"\"", ",\"b\":\"\"", CFG_MAX_ENTRIES, "}}", &e),
		-E2BIG);
	ck_assert_int_eq(try(",\"x\":{\"a\":\"\"", ",\"b\":\"\"", CFG_MAX_ENTRIES, "}}", &e),
			 -E2BIG);
	ck_assert(str_ends(e.msg, ": an object of more than 65536 members"));
}
END_TEST

START_TEST(test_strings)
{
	struct err e = {0};

	ck_assert_int_eq(try(",\"hostname\":\"", "x", CFG_MAX_STRING, "\"}", &e), 0);
	ck_assert_int_eq(try(",\"hostname\":\"", "x", CFG_MAX_STRING + 1, "\"}", &e), -E2BIG);
	ck_assert_str_eq(e.msg, "1:54: a string of more than 1048576 bytes");
	/* what counts is the string, not how it is written */
	ck_assert_int_eq(try(",\"hostname\":\"", "\\u0078", CFG_MAX_STRING, "\"}", &e), 0);
	ck_assert_int_eq(try(",\"x\":\"", "x", CFG_MAX_STRING + 1, "\"}", &e), -E2BIG);
	ck_assert_int_eq(try(",\"", "x", CFG_MAX_STRING + 1, "\":1}", &e), -E2BIG);
	ck_assert_str_eq(e.msg, "1:43: a name of more than 1048576 bytes");
	/* a long number is no integer, wherever it ends */
	ck_assert_int_eq(try(",\"x\":1", "0", CFG_MAX_STRING * 2, "}", &e), 0);
	ck_assert_int_eq(try(",\"process\":{\"oomScoreAdj\":1", "0", CFG_MAX_STRING * 2, "}}", &e),
			 -EINVAL);
	ck_assert_msg(str_ends(e.msg, "got 1000000000000000000000000000000000000000... "
				      "[process-oomscoreadj-field]"),
		      "%s", e.msg);
}
END_TEST

START_TEST(test_bytes)
{
	struct err e = {0};
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_doc *d = NULL;

	strbuf_adds(&b, HEAD "}");
	repeat(&b, " ", CFG_MAX_BYTES - b.len);
	ck_assert_int_eq(parse(&b, &d, NULL, &e), 0);
	cfg_doc_free(d);
	strbuf_addc(&b, ' ');
	ck_assert_int_eq(parse(&b, &d, NULL, &e), -E2BIG);
	ck_assert_str_eq(e.msg, "1:1: more than 16777216 bytes");
}
END_TEST

/* All memory of a document per byte of its text. */
static double cost(const struct cfg_doc *d, size_t len)
{
	return (double)(d->priv->arena.total + d->priv->places_cap * sizeof(*d->priv->places) +
			d->priv->lines.count * sizeof(*d->priv->lines.newline)) /
	       (double)len;
}

/* The dearest documents that we know. Each is tried at two sizes: the cost per byte may not grow
 * with the size. */
static const struct {
	const char *before, *s, *after;
} dear[] = {
	{",\"mounts\":[{}", ",{}", "]}"},
	{",\"mounts\":[{}", ",{\"source\":\"\"}", "]}"},
	{",\"linux\":{\"seccomp\":{\"syscalls\":[{}", ",{\"args\":[{}]}", "]}}}"},
	{",\"linux\":{\"seccomp\":{\"syscalls\":[{\"args\":[{}", ",{}", "]}]}}}"},
	{",\"linux\":{\"seccomp\":{\"syscalls\":[{}", ",{\"names\":[\"\"]}", "]}}}"},
	{",\"mounts\":[{}", ",{\"options\":[]}", "]}"},
	{",\"process\":{\"rlimits\":[{}", ",{}", "]}}"},
	{",\"process\":{\"args\":[\"\"", ",\"\"", "]}}"},
	{",\"process\":{\"user\":{\"additionalGids\":[0", ",0", "]}}}"},
	{",\"process\":{\"args\":[1", ",1", "]}}"},
	{",\"x\":[1", ",[]", "]}"},
	{",\"x\":[1", ",\n\n\n1", "]}"},
	{",\"x\":[{}", ",{\"\\u0061\":1,\"b\":{\"c\":1}}", "]}"},
};

START_TEST(test_memory_is_linear)
{
	for (size_t i = 0; i < sizeof(dear) / sizeof(dear[0]); i++) {
		double small = 0;

		for (size_t n = 4000; n <= 64000; n *= 16) {
			struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
			struct cfg_findings f = {0};
			struct cfg_doc *d = NULL;
			struct err e = {0};

			strbuf_adds(&b, HEAD);
			strbuf_adds(&b, dear[i].before);
			repeat(&b, dear[i].s, n);
			strbuf_adds(&b, dear[i].after);
			ck_assert_msg(parse(&b, &d, &f, &e) == 0, "%s", e.msg);
			ck_assert_uint_le(f.count, CFG_MAX_FINDINGS);
			ck_assert_msg(cost(d, b.len) < 64, "%s: %.1f", dear[i].s, cost(d, b.len));
			if (!small)
				small = cost(d, b.len);
			ck_assert_msg(cost(d, b.len) <= small * 1.6, "%s: %.1f, %.1f", dear[i].s,
				      small, cost(d, b.len));
			cfg_doc_free(d);
			cfg_findings_done(&f);
		}
	}
}
END_TEST

/* Lists grow while strings are put between their copies; nothing may be lost or shared. */
START_TEST(test_arena)
{
	struct arena a = {0};
	size_t cap = 0, n = 0;
	uint32_t *list = NULL;
	char *odd = NULL;

	for (uint32_t i = 0; i < 20000; i++) {
		if (n == cap) {
			size_t more = cap ? cap * 2 : 1;

			list = arena_resize(&a, list, cap * sizeof(*list), more * sizeof(*list));
			ck_assert_ptr_nonnull(list);
			ck_assert_uint_eq((uintptr_t)list % _Alignof(max_align_t), 0);
			cap = more;
		}
		list[n++] = i;
		if (i % 7 == 0) {
			odd = arena_strdup(&a, "abcdefghij", i % 11);
			ck_assert_uint_eq(strlen(odd), i % 11);
		}
	}
	list = arena_resize(&a, list, cap * sizeof(*list), n * sizeof(*list));
	for (uint32_t i = 0; i < n; i++)
		ck_assert_uint_eq(list[i], i);
	ck_assert_uint_ge(a.total, n * sizeof(*list));
	for (size_t size = 1; size < 40000; size = size * 3 + 1) {
		char *p = arena_zalloc(&a, size);

		for (size_t i = 0; i < size; i++)
			ck_assert_int_eq(p[i], 0);
		memset(p, 0xff, size);
	}
	ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX - 5));
	arena_done(&a);
	ck_assert_uint_eq(a.total, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("limits");
	TCase *t = tcase_create("limits");

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_depth);
	tcase_add_test(t, test_entries);
	tcase_add_test(t, test_strings);
	tcase_add_test(t, test_bytes);
	tcase_add_test(t, test_memory_is_linear);
	tcase_add_test(t, test_arena);
	return suite_run(s);
}
