/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of processes that join a container later. The specification knows no operation that
 * makes one; where the runtime's command line has `exec`, as all known ones do, they can be judged.
 * But for execCPUAffinity it does not say what such a process gets: what stands here beyond that is
 * what released runtimes have been wrong about, and advice.
 */
#include "conform.h"

#define JOINS                                                                                      \
	"the specification does not name exec: a process that joins a container has to be as "     \
	"confined as the container is"
#define CALLERS                                                                                    \
	"the specification does not name exec: nothing of its caller should reach a process in a " \
	"container"
#define OPTIONS                                                                                    \
	"the specification does not name exec: its options are those of the runtimes that "        \
	"callers "                                                                                 \
	"know"

CONFORM_CASE(exec, runs_on_the_final_cpus) = {
	.title = "a process of exec runs on the processors of execCPUAffinity.final",
	REQS(REQ_PROCESS_EXECCPUAFFINITY_FINAL_APPLIED),
	.needs = {.cpus = "0,1", .subcommand = "exec"},
	.min_target = 102,
	MUTANTS("drop:/process/execCPUAffinity", "set:/process/execCPUAffinity={\"final\":\"0\"}"),
	CONFIG(SET("/process/execCPUAffinity", {"final": "1"})),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=sched.affinity", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/sched.affinity", "1")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, cpus_of_the_caller_do_not_count) = {
	.title = "without execCPUAffinity a process of exec is not bound to its caller's processor",
	.advice = CALLERS,
	.needs = {.cpus = "0,1", .subcommand = "exec"},
	MUTANTS("cli:exec-bare", "set:/process/execCPUAffinity={\"final\":\"0\"}"),
	CALLER("cpu:0"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=sched.affinity", OK),
	      NOW(HOST_NOT(PH_NONE, "cli.answer#/sched.affinity", "0")), KILL("KILL", OK),
	      WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, has_the_containers_capabilities) = {
	.title = "a process of exec has the capability sets of the configuration",
	.advice = JOINS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_CHOWN", "CAP_KILL"],
		"effective": ["CAP_KILL"],
		"permitted": ["CAP_CHOWN", "CAP_KILL"]
	})),
	CALLER("ambient"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe "
		      "--facts=caps.bounding,caps.permitted,caps.inheritable,caps.ambient",
		      OK),
	      NOW(HOST(PH_NONE, "cli.answer", {
		      "caps.bounding": ["CAP_CHOWN", "CAP_KILL"],
		      "caps.permitted": ["CAP_CHOWN", "CAP_KILL"],
		      "caps.inheritable": [],
		      "caps.ambient": []
	      })),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, added_capability_is_not_inheritable) = {
	.title = "exec --cap adds to the permitted and to no inheritable capabilities",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CALLER("ambient"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --cap=CAP_CHOWN @ID@ /conform-probe "
		      "--facts=caps.permitted,caps.inheritable,caps.ambient",
		      OK),
	      NOW(HOST_HAS(PH_NONE, "cli.answer#/caps.permitted", "CAP_CHOWN")),
	      NOW(HOST(PH_NONE, "cli.answer#/caps.inheritable", [])),
	      NOW(HOST(PH_NONE, "cli.answer#/caps.ambient", [])), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, gains_no_privileges_either) = {
	.title = "a process of exec has the container's noNewPrivileges",
	.advice = JOINS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare", "set:/process/noNewPrivileges=false"),
	CONFIG(SET("/process/noNewPrivileges", true)),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=process.no_new_privs", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/process.no_new_privs", true)), KILL("KILL", OK),
	      WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, is_filtered_as_the_container) = {
	.title = "a process of exec has the container's seccomp filter",
	.advice = JOINS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare", "drop:/linux/seccomp", "drop:/linux/seccomp/syscalls"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO"}]
	})),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=seccomp.mode,uts.nodename", OK),
	      NOW(HOST(PH_NONE, "cli.answer",
		       {"seccomp.mode": 2, "uts.nodename": {"error": "EPERM"}})),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, is_under_the_containers_apparmor_profile) = {
	.title = "a process of exec is under the AppArmor profile of the container",
	.advice = JOINS,
	.needs = {.lsm = "apparmor", .profile = "conform-test", .subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CONFIG(SET("/process/apparmorProfile", "conform-test")),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=lsm.current", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/lsm.current", "conform-test (enforce)")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, has_the_containers_selinux_label) = {
	.title = "a process of exec has the SELinux label of the container",
	.advice = JOINS,
	.needs = {.lsm = "selinux",
		  .label = "system_u:system_r:container_t:s0:c1,c2",
		  .subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0:c1,c2")),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=lsm.current", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/lsm.current",
		       "system_u:system_r:container_t:s0:c1,c2")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, may_look_at_its_keyring_under_a_selinux_label) = {
	.title = "a process of exec may look at its session keyring, whatever its SELinux label",
	.advice = JOINS,
	.needs = {.lsm = "selinux",
		  .label = "system_u:system_r:container_t:s0:c1,c2",
		  .enforcing = true,
		  .subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0:c1,c2")),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=keyring.session", OK),
	      NOW(HOST_NOT(PH_NONE, "cli.answer#/keyring.session/description", null)),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, apparmor_profile_is_set) = {
	.title = "exec --apparmor is the profile of the process",
	.advice = OPTIONS,
	.needs = {.lsm = "apparmor", .profile = "conform-test", .subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --apparmor=conform-test @ID@ /conform-probe --facts=lsm.current", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/lsm.current", "conform-test (enforce)")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, process_label_is_set) = {
	.title = "exec --process-label is the SELinux label of the process",
	.advice = OPTIONS,
	.needs = {.lsm = "selinux",
		  .label = "system_u:system_r:container_t:s0:c1,c2",
		  .subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --process-label=system_u:system_r:container_t:s0:c1,c2 @ID@ "
		      "/conform-probe --facts=lsm.current",
		      OK),
	      NOW(HOST(PH_NONE, "cli.answer#/lsm.current",
		       "system_u:system_r:container_t:s0:c1,c2")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

/* not RLIMIT_NOFILE, which programs in Go raise by themselves at a moment of their own */
CONFORM_CASE(exec, has_the_containers_limits) = {
	.title = "a process of exec has the resource limits of the configuration",
	.advice = JOINS,
	.needs = {.subcommand = "exec", .rlimits = "RLIMIT_STACK:5242880"},
	MUTANTS("cli:exec-bare", "drop:/process/rlimits"),
	CONFIG(SET("/process/rlimits",
		   [{"type": "RLIMIT_STACK", "soft": 4194304, "hard": 5242880}])),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=rlimit:RLIMIT_STACK", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/rlimit:RLIMIT_STACK",
		       {"soft": 4194304, "hard": 5242880})),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, has_the_containers_oom_score) = {
	.title = "a process of exec has the oomScoreAdj of the configuration",
	.advice = JOINS,
	.needs = {.subcommand = "exec", .oom = "500"},
	MUTANTS("cli:exec-bare", "drop:/process/oomScoreAdj"),
	CONFIG(SET("/process/oomScoreAdj", 500)),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=oom.score_adj", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/oom.score_adj", 500)), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, process_file_sets_priorities) = {
	.title = "scheduler and ioPriority of exec's process file are those of its process",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	.min_target = 101,
	MUTANTS("cli:exec-bare"),
	FILES({.kind = FILE_REG,
	       .path = "../process.json",
	       .content = "{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},\"args\":["
			  "\"/conform-probe\","
			  "\"--facts=sched.policy,sched.nice,ioprio.class,ioprio.level\"],"
			  "\"scheduler\":{\"policy\":\"SCHED_BATCH\",\"nice\":9},"
			  "\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":6}}"}),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --process=@BUNDLE@/process.json @ID@", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/sched.policy", "SCHED_BATCH")),
	      NOW(HOST(PH_NONE, "cli.answer#/sched.nice", 9)),
	      NOW(HOST(PH_NONE, "cli.answer#/ioprio.class", "IOPRIO_CLASS_BE")),
	      NOW(HOST(PH_NONE, "cli.answer#/ioprio.level", 6)), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, process_file_sets_the_user) = {
	.title = "user, group and supplementary groups of exec's process file are those of its "
		 "process",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	FILES({.kind = FILE_REG,
	       .path = "../process.json",
	       .content = "{\"cwd\":\"/\",\"user\":{\"uid\":1000,\"gid\":1001,\"additionalGids\":"
			  "[1002]},\"args\":[\"/conform-probe\","
			  "\"--facts=user.uids,user.gids,user.groups\"]}"}),
	CONFIG(SET("/process/user/additionalGids", [7, 8])),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --process=@BUNDLE@/process.json @ID@", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/user.uids", [1000, 1000, 1000, 1000])),
	      NOW(HOST(PH_NONE, "cli.answer#/user.gids", [1001, 1001, 1001, 1001])),
	      NOW(HOST(PH_NONE, "cli.answer#/user.groups", [1002])), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, has_the_containers_priorities) = {
	.title = "a process of exec has the scheduler and the ioPriority of the configuration",
	.advice = JOINS,
	.needs = {.subcommand = "exec"},
	.min_target = 101,
	MUTANTS("cli:exec-bare", "drop:/process/scheduler", "drop:/process/ioPriority"),
	CONFIG(SET("/process/scheduler", {"policy": "SCHED_BATCH", "nice": 9}),
	       SET("/process/ioPriority", {"class": "IOPRIO_CLASS_BE", "priority": 6})),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ "
		      "/conform-probe --facts=sched.policy,sched.nice,ioprio.class,ioprio.level",
		      OK),
	      NOW(HOST(PH_NONE, "cli.answer#/sched.policy", "SCHED_BATCH")),
	      NOW(HOST(PH_NONE, "cli.answer#/sched.nice", 9)),
	      NOW(HOST(PH_NONE, "cli.answer#/ioprio.class", "IOPRIO_CLASS_BE")),
	      NOW(HOST(PH_NONE, "cli.answer#/ioprio.level", 6)), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, is_in_the_containers_cgroup) = {
	.title = "a process of exec is in the container's cgroup, which is the root of its cgroup "
		 "namespace",
	.advice = JOINS,
	.needs = {.subcommand = "exec", .namespaces = "cgroup"},
	MUTANTS("cli:exec-bare"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=cgroup.self", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/cgroup.self/0/path", "/")), KILL("KILL", OK),
	      WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, is_the_containers_user) = {
	.title = "a process of exec has the user, the groups and the umask of the configuration",
	.advice = JOINS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare", "drop:/process/user/umask", "drop:/process/user/additionalGids"),
	CALLER("group:4242", "umask:0077"),
	CONFIG(SET("/process/user",
		   {"uid": 1000, "gid": 1001, "additionalGids": [1002], "umask": 23})),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe "
		      "--facts=user.uids,user.gids,user.groups,process.umask",
		      OK),
	      NOW(HOST(PH_NONE, "cli.answer#/user.uids", [1000, 1000, 1000, 1000])),
	      NOW(HOST(PH_NONE, "cli.answer#/user.gids", [1001, 1001, 1001, 1001])),
	      NOW(HOST_HAS(PH_NONE, "cli.answer#/user.groups", 1002)),
	      NOW(HOST_LACKS(PH_NONE, "cli.answer#/user.groups", 4242)),
	      NOW(HOST(PH_NONE, "cli.answer#/process.umask", "0027")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, user_is_a_number) = {
	.title = "exec --user takes a number, whatever the container's passwd calls so",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	FILES(DIR_AT("etc"), FILE_AT("etc/passwd", "root:x:0:0::/:\n1000:x:0:0::/:\n"),
	      FILE_AT("etc/group", "root:x:0:\n1000:x:0:\n")),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --user=1000:1000 @ID@ /conform-probe --facts=user.uids,user.gids", OK),
	      NOW(HOST(PH_NONE, "cli.answer", {
		      "user.uids": [1000, 1000, 1000, 1000],
		      "user.gids": [1000, 1000, 1000, 1000]
	      })),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, user_that_is_no_id_is_refused) = {
	.title = "a user of exec that is not a number of 32 bits is refused, and no other user is "
		 "taken for it",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:always-ok", "cli:exec-bare"),
	VARY("-1", "4294967295", "4294967296", "\"1abc\"", "\"1:4294967296\"", "\"0x0\""),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --user=@V@ @ID@ /conform-probe --facts=user.uids", FAIL),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, has_no_other_environment) = {
	.title = "no variable of its caller reaches a process of exec",
	.advice = CALLERS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/process/env", ["PATH=/", "HOME=/", "OF=config"])),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --env=MORE=option @ID@ /conform-probe "
		      "--facts=env:CONFORM_SECRET,env:OF,env:MORE",
		      OK),
	      NOW(HOST(PH_NONE, "cli.answer",
		       {"env:CONFORM_SECRET": null, "env:OF": "config", "env:MORE": "option"})),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, has_no_descriptors_of_the_caller) = {
	.title =
		"a process of exec has no descriptors but 0, 1 and 2, whatever its caller has open",
	.advice = CALLERS,
	.needs = {.subcommand = "exec", .rlimits = "RLIMIT_NOFILE:256"},
	MUTANTS("cli:exec-bare"),
	CALLER("fd:3", "fd:4", "fd:7", "fd:50", "fd:255"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=fds.open", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/fds.open", [0, 1, 2])), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, blocked_signals_of_the_caller_are_not) = {
	.title = "signals that the caller of exec blocks are not blocked in the process",
	.advice = CALLERS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CALLER("block-signals"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=signals.blocked", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/signals.blocked", [])), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, ignored_signals_of_the_caller_are_not) = {
	.title = "signals that the caller of exec ignores are not ignored in the process",
	.advice = CALLERS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CALLER("ignore-signals"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=signals.ignored", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/signals.ignored", [])), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, has_no_keyring_of_the_caller) = {
	.title = "a process of exec is not in the session keyring of its caller",
	.advice = CALLERS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	CALLER("keyring"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=keyring.session", OK),
	      NOW(HOST_LACKS(PH_NONE, "cli.answer#/keyring.session",
			     {"description": "conform-caller"})),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, cwd_is_set) = {
	.title = "exec --cwd is where the process starts",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	FILES(DIR_AT("there")),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --cwd=/there @ID@ /conform-probe --facts=process.cwd", OK),
	      NOW(HOST(PH_NONE, "cli.answer#/process.cwd", "/there")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(exec, cwd_that_is_a_descriptor_of_the_caller_is_refused) = {
	.title = "a directory that the caller of exec has open is no working directory for the "
		 "process",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:always-ok", "cli:exec-bare"),
	VARY("3", "7", "50"),
	CALLER("fd:3", "fd:4", "fd:5", "fd:6", "fd:7", "fd:50"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --cwd=/proc/self/fd/@V@ @ID@ /conform-probe --facts=process.cwd", FAIL),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, relative_cwd_is_refused) = {
	.title = "exec --cwd asks for an absolute path, as the configuration does",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:always-ok", "cli:exec-bare"),
	FILES(DIR_AT("there")),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --cwd=there @ID@ /conform-probe --facts=process.cwd", FAIL),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, writes_no_files_of_the_containers_proc) = {
	.title = "exec writes to no file that the container has put where /proc was",
	.advice = JOINS,
	.needs = {.subcommand = "exec", .oom = "500"},
	MUTANTS("cli:exec-bare"),
	FILES(DIR_AT("fake"), DIR_AT("fake/self"), FILE_AT("fake/self/oom_score_adj", "as it was"),
	      DIR_AT("fake/self/attr"), FILE_AT("fake/self/attr/exec", "as it was"),
	      DIR_AT("fake/self/attr/apparmor"),
	      FILE_AT("fake/self/attr/apparmor/exec", "as it was"), DIR_AT("fake/thread-self"),
	      DIR_AT("fake/thread-self/attr"),
	      FILE_AT("fake/thread-self/oom_score_adj", "as it was"),
	      FILE_AT("fake/thread-self/attr/exec", "as it was")),
	CONFIG(SET("/process/oomScoreAdj", 500), SET("/process/capabilities", {
		       "bounding": ["CAP_SYS_ADMIN"],
		       "effective": ["CAP_SYS_ADMIN"],
		       "permitted": ["CAP_SYS_ADMIN"]
	       })),
	INSIDE(TRY("mount:/fake,/proc,none,bind", "OK")),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --facts=process.cwd", ANY),
	      NOW(HOST(PH_NONE, "file:@ROOTFS@/fake/self/oom_score_adj", "as it was")),
	      NOW(HOST(PH_NONE, "file:@ROOTFS@/fake/self/attr/exec", "as it was")),
	      NOW(HOST(PH_NONE, "file:@ROOTFS@/fake/self/attr/apparmor/exec", "as it was")),
	      NOW(HOST(PH_NONE, "file:@ROOTFS@/fake/thread-self/oom_score_adj", "as it was")),
	      NOW(HOST(PH_NONE, "file:@ROOTFS@/fake/thread-self/attr/exec", "as it was")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, process_of_the_runtime_cannot_be_looked_into) = {
	.title = "a process of exec cannot read the memory or the program of the runtime's "
		 "process that waits for start",
	.advice = JOINS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:exec-bare"),
	.ending = "wait",
	/* null: no such process was let in, which is as safe */
	STEPS(CREATE(OK),
	      RUN_CLI("exec @ID@ /conform-probe "
		      "--facts=access:/proc/1/mem,access:/proc/1/environ,access:/proc/1/exe",
		      ANY),
	      NOW(HOST_ONE_OF(PH_NONE, "cli.answer#/access:~1proc~11~1mem/read",
			      [null, "EACCES", "EPERM", "ENOENT", "ESRCH"])),
	      NOW(HOST_ONE_OF(PH_NONE, "cli.answer#/access:~1proc~11~1environ/read",
			      [null, "EACCES", "EPERM", "ENOENT", "ESRCH"])),
	      NOW(HOST_ONE_OF(PH_NONE, "cli.answer#/access:~1proc~11~1exe/read",
			      [null, "EACCES", "EPERM", "ENOENT", "ESRCH"])),
	      START(OK), WAIT_REPORT, KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, ends_as_its_process_does) = {
	.title = "the exit status of exec is that of its process",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:always-ok"),
	VARY("0", "7", "255"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --hook=x /tmp noread exit:@V@", ANY),
	      NOW(HOST(PH_NONE, "cli.exit", "@V@")), KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, end_by_a_signal_is_told) = {
	.title = "where its process is ended by a signal, exec exits with 128 and its number",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:always-ok"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec @ID@ /conform-probe --hook=x /tmp noread kill", ANY),
	      NOW(HOST(PH_NONE, "cli.exit", 137)), KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(exec, program_that_is_not_there_is_an_error) = {
	.title = "exec of a program that the container does not have is an error",
	.advice = OPTIONS,
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:always-ok", "cli:exec-noop"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT, RUN_CLI("exec @ID@ /no-such-program", FAIL),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};
