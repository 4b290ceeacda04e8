/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#linux-process: scheduler, ioPriority, execCPUAffinity; config-linux.md#personality. */
#include "conform.h"

CONFORM_CASE(scheduler, batch_with_nice) = {
	.title = "SCHED_BATCH is applied with its nice value",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_BATCH, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_PROCESS_SCHEDULER_POLICY_APPLIED, REQ_PROCESS_SCHEDULER_NICE_APPLIED),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler", "drop:/process/scheduler/nice"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_BATCH", "nice": 7})),
	INSIDE(FACT("sched.policy", "SCHED_BATCH"), FACT("sched.nice", 7)),
};

CONFORM_CASE(scheduler, other_with_nice) = {
	.title = "SCHED_OTHER is applied with its nice value",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_OTHER, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_OTHER", "nice": 5})),
	INSIDE(FACT("sched.policy", "SCHED_OTHER"), FACT("sched.nice", 5)),
};

CONFORM_CASE(scheduler, idle) = {
	.title = "SCHED_IDLE is applied",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_IDLE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_IDLE"})),
	INSIDE(FACT("sched.policy", "SCHED_IDLE")),
};

CONFORM_CASE(scheduler, fifo) = {
	.title = "SCHED_FIFO is applied with its priority",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_FIFO, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_PROCESS_SCHEDULER_POLICY_APPLIED, REQ_PROCESS_SCHEDULER_PRIORITY_APPLIED),
	.min_target = 101,
	.may_refuse = true,
	.needs = {.caps = "CAP_SYS_NICE"},
	MUTANTS("drop:/process/scheduler", "set:/process/scheduler/priority=3"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_FIFO", "priority": 11})),
	INSIDE(FACT("sched.policy", "SCHED_FIFO"), FACT("sched.priority", 11)),
};

CONFORM_CASE(scheduler, rr) = {
	.title = "SCHED_RR is applied with its priority",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_RR, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_PROCESS_SCHEDULER_PRIORITY_APPLIED),
	.min_target = 101,
	.may_refuse = true,
	.needs = {.caps = "CAP_SYS_NICE"},
	MUTANTS("drop:/process/scheduler", "set:/process/scheduler/priority=3"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_RR", "priority": 11})),
	INSIDE(FACT("sched.policy", "SCHED_RR"), FACT("sched.priority", 11)),
};

CONFORM_CASE(scheduler, deadline) = {
	.title = "SCHED_DEADLINE is applied with runtime, deadline and period",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_DEADLINE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_PROCESS_SCHEDULER_RUNTIME_APPLIED, REQ_PROCESS_SCHEDULER_DEADLINE_APPLIED,
	     REQ_PROCESS_SCHEDULER_PERIOD_APPLIED),
	.min_target = 101,
	.may_refuse = true,
	.needs = {.caps = "CAP_SYS_NICE"},
	MUTANTS("drop:/process/scheduler"),
	CONFIG(SET("/process/scheduler", {
		"policy": "SCHED_DEADLINE",
		"runtime": 1000000,
		"deadline": 20000000,
		"period": 30000000
	})),
	INSIDE(FACT("sched.policy", "SCHED_DEADLINE"), FACT("sched.runtime", 1000000),
	       FACT("sched.deadline", 20000000), FACT("sched.period", 30000000)),
};

CONFORM_CASE(scheduler, nice_defaults_to_zero) = {
	.title = "a scheduler without nice gives zero, whatever the caller had",
	REQS(REQ_PROCESS_SCHEDULER_NICE_DEFAULT_ZERO),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("set:/process/scheduler/nice=4"),
	CALLER("nice:5"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_BATCH"})),
	INSIDE(FACT("sched.policy", "SCHED_BATCH"), FACT("sched.nice", 0)),
};

CONFORM_CASE(scheduler, priority_defaults_to_zero) = {
	.title = "a scheduler without priority gives zero, whatever the caller had",
	REQS(REQ_PROCESS_SCHEDULER_PRIORITY_DEFAULT_ZERO),
	.min_target = 101,
	.may_refuse = true,
	/* with those, a caller of that policy may be kept out of the container's cgroup */
	.needs = {.caps = "CAP_SYS_NICE", .no_knob = "cpu/cpu.rt_runtime_us"},
	MUTANTS("drop:/process/scheduler"),
	CALLER("fifo:5"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_OTHER"})),
	INSIDE(FACT("sched.policy", "SCHED_OTHER"), FACT("sched.priority", 0)),
};

CONFORM_CASE(scheduler, period_defaults_to_zero) = {
	.title = "a deadline without period has the period that the kernel takes for zero: the "
		 "deadline",
	REQS(REQ_PROCESS_SCHEDULER_PERIOD_DEFAULT_ZERO),
	.min_target = 101,
	.may_refuse = true,
	.needs = {.caps = "CAP_SYS_NICE"},
	MUTANTS("set:/process/scheduler/period=30000000"),
	CONFIG(SET("/process/scheduler",
		   {"policy": "SCHED_DEADLINE", "runtime": 1000000, "deadline": 20000000})),
	INSIDE(FACT("sched.policy", "SCHED_DEADLINE"), FACT("sched.period", 20000000)),
};

CONFORM_CASE(scheduler, runtime_and_deadline_default_to_zero) = {
	.title = "a deadline policy without runtime or deadline has zero there, which no kernel "
		 "takes",
	REQS(REQ_PROCESS_SCHEDULER_RUNTIME_DEFAULT_ZERO,
	     REQ_PROCESS_SCHEDULER_DEADLINE_DEFAULT_ZERO),
	.min_target = 101,
	MUTANTS("set:/process/scheduler={\"policy\":\"SCHED_OTHER\"}"),
	VARY("{\"policy\": \"SCHED_DEADLINE\", \"deadline\": 20000000, \"period\": 30000000}",
	     "{\"policy\": \"SCHED_DEADLINE\", \"runtime\": 1000000}"),
	CONFIG(SET("/process/scheduler", "@V@")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(scheduler, reset_on_fork) = {
	.title = "SCHED_FLAG_RESET_ON_FORK is applied",
	REQS(REQ_PROCESS_SCHEDULER_FLAG_RESET_ON_FORK, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler", "drop:/process/scheduler/flags"),
	CONFIG(SET("/process/scheduler",
		   {"policy": "SCHED_BATCH", "flags": ["SCHED_FLAG_RESET_ON_FORK"]})),
	INSIDE(FACT_HAS("sched.flags", "SCHED_FLAG_RESET_ON_FORK")),
};

CONFORM_CASE(scheduler, unknown_policy_is_refused) = {
	.title = "a policy that the specification does not list is an error",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_INVALID),
	.min_target = 101,
	MUTANTS("drop:/process/scheduler"),
	VARY("\"SCHED_NONE\"", "\"\"", "\"sched_other\""),
	CONFIG(SET("/process/scheduler", {"policy": "@V@"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(scheduler, absent_policy_is_refused) = {
	.title = "a scheduler without policy is refused",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_FIELD),
	.min_target = 101,
	MUTANTS("drop:/process/scheduler"),
	CONFIG(SET("/process/scheduler", {"nice": 3})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(scheduler, unknown_flag_is_refused) = {
	.title = "a flag that the specification does not list is an error",
	REQS(REQ_PROCESS_SCHEDULER_FLAGS_INVALID),
	.min_target = 101,
	MUTANTS("drop:/process/scheduler"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_OTHER", "flags": ["SCHED_FLAG_NONE"]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(io_priority, best_effort) = {
	.title = "IOPRIO_CLASS_BE is applied with its level",
	REQS(REQ_PROCESS_IOPRIORITY_CLASS_BE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_PROCESS_IOPRIORITY_APPLIED),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/ioPriority", "set:/process/ioPriority/priority=1"),
	CONFIG(SET("/process/ioPriority", {"class": "IOPRIO_CLASS_BE", "priority": 6})),
	INSIDE(FACT("ioprio.class", "IOPRIO_CLASS_BE"), FACT("ioprio.level", 6)),
};

CONFORM_CASE(io_priority, children_have_it) = {
	.title = "a child of the program has the class and the level, too",
	REQS(REQ_PROCESS_IOPRIORITY_GROUP, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/ioPriority", "set:/process/ioPriority/priority=2"),
	CONFIG(SET("/process/ioPriority", {"class": "IOPRIO_CLASS_BE", "priority": 6})),
	/* IOPRIO_WHO_PROCESS of itself: class 2 << 13 | level 6 */
	INSIDE(TRY("value:ioprio_get,1,0", 16390)),
};

CONFORM_CASE(io_priority, idle) = {
	.title = "IOPRIO_CLASS_IDLE is applied",
	REQS(REQ_PROCESS_IOPRIORITY_CLASS_IDLE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/ioPriority"),
	CONFIG(SET("/process/ioPriority", {"class": "IOPRIO_CLASS_IDLE", "priority": 0})),
	INSIDE(FACT("ioprio.class", "IOPRIO_CLASS_IDLE")),
};

CONFORM_CASE(io_priority, real_time) = {
	.title = "IOPRIO_CLASS_RT is applied with its level",
	REQS(REQ_PROCESS_IOPRIORITY_CLASS_RT, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/ioPriority"),
	CONFIG(SET("/process/ioPriority", {"class": "IOPRIO_CLASS_RT", "priority": 3})),
	INSIDE(FACT("ioprio.class", "IOPRIO_CLASS_RT"), FACT("ioprio.level", 3)),
};

CONFORM_CASE(io_priority, unknown_class_is_refused) = {
	.title = "a class that the specification does not list is an error",
	REQS(REQ_PROCESS_IOPRIORITY_CLASS_INVALID),
	.min_target = 101,
	MUTANTS("drop:/process/ioPriority"),
	VARY("\"IOPRIO_CLASS_NONE\"", "\"BE\"", "\"\""),
	CONFIG(SET("/process/ioPriority", {"class": "@V@", "priority": 1})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(io_priority, absent_class_is_refused) = {
	.title = "an ioPriority without class is refused",
	REQS(REQ_PROCESS_IOPRIORITY_CLASS_FIELD),
	.min_target = 101,
	MUTANTS("drop:/process/ioPriority"),
	CONFIG(SET("/process/ioPriority", {"priority": 1})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(io_priority, absent_priority_is_refused) = {
	.title = "an ioPriority without priority is refused",
	REQS(REQ_PROCESS_IOPRIORITY_PRIORITY_FIELD),
	.min_target = 101,
	MUTANTS("drop:/process/ioPriority"),
	CONFIG(SET("/process/ioPriority", {"class": "IOPRIO_CLASS_BE"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(io_priority, level_out_of_range_is_refused) = {
	.title = "a level outside of 0 to 7 is refused",
	REQS(REQ_PROCESS_IOPRIORITY_RANGE),
	.min_target = 101,
	MUTANTS("drop:/process/ioPriority"),
	VARY("8", "-1", "99"),
	CONFIG(SET("/process/ioPriority", {"class": "IOPRIO_CLASS_BE", "priority": "@V@"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(exec_cpu_affinity, is_not_the_first_process) = {
	.title =
		"execCPUAffinity leaves the container's first process the processors it would have",
	REQS(REQ_PROCESS_EXECCPUAFFINITY_NOT_INIT),
	.needs = {.cpus = "0,1", .controllers = "cpuset"},
	.min_target = 102,
	MUTANTS("set:/linux/resources={\"cpu\":{\"cpus\":\"0\"}}"),
	CONFIG(SET("/process/execCPUAffinity", {"initial": "0", "final": "0"})),
	/* the harness's own are no measure: it may be pinned to fewer than the cgroup has */
	INSIDE(FACT_NOT("sched.affinity", "0")),
};

CONFORM_CASE(exec_cpu_affinity, final_is_what_an_executed_process_has) = {
	.title = "a process that exec starts may run on the processors of final, and on no other",
	REQS(REQ_PROCESS_EXECCPUAFFINITY_FINAL_APPLIED),
	.needs = {.cpus = "0,1", .subcommand = "exec"},
	.min_target = 102,
	.ending = "wait",
	MUTANTS("drop:/process/execCPUAffinity", "drop:/process/execCPUAffinity/final"),
	CONFIG(SET("/process/execCPUAffinity", {"initial": "0", "final": "1"})),
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --hook=x /conform-io ask:sched.affinity", OK),
	      NOW(HOST(PH_NONE, "hook:x#/facts/sched.affinity", "1")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec_cpu_affinity, malformed_list_is_refused) = {
	.title = "a list of processors that is not of numbers and ranges is refused",
	REQS(REQ_PROCESS_EXECCPUAFFINITY_LIST_FORMAT, REQ_CONFIG_INVALID_VALUE_ERROR),
	.min_target = 102,
	MUTANTS("drop:/process/execCPUAffinity"),
	VARY("{\"initial\": \"a\"}", "{\"final\": \"0-\"}", "{\"initial\": \"0,,1\"}",
	     "{\"final\": \"1-0\"}", "{\"final\": \"0;1\"}", "{\"initial\": \"-1\"}"),
	CONFIG(SET("/process/execCPUAffinity", "@V@")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(personality, linux32) = {
	.title = "LINUX32 is applied, and uname tells a 32-bit machine",
	REQS(REQ_LINUX_PERSONALITY_DOMAIN_LINUX32, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_LINUX_PERSONALITY_LINUX32_UNAME),
	.min_target = 100,
	.may_refuse = true,
	.needs = {.arch = "x86_64"},
	MUTANTS("drop:/linux/personality", "set:/linux/personality/domain=\"LINUX\""),
	CONFIG(SET("/linux/personality", {"domain": "LINUX32"})),
	INSIDE(FACT("process.personality", 8), FACT("uts.machine", "i686")),
};

CONFORM_CASE(personality, linux) = {
	.title = "LINUX is applied, also where the runtime was called with another personality",
	REQS(REQ_LINUX_PERSONALITY_DOMAIN_LINUX, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 100,
	.may_refuse = true,
	MUTANTS("set:/linux/personality/domain=\"LINUX32\"", "drop:/linux/personality"),
	CALLER("personality:6"),
	CONFIG(SET("/linux/personality", {"domain": "LINUX"})),
	INSIDE(FACT("process.personality", 0)),
};

CONFORM_CASE(personality, unknown_domain_is_refused) = {
	.title = "a domain that the specification does not list is an error",
	REQS(REQ_LINUX_PERSONALITY_DOMAIN_INVALID_ERROR),
	.min_target = 100,
	MUTANTS("drop:/linux/personality"),
	VARY("\"BSD\"", "\"linux\"", "\"\""),
	CONFIG(SET("/linux/personality", {"domain": "@V@"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(personality, flags_are_refused) = {
	.title = "a personality flag, of which none is defined, is an error",
	REQS(REQ_LINUX_PERSONALITY_FLAGS_UNSUPPORTED),
	.min_target = 100,
	MUTANTS("drop:/linux/personality"),
	CONFIG(SET("/linux/personality", {"domain": "LINUX", "flags": ["ADDR_NO_RANDOMIZE"]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(personality, absent_domain_is_refused) = {
	.title = "a personality without domain is refused",
	REQS(REQ_LINUX_PERSONALITY_DOMAIN_FIELD),
	.min_target = 100,
	MUTANTS("drop:/linux/personality"),
	CONFIG(SET("/linux/personality", {"flags": []})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(scheduler, iso_is_an_error) = {
	.title = "SCHED_ISO, which Linux keeps a number for and has never had, is an error",
	REQS(REQ_PROCESS_SCHEDULER_POLICY_ISO, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	MUTANTS("drop:/process/scheduler", "set:/process/scheduler/policy=\"SCHED_OTHER\""),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_ISO"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(scheduler, flags_of_a_deadline) = {
	.title = "a flag of SCHED_DEADLINE is applied",
	REQS(REQ_PROCESS_SCHEDULER_FLAG_RECLAIM, REQ_PROCESS_SCHEDULER_FLAG_DL_OVERRUN,
	     REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.caps = "CAP_SYS_NICE"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler/flags", "drop:/process/scheduler"),
	VARY("\"SCHED_FLAG_RECLAIM\"", "\"SCHED_FLAG_DL_OVERRUN\""),
	CONFIG(SET("/process/scheduler", {
		"policy": "SCHED_DEADLINE",
		"runtime": 1000000,
		"deadline": 20000000,
		"period": 30000000,
		"flags": ["@V@"]
	})),
	INSIDE(FACT("sched.policy", "SCHED_DEADLINE"), FACT_HAS("sched.flags", "@V@")),
};

CONFORM_CASE(scheduler, keep_policy) = {
	.title = "with SCHED_FLAG_KEEP_POLICY the policy stays and the other attributes change",
	REQS(REQ_PROCESS_SCHEDULER_FLAG_KEEP_POLICY, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler/flags", "drop:/process/scheduler"),
	CONFIG(SET("/process/scheduler",
		   {"policy": "SCHED_BATCH", "nice": 3, "flags": ["SCHED_FLAG_KEEP_POLICY"]})),
	INSIDE(FACT_HOST("sched.policy"), FACT("sched.nice", 3)),
};

CONFORM_CASE(scheduler, keep_params) = {
	.title = "with SCHED_FLAG_KEEP_PARAMS the parameters stay as they were",
	REQS(REQ_PROCESS_SCHEDULER_FLAG_KEEP_PARAMS, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler/flags"),
	CONFIG(SET("/process/scheduler",
		   {"policy": "SCHED_OTHER", "nice": 7, "flags": ["SCHED_FLAG_KEEP_PARAMS"]})),
	INSIDE(FACT_HOST("sched.nice")),
};

CONFORM_CASE(scheduler, util_clamp_that_the_kernel_lacks_is_an_error) = {
	.title = "a clamp of the utilisation is an error where the kernel has none",
	REQS(REQ_PROCESS_SCHEDULER_FLAG_UTIL_CLAMP_MIN, REQ_PROCESS_SCHEDULER_FLAG_UTIL_CLAMP_MAX,
	     REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.no_path = "/proc/sys/kernel/sched_util_clamp_max"},
	.min_target = 101,
	MUTANTS("drop:/process/scheduler/flags", "drop:/process/scheduler"),
	VARY("\"SCHED_FLAG_UTIL_CLAMP_MIN\"", "\"SCHED_FLAG_UTIL_CLAMP_MAX\""),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_BATCH", "flags": ["@V@"]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(scheduler, util_clamp_is_applied) = {
	.title = "a clamp of the utilisation is applied where the kernel has one",
	REQS(REQ_PROCESS_SCHEDULER_FLAG_UTIL_CLAMP_MAX, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.path = "/proc/sys/kernel/sched_util_clamp_max"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/process/scheduler/flags", "drop:/process/scheduler"),
	CONFIG(SET("/process/scheduler",
		   {"policy": "SCHED_BATCH", "flags": ["SCHED_FLAG_UTIL_CLAMP_MAX"]})),
	/* the configuration has no number for it, which is zero */
	INSIDE(FACT("sched.util_max", 0)),
};

CONFORM_CASE(exec_cpu_affinity, without_final_nothing_is_set_in_the_cgroup) = {
	.title = "without final, or with an empty one, an executed process is on no processor that "
		 "only the runtime could have chosen",
	REQS(REQ_PROCESS_EXECCPUAFFINITY_FINAL_OMITTED),
	.needs = {.cpus = "0,1", .subcommand = "exec"},
	.min_target = 102,
	.ending = "wait",
	MUTANTS("set:/process/execCPUAffinity={\"final\":\"1\"}"),
	VARY("{\"initial\": \"0\"}", "{\"initial\": \"0\", \"final\": \"\"}"),
	CONFIG(SET("/process/execCPUAffinity", "@V@")),
	/* the kernel leaves it the first or gives it those of the cgroup */
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=sched.affinity", OK),
	      NOW(HOST_NOT(PH_NONE, "cli.answer#/sched.affinity", "1")), KILL("KILL", OK),
	      WAIT_EXIT, DELETE(OK)),
};
