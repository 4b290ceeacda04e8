/* SPDX-License-Identifier: Apache-2.0 */
/* Surroundings in which a container may start its process: the report must arrive whole and true.
 */
#include "run.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRY_CALL(e, call)                                                                          \
	do {                                                                                       \
		if ((call) < 0)                                                                    \
			return err_set(e, errno, #call ": %m");                                    \
	} while (0)

static char *root; /* holds the probe and /conform-io, no procfs, no /dev */

static void make_root(void)
{
	root = root_make();
}

static void free_root(void)
{
	free(root);
}

static int close_stdio(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, fd_close_from(3));
	for (int fd = 0; fd <= 2; fd++)
		TRY_CALL(e, close(fd));
	return 0;
}

START_TEST(no_standard_descriptors)
{
	struct run how = {.setup = close_stdio, .root = root};
	struct report r;

	report_take_file(&r, "fd:0\nfd:1\nfd:2\ntty\ntry:create:/f,0644\ntry:print:x\nexit:5",
			 &how);
	ck_assert(r.framed);
	ck_assert_int_eq(r.exit, 5);
	report_expect(&r, "fds.open", "[]");
	report_expect(&r, "fd:0", "null");
	report_expect(&r, "fd:1", "null");
	report_expect(&r, "fd:2", "null");
	report_expect(&r, "tty",
		      "{\"stdin\":false,\"stdout\":false,\"stderr\":false,\"controlling\":false,"
		      "\"rows\":null,\"cols\":null,\"name\":null}");
	report_expect(&r, "try:create:/f,0644", "\"OK\"");
	report_expect(&r, "try:print:x", "\"EBADF\"");
	ck_assert_str_eq(r.loose, "");
	report_done(&r);
}
END_TEST

/* The file channel is the only one, and it is not where the probe was told: a link is not followed.
 */
START_TEST(channel_that_is_a_link)
{
	cleanup_free char *out = str_format("%s/conform-io/out", root);
	cleanup_free char *target = str_format("%s/target", root);
	struct run how = {.root = root};
	struct report r;
	struct stat st;

	write_file(target, "");
	ck_assert_int_eq(symlink("/target", out), 0);
	report_take(&r, "", &how);
	ck_assert(r.framed);
	ck_assert_int_eq(stat(target, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	report_done(&r);
}
END_TEST

/* Both channels say the same, byte for byte but for the time that passes. */
START_TEST(both_channels_say_the_same)
{
	cleanup_free char *out = str_format("%s/conform-io/out", root);
	cleanup_free char *text = NULL;
	struct run how = {.root = root};
	struct json *facts = NULL;
	struct report r;
	size_t len;

	write_file(out, "before\n");
	report_take(&r, "uts.nodename\ntry:mkdir:/d\nlist:/", &how);
	ck_assert(r.framed);
	facts = json_copy(r.facts);
	report_done(&r);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, out, 1 << 20, &text, &len, NULL), 0);
	ck_assert(str_starts(text, "before\nconform-probe 1 t3st\n"));
	ck_assert_int_eq(rmdir(root_path(root, "/d")), 0);
	report_take_file(&r, "uts.nodename\ntry:mkdir:/d\nlist:/", &how);
	ck_assert(r.framed);
	ck_assert(json_equal(facts, r.facts));
	report_done(&r);
	json_free(facts);
}
END_TEST

static int tiny_limits(void *arg, struct err *e)
{
	static const struct {
		int resource;
		rlim_t value;
	} limits[] = {{RLIMIT_FSIZE, 0},    {RLIMIT_NOFILE, 10},       {RLIMIT_CORE, 0},
		      {RLIMIT_MEMLOCK, 0},  {RLIMIT_STACK, 256 << 10}, {RLIMIT_DATA, 8 << 20},
		      {RLIMIT_AS, 16 << 20}};

	(void)arg;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit limit = {.rlim_cur = limits[i].value, .rlim_max = limits[i].value};

		TRY_CALL(e, setrlimit((__rlimit_resource_t)limits[i].resource, &limit));
	}
	return 0;
}

/* RLIMIT_FSIZE spares pipes: standard output still has it all, the file has nothing. */
START_TEST(tiny_resource_limits)
{
	cleanup_free char *out = str_format("%s/conform-io/out", root);
	struct run how = {.setup = tiny_limits, .root = root};
	struct report r;
	struct stat st;

	write_file(out, "");
	report_take(&r,
		    "rlimit:RLIMIT_FSIZE\nrlimit:RLIMIT_NOFILE\ntry:syscall:getpid\n"
		    "try:write:/conform-io/out,x\nlist:/",
		    &how);
	ck_assert(r.framed);
	ck_assert_int_eq(r.exit, 0);
	report_expect(&r, "rlimit:RLIMIT_FSIZE", "{\"soft\":0,\"hard\":0}");
	report_expect(&r, "rlimit:RLIMIT_NOFILE", "{\"soft\":10,\"hard\":10}");
	report_expect(&r, "try:syscall:getpid", "\"OK\"");
	/* only the report is protected: an action dies of it as any program does */
	report_expect(&r, "try:write:/conform-io/out,x", "\"SIGXFSZ\"");
	report_expect(&r, "list:/", "[\"conform-io\",\"conform-probe\"]");
	report_expect(&r, "signals.ignored", "[]");
	ck_assert_int_eq(stat(out, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	report_done(&r);
}
END_TEST

static int full_table(void *arg, struct err *e)
{
	struct rlimit limit = {.rlim_cur = 10, .rlim_max = 10};

	(void)arg;
	TRY_CALL(e, fd_close_from(3));
	for (int fd = 3; fd < 10; fd++)
		TRY_CALL(e, dup2(0, fd));
	TRY_CALL(e, setrlimit(RLIMIT_NOFILE, &limit));
	return 0;
}

/* Not even procfs can be opened; the numbers are tried one by one. */
START_TEST(no_free_descriptor)
{
	struct run how = {.setup = full_table};
	struct report r;

	report_take(&r, "uts.sysname\ntry:syscall:getpid\nread:/etc/passwd", &how);
	ck_assert(r.framed);
	report_expect(&r, "fds.open", "[0,1,2,3,4,5,6,7,8,9]");
	report_expect(&r, "uts.sysname", "\"Linux\"");
	report_expect(&r, "mounts", "{\"error\":\"EMFILE\"}");
	report_expect(&r, "user.uids", "[0,0,0,0]");
	report_expect(&r, "read:/etc/passwd", "{\"error\":\"EMFILE\"}");
	report_expect(&r, "try:syscall:getpid", "{\"error\":\"EMFILE\"}");
	report_done(&r);
}
END_TEST

static int nobody_at_all(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, setgroups(0, NULL));
	TRY_CALL(e, setresgid(65534, 65534, 65534));
	TRY_CALL(e, prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
	return 0;
}

static int nobody_in_chroot(void *arg, struct err *e)
{
	int r = nobody_at_all(arg, e);

	if (r < 0)
		return r;
	TRY_CALL(e, chroot(root));
	TRY_CALL(e, chdir("/"));
	TRY_CALL(e, setresuid(65534, 65534, 65534));
	return 0;
}

/* run.root would ask for chroot(2) after the privilege is gone, so the same program runs through a
 * link that leads there. */
START_TEST(user_nobody_without_procfs)
{
	struct run how = {.setup = nobody_in_chroot};
	cleanup_free char *as_built = str_format("%s%s", root, PROBE_PATH);
	struct report r;

	for (char *slash = as_built + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(as_built, 0755);
		*slash = '/';
	}
	ck_assert_int_eq(link(root_path(root, "/conform-probe"), as_built), 0);
	report_take(&r, "process.umask\nroot.escape\ntry:mkdir:/d\naccess:/", &how);
	ck_assert(r.framed);
	report_expect(&r, "user.uids", "[65534,65534,65534,65534]");
	report_expect(&r, "caps.effective", "[]");
	report_expect(&r, "caps.permitted", "[]");
	report_expect(&r, "process.no_new_privs", "true");
	report_expect(&r, "root.escape", "{\"error\":\"EPERM\"}");
	report_expect(&r, "try:mkdir:/d", "\"EACCES\"");
	report_expect(&r, "access:/",
		      "{\"read\":\"EISDIR\",\"write\":\"EACCES\",\"exec\":\"OK\",\"list\":\"OK\"}");
	report_done(&r);
}
END_TEST

/* What a whole report needs: a filter that lets no more through and kills for the rest. */
static const int needed[] = {
	SCMP_SYS(execve),
	SCMP_SYS(brk),
	SCMP_SYS(arch_prctl),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(prlimit64),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getrandom),
	SCMP_SYS(mprotect),
	SCMP_SYS(openat),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(close),
	SCMP_SYS(getdents64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(getcwd),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(fcntl),
	SCMP_SYS(ioctl),
	SCMP_SYS(exit_group),
};

static int load_filter(uint32_t otherwise, struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(otherwise);
	int r = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, needed[i], 0);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r < 0 ? err_set(e, -r, "seccomp: %m") : 0;
}

static int killing_filter(void *arg, struct err *e)
{
	(void)arg;
	return load_filter(SCMP_ACT_KILL_PROCESS, e);
}

START_TEST(filter_that_kills)
{
	struct run how = {.setup = killing_filter};
	struct report r;

	report_take(&r, "seccomp.mode\nseccomp.filters\nprocess.umask\nsignals.caught", &how);
	ck_assert(r.framed);
	ck_assert_int_eq(r.exit, 0);
	report_expect(&r, "seccomp.mode", "2");
	report_expect(&r, "seccomp.filters", "1");
	report_expect(&r, "process.no_new_privs", "true");
	report_done(&r);
}
END_TEST

static int refusing_filter(void *arg, struct err *e)
{
	(void)arg;
	return load_filter(SCMP_ACT_ERRNO(ENOANO), e);
}

/* Each refused call is an observation. */
START_TEST(filter_that_refuses)
{
	struct run how = {.setup = refusing_filter};
	struct report r;

	report_take(&r,
		    "uts.nodename\nnet.interfaces\nsched.policy\nsched.affinity\nkeyring.session\n"
		    "process.personality\nioprio.class\nroot.escape\nuser.groups\n"
		    "try:syscall:getpid\ntry:fork:1\ntry:forked:1",
		    &how);
	ck_assert(r.framed);
	report_expect(&r, "uts.nodename", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "net.interfaces", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "sched.policy", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "sched.affinity", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "keyring.session", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "process.personality", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "ioprio.class", "{\"error\":\"ENOANO\"}");
	/* the file tells them, without a call that could be refused */
	ck_assert_int_eq(report_text(&r, "user.groups")[0], '[');
	report_expect(&r, "root.escape", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "try:syscall:getpid", "{\"error\":\"ENOANO\"}");
	report_expect(&r, "try:fork:1", "\"ENOANO\"");
	report_expect(&r, "try:forked:1", "\"ENOANO\"");
	report_done(&r);
}
END_TEST

static int kill_for_mkdir(void *arg, struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int r = seccomp_rule_add(filter, *(const uint32_t *)arg, SCMP_SYS(mkdir), 0);

	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r < 0 ? err_set(e, -r, "seccomp: %m") : 0;
}

START_TEST(actions_of_a_filter)
{
	static const struct {
		uint32_t action;
		const char *result;
	} rows[] = {
		{SCMP_ACT_KILL_PROCESS, "\"SIGSYS\""}, {SCMP_ACT_KILL_THREAD, "\"SIGSYS\""},
		{SCMP_ACT_TRAP, "\"SIGSYS\""},	       {SCMP_ACT_ERRNO(7), "\"E2BIG\""},
		{SCMP_ACT_ERRNO(0), "\"OK\""},	       {SCMP_ACT_LOG, "\"EFAULT\""},
		{SCMP_ACT_TRACE(1), "\"ENOSYS\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t action = rows[i].action;
		struct run how = {.setup = kill_for_mkdir, .arg = &action};

		expect_one(&how, "try:syscall:mkdir,0,0", rows[i].result);
	}
}
END_TEST

static int proc_of_another_kind(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWNS));
	TRY_CALL(e, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	TRY_CALL(e, mount("none", "/proc", "tmpfs", 0, NULL));
	return 0;
}

START_TEST(empty_proc)
{
	struct run how = {.setup = proc_of_another_kind};
	struct report r;

	report_take(&r,
		    "oom.score_adj\ntimens.boottime\nlsm.current\ncgroup.self\nuserns.uid_map\n"
		    "process.children\nuts.sysname\nsysctl:kernel.hostname",
		    &how);
	ck_assert(r.framed);
	report_expect(&r, "ns.time", "{\"error\":\"ENOENT\"}");
	report_expect(&r, "oom.score_adj", "{\"error\":\"ENOENT\"}");
	report_expect(&r, "timens.boottime", "{\"error\":\"ENOENT\"}");
	report_expect(&r, "lsm.current", "{\"error\":\"ENOENT\"}");
	report_expect(&r, "cgroup.self", "{\"error\":\"ENOENT\"}");
	report_expect(&r, "userns.uid_map", "{\"error\":\"ENOENT\"}");
	report_expect(&r, "process.children", "{\"error\":\"ENOENT\"}");
	report_expect(&r, "sysctl:kernel.hostname", "null");
	report_done(&r);
}
END_TEST

/* A reader that goes away must not take the file's report with it. */
static int deaf_reader(void *arg, struct err *e)
{
	int ends[2];

	(void)arg;
	TRY_CALL(e, pipe(ends));
	TRY_CALL(e, dup2(ends[1], 1));
	TRY_CALL(e, close(ends[0]));
	TRY_CALL(e, close(ends[1]));
	return 0;
}

START_TEST(nobody_reads_standard_output)
{
	struct run how = {.setup = deaf_reader, .root = root};
	struct report r;

	report_take_file(&r, "uts.sysname", &how);
	ck_assert(r.framed);
	ck_assert_int_eq(r.exit, 0);
	report_expect(&r, "uts.sysname", "\"Linux\"");
	report_done(&r);
}
END_TEST

START_TEST(large_values_pass_whole)
{
	struct run how = {.root = root};
	struct strbuf text = STRBUF_INIT, names = STRBUF_INIT;
	struct report r;

	for (int i = 0; i < 64 << 10; i++)
		strbuf_addc(&text, (char)(1 + i % 31)); /* six characters of JSON each */
	write_file(root_path(root, "/big"), text.buf);
	strbuf_adds(&names, "read:/big");
	for (int i = 0; i < 5; i++)
		strbuf_addf(&names, "\nread:%.*s/big", i + 1, "//////");
	report_take(&r, names.buf, &how);
	ck_assert(r.framed);
	ck_assert_uint_ge(json_member(r.facts, "read:/big")->len, 65530);
	report_expect(&r, "read://////big", report_text(&r, "read:/big"));
	report_done(&r);
	strbuf_done(&text);
	strbuf_done(&names);
}
END_TEST

static int answers_are_kept_back(void *arg, struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOANO), SCMP_SYS(recvfrom), 0);

	(void)arg;
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r < 0 ? err_set(e, -r, "seccomp: %m") : 0;
}

/* A list that breaks off is none: no interface is absent because the kernel did not come to it. */
START_TEST(list_of_interfaces_that_breaks_off)
{
	struct run how = {.setup = answers_are_kept_back};
	struct report r;

	report_take(&r, "net.interfaces\nnet:lo\nnet:none", &how);
	ck_assert(r.framed);
	report_expect(&r, "net.interfaces", "{\"error\":\"incomplete: ENOANO\"}");
	report_expect(&r, "net:lo", "{\"error\":\"incomplete: ENOANO\"}");
	report_expect(&r, "net:none", "{\"error\":\"incomplete: ENOANO\"}");
	report_done(&r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hostile surroundings");
	TCase *t = tcase_create("surroundings");

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, make_root, free_root);
	tcase_add_test(t, no_standard_descriptors);
	tcase_add_test(t, channel_that_is_a_link);
	tcase_add_test(t, both_channels_say_the_same);
	tcase_add_test(t, tiny_resource_limits);
	tcase_add_test(t, no_free_descriptor);
	tcase_add_test(t, user_nobody_without_procfs);
	tcase_add_test(t, filter_that_kills);
	tcase_add_test(t, filter_that_refuses);
	tcase_add_test(t, list_of_interfaces_that_breaks_off);
	tcase_add_test(t, actions_of_a_filter);
	tcase_add_test(t, empty_proc);
	tcase_add_test(t, nobody_reads_standard_output);
	tcase_add_test(t, large_values_pass_whole);
	return run_suite(s, true);
}
