/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint` and `restore`, where criu(8) works with this kernel: ci/vm/checkpoint has one. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* criu 3.17 can wait for ever for a device that is down. */
#define CHECK_MS 60000

/* `run -d` or `restore -d` with pipes, which are all of the outside that criu can carry over. The
 * end to read from, for the caller. */
static int begin_with_pipes(const char *const *args, struct proc *p)
{
	const char *argv[32] = {refrun, "--root", root};
	struct proc_spawn s = PROC_SPAWN_INIT;
	int in[2], from[2];
	struct err e;
	size_t n = 3;

	for (; *args && n < 31; args++)
		argv[n++] = *args;
	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(from, O_CLOEXEC), 0);
	s.path = refrun;
	s.argv = (char *const *)argv;
	s.in_fd = in[0];
	s.out_fd = s.err_fd = from[1];
	ck_assert_msg(proc_spawn(&s, p, &e) == 0, "%s", e.msg);
	(void)close(in[0]);
	(void)close(in[1]);
	(void)close(from[1]);
	return from[0];
}

/* What it had to say, in `text`. */
static void read_error(int from)
{
	ssize_t got = read(from, text, sizeof(text) - 1);

	text[got > 0 ? got : 0] = '\0';
}

static int start_with_pipes(const char *const *args)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int from = begin_with_pipes(args, &p);

	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS * 3), 0);
	if (proc_exit_code(&p) != 0) {
		read_error(from);
		ck_abort_msg("%s: %s", args[0], text);
	}
	return from;
}

/* The next number of a container that counts. */
static unsigned long next_number(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char line[64];
	size_t n = 0;
	uint64_t number = 0;

	while (n < sizeof(line) - 1) {
		ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
		ck_assert_int_eq(read(fd, line + n, 1), 1);
		if (line[n] == '\n')
			break;
		n++;
	}
	line[n] = '\0';
	ck_assert_msg(str_to_u64(line, UINT32_MAX, &number) == 0, "'%s'", line);
	return (unsigned long)number;
}

static bool criu_works(void)
{
	char name[] = "criu", check[] = "check";
	char *argv[] = {name, check, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_free char *said = NULL, *complaint = NULL;
	struct err e = {0};
	int r;

	s.path = name;
	s.argv = argv;
	r = proc_run(&s, CHECK_MS, 1u << 16, &said, &complaint, &e);
	if (r == 0)
		return true;
	(void)fprintf(stderr, "skipped: criu cannot checkpoint here: %s%s\n",
		      r == -ETIMEDOUT ? "it does not answer"
		      : r < 0	      ? e.msg
				      : "criu check: ",
		      complaint ? complaint : "");
	return false;
}

START_TEST(test_goes_on_where_it_was)
{
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *pid_file = str_format("%s/restored-pid", work);
	cleanup_fd int before = FD_NONE, after = FD_NONE;
	unsigned long last = 0;
	char digits[32];

	write_config("\"args\":[\"/program\",\"count\"]",
		     ",\"maskedPaths\":[\"/proc/kcore\",\"/proc/acpi\"]", "");
	before = start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	while (last < 5)
		last = next_number(before);
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, "--leave-running", id) == 0,
		      "%s", text);
	status_is("running");
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, id) == 0, "%s", text);
	check_no_residue("checkpoint");
	after = start_with_pipes((const char *const[]){"restore", "-d", "-b", bundle,
						       "--image-path", images, "--pid-file",
						       pid_file, id, NULL});
	status_is("running");
	ck_assert_uint_gt(next_number(after), last);
	read_into(pid_file, digits, sizeof(digits));
	(void)snprintf(text, sizeof(text), "%d", (int)pid_of());
	ck_assert_str_eq(digits, text);
	ck_assert_int_eq(REFRUN("exec", id, "/program", "exit", "4"), 4);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("restored");
}
END_TEST

/* A configuration with the members of the lists that are given, each after what always is there. */
static void write_document(const char *process, const char *mounts, const char *namespaces,
			   const char *linux_more)
{
	cleanup_free char *path = str_format("%s/config.json", bundle);
	cleanup_free char *document = str_format(
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/"
		"\","
		"\"args\":[\"/program\",\"count\"],\"user\":{\"uid\":0,\"gid\":0}%s},"
		"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
		"{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"},"
		"{\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"source\":\"devpts\","
		"\"options\":[\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"]}%s],"
		"\"linux\":{\"namespaces\":[{\"type\":\"mount\"}%s]%s}}",
		process, mounts, namespaces, linux_more);
	struct err e;

	ck_assert_msg(fd_replace_file_at(AT_FDCWD, path, 0600, document, strlen(document), 0, &e) ==
			      0,
		      "%s", e.msg);
}
#define NAMESPACES ",{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"cgroup\"}"
#define OWN_PID	   ",{\"type\":\"pid\"}"

static char images[80];
static int restored = FD_NONE; /* what the restored program writes to */

/* Of each dump its own: criu does not remove what it finds. */
static void new_images(void)
{
	(void)snprintf(images, sizeof(images), "%s/images.XXXXXX", work);
	ck_assert_ptr_nonnull(mkdtemp(images));
}

/* Runs what is configured until it has counted to five, and dumps it. The last number. */
static unsigned long run_and_dump(void)
{
	cleanup_fd int from =
		start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	unsigned long last = 0;

	new_images();
	while (last < 5)
		last = next_number(from);
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, id) == 0, "%s", text);
	check_no_residue("checkpoint");
	return last;
}

/* Restores it and sees it count on. */
static void restore_after(unsigned long last)
{
	restored = start_with_pipes((const char *const[]){"restore", "-d", "-b", bundle,
							  "--image-path", images, id, NULL});
	status_is("running");
	ck_assert_uint_gt(next_number(restored), last);
}

static void end_of(const char *what)
{
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue(what);
	fd_close(&restored);
}

static void write_file(const char *path, const char *content)
{
	struct err e;

	ck_assert_msg(fd_replace_file_at(AT_FDCWD, path, 0644, content, strlen(content), 0, &e) ==
			      0,
		      "%s", e.msg);
}

static void check_inside(const char *path, const char *content)
{
	ck_assert_msg(REFRUN("exec", id, "/program", "cat", path) == 0, "%s: %s", path, text);
	ck_assert_str_eq(out, content);
}

/* A directory, a file, one in the other, a place behind a link, a source in the bundle. The places
 * are gone when it is restored, as in a root file system that was unpacked anew. */
START_TEST(test_bind_mounts)
{
	cleanup_free char *volume = str_format("%s/volume", work);
	cleanup_free char *file = str_format("%s/volume/file", work);
	cleanup_free char *single = str_format("%s/single", work);
	cleanup_free char *inner = str_format("%s/inner", bundle);
	cleanup_free char *inner_file = str_format("%s/inner/file", bundle);
	cleanup_free char *link = str_format("%s/rootfs/link", bundle);
	cleanup_free char *mounts = str_format(
		",{\"destination\":\"/volume\",\"type\":\"bind\",\"source\":\"%s\",\"options\":["
		"\"rbind\"]},"
		"{\"destination\":\"/etc/single\",\"source\":\"%s\",\"options\":[\"bind\",\"ro\"]},"
		"{\"destination\":\"/volume/inner\",\"source\":\"inner\",\"options\":[\"bind\"]},"
		"{\"destination\":\"/link/there\",\"source\":\"inner\",\"options\":[\"bind\"]}",
		volume, single);
	cleanup_free char *places[] = {
		str_format("%s/rootfs/volume", bundle), str_format("%s/rootfs/etc/single", bundle),
		str_format("%s/rootfs/etc", bundle), str_format("%s/rootfs/real/there", bundle),
		str_format("%s/volume/inner", work)};
	unsigned long last;

	(void)mkdir(volume, 0755);
	(void)mkdir(inner, 0755);
	write_file(file, "of the volume");
	write_file(single, "single");
	write_file(inner_file, "of the bundle");
	ck_assert_int_eq(symlink("real", link), 0);
	write_document("", mounts, NAMESPACES OWN_PID, "");
	last = run_and_dump();
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		ck_assert_msg(remove(places[i]) == 0, "%s", places[i]);
	restore_after(last);
	check_inside("/volume/file", "of the volume");
	check_inside("/volume/inner/file", "of the bundle");
	check_inside("/link/there/file", "of the bundle");
	check_inside("/etc/single", "single");
	write_file(file, "changed outside");
	check_inside("/volume/file", "changed outside");
	end_of("bind mounts");
}
END_TEST

/* The caller of a terminal: a socket that waits for it. */
static int listen_at(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unlink(path);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(sock, 4), 0);
	return sock;
}

static int receive_terminal(int listener)
{
	struct pollfd p = {.fd = listener, .events = POLLIN};
	cleanup_fd int sock = FD_NONE;
	char name[64];
	int master = FD_NONE;

	ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
	sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(sock, 0);
	ck_assert_int_gt(fd_recv(sock, name, sizeof(name), &master, 1), 0);
	ck_assert_int_ge(master, 0);
	return master;
}

static unsigned long next_of_terminal(int master)
{
	char line[64];
	size_t n = 0;
	uint64_t number = 0;

	/* "\r\n" */
	while (n < sizeof(line) - 1) {
		struct pollfd p = {.fd = master, .events = POLLIN};

		ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
		ck_assert_int_eq(read(master, line + n, 1), 1);
		if (line[n] == '\n')
			break;
		n += line[n] != '\r';
	}
	line[n] = '\0';
	ck_assert_msg(str_to_u64(line, UINT32_MAX, &number) == 0, "'%s'", line);
	return (unsigned long)number;
}

/* proc_pid_stat(5), tty_nr. */
static int controlling_terminal(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/stat", (int)pid);
	const char *end;
	char stat_text[1024];
	int number = 0;

	read_into(path, stat_text, sizeof(stat_text));
	end = strrchr(stat_text, ')');
	ck_assert_ptr_nonnull(end);
	ck_assert_int_eq(sscanf(end + 1, " %*c %*d %*d %*d %d", &number), 1);
	return number;
}

START_TEST(test_terminal)
{
	cleanup_free char *path = str_format("%s/console", work);
	cleanup_fd int listener = listen_at(path), first = FD_NONE, second = FD_NONE;
	struct winsize size = {.ws_row = 33, .ws_col = 77}, after = {0};
	unsigned long last = 0;

	new_images();
	write_document(",\"terminal\":true", "", NAMESPACES OWN_PID, "");
	ck_assert_msg(REFRUN("run", "-d", "--console-socket", path, "-b", bundle, id) == 0, "%s",
		      text);
	first = receive_terminal(listener);
	ck_assert_int_eq(ioctl(first, TIOCSWINSZ, &size), 0);
	while (last < 5)
		last = next_of_terminal(first);
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, id) == 0, "%s", text);
	check_no_residue("checkpoint with a terminal");
	/* who wants it has to say so */
	ck_assert_int_eq(REFRUN("restore", "-d", "-b", bundle, "--image-path", images, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "console socket"));
	ck_assert_msg(REFRUN("restore", "-d", "--console-socket", path, "-b", bundle,
			     "--image-path", images, id) == 0,
		      "%s", text);
	second = receive_terminal(listener);
	ck_assert_uint_gt(next_of_terminal(second), last);
	ck_assert_int_eq(ioctl(second, TIOCGWINSZ, &after), 0);
	ck_assert_int_eq(after.ws_row, 33);
	ck_assert_int_eq(after.ws_col, 77);
	ck_assert_int_ne(controlling_terminal(pid_of()), 0);
	end_of("terminal");
}
END_TEST

/* Namespaces of a process of ours, kept by files. */
static char *keep_namespace(const char *type, int flag)
{
	char *path = str_format("%s/ns-%s", work, type);
	cleanup_free char *link = NULL;
	int ready[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)close(ready[1]);
		if (unshare(flag) < 0)
			_exit(1);
		(void)!read(ready[0], &c, 1);
		_exit(0);
	}
	(void)close(ready[0]);
	link = str_format("/proc/%d/ns/%s", (int)pid, type);
	for (int i = 0; i < 1000; i++) {
		struct stat theirs, mine;
		cleanup_free char *own = str_format("/proc/self/ns/%s", type);

		ck_assert_int_eq(stat(link, &theirs), 0);
		ck_assert_int_eq(stat(own, &mine), 0);
		if (theirs.st_ino != mine.st_ino)
			break;
		(void)usleep(1000);
	}
	if (flag == CLONE_NEWUSER) {
		cleanup_free char *uids = str_format("/proc/%d/uid_map", (int)pid);
		cleanup_free char *gids = str_format("/proc/%d/gid_map", (int)pid);

		ck_assert_int_eq(fd_write_file_at(AT_FDCWD, uids, "0 0 65536", 9, NULL), 0);
		ck_assert_int_eq(fd_write_file_at(AT_FDCWD, gids, "0 0 65536", 9, NULL), 0);
	}
	write_file(path, "");
	ck_assert_int_eq(mount(link, path, NULL, MS_BIND, NULL), 0);
	(void)close(ready[1]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return path;
}

static void check_namespace(const char *type, const char *path)
{
	cleanup_free char *link = str_format("/proc/%d/ns/%s", (int)pid_of(), type);
	struct stat have, want;

	ck_assert_int_eq(stat(link, &have), 0);
	ck_assert_int_eq(stat(path, &want), 0);
	ck_assert_msg(have.st_ino == want.st_ino, "%s", type);
}

START_TEST(test_joined_namespaces)
{
	cleanup_free char *net = keep_namespace("net", CLONE_NEWNET);
	cleanup_free char *ipc = keep_namespace("ipc", CLONE_NEWIPC);
	cleanup_free char *uts = keep_namespace("uts", CLONE_NEWUTS);
	cleanup_free char *namespaces =
		str_format(OWN_PID ",{\"type\":\"network\",\"path\":\"%s\"},{\"type\":\"ipc\","
				   "\"path\":\"%s\"},{\"type\":\"uts\",\"path\":\"%s\"}",
			   net, ipc, uts);
	unsigned long last;

	write_document("", "", namespaces, "");
	last = run_and_dump();
	restore_after(last);
	check_namespace("net", net);
	check_namespace("ipc", ipc);
	check_namespace("uts", uts);
	end_of("joined namespaces");
	ck_assert_int_eq(umount2(net, MNT_DETACH), 0);
	ck_assert_int_eq(umount2(ipc, MNT_DETACH), 0);
	ck_assert_int_eq(umount2(uts, MNT_DETACH), 0);
}
END_TEST

START_TEST(test_user_namespace)
{
	cleanup_free char *volume = str_format("%s/volume-u", work);
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	cleanup_free char *file = str_format("%s/volume-u/file", work);
	cleanup_free char *mounts =
		str_format(",{\"destination\":\"/volume\",\"type\":\"bind\",\"source\":\"%s\","
			   "\"options\":[\"rbind\"]}",
			   volume);
	unsigned long last;

	(void)mkdir(volume, 0755);
	write_file(file, "of the volume");
	ck_assert_int_eq(chown(rootfs, 100000, 100000), 0);
	write_document("", mounts, NAMESPACES OWN_PID ",{\"type\":\"user\"}",
		       ",\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"
		       "\"gidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]");
	last = run_and_dump();
	restore_after(last);
	check_inside("/volume/file", "of the volume");
	check_inside("/proc/self/uid_map", "         0     100000      65536\n");
	end_of("user namespace");
	/* not to be restored, for a reason that is said */
	ck_assert_int_eq(chown(rootfs, 0, 0), 0);
	ck_assert_int_eq(REFRUN("restore", "-d", "-b", bundle, "--image-path", images, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "user namespace only where root there"));
	check_no_residue("user namespace without its root");
}
END_TEST

START_TEST(test_joined_pid_namespace)
{
	cleanup_free char *namespaces = NULL, *path = NULL;
	int held[2];
	unsigned long last;
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe2(held, O_CLOEXEC), 0);
	pid = proc_clone(CLONE_NEWPID, FD_NONE, NULL);
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)close(held[1]);
		(void)!read(held[0], &c, 1);
		_exit(0);
	}
	(void)close(held[0]);
	path = str_format("/proc/%d/ns/pid", (int)pid);
	namespaces = str_format(NAMESPACES ",{\"type\":\"pid\",\"path\":\"%s\"}", path);
	write_document("", "", namespaces, "");
	last = run_and_dump();
	restore_after(last);
	check_namespace("pid", path);
	end_of("joined pid namespace");
	(void)close(held[1]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

/* With a cgroup namespace, and without one, where the host's tree is seen. */
START_TEST(test_cgroup_mount)
{
	static const char mounts[] =
		",{\"destination\":\"/sys\",\"type\":\"sysfs\",\"source\":\"sysfs\"}"
		",{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\"}";

	write_document("", mounts, NAMESPACES OWN_PID, "");
	restore_after(run_and_dump());
	ck_assert_int_eq(REFRUN("exec", id, "/program", "ls", "/sys/fs/cgroup"), 0);
	end_of("cgroup mount");
	write_document("", mounts, OWN_PID, "");
	restore_after(run_and_dump());
	ck_assert_int_eq(REFRUN("exec", id, "/program", "ls", "/sys/fs/cgroup"), 0);
	end_of("cgroup mount without a namespace");
}
END_TEST

START_TEST(test_time_namespace)
{
	write_document("", "", NAMESPACES OWN_PID ",{\"type\":\"time\"}",
		       ",\"timeOffsets\":{\"monotonic\":{\"secs\":1000}}");
	restore_after(run_and_dump());
	end_of("time namespace");
}
END_TEST

/* criu cannot enter it: said while there is something to lose. */
START_TEST(test_joined_user_namespace)
{
	cleanup_free char *path = keep_namespace("user", CLONE_NEWUSER);
	cleanup_free char *namespaces =
		str_format(NAMESPACES OWN_PID ",{\"type\":\"user\",\"path\":\"%s\"}", path);
	cleanup_fd int from = FD_NONE;

	new_images();
	write_document("", "", namespaces, "");
	from = start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	ck_assert_int_eq(REFRUN("checkpoint", "--image-path", images, id), 1);
	ck_assert_msg(strstr(text, "user namespace that exists"), "%s", text);
	status_is("running");
	end_of("joined user namespace");
	ck_assert_int_eq(umount2(path, MNT_DETACH), 0);
}
END_TEST

START_TEST(test_own_network)
{
	write_document("", "", NAMESPACES OWN_PID ",{\"type\":\"network\"}", "");
	restore_after(run_and_dump());
	end_of("network namespace");
}
END_TEST

/* What criu starts of its own while it restores does not count. */
START_TEST(test_own_network_of_one_process)
{
	write_document("", "", NAMESPACES OWN_PID ",{\"type\":\"network\"}",
		       ",\"resources\":{\"pids\":{\"limit\":1}}");
	restore_after(run_and_dump());
	attribute_is("pids.max", "1");
	ck_assert_int_ne(REFRUN("exec", id, "/program", "true"), 0);
	end_of("network namespace of one process");
}
END_TEST

/* The numbers of its processes are the host's, and have to be free. */
START_TEST(test_no_pid_namespace)
{
	write_document("", "", NAMESPACES, "");
	restore_after(run_and_dump());
	end_of("no pid namespace");
}
END_TEST

static bool any(const char *pattern)
{
	glob_t g = {0};
	bool found = glob(pattern, GLOB_PERIOD, NULL, &g) == 0;

	globfree(&g);
	return found;
}

/* What criu makes for the time that it takes. */
static void check_no_scratch(void)
{
	cleanup_free char *in_images = str_format("%s/.criu.*", images);
	cleanup_free char *in_root = str_format("%s/rootfs/crtools-*", bundle);

	ck_assert(!any(in_images) && !any(in_root));
	ck_assert(!any("/tmp/.criu.*") && !any("/tmp/cr-tmpfs.*") && !any("/tmp/crtools-*"));
}

/* At any moment: it is either there, or nothing of it. The images are as good as before. */
START_TEST(test_interrupted)
{
	const char *const args[] = {"restore",	    "-d",   "-b", bundle,
				    "--image-path", images, id,	  NULL};
	unsigned long last;
	int ended = 0;

	write_document("", "", NAMESPACES OWN_PID, "");
	last = run_and_dump();
	for (useconds_t wait = 1000; wait < 600000; wait += wait / 2) {
		struct proc p = PROC_INIT;
		cleanup_fd int from = begin_with_pipes(args, &p);
		int code;

		(void)usleep(wait);
		(void)proc_pidfd_signal(p.pidfd, SIGTERM);
		ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
		code = proc_exit_code(&p);
		proc_done(&p);
		if (code == 1)
			read_error(from);
		if (code == 1 && strstr(text, "interrupted by a signal"))
			ended++;
		else
			/* before it had begun, or once it was done */
			ck_assert_msg(code == 0 || code == 128 + SIGTERM, "%d: %s", code, text);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
		check_no_residue("interrupted restore");
		check_no_scratch();
	}
	ck_assert_int_gt(ended, 1);
	restore_after(last);
	end_of("after interruptions");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_time_namespace);
	tcase_add_test(c, test_own_network);
	tcase_add_test(c, test_own_network_of_one_process);
	tcase_add_test(c, test_no_pid_namespace);
	tcase_add_test(c, test_interrupted);
	tcase_add_test(c, test_bind_mounts);
	tcase_add_test(c, test_terminal);
	tcase_add_test(c, test_joined_namespaces);
	tcase_add_test(c, test_user_namespace);
	tcase_add_test(c, test_joined_pid_namespace);
	tcase_add_test(c, test_joined_user_namespace);
	tcase_add_test(c, test_cgroup_mount);
	tcase_add_test(c, test_goes_on_where_it_was);
}

int main(int argc, char **argv)
{
	return criu_works() ? driver_main("checkpoint", argc, argv, add) : 77;
}
