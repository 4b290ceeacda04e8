/* SPDX-License-Identifier: Apache-2.0 */
/* Filters that are made without libseccomp: profiles of engines, odd ones, single calls. */
#include "seccomp_oracle.h"

#include "bpf_run.h"
#include "cleanup.h"
#include "fd.h"
#include "seccomp_rules.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* -- profiles -- */

static char *read_profile(void)
{
	cleanup_free char *text = NULL;
	size_t len;
	struct err e = {0};

	ck_assert_msg(fd_read_file_at(AT_FDCWD, SECCOMP_PROFILE, 1 << 20, &text, &len, &e) >= 0,
		      "%s", e.msg);
	return take_ptr(&text);
}

/* What container engines apply by default, on three machines. */
START_TEST(engine_profile)
{
	cleanup_free char *text = read_profile();
	struct oracle_count p;

	oracle_seed(88172645463325252ULL);
	ck_assert(oracle_compare(text, 12, &p));
	ck_assert_uint_gt(p.asked, 50000);
	/* shorter, and faster to answer */
	ck_assert_uint_lt(p.ours, p.theirs);
	ck_assert_uint_lt(p.steps_ours, p.steps_theirs);
}
END_TEST

/* An answer and three comparisons for each call: more than jumps reach, and than are remembered. */
START_TEST(far_jumps)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct oracle_count p;
	bool first = true;

	strbuf_adds(&b, "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":"
			"[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_AARCH64\"],\"syscalls\":[");
	for (int nr = 0; nr < 200; nr++) {
		cleanup_free char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, nr);

		if (!name)
			continue;
		strbuf_addf(&b,
			    "%s{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":%d,"
			    "\"args\":[",
			    first ? "" : ",", name, 1000 + nr);
		first = false;
		for (int i = 0; nr % 2 && i < 3; i++)
			strbuf_addf(&b, "%s{\"index\":%d,\"op\":\"SCMP_CMP_%s\",\"value\":%d}",
				    i ? "," : "", i, i == 1 ? "GT" : "NE", nr);
		strbuf_adds(&b, "]}");
	}
	strbuf_adds(&b, "]}");
	ck_assert(!b.oom);
	oracle_seed(521288629);
	ck_assert(oracle_compare(b.buf, 4, &p));
	ck_assert_uint_gt(p.ours, 1000);
}
END_TEST

/* What many calls have in common stands in the program once for each way to read arguments, or it
 * would be too long, and libseccomp's after a long time. */
START_TEST(one_rule_for_many_calls)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct oracle_count p;

	strbuf_adds(&b, "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":"
			"[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],"
			"\"syscalls\":[{\"names\":[\"read\"");
	for (int nr = 1; nr < 300; nr++) {
		cleanup_free char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, nr);

		if (name)
			strbuf_addf(&b, ",\"%s\"", name);
	}
	strbuf_adds(&b, "],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[");
	for (int i = 0; i < 6; i++)
		strbuf_addf(&b, "%s{\"index\":%d,\"op\":\"SCMP_CMP_EQ\",\"value\":%d}",
			    i ? "," : "", i, 1000 + i);
	strbuf_adds(&b, "]}]}");
	ck_assert(!b.oom);
	oracle_seed(88675123);
	ck_assert(oracle_compare(b.buf, 4, &p));
	ck_assert_uint_gt(p.ours, 0);
	ck_assert_uint_lt(p.ours, 2000);
}
END_TEST

/* podman's rules for sockets, by which AUDIT is denied in words of its own; the last one loses its
 * condition with socketcall(2) of i386, and is what the first one is an exception to. */
START_TEST(exceptions)
{
	struct oracle_count p;

	oracle_seed(362436069);
	ck_assert(oracle_compare(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"architectures\":"
		"[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],\"syscalls\":["
		"{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":22,\"args\":["
		"{\"index\":0,\"value\":16,\"op\":\"SCMP_CMP_EQ\"},"
		"{\"index\":2,\"value\":9,\"op\":\"SCMP_CMP_EQ\"}]},"
		"{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		"{\"index\":2,\"value\":9,\"op\":\"SCMP_CMP_NE\"}]},"
		"{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		"{\"index\":0,\"value\":16,\"op\":\"SCMP_CMP_NE\"}]}]}",
		200, &p));
	ck_assert_uint_gt(p.asked, 1000000);
}
END_TEST

#define SOCKETS(fallback, first, second)                                                           \
	"{\"defaultAction\":\"" fallback "\",\"architectures\":[\"SCMP_ARCH_X86_64\","             \
	"\"SCMP_ARCH_X86\"],\"syscalls\":[{\"names\":[\"socket\"],\"action\":\"" first             \
	"\",\"args\":[{\"index\":0,\"value\":40,\"op\":\"SCMP_CMP_EQ\"}]},{\"names\":[\"socket\"]" \
	","                                                                                        \
	"\"action\":\"" second                                                                     \
	"\",\"args\":[{\"index\":0,\"value\":16,\"op\":\"SCMP_CMP_NE\"}]}]}"

/* An exception that says what the default says, by both ways of i386: by socketcall(2) nobody sees
 * the family, and it is not to let through more than its own. */
START_TEST(exceptions_as_the_default)
{
	static const struct {
		const char *profile;
		uint32_t vsock, inet, netlink, socketcall;
	} t[] = {
		{SOCKETS("SCMP_ACT_ERRNO", "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW"),
		 SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM,
		 SECCOMP_RET_ERRNO | EPERM},
		{SOCKETS("SCMP_ACT_ALLOW", "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"), SECCOMP_RET_ALLOW,
		 SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = oracle_config(t[i].profile);
		CLEANUP(seccomp_filter_done) struct seccomp_filter f = {0};
		struct seccomp_data d = {.nr = 41, .arch = SCMP_ARCH_X86_64};
		struct oracle_count p;
		struct err e = {0};

		ck_assert_msg(seccomp_filter_compile(doc, doc->config->linux->seccomp, &f, &e) >= 0,
			      "%s", e.msg);
		for (int i386 = 0; i386 < 2; i386++) {
			d.args[0] = 40;
			ck_assert_uint_eq(bpf_run(f.insns, f.count, &d), t[i].vsock);
			d.args[0] = 2;
			ck_assert_uint_eq(bpf_run(f.insns, f.count, &d), t[i].inet);
			d.args[0] = 16;
			ck_assert_uint_eq(bpf_run(f.insns, f.count, &d), t[i].netlink);
			d = (struct seccomp_data){.nr = 359, .arch = SCMP_ARCH_X86};
		}
		d = (struct seccomp_data){.nr = 102, .arch = SCMP_ARCH_X86, .args = {1, 2}};
		ck_assert_uint_eq(bpf_run(f.insns, f.count, &d), t[i].socketcall);
		oracle_seed(521288629);
		ck_assert(oracle_compare(t[i].profile, 100, &p));
		ck_assert_uint_gt(p.asked, 100000);
	}
}
END_TEST

/* What nothing follows is no exception, and leaves no trace in the program. */
START_TEST(exceptions_from_nothing)
{
	static const char *const profiles[] = {
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"lseek\"],"
		"\"action\":"
		"\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":4,\"op\":\"SCMP_CMP_EQ\"}]},"
		"{\"names\":[\"lseek\",\"getsid\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{"
		"\"index\":1,"
		"\"value\":4,\"op\":\"SCMP_CMP_GT\"}]}]}",
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"lseek\"],"
		"\"action\":"
		"\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":4,\"op\":\"SCMP_CMP_EQ\"}]}]"
		"}"};
	struct oracle_count p[2];

	for (int i = 0; i < 2; i++)
		ck_assert(oracle_compare(profiles[i], 20, &p[i]));
	ck_assert_uint_eq(p[0].ours, p[1].ours);
	ck_assert_uint_eq(p[0].theirs, p[1].theirs);
}
END_TEST

/* libseccomp takes no such rule: where it has to make the filter, it is refused. */
START_TEST(library_has_no_such_exceptions)
{
	static const char *const more[] = {"",
					   ",{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_LOG\"}"};

	for (int i = 0; i < 2; i++) {
		cleanup_free char *text = str_format(
			"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":["
			"\"socket\"],"
			"\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{\"index\":0,\"value\":40,\"op\":"
			"\"SCMP_CMP_EQ\"}]},{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\","
			"\"args\":[{\"index\":0,\"value\":16,\"op\":\"SCMP_CMP_NE\"}]}%s]}",
			more[i]);
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = oracle_config(text);
		CLEANUP(seccomp_rules_done) struct seccomp_rules rules = {0};
		CLEANUP(seccomp_filter_done) struct seccomp_filter f = {0};
		struct err e = {0};

		ck_assert_int_ge(seccomp_rules_read(doc, doc->config->linux->seccomp, &rules, &e),
				 0);
		ck_assert_int_eq(seccomp_library_make(&rules, &f, &e), i ? 0 : -EOPNOTSUPP);
		ck_assert(i || strstr(e.msg, "/linux/seccomp/syscalls/0/names/0"));
	}
}
END_TEST

#define EXCEPTION                                                                                  \
	"{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"op\":"      \
	"\"SCMP_CMP_EQ\",\"value\":40}]},{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_LOG\","      \
	"\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_NE\",\"value\":16}]}"

/* What the rules come to for one call, whatever program says it. */
static const struct {
	const char *syscalls;
	uint64_t first, second;
	uint32_t answer;
} answers[] = {
	/* a value with bits that the mask has not */
	{"{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,\"op\":"
	 "\"SCMP_CMP_MASKED_EQ\",\"value\":1,\"valueTwo\":3}]}",
	 1, 0, SECCOMP_RET_ALLOW},
	/* two actions for one call: the first that matches */
	{"{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,\"op\":"
	 "\"SCMP_CMP_LT\",\"value\":0}]},{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_TRAP\","
	 "\"args\":"
	 "[{\"index\":0,\"op\":\"SCMP_CMP_LE\",\"value\":1918514376114}]}",
	 7, 0, SECCOMP_RET_TRAP},
	{"{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,\"op\":"
	 "\"SCMP_CMP_GT\",\"value\":4}]},{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_TRAP\","
	 "\"args\":"
	 "[{\"index\":1,\"op\":\"SCMP_CMP_GT\",\"value\":4}]}",
	 5, 5, SECCOMP_RET_LOG},
	/* an exception that says what the default says */
	{EXCEPTION, 40, 0, SECCOMP_RET_ALLOW},
	{EXCEPTION, 41, 0, SECCOMP_RET_LOG},
	{EXCEPTION, 16, 0, SECCOMP_RET_ALLOW},
	/* without a condition it says nothing, and a rule without one decides */
	{"{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_ALLOW\"}," EXCEPTION, 41, 0,
	 SECCOMP_RET_LOG},
	{"{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"op\":"
	 "\"SCMP_CMP_MASKED_EQ\",\"value\":0}]}," EXCEPTION,
	 41, 0, SECCOMP_RET_LOG},
	{EXCEPTION ",{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_TRAP\"}", 40, 0,
	 SECCOMP_RET_TRAP},
};

/* With a machine of another kernel in the list, too. */
START_TEST(rules_for_one_call)
{
	static const char *const machines[] = {"", "\"architectures\":[\"SCMP_ARCH_MIPSEL\"],"};

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		cleanup_free char *text =
			str_format("{\"defaultAction\":\"SCMP_ACT_ALLOW\",%s\"syscalls\":[%s]}",
				   machines[i], answers[_i].syscalls);
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = oracle_config(text);
		CLEANUP(seccomp_filter_done) struct seccomp_filter f = {0};
		const struct seccomp_data d = {
			.nr = seccomp_syscall_resolve_name("lseek"),
			.arch = seccomp_arch_native(),
			.args = {answers[_i].first, answers[_i].second},
		};
		struct err e = {0};

		ck_assert_msg(seccomp_filter_compile(doc, doc->config->linux->seccomp, &f, &e) >= 0,
			      "%s", e.msg);
		ck_assert_uint_eq(bpf_run(f.insns, f.count, &d), answers[_i].answer);
	}
}
END_TEST

/* What libseccomp's list of comparisons gets wrong, by itself: see seccomp_library.c. */
START_TEST(library_loads_the_number)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *doc = oracle_config(
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"],"
		"\"syscalls\":[{\"names\":[\"semop\",\"semtimedop\"],\"action\":"
		"\"SCMP_ACT_ERRNO\"}]}");
	CLEANUP(seccomp_rules_done) struct seccomp_rules rules = {0};
	struct seccomp_filter f = {0};
	struct seccomp_data ipc = {.nr = 117, .arch = SCMP_ARCH_X86, .args = {1}};
	struct err e = {0};

	ck_assert_msg(seccomp_rules_read(doc, doc->config->linux->seccomp, &rules, &e) >= 0, "%s",
		      e.msg);
	ck_assert_msg(seccomp_library_make(&rules, &f, &e) >= 0, "%s", e.msg);
	ck_assert_uint_eq(bpf_run(f.insns, f.count, &ipc), SECCOMP_RET_ERRNO | EPERM);
	seccomp_filter_done(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seccomp_program");
	TCase *t = tcase_create("seccomp_program");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, engine_profile);
	tcase_add_test(t, far_jumps);
	tcase_add_test(t, one_rule_for_many_calls);
	tcase_add_test(t, exceptions);
	tcase_add_test(t, exceptions_as_the_default);
	tcase_add_test(t, exceptions_from_nothing);
	tcase_add_test(t, library_has_no_such_exceptions);
	tcase_add_loop_test(t, rules_for_one_call, 0, sizeof(answers) / sizeof(*answers));
	tcase_add_test(t, library_loads_the_number);
	suite_add_tcase(s, t);
	return suite_run(s);
}
