# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2034
# As deviations.sh, for what shows on cgroup v2 alone. The path of a file begins with "./" where v1 would have a controller's hierarchy.

# --- settings of v1 that v2 has no file for ------------------------------------------------------------------------------------------------

resource() { must_refuse ".linux.resources.$1"; }
cgroups_v2/block_io_leaf_weight_is_refused() { resource 'blockIO = {leafWeight: 300}'; }
cgroups_v2/cpu_realtime_period_is_refused() { resource 'cpu = {realtimePeriod: 500000}'; }
cgroups_v2/cpu_realtime_runtime_is_refused() { resource 'cpu = {realtimeRuntime: 500000}'; }
cgroups_v2/memory_disable_oom_killer_is_refused() { resource 'memory = {disableOOMKiller: true}'; }
cgroups_v2/memory_kernel_is_refused() { resource 'memory = {kernel: 52428800}'; }
cgroups_v2/memory_kernel_tcp_is_refused() { resource 'memory = {kernelTCP: 52428800}'; }
cgroups_v2/memory_swappiness_is_refused() { resource 'memory = {swappiness: 37}'; }
cgroups_v2/network_class_id_is_refused() { resource 'network = {classID: 1048577}'; }
cgroups_v2/network_priorities_are_refused() { resource 'network = {priorities: [{name: "lo", priority: 5}]}'; }
cgroups_v2/use_hierarchy_false_is_refused() { resource 'memory = {useHierarchy: false}'; }
cgroups_v2/use_hierarchy_holds_already() { may_refuse '.linux.resources.memory = {useHierarchy: true, limit: 52428800}'; }

# --- settings that v2 has ------------------------------------------------------------------------------------------------------------------

cgroups_v2/cpu_burst_above_quota_is_refused() { cgroups/cpu_burst_above_quota_is_refused; }
cgroups_v2/cpu_burst_is_set() { in_cgroup '.linux.resources.cpu = {quota: 50000, period: 100000, burst: 20000}' ./cpu.max.burst 20000; }
cgroups_v2/cpu_idle_is_set() { in_cgroup '.linux.resources.cpu.idle = 1' ./cpu.idle 1; }
cgroups_v2/frozen_cgroup_is_refused_or_no_obstacle() { frozen /sys/fs/cgroup cgroup.freeze 1 0; }
# no program here asks for huge pages: the file is all that is looked at for both
cgroups_v2/hugepage_limit_is_set() { in_cgroup '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 4194304}]' ./hugetlb.2MB.rsvd.max 4194304; }
cgroups_v2/hugepage_limit_limits() { cgroups_v2/hugepage_limit_is_set; }
cgroups_v2/memory_swap_below_limit_is_refused() { must_refuse '.linux.resources.memory = {limit: 100000000, swap: 99999999}'; }
# a device of software, where there is none (rdma-link(8))
cgroups_v2/rdma_limit_is_set() {
	if [ ! -e /sys/class/infiniband/rxe0 ]; then
		modprobe rdma_rxe && ip link add rdma0 type dummy && ip link set rdma0 up && rdma link add rxe0 type rxe netdev rdma0
	fi
	must_apply '.linux.resources.rdma = {rxe0: {hcaHandles: 3}} | .linux.namespaces += [{type: "cgroup"}] | .mounts += [{destination: "/mnt", type: "cgroup", source: "cgroup"}]' \
		'grep rxe0 /mnt/rdma.max >/out/result' 'rxe0 hca_handle=3 hca_object=max ' error
}
cgroups_v2/unified_key_cannot_climb() {
	must_refuse '.linux.resources.unified = ($v | fromjson)' '{"../cgroup.max.depth": "max"}' '{"./memory.max": "max"}' '{"..": "1"}'
}
cgroups_v2/unified_key_of_no_controller_is_refused() { resource 'unified = {"foo.bar": "1"}'; }
cgroups_v2/unified_key_without_file_is_refused() { resource 'unified = {"memory.nosuchfile": "1"}'; }
cgroups_v2/unified_value_of_several_lines() {
	local seen
	modprobe -q loop
	bundle '.linux.resources.unified = {"io.max": "7:0 rbps=2097152\n7:1 wbps=1048576"}'
	if create; then seen="$(grep -c '^7:[01] .*\(2097152\|1048576\)' "/sys/fs/cgroup/$ID/io.max") lines"; else seen="create fails: $(words)"; fi
	verdict '2 lines' "$seen" $([ "$seen" = '2 lines' ] && echo no || echo yes)
}

cgroups_v2/owner_is_the_mapped_user() { takes_null; }

# What the host's own mount of the cgroups says, before and after; it is put back.
cgroups_v2/owner_stays_without_a_namespace() {
	local before after
	before=$(awk '$5 == "/sys/fs/cgroup" { print $NF }' /proc/self/mountinfo)
	bundle '.process.user = {uid: 1234, gid: 0} | .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid"]}]'
	create
	after=$(awk '$5 == "/sys/fs/cgroup" { print $NF }' /proc/self/mountinfo)
	[ "$before" = "$after" ] || mount -o "remount,$before" /sys/fs/cgroup
	verdict "the host's mount has $before" "$after" $([ "$before" = "$after" ] && echo no || echo yes)
}

# --- where create fails, and the cgroup stays --------------------------------------------------------------------------------------------

of_time() { may_refuse ".linux.namespaces += [{type: \"time\"$1}] $2"; }
namespaces/time_new() { of_time '' ''; }
namespaces/time_joined() { of_time ', path: "/proc/self/ns/time"' ''; }
namespaces/time_path_of_another_type_is_refused() { namespace_of_another_type time uts; }
namespaces/time_twice_is_refused() { twice time; }
timens/boottime_offset_is_applied() { of_time '' '| .linux.timeOffsets = {boottime: {secs: 4000000}}'; }
timens/monotonic_offset_is_applied() { of_time '' '| .linux.timeOffsets = {monotonic: {secs: 3000000}}'; }
timens/offsets_of_a_joined_namespace_are_refused() {
	must_refuse '.linux.namespaces += [{type: "time", path: "/proc/1/ns/time"}] | .linux.timeOffsets = {monotonic: {secs: 5}}'
}
timens/unknown_clock_is_refused() {
	must_refuse '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = ($v | fromjson)' '{"realtime": {"secs": 5}}' '{"Monotonic": {"secs": 5}}'
}
