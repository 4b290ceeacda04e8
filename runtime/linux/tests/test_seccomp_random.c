/* SPDX-License-Identifier: Apache-2.0 */
/* Random profiles: the filter answers as the rules say. */
#include "seccomp_oracle.h"

#include "cleanup.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>

static const char *const names[] = {
	"read",
	"write",
	"getsid",
	"kcmp",
	"socket",
	"bind",
	"accept",
	"send",
	"sendto",
	"recvmmsg",
	"shutdown",
	"semget",
	"semop",
	"shmat",
	"msgctl",
	"semtimedop",
	"personality",
	"clone",
	"clone3",
	"_llseek",
	"fstatat64",
	"newfstatat",
	"chown32",
	"rt_sigaction",
	"ioctl",
	"readv",
	"socketcall",
	"ipc",
	"cacheflush",
	"arch_prctl",
	"mmap2",
	"mmap",
	"set_tls",
	"uselib",
	"openat2",
	"nothing_of_this_name",
	"waitid",
	"process_vm_readv",
	"execve",
	"futex_time64",
	"riscv_flush_icache",
};

static const uint64_t values[] = {
	0,
	1,
	5,
	0xff,
	0x7e020000,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	1ULL << 32,
	(5ULL << 32) | 5,
	0xffffffff00000000ULL,
	UINT64_MAX,
};

/* the first two are defaults as well */
static const char *const actions[] = {
	"SCMP_ACT_ALLOW",
	"SCMP_ACT_ERRNO",
	"SCMP_ACT_ERRNO\",\"errnoRet\":38,\"x\":\"",
	"SCMP_ACT_KILL_PROCESS",
	"SCMP_ACT_KILL",
	"SCMP_ACT_LOG",
	"SCMP_ACT_TRAP",
	"SCMP_ACT_TRACE\",\"errnoRet\":7,\"x\":\"",
};

/* equality more often: with it alone libseccomp's word counts too */
static const char *const operators[] = {"EQ", "MASKED_EQ", "NE", "LT",	     "LE",
					"EQ", "GE",	   "GT", "MASKED_EQ"};
#define PICK(a) ((a)[oracle_below(sizeof(a) / sizeof(*(a)))])

/* Of one profile: what its values are made of, so that they meet. */
static uint64_t seeds[4];

static uint64_t random_value(void)
{
	uint64_t v = PICK(seeds);

	switch (oracle_below(9)) {
	case 0:
		return v + 1;
	case 1:
		return v - 1;
	case 2:
		return v ^ (1ULL << oracle_below(64));
	case 3:
		return v & PICK(seeds);
	case 4:
		return v | 0xffffffff00000000ULL;
	case 5:
		return (v << 32) | (v >> 32);
	case 6:
		return v;
	default:
		return PICK(values);
	}
}

static void random_args(struct strbuf *b)
{
	unsigned int used = 0;

	strbuf_adds(b, ",\"args\":[");
	for (size_t i = oracle_below(2) ? 1 : oracle_below(4); i-- > 0;) {
		size_t arg = oracle_below(6);

		if (used & (1u << arg))
			continue;
		/* one after the other: compilers differ in the order of arguments */
		const char *op = PICK(operators);
		unsigned long long value = random_value(), two = random_value();

		/* else it hardly ever holds */
		if (oracle_below(2))
			two &= value;

		strbuf_addf(
			b,
			"%s{\"index\":%zu,\"op\":\"SCMP_CMP_%s\",\"value\":%llu,\"valueTwo\":%llu}",
			used ? "," : "", arg, op, value, two);
		used |= 1u << arg;
	}
	strbuf_adds(b, "]");
}

static void random_profile(struct strbuf *b)
{
	static const char *const arch_names[] = {"X86_64",  "X86", "X32",
						 "AARCH64", "ARM", "RISCV64"};
	const char *action = PICK(actions), *otherwise = actions[oracle_below(2)];
	size_t rules = 1 + oracle_below(6);

	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		seeds[i] = oracle_random();
		seeds[i] >>= oracle_below(64);
	}

	strbuf_addf(b, "{\"defaultAction\":\"%s\",\"architectures\":[\"SCMP_ARCH_X86_64\"",
		    otherwise);
	for (size_t i = 0; i < sizeof(arch_names) / sizeof(*arch_names); i++) {
		if (oracle_below(2))
			strbuf_addf(b, ",\"SCMP_ARCH_%s\"", arch_names[i]);
	}
	strbuf_adds(b, "],\"syscalls\":[");
	for (size_t r = 0; r < rules; r++) {
		strbuf_addf(b, "%s{\"names\":[\"%s\"", r ? "," : "", PICK(names));
		for (size_t n = oracle_below(5); n-- > 0;)
			strbuf_addf(b, ",\"%s\"", PICK(names));
		/* mostly one action: with several libseccomp's word does not count */
		strbuf_addf(b, "],\"action\":\"%s\"",
			    !oracle_below(8)  ? otherwise
			    : oracle_below(4) ? action
					      : PICK(actions));
		if (oracle_below(2))
			random_args(b);
		strbuf_adds(b, "}");
	}
	strbuf_adds(b, "]}");
}

/* So many in one test, each with seeds of its own. */
#define PROFILES 250

START_TEST(random_profiles)
{
	size_t made = 0, asked = 0;

	oracle_seed(0x9e3779b97f4a7c15ULL + (uint64_t)_i);
	for (int i = 0; i < PROFILES; i++) {
		CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
		struct oracle_count p;

		random_profile(&b);
		ck_assert(!b.oom);
		made += oracle_compare(b.buf, 2, &p);
		asked += p.asked;
	}
	/* what is not made is not compared */
	ck_assert_uint_gt(made, PROFILES / 2);
	ck_assert_uint_gt(asked, PROFILES * (size_t)10000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seccomp_random");
	TCase *t = tcase_create("seccomp_random");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, random_profiles, 0, 8);
	suite_add_tcase(s, t);
	return suite_run(s);
}
