/* SPDX-License-Identifier: Apache-2.0 */
#include "case.h"

#include "cleanup.h"
#include "config.h"
#include "procfacts.h"
#include "rootfs.h"
#include "str.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST_PROBE_MAX (8u << 20)

static const char *base_ending(const struct conform_case *d)
{
	if (d->ending)
		return d->ending;
	for (const struct check *k = d->outside; k && k->op != OP_END; k++) {
		if (k->phase == AFTER_START)
			return "wait";
	}
	return "exit:0";
}

static int make_names(struct case_ctx *c, unsigned int index, struct err *e)
{
	unsigned char r[16];
	int n;

	if (getrandom(r, sizeof(r), 0) != sizeof(r))
		return err_set(e, errno, "getrandom: %m");
	for (size_t i = 0; i < sizeof(r); i++)
		(void)snprintf(c->nonce + 2 * i, 3, "%02x", r[i]);
	(void)snprintf(c->id, sizeof(c->id), "conform-%d-%u", c->session->pid, index);
	(void)snprintf(c->cgroup, sizeof(c->cgroup), "/%s", c->id);
	n = snprintf(c->dir, sizeof(c->dir), "%s/c%u", c->session->work, index);
	if (n < 0 || (size_t)n >= sizeof(c->dir))
		return err_set(e, ENAMETOOLONG, "the case's directory: %m");
	(void)snprintf(c->state_dir, sizeof(c->state_dir), "%s/" HX_DIR_STATE, c->dir);
	return 0;
}

/* A world of its own for what the runtime may do to its host. */
static int enter_namespaces(struct case_ctx *c, struct err *e)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC) < 0)
		return err_set(e, errno, "make namespaces for the case: %m");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_set(e, errno, "make the mounts private: %m");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "become the reaper of orphans: %m");
	if (c->rt->hide_unified &&
	    mount("conform", "/sys/fs/cgroup/unified", "tmpfs", MS_RDONLY, "size=4k") < 0)
		return err_set(e, errno, "hide /sys/fs/cgroup/unified: %m");
	return 0;
}

static struct hx_holder *holder_of(struct case_ctx *c, const char *type, struct err *e)
{
	int r;

	for (size_t i = 0; i < c->nholders; i++) {
		if (str_eq(c->holders[i].type, type))
			return &c->holders[i];
	}
	if (c->nholders == HOLDERS_MAX) {
		(void)err_set(e, E2BIG, "more than %d held namespaces", HOLDERS_MAX);
		return NULL;
	}
	r = hx_holder_start(type, &c->holders[c->nholders], e);
	return r < 0 ? NULL : &c->holders[c->nholders++];
}

static int start_agent(struct case_ctx *c, struct err *e)
{
	cleanup_free char *path = NULL;

	if (c->agent.loop)
		return 0;
	path = str_format("%s/agent", c->dir);
	return path ? hx_agent_start(&c->agent, path, &c->loop, e)
		    : err_set(e, ENOMEM, "start the seccomp agent: %m");
}

static char *host_inode(const char *type)
{
	cleanup_free char *path = str_format("/proc/self/ns/%s", hx_ns_file(type));
	struct stat st;

	return path && stat(path, &st) == 0 ? str_format("%llu", (unsigned long long)st.st_ino)
					    : NULL;
}

static char *container_inode(const struct case_ctx *c, const char *type)
{
	for (size_t i = 0; i < CASE_NS_TYPES; i++) {
		if (str_eq(hx_case_ns_types[i], type))
			return str_format("%llu", (unsigned long long)c->inodes[i]);
	}
	return NULL;
}

/* The placeholders that stand for something which has to be made. */
static int make_placeholder(void *arg, const char *name, const char *parameter, char **ret,
			    struct err *e)
{
	struct case_ctx *c = arg;
	const struct hx_holder *h;

	if (str_eq(name, "AGENT") && !parameter[0]) {
		int r = start_agent(c, e);

		if (r < 0)
			return r;
		*ret = str_format("%s/agent", c->dir);
	} else if (str_eq(name, "NS") || str_eq(name, "NSINO")) {
		h = holder_of(c, parameter, e);
		if (!h)
			return e && e->num ? -e->num : -EIO;
		*ret = str_eq(name, "NS") ? strdup(h->path)
					  : str_format("%llu", (unsigned long long)h->inode);
	} else if (str_eq(name, "HOSTINO") && hx_ns_file(parameter)) {
		*ret = host_inode(parameter);
	} else if (str_eq(name, "CTINO") && hx_ns_file(parameter)) {
		*ret = container_inode(c, parameter);
	} else if (str_eq(name, "CTPID") && !parameter[0]) {
		*ret = str_format("%d", c->pid);
	} else if (str_eq(name, "HOSTNS") && hx_ns_file(parameter)) {
		*ret = str_format("/proc/%d/ns/%s", getpid(), hx_ns_file(parameter));
	} else {
		return 0;
	}
	return *ret ? 1 : err_set(e, ENOMEM, "placeholder %s: %m", name);
}

static int set_vars(struct case_ctx *c, struct err *e)
{
	cleanup_free char *bundle = str_format("%s/" HX_DIR_BUNDLE, c->dir);
	cleanup_free char *rootfs = str_format("%s/" HX_DIR_ROOTFS, c->dir);
	int r;

	if (!bundle || !rootfs)
		return err_set(e, ENOMEM, "set placeholders: %m");
	c->vars.make = make_placeholder;
	c->vars.arg = c;
	if (c->variant) {
		c->vars.v_json = strdup(c->variant);
		if (!c->vars.v_json)
			return err_set(e, ENOMEM, "set placeholders: %m");
	}
	r = hx_vars_set(&c->vars, "CASE", c->dir, e);
	if (r == 0)
		r = hx_vars_set(&c->vars, "BUNDLE", bundle, e);
	if (r == 0)
		r = hx_vars_set(&c->vars, "ROOTFS", rootfs, e);
	if (r == 0)
		r = hx_vars_set(&c->vars, "ID", c->id, e);
	if (r == 0)
		r = hx_vars_set(&c->vars, "CGROUP", c->cgroup, e);
	if (r == 0)
		r = hx_vars_set(&c->vars, "PROBE", c->session->probe, e);
	return r;
}

static int write_config(struct case_ctx *c, struct err *e)
{
	cleanup_free char *raw = NULL;
	struct strbuf text = STRBUF_INIT;
	cleanup_fd int fd = FD_NONE;
	unsigned int version = c->def->min_target > 100 ? c->def->min_target - 100 : 0;
	int r = hx_config_ask(c->def->inside, c->ending, c->nonce, &c->vars, &c->ask, e);

	if (r == 0)
		r = hx_config_make(c->def->config, &c->vars, version, c->ask, &c->config, &raw, e);
	if (r < 0)
		return r;
	if (c->config)
		json_print(c->config, 2, &text);
	else
		strbuf_adds(&text, raw);
	if (!text.oom) {
		fd = openat(c->dir_fd, HX_DIR_BUNDLE "/config.json",
			    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		r = fd < 0 ? -errno : fd_write_all(fd, text.buf, text.len);
	} else {
		r = -ENOMEM;
	}
	strbuf_done(&text);
	return r < 0 ? err_set(e, -r, "write config.json: %m") : 0;
}

static unsigned long flag_of(const char *o, unsigned long *propagation)
{
	static const struct {
		const char *name;
		unsigned long flag;
		bool propagation;
	} flags[] = {
		{"ro", MS_RDONLY, false},	  {"nosuid", MS_NOSUID, false},
		{"nodev", MS_NODEV, false},	  {"noexec", MS_NOEXEC, false},
		{"sync", MS_SYNCHRONOUS, false},  {"dirsync", MS_DIRSYNC, false},
		{"noatime", MS_NOATIME, false},	  {"nodiratime", MS_NODIRATIME, false},
		{"relatime", MS_RELATIME, false}, {"strictatime", MS_STRICTATIME, false},
		{"mand", MS_MANDLOCK, false},	  {"rec", MS_REC, false},
		{"shared", MS_SHARED, true},	  {"slave", MS_SLAVE, true},
		{"private", MS_PRIVATE, true},	  {"unbindable", MS_UNBINDABLE, true},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!str_eq(o, flags[i].name))
			continue;
		if (!flags[i].propagation)
			return flags[i].flag;
		*propagation |= flags[i].flag;
		return 0;
	}
	return (unsigned long)-1;
}

static int host_path(struct case_ctx *c, const char *path, char **ret, struct err *e)
{
	cleanup_free char *expanded = NULL;
	bool up;
	int r = hx_vars_expand(&c->vars, path, false, &expanded, e);

	if (r < 0)
		return r;
	up = str_starts(expanded, "../");
	/* an absolute path is one of the placeholders */
	if (str_starts(expanded, c->dir))
		*ret = take_ptr(&expanded);
	else
		*ret = str_format("%s/%s/%s", c->dir, up ? HX_DIR_BUNDLE : HX_DIR_ROOTFS,
				  up ? expanded + 3 : expanded);
	return *ret ? 0 : err_set(e, ENOMEM, "a mount of the case: %m");
}

static int make_mountpoint(const char *path, struct err *e)
{
	cleanup_free char *copy = strdup(path);

	if (!copy)
		return err_set(e, ENOMEM, "a mount of the case: %m");
	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(copy, 0755);
		*slash = '/';
	}
	return mkdir(path, 0755) < 0 && errno != EEXIST ? err_set(e, errno, "make '%s': %m", path)
							: 0;
}

/* Applies one of .host_mounts: a new mount, or a change of one. */
static int host_mount(struct case_ctx *c, const struct host_mount *m, struct err *e)
{
	cleanup_free char *path = NULL;
	cleanup_free char *source = NULL;
	cleanup_free char *options = strdup(m->options ? m->options : "");
	struct strbuf data = STRBUF_INIT;
	unsigned long flags = 0, propagation = 0, rec;
	char *save = NULL;
	int r = options ? host_path(c, m->path, &path, e)
			: err_set(e, ENOMEM, "a mount of the case: %m");

	for (char *o = options ? strtok_r(options, ",", &save) : NULL; o;
	     o = strtok_r(NULL, ",", &save)) {
		unsigned long f = flag_of(o, &propagation);

		if (f == (unsigned long)-1)
			strbuf_addf(&data, "%s%s", data.len ? "," : "", o);
		else
			flags |= f;
	}
	rec = flags & MS_REC;
	flags &= ~(unsigned long)MS_REC;
	if (r == 0 && str_eq(m->type, "bind")) {
		r = m->source ? host_path(c, m->source, &source, e) : 0;
		if (r == 0)
			r = make_mountpoint(path, e);
		if (r == 0 && mount(source ? source : path, path, NULL, MS_BIND | rec, NULL) < 0)
			r = err_set(e, errno, "bind '%s': %m", path);
		if (r == 0 && flags &&
		    mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | flags, NULL) < 0)
			r = err_set(e, errno, "set the flags of '%s': %m", path);
	} else if (r == 0 && m->type) {
		r = make_mountpoint(path, e);
		if (r == 0 &&
		    mount(m->source ? m->source : m->type, path, m->type, flags, data.buf) < 0)
			r = err_set(e, errno, "mount %s on '%s': %m", m->type, path);
	} else if (r == 0 && flags) {
		if (mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | flags, NULL) < 0)
			r = err_set(e, errno, "set the flags of '%s': %m", path);
	}
	if (r == 0 && propagation && mount(NULL, path, NULL, propagation | rec, NULL) < 0)
		r = err_set(e, errno, "set the propagation of '%s': %m", path);
	strbuf_done(&data);
	return r;
}

/* File systems first, so that files can lie in them; what changes or binds them, last. A read-only
 * one is made so last, too. */
static int files_and_mounts(struct case_ctx *c, struct err *e)
{
	int r = 0;

	for (const struct host_mount *m = c->def->host_mounts; r == 0 && m && m->path; m++) {
		if (m->type && !str_eq(m->type, "bind"))
			r = host_mount(c, m, e);
	}
	if (r == 0)
		r = hx_rootfs_add_files(c->dir_fd, c->def->files, c->session->probe, &c->vars, e);
	for (const struct host_mount *m = c->def->host_mounts; r == 0 && m && m->path; m++) {
		if (!m->type || str_eq(m->type, "bind"))
			r = host_mount(c, m, e);
	}
	return r;
}

/* The harness learns of the probe's report by the change of the files that it is written to. */
static int watch_channels(struct case_ctx *c, struct err *e)
{
	cleanup_free char *out = str_format("%s/" HX_DIR_IO "/out", c->dir);
	cleanup_free char *std = str_format("%s/" HX_FILE_STDOUT, c->dir);

	c->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (c->inotify_fd < 0 || !out || !std ||
	    inotify_add_watch(c->inotify_fd, out, IN_MODIFY) < 0 ||
	    inotify_add_watch(c->inotify_fd, std, IN_MODIFY) < 0)
		return err_set(e, errno, "watch the probe's channels: %m");
	return 0;
}

static int start_console(struct case_ctx *c, struct err *e)
{
	const struct json *terminal = c->config ? json_at(c->config, "/process/terminal") : NULL;
	cleanup_free char *path = NULL;

	if (!terminal || terminal->type != JSON_BOOL || !terminal->boolean)
		return 0;
	path = str_format("%s/console", c->dir);
	return path ? hx_console_start(&c->console, path, &c->loop, e)
		    : err_set(e, ENOMEM, "receive a terminal: %m");
}

/* The ending and the caller's state, which may hold placeholders, too. */
static int expand_words(struct case_ctx *c, struct err *e)
{
	const char *const *item = c->def->caller;
	int r = hx_vars_expand(&c->vars, base_ending(c->def), false, &c->ending, e);

	for (size_t i = 0; r == 0 && item && item[i]; i++) {
		if (i + 1 == CALLER_ITEMS_MAX)
			return err_set(e, E2BIG, "the caller has more than %d states",
				       CALLER_ITEMS_MAX - 1);
		r = hx_vars_expand(&c->vars, item[i], false, &c->caller_text[i], e);
	}
	return r;
}

int hx_case_setup(struct case_ctx *c, unsigned int index, struct err *e)
{
	int r = make_names(c, index, e);

	if (r == 0)
		r = enter_namespaces(c, e);
	if (r < 0)
		return r;
	if (mkdir(c->dir, 0755) < 0)
		return err_set(e, errno, "make '%s': %m", c->dir);
	c->dir_fd = open(c->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->dir_fd < 0)
		return err_set(e, errno, "open '%s': %m", c->dir);
	r = hx_rootfs_make(c->dir_fd, c->session->probe, e);
	if (r < 0)
		return r;
	c->null_fd = openat(c->dir_fd, HX_FILE_NULL, O_RDWR | O_CLOEXEC);
	if (c->null_fd < 0)
		return err_set(e, errno, "open the case's null device: %m");
	r = set_vars(c, e);
	if (r == 0)
		r = expand_words(c, e);
	if (r == 0)
		r = files_and_mounts(c, e);
	if (r == 0)
		r = write_config(c, e);
	if (r == 0)
		r = watch_channels(c, e);
	if (r == 0)
		r = start_console(c, e);
	if (r == 0)
		r = hx_case_take_known(c, e);
	if (r == 0)
		r = hx_case_take_owned(c, e);
	return r < 0 ? r : hx_snapshot_take(&c->before, e);
}
