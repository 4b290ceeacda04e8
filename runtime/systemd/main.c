/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refrun-systemd: asks systemd for what refrun wants. One request, a line of JSON, on standard
 * input:
 *
 *   {"action": "start"|"set"|"stop", "user": bool, "unit": "x.scope", "properties": [...]}
 *
 * and one answer on standard output: {"path": "/..."}, {} or {"error": "...", "errno": n}. After
 * "start" the process stays, as the first in the scope, until standard input ends.
 */
#include "bus.h"

#include "cleanup.h"

#include <stdio.h>
#include <unistd.h>

#define REQUEST_MAX (4u << 20)

static int read_line(struct strbuf *b, struct err *e)
{
	while (!b->len || b->buf[b->len - 1] != '\n') {
		char part[4096];
		ssize_t n = read(STDIN_FILENO, part, sizeof(part));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, errno, "read the request: %m");
		if (n == 0 || b->len > REQUEST_MAX)
			return err_set(e, EINVAL, "the request is not one line");
		strbuf_add(b, part, (size_t)n);
		if (!b->buf)
			return err_set(e, ENOMEM, "%m");
	}
	return 0;
}

static int act(const struct json *request, bool *ret_stay, char **ret_path, struct err *e)
{
	const char *action = json_string(json_member(request, "action"));
	const char *unit = json_string(json_member(request, "unit"));
	const struct json *user = json_member(request, "user");
	const struct json *properties = json_member(request, "properties");
	CLEANUP(bus_closep) struct bus *b = NULL;
	int r;

	if (!action || !unit || !user || user->type != JSON_BOOL ||
	    (properties && properties->type != JSON_ARRAY))
		return err_set(e, EINVAL, "malformed request");
	r = bus_open(user->boolean, &b, e);
	if (r < 0)
		return r;
	if (str_eq(action, "start")) {
		r = bus_start_scope(b, unit, properties, ret_path, e);
		*ret_stay = r >= 0;
		return r;
	}
	if (str_eq(action, "set"))
		return bus_set_properties(b, unit, properties, e);
	if (str_eq(action, "stop"))
		return bus_stop(b, unit, e);
	return err_set(e, EINVAL, "unknown action '%s'", action);
}

static int answer(const char *path, const struct err *e)
{
	CLEANUP(json_freep) struct json *j = json_new(JSON_OBJECT);
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	if (!j || (path && json_set_member(j, "path", json_new_string(path)) < 0) ||
	    (e->num && (json_set_member(j, "error", json_new_string(e->msg)) < 0 ||
			json_set_member(j, "errno", json_new_int(e->num)) < 0)))
		return -ENOMEM;
	json_print(j, 0, &b);
	if (b.len && b.buf[b.len - 1] != '\n')
		strbuf_addc(&b, '\n');
	return b.buf ? fd_write_all(STDOUT_FILENO, b.buf, b.len) : -ENOMEM;
}

int main(void)
{
	CLEANUP(strbuf_done) struct strbuf line = STRBUF_INIT;
	CLEANUP(json_freep) struct json *request = NULL;
	cleanup_free char *path = NULL;
	struct err e = {0};
	bool stay = false;
	char rest[64];
	ssize_t n;
	int r = read_line(&line, &e);

	if (r >= 0)
		r = json_parse(line.buf, line.len - 1, &request, &e);
	if (r >= 0)
		r = act(request, &stay, &path, &e);
	if (answer(path, &e) < 0)
		return 1;
	while (stay) {
		n = read(STDIN_FILENO, rest, sizeof(rest));
		stay = n > 0 || (n < 0 && errno == EINTR);
	}
	return r < 0;
}
