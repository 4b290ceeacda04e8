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
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=ci/callers/box.sh
. "$top/ci/callers/box.sh"
# shellcheck source=ci/callers/image.sh
. "$top/ci/callers/image.sh"
# shellcheck source=ci/callers/checks.sh
. "$top/ci/callers/checks.sh"
shopt -s inherit_errexit

# So many times as long everything is waited for, where a machine is slow.
patience=${CALLERS_PATIENCE:-1}
case $patience in '' | 0* | *[!0-9]*) die "CALLERS_PATIENCE is a number from 1 on, not '$patience'" ;; esac

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

# after_boxes: outside again, with the results in the files results.* of $work.
after_boxes() {
	:
}

usage() {
	sed -n '3,/^[^#]/{/^# shellcheck/d;/^#/s/^# \{0,1\}//p}' "$0"
	cat <<'END'

  --runtime=PATH[,name=NAME][,hide-unified]
               the runtime, and a column of the table; may be repeated; without it refrun of build/release
  --prove      every row once more for each lie that it names: with a runtime that tells it the row must fail
  --list       names the rows
  --install    installs the packages that are missing, and ends
  --results=FILE      lines "ROW<tab>VERDICT<tab>REASON", for programs
  --timeout=SECONDS   for each runtime (300)
  --verbose    what every row did, on stderr; without it only of those that failed

Exit code: 0: every row of every runtime is ok, or skipped with a reason; 1: one failed; 2: usage, or something is missing.
END
}

list_rows() {
	local r
	for r in "${row_names[@]}"; do
		printf '%-12s %s\n' "$r" "${row_titles[$r]}"
	done
}

# parse_runtime SPEC: appends to the lists runtimes (paths), names and views.
parse_runtime() {
	local path=${1%%,*} rest=${1#*,} name view=all option
	[ "$rest" != "$1" ] || rest=''
	path=$(PATH=$PATH:/usr/sbin:/sbin command -v -- "$path") || die "--runtime: no program '${1%%,*}'"
	path=$(realpath -e -- "$path")
	name=${path##*/}
	while [ -n "$rest" ]; do
		option=${rest%%,*}
		case $option in
		name=?*) name=${option#name=} ;;
		hide-unified) view=hide-unified ;;
		*) die "--runtime: unknown option '$option'; name=NAME or hide-unified" ;;
		esac
		[ "$rest" != "$option" ] || break
		rest=${rest#*,}
	done
	case $name in *[!A-Za-z0-9_.-]*) die "--runtime: a name has letters, digits, '_', '.' and '-', not '$name'" ;; esac
	runtimes+=("$path")
	names+=("$name")
	views+=("$view")
}

callers_main() {
	if [ "${1:-}" = --in-the-box ]; then
		box_main "${@:2}"
		return
	fi
	runtimes=() names=() views=() selected=() prove=no timeout=300 verbose=no results='' install=no
	local a
	for a in "$@"; do
		case $a in
		--runtime=*) parse_runtime "${a#*=}" ;;
		--prove | --prove=yes) prove=yes ;;
		--prove=no) prove=no ;;
		--results=*) results=${a#*=} ;;
		--timeout=*) timeout=${a#*=} ;;
		--verbose) verbose=yes ;;
		--install) install=yes ;;
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
	case $timeout in '' | *[!0-9]*) die "--timeout is a number of seconds, not '$timeout'" ;; esac
	[ "$(id -u)" = 0 ] || die "the box needs namespaces and mounts: run it as root"
	[ ${#selected[@]} -gt 0 ] || selected=("${row_names[@]}")
	need_packages "${packages[@]}" busybox-static util-linux jq
	[ "$install" = no ] || return 0
	# a virtual machine is not asked to build what was built outside
	if [ -z "${CALLERS_BUILT:-}" ] && { [ ${#runtimes[@]} -eq 0 ] || [ "$prove" = yes ]; }; then
		need_packages "${packages_build[@]}"
		(cd "$top" && build release)
	fi
	[ ${#runtimes[@]} -gt 0 ] || parse_runtime "$top/build/release/runtime/cli/refrun"

	box_sweep
	work=$(mktemp -d "${TMPDIR:-/tmp}/conform-callers.XXXXXX")
	box_own
	trap box_clean EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	local i
	for i in "${!runtimes[@]}"; do
		box_run "$i" "$work/results.$i"
	done
	after_boxes
	[ -z "$results" ] || cat "$work"/results.* >"$results"
	show_table
}

# Results are lines "ROW<tab>VERDICT<tab>REASON"; a row without one has not been reached, and that is a failure.
show_table() {
	local i r verdict reason cell line width=4 bad=0 note=0 ran=0
	local -a notes=() widths=()
	for r in "${selected[@]}"; do
		[ ${#row_titles[$r]} -le "$width" ] || width=${#row_titles[$r]}
	done
	line=$(printf '%-*s' "$width" "$(about)")
	for i in "${!names[@]}"; do
		widths[i]=$((${#names[i]} > 12 ? ${#names[i]} : 12))
		line+=$(printf '  %-*s' "${widths[i]}" "${names[i]}")
	done
	printf '%s\n' "${line%"${line##*[! ]}"}"
	for r in "${selected[@]}"; do
		line=$(printf '%-*s' "$width" "${row_titles[$r]}")
		for i in "${!names[@]}"; do
			verdict=FAILED reason="not reached: ${box_ends[i]}"
			IFS=$'\t' read -r _ verdict reason < <(grep "^$r	" "$work/results.$i" || printf '%s\t%s\t%s\n' "$r" "$verdict" "$reason")
			cell=$verdict
			[ "$prove" = no ] || [ "$verdict" != ok ] || cell="ok, $reason caught"
			ran=$((ran + 1))
			[ "$verdict" != FAILED ] || bad=$((bad + 1))
			if [ "$verdict" != ok ]; then
				note=$((note + 1))
				cell="$verdict ($note)"
				notes+=("($note) ${names[i]}, $r: $reason")
			fi
			line+=$(printf '  %-*s' "${widths[i]}" "$cell")
		done
		printf '%s\n' "${line%"${line##*[! ]}"}"
	done
	[ ${#notes[@]} -eq 0 ] || printf '\n%s\n' "${notes[0]}"
	[ ${#notes[@]} -lt 2 ] || printf '%s\n' "${notes[@]:1}"
	for i in "${!names[@]}"; do
		[ -z "${box_ends[i]}" ] || {
			printf '\n%s: %s\n' "${names[i]}" "${box_ends[i]}"
			bad=$((bad + 1))
		}
	done
	printf '\n%d of %d ok in %d s\n' "$((ran - ${#notes[@]}))" "$ran" "$SECONDS"
	[ "$bad" = 0 ] || return 1
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
		printf '%s\t%s\t%s\n' "$r" "$verdict" "$reason" >&3
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
	verdict=ok reason=$caught
	[ -z "$survived" ] || verdict=FAILED reason=$survived
}
