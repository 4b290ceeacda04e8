/* SPDX-License-Identifier: Apache-2.0 */
/* config.json before anything exists: read once, held against the specification, and against what
 * this runtime offers. */
#include "creation.h"

#include "catalogue.h"
#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "validate.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An absolute path stays as its user wrote it: the same text comes back in the state. */
static char *absolute_path(const char *path)
{
	cleanup_free char *cwd = NULL;

	if (path[0] == '/')
		return strdup(path);
	while (str_starts(path, "./"))
		path += 2;
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return NULL;
	return *path && !str_eq(path, ".") ? str_format("%s/%s", cwd, path) : strdup(cwd);
}

static bool is_utf8(const char *s)
{
	size_t n = 0;

	for (size_t len = strlen(s); len; s += n, len -= n) {
		n = str_utf8_char(s, len);
		if (!n)
			return false;
	}
	return true;
}

static int read_config(struct creation *cr, struct err *e)
{
	cleanup_fd int dir = FD_NONE;
	int r;

	cr->bundle = absolute_path(cr->o->bundle);
	if (!cr->bundle)
		return err_set(e, errno, "bundle '%s': %m", cr->o->bundle);
	/* as JSON (RFC 8259, section 8.1) it would come back as the path of another */
	if (!is_utf8(cr->bundle))
		return err_set(e, EINVAL, "the bundle's path is not UTF-8: '%s'", cr->bundle);
	dir = open(cr->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_set(e, errno, "open bundle '%s': %m", cr->bundle);
	r = fd_read_regular_at(dir, "config.json", CFG_MAX_BYTES, &cr->config_text, &cr->config_len,
			       e);
	return r < 0 ? err_wrap(e, "bundle '%s'", cr->bundle) : 0;
}

static int first_fault(const char *name, const struct cfg_findings *found, struct err *e)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct cfg_finding *f = &found->items[i];
		const struct requirement *req = f->req > 0 ? catalogue_get((enum req)f->req) : NULL;

		/* advice to the author is no reason to refuse */
		if (!val_refuses(f->req))
			continue;
		if (f->pointer)
			cfg_show(f->pointer);
		return err_set(e, EINVAL, "%s:%u:%u: %s: %s%s%s%s", name, f->line, f->col,
			       f->pointer ? f->pointer : "", f->message ? f->message : "invalid",
			       req ? " [" : "", req ? req->id : "", req ? "]" : "");
	}
	return 0;
}

int creation_parse(enum cfg_kind kind, const char *name, const char *buf, size_t len,
		   struct cfg_doc **ret, struct err *e)
{
	CLEANUP(cfg_findings_done) struct cfg_findings found = {0};
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	const struct val_options options = {.target = VAL_TARGET_LATEST, .refused_only = true};
	int r;

	r = cfg_parse(kind, buf, len, &doc, &found, e);
	if (r < 0)
		return err_wrap_place(e, name);
	r = val_document(doc, &options, &found);
	if (r < 0 || found.oom)
		return err_set(e, ENOMEM, "%s: %m", name);
	r = first_fault(name, &found, e);
	if (r < 0)
		return r;
	r = cfg_doc_name(doc, name);
	if (r < 0)
		return err_set(e, -r, "%s: %m", name);
	*ret = take_ptr(&doc);
	return 0;
}

/*
 * What 0 means as pids.limit the text says from 1.3 on. Who writes a configuration of an older
 * version means no limit, as runtimes have always understood it: podman 4.3.1 does, for its
 * --pids-limit -1.
 */
void creation_read_as_version(struct cfg_resources *r, const char *oci_version)
{
	static const char *const older[] = {"1.0.", "1.1.", "1.2."};

	if (!r || !r->pids || !r->pids->has_limit || r->pids->limit != 0)
		return;
	for (size_t i = 0; i < sizeof(older) / sizeof(older[0]); i++)
		if (oci_version && str_starts(oci_version, older[i]))
			r->pids->limit = -1;
}

static int parse_config(struct creation *cr, struct err *e)
{
	int r = creation_parse(CFG_CONFIG, "config.json", cr->config_text, cr->config_len, &cr->doc,
			       e);

	if (r < 0)
		return r;
	cr->config = cr->doc->config;
	if (cr->config->linux)
		creation_read_as_version(cr->config->linux->resources, cr->config->oci_version);
	cr->process = cr->config->process;
	return 0;
}

/* Who gets the terminal, and whether there is one to get (runc's contract with its callers). */
int creation_check_terminal(const struct creation *cr, bool detached, struct err *e)
{
	bool terminal = cr->process && cr->process->terminal;

	if (terminal && detached && !cr->o->console_socket)
		return err_set(e, EINVAL,
			       "cannot allocate tty if the container is detached without setting "
			       "console socket");
	if (cr->o->console_socket && !terminal)
		return err_set(e, EINVAL,
			       "cannot use console socket if process.terminal is not true");
	if (cr->o->console_socket && !detached)
		return err_set(e, EINVAL,
			       "cannot use console socket if the container is not detached");
	return 0;
}

int creation_load_config(struct creation *cr, struct err *e)
{
	int r;

	r = read_config(cr, e);
	if (r < 0)
		return r;
	if (ns_ahead_guess(cr->config_text, cr->config_len) && ns_ahead_pays())
		(void)ns_ahead_begin(&cr->ahead);
	r = parse_config(cr, e);
	if (r < 0)
		return r;
	if (!cr->config->root || !cr->config->root->path)
		return cfg_err(cr->doc, &cr->config->root, e, EINVAL, "root.path is missing");
	if (cr->run && !cr->process)
		return err_set(e, EINVAL, "cannot run a container that has no process");
	return creation_check_terminal(cr, !cr->run || cr->o->detach, e);
}
