/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#namespaces: new, inherited and joined ones of each type, and what must be
 * refused. */
#include "conform.h"

CONFORM_CASE(namespaces, pid_new) = {
	.title = "a pid entry without path gives the container a pid namespace of its own",
	REQS(REQ_LINUX_NS_PID_NEW),
	MUTANTS("drop-namespace:pid"),
	CONFIG(SET("/linux/namespaces/0", {"type": "pid"})),
	INSIDE(FACT_NOT_HOST("ns.pid")),
};

CONFORM_CASE(namespaces, pid_inherited) = {
	.title = "without a pid entry the container stays in the pid namespace of the runtime",
	REQS(REQ_LINUX_NS_PID_INHERIT),
	MUTANTS("add-namespace:pid"),
	CONFIG(DEL("/linux/namespaces/0")),
	INSIDE(FACT_HOST("ns.pid")),
};

CONFORM_CASE(namespaces, pid_joined) = {
	.title = "a pid entry with path puts the container into that namespace, and delete leaves "
		 "it alone",
	REQS(REQ_LINUX_NS_PID_JOIN_PATH),
	MUTANTS("drop-namespace-path:pid"),
	CONFIG(SET("/linux/namespaces/0", {"type": "pid", "path": "@NS:pid@"})),
	INSIDE(FACT("ns.pid", "@NSINO:pid@")),
};

CONFORM_CASE(namespaces, pid_path_of_another_type_is_refused) = {
	.title = "a pid entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_PID_PATH_TYPE_MISMATCH),
	MUTANTS("drop-namespace-path:pid"),
	CONFIG(SET("/linux/namespaces/0", {"type": "pid", "path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, pid_twice_is_refused) = {
	.title = "two entries of type pid are an error",
	REQS(REQ_LINUX_NS_PID_DUPLICATE_ERROR),
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "pid"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, network_new) = {
	.title = "a network entry without path gives the container a network namespace of its own",
	REQS(REQ_LINUX_NS_NETWORK_NEW),
	MUTANTS("drop-namespace:network"),
	CONFIG(SET("/linux/namespaces/1", {"type": "network"})),
	INSIDE(FACT_NOT_HOST("ns.network")),
};

CONFORM_CASE(namespaces, network_inherited) = {
	.title = "without a network entry the container stays in the network namespace of the "
		 "runtime",
	REQS(REQ_LINUX_NS_NETWORK_INHERIT),
	MUTANTS("add-namespace:network"),
	CONFIG(DEL("/linux/namespaces/1")),
	INSIDE(FACT_HOST("ns.network")),
};

CONFORM_CASE(namespaces, network_joined) = {
	.title = "a network entry with path puts the container into that namespace, and delete "
		 "leaves it alone",
	REQS(REQ_LINUX_NS_NETWORK_JOIN_PATH),
	MUTANTS("drop-namespace-path:network"),
	CONFIG(SET("/linux/namespaces/1", {"type": "network", "path": "@NS:network@"})),
	INSIDE(FACT("ns.network", "@NSINO:network@")),
};

CONFORM_CASE(namespaces, network_path_of_another_type_is_refused) = {
	.title = "a network entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_NETWORK_PATH_TYPE_MISMATCH),
	MUTANTS("drop-namespace-path:network"),
	CONFIG(SET("/linux/namespaces/1", {"type": "network", "path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, network_twice_is_refused) = {
	.title = "two entries of type network are an error",
	REQS(REQ_LINUX_NS_NETWORK_DUPLICATE_ERROR),
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "network"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, mount_new) = {
	.title = "a mount entry without path gives the container a mount namespace of its own",
	REQS(REQ_LINUX_NS_MOUNT_NEW),
	MUTANTS("drop-namespace:mount"),
	CONFIG(SET("/linux/namespaces/4", {"type": "mount"})),
	INSIDE(FACT_NOT_HOST("ns.mount")),
};

CONFORM_CASE(namespaces, mount_inherited) = {
	.title = "without a mount entry the container stays in the mount namespace of the runtime",
	REQS(REQ_LINUX_NS_MOUNT_INHERIT),
	MUTANTS("add-namespace:mount"),
	CONFIG(DEL("/linux/namespaces/4"),
	       SET("/mounts",
		   [
			   {"destination": "/proc", "type": "proc", "source": "proc"}, {
				   "destination": "/conform-io",
				   "type": "none",
				   "source": "@CASE@/io",
				   "options": ["bind"]
			   }
		   ])),
	INSIDE(FACT_HOST("ns.mount")),
};

CONFORM_CASE(namespaces, mount_joined) = {
	.title = "a mount entry with path puts the container into that namespace, and delete "
		 "leaves it alone",
	REQS(REQ_LINUX_NS_MOUNT_JOIN_PATH),
	.needs = {.own_root = true},
	MUTANTS("drop-namespace-path:mount"),
	CONFIG(SET("/linux/namespaces/4", {"type": "mount", "path": "@NS:mount@"})),
	INSIDE(FACT("ns.mount", "@NSINO:mount@")),
};

CONFORM_CASE(namespaces, mount_path_of_another_type_is_refused) = {
	.title = "a mount entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_MOUNT_PATH_TYPE_MISMATCH),
	MUTANTS("drop-namespace-path:mount"),
	CONFIG(SET("/linux/namespaces/4", {"type": "mount", "path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, mount_twice_is_refused) = {
	.title = "two entries of type mount are an error",
	REQS(REQ_LINUX_NS_MOUNT_DUPLICATE_ERROR),
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "mount"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, ipc_new) = {
	.title = "a ipc entry without path gives the container a ipc namespace of its own",
	REQS(REQ_LINUX_NS_IPC_NEW),
	MUTANTS("drop-namespace:ipc"),
	CONFIG(SET("/linux/namespaces/2", {"type": "ipc"})),
	INSIDE(FACT_NOT_HOST("ns.ipc")),
};

CONFORM_CASE(namespaces, ipc_inherited) = {
	.title = "without a ipc entry the container stays in the ipc namespace of the runtime",
	REQS(REQ_LINUX_NS_IPC_INHERIT),
	MUTANTS("add-namespace:ipc"),
	CONFIG(DEL("/linux/namespaces/2")),
	INSIDE(FACT_HOST("ns.ipc")),
};

CONFORM_CASE(namespaces, ipc_joined) = {
	.title = "a ipc entry with path puts the container into that namespace, and delete leaves "
		 "it alone",
	REQS(REQ_LINUX_NS_IPC_JOIN_PATH),
	MUTANTS("drop-namespace-path:ipc"),
	CONFIG(SET("/linux/namespaces/2", {"type": "ipc", "path": "@NS:ipc@"})),
	INSIDE(FACT("ns.ipc", "@NSINO:ipc@")),
};

CONFORM_CASE(namespaces, ipc_path_of_another_type_is_refused) = {
	.title = "a ipc entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_IPC_PATH_TYPE_MISMATCH),
	MUTANTS("drop-namespace-path:ipc"),
	CONFIG(SET("/linux/namespaces/2", {"type": "ipc", "path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, ipc_twice_is_refused) = {
	.title = "two entries of type ipc are an error",
	REQS(REQ_LINUX_NS_IPC_DUPLICATE_ERROR),
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "ipc"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, uts_new) = {
	.title = "a uts entry without path gives the container a uts namespace of its own",
	REQS(REQ_LINUX_NS_UTS_NEW),
	MUTANTS("drop-namespace:uts"),
	CONFIG(SET("/linux/namespaces/3", {"type": "uts"})),
	INSIDE(FACT_NOT_HOST("ns.uts")),
};

CONFORM_CASE(namespaces, uts_inherited) = {
	.title = "without a uts entry the container stays in the uts namespace of the runtime",
	REQS(REQ_LINUX_NS_UTS_INHERIT),
	MUTANTS("add-namespace:uts"),
	CONFIG(DEL("/linux/namespaces/3")),
	INSIDE(FACT_HOST("ns.uts")),
};

CONFORM_CASE(namespaces, uts_joined) = {
	.title = "a uts entry with path puts the container into that namespace, and delete leaves "
		 "it alone",
	REQS(REQ_LINUX_NS_UTS_JOIN_PATH),
	MUTANTS("drop-namespace-path:uts"),
	CONFIG(SET("/linux/namespaces/3", {"type": "uts", "path": "@NS:uts@"})),
	INSIDE(FACT("ns.uts", "@NSINO:uts@")),
};

CONFORM_CASE(namespaces, uts_path_of_another_type_is_refused) = {
	.title = "a uts entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_UTS_PATH_TYPE_MISMATCH),
	MUTANTS("drop-namespace-path:uts"),
	CONFIG(SET("/linux/namespaces/3", {"type": "uts", "path": "@NS:ipc@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, uts_twice_is_refused) = {
	.title = "two entries of type uts are an error",
	REQS(REQ_LINUX_NS_UTS_DUPLICATE_ERROR),
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "uts"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, user_new) = {
	.title = "a user entry without path gives the container a user namespace of its own",
	REQS(REQ_LINUX_NS_USER_NEW),
	.needs = {.userns = true},
	MUTANTS("drop-namespace:user"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])),
	INSIDE(FACT_NOT_HOST("ns.user")),
};

CONFORM_CASE(namespaces, user_inherited) = {
	.title = "without a user entry the container stays in the user namespace of the runtime",
	REQS(REQ_LINUX_NS_USER_INHERIT),
	.needs = {.userns = true},
	MUTANTS("add-userns"),
	INSIDE(FACT_HOST("ns.user")),
};

CONFORM_CASE(namespaces, user_joined) = {
	.title = "a user entry with path puts the container into that namespace, and delete leaves "
		 "it alone",
	REQS(REQ_LINUX_NS_USER_JOIN_PATH),
	.needs = {.userns = true},
	MUTANTS("drop-namespace-path:user"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user", "path": "@NS:user@"})),
	INSIDE(FACT("ns.user", "@NSINO:user@")),
};

CONFORM_CASE(namespaces, user_path_of_another_type_is_refused) = {
	.title = "a user entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_USER_PATH_TYPE_MISMATCH),
	.needs = {.userns = true},
	MUTANTS("drop-namespace:user"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user", "path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, user_twice_is_refused) = {
	.title = "two entries of type user are an error",
	REQS(REQ_LINUX_NS_USER_DUPLICATE_ERROR),
	.needs = {.userns = true},
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, cgroup_new) = {
	.title = "a cgroup entry without path gives the container a cgroup namespace of its own",
	REQS(REQ_LINUX_NS_CGROUP_NEW),
	.needs = {.namespaces = "cgroup"},
	MUTANTS("drop-namespace:cgroup"),
	CONFIG(SET("/linux/namespaces/5", {"type": "cgroup"})),
	INSIDE(FACT_NOT_HOST("ns.cgroup")),
};

CONFORM_CASE(namespaces, cgroup_inherited) = {
	.title =
		"without a cgroup entry the container stays in the cgroup namespace of the runtime",
	REQS(REQ_LINUX_NS_CGROUP_INHERIT),
	.needs = {.namespaces = "cgroup"},
	MUTANTS("add-namespace:cgroup"),
	CONFIG(DEL("/linux/namespaces/5")),
	INSIDE(FACT_HOST("ns.cgroup")),
};

CONFORM_CASE(namespaces, cgroup_joined) = {
	.title = "a cgroup entry with path puts the container into that namespace, and delete "
		 "leaves it alone",
	REQS(REQ_LINUX_NS_CGROUP_JOIN_PATH),
	.needs = {.namespaces = "cgroup"},
	MUTANTS("drop-namespace-path:cgroup"),
	CONFIG(SET("/linux/namespaces/5", {"type": "cgroup", "path": "@NS:cgroup@"})),
	INSIDE(FACT("ns.cgroup", "@NSINO:cgroup@")),
};

CONFORM_CASE(namespaces, cgroup_path_of_another_type_is_refused) = {
	.title = "a cgroup entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_CGROUP_PATH_TYPE_MISMATCH),
	.needs = {.namespaces = "cgroup"},
	MUTANTS("drop-namespace-path:cgroup"),
	CONFIG(SET("/linux/namespaces/5", {"type": "cgroup", "path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, cgroup_twice_is_refused) = {
	.title = "two entries of type cgroup are an error",
	REQS(REQ_LINUX_NS_CGROUP_DUPLICATE_ERROR),
	.needs = {.namespaces = "cgroup"},
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "cgroup"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, time_new) = {
	.title = "a time entry without path gives the container a time namespace of its own",
	REQS(REQ_LINUX_NS_TIME_NEW),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop-namespace:time"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time"})),
	INSIDE(FACT_NOT_HOST("ns.time")),
};

CONFORM_CASE(namespaces, time_inherited) = {
	.title = "without a time entry the container stays in the time namespace of the runtime",
	REQS(REQ_LINUX_NS_TIME_INHERIT),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	MUTANTS("add-namespace:time"),
	INSIDE(FACT_HOST("ns.time")),
};

CONFORM_CASE(namespaces, time_joined) = {
	.title = "a time entry with path puts the container into that namespace, and delete leaves "
		 "it alone",
	REQS(REQ_LINUX_NS_TIME_JOIN_PATH),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop-namespace-path:time"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time", "path": "@NS:time@"})),
	INSIDE(FACT("ns.time", "@NSINO:time@")),
};

CONFORM_CASE(namespaces, time_path_of_another_type_is_refused) = {
	.title = "a time entry whose path is a namespace of another type is an error",
	REQS(REQ_LINUX_NS_TIME_PATH_TYPE_MISMATCH),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	MUTANTS("drop-namespace-path:time"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time", "path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, time_twice_is_refused) = {
	.title = "two entries of type time are an error",
	REQS(REQ_LINUX_NS_TIME_DUPLICATE_ERROR),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time"}),
	       ADD("/linux/namespaces/-", {"type": "time"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, unknown_type_is_refused) = {
	.title = "a namespace type that the specification does not list is an error",
	REQS(REQ_LINUX_NS_TYPE_UNKNOWN_ERROR),
	MUTANTS("pop:/linux/namespaces"),
	VARY("\"net\"", "\"mnt\"", "\"PID\"", "\"\""),
	CONFIG(ADD("/linux/namespaces/-", {"type": "@V@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, type_absent_is_refused) = {
	.title = "a namespace entry without type is refused",
	REQS(REQ_LINUX_NS_TYPE_FIELD),
	MUTANTS("pop:/linux/namespaces"),
	CONFIG(ADD("/linux/namespaces/-", {"path": "@NS:uts@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, path_that_does_not_exist_is_refused) = {
	.title = "a namespace path that does not exist is an error",
	REQS(REQ_LINUX_NS_PATH_NOT_A_NAMESPACE_ERROR),
	MUTANTS("drop-namespace-path:uts"),
	CONFIG(SET("/linux/namespaces/3", {"type": "uts", "path": "@CASE@/no-such-namespace"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, path_to_a_plain_file_is_refused) = {
	.title = "a namespace path that is a plain file is an error",
	REQS(REQ_LINUX_NS_PATH_NOT_A_NAMESPACE_ERROR),
	MUTANTS("drop-namespace-path:network"),
	FILES(FILE_AT("../plain", "no namespace")),
	CONFIG(SET("/linux/namespaces/1", {"type": "network", "path": "@BUNDLE@/plain"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, relative_path_is_refused) = {
	.title = "a relative namespace path is refused",
	REQS(REQ_LINUX_NS_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop-namespace-path:uts"),
	/* it leads to a namespace from where a runtime is called and from the bundle */
	FILES(LINK_AT("../../proc", "/proc"), LINK_AT("../proc", "/proc")),
	CONFIG(SET("/linux/namespaces/3", {"type": "uts", "path": "proc/self/ns/uts"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(namespaces, joined_one_outlives_the_container) = {
	.title = "a namespace that was joined by path is still there and the same after delete",
	REQS(REQ_LINUX_NS_JOINED_NOT_DESTROYED),
	.no_mutant = "the harness holds the namespace by a process of its own, and no wrapper "
		     "around a runtime can take that away",
	CONFIG(SET("/linux/namespaces/1", {"type": "network", "path": "@NS:network@"})),
	INSIDE(FACT("ns.network", "@NSINO:network@")),
	OUTSIDE(HOST(AFTER_DELETE, "stat.host:@NS:network@#/inode", "@NSINO:network@")),
};

CONFORM_CASE(namespaces, pid_shows_own_processes_alone) = {
	.title = "in a new pid namespace the program is process 1 and sees no process of the host",
	REQS(REQ_LINUX_NS_PID_SUPPORTED),
	MUTANTS("drop-namespace:pid"),
	INSIDE(FACT("process.pid", 1), FACT("process.processes", [1])),
};

CONFORM_CASE(namespaces, network_has_its_own_interfaces) = {
	.title = "in a new network namespace there is a loopback interface and none of the host's",
	REQS(REQ_LINUX_NS_NETWORK_SUPPORTED),
	MUTANTS("drop-namespace:network"),
	INSIDE(FACT_HAS("net.interfaces", "lo"), FACT_NOT_HOST("ns.network")),
};

CONFORM_CASE(namespaces, loopback_of_a_new_network_is_up) = {
	.title = "the loopback interface of a new network namespace is up",
	.advice = "the specification does not ask for it: a program expects to reach itself at "
		  "127.0.0.1, and engines leave that to the runtime",
	MUTANTS("cli:net-loopback-down"),
	INSIDE(FACT("net:lo#/up", true), FACT_NOT_HOST("ns.network")),
};

CONFORM_CASE(namespaces, mount_table_is_its_own) = {
	.title = "a mount that the program makes in its own mount namespace does not show on the "
		 "host",
	REQS(REQ_LINUX_NS_MOUNT_SUPPORTED),
	MUTANTS("drop-namespace:mount"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_SYS_ADMIN"],
		"effective": ["CAP_SYS_ADMIN"],
		"permitted": ["CAP_SYS_ADMIN"]
	})),
	INSIDE(TRY("mount:tmpfs,/tmp,tmpfs,nosuid,", "OK"), FACT_NOT_HOST("ns.mount")),
	OUTSIDE(UNCHANGED(AFTER_START, "host.mounts.below:@ROOTFS@")),
};

CONFORM_CASE(namespaces, uts_is_its_own) = {
	.title = "the program can change the hostname in its own uts namespace without changing "
		 "the host's",
	REQS(REQ_LINUX_NS_UTS_SUPPORTED),
	MUTANTS("drop-namespace:uts"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_SYS_ADMIN"],
		"effective": ["CAP_SYS_ADMIN"],
		"permitted": ["CAP_SYS_ADMIN"]
	})),
	INSIDE(TRY("sethostname:renamed", "OK")),
	OUTSIDE(UNCHANGED(AFTER_EXIT, "host.uts.nodename")),
};

CONFORM_CASE(namespaces, cgroup_view_begins_at_the_container) = {
	.title = "in a new cgroup namespace the program's cgroup is the root of every hierarchy",
	REQS(REQ_LINUX_NS_CGROUP_SUPPORTED),
	.needs = {.cgroup = "v1", .namespaces = "cgroup", .controllers = "memory"},
	MUTANTS("drop-namespace:cgroup"),
	INSIDE(FACT_HAS("cgroup.self", {"controllers": "memory", "path": "/"})),
};

CONFORM_CASE(namespaces, ipc_objects_are_the_containers) = {
	.title =
		"a shared memory segment that the container makes is not one of the runtime's side",
	REQS(REQ_LINUX_NS_IPC_SUPPORTED),
	MUTANTS("drop-namespace:ipc"),
	/* IPC_CREAT, and for everybody */
	INSIDE(FACT_MIN("try:value:shmget,1129270854,4096,0x3b6", 0)),
	OUTSIDE(HOST_LACKS(AFTER_START, "host.read:/proc/sysvipc/shm", "1129270854")),
};

CONFORM_CASE(namespaces, time_has_clocks_of_its_own) = {
	.title = "with a time namespace both clocks have their offsets against the host's",
	REQS(REQ_LINUX_NS_TIME_SUPPORTED),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	MUTANTS("drop:/linux/timeOffsets", "set:/linux/timeOffsets/boottime/secs=1"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time"}),
	       SET("/linux/timeOffsets",
		   {"monotonic": {"secs": 3000000}, "boottime": {"secs": 4000000}})),
	/* the clocks of a host that has been up for long are as far without any offset */
	INSIDE(FACT_NOT_HOST("ns.time"), FACT("timens.monotonic#/secs", 3000000),
	       FACT("timens.boottime#/secs", 4000000), FACT_MIN("clock.monotonic", 3000000),
	       FACT_MIN("clock.boottime", 4000000)),
};

CONFORM_CASE(namespaces, abstract_sockets_of_the_host_are_out_of_reach) = {
	.title = "with a network namespace of its own the container reaches no abstract socket of "
		 "the host's",
	.advice = "follows from network_namespaces(7); a runtime that opens its own side to such "
		  "sockets has been a way to the host",
	MUTANTS("drop-namespace:network"),
	INSIDE(TRY("abstract:@ABSTRACT@", "ECONNREFUSED")),
};
