/* SPDX-License-Identifier: Apache-2.0 */
/* libseccomp's program: for rules that seccomp_program.c does not take on. It costs milliseconds.
 */
#include "cleanup.h"
#include "fd.h"
#include "seccomp_rules.h"
#include "str.h"

#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool has_name(const struct seccomp_rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->from->names.count; i++)
		if (str_eq(rule->from->names.items[i], name))
			return true;
	return false;
}

/* Whether another rule comes behind, to which @rule is an exception; where one has no condition,
 * that decides whatever stands before it. */
static bool is_exception(const struct seccomp_rules *all, const struct seccomp_rule *rule,
			 const char *name)
{
	bool behind = false;

	for (size_t i = 0; i < all->count; i++) {
		const struct seccomp_rule *other = &all->items[i];

		if (other->is_default || !has_name(other, name))
			continue;
		if (!other->nargs)
			return false;
		behind = behind || other > rule;
	}
	return behind;
}

/* libseccomp takes no rule that says what the default says. One that is no exception may go. */
static int check_default(const struct seccomp_rules *all, const struct seccomp_rule *rule,
			 struct err *e)
{
	for (size_t i = 0; i < rule->from->names.count; i++) {
		char *const *name = &rule->from->names.items[i];

		if (seccomp_syscall_resolve_name(*name) != __NR_SCMP_ERROR &&
		    is_exception(all, rule, *name))
			return cfg_err(all->doc, name, e, EOPNOTSUPP,
				       "libseccomp, which has to make this filter, takes no rule "
				       "of the default action before another one of %s",
				       *name);
	}
	return 0;
}

static int add_rule(scmp_filter_ctx ctx, const struct seccomp_rules *all,
		    const struct seccomp_rule *rule, struct err *e)
{
	for (size_t i = 0; i < rule->from->names.count; i++) {
		char *const *name = &rule->from->names.items[i];
		int nr = seccomp_syscall_resolve_name(*name), r;

		/* profiles list the calls of newer kernels and of other machines */
		if (nr == __NR_SCMP_ERROR)
			continue;
		r = seccomp_rule_add_array(ctx, rule->action, nr, rule->nargs, rule->args);
		/* an earlier rule has decided */
		if (r < 0 && r != -EEXIST)
			return cfg_err(all->doc, name, e, -r,
				       "libseccomp refuses the rule for %s: %s", *name,
				       strerror(-r));
	}
	return 0;
}

/* libseccomp writes the program to a file: one in memory. */
static int export(scmp_filter_ctx ctx, struct seccomp_filter *ret, struct err *e)
{
	cleanup_fd int fd = memfd_create("seccomp", MFD_CLOEXEC);
	cleanup_free char *buf = NULL;
	size_t len = 0;
	int r;

	if (fd < 0)
		return err_set(e, errno, "seccomp: memfd_create: %m");
	r = seccomp_export_bpf(ctx, fd);
	if (r < 0)
		return err_set(e, -r, "seccomp: libseccomp cannot make the program: %m");
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_set(e, errno, "seccomp: lseek: %m");
	r = fd_read_all(fd, (size_t)USHRT_MAX * sizeof(struct sock_filter), &buf, &len);
	if (r == -EFBIG || (r >= 0 && len / sizeof(struct sock_filter) > BPF_MAXINSNS))
		return err_set(e, E2BIG, "linux.seccomp: the filter is longer than %d instructions",
			       BPF_MAXINSNS);
	if (r < 0)
		return err_set(e, -r, "seccomp: read the program: %m");
	ret->insns = (struct sock_filter *)take_ptr(&buf);
	ret->count = len / sizeof(struct sock_filter);
	return 0;
}

static int fill(scmp_filter_ctx ctx, const struct seccomp_rules *rules, struct err *e)
{
	int r;

	for (size_t i = 0; i < rules->narchs; i++) {
		r = seccomp_arch_add(ctx, rules->archs[i]);

		if (r < 0 && r != -EEXIST)
			return err_set(e, -r, "linux.seccomp: libseccomp refuses architecture %#x",
				       rules->archs[i]);
	}
	/*
	 * A tree of comparisons, not because it is the faster one: where the first call of a list
	 * is one that the machine lacks, libseccomp 2.5.4 forgets to load the number, and the list
	 * decides about nothing. Two names, such as semop for i386, are enough.
	 */
	r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r < 0)
		return err_set(e, -r, "linux.seccomp: libseccomp has no SCMP_FLTATR_CTL_OPTIMIZE");
	for (size_t i = 0; i < rules->count; i++) {
		r = rules->items[i].is_default ? check_default(rules, &rules->items[i], e)
					       : add_rule(ctx, rules, &rules->items[i], e);
		if (r < 0)
			return r;
	}
	return 0;
}

int seccomp_library_make(const struct seccomp_rules *rules, struct seccomp_filter *ret,
			 struct err *e)
{
	scmp_filter_ctx ctx = seccomp_init(rules->default_action);
	int r;

	if (!ctx)
		return err_set(e, ENOMEM, "seccomp: cannot make a filter");
	r = fill(ctx, rules, e);
	if (r >= 0)
		r = export(ctx, ret, e);
	seccomp_release(ctx);
	return r;
}
