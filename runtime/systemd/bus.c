/* SPDX-License-Identifier: Apache-2.0 */
#include "bus.h"

#include "cleanup.h"
#include "proc.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#define DESTINATION "org.freedesktop.systemd1"
#define MANAGER	    "org.freedesktop.systemd1.Manager"
#define OBJECT	    "/org/freedesktop/systemd1"
#define WAIT_MS	    30000

struct bus {
	sd_bus *bus;
	unsigned int version; /* of systemd; 0: not asked yet */
	sd_bus_slot *removed; /* the match of JobRemoved */
	char *job;	      /* the one that is waited for */
	char *result;	      /* what came of it */
};

/* JobRemoved(u id, o job, s unit, s result) */
static int on_job_removed(sd_bus_message *m, void *arg, sd_bus_error *error)
{
	struct bus *b = arg;
	const char *job, *unit, *result;
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(m, "uoss", &id, &job, &unit, &result) < 0 || !b->job ||
	    !str_eq(job, b->job) || b->result)
		return 0;
	b->result = strdup(result);
	return 0;
}

void bus_close(struct bus *b)
{
	if (!b)
		return;
	sd_bus_slot_unref(b->removed);
	sd_bus_flush_close_unref(b->bus);
	free(b->job);
	free(b->result);
	free(b);
}

int bus_open(bool user, struct bus **ret, struct err *e)
{
	CLEANUP(bus_closep) struct bus *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return err_set(e, ENOMEM, "%m");
	r = user ? sd_bus_open_user(&b->bus) : sd_bus_open_system(&b->bus);
	if (r < 0)
		return err_set(e, -r, "no connection to the %s bus: %m",
			       user ? "user's" : "system");
	(void)sd_bus_set_method_call_timeout(b->bus, (uint64_t)WAIT_MS * 1000);
	/* systemd sends its signals to subscribers alone */
	r = sd_bus_call_method(b->bus, DESTINATION, OBJECT, MANAGER, "Subscribe", NULL, NULL, NULL);
	if (r >= 0)
		r = sd_bus_match_signal(b->bus, &b->removed, DESTINATION, OBJECT, MANAGER,
					"JobRemoved", on_job_removed, b);
	if (r < 0)
		return err_set(e, -r, "systemd does not answer on the %s bus: %m",
			       user ? "user's" : "system");
	*ret = take_ptr(&b);
	return 0;
}

/* What a call said against it, in systemd's words. Ends @error. */
static int failed(int r, sd_bus_error *error, struct err *e)
{
	if (sd_bus_error_is_set(error))
		(void)err_set(e, -r, "%s", error->message ? error->message : error->name);
	else
		(void)err_set(e, -r, "%m");
	sd_bus_error_free(error);
	return r;
}

/* ---- properties ---- */

/* "252.39-1~deb12u2", "v252"; 0: unknown. */
static unsigned int read_version(struct bus *b)
{
	cleanup_free char *text = NULL;
	unsigned int version = 0;

	if (sd_bus_get_property_string(b->bus, DESTINATION, OBJECT, MANAGER, "Version", NULL,
				       &text) < 0)
		return 0;
	for (const char *p = text + (*text == 'v'); *p >= '0' && *p <= '9' && version < 100000; p++)
		version = version * 10 + (unsigned int)(*p - '0');
	return version;
}

/* What an older systemd refuses, and with it the whole unit, is left to the files of the cgroup. */
static bool is_taken(struct bus *b, const struct json *p)
{
	static const struct {
		const char *name;
		unsigned int since; /* version that takes 0 */
	} zeros[] = {{"CPUWeight", 252}, {"MemoryLow", 243}, {"MemoryMin", 243}};
	const char *name = json_string(json_member(p, "name"));
	const struct json *value = json_member(p, "value");
	uint64_t v = 1;

	if (!name || !value || json_uint(value, &v) < 0 || v != 0)
		return true;
	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		if (!str_eq(zeros[i].name, name))
			continue;
		if (!b->version)
			b->version = read_version(b);
		return b->version >= zeros[i].since;
	}
	return true;
}

static int append_strings(sd_bus_message *m, const struct json *v)
{
	int r = sd_bus_message_open_container(m, 'a', "s");

	for (size_t i = 0; r >= 0 && i < v->count; i++) {
		const char *s = json_string(v->items[i]);

		r = s ? sd_bus_message_append(m, "s", s) : -EINVAL;
	}
	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int append_bytes(sd_bus_message *m, const struct json *v)
{
	int r = sd_bus_message_open_container(m, 'a', "y");

	for (size_t i = 0; r >= 0 && i < v->count; i++) {
		uint64_t byte = 256;

		r = json_uint(v->items[i], &byte) < 0 || byte > 255
			    ? -EINVAL
			    : sd_bus_message_append(m, "y", (int)byte);
	}
	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int append_pairs(sd_bus_message *m, const struct json *v)
{
	int r = sd_bus_message_open_container(m, 'a', "(ss)");

	for (size_t i = 0; r >= 0 && i < v->count; i++) {
		const struct json *pair = v->items[i];
		bool two = pair->type == JSON_ARRAY && pair->count == 2;
		const char *a = two ? json_string(pair->items[0]) : NULL;
		const char *c = two ? json_string(pair->items[1]) : NULL;

		r = a && c ? sd_bus_message_append(m, "(ss)", a, c) : -EINVAL;
	}
	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int append_numbered(sd_bus_message *m, const struct json *v)
{
	int r = sd_bus_message_open_container(m, 'a', "(st)");

	for (size_t i = 0; r >= 0 && i < v->count; i++) {
		const struct json *pair = v->items[i];
		bool two = pair->type == JSON_ARRAY && pair->count == 2;
		const char *name = two ? json_string(pair->items[0]) : NULL;
		uint64_t number = 0;

		r = name && json_uint(pair->items[1], &number) >= 0
			    ? sd_bus_message_append(m, "(st)", name, number)
			    : -EINVAL;
	}
	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int append_value(sd_bus_message *m, const char *type, const struct json *v)
{
	uint64_t u;
	int64_t i;

	if (str_eq(type, "s"))
		return json_string(v) ? sd_bus_message_append(m, "s", json_string(v)) : -EINVAL;
	if (str_eq(type, "b"))
		return v->type == JSON_BOOL ? sd_bus_message_append(m, "b", (int)v->boolean)
					    : -EINVAL;
	if (str_eq(type, "i"))
		return json_int(v, &i) < 0 || i < INT32_MIN || i > INT32_MAX
			       ? -EINVAL
			       : sd_bus_message_append(m, "i", (int)i);
	if (str_eq(type, "t"))
		return json_uint(v, &u) < 0 ? -EINVAL : sd_bus_message_append(m, "t", u);
	if (v->type != JSON_ARRAY)
		return -EINVAL;
	if (str_eq(type, "as"))
		return append_strings(m, v);
	if (str_eq(type, "ay"))
		return append_bytes(m, v);
	if (str_eq(type, "a(st)"))
		return append_numbered(m, v);
	return str_eq(type, "a(ss)") ? append_pairs(m, v) : -EINVAL;
}

static int append_property(sd_bus_message *m, const struct json *p)
{
	const char *name = json_string(json_member(p, "name"));
	const char *type = json_string(json_member(p, "type"));
	const struct json *value = json_member(p, "value");
	int r;

	if (!name || !type || !value)
		return -EINVAL;
	r = sd_bus_message_open_container(m, 'r', "sv");
	if (r >= 0)
		r = sd_bus_message_append(m, "s", name);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'v', type);
	if (r >= 0)
		r = append_value(m, type, value);
	if (r >= 0)
		r = sd_bus_message_close_container(m);
	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* Those given, and for a new scope the process that it is to hold: this one. */
static int append_properties(struct bus *b, sd_bus_message *m, const struct json *list,
			     bool with_self)
{
	int r = sd_bus_message_open_container(m, 'a', "(sv)");

	for (size_t i = 0; r >= 0 && list && i < list->count; i++)
		r = is_taken(b, list->items[i]) ? append_property(m, list->items[i]) : 0;
	if (r >= 0 && with_self)
		r = sd_bus_message_append(m, "(sv)", "PIDs", "au", 1, (uint32_t)getpid());
	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* ---- jobs ---- */

static int wait_for_job(struct bus *b, struct err *e)
{
	int64_t deadline = proc_now_ms() + WAIT_MS;

	while (!b->result) {
		int64_t left = deadline - proc_now_ms();
		int r = sd_bus_process(b->bus, NULL);

		if (r == 0 && left <= 0)
			return err_set(e, ETIMEDOUT, "the job is not done after %d s",
				       WAIT_MS / 1000);
		if (r == 0)
			r = sd_bus_wait(b->bus, (uint64_t)left * 1000);
		if (r < 0 && r != -EINTR)
			return err_set(e, -r, "the bus was closed: %m");
	}
	return str_eq(b->result, "done") ? 0
					 : err_set(e, EIO, "the job ended with '%s'", b->result);
}

/* Sends @m, whose answer is a job, and waits for that. @ret_error: the caller's to end. */
static int call_job(struct bus *b, sd_bus_message *m, sd_bus_error *ret_error, struct err *e)
{
	sd_bus_message *reply = NULL;
	const char *job;
	int r;

	free(take_ptr(&b->job));
	free(take_ptr(&b->result));
	r = sd_bus_call(b->bus, m, 0, ret_error, &reply);
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "o", &job);
	if (r >= 0) {
		b->job = strdup(job);
		r = b->job ? 0 : -ENOMEM;
	}
	sd_bus_message_unref(reply);
	return r < 0 ? r : wait_for_job(b, e);
}

static int new_call(struct bus *b, const char *method, sd_bus_message **ret)
{
	return sd_bus_message_new_method_call(b->bus, ret, DESTINATION, OBJECT, MANAGER, method);
}

/* A unit that has failed keeps its name until it is told to forget that. */
static void reset_failed(struct bus *b, const char *unit)
{
	(void)sd_bus_call_method(b->bus, DESTINATION, OBJECT, MANAGER, "ResetFailedUnit", NULL,
				 NULL, "s", unit);
}

static int read_path(struct bus *b, const char *unit, char **ret_path, struct err *e)
{
	cleanup_free char *object = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = sd_bus_path_encode(OBJECT "/unit", unit, &object);

	if (r >= 0)
		r = sd_bus_get_property_string(b->bus, DESTINATION, object,
					       "org.freedesktop.systemd1.Scope", "ControlGroup",
					       &error, ret_path);
	return r < 0 ? failed(r, &error, e) : 0;
}

/* StartTransientUnit(s name, s mode, a(sv) properties, a(sa(sv)) aux) -> o job */
static int start(struct bus *b, const char *unit, const struct json *properties,
		 sd_bus_error *ret_error, struct err *e)
{
	sd_bus_message *m = NULL;
	int r = new_call(b, "StartTransientUnit", &m);

	if (r >= 0)
		r = sd_bus_message_append(m, "ss", unit, "fail");
	if (r >= 0)
		r = append_properties(b, m, properties, true);
	if (r >= 0)
		r = sd_bus_message_append(m, "a(sa(sv))", 0);
	if (r >= 0)
		r = call_job(b, m, ret_error, e);
	sd_bus_message_unref(m);
	return r;
}

int bus_start_scope(struct bus *b, const char *unit, const struct json *properties, char **ret_path,
		    struct err *e)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	struct err why = {0};
	int r = start(b, unit, properties, &error, &why);

	if (r < 0 && sd_bus_error_has_name(&error, "org.freedesktop.systemd1.UnitExists")) {
		sd_bus_error_free(&error);
		reset_failed(b, unit);
		r = start(b, unit, properties, &error, &why);
	}
	if (r < 0 && why.num)
		return err_set(e, why.num, "%s", why.msg);
	if (r < 0)
		return failed(r, &error, e);
	return read_path(b, unit, ret_path, e);
}

int bus_set_properties(struct bus *b, const char *unit, const struct json *properties,
		       struct err *e)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL;
	int r = new_call(b, "SetUnitProperties", &m);

	if (r >= 0)
		r = sd_bus_message_append(m, "sb", unit, 1);
	if (r >= 0)
		r = append_properties(b, m, properties, false);
	if (r >= 0)
		r = sd_bus_call(b->bus, m, 0, &error, NULL);
	sd_bus_message_unref(m);
	return r < 0 ? failed(r, &error, e) : 0;
}

int bus_stop(struct bus *b, const char *unit, struct err *e)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL;
	struct err why = {0};
	int r = new_call(b, "StopUnit", &m);

	if (r >= 0)
		r = sd_bus_message_append(m, "ss", unit, "replace");
	if (r >= 0)
		r = call_job(b, m, &error, &why);
	sd_bus_message_unref(m);
	if (r < 0 && sd_bus_error_has_name(&error, "org.freedesktop.systemd1.NoSuchUnit")) {
		sd_bus_error_free(&error);
		return 0;
	}
	if (r < 0 && why.num)
		return err_set(e, why.num, "%s", why.msg);
	if (r < 0)
		return failed(r, &error, e);
	reset_failed(b, unit);
	return 0;
}
