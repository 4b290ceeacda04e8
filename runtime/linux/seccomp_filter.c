/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_filter.h"

#include "cleanup.h"
#include "unix_socket.h"

#include <limits.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers of older systems. */
#ifndef SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define SECCOMP_FILTER_FLAG_TSYNC_ESRCH (1UL << 4)
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* From so many names on, a tree of comparisons beats a list (seccomp_attr_set(3)). */
#define TREE_FROM 32
/* The kernel hands out no larger errno (include/linux/err.h). */
#define ERRNO_MAX 4095
#define TRACE_MAX 65535

static const struct {
	int flag;
	unsigned int bit;
} flags[] = {
	{CFG_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_TSYNC},
	{CFG_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_LOG},
	{CFG_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_SPEC_ALLOW},
	{CFG_FILTER_FLAG_WAIT_KILLABLE_RECV, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
};

static const struct {
	int op;
	enum scmp_compare compare;
} operators[] = {
	{CFG_CMP_NE, SCMP_CMP_NE},
	{CFG_CMP_LT, SCMP_CMP_LT},
	{CFG_CMP_LE, SCMP_CMP_LE},
	{CFG_CMP_EQ, SCMP_CMP_EQ},
	{CFG_CMP_GE, SCMP_CMP_GE},
	{CFG_CMP_GT, SCMP_CMP_GT},
	{CFG_CMP_MASKED_EQ, SCMP_CMP_MASKED_EQ},
};

void seccomp_filter_done(struct seccomp_filter *f)
{
	free(f->insns);
	*f = (struct seccomp_filter){0};
}

static int flag_bit(int flag, unsigned int *ret)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (flags[i].flag == flag) {
			*ret = flags[i].bit;
			return 0;
		}
	}
	return -EINVAL;
}

/*
 * Whether this kernel has the flag: it looks at the flags before it reads the (absent) program, so
 * that EFAULT means yes. WAIT_KILLABLE_RECV is refused without a listener.
 */
bool seccomp_filter_flag_supported(int flag)
{
	unsigned int bit;

	if (flag_bit(flag, &bit) < 0)
		return false;
	if (bit == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
		bit |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, bit, NULL) < 0 && errno == EFAULT;
}

/* tolower(3) asks the locale. */
static char to_lower(char c)
{
	static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
	const char *at = memchr(upper, c, sizeof(upper) - 1);

	if (!at)
		return c;
	return lower[at - upper];
}

/* libseccomp's token: the name without SCMP_ARCH_, in lower case. 0: unknown to this libseccomp. */
static uint32_t arch_token(int arch)
{
	const char *name = cfg_enum_name_seccomp_arch(arch);
	char lower[32];
	size_t n = 0;

	if (!name || !str_starts(name, "SCMP_ARCH_"))
		return 0;
	for (name += strlen("SCMP_ARCH_"); *name && n + 1 < sizeof(lower); name++)
		lower[n++] = to_lower(*name);
	lower[n] = '\0';
	return seccomp_arch_resolve_name(lower);
}

bool seccomp_filter_arch_supported(int arch)
{
	uint32_t token = arch_token(arch);
	scmp_filter_ctx ctx;
	int r;

	if (!token)
		return false;
	/* one of the other byte order has no place beside ours */
	ctx = seccomp_init(SCMP_ACT_ALLOW);
	if (!ctx)
		return false;
	r = seccomp_arch_add(ctx, token);
	seccomp_release(ctx);
	return r == 0 || r == -EEXIST;
}

/* One action with its errnoRet, from the document to libseccomp's word. */
struct action {
	const void *addr, *errno_addr;
	int action;
	bool has_errno;
	uint64_t errno_ret;
};

static int resolve_action(const struct cfg_doc *doc, const struct action *a, uint32_t *ret,
			  struct err *e)
{
	bool takes = a->action == CFG_ACT_ERRNO || a->action == CFG_ACT_TRACE;
	uint64_t max = a->action == CFG_ACT_TRACE ? TRACE_MAX : ERRNO_MAX;
	uint64_t value = a->has_errno ? a->errno_ret : EPERM;

	if (a->has_errno && !takes)
		return cfg_err(doc, a->errno_addr, e, EINVAL,
			       "the action takes no errno to return");
	if (takes && value > max)
		return cfg_err(doc, a->errno_addr, e, EINVAL, "%llu is more than %llu",
			       (unsigned long long)value, (unsigned long long)max);
	switch (a->action) {
	case CFG_ACT_KILL:
	case CFG_ACT_KILL_THREAD:
		*ret = SCMP_ACT_KILL_THREAD;
		break;
	case CFG_ACT_KILL_PROCESS:
		*ret = SCMP_ACT_KILL_PROCESS;
		break;
	case CFG_ACT_TRAP:
		*ret = SCMP_ACT_TRAP;
		break;
	case CFG_ACT_ERRNO:
		*ret = SCMP_ACT_ERRNO((uint16_t)value);
		break;
	case CFG_ACT_TRACE:
		*ret = SCMP_ACT_TRACE((uint16_t)value);
		break;
	case CFG_ACT_ALLOW:
		*ret = SCMP_ACT_ALLOW;
		break;
	case CFG_ACT_LOG:
		*ret = SCMP_ACT_LOG;
		break;
	case CFG_ACT_NOTIFY:
		*ret = SCMP_ACT_NOTIFY;
		break;
	default:
		return cfg_err(doc, a->addr, e, EINVAL, "unknown seccomp action");
	}
	return 0;
}

static int resolve_arg(const struct cfg_doc *doc, const struct cfg_seccomp_arg *a,
		       struct scmp_arg_cmp *ret, struct err *e)
{
	if (a->index > 5)
		return cfg_err(doc, &a->index, e, EINVAL,
			       "a system call has the arguments 0 to 5, not %llu",
			       (unsigned long long)a->index);
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		if (operators[i].op != a->op)
			continue;
		*ret = (struct scmp_arg_cmp){.arg = (unsigned int)a->index,
					     .op = operators[i].compare,
					     .datum_a = a->value,
					     .datum_b = a->value_two};
		return 0;
	}
	return cfg_err(doc, &a->op, e, EINVAL, "unknown seccomp operator");
}

static int resolve_args(const struct cfg_doc *doc, const struct cfg_syscall *s,
			struct scmp_arg_cmp ret[6], unsigned int *ret_n, struct err *e)
{
	unsigned int seen = 0, n = 0;

	for (size_t i = 0; i < s->args.count; i++) {
		const struct cfg_seccomp_arg *a = &s->args.items[i];
		struct scmp_arg_cmp one = {0};
		int r = resolve_arg(doc, a, &one, e);

		if (r < 0)
			return r;
		/* libseccomp compares each argument once; and "or" is not what the text says */
		if (seen & (1u << one.arg))
			return cfg_err(doc, a, e, EOPNOTSUPP,
				       "argument %u is compared twice in one rule", one.arg);
		seen |= 1u << one.arg;
		ret[n++] = one;
	}
	*ret_n = n;
	return 0;
}

static int add_syscall(const struct cfg_doc *doc, scmp_filter_ctx ctx, const struct cfg_syscall *s,
		       uint32_t default_action, bool *notify, struct err *e)
{
	const struct action a = {&s->action, &s->errno_ret, s->action, s->has_errno_ret,
				 s->errno_ret};
	struct scmp_arg_cmp args[6];
	unsigned int nargs = 0;
	uint32_t action = 0;
	int r = resolve_action(doc, &a, &action, e);

	if (r >= 0)
		r = resolve_args(doc, s, args, &nargs, e);
	if (r < 0)
		return r;
	if (!s->names.count)
		return cfg_err(doc, &s->names, e, EINVAL, "names no system call");
	if (action == default_action)
		return 0;
	for (size_t i = 0; i < s->names.count; i++) {
		const char *name = s->names.items[i];
		int nr = seccomp_syscall_resolve_name(name);

		/* profiles list the calls of newer kernels and of other machines */
		if (nr == __NR_SCMP_ERROR)
			continue;
		/* the listener itself travels by this call, from behind the filter */
		if (action == SCMP_ACT_NOTIFY && str_eq(name, "sendmsg"))
			return cfg_err(doc, &s->names.items[i], e, EOPNOTSUPP,
				       "SCMP_ACT_NOTIFY cannot be applied to sendmsg");
		r = seccomp_rule_add_array(ctx, action, nr, nargs, args);
		/* an earlier rule has decided */
		if (r < 0 && r != -EEXIST)
			return cfg_err(doc, &s->names.items[i], e, -r,
				       "libseccomp refuses the rule for %s: %s", name,
				       strerror(-r));
		*notify = *notify || action == SCMP_ACT_NOTIFY;
	}
	return 0;
}

static int add_archs(const struct cfg_doc *doc, scmp_filter_ctx ctx, const struct cfg_seccomp *s,
		     struct err *e)
{
	for (size_t i = 0; i < s->architectures.count; i++) {
		int arch = s->architectures.items[i], r;
		const char *name = cfg_enum_name_seccomp_arch(arch);
		uint32_t token = arch_token(arch);

		if (!name)
			return cfg_err(doc, &s->architectures.items[i], e, EINVAL,
				       "unknown architecture");
		if (!token)
			return cfg_err(doc, &s->architectures.items[i], e, EOPNOTSUPP,
				       "%s is unknown to libseccomp", name);
		r = seccomp_arch_add(ctx, token);
		if (r < 0 && r != -EEXIST)
			return cfg_err(doc, &s->architectures.items[i], e, EOPNOTSUPP,
				       "%s cannot be added to this machine's filter: %s", name,
				       r == -EDOM ? "other byte order" : strerror(-r));
	}
	return 0;
}

static int collect_flags(const struct cfg_doc *doc, const struct cfg_seccomp *s, bool notify,
			 unsigned int *ret, struct err *e)
{
	unsigned int all = 0;

	for (size_t i = 0; i < s->flags.count; i++) {
		unsigned int bit;

		if (flag_bit(s->flags.items[i], &bit) < 0)
			return cfg_err(doc, &s->flags.items[i], e, EINVAL, "unknown seccomp flag");
		if (!seccomp_filter_flag_supported(s->flags.items[i]))
			return cfg_err(doc, &s->flags.items[i], e, EOPNOTSUPP,
				       "the kernel has no such flag");
		all |= bit;
	}
	/* nobody waits for a listener that does not exist; the kernel refuses the pair */
	if (!notify)
		all &= ~(unsigned int)SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	else
		all |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	/* both return something: a thread's id or the listener. This makes it the listener. */
	if (notify && (all & SECCOMP_FILTER_FLAG_TSYNC))
		all |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
	*ret = all;
	return 0;
}

/* libseccomp writes the program to a file: one in memory. */
static int export(scmp_filter_ctx ctx, struct seccomp_filter *ret, struct err *e)
{
	cleanup_fd int fd = memfd_create("seccomp", MFD_CLOEXEC);
	cleanup_free char *buf = NULL;
	size_t len = 0;
	int r;

	if (fd < 0)
		return err_set(e, errno, "seccomp: memfd_create: %m");
	r = seccomp_export_bpf(ctx, fd);
	if (r < 0)
		return err_set(e, -r, "seccomp: libseccomp cannot make the program: %m");
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_set(e, errno, "seccomp: lseek: %m");
	r = fd_read_all(fd, (size_t)USHRT_MAX * sizeof(struct sock_filter), &buf, &len);
	if (r == -EFBIG || (r >= 0 && len / sizeof(struct sock_filter) > BPF_MAXINSNS))
		return err_set(e, E2BIG, "linux.seccomp: the filter is longer than %d instructions",
			       BPF_MAXINSNS);
	if (r < 0)
		return err_set(e, -r, "seccomp: read the program: %m");
	ret->insns = (struct sock_filter *)take_ptr(&buf);
	ret->count = len / sizeof(struct sock_filter);
	return 0;
}

static int build(const struct cfg_doc *doc, scmp_filter_ctx ctx, const struct cfg_seccomp *s,
		 uint32_t default_action, struct seccomp_filter *ret, struct err *e)
{
	size_t names = 0;
	int r = add_archs(doc, ctx, s, e);

	for (size_t i = 0; i < s->syscalls.count; i++)
		names += s->syscalls.items[i].names.count;
	if (names > TREE_FROM)
		(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; r >= 0 && i < s->syscalls.count; i++)
		r = add_syscall(doc, ctx, &s->syscalls.items[i], default_action, &ret->notify, e);
	if (r >= 0)
		r = collect_flags(doc, s, ret->notify, &ret->flags, e);
	return r < 0 ? r : export(ctx, ret, e);
}

int seccomp_filter_compile(const struct cfg_doc *doc, const struct cfg_seccomp *s,
			   struct seccomp_filter *ret, struct err *e)
{
	const struct action a = {&s->default_action, &s->default_errno_ret, s->default_action,
				 s->has_default_errno_ret, s->default_errno_ret};
	struct seccomp_filter f = {0};
	uint32_t action = 0;
	scmp_filter_ctx ctx;
	int r = resolve_action(doc, &a, &action, e);

	if (r < 0)
		return r;
	if (action == SCMP_ACT_NOTIFY)
		return cfg_err(doc, &s->default_action, e, EOPNOTSUPP,
			       "SCMP_ACT_NOTIFY cannot be the default: the calls that hand out the "
			       "listener would wait for it");
	if (s->listener_metadata && !s->listener_path)
		return cfg_err(doc, &s->listener_metadata, e, EINVAL, "needs listenerPath");
	ctx = seccomp_init(action);
	if (!ctx)
		return err_set(e, ENOMEM, "seccomp: cannot make a filter");
	r = build(doc, ctx, s, action, &f, e);
	seccomp_release(ctx);
	if (r >= 0 && f.notify && !s->listener_path)
		r = cfg_err(doc, &s->listener_path, e, EINVAL,
			    "SCMP_ACT_NOTIFY needs a listenerPath");
	if (r < 0) {
		seccomp_filter_done(&f);
		return r;
	}
	*ret = f;
	return 0;
}

int seccomp_filter_load(const struct seccomp_filter *f, int *ret_listener, struct err *e)
{
	struct sock_fprog program = {.len = (unsigned short)f->count, .filter = f->insns};
	long r;

	*ret_listener = FD_NONE;
	if (!f->insns)
		return 0;
	r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, f->flags, &program);
	if (r < 0)
		return err_set(e, errno, "load the seccomp filter: %m");
	if (f->notify)
		*ret_listener = (int)r;
	return 0;
}

int seccomp_filter_send_listener(const char *path, const char *state_json, size_t len,
				 int listener_fd, struct err *e)
{
	cleanup_fd int sock = unix_socket_connect(path, e);
	int r;

	if (sock < 0)
		return err_wrap(e, "seccomp listener");
	r = fd_send(sock, state_json, len, &listener_fd, 1);
	return r < 0 ? err_set(e, -r, "send to the seccomp listener '%s': %m", path) : 0;
}
