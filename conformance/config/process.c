/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#process: arguments, environment, working directory, streams, out-of-memory score. */
#include "conform.h"

CONFORM_CASE(process, args_reach_the_program) = {
	.title = "every element of process.args arrives in argv, empty ones and blanks included",
	REQS(REQ_PROCESS_ARGS_ARGV),
	MUTANTS("pop:/process/args", "set:/process/args/3=\"changed\""),
	CONFIG(SET("/process/args",
		   ["/conform-probe", "@ASK@", "one", "two words", "", "tab\there", "$HOME", "*"])),
	INSIDE(FACT(
		"process.args",
		["/conform-probe", "--ask", "one", "two words", "", "tab\there", "$HOME", "*"])),
};

CONFORM_CASE(process, args_are_searched_in_path) = {
	.title = "a program name without a slash is found along the PATH of process.env",
	REQS(REQ_PROCESS_ARGS_PATH_SEARCH),
	.accepts = true,
	MUTANTS("set:/process/env=[\"PATH=/nowhere\"]"),
	FILES(DIR_AT("first"), DIR_AT("second"), LINK_AT("second/the-probe", "/conform-probe")),
	CONFIG(SET("/process/env", ["PATH=/first:/second"]),
	       SET("/process/args", ["the-probe", "@ASK@"])),
	INSIDE(FACT("process.args#/0", "the-probe")),
};

CONFORM_CASE(process, args_that_the_user_cannot_reach_are_passed_over) = {
	.title = "a program that the user may not execute does not end the search along PATH",
	REQS(REQ_PROCESS_ARGS_PATH_SEARCH),
	.accepts = true,
	MUTANTS("set:/process/env=[\"PATH=/closed\"]"),
	FILES({.kind = FILE_DIR, .path = "closed", .mode = 0700},
	      LINK_AT("closed/the-probe", "/conform-probe"), DIR_AT("open"),
	      LINK_AT("open/the-probe", "/conform-probe")),
	CONFIG(SET("/process/env", ["PATH=/closed:/open"]),
	       SET("/process/args", ["the-probe", "@ASK@"]),
	       SET("/process/user", {"uid": 1234, "gid": 1234}), SET("/process/capabilities", {})),
	INSIDE(FACT("process.args#/0", "the-probe"), FACT("user.uids#/0", 1234)),
};

CONFORM_CASE(process, args_with_slash_are_not_searched) = {
	.title = "a program name with a slash is that file, relative to the working directory, "
		 "even when PATH has one of the same name",
	REQS(REQ_PROCESS_ARGS_SLASH_NO_SEARCH),
	.accepts = true,
	MUTANTS("set:/process/cwd=\"/other\"", "set:/process/args/0=\"/other/bin/p\""),
	/* who searches PATH finds what can be executed and is no program */
	FILES(DIR_AT("here"), DIR_AT("here/bin"), DIR_AT("other"), DIR_AT("other/bin"),
	      LINK_AT("here/bin/p", "/conform-probe"),
	      {.kind = FILE_REG, .path = "other/bin/p", .content = "no program\n", .mode = 0755}),
	CONFIG(SET("/process/cwd", "/here"), SET("/process/env", ["PATH=/other"]),
	       SET("/process/args", ["bin/p", "@ASK@"])),
	INSIDE(FACT("process.args#/0", "bin/p"), FACT("process.cwd", "/here")),
};

CONFORM_CASE(process, args_missing_program_is_an_error) = {
	.title = "a program that does not exist in the container is an error of create or start",
	REQS(REQ_PROCESS_ARGS_NOT_FOUND_ERROR),
	MUTANTS("set:/process/args=[\"/conform-probe\",\"--version\"]"),
	CONFIG(SET("/process/args", ["/no/such/program"])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, args_unsearchable_program_is_an_error) = {
	.title = "a program that no directory of PATH holds is an error of create or start",
	REQS(REQ_PROCESS_ARGS_NOT_FOUND_ERROR),
	MUTANTS("set:/process/args=[\"/conform-probe\",\"--version\"]"),
	CONFIG(SET("/process/args", ["no-such-program"]), SET("/process/env", ["PATH=/:/dev"])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, args_not_executable_is_an_error) = {
	.title = "a file without execute permission is an error of create or start",
	REQS(REQ_PROCESS_ARGS_NOT_FOUND_ERROR),
	MUTANTS("set:/process/args=[\"/conform-probe\",\"--version\"]"),
	FILES({.kind = FILE_REG, .path = "data", .content = "no program\n", .mode = 0644}),
	CONFIG(SET("/process/args", ["/data"])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, args_empty_is_an_error) = {
	.title = "an empty process.args is refused when the program would have to run",
	REQS(REQ_PROCESS_ARGS_ONE_ENTRY, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/process/args=[\"/conform-probe\",\"--version\"]"),
	CONFIG(SET("/process/args", [])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, args_absent_is_an_error) = {
	.title = "a process without args is refused when the program would have to run",
	REQS(REQ_PROCESS_ARGS_ONE_ENTRY),
	MUTANTS("set:/process/args=[\"/conform-probe\",\"--version\"]"),
	CONFIG(DEL("/process/args")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, env_is_applied) = {
	.title = "each variable of process.env has its value, also an empty one and one that holds "
		 "equals signs",
	REQS(REQ_PROCESS_ENV_APPLIED),
	MUTANTS("pop:/process/env", "drop:/process/env"),
	CONFIG(SET("/process/env",
		   [
			   "PATH=/", "EMPTY=", "EQUALS=a=b=c", "SPACES= x  y ", "UTF8=\u00e4\u20ac",
			   "LINE=a\nb"
		   ])),
	INSIDE(FACT("env:PATH", "/"), FACT("env:EMPTY", ""), FACT("env:EQUALS", "a=b=c"),
	       FACT("env:SPACES", " x  y "), FACT("env:UTF8", "\u00e4\u20ac"),
	       FACT("env:LINE", "a\nb")),
};

CONFORM_CASE(process, env_of_the_caller_stays_out) = {
	.title = "a variable of the runtime's own environment does not reach the program",
	REQS(REQ_PROCESS_ENV_NOT_INHERITED),
	MUTANTS("add:/process/env/-=\"CONFORM_SECRET=leaked\""),
	CALLER("env:CONFORM_SECRET=leaked"),
	CONFIG(SET("/process/env", ["PATH=/", "HOME=/"])),
	INSIDE(FACT("env:CONFORM_SECRET", null), FACT_SET("process.env", ["PATH=/", "HOME=/"])),
};

CONFORM_CASE(process, cwd_is_set) = {
	.title = "the program starts in process.cwd",
	REQS(REQ_PROCESS_CWD_SET),
	MUTANTS("set:/process/cwd=\"/\""),
	FILES(DIR_AT("a"), DIR_AT("a/deep"), DIR_AT("a/deep/place")),
	CONFIG(SET("/process/cwd", "/a/deep/place")),
	INSIDE(FACT("process.cwd", "/a/deep/place")),
};

CONFORM_CASE(process, cwd_relative_is_refused) = {
	.title = "a relative process.cwd is refused",
	REQS(REQ_PROCESS_CWD_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/process/cwd=\"/\""),
	FILES(DIR_AT("sub")),
	CONFIG(SET("/process/cwd", "sub")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, cwd_empty_is_refused) = {
	.title = "an empty process.cwd is refused",
	REQS(REQ_PROCESS_CWD_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/process/cwd=\"/\""),
	CONFIG(SET("/process/cwd", "")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, cwd_absent_is_refused) = {
	.title = "a process without cwd is refused",
	REQS(REQ_PROCESS_CWD_FIELD),
	MUTANTS("set:/process/cwd=\"/\""),
	CONFIG(DEL("/process/cwd")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, terminal_false_keeps_the_streams) = {
	.title = "without terminal the program has the streams that the runtime was given",
	REQS(REQ_PROCESS_TERMINAL_DEFAULT_FALSE),
	MUTANTS("cli:no-stdout"),
	CONFIG(DEL("/process/terminal")),
	INSIDE(FACT("tty#/stdin", false), FACT("tty#/stdout", false), FACT("tty#/stderr", false),
	       TRY("print:to-stdout", "OK"), TRY("print-err:to-stderr", "OK")),
	OUTSIDE(HOST_HAS(AFTER_EXIT, "stdout", "to-stdout"),
		HOST_HAS(AFTER_EXIT, "stderr", "to-stderr")),
};

CONFORM_CASE(process, terminal_true_gives_a_terminal) = {
	.title = "with terminal 0, 1 and 2 are a terminal",
	REQS(REQ_PROCESS_TERMINAL_TRUE_TTY),
	MUTANTS("cli:no-terminal"),
	CONFIG(SET("/process/terminal", true)),
	INSIDE(FACT("tty#/stdin", true), FACT("tty#/stdout", true), FACT("tty#/stderr", true)),
	OUTSIDE(HOST(AFTER_CREATE, "terminal#/received", true)),
};

CONFORM_CASE(process, terminal_is_one_pty_of_the_container) = {
	.title = "with terminal all three streams are one pseudoterminal on a devpts mount",
	REQS(REQ_PROCESS_TERMINAL_TRUE_PTY_PAIR),
	MUTANTS("cli:no-terminal"),
	CONFIG(SET("/process/terminal", true)),
	INSIDE(FACT_MATCH("tty#/name", "/dev/pts/*"), FACT("fd:0#/major", 136),
	       FACT("fd:1#/major", 136), FACT("fd:2#/major", 136), FACT("fd:0#/type", "chr")),
	OUTSIDE(HOST(AFTER_CREATE, "terminal#/received", true)),
};

CONFORM_CASE(process, console_size_is_applied) = {
	.title = "with terminal the window has the size of consoleSize",
	REQS(REQ_PROCESS_CONSOLESIZE_APPLIED),
	MUTANTS("drop:/process/consoleSize", "set:/process/consoleSize/width=80"),
	CONFIG(SET("/process/terminal", true),
	       SET("/process/consoleSize", {"height": 33, "width": 77})),
	INSIDE(FACT("tty#/rows", 33), FACT("tty#/cols", 77)),
};

CONFORM_CASE(process, console_size_without_terminal_is_ignored) = {
	.title = "without terminal consoleSize changes nothing and is no error",
	REQS(REQ_PROCESS_CONSOLESIZE_IGNORED_NO_TERMINAL),
	.accepts = true,
	MUTANTS("set:/process/terminal=true"),
	CONFIG(SET("/process/terminal", false),
	       SET("/process/consoleSize", {"height": 33, "width": 77})),
	INSIDE(FACT("tty#/stdin", false)),
};

CONFORM_CASE(process, console_size_of_no_terminal_is_ignored) = {
	.title = "without terminal a consoleSize that no terminal could have is no error either",
	REQS(REQ_PROCESS_CONSOLESIZE_IGNORED_NO_TERMINAL),
	.accepts = true,
	MUTANTS("set:/process/terminal=true"),
	CONFIG(SET("/process/terminal", false),
	       SET("/process/consoleSize", {"height": 70000, "width": 4294967296})),
	INSIDE(FACT("tty#/stdin", false)),
};

CONFORM_CASE(process, no_new_privileges_true_is_set) = {
	.title = "with noNewPrivileges the flag is set and a set-user-ID program stays without "
		 "effect",
	REQS(REQ_PROCESS_NONEWPRIVILEGES_TRUE),
	MUTANTS("drop:/process/noNewPrivileges", "set:/process/noNewPrivileges=false"),
	FILES({.kind = FILE_REG, .path = "suid-probe", .content = "@PROBE@", .mode = 04755}),
	CONFIG(SET("/process/noNewPrivileges", true), SET("/process/user/uid", 1000),
	       SET("/process/user/gid", 1000)),
	INSIDE(FACT("process.no_new_privs", true), TRY("suid:/suid-probe", 1000)),
};

CONFORM_CASE(process, no_new_privileges_false_is_not_set) = {
	.title = "without noNewPrivileges the flag stays clear and a set-user-ID program works",
	REQS(REQ_PROCESS_NONEWPRIVILEGES_DEFAULT),
	.needs = {.new_privs = true},
	MUTANTS("set:/process/noNewPrivileges=true"),
	FILES({.kind = FILE_REG, .path = "suid-probe", .content = "@PROBE@", .mode = 04755}),
	CONFIG(SET("/process/user/uid", 1000), SET("/process/user/gid", 1000)),
	INSIDE(FACT("process.no_new_privs", false), TRY("suid:/suid-probe", 0)),
};

CONFORM_CASE(process, oom_score_adj_is_set) = {
	.title = "the program has the oomScoreAdj of the configuration",
	REQS(REQ_PROCESS_OOMSCOREADJ_SET),
	MUTANTS("drop:/process/oomScoreAdj", "set:/process/oomScoreAdj=100"),
	.needs = {.oom = "@V@"},
	VARY("321", "1000", "555"),
	CONFIG(SET("/process/oomScoreAdj", "@V@")),
	INSIDE(FACT("oom.score_adj", "@V@")),
};

CONFORM_CASE(process, oom_score_adj_of_zero_is_set) = {
	.title = "an oomScoreAdj of 0 is no missing one: the caller's value does not stay",
	REQS(REQ_PROCESS_OOMSCOREADJ_SET),
	MUTANTS("drop:/process/oomScoreAdj"),
	.needs = {.oom = "0"},
	CALLER("oom:222"),
	CONFIG(SET("/process/oomScoreAdj", 0)),
	INSIDE(FACT("oom.score_adj", 0)),
};

CONFORM_CASE(process, oom_score_adj_absent_keeps_the_callers) = {
	.title = "without oomScoreAdj the program has the value that the runtime was called with",
	REQS(REQ_PROCESS_OOMSCOREADJ_UNSET_UNCHANGED),
	MUTANTS("set:/process/oomScoreAdj=10"),
	CALLER("oom:222"),
	INSIDE(FACT("oom.score_adj", 222)),
};

CONFORM_CASE(process, oom_score_adj_is_not_the_cgroups) = {
	.title = "oomScoreAdj is applied whatever memory.disableOOMKiller says",
	REQS(REQ_PROCESS_OOMSCOREADJ_PER_PROCESS),
	.needs = {.cgroup = "v1", .controllers = "memory", .oom = "444"},
	MUTANTS("drop:/process/oomScoreAdj"),
	CONFIG(SET("/process/oomScoreAdj", 444),
	       SET("/linux/resources/memory", {"disableOOMKiller": true})),
	INSIDE(FACT("oom.score_adj", 444)),
};

CONFORM_CASE(process, stdio_only) = {
	.title = "the program has no descriptors but 0, 1 and 2, whatever the runtime was called "
		 "with",
	REQS(REQ_LINUX_FD_ONLY_STDIO),
	MUTANTS("cli:leak-fd"),
	CALLER("fd:50", "fd:3"),
	INSIDE(FACT("fds.open", [0, 1, 2])),
};

CONFORM_CASE(process, env_without_a_name_is_refused) = {
	.title = "an entry of env that is not NAME=value is refused",
	REQS(REQ_PROCESS_ENV_FORMAT, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/process/env=[\"A=b\"]"),
	CONFIG(SET("/process/env", ["PATH=/bin", "NOEQUALS"])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, console_size_has_both_members) = {
	.title = "a consoleSize without height, or without width, is refused",
	REQS(REQ_PROCESS_CONSOLESIZE_HEIGHT_FIELD, REQ_PROCESS_CONSOLESIZE_WIDTH_FIELD),
	MUTANTS("drop:/process/consoleSize"),
	VARY("{\"height\": 24}", "{\"width\": 80}"),
	CONFIG(SET("/process/terminal", true), SET("/process/consoleSize", "@V@")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(process, descriptors_can_be_passed_on) = {
	.title = "--preserve-fds passes so many descriptors beyond the three on, and no others",
	REQS(REQ_LINUX_FD_ADDITIONAL),
	CALLER("fd:3", "fd:4", "fd:7"),
	MUTANTS("add:/process/args/1=\"--spoil=fd:9\""),
	INSIDE(FACT("fds.open", [0, 1, 2, 3, 4])),
	STEPS(CREATE_WITH("--preserve-fds=2", OK), START(OK), WAIT_EXIT, DELETE(OK)),
};
