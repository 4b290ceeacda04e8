/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of device rules: what they allow, as a program and in the words of v1. */
#include "resources_fixture.h"
#include "suite.h"

static void collect(const char *rules, struct cfg_doc **ret_doc, struct cgroup_devices *ret)
{
	cleanup_free char *text = str_format("{\"devices\":[%s]}", rules);
	struct err e = {0};

	*ret_doc = resources(text);
	ck_assert_msg(cgroup_devices_collect(*ret_doc, (*ret_doc)->resources, ret, &e) >= 0, "%s",
		      e.msg);
}

#define DENY_ALL "{\"allow\":false,\"access\":\"rwm\"}"
#define FUSE	 "\"type\":\"c\",\"major\":10,\"minor\":229"

static const struct {
	const char *rules;
	bool read, write, make; /* of c 10:229 */
	bool other;		/* reading of c 10:200 */
	bool block;		/* reading of b 10:229 */
} device_cases[] = {
	{"", false, false, false, false, false},
	{DENY_ALL, false, false, false, false, false},
	{DENY_ALL ",{\"allow\":true," FUSE ",\"access\":\"rw\"}", true, true, false, false, false},
	{DENY_ALL ",{\"allow\":true," FUSE "}", true, true, true, false, false},
	{"{\"allow\":true," FUSE "}," DENY_ALL, false, false, false, false, false},
	{"{\"allow\":true,\"type\":\"a\",\"access\":\"rwm\"}", true, true, true, true, true},
	{"{\"allow\":true},{\"allow\":false," FUSE ",\"access\":\"w\"}", true, false, true, true,
	 true},
	{"{\"allow\":true},{\"allow\":false,\"type\":\"b\",\"access\":\"r\"}", true, true, true,
	 true, false},
	{"{\"allow\":true,\"type\":\"c\",\"major\":10,\"access\":\"r\"},{\"allow\":true," FUSE
	 ",\"access\":\"w\"}",
	 true, true, false, true, false},
	{"{\"allow\":true," FUSE ",\"access\":\"w\"},{\"allow\":true,\"type\":\"c\",\"major\":10,"
	 "\"access\":\"r\"}",
	 true, true, false, true, false},
	{"{\"allow\":true," FUSE ",\"access\":\"rw\"},{\"allow\":false," FUSE ",\"access\":\"w\"}",
	 true, false, false, false, false},
	{"{\"allow\":true,\"major\":10,\"access\":\"rm\"}", true, false, true, true, true},
	{"{\"allow\":true," FUSE ",\"access\":\"w\"}", false, true, false, false, false},
	{"{\"allow\":true," FUSE ",\"access\":\"r\"}", true, false, false, false, false},
};

START_TEST(device_lists)
{
	unsigned int rw = CGROUP_DEV_R | CGROUP_DEV_W;

	for (size_t i = 0; i < sizeof(device_cases) / sizeof(*device_cases); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
		struct cgroup_devices list = {0};
		struct cgroup_devices_v1 v = {0};
		struct bpf_insn *insns = NULL;
		size_t count = 0;
		struct err e = {0};
		const struct {
			struct device_access a;
			bool want;
		} q[] = {
			{{CGROUP_DEV_CHAR, CGROUP_DEV_R, 10, 229}, device_cases[i].read},
			{{CGROUP_DEV_CHAR, CGROUP_DEV_W, 10, 229}, device_cases[i].write},
			{{CGROUP_DEV_CHAR, rw, 10, 229},
			 device_cases[i].read && device_cases[i].write},
			{{CGROUP_DEV_CHAR, CGROUP_DEV_M, 10, 229}, device_cases[i].make},
			{{CGROUP_DEV_CHAR, CGROUP_DEV_R, 10, 200}, device_cases[i].other},
			{{CGROUP_DEV_BLOCK, CGROUP_DEV_R, 10, 229}, device_cases[i].block},
			{{CGROUP_DEV_CHAR, CGROUP_DEV_RWM, 1, 3}, true},
			{{CGROUP_DEV_CHAR, CGROUP_DEV_RWM, 136, 4711}, true},
		};

		collect(device_cases[i].rules, &doc, &list);
		ck_assert_msg(cgroup_devices_to_v1(doc, &list, &v, &e) >= 0, "%zu: %s", i, e.msg);
		ck_assert_int_eq(cgroup_devices_to_bpf(&list, &insns, &count), 0);
		ck_assert(devices_bpf_check(insns, count));
		for (size_t k = 0; k < sizeof(q) / sizeof(*q); k++) {
			ck_assert_msg(devices_list_allows(&list, &q[k].a) == q[k].want,
				      "list %zu, question %zu", i, k);
			ck_assert_msg(devices_v1_allows(&v, &q[k].a) == q[k].want,
				      "v1: list %zu, question %zu", i, k);
			ck_assert_msg(devices_bpf_allows(insns, count, &q[k].a) == q[k].want,
				      "bpf: list %zu, question %zu", i, k);
		}
		free(insns);
		free(v.items);
		cgroup_devices_done(&list);
	}
}
END_TEST

/* Rules that share a verdict: with and without numbers of their own, of either type, in runs that
 * other rules interrupt, and more of them than one verdict serves. */
static const struct {
	unsigned int types;
	int64_t major, minor;
	bool allow;
} shared_verdicts[] = {
	{CGROUP_DEV_CHAR, 1, 3, true},	  {CGROUP_DEV_CHAR, 1, 5, true},
	{CGROUP_DEV_CHAR, 136, -1, true}, {CGROUP_DEV_CHAR, -1, 9, true},
	{CGROUP_DEV_CHAR, 1, 7, true},	  {CGROUP_DEV_CHAR, 1, 5, false},
	{CGROUP_DEV_BLOCK, 1, 5, false},  {CGROUP_DEV_BLOCK, 8, 1, true},
	{CGROUP_DEV_BLOCK, 8, -1, true},  {CGROUP_DEV_BLOCK, 8, 2, true},
	{CGROUP_DEV_BOTH, 10, 1, true},	  {CGROUP_DEV_BOTH, 10, 2, true},
	{CGROUP_DEV_BOTH, -1, 3, true},	  {CGROUP_DEV_BOTH, 10, -1, true},
	{CGROUP_DEV_BOTH, 10, 2, false},  {CGROUP_DEV_BOTH, UINT32_MAX, UINT32_MAX, false},
};

START_TEST(device_rules_that_share_a_verdict)
{
	size_t ngiven = sizeof(shared_verdicts) / sizeof(*shared_verdicts), n = _i ? 32000 : 64,
	       count = 0;
	struct cgroup_devices list = {.items = calloc(n, sizeof(*list.items))};
	cleanup_free struct bpf_insn *insns = NULL;

	ck_assert_ptr_nonnull(list.items);
	for (size_t i = 0; i < n; i++) {
		struct cgroup_device *d = &list.items[list.count++];

		*d = (struct cgroup_device){.types = CGROUP_DEV_CHAR,
					    .major = 500 + (int64_t)i / 7,
					    .minor = (int64_t)i,
					    .access = CGROUP_DEV_RWM,
					    .allow = true};
		if (i < ngiven) {
			d->types = shared_verdicts[i].types;
			d->major = shared_verdicts[i].major;
			d->minor = shared_verdicts[i].minor;
			d->allow = shared_verdicts[i].allow;
		}
	}
	ck_assert_int_eq(cgroup_devices_to_bpf(&list, &insns, &count), 0);
	ck_assert(devices_bpf_check(insns, count));
	for (size_t i = 0; i < n; i += _i ? 7919 : 1) {
		const struct cgroup_device *d = &list.items[i];
		uint32_t major = d->major < 0 ? 10 : (uint32_t)d->major;
		uint32_t minor = d->minor < 0 ? 2 : (uint32_t)d->minor;

		for (unsigned int k = 0; k < 2 * 3 * 3; k++) {
			struct device_access a = {.type = 1 + k % 2,
						  .access = 1 + (unsigned int)i % 7,
						  .major = major + k / 2 % 3 - 1,
						  .minor = minor + k / 6 - 1};

			ck_assert_msg(devices_bpf_allows(insns, count, &a) ==
					      devices_list_allows(&list, &a),
				      "rule %zu, question %u", i, k);
		}
	}
	cgroup_devices_done(&list);
}
END_TEST

/* What every container has: few branches, as the kernel's verifier follows each. */
START_TEST(default_devices_are_few_branches)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	cleanup_free struct bpf_insn *insns = NULL;
	struct cgroup_devices list = {0};
	size_t count = 0;

	collect(DENY_ALL, &doc, &list);
	ck_assert_int_eq(cgroup_devices_to_bpf(&list, &insns, &count), 0);
	ck_assert_uint_le(count, 24);
	cgroup_devices_done(&list);
}
END_TEST

#define CROSSING                                                                                   \
	"{\"allow\":true,\"major\":12,\"access\":\"w\"},"                                          \
	"{\"allow\":true,\"minor\":3,\"access\":\"r\"}"

START_TEST(device_rules_that_v1_cannot_say)
{
	static const char *const rules[] = {
		"{\"allow\":true,\"type\":\"c\",\"major\":10,\"access\":\"rw\"},{\"allow\":"
		"false," FUSE "}",
		/* the default devices are a hole in this one */
		"{\"allow\":true},{\"allow\":false,\"type\":\"c\",\"major\":1}",
		/* both of c 12:3, but no exception has both */
		CROSSING,
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
		struct cgroup_devices list = {0};
		struct cgroup_devices_v1 v = {0};
		struct err e = {0};

		collect(rules[i], &doc, &list);
		ck_assert_int_eq(cgroup_devices_to_v1(doc, &list, &v, &e), -EOPNOTSUPP);
		ck_assert_ptr_nonnull(strstr(e.msg, i == 1 ? "devices" : "/devices/1"));
		cgroup_devices_done(&list);
	}
}
END_TEST

START_TEST(v1_list_of_the_kernels)
{
	static const char *const bad[] = {
		"c 1:3", "c 1 rwm", "d 1:3 rwm", "c 1:3 rwx", "c 1:3 rwm x", "c x:3 r", "c 1:-1 r",
		"rwm",	 "a *:* w", "a 1:3 rwm", "c :1:3 r",  "c  1:3 r",    "c 1: 3 r"};
	char all[] = "a *:* rwm", none[] = "", some[] = "c 1:3 rwm\nb *:* m\nc 136:* rw";
	struct cgroup_devices_v1 v;

	ck_assert_int_eq(cgroup_devices_v1_parse(all, &v), 0);
	ck_assert(v.default_allow && v.count == 0);
	free(v.items);
	ck_assert_int_eq(cgroup_devices_v1_parse(none, &v), 0);
	ck_assert(!v.default_allow && v.count == 0);
	free(v.items);
	ck_assert_int_eq(cgroup_devices_v1_parse(some, &v), 0);
	ck_assert(!v.default_allow && v.count == 3);
	ck_assert(v.items[0].types == CGROUP_DEV_CHAR && v.items[0].access == CGROUP_DEV_RWM);
	ck_assert(v.items[0].major == 1 && v.items[0].minor == 3);
	ck_assert(v.items[1].types == CGROUP_DEV_BLOCK && v.items[1].access == CGROUP_DEV_M);
	ck_assert(v.items[1].major == -1 && v.items[1].minor == -1);
	ck_assert(v.items[2].major == 136 && v.items[2].minor == -1);
	free(v.items);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cleanup_free char *text = strdup(bad[i]);

		ck_assert_msg(cgroup_devices_v1_parse(text, &v) == -EIO, "%s", bad[i]);
	}
}
END_TEST

/* What the kernel does with one line for a list that denies by default. */
static void take_step(struct cgroup_devices_v1 *v, const struct cgroup_device *d)
{
	size_t i = 0;

	while (i < v->count && (v->items[i].types != d->types || v->items[i].major != d->major ||
				v->items[i].minor != d->minor))
		i++;
	if (i == v->count) {
		v->items[v->count] = *d;
		v->items[v->count++].access = 0;
	}
	if (d->allow)
		v->items[i].access |= d->access;
	else
		v->items[i].access &= ~d->access;
}

/* Of the lists that have been met, each becomes each other one. */
START_TEST(v1_lists_change_step_by_step)
{
	size_t n = sizeof(device_cases) / sizeof(*device_cases);
	const char *from = device_cases[(size_t)_i / n].rules,
		   *to = device_cases[(size_t)_i % n].rules;
	CLEANUP(cfg_doc_freep) struct cfg_doc *from_doc = NULL, *to_doc = NULL;
	struct cgroup_devices from_list = {0}, to_list = {0};
	struct cgroup_devices_v1 is = {0}, want = {0}, now = {0}, steps = {0}, again = {0};

	collect(from, &from_doc, &from_list);
	collect(to, &to_doc, &to_list);
	ck_assert_int_eq(cgroup_devices_to_v1(from_doc, &from_list, &is, NULL), 0);
	ck_assert_int_eq(cgroup_devices_to_v1(to_doc, &to_list, &want, NULL), 0);
	if (!is.default_allow && !want.default_allow) {
		ck_assert_int_eq(cgroup_devices_v1_steps(&is, &want, &steps), 0);
		ck_assert(steps.count == 0 || !str_eq(from, to));
		now.items = calloc(is.count + steps.count + 1, sizeof(*now.items));
		ck_assert_ptr_nonnull(now.items);
		for (size_t i = 0; i < is.count; i++)
			now.items[now.count++] = is.items[i];
		for (size_t i = 0; i <= steps.count; i++) {
			for (unsigned int k = 0; k < 7 * 2 * 4; k++) {
				struct device_access a = {.type = 1 + k % 2,
							  .access = 1 + k / 2 % 7,
							  .major = k / 14 % 2 ? 10 : 1,
							  .minor = k / 28 ? 229 : 3};
				bool was = devices_v1_allows(&is, &a),
				     will = devices_v1_allows(&want, &a),
				     is_now = devices_v1_allows(&now, &a);

				ck_assert_msg(is_now == was || is_now == will,
					      "%s to %s: step %zu, question %u", from, to, i, k);
			}
			if (i < steps.count)
				take_step(&now, &steps.items[i]);
		}
		ck_assert_int_eq(cgroup_devices_v1_steps(&now, &want, &again), 0);
		ck_assert_uint_eq(again.count, 0);
	}
	free(is.items);
	free(want.items);
	free(now.items);
	free(steps.items);
	free(again.items);
	cgroup_devices_done(&from_list);
	cgroup_devices_done(&to_list);
}
END_TEST

/* linux.devices: usable where no rule speaks, and at least possible to make where some do. */
START_TEST(listed_devices)
{
	static const struct {
		const char *resources;
		unsigned int access;
	} t[] = {
		{"{}", CGROUP_DEV_RWM},
		{"{\"devices\":[]}", CGROUP_DEV_M},
	};

	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *text = str_format(
			"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"linux\":{"
			"\"resources\":%s,\"devices\":[{\"path\":\"/dev/fuse\",\"type\":\"c\","
			"\"major\":10,\"minor\":229},{\"path\":\"/dev/p\",\"type\":\"p\"}]}}",
			t[i].resources);
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
		struct cgroup_devices list = {0};
		const struct cgroup_device *last;

		ck_assert_int_eq(cfg_parse(CFG_CONFIG, text, strlen(text), &doc, NULL, NULL), 0);
		ck_assert_int_eq(
			cgroup_devices_collect(doc, doc->config->linux->resources, &list, NULL), 0);
		last = &list.items[list.count - 1];
		ck_assert(last->allow && last->major == 10 && last->minor == 229);
		ck_assert_uint_eq(last->access, t[i].access);
		cgroup_devices_done(&list);
	}
}
END_TEST

/* A rule without a number is one for all devices; a device with a strange one must not become it.
 */
START_TEST(listed_devices_have_real_numbers)
{
	static const char *const numbers[] = {
		"\"major\":-1,\"minor\":229",
		"\"major\":10,\"minor\":-1",
		"\"major\":4294967296,\"minor\":229",
		"\"major\":10,\"minor\":4294967296",
	};
	cleanup_free char *text = str_format("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},"
					     "\"linux\":{\"devices\":[{\"path\":\"/dev/fuse\","
					     "\"type\":\"c\",%s}]}}",
					     numbers[_i]);
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	struct cgroup_devices list = {0};
	struct err e = {0};

	ck_assert_int_eq(cfg_parse(CFG_CONFIG, text, strlen(text), &doc, NULL, NULL), 0);
	ck_assert_int_eq(cgroup_devices_collect(doc, NULL, &list, &e), -ERANGE);
	ck_assert_ptr_nonnull(
		strstr(e.msg, _i % 2 ? "/linux/devices/0/minor" : "/linux/devices/0/major"));
}
END_TEST

START_TEST(bad_device_rules)
{
	static const char *const bad[] = {
		"{\"allow\":true,\"type\":\"x\"}",	 "{\"allow\":true,\"access\":\"q\"}",
		"{\"allow\":true,\"access\":\"\"}",	 "{\"allow\":true,\"major\":-2}",
		"{\"allow\":true,\"minor\":4294967296}", "{\"allow\":true,\"minor\":4294967295}",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cleanup_free char *text = str_format("{\"devices\":[%s]}", bad[i]);
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
		struct cgroup_devices list = {0};
		struct err e = {0};

		/* the parser may have refused it already */
		if (cfg_parse(CFG_RESOURCES, text, strlen(text), &doc, NULL, &e) < 0)
			continue;
		ck_assert_int_eq(cgroup_devices_collect(doc, doc->resources, &list, &e), -EINVAL);
		ck_assert_ptr_nonnull(strstr(e.msg, "/devices/0"));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroup_device_rules");
	TCase *t = tcase_create("pure");

	tcase_add_test(t, device_lists);
	tcase_add_loop_test(t, device_rules_that_share_a_verdict, 0, 2);
	tcase_add_test(t, default_devices_are_few_branches);
	tcase_add_test(t, device_rules_that_v1_cannot_say);
	tcase_add_test(t, v1_list_of_the_kernels);
	tcase_add_loop_test(t, v1_lists_change_step_by_step, 0,
			    (int)(sizeof(device_cases) / sizeof(*device_cases) *
				  (sizeof(device_cases) / sizeof(*device_cases))));
	tcase_add_test(t, listed_devices);
	tcase_add_loop_test(t, listed_devices_have_real_numbers, 0, 4);
	tcase_add_test(t, bad_device_rules);
	suite_add_tcase(s, t);
	return suite_run(s);
}
