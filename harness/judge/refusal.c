/* SPDX-License-Identifier: Apache-2.0 */
#include "refusal.h"

#include "cleanup.h"
#include "str.h"

#include <string.h>

#define WORD_MIN 3 /* bytes; shorter ones are in any sentence */
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool refusal_is_crash(const char *text)
{
	static const char *const signs[] = {
		"panic: ",		   /* Go */
		"fatal error: ",	   /* Go's own, out of memory for one */
		"goroutine 1 [",	   /* Go, the first stack */
		"panicked at ",		   /* Rust */
		"AddressSanitizer",	   /* and what it is called with */
		"runtime error: ",	   /* UBSan; Go's panics, too */
		"stack smashing detected", /* libc */
		"Segmentation fault",	   /* a shell's words for it */
		"core dumped",
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (strstr(text, signs[i]))
			return true;
	}
	return false;
}

struct search {
	const char *text;
	char *squeezed;	 /* the same without marks between words */
	bool any, found; /* there was a word; it is there */
};

/* Words of the configuration that say nothing of what a case is about. */
static bool says_nothing(const char *word)
{
	static const char *const words[] = {"process", "linux",		"type",	  "path",
					    "name",    "names",		"source", "destination",
					    "options", "none",		"value",  "args",
					    "probe",   "conform-probe", "create", "start"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq(word, words[i]))
			return true;
	}
	return strlen(word) < WORD_MIN;
}

/* What is written in one word here is written in several there: leafWeight, leaf_weight. Returns a
 * copy without the marks between, NULL where memory is short. */
static char *squeeze(const char *text)
{
	char *copy = strdup(text), *to = copy;

	for (const char *p = text; copy && *p; p++) {
		if (!strchr("_-.", *p))
			*to++ = *p;
	}
	if (copy)
		*to = '\0';
	return copy;
}

static void look_for(struct search *s, const char *word)
{
	cleanup_free char *squeezed = NULL;

	if (says_nothing(word))
		return;
	squeezed = squeeze(word);
	s->any = true;
	s->found = s->found || strcasestr(s->text, word) ||
		   (s->squeezed && squeezed && strlen(squeezed) >= WORD_MIN &&
		    strcasestr(s->squeezed, squeezed));
}

/* The parts of a string that stand between its placeholders. */
static void look_for_parts(struct search *s, const char *text)
{
	cleanup_free char *copy = strdup(text);
	char *save = NULL;

	for (char *p = copy ? strtok_r(copy, "@", &save) : NULL; p;
	     p = strtok_r(NULL, "@", &save)) {
		bool placeholder = strchr(text, '@') && strspn(p, CAPITALS) == strlen(p);

		if (!placeholder)
			look_for(s, p);
	}
}

static void look_for_value(struct search *s, const struct json *v)
{
	for (size_t i = 0; v->type == JSON_OBJECT && i < v->count; i++) {
		look_for_parts(s, v->names[i]);
		look_for_value(s, v->items[i]);
	}
	for (size_t i = 0; v->type == JSON_ARRAY && i < v->count; i++)
		look_for_value(s, v->items[i]);
	if (v->type == JSON_STRING)
		look_for_parts(s, v->text);
	else if (v->type == JSON_NUMBER)
		look_for(s, v->text);
}

static void look_for_text(struct search *s, const char *json)
{
	CLEANUP(json_freep) struct json *v = NULL;

	if (json && json_parse(json, strlen(json), &v, NULL) == 0)
		look_for_value(s, v);
}

/* The last part of a pointer that is a name; a list is also named by one of it. */
static void look_for_pointer(struct search *s, const char *pointer)
{
	cleanup_free char *copy = strdup(pointer);
	char *save = NULL, *last = NULL;

	for (char *p = copy ? strtok_r(copy, "/", &save) : NULL; p;
	     p = strtok_r(NULL, "/", &save)) {
		if (strspn(p, "0123456789-") != strlen(p))
			last = p;
	}
	if (last && str_ends(last, "s"))
		last[strlen(last) - 1] = '\0';
	if (last)
		look_for_parts(s, last);
}

bool refusal_names(const char *text, const struct conform_case *def, const struct json *base,
		   const char *variant)
{
	cleanup_free char *squeezed = squeeze(text);
	struct search s = {.text = text, .squeezed = squeezed};

	for (const struct edit *e = def->config; e && e->op != OP_END; e++) {
		const struct json *gone =
			e->op == OP_DEL && base ? json_at(base, e->pointer) : NULL;

		look_for_pointer(&s, e->pointer);
		look_for_text(&s, e->op == OP_DEL ? NULL : e->json);
		if (gone)
			look_for_value(&s, gone);
	}
	for (const struct file_spec *f = def->files; f && f->kind != FILE_END; f++)
		look_for(&s, f->path);
	look_for_text(&s, variant);
	if (def->refusal) {
		s.any = true;
		s.found = s.found || strcasestr(text, def->refusal);
	}
	return s.found || !s.any;
}
