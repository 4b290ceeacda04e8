/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cgroup that systemd makes: a transient scope, asked for over the bus. This program is static
 * and small, so a program of its own speaks to the bus (runtime/systemd/), started only here. A
 * scope lives as long as it holds a process: until the container's first one is in, that program
 * stays in it, and ends when we close its socket, or end ourselves.
 */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELPER	  "refrun-systemd"
#define REPLY_MAX 65536
#define CALL_MS	  40000 /* the helper itself gives systemd 30 s */
#define END_MS	  5000

void cgroup_systemd_free(struct cgroup_systemd *s)
{
	if (!s)
		return;
	free(s->unit);
	free(s->slice);
	json_free(s->properties);
	/* not proc_done(): after a clone it is the parent's to end */
	fd_close(&s->sock);
	fd_close(&s->keeper.pidfd);
	free(s);
}

/* ---- the helper ---- */

/* May nobody but root and ourselves change it? */
static bool is_ours(const char *path, mode_t type)
{
	struct stat st;

	return lstat(path, &st) == 0 && (st.st_mode & S_IFMT) == type &&
	       (st.st_uid == 0 || st.st_uid == geteuid()) && !(st.st_mode & S_IWOTH) &&
	       (!(st.st_mode & S_IWGRP) || st.st_gid == 0 || st.st_gid == getegid());
}

/* /proc/self/exe does not tell where this program lies: it was executed through a mount that has no
 * place (self_protect()). What we were called as is the caller's word, and no more than a hint. */
char *cgroup_systemd_helper(const char *called_as)
{
	const char *slash = strrchr(called_as, '/');
	cleanup_free char *dir = slash ? strndup(called_as, (size_t)(slash - called_as) + 1) : NULL;
	cleanup_free char *path = dir ? str_format("%s" HELPER, dir) : NULL;

	/* with the slash at its end a link is the directory that it leads to */
	if (path && is_ours(dir, S_IFDIR) && is_ours(path, S_IFREG) && access(path, X_OK) == 0)
		return take_ptr(&path);
#ifdef CGROUP_SYSTEMD_LIBEXEC
	return strdup(CGROUP_SYSTEMD_LIBEXEC "/" HELPER);
#else
	return NULL;
#endif
}

static char *find_helper(void)
{
	cleanup_free char *cmdline = NULL;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, "/proc/self/cmdline", 1u << 24, &cmdline, &len, NULL) < 0)
		return cgroup_systemd_helper("");
	return cgroup_systemd_helper(cmdline);
}

static int spawn_helper(struct proc *p, int *ret_sock, struct err *e)
{
	cleanup_free char *path = find_helper();
	cleanup_fd int ours = FD_NONE, its = FD_NONE;
	char name[] = HELPER, *argv[] = {name, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	int pair[2], r;

	if (!path)
		return err_set(e, EOPNOTSUPP, "no " HELPER ", which speaks to systemd");
	if (access(path, X_OK) < 0)
		return err_set(e, errno, "'%s', which speaks to systemd: %m", path);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set(e, errno, "socketpair: %m");
	ours = pair[0];
	its = pair[1];
	s.path = path;
	s.argv = argv;
	s.in_fd = s.out_fd = its;
	s.err_fd = 2;
	r = proc_spawn(&s, p, e);
	if (r < 0)
		return r;
	*ret_sock = take_fd(&ours);
	return 0;
}

static int send_line(int sock, const struct json *request, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	json_print(request, 0, &b);
	if (b.len && b.buf[b.len - 1] != '\n')
		strbuf_addc(&b, '\n');
	if (!b.buf)
		return err_set(e, ENOMEM, "%m");
	for (size_t done = 0; done < b.len;) {
		ssize_t n = send(sock, b.buf + done, b.len - done, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return err_set(e, errno, "ask " HELPER ": %m");
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int receive_line(int sock, struct json **ret, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	int64_t deadline = proc_now_ms() + CALL_MS;

	while (!b.len || b.buf[b.len - 1] != '\n') {
		struct pollfd p = {.fd = sock, .events = POLLIN};
		int64_t left = deadline - proc_now_ms();
		char part[4096];
		ssize_t n;

		if (left <= 0 || b.len > REPLY_MAX)
			return err_set(e, ETIMEDOUT, HELPER " gives no answer");
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = read(sock, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, EPIPE, HELPER " ended without an answer");
		strbuf_add(&b, part, (size_t)n);
		if (!b.buf)
			return err_set(e, ENOMEM, "%m");
	}
	return json_parse(b.buf, b.len - 1, ret, e);
}

/* One question, one answer, of which an error becomes ours. */
static int ask(int sock, const struct json *request, struct json **ret, struct err *e)
{
	CLEANUP(json_freep) struct json *reply = NULL;
	int64_t num = 0;
	int r = send_line(sock, request, e);

	if (r >= 0)
		r = receive_line(sock, &reply, e);
	if (r < 0)
		return r;
	if (json_string(json_member(reply, "error"))) {
		if (json_int(json_member(reply, "errno"), &num) < 0 || num <= 0 || num > 4095)
			num = EIO;
		return err_set(e, (int)num, "systemd: %s",
			       json_string(json_member(reply, "error")));
	}
	*ret = take_ptr(&reply);
	return 0;
}

static struct json *new_request(const struct cgroup_systemd *s, const char *action,
				const struct json *properties)
{
	CLEANUP(json_freep) struct json *j = json_new(JSON_OBJECT);

	if (!j || json_set_member(j, "action", json_new_string(action)) < 0 ||
	    json_set_member(j, "user", json_new_bool(s->user)) < 0 ||
	    json_set_member(j, "unit", json_new_string(s->unit)) < 0 ||
	    (properties && json_set_member(j, "properties", json_copy(properties)) < 0))
		return NULL;
	return take_ptr(&j);
}

/* A question after which the helper has nothing to stay for. */
static int ask_once(const struct cgroup_systemd *s, const char *action,
		    const struct json *properties, struct err *e)
{
	CLEANUP(json_freep) struct json *request = new_request(s, action, properties);
	CLEANUP(json_freep) struct json *reply = NULL;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	cleanup_fd int sock = FD_NONE;
	int r = request ? spawn_helper(&p, &sock, e) : err_set(e, ENOMEM, "%m");

	if (r >= 0)
		r = ask(sock, request, &reply, e);
	fd_close(&sock);
	if (p.pid)
		(void)proc_wait(&p, proc_now_ms() + END_MS);
	return r;
}

/* ---- the scope's life ---- */

int cgroup_systemd_start(struct cgroup *cg, struct err *e)
{
	struct cgroup_systemd *s = cg->systemd;
	CLEANUP(json_freep) struct json *request = new_request(s, "start", s->properties);
	CLEANUP(json_freep) struct json *reply = NULL;
	const char *path;
	int r = request ? spawn_helper(&s->keeper, &s->sock, e) : err_set(e, ENOMEM, "%m");

	if (r >= 0)
		r = ask(s->sock, request, &reply, e);
	if (r < 0)
		return err_wrap(e, "start unit '%s'", s->unit);
	s->started = true;
	path = json_string(json_member(reply, "path"));
	for (size_t i = 0; i < cg->count; i++)
		if (!path || !str_eq(path, cg->items[i].path))
			return err_set(e, EPROTO, "unit '%s' is in cgroup '%s' and not in '%s'",
				       s->unit, path ? path : "?", cg->items[i].path);
	return 0;
}

int cgroup_systemd_adopt(struct cgroup *cg, struct err *e)
{
	const char *slash = strrchr(cg->items[0].path, '/');
	size_t parent = (size_t)(slash - cg->items[0].path);
	int r = 0;

	for (size_t i = 0; i < cg->count && r >= 0; i++) {
		struct cgroup_hierarchy *h = &cg->items[i];

		r = cgroup_dir_make(h, false, e);
		/* what systemd has made goes with the scope; should it stay, it is ours to remove
		 */
		if (!h->created)
			h->kept = parent;
		h->created = true;
	}
	return r;
}

void cgroup_systemd_let_go(struct cgroup_systemd *s)
{
	if (s->sock < 0)
		return;
	/* the first process has a copy of the descriptor until it has put its own away */
	(void)shutdown(s->sock, SHUT_RDWR);
	fd_close(&s->sock);
	(void)proc_wait(&s->keeper, proc_now_ms() + END_MS);
	proc_done(&s->keeper);
}

static int open_cpu(const struct cgroup *cg, bool *ret_v2)
{
	for (size_t i = 0; i < cg->count; i++) {
		const struct cgroup_hierarchy *h = &cg->items[i];

		*ret_v2 = h->v2;
		if (h->v2 ? cg->unified : cgroup_has_controller(h->controllers, "cpu"))
			return cgroup_dir_open(h, NULL);
	}
	return -ENOENT;
}

/* "20000 100000" of cpu.max, or the two files of v1. */
static char *read_bandwidth(int dir, bool v2)
{
	cleanup_free char *quota = NULL, *period = NULL;

	if (cgroup_dir_read(dir, v2 ? "cpu.max" : "cpu.cfs_quota_us", &quota) < 0)
		return NULL;
	if (v2)
		return take_ptr(&quota);
	return cgroup_dir_read(dir, "cpu.cfs_period_us", &period) < 0
		       ? NULL
		       : str_format("%s %s", quota, period);
}

/* What @r says of the CPU, with what the container has now where systemd must hear both. */
static void complete_cpu(const struct cgroup *cg, const struct cfg_resources *r,
			 struct cfg_cpu *ret)
{
	cleanup_free char *bandwidth = NULL, *idle = NULL;
	cleanup_fd int dir = FD_NONE;
	bool v2 = false, any = r->cpu;

	*ret = r->cpu ? *r->cpu : (struct cfg_cpu){0};
	for (size_t i = 0; i < r->unified.count; i++)
		any = any || str_starts(r->unified.items[i].key, "cpu.");
	dir = any ? open_cpu(cg, &v2) : FD_NONE;
	if (dir < 0)
		return;
	if (v2)
		cgroup_systemd_unified_cpu(&r->unified, ret);
	bandwidth = read_bandwidth(dir, v2);
	if (bandwidth)
		cgroup_systemd_bandwidth(bandwidth, ret);
	if (v2 && cgroup_dir_read(dir, "cpu.idle", &idle) >= 0)
		cgroup_systemd_idle(str_eq(idle, "1"), ret);
}

static const struct cgroup_hierarchy *find_devices_v1(const struct cgroup *cg)
{
	for (size_t i = 0; i < cg->count; i++)
		if (!cg->items[i].v2 && cgroup_has_controller(cg->items[i].controllers, "devices"))
			return &cg->items[i];
	return NULL;
}

/*
 * On v1 systemd writes the list of devices anew whatever is asked for, and for a moment there is
 * none: nobody is to open /dev/null in vain, so all wait, where they can be made to. What systemd
 * had no words for comes back.
 */
static int set_properties(const struct cgroup *cg, const struct json *list, struct err *e)
{
	const struct cgroup_hierarchy *h = cg->rootless ? NULL : find_devices_v1(cg);
	cleanup_free char *was = NULL;
	cleanup_fd int dir = h ? cgroup_dir_open(h, NULL) : FD_NONE;
	struct cgroup_hold hold = CGROUP_HOLD_NONE;
	int r, back = 0, thawed;

	if (dir >= 0)
		(void)cgroup_hold(cg, &hold, NULL);
	if (dir >= 0)
		(void)cgroup_dir_read(dir, "devices.list", &was);
	r = ask_once(cg->systemd, "set", list, e);
	if (was)
		back = cgroup_devices_v1_restore(dir, was, r < 0 ? NULL : e);
	thawed = cgroup_hold_end(cg, &hold, r < 0 || back < 0 ? NULL : e);
	return r < 0 ? r : back < 0 ? back : thawed;
}

int cgroup_systemd_plan_update(const struct cgroup *cg, const struct cfg_doc *doc,
			       const struct cfg_resources *r, struct json **ret_list, struct err *e)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	struct cfg_resources whole = *r;
	struct cfg_cpu c;
	int ret;

	if (!list)
		return err_set(e, ENOMEM, "%m");
	complete_cpu(cg, r, &c);
	whole.cpu = &c;
	ret = cgroup_systemd_resources(doc, &whole, cg->unified,
				       r->devices.present && !cg->rootless, list, e);
	if (ret < 0)
		return ret;
	*ret_list = take_ptr(&list);
	return 0;
}

int cgroup_systemd_update(const struct cgroup *cg, const struct json *list, struct err *e)
{
	int ret = set_properties(cg, list, e);

	return ret < 0 ? err_wrap(e, "change unit '%s'", cg->systemd->unit) : 0;
}

int cgroup_systemd_stop(struct cgroup_systemd *s, struct err *e)
{
	int r;

	cgroup_systemd_let_go(s);
	if (!s->started)
		return 0;
	r = ask_once(s, "stop", NULL, e);
	return r < 0 ? err_wrap(e, "stop unit '%s'", s->unit) : 0;
}
