/* SPDX-License-Identifier: Apache-2.0 */
#include "case_clean.h"

#include "case_tmp.h"
#include "cgroup2.h"
#include "cleanup.h"
#include "owned.h"
#include "procfs.h"
#include "resctrl.h"
#include "rootfs.h"
#include "settings.h"
#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_MS	   5000
#define PIDS_MAX   256
#define SETTLE_MS  200
#define SYSCTL_MAX 4096

static void add(struct case_ctx *c, char *sentence)
{
	cleanup_free char *s = sentence;

	if (!s || json_append(c->residue, json_new_string(s)) < 0)
		c->results.oom = true;
}

static size_t spared_pids(const struct case_ctx *c, pid_t *ret)
{
	for (size_t i = 0; i < c->nholders; i++)
		ret[i] = c->holders[i].proc.pid;
	return c->nholders;
}

static void residue_processes(struct case_ctx *c)
{
	pid_t spared[HOLDERS_MAX], pids[PIDS_MAX];
	size_t nspared = spared_pids(c, spared);
	size_t n = hx_descendants(spared, nspared, pids, PIDS_MAX);
	int64_t deadline = proc_now_ms() + SETTLE_MS;

	/* one that was told to die a moment ago may need that moment */
	while (n > 0 && proc_now_ms() < deadline) {
		int fd = proc_pidfd_open(pids[0]);

		if (fd < 0 || hx_loop_wait(&c->loop, &fd, 1, deadline) < 0)
			deadline = 0;
		fd_close(&fd);
		n = hx_descendants(spared, nspared, pids, PIDS_MAX);
	}
	for (size_t i = 0; i < n && i < PIDS_MAX; i++) {
		char path[64];
		cleanup_free char *comm = NULL;
		size_t len;

		(void)snprintf(path, sizeof(path), "/proc/%d/comm", pids[i]);
		if (fd_read_file_at(AT_FDCWD, path, 4096, &comm, &len, NULL) == 0)
			comm[strcspn(comm, "\n")] = '\0';
		add(c, str_format("the process '%s' is still alive", comm ? comm : "?"));
	}
}

static void residue_cgroups(struct case_ctx *c)
{
	struct strbuf found = STRBUF_INIT;
	char *save = NULL;
	int r = hx_cgroups_named(&c->cgroups, c->id, &found);

	if (r < 0)
		result_broken(&c->results, "residue", "the cgroups cannot be looked at");
	for (char *p = found.buf ? strtok_r(found.buf, "\n", &save) : NULL; p;
	     p = strtok_r(NULL, "\n", &save))
		add(c, str_format("the cgroup %s is left", p));
	strbuf_done(&found);
}

/* The state directory may keep files of the runtime's own, but nothing that bears the container's
 * name. */
static void residue_state(struct case_ctx *c)
{
	cleanup_dir DIR *d = opendir(c->state_dir);

	for (const struct dirent *de = d ? readdir(d) : NULL; de; de = readdir(d)) {
		if (strstr(de->d_name, c->id))
			add(c, str_format("'%s' is left in the runtime's state directory",
					  de->d_name));
	}
}

static void residue_files(struct case_ctx *c)
{
	struct stat st;
	char which[160];

	if (!hx_rootfs_canaries_ok(c->dir_fd, which, sizeof(which)))
		add(c, strdup(which));
	if (fstatat(c->dir_fd, HX_FILE_NULL, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3) || (st.st_mode & 07777) != 0666 ||
	    st.st_uid || st.st_gid)
		add(c, strdup("the null device that the runtime was given as stdin was changed"));
	if (stat(c->session->probe, &st) < 0 || st.st_size != c->session->probe_stat.st_size ||
	    st.st_mode != c->session->probe_stat.st_mode || st.st_uid || st.st_gid ||
	    st.st_mtim.tv_sec != c->session->probe_stat.st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != c->session->probe_stat.st_mtim.tv_nsec)
		add(c, strdup("the probe's file was changed"));
	if (!hx_runtime_binary_unchanged(c->rt))
		add(c, strdup("the runtime's own program file was changed"));
}

static struct json *read_sysctl(const char *name)
{
	cleanup_free char *path = str_format("/proc/sys/%s", name);
	cleanup_free char *text = NULL;
	size_t len;

	if (!path || fd_read_file_at(AT_FDCWD, path, SYSCTL_MAX, &text, &len, NULL) < 0)
		return NULL;
	return json_new_string(text);
}

static bool is_of_the_host(const char *name)
{
	cleanup_free char *path = str_format("/proc/sys/%s", name);

	return path && !hx_setting_is_of_a_namespace(name) && access(path, F_OK) == 0;
}

int hx_case_take_owned(struct case_ctx *c, struct err *e)
{
	for (const char *const *o = c->def->owns; o && *o; o++) {
		cleanup_free char *name = strdup(*o);
		struct json *value;
		int r;

		if (!name || c->nowned == OWNED_MAX)
			return err_set(e, ENOMEM, "remember what the case owns: %m");
		for (char *p = name; *p; p++) {
			if (*p == '.')
				*p = '/';
		}
		/* first of all: another run on the host may have changed it for a moment */
		if (c->settings_lock < 0 && is_of_the_host(name))
			c->settings_lock = hx_settings_lock(false);
		/* other things may be owned, too */
		value = read_sysctl(name);
		if (!value)
			continue;
		r = hx_owned_put(c->session->owned, (int)c->index, name, json_string(value));
		c->owned[c->nowned].name = take_ptr(&name);
		c->owned[c->nowned++].value = value;
		if (r < 0)
			return err_set(e, -r, "write down the sysctl of '%s': %m", *o);
	}
	return 0;
}

/* What was set for a container the case itself judges, which asked for it; an error leaves nothing
 * behind (runtime.md#errors). */
static void residue_owned(struct case_ctx *c)
{
	if (c->calls[CALL_CREATE].made && c->calls[CALL_CREATE].exit == 0)
		return;
	for (size_t i = 0; i < c->nowned; i++) {
		CLEANUP(json_freep) struct json *now = read_sysctl(c->owned[i].name);

		if (!now || !json_equal(now, c->owned[i].value))
			add(c, str_format("the host's sysctl %s changed", c->owned[i].name));
	}
}

static void restore_owned(struct case_ctx *c)
{
	for (size_t i = 0; i < c->nowned; i++) {
		CLEANUP(json_freep) struct json *now = read_sysctl(c->owned[i].name);
		cleanup_free char *path = NULL;
		const char *was = json_string(c->owned[i].value);

		if (now && json_equal(now, c->owned[i].value))
			continue;
		path = str_format("/proc/sys/%s", c->owned[i].name);
		if (!path || !was || fd_write_file_at(AT_FDCWD, path, was, strlen(was), NULL) < 0)
			result_broken(&c->results, c->owned[i].name,
				      "the sysctl was changed and could not be put back");
	}
}

void hx_case_residue(struct case_ctx *c)
{
	CLEANUP(hx_snapshot_done) struct hx_snapshot after = {0};

	json_free(c->residue);
	c->residue = json_new(JSON_ARRAY);
	if (!c->residue) {
		c->results.oom = true;
		return;
	}
	residue_processes(c);
	residue_cgroups(c);
	residue_state(c);
	residue_files(c);
	residue_owned(c);
	/* set in the UTS namespace of this process, with which they go away */
	if (hx_owns(c->def->owns, "hostname"))
		hx_snapshot_forget_names(&c->before);
	if (hx_case_tmp_residue(c, c->residue) < 0 || hx_snapshot_take(&after, NULL) < 0 ||
	    hx_snapshot_compare(&c->before, &after, c->residue) < 0)
		result_broken(&c->results, "residue", "the host could not be looked at");
}

/* The last of the mounts in @dir, which is the newest; it stands in @mountinfo, which is
 * cut up. NULL: there is none. */
static const char *last_mount_below(char *mountinfo, const char *dir)
{
	const char *last = NULL;
	struct procfs_mount m;
	size_t n = strlen(dir);
	int r;

	while ((r = procfs_mount_next(&mountinfo, &m)) != 0)
		if (r > 0 && strncmp(m.path, dir, n) == 0 && (m.path[n] == '/' || !m.path[n]))
			last = m.path;
	return last;
}

static void unmount_below(const char *dir)
{
	for (unsigned int round = 0; round < 64; round++) {
		cleanup_free char *text = NULL;
		const char *last;
		size_t len;

		if (fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", 4u << 20, &text, &len, NULL) <
		    0)
			return;
		last = last_mount_below(text, dir);
		if (!last || umount2(last, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
			return;
	}
}

/* What a runtime has mounted anew has told by then, as residue. */
static void restore_cgroup2(struct case_ctx *c)
{
	struct err e = {0};

	if (hx_cgroup2_put_back(&c->session->cgroup2, &e) < 0)
		result_broken(&c->results, "cleanup", e.msg);
}

void hx_case_cleanup(struct case_ctx *c)
{
	int64_t deadline = proc_now_ms() + KILL_MS;

	restore_owned(c);
	restore_cgroup2(c);
	hx_agent_done(&c->agent);
	/* first the cgroups: what is frozen does not die of a signal */
	(void)hx_cgroups_destroy(&c->cgroups, c->id);
	/* a case may leave a class on purpose */
	hx_resctrl_remove(HX_RESCTRL, c->id);
	for (size_t i = 0; i < c->nholders; i++)
		hx_holder_done(&c->holders[i]);
	c->nholders = 0;
	if (hx_kill_descendants(NULL, 0, deadline) < 0)
		result_broken(&c->results, "cleanup", "a process of the case survives SIGKILL");
	/* put back above; from here on there is nothing to do for whoever survives this process */
	(void)hx_owned_restore(c->session->owned, (int)c->index);
	fd_close(&c->settings_lock);
	(void)hx_cgroups_destroy(&c->cgroups, c->id);
	hx_console_done(&c->console);
	fd_close(&c->pidfd);
	fd_close(&c->inotify_fd);
	fd_close(&c->null_fd);
	fd_close(&c->dir_fd);
	hx_case_tmp_done(c);
	if (c->dir[0] && !c->session->keep) {
		char name[64];
		const char *slash = strrchr(c->dir, '/');
		cleanup_fd int work = open(c->session->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		unmount_below(c->dir);
		(void)snprintf(name, sizeof(name), "%s", slash ? slash + 1 : "");
		if (work >= 0 && name[0] && hx_remove_tree(work, name) < 0)
			result_broken(&c->results, "cleanup",
				      "the case's directory could not be removed");
	}
}
