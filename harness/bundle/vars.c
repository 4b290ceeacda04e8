/* SPDX-License-Identifier: Apache-2.0 */
#include "vars.h"

#include "cleanup.h"
#include "json.h"
#include "str.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN 16

void hx_vars_done(struct hx_vars *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->items[i].value);
	free(v->v_json);
	*v = (struct hx_vars){0};
}

int hx_vars_set(struct hx_vars *v, const char *name, const char *value, struct err *e)
{
	char *copy;

	if (v->count == VARS_MAX)
		return err_set(e, E2BIG, "more than %d placeholders", VARS_MAX);
	copy = strdup(value);
	if (!copy)
		return err_set(e, ENOMEM, "placeholder %s: %m", name);
	v->items[v->count++] = (struct hx_var){name, copy};
	return 0;
}

/*
 * The placeholder that begins at @at (which is an '@'): its length with both signs, 0 where the
 * sign is just a sign. NAME is capitals; a parameter is small letters.
 */
static size_t placeholder(const char *at, char name[NAME_MAX_LEN], char parameter[NAME_MAX_LEN])
{
	size_t n = 1, k = 0;

	while (isupper((unsigned char)at[n]) && n < NAME_MAX_LEN)
		n++;
	if (n == 1 || n == NAME_MAX_LEN)
		return 0;
	memcpy(name, at + 1, n - 1);
	name[n - 1] = '\0';
	parameter[0] = '\0';
	if (at[n] == ':') {
		n++;
		while (islower((unsigned char)at[n]) && k < NAME_MAX_LEN - 1)
			parameter[k++] = at[n++];
		parameter[k] = '\0';
		if (k == 0)
			return 0;
	}
	return at[n] == '@' ? n + 1 : 0;
}

/* @V@: JSON text, or the bare characters where it stands in a string already. */
static int add_v(const struct hx_vars *v, bool as_json, struct strbuf *out, struct err *e)
{
	CLEANUP(json_freep) struct json *value = NULL;
	int r;

	if (!v->v_json)
		return err_set(e, EINVAL, "@V@ in a case that does not vary");
	if (as_json) {
		strbuf_adds(out, v->v_json);
		return 0;
	}
	r = json_parse(v->v_json, strlen(v->v_json), &value, e);
	if (r < 0)
		return err_wrap(e, "the variant %s", v->v_json);
	strbuf_adds(out, json_string(value) ? json_string(value) : v->v_json);
	return 0;
}

/* A string of JSON keeps its form, whatever is in the name of a directory. */
static void add_text(const char *text, bool in_string, struct strbuf *out)
{
	struct strbuf quoted = STRBUF_INIT;

	if (!in_string) {
		strbuf_adds(out, text);
		return;
	}
	strbuf_add_json(&quoted, text, strlen(text));
	if (quoted.oom)
		out->oom = true;
	else
		strbuf_add(out, quoted.buf + 1, quoted.len - 2);
	strbuf_done(&quoted);
}

static int add_value(struct hx_vars *v, const char *name, const char *parameter, bool as_json,
		     bool in_string, struct strbuf *out, struct err *e)
{
	cleanup_free char *made = NULL;
	int r = 0;

	if (str_eq(name, "ASK")) {
		strbuf_adds(out, "@ASK@");
		return 0;
	}
	if (str_eq(name, "V") && !parameter[0])
		return add_v(v, as_json, out, e);
	for (size_t i = 0; i < v->count && !parameter[0]; i++) {
		if (str_eq(v->items[i].name, name)) {
			add_text(v->items[i].value, in_string, out);
			return 0;
		}
	}
	if (v->make)
		r = v->make(v->arg, name, parameter, &made, e);
	if (r < 0)
		return r;
	if (r == 0)
		return err_set(e, EINVAL, "no placeholder @%s%s%s@", name, parameter[0] ? ":" : "",
			       parameter);
	add_text(made, in_string, out);
	return 0;
}

bool hx_vars_is_number(const char *name)
{
	return str_eq(name, "NSINO") || str_eq(name, "HOSTINO") || str_eq(name, "CTINO") ||
	       str_eq(name, "CTPID") || str_eq(name, "USER") || str_eq(name, "GROUP");
}

int hx_vars_expand(struct hx_vars *v, const char *text, bool json, char **ret, struct err *e)
{
	struct strbuf out = STRBUF_INIT;
	bool in_string = false;
	int r = 0;

	for (const char *p = text; *p && r == 0;) {
		char name[NAME_MAX_LEN], parameter[NAME_MAX_LEN];
		size_t n = *p == '@' ? placeholder(p, name, parameter) : 0;

		/* a whole string in JSON stands for the text of the value, so that a case can be
		 * written in plain C tokens */
		if (json && !in_string && str_starts(p, "\"@V@\"")) {
			r = add_v(v, true, &out, e);
			p += strlen("\"@V@\"");
			continue;
		}
		/* so does one that is a number: an inode, a pid, a user */
		if (json && !in_string && *p == '"' && p[1] == '@') {
			n = placeholder(p + 1, name, parameter);
			if (n && hx_vars_is_number(name) && p[1 + n] == '"') {
				r = add_value(v, name, parameter, true, false, &out, e);
				p += n + 2;
				continue;
			}
			n = 0;
		}
		if (n) {
			r = add_value(v, name, parameter, json && !in_string, json && in_string,
				      &out, e);
			p += n;
			continue;
		}
		if (*p == '"')
			in_string = !in_string;
		/* what a backslash protects opens and closes nothing */
		if (*p == '\\' && p[1])
			strbuf_addc(&out, *p++);
		strbuf_addc(&out, *p++);
	}
	if (r < 0) {
		strbuf_done(&out);
		return r;
	}
	*ret = strbuf_take(&out);
	return *ret ? 0 : err_set(e, ENOMEM, "replace placeholders: %m");
}
