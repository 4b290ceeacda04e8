/* SPDX-License-Identifier: Apache-2.0 */
#include "services.h"

#include "cleanup.h"
#include "ids.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct order {
	int flag;
};

#define READY_FD 3
#define MAP_MAX	 (1u << 16)

static const struct {
	const char *type;
	int flag;
	const char *file;
} kinds[] = {
	{"cgroup", CLONE_NEWCGROUP, "cgroup"},
	{"ipc", CLONE_NEWIPC, "ipc"},
	{"mount", CLONE_NEWNS, "mnt"},
	{"network", CLONE_NEWNET, "net"},
	{"uts", CLONE_NEWUTS, "uts"},
	{"user", CLONE_NEWUSER, "user"},
	/* those a process makes for its children only */
	{"pid", CLONE_NEWPID, "pid_for_children"},
	{"time", CLONE_NEWTIME, "time_for_children"},
};

static int hold(void *arg)
{
	const struct order *o = arg;

	if (unshare(o->flag) < 0)
		return errno;
	if (o->flag == CLONE_NEWPID) {
		/* the namespace exists once it has a first process */
		pid_t pid = fork();

		if (pid < 0)
			return errno;
		if (pid == 0) {
			(void)close(READY_FD);
			for (;;)
				(void)pause();
		}
	}
	if (fd_write_all(READY_FD, "", 1) < 0)
		return EIO;
	(void)close(READY_FD);
	for (;;)
		(void)pause();
}

/* A user namespace is mapped from outside: the child has lost its rights over the parent's. */
static int map_child(pid_t pid, struct err *e)
{
	static const char *const files[] = {"uid_map", "gid_map"};

	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *own = NULL, *all = NULL;
		char path[64];
		size_t len;
		int r;

		(void)snprintf(path, sizeof(path), "/proc/self/%s", files[i]);
		r = fd_read_file_at(AT_FDCWD, path, MAP_MAX, &own, &len, e);
		if (r < 0)
			return r;
		/* all that there are onto themselves, so that files keep their owners */
		all = hx_ids_identity(own);
		if (!all)
			return err_set(e, ENOMEM, "map a user namespace: %m");
		(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		r = fd_write_file_at(AT_FDCWD, path, all, strlen(all), e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What was handed on is no longer ours to end. */
static void holder_forget(struct hx_holder *h)
{
	*h = (struct hx_holder){.proc = PROC_INIT};
}

int hx_holder_start(const char *type, struct hx_holder *ret, struct err *e)
{
	CLEANUP(hx_holder_done) struct hx_holder h = {.proc = PROC_INIT};
	cleanup_fd int r_end = FD_NONE, w_end = FD_NONE;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct order o = {.flag = 0};
	const char *file = NULL;
	struct proc_fd fd;
	struct stat st;
	int ends[2], r;
	char byte;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_eq(kinds[i].type, type)) {
			o.flag = kinds[i].flag;
			file = kinds[i].file;
		}
	}
	if (!file)
		return err_set(e, EINVAL, "no namespace type '%s'", type);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "make a pipe: %m");
	r_end = ends[0];
	w_end = ends[1];
	fd = (struct proc_fd){w_end, READY_FD};
	s.run = hold;
	s.run_arg = &o;
	s.fds = &fd;
	s.nfds = 1;
	r = proc_spawn(&s, &h.proc, e);
	if (r < 0)
		return err_wrap(e, "hold a %s namespace", type);
	fd_close(&w_end);
	if (read(r_end, &byte, 1) != 1)
		return err_set(e, EPERM, "the kernel refuses a %s namespace", type);
	if (o.flag == CLONE_NEWUSER) {
		r = map_child(h.proc.pid, e);
		if (r < 0)
			return r;
	}
	(void)snprintf(h.type, sizeof(h.type), "%s", type);
	(void)snprintf(h.path, sizeof(h.path), "/proc/%d/ns/%s", h.proc.pid, file);
	if (stat(h.path, &st) < 0)
		return err_set(e, errno, "look at '%s': %m", h.path);
	h.inode = st.st_ino;
	*ret = h;
	holder_forget(&h);
	return 0;
}

void hx_holder_done(struct hx_holder *h)
{
	proc_done(&h->proc);
	*h = (struct hx_holder){.proc = PROC_INIT};
}
