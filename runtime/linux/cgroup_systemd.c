/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cgroup that systemd makes: a transient scope, asked for over the bus. This program is static
 * and small, so a program of its own speaks to the bus (runtime/systemd/), started only here. A
 * scope lives as long as it holds a process: until the container's first one is in, that program
 * stays in it, and ends when we close its socket, or end ourselves.
 */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELPER	      "refrun-systemd"
#define REPLY_MAX     65536
#define CALL_MS	      40000 /* the helper itself gives systemd 30 s */
#define END_MS	      5000
#define UNIT_NAME_MAX 255

bool cgroup_has_systemd(void)
{
#ifdef CGROUP_SYSTEMD_LIBEXEC
	return true;
#else
	return false;
#endif
}

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

/* ---- names ---- */

/* systemd.unit(5): what a name of a unit may hold. */
static bool is_unit_name(const char *s)
{
	return *s && strlen(s) <= UNIT_NAME_MAX &&
	       strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:-_.\\") ==
		       strlen(s);
}

/* systemd.slice(5): each dash is a level of the tree, so none may be empty. */
static bool is_slice_name(const char *s)
{
	size_t n = strlen(s);

	if (str_eq(s, "-.slice"))
		return true;
	return is_unit_name(s) && str_ends(s, ".slice") && n > strlen(".slice") && *s != '-' &&
	       !strstr(s, "--") && !str_ends(s, "-.slice");
}

/* A container's id may hold '+', a unit's name may not (systemd-escape(1)). */
static char *escape_id(const char *id)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	for (; *id; id++) {
		if (*id == '+')
			strbuf_adds(&b, "\\x2b");
		else
			strbuf_addc(&b, *id);
	}
	return strbuf_take(&b);
}

int cgroup_systemd_names(const char *configured, const char *id, bool user, char **ret_slice,
			 char **ret_unit, struct err *e)
{
	cleanup_free char *copy = NULL, *slice = NULL, *unit = NULL;
	const char *part[3] = {"", "refrun", NULL};
	char *colon;

	if (configured && *configured) {
		copy = strdup(configured);
		if (!copy)
			return err_set(e, ENOMEM, "%m");
		part[0] = copy;
		for (int i = 1; i < 3; i++) {
			colon = strchr(part[i - 1], ':');
			if (!colon)
				return err_set(e, EINVAL,
					       "\"%s\" is not slice:prefix:name, which "
					       "--systemd-cgroup asks for",
					       configured);
			*colon = '\0';
			part[i] = colon + 1;
		}
		if (!*part[2] || strchr(part[2], ':'))
			return err_set(e, EINVAL, "\"%s\" is not slice:prefix:name", configured);
	} else {
		copy = escape_id(id);
		part[2] = copy;
	}
	slice = strdup(*part[0] ? part[0] : user ? "user.slice" : "system.slice");
	unit = str_format("%s%s%s.scope", part[1], *part[1] ? "-" : "", part[2] ? part[2] : "");
	if (!slice || !unit || !part[2])
		return err_set(e, ENOMEM, "%m");
	if (!is_slice_name(slice))
		return err_set(e, EINVAL, "\"%s\" is not the name of a slice", slice);
	if (!is_unit_name(unit))
		return err_set(e, EINVAL, "\"%s\" is not the name of a unit", unit);
	*ret_slice = take_ptr(&slice);
	*ret_unit = take_ptr(&unit);
	return 0;
}

char *cgroup_systemd_slice_path(const char *slice)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	size_t stem = strlen(slice) - strlen(".slice");

	strbuf_adds(&b, "");
	for (size_t i = 1; !str_eq(slice, "-.slice") && i <= stem; i++) {
		if (i < stem && slice[i] != '-')
			continue;
		strbuf_addc(&b, '/');
		strbuf_add(&b, slice, i);
		strbuf_adds(&b, ".slice");
	}
	return strbuf_take(&b);
}

/* The cgroup of the user's systemd, below which its units are: ".../user@1000.service". */
static int user_root(char **ret, struct err *e)
{
	cleanup_free char *own = cgroup_own_v2_path(), *name = NULL;
	char *at;

	name = str_format("/user@%u.service", (unsigned int)geteuid());
	if (!name)
		return err_set(e, ENOMEM, "%m");
	at = own ? strstr(own, name) : NULL;
	if (!at || (at[strlen(name)] && at[strlen(name)] != '/'))
		return err_set(e, EOPNOTSUPP,
			       "--systemd-cgroup without root's rights needs a process of the "
			       "user's systemd, and cgroup '%s' is not below '%s'",
			       own ? own : "/", name + 1);
	at[strlen(name)] = '\0';
	*ret = take_ptr(&own);
	return 0;
}

/* ---- plan ---- */

static int base_properties(struct cgroup_systemd *s, const char *id)
{
	static const char *const yes[] = {"Delegate", "CPUAccounting", "MemoryAccounting",
					  "IOAccounting", "TasksAccounting"};
	struct json *l = s->properties;
	cleanup_free char *words = str_format("container %s", id);
	int r = words ? cgroup_systemd_add(l, "Description", "s", json_new_string(words)) : -ENOMEM;

	if (r >= 0)
		r = cgroup_systemd_add(l, "Slice", "s", json_new_string(s->slice));
	/* it ends with the container, not before the machine's last services do */
	if (r >= 0)
		r = cgroup_systemd_add(l, "DefaultDependencies", "b", json_new_bool(false));
	for (size_t i = 0; r >= 0 && i < sizeof(yes) / sizeof(*yes); i++)
		r = cgroup_systemd_add(l, yes[i], "b", json_new_bool(true));
	return r;
}

static int plan_names(struct cgroup *cg, const struct cfg_doc *doc, const struct cfg_linux *l,
		      const char *id, char **ret_path, struct err *e)
{
	struct cgroup_systemd *s = cg->systemd;
	cleanup_free char *root = NULL, *slice = NULL;
	struct err why = {0};
	int r = cgroup_systemd_names(l ? l->cgroups_path : NULL, id, s->user, &s->slice, &s->unit,
				     &why);

	if (r < 0 && l && l->cgroups_path)
		return cgroup_err(doc, &l->cgroups_path, "cgroupsPath", e, -r, "%s", why.msg);
	if (r < 0)
		return err_set(e, -r, "cgroup of '%s': %s", id, why.msg);
	if (s->user) {
		r = user_root(&root, e);
		if (r < 0)
			return r;
	}
	assert(s->slice);
	slice = cgroup_systemd_slice_path(s->slice);
	*ret_path = slice ? str_format("%s%s/%s", root ? root : "", slice, s->unit) : NULL;
	return *ret_path ? 0 : err_set(e, ENOMEM, "%m");
}

int cgroup_plan_systemd(const struct cfg_doc *doc, const char *id, bool rootless,
			struct cgroup **ret, struct err *e)
{
	CLEANUP(cgroup_freep) struct cgroup *cg = calloc(1, sizeof(*cg));
	struct cgroup_systemd *s = calloc(1, sizeof(*s));
	const struct cfg_linux *l = doc && doc->kind == CFG_CONFIG ? doc->config->linux : NULL;
	cleanup_free char *path = NULL;
	int r;

	if (s) {
		s->sock = FD_NONE;
		s->keeper = PROC_INIT;
		s->user = rootless;
		s->properties = json_new(JSON_ARRAY);
	}
	if (cg)
		cg->systemd = s;
	if (!cg || !s || !s->properties) {
		if (!cg)
			cgroup_systemd_free(s);
		return err_set(e, ENOMEM, "cgroups: %m");
	}
	cg->rootless = rootless;
	if (!cgroup_has_systemd())
		return err_set(e, EOPNOTSUPP,
			       "--systemd-cgroup: this build has no systemd cgroup driver, because "
			       "libsystemd's development files were missing");
	r = plan_names(cg, doc, l, id, &path, e);
	if (r >= 0)
		r = cgroup_find_hierarchies(cg, path, e);
	if (r < 0)
		return r;
	assert(path);
	cg->unified = cg->count == 1 && cg->items[0].v2;
	/* systemd makes no more of the path than its last directory for us alone */
	for (size_t i = 0; i < cg->count; i++) {
		cg->items[i].kept = (size_t)(strrchr(path, '/') - path);
		cg->items[i].created = true;
	}
	if (base_properties(s, id) < 0)
		return err_set(e, ENOMEM, "cgroups: %m");
	r = cgroup_systemd_resources(doc, l ? l->resources : NULL, cg->unified, !rootless,
				     s->properties, e);
	if (r >= 0)
		r = cgroup_systemd_annotations(doc, s->properties, e);
	if (r < 0)
		return r;
	*ret = take_ptr(&cg);
	return 0;
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

/* "20000 100000" of cpu.max, or the two files of v1, in a form that this container has now. */
static char *read_bandwidth(const struct cgroup *cg)
{
	for (size_t i = 0; i < cg->count; i++) {
		const struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_free char *quota = NULL, *period = NULL;
		cleanup_fd int dir = FD_NONE;

		if (h->v2 ? !cg->unified : !cgroup_has_controller(h->controllers, "cpu"))
			continue;
		dir = cgroup_dir_open(h, NULL);
		if (dir < 0 ||
		    cgroup_dir_read(dir, h->v2 ? "cpu.max" : "cpu.cfs_quota_us", &quota) < 0)
			return NULL;
		if (h->v2)
			return take_ptr(&quota);
		return cgroup_dir_read(dir, "cpu.cfs_period_us", &period) < 0
			       ? NULL
			       : str_format("%s %s", quota, period);
	}
	return NULL;
}

/* systemd knows their ratio alone: the one that is not named is what it was. */
static void complete_bandwidth(const struct cgroup *cg, struct cfg_cpu *c)
{
	bool quota = c->has_quota && c->quota, period = c->has_period && c->period;
	cleanup_free char *now = NULL;
	char *space;

	if (quota == period)
		return;
	now = read_bandwidth(cg);
	space = now ? strchr(now, ' ') : NULL;
	if (!space)
		return;
	*space = '\0';
	if (quota)
		c->has_period = str_to_u64(space + 1, UINT64_MAX, &c->period) == 0;
	else if (str_eq(now, "max"))
		c->has_quota = false;
	else
		c->has_quota = str_to_i64(now, -1, INT64_MAX, &c->quota) == 0;
}

int cgroup_systemd_update(const struct cgroup *cg, const struct cfg_doc *doc,
			  const struct cfg_resources *r, struct err *e)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	struct cfg_resources whole = *r;
	struct cfg_cpu c;
	int ret;

	if (!list)
		return err_set(e, ENOMEM, "%m");
	if (r->cpu) {
		c = *r->cpu;
		complete_bandwidth(cg, &c);
		whole.cpu = &c;
	}
	ret = cgroup_systemd_resources(doc, &whole, cg->unified,
				       r->devices.present && !cg->rootless, list, e);
	if (ret < 0 || !list->count)
		return ret;
	ret = ask_once(cg->systemd, "set", list, e);
	return ret < 0 ? err_wrap(e, "change unit '%s'", cg->systemd->unit) : 0;
}

int cgroup_systemd_stop(struct cgroup_systemd *s, struct err *e)
{
	int r;

	cgroup_systemd_let_go(s);
	r = ask_once(s, "stop", NULL, e);
	return r < 0 ? err_wrap(e, "stop unit '%s'", s->unit) : 0;
}
