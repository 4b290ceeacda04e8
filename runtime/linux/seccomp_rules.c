/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_rules.h"

#include "cleanup.h"
#include "str.h"

#include <string.h>

/* The kernel hands out no larger errno (include/linux/err.h). */
#define ERRNO_MAX 4095
#define TRACE_MAX 65535

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

/* libseccomp's token has the name without SCMP_ARCH_, in lower case. */
uint32_t seccomp_rules_arch(int cfg_arch)
{
	const char *name = cfg_enum_name_seccomp_arch(cfg_arch);
	char lower[32];
	size_t n = 0;

	if (!name || !str_starts(name, "SCMP_ARCH_"))
		return 0;
	for (name += strlen("SCMP_ARCH_"); *name && n + 1 < sizeof(lower); name++)
		lower[n++] = to_lower(*name);
	lower[n] = '\0';
	return seccomp_arch_resolve_name(lower);
}

int seccomp_rules_arch_fits(uint32_t token)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int r;

	if (!ctx)
		return -ENOMEM;
	r = seccomp_arch_add(ctx, token);
	seccomp_release(ctx);
	return r == -ENOMEM ? r : r == 0 || r == -EEXIST;
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

static int resolve_args(const struct cfg_doc *doc, struct seccomp_rule *rule, struct err *e)
{
	const struct cfg_syscall *s = rule->from;
	unsigned int seen = 0;

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
		rule->args[rule->nargs++] = one;
	}
	return 0;
}

static int read_notify(struct seccomp_rules *all, const struct seccomp_rule *rule, struct err *e)
{
	for (size_t i = 0; i < rule->from->names.count; i++) {
		char *const *name = &rule->from->names.items[i];

		if (seccomp_syscall_resolve_name(*name) == __NR_SCMP_ERROR)
			continue;
		/* the listener itself travels by this call, from behind the filter */
		if (str_eq(*name, "sendmsg"))
			return cfg_err(all->doc, name, e, EOPNOTSUPP,
				       "SCMP_ACT_NOTIFY cannot be applied to sendmsg");
		all->notify = true;
	}
	return 0;
}

/* (argument & mask) == value, where the value has bits that the mask has not. libseccomp forgets
 * those bits and makes the comparison hold. */
static bool never_matches(const struct seccomp_rule *rule)
{
	for (unsigned int i = 0; i < rule->nargs; i++) {
		const struct scmp_arg_cmp *a = &rule->args[i];

		if (a->op == SCMP_CMP_MASKED_EQ && a->datum_b & ~a->datum_a)
			return true;
	}
	return false;
}

static int read_rule(struct seccomp_rules *all, const struct cfg_syscall *s, struct err *e)
{
	const struct action a = {&s->action, &s->errno_ret, s->action, s->has_errno_ret,
				 s->errno_ret};
	struct seccomp_rule rule = {.from = s};
	int r = resolve_action(all->doc, &a, &rule.action, e);

	if (r >= 0)
		r = resolve_args(all->doc, &rule, e);
	if (r < 0)
		return r;
	if (!s->names.count)
		return cfg_err(all->doc, &s->names, e, EINVAL, "names no system call");
	rule.is_default = rule.action == all->default_action;
	if ((rule.is_default && !rule.nargs) || never_matches(&rule))
		return 0;
	all->items[all->count++] = rule;
	return rule.action == SCMP_ACT_NOTIFY ? read_notify(all, &rule, e) : 0;
}

static int read_archs(struct seccomp_rules *all, const struct cfg_seccomp *s, struct err *e)
{
	all->archs[all->narchs++] = seccomp_arch_native();
	for (size_t i = 0; i < s->architectures.count; i++) {
		int arch = s->architectures.items[i];
		const char *name = cfg_enum_name_seccomp_arch(arch);
		uint32_t token = seccomp_rules_arch(arch);
		bool seen = false;
		int fits;

		if (!name)
			return cfg_err(all->doc, &s->architectures.items[i], e, EINVAL,
				       "unknown architecture");
		if (!token)
			return cfg_err(all->doc, &s->architectures.items[i], e, EOPNOTSUPP,
				       "%s is unknown to libseccomp", name);
		for (size_t k = 0; k < all->narchs; k++)
			seen = seen || all->archs[k] == token;
		if (seen)
			continue;
		fits = seccomp_rules_arch_fits(token);
		if (fits < 0)
			return err_set(e, -fits, "linux.seccomp: %m");
		if (!fits)
			return cfg_err(all->doc, &s->architectures.items[i], e, EOPNOTSUPP,
				       "%s cannot be added to this machine's filter: other byte "
				       "order",
				       name);
		all->archs[all->narchs++] = token;
	}
	return 0;
}

static int read_all(struct seccomp_rules *all, const struct cfg_seccomp *s, struct err *e)
{
	const struct action a = {&s->default_action, &s->default_errno_ret, s->default_action,
				 s->has_default_errno_ret, s->default_errno_ret};
	int r = resolve_action(all->doc, &a, &all->default_action, e);

	if (r < 0)
		return r;
	if (all->default_action == SCMP_ACT_NOTIFY)
		return cfg_err(all->doc, &s->default_action, e, EOPNOTSUPP,
			       "SCMP_ACT_NOTIFY cannot be the default: the calls that hand out the "
			       "listener would wait for it");
	if (s->listener_metadata && !s->listener_path)
		return cfg_err(all->doc, &s->listener_metadata, e, EINVAL, "needs listenerPath");
	r = read_archs(all, s, e);
	for (size_t i = 0; r >= 0 && i < s->syscalls.count; i++)
		r = read_rule(all, &s->syscalls.items[i], e);
	if (r >= 0 && all->notify && (!s->listener_path || !*s->listener_path))
		r = cfg_err(all->doc, &s->listener_path, e, EINVAL,
			    "SCMP_ACT_NOTIFY needs a listenerPath");
	return r;
}

int seccomp_rules_read(const struct cfg_doc *doc, const struct cfg_seccomp *s,
		       struct seccomp_rules *ret, struct err *e)
{
	struct seccomp_rules all = {.doc = doc};
	int r;

	all.items = calloc(s->syscalls.count + 1, sizeof(*all.items));
	all.archs = calloc(s->architectures.count + 1, sizeof(*all.archs));
	if (!all.items || !all.archs)
		r = err_set(e, ENOMEM, "linux.seccomp: %m");
	else
		r = read_all(&all, s, e);
	if (r < 0) {
		seccomp_rules_done(&all);
		return r;
	}
	*ret = all;
	return 0;
}

void seccomp_rules_done(struct seccomp_rules *r)
{
	int saved = errno;

	free(r->items);
	free(r->archs);
	*r = (struct seccomp_rules){0};
	errno = saved;
}
