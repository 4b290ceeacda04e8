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

/* yajl has just read a token; this is the byte behind it. */
static size_t token_end(const struct parser *p)
{
	return yajl_get_bytes_consumed(p->yajl);
}

/* yajl goes on while its callbacks return 1. */
static int go_on(struct parser *p, int rc)
{
	p->last = token_end(p);
	return rc ? 0 : 1;
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
	return p->depth ? (uint32_t)(token_end(p) - len) : document_start(p);
}

static int on_null(void *ctx)
{
	struct parser *p = ctx;

	return go_on(
		p, parser_value(p, &(struct token){.type = TOKEN_NULL, .off = token_start(p, 4)}));
}

static int on_boolean(void *ctx, int value)
{
	struct parser *p = ctx;

	return go_on(p, parser_value(p, &(struct token){.type = TOKEN_BOOL,
							.boolean = value != 0,
							.off = token_start(p, value ? 4 : 5)}));
}

static int on_number(void *ctx, const char *s, size_t len)
{
	struct parser *p = ctx;

	return go_on(p, parser_value(p, &(struct token){.type = TOKEN_NUMBER,
							.s = s,
							.len = len,
							.off = token_start(p, len)}));
}

/*
 * yajl hands out a string in place where it holds no escapes, else from a buffer of its own. Sets
 * t->off to the opening quote. Half a surrogate pair is not a character; yajl would make it a
 * question mark.
 */
static int locate_string(struct parser *p, struct token *t, bool *ret_escaped)
{
	const char *open, *raw;
	size_t bad, len;

	*ret_escaped = false;
	if (t->s >= p->buf && t->s < p->buf + p->len) {
		t->off = (uint32_t)(t->s - p->buf) - 1;
		return 0;
	}
	if (!p->depth) {
		t->off = document_start(p);
		return 0;
	}
	/* Backwards from the closing quote: the opening one is the first that has no backslash
	 * before it, for outside of a string there are none. */
	raw = p->buf + token_end(p) - 1;
	open = raw;
	for (;;) {
		size_t slashes = 0;

		open = memrchr(p->buf, '"', (size_t)(open - p->buf));
		while (open - slashes > p->buf && open[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			break;
	}
	t->off = (uint32_t)(open - p->buf);
	len = (size_t)(raw - open) - 1;
	*ret_escaped = true;
	bad = text_lone_surrogate(open + 1, len);
	if (bad < len)
		return parser_fail(p, EINVAL, t->off + 1 + (uint32_t)bad,
				   "half a surrogate pair [%s]", catalogue_get(REQ_JSON_UTF8)->id);
	return 0;
}

static int on_string(void *ctx, const unsigned char *s, size_t len)
{
	struct parser *p = ctx;
	struct token t = {.type = TOKEN_STRING, .s = (const char *)s, .len = len};
	bool escaped;

	if (locate_string(p, &t, &escaped))
		return 0;
	return go_on(p, parser_value(p, &t));
}

static int on_key(void *ctx, const unsigned char *s, size_t len)
{
	struct parser *p = ctx;
	struct token t = {.type = TOKEN_STRING, .s = (const char *)s, .len = len};
	bool escaped;

	if (locate_string(p, &t, &escaped))
		return 0;
	return go_on(p, parser_key(p, &t, escaped));
}

static int on_open_object(void *ctx)
{
	struct parser *p = ctx;

	return go_on(p, parser_open(p, &(struct token){.type = TOKEN_OBJECT,
						       .off = (uint32_t)token_end(p) - 1}));
}

static int on_open_array(void *ctx)
{
	struct parser *p = ctx;

	return go_on(p, parser_open(p, &(struct token){.type = TOKEN_ARRAY,
						       .off = (uint32_t)token_end(p) - 1}));
}

static int on_close(void *ctx)
{
	struct parser *p = ctx;

	return go_on(p, parser_close(p));
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
		return skip_blanks(p, p->last);
	/* read already: a token that may not stand here, or a byte of none */
	if (at && (str_starts(words, "parse error: ") ||
		   str_starts(words, "lexical error: invalid char in json")))
		return at - 1;
	return at;
}

/* yajl's words for what is not JSON. @at_end: it is the end that came too early. */
static int syntax_error(struct parser *p, bool at_end)
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

static int feed(struct parser *p, struct pool *pool)
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
	if (status != yajl_status_ok)
		return p->rc ? p->rc : syntax_error(p, false);
	status = yajl_complete_parse(p->yajl);
	return p->rc || status == yajl_status_ok ? p->rc : syntax_error(p, true);
}

static int run(struct parser *p)
{
	size_t valid = text_utf8_len(p->buf, p->len), odd = text_odd_blank(p->buf, p->len);
	struct pool pool = {.arena = {0}};
	int rc;

	if (valid < p->len)
		return parser_fail(p, EINVAL, (uint32_t)valid, "bytes that are not UTF-8 [%s]",
				   catalogue_get(REQ_JSON_UTF8)->id);
	if (odd < p->len)
		return parser_fail(p, EINVAL, (uint32_t)odd, "a character that JSON has nowhere");
	rc = feed(p, &pool);
	arena_done(&pool.arena);
	return rc;
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

static struct cfg_doc *doc_new(enum cfg_kind kind, const char *name)
{
	struct cfg_doc *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->kind = kind;
	d->priv = calloc(1, sizeof(*d->priv));
	if (!d->priv) {
		free(d);
		return NULL;
	}
	d->priv->root = kinds[kind].obj;
	d->priv->name = strdup(name ? name : kinds[kind].name);
	if (!d->priv->name) {
		cfg_doc_free(d);
		return NULL;
	}
	return d;
}

void cfg_doc_free(struct cfg_doc *d)
{
	int saved = errno;

	if (!d)
		return;
	arena_done(&d->priv->arena);
	text_lines_done(&d->priv->lines);
	free(d->priv->places);
	free(d->priv->copies);
	free(d->priv->addrs);
	free(d->priv->name);
	free(d->priv);
	free(d);
	errno = saved;
}

static int parse(enum cfg_kind kind, const char *name, const char *buf, size_t len,
		 struct cfg_doc **ret, struct cfg_findings *findings, struct err *e)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct parser p = {.buf = buf, .len = len, .findings = findings, .e = e};
	int rc;

	if (len > CFG_MAX_BYTES)
		return err_set(e, E2BIG, "1:1: more than %u bytes", CFG_MAX_BYTES);
	d = doc_new(kind, name);
	if (!d)
		return err_set(e, ENOMEM, "%m");
	p.doc = d;
	p.priv = d->priv;
	p.null_is_absent = kind == CFG_FEATURES;
	rc = run(&p);
	free(p.names);
	/* cfg_locate() has no text to look at any more */
	if (!rc && text_lines_build(&d->priv->lines, buf, len))
		rc = parser_oom(&p);
	if (rc)
		return rc;
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
	if (rc) {
		/* "path:line:col", not "path: line:col" */
		struct err inner = {.num = -rc};

		if (e)
			inner = *e;
		return err_set(e, -rc, "%s:%s", path, inner.msg);
	}
	return 0;
}
