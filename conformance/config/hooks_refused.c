/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.md#posix-platform-hooks: hooks that must be refused. An error alone does not show that,
 * for a hook that runs may end in one as well: none of them may have run, at no time. @io is where
 * the hooks of this kind would record themselves.
 */
#include "conform.h"

/* A relative path must be refused for what it is, and not because nothing is there: a copy of the
 * probe where a runtime is called, which is the case's directory, and in the bundle; the root
 * filesystem has its own. The slash keeps it from being looked up in PATH. */
#define RELATIVE_PATH(property, io)                                                                \
	FILES({.kind = FILE_REG, .path = "../../conform-probe", .content = "@PROBE@"},             \
	      {.kind = FILE_REG, .path = "../conform-probe", .content = "@PROBE@"}),               \
		CONFIG(SET(property,                                                               \
			   [{"path": "./conform-probe", "args": ["probe", "--hook=a", io]}])),     \
		OUTSIDE(HOST(AFTER_DELETE, "hooks", [])), .rejected_at = REJECTED_BY_START

#define NO_PATH(property)                                                                          \
	CONFIG(SET(property, [{"args": ["probe"]}])), .rejected_at = REJECTED_BY_START

/* A hook that its timeout ends at once leaves no record, and an error that could be a refusal; but
 * it shows that its program, which is one of its own, was executed. */
#define NO_TIME(property, path_, io)                                                               \
	VARY("0", "-1"), FILES({.kind = FILE_REG, .path = "hook", .content = "@PROBE@"}),          \
		CONFIG(SET(property, [{                                                            \
				   "path": path_,                                                  \
				   "args": ["probe", "--hook=a", io, "sleep:1"],                   \
				   "timeout": "@V@"                                                \
			   }])),                                                                   \
		OUTSIDE(HOST(AFTER_DELETE, "hooks", []),                                           \
			HOST(AFTER_DELETE, "accessed:@ROOTFS@/hook", false)),                      \
		.rejected_at = REJECTED_BY_START

CONFORM_CASE(hooks, prestart_relative_path_is_refused) = {
	.title = "a prestart hook with a relative path is refused",
	REQS(REQ_HOOK_PRESTART_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/prestart"),
	RELATIVE_PATH("/hooks/prestart", "@CASE@/io"),
};

CONFORM_CASE(hooks, prestart_without_path_is_refused) = {
	.title = "a prestart hook without path is refused",
	REQS(REQ_HOOK_PRESTART_PATH_REQUIRED),
	MUTANTS("drop:/hooks/prestart"),
	NO_PATH("/hooks/prestart"),
};

CONFORM_CASE(hooks, prestart_timeout_must_be_positive) = {
	.title = "a prestart hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_PRESTART_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/prestart"),
	NO_TIME("/hooks/prestart", "@ROOTFS@/hook", "@CASE@/io"),
};

CONFORM_CASE(hooks, createruntime_relative_path_is_refused) = {
	.title = "a createRuntime hook with a relative path is refused",
	REQS(REQ_HOOK_CREATERUNTIME_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createRuntime"),
	RELATIVE_PATH("/hooks/createRuntime", "@CASE@/io"),
};

CONFORM_CASE(hooks, createruntime_without_path_is_refused) = {
	.title = "a createRuntime hook without path is refused",
	REQS(REQ_HOOK_CREATERUNTIME_PATH_REQUIRED),
	MUTANTS("drop:/hooks/createRuntime"),
	NO_PATH("/hooks/createRuntime"),
};

CONFORM_CASE(hooks, createruntime_timeout_must_be_positive) = {
	.title = "a createRuntime hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_CREATERUNTIME_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createRuntime"),
	NO_TIME("/hooks/createRuntime", "@ROOTFS@/hook", "@CASE@/io"),
};

CONFORM_CASE(hooks, createcontainer_relative_path_is_refused) = {
	.title = "a createContainer hook with a relative path is refused",
	REQS(REQ_HOOK_CREATECONTAINER_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createContainer"),
	RELATIVE_PATH("/hooks/createContainer", "@CASE@/io"),
};

CONFORM_CASE(hooks, createcontainer_without_path_is_refused) = {
	.title = "a createContainer hook without path is refused",
	REQS(REQ_HOOK_CREATECONTAINER_PATH_REQUIRED),
	MUTANTS("drop:/hooks/createContainer"),
	NO_PATH("/hooks/createContainer"),
};

CONFORM_CASE(hooks, createcontainer_timeout_must_be_positive) = {
	.title = "a createContainer hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_CREATECONTAINER_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/createContainer"),
	NO_TIME("/hooks/createContainer", "@ROOTFS@/hook", "@CASE@/io"),
};

CONFORM_CASE(hooks, startcontainer_relative_path_is_refused) = {
	.title = "a startContainer hook with a relative path is refused",
	REQS(REQ_HOOK_STARTCONTAINER_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/startContainer"),
	RELATIVE_PATH("/hooks/startContainer", "/conform-io"),
};

CONFORM_CASE(hooks, startcontainer_without_path_is_refused) = {
	.title = "a startContainer hook without path is refused",
	REQS(REQ_HOOK_STARTCONTAINER_PATH_REQUIRED),
	MUTANTS("drop:/hooks/startContainer"),
	NO_PATH("/hooks/startContainer"),
};

CONFORM_CASE(hooks, startcontainer_timeout_must_be_positive) = {
	.title = "a startContainer hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_STARTCONTAINER_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/startContainer"),
	NO_TIME("/hooks/startContainer", "/hook", "/conform-io"),
};

CONFORM_CASE(hooks, poststart_relative_path_is_refused) = {
	.title = "a poststart hook with a relative path is refused",
	REQS(REQ_HOOK_POSTSTART_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststart"),
	RELATIVE_PATH("/hooks/poststart", "@CASE@/io"),
};

CONFORM_CASE(hooks, poststart_without_path_is_refused) = {
	.title = "a poststart hook without path is refused",
	REQS(REQ_HOOK_POSTSTART_PATH_REQUIRED),
	MUTANTS("drop:/hooks/poststart"),
	NO_PATH("/hooks/poststart"),
};

CONFORM_CASE(hooks, poststart_timeout_must_be_positive) = {
	.title = "a poststart hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_POSTSTART_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststart"),
	NO_TIME("/hooks/poststart", "@ROOTFS@/hook", "@CASE@/io"),
};

CONFORM_CASE(hooks, poststop_relative_path_is_refused) = {
	.title = "a poststop hook with a relative path is refused",
	REQS(REQ_HOOK_POSTSTOP_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststop"),
	RELATIVE_PATH("/hooks/poststop", "@CASE@/io"),
};

CONFORM_CASE(hooks, poststop_without_path_is_refused) = {
	.title = "a poststop hook without path is refused",
	REQS(REQ_HOOK_POSTSTOP_PATH_REQUIRED),
	MUTANTS("drop:/hooks/poststop"),
	NO_PATH("/hooks/poststop"),
};

CONFORM_CASE(hooks, poststop_timeout_must_be_positive) = {
	.title = "a poststop hook whose timeout is zero or below is refused",
	REQS(REQ_HOOK_POSTSTOP_TIMEOUT_POSITIVE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/hooks/poststop"),
	NO_TIME("/hooks/poststop", "@ROOTFS@/hook", "@CASE@/io"),
};
