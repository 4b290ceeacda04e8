/* SPDX-License-Identifier: Apache-2.0 */
/* corpus_write CORPUS DIR: makes every row of the corpus a file in DIR, with a line of NOTES.tsv
 * for each. */
#include "corpus.h"

#include "cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int write_one(const char *corpus, int dirfd, const struct corpus_case *c,
		     struct strbuf *notes, struct err *e)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	cleanup_free char *name = corpus_file_name(c);
	int rc = name ? corpus_build(corpus, c, &text, e) : err_set(e, ENOMEM, "%m");

	if (rc < 0)
		return rc;
	strbuf_addf(notes, "%s\t%s\n", name, c->note);
	return fd_replace_file_at(dirfd, name, 0644, text.buf, text.len, 0, e);
}

static int write_all(const char *corpus, const char *dir, struct err *e)
{
	cleanup_fd int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct corpus c CLEANUP(corpus_done) = {0};
	struct strbuf notes CLEANUP(strbuf_done) = STRBUF_INIT;
	int rc;

	if (dirfd < 0)
		return err_set(e, errno, "open '%s': %m", dir);
	rc = corpus_load(corpus, &c, e);
	for (size_t i = 0; rc == 0 && i < c.count; i++)
		rc = write_one(corpus, dirfd, &c.cases[i], &notes, e);
	if (rc == 0 && notes.oom)
		rc = err_set(e, ENOMEM, "%m");
	return rc < 0 ? rc
		      : fd_replace_file_at(dirfd, "NOTES.tsv", 0644, notes.buf, notes.len, 0, e);
}

int main(int argc, char **argv)
{
	struct err e = {0};

	if (argc != 3) {
		(void)fprintf(stderr, "usage: corpus_write CORPUS DIR\n");
		return 2;
	}
	if (write_all(argv[1], argv[2], &e) < 0) {
		(void)fprintf(stderr, "corpus_write: %s\n", e.msg);
		return 1;
	}
	return 0;
}
