/* SPDX-License-Identifier: Apache-2.0 */
#include "resctrl.h"

#include "cleanup.h"
#include "str.h"

#include <string.h>
#include <unistd.h>

static bool is_named(const char *entry, const char *name)
{
	size_t n = strlen(name);

	return str_starts(entry, name) && (!entry[n] || entry[n] == '-');
}

/* The names come first: what is removed while a directory is read may be read twice or never. */
static void list_named(const char *dir, const char *name, struct strbuf *out)
{
	cleanup_dir DIR *d = opendir(dir);

	for (const struct dirent *de = d ? readdir(d) : NULL; de; de = readdir(d)) {
		if (is_named(de->d_name, name))
			strbuf_addf(out, "%s/%s\n", dir, de->d_name);
	}
}

void hx_resctrl_remove(const char *root, const char *name)
{
	cleanup_free char *groups = str_format("%s/mon_groups", root);
	CLEANUP(strbuf_done) struct strbuf found = STRBUF_INIT;
	char *save = NULL;

	if (!groups || !*name)
		return;
	list_named(root, name, &found);
	list_named(groups, name, &found);
	for (char *p = found.buf && !found.oom ? strtok_r(found.buf, "\n", &save) : NULL; p;
	     p = strtok_r(NULL, "\n", &save))
		(void)rmdir(p);
}
