/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config-linux.md#intelrdt: a class of service in the resctrl file system, and a monitoring group
 * in it. Every function takes the root of that file system as a descriptor, so a test can put a
 * tree of its own there.
 */
#ifndef RUNTIME_RESCTRL_H
#define RUNTIME_RESCTRL_H

#include "cfg_parse.h"
#include "json.h"

#include <sys/types.h>

/* What a container has there: enough to remove it again. */
struct resctrl {
	char *group;	/* a directory below the root; "/": the root itself */
	bool own_group; /* it is the container's, and goes with it */
	char *monitor;	/* a directory of the group's mon_groups, or NULL */
};

/* The first mount of the type resctrl in the text of a mountinfo, which is cut up; it stands in
 * there. NULL: there is none. */
const char *resctrl_find(char *text);
/* The root of the file system that is mounted in the runtime's mount namespace. -ENODEV where none
 * is. */
int resctrl_open(struct err *e);

/*
 * Which directories they will be, by the rules of the specification. Changes nothing, so that the
 * plan can be written down first. A closID directory that must exist and does not, and one that
 * exists with other values, are errors.
 */
int resctrl_plan(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		 const char *id, struct resctrl **ret, struct err *e);
/* Makes the directories. */
int resctrl_create(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		   const struct resctrl *r, struct err *e);
/* Writes l3CacheSchema and memBwSchema, then schemata, as far as they are set. */
int resctrl_configure(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		      const struct resctrl *r, struct err *e);
/* The group's schemata as they are, for resctrl_restore(); the caller frees. NULL: nobody can tell.
 */
char *resctrl_read(int root_fd, const struct resctrl *r);
/* Makes them what they were, as far as the kernel lets it. */
void resctrl_restore(int root_fd, const struct resctrl *r, const char *was);
/* Puts a process into the group, and into its monitoring group. */
int resctrl_join(int root_fd, const struct resctrl *r, pid_t pid, struct err *e);
/* Removes what is the container's own; what is gone already is no error. */
int resctrl_remove(int root_fd, const struct resctrl *r, struct err *e);

/* Whether every domain of the line @schema ("L3:0=7f0;1=1f") has the same value in @file, the text
 * of a schemata file. Cache masks are hexadecimal, bandwidths decimal.
 * resctrl_schema.c */
bool resctrl_schema_holds(const char *schema, const char *file);

/* The domains of the line @name ("L3") in @file, from its colon on; NULL where there is none.
 * resctrl_schema.c */
const char *resctrl_find_schema(const char *file, const char *name, size_t len);

/*
 * What the hardware offers, what the whole and the class are allowed, and what the monitors of the
 * container's group (or, without one, of its class) count, in the words that readers of events
 * know. The caller frees *ret. resctrl_stats.c
 */
int resctrl_stats(int root_fd, const struct resctrl *r, struct json **ret, struct err *e);

struct json *resctrl_to_json(const struct resctrl *r);
int resctrl_from_json(const struct json *j, struct resctrl **ret, struct err *e);
void resctrl_free(struct resctrl *r);

#endif
