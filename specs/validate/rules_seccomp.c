/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#seccomp */
#include "rules.h"

static const struct cfg_seccomp *seccomp(const struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	return l ? l->seccomp : NULL;
}

/* ERRNO returns the number, TRACE hands it to the tracer; no other action has a use for it. */
static bool action_takes_errno(int action)
{
	return action == CFG_ACT_ERRNO || action == CFG_ACT_TRACE;
}

static void default_errno(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	if (s && s->has_default_errno_ret && s->has_default_action &&
	    s->default_action != CFG_UNKNOWN && !action_takes_errno(s->default_action))
		val_add(c, &s->default_errno_ret,
			"defaultErrnoRet has no meaning for the default action %s; only ERRNO and "
			"TRACE take it",
			cfg_enum_name_seccomp_action(s->default_action));
}

static void syscall_errno(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	for (size_t i = 0; s && i < s->syscalls.count; i++) {
		const struct cfg_syscall *y = &s->syscalls.items[i];

		if (y->has_errno_ret && y->has_action && y->action != CFG_UNKNOWN &&
		    !action_takes_errno(y->action))
			val_add(c, &y->errno_ret,
				"errnoRet has no meaning for the action %s; only ERRNO and TRACE "
				"take it",
				cfg_enum_name_seccomp_action(y->action));
	}
}

static void names_nonempty(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	for (size_t i = 0; s && i < s->syscalls.count; i++) {
		const struct cfg_syscall *y = &s->syscalls.items[i];

		/* a name that is no string is none to the parser, which says so */
		if (y->names.present && y->names.count == 0)
			val_add_absent(c, &y->names,
				       "the rule names no system call; give at least one");
	}
}

static void arg_index(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	for (size_t i = 0; s && i < s->syscalls.count; i++) {
		const struct cfg_seccomp_arg_list *args = &s->syscalls.items[i].args;

		for (size_t k = 0; k < args->count; k++)
			if (args->items[k].has_index && args->items[k].index > 5)
				val_add(c, &args->items[k].index,
					"there is no argument %ju; a system call has six, 0 to 5",
					(uintmax_t)args->items[k].index);
	}
}

static void metadata_needs_path(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	if (s && s->listener_metadata && !s->listener_path && !val_unusable(c, &s->listener_path))
		val_add(c, &s->listener_metadata,
			"listenerMetadata is for the agent behind listenerPath, which is not set");
}

static void notify_without_path(struct val_ctx *c, const int *action)
{
	val_add(c, action, "SCMP_ACT_NOTIFY needs a listenerPath, which is %s",
		seccomp(c)->listener_path ? "empty" : "not set");
}

/* A rule that notifies has to send its descriptor somewhere; without one the path is ignored. */
static void notify_needs_path(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	if (!s || (s->listener_path && *s->listener_path) || val_unusable(c, &s->listener_path))
		return;
	if (s->has_default_action && s->default_action == CFG_ACT_NOTIFY) {
		notify_without_path(c, &s->default_action);
		return;
	}
	for (size_t i = 0; i < s->syscalls.count; i++) {
		const struct cfg_syscall *y = &s->syscalls.items[i];

		if (!y->has_action || y->action != CFG_ACT_NOTIFY)
			continue;
		notify_without_path(c, &y->action);
		return;
	}
}

/* Names that an older version does not have are invalid values there. */
static bool action_came_late(int action)
{
	return action == CFG_ACT_KILL_PROCESS || action == CFG_ACT_KILL_THREAD ||
	       action == CFG_ACT_NOTIFY;
}

static void default_action_too_new(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	if (s && s->has_default_action && action_came_late(s->default_action))
		val_add(c, &s->default_action, "%s came with version 1.1",
			cfg_enum_name_seccomp_action(s->default_action));
}

static void action_too_new(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	for (size_t i = 0; s && i < s->syscalls.count; i++) {
		const struct cfg_syscall *y = &s->syscalls.items[i];

		if (y->has_action && action_came_late(y->action))
			val_add(c, &y->action, "%s came with version 1.1",
				cfg_enum_name_seccomp_action(y->action));
	}
}

static void flag_too_new(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	for (size_t i = 0; s && i < s->flags.count; i++)
		if (s->flags.items[i] == CFG_FILTER_FLAG_WAIT_KILLABLE_RECV)
			val_add(c, &s->flags.items[i], "%s came with version 1.1",
				cfg_enum_name_seccomp_flag(s->flags.items[i]));
}

static int arch_since(int arch)
{
	switch (arch) {
	case CFG_ARCH_RISCV64:
		return 101;
	case CFG_ARCH_LOONGARCH64:
	case CFG_ARCH_M68K:
	case CFG_ARCH_SH:
	case CFG_ARCH_SHEB:
		return 102;
	default:
		return VAL_TARGET_MIN;
	}
}

static void arch_too_new(struct val_ctx *c)
{
	const struct cfg_seccomp *s = seccomp(c);

	for (size_t i = 0; s && i < s->architectures.count; i++) {
		int arch = s->architectures.items[i];

		if (arch_since(arch) > c->target)
			val_add(c, &s->architectures.items[i], "%s came with version 1.%d",
				cfg_enum_name_seccomp_arch(arch), arch_since(arch) % 100);
	}
}

VAL_RULES(val_rules_seccomp,
	  {REQ_SECCOMP_DEFAULTERRNORET_UNSUPPORTED_ERROR, VAL_CONFIG, default_errno, 0, 0, 0},
	  {REQ_SECCOMP_SYSCALL_ERRNORET_UNSUPPORTED_ERROR, VAL_CONFIG, syscall_errno, 0, 0, 0},
	  {REQ_SECCOMP_SYSCALL_NAMES_NONEMPTY, VAL_CONFIG, names_nonempty, 0, 0, 0},
	  {REQ_SECCOMP_ARG_INDEX_RANGE_ERROR, VAL_CONFIG, arg_index, 0, 0, 0},
	  {REQ_SECCOMP_LISTENERMETADATA_NEEDS_PATH, VAL_CONFIG, metadata_needs_path, 0, 0, 0},
	  {REQ_SECCOMP_LISTENER_SEND_FAILURE_ERROR, VAL_CONFIG, notify_needs_path, 0, 0, 0},
	  {REQ_SECCOMP_DEFAULTACTION_VALUES, VAL_CONFIG, default_action_too_new, 0, 0, 101},
	  {REQ_SECCOMP_ACTION_INVALID_ERROR, VAL_CONFIG, action_too_new, 0, 0, 101},
	  {REQ_SECCOMP_FLAG_INVALID_ERROR, VAL_CONFIG, flag_too_new, 0, 0, 101},
	  {REQ_SECCOMP_ARCH_INVALID_ERROR, VAL_CONFIG, arch_too_new, 0, 0, 102}, );
