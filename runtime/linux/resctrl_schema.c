/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a schemata file. Nothing here looks at the system. */
#include "resctrl.h"

#include <string.h>

/* "L3:0=f;1=3": the name up to the colon, without the blanks that the kernel puts before it. */
static const char *schema_name(const char *line, size_t *ret_len)
{
	line += strspn(line, " \t");
	*ret_len = strcspn(line, ":\n");
	while (*ret_len && line[*ret_len - 1] == ' ')
		--*ret_len;
	return line;
}

const char *resctrl_find_schema(const char *file, const char *name, size_t len)
{
	while (*file) {
		size_t n;
		const char *found = schema_name(file, &n);

		if (n == len && strncmp(found, name, len) == 0)
			return found + strcspn(found, ":\n");
		file += strcspn(file, "\n");
		file += *file == '\n';
	}
	return NULL;
}

static int digit(char c, unsigned int base)
{
	int v = c >= '0' && c <= '9'   ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
				       : 99;

	return v < (int)base ? v : -1;
}

/* False where no number stands at *s, or one of more than 64 bits. */
static bool take_number(const char **s, unsigned int base, uint64_t *ret)
{
	const char *p = *s + strspn(*s, " \t");
	uint64_t v = 0;

	if (digit(*p, base) < 0)
		return false;
	for (; digit(*p, base) >= 0; p++) {
		uint64_t d = (uint64_t)digit(*p, base);

		if (v > (UINT64_MAX - d) / base)
			return false;
		v = v * base + d;
	}
	*ret = v;
	*s = p + strspn(p, " \t");
	return true;
}

/* "0=7f0" at *s, which moves behind it. */
static bool next_domain(const char **s, unsigned int base, uint64_t *ret_id, uint64_t *ret_value)
{
	const char *p = *s + strspn(*s, ":; \t");

	if (!take_number(&p, 10, ret_id) || *p != '=')
		return false;
	p++;
	if (!take_number(&p, base, ret_value))
		return false;
	*s = p;
	return true;
}

static bool has_domain(const char *line, unsigned int base, uint64_t id, uint64_t value)
{
	uint64_t i, v;

	while (next_domain(&line, base, &i, &v))
		if (i == id)
			return v == value;
	return false;
}

bool resctrl_schema_holds(const char *schema, const char *file)
{
	size_t len;
	const char *name = schema_name(schema, &len), *domains = name + strcspn(name, ":");
	const char *line = resctrl_find_schema(file, name, len);
	unsigned int base = len == 2 && strncmp(name, "MB", 2) == 0 ? 10 : 16;
	uint64_t id, value;

	if (!line)
		return false;
	while (next_domain(&domains, base, &id, &value))
		if (!has_domain(line, base, id, value))
			return false;
	/* what cannot be read holds nowhere */
	return domains[strspn(domains, ":; \t\n")] == '\0';
}
