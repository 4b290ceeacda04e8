/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe as a hook: `--hook=NAME IODIR [WORD...]` appends one line of JSON to IODIR/hooks, in
 * one write, so that hooks that run at the same time do not mix. It records first and ends as asked
 * afterwards, so that a hook which is killed for its timeout has been seen.
 */
#include "fd.h"
#include "file.h"
#include "names.h"
#include "probe.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STATE_MAX	 (128 << 10) /* kept of what stands on stdin */
#define STATE_WAIT_MS	 10000	     /* for a writer that says nothing and does not close */
#define RECORDS_TRIES	 2000	     /* times RECORDS_PAUSE_NS: ten seconds */
#define RECORDS_PAUSE_NS 5000000
#define ARGUMENT_IODIR	 2
#define ARGUMENT_WORDS	 3

/* One member of an object whose value a fact gives. */
static void put_fact(struct probe *p, const char *key, const char *name)
{
	const char *parameter;
	const struct fact *f = vocabulary_find_fact(name, &parameter);

	out_key(&p->out, key);
	if (f)
		f->report(p, parameter);
	else
		out_error_text(&p->out, "unknown fact");
}

static void put_args(struct probe *p)
{
	out_key(&p->out, "args");
	out_open(&p->out, '[');
	for (int i = 0; i < p->self.argc; i++)
		out_string(&p->out, p->self.argv[i]);
	out_close(&p->out, ']');
}

/* Reads to the end of file and keeps the beginning: the bytes kept, or -errno; *ret_eof says
 * whether the end was seen. */
static ssize_t read_state(char *buf, size_t size, bool *ret_eof)
{
	struct pollfd waits = {.fd = STDIN_FILENO, .events = POLLIN};
	size_t kept = 0;
	char rest[4096];

	*ret_eof = false;
	for (;;) {
		bool fits = kept < size;
		ssize_t n;

		if (poll(&waits, 1, STATE_WAIT_MS) == 0)
			return (ssize_t)kept;
		n = read(STDIN_FILENO, fits ? buf + kept : rest, fits ? size - kept : sizeof(rest));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		kept += fits ? (size_t)n : 0;
	}
	*ret_eof = true;
	return (ssize_t)kept;
}

static size_t put_state(struct probe *p)
{
	bool eof;
	ssize_t n = read_state(p->scratch, STATE_MAX, &eof);

	out_key(&p->out, "stdin");
	if (n < 0)
		out_error(&p->out, (int)n);
	else
		out_string_len(&p->out, p->scratch, (size_t)n);
	out_key(&p->out, "stdin_eof");
	out_bool(&p->out, eof);
	return n < 0 ? 0 : (size_t)n;
}

/* The state's pid: its first member of that name, which no member before it can hide in a string
 * that a runtime writes (ids and paths have no quotes). 0 where there is none. */
static unsigned long pid_of_state(const char *state, size_t len)
{
	static const char name[] = "\"pid\"";
	const char *p = memmem(state, len, name, sizeof(name) - 1), *end = state + len;
	unsigned long pid = 0;

	if (!p)
		return 0;
	p += sizeof(name) - 1;
	while (p < end && (*p == ' ' || *p == ':' || *p == '\t' || *p == '\n'))
		p++;
	for (; p < end && *p >= '0' && *p <= '9' && pid < INT32_MAX / 10; p++)
		pid = pid * 10 + (unsigned long)(*p - '0');
	return pid;
}

/* `mounts` among the words: the mount table of the state's process, as text. */
static void put_mounts(struct probe *p, unsigned long pid)
{
	char path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%lu/mountinfo", pid);
	n = file_read(path, p->scratch, PROBE_SCRATCH_SIZE);
	out_key(&p->out, "mounts");
	if (n < 0)
		out_error(&p->out, (int)n);
	else
		out_string_len(&p->out, p->scratch, (size_t)n);
}

/* `target` among the words: the namespaces of the state's process, opened as the text says. */
static void put_target(struct probe *p, unsigned long pid)
{
	out_key(&p->out, "target");
	out_open(&p->out, '{');
	for (const struct names_ns *ns = names_namespaces; ns->oci; ns++) {
		char path[64];
		struct stat st;
		int fd;

		(void)snprintf(path, sizeof(path), "/proc/%lu/ns/%s", pid, ns->proc);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		out_key(&p->out, ns->oci);
		if (fd >= 0 && fstat(fd, &st) == 0)
			out_uint(&p->out, st.st_ino);
		else
			out_error(&p->out, -errno);
		if (fd >= 0)
			(void)close(fd);
	}
	out_close(&p->out, '}');
}

static void put_namespaces(struct probe *p)
{
	out_key(&p->out, "ns");
	out_open(&p->out, '{');
	for (const struct names_ns *ns = names_namespaces; ns->oci; ns++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "ns.%s", ns->oci);
		put_fact(p, ns->oci, name);
	}
	out_close(&p->out, '}');
}

/* `ask:FACT` among the words puts more facts into the record. */
static void put_asked(struct probe *p)
{
	out_key(&p->out, "facts");
	out_open(&p->out, '{');
	for (int i = ARGUMENT_WORDS; i < p->self.argc; i++) {
		const char *word = p->self.argv[i];

		if (str_starts(word, "ask:"))
			put_fact(p, word + strlen("ask:"), word + strlen("ask:"));
	}
	out_close(&p->out, '}');
}

static bool has_word(const struct self *self, const char *word)
{
	for (int i = ARGUMENT_WORDS; i < self->argc; i++)
		if (str_eq(self->argv[i], word))
			return true;
	return false;
}

static void put_record(struct probe *p, const char *name, bool with_state)
{
	struct out *o = &p->out;

	out_open(o, '{');
	out_key(o, "name");
	out_string(o, name);
	put_args(p);
	put_fact(p, "env", "process.env");
	if (with_state) {
		size_t len = put_state(p);
		unsigned long pid = pid_of_state(p->scratch, len);

		if (has_word(&p->self, "target"))
			put_target(p, pid);
		if (has_word(&p->self, "mounts"))
			put_mounts(p, pid);
	} else {
		out_key(o, "stdin");
		out_null(o);
	}
	put_namespaces(p);
	put_fact(p, "cwd", "process.cwd");
	put_fact(p, "fds", "fds.open");
	out_key(o, "signals");
	out_open(o, '{');
	put_fact(p, "blocked", "signals.blocked");
	put_fact(p, "ignored", "signals.ignored");
	out_close(o, '}');
	put_fact(p, "uids", "user.uids");
	put_fact(p, "gids", "user.gids");
	out_key(o, "uid");
	out_uint(o, geteuid());
	put_fact(p, "pid", "process.pid");
	put_fact(p, "ppid", "process.ppid");
	put_fact(p, "cgroup", "cgroup.self");
	put_fact(p, "root", "root.inode");
	put_asked(p);
	out_key(o, "truncated");
	out_bool(o, o->lost);
	out_close(o, '}');
	out_raw(o, "\n");
}

/* One write(2) with O_APPEND: 0, or -errno. */
static int append_record(const struct out *o, const char *iodir, struct err *e)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/hooks", iodir), fd;
	ssize_t written;

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(e, ENAMETOOLONG, "'%s': %m", iodir);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		return err_set(e, errno, "open '%s': %m", path);
	written = write(fd, o->buf, o->len);
	if (written != (ssize_t)o->len)
		n = err_set(e, written < 0 ? errno : EIO, "write '%s': %m", path);
	(void)close(fd);
	return n < 0 ? n : 0;
}

static void sleep_for(uint64_t seconds)
{
	struct timespec left = {.tv_sec = (time_t)seconds};

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* How many records stand in @iodir/hooks; what cannot be read has none. */
static uint64_t records(const char *iodir)
{
	char path[PATH_MAX], buf[4096];
	int n = snprintf(path, sizeof(path), "%s/hooks", iodir), fd;
	uint64_t lines = 0;
	ssize_t got;

	fd = n > 0 && (size_t)n < sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (fd < 0)
		return 0;
	while ((got = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < got; i++)
			lines += buf[i] == '\n';
	(void)close(fd);
	return lines;
}

/* Until @wanted records are there: 0, or 1 where they are not in time. */
static int wait_for_records(const char *iodir, uint64_t wanted)
{
	const struct timespec pause = {.tv_nsec = RECORDS_PAUSE_NS};

	for (int i = 0; i < RECORDS_TRIES; i++) {
		if (records(iodir) >= wanted)
			return 0;
		(void)nanosleep(&pause, NULL);
	}
	return 1;
}

/* Does what the words say about the end: the exit status, or -EINVAL for a word that is none. */
static int end_as_asked(const struct self *self)
{
	int status = 0;

	for (int i = ARGUMENT_WORDS; i < self->argc; i++) {
		const char *word = self->argv[i];
		uint64_t n;

		if (str_starts(word, "exit:") && str_to_u64(word + 5, 255, &n) == 0)
			status = (int)n;
		else if (str_starts(word, "sleep:") && str_to_u64(word + 6, 3600, &n) == 0)
			sleep_for(n);
		else if (str_starts(word, "records:") &&
			 str_to_u64(word + 8, UINT32_MAX, &n) == 0) {
			if (wait_for_records(self->argv[ARGUMENT_IODIR], n) != 0)
				return 1;
		} else if (str_eq(word, "kill"))
			(void)kill(getpid(), SIGKILL);
		else if (!str_eq(word, "noread") && !str_eq(word, "target") &&
			 !str_eq(word, "mounts") && !str_starts(word, "ask:"))
			return -EINVAL;
	}
	return status;
}

int hook_run(struct probe *p)
{
	struct err e = {0};
	bool with_state;
	int status;

	if (p->self.argc <= ARGUMENT_IODIR) {
		(void)dprintf(STDERR_FILENO, "conform-probe: --hook=NAME needs a directory\n");
		return 2;
	}
	with_state = !has_word(&p->self, "noread");
	out_init(&p->out, p->text, sizeof(p->text));
	p->out.one_write = true;
	put_record(p, p->self.argv[1] + strlen("--hook="), with_state);
	if (append_record(&p->out, p->self.argv[ARGUMENT_IODIR], &e) < 0) {
		(void)dprintf(STDERR_FILENO, "conform-probe: %s\n", e.msg);
		return 1;
	}
	status = end_as_asked(&p->self);
	if (status >= 0)
		return status;
	(void)dprintf(STDERR_FILENO, "conform-probe: unknown word of a hook\n");
	return 2;
}
