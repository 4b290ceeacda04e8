# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC1091,SC2034,SC2154 # the files of this folder share their variables
# What a row says with. Each ends the row where it does not hold, with what was expected and what was there.

fail() {
	printf '%s\n' "$*" >"$box/reason"
	exit 1
}

skip() {
	printf '%s\n' "$*" >"$box/reason"
	exit 77
}

# same WHAT EXPECTED OBSERVED
same() {
	[ "$2" = "$3" ] || fail "$1: expected '$2', observed '$3'"
}

differ() {
	[ "$2" != "$3" ] || fail "$1: expected anything but '$2'"
}

# like WHAT PATTERN OBSERVED: an extended regular expression, which a line of what was observed must match.
like() {
	grep -qE -- "$2" <<<"$3" || fail "$1: expected /$2/, observed '$3'"
}

# between WHAT LEAST MOST OBSERVED
between() {
	case $4 in '' | *[!0-9]*) fail "$1: expected a number, observed '$4'" ;; esac
	(($4 >= $2 && $4 <= $3)) || fail "$1: expected $2 to $3, observed $4"
}

# ends CODE COMMAND...: runs it, and leaves what it printed in out and err; it must end with CODE.
ends() {
	local expected=$1 rc=0
	shift
	"$@" >"$box/out" 2>"$box/err" || rc=$?
	out=$(tr -d '\r\0' <"$box/out") err=$(tr -d '\r\0' <"$box/err")
	printf '$ %s\n%s\n%s\n= %d\n' "$*" "$out" "$err" "$rc"
	[ "$rc" = "$expected" ] || fail "$(printf '%s ' "${@:1:2}")...: expected exit code $expected, observed $rc: $(grep -m 1 . <<<"${err:-$out}")"
}

# becomes WHAT EXPECTED COMMAND...: its output becomes that, within 10 s (times $patience).
becomes() {
	local what=$1 expected=$2 got='' deadline=$((SECONDS + 10 * patience))
	shift 2
	while [ "$SECONDS" -lt "$deadline" ]; do
		got=$("$@" 2>&1 | tr -d '\r' || true)
		[ "$got" != "$expected" ] || return 0
		sleep 0.02
	done
	fail "$what: expected '$expected' within $((10 * patience)) s, observed '$got'"
}

# cgroup_file PID V1-CONTROLLER V1-FILE V2-FILE: the path of that file of the process's cgroup, seen from outside.
cgroup_file() {
	local path
	if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
		path=$(sed -n 's/^0:://p' "/proc/$1/cgroup")
		echo "/sys/fs/cgroup$path/$4"
	else
		path=$(awk -F: -v c="$2" '("," $2 ",") ~ ("," c ",") { print $3 }' "/proc/$1/cgroup")
		echo "/sys/fs/cgroup/$2$path/$3"
	fi
}

# cgroup_value PID V1-CONTROLLER V1-FILE V2-FILE: what is in it.
cgroup_value() {
	cat "$(cgroup_file "$@")"
}

# frozen PID: yes or no, as the kernel says of its cgroup.
frozen() {
	local file
	file=$(cgroup_file "$1" freezer freezer.state cgroup.events)
	if grep -qxE 'FROZEN|frozen 1' "$file"; then echo yes; else echo no; fi
}

# processes_with TEXT: those of the box that have it in their command line.
processes_with() {
	local file
	for file in /proc/[0-9]*/cmdline; do
		[[ $(tr '\0' ' ' <"$file" 2>/dev/null) != *"$1"* ]] || basename "$(dirname "$file")"
	done
}

# namespace PID KIND
namespace() {
	readlink "/proc/$1/ns/$2"
}

# on_terminal CODE COMMAND...: with a terminal of 33 rows and 99 columns, at which somebody types "typed" and Return once the command has printed that size; what
# it printed stands in out.
on_terminal() {
	local expected=$1 rc=0 keyboard typist
	shift
	# open at both ends, so that the input does not end
	rm -f "$box/keyboard"
	mkfifo "$box/keyboard"
	exec {keyboard}<>"$box/keyboard"
	# not before: the terminal's echo would come in the middle of what the command prints
	: >"$box/out"
	(until grep -q '^33 99' "$box/out"; do sleep 0.05; done; echo typed >&"$keyboard") &
	typist=$!
	timeout -k 2 $((30 * patience)) script -qefc "stty rows 33 cols 99; exec $(printf '%q ' "$@")" /dev/null <&"$keyboard" {keyboard}<&- >"$box/out" 2>&1 || rc=$?
	kill "$typist" 2>/dev/null || true
	wait "$typist" || true
	exec {keyboard}<&-
	out=$(tr -d '\r\0' <"$box/out")
	printf '(terminal) $ %s\n%s\n= %d\n' "$*" "$out" "$rc"
	[ "$rc" = "$expected" ] || fail "$(printf '%s ' "${@:1:2}")...: expected exit code $expected, observed $rc: $(tail -n 1 <<<"$out")"
}

# holds_capability NUMBER: whether we may use it, as linux/capability.h counts.
holds_capability() {
	(((0x$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status) >> $1) & 1))
}

# rt COMMAND...: the runtime itself, bounded.
rt() {
	timeout -k 2 $((30 * patience)) "$runtime" "$@"
}

# rt_state MEMBER ID
rt_state() {
	rt state "$2" | jq -r ".$1"
}

# rt_tidy [ROOT]...: whatever the runtime still has, there or in its own place, is removed.
rt_tidy() {
	local root state
	for root in "/run/${runtime##*/}" "$@"; do
		for state in "$root"/*/; do
			[ ! -d "$state" ] || "$runtime" --root "$root" delete --force "$(basename "$state")"
		done
	done
}

# as_user COMMAND...: somebody who is not root, and has a range of subordinate ids.
as_user() {
	if ! grep -q ^caller: /etc/passwd; then
		echo "caller:x:2000:2000::$box/caller:/bin/sh" >>/etc/passwd
		echo caller:x:2000: >>/etc/group
		echo caller:200000:65536 | tee -a /etc/subuid >>/etc/subgid
		mkdir -p "$box/caller/run"
		chown -R 2000:2000 "$box/caller"
		chmod 700 "$box/caller/run"
	fi
	(cd "$box/caller" && timeout -k 2 $((30 * patience)) setpriv --reuid 2000 --regid 2000 --clear-groups -- env HOME="$box/caller" XDG_RUNTIME_DIR="$box/caller/run" USER=caller "$@")
}
