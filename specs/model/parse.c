/* SPDX-License-Identifier: Apache-2.0 */
#include "cfg_parse.h"

#include "catalogue.h"
#include "cleanup.h"
#include "parser.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yajl/yajl_parse.h>

/*
 * An event came: the parser of a callback's context, which knows then where the token ends. The
 * token is the parser's, for as a local of each callback it would cost a sanitizer its checks.
 */
static struct parser *heard(void *ctx, enum token_type type)
{
	struct parser *p = ctx;

	p->end = yajl_get_bytes_consumed(p->yajl);
	p->token.type = type;
	p->token.len = 0;
	return p;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static uint32_t skip_blanks(const struct parser *p, size_t i)
{
	while (i < p->len && is_blank(p->buf[i]))
		i++;
	return (uint32_t)i;
}

/*
 * The value of the whole document has no container that yajl would have to end before it reports,
 * so its end says nothing on its start.
 */
static uint32_t document_start(const struct parser *p)
{
	return skip_blanks(p, 0);
}

static uint32_t token_start(const struct parser *p, size_t len)
{
	return p->top == p->frames ? document_start(p) : (uint32_t)(p->end - len);
}

/* The callbacks: yajl goes on while they return 1. */

static int on_null(void *ctx)
{
	struct parser *p = heard(ctx, TOKEN_NULL);

	p->token.off = token_start(p, 4);
	return parser_null(p, &p->token);
}

static int on_boolean(void *ctx, int value)
{
	struct parser *p = heard(ctx, TOKEN_BOOL);

	p->token.boolean = value;
	p->token.off = token_start(p, value ? 4 : 5);
	return parser_value(p, &p->token);
}

static int on_number(void *ctx, const char *s, size_t len)
{
	struct parser *p = heard(ctx, TOKEN_NUMBER);

	p->token.s = s;
	p->token.len = len;
	p->token.off = token_start(p, len);
	return parser_value(p, &p->token);
}

/*
 * The opening quote of the string that ends at p->end: backwards from the closing one it is the
 * first that has no backslash before it, for outside of a string there are none.
 */
static const char *opening_quote(const struct parser *p)
{
	const char *open = p->buf + p->end - 1;

	for (;;) {
		size_t slashes = 0;

		open = memrchr(p->buf, '"', (size_t)(open - p->buf));
		while (open - slashes > p->buf && open[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return open;
	}
}

/* A string with escapes. Half a surrogate pair is not a character; yajl would make it a question
 * mark. */
static bool locate_escaped(struct parser *p, struct token *t)
{
	const char *open = opening_quote(p);
	size_t len = (size_t)(p->buf + p->end - 1 - open) - 1, bad;

	t->escaped = true;
	t->off = (uint32_t)(open - p->buf);
	bad = text_lone_surrogate(open + 1, len);
	return bad == len ||
	       parser_fail(p, EINVAL, t->off + 1 + (uint32_t)bad, "half a surrogate pair [%s]",
			   catalogue_get(REQ_JSON_UTF8)->id);
}

/* The token is the string @s, in @what words. yajl hands it out in place where it holds no escapes,
 * else from a buffer of its own. */
static bool take_string(struct parser *p, const unsigned char *s, size_t len, const char *what)
{
	struct token *t = &p->token;
	uintptr_t at = (uintptr_t)s - (uintptr_t)p->buf;

	t->s = (const char *)s;
	t->len = len;
	t->escaped = false;
	if (at < p->len)
		t->off = (uint32_t)at - 1;
	else if (p->top == p->frames)
		t->off = document_start(p);
	else if (!locate_escaped(p, t))
		return false;
	return len <= CFG_MAX_STRING ||
	       parser_fail(p, E2BIG, t->off, "%s of more than %u bytes", what, CFG_MAX_STRING);
}

static int on_string(void *ctx, const unsigned char *s, size_t len)
{
	struct parser *p = heard(ctx, TOKEN_STRING);

	return take_string(p, s, len, "a string") && parser_value(p, &p->token);
}

static int on_key(void *ctx, const unsigned char *s, size_t len)
{
	struct parser *p = heard(ctx, TOKEN_STRING);

	return take_string(p, s, len, "a name") && parser_key(p, &p->token);
}

static int on_open_object(void *ctx)
{
	struct parser *p = heard(ctx, TOKEN_OBJECT);

	p->token.off = (uint32_t)p->end - 1;
	return parser_open(p, &p->token);
}

static int on_open_array(void *ctx)
{
	struct parser *p = heard(ctx, TOKEN_ARRAY);

	p->token.off = (uint32_t)p->end - 1;
	return parser_open(p, &p->token);
}

static int on_close(void *ctx)
{
	return parser_close(heard(ctx, TOKEN_NULL));
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_map_key = on_key,
	.yajl_start_map = on_open_object,
	.yajl_end_map = on_close,
	.yajl_start_array = on_open_array,
	.yajl_end_array = on_close,
};

/* The offending byte. yajl tells how far it has read, which depends on what it did not like. */
static size_t error_at(const struct parser *p, const char *words)
{
	size_t at = yajl_get_bytes_consumed(p->yajl);

	/* a token where a comma or colon had to be: the first one behind what it reported last */
	if (str_starts(words, "parse error: after ") ||
	    str_starts(words, "parse error: object key and value"))
		return skip_blanks(p, p->end);
	/* read already: a token that may not stand here, or a byte of none */
	if (at && (str_starts(words, "parse error: ") ||
		   str_starts(words, "lexical error: invalid char in json")))
		return at - 1;
	return at;
}

/* yajl's words for what is not JSON. @at_end: it is the end that came too early. Returns false. */
static bool syntax_error(struct parser *p, bool at_end)
{
	/* a piece of the pool */
	const char *words = (const char *)yajl_get_error(p->yajl, 0, NULL, 0);
	size_t at = at_end ? p->len : error_at(p, words);

	return parser_fail(p, EINVAL, (uint32_t)at, "%.*s", (int)strcspn(words, "\n"), words);
}

/* The memory of yajl: it does not look at what malloc(3) returns, so a shortage leaves it by
 * longjmp(3), and all of its pieces go at once. */
struct pool {
	struct arena arena;
	jmp_buf no_memory;
	alignas(max_align_t) char room[4096]; /* enough for nearly every document */
};

/* yajl does not say how large a piece was when it wants it larger. */
struct piece {
	size_t size;
	alignas(max_align_t) char data[];
};

static void *pool_realloc(void *ctx, void *data, size_t size)
{
	struct pool *pool = ctx;
	struct piece *old =
		data ? (struct piece *)((char *)data - offsetof(struct piece, data)) : NULL;
	struct piece *x = arena_resize(&pool->arena, old, old ? sizeof(*old) + old->size : 0,
				       sizeof(*x) + size);

	if (!x)
		longjmp(pool->no_memory, 1);
	x->size = size;
	return x->data;
}

static void *pool_alloc(void *ctx, size_t size)
{
	return pool_realloc(ctx, NULL, size);
}

static void pool_free(void *ctx, void *data)
{
	(void)ctx;
	(void)data;
}

static bool feed(struct parser *p, struct pool *pool)
{
	yajl_alloc_funcs funcs = {
		.malloc = pool_alloc, .realloc = pool_realloc, .free = pool_free, .ctx = pool};
	yajl_status status;

	if (setjmp(pool->no_memory))
		return parser_oom(p);
	p->yajl = yajl_alloc(&callbacks, &funcs, p);
	/* done before, more strictly and faster */
	(void)yajl_config(p->yajl, yajl_dont_validate_strings, 1);
	status = yajl_parse(p->yajl, (const unsigned char *)p->buf, p->len);
	if (status == yajl_status_client_canceled)
		return false;
	if (status != yajl_status_ok)
		return syntax_error(p, false);
	status = yajl_complete_parse(p->yajl);
	return status != yajl_status_error || syntax_error(p, true);
}

/* False where p->rc says why not. */
static bool run(struct parser *p)
{
	size_t valid = text_utf8_len(p->buf, p->len), odd = text_odd_blank(p->buf, p->len);
	struct pool pool;
	bool ok;

	/* in most documents a value takes more bytes than these */
	if (!places_reserve(p->priv, 8 + p->len / 12))
		return parser_oom(p);
	if (valid < p->len)
		return parser_fail(p, EINVAL, (uint32_t)valid, "bytes that are not UTF-8 [%s]",
				   catalogue_get(REQ_JSON_UTF8)->id);
	if (odd < p->len)
		return parser_fail(p, EINVAL, (uint32_t)odd, "a character that JSON has nowhere");
	/* no block of the arena's own is as near */
	pool.arena = (struct arena){.cur = pool.room, .end = pool.room + sizeof(pool.room)};
	ok = feed(p, &pool);
	arena_done(&pool.arena);
	return ok;
}

static const struct {
	const struct field_obj *obj;
	const char *name;
} kinds[] = {
	[CFG_CONFIG] = {&field_obj_config, "config.json"},
	[CFG_STATE] = {&field_obj_state, "state.json"},
	[CFG_FEATURES] = {&field_obj_features, "features.json"},
	[CFG_PROCESS] = {&field_obj_process, "process.json"},
	[CFG_RESOURCES] = {&field_obj_resources, "resources.json"},
	[CFG_PROCESS_STATE] = {&field_obj_container_process_state, "process-state.json"},
};

const struct field_obj *cfg_kind_object(enum cfg_kind kind)
{
	return kinds[kind].obj;
}

/* A document stands in its own arena. */
static struct cfg_doc *doc_new(enum cfg_kind kind, const char *name)
{
	struct arena a = {0};
	struct cfg_doc *d = arena_zalloc(&a, sizeof(*d));
	struct cfg_doc_priv *v = d ? arena_zalloc(&a, sizeof(*v)) : NULL;

	if (v)
		v->name = arena_strdup(&a, name, strlen(name));
	if (!v || !v->name) {
		arena_done(&a);
		return NULL;
	}
	v->root = kinds[kind].obj;
	v->arena = a;
	d->kind = kind;
	d->priv = v;
	return d;
}

int cfg_doc_name(struct cfg_doc *d, const char *name)
{
	char *copy = arena_strdup(&d->priv->arena, name, strlen(name));

	if (!copy)
		return -ENOMEM;
	d->priv->name = copy;
	return 0;
}

void cfg_doc_free(struct cfg_doc *d)
{
	struct arena arena;
	int saved = errno;

	if (!d)
		return;
	text_lines_done(&d->priv->lines);
	free(d->priv->places);
	free(d->priv->copies);
	free(d->priv->addrs);
	arena = d->priv->arena;
	arena_done(&arena);
	errno = saved;
}

void cfg_doc_freep(struct cfg_doc **d)
{
	cfg_doc_free(*d);
}

static int parse(enum cfg_kind kind, const char *name, const char *buf, size_t len,
		 struct cfg_doc **ret, struct cfg_findings *findings, struct err *e)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct frame frames[1 + CFG_MAX_DEPTH];
	struct parser p = {.buf = buf, .len = len, .frames = frames, .findings = findings, .e = e};

	if (len > CFG_MAX_BYTES)
		return err_set(e, E2BIG, "1:1: more than %u bytes", CFG_MAX_BYTES);
	d = doc_new(kind, name ? name : kinds[kind].name);
	if (!d)
		return err_set(e, ENOMEM, "%m");
	p.doc = d;
	p.priv = d->priv;
	p.top = frames;
	frames[0] = (struct frame){.kind = FRAME_DOCUMENT};
	p.null_is_absent = kind == CFG_FEATURES;
	/* later, cfg_locate() has no text to look at any more */
	if (run(&p) && text_lines_build(&d->priv->lines, buf, len))
		(void)parser_oom(&p);
	free(p.names);
	if (p.rc)
		return p.rc;
	*ret = take_ptr(&d);
	return 0;
}

int cfg_parse(enum cfg_kind kind, const char *buf, size_t len, struct cfg_doc **ret,
	      struct cfg_findings *findings, struct err *e)
{
	return parse(kind, NULL, buf, len, ret, findings, e);
}

int cfg_parse_file(enum cfg_kind kind, int dirfd, const char *path, struct cfg_doc **ret,
		   struct err *e)
{
	cleanup_free char *buf = NULL;
	cleanup_fd int fd = fd_open_regular_at(dirfd, path, e);
	size_t len;
	int rc;

	if (fd < 0)
		return fd;
	rc = fd_read_all(fd, CFG_MAX_BYTES, &buf, &len);
	if (rc == -EFBIG)
		return err_set(e, E2BIG, "%s:1:1: more than %u bytes", path, CFG_MAX_BYTES);
	if (rc)
		return err_set(e, -rc, "read '%s': %m", path);
	rc = parse(kind, path, buf, len, ret, NULL, e);
	if (rc)
		(void)err_wrap_place(e, path);
	return rc;
}
