/* SPDX-License-Identifier: Apache-2.0 */
#include "endings.h"

#include "names.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool parse_number(const char *parameter, struct ending *e)
{
	uint64_t n;

	if (str_to_u64(parameter, 255, &n) < 0)
		return false;
	e->number = (int)n;
	return true;
}

static bool parse_signal(const char *parameter, struct ending *e)
{
	int sig = proc_signal_parse(parameter);

	if (sig < 0 || sig == SIGKILL || sig == SIGSTOP)
		return false;
	e->number = sig;
	e->later = true;
	return true;
}

static bool parse_wait(const char *parameter, struct ending *e)
{
	(void)parameter;
	e->number = SIGTERM;
	e->later = true;
	return true;
}

static bool parse_nothing(const char *parameter, struct ending *e)
{
	(void)parameter;
	(void)e;
	return true;
}

static const struct {
	const char *name;
	bool parameter;
	int kind;
	bool (*parse)(const char *parameter, struct ending *e);
} endings[] = {
	{"exit", true, ENDING_EXIT, parse_number},   {"wait", false, ENDING_WAIT, parse_wait},
	{"trap", true, ENDING_TRAP, parse_signal},   {"ignore", true, ENDING_IGNORE, parse_signal},
	{"dump", false, ENDING_DUMP, parse_nothing},
};

bool ending_parse(const char *name, struct ending *ret)
{
	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t len = strlen(endings[i].name);
		struct ending e = {.kind = ENDING_MALFORMED};

		if (strncmp(name, endings[i].name, len) != 0 ||
		    name[len] != (endings[i].parameter ? ':' : '\0'))
			continue;
		(void)snprintf(e.name, sizeof(e.name), "%s", name);
		if (endings[i].parse(name + len + 1, &e))
			e.kind = endings[i].kind;
		*ret = e;
		return true;
	}
	return false;
}

void ending_prepare(struct ending *e)
{
	(void)sigemptyset(&e->awaited);
	if (e->kind != ENDING_WAIT && e->kind != ENDING_TRAP && e->kind != ENDING_IGNORE)
		return;
	(void)sigaddset(&e->awaited, e->number);
	/* the polite way to end a probe that would go on for ever */
	if (e->kind == ENDING_IGNORE)
		(void)sigaddset(&e->awaited, SIGTERM);
	/* blocked ones reach even the first process of a pid namespace, and never kill */
	(void)sigprocmask(SIG_BLOCK, &e->awaited, NULL);
}

static int wait_signal(const struct ending *e)
{
	int sig;

	do
		sig = sigwaitinfo(&e->awaited, NULL);
	while (sig < 0 && errno == EINTR);
	return sig;
}

static void report_signal(struct out *out, int sig)
{
	char name[NAMES_SIZE];

	out_begin(out, "trapped");
	out_string(out, names_signal((unsigned int)sig, name));
	out_end(out);
}

/*
 * The first process of a pid namespace is immune to its own SIGKILL, but not to a fault: there it
 * dies of SIGILL.
 */
static _Noreturn void die(void)
{
	(void)kill(getpid(), SIGKILL);
	__builtin_trap();
}

int ending_run(struct ending *e, struct out *out)
{
	int sig;

	switch (e->kind) {
	case ENDING_EXIT:
		return e->number;
	case ENDING_MALFORMED:
		return 2;
	case ENDING_DUMP:
		die();
	case ENDING_WAIT:
		(void)wait_signal(e);
		return 0;
	case ENDING_TRAP:
		report_signal(out, wait_signal(e));
		return 0;
	case ENDING_IGNORE:
		break;
	}
	while ((sig = wait_signal(e)) > 0) {
		if (sig != e->number)
			return 0;
		report_signal(out, sig);
		out_finish(out);
	}
	return 1;
}
