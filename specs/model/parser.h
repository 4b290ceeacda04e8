/* SPDX-License-Identifier: Apache-2.0 */
/* Inner workings of the parser, shared by its files: parse.c hears yajl's events, build.c turns
 * them into structs, report.c says what is wrong. */
#ifndef SPECS_PARSER_H
#define SPECS_PARSER_H

#include "arena.h"
#include "catalogue.h"
#include "cfg_parse.h"
#include "fields.h"
#include "text.h"

#define NO_PLACE UINT32_MAX

/* Where a value of the table stands. Places are in document order, so a parent stands before what
 * it holds. */
struct place {
	uint32_t off;	 /* byte of the document */
	uint32_t parent; /* NO_PLACE: the top object */
	uint32_t index;	 /* in an object: of the field in the table; in an array: of the element in
			    the document */
	uint32_t slot;	 /* in an array or a map: of the element in the struct (elements that are
			    wrong are not there) */
};

struct place_addr;

/* What cfg_tell_copy() was told. */
struct copy {
	const char *addr;
	size_t size;
	const char *original; /* NULL: @says */
	const char *says;
};

struct cfg_doc_priv {
	struct arena arena; /* holds the document and this as well */
	const struct field_obj *root;
	char *name; /* of the file, for errors */
	struct place *places;
	size_t nplaces, places_cap;
	struct text_lines lines;
	struct place_addr *addrs; /* by address; made when first asked for */
	size_t naddrs;
	struct copy *copies;
	size_t ncopies;
};

/* The common shape of all lists of cfg.h. */
struct list {
	void *items;
	size_t count;
	bool present;
};

enum token_type { TOKEN_NULL, TOKEN_BOOL, TOKEN_NUMBER, TOKEN_STRING, TOKEN_OBJECT, TOKEN_ARRAY };

struct token {
	enum token_type type;
	bool boolean;
	bool escaped;  /* string: was written with escapes */
	const char *s; /* number as written, string decoded */
	size_t len;
	uint32_t off; /* of its first byte */
};

enum frame_kind {
	FRAME_DOCUMENT, /* the lowest: what comes is the document */
	FRAME_OBJECT,	/* a struct: base is the struct, field the one whose value comes (NULL:
			   unknown) */
	FRAME_MAP,	/* base is the struct list, field the one that holds it; as for the rest: */
	FRAME_PAIRS,
	FRAME_SKIP_OBJECT, /* unknown, or of a wrong type: checked as JSON and dropped */
	FRAME_LIST,	   /* the first that is an array */
	FRAME_STRS,
	FRAME_UINTS,
	FRAME_ENUMS,
	FRAME_SKIP_ARRAY,
};

/* One open object or array. */
struct frame {
	enum frame_kind kind;
	uint32_t place;
	uint32_t off;
	const struct field_obj *obj; /* FRAME_OBJECT */
	const struct field *field;
	const struct field *in; /* the field that holds the struct which has that field */
	void *base;
	uint64_t seen; /* FRAME_OBJECT: one bit per field */
	size_t guess;  /* FRAME_OBJECT: the field that is likely to come next: documents are mostly
			  in the order of the table */
	size_t count;  /* elements or members so far */
	size_t cap;    /* of the items at base */
	size_t names;  /* start of its names among those of the parser */
	char *key; /* FRAME_MAP, FRAME_PAIRS: of the member whose value comes; NULL where it is not
		      fit */
};

/* A member name that is not in the table, kept until its object ends to find a second one. */
struct name {
	const char *s;
	uint32_t len, off;
};

struct parser {
	struct cfg_doc *doc;
	struct cfg_doc_priv *priv;
	const char *buf;
	size_t len;
	struct frame *frames; /* the document, and one for each level of CFG_MAX_DEPTH; those up to
				 @top have a value */
	struct frame *top;
	struct name *names;
	size_t nnames, names_cap;
	bool null_is_absent; /* features.md */
	struct cfg_findings *findings;
	size_t nfound[CATALOGUE_MINOR_MAX + 1]; /* findings added, by version */
	struct err *e;
	int rc;
	void *yajl;
	size_t end; /* byte behind the newest event */
	struct token token;
};

/* The table of a kind of document. */
const struct field_obj *cfg_kind_object(enum cfg_kind kind);

/* build.c: each takes one event, and says whether to go on; if not, p->rc and p->e say why. */
bool parser_value(struct parser *p, const struct token *t);
bool parser_null(struct parser *p, const struct token *t);
bool parser_open(struct parser *p, const struct token *t);
bool parser_key(struct parser *p, const struct token *t);
bool parser_close(struct parser *p);

/* names.c: a name of the innermost object, and the end of that object. As above. */
bool names_add(struct parser *p, const char *s, size_t len, uint32_t off);
bool names_check(struct parser *p, const struct frame *f);

/* The error for a name that stands twice. Returns false. */
bool names_duplicate(struct parser *p, const char *s, size_t len, uint32_t off);

/* report.c. Text that cannot be parsed, at byte @off: "line:col: <formatted>", -num in p->rc.
 * Returns false. */
bool parser_fail(struct parser *p, int num, uint32_t off, const char *fmt, ...)
	__attribute__((format(printf, 4, 5), cold));
bool parser_oom(struct parser *p);

/* A value that is wrong: added to the findings (returns true), or the error where nobody asked
 * for findings (returns false). @member: of the innermost object, where it is not the one whose
 * value comes. */
bool parser_finding(struct parser *p, int req, uint32_t off, const char *member, const char *fmt,
		    ...) __attribute__((format(printf, 5, 6), cold));

/* "got ..." for an error: the kind of value, or the value where it is short. Writes at most @size
 * bytes. */
#define DESCRIBED 300 /* enough for @buf */
void parser_describe(const struct token *t, char *buf, size_t size);

/* places.c: makes room for @cap places in all. False where memory is short. */
bool places_reserve(struct cfg_doc_priv *d, size_t cap);

/* Remembers a place, which is the last of d->places then; false where memory is short. */
bool place_add(struct cfg_doc_priv *d, uint32_t off, uint32_t parent, size_t index, size_t slot);

/* "~" and "/" as RFC 6901 wants them. */
void pointer_add(struct strbuf *b, const char *step, size_t len);

#endif
