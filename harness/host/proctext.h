/* SPDX-License-Identifier: Apache-2.0 */
/* Facts out of the text of files below /proc/PID. Pure. */
#ifndef HOST_PROCTEXT_H
#define HOST_PROCTEXT_H

#include "json.h"

#include <stdbool.h>

/* The file below /proc/PID that says the fact @name ("status" for "user.uids"); NULL where no text
 * does. */
const char *proctext_file(const char *name);

/*
 * The fact out of the @len bytes of its file, behind which stands a NUL; they are cut up in place.
 * JSON null where they do not say it, {"error":...} where they cannot be read; NULL where memory is
 * short.
 */
struct json *proctext_fact(const char *name, char *text, size_t len);

/* {"error":"EACCES"}; what does not exist is null. NULL for ENOMEM. */
struct json *proctext_errno(int num);

/* An array; sorts @v first where @sort says so. */
struct json *proctext_numbers(int64_t *v, size_t n, bool sort);

#endif
