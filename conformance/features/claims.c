/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features.md and features-linux.md, value by value: what the runtime's document claims is tried in
 * a container. What it does not claim it may refuse, and must not take in silence. Lists of other
 * architectures than libseccomp can put into one filter with the native one (those of the other
 * byte order) are left out: a runtime can know the name and still have to refuse it here.
 */
#include "conform.h"

CONFORM_CASE(features, hook_that_is_claimed_runs) = {
	.title = "a hook of every kind that is listed is run",
	REQS(REQ_FEATURES_HOOKS_SUPPORTED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/hooks",
	.claim_rest = true,
	.min_target = 101,
	MUTANTS("drop:/hooks"),
	VARY("\"prestart\"", "\"createRuntime\"", "\"createContainer\"", "\"poststart\"",
	     "\"poststop\""),
	CONFIG(SET("/hooks/@V@",
		   [{"path": "@PROBE@", "args": ["probe", "--hook=listed", "@CASE@/io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hook:listed#/count", 1)),
};

CONFORM_CASE(features, hook_in_the_container_that_is_claimed_runs) = {
	.title = "a startContainer hook, where that kind is listed, is run",
	REQS(REQ_FEATURES_HOOKS_SUPPORTED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/hooks",
	.min_target = 101,
	MUTANTS("drop:/hooks"),
	VARY("\"startContainer\""),
	CONFIG(SET(
		"/hooks/@V@",
		[{"path": "/conform-probe", "args": ["probe", "--hook=listed", "/conform-io"]}])),
	OUTSIDE(HOST(AFTER_DELETE, "hook:listed#/count", 1)),
};

CONFORM_CASE(features, mount_option_that_is_claimed_is_recognised) = {
	.title = "an option that is listed does not reach the file system as unknown data",
	REQS(REQ_FEATURES_MOUNTOPTIONS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_MOUNT_OPTION_MAND, REQ_MOUNT_OPTION_NOMAND),
	.claim = "/mountOptions",
	.claim_rest = true,
	/* features.md#mount-options: the host's kernel may lack what a runtime recognises */
	.needs = {.mount_options = "@V@"},
	.min_target = 101,
	.accepts = true,
	MUTANTS("add-option:/m=conform-unknown"),
	VARY("\"_netdev\"", "\"acl\"", "\"async\"", "\"atime\"", "\"auto\"", "\"defaults\"",
	     "\"dev\"", "\"diratime\"", "\"dirsync\"", "\"exec\"", "\"group\"", "\"iversion\"",
	     "\"lazytime\"", "\"loud\"", "\"mand\"", "\"noacl\"", "\"noatime\"", "\"noauto\"",
	     "\"nodev\"", "\"nodiratime\"", "\"noexec\"", "\"noiversion\"", "\"nolazytime\"",
	     "\"nomand\"", "\"norelatime\"", "\"nostrictatime\"", "\"nosuid\"", "\"nosymfollow\"",
	     "\"nouser\"", "\"owner\"", "\"private\"", "\"ratime\"", "\"rdev\"", "\"rdiratime\"",
	     "\"relatime\"", "\"rexec\"", "\"rnoatime\"", "\"rnodev\"", "\"rnodiratime\"",
	     "\"rnoexec\"", "\"rnorelatime\"", "\"rnostrictatime\"", "\"rnosuid\"",
	     "\"rnosymfollow\"", "\"ro\"", "\"rprivate\"", "\"rrelatime\"", "\"rro\"", "\"rrw\"",
	     "\"rshared\"", "\"rslave\"", "\"rstrictatime\"", "\"rsuid\"", "\"rsymfollow\"",
	     "\"runbindable\"", "\"rw\"", "\"shared\"", "\"silent\"", "\"slave\"",
	     "\"strictatime\"", "\"suid\"", "\"symfollow\"", "\"sync\"", "\"tmpcopyup\"",
	     "\"unbindable\"", "\"user\"", "\"users\""),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["@V@"]})),
	INSIDE(FACT("mount:/m#/type", "tmpfs")),
};

CONFORM_CASE(features, bind_option_that_is_claimed_is_recognised) = {
	.title = "bind and rbind, where they are listed, bind",
	REQS(REQ_FEATURES_MOUNTOPTIONS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/mountOptions",
	.min_target = 101,
	MUTANTS("set:/mounts/7={\"destination\": \"/m\", \"type\": \"tmpfs\"}"),
	VARY("\"bind\"", "\"rbind\""),
	FILES(FILE_AT("../source/here", "x")),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "source": "@BUNDLE@/source", "options": ["@V@"]})),
	INSIDE(FACT("read:/m/here", "x")),
};

CONFORM_CASE(features, remount_option_that_is_claimed_is_recognised) = {
	.title = "remount, where it is listed, changes what is mounted already",
	REQS(REQ_FEATURES_MOUNTOPTIONS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/mountOptions",
	.min_target = 101,
	MUTANTS("drop-option:/m=ro", "drop-option:/m=remount"),
	VARY("\"remount\""),
	/* as in mounts/remount_changes_what_is_there: a second mount would not have the size */
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "first",
		       "options": ["size=64k"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "second",
		       "options": ["@V@", "ro"]
	       })),
	INSIDE(FACT("mount:/m#/source", "first"), FACT_HAS("mount:/m#/super", "size=64k"),
	       TRY("create:/m/file,0644", "EROFS")),
};

CONFORM_CASE(features, idmap_option_that_is_claimed_is_recognised) = {
	.title = "idmap and ridmap, where they are listed, map owners",
	REQS(REQ_FEATURES_MOUNTOPTIONS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/mountOptions",
	.needs = {.userns = true, .idmap = true},
	.min_target = 102,
	MUTANTS("drop-mount-mappings:/m"),
	VARY("\"idmap\"", "\"ridmap\""),
	FILES({.kind = FILE_REG, .path = "../source/file", .content = "x", .uid = 7, .gid = 8}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"source": "@BUNDLE@/source",
		"options": ["bind", "@V@"],
		"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		"gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	})),
	INSIDE(FACT("path:/m/file#/uid", 1007), FACT("path:/m/file#/gid", 2008)),
};

CONFORM_CASE(features, idmapped_mounts_are_claimed_where_they_work) = {
	.title = "a runtime that maps the owners of a bind mount says so in its features",
	REQS(REQ_FEATURES_LINUX_MOUNTEXTENSIONS_IDMAP_PARTIAL_TRUE),
	.claim = "/linux/mountExtensions/idmap/enabled",
	.needs = {.userns = true, .idmap = true},
	.min_target = 102,
	MUTANTS("drop-mount-mappings:/m"),
	FILES({.kind = FILE_REG, .path = "../source/file", .content = "x", .uid = 7, .gid = 8}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"source": "@BUNDLE@/source",
		"options": ["bind", "idmap"],
		"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		"gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	})),
	INSIDE(FACT("path:/m/file#/uid", 1007), FACT("path:/m/file#/gid", 2008)),
	OUTSIDE(HOST(AFTER_CREATE, "features#/linux/mountExtensions/idmap/enabled", true)),
};

CONFORM_CASE(features, file_system_options_are_not_claimed) = {
	.title = "options of single file systems are not in the list",
	REQS(REQ_FEATURES_MOUNTOPTIONS_NO_FS_SPECIFIC),
	.needs = {.feature = "/mountOptions"},
	.min_target = 101,
	MUTANTS("cli:features-list-data"),
	OUTSIDE(HOST_LACKS(AFTER_CREATE, "features#/mountOptions", "size"),
		HOST_LACKS(AFTER_CREATE, "features#/mountOptions", "mode"),
		HOST_LACKS(AFTER_CREATE, "features#/mountOptions", "gid"),
		HOST_LACKS(AFTER_CREATE, "features#/mountOptions", "newinstance"),
		HOST_LACKS(AFTER_CREATE, "features#/mountOptions", "lowerdir")),
};

CONFORM_CASE(features, namespace_that_is_claimed_is_made) = {
	.title = "a namespace of every type that is listed is made",
	REQS(REQ_FEATURES_LINUX_NAMESPACES_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/linux/namespaces",
	.claim_rest = true,
	.needs = {.namespaces = "@V@"},
	.min_target = 101,
	MUTANTS("drop-namespace:uts"),
	VARY("\"cgroup\"", "\"ipc\"", "\"mount\"", "\"network\"", "\"pid\"", "\"uts\""),
	INSIDE(FACT_NOT_HOST("ns.@V@")),
};

CONFORM_CASE(features, time_namespace_that_is_claimed_is_made) = {
	.title = "a time namespace, where that type is listed, is made",
	REQS(REQ_FEATURES_LINUX_NAMESPACES_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/linux/namespaces",
	.needs = {.namespaces = "time"},
	.min_target = 101,
	MUTANTS("drop-namespace:time"),
	VARY("\"time\""),
	CONFIG(ADD("/linux/namespaces/-", {"type": "@V@"})),
	INSIDE(FACT_NOT_HOST("ns.time")),
};

CONFORM_CASE(features, user_namespace_that_is_claimed_is_made) = {
	.title = "a user namespace, where that type is listed, is made with its mappings",
	REQS(REQ_FEATURES_LINUX_NAMESPACES_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/linux/namespaces",
	.needs = {.userns = true},
	.min_target = 101,
	MUTANTS("drop-namespace:user"),
	VARY("\"user\""),
	CONFIG(ADD("/linux/namespaces/-", {"type": "@V@"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 0, "size": 1000}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 0, "size": 1000}])),
	INSIDE(FACT_NOT_HOST("ns.user"), FACT("userns.uid_map", [[0, 0, 1000]])),
};

CONFORM_CASE(features, capability_that_is_claimed_is_given) = {
	.title = "a capability that is listed is given to a process that is to have it",
	REQS(REQ_FEATURES_LINUX_CAPABILITIES_RECOGNIZED),
	.claim = "/linux/capabilities",
	.claim_rest = true,
	.needs = {.caps = "@V@"},
	.min_target = 101,
	MUTANTS("pop:/process/capabilities/bounding"),
	VARY("\"CAP_AUDIT_CONTROL\"", "\"CAP_AUDIT_READ\"", "\"CAP_AUDIT_WRITE\"",
	     "\"CAP_BLOCK_SUSPEND\"", "\"CAP_BPF\"", "\"CAP_CHECKPOINT_RESTORE\"", "\"CAP_CHOWN\"",
	     "\"CAP_DAC_OVERRIDE\"", "\"CAP_DAC_READ_SEARCH\"", "\"CAP_FOWNER\"", "\"CAP_FSETID\"",
	     "\"CAP_IPC_LOCK\"", "\"CAP_IPC_OWNER\"", "\"CAP_KILL\"", "\"CAP_LEASE\"",
	     "\"CAP_LINUX_IMMUTABLE\"", "\"CAP_MAC_ADMIN\"", "\"CAP_MAC_OVERRIDE\"",
	     "\"CAP_MKNOD\"", "\"CAP_NET_ADMIN\"", "\"CAP_NET_BIND_SERVICE\"",
	     "\"CAP_NET_BROADCAST\"", "\"CAP_NET_RAW\"", "\"CAP_PERFMON\"", "\"CAP_SETFCAP\"",
	     "\"CAP_SETGID\"", "\"CAP_SETPCAP\"", "\"CAP_SETUID\"", "\"CAP_SYSLOG\"",
	     "\"CAP_SYS_ADMIN\"", "\"CAP_SYS_BOOT\"", "\"CAP_SYS_CHROOT\"", "\"CAP_SYS_MODULE\"",
	     "\"CAP_SYS_NICE\"", "\"CAP_SYS_PACCT\"", "\"CAP_SYS_PTRACE\"", "\"CAP_SYS_RAWIO\"",
	     "\"CAP_SYS_RESOURCE\"", "\"CAP_SYS_TIME\"", "\"CAP_SYS_TTY_CONFIG\"",
	     "\"CAP_WAKE_ALARM\""),
	CONFIG(SET("/process/capabilities",
		   {"bounding": ["@V@"], "effective": ["@V@"], "permitted": ["@V@"]})),
	INSIDE(FACT("caps.bounding", ["@V@"]), FACT("caps.effective", ["@V@"])),
};

CONFORM_CASE(features, cgroup_v2_that_is_claimed_works) = {
	.title = "a runtime that claims cgroup v2 applies a limit on a v2 host",
	REQS(REQ_FEATURES_LINUX_CGROUP_V2_TRUTH),
	.claim = "/linux/cgroup/v2",
	.needs = {.cgroup = "v2", .controllers = "pids"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": 66}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:pids/pids.max", "66")),
};

CONFORM_CASE(features, rdma_that_is_claimed_works) = {
	.title = "a runtime that claims rdma applies a limit of it",
	REQS(REQ_FEATURES_LINUX_CGROUP_RDMA_TRUTH, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/linux/cgroup/rdma",
	.needs = {.controllers = "rdma", .path = "/sys/class/infiniband/rxe0"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"rdma": {"rxe0": {"hcaHandles": 3, "hcaObjects": 2000000000}}})),
	/* some kernels end the line with a blank; one digit more would be none of their numbers */
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "cgroup:rdma/rdma.max",
			   "rxe0 hca_handle=3 hca_object=2000000000*")),
};

CONFORM_CASE(features, seccomp_action_that_is_claimed_is_recognised) = {
	.title = "a filter with an action that is listed is put in force",
	REQS(REQ_FEATURES_LINUX_SECCOMP_ACTIONS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/linux/seccomp/actions",
	.claim_rest = true,
	.min_target = 101,
	.accepts = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_NONE\""),
	VARY("\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_ERRNO\"", "\"SCMP_ACT_KILL\"",
	     "\"SCMP_ACT_KILL_PROCESS\"", "\"SCMP_ACT_KILL_THREAD\"", "\"SCMP_ACT_LOG\"",
	     "\"SCMP_ACT_NOTIFY\"", "\"SCMP_ACT_TRACE\"", "\"SCMP_ACT_TRAP\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": "@AGENT@",
		"syscalls": [
			{"names": ["acct"], "action": "@V@"},
			{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}
		]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getsid,0", "EBADFD")),
};

CONFORM_CASE(features, seccomp_operator_that_is_claimed_is_recognised) = {
	.title = "a filter with an operator that is listed is put in force",
	REQS(REQ_FEATURES_LINUX_SECCOMP_OPERATORS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/linux/seccomp/operators",
	.claim_rest = true,
	.min_target = 101,
	.accepts = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_NONE\""),
	VARY("\"SCMP_CMP_EQ\"", "\"SCMP_CMP_GE\"", "\"SCMP_CMP_GT\"", "\"SCMP_CMP_LE\"",
	     "\"SCMP_CMP_LT\"", "\"SCMP_CMP_MASKED_EQ\"", "\"SCMP_CMP_NE\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [
			{
				"names": ["acct"],
				"action": "SCMP_ACT_ERRNO",
				"args": [{"index": 0, "value": 7, "valueTwo": 7, "op": "@V@"}]
			},
			{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}
		]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getsid,0", "EBADFD")),
};

CONFORM_CASE(features, seccomp_architecture_that_is_claimed_is_recognised) = {
	.title = "a filter with an architecture that is listed is put in force",
	REQS(REQ_FEATURES_LINUX_SECCOMP_ARCHS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_SECCOMP_ARCH_X86, REQ_SECCOMP_ARCH_X86_64, REQ_SECCOMP_ARCH_X32,
	     REQ_SECCOMP_ARCH_ARM, REQ_SECCOMP_ARCH_AARCH64, REQ_SECCOMP_ARCH_MIPSEL,
	     REQ_SECCOMP_ARCH_MIPSEL64, REQ_SECCOMP_ARCH_MIPSEL64N32, REQ_SECCOMP_ARCH_PPC64LE,
	     REQ_SECCOMP_ARCH_RISCV64, REQ_SECCOMP_ARCH_LOONGARCH64),
	.claim = "/linux/seccomp/archs",
	.needs = {.arch = "x86_64"},
	.min_target = 101,
	.accepts = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/architectures/0=\"SCMP_ARCH_PDP11\""),
	VARY("\"SCMP_ARCH_AARCH64\"", "\"SCMP_ARCH_ARM\"", "\"SCMP_ARCH_LOONGARCH64\"",
	     "\"SCMP_ARCH_MIPSEL\"", "\"SCMP_ARCH_MIPSEL64\"", "\"SCMP_ARCH_MIPSEL64N32\"",
	     "\"SCMP_ARCH_PPC64LE\"", "\"SCMP_ARCH_RISCV64\"", "\"SCMP_ARCH_X32\"",
	     "\"SCMP_ARCH_X86\"", "\"SCMP_ARCH_X86_64\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"architectures": ["@V@"],
		"syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}]
	})),
	INSIDE(FACT("seccomp.mode", 2)),
};

/* Whether LOG and SPEC_ALLOW were passed on is asked in seccomp_flags.c; of TSYNC this program,
 * which has one thread, shows nothing. The kernel takes TSYNC not where it is to give a listener as
 * well (seccomp(2)), so there is none here. */
CONFORM_CASE(features, seccomp_flag_that_is_claimed_works) = {
	.title = "a filter with a flag that is listed as supported is put in force",
	REQS(REQ_FEATURES_LINUX_SECCOMP_KNOWNFLAGS_RECOGNIZED,
	     REQ_FEATURES_LINUX_SECCOMP_SUPPORTEDFLAGS_RECOGNIZED),
	.claim = "/linux/seccomp/supportedFlags",
	.claim_rest = true,
	.min_target = 101,
	.accepts = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/flags/0=\"SECCOMP_FILTER_FLAG_NONE\""),
	VARY("\"SECCOMP_FILTER_FLAG_LOG\"", "\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"",
	     "\"SECCOMP_FILTER_FLAG_TSYNC\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["@V@"],
		"syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getsid,0", "EBADFD")),
};

/* A flag of the listener, without which the kernel refuses it. This program is told of no signal
 * while the agent has its call, and shows nothing of what the flag does. */
CONFORM_CASE(features, seccomp_listener_flag_that_is_claimed_works) = {
	.title = "a filter with a flag for its listener is put in force where the flag is "
		 "supported",
	REQS(REQ_FEATURES_LINUX_SECCOMP_KNOWNFLAGS_RECOGNIZED,
	     REQ_FEATURES_LINUX_SECCOMP_SUPPORTEDFLAGS_RECOGNIZED,
	     REQ_SECCOMP_FLAG_WAIT_KILLABLE_RECV),
	.claim = "/linux/seccomp/supportedFlags",
	.needs = {.seccomp = "user_notif"},
	.min_target = 101,
	.accepts = true,
	MUTANTS("drop:/linux/seccomp", "set:/linux/seccomp/flags/0=\"SECCOMP_FILTER_FLAG_NONE\""),
	VARY("\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\""),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"flags": ["@V@"],
		"listenerPath": "@AGENT@",
		"syscalls": [
			{"names": ["acct"], "action": "SCMP_ACT_NOTIFY"},
			{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}
		]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getsid,0", "EBADFD")),
};

CONFORM_CASE(features, memory_policy_without_nodes_that_is_claimed_works) = {
	.title = "a mode that takes no nodes is applied where it is listed",
	REQS(REQ_FEATURES_LINUX_MEMPOLICY_MODES_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_LINUX_MEMPOLICY_MODE_DEFAULT),
	.claim = "/linux/memoryPolicy/modes",
	.needs = {.path = "/sys/devices/system/node/node0", .mempolicy = "@V@"},
	.min_target = 103,
	MUTANTS("set:/linux/memoryPolicy={\"mode\": \"MPOL_PREFERRED\", \"nodes\": \"0\"}"),
	VARY("\"MPOL_DEFAULT\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "@V@"})),
	INSIDE(FACT("mempolicy.mode", "@V@")),
};

CONFORM_CASE(features, local_memory_policy_that_is_claimed_works) = {
	.title = "MPOL_LOCAL is applied where it is listed",
	REQS(REQ_FEATURES_LINUX_MEMPOLICY_MODES_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_LINUX_MEMPOLICY_MODE_LOCAL),
	.claim = "/linux/memoryPolicy/modes",
	.needs = {.path = "/sys/devices/system/node/node0", .mempolicy = "@V@"},
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy"),
	VARY("\"MPOL_LOCAL\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "@V@"})),
	/* the same policy has either name: before Linux 5.14 the kernel gives the second back */
	INSIDE(FACT_ONE_OF("mempolicy.mode", ["@V@", "MPOL_PREFERRED"]),
	       FACT("mempolicy.nodes", "")),
};

CONFORM_CASE(features, memory_policy_that_is_claimed_works) = {
	.title = "a mode with nodes is applied where it is listed",
	REQS(REQ_FEATURES_LINUX_MEMPOLICY_MODES_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_LINUX_MEMPOLICY_MODE_BIND, REQ_LINUX_MEMPOLICY_MODE_INTERLEAVE,
	     REQ_LINUX_MEMPOLICY_MODE_PREFERRED, REQ_LINUX_MEMPOLICY_MODE_PREFERRED_MANY),
	.claim = "/linux/memoryPolicy/modes",
	.claim_rest = true,
	.needs = {.path = "/sys/devices/system/node/node0", .mempolicy = "@V@"},
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy"),
	VARY("\"MPOL_BIND\"", "\"MPOL_INTERLEAVE\"", "\"MPOL_PREFERRED\"",
	     "\"MPOL_PREFERRED_MANY\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "@V@", "nodes": "0"})),
	INSIDE(FACT("mempolicy.mode", "@V@"), FACT("mempolicy.nodes", "0")),
};

CONFORM_CASE(features, weighted_memory_policy_that_is_claimed_works) = {
	.title = "MPOL_WEIGHTED_INTERLEAVE is applied where it is listed and the kernel has it",
	REQS(REQ_FEATURES_LINUX_MEMPOLICY_MODES_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_LINUX_MEMPOLICY_MODE_WEIGHTED_INTERLEAVE),
	.claim = "/linux/memoryPolicy/modes",
	.needs = {.path = "/sys/kernel/mm/mempolicy/weighted_interleave"},
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy"),
	VARY("\"MPOL_WEIGHTED_INTERLEAVE\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "@V@", "nodes": "0"})),
	INSIDE(FACT("mempolicy.mode", "@V@"), FACT("mempolicy.nodes", "0")),
};

CONFORM_CASE(features, memory_policy_flag_that_is_claimed_works) = {
	.title = "a flag of memory policies is applied where it is listed",
	REQS(REQ_FEATURES_LINUX_MEMPOLICY_FLAGS_RECOGNIZED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR,
	     REQ_LINUX_MEMPOLICY_FLAG_NUMA_BALANCING, REQ_LINUX_MEMPOLICY_FLAG_RELATIVE_NODES,
	     REQ_LINUX_MEMPOLICY_FLAG_STATIC_NODES),
	.claim = "/linux/memoryPolicy/flags",
	.claim_rest = true,
	.needs = {.path = "/sys/devices/system/node/node0", .mempolicy = "@V@"},
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy", "drop:/linux/memoryPolicy/flags"),
	VARY("\"MPOL_F_NUMA_BALANCING\"", "\"MPOL_F_RELATIVE_NODES\"", "\"MPOL_F_STATIC_NODES\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "MPOL_BIND", "nodes": "0", "flags": ["@V@"]})),
	INSIDE(FACT("mempolicy.mode", "MPOL_BIND"), FACT("mempolicy.flags", ["@V@"])),
};

CONFORM_CASE(features, net_devices_that_are_claimed_are_moved) = {
	.title = "a runtime that claims netDevices moves one",
	REQS(REQ_FEATURES_LINUX_NETDEVICES_ENABLED_TRUTH, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.claim = "/linux/netDevices/enabled",
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices"),
	LINKS({.name = "cf0", .kind = "veth"}),
	CONFIG(SET("/linux/netDevices", {"cf0": {}})),
	INSIDE(FACT("net:cf0#/up", true)),
};

CONFORM_CASE(features, apparmor_that_is_claimed_works) = {
	.title = "a runtime that claims AppArmor applies a profile",
	REQS(REQ_PROCESS_APPARMORPROFILE_APPLIED, REQ_FEATURES_LINUX_APPARMOR_ENABLED_FIELD),
	.claim = "/linux/apparmor/enabled",
	.needs = {.lsm = "apparmor", .profile = "conform-test"},
	.min_target = 101,
	MUTANTS("drop:/process/apparmorProfile"),
	CONFIG(SET("/process/apparmorProfile", "conform-test")),
	INSIDE(FACT("lsm.current", "conform-test (enforce)")),
};

CONFORM_CASE(features, selinux_that_is_claimed_works) = {
	.title = "a runtime that claims SELinux applies a label",
	REQS(REQ_PROCESS_SELINUXLABEL_APPLIED, REQ_FEATURES_LINUX_SELINUX_ENABLED_FIELD),
	.claim = "/linux/selinux/enabled",
	.needs = {.lsm = "selinux", .label = "system_u:system_r:container_t:s0"},
	.min_target = 101,
	MUTANTS("drop:/process/selinuxLabel"),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0")),
	INSIDE(FACT("lsm.current", "system_u:system_r:container_t:s0")),
};

CONFORM_CASE(features, intel_rdt_that_is_claimed_works) = {
	.title = "a runtime that claims intelRdt makes a class of the container's",
	REQS(REQ_LINUX_RDT_PID_IN_TASKS, REQ_FEATURES_LINUX_RDT_ENABLED_FIELD),
	.claim = "/linux/intelRdt/enabled",
	.needs = {.path = "/sys/fs/resctrl/schemata"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt"),
	CONFIG(SET("/linux/intelRdt", {})),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "host.read:/sys/fs/resctrl/@ID@/tasks", "*@CTPID@*")),
};

CONFORM_CASE(features, intel_rdt_schemata_that_are_claimed_are_written) = {
	.title = "a runtime that claims intelRdt.schemata writes them",
	REQS(REQ_LINUX_RDT_SCHEMATA_WRITTEN, REQ_FEATURES_LINUX_RDT_SCHEMATA_FIELD),
	.claim = "/linux/intelRdt/schemata",
	.needs = {.path = "/sys/fs/resctrl/info/L3"},
	.min_target = 103,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt/schemata"),
	CONFIG(SET("/linux/intelRdt", {"schemata": ["L3:0=3"]})),
	OUTSIDE(HOST(AFTER_CREATE, "resctrl:@ID@#/L3/0", "3")),
};

CONFORM_CASE(features, intel_rdt_monitoring_that_is_claimed_works) = {
	.title = "a runtime that claims intelRdt.monitoring makes a group of the container's",
	REQS(REQ_LINUX_RDT_MONITORING_GROUP_CREATED, REQ_FEATURES_LINUX_RDT_MONITORING_FIELD),
	.claim = "/linux/intelRdt/monitoring",
	.needs = {.path = "/sys/fs/resctrl/mon_groups"},
	.min_target = 103,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt/enableMonitoring"),
	CONFIG(SET("/linux/intelRdt", {"closID": "/", "enableMonitoring": true})),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "host.read:/sys/fs/resctrl/mon_groups/@ID@/tasks",
			   "*@CTPID@*")),
};

CONFORM_CASE(features, systemd_cgroups_that_are_claimed_work) = {
	.title = "a runtime that claims the systemd cgroup driver puts a container into a scope",
	REQS(REQ_FEATURES_LINUX_CGROUP_SYSTEMD_TRUTH),
	.claim = "/linux/cgroup/systemd",
	.needs = {.path = "/run/systemd/private"},
	.min_target = 101,
	.ending = "wait",
	MUTANTS("drop:/linux/cgroupsPath"),
	CONFIG(SET("/linux/cgroupsPath", "system.slice:conform:@ID@")),
	STEPS(RUN_CLI("--systemd-cgroup create --bundle @BUNDLE@ --pid-file @CASE@/pid @ID@", OK),
	      NOW(HOST_MATCH(PH_NONE, "cgroup:", "*/conform-@ID@.scope*")), START(OK), WAIT_REPORT,
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

/* Called by the user whose systemd it is: for root a runtime asks that of the system. */
CONFORM_CASE(features, user_systemd_cgroups_that_are_claimed_work) = {
	.title = "a runtime that claims the user's systemd cgroup driver puts a container of an "
		 "unprivileged user into a scope of that user's systemd",
	REQS(REQ_FEATURES_LINUX_CGROUP_SYSTEMDUSER_TRUTH),
	.claim = "/linux/cgroup/systemdUser",
	.needs = {.user_manager = true},
	.min_target = 101,
	.ending = "wait",
	CALLER("env:XDG_RUNTIME_DIR=/run/user/@USER@",
	       "env:DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/@USER@/bus", "manager:@CASE@"),
	MUTANTS("drop:/linux/cgroupsPath"),
	CONFIG(SET("/linux/cgroupsPath", "user.slice:conform:@ID@"),
	       ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": "@USER@", "size": 1}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": "@GROUP@", "size": 1}])),
	STEPS(RUN_CLI("--systemd-cgroup create --bundle @BUNDLE@ --pid-file @CASE@/pid @ID@", OK),
	      NOW(HOST_MATCH(PH_NONE, "cgroup:", "*/user@@USER@.service/*/conform-@ID@.scope*")),
	      START(OK), WAIT_REPORT, KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(features, same_without_a_view_of_the_host) = {
	.title = "the document says the same where nothing of the host can be seen",
	REQS(REQ_FEATURES_HOST_INDEPENDENT, REQ_FEATURES_LINUX_CGROUP_HOST_INDEPENDENT,
	     REQ_FEATURES_LINUX_SECCOMP_HOST_INDEPENDENT,
	     REQ_FEATURES_LINUX_APPARMOR_HOST_INDEPENDENT,
	     REQ_FEATURES_LINUX_SELINUX_HOST_INDEPENDENT, REQ_FEATURES_LINUX_RDT_HOST_INDEPENDENT,
	     REQ_FEATURES_LINUX_MOUNTEXTENSIONS_HOST_INDEPENDENT),
	.needs = {.feature = ""},
	.min_target = 101,
	MUTANTS("cli:features-look-at-host"),
	OUTSIDE(HOST_EMPTY(AFTER_CREATE, "features.of_host")),
};

CONFORM_CASE(features, oldest_version_is_accepted) = {
	.title = "a configuration of the version that ociVersionMin names is accepted",
	REQS(REQ_FEATURES_OCIVERSIONMIN_ACCEPTED),
	.needs = {.feature = "/ociVersionMin"},
	.min_target = 101,
	MUTANTS("cli:features-vague-min"),
	CONFIG(SET("/ociVersion", "@FMIN@"), DEL("/linux/namespaces/5")),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(features, newest_version_is_accepted) = {
	.title = "a configuration of the version that ociVersionMax names is accepted",
	REQS(REQ_FEATURES_OCIVERSIONMAX_ACCEPTED),
	.needs = {.feature = "/ociVersionMax"},
	.min_target = 101,
	MUTANTS("cli:features-vague-max"),
	CONFIG(SET("/ociVersion", "@FMAX@")),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(features, versions_fit) = {
	.title = "the newest version is not below the oldest and knows every property there is",
	REQS(REQ_FEATURES_OCIVERSIONMAX_NOT_LESS, REQ_FEATURES_NO_NEWER_PROPERTIES),
	.needs = {.feature = ""},
	.min_target = 101,
	MUTANTS("cli:features-max-below-min", "cli:features-old-max"),
	OUTSIDE(HOST_EMPTY(AFTER_CREATE, "features.versions")),
};

CONFORM_CASE(features, annotations_have_keys) = {
	.title = "an annotation of the document has a key",
	REQS(REQ_FEATURES_ANNOTATIONS_CONVENTIONS),
	.needs = {.feature = "/annotations"},
	.min_target = 101,
	MUTANTS("cli:features-empty-key"),
	OUTSIDE(HOST_LACKS(AFTER_CREATE, "features.keys", ""),
		HOST_EMPTY(AFTER_CREATE, "features.findings")),
};

CONFORM_CASE(features, idmap_beyond_bind_mounts_works_or_is_refused) = {
	.title = "mappings of a mount that is no bind mount are applied or an error",
	REQS(REQ_FEATURES_LINUX_MOUNTEXTENSIONS_IDMAP_PARTIAL_ALLOWED,
	     REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.userns = true, .idmap = true},
	.min_target = 102,
	.either = true,
	MUTANTS("drop-mount:/m", "set:/mounts/7={\"destination\": \"/m\", \"type\": \"tmpfs\"}"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["idmap"],
		"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		"gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT("path:/m#/uid", 1000),
	       FACT("path:/m#/gid", 2000)),
};

CONFORM_CASE(features, supported_flags_are_known_ones) = {
	.title = "a seccomp flag that is supported is one of those that are known",
	REQS(REQ_FEATURES_LINUX_SECCOMP_SUPPORTEDFLAGS_SUBSET),
	.needs = {.feature = "/linux/seccomp/supportedFlags"},
	.min_target = 101,
	MUTANTS("cli:features-odd-flag"),
	OUTSIDE(HOST_EMPTY(AFTER_CREATE, "features.flags")),
};

CONFORM_CASE(features, same_whenever_it_is_asked) = {
	.title = "the document says the same before there is a container and while one runs",
	REQS(REQ_FEATURES_COMPILE_TIME),
	.needs = {.feature = ""},
	.min_target = 101,
	MUTANTS("cli:features-change", "cli:features-noise"),
	/* an object of whatever members: noise may stay as it was, too */
	OUTSIDE(HOST_HAS(AFTER_START, "features", {}), UNCHANGED(AFTER_START, "features")),
};
