/* SPDX-License-Identifier: Apache-2.0 */
#include "wrap.h"

#include "cleanup.h"

#include <string.h>

struct cfg_doc *wrap_linux(const char *member, const uint8_t *data, size_t size,
			   struct input *ret_line)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_findings found CLEANUP(cfg_findings_done) = {0};
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	size_t line = newline && size && data[0] != '{' ? (size_t)(newline - data) : 0;
	struct cfg_doc *d = NULL;

	*ret_line = (struct input){data, line};
	strbuf_adds(&text, "{\"ociVersion\":\"1.3.0\",\"linux\":");
	if (member)
		strbuf_addf(&text, "{\"%s\":", member);
	strbuf_add(&text, data + line, size - line);
	strbuf_adds(&text, member ? "}}" : "}");
	if (cfg_parse(CFG_CONFIG, text.buf, text.len, &d, &found, NULL) < 0)
		return NULL;
	if (d->config->linux)
		return d;
	cfg_doc_free(d);
	return NULL;
}
