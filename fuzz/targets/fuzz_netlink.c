/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model base runtime/linux */
/* A datagram as an answer of rtnetlink(7): nothing is read outside of it, and an address that goes
 * with its device is the same there. */
#include "cleanup.h"
#include "fuzz.h"
#include "netdev_message.h"
#include "str.h"
#include <string.h>

static int see(void *arg, const struct nlmsghdr *h)
{
	const struct rtattr *was[IFA_MAX + 1], *is[IFA_MAX + 1];
	const struct ifaddrmsg *a = NLMSG_DATA(h);
	struct netlink_request m;
	struct netdev_link link;

	(void)arg;
	fuzz_check(!netdev_link_read(h, &link) || link.mac_len <= NETDEV_MAC_MAX);
	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*a)) || !netdev_address_moves(h, (int)a->ifa_index))
		return 0;
	netdev_address_put(&m, h, 5, "eth0", "net1");
	fuzz_check(m.overflow || netdev_address_moves(&m.header, 5));
	netlink_attributes(h, sizeof(*a), was, IFA_MAX);
	netlink_attributes(&m.header, sizeof(*a), is, IFA_MAX);
	for (int i = IFA_ADDRESS; !m.overflow && i <= IFA_LOCAL; i++)
		fuzz_check(was[i] ? is[i] && !memcmp(was[i] + 1, is[i] + 1, RTA_PAYLOAD(was[i]))
				  : !is[i]);
	fuzz_check(!is[IFA_LABEL] || str_starts(netlink_text(is[IFA_LABEL]), "net1:"));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *exact = malloc(size ? size : 1);
	struct nlmsghdr asked = {.nlmsg_flags = size % 2 ? NLM_F_DUMP : 0};

	fuzz_check(netlink_answer(memcpy(exact, data, size), size, &asked, see, NULL, NULL) <= 1);
	return 0;
}
