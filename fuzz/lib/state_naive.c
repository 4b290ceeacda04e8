/* SPDX-License-Identifier: Apache-2.0 */
#include "state_naive.h"

#include "fuzz.h"

struct member {
	const char *name;
	enum {
		TEXT,
		NUMBER, /* else 0 */
		FLAG,	/* else false */
		OBJECT,
		LIST,
		WHOLE, /* an object of @parts, whatever it is made of */
		EACH,  /* a list of those */
	} kind;
	const struct member *parts;
};

static const struct member hierarchy[] = {{"mountpoint", TEXT, NULL}, {"controllers", TEXT, NULL},
					  {"path", TEXT, NULL},	      {"kept", NUMBER, NULL},
					  {"v2", FLAG, NULL},	      {"created", FLAG, NULL},
					  {"enabled", TEXT, NULL},    {NULL, TEXT, NULL}};
static const struct member scope[] = {{"unit", TEXT, NULL},
				      {"slice", TEXT, NULL},
				      {"user", FLAG, NULL},
				      {"started", FLAG, NULL},
				      {NULL, TEXT, NULL}};
static const struct member cgroup[] = {{"unified", FLAG, NULL},		 {"disabled", FLAG, NULL},
				       {"rootless", FLAG, NULL},	 {"systemd", WHOLE, scope},
				       {"hierarchies", EACH, hierarchy}, {NULL, TEXT, NULL}};
static const struct member class[] = {
	{"group", TEXT, NULL}, {"own", FLAG, NULL}, {"monitor", TEXT, NULL}, {NULL, TEXT, NULL}};
static const struct member state[] = {{"version", NUMBER, NULL},
				      {"id", TEXT, NULL},
				      {"bundle", TEXT, NULL},
				      {"rootfs", TEXT, NULL},
				      {"rootDevice", NUMBER, NULL},
				      {"rootInode", NUMBER, NULL},
				      {"created", TEXT, NULL},
				      {"boot", TEXT, NULL},
				      {"creating", FLAG, NULL},
				      {"pid", NUMBER, NULL},
				      {"startTime", NUMBER, NULL},
				      {"ownPidNamespace", FLAG, NULL},
				      {"callersKeyring", FLAG, NULL},
				      {"callersUserNamespace", NUMBER, NULL},
				      {"process", FLAG, NULL},
				      {"notify", FLAG, NULL},
				      {"poststart", FLAG, NULL},
				      {"poststop", FLAG, NULL},
				      {"annotations", OBJECT, NULL},
				      {"mounts", LIST, NULL},
				      {"cgroup", WHOLE, cgroup},
				      {"resctrl", WHOLE, class},
				      {NULL, TEXT, NULL}};

static struct json *parts_of(const struct json *in, const struct member *parts);

static struct json *each_of(const struct json *in, const struct member *parts)
{
	struct json *list = json_new(JSON_ARRAY);

	for (size_t i = 0; i < in->count; i++)
		fuzz_check(json_append(list, parts_of(in->items[i], parts)) == 0);
	return list;
}

/* NULL: the member is not there. */
static struct json *value_of(const struct json *in, const struct member *m)
{
	const struct json *v = json_member(in, m->name);
	uint64_t n = 0;

	switch (m->kind) {
	case NUMBER:
		return json_new_uint(json_uint(v, &n) == 0 ? n : 0);
	case FLAG:
		return json_new_bool(v && v->type == JSON_BOOL && v->boolean);
	case TEXT:
		return json_string(v) ? json_copy(v) : NULL;
	case OBJECT:
		return v && v->type == JSON_OBJECT ? json_copy(v) : NULL;
	case LIST:
		return v && v->type == JSON_ARRAY ? json_copy(v) : NULL;
	case WHOLE:
		return v ? parts_of(v, m->parts) : NULL;
	case EACH:
		break;
	}
	return v ? each_of(v, m->parts) : NULL;
}

static struct json *parts_of(const struct json *in, const struct member *parts)
{
	struct json *o = json_new(JSON_OBJECT);

	for (const struct member *m = parts; m->name; m++) {
		struct json *v = value_of(in, m);

		fuzz_check(!v || json_set_member(o, m->name, v) == 0);
	}
	return o;
}

struct json *state_naive(const struct json *in)
{
	return parts_of(in, state);
}
