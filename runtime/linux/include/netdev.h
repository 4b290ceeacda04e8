/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#network-devices: devices of the runtime's network namespace move into the
 * container's, and keep what they are. Host side, by rtnetlink(7). */
#ifndef RUNTIME_NETDEV_H
#define RUNTIME_NETDEV_H

#include "cfg_parse.h"

struct netdev_set;

/*
 * Looks at every device of @list and at the namespace of @target, any socket that was opened there:
 * a device that does not exist or cannot leave, a name that is taken there, two devices of one
 * name, and a target that is the runtime's own namespace are errors, before anything has moved.
 * netdev_free().
 */
int netdev_plan(const struct cfg_doc *doc, const struct cfg_net_device_list *list, int target,
		struct netdev_set **ret, struct err *e);

/*
 * Moves all of them, each with its permanent global addresses, MTU and hardware address, under its
 * new name, and sets it up. On failure those that have moved are back.
 */
int netdev_move(struct netdev_set *s, struct err *e);

/* For a container that failed in the making, never at delete: the devices are where and as they
 * were, as far as they are still there. */
void netdev_give_back(struct netdev_set *s);

void netdev_free(struct netdev_set *s);

#endif
