/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MUTANTS_TRICKS_H
#define MUTANTS_TRICKS_H

#include "liar.h"

/* Tells the lie of the command line. The exit status, or -errno. */
int liar_trick(struct liar *l, struct err *e);

#endif
