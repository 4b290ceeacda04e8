/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_api base fuzz/lib/input.c */
/* "<config>\n<report of the probe>": what holds in every container. A fact that nobody reported
 * does not hold, one that is as the configuration gives it does. */
#include "always.h"
#include "cleanup.h"
#include "fuzz.h"
#include "str.h"

#include <string.h>

#define NONCE "n0nce"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - data) : 0, applied, all;
	struct json *config CLEANUP(json_freep) = NULL;
	struct obs_list l CLEANUP(obs_list_done) = {0}, none = {0};
	struct always_finding found[ALWAYS_MAX], missing[ALWAYS_MAX];

	if (!end || json_parse((const char *)data, n, &config, NULL) < 0)
		return 0;
	fuzz_check(obs_parse((const char *)end + 1, size - n - 1, NONCE, &l) == 0);
	size_t bad = always_judge(config, &l, false, found, &applied);
	fuzz_check(bad <= applied && applied <= ALWAYS_MAX);
	for (size_t i = 0; i < bad; i++) {
		fuzz_check(found[i].observed == obs_find(&l, found[i].fact));
		fuzz_check(!i || !str_eq(found[i].fact, found[i - 1].fact));
	}
	const struct json *fds = obs_find(&l, "fds.open");
	int64_t fd = 0;
	for (size_t i = 0; fds && fds->type == JSON_ARRAY && i < fds->count; i++)
		fuzz_check(json_int(fds->items[i], &fd) < 0 || fd <= 2 ||
			   (bad && str_eq(found[0].fact, "fds.open")));
	fuzz_check(always_judge(config, &l, true, found, &all) <= bad && all <= applied);
	/* each rule that could apply */
	fuzz_check(always_judge(config, &none, false, missing, &all) == all && all >= applied);
	return 0;
}
