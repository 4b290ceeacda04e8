/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#cgroup-ownership: when the container's user becomes the owner of its cgroup. */
#include "conform.h"

#define FOR_WRITING                                                                                \
	ADD("/mounts/-", {                                                                         \
		"destination": "/sys/fs/cgroup",                                                   \
		"type": "cgroup",                                                                  \
		"source": "cgroup",                                                                \
		"options": ["nosuid", "noexec", "nodev"]                                           \
	})
#define FOR_READING                                                                                \
	ADD("/mounts/-", {                                                                         \
		"destination": "/sys/fs/cgroup",                                                   \
		"type": "cgroup",                                                                  \
		"source": "cgroup",                                                                \
		"options": ["nosuid", "noexec", "nodev", "ro"]                                     \
	})
#define ITS "stat.host:/sys/fs/cgroup@CGROUP@"

CONFORM_CASE(cgroups_v2, owner_is_the_user_of_a_writable_cgroup) = {
	.title = "a user who gets its cgroup for writing owns the directory and the files that the "
		 "kernel calls delegatable, and no others",
	REQS(REQ_CGROUP_OWNER_IFF_RW_MOUNT, REQ_CGROUP_OWNER_DELEGATE_FILES_ONLY,
	     REQ_CGROUP_OWNER_EXISTING_DELEGATE_FILES, REQ_CGROUP_OWNER_NO_OTHER_FILES,
	     REQ_CGROUP_OWNER_CHANGE_ALLOWED),
	.needs = {.cgroup = "v2",
		  .controllers = "memory",
		  .path = "/sys/kernel/cgroup/delegate",
		  .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("add-option:/sys/fs/cgroup=ro", "set:/process/user/uid=0", "drop-namespace:cgroup"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}), FOR_WRITING),
	OUTSIDE(HOST(AFTER_CREATE, ITS "#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/cgroup.procs#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/cgroup.subtree_control#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/cgroup.threads#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/memory.max#/uid", 0),
		HOST(AFTER_CREATE, ITS "/cgroup.max.depth#/uid", 0),
		HOST(AFTER_CREATE, ITS "/cgroup.freeze#/uid", 0)),
};

CONFORM_CASE(cgroups_v2, owner_is_the_mapped_user) = {
	.title = "with a user namespace the owner is the user of the host who stands for the "
		 "container's",
	REQS(REQ_CGROUP_OWNER_IFF_RW_MOUNT, REQ_CGROUP_OWNER_CHANGE_ALLOWED),
	.needs = {.cgroup = "v2", .userns = true, .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("add-option:/sys/fs/cgroup=ro", "set:/linux/uidMappings/0/hostID=200000"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}),
	       ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       FOR_WRITING),
	OUTSIDE(HOST(AFTER_CREATE, ITS "#/uid", 101234),
		HOST(AFTER_CREATE, ITS "/cgroup.procs#/uid", 101234)),
};

CONFORM_CASE(cgroups_v2, owner_can_divide_its_cgroup) = {
	.title = "the owner of its cgroup can make another one in it",
	REQS(REQ_CGROUP_OWNER_IFF_RW_MOUNT),
	.needs = {.cgroup = "v2", .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("add-option:/sys/fs/cgroup=ro", "drop-mount:/sys/fs/cgroup"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}), FOR_WRITING),
	INSIDE(TRY("mkdir:/sys/fs/cgroup/sub,0755", "OK"), TRY("rmdir:/sys/fs/cgroup/sub", "OK")),
};

CONFORM_CASE(cgroups_v2, owner_stays_without_write_access) = {
	.title = "where the cgroup is mounted read-only its owner does not change",
	REQS(REQ_CGROUP_OWNER_NOT_WITHOUT_RW_MOUNT),
	.needs = {.cgroup = "v2", .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("drop-option:/sys/fs/cgroup=ro"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}), FOR_READING),
	OUTSIDE(HOST(AFTER_CREATE, ITS "#/uid", 0),
		HOST(AFTER_CREATE, ITS "/cgroup.procs#/uid", 0)),
};

CONFORM_CASE(cgroups_v2, owner_stays_without_a_mount) = {
	.title = "where no cgroup is mounted its owner does not change",
	REQS(REQ_CGROUP_OWNER_NOT_WITHOUT_RW_MOUNT),
	.needs = {.cgroup = "v2", .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("add:/mounts/-={\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", "
		"\"source\": \"cgroup\", \"options\": [\"nosuid\"]}"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0})),
	OUTSIDE(HOST(AFTER_CREATE, ITS "#/uid", 0),
		HOST(AFTER_CREATE, ITS "/cgroup.procs#/uid", 0)),
};

CONFORM_CASE(cgroups_v2, owner_stays_without_a_namespace) = {
	.title = "without a cgroup namespace of the container's own the owner does not change",
	REQS(REQ_CGROUP_OWNER_NEEDS_CGROUPNS),
	.needs = {.cgroup = "v2", .namespaces = "cgroup"},
	.min_target = 101,
	/* a runtime that mounts the cgroups anew changes the options that the host's mount has */
	OWNS("host"),
	MUTANTS("add-namespace:cgroup"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}),
	       SET("/linux/namespaces",
		   [
			   {"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"},
			   {"type": "mount"}
		   ]),
	       FOR_WRITING),
	OUTSIDE(HOST(AFTER_CREATE, ITS "#/uid", 0),
		HOST(AFTER_CREATE, ITS "/cgroup.procs#/uid", 0)),
};

/* Who leaves the owner as it is has no file to miss: this binds those that do not. */
CONFORM_CASE(cgroups_v2, missing_delegated_file_is_no_error) = {
	.title = "a delegated file that the cgroup does not have is no reason to fail",
	REQS(REQ_CGROUP_OWNER_MISSING_DELEGATE_FILE_OK),
	.needs = {.cgroup = "v2", .path = "/sys/kernel/cgroup/delegate", .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("cli:create-fails"),
	CALLER("delegate:no.such.file cgroup.procs"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}), FOR_WRITING),
	OUTSIDE(HOST(AFTER_CREATE, ITS "/cgroup.procs#/type", "reg")),
};

CONFORM_CASE(cgroups_v2, owner_of_files_that_are_there) = {
	.title = "of the files that are listed as delegated, those that the cgroup has get their "
		 "owner",
	REQS(REQ_CGROUP_OWNER_EXISTING_DELEGATE_FILES),
	.needs = {.cgroup = "v2",
		  .controllers = "memory",
		  .path = "/sys/kernel/cgroup/delegate",
		  .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("add-option:/sys/fs/cgroup=ro"),
	CALLER("delegate:cgroup.procs no.such.file memory.max"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}), FOR_WRITING),
	OUTSIDE(HOST(AFTER_CREATE, ITS "/cgroup.procs#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/memory.max#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/cgroup.threads#/uid", 0)),
};

CONFORM_CASE(cgroups_v2, owner_of_three_files_without_a_list) = {
	.title = "where the kernel has no list of delegated files three of them get their owner",
	REQS(REQ_CGROUP_OWNER_DELEGATE_FALLBACK),
	.advice = "the list binds a runtime that changes the owner, which none has to do; one that "
		  "leaves it as it is breaks a SHOULD",
	.needs = {.cgroup = "v2",
		  .controllers = "memory",
		  .path = "/sys/kernel/cgroup",
		  .namespaces = "cgroup"},
	.min_target = 101,
	MUTANTS("add-option:/sys/fs/cgroup=ro", "set:/process/user/uid=0"),
	CALLER("no-delegate"),
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}), FOR_WRITING),
	OUTSIDE(HOST(AFTER_CREATE, ITS "/cgroup.procs#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/cgroup.subtree_control#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/cgroup.threads#/uid", 1234),
		HOST(AFTER_CREATE, ITS "/memory.max#/uid", 0)),
};

CONFORM_CASE(cgroups, owner_stays_on_v1) = {
	.title = "on v1, which is not safe to hand out, the owner of the cgroups does not change",
	REQS(REQ_CGROUP_OWNER_NOT_ON_V1),
	.needs = {.cgroup = "v1", .controllers = "pids,memory", .namespaces = "cgroup"},
	.min_target = 101,
	.no_mutant = "no edit of the configuration makes a runtime hand out cgroups of v1",
	CONFIG(SET("/process/user", {"uid": 1234, "gid": 0}), FOR_WRITING),
	OUTSIDE(HOST(AFTER_CREATE, "stat.host:/sys/fs/cgroup/pids@CGROUP@#/uid", 0),
		HOST(AFTER_CREATE, "stat.host:/sys/fs/cgroup/memory@CGROUP@#/uid", 0)),
};
