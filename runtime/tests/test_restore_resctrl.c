/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `restore` with linux.intelRdt. A tree of plain files stands for the resctrl file system (the
 * linker puts __wrap_resctrl_open() in the place of resctrl_open()), and the program for the inside
 * for criu, which restores nothing but is where its processes would be.
 */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "lifecycle.h"
#include "resctrl.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char resctrl_dir[80], images[80];

int __wrap_resctrl_open(struct err *e);
int __wrap_resctrl_open(struct err *e)
{
	int fd = open(resctrl_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_set(e, errno, "'%s': %m", resctrl_dir) : fd;
}

int __real_resctrl_create(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
			  const struct resctrl *r, struct err *e);
int __wrap_resctrl_create(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
			  const struct resctrl *r, struct err *e);

/* Leaves a file that says so: the kernel is not there to fill a directory that would be made. */
int __wrap_resctrl_create(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
			  const struct resctrl *r, struct err *e)
{
	int fd = openat(root_fd, "asked-for", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	fd_close(&fd);
	return __real_resctrl_create(root_fd, doc, c, r, e);
}

static void put(const char *dir, const char *name, const char *bytes)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, bytes, strlen(bytes), 0, NULL),
			 0);
}

static void warn(void *arg, const char *message)
{
	(void)arg;
	(void)fprintf(stderr, "%s\n", message);
}

static int restore(void *arg)
{
	const struct rt_create_options o = {
		.root = root, .id = id, .bundle = bundle, .detach = true, .log = {.warn = warn}};
	const struct rt_criu_options criu = {
		.image_path = images, .work_path = images, .status_fd = FD_NONE};
	struct err e = {0};
	int r = rt_restore(&o, &criu, &e);

	(void)arg;
	if (r < 0)
		(void)fprintf(stderr, "%s\n", e.msg);
	return r < 0;
}

static void start_restore(struct proc *p)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	s.run = restore;
	(void)unlink(err_path);
	s.err_fd = open(err_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_int_ge(s.err_fd, 0);
	ck_assert_msg(proc_spawn(&s, p, &e) == 0, "%s", e.msg);
	fd_close(&s.err_fd);
}

/* Until criu says what it has made. */
static pid_t wait_for_criu(struct proc *p)
{
	int pid = -1;

	while (sscanf(text, "ready %d", &pid) != 1) {
		ck_assert_msg(proc_wait(p, proc_now_ms() + 5) == -ETIMEDOUT, "%s", text);
		read_into(err_path, text, sizeof(text));
	}
	return (pid_t)pid;
}

static void prepare(const char *rdt)
{
	cleanup_free char *bin = str_format("%s/bin", work);
	cleanup_free char *link = str_format("%s/criu", bin);
	cleanup_free char *program = str_format("%s/rootfs/program", bundle);
	cleanup_free char *more = str_format(",\"intelRdt\":%s", rdt);
	cleanup_free char *class = str_format("%s/resctrl/class", work);

	(void)snprintf(resctrl_dir, sizeof(resctrl_dir), "%s/resctrl", work);
	(void)snprintf(images, sizeof(images), "%s/images", work);
	(void)mkdir(bin, 0755);
	(void)unlink(link);
	ck_assert_int_eq(symlink(program, link), 0);
	ck_assert_int_eq(setenv("PATH", bin, 1), 0);
	(void)mkdir(resctrl_dir, 0755);
	(void)mkdir(class, 0755);
	(void)mkdir(images, 0700);
	put(images, "descriptors.json", "[]");
	put(class, "tasks", "");
	put(class, "schemata", "L3:0=7ff\n");
	write_config(WAIT, more, "");
}

/* The processes are in the class because criu, which forks them, is. */
START_TEST(test_criu_is_in_the_class)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	cleanup_free char *tasks = NULL, *asked_for = NULL;
	char said[64];
	uint64_t pid;

	prepare("{\"closID\":\"class\"}");
	start_restore(&p);
	(void)wait_for_criu(&p);
	asked_for = str_format("%s/asked-for", resctrl_dir);
	ck_assert_int_eq(access(asked_for, F_OK), 0);
	tasks = str_format("%s/class/tasks", resctrl_dir);
	read_into(tasks, said, sizeof(said));
	said[strcspn(said, "\n")] = '\0';
	ck_assert_msg(str_to_u64(said, INT32_MAX, &pid) == 0, "'%s'", said);
	cleanup_free char *comm = str_format("/proc/%d/comm", (int)pid);

	read_into(comm, said, sizeof(said));
	ck_assert_str_eq(said, "criu\n");
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGTERM), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	check_no_residue("restore with a class");
}
END_TEST

/* What create refuses restore refuses. */
START_TEST(test_other_values_are_refused)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;

	prepare("{\"closID\":\"class\",\"l3CacheSchema\":\"L3:0=1\"}");
	start_restore(&p);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 1);
	read_into(err_path, text, sizeof(text));
	ck_assert_msg(strstr(text, "/linux/intelRdt"), "%s", text);
	check_no_residue("restore with other values");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_criu_is_in_the_class);
	tcase_add_test(c, test_other_values_are_refused);
}

int main(int argc, char **argv)
{
	return driver_main("restore_resctrl", argc, argv, add);
}
