/* SPDX-License-Identifier: Apache-2.0 */
/* What systemd is asked for: names of units, properties out of resources and annotations. */
#include "cgroup_internal.h"

#include "cleanup.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *configured, *id;
	bool user;
	const char *slice, *unit; /* NULL: refused */
} names[] = {
	{"system.slice:docker:abc", "x", false, "system.slice", "docker-abc.scope"},
	{":docker:abc", "x", false, "system.slice", "docker-abc.scope"},
	{":docker:abc", "x", true, "user.slice", "docker-abc.scope"},
	{"a-b.slice::abc", "x", false, "a-b.slice", "abc.scope"},
	{"-.slice:p:n", "x", false, "-.slice", "p-n.scope"},
	{NULL, "x+y", false, "system.slice", "refrun-x\\x2by.scope"},
	{"", "x", true, "user.slice", "refrun-x.scope"},
	{"/abs", "x", false, NULL, NULL},
	{"a.slice:only", "x", false, NULL, NULL},
	{"a.slice:b:", "x", false, NULL, NULL},
	{"a.slice:b:c:d", "x", false, NULL, NULL},
	{"a.service:b:c", "x", false, NULL, NULL},
	{"a/b.slice:b:c", "x", false, NULL, NULL},
	{"../a.slice:b:c", "x", false, NULL, NULL},
	{"a--b.slice:b:c", "x", false, NULL, NULL},
	{"a-.slice:b:c", "x", false, NULL, NULL},
	{"-a.slice:b:c", "x", false, NULL, NULL},
	{".slice:b:c", "x", false, NULL, NULL},
	{"a.slice:b:../c", "x", false, NULL, NULL},
	{"a.slice:b:c d", "x", false, NULL, NULL},
};

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

START_TEST(test_names)
{
	cleanup_free char *slice = NULL, *unit = NULL;
	struct err e = {0};
	int r = cgroup_systemd_names(names[_i].configured, names[_i].id, names[_i].user, &slice,
				     &unit, &e);

	if (!names[_i].slice) {
		ck_assert_int_eq(r, -EINVAL);
		ck_assert_str_ne(e.msg, "");
		return;
	}
	ck_assert_msg(r == 0, "%s", e.msg);
	ck_assert_str_eq(slice, names[_i].slice);
	ck_assert_str_eq(unit, names[_i].unit);
}
END_TEST

START_TEST(test_slice_paths)
{
	static const char *const paths[][2] = {
		{"-.slice", ""},
		{"a.slice", "/a.slice"},
		{"a-b.slice", "/a.slice/a-b.slice"},
		{"kube-pods-x1.slice", "/kube.slice/kube-pods.slice/kube-pods-x1.slice"}};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		cleanup_free char *path = cgroup_systemd_slice_path(paths[i][0]);

		ck_assert_str_eq(path, paths[i][1]);
	}
}
END_TEST

START_TEST(test_user_root)
{
	static const struct {
		const char *own, *root; /* NULL: refused */
	} t[] = {
		{"/user.slice/user-7.slice/user@7.service/app.slice/a.scope",
		 "/user.slice/user-7.slice/user@7.service"},
		{"/user.slice/user-7.slice/user@7.service",
		 "/user.slice/user-7.slice/user@7.service"},
		{"/user.slice/user-7.slice/user@77.service/app.slice", NULL},
		{"/user.slice/user-7.slice/user@7.services", NULL},
		{"/user.slice/user-7.slice/session-1.scope", NULL},
		{NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		cleanup_free char *root = NULL;
		struct err e = {0};
		int r = cgroup_systemd_user_root(t[i].own, 7, &root, &e);

		ck_assert_int_eq(r, t[i].root ? 0 : -EOPNOTSUPP);
		ck_assert(str_eq(root, t[i].root) && (r == 0 || strstr(e.msg, "user@7.service")));
	}
}
END_TEST

/* The properties as one line each: "name type value". */
static char *print(const struct json *list)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "");
	for (size_t i = 0; i < list->count; i++) {
		const struct json *p = list->items[i];
		CLEANUP(strbuf_done) struct strbuf v = STRBUF_INIT;

		json_print(json_member(p, "value"), 0, &v);
		strbuf_addf(&b, "%s %s %.*s\n", json_string(json_member(p, "name")),
			    json_string(json_member(p, "type")), (int)strcspn(v.buf, "\n"), v.buf);
	}
	return strbuf_take(&b);
}

static char *properties_of(const char *text, bool v2, bool devices)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = NULL;
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	struct err e = {0};

	ck_assert_msg(cfg_parse(CFG_RESOURCES, text, strlen(text), &d, NULL, &e) >= 0, "%s", e.msg);
	ck_assert_msg(cgroup_systemd_resources(d, d->resources, v2, devices, list, &e) >= 0, "%s",
		      e.msg);
	return print(list);
}

static const struct {
	const char *resources;
	bool v2;
	const char *properties;
} resources[] = {
	{"{}", true, ""},
	{"{\"memory\":{\"limit\":104857600,\"reservation\":5,\"swap\":157286400}}", true,
	 "MemoryMax t 104857600\nMemoryLow t 5\nMemorySwapMax t 52428800\n"},
	{"{\"memory\":{\"limit\":104857600,\"swap\":157286400}}", false,
	 "MemoryLimit t 104857600\n"},
	{"{\"memory\":{\"limit\":-1,\"swap\":-1}}", true,
	 "MemoryMax t 18446744073709551615\nMemorySwapMax t 18446744073709551615\n"},
	{"{\"memory\":{\"limit\":-1}}", true,
	 "MemoryMax t 18446744073709551615\nMemorySwapMax t 18446744073709551615\n"},
	{"{\"memory\":{\"limit\":0}}", true, ""},
	{"{\"cpu\":{\"shares\":1024}}", true, "CPUWeight t 100\n"},
	{"{\"cpu\":{\"shares\":1024}}", false, "CPUShares t 1024\n"},
	/* a third of a processor is rounded up to what systemd can keep */
	{"{\"cpu\":{\"quota\":10000,\"period\":30000}}", true,
	 "CPUQuotaPeriodUSec t 30000\nCPUQuotaPerSecUSec t 340000\n"},
	{"{\"cpu\":{\"quota\":50000}}", true,
	 "CPUQuotaPeriodUSec t 100000\nCPUQuotaPerSecUSec t 500000\n"},
	{"{\"cpu\":{\"period\":30000}}", true, "CPUQuotaPeriodUSec t 30000\n"},
	{"{\"cpu\":{\"quota\":-1}}", true, "CPUQuotaPerSecUSec t 18446744073709551615\n"},
	{"{\"cpu\":{\"cpus\":\"0-2,9\",\"mems\":\"0\"}}", true,
	 "AllowedCPUs ay [7,2]\nAllowedMemoryNodes ay [1]\n"},
	{"{\"cpu\":{\"cpus\":\"nonsense\"}}", true, ""},
	{"{\"cpu\":{\"cpus\":\"0-\"}}", true, ""},
	{"{\"cpu\":{\"cpus\":\"0-99999999\"}}", true, ""},
	/* no number of a CPU, neither as 0 nor without the sign */
	{"{\"cpu\":{\"cpus\":\"4294967296\",\"mems\":\"+1\"}}", true, ""},
	{"{\"pids\":{\"limit\":7}}", true, "TasksMax t 7\n"},
	{"{\"pids\":{\"limit\":-1}}", true, "TasksMax t 18446744073709551615\n"},
	{"{\"pids\":{\"limit\":0}}", true, "TasksMax t 1\n"},
	{"{\"blockIO\":{\"weight\":1000}}", true, "IOWeight t 10000\n"},
	{"{\"blockIO\":{\"weight\":300}}", false, "BlockIOWeight t 300\n"},
	{"{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":7,\"minor\":0,\"rate\":1},"
	 "{\"major\":-7,\"minor\":0,\"rate\":1},{\"major\":7,\"minor\":1,\"rate\":0}],"
	 "\"throttleWriteIOPSDevice\":[{\"major\":7,\"minor\":0,\"rate\":5}],"
	 "\"weightDevice\":[{\"major\":7,\"minor\":0,\"weight\":1000}]}}",
	 true,
	 "IODeviceWeight a(st) [[\"/dev/block/7:0\",10000]]\n"
	 "IOReadBandwidthMax a(st) [[\"/dev/block/7:0\",1],"
	 "[\"/dev/block/7:1\",18446744073709551615]]\n"
	 "IOWriteIOPSMax a(st) [[\"/dev/block/7:0\",5]]\n"},
	{"{\"blockIO\":{\"throttleWriteBpsDevice\":[{\"major\":7,\"minor\":0,\"rate\":9}],"
	 "\"throttleReadIOPSDevice\":[{\"major\":7,\"minor\":0,\"rate\":5}]}}",
	 false, "BlockIOWriteBandwidth a(st) [[\"/dev/block/7:0\",9]]\n"},
	{"{\"unified\":{\"memory.high\":\"max\",\"memory.min\":\"4096\",\"cpuset.cpus\":\"1\","
	 "\"io.max\":\"7:0 rbps=1\"}}",
	 true, "MemoryHigh t 18446744073709551615\nMemoryMin t 4096\nAllowedCPUs ay [2]\n"},
	/* 0 where systemd has it, else the least; and as the kernel writes numbers */
	{"{\"unified\":{\"memory.min\":\"0\",\"memory.low\":\"0\",\"memory.swap.max\":\"0\","
	 "\"memory.high\":\"0\",\"memory.max\":\"0\",\"pids.max\":\"0\"}}",
	 true,
	 "MemoryMin t 0\nMemoryLow t 0\nMemorySwapMax t 0\nMemoryHigh t 1\nMemoryMax t 1\n"
	 "TasksMax t 1\n"},
	{"{\"unified\":{\"memory.max\":\"64M\",\"memory.high\":\"3k\\n\",\"memory.low\":\"1x\","
	 "\"memory.min\":\"1\\n2\",\"memory.swap.max\":\"16E\",\"cpu.weight\":\"0\"}}",
	 true, "MemoryMax t 67108864\nMemoryHigh t 3072\n"},
	{"{\"unified\":{\"cpu.max\":\"50000 100000\"}}", true,
	 "CPUQuotaPeriodUSec t 100000\nCPUQuotaPerSecUSec t 500000\n"},
	{"{\"unified\":{\"cpu.max\":\"50000 100000\"}}", false, ""},
	{"{\"unified\":{\"cpu.max\":\"max 20000\"}}", true,
	 "CPUQuotaPeriodUSec t 20000\nCPUQuotaPerSecUSec t 18446744073709551615\n"},
	{"{\"unified\":{\"cpu.max\":\"max\"}}", true,
	 "CPUQuotaPerSecUSec t 18446744073709551615\n"},
	{"{\"unified\":{\"cpu.max\":\"50000\"},\"cpu\":{\"quota\":1000,\"period\":50000}}", true,
	 "CPUQuotaPeriodUSec t 50000\nCPUQuotaPerSecUSec t 1000000\n"},
	{"{\"unified\":{\"cpu.max\":\"0 100000\"}}", true, ""},
	{"{\"unified\":{\"cpu.max\":\"5 x\"}}", true, ""},
	{"{\"unified\":{\"cpu.idle\":\"1\",\"cpu.weight\":\"50\"}}", true, "CPUWeight t 0\n"},
	{"{\"unified\":{\"cpu.idle\":\"0\",\"cpu.weight\":\"50\"}}", true, "CPUWeight t 50\n"},
	{"{\"cpu\":{\"idle\":1,\"shares\":512}}", true, "CPUWeight t 0\n"},
	{"{\"cpu\":{\"idle\":1,\"shares\":512}}", false, "CPUShares t 512\n"},
	{"{\"cpu\":{\"idle\":0,\"shares\":1024}}", true, "CPUWeight t 100\n"},
	{"{\"cpu\":{\"idle\":2}}", true, ""},
	{"{\"unified\":{\"io.weight\":\"default 300\"}}", true, "IOWeight t 300\n"},
	{"{\"unified\":{\"io.weight\":\"7:0 300\",\"cpu.weight\":\"10001\"}}", true, ""},
};

START_TEST(test_resources)
{
	cleanup_free char *got = properties_of(resources[_i].resources, resources[_i].v2, false);

	ck_assert_str_eq(got, resources[_i].properties);
}
END_TEST

/* What an update of an idle container, or of one that is not, comes to. */
START_TEST(test_idle)
{
	static const struct {
		struct cfg_cpu is, becomes;
		bool now;
	} t[] = {
		{{.has_quota = true}, {.has_quota = true}, false},
		{{.has_quota = true}, {.has_quota = true, .has_idle = true, .idle = 1}, true},
		{{.has_idle = true}, {.has_idle = true}, false},
		{{.has_idle = true}, {.has_idle = true, .has_shares = true, .shares = 1024}, true},
		{{.has_idle = true, .has_shares = true, .shares = 7},
		 {.has_idle = true, .has_shares = true, .shares = 7},
		 true},
		{{.has_idle = true, .idle = 1}, {.has_idle = true, .idle = 1}, true},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct cfg_cpu c = t[i].is;

		cgroup_systemd_idle(t[i].now, &c);
		ck_assert(c.has_idle == t[i].becomes.has_idle && c.idle == t[i].becomes.idle);
		ck_assert(c.has_shares == t[i].becomes.has_shares);
		ck_assert(c.shares == t[i].becomes.shares);
		ck_assert(c.has_quota == t[i].becomes.has_quota);
	}
}
END_TEST

START_TEST(test_devices)
{
	cleanup_free char *one = properties_of(
		"{\"devices\":[{\"allow\":false,\"access\":\"rwm\"},"
		"{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rw\"},"
		"{\"allow\":true,\"type\":\"b\",\"access\":\"m\"},"
		"{\"allow\":true,\"type\":\"c\",\"major\":1,\"access\":\"r\"}]}",
		true, true);
	cleanup_free char *all =
		properties_of("{\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]}", true, true);
	/* every major, one minor: systemd has no word for it, and "auto" would allow all on v1 */
	static const char minor[] =
		"{\"devices\":[{\"allow\":true,\"type\":\"c\",\"minor\":3,\"access\":\"r\"}]}";
	cleanup_free char *odd = properties_of(minor, true, true);
	cleanup_free char *v1 = properties_of(minor, false, true);

	ck_assert_ptr_nonnull(strstr(
		one, "DevicePolicy s \"strict\"\nDeviceAllow a(ss) []\nDeviceAllow a(ss) ["));
	ck_assert_ptr_nonnull(strstr(one, "[\"/dev/char/10:229\",\"rw\"]"));
	ck_assert_ptr_nonnull(strstr(one, "[\"block-*\",\"m\"]"));
	ck_assert_ptr_nonnull(strstr(one, "[\"char-mem\",\"r\"]"));
	ck_assert_str_eq(all, "DevicePolicy s \"auto\"\nDeviceAllow a(ss) []\n");
	ck_assert_str_eq(odd, all);
	ck_assert_ptr_nonnull(strstr(v1, "DevicePolicy s \"strict\"\n"));
	ck_assert_ptr_nonnull(strstr(v1, "[[\"/dev/char/1:3\",\"rwm\"],"));
}
END_TEST

/* For systemd an access of nothing is any access: a rule that took everything back is none. */
START_TEST(test_devices_taken_back)
{
	cleanup_free char *got = properties_of(
		"{\"devices\":[{\"allow\":false,\"access\":\"rwm\"},"
		"{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rw\"},"
		"{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":230,\"access\":\"rw\"},"
		"{\"allow\":false,\"type\":\"c\",\"major\":10,\"minor\":230,\"access\":\"rwm\"}]}",
		false, true);

	ck_assert_ptr_nonnull(strstr(got, "[\"/dev/char/10:229\",\"rw\"]"));
	ck_assert_msg(!strstr(got, "\"\""), "%s", got);
	ck_assert_msg(!strstr(got, "10:230"), "%s", got);
}
END_TEST

#define DRIVERS                                                                                    \
	"Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n  5 /dev/tty\n 10 odd name\n 11 "    \
	"a*\n"                                                                                     \
	"204 tty\n\nBlock devices:\n  7 loop\n  8 sd\n 65 sd\n259 blkext\n"

/* systemd takes a driver's name for all that it has. */
START_TEST(test_drivers)
{
	static const struct {
		bool block;
		int64_t major;
		const char *name;
	} drivers[] = {
		{false, 1, "mem"},  {false, 4, "/dev/vc/0"}, {false, 5, "/dev/tty"},
		{false, 204, NULL}, {false, 10, NULL},	     {false, 11, NULL},
		{false, 7, NULL},   {true, 7, "loop"},	     {true, 8, NULL},
		{true, 65, NULL},   {true, 259, "blkext"},   {true, 1, NULL},
	};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		cleanup_free char *name =
			cgroup_systemd_driver(DRIVERS, drivers[i].block, drivers[i].major);

		ck_assert_msg(str_eq(name, drivers[i].name), "%zu: %s", i, name);
	}
}
END_TEST

static const struct {
	const char *name, *value;
	const char *property; /* NULL: refused */
} annotations[] = {
	{"TimeoutStopUSec", "uint64 5000000", "TimeoutStopUSec t 5000000\n"},
	{"TimeoutStopUSec", "5000000", "TimeoutStopUSec t 5000000\n"},
	{"TimeoutStopSec", "5", "TimeoutStopUSec t 5000000\n"},
	{"CollectMode", "'inactive-or-failed'", "CollectMode s \"inactive-or-failed\"\n"},
	{"CollectMode", "\"inactive\"", "CollectMode s \"inactive\"\n"},
	{"SendSIGHUP", "true", "SendSIGHUP b true\n"},
	{"KillSignal", "int32 15", "KillSignal i 15\n"},
	{"Wants", "['a.service', \"b.service\"]", "Wants as [\"a.service\",\"b.service\"]\n"},
	{"Wants", "[]", "Wants as []\n"},
	{"CollectMode", "inactive", NULL},
	{"CollectMode", "'a' 'b'", NULL},
	{"CollectMode", "'a\\nb'", NULL},
	{"SendSIGHUP", "1", NULL},
	{"KillSignal", "99999999999", NULL},
	{"TimeoutStopSec", "18446744073709551615", NULL},
	{"TimeoutStopUSec", "-1", NULL},
	{"Wants", "['a'", NULL},
	{"Wants", "['a',]", NULL},
	{"Wants", "['a'] x", NULL},
	/* no property of ours, however well-formed */
	{"ExecStart", "'/bin/sh'", NULL},
	{"User", "'root'", NULL},
	{"Slice", "'system.slice'", NULL},
	{"PIDs", "[1]", NULL},
	{"Delegate", "false", NULL},
	{"DeviceAllow", "['/dev/sda']", NULL},
	{"", "'x'", NULL},
};

/* cgroup_systemd_annotations() for one. */
static int annotate(const char *name, const char *text_of_value, const struct json *limits,
		    struct json *list, struct err *e)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = NULL;
	CLEANUP(json_freep) struct json *value = json_new_string(text_of_value);
	CLEANUP(strbuf_done) struct strbuf v = STRBUF_INIT;
	cleanup_free char *text = NULL;

	json_print(value, 0, &v);
	text = str_format("{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"annotations\":{"
			  "\"org.systemd.property.%s\":%s,\"other\":\"x\"}}",
			  name, v.buf);
	ck_assert_msg(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, e) >= 0, "%s", e->msg);
	return cgroup_systemd_annotations(d, limits, list, e);
}

START_TEST(test_annotations)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	cleanup_free char *got = NULL;
	struct err e = {0};
	int r = annotate(annotations[_i].name, annotations[_i].value, NULL, list, &e);

	if (!annotations[_i].property) {
		ck_assert_int_lt(r, 0);
		ck_assert_ptr_nonnull(strstr(e.msg, "org.systemd.property."));
		ck_assert_ptr_nonnull(strstr(e.msg, "1:"));
		return;
	}
	ck_assert_msg(r == 0, "%s", e.msg);
	got = print(list);
	ck_assert_str_eq(got, annotations[_i].property);
}
END_TEST

/* What linux.resources limits stays limited as it says. On v1 systemd forgets its properties of v1
 * where there is one of v2. */
START_TEST(test_annotations_against_limits)
{
	static const struct {
		const char *resources;
		bool v2;
		const char *annotation;
		bool refused;
	} t[] = {
		{"{\"memory\":{\"limit\":104857600}}", true, "MemoryMax", true},
		{"{\"memory\":{\"limit\":104857600}}", true, "MemoryHigh", false},
		{"{\"memory\":{\"limit\":104857600}}", true, "TasksMax", false},
		{"{\"memory\":{\"limit\":104857600}}", false, "MemoryMax", true},
		{"{\"memory\":{\"limit\":104857600}}", false, "MemoryHigh", true},
		{"{\"unified\":{\"memory.high\":\"1M\"}}", true, "MemoryHigh", true},
		{"{\"pids\":{\"limit\":7}}", true, "TasksMax", true},
		{"{\"pids\":{\"limit\":0}}", false, "TasksMax", true},
		{"{\"cpu\":{\"shares\":7}}", true, "CPUWeight", true},
		{"{\"cpu\":{\"shares\":7}}", true, "StartupCPUWeight", true},
		{"{\"cpu\":{\"shares\":7}}", false, "StartupCPUWeight", true},
		{"{\"cpu\":{\"shares\":7}}", false, "IOWeight", false},
		{"{\"blockIO\":{\"weight\":100}}", true, "IOWeight", true},
		{"{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":7,\"minor\":0,\"rate\":1}]}}",
		 true, "IOWeight", false},
		{"{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":7,\"minor\":0,\"rate\":1}]}}",
		 false, "StartupIOWeight", true},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *d = NULL;
		CLEANUP(json_freep)
		struct json *limits = json_new(JSON_ARRAY), *list = json_new(JSON_ARRAY);
		struct err e = {0};

		ck_assert_int_ge(cfg_parse(CFG_RESOURCES, t[i].resources, strlen(t[i].resources),
					   &d, NULL, &e),
				 0);
		ck_assert_int_eq(
			cgroup_systemd_resources(d, d->resources, t[i].v2, false, limits, &e), 0);
		ck_assert_msg(annotate(t[i].annotation, "uint64 99", limits, list, &e) ==
				      (t[i].refused ? -EINVAL : 0),
			      "%zu: %s", i, e.msg);
		ck_assert(!t[i].refused || strstr(e.msg, "linux.resources"));
	}
}
END_TEST

START_TEST(test_state)
{
	CLEANUP(cgroup_freep) struct cgroup *cg = NULL, *again = NULL;
	CLEANUP(json_freep) struct json *j = NULL, *bad = NULL;
	static const char config[] =
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"linux\":{\"cgroupsPath\":"
		"\"a-b.slice:p:n\"}}";
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = NULL;
	struct err e = {0};
	int r;

	ck_assert_int_ge(cfg_parse(CFG_CONFIG, config, strlen(config), &d, NULL, &e), 0);
	r = cgroup_plan_systemd(d, "x", false, &cg, &e);
	if (!cgroup_has_systemd()) {
		ck_assert_int_eq(r, -EOPNOTSUPP);
		ck_assert_ptr_nonnull(strstr(e.msg, "no systemd cgroup driver"));
		return;
	}
	if (r == -ENOENT) /* no cgroup is mounted where this runs */
		return;
	ck_assert_msg(r == 0, "%s", e.msg);
	for (size_t i = 0; i < cg->count; i++) {
		ck_assert_str_eq(cg->items[i].path, "/a.slice/a-b.slice/p-n.scope");
		ck_assert_uint_eq(cg->items[i].kept, strlen("/a.slice/a-b.slice"));
	}
	j = state_of(cg);
	ck_assert_msg(cgroup_from_json(j, &again, &e) == 0, "%s", e.msg);
	ck_assert_str_eq(again->systemd->unit, "p-n.scope");
	ck_assert_str_eq(again->systemd->slice, "a-b.slice");
	/* a state that names somebody else's unit is not believed */
	bad = json_copy(j);
	ck_assert_int_eq(json_set(&bad, "/systemd/unit", json_new_string("ssh.service"), &e), 0);
	cgroup_free(again);
	again = NULL;
	ck_assert_int_eq(cgroup_from_json(bad, &again, &e), -EINVAL);
}
END_TEST

/* Whoever may write to the directory that we were called from must not get a program executed. */
START_TEST(test_helper)
{
	static const struct {
		uid_t owner;
		gid_t group;
		mode_t dir, file;
		bool beside;
	} places[] = {
		{0, 0, 0755, 0755, true},      {0, 0, 0775, 0775, true},
		{0, 0, 0755, 0644, false},     {0, 0, 01777, 0755, false},
		{0, 0, 0757, 0755, false},     {0, 0, 0755, 0757, false},
		{12345, 0, 0755, 0755, false}, {0, 12345, 0775, 0755, false},
		{0, 12345, 0755, 0775, false}, {0, 12345, 0755, 0755, true},
	};
	char dir[] = "/tmp/test-helper.XXXXXX", called_as[64], helper[64];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(called_as, sizeof(called_as), "%s/refrun", dir);
	(void)snprintf(helper, sizeof(helper), "%s/refrun-systemd", dir);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int fd = open(helper, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
		cleanup_free char *found = NULL;

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(fchown(fd, places[i].owner, places[i].group), 0);
		ck_assert_int_eq(fchmod(fd, places[i].file), 0);
		ck_assert_int_eq(chown(dir, places[i].owner, places[i].group), 0);
		ck_assert_int_eq(chmod(dir, places[i].dir), 0);
		(void)close(fd);
		found = cgroup_systemd_helper(called_as);
		ck_assert_msg(str_eq(found, helper) == places[i].beside, "%zu: %s", i, found);
	}
	ck_assert_int_eq(unlink(helper), 0);
	ck_assert_int_eq(symlink("/bin/true", helper), 0);
	ck_assert_int_eq(chown(dir, 0, 0), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	for (int i = 0; i < 2; i++) {
		/* a link, then a name without a directory */
		cleanup_free char *found = cgroup_systemd_helper(i ? "refrun" : called_as);

		ck_assert_ptr_null(found ? strstr(found, dir) : NULL);
		ck_assert(!found || *found == '/');
	}
	ck_assert_int_eq(unlink(helper), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroup_systemd");
	TCase *t = tcase_create("plan");

	tcase_add_loop_test(t, test_names, 0, sizeof(names) / sizeof(*names));
	tcase_add_test(t, test_slice_paths);
	tcase_add_test(t, test_user_root);
	tcase_add_loop_test(t, test_resources, 0, sizeof(resources) / sizeof(*resources));
	tcase_add_test(t, test_idle);
	tcase_add_test(t, test_devices);
	tcase_add_test(t, test_devices_taken_back);
	tcase_add_test(t, test_drivers);
	tcase_add_loop_test(t, test_annotations, 0, sizeof(annotations) / sizeof(*annotations));
	tcase_add_test(t, test_annotations_against_limits);
	tcase_add_test(t, test_state);
	if (geteuid() == 0) /* it gives files away */
		tcase_add_test(t, test_helper);
	suite_add_tcase(s, t);
	return suite_run(s);
}
