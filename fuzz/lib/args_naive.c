/* SPDX-License-Identifier: Apache-2.0 */
#include "args_naive.h"

#include "fuzz.h"
#include "str.h"

#include <limits.h>
#include <stdlib.h>

bool args_is_flag(const char *word)
{
	return word && word[0] == '-' && word[1];
}

void args_check(const struct cli_call *call)
{
	fuzz_check(call->argc >= call->command->min_args);
	fuzz_check(call->argc <= call->command->max_args);
	for (int i = 0; call->command->max_args < INT_MAX && i < call->argc; i++)
		if (args_is_flag(call->argv[i]))
			fuzz_check(str_eq(call->argv[-1], "--"));
}

bool args_ask_help(int argc, char *const *argv)
{
	if (argc == 0 || str_eq(argv[0], "help"))
		return true;
	for (int i = 1; i < argc; i++)
		if (str_starts(argv[i], "-h") || str_starts(argv[i], "--h"))
			return true;
	return false;
}

static void reset(const struct option *o, void *member)
{
	struct option_list *l = member;

	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)member = false;
		return;
	case OPTION_UINT:
		*(unsigned int *)member = 0;
		return;
	case OPTION_LIST:
		free(l->items);
		*l = (struct option_list){NULL, 0};
		return;
	default:
		*(const char **)member = NULL;
	}
}

void args_reset(char *name)
{
	char help[] = "help", *words[] = {help, name};
	struct cli_call call = {.command = NULL};

	/* this finds the command, and reads no flags */
	if (!name || cli_read_command(2, words, &call, NULL) < 0 || !call.command)
		return;
	for (const struct option *o = call.command->options; o->name; o++)
		reset(o, (char *)call.command->flags + o->offset);
}
