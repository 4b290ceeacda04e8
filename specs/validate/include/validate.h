/* SPDX-License-Identifier: Apache-2.0 */
/* All rules that can be judged from a document, or from a bundle directory, alone. */
#ifndef SPECS_VALIDATE_H
#define SPECS_VALIDATE_H

#include "cfg_parse.h"

#define VAL_TARGET_MIN	  100
#define VAL_TARGET_LATEST 103

/*
 * Specification version that the document is held against: major * 100 + minor, 100..103. A rule
 * that is younger than the target is not applied: to an older reader its property is unknown, and
 * unknown properties are ignored (config.md#extensibility).
 */
struct val_options {
	int target;
	/* Of val_document(): leave out what val_refuses() would not refuse. To say where a finding
	 * stands takes longer than to find it. */
	bool refused_only;
};

/*
 * Adds to @f every rule that @d breaks, MUST and SHOULD alike, and leaves all of @f in document
 * order. The parser's own findings (types, bounds, required members) are not repeated: pass the
 * same @f to cfg_parse() and then to this. Errors and advice end at CFG_MAX_FINDINGS each, which
 * f->cut_errors and f->cut_advice tell. 0 or -ENOMEM.
 */
int val_document(const struct cfg_doc *d, const struct val_options *o, struct cfg_findings *f);

/*
 * The whole judgement of one text: parses @len bytes as @kind, makes the parser's findings precise
 * (one field of the table may stand under several parents, and a string outside of its set is
 * another fault than a number), drops those that are younger than the target, adds what only the
 * text shows and then what val_document() finds. Findings are added to @f in document order, and
 * f->cut_errors and f->cut_advice tell whether that is all of them.
 * Text that is no JSON document at all is a finding too, with the requirement that it breaks or
 * REQ_NONE. Returns 0, -E2BIG (a named limit of cfg_parse.h; the words are in @e) or -ENOMEM.
 */
int val_text(enum cfg_kind kind, const char *buf, size_t len, const struct val_options *o,
	     struct cfg_findings *f, struct err *e);

/*
 * Which kind of document the text most likely is, told by its top-level members: a features
 * document has ociVersionMin or ociVersionMax, a state has status, or id with bundle; all else,
 * JSON or not, is a config.
 */
enum cfg_kind val_guess_kind(const char *buf, size_t len);

/*
 * What can be judged of a bundle directory without running it (bundle.md): a config.json of
 * exactly this name at its top, and root.path, a directory that is there. Adds its findings to @f,
 * with empty pointers and no position where they are about the directory. Where there is a
 * config.json, its text becomes the caller's in *ret_buf (else NULL) so that val_text() can follow.
 * 0 or -errno: the directory or its config.json cannot be read.
 */
int val_bundle(int dirfd, const struct val_options *o, struct cfg_findings *f, char **ret_buf,
	       size_t *ret_len, struct err *e);

/*
 * The second half for a bundle: holds root.path of the config in @buf against the directory. A
 * text that does not parse yields nothing. 0 or -errno.
 */
int val_bundle_root(int dirfd, const char *buf, size_t len, const struct val_options *o,
		    struct cfg_findings *f, struct err *e);

/* Whether a finding with @req is a SHOULD or MAY that is not followed; the rest makes the document
 * invalid, wrong types of optional members too. */
bool val_is_advice(int req);

/*
 * Whether a runtime that reads the document has to refuse it for a finding with @req
 * (config.md#valid-values). False for advice, and for the rules of an author that the text tells
 * runtimes to live with: capabilities that they do not know (a warning, config.md#linux-process)
 * and annotation keys and values (config.md#annotations).
 */
bool val_refuses(int req);

/* Whether some rule of this module, apart from the parser's table, can cite @req. */
bool val_has_rule(int req);

#endif
