/* SPDX-License-Identifier: Apache-2.0 */
/* Where datagrams go whose address is as sd_notify(3) has it. */
#include "unix_socket.h"

#include "cleanup.h"
#include "fd.h"
#include "guard.h"
#include "str.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct err e;

/* A datagram socket bound to what @size bytes of @addr say. */
static int bound(const struct sockaddr_un *addr, size_t size)
{
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(sock, 0);
	ck_assert_int_eq(bind(sock, (const struct sockaddr *)addr, (socklen_t)size), 0);
	return sock;
}

static void reaches(const char *address, int server)
{
	cleanup_fd int sock = unix_socket_connect_datagram(address, &e);
	char c = 0;

	ck_assert_msg(sock >= 0, "%s", e.msg);
	ck_assert_int_eq(send(sock, "x", 1, 0), 1);
	ck_assert_int_eq(recv(server, &c, 1, MSG_DONTWAIT), 1);
	ck_assert_int_eq(c, 'x');
}

/* Also one that is longer than sun_path. */
START_TEST(test_path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	cleanup_free char *sub = str_format("%s/%0*d", guard_dir(), _i ? 100 : 1, 7);
	cleanup_free char *path = str_format("%s/sock", sub);
	cleanup_fd int home = FD_NONE, server = FD_NONE;

	ck_assert_int_eq(mkdir(sub, 0700), 0);
	home = open(sub, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(unix_socket_connect_datagram(path, &e), -ENOENT);
	ck_assert_int_gt(
		snprintf(addr.sun_path, sizeof(addr.sun_path), "/proc/self/fd/%d/sock", home), 0);
	server = bound(&addr, sizeof(addr));
	reaches(path, server);
	/* of another type */
	ck_assert_int_eq(unix_socket_connect(path, &e), -EPROTOTYPE);
}
END_TEST

/* Also one that fills the room that there is. */
START_TEST(test_abstract)
{
	static const size_t lengths[] = {20, sizeof(((struct sockaddr_un *)0)->sun_path)};
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t len = lengths[_i];
	cleanup_free char *name = str_format("@%-*s", (int)len - 1, guard_name());
	cleanup_fd int server = FD_NONE;

	name[len] = '\0';
	memcpy(addr.sun_path + 1, name + 1, len - 1);
	server = bound(&addr, offsetof(struct sockaddr_un, sun_path) + len);
	reaches(name, server);
	name[len - 1]++;
	ck_assert_int_eq(unix_socket_connect_datagram(name, &e), -ECONNREFUSED);
}
END_TEST

START_TEST(test_no_address)
{
	cleanup_free char *longer = str_format("@%0108d", 1);
	const char *const none[] = {"", "@", "relative", "vsock:2:1234"};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(unix_socket_connect_datagram(none[i], &e) == -EAFNOSUPPORT, "'%s'",
			      none[i]);
	ck_assert_int_eq(unix_socket_connect_datagram(longer, &e), -ENAMETOOLONG);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("unix_datagram");
	TCase *t = tcase_create("unix_datagram");

	tcase_add_loop_test(t, test_path, 0, 2);
	tcase_add_loop_test(t, test_abstract, 0, 2);
	tcase_add_test(t, test_no_address);
	suite_add_tcase(s, t);
	return suite_run(s);
}
