/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_options.h"

#include "mount_api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind {
	ATTR_ON,
	ATTR_OFF,
	ATIME_ON,
	ATIME_OFF,
	RATTR_ON,
	RATTR_OFF,
	RATIME_ON,
	RATIME_OFF,
	SUPER_ON,
	SUPER_OFF,
	PROPAGATE,
	BIND,
	RBIND,
	REMOUNT,
	COPYUP,
	IDMAP,
	RIDMAP,
	DEFAULTS,
	NOTHING, /* mount(8) takes it and the kernel never sees it */
};

#define USER_MOUNT (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

/* Sorted by strcmp(3). "rnodev" stands in the specification's features example and beside "rdev",
 * though not in its table. */
#define MOUNT_OPTIONS(X)                                                                           \
	X("_netdev", NOTHING, 0)                                                                   \
	X("async", SUPER_OFF, MS_SYNCHRONOUS)                                                      \
	X("atime", ATIME_OFF, MOUNT_ATTR_NOATIME)                                                  \
	X("auto", NOTHING, 0)                                                                      \
	X("bind", BIND, 0)                                                                         \
	X("defaults", DEFAULTS, 0)                                                                 \
	X("dev", ATTR_OFF, MOUNT_ATTR_NODEV)                                                       \
	X("diratime", ATTR_OFF, MOUNT_ATTR_NODIRATIME)                                             \
	X("dirsync", SUPER_ON, MS_DIRSYNC)                                                         \
	X("exec", ATTR_OFF, MOUNT_ATTR_NOEXEC)                                                     \
	X("group", ATTR_ON, USER_MOUNT)                                                            \
	X("idmap", IDMAP, 0)                                                                       \
	X("iversion", SUPER_ON, MS_I_VERSION)                                                      \
	X("lazytime", SUPER_ON, MS_LAZYTIME)                                                       \
	X("loud", SUPER_OFF, MS_SILENT)                                                            \
	X("mand", SUPER_ON, MS_MANDLOCK)                                                           \
	X("noatime", ATIME_ON, MOUNT_ATTR_NOATIME)                                                 \
	X("noauto", NOTHING, 0)                                                                    \
	X("nodev", ATTR_ON, MOUNT_ATTR_NODEV)                                                      \
	X("nodiratime", ATTR_ON, MOUNT_ATTR_NODIRATIME)                                            \
	X("noexec", ATTR_ON, MOUNT_ATTR_NOEXEC)                                                    \
	X("nofail", NOTHING, 0)                                                                    \
	X("nogroup", NOTHING, 0)                                                                   \
	X("noiversion", SUPER_OFF, MS_I_VERSION)                                                   \
	X("nolazytime", SUPER_OFF, MS_LAZYTIME)                                                    \
	X("nomand", SUPER_OFF, MS_MANDLOCK)                                                        \
	X("noowner", NOTHING, 0)                                                                   \
	X("norelatime", ATIME_OFF, MOUNT_ATTR_RELATIME)                                            \
	X("nostrictatime", ATIME_OFF, MOUNT_ATTR_STRICTATIME)                                      \
	X("nosuid", ATTR_ON, MOUNT_ATTR_NOSUID)                                                    \
	X("nosymfollow", ATTR_ON, MOUNT_ATTR_NOSYMFOLLOW)                                          \
	X("nouser", NOTHING, 0)                                                                    \
	X("nousers", NOTHING, 0)                                                                   \
	X("owner", ATTR_ON, USER_MOUNT)                                                            \
	X("private", PROPAGATE, MS_PRIVATE)                                                        \
	X("ratime", RATIME_OFF, MOUNT_ATTR_NOATIME)                                                \
	X("rbind", RBIND, 0)                                                                       \
	X("rdev", RATTR_OFF, MOUNT_ATTR_NODEV)                                                     \
	X("rdiratime", RATTR_OFF, MOUNT_ATTR_NODIRATIME)                                           \
	X("relatime", ATIME_ON, MOUNT_ATTR_RELATIME)                                               \
	X("remount", REMOUNT, 0)                                                                   \
	X("rexec", RATTR_OFF, MOUNT_ATTR_NOEXEC)                                                   \
	X("ridmap", RIDMAP, 0)                                                                     \
	X("rnoatime", RATIME_ON, MOUNT_ATTR_NOATIME)                                               \
	X("rnodev", RATTR_ON, MOUNT_ATTR_NODEV)                                                    \
	X("rnodiratime", RATTR_ON, MOUNT_ATTR_NODIRATIME)                                          \
	X("rnoexec", RATTR_ON, MOUNT_ATTR_NOEXEC)                                                  \
	X("rnorelatime", RATIME_OFF, MOUNT_ATTR_RELATIME)                                          \
	X("rnostrictatime", RATIME_OFF, MOUNT_ATTR_STRICTATIME)                                    \
	X("rnosuid", RATTR_ON, MOUNT_ATTR_NOSUID)                                                  \
	X("rnosymfollow", RATTR_ON, MOUNT_ATTR_NOSYMFOLLOW)                                        \
	X("ro", ATTR_ON, MOUNT_ATTR_RDONLY)                                                        \
	X("rprivate", PROPAGATE, MS_PRIVATE | MS_REC)                                              \
	X("rrelatime", RATIME_ON, MOUNT_ATTR_RELATIME)                                             \
	X("rro", RATTR_ON, MOUNT_ATTR_RDONLY)                                                      \
	X("rrw", RATTR_OFF, MOUNT_ATTR_RDONLY)                                                     \
	X("rshared", PROPAGATE, MS_SHARED | MS_REC)                                                \
	X("rslave", PROPAGATE, MS_SLAVE | MS_REC)                                                  \
	X("rstrictatime", RATIME_ON, MOUNT_ATTR_STRICTATIME)                                       \
	X("rsuid", RATTR_OFF, MOUNT_ATTR_NOSUID)                                                   \
	X("rsymfollow", RATTR_OFF, MOUNT_ATTR_NOSYMFOLLOW)                                         \
	X("runbindable", PROPAGATE, MS_UNBINDABLE | MS_REC)                                        \
	X("rw", ATTR_OFF, MOUNT_ATTR_RDONLY)                                                       \
	X("shared", PROPAGATE, MS_SHARED)                                                          \
	X("silent", SUPER_ON, MS_SILENT)                                                           \
	X("slave", PROPAGATE, MS_SLAVE)                                                            \
	X("strictatime", ATIME_ON, MOUNT_ATTR_STRICTATIME)                                         \
	X("suid", ATTR_OFF, MOUNT_ATTR_NOSUID)                                                     \
	X("symfollow", ATTR_OFF, MOUNT_ATTR_NOSYMFOLLOW)                                           \
	X("sync", SUPER_ON, MS_SYNCHRONOUS)                                                        \
	X("tmpcopyup", COPYUP, 0)                                                                  \
	X("unbindable", PROPAGATE, MS_UNBINDABLE)                                                  \
	X("user", ATTR_ON, USER_MOUNT | MOUNT_ATTR_NOEXEC)                                         \
	X("users", ATTR_ON, USER_MOUNT | MOUNT_ATTR_NOEXEC)

struct row {
	const char *name;
	enum kind kind;
	unsigned long value;
};

#define ROW(name, kind, value)	{name, kind, value},
#define NAME(name, kind, value) name,
static const struct row rows[] = {MOUNT_OPTIONS(ROW)};
static const char *const names[] = {MOUNT_OPTIONS(NAME) NULL};

const char *const *mount_options_names(void)
{
	return names;
}

static int compare_row(const void *key, const void *row)
{
	return strcmp(key, ((const struct row *)row)->name);
}

static void attr_on(struct mount_attrs *a, uint64_t bits)
{
	a->set |= bits;
	a->clr &= ~bits;
}

static void attr_off(struct mount_attrs *a, uint64_t bits)
{
	a->clr |= bits;
	a->set &= ~bits;
}

static void attr_forget(struct mount_attrs *a, uint64_t bits)
{
	a->clr &= ~bits;
	a->set &= ~bits;
}

static void atime_on(struct mount_atime *t, uint64_t mode)
{
	*t = (struct mount_atime){.wanted = true, .mode = mode};
}

/* Taking a mode back leaves what the mount had, and relatime is what the kernel falls back to:
 * "norelatime" cannot ask for less. */
static void atime_off(struct mount_atime *t, uint64_t mode)
{
	if (t->wanted && t->mode == mode)
		t->wanted = false;
	t->unwanted |= mode;
}

static void super_on(struct mount_options *o, unsigned long bits)
{
	o->super |= bits;
	o->super_off &= ~bits;
}

static void super_off(struct mount_options *o, unsigned long bits)
{
	o->super &= ~bits;
	o->super_off |= bits;
}

/* rw, suid, dev, exec and async, as far as they take back earlier options: a bind mount keeps what
 * its source has. */
static void restore_defaults(struct mount_options *o)
{
	o->top.set &= ~(uint64_t)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				  MOUNT_ATTR_NOEXEC);
	o->super &= ~(unsigned long)MS_SYNCHRONOUS;
}

static int take(struct mount_options *o, const struct row *row)
{
	switch (row->kind) {
	case ATTR_ON:
		attr_on(&o->top, row->value);
		break;
	case ATTR_OFF:
		attr_off(&o->top, row->value);
		break;
	case ATIME_ON:
		atime_on(&o->top.atime, row->value);
		break;
	case ATIME_OFF:
		atime_off(&o->top.atime, row->value);
		break;
	case RATTR_ON:
		attr_on(&o->tree, row->value);
		attr_forget(&o->top, row->value);
		break;
	case RATTR_OFF:
		attr_off(&o->tree, row->value);
		attr_forget(&o->top, row->value);
		break;
	case RATIME_ON:
		atime_on(&o->tree.atime, row->value);
		o->top.atime = (struct mount_atime){0};
		break;
	case RATIME_OFF:
		atime_off(&o->tree.atime, row->value);
		atime_off(&o->top.atime, row->value);
		break;
	case SUPER_ON:
		super_on(o, row->value);
		break;
	case SUPER_OFF:
		super_off(o, row->value);
		break;
	case PROPAGATE:
		if (o->npropagation == MOUNT_PROPAGATIONS)
			return -E2BIG;
		o->propagation[o->npropagation++] = row->value;
		break;
	case BIND:
		o->bind = true;
		break;
	case RBIND:
		o->bind = o->rbind = true;
		break;
	case REMOUNT:
		o->remount = true;
		break;
	case COPYUP:
		o->tmpcopyup = true;
		break;
	case IDMAP:
		o->idmap = MOUNT_IDMAP_TOP;
		break;
	case RIDMAP:
		o->idmap = MOUNT_IDMAP_TREE;
		break;
	case DEFAULTS:
		restore_defaults(o);
		break;
	case NOTHING:
		break;
	}
	return 0;
}

/* What mount(8) would do by itself. To make the mountpoint is not worth a word here. */
bool mount_options_is_order(const char *s)
{
	return str_starts(s, "X-mount.") && !str_eq(s, "X-mount.mkdir") &&
	       !str_starts(s, "X-mount.mkdir=");
}

/* mount(8), and "comment=" of older tables (fstab(5)). */
static bool is_comment(const char *s)
{
	return str_starts(s, "x-") || str_starts(s, "X-") || str_starts(s, "comment=");
}

int mount_options_parse(const struct cfg_strs *options, struct mount_options *ret)
{
	*ret = (struct mount_options){0};
	for (size_t i = 0; i < options->count; i++) {
		const char *s = options->items[i];
		const struct row *row = bsearch(s, rows, sizeof(rows) / sizeof(rows[0]),
						sizeof(rows[0]), compare_row);

		if (row) {
			int r = take(ret, row);

			if (r < 0) {
				mount_options_done(ret);
				return r;
			}
			continue;
		}
		if (mount_options_is_order(s)) {
			mount_options_done(ret);
			return -ENOTSUP;
		}
		if (!*s || is_comment(s))
			continue;
		if (!ret->data) {
			ret->data = calloc(options->count, sizeof(*ret->data));
			if (!ret->data)
				return -ENOMEM;
		}
		ret->data[ret->ndata++] = s;
	}
	return 0;
}

void mount_options_done(struct mount_options *o)
{
	free(o->data);
	*o = (struct mount_options){0};
}

bool mount_options_has_mode(const struct mount_options *o)
{
	for (size_t i = 0; i < o->ndata; i++) {
		/* several options may stand in one string */
		for (const char *p = o->data[i]; p; p = strchr(p, ',')) {
			p += *p == ',';
			if (str_starts(p, "mode="))
				return true;
		}
	}
	return false;
}

int mount_options_mode(struct mount_options *o, unsigned int mode)
{
	const char **data = reallocarray(o->data, o->ndata + 1, sizeof(*data));

	if (!data)
		return -ENOMEM;
	(void)snprintf(o->mode, sizeof(o->mode), "mode=%o", mode & 07777);
	data[o->ndata++] = o->mode;
	o->data = data;
	return 0;
}

struct mount_attrs mount_options_flat(const struct mount_options *o)
{
	struct mount_attrs a = o->tree;

	a.set = (a.set & ~o->top.clr) | o->top.set;
	a.clr = (a.clr & ~o->top.set) | o->top.clr;
	if (o->top.atime.wanted)
		a.atime = o->top.atime;
	else
		a.atime.unwanted |= o->top.atime.unwanted;
	if (a.atime.wanted && !o->top.atime.wanted &&
	    (a.atime.mode & o->top.atime.unwanted & MOUNT_ATTR__ATIME))
		a.atime.wanted = false;
	return a;
}
