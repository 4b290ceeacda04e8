/* SPDX-License-Identifier: Apache-2.0 */
/* Lies about what is left on the host: residue of a container, and things that were not the
 * runtime's to touch. */
#include "cleanup.h"
#include "fd.h"
#include "liar_families.h"
#include "proc.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define RESIDUE_LIFE_S 60 /* a process left behind ends by itself, should nobody find it */

static bool lie_is(const struct liar *l, const char *name)
{
	return str_eq(l->lie.where, name);
}

/* Where a runtime that keeps a directory for each container has this one's; the caller frees. */
static char *state_dir(const struct liar *l)
{
	return str_format("%s/%s", l->root ? l->root : "/run", l->id);
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
	cleanup_free char *dir = state_dir(l);
	cleanup_free char *file = dir ? str_format("%s/left", dir) : NULL;
	cleanup_fd int fd = FD_NONE;

	if (!file)
		return -ENOMEM;
	(void)mkdir(dir, 0700);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : 0;
}

/* Every hierarchy that lets us. @above: takes away the one above it, which the runtime has not
 * made.
 */
static int touch_cgroup(const char *cgroups_path, bool above)
{
	static const char *const hierarchies[] = {"pids", "memory", "cpu", "unified", "."};
	size_t touched = 0;

	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(*hierarchies); i++) {
		cleanup_free char *dir =
			str_format("/sys/fs/cgroup/%s/%s", hierarchies[i], cgroups_path);
		char *slash = dir ? strrchr(dir, '/') : NULL;

		if (!slash)
			return -ENOMEM;
		if (above)
			*slash = '\0';
		touched += (above ? rmdir(dir) : mkdir(dir, 0755)) == 0;
	}
	/* the root of a hierarchy cannot be removed: there is nothing to lie about */
	return touched || above ? 0 : -ENOENT;
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
		return cgroup ? touch_cgroup(cgroup, false) : 0;
	if (lie_is(l, "delete-removes-cgroup"))
		return cgroup ? touch_cgroup(cgroup, true) : 0;
	if (lie_is(l, "residue-mount"))
		return mount("tmpfs", rootfs, "tmpfs", 0, "size=4k") < 0 ? -errno : 0;
	/* delete-removes-bundle */
	(void)unlink(config);
	(void)rename(rootfs, gone);
	return 0;
}

/* What `delete` leaves behind, or takes away beyond its due. */
int liar_at_delete(struct liar *l, struct err *e)
{
	CLEANUP(json_freep) struct json *state = NULL;
	CLEANUP(json_freep) struct json *config = NULL;
	cleanup_free char *path = NULL;
	cleanup_free char *text = NULL;
	const char *bundle;
	size_t len;
	int code, r;

	if (!str_eq(l->command, "delete"))
		return liar_become(l, e);
	state = liar_state(l, e);
	bundle = json_string(json_member(state, "bundle"));
	path = bundle ? str_format("%s/config.json", bundle) : NULL;
	if (path && fd_read_file_at(AT_FDCWD, path, JSON_MAX_BYTES, &text, &len, NULL) == 0)
		(void)json_parse(text, len, &config, NULL);
	code = liar_call(l, STDOUT_FILENO, FD_NONE, e);
	if (code != 0 || !bundle)
		return code;
	r = leave(l, bundle, config ? json_string(json_at(config, "/linux/cgroupsPath")) : NULL, e);
	return r < 0 ? err_set(e, -r, "leave something behind: %m") : 0;
}

/* Gives the files of the container's /etc to root. Nothing else of it, for the probe may be a link
 * to a file that others use. */
static int take_files(const struct liar *l)
{
	cleanup_free char *path = str_format("%s/rootfs/etc", l->bundle);
	cleanup_dir DIR *d = path ? opendir(path) : NULL;

	if (!d)
		return path ? 0 : -ENOMEM;
	for (struct dirent *de; (de = readdir(d));) {
		if (de->d_name[0] != '.')
			(void)fchownat(dirfd(d), de->d_name, 0, 0, AT_SYMLINK_NOFOLLOW);
	}
	return 0;
}

int liar_chowns(struct liar *l, struct err *e)
{
	int code, r;

	code = liar_call_of(l, str_eq(l->command, "run") ? "run" : "create", e);
	r = code == 0 ? take_files(l) : 0;
	return r < 0 ? r : code;
}

int liar_opens_state(struct liar *l, struct err *e)
{
	cleanup_free char *dir = state_dir(l);
	int code;

	code = liar_call_of(l, "create", e);
	if (code < 0)
		return code;
	if (code == 0 && (!dir || chmod(dir, 0777) < 0))
		return err_set(e, dir ? errno : ENOMEM, "open the state directory: %m");
	return code;
}

/* What a path that leads up would remove. */
int liar_climbs(struct liar *l, struct err *e)
{
	bool climbs = l->id && (str_eq(l->id, ".") || strstr(l->id, "..") || strchr(l->id, '/'));
	cleanup_dir DIR *d = NULL;

	if (!str_eq(l->command, "delete") || !climbs || !l->root)
		return liar_become(l, e);
	d = opendir(l->root);
	if (!d)
		return err_set(e, errno, "open '%s': %m", l->root);
	for (const struct dirent *de; (de = readdir(d));) {
		const char *const words[] = {"delete", "--force", de->d_name, NULL};
		cleanup_free char *out = NULL;
		int r = de->d_name[0] == '.' ? 0 : liar_ask(l, words, &out, e);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The files of a directory, one level deep. */
static void empty_directory(const char *path)
{
	cleanup_dir DIR *d = opendir(path);

	if (!d)
		return;
	for (const struct dirent *de; (de = readdir(d));) {
		if (de->d_type == DT_REG)
			(void)unlinkat(dirfd(d), de->d_name, 0);
	}
}

int liar_sweeps(struct liar *l, struct err *e)
{
	cleanup_free char *dir = state_dir(l);
	int code;

	if (!str_eq(l->command, "delete") || !l->id || strchr(l->id, '/'))
		return liar_become(l, e);
	code = liar_call(l, STDOUT_FILENO, FD_NONE, e);
	if (dir)
		empty_directory(dir);
	return code;
}

/* As if it had followed the links of the image, which lead there. */
int liar_touches_canary(struct liar *l, struct err *e)
{
	cleanup_free char *null = str_format("%s/canary/null", l->bundle);
	cleanup_free char *zero = str_format("%s/canary/zero", l->bundle);
	cleanup_fd int fd = FD_NONE;
	int code;

	code = liar_call_of(l, "create", e);
	if (code < 0)
		return code;
	if (!null || !zero)
		return err_set(e, ENOMEM, "touch the canary: %m");
	fd = open(zero, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	/* where there is no such directory, there is no lie */
	if (fd >= 0)
		(void)truncate(null, 0);
	return code;
}

/* As if it trusted what the image has in the place of procfs. */
int liar_writes_false_proc(struct liar *l, struct err *e)
{
	cleanup_free char *path = str_format("%s/rootfs/proc/self/oom_score_adj", l->bundle);
	cleanup_fd int fd = FD_NONE;
	int code;

	code = liar_call_of(l, "create", e);
	if (code < 0)
		return code;
	if (!path)
		return err_set(e, ENOMEM, "write to a false procfs: %m");
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	/* where there is no such file, there is no lie */
	if (fd >= 0)
		(void)fd_write_all(fd, "7", 1);
	return code;
}
