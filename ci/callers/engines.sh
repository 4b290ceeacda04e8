# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC1091,SC2034,SC2154 # the files of this folder share their variables
# How the engines that several scripts use are configured, started and called. Each call has a deadline.

# podman_configure: its files, for root and for others.
podman_configure() {
	local ulimits=''
	# Without CAP_SYS_RESOURCE nobody may raise the limits that podman asks for by itself.
	holds_capability 24 || ulimits='default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]'
	mkdir -p /etc/containers
	rm -f /etc/containers/*.conf
	cat >/etc/containers/containers.conf <<END
[containers]
netns = "none"
$ulimits
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "under-test"
runtime_supports_json = ["under-test"]
runtime_supports_nocgroup = ["under-test"]
[engine.runtimes]
under-test = ["$runtime"]
END
	printf '[storage]\ndriver = "overlay"\nrunroot = "/run/containers"\ngraphroot = "/var/lib/containers"\n' >/etc/containers/storage.conf
	printf '{"default":[{"type":"insecureAcceptAnything"}]}' >/etc/containers/policy.json
}

podman() {
	timeout -k 2 $((30 * patience)) /usr/bin/podman "$@"
}

# containerd_start: with the runtime as the only one; its state is in memory, and it is ready when this returns.
containerd_start() {
	mkdir -p "$box/containerd"
	cat >"$box/containerd/config.toml" <<END
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
[grpc]
address = "/run/containerd/containerd.sock"
END
	# where the shim is not told which runtime it looks for runc in the path; ctr does not tell it with --uidmap, for one
	mkdir -p "$box/path"
	ln -s "$runtime" "$box/path/runc"
	PATH=$box/path:$PATH containerd --config "$box/containerd/config.toml" >"$box/log/containerd" 2>&1 &
	becomes 'containerd' ready sh -c 'ctr --connect-timeout 1s version >/dev/null 2>&1 && echo ready'
	make_oci "$box/oci"
	tar -C "$box/oci" -cf "$box/oci.tar" .
	ctr image import --base-name test/bb "$box/oci.tar"
}

ctr() {
	timeout -k 2 $((30 * patience)) /usr/bin/ctr "$@"
}

# ctr_run [OPTION]... IMAGE ID COMMAND...
ctr_run() {
	ctr run --runtime io.containerd.runc.v2 --runc-binary "$runtime" "$@"
}

# ctr_tidy: no container is left in containerd.
ctr_tidy() {
	local id
	for id in $(ctr container ls -q); do
		ctr task kill -s SIGKILL -a "$id" || true
		ctr task rm -f "$id" || true
		ctr container rm "$id" || true
		ctr snapshot rm "$id" || true
	done
}
