/* SPDX-License-Identifier: Apache-2.0 */
#include "stop.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>

volatile int cli_stop_signal;

static void on_signal(int sig)
{
	cli_stop_signal = sig;
}

void cli_stop_catch(void)
{
	static const int sigs[] = {SIGINT, SIGTERM, SIGHUP};
	const struct sigaction sa = {.sa_handler = on_signal};
	struct sigaction before;

	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		if (sigaction(sigs[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			(void)sigaction(sigs[i], &sa, NULL);
	}
	/* cleanup comes before our end */
	(void)signal(SIGPIPE, SIG_IGN);
}

int cli_stop_status(const char *program)
{
	(void)fprintf(stderr, "%s: ended by signal %d; everything is cleaned up\n", program,
		      cli_stop_signal);
	return 128 + cli_stop_signal;
}
