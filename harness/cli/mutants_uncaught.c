/* SPDX-License-Identifier: Apache-2.0 */
#include "mutants_uncaught.h"

#include "cleanup.h"
#include "fd.h"
#include "json.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>

/* A lie and the case that names it, or NULL: what tells the rows of a plan apart. */
static bool is_row(const struct json *entry, const struct plan_row *row)
{
	const char *lie = json_string(json_member(entry, "lie"));
	const char *named = json_string(json_member(entry, "named_by"));

	if (!lie || !str_eq(lie, row->name))
		return false;
	return row->named ? named && str_eq(named, row->named->id) : !named;
}

static bool is_uncaught(void *lies, const struct plan_row *row)
{
	const struct json *all = lies;

	for (size_t i = 0; i < all->count; i++) {
		const char *outcome = json_string(json_member(all->items[i], "outcome"));

		if (is_row(all->items[i], row))
			return outcome &&
			       (str_eq(outcome, "unjudged") || str_eq(outcome, "survived"));
	}
	return false;
}

int mutants_keep_uncaught(const char *path, struct plan *p, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, path, JSON_MAX_BYTES, &text, &len, e);

	return r < 0 ? r : mutants_keep_uncaught_of(path, text, len, p, e);
}

int mutants_keep_uncaught_of(const char *path, const char *text, size_t len, struct plan *p,
			     struct err *e)
{
	CLEANUP(json_freep) struct json *report = NULL;
	struct json *lies;
	int r = json_parse(text, len, &report, e);

	if (r < 0)
		return err_wrap_place(e, path);
	lies = json_member(report, "lies");
	if (!lies || lies->type != JSON_ARRAY)
		return err_set(e, EINVAL, "'%s' is no report of conform mutants --json: no lies",
			       path);
	plan_keep(p, is_uncaught, lies);
	return 0;
}
