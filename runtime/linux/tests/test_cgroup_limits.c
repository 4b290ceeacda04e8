/* SPDX-License-Identifier: Apache-2.0 */
/* Limits of cgroups of this host, for real: written, changed, refused with their place. */
#include "cgroup_fixture.h"
#include "suite.h"

#include <sys/mman.h>

static char *attribute(const struct cgroup *cg, const char *controller, const char *file)
{
	const struct cgroup_hierarchy *h = with(cg, controller);
	cleanup_fd int dir = h ? cgroup_dir_open(h, NULL) : FD_NONE;
	char *text = NULL;

	return dir >= 0 && cgroup_dir_read(dir, file, &text) >= 0 ? text : NULL;
}

static void expect(const struct cgroup *cg, const char *controller, const char *file,
		   const char *want)
{
	cleanup_free char *have = attribute(cg, controller, file);

	ck_assert_msg(str_eq(have, want), "%s: %s, not %s", file, have, want);
}

START_TEST(limits_are_written)
{
	cleanup_free char *path = test_path("limits");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = config(
		path,
		"{\"memory\":{\"limit\":67108864,\"swap\":134217728,\"reservation\":33554432},"
		"\"cpu\":{\"shares\":512,\"quota\":20000,\"period\":50000,\"burst\":1000,"
		"\"cpus\":\"0\",\"mems\":\"0\",\"idle\":0},\"pids\":{\"limit\":0},"
		"\"devices\":[{\"allow\":false,\"access\":\"rwm\"},{\"allow\":true,\"type\":"
		"\"c\",\"major\":10,\"minor\":229,\"access\":\"rw\"}]}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	cleanup_free char *devices = NULL;
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	ck_assert_msg(cgroup_apply(cg, d, d->config->linux->resources, &e) >= 0, "%s", e.msg);
	expect(cg, "memory", "memory.limit_in_bytes", "67108864");
	expect(cg, "memory", "memory.memsw.limit_in_bytes", "134217728");
	expect(cg, "memory", "memory.soft_limit_in_bytes", "33554432");
	expect(cg, "cpu", "cpu.shares", "512");
	expect(cg, "cpu", "cpu.cfs_quota_us", "20000");
	expect(cg, "cpu", "cpu.cfs_period_us", "50000");
	expect(cg, "cpu", "cpu.cfs_burst_us", "1000");
	expect(cg, "cpuset", "cpuset.cpus", "0");
	expect(cg, "pids", "pids.max", "0");
	devices = attribute(cg, "devices", "devices.list");
	ck_assert_ptr_nonnull(strstr(devices, "c 10:229 rw\n"));
	ck_assert_ptr_nonnull(strstr(devices, "c 1:3 rwm"));
	ck_assert_ptr_null(strstr(devices, "a *:*"));
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

/* Limits that the kernel checks against each other go up and down again. */
START_TEST(limits_are_changed)
{
	static const char *const steps[] = {
		"{\"memory\":{\"limit\":67108864,\"swap\":67108864},"
		"\"cpu\":{\"quota\":20000,\"period\":20000,\"burst\":10000}}",
		"{\"memory\":{\"limit\":134217728,\"swap\":268435456},"
		"\"cpu\":{\"quota\":90000,\"period\":100000,\"burst\":80000}}",
		"{\"memory\":{\"limit\":16777216,\"swap\":33554432},"
		"\"cpu\":{\"quota\":5000,\"period\":10000,\"burst\":1000}}",
		"{\"memory\":{\"limit\":-1},\"cpu\":{\"quota\":-1}}",
	};
	static const char *const memory[] = {"67108864", "134217728", "16777216"};
	static const char *const quota[] = {"20000", "90000", "5000", "-1"};
	cleanup_free char *path = test_path("change");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	for (size_t i = 0; i < 4; i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *r = NULL;

		ck_assert_int_eq(cfg_parse(CFG_RESOURCES, steps[i], strlen(steps[i]), &r, NULL, &e),
				 0);
		ck_assert_msg(cgroup_apply(cg, r, r->resources, &e) >= 0, "%zu: %s", i, e.msg);
		if (i < 3)
			expect(cg, "memory", "memory.limit_in_bytes", memory[i]);
		expect(cg, "cpu", "cpu.cfs_quota_us", quota[i]);
	}
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

static const struct {
	const char *resources, *pointer;
} refused[] = {
	{"{\"memory\":{\"kernel\":104857600}}", "/linux/resources/memory/kernel"},
	{"{\"memory\":{\"limit\":67108864,\"swap\":1048576}}", "/linux/resources/memory/swap"},
	{"{\"memory\":{\"useHierarchy\":false}}", "/linux/resources/memory/useHierarchy"},
	{"{\"cpu\":{\"quota\":10}}", "/linux/resources/cpu/quota"},
	{"{\"cpu\":{\"quota\":10000,\"burst\":90000}}", "/linux/resources/cpu/burst"},
	{"{\"cpu\":{\"shares\":900000000}}", "/linux/resources/cpu/shares"},
	{"{\"cpu\":{\"cpus\":\"4095\"}}", "/linux/resources/cpu/cpus"},
	{"{\"cpu\":{\"mems\":\"x\"}}", "/linux/resources/cpu/mems"},
	{"{\"cpu\":{\"idle\":7}}", "/linux/resources/cpu/idle"},
	{"{\"blockIO\":{\"leafWeight\":10}}", "/linux/resources/blockIO/leafWeight"},
	{"{\"blockIO\":{\"weight\":60000}}", "/linux/resources/blockIO/weight"},
	{"{\"network\":{\"classID\":1}}", "/linux/resources/network/classID"},
	{"{\"rdma\":{\"mlx\":{\"hcaHandles\":1}}}", "/linux/resources/rdma/mlx"},
	{"{\"hugepageLimits\":[{\"pageSize\":\"7MB\",\"limit\":1}]}",
	 "/linux/resources/hugepageLimits/0"},
	{"{\"unified\":{\"memory.high\":\"1\"}}", "/linux/resources/unified"},
	/* a file of this name there is, but of v1 */
	{"{\"unified\":{\"memory.swappiness\":\"1\"}}", "/linux/resources/unified"},
	{"{\"unified\":{\"foo.bar\":\"1\"}}", "/linux/resources/unified"},
	{"{\"unified\":{\"hugetlb.nosuchfile\":\"1\"}}", "/linux/resources/unified"},
};

START_TEST(what_cannot_be_applied_is_named)
{
	cleanup_free char *path = test_path("refused");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, refused[_i].resources);
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct err e = {0};
	int r;

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	r = cgroup_apply(cg, d, d->config->linux->resources, &e);
	ck_assert_int_eq(cgroup_remove(cg, NULL), 0);
	expect_gone(cg);
	ck_assert_msg(r < 0, "%s is accepted", refused[_i].resources);
	ck_assert_msg(strstr(e.msg, refused[_i].pointer) != NULL, "%s", e.msg);
}
END_TEST

/* Puts itself into the cgroup and tries three devices: bits of what went wrong. */
static int try_devices(void *arg)
{
	cleanup_free char *node = str_format("%s/node-%d", guard_dir(), getpid());
	int wrong = 0, fd;

	cgroup_forget_fds(arg);
	if (cgroup_enter(arg, false, NULL) < 0)
		return 64;
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	wrong |= fd < 0 ? 1 : 0;
	/* the rules allow making this one, but not opening it */
	if (mknod(node, S_IFCHR | 0600, makedev(10, 229)) < 0)
		return wrong | 2;
	fd = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	wrong |= fd >= 0 || errno != EPERM ? 4 : 0;
	(void)unlink(node);
	wrong |= mknod(node, S_IFCHR | 0600, makedev(10, 237)) == 0 || errno != EPERM ? 8 : 0;
	(void)unlink(node);
	return wrong;
}

static void expect_devices(struct cgroup *cg)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	s.run = try_devices;
	s.run_arg = cg;
	ck_assert_int_eq(proc_spawn(&s, &p, &e), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
}

#define DEVICE_RULES                                                                               \
	"{\"devices\":[{\"allow\":false,\"access\":\"rwm\"},{\"allow\":true,\"type\":\"c\","       \
	"\"major\":10,\"minor\":229,\"access\":\"m\"}]}"

START_TEST(devices_v1)
{
	cleanup_free char *path = test_path("dev");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, DEVICE_RULES);
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	ck_assert_msg(cgroup_apply(cg, d, d->config->linux->resources, &e) >= 0, "%s", e.msg);
	expect_devices(cg);
	ck_assert_int_eq(cgroup_remove(cg, &e), 0);
	expect_gone(cg);
}
END_TEST

/* What a process of the cgroup sees of its list. */
struct watch {
	struct cgroup *cg;
	const char *node;	       /* 10:237, of which no list allows anything */
	volatile unsigned long rounds; /* in which both devices were tried */
	volatile unsigned long denied, allowed;
};

static int watch_devices(void *arg)
{
	struct watch *w = arg;

	cgroup_forget_fds(w->cg);
	if (cgroup_enter(w->cg, false, NULL) < 0)
		return 64;
	for (;; w->rounds++) {
		int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

		w->denied += fd < 0;
		if (fd >= 0)
			(void)close(fd);
		fd = open(w->node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		w->allowed += fd >= 0 || errno != EPERM;
		if (fd >= 0)
			(void)close(fd);
	}
}

#define BUT_ONE                                                                                    \
	"{\"devices\":[{\"allow\":true},{\"allow\":false,\"type\":\"c\",\"major\":10,"             \
	"\"minor\":237}]}"

static const char *const lists[][2] = {
	{DEVICE_RULES, DEVICE_RULES},
	{DEVICE_RULES,
	 "{\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":200}]}"},
	{BUT_ONE, BUT_ONE},
	{BUT_ONE, DEVICE_RULES},
};

/* What the old list and the new one allow is never denied, and what neither allows never allowed.
 */
START_TEST(devices_v1_are_changed)
{
	cleanup_free char *path = str_format("%s/devices-%d", top, _i),
			  *node = str_format("%s/watched-%d", guard_dir(), _i);
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, lists[_i][0]);
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct watch *w =
		mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t deadline = proc_now_ms() + 20000;
	struct err e = {0};

	ck_assert_ptr_ne(w, MAP_FAILED);
	*w = (struct watch){.cg = cg, .node = node};
	s.run = watch_devices;
	s.run_arg = w;
	ck_assert_int_eq(mknod(node, S_IFCHR | 0600, makedev(10, 237)), 0);
	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	ck_assert_msg(cgroup_apply(cg, d, d->config->linux->resources, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_spawn(&s, &p, &e), 0);
	for (int i = 1; i <= 60; i++) {
		const char *text = lists[_i][i % 2];
		CLEANUP(cfg_doc_freep) struct cfg_doc *r = NULL;
		unsigned long before = w->rounds;

		ck_assert_int_eq(cfg_parse(CFG_RESOURCES, text, strlen(text), &r, NULL, &e), 0);
		ck_assert_msg(cgroup_apply(cg, r, r->resources, &e) >= 0, "%s", e.msg);
		ck_assert(!cgroup_is_frozen(cg));
		while (w->rounds < before + 2)
			ck_assert_int_lt(proc_now_ms(), deadline);
	}
	proc_done(&p);
	/* one that is paused stays so */
	spawn(&p);
	ck_assert_int_eq(cgroup_join(cg, p.pid, &e), 0);
	ck_assert_msg(cgroup_freeze(cg, true, &e) >= 0, "%s", e.msg);
	for (int i = 0; i < 2; i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *r = NULL;

		ck_assert_int_eq(
			cfg_parse(CFG_RESOURCES, lists[_i][i], strlen(lists[_i][i]), &r, NULL, &e),
			0);
		ck_assert_msg(cgroup_apply(cg, r, r->resources, &e) >= 0, "%s", e.msg);
		ck_assert(cgroup_is_frozen(cg));
	}
	ck_assert_int_eq(cgroup_signal(cg, SIGKILL, &e), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
	ck_assert_int_eq(unlink(node), 0);
	ck_assert_uint_eq(w->denied, 0);
	ck_assert_uint_eq(w->allowed, 0);
	ck_assert_int_eq(munmap(w, sizeof(*w)), 0);
}
END_TEST

/* Where there is no v2, rules without a form are refused before anything is written: in front of a
 * limit that the kernel does not take. */
START_TEST(devices_v1_are_looked_at_first)
{
	static const char rules[] =
		"{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":4095,\"minor\":0,\"rate\":"
		"1000}]}"
		",\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":10,\"access\":\"rw\"},"
		"{\"allow\":false,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rw\"}]}";
	cleanup_free char *path = test_path("devices-first");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}"), *r = NULL;
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	size_t all = cg->count;
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	ck_assert_int_eq(cfg_parse(CFG_RESOURCES, rules, strlen(rules), &r, NULL, &e), 0);
	while (cg->count && cg->items[cg->count - 1].v2)
		cg->count--;
	for (size_t i = 0; i < cg->count; i++)
		ck_assert(!cg->items[i].v2);
	ck_assert_int_eq(cgroup_apply(cg, r, r->resources, &e), -EOPNOTSUPP);
	ck_assert_msg(strstr(e.msg, "/devices/1"), "%s", e.msg);
	cg->count = all;
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

static int may_open(void *arg)
{
	const struct watch *w = arg;
	int fd;

	cgroup_forget_fds(w->cg);
	if (cgroup_enter(w->cg, false, NULL) < 0)
		return 64;
	fd = open(w->node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd >= 0 || errno != EPERM;
}

/* Of these the second and the third have no form in v1: a program of v2 stands for them. */
#define ONE_MINOR	"{\"type\":\"c\",\"major\":10,\"minor\":237,"
#define ALL_OF_MAJOR	"{\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":10}"
#define FORBIDS_READING ALL_OF_MAJOR "," ONE_MINOR "\"allow\":false,\"access\":\"rw\"}]}"
#define FORBIDS_MAKING	ALL_OF_MAJOR "," ONE_MINOR "\"allow\":false,\"access\":\"m\"}]}"
#define ALLOWS_ONE	"{\"devices\":[" ONE_MINOR "\"allow\":true}]}"

/* There and back: each list alone is in force. */
START_TEST(devices_of_both_versions)
{
	static const struct {
		const char *list;
		int opens;
	} steps[] = {
		{ALLOWS_ONE, 1},     {FORBIDS_READING, 0}, {ALLOWS_ONE, 1},
		{FORBIDS_MAKING, 1}, {DEVICE_RULES, 0},	   {FORBIDS_MAKING, 1},
		{BUT_ONE, 0},	     {FORBIDS_READING, 0}, {"{\"devices\":[{\"allow\":true}]}", 1}};
	cleanup_free char *path = test_path("devices-both"),
			  *node = str_format("%s/both", guard_dir());
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, FORBIDS_READING);
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct watch w = {.cg = cg, .node = node};
	struct err e = {0};

	ck_assert_int_eq(mknod(node, S_IFCHR | 0600, makedev(10, 237)), 0);
	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	ck_assert_msg(cgroup_apply(cg, d, d->config->linux->resources, &e) >= 0, "%s", e.msg);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		CLEANUP(proc_done) struct proc p = PROC_INIT;
		CLEANUP(cfg_doc_freep) struct cfg_doc *r = NULL;
		struct proc_spawn s = PROC_SPAWN_INIT;
		const char *text = steps[i].list;

		ck_assert_int_eq(cfg_parse(CFG_RESOURCES, text, strlen(text), &r, NULL, &e), 0);
		ck_assert_msg(cgroup_apply(cg, r, r->resources, &e) >= 0, "%s", e.msg);
		s.run = may_open;
		s.run_arg = &w;
		ck_assert_int_eq(proc_spawn(&s, &p, &e), 0);
		ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
		ck_assert_msg(proc_exit_code(&p) == steps[i].opens, "%zu: %d", i,
			      proc_exit_code(&p));
	}
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
	ck_assert_int_eq(unlink(node), 0);
}
END_TEST

/* Whoever else writes the list, as systemd does, or takes it away. */
START_TEST(devices_v1_come_back)
{
	static const char *const others[] = {"a", "c 1:3 rwm", "c 10:200 w"};
	cleanup_free char *path = test_path("devices-back");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, DEVICE_RULES);
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	ck_assert_msg(cgroup_apply(cg, d, d->config->linux->resources, &e) >= 0, "%s", e.msg);
	cleanup_fd int dir = cgroup_dir_open(with(cg, "devices"), &e);

	for (int i = 0; i < 6; i++) {
		cleanup_free char *was = NULL, *cut = NULL, *now = NULL;

		ck_assert_int_eq(cgroup_dir_read(dir, "devices.list", &was), 0);
		cut = strdup(was);
		ck_assert_int_eq(cgroup_dir_write(dir, i % 2 ? "devices.allow" : "devices.deny",
						  others[i / 2]),
				 0);
		ck_assert_msg(cgroup_devices_v1_restore(dir, cut, &e) >= 0, "%s", e.msg);
		ck_assert_int_eq(cgroup_dir_read(dir, "devices.list", &now), 0);
		ck_assert_uint_eq(strlen(now), strlen(was));
		for (char *save = NULL, *line = strtok_r(now, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			ck_assert_msg(strstr(was, line), "%d: %s: %s", i, line, was);
	}
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

/* The v2 hierarchy alone, which needs no controller for this. */
START_TEST(devices_v2)
{
	cleanup_free char *path = test_path("bpf");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, DEVICE_RULES);
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct cgroup only;
	struct err e = {0};
	size_t v2 = 0;

	while (v2 < cg->count && !cg->items[v2].v2)
		v2++;
	if (v2 == cg->count)
		return;
	only = (struct cgroup){.items = &cg->items[v2], .count = 1, .unified = true};
	ck_assert_int_eq(cgroup_create(&only, &e), 0);
	ck_assert_msg(cgroup_apply(&only, d, d->config->linux->resources, &e) >= 0, "%s", e.msg);
	expect_devices(&only);
	/* a second list replaces the first */
	ck_assert_msg(cgroup_apply(&only, d, d->config->linux->resources, &e) >= 0, "%s", e.msg);
	expect_devices(&only);
	/* and the freezer and the killer of v2 */
	CLEANUP(proc_done) struct proc p = PROC_INIT;

	spawn(&p);
	ck_assert_int_eq(cgroup_join(&only, p.pid, &e), 0);
	ck_assert_msg(cgroup_freeze(&only, true, &e) >= 0, "%s", e.msg);
	ck_assert(cgroup_is_frozen(&only));
	ck_assert_int_eq(cgroup_signal(&only, SIGKILL, &e), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert_msg(cgroup_remove(&only, &e) >= 0, "%s", e.msg);
	expect_gone(&only);
}
END_TEST

/* A directory of somebody else's above the container's is as it was afterwards. */
START_TEST(controllers_above_are_put_back)
{
	cleanup_free char *parent = test_path("shared"), *path = test_path("shared/mine/below");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		config(path, "{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":4194304}]}");
	CLEANUP(cfg_doc_freep) struct cfg_doc *foreign = config(parent, "{}");
	CLEANUP(cgroup_freep) struct cgroup *above = plan(foreign), *cg = NULL, *back = NULL;
	CLEANUP(json_freep) struct json *state = NULL;
	cleanup_free char *offered = NULL, *during = NULL, *after = NULL;
	const struct cgroup_hierarchy *v2 = NULL;
	struct err e = {0};
	cleanup_fd int dir = FD_NONE;

	ck_assert_int_eq(cgroup_create(above, &e), 0);
	for (size_t i = 0; i < above->count; i++)
		v2 = above->items[i].v2 ? &above->items[i] : v2;
	dir = v2 ? cgroup_dir_open(v2, &e) : FD_NONE;
	cleanup_fd int mount = v2 ? cgroup_dir_open_mount(v2, &e) : FD_NONE;

	/* only where this host has it on v2 */
	if (mount >= 0 && cgroup_dir_read(mount, "cgroup.controllers", &offered) >= 0 &&
	    cgroup_has_controller(offered, "hugetlb")) {
		cg = plan(d);
		ck_assert_int_eq(cgroup_create(cg, &e), 0);
		ck_assert_msg(cgroup_apply(cg, d, d->config->linux->resources, &e) >= 0, "%s",
			      e.msg);
		ck_assert_int_eq(cgroup_dir_read(dir, "cgroup.subtree_control", &during), 0);
		ck_assert(cgroup_has_controller(during, "hugetlb"));
		/* another process deletes it, by the state */
		state = state_of(cg);
		ck_assert_msg(cgroup_from_json(state, &back, &e) >= 0, "%s", e.msg);
		ck_assert_msg(cgroup_remove(back, &e) >= 0, "%s", e.msg);
		ck_assert_int_eq(cgroup_dir_read(dir, "cgroup.subtree_control", &after), 0);
		ck_assert_str_eq(after, "");
	}
	ck_assert_msg(cgroup_remove(above, &e) >= 0, "%s", e.msg);
	expect_gone(above);
}
END_TEST

START_TEST(no_dots)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config("../../x", "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = NULL;
	struct err e = {0};

	ck_assert_int_eq(cgroup_plan(d, "refrun-test", false, &cg, &e), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "/linux/cgroupsPath"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroup_limits");
	TCase *t = tcase_create("host");
	int status;

	/* what is tested here is the layout of cgroup v1 with its controllers */
	if (geteuid() != 0 || access("/sys/fs/cgroup/memory/memory.limit_in_bytes", W_OK) < 0)
		return 77;
	top = str_format("/%s", guard_name());
	if (!top)
		return 1;
	tcase_set_timeout(t, 60);
	tcase_add_test(t, limits_are_written);
	tcase_add_test(t, limits_are_changed);
	tcase_add_loop_test(t, what_cannot_be_applied_is_named, 0,
			    (int)(sizeof(refused) / sizeof(*refused)));
	tcase_add_test(t, devices_v1);
	tcase_add_loop_test(t, devices_v1_are_changed, 0, sizeof(lists) / sizeof(*lists));
	tcase_add_test(t, devices_v1_are_looked_at_first);
	tcase_add_test(t, devices_of_both_versions);
	tcase_add_test(t, devices_v1_come_back);
	tcase_add_test(t, devices_v2);
	tcase_add_test(t, controllers_above_are_put_back);
	tcase_add_test(t, no_dots);
	suite_add_tcase(s, t);
	status = suite_run(s);
	free(top);
	return status;
}
