/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"

#include "fd.h"
#include "str.h"
#include "tried.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Newer than some headers, or in none of them. */
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
#define ST_NOSYMFOLLOW		 0x2000 /* statfs(2) */
#define MODE_PREFERRED_MANY	 5
#define MODE_WEIGHTED_INTERLEAVE 6
#define FLAG_NUMA_BALANCING	 (1 << 13)

/* Of mount_setattr(2), whose structure not every C library has. */
struct attributes {
	uint64_t set, clear, propagation, userns;
};
enum { ATTR_RDONLY = 1, ATTR_NOSYMFOLLOW = 0x00200000 };

/* A flag that the kernel does not know is an error before it looks for the path, which is none. */
static bool sets_on_trees(uint64_t attribute)
{
	struct attributes attr = {.set = attribute};

	return syscall(SYS_mount_setattr, FD_NONE, "", 0, &attr, sizeof(attr)) == 0 ||
	       (errno != ENOSYS && errno != EINVAL);
}

/* Kernels before it pass over the flag without a word: whether it was taken shows in the mount. */
static int mount_nosymfollow(void *arg)
{
	struct statfs s;

	(void)arg;
	return hx_tried_tmpfs(MS_NOSYMFOLLOW) && statfs(TRIED_TMPFS, &s) == 0 &&
			       s.f_flags & ST_NOSYMFOLLOW
		       ? 0
		       : 1;
}

/* Before Linux 5.15, which only warns of it, it takes a kernel that is built with such locks, and
 * their administrator of the first user namespace (mount(2)). */
static int mount_mand(void *arg)
{
	(void)arg;
	return hx_tried_tmpfs(MS_MANDLOCK) ? 0 : 1;
}

bool hx_kernel_has_mount_option(const char *name)
{
	static const char *const on_trees[] = {
		"ratime",      "rdev",	       "rdiratime",	 "rexec",   "rnoatime",	 "rnodev",
		"rnodiratime", "rnoexec",      "rnorelatime",	 "rnosuid", "rrelatime", "rro",
		"rrw",	       "rstrictatime", "rnostrictatime", "rsuid"};

	if (str_eq(name, "nosymfollow") || str_eq(name, "symfollow"))
		return hx_tried(mount_nosymfollow, NULL);
	if (str_eq(name, "mand"))
		return hx_tried(mount_mand, NULL);
	if (str_eq(name, "rnosymfollow") || str_eq(name, "rsymfollow"))
		return sets_on_trees(ATTR_NOSYMFOLLOW);
	for (size_t i = 0; i < sizeof(on_trees) / sizeof(on_trees[0]); i++) {
		if (str_eq(name, on_trees[i]))
			return sets_on_trees(ATTR_RDONLY);
	}
	return true;
}

struct policy {
	const char *name;
	int mode;
	bool nodes; /* it takes some */
};

static int set_policy(void *arg)
{
	const struct policy *p = arg;
	unsigned long nodes = 1;

	return syscall(SYS_set_mempolicy, p->mode, p->nodes ? &nodes : NULL,
		       p->nodes ? 8 * sizeof(nodes) : 0) == 0
		       ? 0
		       : 1;
}

bool hx_kernel_has_mempolicy(const char *name)
{
	static const struct policy policies[] = {
		{"MPOL_DEFAULT", MPOL_DEFAULT, false},
		{"MPOL_LOCAL", MPOL_LOCAL, false},
		{"MPOL_BIND", MPOL_BIND, true},
		{"MPOL_INTERLEAVE", MPOL_INTERLEAVE, true},
		{"MPOL_PREFERRED", MPOL_PREFERRED, true},
		{"MPOL_PREFERRED_MANY", MODE_PREFERRED_MANY, true},
		{"MPOL_WEIGHTED_INTERLEAVE", MODE_WEIGHTED_INTERLEAVE, true},
		{"MPOL_F_STATIC_NODES", MPOL_BIND | MPOL_F_STATIC_NODES, true},
		{"MPOL_F_RELATIVE_NODES", MPOL_BIND | MPOL_F_RELATIVE_NODES, true},
		{"MPOL_F_NUMA_BALANCING", MPOL_BIND | FLAG_NUMA_BALANCING, true},
	};

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct policy p = policies[i];

		if (str_eq(name, p.name))
			return hx_tried(set_policy, &p);
	}
	return true;
}
