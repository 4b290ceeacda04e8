/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_api base fuzz/lib/input.c | seeds: fuzz_ops */
/* "<document>\n<document>": what differs between two features documents differs both ways, none of
 * versions that hold everything is too old, flags that are known are not missed, and a list says
 * yes to what it has. */
#include "claims.h"
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct json *a CLEANUP(json_freep) = NULL, *b CLEANUP(json_freep) = NULL,
		       *there CLEANUP(json_freep) = json_new(JSON_ARRAY),
		       *back CLEANUP(json_freep) = json_new(JSON_ARRAY),
		       *old CLEANUP(json_freep) = json_new(JSON_ARRAY),
		       *none CLEANUP(json_freep) = json_new(JSON_ARRAY);

	input_words_cut(&w, data, size, '\n');
	if (w.count < 2 || json_parse(w.items[0], strlen(w.items[0]), &a, NULL) < 0 ||
	    json_parse(w.items[1], strlen(w.items[1]), &b, NULL) < 0)
		return 0;
	fuzz_check(claims_compare(a, b, there) == 0 && claims_compare(b, a, back) == 0);
	fuzz_check(there->count == back->count && !there->count == json_equal(a, b));
	fuzz_check(claims_check_versions(a, old) == 0);
	fuzz_check(json_append(old, json_copy(a)) == 0 && claims_say_yes(old, w.items[0]));
	if (a->type != JSON_OBJECT)
		return 0;
	const struct json *flags = json_at(a, "/linux/seccomp/supportedFlags");
	fuzz_check(claims_check_flags(a, old) == 0);
	if (flags && flags->type == JSON_ARRAY)
		fuzz_check(json_set(&a, "/linux/seccomp/knownFlags", json_copy(flags), NULL) == 0);
	fuzz_check(claims_check_flags(a, none) == 0 && none->count == 0);
	fuzz_check(json_set(&a, "/ociVersionMin", json_new_string("1.0.0"), NULL) == 0);
	fuzz_check(json_set(&a, "/ociVersionMax", json_new_string("1.99.0"), NULL) == 0);
	fuzz_check(claims_check_versions(a, none) == 0 && none->count == 0);
	return 0;
}
