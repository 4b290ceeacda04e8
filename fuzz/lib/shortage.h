/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that runs out: for programs that are linked with --wrap for what allocates (SHORTAGE in
 * fuzz_shortage.c). Memory that libraries allocate for themselves is there at any time. */
#ifndef FUZZ_SHORTAGE_H
#define FUZZ_SHORTAGE_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the allocation behind the next @after fails, and only that one. */
void shortage_begin(size_t after);

/* Back to normal. Whether one has failed. */
bool shortage_end(void);

#endif
