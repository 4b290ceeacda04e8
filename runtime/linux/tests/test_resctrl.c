/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of config-linux.md#intelrdt over a tree of plain files; what the kernel would put into
 * a new directory, kernel_fills() does. */
#include "resctrl.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/test-resctrl-XXXXXX";
static int root;
static struct cfg_doc *doc;
static struct resctrl *plan;
static struct err e;

static void put(const char *path, const char *text)
{
	cleanup_fd int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
}

static const char *get(const char *path)
{
	static char text[4096];
	cleanup_free char *buf = NULL;
	size_t len;

	if (fd_read_file_at(root, path, sizeof(text) - 1, &buf, &len, NULL) < 0)
		return NULL;
	memcpy(text, buf, len + 1);
	return text;
}

static bool is_there(const char *path)
{
	return faccessat(root, path, F_OK, 0) == 0;
}

static void kernel_fills(const char *group)
{
	static const char *const files[] = {"tasks", "schemata"};
	cleanup_free char *mon = str_format("%s/mon_groups", group);

	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *path = str_format("%s/%s", group, files[i]);

		put(path, i ? "    L3:0=7ff;1=7ff\n    MB:0=100;1=100\n" : "");
	}
	ck_assert(mkdirat(root, mon, 0755) == 0 || errno == EEXIST);
}

static void make_group(const char *name)
{
	ck_assert_int_eq(mkdirat(root, name, 0755), 0);
	kernel_fills(name);
}

/* rmdir(2) of resctrl takes the kernel's files with it. */
static void kernel_empties(const char *group)
{
	static const char *const names[] = {"tasks", "schemata"};

	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *path = str_format("%s/%s", group, names[i]);

		(void)unlinkat(root, path, 0);
	}
}

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root, 0);
	kernel_fills(".");
	ck_assert_int_eq(mkdirat(root, "info", 0755), 0);
	put("info/last_cmd_status", "ok\n");
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

static void teardown(void)
{
	resctrl_free(plan);
	cfg_doc_free(doc);
	fd_close(&root);
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const struct cfg_intel_rdt *rdt(void)
{
	return doc->config->linux->intel_rdt;
}

static int make_plan(const char *text)
{
	cleanup_free char *config =
		str_format("{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},"
			   "\"linux\":{\"intelRdt\":%s}}",
			   text);
	int r;

	cfg_doc_free(doc);
	resctrl_free(plan);
	plan = NULL;
	e = (struct err){0};
	r = cfg_parse(CFG_CONFIG, config, strlen(config), &doc, NULL, &e);
	ck_assert_msg(r == 0, "%s", e.msg);
	return resctrl_plan(root, doc, rdt(), "box", &plan, &e);
}

static void must_plan(const char *text)
{
	int r = make_plan(text);

	ck_assert_msg(r == 0, "%s", e.msg);
}

static void must_create(void)
{
	int r = resctrl_create(root, doc, rdt(), plan, &e);

	ck_assert_msg(r == 0, "%s", e.msg);
}

static void must_configure(void)
{
	int r = resctrl_configure(root, doc, rdt(), plan, &e);

	ck_assert_msg(r == 0, "%s", e.msg);
}

START_TEST(test_finds_the_mount)
{
	char text[] = "1 0 0:4 / /proc rw - proc proc rw\n"
		      "2 0 0:5 / /sys/fs/my\\040rdt rw - resctrl resctrl rw\n"
		      "3 0 0:5 / /second rw - resctrl resctrl rw\n";
	char other[] = "1 0 0:4 / /proc rw - proc resctrl rw\n", none[] = "";

	ck_assert_str_eq(resctrl_find(text), "/sys/fs/my rdt");
	ck_assert_ptr_null(resctrl_find(other));
	ck_assert_ptr_null(resctrl_find(none));
}
END_TEST

START_TEST(test_without_closid_the_group_is_the_containers)
{
	must_plan("{}");
	ck_assert_str_eq(plan->group, "box");
	ck_assert(plan->own_group);
	ck_assert(!is_there("box"));
	must_create();
	kernel_fills("box");
	must_configure();
	ck_assert_str_eq(get("box/schemata"), "    L3:0=7ff;1=7ff\n    MB:0=100;1=100\n");
	ck_assert_int_eq(resctrl_join(root, plan, 4711, &e), 0);
	ck_assert_str_eq(get("box/tasks"), "4711");
	kernel_empties("box");
	ck_assert_int_eq(unlinkat(root, "box/mon_groups", AT_REMOVEDIR), 0);
	ck_assert_int_eq(resctrl_remove(root, plan, &e), 0);
	ck_assert(!is_there("box"));
	ck_assert_int_eq(resctrl_remove(root, plan, &e), 0);
}
END_TEST

START_TEST(test_a_foreign_directory_of_our_name_stays)
{
	make_group("box");
	must_plan("{}");
	ck_assert(!plan->own_group);
	must_create();
	ck_assert_int_eq(resctrl_join(root, plan, 4711, &e), 0);
	ck_assert_int_eq(resctrl_remove(root, plan, &e), 0);
	ck_assert(is_there("box"));
}
END_TEST

START_TEST(test_root_is_the_default_class)
{
	must_plan("{\"closID\":\"/\"}");
	must_create();
	must_configure();
	ck_assert_int_eq(resctrl_join(root, plan, 4711, &e), 0);
	ck_assert_str_eq(get("tasks"), "4711");
	ck_assert_int_eq(resctrl_remove(root, plan, &e), 0);
	ck_assert(is_there("tasks"));
}
END_TEST

START_TEST(test_closid_without_schema_must_exist)
{
	ck_assert_int_eq(make_plan("{\"closID\":\"gold\"}"), -ENOENT);
	ck_assert_ptr_nonnull(strstr(e.msg, "/linux/intelRdt/closID"));
	ck_assert(!is_there("gold"));
	make_group("gold");
	must_plan("{\"closID\":\"gold\"}");
	must_create();
	must_configure();
	ck_assert_str_eq(get("gold/schemata"), "    L3:0=7ff;1=7ff\n    MB:0=100;1=100\n");
	ck_assert_int_eq(resctrl_join(root, plan, 4711, &e), 0);
	ck_assert_str_eq(get("gold/tasks"), "4711");
	ck_assert_int_eq(resctrl_remove(root, plan, &e), 0);
	ck_assert(is_there("gold"));
}
END_TEST

START_TEST(test_closid_with_schema_is_made_and_stays)
{
	must_plan("{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:0=f\"}");
	must_create();
	kernel_fills("gold");
	put("gold/schemata", "");
	must_configure();
	ck_assert_str_eq(get("gold/schemata"), "L3:0=f\n");
	ck_assert_int_eq(resctrl_remove(root, plan, &e), 0);
	ck_assert(is_there("gold"));
}
END_TEST

/* A plain file keeps what was written last, from its beginning, and so shows the order. */
START_TEST(test_order_of_the_writes)
{
	must_plan("{\"closID\":\"gold\",\"memBwSchema\":\"MB:0=20\",\"l3CacheSchema\":\"L3:0=f\","
		  "\"schemata\":[\"L3:0=7\",\"L2:0=1\"]}");
	must_create();
	kernel_fills("gold");
	put("gold/schemata", "");
	must_configure();
	ck_assert_str_eq(get("gold/schemata"), "L3:0=7\nL2:0=1\n\n");
	must_plan(
		"{\"closID\":\"silver\",\"memBwSchema\":\"MB:0=20\",\"l3CacheSchema\":\"L3:0=f\"}");
	must_create();
	kernel_fills("silver");
	put("silver/schemata", "");
	must_configure();
	ck_assert_str_eq(get("silver/schemata"), "L3:0=f\nMB:0=20\n");
}
END_TEST

START_TEST(test_existing_class_is_compared)
{
	make_group("gold");
	must_plan("{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:1=7FF\",\"memBwSchema\":\"MB:0="
		  "100\"}");
	must_plan("{\"closID\":\"gold\",\"schemata\":[\"L3:0=1\"]}");
	ck_assert_int_eq(make_plan("{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:1=7f\"}"), -EEXIST);
	ck_assert_ptr_nonnull(strstr(e.msg, "/linux/intelRdt/l3CacheSchema"));
	ck_assert_int_eq(make_plan("{\"closID\":\"gold\",\"memBwSchema\":\"MB:1=10\"}"), -EEXIST);
	ck_assert_ptr_nonnull(strstr(e.msg, "/linux/intelRdt/memBwSchema"));
}
END_TEST

START_TEST(test_what_holds)
{
	static const char file[] = "    L3:0=7ff;1=00f\n    MB:0= 100;1=  20\nL3CODE:0=1\n"
				   "L2:0=ffffffffffffffff;1=10000000000000000\n";
	static const struct {
		const char *schema;
		bool holds;
	} t[] = {
		{"L3:0=7ff", true},
		{"L3:1=f;0=7FF", true},
		{"L3:0=7fe", false},
		{"L3:2=f", false},
		{"MB:0=100;1=20", true},
		{"MB:0=64", false},
		{"L1:0=f", false},
		{"L3CODE:0=1", true},
		{"L3:0=7ff;", true},
		{"L3:0=7ff;x", false},
		{"L3:nonsense", false},
		{"", false},
		{"L3:0=1ffffffffffffffff", false},
		{"L2:0=ffffffffffffffff", true},
		{"L2:0=ffffffffffffffff;1=10000000000000000", false},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(resctrl_schema_holds(t[i].schema, file) == t[i].holds, "%s",
			      t[i].schema);
}
END_TEST

START_TEST(test_monitoring)
{
	make_group("gold");
	must_plan("{\"closID\":\"gold\",\"enableMonitoring\":true}");
	must_create();
	ck_assert(is_there("gold/mon_groups/box"));
	put("gold/mon_groups/box/tasks", "");
	ck_assert_int_eq(resctrl_join(root, plan, 4711, &e), 0);
	ck_assert_str_eq(get("gold/tasks"), "4711");
	ck_assert_str_eq(get("gold/mon_groups/box/tasks"), "4711");
	ck_assert_int_eq(unlinkat(root, "gold/mon_groups/box/tasks", 0), 0);
	ck_assert_int_eq(resctrl_remove(root, plan, &e), 0);
	ck_assert(!is_there("gold/mon_groups/box"));
	ck_assert(is_there("gold"));
}
END_TEST

START_TEST(test_monitoring_that_cannot_be_had)
{
	make_group("gold");
	ck_assert_int_eq(mkdirat(root, "gold/mon_groups/box", 0755), 0);
	ck_assert_int_eq(make_plan("{\"closID\":\"gold\",\"enableMonitoring\":true}"), -EEXIST);
	ck_assert_int_eq(mkdirat(root, "bare", 0755), 0);
	must_plan("{\"closID\":\"bare\",\"enableMonitoring\":true}");
	ck_assert_int_eq(resctrl_create(root, doc, rdt(), plan, &e), -ENOENT);
	ck_assert_ptr_nonnull(strstr(e.msg, "/linux/intelRdt/enableMonitoring"));
}
END_TEST

START_TEST(test_names_that_lead_elsewhere)
{
	static const char *const names[] = {"..", ".", "", "a/b", "../x", "/x", "//"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cleanup_free char *text =
			str_format("{\"closID\":\"%s\",\"l3CacheSchema\":\"L3:0=1\"}", names[i]);

		ck_assert_msg(make_plan(text) == -EINVAL, "%s", names[i]);
	}
	ck_assert_int_eq(symlinkat("/tmp", root, "link"), 0);
	ck_assert_int_lt(make_plan("{\"closID\":\"link\"}"), 0);
}
END_TEST

START_TEST(test_state_round_trip)
{
	static const char *const bad[] = {
		"{}",
		"{\"group\":\"..\",\"own\":true}",
		"{\"group\":\"/\",\"own\":true}",
		"{\"group\":\"a/b\",\"own\":false}",
		"{\"group\":\"a\",\"own\":1}",
		"{\"group\":\"a\",\"own\":true,\"monitor\":\"../b\"}",
	};
	CLEANUP(json_freep) struct json *j = NULL;
	struct resctrl *again = NULL;

	must_plan("{\"enableMonitoring\":true}");
	j = resctrl_to_json(plan);
	ck_assert_ptr_nonnull(j);
	ck_assert_int_eq(resctrl_from_json(j, &again, &e), 0);
	ck_assert_str_eq(again->group, "box");
	ck_assert_str_eq(again->monitor, "box");
	ck_assert(again->own_group);
	resctrl_free(again);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CLEANUP(json_freep) struct json *b = NULL;

		ck_assert_int_eq(json_parse(bad[i], strlen(bad[i]), &b, NULL), 0);
		ck_assert_msg(resctrl_from_json(b, &again, &e) == -EPROTO, "%s", bad[i]);
	}
}
END_TEST

/* As `update` does it: one of both schemata, in the class that is there. */
START_TEST(test_update_of_a_living_class)
{
	static const struct cfg_intel_rdt l3 = {.l3_cache_schema = (char *)(uintptr_t) "L3:0=3"};
	static const struct cfg_intel_rdt mb = {.mem_bw_schema = (char *)(uintptr_t) "MB:0=50"};

	must_plan("{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:0=f\"}");
	must_create();
	kernel_fills("gold");
	put("gold/schemata", "");
	ck_assert_int_eq(resctrl_configure(root, doc, &l3, plan, &e), 0);
	ck_assert_str_eq(get("gold/schemata"), "L3:0=3\n");
	put("gold/schemata", "");
	ck_assert_int_eq(resctrl_configure(root, doc, &mb, plan, &e), 0);
	ck_assert_str_eq(get("gold/schemata"), "MB:0=50\n");
	/* a class that has gone is an error that names it */
	kernel_empties("gold");
	ck_assert_int_eq(unlinkat(root, "gold/mon_groups", AT_REMOVEDIR), 0);
	ck_assert_int_eq(unlinkat(root, "gold", AT_REMOVEDIR), 0);
	ck_assert_int_eq(resctrl_configure(root, doc, &l3, plan, &e), -ENOENT);
	ck_assert_ptr_nonnull(strstr(e.msg, "resctrl class 'gold'"));
	ck_assert(!is_there("gold"));
}
END_TEST

static void put_in(const char *group, const char *domain, const char *file, const char *text)
{
	cleanup_free char *data = str_format("%s/mon_data", group);
	cleanup_free char *dom = str_format("%s/%s", data, domain);
	cleanup_free char *path = str_format("%s/%s", dom, file);

	ck_assert(mkdirat(root, data, 0755) == 0 || errno == EEXIST);
	ck_assert(mkdirat(root, dom, 0755) == 0 || errno == EEXIST);
	put(path, text);
}

static void stats_are(const char *want)
{
	CLEANUP(json_freep) struct json *j = NULL;
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	int r = resctrl_stats(root, plan, &j, &e);

	ck_assert_msg(r == 0, "%s", e.msg);
	json_print(j, 0, &b);
	ck_assert_str_eq(b.buf, want);
}

START_TEST(test_stats)
{
	make_group("gold");
	must_plan("{\"closID\":\"gold\",\"enableMonitoring\":true}");
	must_create();
	put("gold/schemata", "    L3:0=00f;1=7ff\n");
	/* hardware that says nothing of itself, and counts nothing */
	stats_are("{\"l3_cache_schema_root\":\"L3:0=7ff;1=7ff\",\"l3_cache_schema\":\"L3:0=00f;1="
		  "7ff\","
		  "\"mem_bw_schema_root\":\"MB:0=100;1=100\"}");
	ck_assert_int_eq(mkdirat(root, "info/L3", 0755), 0);
	put("info/L3/cbm_mask", "7ff\n");
	put("info/L3/min_cbm_bits", "1\n");
	put("info/L3/num_closids", "16\n");
	ck_assert_int_eq(mkdirat(root, "info/MB", 0755), 0);
	put("info/MB/bandwidth_gran", "10\n");
	put("info/MB/delay_linear", "1\n");
	put("info/MB/min_bandwidth", "10\n");
	put("info/MB/num_closids", "8\n");
	/* those of the whole class are not the container's */
	put_in("gold", "mon_L3_00", "llc_occupancy", "99\n");
	put_in("gold/mon_groups/box", "mon_L3_01", "llc_occupancy", "Unavailable\n");
	put_in("gold/mon_groups/box", "mon_L3_01", "mbm_total_bytes", "7\n");
	put_in("gold/mon_groups/box", "mon_L3_01", "mbm_local_bytes", "6\n");
	put_in("gold/mon_groups/box", "mon_L3_00", "llc_occupancy", "4096\n");
	put_in("gold/mon_groups/box", "mon_L3_00", "mbm_total_bytes", "3\n");
	put_in("gold/mon_groups/box", "mon_L3_00", "mbm_local_bytes", "18446744073709551615\n");
	put_in("gold/mon_groups/box", "mon_L2_00", "llc_occupancy", "1\n");
	stats_are("{\"l3_cache_info\":{\"cbm_mask\":\"7ff\",\"min_cbm_bits\":1,\"num_closids\":16},"
		  "\"l3_cache_schema_root\":\"L3:0=7ff;1=7ff\",\"l3_cache_schema\":\"L3:0=00f;1="
		  "7ff\","
		  "\"mem_bw_info\":{\"bandwidth_gran\":10,\"delay_linear\":1,\"min_bandwidth\":10,"
		  "\"num_closids\":8},\"mem_bw_schema_root\":\"MB:0=100;1=100\","
		  "\"mbm_stats\":[{\"mbm_total_bytes\":3,\"mbm_local_bytes\":18446744073709551615},"
		  "{\"mbm_total_bytes\":7,\"mbm_local_bytes\":6}],"
		  "\"cmt_stats\":[{\"llc_occupancy\":4096},{}]}");
	must_plan("{\"closID\":\"gold\"}");
	stats_are("{\"l3_cache_info\":{\"cbm_mask\":\"7ff\",\"min_cbm_bits\":1,\"num_closids\":16},"
		  "\"l3_cache_schema_root\":\"L3:0=7ff;1=7ff\",\"l3_cache_schema\":\"L3:0=00f;1="
		  "7ff\","
		  "\"mem_bw_info\":{\"bandwidth_gran\":10,\"delay_linear\":1,\"min_bandwidth\":10,"
		  "\"num_closids\":8},\"mem_bw_schema_root\":\"MB:0=100;1=100\","
		  "\"cmt_stats\":[{\"llc_occupancy\":99}]}");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resctrl");
	TCase *t = tcase_create("rules");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_finds_the_mount);
	tcase_add_test(t, test_without_closid_the_group_is_the_containers);
	tcase_add_test(t, test_a_foreign_directory_of_our_name_stays);
	tcase_add_test(t, test_root_is_the_default_class);
	tcase_add_test(t, test_closid_without_schema_must_exist);
	tcase_add_test(t, test_closid_with_schema_is_made_and_stays);
	tcase_add_test(t, test_order_of_the_writes);
	tcase_add_test(t, test_existing_class_is_compared);
	tcase_add_test(t, test_what_holds);
	tcase_add_test(t, test_monitoring);
	tcase_add_test(t, test_monitoring_that_cannot_be_had);
	tcase_add_test(t, test_names_that_lead_elsewhere);
	tcase_add_test(t, test_state_round_trip);
	tcase_add_test(t, test_update_of_a_living_class);
	tcase_add_test(t, test_stats);
	suite_add_tcase(s, t);
	return suite_run(s);
}
