/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.md#state and #query-state. */
#include "conform.h"

CONFORM_CASE(state, has_its_properties) = {
	.title =
		"the state has version, id, status, pid and bundle with the right types and values",
	REQS(REQ_STATE_OCIVERSION_FIELD, REQ_STATE_ID_FIELD, REQ_STATE_STATUS_FIELD,
	     REQ_STATE_PID_FIELD, REQ_STATE_BUNDLE_FIELD),
	MUTANTS("cli:state-drop-ociVersion", "cli:state-drop-id", "cli:state-drop-status",
		"cli:state-drop-pid", "cli:state-drop-bundle"),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST_MATCH(PH_NONE, "state#/ociVersion", "*")),
	      NOW(HOST_MATCH(PH_NONE, "state#/id", "*")),
	      NOW(HOST_MATCH(PH_NONE, "state#/status", "*")),
	      NOW(HOST_MIN(PH_NONE, "state#/pid", 1)),
	      NOW(HOST_MATCH(PH_NONE, "state#/bundle", "*")), START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(state, id_is_that_of_create) = {
	.title = "id of the state is the id given to create",
	REQS(REQ_STATE_ID_MATCHES, REQ_STATE_RETURNS_STATE),
	MUTANTS("cli:state-wrong-id"),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "state#/id", "@ID@")), START(OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(state, version_is_semver) = {
	.title = "ociVersion of the state is a version of the specification",
	REQS(REQ_STATE_OCIVERSION_COMPLIES),
	MUTANTS("cli:state-wrong-ociVersion"),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "shape.version", [])),
	      NOW(HOST_MATCH(PH_NONE, "state#/ociVersion", "1.*")), START(OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(state, bundle_is_absolute) = {
	.title = "bundle of the state is the absolute path, also where create was given a relative "
		 "one",
	REQS(REQ_STATE_BUNDLE_ABSOLUTE),
	MUTANTS("cli:state-wrong-bundle"),
	CALLER("cwd:@CASE@"),
	STEPS(RUN_CLI("create --bundle bundle --pid-file @CASE@/pid @ID@", OK), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/bundle", "@BUNDLE@")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(state, annotations_are_those_of_the_configuration) = {
	.title = "the state has every annotation of the configuration with its value, also an "
		 "empty one and one with a key nobody knows",
	REQS(REQ_STATE_ANNOTATIONS_MATCH, REQ_ANNOTATION_UNKNOWN_KEY_IGNORED,
	     REQ_ANNOTATION_VALUE_EMPTY),
	MUTANTS("drop:/annotations", "cli:state-drop-annotations"),
	CONFIG(SET(
		"/annotations",
		{"org.example.one": "first", "org.example.two": "", "x": "\u00e4 \"quoted\"\n"})),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST_HAS(PH_NONE, "state#/annotations", {
		      "org.example.one": "first",
		      "org.example.two": "",
		      "x": "\u00e4 \"quoted\"\n"
	      })),
	      START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(state, status_follows_the_lifecycle) = {
	.title = "the status is created, then running, then stopped",
	REQS(REQ_STATE_STATUS_CREATED, REQ_STATE_STATUS_RUNNING, REQ_STATE_STATUS_STOPPED,
	     REQ_STATE_STATUS_ADDITIONAL_NEW_STATES),
	MUTANTS("cli:state-says-running", "cli:state-says-created", "cli:state-says-stopped"),
	.ending = "wait",
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "state#/status", "created")), START(OK),
	      WAIT_REPORT, STATE(OK), NOW(HOST(PH_NONE, "state#/status", "running")),
	      KILL("KILL", OK), WAIT_EXIT, STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "stopped")), DELETE(OK)),
};

CONFORM_CASE(state, pid_is_the_containers_process) = {
	.title = "pid of the state is the process that runs the program, in the container's "
		 "namespaces",
	REQS(REQ_STATE_PID_IS_CONTAINER_PROCESS),
	MUTANTS("cli:state-wrong-pid"),
	.ending = "wait",
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "state#/pid", "@CTPID@")), START(OK),
	      WAIT_REPORT, STATE(OK), NOW(HOST(PH_NONE, "state#/pid", "@CTPID@")),
	      NOW(HOST_MATCH(PH_NONE, "pid.args#/0", "*conform-probe")),
	      NOW(HOST_NOT(PH_NONE, "pid.ns.uts", "@HOSTINO:uts@")), KILL("KILL", OK), WAIT_EXIT,
	      DELETE(OK)),
};

CONFORM_CASE(state, stopped_by_any_end) = {
	.title = "the status is stopped whether the program exits, fails or is killed",
	REQS(REQ_LIFECYCLE_10_PROCESS_EXITS, REQ_STATE_STATUS_ADDITIONAL_NEW_STATES),
	MUTANTS("cli:state-says-running"),
	VARY("\"exit:0\"", "\"exit:3\"", "\"dump\""),
	.ending = "@V@",
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "stopped")), DELETE(OK)),
};

CONFORM_CASE(state, without_id_is_an_error) = {
	.title = "state without an id is an error",
	REQS(REQ_STATE_NO_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("state", FAIL)),
};

CONFORM_CASE(state, unknown_id_is_an_error) = {
	.title = "state with an id that does not exist is an error",
	REQS(REQ_STATE_UNKNOWN_ID_ERROR),
	MUTANTS("cli:always-ok"),
	STEPS(RUN_CLI("state @ID@-nobody", FAIL)),
};

CONFORM_CASE(state, document_has_its_form) = {
	.title = "every member of the state is there and of its type in every status",
	REQS(REQ_STATE_JSON_SCHEMA, REQ_STATE_ANNOTATIONS_FIELD, REQ_STATE_PID_STOPPED_OPTIONAL),
	MUTANTS("cli:state-wrong-annotations", "cli:state-drop-id", "cli:state-drop-bundle",
		"cli:state-drop-status", "cli:state-nul"),
	.ending = "wait",
	STEPS(CREATE(OK), STATE(OK), NOW(HOST_EMPTY(PH_NONE, "shape.state")), START(OK),
	      WAIT_REPORT, STATE(OK), NOW(HOST_EMPTY(PH_NONE, "shape.state")), KILL("KILL", OK),
	      WAIT_EXIT, STATE(OK), NOW(HOST_EMPTY(PH_NONE, "shape.state")), DELETE(OK)),
};

CONFORM_CASE(state, without_annotations_has_none) = {
	.title = "the state of a configuration without annotations has none, or an empty object",
	REQS(REQ_STATE_ANNOTATIONS_ABSENT_OR_EMPTY),
	MUTANTS("set:/annotations={\"org.example.key\": \"value\"}"),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "state#/id", "@ID@")),
	      NOW(HOST_EMPTY(PH_NONE, "state#/annotations")), START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(state, empty_annotations_are_none) = {
	.title = "an empty annotations object is accepted, and is the same as none",
	REQS(REQ_ANNOTATION_ABSENT_OR_EMPTY),
	MUTANTS("set:/annotations={\"org.example.key\": \"value\"}", "cli:create-fails"),
	CONFIG(SET("/annotations", {})),
	STEPS(CREATE(OK), STATE(OK), NOW(HOST(PH_NONE, "state#/id", "@ID@")),
	      NOW(HOST_EMPTY(PH_NONE, "state#/annotations")), START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(state, paused_container_is_neither_created_nor_stopped) = {
	.title = "a paused container is running, or has a status that only it has",
	REQS(REQ_STATE_STATUS_ADDITIONAL_ALLOWED),
	.needs = {.subcommand = "pause"},
	.ending = "wait",
	MUTANTS("cli:state-says-stopped", "cli:state-says-created"),
	STEPS(CREATE(OK), START(OK), WAIT_REPORT, RUN_CLI("pause @ID@", OK), STATE(OK),
	      NOW(HOST_NOT(PH_NONE, "state#/status", "creating")),
	      NOW(HOST_NOT(PH_NONE, "state#/status", "created")),
	      NOW(HOST_NOT(PH_NONE, "state#/status", "stopped")), RUN_CLI("resume @ID@", OK),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};
