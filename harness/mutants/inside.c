/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lies about what a runtime has to supply by itself: a configuration cannot take it away, for the
 * runtime would put it there again. So it is taken away in the container, once it is created.
 */
#include "cleanup.h"
#include "fd.h"
#include "liar_families.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PID_MAX_TEXT 32

struct place {
	int ns_fd, root_fd;
	const char *path;
};

/* In a child: goes into the container's mount namespace and root, and hides the path. */
static int hide(void *arg)
{
	const struct place *p = arg;
	struct stat st;
	int fd;

	if (setns(p->ns_fd, CLONE_NEWNS) < 0 || fchdir(p->root_fd) < 0 || chroot(".") < 0 ||
	    lstat(p->path, &st) < 0)
		return 1;
	if (S_ISDIR(st.st_mode))
		return mount("tmpfs", p->path, "tmpfs", 0, "size=4k") < 0;
	/* some runtimes bind the host's device instead of making one */
	(void)umount2(p->path, MNT_DETACH);
	if (unlink(p->path) < 0)
		return 1;
	fd = open(p->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	return fd < 0;
}

static int container_pid(const struct liar *l, pid_t *ret)
{
	cleanup_free char *text = NULL;
	int64_t pid;
	size_t len;
	int r;

	if (!l->pid_file)
		return -ENOENT;
	r = fd_read_file_at(AT_FDCWD, l->pid_file, PID_MAX_TEXT, &text, &len, NULL);
	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	r = str_to_i64(text, 2, INT32_MAX, &pid);
	*ret = r < 0 ? 0 : (pid_t)pid;
	return r;
}

static int hide_in(pid_t pid, const char *path, struct err *e)
{
	cleanup_free char *ns = str_format("/proc/%d/ns/mnt", pid);
	cleanup_free char *root = str_format("/proc/%d/root", pid);
	cleanup_fd int ns_fd = ns ? open(ns, O_RDONLY | O_CLOEXEC) : FD_NONE;
	cleanup_fd int root_fd = root ? open(root, O_PATH | O_DIRECTORY | O_CLOEXEC) : FD_NONE;
	const struct proc_fd fds[] = {{ns_fd, 3}, {root_fd, 4}};
	struct place p = {3, 4, path};
	CLEANUP(proc_done) struct proc child = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	int r;

	if (ns_fd < 0 || root_fd < 0)
		return err_set(e, errno, "open the container's namespace: %m");
	s.run = hide;
	s.run_arg = &p;
	s.fds = fds;
	s.nfds = 2;
	r = proc_spawn(&s, &child, e);
	if (r == 0)
		r = proc_wait(&child, -1);
	/* where there is nothing to hide, there is no lie */
	return r;
}

int liar_mounts_over(struct liar *l, struct err *e)
{
	pid_t pid;
	int code, r;

	code = liar_call_of(l, "create", e);
	if (code < 0)
		return code;
	if (code != 0 || container_pid(l, &pid) < 0)
		return code;
	r = hide_in(pid, l->lie.where, e);
	return r < 0 ? r : 0;
}

/* The device is as if it had just been made. */
static void spoil_link(int sock, const char *name)
{
	struct ifreq r;

	memset(&r, 0, sizeof(r));
	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (ioctl(sock, SIOCGIFFLAGS, &r) < 0 || (r.ifr_flags & IFF_LOOPBACK))
		return;
	/* the addresses of IPv6 go with it, that of IPv4 is taken away */
	r.ifr_flags = 0;
	(void)ioctl(sock, SIOCSIFFLAGS, &r);
	memset(&r.ifr_addr, 0, sizeof(r.ifr_addr));
	r.ifr_addr.sa_family = AF_INET;
	(void)ioctl(sock, SIOCSIFADDR, &r);
	r.ifr_mtu = 1290;
	(void)ioctl(sock, SIOCSIFMTU, &r);
	if (ioctl(sock, SIOCGIFHWADDR, &r) == 0) {
		r.ifr_hwaddr.sa_data[5] = (char)(r.ifr_hwaddr.sa_data[5] ^ 1);
		(void)ioctl(sock, SIOCSIFHWADDR, &r);
	}
}

static void stop_loopback(int sock, const char *name)
{
	struct ifreq r;

	memset(&r, 0, sizeof(r));
	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (ioctl(sock, SIOCGIFFLAGS, &r) < 0 || !(r.ifr_flags & IFF_LOOPBACK))
		return;
	r.ifr_flags = 0;
	(void)ioctl(sock, SIOCSIFFLAGS, &r);
}

struct links {
	int ns_fd;
	void (*spoil)(int sock, const char *name);
};

/* In a child: spoils every device of the namespace. */
static int spoil_links(void *arg)
{
	const struct links *l = arg;
	cleanup_fd int sock = FD_NONE;
	struct if_nameindex *all;

	if (setns(l->ns_fd, CLONE_NEWNET) < 0)
		return 1;
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	all = if_nameindex();
	for (const struct if_nameindex *i = all; i && i->if_name; i++)
		l->spoil(sock, i->if_name);
	if_freenameindex(all);
	return 0;
}

int liar_spoils_links(struct liar *l, struct err *e)
{
	bool loopback = str_eq(l->lie.where, "net-loopback-down");
	struct links links = {3, loopback ? stop_loopback : spoil_link};
	int code = liar_call(l, STDOUT_FILENO, FD_NONE, e);
	CLEANUP(proc_done) struct proc child = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_free char *path = NULL;
	cleanup_fd int ns_fd = FD_NONE;
	struct proc_fd fd;
	pid_t pid;
	int r;

	if (code != 0 || !str_eq(l->command, "create") || container_pid(l, &pid) < 0)
		return code;
	path = str_format("/proc/%d/ns/net", pid);
	ns_fd = path ? open(path, O_RDONLY | O_CLOEXEC) : FD_NONE;
	if (ns_fd < 0)
		return err_set(e, errno, "open the container's namespace: %m");
	fd = (struct proc_fd){ns_fd, links.ns_fd};
	s.run = spoil_links;
	s.run_arg = &links;
	s.fds = &fd;
	s.nfds = 1;
	r = proc_spawn(&s, &child, e);
	if (r < 0)
		return r;
	r = proc_wait(&child, -1);
	return r < 0 ? err_set(e, -r, "spoil network devices: %m") : code;
}
