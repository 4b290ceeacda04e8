# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC1091,SC2034,SC2154 # the files of this folder share their variables
# The image of every row: the distribution's static busybox with a link for each of its programs, a user and a group file. No network is asked.

# make_rootfs DIRECTORY
make_rootfs() {
	mkdir -p "$1"/bin "$1"/dev "$1"/etc "$1"/proc "$1"/sys "$1"/run "$1"/root "$1"/var
	ln -s bin "$1/sbin"
	mkdir -m 1777 "$1/tmp"
	cp /bin/busybox "$1/bin/busybox"
	# busybox's shell has ln in itself: some 270 programs started one after the other take long on an emulated machine
	# shellcheck disable=SC2016 # that shell expands it
	/bin/busybox sh -ec 'for p in $(/bin/busybox --list); do [ "$p" = busybox ] || ln -s busybox "$1/$p"; done' sh "$1/bin"
	printf 'root:x:0:0:root:/root:/bin/sh\nplain:x:1000:1000::/tmp:/bin/sh\n' >"$1/etc/passwd"
	printf 'root:x:0:\nplain:x:1000:\n' >"$1/etc/group"
	printf 'made by ci/callers\n' >"$1/etc/issue"
}

# make_image FILE: the root file system as a tar archive, which podman and docker import.
make_image() {
	[ -d "$box/rootfs" ] || make_rootfs "$box/rootfs"
	tar -C "$box/rootfs" --sort=name -cf "$1" .
}

# make_oci DIRECTORY: an OCI image layout with the image "bb": the root file system, and in a second layer one file changed, one added, one removed.
make_oci() {
	[ -d "$box/rootfs" ] || make_rootfs "$box/rootfs"
	umoci init --layout "$1"
	umoci new --image "$1:bb"
	printf 'below\n' >"$box/rootfs/etc/removed"
	umoci insert --image "$1:bb" "$box/rootfs" /
	printf 'of the second layer\n' >"$box/tmp/issue"
	umoci insert --image "$1:bb" "$box/tmp/issue" /etc/issue
	umoci insert --image "$1:bb" "$box/tmp/issue" /etc/added
	umoci insert --image "$1:bb" --whiteout /etc/removed
	umoci config --image "$1:bb" --config.cmd sh --config.cmd -c --config.cmd 'echo command of the image'
}

# make_bundle DIRECTORY [FILTER]: a bundle as the runtime's spec command writes it, with the filter of jq on top, and a root file system of its own.
make_bundle() {
	mkdir -p "$1"
	[ -d "$1/rootfs" ] || make_rootfs "$1/rootfs"
	rm -f "$1/config.json"
	"$runtime" spec --bundle "$1"
	jq ".process.terminal = false | .root.readonly = false | ${2:-.}" "$1/config.json" >"$1/config.json.new"
	mv "$1/config.json.new" "$1/config.json"
}
