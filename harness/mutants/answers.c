/* SPDX-License-Identifier: Apache-2.0 */
/* Lies in what a runtime prints: `state` and `features`. */
#include "cleanup.h"
#include "fd.h"
#include "liar_families.h"
#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Another value of the same type, and no version of anything. */
static struct json *wrong(const struct json *truth)
{
	int64_t n;

	if (truth && json_int(truth, &n) == 0)
		return json_new_int(n + 1);
	if (json_string(truth)) {
		cleanup_free char *text = str_format("not %s", json_string(truth));

		return text ? json_new_string(text) : NULL;
	}
	return json_new_string("something else");
}

static int edit_state(const struct lie *lie, struct json *state)
{
	static const char says[] = "state-says-", drops[] = "state-drop-",
			  wrongs[] = "state-wrong-";
	const char *w = lie->where;

	if (str_starts(w, says))
		return json_set_member(state, "status", json_new_string(w + strlen(says)));
	if (str_starts(w, wrongs)) {
		w += strlen(wrongs);
		return json_set_member(state, w, wrong(json_member(state, w)));
	}
	if (str_starts(w, drops)) {
		cleanup_free char *pointer = str_format("/%s", w + strlen(drops));
		int r = pointer ? json_remove(&state, pointer, NULL) : -ENOMEM;

		return r == -ENOENT ? 0 : r;
	}
	return 0;
}

static void add_noise(struct strbuf *out)
{
	strbuf_adds(out, "level=info msg=\"all is well\"\n");
}

static void cut(struct strbuf *out)
{
	if (out->len > 2)
		out->len /= 2;
}

/* Whoever takes the document for a C string sees nothing of it. */
static void add_behind_nul(struct strbuf *out)
{
	static const char garbage[] = "\0garbage\n";

	strbuf_add(out, garbage, sizeof(garbage) - 1);
}

int liar_says_state(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *state = NULL;
	struct strbuf out = STRBUF_INIT;
	int r;

	if (!str_eq(l->command, "state"))
		return liar_become(l, e);
	state = liar_state(l, e);
	if (!state)
		return liar_become(l, e);
	if (str_eq(l->lie.where, "state-noise")) {
		add_noise(&out);
	} else if (edit_state(&l->lie, state) < 0) {
		return err_set(e, ENOMEM, "edit the state: %m");
	}
	json_print(state, 2, &out);
	if (str_eq(l->lie.where, "state-cut"))
		cut(&out);
	if (str_eq(l->lie.where, "state-nul"))
		add_behind_nul(&out);
	r = out.oom ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.buf, out.len);
	strbuf_done(&out);
	return r;
}

/* Every list of the document, wherever it is, is a word. */
static int spoil_lists(struct json *document)
{
	for (size_t i = 0; document->type == JSON_OBJECT && i < document->count; i++) {
		if (document->items[i]->type == JSON_OBJECT) {
			if (spoil_lists(document->items[i]) < 0)
				return -ENOMEM;
		} else if (document->items[i]->type == JSON_ARRAY &&
			   json_set_member(document, document->names[i],
					   json_new_string("a list")) < 0) {
			return -ENOMEM;
		}
	}
	return 0;
}

/* Every flag is a word; or every object below the top is one. */
static int spoil_others(struct json *document, enum json_type type)
{
	for (size_t i = 0; document->type == JSON_OBJECT && i < document->count; i++) {
		struct json *v = document->items[i];

		if (v->type == type) {
			if (json_set_member(document, document->names[i], json_new_string("yes")) <
			    0)
				return -ENOMEM;
		} else if (v->type == JSON_OBJECT && spoil_others(v, type) < 0) {
			return -ENOMEM;
		}
	}
	return 0;
}

static int edit_features_list(const struct lie *lie, struct json **document)
{
	static const char drops[] = "features-drop-";
	cleanup_free char *pointer = NULL;
	int r;

	if (!str_starts(lie->where, drops))
		return spoil_lists(*document);
	pointer = str_format("/%s", lie->where + strlen(drops));
	r = pointer ? json_remove(document, pointer, NULL) : -ENOMEM;
	return r == -ENOENT ? 0 : r;
}

static int set_at(struct json **document, const char *pointer, struct json *value)
{
	return value ? json_set(document, pointer, value, NULL) : -ENOMEM;
}

/* Whoever looks for what it has instead of telling what it can do. */
static int look_at_host(struct json *document)
{
	for (size_t i = 0; document->type == JSON_OBJECT && i < document->count; i++) {
		struct json *v = document->items[i];
		int r = 0;

		if (v->type == JSON_OBJECT)
			r = look_at_host(v);
		else if (v->type == JSON_BOOL)
			r = json_set_member(document, document->names[i], json_new_bool(false));
		if (r < 0)
			return r;
	}
	return 0;
}

/* Whoever works it out when it is asked. */
static int change(struct json **document)
{
	struct timespec now;
	cleanup_free char *text = NULL;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	text = str_format("%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
	return text ? set_at(document, "/annotations/org.example.asked", json_new_string(text))
		    : -ENOMEM;
}

static int edit_features(const struct lie *lie, struct json **document)
{
	if (str_eq(lie->where, "features-vague-min"))
		return set_at(document, "/ociVersionMin", json_new_string("oldest"));
	if (str_eq(lie->where, "features-vague-max"))
		return set_at(document, "/ociVersionMax", json_new_string("latest"));
	if (str_eq(lie->where, "features-max-below-min"))
		return set_at(document, "/ociVersionMax", json_new_string("0.9.0"));
	if (str_eq(lie->where, "features-old-max"))
		return set_at(document, "/ociVersionMax", json_new_string("1.1.0"));
	if (str_eq(lie->where, "features-wrong-flags"))
		return spoil_others(*document, JSON_BOOL);
	if (str_eq(lie->where, "features-wrong-objects"))
		return spoil_others(*document, JSON_OBJECT);
	if (str_eq(lie->where, "features-list-data"))
		return json_add(document, "/mountOptions/-", json_new_string("size"), NULL);
	if (str_eq(lie->where, "features-odd-flag"))
		return set_at(document, "/linux/seccomp/supportedFlags/0",
			      json_new_string("SECCOMP_FILTER_FLAG_ODD"));
	if (str_eq(lie->where, "features-change"))
		return change(document);
	if (str_eq(lie->where, "features-empty-key"))
		return set_at(document, "/annotations/", json_new_string("x"));
	if (str_eq(lie->where, "features-look-at-host"))
		return access("/sys/kernel", F_OK) < 0 ? look_at_host(*document) : 0;
	if (str_eq(lie->where, "features-noise") || str_eq(lie->where, "features-cut") ||
	    str_eq(lie->where, "features-nul"))
		return 0;
	return edit_features_list(lie, document);
}

int liar_says_features(struct liar *l, struct err *e)
{
	const char *const words[] = {"features", NULL};
	CLEANUP(json_freep) struct json *document = NULL;
	cleanup_free char *text = NULL;
	struct strbuf out = STRBUF_INIT;
	int r;

	if (!str_eq(l->command, "features"))
		return liar_become(l, e);
	if (liar_ask(l, words, &text, e) != 0 ||
	    json_parse(text, strlen(text), &document, NULL) < 0)
		return liar_become(l, e);
	r = edit_features(&l->lie, &document);
	if (str_eq(l->lie.where, "features-noise"))
		add_noise(&out);
	json_print(document, 2, &out);
	if (str_eq(l->lie.where, "features-cut"))
		cut(&out);
	if (str_eq(l->lie.where, "features-nul"))
		add_behind_nul(&out);
	if (r == 0)
		r = out.oom ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.buf, out.len);
	strbuf_done(&out);
	return r;
}
