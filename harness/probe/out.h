/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probe says: lines `NAME<TAB>JSON`, the same bytes into every channel. A fixed buffer
 * that empties itself when it is full, so that nothing is allocated under the strangest of resource
 * limits. Commas are the writer's business: values and members follow each other, out_open() and
 * out_close() nest.
 */
#ifndef PROBE_OUT_H
#define PROBE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUT_CHANNELS 2

struct out_channel {
	int fd;	     /* borrowed; FD_NONE: not there or broken */
	bool late;   /* gets nothing before out_finish(), so that nobody else writes in between */
	size_t sent; /* bytes of the buffer that it has got */
};

struct out {
	struct out_channel channels[OUT_CHANNELS];
	char *buf;
	size_t size, len;
	bool one_write; /* never empties by itself: what does not fit is lost, and .lost says so */
	bool lost;
	bool comma;	    /* the next value needs one before it */
	unsigned int count; /* observations */
};

/* Borrows @buf of @size bytes; no channel is set. */
void out_init(struct out *o, char *buf, size_t size);

/* Writes what is buffered to each channel that is not late. SIGXFSZ and SIGPIPE are ignored
 * meanwhile, and a channel that fails is given up: half a line would be a lie. */
void out_flush(struct out *o);

/* The same to every channel, and empties the buffer. */
void out_finish(struct out *o);

/* One observation: its name, then exactly one value, then the end. */
void out_begin(struct out *o, const char *name);
void out_end(struct out *o);

/* Text as it is. */
void out_raw(struct out *o, const char *text);

void out_null(struct out *o);
void out_bool(struct out *o, bool value);
void out_int(struct out *o, int64_t value);
void out_uint(struct out *o, uint64_t value);
/* NULL is null; bytes that are not UTF-8 become U+FFFD. */
void out_string(struct out *o, const char *s);
void out_string_len(struct out *o, const char *s, size_t len);
/* {"error":"ENOENT"} of an errno value of either sign. */
void out_error(struct out *o, int num);
/* {"error":"text"} where it is not the kernel that refuses. */
void out_error_text(struct out *o, const char *text);

/* '[' or '{' and their counterparts. */
void out_open(struct out *o, char bracket);
void out_close(struct out *o, char bracket);
void out_key(struct out *o, const char *name);

#endif
