/* SPDX-License-Identifier: Apache-2.0 */
#include "netlink.h"

#include "cleanup.h"
#include "fd.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define ERRNO_MAX 4095

int netlink_open(struct err *e)
{
	cleanup_fd int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	const int on = 1;

	if (sock < 0)
		return err_set(e, errno, "open a routing socket: %m");
	/* words instead of a number alone; kernels before 4.12 have none */
	(void)setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(sock, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return take_fd(&sock);
}

void netlink_begin(struct netlink_request *m, uint16_t type, uint16_t flags, const void *body,
		   size_t len)
{
	memset(m, 0, sizeof(*m));
	m->header.nlmsg_type = type;
	/* a dump ends by itself, everything else by its acknowledgement */
	m->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags |
					   ((flags & NLM_F_DUMP) == NLM_F_DUMP ? 0 : NLM_F_ACK));
	m->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(len);
	memcpy(NLMSG_DATA(&m->header), body, len);
}

void netlink_put(struct netlink_request *m, uint16_t attribute, const void *data, size_t len)
{
	size_t at = NLMSG_ALIGN(m->header.nlmsg_len);
	struct rtattr a = {.rta_type = attribute, .rta_len = (unsigned short)RTA_LENGTH(len)};

	if (m->overflow || len > NETLINK_REQUEST_MAX || at + RTA_SPACE(len) > sizeof(m->bytes)) {
		m->overflow = true;
		return;
	}
	memcpy(m->bytes + at, &a, sizeof(a));
	if (len)
		memcpy(m->bytes + at + RTA_LENGTH(0), data, len);
	m->header.nlmsg_len = (uint32_t)(at + RTA_LENGTH(len));
}

void netlink_put_u32(struct netlink_request *m, uint16_t attribute, uint32_t value)
{
	netlink_put(m, attribute, &value, sizeof(value));
}

void netlink_put_string(struct netlink_request *m, uint16_t attribute, const char *text)
{
	netlink_put(m, attribute, text, strlen(text) + 1);
}

size_t netlink_nest(struct netlink_request *m, uint16_t attribute)
{
	size_t at = NLMSG_ALIGN(m->header.nlmsg_len);

	netlink_put(m, attribute, NULL, 0);
	return at;
}

void netlink_nest_end(struct netlink_request *m, size_t nest)
{
	unsigned short len = (unsigned short)(m->header.nlmsg_len - nest);

	if (!m->overflow)
		memcpy(m->bytes + nest + offsetof(struct rtattr, rta_len), &len, sizeof(len));
}

void netlink_attributes(const struct nlmsghdr *h, size_t body, const struct rtattr **table,
			size_t max)
{
	const char *at = (const char *)NLMSG_DATA(h) + NLMSG_ALIGN(body);
	const char *end = (const char *)h + h->nlmsg_len;

	for (size_t i = 0; i <= max; i++)
		table[i] = NULL;
	while (at + sizeof(struct rtattr) <= end) {
		const struct rtattr *a = (const struct rtattr *)(const void *)at;
		size_t type = a->rta_type & NLA_TYPE_MASK;

		if (a->rta_len < sizeof(*a) || a->rta_len > (size_t)(end - at))
			return;
		if (type <= max)
			table[type] = a;
		at += RTA_ALIGN(a->rta_len);
	}
}

const void *netlink_value(const struct rtattr *a, size_t len)
{
	return a && RTA_PAYLOAD(a) >= len ? RTA_DATA(a) : NULL;
}

const char *netlink_text(const struct rtattr *a)
{
	return a && memchr(RTA_DATA(a), '\0', RTA_PAYLOAD(a)) ? RTA_DATA(a) : NULL;
}

static int bad_error(int error, struct err *e)
{
	return err_set(e, EPROTO, "a routing answer has no such error: %d", error);
}

/* NLMSG_ERROR: zero is the acknowledgement. The request's copy is cut off (NETLINK_CAP_ACK). */
static int verdict(const struct nlmsghdr *h, struct err *e)
{
	const struct nlmsgerr *n = NLMSG_DATA(h);
	const struct rtattr *table[NLMSGERR_ATTR_MAX + 1];
	const char *words = NULL;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*n)))
		return err_set(e, EPROTO, "a routing answer is too short");
	if (!n->error)
		return 0;
	if (n->error > 0 || n->error < -ERRNO_MAX)
		return bad_error(n->error, e);
	if ((h->nlmsg_flags & NLM_F_ACK_TLVS) && (h->nlmsg_flags & NLM_F_CAPPED)) {
		netlink_attributes(h, sizeof(*n), table, NLMSGERR_ATTR_MAX);
		words = netlink_text(table[NLMSGERR_ATTR_MSG]);
	}
	return err_set(e, -n->error, "%s%s%s%s", strerror(-n->error), words ? " (" : "",
		       words ? words : "", words ? ")" : "");
}

/* NLMSG_DONE: the end of a dump says whether it went well; what came before may be a part only. */
static int done(const struct nlmsghdr *h, struct err *e)
{
	int error = 0;

	if (h->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
		memcpy(&error, NLMSG_DATA(h), sizeof(error));
	if (!error)
		return 0;
	if (error > 0 || error < -ERRNO_MAX)
		return bad_error(error, e);
	return err_set(e, -error, "the list ended early: %m");
}

int netlink_answer(const void *buf, size_t len, const struct nlmsghdr *asked,
		   int (*each)(void *arg, const struct nlmsghdr *h), void *arg, struct err *e)
{
	bool dump = (asked->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	const char *at = buf, *end = at + len;
	int r;

	while ((size_t)(end - at) >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *h = (const struct nlmsghdr *)(const void *)at;
		size_t space = NLMSG_ALIGN((size_t)h->nlmsg_len);

		if (h->nlmsg_len < sizeof(*h) || h->nlmsg_len > (size_t)(end - at))
			return err_set(e, EPROTO, "a routing answer is cut off");
		at = space < (size_t)(end - at) ? at + space : end;
		/* to a call that was given up */
		if (h->nlmsg_seq != asked->nlmsg_seq)
			continue;
		if (h->nlmsg_type == NLMSG_ERROR)
			return verdict(h, e);
		/* the tables changed meanwhile; the end alone may say so */
		if (dump && (h->nlmsg_flags & NLM_F_DUMP_INTR))
			return err_set(e, EAGAIN, "the network changed while it was listed");
		if (h->nlmsg_type == NLMSG_DONE)
			return done(h, e);
		r = each ? each(arg, h) : 0;
		if (r < 0)
			return err_set(e, -r, "routing answer: %m");
	}
	return 1;
}

int netlink_call_in(void *buf, int sock, struct netlink_request *m,
		    int (*each)(void *arg, const struct nlmsghdr *h), void *arg, struct err *e)
{
	struct timespec now = {0};
	ssize_t n;
	int r;

	if (m->overflow)
		return err_set(e, EMSGSIZE, "routing request: %m");
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	m->header.nlmsg_seq = (uint32_t)now.tv_nsec ^ (uint32_t)now.tv_sec << 30;
	if (send(sock, m->bytes, m->header.nlmsg_len, 0) < 0)
		return err_set(e, errno, "routing request: %m");
	do {
		do
			n = recv(sock, buf, NETLINK_ANSWER_MAX, MSG_TRUNC);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return err_set(e, errno, "routing answer: %m");
		if ((size_t)n > NETLINK_ANSWER_MAX)
			return err_set(e, EMSGSIZE, "routing answer: %m");
		r = n ? netlink_answer(buf, (size_t)n, &m->header, each, arg, e)
		      : err_set(e, EPROTO, "routing answer: it is empty");
	} while (r == 1);
	return r;
}

int netlink_call(int sock, struct netlink_request *m,
		 int (*each)(void *arg, const struct nlmsghdr *h), void *arg, struct err *e)
{
	cleanup_free char *buf = malloc(NETLINK_ANSWER_MAX);

	return buf ? netlink_call_in(buf, sock, m, each, arg, e)
		   : err_set(e, ENOMEM, "routing request: %m");
}
