/* SPDX-License-Identifier: Apache-2.0 */
/* What the harness makes of what it was told, and what the runtime reads beside documents. */
#include "readers_judge.h"

#include "cgroup_internal.h"
#include "claims.h"
#include "cleanup.h"
#include "config.h"
#include "fuzz.h"
#include "input.h"
#include "mutants_uncaught.h"
#include "net_stats.h"
#include "proctext.h"
#include "result.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static size_t written;
int __wrap_fd_write_all(int fd, const void *buf, size_t len);
int __wrap_fd_write_all(int fd, const void *buf, size_t len)
{
	(void)fd;
	(void)buf;
	written += len;
	return 0;
}

/* Each of the formats: of a result twice, and of a run of two runtimes. */
static int report(const char *format, const struct rep_result *one)
{
	char name[] = "one";
	const struct rep_runtime runtimes[2] = {
		{.name = name, .path = name, .version = name, .spec = name},
		{.name = name, .path = name, .version = name, .spec = name}};
	const struct rep_run run = {.version = "1",
				    .commit = "c",
				    .runtimes = runtimes,
				    .nruntimes = 2,
				    .ncases = 2,
				    .target = ""};
	const struct rep_options o = {.fd = 1, .width = 80};
	struct reporter *reporter = NULL;
	int r = rep_new(format, &o, &reporter, NULL);

	if (r < 0)
		return r;
	written = 0;
	r = reporter->begin ? reporter->begin(reporter, &run, NULL) : 0;
	for (int i = 0; r >= 0 && i < 2; i++)
		r = reporter->case_done(reporter, &run, one, NULL);
	if (r >= 0 && reporter->end)
		r = reporter->end(reporter, &run, NULL);
	reporter->free(reporter);
	return r < 0 ? r : (int)written;
}

static int reports(const char *buf, size_t len)
{
	static const char *const formats[] = {"json", "junit", "tap", "markdown"};
	char id[] = "area/name";
	struct rep_requirement q = {.id = "config-hostname-applied", .level = "MUST_NOT"};
	struct rep_result read CLEANUP(rep_result_done) = {0};
	int sum = 0, r = hx_wire_parse(buf, len, &read);

	for (size_t i = 0; r >= 0 && i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct rep_result one = read;

		one.id = one.runtime = id;
		one.requirements = &q;
		one.nrequirements = 1;
		one.expectation = len % 3;
		r = report(formats[i], &one);
		sum += r;
	}
	return r < 0 ? r : sum;
}

/* The checks of a case, and what they come to: never a pass that was not one. */
static int judged(const char *buf, size_t len)
{
	struct json *v CLEANUP(json_freep) = NULL;
	struct result_builder b CLEANUP(result_builder_done) = {0};
	cleanup_free char *reason = NULL;
	int r = json_parse(buf, len, &v, NULL);

	if (r < 0)
		return r;
	result_add(&b, "a", "equals", v, v, len % 2, "note");
	result_broken(&b, len % 3 ? "b" : "", len % 5 ? "note" : NULL);
	reason = result_reason(&b);
	fuzz_check(result_fold(&b, false, false) == VERDICT_BROK);
	return b.oom || !reason ? -ENOMEM : (int)strlen(reason);
}

static int claims(const char *buf, size_t len)
{
	struct json *v CLEANUP(json_freep) = NULL, *found CLEANUP(json_freep) = NULL;
	int r = json_parse(buf, len, &v, NULL);

	if (r < 0)
		return r;
	found = json_new(JSON_ARRAY);
	r = found ? claims_check_versions(v, found) : -ENOMEM;
	if (r >= 0)
		r = claims_check_flags(v, found);
	if (r >= 0)
		r = claims_compare(v, found, found);
	return r < 0 ? r : (int)found->count;
}

static int mounts(const char *buf, size_t len)
{
	struct cgroup_mounts m CLEANUP(cgroup_mounts_done) = {0};
	cleanup_free char *text = strndup(buf, len);
	int r = text ? cgroup_mounts_parse(text, &m, NULL) : -ENOMEM;

	return r < 0 ? r : (int)m.count;
}

static int cgroup_path(const char *buf, size_t len)
{
	cleanup_free char *configured = strndup(buf, len), *path = NULL;
	int r = configured ? cgroup_path_decide(configured, "id", "/home", &path, NULL) : -ENOMEM;

	return r < 0 ? r : (int)strlen(path);
}

/* The configuration and the request of a case that sets @buf, or is @buf. */
static int case_files(const char *buf, size_t len)
{
	cleanup_free char *text = strndup(buf, len), *raw = NULL, *ask = NULL;
	struct json *tree CLEANUP(json_freep) = NULL;
	struct hx_vars v CLEANUP(hx_vars_done) = {.count = 0};
	const struct check inside[] = {{.op = OP_EQ, .name = text, .json = ""},
				       {.op = OP_EQ, .name = "try:x", .json = ""},
				       {.op = OP_END}};
	const struct edit edits[] = {{len % 4 ? OP_SET : OP_RAW, "/hostname", text},
				     {OP_END, NULL, NULL}};
	struct err e = {0};
	int r = text ? hx_vars_set(&v, "CASE", "/c", &e) : -ENOMEM;

	if (r == 0)
		r = hx_vars_set(&v, "CGROUP", "/g", &e);
	if (r == 0)
		r = hx_config_ask(inside, NULL, "n0nce", &v, &ask, &e);
	if (r == 0)
		r = hx_config_make(edits, &v, len % 3, ask, &tree, &raw, &e);
	fuzz_check(r < 0 || raw || tree);
	return r < 0 ? r : tree ? (int)tree->count : (int)strlen(raw);
}

/* "<fact>\n<text>" */
static int proc_fact(const char *buf, size_t len)
{
	const char *end = memchr(buf, '\n', len);
	cleanup_free char *name = end ? strndup(buf, (size_t)(end - buf)) : NULL;
	cleanup_free char *text = name ? strndup(end + 1, len - (size_t)(end + 1 - buf)) : NULL;
	struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT;
	struct json *v CLEANUP(json_freep) = NULL;

	if (!end || !text)
		return end ? -ENOMEM : -EINVAL;
	if (!proctext_file(name))
		return -EINVAL;
	v = proctext_fact(name, text, strlen(text));
	if (!v)
		return -ENOMEM;
	json_print(v, 0, &out);
	return out.oom ? -ENOMEM : (int)out.len;
}

static int devices(const char *buf, size_t len)
{
	cleanup_free char *text = strndup(buf, len);
	struct json *v CLEANUP(json_freep) = NULL;
	int r = text ? net_stats_parse(text, &v) : -ENOMEM;

	return r < 0 ? r : (int)v->count;
}

/* What systemd is asked for. */
static int scope(const char *buf, size_t len)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct json *list CLEANUP(json_freep) = NULL;
	int r = cfg_parse(CFG_CONFIG, buf, len, &d, &f, NULL);

	if (r < 0)
		return r;
	list = json_new(JSON_ARRAY);
	r = list ? cgroup_systemd_annotations(d, NULL, list, NULL) : -ENOMEM;
	if (r >= 0 && d->config->linux)
		r = cgroup_systemd_resources(d, d->config->linux->resources, len % 2, false, list,
					     NULL);
	return r < 0 ? r : (int)list->count;
}

/* The lie of nobody that a report leaves. */
static int uncaught(const char *buf, size_t len)
{
	struct plan p CLEANUP(plan_done) = {.rows = NULL};
	struct err e = {0};
	int r = plan_add_row(&p, "drop:/hostname", NULL) ? 0 : -ENOMEM;

	if (r == 0)
		r = mutants_keep_uncaught_of("f", buf, len, &p, &e);
	return r < 0 ? r : (int)p.nrows;
}

/* A document in a file: one that is not there, whose bytes are handed out where it is read. */
#define OUR_FILE INT_MAX /* no process has as many descriptors; close(2) does nothing to it */
static struct input bytes;

int __wrap_fd_open_regular_at(int dirfd, const char *path, struct err *e);
int __wrap_fd_open_regular_at(int dirfd, const char *path, struct err *e)
{
	(void)dirfd;
	(void)path;
	(void)e;
	return OUR_FILE;
}

ssize_t __real_read(int fd, void *buf, size_t len);
ssize_t __wrap_read(int fd, void *buf, size_t len);
ssize_t __wrap_read(int fd, void *buf, size_t len)
{
	size_t n = len < bytes.n ? len : bytes.n;

	if (fd != OUR_FILE)
		return __real_read(fd, buf, len);
	if (n)
		memcpy(buf, bytes.p, n);
	bytes.p += n;
	bytes.n -= n;
	return (ssize_t)n;
}

static int file(const char *buf, size_t len)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct err e = {0};

	bytes = (struct input){(const uint8_t *)buf, len};
	return cfg_parse_file(CFG_CONFIG, AT_FDCWD, "config.json", &d, &e);
}

int readers_judge_run(char which, const char *buf, size_t len)
{
	switch (which) {
	case 'r':
		return reports(buf, len);
	case 'j':
		return judged(buf, len);
	case 'a':
		return claims(buf, len);
	case 'm':
		return mounts(buf, len);
	case 'g':
		return cgroup_path(buf, len);
	case 't':
		return proc_fact(buf, len);
	case 'e':
		return case_files(buf, len);
	case 'n':
		return devices(buf, len);
	case 'y':
		return scope(buf, len);
	case 'u':
		return uncaught(buf, len);
	case 'i':
		return file(buf, len);
	default:
		return -EINVAL;
	}
}
