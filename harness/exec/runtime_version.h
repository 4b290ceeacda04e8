/* SPDX-License-Identifier: Apache-2.0 */
/* The versions that a runtime under test names. Pure. */
#ifndef EXEC_RUNTIME_VERSION_H
#define EXEC_RUNTIME_VERSION_H

#define VERSION_LINE_MAX 300 /* it stands in every report */

/* The first line of what --version prints, cut as str_cut() does. The caller frees; NULL where
 * memory is short. */
char *hx_version_line(const char *text);

/*
 * The version of the specification: @max, ociVersionMax of the features document (NULL: it has
 * none), if it is a version of 1.x; else what stands behind "spec: " in a line but the first of
 * @text, which --version prints; "" if there is none. *ret_minor gets its minor number, at most the
 * catalogue's newest, and stays as it is where it is none of 1.x. The caller frees; NULL where
 * memory is short.
 */
char *hx_version_spec(const char *max, const char *text, unsigned int *ret_minor);

#endif
