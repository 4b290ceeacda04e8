/* SPDX-License-Identifier: Apache-2.0 */
/* `update`: other limits for a container that lives. */
#include "cleanup.h"
#include "creation.h"
#include "fd.h"

static int update_rdt(const struct container *c, int root_fd, const struct rt_update_options *o,
		      const struct cfg_doc *doc, struct err *e)
{
	const struct cfg_intel_rdt rdt = {.l3_cache_schema = (char *)o->l3_cache_schema,
					  .mem_bw_schema = (char *)o->mem_bw_schema};

	return resctrl_configure(root_fd, doc, &rdt, c->resctrl, e);
}

int rt_update(const struct rt_update_options *o, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	bool rdt = o->l3_cache_schema || o->mem_bw_schema;
	cleanup_fd int resctrl_fd = FD_NONE;
	enum rt_status status;
	int r;

	r = container_load(o->root, o->id, &c, e);
	if (r >= 0)
		r = container_lock_changes(&c, e);
	if (r >= 0)
		r = creation_parse(CFG_RESOURCES, o->name, o->resources, o->len, &doc, e);
	if (r < 0)
		return r;
	status = container_status(&c);
	if (status == RT_STOPPED || status == RT_CREATING)
		return err_set(e, EINVAL, "container not running: it is %s",
			       rt_status_name(status));
	if (rdt && !c.resctrl)
		return err_set(e, EINVAL, "the container was created without linux.intelRdt");
	/* where there is none, nothing is changed */
	if (rdt) {
		r = resctrl_fd = resctrl_open(e);
		if (r < 0)
			return r;
	}
	if (c.cgroup) {
		r = cgroup_apply(c.cgroup, doc, doc->resources, e);
		if (r < 0)
			return err_wrap(e, "update container '%s'", o->id);
	}
	return rdt ? update_rdt(&c, resctrl_fd, o, doc, e) : 0;
}
