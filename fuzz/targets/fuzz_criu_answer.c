/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_core base runtime/core fuzz/lib/input.c
 * fuzz/lib/protobuf_naive.c */
/* What criu sends, and what is in its log: an answer is what another reading of it says, also when
 * it is written anew, and the words of an error are of one line. */
#include "cleanup.h"
#include "criu_wire.h"
#include "fuzz.h"
#include "input.h"
#include "protobuf_naive.h"
#include <string.h>

static bool same(const struct criu_answer *a, const struct criu_answer *b)
{
	return a->type == b->type && a->success == b->success && a->num == b->num &&
	       a->pid == b->pid && str_eq(a->error, b->error) && str_eq(a->script, b->script);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT,
			  notify CLEANUP(strbuf_done) = STRBUF_INIT;
	cleanup_free char *text = input_text(data, size), *why = criu_log_error(text);
	struct criu_answer a, b;
	const char *mark = strstr(text, "Error (");
	fuzz_check(why ? mark && strstr(mark, why) && !strchr(why, '\n') : !mark);
	bool good = criu_answer_parse(data, size, &a) == 0;
	fuzz_check(good == protobuf_naive_answer(data, size, &b) && (!good || same(&a, &b)));
	if (!good)
		return 0;
	criu_wire_number(&notify, 2, a.pid);
	criu_wire_text(&notify, 1, a.script);
	criu_wire_text(&out, 9, a.error);
	criu_wire_bytes(&out, 5, notify.buf, notify.len);
	criu_wire_number(&out, 7, a.num);
	criu_wire_number(&out, 2, a.success);
	criu_wire_number(&out, 1, a.type);
	fuzz_check(protobuf_naive_answer((uint8_t *)out.buf, out.len, &b) && same(&a, &b));
	return 0;
}
