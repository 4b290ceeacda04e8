/* SPDX-License-Identifier: Apache-2.0 */
#include "liar.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define OUTPUT_MAX (1u << 20)
#define FDS_MAX	   60

/* What a new program would inherit, and proc_spawn() sets anew. */
struct inherited {
	sigset_t blocked, ignored;
	bool closed[3];
	struct proc_fd fds[FDS_MAX];
	size_t nfds;
	int (*then)(void *arg, struct err *e); /* NULL: nothing more */
	void *arg;
};

void liar_done(struct liar *l)
{
	lie_done(&l->lie);
	free(l->real);
	*l = (struct liar){.real = NULL};
}

static bool is_command(const char *s)
{
	static const char *const names[] = {"create", "start",	  "state", "kill",   "delete",
					    "run",    "features", "list",  "spec",   "exec",
					    "pause",  "resume",	  "ps",	   "update", "events"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_eq(names[i], s))
			return true;
	}
	return false;
}

/* The value of an option that is written "--name=value", "--name value" or "-n value"; *i moves on
 * over it. NULL where the argument is another one. */
static const char *option_value(const struct liar *l, size_t *i, const char *arg, const char *name,
				const char *letter)
{
	size_t n = strlen(name);

	if (strncmp(arg, name, n) == 0 && arg[n] == '=')
		return arg + n + 1;
	if (!str_eq(arg, name) && !(letter && str_eq(arg, letter)))
		return NULL;
	if (*i + 1 == l->nargs)
		return NULL;
	return l->args[++*i];
}

static bool takes_value(const char *arg)
{
	static const char *const names[] = {"--console-socket", "--preserve-fds", "--log",
					    "--log-format",	"--criu",	  "--rootless"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_eq(names[i], arg))
			return true;
	}
	return false;
}

/* Looks at every argument once. */
static void read_args(struct liar *l, const char **bundle)
{
	l->verb = l->nargs;
	l->command = "";
	for (size_t i = 0; i < l->nargs; i++) {
		const char *arg = l->args[i], *v;

		assert(arg);
		if ((v = option_value(l, &i, arg, "--root", NULL)))
			l->root = v;
		else if ((v = option_value(l, &i, arg, "--bundle", "-b")))
			*bundle = v;
		else if ((v = option_value(l, &i, arg, "--pid-file", NULL)))
			l->pid_file = v;
		else if (takes_value(arg))
			i++;
		else if (arg[0] == '-' && arg[1])
			continue;
		else if (l->verb == l->nargs && is_command(arg))
			l->command = l->args[l->verb = i];
		else if (l->verb < l->nargs && !l->id)
			l->id = arg;
		else if (l->id && !l->signal)
			l->signal = arg;
	}
}

static int resolve_bundle(struct liar *l, const char *given, struct err *e)
{
	char cwd[PATH_MAX];
	int n;

	if (given && given[0] == '/') {
		n = snprintf(l->bundle, sizeof(l->bundle), "%s", given);
	} else {
		if (!getcwd(cwd, sizeof(cwd)))
			return err_set(e, errno, "getcwd: %m");
		n = snprintf(l->bundle, sizeof(l->bundle), "%s%s%s", cwd, given ? "/" : "",
			     given ? given : "");
	}
	return n < 0 || (size_t)n >= sizeof(l->bundle) ? err_set(e, ENAMETOOLONG, "the bundle: %m")
						       : 0;
}

int liar_parse(int argc, char **argv, struct liar *ret, struct err *e)
{
	CLEANUP(liar_done) struct liar l = {.real = NULL};
	const char *bundle = NULL;
	int r;

	if (argc < 3 || !str_eq(argv[1], "--"))
		return err_set(e, EINVAL, "conform lie LIE -- RUNTIME [ARG...]");
	r = lie_parse(argv[0], &l.lie, e);
	if (r < 0)
		return r;
	l.real = strdup(argv[2]);
	if (!l.real)
		return err_set(e, ENOMEM, "read the arguments: %m");
	if (argc - 3 > LIAR_ARGS_MAX)
		return err_set(e, E2BIG, "more than %d arguments", LIAR_ARGS_MAX);
	for (int i = 3; i < argc; i++)
		l.args[l.nargs++] = argv[i];
	read_args(&l, &bundle);
	r = resolve_bundle(&l, bundle, e);
	if (r < 0)
		return r;
	*ret = l;
	l = (struct liar){.real = NULL};
	return 0;
}

int liar_insert(struct liar *l, size_t at, const char *word)
{
	if (l->nargs == LIAR_ARGS_MAX)
		return -E2BIG;
	memmove(&l->args[at + 1], &l->args[at], (l->nargs - at) * sizeof(*l->args));
	/* execve(2) does not write to it */
	l->args[at] = (char *)(uintptr_t)word;
	l->nargs++;
	return 0;
}

static int read_inherited(struct inherited *in, int extra_fd)
{
	cleanup_dir DIR *d = opendir("/proc/self/fd");
	struct sigaction sa;

	if (!d)
		return -errno;
	(void)sigemptyset(&in->ignored);
	(void)sigprocmask(SIG_BLOCK, NULL, &in->blocked);
	for (int sig = 1; sig < NSIG; sig++) {
		if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN)
			(void)sigaddset(&in->ignored, sig);
	}
	for (int fd = 0; fd < 3; fd++)
		in->closed[fd] = fcntl(fd, F_GETFD) < 0;
	for (struct dirent *de; (de = readdir(d)) && in->nfds < FDS_MAX;) {
		uint64_t fd;

		if (str_to_u64(de->d_name, INT_MAX, &fd) < 0 || fd < 3 || (int)fd == dirfd(d))
			continue;
		/* ours are close-on-exec, the caller's are not, or they would not be here */
		if (fcntl((int)fd, F_GETFD) & FD_CLOEXEC)
			continue;
		if (extra_fd >= 0 && fd == 3)
			continue;
		in->fds[in->nfds++] = (struct proc_fd){(int)fd, (int)fd};
	}
	if (extra_fd >= 0 && in->nfds < FDS_MAX)
		in->fds[in->nfds++] = (struct proc_fd){extra_fd, 3};
	return 0;
}

/* In the child, just before the real runtime. */
static int restore(void *arg, struct err *e)
{
	const struct inherited *in = arg;

	for (int sig = 1; sig < NSIG; sig++) {
		if (sigismember(&in->ignored, sig) == 1)
			(void)signal(sig, SIG_IGN);
	}
	(void)sigprocmask(SIG_SETMASK, &in->blocked, NULL);
	for (int fd = 0; fd < 3; fd++) {
		if (in->closed[fd])
			(void)close(fd);
	}
	return in->then ? in->then(in->arg, e) : 0;
}

/* Executes @argv in the state in which the wrapper was called but for what @in says, and waits. */
static int spawn(struct inherited *in, char **argv, int out_fd, int extra_fd, struct err *e)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	int r = read_inherited(in, extra_fd);

	if (r < 0)
		return err_set(e, -r, "read /proc/self/fd: %m");
	s.path = argv[0];
	s.argv = argv;
	s.in_fd = in->closed[0] ? FD_NONE : STDIN_FILENO;
	s.out_fd = out_fd == STDOUT_FILENO && in->closed[1] ? FD_NONE : out_fd;
	s.err_fd = in->closed[2] ? FD_NONE : STDERR_FILENO;
	if (out_fd != STDOUT_FILENO)
		in->closed[1] = false;
	s.fds = in->fds;
	s.nfds = in->nfds;
	s.setup = restore;
	s.setup_arg = in;
	r = proc_spawn(&s, &p, e);
	if (r == 0)
		r = proc_wait(&p, -1);
	return r < 0 ? r : proc_exit_code(&p);
}

/* The program's name and the arguments, as execve(2) wants them. */
static void make_argv(const struct liar *l, char *argv[LIAR_ARGS_MAX + 2])
{
	argv[0] = l->real;
	memcpy(argv + 1, l->args, l->nargs * sizeof(*argv));
	argv[l->nargs + 1] = NULL;
}

int liar_call(const struct liar *l, int out_fd, int extra_fd, struct err *e)
{
	char *argv[LIAR_ARGS_MAX + 2];
	struct inherited in = {.nfds = 0};

	make_argv(l, argv);
	return spawn(&in, argv, out_fd, extra_fd, e);
}

int liar_run(char **argv, int (*setup)(void *arg, struct err *e), void *arg, struct err *e)
{
	struct inherited in = {.then = setup, .arg = arg};

	return spawn(&in, argv, STDOUT_FILENO, FD_NONE, e);
}

int liar_ask(const struct liar *l, const char *const *words, char **ret_out, struct err *e)
{
	cleanup_fd int out = memfd_create("output", MFD_CLOEXEC);
	char *argv[LIAR_ARGS_MAX + 2] = {l->real};
	struct inherited in = {.nfds = 0};
	size_t n = 1, len;
	int code, r;

	if (out < 0)
		return err_set(e, errno, "make a file for the output: %m");
	for (size_t i = 0; i < l->verb && n < LIAR_ARGS_MAX; i++)
		argv[n++] = l->args[i];
	for (size_t i = 0; words[i] && n < LIAR_ARGS_MAX; i++)
		argv[n++] = (char *)(uintptr_t)words[i];
	argv[n] = NULL;
	code = spawn(&in, argv, out, FD_NONE, e);
	if (code < 0 || lseek(out, 0, SEEK_SET) < 0)
		return code < 0 ? code : -errno;
	r = fd_read_all(out, OUTPUT_MAX, ret_out, &len);
	return r < 0 ? r : code;
}

int liar_become(const struct liar *l, struct err *e)
{
	char *argv[LIAR_ARGS_MAX + 2];

	assert(l->real);
	make_argv(l, argv);
	(void)execv(l->real, argv);
	return err_set(e, errno, "execute '%s': %m", l->real);
}

int liar_call_of(const struct liar *l, const char *command, struct err *e)
{
	return str_eq(l->command, command) ? liar_call(l, STDOUT_FILENO, FD_NONE, e)
					   : liar_become(l, e);
}

struct json *liar_state(const struct liar *l, struct err *e)
{
	const char *const words[] = {"state", l->id, NULL};
	cleanup_free char *text = NULL;
	struct json *state = NULL;

	if (!l->id || liar_ask(l, words, &text, e) != 0)
		return NULL;
	assert(text);
	return json_parse(text, strlen(text), &state, NULL) < 0 ? NULL : state;
}
