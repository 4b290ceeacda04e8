/* SPDX-License-Identifier: Apache-2.0 */
/* The lies that are told at the command line. */
#include "liar.h"

#include "cleanup.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define RESIDUE_LIFE_S 60 /* a process left behind ends by itself, should nobody find it */
#define EXIT_REFUSED   1

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
	const char *other = str_ends(given, "USR2") ? "WINCH" : "USR2";

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

/* The answer of `state`, as a tree; NULL where it is none. */
static struct json *ask_state(const struct liar *l, struct err *e)
{
	const char *const words[] = {"state", l->id, NULL};
	cleanup_free char *text = NULL;
	struct json *state = NULL;

	if (!l->id || liar_ask(l, words, &text, e) != 0 ||
	    json_parse(text, strlen(text), &state, NULL) < 0)
		return NULL;
	return state;
}

static struct json *wrong(const struct json *truth)
{
	int64_t n;

	if (truth && json_int(truth, &n) == 0)
		return json_new_int(n + 1);
	if (json_string(truth)) {
		cleanup_free char *text = str_format("%s-not", json_string(truth));

		return text ? json_new_string(text) : NULL;
	}
	return json_new_string("something else");
}

static int edit_state(const struct lie *lie, struct json *state)
{
	static const char says[] = "state-says-", drops[] = "state-drop-",
			  wrongs[] = "state-wrong-";
	const char *w = lie->where;

	if (str_starts(w, says))
		return json_set_member(state, "status", json_new_string(w + strlen(says)));
	if (str_starts(w, wrongs)) {
		w += strlen(wrongs);
		return json_set_member(state, w, wrong(json_member(state, w)));
	}
	if (str_starts(w, drops)) {
		cleanup_free char *pointer = str_format("/%s", w + strlen(drops));
		int r = pointer ? json_remove(&state, pointer, NULL) : -ENOMEM;

		return r == -ENOENT ? 0 : r;
	}
	return 0;
}

static int state_lies(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *state = NULL;
	struct strbuf out = STRBUF_INIT;
	int r;

	if (!is(l, "state"))
		return liar_become(l, e);
	state = ask_state(l, e);
	if (!state)
		return liar_become(l, e);
	if (lie_is(l, "state-noise")) {
		strbuf_adds(&out, "level=info msg=\"all is well\"\n");
	} else if (edit_state(&l->lie, state) < 0) {
		return err_set(e, ENOMEM, "edit the state: %m");
	}
	json_print(state, 2, &out);
	if (lie_is(l, "state-cut") && out.len > 2)
		out.len /= 2;
	r = out.oom ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.buf, out.len);
	strbuf_done(&out);
	return r;
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

static int linger(void *arg)
{
	(void)arg;
	(void)alarm(RESIDUE_LIFE_S);
	(void)pause();
	return 0;
}

static int leave_process(struct err *e)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;
	int r;

	s.run = linger;
	s.outlive = true;
	r = proc_spawn(&s, &p, e);
	/* neither waited for nor killed: that is the lie */
	fd_close(&p.pidfd);
	return r;
}

static int leave_file(const struct liar *l)
{
	cleanup_free char *dir = str_format("%s/%s", l->root ? l->root : "/run", l->id);
	cleanup_free char *file = dir ? str_format("%s/left", dir) : NULL;
	cleanup_fd int fd = FD_NONE;

	if (!file)
		return -ENOMEM;
	(void)mkdir(dir, 0700);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : 0;
}

/* Every hierarchy that lets us. */
static int leave_cgroup(const char *cgroups_path)
{
	static const char *const hierarchies[] = {"pids", "memory", "cpu", "unified", "."};
	size_t made = 0;

	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(*hierarchies); i++) {
		cleanup_free char *dir =
			str_format("/sys/fs/cgroup/%s/%s", hierarchies[i], cgroups_path);

		if (!dir)
			return -ENOMEM;
		made += mkdir(dir, 0755) == 0;
	}
	return made ? 0 : -ENOENT;
}

static int leave(const struct liar *l, const char *bundle, const char *cgroup, struct err *e)
{
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	cleanup_free char *gone = str_format("%s/rootfs.gone", bundle);
	cleanup_free char *config = str_format("%s/config.json", bundle);

	if (!rootfs || !gone || !config)
		return -ENOMEM;
	if (lie_is(l, "residue-process"))
		return leave_process(e);
	if (lie_is(l, "residue-file"))
		return leave_file(l);
	if (lie_is(l, "residue-cgroup"))
		return cgroup ? leave_cgroup(cgroup) : 0;
	if (lie_is(l, "residue-mount"))
		return mount("tmpfs", rootfs, "tmpfs", 0, "size=4k") < 0 ? -errno : 0;
	/* delete-removes-bundle */
	(void)unlink(config);
	(void)rename(rootfs, gone);
	return 0;
}

/* What `delete` leaves behind, or takes away beyond its due. */
static int at_delete(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *state = NULL;
	CLEANUP(json_freep) struct json *config = NULL;
	cleanup_free char *path = NULL;
	cleanup_free char *text = NULL;
	const char *bundle;
	size_t len;
	int code, r;

	if (!is(l, "delete"))
		return liar_become(l, e);
	state = ask_state(l, e);
	bundle = json_string(json_member(state, "bundle"));
	path = bundle ? str_format("%s/config.json", bundle) : NULL;
	if (path && fd_read_file_at(AT_FDCWD, path, JSON_MAX_BYTES, &text, &len, NULL) == 0)
		(void)json_parse(text, len, &config, NULL);
	code = honest(l, e);
	if (code != 0 || !bundle)
		return code;
	r = leave(l, bundle, config ? json_string(json_at(config, "/linux/cgroupsPath")) : NULL, e);
	return r < 0 ? err_set(e, -r, "leave something behind: %m") : 0;
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
	state = ask_state(l, e);
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

static const struct {
	const char *name;
	int (*tell)(struct liar *l, struct err *e);
} tricks[] = {
	{"always-ok", always_ok},
	{"create-fails", nothing},
	{"create-noop", nothing},
	{"create-denies", denies},
	{"create-starts", create_starts},
	{"start-fails", nothing},
	{"start-noop", nothing},
	{"start-denies", denies},
	{"start-twice-ok", twice_ok},
	{"rereads-config", rereads_config},
	{"kill-fails", nothing},
	{"kill-noop", nothing},
	{"kill-denies", denies},
	{"kill-other-signal", kill_other_signal},
	{"kill-stopped-ok", twice_ok},
	{"state-fails", nothing},
	{"state-noop", nothing},
	{"state-says-creating", state_lies},
	{"state-says-created", state_lies},
	{"state-says-running", state_lies},
	{"state-says-stopped", state_lies},
	{"state-drop-ociVersion", state_lies},
	{"state-drop-id", state_lies},
	{"state-drop-status", state_lies},
	{"state-drop-pid", state_lies},
	{"state-drop-bundle", state_lies},
	{"state-drop-annotations", state_lies},
	{"state-wrong-ociVersion", state_lies},
	{"state-wrong-id", state_lies},
	{"state-wrong-status", state_lies},
	{"state-wrong-pid", state_lies},
	{"state-wrong-bundle", state_lies},
	{"state-wrong-annotations", state_lies},
	{"state-noise", state_lies},
	{"state-cut", state_lies},
	{"delete-fails", denies},
	{"delete-noop", nothing},
	{"delete-forces", delete_forces},
	{"delete-removes-bundle", at_delete},
	{"pidfile-missing", pid_file},
	{"pidfile-wrong", pid_file},
	{"leak-fd", leak_fd},
	{"no-stdout", no_stdout},
	{"residue-file", at_delete},
	{"residue-cgroup", at_delete},
	{"residue-process", at_delete},
	{"residue-mount", at_delete},
	{"run-on-host", liar_fake},
	{"hooks-twice", NULL}, /* the configuration tells it */
};
#define TRICKS (sizeof(tricks) / sizeof(*tricks))

const char *lie_cli_name(size_t i)
{
	return i < TRICKS ? tricks[i].name : NULL;
}

int liar_trick(struct liar *l, struct err *e)
{
	for (size_t i = 0; i < TRICKS; i++) {
		if (lie_is(l, tricks[i].name) && tricks[i].tell)
			return tricks[i].tell(l, e);
	}
	return err_set(e, EINVAL, "there is no lie 'cli:%s'", l->lie.where);
}
