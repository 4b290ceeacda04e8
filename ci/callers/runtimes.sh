# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # the files of this folder share their variables
# Which runtimes are the columns of the table: what --runtime says.

runtimes=() names=() views=()

# v2_has_controllers: in a hybrid layout the v2 hierarchy holds a controller.
v2_has_controllers() {
	local where
	while read -r where; do
		[ "$where" = /sys/fs/cgroup ] || [ -z "$(cat "$where/cgroup.controllers")" ] || return 0
	done < <(findmnt -rn -t cgroup2 -o TARGET)
	return 1
}

# add_runtime WORD: a column. refrun, runc and crun without a path are those of this checkout and of the distribution.
add_runtime() {
	local path=$1 view=all
	case $path in
	refrun)
		path=$top/build/release/runtime/cli/refrun
		[ -n "${CALLERS_BUILT:-}" ] || build_release
		;;
	runc | crun)
		need_packages "$path"
		# where it has to share the work it refuses to
		[ "$path" = runc ] || ! v2_has_controllers || view=hide-unified
		;;
	esac
	path=$(PATH=$PATH:/usr/sbin:/sbin command -v -- "$path") || die "--runtime: no program '$1'"
	path=$(realpath -e -- "$path")
	runtimes+=("$path")
	names+=("${path##*/}")
	views+=("$view")
}

# parse_runtimes LIST: words between commas; name=NAME and hide-unified are of the runtime before them.
parse_runtimes() {
	local word words first=${#names[@]}
	IFS=, read -ra words <<<"$1"
	[ ${#words[@]} -gt 0 ] || die "--runtime: no runtime"
	for word in "${words[@]}"; do
		case $word in
		name=* | hide-unified) [ ${#names[@]} -gt "$first" ] || die "--runtime: '$word' comes after a runtime" ;;&
		name=*) names[-1]=${word#name=} ;;
		hide-unified) views[-1]=hide-unified ;;
		*=*) die "--runtime: unknown option '$word'; name=NAME or hide-unified" ;;
		*) add_runtime "$word" ;;
		esac
	done
}

# check_names: each column can be told from the others.
check_names() {
	local name twice
	for name in "${names[@]}"; do
		case $name in '' | *[!A-Za-z0-9_.-]*) die "--runtime: a name has letters, digits, '_', '.' and '-', not '$name'" ;; esac
	done
	twice=$(printf '%s\n' "${names[@]}" | sort | uniq -d | head -n 1)
	[ -z "$twice" ] || die "--runtime: two runtimes are called '$twice'; name=NAME gives one another name"
}

build_release() {
	need_packages "${packages_build[@]}"
	(cd "$top" && build release)
}

# describe_runtimes: their versions on one line, and on another the kernel and the layout of its cgroups.
describe_runtimes() {
	local i hidden separator='' cgroups
	for i in "${!names[@]}"; do
		hidden=''
		[ "${views[i]}" = all ] || hidden=' (the v2 hierarchy is hidden from it)'
		printf '%s%s %s%s' "$separator" "${names[i]}" "$(version_of "${runtimes[i]}")" "$hidden"
		separator='; '
	done
	cgroups=$(findmnt -rn -t cgroup,cgroup2 -o FSTYPE | sort -u | sed 's/^cgroup$/v1/; s/^cgroup2$/v2/' | paste -sd+ | sed 's/+/ and /')
	printf '\nLinux %s, cgroup %s, %s\n' "$(uname -r | grep -oE '^[0-9.]+')" "$cgroups" "$(date +%F)"
}
