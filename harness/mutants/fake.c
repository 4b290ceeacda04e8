/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boldest lie: there is no container. The configured program runs on the host, as it is, and
 * every command answers as if all were well. Only a suite that looks from the inside sees it.
 */
#include "liar_families.h"

#include "cleanup.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARGS_MAX    64
#define EXIT_NO	    1
#define WAIT_MS	    30000 /* for `start`; then the program never runs */
#define EXIT_NOEXEC 127

struct program {
	char *path;
	char *argv[ARGS_MAX + 1];
	char *envp[ARGS_MAX + 1];
	int fifo;
};

static int read_config(const struct liar *l, struct json **ret)
{
	cleanup_free char *path = str_format("%s/config.json", l->bundle);
	cleanup_free char *text = NULL;
	size_t len;
	int r;

	if (!path)
		return -ENOMEM;
	r = fd_read_file_at(AT_FDCWD, path, JSON_MAX_BYTES, &text, &len, NULL);
	return r < 0 ? r : json_parse(text, len, ret, NULL);
}

static char *state_path(const struct liar *l, const char *suffix)
{
	return str_format("%s/%s.%s", l->root ? l->root : "/run", l->id, suffix);
}

static void take_strings(const struct json *list, char *out[ARGS_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count && n < ARGS_MAX;
	     i++) {
		if (json_string(list->items[i]))
			out[n++] = list->items[i]->text;
	}
	out[n] = NULL;
}

/* In the child: waits for `start`, then is the program. */
static int run_program(void *arg)
{
	const struct program *p = arg;
	struct pollfd wait = {.fd = p->fifo, .events = POLLIN};

	if (poll(&wait, 1, WAIT_MS) != 1)
		return EXIT_NOEXEC;
	(void)close(p->fifo);
	(void)execve(p->path, p->argv, p->envp);
	return EXIT_NOEXEC;
}

static int write_text(const char *path, const char *text)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));
}

static int keep_state(const struct liar *l, const struct json *config, pid_t pid)
{
	CLEANUP(json_freep) struct json *state = json_new(JSON_OBJECT);
	const struct json *annotations = json_member(config, "annotations");
	cleanup_free char *path = state_path(l, "lie");
	cleanup_free char *pid_text = str_format("%d", pid);
	struct strbuf text = STRBUF_INIT;
	int r;

	if (!state || !path || !pid_text ||
	    json_set_member(state, "ociVersion", json_new_string("1.0.2")) < 0 ||
	    json_set_member(state, "id", json_new_string(l->id)) < 0 ||
	    json_set_member(state, "status", json_new_string("created")) < 0 ||
	    json_set_member(state, "pid", json_new_int(pid)) < 0 ||
	    json_set_member(state, "bundle", json_new_string(l->bundle)) < 0 ||
	    (annotations && json_set_member(state, "annotations", json_copy(annotations)) < 0))
		return -ENOMEM;
	json_print(state, 2, &text);
	r = text.oom ? -ENOMEM : write_text(path, text.buf);
	strbuf_done(&text);
	if (r == 0 && l->pid_file)
		r = write_text(l->pid_file, pid_text);
	return r;
}

static int create(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *config = NULL;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc child = PROC_INIT;
	struct program p = {.fifo = FD_NONE};
	cleanup_free char *fifo = state_path(l, "fifo");
	cleanup_free char *path = NULL;
	cleanup_fd int fd = FD_NONE;
	struct proc_fd pass;
	const char *root;
	int r;

	if (read_config(l, &config) < 0)
		return EXIT_NO;
	root = json_string(json_at(config, "/root/path"));
	take_strings(json_at(config, "/process/args"), p.argv);
	take_strings(json_at(config, "/process/env"), p.envp);
	if (!root || !p.argv[0] || !fifo)
		return EXIT_NO;
	path = root[0] == '/' ? str_format("%s/%s", root, p.argv[0])
			      : str_format("%s/%s/%s", l->bundle, root, p.argv[0]);
	p.path = path;
	if (mkfifo(fifo, 0600) < 0)
		return EXIT_NO;
	/* both ends, so that opening does not wait */
	fd = open(fifo, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return EXIT_NO;
	pass = (struct proc_fd){fd, 3};
	p.fifo = 3;
	s.run = run_program;
	s.run_arg = &p;
	s.in_fd = STDIN_FILENO;
	s.out_fd = STDOUT_FILENO;
	s.err_fd = STDERR_FILENO;
	s.fds = &pass;
	s.nfds = 1;
	s.outlive = true;
	r = proc_spawn(&s, &child, e);
	if (r < 0)
		return r;
	r = keep_state(l, config, child.pid);
	fd_close(&child.pidfd);
	return r < 0 ? err_set(e, -r, "keep the state: %m") : 0;
}

static bool is_gone(pid_t pid)
{
	uint64_t t;

	/* a zombie has ended, too */
	return proc_start_time(pid, &t) < 0;
}

static struct json *load(const struct liar *l, pid_t *ret_pid)
{
	cleanup_free char *path = state_path(l, "lie");
	cleanup_free char *fifo = state_path(l, "fifo");
	cleanup_free char *text = NULL;
	struct json *state = NULL;
	int64_t pid;
	size_t len;

	if (!path || !fifo ||
	    fd_read_file_at(AT_FDCWD, path, JSON_MAX_BYTES, &text, &len, NULL) < 0 ||
	    json_parse(text, len, &state, NULL) < 0)
		return NULL;
	if (json_int(json_member(state, "pid"), &pid) < 0) {
		json_free(state);
		return NULL;
	}
	*ret_pid = (pid_t)pid;
	if (is_gone(*ret_pid))
		(void)json_set_member(state, "status", json_new_string("stopped"));
	else if (access(fifo, F_OK) < 0)
		(void)json_set_member(state, "status", json_new_string("running"));
	return state;
}

static int start(const struct liar *l)
{
	cleanup_free char *path = state_path(l, "fifo");
	cleanup_fd int fd = path ? open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : FD_NONE;

	if (fd < 0 || fd_write_all(fd, "s", 1) < 0)
		return EXIT_NO;
	(void)unlink(path);
	return 0;
}

static int print_state(const struct json *state)
{
	struct strbuf out = STRBUF_INIT;
	int r;

	json_print(state, 2, &out);
	r = out.oom ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.buf, out.len);
	strbuf_done(&out);
	return r;
}

static int delete (const struct liar *l)
{
	static const char *const files[] = {"lie", "fifo"};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		cleanup_free char *path = state_path(l, files[i]);

		if (path)
			(void)unlink(path);
	}
	return 0;
}

int liar_fake(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *state = NULL;
	pid_t pid = 0;
	int sig;

	if (!l->id)
		return liar_become(l, e);
	if (str_eq(l->command, "create"))
		return create(l, e);
	state = load(l, &pid);
	if (!state)
		return EXIT_NO;
	if (str_eq(l->command, "start"))
		return start(l);
	if (str_eq(l->command, "state"))
		return print_state(state);
	if (str_eq(l->command, "delete"))
		return delete (l);
	sig = proc_signal_parse(l->signal ? l->signal : "TERM");
	return str_eq(l->command, "kill") && sig > 0 && kill(pid, sig) == 0 ? 0 : EXIT_NO;
}
