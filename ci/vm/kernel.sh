# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Kernels for ci/vm/run: a distribution's package, unpacked and never installed, and an initramfs around ci/vm/init.
# Everything is kept below build/vm/ and made once.
cache=$top/build/vm

# Modules that the guest needs before it can load any from the shared root; a kernel that has one built in has no file for it.
boot_modules=(virtio_pci virtio_console 9pnet_virtio 9p overlay)

# newest_kernel SERIES: the name of the newest package of a series ("6.1") that apt knows; nothing where it knows none.
newest_kernel() {
	apt-cache pkgnames "linux-image-$1." | grep -E "^linux-image-${1//./\\.}\.[0-9]+(-[0-9]+|\+deb[0-9]+)-amd64$" | sort -V | tail -n 1 || true
}

# download NAME DIR: unpacks a package below DIR/tree; what apt says is in DIR/log.
download() {
	(cd "$2" && rm -f ./*.deb && apt-get -q download "$1" && dpkg -x ./*.deb tree) >"$2/log" 2>&1
}

# need_kernel SERIES: leaves an unpacked kernel in $cache/linux-SERIES. Who comes second waits for the first.
need_kernel() {
	mkdir -p "$cache"
	(
		flock 9
		fetch_kernel "$1"
	) 9>"$cache/lock"
}

# fetch_failed DIR WORDS: what apt has said, and why.
fetch_failed() {
	[ ! -f "$1/log" ] || tail -n 5 "$1/log" >&2
	rm -rf "$1"
	die "$2"
}

fetch_kernel() {
	local series=$1 dir=$cache/linux-$1 name work
	[ -d "$dir" ] && return 0
	command -v apt-get >/dev/null || die "no kernel $series in $dir, and no apt-get to fetch one; unpack a linux-image package there"
	work=$(mktemp -d "$cache/fetch.XXXXXX")
	name=$(newest_kernel "$series")
	[ -z "$name" ] || say "fetching $name"
	# lists that are old name what the archive has no longer
	if [ -z "$name" ] || ! download "$name" "$work"; then
		apt_alone apt-get -qq update >"$work/log" 2>&1 || true
		name=$(newest_kernel "$series")
		[ -n "$name" ] || fetch_failed "$work" "no kernel $series: apt knows no package linux-image-$series.*-amd64"
		say "fetching $name"
		download "$name" "$work" || fetch_failed "$work" "no kernel $series: $name could not be fetched"
	fi
	mkdir "$work/linux"
	mv "$work/tree/lib/modules" "$work/linux/modules"
	mv "$work"/tree/boot/vmlinuz-* "$work/linux/vmlinuz"
	mkdir "$work/linux/lib"
	ln -s ../modules "$work/linux/lib/modules"
	depmod -b "$work/linux" "$(ls "$work/linux/modules")"
	unpack_vmlinux "$work/linux/vmlinuz" "$work/linux/vmlinux" || fetch_failed "$work" "no kernel $series: $name holds no vmlinux that can be unpacked"
	mv -T "$work/linux" "$dir" 2>/dev/null || [ -d "$dir" ]
	rm -rf "$work"
}

# fetch_file PACKAGE PATH: prints where a file of a package lies, unpacked and never installed. Fails where it cannot be had.
fetch_file() {
	local package=$1 path=$2 work
	if [ ! -e "$cache/tools/$path" ]; then
		mkdir -p "$cache/tools"
		work=$(mktemp -d "$cache/fetch.XXXXXX")
		if ! { download "$package" "$work" || { apt_alone apt-get -qq update >"$work/log" 2>&1 && download "$package" "$work"; }; } || [ ! -e "$work/tree/$path" ]; then
			rm -rf "$work"
			return 1
		fi
		mkdir -p "$cache/tools/${path%/*}"
		mv "$work/tree/$path" "$cache/tools/$path"
		rm -rf "$work"
	fi
	printf '%s\n' "$cache/tools/$path"
}

# need_selinux_policy: leaves the distribution's policy with ci/vm/lsm/selinux-container.cil on top of it in $cache/selinux.policy. Fails where it cannot be had. What
# its modules say of logins is left out: it is for the tool that manages users, and no part of a policy.
need_selinux_policy() {
	local out=$cache/selinux.policy cil=$top/ci/vm/lsm/selinux-container.cil to_cil compile module file work
	[ "$out" -nt "$cil" ] && [ "$out" -nt "$top/ci/vm/kernel.sh" ] && return 0
	need_packages bzip2
	to_cil=$(fetch_file policycoreutils usr/libexec/selinux/hll/pp) && compile=$(fetch_file secilc usr/bin/secilc) || return 1
	work=$(mktemp -d "$cache/selinux.XXXXXX")
	for module in base unconfined; do
		if ! file=$(fetch_file selinux-policy-default "usr/share/selinux/default/$module.pp.bz2") || ! bzcat "$file" | "$to_cil" | sed '/^(selinuxuser/d; /^(userprefix/d' >"$work/$module.cil"; then
			rm -rf "$work"
			return 1
		fi
	done
	if ! "$compile" -c 31 -o "$work/policy" -f /dev/null "$work"/*.cil "$cil"; then
		rm -rf "$work"
		die "ci/vm/lsm/selinux-container.cil does not go with the distribution's policy"
	fi
	mv "$work/policy" "$out"
	rm -rf "$work"
}

# unpack_vmlinux BZIMAGE VMLINUX: the kernel that the image decompresses when it boots. Booted directly it saves the emulator most of the time to a prompt.
unpack_vmlinux() {
	local at tool
	while IFS=: read -r at tool; do
		tail -c +$((at + 1)) "$1" | $tool >"$2" 2>/dev/null || true
		[ "$(head -c 4 "$2" | tail -c 3)" = ELF ] && return 0
	done < <(
		# a kernel has one of the two signatures; that the other is not found is no reason to stop
		{ LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' "$1" || true; } | LC_ALL=C sed 's/:.*/:zstd -dqc/'
		{ LC_ALL=C grep -obUaP '\xfd7zXZ\x00' "$1" || true; } | LC_ALL=C sed 's/:.*/:xz -dqc --single-stream/'
	)
	return 1
}

# need_initramfs SERIES: leaves busybox, ci/vm/init and the modules of the first minute in $cache/linux-SERIES.cpio.
need_initramfs() {
	local kernel=$cache/linux-$1 out=$cache/linux-$1.cpio version work m path file
	[ "$out" -nt "$top/ci/vm/init" ] && [ "$out" -nt "$top/ci/vm/kernel.sh" ] && return 0
	version=$(ls "$kernel/modules")
	work=$(mktemp -d "$cache/initramfs.XXXXXX")
	mkdir -p "$work"/tree/{bin,modules,proc,sys,dev,lower,upper,root}
	cp "$(command -v busybox)" "$work/tree/bin/busybox"
	install -m 755 "$top/ci/vm/init" "$work/tree/init"
	for m in "${boot_modules[@]}"; do
		modprobe -d "$kernel" -S "$version" --show-depends "$m" 2>/dev/null | awk '$1 == "insmod" { print $2 }'
	done | awk '!seen[$0]++' >"$work/list"
	while read -r path; do
		file=${path##*/}
		file=${file%.xz}
		if [ "${path%.xz}" = "$path" ]; then cp "$path" "$work/tree/modules/$file"; else xz -dc "$path" >"$work/tree/modules/$file"; fi
		echo "$file" >>"$work/tree/modules/order"
	done <"$work/list"
	(cd "$work/tree" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$work/cpio"
	mv "$work/cpio" "$out"
	rm -rf "$work"
}
