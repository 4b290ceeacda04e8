/* SPDX-License-Identifier: Apache-2.0 */
#include "grow.h"

#include "cleanup.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

uint64_t rng_next(struct rng *r)
{
	/* an additive sequence whose steps are stirred until neighbours have nothing in common */
	uint64_t x = r->state += 0x9e3779b97f4a7c15u;

	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
	return x ^ (x >> 32);
}

size_t rng_below(struct rng *r, size_t n)
{
	return n ? (size_t)(rng_next(r) % n) : 0;
}

bool rng_once_in(struct rng *r, size_t n)
{
	return rng_below(r, n) == 0;
}

/* Any of the words; those of common members as often as others. */
static const char *any_word(struct rng *r)
{
	const struct words *w = &words_by_member[rng_below(r, words_by_member_count)];

	return w->items[rng_below(r, w->count)];
}

static const char *word_of(struct rng *r, const char *member)
{
	for (size_t i = 0; i < words_by_member_count && !rng_once_in(r, 2000); i++) {
		const struct words *w = &words_by_member[i];

		if (str_eq(w->member, member))
			return w->items[rng_below(r, w->count)];
	}
	return any_word(r);
}

static const char *const odd_strings[] = {
	"",
	"/",
	"//",
	".",
	"..",
	"/..",
	"/../../etc",
	"./a",
	"a/b/../c",
	"/proc/self/fd/7",
	"0",
	"-1",
	"0-3",
	"0-3,7",
	"3-0",
	"0,,1",
	"4294967295",
	"18446744073709551616",
	"0x10",
	"010",
	" 1",
	"a=b",
	"=",
	"A=",
	"a b",
	"a:b:c",
	"a\nb",
	"a\tb",
	"%s%n",
	"$HOME",
	"\xc3\xa4",
	"\xf0\x9f\x90\xa7",
	"\xef\xbb\xbf",
	"\x01",
	"\x7f",
	"~0~1/",
	"*",
	"1.3.0",
	"1.0.2-rc.1+x",
	"unbounded",
	"max",
	"null",
};

static struct json *grow_string(struct rng *r, const struct field *f)
{
	const char *s = "";

	if (f && !rng_once_in(r, 4))
		return json_new_string(word_of(r, f->name));
	if (rng_once_in(r, 3))
		return json_new_string(any_word(r));
	do
		s = odd_strings[rng_below(r, COUNT(odd_strings))];
	while (f && (f->flags & FIELD_PATH) && !*s);
	return json_new_string(s);
}

static struct json *grow_int(struct rng *r, const struct field *f)
{
	uint64_t span = f->max - (uint64_t)f->min; /* FIELD_UINT has no min: 0 */
	uint64_t v;

	switch (rng_below(r, 6)) {
	case 0:
		v = 0;
		break;
	case 1:
		v = span;
		break;
	case 2:
		v = span - rng_below(r, 3);
		break;
	case 3:
		v = rng_below(r, 64);
		break;
	case 4:
		v = (uint64_t)1 << rng_below(r, 64);
		break;
	default:
		v = rng_next(r) >> rng_below(r, 64);
		break;
	}
	if (span != UINT64_MAX)
		v %= span + 1;
	if (f->kind == FIELD_INT) /* unsigned on the way: the sum wraps where min is negative */
		return json_new_int((int64_t)((uint64_t)f->min + v));
	return json_new_uint(v);
}

static struct json *grow_leaf(struct rng *r, const struct field *f)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_BOOL:
		return json_new_bool(rng_once_in(r, 2));
	case FIELD_INT:
	case FIELD_UINT:
	case FIELD_UINTS:
		return grow_int(r, f);
	case FIELD_ENUM:
	case FIELD_ENUMS:
		return json_new_string(f->set->names[rng_below(r, f->set->count)]);
	default:
		return grow_string(r, f);
	}
}

static struct json *grow_element(struct rng *r, const struct field *f, int room)
{
	return f->obj ? grow_object(r, f->obj, room) : grow_leaf(r, f);
}

static struct json *grow_list(struct rng *r, const struct field *f, int room)
{
	bool map = f->kind == FIELD_PAIRS || f->kind == FIELD_MAP;
	struct json *j CLEANUP(json_freep) = json_new(map ? JSON_OBJECT : JSON_ARRAY);
	size_t n = room > 0 ? rng_below(r, 4) : 0;

	for (size_t i = 0; j && i < n; i++) {
		struct json *x = grow_element(r, f, room / 2);
		int rc = map ? json_set_member(j, grow_name(r), x) : json_append(j, x);

		if (rc)
			return NULL;
	}
	return take_ptr(&j);
}

struct json *grow_value(struct rng *r, const struct field *f, bool element, int room)
{
	if (element)
		return grow_element(r, f, room);
	switch ((enum field_kind)f->kind) {
	case FIELD_OBJ:
		return grow_object(r, f->obj, room);
	case FIELD_STRS:
	case FIELD_UINTS:
	case FIELD_ENUMS:
	case FIELD_PAIRS:
	case FIELD_LIST:
	case FIELD_MAP:
		return grow_list(r, f, room);
	default:
		return grow_leaf(r, f);
	}
}

struct json *grow_object(struct rng *r, const struct field_obj *o, int room)
{
	struct json *j CLEANUP(json_freep) = json_new(JSON_OBJECT);

	for (size_t i = 0; j && i < o->nfields; i++) {
		const struct field *f = &o->fields[i];

		if (!(f->flags & FIELD_REQUIRED) &&
		    rng_below(r, o->nfields) >= (size_t)(room > 0 ? room : 0))
			continue;
		if (json_set_member(j, f->name, grow_value(r, f, false, room / 2)))
			return NULL;
	}
	return take_ptr(&j);
}

struct json *grow_border(struct rng *r, const struct field *f)
{
	static const char *const borders[] = {
		"-0",
		"-1",
		"0",
		"1",
		"127",
		"128",
		"255",
		"256",
		"32767",
		"32768",
		"65535",
		"65536",
		"2147483647",
		"2147483648",
		"-2147483648",
		"-2147483649",
		"4294967294",
		"4294967295",
		"4294967296",
		"9007199254740993",
		"9223372036854775807",
		"9223372036854775808",
		"-9223372036854775808",
		"-9223372036854775809",
		"18446744073709551615",
		"18446744073709551616",
		"99999999999999999999999999",
		"1e3",
		"1E+3",
		"1.0",
		"0.5",
		"1e-9",
		"1e999",
		"-1e999",
	};
	cleanup_free char *near = NULL;
	struct json *j = json_new(JSON_NUMBER);
	const char *text = borders[rng_below(r, COUNT(borders))];

	if (f && f->max && rng_once_in(r, 2)) {
		uint64_t up = f->max + (f->max < UINT64_MAX ? rng_below(r, 2) : 0);
		int64_t down = f->min - (f->min > INT64_MIN ? (int64_t)rng_below(r, 2) : 0);

		near = rng_once_in(r, 2) ? str_format("%llu", (unsigned long long)up)
					 : str_format("%lld", (long long)down);
		text = near;
	}
	if (!j || !text || !(j->text = strdup(text))) {
		json_free(j);
		return NULL;
	}
	j->len = strlen(j->text);
	return j;
}

struct json *grow_anything(struct rng *r)
{
	struct json *outer CLEANUP(json_freep) = NULL;

	switch (rng_below(r, 8)) {
	case 0:
		return json_new(JSON_NULL);
	case 1:
		return json_new_bool(rng_once_in(r, 2));
	case 2:
		return json_new(JSON_ARRAY);
	case 3:
		return json_new(JSON_OBJECT);
	case 4:
	case 5:
		return grow_string(r, NULL);
	case 6:
		return grow_border(r, NULL);
	default:
		outer = json_new(rng_once_in(r, 2) ? JSON_ARRAY : JSON_OBJECT);
		if (!outer)
			return NULL;
		if (outer->type == JSON_ARRAY
			    ? json_append(outer, grow_anything(r))
			    : json_set_member(outer, grow_name(r), grow_anything(r)))
			return NULL;
		return take_ptr(&outer);
	}
}

const char *grow_name(struct rng *r)
{
	if (rng_once_in(r, 2))
		return words_by_member[rng_below(r, words_by_member_count)].member;
	return rng_once_in(r, 2) ? any_word(r) : odd_strings[rng_below(r, COUNT(odd_strings))];
}
