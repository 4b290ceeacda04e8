/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.md#mounts, the table of options: each is given to a tmpfs or a bind mount and read back
 * from mountinfo, and where it has an effect the effect is tried.
 */
#include "conform.h"

CONFORM_CASE(mount_options, ro) = {
	.title = "ro: the mount is read-only and a write fails with EROFS",
	REQS(REQ_MOUNT_OPTION_RO),
	MUTANTS("drop-option:/m=ro"),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["ro"]})),
	INSIDE(FACT_HAS("mount:/m#/options", "ro"), TRY("create:/m/file,0644", "EROFS")),
};

CONFORM_CASE(mount_options, nosuid) = {
	.title = "nosuid: the mount shows nosuid",
	REQS(REQ_MOUNT_OPTION_NOSUID),
	MUTANTS("drop-option:/m=nosuid"),
	CONFIG(ADD(
		"/mounts/-",
		{"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid"]})),
	INSIDE(FACT_HAS("mount:/m#/options", "nosuid")),
};

CONFORM_CASE(mount_options, nodev) = {
	.title = "nodev: a device node on the mount cannot be opened",
	REQS(REQ_MOUNT_OPTION_NODEV),
	MUTANTS("drop-option:/m=nodev"),
	CONFIG(SET("/process/capabilities", {
		       "bounding": ["CAP_MKNOD"],
		       "effective": ["CAP_MKNOD"],
		       "permitted": ["CAP_MKNOD"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "tmpfs",
		       "options": ["nodev"]
	       })),
	INSIDE(FACT_HAS("mount:/m#/options", "nodev"), TRY("mknod-open:/m/null,c,1,3,r", "EACCES")),
};

CONFORM_CASE(mount_options, noexec) = {
	.title = "noexec: an executable file on the mount cannot be executed",
	REQS(REQ_MOUNT_OPTION_NOEXEC),
	MUTANTS("drop-option:/m=noexec"),
	CONFIG(ADD(
		"/mounts/-",
		{"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["noexec"]})),
	/* elsewhere the empty file would be no program: ENOEXEC */
	INSIDE(FACT_HAS("mount:/m#/options", "noexec"), TRY("create:/m/file,0755", "OK"),
	       TRY("exec:/m/file", "EACCES")),
};

CONFORM_CASE(mount_options, noatime) = {
	.title = "noatime: the mount shows noatime",
	REQS(REQ_MOUNT_OPTION_NOATIME),
	MUTANTS("drop-option:/m=noatime"),
	CONFIG(ADD(
		"/mounts/-",
		{"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["noatime"]})),
	INSIDE(FACT_HAS("mount:/m#/options", "noatime")),
};

CONFORM_CASE(mount_options, nodiratime) = {
	.title = "nodiratime: the mount shows nodiratime",
	REQS(REQ_MOUNT_OPTION_NODIRATIME),
	MUTANTS("drop-option:/m=nodiratime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["nodiratime"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "nodiratime")),
};

CONFORM_CASE(mount_options, relatime) = {
	.title = "relatime: the bind mount of what was mounted with strictatime shows relatime",
	REQS(REQ_MOUNT_OPTION_RELATIME),
	MUTANTS("drop-option:/m=relatime", "add-option:/m=noatime"),
	/* what is mounted anew has it anyway */
	HOST_MOUNTS({"../src", "tmpfs", "strictatime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["bind", "relatime"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "relatime")),
};

CONFORM_CASE(mount_options, nosymfollow) = {
	.title = "nosymfollow: a symbolic link on the mount is not followed",
	REQS(REQ_MOUNT_OPTION_NOSYMFOLLOW),
	.needs = {.mount_options = "nosymfollow"},
	MUTANTS("drop-option:/m=nosymfollow"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["nosymfollow"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "nosymfollow"),
	       TRY("symlink:/proc/self/status,/m/link", "OK"), TRY("open:/m/link,r", "ELOOP")),
};

CONFORM_CASE(mount_options, rw) = {
	.title = "rw: after ro in the same entry a write succeeds",
	REQS(REQ_MOUNT_OPTION_RW),
	MUTANTS("drop-option:/m=rw"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["ro", "rw"]
	})),
	INSIDE(FACT_LACKS("mount:/m#/options", "ro"), TRY("create:/m/file,0644", "OK")),
};

CONFORM_CASE(mount_options, suid) = {
	.title = "suid: after nosuid in the same entry nosuid is absent",
	REQS(REQ_MOUNT_OPTION_SUID),
	MUTANTS("drop-option:/m=suid"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["nosuid", "suid"]
	})),
	INSIDE(FACT_LACKS("mount:/m#/options", "nosuid")),
};

CONFORM_CASE(mount_options, dev) = {
	.title = "dev: after nodev in the same entry a device node can be opened",
	REQS(REQ_MOUNT_OPTION_DEV),
	MUTANTS("drop-option:/m=dev"),
	CONFIG(SET("/process/capabilities", {
		       "bounding": ["CAP_MKNOD"],
		       "effective": ["CAP_MKNOD"],
		       "permitted": ["CAP_MKNOD"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "tmpfs",
		       "options": ["nodev", "dev"]
	       })),
	INSIDE(FACT_LACKS("mount:/m#/options", "nodev"), TRY("mknod-open:/m/null,c,1,3,r", "OK")),
};

CONFORM_CASE(mount_options, exec) = {
	.title = "exec: after noexec in the same entry noexec is absent",
	REQS(REQ_MOUNT_OPTION_EXEC),
	MUTANTS("drop-option:/m=exec"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["noexec", "exec"]
	})),
	INSIDE(FACT_LACKS("mount:/m#/options", "noexec")),
};

CONFORM_CASE(mount_options, atime) = {
	.title = "atime: after noatime in the same entry noatime is absent",
	REQS(REQ_MOUNT_OPTION_ATIME),
	MUTANTS("drop-option:/m=atime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["noatime", "atime"]
	})),
	INSIDE(FACT_LACKS("mount:/m#/options", "noatime")),
};

CONFORM_CASE(mount_options, diratime) = {
	.title = "diratime: after nodiratime in the same entry nodiratime is absent",
	REQS(REQ_MOUNT_OPTION_DIRATIME),
	MUTANTS("drop-option:/m=diratime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["nodiratime", "diratime"]
	})),
	INSIDE(FACT_LACKS("mount:/m#/options", "nodiratime")),
};

CONFORM_CASE(mount_options, symfollow) = {
	.title = "symfollow: after nosymfollow in the same entry a symbolic link is followed",
	REQS(REQ_MOUNT_OPTION_SYMFOLLOW),
	.needs = {.mount_options = "nosymfollow"},
	MUTANTS("drop-option:/m=symfollow"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["nosymfollow", "symfollow"]
	})),
	INSIDE(FACT_LACKS("mount:/m#/options", "nosymfollow"),
	       TRY("symlink:/proc/self/status,/m/link", "OK"), TRY("open:/m/link,r", "OK")),
};

CONFORM_CASE(mount_options, strictatime) = {
	.title = "strictatime: neither relatime nor noatime is listed",
	REQS(REQ_MOUNT_OPTION_STRICTATIME),
	MUTANTS("drop-option:/m=strictatime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["strictatime"]
	})),
	INSIDE(FACT_LACKS("mount:/m#/options", "relatime"),
	       FACT_LACKS("mount:/m#/options", "noatime")),
};

CONFORM_CASE(mount_options, nostrictatime) = {
	.title = "nostrictatime: the kernel's default of relatime holds",
	REQS(REQ_MOUNT_OPTION_NOSTRICTATIME),
	MUTANTS("add-option:/m=strictatime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["strictatime", "nostrictatime"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "relatime")),
};

CONFORM_CASE(mount_options, norelatime) = {
	.title = "norelatime: it is no option of the file system and the mount succeeds",
	REQS(REQ_MOUNT_OPTION_NORELATIME),
	.accepts = true,
	MUTANTS("add-option:/m=bogus-option"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["norelatime", "size=64k"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_HAS("mount:/m#/super", "size=64k")),
};

CONFORM_CASE(mount_options, sync) = {
	.title = "sync: the super block shows it",
	REQS(REQ_MOUNT_OPTION_SYNC),
	MUTANTS("drop-option:/m=sync"),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["sync"]})),
	INSIDE(FACT_HAS("mount:/m#/super", "sync")),
};

CONFORM_CASE(mount_options, dirsync) = {
	.title = "dirsync: the super block shows it",
	REQS(REQ_MOUNT_OPTION_DIRSYNC),
	MUTANTS("drop-option:/m=dirsync"),
	CONFIG(ADD(
		"/mounts/-",
		{"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["dirsync"]})),
	INSIDE(FACT_HAS("mount:/m#/super", "dirsync")),
};

CONFORM_CASE(mount_options, lazytime) = {
	.title = "lazytime: the super block shows it",
	REQS(REQ_MOUNT_OPTION_LAZYTIME),
	MUTANTS("drop-option:/m=lazytime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["lazytime"]
	})),
	INSIDE(FACT_HAS("mount:/m#/super", "lazytime")),
};

CONFORM_CASE(mount_options, async) = {
	.title = "async: after sync in the same entry the super block does not show sync",
	REQS(REQ_MOUNT_OPTION_ASYNC),
	MUTANTS("drop-option:/m=async"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["sync", "async"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/super", "sync")),
};

CONFORM_CASE(mount_options, nolazytime) = {
	.title = "nolazytime: after lazytime in the same entry the super block does not show "
		 "lazytime",
	REQS(REQ_MOUNT_OPTION_NOLAZYTIME),
	MUTANTS("drop-option:/m=nolazytime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["lazytime", "nolazytime"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/super", "lazytime")),
};

CONFORM_CASE(mount_options, silent) = {
	.title = "silent: it is a flag and no option of the file system, so the mount succeeds",
	REQS(REQ_MOUNT_OPTION_SILENT),
	.accepts = true,
	MUTANTS("add-option:/m=bogus-option"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["silent", "size=64k"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/super", "silent"),
	       FACT_HAS("mount:/m#/super", "size=64k")),
};

CONFORM_CASE(mount_options, loud) = {
	.title = "loud: it is a flag and no option of the file system, so the mount succeeds",
	REQS(REQ_MOUNT_OPTION_LOUD),
	.accepts = true,
	MUTANTS("add-option:/m=bogus-option"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["loud", "size=64k"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/super", "loud"),
	       FACT_HAS("mount:/m#/super", "size=64k")),
};

CONFORM_CASE(mount_options, iversion) = {
	.title = "iversion: it is a flag and no option of the file system, so the mount succeeds",
	REQS(REQ_MOUNT_OPTION_IVERSION),
	.accepts = true,
	MUTANTS("add-option:/m=bogus-option"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["iversion", "size=64k"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/super", "iversion"),
	       FACT_HAS("mount:/m#/super", "size=64k")),
};

CONFORM_CASE(mount_options, noiversion) = {
	.title = "noiversion: it is a flag and no option of the file system, so the mount succeeds",
	REQS(REQ_MOUNT_OPTION_NOIVERSION),
	.accepts = true,
	MUTANTS("add-option:/m=bogus-option"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["noiversion", "size=64k"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/super", "noiversion"),
	       FACT_HAS("mount:/m#/super", "size=64k")),
};

CONFORM_CASE(mount_options, defaults) = {
	.title = "defaults: the mount is writable and has none of nosuid, nodev, noexec, sync",
	REQS(REQ_MOUNT_OPTION_DEFAULTS),
	MUTANTS("add-option:/m=nosuid", "add-option:/m=ro"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["defaults"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "rw"), FACT_LACKS("mount:/m#/options", "nosuid"),
	       FACT_LACKS("mount:/m#/options", "nodev"), FACT_LACKS("mount:/m#/options", "noexec"),
	       FACT_LACKS("mount:/m#/super", "sync")),
};

CONFORM_CASE(mount_options, last_wins_ro_rw) = {
	.title = "of ro and rw in one entry of a tmpfs the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS, REQ_MOUNT_OPTION_MOUNT8_SEMANTICS),
	MUTANTS("drop-option:/m=rw"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["ro", "rw"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "rw")),
};

CONFORM_CASE(mount_options, last_wins_rw_ro) = {
	.title = "of rw and ro in one entry of a tmpfs the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS, REQ_MOUNT_OPTION_MOUNT8_SEMANTICS),
	MUTANTS("drop-option:/m=ro"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["rw", "ro"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "ro")),
};

CONFORM_CASE(mount_options, last_wins_noexec_exec) = {
	.title = "of noexec and exec in one entry of a tmpfs the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS, REQ_MOUNT_OPTION_MOUNT8_SEMANTICS),
	MUTANTS("drop-option:/m=exec"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["noexec", "exec"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noexec")),
};

CONFORM_CASE(mount_options, last_wins_exec_noexec) = {
	.title = "of exec and noexec in one entry of a tmpfs the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS, REQ_MOUNT_OPTION_MOUNT8_SEMANTICS),
	MUTANTS("drop-option:/m=noexec"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["exec", "noexec"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "noexec")),
};

CONFORM_CASE(mount_options, last_wins_noatime_atime) = {
	.title = "of noatime and atime in one entry of a tmpfs the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS, REQ_MOUNT_OPTION_MOUNT8_SEMANTICS),
	MUTANTS("drop-option:/m=atime"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["noatime", "atime"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noatime")),
};

CONFORM_CASE(mount_options, last_wins_nosuid_suid) = {
	.title = "of nosuid and suid in one entry of a tmpfs the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS, REQ_MOUNT_OPTION_MOUNT8_SEMANTICS),
	MUTANTS("drop-option:/m=suid"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["nosuid", "suid"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nosuid")),
};

CONFORM_CASE(mount_options, last_wins_bind_ro_rw) = {
	.title = "of ro and rw in one bind entry the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS),
	MUTANTS("drop-option:/m=rw"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["bind", "ro", "rw"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "rw")),
};

CONFORM_CASE(mount_options, last_wins_bind_noexec_exec) = {
	.title = "of noexec and exec in one bind entry the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS),
	MUTANTS("drop-option:/m=exec"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["bind", "noexec", "exec"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noexec")),
};

CONFORM_CASE(mount_options, last_wins_bind_noatime_atime) = {
	.title = "of noatime and atime in one bind entry the later one counts",
	REQS(REQ_MOUNT_OPTION_LAST_WINS),
	MUTANTS("drop-option:/m=atime"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["bind", "noatime", "atime"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noatime")),
};

/* Such an option sets no flag: a runtime that changes a bind only where there is one to set passes
 * it over. */
#define ALONE_CLEARS(word, flag)                                                                   \
	MUTANTS("drop-option:/m=" word), HOST_MOUNTS({"../src", "tmpfs", flag, NULL}),             \
		CONFIG(ADD("/mounts/-", {                                                          \
			"destination": "/m",                                                       \
			"type": "none",                                                            \
			"source": "@BUNDLE@/src",                                                  \
			"options": ["bind", word]                                                  \
		})),                                                                               \
		INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", flag))

CONFORM_CASE(mount_options, rw_alone_clears_ro_of_a_bound_mount) = {
	.title = "rw and nothing else: a bind of a ro mount is not ro",
	REQS(REQ_MOUNT_OPTION_RW),
	ALONE_CLEARS("rw", "ro"),
};

CONFORM_CASE(mount_options, suid_alone_clears_nosuid_of_a_bound_mount) = {
	.title = "suid and nothing else: a bind of a nosuid mount is not nosuid",
	REQS(REQ_MOUNT_OPTION_SUID),
	ALONE_CLEARS("suid", "nosuid"),
};

CONFORM_CASE(mount_options, dev_alone_clears_nodev_of_a_bound_mount) = {
	.title = "dev and nothing else: a bind of a nodev mount is not nodev",
	REQS(REQ_MOUNT_OPTION_DEV),
	ALONE_CLEARS("dev", "nodev"),
};

CONFORM_CASE(mount_options, exec_alone_clears_noexec_of_a_bound_mount) = {
	.title = "exec and nothing else: a bind of a noexec mount is not noexec",
	REQS(REQ_MOUNT_OPTION_EXEC),
	ALONE_CLEARS("exec", "noexec"),
};

CONFORM_CASE(mount_options, unknown_is_data) = {
	.title = "options that are not in the table reach the file system",
	REQS(REQ_MOUNT_OPTION_UNKNOWN_AS_DATA),
	MUTANTS("drop-option:/m=size=64k", "drop-option:/m=mode=0710"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["size=64k", "mode=0710"]
	})),
	INSIDE(FACT_HAS("mount:/m#/super", "size=64k"), FACT("path:/m#/mode", "0710")),
};

/* More than fsconfig(2) takes in one value; overlayfs has longer ones. */
#define ZEROS_64  "0000000000000000000000000000000000000000000000000000000000000000"
#define ZEROS_256 ZEROS_64 ZEROS_64 ZEROS_64 ZEROS_64

CONFORM_CASE(mount_options, unknown_may_be_long) = {
	.title = "an option of more than 255 bytes reaches the file system as a whole",
	REQS(REQ_MOUNT_OPTION_UNKNOWN_AS_DATA),
	MUTANTS("pop:/mounts"),
	CONFIG({OP_ADD, "/mounts/-",
		"{\"destination\": \"/m\", \"type\": \"tmpfs\", \"source\": \"tmpfs\", "
		"\"options\": [\"mode=" ZEROS_256 "0710\"]}"}),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT("path:/m#/mode", "0710")),
};

CONFORM_CASE(mount_options, unknown_that_the_file_system_refuses_is_an_error) = {
	.title = "an option that the file system does not know makes create fail",
	REQS(REQ_MOUNT_OPTION_UNKNOWN_REJECTED_BY_FS),
	MUTANTS("drop-option:/m=bogusopt"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["bogusopt"]
	})),
	.rejected_at = REJECTED_AT_CREATE,
};
