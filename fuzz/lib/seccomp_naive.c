/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_naive.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>

#define X32_BIT 0x40000000

static uint32_t next(uint64_t *dice)
{
	*dice = *dice * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*dice >> 33);
}

static const struct cfg_syscall *any_rule(const struct cfg_seccomp *s, uint64_t *dice)
{
	return s->syscalls.count ? &s->syscalls.items[next(dice) % s->syscalls.count] : NULL;
}

struct seccomp_data seccomp_naive_call(const struct cfg_seccomp *s, uint64_t dice)
{
	struct seccomp_data d = {.arch = AUDIT_ARCH_X86_64, .nr = (int)(next(&dice) % 400)};
	const struct cfg_syscall *rule = any_rule(s, &dice);

	if (rule && rule->names.count && next(&dice) % 8) {
		int nr = seccomp_syscall_resolve_name_arch(
			SCMP_ARCH_X86_64, rule->names.items[next(&dice) % rule->names.count]);

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

static bool holds(const struct cfg_seccomp_arg *a, uint64_t value)
{
	switch (a->op) {
	case CFG_CMP_NE:
		return value != a->value;
	case CFG_CMP_LT:
		return value < a->value;
	case CFG_CMP_LE:
		return value <= a->value;
	case CFG_CMP_EQ:
		return value == a->value;
	case CFG_CMP_GE:
		return value >= a->value;
	case CFG_CMP_GT:
		return value > a->value;
	default: /* CFG_CMP_MASKED_EQ */
		return (value & a->value) == a->value_two;
	}
}

static bool matches(const struct cfg_syscall *rule, const struct seccomp_data *call)
{
	bool named = false;

	for (size_t i = 0; i < rule->names.count && !named; i++)
		named = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, rule->names.items[i]) ==
			call->nr;
	for (size_t i = 0; i < rule->args.count && named; i++)
		named = holds(&rule->args.items[i], call->args[rule->args.items[i].index]);
	return named;
}

/* No arguments, or comparisons of no bit. */
static bool is_unconditional(const struct cfg_syscall *rule)
{
	for (size_t i = 0; i < rule->args.count; i++) {
		const struct cfg_seccomp_arg *a = &rule->args.items[i];

		if (a->op != CFG_CMP_MASKED_EQ || a->value || a->value_two)
			return false;
	}
	return true;
}

uint32_t seccomp_naive_answer(const struct cfg_seccomp *s, const struct seccomp_data *call)
{
	uint32_t otherwise =
		answer_of(s->default_action, s->has_default_errno_ret, s->default_errno_ret);
	uint32_t first = otherwise;

	/* -1 is how a tracer skips a call */
	if (call->arch != AUDIT_ARCH_X86_64 || ((uint32_t)call->nr >= X32_BIT && call->nr != -1))
		return SECCOMP_RET_KILL_THREAD;
	for (size_t i = 0; i < s->syscalls.count; i++) {
		const struct cfg_syscall *rule = &s->syscalls.items[i];
		uint32_t says = answer_of(rule->action, rule->has_errno_ret, rule->errno_ret);

		/* what says the same as the default says nothing */
		if (says == otherwise || !matches(rule, call))
			continue;
		if (is_unconditional(rule))
			return says;
		first = first == otherwise ? says : first;
	}
	return first;
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
