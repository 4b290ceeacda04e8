/* SPDX-License-Identifier: Apache-2.0 */
#include "paths.h"

#include "cleanup.h"
#include "str.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first of @places, each relative to the directory of this program, at which something can be
 * executed. */
static char *find(const char *env, const char *const *places)
{
	char self[PATH_MAX];
	const char *named = getenv(env);
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (named && *named)
		return realpath(named, NULL);
	if (n <= 0)
		return NULL;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	for (; *places; places++) {
		cleanup_free char *path = str_format("%s/%s", self, *places);

		if (path && access(path, X_OK) == 0)
			return realpath(path, NULL);
	}
	return NULL;
}

char *cli_find_probe(void)
{
	static const char *const places[] = {"conform-probe", "../probe/conform-probe",
					     "../harness/probe/conform-probe",
					     "../libexec/conform/conform-probe", NULL};

	return find("CONFORM_PROBE", places);
}

char *cli_find_refrun(void)
{
	static const char *const places[] = {"refrun", "../../runtime/cli/refrun",
					     "../runtime/cli/refrun", "../../runtime/refrun", NULL};

	return find("CONFORM_REFRUN", places);
}
