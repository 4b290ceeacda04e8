/* SPDX-License-Identifier: Apache-2.0 */
/* The decisions about cgroups that touch nothing: mounts, paths, what is to be written, devices. */
#include "resources_fixture.h"
#include "suite.h"

static const struct cgroup_write *find(const struct cgroup_writes *w, const char *file)
{
	for (size_t i = 0; i < w->count; i++)
		if (str_eq(w->items[i].file, file))
			return &w->items[i];
	return NULL;
}

static const struct cgroup_write *find_value(const struct cgroup_writes *w, const char *value)
{
	for (size_t i = 0; i < w->count; i++)
		if (str_eq(w->items[i].value, value))
			return &w->items[i];
	return NULL;
}

static void expect(const struct cgroup_writes *w, const char *file, const char *value)
{
	const struct cgroup_write *one = find(w, file);

	ck_assert_msg(one, "nothing is written to %s", file);
	ck_assert_ptr_null(one->why_not);
	ck_assert_str_eq(one->value, value);
}

static void expect_refused(const struct cgroup_writes *w, const char *prop)
{
	for (size_t i = 0; i < w->count; i++)
		if (str_eq(w->items[i].prop, prop) && w->items[i].why_not)
			return;
	ck_abort_msg("%s is not refused", prop);
}

/* What the state file has of it. */
static struct json *state_of(const struct cgroup *cg)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct json *j = NULL;
	struct err e = {0};

	cgroup_put_json(cg, NULL, &b);
	ck_assert_msg(!b.oom && json_parse(b.buf, b.len, &j, &e) == 0, "%s", e.msg);
	return j;
}

START_TEST(mountinfo)
{
	char text[] =
		"22 1 254:0 / / rw,relatime - ext4 /dev/root rw\n"
		"31 23 0:28 / /sys/fs/cgroup rw,relatime shared:4 master:1 - tmpfs tmpfs rw\n"
		"32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
		"33 31 0:30 /docker/x /mnt/a\\040b\\134c rw shared:9 - cgroup none "
		"rw,xattr,release_agent=/cpu,name=systemd\n"
		"34 31 0:31 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
		"broken line\n"
		"35 31 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids";
	struct cgroup_mounts m = {0};
	struct err e = {0};

	ck_assert_int_eq(cgroup_mounts_parse(text, &m, &e), 0);
	ck_assert_uint_eq(m.count, 4);
	ck_assert_str_eq(m.items[0].mountpoint, "/sys/fs/cgroup/cpu,cpuacct");
	ck_assert_str_eq(m.items[0].controllers, "cpu,cpuacct");
	ck_assert_uint_eq(m.items[0].minor, 29);
	ck_assert_str_eq(m.items[1].mountpoint, "/mnt/a b\\c");
	ck_assert_str_eq(m.items[1].controllers, "name=systemd");
	ck_assert(m.items[2].v2);
	ck_assert_str_eq(m.items[2].controllers, "");
	ck_assert_str_eq(m.items[3].controllers, "pids");
	ck_assert(!m.items[3].v2);
	cgroup_mounts_done(&m);
}
END_TEST

/* cgroups(7): a mount may show a part of a hierarchy, as in a container; and hide another one. */
START_TEST(roots_of_mounts)
{
	static const char text[] =
		"32 31 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
		"40 31 0:29 /box/a\\040b /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
		"41 31 0:30 /../.. /mnt rw - cgroup2 cgroup2 rw";
	static const struct {
		const char *point, *root; /* NULL: nothing is mounted there */
	} rows[] = {{"/sys/fs/cgroup", "/box/a b"}, {"/mnt", "/../.."}, {"/sys", NULL}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cleanup_free char *copy = strdup(text);
		cleanup_free char *root = cgroup_mount_root(copy, rows[i].point);

		ck_assert_msg(str_eq(root, rows[i].root), "'%s': '%s'", rows[i].point, root);
	}
}
END_TEST

START_TEST(places_below_a_mount)
{
	static const struct {
		const char *path, *root, *behind; /* NULL: it is not below */
	} rows[] = {
		{"/a/b", "/", "/a/b"},	       {"/", "/", ""},
		{"/box/a/b", "/box", "/a/b"},  {"/box", "/box", ""},
		{"/boxer/a", "/box", NULL},    {"/", "/box", NULL},
		{"/../../a", "/../..", "/a"},  {"/../..", "/../..", ""},
		{"/../other", "/../..", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *behind = cgroup_path_behind(rows[i].path, rows[i].root);

		ck_assert_msg(str_eq(behind, rows[i].behind), "'%s' below '%s': '%s'", rows[i].path,
			      rows[i].root, behind);
	}
}
END_TEST

START_TEST(memberships)
{
	static const struct {
		const char *text, *path;
	} rows[] = {
		{"0::/a/b\n", "/a/b"},
		{"1:name=systemd:/x\n0::/\n", "/"},
		{"3:cpu,cpuacct:/y\n0::/z", "/z"},
		{"10::/a\n1:cpu:/0::/b\n", NULL},
		{"0::\n1:cpu:/c\n", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = 0;
		const char *p = cgroup_v2_membership(rows[i].text, &len);
		cleanup_free char *path = p ? strndup(p, len) : NULL;

		ck_assert_msg(str_eq(path, rows[i].path), "'%s'", rows[i].text);
	}
}
END_TEST

START_TEST(paths_below)
{
	static const struct {
		const char *path, *sub, *whole;
	} rows[] = {
		{"/a", "b", "/a/b"},	    {"/a", "/b/c/", "/a/b/c"}, {"/a", ".", "/a"},
		{"/a", "", "/a"},	    {"/", "b", "/b"},	       {"/", "", "/"},
		{"/a", "..", NULL},	    {"/a", "b/../c", NULL},    {"/a", "..b", "/a/..b"},
		{"/a", "b//./c", "/a/b/c"}, {"/a", "b\nc", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cleanup_free char *whole = NULL;
		int r = cgroup_path_extend(rows[i].path, rows[i].sub, &whole, NULL);

		ck_assert_int_eq(r, rows[i].whole ? 0 : -EINVAL);
		ck_assert_msg(str_eq(whole, rows[i].whole), "'%s': '%s'", rows[i].sub, whole);
	}
}
END_TEST

START_TEST(controllers_are_whole_words)
{
	ck_assert(cgroup_has_controller("cpu,cpuacct", "cpu"));
	ck_assert(cgroup_has_controller("cpu,cpuacct", "cpuacct"));
	ck_assert(cgroup_has_controller("cpuset cpu io", "io"));
	ck_assert(!cgroup_has_controller("cpuset", "cpu"));
	ck_assert(!cgroup_has_controller("cpuacct,cpuset", "cpu"));
	ck_assert(!cgroup_has_controller("", "cpu"));
}
END_TEST

static char *decide(const char *configured, const char *id)
{
	char *path = NULL;

	return cgroup_path_decide(configured, id, "/refrun", &path, NULL) < 0 ? NULL : path;
}

/* An id may be as long as a name can be (container.h), and is one of a cgroup then, too. */
START_TEST(path_of_a_long_id)
{
	char name[256] = "";
	cleanup_free char *below = NULL, *fits = NULL, *want = NULL;

	memset(name, 'a', 255);
	below = decide(NULL, name);
	ck_assert_ptr_nonnull(below);
	ck_assert(str_starts(below, "/refrun/a") && strlen(below) == strlen("/refrun/") + 255);
	name[255 - strlen("refrun-")] = '\0';
	fits = decide(NULL, name);
	want = str_format("/refrun-%s", name);
	ck_assert_str_eq(fits, want);
}
END_TEST

START_TEST(paths)
{
	static const struct {
		const char *configured, *want;
	} t[] = {
		{NULL, "/refrun-c1"},
		{"", "/refrun-c1"},
		{"/a/b", "/a/b"},
		{"//a//./b/", "/a/b"},
		{"/", "/"},
		{"a/b", "/refrun/a/b"},
		{"machine.slice:libpod:x", "/refrun/machine.slice:libpod:x"},
		{"..", NULL},
		{"/..", NULL},
		{"a/../../b", NULL},
		{"/a/../b", NULL},
		{"...", "/refrun/..."},
		{"a\nb", NULL},
		{".", NULL},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		cleanup_free char *got = decide(t[i].configured, "c1");

		ck_assert_msg(str_eq(got, t[i].want), "%s: %s", t[i].configured, got);
	}
}
END_TEST

START_TEST(conversions_are_monotone)
{
	uint64_t last = 0;

	for (uint64_t s = 0; s < 300000; s += 7) {
		uint64_t w = cgroup_convert_shares(s);

		ck_assert(w >= 1 && w <= 10000 && w >= last);
		last = w;
	}
	ck_assert_uint_eq(cgroup_convert_shares(2), 1);
	ck_assert_uint_eq(cgroup_convert_shares(1024), 100);
	ck_assert_uint_eq(cgroup_convert_shares(262144), 10000);
	ck_assert_uint_eq(cgroup_convert_shares(UINT64_MAX), 10000);
	last = 0;
	for (uint64_t s = 0; s < 1200; s++) {
		uint64_t w = cgroup_convert_blkio_weight(s);

		ck_assert(w >= 1 && w <= 10000 && w >= last);
		last = w;
	}
	ck_assert_uint_eq(cgroup_convert_blkio_weight(10), 1);
	ck_assert_uint_eq(cgroup_convert_blkio_weight(1000), 10000);
}
END_TEST

START_TEST(memory_v1)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = resources(
		"{\"memory\":{\"limit\":1048576,\"swap\":-1,\"reservation\":4096,\"kernel\":8192,"
		"\"kernelTCP\":-1,\"swappiness\":60,\"disableOOMKiller\":true,\"useHierarchy\":"
		"true,"
		"\"checkBeforeUpdate\":true}}");
	struct cgroup_writes w = {0};

	cgroup_v1_memory(d->resources->memory, &w);
	expect(&w, "memory.limit_in_bytes", "1048576");
	ck_assert(find(&w, "memory.limit_in_bytes")->flags & CGW_CHECK_USAGE);
	expect(&w, "memory.memsw.limit_in_bytes", "-1");
	expect(&w, "memory.soft_limit_in_bytes", "4096");
	expect(&w, "memory.kmem.limit_in_bytes", "8192");
	ck_assert(find(&w, "memory.kmem.limit_in_bytes")->flags & CGW_READ_BACK);
	expect(&w, "memory.kmem.tcp.limit_in_bytes", "-1");
	expect(&w, "memory.swappiness", "60");
	expect(&w, "memory.oom_control", "1");
	expect(&w, "memory.use_hierarchy", "1");
	cgroup_writes_done(&w);
}
END_TEST

START_TEST(memory_refusals)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		resources("{\"memory\":{\"limit\":8192,\"swap\":4096,\"reservation\":-2,"
			  "\"swappiness\":101,\"kernel\":4096,\"kernelTCP\":4096,"
			  "\"disableOOMKiller\":true,\"useHierarchy\":false}}");
	struct cgroup_writes w = {0};

	cgroup_v1_memory(d->resources->memory, &w);
	expect_refused(&w, "memory.swap");
	expect_refused(&w, "memory.reservation");
	expect_refused(&w, "memory.swappiness");
	cgroup_writes_done(&w);
	cgroup_v2_memory(d->resources->memory, &w);
	expect_refused(&w, "memory.swap");
	expect_refused(&w, "memory.reservation");
	expect_refused(&w, "memory.swappiness");
	expect_refused(&w, "memory.kernel");
	expect_refused(&w, "memory.kernelTCP");
	expect_refused(&w, "memory.disableOOMKiller");
	expect_refused(&w, "memory.useHierarchy");
	cgroup_writes_done(&w);
}
END_TEST

START_TEST(memory_v2)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = resources("{\"memory\":{\"limit\":8192,\"swap\":12288,"
				      "\"reservation\":4096,\"disableOOMKiller\":false,"
				      "\"kernel\":-1,\"useHierarchy\":true}}");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *none = resources("{\"memory\":{\"limit\":-1,\"swap\":-1}}");
	CLEANUP(cfg_doc_freep) struct cfg_doc *alone = resources("{\"memory\":{\"swap\":4096}}");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *both = resources("{\"memory\":{\"limit\":-1,\"swap\":0}}");
	struct cgroup_writes w = {0};

	cgroup_v2_memory(d->resources->memory, &w);
	ck_assert_uint_eq(w.count, 3);
	expect(&w, "memory.max", "8192");
	expect(&w, "memory.swap.max", "4096");
	expect(&w, "memory.low", "4096");
	cgroup_writes_done(&w);
	cgroup_v2_memory(none->resources->memory, &w);
	expect(&w, "memory.max", "max");
	expect(&w, "memory.swap.max", "max");
	cgroup_writes_done(&w);
	cgroup_v2_memory(alone->resources->memory, &w);
	expect_refused(&w, "memory.swap");
	cgroup_writes_done(&w);
	cgroup_v2_memory(both->resources->memory, &w);
	expect(&w, "memory.max", "max");
	expect(&w, "memory.swap.max", "max");
	cgroup_writes_done(&w);
}
END_TEST

START_TEST(zero_is_not_set_but_for_pids)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = resources(
		"{\"memory\":{\"limit\":0,\"swap\":0,\"reservation\":0,\"kernel\":0},"
		"\"cpu\":{\"shares\":0,\"quota\":0,\"period\":0,\"cpus\":\"\",\"mems\":\"\"},"
		"\"blockIO\":{\"weight\":0},\"pids\":{\"limit\":0}}");
	struct cgroup_writes w = {0};

	cgroup_v1_memory(d->resources->memory, &w);
	cgroup_v2_memory(d->resources->memory, &w);
	cgroup_v1_cpu(d->resources->cpu, &w);
	cgroup_v2_cpu(d->resources->cpu, &w);
	cgroup_v1_block_io(d->resources->block_io, &w);
	cgroup_v2_block_io(d->resources->block_io, &w);
	ck_assert_uint_eq(w.count, 0);
	cgroup_any_pids(d->resources->pids, &w);
	expect(&w, "pids.max", "0");
	cgroup_writes_done(&w);
}
END_TEST

START_TEST(cpu_files)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = resources("{\"cpu\":{\"shares\":1024,\"quota\":20000,\"period\":50000,"
				      "\"burst\":1000,\"idle\":1,\"cpus\":\"0-1\",\"mems\":\"0\","
				      "\"realtimeRuntime\":1000,\"realtimePeriod\":2000}}");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *p = resources("{\"cpu\":{\"period\":50000}}");
	CLEANUP(cfg_doc_freep) struct cfg_doc *n = resources("{\"cpu\":{\"quota\":-5}}");
	struct cgroup_writes w = {0};

	cgroup_v1_cpu(d->resources->cpu, &w);
	expect(&w, "cpu.shares", "1024");
	expect(&w, "cpu.cfs_quota_us", "20000");
	expect(&w, "cpu.cfs_period_us", "50000");
	expect(&w, "cpu.cfs_burst_us", "1000");
	expect(&w, "cpu.idle", "1");
	expect(&w, "cpu.rt_runtime_us", "1000");
	expect(&w, "cpu.rt_period_us", "2000");
	expect(&w, "cpuset.cpus", "0-1");
	expect(&w, "cpuset.mems", "0");
	cgroup_writes_done(&w);
	cgroup_v2_cpu(d->resources->cpu, &w);
	expect(&w, "cpu.weight", "100");
	expect(&w, "cpu.max", "20000 50000");
	expect(&w, "cpu.max.burst", "1000");
	expect(&w, "cpuset.cpus", "0-1");
	expect_refused(&w, "cpu.realtimeRuntime");
	expect_refused(&w, "cpu.realtimePeriod");
	cgroup_writes_done(&w);
	cgroup_v2_cpu(p->resources->cpu, &w);
	expect(&w, "cpu.max", "50000");
	ck_assert(find(&w, "cpu.max")->flags & CGW_KEEP_FIRST);
	cgroup_writes_done(&w);
	cgroup_v2_cpu(n->resources->cpu, &w);
	expect(&w, "cpu.max", "max");
	cgroup_writes_done(&w);
	cgroup_v1_cpu(n->resources->cpu, &w);
	expect(&w, "cpu.cfs_quota_us", "-1");
	cgroup_writes_done(&w);
}
END_TEST

START_TEST(block_io_files)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = resources(
		"{\"blockIO\":{\"weight\":500,\"leafWeight\":300,\"weightDevice\":[{\"major\":8,"
		"\"minor\":1,\"weight\":100,\"leafWeight\":50},{\"major\":8,\"minor\":2},"
		"{\"major\":8,\"minor\":3,\"weight\":0}],"
		"\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":600}],"
		"\"throttleWriteIOPSDevice\":[{\"major\":8,\"minor\":0,\"rate\":0},"
		"{\"major\":-1,\"minor\":0,\"rate\":1}]}}");
	struct cgroup_writes w = {0};
	const struct cgroup_write *one;

	cgroup_v1_block_io(d->resources->block_io, &w);
	expect(&w, "blkio.weight", "500");
	ck_assert_str_eq(find(&w, "blkio.weight")->alt, "blkio.bfq.weight");
	expect(&w, "blkio.leaf_weight", "300");
	expect(&w, "blkio.weight_device", "8:1 100");
	expect(&w, "blkio.leaf_weight_device", "8:1 50");
	expect(&w, "blkio.throttle.read_bps_device", "8:0 600");
	expect(&w, "blkio.throttle.write_iops_device", "8:0 0");
	expect_refused(&w, "blockIO.weightDevice");
	expect_refused(&w, "blockIO.throttleWriteIOPSDevice");
	cgroup_writes_done(&w);
	cgroup_v2_block_io(d->resources->block_io, &w);
	one = find(&w, "io.bfq.weight");
	ck_assert_str_eq(one->value, "500");
	ck_assert_str_eq(one->alt, "io.weight");
	ck_assert_str_eq(one->alt_value, "default 4950");
	/* which the kernel has where it has no BFQ, in a range of its own */
	one = find_value(&w, "8:1 100");
	ck_assert_str_eq(one->file, "io.bfq.weight");
	ck_assert_str_eq(one->alt, "io.weight");
	ck_assert_str_eq(one->alt_value, "8:1 910");
	one = find_value(&w, "8:3 0");
	ck_assert_str_eq(one->alt_value, "8:3 default");
	expect(&w, "io.max", "8:0 rbps=600");
	expect_refused(&w, "blockIO.leafWeight");
	expect_refused(&w, "blockIO.weightDevice.leafWeight");
	cgroup_writes_done(&w);
}
END_TEST

/* -1 is "all" in a device rule, and nothing here. */
START_TEST(block_io_needs_device_numbers)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = resources(
		"{\"blockIO\":{\"weightDevice\":[{\"major\":-1,\"minor\":0,\"weight\":100},"
		"{\"major\":8,\"minor\":4294967296,\"weight\":100}],"
		"\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":-1,\"rate\":600},"
		"{\"major\":4294967296,\"minor\":0,\"rate\":600}]}}");

	for (int v2 = 0; v2 < 2; v2++) {
		struct cgroup_writes w = {0};

		(v2 ? cgroup_v2_block_io : cgroup_v1_block_io)(d->resources->block_io, &w);
		ck_assert_uint_eq(w.count, 4);
		for (size_t i = 0; i < w.count; i++)
			ck_assert_str_eq(w.items[i].why_not, "no such device numbers");
		cgroup_writes_done(&w);
	}
}
END_TEST

START_TEST(other_controllers)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = resources(
		"{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":4194304}],"
		"\"network\":{\"classID\":1048577,\"priorities\":[{\"name\":\"lo\",\"priority\":7}]"
		"},"
		"\"rdma\":{\"mlx5_1\":{\"hcaHandles\":3,\"hcaObjects\":9},\"rxe\":{\"hcaObjects\":"
		"1},"
		"\"no\":{}},"
		"\"unified\":{\"io.max\":\"259:0 rbps=1\\n253:0 rbps=2\",\"memory.high\":\"5\","
		"\"../"
		"x\":\"1\",\"cpuset.cpus\":\"\",\"cpuset.mems\":\"\\n\\n\"},\"pids\":{\"limit\":-1}"
		"}");
	struct cgroup_writes w = {0};

	cgroup_v1_hugetlb(&d->resources->hugepage_limits, &w);
	expect(&w, "hugetlb.2MB.limit_in_bytes", "4194304");
	expect(&w, "hugetlb.2MB.rsvd.limit_in_bytes", "4194304");
	cgroup_writes_done(&w);
	cgroup_v2_hugetlb(&d->resources->hugepage_limits, &w);
	expect(&w, "hugetlb.2MB.max", "4194304");
	expect(&w, "hugetlb.2MB.rsvd.max", "4194304");
	cgroup_writes_done(&w);
	cgroup_v1_network(d->resources->network, &w);
	expect(&w, "net_cls.classid", "1048577");
	expect(&w, "net_prio.ifpriomap", "lo 7");
	cgroup_writes_done(&w);
	cgroup_v2_network(d->resources->network, &w);
	expect_refused(&w, "network.classID");
	expect_refused(&w, "network.priorities");
	cgroup_writes_done(&w);
	cgroup_any_rdma(&d->resources->rdma, &w);
	ck_assert_str_eq(w.items[0].value, "mlx5_1 hca_handle=3 hca_object=9");
	ck_assert_str_eq(w.items[1].value, "rxe hca_object=1");
	expect_refused(&w, "rdma");
	cgroup_writes_done(&w);
	cgroup_v2_unified(&d->resources->unified, &w);
	ck_assert_uint_eq(w.count, 6);
	ck_assert_str_eq(w.items[0].value, "259:0 rbps=1");
	ck_assert_str_eq(w.items[1].value, "253:0 rbps=2");
	ck_assert_str_eq(w.items[0].controller, "io");
	ck_assert_str_eq(w.items[2].controller, "memory");
	/* an empty value is written, also where it is line breaks alone */
	expect(&w, "cpuset.cpus", "");
	expect(&w, "cpuset.mems", "");
	expect_refused(&w, "unified");
	cgroup_writes_done(&w);
	cgroup_any_pids(d->resources->pids, &w);
	expect(&w, "pids.max", "max");
	cgroup_writes_done(&w);
}
END_TEST

START_TEST(page_sizes)
{
	ck_assert(cgroup_page_size_is_valid("2MB"));
	ck_assert(cgroup_page_size_is_valid("64KB"));
	ck_assert(cgroup_page_size_is_valid("16GB"));
	ck_assert(!cgroup_page_size_is_valid("02MB"));
	ck_assert(!cgroup_page_size_is_valid("64kB"));
	ck_assert(!cgroup_page_size_is_valid("2M"));
	ck_assert(!cgroup_page_size_is_valid("2097152"));
	ck_assert(!cgroup_page_size_is_valid("MB"));
	ck_assert(!cgroup_page_size_is_valid("2MB/../x"));
	ck_assert(!cgroup_page_size_is_valid(""));
	ck_assert(!cgroup_page_size_is_valid(NULL));
}
END_TEST

START_TEST(state_round_trip)
{
	struct cgroup_hierarchy items[] = {
		{.mountpoint = (char *)"/sys/fs/cgroup/cpu",
		 .controllers = (char *)"cpu",
		 .path = (char *)"/a/b",
		 .kept = 2,
		 .created = true,
		 .fd = FD_NONE,
		 .start_fd = FD_NONE},
		{.mountpoint = (char *)"/sys/fs/cgroup",
		 .controllers = (char *)"",
		 .path = (char *)"/a/b",
		 .kept = 4,
		 .v2 = true,
		 .enabled = (char *)"hugetlb:0 io:2",
		 .fd = FD_NONE,
		 .start_fd = FD_NONE},
	};
	const struct cgroup cg = {.items = items, .count = 2, .rootless = true};
	CLEANUP(json_freep) struct json *j = state_of(&cg);
	CLEANUP(cgroup_freep) struct cgroup *back = NULL;
	struct err e = {0};

	ck_assert_ptr_nonnull(j);
	ck_assert_msg(cgroup_from_json(j, &back, &e) >= 0, "%s", e.msg);
	ck_assert_uint_eq(back->count, 2);
	ck_assert(back->rootless && !back->unified && !back->disabled);
	ck_assert_str_eq(back->items[0].controllers, "cpu");
	ck_assert_uint_eq(back->items[0].kept, 2);
	ck_assert_ptr_null(back->items[0].enabled);
	ck_assert_str_eq(back->items[1].enabled, "hugetlb:0 io:2");
	ck_assert(back->items[0].created && !back->items[1].created && back->items[1].v2);
}
END_TEST

START_TEST(state_is_not_trusted)
{
	static const char *const bad[] = {
		"{}",
		"{\"hierarchies\":7}",
		"{\"hierarchies\":[{\"mountpoint\":\"/m\",\"controllers\":\"\",\"path\":\"/../x\","
		"\"kept\":0}]}",
		"{\"hierarchies\":[{\"mountpoint\":\"/m\",\"controllers\":\"\",\"path\":\"x\","
		"\"kept\":0}]}",
		"{\"hierarchies\":[{\"mountpoint\":\"m\",\"controllers\":\"\",\"path\":\"/x\","
		"\"kept\":0}]}",
		"{\"hierarchies\":[{\"mountpoint\":\"/m\",\"controllers\":\"\",\"path\":\"/x\","
		"\"kept\":3}]}",
		"{\"hierarchies\":[{\"mountpoint\":\"/m\",\"controllers\":\"\",\"path\":\"/xyz\","
		"\"kept\":2}]}",
#define ENABLED(list)                                                                              \
	"{\"hierarchies\":[{\"mountpoint\":\"/m\",\"controllers\":\"\",\"path\":\"/xyz\","         \
	"\"kept\":0,\"v2\":true,\"enabled\":\"" list "\"}]}"
		ENABLED("hugetlb"),
		ENABLED("hugetlb:"),
		ENABLED(":0"),
		ENABLED("hugetlb:2"),
		ENABLED("hugetlb:9"),
		ENABLED("hugetlb:0 "),
		ENABLED("hugetlb:0,io:0"),
		ENABLED("-hugetlb:0"),
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP(json_freep) struct json *j = NULL;
		CLEANUP(cgroup_freep) struct cgroup *cg = NULL;

		ck_assert_int_eq(json_parse(bad[i], strlen(bad[i]), &j, NULL), 0);
		ck_assert_msg(cgroup_from_json(j, &cg, NULL) == -EINVAL, "%s", bad[i]);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroup_plan");
	TCase *t = tcase_create("pure");

	tcase_add_test(t, mountinfo);
	tcase_add_test(t, roots_of_mounts);
	tcase_add_test(t, places_below_a_mount);
	tcase_add_test(t, memberships);
	tcase_add_test(t, paths_below);
	tcase_add_test(t, controllers_are_whole_words);
	tcase_add_test(t, paths);
	tcase_add_test(t, path_of_a_long_id);
	tcase_add_test(t, conversions_are_monotone);
	tcase_add_test(t, memory_v1);
	tcase_add_test(t, memory_refusals);
	tcase_add_test(t, memory_v2);
	tcase_add_test(t, zero_is_not_set_but_for_pids);
	tcase_add_test(t, cpu_files);
	tcase_add_test(t, block_io_files);
	tcase_add_test(t, block_io_needs_device_numbers);
	tcase_add_test(t, other_controllers);
	tcase_add_test(t, page_sizes);
	tcase_add_test(t, state_round_trip);
	tcase_add_test(t, state_is_not_trusted);
	suite_add_tcase(s, t);
	return suite_run(s);
}
