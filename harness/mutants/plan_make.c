/* SPDX-License-Identifier: Apache-2.0 */
#include "plan_make.h"

#include "cleanup.h"
#include "config.h"
#include "lie.h"
#include "plan_fields.h"
#include "str.h"
#include "vars.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The bundle's path in a configuration that is only looked at. */
#define PLAN_BUNDLE "/case/bundle"

/* The configuration of a case as it is before a lie, and the one that every case starts from. */
struct configs {
	struct json *own, *base; /* own is NULL where the case has raw text instead */
};

static void configs_done(struct configs *c)
{
	json_free(c->own);
	json_free(c->base);
}

/* A placeholder whose value does not matter here. */
static int some_value(void *arg, const char *name, const char *parameter, char **ret, struct err *e)
{
	(void)arg;
	*ret = str_format("/made/%s/%s", name, parameter);
	return *ret ? 1 : err_set(e, ENOMEM, "placeholder %s: %m", name);
}

static int set_vars(struct hx_vars *v, const char *variant, struct err *e)
{
	static const char *const values[][2] = {
		{"CASE", "/case"},   {"BUNDLE", PLAN_BUNDLE},  {"ROOTFS", PLAN_BUNDLE "/rootfs"},
		{"ID", "container"}, {"CGROUP", "/container"}, {"PROBE", "/probe"},
		{"USER", "1000"},    {"GROUP", "1000"},
	};
	int r = 0;

	v->make = some_value;
	if (variant) {
		v->v_json = strdup(variant);
		if (!v->v_json)
			return err_set(e, ENOMEM, "set placeholders: %m");
	}
	for (size_t i = 0; i < sizeof(values) / sizeof(*values) && r == 0; i++)
		r = hx_vars_set(v, values[i][0], values[i][1], e);
	return r;
}

static int make_configs(const struct plan_job *job, struct configs *ret, struct err *e)
{
	CLEANUP(hx_vars_done) struct hx_vars v = {.count = 0};
	const struct conform_case *d = job->entry->def;
	unsigned int version = d->min_target > 100 ? d->min_target - 100 : 0;
	cleanup_free char *raw = NULL;
	cleanup_free char *none = NULL;
	int r = set_vars(&v, job->variant, e);

	if (r == 0)
		r = hx_config_make(NULL, &v, version, "@ASK@", &ret->base, &none, e);
	if (r == 0)
		r = hx_config_make(d->config, &v, version, "@ASK@", &ret->own, &raw, e);
	return r < 0 ? err_wrap(e, "%s", job->entry->id) : 0;
}

/* As plan_applies(), on a configuration that is there already. */
static int applies(const struct configs *c, const char *text, struct err *e)
{
	CLEANUP(lie_done) struct lie l = {.kind = LIE_CLI};
	CLEANUP(json_freep) struct json *tree = NULL;
	int r = lie_parse(text, &l, e);

	if (r < 0 || lie_is_cli(&l))
		return r < 0 ? r : 1;
	if (!c->own)
		return 0;
	tree = json_copy(c->own);
	return tree ? lie_edit(&l, &tree, PLAN_BUNDLE, e) : err_set(e, ENOMEM, "tell a lie: %m");
}

int plan_applies(const struct plan_job *job, const char *lie, struct err *e)
{
	CLEANUP(configs_done) struct configs c = {NULL, NULL};
	int r = make_configs(job, &c, e);

	return r < 0 ? r : applies(&c, lie, e);
}

/* Lies of the catalogue that nobody can catch, or tell, and why. */
static const struct {
	const char *name, *why;
} invisible[] = {
	{"drop:/process/capabilities/effective", "execve(2) computes the effective set anew"},
	{"pop:/process/capabilities/effective", "execve(2) computes the effective set anew"},
	{"drop:/process/capabilities/permitted",
	 "execve(2) computes the permitted set from the bounding and the ambient one"},
	{"pop:/process/capabilities/permitted",
	 "execve(2) computes the permitted set from the bounding and the ambient one"},
	{"drop:/mounts/*/type",
	 "a mount without a type is a bind mount, which has none, or refused"},
	{"drop:/linux/seccomp/listenerPath",
	 "a filter that notifies is refused without one, and no other has a use for it"},
	{"drop:/process/terminal",
	 "it has to agree with --console-socket; cli:no-terminal tells it"},
	{"flip:/process/terminal",
	 "it has to agree with --console-socket; cli:no-terminal tells it"},
};

static int mark_invisible(struct plan *p)
{
	for (size_t i = 0; i < sizeof(invisible) / sizeof(*invisible); i++) {
		struct plan_row *row = plan_find(p, invisible[i].name, NULL);

		if (row && plan_close_row(row, PLAN_NOT_APPLICABLE, invisible[i].why) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* What the case names. A row without candidates stays, to be reported; a name that is no lie is a
 * hole in the suite. @c is NULL where the case's configuration cannot be made: @why. */
static int add_named(struct plan *p, size_t job, const struct configs *c, const char *why)
{
	const struct conform_entry *entry = p->jobs[job].entry;

	for (const char *const *m = entry->def->mutants; m && *m; m++) {
		struct plan_row *row = plan_add_row(p, *m, entry);
		struct err e = {0};
		int r;

		if (!row)
			return -ENOMEM;
		if (!c) {
			if (plan_close_row(row, PLAN_UNJUDGED, why) < 0)
				return -ENOMEM;
			continue;
		}
		r = applies(c, *m, &e);
		if (r > 0)
			r = plan_append(row, job, *m);
		else if (r == -EINVAL)
			r = plan_close_row(row, PLAN_SURVIVED, e.msg);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Whether the lie is about a command that the case's area is about: "cli:kill-noop", "kill/...". */
static bool is_about(const struct conform_case *d, const char *id, const char *lie)
{
	size_t n = strcspn(id, "/");

	(void)d;
	return strncmp(lie + strlen("cli:"), id, n) == 0 && lie[strlen("cli:") + n] == '-';
}

static bool is_control(const struct conform_case *d, const char *id, const char *lie)
{
	(void)d;
	(void)lie;
	return str_eq(id, CONFORM_CONTROL_ID);
}

static bool is_naming(const struct conform_case *d, const char *id, const char *lie)
{
	(void)id;
	return plan_is_named(d, lie);
}

/* A lie of the command line is for the cases that name it, for those about that command, and for
 * the one that every runtime must pass. */
static int add_cli_row(struct plan *p, const char *lie)
{
	static bool (*const fits[])(const struct conform_case *d, const char *id,
				    const char *lie) = {is_naming, is_about, is_control};
	struct plan_row *row = plan_add_row(p, lie, NULL);

	for (size_t f = 0; row && f < sizeof(fits) / sizeof(*fits); f++) {
		if (fits[f] == is_control && row->ncandidates > 0)
			break;
		for (size_t k = 0; k < p->njobs && row->ncandidates < PLAN_CANDIDATES_MAX; k++) {
			const struct conform_entry *entry = p->jobs[k].entry;

			if (fits[f](entry->def, entry->id, lie) && plan_append(row, k, lie) < 0)
				return -ENOMEM;
		}
	}
	return row ? 0 : -ENOMEM;
}

static int add_cli(struct plan *p, bool everything)
{
	for (size_t i = 0; lie_cli_name(i); i++) {
		cleanup_free char *lie = str_format("cli:%s", lie_cli_name(i));
		bool wanted = everything;

		if (!lie)
			return -ENOMEM;
		for (size_t k = 0; k < p->njobs && !wanted; k++)
			wanted = plan_is_named(p->jobs[k].entry->def, lie);
		if (wanted && add_cli_row(p, lie) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct plan_row *x = a, *y = b;
	const char *p = strchr(x->name, ':'), *q = strchr(y->name, ':');
	int c = strcmp(p ? p : "", q ? q : "");

	return c ? c : strcmp(x->name, y->name);
}

int plan_make(const struct plan_job *jobs, size_t njobs, bool everything, struct plan *ret,
	      struct err *e)
{
	CLEANUP(plan_done) struct plan p = {.jobs = jobs, .njobs = njobs};
	size_t named;
	int r = 0;

	for (size_t i = 0; i < njobs && r == 0; i++) {
		CLEANUP(configs_done) struct configs c = {NULL, NULL};
		struct err why = {0};

		r = make_configs(&jobs[i], &c, &why);
		if (r != -ENOMEM)
			r = add_named(&p, i, r < 0 ? NULL : &c, why.msg);
	}
	named = p.nrows;
	for (size_t i = 0; i < njobs && r == 0; i++) {
		CLEANUP(configs_done) struct configs c = {NULL, NULL};

		r = make_configs(&jobs[i], &c, NULL) == -ENOMEM ? -ENOMEM : 0;
		if (r == 0 && c.own)
			r = plan_add_fields(&p, i, c.own, c.base);
	}
	if (r < 0)
		return err_set(e, -r, "plan: %m");
	if (add_cli(&p, everything) < 0 || mark_invisible(&p) < 0)
		return err_set(e, ENOMEM, "plan: %m");
	if (p.nrows > named)
		qsort(p.rows + named, p.nrows - named, sizeof(*p.rows), by_name);
	*ret = p;
	p = (struct plan){.rows = NULL};
	return 0;
}
