/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `conform validate`. */
#ifndef CLI_VALIDATE_OPTIONS_H
#define CLI_VALIDATE_OPTIONS_H

#include "validate.h"

#include <stdbool.h>

struct validate_options {
	struct val_options options;
	const char *target; /* as given */
	bool json, must_only, kind_forced, help;
	enum cfg_kind kind; /* with kind_forced */
	char **paths;	    /* at least one; the end of @argv */
};

/* What --help prints. */
extern const char validate_usage[];

/* "config", "state" or "features". */
const char *validate_kind_name(enum cfg_kind kind);

/* Fills *ret, whose texts are those of @argv, argv[argc] being NULL. With --help nothing else is
 * looked at. 0, or -EINVAL with a sentence. */
int validate_options_parse(int argc, char **argv, struct validate_options *ret, struct err *e);

#endif
