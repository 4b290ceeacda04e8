/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree builder over yajl. What yajl 2.1 leaves open is closed here: UTF-8 beyond the shape of
 * its bytes, lone surrogates, depth, size, duplicate names, positions, and memory that runs out
 * inside the library.
 */
#include "json.h"

#include "cleanup.h"
#include "json_priv.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

/* A block that yajl holds, in a ring of all of them. */
struct link {
	struct link *prev, *next;
};

struct block {
	struct link link; /* first, so that a link is its block */
	size_t size;
	max_align_t data[];
};

/* A place in the text, kept up to date from token to token, so that the whole parse counts every
 * line once. */
struct place {
	size_t at; /* offset */
	uint32_t line;
	size_t line_start; /* offset of the first byte of the line */
};

struct key {
	const char *name; /* borrowed from the object */
	uint32_t line, col;
	uint32_t index;
};

/* An open container. */
struct frame {
	struct json *node;
	char *name;	  /* owned: the name whose value comes next */
	struct key *keys; /* owned: where the names stand */
	size_t nkeys;
};

struct parser {
	const char *buf;
	size_t len;
	yajl_handle yajl;
	struct link blocks; /* head of the ring */
	jmp_buf no_memory;  /* yajl does not look at what malloc returns */
	struct place place;
	size_t end;	/* offset behind the last token */
	char separator; /* what may stand between it and the next one, beside blanks; 0: nothing */
	bool finishing; /* yajl counts its bytes from 0 again */
	struct frame stack[JSON_MAX_DEPTH];
	size_t depth;
	size_t nodes;
	struct json *root;
	int failed; /* a callback's -errno; *e is filled */
	struct err *e;
};

static void *block_alloc(void *ctx, size_t size)
{
	struct parser *p = ctx;
	struct block *b = NULL;

	if (size <= SIZE_MAX - sizeof(*b))
		b = malloc(sizeof(*b) + size);
	if (!b)
		longjmp(p->no_memory, 1); /* NOLINT(cert-err52-cpp) */
	b->size = size;
	b->link.prev = &p->blocks;
	b->link.next = p->blocks.next;
	b->link.prev->next = b->link.next->prev = &b->link;
	return b->data;
}

static struct block *block_of(void *data)
{
	return (struct block *)(void *)((char *)data - offsetof(struct block, data));
}

static void block_drop(struct link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	free(l);
}

static void block_free(void *ctx, void *data)
{
	(void)ctx;
	if (data)
		block_drop(&block_of(data)->link);
}

static void *block_realloc(void *ctx, void *data, size_t size)
{
	struct block *old;
	void *fresh = block_alloc(ctx, size);

	if (!data)
		return fresh;
	old = block_of(data);
	memcpy(fresh, data, old->size < size ? old->size : size);
	block_free(ctx, data);
	return fresh;
}

/* Moves @place forward to @to. */
static void place_advance(struct place *place, const char *buf, size_t to)
{
	while (place->at < to) {
		const char *nl = memchr(buf + place->at, '\n', to - place->at);

		if (!nl) {
			place->at = to;
			break;
		}
		place->at = (size_t)(nl - buf) + 1;
		place->line++;
		place->line_start = place->at;
	}
}

static uint32_t place_col(const struct place *place)
{
	return (uint32_t)(place->at - place->line_start) + 1;
}

static int __attribute__((format(printf, 4, 5)))
fail_at(struct parser *p, int num, size_t at, const char *fmt, ...)
{
	struct place place = {.line = 1};
	char text[ERR_MSG_SIZE];
	va_list ap;

	/* an error ends the parse, so counting from the start once more costs nothing */
	place_advance(&place, p->buf, at < p->len ? at : p->len);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->failed = err_set(p->e, num, "%u:%u: %s", place.line, place_col(&place), text);
	return p->failed;
}

static int fail_memory(struct parser *p)
{
	p->failed = err_set(p->e, ENOMEM, "parse JSON: %m");
	return p->failed;
}

/* Where the token behind the last one starts. */
static size_t next_token(const struct parser *p)
{
	char separator = p->separator;
	size_t at = p->end;

	for (; at < p->len; at++) {
		char c = p->buf[at];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c != separator || !separator)
			break;
		separator = 0;
	}
	return at;
}

/* Every callback begins with this: p->place is the start of the token then. */
static void begin_token(struct parser *p, char separator_behind)
{
	place_advance(&p->place, p->buf, next_token(p));
	p->end = p->finishing ? p->len : yajl_get_bytes_consumed(p->yajl);
	p->separator = separator_behind;
}

/* Hangs @j, which is taken, into the open container. 1 (go on) or 0 (stop), as yajl asks. */
static int add_node(struct parser *p, struct json *node)
{
	CLEANUP(json_freep) struct json *j = node;
	struct frame *f = p->depth ? &p->stack[p->depth - 1] : NULL;

	if (!j) {
		(void)fail_memory(p);
		return 0;
	}
	if (++p->nodes > JSON_MAX_NODES) {
		(void)fail_at(p, E2BIG, p->place.at, "more than %u values", JSON_MAX_NODES);
		return 0;
	}
	j->line = p->place.line;
	j->col = place_col(&p->place);
	if (!f) {
		p->root = take_ptr(&j);
		return 1;
	}
	if (json_push(f->node, f->name, j) < 0) {
		(void)fail_memory(p);
		return 0;
	}
	(void)take_ptr(&j);
	f->name = NULL;
	return 1;
}

static int on_null(void *ctx)
{
	begin_token(ctx, ',');
	return add_node(ctx, json_new(JSON_NULL));
}

static int on_boolean(void *ctx, int value)
{
	begin_token(ctx, ',');
	return add_node(ctx, json_new_bool(value != 0));
}

static int on_number(void *ctx, const char *text, size_t len)
{
	begin_token(ctx, ',');
	return add_node(ctx, json_new_text(JSON_NUMBER, text, len));
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
	begin_token(ctx, ',');
	return add_node(ctx, json_new_text(JSON_STRING, (const char *)text, len));
}

static int open_container(struct parser *p, enum json_type type)
{
	struct json *node;

	begin_token(p, 0);
	if (p->depth == JSON_MAX_DEPTH) {
		(void)fail_at(p, E2BIG, p->place.at, "more than %d levels deep", JSON_MAX_DEPTH);
		return 0;
	}
	node = json_new(type);
	if (!add_node(p, node))
		return 0;
	p->stack[p->depth++] = (struct frame){.node = node};
	return 1;
}

static int on_start_map(void *ctx)
{
	return open_container(ctx, JSON_OBJECT);
}

static int on_start_array(void *ctx)
{
	return open_container(ctx, JSON_ARRAY);
}

static int on_map_key(void *ctx, const unsigned char *text, size_t len)
{
	struct parser *p = ctx;
	struct frame *f = &p->stack[p->depth - 1];

	begin_token(p, ':');
	if (memchr(text, '\0', len)) {
		(void)fail_at(p, EINVAL, p->place.at, "a member name holds a NUL character");
		return 0;
	}
	if ((f->nkeys & (f->nkeys - 1)) == 0) { /* grows at every power of two */
		size_t cap = f->nkeys ? f->nkeys * 2 : 1;
		struct key *grown = realloc(f->keys, cap * sizeof(*grown));

		if (!grown) {
			(void)fail_memory(p);
			return 0;
		}
		f->keys = grown;
	}
	f->name = malloc(len + 1);
	if (!f->name) {
		(void)fail_memory(p);
		return 0;
	}
	memcpy(f->name, text, len);
	f->name[len] = '\0';
	f->keys[f->nkeys] = (struct key){.name = f->name,
					 .line = p->place.line,
					 .col = place_col(&p->place),
					 .index = (uint32_t)f->nkeys};
	f->nkeys++;
	return 1;
}

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	if (r != 0)
		return r;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Refuses the first name (in the order of the text) that stood in the object already. */
static int check_names(struct parser *p, struct frame *f)
{
	const struct key *again = NULL, *first = NULL;

	if (f->nkeys < 2)
		return 1;
	qsort(f->keys, f->nkeys, sizeof(*f->keys), compare_keys);
	for (size_t i = 1; i < f->nkeys; i++) {
		if (strcmp(f->keys[i - 1].name, f->keys[i].name) != 0)
			continue;
		if (!again || f->keys[i].index < again->index) {
			again = &f->keys[i];
			first = &f->keys[i - 1];
		}
	}
	if (!again)
		return 1;
	p->failed = err_set(p->e, EINVAL, "%u:%u: the name \"%.100s\" stands at %u:%u already",
			    again->line, again->col, again->name, first->line, first->col);
	return 0;
}

static int close_container(struct parser *p)
{
	struct frame *f = &p->stack[p->depth - 1];

	begin_token(p, ',');
	if (!check_names(p, f))
		return 0;
	free(f->keys);
	p->depth--;
	return 1;
}

static int on_end(void *ctx)
{
	return close_container(ctx);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start_map,
	.yajl_map_key = on_map_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_start_array,
	.yajl_end_array = on_end,
};

static void parser_done(struct parser *p)
{
	/* what yajl_free() would do, and also what a longjmp out of yajl left behind */
	while (p->blocks.next != &p->blocks)
		block_drop(p->blocks.next);
	for (size_t i = 0; i < p->depth; i++) {
		free(p->stack[i].name);
		free(p->stack[i].keys);
	}
	json_free(p->root);
}

/* The four hexadecimal digits behind "\u" at @at, or -1. */
static int escape_value(const struct parser *p, size_t at)
{
	int v = 0;

	if (p->len - at < 6 || p->buf[at] != '\\' || p->buf[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		char c = p->buf[i];
		int digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

/*
 * What yajl lets through: it looks at the shape of UTF-8 only, so overlong forms and surrogates
 * pass, it makes "?" or worse of a lone \ud800, and vertical tabs and form feeds are blanks to it.
 * Those may not stand in a string either, and a backslash outside of one is an error anyway, so
 * this needs no state. Whether the text is JSON otherwise is for yajl to say.
 */
static int check_characters(struct parser *p)
{
	size_t at = 0;

	while (at < p->len) {
		size_t n = str_utf8_char(p->buf + at, p->len - at);
		int v, low;

		if (n == 0)
			return fail_at(p, EINVAL, at, "not UTF-8");
		if (p->buf[at] == '\v' || p->buf[at] == '\f')
			return fail_at(p, EINVAL, at, "a character that JSON has nowhere");
		if (p->buf[at] != '\\') {
			at += n;
			continue;
		}
		v = escape_value(p, at);
		if (v < 0) {
			/* the character behind it is skipped, as it may be a backslash, but not a
			 * part of one */
			at++;
			if (at < p->len && (unsigned char)p->buf[at] < 0x80)
				at++;
			continue;
		}
		if (v >= 0xdc00 && v <= 0xdfff)
			return fail_at(p, EINVAL, at, "a low surrogate without a high one");
		at += 6;
		if (v < 0xd800 || v > 0xdbff)
			continue;
		low = escape_value(p, at);
		if (low < 0xdc00 || low > 0xdfff)
			return fail_at(p, EINVAL, at - 6, "a high surrogate without a low one");
		at += 6;
	}
	return 0;
}

/* Puts yajl's sentence, without its own idea of a location, behind ours. */
static int yajl_failure(struct parser *p)
{
	unsigned char *text;
	const char *what, *colon;
	size_t at = next_token(p), n;
	size_t consumed = p->finishing ? p->len : yajl_get_bytes_consumed(p->yajl);
	bool lexical;

	text = yajl_get_error(p->yajl, 0, NULL, 0);
	if (!text)
		return fail_at(p, EINVAL, at, "malformed JSON");
	what = (const char *)text;
	lexical = str_starts(what, "lexical error");
	colon = strstr(what, ": ");
	if (colon)
		what = colon + 2;
	/* a bad character is found inside of a token, what is no token at all at its start */
	if (lexical && !str_starts(what, "invalid char in json text") && consumed > at)
		at = consumed;
	n = strcspn(what, "\n");
	(void)fail_at(p, EINVAL, at, "%.*s", (int)n, what);
	yajl_free_error(p->yajl, text);
	return p->failed;
}

static int run_yajl(struct parser *p)
{
	yajl_alloc_funcs funcs = {
		.malloc = block_alloc,
		.realloc = block_realloc,
		.free = block_free,
		.ctx = p,
	};
	yajl_status status;

	if (setjmp(p->no_memory)) /* NOLINT(cert-err52-cpp) */
		return fail_memory(p);
	p->yajl = yajl_alloc(&callbacks, &funcs, p);
	if (!p->yajl)
		return fail_memory(p);
	status = yajl_parse(p->yajl, (const unsigned char *)p->buf, p->len);
	if (status == yajl_status_ok) {
		p->finishing = true;
		status = yajl_complete_parse(p->yajl);
	}
	if (p->failed < 0)
		return p->failed;
	return status == yajl_status_ok ? 0 : yajl_failure(p);
}

int json_parse(const char *buf, size_t len, struct json **ret, struct err *e)
{
	CLEANUP(parser_done)
	struct parser p = {.place = {.line = 1}, .buf = buf, .len = len, .e = e};
	int r;

	p.blocks.next = p.blocks.prev = &p.blocks;
	if (len > JSON_MAX_BYTES)
		return err_set(e, E2BIG, "1:1: more than %u bytes", JSON_MAX_BYTES);
	r = check_characters(&p);
	if (r == 0)
		r = run_yajl(&p);
	if (r < 0)
		return r;
	*ret = take_ptr(&p.root);
	return 0;
}
