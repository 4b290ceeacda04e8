/* SPDX-License-Identifier: Apache-2.0 */
/* From the ranges of cgroup v1, in which config.json speaks, to those of v2. */
#include "cgroup_internal.h"

#include <math.h>

/*
 * A parabola through (2, 1), (1024, 100) and (262144, 10000) in logarithms, so that the default of
 * v1 becomes the default of v2. The older linear formula turned 1024 into 39, which let any
 * process outside of containers win by 100 to 39.
 */
uint64_t cgroup_convert_shares(uint64_t shares)
{
	double l, exponent, weight;

	if (shares <= 2)
		return 1;
	if (shares >= 262144)
		return 10000;
	l = log2((double)shares);
	exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
	weight = ceil(pow(10, exponent) - 1e-9);
	return weight < 1 ? 1 : weight > 10000 ? 10000 : (uint64_t)weight;
}

uint64_t cgroup_convert_blkio_weight(uint64_t weight)
{
	if (weight <= 10)
		return 1;
	if (weight >= 1000)
		return 10000;
	return 1 + (weight - 10) * 9999 / 990;
}
