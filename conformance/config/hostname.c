/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#hostname and #domainname */
#include "conform.h"

CONFORM_CASE(hostname, set_inside_only) = {
	.title = "the configured hostname is set in the container and nowhere else",
	REQS(REQ_CONFIG_HOSTNAME_APPLIED, REQ_CONFIG_HOSTNAME_HOST_UNCHANGED),
	MUTANTS("drop:/hostname", "set:/hostname=\"other\""),
	CONFIG(SET("/hostname", "probe-host")),
	INSIDE(FACT("uts.nodename", "probe-host")),
	OUTSIDE(UNCHANGED(AFTER_EXIT, "host.uts.nodename")),
};

CONFORM_CASE(hostname, of_full_length) = {
	.title = "a hostname of 64 characters is set whole",
	REQS(REQ_CONFIG_HOSTNAME_APPLIED),
	MUTANTS("drop:/hostname"),
	CONFIG(SET("/hostname",
		   "h234567890123456789012345678901234567890123456789012345678901234")),
	INSIDE(FACT("uts.nodename",
		    "h234567890123456789012345678901234567890123456789012345678901234")),
};

/* The namespace that the runtime is called in is the case's own, so that nothing has to be put
 * back.
 */
CONFORM_CASE(hostname, without_uts_namespace_is_the_runtimes_or_refused) = {
	.title = "without a uts namespace a hostname is an error or that of the runtime's "
		 "namespace",
	REQS(REQ_CONFIG_HOSTNAME_SHARED_UTS),
	.either = true,
	OWNS("hostname"),
	MUTANTS("drop:/hostname"),
	CONFIG(DEL("/linux/namespaces/3"), SET("/hostname", "probe-host")),
	INSIDE(FACT_HOST("ns.uts"), FACT("uts.nodename", "probe-host")),
};

CONFORM_CASE(domainname, set_inside_only) = {
	.title = "the configured domain name is set in the container and nowhere else",
	REQS(REQ_CONFIG_DOMAINNAME_APPLIED, REQ_CONFIG_DOMAINNAME_HOST_UNCHANGED),
	.min_target = 101,
	MUTANTS("drop:/domainname", "set:/domainname=\"other\""),
	CONFIG(SET("/domainname", "probe-domain")),
	INSIDE(FACT("uts.domainname", "probe-domain")),
	OUTSIDE(UNCHANGED(AFTER_EXIT, "host.uts.domainname")),
};

CONFORM_CASE(domainname, without_uts_namespace_is_the_runtimes_or_refused) = {
	.title = "without a uts namespace a domain name is an error or that of the runtime's "
		 "namespace",
	REQS(REQ_CONFIG_DOMAINNAME_SHARED_UTS),
	.min_target = 101,
	.either = true,
	OWNS("hostname"),
	MUTANTS("drop:/domainname"),
	CONFIG(DEL("/linux/namespaces/3"), SET("/domainname", "probe-domain")),
	INSIDE(FACT_HOST("ns.uts"), FACT("uts.domainname", "probe-domain")),
};
