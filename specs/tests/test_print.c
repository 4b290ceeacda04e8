/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"
#include "cfg_parse.h"
#include "cleanup.h"
#include "document.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	enum cfg_kind kind;
	const struct field_obj *obj;
} kinds[] = {{CFG_CONFIG, &field_obj_config},
	     {CFG_STATE, &field_obj_state},
	     {CFG_FEATURES, &field_obj_features},
	     {CFG_PROCESS, &field_obj_process},
	     {CFG_RESOURCES, &field_obj_resources},
	     {CFG_PROCESS_STATE, &field_obj_container_process_state}};
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Parses and prints, without blanks or with. The caller frees. */
static char *again(enum cfg_kind kind, const char *text, int indent)
{
	struct strbuf b = STRBUF_INIT;
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_msg(cfg_parse(kind, text, strlen(text), &d, NULL, &e) == 0, "%s\n%s", e.msg,
		      text);
	cfg_print(kind, d->object, indent, &b);
	cfg_doc_free(d);
	return strbuf_take(&b);
}

/* A document made of the table is in canonical form, so it must come back byte for byte: nothing
 * lost, nothing added, nothing moved. */
START_TEST(test_every_field_comes_back)
{
	for (size_t i = 0; i < NKINDS; i++) {
		for (unsigned int n = 0; n < 40; n += n < 3 ? 1 : 17) {
			struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
			cleanup_free char *plain = NULL, *pretty = NULL, *back = NULL, *same = NULL;

			document_full(kinds[i].obj, n, &b);
			plain = again(kinds[i].kind, b.buf, 0);
			ck_assert_str_eq(plain, b.buf);
			pretty = again(kinds[i].kind, plain, 2);
			ck_assert_str_ne(pretty, plain);
			back = again(kinds[i].kind, pretty, 0);
			ck_assert_str_eq(back, plain);
			same = again(kinds[i].kind, pretty, 2);
			ck_assert_str_eq(same, pretty);
		}
	}
}
END_TEST

static int try_value(const struct field_view *v, void *arg)
{
	(void)arg;
	/* of every scalar the first and the last value that it can have */
	for (int edge = 0; edge < 2; edge++) {
		struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
		struct strbuf value CLEANUP(strbuf_done) = STRBUF_INIT;
		struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT;
		struct cfg_findings f = {0};
		struct cfg_doc *d = NULL;
		size_t depth = 0;

		document_value(v->field, edge, &value);
		for (const char *p = v->pointer; *p; depth++) {
			size_t n = strcspn(p + 1, "/");
			bool star = n == 1 && p[1] == '*';

			strbuf_addf(&b, star ? "[" : "{\"%.*s\":", (int)n, p + 1);
			p += n + 1;
		}
		strbuf_add(&b, value.buf, value.len);
		for (const char *p = v->pointer + strlen(v->pointer); depth; depth--) {
			do
				p--;
			while (*p != '/');
			strbuf_addc(&b, p[1] == '*' ? ']' : '}');
		}
		ck_assert_int_eq(cfg_parse(CFG_CONFIG, b.buf, b.len, &d, &f, NULL), 0);
		cfg_print(CFG_CONFIG, d->object, 0, &out);
		ck_assert_str_eq(out.buf, b.buf);
		cfg_doc_free(d);
		cfg_findings_done(&f);
	}
	return 0;
}

START_TEST(test_edges_come_back)
{
	ck_assert_int_eq(field_walk(&field_obj_config, try_value, NULL), 0);
}
END_TEST

START_TEST(test_canonical)
{
	static const char text[] =
		" { \"linux\" : {\"sysctl\":{\"z\":\"1\",\"a\":\"2\\/\\u00e4\\u0007\"} , "
		"\"x\":[1.5e3]}, \"root\":{ \"path\":\"r\"},\n"
		"\"mounts\":[],\"ociVersion\":\"1.0.0\",\"hooks\":{},\"annotations\":{} }\n";
	static const char want[] = "{\n"
				   "  \"ociVersion\": \"1.0.0\",\n"
				   "  \"root\": {\n"
				   "    \"path\": \"r\"\n"
				   "  },\n"
				   "  \"mounts\": [],\n"
				   "  \"hooks\": {},\n"
				   "  \"annotations\": {},\n"
				   "  \"linux\": {\n"
				   "    \"sysctl\": {\n"
				   "      \"z\": \"1\",\n"
				   "      \"a\": \"2/\xc3\xa4\\u0007\"\n"
				   "    }\n"
				   "  }\n"
				   "}\n";
	cleanup_free char *out = again(CFG_CONFIG, text, 2);

	ck_assert_str_eq(out, want);
}
END_TEST

START_TEST(test_unknown_names_are_left_out)
{
	static const char text[] = "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"linux\":{"
				   "\"rootfsPropagation\":\"x\",\"seccomp\":{\"defaultAction\":"
				   "\"SCMP_ACT_KILL\",\"architectures\":[\"SCMP_ARCH_X86\",\"SCMP_"
				   "ARCH_Z80\",\"SCMP_ARCH_ARM\"]}}}";
	static const char want[] =
		"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"linux\":{\"seccomp\":{"
		"\"defaultAction\":"
		"\"SCMP_ACT_KILL\",\"architectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_ARM\"]}}}";
	struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_findings f = {0};
	struct cfg_doc *d = NULL;

	ck_assert_int_eq(cfg_parse(CFG_CONFIG, text, strlen(text), &d, &f, NULL), 0);
	ck_assert_uint_eq(f.count, 2);
	ck_assert_int_eq(d->config->linux->rootfs_propagation, CFG_UNKNOWN);
	ck_assert_int_eq(d->config->linux->seccomp->architectures.items[1], CFG_UNKNOWN);
	cfg_print(CFG_CONFIG, d->object, 0, &out);
	ck_assert_str_eq(out.buf, want);
	cfg_doc_free(d);
	cfg_findings_done(&f);
}
END_TEST

/* A struct that was filled by hand, as a runtime fills a state. */
START_TEST(test_own_struct)
{
	char version[] = "1.3.0", id[] = "a\"b", status[] = "running", bundle[] = "/b", key[] = "k",
	     value[] = "v";
	struct cfg_pair pair = {key, value};
	struct cfg_state s = {.oci_version = version,
			      .id = id,
			      .status = status,
			      .pid = 12,
			      .has_pid = true,
			      .bundle = bundle,
			      .annotations = {.items = &pair, .count = 1, .present = true}};
	struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT;

	cfg_print(CFG_STATE, &s, 0, &out);
	ck_assert_str_eq(out.buf,
			 "{\"ociVersion\":\"1.3.0\",\"id\":\"a\\\"b\",\"status\":\"running\","
			 "\"pid\":12,\"bundle\":\"/b\",\"annotations\":{\"k\":\"v\"}}");
}
END_TEST

START_TEST(test_default)
{
	for (int rootless = 0; rootless < 2; rootless++) {
		struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
		cleanup_free char *same = NULL;
		struct cfg_doc *d = NULL;
		struct err e = {0};
		bool user = false, network = false;

		cfg_print_default(rootless, &b);
		ck_assert(!b.oom);
		same = again(CFG_CONFIG, b.buf, 2);
		ck_assert_str_eq(same, b.buf);
		ck_assert_msg(cfg_parse(CFG_CONFIG, b.buf, b.len, &d, NULL, &e) == 0, "%s", e.msg);
		ck_assert_str_eq(d->config->oci_version, CATALOGUE_SPEC_VERSION);
		ck_assert_str_eq(d->config->root->path, "rootfs");
		ck_assert(d->config->process->terminal);
		ck_assert_str_eq(d->config->process->args.items[0], "sh");
		ck_assert_uint_eq(d->config->process->args.count, 1);
		for (size_t i = 0; i < d->config->linux->namespaces.count; i++) {
			user |= d->config->linux->namespaces.items[i].type == CFG_NS_USER;
			network |= d->config->linux->namespaces.items[i].type == CFG_NS_NETWORK;
		}
		ck_assert(user == rootless && network != rootless);
		ck_assert(!rootless == !!d->config->linux->resources);
		ck_assert_uint_eq(d->config->linux->uid_mappings.count, (size_t)rootless);
		if (rootless) {
			ck_assert_uint_eq(d->config->linux->uid_mappings.items[0].host_id,
					  geteuid());
			ck_assert_uint_eq(d->config->linux->gid_mappings.items[0].host_id,
					  getegid());
		}
		ck_assert_uint_ge(d->config->linux->masked_paths.count, 5);
		cfg_doc_free(d);
	}
}
END_TEST

START_TEST(test_enum_names)
{
	ck_assert_str_eq(cfg_enum_name_ns_type(CFG_NS_PID), "pid");
	ck_assert_str_eq(cfg_enum_name_ns_type(CFG_NS_TIME), "time");
	ck_assert_ptr_null(cfg_enum_name_ns_type(CFG_UNKNOWN));
	ck_assert_ptr_null(cfg_enum_name_ns_type(CFG_COUNT_ns_type));
	ck_assert_str_eq(cfg_enum_name_status(CFG_STATUS_STOPPED), "stopped");
	ck_assert_str_eq(cfg_enum_name_seccomp_op(CFG_CMP_MASKED_EQ), "SCMP_CMP_MASKED_EQ");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("print");
	TCase *t = tcase_create("print");

	suite_add_tcase(s, t);
	tcase_add_test(t, test_every_field_comes_back);
	tcase_add_test(t, test_edges_come_back);
	tcase_add_test(t, test_canonical);
	tcase_add_test(t, test_unknown_names_are_left_out);
	tcase_add_test(t, test_own_struct);
	tcase_add_test(t, test_default);
	tcase_add_test(t, test_enum_names);
	return suite_run(s);
}
