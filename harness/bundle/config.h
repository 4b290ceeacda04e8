/* SPDX-License-Identifier: Apache-2.0 */
/* config.json of a case: the minimal base configuration, edited by JSON pointer. */
#ifndef BUNDLE_CONFIG_H
#define BUNDLE_CONFIG_H

#include "conform.h"
#include "json.h"
#include "vars.h"

/* The base configuration with its placeholders. It is valid by every version of the specification.
 */
extern const char hx_base_config[];

/* What the probe is called in the container. */
#define HX_PROBE_PATH "/conform-probe"
/* Where the case's io directory is mounted. */
#define HX_IO_PATH "/conform-io"

/*
 * The configuration of a case as a tree; the caller frees *ret_tree. With an OP_RAW edit, which
 * stands alone, *ret_raw is the text instead (the caller frees) and the tree is NULL.
 * @target is the minor version that the case asks for at least: it decides ociVersion. @ask
 * replaces @ASK@.
 */
int hx_config_make(const struct edit *edits, struct hx_vars *v, unsigned int target,
		   const char *ask, struct json **ret_tree, char **ret_raw, struct err *e);

/* The base configuration as a tree, its placeholders as they are; the caller frees *ret. 0 or
 * -ENOMEM.
 */
int hx_config_base(struct json **ret, struct err *e);

/* Applies one edit; @edit->op is OP_SET, OP_DEL or OP_ADD. */
int hx_config_edit(struct json **tree, const struct edit *edit, struct hx_vars *v, struct err *e);

/* Replaces @ASK@ in process.args by @ask. */
int hx_config_set_ask(struct json *tree, const char *ask, struct err *e);

/*
 * The request to the probe: "--ask=NONCE\n", the names without pointers, facts first, actions
 * behind them, none twice, then the ending. The caller frees *ret.
 */
int hx_config_ask(const struct check *inside, const char *ending, const char *nonce,
		  struct hx_vars *v, char **ret, struct err *e);

#endif
