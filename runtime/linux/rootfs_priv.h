/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the rootfs module share. */
#ifndef RUNTIME_ROOTFS_PRIV_H
#define RUNTIME_ROOTFS_PRIV_H

#include "cleanup.h"
#include "mount_api.h"
#include "mount_options.h"
#include "mount_target.h"
#include "rootfs.h"

/* One entry of config.mounts. */
struct rootfs_mount {
	struct mount_options o;
	int tree_fd; /* bind: a detached copy of the source, made on the host's side; FD_NONE where
			that was not possible */
	int userns_fd;	 /* idmap: the user namespace that holds the mapping */
	bool fresh;	 /* a new file system, and devices are to be made: */
	uint64_t id;	 /* mount_target_id() of that */
	int readonly_fd; /* attached, to be made read-only once everything below it stands */
};

/* Of a container that shares mounts with the host: mount_peers.c. */
struct mount_peers {
	bool watched;	      /* it may be one */
	bool all;	      /* not all of the host's are known: any that is shared may be */
	unsigned int *groups; /* the numbers of the host's peer groups */
	size_t count;
};

struct rootfs_sources {
	struct rootfs_mount *mounts; /* as many as config.mounts.count */
	size_t nmounts;
	char *root_path;  /* absolute, on the host */
	int root_tree_fd; /* with a user namespace: a detached copy of the root, for when the
			     container may not walk to it */
	int null_fd; /* the host's /dev/null as a detached mount, later attached; masked files are
			copies of it */
	bool null_attached;    /* the copy in null_fd stands somewhere in the tree by now */
	int mountns_fd;	       /* the container's new mount namespace; else FD_NONE */
	struct fd_batch spent; /* descriptors of mounts that stand where they belong: each is one
				  call to close, all together few */
	struct mount_peers peers;
	int host_proc_fd; /* "/proc" of the host, where the mount system calls on descriptors are
			     missing; else FD_NONE */
};

/* rootfs_sources.c: gives up everything but proc_fd. */
void rootfs_close_sources(struct rootfs *r);

/*
 * rootfs_prepare.c: where the mount namespace is new, the caller's root becomes that of the
 * namespace. To the namespace the directory that chroot(2) has made the creator's "/" is one like
 * any other, and setns(2) gives its own root to whoever joins it later: to `exec`, and to a
 * container that joins what it is in. So that is the root which the container's takes the place of.
 * The working directory goes along.
 */
int rootfs_leave_chroot(struct rootfs *r, struct err *e);

/* mount.c: entry @i of config.mounts. */
int mount_entry(struct rootfs *r, size_t i, struct err *e);

/* mount_attrs.c: attributes with the call that the kernel has. @propagation 0: as it is. */
int mount_set_attrs(struct rootfs *r, int fd, const struct mount_attrs *a, bool recursive,
		    unsigned long propagation);
bool mount_attrs_any(const struct mount_attrs *a);
/* What an entry says about propagation, applied to the attached mount @fd. */
int mount_propagate(struct rootfs *r, const struct mount_options *o, int fd);
/* The propagation that config.linux asks for the root: CFG_PROPAGATION_*, or -1. */
int mount_root_propagation(const struct rootfs *r);
/* Remembers that the mount @fd becomes read-only in rootfs_enter(). Takes *fd. */
void mount_defer_readonly(struct rootfs_mount *mnt, int *fd);

/*
 * mount_place.c: the mount point of entry @i, made where it is missing as @kind, checked against
 * what may be mounted there. @source_fd: of a bind mount, else FD_NONE. The caller's descriptor in
 * *ret.
 */
int mount_place_open(struct rootfs *r, size_t i, const char *dest, enum mount_target_kind kind,
		     int source_fd, int *ret, struct err *e);

/* The error where @dest, by whatever links, is the container's root itself. Returns -EINVAL. */
int mount_place_root(struct rootfs *r, size_t i, const char *dest, struct err *e);

/* mount_fresh.c: a new file system. @target_fd is where it goes. */
int mount_fresh(struct rootfs *r, size_t i, const char *dest, int target_fd, struct err *e);
/* A detached mount of @type without options of a config: attributes @attrs, parameters "key" or
 * "key=value", NULL-terminated, may be NULL. Descriptor or -errno. */
int mount_fresh_plain(const char *type, const char *source, uint64_t attrs,
		      const char *const *params);
/* A tmpfs of the runtime's own making, with mountLabel, attached at @target_fd, which is @path
 * below the root. @data: parameters, separated by commas. Descriptor or -errno. */
int mount_fresh_tmpfs(struct rootfs *r, const char *source, const char *path, int target_fd,
		      uint64_t attrs, const char *data);

/* mount_bind.c */
int mount_bind(struct rootfs *r, size_t i, const char *dest, struct err *e);
/* Host side: the source of bind entry @i as a detached tree, id mapping applied. */
int mount_bind_source(struct rootfs *r, size_t i, struct err *e);
/* A copy of the tree or file at the descriptor @fd, attached with attributes (MOUNT_ATTR_*, a mode
 * of access times as well) at @target_fd, which is @path below the root; -errno. */
int mount_bind_fd(struct rootfs *r, int fd, int target_fd, const char *path, bool recursive,
		  uint64_t attrs);

/* mount_peers.c. Host side, when all sources are open: the host's peer groups, if the container can
 * have a mount in one of them. Nothing is asked where it cannot, here and below. */
int mount_peers_note(struct rootfs *r, struct err *e);
/* After all mounts: is that of @fd in a peer group of the host's? 1, 0 or -errno. */
int mount_peers_has(struct rootfs *r, int fd);
/* The same, and it leaves that group, with a warning, for something that is to be mounted at @fd,
 * which is @path below the root. 0 or -errno. */
int mount_peers_leave(struct rootfs *r, int fd, const char *path);

/* mount_remount.c: option remount. */
int mount_remount(struct rootfs *r, size_t i, const char *dest, struct err *e);

/* mount_cgroup.c: type cgroup. */
int mount_cgroup(struct rootfs *r, size_t i, const char *dest, struct err *e);

/* mount_copyup.c: the contents and the attributes of the directory @from_fd into the directory
 * @to_fd. @keep: leave mode and owner of @to_fd alone. */
int mount_copyup(int from_fd, int to_fd, bool keep, struct err *e);

/* mount_idmap.c. Host side: a user namespace with these mappings; descriptor or -errno with @e. */
int mount_idmap_userns(const struct cfg_id_mapping_list *uids,
		       const struct cfg_id_mapping_list *gids, struct err *e);
/* Host side: what entry @i asks for, into its userns_fd. */
int mount_idmap_open(struct rootfs *r, size_t i, struct err *e);
/* Applies it to the detached mount @fd. */
int mount_idmap_apply(struct rootfs *r, size_t i, int fd, struct err *e);

/* mount_legacy.c: the same with mount(2) on descriptors, for kernels without the calls of
 * mount_api.h. All 0 or -errno. */
int mount_legacy_open_proc(struct rootfs *r);
int mount_legacy_bind(struct rootfs *r, int source_fd, int target_fd, bool recursive);
int mount_legacy_new(struct rootfs *r, const char *type, const char *source, int target_fd,
		     unsigned long flags, const char *data);
/* Attributes of the mount whose root @fd is; what is neither set nor cleared stays. */
int mount_legacy_attrs(struct rootfs *r, int fd, const struct mount_attrs *a);
int mount_legacy_propagate(struct rootfs *r, int fd, unsigned long flags);
/* mount(2) MS_REMOUNT of the file system at @fd. */
int mount_legacy_remount(struct rootfs *r, int fd, unsigned long flags, const char *data);
/* The fs options of an entry as one string for mount(2); the caller frees. NULL: no memory. */
char *mount_legacy_data(const struct mount_options *o, const char *extra);

/* sysctl.c */
int sysctl_apply(struct rootfs *r, struct err *e);
/* sysctl.c: "net.ipv4.ip_forward" or "net/ipv4/ip_forward" as a path below /proc/sys; NULL with
 * errno: ENOMEM, EINVAL. The caller frees. */
char *sysctl_path(const char *key);

/* mask.c */
int mask_readonly_paths(struct rootfs *r, struct err *e);
int mask_masked_paths(struct rootfs *r, struct err *e);

#endif
