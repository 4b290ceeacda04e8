/* SPDX-License-Identifier: Apache-2.0 */
/* linux.seccomp, from the document to a filter with its flags; and what of it can be had here. */
#include "seccomp_filter.h"

#include "cleanup.h"
#include "seccomp_flags.h"
#include "seccomp_rules.h"

#include <linux/seccomp.h>

bool seccomp_filter_arch_supported(int arch)
{
	uint32_t token = seccomp_rules_arch(arch);

	return token && seccomp_rules_arch_fits(token) > 0;
}

static int collect_flags(const struct cfg_doc *doc, const struct cfg_seccomp *s, bool notify,
			 unsigned int *ret, struct err *e)
{
	unsigned int all = 0;

	for (size_t i = 0; i < s->flags.count; i++) {
		unsigned int bit;

		if (seccomp_flag_bit(s->flags.items[i], &bit) < 0)
			return cfg_err(doc, &s->flags.items[i], e, EINVAL, "unknown seccomp flag");
		if (!seccomp_filter_flag_supported(s->flags.items[i]))
			return cfg_err(doc, &s->flags.items[i], e, EOPNOTSUPP,
				       "the kernel has no such flag");
		all |= bit;
	}
	/* nobody waits for a listener that does not exist; the kernel refuses the pair */
	if (!notify)
		all &= ~(unsigned int)SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	else
		all |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	/* both return something: a thread's id or the listener. This makes it the listener. */
	if (notify && (all & SECCOMP_FILTER_FLAG_TSYNC))
		all |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
	*ret = all;
	return 0;
}

int seccomp_filter_compile(const struct cfg_doc *doc, const struct cfg_seccomp *s,
			   struct seccomp_filter *ret, struct err *e)
{
	CLEANUP(seccomp_rules_done) struct seccomp_rules rules = {0};
	struct seccomp_filter f = {0};
	int r = seccomp_rules_read(doc, s, &rules, e);

	if (r >= 0)
		r = collect_flags(doc, s, rules.notify, &f.flags, e);
	if (r < 0)
		return r;
	f.notify = rules.notify;
	/* ours takes microseconds, libseccomp's milliseconds; where ours is not known to be the
	 * same filter, it says so and libseccomp makes it */
	r = seccomp_program_make(&rules, &f);
	if (r > 0)
		r = seccomp_library_make(&rules, &f, e);
	else if (r < 0)
		r = err_set(e, -r, "linux.seccomp: %m");
	if (r < 0)
		return r;
	*ret = f;
	return 0;
}
