/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer's hooks, compiled once per target that reads documents: FUZZ_OBJECT is the object of
 * the table, FUZZ_LINE whether the document stands behind a first line.
 */
#include "mutate.h"
#include "table.h"

#include <stdbool.h>
#include <string.h>

/* libFuzzer is not instrumented: MemorySanitizer does not see what it has written. */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define written(p, n) __msan_unpoison(p, n)
#endif
#endif
#ifndef written
#define written(p, n) (void)(p)
#endif

#define BYTES_ONCE_IN 20 /* inputs that are changed without regard to what they mean */

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max, unsigned int seed);
/* libFuzzer's own; other engines have no such thing */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* Bytes of the first line, with its newline; a document may also stand alone. */
static size_t head_len(const uint8_t *data, size_t size)
{
	bool line = FUZZ_LINE && size && data[0] != '{';
	const uint8_t *newline = line ? memchr(data, '\n', size) : NULL;

	return newline ? (size_t)(newline - data) + 1 : 0;
}

static size_t mutate(uint8_t *data, size_t size, size_t max, const uint8_t *other,
		     size_t other_size, unsigned int seed)
{
	const struct field_obj *o = table_find(FUZZ_OBJECT);
	size_t head = head_len(data, size), n;

	n = mutate_document(o, (char *)data + head, size - head, max - head, (const char *)other,
			    other_size, seed);
	return n ? head + n : size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	written(data, size);
	if (LLVMFuzzerMutate && seed % BYTES_ONCE_IN == 0)
		return LLVMFuzzerMutate(data, size, max);
	/* the first line is bytes to us, but stays a line */
	if (FUZZ_LINE && LLVMFuzzerMutate && seed % 3 == 0 && max > size) {
		uint8_t line[256];
		size_t head = head_len(data, size), n;
		size_t room = max - size < sizeof(line) / 2 ? max - size : sizeof(line) / 2;

		if (head > sizeof(line) / 2)
			return mutate(data, size, max, NULL, 0, seed);
		n = head ? head - 1 : 0;
		if (n + room == 1) /* for the newline, and nothing before it */
			return mutate(data, size, max, NULL, 0, seed);
		memcpy(line, data, n);
		n = LLVMFuzzerMutate(line, n, n + room - 1);
		written(line, n);
		for (size_t i = 0; i < n; i++)
			line[i] = line[i] == '\n' ? ' ' : line[i];
		line[n++] = '\n';
		memmove(data + n, data + head, size - head);
		memcpy(data, line, n);
		return size - head + n;
	}
	return mutate(data, size, max, NULL, 0, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max, unsigned int seed)
{
	size_t head2;

	if (size1 > max)
		return 0;
	written(data1, size1);
	written(data2, size2);
	head2 = head_len(data2, size2);
	memcpy(out, data1, size1);
	/* libFuzzer asks for one of the two as often as for the other */
	if (LLVMFuzzerMutate && seed % BYTES_ONCE_IN == 0)
		return LLVMFuzzerMutate(out, size1, max);
	return mutate(out, size1, max, data2 + head2, size2 - head2, seed);
}
