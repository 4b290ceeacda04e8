/* SPDX-License-Identifier: Apache-2.0 */
/* Plans of namespaces and mappings; what makes or needs another namespace runs as root alone. */
#include "idmap.h"
#include "namespace.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLONE_TIME 0x80

static struct cfg_doc *doc;
static struct ns_plan plan;
static struct ns_ahead not_ahead = NS_AHEAD_INIT;
static struct err e;

/* @linux_text: the linux object. */
static int make(const char *linux_text)
{
	char *text = NULL;
	int r, n;

	n = asprintf(&text, "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"linux\":%s}",
		     linux_text);
	ck_assert_int_gt(n, 0);
	e = (struct err){0};
	r = cfg_parse(CFG_CONFIG, text, (size_t)n, &doc, NULL, &e);
	ck_assert_msg(r == 0, "%s", e.msg);
	free(text);
	return ns_plan_make(doc, doc->config->linux, &plan, &e);
}

static void done(void)
{
	ns_plan_done(&plan);
	cfg_doc_free(doc);
	doc = NULL;
}

START_TEST(test_inherits_by_default)
{
	ck_assert_int_eq(make("{}"), 0);
	for (int t = 0; t < NS_COUNT; t++)
		ck_assert(!ns_plan_own(&plan, t));
	ck_assert_uint_eq(ns_plan_clone_flags(&plan), 0);
	ck_assert(!ns_plan_staged(&plan));
	done();
}
END_TEST

START_TEST(test_one_clone_makes_the_new_ones)
{
	ck_assert_int_eq(make("{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\"},{"
			      "\"type\":\"mount\"},"
			      "{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"cgroup\"},{"
			      "\"type\":\"time\"}]}"),
			 0);
	/* the cgroup namespace follows once the cgroup is there, the others ns_unshare() makes */
	ck_assert_uint_eq(ns_plan_clone_flags(&plan), CLONE_NEWPID | CLONE_TIME);
	ck_assert(!ns_plan_staged(&plan));
	done();
}
END_TEST

/* Those that a new user namespace is to own, but for what belongs to who makes it. */
START_TEST(test_one_clone_makes_what_a_user_namespace_owns)
{
	ck_assert_int_eq(make("{\"namespaces\":[{\"type\":\"user\"},{\"type\":\"pid\"},{\"type\":"
			      "\"network\"},"
			      "{\"type\":\"mount\"},{\"type\":\"ipc\"},{\"type\":\"uts\"}],"
			      "\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1}],"
			      "\"gidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1}]}"),
			 0);
	ck_assert_uint_eq(ns_plan_clone_flags(&plan),
			  CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS);
	ck_assert_int_eq(ns_unshare(&plan, &not_ahead, NULL), 0);
	done();
}
END_TEST

static ino_t ns_inode(const char *name)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

/* In a process of its own: 0 as exit code where exactly the namespaces that are asked for are
 * others than before. */
static int unshares(void *arg)
{
	ino_t net = ns_inode("net"), ipc = ns_inode("ipc"), uts = ns_inode("uts");
	ino_t mnt = ns_inode("mnt"), cgroup = ns_inode("cgroup");

	(void)arg;
	if (!net || !ipc || !uts || !mnt || ns_unshare(&plan, &not_ahead, NULL) < 0)
		return 1;
	return ns_inode("net") == net || ns_inode("ipc") == ipc || ns_inode("mnt") == mnt ||
	       ns_inode("uts") != uts || ns_inode("cgroup") != cgroup;
}

START_TEST(test_the_first_process_makes_what_the_clone_leaves)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;

	s.run = unshares;
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(make("{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\"},{"
			      "\"type\":\"mount\"},{\"type\":\"ipc\"},{\"type\":\"cgroup\"}]}"),
			 0);
	ck_assert_msg(proc_spawn(&s, &p, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, -1), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
	done();
}
END_TEST

START_TEST(test_what_needs_a_stage)
{
	ck_assert_int_eq(make("{\"namespaces\":[{\"type\":\"time\"}],\"timeOffsets\":{\"boottime\":"
			      "{\"secs\":1}}}"),
			 0);
	ck_assert(ns_plan_staged(&plan));
	ck_assert_uint_eq(ns_plan_clone_flags(&plan), 0);
	done();
}
END_TEST

static int make_with_path(int type, const char *path)
{
	cleanup_free char *text = str_format("{\"namespaces\":[{\"type\":\"%s\",\"path\":\"%s\"}]}",
					     cfg_enum_name_ns_type(type), path);

	return make(text);
}

/* What is the runtime's own is inherited, whatever the entry says; setns(2) would refuse the user
 * namespace that one is in. */
START_TEST(test_own_by_path)
{
	for (int t = 0; t < NS_COUNT; t++) {
		bool later = t == CFG_NS_PID || t == CFG_NS_TIME;
		cleanup_free char *path = str_format("/proc/self/ns/%s%s", ns_link_name(t),
						     later ? "_for_children" : "");

		ck_assert_msg(make_with_path(t, path) == 0, "%s", e.msg);
		ck_assert_msg(plan.mode[t] == NS_INHERIT, "%s is %d", path, plan.mode[t]);
		ck_assert_int_lt(plan.fd[t], 0);
		ck_assert(!ns_plan_staged(&plan));
		done();
	}
}
END_TEST

START_TEST(test_another_by_path)
{
	static const int types[] = {CFG_NS_PID, CFG_NS_NETWORK, CFG_NS_MOUNT,
				    CFG_NS_IPC, CFG_NS_UTS,	CFG_NS_USER};
	pid_t pid = proc_clone(CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC |
				       CLONE_NEWUTS | CLONE_NEWUSER,
			       FD_NONE, NULL);

	if (pid == 0)
		for (;;)
			(void)pause();
	ck_assert_int_gt(pid, 0);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		int t = types[i];
		cleanup_free char *path = str_format("/proc/%d/ns/%s", (int)pid, ns_link_name(t));

		ck_assert_msg(make_with_path(t, path) == 0, "%s", e.msg);
		ck_assert_msg(plan.mode[t] == NS_JOIN, "%s is %d", path, plan.mode[t]);
		ck_assert_int_ge(plan.fd[t], 0);
		ck_assert(ns_plan_staged(&plan) == (t == CFG_NS_PID || t == CFG_NS_USER));
		done();
	}
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, __WALL), pid);
}
END_TEST

START_TEST(test_refusals)
{
	static const struct {
		const char *linux_text, *words;
	} rows[] = {
		{"{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"pid\"}]}", "twice"},
		{"{\"namespaces\":[{\"type\":\"uts\",\"path\":\"/proc/self/ns/ipc\"}]}",
		 "not a namespace of type uts"},
		{"{\"namespaces\":[{\"type\":\"uts\",\"path\":\"/dev/null\"}]}", "not a namespace"},
		{"{\"namespaces\":[{\"type\":\"uts\",\"path\":\"/nonexistent\"}]}", "/nonexistent"},
		{"{\"namespaces\":[{\"type\":\"uts\",\"path\":\"proc/self/ns/uts\"}]}",
		 "not absolute"},
		{"{\"namespaces\":[{\"type\":\"user\"}]}", "uidMappings"},
		{"{\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]}",
		 "without a user namespace"},
		{"{\"timeOffsets\":{\"boottime\":{\"secs\":1}}}", "without a new time namespace"},
		{"{\"namespaces\":[{\"type\":\"time\"}],\"timeOffsets\":{\"realtime\":{\"secs\":1}}"
		 "}",
		 "realtime"},
		{"{\"namespaces\":[{\"type\":\"time\"}],\"timeOffsets\":{\"boottime\":{"
		 "\"nanosecs\":1000000000}}}",
		 "second"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_msg(make(rows[i].linux_text) < 0, "%s", rows[i].linux_text);
		ck_assert_msg(strstr(e.msg, rows[i].words), "%s: %s", rows[i].linux_text, e.msg);
		done();
	}
}
END_TEST

START_TEST(test_id_mappings)
{
	struct cfg_id_mapping items[] = {{.container_id = 10, .host_id = 1000, .size = 5},
					 {.container_id = 4294967290, .host_id = 7, .size = 5}};
	struct cfg_id_mapping_list list = {.items = items, .count = 2}, none = {0};
	char *text = idmap_format(&list);

	ck_assert_str_eq(text, "10 1000 5\n4294967290 7 5\n");
	free(text);
	text = idmap_format(&none);
	ck_assert_str_eq(text, "");
	free(text);
	ck_assert_int_eq(idmap_to_host(&list, 9), -1);
	ck_assert_int_eq(idmap_to_host(&list, 10), 1000);
	ck_assert_int_eq(idmap_to_host(&list, 14), 1004);
	ck_assert_int_eq(idmap_to_host(&list, 15), -1);
	ck_assert_int_eq(idmap_to_host(&list, 4294967294), 11);
	ck_assert_int_eq(idmap_to_host(&none, 0), -1);
	ck_assert_uint_eq(idmap_first_id(&list), 10);
	items[1].container_id = 0;
	ck_assert_uint_eq(idmap_first_id(&list), 0);
	ck_assert_uint_eq(idmap_first_id(&none), 0);
	/* as the kernel writes it */
	text = str_format("%10u %10u %10u\n%10u %10u %10u\n", 0, 1000, 1, 1, 100000, 65536);
	ck_assert_int_eq(idmap_outside(text, 0), 1000);
	ck_assert_int_eq(idmap_outside(text, 1), 100000);
	ck_assert_int_eq(idmap_outside(text, 65536), 165535);
	ck_assert_int_eq(idmap_outside(text, 65537), -1);
	ck_assert_int_eq(idmap_outside("", 0), -1);
	free(text);
}
END_TEST

#define ID(inside, outside, n)                                                                     \
	{                                                                                          \
		.container_id = (inside), .host_id = (outside), .size = (n)                        \
	}

/* Lists of "inside outside size", and whether the text of the kernel is the same. */
START_TEST(test_same_mappings)
{
	static const struct {
		struct cfg_id_mapping items[2];
		size_t count;
		const char *text;
		bool same;
	} rows[] = {
		{{ID(0, 100000, 65536)}, 1, "         0     100000      65536\n", true},
		{{ID(0, 100000, 10), ID(10, 100010, 5)}, 2, "0 100000 15\n", true},
		{{ID(0, 100000, 15)}, 1, "10 100010 5\n0 100000 10\n", true},
		{{ID(10, 1000, 5), ID(0, 7, 1)}, 2, "0 7 1\n10 1000 5\n", true},
		{{ID(0, 100001, 65536)}, 1, "0 100000 65536\n", false},
		{{ID(0, 100000, 65535)}, 1, "0 100000 65536\n", false},
		{{ID(0, 100000, 65536)}, 1, "0 100000 65535\n", false},
		{{ID(0, 100000, 10), ID(10, 100011, 5)}, 2, "0 100000 15\n", false},
		{{ID(1, 100000, 5)}, 1, "0 100000 5\n", false},
		{{ID(0, 0, 1)}, 1, "", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cfg_id_mapping items[2];
		struct cfg_id_mapping_list list = {.items = items, .count = rows[i].count};

		for (size_t k = 0; k < 2; k++)
			items[k] = rows[i].items[k];
		ck_assert_msg(idmap_is_same(&list, rows[i].text) == rows[i].same, "row %zu", i);
	}
}
END_TEST

/* As podman without privileges calls a runtime. */
static int become_root_of_a_namespace(void *arg)
{
	(void)arg;
	if (setresuid(1234, 1234, 1234) < 0 || idmap_own_uid_outside() != 1234)
		return 1;
	/* changing the user has taken that the files of /proc are one's own */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 || unshare(CLONE_NEWUSER) < 0)
		return 77;
	if (fd_write_file_at(AT_FDCWD, "/proc/self/uid_map", "0 1234 1", 8, NULL) < 0)
		return 2;
	return geteuid() == 0 && idmap_own_uid_outside() == 1234 ? 0 : 3;
}

START_TEST(test_uid_outside)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;
	struct err why = {0};
	int code;

	s.run = become_root_of_a_namespace;
	ck_assert_int_eq(proc_spawn(&s, &p, &why), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	code = proc_exit_code(&p);
	proc_done(&p);
	ck_assert_msg(code == 0 || code == 77, "%d", code);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("namespace");
	Suite *s = suite_create("namespace");

	tcase_add_test(c, test_inherits_by_default);
	tcase_add_test(c, test_one_clone_makes_the_new_ones);
	tcase_add_test(c, test_one_clone_makes_what_a_user_namespace_owns);
	tcase_add_test(c, test_the_first_process_makes_what_the_clone_leaves);
	tcase_add_test(c, test_what_needs_a_stage);
	tcase_add_test(c, test_own_by_path);
	if (geteuid() == 0) {
		tcase_add_test(c, test_another_by_path);
		tcase_add_test(c, test_uid_outside);
	}
	tcase_add_test(c, test_refusals);
	tcase_add_test(c, test_id_mappings);
	tcase_add_test(c, test_same_mappings);
	suite_add_tcase(s, c);
	return suite_run(s);
}
