/* SPDX-License-Identifier: Apache-2.0 */
/* What serves a case while it waits, and that no service makes it wait for ever. */
#include "case_call.h"
#include "loop.h"
#include "services.h"

#include "cleanup.h"
#include "guard.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOON_MS	 200
#define LATER_MS 20000

START_TEST(a_loop_ends_at_its_deadline)
{
	struct hx_loop l = {.count = 0};
	int64_t begin = proc_now_ms();
	int none = FD_NONE;

	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, begin + SOON_MS), -ETIMEDOUT);
	ck_assert_int_ge(proc_now_ms(), begin + SOON_MS - 1);
	/* one that has passed asks once and does not wait */
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, 0), -ETIMEDOUT);
}
END_TEST

static bool always_ready(void *arg, int fd)
{
	unsigned int *asked = arg;

	(void)fd;
	(*asked)++;
	return true;
}

/* Whoever has always something for a service would otherwise hold the case up for ever. */
START_TEST(a_service_that_is_always_ready_keeps_no_deadline_away)
{
	cleanup_fd int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct hx_loop l = {.count = 0};
	int64_t begin = proc_now_ms();
	unsigned int asked = 0;
	int none = FD_NONE;

	ck_assert_int_eq(hx_loop_add(&l, zero, always_ready, &asked), 0);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, begin + SOON_MS), -ETIMEDOUT);
	ck_assert_int_ge(proc_now_ms(), begin + SOON_MS);
	ck_assert_int_lt(proc_now_ms(), begin + LATER_MS);
	asked = 0;
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, 0), -ETIMEDOUT);
	ck_assert_uint_ge(asked, 1);
	ck_assert_uint_lt(asked, 1000);
}
END_TEST

static bool read_one(void *arg, int fd)
{
	unsigned int *left = arg;
	char c;

	ck_assert_int_eq(read(fd, &c, 1), 1);
	return --*left > 0;
}

/* A fact that is looked at now has all that has come by now. */
START_TEST(what_has_arrived_is_taken_in_behind_the_deadline)
{
	struct hx_loop l = {.count = 0};
	unsigned int left = 20;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(write(ends[1], "12345678901234567890", left), left);
	ck_assert_int_eq(hx_loop_add(&l, ends[0], read_one, &left), 0);
	ck_assert_int_eq(hx_loop_wait(&l, NULL, 0, 0), -ETIMEDOUT);
	ck_assert_uint_eq(left, 0);
	fd_close(&ends[0]);
	fd_close(&ends[1]);
}
END_TEST

/* So would a container that writes on and on where its report should come. */
START_TEST(a_report_is_not_waited_for_behind_the_deadline)
{
	cleanup_fd int dir = open(guard_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* in the place of what tells that something was written */
	cleanup_fd int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct case_ctx c = {.dir_fd = dir,
			     .inotify_fd = zero,
			     .pidfd = FD_NONE,
			     .timeout_ms = SOON_MS,
			     .nonce = "0123"};
	int64_t begin = proc_now_ms();

	ck_assert_int_eq(hx_case_wait_report(&c), -ETIMEDOUT);
	ck_assert_int_ge(proc_now_ms(), begin + SOON_MS);
}
END_TEST

/* Not a terminal, but something that can be read for ever. */
START_TEST(a_console_that_never_ends_is_left_at_the_deadline)
{
	cleanup_free char *path = str_format("%s/console", guard_dir());
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	cleanup_fd int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
	cleanup_fd int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CLEANUP(json_freep) struct json *fact = NULL;
	struct hx_loop l = {.count = 0};
	struct hx_console c;
	int none = FD_NONE;

	ck_assert_int_eq(hx_console_start(&c, path, &l, NULL), 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	ck_assert_int_eq(connect(s, (const struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(fd_send(s, "zero", 4, &zero, 1), 0);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, proc_now_ms() + SOON_MS), -ETIMEDOUT);
	hx_console_drain(&c);
	fact = hx_console_fact(&c);
	ck_assert_str_eq(json_string(json_member(fact, "name")), "zero");
	hx_console_done(&c);
}
END_TEST

/* Two services are ready at once; the first ends the second, whose number a third one gets. */
struct takeover {
	struct hx_loop *loop;
	int victim;
	int successor[2];
	unsigned int asked; /* of the third */
};

static bool successor_ready(void *arg, int fd)
{
	struct takeover *t = arg;

	(void)fd;
	t->asked++;
	return false;
}

static bool takes_over(void *arg, int fd)
{
	struct takeover *t = arg;

	(void)fd;
	hx_loop_remove(t->loop, t->victim);
	ck_assert_int_eq(dup2(t->successor[0], t->victim), t->victim);
	ck_assert_int_eq(hx_loop_add(t->loop, t->victim, successor_ready, t), 0);
	return false;
}

START_TEST(an_event_is_not_handed_to_a_successor)
{
	struct hx_loop l = {.count = 0};
	struct takeover t = {.loop = &l};
	int first[2], second[2], none = FD_NONE;

	ck_assert_int_eq(pipe2(first, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(second, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(t.successor, O_CLOEXEC), 0);
	ck_assert_int_eq(write(first[1], "x", 1), 1);
	ck_assert_int_eq(write(second[1], "x", 1), 1);
	t.victim = second[0];
	ck_assert_int_eq(hx_loop_add(&l, first[0], takes_over, &t), 0);
	ck_assert_int_eq(hx_loop_add(&l, second[0], successor_ready, &t), 0);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, proc_now_ms() + SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(t.asked, 0);
	/* its own events it does get */
	ck_assert_int_eq(write(t.successor[1], "x", 1), 1);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, proc_now_ms() + SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(t.asked, 1);
	for (int i = 0; i < 2; i++) {
		fd_close(&first[i]);
		fd_close(&second[i]);
		fd_close(&t.successor[i]);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("loop");
	TCase *t = tcase_create("loop");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_loop_ends_at_its_deadline);
	tcase_add_test(t, a_service_that_is_always_ready_keeps_no_deadline_away);
	tcase_add_test(t, what_has_arrived_is_taken_in_behind_the_deadline);
	tcase_add_test(t, a_report_is_not_waited_for_behind_the_deadline);
	tcase_add_test(t, a_console_that_never_ends_is_left_at_the_deadline);
	tcase_add_test(t, an_event_is_not_handed_to_a_successor);
	suite_add_tcase(s, t);
	return suite_run(s);
}
