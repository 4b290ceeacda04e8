/* SPDX-License-Identifier: Apache-2.0 */
#include "timestamp.h"

#include <stdio.h>

#define DAY   86400
#define YEAR0 (-62167219200) /* 0000-01-01 */
#define YEARX 253402300800   /* 10000-01-01 */

/*
 * Years that begin in March have their odd day at their end, so that months before any day of a
 * year are counted by one line; 400 of them always have 146097 days.
 */
static void civil(long long days, int *year, int *month, int *day)
{
	long long z = days + 719468; /* from 0000-03-01 */
	long long era = (z >= 0 ? z : z - 146096) / 146097;
	int of_era = (int)(z - era * 146097);
	int years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * years + years / 4 - years / 100);
	int march = (5 * of_year + 2) / 153;

	*day = of_year - (153 * march + 2) / 5 + 1;
	*month = march < 10 ? march + 3 : march - 9;
	*year = (int)(era * 400) + years + (*month <= 2);
}

const char *timestamp_print(const struct timespec *ts, int nanoseconds, char buf[TIMESTAMP_SIZE])
{
	long long t = ts->tv_sec, days, rest;
	int year, month, day, n;

	buf[0] = '\0';
	if (t < YEAR0 || t >= YEARX)
		return buf;
	days = (t >= 0 ? t : t - (DAY - 1)) / DAY;
	rest = t - days * DAY;
	civil(days, &year, &month, &day);
	n = snprintf(buf, TIMESTAMP_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
		     (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	if (nanoseconds)
		n += snprintf(buf + n, (size_t)(TIMESTAMP_SIZE - n), ".%09ld", ts->tv_nsec);
	(void)snprintf(buf + n, (size_t)(TIMESTAMP_SIZE - n), "Z");
	return buf;
}
