/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a test that is not a C program below the guardian: $TMPDIR is a directory that goes with it,
 * $GUARD_NAME what the names of its cgroups have to have in them. */
#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2 || setenv("GUARD_NAME", guard_name(), 1) < 0 ||
	    setenv("TMPDIR", guard_dir(), 1) < 0)
		return 2;
	(void)execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
