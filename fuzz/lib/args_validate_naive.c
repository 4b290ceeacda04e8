/* SPDX-License-Identifier: Apache-2.0 */
#include "args_validate_naive.h"

#include "str.h"

/* One option; false: it is not known here. */
static bool read_option(const char *word, struct validate_options *o)
{
	static const char *const targets[] = {"1.0", "1.1", "1.2", "1.3"};

	if (str_eq(word, "--json"))
		o->json = true;
	else if (str_eq(word, "--level=must") || str_eq(word, "--level=should"))
		o->must_only = word[8] == 'm';
	else if (str_eq(word, "--kind=state"))
		o->kind = CFG_STATE, o->kind_forced = true;
	else if (str_eq(word, "--kind=features"))
		o->kind = CFG_FEATURES, o->kind_forced = true;
	else if (str_eq(word, "--kind=config"))
		o->kind = CFG_CONFIG, o->kind_forced = true;
	else if (!str_starts(word, "--target=1.") || word[11] < '0' || word[11] > '3' || word[12])
		return false;
	else
		o->target = targets[word[11] - '0'], o->options.target = 100 + word[11] - '0';
	return true;
}

bool args_validate_naive_read(char **argv, struct args_validate_naive *ret)
{
	bool ended = false;

	*ret = (struct args_validate_naive){.o = {.target = "1.3", .options = {.target = 103}}};
	for (char **word = argv + 1; *word; word++) {
		if (ended || (*word)[0] != '-' || !(*word)[1])
			ret->paths[ret->npaths++] = *word;
		else if (str_eq(*word, "--"))
			ended = true;
		else if (!read_option(*word, &ret->o))
			return false;
	}
	return true;
}
