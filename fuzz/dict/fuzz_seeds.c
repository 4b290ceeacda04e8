/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_seeds CORPUS OBJECT DIR: a file in DIR for every distinct object of this type in the configs
 * of the declared conformance cases and in the documents of specs/corpus.
 * fuzz_seeds CORPUS --words: the strings of these documents as C, by member (see mutate/grow.h).
 */
#include "cleanup.h"
#include "config.h"
#include "corpus.h"
#include "select.h"
#include "spots.h"
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 80

struct word {
	char *member, *text;
};

struct output {
	const struct field_obj *wanted; /* NULL: words */
	int dirfd;
	struct word *words;
	size_t count, cap;
	struct err *e;
};

/* A name that depends on the bytes alone, so that equal documents are one file (FNV-1a). */
static uint64_t hash(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	return h;
}

static int write_seed(struct output *out, const char *text, size_t len)
{
	cleanup_free char *name = str_format("%016llx", (unsigned long long)hash(text, len));

	return name ? fd_replace_file_at(out->dirfd, name, 0644, text, len, 0, out->e)
		    : err_set(out->e, ENOMEM, "%m");
}

static int write_object(const struct spot *s, void *arg)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct output *out = arg;

	if (s->obj != out->wanted)
		return 0;
	json_print(*s->slot, 0, &text);
	return text.oom ? err_set(out->e, ENOMEM, "%m") : write_seed(out, text.buf, text.len);
}

static int add_word(const struct spot *s, void *arg)
{
	struct output *out = arg;
	const char *text = json_string(*s->slot);

	if (!text || !s->field || s->field->set || strlen(text) > WORD_MAX)
		return 0;
	if (out->count == out->cap) {
		size_t cap = out->cap ? 2 * out->cap : 256;
		struct word *grown = realloc(out->words, cap * sizeof(*grown));

		if (!grown)
			return err_set(out->e, ENOMEM, "%m");
		out->words = grown;
		out->cap = cap;
	}
	out->words[out->count] = (struct word){strdup(s->field->name), strdup(text)};
	if (!out->words[out->count].member || !out->words[out->count].text)
		return err_set(out->e, ENOMEM, "%m");
	out->count++;
	return 0;
}

static int take_document(struct output *out, const struct field_obj *type, struct json **j)
{
	return spots_walk(j, type, out->wanted ? write_object : add_word, out);
}

static int take_corpus(struct output *out, const char *dir)
{
	static const struct field_obj *const types[] = {
		[CFG_CONFIG] = &field_obj_config,
		[CFG_STATE] = &field_obj_state,
		[CFG_FEATURES] = &field_obj_features,
		[CFG_PROCESS] = &field_obj_process,
		[CFG_RESOURCES] = &field_obj_resources,
		[CFG_PROCESS_STATE] = &field_obj_container_process_state,
	};
	struct corpus c CLEANUP(corpus_done) = {0};
	int rc = corpus_load(dir, &c, out->e);

	for (size_t i = 0; rc == 0 && i < c.count; i++) {
		struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
		struct json *j CLEANUP(json_freep) = NULL;

		rc = corpus_build(dir, &c.cases[i], &text, out->e);
		if (rc == 0)
			rc = json_parse(text.buf, text.len, &j, out->e);
		if (rc == 0)
			rc = take_document(out, types[c.cases[i].kind], &j);
	}
	return rc;
}

/* Anything that a placeholder may stand for. */
static int any_value(void *arg, const char *name, const char *parameter, char **ret, struct err *e)
{
	(void)arg;
	*ret = hx_vars_is_number(name) ? strdup("1") : str_format("/x/%s%s", name, parameter);
	return *ret ? 1 : err_set(e, ENOMEM, "%m");
}

static int take_case(struct output *out, const struct hx_job *job)
{
	struct hx_vars v CLEANUP(hx_vars_done) = {.make = any_value};
	struct json *tree CLEANUP(json_freep) = NULL;
	const struct conform_case *c = job->entry->def;
	cleanup_free char *raw = NULL;
	int rc;

	if (job->variant) {
		v.v_json = strdup(job->variant);
		if (!v.v_json)
			return err_set(out->e, ENOMEM, "%m");
	}
	rc = hx_config_make(c->config, &v, c->min_target % 100, "--ask=seed\nexit:0", &tree, &raw,
			    out->e);
	if (rc)
		return err_wrap(out->e, "%s", job->entry->id);
	if (raw)
		return out->wanted == &field_obj_config ? write_seed(out, raw, strlen(raw)) : 0;
	return take_document(out, &field_obj_config, &tree);
}

static int take_cases(struct output *out)
{
	const struct conform_entry **cases = NULL;
	struct hx_job *jobs = NULL;
	int n = cli_cases(&cases, out->e);
	int rc = n < 0 ? n : cli_select(cases, (size_t)n, NULL, 0, 1, &jobs, out->e);

	n = rc;
	for (int i = 0; rc >= 0 && i < n; i++)
		rc = take_case(out, &jobs[i]);
	free(cases);
	free(jobs);
	return rc < 0 ? rc : 0;
}

static int compare_words(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	int r = strcmp(x->member, y->member);

	return r ? r : strcmp(x->text, y->text);
}

static void print_literal(const char *s)
{
	printf("\t\"");
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		/* three digits, so that none behind them counts as a fourth */
		printf(c < ' ' || c > '~' || strchr("\"\\?", c) ? "\\%03o" : "%c", c);
	}
	printf("\",\n");
}

static void print_words(struct output *out)
{
	struct word *w = out->words;
	size_t lists = 0;

	if (out->count)
		qsort(w, out->count, sizeof(*w), compare_words);
	printf("/* Made by fuzz_seeds. */\n#include \"grow.h\"\n");
	for (size_t i = 0; i < out->count; i++) {
		bool first = i == 0 || !str_eq(w[i - 1].member, w[i].member);

		if (first)
			printf("%sstatic const char *const words_%zu[] = {\n", i ? "};\n" : "",
			       lists++);
		if (first || !str_eq(w[i - 1].text, w[i].text))
			print_literal(w[i].text);
	}
	printf("};\nconst struct words words_by_member[] = {\n");
	lists = 0;
	for (size_t i = 0; i < out->count; i++) {
		if (i && str_eq(w[i - 1].member, w[i].member))
			continue;
		printf("\t{ \"%s\", words_%zu, sizeof(words_%zu) / sizeof(words_%zu[0]) },\n",
		       w[i].member, lists, lists, lists);
		lists++;
	}
	printf("};\nconst size_t words_by_member_count = %zu;\n", lists);
}

int main(int argc, char **argv)
{
	bool words = argc == 3 && str_eq(argv[2], "--words");
	struct err e = {0};
	struct output out = {.e = &e, .dirfd = -EBADF};
	int rc;

	if (argc == 4) {
		out.wanted = table_find(argv[2]);
		out.dirfd = open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (!words && (!out.wanted || out.dirfd < 0)) {
		(void)fprintf(stderr, "usage: fuzz_seeds CORPUS (--words | OBJECT DIR)\n");
		return EXIT_FAILURE;
	}
	rc = take_corpus(&out, argv[1]);
	if (rc == 0)
		rc = take_cases(&out);
	if (rc == 0 && words)
		print_words(&out);
	for (size_t i = 0; i < out.count; i++) {
		free(out.words[i].member);
		free(out.words[i].text);
	}
	free(out.words);
	if (rc)
		(void)fprintf(stderr, "fuzz_seeds: %s\n", e.msg);
	return rc || fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
