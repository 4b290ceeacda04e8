/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probe wrote, read back. The bytes come from a hostile container: the parser is strict,
 *bounded and pure. A report is a run of lines:
 *
 *	conform-probe 1 NONCE
 *	NAME<TAB>JSON			once per observation
 *	end NONCE COUNT
 *	NAME<TAB>JSON			what happened later: a trapped signal
 *	bye NONCE
 *
 * Anything before the first line, and anything after the report that has not its form, is text that
 *the container printed.
 */
#ifndef JUDGE_OBSERVE_H
#define JUDGE_OBSERVE_H

#include "json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OBS_MAX_BYTES (8u << 20)
#define OBS_MAX_ITEMS 4096
#define OBS_NAME_MAX  4096

struct obs {
	char *name;
	struct json *value;
	bool late; /* came after the end of the report */
};

struct obs_list {
	struct obs *items;
	size_t count;
	bool started, ended, bye;
	uint64_t announced;  /* the count that the end line gave */
	char problem[160];   /* the first thing that a report must not have; "" where all is well */
	struct strbuf other; /* text outside of the report */
};

/*
 * Reads @len bytes. Always fills *ret, which the caller ends with obs_list_done(); what is wrong
 * with the report stands in ret->problem. 0, or -ENOMEM.
 */
int obs_parse(const char *buf, size_t len, const char *nonce, struct obs_list *ret);

void obs_list_done(struct obs_list *l);

/* Started, ended, as many observations as announced, no problem. */
bool obs_is_complete(const struct obs_list *l);

/* The value reported under @name, borrowed; NULL where none is. */
const struct json *obs_find(const struct obs_list *l, const char *name);

/*
 * Whether two channels tell the same. Where they do not, the first difference goes to @why. Late
 * observations are not compared: a channel may lag behind.
 */
bool obs_agree(const struct obs_list *a, const struct obs_list *b, char *why, size_t size);

#endif
