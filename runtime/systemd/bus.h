/* SPDX-License-Identifier: Apache-2.0 */
/* What refrun asks of systemd (org.freedesktop.systemd1(5)), by libsystemd. */
#ifndef SYSTEMD_BUS_H
#define SYSTEMD_BUS_H

#include "json.h"

#include <stdbool.h>

struct bus; /* a connection; its calls wait for systemd, 30 seconds at most */

/* Connects to the system's bus, or the user's. 0 or -errno; the caller ends with bus_close(). */
int bus_open(bool user, struct bus **ret, struct err *e);
void bus_close(struct bus *b);
static inline void bus_closep(struct bus **b)
{
	bus_close(*b);
}

/*
 * Starts a transient scope that holds this process, and waits until it is there. @properties are
 * objects {name, type, value}, with types s, b, i, t, as, ay, a(ss) and a(st). *ret_path, the
 * caller's, is its cgroup.
 */
int bus_start_scope(struct bus *b, const char *unit, const struct json *properties, char **ret_path,
		    struct err *e);
/* Changes properties until the machine is booted anew. */
int bus_set_properties(struct bus *b, const char *unit, const struct json *properties,
		       struct err *e);
/* Stops a unit and waits until it is gone; one that does not exist is no error. */
int bus_stop(struct bus *b, const char *unit, struct err *e);

#endif
