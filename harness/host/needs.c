/* SPDX-License-Identifier: Apache-2.0 */
/* One probe function per need: each answers yes, or no with a sentence. */
#include "host.h"

#include "cleanup.h"
#include "fd.h"
#include "filter.h"
#include "idmap.h"
#include "kernel.h"
#include "manager.h"
#include "procfacts.h"
#include "str.h"
#include "tried.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define I386_GETPID    20L
#define HUGEPAGES_FREE "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"

struct asked {
	const struct needs *n;
	const struct hx_host *h;
	const struct json *features;
	char *why;
	size_t size;
};

static int __attribute__((format(printf, 2, 3))) no(const struct asked *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(a->why, a->size, fmt, ap);
	va_end(ap);
	return 0;
}

/* Calls @each for every word of a comma-separated list until one says no. */
static int each_word(const struct asked *a, const char *list,
		     int (*each)(const struct asked *a, const char *word))
{
	cleanup_free char *copy = strdup(list);
	char *save = NULL;
	int r = copy ? 1 : -ENOMEM;

	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && r == 1;
	     w = strtok_r(NULL, ",", &save))
		r = each(a, w);
	return r;
}

static int need_root(const struct asked *a)
{
	return !a->n->root || a->h->root ? 1 : no(a, "needs root");
}

static int need_userns(const struct asked *a)
{
	if (!a->n->userns)
		return 1;
	if (access("/proc/self/ns/user", F_OK) < 0)
		return no(a, "the kernel has no user namespaces");
	if (!a->h->no_userns)
		return 1;
	/* what else may have gone wrong says nothing of the host */
	if (a->h->no_userns != ENOSPC && a->h->no_userns != EUSERS &&
	    !hx_tried_refused(a->h->no_userns))
		return -a->h->no_userns;
	if (a->h->no_userns == ENOSPC)
		return no(a, "user.max_user_namespaces lets nobody make a user namespace");
	return no(a, "no user namespace can be made: %s%s", strerror(a->h->no_userns),
		  a->h->chrooted ? ", as the harness is below a chroot(2)" : "");
}

static int need_own_root(const struct asked *a)
{
	return !a->n->own_root || !a->h->chrooted
		       ? 1
		       : no(a, "the harness is below a chroot(2), and its mount namespace has "
			       "another root");
}

static int one_controller(const struct asked *a, const char *name)
{
	const struct hx_hierarchy *h = hx_cgroups_find(&a->h->cgroups, name);

	/* v2 has no such controller and takes a program instead */
	if (!h && str_eq(name, "devices"))
		h = hx_cgroups_find(&a->h->cgroups, "");
	if (!h)
		return no(a, "no cgroup controller %s", name);
	if (a->n->cgroup && h->v2 != str_eq(a->n->cgroup, "v2"))
		return no(a, "the cgroup controller %s is on cgroup %s, not %s", name,
			  h->v2 ? "v2" : "v1", a->n->cgroup);
	return 1;
}

static int need_cgroup(const struct asked *a)
{
	const char *mode = hx_cgroups_mode(&a->h->cgroups);
	char obstacle[OBSTACLE_MAX];

	if ((a->n->controllers || a->n->cgroup) && a->h->cgroups.count &&
	    hx_cgroups_obstacle(&a->h->cgroups, obstacle))
		return no(a, "%s", obstacle);
	if (a->n->controllers)
		return each_word(a, a->n->controllers, one_controller);
	if (!a->n->cgroup)
		return 1;
	if (str_eq(mode, a->n->cgroup) || (str_eq(mode, "hybrid") && str_eq(a->n->cgroup, "v1")))
		return 1;
	return no(a, "the cgroups are %s, not %s", mode, a->n->cgroup);
}

/* Many files are missing in the root of a hierarchy: look into a cgroup made for the purpose. */
static int knob_is_there(const struct asked *a, const char *knob)
{
	cleanup_free char *controller = NULL;
	cleanup_free char *dir = NULL;
	cleanup_free char *file = NULL;
	const struct hx_hierarchy *h;
	const char *slash;
	bool there;

	slash = strchr(knob, '/');
	controller = slash ? strndup(knob, (size_t)(slash - knob)) : NULL;
	if (!controller)
		return -EINVAL;
	h = hx_cgroups_find(&a->h->cgroups, controller);
	if (!h)
		return no(a, "no cgroup controller %s", controller);
	dir = str_format("%s/%s-knob-%d", h->mount, a->h->run, getpid());
	file = dir ? str_format("%s/%s", dir, slash + 1) : NULL;
	if (!file)
		return -ENOMEM;
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return no(a, "no cgroup can be made in %s: %s", h->mount, strerror(errno));
	there = access(file, F_OK) == 0;
	(void)rmdir(dir);
	return there ? 1 : no(a, "the cgroups here have no %s", slash + 1);
}

static int need_knob(const struct asked *a)
{
	return a->n->knob ? knob_is_there(a, a->n->knob) : 1;
}

static int need_no_knob(const struct asked *a)
{
	int r = a->n->no_knob ? knob_is_there(a, a->n->no_knob) : 0;

	return r < 0 ? r : r == 0 ? 1 : no(a, "the cgroups here have %s", a->n->no_knob);
}

static int one_cap(const struct asked *a, const char *name)
{
	cap_value_t v;

	if (cap_from_name(name, &v) < 0)
		return no(a, "%s is unknown here", name);
	return a->h->caps >> v & 1 ? 1 : no(a, "the harness lacks %s", name);
}

static int need_caps(const struct asked *a)
{
	return a->n->caps ? each_word(a, a->n->caps, one_cap) : 1;
}

/* getrlimit(2); by name as the specification has it. */
static const struct {
	const char *name;
	int resource;
} limits[] = {
	{"RLIMIT_AS", RLIMIT_AS},	    {"RLIMIT_CORE", RLIMIT_CORE},
	{"RLIMIT_CPU", RLIMIT_CPU},	    {"RLIMIT_DATA", RLIMIT_DATA},
	{"RLIMIT_FSIZE", RLIMIT_FSIZE},	    {"RLIMIT_LOCKS", RLIMIT_LOCKS},
	{"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK}, {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
	{"RLIMIT_NICE", RLIMIT_NICE},	    {"RLIMIT_NOFILE", RLIMIT_NOFILE},
	{"RLIMIT_NPROC", RLIMIT_NPROC},	    {"RLIMIT_RSS", RLIMIT_RSS},
	{"RLIMIT_RTPRIO", RLIMIT_RTPRIO},   {"RLIMIT_RTTIME", RLIMIT_RTTIME},
	{"RLIMIT_STACK", RLIMIT_STACK},	    {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
};

/* Who lacks CAP_SYS_RESOURCE can lower a hard limit and not raise it. */
static int one_rlimit(const struct asked *a, const char *word)
{
	size_t n = strcspn(word, ":");
	struct rlimit have;
	uint64_t wanted;

	if (!word[n] || str_to_u64(word + n + 1, UINT64_MAX, &wanted) < 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (strlen(limits[i].name) != n || strncmp(limits[i].name, word, n) != 0)
			continue;
		if (getrlimit((__rlimit_resource_t)limits[i].resource, &have) < 0)
			return -errno;
		if (have.rlim_max >= wanted || a->h->caps >> CAP_SYS_RESOURCE & 1)
			return 1;
		return no(a,
			  "needs a hard limit %s of %s, it is %llu, and the harness lacks "
			  "CAP_SYS_RESOURCE",
			  limits[i].name, word + n + 1, (unsigned long long)have.rlim_max);
	}
	return -EINVAL;
}

static int need_rlimits(const struct asked *a)
{
	return a->n->rlimits ? each_word(a, a->n->rlimits, one_rlimit) : 1;
}

static int one_filter(const struct asked *a, const char *word)
{
	if (str_eq(word, "log"))
		return hx_filter_tells_flags()
			       ? 1
			       : no(a, "ptrace(2) does not tell a filter's flags here");
	if (str_eq(word, "speculation"))
		return hx_filter_shows_speculation()
			       ? 1
			       : no(a, "a filter without SECCOMP_FILTER_FLAG_SPEC_ALLOW does not "
				       "show in Speculation_Store_Bypass here");
	return -EINVAL;
}

static int need_filter(const struct asked *a)
{
	return a->n->filter ? each_word(a, a->n->filter, one_filter) : 1;
}

static int need_new_privs(const struct asked *a)
{
	return !a->n->new_privs || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0
		       ? 1
		       : no(a, "the harness has no_new_privs set, which nothing clears");
}

static int one_lsm(const struct asked *a, const char *name)
{
	return str_has_word(a->h->lsms, name, ",") ? 1 : no(a, "%s is not active", name);
}

static int need_lsm(const struct asked *a)
{
	return a->n->lsm ? each_word(a, a->n->lsm, one_lsm) : 1;
}

/* "NAME (enforce)", a line each. */
static int need_profile(const struct asked *a)
{
	cleanup_free char *text = NULL;
	cleanup_free char *wanted = NULL;
	size_t len;

	if (!a->n->profile)
		return 1;
	if (fd_read_file_at(AT_FDCWD, "/sys/kernel/security/apparmor/profiles", 1u << 20, &text,
			    &len, NULL) < 0)
		return no(a, "AppArmor is not active");
	wanted = str_format("%s (enforce)", a->n->profile);
	if (!wanted)
		return -ENOMEM;
	return str_has_word(text, wanted, "\n")
		       ? 1
		       : no(a, "the AppArmor profile %s is not loaded", a->n->profile);
}

/* The kernel checks what is written here against its policy (security_check_context(3)). */
static int policy_knows(const struct asked *a, const char *context)
{
	cleanup_fd int fd = open("/sys/fs/selinux/context", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return no(a, "SELinux is not active");
	return write(fd, context, strlen(context)) >= 0
		       ? 1
		       : no(a, "the SELinux policy does not know %s", context);
}

/* It may know the context and let no program of a bundle begin with it: on a tmpfs without a label
 * for containers, an enforcing policy does not. */
static int need_label(const struct asked *a)
{
	struct err e = {0};
	int r = a->n->label ? policy_knows(a, a->n->label) : 1;

	if (!a->n->label || r != 1)
		return r;
	if (!a->h->probe)
		return -ENOENT;
	return hx_tried_label(a->n->label, a->h->probe, &e) == 0
		       ? 1
		       : no(a, "no program of a bundle runs here as %s: %s", a->n->label, e.msg);
}

static int need_file_label(const struct asked *a)
{
	return a->n->file_label ? policy_knows(a, a->n->file_label) : 1;
}

/* selinux(8): a policy may be there only to warn. */
static int need_enforcing(const struct asked *a)
{
	cleanup_free char *text = NULL;
	size_t len;

	if (!a->n->enforcing)
		return 1;
	if (fd_read_file_at(AT_FDCWD, "/sys/fs/selinux/enforce", 16, &text, &len, NULL) < 0)
		return no(a, "SELinux is not active");
	return text[0] == '1' ? 1 : no(a, "SELinux is permissive");
}

static int one_namespace(const struct asked *a, const char *type)
{
	const char *file = hx_ns_file(type);
	cleanup_free char *path = file ? str_format("/proc/self/ns/%s", file) : NULL;

	if (!file)
		return -EINVAL;
	if (!path)
		return -ENOMEM;
	return access(path, F_OK) == 0 ? 1 : no(a, "the kernel has no %s namespaces", type);
}

static int need_namespaces(const struct asked *a)
{
	return a->n->namespaces ? each_word(a, a->n->namespaces, one_namespace) : 1;
}

static int one_action(const struct asked *a, const char *name)
{
	return str_has_word(a->h->seccomp, name, " ")
		       ? 1
		       : no(a, "the kernel has no seccomp action %s", name);
}

static int need_seccomp(const struct asked *a)
{
	return a->n->seccomp ? each_word(a, a->n->seccomp, one_action) : 1;
}

static int need_arch(const struct asked *a)
{
	return !a->n->arch || str_has_word(a->n->arch, a->h->uts.machine, ",")
		       ? 1
		       : no(a, "the machine is %s, not %s", a->h->uts.machine, a->n->arch);
}

static int one_path(const struct asked *a, const char *path)
{
	return access(path, F_OK) == 0 ? 1 : no(a, "the host has no %s", path);
}

static int need_path(const struct asked *a)
{
	return a->n->path ? each_word(a, a->n->path, one_path) : 1;
}

static int need_no_path(const struct asked *a)
{
	if (!a->n->no_path || access(a->n->no_path, F_OK) < 0)
		return 1;
	return str_eq(a->n->no_path, "/sys/fs/cgroup/unified")
		       ? no(a,
			    "on a hybrid host hugetlb may be on either hierarchy, where any limit "
			    "may be an error")
		       : no(a, "the host has %s", a->n->no_path);
}

static int one_device(const struct asked *a, const char *device)
{
	int r = hx_tried_device(device);

	return r == 0 ? no(a, "the host lets nobody make and open the device %s", device) : r;
}

static int need_device(const struct asked *a)
{
	return a->n->device ? each_word(a, a->n->device, one_device) : 1;
}

/* Who lacks CAP_SYS_RESOURCE does not get below what somebody has set with it. */
static int one_oom(const struct asked *a, const char *value)
{
	return hx_tried_oom(value) ? 1
				   : no(a, "the harness may not set oom_score_adj to %s", value);
}

static int need_oom(const struct asked *a)
{
	return a->n->oom ? each_word(a, a->n->oom, one_oom) : 1;
}

static int one_fs(const struct asked *a, const char *name)
{
	return str_has_word(a->h->filesystems, name, "\t\n")
		       ? 1
		       : no(a, "the kernel has no file system %s", name);
}

static int need_fs(const struct asked *a)
{
	return a->n->fs ? each_word(a, a->n->fs, one_fs) : 1;
}

static int one_command(const struct asked *a, const char *name)
{
	const char *dirs = getenv("PATH");

	for (dirs = dirs ? dirs : "/usr/sbin:/usr/bin:/sbin:/bin"; *dirs;) {
		size_t n = strcspn(dirs, ":");
		cleanup_free char *path = str_format("%.*s/%s", (int)n, dirs, name);

		if (!path)
			return -ENOMEM;
		if (access(path, X_OK) == 0)
			return 1;
		dirs += n + (dirs[n] == ':');
	}
	return no(a, "the command %s is not installed", name);
}

static int need_command(const struct asked *a)
{
	return a->n->command ? each_word(a, a->n->command, one_command) : 1;
}

static int need_feature(const struct asked *a)
{
	const struct json *v;

	if (!a->n->feature)
		return 1;
	if (!a->features)
		return no(a, "the runtime has no features document that could tell of %s",
			  a->n->feature);
	v = json_at(a->features, a->n->feature);
	if (!v || v->type == JSON_NULL || (v->type == JSON_BOOL && !v->boolean))
		return no(a, "the runtime's features do not have %s", a->n->feature);
	return 1;
}

/* The mask lies within the cpuset: what is in it can be asked for, whoever pinned the harness. */
static int one_cpu(const struct asked *a, const char *word)
{
	cpu_set_t mine;
	uint64_t cpu;

	if (str_to_u64(word, CPU_SETSIZE - 1, &cpu) < 0)
		return -EINVAL;
	if (sched_getaffinity(0, sizeof(mine), &mine) < 0)
		return -errno;
	return CPU_ISSET(cpu, &mine) ? 1 : no(a, "the harness may not run on processor %s", word);
}

static int need_cpus(const struct asked *a)
{
	return a->n->cpus ? each_word(a, a->n->cpus, one_cpu) : 1;
}

static int need_swap(const struct asked *a)
{
	const struct hx_hierarchy *h = hx_cgroups_find(&a->h->cgroups, "memory");
	const struct needs knob = {.knob = h && h->v2 ? "memory/memory.swap.max"
						      : "memory/memory.memsw.limit_in_bytes"};
	struct asked k = *a;

	if (!a->n->swap)
		return 1;
	k.n = &knob;
	return need_knob(&k) == 1 ? 1 : no(a, "the memory controller does not account swap");
}

/* A number of /proc/meminfo in kB, by its name with the colon; 0 where it is not listed. */
static uint64_t meminfo_kb(const char *name)
{
	cleanup_free char *text = NULL;
	cleanup_free char *number = NULL;
	uint64_t kb = 0;
	const char *p;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, "/proc/meminfo", 1u << 16, &text, &len, NULL) < 0)
		return 0;
	p = strstr(text, name);
	if (!p)
		return 0;
	p += strlen(name);
	p += strspn(p, " ");
	number = strndup(p, strspn(p, "0123456789"));
	return number && str_to_u64(number, UINT64_MAX, &kb) == 0 ? kb : 0;
}

static int need_swap_space(const struct asked *a)
{
	return !a->n->swap_space || meminfo_kb("SwapFree:") >= 256 * 1024
		       ? 1
		       : no(a, "the host has less than 256 MB of free swap space");
}

static int need_no_swap_space(const struct asked *a)
{
	return !a->n->no_swap_space || meminfo_kb("SwapTotal:") == 0
		       ? 1
		       : no(a, "the host has swap space");
}

static int need_hugepages(const struct asked *a)
{
	cleanup_free char *text = NULL;
	uint64_t have = 0;
	size_t len;

	if (!a->n->hugepages)
		return 1;
	if (fd_read_file_at(AT_FDCWD, HUGEPAGES_FREE, 1u << 16, &text, &len, NULL) < 0)
		return no(a, "the host has no huge pages of 2 MB");
	text[strcspn(text, "\n")] = '\0';
	if (str_to_u64(text, UINT64_MAX, &have) == 0 && have >= a->n->hugepages)
		return 1;
	return no(a, "needs %u free huge pages of 2 MB, there are %llu", a->n->hugepages,
		  (unsigned long long)have);
}

static int need_veth(const struct asked *a)
{
	return !a->n->veth || a->h->veth ? 1 : no(a, "no virtual ethernet pair can be made");
}

/* Without emulation of i386 the kernel answers with SIGSEGV; a filter of others may kill, too. */
static int call_i386(void *arg)
{
	long r = -1;

	(void)arg;
#ifdef __x86_64__
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(I386_GETPID)
			 : "r8", "r9", "r10", "r11", "memory");
#endif
	return r == getpid() ? 0 : 1;
}

static int need_compat(const struct asked *a)
{
	return !a->n->compat || hx_tried(call_i386, NULL)
		       ? 1
		       : no(a, "calls of i386 are not carried out here");
}

/* The bundles lie on a tmpfs of the run's own (session.c), which takes part since Linux 6.3, or on
 * what the host has where they are to be kept. */
static int need_idmap(const struct asked *a)
{
	if (a->n->idmap && !a->h->work)
		return -ENOENT;
	return !a->n->idmap || hx_idmap_works(a->h->work)
		       ? 1
		       : no(a, "the file system of the bundles takes no id-mapped mounts");
}

/* A size of zero is an error of its own, where the call is known. */
static int need_mount_setattr(const struct asked *a)
{
	return !a->n->mount_setattr || syscall(SYS_mount_setattr, FD_NONE, "", 0, NULL, 0) == 0 ||
			       errno != ENOSYS
		       ? 1
		       : no(a, "the kernel has no mount_setattr, so no recursive mount options");
}

static int one_mount_option(const struct asked *a, const char *name)
{
	return hx_kernel_has_mount_option(name)
		       ? 1
		       : no(a, "the kernel does not carry out the mount option %s", name);
}

static int need_mount_options(const struct asked *a)
{
	return a->n->mount_options ? each_word(a, a->n->mount_options, one_mount_option) : 1;
}

static int one_mempolicy(const struct asked *a, const char *name)
{
	return hx_kernel_has_mempolicy(name) ? 1 : no(a, "set_mempolicy(2) fails with %s", name);
}

static int need_mempolicy(const struct asked *a)
{
	return a->n->mempolicy ? each_word(a, a->n->mempolicy, one_mempolicy) : 1;
}

static int need_user_manager(const struct asked *a)
{
	CLEANUP(hx_manager_done) struct hx_manager m = HX_MANAGER_NONE;
	struct err e = {0};
	int r;

	if (!a->n->user_manager)
		return 1;
	if (hx_manager_find(&a->h->cgroups, &m) < 0)
		return no(a, "no unprivileged user has a systemd of its own, with a bus, on cgroup "
			     "v2");
	r = a->h->work ? hx_manager_tried(&m, a->h->work, &e) : -ENOENT;
	return r == 0 ? 1 : hx_tried_refused(-r) || r == -ENOSPC ? no(a, "%s", e.msg) : r;
}

static int (*const probes[])(const struct asked *a) = {
	need_root,	    need_userns,	need_cgroup,	need_knob,
	need_no_knob,	    need_caps,		need_lsm,	need_namespaces,
	need_seccomp,	    need_arch,		need_path,	need_fs,
	need_command,	    need_cpus,		need_swap,	need_swap_space,
	need_no_swap_space, need_hugepages,	need_veth,	need_profile,
	need_label,	    need_no_path,	need_idmap,	need_enforcing,
	need_rlimits,	    need_new_privs,	need_filter,	need_compat,
	need_mount_setattr, need_mount_options, need_mempolicy, need_device,
	need_oom,	    need_file_label,	need_own_root,	need_user_manager,
};

int hx_needs_met(const struct needs *n, const struct hx_host *h, const struct json *features,
		 bool feature_too, char *why, size_t size)
{
	struct asked a = {n, h, features, why, size};

	why[0] = '\0';
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		int r = probes[i](&a);

		if (r < 0 && !why[0])
			(void)snprintf(why, size, "a need of the case cannot be found out: %s",
				       strerror(-r));
		if (r != 1)
			return r;
	}
	return feature_too ? need_feature(&a) : 1;
}
