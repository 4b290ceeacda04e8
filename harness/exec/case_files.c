/* SPDX-License-Identifier: Apache-2.0 */
#include "case_files.h"

#include "cleanup.h"
#include "rootfs.h"
#include "str.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256 /* linux/mount.h; glibc 2.36 does not have it yet */
#endif

/* One of .host_mounts in the terms of mount(2). */
struct wish {
	char *path, *source;
	unsigned long flags, propagation, rec;
	struct strbuf data;
};

static void wish_done(struct wish *w)
{
	free(w->path);
	free(w->source);
	strbuf_done(&w->data);
}

static const struct {
	const char *name;
	unsigned long flag, propagation;
} words[] = {
	{"ro", MS_RDONLY, 0},
	{"nosuid", MS_NOSUID, 0},
	{"nodev", MS_NODEV, 0},
	{"noexec", MS_NOEXEC, 0},
	{"sync", MS_SYNCHRONOUS, 0},
	{"dirsync", MS_DIRSYNC, 0},
	{"noatime", MS_NOATIME, 0},
	{"nodiratime", MS_NODIRATIME, 0},
	{"relatime", MS_RELATIME, 0},
	{"strictatime", MS_STRICTATIME, 0},
	{"nosymfollow", MS_NOSYMFOLLOW, 0},
	{"rec", MS_REC, 0},
	{"shared", 0, MS_SHARED},
	{"slave", 0, MS_SLAVE},
	{"private", 0, MS_PRIVATE},
	{"unbindable", 0, MS_UNBINDABLE},
};

static void add_option(struct wish *w, const char *o)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_eq(o, words[i].name))
			continue;
		w->flags |= words[i].flag;
		w->propagation |= words[i].propagation;
		return;
	}
	strbuf_addf(&w->data, "%s%s", w->data.len ? "," : "", o);
}

/* Like the paths of .files: of the root file system, with "../" of the bundle; or what a
 * placeholder made absolute. */
static int host_path(struct case_ctx *c, const char *path, char **ret, struct err *e)
{
	cleanup_free char *expanded = NULL;
	bool up;
	int r = hx_vars_expand(&c->vars, path, false, &expanded, e);

	if (r < 0)
		return r;
	up = str_starts(expanded, "../");
	if (str_starts(expanded, c->dir))
		*ret = take_ptr(&expanded);
	else
		*ret = str_format("%s/%s/%s", c->dir, up ? HX_DIR_BUNDLE : HX_DIR_ROOTFS,
				  up ? expanded + 3 : expanded);
	return *ret ? 0 : err_set(e, ENOMEM, "a mount of the case: %m");
}

static bool is_bind(const struct host_mount *m)
{
	return str_eq(m->type, "bind");
}

static int parse_wish(struct case_ctx *c, const struct host_mount *m, struct wish *w, struct err *e)
{
	cleanup_free char *options = strdup(m->options ? m->options : "");
	char *save = NULL;
	int r = options ? host_path(c, m->path, &w->path, e)
			: err_set(e, ENOMEM, "a mount of the case: %m");

	if (r == 0 && is_bind(m) && m->source)
		r = host_path(c, m->source, &w->source, e);
	if (r < 0)
		return r;
	for (char *o = strtok_r(options, ",", &save); o; o = strtok_r(NULL, ",", &save))
		add_option(w, o);
	w->rec = w->flags & MS_REC;
	w->flags &= ~(unsigned long)MS_REC;
	return w->data.oom ? err_set(e, ENOMEM, "a mount of the case: %m") : 0;
}

static int make_mountpoint(const char *path, struct err *e)
{
	cleanup_free char *copy = path ? strdup(path) : NULL;

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

static int set_flags(const struct wish *w, struct err *e)
{
	return w->flags && mount(NULL, w->path, NULL, MS_BIND | MS_REMOUNT | w->flags, NULL) < 0
		       ? err_set(e, errno, "set the flags of '%s': %m", w->path)
		       : 0;
}

static int new_mount(const struct host_mount *m, const struct wish *w, struct err *e)
{
	int r = make_mountpoint(w->path, e);

	if (r < 0)
		return r;
	if (is_bind(m))
		return mount(w->source ? w->source : w->path, w->path, NULL, MS_BIND | w->rec,
			     NULL) < 0
			       ? err_set(e, errno, "bind '%s': %m", w->path)
			       : 0;
	/* read-only it becomes when everything lies in it; some flags exist for new mounts only as
	 * those of the mount */
	return mount(m->source ? m->source : m->type, w->path, m->type,
		     w->flags & ~(unsigned long)MS_RDONLY, w->data.buf) < 0
		       ? err_set(e, errno, "mount %s on '%s': %m", m->type, w->path)
		       : 0;
}

static int set_propagation(const struct wish *w, struct err *e)
{
	return w->propagation && mount(NULL, w->path, NULL, w->propagation | w->rec, NULL) < 0
		       ? err_set(e, errno, "set the propagation of '%s': %m", w->path)
		       : 0;
}

enum pass { PASS_FILE_SYSTEMS, PASS_BINDS, PASS_READ_ONLY };

static int one_mount(struct case_ctx *c, const struct host_mount *m, enum pass pass, struct err *e)
{
	CLEANUP(wish_done) struct wish w = {0};
	bool file_system = m->type && !is_bind(m);
	int r;

	if (pass == PASS_BINDS ? file_system : !file_system)
		return 0;
	r = parse_wish(c, m, &w, e);
	if (r == 0 && pass != PASS_READ_ONLY && m->type)
		r = new_mount(m, &w, e);
	if (r == 0 && (pass == PASS_BINDS || (pass == PASS_READ_ONLY && w.flags & MS_RDONLY)))
		r = set_flags(&w, e);
	if (r == 0 && pass != PASS_READ_ONLY)
		r = set_propagation(&w, e);
	return r;
}

static int all_mounts(struct case_ctx *c, enum pass pass, struct err *e)
{
	int r = 0;

	for (const struct host_mount *m = c->def->host_mounts; r == 0 && m && m->path; m++)
		r = one_mount(c, m, pass, e);
	return r;
}

int hx_case_files(struct case_ctx *c, struct err *e)
{
	/* file systems first, so that files can lie in them; then what binds or changes them; the
	 * lock on the door last */
	int r = all_mounts(c, PASS_FILE_SYSTEMS, e);

	if (r == 0)
		r = hx_rootfs_add_files(c->dir_fd, c->def->files, c->session->probe, &c->vars, e);
	if (r == 0)
		r = all_mounts(c, PASS_BINDS, e);
	return r < 0 ? r : all_mounts(c, PASS_READ_ONLY, e);
}
