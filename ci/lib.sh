# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts of this folder share: where the checkout is, how packages come, how a step is shown.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

# Packages of Debian 12; each list is what one kind of work needs.
packages_build=(gcc cmake ninja-build pkg-config git libyajl-dev libseccomp-dev libcap-dev libsystemd-dev libc6-dev)
packages_test=(check clang lld llvm libclang-rt-14-dev clang-format clang-tidy jq iproute2 man-db runc crun busybox-static uidmap procps)
packages_fuzz=(clang llvm libclang-rt-14-dev jq afl++)
packages_bench=(runc crun bubblewrap strace)

say() {
	printf '\033[1m== %s\033[0m\n' "$*" >&2
}

die() {
	printf 'error: %s\n' "$*" >&2
	exit 2
}

# need_packages NAME...: installs what is missing and says so; silent when nothing is.
need_packages() {
	local missing=() p
	for p in "$@"; do
		[[ " ${missing[*]} " == *" $p "* ]] || [ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	command -v apt-get >/dev/null || die "missing packages: ${missing[*]}; this script installs them on Debian 12 only, please install them by hand"
	[ "$(id -u)" = 0 ] || die "missing packages: ${missing[*]}; run as root, or: apt-get install ${missing[*]}"
	say "installing ${missing[*]}"
	local log
	log=$(mktemp)
	if ! { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		die "apt-get could not install ${missing[*]}"
	fi
	rm -f "$log"
}

# build PRESET [TARGET...]: configures where needed and builds; says so where that takes long or has made something, and shows the output when it failed.
build() {
	local preset=$1 log
	shift
	log=$(mktemp)
	[ -d "$top/build/$preset" ] || say "building preset $preset in $top/build/$preset for the first time: a minute or two"
	if ! { cmake --preset "$preset" -S "$top" && cmake --build "$top/build/$preset" -j "$jobs" ${1:+--target "$@"}; } >"$log" 2>&1; then
		tail -n 60 "$log" >&2
		rm -f "$log"
		die "the build of preset '$preset' failed"
	fi
	# the step that looks at the commit's name runs always
	! grep -qE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" || say "built preset $preset in $top/build/$preset"
	rm -f "$log"
}
