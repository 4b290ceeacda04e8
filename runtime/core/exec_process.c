/* SPDX-License-Identifier: Apache-2.0 */
/* What `exec` is to run: a file of the caller's, or the container's process with changes. */
#include "exec_creation.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* (uid_t)-1 and (gid_t)-1 mean "leave it" to the kernel and are nobody's. */
#define ID_MAX (UINT32_MAX - 1)

/* Errors about a copy are about what was copied, or about the flag that changed it. */
static int tell(struct exec *x, const void *copy, size_t size, const void *original,
		const char *flag, struct err *e)
{
	int r = cfg_tell_copy(x->cr.doc, copy, size, original, flag);

	return r < 0 ? err_set(e, -r, "exec: %m") : 0;
}

#define TELL_FLAG(x, member, flag, e) tell(x, &(member), sizeof(member), NULL, flag, e)

static int read_file(struct exec *x, struct err *e)
{
	const char *path = x->o->process_file;
	cleanup_free char *text = NULL;
	size_t len;
	int r;

	r = fd_read_regular_at(AT_FDCWD, path, CFG_MAX_BYTES, &text, &len, e);
	if (r < 0)
		return err_wrap(e, "process file");
	r = creation_parse(CFG_PROCESS, path, text, len, &x->cr.doc, e);
	if (r < 0)
		return r;
	x->process = *x->cr.doc->process;
	return tell(x, &x->process, sizeof(x->process), x->cr.doc->process, NULL, e);
}

static bool is_said(const char *label)
{
	return label && *label;
}

/* What says nothing about itself is as the container's first process is. Neither an empty label nor
 * an empty list of limits says anything: nobody takes the container's away by one. */
static void inherit(struct cfg_process *p, const struct cfg_process *own)
{
	if (!p->capabilities)
		p->capabilities = own->capabilities;
	if (!p->rlimits.count)
		p->rlimits = own->rlimits;
	if (!is_said(p->apparmor_profile))
		p->apparmor_profile = own->apparmor_profile;
	if (!is_said(p->selinux_label))
		p->selinux_label = own->selinux_label;
	if (!p->scheduler)
		p->scheduler = own->scheduler;
	if (!p->io_priority)
		p->io_priority = own->io_priority;
	if (!p->exec_cpu_affinity)
		p->exec_cpu_affinity = own->exec_cpu_affinity;
	if (!p->has_oom_score_adj && own->has_oom_score_adj) {
		p->oom_score_adj = own->oom_score_adj;
		p->has_oom_score_adj = true;
	}
	/* writers in Go leave a false one out, so absent cannot mean that it is lifted */
	if (!p->has_no_new_privileges)
		p->no_new_privileges = own->no_new_privileges;
}

static int set_user(struct exec *x, struct err *e)
{
	const char *text = x->o->user;
	const char *colon = strchr(text, ':');
	cleanup_free char *uid = strndup(text, colon ? (size_t)(colon - text) : strlen(text));
	uint64_t id;
	int r;

	if (!uid)
		return err_set(e, ENOMEM, "--user: %m");
	if (str_to_u64(uid, ID_MAX, &id) < 0)
		return err_set(e, EINVAL, "--user '%s': uid[:gid] are numbers", text);
	x->user.uid = id;
	r = TELL_FLAG(x, x->user.uid, "--user", e);
	if (r < 0 || !colon)
		return r;
	if (str_to_u64(colon + 1, ID_MAX, &id) < 0)
		return err_set(e, EINVAL, "--user '%s': uid[:gid] are numbers", text);
	x->user.gid = id;
	return TELL_FLAG(x, x->user.gid, "--user", e);
}

static int add_groups(struct exec *x, struct err *e)
{
	struct cfg_uints *g = &x->user.additional_gids;
	const struct cfg_strs *more = &x->o->gids;
	int r;

	x->gids = calloc(g->count + more->count, sizeof(*x->gids));
	if (!x->gids)
		return err_set(e, ENOMEM, "--additional-gids: %m");
	for (size_t i = 0; i < g->count; i++)
		x->gids[i] = g->items[i];
	r = tell(x, x->gids, g->count * sizeof(*x->gids), g->items, NULL, e);
	if (r >= 0)
		r = tell(x, x->gids + g->count, more->count * sizeof(*x->gids), NULL,
			 "--additional-gids", e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < more->count; i++) {
		uint64_t id;

		if (str_to_u64(more->items[i], ID_MAX, &id) < 0)
			return err_set(e, EINVAL, "--additional-gids '%s' is not a number",
				       more->items[i]);
		x->gids[g->count + i] = (uint32_t)id;
	}
	g->items = x->gids;
	g->count += more->count;
	return TELL_FLAG(x, *g, "--additional-gids", e);
}

/* The last word on a variable is the caller's: of two with one name, getenv(3) finds the first. */
static int add_env(struct exec *x, struct err *e)
{
	struct cfg_strs *env = &x->process.env;
	const struct cfg_strs *more = &x->o->env;
	size_t n = env->count;
	int r;

	x->env = calloc(env->count + more->count + 1, sizeof(*x->env));
	if (!x->env)
		return err_set(e, ENOMEM, "--env: %m");
	for (size_t i = 0; i < n; i++)
		x->env[i] = env->items[i];
	r = tell(x, x->env, n * sizeof(*x->env), env->items, NULL, e);
	for (size_t i = 0; i < more->count && r >= 0; i++) {
		char *one = more->items[i];
		size_t len = strcspn(one, "="), k = 0;

		if (!len || one[len] != '=')
			return err_set(e, EINVAL, "--env '%s' is not NAME=value", one);
		while (k < n && strncmp(x->env[k], one, len + 1) != 0)
			k++;
		x->env[k] = one;
		if (k == n)
			n++;
		r = TELL_FLAG(x, x->env[k], "--env", e);
	}
	*env = (struct cfg_strs){.items = x->env, .count = n, .present = true};
	return r;
}

static bool is_capability(const char *name)
{
	for (const char *const *c = process_capability_names(); *c; c++)
		if (str_eq(*c, name))
			return true;
	return false;
}

/* To what the process can use and may get, never to what its children inherit (capabilities(7)):
 * an inheritable one would come back with any file that has it. */
static int add_caps(struct exec *x, struct err *e)
{
	struct cfg_capabilities *c = &x->capabilities;
	struct cfg_strs *const sets[] = {&c->bounding, &c->effective, &c->permitted};
	const struct cfg_strs *more = &x->o->caps;

	for (size_t i = 0; i < more->count; i++)
		if (!is_capability(more->items[i]))
			return err_set(e, EINVAL, "--cap '%s' is not a capability", more->items[i]);
	for (size_t s = 0; s < 3; s++) {
		size_t n = sets[s]->count;

		x->caps[s] = calloc(n + more->count + 1, sizeof(*x->caps[s]));
		if (!x->caps[s])
			return err_set(e, ENOMEM, "--cap: %m");
		for (size_t i = 0; i < n; i++)
			x->caps[s][i] = sets[s]->items[i];
		for (size_t i = 0; i < more->count; i++)
			x->caps[s][n + i] = more->items[i];
		*sets[s] = (struct cfg_strs){
			.items = x->caps[s], .count = n + more->count, .present = true};
	}
	return 0;
}

/* The members that a flag takes the place of. */
static int tell_of_flags(struct exec *x, const struct cfg_process *own, struct err *e)
{
	const struct rt_exec_options *o = x->o;
	struct cfg_process *p = &x->process;
	int r = tell(x, p, sizeof(*p), own, NULL, e);

	if (r >= 0)
		r = tell(x, &x->user, sizeof(x->user), own->user, NULL, e);
	if (r >= 0)
		r = TELL_FLAG(x, p->args, "the command", e);
	if (r >= 0)
		r = tell(x, p->args.items, p->args.count * sizeof(*p->args.items), NULL,
			 "the command", e);
	if (r >= 0 && o->cwd)
		r = TELL_FLAG(x, p->cwd, "--cwd", e);
	if (r >= 0 && o->apparmor)
		r = TELL_FLAG(x, p->apparmor_profile, "--apparmor", e);
	if (r >= 0 && o->label)
		r = TELL_FLAG(x, p->selinux_label, "--process-label", e);
	if (r >= 0 && o->terminal)
		r = TELL_FLAG(x, p->terminal, "--tty", e);
	return r;
}

static int change(struct exec *x, const struct cfg_process *own, struct err *e)
{
	const struct rt_exec_options *o = x->o;
	struct cfg_process *p = &x->process;
	int r;

	*p = *own;
	x->user = *own->user;
	p->user = &x->user;
	if (own->capabilities)
		x->capabilities = *own->capabilities;
	p->args = (struct cfg_strs){.items = (char **)o->args, .present = true};
	while (p->args.items[p->args.count])
		p->args.count++;
	p->terminal = o->terminal;
	if (o->cwd)
		p->cwd = (char *)o->cwd;
	if (o->apparmor)
		p->apparmor_profile = (char *)o->apparmor;
	if (o->label)
		p->selinux_label = (char *)o->label;
	p->no_new_privileges = p->no_new_privileges || o->no_new_privileges;
	r = tell_of_flags(x, own, e);
	if (r >= 0 && o->user)
		r = set_user(x, e);
	if (r >= 0 && o->gids.count)
		r = add_groups(x, e);
	if (r >= 0 && o->env.count)
		r = add_env(x, e);
	if (r >= 0 && o->caps.count) {
		r = add_caps(x, e);
		p->capabilities = &x->capabilities;
	}
	return r;
}

int exec_make_process(struct exec *x, struct err *e)
{
	const struct cfg_process *own = x->container_doc->config->process;
	int r;

	if (x->o->process_file) {
		r = read_file(x, e);
		if (r >= 0 && own)
			inherit(&x->process, own);
	} else if (own) {
		x->cr.doc = x->container_doc;
		r = change(x, own, e);
	} else {
		r = err_set(e, EINVAL,
			    "the container has no process to take after: --process is needed");
	}
	if (r < 0)
		return r;
	if (!x->process.args.count)
		return err_set(e, EINVAL, "process args cannot be empty");
	x->cr.process = &x->process;
	return 0;
}
