/* SPDX-License-Identifier: Apache-2.0 */
/* The interpreter of filters against the kernel: what is taken, and what it answers. */
#include "bpf_run.h"

#include "cleanup.h"
#include "proc.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(at)	  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
#define RET(k)		  BPF_STMT(BPF_RET | BPF_K, (k))
#define JUMP(op, k, t, f) BPF_JUMP(BPF_JMP | (op) | BPF_K, (k), (t), (f))
#define ALU(op, k)	  BPF_STMT(BPF_ALU | (op) | BPF_K, (k))

struct sample {
	size_t count;
	struct sock_filter insns[12];
	long bad; /* -1: taken */
};

#define COUNT(...) (sizeof((struct sock_filter[]){__VA_ARGS__}) / sizeof(struct sock_filter))
#define SAMPLE(bad_, ...)                                                                          \
	{                                                                                          \
		.count = COUNT(__VA_ARGS__), .insns = {__VA_ARGS__}, .bad = (bad_)                 \
	}

static const struct sample samples[] = {
	SAMPLE(-1, RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, LOAD(0)),
	SAMPLE(-1, LOAD(60), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, LOAD(64), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, LOAD(2), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, JUMP(BPF_JEQ, 0, 1, 0), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(-1, JUMP(BPF_JEQ, 0, 1, 0), RET(SECCOMP_RET_KILL), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, JUMP(BPF_JEQ, 0, 0, 2), RET(SECCOMP_RET_KILL), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, BPF_STMT(BPF_JMP | BPF_JA, 1), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(-1, BPF_STMT(BPF_JMP | BPF_JA, 1), RET(SECCOMP_RET_KILL), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, ALU(BPF_DIV, 0), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, ALU(BPF_MOD, 3), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, ALU(BPF_LSH, 32), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(-1, ALU(BPF_RSH, 31), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, BPF_STMT(BPF_ST, 16), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(0, BPF_STMT(BPF_LD | BPF_MEM, 3), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(-1, BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LD | BPF_MEM, 3), RET(SECCOMP_RET_ALLOW)),
	/* written on one of two ways */
	SAMPLE(3, LOAD(0), JUMP(BPF_JEQ, 1, 0, 1), BPF_STMT(BPF_ST, 0),
	       BPF_STMT(BPF_LDX | BPF_MEM, 0), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(-1, LOAD(0), JUMP(BPF_JEQ, 1, 0, 1), RET(SECCOMP_RET_ALLOW), BPF_STMT(BPF_STX, 0),
	       BPF_STMT(BPF_LDX | BPF_MEM, 0), RET(SECCOMP_RET_ALLOW)),
	SAMPLE(-1, BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_MISC | BPF_TXA, 0),
	       BPF_STMT(BPF_RET | BPF_A, 0)),
	SAMPLE(0, BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), RET(SECCOMP_RET_ALLOW)),
};

static int load_main(void *arg)
{
	const struct sample *s = arg;
	struct sock_fprog program = {.len = (unsigned short)s->count,
				     .filter = (struct sock_filter *)s->insns};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 200;
	/* under a filter which may forbid that we end in the usual way */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		return errno == EINVAL ? 1 : 201;
	(void)syscall(SYS_exit_group, 0);
	return 202;
}

/* The kernel's opinion of each sample is ours: a program that it took may also have killed the
 * child.
 */
START_TEST(as_the_kernel_takes_it)
{
	const struct sample *s = &samples[_i];
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn spawn = PROC_SPAWN_INIT;
	struct err e = {0};

	ck_assert_int_eq(bpf_check(s->insns, s->count), s->bad);
	spawn.run = load_main;
	spawn.run_arg = (void *)s;
	ck_assert_msg(proc_spawn(&spawn, &p, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 10000), 0);
	if (s->bad >= 0)
		ck_assert_int_eq(proc_exit_code(&p), 1);
	else
		ck_assert_int_ne(proc_exit_code(&p), 1);
}
END_TEST

static uint32_t run(const struct sock_filter *insns, size_t count)
{
	struct seccomp_data d = {
		.nr = 39, .arch = 0xc000003e, .args = {0x1122334455667788, 2, 3, 4, 5, 6}};

	ck_assert_int_eq(bpf_check(insns, count), -1);
	return bpf_run(insns, count, &d);
}

#define RUN(...) run((struct sock_filter[]){__VA_ARGS__}, COUNT(__VA_ARGS__))
#define RET_A	 BPF_STMT(BPF_RET | BPF_A, 0)
#define SET_A(k) BPF_STMT(BPF_LD | BPF_IMM, (k))
#define SET_X(k) BPF_STMT(BPF_LDX | BPF_IMM, (k))
#define ALUX(op) BPF_STMT(BPF_ALU | (op) | BPF_X, 0)

START_TEST(arithmetic)
{
	ck_assert_uint_eq(RUN(LOAD(0), RET_A), 39);
	ck_assert_uint_eq(RUN(LOAD(4), RET_A), 0xc000003e);
	/* the lower half of an argument comes first on this machine, if it is a little one */
	ck_assert_uint_eq(RUN(LOAD(16), RET_A),
			  __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0x55667788 : 0x11223344);
	ck_assert_uint_eq(RUN(SET_A(7), ALU(BPF_ADD, 3), ALU(BPF_MUL, 5), ALU(BPF_SUB, 1), RET_A),
			  49);
	ck_assert_uint_eq(
		RUN(SET_A(0xf0), ALU(BPF_AND, 0x3c), ALU(BPF_OR, 1), ALU(BPF_XOR, 0xff), RET_A),
		0xce);
	ck_assert_uint_eq(RUN(SET_A(9), SET_X(2), ALUX(BPF_DIV), ALUX(BPF_LSH), RET_A), 16);
	ck_assert_uint_eq(RUN(SET_A(1), BPF_STMT(BPF_ALU | BPF_NEG, 0), ALU(BPF_RSH, 28), RET_A),
			  15);
	ck_assert_uint_eq(RUN(SET_A(9), SET_X(0), ALUX(BPF_DIV), RET(5)), 0);
	ck_assert_uint_eq(RUN(SET_A(9), BPF_STMT(BPF_ST, 1), SET_A(1),
			      BPF_STMT(BPF_LDX | BPF_MEM, 1), BPF_STMT(BPF_MISC | BPF_TXA, 0),
			      RET_A),
			  9);
	ck_assert_uint_eq(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), RET_A), 64);
}
END_TEST

START_TEST(jumps)
{
	static const struct {
		uint16_t op;
		uint32_t a, k;
		bool yes;
	} table[] = {
		{BPF_JEQ, 5, 5, true},	{BPF_JEQ, 5, 6, false},	 {BPF_JGT, 6, 5, true},
		{BPF_JGT, 5, 5, false}, {BPF_JGE, 5, 5, true},	 {BPF_JGE, 4, 5, false},
		{BPF_JSET, 6, 2, true}, {BPF_JSET, 5, 2, false}, {BPF_JGT, 0x80000000, 1, true},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		ck_assert_uint_eq(
			RUN(SET_A(table[i].a), JUMP(table[i].op, table[i].k, 0, 1), RET(1), RET(2)),
			table[i].yes ? 1 : 2);
		ck_assert_uint_eq(RUN(SET_A(table[i].a), SET_X(table[i].k),
				      BPF_JUMP(BPF_JMP | table[i].op | BPF_X, 0, 0, 1), RET(1),
				      RET(2)),
				  table[i].yes ? 1 : 2);
	}
	ck_assert_uint_eq(RUN(BPF_STMT(BPF_JMP | BPF_JA, 1), RET(1), RET(2)), 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bpf_run");
	TCase *t = tcase_create("bpf_run");

	tcase_add_loop_test(t, as_the_kernel_takes_it, 0,
			    (int)(sizeof(samples) / sizeof(*samples)));
	tcase_add_test(t, arithmetic);
	tcase_add_test(t, jumps);
	suite_add_tcase(s, t);
	return suite_run(s);
}
