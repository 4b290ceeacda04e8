/* SPDX-License-Identifier: Apache-2.0 */
#include "criu.h"

#include "cleanup.h"
#include "criu_answer.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_MAX (64u << 20)
/* An answer, with the first error in words. */
#define ANSWER_MAX (64u << 10)
#define LOG_LEVEL  4
/* Descriptors of criu: its end of the socket, as its command line says it, the directories, and
 * what it inherits beside them. */
enum { SOCKET = 3, IMAGES, WORK, INHERITED };
#define SOCKET_NUMBER "3"

/* Numbers of fields in the other messages of rpc.proto. */
enum {
	REQ_TYPE = 1,
	REQ_OPTS = 2,
	REQ_NOTIFY_SUCCESS = 3,
	PAIR_FIRST = 1,
	PAGE_SERVER_ADDRESS = 1,
	PAGE_SERVER_PORT = 2,
	INHERIT_KEY = 1,
	INHERIT_FD = 2,
};

void criu_done(struct criu *c)
{
	strbuf_done(&c->opts);
	fd_close(&c->images_fd);
	fd_close(&c->work_fd);
}

void criu_set(struct criu *c, enum criu_field field, int64_t value)
{
	criu_wire_number(&c->opts, field, value);
}

void criu_text(struct criu *c, enum criu_field field, const char *fmt, ...)
{
	cleanup_free char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		c->oom = true;
		return;
	}
	criu_wire_text(&c->opts, field, text);
}

static void add_message(struct criu *c, enum criu_field field, const struct strbuf *message)
{
	criu_wire_bytes(&c->opts, field, message->buf ? message->buf : "", message->len);
	c->oom = c->oom || message->oom;
}

void criu_pair(struct criu *c, enum criu_field field, const char *first, unsigned int second_field,
	       const char *second)
{
	CLEANUP(strbuf_done) struct strbuf message = STRBUF_INIT;

	if (first)
		criu_wire_text(&message, PAIR_FIRST, first);
	if (second)
		criu_wire_text(&message, second_field, second);
	add_message(c, field, &message);
}

void criu_inherit_stdio(struct criu *c, int number, const char *key)
{
	CLEANUP(strbuf_done) struct strbuf message = STRBUF_INIT;

	criu_wire_text(&message, INHERIT_KEY, key);
	criu_wire_number(&message, INHERIT_FD, number);
	add_message(c, CRIU_INHERIT_FD, &message);
}

static int give(struct criu *c, int fd)
{
	int as = INHERITED + (int)c->nfds;

	c->fds[c->nfds++] = (struct proc_fd){.fd = fd, .as = as};
	return as;
}

void criu_inherit(struct criu *c, int fd, const char *key)
{
	criu_inherit_stdio(c, give(c, fd), key);
}

static void add_page_server(struct criu *c, const struct rt_criu_options *o)
{
	CLEANUP(strbuf_done) struct strbuf message = STRBUF_INIT;

	criu_wire_text(&message, PAGE_SERVER_ADDRESS, o->page_server);
	criu_wire_number(&message, PAGE_SERVER_PORT, o->page_server_port);
	add_message(c, CRIU_PAGE_SERVER, &message);
}

/* criu_cg_mode of rpc.proto. */
static int cgroups_mode(const char *name)
{
	static const struct {
		const char *name;
		int mode;
	} modes[] = {{"ignore", 0}, {"soft", 3}, {"full", 4}, {"strict", 5}};

	for (size_t i = 0; name && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (str_eq(name, modes[i].name))
			return modes[i].mode;
	return 3;
}

static int open_directory(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_set(e, errno, "open '%s': %m", path) : fd;
}

/* That of the log is made where it is missing, as runc makes it: callers count on that. */
static int open_work_directory(const char *path, struct err *e)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_set(e, errno, "make directory '%s': %m", path);
	return open_directory(path, e);
}

/* What the caller has given is open behind execve(2); everything else is ours. */
static int add_status_fd(struct criu *c, int fd, struct err *e)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags < 0 || (flags & FD_CLOEXEC))
		return err_set(e, EBADF, "descriptor %d of --status-fd: %m", fd);
	criu_set(c, CRIU_STATUS_FD, give(c, fd));
	return 0;
}

int criu_begin(struct criu *c, enum criu_verb verb, const struct rt_criu_options *o, struct err *e)
{
	const struct {
		bool on;
		enum criu_field field;
	} simple[] = {
		{o->tcp_established, CRIU_TCP_ESTABLISHED},
		{o->tcp_skip_in_flight, CRIU_TCP_SKIP_IN_FLIGHT},
		{o->tcp_close, CRIU_TCP_CLOSE},
		{o->link_remap, CRIU_LINK_REMAP},
		{o->ext_unix_sk, CRIU_EXT_UNIX_SK},
		{o->shell_job, CRIU_SHELL_JOB},
		{o->lazy_pages, CRIU_LAZY_PAGES},
		{o->file_locks, CRIU_FILE_LOCKS},
		{o->auto_dedup, CRIU_AUTO_DEDUP},
		/* the other end of a container's terminal is never in the container */
		{true, CRIU_ORPHAN_PTS_MASTER},
		{true, CRIU_NOTIFY_SCRIPTS},
	};

	*c = (struct criu){
		.verb = verb, .o = o, .images_fd = FD_NONE, .work_fd = FD_NONE, .give_up_at = -1};
	c->images_fd = open_directory(o->image_path, e);
	if (c->images_fd < 0)
		return c->images_fd;
	c->work_fd = open_work_directory(o->work_path, e);
	if (c->work_fd < 0)
		return c->work_fd;
	criu_set(c, CRIU_IMAGES_DIR_FD, IMAGES);
	criu_set(c, CRIU_WORK_DIR_FD, WORK);
	criu_set(c, CRIU_LOG_LEVEL, LOG_LEVEL);
	criu_set(c, CRIU_MANAGE_CGROUPS_MODE, cgroups_mode(o->manage_cgroups));
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (simple[i].on)
			criu_set(c, simple[i].field, 1);
	if (o->empty_network)
		criu_set(c, CRIU_EMPTY_NS, CLONE_NEWNET);
	if (o->page_server)
		add_page_server(c, o);
	if (o->lsm_profile)
		criu_text(c, CRIU_LSM_PROFILE, "%s", o->lsm_profile);
	if (o->lsm_mount_context)
		criu_text(c, CRIU_LSM_MOUNT_CONTEXT, "%s", o->lsm_mount_context);
	return o->status_fd < 0 ? 0 : add_status_fd(c, o->status_fd, e);
}

void criu_add_config_file(struct criu *c, const struct cfg_config *config)
{
	for (size_t i = 0; i < config->annotations.count; i++) {
		const char *value = config->annotations.items[i].value;

		if (str_eq(config->annotations.items[i].key, RT_CRIU_ANNOTATION) && *value)
			criu_text(c, CRIU_CONFIG_FILE, "%s", value);
	}
}

/* Of its log, or NULL. */
static char *first_error(int dir, const char *log)
{
	cleanup_free char *text = NULL;
	size_t len;

	return fd_read_file_at(dir, log, LOG_MAX, &text, &len, NULL) < 0 ? NULL
									 : criu_log_error(text);
}

static int interrupted(struct err *e)
{
	return err_set(e, EINTR, "interrupted by a signal");
}

/* What an ended or failed criu leaves to be said. */
static int failed(const struct criu *c, const struct criu_run *run, const struct criu_answer *a,
		  struct err *e)
{
	cleanup_free char *why = first_error(c->work_fd, run->log);
	const char *said = why ? why : a->error[0] ? a->error : "no reason is given";

	if (c->interrupted)
		return interrupted(e);
	return err_set(e, a->num > 0 && a->num < 4096 ? a->num : EIO,
		       "criu failed: %s (all of it: %s/%s)", said, c->o->work_path, run->log);
}

/* What criu's process is made ready with. */
struct preparation {
	const struct rt_criu_options *o;
	const struct criu_run *run;
};

static int send_request(struct criu *c, int sock, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf request = STRBUF_INIT;

	criu_wire_number(&request, REQ_TYPE, c->verb);
	criu_wire_bytes(&request, REQ_OPTS, c->opts.buf, c->opts.len);
	if (c->oom || c->opts.oom || request.oom)
		return err_set(e, ENOMEM, "criu: %m");
	if (send(sock, request.buf, request.len, MSG_NOSIGNAL) < 0)
		return err_set(e, errno, "ask criu: %m");
	return 0;
}

static int acknowledge(int sock, bool success, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf reply = STRBUF_INIT;

	criu_wire_number(&reply, REQ_TYPE, CRIU_ANSWER_NOTIFY);
	criu_wire_number(&reply, REQ_NOTIFY_SUCCESS, success);
	if (reply.oom)
		return err_set(e, ENOMEM, "criu: %m");
	if (send(sock, reply.buf, reply.len, MSG_NOSIGNAL) < 0)
		return err_set(e, errno, "answer criu: %m");
	return 0;
}

/* The caller has waited enough. */
static void interrupt(struct criu *c, const struct criu_run *run)
{
	c->interrupted = true;
	c->give_up_at = run->patience_ms < 0 ? -1 : proc_now_ms() + run->patience_ms;
}

/* Until criu has said something, or has been given the time to. */
static int wait_for_answer(struct criu *c, int sock, const struct criu_run *run, struct err *e)
{
	for (;;) {
		struct pollfd p[] = {
			{.fd = sock, .events = POLLIN},
			{.fd = c->interrupted ? FD_NONE : run->interrupt, .events = POLLIN}};
		int64_t left =
			c->interrupted && c->give_up_at >= 0 ? c->give_up_at - proc_now_ms() : -1;
		bool over = c->interrupted && c->give_up_at >= 0 && left <= 0;
		int n = poll(p, 2, over ? 0 : (int)left);

		if (n < 0 && errno != EINTR)
			return err_set(e, errno, "wait for criu: %m");
		if (n > 0 && p[0].revents)
			return 0;
		if (n > 0 && p[1].revents)
			interrupt(c, run);
		else if (over)
			return interrupted(e);
	}
}

/* From a step that failed on criu goes back, telling of more steps. */
static int take_step(const struct criu *c, int sock, const struct criu_run *run,
		     const struct criu_answer *a, int *fd, struct err *e)
{
	struct criu_step step = {.name = a->script, .pid = a->pid, .fd = take_fd(fd)};
	int r = 0;

	if (run->step)
		r = run->step(run->arg, &step, e);
	fd_close(&step.fd);
	return r < 0 ? r : acknowledge(sock, !c->interrupted, e);
}

/* One answer: 1 for the last one. */
static int converse(struct criu *c, int sock, const struct criu_run *run, struct err *e)
{
	cleanup_free char *buf = malloc(ANSWER_MAX);
	cleanup_fd int fd = FD_NONE;
	struct criu_answer a = {0};
	ssize_t n;
	int r;

	if (!buf)
		return err_set(e, ENOMEM, "criu: %m");
	r = wait_for_answer(c, sock, run, e);
	if (r < 0)
		return r;
	n = fd_recv(sock, buf, ANSWER_MAX, &fd, 1);
	if (n < 0 && n != -ECONNRESET)
		return err_set(e, (int)-n, "hear from criu: %m");
	c->answered = n <= 0;
	if (n <= 0)
		return failed(c, run, &a, e);
	if (criu_answer_parse(buf, (size_t)n, &a) < 0)
		return err_set(e, EPROTO, "criu said something that is not understood");
	c->answered = a.type != CRIU_ANSWER_NOTIFY || !a.success;
	if (!a.success)
		return failed(c, run, &a, e);
	if (a.type != CRIU_ANSWER_NOTIFY)
		return 1;
	return take_step(c, sock, run, &a, &fd, e);
}

/* Its end: where there is an error to tell, it has had its time. */
static int end(struct criu *c, struct proc *p, int r, struct err *e)
{
	int code = proc_wait(p, r < 0 && c->give_up_at >= 0 ? c->give_up_at : -1);

	if (r < 0)
		return r;
	if (code < 0)
		return err_set(e, -code, "wait for criu: %m");
	code = proc_exit_code(p);
	return code == 0 ? 0 : err_set(e, EIO, "criu ended with exit code %d", code);
}

/* A directory once more, where the path leads to by now, as descriptor @as. */
static int reopen(const char *path, int as, struct err *e)
{
	cleanup_fd int fd = open_directory(path, e);

	if (fd < 0)
		return fd;
	return dup2(fd, as) < 0 ? err_set(e, errno, "make descriptor %d: %m", as) : 0;
}

/*
 * In criu, before its program. Descriptors that a request names are looked up in the process that
 * made the socket, and mounts on what they lead to are made in criu's mount namespace: so both have
 * to be of this process, after the change of namespaces. Our end goes to the parent over the
 * socket that is in its place until then.
 */
static int prepare(void *arg, struct err *e)
{
	const struct preparation *p = arg;
	int ends[2];
	int r = p->run->setup ? p->run->setup(p->run->arg, e) : 0;

	if (r >= 0)
		r = reopen(p->o->image_path, IMAGES, e);
	if (r >= 0)
		r = reopen(p->o->work_path, WORK, e);
	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_set(e, errno, "socketpair: %m");
	r = fd_send(SOCKET, "", 1, &ends[0], 1);
	if (r < 0)
		return err_set(e, -r, "give away an end of the socket: %m");
	(void)close(ends[0]);
	return dup2(ends[1], SOCKET) < 0 ? err_set(e, errno, "make descriptor %d: %m", SOCKET) : 0;
}

/* Starts criu; *ret is the socket to it. */
static int start(const struct criu *c, const struct criu_run *run, struct proc *p, int *ret,
		 struct err *e)
{
	char name[] = "criu", verb[] = "swrk", number[] = SOCKET_NUMBER;
	char *argv[] = {name, verb, number, NULL};
	struct preparation preparation = {.o = c->o, .run = run};
	struct proc_fd fds[CRIU_FDS_MAX + INHERITED - SOCKET];
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_fd int ours = FD_NONE, theirs = FD_NONE;
	int ends[2], r;
	char byte;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_set(e, errno, "socketpair: %m");
	ours = ends[0];
	theirs = ends[1];
	fds[0] = (struct proc_fd){.fd = theirs, .as = SOCKET};
	fds[1] = (struct proc_fd){.fd = c->images_fd, .as = IMAGES};
	fds[2] = (struct proc_fd){.fd = c->work_fd, .as = WORK};
	memcpy(fds + 3, c->fds, c->nfds * sizeof(fds[0]));
	s.path = c->o->program ? c->o->program : name;
	s.argv = argv;
	s.in_fd = STDIN_FILENO;
	s.out_fd = STDOUT_FILENO;
	s.err_fd = STDERR_FILENO;
	s.fds = fds;
	s.nfds = c->nfds + 3;
	s.setup = prepare;
	s.setup_arg = &preparation;
	r = proc_spawn(&s, p, e);
	if (r < 0)
		return err_wrap(e, "start criu");
	r = (int)fd_recv(ours, &byte, 1, ret, 1);
	return r == 1 && *ret >= 0 ? 0 : err_set(e, r < 0 ? -r : EPROTO, "the socket of criu: %m");
}

int criu_run(struct criu *c, const struct criu_run *run, struct err *e)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	cleanup_fd int sock = FD_NONE;
	int r;

	criu_text(c, CRIU_LOG_FILE, "%s", run->log);
	/* of an earlier run: its errors are not this one's */
	(void)unlinkat(c->work_fd, run->log, 0);
	r = start(c, run, &p, &sock, e);
	if (r < 0)
		return r;
	r = send_request(c, sock, e);
	while (r == 0)
		r = converse(c, sock, run, e);
	/* a step of ours that failed is no reason to wait */
	if (r < 0 && !c->interrupted && !c->answered)
		return r;
	return end(c, &p, r, e);
}
