/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AFL++'s hooks around libFuzzer's: a library for AFL_CUSTOM_MUTATOR_LIBRARY (its
 * docs/custom_mutators.md). It is loaded into afl-fuzz, so nothing of it is instrumented.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max, unsigned int seed);
void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *state, uint8_t *buf, size_t size, uint8_t **ret, uint8_t *other,
		       size_t other_size, size_t max);
void afl_custom_deinit(void *state);

#define CROSS_ONCE_IN 4

struct state {
	uint64_t dice;
	uint8_t *out;
	size_t room;
};

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct state *s = calloc(1, sizeof(*s));

	(void)afl;
	if (s)
		s->dice = seed;
	return s;
}

/* 0 tells afl-fuzz to go on with something else. */
size_t afl_custom_fuzz(void *state, uint8_t *buf, size_t size, uint8_t **ret, uint8_t *other,
		       size_t other_size, size_t max)
{
	struct state *s = state;
	unsigned int seed;

	*ret = buf;
	if (size > max)
		return 0;
	if (max > s->room) {
		uint8_t *out = realloc(s->out, max);

		if (!out)
			return 0;
		s->out = out;
		s->room = max;
	}
	s->dice = s->dice * 6364136223846793005u + 1442695040888963407u;
	seed = (unsigned int)(s->dice >> 32);
	*ret = s->out;
	if (other && seed % CROSS_ONCE_IN == 0)
		return LLVMFuzzerCustomCrossOver(buf, size, other, other_size, s->out, max, seed);
	memcpy(s->out, buf, size);
	return LLVMFuzzerCustomMutator(s->out, size, max, seed);
}

void afl_custom_deinit(void *state)
{
	struct state *s = state;

	free(s->out);
	free(s);
}
