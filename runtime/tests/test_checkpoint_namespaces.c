/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint` and `restore` of containers in namespaces of every kind, their own and joined ones.
 */
#include "checkpoint.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Namespaces of a process of ours, kept by files. */
static char *keep_namespace(const char *type, int flag)
{
	char *path = str_format("%s/ns-%s", work, type);
	cleanup_free char *link = NULL;
	int ready[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)close(ready[1]);
		if (unshare(flag) < 0)
			_exit(1);
		(void)!read(ready[0], &c, 1);
		_exit(0);
	}
	(void)close(ready[0]);
	link = str_format("/proc/%d/ns/%s", (int)pid, type);
	for (int i = 0; i < 1000; i++) {
		struct stat theirs, mine;
		cleanup_free char *own = str_format("/proc/self/ns/%s", type);

		ck_assert_int_eq(stat(link, &theirs), 0);
		ck_assert_int_eq(stat(own, &mine), 0);
		if (theirs.st_ino != mine.st_ino)
			break;
		(void)usleep(1000);
	}
	if (flag == CLONE_NEWUSER) {
		cleanup_free char *uids = str_format("/proc/%d/uid_map", (int)pid);
		cleanup_free char *gids = str_format("/proc/%d/gid_map", (int)pid);

		ck_assert_int_eq(fd_write_file_at(AT_FDCWD, uids, "0 0 65536", 9, NULL), 0);
		ck_assert_int_eq(fd_write_file_at(AT_FDCWD, gids, "0 0 65536", 9, NULL), 0);
	}
	write_file(path, "");
	ck_assert_int_eq(mount(link, path, NULL, MS_BIND, NULL), 0);
	(void)close(ready[1]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return path;
}

static void check_namespace(const char *type, const char *path)
{
	cleanup_free char *link = str_format("/proc/%d/ns/%s", (int)pid_of(), type);
	struct stat have, want;

	ck_assert_int_eq(stat(link, &have), 0);
	ck_assert_int_eq(stat(path, &want), 0);
	ck_assert_msg(have.st_ino == want.st_ino, "%s", type);
}

START_TEST(test_joined_namespaces)
{
	cleanup_free char *net = keep_namespace("net", CLONE_NEWNET);
	cleanup_free char *ipc = keep_namespace("ipc", CLONE_NEWIPC);
	cleanup_free char *uts = keep_namespace("uts", CLONE_NEWUTS);
	cleanup_free char *namespaces =
		str_format(OWN_PID ",{\"type\":\"network\",\"path\":\"%s\"},{\"type\":\"ipc\","
				   "\"path\":\"%s\"},{\"type\":\"uts\",\"path\":\"%s\"}",
			   net, ipc, uts);
	unsigned long last;

	write_document("", "", namespaces, "");
	last = run_and_dump();
	restore_after(last);
	check_namespace("net", net);
	check_namespace("ipc", ipc);
	check_namespace("uts", uts);
	end_of("joined namespaces");
	ck_assert_int_eq(umount2(net, MNT_DETACH), 0);
	ck_assert_int_eq(umount2(ipc, MNT_DETACH), 0);
	ck_assert_int_eq(umount2(uts, MNT_DETACH), 0);
}
END_TEST

START_TEST(test_user_namespace)
{
	cleanup_free char *volume = str_format("%s/volume-u", work);
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	cleanup_free char *file = str_format("%s/volume-u/file", work);
	cleanup_free char *mounts =
		str_format(",{\"destination\":\"/volume\",\"type\":\"bind\",\"source\":\"%s\","
			   "\"options\":[\"rbind\"]}",
			   volume);
	unsigned long last;

	(void)mkdir(volume, 0755);
	write_file(file, "of the volume");
	ck_assert_int_eq(chown(rootfs, 100000, 100000), 0);
	write_document("", mounts, NAMESPACES OWN_PID ",{\"type\":\"user\"}",
		       ",\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"
		       "\"gidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]");
	last = run_and_dump();
	restore_after(last);
	check_inside("/volume/file", "of the volume");
	check_inside("/proc/self/uid_map", "         0     100000      65536\n");
	end_of("user namespace");
	/* not to be restored, for a reason that is said */
	ck_assert_int_eq(chown(rootfs, 0, 0), 0);
	ck_assert_int_eq(REFRUN("restore", "-d", "-b", bundle, "--image-path", images, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "user namespace only where root there"));
	check_no_residue("user namespace without its root");
}
END_TEST

START_TEST(test_joined_pid_namespace)
{
	cleanup_free char *namespaces = NULL, *path = NULL;
	int held[2];
	unsigned long last;
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe2(held, O_CLOEXEC), 0);
	pid = proc_clone(CLONE_NEWPID, FD_NONE, NULL);
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)close(held[1]);
		(void)!read(held[0], &c, 1);
		_exit(0);
	}
	(void)close(held[0]);
	path = str_format("/proc/%d/ns/pid", (int)pid);
	namespaces = str_format(NAMESPACES ",{\"type\":\"pid\",\"path\":\"%s\"}", path);
	write_document("", "", namespaces, "");
	last = run_and_dump();
	restore_after(last);
	check_namespace("pid", path);
	end_of("joined pid namespace");
	(void)close(held[1]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

/* With a cgroup namespace, and without one, where the host's tree is seen. */
START_TEST(test_cgroup_mount)
{
	static const char mounts[] =
		",{\"destination\":\"/sys\",\"type\":\"sysfs\",\"source\":\"sysfs\"}"
		",{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\"}";

	write_document("", mounts, NAMESPACES OWN_PID, "");
	restore_after(run_and_dump());
	ck_assert_int_eq(REFRUN("exec", id, "/program", "ls", "/sys/fs/cgroup"), 0);
	end_of("cgroup mount");
	write_document("", mounts, OWN_PID, "");
	restore_after(run_and_dump());
	ck_assert_int_eq(REFRUN("exec", id, "/program", "ls", "/sys/fs/cgroup"), 0);
	end_of("cgroup mount without a namespace");
}
END_TEST

START_TEST(test_time_namespace)
{
	write_document("", "", NAMESPACES OWN_PID ",{\"type\":\"time\"}",
		       ",\"timeOffsets\":{\"monotonic\":{\"secs\":1000}}");
	restore_after(run_and_dump());
	end_of("time namespace");
}
END_TEST

/* criu cannot enter it: said while there is something to lose. */
START_TEST(test_joined_user_namespace)
{
	cleanup_free char *path = keep_namespace("user", CLONE_NEWUSER);
	cleanup_free char *namespaces =
		str_format(NAMESPACES OWN_PID ",{\"type\":\"user\",\"path\":\"%s\"}", path);
	cleanup_fd int from = FD_NONE;

	new_images();
	write_document("", "", namespaces, "");
	from = start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	ck_assert_int_eq(REFRUN("checkpoint", "--image-path", images, id), 1);
	ck_assert_msg(strstr(text, "user namespace that exists"), "%s", text);
	status_is("running");
	end_of("joined user namespace");
	ck_assert_int_eq(umount2(path, MNT_DETACH), 0);
}
END_TEST

START_TEST(test_own_network)
{
	write_document("", "", NAMESPACES OWN_PID ",{\"type\":\"network\"}", "");
	restore_after(run_and_dump());
	end_of("network namespace");
}
END_TEST

/* What criu starts of its own while it restores does not count. */
START_TEST(test_own_network_of_one_process)
{
	write_document("", "", NAMESPACES OWN_PID ",{\"type\":\"network\"}",
		       ",\"resources\":{\"pids\":{\"limit\":1}}");
	restore_after(run_and_dump());
	attribute_is("pids.max", "1");
	ck_assert_int_ne(REFRUN("exec", id, "/program", "true"), 0);
	end_of("network namespace of one process");
}
END_TEST

/* The numbers of its processes are the host's, and have to be free. */
START_TEST(test_no_pid_namespace)
{
	write_document("", "", NAMESPACES, "");
	restore_after(run_and_dump());
	end_of("no pid namespace");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_joined_namespaces);
	tcase_add_test(c, test_user_namespace);
	tcase_add_test(c, test_joined_pid_namespace);
	tcase_add_test(c, test_cgroup_mount);
	tcase_add_test(c, test_time_namespace);
	tcase_add_test(c, test_joined_user_namespace);
	tcase_add_test(c, test_own_network);
	tcase_add_test(c, test_own_network_of_one_process);
	tcase_add_test(c, test_no_pid_namespace);
}

int main(int argc, char **argv)
{
	return criu_works() ? driver_main("checkpoint_namespaces", argc, argv, add) : 77;
}
