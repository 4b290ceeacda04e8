/* SPDX-License-Identifier: Apache-2.0 */
/* Actions that use up memory, processes and processor time, to meet the limits on them. */
#include "action.h"
#include "cleanup.h"
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_FORKS 4096
#define PAGE	  4096
#define BURNERS	  2

/* Should memory run out, this child is to die and not the probe. */
static void prefer_for_oom(void)
{
	static const char worst[] = "1000";
	cleanup_fd int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)fd_write_all(fd, worst, sizeof(worst) - 1);
}

static int run_alloc(struct probe *p, char *parameter, int64_t *ret)
{
	volatile char *memory;
	uint64_t bytes;

	(void)p, (void)ret;
	if (!action_bytes(parameter, &bytes) || bytes == 0 || bytes > SIZE_MAX / 2)
		return ACTION_MALFORMED;
	prefer_for_oom();
	memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED)
		return -errno;
	for (size_t at = 0; at < (size_t)bytes; at += PAGE)
		memory[at] = 1;
	return ACTION_OK;
}

/* Makes up to @want sleeping children, ends them all: how many there were, and in *ret_error what
 * refused the next one. */
static int64_t fork_many(struct probe *p, uint64_t want, int *ret_error)
{
	pid_t *pids = (pid_t *)(void *)p->scratch;
	int64_t count = 0;

	*ret_error = 0;
	while ((uint64_t)count < want) {
		pid_t parent = getpid(), pid = fork();

		if (pid < 0) {
			*ret_error = errno;
			break;
		}
		if (pid == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0L, 0L, 0L);
			while (getppid() == parent)
				(void)pause();
			_exit(0);
		}
		pids[count++] = pid;
	}
	for (int64_t i = 0; i < count; i++)
		(void)kill(pids[i], SIGKILL);
	for (int64_t i = 0; i < count; i++) {
		while (waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	}
	return count;
}

static int run_fork(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t want;
	int error;

	(void)ret;
	if (!action_number(parameter, &want) || want == 0 || want > MAX_FORKS)
		return ACTION_MALFORMED;
	(void)fork_many(p, want, &error);
	return -error;
}

static int run_forked(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t want;
	int error;

	if (!action_number(parameter, &want) || want == 0 || want > MAX_FORKS)
		return ACTION_MALFORMED;
	*ret = fork_many(p, want, &error);
	/* a limit of processes says EAGAIN; anything else is another story */
	return error == 0 || error == EAGAIN ? ACTION_VALUE : -error;
}

static int64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static _Noreturn void spin_until(int64_t deadline)
{
	while (now_us() < deadline)
		;
	_exit(0);
}

/* The kernel accounts the time of each; what was granted beyond the deadline counts on both sides.
 */
static int run_burn(struct probe *p, char *parameter, int64_t *ret)
{
	pid_t pids[BURNERS];
	int64_t start, cpu = 0;
	uint64_t ms;

	(void)p;
	if (!action_number(parameter, &ms) || ms == 0 || ms > 20000)
		return ACTION_MALFORMED;
	start = now_us();
	for (size_t i = 0; i < BURNERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			spin_until(start + (int64_t)ms * 1000);
		if (pids[i] < 0) {
			*ret = errno;
			if (i > 0)
				(void)kill(pids[0], SIGKILL);
			return ACTION_UNTRIED;
		}
	}
	for (size_t i = 0; i < BURNERS; i++) {
		struct rusage usage = {0};

		while (wait4(pids[i], NULL, 0, &usage) < 0 && errno == EINTR)
			;
		cpu += (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
		       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
	}
	*ret = cpu * 100 / (now_us() - start);
	return ACTION_VALUE;
}

const struct action actions_resource[] = {
	{"alloc", ACTION_CHILD, run_alloc},  {"fork", ACTION_SELF, run_fork},
	{"forked", ACTION_SELF, run_forked}, {"burn", ACTION_CHILD, run_burn},
	{NULL, ACTION_CHILD, NULL},
};
