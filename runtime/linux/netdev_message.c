/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev_message.h"

#include "str.h"

#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

bool netdev_is_template(const char *name)
{
	return strchr(name, '%');
}

bool netdev_link_read(const struct nlmsghdr *h, struct netdev_link *ret)
{
	const struct rtattr *table[IFLA_MAX + 1], *mac;
	const struct ifinfomsg *info = NLMSG_DATA(h);
	const uint32_t *mtu;

	if (h->nlmsg_type != RTM_NEWLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
		return false;
	netlink_attributes(h, sizeof(*info), table, IFLA_MAX);
	*ret = (struct netdev_link){.index = info->ifi_index, .flags = info->ifi_flags};
	mtu = netlink_value(table[IFLA_MTU], sizeof(*mtu));
	if (mtu)
		ret->mtu = *mtu;
	mac = table[IFLA_ADDRESS];
	if (mac && RTA_PAYLOAD(mac) <= NETDEV_MAC_MAX) {
		ret->mac_len = RTA_PAYLOAD(mac);
		memcpy(ret->mac, RTA_DATA(mac), ret->mac_len);
	}
	return true;
}

/* IFA_FLAGS has all 32 bits, the header's member the first eight. */
static uint32_t address_flags(const struct ifaddrmsg *a, const struct rtattr *const *table)
{
	const uint32_t *flags = netlink_value(table[IFA_FLAGS], sizeof(*flags));

	return flags ? *flags : a->ifa_flags;
}

bool netdev_address_moves(const struct nlmsghdr *h, int index)
{
	const struct ifaddrmsg *a = NLMSG_DATA(h);
	const struct rtattr *table[IFA_MAX + 1];

	if (h->nlmsg_type != RTM_NEWADDR || h->nlmsg_len < NLMSG_LENGTH(sizeof(*a)) ||
	    (int)a->ifa_index != index || a->ifa_scope != RT_SCOPE_UNIVERSE)
		return false;
	netlink_attributes(h, sizeof(*a), table, IFA_MAX);
	return address_flags(a, table) & IFA_F_PERMANENT;
}

/* A label of IPv4 begins with the device's name, whose place the new one takes by itself. */
static void put_label(struct netlink_request *m, const char *old, const char *label,
		      const char *name)
{
	char text[IFNAMSIZ];

	if (!label || !str_starts(label, old) || label[strlen(old)] != ':' ||
	    netdev_is_template(name))
		return;
	if (snprintf(text, sizeof(text), "%s%s", name, label + strlen(old)) < IFNAMSIZ)
		netlink_put_string(m, IFA_LABEL, text);
}

void netdev_address_put(struct netlink_request *m, const struct nlmsghdr *h, int index,
			const char *old, const char *name)
{
	static const uint16_t kept[] = {IFA_ADDRESS,	 IFA_LOCAL, IFA_BROADCAST,
					IFA_RT_PRIORITY, IFA_PROTO, IFA_CACHEINFO};
	const struct ifaddrmsg *was = NLMSG_DATA(h);
	struct ifaddrmsg a = *was;
	const struct rtattr *table[IFA_MAX + 1];
	uint32_t flags;

	netlink_attributes(h, sizeof(a), table, IFA_MAX);
	flags = address_flags(was, table);
	/* it was proved unique, and the container is to have it at once (ip-address(8), nodad) */
	if (a.ifa_family == AF_INET6 && !(flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)))
		flags |= IFA_F_NODAD;
	flags &= ~(uint32_t)(IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED);
	a.ifa_index = (unsigned int)index;
	a.ifa_flags = (unsigned char)flags;
	netlink_begin(m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &a, sizeof(a));
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (table[kept[i]])
			netlink_put(m, kept[i], RTA_DATA(table[kept[i]]),
				    RTA_PAYLOAD(table[kept[i]]));
	netlink_put_u32(m, IFA_FLAGS, flags);
	put_label(m, old, netlink_text(table[IFA_LABEL]), name);
}
