/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to typed documents and back. The parser streams: yajl events go straight into the structs
 * of cfg.h, which live in one arena. Its memory is at most a fixed multiple of the document's size.
 */
#ifndef SPECS_CFG_PARSE_H
#define SPECS_CFG_PARSE_H

#include "cfg.h"
#include "err.h"
#include "str.h"

/* Named limits: everything that a document may hold is bounded. */
#define CFG_MAX_BYTES	(16u << 20)
#define CFG_MAX_DEPTH	64
#define CFG_MAX_ENTRIES (1u << 16) /* elements of one array, members of one map */
#define CFG_MAX_STRING	(1u << 20) /* bytes of one string */
/*
 * More findings than these the parser does not add to a list, of those whose requirements are of
 * one version of the specification (cfg_since()): a list may be held against an older one, and what
 * that does not know must not hide what it does.
 */
#define CFG_MAX_FINDINGS 1000

enum cfg_kind {
	CFG_CONFIG,
	CFG_STATE,
	CFG_FEATURES,
	CFG_PROCESS,
	CFG_RESOURCES,
	CFG_PROCESS_STATE
};

/*
 * One thing that is wrong with a document. A result, not an error: a document may have many. The
 * pointer is exact, whatever bytes the document's names hold: escape it before a terminal sees it,
 * or cfg_show() it. The message is clean.
 */
struct cfg_finding {
	int req; /* enum req of the catalogue */
	uint32_t line,
		col;   /* from 1, col in bytes; of a missing member: of the object without it */
	char *pointer; /* JSON pointer */
	char *message; /* what is wrong, in words */
};
struct cfg_findings {
	struct cfg_finding *items;
	size_t count, cap;
	bool oom;
	/* Of the parser: bit n says that some whose requirement is of version 1.n were left out,
	 * for they are too many. */
	unsigned int cut_since;
	/* Of the validator: errors, or pieces of advice, were left out. */
	bool cut_errors, cut_advice;
};
void cfg_findings_done(struct cfg_findings *f);

/* Makes control characters question marks: text of a document must not steer the terminal that an
 * error is shown on. */
void cfg_show(char *s);

/* The minor version that first had what the parser's findings with @req speak of; 0 for REQ_NONE.
 */
int cfg_since(int req);

/* A parsed document. @config and so on is the struct of its kind; all memory is the document's. */
struct cfg_doc {
	enum cfg_kind kind;
	union {
		void *object;
		struct cfg_config *config;
		struct cfg_state *state;
		struct cfg_features *features;
		struct cfg_process *process;
		struct cfg_resources *resources;
		struct cfg_container_process_state *process_state;
	};
	struct cfg_doc_priv *priv; /* arena, positions of values */
};

/*
 * Parses @len bytes as a document of @kind. Text that is not JSON of RFC 8259 in UTF-8, has a name
 * twice in one object, half a surrogate pair or something behind its end, or breaks a limit, is an
 * error: -EINVAL or -E2BIG with "line:col: ..." in @e. A value of a wrong type or out of its
 * bounds, a missing required member, an unknown name in a closed set: where @findings is not NULL
 * each is added there and parsing goes on (the member stays absent, or CFG_UNKNOWN); where it is
 * NULL the first one is an error "line:col: /pointer: message [requirement-id]". Unknown members
 * are checked as JSON and skipped, as config.md#extensibility demands; names are compared byte by
 * byte.
 *
 * An integer has to be written as one: 1.0 and 1e3 are refused, and -0 where no negative number can
 * stand. null is a value like others, that is, of the wrong type; only features.md says that it
 * means absence, and there it does. A string that the table knows holds no NUL.
 * On success the caller owns *ret: cfg_doc_free().
 */
int cfg_parse(enum cfg_kind kind, const char *buf, size_t len, struct cfg_doc **ret,
	      struct cfg_findings *findings, struct err *e);
/* What later errors call the document (cfg_err()); without it a word for its kind. 0 or -ENOMEM. */
int cfg_doc_name(struct cfg_doc *d, const char *name);
void cfg_doc_free(struct cfg_doc *d);
void cfg_doc_freep(struct cfg_doc **d);

/* Reads "<dirfd>/<path>" (regular file, size-limited, O_NONBLOCK so that a FIFO cannot hang) and
 * parses it; errors begin with "<path>:line:col: ". */
int cfg_parse_file(enum cfg_kind kind, int dirfd, const char *path, struct cfg_doc **ret,
		   struct err *e);

/*
 * Where a value of @d came from. @addr is the address of a member within the document's structs
 * (say &config->process->cwd), of a whole struct (config->process), or of an element of a list
 * (&mounts.items[2], &args.items[0], a pair or its value). Writes the JSON pointer (heap, the
 * caller frees) and the position; for a member that is absent its pointer and the position of the
 * object that lacks it. 0; -ENOENT for an address that is none of these; -ENOMEM.
 */
int cfg_locate(const struct cfg_doc *d, const void *addr, char **ret_pointer, uint32_t *ret_line,
	       uint32_t *ret_col);

/*
 * For cfg_err(), where values of @d were copied and changed: an address within the @size bytes at
 * @copy is that at the same distance in @original; where that is NULL, @says (borrowed: "--cwd")
 * stands for the place. Of two that hold it is the later. -ENOMEM.
 */
int cfg_tell_copy(struct cfg_doc *d, const void *copy, size_t size, const void *original,
		  const char *says);

/* Fills @e with "config.json:line:col: /pointer: <formatted>", for a member that cannot be applied.
 * Returns -num. */
int cfg_err(const struct cfg_doc *d, const void *addr, struct err *e, int num, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/*
 * Canonical text of the struct @object of @kind, one form only: table order, absent members and
 * CFG_UNKNOWN left out. @indent 0: one line without blanks; else lines indented by so many blanks,
 * and a final newline. Parsing it gives the same document again.
 */
void cfg_print(enum cfg_kind kind, const void *object, int indent, struct strbuf *out);

/*
 * The config.json that `refrun spec` writes: a complete, valid document in canonical form.
 * @rootless: for a caller without privileges, whose own ids its user namespace maps.
 */
void cfg_print_default(bool rootless, struct strbuf *out);

/* Name of an enum value as in the document, or NULL: cfg_enum_name_ns_type(CFG_NS_PID) is "pid". */
#define ENUM_BEGIN(set) const char *cfg_enum_name_##set(int value);
#define V(set, symbol, name)
#define ENUM_END(set)
#include "cfg_enums.def"
#undef ENUM_BEGIN
#undef V
#undef ENUM_END

#endif
