/* SPDX-License-Identifier: Apache-2.0 */
/* Random values: what a field may hold, and what it may not. */
#ifndef FUZZ_GROW_H
#define FUZZ_GROW_H

#include "fields.h"
#include "json.h"

/* A small generator; the same seed gives the same values on every machine. */
struct rng {
	uint64_t state;
};

uint64_t rng_next(struct rng *r);
/* 0..n-1; 0 where n is 0. */
size_t rng_below(struct rng *r, size_t n);
/* True once in @n times. */
bool rng_once_in(struct rng *r, size_t n);

/* Strings that the declared cases and the documents of specs/corpus give to a member, by its name
 * in the document; made at build time. */
struct words {
	const char *member;
	const char *const *items;
	size_t count;
};
extern const struct words words_by_member[];
extern const size_t words_by_member_count;

/*
 * Fresh values, NULL where memory is short. @room bounds the optional members and the elements that
 * are added, so that nothing grows without end.
 */
struct json *grow_object(struct rng *r, const struct field_obj *o, int room);
/* What fits @f; @element: as an element of its list or map. */
struct json *grow_value(struct rng *r, const struct field *f, bool element, int room);
/* A number at a border of some type, of @f's own range, or written in an odd way. @f may be NULL.
 */
struct json *grow_border(struct rng *r, const struct field *f);
/* Any small value, of any type. */
struct json *grow_anything(struct rng *r);
/* A name that a member could have. */
const char *grow_name(struct rng *r);

#endif
