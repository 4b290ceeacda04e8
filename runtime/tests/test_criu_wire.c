/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to and from criu, byte by byte. */
#include "criu_wire.h"

#include "cleanup.h"
#include "criu_answer.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_writes)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	static const unsigned char want[] = {
		0x08, 0x02,							  /* 1: 2 */
		0x10, 0xac, 0x02,						  /* 2: 300 */
		0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, /* 3: -1 */
		0xaa, 0x02, 0x02, 'o',	'k',					  /* 37: "ok" */
		0xfa, 0x03, 0x00,						  /* 63: "" */
	};

	criu_wire_number(&b, 1, 2);
	criu_wire_number(&b, 2, 300);
	criu_wire_number(&b, 3, -1);
	criu_wire_text(&b, 37, "ok");
	criu_wire_bytes(&b, 63, "", 0);
	ck_assert_uint_eq(b.len, sizeof(want));
	ck_assert_mem_eq(b.buf, want, sizeof(want));
}
END_TEST

START_TEST(test_reads)
{
	/* type NOTIFY, success, notify {"post-restore", 1234}, then a fixed32 and a fixed64 that
	 * nobody knows, and a number */
	static const unsigned char text[] = {
		0x08, 0x06, 0x10, 0x01, 0x2a, 0x11, 0x0a, 0x0c, 'p',  'o',  's',  't',	'-',
		'r',  'e',  's',  't',	'o',  'r',  'e',  0x10, 0xd2, 0x09, 0x65, 1,	2,
		3,    4,    0x69, 1,	2,    3,    4,	  5,	6,    7,    8,	  0x38, 0x05};
	struct criu_wire_reader r = {text, sizeof(text)}, inner;
	struct criu_wire_field f;

	ck_assert_int_eq(criu_wire_next(&r, &f), 1);
	ck_assert_uint_eq(f.field, 1);
	ck_assert_uint_eq(f.number, 6);
	ck_assert_ptr_null(f.bytes);
	ck_assert_int_eq(criu_wire_next(&r, &f), 1);
	ck_assert_int_eq(criu_wire_next(&r, &f), 1);
	ck_assert_uint_eq(f.field, 5);
	inner = (struct criu_wire_reader){f.bytes, f.len};
	ck_assert_int_eq(criu_wire_next(&inner, &f), 1);
	ck_assert_uint_eq(f.len, 12);
	ck_assert_mem_eq(f.bytes, "post-restore", 12);
	ck_assert_int_eq(criu_wire_next(&inner, &f), 1);
	ck_assert_uint_eq(f.field, 2);
	ck_assert_uint_eq(f.number, 1234);
	ck_assert_int_eq(criu_wire_next(&inner, &f), 0);
	ck_assert_int_eq(criu_wire_next(&r, &f), 1);
	ck_assert_uint_eq(f.field, 7);
	ck_assert_uint_eq(f.number, 5);
	ck_assert_int_eq(criu_wire_next(&r, &f), 0);
}
END_TEST

static int read_all(const unsigned char *p, size_t n)
{
	struct criu_wire_reader r = {p, n};
	struct criu_wire_field f;
	int result;

	while ((result = criu_wire_next(&r, &f)) > 0)
		ck_assert(!f.bytes || (f.bytes >= p && f.bytes + f.len <= p + n));
	return result;
}

START_TEST(test_refuses)
{
	static const struct {
		unsigned char bytes[12];
		size_t len;
	} bad[] = {
		{{0x08}, 1},				   /* no number */
		{{0x08, 0x80}, 2},			   /* half of one */
		{{0x0a, 0x02, 'x'}, 3},			   /* shorter than it says */
		{{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f}, 6}, /* much shorter */
		{{0x0b}, 1},				   /* a group */
		{{0x00, 0x00}, 2},			   /* no field */
		{{0x0d, 1, 2, 3}, 4},			   /* three of four bytes */
		{{0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 12},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(read_all(bad[i].bytes, bad[i].len) == -EPROTO, "%zu", i);
	ck_assert_int_eq(read_all(NULL, 0), 0);
}
END_TEST

/* Whatever comes, it stays inside of the message and comes to an end. Blocks of their exact size:
 * a sanitizer sees one byte too many. */
START_TEST(test_any_bytes)
{
	unsigned int seed = 1;

	for (int i = 0; i < 20000; i++) {
		size_t n = (size_t)(rand_r(&seed) % 24);
		cleanup_free unsigned char *p = malloc(n ? n : 1);

		ck_assert_ptr_nonnull(p);
		for (size_t k = 0; k < n; k++)
			p[k] = (unsigned char)(rand_r(&seed) >> (rand_r(&seed) % 12));
		(void)read_all(p, n);
	}
}
END_TEST

/* rpc.proto: type and success are required; of what is there twice the last one counts, and what is
 * of another type than there is not there. */
START_TEST(test_answer)
{
	static const unsigned char text[] = {
		0x08, 0x01, 0x08, 0x06, 0x10, 0x01, 0x0a, 0x01, 'x',  0x38, 0xfb, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x4a, 0x02, 'n',  'o',  0x2a, 0x07,
		0x0a, 0x02, 'g',  'o',	0x10, 0xd2, 0x09, 0x2a, 0x02, 0x08, 0x01};
	struct criu_answer a = {0};

	ck_assert_int_eq(criu_answer_parse(text, sizeof(text), &a), 0);
	ck_assert_int_eq(a.type, CRIU_ANSWER_NOTIFY);
	ck_assert(a.success);
	ck_assert_int_eq(a.num, -5);
	ck_assert_int_eq(a.pid, 1234);
	ck_assert_str_eq(a.error, "no");
	ck_assert_str_eq(a.script, "go");
	ck_assert_int_eq(criu_answer_parse("\x08\x01", 2, &a), -EPROTO);
	ck_assert_int_eq(criu_answer_parse("\x10\x01", 2, &a), -EPROTO);
	ck_assert_int_eq(criu_answer_parse("\x08\x01\x10\x01\x2a\x01\x08", 7, &a), -EPROTO);
}
END_TEST

START_TEST(test_log)
{
	cleanup_free char *why = criu_log_error("Warn (a.c:1): x\n(0.1) Error (b.c:2): why (c): d\n"
						"Error (e.c:3): later\n");

	ck_assert_str_eq(why, "why (c): d");
	ck_assert_ptr_null(criu_log_error("no such line\n"));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("criu-wire");
	Suite *s = suite_create("criu-wire");

	tcase_add_test(t, test_writes);
	tcase_add_test(t, test_reads);
	tcase_add_test(t, test_refuses);
	tcase_add_test(t, test_any_bytes);
	tcase_add_test(t, test_answer);
	tcase_add_test(t, test_log);
	suite_add_tcase(s, t);
	return suite_run(s);
}
