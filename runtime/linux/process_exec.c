/* SPDX-License-Identifier: Apache-2.0 */
/* From which directory, with which home, which program: all below "/", which is the container's. */
#include "process.h"

#include "cleanup.h"
#include "mount_target.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PASSWD_MAX (1u << 20)
/* What execvp(3) takes where there is no $PATH. */
#define DEFAULT_PATH "/bin:/usr/bin"

/*
 * "/" is the container's, but links are followed with the runtime's rights: one of procfs leads
 * wherever another process is (proc_pid_root(5)), or back along a descriptor.
 */
static int open_root(void)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* @make: where it is missing; the mode is that of a directory which the image could have brought
 * along. */
static int open_cwd(const char *path, bool make)
{
	cleanup_fd int root = open_root();
	mode_t mask;
	int fd;

	if (root < 0)
		return root;
	fd = fd_open_in_root(root, path, O_PATH | O_DIRECTORY, 0);
	if (fd != -ENOENT || !make)
		return fd;
	mask = umask(022);
	fd = mount_target_open(root, path, MOUNT_TARGET_DIR);
	(void)umask(mask);
	return fd;
}

static int enter_cwd(const char *path, bool make)
{
	cleanup_fd int fd = FD_NONE;

	if (str_eq(path, "/"))
		return chdir("/") < 0 ? -errno : 0;
	fd = open_cwd(path, make);
	if (fd < 0)
		return fd;
	return fchdir(fd) < 0 ? -errno : 0;
}

int process_set_cwd(const struct cfg_doc *doc, const struct cfg_process *p, bool make,
		    bool *ret_denied, struct err *e)
{
	char where[PATH_MAX];
	int r;

	if (!p->cwd || *p->cwd != '/')
		return cfg_err(doc, &p->cwd, e, EINVAL, "cwd must be an absolute path");
	r = enter_cwd(p->cwd, make);
	if (ret_denied && (r == -EACCES || r == -EPERM)) {
		*ret_denied = true;
		return 0;
	}
	if (r == -ELOOP)
		return cfg_err(doc, &p->cwd, e, ELOOP,
			       "cwd '%s' leads in a circle, or over a link of procfs that may lead "
			       "out of the container",
			       p->cwd);
	if (r < 0)
		return cfg_err(doc, &p->cwd, e, -r, "cwd '%s': %s", p->cwd, strerror(-r));
	/* The raw call, which says "(unreachable)" of a directory outside of the root, however it
	 * was reached. */
	if (syscall(SYS_getcwd, where, sizeof(where)) < 0)
		return cfg_err(doc, &p->cwd, e, errno, "cwd '%s': %s", p->cwd, strerror(errno));
	if (where[0] != '/')
		return cfg_err(doc, &p->cwd, e, EACCES, "cwd '%s' is outside of the container",
			       p->cwd);
	return 0;
}

/* The n-th field of the line [s, end), or NULL. */
static const char *field(const char *s, const char *end, int n, size_t *ret_len)
{
	for (; n > 0; n--) {
		s = memchr(s, ':', (size_t)(end - s));
		if (!s)
			return NULL;
		s++;
	}
	const char *colon = memchr(s, ':', (size_t)(end - s));

	*ret_len = (size_t)((colon ? colon : end) - s);
	return s;
}

char *process_home_in(const char *text, size_t len, uint64_t uid)
{
	char want[24];

	(void)snprintf(want, sizeof(want), "%llu", (unsigned long long)uid);
	for (const char *p = text, *end = text + len; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		size_t n;
		const char *f = field(p, stop, 2, &n);

		if (f && n == strlen(want) && memcmp(f, want, n) == 0) {
			f = field(p, stop, 5, &n);
			return f && n && *f == '/' && !memchr(f, '\0', n) ? strndup(f, n) : NULL;
		}
		p = stop + 1;
	}
	return NULL;
}

char *process_home(uint64_t uid)
{
	cleanup_fd int root = open_root(), fd = FD_NONE;
	cleanup_free char *text = NULL;
	struct stat st;
	size_t len;

	if (root >= 0)
		fd = fd_open_in_root(root, "/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	/* another file could hang, act, or never end: fd_open_regular_at() */
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    fd_read_all(fd, PASSWD_MAX, &text, &len) < 0)
		return NULL;
	return process_home_in(text, len, uid);
}

/* Might somebody execute what we may not: neither the mode nor the mount forbids it to all. */
static bool is_for_others(const char *path, const struct stat *st)
{
	struct statvfs fs;

	return (st->st_mode & 0111) && statvfs(path, &fs) == 0 && !(fs.f_flag & ST_NOEXEC);
}

/*
 * 0 where execve(2) of @path, as seen from the future cwd, can be tried; -ENOENT, -EACCES... What
 * our own rights do not reach is tried: the user's may (NFS with root_squash, FUSE, ids that the
 * user namespace does not map).
 */
static int check_program(const char *cwd, const char *path)
{
	cleanup_free char *full = NULL;
	struct stat st;
	int failed;

	full = *path == '/' ? strdup(path) : str_format("%s/%s", cwd, path);
	if (!full)
		return -ENOMEM;
	if (stat(full, &st) < 0) {
		if (errno == EACCES)
			return 0;
		return errno == ENOTDIR ? -ENOENT : -errno;
	}
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	if (faccessat(AT_FDCWD, full, X_OK, AT_EACCESS) == 0)
		return 0;
	failed = errno;
	return failed == EACCES && is_for_others(full, &st) ? 0 : -failed;
}

static const char *env_path(const struct cfg_process *p)
{
	for (size_t i = 0; i < p->env.count; i++)
		if (str_starts(p->env.items[i], "PATH="))
			return p->env.items[i] + strlen("PATH=");
	return DEFAULT_PATH;
}

/* The words are those that callers search for, in lower case (callers are not all as lenient). */
static int exec_error(const struct cfg_doc *doc, const struct cfg_process *p, int r, bool searched,
		      struct err *e)
{
	const char *name = p->args.items[0], *why = strerror(-r);

	if (r == -ENOENT && searched)
		return cfg_err(doc, &p->args.items[0], e, ENOENT,
			       "exec: \"%s\": executable file not found in $PATH", name);
	return cfg_err(doc, &p->args.items[0], e, -r, "exec: \"%s\": %c%s", name,
		       tolower((unsigned char)why[0]), why + 1);
}

int process_find_program(const struct cfg_doc *doc, const struct cfg_process *p, char **ret,
			 struct err *e)
{
	const char *cwd = p->cwd ? p->cwd : "/", *name;
	int worst = -ENOENT, r;

	if (!p->args.count)
		return cfg_err(doc, &p->args, e, EINVAL, "args names no program");
	name = p->args.items[0];
	if (!*name)
		return exec_error(doc, p, -ENOENT, true, e);
	if (strchr(name, '/')) {
		r = check_program(cwd, name);
		if (r < 0)
			return exec_error(doc, p, r, false, e);
		*ret = strdup(name);
		return *ret ? 0 : err_set(e, ENOMEM, "exec: %m");
	}
	for (const char *s = env_path(p);; s++) {
		size_t n = strcspn(s, ":");
		cleanup_free char *path =
			n ? str_format("%.*s/%s", (int)n, s, name) : str_format("./%s", name);

		if (!path)
			return err_set(e, ENOMEM, "exec: %m");
		r = check_program(cwd, path);
		if (r >= 0) {
			*ret = take_ptr(&path);
			return 0;
		}
		if (r == -EACCES)
			worst = r;
		s += n;
		if (!*s)
			return exec_error(doc, p, worst, true, e);
	}
}

/* "DIR/NAME" as process_find_program() has it. False: too long to be one. */
static bool join(char ret[PATH_MAX], const char *dir, size_t n, const char *name)
{
	size_t len = strlen(name);

	if (n == 0) {
		dir = ".";
		n = 1;
	}
	if (n + 1 + len >= PATH_MAX)
		return false;
	memcpy(ret, dir, n);
	ret[n] = '/';
	memcpy(ret + n + 1, name, len + 1);
	return true;
}

static bool goes_on(int num)
{
	return num == EACCES || num == ENOENT || num == ENOTDIR;
}

int process_execute(const struct cfg_doc *doc, const struct cfg_process *p, const char *program,
		    char *const *env, struct err *e)
{
	const char *name = p->args.items[0];
	char path[PATH_MAX];
	bool behind = false;
	int worst;

	(void)execve(program, p->args.items, env);
	worst = errno;
	if (strchr(name, '/') || !goes_on(worst))
		return exec_error(doc, p, -worst, false, e);
	for (const char *s = env_path(p);; s++) {
		size_t n = strcspn(s, ":");
		bool fits = join(path, s, n, name);

		if (behind && fits) {
			(void)execve(path, p->args.items, env);
			if (!goes_on(errno))
				return exec_error(doc, p, -errno, false, e);
			if (errno == EACCES)
				worst = errno;
		}
		behind = behind || (fits && str_eq(path, program));
		s += n;
		if (!*s)
			return exec_error(doc, p, -worst, false, e);
	}
}
