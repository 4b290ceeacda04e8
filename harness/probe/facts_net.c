/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about network interfaces, from rtnetlink(7): it needs neither procfs nor sysfs. */
#include "probe.h"

#include "cleanup.h"
#include "fd.h"
#include "file.h"
#include "names.h"
#include "netlink.h"
#include "str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define NAMES_MAX 4096
#define TRIES_MAX 5 /* at a list that changes while the kernel makes it */
#define MAC_MAX	  32

/* What the answers are made into: nothing is said before the last of them has come. */
struct look {
	struct file_names names; /* of all interfaces, or the addresses of one */
	const char *name;	 /* of the interface that is looked for */
	int index;		 /* 0: there is none */
	bool up, has_mtu;
	uint32_t mtu;
	unsigned char mac[MAC_MAX];
	size_t mac_len;
};

/* The scratch buffer holds an answer, pointers to names, and the names. */
static struct file_names no_names(struct probe *p)
{
	char *names = p->scratch + NETLINK_ANSWER_MAX, *text = names + NAMES_MAX * sizeof(char *);

	return (struct file_names){.names = (const char **)(void *)names,
				   .max = NAMES_MAX,
				   .buf = text,
				   .size = (size_t)(p->scratch + sizeof(p->scratch) - text)};
}

/*
 * Runs @each on every link or every address. False: that is said, and nothing else can be. Of a
 * list that breaks off, or changed meanwhile, any part may be missing: neither what is in it nor
 * what is not tells anything of the container.
 */
static bool dump(struct probe *p, uint16_t type, int (*each)(void *arg, const struct nlmsghdr *m),
		 struct look *l)
{
	const struct rtgenmsg all = {.rtgen_family = AF_UNSPEC};
	char error[NAMES_SIZE], text[NAMES_SIZE + sizeof("incomplete: ")];
	struct netlink_request m;
	int r = -EAGAIN;

	for (int i = 0; i < TRIES_MAX && r == -EAGAIN; i++) {
		cleanup_fd int sock = netlink_open(NULL);

		if (sock < 0) {
			out_error(&p->out, sock);
			return false;
		}
		l->names = no_names(p);
		if (type == RTM_GETLINK)
			l->index = 0;
		netlink_begin(&m, type, NLM_F_DUMP, &all, sizeof(all));
		r = netlink_call_in(p->scratch, sock, &m, each, l, NULL);
	}
	if (r < 0) {
		(void)snprintf(text, sizeof(text), "incomplete: %s", names_errno(r, error));
		out_error_text(&p->out, text);
	}
	return r == 0;
}

static int add_name(struct look *l, const char *name)
{
	return file_names_add(&l->names, "", name) ? 0 : -EFBIG;
}

static int add_link(void *arg, const struct nlmsghdr *m)
{
	const struct rtattr *table[IFLA_MAX + 1];

	if (m->nlmsg_type != RTM_NEWLINK)
		return 0;
	netlink_attributes(m, sizeof(struct ifinfomsg), table, IFLA_MAX);
	/* a link without a name is one that we do not understand */
	return netlink_text(table[IFLA_IFNAME]) ? add_name(arg, netlink_text(table[IFLA_IFNAME]))
						: -EPROTO;
}

static void put_names(struct out *o, const struct file_names *names)
{
	out_open(o, '[');
	for (size_t i = 0; i < names->count; i++)
		out_string(o, names->names[i]);
	out_close(o, ']');
}

static void report_interfaces(struct probe *p, const char *parameter)
{
	struct look l = {.name = NULL};

	(void)parameter;
	if (!dump(p, RTM_GETLINK, add_link, &l))
		return;
	file_names_sort(&l.names);
	put_names(&p->out, &l.names);
}

static int find_link(void *arg, const struct nlmsghdr *m)
{
	const struct ifinfomsg *info = NLMSG_DATA(m);
	const struct rtattr *table[IFLA_MAX + 1], *mac;
	struct look *l = arg;
	const void *mtu;

	if (m->nlmsg_type != RTM_NEWLINK || m->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
		return 0;
	netlink_attributes(m, sizeof(*info), table, IFLA_MAX);
	if (!str_eq(netlink_text(table[IFLA_IFNAME]), l->name))
		return 0;
	l->index = info->ifi_index;
	l->up = (info->ifi_flags & IFF_UP) != 0;
	mtu = netlink_value(table[IFLA_MTU], sizeof(l->mtu));
	l->has_mtu = mtu != NULL;
	if (mtu)
		memcpy(&l->mtu, mtu, sizeof(l->mtu));
	mac = table[IFLA_ADDRESS];
	l->mac_len = mac ? RTA_PAYLOAD(mac) : 0;
	if (l->mac_len > MAC_MAX)
		l->mac_len = MAC_MAX;
	if (mac)
		memcpy(l->mac, RTA_DATA(mac), l->mac_len);
	return 0;
}

/* The local address of a pair is the interface's own; where there is no pair it is the same. */
static int add_address(void *arg, const struct nlmsghdr *m)
{
	const struct ifaddrmsg *info = NLMSG_DATA(m);
	const struct rtattr *table[IFA_MAX + 1];
	char text[INET6_ADDRSTRLEN], full[INET6_ADDRSTRLEN + 8];
	struct look *l = arg;
	const void *address;
	size_t len;

	if (m->nlmsg_type != RTM_NEWADDR || m->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
	    (int)info->ifa_index != l->index)
		return 0;
	netlink_attributes(m, sizeof(*info), table, IFA_MAX);
	len = info->ifa_family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	address = netlink_value(table[table[IFA_LOCAL] ? IFA_LOCAL : IFA_ADDRESS], len);
	if (!address || !inet_ntop(info->ifa_family, address, text, sizeof(text)))
		return 0;
	(void)snprintf(full, sizeof(full), "%s/%u", text, info->ifa_prefixlen);
	return add_name(l, full);
}

static void put_mac(struct out *o, const unsigned char *bytes, size_t len)
{
	char text[3 * MAC_MAX + 1] = "";

	for (size_t i = 0; i < len; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%02x",
			       i ? ":" : "", bytes[i]);
	out_key(o, "mac");
	out_string(o, text);
}

static void put_interface(struct out *o, const struct look *l)
{
	out_open(o, '{');
	out_key(o, "up");
	out_bool(o, l->up);
	out_key(o, "mtu");
	if (l->has_mtu)
		out_uint(o, l->mtu);
	else
		out_null(o);
	put_mac(o, l->mac, l->mac_len);
	out_key(o, "addresses");
	put_names(o, &l->names);
	out_close(o, '}');
}

static void report_interface(struct probe *p, const char *name)
{
	struct look l = {.name = name};

	if (!dump(p, RTM_GETLINK, find_link, &l))
		return;
	if (l.index == 0)
		out_null(&p->out);
	else if (dump(p, RTM_GETADDR, add_address, &l))
		put_interface(&p->out, &l);
}

const struct fact facts_net[] = {
	{"net.interfaces", FACT_PLAIN, report_interfaces, NULL},
	{"net", FACT_PARAM, report_interface, NULL},
	{NULL, FACT_PLAIN, NULL, NULL},
};
