/* SPDX-License-Identifier: Apache-2.0 */
/* From which directory, with which home, which program: all below "/", which is the container's. */
#include "process.h"

#include "cleanup.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PASSWD_MAX (1u << 20)
/* What execvp(3) takes where there is no $PATH. */
#define DEFAULT_PATH "/bin:/usr/bin"

/* mkdir -p; the mode is that of a directory which the image could have brought along. */
static int make_dirs(const char *path)
{
	cleanup_free char *copy = strdup(path);
	mode_t mask;
	int r = 0;

	if (!copy)
		return -ENOMEM;
	mask = umask(022);
	for (char *p = copy; *p && r >= 0;) {
		char c;

		p += strspn(p, "/");
		p += strcspn(p, "/");
		c = *p;
		*p = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			r = -errno;
		*p = c;
	}
	(void)umask(mask);
	return r;
}

int process_set_cwd(const struct cfg_doc *doc, const struct cfg_process *p, bool make,
		    struct err *e)
{
	char where[PATH_MAX];
	int r;

	if (!p->cwd || *p->cwd != '/')
		return cfg_err(doc, &p->cwd, e, EINVAL, "cwd must be an absolute path");
	if (chdir(p->cwd) < 0) {
		r = errno == ENOENT && make ? make_dirs(p->cwd) : -errno;
		if (r < 0)
			return cfg_err(doc, &p->cwd, e, -r, "cwd '%s': %s", p->cwd, strerror(-r));
		if (chdir(p->cwd) < 0)
			return cfg_err(doc, &p->cwd, e, errno, "cwd '%s': %s", p->cwd,
				       strerror(errno));
	}
	/*
	 * The raw call, which says "(unreachable)" of a directory outside of the root: one that was
	 * reached through a descriptor that somebody left open.
	 */
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
	cleanup_free char *text = NULL;
	size_t len;

	if (fd_read_regular_at(AT_FDCWD, "/etc/passwd", PASSWD_MAX, &text, &len, NULL) < 0)
		return NULL;
	return process_home_in(text, len, uid);
}

/* 0 where execve(2) of @path, as seen from the future cwd, can be tried; -ENOENT, -EACCES... */
static int check_program(const char *cwd, const char *path)
{
	cleanup_free char *full = NULL;
	struct stat st;

	full = *path == '/' ? strdup(path) : str_format("%s/%s", cwd, path);
	if (!full)
		return -ENOMEM;
	if (stat(full, &st) < 0)
		return errno == ENOTDIR ? -ENOENT : -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return faccessat(AT_FDCWD, full, X_OK, AT_EACCESS) < 0 ? -errno : 0;
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

int process_exec_failed(const struct cfg_doc *doc, const struct cfg_process *p, int num,
			struct err *e)
{
	return exec_error(doc, p, -num, false, e);
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
