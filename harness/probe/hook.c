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
#include "record.h"
#include "state_pid.h"
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

#define STATE_MAX      (128 << 10) /* kept of what stands on stdin */
#define STATE_WAIT_MS  10000	   /* for a writer that says nothing and does not close */
#define RECORDS_WAIT_S 10
#define AFTER_WAIT_S   4 /* within the deadline of the call that waits for the hook */
#define MS_PER_S       1000
#define NS_PER_MS      1000000
#define ARGUMENT_IODIR 2
#define ARGUMENT_WORDS 3

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

/* `target` among the words: the namespaces of the state's process, opened as the text says; of none
 * where the state has no pid. */
static void put_target(struct probe *p, unsigned long pid)
{
	out_key(&p->out, "target");
	out_open(&p->out, '{');
	for (const struct names_ns *ns = names_namespaces; ns->oci; ns++) {
		char path[64];
		struct stat st;
		int fd;

		out_key(&p->out, ns->oci);
		if (pid == 0) {
			out_null(&p->out);
			continue;
		}
		(void)snprintf(path, sizeof(path), "/proc/%lu/ns/%s", pid, ns->proc);
		fd = open(path, O_RDONLY | O_CLOEXEC);
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

/* `cgroups:PATH` among the words: the directories of that name below the mounts of cgroups. */
static void put_cgroups(struct probe *p)
{
	for (int i = ARGUMENT_WORDS; i < p->self.argc; i++) {
		const char *word = p->self.argv[i];
		char name[PATH_MAX];

		if (!str_starts(word, "cgroups:"))
			continue;
		(void)snprintf(name, sizeof(name), "cgroup.dirs:%s", word + strlen("cgroups:"));
		put_fact(p, "cgroups", name);
		return;
	}
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
		unsigned long pid = state_pid(p->scratch, len);

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
	put_cgroups(p);
	put_asked(p);
	out_key(o, "truncated");
	out_bool(o, o->lost);
	out_close(o, '}');
	out_raw(o, "\n");
}

static void sleep_for(uint64_t ms)
{
	struct timespec left = {.tv_sec = (time_t)(ms / MS_PER_S),
				.tv_nsec = (long)(ms % MS_PER_S) * NS_PER_MS};

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* A word that has had its turn before, in words_before_the_record() or put_record(). */
static bool says_nothing_of_the_end(const char *word)
{
	static const char *const begins[] = {"delay:", "after:", "ask:", "cgroups:"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (str_starts(word, begins[i]))
			return true;
	return str_eq(word, "noread") || str_eq(word, "target") || str_eq(word, "mounts");
}

/*
 * What lets others come first, if nobody keeps them from it: `delay:MS`, and `after:N`, which
 * waits for N records. Where they do not come the record is made all the same, and stands where it
 * must not. -EINVAL for a number that is none.
 */
static int words_before_the_record(const struct self *self)
{
	for (int i = ARGUMENT_WORDS; i < self->argc; i++) {
		const char *word = self->argv[i];
		uint64_t n;

		if (str_starts(word, "delay:")) {
			if (str_to_u64(word + 6, 3600 * MS_PER_S, &n) < 0)
				return -EINVAL;
			sleep_for(n);
		} else if (str_starts(word, "after:")) {
			if (str_to_u64(word + 6, UINT32_MAX, &n) < 0)
				return -EINVAL;
			(void)record_wait(self->argv[ARGUMENT_IODIR], n, AFTER_WAIT_S);
		}
	}
	return 0;
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
			sleep_for(n * MS_PER_S);
		else if (str_starts(word, "records:") &&
			 str_to_u64(word + 8, UINT32_MAX, &n) == 0) {
			if (record_wait(self->argv[ARGUMENT_IODIR], n, RECORDS_WAIT_S) != 0)
				return 1;
		} else if (str_eq(word, "kill"))
			(void)kill(getpid(), SIGKILL);
		else if (!says_nothing_of_the_end(word))
			return -EINVAL;
	}
	return status;
}

int hook_run(struct probe *p)
{
	struct err e = {0};
	bool with_state;
	int before, status;

	if (p->self.argc <= ARGUMENT_IODIR) {
		(void)dprintf(STDERR_FILENO, "conform-probe: --hook=NAME needs a directory\n");
		return 2;
	}
	with_state = !has_word(&p->self, "noread");
	before = words_before_the_record(&p->self);
	out_init(&p->out, p->text, sizeof(p->text));
	p->out.one_write = true;
	put_record(p, p->self.argv[1] + strlen("--hook="), with_state);
	if (record_append(p->self.argv[ARGUMENT_IODIR], p->out.buf, p->out.len, &e) < 0) {
		(void)dprintf(STDERR_FILENO, "conform-probe: %s\n", e.msg);
		return 1;
	}
	status = before < 0 ? before : end_as_asked(&p->self);
	if (status >= 0)
		return status;
	(void)dprintf(STDERR_FILENO, "conform-probe: unknown word of a hook\n");
	return 2;
}
