/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's file tree: from the host's mount namespace to a pivoted root. The calls come in
 * the order of this header; each says in which process it runs. Every path below the root is
 * resolved through root_fd (fd_open_in_root()), never as a string.
 */
#ifndef RUNTIME_ROOTFS_H
#define RUNTIME_ROOTFS_H

#include "cfg_parse.h"
#include "cgroup.h"

struct rootfs_sources; /* descriptors of bind sources, opened on the host's side */

struct rootfs {
	/* set by the caller before rootfs_open_sources() */
	const struct cfg_doc *doc;
	const struct cfg_config *config;
	const char *bundle;	     /* absolute path */
	const struct cgroup *cgroup; /* for mounts of type cgroup; may be NULL */
	bool no_pivot;
	bool new_mountns; /* linux.namespaces has a mount entry without path */
	bool userns;   /* the container has a user namespace that is not the creator's: mknod(2) is
			  not possible, devices are bound. The creator's need not be the host's */
	bool cgroupns; /* the container has a cgroup namespace of its own */
	bool netns, ipcns, utsns; /* the container has such a namespace, and it is not the
				     runtime's: its sysctls may be set */

	bool mount2_only; /* do without the mount calls on descriptors; set by rootfs_open_sources()
			     where the kernel lacks one of them */

	void (*warn)(void *arg, const char *text); /* container side; NULL: nobody listens */
	void *warn_arg;

	int exe_tree; /* above 2: a detached mount of a single file, which is to go with the host's
			 tree: when it goes by itself, the kernel keeps its last holder waiting
			 until all processors have let go of it */

	/* owned by this module */
	int root_fd; /* O_PATH of the container's root, once prepared */
	int proc_fd; /* a procfs of the container's pid namespace that this module mounted, for
			label and sysctl writes; valid after rootfs_mount_all() */
	struct rootfs_sources *sources;
};
#define ROOTFS_INIT ((struct rootfs){.root_fd = FD_NONE, .proc_fd = FD_NONE})

/* Host side, before clone: resolves root.path, checks it is a directory, opens what the container
 * could not open by itself. */
int rootfs_open_sources(struct rootfs *r, struct err *e);

/* Container side, in its namespaces, still on the host's tree: propagation of / made private or
 * slave, root bound onto itself, root_fd opened. */
int rootfs_prepare(struct rootfs *r, struct err *e);
/* Container side: config.mounts in their order (and the defaults that
 * config-linux.md#default-filesystems leaves to the config: none are added); proc_fd opened. */
int rootfs_mount_all(struct rootfs *r, struct err *e);
/* Container side, after all mounts: a datagram socket, the caller's, which every process of the
 * container may send to by this name. Or -errno; -EXDEV: on the host, too, it would be one. */
#define ROOTFS_NOTIFY_ABOVE  "/run"
#define ROOTFS_NOTIFY_DIR    ROOTFS_NOTIFY_ABOVE "/notify"
#define ROOTFS_NOTIFY_NAME   "notify.sock"
#define ROOTFS_NOTIFY_SOCKET ROOTFS_NOTIFY_DIR "/" ROOTFS_NOTIFY_NAME
int rootfs_make_notify(struct rootfs *r, struct err *e);
/* Container side: default devices, linux.devices, default symlinks, /dev/ptmx. After all mounts, so
 * that they land in the /dev that the container sees. */
int rootfs_make_devices(struct rootfs *r, struct err *e);
/* Container side: binds the terminal @slave_fd over /dev/console. Only where process.terminal is
 * true. */
int rootfs_bind_console(struct rootfs *r, int slave_fd, struct err *e);
/*
 * Container side, after the createContainer hooks: process.cwd made where it is missing,
 * root.readonly, pivot_root(2) (or a move with no_pivot), rootfsPropagation. Without a new mount
 * namespace it is chroot(2): the mounts then stand in the inherited or joined namespace, below the
 * root's directory, and outlive the container.
 */
int rootfs_enter(struct rootfs *r, struct err *e);
/* Container side, after rootfs_enter(): linux.sysctl, readonlyPaths, maskedPaths; an unbindable
 * root becomes so last. Of the descriptors only proc_fd is left open. */
int rootfs_restrict(struct rootfs *r, struct err *e);
void rootfs_done(struct rootfs *r);

/* The mount options that this runtime knows, for `features` (sorted, NULL-terminated, static). */
const char *const *rootfs_mount_options(void);
/* The paths of the default devices (config-linux.md#default-devices; NULL-terminated, static). */
const char *const *rootfs_default_devices(void);

#endif
