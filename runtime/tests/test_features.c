/* SPDX-License-Identifier: Apache-2.0 */
/* What the features document says of refrun beside what the suite asks of every runtime. */
#include "cgroup.h"
#include "cleanup.h"
#include "cli.h"
#include "json.h"
#include "suite.h"

#include <check.h>

static bool has(const struct json *list, const char *word)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_eq(json_string(list->items[i]), word))
			return true;
	return false;
}

/* features.md#unsafe-annotations-in-configjson: the ones that change what refrun does. */
START_TEST(test_unsafe_annotations)
{
	CLEANUP(strbuf_done) struct strbuf out = STRBUF_INIT;
	CLEANUP(json_freep) struct json *document = NULL;
	const struct json *list;
	struct err e = {0};

	ck_assert_msg(cli_print_features(&out, &e) == 0, "%s", e.msg);
	ck_assert_msg(json_parse(out.buf, out.len, &document, &e) == 0, "%s", e.msg);
	list = json_member(document, "potentiallyUnsafeConfigAnnotations");
	ck_assert(list && list->type == JSON_ARRAY);
	ck_assert(has(list, "org.criu.config"));
	ck_assert_int_eq(has(list, "org.systemd.property."), cgroup_has_systemd());
	ck_assert_uint_eq(list->count, cgroup_has_systemd() ? 2 : 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("features");
	TCase *c = tcase_create("features");

	tcase_add_test(c, test_unsafe_annotations);
	suite_add_tcase(s, c);
	return suite_run(s);
}
