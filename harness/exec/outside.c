/* SPDX-License-Identifier: Apache-2.0 */
#include "outside.h"

#include "procfacts.h"
#include "str.h"

#include <string.h>

/* Names that stand alone, and prefixes (with a colon) that take a parameter. */
static const char *const words[] = {
	"state",
	"pidfile",
	"container.exit",
	"container.alive",
	"container.pid",
	"cgroup.exists",
	"hooks",
	"agent",
	"terminal",
	"stdout",
	"stderr",
	"residue",
	"features",
	"features.findings",
	"shape.state",
	"shape.version",
	"features.versions",
	"features.of_host",
	"features.flags",
	"features.keys",
	"cgroup:",
	"file:",
	"stat.host:",
	"accessed:",
	"resctrl:",
	"hook:",
};

static const char *const calls[] = {"create.", "start.", "state.", "kill.", "delete.", "cli."};
static const char *const call_parts[] = {"exit", "stdout", "stderr", "answer"};

static bool is_call(const char *fact)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		for (size_t k = 0;
		     k < sizeof(call_parts) / sizeof(call_parts[0]) && str_starts(fact, calls[i]);
		     k++) {
			if (str_eq(fact + strlen(calls[i]), call_parts[k]))
				return true;
		}
	}
	return false;
}

bool outside_is_known(const char *fact)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_ends(words[i], ":") ? str_starts(fact, words[i]) : str_eq(fact, words[i]))
			return true;
	}
	return is_call(fact) ||
	       (str_starts(fact, "pid.") && hx_pid_fact_known(fact + strlen("pid.")));
}
