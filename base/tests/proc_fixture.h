/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of children share: shells. */
#ifndef TESTS_PROC_FIXTURE_H
#define TESTS_PROC_FIXTURE_H

#include "proc.h"

#include "cleanup.h"
#include "fd.h"
#include "sandbox.h"
#include "str.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 20000 /* never reached unless something is broken */
#define SH(...) ((char *[]){(char *)"sh", (char *)"-c", (char *)__VA_ARGS__, NULL})
#define OUT_MAX 65536

static struct proc_spawn shell(char *const argv[])
{
	struct proc_spawn s = PROC_SPAWN_INIT;

	s.path = "/bin/sh";
	s.argv = argv;
	return s;
}

static void assert_prints(const struct proc_spawn *s, int code, const char *out, const char *err)
{
	cleanup_free char *got_out = NULL, *got_err = NULL;
	struct err e = {0};
	int r = proc_run(s, LONG_MS, OUT_MAX, &got_out, &got_err, &e);

	ck_assert_msg(r == code, "%d: %s", r, e.msg);
	ck_assert_str_eq(got_out, out);
	ck_assert_str_eq(got_err, err);
}

static void ignore_signal(int sig)
{
	(void)sig;
}

#endif
