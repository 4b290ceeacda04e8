/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the mutator makes, counted in a campaign as it is run otherwise: how many inputs are JSON,
 * and how many of those have the shape of a config (the typed parser has nothing to find). A
 * member that stands twice counts as not JSON, for that is what our parsers say.
 */
#include "cfg_parse.h"
#include "cleanup.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct {
	size_t inputs, json, shape, bytes;
} counts;

static void print_counts(void)
{
	double n = counts.inputs ? (double)counts.inputs : 1;

	printf("inputs %zu json %.2f%% shape %.2f%% mean-size %.0f\n", counts.inputs,
	       100 * (double)counts.json / n, 100 * (double)counts.shape / n,
	       (double)counts.bytes / n);
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
