/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include "str.h"

#include <string.h>

const struct fact *const vocabulary_facts[] = {facts_process, facts_user, facts_fd,    facts_ns,
					       facts_mount,   facts_path, facts_sched, facts_sys,
					       facts_net,     NULL};

const struct action *const vocabulary_actions[] = {actions_fs, actions_proc, actions_resource,
						   actions_syscall, NULL};

/* @text is `name` or `name:parameter`: true with what stands behind the colon, NULL without one. */
static bool name_matches(const char *text, const char *name, const char **ret_parameter)
{
	size_t len = strlen(name);

	if (strncmp(text, name, len) != 0 || (text[len] != '\0' && text[len] != ':'))
		return false;
	*ret_parameter = text[len] == ':' ? text + len + 1 : NULL;
	return true;
}

const struct fact *vocabulary_find_fact(const char *name, const char **ret_parameter)
{
	for (size_t t = 0; vocabulary_facts[t]; t++) {
		for (const struct fact *f = vocabulary_facts[t]; f->name; f++) {
			const char *parameter;

			if (!name_matches(name, f->name, &parameter) ||
			    (f->kind == FACT_PARAM) != (parameter != NULL))
				continue;
			*ret_parameter = parameter ? parameter : f->fixed;
			return f;
		}
	}
	return NULL;
}

const struct action *vocabulary_find_action(const char *name, const char **ret_parameter)
{
	for (size_t t = 0; vocabulary_actions[t]; t++) {
		for (const struct action *a = vocabulary_actions[t]; a->name; a++) {
			if (name_matches(name, a->name, ret_parameter) && *ret_parameter)
				return a;
		}
	}
	return NULL;
}
