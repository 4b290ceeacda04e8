/* SPDX-License-Identifier: Apache-2.0 */
#include "protobuf_naive.h"

#include "cleanup.h"
#include "str.h"

#include <stdio.h>

/* A field: where it ends, and what it has. */
struct part {
	uint32_t field;
	unsigned int wire;
	uint64_t number; /* or how many bytes there are before the end */
	size_t end;
};

/* A varint at @at: behind its end, 0 where there is none. From the last byte to the first. */
static size_t varint(const uint8_t *p, size_t len, size_t at, uint64_t *ret)
{
	size_t last = at;

	*ret = 0;
	while (last < len && p[last] >= 128)
		last++;
	if (last >= len || last - at >= 10)
		return 0;
	for (size_t i = last + 1; i > at; i--)
		*ret = *ret * 128 + p[i - 1] % 128;
	return last + 1;
}

static bool part_at(const uint8_t *p, size_t len, size_t at, struct part *ret)
{
	uint64_t tag;
	size_t body = varint(p, len, at, &tag);

	*ret = (struct part){.field = (uint32_t)(tag / 8), .wire = tag % 8};
	if (!body || tag < 8 || tag >= 1ull << 32)
		return false;
	if (ret->wire == 0)
		ret->end = varint(p, len, body, &ret->number);
	else if (ret->wire == 1 || ret->wire == 5)
		ret->end = body + (ret->wire == 1 ? 8 : 4);
	else if (ret->wire == 2) {
		body = varint(p, len, body, &ret->number);
		ret->end = body && ret->number <= len ? body + (size_t)ret->number : 0;
	}
	return ret->end && ret->end <= len;
}

static bool is_message(const uint8_t *p, size_t len)
{
	struct part x = {.end = 0};

	while (x.end < len) {
		if (!part_at(p, len, x.end, &x))
			return false;
	}
	return true;
}

/* The last number with this number of a field, 0 where there is none. */
static bool find_number(const uint8_t *p, size_t len, uint32_t field, uint64_t *ret)
{
	bool found = false;
	struct part x = {.end = 0};

	*ret = 0;
	while (x.end < len && part_at(p, len, x.end, &x)) {
		if (x.field != field || x.wire != 0)
			continue;
		found = true;
		*ret = x.number;
	}
	return found;
}

/* As much as there is room for of the last bytes with this number. */
static void find_text(const uint8_t *p, size_t len, uint32_t field, char *to, size_t room)
{
	struct part x = {.end = 0};

	*to = '\0';
	while (x.end < len && part_at(p, len, x.end, &x)) {
		if (x.field == field && x.wire == 2)
			(void)snprintf(to, room, "%.*s", (int)x.number,
				       (const char *)p + x.end - x.number);
	}
}

/* A message that comes in several pieces is all of them, put together. False where one of them is
 * none by itself. */
static bool merge(const uint8_t *p, size_t len, uint32_t field, struct strbuf *all)
{
	struct part x = {.end = 0};
	bool ok = true;

	while (x.end < len && part_at(p, len, x.end, &x)) {
		if (x.field != field || x.wire != 2)
			continue;
		ok = ok && is_message(p + x.end - x.number, (size_t)x.number);
		strbuf_add(all, (const char *)p + x.end - x.number, (size_t)x.number);
	}
	strbuf_adds(all, "");
	return ok;
}

bool protobuf_naive_answer(const uint8_t *p, size_t len, struct criu_answer *ret)
{
	struct strbuf notify CLEANUP(strbuf_done) = STRBUF_INIT;
	uint64_t type, success, num, pid;
	bool merged = merge(p, len, 5, &notify);

	if (!merged || !is_message(p, len) || !find_number(p, len, 1, &type) ||
	    !find_number(p, len, 2, &success))
		return false;
	(void)find_number(p, len, 7, &num);
	find_text(p, len, 9, ret->error, sizeof(ret->error));
	p = (const uint8_t *)notify.buf;
	(void)find_number(p, notify.len, 2, &pid);
	find_text(p, notify.len, 1, ret->script, sizeof(ret->script));
	ret->type = (int32_t)type;
	ret->success = success > 0;
	ret->num = (int32_t)num;
	ret->pid = (int32_t)pid;
	return true;
}
