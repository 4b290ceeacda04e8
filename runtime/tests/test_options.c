/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"
#include "options.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct flags {
	const char *bundle, *root, *user;
	bool detach, force;
	unsigned int fds;
};

static const struct option table[] = {
	{"bundle", 'b', OPTION_TEXT, offsetof(struct flags, bundle), "DIR", "the bundle"},
	{"root", 0, OPTION_TEXT, offsetof(struct flags, root), "DIR", "the root"},
	{"user", 'u', OPTION_TEXT_AS_IS, offsetof(struct flags, user), "UID", "who"},
	{"detach", 'd', OPTION_FLAG, offsetof(struct flags, detach), NULL, "detach"},
	{"force", 'f', OPTION_FLAG, offsetof(struct flags, force), NULL, "force"},
	{"preserve-fds", 0, OPTION_UINT, offsetof(struct flags, fds), "N", "descriptors"},
	OPTION_END,
};

static struct flags f;
static struct err e;

#define PARSE(...) parse((const char *[]){__VA_ARGS__, NULL})

static int parse(const char **argv)
{
	int argc = 0;

	f = (struct flags){0};
	e = (struct err){0};
	while (argv[argc])
		argc++;
	return options_parse(table, &f, argc, (char **)argv, &e);
}

START_TEST(test_forms_of_a_value)
{
	ck_assert_int_eq(PARSE("--bundle", "/b", "id"), 2);
	ck_assert_str_eq(f.bundle, "/b");
	ck_assert_int_eq(PARSE("--bundle=/c", "id"), 1);
	ck_assert_str_eq(f.bundle, "/c");
	ck_assert_int_eq(PARSE("-b", "/d", "id"), 2);
	ck_assert_str_eq(f.bundle, "/d");
	ck_assert_int_eq(PARSE("-bundle", "/e", "id"), 2);
	ck_assert_str_eq(f.bundle, "/e");
	ck_assert_int_eq(PARSE("-b=/f=g", "id"), 1);
	ck_assert_str_eq(f.bundle, "/f=g");
	ck_assert_int_eq(PARSE("--user=", "id"), 1);
	ck_assert_str_eq(f.user, "");
}
END_TEST

START_TEST(test_forms_of_a_flag)
{
	ck_assert_int_eq(PARSE("--detach", "id"), 1);
	ck_assert(f.detach);
	ck_assert_int_eq(PARSE("-d", "--detach=false", "id"), 2);
	ck_assert(!f.detach);
	ck_assert_int_eq(PARSE("--detach=true", "--force=1", "--detach", "id"), 3);
	ck_assert(f.detach && f.force);
	ck_assert_int_eq(PARSE("--detach=maybe", "id"), -EINVAL);
}
END_TEST

START_TEST(test_where_flags_end)
{
	ck_assert_int_eq(PARSE("id", "--detach"), 0);
	ck_assert(!f.detach);
	ck_assert_int_eq(PARSE("--detach", "--", "-f"), 2);
	ck_assert(!f.force);
	ck_assert_int_eq(PARSE("-"), 0);
	ck_assert_int_eq(PARSE("--force", "-d"), 2);
}
END_TEST

#define ANYWHERE(...) anywhere((const char *[]){__VA_ARGS__, NULL})

static char order[128];

static int anywhere(const char **argv)
{
	int argc = 0, n;

	f = (struct flags){0};
	e = (struct err){0};
	while (argv[argc])
		argc++;
	n = options_parse_anywhere(table, &f, argc, (char **)argv, &e);
	order[0] = '\0';
	for (int i = 0; i < argc; i++) {
		(void)strcat(order, argv[i]);
		(void)strcat(order, i + 1 < argc ? " " : "");
	}
	return n;
}

START_TEST(test_flags_anywhere)
{
	ck_assert_int_eq(ANYWHERE("id", "--detach"), 1);
	ck_assert(f.detach);
	ck_assert_str_eq(order, "--detach id");
	ck_assert_int_eq(ANYWHERE("-f", "id", "KILL", "--bundle", "-1", "more", "-d"), 4);
	ck_assert(f.detach && f.force);
	ck_assert_str_eq(f.bundle, "-1");
	ck_assert_str_eq(order, "-f --bundle -1 -d id KILL more");
	/* one dash alone is a word */
	ck_assert_int_eq(ANYWHERE("-", "--bundle", "-", "-"), 2);
	ck_assert_str_eq(f.bundle, "-");
	ck_assert_str_eq(order, "--bundle - - -");
	ck_assert_int_eq(ANYWHERE("id"), 0);
	ck_assert_int_eq(ANYWHERE("id", "--nope"), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "flag provided but not defined: -nope"));
	ck_assert_int_eq(ANYWHERE("id", "--bundle"), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "flag needs an argument: -bundle"));
}
END_TEST

/* What stands behind "--" is no flag, the second time neither: a command line is read once more
 * where the program executes itself. */
START_TEST(test_flags_anywhere_end)
{
	ck_assert_int_eq(ANYWHERE("id", "-d", "--", "-f", "--", "more"), 2);
	ck_assert(f.detach && !f.force);
	ck_assert_str_eq(order, "-d -- id -f -- more");
	ck_assert_int_eq(ANYWHERE("-d", "--", "id", "-f", "--", "more"), 2);
	ck_assert(f.detach && !f.force);
	ck_assert_str_eq(order, "-d -- id -f -- more");
	ck_assert_int_eq(ANYWHERE("--bundle", "--", "id", "-f"), 3);
	ck_assert(f.force);
	ck_assert_str_eq(f.bundle, "--");
}
END_TEST

START_TEST(test_last_one_counts)
{
	ck_assert_int_eq(PARSE("--bundle", "/a", "--bundle", "/b"), 4);
	ck_assert_str_eq(f.bundle, "/b");
}
END_TEST

/* As callers write out what they leave unset. */
START_TEST(test_empty_is_not_given)
{
	ck_assert_int_eq(PARSE("--bundle=", "id"), 1);
	ck_assert_ptr_null(f.bundle);
	ck_assert_int_eq(PARSE("--bundle", "", "id"), 2);
	ck_assert_ptr_null(f.bundle);
	ck_assert_int_eq(PARSE("--bundle", "/a", "--bundle", ""), 4);
	ck_assert_ptr_null(f.bundle);
}
END_TEST

START_TEST(test_numbers)
{
	ck_assert_int_eq(PARSE("--preserve-fds", "3"), 2);
	ck_assert_uint_eq(f.fds, 3);
	ck_assert_int_eq(PARSE("--preserve-fds=-1"), -EINVAL);
	ck_assert_int_eq(PARSE("--preserve-fds=1x"), -EINVAL);
	ck_assert_int_eq(PARSE("--preserve-fds="), -EINVAL);
	ck_assert_int_eq(PARSE("--preserve-fds=99999999999999999999"), -EINVAL);
}
END_TEST

/* podman looks for these words to learn whether a flag exists. */
START_TEST(test_words_of_errors)
{
	ck_assert_int_eq(PARSE("--bundle"), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "flag needs an argument: -bundle"));
	ck_assert_int_eq(PARSE("--nope", "x"), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "flag provided but not defined: -nope"));
	ck_assert_ptr_null(strstr(e.msg, "did you mean"));
	ck_assert_int_eq(PARSE("--detahc", "x"), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "(did you mean '--detach'?)"));
	ck_assert_int_eq(PARSE("-x"), -EINVAL);
	/* a prefix is another name */
	ck_assert_int_eq(PARSE("--det"), -EINVAL);
	ck_assert_int_eq(PARSE("--detached"), -EINVAL);
}
END_TEST

START_TEST(test_words_of_commands)
{
	struct cli_call call;

	ck_assert_int_eq(cli_read_command(1, (char *[]){(char *)"crate", NULL}, &call, &e),
			 -EINVAL);
	ck_assert_str_eq(e.msg, "no such command: crate (did you mean 'create'?)");
	ck_assert_int_eq(
		cli_read_command(2, (char *[]){(char *)"help", (char *)"udpate", NULL}, &call, &e),
		-EINVAL);
	ck_assert_str_eq(e.msg, "no help topic: udpate (did you mean 'update'?)");
	ck_assert_int_eq(
		cli_read_command(2, (char *[]){(char *)"help", (char *)"help", NULL}, &call, &e),
		0);
	ck_assert(call.help && !call.command);
	ck_assert_int_eq(
		cli_read_command(3, (char *[]){(char *)"help", (char *)"run", (char *)"x", NULL},
				 &call, &e),
		-EINVAL);
	ck_assert_int_eq(cli_read_command(1, (char *[]){(char *)"nosuch", NULL}, &call, &e),
			 -EINVAL);
	ck_assert_str_eq(e.msg, "no such command: nosuch");
}
END_TEST

#define COMMAND(...) read_command((char *[]){__VA_ARGS__, NULL})
#define WORD(text)   (char *)(text)

static struct cli_call call_of_command;

static int read_command(char **argv)
{
	int argc = 0;

	e = (struct err){0};
	while (argv[argc])
		argc++;
	return cli_read_command(argc, argv, &call_of_command, &e);
}

/* Behind the container's id are flags of refrun, but for those commands that end in a command line
 * of somebody else's. */
START_TEST(test_flags_of_commands)
{
	const struct cli_call *call = &call_of_command;

	ck_assert_int_eq(COMMAND(WORD("kill"), WORD("id"), WORD("KILL"), WORD("--all")), 0);
	ck_assert_int_eq(call->argc, 2);
	ck_assert_str_eq(call->argv[0], "id");
	ck_assert_str_eq(call->argv[1], "KILL");
	ck_assert_int_eq(COMMAND(WORD("start"), WORD("id"), WORD("-h")), 0);
	ck_assert(call->help);
	ck_assert_int_eq(COMMAND(WORD("delete"), WORD("--"), WORD("id"), WORD("--force")), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "requires exactly 1"));
	ck_assert_int_eq(COMMAND(WORD("spec"), WORD("x"), WORD("--rootless")), -EINVAL);
	ck_assert_int_eq(COMMAND(WORD("exec"), WORD("id"), WORD("--tty"), WORD("-d")), 0);
	ck_assert_int_eq(call->argc, 3);
	ck_assert_str_eq(call->argv[1], "--tty");
	ck_assert_int_eq(COMMAND(WORD("ps"), WORD("id"), WORD("--format"), WORD("json")), 0);
	ck_assert_int_eq(call->argc, 3);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("options");
	Suite *s = suite_create("options");

	tcase_add_test(c, test_forms_of_a_value);
	tcase_add_test(c, test_forms_of_a_flag);
	tcase_add_test(c, test_where_flags_end);
	tcase_add_test(c, test_flags_anywhere);
	tcase_add_test(c, test_flags_anywhere_end);
	tcase_add_test(c, test_last_one_counts);
	tcase_add_test(c, test_empty_is_not_given);
	tcase_add_test(c, test_numbers);
	tcase_add_test(c, test_words_of_errors);
	tcase_add_test(c, test_words_of_commands);
	tcase_add_test(c, test_flags_of_commands);
	suite_add_tcase(s, c);
	return suite_run(s);
}
