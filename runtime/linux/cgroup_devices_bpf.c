/* SPDX-License-Identifier: Apache-2.0 */
/* The list of allowed devices as a program for cgroup v2, which has no files for it (bpf(2)). */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More programs on one cgroup than that are not ours to put in order (BPF_CGROUP_MAX_PROGS). */
#define MAX_ATTACHED 64

/* A rule takes at most three tests and five instructions of verdict. */
#define INSNS_PER_RULE 8
#define INSNS_PROLOGUE 6

/* As many rules share a verdict as a jump can reach by far (16 bits). */
#define GROUP_MAX 1024

enum { R0, R1, R_TYPE, R_ACCESS, R_MAJOR, R_MINOR };

struct program {
	struct bpf_insn *insns;
	size_t count;
};

static struct bpf_insn *emit(struct program *p, uint8_t code, uint8_t dst, uint8_t src, int16_t off,
			     int32_t imm)
{
	struct bpf_insn *i = &p->insns[p->count++];

	*i = (struct bpf_insn){
		.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm};
	return i;
}

static void emit_verdict(struct program *p, int verdict)
{
	(void)emit(p, BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, verdict);
	(void)emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* struct bpf_cgroup_dev_ctx: access in the upper half of the first word, type in the lower. */
static void emit_prologue(struct program *p)
{
	(void)emit(p, BPF_LDX | BPF_MEM | BPF_W, R_TYPE, R1, 0, 0);
	(void)emit(p, BPF_ALU | BPF_MOV | BPF_X, R_ACCESS, R_TYPE, 0, 0);
	(void)emit(p, BPF_ALU | BPF_AND | BPF_K, R_TYPE, 0, 0, 0xffff);
	(void)emit(p, BPF_ALU | BPF_RSH | BPF_K, R_ACCESS, 0, 0, 16);
	(void)emit(p, BPF_LDX | BPF_MEM | BPF_W, R_MAJOR, R1, 4, 0);
	(void)emit(p, BPF_LDX | BPF_MEM | BPF_W, R_MINOR, R1, 8, 0);
}

/*
 * The last rule that matches decides, for each kind of access by itself. So the rules come in
 * reverse: one that allows takes its kinds off the list of those still undecided, one that denies
 * an undecided kind ends it. Returns whether the rule decides everything, so that no other follows.
 */
static bool emit_rule(struct program *p, const struct cgroup_device *d)
{
	size_t begin = p->count;

	if (d->types != CGROUP_DEV_BOTH)
		(void)emit(p, BPF_JMP32 | BPF_JNE | BPF_K, R_TYPE, 0, 0, (int32_t)d->types);
	if (d->major >= 0)
		(void)emit(p, BPF_JMP32 | BPF_JNE | BPF_K, R_MAJOR, 0, 0, (int32_t)d->major);
	if (d->minor >= 0)
		(void)emit(p, BPF_JMP32 | BPF_JNE | BPF_K, R_MINOR, 0, 0, (int32_t)d->minor);
	bool always = p->count == begin && d->access == CGROUP_DEV_RWM;

	if (d->access != CGROUP_DEV_RWM && d->allow) {
		(void)emit(p, BPF_ALU | BPF_AND | BPF_K, R_ACCESS, 0, 0,
			   (int32_t)(~d->access & CGROUP_DEV_RWM));
		(void)emit(p, BPF_JMP32 | BPF_JNE | BPF_K, R_ACCESS, 0, 2, 0);
	} else if (d->access != CGROUP_DEV_RWM) {
		(void)emit(p, BPF_JMP32 | BPF_JSET | BPF_K, R_ACCESS, 0, 1, (int32_t)d->access);
		(void)emit(p, BPF_JMP | BPF_JA, 0, 0, 2, 0);
	}
	emit_verdict(p, d->allow);
	/* the tests, now that the length of the verdict is known, skip it */
	for (size_t i = begin; i < p->count; i++)
		if (p->insns[i].off == 0 && BPF_CLASS(p->insns[i].code) == BPF_JMP32)
			p->insns[i].off = (int16_t)(p->count - i - 1);
	return always;
}

/* One that decides all kinds of access, and not for all devices. */
static bool is_plain(const struct cgroup_device *d)
{
	return d->access == CGROUP_DEV_RWM && (d->major >= 0 || d->minor >= 0);
}

/* How many rules, the last of which is @end's predecessor, can share their tests and one verdict.
 */
static size_t count_alike(const struct cgroup_device *items, size_t end)
{
	const struct cgroup_device *last = &items[end - 1];
	size_t n = 0;

	while (n < end && n < GROUP_MAX && is_plain(&items[end - 1 - n]) &&
	       items[end - 1 - n].types == last->types && items[end - 1 - n].allow == last->allow)
		n++;
	return n;
}

/* Those of one major number, which is tested once. */
static void emit_majors(struct program *p, const struct cgroup_device *items, size_t n)
{
	size_t begin = p->count;

	if (items[0].major >= 0)
		(void)emit(p, BPF_JMP32 | BPF_JNE | BPF_K, R_MAJOR, 0, 0, (int32_t)items[0].major);
	for (size_t i = 0; i < n; i++)
		(void)emit(p, BPF_JMP32 | BPF_JEQ | BPF_K, R_MINOR, 0, 0, (int32_t)items[i].minor);
	if (items[0].major >= 0)
		p->insns[begin].off = (int16_t)n;
}

/*
 * Rules of which it does not matter which one matches. The kernel's verifier follows every branch,
 * so that it has four times as much to do where each rule has tests and a verdict of its own.
 */
static void emit_group(struct program *p, const struct cgroup_device *items, size_t n)
{
	size_t begin = p->count, hit;

	if (items[0].types != CGROUP_DEV_BOTH)
		(void)emit(p, BPF_JMP32 | BPF_JNE | BPF_K, R_TYPE, 0, 0, (int32_t)items[0].types);
	for (size_t i = 0, same; i < n; i += same) {
		const struct cgroup_device *d = &items[i];

		for (same = 1; i + same < n && d->minor >= 0; same++)
			if (items[i + same].major != d->major || items[i + same].minor < 0)
				break;
		if (d->minor < 0)
			(void)emit(p, BPF_JMP32 | BPF_JEQ | BPF_K, R_MAJOR, 0, 0,
				   (int32_t)d->major);
		else
			emit_majors(p, d, same);
	}
	/* none of them: over the verdict, to which all that match go */
	(void)emit(p, BPF_JMP | BPF_JA, 0, 0, 2, 0);
	hit = p->count;
	emit_verdict(p, items[0].allow);
	if (items[0].types != CGROUP_DEV_BOTH)
		p->insns[begin].off = (int16_t)(p->count - begin - 1);
	for (size_t i = begin; i < hit; i++)
		if (p->insns[i].code == (BPF_JMP32 | BPF_JEQ | BPF_K))
			p->insns[i].off = (int16_t)(hit - i - 1);
}

int cgroup_devices_to_bpf(const struct cgroup_devices *d, struct bpf_insn **ret_insns,
			  size_t *ret_count)
{
	struct program p = {0};
	bool decided = false;

	p.insns = calloc(INSNS_PROLOGUE + d->count * INSNS_PER_RULE + 2, sizeof(*p.insns));
	if (!p.insns)
		return -ENOMEM;
	emit_prologue(&p);
	for (size_t i = d->count, n; i > 0 && !decided; i -= n) {
		n = count_alike(d->items, i);
		if (n > 1) {
			emit_group(&p, &d->items[i - n], n);
		} else {
			n = 1;
			decided = emit_rule(&p, &d->items[i - 1]);
		}
	}
	if (!decided)
		emit_verdict(&p, 0);
	*ret_insns = p.insns;
	*ret_count = p.count;
	return 0;
}

static int bpf(int cmd, union bpf_attr *attr)
{
	long r = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return r < 0 ? -errno : (int)r;
}

static int load(const struct bpf_insn *insns, size_t count)
{
	static const char license[] = "Apache-2.0";
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uint64_t)(uintptr_t)insns;
	attr.insn_cnt = (uint32_t)count;
	attr.license = (uint64_t)(uintptr_t)license;
	return bpf(BPF_PROG_LOAD, &attr);
}

/* The ids of the programs that the cgroup itself has. */
static int query(int cgroup, uint32_t ids[MAX_ATTACHED], uint32_t *ret_count)
{
	union bpf_attr attr;
	int r;

	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = (uint32_t)cgroup;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.prog_ids = (uint64_t)(uintptr_t)ids;
	attr.query.prog_cnt = MAX_ATTACHED;
	r = bpf(BPF_PROG_QUERY, &attr);
	*ret_count = r < 0 ? 0 : attr.query.prog_cnt;
	return r;
}

/* Programs of one cgroup must all allow: those of an earlier list have to go. */
static int detach(int cgroup, uint32_t id)
{
	union bpf_attr attr;
	cleanup_fd int prog = FD_NONE;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	prog = bpf(BPF_PROG_GET_FD_BY_ID, &attr);
	if (prog < 0)
		return prog == -ENOENT ? 0 : prog;
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)cgroup;
	attr.attach_bpf_fd = (uint32_t)prog;
	attr.attach_type = BPF_CGROUP_DEVICE;
	return bpf(BPF_PROG_DETACH, &attr);
}

static int detach_all(int cgroup, const uint32_t ids[MAX_ATTACHED], uint32_t count, struct err *e)
{
	for (uint32_t i = 0; i < count && i < MAX_ATTACHED; i++) {
		int r = detach(cgroup, ids[i]);

		if (r < 0)
			return err_set(e, -r, "devices: take off the cgroup's old program: %m");
	}
	return 0;
}

#define LIST_FAILED "devices: list the programs of the cgroup: %m"

int cgroup_devices_apply_bpf(int dirfd, const struct cgroup_devices *d, bool first, struct err *e)
{
	cleanup_free struct bpf_insn *insns = NULL;
	cleanup_fd int prog = FD_NONE;
	uint32_t old[MAX_ATTACHED], nold = 0;
	union bpf_attr attr;
	size_t count;
	int r = cgroup_devices_to_bpf(d, &insns, &count);

	if (r < 0)
		return err_set(e, -r, "devices: %m");
	prog = load(insns, count);
	if (prog < 0)
		return err_set(e, -prog, "devices: load the program that restricts them: %m");
	r = first ? 0 : query(dirfd, old, &nold);
	if (r < 0)
		return err_set(e, -r, LIST_FAILED);
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)dirfd;
	attr.attach_bpf_fd = (uint32_t)prog;
	attr.attach_type = BPF_CGROUP_DEVICE;
	/* with MULTI the programs of the cgroups above stay in force */
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	r = bpf(BPF_PROG_ATTACH, &attr);
	if (r < 0)
		return err_set(e, -r, "devices: attach the program to the cgroup: %m");
	return detach_all(dirfd, old, nold, e);
}

int cgroup_devices_drop_bpf(int dirfd, struct err *e)
{
	uint32_t old[MAX_ATTACHED], nold;
	int r = query(dirfd, old, &nold);

	/* a kernel without such programs, or one that does not let us have any */
	if (r == -EINVAL || r == -ENOSYS || r == -EPERM)
		return 0;
	return r < 0 ? err_set(e, -r, LIST_FAILED) : detach_all(dirfd, old, nold, e);
}
