/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#rootfs-mount-propagation */
#include "conform.h"

CONFORM_CASE(rootfs_propagation, shared) = {
	.title = "shared: the root mount is in a peer group",
	REQS(REQ_LINUX_ROOTFS_PROPAGATION_SHARED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/rootfsPropagation", "set:/linux/rootfsPropagation=\"private\""),
	CONFIG(SET("/linux/rootfsPropagation", "shared")),
	INSIDE(FACT_MIN("mount:/#/shared", 1)),
};

CONFORM_CASE(rootfs_propagation, slave) = {
	.title = "slave: the root mount has a master and no peers",
	REQS(REQ_LINUX_ROOTFS_PROPAGATION_SLAVE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/rootfsPropagation", "set:/linux/rootfsPropagation=\"private\""),
	HOST_MOUNTS({"../rootfs", "bind", "shared", NULL}),
	CONFIG(SET("/linux/rootfsPropagation", "slave")),
	INSIDE(FACT_MIN("mount:/#/master", 1), FACT("mount:/#/shared", null)),
};

CONFORM_CASE(rootfs_propagation, private) = {
	.title = "private: the root mount has neither peers nor a master",
	REQS(REQ_LINUX_ROOTFS_PROPAGATION_PRIVATE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("set:/linux/rootfsPropagation=\"shared\"",
		"set:/linux/rootfsPropagation=\"slave\""),
	HOST_MOUNTS({"../rootfs", "bind", "shared", NULL}),
	CONFIG(SET("/linux/rootfsPropagation", "private")),
	INSIDE(FACT("mount:/#/path", "/"), FACT("mount:/#/shared", null),
	       FACT("mount:/#/master", null)),
};

CONFORM_CASE(rootfs_propagation, unbindable) = {
	.title = "unbindable: the root mount cannot be bound elsewhere",
	REQS(REQ_LINUX_ROOTFS_PROPAGATION_UNBINDABLE, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.may_refuse = true,
	MUTANTS("drop:/linux/rootfsPropagation"),
	CONFIG(SET("/linux/rootfsPropagation", "unbindable"), SET("/process/capabilities", {
		       "bounding": ["CAP_SYS_ADMIN"],
		       "effective": ["CAP_SYS_ADMIN"],
		       "permitted": ["CAP_SYS_ADMIN"]
	       })),
	INSIDE(FACT("mount:/#/unbindable", true), TRY("mount:/,/tmp,none,bind,", "EINVAL")),
};

CONFORM_CASE(rootfs_propagation, unknown_value_is_refused) = {
	.title = "a value that the specification does not list is an error",
	REQS(REQ_LINUX_ROOTFS_PROPAGATION_INVALID_ERROR),
	MUTANTS("drop:/linux/rootfsPropagation"),
	VARY("\"public\"", "\"Shared\"", "\"\""),
	CONFIG(SET("/linux/rootfsPropagation", "@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};
