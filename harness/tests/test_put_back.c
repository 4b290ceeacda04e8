/* SPDX-License-Identifier: Apache-2.0 */
/* What is the host's, and neither a sysctl nor a process: who puts it back when the case that has
 * changed it cannot. The options of cgroup2 are those of the whole machine, so this runs alone. */
#include "cleanup.h"
#include "guard.h"
#include "owned.h"
#include "proc.h"
#include "resctrl.h"
#include "scheduler.h"
#include "session.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPTION	"memory_localevents"
#define LONG_MS 20000

static struct hx_session session;
static char *place; /* of another mount of the file system */
static const char *other;

/* Whoever mounts it anew sets the options of all its mounts, unless he is in a cgroup namespace. */
static void disturb(void)
{
	(void)mount("none", place, "cgroup2", 0, other);
	(void)umount2(place, MNT_DETACH);
}

static char *options_now(void)
{
	struct hx_cgroup2 now = {0};

	ck_assert_int_eq(hx_cgroup2_read(&now, NULL), 1);
	free(now.path);
	return now.options;
}

/* Whether there is something here to disturb; the session knows how it was. */
static bool prepare(void)
{
	cleanup_free char *now = NULL;
	bool changed;

	place = str_format("%s/cgroup2", guard_dir());
	if (unshare(CLONE_NEWNS) < 0)
		return false;
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	(void)mkdir(place, 0755);
	if (hx_cgroup2_read(&session.cgroup2, NULL) != 1)
		return false;
	other = strstr(session.cgroup2.options, OPTION) ? "" : OPTION;
	disturb();
	now = options_now();
	changed = !str_eq(now, session.cgroup2.options);
	ck_assert_int_eq(hx_cgroup2_put_back(&session.cgroup2, NULL), changed);
	return changed;
}

static void assert_as_before(void)
{
	cleanup_free char *now = options_now();

	/* whatever has failed, not the host */
	(void)hx_cgroup2_put_back(&session.cgroup2, NULL);
	ck_assert_str_eq(now, session.cgroup2.options);
}

START_TEST(by_whoever_knows_how_it_was)
{
	struct err e = {0};

	if (!prepare())
		return;
	assert_as_before();
	ck_assert_int_eq(hx_cgroup2_put_back(&session.cgroup2, &e), 0);
	disturb();
	ck_assert_msg(hx_cgroup2_put_back(&session.cgroup2, &e) == 1, "%s", e.msg);
	assert_as_before();
}
END_TEST

/* At the end of a run, and by its guardian. */
START_TEST(with_all_that_the_run_leaves)
{
	if (!prepare())
		return;
	(void)snprintf(session.host.run, sizeof(session.host.run), "conform-test-%d", getpid());
	disturb();
	hx_session_clean(&session);
	assert_as_before();
}
END_TEST

static bool count(void *arg, const struct hx_job *job, struct rep_result *res)
{
	int *broken = arg;

	(void)job;
	*broken += res->verdict == VERDICT_BROK;
	return true;
}

/* The process of the case has been killed, by a runtime here, and cannot do it itself. */
START_TEST(after_a_case_that_was_killed)
{
	static volatile int stop;
	struct conform_case def = {.title = "t"};
	const struct conform_entry entry = {.id = "a/b", .def = &def};
	const struct hx_job job = {.entry = &entry};
	CLEANUP(hx_runtime_done) struct hx_runtime rt = {0};
	cleanup_free char *script = NULL;
	int broken = 0;
	struct hx_sched s = {.session = &session,
			     .runtimes = &rt,
			     .nruntimes = 1,
			     .jobs = &job,
			     .njobs = 1,
			     .parallel = 1,
			     .ungated = true,
			     .done = count,
			     .arg = &broken,
			     .stop = &stop};

	if (!prepare())
		return;
	script = str_format("mount -t cgroup2 -o '%s' none '%s'; kill -KILL $PPID", other, place);
	/* asked before anything else, as in test_scheduler.c */
	def.needs.subcommand = script;
	session.self = "conform";
	session.timeout_ms = LONG_MS;
	session.target = 3;
	session.owned = hx_owned_new();
	ck_assert_ptr_nonnull(session.owned);
	ck_assert_int_eq(hx_runtime_parse("/bin/sh,arg=-c", &rt, NULL), 0);
	ck_assert_int_eq(hx_sched_run(&s, NULL), 0);
	ck_assert_int_eq(broken, 1);
	assert_as_before();
}
END_TEST

static const struct {
	const char *name;
	bool of_case, of_run; /* of conform-7-x-1, of conform-7-x */
} classes[] = {
	{"conform-7-x-1", true, true},	  {"conform-7-x-1-class", true, true},
	{"conform-7-x-12", false, true},  {"conform-7-x", false, true},
	{"conform-7-xy-1", false, false}, {"conform-77-x-1", false, false},
	{"info", false, false},		  {"a-conform-7-x-1", false, false},
};
#define CLASSES (sizeof(classes) / sizeof(*classes))

/* In directories that stand for classes. */
START_TEST(classes_of_resctrl)
{
	static const char *const below[] = {"", "/mon_groups"};
	cleanup_free char *root = str_format("%s/resctrl%d", guard_dir(), _i);
	cleanup_free char *groups = str_format("%s/mon_groups", root);

	ck_assert_int_eq(mkdir(root, 0755), 0);
	ck_assert_int_eq(mkdir(groups, 0755), 0);
	for (size_t i = 0; i < 2 * CLASSES; i++) {
		cleanup_free char *path =
			str_format("%s%s/%s", root, below[i % 2], classes[i / 2].name);

		ck_assert_int_eq(mkdir(path, 0755), 0);
	}
	hx_resctrl_remove(root, _i == 0 ? "" : _i == 1 ? "conform-7-x-1" : "conform-7-x");
	for (size_t i = 0; i < 2 * CLASSES; i++) {
		cleanup_free char *path =
			str_format("%s%s/%s", root, below[i % 2], classes[i / 2].name);
		bool gone = _i == 0   ? false
			    : _i == 1 ? classes[i / 2].of_case
				      : classes[i / 2].of_run;

		ck_assert_msg((access(path, F_OK) < 0) == gone, "%s", path);
	}
	hx_resctrl_remove("/nonexistent", "conform-7-x");
}
END_TEST

/* The kernel fills up with zeros and blanks; of four domains only one has been written to. */
START_TEST(schemata_are_read_domain_by_domain)
{
	static const char text[] = "    MB:0= 50;1=100;2=100;3=100\n"
				   "    L3:0=ffff;1=0003;2=03ff;3=0000\nno line of it\n";
	CLEANUP(json_freep) struct json *all = hx_resctrl_schemata(text);
	CLEANUP(json_freep) struct json *none = hx_resctrl_schemata("");
	static const struct {
		const char *pointer, *value;
	} want[] = {{"/MB/0", "50"}, {"/MB/3", "100"}, {"/L3/0", "ffff"},
		    {"/L3/1", "3"},  {"/L3/2", "3ff"}, {"/L3/3", "0"}};

	ck_assert_uint_eq(all->count, 2);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		ck_assert_str_eq(json_string(json_at(all, want[i].pointer)), want[i].value);
	ck_assert_uint_eq(none->count, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("put_back");
	TCase *t = tcase_create("put_back");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, by_whoever_knows_how_it_was);
	tcase_add_test(t, with_all_that_the_run_leaves);
	tcase_add_test(t, after_a_case_that_was_killed);
	tcase_add_loop_test(t, classes_of_resctrl, 0, 3);
	tcase_add_test(t, schemata_are_read_domain_by_domain);
	suite_add_tcase(s, t);
	return suite_run(s);
}
