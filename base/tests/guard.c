/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before main() the program becomes three processes:
 *
 *   the waiter     the one that was started: hands on the exit status
 *   the guardian   of no parent, in a session of its own, reaper of what loses its parent
 *   the test       its child, which goes on to main()
 *
 * A pipe that ends with the waiter, and SIGCHLD, tell the guardian when to clear up. It uses libc
 * alone, as the test may be one of anything.
 */
#include "guard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIRS_MAX     64
#define PATH_SIZE    256
#define DEPTH_MAX    16	   /* of descriptors of nftw(3) */
#define CLEAR_ROUNDS 1000  /* of ROUND_US each, and what they take */
#define ROUND_US     10000 /* microseconds */

/* In memory of all three. */
static struct shared {
	char name[32];
	char dirs[DIRS_MAX][PATH_SIZE]; /* made by mkdtemp(3); "": free */
	bool taken[DIRS_MAX];
} * shared;

const char *guard_name(void)
{
	return shared->name;
}

/* ---- in the test ---- */

static void remember(const char *path)
{
	for (size_t i = 0; i < DIRS_MAX && strlen(path) < PATH_SIZE; i++) {
		if (__atomic_exchange_n(&shared->taken[i], true, __ATOMIC_ACQ_REL)) {
			/* whose directory is gone has no use for its place */
			if (!shared->dirs[i][0] || access(shared->dirs[i], F_OK) == 0)
				continue;
		}
		(void)strcpy(shared->dirs[i], path);
		return;
	}
	(void)fprintf(stderr, "guard: no room for '%s'\n", path);
	abort();
}

const char *guard_dir(void)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), "/tmp/%s", shared->name);
	if (mkdir(path, 0711) == 0)
		remember(path);
	else if (errno != EEXIST)
		abort();
	return path;
}

char *__real_mkdtemp(char *template);
char *__wrap_mkdtemp(char *template);

/* In the place of mkdtemp(3) (ld(1), --wrap). */
char *__wrap_mkdtemp(char *template)
{
	char *made = __real_mkdtemp(template);

	if (made && made[0] == '/')
		remember(made);
	return made;
}

/* ---- in the guardian ---- */

/* Kills the children that it has by now; there may be more when they have lost their parents. */
static void kill_children(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *de;

	while (proc && (de = readdir(proc))) {
		char path[300], line[512];
		const char *end;
		ssize_t n;
		int fd, parent;

		if (de->d_name[0] < '1' || de->d_name[0] > '9')
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/stat", de->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
		(void)close(fd);
		line[n > 0 ? n : 0] = '\0';
		end = strrchr(line, ')');
		if (end && sscanf(end + 1, " %*c %d", &parent) == 1 && parent == getpid())
			(void)kill((pid_t)strtol(de->d_name, NULL, 10), SIGKILL);
	}
	if (proc)
		(void)closedir(proc);
}

static void write_file(int dir, const char *name, const char *value)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, value, strlen(value)) < 0)
		errno = 0;
	(void)close(fd);
}

/* SIGKILL does not reach who is frozen on v1. Others than our children may have been put in. */
static void end_members(int dir)
{
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC), pid;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	write_file(dir, "freezer.state", "THAWED");
	while (f && fscanf(f, "%d", &pid) == 1)
		(void)kill(pid, SIGKILL);
	if (f)
		(void)fclose(f);
}

/* Of the directory @fd, which it takes, those with our name, and all below them. Returns how many
 * could not be removed yet. */
static unsigned int end_cgroups(int fd, bool ours)
{
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *de;
	unsigned int left = 0;

	if (d && ours)
		end_members(fd);
	while (d && (de = readdir(d))) {
		bool mine = ours || strstr(de->d_name, shared->name);

		if (de->d_type != DT_DIR || strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		left += end_cgroups(openat(fd, de->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				    mine);
		if (mine && unlinkat(fd, de->d_name, AT_REMOVEDIR) < 0)
			left++;
	}
	if (d)
		(void)closedir(d);
	return left;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	(void)remove(path);
	return 0;
}

static void remove_dirs(void)
{
	for (size_t i = 0; i < DIRS_MAX; i++) {
		const char *dir = shared->dirs[i];

		if (!dir[0])
			continue;
		/* never into another file system */
		(void)umount2(dir, MNT_DETACH);
		(void)nftw(dir, remove_entry, DEPTH_MAX, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	}
}

static void clear_up(void)
{
	struct rlimit files;

	/* a test of deep trees has a descriptor for each level */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	for (int round = 0; round < CLEAR_ROUNDS; round++) {
		unsigned int left;
		pid_t gone;

		kill_children();
		left = end_cgroups(open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				   false);
		while ((gone = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
			;
		if (gone < 0 && !left)
			break;
		(void)usleep(ROUND_US);
	}
	remove_dirs();
}

/* Until the test has ended, or nobody waits for it any more: its wait status, or -1. */
static int watch(pid_t test, int life, int signals)
{
	for (;;) {
		struct pollfd p[] = {{.fd = life, .events = POLLIN},
				     {.fd = signals, .events = POLLIN}};
		struct signalfd_siginfo info;
		int status;
		pid_t pid;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return -1;
		if (p[1].revents && read(signals, &info, sizeof(info)) < 0)
			errno = 0;
		while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
			if (pid == test)
				return status;
		if (p[0].revents)
			return -1;
	}
}

/* To the scheduler a session is a group, outside of which the nice values in it say nothing, and
 * which has one of its own (sched(7), autogroup). */
static void keep_nice(void)
{
	int nice = getpriority(PRIO_PROCESS, 0);
	int fd = nice > 0 ? open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	(void)dprintf(fd, "%d", nice);
	(void)close(fd);
}

/* Returns in the test. */
static void guard(int life, int result)
{
	sigset_t set, old;
	int signals, status;
	pid_t test;

	(void)setsid();
	keep_nice();
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	(void)snprintf(shared->name, sizeof(shared->name), "refrun-test-%dx", (int)getpid());
	test = fork();
	if (test == 0) {
		(void)sigprocmask(SIG_SETMASK, &old, NULL);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setpgid(0, 0);
		(void)close(life);
		(void)close(result);
		(void)close(signals);
		return;
	}
	/* whoever waits for the test's output must not wait for this process */
	for (int fd = 0; fd < 3; fd++)
		(void)close(fd);
	if (test < 0 || signals < 0)
		_exit(1);
	status = watch(test, life, signals);
	clear_up();
	if (status != -1 && write(result, &status, sizeof(status)) < 0)
		_exit(1);
	_exit(0);
}

static int hand_on(int result)
{
	int status;
	ssize_t n;

	do
		n = read(result, &status, sizeof(status));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(status))
		return EXIT_FAILURE;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	(void)signal(WTERMSIG(status), SIG_DFL);
	(void)raise(WTERMSIG(status));
	return EXIT_FAILURE;
}

static void __attribute__((constructor)) begin(void)
{
	int life[2], result[2];
	pid_t middle;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED || pipe2(life, O_CLOEXEC) < 0 || pipe2(result, O_CLOEXEC) < 0)
		abort();
	middle = fork();
	if (middle < 0)
		abort();
	if (middle == 0) {
		(void)close(life[1]);
		(void)close(result[0]);
		middle = fork();
		if (middle != 0)
			_exit(middle < 0);
		guard(life[0], result[1]);
		return;
	}
	(void)close(life[0]);
	(void)close(result[1]);
	while (waitpid(middle, NULL, 0) < 0 && errno == EINTR)
		;
	_exit(hand_on(result[0]));
}
