/* SPDX-License-Identifier: Apache-2.0 */
#include "option_error.h"

#include "cleanup.h"
#include "near.h"
#include "str.h"

#include <errno.h>
#include <string.h>

/* "--jbos=2": no option, or the beginning of several. */
static int unknown_name(const char *word, const struct option *table, struct err *e)
{
	cleanup_free char *name = strndup(word, strcspn(word, "="));
	struct near n = {.word = name ? name + strspn(name, "-") : ""};
	char hint[NEAR_HINT_SIZE];

	for (; table->name; table++) {
		if (*n.word && str_starts(table->name, n.word))
			return err_set(e, EINVAL, "'%s' is the beginning of several options", name);
		near_offer(&n, table->name);
	}
	return err_set(e, EINVAL, "unknown option '%s'%s", name ? name : word,
		       near_hint(&n, "--", hint));
}

int cli_option_error(int opt, char *const *argv, const struct option *table, struct err *e)
{
	if (optopt == 0)
		return unknown_name(argv[optind - 1], table, e);
	for (const struct option *o = table; o->name; o++) {
		if (o->val == optopt)
			return err_set(e, EINVAL, "'--%s' %s", o->name,
				       opt == ':' ? "needs a value" : "takes no value");
	}
	return err_set(e, EINVAL, "unknown option '-%c'", optopt);
}
