/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bind mount whose entry and rootfsPropagation ask for sharing stays in the peer group that its
 * source has on the host (mount_bind.c), and what is mounted on it is mounted on the host as well,
 * for good. That is meant for what the container mounts, and for what config.mounts does; not for
 * masks, devices and whatever else is mounted in the container's favour. The kernel attaches
 * nothing below a shared mount without passing it on, so the mount has to leave the group before.
 */
#include "rootfs_priv.h"

#include "mountinfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOUNTINFO_MAX (64u << 20)
#define ID_SIZE	      24

/* Whether some mount of the entry, after what its options say of propagation, can still be in the
 * peer group that it had on the host. */
static bool may_be_shared(const struct mount_options *o)
{
	bool top = o->bind && !o->remount && o->npropagation > 0, below = top && o->rbind;

	for (size_t i = 0; i < o->npropagation; i++) {
		/* what has left it once is shared anew, in a group of its own */
		if (o->propagation[i] & MS_SHARED)
			continue;
		top = false;
		if (o->propagation[i] & MS_REC)
			below = false;
	}
	return top || below;
}

static bool is_possible(const struct rootfs *r)
{
	int root = mount_root_propagation(r);

	if (root != CFG_PROPAGATION_SHARED && root != CFG_PROPAGATION_RSHARED)
		return false;
	for (size_t i = 0; i < r->sources->nmounts; i++) {
		if (may_be_shared(&r->sources->mounts[i].o))
			return true;
	}
	return false;
}

static bool has_group(const struct mount_peers *p, unsigned int group)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->groups[i] == group)
			return true;
	}
	return false;
}

static int add_group(struct mount_peers *p, unsigned int group)
{
	unsigned int *more;

	if (has_group(p, group))
		return 0;
	more = reallocarray(p->groups, p->count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	p->groups = more;
	p->groups[p->count++] = group;
	return 0;
}

int mount_peers_note(struct rootfs *r, struct err *e)
{
	struct mount_peers *p = &r->sources->peers;
	cleanup_free char *text = NULL;
	struct mountinfo m;
	int result = 0;
	char *cursor;
	size_t len;

	if (!is_possible(r))
		return 0;
	p->watched = p->all = true;
	/* the sources may be of the namespace that is joined */
	if (!r->new_mountns)
		return 0;
	result = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len, e);
	if (result < 0)
		return result;
	for (cursor = text; result == 0 && mountinfo_next(&cursor, &m);) {
		/* missing where the creator is in a chroot(2), who sees a part of the mounts alone
		 */
		if (str_eq(m.point, "/"))
			p->all = false;
		if (m.peer_group)
			result = add_group(p, m.peer_group);
	}
	return result < 0 ? err_set(e, -result, "%m") : 0;
}

/* The number of the mount that @fd is on, as mountinfo has it. Kernels before 5.8 tell it in
 * proc_pid_fdinfo(5) alone. */
static int mount_id(const struct rootfs *r, int fd, char ret[static ID_SIZE])
{
	static const char key[] = "\nmnt_id:\t";
	cleanup_free char *text = NULL;
	char path[FD_PATH_SIZE];
	const char *at;
	struct statx st;
	size_t len;
	int result;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) == 0 && (st.stx_mask & STATX_MNT_ID)) {
		(void)snprintf(ret, ID_SIZE, "%llu", (unsigned long long)st.stx_mnt_id);
		return 0;
	}
	(void)snprintf(path, sizeof(path), "self/fdinfo/%d", fd);
	result = fd_read_file_at(r->proc_fd, path, 4096, &text, &len, NULL);
	at = result < 0 ? NULL : strstr(text, key);
	if (!at)
		return result < 0 ? result : -ENOSYS;
	at += strlen(key);
	(void)snprintf(ret, ID_SIZE, "%.*s", (int)strspn(at, "0123456789"), at);
	return 0;
}

/* The shared mounts of this process's namespace. */
struct shared {
	char *text; /* what the items borrow */
	struct mountinfo *items;
	size_t count;
};

static void shared_done(struct shared *s)
{
	free(s->text);
	free(s->items);
}

static int read_shared(const struct rootfs *r, struct shared *ret)
{
	struct mountinfo m;
	size_t len;
	int result = fd_read_file_at(r->proc_fd, "self/mountinfo", MOUNTINFO_MAX, &ret->text, &len,
				     NULL);
	char *cursor = ret->text;

	while (result == 0 && mountinfo_next(&cursor, &m)) {
		struct mountinfo *more;

		if (!m.peer_group)
			continue;
		more = reallocarray(ret->items, ret->count + 1, sizeof(*more));
		if (!more)
			return -ENOMEM;
		ret->items = more;
		ret->items[ret->count++] = m;
	}
	return result;
}

static const struct mountinfo *find(const struct shared *s, const char *id)
{
	for (size_t i = 0; i < s->count; i++) {
		if (str_eq(s->items[i].id, id))
			return &s->items[i];
	}
	return NULL;
}

/* What config.mounts has on a mount of the host's stands on the host, too, in a group of both. */
static int add_those_above(struct mount_peers *p, const struct shared *s)
{
	size_t before;

	do {
		before = p->count;
		for (size_t i = 0; i < s->count; i++) {
			const struct mountinfo *m = &s->items[i], *below = find(s, m->parent);

			if (below && has_group(p, below->peer_group) &&
			    add_group(p, m->peer_group) < 0)
				return -ENOMEM;
		}
	} while (p->count > before);
	return 0;
}

/* The mount of @fd in *ret, which borrows from *s, where it is in a group of the host's. 1, 0 or
 * -errno. */
static int look(struct rootfs *r, int fd, struct shared *s, const struct mountinfo **ret)
{
	struct mount_peers *p = &r->sources->peers;
	char id[ID_SIZE];
	int result = mount_id(r, fd, id);

	if (result == 0)
		result = read_shared(r, s);
	if (result == 0)
		result = add_those_above(p, s);
	if (result < 0)
		return result;
	*ret = find(s, id);
	if (!*ret)
		return 0;
	if (has_group(p, (*ret)->peer_group))
		return 1;
	/* the root's has begun as a private one */
	return p->all && mount_target_share_mount(fd, r->root_fd) == 0;
}

int mount_peers_has(struct rootfs *r, int fd)
{
	struct shared s CLEANUP(shared_done) = {0};
	const struct mountinfo *m;

	return r->sources->peers.watched ? look(r, fd, &s, &m) : 0;
}

/* It then receives from the group, and is in one of its own. By its place, and so made sure that it
 * is the one. */
static int leave(struct rootfs *r, const struct mountinfo *m)
{
	static const struct mount_attrs none;
	cleanup_fd int fd = open(m->point, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char id[ID_SIZE];
	int result;

	if (fd < 0)
		return -errno;
	result = mount_id(r, fd, id);
	if (result == 0 && !str_eq(id, m->id))
		result = -ESTALE;
	if (result >= 0)
		result = mount_set_attrs(r, fd, &none, false, MS_SLAVE);
	return result < 0 ? result : mount_set_attrs(r, fd, &none, false, MS_SHARED);
}

int mount_peers_leave(struct rootfs *r, int fd, const char *path)
{
	struct shared s CLEANUP(shared_done) = {0};
	const struct mountinfo *m;
	int result = r->sources->peers.watched ? look(r, fd, &s, &m) : 0;
	struct err e;

	if (result != 1)
		return result;
	result = leave(r, m);
	if (result < 0)
		return result;
	(void)err_set(&e, EXDEV,
		      "'%s' lies on a mount that is shared with the host: so that it stays as it "
		      "is there, "
		      "nothing that the container mounts on that mount reaches the host",
		      path);
	if (r->warn)
		r->warn(r->warn_arg, e.msg);
	return 0;
}
