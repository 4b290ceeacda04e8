/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"
#include "sync.h"

#include "creation.h"

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

/* Who ends without having read all that was said to it has been heard nevertheless. */
START_TEST(last_words_are_heard)
{
	const struct err said = {ENOENT, "no file"};
	struct sync_msg m;
	int pair[2], fd = FD_NONE;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(sync_send(pair[0], SYNC_GO, 0, FD_NONE), 0);
	ck_assert_int_eq(sync_send_err(pair[1], SYNC_ERROR, &said), 0);
	(void)close(pair[1]);
	ck_assert_int_eq(sync_recv(pair[0], &m, &fd), 1);
	ck_assert_int_eq(m.kind, SYNC_ERROR);
	ck_assert_str_eq(m.err.msg, "no file");
	ck_assert_int_eq(sync_recv(pair[0], &m, &fd), 0);
	(void)close(pair[0]);
}
END_TEST

START_TEST(go_is_waited_for)
{
	int pair[2], pipes[2];
	struct err e = {0};

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(sync_send(pair[0], SYNC_GO, 0, FD_NONE), 0);
	ck_assert_int_eq(sync_wait_go(pair[1], &e), 0);
	ck_assert_int_eq(sync_send(pair[0], SYNC_GO, 1, FD_NONE), 0);
	ck_assert_int_eq(sync_wait_go(pair[1], &e), 1);
	/* a descriptor that nobody expects is closed */
	ck_assert_int_eq(sync_send(pair[0], SYNC_GO, 0, pipes[1]), 0);
	(void)close(pipes[1]);
	ck_assert_int_eq(sync_wait_go(pair[1], &e), 0);
	ck_assert_int_eq(read(pipes[0], &(char){0}, 1), 0);
	ck_assert_int_eq(sync_send(pair[0], SYNC_READY, 0, FD_NONE), 0);
	ck_assert_int_eq(sync_wait_go(pair[1], &e), -EPROTO);
	(void)close(pair[0]);
	ck_assert_int_eq(sync_wait_go(pair[1], &e), -EPIPE);
	(void)close(pair[1]);
	(void)close(pipes[0]);
}
END_TEST

static void no_log(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

/* What creation_serve() answers to @kinds of a process which then is ready. */
static int served(bool joins, const struct cfg_config *config, const enum sync_kind *kinds,
		  size_t n, struct err *e)
{
	const struct rt_create_options o = {.log.warn = no_log};
	char id[] = "c", bundle[] = "/";
	struct creation cr;
	int r;

	creation_init(&cr, &o, true);
	cr.joins = joins;
	cr.config = config;
	cr.ns.mode[CFG_NS_USER] = config->hooks ? NS_NEW : NS_JOIN;
	cr.c.id = id;
	cr.c.bundle = bundle;
	ck_assert_int_eq(creation_pair(&cr, e), 0);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(sync_send(cr.init_sync, kinds[i], 0, FD_NONE), 0);
	ck_assert_int_eq(sync_send(cr.init_sync, SYNC_READY, 0, FD_NONE), 0);
	r = creation_serve(&cr, e);
	cr.c.id = cr.c.bundle = NULL;
	creation_done(&cr);
	return r;
}

/* What the creator does with its own rights, it does where the configuration says so, once, and
 * never for an exec. */
START_TEST(nothing_is_done_that_is_not_due)
{
	static const enum sync_kind kinds[] = {SYNC_MAP, SYNC_NETDEVS, SYNC_HOOKS};
	static const enum sync_kind twice[] = {SYNC_HOOKS, SYNC_HOOKS};
	struct cfg_hooks hooks = {0};
	struct cfg_linux nothing = {0}, devices = {.net_devices.count = 1};
	struct cfg_config bare = {.linux = &nothing}, full = {.hooks = &hooks, .linux = &devices};
	struct err e = {0};

	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(served(true, &full, &kinds[i], 1, &e), -EPROTO);
		ck_assert_str_eq(e.msg,
				 "the container's new process asked for what it has no use for");
		ck_assert_int_eq(served(false, &bare, &kinds[i], 1, &e), -EPROTO);
	}
	ck_assert_int_eq(served(false, &full, twice, 1, &e), 0);
	ck_assert_int_eq(served(true, &full, NULL, 0, &e), 0);
	ck_assert_int_eq(served(false, &full, twice, 2, &e), -EPROTO);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sync");
	TCase *t = tcase_create("all");

	tcase_add_test(t, a_message_is_read);
	tcase_add_test(t, other_bytes_are_none);
	tcase_add_test(t, last_words_are_heard);
	tcase_add_test(t, go_is_waited_for);
	tcase_add_test(t, nothing_is_done_that_is_not_due);
	suite_add_tcase(s, t);
	return suite_run(s);
}
