/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#posix-platform-hooks and runtime.md#lifecycle: hooks that fail or cannot run. What
 * hooks see is in hooks.c, those that must be refused are in hooks_refused.c. */
#include "conform.h"

CONFORM_CASE(hooks, prestart_failure_by_exit) = {
	.title = "a prestart hook that exits non-zero makes create fail, stops the container, and "
		 "the rest of the list does not run",
	REQS(REQ_HOOK_PRESTART_FAILURE_ERROR, REQ_HOOK_PRESTART_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_PRESTART_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "exit:7"]
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, prestart_failure_by_signal) = {
	.title = "a prestart hook that is killed by a signal makes create fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_PRESTART_FAILURE_ERROR, REQ_HOOK_PRESTART_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_PRESTART_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/prestart"),
	CONFIG(SET(
		"/hooks/prestart",
		[
			{"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "kill"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, prestart_failure_by_timeout) = {
	.title = "a prestart hook that outlasts its timeout makes create fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_PRESTART_TIMEOUT, REQ_HOOK_PRESTART_FAILURE_ERROR,
	     REQ_HOOK_PRESTART_FAILURE_STOPS_CONTAINER, REQ_HOOK_PRESTART_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "sleep:30"],
				   "timeout": 1
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, prestart_failure_runs_poststop) = {
	.title = "when a prestart hook fails the container is destroyed and its poststop hooks run",
	REQS(REQ_HOOK_PRESTART_FAILURE_RUNS_POSTSTOP, REQ_HOOK_PRESTART_FAILURE_DESTROYS),
	MUTANTS("drop:/hooks/poststop", "drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "exit:1"]}]),
	       SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=after", "@CASE@/io"]}])),
	STEPS(CREATE(FAIL), STATE(FAIL), NOW(HOST(PH_NONE, "hooks", ["fails", "after"]))),
};

CONFORM_CASE(hooks, prestart_missing_program_is_an_error) = {
	.title = "a prestart hook that cannot be executed makes create fail",
	REQS(REQ_HOOK_PRESTART_FAILURE_ERROR),
	MUTANTS("drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart", [{"path": "/no/such/hook"}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createruntime_failure_by_exit) = {
	.title = "a createRuntime hook that exits non-zero makes create fail, stops the container, "
		 "and the rest of the list does not run",
	REQS(REQ_HOOK_CREATERUNTIME_FAILURE_ERROR, REQ_HOOK_CREATERUNTIME_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_CREATERUNTIME_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "exit:7"]
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createruntime_failure_by_signal) = {
	.title = "a createRuntime hook that is killed by a signal makes create fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_CREATERUNTIME_FAILURE_ERROR, REQ_HOOK_CREATERUNTIME_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_CREATERUNTIME_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/createRuntime"),
	CONFIG(SET(
		"/hooks/createRuntime",
		[
			{"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "kill"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createruntime_failure_by_timeout) = {
	.title = "a createRuntime hook that outlasts its timeout makes create fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_CREATERUNTIME_TIMEOUT, REQ_HOOK_CREATERUNTIME_FAILURE_ERROR,
	     REQ_HOOK_CREATERUNTIME_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_CREATERUNTIME_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "sleep:30"],
				   "timeout": 1
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createruntime_failure_runs_poststop) = {
	.title = "when a createRuntime hook fails the container is destroyed and its poststop "
		 "hooks run",
	REQS(REQ_HOOK_CREATERUNTIME_FAILURE_RUNS_POSTSTOP, REQ_HOOK_CREATERUNTIME_FAILURE_DESTROYS),
	MUTANTS("drop:/hooks/poststop", "drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "exit:1"]}]),
	       SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=after", "@CASE@/io"]}])),
	STEPS(CREATE(FAIL), STATE(FAIL), NOW(HOST(PH_NONE, "hooks", ["fails", "after"]))),
};

CONFORM_CASE(hooks, createruntime_missing_program_is_an_error) = {
	.title = "a createRuntime hook that cannot be executed makes create fail",
	REQS(REQ_HOOK_CREATERUNTIME_FAILURE_ERROR),
	MUTANTS("drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime", [{"path": "/no/such/hook"}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createcontainer_failure_by_exit) = {
	.title = "a createContainer hook that exits non-zero makes create fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_CREATECONTAINER_FAILURE_ERROR,
	     REQ_HOOK_CREATECONTAINER_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_CREATECONTAINER_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "exit:7"]
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createcontainer_failure_by_signal) = {
	.title = "a createContainer hook that is killed by a signal makes create fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_CREATECONTAINER_FAILURE_ERROR,
	     REQ_HOOK_CREATECONTAINER_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_CREATECONTAINER_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET(
		"/hooks/createContainer",
		[
			{"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "kill"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createcontainer_failure_by_timeout) = {
	.title = "a createContainer hook that outlasts its timeout makes create fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_CREATECONTAINER_TIMEOUT, REQ_HOOK_CREATECONTAINER_FAILURE_ERROR,
	     REQ_HOOK_CREATECONTAINER_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_CREATECONTAINER_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "sleep:30"],
				   "timeout": 1
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, createcontainer_failure_runs_poststop) = {
	.title = "when a createContainer hook fails the container is destroyed and its poststop "
		 "hooks run",
	REQS(REQ_HOOK_CREATECONTAINER_FAILURE_RUNS_POSTSTOP,
	     REQ_HOOK_CREATECONTAINER_FAILURE_DESTROYS),
	MUTANTS("drop:/hooks/poststop", "drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "exit:1"]}]),
	       SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=after", "@CASE@/io"]}])),
	STEPS(CREATE(FAIL), STATE(FAIL), NOW(HOST(PH_NONE, "hooks", ["fails", "after"]))),
};

CONFORM_CASE(hooks, createcontainer_missing_program_is_an_error) = {
	.title = "a createContainer hook that cannot be executed makes create fail",
	REQS(REQ_HOOK_CREATECONTAINER_FAILURE_ERROR),
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer", [{"path": "/no/such/hook"}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(hooks, startcontainer_failure_by_exit) = {
	.title = "a startContainer hook that exits non-zero makes start fail, stops the container, "
		 "and the rest of the list does not run",
	REQS(REQ_HOOK_STARTCONTAINER_FAILURE_ERROR, REQ_HOOK_STARTCONTAINER_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_STARTCONTAINER_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/startContainer"),
	CONFIG(SET(
		"/hooks/startContainer",
		[
			{
				"path": "/conform-probe",
				"args": ["probe", "--hook=first", "/conform-io"]
			},
			{
				"path": "/conform-probe",
				"args": ["probe", "--hook=fails", "/conform-io", "exit:7"]
			},
			{"path": "/conform-probe", "args": ["probe", "--hook=never", "/conform-io"]}
		])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, startcontainer_failure_by_signal) = {
	.title = "a startContainer hook that is killed by a signal makes start fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_STARTCONTAINER_FAILURE_ERROR, REQ_HOOK_STARTCONTAINER_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_STARTCONTAINER_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/startContainer"),
	CONFIG(SET(
		"/hooks/startContainer",
		[
			{
				"path": "/conform-probe",
				"args": ["probe", "--hook=first", "/conform-io"]
			},
			{
				"path": "/conform-probe",
				"args": ["probe", "--hook=fails", "/conform-io", "kill"]
			},
			{"path": "/conform-probe", "args": ["probe", "--hook=never", "/conform-io"]}
		])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, startcontainer_failure_by_timeout) = {
	.title = "a startContainer hook that outlasts its timeout makes start fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_STARTCONTAINER_TIMEOUT, REQ_HOOK_STARTCONTAINER_FAILURE_ERROR,
	     REQ_HOOK_STARTCONTAINER_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_STARTCONTAINER_FAILURE_SKIPS_REST),
	MUTANTS("drop:/hooks/startContainer"),
	CONFIG(SET(
		"/hooks/startContainer",
		[
			{
				"path": "/conform-probe",
				"args": ["probe", "--hook=first", "/conform-io"]
			},
			{
				"path": "/conform-probe",
				"args": ["probe", "--hook=fails", "/conform-io", "sleep:30"],
				"timeout": 1
			},
			{"path": "/conform-probe", "args": ["probe", "--hook=never", "/conform-io"]}
		])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, startcontainer_failure_runs_poststop) = {
	.title = "when a startContainer hook fails the container is destroyed and its poststop "
		 "hooks run",
	REQS(REQ_HOOK_STARTCONTAINER_FAILURE_RUNS_POSTSTOP,
	     REQ_HOOK_STARTCONTAINER_FAILURE_DESTROYS),
	MUTANTS("drop:/hooks/poststop", "drop:/hooks/startContainer"),
	CONFIG(SET("/hooks/startContainer", [{
			   "path": "/conform-probe",
			   "args": ["probe", "--hook=fails", "/conform-io", "exit:1"]
		   }]),
	       SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=after", "@CASE@/io"]}])),
	STEPS(CREATE(OK), START(FAIL), STATE(FAIL),
	      NOW(HOST(PH_NONE, "hooks", ["fails", "after"]))),
};

CONFORM_CASE(hooks, startcontainer_missing_program_is_an_error) = {
	.title = "a startContainer hook that cannot be executed makes start fail",
	REQS(REQ_HOOK_STARTCONTAINER_FAILURE_ERROR),
	MUTANTS("drop:/hooks/startContainer"),
	CONFIG(SET("/hooks/startContainer", [{"path": "/no/such/hook"}])),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, poststart_failure_by_exit) = {
	.title = "a poststart hook that exits non-zero makes start fail, stops the container, and "
		 "the rest of the list does not run",
	REQS(REQ_HOOK_POSTSTART_FAILURE_ERROR, REQ_HOOK_POSTSTART_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_POSTSTART_FAILURE_SKIPS_REST),
	.min_target = 103,
	MUTANTS("drop:/hooks/poststart"),
	CONFIG(SET("/hooks/poststart",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "exit:7"]
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, poststart_failure_by_signal) = {
	.title = "a poststart hook that is killed by a signal makes start fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_POSTSTART_FAILURE_ERROR, REQ_HOOK_POSTSTART_FAILURE_STOPS_CONTAINER,
	     REQ_HOOK_POSTSTART_FAILURE_SKIPS_REST),
	.min_target = 103,
	MUTANTS("drop:/hooks/poststart"),
	CONFIG(SET(
		"/hooks/poststart",
		[
			{"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "kill"]},
			{"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, poststart_failure_by_timeout) = {
	.title = "a poststart hook that outlasts its timeout makes start fail, stops the "
		 "container, and the rest of the list does not run",
	REQS(REQ_HOOK_POSTSTART_TIMEOUT, REQ_HOOK_POSTSTART_FAILURE_ERROR,
	     REQ_HOOK_POSTSTART_FAILURE_STOPS_CONTAINER, REQ_HOOK_POSTSTART_FAILURE_SKIPS_REST),
	.min_target = 103,
	MUTANTS("drop:/hooks/poststart"),
	CONFIG(SET("/hooks/poststart",
		   [
			   {"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}, {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=fails", "@CASE@/io", "sleep:30"],
				   "timeout": 1
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=never", "@CASE@/io"]}
		   ])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", ["first", "fails"]),
		HOST(AFTER_DELETE, "container.alive", false)),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, poststart_failure_runs_poststop) = {
	.title =
		"when a poststart hook fails the container is destroyed and its poststop hooks run",
	REQS(REQ_HOOK_POSTSTART_FAILURE_RUNS_POSTSTOP, REQ_HOOK_POSTSTART_FAILURE_DESTROYS),
	.min_target = 103,
	MUTANTS("drop:/hooks/poststop", "drop:/hooks/poststart"),
	CONFIG(SET("/hooks/poststart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=fails", "@CASE@/io", "exit:1"]}]),
	       SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=after", "@CASE@/io"]}])),
	STEPS(CREATE(OK), START(FAIL), STATE(FAIL),
	      NOW(HOST(PH_NONE, "hooks", ["fails", "after"]))),
};

CONFORM_CASE(hooks, poststart_missing_program_is_an_error) = {
	.title = "a poststart hook that cannot be executed makes start fail",
	REQS(REQ_HOOK_POSTSTART_FAILURE_ERROR),
	.min_target = 103,
	MUTANTS("drop:/hooks/poststart"),
	CONFIG(SET("/hooks/poststart", [{"path": "/no/such/hook"}])),
	.rejected_at = REJECTED_AT_START,
};

CONFORM_CASE(hooks, poststop_failure_does_not_stop_the_rest) = {
	.title =
		"a poststop hook that fails leaves the remaining ones to run and delete to succeed",
	REQS(REQ_HOOK_POSTSTOP_FAILURE_CONTINUES, REQ_HOOK_POSTSTOP_FAILURE_DELETE_SUCCEEDS),
	MUTANTS("pop:/hooks/poststop"),
	CONFIG(SET("/hooks/poststop",
		   [
			   {
				   "path": "@PROBE@",
				   "args": [
					   "probe", "--hook=fails", "@CASE@/io", "delay:300",
					   "exit:9"
				   ]
			   },
			   {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=killed", "@CASE@/io", "kill"]
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=last", "@CASE@/io"]}
		   ])),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, DELETE(OK), STATE(FAIL),
	      NOW(HOST(PH_NONE, "hooks", ["fails", "killed", "last"]))),
};

CONFORM_CASE(hooks, poststop_that_outlasts_its_timeout_is_aborted) = {
	.title =
		"a poststop hook that outlasts its timeout is aborted, the remaining ones run, and "
		"delete succeeds",
	REQS(REQ_HOOK_POSTSTOP_TIMEOUT),
	MUTANTS("pop:/hooks/poststop"),
	CONFIG(SET("/hooks/poststop",
		   [
			   {
				   "path": "@PROBE@",
				   "args": ["probe", "--hook=slow", "@CASE@/io", "sleep:3600"],
				   "timeout": 1
			   },
			   {"path": "@PROBE@", "args": ["probe", "--hook=last", "@CASE@/io"]}
		   ])),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, DELETE(OK), STATE(FAIL),
	      NOW(HOST(PH_NONE, "hooks", ["slow", "last"]))),
};
