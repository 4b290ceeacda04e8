/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include "cleanup.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

static void member(struct strbuf *out, const char *name, const char *value)
{
	strbuf_addf(out, ",\"%s\":", name);
	if (value)
		strbuf_add_json(out, value, strlen(value));
	else
		strbuf_adds(out, "null");
}

static void print_check(const struct rep_check *c, struct strbuf *out)
{
	strbuf_addf(out, "{\"ok\":%s,\"broken\":%s,\"advised\":%s", c->ok ? "true" : "false",
		    c->broken ? "true" : "false", c->advised ? "true" : "false");
	member(out, "name", c->name);
	member(out, "op", c->op);
	member(out, "expected", c->expected);
	member(out, "observed", c->observed);
	member(out, "note", c->note);
	strbuf_addc(out, '}');
}

void hx_wire_print(const struct rep_result *r, struct strbuf *out)
{
	strbuf_addf(out, "{\"verdict\":%d,\"raised\":%s,\"duration_us\":%lld,\"runtime_us\":%lld",
		    r->verdict, r->raised ? "true" : "false", (long long)(r->duration_ms * 1000),
		    (long long)(r->runtime_ms * 1000));
	member(out, "reason", r->reason);
	member(out, "bundle", r->bundle);
	strbuf_adds(out, ",\"checks\":[");
	for (size_t i = 0; i < r->nchecks; i++) {
		if (i)
			strbuf_addc(out, ',');
		print_check(&r->checks[i], out);
	}
	strbuf_adds(out, "]}");
}

static int take_string(const struct json *o, const char *name, char **ret)
{
	const char *s = json_string(json_member(o, name));

	if (!s)
		return 0;
	*ret = strdup(s);
	return *ret ? 0 : -ENOMEM;
}

static bool is_true(const struct json *o, const char *name)
{
	const struct json *v = json_member(o, name);

	return v && v->type == JSON_BOOL && v->boolean;
}

/* Takes a member that is the text of a JSON value; another text is none. */
static int take_json(const struct json *o, const char *name, char **ret)
{
	struct json *value CLEANUP(json_freep) = NULL;
	const char *s = json_string(json_member(o, name));
	int r = s ? json_parse(s, strlen(s), &value, NULL) : 0;

	return r == -ENOMEM ? r : r < 0 ? 0 : take_string(o, name, ret);
}

static int parse_check(const struct json *o, struct rep_check *c)
{
	int r = take_string(o, "name", &c->name);

	if (r == 0)
		r = take_string(o, "op", &c->op);
	if (r == 0)
		r = take_json(o, "expected", &c->expected);
	if (r == 0)
		r = take_json(o, "observed", &c->observed);
	if (r == 0)
		r = take_string(o, "note", &c->note);
	c->ok = is_true(o, "ok");
	c->broken = is_true(o, "broken");
	c->advised = is_true(o, "advised");
	return r;
}

/* Of one case, in microseconds: small enough to come back whole from the double that it becomes. */
static bool is_duration(int64_t us)
{
	return us >= 0 && us <= (int64_t)1 << 50;
}

int hx_wire_parse(const char *text, size_t len, struct rep_result *ret)
{
	CLEANUP(json_freep) struct json *o = NULL;
	const struct json *checks;
	int64_t verdict, us;
	int r = json_parse(text, len, &o, NULL);

	if (r < 0)
		return r;
	if (json_int(json_member(o, "verdict"), &verdict) < 0 || verdict < 0 ||
	    verdict >= VERDICT_COUNT)
		return -EINVAL;
	ret->verdict = (enum verdict)verdict;
	ret->raised = is_true(o, "raised");
	if (json_int(json_member(o, "duration_us"), &us) == 0 && is_duration(us))
		ret->duration_ms = (double)us / 1000;
	if (json_int(json_member(o, "runtime_us"), &us) == 0 && is_duration(us))
		ret->runtime_ms = (double)us / 1000;
	r = take_string(o, "reason", &ret->reason);
	if (r == 0)
		r = take_string(o, "bundle", &ret->bundle);
	checks = json_member(o, "checks");
	if (r < 0 || !checks || checks->type != JSON_ARRAY || checks->count == 0)
		return r;
	ret->checks = calloc(checks->count, sizeof(*ret->checks));
	if (!ret->checks)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < checks->count; i++) {
		ret->nchecks++;
		r = parse_check(checks->items[i], &ret->checks[i]);
	}
	return r;
}
