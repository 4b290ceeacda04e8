/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as no kernel should give them. */
#include "netlink.h"

#include "cleanup.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct nlmsghdr asked = {.nlmsg_seq = 7, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP};
static struct err e;

static int count(void *arg, const struct nlmsghdr *h)
{
	(void)h;
	return ++*(int *)arg < 3 ? 0 : -ENOMEM;
}

/* In memory that ends where the answer does. */
static int answer(const void *bytes, size_t len, int *seen)
{
	cleanup_free char *exact = malloc(len);

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	e = (struct err){0};
	*seen = 0;
	return netlink_answer(exact, len, &asked, count, seen, &e);
}

START_TEST(parts)
{
	const struct nlmsghdr part = {
		.nlmsg_len = sizeof(part), .nlmsg_type = RTM_NEWADDR, .nlmsg_seq = 7};
	struct nlmsghdr m[3] = {part, part, part};
	int seen;

	ck_assert_int_eq(answer(m, sizeof(m[0]) * 2, &seen), 1);
	ck_assert_int_eq(seen, 2);
	ck_assert_int_eq(answer(m, sizeof(m), &seen), -ENOMEM);
	m[0].nlmsg_seq = 6;
	ck_assert_int_eq(answer(m, sizeof(m), &seen), 1);
	ck_assert_int_eq(seen, 2);
	m[1].nlmsg_type = NLMSG_DONE;
	ck_assert_int_eq(answer(m, sizeof(m), &seen), 0);
	ck_assert_int_eq(seen, 0);
	m[1].nlmsg_flags = NLM_F_DUMP_INTR;
	ck_assert_int_eq(answer(m, sizeof(m), &seen), -EAGAIN);
	m[1] = part;
	m[1].nlmsg_flags = NLM_F_DUMP_INTR;
	ck_assert_int_eq(answer(m, sizeof(m), &seen), -EAGAIN);
}
END_TEST

START_TEST(lengths)
{
	struct nlmsghdr m[2] = {
		{.nlmsg_len = sizeof(m[0]), .nlmsg_type = RTM_NEWADDR, .nlmsg_seq = 7}};
	int seen;

	/* the padding of the last one is not there */
	m[0].nlmsg_len = sizeof(m[0]) + 1;
	ck_assert_int_eq(answer(m, sizeof(m[0]) + 1, &seen), 1);
	ck_assert_int_eq(seen, 1);
	m[0].nlmsg_len = sizeof(m[0]) - 1;
	ck_assert_int_eq(answer(m, sizeof(m), &seen), -EPROTO);
	m[0].nlmsg_len = sizeof(m) + 1;
	ck_assert_int_eq(answer(m, sizeof(m), &seen), -EPROTO);
	m[0].nlmsg_len = UINT32_MAX;
	ck_assert_int_eq(answer(m, sizeof(m), &seen), -EPROTO);
	ck_assert_int_eq(seen, 0);
}
END_TEST

START_TEST(errors)
{
	static const struct {
		int error, r;
	} rows[] = {{0, 0},	      {-EBUSY, -EBUSY},	  {-4095, -4095},    {1, -EPROTO},
		    {-4096, -EPROTO}, {INT_MIN, -EPROTO}, {INT_MAX, -EPROTO}};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr n;
	} m = {.h = {.nlmsg_len = sizeof(m), .nlmsg_type = NLMSG_ERROR, .nlmsg_seq = 7}};
	int seen;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		m.n.error = rows[i].error;
		ck_assert_int_eq(answer(&m, sizeof(m), &seen), rows[i].r);
		ck_assert(rows[i].r == 0 || e.msg[0]);
	}
	m.h.nlmsg_len -= 1;
	ck_assert_int_eq(answer(&m, sizeof(m), &seen), -EPROTO);
}
END_TEST

/* What a dump returned stands in its end: the parts before may not be all. */
START_TEST(ends)
{
	static const struct {
		int error, r;
	} rows[] = {{0, 0},	      {-EMSGSIZE, -EMSGSIZE}, {-4095, -4095}, {1, -EPROTO},
		    {-4096, -EPROTO}, {INT_MIN, -EPROTO},     {4096, -EPROTO}};
	struct {
		struct nlmsghdr h;
		int error;
	} m = {.h = {.nlmsg_len = sizeof(m), .nlmsg_type = NLMSG_DONE, .nlmsg_seq = 7}};
	int seen;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		m.error = rows[i].error;
		ck_assert_int_eq(answer(&m, sizeof(m), &seen), rows[i].r);
		ck_assert(rows[i].r == 0 || e.msg[0]);
	}
	/* too short for one */
	m.error = -EBUSY;
	m.h.nlmsg_len -= 1;
	ck_assert_int_eq(answer(&m, sizeof(m), &seen), 0);
}
END_TEST

START_TEST(words)
{
	struct {
		struct nlmsghdr h;
		struct nlmsgerr n;
		struct rtattr a;
		char words[8];
	} m = {.h = {.nlmsg_len = sizeof(m),
		     .nlmsg_type = NLMSG_ERROR,
		     .nlmsg_flags = NLM_F_ACK_TLVS | NLM_F_CAPPED,
		     .nlmsg_seq = 7},
	       .n = {.error = -EBUSY},
	       .a = {.rta_type = NLMSGERR_ATTR_MSG, .rta_len = sizeof(m.a) + sizeof(m.words)},
	       .words = "in use"};
	int seen;

	ck_assert_int_eq(answer(&m, sizeof(m), &seen), -EBUSY);
	ck_assert_ptr_nonnull(strstr(e.msg, "(in use)"));
	/* without its end it is no text; longer than the message it is no attribute */
	memcpy(m.words, "in use!!", sizeof(m.words));
	ck_assert_int_eq(answer(&m, sizeof(m), &seen), -EBUSY);
	ck_assert_ptr_null(strstr(e.msg, "in use"));
	memcpy(m.words, "in use", 7);
	m.a.rta_len++;
	ck_assert_int_eq(answer(&m, sizeof(m), &seen), -EBUSY);
	ck_assert_ptr_null(strstr(e.msg, "in use"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("netlink");
	TCase *t = tcase_create("netlink");

	tcase_add_test(t, parts);
	tcase_add_test(t, lengths);
	tcase_add_test(t, errors);
	tcase_add_test(t, ends);
	tcase_add_test(t, words);
	suite_add_tcase(s, t);
	return suite_run(s);
}
