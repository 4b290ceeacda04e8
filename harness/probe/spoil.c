/* SPDX-License-Identifier: Apache-2.0 */
#include "spoil.h"

#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static int block_signals(uint64_t n)
{
	sigset_t all;

	(void)n;
	(void)sigfillset(&all);
	return sigprocmask(SIG_SETMASK, &all, NULL) < 0 ? -errno : 0;
}

static int ignore_signals(uint64_t n)
{
	(void)n;
	for (int s = 1; s < NSIG; s++)
		(void)signal(s, SIG_IGN);
	return 0;
}

/* The name is that of the keyring that a caller of the runtime has. */
static int join_keyring(uint64_t n)
{
	(void)n;
	return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "conform-caller") < 0 ? -errno : 0;
}

static int open_fd(uint64_t n)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fd == (int)n)
		return fd < 0 ? -errno : 0;
	if (dup2(fd, (int)n) < 0)
		return -errno;
	return close(fd) < 0 ? -errno : 0;
}

static int join_group(uint64_t n)
{
	const gid_t g = (gid_t)n;

	return setgroups(1, &g) < 0 ? -errno : 0;
}

static int set_securebits(uint64_t n)
{
	(void)n;
	return prctl(PR_SET_SECUREBITS, (unsigned long)SECBIT_NO_SETUID_FIXUP, 0L, 0L, 0L) < 0
		       ? -errno
		       : 0;
}

/* A child that does nothing but keep the descriptors, as long as the caller lives. */
static int keep_open(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid < 0 ? -errno : 0;
	(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0L, 0L, 0L);
	for (;;)
		(void)pause();
}

/* A terminal of the container's own devpts, which nobody asked for, controls the process. Where its
 * other end is closed it would control nobody. */
static int take_terminal(uint64_t n)
{
	int ptmx = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), zero = 0, slave, r;

	(void)n;
	if (ptmx < 0 || ioctl(ptmx, TIOCSPTLCK, &zero) < 0)
		return -errno;
	slave = ioctl(ptmx, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	r = slave < 0 || ioctl(slave, TIOCSCTTY, 0L) < 0 ? -errno : keep_open();
	(void)close(slave);
	(void)close(ptmx);
	return r;
}

static const struct {
	const char *name; /* with the colon where a number follows */
	int (*spoil)(uint64_t n);
} kinds[] = {
	{"block-signals", block_signals}, {"ignore-signals", ignore_signals},
	{"keyring", join_keyring},	  {"fd:", open_fd},
	{"group:", join_group},		  {"securebits", set_securebits},
	{"terminal", take_terminal},
};

int spoil_apply(const char *what)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint64_t n = 0;

		if (str_eq(kinds[i].name, what))
			return kinds[i].spoil(0);
		if (str_ends(kinds[i].name, ":") && str_starts(what, kinds[i].name) &&
		    str_to_u64(what + strlen(kinds[i].name), INT32_MAX, &n) == 0)
			return kinds[i].spoil(n);
	}
	return -EINVAL;
}
