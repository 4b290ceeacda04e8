/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.sysctl: only what belongs to a namespace of the container's own may be set, everything else
 * is the host's. Written below a procfs that the runtime itself mounted, without following links or
 * crossing mounts, so that nothing that the container put into its tree gets the value.
 */
#include "rootfs_priv.h"

#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* sysctl(8): the first separator tells which of the two forms it is; in the dotted one a slash
 * stands for a dot ("net.ipv4.conf.eth0/100.forwarding"). */
char *sysctl_path(const char *key)
{
	size_t first = strcspn(key, "./");
	bool dotted = key[first] == '.';
	char *path = str_format("sys/%s", key);

	if (!path)
		return NULL;
	for (char *p = path + 4; dotted && *p; p++) {
		if (*p == '.')
			*p = '/';
		else if (*p == '/')
			*p = '.';
	}
	for (const char *p = path + 4;; p++) {
		size_t len = strcspn(p, "/");

		if (len == 0 || (len == 1 && p[0] == '.') ||
		    (len == 2 && p[0] == '.' && p[1] == '.')) {
			free(path);
			errno = EINVAL;
			return NULL;
		}
		p += len;
		if (!*p)
			return path;
	}
}

static bool is_ipc(const char *path)
{
	static const char *const names[] = {
		"kernel/msgmax",      "kernel/msgmnb",		"kernel/msgmni",
		"kernel/sem",	      "kernel/shmall",		"kernel/shmmax",
		"kernel/shmmni",      "kernel/shm_rmid_forced", "kernel/auto_msgmni",
		"kernel/msg_next_id", "kernel/sem_next_id",	"kernel/shm_next_id",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq(path, names[i]))
			return true;
	}
	return str_starts(path, "fs/mqueue/");
}

/* Is the parameter at @path (below sys/) the container's to set? */
static int check_namespaced(struct rootfs *r, const struct cfg_pair *p, const char *path,
			    struct err *e)
{
	const char *kind = NULL;
	bool own = false;

	if (str_starts(path, "net/")) {
		kind = "a network";
		own = r->netns;
	} else if (is_ipc(path)) {
		kind = "an ipc";
		own = r->ipcns;
	} else if (str_eq(path, "kernel/domainname") || str_eq(path, "kernel/hostname")) {
		kind = "a uts";
		own = r->utsns;
	} else if (str_starts(path, "user/")) {
		kind = "a user";
		own = r->userns;
	}
	if (!kind)
		return cfg_err(r->doc, p, e, EINVAL,
			       "'%s' does not belong to a namespace and would be set for the host",
			       p->key);
	if (!own)
		return cfg_err(r->doc, p, e, EINVAL,
			       "'%s' needs %s namespace that is the container's own", p->key, kind);
	return 0;
}

/* "hostname" and the sysctl say the same thing: where both do, they have to agree. */
static int check_names(struct rootfs *r, const struct cfg_pair *p, const char *path, struct err *e)
{
	const char *other = NULL;

	if (str_eq(path, "kernel/hostname"))
		other = r->config->hostname;
	else if (str_eq(path, "kernel/domainname"))
		other = r->config->domainname;
	if (other && !str_eq(other, p->value))
		return cfg_err(r->doc, p, e, EINVAL, "'%s' contradicts '%s' of the configuration",
			       p->key, other);
	return 0;
}

/* A regular file of the private procfs; where openat2(2) is missing, its own directory entries are
 * still no links. */
static int open_parameter(int proc_fd, const char *path)
{
	struct open_how how = {
		.flags = O_WRONLY | O_CLOEXEC | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
			   RESOLVE_NO_XDEV,
	};
	long fd = syscall(SYS_openat2, proc_fd, path, &how, sizeof(how));

	/* EPERM: fd_open_in_root() */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = fd_open_in_root(proc_fd, path, O_WRONLY | O_NOCTTY | O_NOFOLLOW, 0);
	else if (fd < 0)
		fd = -errno;
	return (int)fd;
}

static int write_parameter(struct rootfs *r, const struct cfg_pair *p, struct err *e)
{
	cleanup_free char *path = sysctl_path(p->key);
	cleanup_fd int fd = FD_NONE;
	struct statfs fs;
	int result;

	if (!path)
		return errno == EINVAL ? cfg_err(r->doc, p, e, EINVAL,
						 "'%s' is no name of a sysctl", p->key)
				       : err_set(e, ENOMEM, "%m");
	result = check_namespaced(r, p, path + 4, e);
	if (result == 0)
		result = check_names(r, p, path + 4, e);
	if (result < 0)
		return result;
	fd = open_parameter(r->proc_fd, path);
	if (fd < 0)
		return cfg_err(r->doc, p, e, -fd, "open /proc/%s: %m", path);
	if (fstatfs(fd, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return cfg_err(r->doc, p, e, EXDEV, "/proc/%s is not on procfs", path);
	/* nothing would be no write at all: whether an empty value is one, the kernel says */
	result = fd_write_all(fd, *p->value ? p->value : "\n", *p->value ? strlen(p->value) : 1);
	if (result < 0)
		return cfg_err(r->doc, p, e, -result, "write '%s' to /proc/%s: %m", p->value, path);
	return 0;
}

int sysctl_apply(struct rootfs *r, struct err *e)
{
	const struct cfg_linux *l = r->config->linux;

	for (size_t i = 0; l && i < l->sysctl.count; i++) {
		int result = write_parameter(r, &l->sysctl.items[i], e);

		if (result < 0)
			return result;
	}
	return 0;
}
