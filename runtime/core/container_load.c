/* SPDX-License-Identifier: Apache-2.0 */
/* Containers by their names: reserved, loaded, locked, listed; and what each is now, as the kernel
 * answers. */
#include "container.h"

#include "cgroup.h"
#include "cleanup.h"
#include "container_dir.h"
#include "fd.h"
#include "proc.h"
#include "resctrl.h"
#include "str.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define STATE_MAX (1u << 24)
#define BOOT_MAX  64 /* of boot_id's text, which has 36 characters and a line's end */

/* random(4). NULL: nobody tells, or memory is short. */
static char *boot_id(void)
{
	char *ret = NULL;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", BOOT_MAX, &ret, &len,
			    NULL) < 0)
		return NULL;
	ret[strcspn(ret, "\n")] = '\0';
	return ret;
}

/* Whether the directory goes when the kernel ends, as that of most states does: they lie in /run.
 */
static bool is_volatile(int dir_fd)
{
	struct statfs fs;

	return fstatfs(dir_fd, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

int container_reserve(const char *root, const char *id, struct container *c, struct err *e)
{
	int r;

	*c = CONTAINER_INIT;
	r = container_dir_make(root, id, c, e);
	if (r < 0)
		container_done(c);
	else if (!is_volatile(c->dir_fd))
		c->boot = boot_id();
	return r;
}

/* A state of another boot: its pid is nobody's or a stranger's, whatever start time that has, and
 * cgroups, mounts and groups of resctrl by its names are others'. */
static void forget_other_boot(struct container *c)
{
	cleanup_free char *now = c->boot ? boot_id() : NULL;

	if (!now || str_eq(now, c->boot))
		return;
	c->pid = 0;
	cgroup_free(take_ptr(&c->cgroup));
	resctrl_free(take_ptr(&c->resctrl));
	json_free(take_ptr(&c->mounts));
}

/*
 * What a creator leaves that was killed before it had written anything: nothing exists but the
 * directory, so there is nothing to say about it either.
 */
static int set_unwritten(struct container *c, struct err *e)
{
	c->creating = true;
	c->bundle = strdup("/");
	c->rootfs = strdup("/");
	c->created = strdup("1970-01-01T00:00:00Z");
	if (!c->bundle || !c->rootfs || !c->created)
		return err_set(e, ENOMEM, "state of container '%s': %m", c->id);
	return 0;
}

static int read_state(struct container *c, struct err *e)
{
	cleanup_free char *buf = NULL;
	size_t len;
	int r;

	r = fd_read_regular_at(c->dir_fd, CONTAINER_STATE, STATE_MAX, &buf, &len, e);
	if (r == -ENOENT) {
		if (!container_dir_is_ours(c))
			return err_set(e, ENOENT, "container does not exist");
		return set_unwritten(c, e);
	}
	if (r == 0)
		r = container_parse(c, buf, len, e);
	if (r == 0)
		forget_other_boot(c);
	return r;
}

int container_load(const char *root, const char *id, struct container *c, struct err *e)
{
	int r;

	*c = CONTAINER_INIT;
	/* no other name can exist, and it is never looked up */
	if (!container_id_is_valid(id))
		return err_set(e, ENOENT, "container does not exist: '%s' is not a container id",
			       id);
	r = container_dir_open(root, id, c, e);
	if (r == 0) {
		r = read_state(c, e);
		/* what cannot be read somebody has to look at */
		if (r < 0 && r != -ENOENT)
			(void)err_wrap(e, "%s/%s", root, id);
	}
	if (r < 0)
		container_done(c);
	return r;
}

/* What was read before the lock may be the past. */
static int read_again(struct container *c, struct err *e)
{
	struct container fresh = CONTAINER_INIT;

	fresh.id = take_ptr(&c->id);
	fresh.root_fd = take_fd(&c->root_fd);
	fresh.dir_fd = take_fd(&c->dir_fd);
	fresh.lock_fd = take_fd(&c->lock_fd);
	fresh.lock_ino = c->lock_ino;
	container_done(c);
	*c = fresh;
	return read_state(c, e);
}

int container_lock(struct container *c, int wait_ms, struct err *e)
{
	int r = container_dir_lock(c, wait_ms, e);

	return r < 0 ? r : read_again(c, e);
}

static int check_made(const struct container *c, struct err *e)
{
	if (!c->creating || !container_dir_is_locked(c))
		return 0;
	return err_set(e, EBUSY, "container '%s' is %s", c->id, rt_status_name(RT_CREATING));
}

int container_lock_made(struct container *c, int wait_ms,
			int (*check)(const struct container *c, enum rt_status status,
				     struct err *e),
			struct err *e)
{
	int r = check_made(c, e);

	if (r < 0)
		return r;
	r = container_lock(c, 0, e);
	if (r == -EBUSY) {
		r = check(c, container_status(c), e);
		if (r >= 0)
			r = container_lock(c, wait_ms, e);
	}
	return r < 0 ? r : check(c, container_status(c), e);
}

int container_lock_changes(struct container *c, struct err *e)
{
	int r = check_made(c, e);

	if (r >= 0)
		r = container_lock_end(c, -1, e);
	return r;
}

int container_lock_end(struct container *c, int wait_ms, struct err *e)
{
	int r = container_dir_lock_changes(c, wait_ms, e);

	return r < 0 ? r : read_again(c, e);
}

int container_each(const char *root, int (*each)(struct container *c, void *arg, struct err *e),
		   void *arg, struct err *e)
{
	cleanup_dir DIR *dir = NULL;
	int r = container_dir_list(root, &dir, e);
	const struct dirent *d;

	if (r < 0)
		return r;
	while (dir && (d = readdir(dir))) {
		struct container c;

		if (!container_id_is_valid(d->d_name)) {
			container_dir_remove_deleted(dirfd(dir), d->d_name);
			continue;
		}
		/* deleted meanwhile, foreign, unreadable: not a container that could be told about
		 */
		if (container_load(root, d->d_name, &c, NULL) < 0)
			continue;
		r = each(&c, arg, e);
		container_done(&c);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 1: yes, 0: no, -errno: nobody can say. */
static int is_alive(const struct container *c)
{
	uint64_t start;
	int r;

	if (c->pid <= 0)
		return 0;
	r = proc_start_time(c->pid, &start);
	if (r == 0)
		return proc_start_is(start, c->start_time);
	/* without a procfs, or in another's, all processes are missing */
	if (r == -ESRCH && access("/proc/self", F_OK) < 0)
		return -errno;
	return r == -ESRCH || r == -EOWNERDEAD ? 0 : r;
}

enum rt_status container_status(const struct container *c)
{
	cleanup_fd int sock = FD_NONE;

	if (c->creating && c->lock_fd < 0 && container_dir_is_locked(c))
		return RT_CREATING;
	/* in doubt it lives: of a stopped one `delete` kills what is left */
	if (is_alive(c) == 0)
		return RT_STOPPED;
	if (c->cgroup && cgroup_is_frozen(c->cgroup))
		return RT_PAUSED;
	/* Only a process that has not executed the program yet listens; the socket closes with
	 * execve(2). Where the kernel does not tell, `start` will say why. */
	sock = container_connect(c, NULL);
	return sock == -ECONNREFUSED || sock == -ENOENT ? RT_RUNNING : RT_CREATED;
}

int container_pidfd(const struct container *c)
{
	cleanup_fd int fd = FD_NONE;
	int r;

	if (c->pid <= 0)
		return -ESRCH;
	fd = proc_pidfd_open(c->pid);
	/* the kernel has several words for a number that is no process's: of a thread by now, or
	 * the name of a session that has outlived it */
	if (fd < 0)
		return is_alive(c) == 0 ? -ESRCH : fd;
	/* the number may have got a new owner before it was opened, but not after */
	r = is_alive(c);
	if (r <= 0)
		return r < 0 ? r : -ESRCH;
	return take_fd(&fd);
}
