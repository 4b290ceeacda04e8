/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config-linux.md#network-devices. The runtime is called in a network namespace of the case's own,
 * which has the devices; what the text calls the host's is that namespace. Modules of the kernel
 * may put devices of their own into each new one (tunl0, sit0), so that no list is asked for as a
 * whole.
 */
#include "conform.h"

CONFORM_CASE(net_devices, device_is_moved) = {
	.title =
		"the device that a key names is in the container, and gone from the runtime's side",
	REQS(REQ_LINUX_NETDEV_MOVED, REQ_LINUX_NETDEV_KEY_HOST_NAME, REQ_LINUX_NETDEV_DEFAULT_NAME),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices"),
	LINKS({.name = "cf0", .kind = "veth"}),
	CONFIG(SET("/linux/netDevices", {"cf0": {}})),
	INSIDE(FACT_HAS("net.interfaces", "cf0")),
	OUTSIDE(HOST(AFTER_CREATE, "host.net:cf0", null),
		HOST_HAS(AFTER_CREATE, "host.net.interfaces", "pcf0")),
};

CONFORM_CASE(net_devices, several_are_moved) = {
	.title = "every device of the object is moved",
	REQS(REQ_LINUX_NETDEV_MOVED),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices/cf1"),
	LINKS({.name = "cf0", .kind = "veth"}, {.name = "cf1", .kind = "veth"}),
	CONFIG(SET("/linux/netDevices", {"cf0": {}, "cf1": {"name": "second"}})),
	INSIDE(FACT_HAS("net.interfaces", "cf0"), FACT_HAS("net.interfaces", "second"),
	       FACT("net:cf1", null)),
};

CONFORM_CASE(net_devices, name_renames) = {
	.title = "with a name the device has that name in the container",
	REQS(REQ_LINUX_NETDEV_RENAMED),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices/cf0/name"),
	LINKS({.name = "cf0", .kind = "veth"}),
	CONFIG(SET("/linux/netDevices", {"cf0": {"name": "inner0"}})),
	INSIDE(FACT_HAS("net.interfaces", "inner0"), FACT("net:cf0", null)),
};

CONFORM_CASE(net_devices, missing_device_is_an_error) = {
	.title = "a key that names no device is an error",
	REQS(REQ_LINUX_NETDEV_KEY_HOST_NAME),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices"),
	LINKS({.name = "cf0", .kind = "veth"}),
	CONFIG(SET("/linux/netDevices", {"cf9": {}})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(net_devices, device_that_cannot_move_is_an_error) = {
	.title = "a device that belongs to its namespace is an error",
	REQS(REQ_LINUX_NETDEV_CHECK_MOVABLE),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices"),
	VARY("\"cfbr\"", "\"lo\""),
	LINKS({.name = "cfbr", .kind = "bridge"}),
	CONFIG(SET("/linux/netDevices/@V@", {"name": "moved0"})),
	.rejected_at = REJECTED_BY_START,
	OUTSIDE(HOST_HAS(AFTER_DELETE, "host.net.interfaces", "@V@")),
};

CONFORM_CASE(net_devices, taken_name_is_an_error) = {
	.title = "a name that a device of the container's namespace has already is an error",
	REQS(REQ_LINUX_NETDEV_NAME_CONFLICT_ERROR),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices", "set:/linux/netDevices/cf0/name=\"free0\""),
	LINKS({.name = "cf0", .kind = "veth"}, {.name = "taken0", .kind = "bridge", .held = true}),
	CONFIG(SET("/linux/namespaces/1/path", "@NS:network@"),
	       SET("/linux/netDevices", {"cf0": {"name": "taken0"}})),
	.rejected_at = REJECTED_BY_START,
	OUTSIDE(HOST_HAS(AFTER_DELETE, "held.net.interfaces", "taken0")),
};

CONFORM_CASE(net_devices, template_finds_a_free_name) = {
	.title = "a name that ends in %d gets the first number that is free",
	REQS(REQ_LINUX_NETDEV_NAME_TEMPLATE),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices", "drop:/linux/netDevices/cf0/name"),
	LINKS({.name = "cf0", .kind = "veth"}, {.name = "eth0", .kind = "bridge", .held = true}),
	CONFIG(SET("/linux/namespaces/1/path", "@NS:network@"),
	       SET("/linux/netDevices", {"cf0": {"name": "eth%d"}})),
	INSIDE(FACT_HAS("net.interfaces", "eth0"), FACT("net:eth1#/up", true),
	       FACT("net:cf0", null)),
};

CONFORM_CASE(net_devices, mtu_and_hardware_address_stay) = {
	.title = "MTU and hardware address are those of before",
	REQS(REQ_LINUX_NETDEV_ATTRIBUTES_PRESERVED),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices", "cli:net-plain"),
	LINKS({.name = "cf0", .kind = "veth", .mtu = 1380, .mac = "02:c0:ff:ee:00:07"}),
	CONFIG(SET("/linux/netDevices", {"cf0": {"name": "inner0"}})),
	INSIDE(FACT("net:inner0#/mtu", 1380), FACT("net:inner0#/mac", "02:c0:ff:ee:00:07")),
};

CONFORM_CASE(net_devices, ipv4_addresses_stay) = {
	.title =
		"permanent global IPv4 addresses are there after the move, whatever becomes of one "
		"of the link alone",
	REQS(REQ_LINUX_NETDEV_IPV4_PRESERVED, REQ_LINUX_NETDEV_NONGLOBAL_NOT_TRANSFERRED),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices", "cli:net-plain"),
	LINKS({.name = "cf0",
	       .kind = "veth",
	       .addresses = "10.71.0.5/24 169.254.7.7/16@link 192.0.2.9/32"}),
	CONFIG(SET("/linux/netDevices", {"cf0": {}})),
	INSIDE(FACT_HAS("net:cf0#/addresses", "10.71.0.5/24"),
	       FACT_HAS("net:cf0#/addresses", "192.0.2.9/32")),
};

CONFORM_CASE(net_devices, ipv6_addresses_stay) = {
	.title = "permanent global IPv6 addresses are there after the move",
	REQS(REQ_LINUX_NETDEV_IPV6_PRESERVED),
	.needs = {.veth = true, .path = "/proc/sys/net/ipv6"},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices", "cli:net-plain"),
	LINKS({.name = "cf0", .kind = "veth", .addresses = "2001:db8::5/64 fd71::9/128"}),
	CONFIG(SET("/linux/netDevices", {"cf0": {}})),
	INSIDE(FACT_HAS("net:cf0#/addresses", "2001:db8::5/64"),
	       FACT_HAS("net:cf0#/addresses", "fd71::9/128")),
};

CONFORM_CASE(net_devices, device_is_up) = {
	.title = "the device is up in the container, whether it was before or not",
	REQS(REQ_LINUX_NETDEV_UP),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices", "cli:net-plain"),
	LINKS({.name = "cf0", .kind = "veth"}, {.name = "cf1", .kind = "veth", .up = true}),
	CONFIG(SET("/linux/netDevices", {"cf0": {}, "cf1": {}})),
	INSIDE(FACT("net:cf0#/up", true), FACT("net:cf1#/up", true)),
};

CONFORM_CASE(net_devices, stays_in_a_namespace_that_lives_on) = {
	.title = "in a joined namespace the device and its addresses are still there after delete",
	REQS(REQ_LINUX_NETDEV_NOT_MOVED_BACK, REQ_LINUX_NETDEV_NO_LIFECYCLE_MANAGEMENT),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices"),
	LINKS({.name = "cf0", .kind = "veth", .addresses = "10.71.0.5/24"}),
	CONFIG(SET("/linux/namespaces/1/path", "@NS:network@"),
	       SET("/linux/netDevices", {"cf0": {"name": "inner0"}})),
	OUTSIDE(HOST(AFTER_DELETE, "held.net:inner0#/up", true),
		HOST_HAS(AFTER_DELETE, "held.net:inner0#/addresses", "10.71.0.5/24"),
		HOST(AFTER_DELETE, "host.net:cf0", null)),
};

CONFORM_CASE(net_devices, without_a_namespace_is_an_error) = {
	.title = "devices without a network namespace to move to are an error",
	REQS(REQ_LINUX_NETDEV_CHECK_MOVABLE),
	.needs = {.veth = true},
	.min_target = 103,
	MUTANTS("drop:/linux/netDevices"),
	LINKS({.name = "cf0", .kind = "veth"}),
	CONFIG(DEL("/linux/namespaces/1"), SET("/linux/netDevices", {"cf0": {"name": "inner0"}})),
	.rejected_at = REJECTED_BY_START,
	OUTSIDE(HOST_HAS(AFTER_DELETE, "host.net.interfaces", "cf0")),
};
