/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about network interfaces, from rtnetlink(7): it needs neither procfs nor sysfs. */
#include "probe.h"

#include "cleanup.h"
#include "file.h"
#include "names.h"
#include "str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Asks for all links or all addresses. The caller owns the socket. */
static int ask_kernel(uint16_t type)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg body;
	} request = {.header = {.nlmsg_len = sizeof(request),
				.nlmsg_type = type,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		     .body = {.rtgen_family = AF_UNSPEC}};
	cleanup_fd int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (sock < 0 || send(sock, &request, sizeof(request), 0) < 0)
		return -errno;
	return take_fd(&sock);
}

/* Runs @each on every message of the answer: 0, or -errno. */
static int dump(uint16_t type, void (*each)(const struct nlmsghdr *m, void *arg), void *arg)
{
	_Alignas(struct nlmsghdr) char buf[32768];
	cleanup_fd int sock = ask_kernel(type);

	if (sock < 0)
		return sock;
	for (;;) {
		ssize_t n = recv(sock, buf, sizeof(buf), 0);
		struct nlmsghdr *m = (struct nlmsghdr *)(void *)buf;

		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		for (size_t left = (size_t)n; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
			if (m->nlmsg_type == NLMSG_DONE)
				return 0;
			if (m->nlmsg_type == NLMSG_ERROR)
				return ((struct nlmsgerr *)NLMSG_DATA(m))->error;
			each(m, arg);
		}
	}
}

/* The attribute of @type in a list, or NULL. */
static const struct rtattr *attribute(const struct rtattr *a, size_t len, unsigned int type)
{
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == type)
			return a;
	}
	return NULL;
}

static const struct rtattr *link_attribute(const struct nlmsghdr *m, unsigned int type)
{
	const struct ifinfomsg *info = NLMSG_DATA(m);

	return attribute(IFLA_RTA(info), IFLA_PAYLOAD(m), type);
}

static void add_link(const struct nlmsghdr *m, void *arg)
{
	const struct rtattr *name = link_attribute(m, IFLA_IFNAME);

	if (m->nlmsg_type == RTM_NEWLINK && name)
		(void)file_names_add(arg, "", RTA_DATA(name));
}

static void report_interfaces(struct probe *p, const char *parameter)
{
	const size_t max = 4096;
	struct file_names names = {.names = (const char **)(void *)p->scratch,
				   .max = max,
				   .buf = p->scratch + max * sizeof(char *),
				   .size = sizeof(p->scratch) - max * sizeof(char *)};
	int r = dump(RTM_GETLINK, add_link, &names);

	(void)parameter;
	if (r < 0) {
		out_error(&p->out, r);
		return;
	}
	file_names_sort(&names);
	out_open(&p->out, '[');
	for (size_t i = 0; i < names.count; i++)
		out_string(&p->out, names.names[i]);
	out_close(&p->out, ']');
}

/* One interface as it is being looked for and described. */
struct interface {
	struct out *out;
	const char *name;
	int index; /* 0: not found yet */
};

static void put_mac(struct out *o, const struct rtattr *address)
{
	const unsigned char *bytes = address ? RTA_DATA(address) : NULL;
	size_t len = address ? RTA_PAYLOAD(address) : 0;
	char text[128] = "";

	for (size_t i = 0; i < len && i < 32; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%02x",
			       i ? ":" : "", bytes[i]);
	out_key(o, "mac");
	out_string(o, text);
}

static void describe_link(const struct nlmsghdr *m, void *arg)
{
	struct interface *in = arg;
	const struct ifinfomsg *info = NLMSG_DATA(m);
	const struct rtattr *name, *mtu;

	if (m->nlmsg_type != RTM_NEWLINK || in->index != 0)
		return;
	name = link_attribute(m, IFLA_IFNAME);
	if (!name || !str_eq(RTA_DATA(name), in->name))
		return;
	in->index = info->ifi_index;
	mtu = link_attribute(m, IFLA_MTU);
	out_open(in->out, '{');
	out_key(in->out, "up");
	out_bool(in->out, (info->ifi_flags & IFF_UP) != 0);
	out_key(in->out, "mtu");
	if (mtu)
		out_uint(in->out, *(const uint32_t *)RTA_DATA(mtu));
	else
		out_null(in->out);
	put_mac(in->out, link_attribute(m, IFLA_ADDRESS));
	out_key(in->out, "addresses");
	out_open(in->out, '[');
}

/* The local address of a pair is the interface's own; where there is no pair it is the same. */
static void describe_address(const struct nlmsghdr *m, void *arg)
{
	struct interface *in = arg;
	const struct ifaddrmsg *info = NLMSG_DATA(m);
	const struct rtattr *address;
	char text[INET6_ADDRSTRLEN], full[INET6_ADDRSTRLEN + 8];

	if (m->nlmsg_type != RTM_NEWADDR || (int)info->ifa_index != in->index)
		return;
	address = attribute(IFA_RTA(info), IFA_PAYLOAD(m), IFA_LOCAL);
	if (!address)
		address = attribute(IFA_RTA(info), IFA_PAYLOAD(m), IFA_ADDRESS);
	if (!address || !inet_ntop(info->ifa_family, RTA_DATA(address), text, sizeof(text)))
		return;
	(void)snprintf(full, sizeof(full), "%s/%u", text, info->ifa_prefixlen);
	out_string(in->out, full);
}

static void report_interface(struct probe *p, const char *name)
{
	struct interface in = {.out = &p->out, .name = name};
	int r = dump(RTM_GETLINK, describe_link, &in);

	if (in.index == 0) {
		if (r < 0)
			out_error(&p->out, r);
		else
			out_null(&p->out);
		return;
	}
	r = dump(RTM_GETADDR, describe_address, &in);
	out_close(&p->out, ']');
	if (r < 0) {
		char error[NAMES_SIZE];

		out_key(&p->out, "error");
		out_string(&p->out, names_errno(r, error));
	}
	out_close(&p->out, '}');
}

const struct fact facts_net[] = {
	{"net.interfaces", FACT_PLAIN, report_interfaces, NULL},
	{"net", FACT_PARAM, report_interface, NULL},
	{NULL, FACT_PLAIN, NULL, NULL},
};
