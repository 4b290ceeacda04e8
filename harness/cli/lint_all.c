/* SPDX-License-Identifier: Apache-2.0 */
#include "lint_all.h"

#include "cleanup.h"

#include <string.h>

static void add(struct strbuf *out, const char *s)
{
	strbuf_adds(out, s ? s : "-");
	strbuf_addc(out, '\1');
}

static void add_checks(const struct check *k, struct strbuf *out)
{
	for (; k && k->op != OP_END; k++) {
		strbuf_addf(out, "%d,%d,", k->op, k->phase);
		add(out, k->name);
		add(out, k->json);
	}
	strbuf_addc(out, '\2');
}

static void add_list(const char *const *s, struct strbuf *out)
{
	for (; s && *s; s++)
		add(out, *s);
	strbuf_addc(out, '\2');
}

/* What a case does, as text: equal for cases that do the same under different names. */
static void add_body(const struct conform_case *d, struct strbuf *out)
{
	for (const struct edit *e = d->config; e && e->op != OP_END; e++) {
		strbuf_addf(out, "%d,", e->op);
		add(out, e->pointer);
		add(out, e->json);
	}
	strbuf_addc(out, '\2');
	for (const struct file_spec *f = d->files; f && f->kind != FILE_END; f++) {
		strbuf_addf(out, "%d,%o,%u,%u,%u,%u,", (int)f->kind, f->mode, f->uid, f->gid,
			    f->major, f->minor);
		add(out, f->path);
		add(out, f->content);
	}
	for (const struct host_mount *m = d->host_mounts; m && m->path; m++) {
		add(out, m->path);
		add(out, m->type);
		add(out, m->options);
		add(out, m->source);
	}
	add_checks(d->inside, out);
	add_checks(d->outside, out);
	for (const struct step *s = d->steps; s && s->kind != STEP_END; s++) {
		const struct check one[] = {s->check, {OP_END, PH_NONE, NULL, NULL}};

		strbuf_addf(out, "%d,%d,", s->kind, s->expect);
		add(out, s->arg);
		add_checks(one, out);
	}
	add_list(d->vary, out);
	add_list(d->caller, out);
	add(out, d->ending);
	/* cases for the two versions of the cgroups may look the same */
	add(out, d->needs.cgroup);
	strbuf_addf(out, "%d,%d,%u,%u,%p", d->rejected_at, d->may_refuse, d->min_target,
		    d->max_target, (void *)(uintptr_t)d->run);
}

size_t lint_all(const struct conform_entry *const *cases, size_t n, struct strbuf *out)
{
	struct strbuf *bodies = calloc(n ? n : 1, sizeof(*bodies));
	size_t findings = 0;

	if (!bodies) {
		out->oom = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		add_body(cases[i]->def, &bodies[i]);
		for (size_t k = 0; k < i; k++) {
			if (str_eq(cases[i]->def->title, cases[k]->def->title)) {
				strbuf_addf(out, "%s:%d: %s: the title is that of %s\n",
					    cases[i]->file, cases[i]->line, cases[i]->id,
					    cases[k]->id);
				findings++;
			}
			if (bodies[i].len == bodies[k].len &&
			    memcmp(bodies[i].buf, bodies[k].buf, bodies[i].len) == 0) {
				strbuf_addf(out, "%s:%d: %s: it does what %s does\n",
					    cases[i]->file, cases[i]->line, cases[i]->id,
					    cases[k]->id);
				findings++;
			}
		}
	}
	for (size_t i = 0; i < n; i++) {
		out->oom = out->oom || bodies[i].oom;
		strbuf_done(&bodies[i]);
	}
	free(bodies);
	return findings;
}
