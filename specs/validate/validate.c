/* SPDX-License-Identifier: Apache-2.0 */
#include "validate.h"

#include "cleanup.h"
#include "rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct val_rules *const all_rules[] = {
	&val_rules_root,   &val_rules_annotations, &val_rules_mounts,	&val_rules_process,
	&val_rules_hooks,  &val_rules_linux,	   &val_rules_cgroup,	&val_rules_seccomp,
	&val_rules_kernel, &val_rules_state,	   &val_rules_features,
};
#define N_TABLES (sizeof(all_rules) / sizeof(all_rules[0]))

/* Rules that stand in no table: those of refine.c, raw.c and bundle.c. */
static const int other_rules[] = {
	REQ_JSON_UTF8,
	REQ_JSON_NO_DUPLICATE_NAMES,
	REQ_LINUX_RDT_ENABLECMT_MBM_REMOVED,
	REQ_BUNDLE_ARTIFACTS_SINGLE_DIR,
	REQ_BUNDLE_CONFIG_PRESENT,
	REQ_BUNDLE_CONFIG_IN_ROOT,
	REQ_BUNDLE_CONFIG_NAME_EXACT,
	REQ_ROOT_PATH_DIRECTORY_EXISTS,
};

bool val_has_rule(int req)
{
	for (size_t i = 0; i < sizeof(other_rules) / sizeof(other_rules[0]); i++)
		if (other_rules[i] == req)
			return true;
	for (size_t t = 0; t < N_TABLES; t++)
		for (size_t i = 0; i < all_rules[t]->count; i++)
			if (all_rules[t]->rules[i].req == req)
				return true;
	return val_refines_to(req);
}

bool val_is_advice(int req)
{
	const struct requirement *r = catalogue_get((enum req)req);

	return r && (catalogue_is_should(r->level_num) || r->level_num == LEVEL_MAY);
}

bool val_refuses(int req)
{
	switch (req) {
	case REQ_PROCESS_CAP_NAMES:
	case REQ_ANNOTATION_RESERVED_NAMESPACE:
	case REQ_ANNOTATION_IMAGE_CREATED_VALUE:
	case REQ_ANNOTATION_IMAGE_STOPSIGNAL_VALUE:
		return false;
	default:
		return !val_is_advice(req);
	}
}

static bool rule_applies(const struct val_rule *r, const struct cfg_doc *d, int target)
{
	int since =
		r->since ? r->since : VAL_TARGET_MIN + catalogue_get((enum req)r->req)->since_minor;

	return r->kinds & (1u << d->kind) && since <= target && (!r->until || target < r->until);
}

int val_document(const struct cfg_doc *d, const struct val_options *o, struct cfg_findings *f)
{
	struct val_ctx c = {.doc = d,
			    .target = o->target,
			    .out = f,
			    .parsed = f->count,
			    .parser_cut = f->cut_since != 0};

	for (size_t t = 0; t < N_TABLES; t++) {
		for (size_t i = 0; i < all_rules[t]->count; i++) {
			const struct val_rule *r = &all_rules[t]->rules[i];

			if (!rule_applies(r, d, o->target) ||
			    (o->refused_only && !val_refuses(r->req)))
				continue;
			c.req = r->req;
			c.arg = r->arg;
			r->judge(&c);
		}
	}
	free(c.pointers);
	f->cut_errors = f->cut_errors || c.parser_cut;
	val_sort(f, 0);
	return f->oom ? -ENOMEM : 0;
}

/* Splits "line:col: words [requirement-id]", the last part being optional. */
static void add_parse_error(const char *text, struct cfg_findings *f)
{
	const char *colon = strchr(text, ':'), *second = colon ? strchr(colon + 1, ':') : NULL;
	const char *bracket = strrchr(text, '['), *words = text;
	cleanup_free char *line = NULL, *col = NULL, *id = NULL;
	uint64_t l = 0, k = 0;
	size_t len = strlen(text);
	enum req req = REQ_NONE;

	if (second) {
		line = strndup(text, (size_t)(colon - text));
		col = strndup(colon + 1, (size_t)(second - colon - 1));
		f->oom = f->oom || !line || !col;
		if (line && col && str_to_u64(line, UINT32_MAX, &l) == 0 &&
		    str_to_u64(col, UINT32_MAX, &k) == 0)
			words = second + 1 + (second[1] == ' ');
	}
	if (bracket > words && text[len - 1] == ']') {
		id = strndup(bracket + 1, (size_t)(text + len - bracket) - 2);
		f->oom = f->oom || !id;
		if (id && catalogue_find(id, &req) == 0)
			len = (size_t)(bracket - text) - (bracket[-1] == ' ');
	}
	/* the one parse error that is about JSON's types rather than its syntax */
	if (req == REQ_NONE && str_starts(words, "expected an object"))
		req = REQ_CONFIG_INVALID_VALUE_ERROR;
	val_push(f, req, (uint32_t)l, (uint32_t)k, strdup(""),
		 strndup(words, len - (size_t)(words - text)));
}

int val_text(enum cfg_kind kind, const char *buf, size_t len, const struct val_options *o,
	     struct cfg_findings *f, struct err *e)
{
	struct cfg_findings mine CLEANUP(cfg_findings_done) = {0};
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct err inner = {0};
	int rc = cfg_parse(kind, buf, len, &d, &mine, &inner);

	if (rc == -EINVAL) {
		/* what the parser found before the text broke off is not the reader's worry now */
		cfg_findings_done(&mine);
		add_parse_error(inner.msg, &mine);
	} else if (rc < 0) {
		return err_set(e, -rc, "%s", inner.msg);
	} else {
		val_refine(buf, len, o->target, &mine);
		rc = val_raw(kind, buf, len, o->target, &mine);
		if (rc == 0)
			rc = val_document(d, o, &mine);
		if (rc < 0)
			return err_set(e, -rc, "%m");
	}
	for (size_t i = 0; i < mine.count; i++) {
		val_push(f, mine.items[i].req, mine.items[i].line, mine.items[i].col,
			 mine.items[i].pointer, mine.items[i].message);
		mine.items[i].pointer = mine.items[i].message = NULL;
	}
	f->cut_errors |= mine.cut_errors;
	f->cut_advice |= mine.cut_advice;
	return mine.oom || f->oom ? err_set(e, ENOMEM, "%m") : 0;
}
