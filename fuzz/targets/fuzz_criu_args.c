/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_cli runtime_core base fuzz/lib/input.c
 * fuzz/lib/text_naive.c */
/* The flags of checkpoint and restore, one word per line: what is taken is of a closed set, or in
 * range, and the help has a line for each. */
#include "cleanup.h"
#include "criu_flags.h"
#include "fuzz.h"
#include "text_naive.h"

#define AT(member) offsetof(struct criu_flags, member)
static const struct option table[] = {
	CRIU_OPTIONS(AT),
	{"page-server", 'p', OPTION_TEXT, AT(page_server), "ADDRESS:PORT", "where memory goes"},
	OPTION_END};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct strbuf help CLEANUP(strbuf_done) = STRBUF_INIT;
	struct criu_flags f = {0};
	struct rt_criu_options o;
	struct err e = {0};
	input_words_cut(&w, data, size < 4096 ? size : 4096, '\n');
	int n = options_parse(table, &f, (int)w.count, w.items, &e);
	fuzz_check(n >= 0 ? n <= (int)w.count : n == -EINVAL && *e.msg);
	int r = n < 0 ? n : criu_flags_apply(&f, &o, &e);
	fuzz_check(r == 0 || (r == -EINVAL && *e.msg));
	options_help(table, &help);
	fuzz_check(text_count(help.buf, "\n") == sizeof(table) / sizeof(table[0]) - 1);
	if (r < 0)
		return 0;
	fuzz_check(o.image_path && o.work_path && o.status_fd >= FD_NONE);
	const char *mode = o.manage_cgroups ? o.manage_cgroups : "soft";
	fuzz_check(str_eq(mode, "soft") || str_eq(mode, "full") || str_eq(mode, "strict") ||
		   str_eq(mode, "ignore"));
	fuzz_check(!o.page_server ||
		   (o.page_server_port > 0 && o.page_server_port <= UINT16_MAX && *o.page_server));
	return 0;
}
