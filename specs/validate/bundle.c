/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.md: what can be seen of a bundle on disk. */
#include "rules.h"

#include "cleanup.h"
#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG "config.json"

/* Spellings that people write instead: another case of the same letters, or the name that `spec` of
 * an early runtime had. */
static bool is_misspelt(const char *name)
{
	return !str_eq(name, CONFIG) &&
	       (strcasecmp(name, CONFIG) == 0 || str_eq(name, "spec.json"));
}

/*
 * Looks for the likely cause of a missing config.json in the entries of the directory: a misspelt
 * name, or a configuration one level down. 1: found and reported.
 */
static int find_cause(int dirfd, struct cfg_findings *f)
{
	cleanup_dir DIR *dir = fd_open_dir(dirfd);
	const struct dirent *d;

	if (!dir)
		return -errno;
	while ((d = readdir(dir))) {
		cleanup_free char *inner = NULL;

		if (is_misspelt(d->d_name)) {
			val_push(f, REQ_BUNDLE_CONFIG_NAME_EXACT, 0, 0, strdup(""),
				 str_format("'%s' is not read; the file is called " CONFIG,
					    d->d_name));
			return 1;
		}
		if (d->d_name[0] == '.')
			continue;
		inner = str_format("%s/" CONFIG, d->d_name);
		if (!inner)
			return -ENOMEM;
		if (faccessat(dirfd, inner, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
			val_push(f, REQ_BUNDLE_CONFIG_IN_ROOT, 0, 0, strdup(""),
				 str_format("'%s' is not read; " CONFIG
					    " stands at the top of the bundle",
					    inner));
			return 1;
		}
	}
	return 0;
}

int val_bundle(int dirfd, const struct val_options *o, struct cfg_findings *f, char **ret_buf,
	       size_t *ret_len, struct err *e)
{
	int rc;

	(void)o; /* these rules are as old as the format */
	*ret_buf = NULL;
	*ret_len = 0;
	rc = fd_read_regular_at(dirfd, CONFIG, CFG_MAX_BYTES, ret_buf, ret_len, e);
	if (rc != -ENOENT)
		return rc;
	val_push(f, REQ_BUNDLE_CONFIG_PRESENT, 0, 0, strdup(""),
		 strdup("the bundle has no " CONFIG));
	rc = find_cause(dirfd, f);
	if (rc < 0)
		return err_set(e, -rc, "read the directory: %m");
	return f->oom ? err_set(e, ENOMEM, "%m") : 0;
}

/* Whether a relative path climbs above where it starts. Symlinks are not looked at: they are the
 * bundle author's own. */
static bool climbs_out(const char *path)
{
	int depth = 0;

	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.')
			depth--;
		else if (n > 0 && !(n == 1 && p[0] == '.'))
			depth++;
		if (depth < 0)
			return true;
		p += n + (p[n] == '/');
	}
	return false;
}

static int add_root(const struct cfg_doc *d, int req, char *message, struct cfg_findings *f)
{
	char *pointer = NULL;
	uint32_t line = 0, col = 0;

	if (cfg_locate(d, &d->config->root->path, &pointer, &line, &col) < 0)
		pointer = strdup("/root/path");
	val_push(f, req, line, col, pointer, message);
	return f->oom ? -ENOMEM : 0;
}

int val_bundle_root(int dirfd, const char *buf, size_t len, const struct val_options *o,
		    struct cfg_findings *f, struct err *e)
{
	struct cfg_findings ignored CLEANUP(cfg_findings_done) = {0};
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	const char *path;
	struct stat st;
	int rc;

	(void)o;
	rc = cfg_parse(CFG_CONFIG, buf, len, &d, &ignored, NULL);
	if (rc < 0)
		return rc == -ENOMEM ? err_set(e, ENOMEM, "%m") : 0;
	path = d->config->root ? d->config->root->path : NULL;
	if (!path)
		return 0;
	if (path[0] != '/' && climbs_out(path))
		rc = add_root(
			d, REQ_BUNDLE_ARTIFACTS_SINGLE_DIR,
			str_format("'%s' leads out of the bundle; its root filesystem lies inside",
				   path),
			f);
	if (rc == 0 && fstatat(dirfd, path, &st, 0) < 0)
		rc = add_root(d, REQ_ROOT_PATH_DIRECTORY_EXISTS,
			      str_format("the root filesystem '%s' is not there: %s", path,
					 strerror(errno)),
			      f);
	else if (rc == 0 && !S_ISDIR(st.st_mode))
		rc = add_root(d, REQ_ROOT_PATH_DIRECTORY_EXISTS,
			      str_format("the root filesystem '%s' is not a directory", path), f);
	val_sort(f, 0);
	return rc < 0 ? err_set(e, -rc, "%m") : 0;
}
