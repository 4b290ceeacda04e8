/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of linux.resources share. */
#ifndef RUNTIME_TESTS_RESOURCES_FIXTURE_H
#define RUNTIME_TESTS_RESOURCES_FIXTURE_H

#include "cgroup_internal.h"
#include "devices_run.h"

#include "cleanup.h"

#include <check.h>
#include <string.h>

static struct cfg_doc *resources(const char *text)
{
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_msg(cfg_parse(CFG_RESOURCES, text, strlen(text), &d, NULL, &e) >= 0, "%s", e.msg);
	return d;
}

#endif
