/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

#include "cleanup.h"
#include "fd.h"
#include "held.h"
#include "proc.h"
#include "proctext.h"
#include "str.h"
#include "tried.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET_METADATA 0x420d /* PTRACE_SECCOMP_GET_METADATA, Linux 4.16 */
#define STOP_MS	     2000
#define STEP_MAX_MS  50
#define FILTERS_MAX  64
#define STATUS_MAX   16384

/* struct seccomp_metadata, whose header cannot stand beside sys/ptrace.h */
struct metadata {
	uint64_t filter_off; /* from the oldest */
	uint64_t flags;
};

/* Until the traced process has stopped. 0 or -errno. */
static int wait_stopped(pid_t pid)
{
	int64_t deadline = proc_now_ms() + STOP_MS;

	for (int step = 1; proc_now_ms() < deadline; step = step < STEP_MAX_MS ? 2 * step : step) {
		siginfo_t info = {.si_pid = 0};

		if (waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG | __WALL) < 0)
			return -errno;
		if (info.si_pid == pid)
			return 0;
		(void)poll(NULL, 0, step);
	}
	return -ETIMEDOUT;
}

/* Of the newest filter of a process that is stopped. 0 or -errno. */
static int newest(pid_t pid, uint64_t *ret)
{
	bool found = false;

	for (uint64_t n = 0; n < FILTERS_MAX; n++) {
		struct metadata m = {.filter_off = n};

		if (ptrace((enum __ptrace_request)GET_METADATA, pid, sizeof(m), &m) < 0)
			return found && errno == ENOENT ? 0 : -errno;
		*ret = m.flags;
		found = true;
	}
	return -E2BIG;
}

struct json *hx_filter_flags(pid_t pid)
{
	CLEANUP(json_freep) struct json *a = json_new(JSON_ARRAY);
	uint64_t flags = 0;
	int r;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
		return proctext_errno(errno);
	r = ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0 ? -errno : wait_stopped(pid);
	if (r == 0)
		r = newest(pid, &flags);
	(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
	if (r < 0)
		return proctext_errno(-r);
	if (!a || ((flags & SECCOMP_FILTER_FLAG_LOG) &&
		   json_append(a, json_new_string("SECCOMP_FILTER_FLAG_LOG")) < 0))
		return NULL;
	return take_ptr(&a);
}

/* One that allows everything. */
static bool install(unsigned int flags)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_fprog program = {1, &allow};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0;
}

static bool log_what_is_filtered(void)
{
	return install(SECCOMP_FILTER_FLAG_LOG);
}

bool hx_filter_tells_flags(void)
{
	CLEANUP(hx_held_done) struct hx_held h = HX_HELD_INIT;
	CLEANUP(json_freep) struct json *flags = NULL;

	if (!hx_held_start(&h, log_what_is_filtered))
		return false;
	flags = hx_filter_flags(h.proc.pid);
	return flags && flags->type == JSON_ARRAY && flags->count == 1;
}

static bool is_vulnerable(void)
{
	cleanup_free char *text = NULL;
	size_t len;

	return fd_read_file_at(AT_FDCWD, "/proc/self/status", STATUS_MAX, &text, &len, NULL) == 0 &&
	       strstr(text, "\nSpeculation_Store_Bypass:\tthread vulnerable\n");
}

static int try_speculation(void *arg)
{
	(void)arg;
	return is_vulnerable() && install(0) && !is_vulnerable() ? 0 : 1;
}

bool hx_filter_shows_speculation(void)
{
	return hx_tried(try_speculation, NULL);
}
