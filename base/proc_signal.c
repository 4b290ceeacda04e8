/* SPDX-License-Identifier: Apache-2.0 */
/* Names of signals, signal(7); SIGPIPE. */
#include "proc.h"

#include "str.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* Second names of signal(7). */
static const struct {
	const char *name;
	int sig;
} signal_aliases[] = {
	{"IOT", SIGABRT},
	{"CLD", SIGCHLD},
	{"IO", SIGIO},
	{"UNUSED", SIGSYS},
};

static const char *const rt_names[] = {
	"RTMIN",    "RTMIN+1",	"RTMIN+2",  "RTMIN+3",	"RTMIN+4",  "RTMIN+5",	"RTMIN+6",
	"RTMIN+7",  "RTMIN+8",	"RTMIN+9",  "RTMIN+10", "RTMIN+11", "RTMIN+12", "RTMIN+13",
	"RTMIN+14", "RTMIN+15", "RTMAX-14", "RTMAX-13", "RTMAX-12", "RTMAX-11", "RTMAX-10",
	"RTMAX-9",  "RTMAX-8",	"RTMAX-7",  "RTMAX-6",	"RTMAX-5",  "RTMAX-4",	"RTMAX-3",
	"RTMAX-2",  "RTMAX-1",	"RTMAX",
};

/* "" or "+n" behind RTMIN, "-n" behind RTMAX. */
static int parse_rt(const char *s, int base, char sign)
{
	uint64_t n = 0;

	if (*s && (*s != sign || str_to_u64(s + 1, (uint64_t)(SIGRTMAX - SIGRTMIN), &n) < 0))
		return -EINVAL;
	return sign == '+' ? base + (int)n : base - (int)n;
}

int proc_signal_parse(const char *s)
{
	uint64_t n;

	if (str_to_u64(s, (uint64_t)SIGRTMAX, &n) == 0)
		return n == 0 ? -EINVAL : (int)n;
	if (strncasecmp(s, "SIG", 3) == 0)
		s += 3;
	if (strncasecmp(s, "RTMIN", 5) == 0)
		return parse_rt(s + 5, SIGRTMIN, '+');
	if (strncasecmp(s, "RTMAX", 5) == 0)
		return parse_rt(s + 5, SIGRTMAX, '-');
	for (int sig = 1; sig < SIGRTMIN; sig++) {
		const char *name = sigabbrev_np(sig);

		if (name && strcasecmp(s, name) == 0)
			return sig;
	}
	for (size_t i = 0; i < sizeof(signal_aliases) / sizeof(signal_aliases[0]); i++) {
		if (strcasecmp(s, signal_aliases[i].name) == 0)
			return signal_aliases[i].sig;
	}
	return -EINVAL;
}

const char *proc_signal_name(int sig)
{
	if (sig >= SIGRTMIN && sig < SIGRTMIN + (int)(sizeof(rt_names) / sizeof(rt_names[0])))
		return rt_names[sig - SIGRTMIN];
	return sig > 0 && sig < SIGRTMIN ? sigabbrev_np(sig) : NULL;
}

void proc_hold_sigpipe(struct proc_sigpipe *ret)
{
	sigset_t pipe, pending;

	(void)sigemptyset(&pipe);
	(void)sigaddset(&pipe, SIGPIPE);
	(void)sigpending(&pending);
	ret->was_pending = sigismember(&pending, SIGPIPE) == 1;
	(void)sigprocmask(SIG_BLOCK, &pipe, &ret->before);
}

void proc_release_sigpipe(const struct proc_sigpipe *s)
{
	struct timespec now = {0};
	sigset_t pipe;

	(void)sigemptyset(&pipe);
	(void)sigaddset(&pipe, SIGPIPE);
	while (!s->was_pending && sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR)
		;
	(void)sigprocmask(SIG_SETMASK, &s->before, NULL);
}
