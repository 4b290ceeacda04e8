/* SPDX-License-Identifier: Apache-2.0 */
#include "check_corpus.h"

#include "catalogue.h"
#include "cleanup.h"
#include "fields.h"
#include "suite.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static void check_finding(const struct cfg_finding *x, const struct cfg_finding *before,
			  const char *what)
{
	ck_assert_msg(x->message && x->message[0], "%s: a finding without words", what);
	ck_assert_msg(x->pointer, "%s: a finding without a pointer", what);
	ck_assert_msg(x->line > 0 && x->col > 0, "%s: %s stands nowhere", what, x->pointer);
	ck_assert_msg(!before || before->line < x->line ||
			      (before->line == x->line && before->col <= x->col),
		      "%s: %s is out of order", what, x->pointer);
}

int check_judge(enum cfg_kind kind, int target, const char *buf, size_t len, struct cfg_findings *f,
		struct tally *t, const char *what)
{
	const struct val_options o = {.target = target};
	struct err e = {0};
	int rc = val_text(kind, buf, len, &o, f, &e);

	if (rc < 0) {
		ck_assert_msg(rc == -E2BIG && e.msg[0], "%s: %d %s", what, rc, e.msg);
		return rc;
	}
	for (size_t i = 0; i < f->count; i++) {
		check_finding(&f->items[i], i ? &f->items[i - 1] : NULL, what);
		if (t)
			t->rejected[f->items[i].req] = true;
	}
	return 0;
}

void check_place(const struct json *root, const char *pointer, uint32_t *line, uint32_t *col)
{
	cleanup_free char *p = strdup(pointer);
	const struct json *v;

	while (!(v = json_at(root, p)))
		*strrchr(p, '/') = '\0';
	*line = v->line;
	*col = v->col;
}

bool check_found(const struct cfg_findings *f, int req, const struct json *root,
		 const char *pointer)
{
	uint32_t line, col;

	check_place(root, pointer, &line, &col);
	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].req == req && str_eq(f->items[i].pointer, pointer) &&
		    f->items[i].line == line && f->items[i].col == col)
			return true;
	return false;
}

/* The ids of a comma-separated list; returns how many. */
static size_t read_ids(const char *list, enum req *ids, size_t max)
{
	cleanup_free char *copy = strdup(list);
	char *rest = copy, *id;
	size_t n = 0;

	while ((id = strsep(&rest, ","))) {
		if (id[0] == '\0' || str_eq(id, "-"))
			continue;
		ck_assert_msg(n < max, "too many: %s", list);
		ck_assert_msg(catalogue_find(id, &ids[n]) == 0, "no such requirement: %s", id);
		n++;
	}
	return n;
}

static bool among(const enum req *ids, size_t n, int req)
{
	for (size_t i = 0; i < n; i++)
		if ((int)ids[i] == req)
			return true;
	return false;
}

#define MAX_IDS 64

/* No finding but those with one of @allowed. */
static void check_only(const struct cfg_findings *f, const enum req *allowed, size_t n,
		       const char *what)
{
	for (size_t i = 0; i < f->count; i++)
		ck_assert_msg(among(allowed, n, f->items[i].req), "%s: %u:%u: %s: %s [%s]", what,
			      f->items[i].line, f->items[i].col, f->items[i].pointer,
			      f->items[i].message,
			      f->items[i].req ? catalogue_get((enum req)f->items[i].req)->id : "-");
}

static void run_rejected(const struct corpus_case *c, const struct strbuf *text,
			 const struct cfg_findings *f)
{
	struct json *root CLEANUP(json_freep) = NULL;
	enum req ids[MAX_IDS];
	size_t n = read_ids(c->reqs, ids, MAX_IDS);

	ck_assert_msg(n > 0, "%s: rejected for what?", c->name);
	check_only(f, ids, n, c->name);
	for (size_t i = 0; i < n; i++) {
		bool found = false;

		for (size_t k = 0; k < f->count; k++)
			found = found || f->items[k].req == (int)ids[i];
		ck_assert_msg(found, "%s: %s is not found", c->name, catalogue_get(ids[i])->id);
	}
	ck_assert_int_eq(json_parse(text->buf, text->len, &root, NULL), 0);
	ck_assert_msg(check_found(f, (int)ids[0], root, c->pointer),
		      "%s: found elsewhere than at %s: %u:%u %s", c->name, c->pointer,
		      f->items[0].line, f->items[0].col, f->items[0].pointer);
}

static void run_accepted(const struct corpus_case *c, const struct strbuf *text,
			 const struct cfg_findings *f, struct tally *t)
{
	struct json *root CLEANUP(json_freep) = NULL;
	enum req ids[MAX_IDS];

	check_only(f, ids, read_ids(c->pointer, ids, MAX_IDS), c->name);
	ck_assert_int_eq(json_parse(text->buf, text->len, &root, NULL), 0);
	check_fields_of(c->kind, root, t);
	for (size_t n = read_ids(c->reqs, ids, MAX_IDS); n > 0; n--)
		t->accepted[ids[n - 1]] = true;
}

static void run_case(const struct corpus_case *c, struct tally *t)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct err e = {0};
	int rc;

	ck_assert_msg(corpus_build(CORPUS_DIR, c, &text, &e) == 0, "%s", e.msg);
	rc = check_judge(c->kind, c->target, text.buf, text.len, &f, c->verdict == 'n' ? t : NULL,
			 c->name);
	if (c->verdict == 'i')
		return;
	ck_assert_msg(rc == 0, "%s: %d", c->name, rc);
	if (c->verdict == 'n')
		run_rejected(c, &text, &f);
	else
		run_accepted(c, &text, &f, t);
	/* every target judges it, whatever it says */
	for (int target = VAL_TARGET_MIN; target <= VAL_TARGET_LATEST; target++) {
		struct cfg_findings other CLEANUP(cfg_findings_done) = {0};

		(void)check_judge(c->kind, target, text.buf, text.len, &other, NULL, c->name);
	}
}

static void run_rows(struct tally *t)
{
	struct corpus corpus CLEANUP(corpus_done) = {0};
	struct err e = {0};

	ck_assert_msg(corpus_load(CORPUS_DIR, &corpus, &e) == 0, "%s", e.msg);
	ck_assert_uint_gt(corpus.count, 250);
	for (size_t i = 0; i < corpus.count; i++)
		run_case(&corpus.cases[i], t);
}

START_TEST(file_names_are_unique)
{
	struct corpus corpus CLEANUP(corpus_done) = {0};
	struct err e = {0};

	ck_assert_int_eq(corpus_load(CORPUS_DIR, &corpus, &e), 0);
	for (size_t i = 0; i < corpus.count; i++) {
		cleanup_free char *a = corpus_file_name(&corpus.cases[i]);

		for (size_t k = 0; k < i; k++) {
			cleanup_free char *b = corpus_file_name(&corpus.cases[k]);

			ck_assert_str_ne(a, b);
		}
	}
}
END_TEST

/* Bundles are judged elsewhere, bytes by the files of raw/. */
static bool needs_rows(enum req r)
{
	return r != REQ_JSON_UTF8 && r != REQ_JSON_NO_DUPLICATE_NAMES &&
	       r != REQ_ROOT_PATH_DIRECTORY_EXISTS &&
	       !str_starts(catalogue_get(r)->document, "bundle");
}

static int note_field(const struct field_view *v, void *arg)
{
	((bool *)arg)[v->req] = true;
	return 0;
}

/* All in one, for the last step needs what the others saw: a rule that nothing breaks, or that
 * nothing passes, may as well not be there. */
START_TEST(rows_and_types_are_judged_right_and_leave_no_requirement_out)
{
	bool fields[MAX_REQS] = {false};
	struct tally t = {0};

	run_rows(&t);
	check_types("full_config", CFG_CONFIG, &t);
	check_types("full_state", CFG_STATE, &t);
	check_types("full_features", CFG_FEATURES, &t);
	ck_assert_int_eq(field_walk(&field_obj_config, note_field, fields), 0);
	ck_assert_int_eq(field_walk(&field_obj_state, note_field, fields), 0);
	ck_assert_int_eq(field_walk(&field_obj_features, note_field, fields), 0);
	for (enum req r = REQ_NONE; (r = catalogue_next(NULL, r)) != REQ_NONE;) {
		if (!needs_rows(r) || (!fields[r] && !val_has_rule((int)r)))
			continue;
		ck_assert_msg(t.rejected[r], "no document breaks %s", catalogue_get(r)->id);
		ck_assert_msg(t.accepted[r], "no document satisfies %s", catalogue_get(r)->id);
	}
}
END_TEST

/* One line of raw/NOTES.tsv: file, requirement or "-", line:col or "-", note. */
static void run_raw(char *line)
{
	char *file = strsep(&line, "\t"), *req = strsep(&line, "\t"), *place = strsep(&line, "\t");
	cleanup_free char *path = str_format(CORPUS_DIR "/raw/%s", file);
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	cleanup_free char *buf = NULL;
	cleanup_free char *found = NULL;
	struct err e = {0};
	enum req want = REQ_NONE;
	size_t len;
	int rc;

	ck_assert_msg(req && place && line && line[0], "%s: incomplete", file);
	ck_assert_msg(fd_read_file_at(AT_FDCWD, path, 1 << 24, &buf, &len, &e) == 0, "%s", e.msg);
	rc = check_judge(CFG_CONFIG, VAL_TARGET_LATEST, buf, len, &f, NULL, file);
	if (file[0] == 'i')
		return;
	ck_assert_msg(rc == 0, "%s: %d", file, rc);
	if (file[0] == 'y') {
		check_only(&f, NULL, 0, file);
		return;
	}
	ck_assert_msg(f.count == 1, "%s: %zu findings", file, f.count);
	ck_assert_msg(str_eq(req, "-") || catalogue_find(req, &want) == 0, "%s: %s", file, req);
	ck_assert_msg(f.items[0].req == (int)want, "%s: %s", file, f.items[0].message);
	found = str_format("%u:%u", f.items[0].line, f.items[0].col);
	ck_assert_msg(str_eq(found, place), "%s: at %s, not %s: %s", file, found, place,
		      f.items[0].message);
}

START_TEST(raw_files_are_judged_right)
{
	cleanup_free char *notes = NULL;
	char *rest, *line;
	size_t len, listed = 0, there = 0;
	cleanup_dir DIR *dir = opendir(CORPUS_DIR "/raw");
	const struct dirent *d;

	ck_assert_int_eq(
		fd_read_file_at(AT_FDCWD, CORPUS_DIR "/raw/NOTES.tsv", 1 << 20, &notes, &len, NULL),
		0);
	for (rest = notes; (line = strsep(&rest, "\n"));) {
		if (line[0] == '\0' || line[0] == '#')
			continue;
		run_raw(line);
		listed++;
	}
	while ((d = readdir(dir)))
		there += str_ends(d->d_name, ".json");
	ck_assert_uint_eq(listed, there);
}
END_TEST

/* What a document without a closing brace, or one that goes on, does at each length. */
START_TEST(every_prefix_is_judged)
{
	struct json *root CLEANUP(json_freep) = check_read("full_config");
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;

	json_print(root, 0, &text);
	for (size_t n = 0; n < text.len; n++) {
		struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

		ck_assert_int_eq(check_judge(CFG_CONFIG, VAL_TARGET_LATEST, text.buf, n, &f, NULL,
					     "a prefix"),
				 0);
		ck_assert_uint_eq(f.count, 1);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("corpus");
	TCase *t = tcase_create("corpus");

	tcase_set_timeout(t, 100); /* sanitizers take their time */
	tcase_add_test(t, file_names_are_unique);
	tcase_add_test(t, rows_and_types_are_judged_right_and_leave_no_requirement_out);
	tcase_add_test(t, raw_files_are_judged_right);
	tcase_add_test(t, every_prefix_is_judged);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return suite_run(suite());
}
