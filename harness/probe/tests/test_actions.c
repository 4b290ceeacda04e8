/* SPDX-License-Identifier: Apache-2.0 */
/* Every action both ways: it succeeds where it must, and fails with the right answer where it must.
 */
#include "run.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define TRY_CALL(e, call)                                                                          \
	do {                                                                                       \
		if ((call) < 0)                                                                    \
			return err_set(e, errno, #call ": %m");                                    \
	} while (0)

static char *root;

static void make_root(void)
{
	root = root_make();
}

static void free_root(void)
{
	free(root);
}

struct attempt {
	const char *action;
	const char *result; /* JSON */
};

/* All of them in one run, in order. */
static void attempt_all(const struct attempt *attempts, size_t count, const struct run *how)
{
	struct strbuf names = STRBUF_INIT;
	struct report r;

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&names, "try:%s\n", attempts[i].action);
	report_take(&r, names.buf, how);
	ck_assert(r.framed);
	for (size_t i = 0; i < count; i++) {
		cleanup_free char *name = str_format("try:%s", attempts[i].action);

		report_expect(&r, name, attempts[i].result);
	}
	report_done(&r);
	strbuf_done(&names);
}
#define ATTEMPT(how, ...)                                                                          \
	do {                                                                                       \
		static const struct attempt attempts[] = {__VA_ARGS__};                            \
		attempt_all(attempts, sizeof(attempts) / sizeof(attempts[0]), how);                \
	} while (0)

START_TEST(files)
{
	struct run how = {.root = root};
	struct stat st;
	char text[16] = "";
	cleanup_fd int fd = FD_NONE;

	ATTEMPT(&how, {"create:/f,0640", "\"OK\""}, {"create:/f,0644", "\"EEXIST\""},
		{"create:/none/f,0644", "\"ENOENT\""},
		{"create:/x,888", "{\"error\":\"malformed action\"}"}, {"open:/f,r", "\"OK\""},
		{"open:/f,rw+excl+creat", "\"EEXIST\""}, {"open:/f,r+dir", "\"ENOTDIR\""},
		{"open:/none,r", "\"ENOENT\""},
		{"open:/f,sideways", "{\"error\":\"malformed action\"}"},
		{"write:/f,one,two", "\"OK\""}, {"write:/none,x", "\"ENOENT\""},
		{"write:/f", "{\"error\":\"malformed action\"}"}, {"mkdir:/d,0710", "\"OK\""},
		{"mkdir:/d", "\"EEXIST\""});
	ck_assert_int_eq(stat(root_path(root, "/f"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	fd = open(root_path(root, "/f"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(read(fd, text, sizeof(text)), 7);
	ck_assert_str_eq(text, "one,two");
}
END_TEST

START_TEST(links_and_names)
{
	struct run how = {.root = root};
	struct stat st;
	char target[64] = "";

	write_file(root_path(root, "/f"), "");
	ATTEMPT(&how, {"symlink:f,/l", "\"OK\""}, {"symlink:g,/l", "\"EEXIST\""},
		{"open:/l,r+nofollow", "\"ELOOP\""}, {"open:/l,path+nofollow", "\"OK\""},
		{"link:/f,/h", "\"OK\""}, {"link:/none,/i", "\"ENOENT\""},
		{"rename:/h,/j", "\"OK\""}, {"rename:/none,/k", "\"ENOENT\""},
		{"chmod:/f,0604", "\"OK\""}, {"chmod:/none,0604", "\"ENOENT\""},
		{"chown:/f,7,8", "\"OK\""}, {"chown:/none,7,8", "\"ENOENT\""},
		{"mkdir:/e", "\"OK\""}, {"rmdir:/e", "\"OK\""}, {"rmdir:/none", "\"ENOENT\""},
		{"unlink:/j", "\"OK\""}, {"unlink:/none", "\"ENOENT\""});
	ck_assert_int_eq(stat(root_path(root, "/f"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0604);
	ck_assert_uint_eq(st.st_uid, 7);
	ck_assert_uint_eq(st.st_gid, 8);
	ck_assert_uint_eq(st.st_nlink, 1);
	ck_assert_int_eq(readlink(root_path(root, "/l"), target, sizeof(target)), 1);
	ck_assert_str_eq(target, "f");
}
END_TEST

static int private_mounts(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWNS));
	TRY_CALL(e, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	return 0;
}

static int private_nodev(void *arg, struct err *e)
{
	int r = private_mounts(arg, e);

	if (r < 0)
		return r;
	TRY_CALL(e, mount(root, root, NULL, MS_BIND, NULL));
	TRY_CALL(e, mount(NULL, root, NULL, MS_REMOUNT | MS_BIND | MS_NODEV | MS_NOEXEC, NULL));
	return 0;
}

START_TEST(devices)
{
	struct run how = {.root = root}, nodev = {.setup = private_nodev};
	cleanup_free char *made = str_format("try:mknod-open:%s/y,c,1,3,r", root);
	cleanup_free char *run = str_format("try:exec:%s/conform-probe,--exit=0", root);
	cleanup_free char *both = str_format("%s\n%s", made, run);
	struct report r;

	ATTEMPT(&how, {"mknod:/c,c,1,3", "\"OK\""}, {"mknod:/c,c,1,5", "\"EEXIST\""},
		{"mknod:/p,p,0,0", "\"OK\""},
		{"mknod:/z,z,1,3", "{\"error\":\"malformed action\"}"},
		{"mknod-open:/n,c,1,3,rw", "\"OK\""}, {"mknod-open:/n,c,1,3,r", "\"OK\""},
		{"mknod-open:/n,c,4095,99,r", "\"ENXIO\""}, {"mknod-open:/c,c,1,3,r", "\"EEXIST\""},
		{"open:/c,w", "\"OK\""}, {"open:/n,r", "\"ENOENT\""},
		{"exec:/conform-probe,--exit=0", "\"OK\""});
	report_take(&r, both, &nodev);
	report_expect(&r, made, "\"EACCES\"");
	report_expect(&r, run, "\"EACCES\"");
	report_done(&r);
	ck_assert_int_eq(access(root_path(root, "/y"), F_OK), -1);
}
END_TEST

START_TEST(mounting)
{
	struct run how = {.setup = private_mounts, .root = root};

	ck_assert_int_eq(mkdir(root_path(root, "/m"), 0755), 0);
	ATTEMPT(&how, {"mount:none,/m,tmpfs,ro+nosuid,size=1m,mode=700", "\"OK\""},
		{"create:/m/f,0644", "\"EROFS\""}, {"mount:,/m,,private", "\"OK\""},
		{"mount:none,/none,tmpfs", "\"ENOENT\""}, {"mount:none,/m,nosuchfs", "\"ENODEV\""},
		{"mount:none,/m,tmpfs,upward", "{\"error\":\"malformed action\"}"},
		{"umount:/m", "\"OK\""}, {"umount:/conform-io", "\"EINVAL\""},
		{"create:/m/f,0600", "\"OK\""});
}
END_TEST

static int without_privilege(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, setgroups(0, NULL));
	TRY_CALL(e, setresgid(65534, 65534, 65534));
	TRY_CALL(e, setresuid(65534, 65534, 65534));
	return 0;
}

static int own_uts(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWUTS));
	return 0;
}

START_TEST(privileges)
{
	struct run with = {.setup = own_uts}, without = {.setup = without_privilege};

	ATTEMPT(&with, {"sethostname:probe-a", "\"OK\""}, {"setdomainname:probe-b", "\"OK\""},
		{"setuid:77", "\"OK\""}, {"setgid:77", "\"OK\""}, {"chroot:/tmp", "\"OK\""},
		{"chroot:/nothing", "\"ENOENT\""}, {"unshare:uts", "\"OK\""},
		{"unshare:mount", "\"OK\""},
		{"unshare:nothing", "{\"error\":\"unknown name in the action\"}"},
		{"nice:-1", "\"OK\""}, {"nice:x", "{\"error\":\"malformed action\"}"},
		{"setrlimit:RLIMIT_NOFILE,10,20", "\"OK\""},
		{"setrlimit:RLIMIT_NOFILE,20,10", "\"EINVAL\""},
		{"setrlimit:RLIMIT_NONE,1,1", "{\"error\":\"unknown name in the action\"}"},
		{"kill:999999999,TERM", "\"ESRCH\""}, {"kill:0,0", "\"OK\""},
		{"kill:0,SIGNOTHING", "{\"error\":\"unknown name in the action\"}"});
	ATTEMPT(&without, {"sethostname:probe-a", "\"EPERM\""},
		{"setdomainname:probe-b", "\"EPERM\""}, {"setuid:77", "\"EPERM\""},
		{"setgid:77", "\"EPERM\""}, {"chroot:/tmp", "\"EPERM\""},
		{"unshare:uts", "\"EPERM\""}, {"nice:-1", "\"EACCES\""}, {"nice:1", "\"OK\""},
		{"setrlimit:RLIMIT_NOFILE,10,999999999", "\"EPERM\""}, {"kill:1,KILL", "\"EPERM\""},
		{"write:/proc/sys/kernel/hostname,x", "\"EACCES\""},
		{"mount:none,/tmp,tmpfs", "\"EPERM\""}, {"umount:/proc", "\"EPERM\""},
		{"mknod:/tmp/conform-probe-none,c,1,3", "\"EPERM\""},
		{"chown:/tmp,1,1", "\"EPERM\""});
}
END_TEST

START_TEST(programs)
{
	cleanup_free char *probe = str_format("try:suid:%s/conform-probe", root);
	struct run nobody = {.setup = without_privilege};
	struct report r;

	write_file(root_path(root, "/plain"), "");
	ATTEMPT(NULL, {"exec:/bin/true", "\"OK\""}, {"exec:/bin/false", "\"EXIT:1\""},
		{"exec:/nothing", "\"ENOENT\""}, {"exec:/dev/null", "\"EACCES\""},
		{"exec:/bin/sh,-c,exit 9", "\"EXIT:9\""},
		{"exec:/bin/sh,-c,kill -QUIT $$", "\"SIGQUIT\""}, {"suid:/bin/true", "\"EIO\""},
		{"suid:/nothing", "\"ENOENT\""});
	ck_assert_int_eq(chmod(root_path(root, "/conform-probe"), 0755), 0);
	report_take(&r, probe, &nobody);
	report_expect(&r, probe, "65534");
	report_done(&r);
	ck_assert_int_eq(chmod(root_path(root, "/conform-probe"), 04755), 0);
	report_take(&r, probe, &nobody);
	report_expect(&r, probe, "0");
	report_done(&r);
}
END_TEST

START_TEST(system_calls)
{
	ATTEMPT(NULL, {"syscall:getpid", "\"OK\""},
		{"syscall:nothing", "{\"error\":\"unknown name in the action\"}"},
		{"syscall:close,-1", "\"EBADF\""}, {"syscall:mkdir,0,0x1ff", "\"EFAULT\""},
		{"syscall:close,x", "{\"error\":\"malformed action\"}"},
		{"syscall:9999", "\"ENOSYS\""}, {"syscall:exit_group,4", "\"EXIT:4\""},
		{"syscall:vfork", "\"OK\""}, {"syscall:fork", "\"OK\""}, {"value:alarm,77", "30"},
		{"value:close,-1", "\"EBADF\""}, {"traced:getpid", "\"ENOMSG\""},
		{"traced:nothing", "{\"error\":\"unknown name in the action\"}"},
		{"value:nothing", "{\"error\":\"unknown name in the action\"}"});
}
END_TEST

START_TEST(values_are_numbers)
{
	struct report r;

	report_take(&r, "process.pid\ntry:value:getppid", NULL);
	report_expect(&r, "try:value:getppid", report_text(&r, "process.pid"));
	report_done(&r);
}
END_TEST

#ifdef __x86_64__
/* Either the kernel has the other doors or it says so; nothing else may come out. */
START_TEST(other_doors)
{
	struct report r;
	const char *compat, *x32;

	report_take(&r, "try:compat:20\ntry:compat:6,-1\ntry:x32:39\ntry:x32:getpid", NULL);
	compat = json_string(json_member(r.facts, "try:compat:20"));
	if (str_eq(compat, "OK"))
		report_expect(&r, "try:compat:6,-1", "\"EBADF\"");
	else
		ck_assert_str_eq(compat, "SIGSEGV");
	x32 = json_string(json_member(r.facts, "try:x32:39"));
	ck_assert(str_eq(x32, "OK") || str_eq(x32, "ENOSYS"));
	report_expect(&r, "try:x32:getpid", report_text(&r, "try:x32:39"));
	report_done(&r);
}
END_TEST
#endif

static int little_memory(void *arg, struct err *e)
{
	struct rlimit limit = {.rlim_cur = 64 << 20, .rlim_max = 64 << 20};

	(void)arg;
	TRY_CALL(e, setrlimit(RLIMIT_AS, &limit));
	return 0;
}

START_TEST(memory)
{
	struct run little = {.setup = little_memory};

	ATTEMPT(NULL, {"alloc:1", "\"OK\""}, {"alloc:8M", "\"OK\""}, {"alloc:512K", "\"OK\""},
		{"alloc:1T", "{\"error\":\"malformed action\"}"},
		{"alloc:0", "{\"error\":\"malformed action\"}"}, {"alloc:1000000G", "\"ENOMEM\""});
	ATTEMPT(&little, {"alloc:8M", "\"OK\""}, {"alloc:65M", "\"ENOMEM\""});
}
END_TEST

/* RLIMIT_NPROC counts the processes of a user id that nobody else has. */
static int few_processes(void *arg, struct err *e)
{
	struct rlimit limit = {.rlim_cur = 6, .rlim_max = 6};

	(void)arg;
	TRY_CALL(e, setgroups(0, NULL));
	TRY_CALL(e, setrlimit(RLIMIT_NPROC, &limit));
	TRY_CALL(e, setresuid(4247113, 4247113, 4247113));
	return 0;
}

START_TEST(processes)
{
	struct run few = {.setup = few_processes};

	ATTEMPT(NULL, {"fork:9", "\"OK\""}, {"forked:9", "9"},
		{"fork:0", "{\"error\":\"malformed action\"}"},
		{"fork:100000", "{\"error\":\"malformed action\"}"});
	ATTEMPT(&few, {"forked:20", "5"}, {"forked:5", "5"}, {"fork:5", "\"OK\""},
		{"fork:6", "\"EAGAIN\""}, {"syscall:getpid", "\"OK\""});
}
END_TEST

static int on_one_processor(void *arg, struct err *e)
{
	cpu_set_t cpus;

	(void)arg;
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	TRY_CALL(e, sched_setaffinity(0, sizeof(cpus), &cpus));
	return 0;
}

START_TEST(processor_time)
{
	struct run one = {.setup = on_one_processor};
	struct report r;
	int64_t percent;

	report_take(&r, "try:burn:300\ntry:burn:x", &one);
	ck_assert_int_eq(json_int(json_member(r.facts, "try:burn:300"), &percent), 0);
	ck_assert_int_gt(percent, 0);
	ck_assert_int_le(percent, 101);
	report_expect(&r, "try:burn:x", "{\"error\":\"malformed action\"}");
	report_done(&r);
}
END_TEST

START_TEST(throughput)
{
	cleanup_free char *out = str_format("try:writebps:%s/data,256K", root);
	cleanup_free char *in = str_format("try:readbps:%s/data,256K", root);
	cleanup_free char *both =
		str_format("%s\n%s\ntry:readbps:/nothing,1M\ntry:readbps:/proc,x", out, in);
	struct report r;
	struct stat st;
	int64_t bps;

	report_take(&r, both, NULL);
	report_expect(&r, "try:readbps:/nothing,1M", "\"ENOENT\"");
	report_expect(&r, "try:readbps:/proc,x", "{\"error\":\"malformed action\"}");
	ck_assert_int_eq(stat(root_path(root, "/data"), &st), 0);
	/* a file system without direct I/O refuses it */
	if (!str_eq(report_text(&r, out), "\"EINVAL\"")) {
		ck_assert_int_eq(st.st_size, 256 << 10);
		ck_assert_int_eq(json_int(json_member(r.facts, out), &bps), 0);
		ck_assert_int_gt(bps, 0);
		ck_assert_int_eq(json_int(json_member(r.facts, in), &bps), 0);
		ck_assert_int_gt(bps, 0);
	}
	report_done(&r);
}
END_TEST

START_TEST(connections)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	int n = snprintf(un.sun_path + 1, sizeof(un.sun_path) - 1, "conform-probe-%d", getpid());
	cleanup_fd int a = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cleanup_fd int b = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cleanup_free char *names = NULL, *tcp = NULL, *abstract = NULL;
	struct report r;

	ck_assert_int_eq(bind(a, (struct sockaddr *)&un,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)),
			 0);
	ck_assert_int_eq(listen(a, 5), 0);
	ck_assert_int_eq(bind(b, (struct sockaddr *)&in, sizeof(in)), 0);
	ck_assert_int_eq(listen(b, 5), 0);
	ck_assert_int_eq(getsockname(b, (struct sockaddr *)&in, &len), 0);
	tcp = str_format("try:tcp:%u", ntohs(in.sin_port));
	abstract = str_format("try:abstract:%s", un.sun_path + 1);
	names = str_format("%s\n%s", tcp, abstract);
	report_take(&r, names, NULL);
	report_expect(&r, tcp, "\"OK\"");
	report_expect(&r, abstract, "\"OK\"");
	report_done(&r);
	fd_close(&a);
	fd_close(&b);
	report_take(&r, names, NULL);
	report_expect(&r, tcp, "\"ECONNREFUSED\"");
	report_expect(&r, abstract, "\"ECONNREFUSED\"");
	report_done(&r);
}
END_TEST

START_TEST(printing_stands_outside_of_the_frame)
{
	struct report r;

	report_take(&r, "try:print:hello, world\ntry:print-err:oops", NULL);
	ck_assert(r.framed);
	report_expect(&r, "try:print:hello, world", "\"OK\"");
	report_expect(&r, "try:print-err:oops", "\"OK\"");
	ck_assert_str_eq(r.loose, "hello, world\n");
	ck_assert_str_eq(r.err, "oops\n");
	report_done(&r);
}
END_TEST

START_TEST(waiting)
{
	int64_t start = proc_now_ms();

	ATTEMPT(NULL, {"touch-wait:150", "\"OK\""},
		{"touch-wait:x", "{\"error\":\"malformed action\"}"});
	ck_assert_int_ge(proc_now_ms() - start, 150);
}
END_TEST

/* One line more in the file of the hooks. */
START_TEST(recording)
{
	cleanup_free char *path = str_format("%s/conform-io/hooks", root), *text = NULL;
	struct run how = {.root = root};
	struct report r;
	size_t len;

	report_take(&r, "try:record:program\ntry:record:a\"b", &how);
	report_expect(&r, "try:record:program", "\"OK\"");
	report_expect(&r, "try:record:a\"b", "{\"error\":\"malformed action\"}");
	report_done(&r);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, PATH_MAX, &text, &len, NULL), 0);
	ck_assert_str_eq(text, "{\"name\":\"program\"}\n");
}
END_TEST

/* What kills the probe leaves what was known in the file, without an end. */
START_TEST(raising)
{
	struct run how = {.root = root};
	struct report r;

	report_take_file(&r, "uts.sysname\ntry:raise:USR1\nuts.machine", &how);
	ck_assert_int_eq(r.exit, 128 + SIGUSR1);
	report_expect(&r, "uts.sysname", "\"Linux\"");
	ck_assert_ptr_null(json_member(r.facts, "try:raise:USR1"));
	ck_assert_ptr_null(json_member(r.facts, "uts.machine"));
	report_done(&r);
	ATTEMPT(NULL, {"raise:CHLD", "\"OK\""},
		{"raise:NOTHING", "{\"error\":\"unknown name in the action\"}"});
}
END_TEST

int main(void)
{
	Suite *s = suite_create("actions");
	TCase *t = tcase_create("actions");

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, make_root, free_root);
	tcase_add_test(t, files);
	tcase_add_test(t, links_and_names);
	tcase_add_test(t, devices);
	tcase_add_test(t, mounting);
	tcase_add_test(t, privileges);
	tcase_add_test(t, programs);
	tcase_add_test(t, system_calls);
	tcase_add_test(t, values_are_numbers);
#ifdef __x86_64__
	tcase_add_test(t, other_doors);
#endif
	tcase_add_test(t, memory);
	tcase_add_test(t, processes);
	tcase_add_test(t, processor_time);
	tcase_add_test(t, throughput);
	tcase_add_test(t, connections);
	tcase_add_test(t, printing_stands_outside_of_the_frame);
	tcase_add_test(t, recording);
	tcase_add_test(t, waiting);
	tcase_add_test(t, raising);
	return run_suite(s, true);
}
