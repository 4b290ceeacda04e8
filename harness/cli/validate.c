/* SPDX-License-Identifier: Apache-2.0 */
/* The one file of the harness that knows the typed model: it is the command line of specs/validate,
 * and judges no runtime. */
#include "validate.h"

#include "catalogue.h"
#include "cleanup.h"
#include "cli_validate.h"
#include "json.h"
#include "validate_options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { EXIT_VALID = 0, EXIT_FINDINGS = 1, EXIT_UNREADABLE = 2 };

struct run {
	struct validate_options o;
	struct json *documents, *unreadable; /* with json */
	bool findings, failed, oom;
};

/* What was read from one path. */
struct input {
	char *buf;
	size_t len;
	bool bundle;
	int dirfd; /* of a bundle */
	char *name;
	struct cfg_findings findings;
};

static void input_done(struct input *in)
{
	free(in->buf);
	free(in->name);
	fd_close(&in->dirfd);
	cfg_findings_done(&in->findings);
}

/*
 * Documents are written by strangers: no control character of theirs reaches the terminal. They end
 * at U+009F, and from U+0080 on have two bytes.
 */
static void print_escaped(const char *s, unsigned char first)
{
	for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
		if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
			printf("\\u%04x", *++p);
		else if (*p < first || *p == 0x7f)
			printf("\\u%04x", *p);
		else
			putchar(*p);
	}
}

/* A part of a line, which no newline splits. */
static void print_clean(const char *s)
{
	print_escaped(s, 0x20);
}

static void print_finding(const char *file, const struct cfg_finding *x)
{
	const struct requirement *r = catalogue_get((enum req)x->req);

	print_clean(file);
	if (x->line)
		printf(":%u:%u", x->line, x->col);
	fputs(": ", stdout);
	if (x->line) {
		/* the whole document has the empty pointer, which nobody would see */
		print_clean(x->pointer[0] ? x->pointer : "/");
		fputs(": ", stdout);
	}
	print_clean(x->message);
	if (r)
		printf(" [%s, %s]", r->id, catalogue_level_words(r->level_num));
	putchar('\n');
}

static void print_cut(const char *file)
{
	print_clean(file);
	puts(": there are more findings than are listed");
}

/* Sets a member, remembering lack of memory for the end: json_set_member() takes its value in every
 * case. */
static void put(struct run *run, struct json *o, const char *name, struct json *value)
{
	if (json_set_member(o, name, value) < 0)
		run->oom = true;
}

static struct json *string_or_null(const char *s)
{
	return s ? json_new_string(s) : json_new(JSON_NULL);
}

static void json_finding(struct run *run, struct json *list, const struct cfg_finding *x)
{
	const struct requirement *r = catalogue_get((enum req)x->req);
	struct json *o = json_new(JSON_OBJECT);

	put(run, o, "line", json_new_uint(x->line));
	put(run, o, "column", json_new_uint(x->col));
	put(run, o, "pointer", json_new_string(x->pointer));
	put(run, o, "message", json_new_string(x->message));
	put(run, o, "requirement", string_or_null(r ? r->id : NULL));
	put(run, o, "level", string_or_null(r ? catalogue_level_words(r->level_num) : NULL));
	put(run, o, "severity", json_new_string(val_is_advice(x->req) ? "warning" : "error"));
	if (json_append(list, o) < 0)
		run->oom = true;
}

static void report(struct run *run, const struct input *in, enum cfg_kind kind)
{
	struct json *list = run->o.json ? json_new(JSON_ARRAY) : NULL;
	struct json *doc = run->o.json ? json_new(JSON_OBJECT) : NULL;
	bool cut = in->findings.cut_errors || (in->findings.cut_advice && !run->o.must_only);
	bool found = false;

	for (size_t i = 0; i < in->findings.count; i++) {
		const struct cfg_finding *x = &in->findings.items[i];

		if (run->o.must_only && val_is_advice(x->req))
			continue;
		found = true;
		if (run->o.json)
			json_finding(run, list, x);
		else
			print_finding(in->name, x);
	}
	run->findings = run->findings || found;
	if (!run->o.json) {
		if (cut)
			print_cut(in->name);
		return;
	}
	put(run, doc, "file", json_new_string(in->name));
	put(run, doc, "kind", json_new_string(validate_kind_name(kind)));
	put(run, doc, "valid", json_new_bool(!found));
	put(run, doc, "cut", json_new_bool(cut));
	put(run, doc, "findings", list);
	if (json_append(run->documents, doc) < 0)
		run->oom = true;
}

static void complain(struct run *run, const char *path, const struct err *e)
{
	struct err named = *e;
	struct json *o;

	run->failed = true;
	(void)err_wrap_place(&named, path);
	(void)fprintf(stderr, "conform validate: %s\n", named.msg);
	if (!run->o.json)
		return;
	o = json_new(JSON_OBJECT);
	put(run, o, "file", json_new_string(path));
	put(run, o, "error", json_new_string(e->msg));
	if (json_append(run->unreadable, o) < 0)
		run->oom = true;
}

static int read_stream(int fd, struct input *in, struct err *e)
{
	int rc = fd_read_all(fd, CFG_MAX_BYTES, &in->buf, &in->len);

	if (rc == -EFBIG)
		return err_set(e, EFBIG, "it is larger than %u MiB", CFG_MAX_BYTES >> 20);
	return rc < 0 ? err_set(e, -rc, "read: %m") : 0;
}

/* Fills *in, which input_done() empties in every case; findings about the bundle itself are there
 * already. */
static int read_input(const struct run *run, const char *path, struct input *in, struct err *e)
{
	cleanup_fd int fd = FD_NONE;
	struct stat st;

	if (strcmp(path, "-") == 0) {
		in->name = strdup("<stdin>");
		return in->name ? read_stream(0, in, e) : err_set(e, ENOMEM, "%m");
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(e, errno, "%m");
	if (!S_ISDIR(st.st_mode)) {
		in->name = strdup(path);
		return in->name ? read_stream(fd, in, e) : err_set(e, ENOMEM, "%m");
	}
	in->bundle = true;
	in->dirfd = take_fd(&fd);
	if (val_bundle(in->dirfd, &run->o.options, &in->findings, &in->buf, &in->len, e) < 0)
		return -e->num;
	in->name = str_format("%s%s%s", path, in->buf && !str_ends(path, "/") ? "/" : "",
			      in->buf ? "config.json" : "");
	return in->name ? 0 : err_set(e, ENOMEM, "%m");
}

static void validate_path(struct run *run, const char *path)
{
	struct input in CLEANUP(input_done) = {.dirfd = FD_NONE};
	enum cfg_kind kind = run->o.kind;
	struct err e = {0};

	if (read_input(run, path, &in, &e) < 0) {
		complain(run, path, &e);
		return;
	}
	if (in.bundle && run->o.kind_forced && run->o.kind != CFG_CONFIG) {
		(void)err_set(&e, EINVAL, "a bundle has a config.json, and no other kind (--kind)");
		complain(run, path, &e);
		return;
	}
	if (in.bundle)
		kind = CFG_CONFIG;
	else if (!run->o.kind_forced)
		kind = val_guess_kind(in.buf, in.len);
	if (in.buf && (val_text(kind, in.buf, in.len, &run->o.options, &in.findings, &e) < 0 ||
		       (in.bundle && val_bundle_root(in.dirfd, in.buf, in.len, &run->o.options,
						     &in.findings, &e) < 0))) {
		complain(run, in.name, &e);
		return;
	}
	report(run, &in, kind);
}

static int usage(const char *words)
{
	(void)fprintf(stderr, "conform validate: %s (see conform validate --help)\n", words);
	return EXIT_UNREADABLE;
}

/* Prints the JSON document. */
static int finish_json(struct run *run)
{
	struct json *root CLEANUP(json_freep) = json_new(JSON_OBJECT);
	struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT;

	put(run, root, "target", json_new_string(run->o.target));
	put(run, root, "documents", take_ptr(&run->documents));
	put(run, root, "unreadable", take_ptr(&run->unreadable));
	if (!run->oom)
		json_print(root, 2, &out);
	if (run->oom || out.oom)
		return usage("out of memory");
	/* the rest of them JSON has escaped, where its own newlines are not */
	print_escaped(out.buf, 0);
	return 0;
}

static int flush_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	(void)fprintf(stderr, "conform validate: write to the standard output: %m\n");
	return -EIO;
}

static int run_all(struct run *run)
{
	if (run->o.json) {
		run->documents = json_new(JSON_ARRAY);
		run->unreadable = json_new(JSON_ARRAY);
	}
	for (char **path = run->o.paths; *path; path++)
		validate_path(run, *path);
	if (run->o.json && finish_json(run) != 0)
		return EXIT_UNREADABLE;
	if (flush_output() < 0)
		return EXIT_UNREADABLE;
	if (run->failed)
		return EXIT_UNREADABLE;
	return run->findings ? EXIT_FINDINGS : EXIT_VALID;
}

int cli_validate(int argc, char **argv)
{
	struct run run = {.documents = NULL};
	struct err e = {0};

	if (validate_options_parse(argc, argv, &run.o, &e) < 0)
		return usage(e.msg);
	if (!run.o.help)
		return run_all(&run);
	(void)fputs(validate_usage, stdout);
	return flush_output() == 0 ? EXIT_VALID : EXIT_UNREADABLE;
}
