/* SPDX-License-Identifier: Apache-2.0 */
#include "lie.h"

#include "cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum shape { SHAPE_NONE, SHAPE_WHERE, SHAPE_WHAT, SHAPE_OTHER, SHAPE_PAIR };

static const struct {
	const char *verb;
	enum lie_kind kind;
	enum shape shape;
	bool pointer; /* .where is a JSON pointer */
	bool value;   /* .what is JSON */
} verbs[] = {
	{"drop", LIE_DROP, SHAPE_WHERE, true, false},
	{"set", LIE_SET, SHAPE_WHAT, true, true},
	{"add", LIE_ADD, SHAPE_WHAT, true, true},
	{"pop", LIE_POP, SHAPE_WHERE, true, false},
	{"reverse", LIE_REVERSE, SHAPE_WHERE, true, false},
	{"drop-option", LIE_DROP_OPTION, SHAPE_WHAT, false, false},
	{"add-option", LIE_ADD_OPTION, SHAPE_WHAT, false, false},
	{"set-option", LIE_SET_OPTION, SHAPE_OTHER, false, false},
	{"drop-mount", LIE_DROP_MOUNT, SHAPE_WHERE, false, false},
	{"set-mount-source", LIE_SET_MOUNT_SOURCE, SHAPE_WHAT, false, false},
	{"set-mount-type", LIE_SET_MOUNT_TYPE, SHAPE_WHAT, false, false},
	{"drop-mount-mappings", LIE_DROP_MOUNT_MAPPINGS, SHAPE_WHERE, false, false},
	{"mount-over", LIE_MOUNT_OVER, SHAPE_WHERE, false, false},
	{"drop-namespace", LIE_DROP_NAMESPACE, SHAPE_WHERE, false, false},
	{"drop-namespace-path", LIE_DROP_NAMESPACE_PATH, SHAPE_WHERE, false, false},
	{"add-namespace", LIE_ADD_NAMESPACE, SHAPE_WHERE, false, false},
	{"add-userns", LIE_ADD_USERNS, SHAPE_NONE, false, false},
	{"swap-hooks", LIE_SWAP_HOOKS, SHAPE_PAIR, false, false},
	{"cli", LIE_CLI, SHAPE_WHERE, false, false},
};
#define VERBS (sizeof(verbs) / sizeof(*verbs))

static const char *const cli_names[] = {
#define CLI_LIE(name, tell) name,
#include "cli_lies.def"
#undef CLI_LIE
};

void lie_done(struct lie *l)
{
	free(l->text);
	free(l->where);
	free(l->what);
	free(l->other);
	*l = (struct lie){.kind = LIE_CLI};
}

const char *lie_cli_name(size_t i)
{
	return i < sizeof(cli_names) / sizeof(*cli_names) ? cli_names[i] : NULL;
}

bool lie_is_cli(const struct lie *l)
{
	/* but for the one that the configuration can tell */
	return l->kind == LIE_MOUNT_OVER ||
	       (l->kind == LIE_CLI && !str_eq(l->where, "hooks-twice"));
}

/* Copies @s up to @sep into *head and the rest behind it into *rest. */
static int split(const char *s, char sep, char **head, char **rest, struct err *e)
{
	const char *at = strchr(s, sep);

	if (!at) {
		(void)err_set(e, EINVAL, "a '%c' is missing in '%s'", sep, s);
		return -EINVAL;
	}
	*head = strndup(s, (size_t)(at - s));
	*rest = strdup(at + 1);
	if (*head && *rest)
		return 0;
	(void)err_set(e, ENOMEM, "read a lie: %m");
	return -ENOMEM;
}

static int read_where(struct lie *l, const char *rest, struct err *e)
{
	if (!rest || !*rest) {
		(void)err_set(e, EINVAL, "'%s' does not say what it is about", l->text);
		return -EINVAL;
	}
	l->where = strdup(rest);
	if (l->where)
		return 0;
	(void)err_set(e, ENOMEM, "read a lie: %m");
	return -ENOMEM;
}

static int read_rest(struct lie *l, enum shape shape, const char *rest, struct err *e)
{
	cleanup_free char *tail = NULL;
	int r;

	switch (shape) {
	case SHAPE_NONE:
		return rest ? err_set(e, EINVAL, "nothing stands behind '%s'", l->text) : 0;
	case SHAPE_WHERE:
		return read_where(l, rest, e);
	case SHAPE_PAIR:
		return split(rest ? rest : "", ',', &l->where, &l->what, e);
	case SHAPE_OTHER:
		r = split(rest ? rest : "", '=', &l->where, &tail, e);
		return r < 0 ? r : split(tail, ':', &l->what, &l->other, e);
	default:
		return split(rest ? rest : "", '=', &l->where, &l->what, e);
	}
}

static bool is_known_cli(const char *name)
{
	for (size_t i = 0; lie_cli_name(i); i++) {
		if (str_eq(lie_cli_name(i), name))
			return true;
	}
	return false;
}

static int check_json(const char *text, struct err *e)
{
	struct json *value = NULL;
	int r = json_parse(text, strlen(text), &value, e);

	json_free(value);
	return r == 0 || r == -ENOMEM ? r : -EINVAL;
}

static int check_parts(const struct lie *l, size_t verb, struct err *e)
{
	const char *where = l->where ? l->where : "", *what = l->what ? l->what : "";

	if (verbs[verb].pointer && where[0] != '/')
		return err_set(e, EINVAL, "'%s' is no pointer into the configuration", where);
	/* a value with placeholders may not be JSON before they are replaced */
	if (verbs[verb].value && !strchr(what, '@')) {
		int r = check_json(what, e);

		if (r < 0) {
			(void)err_wrap(e, "the value of '%s'", l->text);
			return r;
		}
	}
	if (l->kind == LIE_MOUNT_OVER && where[0] != '/')
		return err_set(e, EINVAL, "'%s' is no absolute path", where);
	if (l->kind == LIE_CLI && !is_known_cli(where))
		return err_set(e, EINVAL, "there is no lie 'cli:%s'", where);
	return 0;
}

int lie_parse(const char *text, struct lie *ret, struct err *e)
{
	CLEANUP(lie_done) struct lie l = {.kind = LIE_CLI};
	size_t n = strcspn(text, ":");

	for (size_t i = 0; i < VERBS; i++) {
		int r;

		if (strlen(verbs[i].verb) != n || strncmp(verbs[i].verb, text, n) != 0)
			continue;
		l.kind = verbs[i].kind;
		l.text = strdup(text);
		if (!l.text)
			return err_set(e, ENOMEM, "read a lie: %m");
		r = read_rest(&l, verbs[i].shape, text[n] ? text + n + 1 : NULL, e);
		if (r == 0)
			r = check_parts(&l, i, e);
		if (r < 0)
			return r;
		*ret = l;
		l = (struct lie){.kind = LIE_CLI};
		return 0;
	}
	return err_set(e, EINVAL, "there is no lie '%s'", text);
}
