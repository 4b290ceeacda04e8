/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#allowed-device-list: what the rules of linux.resources.devices let a program do.
 */
#include "conform.h"

/* /dev/kmsg is the device of these cases: every kernel has it, and no runtime supplies it of its
 * own accord. Reading it takes CAP_SYSLOG where the host restricts its log. What the host's own
 * rules forbid nobody can allow, and that it cannot be opened says nothing of the container's. */
#define MAY_MAKE_DEVICES                                                                           \
	SET("/process/capabilities", {                                                             \
		"bounding": ["CAP_MKNOD", "CAP_SYSLOG"],                                           \
		"effective": ["CAP_MKNOD", "CAP_SYSLOG"],                                          \
		"permitted": ["CAP_MKNOD", "CAP_SYSLOG"]                                           \
	})

CONFORM_CASE(cgroups, devices_denied_cannot_be_opened) = {
	.title = "a device that no rule allows cannot be made or opened",
	REQS(REQ_CGROUP_DEVICES_ALLOW_EFFECT),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r"},
	MUTANTS("add:/linux/resources/devices/-={\"allow\": true, \"access\": \"rwm\"}"),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"},
			       {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rwm"}
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "EPERM"),
	       TRY("mknod-open:/tmp/null,c,1,3,rw", "OK")),
};

CONFORM_CASE(cgroups, devices_allowed_can_be_opened) = {
	.title = "a device that a rule allows can be made and opened",
	REQS(REQ_CGROUP_DEVICES_ALLOW_EFFECT),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r,c 1:12 r"},
	MUTANTS("pop:/linux/resources/devices"),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"}, {
				       "allow": true,
				       "type": "c",
				       "major": 1,
				       "minor": 11,
				       "access": "rwm"
			       }
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/other,c,1,12,r", "EPERM"),
	       TRY("mknod-open:/tmp/kmsg,c,1,11,r", "OK")),
};

CONFORM_CASE(cgroups, devices_rules_apply_in_order) = {
	.title = "of two rules for one device the later one decides",
	REQS(REQ_CGROUP_DEVICES_ORDER),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r"},
	MUTANTS("pop:/linux/resources/devices"),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"}, {
				       "allow": true,
				       "type": "c",
				       "major": 1,
				       "minor": 11,
				       "access": "rwm"
			       },
			       {
				       "allow": false,
				       "type": "c",
				       "major": 1,
				       "minor": 11,
				       "access": "rwm"
			       }
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "EPERM")),
};

CONFORM_CASE(cgroups, devices_access_r) = {
	.title = "r lets a device be read and not written",
	REQS(REQ_CGROUP_DEVICES_ACCESS_R),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 rw"},
	MUTANTS("set:/linux/resources/devices/1/access=\"rwm\"",
		"set:/linux/resources/devices/1/access=\"m\""),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"},
			       {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rm"}
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "OK"),
	       TRY("mknod-open:/tmp/kmsg,c,1,11,w", "EPERM")),
};

CONFORM_CASE(cgroups, devices_access_w) = {
	.title = "w lets a device be written and not read",
	REQS(REQ_CGROUP_DEVICES_ACCESS_W),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 rw"},
	MUTANTS("set:/linux/resources/devices/1/access=\"rwm\"",
		"set:/linux/resources/devices/1/access=\"m\""),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"},
			       {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "wm"}
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,w", "OK"),
	       TRY("mknod-open:/tmp/kmsg,c,1,11,r", "EPERM")),
};

CONFORM_CASE(cgroups, devices_access_m) = {
	.title = "without m a device cannot be made",
	REQS(REQ_CGROUP_DEVICES_ACCESS_M),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 m"},
	MUTANTS("set:/linux/resources/devices/1/access=\"rwm\""),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"},
			       {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rw"}
		       ]
	       })),
	INSIDE(TRY("mknod:/tmp/kmsg,c,1,11", "EPERM")),
};

CONFORM_CASE(cgroups, devices_type_b_is_not_c) = {
	.title = "a rule of type b does not match a character device of the same numbers",
	REQS(REQ_CGROUP_DEVICES_TYPE_B),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r,b 1:11 m"},
	MUTANTS("set:/linux/resources/devices/1/type=\"c\""),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"}, {
				       "allow": true,
				       "type": "b",
				       "major": 1,
				       "minor": 11,
				       "access": "rwm"
			       }
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "EPERM"), TRY("mknod:/tmp/blk,b,1,11", "OK")),
};

CONFORM_CASE(cgroups, devices_type_c_is_not_b) = {
	.title = "a rule of type c does not match a block device of the same numbers",
	REQS(REQ_CGROUP_DEVICES_TYPE_C),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r,b 1:11 r"},
	MUTANTS("set:/linux/resources/devices/1/type=\"b\""),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"}, {
				       "allow": true,
				       "type": "c",
				       "major": 1,
				       "minor": 11,
				       "access": "rwm"
			       }
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "OK"),
	       TRY("mknod-open:/tmp/blk,b,1,11,r", "EPERM")),
};

CONFORM_CASE(cgroups, devices_type_a_is_both) = {
	.title = "a rule of type a matches block and character devices",
	REQS(REQ_CGROUP_DEVICES_TYPE_A),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r,b 1:11 m"},
	MUTANTS("set:/linux/resources/devices/1/type=\"c\"",
		"set:/linux/resources/devices/1/type=\"b\"", "pop:/linux/resources/devices"),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"},
			       {"allow": true, "type": "a", "access": "rwm"}
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "OK"), TRY("mknod:/tmp/blk,b,1,11", "OK")),
};

CONFORM_CASE(cgroups, devices_type_absent_is_both) = {
	.title = "a rule without type matches block and character devices",
	REQS(REQ_CGROUP_DEVICES_TYPE_UNSET_ALL),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r,b 1:12 m"},
	MUTANTS("set:/linux/resources/devices/1/type=\"c\"",
		"set:/linux/resources/devices/1/type=\"b\"", "pop:/linux/resources/devices"),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices":
			       [{"allow": false, "access": "rwm"}, {"allow": true, "access": "rwm"}]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "OK"), TRY("mknod:/tmp/blk,b,1,12", "OK")),
};

CONFORM_CASE(cgroups, devices_minor_absent_matches_all) = {
	.title = "a rule without minor matches every minor of its major",
	REQS(REQ_CGROUP_DEVICES_MAJOR_MINOR_UNSET_ALL),
	.needs = {.controllers = "devices", .caps = "CAP_SYSLOG", .device = "c 1:11 r,c 10:229 r"},
	MUTANTS("set:/linux/resources/devices/1/minor=3"),
	CONFIG(MAY_MAKE_DEVICES, SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"},
			       {"allow": true, "type": "c", "major": 1, "access": "rwm"}
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "OK"),
	       TRY("mknod-open:/tmp/other,c,10,229,r", "EPERM")),
};

CONFORM_CASE(cgroups, devices_access_of_other_letters_is_refused) = {
	.title = "an access of letters other than r, w and m is refused",
	REQS(REQ_CGROUP_DEVICES_ACCESS_INVALID),
	MUTANTS("drop:/linux/resources"),
	VARY("\"q\"", "\"rwx\"", "\"R\""),
	CONFIG(SET("/linux/resources", {
		"devices": [{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "@V@"}]
	})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, devices_allow_absent_is_refused) = {
	.title = "a device rule without allow is refused",
	REQS(REQ_CGROUP_DEVICES_ALLOW_FIELD),
	MUTANTS("drop:/linux/resources"),
	/* of a device that nobody misses where what is absent is taken as false */
	CONFIG(SET("/linux/resources",
		   {"devices": [{"type": "c", "major": 1, "minor": 11, "access": "rwm"}]})),
	.rejected_at = REJECTED_AT_CREATE,
};
