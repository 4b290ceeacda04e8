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
	.no_mutant =
		"no lie can block signals in another process; runc 1.1.5 shows that it can fail",
	CALLER("block-signals"),
	INSIDE(FACT("signals.blocked", [])),
};

CONFORM_CASE(caller, ignored_signals_are_not_the_containers) = {
	.title = "a caller that ignores every signal does not make a program that ignores them",
	.advice = FROM_THE_CALLER,
	.no_mutant =
		"no lie can change the signals of another process; runc 1.1.5 shows that it can "
		"fail",
	CALLER("ignore-signals"),
	INSIDE(FACT("signals.ignored", [])),
};

CONFORM_CASE(caller, processors_are_not_the_containers) = {
	.title = "a caller that is pinned to one processor does not pin the container",
	.advice = FROM_THE_CALLER,
	.needs = {.cpus = 2},
	MUTANTS("set:/linux/resources={\"cpu\": {\"cpus\": \"0\", \"mems\": \"0\"}}"),
	CALLER("cpu:0"),
	INSIDE(FACT_HOST("sched.affinity")),
};

CONFORM_CASE(caller, keyring_is_not_the_containers) = {
	.title = "the session keyring of the caller is not that of the container",
	.advice = "the keys of the caller are open to whoever has its keyring",
	.no_mutant = "a keyring can be joined by its owner only",
	CALLER("keyring"),
	INSIDE(FACT_NOT("keyring.session#/description", "conform-caller")),
};

CONFORM_CASE(caller, closed_stdin_is_no_descriptor_of_the_runtimes) = {
	.title = "a caller without standard input does not make the program read what the runtime "
		 "has opened in its place",
	.advice = "the lowest free number is the next one that the runtime opens",
	.no_mutant = "what stands at number 0 is the runtime's choice: no lie reaches it",
	CALLER("close:0"),
	/* nothing, or the null device */
	INSIDE(FACT_ONE_OF("fd:0#/major", [null, 1]), FACT_ONE_OF("fd:0#/minor", [null, 3])),
};

CONFORM_CASE(caller, descriptors_are_not_those_of_hooks) = {
	.title = "hooks have no descriptor of the caller beyond the three streams",
	.advice = FROM_THE_CALLER,
	.no_mutant = "a lie reaches the configuration, not the descriptors of a hook",
	CALLER("fd:50", "fd:3"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/fds", [0, 1, 2])),
};

CONFORM_CASE(caller, signals_are_not_those_of_hooks) = {
	.title = "hooks start with no signal blocked",
	.advice = FROM_THE_CALLER,
	.no_mutant =
		"a lie reaches the configuration, not the signals of a hook; runc 1.1.5 and crun "
		"1.8.1 show that it can fail",
	CALLER("block-signals"),
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_CREATE, "hook:a#/signals/blocked", [])),
};

CONFORM_CASE(caller, state_directory_is_not_for_everybody) = {
	.title = "nobody but the owner can write to the container's state, or list it",
	.advice = "who can change the state of a container decides what delete removes",
	.no_mutant = "the state is the runtime's own: no lie reaches it",
	OUTSIDE(HOST_ONE_OF(AFTER_CREATE, "stat.host:L1/L2/L3/L4/root/@ID@#/mode",
			    [null, "0700", "1700", "0711", "0710", "0701"])),
};

CONFORM_CASE(caller, ids_of_delete_do_not_climb) = {
	.title = "delete by force of a name that is no id removes nothing outside of the state "
		 "directory, and no other container",
	.advice = "the specification does not say what an id may be; a runtime that joins it to a "
		  "path removes what it never made",
	.no_mutant = "a lie has no state directory of its own; crun 1.8.1 shows that it can fail",
	VARY("\"..\"", "\".\"", "\"../canary\"", "\"../../canary\"", "\"./@ID@/..\""),
	STEPS(CREATE(OK), RUN_CLI("delete --force @V@", ANY), STATE(OK),
	      NOW(HOST(PH_NONE, "state#/status", "created"))),
};
