/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

START_TEST(set_fills_and_returns)
{
	struct err e = {0};

	errno = EAGAIN;
	ck_assert_int_eq(err_set(&e, ENOENT, "open '%s': %m", "x"), -ENOENT);
	ck_assert_int_eq(e.num, ENOENT);
	ck_assert_str_eq(e.msg, "open 'x': No such file or directory");
	ck_assert_int_eq(errno, EAGAIN);
}
END_TEST

START_TEST(set_takes_null)
{
	ck_assert_int_eq(err_set(NULL, EPERM, "%d", 1), -EPERM);
	ck_assert_int_eq(err_wrap(NULL, "ctx"), -EIO);
}
END_TEST

START_TEST(a_number_that_is_no_errno_is_still_a_failure)
{
	struct err e = {0};

	ck_assert_int_eq(err_set(&e, 0, "x"), -EIO);
	ck_assert_int_eq(err_set(&e, -5, "x"), -EIO);
	ck_assert_int_eq(e.num, EIO);
}
END_TEST

START_TEST(set_may_quote_the_old_message)
{
	struct err e = {0};

	(void)err_set(&e, EIO, "inner");
	(void)err_set(&e, EINVAL, "outer (%s)", e.msg);
	ck_assert_str_eq(e.msg, "outer (inner)");
}
END_TEST

START_TEST(wrap_prefixes)
{
	struct err e = {0};

	(void)err_set(&e, EACCES, "open");
	ck_assert_int_eq(err_wrap(&e, "mount %d", 3), -EACCES);
	ck_assert_int_eq(err_wrap(&e, "create"), -EACCES);
	ck_assert_str_eq(e.msg, "create: mount 3: open");
}
END_TEST

START_TEST(wrap_of_a_place)
{
	struct err e = {0};

	(void)err_set(&e, EINVAL, "3:14: premature end");
	ck_assert_int_eq(err_wrap_place(&e, "a.json"), -EINVAL);
	ck_assert_str_eq(e.msg, "a.json:3:14: premature end");
	(void)err_set(&e, ENOMEM, "no memory");
	ck_assert_int_eq(err_wrap_place(&e, "a%s.json"), -ENOMEM);
	ck_assert_str_eq(e.msg, "a%s.json: no memory");
}
END_TEST

START_TEST(wrap_of_nothing_is_a_failure)
{
	struct err e = {0};

	ck_assert_int_eq(err_wrap(&e, "x"), -EIO);
	ck_assert_int_eq(err_wrap_place(&e, "x"), -EIO);
	ck_assert_int_eq(err_wrap_place(NULL, "x"), -EIO);
	ck_assert_str_eq(e.msg, "");
}
END_TEST

START_TEST(too_long_is_cut_not_overrun)
{
	char big[3 * ERR_MSG_SIZE];
	struct err e = {0};

	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	(void)err_set(&e, EIO, "%s", big);
	ck_assert_uint_eq(strlen(e.msg), ERR_MSG_SIZE - 1);
	(void)err_wrap(&e, "ctx");
	ck_assert_uint_eq(strlen(e.msg), ERR_MSG_SIZE - 1);
	ck_assert_int_eq(strncmp(e.msg, "ctx: aaa", 8), 0);
	(void)err_wrap(&e, "%s", big);
	ck_assert_uint_lt(strlen(e.msg), ERR_MSG_SIZE);
	ck_assert_int_eq(strncmp(e.msg, "aaa", 3), 0);
	(void)err_wrap_place(&e, big);
	ck_assert_uint_lt(strlen(e.msg), ERR_MSG_SIZE);
}
END_TEST

START_TEST(one_pipe_write_is_atomic)
{
	ck_assert_uint_le(sizeof(struct err), PIPE_BUF);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("err");
	TCase *t = tcase_create("err");

	tcase_add_test(t, set_fills_and_returns);
	tcase_add_test(t, set_takes_null);
	tcase_add_test(t, a_number_that_is_no_errno_is_still_a_failure);
	tcase_add_test(t, set_may_quote_the_old_message);
	tcase_add_test(t, wrap_prefixes);
	tcase_add_test(t, wrap_of_a_place);
	tcase_add_test(t, wrap_of_nothing_is_a_failure);
	tcase_add_test(t, too_long_is_cut_not_overrun);
	tcase_add_test(t, one_pipe_write_is_atomic);
	suite_add_tcase(s, t);
	return suite_run(s);
}
