/* SPDX-License-Identifier: Apache-2.0 */
/* What the cgroup_*.c files share among themselves and with their tests. */
#ifndef RUNTIME_CGROUP_INTERNAL_H
#define RUNTIME_CGROUP_INTERNAL_H

#include "cgroup.h"
#include "proc.h"

#include <linux/bpf.h>

/* The runtime's own place in each hierarchy. */
#define CGROUP_HOME "/refrun"

/* ---- cgroup_paths.c: pure decisions ---- */

struct cgroup_mount {
	char *mountpoint;  /* unescaped */
	char *controllers; /* "" for v2 */
	unsigned int major, minor;
	bool v2;
};
struct cgroup_mounts {
	struct cgroup_mount *items;
	size_t count;
};
/* The cgroup mounts of the NUL-terminated text of a mountinfo, which is cut up, in its order. 0 or
 * -ENOMEM. */
int cgroup_mounts_parse(char *text, struct cgroup_mounts *ret_mounts, struct err *e);
void cgroup_mounts_done(struct cgroup_mounts *m);
/* The container's path below @home's parent: see cgroup_plan(). -EINVAL with words for "..". */
int cgroup_path_decide(const char *configured, const char *id, const char *home, char **ret,
		       struct err *e);
/* @path with the components of @sub behind it, which lead nowhere but down: -EINVAL with words. */
int cgroup_path_extend(const char *path, const char *sub, char **ret, struct err *e);
/* Where a text like /proc/PID/cgroup says that the process is in v2: "/user.slice/...", up to
 * *ret_len; NULL: nowhere. */
const char *cgroup_v2_membership(const char *text, size_t *ret_len);
/* What is mounted at @point, by the NUL-terminated text of a mountinfo, which is cut up: "/" or the
 * path of a cgroup, for the caller to free. NULL: nothing is, or memory is short. */
char *cgroup_mount_root(char *text, const char *point);
/* What of @path stands behind @root, both of which begin in the same place: "/sub", or "" where
 * they are one. NULL: it is not below. Borrows @path. */
const char *cgroup_path_behind(const char *path, const char *root);
/* Whether @controllers ("cpu,cpuacct") lists @name. */
bool cgroup_has_controller(const char *controllers, const char *name);

/* ---- cgroup_plan.c ---- */

/* Fills cg->items with every hierarchy of this host, each with @path. */
int cgroup_find_hierarchies(struct cgroup *cg, const char *path, struct err *e);
/* "/user.slice/..." of /proc/self/cgroup, v2; the caller frees; NULL: none. */
char *cgroup_own_v2_path(void);

/* The cgroup @path of /proc/PID/cgroup as a path below the mount of @h, which may show a part of
 * the hierarchy alone. The caller frees; NULL: it is not in there, or that cannot be known. */
char *cgroup_place_below(const struct cgroup_hierarchy *h, const char *path);

/* ---- cgroup_systemd.c, cgroup_systemd_plan.c ---- */

/* The path of the program that speaks to systemd, for the caller to free: beside @called_as, this
 * program's argv[0], where only root and the effective user could have put it; else where it is
 * installed. NULL: memory is short, or it was never built. */
char *cgroup_systemd_helper(const char *called_as);

struct cgroup_systemd {
	char *unit, *slice;
	bool user;		 /* of the user's systemd */
	bool started;		 /* by us: a unit of this name may have been there before */
	struct json *properties; /* of the scope; from plan to create */
	int sock;		 /* to the process that holds the scope; or FD_NONE */
	struct proc keeper;
};
void cgroup_systemd_free(struct cgroup_systemd *s);
/* "slice:prefix:name" (NULL: the default for @id) as names of units. -EINVAL with words. */
int cgroup_systemd_names(const char *configured, const char *id, bool user, char **ret_slice,
			 char **ret_unit, struct err *e);
/* Where a slice is: "/a.slice/a-b.slice" for "a-b.slice", "" for "-.slice". NULL: no memory. */
char *cgroup_systemd_slice_path(const char *slice);
/* The cgroup of the systemd of the user @uid, below which its units are: as much of @own, the
 * caller's, as ends with "/user@UID.service". -EOPNOTSUPP with words where it is not there. */
int cgroup_systemd_user_root(const char *own, uid_t uid, char **ret, struct err *e);
/* Starts the scope with its properties and waits for it; s->sock holds it until released. */
int cgroup_systemd_start(struct cgroup *cg, struct err *e);
/* The directories that systemd does not make, and whose each of them is. */
int cgroup_systemd_adopt(struct cgroup *cg, struct err *e);
/* Ends the process that holds the scope, and waits for it. */
void cgroup_systemd_let_go(struct cgroup_systemd *s);
/* cgroup_hold.c: freezes it for as long as nobody inside may look, unless it is frozen already.
 * Until cgroup_hold_end() no signal that asks this process to end does, and should it be killed a
 * process of its own thaws the cgroup. 0 or -errno, then nothing is held. */
struct cgroup_hold {
	bool held;
	sigset_t mask; /* as it was */
	int end;       /* of a pipe: who else has one sees it close with us */
	struct proc guard;
};
#define CGROUP_HOLD_NONE ((struct cgroup_hold){.end = FD_NONE, .guard = PROC_INIT})
int cgroup_hold(const struct cgroup *cg, struct cgroup_hold *h, struct err *e);
/* Thaws it; nothing where nothing is held. */
int cgroup_hold_end(const struct cgroup *cg, struct cgroup_hold *h, struct err *e);

/* What @r makes of the properties of a scope that exists, by what its files say: so before they are
 * written. The caller frees *ret_list. */
int cgroup_systemd_plan_update(const struct cgroup *cg, const struct cfg_doc *doc,
			       const struct cfg_resources *r, struct json **ret_list,
			       struct err *e);
/* Gives the scope these properties, all or, where systemd refuses one, none. */
int cgroup_systemd_update(const struct cgroup *cg, const struct json *list, struct err *e);
/* Ends the scope that was started and what is left in it; no error where there is none. */
int cgroup_systemd_stop(struct cgroup_systemd *s, struct err *e);

/*
 * cgroup_systemd_props.c: adds to @list what @r says, as objects {name, type, value} of the bus
 * (org.freedesktop.systemd1(5)); @v2 decides which of two names. Values that the kernel would not
 * take are left out: cgroup_apply() refuses them with their place.
 */
int cgroup_systemd_resources(const struct cfg_doc *doc, const struct cfg_resources *r, bool v2,
			     bool devices, struct json *list, struct err *e);
/* cgroup_systemd_annotations.c: adds what the annotations ask for. One that has a say in what
 * @limits, a list as above or NULL, has a say in is -EINVAL with its place. */
int cgroup_systemd_annotations(const struct cfg_doc *doc, const struct json *limits,
			       struct json *list, struct err *e);
/* Where @c names either quota or period of the CPU alone: the other one as it is @now, a text like
 * cpu.max ("quota period", "max" or -1 for none), which is cut up; systemd knows their ratio alone.
 */
void cgroup_systemd_bandwidth(char *now, struct cfg_cpu *c);
/* What cpu.max and cpu.idle in @u say, in place of what @c says. */
void cgroup_systemd_unified_cpu(const struct cfg_pairs *u, struct cfg_cpu *c);
/* Completes @c where the container is idle @now, by which systemd and the kernel mean a weight. */
void cgroup_systemd_idle(bool now, struct cfg_cpu *c);
/* The name under which @table, a text like /proc/devices, lists @major; the caller frees. NULL: it
 * does not, or memory is short. */
char *cgroup_systemd_driver(const char *table, bool block, int64_t major);
/* Adds one property; takes @value. 0 or -ENOMEM. */
int cgroup_systemd_add(struct json *list, const char *name, const char *type, struct json *value);

/* ---- cgroup_dir.c: directories by descriptor ---- */

/* The hierarchy's mount, checked to be of the cgroup file system. Descriptor or -errno. */
int cgroup_dir_open_mount(const struct cgroup_hierarchy *h, struct err *e);
/*
 * Where a walk begins: a descriptor of path[0..*ret_len), borrowed from the plan where that knows
 * one of at most @most bytes, else *own, which is the mount. Or -errno.
 */
int cgroup_dir_begin(const struct cgroup_hierarchy *h, size_t most, int *own, size_t *ret_len,
		     struct err *e);
/* The container's directory. -ENOENT without words where it does not exist. */
int cgroup_dir_open(const struct cgroup_hierarchy *h, struct err *e);
/* @file of the container's directory, for writing. Descriptor or -errno. */
int cgroup_dir_open_file(const struct cgroup_hierarchy *h, const char *file, struct err *e);
/* @rel below @dirfd, staying on the mount and following nothing. Descriptor or -errno. */
int cgroup_dir_open_at(int dirfd, const char *rel);
/* Reads a small attribute, without its last newline. The caller frees. */
int cgroup_dir_read(int dirfd, const char *file, char **ret);
int cgroup_dir_write(int dirfd, const char *file, const char *value);

/* ---- cgroup_create.c ---- */

/* False where systemd was to make the cgroups and has not, as far as we know: what stands at their
 * paths is somebody else's. */
bool cgroup_is_begun(const struct cgroup *cg);

/* ---- cgroup_control.c ---- */

/* 0 where no process is in the directory, nor in one below it; -EBUSY where one is, or -errno. */
int cgroup_dir_check_empty(int dirfd);

/* ---- cgroup_dir_make.c ---- */

/* Makes the path, component by component; sets h->kept and h->created. */
int cgroup_dir_make(struct cgroup_hierarchy *h, bool enable_all, struct err *e);
/* v2: switches @controller on in every ancestor's cgroup.subtree_control, and notes in h->enabled
 * where that was new. 0 or -errno. */
int cgroup_dir_enable(struct cgroup_hierarchy *h, const char *controller);

/* ---- cgroup_dir_remove.c ---- */

/* Removes what h->kept says is ours. */
int cgroup_dir_remove(struct cgroup_hierarchy *h, struct err *e);

/* ---- cgroup_convert.c ---- */

/* cpu.shares (2..262144) to cpu.weight (1..10000): monotone, 1024 is 100. */
uint64_t cgroup_convert_shares(uint64_t shares);
/* blkio.weight (10..1000) to io.weight (1..10000). */
uint64_t cgroup_convert_blkio_weight(uint64_t weight);

/* ---- cgroup_plan of writes: resources become a list before anything is touched ---- */

enum cgroup_write_flag {
	CGW_MISSING_OK = 1,  /* where the file is missing the value holds already */
	CGW_READ_BACK = 2,   /* the kernel may take the write and ignore it: compare */
	CGW_KEEP_FIRST = 4,  /* the file's first word goes before the value (cpu.max) */
	CGW_CHECK_USAGE = 8, /* refuse a limit below what is used (checkBeforeUpdate) */
	CGW_ANCESTORS = 16,  /* where it fails, give the directories above the same first */
	CGW_WITH_LATER =
		32,	  /* order against the next write is not fixed: see cgroup_writes_run() */
	CGW_V2_ONLY = 64, /* a file of v2 by its name; v1 may have one of that name too */
};
struct cgroup_write {
	const char *controller;
	const char *file;
	const char *alt;     /* tried where @file does not exist; may be NULL */
	const char *prop;    /* "memory.limit" */
	const void *addr;    /* the member, for cfg_err() */
	char *value;	     /* owned */
	char *alt_value;     /* owned; what @alt takes, NULL: @value */
	char *own_file;	     /* owned; backs @file where that is computed */
	const char *why_not; /* not NULL: the property cannot be applied here, for this reason */
	unsigned int flags;
};
struct cgroup_writes {
	struct cgroup_write *items;
	size_t count, cap;
	bool oom;
};
/* Adds a write and returns it for further settings, or NULL (w->oom). @fmt makes the value. */
struct cgroup_write *cgroup_writes_add(struct cgroup_writes *w, const char *controller,
				       const char *file, const char *prop, const void *addr,
				       const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Adds a refusal. */
void cgroup_writes_refuse(struct cgroup_writes *w, const char *controller, const char *prop,
			  const void *addr, const char *why);

/* Whether a device can have these numbers. */
bool cgroup_is_device(int64_t major, int64_t minor);
void cgroup_writes_done(struct cgroup_writes *w);

/* Each says what is to be written for its part of the resources, with the files of v1 or v2. */
void cgroup_v1_memory(const struct cfg_memory *m, struct cgroup_writes *w);
void cgroup_v1_cpu(const struct cfg_cpu *c, struct cgroup_writes *w);
void cgroup_v1_block_io(const struct cfg_block_io *b, struct cgroup_writes *w);
void cgroup_v1_hugetlb(const struct cfg_hugepage_limit_list *l, struct cgroup_writes *w);
void cgroup_v1_network(const struct cfg_network *n, struct cgroup_writes *w);
void cgroup_v2_memory(const struct cfg_memory *m, struct cgroup_writes *w);
void cgroup_v2_cpu(const struct cfg_cpu *c, struct cgroup_writes *w);
void cgroup_v2_block_io(const struct cfg_block_io *b, struct cgroup_writes *w);
void cgroup_v2_hugetlb(const struct cfg_hugepage_limit_list *l, struct cgroup_writes *w);
void cgroup_v2_network(const struct cfg_network *n, struct cgroup_writes *w);
/* The same files in both. */
void cgroup_any_idle(const struct cfg_cpu *c, struct cgroup_writes *w);
void cgroup_any_cpuset(const struct cfg_cpu *c, struct cgroup_writes *w);
void cgroup_any_pids(const struct cfg_pids *p, struct cgroup_writes *w);
void cgroup_any_rdma(const struct cfg_rdma_list *l, struct cgroup_writes *w);
void cgroup_v2_unified(const struct cfg_pairs *u, struct cgroup_writes *w);
/* hugepageLimits[].pageSize: digits without leading zero, then KB, MB or GB. */
bool cgroup_page_size_is_valid(const char *s);

/* ---- cgroup_undo.c ---- */

/* What a file said before it was written. */
struct cgroup_was {
	int dirfd;	  /* borrowed */
	const char *file; /* borrowed */
	char *was;
};
struct cgroup_undo {
	struct cgroup_was *items;
	size_t count;
};
/* Notes that @file said @was, which it takes, and has been written since. Without memory it is
 * forgotten: this serves those who are about to see another error. */
void cgroup_undo_add(struct cgroup_undo *u, int dirfd, const char *file, char *was);
/* Writes all of it back, the last one first, since the kernel checks files against each other; as
 * far as the kernel lets it. Once. */
void cgroup_undo(const struct cgroup_undo *u);
/* Whether what @file said is @text. */
bool cgroup_undo_has(const struct cgroup_undo *u, int dirfd, const char *file, const char *text);
void cgroup_undo_done(struct cgroup_undo *u);

/* ---- cgroup_devices*.c ---- */

enum { CGROUP_DEV_M = 1, CGROUP_DEV_R = 2, CGROUP_DEV_W = 4, CGROUP_DEV_RWM = 7 };
enum { CGROUP_DEV_BLOCK = 1, CGROUP_DEV_CHAR = 2, CGROUP_DEV_BOTH = 3 };
struct cgroup_device {
	const void *addr;     /* the rule in the document; NULL: one of the defaults */
	int64_t major, minor; /* -1: all */
	unsigned int types;   /* CGROUP_DEV_BLOCK | CGROUP_DEV_CHAR */
	unsigned int access;
	bool allow;
};
struct cgroup_devices {
	struct cgroup_device *items;
	size_t count;
};
/* The complete list: deny all, the document's rules, the defaults. */
int cgroup_devices_collect(const struct cfg_doc *doc, const struct cfg_resources *r,
			   struct cgroup_devices *ret, struct err *e);
void cgroup_devices_done(struct cgroup_devices *d);
/*
 * The v1 form: devices.list after the rules, as lines for devices.deny / devices.allow. The kernel
 * keeps one default and a list of exceptions; rules that this cannot express are -ENOTSUP.
 */
struct cgroup_devices_v1 {
	struct cgroup_device *items; /* exceptions; .allow is !default_allow */
	size_t count;
	bool default_allow;
};
int cgroup_devices_to_v1(const struct cfg_doc *doc, const struct cgroup_devices *d,
			 struct cgroup_devices_v1 *ret, struct err *e);
/* Whether they can be expressed: 0, -ENOTSUP or -ENOMEM. */
int cgroup_devices_check_v1(const struct cfg_doc *doc, const struct cgroup_devices *d,
			    struct err *e);
/* A text like devices.list, which is cut up: 0 or -errno (-EIO: it is none). The kernel shows no
 * exceptions where the default is to allow. The items are the caller's. */
int cgroup_devices_v1_parse(char *text, struct cgroup_devices_v1 *ret);
/*
 * What is to be written, in this order and to the file that .allow says, to make @is @want, both of
 * which deny by default. In between nothing is allowed that neither allows, and what both allow
 * stays allowed, short of exceptions that overlap and of which each both gains and loses. 0 or
 * -ENOMEM; the items are the caller's.
 */
int cgroup_devices_v1_steps(const struct cgroup_devices_v1 *is,
			    const struct cgroup_devices_v1 *want, struct cgroup_devices_v1 *ret);
/* Writes it to the files of @dirfd, which is the directory of @cg. @first: nobody is in the cgroup,
 * and no list of ours yet. */
int cgroup_devices_apply_v1(const struct cgroup *cg, int dirfd, const struct cfg_doc *doc,
			    const struct cgroup_devices *d, bool first, struct err *e);
/* Makes devices.list of @dirfd what it was: @was, which was read from it, and is cut up. Nothing
 * where the default was to allow, as the kernel does not show the exceptions from that. */
int cgroup_devices_v1_restore(int dirfd, char *was, struct err *e);
/* The program for BPF_CGROUP_DEVICE; *ret_insns is the caller's. */
int cgroup_devices_to_bpf(const struct cgroup_devices *d, struct bpf_insn **ret_insns,
			  size_t *ret_count);
/* Attaches it in place of those that the cgroup has; @first: it is known to have none. */
int cgroup_devices_apply_bpf(int dirfd, const struct cgroup_devices *d, bool first, struct err *e);
/* Takes off those that the cgroup has. */
int cgroup_devices_drop_bpf(int dirfd, struct err *e);

/* cgroup_owner.c: makes the user of the container the owner where the configuration has it manage
 * its cgroup; @doc is of kind CFG_CONFIG. */
int cgroup_give_to_user(const struct cgroup *cg, const struct cfg_doc *doc, struct err *e);

/* "<prop>: <formatted>", with the place in the document where @doc knows it. Returns -num. */
int cgroup_err(const struct cfg_doc *doc, const void *addr, const char *prop, struct err *e,
	       int num, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

#endif
