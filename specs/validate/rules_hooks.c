/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#posix-platform-hooks: six lists, each with rows of its own. */
#include "rules.h"

enum { PRESTART, CREATE_RUNTIME, CREATE_CONTAINER, START_CONTAINER, POSTSTART, POSTSTOP };

static const struct cfg_hook_list *hooks(const struct val_ctx *c, int which)
{
	static const struct cfg_hook_list none;
	const struct cfg_hooks *h = c->doc->config->hooks;

	if (!h)
		return &none;
	switch (which) {
	case PRESTART:
		return &h->prestart;
	case CREATE_RUNTIME:
		return &h->create_runtime;
	case CREATE_CONTAINER:
		return &h->create_container;
	case START_CONTAINER:
		return &h->start_container;
	case POSTSTART:
		return &h->poststart;
	default:
		return &h->poststop;
	}
}

static void path_absolute(struct val_ctx *c)
{
	const struct cfg_hook_list *l = hooks(c, c->arg);

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].path && l->items[i].path[0] != '/')
			val_add(c, &l->items[i].path,
				"%s is not an absolute path; hooks are not looked up in PATH",
				val_quote(c, l->items[i].path));
}

static void timeout_positive(struct val_ctx *c)
{
	const struct cfg_hook_list *l = hooks(c, c->arg);

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].has_timeout && l->items[i].timeout <= 0)
			val_add(c, &l->items[i].timeout,
				"a timeout is at least 1 second, not %jd; leave it out for no "
				"limit",
				(intmax_t)l->items[i].timeout);
}

static void prestart_deprecated(struct val_ctx *c)
{
	const struct cfg_hook_list *l = hooks(c, PRESTART);

	if (l->count > 0)
		val_add(c, l,
			"prestart hooks are deprecated; use createRuntime, createContainer or "
			"startContainer");
}

VAL_RULES(val_rules_hooks, {REQ_HOOK_PRESTART_DEPRECATED, VAL_CONFIG, prestart_deprecated, 0, 0, 0},
	  {REQ_HOOK_PRESTART_PATH_ABSOLUTE, VAL_CONFIG, path_absolute, PRESTART, 0, 0},
	  {REQ_HOOK_CREATERUNTIME_PATH_ABSOLUTE, VAL_CONFIG, path_absolute, CREATE_RUNTIME, 0, 0},
	  {REQ_HOOK_CREATECONTAINER_PATH_ABSOLUTE, VAL_CONFIG, path_absolute, CREATE_CONTAINER, 0,
	   0},
	  {REQ_HOOK_STARTCONTAINER_PATH_ABSOLUTE, VAL_CONFIG, path_absolute, START_CONTAINER, 0, 0},
	  {REQ_HOOK_POSTSTART_PATH_ABSOLUTE, VAL_CONFIG, path_absolute, POSTSTART, 0, 0},
	  {REQ_HOOK_POSTSTOP_PATH_ABSOLUTE, VAL_CONFIG, path_absolute, POSTSTOP, 0, 0},
	  {REQ_HOOK_PRESTART_TIMEOUT_POSITIVE, VAL_CONFIG, timeout_positive, PRESTART, 0, 0},
	  {REQ_HOOK_CREATERUNTIME_TIMEOUT_POSITIVE, VAL_CONFIG, timeout_positive, CREATE_RUNTIME, 0,
	   0},
	  {REQ_HOOK_CREATECONTAINER_TIMEOUT_POSITIVE, VAL_CONFIG, timeout_positive,
	   CREATE_CONTAINER, 0, 0},
	  {REQ_HOOK_STARTCONTAINER_TIMEOUT_POSITIVE, VAL_CONFIG, timeout_positive, START_CONTAINER,
	   0, 0},
	  {REQ_HOOK_POSTSTART_TIMEOUT_POSITIVE, VAL_CONFIG, timeout_positive, POSTSTART, 0, 0},
	  {REQ_HOOK_POSTSTOP_TIMEOUT_POSITIVE, VAL_CONFIG, timeout_positive, POSTSTOP, 0, 0}, );
