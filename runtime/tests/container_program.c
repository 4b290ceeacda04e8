/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests run inside of containers: static, so that the root file system needs nothing else.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t got;

static void on_signal(int sig)
{
	got = sig;
}

/* true | umask | exit <one digit> | print <text> | pause | catch: exits 9 at SIGTERM */
int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "true";

	if (strcmp(what, "exit") == 0 && argc > 2)
		return argv[2][0] - '0';
	if (strcmp(what, "umask") == 0)
		return printf("%04o\n", (unsigned int)umask(0)) < 0;
	if (strcmp(what, "print") == 0 && argc > 2)
		return puts(argv[2]) < 0;
	if (strcmp(what, "catch") == 0)
		(void)signal(SIGTERM, on_signal);
	if (strcmp(what, "pause") == 0 || strcmp(what, "catch") == 0) {
		(void)puts("ready");
		(void)fflush(stdout);
		while (!got)
			(void)usleep(1000);
		return 9;
	}
	return 0;
}
