/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_naive.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>

#define X32_BIT 0x40000000

/* The last one is not among those of seccomp_program.c. */
static const struct machine {
	uint32_t audit;
	uint32_t token; /* libseccomp's */
	int arch;
	uint64_t width; /* the bits of an argument that are compared */
} machines[] = {
	{AUDIT_ARCH_X86_64, SCMP_ARCH_X86_64, CFG_ARCH_X86_64, UINT64_MAX},
	{AUDIT_ARCH_X86_64, SCMP_ARCH_X32, CFG_ARCH_X32, UINT32_MAX},
	{AUDIT_ARCH_I386, SCMP_ARCH_X86, CFG_ARCH_X86, UINT32_MAX},
	{AUDIT_ARCH_AARCH64, SCMP_ARCH_AARCH64, CFG_ARCH_AARCH64, UINT64_MAX},
	{AUDIT_ARCH_ARM, SCMP_ARCH_ARM, CFG_ARCH_ARM, UINT32_MAX},
	{AUDIT_ARCH_RISCV64, SCMP_ARCH_RISCV64, CFG_ARCH_RISCV64, UINT64_MAX},
	{AUDIT_ARCH_PPC64LE, SCMP_ARCH_PPC64LE, CFG_ARCH_PPC64LE, UINT64_MAX},
};
#define MACHINES (sizeof(machines) / sizeof(*machines))

/* x86_64 and x32 share one, and the number tells them apart; -1 is how a tracer skips a call. */
static const struct machine *machine_of(const struct seccomp_data *call)
{
	const struct machine *m = machines;

	while (m->audit != call->arch)
		m++;
	return m == machines && call->nr != -1 && (uint32_t)call->nr >= X32_BIT ? m + 1 : m;
}

/* The program is this machine's own, whatever the profile lists. */
static bool is_listed(const struct cfg_seccomp *s, const struct machine *m)
{
	bool listed = m == machines;

	for (size_t i = 0; i < s->architectures.count && !listed; i++)
		listed = s->architectures.items[i] == m->arch;
	return listed;
}

static uint32_t next(uint64_t *dice)
{
	*dice = *dice * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*dice >> 33);
}

static const struct cfg_syscall *any_rule(const struct cfg_seccomp *s, uint64_t *dice)
{
	return s->syscalls.count ? &s->syscalls.items[next(dice) % s->syscalls.count] : NULL;
}

/* A third of the calls: another machine's door, x32's, or a call that a tracer skips. */
static void go_elsewhere(struct seccomp_data *d, const char *name, uint32_t how)
{
	const struct machine *m = &machines[how / 16 % MACHINES];
	int nr = name ? seccomp_syscall_resolve_name_arch(m->token, name) : -1;

	switch (how % 16) {
	case 0:
		d->nr = -1;
		break;
	case 1:
		d->nr |= X32_BIT;
		break;
	case 2:
	case 3:
	case 4:
		d->arch = m->audit;
		d->nr = nr >= 0 ? nr : d->nr;
		break;
	default:
		break;
	}
}

struct seccomp_data seccomp_naive_call(const struct cfg_seccomp *s, uint64_t dice)
{
	struct seccomp_data d = {.arch = AUDIT_ARCH_X86_64, .nr = (int)(next(&dice) % 400)};
	const struct cfg_syscall *rule = any_rule(s, &dice);
	const char *name = NULL;

	if (rule && rule->names.count && next(&dice) % 8) {
		name = rule->names.items[next(&dice) % rule->names.count];
		int nr = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, name);

		d.nr = nr >= 0 ? nr : d.nr;
	}
	for (size_t i = 0; rule && i < rule->args.count; i++) {
		const struct cfg_seccomp_arg *a = &rule->args.items[i];
		uint64_t value = a->op == CFG_CMP_MASKED_EQ ? a->value_two : a->value;
		uint32_t how = next(&dice);

		value += how % 4 == 0 ? 1 : how % 4 == 1 ? (uint64_t)-1 : 0;
		if (how / 4 % 4 == 0)
			value ^= 1ull << (how / 16 % 64);
		d.args[a->index % 6] = value;
	}
	go_elsewhere(&d, name, next(&dice));
	return d;
}

/* The kernel's word for an action; false: the profile is refused. */
static uint32_t answer_of(int action, bool has_errno, uint64_t value)
{
	uint32_t data = has_errno ? (uint32_t)value : EPERM;

	switch (action) {
	case CFG_ACT_KILL_PROCESS:
		return SECCOMP_RET_KILL_PROCESS;
	case CFG_ACT_TRAP:
		return SECCOMP_RET_TRAP;
	case CFG_ACT_ERRNO:
		return SECCOMP_RET_ERRNO | data;
	case CFG_ACT_TRACE:
		return SECCOMP_RET_TRACE | data;
	case CFG_ACT_ALLOW:
		return SECCOMP_RET_ALLOW;
	case CFG_ACT_LOG:
		return SECCOMP_RET_LOG;
	case CFG_ACT_NOTIFY:
		return SECCOMP_RET_USER_NOTIF;
	default:
		return SECCOMP_RET_KILL_THREAD;
	}
}

static bool holds(const struct cfg_seccomp_arg *a, uint64_t value, uint64_t width)
{
	uint64_t border = a->value & width;

	value &= width;
	switch (a->op) {
	case CFG_CMP_NE:
		return value != border;
	case CFG_CMP_LT:
		return value < border;
	case CFG_CMP_LE:
		return value <= border;
	case CFG_CMP_EQ:
		return value == border;
	case CFG_CMP_GE:
		return value >= border;
	case CFG_CMP_GT:
		return value > border;
	default: /* CFG_CMP_MASKED_EQ */
		return (value & border) == (a->value_two & width) && !(a->value_two & ~a->value);
	}
}

static bool matches(const struct cfg_syscall *rule, const struct seccomp_data *call,
		    const struct machine *m)
{
	/* what is negative is a number to libseccomp alone */
	bool named = false;

	for (size_t i = 0; i < rule->names.count && !named && call->nr >= 0; i++)
		named = seccomp_syscall_resolve_name_arch(m->token, rule->names.items[i]) ==
			call->nr;
	for (size_t i = 0; i < rule->args.count && named; i++)
		named = holds(&rule->args.items[i], call->args[rule->args.items[i].index],
			      m->width);
	return named;
}

/* No arguments, or comparisons of no bit. */
static bool is_unconditional(const struct cfg_syscall *rule, uint64_t width)
{
	for (size_t i = 0; i < rule->args.count; i++) {
		const struct cfg_seccomp_arg *a = &rule->args.items[i];

		if (a->op != CFG_CMP_MASKED_EQ || a->value & width || a->value_two & width)
			return false;
	}
	return true;
}

/* i386's ways to sockets and System V IPC: two multiplexers, and newer calls. */
static bool is_multiplexed(int nr)
{
	return nr == 102 || nr == 117 || nr >= 337;
}

static bool is_known(const struct machine *m, int nr)
{
	return m->arch != CFG_ARCH_PPC64LE && (m->arch != CFG_ARCH_X86 || !is_multiplexed(nr));
}

static uint32_t answer(const struct cfg_seccomp *s, const struct seccomp_data *call,
		       const struct machine *m)
{
	uint32_t otherwise =
		answer_of(s->default_action, s->has_default_errno_ret, s->default_errno_ret);
	const struct cfg_syscall *first = NULL, *always = NULL;

	for (size_t i = s->syscalls.count; i-- > 0;) {
		const struct cfg_syscall *rule = &s->syscalls.items[i];

		if (!matches(rule, call, m))
			continue;
		if (!is_unconditional(rule, m->width))
			first = rule;
		/* the default without a condition says nothing, another one all */
		else if (answer_of(rule->action, rule->has_errno_ret, rule->errno_ret) != otherwise)
			always = rule;
	}
	first = always ? always : first;
	return first ? answer_of(first->action, first->has_errno_ret, first->errno_ret) : otherwise;
}

bool seccomp_naive_agrees(const struct cfg_seccomp *s, const struct seccomp_data *call,
			  uint32_t says)
{
	const struct machine *m = machine_of(call);

	if (!is_listed(s, m))
		return says == SECCOMP_RET_KILL_THREAD;
	return !is_known(m, call->nr) || says == answer(s, call, m);
}

static bool is_named_before(const struct cfg_seccomp *s, size_t rule, const char *name)
{
	for (size_t i = 0; i < rule; i++)
		for (size_t k = 0; k < s->syscalls.items[i].names.count; k++)
			if (strcmp(s->syscalls.items[i].names.items[k], name) == 0)
				return true;
	return false;
}

bool seccomp_naive_is_plain(const struct cfg_seccomp *s)
{
	for (size_t i = 0; i < s->syscalls.count; i++)
		for (size_t k = 0; k < s->syscalls.items[i].names.count; k++)
			if (is_named_before(s, i, s->syscalls.items[i].names.items[k]))
				return false;
	return true;
}

/* It would ask the kernel (-Wl,--wrap of fuzz_seccomp): here each has all flags. */
bool __wrap_seccomp_filter_flag_supported(int flag);
bool __wrap_seccomp_filter_flag_supported(int flag)
{
	(void)flag;
	return true;
}
