/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_flags.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	int flag;
	unsigned int bit;
} flags[] = {
	{CFG_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_TSYNC},
	{CFG_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_LOG},
	{CFG_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_SPEC_ALLOW},
	{CFG_FILTER_FLAG_WAIT_KILLABLE_RECV, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
};

int seccomp_flag_bit(int flag, unsigned int *ret)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (flags[i].flag == flag) {
			*ret = flags[i].bit;
			return 0;
		}
	}
	return -EINVAL;
}

/*
 * Whether this kernel has the flag: it looks at the flags before it reads the (absent) program, so
 * that EFAULT means yes. WAIT_KILLABLE_RECV is refused without a listener.
 */
bool seccomp_filter_flag_supported(int flag)
{
	unsigned int bit;

	if (seccomp_flag_bit(flag, &bit) < 0)
		return false;
	if (bit == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
		bit |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, bit, NULL) < 0 && errno == EFAULT;
}
