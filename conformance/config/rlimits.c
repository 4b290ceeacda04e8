/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.md#process, rlimits. Values lie below the usual hard limits, so that a harness without
 * CAP_SYS_RESOURCE can judge them; the needs say how high the limits have to be.
 */
#include "conform.h"

CONFORM_CASE(rlimits, as_is_set) = {
	.title = "RLIMIT_AS has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_AS),
	.needs = {.rlimits = "RLIMIT_AS:8589934592"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=4294967295",
		"set:/process/rlimits/0/hard=8589934591"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_AS", "soft": 4294967296, "hard": 8589934592}])),
	INSIDE(FACT("rlimit:RLIMIT_AS", {"soft": 4294967296, "hard": 8589934592})),
};

CONFORM_CASE(rlimits, core_is_set) = {
	.title = "RLIMIT_CORE has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_CORE),
	.needs = {.rlimits = "RLIMIT_CORE:2000000"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=999999",
		"set:/process/rlimits/0/hard=1999999"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_CORE", "soft": 1000000, "hard": 2000000}])),
	INSIDE(FACT("rlimit:RLIMIT_CORE", {"soft": 1000000, "hard": 2000000})),
};

CONFORM_CASE(rlimits, cpu_is_set) = {
	.title = "RLIMIT_CPU has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_CPU),
	.needs = {.rlimits = "RLIMIT_CPU:200"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=99",
		"set:/process/rlimits/0/hard=199"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_CPU", "soft": 100, "hard": 200}])),
	INSIDE(FACT("rlimit:RLIMIT_CPU", {"soft": 100, "hard": 200})),
};

CONFORM_CASE(rlimits, data_is_set) = {
	.title = "RLIMIT_DATA has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_DATA),
	.needs = {.rlimits = "RLIMIT_DATA:2147483648"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=1073741823",
		"set:/process/rlimits/0/hard=2147483647"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_DATA", "soft": 1073741824, "hard": 2147483648}])),
	INSIDE(FACT("rlimit:RLIMIT_DATA", {"soft": 1073741824, "hard": 2147483648})),
};

CONFORM_CASE(rlimits, fsize_is_set) = {
	.title = "RLIMIT_FSIZE has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_FSIZE),
	.needs = {.rlimits = "RLIMIT_FSIZE:2147483648"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=1073741823",
		"set:/process/rlimits/0/hard=2147483647"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_FSIZE", "soft": 1073741824, "hard": 2147483648}])),
	INSIDE(FACT("rlimit:RLIMIT_FSIZE", {"soft": 1073741824, "hard": 2147483648})),
};

CONFORM_CASE(rlimits, locks_is_set) = {
	.title = "RLIMIT_LOCKS has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_LOCKS),
	.needs = {.rlimits = "RLIMIT_LOCKS:200"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=99",
		"set:/process/rlimits/0/hard=199"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_LOCKS", "soft": 100, "hard": 200}])),
	INSIDE(FACT("rlimit:RLIMIT_LOCKS", {"soft": 100, "hard": 200})),
};

CONFORM_CASE(rlimits, memlock_is_set) = {
	.title = "RLIMIT_MEMLOCK has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_MEMLOCK),
	.needs = {.rlimits = "RLIMIT_MEMLOCK:131072"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=65535",
		"set:/process/rlimits/0/hard=131071"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_MEMLOCK", "soft": 65536, "hard": 131072}])),
	INSIDE(FACT("rlimit:RLIMIT_MEMLOCK", {"soft": 65536, "hard": 131072})),
};

CONFORM_CASE(rlimits, msgqueue_is_set) = {
	.title = "RLIMIT_MSGQUEUE has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_MSGQUEUE),
	.needs = {.rlimits = "RLIMIT_MSGQUEUE:800000"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=399999",
		"set:/process/rlimits/0/hard=799999"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_MSGQUEUE", "soft": 400000, "hard": 800000}])),
	INSIDE(FACT("rlimit:RLIMIT_MSGQUEUE", {"soft": 400000, "hard": 800000})),
};

CONFORM_CASE(rlimits, nice_is_set) = {
	.title = "RLIMIT_NICE has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_NICE),
	.needs = {.caps = "CAP_SYS_RESOURCE"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=4",
		"set:/process/rlimits/0/hard=9"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_NICE", "soft": 5, "hard": 10}])),
	INSIDE(FACT("rlimit:RLIMIT_NICE", {"soft": 5, "hard": 10})),
};

CONFORM_CASE(rlimits, nofile_is_set) = {
	.title = "RLIMIT_NOFILE has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_NOFILE),
	.needs = {.rlimits = "RLIMIT_NOFILE:200"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=99",
		"set:/process/rlimits/0/hard=199"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}])),
	INSIDE(FACT("rlimit:RLIMIT_NOFILE", {"soft": 100, "hard": 200})),
};

CONFORM_CASE(rlimits, nproc_is_set) = {
	.title = "RLIMIT_NPROC has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_NPROC),
	.needs = {.rlimits = "RLIMIT_NPROC:400"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=299",
		"set:/process/rlimits/0/hard=399"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_NPROC", "soft": 300, "hard": 400}])),
	INSIDE(FACT("rlimit:RLIMIT_NPROC", {"soft": 300, "hard": 400})),
};

CONFORM_CASE(rlimits, rss_is_set) = {
	.title = "RLIMIT_RSS has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_RSS),
	.needs = {.rlimits = "RLIMIT_RSS:2147483648"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=1073741823",
		"set:/process/rlimits/0/hard=2147483647"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_RSS", "soft": 1073741824, "hard": 2147483648}])),
	INSIDE(FACT("rlimit:RLIMIT_RSS", {"soft": 1073741824, "hard": 2147483648})),
};

CONFORM_CASE(rlimits, rtprio_is_set) = {
	.title = "RLIMIT_RTPRIO has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_RTPRIO),
	.needs = {.caps = "CAP_SYS_RESOURCE"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=4",
		"set:/process/rlimits/0/hard=9"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_RTPRIO", "soft": 5, "hard": 10}])),
	INSIDE(FACT("rlimit:RLIMIT_RTPRIO", {"soft": 5, "hard": 10})),
};

CONFORM_CASE(rlimits, rttime_is_set) = {
	.title = "RLIMIT_RTTIME has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_RTTIME),
	.needs = {.rlimits = "RLIMIT_RTTIME:2000000"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=999999",
		"set:/process/rlimits/0/hard=1999999"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_RTTIME", "soft": 1000000, "hard": 2000000}])),
	INSIDE(FACT("rlimit:RLIMIT_RTTIME", {"soft": 1000000, "hard": 2000000})),
};

CONFORM_CASE(rlimits, sigpending_is_set) = {
	.title = "RLIMIT_SIGPENDING has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_SIGPENDING),
	.needs = {.rlimits = "RLIMIT_SIGPENDING:200"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=99",
		"set:/process/rlimits/0/hard=199"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_SIGPENDING", "soft": 100, "hard": 200}])),
	INSIDE(FACT("rlimit:RLIMIT_SIGPENDING", {"soft": 100, "hard": 200})),
};

CONFORM_CASE(rlimits, stack_is_set) = {
	.title = "RLIMIT_STACK has the configured soft and hard value",
	REQS(REQ_PROCESS_RLIMIT_STACK),
	.needs = {.rlimits = "RLIMIT_STACK:8388608"},
	MUTANTS("drop:/process/rlimits", "set:/process/rlimits/0/soft=4194303",
		"set:/process/rlimits/0/hard=8388607"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_STACK", "soft": 4194304, "hard": 8388608}])),
	INSIDE(FACT("rlimit:RLIMIT_STACK", {"soft": 4194304, "hard": 8388608})),
};

CONFORM_CASE(rlimits, several_are_all_set) = {
	.title = "each of several limits reads back with its own soft and hard value",
	REQS(REQ_PROCESS_RLIMITS_SOFT_MATCHES, REQ_PROCESS_RLIMITS_HARD_MATCHES,
	     REQ_PROCESS_RLIMITS_GETRLIMIT_SUCCEEDS),
	.needs = {.rlimits = "RLIMIT_NOFILE:128,RLIMIT_STACK:2097152"},
	MUTANTS("pop:/process/rlimits", "drop:/process/rlimits", "set:/process/rlimits/0/soft=63"),
	CONFIG(SET("/process/rlimits",
		   [
			   {"type": "RLIMIT_NOFILE", "soft": 64, "hard": 128},
			   {"type": "RLIMIT_CORE", "soft": 0, "hard": 0},
			   {"type": "RLIMIT_STACK", "soft": 1048576, "hard": 2097152}
		   ])),
	INSIDE(FACT("rlimit:RLIMIT_NOFILE", {"soft": 64, "hard": 128}),
	       FACT("rlimit:RLIMIT_CORE", {"soft": 0, "hard": 0}),
	       FACT("rlimit:RLIMIT_STACK", {"soft": 1048576, "hard": 2097152})),
};

CONFORM_CASE(rlimits, hard_cannot_be_raised) = {
	.title = "a program without CAP_SYS_RESOURCE cannot raise its hard limit",
	REQS(REQ_PROCESS_RLIMITS_HARD_NOT_RAISABLE),
	.needs = {.rlimits = "RLIMIT_NOFILE:200"},
	MUTANTS("set:/process/rlimits/0/hard=300"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}]),
	       SET("/process/capabilities", {})),
	INSIDE(TRY("setrlimit:RLIMIT_NOFILE,100,201", "EPERM"),
	       TRY("setrlimit:RLIMIT_NOFILE,50,200", "OK")),
};

CONFORM_CASE(rlimits, unknown_type_is_refused) = {
	.title = "a limit that the kernel does not have is an error",
	REQS(REQ_PROCESS_RLIMITS_UNMAPPABLE_ERROR),
	MUTANTS("drop:/process/rlimits"),
	VARY("\"RLIMIT_FOO\"", "\"NOFILE\"", "\"rlimit_nofile\"", "\"\""),
	CONFIG(SET("/process/rlimits", [{"type": "@V@", "soft": 100, "hard": 200}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(rlimits, duplicate_type_is_refused) = {
	.title = "two limits of one type are an error, also when they agree",
	REQS(REQ_PROCESS_RLIMITS_DUPLICATE_ERROR),
	MUTANTS("pop:/process/rlimits"),
	VARY("100", "99"),
	CONFIG(SET("/process/rlimits",
		   [
			   {"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200},
			   {"type": "RLIMIT_NOFILE", "soft": "@V@", "hard": 200}
		   ])),
	.rejected_at = REJECTED_BY_START,
};

/* What is missing may be taken as 0, which no program misses of this resource in these two. */
CONFORM_CASE(rlimits, soft_absent_is_refused) = {
	.title = "a limit without soft is refused",
	REQS(REQ_PROCESS_RLIMITS_SOFT_FIELD),
	MUTANTS("drop:/process/rlimits"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_CORE", "hard": 0}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(rlimits, hard_absent_is_refused) = {
	.title = "a limit without hard is refused",
	REQS(REQ_PROCESS_RLIMITS_HARD_FIELD),
	MUTANTS("drop:/process/rlimits"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_CORE", "soft": 0}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(rlimits, type_absent_is_refused) = {
	.title = "a limit without type is refused",
	REQS(REQ_PROCESS_RLIMITS_TYPE_FIELD),
	MUTANTS("drop:/process/rlimits"),
	CONFIG(SET("/process/rlimits", [{"soft": 100, "hard": 200}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(rlimits, negative_value_is_refused) = {
	.title = "a limit below zero is refused",
	REQS(REQ_PROCESS_RLIMITS_SOFT_FIELD, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/process/rlimits"),
	CONFIG(SET("/process/rlimits", [{"type": "RLIMIT_NOFILE", "soft": -1, "hard": 200}])),
	.rejected_at = REJECTED_BY_START,
};
