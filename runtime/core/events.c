/* SPDX-License-Identifier: Apache-2.0 */
/* `events`: what a container uses, now or again and again until its end. */
#include "cgroup_stats.h"
#include "cleanup.h"
#include "container.h"
#include "fd.h"
#include "idmap.h"
#include "lifecycle.h"
#include "net_stats.h"
#include "proc.h"
#include "resctrl.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>

static int emit(const struct rt_events_options *o, const char *type, struct json *data,
		struct err *e)
{
	CLEANUP(json_freep) struct json *event = json_new(JSON_OBJECT);
	CLEANUP(strbuf_done) struct strbuf line = STRBUF_INIT;
	int r = event ? 0 : -ENOMEM;

	if (r >= 0)
		r = json_set_member(event, "type", json_new_string(type));
	if (r >= 0)
		r = json_set_member(event, "id", json_new_string(o->id));
	if (r >= 0 && data)
		r = json_set_member(event, "data", json_copy(data));
	if (r >= 0)
		json_print(event, 0, &line);
	strbuf_addc(&line, '\n');
	if (r < 0 || line.oom)
		return err_set(e, ENOMEM, "events: %m");
	return o->emit(o->arg, line.buf, line.len, e);
}

/* The class or its monitors may have gone; that is no reason to have no other numbers. */
static int add_rdt(const struct container *c, struct json *data)
{
	cleanup_fd int root = c->resctrl ? resctrl_open(NULL) : FD_NONE;
	struct json *rdt = NULL;

	if (root < 0 || resctrl_stats(root, c->resctrl, &rdt, NULL) < 0)
		return 0;
	return json_set_member(data, "intel_rdt", rdt);
}

/* Devices of a namespace that is not its own are none of the container's. */
static bool has_own_network(int pid_dir)
{
	struct stat own, its;

	return stat("/proc/self/ns/net", &own) == 0 && fstatat(pid_dir, "ns/net", &its, 0) == 0 &&
	       (own.st_ino != its.st_ino || own.st_dev != its.st_dev);
}

static int add_network(const struct container *c, struct json *data)
{
	cleanup_fd int dir = idmap_open_pid(c->pid, NULL);
	struct json *devices = NULL;

	if (dir < 0 || !has_own_network(dir) || net_stats(dir, &devices, NULL) < 0)
		return 0;
	return json_set_member(data, "network_interfaces", devices);
}

static int emit_stats(const struct rt_events_options *o, const struct container *c, struct err *e)
{
	CLEANUP(json_freep) struct json *data = NULL;
	int r = cgroup_stats(c->cgroup, &data, e);

	if (r < 0)
		return r;
	if (add_rdt(c, data) < 0 || add_network(c, data) < 0)
		return err_set(e, ENOMEM, "events: %m");
	return emit(o, "stats", data, e);
}

/* Until the container's first process ends. */
static int follow(const struct rt_events_options *o, const struct container *c, int pidfd,
		  struct err *e)
{
	CLEANUP(cgroup_oom_done) struct cgroup_oom oom = CGROUP_OOM_INIT;
	int64_t next = proc_now_ms() + o->interval_ms;
	int r = cgroup_oom_open(c->cgroup, &oom, e);

	if (r < 0 && r != -ENOENT)
		return r;
	for (;;) {
		struct pollfd p[] = {{.fd = pidfd, .events = POLLIN},
				     {.fd = oom.fd, .events = POLLIN}};
		int64_t left = next - proc_now_ms();
		int n = proc_pidfd_poll(p, 2, left > 0 ? (int)left : 0);

		if (n < 0 && errno != EINTR)
			return err_set(e, errno, "events: poll: %m");
		r = 0;
		for (uint64_t k = n > 0 && p[1].revents ? cgroup_oom_read(&oom) : 0; k && r >= 0;
		     k--)
			r = emit(o, "oom", NULL, e);
		if (r >= 0 && n > 0 && p[0].revents)
			return 0;
		if (r >= 0 && proc_now_ms() >= next) {
			r = emit_stats(o, c, e);
			next += o->interval_ms;
		}
		if (r < 0)
			return r;
	}
}

int rt_events(const struct rt_events_options *o, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	cleanup_fd int pidfd = FD_NONE;
	int r;

	r = container_load(o->root, o->id, &c, e);
	if (r < 0)
		return r;
	pidfd = container_pidfd(&c);
	if (pidfd == -ESRCH)
		return err_set(e, ESRCH, "container '%s' is not running", o->id);
	if (pidfd < 0)
		return err_set(e, -pidfd, "find the first process of container '%s': %m", o->id);
	if (!c.cgroup || c.cgroup->disabled)
		return err_set(e, EOPNOTSUPP,
			       "no statistics of container '%s': it has no cgroup of its own",
			       o->id);
	return o->interval_ms ? follow(o, &c, pidfd, e) : emit_stats(o, &c, e);
}
