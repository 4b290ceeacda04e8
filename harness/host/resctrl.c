/* SPDX-License-Identifier: Apache-2.0 */
#include "resctrl.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
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

/* "0=0003", the digits without what stands before them; cuts @domain up. */
static int put_domain(struct json *resource, char *domain)
{
	char *value = strchr(domain, '=');

	if (!value)
		return 0;
	*value++ = '\0';
	value += strspn(value, " 0");
	/* the number is zero */
	if (!*value)
		value--;
	return json_set_member(resource, domain, json_new_string(value));
}

/* "    L3:0=ffff;1=0003"; cuts @line up. */
static int put_resource(struct json *all, char *line)
{
	char *name = line + strspn(line, " "), *domains = strchr(name, ':'), *save = NULL;
	struct json *resource;
	int r;

	if (!domains)
		return 0;
	*domains++ = '\0';
	resource = json_new(JSON_OBJECT);
	r = json_set_member(all, name, resource);
	for (char *p = strtok_r(domains, ";", &save); p && r == 0; p = strtok_r(NULL, ";", &save))
		r = put_domain(resource, p);
	return r;
}

struct json *hx_resctrl_schemata(const char *text)
{
	CLEANUP(json_freep) struct json *all = json_new(JSON_OBJECT);
	cleanup_free char *copy = strdup(text);
	char *save = NULL;
	int r = all && copy ? 0 : -ENOMEM;

	for (char *p = r == 0 ? strtok_r(copy, "\n", &save) : NULL; p && r == 0;
	     p = strtok_r(NULL, "\n", &save))
		r = put_resource(all, p);
	return r == 0 ? take_ptr(&all) : NULL;
}
