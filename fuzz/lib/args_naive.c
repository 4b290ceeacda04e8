/* SPDX-License-Identifier: Apache-2.0 */
#include "args_naive.h"

#include "fuzz.h"
#include "str.h"

#include <limits.h>

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
