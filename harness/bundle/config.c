/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "cleanup.h"
#include "ops.h"
#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ASK_NAMES_MAX 512

/*
 * As small as a container can be that can tell what it sees: every namespace but user and time
 * (which older runtimes do not know), the default file systems, few capabilities, and the directory
 * on which the probe reports. Two channels: descriptor 1 and that directory.
 */
const char hx_base_config[] =
	"{\"ociVersion\":\"1.0.2\","
	"\"process\":{\"terminal\":false,\"user\":{\"uid\":0,\"gid\":0},"
	"\"args\":[\"/conform-probe\",\"@ASK@\"],"
	"\"env\":[\"PATH=/usr/local/bin:/usr/bin:/bin\",\"TERM=xterm\"],\"cwd\":\"/\","
	"\"capabilities\":{"
	"\"bounding\":[\"CAP_AUDIT_WRITE\",\"CAP_KILL\",\"CAP_NET_BIND_SERVICE\"],"
	"\"effective\":[\"CAP_AUDIT_WRITE\",\"CAP_KILL\",\"CAP_NET_BIND_SERVICE\"],"
	"\"permitted\":[\"CAP_AUDIT_WRITE\",\"CAP_KILL\",\"CAP_NET_BIND_SERVICE\"]}},"
	"\"root\":{\"path\":\"rootfs\"},"
	"\"mounts\":["
	"{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
	"{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
	"\"options\":[\"nosuid\",\"strictatime\",\"mode=755\",\"size=65536k\"]},"
	"{\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"source\":\"devpts\","
	"\"options\":[\"nosuid\",\"noexec\",\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"]},"
	"{\"destination\":\"/dev/shm\",\"type\":\"tmpfs\",\"source\":\"shm\","
	"\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"mode=1777\",\"size=65536k\"]},"
	"{\"destination\":\"/dev/mqueue\",\"type\":\"mqueue\",\"source\":\"mqueue\","
	"\"options\":[\"nosuid\",\"noexec\",\"nodev\"]},"
	"{\"destination\":\"/sys\",\"type\":\"sysfs\",\"source\":\"sysfs\","
	"\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"ro\"]},"
	"{\"destination\":\"" HX_IO_PATH "\",\"type\":\"bind\",\"source\":\"@CASE@/io\","
	"\"options\":[\"bind\",\"rw\"]}],"
	"\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\"},{\"type\":\"ipc\"},"
	"{\"type\":\"uts\"},{\"type\":\"mount\"},{\"type\":\"cgroup\"}],"
	"\"cgroupsPath\":\"@CGROUP@\"}}";

static int parse_literal(const char *text, struct hx_vars *v, struct json **ret, struct err *e)
{
	cleanup_free char *expanded = NULL;
	int r = hx_vars_expand(v, text, true, &expanded, e);

	return r < 0 ? r : json_parse(expanded, strlen(expanded), ret, e);
}

int hx_config_base(struct json **ret, struct err *e)
{
	return json_parse(hx_base_config, strlen(hx_base_config), ret, e);
}

int hx_config_edit(struct json **tree, const struct edit *edit, struct hx_vars *v, struct err *e)
{
	cleanup_free char *pointer = NULL;
	struct json *value = NULL;
	int r = hx_vars_expand(v, edit->pointer, false, &pointer, e);

	if (r == 0 && edit->op != OP_DEL)
		r = parse_literal(edit->json, v, &value, e);
	if (r < 0)
		return err_wrap(e, "edit %s", edit->pointer);
	switch (edit->op) {
	case OP_SET:
		r = json_set(tree, pointer, value, e);
		break;
	case OP_ADD:
		r = json_add(tree, pointer, value, e);
		break;
	case OP_DEL:
		r = json_remove(tree, pointer, e);
		break;
	default:
		json_free(value);
		r = err_set(e, EINVAL, "no such edit");
	}
	return r < 0 ? err_wrap(e, "edit %s", edit->pointer) : 0;
}

int hx_config_set_ask(struct json *tree, const char *ask, struct err *e)
{
	struct json *args = json_at(tree, "/process/args");

	for (size_t i = 0; args && args->type == JSON_ARRAY && i < args->count; i++) {
		struct json *fresh;

		if (!str_eq(json_string(args->items[i]), "@ASK@"))
			continue;
		fresh = json_new_string(ask);
		if (!fresh)
			return err_set(e, ENOMEM, "write the request: %m");
		json_free(args->items[i]);
		args->items[i] = fresh;
	}
	return 0;
}

/* A case about version 1.1 or later says so in its configuration; all others are content with the
 * version that every runtime accepts. */
static int set_version(struct json **tree, unsigned int target, struct err *e)
{
	cleanup_free char *text = NULL;

	if (target == 0)
		return 0;
	text = str_format("1.%u.0", target);
	return text ? json_set(tree, "/ociVersion", json_new_string(text), e)
		    : err_set(e, ENOMEM, "set ociVersion: %m");
}

/* OP_RAW: the text as the case gives it, with the request in place so that a liberal parser would
 * run the probe. */
static int raw_text(const char *text, struct hx_vars *v, const char *ask, char **ret, struct err *e)
{
	cleanup_free char *expanded = NULL;
	struct strbuf quoted = STRBUF_INIT, out = STRBUF_INIT;
	const char *at;
	int r = hx_vars_expand(v, text, true, &expanded, e);

	if (r < 0)
		return r;
	at = strstr(expanded, "\"@ASK@\"");
	if (at) {
		strbuf_add_json(&quoted, ask, strlen(ask));
		strbuf_add(&out, expanded, (size_t)(at - expanded));
		strbuf_add(&out, quoted.buf, quoted.len);
		strbuf_adds(&out, at + strlen("\"@ASK@\""));
	} else {
		strbuf_adds(&out, expanded);
	}
	out.oom = out.oom || quoted.oom;
	strbuf_done(&quoted);
	*ret = strbuf_take(&out);
	return *ret ? 0 : err_set(e, ENOMEM, "write the configuration: %m");
}

int hx_config_make(const struct edit *edits, struct hx_vars *v, unsigned int target,
		   const char *ask, struct json **ret_tree, char **ret_raw, struct err *e)
{
	CLEANUP(json_freep) struct json *tree = NULL;
	int r;

	*ret_tree = NULL;
	*ret_raw = NULL;
	if (edits && edits[0].op == OP_RAW)
		return raw_text(edits[0].json, v, ask, ret_raw, e);
	r = parse_literal(hx_base_config, v, &tree, e);
	if (r < 0)
		return err_wrap(e, "the base configuration");
	r = set_version(&tree, target, e);
	for (size_t i = 0; r == 0 && edits && edits[i].op != OP_END; i++)
		r = hx_config_edit(&tree, &edits[i], v, e);
	if (r == 0 && !tree)
		r = err_set(e, EINVAL, "the edits leave no configuration");
	if (r == 0)
		r = hx_config_set_ask(tree, ask, e);
	if (r < 0)
		return r;
	*ret_tree = take_ptr(&tree);
	return 0;
}

struct names {
	char *items[ASK_NAMES_MAX];
	size_t count;
};

static void names_done(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i]);
}

/* Facts are asked before actions, which may change what they see. */
static int collect(struct names *n, const struct check *inside, bool actions, struct hx_vars *v,
		   struct err *e)
{
	for (size_t i = 0; inside && inside[i].op != OP_END; i++) {
		cleanup_free char *name = NULL;
		cleanup_free char *fact = NULL;
		bool known = false;
		int r;

		if (str_starts(inside[i].name, "try:") != actions ||
		    str_eq(inside[i].name, "trapped"))
			continue;
		r = hx_vars_expand(v, inside[i].name, false, &name, e);
		if (r < 0)
			return r;
		if (!ops_split_name(name, &fact))
			return err_set(e, ENOMEM, "write the request: %m");
		for (size_t k = 0; k < n->count && !known; k++)
			known = str_eq(n->items[k], fact);
		if (known)
			continue;
		if (strchr(fact, '\n') || n->count == ASK_NAMES_MAX)
			return err_set(e, EINVAL,
				       "a request of more than %d names, or a newline in one",
				       ASK_NAMES_MAX);
		n->items[n->count++] = take_ptr(&fact);
	}
	return 0;
}

int hx_config_ask(const struct check *inside, const char *ending, const char *nonce,
		  struct hx_vars *v, char **ret, struct err *e)
{
	CLEANUP(names_done) struct names n = {.count = 0};
	struct strbuf out = STRBUF_INIT;
	int r = collect(&n, inside, false, v, e);

	if (r == 0)
		r = collect(&n, inside, true, v, e);
	if (r < 0)
		return r;
	strbuf_addf(&out, "--ask=%s\n", nonce);
	for (size_t i = 0; i < n.count; i++)
		strbuf_addf(&out, "%s\n", n.items[i]);
	strbuf_adds(&out, ending ? ending : "exit:0");
	*ret = strbuf_take(&out);
	return *ret ? 0 : err_set(e, ENOMEM, "write the request: %m");
}
