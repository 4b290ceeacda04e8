/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"

#include "cleanup.h"
#include "proc.h"
#include "str.h"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROC_FILE_MAX	(4u << 20)
#define DESCENDANTS_MAX 1024
#define WAIT_MAX_MS	100 /* then look again: it may have had children */

void hx_snapshot_done(struct hx_snapshot *s)
{
	free(s->mounts);
	json_free(s->settings);
	*s = (struct hx_snapshot){0};
}

/* Settings that a runtime writes when it mistakes the host for the container. */
static const char *const sysctls[] = {
	"kernel/core_pattern",	"kernel/domainname",
	"kernel/msgmax",	"kernel/shmmax",
	"kernel/sem",		"fs/mqueue/msg_max",
	"vm/overcommit_memory", "net/ipv4/ip_forward",
	"net/core/somaxconn",	"net/ipv4/ip_local_port_range",
};

static const char *const nodes[] = {"/dev/null",    "/dev/zero", "/dev/full",	 "/dev/random",
				    "/dev/urandom", "/dev/tty",	 "/dev/console", "/dev/ptmx"};

static int add_sysctls(struct json *out)
{
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(sysctls[0]); i++) {
		cleanup_free char *name = str_format("sysctl %s", sysctls[i]);
		cleanup_free char *path = str_format("/proc/sys/%s", sysctls[i]);
		cleanup_free char *text = NULL;
		size_t len;
		int r;

		if (!name || !path)
			return -ENOMEM;
		if (fd_read_file_at(AT_FDCWD, path, PROC_FILE_MAX, &text, &len, NULL) < 0)
			continue;
		r = json_set_member(out, name, json_new_string(text));
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_nodes(struct json *out)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		char text[96];
		struct stat st;
		int r;

		if (lstat(nodes[i], &st) < 0)
			(void)snprintf(text, sizeof(text), "missing");
		else
			(void)snprintf(text, sizeof(text),
				       "type and mode %o, owner %u:%u, device %u:%u", st.st_mode,
				       st.st_uid, st.st_gid, major(st.st_rdev), minor(st.st_rdev));
		r = json_set_member(out, nodes[i], json_new_string(text));
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_names(struct json *out)
{
	cleanup_fd int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = {.ifr_name = "lo"};
	struct utsname u;
	char cwd[PATH_MAX];
	int r = 0;

	if (uname(&u) == 0)
		r = json_set_member(out, "host name", json_new_string(u.nodename));
	if (r == 0 && getcwd(cwd, sizeof(cwd)))
		r = json_set_member(out, "working directory", json_new_string(cwd));
	if (r == 0 && s >= 0 && ioctl(s, SIOCGIFFLAGS, &ifr) == 0)
		r = json_set_member(out, "loopback interface is up",
				    json_new_bool(ifr.ifr_flags & IFF_UP));
	return r;
}

int hx_snapshot_take(struct hx_snapshot *ret, struct err *e)
{
	CLEANUP(hx_snapshot_done) struct hx_snapshot s = {0};
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", PROC_FILE_MAX, &s.mounts, &len,
				e);

	if (r < 0)
		return r;
	s.settings = json_new(JSON_OBJECT);
	r = s.settings ? add_sysctls(s.settings) : -ENOMEM;
	if (r == 0)
		r = add_nodes(s.settings);
	if (r == 0)
		r = add_names(s.settings);
	if (r < 0)
		return err_set(e, -r, "look at the host: %m");
	*ret = s;
	memset(&s, 0, sizeof(s));
	return 0;
}

void hx_snapshot_forget_names(struct hx_snapshot *s)
{
	(void)json_remove(&s->settings, "/host name", NULL);
	(void)json_remove(&s->settings, "/sysctl kernel~1domainname", NULL);
}

static int add_sentence(struct json *residue, char *sentence)
{
	cleanup_free char *s = sentence;

	return s ? json_append(residue, json_new_string(s)) : -ENOMEM;
}

/* Each line of @a that @b lacks. */
static int compare_mounts(const char *a, const char *b, const char *what, struct json *residue)
{
	for (const char *p = a; *p;) {
		size_t n = strcspn(p, "\n");

		if (!str_has_line(b, p, n)) {
			int r = add_sentence(residue, str_format("%s: %.*s", what, (int)n, p));

			if (r < 0)
				return r;
		}
		p += n + (p[n] == '\n');
	}
	return 0;
}

int hx_snapshot_compare(const struct hx_snapshot *before, const struct hx_snapshot *after,
			struct json *residue)
{
	int r = compare_mounts(after->mounts, before->mounts, "a mount is left", residue);

	if (r == 0)
		r = compare_mounts(before->mounts, after->mounts,
				   "a mount of the host is gone or changed", residue);
	for (size_t i = 0; r == 0 && i < before->settings->count; i++) {
		const char *name = before->settings->names[i];
		const struct json *was = before->settings->items[i],
				  *is = json_member(after->settings, name);

		if (!is || !json_equal(was, is))
			r = add_sentence(residue,
					 str_format("the host's %s changed%s%s%s%s", name,
						    json_string(was) ? ": was " : "",
						    json_string(was) ? json_string(was) : "",
						    is && json_string(is) ? ", is " : "",
						    is && json_string(is) ? json_string(is) : ""));
	}
	return r;
}

static char *read_proc(pid_t pid, const char *file)
{
	char path[512];
	char *text = NULL;
	size_t len;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return fd_read_file_at(AT_FDCWD, path, PROC_FILE_MAX, &text, &len, NULL) < 0 ? NULL : text;
}

static bool is_alive(pid_t pid)
{
	uint64_t since;

	/* a zombie is none */
	return proc_start_time(pid, &since) == 0;
}

static bool is_listed(pid_t pid, const pid_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i] == pid)
			return true;
	}
	return false;
}

/* Breadth first: the children of each that was found; the harness has one thread, a hostile process
 * may have many. */
static void add_children(pid_t pid, const pid_t *spared, size_t nspared, pid_t *all, size_t *count)
{
	char dir[64];
	cleanup_dir DIR *d = NULL;

	(void)snprintf(dir, sizeof(dir), "/proc/%d/task", pid);
	d = opendir(dir);
	if (!d)
		return;
	for (const struct dirent *de = readdir(d); de; de = readdir(d)) {
		char file[320];
		cleanup_free char *text = NULL;
		char *save = NULL;

		if (de->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "task/%s/children", de->d_name);
		text = read_proc(pid, file);
		for (char *p = text ? strtok_r(text, " \n", &save) : NULL; p;
		     p = strtok_r(NULL, " \n", &save)) {
			int64_t child;

			if (str_to_i64(p, 1, INT32_MAX, &child) == 0 && *count < DESCENDANTS_MAX &&
			    !is_listed((pid_t)child, spared, nspared))
				all[(*count)++] = (pid_t)child;
		}
	}
}

size_t hx_descendants(const pid_t *spared, size_t nspared, pid_t *ret, size_t max)
{
	pid_t all[DESCENDANTS_MAX];
	size_t count = 0, alive = 0;

	add_children(getpid(), spared, nspared, all, &count);
	for (size_t i = 0; i < count; i++)
		add_children(all[i], spared, nspared, all, &count);
	for (size_t i = 0; i < count; i++) {
		if (!is_alive(all[i]))
			continue;
		if (alive < max)
			ret[alive] = all[i];
		alive++;
	}
	return alive;
}

static void reap_ended(void)
{
	pid_t r;

	do
		r = waitpid(-1, NULL, WNOHANG);
	while (r > 0);
}

/* Sleeps until the process has ended, which its pidfd tells. */
static void wait_for_one(pid_t pid, int64_t deadline_ms)
{
	cleanup_fd int fd = proc_pidfd_open(pid);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t left = deadline_ms - proc_now_ms();

	if (fd >= 0 && left > 0)
		(void)poll(&p, 1, left > WAIT_MAX_MS ? WAIT_MAX_MS : (int)left);
}

int hx_kill_descendants(const pid_t *spared, size_t nspared, int64_t deadline_ms)
{
	for (;;) {
		pid_t pids[DESCENDANTS_MAX];
		size_t n = hx_descendants(spared, nspared, pids, DESCENDANTS_MAX);

		/* they descend from us and we have not reaped them, so the numbers are still theirs
		 */
		for (size_t i = 0; i < n && i < DESCENDANTS_MAX; i++)
			(void)kill(pids[i], SIGKILL);
		reap_ended();
		if (n == 0)
			return 0;
		if (proc_now_ms() > deadline_ms)
			return -ETIMEDOUT;
		wait_for_one(pids[0], deadline_ms);
	}
}
