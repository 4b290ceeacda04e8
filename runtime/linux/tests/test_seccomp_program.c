/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two filters are equal when they answer equally: over every number of every machine, with
 * arguments at and around every value that the rules compare with. Our own program is held against
 * what the rules say, read one by one, and against libseccomp's program for the same rules. Where
 * one of several rules of a call looks at several arguments or at their order, libseccomp (2.5.4)
 * is known to miss matches; there the rules alone decide, and where rules of different actions
 * meet.
 */
#include "seccomp_rules.h"

#include "bpf_run.h"
#include "cleanup.h"
#include "str.h"

#include <check.h>
#include <fcntl.h>
#include <string.h>

static uint64_t random_state;

/* xorshift: the same profiles in every run */
static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static size_t below(size_t n)
{
	return (size_t)(next_random() % n);
}

static struct cfg_doc *config(const char *seccomp)
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

		if ((m->call >= 0 && a->arg == 0) || (a->op == SCMP_CMP_MASKED_EQ && !mask))
			continue;
		ret->conditions++;
		ret->order |= a->op != SCMP_CMP_EQ && a->op != SCMP_CMP_MASKED_EQ;
		all = all && holds(a, d->args[a->arg], narrow);
	}
	return all;
}

/* *ret_intricate: several rules, of which one looks at several arguments or at their order. */
static uint32_t by_rules(const struct seccomp_rules *rules, const struct matters *m,
			 const struct seccomp_data *d, bool *ret_intricate)
{
	uint32_t answer = rules->default_action;
	bool intricate = false, decided = false;

	*ret_intricate = false;
	if (m->bad_arch)
		return SECCOMP_RET_KILL_THREAD;
	for (size_t i = 0; i < m->count; i++) {
		struct look look;
		bool yes = applies(&m->items[i], m->narrow, d, &look);

		if (!look.conditions)
			return m->items[i].rule->action;
		if (yes && !decided)
			answer = m->items[i].rule->action;
		decided = decided || yes;
		intricate = intricate || look.conditions > 1 || look.order;
	}
	*ret_intricate = intricate && m->count > 1;
	return answer;
}

struct programs {
	const char *profile;
	const struct seccomp_rules *rules;
	struct directory names;
	bool entangled;
	struct seccomp_filter ours, theirs;
	size_t steps_ours, steps_theirs, asked;
};

static void ask(struct programs *p, const struct matters *m, const struct seccomp_data *d)
{
	bool intricate;
	uint32_t right = by_rules(p->rules, m, d, &intricate);
	uint32_t ours = bpf_run_counted(p->ours.insns, p->ours.count, d, &p->steps_ours);
	uint32_t theirs = bpf_run_counted(p->theirs.insns, p->theirs.count, d, &p->steps_theirs);

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
			d.args[a] = q->values[below(q->count)];
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

/* Whether ours was made. Where it was, it is right. */
static bool compare(const char *seccomp, size_t times, struct programs *ret)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = config(seccomp);
	CLEANUP(seccomp_rules_done) struct seccomp_rules rules = {0};
	struct programs p = {.profile = seccomp, .rules = &rules};
	struct err e = {0};
	int r;

	ck_assert_msg(seccomp_rules_read(doc, doc->config->linux->seccomp, &rules, &e) >= 0, "%s",
		      e.msg);
	r = seccomp_program_make(&rules, &p.ours);
	ck_assert_int_ge(r, 0);
	if (r == 0) {
		ck_assert_int_eq(bpf_check(p.ours.insns, p.ours.count), -1);
		ck_assert_msg(seccomp_library_make(&rules, &p.theirs, &e) >= 0, "%s", e.msg);
		look_up(&rules, &p.names);
		p.entangled = are_entangled(&rules);
		ask_all(&p, &rules, times);
		ask_named(&p, &rules, times * 20);
	}
	free(p.names.items);
	if (ret)
		*ret = p;
	seccomp_filter_done(&p.ours);
	seccomp_filter_done(&p.theirs);
	return r == 0;
}

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
	struct programs p;

	random_state = 88172645463325252ULL;
	ck_assert(compare(text, 12, &p));
	ck_assert_uint_gt(p.asked, 50000);
	/* shorter, and faster to answer */
	ck_assert_uint_lt(p.ours.count, p.theirs.count);
	ck_assert_uint_lt(p.steps_ours, p.steps_theirs);
}
END_TEST

/* An answer and three comparisons for each call: more than jumps reach, and than are remembered. */
START_TEST(far_jumps)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct programs p;
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
	random_state = 521288629;
	ck_assert(compare(b.buf, 4, &p));
	ck_assert_uint_gt(p.ours.count, 1000);
}
END_TEST

/* podman's rules for sockets, by which AUDIT is denied in words of its own; the last one loses its
 * condition with socketcall(2) of i386, and is what the first one is an exception to. */
START_TEST(exceptions)
{
	struct programs p;

	random_state = 362436069;
	ck_assert(compare(
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

#define PICK(a) ((a)[below(sizeof(a) / sizeof(*(a)))])

/* Of one profile: what its values are made of, so that they meet. */
static uint64_t seeds[4];

static uint64_t random_value(void)
{
	uint64_t v = PICK(seeds);

	switch (below(9)) {
	case 0:
		return v + 1;
	case 1:
		return v - 1;
	case 2:
		return v ^ (1ULL << below(64));
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
	for (size_t i = below(2) ? 1 : below(4); i-- > 0;) {
		size_t arg = below(6);

		if (used & (1u << arg))
			continue;
		/* one after the other: compilers differ in the order of arguments */
		const char *op = PICK(operators);
		unsigned long long value = random_value(), two = random_value();

		/* else it hardly ever holds */
		if (below(2))
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
	const char *action = PICK(actions);
	size_t rules = 1 + below(6);

	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		seeds[i] = next_random();
		seeds[i] >>= below(64);
	}

	strbuf_addf(b, "{\"defaultAction\":\"%s\",\"architectures\":[\"SCMP_ARCH_X86_64\"",
		    below(2) ? "SCMP_ACT_ALLOW" : "SCMP_ACT_ERRNO");
	for (size_t i = 0; i < sizeof(arch_names) / sizeof(*arch_names); i++) {
		if (below(2))
			strbuf_addf(b, ",\"SCMP_ARCH_%s\"", arch_names[i]);
	}
	strbuf_adds(b, "],\"syscalls\":[");
	for (size_t r = 0; r < rules; r++) {
		strbuf_addf(b, "%s{\"names\":[\"%s\"", r ? "," : "", PICK(names));
		for (size_t n = below(5); n-- > 0;)
			strbuf_addf(b, ",\"%s\"", PICK(names));
		/* mostly one action: with several libseccomp's word does not count */
		strbuf_addf(b, "],\"action\":\"%s\"", below(4) ? action : PICK(actions));
		if (below(2))
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

	random_state = 0x9e3779b97f4a7c15ULL + (uint64_t)_i;
	for (int i = 0; i < PROFILES; i++) {
		CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
		struct programs p;

		random_profile(&b);
		ck_assert(!b.oom);
		made += compare(b.buf, 2, &p);
		asked += p.asked;
	}
	/* what is not made is not compared */
	ck_assert_uint_gt(made, PROFILES / 2);
	ck_assert_uint_gt(asked, PROFILES * (size_t)10000);
}
END_TEST

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
};

/* With a machine of another kernel in the list, too. */
START_TEST(rules_for_one_call)
{
	static const char *const machines[] = {"", "\"architectures\":[\"SCMP_ARCH_MIPSEL\"],"};

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		cleanup_free char *text =
			str_format("{\"defaultAction\":\"SCMP_ACT_ALLOW\",%s\"syscalls\":[%s]}",
				   machines[i], answers[_i].syscalls);
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = config(text);
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
	struct cfg_doc *doc = config(
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

/* libseccomp 2.5.4 loses some memory where rules of one call repeat each other (LeakSanitizer
 * asks).
 */
const char *__lsan_default_suppressions(void); /* NOLINT(bugprone-reserved-identifier) */
const char *__lsan_default_suppressions(void)  /* NOLINT(bugprone-reserved-identifier) */
{
	return "leak:zmalloc";
}

int main(void)
{
	Suite *s = suite_create("seccomp_program");
	TCase *t = tcase_create("seccomp_program");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_test(t, engine_profile);
	tcase_add_test(t, far_jumps);
	tcase_add_test(t, exceptions);
	tcase_add_loop_test(t, rules_for_one_call, 0, sizeof(answers) / sizeof(*answers));
	tcase_add_test(t, library_loads_the_number);
	tcase_add_loop_test(t, random_profiles, 0, 8);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
