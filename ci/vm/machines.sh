# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Names of machines for ci/vm/matrix and ci/vm/mutants: LAYOUT[-LSM][-systemd], as "v1", "v2-selinux", "hybrid-none-systemd"; without a security module it is AppArmor.

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
