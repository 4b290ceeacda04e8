/* SPDX-License-Identifier: Apache-2.0 */
/* `exec` where the container's first process has gone into a user namespace that it has made. */
#include "driver.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GROUP 4242

static int have_group(void *arg, struct err *e)
{
	static const gid_t groups[] = {GROUP, 0};

	(void)arg;
	return setgroups(2, groups) < 0 ? err_set(e, errno, "setgroups: %m") : 0;
}

#define EXEC(...) command_after(have_group, NULL, (const char *const[]){"exec", __VA_ARGS__, NULL})

static void run_leaving(const char *how, const char *namespaces)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(
		&b,
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":[{"
		"\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],\"process\":{"
		"\"cwd\":\"/\",\"user\":{\"uid\":1000,\"gid\":1000},\"args\":[\"/"
		"program\",\"%s\"]},"
		"\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"}%s}}",
		how, namespaces);
	put_file(bundle, "config.json", b.buf);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	out[0] = '\0';
	for (int i = 0; i < 1000 && !strstr(out, "ready"); i++) {
		(void)usleep(5000);
		read_into(out_path, out, sizeof(out));
	}
	ck_assert_ptr_nonnull(strstr(out, "ready"));
}

static void has_ids(const char *uid, const char *gid)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "Uid:\t%s\t", uid);
	ck_assert_msg(strstr(out, line), "%s", out);
	(void)snprintf(line, sizeof(line), "Gid:\t%s\t", gid);
	ck_assert_msg(strstr(out, line), "%s", out);
	ck_assert_msg(strstr(out, "Groups:\t \n"), "%s", out);
}

/* It is no part of the container: neither its ids nor what it forbids. */
START_TEST(test_user_namespace_is_not_joined)
{
	char own[64] = "";

	ck_assert_int_gt(readlink("/proc/self/ns/user", own, sizeof(own) - 1), 0);
	run_leaving("leave", "]");
	ck_assert_msg(EXEC(id, "/program", "cat", "/proc/self/status") == 0, "%s", text);
	has_ids("1000", "1000");
	ck_assert_msg(EXEC("--user", "0:0", id, "/program", "cat", "/proc/self/status") == 0, "%s",
		      text);
	has_ids("0", "0");
	ck_assert_msg(EXEC("--additional-gids", "7", id, "/program", "cat", "/proc/self/status") ==
			      0,
		      "%s", text);
	ck_assert(strstr(out, "Groups:\t7 \n"));
	ck_assert_msg(EXEC(id, "/program", "link", "/proc/self/ns/user") == 0, "%s", text);
	ck_assert_msg(strstr(out, own), "%s is not %s", out, own);
}
END_TEST

/* What a user without rights has mounted is not what root is to find. */
START_TEST(test_its_mounts_are_not_entered)
{
	run_leaving("leave-mounts", "]");
	ck_assert_int_eq(EXEC("--user", "0:0", id, "/program"), 255);
	ck_assert_msg(strstr(text, "has left for a mount namespace"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("left");
}
END_TEST

/* Below the container's own, where setgroups(2) is forbidden, nothing of the caller's stays. */
START_TEST(test_groups_of_the_caller)
{
	run_leaving("leave", ",{\"type\":\"user\"}],"
			     "\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":65536}],"
			     "\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":65536}]");
	ck_assert_msg(EXEC("--user", "0:0", id, "/program", "cat", "/proc/self/status") == 0, "%s",
		      text);
	has_ids("0", "0");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_user_namespace_is_not_joined);
	tcase_add_test(c, test_its_mounts_are_not_entered);
	tcase_add_test(c, test_groups_of_the_caller);
}

int main(int argc, char **argv)
{
	return driver_main("exec_left", argc, argv, add);
}
