/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_oracle.h"

#include "bpf_run.h"
#include "cleanup.h"
#include "seccomp_rules.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <string.h>

static uint64_t random_state;

void oracle_seed(uint64_t seed)
{
	random_state = seed;
}

/* xorshift: the same profiles in every run */
uint64_t oracle_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

size_t oracle_below(size_t n)
{
	return (size_t)(oracle_random() % n);
}

struct cfg_doc *oracle_config(const char *seccomp)
{
	cleanup_free char *text = str_format("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},"
					     "\"linux\":{\"seccomp\":%s}}",
					     seccomp);
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_msg(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, &e) >= 0, "%s: %s",
		      seccomp, e.msg);
	return d;
}

/* -- what is asked -- */

#define VALUES 512

struct questions {
	uint64_t values[VALUES]; /* of arguments */
	size_t count;
};

static void add_value(struct questions *q, uint64_t v)
{
	if (q->count < VALUES)
		q->values[q->count++] = v;
}

static void add_around(struct questions *q, uint64_t v)
{
	add_value(q, v);
	add_value(q, v - 1);
	add_value(q, v + 1);
	add_value(q, v ^ (1ULL << 32));
	add_value(q, (uint32_t)v);
	add_value(q, v | 0xffffffff00000000ULL);
}

static void collect_values(struct questions *q, const struct seccomp_rules *rules)
{
	q->count = 0;
	for (uint64_t v = 0; v < 32; v++)
		add_value(q, v); /* also the calls of socketcall(2) and ipc(2) */
	add_around(q, UINT64_MAX);
	add_around(q, 0x8000000000000000ULL);
	add_around(q, 0x80000000ULL);
	for (size_t i = 0; i < rules->count; i++) {
		for (unsigned int k = 0; k < rules->items[i].nargs; k++) {
			const struct scmp_arg_cmp *a = &rules->items[i].args[k];

			add_around(q, a->datum_a);
			if (a->op != SCMP_CMP_MASKED_EQ)
				continue;
			add_around(q, a->datum_b);
			add_around(q, a->datum_a & a->datum_b);
			add_value(q, ~a->datum_a | a->datum_b);
		}
	}
}

/* -- the rules, read one by one -- */

/* A rule that is about the number in question, and by which way. */
struct matter {
	const struct seccomp_rule *rule;
	int call; /* of socketcall(2) and ipc(2), or -1 */
};

struct matters {
	bool bad_arch, narrow;
	struct matter items[256];
	size_t count;
};

static bool has_arch(const struct seccomp_rules *rules, uint32_t arch)
{
	for (size_t i = 0; i < rules->narchs; i++) {
		if (rules->archs[i] == arch)
			return true;
	}
	return false;
}

/* i386's own number of a call that libseccomp knows by the multiplexer: it tells the other way. */
static int i386_direct(const char *name)
{
	static char *known[512];

	for (int nr = 0; nr < 512; nr++) {
		if (!known[nr]) {
			known[nr] = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86, nr);
			if (!known[nr])
				continue;
		}
		if (str_eq(known[nr], name))
			return nr;
	}
	return -1;
}

/* A name of a rule on a machine. */
struct named {
	const struct seccomp_rule *rule;
	uint32_t arch;
	int number, direct;
};

struct directory {
	struct named *items; /* owned */
	size_t count;
};

static void look_up(const struct seccomp_rules *rules, struct directory *ret)
{
	size_t room = 0;

	for (size_t i = 0; i < rules->count; i++)
		room += rules->items[i].from->names.count * rules->narchs;
	ret->count = 0;
	ret->items = calloc(room + 1, sizeof(*ret->items));
	ck_assert_ptr_nonnull(ret->items);
	for (size_t i = 0; i < room; i++)
		ret->items[i].direct = -1;
	for (size_t i = 0; i < rules->count; i++) {
		const struct seccomp_rule *rule = &rules->items[i];

		for (size_t n = 0; n < rule->from->names.count * rules->narchs; n++) {
			const char *name = rule->from->names.items[n / rules->narchs];
			struct named *to = &ret->items[ret->count++];

			to->rule = rule;
			to->arch = rules->archs[n % rules->narchs];
			to->number = seccomp_syscall_resolve_name_arch(to->arch, name);
			if (to->arch == SCMP_ARCH_X86 && to->number <= -100 && to->number > -300)
				to->direct = i386_direct(name);
		}
	}
}

static void add_matter(struct matters *m, const struct named *n, int call)
{
	if (m->count == sizeof(m->items) / sizeof(*m->items))
		ck_abort_msg("too many rules for one call");
	m->items[m->count++] = (struct matter){.rule = n->rule, .call = call};
}

static void find_matters(const struct seccomp_rules *rules, const struct directory *names,
			 uint32_t arch, uint32_t nr, struct matters *ret)
{
	if (arch == SCMP_ARCH_X86_64 && nr >= 0x40000000 && nr != UINT32_MAX)
		arch = SCMP_ARCH_X32;
	ret->count = 0;
	ret->bad_arch = !has_arch(rules, arch);
	ret->narrow = arch == SCMP_ARCH_X32 || arch == SCMP_ARCH_X86 || arch == SCMP_ARCH_ARM;
	for (size_t i = 0; !ret->bad_arch && (int)nr >= 0 && i < names->count; i++) {
		const struct named *n = &names->items[i];

		if (n->arch != arch)
			continue;
		if (n->number == (int)nr || n->direct == (int)nr)
			add_matter(ret, n, -1);
		if (arch != SCMP_ARCH_X86)
			continue;
		if (nr == 102 && n->number <= -100 && n->number > -200)
			add_matter(ret, n, -n->number - 100);
		if (nr == 117 && n->number <= -200 && n->number > -300)
			add_matter(ret, n, -n->number - 200);
	}
}

static bool holds(const struct scmp_arg_cmp *a, uint64_t arg, bool narrow)
{
	uint64_t width = narrow ? UINT32_MAX : UINT64_MAX;
	uint64_t value = a->datum_a & width;

	arg &= width;
	switch (a->op) {
	case SCMP_CMP_NE:
		return arg != value;
	case SCMP_CMP_LT:
		return arg < value;
	case SCMP_CMP_LE:
		return arg <= value;
	case SCMP_CMP_EQ:
		return arg == value;
	case SCMP_CMP_GE:
		return arg >= value;
	case SCMP_CMP_GT:
		return arg > value;
	default: /* SCMP_CMP_MASKED_EQ */
		return (arg & value) == (a->datum_b & value);
	}
}

/* What a rule looks at. */
struct look {
	unsigned int conditions;
	bool order; /* by other operators than equality */
	bool sees;  /* an argument, or would where it can */
	bool blind; /* and cannot */
};

/* Whether the rule matches. */
static bool applies(const struct matter *m, bool narrow, const struct seccomp_data *d,
		    struct look *ret)
{
	bool all = m->call < 0 || (uint32_t)d->args[0] == (uint32_t)m->call;

	*ret = (struct look){.conditions = m->call >= 0};
	for (unsigned int i = 0; i < m->rule->nargs; i++) {
		const struct scmp_arg_cmp *a = &m->rule->args[i];
		uint64_t mask = narrow ? (uint32_t)a->datum_a : a->datum_a;

		if (a->op == SCMP_CMP_MASKED_EQ && !mask)
			continue;
		ret->sees = true;
		ret->blind |= m->call >= 0 && a->arg == 0;
		if (m->call >= 0 && a->arg == 0)
			continue;
		ret->conditions++;
		ret->order |= a->op != SCMP_CMP_EQ && a->op != SCMP_CMP_MASKED_EQ;
		all = all && holds(a, d->args[a->arg], narrow);
	}
	return all;
}

/* Whether a rule that says what the default says is no exception from others: it has no condition,
 * or would be one from what it cannot see. */
static bool says_nothing(const struct seccomp_rules *rules, const struct matter *m,
			 const struct look *look)
{
	uint32_t action = m->rule->action;

	if (action != rules->default_action)
		return false;
	if (!look->sees)
		return true;
	return look->blind && (action == SCMP_ACT_ALLOW || action == SCMP_ACT_LOG);
}

/* *ret_intricate: several rules, of which one looks at several arguments or at their order. */
static uint32_t by_rules(const struct seccomp_rules *rules, const struct matters *m,
			 const struct seccomp_data *d, bool *ret_intricate)
{
	uint32_t answer = rules->default_action;
	bool intricate = false, decided = false;
	size_t count = 0;

	*ret_intricate = false;
	if (m->bad_arch)
		return SECCOMP_RET_KILL_THREAD;
	for (size_t i = 0; i < m->count; i++) {
		struct look look;
		bool yes = applies(&m->items[i], m->narrow, d, &look);

		if (says_nothing(rules, &m->items[i], &look))
			continue;
		count++;
		if (!look.conditions)
			return m->items[i].rule->action;
		if (yes && !decided)
			answer = m->items[i].rule->action;
		decided = decided || yes;
		intricate = intricate || look.conditions > 1 || look.order;
	}
	*ret_intricate = intricate && count > 1;
	return answer;
}

struct programs {
	const char *profile;
	const struct seccomp_rules *rules;
	struct directory names;
	bool entangled;
	bool alone; /* libseccomp does not take the rules */
	struct seccomp_filter ours, theirs;
	size_t steps_ours, steps_theirs, asked;
};

static void ask(struct programs *p, const struct matters *m, const struct seccomp_data *d)
{
	bool intricate;
	uint32_t right = by_rules(p->rules, m, d, &intricate);
	uint32_t ours = bpf_run_counted(p->ours.insns, p->ours.count, d, &p->steps_ours);
	uint32_t theirs =
		p->alone ? right
			 : bpf_run_counted(p->theirs.insns, p->theirs.count, d, &p->steps_theirs);

	p->asked++;
	/* by hand: check(3) notes each assertion in a file, and these are millions */
	if (ours == right && (intricate || p->entangled || theirs == right))
		return;
	ck_abort_msg("arch %#x nr %d (%#llx, %#llx, %#llx, %#llx, %#llx, %#llx): ours %#x, "
		     "libseccomp's %#x, by the rules %#x: %.1500s",
		     d->arch, d->nr, (unsigned long long)d->args[0], (unsigned long long)d->args[1],
		     (unsigned long long)d->args[2], (unsigned long long)d->args[3],
		     (unsigned long long)d->args[4], (unsigned long long)d->args[5], ours, theirs,
		     right, p->profile);
}

static void ask_number(struct programs *p, const struct questions *q, uint32_t arch, uint32_t nr,
		       size_t times)
{
	struct seccomp_data d = {.nr = (int)nr, .arch = arch};
	struct matters m;

	find_matters(p->rules, &p->names, arch, nr, &m);
	ask(p, &m, &d);
	for (size_t i = 0; i < times; i++) {
		for (size_t a = 0; a < 6; a++)
			d.args[a] = q->values[oracle_below(q->count)];
		ask(p, &m, &d);
	}
}

static const uint32_t archs[] = {
	SCMP_ARCH_X86_64, SCMP_ARCH_X86,     SCMP_ARCH_AARCH64,
	SCMP_ARCH_ARM,	  SCMP_ARCH_RISCV64, SCMP_ARCH_S390X, /* in no filter here */
};

/* numbers of calls, what lies around their ranges, ARM's private ones */
static const struct {
	uint32_t from, to;
} ranges[] = {
	{0, 520},
	{0x0f0000, 0x0f0010},
	{0x3ffffff0, 0x40000000 + 600},
	{0x7ffffff0, 0x80000010},
	/* libseccomp's own numbers for what a machine lacks */
	{(uint32_t)-10300, (uint32_t)-10000},
	{(uint32_t)-300, UINT32_MAX},
};

static void ask_all(struct programs *p, const struct seccomp_rules *rules, size_t times)
{
	struct questions q;

	collect_values(&q, rules);
	for (size_t a = 0; a < sizeof(archs) / sizeof(*archs); a++) {
		for (size_t r = 0; r < sizeof(ranges) / sizeof(*ranges); r++) {
			for (uint64_t nr = ranges[r].from; nr <= ranges[r].to; nr++)
				ask_number(p, &q, archs[a], (uint32_t)nr, times);
		}
	}
}

/* More for the calls that rules look at: by each name's number on each machine. */
static void ask_named(struct programs *p, const struct seccomp_rules *rules, size_t times)
{
	struct questions q;

	collect_values(&q, rules);
	for (size_t i = 0; i < rules->count; i++) {
		const struct seccomp_rule *rule = &rules->items[i];

		for (size_t n = 0; rule->nargs && n < rule->from->names.count; n++) {
			for (size_t a = 0; a < sizeof(archs) / sizeof(*archs); a++) {
				int nr = seccomp_syscall_resolve_name_arch(
					archs[a], rule->from->names.items[n]);

				if (nr >= 0)
					ask_number(p, &q, archs[a], (uint32_t)nr, times);
			}
			ask_number(p, &q, SCMP_ARCH_X86_64,
				   (uint32_t)seccomp_syscall_resolve_name_arch(
					   SCMP_ARCH_X32, rule->from->names.items[n]),
				   times);
		}
	}
	for (uint32_t nr = 359; rules->count && nr <= 402; nr++)
		ask_number(p, &q, SCMP_ARCH_X86, nr, times);
	ask_number(p, &q, SCMP_ARCH_X86, 102, times * 8);
	ask_number(p, &q, SCMP_ARCH_X86, 117, times * 8);
}

/* Whether i386 has both behind one number: themselves, or a multiplexer and what it leads to. */
static bool may_meet(const char *a, const char *b)
{
	int x = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, a);
	int y = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, b);

	if (str_eq(a, b))
		return true;
	/* the numbers of libseccomp's for what is behind socketcall(2) and ipc(2) */
	return (x == 102 && y <= -100 && y > -200) || (y == 102 && x <= -100 && x > -200) ||
	       (x == 117 && y <= -200 && y > -300) || (y == 117 && x <= -200 && x > -300);
}

static bool shares_name(const struct seccomp_rule *a, const struct seccomp_rule *b)
{
	for (size_t i = 0; i < a->from->names.count; i++) {
		for (size_t k = 0; k < b->from->names.count; k++) {
			if (may_meet(a->from->names.items[i], b->from->names.items[k]))
				return true;
		}
	}
	return false;
}

/*
 * Whether rules of different actions meet at a call, both with conditions (which i386's
 * multiplexers add). Where libseccomp cannot place such a rule for one machine it takes it back for
 * all, and says so by an error that means "decided already" as well.
 */
static bool are_entangled(const struct seccomp_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct seccomp_rule *a = &rules->items[k], *b = &rules->items[i];

			if (a->action != b->action && shares_name(a, b) &&
			    ((a->nargs && b->nargs) ||
			     ((a->nargs || b->nargs) && has_arch(rules, SCMP_ARCH_X86))))
				return true;
		}
	}
	return false;
}

static bool has_default(const struct seccomp_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->items[i].action == rules->default_action)
			return true;
	return false;
}

bool oracle_compare(const char *seccomp, size_t times, struct oracle_count *ret)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = oracle_config(seccomp);
	CLEANUP(seccomp_rules_done) struct seccomp_rules rules = {0};
	struct programs p = {.profile = seccomp, .rules = &rules};
	struct err e = {0};
	bool made;
	int r;

	ck_assert_msg(seccomp_rules_read(doc, doc->config->linux->seccomp, &rules, &e) >= 0, "%s",
		      e.msg);
	r = seccomp_program_make(&rules, &p.ours);
	ck_assert_int_ge(r, 0);
	made = r == 0;
	if (made) {
		ck_assert_int_eq(bpf_check(p.ours.insns, p.ours.count), -1);
		r = seccomp_library_make(&rules, &p.theirs, &e);
		p.alone = r == -EOPNOTSUPP && has_default(&rules);
		ck_assert_msg(r >= 0 || p.alone, "%s", e.msg);
		look_up(&rules, &p.names);
		p.entangled = are_entangled(&rules);
		ask_all(&p, &rules, times);
		ask_named(&p, &rules, times * 20);
	}
	free(p.names.items);
	*ret = (struct oracle_count){p.ours.count, p.theirs.count, p.steps_ours, p.steps_theirs,
				     p.asked};
	seccomp_filter_done(&p.ours);
	seccomp_filter_done(&p.theirs);
	return made;
}

/* libseccomp 2.5.4 loses some memory where rules of one call repeat each other (LeakSanitizer
 * asks).
 */
const char *__lsan_default_suppressions(void); /* NOLINT(bugprone-reserved-identifier) */

const char *__lsan_default_suppressions(void) /* NOLINT(bugprone-reserved-identifier) */
{
	return "leak:zmalloc";
}
