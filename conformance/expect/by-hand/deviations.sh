# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2046,SC2188
# One function per case of the lists, named as the case; tools.sh has the verbs, and deviations_v2.sh what cgroup v2 alone shows. Each shows by
# hand that the runtime deviates as the entry says. Facts come from /proc, from busybox in the container, and from the cgroup files, never from the harness.

# --- configurations that are an error, and are taken (or are refused, and leave something) -----------------------------------------------

annotations/empty_key_is_refused() { must_refuse '.annotations = {"": "value"}'; }
annotations/list_is_refused() { must_refuse '.annotations = ($v | fromjson? // $v)' '["a"]' a 7; }
annotations/value_that_is_no_string_is_refused() { must_refuse '.annotations = {key: ($v | fromjson)}' 1 true null '[]' '{}'; }

without_rate() { must_refuse ".linux.resources.blockIO.$1 = [{major: 7, minor: 0}]"; }
cgroups/blkio_read_bps_device_without_rate_is_refused() { without_rate throttleReadBpsDevice; }
cgroups/blkio_read_iops_device_without_rate_is_refused() { without_rate throttleReadIOPSDevice; }
cgroups/blkio_write_bps_device_without_rate_is_refused() { without_rate throttleWriteBpsDevice; }
cgroups/blkio_write_iops_device_without_rate_is_refused() { without_rate throttleWriteIOPSDevice; }
cgroups/blkio_weight_device_without_weight_is_refused() { without_rate weightDevice; }
cgroups/blkio_device_without_numbers_is_refused() {
	must_refuse '.linux.resources.blockIO = {($v): [{major: 7, rate: 4096000}]}' throttleReadBpsDevice throttleWriteBpsDevice throttleReadIOPSDevice throttleWriteIOPSDevice
}
cgroups/cpu_burst_above_quota_is_refused() { must_refuse '.linux.resources.cpu = {quota: 10000, period: 100000, burst: 20000}'; }
cgroups/hugepage_without_limit_is_refused() { must_refuse '.linux.resources.hugepageLimits = [{pageSize: "2MB"}]'; }
exec_cpu_affinity/malformed_list_is_refused() {
	must_refuse '.process.execCPUAffinity = ($v | fromjson)' '{"initial": "a"}' '{"final": "0-"}' '{"initial": "0,,1"}' '{"final": "1-0"}' '{"final": "0;1"}' '{"initial": "-1"}'
}
# the id has the newline of the value as JSON has it
rdt() { must_refuse ".linux.intelRdt = $1" "${@:2}"; }
intel_rdt/memory_bandwidth_schema_has_its_form() { rdt '{memBwSchema: ("\"\($v)\"" | fromjson)}' 0=20 L3:0=f 'MB:0=20\nL3:0=1'; }
intel_rdt/schemata_have_one_line_each() { rdt '{schemata: ["MB:0=20\nL3:0=1"]}'; }
intel_rdt/without_resctrl_is_an_error() { rdt '($v | fromjson)' '{}' '{"closID": "/"}' '{"closID": "a", "l3CacheSchema": "L3:0=f"}'; }
mempolicy() { must_refuse ".linux.memoryPolicy = $1" "${@:2}"; }
memory_policy/absent_mode_is_refused() { mempolicy '{nodes: "0"}'; }
memory_policy/malformed_nodes_are_refused() { mempolicy '{mode: "MPOL_BIND", nodes: $v}' a 0- -1 0,,0 '0;1' 1-0; }
memory_policy/missing_nodes_are_refused() { mempolicy '{mode: $v}' MPOL_BIND MPOL_INTERLEAVE; }
memory_policy/nodes_where_none_belong_are_refused() { mempolicy '{mode: $v, nodes: "0"}' MPOL_DEFAULT MPOL_LOCAL; }
memory_policy/unknown_flag_is_refused() { mempolicy '{mode: "MPOL_BIND", nodes: "0", flags: [$v]}' MPOL_F_NONE MPOL_MF_MOVE ''; }
memory_policy/unknown_mode_is_refused() { mempolicy '{mode: $v, nodes: "0"}' MPOL_NONE mpol_bind BIND ''; }
process/oom_score_adj_of_zero_is_set() {
	local seen
	bundle '.process.oomScoreAdj = 0' 'cat /proc/self/oom_score_adj >/out/result'
	AS=(bash -c 'echo 222 >/proc/self/oom_score_adj; exec "$@"' bash)
	called create --bundle "$B" "$ID" && start && until_true ended
	seen=$(result)
	verdict 0 "$seen" $([ "$seen" = 0 ] && echo no || echo yes)
}
process/args_that_the_user_cannot_reach_are_passed_over() {
	prepare() { mkdir -m 0700 "$B/rootfs/closed" && ln "$W/busybox" "$B/rootfs/closed/sh"; }
	must_apply '.process.env = ["PATH=/closed:/bin"] | .process.args[0] = "sh" | .process.user = {uid: 1234, gid: 1234} | .process.capabilities = {}' \
		'id -u >/out/result' 1234
	unset -f prepare
}
process/env_without_a_name_is_refused() { must_refuse '.process.env = ["PATH=/bin", "NOEQUALS"]'; }
cgroups/cpu_idle_other_value_is_refused() { must_refuse '.linux.resources.cpu.idle = ($v | tonumber)' 2 -1 7; }
cgroups/cpus_malformed_is_refused() { must_refuse '.linux.resources.cpu.cpus = $v' a-b 0- 4096 '0;1'; }
cgroups/mems_malformed_is_refused() { must_refuse '.linux.resources.cpu.mems = $v' a 0- 1000; }
cgroups/devices_access_of_other_letters_is_refused() {
	must_refuse '.linux.resources.devices = [{allow: true, type: "c", major: 1, minor: 11, access: $v}]' q rwx R
}
cgroups/devices_allow_absent_is_refused() { must_refuse '.linux.resources.devices = [{type: "c", major: 1, minor: 11, access: "rwm"}]'; }
cgroups/hugepage_size_malformed_is_refused() {
	must_refuse '.linux.resources.hugepageLimits = [{pageSize: $v, limit: 0}]' 64kB 2M 2097152 02MB ../2MB ''
}
cgroups/hugepage_size_that_the_host_lacks_is_refused() { must_refuse '.linux.resources.hugepageLimits = [{pageSize: "3MB", limit: 0}]'; }
cgroups/memory_swap_below_limit_is_refused() { must_refuse '.linux.resources.memory = {limit: 52428800, swap: 20971520}'; }
cgroups/memory_swappiness_out_of_range_is_refused() {
	local edit='.linux.resources.memory.swappiness = SWAPPINESS' all='' deviates=no value
	# jq would round 2^64-1: the text is put in place after it
	for value in ${V:-101 200 18446744073709551615}; do
		prepare() { sed -i "s/\"SWAPPINESS\"/$value/" "$B/config.json"; }
		refusal "${edit/SWAPPINESS/\"SWAPPINESS\"}" || deviates=yes
		all+="; $value: $SAW"
	done
	unset -f prepare
	verdict 'an error, and nothing left of it' "${all#; }" $deviates
}
cgroups/memory_kernel_is_set_or_refused() {
	in_cgroup '.linux.resources.memory = {kernel: 20971520}' memory/memory.kmem.limit_in_bytes 20971520
	[[ $OBSERVED != 'create fails'* ]] || CONFIRMED=no
	EXPECTED+=', or an error'
}
cgroups/blkio_leaf_weight_is_set_or_refused() { must_refuse '.linux.resources.blockIO = {leafWeight: 300}'; }
cgroups/blkio_leaf_weight_of_a_device_is_set_or_refused() {
	must_refuse '.linux.resources.blockIO.weightDevice = [{major: 7, minor: 0, leafWeight: 300}]'
}
# frozen HIERARCHY FILE FROZEN THAWED: a cgroup that is there before create, and frozen
frozen() {
	local status cgroup
	bundle .
	cgroup=$1/$ID
	mkdir "$cgroup" && echo "$3" >"$cgroup/$2"
	AS=(timeout -s KILL 10)
	called create --bundle "$B" "$ID"
	status=$?
	[ $status != 0 ] || { start && until_true [ -e "$B/out/ran" ] && status=ran; }
	echo "$4" >"$cgroup/$2"
	while read -r p; do kill -KILL "$p"; done <"$cgroup/cgroup.procs"
	verdict 'an error, or it runs' "$([ $status = 137 ] && echo 'create does not return within 10 s' || echo "create $status")" \
		$([ $status = 137 ] && echo yes || echo no)
}
cgroups/frozen_cgroup_is_refused_or_no_obstacle() { frozen /sys/fs/cgroup/freezer freezer.state FROZEN THAWED; }
config/linux_may_be_absent() {
	local rest
	bundle 'del(.linux, .mounts)'
	run
	call delete "$ID"
	rest=$(left)
	verdict 'nothing left of it' "create $CREATE, start $START${rest:+, left after delete: $rest}" $([ -n "$rest" ] && echo yes || echo no)
}
cgroups/network_priority_without_priority_is_refused() { must_refuse '.linux.resources.network.priorities = [{name: "lo"}]'; }
cgroups/path_cannot_climb_out() { must_refuse '.linux.cgroupsPath = "/\($id)/../../../../../../../../../../\($id)-out"'; }
cgroups/rdma_of_no_device_is_an_error() { must_refuse '.linux.resources.rdma = {nosuch0: {hcaHandles: 3}}'; }
cgroups/rdma_without_limit_is_refused() { must_refuse '.linux.resources.rdma = {rxe0: {}}'; }
cgroups/unified_without_the_controller_is_refused() { must_refuse '.linux.resources.unified = {"memory.high": "100000000"}'; }

# a namespace of type $1 that is to be joined by the path of another one
namespace_of_another_type() {
	# in its place, where the list has the type
	must_refuse "if any(.linux.namespaces[]; .type == \"$1\") then . else .linux.namespaces += [{type: \"$1\"}] end
		| (.linux.namespaces[] | select(.type == \"$1\")).path = \"/proc/self/ns/$2\""
}
namespaces/cgroup_path_of_another_type_is_refused() { namespace_of_another_type cgroup uts; }
namespaces/ipc_path_of_another_type_is_refused() { namespace_of_another_type ipc uts; }
namespaces/mount_path_of_another_type_is_refused() { namespace_of_another_type mount uts; }
namespaces/network_path_of_another_type_is_refused() { namespace_of_another_type network uts; }
namespaces/pid_path_of_another_type_is_refused() { namespace_of_another_type pid uts; }
namespaces/user_path_of_another_type_is_refused() { namespace_of_another_type user uts; }
namespaces/uts_path_of_another_type_is_refused() { namespace_of_another_type uts ipc; }
namespace_path() { must_refuse "(.linux.namespaces[] | select(.type == \"network\")).path = \"$1\""; }
namespaces/path_that_does_not_exist_is_refused() { namespace_path "$W/nothing"; }
namespaces/path_to_a_plain_file_is_refused() { namespace_path "$W/busybox"; }
# from the bundle it leads to a namespace
namespaces/relative_path_is_refused() {
	prepare() { ln -s /proc "$B/proc"; }
	must_refuse '(.linux.namespaces[] | select(.type == "uts")).path = "proc/self/ns/uts"'
	unset -f prepare
}
namespaces/unknown_type_is_refused() { must_refuse '.linux.namespaces += [{type: $v}]' foo net PID ''; }
rlimits/negative_value_is_refused() { must_refuse '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: -1, hard: 200}]'; }
rlimits/unknown_type_is_refused() { must_refuse '.process.rlimits = [{type: $v, soft: 100, hard: 200}]' RLIMIT_FOO NOFILE rlimit_nofile ''; }
userns/mapping_without_size_is_refused() {
	must_refuse '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'
}

config/oci_version_absent_is_refused() { must_refuse 'del(.ociVersion)'; }
config/oci_version_that_is_no_version_is_refused() { must_refuse '.ociVersion = $v' '' 1.0 v1.0.2 invalid 1.0.2.3 01.0.2 '1.0.2 '; }
config/wrong_type_is_refused() {
	local pointer=${V%%=*} value=${V#*=}
	# the id has the value as a JSON string, with its quotes escaped once more
	value=${value//\\\"/\"}
	must_refuse "setpath(\"$pointer\"[1:] | split(\"/\"); $(jq -cn --arg t "$value" '$t | fromjson'))"
}
create/invalid_id_is_an_error() {
	bundle .
	call create --bundle "$B" "/abs-$ID"
	local status=$?
	call state "/abs-$ID"
	verdict 'create is an error, no such container' "create $status, state $?: $(jq -r .status "$B/stdout")" $([ $status = 0 ] && echo yes || echo no)
	call delete --force "/abs-$ID"
}

devices/absent_numbers_are_refused() { must_refuse '.linux.devices = [$v | fromjson]' '{"type": "c", "path": "/dev/made"}' '{"type": "b", "path": "/dev/made", "major": 1}'; }
devices/absent_path_is_refused() { must_refuse '.linux.devices = [{type: "c", major: 1, minor: 3}]'; }
devices/unknown_type_is_refused() { must_refuse '.linux.devices = [{type: $v, path: "/dev/made", major: 1, minor: 3}]' x C '' char; }
devices/of_another_name_in_a_user_namespace() {
	must_apply "$MAPPED | .linux.devices = [{path: \"/dev/by-hand-null\", type: \"c\", major: 1, minor: 3}]" \
		'echo x >/dev/by-hand-null && stat -c %t:%T /dev/by-hand-null >/out/result' 1:3
}
devices/file_in_the_way_is_an_error() {
	prepare() { echo 'a file' >"$B/rootfs/taken"; }
	must_refuse '.linux.devices = [{type: "c", path: "/taken", major: 1, minor: 3}]'
	unset -f prepare
}

of_hook() { must_refuse ".hooks.$1 = [$2]" "${@:3}"; }
# A hook that is killed at once has no time to show itself, but its program has been read, which a refusal does not take.
zero_timeout() {
	local values=(0 -1) all='' deviates=no path='$B + "/rootfs/hook"' seen
	[ "$1" != startContainer ] || path='"/hook"'
	[ $ALL = yes ] || values=("$V")
	for V in "${values[@]}"; do
		bundle ".hooks.$1 = [{path: ($path), args: [\"true\"], timeout: (\$v | tonumber)}]"
		cp "$W/busybox" "$B/rootfs/hook"
		run
		call delete --force "$ID"
		seen='the hook is not executed'
		[[ $(stat -c %.X "$B/rootfs/hook") > $(stat -c %.Y "$B/rootfs/hook") ]] && seen='the hook is executed' deviates=yes
		[ "$CREATE$START" != 00 ] || deviates=yes
		all+="; '$V': create $CREATE, start $START, $seen"
	done
	verdict 'an error, and the hook is not executed' "${all#; }" $deviates
}
hooks/createruntime_timeout_must_be_positive() { zero_timeout createRuntime; }
hooks/createcontainer_timeout_must_be_positive() { zero_timeout createContainer; }
hooks/prestart_timeout_must_be_positive() { zero_timeout prestart; }
hooks/startcontainer_timeout_must_be_positive() { zero_timeout startContainer; }
hooks/poststart_timeout_must_be_positive() { zero_timeout poststart; }
hooks/poststop_timeout_must_be_positive() { zero_timeout poststop; }
# in the bundle and in the root filesystem there is a program of that name
relative_hook() {
	prepare() { ln "$W/busybox" "$B/busybox"; ln "$W/busybox" "$B/rootfs/busybox"; }
	of_hook "$1" '{path: "./busybox", args: ["true"]}'
	unset -f prepare
}
hooks/createruntime_relative_path_is_refused() { relative_hook createRuntime; }
hooks/createcontainer_relative_path_is_refused() { relative_hook createContainer; }
hooks/prestart_relative_path_is_refused() { relative_hook prestart; }
hooks/startcontainer_relative_path_is_refused() { relative_hook startContainer; }
hooks/poststart_relative_path_is_refused() { relative_hook poststart; }
hooks/poststop_relative_path_is_refused() { relative_hook poststop; }
hooks/poststop_without_path_is_refused() { of_hook poststop '{args: ["x"]}'; }

io_priority/absent_class_is_refused() { must_refuse '.process.ioPriority = {priority: 4}'; }
io_priority/absent_priority_is_refused() { must_refuse '.process.ioPriority = {class: "IOPRIO_CLASS_BE"}'; }
process/console_size_has_both_members() { must_refuse '.process.consoleSize = ($v | fromjson)' '{"height": 24}' '{"width": 80}'; }
io_priority/unknown_class_is_refused() { must_refuse '.process.ioPriority = {class: $v, priority: 4}' BE IOPRIO_CLASS_NONE ''; }
lsm/apparmor_without_the_module_is_an_error() { must_refuse '.process.apparmorProfile = "by-hand-no-such-profile"'; }
masked_paths/relative_entry_is_refused() { must_refuse '.linux.maskedPaths = ["tmp"]'; }
readonly_paths/relative_entry_is_refused() { must_refuse '.linux.readonlyPaths = ["tmp"]'; }
mounts/idmap_without_any_mapping_is_an_error() { must_refuse '.mounts += [{destination: "/mnt", type: "none", source: ($B + "/out"), options: ["bind", "idmap"]}]'; }
mounts/mappings_need_each_other() {
	must_refuse '.mounts += [{destination: "/mnt", type: "none", source: ($B + "/out"), options: ["bind", "idmap"], ($v): [{containerID: 0, hostID: 1000, size: 10}]}]' uidMappings gidMappings
}
twice() { must_refuse ".linux.namespaces += [{type: \"$1\"}, {type: \"$1\"}] | .linux.namespaces |= (group_by(.type) | map(.[:2]) | add)"; }
namespaces/cgroup_twice_is_refused() { twice cgroup; }
namespaces/ipc_twice_is_refused() { twice ipc; }
namespaces/mount_twice_is_refused() { twice mount; }
namespaces/network_twice_is_refused() { twice network; }
namespaces/pid_twice_is_refused() { twice pid; }
namespaces/uts_twice_is_refused() { twice uts; }
# the mapped root cannot write to the root filesystem, which is of the host's root: it needs a /dev of its own
MAPPED='.mounts += [{destination: "/dev", type: "tmpfs", source: "tmpfs"}] | .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 10}] | .linux.gidMappings = .linux.uidMappings'
namespaces/user_twice_is_refused() { must_refuse "$MAPPED | .linux.namespaces += [{type: \"user\"}]"; }
personality/absent_domain_is_refused() { must_refuse '.linux.personality = {flags: []}'; }
personality/flags_are_refused() { must_refuse '.linux.personality = {domain: "LINUX", flags: ["ADDR_NO_RANDOMIZE"]}'; }
personality/unknown_domain_is_refused() { must_refuse '.linux.personality = {domain: $v}' BSD '' linux; }
process/cwd_relative_is_refused() { must_refuse '.process.cwd = "tmp"'; }
limit() { must_refuse ".process.rlimits = [$1]" "${@:2}"; }
rlimits/duplicate_type_is_refused() { limit '{type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_NOFILE", soft: ($v | tonumber), hard: 200}' 100 99; }
rlimits/hard_absent_is_refused() { limit '{type: "RLIMIT_CORE", soft: 0}'; }
rlimits/soft_absent_is_refused() { limit '{type: "RLIMIT_CORE", hard: 0}'; }
# the bundle would do as a root filesystem
root/absent_path_is_refused() {
	prepare() { cp -a "$B"/rootfs/. "$B"; }
	must_refuse '.root = ($v | fromjson)' '{}' '{"path": null}'
	unset -f prepare
}
rootfs_propagation/unknown_value_is_refused() { must_refuse '.linux.rootfsPropagation = $v' public Shared ''; }
scheduler/iso_is_an_error() { must_refuse '.process.scheduler = {policy: "SCHED_ISO"}'; }
scheduler/util_clamp_that_the_kernel_lacks_is_an_error() {
	must_refuse '.process.scheduler = {policy: "SCHED_BATCH", flags: [$v]}' SCHED_FLAG_UTIL_CLAMP_MIN SCHED_FLAG_UTIL_CLAMP_MAX
}
scheduler/absent_policy_is_refused() { must_refuse '.process.scheduler = {nice: 5}'; }
scheduler/unknown_flag_is_refused() { must_refuse '.process.scheduler = {policy: "SCHED_OTHER", flags: ["SCHED_FLAG_NONE"]}'; }
scheduler/unknown_policy_is_refused() { must_refuse '.process.scheduler = {policy: $v}' SCHED_NONE '' sched_other; }

profile() { must_refuse ".linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [$1]} ${2:-}"; }
seccomp/absent_default_action_is_refused() { must_refuse '.linux.seccomp = {syscalls: []}'; }
seccomp/absent_index_is_refused() { profile '{names: ["getpriority"], action: "SCMP_ACT_ERRNO", args: [{value: 1, op: "SCMP_CMP_EQ"}]}'; }
seccomp/absent_value_is_refused() { profile '{names: ["getpriority"], action: "SCMP_ACT_ERRNO", args: [{index: 1, op: "SCMP_CMP_EQ"}]}'; }
seccomp/absent_names_is_refused() { profile '{action: "SCMP_ACT_ERRNO"}'; }
seccomp/empty_names_is_refused() { profile '{names: [], action: "SCMP_ACT_ERRNO"}'; }
seccomp/default_errno_ret_with_allow_is_refused() { profile '' '| .linux.seccomp.defaultErrnoRet = 5'; }
seccomp/errno_ret_with_kill_is_refused() { profile '{names: ["getpriority"], action: "SCMP_ACT_KILL", errnoRet: 5}'; }
seccomp/errno_ret_with_trap_is_refused() { profile '{names: ["getpriority"], action: "SCMP_ACT_TRAP", errnoRet: 5}'; }
seccomp/metadata_without_listener_is_refused() { profile '{names: ["getpriority"], action: "SCMP_ACT_ERRNO"}' '| .linux.seccomp.listenerMetadata = "x"'; }

USERNS='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 5000}] | .linux.gidMappings = .linux.uidMappings'
timens/offsets_go_with_a_user_namespace() {
	must_apply "$USERNS | .linux.namespaces += [{type: \"time\"}] | .linux.timeOffsets = {monotonic: {secs: 7000}, boottime: {secs: 9000}}" \
		'grep -c [79]000 /proc/self/timens_offsets >/out/result' 2 error
}
timens/offsets_without_time_namespace_are_refused() { must_refuse '.linux.timeOffsets = {monotonic: {secs: 5}}'; }
user/uid_of_minus_one_is_refused() { must_refuse '.process.user.uid = ($v | if . == "0" then . else tonumber end)' 4294967295 4294967296 -1 0 0.5; }
user/gid_of_minus_one_is_refused() { must_refuse '.process.user.gid = ($v | if . == "0" then . else tonumber end)' 4294967295 4294967296 -1 0 0.5; }
user/unmapped_uid_is_refused() { must_refuse "$MAPPED | .process.user.uid = 11"; }
user/unmapped_gid_is_refused() { must_refuse "$MAPPED | .process.user.gid = 11"; }
userns/mapping_without_a_field_is_refused() { must_refuse "$MAPPED | del(.linux.uidMappings[0].containerID)"; }
userns/mapping_without_host_id_is_refused() { must_refuse "$MAPPED | del(.linux.uidMappings[0].hostID)"; }
userns/mappings_without_user_namespace_are_refused() { must_refuse "$MAPPED | .linux.namespaces |= map(select(.type != \"user\"))"; }

# --- what is set, and does not show in the container --------------------------------------------------------------------------------------

# domainname and scheduler and the like: "applied, or an error".
domainname/set_inside_only() { must_apply '.domainname = "by.hand"' 'cat /proc/sys/kernel/domainname >/out/result' by.hand; }
policy() { must_apply ".process.scheduler = $1" "$2" "$3" error; }
# fields of /proc/PID/stat: 19 nice, 40 rt_priority, 41 policy
field() { echo "read -r line </proc/self/stat; set -- \$line; shift 9; echo $1 >/out/result"; }
scheduler/other_with_nice() { policy '{policy: "SCHED_OTHER", nice: 5}' "$(field 'nice ${10}')" 'nice 5'; }
scheduler/batch_with_nice() { policy '{policy: "SCHED_BATCH", nice: 7}' "$(field 'policy ${32} nice ${10}')" 'policy 3 nice 7'; }
scheduler/idle() { policy '{policy: "SCHED_IDLE"}' "$(field 'policy ${32}')" 'policy 5'; }
scheduler/fifo() { policy '{policy: "SCHED_FIFO", priority: 11}' "$(field 'policy ${32} priority ${31}')" 'policy 1 priority 11'; }
scheduler/rr() { policy '{policy: "SCHED_RR", priority: 11}' "$(field 'policy ${32} priority ${31}')" 'policy 2 priority 11'; }
scheduler/deadline() { policy '{policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 20000000, period: 30000000}' "$(field 'policy ${32}')" 'policy 6'; }
# the program has the real-time policy, and the child that reads its own line has not
scheduler/keep_policy() {
	policy '{policy: "SCHED_BATCH", nice: 3, flags: ["SCHED_FLAG_KEEP_POLICY"]}' "$(field 'policy ${32} nice ${10}')" 'policy 0 nice 3'
}
scheduler/flags_of_a_deadline() {
	policy '{policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 20000000, period: 30000000, flags: [$v]}' "$(field 'policy ${32}')" 'policy 6'
}
scheduler/reset_on_fork() {
	policy '{policy: "SCHED_FIFO", priority: 11, flags: ["SCHED_FLAG_RESET_ON_FORK"]}' \
		"one() { set -- \$(cat /proc/\$1/stat); shift 9; echo \${32}; }; echo program \$(one 1) child \$(one self) >/out/result" 'program 1 child 0'
}
priority() { must_apply ".process.ioPriority = {class: \"$1\", priority: $2}" 'ionice -p 1 >/out/result' "$3" error; }
io_priority/best_effort() { priority IOPRIO_CLASS_BE 6 'best-effort: prio 6'; }
io_priority/children_have_it() { must_apply '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}' 'sh -c "ionice -p \$\$" >/out/result' 'best-effort: prio 6' error; }
io_priority/idle() { priority IOPRIO_CLASS_IDLE 0 'idle'; }
io_priority/real_time() { priority IOPRIO_CLASS_RT 3 'realtime: prio 3'; }
personality/linux() {
	local seen
	bundle '.linux.personality = {domain: "LINUX"}' 'cat /proc/self/personality >/out/result'
	AS=(setarch linux32)
	if called create --bundle "$B" "$ID"; then start && until_true ended; seen=$(result); else seen=error; fi
	verdict '00000000, or an error' "$seen" $([ "$seen" = 00000000 ] || [ "$seen" = error ] && echo no || echo yes)
}
personality/linux32() { must_apply '.linux.personality = {domain: "LINUX32"}' 'echo "$(uname -m) $(cat /proc/self/personality)" >/out/result' 'i686 00000008' error; }

# the policy of the first mapping that has one shows in numa_maps
memory_policy/mode_nodes_and_flags_are_applied() {
	must_apply '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES"]}' \
		'read -r _ policy _ </proc/self/numa_maps; echo "$policy" >/out/result' bind=static:0 error
}
memory_policy/default_undoes_the_callers() {
	local seen
	bundle '.linux.memoryPolicy = {mode: "MPOL_DEFAULT"}' 'read -r _ policy _ </proc/self/numa_maps; echo "$policy" >/out/result'
	# set_mempolicy(2) with MPOL_BIND and node 0
	AS=(perl -e 'my $nodes = pack("Q", 1); syscall(238, 2, $nodes, 64); exec @ARGV' --)
	if called create --bundle "$B" "$ID"; then start && until_true ended; seen=$(result); else seen=error; fi
	verdict 'default, or an error' "$seen" $([ "$seen" = default ] || [ "$seen" = error ] && echo no || echo yes)
}
# a refusal is not what deviates here, but the cgroups that it leaves
scheduler/priority_defaults_to_zero() { must_refuse '.process.scheduler = {policy: "SCHED_OTHER", priority: 300}'; }

cgroups/devices_access_m() {
	must_apply '.linux.resources.devices = [{allow: false, access: "rwm"}, {allow: true, type: "c", major: 1, minor: 11, access: "rw"}]' \
		'mknod /tmp/kmsg c 1 11 2>/dev/null; echo $? >/out/result' 1
}
cgroups/blkio_weight_is_set() { in_cgroup '.linux.resources.blockIO.weight = 300' blkio/blkio.bfq.weight 300; }
cgroups/cpu_burst_is_set() { in_cgroup '.linux.resources.cpu = {quota: 50000, period: 100000, burst: 20000}' cpu/cpu.cfs_burst_us 20000; }
cgroups/cpu_idle_is_set() { in_cgroup '.linux.resources.cpu.idle = 1' cpu/cpu.idle 1; }
cgroups/cpu_quota_negative_is_no_limit() { in_cgroup '.linux.resources.cpu.quota = -1' cpu/cpu.cfs_quota_us -1; }
cgroups/memory_kernel_tcp_is_set() { in_cgroup '.linux.resources.memory.kernelTCP = 20971520' memory/memory.kmem.tcp.limit_in_bytes 20971520; }
cgroups/pids_limit_minus_one_is_no_limit() { in_cgroup '.linux.resources.pids.limit = -1' pids/pids.max max; }

# --- mounts -----------------------------------------------------------------------------------------------------------------------------

# of_mount OPTIONS WANTED [TYPE]: the options of the mount at /mnt, those of the mount and behind the dash those of the file system, but for the permissions that a
# runtime may give to a tmpfs.
of_mount() {
	local source='"none"'
	[ "${3:-tmpfs}" = tmpfs ] || source='($B + "/src")'
	prepare() { mkdir -p "$B/src"; }
	must_apply ".mounts += [{destination: \"/mnt\", type: \"${3:-tmpfs}\", source: $source, options: (\"$1\" / \",\")}]" \
		'while read -r _ _ _ _ at options rest; do [ $at != /mnt ] || { rest=${rest##* }; case $rest in *,mode=*) rest=${rest%,mode=*};; esac; echo "$options" "$rest"; }; done </proc/self/mountinfo >/out/result' "$2"
	unset -f prepare
}
# no_option OPTIONS GONE [TYPE]: the first of two contradicting options must not hold any more.
no_option() {
	of_mount "$1" "without $2" "${3:-}"
	case ",${OBSERVED// /,}," in
	*,"$2",*) CONFIRMED=yes ;;
	*) CONFIRMED=no ;;
	esac
}
mount_options/async() { no_option sync,async sync; }
mount_options/atime() { no_option noatime,atime noatime; }
mount_options/dev() { no_option nodev,dev nodev; }
mount_options/diratime() { no_option nodiratime,diratime nodiratime; }
mount_options/exec() { no_option noexec,exec noexec; }
mount_options/rw() { no_option ro,rw ro; }
mount_options/suid() { no_option nosuid,suid nosuid; }
mount_options/last_wins_ro_rw() { no_option ro,rw ro; }
mount_options/last_wins_nosuid_suid() { no_option nosuid,suid nosuid; }
mount_options/last_wins_noexec_exec() { no_option noexec,exec noexec; }
mount_options/last_wins_noatime_atime() { no_option noatime,atime noatime; }
mount_options/last_wins_bind_ro_rw() { no_option bind,ro,rw ro none; }
mount_options/last_wins_bind_noexec_exec() { no_option bind,noexec,exec noexec none; }
mount_options/last_wins_bind_noatime_atime() { no_option bind,noatime,atime noatime none; }
# alone OPTION FLAG: a mount that has the flag, bound with the option that clears it and no other.
alone() {
	local flag=$2
	prepare() { mkdir "$B/src" && mount -t tmpfs src "$B/src" && mount -o "remount,bind,$flag" "$B/src"; }
	must_apply ".mounts += [{destination: \"/mnt\", type: \"none\", source: (\$B + \"/src\"), options: [\"bind\", \"$1\"]}]" \
		'while read -r _ _ _ _ at options _; do [ $at != /mnt ] || echo "$options" >/out/result; done </proc/self/mountinfo' rw,relatime
	unset -f prepare
}
mount_options/rw_alone_clears_ro_of_a_bound_mount() { alone rw ro; }
mount_options/suid_alone_clears_nosuid_of_a_bound_mount() { alone suid nosuid; }
mount_options/dev_alone_clears_nodev_of_a_bound_mount() { alone dev nodev; }
mount_options/exec_alone_clears_noexec_of_a_bound_mount() { alone exec noexec; }
mount_options/nostrictatime() { of_mount strictatime,nostrictatime 'rw,relatime rw'; }
mount_options/defaults() { of_mount defaults 'rw,relatime rw'; }
mount_options/iversion() { of_mount iversion 'rw,relatime rw'; }
mount_options/noiversion() { of_mount noiversion 'rw,relatime rw'; }
mount_options/loud() { of_mount loud 'rw,relatime rw'; }
mount_options/silent() { of_mount silent 'rw,relatime rw'; }

# idmapped OPTIONS MAPPINGS PROGRAM WANTED [SOURCE]: a tmpfs with a file of 2000:3000 and another tmpfs below it, bound at /mnt.
idmapped() {
	local source=${5:-'($B + "/src")'}
	prepare() {
		mkdir "$B/src"
		mount -t tmpfs src "$B/src"
		echo >"$B/src/f"
		chown 2000:3000 "$B/src/f"
		mkdir "$B/src/below"
		mount -t tmpfs src "$B/src/below"
		chown 2000:3000 "$B/src/below"
	}
	must_apply ".mounts += [{destination: \"/mnt\", type: \"none\", source: $source, options: (\"$1\" / \",\")} + $2]" "$3" "$4" error
	unset -f prepare
}
OWN='{uidMappings: [{containerID: 2000, hostID: 5000, size: 1}], gidMappings: [{containerID: 3000, hostID: 6000, size: 1}]}'
owner_of_f='stat -c %u:%g /mnt/f >/out/result'
mounts/idmap_translates_owners() { idmapped bind,idmap "$OWN" "$owner_of_f" 5000:6000; }
mounts/idmap_of_a_relative_source() { idmapped bind,idmap "$OWN" "$owner_of_f" 5000:6000 '"src"'; }
# the second mount stands on a directory of the first, and its source has peers
mounts/idmap_below_an_idmap_stays_in_the_container() {
	local here mapping='{uidMappings: [{containerID: 0, hostID: 1000, size: 9}], gidMappings: [{containerID: 0, hostID: 2000, size: 9}]}'
	prepare() {
		mkdir "$B/src"
		mount -t tmpfs src "$B/src"
		mount --make-shared "$B/src"
		mkdir "$B/src/below"
	}
	must_apply ".mounts += [{destination: \"/mnt\", source: (\$B + \"/src\"), options: [\"bind\", \"idmap\"]} + $mapping,
		{destination: \"/mnt/below\", source: (\$B + \"/src/below\"), options: [\"bind\", \"idmap\"]} + $mapping]" \
		'stat -c %u:%g /mnt/below >/out/result' 1000:2000 error
	unset -f prepare
	here=$(grep -c " $B/src/below " /proc/self/mountinfo)
	EXPECTED+=', and nothing mounted on the host' OBSERVED+=", mounted on the host: $here"
	[ "$here" = 0 ] || CONFIRMED=yes
}
mounts/sys_that_the_host_has_to_lend_keeps_its_options() {
	must_apply "$MAPPED | .linux.namespaces -= [{type: \"network\"}] | .mounts += [{destination: \"/sys\", type: \"sysfs\", source: \"sysfs\", options: [\"nosuid\", \"noexec\", \"nodev\", \"ro\"]}]" \
		'while read -r _ _ _ _ at options _; do [ $at != /sys ] || echo "${options%,relatime}" >/out/result; done </proc/self/mountinfo' ro,nosuid,nodev,noexec error
}
readonly_paths/options_of_the_mount_stay() {
	must_apply '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "noexec"]}] | .linux.readonlyPaths = ["/mnt"]' \
		'while read -r _ _ _ _ at options _; do [ $at != /mnt ] || echo "${options%,relatime}" >/out/result; done </proc/self/mountinfo' ro,nosuid,nodev,noexec
}
readonly_paths/one_on_a_shared_mount_stays_in_the_container() {
	local rest
	bundle '.linux.rootfsPropagation = "rshared" | .linux.readonlyPaths = ["/mnt/sub"]
		| .mounts += [{destination: "/mnt", source: ($B + "/src"), options: ["rbind", "rshared"]}]'
	mkdir "$B/src"
	mount -t tmpfs src "$B/src"
	mount --make-shared "$B/src"
	mkdir "$B/src/sub"
	run
	call delete "$ID"
	rest=$(grep -c " $B/src/sub " /proc/self/mountinfo)
	verdict 'no mount on the host' "create $CREATE, start $START, after delete $rest mounts on the path on the host" $([ "$rest" -gt 0 ] && echo yes || echo no)
}
devices/directory_of_the_host_gets_no_node() {
	bundle '.mounts += [{destination: "/mnt", source: ($B + "/src"), options: ["bind"]}] | .linux.devices = [{type: "c", path: "/mnt/made", major: 1, minor: 3}]'
	mkdir "$B/src"
	mount -t tmpfs src "$B/src"
	run
	call delete "$ID"
	[ -e "$B/src/made" ] && SAW=yes || SAW=no
	verdict 'no node on the host' "create $CREATE, start $START, a node on the host: $SAW" $SAW
}
mounts/rro_of_what_is_no_directory() {
	prepare() { echo >"$B/regular"; mkfifo "$B/pipe"; }
	must_apply '.mounts += [{destination: "/made", source: ($B + "/" + $v), options: ["rbind", "rro"]}]' 'grep -c " /made ro" /proc/self/mountinfo >/out/result' 1
	unset -f prepare
}
mounts/rw_of_a_read_only_source_is_done_or_refused() {
	prepare() {
		mkdir "$B/src"
		mount -t tmpfs -o mode=777 src "$B/src"
		mount -o remount,bind,ro "$B/src"
	}
	must_apply "$USERNS | .mounts += [{destination: \"/mnt\", source: (\$B + \"/src\"), options: [\"bind\", \"rw\"]}]" \
		'if touch /mnt/file; then echo written; else echo read-only; fi >/out/result' written error
	unset -f prepare
}
features/idmap_option_that_is_claimed_is_recognised() { idmapped "bind,$V" "$OWN" "$owner_of_f" 5000:6000; }
features/mount_option_that_is_claimed_is_recognised() { of_mount "$V" 'rw,relatime rw'; }
# must_refuse, where to do it is as good as to refuse it
may_refuse() {
	must_refuse "$@"
	EXPECTED+=', or it runs'
	[[ $OBSERVED != *'the program ran' ]] || CONFIRMED=no
}
features/idmap_beyond_bind_mounts_works_or_is_refused() {
	may_refuse '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["idmap"]} + {uidMappings: [{containerID: 0, hostID: 1000, size: 100}], gidMappings: [{containerID: 0, hostID: 2000, size: 100}]}]'
}
namespaces/time_has_clocks_of_its_own() {
	may_refuse '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {monotonic: {secs: 3000000}, boottime: {secs: 4000000}}'
}
mounts/ridmap_reaches_what_is_below() { idmapped rbind,ridmap "$OWN" 'stat -c %u:%g /mnt/below >/out/result' 5000:6000; }
mounts/ridmap_without_any_mapping_is_an_error() { must_refuse '.mounts += [{destination: "/mnt", type: "none", source: ($B + "/out"), options: ["bind", "ridmap"]}]'; }
mounts/mapping_has_its_members() {
	must_refuse '.mounts += [{destination: "/mnt", type: "none", source: ($B + "/out"), options: ["bind", "idmap"],
		uidMappings: [$v | fromjson], gidMappings: [{containerID: 0, hostID: 0, size: 1}]}]' \
		'{"hostID": 0, "size": 1}' '{"containerID": 0, "size": 1}' '{"containerID": 0, "hostID": 0}' \
		'{"containerID": "0", "hostID": 0, "size": 1}' '{"containerID": 0, "hostID": -1, "size": 1}' '{"containerID": 0, "hostID": 0, "size": [1]}' 7
}
# in_userns MAPPINGS WANTED: the container's own user namespace maps 2000 and 3000 to other ids on the host than to themselves
in_userns() {
	local users='| .mounts += [{destination: "/dev", type: "tmpfs", source: "tmpfs"}] | .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}, {containerID: 1000, hostID: 11000, size: 9000}] | .linux.gidMappings = .linux.uidMappings | .mounts |= .'
	prepare() { mkdir "$B/src"; mount -t tmpfs src "$B/src"; echo >"$B/src/f"; chown 2000:3000 "$B/src/f"; }
	must_apply ".mounts += [{destination: \"/mnt\", type: \"none\", source: (\$B + \"/src\"), options: [\"bind\", \"$V\"]} + $1] $users" "$owner_of_f" "$2" error
	unset -f prepare
}
mounts/idmap_falls_back_to_the_container_or_fails() { in_userns '{}' 2000:3000; }
mounts/own_mappings_go_before_those_of_the_container() {
	in_userns '{uidMappings: [{containerID: 2000, hostID: 15000, size: 1}], gidMappings: [{containerID: 3000, hostID: 16000, size: 1}]}' 5000:6000
}

# The optional fields of mountinfo between the options and the dash: shared:N, master:N, unbindable. Without any, a mount is private.
peers() { echo "while read -r _ _ _ _ at _ peer _; do [ \$at != $1 ] || echo \"\${peer%%:*}\"; done </proc/self/mountinfo | sed s/^-/private/ >/out/result"; }
# propagation OPTION HOST PATH WANTED: a tree of two mounts, HOST (shared or private) on the host, bound with OPTION; what PATH has inside.
propagation() {
	local on_host=$2
	prepare() { for d in "$B/src" "$B/src/sub"; do mkdir "$d"; mount -t tmpfs src "$d"; mount "--make-$on_host" "$d"; done; }
	must_apply ".mounts += [{destination: \"/mnt\", type: \"none\", source: (\$B + \"/src\"), options: [\"rbind\", \"$1\"]}]" "$(peers "$3")" "$4"
	unset -f prepare
}
mounts/propagation_shared() { propagation shared private /mnt shared; }
mounts/propagation_rshared() { propagation rshared private /mnt/sub shared; }
mounts/propagation_slave() { propagation slave shared /mnt master; }
mounts/propagation_rslave() { propagation rslave shared /mnt/sub master; }
mounts/propagation_unbindable() { propagation unbindable private /mnt unbindable; }
mounts/propagation_runbindable() { propagation runbindable private /mnt/sub unbindable; }
rootfs_propagation/shared() { must_apply '.linux.rootfsPropagation = "shared"' "$(peers /)" shared error; }
rootfs_propagation/unbindable() { must_apply '.linux.rootfsPropagation = "unbindable"' "$(peers /)" unbindable error; }
rootfs_propagation/slave() {
	prepare() { mount --bind "$B/rootfs" "$B/rootfs"; mount --make-shared "$B/rootfs"; }
	must_apply '.linux.rootfsPropagation = "slave"' "$(peers /)" master error
	unset -f prepare
}
masked_paths/link_for_null_does_not_unmask() {
	prepare() { echo 'wrong file' >"$B/rootfs/bait"; echo secret >"$B/rootfs/secret"; ln -s /bait "$B/rootfs/dev/null"; }
	must_apply '.linux.maskedPaths = ["/secret"]' 'echo "$(cat /secret) $(readlink /proc/1/fd/1)" >/out/result' " \$B/stdout"
	case $OBSERVED in *'wrong file'* | *bait*) CONFIRMED=yes ;; *) CONFIRMED=no ;; esac
	unset -f prepare
}

# --- namespaces --------------------------------------------------------------------------------------------------------------------------

namespaces/mount_inherited() {
	local rest
	bundle '.linux.namespaces |= map(select(.type != "mount"))'
	run
	call delete "$ID"
	rest=$(grep -o " $B/[^ ]*" /proc/self/mountinfo | grep -c .)
	verdict 'delete removes what create made' "start $START, after delete $rest mounts of it are on the host" $([ "$rest" -gt 0 ] && echo yes || echo no)
}
namespaces/user_joined() {
	unshare --user sleep 60 &
	local holder=$! inode
	until_true test "$(readlink /proc/self/ns/user)" != "$(readlink /proc/$holder/ns/user)"
	echo '0 100000 10' >/proc/$holder/uid_map
	echo '0 100000 10' >/proc/$holder/gid_map
	inode=$(readlink /proc/$holder/ns/user)
	must_apply ".mounts += [{destination: \"/dev\", type: \"tmpfs\", source: \"tmpfs\"}] | .linux.namespaces += [{type: \"user\", path: \"/proc/$holder/ns/user\"}]" 'readlink /proc/self/ns/user >/out/result' "$inode"
	kill $holder
}
# The container starts as it should; what deviates is that the caller's device changes its owner.
takes_null() {
	bundle "$MAPPED" ':'
	run
	local owner
	owner=$(stat -c %u:%g "$W/null")
	verdict "the caller's /dev/null stays with 0:0" "create $CREATE, start $START, it is owned by $owner" $([ "$owner" != 0:0 ] && echo yes || echo no)
}
namespaces/user_new() { takes_null; }
userns/ids_differ_from_the_host() { takes_null; }
userns/owners_on_the_host_stay() { takes_null; }
userns/uid_mappings_are_applied() { takes_null; }

# --- network devices ---------------------------------------------------------------------------------------------------------------------

# The names of the devices in this network namespace, and in the container's, without those that modules of the kernel put into each.
devices='sed -n "3,\$s/ *\([^:]*\):.*/\1/p" /proc/net/dev | grep -vE "^(tunl|gre|gretap|erspan|sit|ip_vti|ip6_vti|ip6tnl|ip6gre)0\$" | sort | tr "\n" " "'
veth() { ip link delete cf0 2>/dev/null; ip link add cf0 type veth peer name cfpeer; }
# moved DEVICES WANTED: the device is inside under the name; with it go its addresses, its MTU and its state.
moved() {
	prepare() { veth; }
	must_apply ".linux.netDevices = $1" "$devices >/out/result" "$2" error
	unset -f prepare
	OBSERVED+="inside; outside $(eval "$devices")"
	ip link delete cf0 2>/dev/null
}
net_devices/device_is_moved() { moved '{cf0: {}}' 'cf0 lo '; }
net_devices/device_is_up() { moved '{cf0: {}}' 'cf0 lo '; }
net_devices/ipv4_addresses_stay() { moved '{cf0: {}}' 'cf0 lo '; }
net_devices/ipv6_addresses_stay() { moved '{cf0: {}}' 'cf0 lo '; }
net_devices/mtu_and_hardware_address_stay() { moved '{cf0: {name: "inner0"}}' 'inner0 lo '; }
net_devices/name_renames() { moved '{cf0: {name: "inner0"}}' 'inner0 lo '; }
net_devices/several_are_moved() { moved '{cf0: {}, cfpeer: {name: "second"}}' 'cf0 lo second '; }
net_devices/stays_in_a_namespace_that_lives_on() { moved '{cf0: {name: "inner0"}}' 'inner0 lo '; }
net_devices/template_finds_a_free_name() { moved '{cf0: {name: "eth%d"}}' 'eth0 lo '; }
not_moved() {
	prepare() { veth; }
	must_refuse "$@"
	unset -f prepare
	ip link delete cf0 2>/dev/null
}
net_devices/device_that_cannot_move_is_an_error() { not_moved '.linux.netDevices = {lo: {name: "moved0"}}'; }
net_devices/missing_device_is_an_error() { not_moved '.linux.netDevices = {cf9: {}}'; }
net_devices/taken_name_is_an_error() { not_moved '.linux.netDevices = {cf0: {name: "lo"}}'; }
net_devices/without_a_namespace_is_an_error() { not_moved '.linux.netDevices = {cf0: {}} | .linux.namespaces |= map(select(.type != "network"))'; }

# --- operations and hooks ----------------------------------------------------------------------------------------------------------------

caller/ids_of_delete_do_not_climb() {
	bundle .
	create
	call delete --force "${V//@ID@/$ID}"
	local status=$?
	call state "$ID"
	verdict 'the container is still known' "delete --force $V: $status, then state $?: $(words)" $([ -e "$W/a/b/root/$ID" ] && echo no || echo yes)
}
delete/created_container_is_an_error() {
	bundle .
	create
	call delete "$ID"
	local status=$?
	call state "$ID"
	verdict 'delete is an error, the container is created' "delete $status, then state $?" $([ $status = 0 ] && echo yes || echo no)
}
kill/unknown_signal_is_an_error() {
	bundle . 'sleep 60'
	create && start && until_true status_is running
	call kill "$ID" NOSUCHSIGNAL
	local status=$?
	verdict 'kill is an error' "kill $status" $([ $status = 0 ] && echo yes || echo no)
}
seccomp/listener_path_without_notify_is_ignored() {
	bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "/nobody", syscalls: [{names: ["getpriority"], action: "SCMP_ACT_ERRNO"}]}'
	run && verdict 'the container runs' runs no || verdict 'the container runs' "create $CREATE: $(words)" yes
}

# whoever listens waits three seconds for a connection, and tells whether anything came
seccomp/listener_path_without_notify_is_not_connected_to() {
	local agent seen
	bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: ($B + "/agent"), syscalls: [{names: ["getpriority"], action: "SCMP_ACT_ERRNO"}]}'
	perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die; $SIG{ALRM} = sub { exit }; alarm 3; my $c = $s->accept or die; $c->recv(my $m, 65536);
		print $m ? "the state is sent" : "a connection"' "$B/agent" >"$B/said" &
	agent=$!
	until_true [ -S "$B/agent" ]
	run
	wait $agent
	seen=$(cat "$B/said")
	verdict 'no connection' "${seen:-no connection}" $([ -n "$seen" ] && echo yes || echo no)
}

exec_affinity() {
	bundle '.process.execCPUAffinity = {initial: "0", final: "1"}' 'sleep 60'
	create && start && until_true status_is running
	call exec "$ID" /bin/grep Cpus_allowed_list /proc/self/status
	verdict 'exec runs on 1' "$(cat "$B/stdout")" $(grep -q '[[:space:]]1$' "$B/stdout" && echo no || echo yes)
}
exec/runs_on_the_final_cpus() { exec_affinity; }
exec_cpu_affinity/final_is_what_an_executed_process_has() { exec_affinity; }
log() { tr '\n' ' ' <"$B/out/log" 2>/dev/null; }
hooks/all_kinds_run_in_turn() {
	local edit=. kind
	for kind in prestart createRuntime createContainer poststart poststop; do edit+=" | $(hook $kind "echo $kind >>OUT/log")"; done
	edit+=" | $(hook startContainer "sleep 1; echo startContainer >>OUT/log")"
	bundle "$edit"
	run
	call delete "$ID"
	verdict 'startContainer before poststart' "$(log)" $([[ $(log) == *poststart*startContainer* ]] && echo yes || echo no)
}
hooks/poststart_run_in_order() {
	bundle "$(hook poststart 'echo a >>OUT/log' 'echo b >>OUT/log')"
	create
	verdict 'none before start' "after create: $(log)" $([ -n "$(log)" ] && echo yes || echo no)
}
# poststart_fails EDIT: create succeeds, the hook runs and fails when start is asked for, and start says so.
poststart_fails() {
	bundle "$1" 'sleep 60'
	create; local status=$? start=-
	[ $status != 0 ] || { start; start=$?; }
	verdict 'create 0, start is an error' "create $status, start $start: $(words)" $([ "$status $start" != "0 1" ] && echo yes || echo no)
}
hooks/poststart_failure_by_exit() { poststart_fails "$(hook poststart 'exit 7')"; }
hooks/poststart_failure_by_signal() { poststart_fails "$(hook poststart 'kill -KILL $$')"; }
hooks/poststart_failure_by_timeout() { poststart_fails "$(hook poststart 'sleep 30') | .hooks.poststart[0].timeout = 1"; }
hooks/poststart_failure_runs_poststop() { poststart_fails "$(hook poststart 'exit 1') | $(hook poststop 'echo after >>OUT/log')"; }
hooks/poststart_missing_program_is_an_error() { poststart_fails ".hooks.poststart = [{path: \"/no/such/hook\"}]"; }
hooks/poststop_failure_does_not_stop_the_rest() {
	bundle "$(hook poststop 'echo fails >>OUT/log; exit 1' 'echo last >>OUT/log')"
	run
	call delete "$ID"
	verdict 'fails last' "$(log)" $([ "$(log)" = 'fails ' ] && echo yes || echo no)
}
# runs_poststop KIND: a failing hook of the kind, and one of poststop that has to follow.
runs_poststop() {
	bundle "$(hook "$1" 'echo fails >>OUT/log; exit 1') | $(hook poststop 'echo after >>OUT/log')"
	run
	verdict 'fails after, and an error' "$(log)with create $CREATE, start $START" $([ "$(log)" = 'fails ' ] && echo yes || echo no)
}
hooks/prestart_failure_runs_poststop() { runs_poststop prestart; }
hooks/createruntime_failure_runs_poststop() { runs_poststop createRuntime; }
hooks/createcontainer_failure_runs_poststop() { runs_poststop createContainer; }
hooks/startcontainer_failure_runs_poststop() { runs_poststop startContainer; }
# state_at KIND STATUS: the state that the hook reads.
state_at() {
	local seen
	bundle "$(hook "$1" 'cat >OUT/log')" 'sleep 1'
	run
	# while it is being created it need not have a pid
	seen=$(jq -r '"\(.status), pid \(.pid > 0 or .status == "creating"), bundle \(.bundle == $B)"' --arg B "$B" "$B/out/log")
	verdict "$2, pid true, bundle true" "$seen" $([ "$seen" = "$2, pid true, bundle true" ] && echo no || echo yes)
}
hooks/prestart_get_the_state() { state_at prestart creating; }
hooks/createruntime_get_the_state() { state_at createRuntime creating; }
hooks/createcontainer_get_the_state() { state_at createContainer creating; }
hooks/startcontainer_get_the_state() { state_at startContainer created; }
hooks/poststart_get_the_state() { state_at poststart running; }

# --- processes that join a container ----------------------------------------------------------------------------------------------------------

exec/blocked_signals_of_the_caller_are_not() { AS=(env --block-signal=USR1); exec_gives . '' 'grep SigBlk /proc/self/status' 'SigBlk:	0000000000000000'; }
# the shell ignores some of the first 32 itself
exec/ignored_signals_of_the_caller_are_not() { AS=(env --ignore-signal); exec_gives . '' 'grep SigIgn /proc/self/status | busybox cut -c 1-16' 'SigIgn:	00000000'; }
# wanted is every processor that the container could have: all but "0" is right
exec/cpus_of_the_caller_do_not_count() {
	AS=(taskset -c 0)
	exec_gives . '' 'grep Cpus_allowed_list /proc/self/status' "Cpus_allowed_list:	0-$(($(nproc --all) - 1))"
}
exec/cwd_that_is_a_descriptor_of_the_caller_is_refused() {
	local values=(3 7 50) fd
	[ $ALL = yes ] || values=("$V")
	for fd in "${values[@]}"; do
		AS=(bash -c 'for i in 3 4 5 6 7 50; do eval "exec $i</"; done; exec "$@"' bash)
		exec_refuses . "--cwd=/proc/self/fd/$fd" 'readlink /proc/self/cwd; stat -c %d:%i .'
	done
}
exec/relative_cwd_is_refused() { exec_refuses . --cwd=tmp 'readlink /proc/self/cwd'; }
exec/gains_no_privileges_either() { exec_gives '.process.noNewPrivileges = true' '' 'grep NoNewPrivs /proc/self/status' 'NoNewPrivs:	1'; }
# 250 is keyctl(2), 1 joins a session keyring of that name, 5 lets only who possesses it see it: /proc/keys shows it where it is inherited
exec/has_no_keyring_of_the_caller() {
	AS=(perl -e 'my $name = "by-hand-caller"; syscall(250, 5, syscall(250, 1, $name), 0x3f000000); exec @ARGV' --)
	exec_gives . '' 'grep -c by-hand-caller /proc/keys' 0
}
exec/has_no_other_environment() { exec_gives '.process.env += ["OF=config"]' --env=MORE=option 'echo $OF $MORE' 'config option'; }
exec/has_the_containers_limits() { exec_gives '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 201, hard: 202}]' '' 'ulimit -n; ulimit -Hn' $'201\n202'; }
# the nice value is the 19th field
priorities_of_it='busybox cut -d " " -f 19 /proc/self/stat; ionice'
PRIORITIES='{scheduler: {policy: "SCHED_BATCH", nice: 9}, ioPriority: {class: "IOPRIO_CLASS_BE", priority: 6}}'
exec/has_the_containers_priorities() { exec_gives ".process += $PRIORITIES" '' "$priorities_of_it" $'9\nbest-effort: prio 6'; }
exec/process_file_sets_priorities() {
	local seen
	bundle . 'sleep 100'
	jq -n --arg program "$priorities_of_it" "{cwd: \"/\", user: {uid: 0, gid: 0}, env: [\"PATH=/bin\"], args: [\"sh\", \"-c\", \$program]} + $PRIORITIES" >"$B/process.json"
	run_on && call exec "--process=$B/process.json" "$ID"
	seen=$(tr '\n' ' ' <"$B/stdout")
	verdict '9 best-effort: prio 6' "${seen:-$(words)}" $([ "$seen" = '9 best-effort: prio 6 ' ] && echo no || echo yes)
}
exec/has_the_containers_oom_score() { exec_gives '.process.oomScoreAdj = 500' '' 'cat /proc/self/oom_score_adj' 500; }
exec/is_the_containers_user() {
	AS=(sh -c 'umask 0077; exec "$@"' sh)
	exec_gives '.process.user = {uid: 1000, gid: 1001, additionalGids: [1002], umask: 23}' '' 'id -u; id -g; id -G; umask' $'1000\n1001\n1001 1002\n0027'
}
exec/process_of_the_runtime_cannot_be_looked_into() {
	# with CAP_SYS_ADMIN newer kernels let it read environ of whatever process
	bundle '.process.capabilities = (["CAP_KILL"] | {bounding: ., effective: ., permitted: .})'
	create
	call exec "$ID" /bin/sh -c 'cat /proc/1/environ >/dev/null && echo environ; cat /proc/1/exe >/dev/null && echo exe'
	SAW=$(tr '\n' ' ' <"$B/stdout")
	verdict 'neither environ nor exe of the process that waits' "${SAW:-neither}" $([ -n "$SAW" ] && echo yes || echo no)
}
exec/process_file_sets_the_user() {
	bundle . 'sleep 100'
	jq -n '{cwd: "/", user: {uid: 1000, gid: 1001, additionalGids: [1002]}, env: ["PATH=/bin"], args: ["id"]}' >"$B/process.json"
	run_on && call exec "--process=$B/process.json" "$ID"
	SAW=$(stat -c %u:%g "$W/null")
	verdict "the caller's null device stays 0:0" "$SAW, $(cat "$B/stdout")" $([ "$SAW" = 0:0 ] && echo no || echo yes)
}
exec/user_is_a_number() {
	# the caller's null device is its standard input, and is the caller's
	bundle . 'sleep 100'
	run_on && call exec --user=1000:1000 "$ID" /bin/sh -c id
	SAW=$(stat -c %u:%g "$W/null")
	verdict "the caller's null device stays 0:0" "$SAW" $([ "$SAW" = 0:0 ] && echo no || echo yes)
}
exec/user_that_is_no_id_is_refused() {
	local values=(-1 4294967295 4294967296 1abc 1:4294967296 0x0) deviates=no all='' user
	[ $ALL = yes ] || values=("$V")
	for user in "${values[@]}"; do
		exec_refuses . --user="$user" id
		[ $CONFIRMED = no ] || deviates=yes
		all+="; $user: $OBSERVED"
	done
	verdict 'an error' "${all#; }" $deviates
}

# --- what comes from the caller, and from the image --------------------------------------------------------------------------------------

caller/closed_stdin_is_no_descriptor_of_the_runtimes() {
	bundle . 'readlink /proc/self/fd/0 >/out/result || echo none >/out/result'
	"$RT" --root "$W/a/b/root" create --bundle "$B" "$ID" <&- >"$B/stdout" 2>"$B/stderr"
	start
	until_true ended
	SAW=$(result)
	verdict 'nothing, or the null device' "$SAW" $(case $SAW in none | nothing | /dev/null) echo no ;; *) echo yes ;; esac)
}
delete/directory_that_is_no_container_stays() {
	bundle .
	mkdir "$W/a/b/root/foreign"
	echo kept >"$W/a/b/root/foreign/kept"
	call delete --force foreign
	verdict 'the file stays' "delete $?, the file: $(cat "$W/a/b/root/foreign/kept" 2>/dev/null || echo gone)" $([ -e "$W/a/b/root/foreign/kept" ] && echo no || echo yes)
	rm -rf "$W/a/b/root/foreign"
}
create/pid_file_that_is_a_link_is_not_followed() {
	bundle .
	echo kept >"$W/canary"
	ln -s "$W/canary" "$B/pid"
	create --pid-file "$B/pid"
	SAW=$(cat "$W/canary")
	verdict 'the file behind the link is as it was' "$SAW" $([ "$SAW" = kept ] && echo no || echo yes)
	rm "$W/canary"
}
# made_outside: what the runtime has made in the directory to which the image's link leads
made_outside() {
	SAW=$(ls "$W/canary" | tr '\n' ' ')
	verdict 'nothing is made where the link leads' "${SAW:-nothing}" $([ -n "$SAW" ] && echo yes || echo no)
	remove_container
	rm -rf "$W/canary"
}
image/link_for_dev_without_a_mount_does_not_lead_out() {
	bundle .
	mkdir "$W/canary"
	rmdir "$B/rootfs/dev"
	ln -s "$W/canary" "$B/rootfs/dev"
	create
	made_outside
}
image/link_for_the_console_does_not_lead_out() {
	bundle '.process.terminal = true'
	mkdir "$W/canary"
	ln -s "$W/canary/zero" "$B/rootfs/dev/console"
	script -qec "'$RT' --root '$W/a/b/root' run --bundle '$B' '$ID'" /dev/null <"$W/null" >"$B/stdout" 2>"$B/stderr"
	made_outside
}
image/mount_over_part_of_proc_is_refused() { must_refuse '.mounts += [{destination: $v, type: "tmpfs", source: "tmpfs"}]' /proc/sys /proc/self/attr; }

# what an image has where procfs would be
image/false_proc_gets_no_writes() {
	local file seen
	bundle 'del(.mounts[0]) | .linux.sysctl = {"net.ipv4.ip_forward": "1"}'
	file=$B/rootfs/proc/sys/net/ipv4/ip_forward
	mkdir -p "${file%/*}"
	echo kept >"$file"
	create
	seen=$(cat "$file")
	verdict 'the file says kept' "the file says $seen" $([ "$seen" = kept ] && echo no || echo yes)
}

# directories of the host's root file system among the descriptors of a created process
caller/created_process_has_nothing_of_the_host_open() {
	local pid fd seen='' host
	bundle .
	AS=(bash -c 'exec 3</ 50</; exec "$@"' bash)
	called create --bundle "$B" --pid-file "$B/pid" "$ID"
	pid=$(cat "$B/pid")
	host=$(stat -c %d /)
	for fd in /proc/"$pid"/fd/*; do [ "$(stat -L -c %F:%d "$fd")" != "directory:$host" ] || seen+=" ${fd##*/}"; done
	verdict 'none' "${seen:- none}" $([ -n "$seen" ] && echo yes || echo no)
}
