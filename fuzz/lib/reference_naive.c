/* SPDX-License-Identifier: Apache-2.0 */
#include "reference_naive.h"

/* {"error":"EACCES"} */
static bool is_error(const struct json *j)
{
	return j && json_string(json_member(j, "error")) && j->count == 1;
}

bool reference_naive_unseen(const struct json *seen, const char *at)
{
	return is_error(seen) && !json_at(seen, at);
}

bool reference_naive_holds(enum op op, const struct json *seen, const struct json *host,
			   const char *at)
{
	const struct json null = {.type = JSON_NULL};
	const struct json *v = json_at(seen, at), *h = host ? json_at(host, at) : NULL;

	if (!host || is_error(host) || is_error(h) || reference_naive_unseen(seen, at))
		return false;
	/* what was nothing before has not stayed the same */
	if (op == OP_SAME && (!h || h->type == JSON_NULL))
		return false;
	return json_equal(v ? v : &null, h ? h : &null);
}
