/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.md#operations: create, start, kill and delete, in the states in which they work and in
 * those in which they must not. */
#include "conform.h"

CONFORM_CASE(create, makes_a_created_container) = {
	.title = "after create the container's status is created and its program has not run",
	REQS(REQ_CREATE_NEW_CONTAINER, REQ_LIFECYCLE_02_PROGRAM_NOT_RUN,
	     REQ_CREATE_ARGS_NOT_APPLIED, REQ_OP_CREATE_SUPPORTED, REQ_LIFECYCLE_01_CREATE_INVOKED,
	     REQ_OP_STATE_SUPPORTED),
	MUTANTS("cli:create-starts", "cli:state-says-running", "cli:create-noop"),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "state#/status", "created")),
	      NOW(HOST(PH_NONE, "container.alive", true)),
	      NOW(HOST(PH_NONE, "file:@CASE@/io/out", "")), START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(create, pid_file_names_the_container) = {
	.title = "the pid file holds the pid of the container's process, digits only",
	REQS(REQ_STATE_PID_IS_CONTAINER_PROCESS),
	MUTANTS("cli:pidfile-missing", "cli:pidfile-wrong"),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "state#/pid", "@CTPID@")),
	      NOW(HOST(PH_NONE, "container.alive", true)), START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(create, without_id_is_an_error) = {
	.title = "create without an id is an error",
	REQS(REQ_CREATE_NO_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("create --bundle @BUNDLE@", FAIL)),
};

CONFORM_CASE(create, without_bundle_is_an_error) = {
	.title = "create outside of a bundle, without the path of one, is an error",
	REQS(REQ_CREATE_NO_BUNDLE_ERROR),
	MUTANTS("cli:always-ok"),
	CALLER("cwd:/"),
	STEPS(RUN_CLI("create @ID@-x", FAIL), RUN_CLI("state @ID@-x", FAIL)),
};

CONFORM_CASE(create, id_in_use_is_an_error) = {
	.title = "create with the id of an existing container is an error and leaves that "
		 "container as it was",
	REQS(REQ_CREATE_DUPLICATE_ID_ERROR, REQ_CREATE_DUPLICATE_ID_NO_CONTAINER,
	     REQ_STATE_ID_UNIQUE_ON_HOST),
	MUTANTS("cli:always-ok"),
	.ending = "wait",
	STEPS(CREATE(OK), CREATE(FAIL), STATE(OK), NOW(HOST(PH_NONE, "state#/status", "created")),
	      NOW(HOST(PH_NONE, "state#/pid", "@CTPID@")), START(OK), WAIT_REPORT, CREATE(FAIL),
	      STATE(OK), NOW(HOST(PH_NONE, "state#/status", "running")),
	      NOW(HOST(PH_NONE, "state#/pid", "@CTPID@")), KILL("KILL", OK), WAIT_EXIT,
	      CREATE(FAIL), DELETE(OK)),
};

CONFORM_CASE(create, invalid_id_is_an_error) = {
	.title = "an id that is no file name of its own is an error, and no such container is made",
	REQS(REQ_CREATE_INVALID_ID_ERROR, REQ_CREATE_INVALID_ID_NO_CONTAINER),
	/* what is written above the state directory is a finding that binds all the same */
	.advice = "the specification does not say which ids are valid; one that is part of a path "
		  "may lead out of the state directory",
	MUTANTS("cli:always-ok"),
	VARY("\"..\"", "\".\"", "\"a/b\"", "\"../canary\"", "\"/abs\""),
	STEPS(RUN_CLI("create --bundle @BUNDLE@ @V@", FAIL), RUN_CLI("state @V@", FAIL)),
};

CONFORM_CASE(create, unusable_property_leaves_no_container) = {
	.title = "a create that fails over a property leaves no container, and the id is free",
	REQS(REQ_CREATE_UNAPPLIABLE_PROPERTY_ERROR, REQ_CREATE_UNAPPLIABLE_PROPERTY_NO_CONTAINER,
	     REQ_ERROR_LEAVES_ENVIRONMENT_UNCHANGED, REQ_LIFECYCLE_02_ENVIRONMENT_ERROR),
	MUTANTS("drop:/linux/sysctl", "cli:always-ok"),
	CONFIG(SET("/linux/sysctl", {"net.no.such.key": "1"})),
	STEPS(CREATE(FAIL), STATE(FAIL), DELETE(FAIL), EDIT_CONFIG("/linux/sysctl={}"), CREATE(OK),
	      START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(create, later_edits_of_the_configuration_have_no_effect) = {
	.title = "what is changed in config.json after create changes neither the program nor its "
		 "environment, nor the hooks that are still to come",
	REQS(REQ_CREATE_CONFIG_CHANGES_NO_EFFECT, REQ_LIFECYCLE_02_CONFIG_UPDATES_NO_EFFECT),
	MUTANTS("set:/process/env=[\"WHEN=after\"]", "cli:rereads-config", "cli:poststart-reread",
		"cli:poststop-reread"),
	CONFIG(SET("/process/env", ["WHEN=before"]),
	       SET("/process/args", ["/conform-probe", "@ASK@", "before"]),
	       SET("/hooks/poststart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=started", "@CASE@/io"]}]),
	       SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=deleted", "@CASE@/io"]}])),
	INSIDE(FACT("env:WHEN", "before"), FACT("process.cwd", "/"),
	       FACT("process.args#/2", "before")),
	STEPS(CREATE(OK), EDIT_CONFIG("/process/env=[\"WHEN=after\"]"),
	      EDIT_CONFIG("/process/cwd=\"/tmp\""), EDIT_CONFIG("/process/args/2=\"after\""),
	      EDIT_CONFIG("/hooks/startContainer=[{\"path\":\"/"
			  "conform-probe\",\"args\":[\"probe\",\"--hook=late\",\"/conform-io\"]}]"),
	      EDIT_CONFIG("/hooks/poststart/0/args/1=\"--hook=late\""),
	      EDIT_CONFIG("/hooks/poststop/0/args/1=\"--hook=later\""), START(OK), WAIT_EXIT,
	      DELETE(OK), NOW(HOST(PH_NONE, "hooks", ["started", "deleted"]))),
};

CONFORM_CASE(create, resources_exist_before_start) = {
	.title = "namespaces, mounts and cgroup are there once create returns",
	REQS(REQ_LIFECYCLE_02_ENVIRONMENT_CREATED, REQ_CREATE_APPLIES_ALL_BUT_PROCESS,
	     REQ_LIFECYCLE_02_RESOURCES_CREATED),
	.needs = {.cgroup = "v1", .controllers = "pids"},
	MUTANTS("drop-namespace:uts", "drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": 77}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:pids/pids.max", "77"),
		HOST_NOT(AFTER_CREATE, "pid.ns.uts", "@HOSTINO:uts@"),
		HOST_NOT(AFTER_CREATE, "pid.ns.mount", "@HOSTINO:mount@"),
		HOST_NOT(AFTER_CREATE, "pid.ns.network", "@HOSTINO:network@")),
};

CONFORM_CASE(create, without_process_can_be_accepted) = {
	.title = "a configuration without process can be created, and is an error at start at the "
		 "latest",
	REQS(REQ_START_NO_PROCESS_ERROR, REQ_CREATE_WITHOUT_PROCESS),
	MUTANTS("cli:always-ok"),
	CONFIG(DEL("/process")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(start, runs_the_program) = {
	.title = "start runs the program with its arguments, environment, directory and user",
	REQS(REQ_START_RUNS_PROGRAM, REQ_LIFECYCLE_08_PROGRAM_RUN, REQ_OP_START_SUPPORTED,
	     REQ_LIFECYCLE_06_START_INVOKED),
	MUTANTS("cli:start-noop", "set:/process/cwd=\"/\"", "set:/process/user/uid=0",
		"drop:/process/env"),
	CONFIG(SET("/process/args", ["/conform-probe", "@ASK@", "argument"]),
	       SET("/process/env", ["NAME=value"]), SET("/process/cwd", "/tmp"),
	       SET("/process/user", {"uid": 7, "gid": 8})),
	INSIDE(FACT("process.args", ["/conform-probe", "--ask", "argument"]),
	       FACT("env:NAME", "value"), FACT("process.cwd", "/tmp"), FACT("user.uids#/1", 7),
	       FACT("user.gids#/1", 8)),
};

CONFORM_CASE(start, without_id_is_an_error) = {
	.title = "start without an id is an error",
	REQS(REQ_START_NO_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("start", FAIL)),
};

CONFORM_CASE(start, unknown_id_is_an_error) = {
	.title = "start with an id that does not exist is an error",
	REQS(REQ_START_UNKNOWN_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("start @ID@-nobody", FAIL)),
};

CONFORM_CASE(start, running_container_is_an_error) = {
	.title = "start of a running container is an error and does not run the program again",
	REQS(REQ_START_NOT_CREATED_ERROR, REQ_START_NOT_CREATED_NO_EFFECT),
	MUTANTS("cli:always-ok", "cli:start-twice-ok"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT, START(FAIL), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "running")),
	      NOW(HOST(PH_NONE, "state#/pid", "@CTPID@")), KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(start, stopped_container_is_an_error) = {
	.title = "start of a stopped container is an error and does not run the program again",
	REQS(REQ_START_NOT_CREATED_ERROR, REQ_START_NOT_CREATED_NO_EFFECT),
	MUTANTS("cli:always-ok", "cli:start-twice-ok"),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, START(FAIL), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "stopped")), DELETE(OK)),
};

CONFORM_CASE(kill, without_id_is_an_error) = {
	.title = "kill without an id is an error",
	REQS(REQ_KILL_NO_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("kill", FAIL)),
};

CONFORM_CASE(kill, unknown_id_is_an_error) = {
	.title = "kill with an id that does not exist is an error",
	REQS(REQ_KILL_UNKNOWN_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("kill @ID@-nobody KILL", FAIL)),
};

CONFORM_CASE(kill, delivers_the_signal_asked_for) = {
	.title = "the program gets exactly the signal that kill was given",
	REQS(REQ_KILL_SPECIFIED_SIGNAL, REQ_KILL_RUNNING_ALLOWED, REQ_OP_KILL_SUPPORTED,
	     REQ_OP_SAME_ENTITY_CAN_OPERATE),
	MUTANTS("cli:kill-other-signal", "cli:kill-noop"),
	VARY("\"TERM\"", "\"USR1\"", "\"HUP\"", "\"INT\"", "\"WINCH\"", "\"QUIT\""),
	.ending = "trap:SIG@V@",
	INSIDE(FACT("trapped", "SIG@V@")),
	STEPS(CREATE(OK), START(OK), WAIT_REPORT, KILL("@V@", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(kill, takes_numbers) = {
	.title = "a signal can be given by its number",
	REQS(REQ_KILL_SPECIFIED_SIGNAL),
	MUTANTS("cli:kill-other-signal", "cli:kill-noop"),
	.ending = "trap:SIGUSR2",
	INSIDE(FACT("trapped", "SIGUSR2")),
	STEPS(CREATE(OK), START(OK), WAIT_REPORT, KILL("12", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(kill, created_container_can_be_killed) = {
	.title =
		"KILL ends a container that was created and not started, and its status is stopped",
	REQS(REQ_KILL_CREATED_ALLOWED),
	MUTANTS("cli:kill-noop", "cli:state-says-running"),
	STEPS(CREATE(OK), KILL("KILL", OK), WAIT_EXIT, STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "stopped")), DELETE(OK)),
};

CONFORM_CASE(kill, stopped_container_is_an_error) = {
	.title = "kill of a stopped container is an error and changes nothing",
	REQS(REQ_KILL_NOT_RUNNING_ERROR, REQ_KILL_NOT_RUNNING_NO_EFFECT),
	MUTANTS("cli:always-ok"),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, KILL("TERM", FAIL), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "stopped")), DELETE(OK)),
};

CONFORM_CASE(kill, unknown_signal_is_an_error) = {
	.title = "a signal that does not exist is an error and nothing is sent",
	REQS(REQ_KILL_INVALID_SIGNAL_ERROR),
	MUTANTS("cli:always-ok"),
	VARY("\"NOSUCHSIGNAL\"", "\"500\"", "\"-1\""),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT, KILL("@V@", FAIL), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "running")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(delete, without_id_is_an_error) = {
	.title = "delete without an id is an error",
	REQS(REQ_DELETE_NO_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("delete", FAIL)),
};

CONFORM_CASE(delete, unknown_id_is_an_error) = {
	.title = "delete with an id that does not exist is an error",
	REQS(REQ_DELETE_UNKNOWN_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("delete @ID@-nobody", FAIL)),
};

CONFORM_CASE(delete, running_container_is_an_error) = {
	.title = "delete of a running container is an error and leaves it running",
	REQS(REQ_DELETE_RUNNING_ERROR, REQ_DELETE_RUNNING_NO_EFFECT),
	MUTANTS("cli:always-ok", "cli:delete-forces"),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT, DELETE(FAIL), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "running")),
	      NOW(HOST(PH_NONE, "state#/pid", "@CTPID@")), KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(delete, created_container_is_an_error) = {
	.title = "delete of a created container is an error, and it can still be started",
	REQS(REQ_DELETE_CREATED_ERROR, REQ_DELETE_CREATED_NO_EFFECT),
	MUTANTS("cli:always-ok", "cli:delete-forces"),
	STEPS(CREATE(OK), DELETE(FAIL), STATE(OK), NOW(HOST(PH_NONE, "state#/status", "created")),
	      START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(delete, stopped_container_is_removed) = {
	.title = "delete of a stopped container succeeds, and the id no longer exists",
	REQS(REQ_DELETE_STOPPED_SUCCEEDS, REQ_LIFECYCLE_12_DESTROYED, REQ_OP_DELETE_SUPPORTED,
	     REQ_LIFECYCLE_11_DELETE_INVOKED),
	MUTANTS("cli:delete-noop", "cli:delete-fails"),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, DELETE(OK), STATE(FAIL), DELETE(FAIL)),
};

CONFORM_CASE(delete, id_can_be_used_again) = {
	.title = "after delete the id is free for a new container",
	REQS(REQ_DELETE_ID_REUSABLE, REQ_CREATE_NEW_CONTAINER),
	MUTANTS("cli:delete-noop"),
	STEPS(CREATE(OK), KILL("KILL", OK), WAIT_EXIT, DELETE(OK), CREATE(OK), START(OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(delete, cgroup_is_gone) = {
	.title = "the cgroup that create made is gone after delete",
	REQS(REQ_DELETE_REMOVES_CREATED_RESOURCES),
	.needs = {.cgroup = "v1", .controllers = "pids"},
	MUTANTS("cli:residue-cgroup"),
	STEPS(CREATE(OK), NOW(HOST(PH_NONE, "cgroup.exists", true)), START(OK), WAIT_EXIT,
	      DELETE(OK), NOW(HOST(PH_NONE, "cgroup.exists", false))),
};

CONFORM_CASE(delete, processes_in_the_callers_pid_namespace_do_not_stay) = {
	.title = "later processes of a container in the caller's pid namespace outlive its first, "
		 "and delete --force ends them",
	.advice = "the specification undoes what create has made, and does not name processes that "
		  "came later: whoever deletes by force wants nothing of the container to stay",
	.needs = {.subcommand = "exec"},
	MUTANTS("cli:residue-process", "cli:exec-noop"),
	CONFIG(SET("/linux/namespaces",
		   [
			   {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"},
			   {"type": "cgroup"}
		   ])),
	.ending = "wait",
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("exec --detach @ID@ /conform-probe --hook=later /conform-io noread sleep:600",
		      OK),
	      RUN_CLI("exec @ID@ /conform-probe --hook=seen /conform-io noread records:2", OK),
	      KILL("KILL", OK), WAIT_EXIT, RUN_CLI("delete --force @ID@", OK),
	      NOW(HOST(PH_NONE, "hook:later#/count", 1)), NOW(HOST(PH_NONE, "residue", []))),
};

CONFORM_CASE(delete, foreign_things_stay) = {
	.title = "the bundle, its root filesystem and the source of a bind mount are as they were "
		 "after delete",
	REQS(REQ_DELETE_KEEPS_FOREIGN_RESOURCES),
	MUTANTS("cli:delete-removes-bundle"),
	FILES(DIR_AT("../data"), FILE_AT("../data/kept", "kept\n"),
	      FILE_AT("in-rootfs", "kept too\n")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/data",
		"options": ["bind"]
	})),
	OUTSIDE(HOST(AFTER_DELETE, "file:@BUNDLE@/data/kept", "kept"),
		HOST(AFTER_DELETE, "file:@ROOTFS@/in-rootfs", "kept too"),
		HOST(AFTER_DELETE, "stat.host:@BUNDLE@/config.json#/type", "reg")),
};

CONFORM_CASE(delete, cgroup_above_its_own_stays) = {
	.title = "the cgroup in which create made the container's is there after delete",
	REQS(REQ_DELETE_KEEPS_FOREIGN_RESOURCES),
	.needs = {.controllers = "pids"},
	/* the harness looks by itself whether what it made is still there */
	.host_cgroup = "above",
	MUTANTS("cli:delete-removes-cgroup"),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@/in"),
	       SET("/linux/resources", {"pids": {"limit": 100}})),
	OUTSIDE(HOST_MATCH(AFTER_START, "cgroup:pids", "@CGROUP@/*")),
};

CONFORM_CASE(start, without_process_is_an_error) = {
	.title = "start of a container whose configuration has no process is an error",
	REQS(REQ_PROCESS_REQUIRED_AT_START),
	MUTANTS("cli:always-ok"),
	CONFIG(DEL("/process")),
	STEPS(CREATE(ANY), START(FAIL)),
};
