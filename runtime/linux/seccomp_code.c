/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_code.h"

#include <errno.h>
#include <stdlib.h>

/* Conditional jumps reach 255 instructions; two more may come between. */
#define REACH 250

size_t seccomp_code_put(struct seccomp_code *c, struct sock_filter insn)
{
	if (c->count >= BPF_MAXINSNS) {
		c->full = true;
		return 0;
	}
	c->insns[c->count] = insn;
	return c->count++;
}

size_t seccomp_code_load(struct seccomp_code *c, size_t offset)
{
	return seccomp_code_put(
		c, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static bool is_near(const struct seccomp_code *c, size_t at)
{
	return c->count - at <= REACH;
}

size_t seccomp_code_return(struct seccomp_code *c, uint32_t action)
{
	size_t i, known = c->nanswers < SECCOMP_CODE_ANSWERS ? c->nanswers : SECCOMP_CODE_ANSWERS;

	for (i = 0; i < known && c->answers[i].action != action;)
		i++;
	if (i < known && is_near(c, c->answers[i].at))
		return c->answers[i].at;
	if (i == known)
		i = c->nanswers++ % SECCOMP_CODE_ANSWERS;
	c->answers[i].action = action;
	c->answers[i].at =
		seccomp_code_put(c, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
	return c->answers[i].at;
}

static size_t long_jump(struct seccomp_code *c, size_t at)
{
	return seccomp_code_put(
		c, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)(c->count - at - 1)));
}

/* Itself, or a stepping stone to it. */
static size_t within_reach(struct seccomp_code *c, size_t at)
{
	if (c->full || is_near(c, at))
		return at;
	if (c->insns[at].code == (BPF_RET | BPF_K))
		return seccomp_code_return(c, c->insns[at].k);
	return long_jump(c, at);
}

size_t seccomp_code_jump(struct seccomp_code *c, unsigned int op, uint32_t k, size_t yes, size_t no)
{
	yes = within_reach(c, yes);
	no = within_reach(c, no);
	if (c->full)
		return 0;
	return seccomp_code_put(c, (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | op | BPF_K), k,
								(uint8_t)(c->count - yes - 1),
								(uint8_t)(c->count - no - 1)));
}

void seccomp_code_follow(struct seccomp_code *c, size_t at)
{
	if (!c->full && at + 1 != c->count)
		(void)long_jump(c, at);
}

int seccomp_code_finish(const struct seccomp_code *c, struct seccomp_filter *ret)
{
	struct sock_filter *insns = calloc(c->count, sizeof(*insns));

	if (!insns)
		return -ENOMEM;
	for (size_t i = 0; i < c->count; i++)
		insns[i] = c->insns[c->count - 1 - i];
	ret->insns = insns;
	ret->count = c->count;
	return 0;
}
