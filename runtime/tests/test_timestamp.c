/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"
#include "timestamp.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_known_moments)
{
	static const struct {
		long long t;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{951782400, "2000-02-29T00:00:00Z"},
		{951868800, "2000-03-01T00:00:00Z"},
		{4107542399, "2100-02-28T23:59:59Z"},
		{4107542400, "2100-03-01T00:00:00Z"},
		{253402300799, "9999-12-31T23:59:59Z"},
		{253402300800, ""},
		{-62167219200, "0000-01-01T00:00:00Z"},
		{-62167219201, ""},
	};
	char buf[TIMESTAMP_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timespec ts = {.tv_sec = rows[i].t};

		ck_assert_str_eq(timestamp_print(&ts, 0, buf), rows[i].text);
	}
}
END_TEST

/* The library's own answer for a day in each of thousands of weeks. */
START_TEST(test_as_gmtime_has_it)
{
	char buf[TIMESTAMP_SIZE], expected[TIMESTAMP_SIZE];
	size_t compared = 0;

	for (time_t t = -10000000000; t < 30000000000; t += 5 * 86400 + 12345) {
		struct timespec ts = {.tv_sec = t, .tv_nsec = 7};
		struct tm tm;

		expected[0] = '\0';
		if (gmtime_r(&t, &tm))
			(void)strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S.000000007Z",
				       &tm);
		/* each assertion tells check(3) that it was reached, which takes longer than this
		 */
		if (!expected[0] || strcmp(timestamp_print(&ts, 1, buf), expected) != 0)
			ck_abort_msg("%s is not %s", buf, expected);
		compared++;
	}
	ck_assert_uint_gt(compared, 80000);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("timestamp");
	Suite *s = suite_create("timestamp");

	tcase_add_test(c, test_known_moments);
	tcase_add_test(c, test_as_gmtime_has_it);
	suite_add_tcase(s, c);
	return suite_run(s);
}
