/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_report harness_api base harness/report fuzz/lib/input.c
 * fuzz/lib/text_naive.c */
/* Bytes of a hostile runtime in reports: no control characters, no markup, no more than wanted. */
#include "cleanup.h"
#include "fuzz.h"
#include "text.h"
#include "text_naive.h"
#include <string.h>

static void is_escaped(const struct strbuf *b, const char *markup)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->buf[i] == '\\')
			i++;
		else
			fuzz_check(!strchr(markup, b->buf[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *s = input_text(data, size);
	struct strbuf plain CLEANUP(strbuf_done) = STRBUF_INIT, xml CLEANUP(strbuf_done) = plain,
			    cell CLEANUP(strbuf_done) = plain, code CLEANUP(strbuf_done) = plain;

	text_add_plain(&plain, s, -1, 20);
	text_add_xml(&xml, s);
	for (size_t i = 0; i < xml.len; i++)
		fuzz_check(!strchr("<>\"'", xml.buf[i]) &&
			   ((unsigned char)xml.buf[i] >= ' ' || strchr("\n\t", xml.buf[i])));
	text_add_cell(&cell, s, 0);
	is_escaped(&cell, "|`*_[]<>#~@\n");
	fuzz_check(plain.len <= 20 * 4 + 3);
	text_add_asked(&plain, &(struct rep_check){.name = s, .op = s, .expected = s}, 9);
	text_add_observed(&plain, &(struct rep_check){.observed = s, .note = s}, 9);
	fuzz_check(text_is_line(plain.buf));
	text_add_code(&code, s, 0);
	fuzz_check(code.len >= 2 && !memchr(code.buf, '\n', code.len));
	return 0;
}
