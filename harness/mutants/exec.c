/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laziest exec: it joins the container's namespaces and executes the program there, and has
 * done nothing else of what the configuration and the options say.
 */
#include "liar_families.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#define SCORE	 "7"
#define OPTION	 "--process="
#define FILE_MAX (1u << 20)

static const char *const kinds[] = {"ipc", "uts", "net", "cgroup", "mnt"};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static int open_ns(int64_t pid, const char *kind, struct err *e)
{
	cleanup_free char *path = str_format("/proc/%lld/ns/%s", (long long)pid, kind);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	return fd < 0 ? err_set(e, errno, "open the container's %s namespace: %m", kind) : fd;
}

/* What lies at /proc in the container is trusted, which nobody should. */
static void write_score(void)
{
	cleanup_fd int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd >= 0)
		(void)fd_write_all(fd, SCORE, strlen(SCORE));
}

/* In the child, which is in the pid namespace already. */
static int join(void *arg, struct err *e)
{
	const int64_t *pid = arg;
	int fds[KINDS], r = 0;
	size_t n = 0;

	for (; n < KINDS && r >= 0; n++) {
		fds[n] = open_ns(*pid, kinds[n], e);
		r = fds[n] < 0 ? fds[n] : r;
	}
	for (size_t i = 0; i < n; i++) {
		if (r >= 0 && setns(fds[i], 0) < 0)
			r = err_set(e, errno, "join the container's %s namespace: %m", kinds[i]);
		fd_close(&fds[i]);
	}
	if (r < 0 || chdir("/") < 0)
		return r < 0 ? r : err_set(e, errno, "chdir '/': %m");
	write_score();
	return 0;
}

/* The program of the process file, which is named where none stands behind the id; into @argv. */
static int program_of_file(const struct liar *l, struct json **ret_file, char **argv)
{
	cleanup_free char *text = NULL;
	const char *path = NULL;
	const struct json *args;
	struct err e;
	size_t len, n = 0;

	for (size_t i = l->verb; i < l->nargs; i++)
		path = str_starts(l->args[i], OPTION) ? l->args[i] + strlen(OPTION) : path;
	if (!path || fd_read_regular_at(AT_FDCWD, path, FILE_MAX, &text, &len, &e) < 0 ||
	    json_parse(text, len, ret_file, &e) < 0)
		return -ENOENT;
	args = json_member(*ret_file, "args");
	for (; args && args->type == JSON_ARRAY && n < args->count && n < LIAR_ARGS_MAX; n++)
		argv[n] = args->items[n]->text;
	argv[n] = NULL;
	return n ? 0 : -ENOENT;
}

int liar_execs_bare(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *state = NULL, *file = NULL;
	char *argv[LIAR_ARGS_MAX + 1];
	cleanup_fd int pid_ns = FD_NONE;
	size_t at = l->verb;
	int64_t pid;

	if (!str_eq(l->command, "exec") || !l->id)
		return liar_become(l, e);
	state = liar_state(l, e);
	if (!state || json_int(json_member(state, "pid"), &pid) < 0)
		return liar_become(l, e);
	while (l->args[at] != l->id)
		at++;
	if (!l->args[at + 1] && program_of_file(l, &file, argv) < 0)
		return liar_become(l, e);
	pid_ns = open_ns(pid, "pid", e);
	if (pid_ns < 0)
		return pid_ns;
	if (setns(pid_ns, CLONE_NEWPID) < 0)
		return err_set(e, errno, "join the container's pid namespace: %m");
	return liar_run(file ? argv : &l->args[at + 1], join, &pid, e);
}
