/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical limit: only the kernel's part of starting a container, with nothing read, checked or
 * recorded. clone3(2) with the same namespaces as the measured bundle, its mounts, its device
 * nodes, pivot_root(2), execve(2). What a runtime takes above this is its own.
 *
 *   limit ROOTFS PROGRAM [ARG...]
 *   limit --fork PROGRAM [ARG...]                        fork and execve alone
 *   limit --cgroups=DIR[:DIR...] ROOTFS PROGRAM [ARG...] and what goes into every container as
 * well: a cgroup below each DIR, made, entered, shown, removed, and the masked and read-only paths
 */
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

struct bind {
	const char *type, *target, *data;
	unsigned long flags;
};

static const struct bind mounts[] = {
	{"proc", "proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC},
	{"tmpfs", "dev", "mode=755,size=65536k", MS_NOSUID | MS_STRICTATIME},
	{"devpts", "dev/pts", "newinstance,ptmxmode=0666,mode=0620", MS_NOSUID | MS_NOEXEC},
	{"tmpfs", "dev/shm", "mode=1777,size=65536k", MS_NOSUID | MS_NODEV | MS_NOEXEC},
	{"mqueue", "dev/mqueue", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC},
	{"sysfs", "sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY},
};

static const struct {
	const char *path;
	unsigned int major, minor;
} devices[] = {
	{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
	{"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0},
};

/* The paths of runc's `spec`, as far as there are any. */
static const char *const masked[] = {
	"proc/acpi",	      "proc/asound",	 "proc/kcore",	     "proc/keys",
	"proc/latency_stats", "proc/timer_list", "proc/timer_stats", "proc/sched_debug",
	"sys/firmware",	      "proc/scsi",
};
static const char *const readonly[] = {
	"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger",
};

#define HIERARCHIES 32
static char *hierarchies[HIERARCHIES]; /* of cgroups, without an end of its own: see count */
static size_t count;
static char name[32]; /* of the cgroup, in each of them */
static bool v2;

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* What is in a file of a parent cgroup goes into the one of the new cgroup: a new cpuset is empty.
 */
static int inherit(int parent, int fd, const char *file)
{
	char text[256];
	int from = openat(parent, file, O_RDONLY);
	if (from < 0)
		return 0;
	ssize_t n = read(from, text, sizeof(text));
	close(from);
	int to = openat(fd, file, O_WRONLY);
	int r = n > 0 && to >= 0 && write(to, text, (size_t)n) == n ? 0 : fail(file);
	close(to);
	return r;
}

/* make_cgroup returns the directory of the new cgroup below path, or -1. */
static int make_cgroup(const char *path)
{
	int parent = open(path, O_PATH | O_DIRECTORY);
	if (parent < 0 || mkdirat(parent, name, 0755)) {
		fail(path);
		return -1;
	}
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY);
	if (fd >= 0 && (inherit(parent, fd, "cpuset.cpus") || inherit(parent, fd, "cpuset.mems"))) {
		close(fd);
		fd = -1;
	}
	close(parent);
	return fd;
}

static int put(int cgroup, pid_t pid)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%d", pid);
	int fd = openat(cgroup, "cgroup.procs", O_WRONLY);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		return fail("cgroup.procs");
	return close(fd);
}

static bool is_v2(int cgroup)
{
	return faccessat(cgroup, "cgroup.controllers", F_OK, 0) == 0;
}

static int bind_readonly(const char *from, const char *to)
{
	if (mount(from, to, NULL, MS_BIND, NULL) ||
	    mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL))
		return fail(to);
	return 0;
}

static int show_cgroups(void)
{
	const char *at = "sys/fs/cgroup";
	if (v2)
		return mount("cgroup2", at, "cgroup2", MS_RDONLY, NULL) ? fail(at) : 0;
	if (mount("tmpfs", at, "tmpfs", 0, "mode=755"))
		return fail(at);
	for (size_t i = 0; i < count; i++) {
		char from[PATH_MAX], to[PATH_MAX];
		snprintf(from, sizeof(from), "%s/%s", hierarchies[i], name);
		snprintf(to, sizeof(to), "%s%s", at, strrchr(hierarchies[i], '/'));
		if (mkdir(to, 0755) || bind_readonly(from, to))
			return fail(to);
	}
	return 0;
}

static int hide_paths(void)
{
	for (size_t i = 0; i < sizeof(masked) / sizeof(masked[0]); i++) {
		struct stat st;
		if (stat(masked[i], &st))
			continue;
		if (S_ISDIR(st.st_mode) ? mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, "size=0k")
					: mount("dev/null", masked[i], NULL, MS_BIND, NULL))
			return fail(masked[i]);
	}
	for (size_t i = 0; i < sizeof(readonly) / sizeof(readonly[0]); i++)
		if (access(readonly[i], F_OK) == 0 && bind_readonly(readonly[i], readonly[i]))
			return 1;
	return 0;
}

static int enter(const char *root)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) ||
	    mount(root, root, NULL, MS_BIND | MS_REC, NULL) || chdir(root))
		return fail(root);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		(void)mkdir(mounts[i].target, 0755);
		if (mount(mounts[i].type, mounts[i].target, mounts[i].type, mounts[i].flags,
			  mounts[i].data))
			return fail(mounts[i].target);
	}
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (mknod(devices[i].path, S_IFCHR | 0666,
			  makedev(devices[i].major, devices[i].minor)))
			return fail(devices[i].path);
	}
	if (count && (show_cgroups() || hide_paths()))
		return 1;
	if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
		return fail("pivot_root");
	return sethostname("limit", 5) ? fail("sethostname") : 0;
}

/* cgroups_of splits "DIR:DIR", and names the cgroup. */
static int cgroups_of(char *list)
{
	for (char *at = strtok(list, ":"); at; at = strtok(NULL, ":")) {
		if (count == HIERARCHIES || *at != '/')
			return -1;
		hierarchies[count++] = at;
	}
	snprintf(name, sizeof(name), "limit-%d", getpid());
	return count ? 0 : -1;
}

/* start clones the container's first process, in its cgroups, and returns its pid, or -1. */
static pid_t start(char **argv, bool bare)
{
	int cgroups[HIERARCHIES], gate[2];
	struct clone_args a = {.exit_signal = SIGCHLD};
	for (size_t i = 0; i < count; i++) {
		cgroups[i] = make_cgroup(hierarchies[i]);
		if (cgroups[i] < 0)
			return -1;
		if (is_v2(cgroups[i])) {
			v2 = true;
			a.flags |= CLONE_INTO_CGROUP;
			a.cgroup = (uint64_t)cgroups[i];
		}
	}
	/* on v1 the cgroup namespace is made once its process is in its cgroups */
	if (!bare)
		a.flags |= CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
			   (count && !v2 ? 0 : CLONE_NEWCGROUP);
	if (count && pipe2(gate, O_CLOEXEC))
		return -1;
	pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof(a));
	if (pid == 0) {
		char c;
		if (count && (close(gate[1]) || read(gate[0], &c, 1) != 0 ||
			      (!v2 && unshare(CLONE_NEWCGROUP))))
			_exit(fail("gate"));
		if (!bare && enter(argv[0]))
			_exit(1);
		execve(argv[1], argv + 1, (char *[]){NULL});
		_exit(fail(argv[1]));
	}
	for (size_t i = 0; i < count; i++) {
		if (pid > 0 && !v2 && put(cgroups[i], pid))
			return -1;
		close(cgroups[i]);
	}
	if (count) {
		close(gate[0]);
		close(gate[1]);
	}
	return pid;
}

static int remove_cgroups(void)
{
	char path[PATH_MAX];
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", hierarchies[i], name);
		if (rmdir(path))
			return fail(path);
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool bare = argc > 1 && strcmp(argv[1], "--fork") == 0;
	bool grouped = argc > 1 && strncmp(argv[1], "--cgroups=", 10) == 0;
	if (argc < 3 + grouped || (grouped && cgroups_of(argv[1] + 10))) {
		fprintf(stderr,
			"usage: limit [--cgroups=DIR[:DIR...]] ROOTFS|--fork PROGRAM [ARG...]\n");
		return 2;
	}
	int status;
	pid_t pid = start(argv + 1 + grouped, bare);
	if (pid < 0)
		return fail("clone3");
	if (waitpid(pid, &status, 0) < 0)
		return fail("waitpid");
	if (remove_cgroups())
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
