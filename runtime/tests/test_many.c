/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Much of everything: up to what the kernel or the parser takes a container runs, in a time that
 * grows with the document; beyond it there is an error that says where and why, and nothing stays.
 */
#include "driver.h"

#include "cleanup.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

/* @n times @item, each "#" in it the number of that one, separated by commas. */
static char *many(size_t n, const char *item)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_addc(&b, ',');
		for (const char *s = item; *s; s++) {
			if (*s == '#')
				strbuf_addf(&b, "%zu", i);
			else
				strbuf_addc(&b, *s);
		}
	}
	ck_assert(!b.oom);
	return strbuf_take(&b);
}

struct row {
	const char *before, *item, *after; /* in process, */
	size_t count;
	bool linux_more; /* or, where this is set, in linux */
	int code;
	const char *words; /* of the error */
};

static const struct row rows[] = {
	{TRUE ",\"env\":[", "\"V#=x\"", "]", 20000, false, 0, NULL},
	{TRUE ",\"env\":[", "\"V#=x\"", "]", 100000, false, 1, "more than 65536 elements"},
	{"\"args\":[\"/program\",\"true\",", "\"a#\"", "]", 20000, false, 0, NULL},
	{TRUE ",\"rlimits\":[", "{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0}", "]", 2, false,
	 1, "/process/rlimits/1/type"},
	{"\"maskedPaths\":[", "\"/nowhere/#\"", "]", 10000, true, 0, NULL},
	{"\"readonlyPaths\":[", "\"/nowhere/#\"", "]", 10000, true, 0, NULL},
	{"\"gidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":1}],\"uidMappings\":[",
	 "{\"containerID\":#,\"hostID\":1000#,\"size\":1}", "]", 341, true, 1, "341"},
	{"\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":1}],\"gidMappings\":[",
	 "{\"containerID\":#,\"hostID\":1000#,\"size\":1}", "]", 340, true, 1,
	 "the kernel takes less than a page"},
	{"\"resources\":{\"devices\":[",
	 "{\"allow\":true,\"type\":\"c\",\"major\":7,\"minor\":#,"
	 "\"access\":\"r\"}",
	 "]}", 1000, true, 0, NULL},
	{"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[",
	 "{\"names\":[\"getpid\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{\"index\":0,\"value\":#,"
	 "\"op\":\"SCMP_CMP_EQ\"}]}",
	 "]}", 5000, true, 1, "longer than 4096 instructions"},
};

static void put_config(const struct row *row, const char *list)
{
	cleanup_free char *config = str_format(
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},"
		"\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},%s},"
		"\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"}%s]%s%s}}",
		row->linux_more ? TRUE : list,
		strstr(row->before, "Mappings") ? ",{\"type\":\"user\"}" : "",
		row->linux_more ? "," : "", row->linux_more ? list : "");

	ck_assert_ptr_nonnull(config);
	put_file(bundle, "config.json", config);
}

START_TEST(test_many)
{
	const struct row *row = &rows[_i];
	cleanup_free char *items = many(row->count, row->item);
	cleanup_free char *list = str_format("%s%s%s", row->before, items, row->after);
	int code;

	ck_assert_ptr_nonnull(list);
	put_config(row, list);
	code = REFRUN("--root", root, "run", "-b", bundle, id);
	ck_assert_msg(code == row->code, "%s x %zu: %d: %s", row->item, row->count, code, text);
	ck_assert_msg(!row->words || strstr(text, row->words), "%s x %zu: %s", row->item,
		      row->count, text);
	check_no_residue(row->item);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_many, 0, sizeof(rows) / sizeof(rows[0]));
}

int main(int argc, char **argv)
{
	return driver_main("many", argc, argv, add);
}
