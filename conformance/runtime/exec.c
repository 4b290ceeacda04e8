/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties that the specification gives to processes that join a container later. It knows no
 * operation that makes one; where the runtime's command line has `exec`, as all known ones do, they
 * can be judged.
 */
#include "conform.h"

CONFORM_CASE(exec, runs_on_the_final_cpus) = {
	.title = "a process of exec runs on the processors of execCPUAffinity.final",
	REQS(REQ_PROCESS_EXECCPUAFFINITY_FINAL_APPLIED),
	.needs = {.cpus = 2, .subcommand = "exec"},
	.min_target = 102,
	MUTANTS("drop:/process/execCPUAffinity", "set:/process/execCPUAffinity={\"final\":\"0\"}"),
	CONFIG(SET("/process/execCPUAffinity", {"final": "1"})),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=sched.affinity", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/sched.affinity", "1")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};
