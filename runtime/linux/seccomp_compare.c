/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_compare.h"

#include <linux/seccomp.h>
#include <stddef.h>

struct halves {
	uint32_t low, high;
};

static struct halves split(uint64_t v)
{
	return (struct halves){.low = (uint32_t)v, .high = (uint32_t)(v >> 32)};
}

/* Little byte order: the lower half first. */
static size_t low_of(unsigned int arg)
{
	return offsetof(struct seccomp_data, args) + arg * sizeof(uint64_t);
}

static size_t high_of(unsigned int arg)
{
	return low_of(arg) + sizeof(uint32_t);
}

static size_t put_equal_word(struct seccomp_code *c, size_t offset, uint32_t mask, uint32_t value,
			     size_t yes, size_t no)
{
	if (!mask)
		return yes;
	(void)seccomp_code_jump(c, BPF_JEQ, value & mask, yes, no);
	if (mask != UINT32_MAX)
		(void)seccomp_code_put(
			c, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
	return seccomp_code_load(c, offset);
}

static size_t put_equal(struct seccomp_code *c, unsigned int arg, bool narrow, uint64_t mask,
			uint64_t value, size_t yes, size_t no)
{
	size_t low = put_equal_word(c, low_of(arg), split(mask).low, split(value).low, yes, no);

	if (narrow)
		return low;
	return put_equal_word(c, high_of(arg), split(mask).high, split(value).high, low, no);
}

/* BPF_JGT or BPF_JGE */
static size_t put_order(struct seccomp_code *c, unsigned int arg, bool narrow, unsigned int op,
			uint64_t value, size_t yes, size_t no)
{
	size_t low, equal;

	(void)seccomp_code_jump(c, op, split(value).low, yes, no);
	low = seccomp_code_load(c, low_of(arg));
	if (narrow)
		return low;
	equal = seccomp_code_jump(c, BPF_JEQ, split(value).high, low, no);
	(void)seccomp_code_jump(c, BPF_JGT, split(value).high, yes, equal);
	return seccomp_code_load(c, high_of(arg));
}

size_t seccomp_compare_put(struct seccomp_code *c, const struct scmp_arg_cmp *a, bool narrow,
			   size_t yes, size_t no)
{
	switch (a->op) {
	case SCMP_CMP_EQ:
		return put_equal(c, a->arg, narrow, UINT64_MAX, a->datum_a, yes, no);
	case SCMP_CMP_NE:
		return put_equal(c, a->arg, narrow, UINT64_MAX, a->datum_a, no, yes);
	case SCMP_CMP_MASKED_EQ:
		return put_equal(c, a->arg, narrow, a->datum_a, a->datum_b, yes, no);
	case SCMP_CMP_GT:
		return put_order(c, a->arg, narrow, BPF_JGT, a->datum_a, yes, no);
	case SCMP_CMP_GE:
		return put_order(c, a->arg, narrow, BPF_JGE, a->datum_a, yes, no);
	case SCMP_CMP_LT:
		return put_order(c, a->arg, narrow, BPF_JGE, a->datum_a, no, yes);
	default: /* SCMP_CMP_LE; seccomp_rules_read() knows no others */
		return put_order(c, a->arg, narrow, BPF_JGT, a->datum_a, no, yes);
	}
}
