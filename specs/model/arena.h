/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one document: allocated piece by piece, freed at once. Small pieces share blocks; a
 * large one has its own, so that it can grow without a copy left behind. */
#ifndef SPECS_ARENA_H
#define SPECS_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *small,
		*large;	 /* lists; the head of @small is the one that is being filled */
	char *cur, *end; /* free space in the head of @small */
	size_t total;	 /* bytes taken from malloc(3), for those who hold us to our limits */
};

/* Uninitialised memory for any type, or NULL. */
void *arena_alloc(struct arena *a, size_t size);

/* As arena_alloc(), all zero. */
void *arena_zalloc(struct arena *a, size_t size);

/* A NUL-terminated copy of @len bytes, not aligned; or NULL. */
char *arena_strdup(struct arena *a, const char *s, size_t len);

/*
 * Makes the piece @p of @old bytes (NULL, 0: none yet) one of @size bytes; it may move. A @size
 * below @old gives the rest back where that is possible. NULL where memory is short; @p is good
 * then.
 */
void *arena_resize(struct arena *a, void *p, size_t old, size_t size);

void arena_done(struct arena *a);

#endif
