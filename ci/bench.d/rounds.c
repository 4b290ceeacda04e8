/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times commands against each other. A machine is faster in one second than in the next, so nothing
 * is measured one after the other: each round runs every series once, in an order drawn anew.
 *
 *   rounds [--rounds=N] [--warmup=N] FILE
 *       per step: series, step, median, least, 10th percentile of wall time, mean CPU time (ms),
 * peak memory (KiB), runs rounds --loops=P --seconds=S [--rounds=N] FILE per series: series, P,
 * repetitions per second, the median of N rounds in which P loops ran for S seconds
 *
 * FILE has a step per line: series, step, command, separated by tabs; the command's words by
 * spaces. Steps of one series follow each other and are run in this order; one named "-" is run and
 * not recorded. "@" in a word is the loop's number. A command that fails ends everything.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEPS 256
#define WORDS 64

struct step {
	char *series, *name, *command;
	double *wall, cpu; /* ms; of all runs */
	long peak;
	size_t runs;
};

static struct step steps[STEPS];
static size_t nsteps, firsts[STEPS], nseries; /* firsts: where each series begins */
static uint64_t random_state = 88172645463325252ULL;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "rounds: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static size_t below(size_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (size_t)(random_state % n);
}

static void read_steps(const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!f)
		fail(path);
	while (getline(&line, &room, f) > 0) {
		struct step *s = &steps[nsteps];
		char *save = NULL;

		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		s->series = strdup(strtok_r(line, "\t", &save));
		s->name = strtok_r(NULL, "\t", &save);
		s->command = strtok_r(NULL, "\t", &save);
		if (!s->name || !s->command || nsteps + 1 == STEPS) {
			errno = EINVAL;
			fail(path);
		}
		s->name = strdup(s->name);
		s->command = strdup(s->command);
		if (!nsteps || strcmp(s->series, steps[nsteps - 1].series) != 0)
			firsts[nseries++] = nsteps;
		nsteps++;
	}
	firsts[nseries] = nsteps;
	free(line);
	fclose(f);
}

/* The command's words in @buf, with the loop's number put in. */
static void split(const char *command, int loop, char *buf, size_t size, char **argv)
{
	size_t n = 0, used = 0;

	for (const char *p = command; *p && used + 16 < size && n + 1 < WORDS;) {
		argv[n++] = buf + used;
		for (; *p && *p != ' ' && used + 16 < size; p++) {
			if (*p == '@')
				used += (size_t)snprintf(buf + used, 12, "%d", loop);
			else
				buf[used++] = *p;
		}
		buf[used++] = '\0';
		while (*p == ' ')
			p++;
	}
	argv[n] = NULL;
	if (n)
		return;
	errno = EINVAL;
	fail(command);
}

/* vfork(2): a copy of this process's memory would be part of what is measured. */
static double run(const struct step *s, int loop, struct rusage *usage)
{
	char buf[4096], *argv[WORDS];
	double begin, end;
	int status;
	pid_t pid;

	split(s->command, loop, buf, sizeof(buf), argv);
	begin = now_ms();
	pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, usage) < 0)
		fail(s->command);
	end = now_ms();
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "rounds: status %#x: %s\n", status, s->command);
		exit(1);
	}
	return end - begin;
}

static double cpu_ms(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

static void run_round(bool record)
{
	size_t order[STEPS] = {0};

	for (size_t i = 0; i < nseries; i++) {
		size_t k = below(i + 1);

		order[i] = order[k];
		order[k] = i;
	}
	for (size_t i = 0; i < nseries; i++) {
		for (size_t k = firsts[order[i]]; k < firsts[order[i] + 1]; k++) {
			struct rusage usage;
			double wall = run(&steps[k], 0, &usage);

			if (!record)
				continue;
			steps[k].wall[steps[k].runs++] = wall;
			steps[k].cpu += cpu_ms(&usage);
			if (usage.ru_maxrss > steps[k].peak)
				steps[k].peak = usage.ru_maxrss;
		}
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void time_rounds(int rounds, int warmup)
{
	for (size_t i = 0; i < nsteps; i++) {
		steps[i].wall = calloc((size_t)rounds, sizeof(double));
		if (!steps[i].wall)
			fail("memory");
	}
	for (int i = 0; i < warmup + rounds; i++)
		run_round(i >= warmup);
	for (size_t i = 0; i < nsteps; i++) {
		struct step *s = &steps[i];
		double m = median(s->wall, s->runs);

		if (strcmp(s->name, "-") != 0)
			printf("%s\t%s\t%.4f\t%.4f\t%.4f\t%.4f\t%ld\t%zu\n", s->series, s->name, m,
			       s->wall[0], s->wall[s->runs / 10], s->cpu / (double)s->runs, s->peak,
			       s->runs);
	}
}

/* A loop's process: counts in shared memory until the time is up. */
static _Noreturn void loop_main(size_t series, int loop, double until, volatile long *count)
{
	while (now_ms() < until) {
		for (size_t k = firsts[series]; k < firsts[series + 1]; k++) {
			struct rusage usage;

			(void)run(&steps[k], loop, &usage);
		}
		count[loop]++;
	}
	exit(0);
}

static double loops_per_second(size_t series, int loops, double seconds)
{
	volatile long *count =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double begin = now_ms(), total = 0;

	if (count == MAP_FAILED)
		fail("mmap");
	for (int i = 0; i < loops; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (pid == 0)
			loop_main(series, i, begin + seconds * 1e3, count);
	}
	for (int i = 0; i < loops; i++) {
		int status;

		if (wait(&status) < 0 || status != 0) {
			errno = ECHILD;
			fail(steps[firsts[series]].series);
		}
	}
	for (int i = 0; i < loops; i++)
		total += (double)count[i];
	total /= (now_ms() - begin) / 1e3;
	munmap((void *)count, 4096);
	return total;
}

static void time_loops(int rounds, int loops, double seconds)
{
	double *per_second = calloc(nseries * (size_t)rounds, sizeof(double));

	if (!per_second || loops > 256)
		fail("loops");
	for (int r = 0; r < rounds; r++) {
		for (size_t i = 0; i < nseries; i++)
			per_second[i * (size_t)rounds + (size_t)r] =
				loops_per_second(i, loops, seconds);
	}
	for (size_t i = 0; i < nseries; i++)
		printf("%s\t%d\t%.1f\n", steps[firsts[i]].series, loops,
		       median(per_second + i * (size_t)rounds, (size_t)rounds));
	free(per_second);
}

int main(int argc, char **argv)
{
	int rounds = 0, warmup = 3, loops = 0, i;
	double seconds = 1;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (sscanf(argv[i], "--rounds=%d", &rounds) != 1 &&
		    sscanf(argv[i], "--warmup=%d", &warmup) != 1 &&
		    sscanf(argv[i], "--loops=%d", &loops) != 1 &&
		    sscanf(argv[i], "--seconds=%lf", &seconds) != 1)
			break;
	}
	if (i + 1 != argc) {
		fprintf(stderr,
			"usage: rounds [--rounds=N] [--warmup=N] [--loops=P --seconds=S] FILE\n");
		return 2;
	}
	read_steps(argv[i]);
	/* what runtimes say of themselves is no result; their errors are */
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), out = dup(1);
	if (null < 0 || out < 0 || !nseries)
		fail(argv[i]);
	dup2(null, 0);
	dup2(null, 1);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16); /* results at the end, to where they belong */
	if (loops)
		time_loops(rounds ? rounds : 3, loops, seconds);
	else
		time_rounds(rounds ? rounds : 60, warmup);
	dup2(out, 1);
	return fflush(stdout) ? 1 : 0;
}
