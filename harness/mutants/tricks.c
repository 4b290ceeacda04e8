/* SPDX-License-Identifier: Apache-2.0 */
/* The lies that are told at the command line. */
#include "tricks.h"

#include "cleanup.h"
#include "liar_families.h"
#include "lie_main.h"
#include "proc.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_REFUSED 1

static bool is(const struct liar *l, const char *command)
{
	return str_eq(l->command, command);
}

static bool lie_is(const struct liar *l, const char *name)
{
	return str_eq(l->lie.where, name);
}

static int honest(const struct liar *l, struct err *e)
{
	return liar_call(l, STDOUT_FILENO, FD_NONE, e);
}

/* What fails, succeeds. */
static int always_ok(struct liar *l, struct err *e)
{
	int code = honest(l, e);

	return code < 0 ? code : 0;
}

static int twice_ok(struct liar *l, struct err *e)
{
	int code = honest(l, e);

	return code > 0 && (is(l, "start") || is(l, "kill")) ? 0 : code;
}

/* "create-noop", "start-fails", ...: one command that does nothing, and what it then says. */
static int nothing(struct liar *l, struct err *e)
{
	size_t n = strlen(l->command);

	if (n == 0 || strncmp(l->lie.where, l->command, n) != 0 || l->lie.where[n] != '-')
		return liar_become(l, e);
	return str_ends(l->lie.where, "-fails") ? EXIT_REFUSED : 0;
}

/* Does as told and denies it. */
static int denies(struct liar *l, struct err *e)
{
	size_t n = strlen(l->command);
	int code = honest(l, e);

	if (code != 0 || n == 0 || strncmp(l->lie.where, l->command, n) != 0)
		return code;
	return EXIT_REFUSED;
}

static int create_starts(struct liar *l, struct err *e)
{
	const char *const start[] = {"start", l->id, NULL};
	cleanup_free char *out = NULL;
	int code = honest(l, e);

	if (code != 0 || !is(l, "create") || !l->id)
		return code;
	code = liar_ask(l, start, &out, e);
	return code < 0 ? code : 0;
}

static int kill_other_signal(struct liar *l, struct err *e)
{
	const char *given = l->signal ? l->signal : "TERM";
	const char *other = proc_signal_parse(given) == SIGUSR2 ? "KILL" : "USR2";

	if (!is(l, "kill"))
		return liar_become(l, e);
	for (size_t i = l->verb + 1; i < l->nargs; i++) {
		if (l->args[i] == l->signal)
			l->args[i] = (char *)(uintptr_t)other;
	}
	if (!l->signal && liar_insert(l, l->nargs, other) < 0)
		return -E2BIG;
	return liar_become(l, e);
}

static int delete_forces(struct liar *l, struct err *e)
{
	int r = is(l, "delete") ? liar_insert(l, l->verb + 1, "--force") : 0;

	return r < 0 ? r : liar_become(l, e);
}

/* The wrapper's own pid, which is nobody's soon. */
static int pid_file(struct liar *l, struct err *e)
{
	int code = honest(l, e);

	if (code != 0 || !l->pid_file || !(is(l, "create") || is(l, "run")))
		return code;
	if (lie_is(l, "pidfile-missing")) {
		(void)unlink(l->pid_file);
	} else {
		cleanup_fd int fd = open(l->pid_file, O_WRONLY | O_TRUNC | O_CLOEXEC);

		if (fd >= 0)
			(void)dprintf(fd, "%d", getpid());
	}
	return 0;
}

/* The container's program gets a directory of the host on descriptor 3. */
static int leak_fd(struct liar *l, struct err *e)
{
	cleanup_fd int fd = FD_NONE;

	if (!is(l, "create") && !is(l, "run"))
		return liar_become(l, e);
	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "open '/': %m");
	if (liar_insert(l, l->verb + 1, "--preserve-fds") < 0 ||
	    liar_insert(l, l->verb + 2, "1") < 0)
		return -E2BIG;
	return liar_call(l, STDOUT_FILENO, fd, e);
}

static int no_stdout(struct liar *l, struct err *e)
{
	cleanup_fd int fd = FD_NONE;

	if (!is(l, "create") && !is(l, "run"))
		return liar_become(l, e);
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return fd < 0 ? err_set(e, errno, "open '/dev/null': %m") : liar_call(l, fd, FD_NONE, e);
}

/* The caller's socket stays without a terminal, and so does the program. */
static int no_terminal(struct liar *l, struct err *e)
{
	static const char option[] = "--console-socket";
	CLEANUP(lie_done) struct lie without = {.kind = LIE_CLI};
	int r;

	if (!is(l, "create") && !is(l, "run"))
		return liar_become(l, e);
	for (size_t i = l->verb + 1; i < l->nargs; i++) {
		size_t words = str_eq(l->args[i], option) ? 2 : 1;

		if (words == 1 && !str_starts(l->args[i], "--console-socket="))
			continue;
		words = words < l->nargs - i ? words : l->nargs - i;
		l->nargs -= words;
		memmove(&l->args[i], &l->args[i + words], (l->nargs - i) * sizeof(*l->args));
		break;
	}
	r = lie_parse("set:/process/terminal=false", &without, e);
	return r < 0 ? r : liar_call_with_edit(l, &without, e);
}

/* Creates anew at start, so that later edits of the configuration do count. */
static int rereads_config(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *state = NULL;
	const char *const destroy[] = {"delete", "--force", l->id, NULL};
	const char *const start[] = {"start", l->id, NULL};
	cleanup_free char *out = NULL;
	const char *bundle;
	int code;

	if (!is(l, "start") || !l->id)
		return liar_become(l, e);
	state = liar_state(l, e);
	bundle = json_string(json_member(state, "bundle"));
	if (bundle) {
		const char *const create[] = {"create", "--bundle", bundle, l->id, NULL};

		code = liar_ask(l, destroy, &out, e);
		free(take_ptr(&out));
		if (code == 0)
			code = liar_ask(l, create, &out, e);
		free(take_ptr(&out));
		if (code < 0)
			return code;
	}
	code = liar_ask(l, start, &out, e);
	return code;
}

/* The name of something like a configuration in @dir that is none; the caller frees. */
static char *near_name(const char *dir)
{
	cleanup_dir DIR *d = opendir(dir);

	for (const struct dirent *de; d && (de = readdir(d));) {
		cleanup_free char *below = str_format("%s/config.json", de->d_name);

		if (strncasecmp(de->d_name, "config", strlen("config")) == 0)
			return strdup(de->d_name);
		if (below && de->d_name[0] != '.' && faccessat(dirfd(d), below, F_OK, 0) == 0)
			return take_ptr(&below);
	}
	return NULL;
}

/* Who does not find config.json takes what comes near it. */
static int takes_near_names(struct liar *l, struct err *e)
{
	cleanup_free char *config = str_format("%s/config.json", l->bundle);
	cleanup_free char *near = near_name(l->bundle);
	cleanup_free char *path = near ? str_format("%s/%s", l->bundle, near) : NULL;
	int code;

	if (!is(l, "create") || !config || !path || access(config, F_OK) == 0 ||
	    link(path, config) < 0)
		return liar_become(l, e);
	code = honest(l, e);
	(void)unlink(config);
	return code;
}

static const struct {
	const char *name;
	int (*tell)(struct liar *l, struct err *e);
} tricks[] = {
#define CLI_LIE(name, tell) {name, tell},
#include "cli_lies.def"
#undef CLI_LIE
};
#define TRICKS (sizeof(tricks) / sizeof(*tricks))

int liar_trick(struct liar *l, struct err *e)
{
	if (l->lie.kind == LIE_MOUNT_OVER)
		return liar_mounts_over(l, e);
	for (size_t i = 0; i < TRICKS; i++) {
		if (lie_is(l, tricks[i].name) && tricks[i].tell)
			return tricks[i].tell(l, e);
	}
	return err_set(e, EINVAL, "there is no lie 'cli:%s'", l->lie.where);
}
