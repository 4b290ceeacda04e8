/* SPDX-License-Identifier: Apache-2.0 */
#include "criu_answer.h"

#include "criu_wire.h"

#include <errno.h>
#include <string.h>

/* Numbers of members in rpc.proto. */
enum {
	RESP_TYPE = 1,
	RESP_SUCCESS = 2,
	RESP_NOTIFY = 5,
	RESP_ERRNO = 7,
	RESP_ERROR = 9,
	NOTIFY_SCRIPT = 1,
	NOTIFY_PID = 2,
};

/* An int32 or an enum: of a number that is larger the low bits count (the encoding's rule). */
static int32_t number_of(const struct criu_wire_field *f)
{
	return (int32_t)(uint32_t)f->number;
}

static void keep_text(char *to, size_t size, const struct criu_wire_field *f)
{
	size_t n = f->len < size - 1 ? f->len : size - 1;

	memcpy(to, f->bytes, n);
	to[n] = '\0';
}

static int parse_notify(struct criu_answer *a, const struct criu_wire_field *notify)
{
	struct criu_wire_reader r = {notify->bytes, notify->len};
	struct criu_wire_field f;
	int n;

	while ((n = criu_wire_next(&r, &f)) > 0) {
		if (f.field == NOTIFY_SCRIPT && f.bytes)
			keep_text(a->script, sizeof(a->script), &f);
		else if (f.field == NOTIFY_PID && !f.bytes)
			a->pid = number_of(&f);
	}
	return n;
}

static int take_bytes(struct criu_answer *a, const struct criu_wire_field *f)
{
	if (f->field == RESP_ERROR)
		keep_text(a->error, sizeof(a->error), f);
	return f->field == RESP_NOTIFY ? parse_notify(a, f) : 0;
}

int criu_answer_parse(const void *buf, size_t len, struct criu_answer *ret)
{
	struct criu_wire_reader r = {buf, len};
	struct criu_answer a = {0};
	struct criu_wire_field f;
	bool typed = false, judged = false;
	int n;

	while ((n = criu_wire_next(&r, &f)) > 0) {
		if (f.bytes && take_bytes(&a, &f) < 0)
			return -EPROTO;
		if (f.bytes)
			continue;
		if (f.field == RESP_TYPE)
			a.type = number_of(&f);
		else if (f.field == RESP_SUCCESS)
			a.success = f.number != 0;
		else if (f.field == RESP_ERRNO)
			a.num = number_of(&f);
		typed = typed || f.field == RESP_TYPE;
		judged = judged || f.field == RESP_SUCCESS;
	}
	if (n < 0 || !typed || !judged)
		return -EPROTO;
	*ret = a;
	return 0;
}

char *criu_log_error(const char *text)
{
	const char *at = strstr(text, "Error ("), *colon;
	size_t len;

	if (!at)
		return NULL;
	len = strcspn(at, "\n");
	colon = memmem(at, len, "): ", 3);
	if (colon) {
		len -= (size_t)(colon + 3 - at);
		at = colon + 3;
	}
	return strndup(at, len);
}
