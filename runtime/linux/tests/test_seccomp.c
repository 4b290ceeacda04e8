/* SPDX-License-Identifier: Apache-2.0 */
/* Filters compiled from config text, loaded in a child, and tried on real system calls. */
#include "seccomp_filter.h"

#include "cleanup.h"
#include "proc.h"
#include "seccomp_oracle.h"
#include "suite.h"

#include <check.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void compile(const char *seccomp, struct seccomp_filter *ret)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = oracle_config(seccomp);
	struct err e = {0};

	ck_assert_msg(seccomp_filter_compile(d, d->config->linux->seccomp, ret, &e) >= 0, "%s",
		      e.msg);
	ck_assert_uint_gt(ret->count, 0);
}

/* A child under the filter: what it does, and with what it ends. */
struct trial {
	struct seccomp_filter filter;
	long (*act)(void);
};

static int trial_main(void *arg)
{
	struct trial *t = arg;
	int listener;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    seccomp_filter_load(&t->filter, &listener, NULL) < 0)
		return 200;
	/* by itself: what libc and sanitizers do at the end is not on any list */
	(void)syscall(SYS_exit_group, t->act() < 0 ? errno : 0);
	return 201;
}

/* The child's errno, 0, or 1000 + signal. */
static int try(const char *seccomp, long (*act)(void))
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct trial t = {.act = act};
	struct err e = {0};

	compile(seccomp, &t.filter);
	s.run = trial_main;
	s.run_arg = &t;
	ck_assert_msg(proc_spawn(&s, &p, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 10000), 0);
	seccomp_filter_done(&t.filter);
	return WIFSIGNALED(p.status) ? 1000 + WTERMSIG(p.status) : WEXITSTATUS(p.status);
}

static long act_getsid(void)
{
	return syscall(SYS_getsid, 0);
}

/* getpriority(2) with arguments of our choice: PRIO_PROCESS is 0, so that both succeed unfiltered.
 */
static long arg0, arg1;
static long act_kcmp(void)
{
	return syscall(SYS_kcmp, getpid(), getpid(), arg0, arg1, 0L);
}

#define RULE(name, rest)                                                                           \
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"" name "\"]," rest "}]" \
	"}"

START_TEST(actions)
{
	ck_assert_int_eq(try("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}", act_getsid), 0);
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_ERRNO\""), act_getsid), EPERM);
	ck_assert_int_eq(
		try(RULE("getsid", "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":77"), act_getsid),
		77);
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_KILL\""), act_getsid),
			 1000 + SIGSYS);
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_KILL_THREAD\""), act_getsid),
			 1000 + SIGSYS);
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_KILL_PROCESS\""), act_getsid),
			 1000 + SIGSYS);
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_TRAP\""), act_getsid),
			 1000 + SIGSYS);
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_LOG\""), act_getsid), 0);
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_ALLOW\""), act_getsid), 0);
	/* no tracer */
	ck_assert_int_eq(try(RULE("getsid", "\"action\":\"SCMP_ACT_TRACE\""), act_getsid), ENOSYS);
	/* other calls are not touched, unknown ones are skipped */
	ck_assert_int_eq(
		try(RULE("getpgid\",\"call_of_2077", "\"action\":\"SCMP_ACT_ERRNO\""), act_getsid),
		0);
}
END_TEST

START_TEST(default_errno)
{
	static const char text[] =
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"syscalls\":"
		"[{\"names\":[\"exit_group\",\"exit\",\"close\"],\"action\":\"SCMP_ACT_ALLOW\"},"
		"{\"names\":[\"getsid\"],\"action\":\"SCMP_ACT_ERRNO\"}]}";

	/* a rule without errnoRet has EPERM, not the default's */
	ck_assert_int_eq(try(text, act_getsid), EPERM);
	ck_assert_int_eq(try(text, act_kcmp), ENOSYS);
}
END_TEST

#define ARG(i, v, op) "{\"index\":" #i ",\"value\":" #v ",\"op\":\"SCMP_CMP_" op "\"}"
#define ON(args)      RULE("kcmp", "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":99,\"args\":[" args "]")

static bool hits(const char *args_rule, long a, long b)
{
	int r;

	arg0 = a;
	arg1 = b;
	r = try(args_rule, act_kcmp);
	return r == 99;
}

START_TEST(operators)
{
	ck_assert(hits(ON(ARG(3, 5, "EQ")), 0, 5) && !hits(ON(ARG(3, 5, "EQ")), 0, 6));
	ck_assert(!hits(ON(ARG(3, 5, "NE")), 0, 5) && hits(ON(ARG(3, 5, "NE")), 0, 6));
	ck_assert(hits(ON(ARG(3, 5, "LT")), 0, 4) && !hits(ON(ARG(3, 5, "LT")), 0, 5));
	ck_assert(hits(ON(ARG(3, 5, "LE")), 0, 5) && !hits(ON(ARG(3, 5, "LE")), 0, 6));
	ck_assert(hits(ON(ARG(3, 5, "GE")), 0, 5) && !hits(ON(ARG(3, 5, "GE")), 0, 4));
	ck_assert(hits(ON(ARG(3, 5, "GT")), 0, 6) && !hits(ON(ARG(3, 5, "GT")), 0, 5));
	/* value is the mask, valueTwo what must be left */
	ck_assert(
		hits(ON("{\"index\":3,\"value\":12,\"valueTwo\":4,\"op\":\"SCMP_CMP_MASKED_EQ\"}"),
		     0, 7));
	ck_assert(
		!hits(ON("{\"index\":3,\"value\":12,\"valueTwo\":4,\"op\":\"SCMP_CMP_MASKED_EQ\"}"),
		      0, 15));
	/* all 64 bits */
	ck_assert(hits(ON(ARG(3, 4294967301, "EQ")), 0, 4294967301));
	ck_assert(!hits(ON(ARG(3, 4294967301, "EQ")), 0, 5));
	/* all must match */
	ck_assert(hits(ON(ARG(2, 1, "EQ") "," ARG(3, 5, "EQ")), 1, 5));
	ck_assert(!hits(ON(ARG(2, 1, "EQ") "," ARG(3, 5, "EQ")), 1, 6));
	ck_assert(!hits(ON(ARG(2, 1, "EQ") "," ARG(3, 5, "EQ")), 2, 5));
}
END_TEST

static const struct {
	const char *seccomp, *pointer;
} refused[] = {
	{RULE("getsid", "\"action\":\"SCMP_ACT_KILL\",\"errnoRet\":1"), "/syscalls/0/errnoRet"},
	{RULE("getsid", "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":4096"), "/syscalls/0/errnoRet"},
	{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"defaultErrnoRet\":1}", "/defaultErrnoRet"},
	{"{\"defaultAction\":\"SCMP_ACT_NOTIFY\",\"listenerPath\":\"/x\"}", "/defaultAction"},
	{ON(ARG(6, 1, "EQ")), "/syscalls/0/args/0/index"},
	{ON(ARG(3, 1, "GE") "," ARG(3, 5, "LE")), "/syscalls/0/args/1"},
	{RULE("getsid", "\"action\":\"SCMP_ACT_NOTIFY\""), "listenerPath"},
	{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"\",\"syscalls\":[{\"names\":["
	 "\"getsid\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}",
	 "listenerPath"},
	{RULE("sendmsg", "\"action\":\"SCMP_ACT_NOTIFY\""), "/syscalls/0/names/0"},
	{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerMetadata\":\"x\"}", "/listenerMetadata"},
	{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86_64\","
	 "\"SCMP_ARCH_S390X\"]}",
	 "/architectures/1"},
};

START_TEST(what_cannot_be_applied_is_named)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = oracle_config(refused[_i].seccomp);
	struct seccomp_filter f = {0};
	struct err e = {0};

	ck_assert_int_lt(seccomp_filter_compile(d, d->config->linux->seccomp, &f, &e), 0);
	ck_assert_msg(strstr(e.msg, refused[_i].pointer) != NULL, "%s", e.msg);
	ck_assert_ptr_null(f.insns);
}
END_TEST

START_TEST(flags)
{
	struct seccomp_filter f = {0};

	compile("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\","
		"\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\",\"SECCOMP_FILTER_FLAG_TSYNC\","
		"\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]}",
		&f);
	ck_assert_uint_eq(f.flags, SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW |
					   SECCOMP_FILTER_FLAG_TSYNC);
	seccomp_filter_done(&f);
	ck_assert(seccomp_filter_flag_supported(CFG_FILTER_FLAG_LOG));
	ck_assert(!seccomp_filter_flag_supported(CFG_UNKNOWN));
}
END_TEST

START_TEST(architectures)
{
	struct seccomp_filter one = {0}, three = {0};

#if defined(__x86_64__)
	compile("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"getsid\"],"
		"\"action\":\"SCMP_ACT_ERRNO\"}]}",
		&one);
	compile("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86_64\","
		"\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\",\"SCMP_ARCH_X86\"],\"syscalls\":[{\"names\":"
		"[\"getsid\"],\"action\":\"SCMP_ACT_ERRNO\"}]}",
		&three);
	ck_assert_uint_gt(three.count, one.count);
	ck_assert(seccomp_filter_arch_supported(CFG_ARCH_X86_64));
	ck_assert(seccomp_filter_arch_supported(CFG_ARCH_AARCH64));
	ck_assert(!seccomp_filter_arch_supported(CFG_ARCH_S390X));
#endif
	ck_assert(!seccomp_filter_arch_supported(CFG_UNKNOWN));
	seccomp_filter_done(&one);
	seccomp_filter_done(&three);
}
END_TEST

/* Loads, hands the listener up and makes the call that the agent answers. */
struct notified {
	struct seccomp_filter filter;
	int sock;
};

static int notified_main(void *arg)
{
	struct notified *n = arg;
	int listener;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    seccomp_filter_load(&n->filter, &listener, NULL) < 0 || listener < 0)
		return 200;
	if (fd_send(3, "x", 1, &listener, 1) < 0)
		return 201;
	(void)close(listener);
	return syscall(SYS_getsid, 0) < 0 ? errno : 0;
}

START_TEST(listener)
{
	char dir[] = "/tmp/refrun-test-seccomp-XXXXXX";
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	cleanup_fd int server = FD_NONE, conn = FD_NONE, got = FD_NONE, fd = FD_NONE;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct notified n = {0};
	struct proc_fd pass = {.as = 3};
	struct seccomp_notif req = {0};
	struct seccomp_notif_resp resp = {0};
	struct err e = {0};
	char buf[64];
	int pair[2];

	/* what goes to the agent: the state, one descriptor, end of file */
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_lt(snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/agent", dir), 100);
	server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_lt(seccomp_filter_send_listener(addr.sun_path, "{}", 2, 0, &e), 0);
	ck_assert_int_eq(bind(server, (const struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_eq(listen(server, 1), 0);

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	compile("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"/x\",\"flags\":"
		"[\"SECCOMP_FILTER_FLAG_TSYNC\"],\"syscalls\":[{\"names\":[\"getsid\"],\"action\":"
		"\"SCMP_ACT_NOTIFY\"}]}",
		&n.filter);
	ck_assert(n.filter.notify);
	pass.fd = pair[1];
	s.fds = &pass;
	s.nfds = 1;
	s.run = notified_main;
	s.run_arg = &n;
	ck_assert_msg(proc_spawn(&s, &p, &e) >= 0, "%s", e.msg);
	(void)close(pair[1]);
	ck_assert_int_eq(fd_recv(pair[0], buf, sizeof(buf), &fd, 1), 1);
	ck_assert_int_ge(fd, 0);
	(void)close(pair[0]);

	ck_assert_msg(seccomp_filter_send_listener(addr.sun_path, "{\"pid\":7}", 9, fd, &e) >= 0,
		      "%s", e.msg);
	conn = accept(server, NULL, NULL);
	ck_assert_int_ge(conn, 0);
	ck_assert_int_eq(fd_recv(conn, buf, sizeof(buf), &got, 1), 9);
	ck_assert_int_eq(memcmp(buf, "{\"pid\":7}", 9), 0);
	ck_assert_int_ge(got, 0);
	ck_assert_int_eq(read(conn, buf, 1), 0);

	ck_assert_int_eq(ioctl(got, SECCOMP_IOCTL_NOTIF_RECV, &req), 0);
	ck_assert_int_eq(req.data.nr, SYS_getsid);
	resp.id = req.id;
	resp.error = -EXDEV;
	ck_assert_int_eq(ioctl(got, SECCOMP_IOCTL_NOTIF_SEND, &resp), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 10000), 0);
	ck_assert_int_eq(proc_exit_code(&p), EXDEV);
	seccomp_filter_done(&n.filter);
	(void)unlink(addr.sun_path);
	(void)rmdir(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seccomp");
	TCase *t = tcase_create("seccomp");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, actions);
	tcase_add_test(t, default_errno);
	tcase_add_test(t, operators);
	tcase_add_loop_test(t, what_cannot_be_applied_is_named, 0,
			    (int)(sizeof(refused) / sizeof(*refused)));
	tcase_add_test(t, flags);
	tcase_add_test(t, architectures);
	tcase_add_test(t, listener);
	suite_add_tcase(s, t);
	return suite_run(s);
}
