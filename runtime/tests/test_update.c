/* SPDX-License-Identifier: Apache-2.0 */
/* `update`: from flags, from a file, and from standard input, as callers do it. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void run_container(void)
{
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

START_TEST(test_flags)
{
	run_container();
	ck_assert_msg(REFRUN("update", "--pids-limit", "66", id) == 0, "%s", text);
	ck_assert_str_eq(out, "");
	attribute_is("pids.max", "66");
	ck_assert_msg(REFRUN("update", "--pids-limit", "-1", "--cpuset-cpus=0", id) == 0, "%s",
		      text);
	attribute_is("pids.max", "max");
	attribute_is("cpuset.cpus", "0");
	/* an empty one is none, as callers write out their defaults */
	ck_assert_msg(REFRUN("update", "--cpuset-cpus", "", "--memory", "", id) == 0, "%s", text);
	attribute_is("cpuset.cpus", "0");
	ck_assert_int_eq(REFRUN("update", "--pids-limit", "many", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "-pids-limit"));
	ck_assert_int_eq(REFRUN("update", "--memory", "1x", id), 1);
	ck_assert_int_eq(REFRUN("update", "--memory", "9999999999g", id), 1);
	ck_assert_int_eq(REFRUN("update", "--cpu-quota", "1", "--resources", "/dev/null", id), 1);
	ck_assert_int_eq(REFRUN("update", "--l3-cache-schema", "L3:0=f", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "intelRdt"));
	ck_assert_int_eq(REFRUN("update", "--pids-limit", "1", "nobody-there"), 1);
	ck_assert_ptr_nonnull(strstr(text, "container does not exist"));
}
END_TEST

START_TEST(test_memory_in_units)
{
	static const struct {
		const char *flag, *bytes;
	} amounts[] = {{"67108864", "67108864"}, {"64m", "67108864"},  {"65536K", "67108864"},
		       {"64MB", "67108864"},	 {"1g", "1073741824"}, {"67108864b", "67108864"}};
	bool v2 = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;

	run_container();
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		ck_assert_msg(REFRUN("update", "--memory", amounts[i].flag, id) == 0, "%s", text);
		attribute_is(v2 ? "memory.max" : "memory.limit_in_bytes", amounts[i].bytes);
	}
}
END_TEST

START_TEST(test_resources)
{
	static const char limits[] = "{\"pids\":{\"limit\":77}}";
	/* dockerd and cri-o send zeros for what they do not set */
	static const char zeros[] = "{\"memory\":{\"limit\":0,\"swap\":0},\"cpu\":{\"shares\":0,"
				    "\"quota\":0,\"period\":0},\"blockIO\":{\"weight\":0}}";
	static const char kernel[] = "{\"cpu\":{\"quota\":1000,\"period\":1}}";
	static const char wrong[] = "{\"pids\":{\"limit\":\"77\"}}";
	cleanup_free char *path = str_format("%s/resources", work);

	run_container();
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, limits, strlen(limits), 0, NULL),
			 0);
	ck_assert_msg(REFRUN("update", "--resources", path, id) == 0, "%s", text);
	attribute_is("pids.max", "77");
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, zeros, strlen(zeros), 0, NULL),
			 0);
	ck_assert_msg(REFRUN("update", "-r", path, id) == 0, "%s", text);
	attribute_is("pids.max", "77");
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, wrong, strlen(wrong), 0, NULL),
			 0);
	ck_assert_int_eq(REFRUN("update", "-r", path, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "/pids/limit"));
	attribute_is("pids.max", "77");
	/* what only the kernel refuses has the file's name, too; v2 takes both at once */
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, kernel, strlen(kernel), 0, NULL),
			 0);
	ck_assert_int_eq(REFRUN("update", "-r", path, id), 1);
	ck_assert_msg(strstr(text, path) && strstr(text, "/cpu/"), "%s", text);
	/* the standard input of the tests is /dev/null: no document */
	ck_assert_int_eq(REFRUN("update", "--resources=-", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "standard input"));
	ck_assert_int_eq(REFRUN("update", "--resources", "/nope", id), 1);
	ck_assert_int_eq(REFRUN("pause", id), 0);
	ck_assert_msg(REFRUN("update", "--pids-limit", "78", id) == 0, "%s", text);
	attribute_is("pids.max", "78");
	ck_assert_int_eq(REFRUN("kill", id, "KILL"), 0);
	wait_until_dead(pid_of());
	status_is("stopped");
	ck_assert_int_eq(REFRUN("update", "--pids-limit", "79", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "container not running"));
}
END_TEST

/* The container's configuration with @version for its own. */
static void write_config_of(const char *version)
{
	cleanup_free char *path = str_format("%s/config.json", bundle), *written = NULL,
			  *whole = NULL;
	size_t len;

	write_config(WAIT, "", "");
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 1 << 16, &written, &len, NULL), 0);
	whole = str_format("{\"ociVersion\":\"%s\"%s", version,
			   written + strlen("{\"ociVersion\":\"1.3.0\""));
	put_file(bundle, "config.json", whole);
}

/* What has no version of its own is read as the container's configuration was; a flag is not. */
START_TEST(test_no_pids_limit_before_1_3)
{
	static const char *const versions[][2] = {
		{"1.0.2-dev", "max"}, {"1.2.1", "max"}, {"1.3.0", "0"}};
	cleanup_free char *path = str_format("%s/resources", work);

	put_file(work, "resources", "{\"pids\":{\"limit\":0}}");
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		write_config_of(versions[i][0]);
		ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
		ck_assert_msg(REFRUN("update", "--pids-limit", "66", id) == 0, "%s", text);
		ck_assert_msg(REFRUN("update", "--resources", path, id) == 0, "%s", text);
		attribute_is("pids.max", versions[i][1]);
		ck_assert_msg(REFRUN("update", "--pids-limit", "0", id) == 0, "%s", text);
		attribute_is("pids.max", "0");
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
}
END_TEST

static void put(const char *path, const char *bytes, size_t len)
{
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, bytes, len, 0, NULL), 0);
}

static void refused(const char *path, const char *why)
{
	ck_assert_int_eq(REFRUN("update", "--resources", path, id), 1);
	ck_assert_msg(strstr(text, path) && strstr(text, why), "%s: %s", why, text);
	attribute_is("pids.max", "66");
}

/* What went before the write that the kernel refuses is taken back. */
START_TEST(test_all_or_nothing)
{
	static const char late[] = "{\"cpu\":{\"shares\":512,\"quota\":30000,\"period\":60000},"
				   "\"memory\":{\"limit\":67108864},\"pids\":{\"limit\":77},"
				   "\"blockIO\":{\"throttleReadBpsDevice\":"
				   "[{\"major\":4095,\"minor\":0,\"rate\":1000}]}}";
	bool v2 = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
	cleanup_free char *path = str_format("%s/resources", work);

	run_container();
	ck_assert_msg(REFRUN("update", "--pids-limit=66", "--memory=128m", "--cpu-share=1024",
			     "--cpu-quota=20000", "--cpu-period=40000", id) == 0,
		      "%s", text);
	put(path, late, strlen(late));
	refused(path, "/blockIO/throttleReadBpsDevice");
	attribute_is(v2 ? "memory.max" : "memory.limit_in_bytes", "134217728");
	attribute_is(v2 ? "cpu.weight" : "cpu.shares", v2 ? "100" : "1024");
	if (v2) {
		attribute_is("cpu.max", "20000 40000");
	} else {
		attribute_is("cpu.cfs_quota_us", "20000");
		attribute_is("cpu.cfs_period_us", "40000");
	}
}
END_TEST

#define FREEZER "/sys/fs/cgroup/freezer/refrun-$id.scope/freezer.state"

static void refused_before_systemd(const char *path, const char *resources, const char *why)
{
	put(path, resources, strlen(resources));
	refused(path, why);
	ck_assert(!asked_systemd("\"set\""));
}

/* What systemd is told it does at once: so it is told what has been looked at. On v1 it takes the
 * list of devices away for a moment, which nobody is to see. */
START_TEST(test_systemd_hears_of_what_can_be)
{
	static const char devices[] = "/sys/fs/cgroup/devices/devices.list";
	cleanup_free char *path = str_format("%s/resources", work);
	cleanup_free char *unit = str_format(",\"cgroupsPath\":\"-.slice:refrun:%s\"", id);
	bool v1 = access(devices, F_OK) == 0;

	speak_as_systemd("cat " FREEZER " >>$asked; " SYSTEMD_OBEYS);
	write_config(WAIT, unit, "");
	if (REFRUN("--systemd-cgroup", "run", "-d", "-b", bundle, id) != 0) {
		ck_assert_msg(strstr(text, "no systemd cgroup driver"), "%s", text);
		suite_skip("no driver for systemd");
		return;
	}
	ck_assert_msg(REFRUN("update", "--pids-limit", "66", id) == 0, "%s", text);
	ck_assert(asked_systemd("TasksMax") && !asked_systemd("THAWED"));
	ck_assert(asked_systemd("FROZEN") == v1);
	status_is("running");
	/* one that is paused stays so */
	ck_assert_int_eq(REFRUN("pause", id), 0);
	ck_assert_msg(REFRUN("update", "--pids-limit", "66", id) == 0, "%s", text);
	status_is("paused");
	ck_assert_int_eq(REFRUN("resume", id), 0);

	speak_as_systemd(SYSTEMD_OBEYS);
	refused_before_systemd(path,
			       "{\"pids\":{\"limit\":77},\"memory\":{\"limit\":4096,"
			       "\"checkBeforeUpdate\":true}}",
			       "checkBeforeUpdate");
	refused_before_systemd(
		path, "{\"pids\":{\"limit\":77},\"memory\":{\"limit\":9000000,\"swap\":8000000}}",
		"/memory/swap");
	refused_before_systemd(path, "{\"pids\":{\"limit\":77},\"unified\":{\"../x\":\"1\"}}",
			       "/unified");
	/* what only the kernel knows */
	refused_before_systemd(path,
			       "{\"pids\":{\"limit\":77},\"blockIO\":{\"throttleReadBpsDevice\":"
			       "[{\"major\":4095,\"minor\":0,\"rate\":1000}]}}",
			       "/blockIO/throttleReadBpsDevice");
	/* by who speaks as systemd */
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
}
END_TEST

/* It writes limits its own way. */
#define SYSTEMD_WRITES                                                                             \
	"case $line in *'\"set\"'*) for f in /sys/fs/cgroup/*/refrun-$id.scope/pids.max "          \
	"/sys/fs/cgroup/refrun-$id.scope/pids.max; do [ ! -e $f ] || echo 99 >$f; done;; esac; "
#define SYSTEMD_REFUSES                                                                            \
	"case $line in *'\"set\"'*) echo '{\"error\":\"Not today.\"}';; *) " SYSTEMD_OBEYS ";; "   \
	"esac"

/* What it refuses leaves the files as they were, and what it writes does not go over them. */
START_TEST(test_files_and_systemd_agree)
{
	cleanup_free char *path = str_format("%s/resources", work);
	cleanup_free char *unit = str_format(",\"cgroupsPath\":\"-.slice:refrun:%s\"", id);

	speak_as_systemd(SYSTEMD_WRITES SYSTEMD_OBEYS);
	write_config(WAIT, unit, "");
	if (REFRUN("--systemd-cgroup", "run", "-d", "-b", bundle, id) != 0) {
		ck_assert_msg(strstr(text, "no systemd cgroup driver"), "%s", text);
		return;
	}
	ck_assert_msg(REFRUN("update", "--pids-limit", "66", id) == 0, "%s", text);
	ck_assert(asked_systemd("\"set\""));
	attribute_is("pids.max", "66");
	speak_as_systemd(SYSTEMD_REFUSES);
	put(path, "{\"pids\":{\"limit\":77}}", strlen("{\"pids\":{\"limit\":77}}"));
	ck_assert_int_eq(REFRUN("update", "--resources", path, id), 1);
	ck_assert_msg(strstr(text, "systemd: Not today."), "%s", text);
	attribute_is("pids.max", "66");
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
}
END_TEST

/* systemd takes its time: until there is the file. Only what it is to change, not to start. */
#define SYSTEMD_HESITATES                                                                          \
	"case $line in *'\"set\"'*) while [ ! -e $asked.go ]; do sleep 0.01; done;; "              \
	"esac; " SYSTEMD_OBEYS

static void start_update(struct proc *p)
{
	bool v1 = access("/sys/fs/cgroup/devices/devices.list", F_OK) == 0;

	start_command((const char *const[]){"update", "--pids-limit", "66", id, NULL}, p);
	for (int i = 0; i < 4000 && !asked_systemd("\"set\""); i++)
		ck_assert_int_eq(proc_wait(p, proc_now_ms() + 5), -ETIMEDOUT);
	status_is(v1 ? "paused" : "running");
}

static void wait_until_it_runs(void)
{
	int64_t deadline = proc_now_ms() + TIMEOUT_MS;

	while ((REFRUN("state", id) != 0 || !strstr(out, "running")) && proc_now_ms() < deadline)
		(void)usleep(5000);
	status_is("running");
}

/* Somebody who is asked to stop changes nothing by halves, and leaves nobody frozen; nor does
 * somebody who is killed. */
START_TEST(test_ended_while_systemd_is_at_it)
{
	cleanup_free char *unit = str_format(",\"cgroupsPath\":\"-.slice:refrun:%s\"", id);
	cleanup_free char *go = str_format("%s/bin/asked.go", work);
	struct proc p = PROC_INIT;

	speak_as_systemd(SYSTEMD_HESITATES);
	write_config(WAIT, unit, "");
	if (REFRUN("--systemd-cgroup", "run", "-d", "-b", bundle, id) != 0) {
		ck_assert_msg(strstr(text, "no systemd cgroup driver"), "%s", text);
		suite_skip("no driver for systemd");
		return;
	}
	start_update(&p);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGTERM), 0);
	if (access("/sys/fs/cgroup/devices/devices.list", F_OK) == 0)
		status_is("paused");
	put(go, "", 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 128 + SIGTERM);
	proc_done(&p);
	status_is("running");
	ck_assert_int_eq(unlink(go), 0);
	speak_as_systemd(SYSTEMD_HESITATES);
	start_update(&p);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGKILL), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	proc_done(&p);
	wait_until_it_runs();
	put(go, "", 0);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("ended");
}
END_TEST

static int stdin_of_zeros(void *arg, struct err *e)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	(void)arg;
	return fd < 0 || dup2(fd, STDIN_FILENO) < 0 ? err_set(e, errno, "/dev/zero: %m") : 0;
}

/* Each at once, with its name in the message; an open(2) of a FIFO would wait for ever. */
START_TEST(test_bad_files)
{
	static const char nul_outside[] = "{\"pids\":\0{\"limit\":77}}";
	static const char nul_inside[] = "{\"unified\":{\"pids.max\":\"7\07\"}}";
	static const char nul_escaped[] = "{\"unified\":{\"pids.max\":\"7\\u00007\"}}";
	static const char nul_behind[] = "{\"pids\":{\"limit\":77}}\0";
	cleanup_free char *path = str_format("%s/resources", work);
	cleanup_free char *fifo = str_format("%s/fifo", work), *dir = str_format("%s/dir", work);
	cleanup_free char *blanks = malloc(2u << 20);

	run_container();
	ck_assert_msg(REFRUN("update", "--pids-limit", "66", id) == 0, "%s", text);
	put(path, nul_outside, sizeof(nul_outside) - 1);
	refused(path, "resources:1:9: ");
	put(path, nul_inside, sizeof(nul_inside) - 1);
	refused(path, "1:");
	put(path, nul_escaped, sizeof(nul_escaped) - 1);
	refused(path, "1:");
	put(path, nul_behind, sizeof(nul_behind) - 1);
	refused(path, "resources:1:22: ");
	put(path, "", 0);
	refused(path, "");
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	refused(fifo, "");
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	refused(dir, "");
	refused("/dev/zero", "");
	ck_assert_ptr_nonnull(blanks);
	memset(blanks, ' ', 2u << 20);
	put(path, blanks, 2u << 20);
	refused(path, "is larger than");
	ck_assert_int_eq(truncate(path, (off_t)1 << 40), 0);
	refused(path, "is larger than");
	ck_assert_int_eq(command_after(stdin_of_zeros, NULL,
				       (const char *const[]){"update", "-r", "-", id, NULL}),
			 1);
	ck_assert_msg(strstr(text, "standard input"), "%s", text);
	attribute_is("pids.max", "66");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_flags);
	tcase_add_test(c, test_memory_in_units);
	tcase_add_test(c, test_resources);
	tcase_add_test(c, test_no_pids_limit_before_1_3);
	tcase_add_test(c, test_bad_files);
	tcase_add_test(c, test_all_or_nothing);
	tcase_add_test(c, test_systemd_hears_of_what_can_be);
	tcase_add_test(c, test_files_and_systemd_agree);
	tcase_add_test(c, test_ended_while_systemd_is_at_it);
}

int main(int argc, char **argv)
{
	return driver_main("update", argc, argv, add);
}
