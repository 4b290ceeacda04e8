/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "near.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option *find(const struct option *table, const char *name, size_t len)
{
	for (; table->name; table++) {
		if (strlen(table->name) == len && memcmp(table->name, name, len) == 0)
			return table;
		if (len == 1 && table->letter == name[0])
			return table;
	}
	return NULL;
}

static int not_defined(const struct option *table, const char *name, size_t len, struct err *e)
{
	char word[UINT8_MAX], hint[NEAR_HINT_SIZE];
	struct near n = {.word = word};

	(void)snprintf(word, sizeof(word), "%.*s", (int)len, name);
	for (; table->name; table++)
		near_offer(&n, table->name);
	return err_set(e, EINVAL, "flag provided but not defined: -%.*s%s", (int)len, name,
		       near_hint(&n, "--", hint));
}

static int set_flag(const struct option *o, bool *ret, const char *value, struct err *e)
{
	if (!value || str_eq(value, "true") || str_eq(value, "1"))
		*ret = true;
	else if (str_eq(value, "false") || str_eq(value, "0"))
		*ret = false;
	else
		return err_set(e, EINVAL, "invalid boolean value \"%s\" for -%s", value, o->name);
	return 0;
}

static int set_uint(const struct option *o, unsigned int *ret, const char *value, struct err *e)
{
	uint64_t n;

	if (str_to_u64(value, UINT16_MAX, &n) < 0)
		return err_set(e, EINVAL, "invalid value \"%s\" for flag -%s", value, o->name);
	*ret = (unsigned int)n;
	return 0;
}

static int add_to_list(struct option_list *l, char *value, struct err *e)
{
	char **more = reallocarray(l->items, l->count + 1, sizeof(*more));

	if (!more)
		return err_set(e, ENOMEM, "command line: %m");
	l->items = more;
	l->items[l->count++] = value;
	return 0;
}

static bool is_flag(const char *word)
{
	return word[0] == '-' && word[1];
}

static int set(const struct option *o, void *member, char *value, struct err *e)
{
	switch (o->kind) {
	case OPTION_FLAG:
		return set_flag(o, member, value, e);
	case OPTION_UINT:
		return set_uint(o, member, value, e);
	case OPTION_LIST:
		return add_to_list(member, value, e);
	default:
		*(const char **)member = *value || o->kind == OPTION_TEXT_AS_IS ? value : NULL;
		return 0;
	}
}

/* The flag at argv[0], with the word that is its value where that is one of its own. Returns how
 * many words they are, or -errno. */
static int parse_flag(const struct option *table, void *base, int argc, char **argv, struct err *e)
{
	const char *word = argv[0], *name = word + (word[1] == '-' ? 2 : 1);
	const char *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	char *value = equals ? argv[0] + (equals - word) + 1 : NULL;
	const struct option *o = find(table, name, len);
	int r, words = 1;

	if (!o)
		return not_defined(table, name, len, e);
	if (o->kind != OPTION_FLAG && !value) {
		if (argc < 2)
			return err_set(e, EINVAL, "flag needs an argument: -%.*s", (int)len, name);
		value = argv[words++];
	}
	r = set(o, (char *)base + o->offset, value, e);
	return r < 0 ? r : words;
}

int options_parse(const struct option *table, void *base, int argc, char **argv, struct err *e)
{
	int i = 0;

	while (i < argc && is_flag(argv[i])) {
		int n;

		if (str_eq(argv[i], "--"))
			return i + 1;
		n = parse_flag(table, base, argc - i, argv + i, e);
		if (n < 0)
			return n;
		i += n;
	}
	return i;
}

/* The last @n of @count words come before the others. */
static void move_to_front(char **words, int count, int n)
{
	for (; n > 0; n--, words++, count--) {
		char *last = words[count - n];

		memmove(words + 1, words, (size_t)(count - n) * sizeof(*words));
		words[0] = last;
	}
}

int options_parse_anywhere(const struct option *table, void *base, int argc, char **argv,
			   struct err *e)
{
	int flags = 0, i = 0;

	while (i < argc) {
		bool end = str_eq(argv[i], "--");
		int n = 1;

		if (!is_flag(argv[i])) {
			i++;
			continue;
		}
		if (!end)
			n = parse_flag(table, base, argc - i, argv + i, e);
		if (n < 0)
			return n;
		i += n;
		move_to_front(argv + flags, i - flags, n);
		flags += n;
		if (end)
			break;
	}
	return flags;
}

void options_help(const struct option *table, struct strbuf *out)
{
	for (; table->name; table++) {
		size_t begin = out->len, width;

		strbuf_addf(out, "   --%s", table->name);
		if (table->letter)
			strbuf_addf(out, ", -%c", table->letter);
		if (table->value)
			strbuf_addf(out, " %s", table->value);
		width = out->len - begin;
		strbuf_addf(out, "%*s%s\n", width < 32 ? (int)(32 - width) : 1, "", table->help);
	}
}
