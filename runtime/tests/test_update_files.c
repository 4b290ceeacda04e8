/* SPDX-License-Identifier: Apache-2.0 */
/* `update`: each flag sets the file of the cgroup that it is about, and no other one. What the host
 * lacks is an error that names the member of linux.resources. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct form {
	const char *file, *value; /* NULL: this version of cgroups has none, and says so */
	const char *also;	  /* how the names begin of what the kernel changes with it */
};

#define SAYS(name, text)                                                                           \
	{                                                                                          \
		.file = (name), .value = (text)                                                    \
	}
#define WITH(name, text, more)                                                                     \
	{                                                                                          \
		.file = (name), .value = (text), .also = (more)                                    \
	}

static const struct row {
	const char *before; /* a flag that has been given earlier, or NULL */
	const char *with;   /* one that goes with it, or NULL */
	const char *flag;
	const char *member; /* of linux.resources */
	struct form v1, v2;
	const char *alt_file, *alt_value; /* v2, for kernels without the file above */
	const char *wrong;		  /* what no host has */
} rows[] = {
	{.flag = "--blkio-weight=500",
	 .member = "/blockIO/weight",
	 .v1 = WITH("blkio.bfq.weight", "500", "blkio.bfq.weight_device"),
	 .v2 = SAYS("io.bfq.weight", "default 500"),
	 .alt_file = "io.weight",
	 .alt_value = "default 4950"},
	{.flag = "--cpu-period=50000",
	 .member = "/cpu/period",
	 .v1 = SAYS("cpu.cfs_period_us", "50000"),
	 .v2 = SAYS("cpu.max", "max 50000")},
	{.flag = "--cpu-quota=20000",
	 .member = "/cpu/quota",
	 .v1 = SAYS("cpu.cfs_quota_us", "20000"),
	 .v2 = SAYS("cpu.max", "20000 100000")},
	/* which keeps the quota that there is */
	{.before = "--cpu-quota=20000",
	 .flag = "--cpu-period=50000",
	 .member = "/cpu/period",
	 .v1 = SAYS("cpu.cfs_period_us", "50000"),
	 .v2 = SAYS("cpu.max", "20000 50000")},
	{.before = "--cpu-quota=20000",
	 .flag = "--cpu-quota=-1",
	 .member = "/cpu/quota",
	 .v1 = SAYS("cpu.cfs_quota_us", "-1"),
	 .v2 = SAYS("cpu.max", "max 100000")},
	{.before = "--cpu-quota=20000",
	 .flag = "--cpu-burst=1000",
	 .member = "/cpu/burst",
	 .v1 = SAYS("cpu.cfs_burst_us", "1000"),
	 .v2 = SAYS("cpu.max.burst", "1000")},
	{.flag = "--cpu-share=512",
	 .member = "/cpu/shares",
	 .v1 = SAYS("cpu.shares", "512"),
	 .v2 = WITH("cpu.weight", "59", "cpu.weight.nice")},
	{.flag = "--cpu-rt-period=500000",
	 .member = "/cpu/realtimePeriod",
	 .v1 = SAYS("cpu.rt_period_us", "500000")},
	{.flag = "--cpu-rt-runtime=1000",
	 .member = "/cpu/realtimeRuntime",
	 .v1 = SAYS("cpu.rt_runtime_us", "1000")},
	/* an idle group has no weight */
	{.flag = "--cpu-idle=1",
	 .member = "/cpu/idle",
	 .v1 = WITH("cpu.idle", "1", "cpu.shares"),
	 .v2 = WITH("cpu.idle", "1", "cpu.weight")},
	{.flag = "--cpuset-cpus=0",
	 .member = "/cpu/cpus",
	 .v1 = SAYS("cpuset.cpus", "0"),
	 .v2 = SAYS("cpuset.cpus", "0"),
	 .wrong = "--cpuset-cpus=8191"},
	{.flag = "--cpuset-mems=0",
	 .member = "/cpu/mems",
	 .v1 = SAYS("cpuset.mems", "0"),
	 .v2 = SAYS("cpuset.mems", "0"),
	 .wrong = "--cpuset-mems=1023"},
	{.flag = "--memory=64m",
	 .member = "/memory/limit",
	 .v1 = SAYS("memory.limit_in_bytes", "67108864"),
	 .v2 = SAYS("memory.max", "67108864")},
	{.flag = "--memory-reservation=32m",
	 .member = "/memory/reservation",
	 .v1 = SAYS("memory.soft_limit_in_bytes", "33554432"),
	 .v2 = SAYS("memory.low", "33554432")},
	/* v2 counts swap alone */
	{.before = "--memory=64m",
	 .with = "--memory=64m",
	 .flag = "--memory-swap=160m",
	 .member = "/memory/swap",
	 .v1 = SAYS("memory.memsw.limit_in_bytes", "167772160"),
	 .v2 = SAYS("memory.swap.max", "100663296")},
	{.flag = "--pids-limit=66",
	 .member = "/pids/limit",
	 .v1 = SAYS("pids.max", "66"),
	 .v2 = SAYS("pids.max", "66")},
};

static bool is_v2(void)
{
	return access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

/* ---- the files of the container's cgroups ---- */

#define FILES_MAX 512

static struct file {
	char *path, *content;
} files[FILES_MAX];
static size_t count;

static void forget(void)
{
	while (count > 0) {
		free(files[--count].path);
		free(files[count].content);
	}
}

/* What can be set, and does not change by itself. */
static bool is_setting(const char *path)
{
	static const char *const others[] = {"usage", "tasks",	 "cgroup.", "pressure",
					     "peak",  "failcnt", "reclaim", "freezer.state"};
	const char *name = strrchr(path, '/') + 1;
	struct stat st;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strstr(name, others[i]))
			return false;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0600) == 0600;
}

static char *content_of(const char *path)
{
	cleanup_free char *all = NULL;
	size_t len;

	/* one that cannot be read at the moment says the same thing both times */
	if (fd_read_file_at(AT_FDCWD, path, 1 << 16, &all, &len, NULL) < 0)
		return strdup("");
	if (len && all[len - 1] == '\n')
		all[len - 1] = '\0';
	return take_ptr(&all);
}

static void remember(void)
{
	cleanup_free char *pattern = str_format("/sys/fs/cgroup/{,*/}refrun-%s/*", id);
	glob_t g = {0};

	forget();
	ck_assert_int_eq(glob(pattern, GLOB_BRACE, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		if (!is_setting(g.gl_pathv[i]))
			continue;
		ck_assert_uint_lt(count, FILES_MAX);
		files[count].path = strdup(g.gl_pathv[i]);
		files[count++].content = content_of(g.gl_pathv[i]);
	}
	globfree(&g);
}

static const char *name_of(const struct file *f)
{
	return strrchr(f->path, '/') + 1;
}

static const struct file *find(const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(name_of(&files[i]), name))
			return &files[i];
	return NULL;
}

/* Since remember(), but for @name and what begins with @also; they may be NULL. */
static void nothing_changed_but(const char *name, const char *also, const char *flag)
{
	for (size_t i = 0; i < count; i++) {
		cleanup_free char *now = content_of(files[i].path);

		if (str_eq(name_of(&files[i]), name) ||
		    (also && str_starts(name_of(&files[i]), also)))
			continue;
		ck_assert_msg(str_eq(now, files[i].content), "%s: %s was '%s' and is '%s'", flag,
			      files[i].path, files[i].content, now);
	}
}

static void has_changed_to(const char *name, const char *value, const char *flag)
{
	const struct file *f = find(name);
	cleanup_free char *now = NULL;

	ck_assert_msg(f != NULL, "%s: no %s", flag, name);
	now = content_of(f->path);
	ck_assert_msg(str_eq(now, value), "%s: %s is '%s', not '%s'", flag, name, now, value);
	/* what had this value before would show nothing */
	ck_assert_msg(!str_eq(f->content, value), "%s: %s was that before", flag, name);
}

/* ---- flags ---- */

static void run_container(void)
{
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

/* The host has no such thing, or this version of cgroups has not. */
static void is_refused(const struct row *r, const char *flag, const char *why)
{
	(void)fprintf(stderr, "%s: %s: only the error is looked at\n", r->flag, why);
	ck_assert_msg(REFRUN("update", flag, id) == 1, "%s", flag);
	ck_assert_msg(strstr(text, r->member), "%s: %s", flag, text);
	nothing_changed_but(NULL, NULL, flag);
}

START_TEST(test_flag)
{
	const struct row *r = &rows[_i];
	const char *file = is_v2() ? r->v2.file : r->v1.file;
	const char *value = is_v2() ? r->v2.value : r->v1.value;

	run_container();
	if (r->before)
		ck_assert_msg(REFRUN("update", r->before, id) == 0, "%s", text);
	remember();
	if (file && !find(file) && is_v2() && r->alt_file) {
		file = r->alt_file;
		value = r->alt_value;
	}
	if (!file) {
		is_refused(r, r->flag, "cgroup v2 has nothing like it");
		return;
	}
	if (!find(file)) {
		is_refused(r, r->flag, "this host has no such file");
		suite_skip(file);
		return;
	}
	if (str_eq(find(file)->content, value)) {
		/* all that there is: what the kernel says of another value shows what is set */
		ck_assert_ptr_nonnull(r->wrong);
		is_refused(r, r->wrong, "this host has no other one to choose");
		return;
	}
	ck_assert_msg(REFRUN("update", r->with ? r->with : r->flag, r->flag, id) == 0, "%s: %s",
		      r->flag, text);
	ck_assert_str_eq(out, "");
	ck_assert_str_eq(text, "");
	has_changed_to(file, value, r->flag);
	nothing_changed_but(file, is_v2() ? r->v2.also : r->v1.also, r->flag);
}
END_TEST

/* Limits of kernel memory were taken back: a word of warning, and all is as it was. */
START_TEST(test_kernel_memory)
{
	static const char *const flags[] = {"--kernel-memory=64m", "--kernel-memory-tcp=64m"};

	run_container();
	remember();
	ck_assert_msg(REFRUN("update", flags[_i], id) == 0, "%s", text);
	ck_assert_msg(strstr(text, "level=warning") && strstr(text, "kernel memory"), "%s", text);
	nothing_changed_but(NULL, NULL, flags[_i]);
	/* beside another one that one alone counts */
	ck_assert_msg(REFRUN("update", flags[_i], "--pids-limit=66", id) == 0, "%s", text);
	has_changed_to("pids.max", "66", flags[_i]);
	nothing_changed_but("pids.max", NULL, flags[_i]);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_unchecked_fixture(c, NULL, forget);
	tcase_add_loop_test(c, test_flag, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(c, test_kernel_memory, 0, 2);
}

int main(int argc, char **argv)
{
	return driver_main("update_files", argc, argv, add);
}
