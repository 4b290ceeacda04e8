/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define ROOT	  "/proc/sys"
#define VALUE_MAX 4096
#define DEPTH_MAX 8
#define SETTLE_MS 2000 /* so long may another run have changed one */
#define LOCK_MS	  10000
#define AGAIN_MS  20

static const char *const places[] = {"vm", "kernel", "fs"};

/* What root may write and the kernel or others change all the time: the last number given away, the
 * rate of samples as the processor's load has it, counters that can be set to nothing. */
static const char *const moving[] = {
	"kernel/ns_last_pid",
	"kernel/perf_event_max_sample_rate",
	"kernel/tainted",
	"kernel/hung_task_warnings",
	"kernel/hung_task_detect_count",
	"vm/stat_refresh",
	/* of each domain of each processor (before Linux 5.13), and made anew with the domains */
	"kernel/sched_domain",
};

bool hx_setting_is_of_a_namespace(const char *name)
{
	static const char *const prefixes[] = {
		"net/",	      "fs/mqueue/",	 "kernel/msg",	     "kernel/sem",
		"kernel/shm", "kernel/hostname", "kernel/domainname"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (str_starts(name, prefixes[i]))
			return true;
	}
	return false;
}

struct walk {
	struct json *out;
	dev_t dev;
};

static bool is_moving(const char *path)
{
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++) {
		if (str_eq(path, moving[i]))
			return true;
	}
	return false;
}

static int add_value(const struct walk *w, int dir, const char *name, const char *path)
{
	cleanup_free char *text = NULL;
	size_t len;

	/* some cannot be read in every state of the host */
	if (hx_setting_is_of_a_namespace(path) || is_moving(path) ||
	    fd_read_file_at(dir, name, VALUE_MAX, &text, &len, NULL) < 0)
		return 0;
	return json_set_member(w->out, path, json_new_string(text));
}

/* Takes @dir. */
static int add_all(const struct walk *w, int dir, const char *path, unsigned int depth)
{
	cleanup_fd int own = dir;
	cleanup_dir DIR *d = own < 0 ? NULL : fdopendir(dir);
	int r = 0;

	/* what is below a place may go at any time, as a module does */
	if (!d)
		return depth ? 0 : -errno;
	(void)take_fd(&own);
	for (const struct dirent *de = readdir(d); r == 0 && de; de = readdir(d)) {
		cleanup_free char *below = str_format("%s/%s", path, de->d_name);
		struct stat st;

		if (!below)
			return -ENOMEM;
		/* another file system may be mounted in there (binfmt_misc) */
		if (de->d_name[0] == '.' || is_moving(below) ||
		    fstatat(dirfd(d), de->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    st.st_dev != w->dev)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			r = add_all(
				w, openat(dirfd(d), de->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				below, depth + 1);
		else if (S_ISREG(st.st_mode) && (st.st_mode & 0600) == 0600)
			r = add_value(w, dirfd(d), de->d_name, below);
	}
	return r;
}

int hx_settings_read(struct json **ret, struct err *e)
{
	CLEANUP(json_freep) struct json *out = json_new(JSON_OBJECT);
	struct stat st;
	struct walk w = {.out = out};

	if (!out)
		return err_set(e, ENOMEM, "look at the host's settings: %m");
	if (stat(ROOT, &st) < 0)
		return err_set(e, errno, "look at " ROOT ": %m");
	w.dev = st.st_dev;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		cleanup_free char *path = str_format(ROOT "/%s", places[i]);
		int r = path ? add_all(&w, open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				       places[i], 0)
			     : -ENOMEM;

		if (r < 0)
			return err_set(e, -r, "look at " ROOT "/%s: %m", places[i]);
	}
	*ret = take_ptr(&out);
	return 0;
}

static int add_sentence(struct json *list, char *sentence)
{
	cleanup_free char *s = sentence;

	return s ? json_append(list, json_new_string(s)) : -ENOMEM;
}

/* Without the line's end. */
static int shown(const char *value)
{
	return (int)strcspn(value, "\n");
}

static char *read_value(const char *path)
{
	char *now = NULL;
	size_t len;

	return fd_read_file_at(AT_FDCWD, path, VALUE_MAX, &now, &len, NULL) < 0 ? NULL : now;
}

static int put_back(const char *name, const char *was, int64_t deadline, struct json *changes)
{
	cleanup_free char *path = str_format(ROOT "/%s", name);
	cleanup_free char *now = path ? read_value(path) : NULL;
	bool done;

	if (!path)
		return -ENOMEM;
	while (now && !str_eq(now, was) && proc_now_ms() < deadline) {
		(void)poll(NULL, 0, AGAIN_MS);
		free(now);
		now = read_value(path);
	}
	/* what cannot be read any more cannot be told from what is gone with its module */
	if (!now || str_eq(now, was))
		return 0;
	done = fd_write_file_at(AT_FDCWD, path, was, strlen(was), NULL) >= 0;
	return add_sentence(changes,
			    str_format("the host's sysctl %s was %.*s and is %.*s%s", name,
				       shown(was), was, shown(now), now,
				       done ? "; it is put back" : "; it cannot be put back"));
}

int hx_settings_put_back(const struct json *before, struct json *changes)
{
	int64_t deadline = proc_now_ms() + SETTLE_MS;
	int r = 0;

	for (size_t i = 0; r == 0 && i < before->count; i++)
		r = put_back(before->names[i], json_string(before->items[i]), deadline, changes);
	return r;
}

/* Whether a process is in the cgroup or below it. */
static bool is_populated(int dir, unsigned int depth)
{
	cleanup_fd int own = dir;
	cleanup_dir DIR *d = own < 0 ? NULL : fdopendir(dir);
	cleanup_free char *text = NULL;
	size_t len = 0;

	if (!d)
		return false;
	(void)take_fd(&own);
	if (depth == DEPTH_MAX ||
	    fd_read_file_at(dirfd(d), "cgroup.procs", 1u << 20, &text, &len, NULL) < 0 || len > 0)
		return true;
	for (const struct dirent *de = readdir(d); de; de = readdir(d)) {
		if (de->d_type == DT_DIR && de->d_name[0] != '.' &&
		    is_populated(openat(dirfd(d), de->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				 depth + 1))
			return true;
	}
	return false;
}

static bool is_empty_cgroup(const char *path)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir >= 0 && !is_populated(dir, 0);
}

/* One that is being made has its process in a moment, one that is being removed is gone. */
static bool stays_empty(const char *path, int64_t deadline)
{
	while (is_empty_cgroup(path)) {
		if (proc_now_ms() >= deadline)
			return true;
		(void)poll(NULL, 0, AGAIN_MS);
	}
	return false;
}

int hx_settings_new_cgroups(const struct hx_cgroups *c, struct json *changes)
{
	CLEANUP(strbuf_done) struct strbuf now = STRBUF_INIT;
	int64_t deadline = proc_now_ms() + SETTLE_MS;
	char *save = NULL;
	int r = 0;

	/* without that nothing of what is there is new */
	if (!c->there || hx_cgroups_at_roots(c, &now) < 0 || !now.buf)
		return now.oom ? -ENOMEM : 0;
	for (char *p = strtok_r(now.buf, "\n", &save); r == 0 && p;
	     p = strtok_r(NULL, "\n", &save)) {
		const char *name = strrchr(p, '/');

		if (str_has_line(c->there, p, strlen(p)) || strstr(name ? name : p, "conform-") ||
		    !stays_empty(p, deadline))
			continue;
		r = add_sentence(changes, str_format("the cgroup %s is there, which was not", p));
	}
	return r;
}

int hx_settings_lock(bool shared)
{
	int64_t deadline = proc_now_ms() + LOCK_MS;
	/* as good as any that all runs on the host see and nobody else locks */
	cleanup_fd int fd = open(ROOT "/vm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && flock(fd, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK || proc_now_ms() >= deadline)
			return FD_NONE;
		(void)poll(NULL, 0, AGAIN_MS);
	}
	return fd < 0 ? FD_NONE : take_fd(&fd);
}
