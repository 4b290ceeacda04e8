/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lies that are told around a call of the runtime, a family to a file. Each tells the lie that
 * @l has, and returns the exit status, or -errno.
 */
#ifndef MUTANTS_LIAR_FAMILIES_H
#define MUTANTS_LIAR_FAMILIES_H

#include "liar.h"

/* answers.c: the lies in what is printed. */
int liar_says_state(struct liar *l, struct err *e);
int liar_says_features(struct liar *l, struct err *e);

/* residue.c: what `delete` leaves behind, or takes away beyond its due; files that `create` takes.
 */
int liar_at_delete(struct liar *l, struct err *e);
int liar_chowns(struct liar *l, struct err *e);

/* residue.c: the state is for everybody; `delete` of a name that is no id is one of every
 * container. */
int liar_opens_state(struct liar *l, struct err *e);
int liar_climbs(struct liar *l, struct err *e);

/* residue.c: `delete` empties whatever bears the name in the state directory; `create` makes and
 * changes files in the directory `canary` of the bundle. */
int liar_sweeps(struct liar *l, struct err *e);
int liar_touches_canary(struct liar *l, struct err *e);

/* residue.c: `create` writes to what the image has at /proc/self/oom_score_adj. */
int liar_writes_false_proc(struct liar *l, struct err *e);

/* hooks.c: hooks run too early, at the same time, or as config.json has them when they are due. */
int liar_runs_hooks(struct liar *l, struct err *e);

/* inside.c: takes away what the runtime put at a path of the container, between create and start.
 */
int liar_mounts_over(struct liar *l, struct err *e);

/* inside.c: once it is created, the devices of the container's network namespace are down, without
 * addresses, with another MTU and hardware address; or its loopback device is down. */
int liar_spoils_links(struct liar *l, struct err *e);

/* fake.c: answers without any runtime: runs the container's program on the host. */
int liar_fake(struct liar *l, struct err *e);

/* exec.c: executes the program of `exec` in the container's namespaces and does nothing else. */
int liar_execs_bare(struct liar *l, struct err *e);

#endif
