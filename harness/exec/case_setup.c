/* SPDX-License-Identifier: Apache-2.0 */
#include "case_setup.h"

#include "case_call.h"
#include "case_cgroup.h"
#include "case_clean.h"
#include "case_dev.h"
#include "case_facts.h"
#include "case_files.h"
#include "case_tmp.h"
#include "cleanup.h"
#include "config.h"
#include "links.h"
#include "manager.h"
#include "procfacts.h"
#include "rootfs.h"
#include "str.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define UNIFIED "/sys/fs/cgroup/unified"

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
	c->index = index;
	(void)snprintf(c->id, sizeof(c->id), "%s-%u", c->session->host.run, index);
	(void)snprintf(c->cgroup, sizeof(c->cgroup), "/%s", c->id);
	n = snprintf(c->dir, sizeof(c->dir), "%s/c%u", c->session->work, index);
	if (n < 0 || (size_t)n >= sizeof(c->dir))
		return err_set(e, ENAMETOOLONG, "the case's directory: %m");
	(void)snprintf(c->state_dir, sizeof(c->state_dir), "%s/" HX_DIR_STATE, c->dir);
	return 0;
}

/* What is hidden from the runtime is not looked at either. */
static void see_cgroups(struct case_ctx *c)
{
	const struct hx_cgroups *all = &c->session->host.cgroups;

	for (size_t i = 0; i < all->count; i++) {
		if (!c->rt->hide_unified || !str_eq(all->items[i].mount, UNIFIED))
			c->cgroups.items[c->cgroups.count++] = all->items[i];
	}
}

/* A world of its own for what the runtime may do to its host. */
static int enter_namespaces(struct case_ctx *c, struct err *e)
{
	int flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;

	/* devices that a runtime may take away are nobody else's */
	if (c->def->links)
		flags |= CLONE_NEWNET;
	if (unshare(flags) < 0)
		return err_set(e, errno, "make namespaces for the case: %m");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_set(e, errno, "make the mounts private: %m");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "become the reaper of orphans: %m");
	see_cgroups(c);
	if (c->rt->hide_unified && access(UNIFIED, F_OK) == 0 &&
	    mount("conform", UNIFIED, "tmpfs", 0, "size=64k") < 0)
		return err_set(e, errno, "hide " UNIFIED ": %m");
	return 0;
}

static int wait_for_the_end(void *arg)
{
	(void)arg;
	while (pause() < 0)
		;
	return 0;
}

/*
 * The leader of a process group cannot begin a session (setsid(2)), and this process is one: it
 * joins the group of a child first. That of its parent may have no number here (pid_namespaces(7)).
 */
static int begin_session(struct err *e)
{
	CLEANUP(proc_done) struct proc other = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	int r;

	s.run = wait_for_the_end;
	r = proc_spawn(&s, &other, e);
	if (r < 0)
		return err_wrap(e, "begin a session");
	if (setpgid(0, other.pid) < 0)
		return err_set(e, errno, "join another process group: %m");
	if (setsid() >= 0)
		return 0;
	(void)err_set(e, errno, "begin a session: %m");
	/* the child's group ends with the child */
	(void)setpgid(0, 0);
	return -e->num;
}

/* Whoever this process calls has the session's terminal, unless it leaves the session. */
static int take_terminal(struct case_ctx *c, struct err *e)
{
	bool wanted = false;
	int r;

	for (const char *const *item = c->def->caller; item && *item; item++)
		wanted = wanted || str_eq(*item, "terminal");
	if (!wanted)
		return 0;
	r = begin_session(e);
	if (r < 0)
		return r;
	c->terminal_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (c->terminal_fd < 0 || grantpt(c->terminal_fd) < 0 || unlockpt(c->terminal_fd) < 0)
		return err_set(e, errno, "make a terminal: %m");
	/* it stays open: a terminal that nobody has open controls nobody */
	c->terminal_peer_fd = ioctl(c->terminal_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (c->terminal_peer_fd < 0 || ioctl(c->terminal_peer_fd, TIOCSCTTY, 0) < 0)
		return err_set(e, errno, "take the terminal: %m");
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

static int make_links(struct case_ctx *c, struct err *e)
{
	cleanup_fd int held_ns = FD_NONE;
	const struct hx_holder *h;
	bool held = false;

	for (const struct host_link *l = c->def->links; l && l->name; l++)
		held = held || l->held;
	if (held) {
		h = holder_of(c, "network", e);
		if (!h)
			return e && e->num ? -e->num : -EIO;
		held_ns = open(h->path, O_RDONLY | O_CLOEXEC);
		if (held_ns < 0)
			return err_set(e, errno, "open '%s': %m", h->path);
	}
	return c->def->links ? hx_links_make(c->def->links, held_ns, e) : 0;
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
	} else if (str_eq(name, "ABSTRACT") && !parameter[0]) {
		cleanup_free char *path = str_format("@%s", c->id);

		if (path && c->abstract_fd < 0)
			c->abstract_fd = hx_listen(path, e);
		if (!path || c->abstract_fd < 0)
			return path ? c->abstract_fd : err_set(e, ENOMEM, "listen: %m");
		*ret = strdup(c->id);
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
	} else if (str_eq(name, "FMIN") || str_eq(name, "FMAX")) {
		CLEANUP(json_freep) struct json *doc = hx_case_fact(c, "features");
		const char *version = json_string(
			json_at(doc, str_eq(name, "FMIN") ? "/ociVersionMin" : "/ociVersionMax"));

		if (!version)
			return err_set(e, ENODATA, "the runtime's features have no version");
		*ret = strdup(version);
	} else if ((str_eq(name, "USER") || str_eq(name, "GROUP")) && !parameter[0]) {
		CLEANUP(hx_manager_done) struct hx_manager m = HX_MANAGER_NONE;

		if (hx_manager_find(&c->session->host.cgroups, &m) < 0)
			return err_set(e, ENOENT, "no user has a systemd of its own");
		*ret = str_format("%u",
				  str_eq(name, "USER") ? (unsigned int)m.uid : (unsigned int)m.gid);
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
	unsigned int wants = c->def->min_target > 100 ? c->def->min_target - 100 : 0;
	/* never a version that the runtime does not claim: it may refuse it as a whole, and then
	 * neither a refusal nor an error says anything about the case */
	unsigned int version = wants < c->rt->minor ? wants : c->rt->minor;
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
	r = hx_case_tmp(c, e);
	if (r == 0)
		r = hx_case_dev(c, e);
	if (r == 0)
		r = hx_rootfs_make(c->dir_fd, c->session->probe, e);
	if (r < 0)
		return r;
	c->null_fd = openat(c->dir_fd, HX_FILE_NULL, O_RDWR | O_CLOEXEC);
	if (c->null_fd < 0)
		return err_set(e, errno, "open the case's null device: %m");
	r = take_terminal(c, e);
	if (r == 0)
		r = make_links(c, e);
	if (r == 0)
		r = set_vars(c, e);
	if (r == 0)
		r = expand_words(c, e);
	if (r == 0)
		r = hx_case_files(c, e);
	if (r == 0)
		r = hx_case_cgroup_make(c, e);
	if (r == 0)
		r = write_config(c, e);
	if (r == 0)
		r = watch_channels(c, e);
	if (r == 0)
		r = start_console(c, e);
	/* first the lock that is taken there: what is known is read when nobody else changes it */
	if (r == 0)
		r = hx_case_take_owned(c, e);
	if (r == 0)
		r = hx_case_take_known(c, e);
	return r < 0 ? r : hx_snapshot_take(&c->before, e);
}
