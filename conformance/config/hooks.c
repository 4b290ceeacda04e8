/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.md#posix-platform-hooks and the lifecycle of runtime.md around them. The probe is the
 * hook: it writes what it sees into the case's io directory. startContainer hooks run in the
 * container's file tree, so they are the container's copy of the probe.
 *
 * Which of two came first shows only where one of them takes its time: the first hook of each list
 * records late, so that a runtime that does not wait for it has the next one's record before. The
 * program records itself where its place is claimed (record:program); it comes to that some time
 * after it was executed, so a hook that must come after it waits for that record (after:N).
 */
#include "conform.h"

/* Behind @io: words for the first of them. */
#define THREE_HOOKS(property, path_, io, ...)                                                      \
	CONFIG(SET(property, [                                                                     \
		{"path": path_, "args": ["probe", "--hook=a", io, __VA_ARGS__]},                   \
		{"path": path_, "args": ["probe", "--hook=b", io]},                                \
		{"path": path_, "args": ["probe", "--hook=c", io, "delay:100"]}                    \
	]))

CONFORM_CASE(hooks, prestart_run_in_order) = {
	.title = "prestart hooks run one after another in the order of the list, during create",
	REQS(REQ_HOOK_PRESTART_INVOKED, REQ_HOOK_PRESTART_ORDER, REQ_HOOK_PRESTART_TIMING),
	.ending = "wait",
	MUTANTS("reverse:/hooks/prestart", "drop:/hooks/prestart", "pop:/hooks/prestart"),
	THREE_HOOKS("/hooks/prestart", "@PROBE@", "@CASE@/io", "delay:300"),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", ["a", "b", "c"])),
};

CONFORM_CASE(hooks, prestart_get_the_state) = {
	.title = "prestart hooks read the container's state from standard input, with status "
		 "creating",
	REQS(REQ_STATE_STATUS_CREATING, REQ_HOOK_PRESTART_STATE_STDIN,
	     REQ_HOOK_PRESTART_STATE_STATUS, REQ_HOOK_PRESTART_STATE_PID,
	     REQ_STATE_PID_RUNTIME_VIEW),
	.ending = "wait",
	MUTANTS("drop:/annotations", "drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}]),
	       SET("/annotations", {"org.example.key": "value"})),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/state/id", "@ID@"),
		HOST(AFTER_CREATE, "hook:a#/state/status", "creating"),
		HOST(AFTER_CREATE, "hook:a#/state/bundle", "@BUNDLE@"),
		HOST_MATCH(AFTER_CREATE, "hook:a#/state/ociVersion", "1.*"),
		HOST(AFTER_CREATE, "hook:a#/state/annotations", {"org.example.key": "value"}),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/state/pid", [null, 0, "@CTPID@"])),
};

CONFORM_CASE(hooks, prestart_get_args_and_env) = {
	.title = "prestart hooks have exactly the configured arguments and environment",
	REQS(REQ_HOOK_PRESTART_ARGS, REQ_HOOK_PRESTART_ENV, REQ_CREATE_APPLIES_ALL_BUT_PROCESS),
	.ending = "wait",
	MUTANTS("drop:/hooks/prestart/0/env", "pop:/hooks/prestart/0/env"),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/hooks/prestart", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=a", "@CASE@/io"],
			   "env": ["ONE=1", "TWO=two words", "EMPTY="]
		   }])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/args/0", "probe"),
		HOST(AFTER_CREATE, "hook:a#/env", ["ONE=1", "TWO=two words", "EMPTY="])),
};

CONFORM_CASE(hooks, prestart_run_in_the_runtime_namespace) = {
	.title = "prestart hooks are found in the host's file tree and run in the runtime's "
		 "namespaces",
	REQS(REQ_HOOK_PRESTART_PATH_RUNTIME_NAMESPACE, REQ_HOOK_PRESTART_EXEC_RUNTIME_NAMESPACE),
	.ending = "wait",
	MUTANTS("drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/ns/network", "@HOSTINO:network@"),
		HOST(AFTER_CREATE, "hook:a#/ns/mount", "@HOSTINO:mount@"),
		HOST(AFTER_CREATE, "hook:a#/ns/pid", "@HOSTINO:pid@"),
		HOST(AFTER_CREATE, "hook:a#/ns/uts", "@HOSTINO:uts@")),
};

CONFORM_CASE(hooks, prestart_find_the_namespaces) = {
	.title = "when prestart hooks run, the container's namespaces can be opened by the state's "
		 "pid, where there is one",
	REQS(REQ_HOOK_PRESTART_NAMESPACES_EXIST),
	MUTANTS("drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io", "target"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/count", 1),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/network", [null, "@CTINO:network@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/pid", [null, "@CTINO:pid@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/mount", [null, "@CTINO:mount@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/uts", [null, "@CTINO:uts@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/ipc", [null, "@CTINO:ipc@"])),
};

CONFORM_CASE(hooks, createruntime_find_the_namespaces) = {
	.title = "when createRuntime hooks run, the container's namespaces can be opened by the "
		 "state's pid, where there is one",
	REQS(REQ_HOOK_CREATERUNTIME_NAMESPACES_EXIST),
	MUTANTS("drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io", "target"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/count", 1),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/network", [null, "@CTINO:network@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/pid", [null, "@CTINO:pid@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/mount", [null, "@CTINO:mount@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/uts", [null, "@CTINO:uts@"]),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/target/ipc", [null, "@CTINO:ipc@"])),
};

CONFORM_CASE(hooks, createruntime_run_in_order) = {
	.title =
		"createRuntime hooks run one after another in the order of the list, during create",
	REQS(REQ_HOOK_CREATERUNTIME_INVOKED, REQ_HOOK_CREATERUNTIME_ORDER,
	     REQ_HOOK_CREATERUNTIME_TIMING),
	.ending = "wait",
	MUTANTS("reverse:/hooks/createRuntime", "drop:/hooks/createRuntime",
		"pop:/hooks/createRuntime"),
	THREE_HOOKS("/hooks/createRuntime", "@PROBE@", "@CASE@/io", "delay:300"),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", ["a", "b", "c"])),
};

CONFORM_CASE(hooks, createruntime_get_the_state) = {
	.title = "createRuntime hooks read the container's state from standard input, with status "
		 "creating",
	REQS(REQ_STATE_STATUS_CREATING, REQ_HOOK_CREATERUNTIME_STATE_STDIN,
	     REQ_HOOK_CREATERUNTIME_STATE_STATUS, REQ_HOOK_CREATERUNTIME_STATE_PID),
	.ending = "wait",
	MUTANTS("drop:/annotations", "drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}]),
	       SET("/annotations", {"org.example.key": "value"})),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/state/id", "@ID@"),
		HOST(AFTER_CREATE, "hook:a#/state/status", "creating"),
		HOST(AFTER_CREATE, "hook:a#/state/bundle", "@BUNDLE@"),
		HOST_MATCH(AFTER_CREATE, "hook:a#/state/ociVersion", "1.*"),
		HOST(AFTER_CREATE, "hook:a#/state/annotations", {"org.example.key": "value"}),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/state/pid", [null, 0, "@CTPID@"])),
};

CONFORM_CASE(hooks, createruntime_get_args_and_env) = {
	.title = "createRuntime hooks have exactly the configured arguments and environment",
	REQS(REQ_HOOK_CREATERUNTIME_ARGS, REQ_HOOK_CREATERUNTIME_ENV,
	     REQ_CREATE_APPLIES_ALL_BUT_PROCESS),
	.ending = "wait",
	MUTANTS("drop:/hooks/createRuntime/0/env", "pop:/hooks/createRuntime/0/env"),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/hooks/createRuntime", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=a", "@CASE@/io"],
			   "env": ["ONE=1", "TWO=two words", "EMPTY="]
		   }])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/args/0", "probe"),
		HOST(AFTER_CREATE, "hook:a#/env", ["ONE=1", "TWO=two words", "EMPTY="])),
};

CONFORM_CASE(hooks, createruntime_run_in_the_runtime_namespace) = {
	.title = "createRuntime hooks are found in the host's file tree and run in the runtime's "
		 "namespaces",
	REQS(REQ_HOOK_CREATERUNTIME_PATH_RUNTIME_NAMESPACE,
	     REQ_HOOK_CREATERUNTIME_EXEC_RUNTIME_NAMESPACE),
	.ending = "wait",
	MUTANTS("drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/ns/network", "@HOSTINO:network@"),
		HOST(AFTER_CREATE, "hook:a#/ns/mount", "@HOSTINO:mount@"),
		HOST(AFTER_CREATE, "hook:a#/ns/pid", "@HOSTINO:pid@"),
		HOST(AFTER_CREATE, "hook:a#/ns/uts", "@HOSTINO:uts@")),
};

CONFORM_CASE(hooks, createcontainer_run_in_order) = {
	.title = "createContainer hooks run one after another in the order of the list, during "
		 "create",
	REQS(REQ_HOOK_CREATECONTAINER_INVOKED, REQ_HOOK_CREATECONTAINER_ORDER,
	     REQ_HOOK_CREATECONTAINER_TIMING),
	.ending = "wait",
	MUTANTS("reverse:/hooks/createContainer", "drop:/hooks/createContainer",
		"pop:/hooks/createContainer"),
	THREE_HOOKS("/hooks/createContainer", "@PROBE@", "@CASE@/io", "delay:300"),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", ["a", "b", "c"])),
};

CONFORM_CASE(hooks, createcontainer_get_the_state) = {
	.title = "createContainer hooks read the container's state from standard input, with "
		 "status creating",
	REQS(REQ_HOOK_CREATECONTAINER_STATE_STDIN, REQ_HOOK_CREATECONTAINER_STATE_STATUS,
	     REQ_HOOK_CREATECONTAINER_STATE_PID, REQ_STATE_PID_CONTAINER_VIEW),
	.ending = "wait",
	MUTANTS("drop:/annotations", "drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}]),
	       SET("/annotations", {"org.example.key": "value"})),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/state/id", "@ID@"),
		HOST(AFTER_CREATE, "hook:a#/state/status", "creating"),
		HOST(AFTER_CREATE, "hook:a#/state/bundle", "@BUNDLE@"),
		HOST_MATCH(AFTER_CREATE, "hook:a#/state/ociVersion", "1.*"),
		HOST(AFTER_CREATE, "hook:a#/state/annotations", {"org.example.key": "value"}),
		HOST_ONE_OF(AFTER_CREATE, "hook:a#/state/pid", [null, 0, 1])),
};

CONFORM_CASE(hooks, createcontainer_get_args_and_env) = {
	.title = "createContainer hooks have exactly the configured arguments and environment",
	REQS(REQ_HOOK_CREATECONTAINER_ARGS, REQ_HOOK_CREATECONTAINER_ENV,
	     REQ_CREATE_APPLIES_ALL_BUT_PROCESS),
	.ending = "wait",
	MUTANTS("drop:/hooks/createContainer/0/env", "pop:/hooks/createContainer/0/env"),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/hooks/createContainer", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=a", "@CASE@/io"],
			   "env": ["ONE=1", "TWO=two words", "EMPTY="]
		   }])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/args/0", "probe"),
		HOST(AFTER_CREATE, "hook:a#/env", ["ONE=1", "TWO=two words", "EMPTY="])),
};

CONFORM_CASE(hooks, createcontainer_run_in_the_container_namespace) = {
	.title = "createContainer hooks run in the container's namespaces",
	REQS(REQ_HOOK_CREATECONTAINER_PATH_RUNTIME_NAMESPACE,
	     REQ_HOOK_CREATECONTAINER_EXEC_CONTAINER_NAMESPACE),
	.ending = "wait",
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/ns/network", "@CTINO:network@"),
		HOST(AFTER_CREATE, "hook:a#/ns/mount", "@CTINO:mount@"),
		HOST(AFTER_CREATE, "hook:a#/ns/pid", "@CTINO:pid@"),
		HOST(AFTER_CREATE, "hook:a#/ns/uts", "@CTINO:uts@"),
		HOST(AFTER_CREATE, "hook:a#/ns/ipc", "@CTINO:ipc@"),
		HOST(AFTER_CREATE, "hook:a#/ns/cgroup", "@CTINO:cgroup@")),
};

CONFORM_CASE(hooks, startcontainer_run_in_order) = {
	.title =
		"startContainer hooks run one after another in the order of the list, during start",
	REQS(REQ_HOOK_STARTCONTAINER_INVOKED, REQ_HOOK_STARTCONTAINER_ORDER,
	     REQ_HOOK_STARTCONTAINER_TIMING),
	.ending = "wait",
	MUTANTS("reverse:/hooks/startContainer", "drop:/hooks/startContainer",
		"pop:/hooks/startContainer"),
	THREE_HOOKS("/hooks/startContainer", "/conform-probe", "/conform-io", "delay:300"),
	INSIDE(TRY("record:program", "OK")),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", []),
		HOST(AFTER_START, "hooks", ["a", "b", "c", "program"])),
};

CONFORM_CASE(hooks, startcontainer_get_the_state) = {
	.title = "startContainer hooks read the container's state from standard input, with status "
		 "created",
	REQS(REQ_HOOK_STARTCONTAINER_STATE_STDIN, REQ_HOOK_STARTCONTAINER_STATE_STATUS,
	     REQ_HOOK_STARTCONTAINER_STATE_PID, REQ_STATE_PID_CONTAINER_VIEW),
	.ending = "wait",
	MUTANTS("drop:/annotations", "drop:/hooks/startContainer"),
	CONFIG(SET("/hooks/startContainer",
		   [{"path": "/conform-probe", "args": ["probe", "--hook=a", "/conform-io"]}]),
	       SET("/annotations", {"org.example.key": "value"})),
	OUTSIDE(HOST(AFTER_START, "hook:a#/state/id", "@ID@"),
		HOST(AFTER_START, "hook:a#/state/status", "created"),
		HOST(AFTER_START, "hook:a#/state/bundle", "@BUNDLE@"),
		HOST_MATCH(AFTER_START, "hook:a#/state/ociVersion", "1.*"),
		HOST(AFTER_START, "hook:a#/state/annotations", {"org.example.key": "value"}),
		HOST(AFTER_START, "hook:a#/state/pid", 1)),
};

CONFORM_CASE(hooks, startcontainer_get_args_and_env) = {
	.title = "startContainer hooks have exactly the configured arguments and environment",
	REQS(REQ_HOOK_STARTCONTAINER_ARGS, REQ_HOOK_STARTCONTAINER_ENV,
	     REQ_CREATE_APPLIES_ALL_BUT_PROCESS),
	.ending = "wait",
	MUTANTS("drop:/hooks/startContainer/0/env", "pop:/hooks/startContainer/0/env"),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/hooks/startContainer", [{
			   "path": "/conform-probe",
			   "args": ["probe", "--hook=a", "/conform-io"],
			   "env": ["ONE=1", "TWO=two words", "EMPTY="]
		   }])),
	OUTSIDE(HOST(AFTER_START, "hook:a#/args/0", "probe"),
		HOST(AFTER_START, "hook:a#/env", ["ONE=1", "TWO=two words", "EMPTY="])),
};

CONFORM_CASE(hooks, startcontainer_run_in_the_container_namespace) = {
	.title = "startContainer hooks run in the container's namespaces",
	REQS(REQ_HOOK_STARTCONTAINER_PATH_CONTAINER_NAMESPACE, REQ_HOOK_STARTCONTAINER_PIVOTED,
	     REQ_HOOK_STARTCONTAINER_EXEC_CONTAINER_NAMESPACE),
	.ending = "wait",
	MUTANTS("drop:/hooks/startContainer"),
	CONFIG(SET("/hooks/startContainer",
		   [{"path": "/conform-probe", "args": ["probe", "--hook=a", "/conform-io"]}])),
	OUTSIDE(HOST(AFTER_START, "hook:a#/ns/network", "@CTINO:network@"),
		HOST(AFTER_START, "hook:a#/ns/mount", "@CTINO:mount@"),
		HOST(AFTER_START, "hook:a#/ns/pid", "@CTINO:pid@"),
		HOST(AFTER_START, "hook:a#/ns/uts", "@CTINO:uts@"),
		HOST(AFTER_START, "hook:a#/ns/ipc", "@CTINO:ipc@"),
		HOST(AFTER_START, "hook:a#/ns/cgroup", "@CTINO:cgroup@")),
};

CONFORM_CASE(hooks, startcontainer_may_what_the_program_may) = {
	.title = "startContainer hooks, whose programs are the image's, have the user, the "
		 "capabilities and the barriers of the container's program",
	.advice = "the specification does not say with which rights they run",
	.ending = "wait",
	MUTANTS("drop:/process/noNewPrivileges", "set:/process/user/uid=0", "drop:/linux/seccomp",
		"add:/process/capabilities/bounding/-=\"CAP_SYS_ADMIN\"",
		"drop:/hooks/startContainer"),
	CONFIG(SET("/process/user", {"uid": 1000, "gid": 1001}),
	       SET("/process/noNewPrivileges", true),
	       SET("/process/capabilities", {"bounding": ["CAP_KILL"]}),
	       SET("/linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW"}),
	       SET("/hooks/startContainer", [{
			   "path": "/conform-probe",
			   "args": [
				   "probe", "--hook=a", "/conform-io", "ask:caps.bounding",
				   "ask:caps.effective", "ask:process.no_new_privs",
				   "ask:seccomp.mode"
			   ]
		   }])),
	OUTSIDE(HOST(AFTER_START, "hook:a#/uids", [1000, 1000, 1000, 1000]),
		HOST(AFTER_START, "hook:a#/gids", [1001, 1001, 1001, 1001]),
		HOST(AFTER_START, "hook:a#/facts/caps.bounding", ["CAP_KILL"]),
		HOST(AFTER_START, "hook:a#/facts/caps.effective", []),
		HOST(AFTER_START, "hook:a#/facts/process.no_new_privs", true),
		HOST(AFTER_START, "hook:a#/facts/seccomp.mode", 2)),
};

CONFORM_CASE(hooks, poststart_run_in_order) = {
	.title = "poststart hooks run one after another in the order of the list, during start",
	REQS(REQ_HOOK_POSTSTART_INVOKED, REQ_HOOK_POSTSTART_ORDER, REQ_HOOK_POSTSTART_TIMING),
	.ending = "wait",
	MUTANTS("cli:poststart-early", "cli:poststart-at-once", "reverse:/hooks/poststart",
		"drop:/hooks/poststart", "pop:/hooks/poststart"),
	THREE_HOOKS("/hooks/poststart", "@PROBE@", "@CASE@/io", "after:1", "delay:300"),
	INSIDE(TRY("record:program", "OK")),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", []),
		HOST(AFTER_START, "hooks", ["program", "a", "b", "c"])),
};

CONFORM_CASE(hooks, poststart_get_the_state) = {
	.title = "poststart hooks read the container's state from standard input, with status "
		 "running",
	REQS(REQ_HOOK_POSTSTART_STATE_STDIN, REQ_HOOK_POSTSTART_STATE_STATUS,
	     REQ_HOOK_POSTSTART_STATE_PID),
	.ending = "wait",
	MUTANTS("drop:/annotations", "drop:/hooks/poststart"),
	CONFIG(SET("/hooks/poststart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}]),
	       SET("/annotations", {"org.example.key": "value"})),
	OUTSIDE(HOST(AFTER_START, "hook:a#/state/id", "@ID@"),
		HOST(AFTER_START, "hook:a#/state/status", "running"),
		HOST(AFTER_START, "hook:a#/state/bundle", "@BUNDLE@"),
		HOST_MATCH(AFTER_START, "hook:a#/state/ociVersion", "1.*"),
		HOST(AFTER_START, "hook:a#/state/annotations", {"org.example.key": "value"}),
		HOST(AFTER_START, "hook:a#/state/pid", "@CTPID@")),
};

CONFORM_CASE(hooks, poststart_get_args_and_env) = {
	.title = "poststart hooks have exactly the configured arguments and environment",
	REQS(REQ_HOOK_POSTSTART_ARGS, REQ_HOOK_POSTSTART_ENV, REQ_CREATE_APPLIES_ALL_BUT_PROCESS),
	.ending = "wait",
	MUTANTS("drop:/hooks/poststart/0/env", "pop:/hooks/poststart/0/env"),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/hooks/poststart", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=a", "@CASE@/io"],
			   "env": ["ONE=1", "TWO=two words", "EMPTY="]
		   }])),
	OUTSIDE(HOST(AFTER_START, "hook:a#/args/0", "probe"),
		HOST(AFTER_START, "hook:a#/env", ["ONE=1", "TWO=two words", "EMPTY="])),
};

CONFORM_CASE(hooks, poststart_run_in_the_runtime_namespace) = {
	.title = "poststart hooks are found in the host's file tree and run in the runtime's "
		 "namespaces",
	REQS(REQ_HOOK_POSTSTART_PATH_RUNTIME_NAMESPACE, REQ_HOOK_POSTSTART_EXEC_RUNTIME_NAMESPACE),
	.ending = "wait",
	MUTANTS("drop:/hooks/poststart"),
	CONFIG(SET("/hooks/poststart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_START, "hook:a#/ns/network", "@HOSTINO:network@"),
		HOST(AFTER_START, "hook:a#/ns/mount", "@HOSTINO:mount@"),
		HOST(AFTER_START, "hook:a#/ns/pid", "@HOSTINO:pid@"),
		HOST(AFTER_START, "hook:a#/ns/uts", "@HOSTINO:uts@")),
};

CONFORM_CASE(hooks, poststop_run_in_order) = {
	.title = "poststop hooks run one after another in the order of the list, during delete",
	REQS(REQ_HOOK_POSTSTOP_INVOKED, REQ_HOOK_POSTSTOP_ORDER),
	MUTANTS("cli:poststop-at-once", "reverse:/hooks/poststop", "drop:/hooks/poststop",
		"pop:/hooks/poststop"),
	THREE_HOOKS("/hooks/poststop", "@PROBE@", "@CASE@/io", "delay:300"),
	OUTSIDE(HOST(AFTER_EXIT, "hooks", []), HOST(AFTER_DELETE, "hooks", ["a", "b", "c"])),
};

/* What create made is undone before: its cgroup is what can be asked for without the runtime. That
 * this is the right place to look at is shown by a hook that runs while the container is there. */
CONFORM_CASE(hooks, poststop_run_when_the_container_is_gone) = {
	.title = "poststop hooks do not find the container's cgroup, which poststart hooks do",
	REQS(REQ_HOOK_POSTSTOP_TIMING, REQ_LIFECYCLE_ORDER_12_13),
	.needs = {.controllers = "pids"},
	.ending = "wait",
	MUTANTS("cli:poststop-early", "drop:/hooks/poststop"),
	/* hooks of create may come before the cgroup (config.md#createruntime) */
	CONFIG(SET("/linux/resources", {"pids": {"limit": 100}}),
	       SET("/hooks/poststart", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=before", "@CASE@/io", "cgroups:@CGROUP@"]
		   }]),
	       SET("/hooks/poststop", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=after", "@CASE@/io", "cgroups:@CGROUP@"]
		   }])),
	OUTSIDE(HOST_MATCH(AFTER_START, "hook:before#/cgroups/0", "/*@CGROUP@"),
		HOST(AFTER_DELETE, "hook:after#/cgroups", [])),
};

CONFORM_CASE(hooks, poststop_get_the_state) = {
	.title = "poststop hooks read the container's state from standard input, with status "
		 "stopped",
	REQS(REQ_HOOK_POSTSTOP_STATE_STDIN, REQ_HOOK_POSTSTOP_STATE_STATUS),
	MUTANTS("drop:/annotations", "drop:/hooks/poststop"),
	CONFIG(SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}]),
	       SET("/annotations", {"org.example.key": "value"})),
	OUTSIDE(HOST(AFTER_DELETE, "hook:a#/state/id", "@ID@"),
		HOST(AFTER_DELETE, "hook:a#/state/status", "stopped"),
		HOST(AFTER_DELETE, "hook:a#/state/bundle", "@BUNDLE@"),
		HOST_MATCH(AFTER_DELETE, "hook:a#/state/ociVersion", "1.*"),
		HOST(AFTER_DELETE, "hook:a#/state/annotations", {"org.example.key": "value"})),
};

CONFORM_CASE(hooks, poststop_get_args_and_env) = {
	.title = "poststop hooks have exactly the configured arguments and environment",
	REQS(REQ_HOOK_POSTSTOP_ARGS, REQ_HOOK_POSTSTOP_ENV, REQ_CREATE_APPLIES_ALL_BUT_PROCESS),
	MUTANTS("drop:/hooks/poststop/0/env", "pop:/hooks/poststop/0/env"),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/hooks/poststop", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=a", "@CASE@/io"],
			   "env": ["ONE=1", "TWO=two words", "EMPTY="]
		   }])),
	OUTSIDE(HOST(AFTER_DELETE, "hook:a#/args/0", "probe"),
		HOST(AFTER_DELETE, "hook:a#/env", ["ONE=1", "TWO=two words", "EMPTY="])),
};

CONFORM_CASE(hooks, poststop_run_in_the_runtime_namespace) = {
	.title = "poststop hooks are found in the host's file tree and run in the runtime's "
		 "namespaces",
	REQS(REQ_HOOK_POSTSTOP_PATH_RUNTIME_NAMESPACE, REQ_HOOK_POSTSTOP_EXEC_RUNTIME_NAMESPACE),
	MUTANTS("drop:/hooks/poststop"),
	CONFIG(SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hook:a#/ns/network", "@HOSTINO:network@"),
		HOST(AFTER_DELETE, "hook:a#/ns/mount", "@HOSTINO:mount@"),
		HOST(AFTER_DELETE, "hook:a#/ns/pid", "@HOSTINO:pid@"),
		HOST(AFTER_DELETE, "hook:a#/ns/uts", "@HOSTINO:uts@")),
};

CONFORM_CASE(hooks, create_kinds_run_in_turn) = {
	.title = "prestart, createRuntime and createContainer hooks run in this turn, all of them "
		 "during create",
	REQS(REQ_LIFECYCLE_ORDER_03_04_05, REQ_HOOK_PRESTART_BEFORE_CREATERUNTIME,
	     REQ_HOOK_CREATECONTAINER_AFTER_CREATERUNTIME),
	MUTANTS("drop:/hooks/prestart", "drop:/hooks/createRuntime", "drop:/hooks/createContainer",
		"swap-hooks:prestart,createContainer"),
	.min_target = 101,
	CONFIG(SET("/hooks/createContainer",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=third", "@CASE@/io"]}]),
	       SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=second", "@CASE@/io"]}]),
	       SET("/hooks/prestart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=first", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", ["first", "second", "third"])),
};

CONFORM_CASE(hooks, all_kinds_run_in_turn) = {
	.title = "the six kinds of hooks and the program run in the order of the lifecycle",
	REQS(REQ_HOOK_SUMMARY_TABLE, REQ_LIFECYCLE_ORDER_07_08, REQ_LIFECYCLE_ORDER_08_09),
	.ending = "wait",
	MUTANTS("cli:poststart-early", "drop:/hooks/startContainer", "drop:/hooks/poststart",
		"drop:/hooks/poststop"),
	.min_target = 101,
	CONFIG(SET("/hooks/prestart",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=prestart", "@CASE@/io"]}]),
	       SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=createRuntime", "@CASE@/io"]}]),
	       SET("/hooks/createContainer",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=createContainer", "@CASE@/io"]}]),
	       /* the first takes its time: what runs beside them gets between */
	       SET("/hooks/startContainer",
		   [
			   {
				   "path": "/conform-probe",
				   "args": [
					   "probe", "--hook=startContainer", "/conform-io",
					   "delay:300"
				   ]
			   },
			   {
				   "path": "/conform-probe",
				   "args": ["probe", "--hook=startContainer2", "/conform-io"]
			   }
		   ]),
	       SET("/hooks/poststart", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=poststart", "@CASE@/io", "after:6"]
		   }]),
	       SET("/hooks/poststop",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=poststop", "@CASE@/io"]}])),
	INSIDE(TRY("record:program", "OK")),
	OUTSIDE(HOST(AFTER_DELETE, "hooks",
		     [
			     "prestart", "createRuntime", "createContainer", "startContainer",
			     "startContainer2", "program", "poststart", "poststop"
		     ])),
};

CONFORM_CASE(hooks, createcontainer_run_before_pivot) = {
	.title = "createContainer hooks still see the host's file tree",
	REQS(REQ_HOOK_CREATECONTAINER_BEFORE_PIVOT_ROOT, REQ_HOOK_CREATECONTAINER_TIMING),
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", ["a"]),
		HOST_NOT(AFTER_CREATE, "hook:a#/ns/mount", "@HOSTINO:mount@")),
};

CONFORM_CASE(hooks, any_subset_of_the_kinds_is_accepted) = {
	.title = "hooks may have any of the kinds, or none, and a kind may have no hook",
	REQS(REQ_HOOK_OBJECT_ANY_SUBSET),
	MUTANTS("cli:create-fails"),
	VARY("{}", "{\"poststop\": []}", "{\"prestart\": [], \"startContainer\": []}"),
	CONFIG(SET("/hooks", "@V@")),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(hooks, without_env_they_run_all_the_same) = {
	.title = "a hook without env runs, whatever its environment then is",
	REQS(REQ_HOOK_ENV_UNSET),
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=bare", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hooks", ["bare"])),
};

CONFORM_CASE(hooks, createruntime_run_when_the_mounts_are_done) = {
	.title =
		"a createRuntime hook finds the container's mounts in the namespace of its process",
	REQS(REQ_HOOK_CREATERUNTIME_MOUNTS_DONE),
	MUTANTS("drop-mount:/m", "drop:/hooks/createRuntime"),
	CONFIG(ADD("/mounts/-", {"destination": "/m", "type": "tmpfs", "source": "mounted-by-now"}),
	       SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io", "mounts"]}])),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "hook:a#/mounts", " - tmpfs mounted-by-now ")),
};

CONFORM_CASE(hooks, createcontainer_run_when_the_mounts_are_done) = {
	.title = "a createContainer hook finds the container's mounts in the namespace in which "
		 "it runs",
	REQS(REQ_HOOK_CREATECONTAINER_MOUNTS_DONE),
	MUTANTS("drop-mount:/m", "drop:/hooks/createContainer"),
	CONFIG(ADD("/mounts/-", {"destination": "/m", "type": "tmpfs", "source": "mounted-by-now"}),
	       SET("/hooks/createContainer", [{
			   "path": "@PROBE@",
			   "args": ["probe", "--hook=a", "@CASE@/io", "ask:mounts"]
		   }])),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "hook:a#/facts/mounts",
			 {"type": "tmpfs", "source": "mounted-by-now"})),
};
