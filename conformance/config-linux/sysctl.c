/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#sysctl */
#include "conform.h"

#define NOT_SAID                                                                                   \
	"the specification sets parameters for the container, and does not say that one which no " \
	"namespace of its holds is an error; who sets it changes the host"

CONFORM_CASE(sysctl, network_value_is_set) = {
	.title = "a net sysctl has its value in the container's network namespace and the host's "
		 "stays",
	REQS(REQ_LINUX_SYSCTL_APPLIED, REQ_LINUX_SYSCTL_HOST_UNCHANGED),
	MUTANTS("drop:/linux/sysctl", "set:/linux/sysctl={\"net.ipv4.ip_forward\": \"0\"}"),
	/* the run has one network namespace, in which another case may fail to be refused */
	OWNS("net.ipv4.ip_forward", "net.ipv4.ip_default_ttl"),
	CONFIG(SET("/linux/sysctl", {"net.ipv4.ip_forward": "1", "net.ipv4.ip_default_ttl": "77"})),
	INSIDE(FACT("sysctl:net.ipv4.ip_forward", "1"),
	       FACT("sysctl:net.ipv4.ip_default_ttl", "77")),
	OUTSIDE(UNCHANGED(AFTER_START, "host.sysctl:net.ipv4.ip_forward"),
		UNCHANGED(AFTER_START, "host.sysctl:net.ipv4.ip_default_ttl")),
};

CONFORM_CASE(sysctl, ipc_value_is_set) = {
	.title =
		"an ipc sysctl has its value in the container's ipc namespace and the host's stays",
	REQS(REQ_LINUX_SYSCTL_APPLIED, REQ_LINUX_SYSCTL_HOST_UNCHANGED),
	MUTANTS("drop:/linux/sysctl"),
	CONFIG(SET("/linux/sysctl",
		   {"kernel.msgmax": "7777", "kernel.shmmni": "55", "fs.mqueue.queues_max": "33"})),
	INSIDE(FACT("sysctl:kernel.msgmax", "7777"), FACT("sysctl:kernel.shmmni", "55"),
	       FACT("sysctl:fs.mqueue.queues_max", "33")),
	OUTSIDE(UNCHANGED(AFTER_START, "host.sysctl:kernel.msgmax")),
};

CONFORM_CASE(sysctl, missing_key_is_an_error) = {
	.title = "a sysctl that the kernel does not have is an error",
	REQS(REQ_LINUX_SYSCTL_UNAPPLICABLE_ERROR),
	MUTANTS("drop:/linux/sysctl"),
	CONFIG(SET("/linux/sysctl", {"net.no.such.key": "1"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(sysctl, invalid_value_is_an_error) = {
	.title = "a value that the kernel refuses is an error",
	REQS(REQ_LINUX_SYSCTL_UNAPPLICABLE_ERROR),
	MUTANTS("drop:/linux/sysctl"),
	CONFIG(SET("/linux/sysctl", {"net.ipv4.ip_default_ttl": "no number"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(sysctl, host_wide_key_is_an_error) = {
	.title = "a sysctl that no namespace of the container holds is an error and the host's "
		 "value stays",
	REQS(REQ_LINUX_SYSCTL_UNAPPLICABLE_ERROR),
	.advice = NOT_SAID,
	MUTANTS("drop:/linux/sysctl"),
	/* no setting of another name is lost with it, as vm.dirty_bytes is with vm.dirty_ratio */
	OWNS("vm.vfs_cache_pressure"),
	CONFIG(SET("/linux/sysctl", {"vm.vfs_cache_pressure": "101"})),
	OUTSIDE(UNCHANGED(AFTER_DELETE, "host.sysctl:vm.vfs_cache_pressure")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(sysctl, network_key_without_its_namespace_is_an_error) = {
	.title = "a net sysctl without a network namespace is an error",
	REQS(REQ_LINUX_SYSCTL_UNAPPLICABLE_ERROR),
	.advice = NOT_SAID,
	MUTANTS("drop:/linux/sysctl"),
	OWNS("net.ipv4.ip_default_ttl"),
	CONFIG(DEL("/linux/namespaces/1"), SET("/linux/sysctl", {"net.ipv4.ip_default_ttl": "65"})),
	OUTSIDE(UNCHANGED(AFTER_DELETE, "host.sysctl:net.ipv4.ip_default_ttl")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(sysctl, dots_do_not_lead_out) = {
	.title = "a key that climbs out of its branch is an error",
	REQS(REQ_LINUX_SYSCTL_UNAPPLICABLE_ERROR),
	MUTANTS("drop:/linux/sysctl"),
	VARY("{\"net/../kernel/panic_on_oops\": \"0\"}", "{\"../sys/net/ipv4/ip_forward\": \"1\"}"),
	/* what is set all the same is put back */
	OWNS("kernel.panic_on_oops", "net.ipv4.ip_forward"),
	CONFIG(SET("/linux/sysctl", "@V@")),
	OUTSIDE(UNCHANGED(AFTER_DELETE, "host.sysctl:kernel.panic_on_oops"),
		UNCHANGED(AFTER_DELETE, "host.sysctl:net.ipv4.ip_forward")),
	.rejected_at = REJECTED_AT_CREATE,
};
