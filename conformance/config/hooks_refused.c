/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.md#posix-platform-hooks: hooks that must be refused. An error alone does not show that,
 * for a hook that runs may end in one as well: none of them may have run, at no time.
 */
#include "conform.h"

/* A relative path must be refused for what it is, and not because nothing is there: a copy of the
 * probe where a runtime is called, which is the case's directory, and in the bundle; the root
 * filesystem has its own. The slash keeps it from being looked up in PATH. */
#define PROBE_WHEREVER_ONE_LOOKS                                                                   \
	FILES({.kind = FILE_REG, .path = "../../conform-probe", .content = "@PROBE@"},             \
	      {.kind = FILE_REG, .path = "../conform-probe", .content = "@PROBE@"})

/* A hook that its timeout ends at once leaves no record, and an error that could be a refusal; but
 * it shows that its program was executed. */
#define HOOK_OF_ITS_OWN FILES({.kind = FILE_REG, .path = "hook", .content = "@PROBE@"})

CONFORM_CASE(hooks, prestart_relative_path_is_refused) = {
	.title = "a prestart hook with a relative path is refused",
	REQS(REQ_HOOK_PRESTART_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/prestart"),
	PROBE_WHEREVER_ONE_LOOKS,
	CONFIG(SET("/hooks/prestart",
		   [{"path": "./conform-probe", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", [])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, prestart_without_path_is_refused) = {
	.title = "a prestart hook without path is refused",
	REQS(REQ_HOOK_PRESTART_PATH_REQUIRED),
	MUTANTS("drop:/hooks/prestart"),
	CONFIG(SET("/hooks/prestart", [{"args": ["probe"]}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, prestart_timeout_must_be_positive) = {
	.title = "a prestart hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_PRESTART_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/prestart"),
	VARY("0", "-1"),
	HOOK_OF_ITS_OWN,
	CONFIG(SET("/hooks/prestart", [{
			   "path": "@ROOTFS@/hook",
			   "args": ["probe", "--hook=a", "@CASE@/io", "sleep:1"],
			   "timeout": "@V@"
		   }])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", []),
		HOST(AFTER_DELETE, "accessed:@ROOTFS@/hook", false)),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, createruntime_relative_path_is_refused) = {
	.title = "a createRuntime hook with a relative path is refused",
	REQS(REQ_HOOK_CREATERUNTIME_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createRuntime"),
	PROBE_WHEREVER_ONE_LOOKS,
	CONFIG(SET("/hooks/createRuntime",
		   [{"path": "./conform-probe", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", [])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, createruntime_without_path_is_refused) = {
	.title = "a createRuntime hook without path is refused",
	REQS(REQ_HOOK_CREATERUNTIME_PATH_REQUIRED),
	MUTANTS("drop:/hooks/createRuntime"),
	CONFIG(SET("/hooks/createRuntime", [{"args": ["probe"]}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, createruntime_timeout_must_be_positive) = {
	.title = "a createRuntime hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_CREATERUNTIME_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createRuntime"),
	VARY("0", "-1"),
	HOOK_OF_ITS_OWN,
	CONFIG(SET("/hooks/createRuntime", [{
			   "path": "@ROOTFS@/hook",
			   "args": ["probe", "--hook=a", "@CASE@/io", "sleep:1"],
			   "timeout": "@V@"
		   }])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", []),
		HOST(AFTER_DELETE, "accessed:@ROOTFS@/hook", false)),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, createcontainer_relative_path_is_refused) = {
	.title = "a createContainer hook with a relative path is refused",
	REQS(REQ_HOOK_CREATECONTAINER_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createContainer"),
	PROBE_WHEREVER_ONE_LOOKS,
	CONFIG(SET("/hooks/createContainer",
		   [{"path": "./conform-probe", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", [])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, createcontainer_without_path_is_refused) = {
	.title = "a createContainer hook without path is refused",
	REQS(REQ_HOOK_CREATECONTAINER_PATH_REQUIRED),
	MUTANTS("drop:/hooks/createContainer"),
	CONFIG(SET("/hooks/createContainer", [{"args": ["probe"]}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, createcontainer_timeout_must_be_positive) = {
	.title = "a createContainer hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_CREATECONTAINER_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createContainer"),
	VARY("0", "-1"),
	HOOK_OF_ITS_OWN,
	CONFIG(SET("/hooks/createContainer", [{
			   "path": "@ROOTFS@/hook",
			   "args": ["probe", "--hook=a", "@CASE@/io", "sleep:1"],
			   "timeout": "@V@"
		   }])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", []),
		HOST(AFTER_DELETE, "accessed:@ROOTFS@/hook", false)),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, startcontainer_relative_path_is_refused) = {
	.title = "a startContainer hook with a relative path is refused",
	REQS(REQ_HOOK_STARTCONTAINER_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/startContainer"),
	PROBE_WHEREVER_ONE_LOOKS,
	CONFIG(SET("/hooks/startContainer",
		   [{"path": "./conform-probe", "args": ["probe", "--hook=a", "/conform-io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", [])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, startcontainer_without_path_is_refused) = {
	.title = "a startContainer hook without path is refused",
	REQS(REQ_HOOK_STARTCONTAINER_PATH_REQUIRED),
	MUTANTS("drop:/hooks/startContainer"),
	CONFIG(SET("/hooks/startContainer", [{"args": ["probe"]}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, startcontainer_timeout_must_be_positive) = {
	.title = "a startContainer hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_STARTCONTAINER_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/startContainer"),
	VARY("0", "-1"),
	HOOK_OF_ITS_OWN,
	CONFIG(SET("/hooks/startContainer", [{
			   "path": "/hook",
			   "args": ["probe", "--hook=a", "/conform-io", "sleep:1"],
			   "timeout": "@V@"
		   }])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", []),
		HOST(AFTER_DELETE, "accessed:@ROOTFS@/hook", false)),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, poststart_relative_path_is_refused) = {
	.title = "a poststart hook with a relative path is refused",
	REQS(REQ_HOOK_POSTSTART_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststart"),
	PROBE_WHEREVER_ONE_LOOKS,
	CONFIG(SET("/hooks/poststart",
		   [{"path": "./conform-probe", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", [])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, poststart_without_path_is_refused) = {
	.title = "a poststart hook without path is refused",
	REQS(REQ_HOOK_POSTSTART_PATH_REQUIRED),
	MUTANTS("drop:/hooks/poststart"),
	CONFIG(SET("/hooks/poststart", [{"args": ["probe"]}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, poststart_timeout_must_be_positive) = {
	.title = "a poststart hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_POSTSTART_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststart"),
	VARY("0", "-1"),
	HOOK_OF_ITS_OWN,
	CONFIG(SET("/hooks/poststart", [{
			   "path": "@ROOTFS@/hook",
			   "args": ["probe", "--hook=a", "@CASE@/io", "sleep:1"],
			   "timeout": "@V@"
		   }])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", []),
		HOST(AFTER_DELETE, "accessed:@ROOTFS@/hook", false)),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, poststop_relative_path_is_refused) = {
	.title = "a poststop hook with a relative path is refused",
	REQS(REQ_HOOK_POSTSTOP_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststop"),
	PROBE_WHEREVER_ONE_LOOKS,
	CONFIG(SET("/hooks/poststop",
		   [{"path": "./conform-probe", "args": ["probe", "--hook=a", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", [])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, poststop_without_path_is_refused) = {
	.title = "a poststop hook without path is refused",
	REQS(REQ_HOOK_POSTSTOP_PATH_REQUIRED),
	MUTANTS("drop:/hooks/poststop"),
	CONFIG(SET("/hooks/poststop", [{"args": ["probe"]}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(hooks, poststop_timeout_must_be_positive) = {
	.title = "a poststop hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_POSTSTOP_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststop"),
	VARY("0", "-1"),
	HOOK_OF_ITS_OWN,
	CONFIG(SET("/hooks/poststop", [{
			   "path": "@ROOTFS@/hook",
			   "args": ["probe", "--hook=a", "@CASE@/io", "sleep:1"],
			   "timeout": "@V@"
		   }])),
	OUTSIDE(HOST(AFTER_DELETE, "hooks", []),
		HOST(AFTER_DELETE, "accessed:@ROOTFS@/hook", false)),
	.rejected_at = REJECTED_BY_START,
};
