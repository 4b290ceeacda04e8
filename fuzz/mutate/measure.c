/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the mutator makes, counted in a campaign as it is run otherwise: how many inputs are JSON,
 * and how many of those have the shape of a config (the typed parser has nothing to find). A
 * member that stands twice counts as not JSON, for that is what our parsers say. And how many of
 * the changes were left to libFuzzer's byte-level mutator: its calls, and those of our hooks, come
 * by way of here (-Wl,--wrap).
 */
#include "cfg_parse.h"
#include "cleanup.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

size_t __wrap_LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t __real_LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t __wrap_LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t __real_LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t __wrap_LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
					size_t size2, uint8_t *out, size_t max, unsigned int seed);
size_t __real_LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
					size_t size2, uint8_t *out, size_t max, unsigned int seed);

static struct {
	size_t inputs, json, shape, bytes;
	size_t changes, byte_level;
} counts;

size_t __wrap_LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	counts.byte_level++;
	return __real_LLVMFuzzerMutate(data, size, max);
}

size_t __wrap_LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	counts.changes++;
	return __real_LLVMFuzzerCustomMutator(data, size, max, seed);
}

size_t __wrap_LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
					size_t size2, uint8_t *out, size_t max, unsigned int seed)
{
	counts.changes++;
	return __real_LLVMFuzzerCustomCrossOver(data1, size1, data2, size2, out, max, seed);
}

static void print_counts(void)
{
	double n = counts.inputs ? (double)counts.inputs : 1;

	printf("inputs %zu json %.2f%% shape %.2f%% mean-size %.0f changes %zu byte-level %zu\n",
	       counts.inputs, 100 * (double)counts.json / n, 100 * (double)counts.shape / n,
	       (double)counts.bytes / n, counts.changes, counts.byte_level);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return atexit(print_counts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct json *tree CLEANUP(json_freep) = NULL;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;

	counts.inputs++;
	counts.bytes += size;
	if (json_parse((const char *)data, size, &tree, NULL) == 0)
		counts.json++;
	if (cfg_parse(CFG_CONFIG, (const char *)data, size, &d, &f, NULL) == 0 && f.count == 0)
		counts.shape++;
	return 0;
}
