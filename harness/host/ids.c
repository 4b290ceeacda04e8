/* SPDX-License-Identifier: Apache-2.0 */
#include "ids.h"

#include "cleanup.h"
#include "json.h"
#include "procfs.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

struct search {
	const char *maps[2]; /* of users, of groups */
	char *why;
	size_t size;
};
enum { USERS, GROUPS };

static const char *const mappings[] = {"uidMappings", "gidMappings"};

bool hx_ids_are_there(const char *map, uint64_t first, uint64_t count)
{
	struct procfs_idmap m;

	if (!map || !*map)
		return true;
	while (procfs_idmap_next(&map, &m) > 0) {
		if (first >= m.inside && first - m.inside < m.size &&
		    count <= m.size - (first - m.inside))
			return true;
	}
	return false;
}

char *hx_ids_identity(const char *map)
{
	struct strbuf out = STRBUF_INIT;
	struct procfs_idmap m;

	strbuf_adds(&out, "");
	while (procfs_idmap_next(&map, &m) > 0)
		strbuf_addf(&out, "%llu %llu %llu\n", (unsigned long long)m.inside,
			    (unsigned long long)m.inside, (unsigned long long)m.size);
	return strbuf_take(&out);
}

static bool has(const struct search *s, int kind, uint64_t first, uint64_t count)
{
	static const char *const words[] = {"user", "group"};

	if (hx_ids_are_there(s->maps[kind], first, count))
		return true;
	(void)snprintf(s->why, s->size,
		       "the harness is in a user namespace that has not all of the %s ids from "
		       "%llu to %llu",
		       words[kind], (unsigned long long)first,
		       (unsigned long long)(first + count - 1));
	return false;
}

/* One mapping; what is none in form or empty asks for nothing. */
static bool has_mapping(const struct search *s, int kind, const struct json *v)
{
	uint64_t first, count;

	return v->type != JSON_OBJECT || json_uint(json_member(v, "hostID"), &first) < 0 ||
	       json_uint(json_member(v, "size"), &count) < 0 || count == 0 ||
	       count > UINT64_MAX - first || has(s, kind, first, count);
}

/* @name: under which @v stands. */
static bool has_value(const struct search *s, const char *name, const struct json *v)
{
	bool ok = true;

	for (int kind = USERS; kind <= GROUPS; kind++) {
		if (!str_eq(name, mappings[kind]) || v->type != JSON_ARRAY)
			continue;
		for (size_t i = 0; ok && i < v->count; i++)
			ok = has_mapping(s, kind, v->items[i]);
		return ok;
	}
	for (size_t i = 0; ok && v->names && i < v->count; i++)
		ok = has_value(s, v->names[i], v->items[i]);
	for (size_t i = 0; ok && v->type == JSON_ARRAY && i < v->count; i++)
		ok = has_value(s, "", v->items[i]);
	return ok;
}

static bool has_user(const struct search *s, const struct json *user)
{
	uint64_t id;

	return (json_uint(json_member(user, "uid"), &id) < 0 || has(s, USERS, id, 1)) &&
	       (json_uint(json_member(user, "gid"), &id) < 0 || has(s, GROUPS, id, 1));
}

/* @mapped: ids of the process are those of a user namespace, and not the host's. */
static bool has_edit(const struct search *s, const struct edit *e, bool mapped)
{
	CLEANUP(json_freep) struct json *v = NULL;
	const char *slash = e->pointer ? strrchr(e->pointer, '/') : NULL;

	if (!e->json || json_parse(e->json, strlen(e->json), &v, NULL) < 0)
		return true;
	if (!mapped && str_eq(e->pointer, "/process/user") && !has_user(s, v))
		return false;
	return has_value(s, slash ? slash + 1 : "", v);
}

bool hx_ids_suffice(const struct conform_case *d, const char *uid_map, const char *gid_map,
		    char *why, size_t size)
{
	const struct search s = {{uid_map, gid_map}, why, size};
	bool mapped = false, ok = true;

	for (const struct edit *e = d->config; e && e->op != OP_END; e++)
		mapped = mapped || str_eq(e->pointer, "/linux/uidMappings");
	for (const struct edit *e = d->config; ok && e && e->op != OP_END; e++)
		ok = has_edit(&s, e, mapped);
	for (const struct file_spec *f = d->files; ok && f && f->kind != FILE_END; f++)
		ok = has(&s, USERS, f->uid, 1) && has(&s, GROUPS, f->gid, 1);
	return ok;
}
