/* SPDX-License-Identifier: Apache-2.0 */
/* JSON pointers (RFC 6901): looking up and editing. */
#include "json.h"

#include "cleanup.h"
#include "json_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One reference token, still escaped. */
struct token {
	const char *s;
	size_t len;
};

struct pointer {
	struct token tok[JSON_MAX_DEPTH]; /* a document has no more levels than that */
	size_t count;
};

/* Splits @text. 0, -EINVAL for what is not a pointer, -E2BIG for one deeper than any document. */
static int pointer_parse(const char *text, struct pointer *ret)
{
	ret->count = 0;
	while (*text) {
		size_t n;

		if (*text != '/')
			return -EINVAL;
		text++;
		n = strcspn(text, "/");
		for (size_t i = 0; i < n; i++) {
			if (text[i] == '~' && text[i + 1] != '0' && text[i + 1] != '1')
				return -EINVAL;
		}
		if (ret->count == JSON_MAX_DEPTH)
			return -E2BIG;
		ret->tok[ret->count++] = (struct token){text, n};
		text += n;
	}
	return 0;
}

/* The character at @i, unescaped; *i moves on. */
static char token_char(const struct token *t, size_t *i)
{
	char c = t->s[(*i)++];

	if (c != '~')
		return c;
	return t->s[(*i)++] == '0' ? '~' : '/';
}

static bool token_is(const struct token *t, const char *name)
{
	size_t i = 0;

	while (i < t->len) {
		if (*name == '\0' || token_char(t, &i) != *name)
			return false;
		name++;
	}
	return *name == '\0';
}

static char *token_name(const struct token *t)
{
	char *name = malloc(t->len + 1);
	size_t n = 0, i = 0;

	if (!name)
		return NULL;
	while (i < t->len)
		name[n++] = token_char(t, &i);
	name[n] = '\0';
	return name;
}

/* RFC 6901 section 4: no leading zeros. */
static bool token_index(const struct token *t, size_t *ret)
{
	size_t v = 0;

	if (t->len == 0 || (t->s[0] == '0' && t->len > 1))
		return false;
	for (size_t i = 0; i < t->len; i++) {
		if (t->s[i] < '0' || t->s[i] > '9' || v > JSON_MAX_NODES)
			return false;
		v = v * 10 + (size_t)(t->s[i] - '0');
	}
	*ret = v;
	return true;
}

/* The place of @t in @j. */
static bool find_item(const struct json *j, const struct token *t, size_t *ret)
{
	if (j->type == JSON_ARRAY)
		return token_index(t, ret) && *ret < j->count;
	if (j->type != JSON_OBJECT)
		return false;
	for (size_t i = 0; i < j->count; i++) {
		if (token_is(t, j->names[i])) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* Goes down as far as there is something; *depth tokens are used then. */
static struct json *descend(struct json *j, const struct pointer *p, size_t count, size_t *depth)
{
	size_t i;

	for (*depth = 0; *depth < count; (*depth)++) {
		if (!find_item(j, &p->tok[*depth], &i))
			break;
		j = j->items[i];
	}
	return j;
}

struct json *json_at(const struct json *root, const char *pointer)
{
	struct pointer p;
	struct json *j;
	size_t depth;

	if (!root || pointer_parse(pointer, &p) < 0)
		return NULL;
	j = descend((struct json *)root, &p, p.count, &depth);
	return depth == p.count ? j : NULL;
}

static int object_push(struct json *object, const struct token *t, struct json **value)
{
	cleanup_free char *name = token_name(t);
	int r = name ? json_push(object, name, *value) : -ENOMEM;

	if (r < 0)
		return r;
	(void)take_ptr(&name);
	(void)take_ptr(value);
	return 0;
}

static bool token_is_end(const struct token *t)
{
	return t->len == 1 && *t->s == '-';
}

/* Puts *value into new containers for the tokens from @from on: an array for "-", else an object.
 */
static int wrap_value(struct json **value, const struct pointer *p, size_t from)
{
	for (size_t i = p->count; i > from; i--) {
		const struct token *t = &p->tok[i - 1];
		bool end = token_is_end(t);
		CLEANUP(json_freep) struct json *c = json_new(end ? JSON_ARRAY : JSON_OBJECT);
		int r;

		if (!c)
			return -ENOMEM;
		if (end) {
			r = json_push(c, NULL, *value);
			if (r == 0)
				*value = NULL;
		} else {
			r = object_push(c, t, value);
		}
		if (r < 0)
			return r;
		*value = take_ptr(&c);
	}
	return 0;
}

static int insert_item(struct json *array, size_t at, struct json **value)
{
	int r = json_push(array, NULL, *value);

	if (r < 0)
		return r;
	memmove(array->items + at + 1, array->items + at,
		(array->count - 1 - at) * sizeof(struct json *));
	array->items[at] = take_ptr(value);
	return 0;
}

/* Puts *value below @parent, where @t names the place. */
static int place_value(struct json *parent, const struct token *t, bool insert, struct json **value)
{
	size_t i;

	if (parent->type == JSON_OBJECT) {
		if (!find_item(parent, t, &i))
			return object_push(parent, t, value);
	} else if (parent->type == JSON_ARRAY) {
		if (token_is_end(t))
			return insert_item(parent, parent->count, value);
		if (!token_index(t, &i))
			return -EINVAL;
		if (insert && i <= parent->count)
			return insert_item(parent, i, value);
		if (i >= parent->count)
			return -ENOENT;
	} else {
		return -ENOTDIR;
	}
	json_free(parent->items[i]);
	parent->items[i] = take_ptr(value);
	return 0;
}

static int edit_error(struct err *e, int num, const char *pointer)
{
	switch (num) {
	case EINVAL:
		return err_set(e, num, "'%s' is not a JSON pointer to a place in this document",
			       pointer);
	case ENOENT:
		return err_set(e, num, "nothing stands at '%s'", pointer);
	case ENOTDIR:
		return err_set(e, EINVAL, "'%s' leads through a value that is no container",
			       pointer);
	case E2BIG:
		return err_set(e, num, "'%s': deeper than %d levels", pointer, JSON_MAX_DEPTH);
	default:
		return err_set(e, num, "edit '%s': %m", pointer);
	}
}

/*
 * Missing containers are built around the value first and hung in with one step, so a failed edit
 * leaves the document as it was.
 */
static int put(struct json **root, const char *pointer, struct json *value, bool insert,
	       struct err *e)
{
	CLEANUP(json_freep) struct json *v = value;
	struct pointer p;
	struct json *parent;
	size_t depth;
	int r;

	if (!v)
		return edit_error(e, ENOMEM, pointer);
	r = pointer_parse(pointer, &p);
	if (r == 0 && !json_depth_fits(v, JSON_MAX_DEPTH - p.count))
		r = -E2BIG;
	if (r < 0)
		return edit_error(e, -r, pointer);
	if (!*root || p.count == 0) {
		r = wrap_value(&v, &p, 0);
		if (r < 0)
			return edit_error(e, -r, pointer);
		json_free(*root);
		*root = take_ptr(&v);
		return 0;
	}
	parent = descend(*root, &p, p.count - 1, &depth);
	/* a container for missing members can only be hung into an object, or behind the end of an
	 * array */
	if (depth < p.count - 1 && parent->type == JSON_ARRAY && !token_is_end(&p.tok[depth]))
		return edit_error(e, ENOENT, pointer);
	r = wrap_value(&v, &p, depth + 1);
	if (r == 0)
		r = place_value(parent, &p.tok[depth], insert, &v);
	return r < 0 ? edit_error(e, -r, pointer) : 0;
}

int json_set(struct json **root, const char *pointer, struct json *value, struct err *e)
{
	return put(root, pointer, value, false, e);
}

int json_add(struct json **root, const char *pointer, struct json *value, struct err *e)
{
	return put(root, pointer, value, true, e);
}

int json_remove(struct json **root, const char *pointer, struct err *e)
{
	struct pointer p;
	struct json *parent;
	size_t depth, i;
	int r = pointer_parse(pointer, &p);

	if (r < 0)
		return edit_error(e, -r, pointer);
	if (!*root)
		return edit_error(e, ENOENT, pointer);
	if (p.count == 0) {
		json_free(*root);
		*root = NULL;
		return 0;
	}
	parent = descend(*root, &p, p.count - 1, &depth);
	if (depth < p.count - 1 || !find_item(parent, &p.tok[depth], &i))
		return edit_error(e, ENOENT, pointer);
	json_free(parent->items[i]);
	parent->count--;
	memmove(parent->items + i, parent->items + i + 1,
		(parent->count - i) * sizeof(struct json *));
	if (parent->type == JSON_OBJECT) {
		free(parent->names[i]);
		memmove(parent->names + i, parent->names + i + 1,
			(parent->count - i) * sizeof(char *));
	}
	return 0;
}
