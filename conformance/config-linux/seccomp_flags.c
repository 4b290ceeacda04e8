/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config-linux.md#seccomp: the flags of a filter. The first three cases ask no more than that a
 * flag is taken and the filter in force; whether it was passed on is asked where a kernel shows it.
 * Of TSYNC nothing can be seen: the program begins with one thread, execve(2) has ended all others.
 */
#include "conform.h"

CONFORM_CASE(seccomp, flag_tsync) = {
	.title = "SECCOMP_FILTER_FLAG_TSYNC is taken and the filter is in force",
	REQS(REQ_SECCOMP_FLAG_TSYNC, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["SECCOMP_FILTER_FLAG_TSYNC"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EPERM")),
};

CONFORM_CASE(seccomp, flag_log) = {
	.title = "SECCOMP_FILTER_FLAG_LOG is taken and the filter is in force",
	REQS(REQ_SECCOMP_FLAG_LOG, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["SECCOMP_FILTER_FLAG_LOG"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EPERM")),
};

CONFORM_CASE(seccomp, flag_spec_allow) = {
	.title = "SECCOMP_FILTER_FLAG_SPEC_ALLOW is taken and the filter is in force",
	REQS(REQ_SECCOMP_FLAG_SPEC_ALLOW, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getpriority,0,0", "EPERM")),
};

CONFORM_CASE(seccomp, flag_log_is_passed_on) = {
	.title = "the filter has SECCOMP_FILTER_FLAG_LOG in the kernel",
	REQS(REQ_SECCOMP_FLAG_LOG, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	.needs = {.filter = "log"},
	MUTANTS("drop:/linux/seccomp/flags", "drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["SECCOMP_FILTER_FLAG_LOG"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	OUTSIDE(HOST(AFTER_START, "pid.seccomp.flags", ["SECCOMP_FILTER_FLAG_LOG"])),
};

/* The kernel takes a filter without the flag for a wish to be safe from speculative store bypass.
 */
CONFORM_CASE(seccomp, flag_spec_allow_is_passed_on) = {
	.title =
		"with SECCOMP_FILTER_FLAG_SPEC_ALLOW the filter does not change what the processor "
		"may speculate on",
	REQS(REQ_SECCOMP_FLAG_SPEC_ALLOW, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	.needs = {.filter = "speculation"},
	MUTANTS("drop:/linux/seccomp/flags"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"],
		"syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2),
	       FACT_HAS("read:/proc/self/status", "Speculation_Store_Bypass:\tthread vulnerable")),
};
