/* SPDX-License-Identifier: Apache-2.0 */
#include "links.h"

#include "cleanup.h"
#include "netlink.h"
#include "str.h"
#include "tried.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int put_mac(struct netlink_request *m, const char *text, struct err *e)
{
	unsigned int b[6];
	unsigned char mac[6];

	if (!text)
		return 0;
	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) != 6)
		return err_set(e, EINVAL, "link: '%s' is no hardware address", text);
	for (size_t i = 0; i < 6; i++)
		mac[i] = (unsigned char)b[i];
	netlink_put(m, IFLA_ADDRESS, mac, sizeof(mac));
	return 0;
}

static void put_peer(struct netlink_request *m, const char *name)
{
	const struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	size_t data = netlink_nest(m, IFLA_INFO_DATA);
	/* an attribute that begins with a structure, behind which its own attributes stand */
	size_t peer = netlink_nest(m, VETH_INFO_PEER);
	char other[IFNAMSIZ];

	(void)snprintf(other, sizeof(other), "p%s", name);
	if (m->header.nlmsg_len + sizeof(info) > sizeof(m->bytes))
		m->overflow = true;
	else
		memcpy(m->bytes + m->header.nlmsg_len, &info, sizeof(info));
	m->header.nlmsg_len += (uint32_t)sizeof(info);
	netlink_put_string(m, IFLA_IFNAME, other);
	netlink_nest_end(m, peer);
	netlink_nest_end(m, data);
}

static int make_link(int sock, const struct host_link *l, int held_ns, struct err *e)
{
	const struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	struct netlink_request m;
	size_t nest;
	int r;

	netlink_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	netlink_put_string(&m, IFLA_IFNAME, l->name);
	if (l->mtu)
		netlink_put_u32(&m, IFLA_MTU, l->mtu);
	if (l->held)
		netlink_put_u32(&m, IFLA_NET_NS_FD, (uint32_t)held_ns);
	r = put_mac(&m, l->mac, e);
	if (r < 0)
		return r;
	nest = netlink_nest(&m, IFLA_LINKINFO);
	netlink_put_string(&m, IFLA_INFO_KIND, l->kind);
	if (str_eq(l->kind, "veth"))
		put_peer(&m, l->name);
	netlink_nest_end(&m, nest);
	return netlink_call(sock, &m, NULL, NULL, e);
}

/* "10.1.2.3/24", with "@link" or "@host" behind it. */
static int add_address(int sock, unsigned int index, char *text, struct err *e)
{
	char *scope = strchr(text, '@'), *slash = strchr(text, '/');
	struct ifaddrmsg a = {.ifa_index = index, .ifa_scope = RT_SCOPE_UNIVERSE};
	struct netlink_request m;
	unsigned char bytes[16];
	uint64_t prefix;

	if (scope) {
		*scope++ = '\0';
		a.ifa_scope = str_eq(scope, "link") ? RT_SCOPE_LINK : RT_SCOPE_HOST;
	}
	if (slash)
		*slash++ = '\0';
	a.ifa_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (!slash || str_to_u64(slash, 128, &prefix) < 0 ||
	    inet_pton(a.ifa_family, text, bytes) != 1)
		return err_set(e, EINVAL, "link: '%s' is no address with a prefix", text);
	a.ifa_prefixlen = (unsigned char)prefix;
	netlink_begin(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &a, sizeof(a));
	netlink_put(&m, IFA_LOCAL, bytes, a.ifa_family == AF_INET ? 4 : 16);
	netlink_put(&m, IFA_ADDRESS, bytes, a.ifa_family == AF_INET ? 4 : 16);
	/* nobody is there who could have the same */
	netlink_put_u32(&m, IFA_FLAGS, a.ifa_family == AF_INET6 ? IFA_F_NODAD : 0);
	return netlink_call(sock, &m, NULL, NULL, e);
}

static int set_up(int sock, const struct host_link *l, struct err *e)
{
	struct ifinfomsg info = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct netlink_request m;

	info.ifi_index = (int)if_nametoindex(l->name);
	netlink_begin(&m, RTM_SETLINK, 0, &info, sizeof(info));
	return netlink_call(sock, &m, NULL, NULL, e);
}

static int dress_link(int sock, const struct host_link *l, struct err *e)
{
	cleanup_free char *list = strdup(l->addresses ? l->addresses : "");
	char *save = NULL;
	int r = list ? 0 : err_set(e, ENOMEM, "link: %m");

	for (char *a = list ? strtok_r(list, " ", &save) : NULL; a && r == 0;
	     a = strtok_r(NULL, " ", &save))
		r = add_address(sock, if_nametoindex(l->name), a, e);
	return r == 0 && l->up ? set_up(sock, l, e) : r;
}

int hx_links_make(const struct host_link *links, int held_ns, struct err *e)
{
	cleanup_fd int sock = netlink_open(e);
	int r = sock < 0 ? sock : 0;

	for (const struct host_link *l = links; r == 0 && l->name; l++) {
		r = make_link(sock, l, held_ns, e);
		/* one that has left is as the kernel made it */
		if (r == 0 && !l->held)
			r = dress_link(sock, l, e);
		if (r < 0)
			return err_wrap(e, "make the %s '%s'", l->kind, l->name);
	}
	return r;
}

/* In two namespaces that end with the child, as in a case. */
static int make_aside(void *arg, struct err *e)
{
	cleanup_fd int held = FD_NONE;

	if (unshare(CLONE_NEWNET) < 0)
		return err_set(e, errno, "make a network namespace: %m");
	held = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (held < 0)
		return err_set(e, errno, "open a network namespace: %m");
	return unshare(CLONE_NEWNET) < 0 ? err_set(e, errno, "make a network namespace: %m")
					 : hx_links_make(arg, held, e);
}

int hx_links_try(const struct host_link *links, struct err *e)
{
	/* nobody writes to them */
	return hx_tried_setup(make_aside, (void *)(uintptr_t)links, e);
}

bool hx_links_possible(void)
{
	static const struct host_link pair[] = {{.name = "x", .kind = "veth"}, {.name = NULL}};

	return hx_links_try(pair, NULL) == 0;
}
