/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.md#linux-process and config-linux.md#mount-label: labels of AppArmor and SELinux. The
 * profile "conform-test" is the one of ci/vm/lsm; the contexts are those that policies for
 * containers have.
 */
#include "conform.h"

CONFORM_CASE(lsm, apparmor_without_the_module_is_an_error) = {
	.title = "an AppArmor profile that is not loaded is an error",
	REQS(REQ_PROCESS_APPARMORPROFILE_UNAVAILABLE_ERROR),
	MUTANTS("drop:/process/apparmorProfile"),
	CONFIG(SET("/process/apparmorProfile", "conform-no-such-profile")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(lsm, selinux_label_that_cannot_be_set_is_an_error) = {
	.title = "a SELinux label that is invalid, or any where the host has no SELinux, is an "
		 "error",
	REQS(REQ_PROCESS_SELINUXLABEL_UNAVAILABLE_ERROR),
	MUTANTS("drop:/process/selinuxLabel"),
	CONFIG(SET("/process/selinuxLabel", "no:such:label")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(lsm, apparmor_profile_is_applied) = {
	.title = "the program runs under the AppArmor profile that is configured",
	REQS(REQ_PROCESS_APPARMORPROFILE_APPLIED),
	.needs = {.lsm = "apparmor", .profile = "conform-test"},
	MUTANTS("drop:/process/apparmorProfile", "set:/process/apparmorProfile=\"unconfined\""),
	CONFIG(SET("/process/apparmorProfile", "conform-test")),
	INSIDE(FACT("lsm.current", "conform-test (enforce)"),
	       TRY("create:/tmp/conform-denied,0644", "EACCES"),
	       TRY("create:/tmp/conform-allowed,0644", "OK")),
};

CONFORM_CASE(lsm, apparmor_profile_holds_for_another_user) = {
	.title = "the AppArmor profile is applied with noNewPrivileges and another uid, too",
	REQS(REQ_PROCESS_APPARMORPROFILE_APPLIED),
	.needs = {.lsm = "apparmor", .profile = "conform-test"},
	MUTANTS("drop:/process/apparmorProfile"),
	CONFIG(SET("/process/apparmorProfile", "conform-test"),
	       SET("/process/noNewPrivileges", true),
	       SET("/process/user", {"uid": 1000, "gid": 1000})),
	INSIDE(FACT("lsm.current", "conform-test (enforce)")),
};

CONFORM_CASE(lsm, selinux_label_is_applied) = {
	.title = "the program runs with the SELinux label that is configured",
	REQS(REQ_PROCESS_SELINUXLABEL_APPLIED),
	.needs = {.lsm = "selinux", .label = "system_u:system_r:container_t:s0:c1,c2"},
	MUTANTS("drop:/process/selinuxLabel"),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0:c1,c2")),
	INSIDE(FACT("lsm.current", "system_u:system_r:container_t:s0:c1,c2")),
};

CONFORM_CASE(lsm, keyring_has_the_label) = {
	.title = "a program may look at its session keyring, whatever its SELinux label",
	.advice =
		"the specification does not name keys, but one keyring for each container is what "
		"callers expect",
	.needs = {.lsm = "selinux",
		  .label = "system_u:system_r:container_t:s0:c1",
		  .enforcing = true},
	MUTANTS("drop:/process/selinuxLabel"),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0:c1")),
	INSIDE(FACT("lsm.current", "system_u:system_r:container_t:s0:c1"),
	       FACT_NOT("keyring.session#/description", null)),
};

CONFORM_CASE(lsm, mount_label_is_applied) = {
	.title = "mounts of the container carry the label of mountLabel",
	REQS(REQ_LINUX_MOUNTLABEL_APPLIED),
	.needs = {.lsm = "selinux", .file_label = "system_u:object_r:container_file_t:s0"},
	MUTANTS("drop:/linux/mountLabel"),
	CONFIG(SET("/linux/mountLabel", "system_u:object_r:container_file_t:s0"),
	       ADD("/mounts/-", {"destination": "/m", "type": "tmpfs", "source": "tmpfs"})),
	INSIDE(FACT_HAS("mount:/m#/super", "context=system_u:object_r:container_file_t:s0"),
	       FACT_HAS("mount:/dev/shm#/super", "context=system_u:object_r:container_file_t:s0")),
};

CONFORM_CASE(lsm, selinux_label_keeps_out) = {
	.title = "a program reads and writes what its SELinux label may, and nothing else",
	REQS(REQ_PROCESS_SELINUXLABEL_APPLIED),
	.needs = {.lsm = "selinux",
		  .label = "system_u:system_r:container_t:s0:c1",
		  .enforcing = true},
	MUTANTS("drop:/process/selinuxLabel",
		"set:/process/selinuxLabel=\"system_u:system_r:container_t:s0:c3\""),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0:c1"),
	       ADD("/mounts/-", {
		       "destination": "/own",
		       "type": "tmpfs",
		       "source": "tmpfs",
		       "options": ["context=system_u:object_r:container_file_t:s0:c1"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/other",
		       "type": "tmpfs",
		       "source": "tmpfs",
		       "options": ["context=system_u:object_r:container_file_t:s0:c3"]
	       })),
	INSIDE(TRY("create:/own/file,0644", "OK"), TRY("open:/own,r+dir", "OK"),
	       TRY("create:/other/file,0644", "EACCES"), TRY("open:/other,r+dir", "EACCES")),
};

CONFORM_CASE(lsm, mount_label_keeps_out) = {
	.title = "what a program may do in a mount is decided by the label of mountLabel",
	REQS(REQ_LINUX_MOUNTLABEL_APPLIED),
	.needs = {.lsm = "selinux",
		  .label = "system_u:system_r:container_t:s0:c1",
		  .enforcing = true},
	MUTANTS("drop:/linux/mountLabel",
		"set:/linux/mountLabel=\"system_u:object_r:container_file_t:s0:c1\""),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0:c1"),
	       SET("/linux/mountLabel", "system_u:object_r:container_file_t:s0:c3"),
	       ADD("/mounts/-", {"destination": "/m", "type": "tmpfs", "source": "tmpfs"})),
	INSIDE(TRY("create:/tmp/file,0644", "OK"), TRY("create:/m/file,0644", "EACCES"),
	       TRY("open:/m,r+dir", "EACCES")),
};

CONFORM_CASE(lsm, mount_label_holds_for_queues) = {
	.title = "what a program may do in its mqueue file system is decided by the label of "
		 "mountLabel, too",
	REQS(REQ_LINUX_MOUNTLABEL_APPLIED),
	.needs = {.lsm = "selinux",
		  .label = "system_u:system_r:container_t:s0:c1",
		  .enforcing = true},
	MUTANTS("drop:/linux/mountLabel",
		"set:/linux/mountLabel=\"system_u:object_r:container_file_t:s0:c1\""),
	CONFIG(SET("/process/selinuxLabel", "system_u:system_r:container_t:s0:c1"),
	       SET("/linux/mountLabel", "system_u:object_r:container_file_t:s0:c3"),
	       ADD("/mounts/-", {"destination": "/queues", "type": "mqueue", "source": "mqueue"})),
	INSIDE(FACT("mount:/queues#/type", "mqueue"), TRY("open:/queues,r+dir", "EACCES")),
};

CONFORM_CASE(lsm, mount_label_is_applied_to_masks) = {
	.title = "the directories that stand in the place of masked ones carry the label of "
		 "mountLabel",
	.advice = "the specification knows a mask by what cannot be read",
	.needs = {.lsm = "selinux", .label = "system_u:object_r:container_file_t:s0"},
	MUTANTS("drop:/linux/mountLabel"),
	FILES({.kind = FILE_REG, .path = "secret/file", .content = "x"}),
	CONFIG(SET("/linux/mountLabel", "system_u:object_r:container_file_t:s0"),
	       SET("/linux/maskedPaths", ["/secret"])),
	INSIDE(FACT("list:/secret", []),
	       FACT_HAS("mount:/secret#/super", "context=system_u:object_r:container_file_t:s0")),
};
