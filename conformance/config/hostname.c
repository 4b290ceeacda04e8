/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#hostname and config.md#domainname. */
#include "conform.h"

CONFORM_CASE(hostname, set_inside_only) = {
	.title = "the configured hostname is set in the container and nowhere else",
	REQS(REQ_CONFIG_HOSTNAME_APPLIED, REQ_CONFIG_HOSTNAME_HOST_UNCHANGED),
	.needs = {.root = true},
	MUTANTS("drop:/hostname", "set:/hostname=\"other\""),
	CONFIG(SET("/hostname", "probe-host")),
	INSIDE(FACT("uts.nodename", "probe-host")),
	OUTSIDE(UNCHANGED(AFTER_EXIT, "host.uts.nodename"),
		UNCHANGED(AFTER_DELETE, "host.uts.nodename")),
};

CONFORM_CASE(hostname, longest_name_is_set) = {
	.title = "a hostname of 64 bytes, the most that the kernel takes, is set unabridged",
	REQS(REQ_CONFIG_HOSTNAME_APPLIED),
	.needs = {.root = true},
	MUTANTS("drop:/hostname"),
	CONFIG(SET("/hostname",
		   "a123456789b123456789c123456789d123456789e123456789f123456789ghij")),
	INSIDE(FACT("uts.nodename",
		    "a123456789b123456789c123456789d123456789e123456789f123456789ghij")),
};

CONFORM_CASE(hostname, other_bytes_are_kept) = {
	.title = "a hostname is not changed on its way: capitals, dots and underscores stay",
	REQS(REQ_CONFIG_HOSTNAME_APPLIED),
	.needs = {.root = true},
	MUTANTS("drop:/hostname"),
	CONFIG(SET("/hostname", "Host_1.Example.ORG")),
	INSIDE(FACT("uts.nodename", "Host_1.Example.ORG")),
};

CONFORM_CASE(hostname, set_in_a_joined_namespace) = {
	.title = "the hostname is set in the uts namespace that the container joins by its path",
	REQS(REQ_CONFIG_HOSTNAME_APPLIED, REQ_CONFIG_HOSTNAME_HOST_UNCHANGED),
	.needs = {.root = true},
	MUTANTS("drop:/hostname", "drop-namespace-path:uts"),
	CONFIG(SET("/linux/namespaces/3/path", "@NS:uts@"), SET("/hostname", "joined")),
	INSIDE(FACT("ns.uts", "@NSINO:uts@"), FACT("uts.nodename", "joined")),
	OUTSIDE(UNCHANGED(AFTER_DELETE, "host.uts.nodename")),
};

CONFORM_CASE(domainname, set_inside_only) = {
	.title = "the configured domain name is set in the container and nowhere else",
	REQS(REQ_CONFIG_DOMAINNAME_APPLIED, REQ_CONFIG_DOMAINNAME_HOST_UNCHANGED),
	.needs = {.root = true},
	.min_target = 101,
	MUTANTS("drop:/domainname", "set:/domainname=\"other\""),
	CONFIG(SET("/domainname", "probe.example")),
	INSIDE(FACT("uts.domainname", "probe.example")),
	OUTSIDE(UNCHANGED(AFTER_EXIT, "host.uts.domainname"),
		UNCHANGED(AFTER_DELETE, "host.uts.domainname")),
};

CONFORM_CASE(domainname, is_not_the_hostname) = {
	.title = "hostname and domain name are two names, each with its own value",
	REQS(REQ_CONFIG_DOMAINNAME_APPLIED, REQ_CONFIG_HOSTNAME_APPLIED),
	.needs = {.root = true},
	.min_target = 101,
	MUTANTS("drop:/domainname", "drop:/hostname"),
	CONFIG(SET("/hostname", "first"), SET("/domainname", "second")),
	INSIDE(FACT("uts.nodename", "first"), FACT("uts.domainname", "second")),
};
