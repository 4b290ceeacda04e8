/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev.h"

#include "cleanup.h"
#include "fd.h"
#include "netdev_message.h"
#include "str.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* As it is found, which is how it shall be found again on the other side. */
struct netdev {
	const struct cfg_net_device *of;
	char name[IFNAMSIZ];  /* here */
	char there[IFNAMSIZ]; /* of the container; its last part may be %d */
	struct netdev_link link;
	int index_there;
	bool moved;
	struct strbuf addresses; /* RTM_NEWADDR messages, each aligned */
};

/* A network namespace, and a socket that lives there. */
struct place {
	int ns, sock;
};

struct netdev_set {
	const struct cfg_doc *doc;
	struct place here, there;
	struct netdev *items;
	size_t count;
};

void netdev_free(struct netdev_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		strbuf_done(&s->items[i].addresses);
	fd_close(&s->here.ns);
	fd_close(&s->here.sock);
	fd_close(&s->there.ns);
	fd_close(&s->there.sock);
	free(s->items);
	free(s);
}

/* The namespace that a socket lives in: no path has to be trusted for it. */
static int namespace_of(int sock, struct err *e)
{
	int fd = ioctl(sock, SIOCGSKNS);

	return fd < 0 ? err_set(e, errno, "network namespace of a socket: %m") : fd;
}

/* A routing socket acts where it was opened. */
static int open_places(struct netdev_set *s, int target, struct err *e)
{
	struct stat a, b;
	int r;

	s->here.sock = netlink_open(e);
	if (s->here.sock < 0)
		return s->here.sock;
	s->here.ns = namespace_of(s->here.sock, e);
	if (s->here.ns < 0)
		return s->here.ns;
	s->there.ns = namespace_of(target, e);
	if (s->there.ns < 0)
		return s->there.ns;
	if (fstat(s->here.ns, &a) < 0 || fstat(s->there.ns, &b) < 0)
		return err_set(e, errno, "network namespaces: %m");
	if (a.st_ino == b.st_ino && a.st_dev == b.st_dev)
		return err_set(e, EINVAL,
			       "the container's network namespace is the runtime's: there is "
			       "nowhere to move to");
	if (setns(s->there.ns, CLONE_NEWNET) < 0)
		return err_set(e, errno, "enter the container's network namespace: %m");
	r = s->there.sock = netlink_open(e);
	if (setns(s->here.ns, CLONE_NEWNET) < 0)
		return err_set(e, errno, "return to the runtime's network namespace: %m");
	return r < 0 ? r : 0;
}

static int see_link(void *arg, const struct nlmsghdr *h)
{
	(void)netdev_link_read(h, arg);
	return 0;
}

/* -ENODEV where @p has none of that name. */
static int look(const struct place *p, const char *name, struct netdev_link *ret, struct err *e)
{
	const struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	struct netlink_request m;
	int r;

	netlink_begin(&m, RTM_GETLINK, 0, &info, sizeof(info));
	netlink_put_string(&m, IFLA_IFNAME, name);
	r = netlink_call(p->sock, &m, see_link, ret, e);
	return r >= 0 && !ret->index ? err_set(e, ENODEV, "%m") : r;
}

static int see_address(void *arg, const struct nlmsghdr *h)
{
	static const char padding[NLMSG_ALIGNTO];
	struct netdev *n = arg;

	if (!netdev_address_moves(h, n->link.index))
		return 0;
	strbuf_add(&n->addresses, h, h->nlmsg_len);
	strbuf_add(&n->addresses, padding, NLMSG_ALIGN(h->nlmsg_len) - h->nlmsg_len);
	return n->addresses.oom ? -ENOMEM : 0;
}

static int list_addresses(const struct place *p, struct netdev *n, struct err *e)
{
	const struct ifaddrmsg any = {.ifa_family = AF_UNSPEC};
	struct netlink_request m;
	int r;

	/* a table that changes while it is read is read again */
	for (int tries = 0; tries < 10; tries++) {
		strbuf_done(&n->addresses);
		netlink_begin(&m, RTM_GETADDR, NLM_F_DUMP, &any, sizeof(any));
		r = netlink_call(p->sock, &m, see_address, n, e);
		if (r != -EAGAIN)
			break;
	}
	return r;
}

static int plan_one(struct netdev_set *s, struct netdev *n, struct err *e)
{
	struct netdev_link other = {0};
	struct err why = {0};
	int r;

	r = look(&s->here, n->name, &n->link, &why);
	if (r < 0)
		return cfg_err(s->doc, n->of, e, -r, "network device '%s': %s", n->name, why.msg);
	if (n->link.flags & IFF_LOOPBACK)
		return cfg_err(s->doc, n->of, e, EINVAL,
			       "network device '%s': a loopback device belongs to its namespace",
			       n->name);
	if (!netdev_is_template(n->there) && look(&s->there, n->there, &other, NULL) >= 0)
		return cfg_err(s->doc, n->of, e, EEXIST,
			       "the container's network namespace has a device '%s' already",
			       n->there);
	r = list_addresses(&s->here, n, &why);
	if (r < 0)
		return cfg_err(s->doc, n->of, e, -r, "addresses of network device '%s': %s",
			       n->name, why.msg);
	return 0;
}

static int fill(struct netdev_set *s, const struct cfg_net_device_list *list, struct err *e)
{
	s->items = calloc(list->count, sizeof(*s->items));
	if (!s->items)
		return err_set(e, ENOMEM, "network devices: %m");
	s->count = list->count;
	for (size_t i = 0; i < list->count; i++) {
		const struct cfg_net_device *d = &list->items[i];
		const char *there = d->name ? d->name : d->key;
		struct netdev *n = &s->items[i];

		n->of = d;
		/* the kernel's form of a name was checked; here it only has to fit */
		if (strlen(d->key) >= IFNAMSIZ || strlen(there) >= IFNAMSIZ || !*there)
			return cfg_err(s->doc, d, e, EINVAL, "'%s' cannot name a network device",
				       strlen(d->key) >= IFNAMSIZ ? d->key : there);
		memcpy(n->name, d->key, strlen(d->key) + 1);
		memcpy(n->there, there, strlen(there) + 1);
		for (size_t k = 0; k < i; k++)
			if (!netdev_is_template(there) && str_eq(s->items[k].there, there))
				return cfg_err(s->doc, d, e, EEXIST,
					       "two network devices would have the name '%s'",
					       there);
	}
	return 0;
}

int netdev_plan(const struct cfg_doc *doc, const struct cfg_net_device_list *list, int target,
		struct netdev_set **ret, struct err *e)
{
	struct netdev_set *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(e, ENOMEM, "network devices: %m");
	s->doc = doc;
	s->here = s->there = (struct place){FD_NONE, FD_NONE};
	r = fill(s, list, e);
	if (r >= 0) {
		r = open_places(s, target, e);
		if (r < 0)
			(void)err_wrap(e, "linux.netDevices");
	}
	for (size_t i = 0; r >= 0 && i < s->count; i++)
		r = plan_one(s, &s->items[i], e);
	if (r < 0) {
		netdev_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

/* Changes the link of @index: what else @m needs was put in. */
static void begin_change(struct netlink_request *m, int index, unsigned int flags,
			 unsigned int mask)
{
	const struct ifinfomsg info = {.ifi_index = index, .ifi_flags = flags, .ifi_change = mask};

	netlink_begin(m, RTM_SETLINK, 0, &info, sizeof(info));
}

/* The kernel moves and renames in one step. Of a template it makes a name that nobody could look
 * for, so the device goes under one that nobody has, and is named when it is there. */
static int cross(const struct place *from, const struct place *to, int index, const char *name,
		 struct netdev_link *ret, struct err *e)
{
	struct netlink_request m;
	char way[IFNAMSIZ];
	int r;

	(void)snprintf(way, sizeof(way), "rn%u", (unsigned int)index);
	begin_change(&m, index, 0, 0);
	netlink_put_u32(&m, IFLA_NET_NS_FD, (uint32_t)to->ns);
	netlink_put_string(&m, IFLA_IFNAME, netdev_is_template(name) ? way : name);
	r = netlink_call(from->sock, &m, NULL, NULL, e);
	if (r < 0)
		return r;
	r = look(to, netdev_is_template(name) ? way : name, ret, e);
	if (r < 0 || !netdev_is_template(name))
		return r;
	begin_change(&m, ret->index, 0, 0);
	netlink_put_string(&m, IFLA_IFNAME, name);
	return netlink_call(to->sock, &m, NULL, NULL, e);
}

static int add_address(const struct place *p, int index, const struct nlmsghdr *h, const char *old,
		       const char *name, struct err *e)
{
	struct netlink_request m;

	netdev_address_put(&m, h, index, old, name);
	return netlink_call(p->sock, &m, NULL, NULL, e);
}

/* MTU and hardware address cross with the device; some drivers set their own anew. */
static int restore(const struct place *p, const struct netdev_link *was,
		   const struct netdev_link *found, bool up, struct err *e)
{
	struct netlink_request m;
	bool same_mac =
		was->mac_len == found->mac_len && !memcmp(was->mac, found->mac, was->mac_len);

	begin_change(&m, found->index, up ? IFF_UP : 0, IFF_UP);
	if (was->mtu != found->mtu)
		netlink_put_u32(&m, IFLA_MTU, was->mtu);
	if (!same_mac && was->mac_len)
		netlink_put(&m, IFLA_ADDRESS, was->mac, was->mac_len);
	return netlink_call(p->sock, &m, NULL, NULL, e);
}

static int transfer(const struct place *from, const struct place *to, const struct netdev *n,
		    int index, const char *name, bool up, int *ret_index, struct err *e)
{
	struct netdev_link found = {0};
	int r;

	r = cross(from, to, index, name, &found, e);
	if (found.index)
		*ret_index = found.index;
	if (r < 0)
		return r;
	for (size_t at = 0; r >= 0 && at < n->addresses.len;) {
		const struct nlmsghdr *h =
			(const struct nlmsghdr *)(const void *)(n->addresses.buf + at);

		r = add_address(to, found.index, h, n->name, name, e);
		at += NLMSG_ALIGN(h->nlmsg_len);
	}
	return r < 0 ? r : restore(to, &n->link, &found, up, e);
}

void netdev_give_back(struct netdev_set *s)
{
	int index;

	for (size_t i = s ? s->count : 0; i-- > 0;) {
		struct netdev *n = &s->items[i];

		if (n->moved)
			(void)transfer(&s->there, &s->here, n, n->index_there, n->name,
				       n->link.flags & IFF_UP, &index, NULL);
		n->moved = false;
	}
}

int netdev_move(struct netdev_set *s, struct err *e)
{
	struct err why = {0};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->count; i++) {
		struct netdev *n = &s->items[i];

		r = transfer(&s->here, &s->there, n, n->link.index, n->there, true, &n->index_there,
			     &why);
		n->moved = n->index_there != 0;
		if (r < 0)
			r = cfg_err(s->doc, n->of, e, -r, "move network device '%s': %s", n->name,
				    why.msg);
	}
	if (r < 0)
		netdev_give_back(s);
	return r;
}
