/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime_version.h"

#include "catalogue.h"
#include "cleanup.h"
#include "str.h"

#include <string.h>

char *hx_version_line(const char *text)
{
	cleanup_free char *line = strndup(text, strcspn(text, "\n"));

	return line ? str_cut(line, VERSION_LINE_MAX) : NULL;
}

/* "1.0.2-dev" to the minor number of the version that is meant. */
static bool read_minor(const char *version, unsigned int *ret)
{
	uint64_t n;
	char digits[2] = {0};

	if (!version || !str_starts(version, "1.") || !version[2] ||
	    (version[3] && version[3] != '.' && version[3] != '-'))
		return false;
	digits[0] = version[2];
	if (str_to_u64(digits, 9, &n) < 0)
		return false;
	*ret = n > CATALOGUE_MINOR_MAX ? CATALOGUE_MINOR_MAX : (unsigned int)n;
	return true;
}

char *hx_version_spec(const char *max, const char *text, unsigned int *ret_minor)
{
	const char *line = strstr(text, "\nspec: ");
	char *spec;

	if (max && read_minor(max, ret_minor))
		return strdup(max);
	if (!line)
		return strdup("");
	line += strlen("\nspec: ");
	spec = strndup(line, strcspn(line, "\n"));
	if (spec)
		(void)read_minor(spec, ret_minor);
	return spec;
}
