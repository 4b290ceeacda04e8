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

int options_parse(const struct option *table, void *base, int argc, char **argv, struct err *e)
{
	int i = 0;

	while (i < argc) {
		const char *word = argv[i], *name, *equals;
		char *value = NULL;
		const struct option *o;
		void *member;
		size_t len;
		int r;

		if (word[0] != '-' || !word[1])
			break;
		i++;
		if (str_eq(word, "--"))
			break;
		name = word + (word[1] == '-' ? 2 : 1);
		equals = strchr(name, '=');
		len = equals ? (size_t)(equals - name) : strlen(name);
		if (equals)
			value = argv[i - 1] + (equals - word) + 1;
		o = find(table, name, len);
		if (!o)
			return not_defined(table, name, len, e);
		if (o->kind != OPTION_FLAG && !value) {
			if (i == argc)
				return err_set(e, EINVAL, "flag needs an argument: -%.*s", (int)len,
					       name);
			value = argv[i++];
		}
		member = (char *)base + o->offset;
		switch (o->kind) {
		case OPTION_FLAG:
			r = set_flag(o, member, value, e);
			break;
		case OPTION_UINT:
			r = set_uint(o, member, value, e);
			break;
		case OPTION_LIST:
			r = add_to_list(member, value, e);
			break;
		default:
			*(const char **)member =
				*value || o->kind == OPTION_TEXT_AS_IS ? value : NULL;
			r = 0;
		}
		if (r < 0)
			return r;
	}
	return i;
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
