# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC1091,SC2034,SC2154 # the files of this folder share their variables
# The box that an engine and its containers run in, so that nothing of them is left on the host, however they end: own mount, network, pid, uts, ipc and cgroup
# namespaces; a root file system that is read-only; /etc under an overlay, /dev, /run, /tmp, /var and /root in memory; cgroups below one of ours, which
# is all of the hierarchies that the box sees. The first process of the box is the script itself: where it ends, everything in it is killed.

box=/run/callers

# own_cgroups: one line per hierarchy "MOUNT-POINT OPTIONS DIRECTORY", where DIRECTORY is our new cgroup. cgroup v1: below the cgroup that we are in.
# cgroup v2: below the root, because only a cgroup without processes can have controllers for its children.
own_cgroups() {
	local id path where type options
	while read -r where type options; do
		case $type in
		cgroup2) path='' ;;
		cgroup)
			id=$(tr , '\n' <<<"$options" | grep -vxE 'rw|ro|xattr|clone_children|release_agent=.*' | paste -sd,)
			path=$(awk -F: -v id="$id" '$2 == id { print $3 }' /proc/self/cgroup)
			[ -d "$where$path" ] || path=''
			options=$id
			;;
		esac
		printf '%s %s %s\n' "$where" "$options" "${where}${path%/}/conform-callers-$$"
	done < <(sed -n 's/^\([^ ]* \)\{4\}\([^ ]*\) .* - \(cgroup2\{0,1\}\) [^ ]* \(.*\)$/\2 \3 \4/p' /proc/self/mountinfo | sort -u)
}

# process_start PID: when the process started (field 22 of its stat), which with its number names it for good; nothing where there is none.
process_start() {
	sed -n 's/^.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20 || true
}

# here: where process numbers mean what they mean to us: this machine since it was booted, and this pid namespace.
here() {
	printf '%s %s\n' "$(</proc/sys/kernel/random/boot_id)" "$(readlink /proc/self/ns/pid)"
}

# box_own: $work says whose it is.
box_own() {
	printf '%s %s %s\n' "$$" "$(process_start $$)" "$(here)" >"$work/owner"
}

# box_sweep_work: the directories of runs that were killed and could not remove them. One whose owner cannot be looked up from here is left alone; one that
# has none yet is somebody's who has only begun, or was killed then.
box_sweep_work() {
	local left pid start where
	for left in "${TMPDIR:-/tmp}"/conform-callers.??????; do
		if [ ! -d "$left" ] || [ -L "$left" ] || [ ! -O "$left" ]; then continue; fi
		if [ -f "$left/owner" ]; then
			pid='' start='' where=''
			read -r pid start where <"$left/owner" || true
			case $pid:$start in :* | *: | *[!0-9:]*) continue ;; esac
			if [ "$where" != "$(here)" ] || [ "$(process_start "$pid")" = "$start" ]; then continue; fi
			rm -rf --one-file-system -- "$left"
		elif [ -n "$(find "$left" -maxdepth 0 -empty -mmin +10)" ]; then
			rmdir -- "$left" || true
		fi
	done
}

# box_sweep: the empty cgroups of runs that were killed and could not remove them.
box_sweep() {
	local dir left
	box_sweep_work
	while read -r _ _ dir; do
		for left in "${dir%/*}"/conform-callers-*; do
			[ ! -d "$left" ] || [ -d "/proc/${left##*-}" ] || find "$left" -depth -type d -exec rmdir {} + 2>/dev/null || true
		done
	done < <(own_cgroups)
}

box_cgroups_make() {
	local dir options
	own_cgroups >"$work/cgroups"
	while read -r _ options dir; do
		mkdir "$dir"
		[ ! -e "$dir/cpuset.cpus" ] || [ -e "$dir/cgroup.controllers" ] || {
			cat "${dir%/*}/cpuset.cpus" >"$dir/cpuset.cpus"
			cat "${dir%/*}/cpuset.mems" >"$dir/cpuset.mems"
		}
	done <"$work/cgroups"
}

# The cgroups below ours, deepest first. Processes that were killed may take a moment to leave; left_after says which are still there then.
box_cgroups_remove() {
	local dir try
	[ -e "$work/cgroups" ] || return 0
	while read -r _ _ dir; do
		for try in {1..100}; do
			[ -d "$dir" ] || break
			[ "$try" = 1 ] || sleep 0.05
			find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || true
		done
	done <"$work/cgroups"
}

box_clean() {
	trap '' INT TERM HUP
	if [ -n "${box_pid:-}" ]; then
		kill -KILL "$box_pid" 2>/dev/null || true
		wait "$box_pid" 2>/dev/null || true
	fi
	box_cgroups_remove
}

box_ends=()

# box_run I RESULTS: the selected rows with runtime number I; a line for each is appended. box_ends[I] says how the box ended, where it ended badly.
box_run() {
	local rc=0
	box_cgroups_make
	(
		# setpriv: the box does not outlive us, however we end. Only its first process is in our cgroups, and then the first of a cgroup namespace.
		# shellcheck disable=SC2016 # expanded in there
		exec setpriv --pdeathsig KILL timeout -s KILL "$timeout" setpriv --pdeathsig KILL \
			unshare --mount --net --pid --uts --ipc --fork --kill-child --mount-proc --propagation private -- \
			bash -ec 'for dir in $1; do echo 0 >"$dir/cgroup.procs"; done; shift; exec unshare --cgroup -- "$@"' bash "$(cut -d' ' -f3 "$work/cgroups")" \
			env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=xterm HOME="$box/home" TMPDIR="$box/tmp" \
			BOX_RUNTIME="${runtimes[$1]}" BOX_VIEW="${views[$1]}" BOX_CGROUPS="$(cut -d' ' -f1,2 "$work/cgroups")" CALLERS_PATIENCE="$patience" \
			bash "$0" --in-the-box "${names[$1]}" "$prove" "$verbose" "${selected[@]}" 3>>"$2"
	) &
	box_pid=$!
	wait "$box_pid" 2>/dev/null || rc=$?
	box_pid=''
	box_cgroups_remove
	case $rc in
	0) box_ends[$1]='' ;;
	137) box_ends[$1]="stopped after $timeout s (--timeout)" ;;
	*) box_ends[$1]="the box ended with $rc" ;;
	esac
}

# memory DIRECTORY [MODE]: an empty file system in memory.
memory() {
	mount -t tmpfs -o "mode=${2:-755}" callers "$1"
}

box_device() {
	mknod -m "$2" "/dev/$1" c "$3" "$4"
}

# A /dev of our own: runtimes have been seen to change the owner of the host's /dev/null.
box_devices() {
	memory /dev
	box_device null 666 1 3
	box_device zero 666 1 5
	box_device full 666 1 7
	box_device random 666 1 8
	box_device urandom 666 1 9
	box_device tty 666 5 0
	[ ! -e /sys/class/misc/fuse ] || box_device fuse 666 10 229
	mkdir /dev/pts /dev/shm /dev/mqueue
	mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 callers /dev/pts
	mount -t mqueue callers /dev/mqueue
	memory /dev/shm 1777
	ln -s pts/ptmx /dev/ptmx
	ln -s /proc/self/fd /dev/fd
	ln -s fd/0 /dev/stdin
	ln -s fd/1 /dev/stdout
	ln -s fd/2 /dev/stderr
}

# The hierarchies that the host has, each beginning at our cgroup.
box_cgroups_mount() {
	local where options dir
	grep -q '^/sys/fs/cgroup ' <<<"$BOX_CGROUPS" || memory /sys/fs/cgroup
	while read -r where options; do
		case $where in
		/sys/fs/cgroup)
			mount -t cgroup2 callers "$where"
			# processes are only in leaves
			mkdir "$where/engine"
			echo 0 >"$where/engine/cgroup.procs"
			sed 's/[a-z]\{1,\}/+&/g' "$where/cgroup.controllers" >"$where/cgroup.subtree_control"
			;;
		*/unified)
			[ "$BOX_VIEW" != hide-unified ] || continue
			mkdir "$where"
			mount -t cgroup2 callers "$where"
			;;
		*)
			mkdir "$where"
			case $options in name=*) options=none,$options ;; esac
			mount -t cgroup -o "$options" callers "$where"
			;;
		esac
	done <<<"$BOX_CGROUPS"
}

# box_furnish NAME PROVE: inside, before anything else. The programs under test are copied to bin/, because what lies below /tmp, say, is hidden.
box_furnish() {
	exec 5<"$BOX_RUNTIME" 6</dev/null 7</dev/null
	[ "$2" = no ] || exec 6<"$top/build/release/harness/cli/conform" 7<"$top/ci/callers/lying"
	# what stays below, hidden by ours, is in mountinfo, and podman takes it for something that it can unmount by its name
	umount --recursive --lazy /sys || say "what lies below /sys stays there, hidden"
	mount -t sysfs callers /sys
	box_cgroups_mount
	memory /run
	mkdir "$box"
	cd "$box" || exit
	mkdir bin real log home etc etc/upper etc/work /run/lock
	mkdir -m 1777 tmp
	if [ "$2" = yes ]; then
		cat <&5 >"real/$1"
		cat <&6 >bin/conform
		cat <&7 >"bin/$1"
	else
		cat <&5 >"bin/$1"
	fi
	chmod 755 bin/* "real/$1" 2>/dev/null || true
	exec 5<&- 6<&- 7<&-
	mount -t overlay -o "lowerdir=/etc,upperdir=$box/etc/upper,workdir=$box/etc/work" callers /etc
	box_devices
	memory /tmp 1777
	memory /root 700
	memory /var
	mkdir /var/lib /var/log /var/cache
	mkdir -m 1777 /var/tmp
	ln -s /run /var/run
	ln -s /run/lock /var/lock
	mount -o remount,bind,ro /
	ip link set lo up
}
