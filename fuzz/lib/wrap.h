/* SPDX-License-Identifier: Apache-2.0 */
/* A part of config.json as the whole document that it belongs in. */
#ifndef FUZZ_WRAP_H
#define FUZZ_WRAP_H

#include "cfg_parse.h"
#include "input.h"

/*
 * "<line>\n<part>", or a part alone: the configuration {"linux": part}, or with @member that member
 * of linux. As the runtime does, it goes on where the document has findings. NULL where the part is
 * no JSON of that place. *ret_line: the bytes of the line.
 */
struct cfg_doc *wrap_linux(const char *member, const uint8_t *data, size_t size,
			   struct input *ret_line);

#endif
