/* SPDX-License-Identifier: Apache-2.0 */
/* The processes of a cgroup: listing, freezing, signalling. */
#include "cgroup_internal.h"

#include "cleanup.h"
#include "proc.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FREEZE_WAIT_MS 2000
#define KILL_ROUNDS    64

struct pid_list {
	pid_t *items;
	size_t count, cap;
};

static void pid_list_done(struct pid_list *l)
{
	free(l->items);
}

static int add_pids(struct pid_list *l, const char *text)
{
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");
		uint64_t pid = 0;
		char num[16];

		if (n < sizeof(num)) {
			memcpy(num, p, n);
			num[n] = '\0';
			/* 0 stands for a process that our pid namespace cannot name */
			if (str_to_u64(num, INT32_MAX, &pid) < 0)
				pid = 0;
		}
		if (pid && l->count == l->cap) {
			size_t cap = l->cap ? l->cap * 2 : 64;
			pid_t *more = reallocarray(l->items, cap, sizeof(*more));

			if (!more)
				return -ENOMEM;
			l->items = more;
			l->cap = cap;
		}
		if (pid)
			l->items[l->count++] = (pid_t)pid;
		p += n;
		p += *p == '\n';
	}
	return 0;
}

/* Where a walk stands: an open directory, and for each one above it how far that has been read. */
struct walk {
	int at;
	DIR *dir;
	long *offsets; /* telldir(3) of the directories above */
	size_t depth;
};

static void walk_done(struct walk *w)
{
	if (w->dir)
		(void)closedir(w->dir);
	fd_close(&w->at);
	free(w->offsets);
}

/* Stands in @fd (taken), read up to @offset. */
static int walk_to(struct walk *w, int fd, long offset)
{
	if (w->dir)
		(void)closedir(w->dir);
	fd_close(&w->at);
	w->at = fd;
	w->dir = fd_open_dir(fd);
	if (!w->dir)
		return -errno;
	if (offset)
		seekdir(w->dir, offset);
	return 0;
}

static int walk_down(struct walk *w, int fd)
{
	/* grows at every power of two */
	if ((w->depth & (w->depth - 1)) == 0) {
		size_t cap = w->depth ? w->depth * 2 : 1;
		long *more = reallocarray(w->offsets, cap, sizeof(*more));

		if (!more) {
			fd_close(&fd);
			return -ENOMEM;
		}
		w->offsets = more;
	}
	w->offsets[w->depth++] = telldir(w->dir);
	return walk_to(w, fd, 0);
}

/* One that was removed meanwhile still knows where it was. */
static int walk_up(struct walk *w)
{
	int fd = openat(w->at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : walk_to(w, fd, w->offsets[--w->depth]);
}

/*
 * Calls @visit with the directory @top and all below it. A container that may make cgroups makes
 * them as deep as it likes, so a constant number of descriptors has to do: into each directory and
 * back out of it.
 */
static int walk_tree(int top, int (*visit)(int dirfd, void *arg), void *arg)
{
	CLEANUP(walk_done) struct walk w = {.at = FD_NONE};
	int fd = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : walk_to(&w, fd, 0);

	if (r == 0)
		r = visit(top, arg);
	while (r >= 0 && w.dir) {
		struct dirent *de = readdir(w.dir);

		if (!de && !w.depth)
			return 0;
		if (!de) {
			r = walk_up(&w);
			continue;
		}
		if (de->d_type != DT_DIR || str_eq(de->d_name, ".") || str_eq(de->d_name, ".."))
			continue;
		fd = cgroup_dir_open_at(w.at, de->d_name);
		if (fd == -ENOENT)
			continue;
		r = fd < 0 ? fd : walk_down(&w, fd);
		if (r >= 0)
			r = visit(w.at, arg);
	}
	return r;
}

/* *ret: NULL where the directory has no list; the caller frees. 0 or -errno. */
static int read_procs(int dirfd, char **ret)
{
	int r = cgroup_dir_read(dirfd, "cgroup.procs", ret);

	/* a threaded cgroup: its processes are listed above it; or one removed meanwhile */
	return r == -EOPNOTSUPP || r == -ENODEV || r == -ENOENT ? 0 : r;
}

static int collect_pids(int dirfd, void *arg)
{
	cleanup_free char *procs = NULL;
	int r = read_procs(dirfd, &procs);

	return r < 0 || !procs ? r : add_pids(arg, procs);
}

static int find_process(int dirfd, void *arg)
{
	cleanup_free char *procs = NULL;
	int r = read_procs(dirfd, &procs);

	(void)arg;
	/* a 0 is somebody as well */
	return r < 0 || !procs || !*procs ? r : -EBUSY;
}

int cgroup_dir_check_empty(int dirfd)
{
	return walk_tree(dirfd, find_process, NULL);
}

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return x < y ? -1 : x > y;
}

static int pids_of(const struct cgroup_hierarchy *h, struct pid_list *l, struct err *e)
{
	cleanup_fd int dir = cgroup_dir_open(h, e);
	int r;

	if (dir == -ENOENT)
		return 0;
	if (dir < 0)
		return dir;
	r = walk_tree(dir, collect_pids, l);
	return r < 0 ? err_set(e, -r, "processes of cgroup '%s%s': %m", h->mountpoint, h->path) : 0;
}

/* Those whose lists are worth reading where there is a choice. */
static bool lists_processes(const struct cgroup_hierarchy *h)
{
	return h->v2 || cgroup_has_controller(h->controllers, "freezer") ||
	       cgroup_has_controller(h->controllers, "pids");
}

int cgroup_pids(const struct cgroup *cg, pid_t **ret, size_t *ret_count, struct err *e)
{
	CLEANUP(pid_list_done) struct pid_list l = {0};
	size_t n = 0;
	bool some = false;

	for (size_t i = 0; i < cg->count; i++)
		some = some || lists_processes(&cg->items[i]);
	/* a container may have moved some of its processes in one hierarchy, hardly in all */
	for (size_t i = 0; i < cg->count; i++) {
		int r;

		if (some && !lists_processes(&cg->items[i]))
			continue;
		r = pids_of(&cg->items[i], &l, e);
		if (r < 0)
			return r;
	}
	if (l.count)
		qsort(l.items, l.count, sizeof(*l.items), compare_pids);
	for (size_t i = 0; i < l.count; i++)
		if (!n || l.items[n - 1] != l.items[i])
			l.items[n++] = l.items[i];
	*ret = take_ptr(&l.items);
	*ret_count = n;
	return 0;
}

static const struct cgroup_hierarchy *find_freezer(const struct cgroup *cg)
{
	const struct cgroup_hierarchy *found = NULL;

	for (size_t i = 0; i < cg->count; i++) {
		if (cg->items[i].v2 && !found)
			found = &cg->items[i];
		if (!cg->items[i].v2 && cgroup_has_controller(cg->items[i].controllers, "freezer"))
			return &cg->items[i];
	}
	return found;
}

char *cgroup_freezer_path(const struct cgroup *cg)
{
	const struct cgroup_hierarchy *h = find_freezer(cg);

	return h ? str_format("%s%s", h->mountpoint, h->path) : NULL;
}

/* The kernel answers at once or, with a process in the way, after another push. */
static int freeze_v1(int dir, bool frozen)
{
	const char *want = frozen ? "FROZEN" : "THAWED";
	int64_t deadline = proc_now_ms() + FREEZE_WAIT_MS;
	struct timespec pause = {.tv_nsec = 50000};

	for (;;) {
		cleanup_free char *state = NULL;
		int r = cgroup_dir_write(dir, "freezer.state", want);

		if (r >= 0)
			r = cgroup_dir_read(dir, "freezer.state", &state);
		if (r < 0)
			return r;
		if (str_eq(state, want))
			return 0;
		if (proc_now_ms() >= deadline) {
			(void)cgroup_dir_write(dir, "freezer.state", "THAWED");
			return -ETIMEDOUT;
		}
		(void)nanosleep(&pause, NULL);
		if (pause.tv_nsec < 10000000)
			pause.tv_nsec *= 2;
	}
}

static int freeze_v2(int dir, bool frozen)
{
	cleanup_fd int events = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	const char *want = frozen ? "frozen 1" : "frozen 0";
	int64_t deadline = proc_now_ms() + FREEZE_WAIT_MS;
	int r;

	if (events < 0)
		return -errno;
	r = cgroup_dir_write(dir, "cgroup.freeze", frozen ? "1" : "0");
	if (r < 0)
		return r;
	for (;;) {
		struct pollfd p = {.fd = events, .events = POLLPRI};
		char text[256];
		ssize_t n = pread(events, text, sizeof(text) - 1, 0);
		int64_t left = deadline - proc_now_ms();

		if (n < 0)
			return -errno;
		text[n] = '\0';
		if (strstr(text, want))
			return 0;
		if (left <= 0) {
			(void)cgroup_dir_write(dir, "cgroup.freeze", "0");
			return -ETIMEDOUT;
		}
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return -errno;
	}
}

int cgroup_freeze(const struct cgroup *cg, bool frozen, struct err *e)
{
	const struct cgroup_hierarchy *h = find_freezer(cg);
	const char *verb = frozen ? "freeze" : "thaw";
	int r;

	if (!h)
		return err_set(e, EOPNOTSUPP, "cannot %s: the container has no freezer cgroup",
			       verb);
	cleanup_fd int dir = cgroup_dir_open(h, e);

	if (dir < 0)
		return dir == -ENOENT
			       ? err_set(e, ENOENT, "cgroup '%s%s' is gone", h->mountpoint, h->path)
			       : dir;
	r = h->v2 ? freeze_v2(dir, frozen) : freeze_v1(dir, frozen);
	return r < 0 ? err_set(e, -r, "%s cgroup '%s%s': %m", verb, h->mountpoint, h->path) : 0;
}

bool cgroup_is_frozen(const struct cgroup *cg)
{
	const struct cgroup_hierarchy *h = find_freezer(cg);
	cleanup_free char *state = NULL;
	cleanup_fd int dir = h ? cgroup_dir_open(h, NULL) : FD_NONE;

	if (dir < 0 || cgroup_dir_read(dir, h->v2 ? "cgroup.freeze" : "freezer.state", &state) < 0)
		return false;
	return h->v2 ? str_eq(state, "1") : !str_eq(state, "THAWED");
}

#define BATCH 64

/*
 * By the time that a number is looked up it may be another process's: of a container that makes and
 * loses processes quickly, with some luck, one of the host's. So each is held by a descriptor, and
 * the list read again. What is in it now, and was not somebody else before, is what the descriptor
 * holds.
 */
static int signal_batch(const struct cgroup *cg, int sig, const pid_t *pids, size_t count,
			struct err *e)
{
	cleanup_free pid_t *now = NULL;
	int fds[BATCH], sent = 0, failed = 0, r;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		fds[i] = proc_pidfd_open(pids[i]);
	r = cgroup_pids(cg, &now, &n, e);
	for (size_t i = 0; i < count; i++) {
		if (r >= 0 && fds[i] != -ESRCH && n &&
		    bsearch(&pids[i], now, n, sizeof(*now), compare_pids)) {
			int one = fds[i] < 0 ? fds[i] : proc_pidfd_signal(fds[i], sig);

			/* one that is out of reach does not save the others */
			if (one < 0 && one != -ESRCH && failed == 0)
				failed = err_set(e, -one, "signal process %d: %m", pids[i]);
			sent++;
		}
		fd_close(&fds[i]);
	}
	r = r < 0 ? r : failed;
	return r < 0 ? r : sent;
}

/* Sends to each process once. Returns how many there were, or the first failure as -errno. */
static int signal_each(const struct cgroup *cg, int sig, struct err *e)
{
	cleanup_free pid_t *pids = NULL;
	size_t n = 0, others = 0;
	int sent = 0, r = cgroup_pids(cg, &pids, &n, e);

	for (size_t i = 0; i < n; i++)
		if (pids[i] != getpid())
			pids[others++] = pids[i];
	for (size_t i = 0; i < others; i += BATCH) {
		size_t count = others - i < BATCH ? others - i : BATCH;
		int one = signal_batch(cg, sig, pids + i, count, r < 0 ? NULL : e);

		if (one < 0 && r >= 0)
			r = one;
		sent += one > 0 ? one : 0;
	}
	return r < 0 ? r : sent;
}

static int thaw_one(int dirfd, void *arg)
{
	int *visited = arg;

	(*visited)++;
	/* the others are tried as well */
	(void)cgroup_dir_write(dirfd, "freezer.state", "THAWED");
	return 0;
}

/*
 * SIGKILL waits at the door of the v1 freezer, and there each directory has a state of its own,
 * which a container may write where it may write its cgroups. On v2 who is frozen dies.
 */
int cgroup_thaw_tree(const struct cgroup *cg)
{
	const struct cgroup_hierarchy *h = find_freezer(cg);
	cleanup_fd int dir = h && !h->v2 ? cgroup_dir_open(h, NULL) : FD_NONE;
	int visited = 0;

	if (dir >= 0)
		(void)walk_tree(dir, thaw_one, &visited);
	return visited > 1 ? visited - 1 : 0;
}

/* Does not wait: where a directory above is frozen, ours is too, whatever is written there. */
static void thaw(const struct cgroup *cg)
{
	const struct cgroup_hierarchy *h = find_freezer(cg);
	cleanup_fd int dir = h && h->v2 ? cgroup_dir_open(h, NULL) : FD_NONE;

	if (dir >= 0)
		(void)cgroup_dir_write(dir, "cgroup.freeze", "0");
	else
		(void)cgroup_thaw_tree(cg);
}

/* cgroup.kill (Linux 5.14) takes the whole tree, forking or not, in one step. */
static void kill_v2(const struct cgroup *cg)
{
	for (size_t i = 0; i < cg->count; i++) {
		if (!cg->items[i].v2)
			continue;
		cleanup_fd int dir = cgroup_dir_open(&cg->items[i], NULL);

		if (dir >= 0)
			(void)cgroup_dir_write(dir, "cgroup.kill", "1");
	}
}

int cgroup_signal(const struct cgroup *cg, int sig, struct err *e)
{
	struct timespec pause = {.tv_nsec = 50000};
	int r;

	if (cg->disabled)
		return err_set(e, EOPNOTSUPP, "the container has no cgroup of its own");
	if (sig != SIGKILL) {
		r = signal_each(cg, sig, e);
		return r < 0 ? r : 0;
	}
	kill_v2(cg);
	/* processes that fork while we read the list are found in the next round */
	for (int round = 0; round < KILL_ROUNDS; round++) {
		r = signal_each(cg, SIGKILL, e);
		if (r == 0)
			return 0;
		thaw(cg);
		if (r < 0)
			return r;
		(void)nanosleep(&pause, NULL);
		if (pause.tv_nsec < 20000000)
			pause.tv_nsec *= 2;
	}
	return err_set(e, EBUSY, "processes are left in the cgroup");
}

int cgroup_signal_own(const struct cgroup *cg, int sig, struct err *e)
{
	struct cgroup own = *cg;
	cleanup_free struct cgroup_hierarchy *items =
		calloc(cg->count ? cg->count : 1, sizeof(*items));

	if (!items)
		return err_set(e, ENOMEM, "signal the processes of the cgroup: %m");
	own.items = items;
	own.count = 0;
	for (size_t i = 0; cgroup_is_begun(cg) && i < cg->count; i++)
		if (cg->items[i].created || cg->items[i].fit)
			items[own.count++] = cg->items[i];
	return cgroup_signal(&own, sig, e);
}
