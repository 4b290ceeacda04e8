/* SPDX-License-Identifier: Apache-2.0 */
/* Real devices between two network namespaces of the test's own. Each test is a process of its own,
 * and the namespaces end with it. */
#include "netdev.h"

#include "cleanup.h"
#include "fd.h"
#include "netlink.h"
#include "str.h"
#include "suite.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int here_ns, there_ns, here, there;
static int target; /* a socket of the container's namespace */
static struct cfg_doc *doc;
static struct netdev_set *set;
static struct err e;

static void enter(int ns)
{
	ck_assert_int_eq(setns(ns, CLONE_NEWNET), 0);
}

static void setup(void)
{
	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	there_ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	there = netlink_open(NULL);
	target = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	here_ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	here = netlink_open(NULL);
	ck_assert_int_ge(here, 0);
	ck_assert_int_ge(there, 0);
	ck_assert_int_ge(target, 0);
}

static void teardown(void)
{
	netdev_free(set);
	cfg_doc_free(doc);
	fd_close(&here);
	fd_close(&there);
	fd_close(&target);
	fd_close(&here_ns);
	fd_close(&there_ns);
}

static void call(int sock, struct netlink_request *m)
{
	struct err why = {0};

	ck_assert_msg(netlink_call(sock, m, NULL, NULL, &why) == 0, "%s", why.msg);
}

/* A veth, whose peer stays; or a bridge, which belongs to its namespace. */
static void add_link(int sock, const char *name, const char *kind)
{
	const struct ifinfomsg info = {0};
	struct netlink_request m;
	size_t outer, inner, peer;
	char other[IFNAMSIZ];

	netlink_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	netlink_put_string(&m, IFLA_IFNAME, name);
	outer = netlink_nest(&m, IFLA_LINKINFO);
	netlink_put_string(&m, IFLA_INFO_KIND, kind);
	if (str_eq(kind, "veth")) {
		inner = netlink_nest(&m, IFLA_INFO_DATA);
		peer = netlink_nest(&m, VETH_INFO_PEER);
		memcpy(m.bytes + m.header.nlmsg_len, &info, sizeof(info));
		m.header.nlmsg_len += (uint32_t)sizeof(info);
		(void)snprintf(other, sizeof(other), "p%s", name);
		netlink_put_string(&m, IFLA_IFNAME, other);
		netlink_nest_end(&m, peer);
		netlink_nest_end(&m, inner);
	}
	netlink_nest_end(&m, outer);
	call(sock, &m);
}

static void change_link(int ns, int sock, const char *name, unsigned int mtu, const char *mac,
			bool up)
{
	struct ifinfomsg info = {.ifi_change = IFF_UP, .ifi_flags = up ? IFF_UP : 0};
	struct netlink_request m;

	enter(ns);
	info.ifi_index = (int)if_nametoindex(name);
	enter(here_ns);
	netlink_begin(&m, RTM_SETLINK, 0, &info, sizeof(info));
	netlink_put_u32(&m, IFLA_MTU, mtu);
	netlink_put(&m, IFLA_ADDRESS, mac, 6);
	call(sock, &m);
}

static void add_addr(int sock, const char *name, int family, const char *text, int prefix,
		     int scope, uint32_t flags)
{
	struct ifaddrmsg a = {.ifa_family = (unsigned char)family,
			      .ifa_prefixlen = (unsigned char)prefix,
			      .ifa_scope = (unsigned char)scope,
			      .ifa_index = if_nametoindex(name)};
	unsigned char bytes[16];
	struct netlink_request m;
	size_t len = family == AF_INET ? 4 : 16;

	ck_assert_int_eq(inet_pton(family, text, bytes), 1);
	netlink_begin(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &a, sizeof(a));
	netlink_put(&m, IFA_LOCAL, bytes, len);
	netlink_put(&m, IFA_ADDRESS, bytes, len);
	netlink_put_u32(&m, IFA_FLAGS, flags);
	call(sock, &m);
}

struct addresses {
	unsigned int index;
	char text[512];
};

static int one_address(void *arg, const struct nlmsghdr *h)
{
	struct addresses *l = arg;
	const struct ifaddrmsg *a = NLMSG_DATA(h);
	const struct rtattr *table[IFA_MAX + 1];
	char text[INET6_ADDRSTRLEN];

	/* what the kernel gives itself is not ours to hand on */
	if (a->ifa_index != l->index || a->ifa_scope == RT_SCOPE_LINK)
		return 0;
	netlink_attributes(h, sizeof(*a), table, IFA_MAX);
	ck_assert_ptr_nonnull(
		inet_ntop(a->ifa_family, RTA_DATA(table[IFA_ADDRESS]), text, sizeof(text)));
	(void)snprintf(l->text + strlen(l->text), sizeof(l->text) - strlen(l->text), "%s%s/%d",
		       *l->text ? " " : "", text, a->ifa_prefixlen);
	return 0;
}

static int one_link(void *arg, const struct nlmsghdr *h)
{
	const struct ifinfomsg *info = NLMSG_DATA(h);
	const struct rtattr *table[IFLA_MAX + 1];
	const unsigned char *mac;
	char *text = arg;

	netlink_attributes(h, sizeof(*info), table, IFLA_MAX);
	mac = netlink_value(table[IFLA_ADDRESS], 6);
	(void)sprintf(text, "%s %u %02x:%02x ", info->ifi_flags & IFF_UP ? "up" : "down",
		      *(const uint32_t *)netlink_value(table[IFLA_MTU], 4), mac[0], mac[5]);
	return 0;
}

/* "up 1400 02:07 10.0.0.1/24 fd00::1/64", or "" where it is not there. */
static const char *seen(int ns, int sock, const char *name)
{
	static char text[1024];
	struct addresses l = {0};
	struct ifinfomsg info = {0};
	const struct ifaddrmsg any = {0};
	struct netlink_request m;

	text[0] = '\0';
	enter(ns);
	l.index = if_nametoindex(name);
	enter(here_ns);
	if (!l.index)
		return text;
	info.ifi_index = (int)l.index;
	netlink_begin(&m, RTM_GETLINK, 0, &info, sizeof(info));
	ck_assert_int_eq(netlink_call(sock, &m, one_link, text, NULL), 0);
	netlink_begin(&m, RTM_GETADDR, NLM_F_DUMP, &any, sizeof(any));
	ck_assert_int_eq(netlink_call(sock, &m, one_address, &l, NULL), 0);
	(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s", l.text);
	return text;
}

#define SEEN_HERE(name)	 seen(here_ns, here, name)
#define SEEN_THERE(name) seen(there_ns, there, name)

static int plan(const char *devices)
{
	cleanup_free char *text = str_format("{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},"
					     "\"linux\":{\"netDevices\":%s}}",
					     devices);
	int r;

	ck_assert_ptr_nonnull(text);
	e = (struct err){0};
	cfg_doc_free(doc);
	r = cfg_parse(CFG_CONFIG, text, strlen(text), &doc, NULL, &e);
	ck_assert_msg(r == 0, "%s", e.msg);
	return netdev_plan(doc, &doc->config->linux->net_devices, target, &set, &e);
}

static int move(const char *devices)
{
	int r = plan(devices);

	ck_assert_msg(r == 0, "%s", e.msg);
	return netdev_move(set, &e);
}

static void make_a(void)
{
	add_link(here, "a", "veth");
	add_addr(here, "a", AF_INET, "10.1.2.3", 24, RT_SCOPE_UNIVERSE, 0);
	add_addr(here, "a", AF_INET, "169.254.9.9", 16, RT_SCOPE_LINK, 0);
	add_addr(here, "a", AF_INET, "10.9.9.9", 8, RT_SCOPE_HOST, 0);
	add_addr(here, "a", AF_INET6, "fd00::5", 64, RT_SCOPE_UNIVERSE, IFA_F_NODAD);
	change_link(here_ns, here, "a", 1400, "\x02\0\0\0\0\x07", false);
}

START_TEST(test_keeps_what_it_is)
{
	make_a();
	ck_assert_int_eq(move("{\"a\":{}}"), 0);
	ck_assert_str_eq(SEEN_THERE("a"), "up 1400 02:07 10.1.2.3/24 fd00::5/64");
	ck_assert_str_eq(SEEN_HERE("a"), "");
	ck_assert_str_ne(SEEN_HERE("pa"), "");
}
END_TEST

START_TEST(test_takes_a_new_name)
{
	make_a();
	ck_assert_int_eq(move("{\"a\":{\"name\":\"eth0\"}}"), 0);
	ck_assert_str_eq(SEEN_THERE("eth0"), "up 1400 02:07 10.1.2.3/24 fd00::5/64");
	ck_assert_str_eq(SEEN_THERE("a"), "");
}
END_TEST

START_TEST(test_template_finds_a_free_name)
{
	make_a();
	enter(there_ns);
	add_link(there, "a0", "bridge");
	add_link(there, "a", "bridge");
	enter(here_ns);
	ck_assert_int_eq(move("{\"a\":{\"name\":\"a%d\"}}"), 0);
	ck_assert_str_eq(SEEN_THERE("a1"), "up 1400 02:07 10.1.2.3/24 fd00::5/64");
	ck_assert_str_eq(SEEN_HERE("a"), "");
}
END_TEST

START_TEST(test_taken_name_is_refused_before_anything_moves)
{
	make_a();
	add_link(here, "b", "veth");
	enter(there_ns);
	add_link(there, "eth0", "bridge");
	enter(here_ns);
	ck_assert_int_eq(plan("{\"b\":{},\"a\":{\"name\":\"eth0\"}}"), -EEXIST);
	ck_assert_ptr_nonnull(strstr(e.msg, "/linux/netDevices/a"));
	ck_assert_ptr_nonnull(strstr(e.msg, "'eth0' already"));
	ck_assert_str_ne(SEEN_HERE("a"), "");
	ck_assert_str_ne(SEEN_HERE("b"), "");
}
END_TEST

START_TEST(test_refused)
{
	make_a();
	add_link(here, "b", "veth");
	ck_assert_int_eq(plan("{\"none\":{}}"), -ENODEV);
	ck_assert_ptr_nonnull(strstr(e.msg, "'none'"));
	ck_assert_int_eq(plan("{\"lo\":{\"name\":\"lo7\"}}"), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "loopback"));
	ck_assert_int_eq(plan("{\"a\":{\"name\":\"c\"},\"b\":{\"name\":\"c\"}}"), -EEXIST);
	ck_assert_int_eq(plan("{\"a\":{\"name\":\"sixteen-letters-\"}}"), -EINVAL);
	fd_close(&target);
	target = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(plan("{\"a\":{}}"), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "nowhere to move to"));
}
END_TEST

START_TEST(test_what_cannot_move_brings_the_others_back)
{
	make_a();
	add_link(here, "fixed", "bridge");
	ck_assert_int_lt(move("{\"a\":{\"name\":\"z\"},\"fixed\":{}}"), 0);
	ck_assert_ptr_nonnull(strstr(e.msg, "'fixed'"));
	ck_assert_str_eq(SEEN_HERE("a"), "down 1400 02:07 10.1.2.3/24 fd00::5/64");
	ck_assert_str_eq(SEEN_THERE("z"), "");
}
END_TEST

START_TEST(test_gives_back)
{
	make_a();
	ck_assert_int_eq(move("{\"a\":{\"name\":\"x%d\"}}"), 0);
	ck_assert_str_ne(SEEN_THERE("x0"), "");
	netdev_give_back(set);
	ck_assert_str_eq(SEEN_HERE("a"), "down 1400 02:07 10.1.2.3/24 fd00::5/64");
	netdev_give_back(set);
	netdev_free(set);
	set = NULL;
	netdev_free(NULL);
	netdev_give_back(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("netdev");
	TCase *t = tcase_create("move");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_keeps_what_it_is);
	tcase_add_test(t, test_takes_a_new_name);
	tcase_add_test(t, test_template_finds_a_free_name);
	tcase_add_test(t, test_taken_name_is_refused_before_anything_moves);
	tcase_add_test(t, test_refused);
	tcase_add_test(t, test_what_cannot_move_brings_the_others_back);
	tcase_add_test(t, test_gives_back);
	suite_add_tcase(s, t);
	if (geteuid() != 0)
		return 77;
	return suite_run(s);
}
