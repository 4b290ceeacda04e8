/* SPDX-License-Identifier: Apache-2.0 */
/* The user and group ids that there are, few of them in many a namespace: user_namespaces(7). */
#ifndef HOST_IDS_H
#define HOST_IDS_H

#include "conform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the @count ids from @first on are there, by the text of our own uid_map or gid_map. The
 * kernel maps no range onto more than one line. NULL, "": all ids are there. */
bool hx_ids_are_there(const char *map, uint64_t first, uint64_t count);

/* Whether all ids of the host that @d names are: in the mappings of its configuration, as owners of
 * its files, and as the user of a process without mappings. False: @why says which one is not. */
bool hx_ids_suffice(const struct conform_case *d, const char *uid_map, const char *gid_map,
		    char *why, size_t size);

/* The map of a new user namespace in which every id of @map stands for itself, for the caller to
 * free. NULL: memory is short. */
char *hx_ids_identity(const char *map);

#endif
