/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a container from create to delete. */
#include "conform.h"

/* Runs first under every runtime: both channels bring a report, the probe sees another world than
 * the host, and nothing is left. If this does not hold, no other verdict would mean anything. */
CONFORM_CASE(lifecycle, control) = {
	.title = "a minimal container is created, started, observed on both channels and deleted",
	REQS(REQ_LIFECYCLE_02_ENVIRONMENT_CREATED, REQ_LIFECYCLE_08_PROGRAM_RUN,
	     REQ_LIFECYCLE_12_DESTROYED),
	.needs = {.root = true},
	.no_mutant = "every other case rests on it",
	INSIDE(FACT("process.args", ["/conform-probe", "--ask"]), FACT_NOT_HOST("ns.mount"),
	       FACT_NOT_HOST("ns.pid")),
	OUTSIDE(HOST(AFTER_CREATE, "create.exit", 0), HOST(AFTER_EXIT, "start.exit", 0),
		HOST(AFTER_EXIT, "container.exit", 0), HOST(AFTER_DELETE, "delete.exit", 0),
		HOST(AFTER_DELETE, "cgroup.exists", false)),
};
