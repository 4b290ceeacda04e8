/* SPDX-License-Identifier: Apache-2.0 */
#include "sync.h"

#include <check.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HEAD offsetof(struct sync_msg, err.msg)

START_TEST(a_message_is_read)
{
	struct sync_msg m = {.kind = SYNC_ERROR, .number = 3, .err = {ENOENT, "no file"}}, got;

	ck_assert_int_eq(sync_read(&m, HEAD + 8, &got), 0);
	ck_assert_int_eq(got.kind, SYNC_ERROR);
	ck_assert_int_eq(got.number, 3);
	ck_assert_int_eq(got.err.num, ENOENT);
	ck_assert_str_eq(got.err.msg, "no file");
	/* without its end the text still has one */
	memset(m.err.msg, 'x', sizeof(m.err.msg));
	ck_assert_int_eq(sync_read(&m, sizeof(m), &got), 0);
	ck_assert_uint_eq(strlen(got.err.msg), sizeof(m.err.msg) - 1);
	ck_assert_int_eq(sync_read(&m, HEAD + 2, &got), 0);
	ck_assert_str_eq(got.err.msg, "xx");
}
END_TEST

START_TEST(other_bytes_are_none)
{
	struct sync_msg m = {.kind = SYNC_GO}, got;
	char more[sizeof(m) + 1] = "";

	ck_assert_int_eq(sync_read(&m, 0, &got), -EPROTO);
	ck_assert_int_eq(sync_read(&m, HEAD, &got), -EPROTO);
	memcpy(more, &m, sizeof(m));
	ck_assert_int_eq(sync_read(more, sizeof(more), &got), -EPROTO);
	m.kind = 0;
	ck_assert_int_eq(sync_read(&m, sizeof(m), &got), -EPROTO);
	m.kind = SYNC_GO + 1;
	ck_assert_int_eq(sync_read(&m, sizeof(m), &got), -EPROTO);
	/* -err.num is what the receiver returns */
	m = (struct sync_msg){.kind = SYNC_ERROR, .err.num = -5};
	ck_assert_int_eq(sync_read(&m, sizeof(m), &got), -EPROTO);
	m.err.num = 4096;
	ck_assert_int_eq(sync_read(&m, sizeof(m), &got), -EPROTO);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sync");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, a_message_is_read);
	tcase_add_test(t, other_bytes_are_none);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
