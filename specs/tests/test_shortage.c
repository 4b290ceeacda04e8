/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation fails once: each time the answer is -ENOMEM, nothing leaks and nothing is half
 * done. Linked with --wrap. */
#include "cfg_parse.h"
#include "cleanup.h"
#include "document.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *s);

/* Allocations that still succeed; negative: all. */
static long left = -1;
/* Then one fails, and those behind it do not. */
static bool once;

static bool fails(void)
{
	if (left < 0)
		return false;
	if (left > 0) {
		left--;
		return false;
	}
	if (once)
		left = -1;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

/* The number of allocations that @text takes; all of those before fail it. */
static long count(const char *text, size_t len, bool want_findings)
{
	for (long n = 0; n < 100000; n++) {
		struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
		struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
		struct err e = {0};
		int rc;

		left = n;
		rc = cfg_parse(CFG_CONFIG, text, len, &d, want_findings ? &f : NULL, &e);
		left = -1;
		if (rc == 0)
			return n;
		ck_assert_msg(rc == -ENOMEM && e.num == ENOMEM, "%ld: %d %s", n, rc, e.msg);
		ck_assert_ptr_null(d);
	}
	ck_abort_msg("never enough");
	return 0;
}

START_TEST(test_parse)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;

	document_full(&field_obj_config, 30, &b);
	ck_assert_int_gt(count(b.buf, b.len, false), 5);
}
END_TEST

START_TEST(test_findings)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;

	strbuf_adds(&b, "{\"\\u0061\":\"\\n\",\"b\":2,\"process\":{\"args\":[1");
	for (int i = 0; i < 20; i++)
		strbuf_adds(&b, ",2,\"\\u00e4\\n\"");
	strbuf_adds(&b, "]}}");
	ck_assert_int_gt(count(b.buf, b.len, true), 40);
}
END_TEST

/* The words of a refusal take memory, too; without it there are others, but it stays a refusal. */
START_TEST(test_refusal)
{
	static const char *const texts[] = {"{\n\"x\":[1,2,3,}",
					    "{\"root\":{\"path\":\"\\u0061\",\"path\":1}}",
					    "{\n\"hostname\":\"\\ud800\"}", "{\n\"hostname\":{}}"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int rc = -ENOMEM;

		for (long n = 0; rc == -ENOMEM; n++) {
			struct cfg_doc *d = NULL;
			struct err e = {0};

			ck_assert_int_lt(n, 1000);
			left = n;
			rc = cfg_parse(CFG_CONFIG, texts[i], strlen(texts[i]), &d, NULL, &e);
			left = -1;
			ck_assert_int_lt(rc, 0);
			ck_assert_ptr_null(d);
			ck_assert_int_eq(e.num, -rc);
		}
		ck_assert_int_eq(rc, -EINVAL);
	}
}
END_TEST

/* Where one allocation fails, the place is not that of something else. */
START_TEST(test_locate_once)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	int rc = -ENOMEM;

	document_full(&field_obj_config, 3, &b);
	ck_assert_int_eq(cfg_parse(CFG_CONFIG, b.buf, b.len, &d, NULL, NULL), 0);
	once = true;
	for (long n = 0; rc == -ENOMEM; n++) {
		cleanup_free char *pointer = NULL;
		uint32_t line, col;

		left = n;
		rc = cfg_locate(d, &d->config->process->cwd, &pointer, &line, &col);
		left = -1;
		ck_assert_int_lt(n, 100);
		if (rc == 0)
			ck_assert_str_eq(pointer, "/process/cwd");
	}
	once = false;
	ck_assert_int_eq(rc, 0);
}
END_TEST

START_TEST(test_print_and_locate)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_doc *d = NULL;
	int rc = -ENOMEM;
	bool oom = true;

	document_full(&field_obj_config, 3, &b);
	ck_assert_int_eq(cfg_parse(CFG_CONFIG, b.buf, b.len, &d, NULL, NULL), 0);
	for (long n = 0; rc == -ENOMEM; n++) {
		char *pointer = NULL;
		uint32_t line, col;

		left = n;
		rc = cfg_locate(d, &d->config->process->cwd, &pointer, &line, &col);
		left = -1;
		ck_assert(n < 100 && !pointer == (rc != 0));
		free(pointer);
	}
	ck_assert_int_eq(rc, 0);
	for (long n = 0; oom; n++) {
		struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT;

		left = n;
		cfg_print_default(n % 2, &out);
		left = -1;
		ck_assert_int_lt(n, 1000);
		oom = out.oom;
	}
	cfg_doc_free(d);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shortage");
	TCase *t = tcase_create("shortage");

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_parse);
	tcase_add_test(t, test_findings);
	tcase_add_test(t, test_refusal);
	tcase_add_test(t, test_locate_once);
	tcase_add_test(t, test_print_and_locate);
	return suite_run(s);
}
