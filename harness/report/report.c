/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "near.h"

#include <errno.h>

static const struct {
	const char *name;
	struct reporter *(*make)(const struct rep_options *o);
} formats[] = {
	{"plain", rep_plain_new}, {"terminal", rep_terminal_new}, {"tap", rep_tap_new},
	{"junit", rep_junit_new}, {"json", rep_json_new},	  {"markdown", rep_markdown_new},
};

int rep_check_format(const char *format, struct err *e)
{
	struct near n = {.word = format};
	char hint[NEAR_HINT_SIZE];

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (str_eq(formats[i].name, format))
			return (int)i;
		near_offer(&n, formats[i].name);
	}
	return err_set(e, EINVAL,
		       "no report format '%s': there are tap, junit, json, markdown, plain%s",
		       format, near_hint(&n, "", hint));
}

int rep_new(const char *format, const struct rep_options *o, struct reporter **ret, struct err *e)
{
	int i = rep_check_format(format, e);
	struct reporter *r;

	if (i < 0)
		return i;
	r = formats[i].make(o);
	if (!r)
		return err_set(e, ENOMEM, "make the report: %m");
	*ret = r;
	return 0;
}
