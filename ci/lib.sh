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
	if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
		printf '\033[1m== %s\033[0m\n' "$*" >&2
	else
		printf '== %s\n' "$*" >&2
	fi
}

die() {
	printf 'error: %s\n' "$*" >&2
	exit 2
}

# head_comment: what a script says of itself in its first lines.
head_comment() {
	sed -n '3,/^[^#]/{/^# shellcheck/d;/^#/s/^# \{0,1\}//p}' "$0"
}

# -h and --help, for every script but those whose arguments are partly those of another program: they set help=own before they read this file.
if [ "${help:=}" != own ]; then
	for a in "$@"; do
		case $a in
		-h | --help)
			head_comment
			exit 0
			;;
		esac
	done
fi

# strictly COMMAND...: runs it in a subshell that ends at the first thing that fails, and leaves its status in $status. To be called by itself: below `if`, `||` and `!` bash
# goes on behind what fails, in functions and subshells as well, whatever they set.
strictly() {
	set +e
	(
		set -e
		"$@"
	)
	status=$?
	set -e
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

# own_devices: in a mount namespace of our own, a /dev in memory with the nodes of the host's: who changes a node there changes none of the host's.
own_devices() {
	local new d
	new=$(mktemp -d "${TMPDIR:-/tmp}/conform-dev.XXXXXX")
	mount -t tmpfs -o mode=755 devices "$new"
	cp -ax /dev/. "$new"
	for d in pts shm mqueue hugepages; do
		! mountpoint -q "/dev/$d" || mount --rbind "/dev/$d" "$new/$d"
	done
	mount --move "$new" /dev
	rmdir "$new"
}

# source_package NAME DIR: the distribution's source of a package, with its patches, in DIR/source. The lists of sources are DIR's own: those of the machine stay as
# they are.
source_package() {
	local name=$1 dir=$2 f log options
	need_packages dpkg-dev
	mkdir -p "$dir/parts" "$dir/lists/partial"
	for f in /etc/apt/sources.list.d/*.sources; do
		sed 's/^Types:.*/Types: deb-src/' "$f" >"$dir/parts/$(basename "$f")"
	done
	[ ! -f /etc/apt/sources.list ] || sed -nE 's/^(# *)?deb(-src)? /deb-src /p' /etc/apt/sources.list | sort -u >"$dir/parts/sources.list"
	options=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$dir/parts" -o "Dir::State::lists=$dir/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
		-o APT::Sandbox::User=root)
	log=$dir/log
	if ! (cd "$dir" && apt-get "${options[@]}" -qq update && apt-get "${options[@]}" -qq --download-only source "$name" && dpkg-source --no-check -x "$name"_*.dsc source) >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		die "no source of the package $name"
	fi
}

# build PRESET [TARGET...]: configures where needed and builds, one after the other where several ask at once; says so where that takes long or has made something, and
# shows the output when it failed.
build() {
	local preset=$1 log
	shift
	log=$(mktemp)
	[ -d "$top/build/$preset" ] || say "building preset $preset in $top/build/$preset for the first time: a minute or two"
	mkdir -p "$top/build"
	if ! { flock 9 && cmake --preset "$preset" -S "$top" && cmake --build "$top/build/$preset" -j "$jobs" ${1:+--target "$@"}; } 9>"$top/build/$preset.lock" >"$log" 2>&1; then
		tail -n 60 "$log" >&2
		rm -f "$log"
		die "the build of preset '$preset' failed"
	fi
	# the step that looks at the commit's name runs always
	! grep -qE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" || say "built preset $preset in $top/build/$preset"
	rm -f "$log"
}
