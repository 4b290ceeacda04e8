/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#process; the process of exec is the same object as a document of its own. */
#include "rules.h"

#include "syntax.h"

#define PROCESS (VAL_CONFIG | VAL_PROCESS)

static void cwd_absolute(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);

	if (p && p->cwd && p->cwd[0] != '/')
		val_add(c, &p->cwd, "%s is not an absolute path; cwd starts with a slash",
			val_quote(c, p->cwd));
}

static void env_format(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);

	for (size_t i = 0; p && i < p->env.count; i++)
		if (!syntax_env(p->env.items[i]))
			val_add(c, &p->env.items[i], "%s is not of the form NAME=value",
				val_quote(c, p->env.items[i]));
}

static void args_one_entry(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);

	if (!p || p->args.count > 0)
		return;
	/* an entry that is no string is none to the parser, which says so */
	if (p->args.present)
		val_add_absent(c, &p->args,
			       "the array is empty; its first entry is the program to run");
	else
		val_add_absent(c, &p->args,
			       "args is missing; its first entry is the program to run");
}

static void rlimits_duplicate(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);
	bool seen[CFG_COUNT_rlimit] = {false};

	for (size_t i = 0; p && i < p->rlimits.count; i++) {
		const struct cfg_rlimit *r = &p->rlimits.items[i];

		if (!r->has_type || r->type == CFG_UNKNOWN)
			continue;
		if (seen[r->type])
			val_add(c, &r->type, "a second entry for %s; each type stands once",
				cfg_enum_name_rlimit(r->type));
		seen[r->type] = true;
	}
}

static void capability_names(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);
	const struct cfg_capabilities *caps = p ? p->capabilities : NULL;

	if (!caps)
		return;
	const struct cfg_strs *const sets[] = {&caps->bounding, &caps->effective,
					       &caps->inheritable, &caps->permitted,
					       &caps->ambient};
	for (size_t s = 0; s < sizeof(sets) / sizeof(sets[0]); s++)
		for (size_t i = 0; i < sets[s]->count; i++)
			if (!syntax_capability(sets[s]->items[i]))
				val_add(c, &sets[s]->items[i],
					"%s is not a capability; names are those of "
					"capabilities(7), in "
					"capitals and with CAP_ before them",
					val_quote(c, sets[s]->items[i]));
}

static void iopriority_range(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);
	const struct cfg_io_priority *io = p ? p->io_priority : NULL;

	if (io && io->has_priority && (io->priority < 0 || io->priority > 7))
		val_add(c, &io->priority, "the priority is %jd; it lies between 0 and 7",
			(intmax_t)io->priority);
}

static void exec_affinity_lists(struct val_ctx *c)
{
	const struct cfg_process *p = val_process(c);
	const struct cfg_exec_cpu_affinity *a = p ? p->exec_cpu_affinity : NULL;
	const char *const form =
		"%s is not a list of processors; write numbers and ranges, as in \"0-3,7\"";

	if (a && a->initial && !syntax_number_list(a->initial))
		val_add(c, &a->initial, form, val_quote(c, a->initial));
	if (a && a->final && !syntax_number_list(a->final))
		val_add(c, &a->final, form, val_quote(c, a->final));
}

VAL_RULES(val_rules_process, {REQ_PROCESS_CWD_ABSOLUTE, PROCESS, cwd_absolute, 0, 0, 0},
	  {REQ_PROCESS_ENV_FORMAT, PROCESS, env_format, 0, 0, 0},
	  {REQ_PROCESS_ARGS_ONE_ENTRY, PROCESS, args_one_entry, 0, 0, 0},
	  {REQ_PROCESS_RLIMITS_DUPLICATE_ERROR, PROCESS, rlimits_duplicate, 0, 0, 0},
	  {REQ_PROCESS_CAP_NAMES, PROCESS, capability_names, 0, 0, 0},
	  {REQ_PROCESS_IOPRIORITY_RANGE, PROCESS, iopriority_range, 0, 0, 0},
	  {REQ_PROCESS_EXECCPUAFFINITY_LIST_FORMAT, PROCESS, exec_affinity_lists, 0, 0, 0}, );
