/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.md#linux-process, capabilities. execve(2) computes permitted and effective anew: for uid 0
 * from inheritable and bounding, for others from the ambient set (capabilities(7)); the expected
 * values below follow from that.
 */
#include "conform.h"

CONFORM_CASE(capabilities, equal_sets_are_applied) = {
	.title = "with all five sets equal each of them reads back as configured",
	REQS(REQ_PROCESS_CAP_EFFECTIVE_APPLIED, REQ_PROCESS_CAP_PERMITTED_APPLIED),
	MUTANTS("drop:/process/capabilities", "pop:/process/capabilities/bounding"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
		"effective": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
		"permitted": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
		"inheritable": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
		"ambient": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"]
	})),
	INSIDE(FACT("caps.effective", ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"]),
	       FACT("caps.permitted", ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"])),
};

CONFORM_CASE(capabilities, bounding_is_applied) = {
	.title = "the bounding set holds exactly what is configured",
	REQS(REQ_PROCESS_CAP_BOUNDING_APPLIED),
	MUTANTS("pop:/process/capabilities/bounding",
		"add:/process/capabilities/bounding/-=\"CAP_MKNOD\"", "drop:/process/capabilities"),
	CONFIG(SET("/process/capabilities",
		   {"bounding": ["CAP_CHOWN", "CAP_SETUID", "CAP_NET_ADMIN"]})),
	INSIDE(FACT("caps.bounding", ["CAP_CHOWN", "CAP_NET_ADMIN", "CAP_SETUID"])),
};

CONFORM_CASE(capabilities, inheritable_is_applied) = {
	.title = "the inheritable set holds exactly what is configured",
	REQS(REQ_PROCESS_CAP_INHERITABLE_APPLIED),
	MUTANTS("drop:/process/capabilities/inheritable", "pop:/process/capabilities/inheritable"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_CHOWN", "CAP_SETUID", "CAP_KILL"],
		"effective": ["CAP_CHOWN", "CAP_SETUID", "CAP_KILL"],
		"permitted": ["CAP_CHOWN", "CAP_SETUID", "CAP_KILL"],
		"inheritable": ["CAP_CHOWN", "CAP_KILL"]
	})),
	INSIDE(FACT("caps.inheritable", ["CAP_CHOWN", "CAP_KILL"])),
};

CONFORM_CASE(capabilities, ambient_is_applied) = {
	.title = "the ambient set holds exactly what is configured, and gives it to a program of "
		 "another uid",
	REQS(REQ_PROCESS_CAP_AMBIENT_APPLIED),
	MUTANTS("drop:/process/capabilities/ambient", "pop:/process/capabilities/ambient"),
	CONFIG(SET("/process/user", {"uid": 1000, "gid": 1000}), SET("/process/capabilities", {
		       "bounding": ["CAP_CHOWN", "CAP_NET_RAW"],
		       "effective": ["CAP_CHOWN", "CAP_NET_RAW"],
		       "permitted": ["CAP_CHOWN", "CAP_NET_RAW"],
		       "inheritable": ["CAP_CHOWN", "CAP_NET_RAW"],
		       "ambient": ["CAP_CHOWN", "CAP_NET_RAW"]
	       })),
	INSIDE(FACT("caps.ambient", ["CAP_CHOWN", "CAP_NET_RAW"]),
	       FACT("caps.effective", ["CAP_CHOWN", "CAP_NET_RAW"])),
};

CONFORM_CASE(capabilities, without_ambient_another_uid_has_none) = {
	.title = "without ambient capabilities a program of another uid starts with none",
	REQS(REQ_PROCESS_CAP_AMBIENT_APPLIED),
	MUTANTS("set:/process/capabilities/ambient=[\"CAP_CHOWN\"]"),
	CONFIG(SET("/process/user", {"uid": 1000, "gid": 1000}), SET("/process/capabilities", {
		       "bounding": ["CAP_CHOWN"],
		       "effective": ["CAP_CHOWN"],
		       "permitted": ["CAP_CHOWN"],
		       "inheritable": ["CAP_CHOWN"]
	       })),
	INSIDE(FACT("caps.ambient", []), FACT("caps.effective", []), FACT("caps.permitted", []),
	       FACT("caps.bounding", ["CAP_CHOWN"])),
};

CONFORM_CASE(capabilities, absent_sets_are_empty) = {
	.title = "a set that the capabilities object leaves out is empty",
	REQS(REQ_PROCESS_CAP_ABSENT_SETS_EMPTY),
	MUTANTS("set:/process/capabilities/bounding=[\"CAP_CHOWN\"]",
		"set:/process/capabilities={\"bounding\": [\"CAP_CHOWN\"], \"inheritable\": "
		"[\"CAP_CHOWN\"]}"),
	CALLER("ambient"),
	CONFIG(SET("/process/capabilities", {})),
	INSIDE(FACT("caps.bounding", []), FACT("caps.inheritable", []), FACT("caps.ambient", [])),
};

CONFORM_CASE(capabilities, dropped_capability_is_gone) = {
	.title = "what a capability would allow is refused without it and allowed with it",
	REQS(REQ_PROCESS_CAP_EFFECTIVE_APPLIED),
	MUTANTS("add:/process/capabilities/bounding/-=\"CAP_CHOWN\"", "drop:/process/capabilities"),
	FILES(FILE_AT("tmp/file", "x")),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_SYS_CHROOT"],
		"effective": ["CAP_SYS_CHROOT"],
		"permitted": ["CAP_SYS_CHROOT"]
	})),
	INSIDE(TRY("chown:/tmp/file,5,5", "EPERM"), TRY("chroot:/tmp", "OK")),
};

CONFORM_CASE(capabilities, unknown_name_does_not_fail) = {
	.title = "a capability that the kernel does not know does not make the container fail",
	REQS(REQ_PROCESS_CAP_UNGRANTABLE_NO_FAILURE),
	.min_target = 101,
	MUTANTS("cli:create-fails"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_CHOWN", "CAP_NOT_A_CAPABILITY"],
		"effective": ["CAP_CHOWN", "CAP_NOT_A_CAPABILITY"],
		"permitted": ["CAP_CHOWN", "CAP_NOT_A_CAPABILITY"]
	})),
	INSIDE(FACT("caps.bounding", ["CAP_CHOWN"])),
};

CONFORM_CASE(capabilities, warning_changes_nothing) = {
	.title = "a capability that cannot be given, which is worth a warning, leaves create as it "
		 "was",
	REQS(REQ_WARNING_FLOW_UNCHANGED),
	.min_target = 101,
	MUTANTS("cli:create-fails", "pop:/process/capabilities/bounding"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_NOT_A_CAPABILITY", "CAP_KILL"],
		"effective": ["CAP_NOT_A_CAPABILITY", "CAP_KILL"],
		"permitted": ["CAP_NOT_A_CAPABILITY", "CAP_KILL"]
	})),
	INSIDE(FACT("caps.effective", ["CAP_KILL"])),
	OUTSIDE(HOST(AFTER_CREATE, "create.exit", 0)),
};

CONFORM_CASE(capabilities, absent_object_gives_nothing_to_inherit) = {
	.title = "without a capabilities object the program starts, with nothing to hand on to "
		 "those "
		 "that it executes",
	REQS(REQ_PROCESS_CAP_OBJECT_ABSENT),
	MUTANTS("set:/process/capabilities={\"bounding\": [\"CAP_KILL\"], \"permitted\": "
		"[\"CAP_KILL\"], \"inheritable\": [\"CAP_KILL\"]}",
		"cli:create-fails"),
	CONFIG(DEL("/process/capabilities")),
	INSIDE(FACT("caps.inheritable", []), FACT("caps.ambient", [])),
};
