# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC1091,SC2034,SC2154 # the files of this folder share their variables
# The image of every row: the distribution's static busybox with a link for each of its programs, a user and a group file. No network is asked.

# make_rootfs DIRECTORY
make_rootfs() {
	mkdir -p "$1"/bin "$1"/dev "$1"/etc "$1"/proc "$1"/sys "$1"/run "$1"/root "$1"/var
	ln -s bin "$1/sbin"
	mkdir -m 1777 "$1/tmp"
	cp /bin/busybox "$1/bin/busybox"
	local p
	for p in $(/bin/busybox --list); do
		[ "$p" = busybox ] || ln -s busybox "$1/bin/$p"
	done
	printf 'root:x:0:0:root:/root:/bin/sh\nplain:x:1000:1000::/tmp:/bin/sh\n' >"$1/etc/passwd"
	printf 'root:x:0:\nplain:x:1000:\n' >"$1/etc/group"
	printf 'made by ci/callers\n' >"$1/etc/issue"
}

# make_image FILE: the root file system as a tar archive, which podman and docker import.
make_image() {
	make_rootfs "$box/rootfs"
	tar -C "$box/rootfs" --sort=name -cf "$1" .
}
