/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does one thing wrong, as a process of a container would: in a child whose root is another, with
 * no descriptor left. ci/sanitize looks that each leaves its line, before it believes that there is
 * none.
 *   canary use-after-free | overflow | assertion | leak | nothing
 */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int number = INT_MAX;
static void *volatile lost;

static void use_after_free(void)
{
	char *volatile p = malloc(1);

	free(p);
	*p = 1;
}

/* Found only where a process ends with exit(3). */
static void leak(void)
{
	lost = malloc(99);
	lost = NULL;
	exit(0);
}

static void go_wrong(const char *how)
{
	if (strcmp(how, "use-after-free") == 0)
		use_after_free();
	else if (strcmp(how, "overflow") == 0)
		number = number + 1;
	else if (strcmp(how, "assertion") == 0)
		assert(number == 0);
	else if (strcmp(how, "leak") == 0)
		leak();
	_exit(0);
}

int main(int argc, char **argv)
{
	pid_t pid;

	if (argc != 3)
		return 2;
	pid = fork();
	if (pid == 0) {
		if (chroot(argv[2]) < 0 || chdir("/") < 0)
			_exit(3);
		for (int fd = 0; fd < 64; fd++)
			(void)close(fd);
		go_wrong(argv[1]);
	}
	/* as somebody who does not ask how the child has ended */
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : 1;
}
