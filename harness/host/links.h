/* SPDX-License-Identifier: Apache-2.0 */
/* Network devices for a case, made in network namespaces that end with it. */
#ifndef HOST_LINKS_H
#define HOST_LINKS_H

#include "conform.h"
#include "err.h"

#include <stdbool.h>

/* Whether this host can make virtual ethernet pairs: one is made, in a namespace of its own. */
bool hx_links_possible(void);

/* Makes those of a case where nobody sees them and they end at once. 0 or -errno. */
int hx_links_try(const struct host_link *links, struct err *e);

/* Makes the links of a case in the caller's network namespace; those that are @held by moving to
 * the namespace @held_ns. 0 or -errno. */
int hx_links_make(const struct host_link *links, int held_ns, struct err *e);

#endif
