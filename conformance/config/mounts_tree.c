/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#linux-mount-options: recursive options and propagation. They need a tree with a
 * submount, which the harness mounts at ../src. */
#include "conform.h"

CONFORM_CASE(mounts, bind_leaves_submounts_out) = {
	.title = "bind mounts the source without what is mounted below it",
	REQS(REQ_MOUNT_OPTION_BIND),
	.min_target = 101,
	MUTANTS("add-option:/m=rbind"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["bind"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT("mounts.below:/m", [])),
};

CONFORM_CASE(mounts, rbind_takes_submounts_along) = {
	.title = "rbind mounts the source with what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RBIND),
	.min_target = 101,
	MUTANTS("set-option:/m=rbind:bind"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind"]
	})),
	INSIDE(FACT("mounts.below:/m", ["/m/sub"])),
};

CONFORM_CASE(mounts, rro) = {
	.title = "rro: ro is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RRO),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rro"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rro"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "ro"),
	       FACT_HAS("mount:/m/sub#/options", "ro"), TRY("create:/m/sub/file,0644", "EROFS")),
};

CONFORM_CASE(mounts, rro_of_what_is_no_directory) = {
	.title = "rro makes the mount of a file, or of a pipe, read-only as well",
	REQS(REQ_MOUNT_OPTION_RRO),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rro", "drop-mount:/m"),
	VARY("\"regular\"", "\"pipe\""),
	FILES({.kind = FILE_REG, .path = "../regular", .content = "x"},
	      {.kind = FILE_FIFO, .path = "../pipe", .mode = 0666}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/@V@",
		"options": ["rbind", "rro"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "ro"), TRY("chmod:/m,0600", "EROFS")),
};

CONFORM_CASE(mounts, rrw) = {
	.title = "rrw: ro is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RRW),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rrw"),
	HOST_MOUNTS({"../src", "tmpfs", "ro", NULL}, {"../src/sub", "tmpfs", "ro", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rrw"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "ro"),
	       FACT_LACKS("mount:/m/sub#/options", "ro"), TRY("create:/m/sub/file,0644", "OK")),
};

CONFORM_CASE(mounts, rnosuid) = {
	.title = "rnosuid: nosuid is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOSUID),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rnosuid"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnosuid"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nosuid"),
	       FACT_HAS("mount:/m/sub#/options", "nosuid")),
};

CONFORM_CASE(mounts, rsuid) = {
	.title = "rsuid: nosuid is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RSUID),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rsuid"),
	HOST_MOUNTS({"../src", "tmpfs", "nosuid", NULL}, {"../src/sub", "tmpfs", "nosuid", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rsuid"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nosuid"),
	       FACT_LACKS("mount:/m/sub#/options", "nosuid")),
};

CONFORM_CASE(mounts, rnodev) = {
	.title = "rnodev: nodev is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNODEV),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rnodev"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnodev"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nodev"),
	       FACT_HAS("mount:/m/sub#/options", "nodev")),
};

CONFORM_CASE(mounts, rdev) = {
	.title = "rdev: nodev is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RDEV),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rdev"),
	HOST_MOUNTS({"../src", "tmpfs", "nodev", NULL}, {"../src/sub", "tmpfs", "nodev", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rdev"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nodev"),
	       FACT_LACKS("mount:/m/sub#/options", "nodev")),
};

CONFORM_CASE(mounts, rnoexec) = {
	.title = "rnoexec: noexec is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOEXEC),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rnoexec"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnoexec"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "noexec"),
	       FACT_HAS("mount:/m/sub#/options", "noexec")),
};

CONFORM_CASE(mounts, rexec) = {
	.title = "rexec: noexec is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_REXEC),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rexec"),
	HOST_MOUNTS({"../src", "tmpfs", "noexec", NULL}, {"../src/sub", "tmpfs", "noexec", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rexec"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noexec"),
	       FACT_LACKS("mount:/m/sub#/options", "noexec")),
};

CONFORM_CASE(mounts, rnoatime) = {
	.title = "rnoatime: noatime is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rnoatime"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnoatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "noatime"),
	       FACT_HAS("mount:/m/sub#/options", "noatime")),
};

CONFORM_CASE(mounts, ratime) = {
	.title = "ratime: noatime is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=ratime"),
	HOST_MOUNTS({"../src", "tmpfs", "noatime", NULL}, {"../src/sub", "tmpfs", "noatime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "ratime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noatime"),
	       FACT_LACKS("mount:/m/sub#/options", "noatime")),
};

CONFORM_CASE(mounts, rnodiratime) = {
	.title = "rnodiratime: nodiratime is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNODIRATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rnodiratime"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnodiratime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nodiratime"),
	       FACT_HAS("mount:/m/sub#/options", "nodiratime")),
};

CONFORM_CASE(mounts, rdiratime) = {
	.title = "rdiratime: nodiratime is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RDIRATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rdiratime"),
	HOST_MOUNTS({"../src", "tmpfs", "nodiratime", NULL},
		    {"../src/sub", "tmpfs", "nodiratime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rdiratime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nodiratime"),
	       FACT_LACKS("mount:/m/sub#/options", "nodiratime")),
};

CONFORM_CASE(mounts, rrelatime) = {
	.title = "rrelatime: relatime is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RRELATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rrelatime"),
	HOST_MOUNTS({"../src", "tmpfs", "noatime", NULL}, {"../src/sub", "tmpfs", "noatime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rrelatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "relatime"),
	       FACT_HAS("mount:/m/sub#/options", "relatime")),
};

CONFORM_CASE(mounts, rstrictatime) = {
	.title = "rstrictatime: relatime is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RSTRICTATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rstrictatime"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rstrictatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "relatime"),
	       FACT_LACKS("mount:/m/sub#/options", "relatime")),
};

CONFORM_CASE(mounts, rnosymfollow) = {
	.title = "rnosymfollow: nosymfollow is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOSYMFOLLOW),
	.needs = {.mount_options = "rnosymfollow"},
	.min_target = 101,
	MUTANTS("drop-option:/m=rnosymfollow"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnosymfollow"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nosymfollow"),
	       FACT_HAS("mount:/m/sub#/options", "nosymfollow")),
};

CONFORM_CASE(mounts, rsymfollow) = {
	.title = "rsymfollow: nosymfollow is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RSYMFOLLOW),
	.needs = {.mount_options = "nosymfollow,rsymfollow"},
	.min_target = 101,
	MUTANTS("drop-option:/m=rsymfollow"),
	HOST_MOUNTS({"../src", "tmpfs", "nosymfollow", NULL},
		    {"../src/sub", "tmpfs", "nosymfollow", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rsymfollow"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nosymfollow"),
	       FACT_LACKS("mount:/m/sub#/options", "nosymfollow")),
};

CONFORM_CASE(mounts, propagation_shared) = {
	.title = "shared: the mount is in a peer group",
	REQS(REQ_MOUNT_OPTION_SHARED),
	.min_target = 101,
	MUTANTS("drop-option:/m=shared"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "shared"]
	})),
	INSIDE(FACT_MIN("mount:/m#/shared", 1)),
};

CONFORM_CASE(mounts, propagation_rshared) = {
	.title = "rshared: the mount and what is mounted below it are in peer groups",
	REQS(REQ_MOUNT_OPTION_RSHARED),
	.min_target = 101,
	MUTANTS("drop-option:/m=rshared"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rshared"]
	})),
	INSIDE(FACT_MIN("mount:/m#/shared", 1), FACT_MIN("mount:/m/sub#/shared", 1)),
};

CONFORM_CASE(mounts, propagation_private) = {
	.title = "private: the mount has no peers and no master",
	REQS(REQ_MOUNT_OPTION_PRIVATE),
	.min_target = 101,
	MUTANTS("set-option:/m=private:shared", "drop-mount:/m"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "private"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT("mount:/m#/shared", null),
	       FACT("mount:/m#/master", null)),
};

CONFORM_CASE(mounts, propagation_rprivate) = {
	.title = "rprivate: neither the mount nor what is mounted below it has peers or a master",
	REQS(REQ_MOUNT_OPTION_RPRIVATE),
	.min_target = 101,
	MUTANTS("set-option:/m=rprivate:rshared", "drop-mount:/m"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rprivate"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT("mount:/m/sub#/type", "tmpfs"),
	       FACT("mount:/m#/shared", null), FACT("mount:/m/sub#/shared", null),
	       FACT("mount:/m#/master", null), FACT("mount:/m/sub#/master", null)),
};

CONFORM_CASE(mounts, propagation_slave) = {
	.title = "slave: the mount is a slave of the peer group it came from",
	REQS(REQ_MOUNT_OPTION_SLAVE),
	.min_target = 101,
	MUTANTS("set-option:/m=slave:private"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "slave"]
	})),
	INSIDE(FACT_MIN("mount:/m#/master", 1), FACT("mount:/m#/shared", null)),
};

CONFORM_CASE(mounts, propagation_rslave) = {
	.title = "rslave: the mount and what is mounted below it are slaves of the peer groups "
		 "they came from",
	REQS(REQ_MOUNT_OPTION_RSLAVE),
	.min_target = 101,
	MUTANTS("set-option:/m=rslave:rprivate"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rslave"]
	})),
	INSIDE(FACT_MIN("mount:/m#/master", 1), FACT_MIN("mount:/m/sub#/master", 1),
	       FACT("mount:/m/sub#/shared", null)),
};

CONFORM_CASE(mounts, propagation_unbindable) = {
	.title = "unbindable: the mount cannot be bound elsewhere",
	REQS(REQ_MOUNT_OPTION_UNBINDABLE),
	.min_target = 101,
	MUTANTS("drop-option:/m=unbindable"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(SET("/process/capabilities", {
		       "bounding": ["CAP_SYS_ADMIN"],
		       "effective": ["CAP_SYS_ADMIN"],
		       "permitted": ["CAP_SYS_ADMIN"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["rbind", "unbindable"]
	       })),
	INSIDE(FACT("mount:/m#/unbindable", true), TRY("mount:/m,/tmp,none,bind,", "EINVAL")),
};

CONFORM_CASE(mounts, propagation_runbindable) = {
	.title = "runbindable: the mount and what is mounted below it cannot be bound elsewhere",
	REQS(REQ_MOUNT_OPTION_RUNBINDABLE),
	.min_target = 101,
	MUTANTS("drop-option:/m=runbindable"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(SET("/process/capabilities", {
		       "bounding": ["CAP_SYS_ADMIN"],
		       "effective": ["CAP_SYS_ADMIN"],
		       "permitted": ["CAP_SYS_ADMIN"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["rbind", "runbindable"]
	       })),
	INSIDE(FACT("mount:/m/sub#/unbindable", true),
	       TRY("mount:/m/sub,/tmp,none,bind,", "EINVAL")),
};

CONFORM_CASE(mounts, rnostrictatime) = {
	.title = "rnostrictatime: strictatime is cleared on the mount and on what is mounted below "
		 "it",
	REQS(REQ_MOUNT_OPTION_RNOSTRICTATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("drop-option:/m=rnostrictatime"),
	HOST_MOUNTS({"../src", "tmpfs", "strictatime", NULL},
		    {"../src/sub", "tmpfs", "strictatime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnostrictatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "relatime"),
	       FACT_HAS("mount:/m/sub#/options", "relatime")),
};

CONFORM_CASE(mounts, rnorelatime) = {
	.title = "rnorelatime: it is no option of the file system, and neither the mount nor what "
		 "is mounted below it loses its access times",
	REQS(REQ_MOUNT_OPTION_RNORELATIME),
	.needs = {.mount_setattr = true},
	.min_target = 101,
	MUTANTS("set-option:/m=rnorelatime:rnoatime", "set-option:/m=rbind:bind", "drop-mount:/m"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnorelatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noatime"),
	       FACT_LACKS("mount:/m/sub#/options", "noatime")),
};
