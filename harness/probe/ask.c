/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request and the report. Facts that are always reported come first, then what was asked for,
 * in order; an asked fact that has been reported already is not said again. Both channels get the
 * same bytes, so that either proves the other: the file bit by bit, so that it shows how far a
 * probe came that was killed, standard output in one go at the end, so that what actions print
 * stands before it.
 */
#include "endings.h"
#include "fd.h"
#include "probe.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHANNEL_PATH "/conform-io/out"
#define NONCE_SIZE   128
#define NAME_SIZE    (PATH_MAX + 64)

/* Out of the way of low numbers that the container may have left closed on purpose. */
static int move_up(int fd)
{
	static const int lowest[] = {100, 10, 3};

	for (size_t i = 0; i < sizeof(lowest) / sizeof(lowest[0]); i++) {
		int moved = fcntl(fd, F_DUPFD_CLOEXEC, lowest[i]);

		if (moved >= 0) {
			(void)close(fd);
			return moved;
		}
	}
	return fd;
}

/* The report on a terminal would come back altered by the line discipline: there the file alone
 * carries it, and one line shows that the terminal is alive. */
static void open_channels(struct probe *p, const char *nonce)
{
	int fd = open(CHANNEL_PATH, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	bool has_stdout = self_has_fd(&p->self, STDOUT_FILENO);
	char line[NONCE_SIZE + 32];
	int n;

	out_init(&p->out, p->text, sizeof(p->text));
	if (fd >= 0)
		p->out.channels[0].fd = move_up(fd);
	if (!has_stdout)
		return;
	if (fd < 0 || !isatty(STDOUT_FILENO)) {
		p->out.channels[1] = (struct out_channel){.fd = STDOUT_FILENO, .late = true};
		return;
	}
	n = snprintf(line, sizeof(line), "conform-probe tty %s\n", nonce);
	(void)fd_write_all(STDOUT_FILENO, line, (size_t)n);
}

static void report_fact(struct probe *p, const char *name, const struct fact *f,
			const char *parameter)
{
	out_begin(&p->out, name);
	f->report(p, parameter);
	out_end(&p->out);
}

static void report_always(struct probe *p)
{
	for (size_t t = 0; vocabulary_facts[t]; t++) {
		for (const struct fact *f = vocabulary_facts[t]; f->name; f++) {
			if (f->kind == FACT_ALWAYS)
				report_fact(p, f->name, f, f->fixed);
		}
	}
}

/* A name that both tables know, such as `mount:`, is a fact; behind "try:" it is an action. */
static void report_asked(struct probe *p, const char *name)
{
	const char *parameter = NULL;
	bool try = str_starts(name, "try:");
	const struct fact *f = try ? NULL : vocabulary_find_fact(name, &parameter);
	const struct action *a =
		f ? NULL : vocabulary_find_action(name + (try ? strlen("try:") : 0), &parameter);

	if (f) {
		if (f->kind != FACT_ALWAYS)
			report_fact(p, name, f, parameter);
		return;
	}
	/* what is known must not be lost where an action kills the probe */
	if (a)
		out_flush(&p->out);
	out_begin(&p->out, name);
	if (a)
		action_report(p, a, parameter);
	else
		out_error_text(&p->out, try ? "unknown action" : "unknown fact");
	out_end(&p->out);
}

/* Copies the next line of the request, because the request itself stays readable in
 * /proc/PID/cmdline. False at the end. */
static bool next_line(const char **cursor, char *line, size_t size)
{
	const char *end = strchrnul(*cursor, '\n');
	size_t len = (size_t)(end - *cursor);

	if (**cursor == '\0')
		return false;
	if (len >= size)
		len = size - 1;
	memcpy(line, *cursor, len);
	line[len] = '\0';
	*cursor = *end ? end + 1 : end;
	return true;
}

static void frame(struct probe *p, const char *word, const char *nonce, const char *rest)
{
	out_raw(&p->out, word);
	out_raw(&p->out, nonce);
	out_raw(&p->out, rest);
	out_raw(&p->out, "\n");
}

int ask_run(struct probe *p, const char *request)
{
	char nonce[NONCE_SIZE] = "", name[NAME_SIZE], count[32];
	struct ending ending = ENDING_INIT;
	int status;

	(void)next_line(&request, nonce, sizeof(nonce));
	open_channels(p, nonce);
	frame(p, "conform-probe 1 ", nonce, "");
	report_always(p);
	/* a runtime that leaves it ignored has been shown to; now children are to be waited for */
	(void)signal(SIGCHLD, SIG_DFL);
	while (next_line(&request, name, sizeof(name))) {
		if (!ending_parse(name, &ending))
			report_asked(p, name);
	}
	if (ending.kind == ENDING_MALFORMED) {
		out_begin(&p->out, ending.name);
		out_error_text(&p->out, "malformed ending");
		out_end(&p->out);
	}
	ending_prepare(&ending);
	(void)snprintf(count, sizeof(count), " %u", p->out.count);
	frame(p, "end ", nonce, count);
	out_finish(&p->out);
	status = ending_run(&ending, &p->out);
	if (ending.later) {
		frame(p, "bye ", nonce, "");
		out_finish(&p->out);
	}
	return status;
}
