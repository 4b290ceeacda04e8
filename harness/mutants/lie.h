/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lie: one thing that a runtime under the wrapper does other than it was told. Its text is what a
 * case names in MUTANTS(...) and what `conform lie` takes. docs/mutants.md lists them all.
 */
#ifndef MUTANTS_LIE_H
#define MUTANTS_LIE_H

#include "err.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>

enum lie_kind {
	LIE_DROP,		 /* drop:/pointer */
	LIE_SET,		 /* set:/pointer=JSON */
	LIE_ADD,		 /* add:/pointer=JSON */
	LIE_POP,		 /* pop:/pointer */
	LIE_REVERSE,		 /* reverse:/pointer */
	LIE_DROP_OPTION,	 /* drop-option:/destination=option */
	LIE_ADD_OPTION,		 /* add-option:/destination=option */
	LIE_SET_OPTION,		 /* set-option:/destination=old:new */
	LIE_DROP_MOUNT,		 /* drop-mount:/destination */
	LIE_SET_MOUNT_SOURCE,	 /* set-mount-source:/destination=path */
	LIE_SET_MOUNT_TYPE,	 /* set-mount-type:/destination=type */
	LIE_DROP_MOUNT_MAPPINGS, /* drop-mount-mappings:/destination */
	LIE_MOUNT_OVER,		 /* mount-over:/path */
	LIE_DROP_NAMESPACE,	 /* drop-namespace:type */
	LIE_DROP_NAMESPACE_PATH, /* drop-namespace-path:type */
	LIE_ADD_NAMESPACE,	 /* add-namespace:type */
	LIE_ADD_USERNS,		 /* add-userns */
	LIE_SWAP_HOOKS,		 /* swap-hooks:kind,kind */
	LIE_CLI,		 /* cli:name */
};

struct lie {
	enum lie_kind kind;
	char *text;  /* as it was written */
	char *where; /* pointer, destination, path, namespace type, kind of hook, name of a cli lie
		      */
	char *what;  /* value, option, source, the other kind of hook; NULL where none */
	char *other; /* the new option of set-option; else NULL */
};

/* Reads @text. 0 with *ret, which the caller ends with lie_done(), or -EINVAL with a sentence. */
int lie_parse(const char *text, struct lie *ret, struct err *e);
void lie_done(struct lie *l);

/*
 * Edits @config, a tree that need not be valid, as the lie says. 1: it is other than it was. 0:
 * there is nothing in it to lie about, and it is as it was. @bundle is the absolute path of the
 * bundle, for @BUNDLE@ and for files to mount. -ENOMEM.
 */
int lie_edit(const struct lie *l, struct json **config, const char *bundle, struct err *e);

/* Whether the lie is told around the call of the runtime: lie_edit() cannot tell it. */
bool lie_is_cli(const struct lie *l);

/* The names of the lies of the command line, by number; NULL behind the last. */
const char *lie_cli_name(size_t i);

#endif
