/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CVE-2019-5736. Until it executes the user's program, the container's first process is this
 * program, and an image may name /proc/self/exe as its program: then it is again. Whoever in the
 * container may look at that process has the host's file by /proc/<pid>/exe, past every mount
 * namespace, and once no process executes it any more can open it for writing. A process that is
 * not dumpable keeps others out of the first process, but nothing keeps them out of the second.
 *
 * What helps is a file that cannot be written by this way: the mount through which it was executed
 * goes along with /proc/<pid>/exe, so that a read-only one is an answer for good.
 * runtime/cli/entry.c changes over to one without executing anything; where that is not to be had
 * (there is no such entry, or the kernel refuses), one execve(2) does it. Copying the program into
 * a memfd costs the same again, so that is for callers alone who may not clone mounts. A runtime
 * that lies on a read-only mount needs neither.
 */
#include "self.h"

#include "cleanup.h"
#include "fd.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SELF  "/proc/self/exe"
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

static bool is_read_only(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

static bool is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS) == SEALS;
}

static int clone_read_only(int exe)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
	cleanup_fd int fd = (int)syscall(SYS_open_tree, exe, "",
					 AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return -errno;
	/* What the next main() will ask, asked now: it must not execute itself for ever. */
	return is_read_only(fd) ? take_fd(&fd) : -EROFS;
}

static int copy_sealed(int exe)
{
	cleanup_fd int fd = memfd_create("refrun", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	struct stat st;
	off_t done = 0;

	/* kernels before 6.3 do not know MFD_EXEC and need none */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("refrun", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || fstat(exe, &st) < 0)
		return -errno;
	while (done < st.st_size) {
		ssize_t n = sendfile(fd, exe, &done, (size_t)(st.st_size - done));

		if (n <= 0)
			return n ? -errno : -EIO;
	}
	if (fcntl(fd, F_ADD_SEALS, SEALS) < 0)
		return -errno;
	return is_sealed(fd) ? take_fd(&fd) : -EINVAL;
}

/* The usual case, asked without opening anything: the link leads through the mount in question. */
static bool is_protected(void)
{
	struct statvfs fs;

	return statvfs(SELF, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

int self_protect(char **argv, mode_t callers_umask, struct err *e)
{
	cleanup_fd int exe = FD_NONE, safe = FD_NONE;

	if (is_protected())
		return 0;
	exe = open(SELF, O_RDONLY | O_CLOEXEC);
	if (exe < 0)
		return err_set(e, errno, "open '%s': %m", SELF);
	if (is_sealed(exe))
		return 0;
	safe = clone_read_only(exe);
	if (safe < 0)
		safe = copy_sealed(exe);
	if (safe < 0)
		return err_set(e, -safe, "protect the runtime's executable: %m");
	(void)umask(callers_umask);
	(void)execveat(safe, "", argv, environ, AT_EMPTY_PATH);
	return err_set(e, errno, "execute the runtime from a protected place: %m");
}
