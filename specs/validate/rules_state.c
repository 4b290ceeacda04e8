/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.md#state */
#include "rules.h"

#include "syntax.h"

static void version_semver(struct val_ctx *c)
{
	const struct cfg_state *s = c->doc->state;

	if (s->oci_version && !syntax_semver(s->oci_version))
		val_add(c, &s->oci_version,
			"%s is not a version of Semantic Versioning 2.0.0; write all three "
			"numbers, as in \"1.3.0\"",
			val_quote(c, s->oci_version));
}

static void bundle_absolute(struct val_ctx *c)
{
	const struct cfg_state *s = c->doc->state;

	if (s->bundle && s->bundle[0] != '/')
		val_add(c, &s->bundle, "%s is not an absolute path", val_quote(c, s->bundle));
}

/* Of the four defined situations only these two have a process; a status of the runtime's own says
 * nothing of one. */
static void pid_while_alive(struct val_ctx *c)
{
	const struct cfg_state *s = c->doc->state;

	if (!s->status || (!str_eq(s->status, "created") && !str_eq(s->status, "running")))
		return;
	if (!s->has_pid)
		val_add_absent(c, &s->pid, "a container that is %s has a pid", s->status);
	else if (s->pid == 0)
		val_add(c, &s->pid, "the pid of a container that is %s is not 0", s->status);
}

/* A name has to be there for the state that it stands for. */
static void status_named(struct val_ctx *c)
{
	const struct cfg_state *s = c->doc->state;

	if (s->status && s->status[0] == '\0')
		val_add(c, &s->status,
			"the status is empty; it is creating, created, running, stopped or a "
			"further one of the runtime");
}

static void annotation_keys(struct val_ctx *c)
{
	const struct cfg_state *s = c->doc->state;

	for (size_t i = 0; i < s->annotations.count; i++)
		if (s->annotations.items[i].key[0] == '\0')
			val_add(c, &s->annotations.items[i],
				"an annotation has the empty string as its key, which no "
				"configuration may hold");
}

VAL_RULES(val_rules_state, {REQ_STATE_OCIVERSION_COMPLIES, VAL_STATE, version_semver, 0, 0, 0},
	  {REQ_STATE_BUNDLE_ABSOLUTE, VAL_STATE, bundle_absolute, 0, 0, 0},
	  {REQ_STATE_PID_FIELD, VAL_STATE, pid_while_alive, 0, 0, 0},
	  {REQ_STATE_STATUS_FIELD, VAL_STATE, status_named, 0, 0, 0},
	  {REQ_ANNOTATION_KEY_NOT_EMPTY, VAL_STATE, annotation_keys, 0, 0, 0}, );
