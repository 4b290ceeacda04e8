/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the owners of a file system's files can be mapped where it is mounted (mount_setattr(2)).
 */
#ifndef HOST_IDMAP_H
#define HOST_IDMAP_H

#include <stdbool.h>

/* Really tries it, on another mount of the directory @dir that nobody sees. */
bool hx_idmap_works(const char *dir);

#endif
