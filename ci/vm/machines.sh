# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What ci/vm/matrix and ci/vm/mutants have in common. Names of machines: LAYOUT[-LSM][-systemd], as "v1", "v2-selinux", "hybrid-none-systemd"; without a security module it is AppArmor.

# machine NAME: options of ci/vm/run and ci/vm/suite.
machine() {
	local word options=(--lsm=apparmor)
	case $1 in
	v2 | v2-* | v1 | v1-* | hybrid | hybrid-*) options+=("--cgroup=${1%%-*}") ;;
	*) die "no machine '$1'; --help says how they are called" ;;
	esac
	for word in $(tr - ' ' <<<"$1 " | cut -d' ' -f2-); do
		case $word in
		apparmor | selinux | none) options[0]=--lsm=$word ;;
		systemd) options+=(--systemd) ;;
		*) die "no machine '$1'; --help says how they are called" ;;
		esac
	done
	echo "${options[*]}"
}

# made_by TREE [FILE]...: what a report was made by: the version of the conform in this build directory, and one sum of that program, the probe, both parts of refrun and
# these files. The version alone names a commit, and not what was changed since.
made_by() {
	local tree=$1 f files=()
	shift
	for f in "$tree"/{harness/cli/conform,harness/probe/conform-probe,runtime/cli/refrun,runtime/cli/refrun-systemd} "$@"; do
		[ ! -e "$f" ] || files+=("$f")
	done
	"$tree/harness/cli/conform" --version | tr '\n' ' '
	cat "${files[@]}" | md5sum | cut -d' ' -f1
}
