/* SPDX-License-Identifier: Apache-2.0 */
#include "criu_wire.h"

#include <errno.h>
#include <string.h>

#define FIELD_MAX ((1u << 29) - 1) /* the encoding's largest */

/* The low three bits of a field's tag. */
enum wire_type { WIRE_VARINT = 0, WIRE_I64 = 1, WIRE_LEN = 2, WIRE_I32 = 5 };

/* Seven bits a byte, the lowest first; the eighth says that there is more. */
static void put_varint(struct strbuf *b, uint64_t value)
{
	while (value >= 0x80) {
		strbuf_addc(b, (char)(value | 0x80));
		value >>= 7;
	}
	strbuf_addc(b, (char)value);
}

void criu_wire_number(struct strbuf *b, unsigned int field, int64_t value)
{
	put_varint(b, (uint64_t)field << 3 | WIRE_VARINT);
	put_varint(b, (uint64_t)value);
}

void criu_wire_bytes(struct strbuf *b, unsigned int field, const void *bytes, size_t len)
{
	put_varint(b, (uint64_t)field << 3 | WIRE_LEN);
	put_varint(b, len);
	strbuf_add(b, bytes, len);
}

void criu_wire_text(struct strbuf *b, unsigned int field, const char *text)
{
	criu_wire_bytes(b, field, text, strlen(text));
}

static int get_varint(struct criu_wire_reader *r, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; shift < 64; shift += 7) {
		unsigned char byte;

		if (!r->left)
			return -EPROTO;
		byte = *r->at++;
		r->left--;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*ret = value;
			return 0;
		}
	}
	return -EPROTO;
}

static int skip(struct criu_wire_reader *r, uint64_t n)
{
	if (n > r->left)
		return -EPROTO;
	r->at += n;
	r->left -= (size_t)n;
	return 0;
}

int criu_wire_next(struct criu_wire_reader *r, struct criu_wire_field *ret)
{
	while (r->left) {
		struct criu_wire_field f = {0};
		uint64_t tag, len;
		int e = get_varint(r, &tag);

		if (e < 0 || tag >> 3 == 0 || tag >> 3 > FIELD_MAX)
			return -EPROTO;
		f.field = (unsigned int)(tag >> 3);
		switch (tag & 7) {
		case WIRE_VARINT:
			e = get_varint(r, &f.number);
			break;
		case WIRE_LEN:
			e = get_varint(r, &len);
			f.bytes = r->at;
			if (e == 0)
				e = skip(r, len);
			f.len = e == 0 ? (size_t)len : 0;
			break;
		case WIRE_I64:
		case WIRE_I32:
			if (skip(r, (tag & 7) == WIRE_I64 ? 8 : 4) < 0)
				return -EPROTO;
			continue;
		default:
			return -EPROTO;
		}
		if (e < 0)
			return e;
		*ret = f;
		return 1;
	}
	return 0;
}
