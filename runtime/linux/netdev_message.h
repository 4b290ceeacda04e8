/* SPDX-License-Identifier: Apache-2.0 */
/* rtnetlink(7)'s messages about devices and their addresses. Pure: of a message that is there. */
#ifndef RUNTIME_NETDEV_MESSAGE_H
#define RUNTIME_NETDEV_MESSAGE_H

#include "netlink.h"

#define NETDEV_MAC_MAX 32

struct netdev_link {
	int index;
	unsigned int flags; /* IFF_* */
	uint32_t mtu;	    /* 0: not told */
	unsigned char mac[NETDEV_MAC_MAX];
	size_t mac_len; /* 0: it has none, or a longer one */
};
/* False: it is no RTM_NEWLINK. */
bool netdev_link_read(const struct nlmsghdr *h, struct netdev_link *ret);

/* Whether it is the RTM_NEWADDR of an address that goes with the device @index to where it moves: a
 * permanent one of global scope. */
bool netdev_address_moves(const struct nlmsghdr *h, int index);

/* The request that gives such an address to the device @index, which is named @name now and was
 * @old; of a template as @name nobody knows what it is now, so there is no label then. */
void netdev_address_put(struct netlink_request *m, const struct nlmsghdr *h, int index,
			const char *old, const char *name);

/* Whether the kernel makes a name of it: "eth%d". */
bool netdev_is_template(const char *name);

#endif
