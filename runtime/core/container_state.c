/* SPDX-License-Identifier: Apache-2.0 */
/* What a container is, as documents: state.json, and the state of runtime.md#state. */
#include "container.h"

#include "cgroup.h"
#include "cleanup.h"
#include "container_dir.h"
#include "fd.h"
#include "lifecycle.h"
#include "resctrl.h"
#include "str.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A reader refuses what a later runtime may have written. */
#define STATE_VERSION 1

void container_done(struct container *c)
{
	free(c->id);
	free(c->bundle);
	free(c->rootfs);
	free(c->created);
	free(c->boot);
	json_free(c->annotations);
	json_free(c->mounts);
	cgroup_free(c->cgroup);
	resctrl_free(c->resctrl);
	fd_close(&c->root_fd);
	fd_close(&c->dir_fd);
	fd_close(&c->lock_fd);
	*c = CONTAINER_INIT;
}

const char *rt_status_name(enum rt_status s)
{
	static const char *const names[] = {
		[RT_CREATING] = "creating", [RT_CREATED] = "created", [RT_RUNNING] = "running",
		[RT_STOPPED] = "stopped",   [RT_PAUSED] = "paused",
	};

	return names[s];
}

static void put_resctrl(const struct resctrl *r, struct strbuf *out)
{
	CLEANUP(json_freep) struct json *j = resctrl_to_json(r);

	if (j)
		json_put_tree(out, "resctrl", j);
	else
		out->oom = true;
}

void container_print(const struct container *c, struct strbuf *out)
{
	json_put_open(out, NULL, '{');
	json_put_uint(out, "version", STATE_VERSION);
	json_put_string(out, "id", c->id);
	json_put_string(out, "bundle", c->bundle);
	json_put_string(out, "rootfs", c->rootfs);
	json_put_uint(out, "rootDevice", c->root_dev);
	json_put_uint(out, "rootInode", c->root_ino);
	json_put_string(out, "created", c->created);
	if (c->boot)
		json_put_string(out, "boot", c->boot);
	json_put_bool(out, "creating", c->creating);
	json_put_int(out, "pid", c->pid);
	json_put_uint(out, "startTime", c->start_time);
	json_put_bool(out, "ownPidNamespace", c->own_pid_ns);
	json_put_bool(out, "callersKeyring", c->callers_keyring);
	json_put_uint(out, "callersUserNamespace", c->callers_userns);
	json_put_bool(out, "process", c->has_process);
	json_put_bool(out, "notify", c->has_notify);
	json_put_bool(out, "poststart", c->has_poststart);
	json_put_bool(out, "poststop", c->has_poststop);
	if (c->annotations)
		json_put_tree(out, "annotations", c->annotations);
	if (c->mounts)
		json_put_tree(out, "mounts", c->mounts);
	if (c->cgroup)
		cgroup_put_json(c->cgroup, "cgroup", out);
	if (c->resctrl)
		put_resctrl(c->resctrl, out);
	json_put_close(out, '}');
}

int container_write_next(const struct container *c, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	container_print(c, &b);
	if (b.oom)
		return err_set(e, ENOMEM, "state of container '%s': %m", c->id);
	/* the lock is ours: nobody else makes a file of this name */
	return container_dir_write(c, CONTAINER_NEXT, b.buf, b.len, e);
}

int container_take_next(const struct container *c, struct err *e)
{
	return renameat(c->dir_fd, CONTAINER_NEXT, c->dir_fd, CONTAINER_STATE) < 0
		       ? err_set(e, errno, "state of container '%s': %m", c->id)
		       : 0;
}

void container_drop_next(const struct container *c)
{
	(void)unlinkat(c->dir_fd, CONTAINER_NEXT, 0);
}

int container_write(const struct container *c, struct err *e)
{
	int r = container_write_next(c, e);

	return r < 0 ? r : container_take_next(c, e);
}

static int dup_member(const struct json *o, const char *name, char **ret)
{
	const char *s = json_string(json_member(o, name));

	*ret = s ? strdup(s) : NULL;
	if (!s)
		return -EPROTO;
	return *ret ? 0 : -ENOMEM;
}

static bool bool_member(const struct json *o, const char *name)
{
	const struct json *j = json_member(o, name);

	return j && j->type == JSON_BOOL && j->boolean;
}

static int from_json(struct container *c, const struct json *o, struct err *e)
{
	const struct json *cg = json_member(o, "cgroup"),
			  *annotations = json_member(o, "annotations");
	const struct json *mounts = json_member(o, "mounts"), *resctrl = json_member(o, "resctrl");
	uint64_t version;
	int64_t pid;
	int r;

	if (json_uint(json_member(o, "version"), &version) < 0 || version != STATE_VERSION)
		return err_set(e, EPROTO, "state of container '%s' was written by another version",
			       c->id);
	if (!str_eq(json_string(json_member(o, "id")), c->id))
		return err_set(e, EPROTO, "state of container '%s' belongs to another container",
			       c->id);
	if (json_int(json_member(o, "pid"), &pid) < 0 || pid < 0 || pid > INT32_MAX ||
	    json_uint(json_member(o, "startTime"), &c->start_time) < 0)
		return err_set(e, EPROTO, "state of container '%s' names no process", c->id);
	c->pid = (pid_t)pid;
	r = dup_member(o, "bundle", &c->bundle);
	if (r == 0)
		r = dup_member(o, "rootfs", &c->rootfs);
	if (r == 0)
		r = dup_member(o, "created", &c->created);
	if (r == 0 && json_member(o, "boot"))
		r = dup_member(o, "boot", &c->boot);
	if (r < 0)
		return err_set(e, -r, "state of container '%s' is incomplete", c->id);
	c->creating = bool_member(o, "creating");
	c->own_pid_ns = bool_member(o, "ownPidNamespace");
	c->callers_keyring = bool_member(o, "callersKeyring");
	c->has_process = bool_member(o, "process");
	c->has_notify = bool_member(o, "notify");
	c->has_poststart = bool_member(o, "poststart");
	c->has_poststop = bool_member(o, "poststop");
	/* a state that an earlier version wrote has none */
	(void)json_uint(json_member(o, "rootDevice"), &c->root_dev);
	(void)json_uint(json_member(o, "rootInode"), &c->root_ino);
	(void)json_uint(json_member(o, "callersUserNamespace"), &c->callers_userns);
	if (annotations && annotations->type == JSON_OBJECT) {
		c->annotations = json_copy(annotations);
		if (!c->annotations)
			return err_set(e, ENOMEM, "state of container '%s': %m", c->id);
	}
	if (mounts && mounts->type == JSON_ARRAY) {
		c->mounts = json_copy(mounts);
		if (!c->mounts)
			return err_set(e, ENOMEM, "state of container '%s': %m", c->id);
	}
	if (cg) {
		r = cgroup_from_json(cg, &c->cgroup, e);
		if (r < 0)
			return r;
	}
	if (resctrl) {
		r = resctrl_from_json(resctrl, &c->resctrl, e);
		if (r < 0)
			return err_wrap(e, "container '%s'", c->id);
	}
	return 0;
}

int container_parse(struct container *c, const char *buf, size_t len, struct err *e)
{
	CLEANUP(json_freep) struct json *o = NULL;
	int r = json_parse(buf, len, &o, e);

	return r < 0 ? err_wrap(e, "state of container '%s'", c->id) : from_json(c, o, e);
}

/* json_set_member() takes NULL for "memory is short"; one check at the end is enough. */
static void set(struct json *o, const char *name, struct json *value, bool *oom)
{
	if (json_set_member(o, name, value) < 0)
		*oom = true;
}

void container_print_state(const struct container *c, enum rt_status status, pid_t pid,
			   const char *owner, int indent, struct strbuf *out)
{
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);
	bool oom = !o;

	if (o) {
		set(o, "ociVersion", json_new_string(RT_SPEC_VERSION), &oom);
		set(o, "id", json_new_string(c->id), &oom);
		if (pid > 0 || owner)
			set(o, "pid", json_new_int(pid), &oom);
		set(o, "status", json_new_string(rt_status_name(status)), &oom);
		set(o, "bundle", json_new_string(c->bundle), &oom);
		if (owner) {
			set(o, "rootfs", json_new_string(c->rootfs), &oom);
			set(o, "created", json_new_string(c->created), &oom);
		}
		if (c->annotations)
			set(o, "annotations", json_copy(c->annotations), &oom);
		if (owner)
			set(o, "owner", json_new_string(owner), &oom);
	}
	if (oom)
		out->oom = true;
	else
		json_print(o, indent, out);
}
