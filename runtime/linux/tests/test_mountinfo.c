/* SPDX-License-Identifier: Apache-2.0 */
#include "mountinfo.h"

#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>

START_TEST(fields)
{
	char text[] =
		"22 1 254:7 / / rw,relatime master:4 - ext4 /dev/root rw,errors=panic\n"
		"33 31 0:30 /x\\040y /mnt/a\\040b\\134c\\04x\\400 rw shared:9 master:1 - tmpfs  rw";
	char *cursor = text;
	struct mountinfo m;

	ck_assert(mountinfo_next(&cursor, &m));
	ck_assert_str_eq(m.id, "22");
	ck_assert_str_eq(m.parent, "1");
	ck_assert_uint_eq(m.peer_group, 0);
	ck_assert_uint_eq(m.major, 254);
	ck_assert_uint_eq(m.minor, 7);
	ck_assert_str_eq(m.root, "/");
	ck_assert_str_eq(m.point, "/");
	ck_assert_str_eq(m.type, "ext4");
	ck_assert_str_eq(m.options, "rw,errors=panic");
	/* no source, and only what the kernel escapes is unescaped */
	ck_assert(mountinfo_next(&cursor, &m));
	ck_assert_str_eq(m.id, "33");
	ck_assert_str_eq(m.parent, "31");
	ck_assert_uint_eq(m.peer_group, 9);
	ck_assert_str_eq(m.root, "/x y");
	ck_assert_str_eq(m.point, "/mnt/a b\\c\\04x\\400");
	ck_assert_str_eq(m.type, "tmpfs");
	ck_assert_str_eq(m.options, "rw");
	ck_assert(!mountinfo_next(&cursor, &m));
	ck_assert(!mountinfo_next(&cursor, &m));
}
END_TEST

START_TEST(other_lines_are_passed_over)
{
	static const char *const lines[] = {
		"",
		"words",
		"1 2 0:3 / /a rw shared:1",
		"1 2 0:3 / /a rw - tmpfs",
		"1 2 0:3 / /a rw - tmpfs none",
		"1 2 03 / /a rw - tmpfs none rw",
		"1 2 0:x / /a rw - tmpfs none rw",
		"1 2 0:4294967296 / /a rw - tmpfs none rw",
		"1 2 :3 / /a rw - tmpfs none rw",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *text =
			str_format("%s\n5 2 0:3 / /b rw - tmpfs none rw\n%s", lines[i], lines[i]);
		char *cursor = text;
		struct mountinfo m;

		ck_assert_ptr_nonnull(text);
		ck_assert_msg(mountinfo_next(&cursor, &m), "'%s'", lines[i]);
		ck_assert_str_eq(m.id, "5");
		ck_assert_msg(!mountinfo_next(&cursor, &m), "'%s'", lines[i]);
		free(text);
	}
}
END_TEST

START_TEST(what_is_below)
{
	ck_assert(mountinfo_is_below("/a", "/a"));
	ck_assert(mountinfo_is_below("/a/b", "/a"));
	ck_assert(!mountinfo_is_below("/ab", "/a"));
	ck_assert(!mountinfo_is_below("/", "/a"));
	ck_assert(mountinfo_is_below("/", "/"));
	ck_assert(mountinfo_is_below("/a", "/"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mountinfo");
	TCase *t = tcase_create("mountinfo");

	tcase_add_test(t, fields);
	tcase_add_test(t, other_lines_are_passed_over);
	tcase_add_test(t, what_is_below);
	suite_add_tcase(s, t);
	return suite_run(s);
}
