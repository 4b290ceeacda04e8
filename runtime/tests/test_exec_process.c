/* SPDX-License-Identifier: Apache-2.0 */
/* What `exec` makes of a process file, or of the container's own process. Needs no privileges, and
 * none of the security modules. */
#include "exec_creation.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char config[] =
	"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\","
	"\"args\":[\"x\"],\"user\":{\"uid\":0,\"gid\":0},\"apparmorProfile\":\"confined\","
	"\"selinuxLabel\":\"system_u:object_r:container_t:s0\","
	"\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":77,\"hard\":88}]}}";

static struct exec x;
static struct rt_exec_options o;
static struct err e;

static void setup(void)
{
	static char *args[] = {NULL, NULL};
	static char program[] = "/program";

	args[0] = program;
	o = (struct rt_exec_options){.args = args};
	x = (struct exec){.o = &o};
	ck_assert_msg(cfg_parse(CFG_CONFIG, config, strlen(config), &x.container_doc, NULL, &e) ==
			      0,
		      "%s", e.msg);
}

static void teardown(void)
{
	if (x.cr.doc != x.container_doc)
		cfg_doc_free(x.cr.doc);
	cfg_doc_free(x.container_doc);
}

/* With the members @more in the process file; NULL: without one. */
static const struct cfg_process *make(const char *more)
{
	char path[] = "/tmp/refrun-test-process.XXXXXX";
	cleanup_free char *text = NULL;
	int fd, r;

	if (more) {
		text = str_format(
			"{\"cwd\":\"/\",\"args\":[\"x\"],\"user\":{\"uid\":0,\"gid\":0}%s}", more);
		fd = mkstemp(path);
		ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
		ck_assert_int_eq(close(fd), 0);
		o.process_file = path;
	}
	r = exec_make_process(&x, &e);
	if (more)
		ck_assert_int_eq(unlink(path), 0);
	ck_assert_msg(r == 0, "%s", e.msg);
	return x.cr.process;
}

/* What says nothing takes nothing away from the container's confinement. */
START_TEST(test_empty_is_as_absent)
{
	static const char *const files[] = {
		NULL, "", ",\"apparmorProfile\":\"\",\"selinuxLabel\":\"\",\"rlimits\":[]"};
	const struct cfg_process *p = make(files[_i]);

	ck_assert_str_eq(p->apparmor_profile, "confined");
	ck_assert_str_eq(p->selinux_label, "system_u:object_r:container_t:s0");
	ck_assert_uint_eq(p->rlimits.count, 1);
	ck_assert_uint_eq(p->rlimits.items[0].soft, 77);
}
END_TEST

START_TEST(test_what_is_said_counts)
{
	const struct cfg_process *p =
		make(",\"apparmorProfile\":\"other\",\"selinuxLabel\":\"a:b:c:s0\","
		     "\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":1,\"hard\":2}]");

	ck_assert_str_eq(p->apparmor_profile, "other");
	ck_assert_str_eq(p->selinux_label, "a:b:c:s0");
	ck_assert_uint_eq(p->rlimits.count, 1);
	ck_assert_uint_eq(p->rlimits.items[0].soft, 1);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("exec_process");
	Suite *s = suite_create("exec_process");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, test_empty_is_as_absent, 0, 3);
	tcase_add_test(c, test_what_is_said_counts);
	suite_add_tcase(s, c);
	return suite_run(s);
}
