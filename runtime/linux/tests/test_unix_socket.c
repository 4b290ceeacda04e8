/* SPDX-License-Identifier: Apache-2.0 */
/* A peer that takes nothing holds nobody up for ever. The linker puts __wrap_setsockopt() in the
 * place of setsockopt(2): ten seconds are over in a tenth of one. */
#include "unix_socket.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static struct timeval asked_for;

int __real_setsockopt(int sock, int level, int name, const void *value, socklen_t len);
int __wrap_setsockopt(int sock, int level, int name, const void *value, socklen_t len);
int __wrap_setsockopt(int sock, int level, int name, const void *value, socklen_t len)
{
	static const struct timeval tenth = {.tv_usec = 100000};

	if (level != SOL_SOCKET || name != SO_SNDTIMEO || len != sizeof(asked_for))
		return __real_setsockopt(sock, level, name, value, len);
	memcpy(&asked_for, value, len);
	return __real_setsockopt(sock, level, name, &tenth, sizeof(tenth));
}

static char dir[] = "/tmp/test-unix-socket-XXXXXX", path[64];

static int listen_for(int backlog)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	ck_assert_int_eq(bind(sock, (const struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(sock, backlog), 0);
	return sock;
}

static void make_dir(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/sock", dir);
}

static void remove_dir(void)
{
	(void)unlink(path);
	(void)rmdir(dir);
	memset(dir + strlen(dir) - 6, 'X', 6);
}

START_TEST(connections_nobody_takes)
{
	cleanup_fd int listener = listen_for(0), first = FD_NONE, second = FD_NONE;
	cleanup_free char *words = str_format("connect to '%s': Connection timed out", path);
	struct err e = {0};

	ck_assert_int_ge(listener, 0);
	first = unix_socket_connect(path, &e);
	ck_assert_msg(first >= 0, "%s", e.msg);
	ck_assert_int_eq(asked_for.tv_sec, 10);
	second = unix_socket_connect(path, &e);
	ck_assert_int_eq(second, -ETIMEDOUT);
	ck_assert_str_eq(e.msg, words);
}
END_TEST

START_TEST(bytes_nobody_takes)
{
	cleanup_fd int listener = listen_for(1), sock = FD_NONE;
	cleanup_free char *much = calloc(1, 1u << 22);
	struct err e = {0};

	ck_assert_int_ge(listener, 0);
	ck_assert_ptr_nonnull(much);
	sock = unix_socket_connect(path, &e);
	ck_assert_msg(sock >= 0, "%s", e.msg);
	ck_assert_int_eq(fd_send(sock, much, 1u << 22, NULL, 0), -EAGAIN);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("unix_socket");
	TCase *t = tcase_create("unix_socket");

	tcase_add_checked_fixture(t, make_dir, remove_dir);
	tcase_add_test(t, connections_nobody_takes);
	tcase_add_test(t, bytes_nobody_takes);
	suite_add_tcase(s, t);
	return suite_run(s);
}
