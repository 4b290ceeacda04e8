/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime.h"

#include "caller.h"
#include "catalogue.h"
#include "cleanup.h"
#include "proc.h"
#include "runtime_find.h"
#include "str.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WATCH_MS	20
#define EXIT_SIGNAL	128 /* and a signal's number: how a shell has the end by a signal */
#define EXIT_SIGNAL_MAX 192

void hx_runtime_done(struct hx_runtime *rt)
{
	for (size_t i = 0; i < rt->nargs; i++)
		free(rt->args[i]);
	free(rt->name);
	free(rt->path);
	free(rt->option);
	free(rt->version);
	free(rt->spec);
	json_free(rt->features);
	*rt = (struct hx_runtime){0};
}

void hx_call_done(struct hx_call *c)
{
	int saved = errno;

	free(c->out);
	free(c->err);
	*c = (struct hx_call){.exit = -1};
	errno = saved;
}

/* A runtime that exits with -1, which is 255, has said no by itself. */
bool hx_call_by_signal(int status)
{
	return status > EXIT_SIGNAL && status <= EXIT_SIGNAL_MAX;
}

static int set_part(struct hx_runtime *rt, const char *part, struct err *e)
{
	if (str_starts(part, "name=")) {
		free(rt->name);
		rt->name = strdup(part + strlen("name="));
		return rt->name && *rt->name ? 0 : err_set(e, EINVAL, "--runtime: an empty name");
	}
	if (str_eq(part, "hide-unified")) {
		rt->hide_unified = true;
		return 0;
	}
	if (!str_starts(part, "arg="))
		return err_set(e, EINVAL,
			       "--runtime: '%s' is none of name=NAME, arg=ARG, hide-unified", part);
	if (rt->nargs == RUNTIME_ARGS_MAX)
		return err_set(e, E2BIG, "--runtime: more than %d arguments", RUNTIME_ARGS_MAX);
	rt->args[rt->nargs] = strdup(part + strlen("arg="));
	return rt->args[rt->nargs++] ? 0 : err_set(e, ENOMEM, "--runtime: %m");
}

/* Where a name without a slash was looked for. */
static const char *along(const char *given)
{
	return strchr(given, '/') ? "" : " along PATH";
}

static int not_found(const char *given, int num, struct err *e)
{
	cleanup_free char *guess = num == ENOENT ? hx_runtime_guess(given) : NULL;

	if (guess)
		return err_set(e, num, "the runtime '%s': %m%s (did you mean '%s'?)", given,
			       along(given), guess);
	return err_set(e, num, "the runtime '%s': %m%s", given, along(given));
}

static int check_file(struct hx_runtime *rt, const char *given, struct err *e)
{
	rt->path = hx_runtime_find(given);
	if (!rt->path || stat(rt->path, &rt->binary) < 0)
		return not_found(given, errno, e);
	if (!S_ISREG(rt->binary.st_mode))
		return err_set(e, EACCES, "the runtime '%s' is not a regular file", given);
	if (access(rt->path, X_OK) < 0)
		return err_set(e, errno, "the runtime '%s' cannot be executed: %m", given);
	return 0;
}

int hx_runtime_parse(const char *option, struct hx_runtime *ret, struct err *e)
{
	CLEANUP(hx_runtime_done) struct hx_runtime rt = {.minor = CATALOGUE_MINOR_MAX};
	cleanup_free char *copy = strdup(option);
	char *next, *save = NULL;
	int r;

	rt.option = strdup(option);
	if (!copy || !rt.option)
		return err_set(e, ENOMEM, "--runtime: %m");
	next = strtok_r(copy, ",", &save);
	if (!next || *option == ',')
		return err_set(e, EINVAL, "--runtime: a path is missing");
	r = check_file(&rt, next, e);
	while (r == 0 && (next = strtok_r(NULL, ",", &save)))
		r = set_part(&rt, next, e);
	if (r < 0)
		return r;
	if (!rt.name) {
		const char *base = strrchr(rt.path, '/');

		rt.name = strdup(base ? base + 1 : rt.path);
		if (!rt.name)
			return err_set(e, ENOMEM, "--runtime: %m");
	}
	*ret = rt;
	rt = (struct hx_runtime){0};
	return 0;
}

int hx_runtime_same_name(const char *name, struct err *e)
{
	return err_set(e, EEXIST, "two runtimes are called '%s': give one of them a name=", name);
}

static int64_t since(int64_t begin)
{
	return proc_now_ms() - begin;
}

/* Only a file grows; a terminal or a socket of the caller's has its own bounds. */
static bool is_flooded(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_size > (off_t)CALL_FLOOD;
}

/* Waits for its end. What it prints stays in memory, so that is looked at meanwhile: no limit of
 * the process's (RLIMIT_FSIZE) would do, which the files that it makes had, too. 0, -EFBIG,
 * -ETIMEDOUT or -errno. */
static int wait_for_end(struct proc *p, const struct hx_call_io *io, int out, int err)
{
	int r;

	do {
		int64_t next = proc_now_ms() + WATCH_MS;

		r = hx_loop_wait(io->loop, &p->pidfd, 1,
				 next < io->deadline_ms ? next : io->deadline_ms);
		if (is_flooded(out) || is_flooded(err))
			return -EFBIG;
	} while (r == -ETIMEDOUT && proc_now_ms() < io->deadline_ms);
	return r < 0 ? r : proc_wait(p, io->deadline_ms);
}

/* FD_NONE: it was written elsewhere. */
static char *text_of_memfd(int fd, size_t *ret_len)
{
	char *text = NULL;
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;

	*ret_len = 0;
	/* what is too much is cut, not refused: the rest still says something */
	if (size > (off_t)CALL_OUTPUT_MAX && ftruncate(fd, CALL_OUTPUT_MAX) < 0)
		return strdup("");
	if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0 ||
	    fd_read_all(fd, CALL_OUTPUT_MAX, &text, ret_len) < 0)
		return strdup("");
	return text;
}

static int start(const struct hx_runtime *rt, const char *const *argv, const struct hx_call_io *io,
		 int out, int err, struct proc *p, struct err *e)
{
	char *env[CALLER_ENV_MAX] = {(char *)RUNTIME_ENV_PATH, (char *)"LANG=C", NULL};
	char *full[1 + RUNTIME_ARGS_MAX + CALL_ARGS_MAX + 1];
	struct proc_spawn s = PROC_SPAWN_INIT;
	size_t n = 0;

	full[n++] = rt->path;
	for (size_t i = 0; i < rt->nargs; i++)
		full[n++] = rt->args[i];
	for (size_t i = 0; argv[i]; i++) {
		if (i == CALL_ARGS_MAX)
			return err_set(e, E2BIG, "more than %d arguments", CALL_ARGS_MAX);
		/* execve(2) does not write to them */
		full[n++] = (char *)argv[i];
	}
	full[n] = NULL;
	s.path = rt->path;
	s.argv = full;
	hx_caller_env(io->caller, env, 2);
	s.envp = env;
	s.setup = io->caller ? hx_caller_setup : NULL;
	/* only read */
	s.setup_arg = (void *)(uintptr_t)io->caller;
	s.cwd_fd = io->dir_fd;
	s.in_fd = io->in_fd;
	s.out_fd = out;
	s.err_fd = err;
	return proc_spawn(&s, p, e);
}

int hx_runtime_call(const struct hx_runtime *rt, const char *const *argv,
		    const struct hx_call_io *io, struct hx_call *ret, struct err *e)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	cleanup_fd int out = FD_NONE, err = FD_NONE;
	int64_t begin = proc_now_ms();
	int out_now, err_now, r;

	*ret = (struct hx_call){.made = true, .exit = -1};
	/* files and not pipes: whoever inherits them and lives on cannot hold us up */
	if (io->out_fd < 0)
		out = memfd_create("stdout", MFD_CLOEXEC);
	if (io->err_fd < 0)
		err = memfd_create("stderr", MFD_CLOEXEC);
	if ((io->out_fd < 0 && out < 0) || (io->err_fd < 0 && err < 0))
		return err_set(e, errno, "make a file for the runtime's output: %m");
	out_now = io->out_fd < 0 ? out : io->out_fd;
	err_now = io->err_fd < 0 ? err : io->err_fd;
	r = start(rt, argv, io, out_now, err_now, &p, e);
	if (r < 0)
		return r;
	r = wait_for_end(&p, io, out_now, err_now);
	if (r == 0)
		ret->exit = proc_exit_code(&p);
	ret->timed_out = r < 0;
	ret->flooded = r == -EFBIG;
	proc_kill(&p);
	ret->ms = (double)since(begin);
	ret->out = text_of_memfd(out, &ret->out_len);
	ret->err = text_of_memfd(err, &ret->err_len);
	return 0;
}

int hx_runtime_floods(const struct hx_runtime *rt, const char *command, struct err *e)
{
	return err_set(e, ENOEXEC,
		       "the runtime '%s' prints more than %u MiB at %s, and was killed for it",
		       rt->path, CALL_FLOOD >> 20, command);
}

int hx_runtime_offers(const struct hx_runtime *rt, const char *name, int64_t timeout_ms,
		      struct err *e)
{
	const char *const help[] = {name, "--help", NULL};
	CLEANUP(hx_call_done) struct hx_call call = {.exit = -1};
	struct hx_loop loop = {.count = 0};
	struct hx_call_io io = {
		FD_NONE, FD_NONE, FD_NONE, FD_NONE, &loop, proc_now_ms() + timeout_ms, NULL};
	int r = hx_runtime_call(rt, help, &io, &call, e);

	if (r == 0 && call.flooded)
		return hx_runtime_floods(rt, name, e);
	/* who does not have it says so */
	if (r == 0 && call.timed_out)
		return err_set(e, ETIMEDOUT, "the runtime '%s' does not answer to '%s --help'",
			       rt->path, name);
	if (r == 0 && hx_call_by_signal(call.exit))
		return err_set(e, ENOEXEC, "a signal ends the runtime '%s' at '%s --help'",
			       rt->path, name);
	return r < 0 ? r : call.exit == 0;
}

bool hx_runtime_binary_unchanged(const struct hx_runtime *rt)
{
	struct stat st;

	/* not the inode: through the overlay on /tmp it is another number */
	return stat(rt->path, &st) == 0 && st.st_ino == rt->binary.st_ino &&
	       st.st_size == rt->binary.st_size && st.st_mtim.tv_sec == rt->binary.st_mtim.tv_sec &&
	       st.st_mtim.tv_nsec == rt->binary.st_mtim.tv_nsec && st.st_mode == rt->binary.st_mode;
}
