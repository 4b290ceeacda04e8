/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config-linux.md#seccomp: each action, operator and errnoRet is tried by real system calls.
 * getpriority(2) serves as the subject: neither a runtime nor a C library needs it, it takes two
 * arguments, and with a first argument above 2 the kernel itself answers EINVAL, so that a filtered
 * and an unfiltered call can be told apart.
 */
#include "conform.h"

CONFORM_CASE(seccomp, absent_means_no_filter) = {
	.title = "without seccomp no filter is installed",
	REQS(REQ_SECCOMP_ABSENT_NO_FILTER),
	MUTANTS("set:/linux/seccomp={\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": "
		"[{\"names\": [\"getpriority\"], \"action\": \"SCMP_ACT_LOG\"}]}"),
	/* the harness may be below filters itself, which nothing takes off */
	INSIDE(FACT_HOST("seccomp.mode"), FACT_HOST("seccomp.filters"),
	       TRY("syscall:getpriority,0,0", "OK")),
};

CONFORM_CASE(seccomp, present_means_filter_mode) = {
	.title = "with seccomp the program runs under a filter",
	REQS(REQ_SECCOMP_PRESENT_FILTER_MODE, REQ_SECCOMP_DEFAULTACTION_APPLIED),
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), FACT_MIN("seccomp.filters", 1),
	       TRY("syscall:getpriority,0,0", "EPERM"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, action_errno) = {
	.title = "SCMP_ACT_ERRNO acts on the system call that the rule names and on no other",
	REQS(REQ_SECCOMP_ACTION_ERRNO, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/errnoRet=1"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "ENOSYS"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, action_kill) = {
	.title = "SCMP_ACT_KILL acts on the system call that the rule names and on no other",
	REQS(REQ_SECCOMP_ACTION_KILL, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ALLOW\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_KILL"}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "SIGSYS"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, action_kill_process) = {
	.title =
		"SCMP_ACT_KILL_PROCESS acts on the system call that the rule names and on no other",
	REQS(REQ_SECCOMP_ACTION_KILL_PROCESS, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	.min_target = 101,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ALLOW\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_KILL_PROCESS"}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "SIGSYS"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, action_kill_thread) = {
	.title = "SCMP_ACT_KILL_THREAD acts on the system call that the rule names and on no other",
	REQS(REQ_SECCOMP_ACTION_KILL_THREAD, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	.min_target = 101,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ALLOW\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_KILL_THREAD"}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "SIGSYS"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, action_trap) = {
	.title = "SCMP_ACT_TRAP acts on the system call that the rule names and on no other",
	REQS(REQ_SECCOMP_ACTION_TRAP, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ALLOW\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_TRAP"}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "SIGSYS"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, action_trace) = {
	.title = "SCMP_ACT_TRACE acts on the system call that the rule names and on no other",
	REQS(REQ_SECCOMP_ACTION_TRACE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ALLOW\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_TRACE"}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "ENOSYS"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, action_log) = {
	.title = "SCMP_ACT_LOG lets the named system call through",
	REQS(REQ_SECCOMP_ACTION_LOG, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ERRNO\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_LOG"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "OK")),
};

CONFORM_CASE(seccomp, errno_ret_is_returned) = {
	.title = "the errno is errnoRet, whatever its value",
	REQS(REQ_SECCOMP_SYSCALL_ERRNORET_APPLIED),
	MUTANTS("drop:/linux/seccomp/syscalls/0/errnoRet",
		"set:/linux/seccomp/syscalls/0/errnoRet=5"),
	.min_target = 101,
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [
			{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
			{"names": ["getpgid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 110}
		]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "EACCES"), TRY("syscall:getpgid,0", "ETIMEDOUT")),
};

CONFORM_CASE(seccomp, errno_ret_defaults_to_eperm) = {
	.title = "without errnoRet a rule gives EPERM, also where the default action has another "
		 "errno",
	REQS(REQ_SECCOMP_SYSCALL_ERRNORET_DEFAULT_EPERM),
	MUTANTS("set:/linux/seccomp/syscalls/0/errnoRet=13"),
	.min_target = 101,
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "EPERM")),
};

CONFORM_CASE(seccomp, several_names_in_a_rule) = {
	.title = "a rule with several names acts on each of them",
	REQS(REQ_SECCOMP_SYSCALL_MULTIPLE_NAMES),
	MUTANTS("pop:/linux/seccomp/syscalls/0/names", "drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority", "getpgid", "getsid"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77
		}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "EBADFD"), TRY("syscall:getpgid,0", "EBADFD"),
	       TRY("syscall:getsid,0", "EBADFD")),
};

CONFORM_CASE(seccomp, op_ne) = {
	.title = "SCMP_CMP_NE compares the argument as its name says",
	REQS(REQ_SECCOMP_OP_NE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\"",
		"drop:/linux/seccomp/syscalls/0/args"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [{"index": 0, "value": 5, "op": "SCMP_CMP_NE"}]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,5,0", "EINVAL"), TRY("syscall:getpriority,4,0", "EBADFD"),
	       TRY("syscall:getpriority,6,0", "EBADFD")),
};

CONFORM_CASE(seccomp, op_lt) = {
	.title = "SCMP_CMP_LT compares the argument as its name says",
	REQS(REQ_SECCOMP_OP_LT, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_SECCOMP_NAMES_MATCH_LIBSECCOMP),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\"",
		"drop:/linux/seccomp/syscalls/0/args"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [{"index": 0, "value": 5, "op": "SCMP_CMP_LT"}]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,4,0", "EBADFD"), TRY("syscall:getpriority,5,0", "EINVAL"),
	       TRY("syscall:getpriority,6,0", "EINVAL")),
};

CONFORM_CASE(seccomp, op_le) = {
	.title = "SCMP_CMP_LE compares the argument as its name says",
	REQS(REQ_SECCOMP_OP_LE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\"",
		"drop:/linux/seccomp/syscalls/0/args"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [{"index": 0, "value": 5, "op": "SCMP_CMP_LE"}]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,4,0", "EBADFD"), TRY("syscall:getpriority,5,0", "EBADFD"),
	       TRY("syscall:getpriority,6,0", "EINVAL")),
};

CONFORM_CASE(seccomp, op_eq) = {
	.title = "SCMP_CMP_EQ compares the argument as its name says",
	REQS(REQ_SECCOMP_OP_EQ, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_NE\"",
		"drop:/linux/seccomp/syscalls/0/args"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [{"index": 0, "value": 5, "op": "SCMP_CMP_EQ"}]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,4,0", "EINVAL"), TRY("syscall:getpriority,5,0", "EBADFD"),
	       TRY("syscall:getpriority,6,0", "EINVAL")),
};

CONFORM_CASE(seccomp, op_ge) = {
	.title = "SCMP_CMP_GE compares the argument as its name says",
	REQS(REQ_SECCOMP_OP_GE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\"",
		"drop:/linux/seccomp/syscalls/0/args"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [{"index": 0, "value": 5, "op": "SCMP_CMP_GE"}]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,4,0", "EINVAL"), TRY("syscall:getpriority,5,0", "EBADFD"),
	       TRY("syscall:getpriority,6,0", "EBADFD")),
};

CONFORM_CASE(seccomp, op_gt) = {
	.title = "SCMP_CMP_GT compares the argument as its name says",
	REQS(REQ_SECCOMP_OP_GT, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\"",
		"drop:/linux/seccomp/syscalls/0/args"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [{"index": 0, "value": 5, "op": "SCMP_CMP_GT"}]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,4,0", "EINVAL"), TRY("syscall:getpriority,5,0", "EINVAL"),
	       TRY("syscall:getpriority,6,0", "EBADFD")),
};

CONFORM_CASE(seccomp, op_masked_eq) = {
	.title = "SCMP_CMP_MASKED_EQ compares the argument as its name says",
	REQS(REQ_SECCOMP_OP_MASKED_EQ, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_SECCOMP_NAMES_MATCH_LIBSECCOMP),
	.may_refuse = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\"",
		"drop:/linux/seccomp/syscalls/0/args"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [
				{"index": 0, "value": 12, "valueTwo": 4, "op": "SCMP_CMP_MASKED_EQ"}
			]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,4,0", "EBADFD"), TRY("syscall:getpriority,7,0", "EBADFD"),
	       TRY("syscall:getpriority,12,0", "EINVAL"), TRY("syscall:getpriority,8,0", "EINVAL"),
	       TRY("syscall:getpriority,36,0", "EBADFD")),
};

CONFORM_CASE(seccomp, args_must_all_match) = {
	.title = "several args of one rule must all match",
	REQS(REQ_SECCOMP_ARGS_ALL_MUST_MATCH, REQ_SECCOMP_ARG_INDEX_APPLIED),
	MUTANTS("pop:/linux/seccomp/syscalls/0/args",
		"set:/linux/seccomp/syscalls/0/args/1/index=2"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [
				{"index": 0, "value": 7, "op": "SCMP_CMP_EQ"},
				{"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}
			]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,7,9", "EBADFD"), TRY("syscall:getpriority,7,8", "EINVAL"),
	       TRY("syscall:getpriority,6,9", "EINVAL")),
};

CONFORM_CASE(seccomp, value_has_64_bits) = {
	.title = "the upper half of a 64-bit value is compared too",
	REQS(REQ_SECCOMP_ARG_VALUE_64BIT),
	.needs = {.arch = "x86_64"},
	MUTANTS("set:/linux/seccomp/syscalls/0/args/0/value=7"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{
			"names": ["getpriority"],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 77,
			"args": [{"index": 0, "value": 4294967303, "op": "SCMP_CMP_EQ"}]
		}]
	})),
	INSIDE(TRY("syscall:getpriority,4294967303,0", "EBADFD"),
	       TRY("syscall:getpriority,7,0", "EINVAL")),
};

CONFORM_CASE(seccomp, secondary_architecture_is_filtered) = {
	.title = "a listed secondary architecture is filtered by the same rules",
	REQS(REQ_SECCOMP_ARCH_FOREIGN_ABI_FILTERED),
	.needs = {.arch = "x86_64", .compat = true},
	MUTANTS("drop:/linux/seccomp", "drop:/linux/seccomp/architectures",
		"pop:/linux/seccomp/architectures"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "EBADFD"), TRY("compat:96,0,0", "EBADFD"),
	       TRY("compat:64", "OK")),
};

CONFORM_CASE(seccomp, profile_filters_for_another_user) = {
	.title = "the filter is in force for a program of another uid without noNewPrivileges",
	REQS(REQ_SECCOMP_PRESENT_FILTER_MODE),
	.needs = {.new_privs = true},
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/process/user", {"uid": 1000, "gid": 1000}), SET("/linux/seccomp", {
		       "defaultAction": "SCMP_ACT_ALLOW",
		       "syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	       })),
	INSIDE(FACT("seccomp.mode", 2), FACT("process.no_new_privs", false),
	       TRY("syscall:getpriority,0,0", "EPERM")),
};

CONFORM_CASE(seccomp, listener_gets_the_state) = {
	.title = "with SCMP_ACT_NOTIFY the agent receives the container process state and the "
		 "listener's descriptor, and can answer",
	REQS(REQ_SECCOMP_LISTENER_STATE_SENT, REQ_SECCOMP_LISTENER_UNIX_STREAM,
	     REQ_SECCOMP_PROCSTATE_JSON_PAYLOAD, REQ_SECCOMP_PROCSTATE_SCM_RIGHTS,
	     REQ_SECCOMP_LISTENERMETADATA_SENT, REQ_SECCOMP_PROCSTATE_PID_RUNTIME_VIEW,
	     REQ_SECCOMP_PROCSTATE_FDS_INDEX, REQ_SECCOMP_LISTENER_ONE_STATE_PER_CONNECTION,
	     REQ_SECCOMP_LISTENER_CLOSED, REQ_SECCOMP_PROCSTATE_FDS_FIRST,
	     REQ_SECCOMP_PROCSTATE_OCIVERSION_FIELD, REQ_SECCOMP_PROCSTATE_FDS_FIELD,
	     REQ_SECCOMP_PROCSTATE_PID_FIELD, REQ_SECCOMP_PROCSTATE_METADATA_FIELD,
	     REQ_SECCOMP_PROCSTATE_STATE_FIELD, REQ_SECCOMP_LISTENER_FD_PASSED,
	     REQ_SECCOMP_ACTION_NOTIFY),
	.needs = {.seccomp = "user_notif"},
	.min_target = 101,
	MUTANTS("drop:/linux/seccomp", "drop:/linux/seccomp/listenerMetadata"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": "@AGENT@",
		"listenerMetadata": "some=data",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_NOTIFY"}]
	})),
	INSIDE(TRY("syscall:getpriority,0,0", "ENOMEDIUM")),
	OUTSIDE(HOST(AFTER_EXIT, "agent#/state/fds", ["seccompFd"]),
		HOST_MATCH(AFTER_EXIT, "agent#/state/ociVersion", "?*.?*.?*"),
		HOST(AFTER_EXIT, "agent#/state/metadata", "some=data"),
		HOST(AFTER_EXIT, "agent#/state/pid", "@CTPID@"),
		HOST(AFTER_EXIT, "agent#/state/state/id", "@ID@"),
		HOST(AFTER_EXIT, "agent#/fds", 1), HOST(AFTER_EXIT, "agent#/connections", 1),
		HOST(AFTER_EXIT, "agent#/documents", 1), HOST(AFTER_EXIT, "agent#/closed", 1),
		HOST(AFTER_EXIT, "agent#/first", true), HOST(AFTER_EXIT, "agent#/late", false),
		HOST(AFTER_EXIT, "agent#/notified", ["getpriority"])),
};

CONFORM_CASE(seccomp, listener_without_agent_is_an_error) = {
	.title = "a listenerPath where nobody listens is an error when a rule notifies",
	REQS(REQ_SECCOMP_LISTENER_SEND_FAILURE_ERROR),
	.needs = {.seccomp = "user_notif"},
	.min_target = 101,
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": "@CASE@/nobody",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_NOTIFY"}]
	})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(seccomp, listener_path_without_notify_is_ignored) = {
	.title = "without a rule that notifies a bad listenerPath is no error",
	REQS(REQ_SECCOMP_LISTENER_IGNORED_WITHOUT_NOTIFY),
	.min_target = 101,
	.accepts = true,
	MUTANTS("set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_NOTIFY\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": "@CASE@/nobody",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EPERM")),
};

CONFORM_CASE(seccomp, listener_path_without_notify_is_not_connected_to) = {
	.title = "without a rule that notifies nobody connects to the agent",
	REQS(REQ_SECCOMP_LISTENER_IGNORED_WITHOUT_NOTIFY),
	.min_target = 101,
	MUTANTS("set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_NOTIFY\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": "@AGENT@",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EPERM")),
	OUTSIDE(HOST(AFTER_EXIT, "agent", null)),
};

CONFORM_CASE(seccomp, errno_ret_is_the_tracers_message) = {
	.title = "with SCMP_ACT_TRACE errnoRet is the message that a tracer gets",
	REQS(REQ_SECCOMP_SYSCALL_ERRNORET_TRACE),
	.min_target = 101,
	MUTANTS("drop:/linux/seccomp/syscalls/0/errnoRet",
		"set:/linux/seccomp/syscalls/0={\"names\": [\"getpriority\"], \"action\": "
		"\"SCMP_ACT_ALLOW\"}"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls":
			[{"names": ["getpriority"], "action": "SCMP_ACT_TRACE", "errnoRet": 1234}]
	})),
	INSIDE(TRY("traced:getpriority,0,0", 1234)),
};

CONFORM_CASE(seccomp, default_kill_kills) = {
	.title = "a default action that kills ends the container's process at its first call",
	REQS(REQ_SECCOMP_DEFAULT_KILL_KILLS),
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/defaultAction=\"SCMP_ACT_ALLOW\""),
	CONFIG(SET("/linux/seccomp", {"defaultAction": "SCMP_ACT_KILL_PROCESS"})),
	/* Where the filter is loaded as early as at create, that call or start is an error, and all
	 * that the runtime learns may be that its init has gone. */
	.refusal = "init",
	STEPS(CREATE(REFUSABLE), START(ANY), WAIT_EXIT, NOW(HOST(PH_NONE, "container.exit", 159)),
	      NOW(HOST(PH_NONE, "file:@CASE@/io/out", ""))),
};

CONFORM_CASE(seccomp, listener_of_a_later_process_has_its_own_connection) = {
	.title = "a process that exec starts has its state sent over a connection of its own",
	REQS(REQ_SECCOMP_LISTENER_NOT_REUSED),
	.needs = {.seccomp = "user_notif", .subcommand = "exec"},
	.min_target = 101,
	.ending = "wait",
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": "@AGENT@",
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_NOTIFY"}]
	})),
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --hook=x /conform-io", OK),
	      NOW(HOST(PH_NONE, "agent#/connections", 2)),
	      NOW(HOST(PH_NONE, "agent#/documents", 2)), NOW(HOST(PH_NONE, "agent#/closed", 2)),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(seccomp, foreign_architecture_is_listed_or_refused) = {
	.title = "an architecture beside the native one leaves the filter in force, or is an error",
	REQS(REQ_SECCOMP_ARCH_MIPS, REQ_SECCOMP_ARCH_MIPS64, REQ_SECCOMP_ARCH_MIPS64N32,
	     REQ_SECCOMP_ARCH_PPC, REQ_SECCOMP_ARCH_PPC64, REQ_SECCOMP_ARCH_S390,
	     REQ_SECCOMP_ARCH_S390X, REQ_SECCOMP_ARCH_PARISC, REQ_SECCOMP_ARCH_PARISC64,
	     REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.arch = "x86_64"},
	.either = true,
	MUTANTS("drop:/linux/seccomp"),
	VARY("\"SCMP_ARCH_MIPS\"", "\"SCMP_ARCH_MIPS64\"", "\"SCMP_ARCH_MIPS64N32\"",
	     "\"SCMP_ARCH_PPC\"", "\"SCMP_ARCH_PPC64\"", "\"SCMP_ARCH_S390\"",
	     "\"SCMP_ARCH_S390X\"", "\"SCMP_ARCH_PARISC\"", "\"SCMP_ARCH_PARISC64\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"architectures": ["SCMP_ARCH_X86_64", "@V@"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EBADFD")),
};

CONFORM_CASE(seccomp, later_architecture_is_listed_or_refused) = {
	.title = "an architecture that came with version 1.2 leaves the filter in force, or is an "
		 "error",
	REQS(REQ_SECCOMP_ARCH_M68K, REQ_SECCOMP_ARCH_SH, REQ_SECCOMP_ARCH_SHEB,
	     REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.arch = "x86_64"},
	.min_target = 102,
	.either = true,
	MUTANTS("drop:/linux/seccomp"),
	VARY("\"SCMP_ARCH_M68K\"", "\"SCMP_ARCH_SH\"", "\"SCMP_ARCH_SHEB\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"architectures": ["SCMP_ARCH_X86_64", "@V@"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 78}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EREMCHG")),
};

CONFORM_CASE(seccomp, without_rules_every_call_gets_the_default) = {
	.title = "syscalls may be empty, and then the default action is for every call",
	REQS(REQ_SECCOMP_SYSCALLS_EMPTY_OK),
	MUTANTS("set:/linux/seccomp/syscalls=[{\"names\": [\"getpriority\"], \"action\": "
		"\"SCMP_ACT_ERRNO\"}]",
		"cli:create-fails"),
	CONFIG(SET("/linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []})),
	INSIDE(TRY_NOT("syscall:getpriority,0,0", "EPERM"), TRY("syscall:getppid", "OK")),
};

CONFORM_CASE(seccomp, unknown_call_is_skipped_or_refused) = {
	.title = "the name of a system call that nobody has is an error or no obstacle to the "
		 "others "
		 "of its rule",
	REQS(REQ_SECCOMP_UNKNOWN_SYSCALL_NAME),
	.either = true,
	MUTANTS("drop:/linux/seccomp", "pop:/linux/seccomp/syscalls/0/names"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["no_such_call", "getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EPERM")),
};
