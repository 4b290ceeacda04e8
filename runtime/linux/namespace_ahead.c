/* SPDX-License-Identifier: Apache-2.0 */
#include "namespace_ahead.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE 16384

struct ns_ahead_child {
	_Alignas(16) char stack[STACK_SIZE];
	int sock; /* the other end of ns_ahead.sock; in its own table of descriptors */
};

static const char *find(const char *from, const char *end, const char *word)
{
	return memmem(from, (size_t)(end - from), word, strlen(word));
}

bool ns_ahead_guess(const char *text, size_t len)
{
	const char *list = find(text, text + len, "\"namespaces\"");
	const char *end = list ? memchr(list, ']', (size_t)(text + len - list)) : NULL;
	const char *net = end ? find(list, end, "\"network\"") : NULL;
	const char *entry = net ? memrchr(list, '{', (size_t)(net - list)) : NULL;
	const char *entry_end = entry ? memchr(net, '}', (size_t)(end - net)) : NULL;

	return entry_end && !find(entry, entry_end, "\"path\"") && !find(list, end, "\"user\"");
}

bool ns_ahead_is_idle(const char *loadavg, int processors)
{
	const char *p = loadavg;
	uint64_t running;
	char number[16];
	size_t n;

	for (int field = 1; p && field < 4; field++) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	n = p ? strcspn(p, "/") : 0;
	if (n == 0 || n >= sizeof(number) || p[n] != '/')
		return false;
	memcpy(number, p, n);
	number[n] = '\0';
	/* the caller is one of them */
	return str_to_u64(number, INT_MAX, &running) == 0 && (int)running < processors;
}

bool ns_ahead_pays(void)
{
	cleanup_fd int fd = FD_NONE;
	char text[128];
	cpu_set_t set;
	ssize_t n;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return false;
	fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return false;
	text[n] = '\0';
	return ns_ahead_is_idle(text, CPU_COUNT(&set));
}

#ifdef __x86_64__
/* The child shares the caller's memory, errno included: no function of libc is called in it, nor
 * one of a sanitizer, which would take its stack for the caller's. */
#define NOT_SANITIZED __attribute__((no_sanitize("address", "undefined")))

static long call(long number, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

/* Makes the namespace, brings up its loopback device, and opens it. A descriptor, or negative. */
NOT_SANITIZED static long make(void)
{
	/* as ns_loopback_up() has it */
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	long sock;

	if (call(SYS_unshare, CLONE_NEWNET, 0, 0, 0) < 0)
		return -1;
	sock = call(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0);
	if (sock < 0 || call(SYS_ioctl, sock, SIOCSIFFLAGS, (long)&lo, 0) < 0)
		return -1;
	return call(SYS_ioctl, sock, SIOCGSKNS, 0, 0);
}

NOT_SANITIZED static int child_main(void *arg)
{
	const struct ns_ahead_child *c = arg;
	long fd = make();
	char nothing = 0;
	struct iovec iov = {.iov_base = &nothing, .iov_len = 1};
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr head;
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS}};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control.buf,
			   .msg_controllen = sizeof(control.buf)};

	*(int *)(void *)CMSG_DATA(&control.head) = (int)fd;
	if (fd >= 0)
		(void)call(SYS_sendmsg, c->sock, (long)&m, MSG_NOSIGNAL, 0);
	return 0;
}

bool ns_ahead_begin(struct ns_ahead *a)
{
	int pair[2], pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	a->sock = pair[0];
	a->child = malloc(sizeof(*a->child));
	if (a->child) {
		a->child->sock = pair[1];
		pid = clone(child_main, a->child->stack + STACK_SIZE, CLONE_VM, a->child);
		a->pid = pid > 0 ? pid : 0;
	}
	/* the child has its own: where that one dies, it is the end of what is to be read */
	fd_close(&pair[1]);
	return a->pid > 0;
}
#else
bool ns_ahead_begin(struct ns_ahead *a)
{
	(void)a;
	return false;
}
#endif

bool ns_ahead_join(struct ns_ahead *a)
{
	int fd = FD_NONE;
	char nothing;
	bool joined = a->sock >= 0 && fd_recv(a->sock, &nothing, sizeof(nothing), &fd, 1) > 0 &&
		      fd >= 0 && setns(fd, CLONE_NEWNET) == 0;

	fd_close(&fd);
	fd_close(&a->sock);
	return joined;
}

void ns_ahead_done(struct ns_ahead *a)
{
	fd_close(&a->sock);
	/* it is no child of the usual kind: no signal tells of its end */
	while (a->pid > 0 && waitpid(a->pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	a->pid = 0;
	free(a->child);
	a->child = NULL;
}
