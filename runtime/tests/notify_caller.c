/* SPDX-License-Identifier: Apache-2.0 */
#include "notify_caller.h"

#include "cleanup.h"
#include "fd.h"
#include "guard.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int manager = FD_NONE; /* bound to what NOTIFY_SOCKET says */
char address[100];

void bind_manager(bool abstract)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	socklen_t size = sizeof(a);

	if (abstract) {
		(void)snprintf(address, sizeof(address), "@%s", guard_name());
		memcpy(a.sun_path + 1, address + 1, strlen(address) - 1);
		size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(address));
	} else {
		(void)snprintf(address, sizeof(address), "%s/manager", work);
		memcpy(a.sun_path, address, strlen(address));
		(void)unlink(address);
	}
	fd_close(&manager);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(manager, 0);
	ck_assert_int_eq(bind(manager, (struct sockaddr *)&a, size), 0);
	if (!abstract)
		ck_assert_int_eq(chmod(address, 0777), 0);
}

void hear(char buf[256], int *ret_fd)
{
	struct pollfd p = {.fd = manager, .events = POLLIN};
	ssize_t n;

	ck_assert_msg(poll(&p, 1, TIMEOUT_MS) == 1, "nothing is heard");
	n = fd_recv(manager, buf, 255, ret_fd, 1);
	ck_assert_int_ge(n, 0);
	buf[n] = '\0';
}

void hears(const char *expected)
{
	cleanup_fd int fd = FD_NONE;
	char buf[256];

	hear(buf, &fd);
	ck_assert_str_eq(buf, expected);
	ck_assert_int_lt(fd, 0);
}

int hears_barrier(void)
{
	int fd = FD_NONE;
	char buf[256];

	hear(buf, &fd);
	ck_assert_str_eq(buf, "BARRIER=1");
	ck_assert_int_ge(fd, 0);
	return fd;
}

void hears_no_more(void)
{
	char c;

	ck_assert_int_eq(recv(manager, &c, 1, MSG_DONTWAIT), -1);
	ck_assert_int_eq(errno, EAGAIN);
}

int have_socket(void *arg, struct err *e)
{
	const char *name = arg ? arg : address;

	return setenv("NOTIFY_SOCKET", name, 1) < 0 ? err_set(e, errno, "setenv: %m") : 0;
}

void ends(struct proc *p, int code)
{
	ck_assert_msg(proc_wait(p, proc_now_ms() + TIMEOUT_MS) == 0, "it goes on");
	read_into(out_path, out, sizeof(out));
	read_into(err_path, text, sizeof(text));
	ck_assert_msg(proc_exit_code(p) == code, "%d: %s%s", proc_exit_code(p), out, text);
	proc_done(p);
}

int keep(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

void read_kept(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	ck_assert_int_ge(n, 0);
	buf[n] = '\0';
}

void is_running(void)
{
	int64_t deadline = proc_now_ms() + TIMEOUT_MS;

	do
		(void)REFRUN("state", id);
	while (!strstr(out, "\"running\"") && proc_now_ms() < deadline);
	ck_assert_msg(strstr(out, "\"running\""), "%s", out);
}

void write_other(const char *process, const char *in_root, const char *in_linux, const char *more)
{
	cleanup_free char *config = str_format(
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"%s},\"mounts\":[{"
		"\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},{"
		"\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"source\":\"devpts\","
		"\"options\":[\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"]}],"
		"\"process\":{\"cwd\":\"/\",%s},\"linux\":{%s}%s}",
		in_root, process, in_linux, more);
	cleanup_free char *path = str_format("%s/config.json", bundle);

	put_file(bundle, "config.json", config);
	ck_assert_int_eq(chmod(path, 0644), 0);
}
