/* SPDX-License-Identifier: Apache-2.0 */
#include "refusal.h"

#include "cleanup.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char base[] = "{\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}],"
			   "\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"uts\"}]}}";

static const struct conform_case time_case = {CONFIG(ADD("/linux/namespaces/-", {"type": "time"}))};
static const struct conform_case uts_case = {
	CONFIG(DEL("/linux/namespaces/1"), SET("/hostname", "xyz"))};
static const struct conform_case proc_case = {CONFIG(DEL("/mounts/0"))};
static const struct conform_case file_case = {FILES(LINK_AT("dev/null", "/bait"))};
static const struct conform_case ids_case = {CONFIG(SET("/process/user/uid", 4294967294))};
static const struct conform_case path_case = {CONFIG(SET("/linux/x/path", "@CASE@/nobody"))};
static const struct conform_case variant_case = {CONFIG(SET("/process/ab", "@V@"))};
static const struct conform_case camel_case = {
	CONFIG(SET("/linux/resources", {"blockIO": {"leafWeight": 300}}))};
static const struct conform_case marks_case = {CONFIG(SET("/root/path", "a__"))};
static const struct conform_case frozen_case = {.refusal = "frozen"};
static const struct conform_case empty_case = {.title = "nothing is asked for"};

static const struct {
	const struct conform_case *def;
	const char *variant, *text;
	bool names;
} rows[] = {
	{&time_case, NULL, "namespace {\"time\" \"\"} does not exist", true},
	{&time_case, NULL, "no TIME here", true},
	{&time_case, NULL, "write to sync socket: Connection reset by peer", false},
	{&time_case, NULL, "", false},
	{&uts_case, NULL, "hostname requires the UTS namespace", true},
	{&uts_case, NULL, "cannot do that with what you have there: uts", true},
	{&uts_case, NULL, "memory is short", false},
	{&proc_case, NULL, "open /proc/self/fd: no such file or directory", true},
	{&proc_case, NULL, "open /dev/null: no such file or directory", false},
	{&file_case, NULL, "the image has something else at dev/null", true},
	{&file_case, NULL, "no such file or directory", false},
	{&ids_case, NULL, "unable to setup user: out of range", false},
	{&ids_case, NULL, "uid 4294967294 is too large", true},
	{&camel_case, NULL, "open `blkio.leaf_weight`: No such file", true},
	{&camel_case, NULL, "open `blkio.weight`: No such file", false},
	/* what is left without its marks is in any sentence */
	{&marks_case, NULL, "what is there", false},
	{&marks_case, NULL, "there is no a__", true},
	{&frozen_case, NULL, "the cgroup is Frozen", true},
	{&frozen_case, NULL, "the cgroup is not empty", false},
	/* a placeholder is nobody's word */
	{&path_case, NULL, "in no case", false},
	{&path_case, NULL, "connect /x/nobody: refused", true},
	{&variant_case, "\"SCHED_ISO\"", "scheduler: SCHED_ISO is not supported", true},
	{&variant_case, "\"SCHED_ISO\"", "the V in it", false},
	{&empty_case, NULL, "whatever", true},
};

START_TEST(a_refusal_has_a_word_of_what_was_asked)
{
	CLEANUP(json_freep) struct json *b = NULL;

	ck_assert_int_eq(json_parse(base, strlen(base), &b, NULL), 0);
	ck_assert_msg(refusal_names(rows[_i].text, rows[_i].def, b, rows[_i].variant) ==
			      rows[_i].names,
		      "'%s'", rows[_i].text);
}
END_TEST

START_TEST(a_crash_is_no_refusal)
{
	ck_assert(refusal_is_crash("panic: runtime error: index out of range [0] with length 0\n\n"
				   "goroutine 1 [running]:\nmain.main()\n"));
	ck_assert(refusal_is_crash("fatal error: stack overflow\n"));
	ck_assert(refusal_is_crash("thread 'main' panicked at src/main.rs:3:5:\n"));
	ck_assert(refusal_is_crash("==7==ERROR: AddressSanitizer: heap-use-after-free\n"));
	ck_assert(refusal_is_crash("*** stack smashing detected ***: terminated\n"));
	ck_assert(!refusal_is_crash("level=error msg=\"time namespaces are not supported\"\n"));
	ck_assert(!refusal_is_crash(""));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("refusal");
	TCase *t = tcase_create("refusal");

	tcase_add_loop_test(t, a_refusal_has_a_word_of_what_was_asked, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, a_crash_is_no_refusal);
	suite_add_tcase(s, t);
	return suite_run(s);
}
