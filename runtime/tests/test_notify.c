/* SPDX-License-Identifier: Apache-2.0 */
/* sd_notify(3): a caller with a NOTIFY_SOCKET hears when the container is ready, and nothing else;
 * and nobody waits for who will never say so. */
#include "notify_caller.h"

#include "cleanup.h"
#include "fd.h"
#include "notify.h"
#include "sandbox.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#define CALLER 64711

/* ---- the caller ---- */

/* Without the system calls of Linux 5.2 and later that mounts are made with. */
static int be_old(void *arg, struct err *e)
{
	static const long missing[] = {SYS_open_tree, SYS_move_mount, SYS_fsopen,
				       SYS_fsconfig,  SYS_fsmount,    SYS_mount_setattr};

	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		sandbox_deny(missing[i], ENOSYS);
	return have_socket(arg, e);
}

static int be_another(void *arg, struct err *e)
{
	if (setgroups(0, NULL) < 0 || setgid(CALLER) < 0 || setuid(CALLER) < 0)
		return err_set(e, errno, "become user %d: %m", CALLER);
	return have_socket(arg, e);
}

/* ---- the container ---- */

#define ENV	"\"args\":[\"/program\",\"env\"]"
#define IS_SAID "NOTIFY_SOCKET=/run/notify/notify.sock\n"

static void go(void)
{
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);

	put_file(rootfs, "go", "");
}

static void prepare(void)
{
	cleanup_free char *marker = str_format("%s/rootfs/go", bundle);

	(void)unlink(marker);
	bind_manager(false);
}

/* ---- what is heard, and when ---- */

/* While it goes on, with and without a terminal: the container waits until it has been heard. */
START_TEST(test_run)
{
	struct proc p = PROC_INIT;

	write_config(_i ? NOTIFY("\"READY=1\",\":go\",\":exit7\"") ",\"terminal\":true"
			: NOTIFY("\"READY=1\",\":go\",\":exit7\""),
		     "", "");
	START(&p, "run", "-b", bundle, id);
	hears("READY=1\n");
	go();
	ends(&p, 7);
	hears_no_more();
	check_no_residue("run");
}
END_TEST

START_TEST(test_run_detached)
{
	cleanup_free char *expected = NULL;
	cleanup_fd int barrier = FD_NONE;
	struct proc p = PROC_INIT;
	char heard[256];

	write_config(NOTIFY("\"READY=1\",\":wait\""), "", "");
	START(&p, "run", "-d", "-b", bundle, id);
	hear(heard, &barrier);
	barrier = hears_barrier();
	/* it stays until its manager has found out who it is */
	ck_assert_int_eq(proc_wait(&p, 0), -ETIMEDOUT);
	fd_close(&barrier);
	ends(&p, 0);
	expected = str_format("READY=1\nMAINPID=%d\n", (int)pid_of());
	ck_assert_str_eq(heard, expected);
	hears_no_more();
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("run -d");
}
END_TEST

/* `create` makes it, `start` waits; and does not keep others away meanwhile. */
START_TEST(test_start)
{
	cleanup_free char *expected = NULL;
	cleanup_fd int barrier = FD_NONE;
	struct proc p = PROC_INIT;

	write_config(NOTIFY("\":go\",\"READY=1\",\":wait\""), "", "");
	ck_assert_msg(WITH("create", "-b", bundle, id) == 0, "%s", text);
	status_is("created");
	START(&p, "start", id);
	is_running();
	ck_assert_msg(REFRUN("pause", id) == 0, "%s", text);
	ck_assert_msg(REFRUN("resume", id) == 0, "%s", text);
	expected = str_format("READY=1\nMAINPID=%d\n", (int)pid_of());
	ck_assert_int_eq(proc_wait(&p, 0), -ETIMEDOUT);
	hears_no_more();
	go();
	hears(expected);
	barrier = hears_barrier();
	fd_close(&barrier);
	ends(&p, 0);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("start");
}
END_TEST

START_TEST(test_delete_ends_a_start)
{
	struct proc p = PROC_INIT;

	write_config(NOTIFY("\":wait\""), "", "");
	ck_assert_msg(WITH("create", "-b", bundle, id) == 0, "%s", text);
	START(&p, "start", id);
	is_running();
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	ends(&p, 0);
	hears_no_more();
	check_no_residue("deleted");
}
END_TEST

/* It ends without a word. */
START_TEST(test_never_ready)
{
	write_config(NOTIFY("\"STATUS=still\",\":exit5\""), "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 5, "%s", text);
	ck_assert_str_eq(text, "");
	ck_assert_msg(WITH("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(strstr(text, "ended without being ready"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_msg(WITH("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(WITH("start", id) == 0, "%s", text);
	ck_assert_msg(strstr(text, "ended without being ready"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	hears_no_more();
	check_no_residue("never ready");
}
END_TEST

/* What it says at last is heard as well. */
START_TEST(test_ready_and_gone)
{
	struct proc p = PROC_INIT;
	char heard[256];
	int fd = FD_NONE;

	write_config(NOTIFY("\"READY=1\",\":exit6\""), "", "");
	for (int i = 0; i < 10; i++) {
		ck_assert_msg(WITH("run", "-b", bundle, id) == 6, "%s", text);
		hears("READY=1\n");
		hears_no_more();
	}
	START(&p, "run", "-d", "-b", bundle, id);
	hear(heard, &fd);
	ck_assert_msg(str_starts(heard, "READY=1\n"), "%s", heard);
	fd = hears_barrier();
	fd_close(&fd);
	ends(&p, 0);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
}
END_TEST

static void print(void *arg, const char *line)
{
	(void)arg;
	(void)fprintf(stderr, "%s\n", line);
}

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

/* It has said READY=1, the caller could not be told at once, and it has ended by then. */
static int tell_too_late(void *arg)
{
	static const struct rt_log log = {.warn = print};
	struct pollfd ready = {.events = POLLIN}, gone = {.events = POLLIN};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct notify n = NOTIFY_NONE;
	struct proc p = PROC_INIT;
	int pair[2];

	(void)arg;
	s.run = nothing;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0 ||
	    proc_spawn(&s, &p, NULL) < 0)
		return 1;
	notify_connect(&n, address, &log);
	if (notify_listen(&n, &pair[0], NULL) < 0 || send(pair[1], "READY=1", 7, 0) != 7)
		return 2;
	ready.fd = n.ear.words;
	gone.fd = p.pidfd;
	if (poll(&ready, 1, TIMEOUT_MS) != 1 || poll(&gone, 1, TIMEOUT_MS) != 1)
		return 3;
	n.beside.act(&n.beside);
	if (!n.ready)
		return 4;
	notify_wait(&n, p.pidfd, p.pid);
	notify_done(&n);
	proc_done(&p);
	return 0;
}

/* Whose number may be anybody's by now is nobody's main process. */
START_TEST(test_told_too_late)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;
	int fd;

	s.run = tell_too_late;
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	hears("READY=1\n");
	fd = hears_barrier();
	fd_close(&fd);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
	proc_done(&p);
	hears_no_more();
}
END_TEST

/* ---- hostile containers ---- */

/* Nothing but the one line is passed on, and of a message that is too long nothing. */
START_TEST(test_nothing_else_is_passed_on)
{
	write_config(NOTIFY("\"MAINPID=1\",\"STOPPING=1\",\"\",\":long\",\"READY=10\","
			    "\"XREADY=1\",\"READY=1 \",\"ready=1\",\"FDSTORE=1\",\":exit0\""),
		     "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	hears_no_more();
	write_config(NOTIFY("\"MAINPID=1\\nREADY=1\\nSTATUS=x\",\"READY=1\",\":exit0\""), "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	hears("READY=1\n");
	hears_no_more();
}
END_TEST

/* Nor does anybody wait for the other: as many words as one likes, before and after. */
START_TEST(test_many_words)
{
	write_config(NOTIFY("\":many\",\"READY=1\",\":many\""), "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s%s", out, text);
	ck_assert_str_eq(out, "said\n");
	hears("READY=1\n");
	hears_no_more();
}
END_TEST

/* sd_notify_barrier(3), as systemd-notify(1) asks for one behind what it says. */
START_TEST(test_barrier)
{
	const char *const detach = _i ? "-d" : "--keep";
	cleanup_fd int printed = FD_NONE;
	struct proc p = PROC_INIT;
	char heard[256];
	int fd = FD_NONE;

	write_config(NOTIFY("\"READY=1\",\"BARRIER=1\""), "", "");
	START(&p, "run", detach, "-b", bundle, id);
	printed = keep(out_path);
	hear(heard, &fd);
	ck_assert_msg(str_starts(heard, "READY=1\n"), "%s", heard);
	if (_i) {
		fd = hears_barrier();
		fd_close(&fd);
	}
	ends(&p, 0);
	if (_i)
		wait_until_dead(pid_of());
	read_kept(printed, out, sizeof(out));
	ck_assert_str_eq(out, "said\n");
	hears_no_more();
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
}
END_TEST

/* Also a moment later, when the manager knows; so long a moment that somebody is still there is not
 * to be had every time on a machine that is busy. */
START_TEST(test_late_barrier)
{
	bool said = false;

	write_config(NOTIFY("\"READY=1\",\":nap\",\"BARRIER=1\""), "", "");
	for (int i = 0; i < 8 && !said; i++) {
		cleanup_fd int printed = FD_NONE;
		struct proc p = PROC_INIT;
		char heard[256];
		int fd = FD_NONE;

		START(&p, "run", "-d", "-b", bundle, id);
		printed = keep(out_path);
		hear(heard, &fd);
		fd = hears_barrier();
		fd_close(&fd);
		ends(&p, 0);
		wait_until_dead(pid_of());
		read_kept(printed, out, sizeof(out));
		said = str_eq(out, "said\n");
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
	ck_assert_msg(said, "%s", out);
}
END_TEST

/* ---- callers ---- */

START_TEST(test_abstract_address)
{
	bind_manager(true);
	write_config(NOTIFY("\"READY=1\",\":exit0\""), "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	hears("READY=1\n");
	hears_no_more();
}
END_TEST

/* With nobody to tell it to, the container is not asked. */
START_TEST(test_nobody_listens)
{
	static char gone[] = "/nowhere/socket", device[] = "/dev/null", strange[] = "vsock:2:1";
	char *const all[] = {gone, device, strange};

	for (size_t i = 0; i < 3; i++) {
		write_config(ENV, "", "");
		ck_assert_msg(WITH_ADDRESS(all[i], "run", "-b", bundle, id) == 0, "%s", text);
		ck_assert_msg(!strstr(out, "NOTIFY_SOCKET"), "%s", out);
		ck_assert_msg(strstr(text, "NOTIFY_SOCKET: connect to"), "%s", text);
		ck_assert_msg(WITH("create", "-b", bundle, id) == 0, "%s", text);
		ck_assert_msg(WITH_ADDRESS(all[i], "start", id) == 0, "%s", text);
		ck_assert_msg(strstr(text, "NOTIFY_SOCKET: connect to"), "%s", text);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
	check_no_residue("nobody listens");
}
END_TEST

START_TEST(test_caller_goes)
{
	cleanup_fd int warned = FD_NONE;
	struct proc p = PROC_INIT;

	write_config(NOTIFY("\":go\",\"READY=1\",\":wait\""), "", "");
	START(&p, "run", "-d", "-b", bundle, id);
	warned = keep(err_path);
	is_running();
	fd_close(&manager);
	go();
	ends(&p, 0);
	read_kept(warned, text, sizeof(text));
	ck_assert_msg(strstr(text, "NOTIFY_SOCKET: tell that the container is ready"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
}
END_TEST

/* As many messages as the kernel keeps. */
static void fill(void)
{
	cleanup_fd int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	memcpy(a.sun_path, address, strlen(address));
	ck_assert_int_eq(connect(sock, (struct sockaddr *)&a, sizeof(a)), 0);
	while (send(sock, "x", 1, 0) == 1)
		;
	ck_assert_int_eq(errno, EAGAIN);
}

/* The container's end is the end, and who would be gone by then waits a while and no more. */
START_TEST(test_caller_does_not_read)
{
	fill();
	write_config(NOTIFY("\"READY=1\",\":exit4\""), "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 4, "%s", text);
	write_config(NOTIFY("\"READY=1\",\":wait\""), "", "");
	ck_assert_msg(WITH("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(strstr(text, "nobody reads there"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
}
END_TEST

/* Both have to have one: who makes the container, and who starts it. */
START_TEST(test_one_of_both)
{
	static char none[] = "";

	for (int i = 0; i < 2; i++) {
		char *const of_create = i ? none : address, *const of_start = i ? address : none;

		write_config(NOTIFY("\"READY=1\""), "", "");
		ck_assert_msg(WITH_ADDRESS(of_create, "create", "-b", bundle, id) == 0, "%s", text);
		ck_assert_msg(WITH_ADDRESS(of_start, "start", id) == 0, "%s", text);
		ck_assert_str_eq(text, "");
		wait_until_dead(pid_of());
		ck_assert_int_eq(REFRUN("delete", id), 0);
	}
	hears_no_more();
}
END_TEST

/* ---- what is inside ---- */

/* Neither the caller's, nor that of the container's own process. */
START_TEST(test_exec_has_none)
{
	struct proc p = PROC_INIT;
	int fd = FD_NONE;
	char heard[256];

	write_config(NOTIFY("\"READY=1\",\":wait\""), "", "");
	START(&p, "run", "-d", "-b", bundle, id);
	hear(heard, &fd);
	fd = hears_barrier();
	fd_close(&fd);
	ends(&p, 0);
	ck_assert_msg(WITH("exec", id, "/program", "env") == 0, "%s", text);
	ck_assert_msg(strstr(out, "HOME="), "%s", out);
	ck_assert_msg(!strstr(out, "NOTIFY_SOCKET"), "%s", out);
}
END_TEST

/* Whoever wrote the configuration has made up their mind, as podman does. */
START_TEST(test_own_of_the_configuration)
{
	write_config(ENV ",\"env\":[\"NOTIFY_SOCKET=/own\"]", "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(str_starts(out, "NOTIFY_SOCKET=/own\n"), "%s", out);
	ck_assert_msg(!strstr(out, IS_SAID), "%s", out);
	write_config("\"args\":[\"/program\",\"cat\",\"/proc/self/mountinfo\"],"
		     "\"env\":[\"NOTIFY_SOCKET=/own\"]",
		     "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(!strstr(out, "notify"), "%s", out);
}
END_TEST

START_TEST(test_place)
{
	write_config(ENV, "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(strstr(out, IS_SAID), "%s", out);
	write_config("\"args\":[\"/program\",\"cat\",\"/proc/self/mountinfo\"]", "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(strstr(out, " / /run/notify ro,nosuid,nodev,noexec,"), "%s", out);
	write_config("\"args\":[\"/program\",\"ls\",\"/run/notify\"]", "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, ".\n..\nnotify.sock\n");
	write_config("\"args\":[\"/program\",\"make\",\"/run/notify/x\"]", "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == EROFS, "%s", text);
	/* for this one nothing of it is open: ls's own is 3 */
	write_config("\"args\":[\"/program\",\"ls\",\"/proc/self/fd\"]", "", "");
	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, ".\n..\n0\n1\n2\n3\n");
}
END_TEST

static const struct variant {
	const char *in_root, *in_process, *in_linux;
	int (*setup)(void *arg, struct err *e);
} variants[] = {
	/* a root that cannot be written, and a user that is not root */
	{",\"readonly\":true", ",\"user\":{\"uid\":1000,\"gid\":1000}", NAMESPACES "]",
	 have_socket},
	/* ids that could not get at anything of ours */
	{"", ",\"user\":{\"uid\":1000,\"gid\":1000}",
	 NAMESPACES ",{\"type\":\"user\"}],"
		    "\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"
		    "\"gidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]",
	 have_socket},
	/* no mount namespace: what is mounted goes with the container */
	{"", ROOT_USER, "\"namespaces\":[{\"type\":\"pid\"}]", have_socket},
	{"", ROOT_USER, NAMESPACES "]", be_old},
	{",\"readonly\":true", ",\"user\":{\"uid\":1000,\"gid\":1000}", NAMESPACES "]", be_old},
	/* called by somebody without rights; last, since the places become his */
	{"", ROOT_USER,
	 NAMESPACES ",{\"type\":\"user\"}],"
		    "\"uidMappings\":[{\"containerID\":0,\"hostID\":64711,\"size\":1}],"
		    "\"gidMappings\":[{\"containerID\":0,\"hostID\":64711,\"size\":1}]",
	 be_another},
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

START_TEST(test_variants)
{
	const struct variant *v = &variants[_i];
	cleanup_free char *process =
		str_format(NOTIFY("\"READY=1\",\":exit3\"") "%s", v->in_process);
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	cleanup_free char *run = str_format("%s/run", rootfs);
	char *const end = root + strlen(root);
	char mounts[8192];

	write_other(process, v->in_root, v->in_linux, "");
	if (v->setup == be_another) {
		sandbox_remove_tree(run);
		(void)snprintf(end, sizeof(root) - strlen(root), "-of-another");
		(void)mkdir(root, 0700);
		ck_assert_int_eq(chown(root, CALLER, CALLER), 0);
		ck_assert_int_eq(chown(rootfs, CALLER, CALLER), 0);
	}
	ck_assert_msg(command_after(v->setup, NULL,
				    (const char *const[]){"run", "-b", bundle, id, NULL}) == 3,
		      "%d: %s%s", _i, out, text);
	hears("READY=1\n");
	hears_no_more();
	check_no_residue("variant");
	read_into("/proc/self/mountinfo", mounts, sizeof(mounts));
	ck_assert_ptr_null(strstr(mounts, "/run/notify"));
	*end = '\0';
}
END_TEST

/* Whoever cannot have one does without, and nobody waits for what will not be said. */
static void goes_without(const char *why)
{
	static char nowhere[] = "/nowhere/socket";

	ck_assert_msg(WITH("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(strstr(text, why), "%s", text);
	ck_assert_msg(strstr(out, "HOME="), "%s", out);
	ck_assert_msg(!strstr(out, "NOTIFY_SOCKET"), "%s", out);
	ck_assert_msg(WITH("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(!strstr(text, "ready"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	for (int i = 0; i < 2; i++) {
		char *const of_create = i ? nowhere : address;

		ck_assert_msg(WITH_ADDRESS(of_create, "create", "-b", bundle, id) == 0, "%s", text);
		ck_assert_msg(strstr(text, why), "%s", text);
		ck_assert_msg(WITH("start", id) == 0, "%s", text);
		ck_assert_str_eq(text, "");
		wait_until_dead(pid_of());
		ck_assert_int_eq(REFRUN("delete", id), 0);
	}
	hears_no_more();
	check_no_residue(why);
}

/* What an image can have there. */
START_TEST(test_image)
{
	static const struct {
		const char *link; /* NULL: /run is a file */
		const char *why;
	} images[] = {
		{NULL, "mount point '/run/notify': Not a directory"},
		{"/proc/sys/kernel", "'/run/notify' leads to procfs"},
		{"/", "'/run/notify' leads to the container's root"},
	};
	cleanup_free char *run = str_format("%s/rootfs/run", bundle);
	cleanup_free char *place = str_format("%s/notify", run);

	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		sandbox_remove_tree(run);
		if (!images[i].link) {
			ck_assert_int_eq(mknod(run, S_IFREG | 0644, 0), 0);
		} else {
			ck_assert_int_eq(mkdir(run, 0755), 0);
			ck_assert_int_eq(symlink(images[i].link, place), 0);
		}
		write_config(ENV, "", "");
		goes_without(images[i].why);
	}
	sandbox_remove_tree(run);
}
END_TEST

/* A root that nothing can be made in, by whoever makes the container. */
START_TEST(test_closed_root)
{
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	cleanup_free char *run = str_format("%s/run", rootfs);

	/* what else is needed is there */
	write_config(ENV, "", "");
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	sandbox_remove_tree(run);
	if (_i) {
		write_other(ENV ROOT_USER, "",
			    NAMESPACES ",{\"type\":\"user\"}],"
				       "\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,"
				       "\"size\":1}],\"gidMappings\":[{\"containerID\":0,"
				       "\"hostID\":100000,\"size\":1}]",
			    "");
		goes_without("mount point '/run/notify': Permission denied");
		return;
	}
	ck_assert_int_eq(mount(rootfs, rootfs, NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount(NULL, rootfs, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
	goes_without("mount point '/run/notify': Read-only file system");
	ck_assert_int_eq(umount2(rootfs, MNT_DETACH), 0);
}
END_TEST

static int cannot_bind(void *arg, struct err *e)
{
	sandbox_deny(SYS_bind, EACCES);
	return have_socket(arg, e);
}

/* What was mounted for it by then goes again. */
START_TEST(test_nothing_is_left)
{
	write_config("\"args\":[\"/program\",\"cat\",\"/proc/self/mountinfo\"]", "", "");
	ck_assert_msg(command_after(cannot_bind, NULL,
				    (const char *const[]){"run", "-b", bundle, id, NULL}) == 0,
		      "%s", text);
	ck_assert_msg(strstr(text, "make '/run/notify/notify.sock': Permission denied"), "%s",
		      text);
	ck_assert_msg(strstr(out, " /proc "), "%s", out);
	ck_assert_msg(!strstr(out, "notify"), "%s", out);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_checked_fixture(c, prepare, NULL);
	tcase_add_loop_test(c, test_run, 0, 2);
	tcase_add_test(c, test_run_detached);
	tcase_add_test(c, test_start);
	tcase_add_test(c, test_delete_ends_a_start);
	tcase_add_test(c, test_never_ready);
	tcase_add_test(c, test_ready_and_gone);
	tcase_add_test(c, test_told_too_late);
	tcase_add_test(c, test_nothing_else_is_passed_on);
	tcase_add_test(c, test_many_words);
	tcase_add_loop_test(c, test_barrier, 0, 2);
	tcase_add_test(c, test_late_barrier);
	tcase_add_test(c, test_abstract_address);
	tcase_add_test(c, test_nobody_listens);
	tcase_add_test(c, test_caller_goes);
	tcase_add_test(c, test_caller_does_not_read);
	tcase_add_test(c, test_one_of_both);
	tcase_add_test(c, test_exec_has_none);
	tcase_add_test(c, test_own_of_the_configuration);
	tcase_add_test(c, test_place);
	tcase_add_loop_test(c, test_variants, 0, VARIANTS);
	tcase_add_test(c, test_image);
	tcase_add_loop_test(c, test_closed_root, 0, 2);
	tcase_add_test(c, test_nothing_is_left);
}

int main(int argc, char **argv)
{
	return driver_main("notify", argc, argv, add);
}
