/* SPDX-License-Identifier: Apache-2.0 */
#include "action.h"

#include "cleanup.h"
#include "names.h"
#include "probe.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* An action that takes longer is given up; longer than the longest `burn`. */
#define DEADLINE_S 30

bool action_fields(char *text, size_t min, size_t max, char *fields[])
{
	char *end = strchr(text, '\0'), *next = text;
	size_t n = 0;

	while (n < max && next) {
		fields[n++] = next;
		next = n < max ? strchr(next, ',') : NULL;
		if (next)
			*next++ = '\0';
	}
	if (n < min)
		return false;
	for (; n < max; n++)
		fields[n] = end;
	return true;
}

bool action_number(const char *s, uint64_t *ret)
{
	bool negative = *s == '-', hex;
	uint64_t n;

	s += negative;
	hex = s[0] == '0' && s[1] == 'x';
	s += hex ? 2 : 0;
	if (*s == ' ' || *s == '\t' || !procfs_number_next(&s, hex ? 16 : 10, &n) || *s)
		return false;
	*ret = negative ? -n : n;
	return true;
}

bool action_mode(const char *s, uint64_t *ret)
{
	uint64_t n;

	if (*s == ' ' || *s == '\t' || !procfs_number_next(&s, 8, &n) || *s || n > 07777)
		return false;
	*ret = n;
	return true;
}

bool action_bytes(const char *s, uint64_t *ret)
{
	static const char units[] = "KMG";
	uint64_t n, factor = 1;

	if (!procfs_number_next(&s, 10, &n))
		return false;
	if (*s) {
		const char *unit = strchr(units, *s);

		if (!unit || s[1])
			return false;
		factor = UINT64_C(1) << 10 * (unit - units + 1);
	}
	return !__builtin_mul_overflow(n, factor, ret);
}

bool action_words(char *text, const struct action_word *words, uint64_t *ret)
{
	const char *word;
	uint64_t flags = 0;

	while (text && *text && (word = strsep(&text, "+"))) {
		const struct action_word *w = words;

		while (w->word && !str_eq(w->word, word))
			w++;
		if (!w->word)
			return false;
		flags |= w->flag;
	}
	*ret = flags;
	return true;
}

struct answer {
	int64_t value;
	int result;
};

/* Says the value that a finished action amounts to. */
static void put_answer(struct out *o, const struct answer *a)
{
	char name[NAMES_SIZE];

	switch (a->result) {
	case ACTION_OK:
		out_string(o, "OK");
		break;
	case ACTION_VALUE:
		out_int(o, a->value);
		break;
	case ACTION_MALFORMED:
		out_error_text(o, "malformed action");
		break;
	case ACTION_UNKNOWN:
		out_error_text(o, "unknown name in the action");
		break;
	case ACTION_UNTRIED:
		out_error(o, (int)a->value);
		break;
	default:
		out_string(o, names_errno(a->result, name));
	}
}

/* An end without an answer: the program that was executed has ended, or a signal ended it all. */
static void put_status(struct out *o, int status)
{
	char text[NAMES_SIZE];

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
		out_string(o, "ETIMEDOUT");
	} else if (WIFSIGNALED(status)) {
		out_string(o, names_signal((unsigned int)WTERMSIG(status), text));
	} else if (WEXITSTATUS(status) == 0) {
		out_string(o, "OK");
	} else {
		(void)snprintf(text, sizeof(text), "EXIT:%d", WEXITSTATUS(status));
		out_string(o, text);
	}
}

/* The alarm ends what hangs, also behind an execve. */
static void arm_deadline(void)
{
	sigset_t alarm_only;

	(void)signal(SIGALRM, SIG_DFL);
	(void)sigemptyset(&alarm_only);
	(void)sigaddset(&alarm_only, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
	(void)alarm(DEADLINE_S);
}

static _Noreturn void run_in_child(struct probe *p, const struct action *action, char *parameter,
				   int channel)
{
	pid_t self = getpid();
	struct answer answer = {0};

	arm_deadline();
	answer.result = action->run(p, parameter, &answer.value);
	/* what the action itself has forked arrives here, too, and has nothing to say */
	if (getpid() == self)
		(void)fd_write_all(channel, &answer, sizeof(answer));
	_exit(0);
}

static void try_in_child(struct probe *p, const struct action *action, char *parameter)
{
	struct answer answer;
	int ends[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		out_error(&p->out, errno);
		return;
	}
	pid = fork();
	if (pid < 0) {
		out_error(&p->out, errno);
		(void)close(ends[0]);
		(void)close(ends[1]);
		return;
	}
	if (pid == 0)
		run_in_child(p, action, parameter, ends[1]);
	(void)close(ends[1]);
	do
		n = read(ends[0], &answer, sizeof(answer));
	while (n < 0 && errno == EINTR);
	(void)close(ends[0]);
	while ((pid = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
		;
	if (n == (ssize_t)sizeof(answer))
		put_answer(&p->out, &answer);
	else if (pid < 0)
		out_error(&p->out, errno);
	else
		put_status(&p->out, status);
}

void action_report(struct probe *p, const struct action *action, const char *parameter)
{
	/* a copy, because actions cut it up; the memory of a forked child is its own */
	char text[PATH_MAX];

	if (strlen(parameter) >= sizeof(text)) {
		out_error(&p->out, ENAMETOOLONG);
		return;
	}
	memcpy(text, parameter, strlen(parameter) + 1);
	if (action->where == ACTION_CHILD) {
		try_in_child(p, action, text);
	} else {
		struct answer answer = {0};

		answer.result = action->run(p, text, &answer.value);
		put_answer(&p->out, &answer);
	}
}
