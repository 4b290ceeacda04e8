/* SPDX-License-Identifier: Apache-2.0 */
#include "cleanup.h"
#include "liar.h"
#include "lie.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static const char *const config_text =
	"{\"hostname\":\"a\",\"process\":{\"args\":[\"x\",\"y\"],\"user\":{\"uid\":7}},"
	"\"mounts\":[{\"destination\":\"/m\",\"options\":[\"ro\"]},"
	"{\"destination\":\"/m\",\"type\":\"bind\",\"source\":\"/"
	"s\",\"options\":[\"ro\",\"size=1k\"],"
	"\"uidMappings\":[{}],\"gidMappings\":[{}]}],"
	"\"hooks\":{\"prestart\":[{\"path\":\"/1\"},{\"path\":\"/2\"}]},"
	"\"linux\":{\"namespaces\":[{\"type\":\"pid\",\"path\":\"/p\"},{\"type\":\"uts\"}]}}";

/* What stands at a pointer when the lie has been told; NULL: nothing. */
static const struct {
	const char *lie, *pointer, *want;
} edits[] = {
	{"drop:/hostname", "/hostname", NULL},
	{"set:/process/user/uid=8", "/process/user/uid", "8"},
	{"set:/root/path=\"@BUNDLE@/x\"", "/root/path", "\"/b/x\""},
	{"add:/process/args/-=\"z\"", "/process/args", "[\"x\",\"y\",\"z\"]"},
	{"add:/process/args/0=\"z\"", "/process/args", "[\"z\",\"x\",\"y\"]"},
	{"pop:/process/args", "/process/args", "[\"x\"]"},
	{"reverse:/process/args", "/process/args", "[\"y\",\"x\"]"},
	{"drop-option:/m=size=1k", "/mounts/1/options", "[\"ro\"]"},
	{"drop-option:/m=ro", "/mounts/0/options", "[\"ro\"]"},
	{"drop-option:/m=ro", "/mounts/1/options", "[\"size=1k\"]"},
	{"add-option:/m=rw", "/mounts/1/options", "[\"ro\",\"size=1k\",\"rw\"]"},
	{"set-option:/m=ro:rw", "/mounts/1/options", "[\"rw\",\"size=1k\"]"},
	{"drop-mount:/m", "/mounts/1", NULL},
	{"drop-mount:/m", "/mounts/0/options", "[\"ro\"]"},
	{"set-mount-source:/m=@BUNDLE@/y", "/mounts/1/source", "\"/b/y\""},
	{"set-mount-type:/m=tmpfs", "/mounts/1/type", "\"tmpfs\""},
	{"drop-mount-mappings:/m", "/mounts/1/uidMappings", NULL},
	{"drop-mount-mappings:/m", "/mounts/1/gidMappings", NULL},
	{"drop-namespace:pid", "/linux/namespaces", "[{\"type\":\"uts\"}]"},
	{"drop-namespace-path:pid", "/linux/namespaces/0", "{\"type\":\"pid\"}"},
	{"add-namespace:time", "/linux/namespaces/2", "{\"type\":\"time\"}"},
	{"add-namespace:a\"b", "/linux/namespaces/2", "{\"type\":\"a\\\"b\"}"},
	{"add-userns", "/linux/namespaces/2", "{\"type\":\"user\"}"},
	{"add-userns", "/linux/gidMappings/0/containerID", "0"},
	{"swap-hooks:prestart,poststop", "/hooks/poststop/0/path", "\"/1\""},
	{"swap-hooks:prestart,poststop", "/hooks/prestart", "[]"},
	{"cli:hooks-twice", "/hooks/prestart",
	 "[{\"path\":\"/1\"},{\"path\":\"/2\"},{\"path\":\"/1\"},{\"path\":\"/2\"}]"},
};
#define EDITS (sizeof(edits) / sizeof(*edits))

static struct json *config(void)
{
	struct json *j = NULL;

	ck_assert_int_eq(json_parse(config_text, strlen(config_text), &j, NULL), 0);
	return j;
}

START_TEST(edits_the_configuration)
{
	CLEANUP(json_freep) struct json *tree = config();
	CLEANUP(json_freep) struct json *want = NULL;
	CLEANUP(lie_done) struct lie l = {.kind = LIE_CLI};
	const struct json *got;
	struct err e = {0};

	ck_assert_msg(lie_parse(edits[_i].lie, &l, &e) == 0, "%s", e.msg);
	ck_assert_str_eq(l.text, edits[_i].lie);
	ck_assert(!lie_is_cli(&l));
	ck_assert_int_eq(lie_edit(&l, &tree, "/b", &e), 1);
	got = json_at(tree, edits[_i].pointer);
	if (!edits[_i].want) {
		ck_assert_ptr_null(got);
		return;
	}
	ck_assert_int_eq(json_parse(edits[_i].want, strlen(edits[_i].want), &want, NULL), 0);
	ck_assert_msg(got && json_equal(got, want), "%s", edits[_i].lie);
}
END_TEST

/* What would be an error without what the lie takes away goes with it: refused, it is not told. */
static const struct {
	const char *lie, *config, *want;
} together[] = {
	{"drop-namespace:user",
	 "{\"linux\":{\"namespaces\":[{\"type\":\"user\"},{\"type\":\"pid\"}],"
	 "\"uidMappings\":[{}],\"gidMappings\":[{}]}}",
	 "{\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]}}"},
	{"drop-namespace:pid",
	 "{\"linux\":{\"namespaces\":[{\"type\":\"pid\"}],\"uidMappings\":[{}]}}",
	 "{\"linux\":{\"namespaces\":[],\"uidMappings\":[{}]}}"},
	{"drop-namespace-path:user",
	 "{\"linux\":{\"namespaces\":[{\"type\":\"user\",\"path\":\"/p\"}],"
	 "\"uidMappings\":[],\"gidMappings\":[]}}",
	 "{\"linux\":{\"namespaces\":[{\"type\":\"user\"}],"
	 "\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":4294967295}],"
	 "\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":4294967295}]}}"},
	{"drop-mount-mappings:/m",
	 "{\"mounts\":[{\"destination\":\"/m\",\"options\":[\"idmap\",\"rbind\",\"ridmap\"],"
	 "\"uidMappings\":[{}],\"gidMappings\":[{}]}]}",
	 "{\"mounts\":[{\"destination\":\"/m\",\"options\":[\"rbind\"]}]}"},
};
#define TOGETHER (sizeof(together) / sizeof(*together))

START_TEST(edits_what_belongs_together)
{
	CLEANUP(json_freep) struct json *tree = NULL;
	CLEANUP(json_freep) struct json *want = NULL;
	CLEANUP(lie_done) struct lie l = {.kind = LIE_CLI};
	struct err e = {0};

	ck_assert_int_eq(json_parse(together[_i].config, strlen(together[_i].config), &tree, NULL),
			 0);
	ck_assert_int_eq(json_parse(together[_i].want, strlen(together[_i].want), &want, NULL), 0);
	ck_assert_msg(lie_parse(together[_i].lie, &l, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(lie_edit(&l, &tree, "/b", &e), 1);
	ck_assert_msg(json_equal(tree, want), "%s", together[_i].lie);
}
END_TEST

static const char *const without_effect[] = {
	"drop:/domainname",	   "set:/hostname=\"a\"",	 "add:/hostname/-=1",
	"pop:/hostname",	   "pop:/linux/devices",	 "reverse:/linux/devices",
	"drop-option:/m=rw",	   "drop-option:/other=ro",	 "add-option:/other=ro",
	"set-option:/m=rw:ro",	   "drop-mount:/other",		 "set-mount-type:/other=x",
	"set-mount-type:/m=bind",  "drop-mount-mappings:/other", "drop-namespace:user",
	"drop-namespace-path:uts", "add-namespace:uts",		 "swap-hooks:poststart,poststop",
	"cli:always-ok",	   "mount-over:/dev/null",
};
#define WITHOUT_EFFECT (sizeof(without_effect) / sizeof(*without_effect))

START_TEST(says_where_nothing_is_to_be_lied_about)
{
	CLEANUP(json_freep) struct json *tree = config();
	CLEANUP(json_freep) struct json *same = config();
	CLEANUP(lie_done) struct lie l = {.kind = LIE_CLI};
	struct err e = {0};

	ck_assert_msg(lie_parse(without_effect[_i], &l, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(lie_edit(&l, &tree, "/b", &e), 0);
	ck_assert(json_equal(tree, same));
}
END_TEST

static const char *const bad[] = {
	"",
	"drop",
	"drop:",
	"drop:hostname",
	"dropp:/x",
	"set:/x",
	"set:/x={",
	"set:/x=",
	"pop:x",
	"drop-option:/m",
	"set-option:/m=a",
	"add-userns:x",
	"swap-hooks:a",
	"cli:",
	"mount-over:dev/null",
	"cli:no-such-lie",
	"CLI:always-ok",
};
#define BAD (sizeof(bad) / sizeof(*bad))

START_TEST(refuses_what_is_no_lie)
{
	struct lie l = {.kind = LIE_CLI};
	struct err e = {0};

	ck_assert_int_eq(lie_parse(bad[_i], &l, &e), -EINVAL);
	ck_assert_str_ne(e.msg, "");
	ck_assert_ptr_null(l.text);
}
END_TEST

START_TEST(every_lie_of_the_command_line_has_a_name)
{
	size_t n = 0;

	for (; lie_cli_name(n); n++) {
		cleanup_free char *text = str_format("cli:%s", lie_cli_name(n));
		CLEANUP(lie_done) struct lie l = {.kind = LIE_DROP};

		ck_assert_int_eq(lie_parse(text, &l, NULL), 0);
		for (size_t i = 0; i < n; i++)
			ck_assert_str_ne(lie_cli_name(i), lie_cli_name(n));
	}
	ck_assert_uint_gt(n, 40);
}
END_TEST

START_TEST(takes_a_command_line_apart)
{
	char *argv[] = {(char *)"cli:always-ok", (char *)"--",	     (char *)"/bin/runtime",
			(char *)"--root",	 (char *)"/r",	     (char *)"--log=x",
			(char *)"create",	 (char *)"--bundle", (char *)"b",
			(char *)"--pid-file=/p", (char *)"id",	     (char *)"KILL"};
	CLEANUP(liar_done) struct liar l = {.real = NULL};
	struct err e = {0};

	ck_assert_msg(liar_parse(12, argv, &l, &e) == 0, "%s", e.msg);
	ck_assert_str_eq(l.real, "/bin/runtime");
	ck_assert_str_eq(l.root, "/r");
	ck_assert_str_eq(l.command, "create");
	ck_assert_uint_eq(l.verb, 3);
	ck_assert_str_eq(l.id, "id");
	ck_assert_str_eq(l.signal, "KILL");
	ck_assert_str_eq(l.pid_file, "/p");
	ck_assert(l.bundle[0] == '/');
	ck_assert(str_ends(l.bundle, "/b"));
	ck_assert_int_eq(liar_insert(&l, l.verb + 1, "--force"), 0);
	ck_assert_str_eq(l.args[4], "--force");
	ck_assert_str_eq(l.args[5], "--bundle");
	ck_assert_uint_eq(l.nargs, 10);
}
END_TEST

START_TEST(a_command_line_without_runtime_is_refused)
{
	char *argv[] = {(char *)"cli:always-ok", (char *)"/bin/true", (char *)"--"};
	struct liar l = {.real = NULL};

	ck_assert_int_eq(liar_parse(3, argv, &l, NULL), -EINVAL);
	ck_assert_int_eq(liar_parse(0, argv, &l, NULL), -EINVAL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lie");
	TCase *t = tcase_create("lies");

	tcase_add_loop_test(t, edits_the_configuration, 0, (int)EDITS);
	tcase_add_loop_test(t, edits_what_belongs_together, 0, (int)TOGETHER);
	tcase_add_loop_test(t, says_where_nothing_is_to_be_lied_about, 0, (int)WITHOUT_EFFECT);
	tcase_add_loop_test(t, refuses_what_is_no_lie, 0, (int)BAD);
	tcase_add_test(t, every_lie_of_the_command_line_has_a_name);
	tcase_add_test(t, takes_a_command_line_apart);
	tcase_add_test(t, a_command_line_without_runtime_is_refused);
	suite_add_tcase(s, t);
	return suite_run(s);
}
