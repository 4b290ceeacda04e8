/* SPDX-License-Identifier: Apache-2.0 */
/* The list of writes that resources become, and the parts that are the same in v1 and v2. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <stdio.h>
#include <string.h>

void cgroup_writes_done(struct cgroup_writes *w)
{
	for (size_t i = 0; i < w->count; i++) {
		free(w->items[i].value);
		free(w->items[i].alt_value);
		free(w->items[i].own_file);
	}
	free(w->items);
	*w = (struct cgroup_writes){0};
}

static struct cgroup_write *add(struct cgroup_writes *w)
{
	if (w->count == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 32;
		struct cgroup_write *more = reallocarray(w->items, cap, sizeof(*more));

		if (!more) {
			w->oom = true;
			return NULL;
		}
		w->items = more;
		w->cap = cap;
	}
	w->items[w->count] = (struct cgroup_write){0};
	return &w->items[w->count++];
}

struct cgroup_write *cgroup_writes_add(struct cgroup_writes *w, const char *controller,
				       const char *file, const char *prop, const void *addr,
				       const char *fmt, ...)
{
	struct cgroup_write *one = add(w);
	va_list ap;
	int r;

	if (!one)
		return NULL;
	va_start(ap, fmt);
	r = vasprintf(&one->value, fmt, ap);
	va_end(ap);
	if (r < 0) {
		w->oom = true;
		w->count--;
		return NULL;
	}
	one->controller = controller;
	one->file = file;
	one->prop = prop;
	one->addr = addr;
	return one;
}

void cgroup_writes_refuse(struct cgroup_writes *w, const char *controller, const char *prop,
			  const void *addr, const char *why)
{
	struct cgroup_write *one = add(w);

	if (one)
		*one = (struct cgroup_write){
			.controller = controller, .prop = prop, .addr = addr, .why_not = why};
}

void cgroup_any_idle(const struct cfg_cpu *c, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (!c->has_idle)
		return;
	one = cgroup_writes_add(w, "cpu", "cpu.idle", "cpu.idle", &c->idle, "%lld",
				(long long)c->idle);
	if (one && c->idle == 0)
		one->flags |= CGW_MISSING_OK;
}

void cgroup_any_cpuset(const struct cfg_cpu *c, struct cgroup_writes *w)
{
	if (c->cpus && *c->cpus)
		(void)cgroup_writes_add(w, "cpuset", "cpuset.cpus", "cpu.cpus", &c->cpus, "%s",
					c->cpus);
	if (c->mems && *c->mems)
		(void)cgroup_writes_add(w, "cpuset", "cpuset.mems", "cpu.mems", &c->mems, "%s",
					c->mems);
}

void cgroup_any_pids(const struct cfg_pids *p, struct cgroup_writes *w)
{
	if (!p->has_limit)
		return;
	if (p->limit < -1)
		cgroup_writes_refuse(w, "pids", "pids.limit", &p->limit,
				     "must be -1 (no limit), 0 or more");
	else if (p->limit < 0)
		(void)cgroup_writes_add(w, "pids", "pids.max", "pids.limit", &p->limit, "max");
	else
		(void)cgroup_writes_add(w, "pids", "pids.max", "pids.limit", &p->limit, "%lld",
					(long long)p->limit);
}

void cgroup_any_rdma(const struct cfg_rdma_list *l, struct cgroup_writes *w)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_rdma *d = &l->items[i];
		char handles[32] = "", objects[32] = "";

		if (strpbrk(d->key, " \n") || !*d->key) {
			cgroup_writes_refuse(w, "rdma", "rdma", d, "not the name of a device");
			continue;
		}
		if (!d->has_hca_handles && !d->has_hca_objects) {
			cgroup_writes_refuse(w, "rdma", "rdma", d,
					     "needs hcaHandles or hcaObjects");
			continue;
		}
		if (d->has_hca_handles)
			(void)snprintf(handles, sizeof(handles), " hca_handle=%llu",
				       (unsigned long long)d->hca_handles);
		if (d->has_hca_objects)
			(void)snprintf(objects, sizeof(objects), " hca_object=%llu",
				       (unsigned long long)d->hca_objects);
		(void)cgroup_writes_add(w, "rdma", "rdma.max", "rdma", d, "%s%s%s", d->key, handles,
					objects);
	}
}

bool cgroup_page_size_is_valid(const char *s)
{
	size_t n = s ? strspn(s, "0123456789") : 0;

	return n > 0 && n < 20 && *s != '0' &&
	       (str_eq(s + n, "KB") || str_eq(s + n, "MB") || str_eq(s + n, "GB"));
}

int cgroup_err(const struct cfg_doc *doc, const void *addr, const char *prop, struct err *e,
	       int num, const char *fmt, ...)
{
	cleanup_free char *text = NULL;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (r < 0) {
		text = NULL;
		return err_set(e, num, "%s: %s", prop, strerror(num));
	}
	if (doc && addr)
		return cfg_err(doc, addr, e, num, "%s: %s", prop, text);
	return err_set(e, num, "%s: %s", prop, text);
}

bool cgroup_is_device(int64_t major, int64_t minor)
{
	return major >= 0 && minor >= 0 && major <= UINT32_MAX && minor <= UINT32_MAX;
}
