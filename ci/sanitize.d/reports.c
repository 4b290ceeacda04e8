/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a sanitizer's report goes that nobody would see: that of a process whose root is a
 * container's, whose streams are a container's, whose parent expects it to fail, or who has closed
 * all descriptors. Every instrumented program maps the file REPORTS, where it is there, before
 * main() begins; a mapping stays through fork(2), pivot_root(2), close(2) and any seccomp filter.
 * Each report leaves one line of itself. Who wants to know makes the file before, and reads it at
 * the end (ci/sanitize.d/lib.sh).
 */
#include <fcntl.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The build tree would not do: what runs runtimes protects it from them. */
#define REPORTS "/run/sanitizer-reports"

#define LINE_SIZE 512 /* bytes, the newline included */
#define LINES	  512 /* further reports are counted, not kept */

struct reports {
	atomic_uint count;
	char pad[LINE_SIZE - sizeof(atomic_uint) - 1];
	char newline;
	char lines[LINES][LINE_SIZE];
};

static struct reports *reports;
static atomic_uint told; /* by this process and those it was forked from */

/* The linker is asked for this name, so that this file is in every program. */
void sanitizer_reports_map(void);
__attribute__((constructor)) void sanitizer_reports_map(void)
{
	int fd = open(REPORTS, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	void *map = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof(*reports)) == 0)
		map = mmap(NULL, sizeof(*reports), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		(void)close(fd);
	if (map != MAP_FAILED)
		reports = map;
}

static void tell(const char *text)
{
	unsigned n;

	atomic_fetch_add(&told, 1);
	if (!reports)
		return;
	n = atomic_fetch_add(&reports->count, 1);
	reports->newline = '\n';
	if (n < LINES)
		(void)snprintf(reports->lines[n], LINE_SIZE, "process %d: %.*s\n", (int)getpid(),
			       LINE_SIZE - 40, text);
}

/* Called by each sanitizer with the last line of its report, in place of printing it. */
void __sanitizer_report_error_summary(const char *summary)
{
	tell(summary);
	(void)dprintf(STDERR_FILENO, "%s\n", summary);
}

/* Called before a sanitizer ends the process: no end is without a line. */
static void on_death(void)
{
	if (atomic_load(&told) == 0)
		tell("ended by a sanitizer, without a summary");
}

__attribute__((constructor)) static void watch_deaths(void)
{
	__sanitizer_set_death_callback(on_death);
}

/* A report is a death by SIGABRT, which no program here expects of another; a failed assertion is a
 * report; no local may be used after its function returned. */
const char *__asan_default_options(void)
{
	return "abort_on_error=1:handle_abort=1:detect_stack_use_after_return=1:"
	       "strict_string_checks=1";
}

const char *__ubsan_default_options(void); /* no header has it */
const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1";
}
