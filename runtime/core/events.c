/* SPDX-License-Identifier: Apache-2.0 */
/* `events`: what a container uses, now or again and again until its end. */
#include "cgroup_stats.h"
#include "cleanup.h"
#include "fd.h"
#include "lifecycle.h"
#include "proc.h"

#include <poll.h>

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

static int emit_stats(const struct rt_events_options *o, const struct cgroup *cg, struct err *e)
{
	CLEANUP(json_freep) struct json *data = NULL;
	int r = cgroup_stats(cg, &data, e);

	return r < 0 ? r : emit(o, "stats", data, e);
}

/* Until the container's first process ends. */
static int follow(const struct rt_events_options *o, const struct cgroup *cg, int pidfd,
		  struct err *e)
{
	CLEANUP(cgroup_oom_done) struct cgroup_oom oom = CGROUP_OOM_INIT;
	int64_t next = proc_now_ms() + o->interval_ms;
	int r = cgroup_oom_open(cg, &oom, e);

	if (r < 0 && r != -ENOENT)
		return r;
	for (;;) {
		struct pollfd p[] = {{.fd = pidfd, .events = POLLIN},
				     {.fd = oom.fd, .events = POLLIN}};
		int64_t left = next - proc_now_ms();
		int n = poll(p, 2, left > 0 ? (int)left : 0);

		if (n < 0 && errno != EINTR)
			return err_set(e, errno, "events: poll: %m");
		r = 0;
		for (uint64_t k = n > 0 && p[1].revents ? cgroup_oom_read(&oom) : 0; k && r >= 0;
		     k--)
			r = emit(o, "oom", NULL, e);
		if (r >= 0 && n > 0 && p[0].revents)
			return 0;
		if (r >= 0 && proc_now_ms() >= next) {
			r = emit_stats(o, cg, e);
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
	if (pidfd < 0)
		return err_set(e, -pidfd, "container '%s' is not running", o->id);
	if (!c.cgroup || c.cgroup->disabled)
		return err_set(e, EOPNOTSUPP,
			       "no statistics of container '%s': it has no cgroup of its own",
			       o->id);
	return o->interval_ms ? follow(o, c.cgroup, pidfd, e) : emit_stats(o, c.cgroup, e);
}
