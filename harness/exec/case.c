/* SPDX-License-Identifier: Apache-2.0 */
#include "case.h"

#include "caller.h"
#include "case_call.h"
#include "case_cgroup.h"
#include "case_clean.h"
#include "case_judge.h"
#include "case_setup.h"
#include "case_steps.h"
#include "catalogue.h"
#include "claims.h"
#include "cleanup.h"
#include "ids.h"
#include "links.h"
#include "manager.h"
#include "str.h"
#include "tried.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int fill_requirements(const struct conform_case *d, struct rep_result *ret)
{
	size_t n = 0;

	while (d->reqs && d->reqs[n] != REQ_NONE)
		n++;
	ret->requirements = calloc(n ? n : 1, sizeof(*ret->requirements));
	if (!ret->requirements)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct requirement *r = catalogue_get(d->reqs[i]);

		if (!r)
			continue;
		ret->requirements[ret->nrequirements++] = (struct rep_requirement){
			r->id, r->level, r->document, r->anchor, r->statement};
	}
	return 0;
}

/* Anything below MUST: a case with such requirements warns. */
static bool is_advised(const struct conform_case *d)
{
	if (d->advice)
		return true;
	for (size_t i = 0; d->reqs && d->reqs[i] != REQ_NONE; i++) {
		const struct requirement *r = catalogue_get(d->reqs[i]);

		if (r && catalogue_is_must(r->level_num))
			return false;
	}
	return true;
}

/* The first version whose text has all that the case claims. */
static unsigned int first_minor(const struct conform_case *d)
{
	unsigned int minor = d->min_target > 100 ? d->min_target - 100 : 0;

	for (size_t i = 0; d->reqs && d->reqs[i] != REQ_NONE; i++) {
		const struct requirement *r = catalogue_get(d->reqs[i]);

		if (r && r->since_minor > (int)minor)
			minor = (unsigned int)r->since_minor;
	}
	return minor;
}

static bool version_fits(struct case_ctx *c)
{
	unsigned int first = first_minor(c->def);

	if (c->minor < first)
		c->skip = str_format("the claim is of version 1.%u of the specification, judged is "
				     "version 1.%u%s",
				     first, c->minor,
				     c->session->target < 0 ? " (what the runtime says of itself)"
							    : "");
	else if (c->def->max_target && c->minor > c->def->max_target - 100)
		c->skip = str_format("the claim ended with version 1.%u of the specification, "
				     "judged is version 1.%u",
				     c->def->max_target - 100, c->minor);
	return !c->skip;
}

static bool claim_is_told(struct case_ctx *c)
{
	const struct json *v =
		c->rt->features && c->def->claim ? json_at(c->rt->features, c->def->claim) : NULL;

	if (!c->def->claim)
		return true;
	if (!c->rt->features)
		c->skip =
			strdup(c->rt->features_bad
				       ? "what the runtime's features command gives is no document"
				       : "the runtime has no features document");
	else if (!v || v->type == JSON_NULL)
		c->skip = str_format("the runtime's features say nothing of %s", c->def->claim);
	c->claimed = claims_say_yes(v, c->variant);
	return !c->skip;
}

/* "@V@" in a need is the variant's text. */
static int expand_need(struct case_ctx *c, const char **need, char **owner)
{
	struct hx_vars v = {.v_json = c->variant ? strdup(c->variant) : NULL};
	int r = 0;

	if (c->variant && *need && strstr(*need, "@V@"))
		r = hx_vars_expand(&v, *need, false, owner, NULL);
	if (r == 0 && *owner)
		*need = *owner;
	hx_vars_done(&v);
	return r;
}

/* Where the command is there and gives no document, the cases about the whole of it say so. */
static bool feature_is_needed(const struct case_ctx *c)
{
	return !c->def->may_refuse && !c->def->either &&
	       !(c->rt->features_bad && str_eq(c->def->needs.feature, ""));
}

/* What the specification leaves to the runtime is asked of it by itself. */
static int offers_subcommand(struct case_ctx *c, char *why, size_t size)
{
	const char *name = c->def->needs.subcommand;
	struct err e = {0};
	int r = name ? hx_runtime_offers(c->rt, name, c->timeout_ms, &e) : 1;

	if (r < 0)
		(void)snprintf(why, size, "%s", e.msg);
	if (r == 0)
		(void)snprintf(why, size, "the runtime's command line has no %s", name);
	return r;
}

/* The state in which the runtime is to be called, but for what lies in the case's directory, which
 * is not there yet. */
static int try_caller(struct case_ctx *c, struct err *e)
{
	const char *items[CALLER_ITEMS_MAX] = {NULL};
	size_t n = 0;

	for (const char *const *i = c->def->caller; i && *i && n + 1 < CALLER_ITEMS_MAX; i++) {
		if (!strchr(*i, '@'))
			items[n++] = *i;
	}
	return n > 0 ? hx_tried_setup(hx_caller_setup, (void *)(uintptr_t)items, e) : 0;
}

/* Where another user is to call the runtime. */
static int try_user(struct case_ctx *c, struct err *e)
{
	CLEANUP(hx_manager_done) struct hx_manager m = HX_MANAGER_NONE;

	if (!c->def->needs.user_manager || hx_manager_find(&c->session->host.cgroups, &m) < 0)
		return 0;
	return hx_manager_tried(&m, c->rt->path, e);
}

/* What this host refuses to everybody, or has not, is no matter of the runtime's. Any other error
 * comes again when it is done for the case, which breaks then. */
static int host_lets_us(struct case_ctx *c, char *why, size_t size)
{
	struct err e = {0};
	int r = try_caller(c, &e);

	if (r >= 0)
		r = try_user(c, &e);
	if (r >= 0 && c->def->links)
		r = hx_links_try(c->def->links, &e);
	if (r >= 0 || !hx_tried_refused(-r))
		return 1;
	(void)err_wrap(&e, "the host does not let the harness do it");
	(void)snprintf(why, size, "%s", e.msg);
	return 0;
}

static bool needs_met(struct case_ctx *c)
{
	struct needs needs = c->def->needs;
	const char **with_variant[] = {&needs.caps, &needs.namespaces, &needs.mount_options,
				       &needs.mempolicy, &needs.oom};
	char *owners[sizeof(with_variant) / sizeof(with_variant[0])] = {NULL};
	char why[sizeof(((struct err *)NULL)->msg)] = "the variant cannot be put in";
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(owners) / sizeof(owners[0]); i++)
		r = expand_need(c, with_variant[i], &owners[i]);
	if (r == 0)
		r = hx_needs_met(&needs, &c->session->host, c->rt->features, feature_is_needed(c),
				 why, sizeof(why));
	if (r == 1 && !hx_ids_suffice(c->def, c->session->host.uid_map, c->session->host.gid_map,
				      why, sizeof(why)))
		r = 0;
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		free(owners[i]);
	if (r == 1)
		r = host_lets_us(c, why, sizeof(why));
	if (r == 1)
		r = offers_subcommand(c, why, sizeof(why));
	if (r < 0)
		result_broken(&c->results, "needs", why);
	else if (r == 0)
		c->skip = strdup(why);
	return r == 1;
}

static void judge_residue(struct case_ctx *c)
{
	CLEANUP(json_freep) struct json *none = json_new(JSON_ARRAY);

	/* what a case leaves on purpose, or could not delete, is deleted by force first; a create
	 * that failed must have left nothing by itself */
	if (!c->deleted && c->calls[CALL_CREATE].made && c->calls[CALL_CREATE].exit == 0)
		(void)hx_case_delete(c, true);
	else if (!c->deleted && c->calls[CALL_CLI].made)
		(void)hx_case_delete(c, true);
	if (c->other_id)
		(void)hx_case_delete_other(c);
	hx_case_cgroup_remove(c);
	hx_case_residue(c);
	if (c->residue && c->residue->count > 0) {
		result_add(&c->results, "residue", "is", none, c->residue, false,
			   "the runtime left this behind or changed it");
		/* what stays is no matter of advice (runtime.md#delete, runtime.md#errors) */
		result_bind(&c->results);
	}
}

/* Where no runtime could make a cgroup, or the harness has not what any needs, that the plainest
 * container fails is no verdict on this one. What it said stands in the other checks. */
static void blame_host(struct case_ctx *c)
{
	char why[OBSTACLE_MAX], lack[HOST_OBSTACLE_MAX];
	bool ok = true;

	for (size_t i = 0; i < c->results.count; i++)
		ok = ok && c->results.checks[i].ok;
	if (ok || !str_eq(c->entry->id, CONFORM_CONTROL_ID))
		return;
	if (hx_cgroups_obstacle(&c->cgroups, why))
		result_broken(&c->results, "this host", why);
	if (hx_host_obstacle(&c->session->host, lack))
		result_broken(&c->results, "this host", lack);
}

static void run_it(struct case_ctx *c, unsigned int index)
{
	struct err e = {0};
	int r = hx_case_setup(c, index, &e);

	if (r < 0) {
		result_broken(&c->results, "setup", e.msg[0] ? e.msg : strerror(-r));
		return;
	}
	if (c->def->run)
		c->def->run(c);
	else
		hx_case_sequence(c);
	if (!c->refused)
		hx_case_inside(c);
	judge_residue(c);
	blame_host(c);
}

static void finish(struct case_ctx *c, struct rep_result *ret)
{
	bool advised = is_advised(c->def);
	bool skipped = c->skip && !c->results.oom;

	/* a skip stands unless something failed or broke on the way */
	for (size_t i = 0; i < c->results.count; i++)
		skipped = skipped && c->results.checks[i].ok;
	if (skipped) {
		ret->verdict = VERDICT_SKIP;
		ret->reason = result_cut(c->skip);
	} else {
		ret->verdict = result_fold(&c->results, advised, c->session->strict);
		ret->raised = ret->verdict == VERDICT_FAIL &&
			      result_fold(&c->results, advised, false) == VERDICT_WARN;
		ret->reason = result_reason(&c->results);
	}
	ret->checks = take_ptr(&c->results.checks);
	ret->nchecks = c->results.count;
	c->results.count = 0;
	ret->runtime_ms = c->runtime_ms;
	if (c->session->keep && c->dir[0])
		ret->bundle = str_format("%s/bundle", c->dir);
}

static void ctx_done(struct case_ctx *c)
{
	for (size_t i = 0; i < CALL_KINDS; i++)
		hx_call_done(&c->calls[i]);
	for (size_t i = 0; i < c->nknown; i++) {
		free(c->known[i].name);
		json_free(c->known[i].value);
	}
	for (size_t i = 0; i < c->nowned; i++) {
		free(c->owned[i].name);
		json_free(c->owned[i].value);
	}
	hx_vars_done(&c->vars);
	hx_snapshot_done(&c->before);
	obs_list_done(&c->host);
	obs_list_done(&c->report);
	json_free(c->config);
	json_free(c->residue);
	free(c->ask);
	free(c->other_id);
	free(c->proc_cgroup);
	free(c->ending);
	for (size_t i = 0; i < CALLER_ITEMS_MAX; i++)
		free(c->caller_text[i]);
	free(c->skip);
	result_builder_done(&c->results);
}

static double now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1000.0 + (double)ts.tv_nsec / 1000000.0;
}

/* As it was written, but for where a relative path or PATH led to: it is pasted in other places. */
static void add_runtime(struct strbuf *b, const struct hx_runtime *rt)
{
	cleanup_free char *option =
		*rt->option == '/' || !rt->path
			? NULL
			: str_format("%s%s", rt->path, rt->option + strcspn(rt->option, ","));

	strbuf_add_shell(b, option ? option : rt->option);
}

/* People paste it into a shell, and the names of variants come from the runtime's own documents. */
static char *repeat_command(const struct hx_session *s, const struct hx_runtime *rt, const char *id)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_add_shell(&b, s->self);
	strbuf_adds(&b, " --runtime=");
	add_runtime(&b, rt);
	if (rt->hide_unified && !strstr(rt->option, "hide-unified"))
		strbuf_adds(&b, ",hide-unified");
	if (s->target >= 0)
		strbuf_addf(&b, " --target=1.%d", s->target);
	if (s->timeout_ms && s->timeout_ms != HX_TIMEOUT_USUAL * 1000)
		strbuf_addf(&b, " --timeout=%u", s->timeout_ms / 1000);
	strbuf_adds(&b, s->strict ? " --strict --keep " : " --keep ");
	strbuf_add_shell(&b, id);
	return strbuf_take(&b);
}

char *hx_case_id(const struct conform_entry *entry, const char *variant)
{
	size_t n;

	if (!variant)
		return strdup(entry->id);
	n = strlen(variant);
	/* a plain string reads better without its quotes */
	if (n >= 2 && variant[0] == '"' && variant[n - 1] == '"')
		return str_format("%s[%.*s]", entry->id, (int)(n - 2), variant + 1);
	return str_format("%s[%s]", entry->id, variant);
}

int hx_case_describe(const struct hx_session *s, const struct hx_runtime *rt,
		     const struct conform_entry *entry, const char *variant, struct rep_result *ret)
{
	*ret = (struct rep_result){
		.file = entry->file, .line = entry->line, .advice = entry->def->advice};
	ret->id = hx_case_id(entry, variant);
	ret->title = strdup(entry->def->title ? entry->def->title : "");
	ret->runtime = strdup(rt->name);
	if (ret->id)
		ret->repeat = repeat_command(s, rt, ret->id);
	if (ret->repeat && ret->title && ret->runtime && fill_requirements(entry->def, ret) == 0)
		return 0;
	rep_result_done(ret);
	return -ENOMEM;
}

void hx_case_run(const struct hx_session *s, const struct hx_runtime *rt,
		 const struct conform_entry *entry, const char *variant, unsigned int index,
		 struct rep_result *ret)
{
	struct case_ctx c = {
		.session = s,
		.rt = rt,
		.entry = entry,
		.def = entry->def,
		.variant = variant,
		.minor = s->target >= 0 ? (unsigned int)s->target : rt->minor,
		.dir_fd = FD_NONE,
		.null_fd = FD_NONE,
		.tmp_fd = FD_NONE,
		.settings_lock = FD_NONE,
		.inotify_fd = FD_NONE,
		.terminal_fd = FD_NONE,
		.terminal_peer_fd = FD_NONE,
		.abstract_fd = FD_NONE,
		.pidfd = FD_NONE,
		.exit_status = -1,
		.timeout_ms = entry->def->timeout_s ? (int64_t)entry->def->timeout_s * 1000
						    : s->timeout_ms,
		.console = {.listen_fd = FD_NONE, .conn_fd = FD_NONE, .master_fd = FD_NONE},
		.agent = {.listen_fd = FD_NONE},
	};
	double begin = now_ms();

	if (hx_case_describe(s, rt, entry, variant, ret) < 0)
		c.results.oom = true;
	else if (version_fits(&c) && claim_is_told(&c) && needs_met(&c)) {
		run_it(&c, index);
		hx_case_cleanup(&c);
	}
	finish(&c, ret);
	ret->duration_ms = now_ms() - begin;
	ctx_done(&c);
}
