/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime_find.h"

#include "cleanup.h"
#include "near.h"
#include "runtime.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USUAL_DIRS (&RUNTIME_ENV_PATH[sizeof("PATH=") - 1])

static const char *user_dirs(void)
{
	const char *dirs = getenv("PATH");

	return dirs ? dirs : USUAL_DIRS;
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Takes the next directory off *dirs, which is like $PATH: an empty one is the current directory.
 * NULL: none is left. The caller frees. */
static char *next_dir(const char **dirs)
{
	size_t n = *dirs ? strcspn(*dirs, ":") : 0;
	char *dir;

	if (!*dirs)
		return NULL;
	dir = n ? strndup(*dirs, n) : strdup(".");
	*dirs = (*dirs)[n] ? *dirs + n + 1 : NULL;
	return dir;
}

/* The first of the directories in which such a program is; NULL: in none. */
static char *look_in(const char *dirs, const char *name)
{
	char *dir;

	while ((dir = next_dir(&dirs))) {
		cleanup_free char *path = str_format("%s/%s", dir, name);

		free(dir);
		if (path && is_program(path))
			return realpath(path, NULL);
	}
	errno = ENOENT;
	return NULL;
}

char *hx_runtime_find(const char *name)
{
	return strchr(name, '/') ? realpath(name, NULL) : look_in(user_dirs(), name);
}

/* What is nearer to @n than @found is replaces that. @dir: "" is the root. */
static void guess_in(const char *dir, struct near *n, char **found)
{
	cleanup_dir DIR *d = opendir(*dir ? dir : "/");
	const struct dirent *entry;

	while (d && (entry = readdir(d))) {
		struct near one = {.word = n->word};
		char *path;

		near_offer(&one, entry->d_name);
		if (!one.best || (*found && one.slips >= n->slips))
			continue;
		path = str_format("%s/%s", dir, entry->d_name);
		if (!path || !is_program(path)) {
			free(path);
			continue;
		}
		free(*found);
		*found = path;
		n->slips = one.slips;
	}
}

char *hx_runtime_guess(const char *name)
{
	const char *slash = strrchr(name, '/');
	struct near n = {.word = slash ? slash + 1 : name};
	const char *dirs = user_dirs();
	char *found = *n.word ? look_in(dirs, n.word) : NULL;

	if (!found && *n.word)
		found = look_in(USUAL_DIRS, n.word);
	if (found)
		return found;
	if (slash) {
		cleanup_free char *dir = str_format("%.*s", (int)(slash - name), name);

		if (dir)
			guess_in(dir, &n, &found);
		return found;
	}
	for (char *dir; (dir = next_dir(&dirs)); free(dir))
		guess_in(dir, &n, &found);
	return found;
}
