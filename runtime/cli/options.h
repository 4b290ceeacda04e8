/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command lines as runc's callers write them: --name value, --name=value, -name (one dash too), -n
 * value, a flag given twice (the last one counts, or both where it is
 * a list), --flag=false, "--" ends the flags.
 */
#ifndef RUNTIME_CLI_OPTIONS_H
#define RUNTIME_CLI_OPTIONS_H

#include "err.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>

enum option_kind {
	OPTION_FLAG, /* bool */
	OPTION_TEXT, /* const char *, borrowed from argv; NULL where it is empty: callers write out
			what they leave unset, and runc takes it so */
	OPTION_TEXT_AS_IS, /* the same, but what an empty one means is the command's to say */
	OPTION_UINT,	   /* unsigned int */
	OPTION_LIST,	   /* struct option_list: all that were given, in their order */
};

struct option_list {
	char **items; /* the array is owned: free(); what is in it is argv's */
	size_t count;
};

struct option {
	const char *name;
	char letter; /* 0: none */
	enum option_kind kind;
	size_t offset;	   /* of the member in the struct that is filled */
	const char *value; /* what stands behind it, for the help */
	const char *help;
};
#define OPTION_END                                                                                 \
	{                                                                                          \
		NULL, 0, OPTION_FLAG, 0, NULL, NULL                                                \
	}

/*
 * Fills the struct at @base from argv[0] on, by a table that OPTION_END closes, up to the first
 * word that is no flag. Returns its index, or -EINVAL.
 */
int options_parse(const struct option *table, void *base, int argc, char **argv, struct err *e);

/* The same for flags that may stand behind or among the other words: in @argv they come first then,
 * so that it can be read once more. Returns the index of the first of the others. */
int options_parse_anywhere(const struct option *table, void *base, int argc, char **argv,
			   struct err *e);

/* One line per flag. */
void options_help(const struct option *table, struct strbuf *out);

#endif
