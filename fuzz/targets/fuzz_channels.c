/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness base */
/* "<report>\f<report>", of the probe on its two channels: they agree where each has what the other
 * has, and what comes behind the end of one makes up for nothing. */
#include "cleanup.h"
#include "fuzz.h"
#include "observe.h"

#include <string.h>
#define NONCE "n0nce"

/* Whether all that @a reported stands in the report of @b, too. */
static bool stands_in(const struct obs_list *a, const struct obs_list *b)
{
	for (size_t i = 0, k; i < a->count; i++) {
		for (k = 0; k < b->count; k++)
			if (!b->items[k].late && str_eq(a->items[i].name, b->items[k].name) &&
			    json_equal(a->items[i].value, b->items[k].value))
				break;
		if (!a->items[i].late && k == b->count)
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct obs_list a CLEANUP(obs_list_done), b CLEANUP(obs_list_done);
	const uint8_t *cut = size ? memchr(data, '\f', size) : NULL;
	size_t n = cut ? (size_t)(cut - data) : size / 2;
	char why[200] = "";
	fuzz_check(obs_parse((const char *)data, n, NONCE, &a) == 0);
	fuzz_check(obs_parse((const char *)data + n + !!cut, size - n - !!cut, NONCE, &b) == 0);
	bool same = stands_in(&a, &b) && stands_in(&b, &a);
	fuzz_check(obs_agree(&a, &b, why, sizeof(why)) == same && same == !*why);
	fuzz_check(obs_agree(&b, &a, why, sizeof(why)) == same);
	fuzz_check(obs_agree(&a, &a, why, sizeof(why)) && obs_agree(&b, &b, why, sizeof(why)));
	return 0;
}
