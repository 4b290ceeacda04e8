/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the validator: what a rule is, and how it reports. */
#ifndef VAL_RULES_H
#define VAL_RULES_H

#include "catalogue.h"
#include "validate.h"

#define VAL_QUOTED_SIZE 256

struct val_ctx {
	const struct cfg_doc *doc;
	int target;
	int req; /* of the rule that is running */
	int arg; /* its argument */
	struct cfg_findings *out;
	char quoted[2][VAL_QUOTED_SIZE];
	unsigned int turn;     /* of the two, so that one message can quote two strings */
	size_t parsed;	       /* the first so many of @out are the parser's */
	bool parser_cut;       /* it had more */
	const char **pointers; /* theirs, sorted; made when first asked for */
	size_t errors, advice; /* that the rules added */
};

#define VAL_CONFIG    (1u << CFG_CONFIG)
#define VAL_STATE     (1u << CFG_STATE)
#define VAL_FEATURES  (1u << CFG_FEATURES)
#define VAL_PROCESS   (1u << CFG_PROCESS)
#define VAL_RESOURCES (1u << CFG_RESOURCES)

/* One row: the requirement, the kinds of document that it speaks of, the judge, and for which of
 * several like things (a namespace type, a kind of hook). */
struct val_rule {
	int req;
	unsigned int kinds;
	void (*judge)(struct val_ctx *c);
	int arg;
	int since, until; /* versions, where those of the catalogue's row do not hold; 0: they do */
};

struct val_rules {
	const struct val_rule *rules;
	size_t count;
};
#define VAL_RULES(name, ...)                                                                       \
	static const struct val_rule name##_table[] = {__VA_ARGS__};                               \
	const struct val_rules name = {name##_table, sizeof(name##_table) / sizeof(name##_table[0])}

extern const struct val_rules val_rules_root, val_rules_annotations, val_rules_mounts,
	val_rules_process, val_rules_hooks, val_rules_linux, val_rules_cgroup, val_rules_seccomp,
	val_rules_kernel, val_rules_state, val_rules_features;

/*
 * A finding of the running rule about the value at @addr, a member or element within the document.
 * Of errors and of advice CFG_MAX_FINDINGS each are added, and c->out says what is left out: advice
 * hides no error.
 */
void val_add(struct val_ctx *c, const void *addr, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The same about a member that the document lacks; it stands at the position of the object that
 * should have it, or (an array without an element) at its own. Says nothing where the parser has a
 * finding at or below that member: it is not missing, but unusable.
 */
void val_add_absent(struct val_ctx *c, const void *addr, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Whether the parser has a finding at or below the member at @addr: then the typed document lacks
 * it, or a part of it, but its author has not left it out. Also true where the parser had more
 * findings than it listed: nobody knows then.
 */
bool val_unusable(struct val_ctx *c, const void *addr);

/*
 * A string of the document for a message: as JSON, and shortened where it is long. Two of them are
 * valid at a time.
 */
const char *val_quote(struct val_ctx *c, const char *s);

/* Appends a finding; takes @pointer and @message (either NULL: memory was short, f->oom). */
void val_push(struct cfg_findings *f, int req, uint32_t line, uint32_t col, char *pointer,
	      char *message);

/* The part of the document, or NULL: a process and resources are documents of their own too. */
const struct cfg_process *val_process(const struct val_ctx *c);
const struct cfg_resources *val_resources(const struct val_ctx *c);
const struct cfg_linux *val_linux(const struct val_ctx *c);

/* The namespace entry of @type (CFG_NS_*), or NULL. */
const struct cfg_namespace *val_namespace(const struct val_ctx *c, int type);

/* Whether there is no such entry, and none that the parser could not read either. */
bool val_lacks_namespace(struct val_ctx *c, int type);

/*
 * Makes the parser's findings precise: its table has one requirement per field, while the catalogue
 * tells a value of the wrong type from one outside of its set. Drops those that @target does not
 * know.
 */
void val_refine(const char *buf, size_t len, int target, struct cfg_findings *f);

/* Whether val_refine() can cite @req. */
bool val_refines_to(int req);

/* What only the text shows: names that the typed document does not have. 0 or -ENOMEM. */
int val_raw(enum cfg_kind kind, const char *buf, size_t len, int target, struct cfg_findings *f);

/* All findings from @from on into document order; those of one place by requirement. */
void val_sort(struct cfg_findings *f, size_t from);

#endif
