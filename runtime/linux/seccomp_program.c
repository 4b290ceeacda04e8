/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own seccomp program, in microseconds and a fifth of the instructions: per machine a sorted
 * table of system call numbers with their verdicts, neighbours with equal verdicts merged, and a
 * binary search over the ranges that remain.
 *
 * A filter must be the one that libseccomp would make, where that one says what the rules say;
 * tests/test_seccomp_program.c compares all three over every number. How libseccomp reads rules,
 * and so how they are folded here:
 * - A rule without arguments decides its system call: rules that follow are ignored, conditional
 *   ones before it are replaced.
 * - Conditional rules of one action are alternatives. (Where one of several looks at more than one
 *   argument, libseccomp's tree of comparisons may miss a match. Ours does not.)
 * - Of those of several actions the first that matches decides, as with an exception before a rule
 *   in podman's rules for sockets. (libseccomp may drop such a rule, for all machines, or miss a
 *   match. Ours does not.) So does one that says what the default says, which libseccomp refuses;
 *   without a condition such a rule says nothing.
 * - On 32-bit machines, and x32, arguments are 32 bits wide. A masked comparison of no bit is none.
 * - i386 has two ways to sockets and System V IPC: socketcall(2) and ipc(2), whose first argument
 * is the number of the call, and newer calls of their own. A rule holds for both; at the former it
 *   loses its condition on argument 0. An exception that lets through is none there.
 * - x86_64 and x32 share a machine word, and the number tells them apart. Without x32 its numbers
 *   are as bad as a foreign machine, except for -1, with which tracers skip a call.
 * - What a machine lacks has a negative number in libseccomp, and no size_t in the program.
 *
 * Machines that are not below have no calls on the kernels of those that are, and so no place in
 * the program, whatever linux.seccomp.architectures says.
 *
 * Not ours, so libseccomp's: kernels of other machines or of big byte order, x32 without x86_64,
 * names that libseccomp cannot translate, programs too long.
 */
#include "cleanup.h"
#include "seccomp_code.h"
#include "seccomp_compare.h"
#include "seccomp_names.h"
#include "seccomp_rules.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

#define NOT_OURS 1

#define X32_BIT 0x40000000u
/* As libseccomp's: what a call through another machine's door gets. */
#define BAD_ARCH SECCOMP_RET_KILL_THREAD

static const struct machine {
	uint32_t arch;	/* SCMP_ARCH_* */
	uint32_t audit; /* seccomp_data.arch */
	bool narrow;	/* 32-bit arguments */
	bool multiplexed;
} machines[] = {
	{SCMP_ARCH_X86_64, SCMP_ARCH_X86_64, false, false},
	{SCMP_ARCH_X32, SCMP_ARCH_X86_64, true, false},
	{SCMP_ARCH_X86, SCMP_ARCH_X86, true, true},
	{SCMP_ARCH_AARCH64, SCMP_ARCH_AARCH64, false, false},
	{SCMP_ARCH_ARM, SCMP_ARCH_ARM, true, false},
	{SCMP_ARCH_RISCV64, SCMP_ARCH_RISCV64, false, false},
};

#define MACHINES (sizeof(machines) / sizeof(*machines))

static const struct machine *machine_of(uint32_t arch)
{
	for (size_t i = 0; i < MACHINES; i++) {
		if (machines[i].arch == arch)
			return &machines[i];
	}
	return NULL;
}

/* -- from rules to entries: one per system call that a rule names, and per way to it -- */

#define I386_SOCKETCALL 102
#define I386_IPC	117

struct entry {
	const struct seccomp_rule *rule;
	uint32_t nr;
	int16_t call; /* -1, or what the first argument of the multiplexer must be */
	bool narrow;
};

/* All that one value of seccomp_data.arch covers. */
struct table {
	uint32_t audit;
	struct entry *items; /* owned */
	size_t count, room;
};

static uint64_t width(bool narrow)
{
	return narrow ? UINT32_MAX : UINT64_MAX;
}

/* A masked comparison of no bit is none. */
static bool compares(const struct scmp_arg_cmp *a, bool narrow)
{
	return a->op != SCMP_CMP_MASKED_EQ || (a->datum_a & width(narrow));
}

/* Whether the rule says on this machine, by this way, no more than the default: for want of a
 * condition; and where it has lost one, it is not to let through all that it had an eye on. */
static bool is_silent(const struct seccomp_rule *rule, bool narrow, int call)
{
	bool any = false, lost = false;

	if (!rule->is_default)
		return false;
	for (unsigned int i = 0; i < rule->nargs; i++) {
		if (!compares(&rule->args[i], narrow))
			continue;
		any = true;
		lost = lost || (call >= 0 && rule->args[i].arg == 0);
	}
	return !any || (lost && (rule->action == SCMP_ACT_ALLOW || rule->action == SCMP_ACT_LOG));
}

static int add_entry(struct table *t, const struct machine *m, const struct seccomp_rule *rule,
		     uint32_t nr, int call)
{
	if (is_silent(rule, m->narrow, call))
		return 0;
	if (t->count == t->room) {
		size_t room = t->room ? t->room * 2 : 512;
		struct entry *items = reallocarray(t->items, room, sizeof(*items));

		if (!items)
			return -ENOMEM;
		t->items = items;
		t->room = room;
	}
	t->items[t->count] =
		(struct entry){.nr = nr, .rule = rule, .narrow = m->narrow, .call = (int16_t)call};
	t->count++;
	return 0;
}

/*
 * i386's system calls of their own for what socketcall(2) and ipc(2) do (asm/unistd_32.h), by the
 * pseudo number that libseccomp has for the call: -100 and -200 minus the multiplexer's number.
 */
static const struct {
	int pseudo;
	uint32_t nr;
} i386_direct[] = {
	{-101, 359}, {-102, 361}, {-103, 362}, {-104, 363}, {-106, 367}, {-107, 368}, {-108, 360},
	{-111, 369}, {-112, 371}, {-113, 373}, {-114, 366}, {-115, 365}, {-116, 370}, {-117, 372},
	{-118, 364}, {-119, 337}, {-120, 345}, {-202, 393}, {-203, 394}, {-211, 400}, {-212, 401},
	{-213, 399}, {-214, 402}, {-221, 397}, {-222, 398}, {-223, 395}, {-224, 396},
};

static int add_multiplexed(struct table *t, const struct machine *m,
			   const struct seccomp_rule *rule, int pseudo)
{
	bool ipc = pseudo <= -200;
	int r = add_entry(t, m, rule, ipc ? I386_IPC : I386_SOCKETCALL,
			  ipc ? -pseudo - 200 : -pseudo - 100);

	for (size_t i = 0; r == 0 && i < sizeof(i386_direct) / sizeof(*i386_direct); i++) {
		if (i386_direct[i].pseudo == pseudo)
			return add_entry(t, m, rule, i386_direct[i].nr, -1);
	}
	return r;
}

static bool is_multiplexed(int nr)
{
	return (nr <= -100 && nr >= -120) || (nr <= -200 && nr >= -224);
}

/* The machines of a filter, and where what is said of them goes. */
struct doors {
	uint32_t arch[MACHINES];
	const struct machine *machine[MACHINES];
	struct table *table[MACHINES];
	size_t count;
};

static int add_number(struct table *t, const struct machine *m, const struct seccomp_rule *rule,
		      const char *name, int nr)
{
	if (nr == __NR_SCMP_ERROR) {
		/* known nowhere, or here alone not */
		bool elsewhere = m != machine_of(seccomp_arch_native()) &&
				 seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;

		return elsewhere ? NOT_OURS : 0;
	}
	if (nr >= 0)
		return add_entry(t, m, rule, (uint32_t)nr, -1);
	return m->multiplexed && is_multiplexed(nr) ? add_multiplexed(t, m, rule, nr) : 0;
}

static int add_rule(const struct doors *d, const struct seccomp_rule *rule)
{
	int nr[MACHINES], r = 0;

	for (size_t i = 0; r == 0 && i < rule->from->names.count; i++) {
		const char *name = rule->from->names.items[i];

		seccomp_names_resolve(name, d->arch, d->count, nr);
		for (size_t k = 0; r == 0 && k < d->count; k++)
			r = add_number(d->table[k], d->machine[k], rule, name, nr[k]);
	}
	return r;
}

#define DIGIT_BITS 11
#define DIGITS	   (1u << DIGIT_BITS)

/* By the bits of the number from @shift on; those that are equal there stay in their order. False:
 * all are, and nothing was done. */
static bool sort_by_digit(const struct entry *from, size_t n, unsigned int shift, struct entry *to)
{
	uint32_t ends[DIGITS] = {0}, sum = 0;

	for (size_t i = 0; i < n; i++)
		ends[(from[i].nr >> shift) % DIGITS]++;
	if (ends[(from->nr >> shift) % DIGITS] == n)
		return false;
	for (size_t d = 0; d < DIGITS; d++) {
		sum += ends[d];
		ends[d] = sum;
	}
	for (size_t i = n; i-- > 0;)
		to[--ends[(from[i].nr >> shift) % DIGITS]] = from[i];
	return true;
}

/* By their numbers, those of one number in the order of the rules. There are a thousand, and
 * comparing them two at a time took as long as finding their names. */
static int sort_entries(struct table *t)
{
	struct entry *other = reallocarray(NULL, t->count, sizeof(*other));

	if (!other)
		return -ENOMEM;
	for (unsigned int shift = 0; shift < 32; shift += DIGIT_BITS) {
		struct entry *sorted = other;

		if (!sort_by_digit(t->items, t->count, shift, sorted))
			continue;
		other = t->items;
		t->items = sorted;
	}
	free(other);
	t->room = t->count;
	return 0;
}

/* -- from entries to spans: from this number on, to the next span, one verdict -- */

struct span {
	uint32_t from;
	uint32_t action; /* of the entries, or unconditional */
	const struct entry
		*where; /* NULL: always; otherwise where one of so many entries matches, */
	size_t count;	/* and the default elsewhere */
	size_t at;	/* its code, once that is there */
};

struct spans {
	struct span *items; /* owned; room for what append() is called for */
	size_t count;
};

static void append(struct spans *s, struct span span)
{
	struct span *last = s->count ? &s->items[s->count - 1] : NULL;

	/* nothing between this one and the last after all */
	if (last && last->from == span.from) {
		s->count--;
		last = s->count ? &s->items[s->count - 1] : NULL;
	}
	if (last && !last->where && !span.where && last->action == span.action)
		return;
	s->items[s->count++] = span;
}

/* What an entry compares: its way's number and its rule's arguments, as wide as the machine has
 * them, without what always holds. */
static size_t conditions(const struct entry *n, struct scmp_arg_cmp ret[6])
{
	size_t count = 0;

	if (n->call >= 0)
		ret[count++] = (struct scmp_arg_cmp){
			.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)n->call};
	for (unsigned int i = 0; i < n->rule->nargs; i++) {
		struct scmp_arg_cmp a = n->rule->args[i];

		a.datum_a &= width(n->narrow);
		a.datum_b &= a.op == SCMP_CMP_MASKED_EQ ? a.datum_a : 0;
		if ((n->call >= 0 && a.arg == 0) || !compares(&a, n->narrow))
			continue;
		ret[count++] = a;
	}
	return count;
}

static bool is_conditional(const struct entry *n)
{
	struct scmp_arg_cmp c[6];

	return conditions(n, c) > 0;
}

/* What the @n entries of one number come to: one action, or those with conditions, of which the
 * first that holds decides. */
static struct span fold(const struct entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_conditional(&entries[i]))
			return (struct span){.from = entries->nr,
					     .action = entries[i].rule->action};
	}
	/* an exception from nothing */
	while (n > 0 && entries[n - 1].rule->is_default)
		n--;
	if (n == 0)
		return (struct span){.from = entries->nr, .action = entries->rule->action};
	return (struct span){
		.from = entries->nr, .action = entries->rule->action, .where = entries, .count = n};
}

static int make_spans(struct table *t, bool with_x32, uint32_t default_action, struct spans *ret)
{
	const struct span otherwise = {.action = default_action};

	if (t->count && sort_entries(t) < 0)
		return -ENOMEM;
	/* each number and what follows it; the beginning; x32's range and -1 */
	ret->items = reallocarray(NULL, 2 * t->count + 4, sizeof(*ret->items));
	if (!ret->items)
		return -ENOMEM;
	append(ret, otherwise);
	for (size_t i = 0, n; i < t->count; i += n) {
		struct span span;

		for (n = 1; i + n < t->count && t->items[i + n].nr == t->items[i].nr;)
			n++;
		span = fold(&t->items[i], n);
		append(ret, span);
		append(ret, (struct span){.from = span.from + 1, .action = default_action});
	}
	if (t->audit == SCMP_ARCH_X86_64 && !with_x32) {
		append(ret, (struct span){.from = X32_BIT, .action = BAD_ARCH});
		append(ret, (struct span){.from = UINT32_MAX, .action = default_action});
	}
	return 0;
}

/* -- from spans to instructions -- */

static size_t put_entry(struct seccomp_code *c, const struct entry *n, size_t yes, size_t no)
{
	struct scmp_arg_cmp compare[6];
	size_t count = conditions(n, compare);
	size_t at = yes;

	for (size_t i = 0; i < count; i++)
		at = seccomp_compare_put(c, &compare[i], n->narrow, at, no);
	return at;
}

static size_t put_span(struct seccomp_code *c, const struct span *s)
{
	size_t at;

	if (!s->where)
		return seccomp_code_return(c, s->action);
	at = seccomp_code_return(c, c->default_action);
	for (size_t i = s->count; i-- > 0;) {
		/* sought anew each time: the last one may be out of reach by now */
		size_t yes = seccomp_code_return(c, s->where[i].rule->action);

		at = put_entry(c, &s->where[i], yes, at);
	}
	return at;
}

/* Whether @b looks at the same as @a, which looks at something: as those of two calls that one rule
 * names. */
static bool is_alike(const struct span *a, const struct span *b)
{
	if (!b->where || a->count != b->count)
		return false;
	/* the last ones differ soonest: common rules stand first */
	for (size_t i = a->count; i-- > 0;) {
		const struct entry *m = &a->where[i], *n = &b->where[i];

		if (m->rule != n->rule || m->call != n->call || m->narrow != n->narrow)
			return false;
	}
	return true;
}

/* Code of its own, or what one of those above it in the table has already. */
static size_t put_leaf(struct seccomp_code *c, struct spans *s, size_t i)
{
	struct span *span = &s->items[i];

	if (c->full)
		return 0;
	for (size_t k = i + 1; span->where && k < s->count; k++) {
		if (is_alike(span, &s->items[k])) {
			span->at = s->items[k].at;
			return span->at;
		}
	}
	span->at = put_span(c, span);
	return span->at;
}

/* The last one first, as all code. */
static size_t put_search(struct seccomp_code *c, struct spans *s, size_t from, size_t count)
{
	size_t half = count / 2;
	size_t above, below;

	if (count == 1)
		return put_leaf(c, s, from);
	above = put_search(c, s, from + half, count - half);
	below = put_search(c, s, from, half);
	return seccomp_code_jump(c, BPF_JGE, s->items[from + half].from, above, below);
}

/* A machine's part: @next where the call came by another door. */
static int put_table(struct seccomp_code *c, struct table *t, bool with_x32, size_t *ret)
{
	struct spans spans = {0};
	int r = make_spans(t, with_x32, c->default_action, &spans);

	if (r == 0) {
		seccomp_code_follow(c, put_search(c, &spans, 0, spans.count));
		*ret = seccomp_code_load(c, offsetof(struct seccomp_data, nr));
	}
	free(spans.items);
	return r;
}

static int put_program(struct seccomp_code *c, struct table *tables, size_t count, bool with_x32)
{
	size_t starts[MACHINES], at;

	/* the machine's own is the first one, and its way the shortest */
	for (size_t i = count; i-- > 0;) {
		int r = put_table(c, &tables[i], with_x32, &starts[i]);

		if (r != 0)
			return r;
	}
	at = seccomp_code_return(c, BAD_ARCH);
	for (size_t i = count; i-- > 0;)
		at = seccomp_code_jump(c, BPF_JEQ, tables[i].audit, starts[i], at);
	(void)seccomp_code_load(c, offsetof(struct seccomp_data, arch));
	return c->full ? NOT_OURS : 0;
}

/* -- all together -- */

static struct table *table_of(struct table *tables, size_t *count, uint32_t audit)
{
	for (size_t i = 0; i < *count; i++) {
		if (tables[i].audit == audit)
			return &tables[i];
	}
	tables[*count].audit = audit;
	return &tables[(*count)++];
}

static bool has_arch(const struct seccomp_rules *rules, uint32_t arch)
{
	for (size_t i = 0; i < rules->narchs; i++) {
		if (rules->archs[i] == arch)
			return true;
	}
	return false;
}

static int list_doors(const struct seccomp_rules *rules, struct table *tables, size_t *count,
		      struct doors *d)
{
	for (size_t i = 0; i < rules->narchs; i++) {
		const struct machine *m = machine_of(rules->archs[i]);

		/* the kernel of a machine that is known here has no door for those that are not */
		if (!m && machine_of(rules->archs[0]))
			continue;
		if (!m)
			return NOT_OURS;
		d->arch[d->count] = m->arch;
		d->machine[d->count] = m;
		d->table[d->count++] = table_of(tables, count, m->audit);
	}
	return 0;
}

static int collect(const struct seccomp_rules *rules, struct table *tables, size_t *count)
{
	struct doors doors = {.count = 0};
	int r = list_doors(rules, tables, count, &doors);

	for (size_t k = 0; r == 0 && k < rules->count; k++)
		r = add_rule(&doors, &rules->items[k]);
	return r;
}

int seccomp_program_make(const struct seccomp_rules *rules, struct seccomp_filter *ret)
{
	struct table tables[MACHINES] = {0};
	struct seccomp_code code = {.default_action = rules->default_action};
	bool with_x32 = has_arch(rules, SCMP_ARCH_X32);
	size_t count = 0;
	int r;

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ ||
	    (with_x32 && !has_arch(rules, SCMP_ARCH_X86_64)))
		return NOT_OURS;
	r = collect(rules, tables, &count);
	if (r == 0) {
		/* a program fills little of it: zeros would be written for nothing */
		code.insns = reallocarray(NULL, BPF_MAXINSNS, sizeof(*code.insns));
		r = code.insns ? put_program(&code, tables, count, with_x32) : -ENOMEM;
	}
	if (r == 0)
		r = seccomp_code_finish(&code, ret);
	free(code.insns);
	for (size_t i = 0; i < count; i++)
		free(tables[i].items);
	return r;
}
