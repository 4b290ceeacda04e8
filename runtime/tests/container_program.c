/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests run inside of containers: static, so that the root file system needs nothing else.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t got;

static void on_signal(int sig)
{
	got = sig;
}

static void end_at_once(int sig)
{
	(void)sig;
	_exit(8);
}

static int copy_file(const char *path)
{
	char buf[4096];
	size_t n;
	FILE *f = fopen(path, "re");

	if (!f)
		return 1;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		(void)fwrite(buf, 1, n, stdout);
	return fclose(f) != 0;
}

/* What this process may, in one line that is short enough for an error of a hook. Fails. */
static int print_rights(void)
{
	static const char *const members[] = {"Uid:",	 "Gid:",    "Groups:",	   "CapEff:",
					      "CapBnd:", "CapInh:", "NoNewPrivs:", "Seccomp:"};
	struct rlimit files;
	char line[256];
	FILE *f = fopen("/proc/self/status", "re");

	if (!f || getrlimit(RLIMIT_NOFILE, &files) < 0)
		return 2;
	while (fgets(line, sizeof(line), f))
		for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
			if (strncmp(line, members[i], strlen(members[i])) == 0)
				(void)printf("%.*s ", (int)strcspn(line, "\n"), line);
	(void)printf("files %llu\n", (unsigned long long)files.rlim_cur);
	(void)fclose(f);
	return 1;
}

/* The names in a directory, one a line. */
static int list(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	if (!d)
		return 1;
	while ((e = readdir(d)))
		(void)puts(e->d_name);
	return closedir(d) != 0;
}

/* 0: it may be opened for reading; else the errno. */
static int try_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? errno : close(fd);
}

static int print_link(const char *path)
{
	char buf[4096];
	ssize_t n = readlink(path, buf, sizeof(buf) - 1);

	if (n < 0)
		return 1;
	buf[n] = '\0';
	return puts(buf) < 0;
}

/* More memory than there is. */
static int eat(void)
{
	for (size_t all = 0; all < (size_t)1 << 32; all += 1 << 20) {
		/* volatile: a compiler sees that nobody reads it */
		volatile char *p = malloc(1 << 20);

		if (!p)
			return 1;
		for (size_t i = 0; i < 1 << 20; i += 1024)
			p[i] = 1;
	}
	return 0;
}

/* 0: it could be made; else the errno. */
static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? errno : close(fd);
}

/* 0: a device of these numbers could be made and opened; else the errno. */
static int open_device(const char *major_number, const char *minor_number)
{
	const char *path = "/node";
	unsigned long major = strtoul(major_number, NULL, 10);
	unsigned long minor = strtoul(minor_number, NULL, 10);
	int r;

	if (mknod(path, S_IFCHR | 0600, makedev(major, minor)) < 0)
		return errno;
	r = try_open(path);
	return unlink(path) < 0 ? 254 : r;
}

/* 0: somebody listens; else the errno. */
static int connect_abstract(const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t len = strlen(name) < sizeof(a.sun_path) - 1 ? strlen(name) : 0;
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(a.sun_path + 1, name, len);
	len += offsetof(struct sockaddr_un, sun_path) + 1;
	if (sock < 0 || connect(sock, (struct sockaddr *)&a, (socklen_t)len) < 0)
		return errno;
	return close(sock);
}

/* What the mount namespace takes for its root: what "/" is after joining it once more. */
static int rejoin_mounts(void)
{
	int fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

	return fd < 0 || setns(fd, CLONE_NEWNS) < 0 ? errno : 0;
}

/* The session keyring: its number, and what the kernel says of it, the name last. */
static int print_keyring(void)
{
	char said[256];
	long id = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);

	if (id < 0 || syscall(SYS_keyctl, KEYCTL_DESCRIBE, id, said, sizeof(said)) < 0)
		return errno;
	said[sizeof(said) - 1] = '\0';
	return printf("%ld %s\n", id, said) < 0;
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	(void)close(fd);
	return n < 0 ? -1 : 0;
}

/* Into a user namespace of its own, whose root is who we are, and from which nobody has groups. */
static int leave(int more)
{
	char uids[32], gids[32];

	(void)snprintf(uids, sizeof(uids), "0 %d 1", (int)geteuid());
	(void)snprintf(gids, sizeof(gids), "0 %d 1", (int)getegid());
	return unshare(CLONE_NEWUSER | more) < 0 ||
			       write_text("/proc/self/setgroups", "deny") < 0 ||
			       write_text("/proc/self/uid_map", uids) < 0 ||
			       write_text("/proc/self/gid_map", gids) < 0
		       ? errno
		       : 0;
}

/* Standard input: 0 where its mode can be changed, and it takes what is written; else the errno. */
static int use_input(void)
{
	return fchmod(0, 0640) < 0 || write(0, "x", 1) != 1 ? errno : 0;
}

/* So many bytes, each of which says where it stands: '0' to 'l', over and over. 0, or the errno of
 * write(2). */
static int flood(const char *bytes)
{
	static char pattern[61 * 1024];
	unsigned long long all = strtoull(bytes, NULL, 10);
	ssize_t n;

	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = (char)('0' + i % 61);
	for (unsigned long long at = 0; at < all; at += (unsigned long long)n) {
		size_t most = sizeof(pattern) - 61;

		n = write(1, pattern + at % 61, all - at < most ? (size_t)(all - at) : most);
		if (n < 0)
			return errno;
	}
	return 0;
}

static int print_environment(void)
{
	for (char *const *e = environ; *e; e++)
		(void)puts(*e);
	return 0;
}

/* Says @n bytes and hears what is answered: the last byte of it. */
static int ask(const void *bytes, size_t n)
{
	unsigned char answer[4096];
	ssize_t len;

	if (send(3, bytes, n, 0) < 0)
		_exit(2);
	len = recv(3, answer, sizeof(answer), 0);
	if (len <= 0)
		_exit(2);
	return answer[len - 1];
}

/* `criu swrk 3`, outside of any container, that never comes to an end by itself. Of a restore it
 * has made the first process, which it says on standard error; of a dump it tells of one step after
 * the other, until it hears that it is to give up. */
static int pretend_criu(void)
{
	/* NOTIFY, success, {"x", pid} */
	unsigned char step[] = {0x08, 0x06, 0x10, 0x01, 0x2a, 0x09, 0x0a, 0x01,
				'x',  0x10, 0,	  0,	0,    0,    0};
	/* DUMP, no success */
	static const unsigned char failed[] = {0x08, 0x01, 0x10, 0x00};
	unsigned char request[8192];
	pid_t child = 0;

	if (recv(3, request, sizeof(request), 0) < 2)
		return 2;
	if (request[1] == 2) {
		child = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
		if (child == 0) {
			(void)setsid();
			/* should the test that is about its end fail */
			(void)alarm(60);
			for (;;)
				(void)pause();
		}
	}
	for (size_t i = 0; i < 5; i++)
		step[10 + i] = (unsigned char)((child >> (7 * i) & 0x7f) | (i < 4 ? 0x80 : 0));
	while (ask(step, sizeof(step)) != 0) {
		(void)fprintf(stderr, "ready %d\n", (int)child);
		if (child) {
			for (;;)
				(void)pause();
		}
		(void)usleep(5000);
	}
	(void)send(3, failed, sizeof(failed), 0);
	return 1;
}

static int wait_for_ever(void *arg)
{
	(void)arg;
	while (pause() < 0)
		;
	return 0;
}

/* The first thread ends, and another one goes on. */
static int leave_a_thread(void)
{
	static char stack[65536] __attribute__((aligned(16)));

	if (clone(wait_for_ever, stack + sizeof(stack),
		  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
		  NULL) < 0)
		return errno;
	return (int)syscall(SYS_exit, 0);
}

/* The end of @fd, which somebody closes who has understood. */
static int wait_closed(int fd)
{
	char c;

	return read(fd, &c, 1) == 0 ? 0 : EIO;
}

/* One datagram to $NOTIFY_SOCKET, with descriptors. */
static int send_with(int sock, const char *word, size_t len, const int *fds, size_t count)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *name = getenv("NOTIFY_SOCKET");
	struct iovec iov = {.iov_base = (void *)(uintptr_t)word, .iov_len = len};
	struct msghdr m = {
		.msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &iov, .msg_iovlen = 1};
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = "";

	if (!name || strlen(name) >= sizeof(a.sun_path))
		return EDESTADDRREQ;
	memcpy(a.sun_path, name, strlen(name) + 1);
	if (count) {
		struct cmsghdr *c = (struct cmsghdr *)control;

		*c = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
				      .cmsg_type = SCM_RIGHTS,
				      .cmsg_len = CMSG_LEN(count * sizeof(int))};
		memcpy(CMSG_DATA(c), fds, count * sizeof(int));
		m.msg_control = control;
		m.msg_controllen = CMSG_SPACE(count * sizeof(int));
	}
	return sendmsg(sock, &m, 0) < 0 ? errno : 0;
}

/* With BARRIER=1 goes a descriptor, sd_notify_barrier(3). */
static int say(int sock, const char *word, size_t len)
{
	int ends[2], error;

	if (strcmp(word, "BARRIER=1") != 0)
		return send_with(sock, word, len, NULL, 0);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	error = send_with(sock, word, len, &ends[1], 1);
	(void)close(ends[1]);
	return error ? error : wait_closed(ends[0]);
}

/* Both ends of a connection of the loopback device's, of which the first has as much to send as
 * there is room for, and takes its time when it is closed. 0 or errno. */
static int connect_lingering(int ends[2])
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const struct linger l = {.l_onoff = 1, .l_linger = 3000};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(a);
	static char zeros[65536];

	ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&a, size) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&a, &size) < 0 ||
	    connect(ends[0], (struct sockaddr *)&a, size) < 0)
		return errno;
	ends[1] = accept(listener, NULL, NULL);
	if (ends[1] < 0 || setsockopt(ends[0], SOL_SOCKET, SO_LINGER, &l, sizeof(l)) < 0)
		return errno;
	while (send(ends[0], zeros, sizeof(zeros), MSG_DONTWAIT) > 0)
		;
	return close(listener) < 0 ? errno : 0;
}

/* Descriptors that nobody wants to be the last to close. Each from a process of its own, whose end
 * closes its own ones without waiting; some of them before they are received. */
static int send_lingering(int sock)
{
	for (int i = 0; i < 10; i++) {
		int status, ends[2];
		pid_t pid = fork();

		if (pid == 0) {
			status = connect_lingering(ends);
			_exit(status ? status : send_with(sock, "STATUS=heavy", 12, ends, 2));
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			return errno;
		if (status)
			return WEXITSTATUS(status);
	}
	return 0;
}

/* Each word a datagram, but for those that begin with a colon; the last one is none of them but
 * :exit, :wait, :many or :linger. Where one cannot be sent the errno is said, too. */
static int notify(char *const *words)
{
	static char text[8192];
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;

	for (; *words && !error; words++) {
		if (strncmp(*words, ":exit", 5) == 0)
			return (*words)[5] - '0';
		if (strcmp(*words, ":wait") == 0)
			return wait_for_ever(NULL);
		while (strcmp(*words, ":nap") == 0 && usleep(20000) == 0)
			words++;
		/* until there is such a file */
		while (strcmp(*words, ":go") == 0 && access("/go", F_OK) < 0)
			(void)usleep(1000);
		if (strcmp(*words, ":go") == 0)
			continue;
		if (strcmp(*words, ":long") == 0) {
			memset(text, '\n', sizeof(text));
			memcpy(text, "READY=1", 7);
			error = say(sock, text, 4097);
		} else if (strcmp(*words, ":many") == 0) {
			for (int i = 0; i < 2000 && !error; i++)
				error = say(sock, "STATUS=busy", 11);
		} else if (strcmp(*words, ":linger") == 0) {
			error = send_lingering(sock);
		} else {
			error = say(sock, *words, strlen(*words));
		}
	}
	(void)printf(error ? "errno %d\n" : "said\n", error);
	return error;
}

/* true | umask | exit <one digit> | flood <bytes> | flood-on <bytes>: deaf to SIGPIPE and SIGHUP |
 * print <text> | cat <file> | ls <directory> | open <file> |
 * link <link> | env | die <two digits> | tty | eat |
 * key <name> | keyring | make <file> | device <major> <minor> | abstract <name> | length <text> |
 * securebits | rejoin <file>: what the mount namespace's root has | jail <directory>: chroot(2),
 * then wait | leave: a user namespace of its own, then wait | leave-mounts: and a mount namespace |
 * swrk: criu | notify <word>...: sd_notify(3) | input: changes its mode and writes to it | outlive:
 * its first thread | pause: says "ready" | wait: without a word | count: for ever | catch: exits 9
 * at SIGTERM, and 8 at what is about its caller's terminal, sockets and files alone */
int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "true";

	if (strcmp(what, "swrk") == 0)
		return pretend_criu();
	if (strcmp(what, "notify") == 0)
		return notify(argv + 2);
	if (strcmp(what, "exit") == 0 && argc > 2)
		return argv[2][0] - '0';
	if (strcmp(what, "flood-on") == 0) {
		(void)signal(SIGPIPE, SIG_IGN);
		(void)signal(SIGHUP, SIG_IGN);
	}
	if (strncmp(what, "flood", 5) == 0 && argc > 2)
		return flood(argv[2]);
	if (strcmp(what, "umask") == 0)
		return printf("%04o\n", (unsigned int)umask(0)) < 0;
	if (strcmp(what, "print") == 0 && argc > 2)
		return puts(argv[2]) < 0;
	if (strcmp(what, "cat") == 0 && argc > 2)
		return copy_file(argv[2]);
	if (strcmp(what, "rights") == 0)
		return print_rights();
	if (strcmp(what, "ls") == 0 && argc > 2)
		return list(argv[2]);
	if (strcmp(what, "open") == 0 && argc > 2)
		return try_open(argv[2]);
	if (strcmp(what, "link") == 0 && argc > 2)
		return print_link(argv[2]);
	/* 0: a key of this name is found, else the errno */
	if (strcmp(what, "key") == 0 && argc > 2)
		return syscall(SYS_request_key, "user", argv[2], NULL, 0) < 0 ? errno : 0;
	if (strcmp(what, "keyring") == 0)
		return print_keyring();
	if (strcmp(what, "make") == 0 && argc > 2)
		return make_file(argv[2]);
	if (strcmp(what, "device") == 0 && argc > 3)
		return open_device(argv[2], argv[3]);
	if (strcmp(what, "abstract") == 0 && argc > 2)
		return connect_abstract(argv[2]);
	if (strcmp(what, "length") == 0 && argc > 2)
		return printf("%zu\n", strlen(argv[2])) < 0;
	if (strcmp(what, "securebits") == 0)
		return printf("%d\n", prctl(PR_GET_SECUREBITS)) < 0;
	if (strcmp(what, "rejoin") == 0 && argc > 2) {
		int error = rejoin_mounts();

		return error ? error : try_open(argv[2]);
	}
	if (strcmp(what, "jail") == 0 && argc > 2) {
		if (mkdir(argv[2], 0755) < 0 || chroot(argv[2]) < 0 || chdir("/") < 0)
			return errno;
		(void)puts("ready");
		(void)fflush(stdout);
		what = "wait";
	}
	if (strcmp(what, "outlive") == 0)
		return leave_a_thread();
	if (strncmp(what, "leave", 5) == 0) {
		int error = leave(strcmp(what, "leave-mounts") == 0 ? CLONE_NEWNS : 0);

		if (error)
			return error;
		(void)puts("ready");
		(void)fflush(stdout);
		what = "wait";
	}
	if (strcmp(what, "eat") == 0)
		return eat();
	if (strcmp(what, "input") == 0)
		return use_input();
	if (strcmp(what, "env") == 0)
		return print_environment();
	if (strcmp(what, "tty") == 0)
		return printf("%d%d%d %d\n", isatty(0), isatty(1), isatty(2),
			      try_open("/dev/tty")) < 0;
	if (strcmp(what, "die") == 0 && argc > 2)
		return raise((argv[2][0] - '0') * 10 + argv[2][1] - '0');
	if (strcmp(what, "catch") == 0) {
		(void)signal(SIGTERM, on_signal);
		(void)signal(SIGWINCH, end_at_once);
		(void)signal(SIGURG, end_at_once);
		(void)signal(SIGXFSZ, end_at_once);
	}
	for (unsigned long i = 1; strcmp(what, "count") == 0; i++) {
		if (printf("%lu\n", i) < 0 || fflush(stdout) != 0)
			return 1;
		(void)usleep(20000);
	}
	while (strcmp(what, "wait") == 0)
		(void)pause();
	if (strcmp(what, "pause") == 0 || strcmp(what, "catch") == 0) {
		(void)puts("ready");
		(void)fflush(stdout);
		while (!got)
			(void)usleep(1000);
		return 9;
	}
	return 0;
}
