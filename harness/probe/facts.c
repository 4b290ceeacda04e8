/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include "str.h"

#include <string.h>

const struct fact *const facts_tables[] = {facts_process, facts_user, facts_fd,	   facts_ns,
					   facts_mount,	  facts_path, facts_sched, facts_sys,
					   facts_net,	  NULL};

const struct action *const actions_tables[] = {actions_fs, actions_proc, actions_resource,
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

const struct fact *facts_find(const char *name, const char **ret_parameter)
{
	for (size_t t = 0; facts_tables[t]; t++) {
		for (const struct fact *f = facts_tables[t]; f->name; f++) {
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

const struct action *actions_find(const char *name, const char **ret_parameter)
{
	for (size_t t = 0; actions_tables[t]; t++) {
		for (const struct action *a = actions_tables[t]; a->name; a++) {
			if (name_matches(name, a->name, ret_parameter) && *ret_parameter)
				return a;
		}
	}
	return NULL;
}
