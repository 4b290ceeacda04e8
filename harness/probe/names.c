/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include "proc.h"
#include "str.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define ROW(name) [name] = #name
static const char *const caps[] = {
	ROW(CAP_CHOWN),
	ROW(CAP_DAC_OVERRIDE),
	ROW(CAP_DAC_READ_SEARCH),
	ROW(CAP_FOWNER),
	ROW(CAP_FSETID),
	ROW(CAP_KILL),
	ROW(CAP_SETGID),
	ROW(CAP_SETUID),
	ROW(CAP_SETPCAP),
	ROW(CAP_LINUX_IMMUTABLE),
	ROW(CAP_NET_BIND_SERVICE),
	ROW(CAP_NET_BROADCAST),
	ROW(CAP_NET_ADMIN),
	ROW(CAP_NET_RAW),
	ROW(CAP_IPC_LOCK),
	ROW(CAP_IPC_OWNER),
	ROW(CAP_SYS_MODULE),
	ROW(CAP_SYS_RAWIO),
	ROW(CAP_SYS_CHROOT),
	ROW(CAP_SYS_PTRACE),
	ROW(CAP_SYS_PACCT),
	ROW(CAP_SYS_ADMIN),
	ROW(CAP_SYS_BOOT),
	ROW(CAP_SYS_NICE),
	ROW(CAP_SYS_RESOURCE),
	ROW(CAP_SYS_TIME),
	ROW(CAP_SYS_TTY_CONFIG),
	ROW(CAP_MKNOD),
	ROW(CAP_LEASE),
	ROW(CAP_AUDIT_WRITE),
	ROW(CAP_AUDIT_CONTROL),
	ROW(CAP_SETFCAP),
	ROW(CAP_MAC_OVERRIDE),
	ROW(CAP_MAC_ADMIN),
	ROW(CAP_SYSLOG),
	ROW(CAP_WAKE_ALARM),
	ROW(CAP_BLOCK_SUSPEND),
	ROW(CAP_AUDIT_READ),
	[38] = "CAP_PERFMON", /* Linux 5.8 and 5.9: newer than some headers */
	[39] = "CAP_BPF",
	[40] = "CAP_CHECKPOINT_RESTORE",
};

static const char *const rlimits[] = {
	ROW(RLIMIT_AS),	    ROW(RLIMIT_CORE),	ROW(RLIMIT_CPU),	ROW(RLIMIT_DATA),
	ROW(RLIMIT_FSIZE),  ROW(RLIMIT_LOCKS),	ROW(RLIMIT_MEMLOCK),	ROW(RLIMIT_MSGQUEUE),
	ROW(RLIMIT_NICE),   ROW(RLIMIT_NOFILE), ROW(RLIMIT_NPROC),	ROW(RLIMIT_RSS),
	ROW(RLIMIT_RTPRIO), ROW(RLIMIT_RTTIME), ROW(RLIMIT_SIGPENDING), ROW(RLIMIT_STACK),
};
#undef ROW

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct names_ns names_namespaces[] = {
	{"cgroup", "cgroup", CLONE_NEWCGROUP},
	{"ipc", "ipc", CLONE_NEWIPC},
	{"mount", "mnt", CLONE_NEWNS},
	{"network", "net", CLONE_NEWNET},
	{"pid", "pid", CLONE_NEWPID},
	{"time", "time", CLONE_NEWTIME},
	{"user", "user", CLONE_NEWUSER},
	{"uts", "uts", CLONE_NEWUTS},
	{NULL, NULL, 0},
};

const struct names_ns *names_ns_find(const char *name)
{
	for (const struct names_ns *ns = names_namespaces; ns->oci; ns++) {
		if (str_eq(ns->oci, name))
			return ns;
	}
	return NULL;
}

const char *names_cap(unsigned int cap, char buf[NAMES_SIZE])
{
	if (cap < COUNT(caps))
		return caps[cap];
	(void)snprintf(buf, NAMES_SIZE, "CAP_%u", cap);
	return buf;
}

const char *names_signal(unsigned int sig, char buf[NAMES_SIZE])
{
	const char *name = proc_signal_name((int)sig);

	if (name)
		(void)snprintf(buf, NAMES_SIZE, "SIG%s", name);
	else
		(void)snprintf(buf, NAMES_SIZE, "SIG%u", sig);
	return buf;
}

const char *names_errno(int num, char buf[NAMES_SIZE])
{
	const char *name = strerrorname_np(num < 0 ? -num : num);

	if (name && num != 0)
		return name;
	(void)snprintf(buf, NAMES_SIZE, "%d", num < 0 ? -num : num);
	return buf;
}

int names_rlimit(const char *name)
{
	for (size_t i = 0; i < COUNT(rlimits); i++) {
		if (rlimits[i] && str_eq(rlimits[i], name))
			return (int)i;
	}
	return -EINVAL;
}
