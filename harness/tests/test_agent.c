/* SPDX-License-Identifier: Apache-2.0 */
/* What the seccomp agent makes of what a runtime sends, in one message or in several. */
#include "services.h"

#include "cleanup.h"
#include "fd.h"
#include "guard.h"
#include "proc.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PIECES_MAX 4
#define LONG	   (1u << 20) /* more than any state has */

struct served {
	struct hx_loop loop;
	struct hx_agent agent;
	char *path;
	int fd; /* of a file that stands for the listener */
};

static void setup(struct served *s)
{
	struct err e = {0};

	*s = (struct served){.path = str_format("%s/agent", guard_dir())};
	ck_assert_ptr_nonnull(s->path);
	/* of a test that failed */
	(void)unlink(s->path);
	s->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(s->fd, 0);
	ck_assert_msg(hx_agent_start(&s->agent, s->path, &s->loop, &e) == 0, "%s", e.msg);
}

static void teardown(struct served *s)
{
	hx_agent_done(&s->agent);
	ck_assert_uint_eq(s->loop.count, 0);
	(void)unlink(s->path);
	free(s->path);
	fd_close(&s->fd);
}

/* Takes in whatever is there. */
static void serve(struct served *s)
{
	ck_assert_int_eq(hx_loop_wait(&s->loop, NULL, 0, proc_now_ms()), -ETIMEDOUT);
}

static int connected(const struct served *s)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(strlen(s->path), sizeof(a.sun_path));
	memcpy(a.sun_path, s->path, strlen(s->path) + 1);
	ck_assert_int_eq(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void expect(const struct served *s, const char *row, const char *wanted)
{
	CLEANUP(json_freep) struct json *fact = hx_agent_fact(&s->agent);
	CLEANUP(json_freep) struct json *want = NULL;
	CLEANUP(strbuf_done) struct strbuf seen = STRBUF_INIT;

	ck_assert_ptr_nonnull(fact);
	ck_assert_int_eq(json_parse(wanted, strlen(wanted), &want, NULL), 0);
	json_print(fact, 0, &seen);
	ck_assert_msg(json_equal(fact, want), "%s: %s", row, seen.buf);
}

struct piece {
	const char *text;
	size_t nfds;
};

static const struct {
	const char *row;
	struct piece pieces[PIECES_MAX]; /* over one connection, up to one without text */
	const char *want;
} rows[] = {
	{"one message",
	 {{"{\"pid\":7}", 1}},
	 "{\"state\":{\"pid\":7},\"fds\":1,\"connections\":1,\"documents\":1,\"closed\":1,"
	 "\"first\":true,\"late\":false,\"notified\":[]}"},
	{"two messages",
	 {{"{\"pi", 1}, {"d\":7}", 0}},
	 "{\"state\":{\"pid\":7},\"fds\":1,\"connections\":1,\"documents\":1,\"closed\":1,"
	 "\"first\":true,\"late\":false,\"notified\":[]}"},
	{"four messages, the first of one byte",
	 {{"{", 1}, {"\"pid\"", 0}, {":", 0}, {"7}", 0}},
	 "{\"state\":{\"pid\":7},\"fds\":1,\"connections\":1,\"documents\":1,\"closed\":1,"
	 "\"first\":true,\"late\":false,\"notified\":[]}"},
	{"two descriptors at once",
	 {{"{\"pid\":7", 2}, {"}", 0}},
	 "{\"state\":{\"pid\":7},\"fds\":2,\"connections\":1,\"documents\":1,\"closed\":1,"
	 "\"first\":true,\"late\":false,\"notified\":[]}"},
	{"the descriptor with the second message",
	 {{"{\"pi", 0}, {"d\":7}", 1}},
	 "{\"state\":{\"pid\":7},\"fds\":1,\"connections\":1,\"documents\":1,\"closed\":1,"
	 "\"first\":false,\"late\":true,\"notified\":[]}"},
	{"a descriptor with each message",
	 {{"{\"pi", 1}, {"d\":7}", 1}},
	 "{\"state\":{\"pid\":7},\"fds\":2,\"connections\":1,\"documents\":1,\"closed\":1,"
	 "\"first\":true,\"late\":true,\"notified\":[]}"},
	{"no descriptor",
	 {{"{\"pid\":7}", 0}},
	 "{\"state\":{\"pid\":7},\"fds\":0,\"connections\":1,\"documents\":1,\"closed\":1,"
	 "\"first\":false,\"late\":false,\"notified\":[]}"},
	{"two documents",
	 {{"{}", 1}, {"{}", 0}},
	 "{\"state\":\"{}{}\",\"fds\":1,\"connections\":1,\"documents\":0,\"closed\":1,"
	 "\"first\":true,\"late\":false,\"notified\":[]}"},
	{"half a document",
	 {{"{\"pid\"", 1}},
	 "{\"state\":\"{\\\"pid\\\"\",\"fds\":1,\"connections\":1,\"documents\":0,\"closed\":1,"
	 "\"first\":true,\"late\":false,\"notified\":[]}"},
	{"no object",
	 {{"[7]", 1}},
	 "{\"state\":[7],\"fds\":1,\"connections\":1,\"documents\":0,\"closed\":1,"
	 "\"first\":true,\"late\":false,\"notified\":[]}"},
	{"nothing",
	 {{NULL, 0}},
	 "{\"state\":null,\"fds\":0,\"connections\":1,\"documents\":0,\"closed\":1,"
	 "\"first\":false,\"late\":false,\"notified\":[]}"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void send_piece(const struct served *s, int conn, const struct piece *p)
{
	const int fds[] = {s->fd, s->fd};

	ck_assert_int_eq(fd_send(conn, p->text, strlen(p->text), fds, p->nfds), 0);
}

/* Each row with the agent looking after each message, and after all of them alone: then the kernel
 * hands over several at once. */
START_TEST(messages_become_documents)
{
	bool at_once = (size_t)_i >= ROWS;
	size_t at = (size_t)_i % ROWS;
	struct served s;
	int conn;

	setup(&s);
	conn = connected(&s);
	for (size_t i = 0; i < PIECES_MAX && rows[at].pieces[i].text; i++) {
		send_piece(&s, conn, &rows[at].pieces[i]);
		if (!at_once)
			serve(&s);
	}
	fd_close(&conn);
	serve(&s);
	expect(&s, rows[at].row, rows[at].want);
	teardown(&s);
}
END_TEST

/* Two at the same time, each with its own text. */
START_TEST(connections_are_kept_apart)
{
	static const struct piece first[] = {{"{\"pid\":", 1}, {"7}", 0}},
				  second[] = {{"{\"pid\"", 1}, {":8}", 0}};
	struct served s;
	int a, b;

	setup(&s);
	a = connected(&s);
	b = connected(&s);
	for (size_t i = 0; i < 2; i++) {
		send_piece(&s, a, &first[i]);
		serve(&s);
		send_piece(&s, b, &second[i]);
		serve(&s);
	}
	fd_close(&a);
	serve(&s);
	expect(&s, "one is open",
	       "{\"state\":{\"pid\":7},\"fds\":2,\"connections\":2,\"documents\":2,\"closed\":1,"
	       "\"first\":true,\"late\":false,\"notified\":[]}");
	fd_close(&b);
	serve(&s);
	expect(&s, "both are closed",
	       "{\"state\":{\"pid\":7},\"fds\":2,\"connections\":2,\"documents\":2,\"closed\":2,"
	       "\"first\":true,\"late\":false,\"notified\":[]}");
	teardown(&s);
}
END_TEST

START_TEST(nobody_connects)
{
	struct served s;

	setup(&s);
	serve(&s);
	expect(&s, "nobody", "null");
	teardown(&s);
}
END_TEST

/* What does not end is not kept, and its sender not kept waiting. Blanks behind it would be part of
 * a document. */
START_TEST(a_flood_is_cut_off)
{
	cleanup_free char *blanks = malloc(LONG);
	CLEANUP(json_freep) struct json *fact = NULL;
	struct served s;
	size_t sent = 0;
	ssize_t n = 0;
	int conn;

	ck_assert_ptr_nonnull(blanks);
	memset(blanks, ' ', LONG);
	setup(&s);
	conn = connected(&s);
	send_piece(&s, conn, &(struct piece){"{}", 1});
	while (n >= 0 && sent < LONG) {
		n = send(conn, blanks, LONG - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		sent += n > 0 ? (size_t)n : 0;
		if (n < 0 && errno == EAGAIN)
			n = 0;
		serve(&s);
	}
	ck_assert_int_eq(n, -1);
	ck_assert_int_eq(errno, EPIPE);
	fact = hx_agent_fact(&s.agent);
	ck_assert_ptr_nonnull(fact);
	ck_assert_uint_lt(strlen(json_string(json_member(fact, "state"))), LONG);
	ck_assert(json_equal(json_member(fact, "documents"), json_member(fact, "closed")));
	ck_assert(!json_equal(json_member(fact, "documents"), json_member(fact, "connections")));
	fd_close(&conn);
	teardown(&s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("agent");
	TCase *t = tcase_create("agent");

	tcase_add_loop_test(t, messages_become_documents, 0, 2 * ROWS);
	tcase_add_test(t, connections_are_kept_apart);
	tcase_add_test(t, nobody_connects);
	tcase_add_test(t, a_flood_is_cut_off);
	suite_add_tcase(s, t);
	return suite_run(s);
}
