/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

int suite_run(Suite *s)
{
	SRunner *r = srunner_create(s);
	int failed;

	/* as $CK_VERBOSITY says, and as CK_NORMAL without it */
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

void suite_skip(const char *why)
{
	(void)fprintf(stderr, "skipped: %s\n", why);
}
