/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint` and `restore` as far as they go without criu(8). */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "sandbox.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has(const char *words)
{
	return strstr(text, words) != NULL;
}

START_TEST(test_flags)
{
	ck_assert_int_eq(REFRUN("checkpoint", "--help"), 0);
	ck_assert_ptr_nonnull(strstr(out, "--leave-running"));
	ck_assert_int_eq(REFRUN("restore", "--help"), 0);
	/* podman asks in this way whether it is known */
	ck_assert_int_eq(REFRUN("restore", "--lsm-mount-context"), 1);
	ck_assert(has("flag needs an argument: -lsm-mount-context"));
	ck_assert_int_eq(REFRUN("checkpoint", "--leave-running", "--leave-running", "nobody-there"),
			 1);
	ck_assert(has("container does not exist"));
	ck_assert_int_eq(REFRUN("checkpoint", "--manage-cgroups-mode", "hard", id), 1);
	ck_assert(has("soft, full, strict or ignore"));
	ck_assert_int_eq(REFRUN("checkpoint", "--empty-ns", "pid", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--status-fd", "x", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--page-server", "here", id), 1);
	ck_assert(has("ADDRESS:PORT"));
	ck_assert_int_eq(REFRUN("checkpoint", "--page-server", "[::1]", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--page-server", "[::1]:65536", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--page-server", "[]:1", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--page-server", "[::1]x:1", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--page-server", "[:1", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--page-server", ":1", id), 1);
	ck_assert(has("ADDRESS:PORT"));
	/* as containerd writes it */
	ck_assert_int_eq(REFRUN("restore", "-no-subreaper", "--bundle", "/nope", id), 1);
	ck_assert(has("bundle '/nope'"));
}
END_TEST

START_TEST(test_states)
{
	cleanup_free char *images = str_format("%s/images", work);

	write_config(WAIT, "", "");
	ck_assert_int_eq(REFRUN("create", "-b", bundle, id), 0);
	ck_assert_int_eq(REFRUN("checkpoint", "--image-path", images, id), 1);
	ck_assert(has("in the created state"));
	ck_assert_int_ne(access(images, F_OK), 0);
	status_is("created");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	/* no images: nothing is left of the attempt */
	ck_assert_int_eq(REFRUN("restore", "-b", bundle, "--image-path", images, id), 1);
	check_no_residue("restore without images");
	/* no place of systemd's */
	write_config(WAIT, ",\"cgroupsPath\":\"/of/cgroupfs\"", "");
	ck_assert_int_eq(
		REFRUN("--systemd-cgroup", "restore", "-b", bundle, "--image-path", images, id), 1);
	ck_assert_msg(has("--systemd-cgroup"), "%s", text);
	check_no_residue("restore without a place for systemd");
}
END_TEST

/* The program for the inside is what is found as criu. */
static void put_criu_in_path(void)
{
	cleanup_free char *dir = str_format("%s/bin", work);
	cleanup_free char *link = str_format("%s/criu", dir);
	cleanup_free char *target = str_format("%s/rootfs/program", bundle);

	(void)mkdir(dir, 0755);
	(void)unlink(link);
	ck_assert_int_eq(symlink(target, link), 0);
	ck_assert_int_eq(setenv("PATH", dir, 1), 0);
}

/* Until criu says that it is on its way: the process that it has made. */
static pid_t wait_for_criu(struct proc *p)
{
	int pid = -1;

	for (int i = 0; i < 2000 && pid < 0; i++) {
		ck_assert_int_eq(proc_wait(p, proc_now_ms() + 5), -ETIMEDOUT);
		read_into(err_path, text, sizeof(text));
		if (sscanf(text, "ready %d", &pid) != 1)
			pid = -1;
	}
	ck_assert_msg(pid >= 0, "%s", text);
	return (pid_t)pid;
}

static void interrupt(struct proc *p, int sig)
{
	ck_assert_int_eq(proc_pidfd_signal(p->pidfd, sig), 0);
	ck_assert_int_eq(proc_wait(p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(p), 1);
	proc_done(p);
	read_into(err_path, text, sizeof(text));
	ck_assert_msg(has("interrupted by a signal"), "%s", text);
}

static int without_unshare(void *arg, struct err *e)
{
	(void)arg, (void)e;
	sandbox_deny(SYS_unshare, EPERM);
	return 0;
}

/* What is wrong is said, and that criu is missing only where it is. */
START_TEST(test_criu_does_not_start)
{
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *descriptors = str_format("%s/images/descriptors.json", work);

	put_criu_in_path();
	(void)mkdir(images, 0700);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, descriptors, 0600, "[]", 2, 0, NULL), 0);
	write_config(WAIT, "", "");
	ck_assert_int_eq(command_after(without_unshare, NULL,
				       (const char *const[]){"restore", "-b", bundle,
							     "--image-path", images, id, NULL}),
			 1);
	ck_assert_msg(has("start criu: make a mount namespace: Operation not permitted"), "%s",
		      text);
	ck_assert_msg(!has("needed"), "%s", text);
	check_no_residue("no mount namespace");
	ck_assert_int_eq(setenv("PATH", images, 1), 0);
	ck_assert_int_eq(REFRUN("restore", "-b", bundle, "--image-path", images, id), 1);
	ck_assert_msg(has("start criu: find 'criu' in $PATH: No such file or directory"), "%s",
		      text);
	check_no_residue("no criu");
}
END_TEST

/* --criu, for whom it is elsewhere. */
START_TEST(test_another_criu)
{
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *program = str_format("%s/rootfs/program", bundle);
	struct proc p = PROC_INIT;

	write_config(WAIT, "", "");
	ck_assert_int_eq(REFRUN("run", "-d", "-b", bundle, id), 0);
	ck_assert_int_eq(REFRUN("--criu", "/nope", "checkpoint", "--image-path", images, id), 1);
	ck_assert_msg(has("start criu: execute '/nope': No such file or directory"), "%s", text);
	start_command((const char *const[]){"--criu", program, "checkpoint", "--image-path", images,
					    id, NULL},
		      &p);
	(void)wait_for_criu(&p);
	interrupt(&p, SIGTERM);
	status_is("running");
}
END_TEST

static bool is_made(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700;
}

/* A caller names them, and does not make them. */
START_TEST(test_directories_are_made)
{
	cleanup_free char *images = str_format("%s/above/images", work);
	cleanup_free char *log_of_dump = str_format("%s/dump", work);
	cleanup_free char *log_of_restore = str_format("%s/restore", work);
	struct proc p = PROC_INIT;

	put_criu_in_path();
	write_config(WAIT, "", "");
	ck_assert_int_eq(REFRUN("run", "-d", "-b", bundle, id), 0);
	start_command((const char *const[]){"checkpoint", "--image-path", images, "--work-path",
					    log_of_dump, id, NULL},
		      &p);
	(void)wait_for_criu(&p);
	interrupt(&p, SIGTERM);
	ck_assert(is_made(images) && is_made(log_of_dump));
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	start_command((const char *const[]){"restore", "-b", bundle, "--image-path", images,
					    "--work-path", log_of_restore, id, NULL},
		      &p);
	(void)wait_for_criu(&p);
	interrupt(&p, SIGTERM);
	ck_assert(is_made(log_of_restore));
	/* of images that are not there, nothing is */
	*strrchr(images, '/') = '-';
	ck_assert_int_eq(REFRUN("restore", "-b", bundle, "--image-path", images, id), 1);
	ck_assert_int_ne(access(images, F_OK), 0);
	check_no_residue("directories");
}
END_TEST

static int give_descriptor(void *arg, struct err *e)
{
	(void)arg;
	return dup2(2, 9) < 0 ? err_set(e, errno, "dup2: %m") : 0;
}

/* Only what the caller has opened: what is there beside it is refrun's own, its log first. */
START_TEST(test_status_fd)
{
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *log = str_format("%s/log", work);
	struct proc p = PROC_INIT;

	put_criu_in_path();
	write_config(WAIT, "", "");
	ck_assert_int_eq(REFRUN("run", "-d", "-b", bundle, id), 0);
	for (int fd = 3; fd < 16; fd++) {
		char number[16];

		(void)snprintf(number, sizeof(number), "%d", fd);
		ck_assert_int_eq(REFRUN("--log", log, "checkpoint", "--status-fd", number,
					"--image-path", images, id),
				 1);
		ck_assert_msg(has("of --status-fd: Bad file descriptor"), "%d: %s", fd, text);
	}
	start_command_after(give_descriptor, NULL,
			    (const char *const[]){"--log", log, "checkpoint", "--status-fd", "9",
						  "--image-path", images, id, NULL},
			    &p);
	(void)wait_for_criu(&p);
	interrupt(&p, SIGTERM);
	status_is("running");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("status descriptor");
}
END_TEST

/* What criu has made by then ends too, and of the container nothing is left. */
START_TEST(test_restore_is_interrupted)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *descriptors = str_format("%s/images/descriptors.json", work);

	put_criu_in_path();
	(void)mkdir(images, 0700);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, descriptors, 0600, "[]", 2, 0, NULL), 0);
	write_config(WAIT, "", "");
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct proc p = PROC_INIT;
		const char *detach = i % 2 ? "--detach" : "--no-pivot";
		pid_t pid;

		start_command((const char *const[]){"restore", detach, "-b", bundle, "--image-path",
						    images, id, NULL},
			      &p);
		pid = wait_for_criu(&p);
		ck_assert_int_eq(kill(pid, 0), 0);
		interrupt(&p, signals[i]);
		ck_assert_int_eq(kill(pid, 0), -1);
		check_no_residue("interrupted restore");
	}
}
END_TEST

/* The cgroups of a process are told by a file of its own. */
static bool is_in_cgroup_of(pid_t pid, const char *name)
{
	cleanup_free char *path = str_format("/proc/%d/cgroup", (int)pid);
	char cgroups[4096];

	read_into(path, cgroups, sizeof(cgroups));
	return strstr(cgroups, name) != NULL;
}

/* criu puts the processes into the container's cgroup; where it is to look at none, they are there
 * because it is there itself. */
START_TEST(test_cgroups_ignored)
{
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *descriptors = str_format("%s/images/descriptors.json", work);

	put_criu_in_path();
	(void)mkdir(images, 0700);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, descriptors, 0600, "[]", 2, 0, NULL), 0);
	write_config(WAIT, "", "");
	for (int ignore = 0; ignore < 2; ignore++) {
		struct proc p = PROC_INIT;
		pid_t pid;

		start_command((const char *const[]){"restore", "--detach", "-b", bundle,
						    "--manage-cgroups-mode",
						    ignore ? "ignore" : "soft", "--image-path",
						    images, id, NULL},
			      &p);
		pid = wait_for_criu(&p);
		ck_assert_int_eq(is_in_cgroup_of(pid, id), ignore);
		interrupt(&p, SIGTERM);
		check_no_residue("restore without cgroups");
	}
}
END_TEST

/* What could not come back is refused while there is something to lose. */
START_TEST(test_refused)
{
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *path = str_format("%s/config.json", bundle);
	char config[4096];
	char *at;

	put_criu_in_path();
	write_config(WAIT, "", "");
	read_into(path, config, sizeof(config));
	at = strstr(config, "{\"type\":\"cgroup\"}");
	ck_assert_ptr_nonnull(at);
	*at = '\0';
	{
		cleanup_free char *joined =
			str_format("%s{\"type\":\"cgroup\",\"path\":\"/proc/self/ns/cgroup\"}%s",
				   config, at + strlen("{\"type\":\"cgroup\"}"));

		ck_assert_int_eq(
			fd_replace_file_at(AT_FDCWD, path, 0600, joined, strlen(joined), 0, NULL),
			0);
	}
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("checkpoint", "--image-path", images, id), 1);
	ck_assert_msg(has("/linux/namespaces/4/path") && has("cgroup namespace that exists"), "%s",
		      text);
	status_is("running");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);

	{
		cleanup_free char *joined =
			str_format("%s{\"type\":\"time\",\"path\":\"/proc/self/ns/time\"}%s",
				   config, at + strlen("{\"type\":\"cgroup\"}"));

		ck_assert_int_eq(
			fd_replace_file_at(AT_FDCWD, path, 0600, joined, strlen(joined), 0, NULL),
			0);
	}
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("checkpoint", "--image-path", images, id), 1);
	ck_assert_msg(has("time namespace that exists"), "%s", text);
	status_is("running");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);

	*at = '{';
	at = strstr(config, "{\"type\":\"mount\"},");
	ck_assert_ptr_nonnull(at);
	memset(at, ' ', strlen("{\"type\":\"mount\"},"));
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, config, strlen(config), 0, NULL),
			 0);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("checkpoint", "--image-path", images, id), 1);
	ck_assert_msg(has("mount namespace of its own"), "%s", text);
	status_is("running");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("refused checkpoint");
}
END_TEST

/* criu is asked to give up and puts back what it has looked at: the container goes on. */
START_TEST(test_checkpoint_is_interrupted)
{
	cleanup_free char *images = str_format("%s/images", work);
	struct proc p = PROC_INIT;

	put_criu_in_path();
	write_config(WAIT, "", "");
	ck_assert_int_eq(REFRUN("run", "-d", "-b", bundle, id), 0);
	start_command((const char *const[]){"checkpoint", "--image-path", images, id, NULL}, &p);
	(void)wait_for_criu(&p);
	interrupt(&p, SIGTERM);
	status_is("running");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("interrupted checkpoint");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_flags);
	tcase_add_test(c, test_states);
	tcase_add_test(c, test_criu_does_not_start);
	tcase_add_test(c, test_another_criu);
	tcase_add_test(c, test_directories_are_made);
	tcase_add_test(c, test_status_fd);
	tcase_add_test(c, test_restore_is_interrupted);
	tcase_add_test(c, test_checkpoint_is_interrupted);
	tcase_add_test(c, test_refused);
	tcase_add_test(c, test_cgroups_ignored);
}

int main(int argc, char **argv)
{
	return driver_main("criu-flags", argc, argv, add);
}
