/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict JSON tree: RFC 8259, UTF-8 checked, duplicate names refused, nothing behind the value,
 * bounded depth and size. Numbers stay text until someone asks. The tree is edited by JSON pointer
 * (RFC 6901) and printed in one canonical form. yajl stays behind this file.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "err.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_MAX_BYTES (16u << 20)
#define JSON_MAX_DEPTH 64
#define JSON_MAX_NODES (1u << 20)

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type;
	bool boolean;
	char *text;	     /* number as written, or string (UTF-8, NUL-terminated) */
	size_t len;	     /* bytes of text; a string may hold NUL */
	char **names;	     /* object: member names, in document order */
	struct json **items; /* array elements or member values */
	size_t count;
	uint32_t line, col; /* where the value stands, from 1; 0: made by an edit */
};

/*
 * Everything but json_free() works on trees of at most JSON_MAX_DEPTH containers in each other, as
 * json_parse(), json_set() and json_add() ensure; json_copy() and json_print() report a deeper one
 * as short memory, json_equal() as unequal.
 */

/* Parses @len bytes. The error message begins with "line:col: ". The caller frees *ret with
 * json_free(). 0 or -errno (-EINVAL, -E2BIG, -ENOMEM). */
int json_parse(const char *buf, size_t len, struct json **ret, struct err *e);

/* Destroys a tree of any depth without recursion deeper than JSON_MAX_DEPTH; NULL is fine. */
void json_free(struct json *j);
static inline void json_freep(struct json **j)
{
	json_free(*j);
}

struct json *json_new(enum json_type type);
struct json *json_new_bool(bool b);
struct json *json_new_int(int64_t v);
struct json *json_new_uint(uint64_t v);
struct json *json_new_string(const char *s);
struct json *json_new_string_len(const char *s, size_t len);
struct json *json_copy(const struct json *j);

/* Appends / sets a member; takes @value in every case, freeing it on failure. 0 or -ENOMEM, also
 * where one of the two is NULL, as json_new() and its like return it; -EINVAL: the wrong container.
 * A name that exists is replaced in place. */
int json_append(struct json *array, struct json *value);
int json_set_member(struct json *object, const char *name, struct json *value);

/* Borrowed, or NULL. */
struct json *json_member(const struct json *object, const char *name);
const char *json_string(const struct json *j);	  /* NULL unless a string without embedded NUL */
int json_int(const struct json *j, int64_t *ret); /* 0, -EINVAL not an integer, -ERANGE */
int json_uint(const struct json *j, uint64_t *ret);

/* RFC 6901. "" is the whole document. "-" behind an array names the place after its end (json_set
 * only). */
struct json *json_at(const struct json *root, const char *pointer);
/* Sets the value at @pointer; missing objects on the way are made; takes @value in every case, of
 * which NULL is -ENOMEM. */
int json_set(struct json **root, const char *pointer, struct json *value, struct err *e);
/* Inserts before the array index at the end of @pointer ("-": appends), or sets a member; takes
 * @value. */
int json_add(struct json **root, const char *pointer, struct json *value, struct err *e);
/* Removes; -ENOENT where nothing stands there. */
int json_remove(struct json **root, const char *pointer, struct err *e);

/* Equal in type and value; numbers by value where both are integers, else by text; order of members
 * does not count. */
bool json_equal(const struct json *a, const struct json *b);

/* Canonical text. @indent 0: one line without blanks; else lines indented by so many blanks and a
 * final newline. Members in document order. */
void json_print(const struct json *j, int indent, struct strbuf *out);

/*
 * A document that is written and not kept, as json_print() would without indent: each adds a value
 * to @out, behind a comma where one stands before it. @name: of a member; NULL: an element, or the
 * document itself. What json_put_open() begins ends with json_put_close() of the other bracket.
 */
void json_put_open(struct strbuf *out, const char *name, char bracket);
void json_put_close(struct strbuf *out, char bracket);
void json_put_string(struct strbuf *out, const char *name, const char *s);
void json_put_int(struct strbuf *out, const char *name, int64_t v);
void json_put_uint(struct strbuf *out, const char *name, uint64_t v);
void json_put_bool(struct strbuf *out, const char *name, bool b);
void json_put_tree(struct strbuf *out, const char *name, const struct json *j);

#endif
