/* SPDX-License-Identifier: Apache-2.0 */
/* Called by a user without any rights, whose containers have user namespaces. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CALLER 64711

/* setuid(2), not setresuid(2): that one is waited for further below */
static int become_caller(void *arg, struct err *e)
{
	(void)arg;
	if (setgroups(0, NULL) < 0 || setgid(CALLER) < 0 || setuid(CALLER) < 0)
		return err_set(e, errno, "become user %d: %m", CALLER);
	return 0;
}

#define CALL(...) command_after(become_caller, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* To be read by the caller. */
static void write_document(const char *dir, const char *name, const struct strbuf *b)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0644, b->buf, b->len, 0, NULL), 0);
}

#define PROCESS "\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},"
#define NEW_USER                                                                                   \
	"{\"type\":\"pid\"},{\"type\":\"user\"}],"                                                 \
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":64711,\"size\":1}],"                       \
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":64711,\"size\":1}]"

/* @namespaces: the rest of that list, and of linux. */
static void run_container(const char *name, const char *process, const char *namespaces)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":[{"
		    "\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],"
		    "\"process\":{" PROCESS "%s},\"linux\":{\"namespaces\":[{\"type\":\"mount\"},"
		    "%s}}",
		    process, namespaces);
	write_document(bundle, "config.json", &b);
	ck_assert_msg(CALL("run", "-d", "-b", bundle, name) == 0, "%s", text);
}

static bool prints(const char *line)
{
	return strstr(out, line) != NULL;
}

static const char *write_process(const char *members)
{
	static char path[80];
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "{" PROCESS "%s}", members);
	write_document(work, "process.json", &b);
	(void)snprintf(path, sizeof(path), "%s/process.json", work);
	return path;
}

#define KILL_ALONE                                                                                 \
	",\"capabilities\":{\"bounding\":[\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"],"             \
	"\"permitted\":[\"CAP_KILL\"]}"
#define STATUS "\"args\":[\"/program\",\"cat\",\"/proc/self/status\"]"

/* Who has none has all of them in the container's user namespace, whatever document says which. */
START_TEST(test_capabilities_of_a_later_process)
{
	run_container(id, WAIT KILL_ALONE, NEW_USER);
	ck_assert_msg(CALL("exec", id, "/program", "cat", "/proc/self/status") == 0, "%s", text);
	ck_assert(prints("CapPrm:\t0000000000000020\n"));
	ck_assert_msg(CALL("exec", "--process", write_process(STATUS KILL_ALONE), id) == 0, "%s",
		      text);
	ck_assert_str_eq(text, "");
	ck_assert_msg(prints("CapPrm:\t0000000000000020\n"), "%s", out);
	ck_assert_msg(CALL("exec", "--process", write_process(STATUS), id) == 0, "%s", text);
	ck_assert_str_eq(text, "");
	ck_assert_msg(prints("CapBnd:\t0000000000000020\n"), "%s", out);
}
END_TEST

/* Lower than the caller's it could not be. */
START_TEST(test_oom_score_of_a_later_process)
{
	static const char show[] = "\"args\":[\"/program\",\"cat\",\"/proc/self/oom_score_adj\"]";
	cleanup_free char *other = str_format("%s,\"oomScoreAdj\":700", show);

	run_container(id, WAIT ",\"oomScoreAdj\":500", NEW_USER);
	ck_assert_msg(CALL("exec", id, "/program", "cat", "/proc/self/oom_score_adj") == 0, "%s",
		      text);
	ck_assert_str_eq(out, "500\n");
	ck_assert_msg(CALL("exec", "--process", write_process(show), id) == 0, "%s", text);
	ck_assert_str_eq(out, "500\n");
	ck_assert_msg(CALL("exec", "--process", write_process(other), id) == 0, "%s", text);
	ck_assert_str_eq(out, "700\n");
}
END_TEST

static void clear_up(void)
{
	(void)CALL("delete", "--force", id);
}

/* What the caller needs to have a container in. */
static void make_places(void)
{
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);

	(void)snprintf(root, sizeof(root), "%s/state", work);
	(void)mkdir(root, 0700);
	ck_assert_int_eq(chown(root, CALLER, CALLER), 0);
	ck_assert_int_eq(chown(rootfs, CALLER, CALLER), 0);
}

static void add(TCase *c)
{
	tcase_add_unchecked_fixture(c, make_places, clear_up);
	tcase_add_checked_fixture(c, clear_up, NULL);
	tcase_add_test(c, test_capabilities_of_a_later_process);
	tcase_add_test(c, test_oom_score_of_a_later_process);
}

int main(int argc, char **argv)
{
	return driver_main("rootless", argc, argv, add);
}
