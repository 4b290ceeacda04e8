/* SPDX-License-Identifier: Apache-2.0 */
/* rtnetlink(7): one request at a time over a socket, with the kernel's own words where it refuses.
 */
#ifndef BASE_NETLINK_H
#define BASE_NETLINK_H

#include "err.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETLINK_REQUEST_MAX 4096
/* What a kernel puts into one part of an answer is at most this. */
#define NETLINK_ANSWER_MAX (64u << 10)

/* A request being built. What does not fit is remembered, and netlink_call() says so. */
struct netlink_request {
	union {
		struct nlmsghdr header;
		char bytes[NETLINK_REQUEST_MAX];
	};
	bool overflow;
};

/* Opens a routing socket in the caller's network namespace, where it stays. Returns the caller's
 * descriptor or -errno. */
int netlink_open(struct err *e);

/* @type: RTM_*, @flags: NLM_F_* beyond NLM_F_REQUEST, @body: struct ifinfomsg and its like. */
void netlink_begin(struct netlink_request *m, uint16_t type, uint16_t flags, const void *body,
		   size_t len);
void netlink_put(struct netlink_request *m, uint16_t attribute, const void *data, size_t len);
void netlink_put_u32(struct netlink_request *m, uint16_t attribute, uint32_t value);
void netlink_put_string(struct netlink_request *m, uint16_t attribute, const char *text);
/* Attributes between both calls are inside of @attribute. */
size_t netlink_nest(struct netlink_request *m, uint16_t attribute);
void netlink_nest_end(struct netlink_request *m, size_t nest);

/*
 * Sends @m and reads up to its end: the acknowledgement, or with NLM_F_DUMP the last part. @each,
 * which may be NULL, gets every answer; what it returns below zero ends the call. -errno of the
 * kernel, whose explanation stands in @e.
 */
int netlink_call(int sock, struct netlink_request *m,
		 int (*each)(void *arg, const struct nlmsghdr *h), void *arg, struct err *e);

/* The same for whoever does not allocate: @buf has NETLINK_ANSWER_MAX bytes, aligned as malloc(3)
 * does. */
int netlink_call_in(void *buf, int sock, struct netlink_request *m,
		    int (*each)(void *arg, const struct nlmsghdr *h), void *arg, struct err *e);

/*
 * What netlink_call() does with each datagram, of which it takes the answers to @asked: 1: there is
 * more to come; 0: that was the end; -errno. The buffer is aligned as malloc(3) does.
 */
int netlink_answer(const void *buf, size_t len, const struct nlmsghdr *asked,
		   int (*each)(void *arg, const struct nlmsghdr *h), void *arg, struct err *e);

/* table[type] of the attributes behind a body of @body bytes; those above @max are left out. */
void netlink_attributes(const struct nlmsghdr *h, size_t body, const struct rtattr **table,
			size_t max);
/* The value of an attribute that must be there with at least so many bytes, or NULL. */
const void *netlink_value(const struct rtattr *a, size_t len);
/* A string attribute that ends with NUL, or NULL. */
const char *netlink_text(const struct rtattr *a);

#endif
