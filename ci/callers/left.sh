# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # the files of this folder share their variables
# What a run has left, or changed, on the host: nothing of an engine, a runtime or a container may be there afterwards. Looked at after every run, however it ended.
# Others may work on the same host: what they change in the meantime, as containers of an engine that runs there, is not looked at.

# host_places: where engines keep what they have when no box keeps it from the host. The network namespaces are CNI's.
host_places='/run/containers /run/containerd /run/docker /run/docker.sock /run/docker.pid /run/libpod /run/callers /run/cni /run/netns/a /run/netns/b
	/etc/containers/containers.conf /etc/containers/storage.conf /etc/docker/key.json /var/lib/containers/storage /var/lib/docker/overlay2 /var/lib/containerd/io.containerd.metadata.v1.bolt
	/var/lib/cni/networks'

# host_facts: a line for each, which a run must leave as it was.
host_facts() {
	local p
	stat -c '%n: %F %t:%T, mode %a, owner %u:%g' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty 2>&1 || true
	for p in $host_places; do
		[ ! -e "$p" ] || printf 'file %s\n' "$p"
	done
	# the file systems of the box
	sed -nE 's/^([^ ]+ ){4}([^ ]+) .* - ([^ ]+) ([^ ]+) .*$/mount \2 of type \3, source \4/p' /proc/self/mountinfo |
		grep -E 'source callers$|conform-callers|^mount /run/(callers|netns/[ab])(/| )' || true
	ip -o addr show dev lo 2>&1 | sed 's/ valid_lft.*//; s/^[0-9]*: /address of /' || true
	# docker's bridge, and CNI's
	ip -o link | sed -nE 's/^[0-9]+: (lo|docker0|bridge0)[:@][^<]*(<[^>]*>).*/link \1 \2/p' || true
	for p in kernel/keys/root_maxkeys kernel/keys/root_maxbytes kernel/core_pattern kernel/msgmax net/ipv4/ip_forward vm/overcommit_memory user/max_user_namespaces; do
		[ ! -e "/proc/sys/$p" ] || printf 'sysctl %s: %s\n' "$p" "$(cat "/proc/sys/$p")"
	done
	grep -sE '^(caller|containers):' /etc/passwd /etc/group /etc/subuid /etc/subgid || true
}

# left_cgroups: ours, with the processes that are still in them.
left_cgroups() {
	local dir
	[ -e "$work/cgroups" ] || return 0
	while read -r _ _ dir; do
		[ ! -d "$dir" ] || printf 'cgroup %s, processes: %s\n' "$dir" "$(find "$dir" -name cgroup.procs -exec cat {} + 2>/dev/null | paste -sd' ')"
	done <"$work/cgroups"
}

left_before() {
	host_facts | sort >"$work/before"
}

# So often is looked, a tenth of a second apart: what ends by itself may take a moment.
left_tries=50

# left_after: fails, and says what it is, where something is not as it was.
left_after() {
	local try left
	[ -e "$work/before" ] || return 0
	for ((try = 0; try < left_tries; try++)); do
		[ "$try" = 0 ] || sleep 0.1
		left=$(
			diff <(cat "$work/before") <(host_facts | sort) | sed -n 's/^</was:/p; s/^>/ is:/p'
			left_cgroups
		)
		[ -n "$left" ] || return 0
	done
	printf 'left or changed on the host:\n%s\n' "$left" >&2
	return 1
}
