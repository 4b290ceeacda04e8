/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)4 << 10) /* the next ones double, up to this: */
#define BLOCK_SIZE  ((size_t)16 << 10)
#define LARGE	    FIRST_BLOCK /* pieces from here on have a block of their own */
#define ALIGN	    alignof(max_align_t)

struct arena_block {
	struct arena_block *prev, *next; /* prev: of large ones only */
	size_t size;
	alignas(ALIGN) char data[];
};

static size_t round_up(size_t n)
{
	return (n + ALIGN - 1) & ~(ALIGN - 1);
}

static struct arena_block *large_block(void *p)
{
	return (struct arena_block *)((char *)p - offsetof(struct arena_block, data));
}

static void *large_link(struct arena *a, struct arena_block *b, size_t size)
{
	b->size = size;
	b->prev = NULL;
	b->next = a->large;
	if (b->next)
		b->next->prev = b;
	a->large = b;
	a->total += sizeof(*b) + size;
	return b->data;
}

static void large_unlink(struct arena *a, struct arena_block *b)
{
	if (b->prev)
		b->prev->next = b->next;
	else
		a->large = b->next;
	if (b->next)
		b->next->prev = b->prev;
	a->total -= sizeof(*b) + b->size;
}

static void *large_alloc(struct arena *a, size_t size)
{
	struct arena_block *b;

	if (size > SIZE_MAX / 2)
		return NULL;
	b = malloc(sizeof(*b) + size);
	return b ? large_link(a, b, size) : NULL;
}

static void *large_resize(struct arena *a, struct arena_block *b, size_t size)
{
	struct arena_block *moved;

	if (size > SIZE_MAX / 2)
		return NULL;
	large_unlink(a, b);
	moved = realloc(b, sizeof(*b) + size);
	if (!moved) {
		(void)large_link(a, b, b->size);
		return NULL;
	}
	return large_link(a, moved, size);
}

static int small_add(struct arena *a)
{
	size_t size = !a->small				? FIRST_BLOCK
		      : a->small->size * 2 < BLOCK_SIZE ? a->small->size * 2
							: BLOCK_SIZE;
	struct arena_block *b = malloc(sizeof(*b) + size);

	if (!b)
		return -1;
	b->prev = NULL;
	b->next = a->small;
	b->size = size;
	a->small = b;
	a->cur = b->data;
	a->end = b->data + size;
	a->total += sizeof(*b) + size;
	return 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
	char *p;

	if (size >= LARGE)
		return large_alloc(a, size);
	/* strings leave cur unaligned; a block begins aligned, so its end bounds the rounding */
	p = a->cur ? (char *)round_up((uintptr_t)a->cur) : NULL;
	if (!p || p > a->end || (size_t)(a->end - p) < size) {
		if (small_add(a))
			return NULL;
		p = a->cur;
	}
	a->cur = p + size;
	return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	void *p = arena_alloc(a, size);

	return p ? memset(p, 0, size) : NULL;
}

char *arena_strdup(struct arena *a, const char *s, size_t len)
{
	char *p = a->cur;

	/* a string stays as it is, so a large one may stand anywhere */
	if ((size_t)(a->end - p) > len)
		a->cur += len + 1;
	else
		p = arena_alloc(a, len + 1);
	if (!p)
		return NULL;
	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

void *arena_resize(struct arena *a, void *p, size_t old, size_t size)
{
	void *q;

	if (p && old >= LARGE) {
		/* large to small would change its kind, which only its size tells */
		return large_resize(a, large_block(p), size >= LARGE ? size : LARGE);
	}
	if (p && (char *)p + old == a->cur && size < LARGE &&
	    (size_t)(a->end - (char *)p) >= size) {
		a->cur = (char *)p + size;
		return p;
	}
	if (size <= old)
		return p;
	q = arena_alloc(a, size);
	if (q && p)
		memcpy(q, p, old);
	return q;
}

static void free_list(struct arena_block *b)
{
	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_done(struct arena *a)
{
	free_list(a->small);
	free_list(a->large);
	*a = (struct arena){0};
}
