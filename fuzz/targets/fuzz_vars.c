/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness base fuzz/lib/input.c */
/* Placeholders: a text without any comes back as it was; what stands for them is in the result. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "str.h"
#include "vars.h"

#include <stdlib.h>
#include <string.h>

static int make(void *arg, const char *name, const char *parameter, char **ret, struct err *e)
{
	(void)arg;
	(void)e;
	if (!str_eq(name, "NSINO") && !parameter[0])
		return 0;
	*ret = strdup("42");
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = input_text(data, size), *out = NULL, *as_json = NULL;
	struct hx_vars v CLEANUP(hx_vars_done) = {.v_json = strdup("\"a\""), .make = make};

	fuzz_check(hx_vars_set(&v, "BUNDLE", "/b", NULL) == 0);
	if (hx_vars_expand(&v, text, false, &out, NULL) == 0) {
		fuzz_check(strchr(text, '@') || str_eq(out, text));
		/* @ASK@ stays, and its last sign is not the first of a placeholder; @ASK:any@ as
		 * well */
		fuzz_check(!strstr(out, "@BUNDLE@") || strstr(text, "@@") || strchr(text, '\\') ||
			   strstr(text, "@ASK"));
	}
	if (hx_vars_expand(&v, text, true, &as_json, NULL) == 0)
		fuzz_check(strchr(text, '@') || str_eq(as_json, text));
	return 0;
}
