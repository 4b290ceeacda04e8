/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"
#include "rootfs.h"
#include "vars.h"

#include "cleanup.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int make(void *arg, const char *name, const char *parameter, char **ret, struct err *e)
{
	(void)arg;
	(void)e;
	if (str_eq(name, "NS"))
		*ret = str_format("/ns/%s", parameter);
	else if (str_eq(name, "NSINO"))
		*ret = strdup("4026531840");
	else if (str_eq(name, "USER") || str_eq(name, "GROUP"))
		*ret = strdup(str_eq(name, "USER") ? "1000" : "1001");
	else
		return 0;
	return 1;
}

static struct hx_vars vars_with(const char *variant)
{
	struct hx_vars v = {.make = make, .v_json = variant ? strdup(variant) : NULL};

	ck_assert_int_eq(hx_vars_set(&v, "CASE", "/run/c1", NULL), 0);
	ck_assert_int_eq(hx_vars_set(&v, "CGROUP", "/conform-1", NULL), 0);
	ck_assert_int_eq(hx_vars_set(&v, "BUNDLE", "/tmp/a \"b\\", NULL), 0);
	return v;
}

static const struct {
	const char *text, *variant;
	bool json;
	const char *want; /* NULL: refused */
} expansions[] = {
	{"@CASE@/io", NULL, false, "/run/c1/io"},
	{"a@b.c @ @@ @x@", NULL, false, "a@b.c @ @@ @x@"},
	{"@ASK@", NULL, false, "@ASK@"},
	{"@BUNDLE@/io", NULL, false, "/tmp/a \"b\\/io"},
	{"[\"@BUNDLE@/io\"]", NULL, true, "[\"/tmp/a \\\"b\\\\/io\"]"},
	{"@NOSUCH@", NULL, false, NULL},
	{"@V@", NULL, false, NULL},
	{"@NS:network@", NULL, false, "/ns/network"},
	{"{\"path\":\"@NS:network@\"}", NULL, true, "{\"path\":\"/ns/network\"}"},
	{"[\"@NSINO:pid@\"]", NULL, true, "[4026531840]"},
	{"[\"x@NSINO:pid@\"]", NULL, true, "[\"x4026531840\"]"},
	{"[\"@USER@\",\"@GROUP@\",\"x@@USER@\"]", NULL, true, "[1000,1001,\"x@1000\"]"},
	{"[@V@]", "{\"a\":1}", true, "[{\"a\":1}]"},
	{"[\"@V@\"]", "{\"a\":1}", true, "[{\"a\":1}]"},
	{"[\"@V@\"]", "\"x\"", true, "[\"x\"]"},
	{"[\"n-@V@\"]", "\"x\"", true, "[\"n-x\"]"},
	{"[\"n-@V@\"]", "7", true, "[\"n-7\"]"},
	{"[\"\\\"@V@\"]", "7", true, "[\"\\\"7\"]"},
	{"kill @V@", "\"TERM\"", false, "kill TERM"},
};

START_TEST(placeholders_are_replaced)
{
	CLEANUP(hx_vars_done) struct hx_vars v = vars_with(expansions[_i].variant);
	cleanup_free char *out = NULL;
	struct err e = {0};
	int r = hx_vars_expand(&v, expansions[_i].text, expansions[_i].json, &out, &e);

	if (!expansions[_i].want) {
		ck_assert_int_eq(r, -EINVAL);
		ck_assert_str_ne(e.msg, "");
		return;
	}
	ck_assert_msg(r == 0, "%s: %s", expansions[_i].text, e.msg);
	ck_assert_str_eq(out, expansions[_i].want);
}
END_TEST

START_TEST(the_base_configuration_is_edited)
{
	static const struct edit edits[] = {
		{OP_SET, "/hostname", "\"x\""},
		{OP_DEL, "/linux/namespaces/1", NULL},
		{OP_ADD, "/mounts/-", "{\"destination\":\"/m\"}"},
		{OP_SET, "/process/user/umask", "63"},
		{OP_END, NULL, NULL},
	};
	CLEANUP(hx_vars_done) struct hx_vars v = vars_with(NULL);
	CLEANUP(json_freep) struct json *tree = NULL;
	cleanup_free char *raw = NULL;
	struct err e = {0};

	ck_assert_msg(hx_config_make(edits, &v, 3, "--ask=1", &tree, &raw, &e) == 0, "%s", e.msg);
	ck_assert_ptr_null(raw);
	ck_assert_str_eq(json_string(json_at(tree, "/ociVersion")), "1.3.0");
	ck_assert_str_eq(json_string(json_at(tree, "/process/args/1")), "--ask=1");
	ck_assert_str_eq(json_string(json_at(tree, "/hostname")), "x");
	ck_assert_str_eq(json_string(json_at(tree, "/linux/namespaces/1/type")), "ipc");
	ck_assert_str_eq(json_string(json_at(tree, "/mounts/6/source")), "/run/c1/io");
	ck_assert_str_eq(json_string(json_at(tree, "/mounts/7/destination")), "/m");
	ck_assert_str_eq(json_string(json_at(tree, "/linux/cgroupsPath")), "/conform-1");
}
END_TEST

START_TEST(an_edit_that_hits_nothing_is_an_error)
{
	static const struct edit edits[] = {{OP_DEL, "/hostname", NULL}, {OP_END, NULL, NULL}};
	CLEANUP(hx_vars_done) struct hx_vars v = vars_with(NULL);
	struct json *tree = NULL;
	char *raw = NULL;
	struct err e = {0};

	ck_assert_int_lt(hx_config_make(edits, &v, 0, "", &tree, &raw, &e), 0);
	ck_assert_ptr_nonnull(strstr(e.msg, "/hostname"));
}
END_TEST

START_TEST(raw_text_is_left_alone)
{
	static const struct edit edits[] = {{OP_RAW, "", "{\"args\": [\"@ASK@\"], oops"},
					    {OP_END, NULL, NULL}};
	CLEANUP(hx_vars_done) struct hx_vars v = vars_with(NULL);
	struct json *tree = NULL;
	cleanup_free char *raw = NULL;

	ck_assert_int_eq(hx_config_make(edits, &v, 0, "--ask=1\nx", &tree, &raw, NULL), 0);
	ck_assert_ptr_null(tree);
	ck_assert_str_eq(raw, "{\"args\": [\"--ask=1\\nx\"], oops");
}
END_TEST

START_TEST(the_request_has_facts_first_and_none_twice)
{
	static const struct check inside[] = {
		{OP_EQ, PH_NONE, "try:mkdir:/x,755", "\"OK\""},
		{OP_EQ, PH_NONE, "uts.nodename", "1"},
		{OP_EQ, PH_NONE, "mount:/proc#/type", "1"},
		{OP_EQ, PH_NONE, "mount:/proc#/options", "1"},
		{OP_EQ, PH_NONE, "trapped", "\"SIGTERM\""},
		{OP_END, PH_NONE, NULL, NULL},
	};
	CLEANUP(hx_vars_done) struct hx_vars v = vars_with(NULL);
	cleanup_free char *ask = NULL;

	ck_assert_int_eq(hx_config_ask(inside, "trap:SIGTERM", "n", &v, &ask, NULL), 0);
	ck_assert_str_eq(ask, "--ask=n\nuts.nodename\nmount:/proc\ntry:mkdir:/x,755\ntrap:SIGTERM");
}
END_TEST

static int new_dir(char *path)
{
	ck_assert_ptr_nonnull(mkdtemp(path));
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

START_TEST(a_case_directory_is_made_and_removed)
{
	static const struct file_spec files[] = {
		{.kind = FILE_REG,
		 .path = "a/b/f",
		 .content = "text @CASE@",
		 .mode = 0640,
		 .uid = 5,
		 .gid = 6},
		{.kind = FILE_REG, .path = "suid", .content = "@PROBE@", .mode = 04755},
		{.kind = FILE_LINK, .path = "l", .content = "a/b/f"},
		{.kind = FILE_CHR, .path = "c", .major = 1, .minor = 3},
		{.kind = FILE_DIR, .path = "../beside", .mode = 0700},
		{.kind = FILE_ABSENT, .path = "tmp"},
		{.kind = FILE_END},
	};
	char path[] = "/tmp/conform-test-XXXXXX";
	cleanup_fd int fd = new_dir(path);
	CLEANUP(hx_vars_done) struct hx_vars v = vars_with(NULL);
	struct err e = {0};
	struct stat st;
	char which[160], text[64];

	(void)umask(0);
	ck_assert_msg(hx_rootfs_make(fd, "/proc/self/exe", &e) == 0, "%s", e.msg);
	ck_assert_msg(hx_rootfs_add_files(fd, files, "/proc/self/exe", &v, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(fstatat(fd, "bundle/rootfs/a/b/f", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	ck_assert_uint_eq(st.st_uid, 5);
	ck_assert_uint_eq(st.st_gid, 6);
	ck_assert_int_eq(st.st_size, strlen("text /run/c1"));
	ck_assert_int_eq(fstatat(fd, "bundle/rootfs/suid", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 04755);
	ck_assert_int_eq(readlinkat(fd, "bundle/rootfs/l", text, sizeof(text)), 5);
	ck_assert_int_eq(fstatat(fd, "bundle/rootfs/c", &st, 0), 0);
	ck_assert(S_ISCHR(st.st_mode));
	ck_assert_int_eq(fstatat(fd, "bundle/beside", &st, 0), 0);
	ck_assert_int_lt(fstatat(fd, "bundle/rootfs/tmp", &st, 0), 0);
	ck_assert_int_eq(fstatat(fd, "bundle/rootfs/conform-probe", &st, 0), 0);

	ck_assert(hx_rootfs_canaries_ok(fd, which, sizeof(which)));
	ck_assert_int_eq(unlinkat(fd, "L1/L2/canary", 0), 0);
	ck_assert(!hx_rootfs_canaries_ok(fd, which, sizeof(which)));
	ck_assert_ptr_nonnull(strstr(which, "L1/L2/canary"));

	ck_assert_int_eq(hx_remove_tree(AT_FDCWD, path), 0);
	ck_assert_int_lt(access(path, F_OK), 0);
	ck_assert_int_eq(hx_remove_tree(AT_FDCWD, path), 0);
}
END_TEST

START_TEST(removal_does_not_follow_links)
{
	char path[] = "/tmp/conform-test-XXXXXX", victim[] = "/tmp/conform-test-XXXXXX";
	cleanup_fd int fd = new_dir(path);
	cleanup_fd int other = new_dir(victim);
	cleanup_fd int file = openat(other, "keep", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(symlinkat(victim, fd, "link"), 0);
	ck_assert_int_eq(hx_remove_tree(AT_FDCWD, path), 0);
	ck_assert_int_eq(faccessat(other, "keep", F_OK, 0), 0);
	ck_assert_int_eq(hx_remove_tree(AT_FDCWD, victim), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bundle");
	TCase *t = tcase_create("bundle");

	tcase_add_loop_test(t, placeholders_are_replaced, 0,
			    sizeof(expansions) / sizeof(expansions[0]));
	tcase_add_test(t, the_base_configuration_is_edited);
	tcase_add_test(t, an_edit_that_hits_nothing_is_an_error);
	tcase_add_test(t, raw_text_is_left_alone);
	tcase_add_test(t, the_request_has_facts_first_and_none_twice);
	tcase_add_test(t, removal_does_not_follow_links);
	/* device nodes and owners need root */
	if (geteuid() == 0)
		tcase_add_test(t, a_case_directory_is_made_and_removed);
	suite_add_tcase(s, t);
	return suite_run(s);
}
