/* SPDX-License-Identifier: Apache-2.0 */
#include "scope_naive.h"

#include "cleanup.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "org.systemd.property."

static bool all(const struct json *list, bool (*is)(const struct json *j))
{
	if (list->type != JSON_ARRAY)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		if (!is(list->items[i]))
			return false;
	}
	return true;
}

static bool is_text(const struct json *j)
{
	return json_string(j);
}

static bool is_byte(const struct json *j)
{
	uint64_t n;

	return json_uint(j, &n) == 0 && n < 256;
}

static bool is_device_value(const struct json *j)
{
	uint64_t n;

	return j->type == JSON_ARRAY && j->count == 2 && json_string(j->items[0]) &&
	       str_starts(json_string(j->items[0]), "/dev/block/") &&
	       json_uint(j->items[1], &n) == 0;
}

/* systemd's names of types (sd_bus_message_append(3)). */
static bool is_of(const char *type, const struct json *v)
{
	uint64_t u;
	int64_t i;

	if (str_eq(type, "t"))
		return json_uint(v, &u) == 0;
	if (str_eq(type, "i"))
		return json_int(v, &i) == 0 && i == (int32_t)i;
	if (str_eq(type, "b"))
		return v->type == JSON_BOOL;
	if (str_eq(type, "s"))
		return is_text(v);
	return (str_eq(type, "as") && all(v, is_text)) || (str_eq(type, "ay") && all(v, is_byte)) ||
	       (str_eq(type, "a(st)") && all(v, is_device_value));
}

/* Parts of names of org.freedesktop.systemd1(5) that no container may have a say in. */
static bool is_dangerous(const char *name)
{
	static const char *const parts[] = {"Exec",	   "User", "Group", "Root",
					    "Mount",	   "Bind", "PAM",   "Delegate",
					    "Environment", "Path", "Slice"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strstr(name, parts[i]))
			return true;
	}
	return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")];
}

bool scope_is_sound(const struct json *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct json *one = list->items[i], *v = json_member(one, "value");
		const char *name = json_string(json_member(one, "name"));
		const char *type = json_string(json_member(one, "type"));

		if (!name || !type || !v || !is_of(type, v) || is_dangerous(name))
			return false;
	}
	return true;
}

size_t scope_annotations(const struct cfg_config *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->annotations.count; i++)
		n += str_starts(c->annotations.items[i].key, PREFIX);
	return n;
}

/* The words of a list, back in quotes; false where the text has anything else but blanks. */
static bool is_list(const struct json *words, const char *text)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	struct strbuf bare CLEANUP(strbuf_done) = STRBUF_INIT;

	strbuf_adds(&b, "[");
	for (size_t i = 0; i < words->count; i++)
		strbuf_addf(&b, "%s'%s'", i ? "," : "", json_string(words->items[i]));
	strbuf_adds(&b, "]");
	for (const char *p = text; *p; p++) {
		if (*p != ' ')
			strbuf_addc(&bare, *p);
	}
	/* a blank or a quote of the other kind in a word: only the length is judged */
	if (strchr(b.buf, ' ') || strchr(text, '"'))
		return strlen(text) >= b.len;
	return bare.len == b.len && str_eq(bare.buf, b.buf);
}

/* But for a last one. */
static size_t leading_zeros(const char *number)
{
	size_t n = strspn(number, "0");

	return n && !number[n] ? n - 1 : n;
}

bool scope_is_said(const struct json *entry, const struct cfg_pair *annotation)
{
	const char *name = json_string(json_member(entry, "name"));
	const char *type = json_string(json_member(entry, "type")), *text = annotation->value;
	const struct json *v = json_member(entry, "value");
	const char *number = strrchr(text, ' ');
	size_t n = strlen(text);

	if (!str_eq(annotation->key + strlen(PREFIX), name))
		return str_ends(annotation->key, "Sec") && str_ends(name, "USec");
	if (str_eq(type, "as"))
		return is_list(v, text);
	if (str_eq(type, "b"))
		return str_eq(v->boolean ? "true" : "false", text);
	if (str_eq(type, "s"))
		return n >= 2 && text[0] == text[n - 1] && strchr("'\"", text[0]) &&
		       strlen(v->text) == n - 2 && strncmp(v->text, text + 1, n - 2) == 0;
	number = number ? number + 1 : text;
	return str_eq(number + leading_zeros(number), v->text + leading_zeros(v->text));
}
