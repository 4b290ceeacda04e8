/* SPDX-License-Identifier: Apache-2.0 */
/* User namespace mappings (user_namespaces(7)), written from outside through a procfs that is
 * proven to be one. */
#ifndef RUNTIME_IDMAP_H
#define RUNTIME_IDMAP_H

#include "cfg_parse.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * /proc/<pid>, O_DIRECTORY, the caller's. -EXDEV where /proc is not a procfs: what stands there may
 * be anybody's files, and nothing that is written there would arrive in the kernel.
 */
int idmap_open_pid(pid_t pid, struct err *e);
/* /proc itself, in the same way. */
int idmap_open_proc(struct err *e);

/*
 * Writes uid_map and gid_map of the process behind @pid_fd (idmap_open_pid()). @deny_setgroups:
 * writes "deny" to setgroups first, without which an unprivileged process may not set a gid_map.
 * Where the caller is not root and a list asks for more than his own id, newuidmap(1) and
 * newgidmap(1) do it.
 */
int idmap_write(int pid_fd, const struct cfg_doc *doc, const struct cfg_linux *linux,
		bool deny_setgroups, struct err *e);

/* Whether setgroups(2) is denied for ever to the process behind @pid_fd, a directory of a procfs.
 */
bool idmap_setgroups_denied(int pid_fd);
/* The same for the caller's own. */
bool idmap_own_setgroups_denied(void);

/* Whether the list maps @own and nothing else, which everybody may do by himself. */
bool idmap_is_own(const struct cfg_id_mapping_list *list, uint32_t own);

/* The text of a map file: one "container host size" line per entry. The caller frees; NULL where
 * memory is short. */
char *idmap_format(const struct cfg_id_mapping_list *list);

/* The id of the host that @id of the container is, or -1 where it is not mapped. An empty list maps
 * nothing. */
int64_t idmap_to_host(const struct cfg_id_mapping_list *list, uint32_t id);

/* What @id is outside, by @text, the lines of a uid_map; -1 where it is not mapped. */
int64_t idmap_outside(const char *text, uint32_t id);
/* The text of @file, "uid_map" or "gid_map", behind @pid_fd (idmap_open_pid()); the caller frees.
 * NULL: it cannot be read, or nothing is mapped. */
char *idmap_read(int pid_fd, const char *file);
/* Whether @text maps what the list does, and no more, however either is divided. */
bool idmap_is_same(const struct cfg_id_mapping_list *list, const char *text);
/* idmap_first_id() of what is mapped behind @pid_fd. */
void idmap_first_ids(int pid_fd, uint32_t *ret_uid, uint32_t *ret_gid);
/* The caller's effective uid as the user namespace around his own has it; as his own has it where
 * the kernel does not tell. */
uid_t idmap_own_uid_outside(void);

/*
 * The id that a process takes right after its user namespace is mapped: 0, or the first id of the
 * container where 0 is not mapped.
 */
uint32_t idmap_first_id(const struct cfg_id_mapping_list *list);

#endif
