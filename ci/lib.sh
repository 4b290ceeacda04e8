# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts of this folder share: where the checkout is, how packages come, how a step is shown.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The script itself, for those that go elsewhere and then run once more, in namespaces.
self=$(realpath "$0")
jobs=$(nproc)

# Packages, by their names in Debian 12; each list is what one kind of work needs. libclang-rt-dev has the number of the distribution's clang in its name (need_packages).
packages_build=(gcc cmake ninja-build pkg-config git libyajl-dev libseccomp-dev libcap-dev libsystemd-dev libc6-dev)
packages_test=(check clang lld llvm libclang-rt-dev clang-format clang-tidy jq iproute2 man-db runc crun busybox-static uidmap procps)
packages_fuzz=(clang llvm libclang-rt-dev jq afl++ strace)
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
	sed -n '3,/^[^#]/{/^# shellcheck/d;/^#/s/^# \{0,1\}//p}' "$self"
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

case $top in *[[:space:]]*) die "the path of this checkout has a blank, which not every tool that it is built with can take: '$top'" ;; esac

# git refuses a checkout that is another user's, as one that a container has got may be (git-config(1), safe.directory); who runs its scripts trusts it.
if [ -z "${GIT_CONFIG_COUNT:-}" ]; then
	GIT_CONFIG_VALUE_0=$(realpath "$top")
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0
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

# clang_number: of the version that the package clang stands for, as "14"; nothing where apt knows none.
clang_number() {
	{ dpkg-query -W -f='${Depends}\n' clang || apt-cache depends clang || true; } 2>/dev/null | grep -oE '\bclang-[0-9]+' | sed -n '1s/clang-//p'
}

# packages_missing NAME...: those that are not installed, each once.
packages_missing() {
	local p number
	for p in "$@"; do
		if [ "$p" = libclang-rt-dev ] && number=$(clang_number) && [ -n "$number" ]; then p=libclang-rt-$number-dev; fi
		# a line for each architecture
		grep -qx installed <<<"$(dpkg-query -W -f='${db:Status-Status}\n' "$p" 2>/dev/null)" || printf '%s\n' "$p"
	done | awk '!seen[$0]++'
}

# apt_alone COMMAND...: while no other of these scripts, of whatever checkout, changes packages or their lists. dpkg's own directory is what is locked (flock(2)), so that
# no file is left; with somebody else's apt-get, install waits by itself.
apt_alone() {
	(
		flock 8
		DEBIAN_FRONTEND=noninteractive "$@" 8<&-
	) 8</var/lib/dpkg
}

# install_packages NAME...: those that are still missing. What apt says goes to standard output.
install_packages() {
	local missing
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	apt-get -qq update || return
	# by now it is known which clang there is
	mapfile -t missing < <(packages_missing "$@")
	apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}"
}

# need_packages NAME...: installs what is missing and says so; silent when nothing is.
need_packages() {
	local missing log
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -eq 0 ] && return 0
	command -v apt-get >/dev/null || die "missing packages, by their names in Debian 12: ${missing[*]}; there is no apt-get here, please install them by hand"
	[ "$(id -u)" = 0 ] || die "missing packages: ${missing[*]}; run as root, or: apt-get install ${missing[*]}"
	say "installing ${missing[*]}"
	log=$(mktemp)
	if ! apt_alone install_packages "$@" >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		die "apt-get could not install ${missing[*]} on $(. /etc/os-release && echo "${PRETTY_NAME:-this system}"); the names are those of Debian 12"
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
		[ -f "$f" ] || continue
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
	{ mkdir -p "$top/build" && true 9>>"$top/build/$preset.lock"; } 2>/dev/null ||
		die "$(id -un) cannot write to $top/build: run this as $(stat -c %U "$top"), or in a checkout of your own"
	log=$(mktemp)
	[ -d "$top/build/$preset" ] || say "building preset $preset in $top/build/$preset for the first time: a minute or two"
	# no `if !`: bash takes it for success when the file cannot be opened
	{ flock 9 && cmake --preset "$preset" -S "$top" && cmake --build "$top/build/$preset" -j "$jobs" ${1:+--target "$@"}; } 9>"$top/build/$preset.lock" >"$log" 2>&1 || {
		tail -n 60 "$log" >&2
		rm -f "$log"
		die "the build of preset '$preset' failed"
	}
	# the step that looks at the commit's name runs always
	! grep -qE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" || say "built preset $preset in $top/build/$preset"
	rm -f "$log"
}
