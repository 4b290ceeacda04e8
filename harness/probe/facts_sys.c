/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the system as the process sees it: names, processors, keys, security labels. */
#include "probe.h"

#include "file.h"
#include "str.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static void report_uts(struct probe *p, const char *which)
{
	struct utsname uts;

	if (uname(&uts) < 0)
		out_error(&p->out, errno);
	else
		out_string(&p->out, str_eq(which, "nodename")	  ? uts.nodename
				    : str_eq(which, "domainname") ? uts.domainname
				    : str_eq(which, "sysname")	  ? uts.sysname
				    : str_eq(which, "machine")	  ? uts.machine
								  : uts.release);
}

/* The processors in a list such as "0-3,7"; 0 where it does not read. */
static uint64_t count_list(const char *s)
{
	uint64_t count = 0, first, last;

	while (procfs_number_next(&s, 10, &first)) {
		last = first;
		if (*s == '-') {
			s++;
			if (!procfs_number_next(&s, 10, &last) || last < first)
				return 0;
		}
		count += last - first + 1;
		if (*s == ',')
			s++;
	}
	return *s == '\0' || *s == '\n' ? count : 0;
}

/* Lines "cpu0 ..." of /proc/stat: what many programs go by where /sys is not mounted. */
static uint64_t count_stat(const char *text)
{
	uint64_t count = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (str_starts(line, "cpu") && line[3] >= '0' && line[3] <= '9')
			count++;
	}
	return count;
}

static void report_cpus(struct probe *p, const char *parameter)
{
	ssize_t n = file_read("/sys/devices/system/cpu/online", p->scratch, sizeof(p->scratch));
	uint64_t count = n < 0 ? 0 : count_list(p->scratch);

	(void)parameter;
	if (count == 0) {
		n = file_read("/proc/stat", p->scratch, sizeof(p->scratch));
		count = n < 0 ? 0 : count_stat(p->scratch);
	}
	if (count > 0)
		out_uint(&p->out, count);
	else
		out_error(&p->out, n < 0 ? (int)n : EBADMSG);
}

/* keyctl(2); the description reads "type;uid;gid;permissions;description". */
static void report_keyring(struct probe *p, const char *parameter)
{
	long serial = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0), n;
	const char *description = p->scratch;

	(void)parameter;
	if (serial < 0) {
		if (errno == ENOKEY)
			out_null(&p->out);
		else
			out_error(&p->out, errno);
		return;
	}
	n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, serial, p->scratch, sizeof(p->scratch));
	if (n < 0) {
		out_error(&p->out, errno);
		return;
	}
	for (int field = 0; field < 4; field++) {
		const char *semicolon = strchr(description, ';');

		if (semicolon)
			description = semicolon + 1;
	}
	out_open(&p->out, '{');
	out_key(&p->out, "serial");
	out_int(&p->out, serial);
	out_key(&p->out, "description");
	out_string(&p->out, description);
	out_close(&p->out, '}');
}

/* Without a security module that labels processes, reading is EINVAL; no label at all is empty. */
static void report_lsm(struct probe *p, const char *path)
{
	ssize_t n = file_read(path, p->scratch, sizeof(p->scratch));
	size_t len = n > 0 ? strcspn(p->scratch, "\n") : 0;

	if (n < 0 && n != -EINVAL && (n != -ENOENT || access("/proc/self/status", F_OK) < 0))
		out_error(&p->out, (int)n);
	else if (len == 0)
		out_null(&p->out);
	else
		out_string_len(&p->out, p->scratch, len);
}

const struct fact facts_sys[] = {
	{"uts.nodename", FACT_PLAIN, report_uts, "nodename"},
	{"uts.domainname", FACT_PLAIN, report_uts, "domainname"},
	{"uts.sysname", FACT_PLAIN, report_uts, "sysname"},
	{"uts.machine", FACT_PLAIN, report_uts, "machine"},
	{"uts.release", FACT_PLAIN, report_uts, "release"},
	{"cpus.online", FACT_PLAIN, report_cpus, NULL},
	{"keyring.session", FACT_PLAIN, report_keyring, NULL},
	{"lsm.current", FACT_PLAIN, report_lsm, "/proc/self/attr/current"},
	{"lsm.exec", FACT_PLAIN, report_lsm, "/proc/self/attr/exec"},
	{NULL, FACT_PLAIN, NULL, NULL},
};
