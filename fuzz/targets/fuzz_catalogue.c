/* SPDX-License-Identifier: Apache-2.0 */
/* links: specs_catalogue */
/* Words of a command line that name a version, a requirement or a section of the specification. */
#include "catalogue.h"
#include "cleanup.h"
#include "fuzz.h"
#include "str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *word = str_format("%.*s", (int)(size < 200 ? size : 200), data);
	int minor = -1;
	enum req r = REQ_NONE;

	fuzz_check(word);
	fuzz_check(catalogue_target_parse(word, &minor)
			   ? minor == -1
			   : minor >= 0 && minor <= CATALOGUE_MINOR_MAX);
	if (catalogue_find(word, &r) == 0)
		fuzz_check(str_eq(catalogue_get(r)->id, word));
	r = REQ_NONE;
	while ((r = catalogue_next(word, r)) != REQ_NONE) {
		char url[CATALOGUE_URL_SIZE];
		enum level l = catalogue_get(r)->level_num;

		fuzz_check(catalogue_is_must(l) + catalogue_is_should(l) + catalogue_is_may(l) ==
			   1);
		fuzz_check(*catalogue_level_words(l) && str_starts(catalogue_url(r, url), "https"));
		/* what one version has, later ones have too */
		for (int m = 0; m < CATALOGUE_MINOR_MAX; m++)
			fuzz_check(!catalogue_applies(r, m) || catalogue_applies(r, m + 1));
	}
	return 0;
}
