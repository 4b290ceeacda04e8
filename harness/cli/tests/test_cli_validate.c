/* SPDX-License-Identifier: Apache-2.0 */
#include "cli_validate.h"

#include "cleanup.h"
#include "json.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ARGS 8
#define GOOD	 "{\"ociVersion\":\"1.0.0\",\n\"root\":{\"path\":\"rootfs\"}}"
#define BAD	 "{\"ociVersion\":\"1.0\",\n\"root\":{\"path\":\"/x\"}}"

static char dir[64];
static char *out; /* what the last run printed */

static void setup(void)
{
	(void)snprintf(dir, sizeof(dir), "/tmp/test_cli_validate.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void teardown(void)
{
	static const char *const names[] = {"a.json", "b.json", "out", "bundle/config.json"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(names[i]);
	(void)rmdir("bundle/rootfs");
	(void)rmdir("bundle");
	(void)chdir("/");
	(void)rmdir(dir);
	free(out);
	out = NULL;
}

static void write_file(const char *name, const char *text)
{
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, name, 0600, text, strlen(text), 0, NULL), 0);
}

/* Runs `validate` with the arguments up to NULL, stdout in a file, and keeps what it printed. */
static int run(const char *arg, ...)
{
	char *argv[MAX_ARGS + 1] = {(char[]){"validate"}};
	cleanup_fd int saved = dup(1),
		       fd = open("out", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len;
	int argc = 1, rc;
	va_list ap;

	va_start(ap, arg);
	for (; arg && argc < MAX_ARGS; arg = va_arg(ap, const char *))
		argv[argc++] = strdup(arg);
	va_end(ap);
	(void)fflush(stdout);
	ck_assert_int_ge(dup2(fd, 1), 0);
	rc = cli_validate(argc, argv);
	ck_assert_int_ge(dup2(saved, 1), 0);
	/* getopt_long() may have moved them, but lost none */
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "validate") != 0)
			free(argv[i]);
	free(out);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, "out", 1 << 20, &out, &len, NULL), 0);
	return rc;
}

START_TEST(a_valid_document_prints_nothing)
{
	write_file("a.json", GOOD);
	ck_assert_int_eq(run("a.json", NULL), 0);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(findings_are_lines_in_order)
{
	write_file("a.json", BAD);
	ck_assert_int_eq(run("a.json", NULL), 1);
	ck_assert_str_eq(
		out,
		"a.json:1:15: /ociVersion: \"1.0\" is not a version of Semantic Versioning "
		"2.0.0; write all three numbers, as in \"1.3.0\" [config-ociversion-semver, MUST]\n"
		"a.json:2:16: /root/path: \"/x\" works, but the conventional name is \"rootfs\" "
		"[root-path-conventional, SHOULD]\n");
	ck_assert_int_eq(run("--level=must", "a.json", NULL), 1);
	ck_assert_ptr_null(strstr(out, "SHOULD"));
	ck_assert_ptr_nonnull(strstr(out, "config-ociversion-semver"));
}
END_TEST

START_TEST(advice_alone)
{
	write_file("a.json", "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"/x\"}}");
	ck_assert_int_eq(run("a.json", NULL), 1);
	ck_assert_int_eq(run("a.json", "--level=must", NULL), 0);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(text_that_is_not_json)
{
	write_file("a.json", "{\"ociVersion\":\nx");
	ck_assert_int_eq(run("a.json", NULL), 1);
	ck_assert_ptr_nonnull(strstr(out, "a.json:2:1: /: "));
	ck_assert_ptr_null(strchr(out, '['));
	write_file("a.json", "{\"a\":\"\xff\"}");
	ck_assert_int_eq(run("a.json", NULL), 1);
	ck_assert_str_eq(out, "a.json:1:7: /: bytes that are not UTF-8 [json-utf8, MUST]\n");
}
END_TEST

/* A document must not be able to forge lines or to speak to the terminal. */
START_TEST(no_control_bytes_are_printed)
{
	write_file("a.json",
		   "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},\"annotations\":"
		   "{\"\\u001b[31m\\nb.json:1:1\":7,\"c\\u007f\":7}}");
	ck_assert_int_eq(run("a.json", NULL), 1);
	ck_assert_ptr_null(strpbrk(out, "\x1b\x7f"));
	ck_assert_ptr_null(strstr(out, "\nb.json"));
	ck_assert_ptr_nonnull(strstr(out, "\\u001b[31m\\u000ab.json:1:1"));
}
END_TEST

/* U+0080 to U+009F steer terminals as well (CSI in one character), in a name as in a value. */
START_TEST(no_control_characters_of_the_second_set_are_printed)
{
	static const char text[] = "{\"ociVersion\":\"\xc2\x9b"
				   "31m\xc2\xa0\\u0080\",\"root\":{\"path\":\"rootfs\"},"
				   "\"annotations\":{\"\xc2\x9b"
				   "32m\xc3\xa9\\u009f\":7}}";
	struct json *root CLEANUP(json_freep) = NULL;

	write_file("a.json", text);
	for (int json = 0; json < 2; json++) {
		ck_assert_int_eq(run(json ? "--json" : "a.json", "a.json", NULL), 1);
		for (const char *p = out; (p = strchr(p, '\xc2')); p++)
			ck_assert_int_eq(p[1], '\xa0');
		ck_assert_ptr_nonnull(strstr(out, "\\u009b31m\xc2\xa0"));
		ck_assert_ptr_nonnull(strstr(out, "/\\u009b32m\xc3\xa9\\u009f"));
	}
	/* to a program the name is the same */
	ck_assert_int_eq(json_parse(out, strlen(out), &root, NULL), 0);
	ck_assert(json_at(root, "/documents/0/findings/1/pointer") &&
		  str_ends(json_at(root, "/documents/0/findings/1/pointer")->text,
			   "\xc2\x9b"
			   "32m\xc3\xa9\xc2\x9f"));
}
END_TEST

START_TEST(wrong_usage)
{
	write_file("a.json", GOOD);
	ck_assert_int_eq(run(NULL), 2);
	ck_assert_int_eq(run("--bogus", "a.json", NULL), 2);
	ck_assert_int_eq(run("--target=1.4", "a.json", NULL), 2);
	ck_assert_int_eq(run("--target", NULL), 2);
	ck_assert_int_eq(run("--kind=process", "a.json", NULL), 2);
	ck_assert_int_eq(run("--level=may", "a.json", NULL), 2);
	ck_assert_str_eq(out, "");
	ck_assert_int_eq(run("--help", NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "usage: conform validate"));
}
END_TEST

START_TEST(unreadable_counts_more_than_findings)
{
	write_file("a.json", BAD);
	ck_assert_int_eq(run("a.json", "missing.json", NULL), 2);
	ck_assert_ptr_nonnull(strstr(out, "config-ociversion-semver"));
}
END_TEST

START_TEST(target_and_kind)
{
	write_file("a.json", "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},"
			     "\"linux\":{\"resources\":{\"pids\":{}}}}");
	ck_assert_int_eq(run("a.json", NULL), 0);
	ck_assert_int_eq(run("--target=1.3", "a.json", NULL), 0);
	ck_assert_int_eq(run("--target=1.2", "a.json", NULL), 1);
	ck_assert_ptr_nonnull(strstr(out, "cgroup-pids-limit-field"));
	write_file("b.json", "{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"0.9.0\"}");
	ck_assert_int_eq(run("b.json", NULL), 1);
	ck_assert_ptr_nonnull(strstr(out, "features-ociversionmax-not-less"));
	ck_assert_int_eq(run("--kind=state", "b.json", NULL), 1);
	ck_assert_ptr_nonnull(strstr(out, "state-status-field"));
}
END_TEST

START_TEST(bundles)
{
	ck_assert_int_eq(mkdir("bundle", 0700), 0);
	ck_assert_int_eq(run("bundle", NULL), 1);
	ck_assert_str_eq(
		out, "bundle: the bundle has no config.json [bundle-config-present, REQUIRED]\n");
	write_file("bundle/config.json", GOOD);
	ck_assert_int_eq(run("bundle", NULL), 1);
	ck_assert_ptr_nonnull(strstr(out, "bundle/config.json:2:16: /root/path: "));
	ck_assert_ptr_nonnull(strstr(out, "[root-path-directory-exists, MUST]"));
	ck_assert_int_eq(mkdir("bundle/rootfs", 0700), 0);
	ck_assert_int_eq(run("bundle/", NULL), 0);
}
END_TEST

static const char *text_at(const struct json *root, const char *pointer)
{
	const struct json *v = json_at(root, pointer);

	ck_assert_msg(v && v->text, "nothing at %s", pointer);
	return v->text;
}

START_TEST(json_output)
{
	struct json *root CLEANUP(json_freep) = NULL;

	write_file("a.json", BAD);
	write_file("b.json", "{");
	ck_assert_int_eq(run("--json", "a.json", "b.json", "missing", NULL), 2);
	ck_assert_int_eq(json_parse(out, strlen(out), &root, NULL), 0);
	ck_assert_str_eq(text_at(root, "/target"), "1.3");
	ck_assert_uint_eq(json_at(root, "/documents")->count, 2);
	ck_assert_str_eq(text_at(root, "/documents/0/kind"), "config");
	ck_assert(!json_at(root, "/documents/0/valid")->boolean);
	ck_assert_str_eq(text_at(root, "/documents/0/findings/0/line"), "1");
	ck_assert_str_eq(text_at(root, "/documents/0/findings/0/column"), "15");
	ck_assert_str_eq(text_at(root, "/documents/0/findings/0/pointer"), "/ociVersion");
	ck_assert_str_eq(text_at(root, "/documents/0/findings/0/requirement"),
			 "config-ociversion-semver");
	ck_assert_str_eq(text_at(root, "/documents/0/findings/0/level"), "MUST");
	ck_assert_str_eq(text_at(root, "/documents/0/findings/0/severity"), "error");
	ck_assert_str_eq(text_at(root, "/documents/0/findings/1/severity"), "warning");
	ck_assert_int_eq(json_at(root, "/documents/1/findings/0/requirement")->type, JSON_NULL);
	ck_assert_str_eq(text_at(root, "/documents/1/findings/0/pointer"), "");
	ck_assert_str_eq(text_at(root, "/unreadable/0/file"), "missing");
}
END_TEST

/* Advice without end hides no error, and that some of it is not listed is said. */
START_TEST(a_cut_list_says_so)
{
	struct json *root CLEANUP(json_freep) = NULL;
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;

	strbuf_adds(&text, "{\"ociVersion\":\"1.0\",\"root\":{\"path\":\"rootfs\"},\"process\":"
			   "{\"args\":[\"a\"],\"cwd\":\"x\"},\"mounts\":[{\"destination\":\"d\"}");
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&text, ",{\"destination\":\"d\"}");
	strbuf_adds(&text, "]}");
	write_file("a.json", text.buf);
	write_file("b.json", GOOD);
	ck_assert_int_eq(run("a.json", NULL), 1);
	ck_assert_ptr_nonnull(strstr(out, "[process-cwd-absolute, MUST]\n"));
	ck_assert(str_ends(out, "\na.json: there are more findings than are listed\n"));
	/* of errors alone the list is whole */
	ck_assert_int_eq(run("--level=must", "a.json", NULL), 1);
	ck_assert_ptr_nonnull(strstr(out, "[process-cwd-absolute, MUST]\n"));
	ck_assert_ptr_null(strstr(out, "there are more"));
	ck_assert_int_eq(run("--json", "a.json", "b.json", NULL), 1);
	ck_assert_int_eq(json_parse(out, strlen(out), &root, NULL), 0);
	ck_assert(json_at(root, "/documents/0/cut")->boolean);
	ck_assert(!json_at(root, "/documents/1/cut")->boolean);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("cli_validate");
	TCase *t = tcase_create("cli_validate");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_valid_document_prints_nothing);
	tcase_add_test(t, findings_are_lines_in_order);
	tcase_add_test(t, advice_alone);
	tcase_add_test(t, text_that_is_not_json);
	tcase_add_test(t, no_control_bytes_are_printed);
	tcase_add_test(t, no_control_characters_of_the_second_set_are_printed);
	tcase_add_test(t, wrong_usage);
	tcase_add_test(t, unreadable_counts_more_than_findings);
	tcase_add_test(t, target_and_kind);
	tcase_add_test(t, bundles);
	tcase_add_test(t, json_output);
	tcase_add_test(t, a_cut_list_says_so);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return suite_run(suite());
}
