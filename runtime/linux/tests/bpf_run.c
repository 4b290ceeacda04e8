/* SPDX-License-Identifier: Apache-2.0 */
#include "bpf_run.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* NOLINTBEGIN(misc-redundant-expression): BPF_K, BPF_ADD and others are 0, and named all the same
 */
static bool operand_is_taken(const struct sock_filter *i)
{
	switch (i->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return i->k % 4 == 0 && i->k < sizeof(struct seccomp_data);
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
		return i->k < BPF_MEMWORDS;
	case BPF_ALU | BPF_DIV | BPF_K:
		return i->k != 0;
	case BPF_ALU | BPF_LSH | BPF_K:
	case BPF_ALU | BPF_RSH | BPF_K:
		return i->k < 32;
	case BPF_LD | BPF_IMM:
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_IMM:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
	case BPF_ALU | BPF_NEG:
	case BPF_ALU | BPF_ADD | BPF_K:
	case BPF_ALU | BPF_ADD | BPF_X:
	case BPF_ALU | BPF_SUB | BPF_K:
	case BPF_ALU | BPF_SUB | BPF_X:
	case BPF_ALU | BPF_MUL | BPF_K:
	case BPF_ALU | BPF_MUL | BPF_X:
	case BPF_ALU | BPF_DIV | BPF_X:
	case BPF_ALU | BPF_AND | BPF_K:
	case BPF_ALU | BPF_AND | BPF_X:
	case BPF_ALU | BPF_OR | BPF_K:
	case BPF_ALU | BPF_OR | BPF_X:
	case BPF_ALU | BPF_XOR | BPF_K:
	case BPF_ALU | BPF_XOR | BPF_X:
	case BPF_ALU | BPF_LSH | BPF_X:
	case BPF_ALU | BPF_RSH | BPF_X:
	case BPF_JMP | BPF_JA:
	case BPF_JMP | BPF_JEQ | BPF_K:
	case BPF_JMP | BPF_JEQ | BPF_X:
	case BPF_JMP | BPF_JGT | BPF_K:
	case BPF_JMP | BPF_JGT | BPF_X:
	case BPF_JMP | BPF_JGE | BPF_K:
	case BPF_JMP | BPF_JGE | BPF_X:
	case BPF_JMP | BPF_JSET | BPF_K:
	case BPF_JMP | BPF_JSET | BPF_X:
		return true;
	default:
		return false;
	}
}

/* NOLINTEND(misc-redundant-expression) */

static bool is_return(const struct sock_filter *i)
{
	return BPF_CLASS(i->code) == BPF_RET;
}

static bool jumps_inside(const struct sock_filter *i, size_t at, size_t count)
{
	size_t left = count - at - 1;

	if (BPF_CLASS(i->code) != BPF_JMP)
		return true;
	if (BPF_OP(i->code) == BPF_JA)
		return i->k < left;
	return i->jt < left && i->jf < left;
}

/* Forward jumps alone: what is written on every way to an instruction is known when it is reached.
 */
static long check_memory(const struct sock_filter *insns, size_t count)
{
	/* a bit per word: not surely written before this instruction */
	uint16_t *unwritten = calloc(count, sizeof(*unwritten));
	uint16_t here = 0xffff;
	long bad = -1;

	assert(unwritten);
	for (size_t at = 0; at < count && bad < 0; at++) {
		const struct sock_filter *i = &insns[at];

		here = at ? (uint16_t)(here | unwritten[at]) : here;
		if (i->code == BPF_ST || i->code == BPF_STX)
			here = (uint16_t)(here & ~(1u << i->k));
		else if ((i->code == (BPF_LD | BPF_MEM) || i->code == (BPF_LDX | BPF_MEM)) &&
			 (here & (1u << i->k)))
			bad = (long)at;
		else if (i->code == (BPF_JMP | BPF_JA))
			unwritten[at + 1 + i->k] |= here;
		else if (BPF_CLASS(i->code) == BPF_JMP) {
			unwritten[at + 1 + i->jt] |= here;
			unwritten[at + 1 + i->jf] |= here;
		}
		/* nothing falls through to the next one from here */
		if (BPF_CLASS(i->code) == BPF_JMP || is_return(i))
			here = 0;
	}
	free(unwritten);
	return bad;
}

long bpf_check(const struct sock_filter *insns, size_t count)
{
	if (!count || count > BPF_MAXINSNS)
		return 0;
	for (size_t at = 0; at < count; at++) {
		if (!operand_is_taken(&insns[at]) || !jumps_inside(&insns[at], at, count))
			return (long)at;
	}
	if (!is_return(&insns[count - 1]))
		return (long)count - 1;
	return check_memory(insns, count);
}

/* Division by a register that is zero ends the program with 0
 * (Documentation/networking/filter.rst); shifts take the low five bits. */
static bool alu(uint16_t code, uint32_t *a, uint32_t b)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		*a += b;
		break;
	case BPF_SUB:
		*a -= b;
		break;
	case BPF_MUL:
		*a *= b;
		break;
	case BPF_DIV:
		if (!b)
			return false;
		*a /= b;
		break;
	case BPF_AND:
		*a &= b;
		break;
	case BPF_OR:
		*a |= b;
		break;
	case BPF_XOR:
		*a ^= b;
		break;
	case BPF_LSH:
		*a <<= b & 31;
		break;
	case BPF_RSH:
		*a >>= b & 31;
		break;
	default:
		*a = -*a; /* BPF_NEG */
		break;
	}
	return true;
}

static size_t jump(const struct sock_filter *i, uint32_t a, uint32_t x)
{
	uint32_t b = BPF_SRC(i->code) == BPF_X ? x : i->k;
	bool yes;

	switch (BPF_OP(i->code)) {
	case BPF_JA:
		return i->k;
	case BPF_JEQ:
		yes = a == b;
		break;
	case BPF_JGT:
		yes = a > b;
		break;
	case BPF_JGE:
		yes = a >= b;
		break;
	default:
		yes = (a & b) != 0; /* BPF_JSET */
		break;
	}
	return yes ? i->jt : i->jf;
}

static uint32_t load(const struct sock_filter *i, const struct seccomp_data *data,
		     const uint32_t *memory)
{
	uint32_t word;

	switch (BPF_MODE(i->code)) {
	case BPF_ABS:
		memcpy(&word, (const char *)data + i->k, sizeof(word));
		return word;
	case BPF_MEM:
		return memory[i->k];
	case BPF_LEN:
		return sizeof(*data);
	default:
		return i->k; /* BPF_IMM */
	}
}

uint32_t bpf_run_counted(const struct sock_filter *insns, size_t count,
			 const struct seccomp_data *data, size_t *steps)
{
	uint32_t a = 0, x = 0, memory[BPF_MEMWORDS] = {0};

	for (size_t at = 0; at < count; at++) {
		const struct sock_filter *i = &insns[at];

		(*steps)++;
		switch (BPF_CLASS(i->code)) {
		case BPF_LD:
			a = load(i, data, memory);
			break;
		case BPF_LDX:
			x = load(i, data, memory);
			break;
		case BPF_ST:
			memory[i->k] = a;
			break;
		case BPF_STX:
			memory[i->k] = x;
			break;
		case BPF_ALU:
			if (!alu(i->code, &a, BPF_SRC(i->code) == BPF_X ? x : i->k))
				return 0;
			break;
		case BPF_JMP:
			at += jump(i, a, x);
			break;
		case BPF_MISC:
			if (BPF_MISCOP(i->code) == BPF_TAX)
				x = a;
			else
				a = x;
			break;
		default:
			return BPF_RVAL(i->code) == BPF_A ? a : i->k;
		}
	}
	assert(!"a program without an end: not checked");
	return 0;
}

uint32_t bpf_run(const struct sock_filter *insns, size_t count, const struct seccomp_data *data)
{
	size_t steps = 0;

	return bpf_run_counted(insns, count, data, &steps);
}
