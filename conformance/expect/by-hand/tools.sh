# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the deviations share: a hand-made bundle, calls of the runtime, and verdicts on them. Known here: RT the runtime, NAME its name,
# W the scratch directory, V the variant that the entry names (ALL=yes: none). Made here: B the bundle, ID the container.
n=0

# bundle EDIT [PROGRAM]: a fresh bundle whose configuration is the minimal one with EDIT (jq) applied; the container runs PROGRAM (shell),
# which can write below /out, seen here as $B/out.
bundle() {
	remove_container
	n=$((n + 1)) ID=$PREFIX-$n B=$W/b$n
	mkdir -p "$B"/out "$B"/rootfs/{bin,dev,proc,sys,tmp,out,mnt}
	chmod 0777 "$B/out"
	ln "$W/busybox" "$B/rootfs/bin/busybox"
	for a in sh cat ls mknod mount readlink nice grep uname chrt ionice sleep touch id stat seq; do ln -s busybox "$B/rootfs/bin/$a"; done
	mountinfo=$(grep -c . /proc/self/mountinfo)
	config "$1" "${2:-}"
}

BASE='{ociVersion: "1.0.2", root: {path: "rootfs"},
 process: {user: {uid: 0, gid: 0}, cwd: "/", env: ["PATH=/bin"], args: ["/bin/sh", "-c", $program],
  capabilities: (["CAP_SYS_ADMIN", "CAP_MKNOD", "CAP_SYSLOG"] | {bounding: ., effective: ., permitted: .})},
 mounts: [{destination: "/proc", type: "proc", source: "proc"}, {destination: "/out", type: "bind", source: ($B + "/out"), options: ["bind"]}],
 linux: {namespaces: (["pid", "network", "ipc", "uts", "mount"] | map({type: .})), cgroupsPath: ("/" + $id)}}'

# config EDIT [PROGRAM]: writes the configuration (once more). In EDIT, $B, $W, $id and $v are what B, W, ID and V are here.
config() {
	jq -n --arg B "$B" --arg W "$W" --arg id "$ID" --arg v "$V" --arg program ">/out/ran; ${2:-:}" "$BASE | $1" >"$B/config.json"
}

# call ARG...: the runtime; its exit status, its output in $B/stdout and $B/stderr. Never a pipe: a container would keep it open.
call() {
	"$RT" --root "$W/a/b/root" "$@" <"$W/null" >"$B/stdout" 2>"$B/stderr"
}

create() { call create --bundle "$B" "$@" "$ID"; }
start() { call start "$ID"; }

# until_true COMMAND...: waits for it, five seconds at most.
until_true() {
	for _ in $(seq 250); do "$@" && return 0; sleep 0.02; done
	return 1
}

status_is() { [ "$(call state "$ID"; jq -r .status "$B/stdout" 2>/dev/null)" = "$1" ]; }
ended() { ! call state "$ID" || [ "$(jq -r .status "$B/stdout")" = stopped ]; }

# run: create and start, and waits until the program has ended. Sets CREATE and START to the exit statuses.
run() {
	create; CREATE=$? START=-
	[ $CREATE = 0 ] || return 1
	start; START=$?
	until_true ended
	[ $START = 0 ]
}

# What the runtime said last, without the frame of a structured log line.
words() { tail -n 1 "$B/stderr" | sed 's/.*msg="\(.*\)"$/\1/; s,'"$B"',BUNDLE,g' | cut -c 1-120; }

result() { cat "$B/out/result" 2>/dev/null || echo nothing; }

remove_container() {
	[ -n "${B:-}" ] || return 0
	call delete --force "$ID"
	grep -o " $B/[^ ]*" /proc/self/mountinfo | sort -r | while read -r m; do umount -l "$m"; done
	cgroups | while read -r c; do until_true rmdir "$c" 2>/dev/null; done
	rm -rf --one-file-system "${B:?}" "$W/a/b/root/$ID"
	chown 0:0 "$W/null" /dev/null
	B=
}

# verdict EXPECTED OBSERVED CONFIRMED: the deviation is confirmed where the last is "yes".
verdict() { EXPECTED=$1 OBSERVED=$2 CONFIRMED=$3; }

# The cgroups that bear the container's name; a file system that only hides a hierarchy has none.
cgroups() {
	for c in /sys/fs/cgroup/"$ID"* /sys/fs/cgroup/*/"$ID"*; do [[ ! -d $c || $(stat -f -c %T "$c") != cgroup* ]] || echo "$c"; done
}

# What a refused create has left: cgroups, state, mounts, changed devices.
left() {
	local s='' owner count
	count=$(cgroups | grep -c .)
	[ "$count" = 0 ] || s+=", $count cgroups"
	[ ! -e "$W/a/b/root/$ID" ] || s+=", its state directory"
	[ "$(grep -c . /proc/self/mountinfo)" = "$mountinfo" ] || s+=", mounts"
	owner=$(stat -c %u:%g "$W/null")
	[ "$owner" = 0:0 ] || s+=", the caller's /dev/null owned by $owner"
	owner=$(stat -c %u:%g /dev/null)
	[ "$owner" = 0:0 ] || s+=", the host's /dev/null owned by $owner"
	echo "${s#, }"
}

# refusal EDIT: whether create or start of a bundle with EDIT is refused and nothing is left behind. Sets SAW.
refusal() {
	bundle "$1"
	! declare -F prepare >/dev/null || prepare
	local rest
	if run; then
		[ -e "$B/out/ran" ] && SAW='create 0, start 0, the program ran' || SAW='create 0, start 0, the program did not run'
		return 1
	fi
	rest=$(left)
	[ "$CREATE" = 0 ] && SAW="create 0, start $START" || SAW="create $CREATE"
	[ -n "$rest" ] && [ "$CREATE" != 0 ] || return 0
	SAW+=", left: $rest"
	return 1
}

# must_refuse EDIT [VALUE...]: a configuration that has to be an error. Where EDIT names $v, the values are all that is tried for it; an
# entry that names one of them means that one.
must_refuse() {
	local edit=$1 values all='' deviates=no
	shift
	values=("$@")
	[ $# = 0 ] && values=('')
	[ $ALL = yes ] || values=("$V")
	for V in "${values[@]}"; do
		refusal "$edit" || deviates=yes
		all+="; $([ $# = 0 ] || printf "'%s': " "$V")$SAW"
	done
	verdict 'an error, and nothing left of it' "${all#; }" $deviates
}

# must_apply EDIT PROGRAM WANTED [error]: what PROGRAM writes to /out/result must be WANTED; with the word error, a refusal that leaves nothing is as good.
must_apply() {
	local seen rest='' deviates=yes
	bundle "$1" "$2"
	! declare -F prepare >/dev/null || prepare
	mountinfo=$(grep -c . /proc/self/mountinfo)
	if run; then seen=$(result); else seen="create $CREATE, start $START: $(words)"; fi
	[ "$CREATE" = 0 ] || rest=$(left)
	[ "$seen" != "$3" ] || deviates=no
	[ "$START" = 0 ] || [ "${4:-}" != error ] || [ -n "$rest" ] || deviates=no
	verdict "$3${4:+, or an error}" "$seen${rest:+, left: $rest}" $deviates
}

# in_cgroup EDIT FILE WANTED: the file of the container's cgroup after create.
in_cgroup() {
	local seen
	bundle "$1"
	if create; then seen=$(cat /sys/fs/cgroup/${2%%/*}/$ID/${2#*/}); else seen="create fails: $(words)$(s=$(left); echo "${s:+, left: $s}")"; fi
	verdict "${2#*/} is $3" "$seen" $([ "$seen" = "$3" ] && echo no || echo yes)
}

# hook KIND COMMAND...: an EDIT that adds hooks which run these shell commands (within double quotes of jq), where OUT is the directory
# that the container has as /out; those of startContainer run in the container.
hook() {
	local kind=$1 sh='$W+"/busybox"' out='\($B)/out' list= c
	shift
	[ "$kind" != startContainer ] || { sh='"/bin/busybox"' out=/out; }
	for c in "$@"; do list+=",{path: ($sh), args: [\"sh\", \"-c\", \"${c//OUT/$out}\"], env: [\"PATH=/bin:/usr/bin\"]}"; done
	echo ".hooks.$kind = [${list:1}]"
}

# run_on: create and start of a container that goes on running.
run_on() { create && start && until_true [ -e "$B/out/ran" ]; }

# called ARG...: call, once, as the words of AS have it (env, taskset, a shell that opens files).
AS=()
called() {
	local as=("${AS[@]}")
	AS=()
	"${as[@]}" "$RT" --root "$W/a/b/root" "$@" <"$W/null" >"$B/stdout" 2>"$B/stderr"
}

# exec_gives EDIT OPTION PROGRAM WANTED: what exec of PROGRAM (shell) prints in a running container.
exec_gives() {
	local seen
	bundle "$1" 'sleep 100'
	run_on && called exec $2 "$ID" /bin/sh -c "$3"
	seen=$(cat "$B/stdout")
	verdict "${4//$'\n'/ }" "$(echo ${seen:-$(words)})" $([ "$seen" = "$4" ] && echo no || echo yes)
}

# exec_refuses EDIT OPTION PROGRAM: exec is an error.
exec_refuses() {
	local status
	bundle "$1" 'sleep 100'
	run_on && called exec $2 "$ID" /bin/sh -c "$3"
	status=$?
	SAW="exec $status, $([ $status = 0 ] && tr '\n' ' ' <"$B/stdout" || words)"
	verdict 'an error' "$SAW" $([ $status = 0 ] && echo yes || echo no)
}
