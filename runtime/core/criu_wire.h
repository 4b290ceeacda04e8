/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encoding of the messages that `criu swrk` takes and sends: protocol buffers
 * (https://protobuf.dev/programming-guides/encoding/), of which criu's rpc.proto uses numbers
 * ("varint") and bytes with their length. Pure functions over memory.
 */
#ifndef RUNTIME_CRIU_WIRE_H
#define RUNTIME_CRIU_WIRE_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Appends a field. A failed allocation is sticky (b->oom). A negative number is sent as the 64 bits
 * of its two's complement. */
void criu_wire_number(struct strbuf *b, unsigned int field, int64_t value);
void criu_wire_bytes(struct strbuf *b, unsigned int field, const void *bytes, size_t len);
void criu_wire_text(struct strbuf *b, unsigned int field, const char *text);

/* One field that was read: a number, or where @bytes is set, @len of them, borrowed from the
 * message. */
struct criu_wire_field {
	unsigned int field;
	uint64_t number;
	const unsigned char *bytes;
	size_t len;
};

/* What is left to be read of a message. */
struct criu_wire_reader {
	const unsigned char *at;
	size_t left;
};

/* Reads the next field; fields of a fixed width, which no message of criu's has, are passed over.
 * 1; 0 at the end; -EPROTO where the bytes are no message. */
int criu_wire_next(struct criu_wire_reader *r, struct criu_wire_field *ret);

#endif
