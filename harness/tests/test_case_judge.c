/* SPDX-License-Identifier: Apache-2.0 */
/* What the probe could not see whole: nobody is judged by it, in the container or on the host. */
#include "case_judge.h"

#include "cleanup.h"
#include "fd.h"
#include "guard.h"
#include "ops.h"
#include "result.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define NONCE	   "0123"
#define ASKED	   "net.interfaces"

static const struct {
	const char *value;
	bool broken;
} rows[] = {
	{"[\"lo\"]", false},
	{"null", false},
	/* what somebody does not let the container's process know is a finding */
	{"{\"error\":\"EACCES\"}", false},
	{"{\"error\":\"incomplete: EAGAIN\"}", true},
	{"{\"error\":\"unknown fact\"}", true},
};

static void write_text(const char *name, mode_t mode, const char *text)
{
	cleanup_free char *path = str_format("%s/%s", guard_dir(), name);
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
}

static char *report_of(const char *value)
{
	return str_format("conform-probe 1 " NONCE "\n" ASKED "\t%s\nend " NONCE " 1\n", value);
}

/* A case whose only check is @def's, in the directory of the test. */
static void begin(struct case_ctx *c, struct hx_session *s, const struct conform_case *def)
{
	static const struct conform_entry entry = {.id = "a/b"};

	*c = (struct case_ctx){.session = s,
			       .entry = &entry,
			       .def = def,
			       .dir_fd = open(guard_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
			       .null_fd = open("/dev/null", O_RDWR | O_CLOEXEC),
			       .timeout_ms = TIMEOUT_MS,
			       .nonce = NONCE,
			       .ask = (char *)"--ask=" NONCE "\n" ASKED};
	ck_assert_int_ge(c->dir_fd, 0);
	ck_assert_int_ge(c->null_fd, 0);
}

static void done(struct case_ctx *c)
{
	result_builder_done(&c->results);
	obs_list_done(&c->report);
	fd_close(&c->dir_fd);
	fd_close(&c->null_fd);
}

static void end(struct case_ctx *c, bool broken, const char *value)
{
	enum verdict v = result_fold(&c->results, false, false);

	ck_assert_uint_ge(c->results.count, 1);
	ck_assert_msg((v == VERDICT_BROK) == broken, "%s: %s", value, verdict_name(v));
	/* no row has what the check asks for: that none passes is no accident */
	ck_assert_msg(v != VERDICT_PASS, "%s", value);
	done(c);
}

START_TEST(in_the_container)
{
	const struct conform_case def = {INSIDE(FACT_HAS("net.interfaces", "cf0"))};
	cleanup_free char *text = report_of(rows[_i].value);
	cleanup_free char *io = str_format("%s/io", guard_dir());
	struct hx_session s = {.target = -1};
	struct case_ctx c;

	(void)mkdir(io, 0755); /* the rows share the directory */
	write_text("io/out", 0644, text);
	write_text("stdout", 0644, text);
	begin(&c, &s, &def);
	hx_case_inside(&c);
	end(&c, rows[_i].broken, rows[_i].value);
}
END_TEST

/* The harness asks the probe itself: a script in its place. */
START_TEST(on_the_host)
{
	const struct conform_case def = {
		OUTSIDE(HOST_HAS(AFTER_DELETE, "host.net.interfaces", "cf0"))};
	cleanup_free char *text = report_of(rows[_i].value);
	cleanup_free char *script = str_format("#!/bin/sh\ncat <<'E'\n%sE\n", text);
	struct hx_session s = {.target = -1};
	struct case_ctx c;

	write_text("probe", 0755, script);
	(void)snprintf(s.probe, sizeof(s.probe), "%s/probe", guard_dir());
	begin(&c, &s, &def);
	hx_case_outside(&c, AFTER_DELETE);
	end(&c, rows[_i].broken, rows[_i].value);
}
END_TEST

/* It was so before the case as well, or was it? */
START_TEST(before_the_case)
{
	const struct conform_case def = {OUTSIDE(UNCHANGED(AFTER_DELETE, "host.net.interfaces"))};
	cleanup_free char *text = report_of("[\"lo\"]");
	cleanup_free char *script = str_format("#!/bin/sh\ncat <<'E'\n%sE\n", text);
	struct hx_session s = {.target = -1};
	struct json *before = NULL;
	struct case_ctx c;

	write_text("probe", 0755, script);
	(void)snprintf(s.probe, sizeof(s.probe), "%s/probe", guard_dir());
	begin(&c, &s, &def);
	ck_assert_int_eq(json_parse(rows[_i].value, strlen(rows[_i].value), &before, NULL), 0);
	c.known[0] = (struct hx_known){.name = (char *)"host.net.interfaces", .value = before};
	c.nknown = 1;
	hx_case_outside(&c, AFTER_DELETE);
	if (_i == 0) {
		ck_assert(c.results.checks[0].ok);
		done(&c);
	} else {
		end(&c, rows[_i].broken, rows[_i].value);
	}
	json_free(before);
}
END_TEST

int main(void)
{
	const int n = (int)(sizeof(rows) / sizeof(rows[0]));
	Suite *s = suite_create("case_judge");
	TCase *t = tcase_create("case_judge");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, in_the_container, 0, n);
	tcase_add_loop_test(t, on_the_host, 0, n);
	tcase_add_loop_test(t, before_the_case, 0, n);
	suite_add_tcase(s, t);
	return suite_run(s);
}
