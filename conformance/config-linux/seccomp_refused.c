/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#seccomp: profiles that must be refused. What a valid one does is in seccomp.c. */
#include "conform.h"

CONFORM_CASE(seccomp, errno_ret_with_kill_is_refused) = {
	.title = "errnoRet on SCMP_ACT_KILL, which takes none, is an error",
	REQS(REQ_SECCOMP_SYSCALL_ERRNORET_UNSUPPORTED_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	.min_target = 101,
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_KILL", "errnoRet": 5}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, errno_ret_with_trap_is_refused) = {
	.title = "errnoRet on SCMP_ACT_TRAP, which takes none, is an error",
	REQS(REQ_SECCOMP_SYSCALL_ERRNORET_UNSUPPORTED_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	.min_target = 101,
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_TRAP", "errnoRet": 5}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, default_errno_ret_with_allow_is_refused) = {
	.title = "defaultErrnoRet with a default action that takes none is an error",
	REQS(REQ_SECCOMP_DEFAULTERRNORET_UNSUPPORTED_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	.min_target = 101,
	CONFIG(SET("/linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 5})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, unknown_action_is_refused) = {
	.title = "an action that the specification does not list is an error",
	REQS(REQ_SECCOMP_ACTION_INVALID_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_NONE"}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, unknown_default_action_is_refused) = {
	.title = "a default action that the specification does not list is an error",
	REQS(REQ_SECCOMP_DEFAULTACTION_VALUES),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {"defaultAction": "ALLOW"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, absent_default_action_is_refused) = {
	.title = "a profile without defaultAction is refused",
	REQS(REQ_SECCOMP_DEFAULTACTION_FIELD),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {"syscalls": []})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, unknown_architecture_is_refused) = {
	.title = "an architecture that the specification does not list is an error",
	REQS(REQ_SECCOMP_ARCH_INVALID_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp",
		   {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_Z80"]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, unknown_flag_is_refused) = {
	.title = "a flag of the filter that the specification does not list is an error",
	REQS(REQ_SECCOMP_FLAG_INVALID_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["SECCOMP_FILTER_FLAG_NONE"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, unknown_operator_is_refused) = {
	.title = "an operator that the specification does not list is an error",
	REQS(REQ_SECCOMP_OP_INVALID_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"args": [{"index": 0, "value": 1, "op": "SCMP_CMP_IN"}]
		}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, empty_names_is_refused) = {
	.title = "a rule without any name is refused",
	REQS(REQ_SECCOMP_SYSCALL_NAMES_NONEMPTY, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": [], "action": "SCMP_ACT_ERRNO"}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, absent_names_is_refused) = {
	.title = "a rule that lacks names is refused",
	REQS(REQ_SECCOMP_SYSCALL_NAMES_FIELD),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET(
		"/linux/seccomp",
		{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_ERRNO"}]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, absent_action_is_refused) = {
	.title = "a rule without action is refused",
	REQS(REQ_SECCOMP_SYSCALL_ACTION_FIELD),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp",
		   {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpriority"]}]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, index_out_of_range_is_refused) = {
	.title = "an argument index above 5 is an error",
	REQS(REQ_SECCOMP_ARG_INDEX_RANGE_ERROR),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"args": [{"index": 6, "value": 1, "op": "SCMP_CMP_EQ"}]
		}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, absent_index_is_refused) = {
	.title = "an argument without index is refused",
	REQS(REQ_SECCOMP_ARG_INDEX_FIELD),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"args": [{"value": 1, "op": "SCMP_CMP_EQ"}]
		}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, absent_value_is_refused) = {
	.title = "an argument without value is refused",
	REQS(REQ_SECCOMP_ARG_VALUE_FIELD),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"args": [{"index": 1, "op": "SCMP_CMP_EQ"}]
		}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, absent_op_is_refused) = {
	.title = "an argument without op is refused",
	REQS(REQ_SECCOMP_ARG_OP_FIELD),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"args": [{"index": 1, "value": 1}]
		}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, metadata_without_listener_is_refused) = {
	.title = "listenerMetadata without listenerPath is refused",
	REQS(REQ_SECCOMP_LISTENERMETADATA_NEEDS_PATH, REQ_CONFIG_INVALID_VALUE_ERROR),
	.min_target = 101,
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"listenerMetadata": "x",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	.rejected_at = REJECTED_BY_START,
};
