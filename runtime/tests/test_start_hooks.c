/* SPDX-License-Identifier: Apache-2.0 */
/* startContainer hooks: their programs are the image's, so what they may is what the container's
 * own program may. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define HOOK(args)                                                                                 \
	",\"hooks\":{\"startContainer\":[{\"path\":\"/program\",\"args\":[\"program\"," args "]}]" \
	"}"
#define CAPABILITIES                                                                               \
	",\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":111,\"hard\":222}],"                   \
	"\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"],"                             \
	"\"permitted\":[\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"]}"
#define FILTER(name, action)                                                                       \
	",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"" name     \
	"\"],\"action\":\"" action "\"}]}"

/* The configuration with another user. */
static void write_for(const char *user, const char *process, const char *linux_more,
		      const char *more)
{
	static const char root_user[] = "\"user\":{\"uid\":0,\"gid\":0}";
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	cleanup_free char *path = str_format("%s/config.json", bundle);
	char config[8192];
	const char *at;

	write_config(process, linux_more, more);
	read_into(path, config, sizeof(config));
	at = strstr(config, root_user);
	ck_assert_ptr_nonnull(at);
	strbuf_addf(&b, "%.*s\"user\":%s%s", (int)(at - config), config, user,
		    at + strlen(root_user));
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, b.buf, b.len, 0, NULL), 0);
}

/* The hook fails, and what it prints stands in the error. */
static void hook_says(const char *user, const char *process, const char *linux_more,
		      const char *const *words)
{
	write_for(user, process, linux_more, HOOK("\"rights\""));
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "startContainer hook 0 '/program': exit status 1"), "%s", text);
	for (; *words; words++)
		ck_assert_msg(strstr(text, *words), "no '%s': %s", *words, text);
	check_no_residue("a hook failed");
}

START_TEST(test_rights_of_a_user)
{
	hook_says("{\"uid\":1000,\"gid\":1001,\"additionalGids\":[7]}",
		  TRUE ",\"noNewPrivileges\":true" CAPABILITIES, FILTER("swapon", "SCMP_ACT_ERRNO"),
		  (const char *const[]){"Uid: 1000 1000 1000 1000", "Gid: 1001 1001 1001 1001",
					"Groups: 7 ", "CapEff: 0000000000000000",
					"CapBnd: 0000000000000021", "NoNewPrivs: 1", "Seccomp: 2",
					"files 111", NULL});
}
END_TEST

/* It takes another way there: a filter is loaded while CAP_SYS_ADMIN is still there. */
START_TEST(test_rights_of_root)
{
	hook_says("{\"uid\":0,\"gid\":0}", TRUE CAPABILITIES, FILTER("swapon", "SCMP_ACT_ERRNO"),
		  (const char *const[]){"Uid: 0 0 0 0", "CapEff: 0000000000000021",
					"CapBnd: 0000000000000021", "CapInh: 0000000000000000",
					"NoNewPrivs: 0", "Seccomp: 2", "files 111", NULL});
}
END_TEST

/* The filter has no listener there, and so nobody to ask: the call fails. */
START_TEST(test_nobody_to_ask)
{
	write_for("{\"uid\":0,\"gid\":0}", TRUE, FILTER("umask", "SCMP_ACT_NOTIFY"),
		  HOOK("\"umask\""));
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	check_no_residue("a filter without a listener");
}
END_TEST

/* What the filter forbids is forbidden to the hook, and not to who waits for its end. */
START_TEST(test_filter_of_what_waits)
{
	write_for("{\"uid\":0,\"gid\":0}", TRUE,
		  FILTER("wait4\",\"waitid\",\"poll", "SCMP_ACT_KILL"), HOOK("\"true\""));
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	check_no_residue("a filter that forbids to wait");
}
END_TEST

/* For the hook's own umask its filter need not allow umask(2). */
START_TEST(test_filter_of_umask)
{
	write_for("{\"uid\":1000,\"gid\":1000}", TRUE, FILTER("umask", "SCMP_ACT_KILL"),
		  HOOK("\"true\""));
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	check_no_residue("a filter that forbids umask");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_rights_of_a_user);
	tcase_add_test(c, test_rights_of_root);
	tcase_add_test(c, test_nobody_to_ask);
	tcase_add_test(c, test_filter_of_what_waits);
	tcase_add_test(c, test_filter_of_umask);
}

int main(int argc, char **argv)
{
	return driver_main("start_hooks", argc, argv, add);
}
