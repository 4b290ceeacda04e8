/* SPDX-License-Identifier: Apache-2.0 */
#include "proc_priv.h"

#include <limits.h>
#include <time.h>

int64_t proc_now_ms(void)
{
	struct timespec ts;

	/* cannot fail with this clock */
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int proc_poll_timeout(int64_t deadline_ms)
{
	int64_t left;

	if (deadline_ms < 0)
		return -1;
	left = deadline_ms - proc_now_ms();
	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}
