/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds in every container, whatever its case is about: the probe reports these facts in every
 * run, and they are judged against the configuration. Pure.
 */
#ifndef JUDGE_ALWAYS_H
#define JUDGE_ALWAYS_H

#include "json.h"
#include "observe.h"

#include <stdbool.h>
#include <stddef.h>

struct always_finding {
	const char *fact;	 /* "caps.ambient" */
	const char *requirement; /* id; NULL: a property that the specification does not state */
	const char *sentence;	 /* what should hold */
	const struct json *observed; /* borrowed of the report; NULL: not reported */
};

#define ALWAYS_MAX 16

/*
 * Judges the complete @report of a container that was made of @config. @passes_fds: the caller
 * asked the runtime to pass descriptors on. Writes at most ALWAYS_MAX findings; returns how many,
 * and the number of rules that applied in *ret_applied.
 */
size_t always_judge(const struct json *config, const struct obs_list *report, bool passes_fds,
		    struct always_finding *ret, size_t *ret_applied);

#endif
