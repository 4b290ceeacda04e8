# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC1091,SC2034,SC2154 # the files of this folder share their variables
# What the scripts of this folder share: options, the table, rows and their checks. box.sh makes the place where they run.
#
# A script names its packages and its rows, says how its engine starts, and calls callers_main "$@":
#   packages=(NAME...)
#   about                   prints the engine's version
#   prepare                 starts the engine; runs once in the box, for one runtime
#   row NAME TITLE [LIE]... with a function op_NAME; what it claims must not hold where the runtime lies so (--prove)
#   tidy                    removes what a row has left in the engine
help=own
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=ci/callers/box.sh
. "$top/ci/callers/box.sh"
# shellcheck source=ci/callers/image.sh
. "$top/ci/callers/image.sh"
# shellcheck source=ci/callers/checks.sh
. "$top/ci/callers/checks.sh"
# shellcheck source=ci/callers/runtimes.sh
. "$top/ci/callers/runtimes.sh"
# shellcheck source=ci/callers/table.sh
. "$top/ci/callers/table.sh"
# shellcheck source=ci/callers/left.sh
. "$top/ci/callers/left.sh"
shopt -s inherit_errexit

# So many times as long everything is waited for, where a machine is slow.
patience=${CALLERS_PATIENCE:-1}
case $patience in '' | 0* | *[!0-9]*) die "CALLERS_PATIENCE is a number from 1 on, not '$patience'" ;; esac
# Seconds for each runtime, where nobody says --timeout.
default_timeout=300

row_names=()
declare -A row_titles row_lies

row() {
	row_names+=("$1")
	row_titles[$1]=$2
	row_lies[$1]=$(printf '%s\n' "${@:3}")
}

tidy() {
	:
}

# before_boxes: outside, with a directory in $work, where the rows are to run: what the boxes need besides.
before_boxes() {
	:
}

# after_boxes: outside again, with the results of all runtimes in $work/results.
after_boxes() {
	:
}

usage() {
	head_comment
	cat <<END

  --runtime=RUNTIME[,name=NAME][,hide-unified][,RUNTIME...]
               the runtimes, a column of the table for each (refrun): refrun is that of build/release, runc and crun are the distribution's, others are looked for
               in \$PATH or have one; may be repeated. hide-unified: it does not see the v2 hierarchy of a hybrid layout (crun, where that holds a controller)
  --judge=all  a row that fails with any runtime is a failure; without it the first runtime is judged, and the others are there to compare with
  --prove      every row once more for each lie that it names: with a runtime that tells it the row must fail
  --list       names the rows
  --version    names the engine, and ends
  --install    installs the packages that are missing, and ends
  --results=FILE      lines "RUNTIME<tab>ROW<tab>VERDICT<tab>REASON", for programs
  --timeout=SECONDS   for each runtime ($default_timeout)
  --verbose    what every row did, on stderr; without it only of those that failed

Exit code: 0: every row of the first runtime (--judge=all: of each) is ok, or skipped with a reason; 1: one failed, or something was left or changed on the host;
2: usage, or something is missing.
END
}

# list_rows [ROW]...: all without names.
list_rows() {
	local r
	[ $# -gt 0 ] || set -- "${row_names[@]}"
	for r in "$@"; do
		printf '%-12s %s\n' "$r" "${row_titles[$r]}"
	done
}

callers_main() {
	if [ "${1:-}" = --in-the-box ]; then
		box_main "${@:2}"
		return
	fi
	local a i asked=()
	selected=() prove=no timeout=$default_timeout verbose=no results='' install=no judge=first
	for a in "$@"; do
		case $a in
		--runtime=*) asked+=("${a#*=}") ;;
		--judge=all | --judge=first) judge=${a#*=} ;;
		--prove | --prove=yes) prove=yes ;;
		--prove=no) prove=no ;;
		--results=*) results=${a#*=} ;;
		--timeout=*) timeout=${a#*=} ;;
		--verbose) verbose=yes ;;
		--install) install=yes ;;
		--version)
			about
			echo
			return
			;;
		--list)
			list_rows
			return
			;;
		-h | --help)
			usage
			return
			;;
		-*) die "unknown option '$a'; --help names them" ;;
		*)
			[ -n "${row_titles[$a]:-}" ] || die "no row '$a'; --list names them"
			selected+=("$a")
			;;
		esac
	done
	case $timeout in '' | 0* | *[!0-9]*) die "--timeout is a number of seconds from 1 on, not '$timeout'" ;; esac
	[ "$(id -u)" = 0 ] || die "the box needs namespaces and mounts: run it as root"
	[ ${#selected[@]} -gt 0 ] || selected=("${row_names[@]}")
	need_packages "${packages[@]}" busybox-static util-linux jq
	[ "$install" = no ] || return 0
	[ ${#asked[@]} -gt 0 ] || asked=(refrun)
	for a in "${asked[@]}"; do parse_runtimes "$a"; done
	check_names
	# a virtual machine is not asked to build what was built outside
	[ -n "${CALLERS_BUILT:-}" ] || [ "$prove" = no ] || build_release

	box_sweep
	work=$(mktemp -d "${TMPDIR:-/tmp}/conform-callers.XXXXXX")
	box_own
	left_before
	trap callers_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	before_boxes
	for i in "${!runtimes[@]}"; do box_run "$i" "$work/results"; done
	after_boxes
	[ -z "$results" ] || cp "$work/results" "$results"
	show_table
}

# callers_end: what the script does last, however it ends. What was left outweighs every other end but an interruption.
callers_end() {
	local rc=$?
	box_clean
	if ! left_after; then
		[ "$rc" -gt 2 ] || rc=1
	fi
	rm -rf "$work"
	exit "$rc"
}

# not_reached: rows without a result, which have not been reached: that is a failure.
not_reached() {
	local i r
	for i in "${!names[@]}"; do
		for r in "${selected[@]}"; do
			grep -q "^${names[i]}	$r	" "$work/results" || printf '%s\t%s\tFAILED\tnot reached: %s\n' "${names[i]}" "$r" "${box_ends[i]:-nobody says why}"
		done
	done
}

# show_table: fails where a judged row, or a judged box, did.
show_table() {
	local i bad=0
	list_rows "${selected[@]}" >"$work/rows"
	not_reached >"$work/not-reached"
	cat "$work/not-reached" >>"$work/results"
	print_table "$(about)" "$work/rows" "$work/results" "${names[@]}"
	for i in "${!names[@]}"; do
		[ -z "${box_ends[i]}" ] || printf '\n%s: %s\n' "${names[i]}" "${box_ends[i]}"
	done
	printf '\n%s in %d s\n' "$(print_totals "$work/results" "$work/rows" "${names[@]}")" "$SECONDS"
	describe_runtimes
	for i in "${!names[@]}"; do
		[ "$i" = 0 ] || [ "$judge" = all ] || break
		[ -z "${box_ends[i]}" ] || bad=1
		[ "$(count_results "$work/results" "${names[i]}" FAILED "${selected[@]}")" = 0 ] || bad=1
	done
	return "$bad"
}

# box_main NAME PROVE VERBOSE ROW...: inside, as the first process of the box, with the results on descriptor 3.
box_main() {
	local name=$1 prove=$2 r rc
	verbose=$3
	shift 3
	box_furnish "$name" "$prove"
	runtime=$box/bin/$name
	set +e
	(
		set -e
		prepare
	) >"$box/log/prepare" 2>&1 3>&- </dev/null
	rc=$?
	set -e
	[ "$rc:$verbose" = 0:no ] || sed 's/^/prepare: /' "$box/log/prepare" >&2
	[ "$rc" = 0 ] || exit "$rc"
	for r in "$@"; do
		run_row "$r"
		show_log "$r"
		[ "$prove" = no ] || [ "$verdict" != ok ] || prove_row "$r"
		printf '%s\t%s\t%s\t%s\n' "$name" "$r" "$verdict" "$reason" >&3
	done
}

# run_row NAME: sets verdict and reason.
run_row() {
	local rc
	local log=$box/log/$1
	rm -f "$box/reason"
	set +e
	(
		set -e
		"op_$1"
	) >"$log" 2>&1 3>&- </dev/null
	rc=$?
	set -e
	(tidy) >>"$log" 2>&1 3>&- </dev/null || true
	reason=''
	[ ! -e "$box/reason" ] || reason=$(tr '\n\t' '  ' <"$box/reason" | cut -c1-300)
	case $rc in
	0) verdict=ok ;;
	77) verdict=skip ;;
	*)
		verdict=FAILED
		: "${reason:=ended with $rc: $(tail -n 1 "$log" | tr '\n\t' '  ' | cut -c1-300)}"
		;;
	esac
}

show_log() {
	if [ "$verdict" = FAILED ] || [ "$verbose" = yes ]; then
		sed "s/^/$1: /" "$box/log/$1" >&2
	fi
}

# prove_row NAME: a row that is ok is run again with each lie that it names, and must fail; sets verdict and reason.
prove_row() {
	local lie caught=0 survived=''
	while read -r lie; do
		[ -n "$lie" ] || continue
		printf '%s' "$lie" >"$box/lie"
		run_row "$1"
		rm "$box/lie"
		(tidy) >>"$box/log/$1" 2>&1 3>&- </dev/null || true
		[ "$verbose" = no ] || {
			show_log "$1"
			printf '%s: %s: under the lie %s: %s\n' "$1" "$verdict" "$lie" "$reason" >&2
		}
		if [ "$verdict" = FAILED ]; then
			caught=$((caught + 1))
		else
			survived="$verdict although the runtime lies: $lie"
		fi
	done <<<"${row_lies[$1]}"
	verdict=ok reason="$caught caught"
	[ -z "$survived" ] || verdict=FAILED reason=$survived
}
