/* SPDX-License-Identifier: Apache-2.0 */
#include "version.h"
#include "cli.h"

#include <seccomp.h>

/* The lines that runc's callers look for, under this program's own name. */
void cli_print_version(struct strbuf *out)
{
	const struct scmp_version *lib = seccomp_version();

	strbuf_addf(out, "refrun version %s\ncommit: %s\nspec: %s\n", CONFORM_VERSION,
		    CONFORM_COMMIT, RT_SPEC_VERSION);
	if (lib)
		strbuf_addf(out, "libseccomp: %u.%u.%u\n", lib->major, lib->minor, lib->micro);
}
