/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of real cgroups share. */
#ifndef RUNTIME_TESTS_CGROUP_FIXTURE_H
#define RUNTIME_TESTS_CGROUP_FIXTURE_H

#include "cgroup_internal.h"

#include "cleanup.h"
#include "guard.h"
#include "proc.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static struct cfg_doc *config(const char *path, const char *resources)
{
	cleanup_free char *text =
		str_format("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},"
			   "\"linux\":{\"cgroupsPath\":\"%s\",\"resources\":%s}}",
			   path, resources);
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_msg(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, &e) >= 0, "%s", e.msg);
	return d;
}

/* Below one directory of the whole program's, which the guardian removes behind a failed test. */
static char *top;

static char *test_path(const char *leaf)
{
	return str_format("%s/%s", top, leaf);
}

static struct cgroup *plan(const struct cfg_doc *d)
{
	struct cgroup *cg = NULL;
	struct err e = {0};

	ck_assert_msg(cgroup_plan(d, "refrun-test", false, &cg, &e) >= 0, "%s", e.msg);
	ck_assert(cg->count > 0 && !cg->disabled);
	return cg;
}

/* What the state file has of it. */
static struct json *state_of(const struct cgroup *cg)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct json *j = NULL;
	struct err e = {0};

	cgroup_put_json(cg, NULL, &b);
	ck_assert(!b.oom);
	ck_assert_msg(json_parse(b.buf, b.len, &j, &e) == 0, "%s", e.msg);
	return j;
}

static bool exists(const struct cgroup_hierarchy *h, const char *path)
{
	cleanup_free char *full = str_format("%s%s", h->mountpoint, path);

	return access(full, F_OK) == 0;
}

static void expect_gone(const struct cgroup *cg)
{
	for (size_t i = 0; i < cg->count; i++)
		ck_assert_msg(!exists(&cg->items[i], top), "%s%s is left", cg->items[i].mountpoint,
			      top);
}

static const struct cgroup_hierarchy *with(const struct cgroup *cg, const char *controller)
{
	for (size_t i = 0; i < cg->count; i++)
		if (cgroup_has_controller(cg->items[i].controllers, controller))
			return &cg->items[i];
	return NULL;
}

static int sleeper(void *arg)
{
	(void)arg;
	while (pause() < 0)
		;
	return 0;
}

static void spawn(struct proc *p)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	s.run = sleeper;
	ck_assert_msg(proc_spawn(&s, p, &e) >= 0, "%s", e.msg);
}

#endif
