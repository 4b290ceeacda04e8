/* SPDX-License-Identifier: Apache-2.0 */
/* Each attribute is set in a child, which then asks the kernel what it got. */
#include "process_fixture.h"
#include "suite.h"

#define BIT(cap) (1ull << (cap))

/* ---- capabilities ---- */

static void count_warning(void *arg, const char *text)
{
	ck_assert_ptr_nonnull(strstr(text, "process.capabilities."));
	++*(int *)arg;
}

START_TEST(capability_names)
{
	const char *const *n = process_capability_names();

	ck_assert_str_eq(n[CAP_CHOWN], "CAP_CHOWN");
	ck_assert_str_eq(n[CAP_SYS_ADMIN], "CAP_SYS_ADMIN");
	ck_assert_str_eq(n[CAP_SETFCAP], "CAP_SETFCAP");
	ck_assert_str_eq(n[CAP_CHECKPOINT_RESTORE], "CAP_CHECKPOINT_RESTORE");
	ck_assert_ptr_null(n[CAP_CHECKPOINT_RESTORE + 1]);
}
END_TEST

START_TEST(capabilities_resolve)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		parse("\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\",\"CAP_OF_2077\"],"
		      "\"permitted\":[\"CAP_CHOWN\",\"CAP_KILL\"],\"effective\":[\"CAP_CHOWN\","
		      "\"CAP_FOWNER\"],\"inheritable\":[\"CAP_CHOWN\",\"CAP_MKNOD\"],"
		      "\"ambient\":[\"CAP_CHOWN\",\"CAP_KILL\",\"cap_chown\"]}",
		      "");
	struct process_caps c;
	struct err e = {0};
	int warnings = 0;

	ck_assert_int_eq(process_caps_resolve(d->config->process->capabilities, false, &c,
					      count_warning, &warnings, &e),
			 0);
	ck_assert_uint_eq(c.bounding, BIT(CAP_CHOWN) | BIT(CAP_KILL));
	ck_assert_uint_eq(c.permitted, BIT(CAP_CHOWN) | BIT(CAP_KILL));
	ck_assert_uint_eq(c.effective, BIT(CAP_CHOWN));
	ck_assert_uint_eq(c.inheritable, BIT(CAP_CHOWN));
	ck_assert_uint_eq(c.ambient, BIT(CAP_CHOWN));
	ck_assert_int_eq(warnings, 5);
	ck_assert_int_eq(process_caps_resolve(NULL, false, &c, count_warning, &warnings, &e), 0);
	ck_assert_uint_eq(c.bounding | c.permitted | c.effective | c.inheritable | c.ambient, 0);
	ck_assert_int_eq(warnings, 5);
}
END_TEST

static int act_caps(const struct cfg_doc *d, struct err *e)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	struct process_caps c;
	int r = process_caps_resolve(d->config->process->capabilities, false, &c, NULL, NULL, e);

	/* a dirty caller */
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
		return 9;
	if (r >= 0)
		r = process_drop_bounding(&c, e);
	if (r >= 0)
		r = process_set_user(d, d->config->process->user, false, e);
	/* still privileged, for what is left to do */
	if (r >= 0 &&
	    (syscall(SYS_capget, &head, data) < 0 || !(data[0].effective & BIT(CAP_SYS_ADMIN))))
		return 8;
	if (r >= 0)
		r = process_set_caps(&c, e);
	if (r < 0)
		return r;
	if (prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) != 0 || prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0) != 0)
		return 1;
	if (syscall(SYS_capget, &head, data) < 0 || data[0].permitted != c.permitted ||
	    data[0].effective != c.effective || data[0].inheritable != c.inheritable ||
	    data[1].permitted)
		return 2;
	for (int i = 0; i < 41; i++) {
		if (prctl(PR_CAPBSET_READ, (long)i, 0, 0, 0) != !!(c.bounding & BIT(i)))
			return 3;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (long)i, 0, 0) !=
		    !!(c.ambient & BIT(i)))
			return 4;
	}
	return 0;
}

START_TEST(capabilities_apply)
{
	static const char *const sets =
		"\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\"],\"permitted\":"
		"[\"CAP_CHOWN\",\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"],\"inheritable\":"
		"[\"CAP_KILL\"],\"ambient\":[\"CAP_KILL\"]}";
	CLEANUP(cfg_doc_freep) struct cfg_doc *root = parse(sets, "");
	CLEANUP(cfg_doc_freep) struct cfg_doc *none = parse("", "");

	ck_assert_int_eq(in_child(root, act_caps, NULL), 0);
	root->config->process->user->uid = 1000;
	root->config->process->user->gid = 1000;
	ck_assert_int_eq(in_child(root, act_caps, NULL), 0);
	ck_assert_int_eq(in_child(none, act_caps, NULL), 0);
}
END_TEST

/* Without CAP_SETPCAP the kernel says EPERM of every number, also of those that no capability has.
 */
static int act_without_setpcap(const struct cfg_doc *d, struct err *e)
{
	static const struct process_caps kill = {.bounding = BIT(CAP_KILL)}, none = {0};
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};
	int r = process_drop_bounding(&kill, e);

	(void)d;
	if (r < 0)
		return r;
	if (syscall(SYS_capset, &head, data) < 0)
		return 1;
	r = process_drop_bounding(&kill, e);
	if (r < 0)
		return r;
	r = process_drop_bounding(&none, e);
	if (r != -EPERM || !strstr(e->msg, "drop CAP_KILL"))
		return 2;
	return 0;
}

START_TEST(bounding_without_setpcap)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");

	ck_assert_int_eq(in_child(d, act_without_setpcap, NULL), 0);
}
END_TEST

/* ---- user ---- */

static int act_user(const struct cfg_doc *d, struct err *e)
{
	static const gid_t callers[] = {4242, 4243};
	uid_t ids[3];
	gid_t groups[8];
	int r;

	if (syscall(SYS_setgroups, 2, callers) < 0)
		return 9;
	(void)umask(0027);
	r = process_set_user(d, d->config->process->user, false, e);
	if (r < 0)
		return r;
	if (getresuid(&ids[0], &ids[1], &ids[2]) < 0 || ids[0] != 1000 || ids[1] != 1000 ||
	    ids[2] != 1000 || getegid() != 1001)
		return 1;
	if (getgroups(8, groups) != 2 || groups[0] != 5 || groups[1] != 6)
		return 2;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 3;
	return umask(0) == (d->config->process->user->has_umask ? 0077 : 0027) ? 0 : 4;
}

static int act_deny_setgroups(const struct cfg_doc *d, struct err *e)
{
	return process_set_user(d, d->config->process->user, true, e);
}

START_TEST(users)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");
	uint32_t gids[] = {5, 6};
	struct cfg_user *u = d->config->process->user;

	u->uid = 1000;
	u->gid = 1001;
	u->additional_gids.items = gids;
	u->additional_gids.count = 2;
	ck_assert_int_eq(in_child(d, act_user, NULL), 0);
	u->has_umask = true;
	u->umask = 63;
	ck_assert_int_eq(in_child(d, act_user, NULL), 0);
	expect_error(d, act_deny_setgroups, "additionalGids");
	gids[1] = 1001;
	expect_error(d, act_deny_setgroups, "additionalGids");
	gids[0] = 1001;
	ck_assert_int_eq(in_child(d, act_deny_setgroups, NULL), 0);
	u->additional_gids.items = NULL;
	u->additional_gids.count = 0;
	ck_assert_int_eq(in_child(d, act_deny_setgroups, NULL), 0);
}
END_TEST

/* ---- limits ---- */

static int act_rlimits(const struct cfg_doc *d, struct err *e)
{
	struct rlimit l;
	int r = process_raise_rlimits(d, d->config->process, e);

	if (r < 0)
		return r;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_max == 100)
		return 1;
	r = process_set_rlimits(d, d->config->process, false, e);
	if (r < 0)
		return r;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur == 50 || l.rlim_max == 100)
		return 4;
	r = process_set_rlimits(d, d->config->process, true, e);
	if (r < 0)
		return r;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur != 50 || l.rlim_max != 100)
		return 2;
	return getrlimit(RLIMIT_CORE, &l) < 0 || l.rlim_cur != 0 || l.rlim_max != 0 ? 3 : 0;
}

static int act_set_rlimits(const struct cfg_doc *d, struct err *e)
{
	return process_set_rlimits(d, d->config->process, false, e);
}

static int act_raise_rlimits(const struct cfg_doc *d, struct err *e)
{
	struct rlimit l = {100, 100};

	if (setrlimit(RLIMIT_NOFILE, &l) < 0)
		return 1;
	/* without the capability; dropping it takes a change of the sets that we may make */
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	if (syscall(SYS_capset, &head, none) < 0)
		return 2;
	return process_raise_rlimits(d, d->config->process, e);
}

START_TEST(rlimits)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = parse("\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":50,\"hard\":"
				  "100},{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0}]",
				  "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *twice =
		parse("\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0},"
		      "{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0}]",
		      "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *swapped =
		parse("\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":2,\"hard\":1}]", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *more =
		parse("\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":50,\"hard\":101}]", "");

	ck_assert_int_eq(in_child(d, act_rlimits, NULL), 0);
	expect_error(twice, act_set_rlimits, "rlimits[1]");
	expect_error(swapped, act_set_rlimits, "/process/rlimits/0/soft");
	expect_error(more, act_raise_rlimits, "/process/rlimits/0/hard");
}
END_TEST

/* ---- scheduling ---- */

static int act_scheduler(const struct cfg_doc *d, struct err *e)
{
	const struct cfg_scheduler *s = d->config->process->scheduler;
	int r = process_set_scheduler(d, d->config->process, e), got;

	if (r < 0)
		return r;
	got = sched_getscheduler(0);
	if (s->flags.count && !(got & SCHED_RESET_ON_FORK))
		return 1;
	got &= ~SCHED_RESET_ON_FORK;
	if (got != (s->policy == CFG_SCHED_BATCH  ? SCHED_BATCH
		    : s->policy == CFG_SCHED_IDLE ? SCHED_IDLE
						  : SCHED_OTHER))
		return 2;
	return getpriority(PRIO_PROCESS, 0) == s->nice ? 0 : 3;
}

START_TEST(scheduler)
{
	static const char *const good[] = {
		"\"scheduler\":{\"policy\":\"SCHED_BATCH\",\"nice\":5}",
		"\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":-3}",
		("\"scheduler\":{\"policy\":\"SCHED_IDLE\","
		 "\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\"]}"),
		"\"scheduler\":{\"policy\":\"SCHED_OTHER\"}",
	};
	static const struct {
		const char *text, *words;
	} bad[] = {
		{"\"scheduler\":{\"policy\":\"SCHED_ISO\"}", "SCHED_ISO"},
		{"\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":20}", "/scheduler/nice"},
		{"\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"priority\":1}", "/process/scheduler"},
		{"\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"priority\":100}", "SCHED_FIFO"},
		{"\"scheduler\":{\"policy\":\"SCHED_DEADLINE\"}", "SCHED_DEADLINE"},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse(good[i], "");

		ck_assert_int_eq(in_child(d, act_scheduler, NULL), 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse(bad[i].text, "");

		expect_error(d, act_scheduler, bad[i].words);
	}
}
END_TEST

static int act_io_priority(const struct cfg_doc *d, struct err *e)
{
	int r = process_set_io_priority(d, d->config->process, e);

	return r < 0 ? r : syscall(SYS_ioprio_get, 1, 0) == (2 << 13 | 3) ? 0 : 1;
}

START_TEST(io_priority)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		parse("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":3}", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *bad =
		parse("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":8}", "");

	ck_assert_int_eq(in_child(d, act_io_priority, NULL), 0);
	expect_error(bad, act_io_priority, "/process/ioPriority/priority");
}
END_TEST

static int act_personality(const struct cfg_doc *d, struct err *e)
{
	int r = process_set_personality(d, d->config->linux->personality, e);

	return r < 0 ? r : personality(0xffffffff) == PER_LINUX32 ? 0 : 1;
}

START_TEST(personalities)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = parse("", "\"personality\":{\"domain\":\"LINUX32\"}");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *bad = parse("", "\"personality\":{\"domain\":\"LINUX\",\"flags\":[\"X\"]}");

	ck_assert_int_eq(in_child(d, act_personality, NULL), 0);
	expect_error(bad, act_personality, "/linux/personality/flags/0");
}
END_TEST

static int act_memory_policy(const struct cfg_doc *d, struct err *e)
{
	int r = process_set_memory_policy(d, d->config->linux->memory_policy, e), mode = -1;
	unsigned long mask[32] = {0};

	if (r < 0)
		return r;
	if (syscall(SYS_get_mempolicy, &mode, mask, 1024L, 0L, 0L) < 0)
		return 2;
	return mode == 2 /* MPOL_BIND */ && mask[0] == 1 ? 0 : 1;
}

/* which exclude each other */
#define BOTH_FLAGS                                                                                 \
	"{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_STATIC_NODES\","              \
	"\"MPOL_F_RELATIVE_NODES\"]}"

START_TEST(memory_policies)
{
	static const struct {
		const char *text, *words;
	} bad[] = {
		{"{\"mode\":\"MPOL_BIND\"}", "at least one node"},
		{"{\"mode\":\"MPOL_DEFAULT\",\"nodes\":\"0\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"3-1\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"0,\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"9999\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"1000\"}", "/memoryPolicy"},
		{(BOTH_FLAGS), "/memoryPolicy"},
	};
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		parse("", "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-0\"}");

	ck_assert_int_eq(in_child(d, act_memory_policy, NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cleanup_free char *text = str_format("\"memoryPolicy\":%s", bad[i].text);
		CLEANUP(cfg_doc_freep) struct cfg_doc *b = parse("", text);

		expect_error(b, act_memory_policy, bad[i].words);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("process");
	TCase *t = tcase_create("process");

	if (geteuid() != 0)
		return 77;
	tcase_set_timeout(t, 60);
	tcase_add_test(t, capability_names);
	tcase_add_test(t, capabilities_resolve);
	tcase_add_test(t, capabilities_apply);
	tcase_add_test(t, bounding_without_setpcap);
	tcase_add_test(t, users);
	tcase_add_test(t, rlimits);
	tcase_add_test(t, scheduler);
	tcase_add_test(t, io_priority);
	tcase_add_test(t, personalities);
	tcase_add_test(t, memory_policies);
	suite_add_tcase(s, t);
	return suite_run(s);
}
