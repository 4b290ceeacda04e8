/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#devices, #default-devices, #default-filesystems;
 * runtime-linux.md#dev-symbolic-links. Devices may be nodes, binds or links, so paths are followed.
 */
#include "conform.h"

CONFORM_CASE(devices, default_null) = {
	.title = "/dev/null is there without being configured, and can be opened",
	REQS(REQ_LINUX_DEVICE_DEFAULT_NULL),
	MUTANTS("mount-over:/dev/null"),
	INSIDE(FACT("stat:/dev/null#/type", "chr"), FACT("stat:/dev/null#/major", 1),
	       FACT("stat:/dev/null#/minor", 3), TRY("open:/dev/null,rw", "OK")),
};

CONFORM_CASE(devices, default_ones_below_a_read_only_mount) = {
	.title = "a read-only mount on /dev gets its devices and links all the same, and keeps its "
		 "other options",
	REQS(REQ_LINUX_DEVICE_DEFAULT_NULL, REQ_MOUNT_OPTION_RO, REQ_MOUNT_OPTION_NOSUID,
	     REQ_MOUNT_OPTION_NOEXEC),
	MUTANTS("mount-over:/dev", "drop-option:/dev=ro", "drop-option:/dev=nosuid",
		"drop-option:/dev=noexec"),
	/* nosuid it has in the base; a runtime sets ro when all is made */
	CONFIG(ADD("/mounts/1/options/-", "ro"), ADD("/mounts/1/options/-", "noexec")),
	INSIDE(FACT("stat:/dev/null#/type", "chr"), FACT("stat:/dev/null#/major", 1),
	       FACT("path:/dev/fd#/type", "lnk"), FACT_HAS("mount:/dev#/options", "ro"),
	       FACT_HAS("mount:/dev#/options", "nosuid"), FACT_HAS("mount:/dev#/options", "noexec"),
	       TRY("create:/dev/new,0644", "EROFS")),
};

CONFORM_CASE(devices, default_ones_where_dev_ends_in_a_slash) = {
	.title = "the devices are made on the mount of /dev, however its destination is written",
	REQS(REQ_LINUX_DEVICE_DEFAULT_NULL),
	MUTANTS("mount-over:/dev/null"),
	VARY("\"/dev/\"", "\"//dev\"", "\"/dev/.\""),
	CONFIG(SET("/mounts/1/destination", "@V@")),
	INSIDE(FACT("mount:/dev#/type", "tmpfs"), FACT("stat:/dev/null#/type", "chr"),
	       FACT("stat:/dev/null#/major", 1), TRY("open:/dev/null,rw", "OK")),
};

CONFORM_CASE(devices, of_another_name_in_a_user_namespace) = {
	.title = "where no node can be made, a device is there under a name that the host has not",
	REQS(REQ_LINUX_DEVICE_AVAILABLE, REQ_LINUX_DEVICE_MAJOR_MINOR_APPLIED),
	.needs = {.userns = true},
	MUTANTS("drop:/linux/devices"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/devices",
		   [{"path": "/dev/conform-null", "type": "c", "major": 1, "minor": 3}])),
	INSIDE(FACT("stat:/dev/conform-null#/type", "chr"),
	       FACT("stat:/dev/conform-null#/major", 1), FACT("stat:/dev/conform-null#/minor", 3),
	       TRY("open:/dev/conform-null,rw", "OK")),
};

CONFORM_CASE(devices, default_zero) = {
	.title = "/dev/zero is there without being configured, and can be opened",
	REQS(REQ_LINUX_DEVICE_DEFAULT_ZERO),
	MUTANTS("mount-over:/dev/zero"),
	INSIDE(FACT("stat:/dev/zero#/type", "chr"), FACT("stat:/dev/zero#/major", 1),
	       FACT("stat:/dev/zero#/minor", 5), TRY("open:/dev/zero,rw", "OK")),
};

CONFORM_CASE(devices, default_full) = {
	.title = "/dev/full is there without being configured, and can be opened",
	REQS(REQ_LINUX_DEVICE_DEFAULT_FULL),
	MUTANTS("mount-over:/dev/full"),
	INSIDE(FACT("stat:/dev/full#/type", "chr"), FACT("stat:/dev/full#/major", 1),
	       FACT("stat:/dev/full#/minor", 7), TRY("open:/dev/full,rw", "OK")),
};

CONFORM_CASE(devices, default_random) = {
	.title = "/dev/random is there without being configured, and can be opened",
	REQS(REQ_LINUX_DEVICE_DEFAULT_RANDOM),
	MUTANTS("mount-over:/dev/random"),
	INSIDE(FACT("stat:/dev/random#/type", "chr"), FACT("stat:/dev/random#/major", 1),
	       FACT("stat:/dev/random#/minor", 8), TRY("open:/dev/random,rw", "OK")),
};

CONFORM_CASE(devices, default_urandom) = {
	.title = "/dev/urandom is there without being configured, and can be opened",
	REQS(REQ_LINUX_DEVICE_DEFAULT_URANDOM),
	MUTANTS("mount-over:/dev/urandom"),
	INSIDE(FACT("stat:/dev/urandom#/type", "chr"), FACT("stat:/dev/urandom#/major", 1),
	       FACT("stat:/dev/urandom#/minor", 9), TRY("open:/dev/urandom,rw", "OK")),
};

CONFORM_CASE(devices, default_tty) = {
	.title = "/dev/tty is there without being configured, and can be opened",
	REQS(REQ_LINUX_DEVICE_DEFAULT_TTY),
	MUTANTS("mount-over:/dev/tty"),
	INSIDE(FACT("stat:/dev/tty#/type", "chr"), FACT("stat:/dev/tty#/major", 5),
	       FACT("stat:/dev/tty#/minor", 0),
	       FACT_ONE_OF("access:/dev/tty#/read", ["OK", "ENXIO"])),
};

CONFORM_CASE(devices, default_ptmx) = {
	.title = "/dev/ptmx leads to the container's own devpts and gives a pseudoterminal",
	REQS(REQ_LINUX_DEVICE_DEFAULT_PTMX, REQ_LINUX_DEVICE_DEFAULT_PTMX_LINKS_PTS),
	MUTANTS("mount-over:/dev/ptmx", "mount-over:/dev/pts"),
	INSIDE(TRY("open:/dev/ptmx,rw", "OK"), FACT("stat:/dev/ptmx#/major", 5),
	       FACT("stat:/dev/ptmx#/minor", 2), FACT("mount:/dev/pts#/type", "devpts")),
};

CONFORM_CASE(devices, console_with_terminal) = {
	.title = "with terminal /dev/console is the container's terminal",
	REQS(REQ_LINUX_DEVICE_DEFAULT_CONSOLE),
	MUTANTS("mount-over:/dev/console", "cli:no-terminal"),
	CONFIG(SET("/process/terminal", true)),
	INSIDE(FACT("stat:/dev/console#/type", "chr"), FACT("stat:/dev/console#/major", 136),
	       FACT("mount:/dev/console#/type", "devpts")),
};

CONFORM_CASE(devices, no_console_without_terminal) = {
	.title = "without terminal no pseudoterminal is mounted on /dev/console",
	REQS(REQ_LINUX_DEVICE_DEFAULT_CONSOLE_ONLY_TERMINAL),
	MUTANTS("add:/mounts/-={\"destination\": \"/dev/console\", \"source\": \"/dev/null\", "
		"\"type\": \"none\", \"options\": [\"bind\"]}"),
	CONFIG(SET("/process/terminal", false)),
	INSIDE(FACT("mount:/dev/console", null)),
};

CONFORM_CASE(devices, type_c) = {
	.title = "an entry of type c is a character device with its numbers",
	REQS(REQ_LINUX_DEVICE_TYPE_C, REQ_LINUX_DEVICE_AVAILABLE, REQ_LINUX_DEVICE_MECHANISM_FREE,
	     REQ_LINUX_DEVICE_MAJOR_MINOR_APPLIED),
	MUTANTS("drop:/linux/devices", "set:/linux/devices/0/minor=4"),
	CONFIG(SET("/linux/devices", [{"type": "c", "path": "/dev/made", "major": 1, "minor": 3}])),
	INSIDE(FACT("stat:/dev/made#/type", "chr"), FACT("stat:/dev/made#/major", 1),
	       FACT("stat:/dev/made#/minor", 3)),
};

CONFORM_CASE(devices, type_u) = {
	.title = "an entry of type u is a character device with its numbers",
	REQS(REQ_LINUX_DEVICE_TYPE_U, REQ_LINUX_DEVICE_AVAILABLE,
	     REQ_LINUX_DEVICE_MAJOR_MINOR_APPLIED),
	MUTANTS("drop:/linux/devices", "set:/linux/devices/0/minor=6"),
	CONFIG(SET("/linux/devices", [{"type": "u", "path": "/dev/made", "major": 1, "minor": 5}])),
	INSIDE(FACT("stat:/dev/made#/type", "chr"), FACT("stat:/dev/made#/major", 1),
	       FACT("stat:/dev/made#/minor", 5)),
};

CONFORM_CASE(devices, type_b) = {
	.title = "an entry of type b is a block device with its numbers",
	REQS(REQ_LINUX_DEVICE_TYPE_B, REQ_LINUX_DEVICE_AVAILABLE,
	     REQ_LINUX_DEVICE_MAJOR_MINOR_APPLIED),
	MUTANTS("drop:/linux/devices", "set:/linux/devices/0/minor=78"),
	CONFIG(SET("/linux/devices",
		   [{"type": "b", "path": "/dev/made", "major": 7, "minor": 77}])),
	INSIDE(FACT("stat:/dev/made#/type", "blk"), FACT("stat:/dev/made#/major", 7),
	       FACT("stat:/dev/made#/minor", 77)),
};

CONFORM_CASE(devices, type_p) = {
	.title = "an entry of type p is a FIFO and needs no numbers",
	REQS(REQ_LINUX_DEVICE_TYPE_P, REQ_LINUX_DEVICE_AVAILABLE,
	     REQ_LINUX_DEVICE_FIFO_NO_MAJOR_MINOR),
	MUTANTS("drop:/linux/devices"),
	CONFIG(SET("/linux/devices", [{"type": "p", "path": "/dev/made"}])),
	INSIDE(FACT("stat:/dev/made#/type", "fifo")),
};

CONFORM_CASE(devices, mode_and_owner) = {
	.title = "a device has the configured mode, whatever the caller's umask, and the "
		 "configured owner",
	REQS(REQ_LINUX_DEVICE_FILEMODE_APPLIED, REQ_LINUX_DEVICE_UID_APPLIED,
	     REQ_LINUX_DEVICE_GID_APPLIED),
	MUTANTS("drop:/linux/devices/0/fileMode", "drop:/linux/devices/0/uid",
		"drop:/linux/devices/0/gid", "set:/linux/devices/0/fileMode=438"),
	CALLER("umask:0077"),
	CONFIG(SET("/linux/devices", [{
			   "type": "c",
			   "path": "/dev/made",
			   "major": 1,
			   "minor": 3,
			   "fileMode": 432,
			   "uid": 500,
			   "gid": 600
		   }])),
	INSIDE(FACT("stat:/dev/made#/mode", "0660"), FACT("stat:/dev/made#/uid", 500),
	       FACT("stat:/dev/made#/gid", 600)),
};

CONFORM_CASE(devices, anywhere_with_parents) = {
	.title = "a device can lie outside of /dev, and missing directories on the way are made",
	REQS(REQ_LINUX_DEVICE_PATH_ANYWHERE, REQ_CREATE_APPLIES_ALL_BUT_PROCESS),
	.min_target = 101,
	MUTANTS("drop:/linux/devices"),
	CONFIG(SET("/linux/devices",
		   [{"type": "c", "path": "/opt/some/where/null", "major": 1, "minor": 3}])),
	INSIDE(FACT("stat:/opt/some/where/null#/type", "chr"),
	       FACT("stat:/opt/some/where/null#/minor", 3)),
};

CONFORM_CASE(devices, directory_of_the_host_gets_no_node) = {
	.title =
		"a device in a directory of the host that is bound into the container is an error, "
		"or not made on the host",
	.advice = "the specification asks for the device in the container; made in a bound "
		  "directory it is the host's as well, with the mode that was meant for the "
		  "container, and outlives it",
	.either = true,
	MUTANTS("drop:/linux/devices"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}),
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["bind"]
	       }),
	       SET("/linux/devices",
		   [{"type": "c", "path": "/m/made", "major": 1, "minor": 3, "fileMode": 438}])),
	INSIDE(FACT("stat:/m/made#/type", "chr")),
	OUTSIDE(HOST(AFTER_DELETE, "stat.host:@BUNDLE@/src/made", null)),
};

CONFORM_CASE(devices, file_in_the_way_is_an_error) = {
	.title = "a file at the path that is not the device makes create fail and stays as it was",
	REQS(REQ_LINUX_DEVICE_EXISTING_MISMATCH_ERROR),
	MUTANTS("drop:/linux/devices"),
	FILES(DIR_AT("opt"), FILE_AT("opt/taken", "a file\n")),
	CONFIG(SET("/linux/devices",
		   [{"type": "c", "path": "/opt/taken", "major": 1, "minor": 3}])),
	OUTSIDE(HOST(AFTER_DELETE, "file:@ROOTFS@/opt/taken", "a file")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(devices, matching_device_is_no_error) = {
	.title = "a node at the path that is the device already is fine",
	REQS(REQ_LINUX_DEVICE_EXISTING_MATCH_OK),
	MUTANTS("cli:create-fails"),
	FILES(DIR_AT("opt"),
	      {.kind = FILE_CHR, .path = "opt/null", .mode = 0666, .major = 1, .minor = 3}),
	CONFIG(SET("/linux/devices", [{"type": "c", "path": "/opt/null", "major": 1, "minor": 3}])),
	INSIDE(FACT("stat:/opt/null#/type", "chr"), FACT("stat:/opt/null#/minor", 3)),
};

CONFORM_CASE(devices, unknown_type_is_refused) = {
	.title = "a device type that the specification does not list is an error",
	REQS(REQ_LINUX_DEVICE_TYPE_INVALID_ERROR),
	MUTANTS("drop:/linux/devices"),
	VARY("\"x\"", "\"C\"", "\"\"", "\"char\""),
	CONFIG(SET("/linux/devices",
		   [{"type": "@V@", "path": "/dev/made", "major": 1, "minor": 3}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(devices, absent_path_is_refused) = {
	.title = "a device without path is refused",
	REQS(REQ_LINUX_DEVICE_PATH_FIELD),
	MUTANTS("drop:/linux/devices"),
	CONFIG(SET("/linux/devices", [{"type": "c", "major": 1, "minor": 3}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(devices, relative_path_is_refused) = {
	.title = "a relative path of a device is refused",
	REQS(REQ_LINUX_DEVICE_PATH_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	.advice = "the specification calls it the full path, and does not say that another is an "
		  "error",
	MUTANTS("drop:/linux/devices"),
	CONFIG(SET("/linux/devices", [{"type": "c", "path": "dev/made", "major": 1, "minor": 3}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(devices, absent_numbers_are_refused) = {
	.title = "a character device without its numbers is refused",
	REQS(REQ_LINUX_DEVICE_MAJOR_MINOR_FIELD),
	MUTANTS("drop:/linux/devices"),
	VARY("{\"type\": \"c\", \"path\": \"/dev/made\"}",
	     "{\"type\": \"b\", \"path\": \"/dev/made\", \"major\": 1}"),
	CONFIG(SET("/linux/devices", ["@V@"])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(devices, link_in_the_root_filesystem_does_not_lead_out) = {
	.title = "a symbolic link in the root filesystem cannot move a device to the host",
	REQS(REQ_LINUX_DEVICE_AVAILABLE),
	/* the text does not say whether a link to nowhere must be followed; what it must not do is
	   lead out */
	.may_refuse = true,
	MUTANTS("drop:/linux/devices"),
	FILES(LINK_AT("link", "@CASE@/io")),
	CONFIG(SET("/linux/devices",
		   [{"type": "c", "path": "/link/made", "major": 1, "minor": 3}])),
	INSIDE(FACT("stat:/link/made#/type", "chr")),
	OUTSIDE(HOST(AFTER_START, "stat.host:@CASE@/io/made", null)),
};

CONFORM_CASE(dev_links, fd) = {
	.title = "/dev/fd is a symbolic link to /proc/self/fd",
	REQS(REQ_LINUX_DEV_SYMLINK_FD),
	MUTANTS("mount-over:/dev/fd"),
	INSIDE(FACT("path:/dev/fd#/type", "lnk"), FACT("path:/dev/fd#/target", "/proc/self/fd")),
};

CONFORM_CASE(dev_links, stdin) = {
	.title = "/dev/stdin is a symbolic link to /proc/self/fd/0",
	REQS(REQ_LINUX_DEV_SYMLINK_STDIN),
	MUTANTS("mount-over:/dev/stdin"),
	INSIDE(FACT("path:/dev/stdin#/type", "lnk"),
	       FACT("path:/dev/stdin#/target", "/proc/self/fd/0")),
};

CONFORM_CASE(dev_links, stdout) = {
	.title = "/dev/stdout is a symbolic link to /proc/self/fd/1",
	REQS(REQ_LINUX_DEV_SYMLINK_STDOUT),
	MUTANTS("mount-over:/dev/stdout"),
	INSIDE(FACT("path:/dev/stdout#/type", "lnk"),
	       FACT("path:/dev/stdout#/target", "/proc/self/fd/1")),
};

CONFORM_CASE(dev_links, stderr) = {
	.title = "/dev/stderr is a symbolic link to /proc/self/fd/2",
	REQS(REQ_LINUX_DEV_SYMLINK_STDERR),
	MUTANTS("mount-over:/dev/stderr"),
	INSIDE(FACT("path:/dev/stderr#/type", "lnk"),
	       FACT("path:/dev/stderr#/target", "/proc/self/fd/2")),
};

CONFORM_CASE(default_filesystems, proc) = {
	.title = "/proc is a proc mount",
	REQS(REQ_LINUX_FS_DEFAULT_PROC),
	MUTANTS("drop-mount:/proc"),
	INSIDE(FACT("mount:/proc#/type", "proc")),
};

CONFORM_CASE(default_filesystems, sys) = {
	.title = "/sys is a sysfs mount",
	REQS(REQ_LINUX_FS_DEFAULT_SYS),
	MUTANTS("drop-mount:/sys"),
	INSIDE(FACT("mount:/sys#/type", "sysfs")),
};

CONFORM_CASE(default_filesystems, dev_pts) = {
	.title = "/dev/pts is a devpts mount",
	REQS(REQ_LINUX_FS_DEFAULT_DEV_PTS),
	MUTANTS("drop-mount:/dev/pts"),
	INSIDE(FACT("mount:/dev/pts#/type", "devpts")),
};

CONFORM_CASE(default_filesystems, dev_shm) = {
	.title = "/dev/shm is a tmpfs mount",
	REQS(REQ_LINUX_FS_DEFAULT_DEV_SHM),
	MUTANTS("drop-mount:/dev/shm"),
	INSIDE(FACT("mount:/dev/shm#/type", "tmpfs")),
};

CONFORM_CASE(devices, links_without_their_source_are_no_fault) = {
	.title = "without /proc, where the links of /dev lead, a container is created all the same",
	REQS(REQ_LINUX_DEV_SYMLINK_CONDITION),
	/* a runtime may need a /proc for its own work */
	.may_refuse = true,
	MUTANTS("mount-over:/dev/null"),
	CONFIG(DEL("/mounts/0")),
	INSIDE(FACT("path:/dev/null#/type", "chr"), FACT("path:/dev/ptmx#/type", "lnk")),
};

CONFORM_CASE(devices, type_absent_is_refused) = {
	.title = "a device without type is refused",
	REQS(REQ_LINUX_DEVICE_TYPE_FIELD),
	MUTANTS("drop:/linux/devices"),
	CONFIG(SET("/linux/devices", [{"path": "/dev/conform", "major": 1, "minor": 3}])),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(devices, unlisted_device_cannot_be_opened) = {
	.title = "without device rules a device that is neither listed nor a default one cannot be "
		 "made and opened",
	REQS(REQ_LINUX_DEVICE_UNLISTED_ACCESS),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r"},
	.min_target = 101,
	MUTANTS("set:/linux/resources={\"devices\": [{\"allow\": true, \"access\": \"rwm\"}]}"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_MKNOD", "CAP_SYSLOG"],
		"effective": ["CAP_MKNOD", "CAP_SYSLOG"],
		"permitted": ["CAP_MKNOD", "CAP_SYSLOG"]
	})),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "EPERM"),
	       TRY("mknod-open:/tmp/null,c,1,3,rw", "OK")),
};
