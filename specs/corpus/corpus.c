/* SPDX-License-Identifier: Apache-2.0 */
#include "corpus.h"

#include "cleanup.h"
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE (1u << 20)
#define COLUMNS	 7

void corpus_done(struct corpus *c)
{
	free(c->cases);
	free(c->text);
	*c = (struct corpus){0};
}

/* "full_config@1.2": cuts the version off and reads it. */
static int read_base(char *base, struct corpus_case *c)
{
	char *at = strchr(base, '@');
	uint64_t minor = 3;

	if (at) {
		*at = '\0';
		if (strncmp(at + 1, "1.", 2) != 0 || str_to_u64(at + 3, 3, &minor) < 0)
			return -EINVAL;
	}
	c->base = base;
	c->target = 100 + (int)minor;
	if (str_ends(base, "_state"))
		c->kind = CFG_STATE;
	else
		c->kind = str_ends(base, "_features") ? CFG_FEATURES : CFG_CONFIG;
	return 0;
}

static int read_row(char *line, struct corpus_case *c)
{
	char *column[COLUMNS];
	size_t n = 0;

	for (char *cell; (cell = strsep(&line, "\t")); n++) {
		if (n == COLUMNS)
			return -EINVAL;
		column[n] = cell;
	}
	if (n != COLUMNS || strlen(column[0]) != 1 || !strchr("yni", column[0][0]) ||
	    column[3][0] == '\0' || column[6][0] == '\0')
		return -EINVAL;
	c->verdict = column[0][0];
	c->reqs = column[2];
	c->name = column[3];
	c->pointer = column[4];
	c->edits = column[5];
	c->note = column[6];
	return read_base(column[1], c);
}

int corpus_load(const char *dir, struct corpus *ret, struct err *e)
{
	cleanup_free char *path = str_format("%s/rows.tsv", dir);
	struct corpus c CLEANUP(corpus_done) = {0};
	size_t len, lines = 1, number = 0;
	char *rest, *line;
	int rc;

	if (!path)
		return err_set(e, ENOMEM, "%m");
	rc = fd_read_file_at(AT_FDCWD, path, MAX_FILE, &c.text, &len, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < len; i++)
		lines += c.text[i] == '\n';
	c.cases = calloc(lines, sizeof(*c.cases));
	if (!c.cases)
		return err_set(e, ENOMEM, "%m");
	for (rest = c.text; (line = strsep(&rest, "\n"));) {
		number++;
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (read_row(line, &c.cases[c.count]) < 0)
			return err_set(e, EINVAL, "%s:%zu: not a row of the corpus", path, number);
		c.count++;
	}
	*ret = (struct corpus){take_ptr(&c.cases), c.count, take_ptr(&c.text)};
	return 0;
}

/* One edit: "/pointer=JSON", "+/pointer=JSON" or "-/pointer". */
static int edit(struct json **root, const char *text, size_t len, struct err *e)
{
	cleanup_free char *copy = strndup(text, len);
	struct json *value = NULL;
	char *eq, *pointer;
	int rc;

	if (!copy)
		return err_set(e, ENOMEM, "%m");
	if (copy[0] == '-')
		return json_remove(root, copy + 1, e);
	pointer = copy + (copy[0] == '+');
	eq = strchr(copy, '=');
	if (!eq || pointer[0] != '/')
		return err_set(e, EINVAL, "'%s' is not an edit", copy);
	*eq = '\0';
	rc = json_parse(eq + 1, strlen(eq + 1), &value, e);
	if (rc < 0)
		return err_wrap(e, "the value of '%s'", pointer);
	return copy[0] == '+' ? json_add(root, pointer, value, e)
			      : json_set(root, pointer, value, e);
}

int corpus_build(const char *dir, const struct corpus_case *c, struct strbuf *out, struct err *e)
{
	cleanup_free char *path = str_format("%s/%s.json", dir, c->base);
	struct json *root CLEANUP(json_freep) = NULL;
	cleanup_free char *buf = NULL;
	size_t len;
	int rc;

	if (!path)
		return err_set(e, ENOMEM, "%m");
	rc = fd_read_file_at(AT_FDCWD, path, MAX_FILE, &buf, &len, e);
	if (rc == 0)
		rc = json_parse(buf, len, &root, e);
	for (const char *p = c->edits; rc == 0 && *p;) {
		const char *end = strstr(p, " ; ");
		size_t n = end ? (size_t)(end - p) : strlen(p);

		rc = edit(&root, p, n, e);
		p += n + (end ? 3 : 0);
	}
	if (rc < 0)
		return err_wrap(e, "%s", c->name);
	json_print(root, 2, out);
	return out->oom ? err_set(e, ENOMEM, "%m") : 0;
}

char *corpus_file_name(const struct corpus_case *c)
{
	if (c->verdict == 'i')
		return str_format("i_%s.json", c->name);
	return str_format("%c_%.*s_%s.json", c->verdict, (int)strcspn(c->reqs, ","), c->reqs,
			  c->name);
}
