/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTION_ERROR_H
#define CLI_OPTION_ERROR_H

#include "err.h"

#include <getopt.h>

/*
 * What is wrong with the option at which getopt_long(3) has just stopped with @opt, which is '?' or
 * ':' (the short options begin with one): its own words blame the wrong one where several letters
 * stand together. -EINVAL.
 */
int cli_option_error(int opt, char *const *argv, const struct option *table, struct err *e);

#endif
