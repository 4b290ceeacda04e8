/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#posix-platform-user: ids, supplementary groups, umask. */
#include "conform.h"

CONFORM_CASE(user, uid_is_set) = {
	.title = "real, effective, saved and file system uid are user.uid",
	REQS(REQ_PROCESS_USER_UID_APPLIED),
	MUTANTS("set:/process/user/uid=0", "set:/process/user/uid=1001"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0})),
	INSIDE(FACT("user.uids", [1234, 1234, 1234, 1234])),
};

CONFORM_CASE(user, gid_is_set) = {
	.title = "real, effective, saved and file system gid are user.gid",
	REQS(REQ_PROCESS_USER_GID_APPLIED),
	MUTANTS("set:/process/user/gid=0", "set:/process/user/gid=1001"),
	CONFIG(SET("/process/user", {"uid": 0, "gid": 4321})),
	INSIDE(FACT("user.gids", [4321, 4321, 4321, 4321])),
};

CONFORM_CASE(user, largest_ids_are_set) = {
	.title = "the largest ids below the invalid one are applied as they are",
	REQS(REQ_PROCESS_USER_UID_APPLIED, REQ_PROCESS_USER_GID_APPLIED),
	MUTANTS("set:/process/user/uid=0", "set:/process/user/gid=0"),
	CONFIG(SET("/process/user", {"uid": 4294967294, "gid": 4294967294})),
	INSIDE(FACT("user.uids#/0", 4294967294), FACT("user.gids#/0", 4294967294)),
	/* how many of the ids it supports is the runtime's choice (config.md#valid-values) */
	.may_refuse = true,
};

CONFORM_CASE(user, uid_of_minus_one_is_refused) = {
	.title = "the uid that system calls take for unchanged is refused",
	REQS(REQ_PROCESS_USER_UID_FIELD, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/process/user/uid=0"),
	VARY("4294967295", "4294967296", "-1", "\"0\"", "0.5"),
	CONFIG(SET("/process/user", {"uid": "@V@", "gid": 0})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(user, gid_of_minus_one_is_refused) = {
	.title = "the gid that system calls take for unchanged is refused",
	REQS(REQ_PROCESS_USER_GID_FIELD, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/process/user/gid=0"),
	VARY("4294967295", "4294967296", "-1", "\"0\"", "0.5"),
	CONFIG(SET("/process/user", {"uid": 0, "gid": "@V@"})),
	.rejected_at = REJECTED_BY_START,
};

/* The text has both as REQUIRED, the schema and the runtimes that are used take 0 for a missing
 * one. */
#define MISSING_ID_IS_ZERO                                                                         \
	"the text says REQUIRED, its schema does not, and runtimes in use take 0 for it"

CONFORM_CASE(user, uid_absent_is_refused) = {
	.title = "a process without a uid is refused",
	REQS(REQ_PROCESS_USER_UID_FIELD),
	.advice = MISSING_ID_IS_ZERO,
	MUTANTS("set:/process/user/uid=0"),
	CONFIG(SET("/process/user", {"gid": 0})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(user, gid_absent_is_refused) = {
	.title = "a process without a gid is refused",
	REQS(REQ_PROCESS_USER_GID_FIELD),
	.advice = MISSING_ID_IS_ZERO,
	MUTANTS("set:/process/user/gid=0"),
	CONFIG(SET("/process/user", {"uid": 0})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(user, absent_is_refused) = {
	.title = "a process without a user is refused",
	REQS(REQ_PROCESS_USER_UID_FIELD, REQ_PROCESS_USER_GID_FIELD),
	.advice = MISSING_ID_IS_ZERO,
	MUTANTS("set:/process/user={\"uid\": 0, \"gid\": 0}"),
	CONFIG(DEL("/process/user")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(user, additional_gids_are_set) = {
	.title = "the supplementary groups hold every one of additionalGids",
	REQS(REQ_PROCESS_USER_ADDITIONALGIDS_APPLIED),
	MUTANTS("drop:/process/user/additionalGids", "pop:/process/user/additionalGids"),
	CONFIG(SET("/process/user", {"uid": 1000, "gid": 1000, "additionalGids": [5, 77, 65534]})),
	INSIDE(FACT_HAS("user.groups", 5), FACT_HAS("user.groups", 77),
	       FACT_HAS("user.groups", 65534)),
};

CONFORM_CASE(user, groups_of_the_caller_are_dropped) = {
	.title = "no supplementary group of the runtime's caller is left",
	REQS(REQ_PROCESS_USER_ADDITIONALGIDS_NO_INHERIT),
	MUTANTS("add:/process/user/additionalGids/-=4242"),
	CALLER("group:4242", "group:4243"),
	CONFIG(SET("/process/user", {"uid": 1000, "gid": 1000, "additionalGids": [5]})),
	INSIDE(FACT_LACKS("user.groups", 4242), FACT_LACKS("user.groups", 4243),
	       FACT_HAS("user.groups", 5)),
};

CONFORM_CASE(user, groups_are_no_more_than_asked) = {
	.title = "besides gid the supplementary groups hold additionalGids and nothing else",
	REQS(REQ_PROCESS_USER_ADDITIONALGIDS_NO_INHERIT),
	MUTANTS("add:/process/user/additionalGids/-=9"),
	CONFIG(SET("/process/user", {"uid": 0, "gid": 10, "additionalGids": [20, 30]})),
	INSIDE(FACT_ONE_OF("user.groups", [[20, 30], [10, 20, 30]])),
};

CONFORM_CASE(user, umask_is_set) = {
	.title = "the program has the umask of the configuration",
	REQS(REQ_PROCESS_USER_UMASK_APPLIED),
	MUTANTS("drop:/process/user/umask", "set:/process/user/umask=18"),
	CONFIG(SET("/process/user", {"uid": 0, "gid": 0, "umask": 63})),
	INSIDE(FACT("process.umask", "0077"), TRY("create:/tmp/made,0777", "OK")),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@ROOTFS@/tmp/made#/mode", "0700")),
};

CONFORM_CASE(user, umask_zero_is_set) = {
	.title = "a umask of zero is a value like any other",
	REQS(REQ_PROCESS_USER_UMASK_APPLIED),
	MUTANTS("drop:/process/user/umask"),
	CALLER("umask:0027"),
	CONFIG(SET("/process/user", {"uid": 0, "gid": 0, "umask": 0})),
	INSIDE(FACT("process.umask", "0000")),
};

CONFORM_CASE(user, umask_absent_keeps_the_callers) = {
	.title = "without umask the program has the one that the runtime was called with",
	REQS(REQ_PROCESS_USER_UMASK_UNSET_UNCHANGED),
	MUTANTS("set:/process/user/umask=18"),
	CALLER("umask:0027"),
	CONFIG(SET("/process/user", {"uid": 0, "gid": 0})),
	INSIDE(FACT("process.umask", "0027")),
};

CONFORM_CASE(user, unmapped_uid_is_refused) = {
	.title = "a uid that the container's user namespace does not map is an error",
	REQS(REQ_PROCESS_USER_UID_UNMAPPED_ERROR),
	.needs = {.userns = true},
	MUTANTS("set:/process/user/uid=0"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 10}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 10}]),
	       SET("/process/user/uid", 11)),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(user, unmapped_gid_is_refused) = {
	.title = "a gid that the container's user namespace does not map is an error",
	REQS(REQ_PROCESS_USER_UID_UNMAPPED_ERROR),
	.needs = {.userns = true},
	MUTANTS("set:/process/user/gid=0"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 10}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 10}]),
	       SET("/process/user/gid", 11)),
	.rejected_at = REJECTED_BY_START,
};
