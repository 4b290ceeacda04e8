/* SPDX-License-Identifier: Apache-2.0 */
#include "manager.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "tried.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#define USERS "/run/user"

void hx_manager_done(struct hx_manager *m)
{
	free(m->procs);
	*m = HX_MANAGER_NONE;
}

/* user@UID.service(5): the user's systemd itself is in init.scope below it. */
static bool take(const struct hx_hierarchy *v2, const char *name, struct hx_manager *ret)
{
	cleanup_free char *bus = str_format(USERS "/%s/bus", name);
	cleanup_free char *procs =
		str_format("%s/user.slice/user-%s.slice/user@%s.service/init.scope/cgroup.procs",
			   v2->mount, name, name);
	struct stat st;
	uint64_t uid;

	if (str_to_u64(name, UINT32_MAX - 1, &uid) < 0 || uid == 0 || !bus || !procs ||
	    stat(bus, &st) < 0 || !S_ISSOCK(st.st_mode) || st.st_uid != (uid_t)uid ||
	    access(procs, F_OK) < 0)
		return false;
	*ret = (struct hx_manager){.uid = st.st_uid, .gid = st.st_gid, .procs = take_ptr(&procs)};
	return true;
}

int hx_manager_find(const struct hx_cgroups *c, struct hx_manager *ret)
{
	const struct hx_hierarchy *v2 = hx_cgroups_find(c, "");
	cleanup_dir DIR *d = NULL;
	bool found = false;

	if (!v2 || !str_eq(hx_cgroups_mode(c), "v2"))
		return -ENOENT;
	d = opendir(USERS);
	for (struct dirent *de; d && !found && (de = readdir(d));)
		found = take(v2, de->d_name, ret);
	return found ? 0 : -ENOENT;
}

int hx_manager_become(const struct hx_manager *m, struct err *e)
{
	int r = fd_write_file_at(AT_FDCWD, m->procs, "0", 1, e);

	if (r < 0)
		return r;
	if (setgroups(0, NULL) < 0 || setresgid(m->gid, m->gid, m->gid) < 0 ||
	    setresuid(m->uid, m->uid, m->uid) < 0)
		return err_set(e, errno, "become user %u: %m", (unsigned int)m->uid);
	return 0;
}

struct attempt {
	const struct hx_manager *m;
	const char *path;
};

static int attempt(void *arg, struct err *e)
{
	const struct attempt *a = arg;
	int r = hx_manager_become(a->m, e);

	if (r < 0)
		return r;
	if (access(a->path, X_OK) < 0)
		return err_set(e, errno, "user %u does not reach '%s': %m", (unsigned int)a->m->uid,
			       a->path);
	return unshare(CLONE_NEWUSER) < 0 ? err_set(e, errno, "user %u makes no user namespace: %m",
						    (unsigned int)a->m->uid)
					  : 0;
}

int hx_manager_tried(const struct hx_manager *m, const char *path, struct err *e)
{
	struct attempt a = {m, path};

	return hx_tried_setup(attempt, &a, e);
}
