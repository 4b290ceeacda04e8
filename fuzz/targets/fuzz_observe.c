/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness base */
/* Bytes from a hostile container: without the nonce there is no report; what was understood of one,
 * written anew, makes a complete one that says the same. */
#include "cleanup.h"
#include "fuzz.h"
#include "observe.h"

#include <string.h>
#define NONCE "n0nce"

static void is_complete(const struct obs_list *l, const char *name, const struct json *value)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct obs_list again CLEANUP(obs_list_done) = {0};

	strbuf_addf(&text, "conform-probe 1 " NONCE "\n%s\t", name);
	json_print(value, 0, &text);
	strbuf_adds(&text, "\nend " NONCE " 1\n");
	fuzz_check(obs_parse(text.buf, text.len, NONCE, &again) == 0 && obs_is_complete(&again));
	fuzz_check(!l || json_equal(obs_find(l, name), obs_find(&again, name)));
	fuzz_check(json_equal(obs_find(&again, name), value) && !again.other.len && !again.bye);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct obs_list l CLEANUP(obs_list_done);

	fuzz_check(obs_parse((const char *)data, size, NONCE, &l) == 0);
	fuzz_check(!l.started || memmem(data, size, NONCE, strlen(NONCE)));
	for (size_t i = 0; i < l.count && i < 32; i++) {
		const char *s = json_string(l.items[i].value);

		if (!l.items[i].late)
			is_complete(&l, l.items[i].name, l.items[i].value);
		if (s && *s && strlen(s) <= OBS_NAME_MAX && !strpbrk(s, "\n") && !strstr(s, NONCE))
			is_complete(NULL, s, l.items[i].value);
	}
	return 0;
}
