/* SPDX-License-Identifier: Apache-2.0 */
#include "criu_flags.h"

#include "fd.h"

#include <limits.h>
#include <string.h>

/* "address:port" or "[address]:port", which is cut in two. */
static int apply_page_server(char *text, struct rt_criu_options *ret, struct err *e)
{
	char *colon = strrchr(text, ':'), *end = colon, *begin = text;
	uint64_t port = 0;

	if (colon && *text == '[') {
		begin++;
		end = colon[-1] == ']' ? colon - 1 : begin;
	}
	if (!colon || end == begin || strchr(colon, ']') ||
	    str_to_u64(colon + 1, UINT16_MAX, &port) < 0 || !port)
		return err_set(e, EINVAL, "--page-server is ADDRESS:PORT, not '%s'", text);
	*end = '\0';
	ret->page_server = begin;
	ret->page_server_port = (int)port;
	return 0;
}

int criu_flags_apply(struct criu_flags *f, struct rt_criu_options *ret, struct err *e)
{
	static const char *const modes[] = {"soft", "full", "strict", "ignore"};
	bool known = !f->manage_cgroups;
	uint64_t fd;

	*ret = (struct rt_criu_options){
		.image_path = f->image_path ? f->image_path : "checkpoint",
		.parent_path = f->parent_path,
		.manage_cgroups = f->manage_cgroups,
		.lsm_profile = f->lsm_profile,
		.lsm_mount_context = f->lsm_mount_context,
		.status_fd = FD_NONE,
		.tcp_established = f->tcp_established,
		.tcp_skip_in_flight = f->tcp_skip_in_flight,
		.tcp_close = f->tcp_close,
		.link_remap = f->link_remap,
		.ext_unix_sk = f->ext_unix_sk,
		.shell_job = f->shell_job,
		.lazy_pages = f->lazy_pages,
		.file_locks = f->file_locks,
		.auto_dedup = f->auto_dedup,
		.empty_network = f->empty_ns,
	};
	ret->work_path = f->work_path ? f->work_path : ret->image_path;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		known = known || str_eq(modes[i], f->manage_cgroups);
	if (!known)
		return err_set(e, EINVAL,
			       "--manage-cgroups-mode is soft, full, strict or ignore, not '%s'",
			       f->manage_cgroups);
	if (f->empty_ns && !str_eq(f->empty_ns, "network"))
		return err_set(e, EINVAL, "--empty-ns is network, not '%s'", f->empty_ns);
	if (f->page_server && apply_page_server(f->page_server, ret, e) < 0)
		return -EINVAL;
	if (f->status_fd) {
		if (str_to_u64(f->status_fd, INT_MAX, &fd) < 0)
			return err_set(e, EINVAL, "invalid value \"%s\" for flag -status-fd",
				       f->status_fd);
		ret->status_fd = (int)fd;
	}
	return 0;
}
