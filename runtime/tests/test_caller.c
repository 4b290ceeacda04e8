/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the process is like that calls the program: nothing of it reaches the container. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "sandbox.h"
#include "str.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define AFTER(setup, arg, ...) command_after(setup, arg, (const char *const[]){__VA_ARGS__, NULL})

#define LIST_FDS "\"args\":[\"/program\",\"ls\",\"/proc/self/fd\"]"

static bool prints(const char *line)
{
	return strstr(out, line) != NULL;
}

static void run_container(void)
{
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

/* ---- descriptors ---- */

static const int leaked[] = {3, 7, 12, 50, 255};

/* The host's root, at many numbers. */
static int leak_root(void *arg, struct err *e)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)arg;
	for (size_t i = 0; fd >= 0 && i < sizeof(leaked) / sizeof(leaked[0]); i++)
		if (dup2(fd, leaked[i]) < 0)
			return err_set(e, errno, "dup2: %m");
	return fd < 0 ? err_set(e, errno, "open: %m") : 0;
}

static void only_stdio(void)
{
	/* 3 is ls's own */
	ck_assert_msg(str_eq(out, ".\n..\n0\n1\n2\n3\n"), "%s", out);
}

/* CVE-2024-21626: as descriptors, as the working directory, as the way to the program; also with a
 * log, which stays open beside them. */
START_TEST(test_leaked_directories)
{
	cleanup_free char *log = str_format("%s/log", work);
	const char *const option = _i ? "--log" : "--debug";
	const char *const value = _i ? log : "--log-format=text";

	for (size_t i = 0; i < sizeof(leaked) / sizeof(leaked[0]); i++) {
		cleanup_free char *far =
			str_format("/proc/self/fd/%d%s/rootfs/program", leaked[i], bundle);
		cleanup_free char *process = str_format("\"args\":[\"%s\"]", far);

		write_config(process, "", "");
		ck_assert_int_ne(AFTER(leak_root, NULL, option, value, "run", "-b", bundle, id), 0);
		run_container();
		ck_assert_int_ne(AFTER(leak_root, NULL, option, value, "exec", id, far), 0);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
	write_config(LIST_FDS, "", "");
	ck_assert_msg(AFTER(leak_root, NULL, option, value, "run", "-b", bundle, id) == 0, "%s",
		      text);
	only_stdio();
	run_container();
	ck_assert_int_eq(AFTER(leak_root, NULL, option, value, "exec", id, "/program", "ls",
			       "/proc/self/fd"),
			 0);
	only_stdio();
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	(void)unlink(log);
}
END_TEST

/* Of a service that was activated by sockets (five of them) its children inherit the variables, not
 * the descriptors (sd_listen_fds(3)). */
static int listen_for_another(void *arg, struct err *e)
{
	char pid[16];
	int r;

	(void)snprintf(pid, sizeof(pid), "%d", (int)(arg ? getpid() : getppid()));
	if (setenv("LISTEN_FDS", "5", 1) < 0 || setenv("LISTEN_PID", pid, 1) < 0)
		return err_set(e, errno, "setenv: %m");
	r = leak_root(NULL, e);
	for (int fd = 4; r >= 0 && fd < 7; fd++)
		r = dup2(3, fd);
	return r < 0 ? r : 0;
}

/* The same where nobody says whose they are. */
static int listen_for_nobody(void *arg, struct err *e)
{
	int r = listen_for_another(arg, e);

	return r < 0 || unsetenv("LISTEN_PID") < 0 ? -1 : 0;
}

START_TEST(test_sockets_of_another)
{
	static char ours[] = "ours";

	write_config(LIST_FDS, "", "");
	ck_assert_msg(AFTER(listen_for_another, NULL, "run", "-b", bundle, id) == 0, "%s", text);
	only_stdio();
	ck_assert_msg(AFTER(listen_for_nobody, NULL, "run", "-b", bundle, id) == 0, "%s", text);
	only_stdio();
	ck_assert_msg(AFTER(listen_for_another, ours, "run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(str_eq(out, ".\n..\n0\n1\n2\n3\n4\n5\n6\n7\n8\n"), "%s", out);
	run_container();
	ck_assert_int_eq(
		AFTER(listen_for_another, NULL, "exec", id, "/program", "ls", "/proc/self/fd"), 0);
	only_stdio();
}
END_TEST

/* Also what the program itself has open at that moment is no way out. */
START_TEST(test_working_directory_behind_a_descriptor)
{
	run_container();
	for (int fd = 0; fd < 16; fd++) {
		cleanup_free char *path = str_format("/proc/self/fd/%d", fd);

		ck_assert_msg(AFTER(leak_root, NULL, "exec", "--cwd", path, id, "/program") == 255,
			      "%s: '%s'", path, text);
	}
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	for (int fd = 0; fd < 16; fd++) {
		cleanup_free char *process = str_format("\"args\":[\"/program\",\"link\",\"/proc/"
							"self/cwd\"],\"cwd\":\"/proc/self/fd/%d\"",
							fd);

		/* instead of write_config()'s, which would be there twice */
		cleanup_free char *config = str_format(
			"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":[{"
			"\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],"
			"\"process\":{\"user\":{\"uid\":0,\"gid\":0},%s},\"linux\":{"
			"\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"pid\"}]}}",
			process);
		cleanup_free char *path = str_format("%s/config.json", bundle);

		ck_assert_int_eq(
			fd_replace_file_at(AT_FDCWD, path, 0600, config, strlen(config), 0, NULL),
			0);
		/* the container's own procfs is a place inside */
		ck_assert_msg(AFTER(leak_root, NULL, "run", "-b", bundle, id) != 0 ||
				      str_eq(out, "/proc\n"),
			      "descriptor %d is the working directory '%s'", fd, out);
	}
	check_no_residue("working directory");
}
END_TEST

static int close_stdio(void *arg, struct err *e)
{
	(void)arg, (void)e;
	for (int fd = 0; fd < 3; fd++)
		(void)close(fd);
	return 0;
}

/* What the program opens next takes the lowest number, and must not be what the container gets. */
START_TEST(test_closed_streams)
{
	char path[64];
	struct stat st;

	write_config("\"args\":[\"/program\",\"exit\",\"3\"]", "", "");
	ck_assert_int_eq(AFTER(close_stdio, NULL, "run", "-b", bundle, id), 3);
	write_config(WAIT, "", "");
	ck_assert_int_eq(AFTER(close_stdio, NULL, "run", "-d", "-b", bundle, id), 0);
	for (int fd = 0; fd < 3; fd++) {
		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid_of(), fd);
		ck_assert_msg(stat(path, &st) == 0, "descriptor %d: %m", fd);
		ck_assert_msg(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3),
			      "descriptor %d is of mode %o", fd, st.st_mode);
	}
	ck_assert_int_eq(AFTER(close_stdio, NULL, "exec", id, "/program", "exit", "4"), 4);
	ck_assert_int_eq(
		AFTER(close_stdio, NULL, "exec", "--cwd", "/proc/self/fd/0", id, "/program"), 255);
}
END_TEST

/* ---- the rest of a process ---- */

static int keep_capabilities(struct err *e)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return err_set(e, errno, "capget: %m");
	for (int i = 0; i < 2; i++)
		data[i].inheritable = data[i].permitted;
	if (syscall(SYS_capset, &header, data) < 0)
		return err_set(e, errno, "capset: %m");
	for (unsigned long c = 0; c < 64; c++)
		(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, c, 0, 0);
	return prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) < 0
		       ? err_set(e, errno, "securebits: %m")
		       : 0;
}

static int be_dirty(void *arg, struct err *e)
{
	static const gid_t groups[] = {4242, 4243};
	cpu_set_t one;
	sigset_t all;

	(void)arg;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0 || setgroups(2, groups) < 0)
		return err_set(e, errno, "affinity, groups: %m");
	for (int sig = 1; sig < 65; sig++)
		(void)signal(sig, SIG_IGN);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	return keep_capabilities(e);
}

static void is_clean(void)
{
	ck_assert_msg(prints("SigBlk:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(prints("SigIgn:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(prints("Groups:\t \n"), "%s", out);
	ck_assert_msg(prints("CapInh:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(prints("CapPrm:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(prints("CapEff:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(prints("CapBnd:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(prints("CapAmb:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(sysconf(_SC_NPROCESSORS_ONLN) < 2 || !prints("Cpus_allowed_list:\t0\n"), "%s",
		      out);
}

#define ONE_CAPABILITY                                                                             \
	"\"capabilities\":{\"bounding\":[\"CAP_CHOWN\"],\"effective\":[\"CAP_CHOWN\"],"            \
	"\"inheritable\":[\"CAP_CHOWN\"],\"permitted\":[\"CAP_CHOWN\"]}"

/* One that the container's process has and may inherit is ambient only where that is said, too. */
START_TEST(test_ambient_of_the_caller)
{
	write_config("\"args\":[\"/program\",\"cat\",\"/proc/self/status\"]," ONE_CAPABILITY, "",
		     "");
	ck_assert_msg(AFTER(be_dirty, NULL, "run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(prints("CapInh:\t0000000000000001\n"), "%s", out);
	ck_assert_msg(prints("CapAmb:\t0000000000000000\n"), "%s", out);
}
END_TEST

/* Without capabilities in the configuration there are none (CVE-2016-8867, CVE-2022-29162), nor
 * groups of the caller's (CVE-2022-36109). */
START_TEST(test_dirty_caller)
{
	static const char status[] = "/proc/self/status";

	write_config("\"args\":[\"/program\",\"cat\",\"/proc/self/status\"]", "", "");
	ck_assert_msg(AFTER(be_dirty, NULL, "run", "-b", bundle, id) == 0, "%s", text);
	is_clean();
	write_config("\"args\":[\"/program\",\"securebits\"]", "", "");
	ck_assert_msg(AFTER(be_dirty, NULL, "run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, "0\n");
	run_container();
	ck_assert_msg(AFTER(be_dirty, NULL, "exec", id, "/program", "cat", status) == 0, "%s",
		      text);
	is_clean();
	ck_assert_int_eq(AFTER(be_dirty, NULL, "exec", id, "/program", "securebits"), 0);
	ck_assert_str_eq(out, "0\n");
	ck_assert_int_eq(AFTER(be_dirty, NULL, "exec", id, "/program", "exit", "5"), 5);
}
END_TEST

/* In a session of its own whose terminal is *arg. */
static int take_terminal(void *arg, struct err *e)
{
	int fd;

	/* the leader of a group cannot leave its session */
	if (setpgid(0, getpgid(getppid())) < 0 || setsid() < 0)
		return err_set(e, errno, "setsid: %m");
	fd = open(arg, O_RDWR | O_CLOEXEC | O_NOCTTY);
	return fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0 ? err_set(e, errno, "terminal: %m") : 0;
}

/* Into the caller's terminal anybody could type who has it (CVE-2016-10124). */
START_TEST(test_terminal_of_the_caller)
{
	cleanup_fd int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	cleanup_free char *want = str_format("000 %d\n", ENXIO);
	char slave[64];

	ck_assert_int_ge(master, 0);
	ck_assert(grantpt(master) == 0 && unlockpt(master) == 0);
	ck_assert_int_eq(ptsname_r(master, slave, sizeof(slave)), 0);
	write_config("\"args\":[\"/program\",\"tty\"]", "", "");
	ck_assert_msg(AFTER(take_terminal, slave, "run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, want);
	run_container();
	ck_assert_msg(AFTER(take_terminal, slave, "exec", id, "/program", "tty") == 0, "%s", text);
	ck_assert_str_eq(out, want);
}
END_TEST

static int give_device(void *arg, struct err *e)
{
	cleanup_fd int fd = open(arg, O_RDWR | O_CLOEXEC);

	return fd < 0 || dup2(fd, 0) < 0 ? err_set(e, errno, "give '%s': %m", (char *)arg) : 0;
}

/* ---- the runtime itself ---- */

static int without_mount_setattr(void *arg, struct err *e)
{
	(void)arg, (void)e;
	sandbox_deny(SYS_mount_setattr, ENOSYS);
	return 0;
}

/* CVE-2019-5736, where no mount can be made read-only by descriptor: a copy that nobody can change.
 */
START_TEST(test_sealed_copy)
{
	const int all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	cleanup_free char *path = NULL;
	cleanup_fd int fd = FD_NONE;

	write_config(WAIT, "", "");
	ck_assert_msg(AFTER(without_mount_setattr, NULL, "create", "-b", bundle, id) == 0, "%s",
		      text);
	path = str_format("/proc/%d/exe", (int)pid_of());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_GET_SEALS) & all, all);
}
END_TEST

static int without_clone3(void *arg, struct err *e)
{
	(void)arg, (void)e;
	sandbox_deny(SYS_clone3, ENOSYS);
	return 0;
}

static char *cgroups_of_container(void)
{
	cleanup_free char *path = str_format("/proc/%d/cgroup", (int)pid_of());
	struct err e = {0};
	char *list = NULL;
	size_t len;

	ck_assert_msg(fd_read_file_at(AT_FDCWD, path, 1 << 16, &list, &len, &e) >= 0, "%s", e.msg);
	return list;
}

/* Kernels before 5.7 cannot make a process in its cgroup: then it goes there. */
START_TEST(test_no_clone_into_cgroup)
{
	cleanup_free char *expected = NULL, *found = NULL;

	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	expected = cgroups_of_container();
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_msg(AFTER(without_clone3, NULL, "create", "-b", bundle, id) == 0, "%s", text);
	found = cgroups_of_container();
	ck_assert_str_eq(found, expected);
	ck_assert_int_eq(REFRUN("start", id), 0);
	ck_assert_msg(AFTER(without_clone3, NULL, "exec", id, "/program", "true") == 0, "%s", text);
}
END_TEST

/* gcc's word, and clang's */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#endif

#ifndef SANITIZED
/* What the environment names (LD_PRELOAD) or an image brings along is loaded by an interpreter. */
START_TEST(test_no_interpreter)
{
	cleanup_fd int fd = open(refrun, O_RDONLY | O_CLOEXEC);
	Elf64_Ehdr h;
	bool loads = false;

	ck_assert_int_eq(pread(fd, &h, sizeof(h), 0), sizeof(h));
	ck_assert_int_eq(memcmp(h.e_ident, ELFMAG, SELFMAG), 0);
	ck_assert_int_eq(h.e_ident[EI_CLASS], ELFCLASS64);
	for (int i = 0; i < h.e_phnum; i++) {
		Elf64_Phdr p;

		ck_assert_int_eq(pread(fd, &p, sizeof(p), (off_t)(h.e_phoff + i * sizeof(p))),
				 sizeof(p));
		ck_assert_int_ne(p.p_type, PT_INTERP);
		loads = loads || p.p_type == PT_LOAD;
	}
	ck_assert(loads);
}
END_TEST
#endif

/* A device that is the host's stays its owner's, whoever the program runs as. */
START_TEST(test_device_as_stdin)
{
	cleanup_free char *path = str_format("%s/null", work);
	struct stat st;

	ck_assert_int_eq(mknod(path, S_IFCHR | 0600, makedev(1, 3)), 0);
	run_container();
	ck_assert_int_eq(AFTER(give_device, path, "exec", "--user", "1000", id, "/program"), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 0);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

static int give_device_to_read(void *arg, struct err *e)
{
	cleanup_fd int fd = open(arg, O_RDONLY | O_CLOEXEC);

	return fd < 0 || dup2(fd, 0) < 0 ? err_set(e, errno, "give '%s': %m", (char *)arg) : 0;
}

static void check_mode(const char *path, mode_t mode)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, mode);
}

/* Through a descriptor of the host's node its mode could be changed for everybody. That the
 * container's own can be written to is what callers expect who give one to read for all three. */
START_TEST(test_null_device_as_stdin)
{
	cleanup_free char *path = str_format("%s/null", work);

	ck_assert_int_eq(mknod(path, S_IFCHR | 0600, makedev(1, 3)), 0);
	write_config("\"args\":[\"/program\",\"input\"]", "", "");
	ck_assert_msg(AFTER(give_device_to_read, path, "run", "-b", bundle, id) == 0, "%s", text);
	check_mode(path, 0600);
	run_container();
	ck_assert_int_eq(AFTER(give_device_to_read, path, "exec", id, "/program", "input"), 0);
	check_mode(path, 0600);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* What the container calls so by now can be anything, and is not opened; the caller's stays. */
START_TEST(test_null_device_that_is_another)
{
	cleanup_free char *path = str_format("%s/null", work), *inside = NULL;
	struct stat st;

	ck_assert_int_eq(mknod(path, S_IFCHR | 0600, makedev(1, 3)), 0);
	run_container();
	inside = str_format("/proc/%d/root/dev/null", (int)pid_of());
	ck_assert_int_eq(unlink(inside), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, inside, 0600, "kept", 4, 0, NULL), 0);
	ck_assert_int_eq(AFTER(give_device, path, "exec", id, "/program", "input"), 0);
	check_mode(path, 0640);
	check_mode(inside, 0600);
	ck_assert_int_eq(stat(inside, &st), 0);
	ck_assert_int_eq(st.st_size, 4);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* ---- files that the caller names ---- */

static const mode_t nodes[] = {S_IFCHR | 0640, S_IFIFO | 0640};

START_TEST(test_pid_file_is_written_anew)
{
	static const char before[] = "1234567890 and more than a number has";
	cleanup_free char *path = str_format("%s/pid", work);
	char digits[64], expected[16];

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, before, strlen(before), 0, NULL),
			 0);
	write_config(PAUSE, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, "--pid-file", path, id) == 0, "%s", text);
	(void)snprintf(expected, sizeof(expected), "%d", (int)pid_of());
	read_into(path, digits, sizeof(digits));
	ck_assert_str_eq(digits, expected);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("a pid file that was there");
}
END_TEST

/* `--pid-file /dev/null`: what is renamed over it would be everybody's /dev/null from then on. */
START_TEST(test_pid_file_is_a_node)
{
	cleanup_free char *path = str_format("%s/node", work);
	cleanup_fd int reader = FD_NONE;
	char digits[16] = "", expected[16];
	struct stat before, after;

	ck_assert_int_eq(mknod(path, nodes[_i], makedev(1, 3)), 0);
	ck_assert_int_eq(lstat(path, &before), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	write_config(PAUSE, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, "--pid-file", path, id) == 0, "%s", text);
	(void)snprintf(expected, sizeof(expected), "%d", (int)pid_of());
	ck_assert_int_ge(read(reader, digits, sizeof(digits) - 1), 0);
	ck_assert_str_eq(digits, S_ISFIFO(nodes[_i]) ? expected : "");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	/* what fails after it was written takes it back, but no node */
	write_config(PAUSE, "", ",\"hooks\":{\"createRuntime\":[{\"path\":\"/bin/false\"}]}");
	ck_assert_int_ne(REFRUN("run", "-b", bundle, "--pid-file", path, id), 0);
	ck_assert_int_eq(lstat(path, &after), 0);
	ck_assert_uint_eq(after.st_ino, before.st_ino);
	ck_assert_uint_eq(after.st_mode, before.st_mode);
	ck_assert_int_eq(unlink(path), 0);
	check_no_residue("nodes");
}
END_TEST

START_TEST(test_pid_file_is_a_pipe_without_a_reader)
{
	cleanup_free char *path = str_format("%s/node", work);

	ck_assert_int_eq(mkfifo(path, 0640), 0);
	write_config(PAUSE, "", "");
	ck_assert_int_eq(REFRUN("create", "-b", bundle, "--pid-file", path, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "No such device or address"));
	ck_assert_int_eq(unlink(path), 0);
	check_no_residue("a pipe");
}
END_TEST

/* A node that nobody can write a number to, and links to nodes, which are taken away as well. */
static void make_node(int kind, const char *path)
{
	static const char *const links[] = {"/dev/null", "/proc/self/fd/1", "pipe", "block"};
	cleanup_free char *block = str_format("%s/block", work),
			  *pipe_path = str_format("%s/pipe", work);

	(void)mknod(block, S_IFBLK | 0640, makedev(7, 250));
	(void)mkfifo(pipe_path, 0640);
	(void)unlink(path);
	if (kind < 2)
		ck_assert_int_eq(mknod(path, (kind ? S_IFSOCK : S_IFBLK) | 0640, makedev(7, 250)),
				 0);
	else
		ck_assert_int_eq(symlink(links[kind - 2], path), 0);
}

START_TEST(test_pid_file_takes_no_node_away)
{
	cleanup_free char *path = str_format("%s/node", work);
	struct stat before, after;

	make_node(_i, path);
	ck_assert_int_eq(lstat(path, &before), 0);
	write_config(PAUSE, "", "");
	ck_assert_int_eq(REFRUN("create", "-b", bundle, "--pid-file", path, id), 1);
	ck_assert_msg(strstr(text, "would take the place of a device"), "%s", text);
	check_no_residue("create");
	ck_assert_int_eq(REFRUN("create", "-b", bundle, "--pid-file", bundle, id), 1);
	ck_assert_msg(strstr(text, "is a directory"), "%s", text);
	check_no_residue("a directory as pid file");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, "--pid-file", path, id), 1);
	check_no_residue("run");
	run_container();
	ck_assert_int_eq(REFRUN("exec", "--pid-file", path, id, "/program", "true"), 255);
	ck_assert_msg(strstr(text, "would take the place of a device"), "%s", text);
	ck_assert_int_eq(lstat(path, &after), 0);
	ck_assert_uint_eq(after.st_ino, before.st_ino);
	ck_assert_uint_eq(after.st_mode, before.st_mode);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* A link to a file, or to nothing, is replaced, as it always was: what it leads to stays. */
START_TEST(test_pid_file_is_a_link)
{
	cleanup_free char *path = str_format("%s/link", work), *file = str_format("%s/file", work);
	struct stat st;

	put_file(work, "file", "kept");
	ck_assert_int_eq(symlink(_i ? "nothing" : "file", path), 0);
	write_config(PAUSE, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, "--pid-file", path, id) == 0, "%s", text);
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_eq(st.st_size, 4);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* The directory of each hook is a line of @log; startContainer's is no other than the program's. */
static void write_hooks(const char *log)
{
	static const char *const kinds[] = {"prestart", "createRuntime", "createContainer",
					    "poststart", "poststop"};
	cleanup_free char *list = strdup(",\"hooks\":{");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char *more = str_format("%s%s\"%s\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\","
					"\"echo %s $(pwd -P) >>%s\"]}]",
					list, i ? "," : "", kinds[i], kinds[i], log);

		free(list);
		list = more;
	}
	cleanup_free char *hooks = str_format("%s}", list);

	write_config(PAUSE, "", hooks);
}

static int go_to(void *arg, struct err *e)
{
	return chdir(arg) < 0 ? err_set(e, errno, "chdir: %m") : 0;
}

/* Hooks find the bundle, or the root file system, where they are; not what the caller has around.
 */
START_TEST(test_directory_of_hooks)
{
	static char usr[] = "/usr", var[] = "/var";
	cleanup_free char *log = str_format("%s/directories", work),
			  *away = str_format("%s-", bundle);
	cleanup_free char *want =
		str_format("prestart %s\ncreateRuntime %s\ncreateContainer %s/rootfs\n"
			   "poststart %s\npoststop %s\n",
			   bundle, bundle, bundle, bundle, _i ? "/" : bundle);
	char have[1024];

	write_hooks(log);
	ck_assert_msg(AFTER(go_to, usr, "create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(AFTER(go_to, var, "start", id) == 0, "%s", text);
	if (_i)
		ck_assert_int_eq(rename(bundle, away), 0);
	ck_assert_msg(AFTER(go_to, var, "delete", "--force", id) == 0, "%s", text);
	if (_i)
		ck_assert_int_eq(rename(away, bundle), 0);
	read_into(log, have, sizeof(have));
	ck_assert_str_eq(have, want);
	ck_assert_int_eq(unlink(log), 0);
	check_no_residue("hooks");
}
END_TEST

/* What is written down is UTF-8: another path would come back. As its name, and as where the caller
 * is. */
START_TEST(test_bundle_that_is_not_utf8)
{
	cleanup_free char *odd = str_format("%s/b\xff", work);

	ck_assert_int_eq(mkdir(odd, 0755), 0);
	ck_assert_int_eq(AFTER(go_to, odd, "spec"), 0);
	ck_assert_int_eq(REFRUN("create", "-b", odd, id), 1);
	ck_assert_msg(strstr(text, "bundle's path is not UTF-8"), "%s", text);
	ck_assert_int_eq(AFTER(go_to, odd, "create", id), 1);
	ck_assert_msg(strstr(text, "bundle's path is not UTF-8"), "%s", text);
	check_no_residue("a bundle");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_leaked_directories, 0, 2);
	tcase_add_test(c, test_sockets_of_another);
	tcase_add_test(c, test_working_directory_behind_a_descriptor);
	tcase_add_test(c, test_closed_streams);
	tcase_add_test(c, test_dirty_caller);
	tcase_add_test(c, test_ambient_of_the_caller);
	tcase_add_test(c, test_terminal_of_the_caller);
	tcase_add_test(c, test_device_as_stdin);
	tcase_add_test(c, test_null_device_as_stdin);
	tcase_add_test(c, test_null_device_that_is_another);
	tcase_add_test(c, test_pid_file_is_written_anew);
	tcase_add_loop_test(c, test_pid_file_is_a_node, 0, sizeof(nodes) / sizeof(nodes[0]));
	tcase_add_test(c, test_pid_file_is_a_pipe_without_a_reader);
	tcase_add_loop_test(c, test_pid_file_takes_no_node_away, 0, 6);
	tcase_add_loop_test(c, test_pid_file_is_a_link, 0, 2);
	tcase_add_test(c, test_bundle_that_is_not_utf8);
	tcase_add_test(c, test_sealed_copy);
	tcase_add_test(c, test_no_clone_into_cgroup);
	tcase_add_loop_test(c, test_directory_of_hooks, 0, 2);
#ifndef SANITIZED /* which takes shared libraries */
	tcase_add_test(c, test_no_interpreter);
#endif
}

int main(int argc, char **argv)
{
	return driver_main("caller", argc, argv, add);
}
