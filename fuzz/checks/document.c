/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

#include "catalogue.h"
#include "cleanup.h"
#include "fuzz.h"
#include "shape.h"
#include "spots.h"
#include "validate.h"

static const struct {
	const struct field_obj *obj;
	const char *record; /* of the schema; NULL: it has none */
} kinds[] = {
	[CFG_CONFIG] = {&field_obj_config, "config"},
	[CFG_STATE] = {&field_obj_state, "state"},
	[CFG_FEATURES] = {&field_obj_features, "features"},
	[CFG_PROCESS] = {&field_obj_process, "process"},
	[CFG_RESOURCES] = {&field_obj_resources, "resources"},
	[CFG_PROCESS_STATE] = {&field_obj_container_process_state, NULL},
};

/* All that the table knows of @buf is in @printed, and nothing else. */
static void check_complete(enum cfg_kind kind, const char *buf, size_t len,
			   const struct strbuf *printed)
{
	struct json *before CLEANUP(json_freep) = NULL, *after CLEANUP(json_freep) = NULL;

	if (json_parse(buf, len, &before, NULL))
		return; /* a name with NUL, which no tree has, or a document too large for one */
	fuzz_check(json_parse(printed->buf, printed->len, &after, NULL) == 0);
	/* features.md: null means absence */
	spots_prune(&before, kinds[kind].obj, kind == CFG_FEATURES);
	fuzz_check(json_equal(before, after));
}

/* What is no member of the document has no place in it, and what is said of a copy is said of what
 * was copied, or of who changed it. */
static void check_places(struct cfg_doc *d)
{
	struct cfg_process *p = d->kind == CFG_CONFIG ? d->config->process : NULL;
	struct cfg_process copy;
	char *pointer = NULL;
	struct err a = {0}, b = {0};
	uint32_t line, col;

	fuzz_check(cfg_locate(d, &line, &pointer, &line, &col) == -ENOENT && !pointer);
	fuzz_check(cfg_locate(d, (const char *)d->object + 1, &pointer, &line, &col) == -ENOENT);
	if (!p)
		return;
	copy = *p;
	fuzz_check(cfg_tell_copy(d, &copy, sizeof(copy), p, NULL) == 0);
	fuzz_check(cfg_tell_copy(d, &copy.args, sizeof(copy.args), NULL, "the command") == 0);
	fuzz_check(cfg_err(d, &p->cwd, &a, EINVAL, "x") == -EINVAL);
	fuzz_check(cfg_err(d, &copy.cwd, &b, EINVAL, "x") == -EINVAL && str_eq(a.msg, b.msg));
	fuzz_check(cfg_err(d, &copy.args, &b, EINVAL, "x") == -EINVAL);
	fuzz_check(str_eq(b.msg, "the command: x"));
	fuzz_check(cfg_doc_name(d, "other") == 0);
	fuzz_check(cfg_err(d, &p->cwd, &b, EINVAL, "x") == -EINVAL && str_starts(b.msg, "other:"));
}

void document_round_trip(enum cfg_kind kind, const char *buf, size_t len)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL, *again CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct cfg_findings g CLEANUP(cfg_findings_done) = {0};
	struct strbuf one CLEANUP(strbuf_done) = STRBUF_INIT,
			  two CLEANUP(strbuf_done) = STRBUF_INIT;
	cleanup_free char *pointer = NULL;
	uint32_t line, col;

	if (cfg_parse(kind, buf, len, &d, &f, NULL))
		return;
	cfg_print(kind, d->object, 2, &one);
	fuzz_check(cfg_parse(kind, one.buf, one.len, &again, &g, NULL) == 0 && g.count <= f.count);
	cfg_print(kind, again->object, 2, &two);
	fuzz_check(str_eq(one.buf, two.buf));
	fuzz_check(cfg_locate(d, d->object, &pointer, &line, &col) == 0 && !*pointer);
	if (!f.count)
		check_complete(kind, buf, len, &one);
	check_places(d);
}

/* Findings are in document order, each with words, a place and a requirement that exists. */
static void check_findings(const struct cfg_findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct cfg_finding *x = &f->items[i], *before = i ? x - 1 : NULL;
		enum req found = REQ_NONE;

		fuzz_check(x->pointer && x->message && x->message[0] && x->line && x->col);
		fuzz_check(!before || before->line < x->line ||
			   (before->line == x->line && before->col <= x->col));
		if (x->req == REQ_NONE)
			continue;
		fuzz_check(catalogue_find(catalogue_get(x->req)->id, &found) == 0 &&
			   (int)found == x->req);
		/* nobody has to refuse a document for what is only advice */
		fuzz_check(!val_refuses(x->req) ||
			   !catalogue_is_should(catalogue_get(x->req)->level_num));
	}
}

/* As a reader of another version sees it, who was not told what kind of document it is. */
static void validate_for(int target, enum cfg_kind kind, const char *buf, size_t len)
{
	const struct val_options o = {.target = target};
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

	if (val_text(kind, buf, len, &o, &f, NULL) == 0)
		check_findings(&f);
}

/* What the parser did not find comes from a rule that says so. */
static void check_rules(enum cfg_kind kind, const char *buf, size_t len,
			const struct cfg_findings *f)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings g CLEANUP(cfg_findings_done) = {0};

	if (cfg_parse(kind, buf, len, &d, &g, NULL))
		return;
	for (size_t i = 0; i < f->count; i++) {
		size_t k = 0;

		while (k < g.count && g.items[k].req != f->items[i].req)
			k++;
		fuzz_check(k < g.count || val_has_rule(f->items[i].req));
	}
}

static void expect_finding(const char *pointer, void *arg)
{
	const struct cfg_findings *f = arg;
	size_t i = 0;

	while (i < f->count && !str_eq(f->items[i].pointer, pointer))
		i++;
	fuzz_check(i < f->count || f->count >= CFG_MAX_FINDINGS);
}

/* A runtime may know the names of a specification that is younger than this schema. */
static bool is_of_the_schema(enum cfg_kind kind, const struct json *tree)
{
	const char *max = json_string(json_member(tree, "ociVersionMax"));

	return kind != CFG_FEATURES || !max || (str_glob("1.?.*", max) && max[2] <= '3');
}

void document_validate(enum cfg_kind kind, const char *buf, size_t len)
{
	const struct val_options o = {.target = VAL_TARGET_LATEST};
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct json *tree CLEANUP(json_freep) = NULL;

	validate_for(VAL_TARGET_MIN + (int)(len % (VAL_TARGET_LATEST - VAL_TARGET_MIN)),
		     val_guess_kind(buf, len), buf, len);
	if (val_text(kind, buf, len, &o, &f, NULL) < 0)
		return;
	check_findings(&f);
	check_rules(kind, buf, len, &f);
	if (!kinds[kind].record)
		return;
	if (json_parse(buf, len, &tree, NULL))
		return;
	if (kind == CFG_FEATURES)
		spots_prune(&tree, kinds[kind].obj, true);
	if (is_of_the_schema(kind, tree))
		shape_check(kinds[kind].record, tree, expect_finding, &f);
}
