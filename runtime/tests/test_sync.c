/* SPDX-License-Identifier: Apache-2.0 */
#include "sync.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Pipes' ends across, in their order. */
START_TEST(go_brings_descriptors)
{
	int pair[2], pipes[2], got[3];
	struct err e = {0};
	struct stat a, b;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(sync_send_go(pair[0], pipes, 2), 0);
	ck_assert_int_eq(sync_wait_go_fds(pair[1], got, 2, &e), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(fstat(pipes[i], &a), 0);
		ck_assert_int_eq(fstat(got[i], &b), 0);
		ck_assert_uint_eq(a.st_ino, b.st_ino);
		ck_assert_int_ne(fcntl(got[i], F_GETFD) & FD_CLOEXEC, 0);
		ck_assert_int_eq(fcntl(got[i], F_GETFL), fcntl(pipes[i], F_GETFL));
		(void)close(got[i]);
	}
	/* one that is missing is an error, and the others are closed */
	ck_assert_int_eq(sync_send_go(pair[0], pipes, 2), 0);
	ck_assert_int_eq(sync_wait_go_fds(pair[1], got, 3, &e), -EPROTO);
	ck_assert_int_lt(got[0], 0);
	/* one more than expected is closed, and nothing else is expected at all */
	ck_assert_int_eq(sync_send_go(pair[0], pipes, 2), 0);
	ck_assert_int_eq(sync_wait_go_fds(pair[1], got, 1, &e), 0);
	(void)close(got[0]);
	ck_assert_int_eq(sync_send_go(pair[0], NULL, 0), 0);
	ck_assert_int_eq(sync_wait_go(pair[1], &e), 0);
	ck_assert_int_eq(sync_send(pair[0], SYNC_READY, 0, -EBADF), 0);
	ck_assert_int_eq(sync_wait_go_fds(pair[1], got, 0, &e), -EPROTO);
	(void)close(pair[0]);
	ck_assert_int_eq(sync_wait_go(pair[1], &e), -EPIPE);
	(void)close(pair[1]);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
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
	tcase_add_test(t, go_brings_descriptors);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
