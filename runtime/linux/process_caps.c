/* SPDX-License-Identifier: Apache-2.0 */
/* process.capabilities and what surrounds the change of user (capabilities(7), credentials(7)). */
#include "process.h"

#include "cleanup.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By number. */
static const char *const cap_names[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
	NULL,
};
#define NCAPS (sizeof(cap_names) / sizeof(*cap_names) - 1)

const char *const *process_capability_names(void)
{
	return cap_names;
}

/* The three sets that capget(2) and capset(2) deal with. */
struct sets {
	uint64_t effective, permitted, inheritable;
};

static int get_sets(struct sets *ret)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct d[2] = {0};

	if (syscall(SYS_capget, &head, d) < 0)
		return -errno;
	ret->effective = (uint64_t)d[1].effective << 32 | d[0].effective;
	ret->permitted = (uint64_t)d[1].permitted << 32 | d[0].permitted;
	ret->inheritable = (uint64_t)d[1].inheritable << 32 | d[0].inheritable;
	return 0;
}

static int set_sets(const struct sets *s)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct d[2] = {
		{(uint32_t)s->effective, (uint32_t)s->permitted, (uint32_t)s->inheritable},
		{(uint32_t)(s->effective >> 32), (uint32_t)(s->permitted >> 32),
		 (uint32_t)(s->inheritable >> 32)},
	};

	return syscall(SYS_capset, &head, d) < 0 ? -errno : 0;
}

struct resolver {
	void (*warn)(void *arg, const char *text);
	void *arg;
	uint64_t asked; /* capabilities whose state is known by now: */
	uint64_t known; /* to the kernel */
	uint64_t ours;	/* in our bounding set */
	bool userns;	/* where all that the kernel knows is to be had */
};

static void ask(struct resolver *r, int cap)
{
	int state;

	if (r->asked & 1ull << cap)
		return;
	r->asked |= 1ull << cap;
	state = prctl(PR_CAPBSET_READ, (unsigned long)cap, 0, 0, 0);
	if (state >= 0)
		r->known |= 1ull << cap;
	if (state > 0)
		r->ours |= 1ull << cap;
}

static void warn(const struct resolver *r, const char *set, const char *name, const char *why)
{
	char text[160];

	if (!r->warn)
		return;
	(void)snprintf(text, sizeof(text), "process.capabilities.%s: %.60s %s", set, name, why);
	r->warn(r->arg, text);
}

static int number_of(const char *name)
{
	for (size_t i = 0; i < NCAPS; i++)
		if (str_eq(name, cap_names[i]))
			return (int)i;
	return -1;
}

/* The set of @names within @allowed; each one left out is warned of. */
static uint64_t resolve(struct resolver *r, const char *set, const struct cfg_strs *names,
			uint64_t allowed, const char *why)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < names->count; i++) {
		int n = number_of(names->items[i]);

		if (n >= 0)
			ask(r, n);
		if (n < 0 || !(r->known & 1ull << n))
			warn(r, set, names->items[i], "is unknown to this host");
		else if (!(allowed & (r->userns ? r->known : r->ours) & 1ull << n))
			warn(r, set, names->items[i], why);
		else
			mask |= 1ull << n;
	}
	return mask;
}

int process_caps_resolve(const struct cfg_capabilities *caps, bool userns, struct process_caps *ret,
			 void (*warn_fn)(void *arg, const char *text), void *arg, struct err *e)
{
	static const char not_granted[] = "cannot be granted: the runtime does not have it";
	struct resolver r = {.warn = warn_fn, .arg = arg, .userns = userns};
	struct process_caps c = {0};
	struct sets s = {0};
	uint64_t have;
	int n = get_sets(&s);

	if (n < 0)
		return err_set(e, -n, "capget: %m");
	have = r.userns ? UINT64_MAX : s.permitted;
	if (caps) {
		c.bounding = resolve(&r, "bounding", &caps->bounding, UINT64_MAX, not_granted);
		c.permitted = resolve(&r, "permitted", &caps->permitted, have, not_granted);
		c.effective = resolve(&r, "effective", &caps->effective, c.permitted,
				      "cannot be granted: it is not in permitted");
		c.inheritable = resolve(&r, "inheritable", &caps->inheritable, c.bounding & have,
					"cannot be granted: it is not in bounding");
		c.ambient = resolve(&r, "ambient", &caps->ambient, c.permitted & c.inheritable,
				    "cannot be granted: it is not in permitted and inheritable");
	}
	*ret = c;
	return 0;
}

int process_drop_bounding(const struct process_caps *c, struct err *e)
{
	for (unsigned int i = 0; i < 64; i++) {
		int has = -1;

		if (c->bounding & 1ull << i)
			continue;
		if (prctl(PR_CAPBSET_DROP, (unsigned long)i, 0, 0, 0) == 0)
			continue;
		/* without CAP_SETPCAP it is EPERM whatever the number, and well all the same where
		 * there is nothing to drop */
		if (errno != EINVAL)
			has = prctl(PR_CAPBSET_READ, (unsigned long)i, 0, 0, 0);
		if (has < 0 && errno == EINVAL)
			break; /* the kernel's last one is behind us */
		if (has == 0)
			continue;
		return err_set(e, EPERM, "drop %s from the bounding set: %m",
			       i < NCAPS ? cap_names[i] : "a capability");
	}
	return 0;
}

static int set_groups(const struct cfg_doc *doc, const struct cfg_user *u, bool deny_setgroups,
		      struct err *e)
{
	_Static_assert(sizeof(gid_t) == sizeof(*u->additional_gids.items), "gids are 32 bits");

	/* the process's own group is no other: nothing has to be set for it */
	for (size_t i = 0; deny_setgroups && i < u->additional_gids.count; i++) {
		if (u->additional_gids.items[i] != u->gid)
			return cfg_err(
				doc, &u->additional_gids, e, EPERM,
				"additionalGids: the user namespace does not allow setgroups(2)");
	}
	if (deny_setgroups)
		return 0;
	if (setgroups(u->additional_gids.count, u->additional_gids.items) == 0)
		return 0;
	if (u->additional_gids.count)
		return cfg_err(doc, &u->additional_gids, e, errno, "additionalGids: %s",
			       errno == EINVAL ? "no mapping in the user namespace"
					       : strerror(errno));
	return err_set(e, errno, "drop the caller's groups: %m");
}

int process_set_user(const struct cfg_doc *doc, const struct cfg_user *u, bool deny_setgroups,
		     struct err *e)
{
	gid_t gid = (gid_t)u->gid;
	uid_t uid = (uid_t)u->uid;
	struct sets s = {0};
	int r;

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "PR_SET_KEEPCAPS: %m");
	r = set_groups(doc, u, deny_setgroups, e);
	if (r < 0)
		return r;
	if (setresgid(gid, gid, gid) < 0)
		return cfg_err(doc, &u->gid, e, errno, "gid %u: %s", gid,
			       errno == EINVAL ? "no mapping in the user namespace"
					       : strerror(errno));
	if (setresuid(uid, uid, uid) < 0)
		return cfg_err(doc, &u->uid, e, errno, "uid %u: %s", uid,
			       errno == EINVAL ? "no mapping in the user namespace"
					       : strerror(errno));
	/* the change took the effective set, which what is still to come needs */
	r = get_sets(&s);
	if (r >= 0) {
		s.effective = s.permitted;
		r = set_sets(&s);
	}
	if (r < 0)
		return err_set(e, -r, "keep the capabilities over the change of user: %m");
	/* and may have made us readable for the container */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_set(e, errno, "PR_SET_DUMPABLE: %m");
	/* config.md#posix-platform-user: without umask the caller's stays */
	if (u->has_umask)
		(void)umask((mode_t)u->umask & 0777);
	return 0;
}

int process_set_caps(const struct process_caps *c, struct err *e)
{
	const struct sets s = {.effective = c->effective,
			       .permitted = c->permitted,
			       .inheritable = c->inheritable};
	int r = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

	/* KEEPCAPS is one of them */
	if (r != SECUREBITS_DEFAULT && prctl(PR_SET_SECUREBITS, SECUREBITS_DEFAULT, 0, 0, 0) < 0 &&
	    (r != SECBIT_KEEP_CAPS || prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0))
		return err_set(e, errno, "clear securebits %#x: %m", (unsigned int)r);
	r = set_sets(&s);
	if (r < 0)
		return err_set(e, -r, "capset: %m");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return err_set(e, errno, "clear the ambient set: %m");
	for (unsigned int i = 0; i < 64; i++) {
		if (!(c->ambient & 1ull << i))
			continue;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (unsigned long)i, 0, 0) < 0)
			return err_set(e, errno, "raise ambient capability %u: %m", i);
	}
	return 0;
}

int process_set_no_new_privs(struct err *e)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
		       ? err_set(e, errno, "PR_SET_NO_NEW_PRIVS: %m")
		       : 0;
}
