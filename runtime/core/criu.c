/* SPDX-License-Identifier: Apache-2.0 */
#include "criu.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_MAX (64u << 20)

void criu_done(struct criu *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->argv[i]);
	free(c->argv);
}

void criu_add(struct criu *c, const char *fmt, ...)
{
	char **more = reallocarray(c->argv, c->count + 2, sizeof(*more)), *word = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (more)
		c->argv = more;
	if (!more || vasprintf(&word, fmt, ap) < 0) {
		c->oom = true;
	} else {
		c->argv[c->count++] = word;
		c->argv[c->count] = NULL;
	}
	va_end(ap);
}

static void add_page_server(struct criu *c, const char *text)
{
	const char *colon = strrchr(text, ':');

	criu_add(c, "--page-server");
	criu_add(c, "--address");
	criu_add(c, "%.*s", colon ? (int)(colon - text) : (int)strlen(text), text);
	if (colon) {
		criu_add(c, "--port");
		criu_add(c, "%s", colon + 1);
	}
}

void criu_begin(struct criu *c, const char *verb, const struct rt_criu_options *o)
{
	const struct {
		bool on;
		const char *word;
	} simple[] = {
		{o->tcp_established, "--tcp-established"},
		{o->tcp_skip_in_flight, "--skip-in-flight"},
		{o->tcp_close, "--tcp-close"},
		{o->link_remap, "--link-remap"},
		{o->ext_unix_sk, "--ext-unix-sk"},
		{o->shell_job, "--shell-job"},
		{o->lazy_pages, "--lazy-pages"},
		{o->file_locks, "--file-locks"},
		{o->auto_dedup, "--auto-dedup"},
	};

	criu_add(c, "criu");
	criu_add(c, "%s", verb);
	criu_add(c, "--images-dir");
	criu_add(c, "%s", o->image_path);
	criu_add(c, "--work-dir");
	criu_add(c, "%s", o->work_path);
	criu_add(c, "-v4");
	criu_add(c, "--manage-cgroups=%s", o->manage_cgroups ? o->manage_cgroups : "soft");
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (simple[i].on)
			criu_add(c, "%s", simple[i].word);
	if (o->empty_network) {
		criu_add(c, "--empty-ns");
		criu_add(c, "net");
	}
	if (o->page_server)
		add_page_server(c, o->page_server);
	if (o->status_fd >= 0) {
		criu_add(c, "--status-fd");
		criu_add(c, "%d", o->status_fd);
	}
	if (o->lsm_profile) {
		criu_add(c, "--lsm-profile");
		criu_add(c, "%s", o->lsm_profile);
	}
	if (o->lsm_mount_context) {
		criu_add(c, "--lsm-mount-context");
		criu_add(c, "%s", o->lsm_mount_context);
	}
}

static bool is_bind(const struct cfg_mount *m)
{
	if (str_eq(m->type, "bind"))
		return true;
	for (size_t i = 0; i < m->options.count; i++)
		if (str_eq(m->options.items[i], "bind") || str_eq(m->options.items[i], "rbind"))
			return true;
	return false;
}

static bool is_directory(int root, const char *path)
{
	cleanup_fd int fd = fd_open_in_root(root, path, O_PATH | O_CLOEXEC, 0);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

void criu_add_mounts(struct criu *c, const struct cfg_config *config, int root, const char *bundle)
{
	const struct cfg_linux *l = config->linux;

	for (size_t i = 0; i < config->mounts.count; i++) {
		const struct cfg_mount *m = &config->mounts.items[i];

		if (!is_bind(m) || !m->source)
			continue;
		criu_add(c, "--external");
		if (!bundle)
			criu_add(c, "mnt[%s]:%s", m->destination, m->destination);
		else if (m->source[0] == '/')
			criu_add(c, "mnt[%s]:%s", m->destination, m->source);
		else
			criu_add(c, "mnt[%s]:%s/%s", m->destination, bundle, m->source);
	}
	/* Those that are directories are covered by file systems of their own, which criu knows how
	 * to deal with. To restore, the images say which ones are meant. */
	for (size_t i = 0; l && i < l->masked_paths.count; i++) {
		const char *path = l->masked_paths.items[i];

		if (root >= 0 && is_directory(root, path))
			continue;
		criu_add(c, "--external");
		criu_add(c, "mnt[%s]:%s", path, bundle ? "/dev/null" : path);
	}
}

/* "(00.012) Error (criu/x.c:1): why": the first one is the cause. */
static char *first_error(int dir, const char *log)
{
	cleanup_free char *text = NULL;
	const char *at, *colon;
	size_t len;

	if (fd_read_file_at(dir, log, LOG_MAX, &text, &len, NULL) < 0)
		return NULL;
	at = strstr(text, "Error (");
	if (!at)
		return NULL;
	len = strcspn(at, "\n");
	colon = memmem(at, len, "): ", 3);
	if (colon) {
		len -= (size_t)(colon + 3 - at);
		at = colon + 3;
	}
	return strndup(at, len);
}

int criu_run(struct criu *c, const struct rt_criu_options *o, const char *log,
	     const struct proc_fd *fds, size_t nfds, int (*setup)(void *arg, struct err *e),
	     void *setup_arg, struct err *e)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_free char *why = NULL;
	cleanup_fd int work = open(o->work_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (work < 0)
		return err_set(e, errno, "open '%s': %m", o->work_path);
	criu_add(c, "--log-file");
	criu_add(c, "%s", log);
	if (c->oom)
		return err_set(e, ENOMEM, "criu: %m");
	/* of an earlier run: its errors are not this one's */
	(void)unlinkat(work, log, 0);
	s.path = c->argv[0];
	s.argv = c->argv;
	s.in_fd = STDIN_FILENO;
	s.out_fd = STDOUT_FILENO;
	s.err_fd = STDERR_FILENO;
	s.fds = fds;
	s.nfds = nfds;
	s.setup = setup;
	s.setup_arg = setup_arg;
	r = proc_spawn(&s, &p, e);
	if (r < 0)
		return err_wrap(e, "criu is needed to checkpoint and restore");
	r = proc_wait(&p, -1);
	if (r < 0)
		return err_set(e, -r, "wait for criu: %m");
	r = proc_exit_code(&p);
	if (r == 0)
		return 0;
	why = first_error(work, log);
	return err_set(e, EIO, "criu failed with exit code %d: %s (all of it: %s/%s)", r,
		       why ? why : "no reason is given", o->work_path, log);
}
