/* SPDX-License-Identifier: Apache-2.0 */
/* The flags that `checkpoint` and `restore` share. */
#ifndef RUNTIME_CLI_CRIU_FLAGS_H
#define RUNTIME_CLI_CRIU_FLAGS_H

#include "cli.h"

struct criu_flags {
	char *page_server; /* memory of the command line, which is ours to change */
	const char *image_path, *work_path, *parent_path, *manage_cgroups, *status_fd, *empty_ns,
		*lsm_profile, *lsm_mount_context;
	bool tcp_established, tcp_skip_in_flight, tcp_close, link_remap, ext_unix_sk, shell_job,
		lazy_pages, file_locks, auto_dedup;
};

/* @AT(member): the offset of a member of the struct criu_flags. */
#define CRIU_OPTIONS(AT)                                                                             \
	{"image-path",	 0,	OPTION_TEXT,                                                         \
	 AT(image_path), "DIR", "directory of the images (default: ./checkpoint)"},                  \
		{"work-path",	0,     OPTION_TEXT,                                                  \
		 AT(work_path), "DIR", "directory of criu's log (default: that of the images)"},     \
		{"tcp-established",   0,    OPTION_FLAG,                                             \
		 AT(tcp_established), NULL, "allow open TCP connections"},                           \
		{"ext-unix-sk",	  0,	OPTION_FLAG,                                                 \
		 AT(ext_unix_sk), NULL, "allow unix sockets to outside"},                            \
		{"shell-job", 0, OPTION_FLAG, AT(shell_job), NULL, "allow jobs of a shell"},         \
		{"lazy-pages", 0, OPTION_FLAG, AT(lazy_pages), NULL, "leave memory to userfaultfd"}, \
		{"link-remap",	 0,    OPTION_FLAG,                                                  \
		 AT(link_remap), NULL, "allow links for files that were removed"},                   \
		{"file-locks", 0, OPTION_FLAG, AT(file_locks), NULL, "handle file locks"},           \
		{"manage-cgroups-mode", 0,	OPTION_TEXT,                                         \
		 AT(manage_cgroups),	"MODE", "soft (default), full, strict or ignore"},           \
		{"empty-ns",   0,	  OPTION_TEXT_AS_IS,                                         \
		 AT(empty_ns), "network", "a namespace to make, but not to fill"},                   \
		{"auto-dedup", 0, OPTION_FLAG, AT(auto_dedup), NULL, "share images of memory"},      \
	{                                                                                            \
		"status-fd", 0, OPTION_TEXT_AS_IS, AT(status_fd), "N",                               \
			"descriptor that criu writes a byte to when it is ready"                     \
	}

/* Checks, and fills *ret; everything borrowed. The text of --page-server is cut at its colon. */
int criu_flags_apply(struct criu_flags *f, struct rt_criu_options *ret, struct err *e);

#endif
