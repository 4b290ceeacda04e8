/* SPDX-License-Identifier: Apache-2.0 */
#include "claims.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <string.h>

/* config.md names them by the version that brought them. */
static const struct {
	const char *pointer;
	unsigned int minor;
} newer[] = {
	{"/potentiallyUnsafeConfigAnnotations", 2},
	{"/linux/mountExtensions", 2},
	{"/linux/intelRdt/schemata", 3},
	{"/linux/intelRdt/monitoring", 3},
	{"/linux/memoryPolicy", 3},
	{"/linux/netDevices", 3},
};

#define DIGITS "0123456789"
#define ALNUM  DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"

/* A number without a zero before it; what follows it, or NULL. */
static const char *number_end(const char *p)
{
	size_t n = strspn(p, DIGITS);

	return n == 0 || (n > 1 && *p == '0') ? NULL : p + n;
}

/* Words with dots between them, of which those of a pre-release (@numbers) are numbers if they are
 * all of digits. What follows, or NULL. */
static const char *words_end(const char *p, bool numbers)
{
	for (;; p++) {
		size_t n = strspn(p, ALNUM);

		if (n == 0 || (numbers && strspn(p, DIGITS) == n && !number_end(p)))
			return NULL;
		p += n;
		if (*p != '.')
			return p;
	}
}

bool claims_is_semver(const char *text)
{
	const char *p = text;

	for (int i = 0; p && i < 3; i++) {
		p = i > 0 && *p++ != '.' ? NULL : number_end(p);
	}
	if (p && *p == '-')
		p = words_end(p + 1, true);
	if (p && *p == '+')
		p = words_end(p + 1, false);
	return p && !*p;
}

/* The first three numbers of a semantic version; what stands behind them makes it a pre-release. */
struct version {
	uint64_t part[3];
	bool pre;
};

/* 1, 0 where it is no version, or -ENOMEM. */
static int read_version(const struct json *v, struct version *ret)
{
	cleanup_free char *text = strdup(json_string(v) ? json_string(v) : "");
	char *save = NULL, *rest;
	size_t n = 0;

	if (!text)
		return -ENOMEM;
	if (!claims_is_semver(text))
		return 0;
	rest = text + strcspn(text, "-+");
	ret->pre = *rest == '-';
	*rest = '\0';
	for (char *w = strtok_r(text, ".", &save); w; w = strtok_r(NULL, ".", &save)) {
		if (n == 3 || str_to_u64(w, UINT32_MAX, &ret->part[n++]) < 0)
			return 0;
	}
	return n == 3;
}

static int compare(const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < 3; i++) {
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	}
	return (int)b->pre - (int)a->pre;
}

static int say(struct json *list, char *text)
{
	bool said = text && json_append(list, json_new_string(text)) == 0;

	free(text);
	return said ? 0 : -ENOMEM;
}

int claims_check_state(const struct json *document, struct json *findings)
{
	const char *version = json_string(json_at(document, "/ociVersion"));

	return version && claims_is_semver(version)
		       ? 0
		       : say(findings, strdup("ociVersion is no semantic version"));
}

int claims_check_versions(const struct json *document, struct json *findings)
{
	struct version min, max;
	int r = read_version(json_at(document, "/ociVersionMax"), &max);

	if (r <= 0)
		return r < 0 ? r : say(findings, strdup("ociVersionMax is no version"));
	r = read_version(json_at(document, "/ociVersionMin"), &min);
	if (r <= 0)
		return r < 0 ? r : say(findings, strdup("ociVersionMin is no version"));
	r = 0;
	if (compare(&max, &min) < 0)
		r = say(findings, strdup("ociVersionMax is lower than ociVersionMin"));
	for (size_t i = 0; r == 0 && i < sizeof(newer) / sizeof(newer[0]); i++) {
		const struct json *v = json_at(document, newer[i].pointer);
		const struct version since = {{1, newer[i].minor, 0}, true};

		if (v && compare(&max, &since) < 0)
			r = say(findings, str_format("%s came with version 1.%u", newer[i].pointer,
						     newer[i].minor));
	}
	return r;
}

int claims_check_flags(const struct json *document, struct json *findings)
{
	const struct json *known = json_at(document, "/linux/seccomp/knownFlags");
	const struct json *supported = json_at(document, "/linux/seccomp/supportedFlags");
	int r = document->type == JSON_OBJECT ? 0 : say(findings, strdup("there is no document"));

	for (size_t i = 0;
	     r == 0 && supported && supported->type == JSON_ARRAY && i < supported->count; i++) {
		bool there = false;

		for (size_t k = 0; known && known->type == JSON_ARRAY && k < known->count; k++)
			there = there || json_equal(known->items[k], supported->items[i]);
		if (!there)
			r = say(findings,
				str_format("supportedFlags has %s, which knownFlags lacks",
					   json_string(supported->items[i])
						   ? json_string(supported->items[i])
						   : "what is no string"));
	}
	return r;
}

static int compare_at(const struct json *a, const struct json *b, const char *at,
		      struct json *differing)
{
	int r = 0;

	if (a && b && json_equal(a, b))
		return 0;
	if (!a || !b || a->type != JSON_OBJECT || b->type != JSON_OBJECT)
		return say(differing, strdup(*at ? at : "/"));
	for (size_t i = 0; r == 0 && i < a->count; i++) {
		cleanup_free char *below = str_format("%s/%s", at, a->names[i]);

		r = below ? compare_at(a->items[i], json_member(b, a->names[i]), below, differing)
			  : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < b->count; i++) {
		if (!json_member(a, b->names[i]))
			r = say(differing, str_format("%s/%s", at, b->names[i]));
	}
	return r;
}

int claims_compare(const struct json *a, const struct json *b, struct json *differing)
{
	return compare_at(a, b, "", differing);
}

bool claims_say_yes(const struct json *value, const char *variant)
{
	CLEANUP(json_freep) struct json *want = NULL;

	if (!value || value->type == JSON_NULL)
		return false;
	if (value->type == JSON_BOOL)
		return value->boolean;
	if (value->type != JSON_ARRAY || !variant)
		return true;
	if (json_parse(variant, strlen(variant), &want, NULL) < 0)
		return false;
	for (size_t i = 0; i < value->count; i++) {
		if (json_equal(value->items[i], want))
			return true;
	}
	return false;
}
