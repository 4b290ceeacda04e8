/* SPDX-License-Identifier: Apache-2.0 */
/* The placeholders of the case API: @NAME@ and @NAME:parameter@. */
#ifndef BUNDLE_VARS_H
#define BUNDLE_VARS_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>

#define VARS_MAX 16

struct hx_var {
	const char *name;
	char *value;
};

struct hx_vars {
	struct hx_var items[VARS_MAX];
	size_t count;
	char *v_json; /* the value of .vary, as JSON text; NULL: the case does not vary */
	/* Makes what a placeholder with a parameter stands for when it is first met (a namespace,
	 * the agent). Returns 1 with a fresh *ret, 0: no such name, or -errno. May be NULL. */
	int (*make)(void *arg, const char *name, const char *parameter, char **ret, struct err *e);
	void *arg;
};

/* Frees the values. */
void hx_vars_done(struct hx_vars *v);

/* Sets a placeholder; @name is borrowed and must last, @value is copied. 0 or -ENOMEM / -E2BIG. */
int hx_vars_set(struct hx_vars *v, const char *name, const char *value, struct err *e);

/* Whether the placeholder of this name stands for a number: an inode, a pid, a user. */
bool hx_vars_is_number(const char *name);

/*
 * A fresh copy of @text with every placeholder replaced; the caller frees *ret. @json: the text is
 * JSON, so @V@ outside of a string stands for JSON text. @ASK@ stays: it belongs to the bundle. An
 * unknown placeholder is -EINVAL.
 */
int hx_vars_expand(struct hx_vars *v, const char *text, bool json, char **ret, struct err *e);

#endif
