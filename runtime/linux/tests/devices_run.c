/* SPDX-License-Identifier: Apache-2.0 */
#include "devices_run.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define REGISTERS 10

static bool names(const struct cgroup_device *d, const struct device_access *a)
{
	return d->types & a->type && (d->major == -1 || d->major == (int64_t)a->major) &&
	       (d->minor == -1 || d->minor == (int64_t)a->minor);
}

bool devices_list_allows(const struct cgroup_devices *d, const struct device_access *a)
{
	for (unsigned int kind = 1; kind <= CGROUP_DEV_W; kind <<= 1) {
		bool allowed = false;

		for (size_t i = 0; i < d->count; i++)
			if (d->items[i].access & kind && names(&d->items[i], a))
				allowed = d->items[i].allow;
		if (a->access & kind && !allowed)
			return false;
	}
	return true;
}

bool devices_v1_allows(const struct cgroup_devices_v1 *v, const struct device_access *a)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct cgroup_device *x = &v->items[i];
		bool all = (a->access & ~x->access) == 0, some = a->access & x->access;

		if (names(x, a) && (v->default_allow ? some : all))
			return !v->default_allow;
	}
	return v->default_allow;
}

static bool is_jump(const struct bpf_insn *i)
{
	return (BPF_CLASS(i->code) == BPF_JMP || BPF_CLASS(i->code) == BPF_JMP32) &&
	       i->code != (BPF_JMP | BPF_EXIT);
}

static bool always_leaves(const struct bpf_insn *i)
{
	return i->code == (BPF_JMP | BPF_JA) || i->code == (BPF_JMP | BPF_EXIT);
}

/* What the instruction reads, as a set of registers; -1: it is none of those in use. */
static int reads(const struct bpf_insn *i)
{
	switch (i->code) {
	case BPF_LDX | BPF_MEM | BPF_W:
		/* words of the context, which stands in the first register */
		return i->src_reg == 1 && i->off >= 0 && i->off <= 8 && i->off % 4 == 0 ? 1 << 1
											: -1;
	case BPF_ALU | BPF_MOV | BPF_X:
		return 1 << i->src_reg;
	case BPF_ALU | BPF_RSH | BPF_K:
		return i->imm >= 0 && i->imm < 32 ? 1 << i->dst_reg : -1;
	case BPF_ALU | BPF_AND | BPF_K:
	case BPF_JMP32 | BPF_JEQ | BPF_K:
	case BPF_JMP32 | BPF_JNE | BPF_K:
	case BPF_JMP32 | BPF_JSET | BPF_K:
		return 1 << i->dst_reg;
	case BPF_ALU64 | BPF_MOV | BPF_K:
	case BPF_JMP | BPF_JA:
		return 0;
	case BPF_JMP | BPF_EXIT:
		return 1 << 0;
	default:
		return -1;
	}
}

bool devices_bpf_check(const struct bpf_insn *insns, size_t count)
{
	bool ok = count > 0 && always_leaves(&insns[count - 1]);
	/* a bit per register that is written on every way to the instruction; 0: no way yet */
	int *written = calloc(count + 1, sizeof(*written));

	assert(written);
	written[0] = 1 << 1 | 1 << REGISTERS;
	for (size_t at = 0; ok && at < count; at++) {
		const struct bpf_insn *i = &insns[at];
		size_t next[2] = {at + 1, at + 1 + (size_t)i->off};
		int r = reads(i), after = written[at];

		ok = after && r >= 0 && (r & ~after) == 0 && i->dst_reg < REGISTERS &&
		     i->src_reg < REGISTERS && i->dst_reg != 1;
		if (ok && is_jump(i))
			ok = i->off >= 0 && next[1] < count;
		if (!is_jump(i) && !always_leaves(i))
			after |= 1 << i->dst_reg;
		for (int k = 0; ok && k < 2; k++) {
			if (k == 0 ? always_leaves(i) : !is_jump(i))
				continue;
			written[next[k]] = written[next[k]] ? written[next[k]] & after : after;
		}
	}
	free(written);
	return ok;
}

bool devices_bpf_allows(const struct bpf_insn *insns, size_t count, const struct device_access *a)
{
	const uint32_t context[3] = {a->access << 16 | a->type, a->major, a->minor};
	uint64_t r[REGISTERS] = {0};

	for (size_t at = 0; at < count; at++) {
		const struct bpf_insn *i = &insns[at];
		uint64_t *dst = &r[i->dst_reg];
		bool jump = false;

		switch (i->code) {
		case BPF_LDX | BPF_MEM | BPF_W:
			*dst = context[i->off / 4];
			break;
		case BPF_ALU | BPF_MOV | BPF_X:
			*dst = (uint32_t)r[i->src_reg];
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			*dst = (uint32_t)*dst & (uint32_t)i->imm;
			break;
		case BPF_ALU | BPF_RSH | BPF_K:
			*dst = (uint32_t)*dst >> i->imm;
			break;
		case BPF_ALU64 | BPF_MOV | BPF_K:
			*dst = (uint64_t)i->imm;
			break;
		case BPF_JMP32 | BPF_JEQ | BPF_K:
			jump = (uint32_t)*dst == (uint32_t)i->imm;
			break;
		case BPF_JMP32 | BPF_JNE | BPF_K:
			jump = (uint32_t)*dst != (uint32_t)i->imm;
			break;
		case BPF_JMP32 | BPF_JSET | BPF_K:
			jump = (uint32_t)*dst & (uint32_t)i->imm;
			break;
		case BPF_JMP | BPF_JA:
			jump = true;
			break;
		default: /* BPF_EXIT */
			return r[0] != 0;
		}
		if (jump)
			at += (size_t)i->off;
	}
	assert(!"ran off the end");
	return false;
}
