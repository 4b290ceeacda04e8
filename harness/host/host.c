/* SPDX-License-Identifier: Apache-2.0 */
#include "host.h"

#include "cleanup.h"
#include "links.h"
#include "procfacts.h"
#include "str.h"
#include "tried.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define TEXT_MAX (1u << 20)

void hx_host_done(struct hx_host *h)
{
	hx_cgroups_done(&h->cgroups);
	free(h->lsms);
	free(h->filesystems);
	free(h->seccomp);
	free(h->uid_map);
	free(h->gid_map);
	*h = (struct hx_host){0};
}

static char *text_or_empty(const char *path)
{
	char *text = NULL;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, path, TEXT_MAX, &text, &len, NULL) < 0)
		return strdup("");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* securityfs has the list; where nobody mounted it, each module leaves other traces. */
static char *look_for_lsms(void)
{
	cleanup_free char *text = text_or_empty("/sys/kernel/security/lsm");
	struct strbuf out = STRBUF_INIT;

	if (!text || *text)
		return take_ptr(&text);
	strbuf_adds(&out, "");
	if (access("/sys/fs/selinux/enforce", F_OK) == 0)
		strbuf_adds(&out, "selinux");
	if (access("/proc/self/attr/apparmor/current", R_OK) == 0) {
		cleanup_free char *enabled =
			text_or_empty("/sys/module/apparmor/parameters/enabled");

		if (enabled && str_eq(enabled, "Y"))
			strbuf_addf(&out, "%sapparmor", out.len ? "," : "");
	}
	return strbuf_take(&out);
}

static char *whole_text(const char *path)
{
	char *text = NULL;
	size_t len;

	return fd_read_file_at(AT_FDCWD, path, TEXT_MAX, &text, &len, NULL) < 0 ? strdup("") : text;
}

static uint64_t effective_caps(void)
{
	cap_t c = cap_get_proc();
	uint64_t mask = 0;

	for (cap_value_t i = 0; c && i < 64; i++) {
		cap_flag_value_t v;

		if (cap_get_flag(c, i, CAP_EFFECTIVE, &v) == 0 && v == CAP_SET)
			mask |= UINT64_C(1) << i;
	}
	if (c)
		(void)cap_free(c);
	return mask;
}

static unsigned int count_caps(void)
{
	unsigned int n = 0;

	while (n < 64 && prctl(PR_CAPBSET_READ, n, 0, 0, 0) >= 0)
		n++;
	return n;
}

int hx_host_look(struct hx_host *ret, struct err *e)
{
	CLEANUP(hx_host_done) struct hx_host h = {0};
	cpu_set_t cpus;
	int r;

	if (uname(&h.uts) < 0)
		return err_set(e, errno, "uname: %m");
	h.root = geteuid() == 0;
	h.caps = effective_caps();
	h.caps_known = count_caps();
	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
		h.cpus = (unsigned int)CPU_COUNT(&cpus);
	r = hx_cgroups_read(&h.cgroups, e);
	if (r < 0)
		return r;
	h.lsms = look_for_lsms();
	h.filesystems = whole_text("/proc/filesystems");
	h.seccomp = text_or_empty("/proc/sys/kernel/seccomp/actions_avail");
	h.uid_map = whole_text("/proc/self/uid_map");
	h.gid_map = whole_text("/proc/self/gid_map");
	if (!h.lsms || !h.filesystems || !h.seccomp || !h.uid_map || !h.gid_map)
		return err_set(e, ENOMEM, "look at the host: %m");
	h.no_userns = hx_tried_userns();
	h.chrooted = hx_tried_chroot();
	h.veth = hx_links_possible();
	*ret = h;
	memset(&h, 0, sizeof(h));
	return 0;
}

/* "CAP_SYS_RESOURCE", as the configuration spells it; the caller frees. */
static char *capability_name(unsigned int number)
{
	char *name = cap_to_name((cap_value_t)number);
	char *copy = name ? strdup(name) : NULL;

	for (char *p = copy; p && *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	(void)cap_free(name);
	return copy;
}

/* What it takes to make a root file system and its nodes, to enter it, to become somebody, and to
 * give a process what the plainest configuration gives it. */
static const unsigned int needed_caps[] = {
	CAP_CHOWN,     CAP_DAC_OVERRIDE, CAP_FOWNER,	CAP_FSETID,  CAP_KILL,
	CAP_SETGID,    CAP_SETUID,	 CAP_SETPCAP,	CAP_MKNOD,   CAP_NET_BIND_SERVICE,
	CAP_NET_ADMIN, CAP_SYS_CHROOT,	 CAP_SYS_ADMIN, CAP_SETFCAP, CAP_AUDIT_WRITE,
};

static const struct {
	int resource;
	rlim_t least;
	const char *words; /* with the limit behind it */
} needed_limits[] = {
	{RLIMIT_NOFILE, 128, "so few descriptors may be open (ulimit -n)"},
	{RLIMIT_NPROC, 64, "there may be so few processes (ulimit -u)"},
	{RLIMIT_FSIZE, 16u << 20, "files may have so few bytes (ulimit -f)"},
	{RLIMIT_AS, (rlim_t)1 << 30, "there are so few bytes of addresses (ulimit -v)"},
	{RLIMIT_STACK, 128u << 10, "a stack may have so few bytes (ulimit -s)"},
};

const char *hx_host_obstacle(const struct hx_host *h, char buf[HOST_OBSTACLE_MAX])
{
	for (size_t i = 0; i < sizeof(needed_caps) / sizeof(needed_caps[0]); i++) {
		cleanup_free char *name = NULL;

		if (h->caps >> needed_caps[i] & 1)
			continue;
		name = capability_name(needed_caps[i]);
		(void)snprintf(buf, HOST_OBSTACLE_MAX,
			       "the harness lacks %s, without which a runtime may fail",
			       name ? name : "a capability");
		return buf;
	}
	for (size_t i = 0; i < sizeof(needed_limits) / sizeof(needed_limits[0]); i++) {
		struct rlimit l;

		if (getrlimit((__rlimit_resource_t)needed_limits[i].resource, &l) < 0 ||
		    l.rlim_cur >= needed_limits[i].least)
			continue;
		(void)snprintf(buf, HOST_OBSTACLE_MAX, "%s that a runtime may fail: %llu",
			       needed_limits[i].words, (unsigned long long)l.rlim_cur);
		return buf;
	}
	return NULL;
}

static int set_string(struct json *o, const char *name, const char *value)
{
	return json_set_member(o, name, json_new_string(value));
}

/* {"mode":"hybrid","controllers":{"memory":"v1"}} */
static struct json *cgroup_report(const struct hx_host *h)
{
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);
	struct json *list = json_new(JSON_OBJECT);

	if (!o || json_set_member(o, "controllers", list) < 0 ||
	    set_string(o, "mode", hx_cgroups_mode(&h->cgroups)) < 0)
		return NULL;
	for (size_t i = 0; i < h->cgroups.count; i++) {
		cleanup_free char *copy = strdup(h->cgroups.items[i].controllers);
		char *save = NULL;

		for (char *c = copy ? strtok_r(copy, ",", &save) : NULL; c;
		     c = strtok_r(NULL, ",", &save)) {
			if (!str_starts(c, "name=") &&
			    set_string(list, c, h->cgroups.items[i].v2 ? "v2" : "v1") < 0)
				return NULL;
		}
	}
	return take_ptr(&o);
}

static struct json *missing_caps(const struct hx_host *h)
{
	CLEANUP(json_freep) struct json *a = json_new(JSON_ARRAY);

	for (unsigned int c = 0; a && c < h->caps_known; c++) {
		cleanup_free char *name = NULL;
		int r;

		if (h->caps >> c & 1)
			continue;
		name = capability_name(c);
		r = json_append(a, json_new_string(name ? name : "?"));
		if (r < 0)
			return NULL;
	}
	return take_ptr(&a);
}

static struct json *namespaces_report(void)
{
	static const char *const types[] = {"cgroup", "ipc",  "mount", "network",
					    "pid",    "time", "user",  "uts"};
	CLEANUP(json_freep) struct json *a = json_new(JSON_ARRAY);

	for (size_t i = 0; a && i < sizeof(types) / sizeof(types[0]); i++) {
		cleanup_free char *path = str_format("/proc/self/ns/%s", hx_ns_file(types[i]));

		if (path && access(path, F_OK) == 0 &&
		    json_append(a, json_new_string(types[i])) < 0)
			return NULL;
	}
	return take_ptr(&a);
}

static struct json *words_report(const char *text, const char *separators)
{
	CLEANUP(json_freep) struct json *a = json_new(JSON_ARRAY);
	cleanup_free char *copy = strdup(text);
	char *save = NULL;

	if (!copy)
		return NULL;
	for (char *w = strtok_r(copy, separators, &save); a && w;
	     w = strtok_r(NULL, separators, &save)) {
		if (json_append(a, json_new_string(w)) < 0)
			return NULL;
	}
	return take_ptr(&a);
}

/* What cases will not find here, in sentences. */
static struct json *missing_report(const struct hx_host *h)
{
	static const char *const controllers[] = {"cpu",     "cpuset", "memory", "pids",
						  "hugetlb", "blkio",  "rdma"};
	CLEANUP(json_freep) struct json *a = json_new(JSON_ARRAY);
	char obstacle[OBSTACLE_MAX];
	int r = a ? 0 : -ENOMEM;

	if (r == 0 && !h->root)
		r = json_append(a, json_new_string("the harness does not run as root"));
	for (size_t i = 0; r == 0 && i < sizeof(controllers) / sizeof(controllers[0]); i++) {
		cleanup_free char *s = NULL;

		if (hx_cgroups_find(&h->cgroups, controllers[i]) ||
		    (str_eq(controllers[i], "blkio") && hx_cgroups_find(&h->cgroups, "io")))
			continue;
		s = str_format("no cgroup controller %s", controllers[i]);
		r = s ? json_append(a, json_new_string(s)) : -ENOMEM;
	}
	for (unsigned int c = 0; r == 0 && h->root && c < h->caps_known; c++) {
		cleanup_free char *s = NULL;
		char *name = NULL;

		if (h->caps >> c & 1)
			continue;
		name = capability_name(c);
		s = name ? str_format("the harness lacks %s", name) : NULL;
		free(name);
		r = s ? json_append(a, json_new_string(s)) : -ENOMEM;
	}
	if (r == 0 && h->root && hx_cgroups_obstacle(&h->cgroups, obstacle))
		r = json_append(a, json_new_string(obstacle));
	if (r == 0 && !hx_cgroups_find(&h->cgroups, ""))
		r = json_append(a, json_new_string("no cgroup v2 hierarchy"));
	if (r == 0 && h->chrooted)
		r = json_append(a, json_new_string("the harness is below a chroot(2)"));
	if (r == 0 && h->no_userns) {
		cleanup_free char *s =
			str_format("no user namespace can be made: %s", strerror(h->no_userns));

		r = s ? json_append(a, json_new_string(s)) : -ENOMEM;
	}
	if (r == 0 && !*h->lsms)
		r = json_append(a, json_new_string("no security module that labels processes"));
	return r < 0 ? NULL : take_ptr(&a);
}

struct json *hx_host_report(const struct hx_host *h)
{
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);

	if (!o || set_string(o, "kernel", h->uts.release) < 0 ||
	    set_string(o, "arch", h->uts.machine) < 0 ||
	    json_set_member(o, "cpus", json_new_uint(h->cpus)) < 0 ||
	    json_set_member(o, "root", json_new_bool(h->root)) < 0 ||
	    json_set_member(o, "cgroup", cgroup_report(h)) < 0 ||
	    json_set_member(o, "namespaces", namespaces_report()) < 0 ||
	    json_set_member(o, "lsm", words_report(h->lsms, ",")) < 0 ||
	    json_set_member(o, "seccomp_actions", words_report(h->seccomp, " ")) < 0 ||
	    json_set_member(o, "capabilities_missing", missing_caps(h)) < 0 ||
	    json_set_member(o, "missing", missing_report(h)) < 0)
		return NULL;
	return take_ptr(&o);
}
