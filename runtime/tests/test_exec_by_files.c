/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `exec` where setns(2) takes no pidfd, as before Linux 5.8: a filter answers every call that names
 * more than one kind of namespace as such a kernel does.
 */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "json.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The low half of an argument. */
#define ARG(n)                                                                                     \
	(offsetof(struct seccomp_data, args) + (n)*8 +                                             \
	 (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0))

static int refuse_pidfds(void *arg, struct err *e)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setns, 0, 6),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG(1)),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		/* one bit, and nothing else, is gone with the lowest one */
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 1),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_X, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = {sizeof(code) / sizeof(code[0]), code};

	(void)arg;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		return err_set(e, errno, "install a filter: %m");
	return 0;
}

#define EXEC_BY_FILES(...)                                                                         \
	command_after(refuse_pidfds, NULL, (const char *const[]){"exec", __VA_ARGS__, NULL})

static void add_to(struct json **config, const char *pointer, const char *value)
{
	struct json *v = NULL;

	ck_assert_int_eq(json_parse(value, strlen(value), &v, NULL), 0);
	ck_assert_int_eq(json_set(config, pointer, v, NULL), 0);
}

static void run_container(bool user_namespace)
{
	cleanup_free char *path = str_format("%s/config.json", bundle);
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	CLEANUP(json_freep) struct json *config = NULL;
	static const char ids[] = "[{\"containerID\":0,\"hostID\":0,\"size\":1000}]";

	write_config(WAIT, "", "");
	read_into(path, out, sizeof(out));
	ck_assert_int_eq(json_parse(out, strlen(out), &config, NULL), 0);
	add_to(&config, "/linux/namespaces/-", "{\"type\":\"network\"}");
	if (user_namespace) {
		add_to(&config, "/linux/namespaces/-", "{\"type\":\"user\"}");
		add_to(&config, "/linux/uidMappings", ids);
		add_to(&config, "/linux/gidMappings", ids);
	}
	json_print(config, 0, &b);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, b.buf, b.len, 0, NULL), 0);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

static void joins_all(void)
{
	static const char *const kinds[] = {"pid", "mnt", "ipc", "uts", "cgroup", "net", "user"};
	pid_t pid = pid_of();

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		cleanup_free char *host = str_format("/proc/%d/ns/%s", (int)pid, kinds[i]);
		cleanup_free char *inside = str_format("/proc/self/ns/%s", kinds[i]);
		char link[64] = "";

		ck_assert_int_gt(readlink(host, link, sizeof(link) - 1), 0);
		ck_assert_msg(EXEC_BY_FILES(id, "/program", "link", inside) == 0, "%s", text);
		ck_assert_msg(strstr(out, link) != NULL, "%s: %s is not %s", kinds[i], out, link);
	}
}

START_TEST(test_joins_every_namespace)
{
	run_container(false);
	joins_all();
}
END_TEST

START_TEST(test_joins_a_user_namespace)
{
	run_container(true);
	joins_all();
}
END_TEST

/* No descriptor of the host's /proc is left behind; 3 is of the program itself. */
START_TEST(test_leaves_no_descriptors)
{
	run_container(true);
	ck_assert_msg(EXEC_BY_FILES(id, "/program", "ls", "/proc/self/fd") == 0, "%s", text);
	ck_assert_str_eq(out, ".\n..\n0\n1\n2\n3\n");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_joins_every_namespace);
	tcase_add_test(c, test_joins_a_user_namespace);
	tcase_add_test(c, test_leaves_no_descriptors);
}

int main(int argc, char **argv)
{
	return driver_main("exec_by_files", argc, argv, add);
}
