/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the state of the runtime's caller must not do to the container. The specification does not
 * speak of most of it; a container that depends on who called its runtime is a surprise at best.
 */
#include "conform.h"

#define FROM_THE_CALLER                                                                            \
	"the specification is silent; what the runtime's caller happens to have is not the "       \
	"container's"

CONFORM_CASE(caller, blocked_signals_are_not_the_containers) = {
	.title = "a caller that blocks every signal does not make a program that cannot be stopped",
	.advice = FROM_THE_CALLER,
	MUTANTS("add:/process/args/1=\"--spoil=block-signals\""),
	CALLER("block-signals"),
	INSIDE(FACT("signals.blocked", [])),
};

CONFORM_CASE(caller, ignored_signals_are_not_the_containers) = {
	.title = "a caller that ignores every signal does not make a program that ignores them",
	.advice = FROM_THE_CALLER,
	MUTANTS("add:/process/args/1=\"--spoil=ignore-signals\""),
	CALLER("ignore-signals"),
	INSIDE(FACT("signals.ignored", [])),
};

CONFORM_CASE(caller, processors_are_not_the_containers) = {
	.title = "a caller that is pinned to one processor does not pin the container",
	.advice = FROM_THE_CALLER,
	.needs = {.cpus = "0,1"},
	MUTANTS("set:/linux/resources={\"cpu\": {\"cpus\": \"0\", \"mems\": \"0\"}}"),
	CALLER("cpu:0"),
	/* the harness's own are no measure: it may be pinned to fewer than the cgroup has */
	INSIDE(FACT_NOT("sched.affinity", "0")),
};

CONFORM_CASE(caller, keyring_is_not_the_containers) = {
	.title = "the session keyring of the caller is not that of the container",
	.advice = "the keys of the caller are open to whoever has its keyring",
	MUTANTS("add:/process/args/1=\"--spoil=keyring\""),
	CALLER("keyring"),
	INSIDE(FACT_NOT("keyring.session#/description", "conform-caller")),
};

CONFORM_CASE(caller, closed_stdin_is_no_descriptor_of_the_runtimes) = {
	.title = "a caller without standard input does not make the program read what the runtime "
		 "has opened in its place",
	.advice = "the lowest free number is the next one that the runtime opens",
	MUTANTS("add:/process/args/1=\"--spoil=fd:0\""),
	CALLER("close:0"),
	/* nothing, or the null device: a directory or a pipe has no numbers either */
	INSIDE(FACT_ONE_OF("fd:0#/type", [null, "chr"]), FACT_ONE_OF("fd:0#/major", [null, 1]),
	       FACT_ONE_OF("fd:0#/minor", [null, 3])),
};

CONFORM_CASE(caller, descriptors_are_not_those_of_hooks) = {
	.title = "hooks have no descriptor of the caller beyond the three streams",
	.advice = FROM_THE_CALLER,
	MUTANTS("add:/hooks/createRuntime/0/args/1=\"--spoil=fd:50\""),
	CALLER("fd:50", "fd:3"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/fds", [0, 1, 2])),
};

CONFORM_CASE(caller, signals_are_not_those_of_hooks) = {
	.title = "hooks start with no signal blocked",
	.advice = FROM_THE_CALLER,
	MUTANTS("add:/hooks/createRuntime/0/args/1=\"--spoil=block-signals\""),
	CALLER("block-signals"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/signals/blocked", [])),
};

CONFORM_CASE(caller, securebits_are_not_the_containers) = {
	.title = "securebits of the caller are not those of the program",
	.advice = "with such a bit the program's set-user-ID calls do not change its capabilities",
	MUTANTS("add:/process/args/1=\"--spoil=securebits\""),
	CALLER("securebits"),
	/* the lie needs the capability, too */
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_SETPCAP"],
		"effective": ["CAP_SETPCAP"],
		"permitted": ["CAP_SETPCAP"]
	})),
	/* null: the harness itself is below a filter */
	INSIDE(FACT_ONE_OF("process.securebits", [0, null])),
};

CONFORM_CASE(caller, state_directory_is_not_for_everybody) = {
	.title = "nobody but the owner can write to the container's state, or list it",
	.advice = "who can change the state of a container decides what delete removes",
	MUTANTS("cli:state-writable"),
	OUTSIDE(HOST_ONE_OF(AFTER_CREATE, "stat.host:L1/L2/L3/L4/root/@ID@#/mode",
			    [null, "0700", "1700", "0711", "0710", "0701"])),
};

CONFORM_CASE(caller, ids_of_delete_do_not_climb) = {
	.title = "delete by force of a name that is no id removes nothing outside of the state "
		 "directory, and no other container",
	.advice = "the specification does not say what an id may be; a runtime that joins it to a "
		  "path removes what it never made",
	MUTANTS("cli:delete-climbs"),
	VARY("\"..\"", "\".\"", "\"../canary\"", "\"../../canary\"", "\"./@ID@/..\""),
	STEPS(CREATE(OK), RUN_CLI("delete --force @V@", ANY), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "created"))),
};

CONFORM_CASE(caller, terminal_is_not_the_containers) = {
	.title = "the controlling terminal of the caller is not that of a container without one",
	.advice = "who has the caller's terminal can write to it as if its user had typed",
	MUTANTS("add:/process/args/1=\"--spoil=terminal\""),
	CALLER("terminal"),
	INSIDE(FACT("process.terminal", 0), TRY("open:/dev/tty,rw", "ENXIO")),
};

CONFORM_CASE(caller, closed_stdin_is_no_way_out) = {
	.title = "a working directory that names a stream which the caller has closed is an error "
		 "or "
		 "below the root",
	.advice = "the lowest free number is the next one that the runtime opens",
	.either = true,
	.refusal = "working directory",
	MUTANTS("cli:run-on-host"),
	VARY("\"/proc/self/fd/0\"", "\"/proc/self/fd/0/.\"", "\"/proc/self/fd/0/../..\""),
	CALLER("close:0"),
	CONFIG(SET("/process/cwd", "@V@")),
	INSIDE(FACT_MATCH("process.cwd", "/*"), FACT_NOT_HOST("root.inode")),
};

CONFORM_CASE(caller, created_process_has_nothing_of_the_host_open) = {
	.title = "a created process that waits for its start has no directory of the host's file "
		 "system open",
	.advice = "a process that joins the container meanwhile finds them in /proc",
	MUTANTS("cli:leak-fd"),
	CALLER("fd:3", "fd:50"),
	OUTSIDE(HOST(AFTER_CREATE, "pid.fds.host", [])),
};

CONFORM_CASE(caller, program_of_the_runtime_cannot_be_written) = {
	.title = "what a created process executes is a sealed or nameless copy, or lies on a mount "
		 "that cannot be written",
	.advice =
		"a container that gets hold of /proc/PID/exe could replace the runtime on its host",
	MUTANTS("cli:run-on-host"),
	OUTSIDE(HOST_ONE_OF(AFTER_CREATE, "pid.exe.guard", ["seal", "mount", "copy"])),
};
