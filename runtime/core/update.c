/* SPDX-License-Identifier: Apache-2.0 */
/* `update`: other limits for a container that lives. */
#include "cleanup.h"
#include "creation.h"
#include "fd.h"

/* The schemas go first: the kernel takes or refuses them as a whole, and what they were is one
 * text, whereas cgroup_apply() ends with rules of devices, which cannot be put back. */
static int update(const struct container *c, int resctrl_fd, const struct rt_update_options *o,
		  const struct cfg_doc *doc, struct err *e)
{
	const struct cfg_intel_rdt rdt = {.l3_cache_schema = (char *)o->l3_cache_schema,
					  .mem_bw_schema = (char *)o->mem_bw_schema};
	cleanup_free char *was = NULL;
	int r = 0;

	if (resctrl_fd >= 0) {
		was = resctrl_read(resctrl_fd, c->resctrl);
		r = resctrl_configure(resctrl_fd, doc, &rdt, c->resctrl, e);
	}
	if (r < 0 || !c->cgroup)
		return r;
	r = cgroup_apply(c->cgroup, doc, doc->resources, e);
	if (r < 0 && was)
		resctrl_restore(resctrl_fd, c->resctrl, was);
	return r < 0 ? err_wrap(e, "update container '%s'", o->id) : 0;
}

/* A document that has no version of its own was written by whoever has written the container's
 * configuration. */
static int read_as_version(const struct container *c, struct cfg_resources *resources,
			   struct err *e)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	int r = container_read_config(c, &doc, e);

	if (r < 0)
		return r;
	creation_read_as_version(resources, doc->config->oci_version);
	return 0;
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
	if (r >= 0 && !o->literal && doc->resources && doc->resources->pids)
		r = read_as_version(&c, doc->resources, e);
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
	return update(&c, resctrl_fd, o, doc, e);
}
