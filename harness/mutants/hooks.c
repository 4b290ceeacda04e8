/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lies about when hooks run. The runtime is given a configuration without the hooks of one kind,
 * and the wrapper runs them itself: before the call that they belong behind, all at the same time,
 * or as config.json has them by then.
 */
#include "cleanup.h"
#include "fd.h"
#include "liar_families.h"
#include "lie_main.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HOOKS_MAX 8
#define WORDS_MAX 16

static const struct {
	const char *kind, *command, *status;
} kinds[] = {
	{"poststart", "start", "running"},
	{"poststop", "delete", "stopped"},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* The strings of a list, as execve(2) wants them; what is no list is an empty one. */
static void take_words(const struct json *list, char *words[WORDS_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count && n < WORDS_MAX;
	     i++) {
		if (list->items[i]->type == JSON_STRING)
			words[n++] = list->items[i]->text;
	}
	words[n] = NULL;
}

static int spawn_hook(const struct json *hook, const struct strbuf *state, struct proc *ret,
		      struct err *e)
{
	cleanup_fd int in = memfd_create("state", MFD_CLOEXEC);
	char *argv[WORDS_MAX + 1], *envp[WORDS_MAX + 1];
	struct proc_spawn s = PROC_SPAWN_INIT;

	if (in < 0 || fd_write_all(in, state->buf, state->len) < 0 || lseek(in, 0, SEEK_SET) < 0)
		return err_set(e, errno, "write the state for a hook: %m");
	take_words(json_member(hook, "args"), argv);
	take_words(json_member(hook, "env"), envp);
	s.path = json_string(json_member(hook, "path"));
	s.argv = argv;
	s.envp = envp;
	s.in_fd = in;
	return s.path ? proc_spawn(&s, ret, e) : 0;
}

/* How they end is nobody's business here. */
static int run_hooks(const struct json *hooks, const struct json *state, bool at_once,
		     struct err *e)
{
	struct proc running[HOOKS_MAX];
	struct strbuf text = STRBUF_INIT;
	size_t n = 0;
	int r = 0;

	json_print(state, 0, &text);
	for (size_t i = 0; r >= 0 && hooks && i < hooks->count && n < HOOKS_MAX; i++) {
		running[n] = PROC_INIT;
		r = text.oom ? -ENOMEM : spawn_hook(hooks->items[i], &text, &running[n], e);
		if (r >= 0 && !at_once)
			(void)proc_wait(&running[n], -1);
		n++;
	}
	while (n-- > 0) {
		if (running[n].pid > 0 && !running[n].reaped)
			(void)proc_wait(&running[n], -1);
		proc_done(&running[n]);
	}
	strbuf_done(&text);
	return r;
}

static struct json *read_config(const char *bundle)
{
	cleanup_free char *path = str_format("%s/config.json", bundle);
	cleanup_free char *text = NULL;
	struct json *config = NULL;
	size_t len;

	if (path && fd_read_file_at(AT_FDCWD, path, JSON_MAX_BYTES, &text, &len, NULL) == 0)
		(void)json_parse(text, len, &config, NULL);
	return config;
}

static int around_the_call(struct liar *l, size_t kind, struct err *e)
{
	CLEANUP(json_freep) struct json *state = liar_state(l, e);
	const char *bundle = json_string(json_member(state, "bundle"));
	CLEANUP(json_freep) struct json *config = bundle ? read_config(bundle) : NULL;
	cleanup_free char *pointer = str_format("/hooks/%s", kinds[kind].kind);
	const struct json *hooks = config && pointer ? json_at(config, pointer) : NULL;
	bool early = str_ends(l->lie.where, "-early"), at_once = str_ends(l->lie.where, "-at-once");
	int code = 0, r = 0;

	if (!hooks || hooks->type != JSON_ARRAY)
		return liar_become(l, e);
	if (json_set_member(state, "status", json_new_string(kinds[kind].status)) < 0)
		return err_set(e, ENOMEM, "write the state for a hook: %m");
	if (early)
		r = run_hooks(hooks, state, false, e);
	if (r >= 0)
		code = liar_call(l, STDOUT_FILENO, FD_NONE, e);
	if (r >= 0 && code == 0 && !early)
		r = run_hooks(hooks, state, at_once, e);
	return r < 0 ? r : code;
}

int liar_runs_hooks(struct liar *l, struct err *e)
{
	size_t kind = 0;

	while (kind < KINDS - 1 && !str_starts(l->lie.where, kinds[kind].kind))
		kind++;
	if (str_eq(l->command, "create")) {
		CLEANUP(lie_done) struct lie without = {.kind = LIE_CLI};
		cleanup_free char *text = str_format("drop:/hooks/%s", kinds[kind].kind);
		int r = text ? lie_parse(text, &without, e) : -ENOMEM;

		return r < 0 ? r : liar_call_with_edit(l, &without, e);
	}
	return str_eq(l->command, kinds[kind].command) ? around_the_call(l, kind, e)
						       : liar_become(l, e);
}
