/* SPDX-License-Identifier: Apache-2.0 */
/* A process document, and a child that acts on it: what the tests of processes share. */
#ifndef RUNTIME_TESTS_PROCESS_FIXTURE_H
#define RUNTIME_TESTS_PROCESS_FIXTURE_H

#include "idmap.h"
#include "process.h"

#include "cleanup.h"
#include "proc.h"

#include <check.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static struct cfg_doc *parse(const char *process, const char *linux_members)
{
	cleanup_free char *text = str_format(
		"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\","
		"\"user\":{\"uid\":0,\"gid\":0}%s%s},\"linux\":{%s}}",
		*process ? "," : "", process, linux_members);
	struct cfg_doc *d = NULL;
	struct err e = {0};

	/* members that come twice are the test's own */
	ck_assert_msg(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, &e) >= 0, "%s: %s", text,
		      e.msg);
	return d;
}

struct child {
	const struct cfg_doc *doc;
	int (*act)(const struct cfg_doc *d, struct err *e);
};

static int child_main(void *arg)
{
	struct child *c = arg;
	struct err e = {0};
	int r = c->act(c->doc, &e);

	if (r < 0)
		(void)fd_write_all(2, e.msg, strlen(e.msg));
	return r < 0 ? 100 : r;
}

/* The child's result: 0 and more what @act returned, 100 for an error, whose words go to @why. */
static int in_child(const struct cfg_doc *doc, int (*act)(const struct cfg_doc *, struct err *),
		    char **why)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct child c = {.doc = doc, .act = act};
	cleanup_free char *text = NULL;
	struct err e = {0};
	int r;

	s.run = child_main;
	s.run_arg = &c;
	r = proc_run(&s, 20000, 4096, NULL, &text, &e);
	ck_assert_msg(r >= 0, "%s", e.msg);
	if (why)
		*why = take_ptr(&text);
	else
		ck_assert_msg(r != 100, "%s", text);
	return r;
}

static void expect_error(const struct cfg_doc *doc,
			 int (*act)(const struct cfg_doc *, struct err *), const char *words)
{
	cleanup_free char *why = NULL;

	ck_assert_int_eq(in_child(doc, act, &why), 100);
	ck_assert_msg(strstr(why, words) != NULL, "%s", why);
}

#endif
