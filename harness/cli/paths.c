/* SPDX-License-Identifier: Apache-2.0 */
#include "paths.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *find_named(const char *env, const char *named, struct err *e)
{
	char *path = realpath(named, NULL);

	if (!path)
		(void)err_set(e, errno, "$%s names '%s': %m", env, named);
	return path;
}

/* The first of @places, each relative to the directory of this program, at which something can be
 * executed. */
static char *find(const char *env, const char *const *places, const char *why, struct err *e)
{
	char self[PATH_MAX];
	const char *named = getenv(env);
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (named && *named)
		return find_named(env, named, e);
	if (n > 0)
		self[n] = '\0';
	slash = n > 0 ? strrchr(self, '/') : NULL;
	if (slash)
		*slash = '\0';
	for (; slash && *places; places++) {
		cleanup_free char *path = str_format("%s/%s", self, *places);

		if (path && access(path, X_OK) == 0)
			return realpath(path, NULL);
	}
	(void)err_set(e, ENOENT, "%s; $%s may name it", why, env);
	return NULL;
}

char *cli_find_probe(struct err *e)
{
	static const char *const places[] = {"conform-probe", "../probe/conform-probe",
					     "../harness/probe/conform-probe",
					     "../libexec/conform/conform-probe", NULL};

	return find("CONFORM_PROBE", places, "the probe is not beside this program", e);
}

char *cli_find_refrun(struct err *e)
{
	static const char *const places[] = {"refrun", "../../runtime/cli/refrun",
					     "../runtime/cli/refrun", "../../runtime/refrun", NULL};

	return find("CONFORM_REFRUN", places,
		    "no --runtime is given, and refrun is not beside this program", e);
}
