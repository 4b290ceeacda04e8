/* SPDX-License-Identifier: Apache-2.0 */
#include "tried.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CHILD_MS  30000 /* the patience with a child that tries, on whatever machine */
#define NODE	  TRIED_TMPFS "/node"
#define MINOR_MAX ((1u << 20) - 1)

bool hx_tried(int (*try)(void *arg), void *arg)
{
	struct proc_spawn s = PROC_SPAWN_INIT;

	s.run = try;
	s.run_arg = arg;
	return proc_run(&s, CHILD_MS, 0, NULL, NULL, NULL) == 0;
}

static int end_well(void *arg)
{
	(void)arg;
	return 0;
}

int hx_tried_setup(int (*setup)(void *arg, struct err *e), void *arg, struct err *e)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;

	s.setup = setup;
	s.setup_arg = arg;
	s.run = end_well;
	return proc_spawn(&s, &p, e);
}

bool hx_tried_refused(int error)
{
	static const int refusals[] = {EPERM,	   EACCES,	 ENOSYS,	 ENODEV,
				       EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (error == refusals[i])
			return true;
	}
	return false;
}

bool hx_tried_tmpfs(unsigned long flags)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", TRIED_TMPFS, "tmpfs", flags, "size=64k") == 0;
}

struct device {
	mode_t type;
	dev_t number;
	bool read, write;
};

/* The kernel asks the rules about devices for access(2), too; to open it would have a driver loaded
 * into the host, where there is one. */
static int make_and_ask(void *arg)
{
	const struct device *d = arg;

	return hx_tried_tmpfs(0) && mknod(NODE, d->type | 0600, d->number) == 0 &&
			       (!d->read || access(NODE, R_OK) == 0) &&
			       (!d->write || access(NODE, W_OK) == 0)
		       ? 0
		       : 1;
}

/* "c 1:11 rw" */
static int parse_device(const char *text, struct device *ret)
{
	const char *colon = strchr(text, ':'), *access = strrchr(text, ' ');
	cleanup_free char *major = NULL;
	cleanup_free char *minor = NULL;
	uint64_t a, b;

	if ((text[0] != 'c' && text[0] != 'b') || text[1] != ' ' || !colon || access < colon)
		return -EINVAL;
	major = strndup(text + 2, (size_t)(colon - text - 2));
	minor = strndup(colon + 1, (size_t)(access - colon - 1));
	if (!major || !minor)
		return -ENOMEM;
	if (str_to_u64(major, UINT16_MAX, &a) < 0 || str_to_u64(minor, MINOR_MAX, &b) < 0 ||
	    !access[1] || access[1 + strspn(access + 1, "rwm")])
		return -EINVAL;
	*ret = (struct device){.type = text[0] == 'c' ? S_IFCHR : S_IFBLK,
			       .number = makedev((unsigned int)a, (unsigned int)b),
			       .read = strchr(access, 'r'),
			       .write = strchr(access, 'w')};
	return 0;
}

int hx_tried_device(const char *device)
{
	struct device d;
	int r = parse_device(device, &d);

	return r < 0 ? r : hx_tried(make_and_ask, &d);
}

static int set_oom(void *arg)
{
	const char *value = arg;

	return fd_write_file_at(AT_FDCWD, "/proc/self/oom_score_adj", value, strlen(value), NULL) <
	       0;
}

bool hx_tried_oom(const char *value)
{
	/* nobody writes to it */
	return hx_tried(set_oom, (void *)(uintptr_t)value);
}

static int make_userns(void *arg, struct err *e)
{
	(void)arg;
	return unshare(CLONE_NEWUSER) == 0 ? 0 : err_set(e, errno, "unshare: %m");
}

int hx_tried_userns(void)
{
	return -hx_tried_setup(make_userns, NULL, NULL);
}

static int root_changes(void *arg)
{
	cleanup_fd int ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct stat before, after;

	(void)arg;
	return ns >= 0 && stat("/", &before) == 0 && setns(ns, CLONE_NEWNS) == 0 &&
			       stat("/", &after) == 0 &&
			       (before.st_dev != after.st_dev || before.st_ino != after.st_ino)
		       ? 0
		       : 1;
}

bool hx_tried_chroot(void)
{
	return hx_tried(root_changes, NULL);
}

/* selinux(8): the context of the next execve(2). */
static int set_label(void *arg, struct err *e)
{
	const char *label = arg;

	return fd_write_file_at(AT_FDCWD, "/proc/self/attr/exec", label, strlen(label), e);
}

int hx_tried_label(const char *label, const char *program, struct err *e)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;

	s.path = program;
	s.argv = (char *const[]){(char *)(uintptr_t)program, NULL};
	s.setup = set_label;
	s.setup_arg = (void *)(uintptr_t)label;
	return proc_spawn(&s, &p, e);
}
