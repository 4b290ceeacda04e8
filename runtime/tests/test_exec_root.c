/* SPDX-License-Identifier: Apache-2.0 */
/* `exec` begins in the container's root: whatever the root of its mount namespace is, and wherever
 * its first process has gone. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is in the container's root, and nowhere else. */
#define ONLY_INSIDE "/program"

static int enter_jail(void *arg, struct err *e)
{
	if (chroot(arg) < 0 || chdir("/") < 0)
		return err_set(e, errno, "chroot '%s': %m", (const char *)arg);
	return 0;
}

/* With the libraries that a refrun with sanitizers is linked to. */
static const char *const jail_dirs[] = {"proc", "sys", "dev", "usr", "lib", "lib64"};
#define NDIRS (sizeof(jail_dirs) / sizeof(jail_dirs[0]))

static void bind_tree(const char *from, const char *to)
{
	(void)mkdir(to, 0755);
	ck_assert_msg(mount(from, to, NULL, MS_BIND | MS_REC, NULL) == 0, "%s: %m", to);
	/* its end is not that of what it is a copy of */
	ck_assert_int_eq(mount(NULL, to, NULL, MS_REC | MS_PRIVATE, NULL), 0);
}

/* A directory with all that refrun needs, where the work directory has the path that it has
 * outside:
 * @mount_point: and itself a mount point. */
static void make_jail(char jail[64], bool mount_point)
{
	(void)snprintf(jail, 64, "%s/jail", work);
	(void)mkdir(jail, 0755);
	if (mount_point)
		ck_assert_int_eq(mount("jail", jail, "tmpfs", 0, "mode=0755"), 0);
	for (size_t i = 0; i < NDIRS; i++) {
		cleanup_free char *from = str_format("/%s", jail_dirs[i]);
		cleanup_free char *to = str_format("%s/%s", jail, jail_dirs[i]);

		if (access(from, F_OK) == 0)
			bind_tree(from, to);
	}
	cleanup_free char *tmp = str_format("%s/tmp", jail),
			  *inside = str_format("%s%s", jail, work);

	(void)mkdir(tmp, 0755);
	bind_tree(work, inside);
}

static void remove_jail(const char *jail)
{
	cleanup_free char *inside = str_format("%s%s", jail, work);

	(void)umount2(inside, MNT_DETACH);
	for (size_t i = 0; i < NDIRS; i++) {
		cleanup_free char *dir = str_format("%s/%s", jail, jail_dirs[i]);

		(void)umount2(dir, MNT_DETACH);
	}
	(void)umount2(jail, MNT_DETACH);
}

static void write_namespaces(const char *namespaces, const char *process)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	cleanup_free char *path = str_format("%s/config.json", bundle);

	strbuf_addf(
		&b,
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},"
		"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],"
		"\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},\"args\":[%s],"
		"\"capabilities\":{\"bounding\":[\"CAP_SYS_CHROOT\",\"CAP_SYS_ADMIN\"],"
		"\"permitted\":[\"CAP_SYS_CHROOT\",\"CAP_SYS_ADMIN\"],"
		"\"effective\":[\"CAP_SYS_CHROOT\",\"CAP_SYS_ADMIN\"]}},"
		"\"linux\":{\"namespaces\":[%s]}}",
		process, namespaces);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, b.buf, b.len, 0, NULL), 0);
}

static void exec_is_inside(void)
{
	ck_assert_msg(REFRUN("exec", id, ONLY_INSIDE, "rejoin", ONLY_INSIDE) == 0, "%s", text);
	ck_assert_msg(REFRUN("exec", id, ONLY_INSIDE, "ls", "/") == 0, "%s", text);
	ck_assert_msg(strstr(out, "program"), "%s", out);
	ck_assert_ptr_null(strstr(out, "usr"));
}

/* The creator's "/" is not that of its mount namespace, and so not that of the container's. */
static void run_from_jail(bool mount_point, const char *option)
{
	const char *outside = refrun;
	cleanup_free char *copy = str_format("%s/refrun", work);
	char jail[64];
	int code;

	make_jail(jail, mount_point);
	refrun = copy;
	code = command_after(enter_jail, jail,
			     (const char *const[]){"run", "-d", "-b", bundle, option ? option : id,
						   option ? id : NULL, NULL});
	remove_jail(jail);
	ck_assert_msg(code == 0, "%s", text);
	exec_is_inside();
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	refrun = outside;
	check_no_residue("a creator in a jail");
}

static size_t count_mounts(void)
{
	cleanup_free char *all = NULL;
	size_t len, lines = 0;

	ck_assert_int_eq(
		fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", 4u << 20, &all, &len, NULL), 0);
	for (size_t i = 0; i < len; i++)
		lines += all[i] == '\n';
	return lines;
}

static void copy_refrun(void)
{
	cleanup_free char *buf = NULL, *copy = str_format("%s/refrun", work);
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, refrun, 64u << 20, &buf, &len, NULL), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, copy, 0755, buf, len, 0, NULL), 0);
}

START_TEST(test_creator_in_a_jail)
{
	write_namespaces("{\"type\":\"pid\"},{\"type\":\"mount\"}", "\"/program\",\"wait\"");
	copy_refrun();
	run_from_jail(true, NULL);
	run_from_jail(false, NULL);
	run_from_jail(true, "--no-pivot");
	run_from_jail(false, "--no-pivot");
}
END_TEST

/* The old tree goes as a whole, which would take the mounts of all who share them. */
START_TEST(test_mounts_around_the_jail_stay)
{
	size_t before;

	write_namespaces("{\"type\":\"pid\"},{\"type\":\"mount\"}", "\"/program\",\"wait\"");
	copy_refrun();
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL), 0);
	before = count_mounts();
	run_from_jail(true, NULL);
	ck_assert_uint_eq(count_mounts(), before);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
}
END_TEST

static void write_link_config(const char *mounts, const char *linux_more)
{
	cleanup_free char *config = str_format(
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":["
		"{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}%s],"
		"\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},"
		"\"args\":[\"/program\",\"wait\"]},"
		"\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"}]%s}}",
		mounts, linux_more);

	put_file(bundle, "config.json", config);
}

/* Every path of the configuration may lead to "/" by a link of the image. A mount there is what
 * setns(2) gives to `exec` for a root, and what "/" of the first process is not. */
START_TEST(test_image_has_a_link_to_the_root)
{
	static const char *const mounts[] = {
		",{\"destination\":\"/data\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}",
		",{\"destination\":\"/data\",\"type\":\"cgroup\",\"source\":\"cgroup\"}",
		",{\"destination\":\"/data\",\"source\":\"/tmp\",\"options\":[\"rbind\"]}"};
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);
	cleanup_free char *data = str_format("%s/data", rootfs);

	put_file(rootfs, "secret", "not to be read");
	ck_assert_int_eq(symlink("/", data), 0);
	write_link_config("", ",\"readonlyPaths\":[\"/data\"],\"maskedPaths\":[\"/secret\"]");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("exec", id, ONLY_INSIDE, "cat", "/secret") == 0, "%s", text);
	ck_assert_str_eq(out, "");
	ck_assert_int_eq(REFRUN("exec", id, ONLY_INSIDE, "make", "/new"), EROFS);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		write_link_config(mounts[i], "");
		ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) != 0, "%s", mounts[i]);
		ck_assert_msg(strstr(text, "/mounts/1/destination"), "%s", text);
		check_no_residue(mounts[i]);
	}
	ck_assert_int_eq(unlink(data), 0);
}
END_TEST

static void run_jailed(const char *namespaces)
{
	cleanup_free char *dir = str_format("%s/rootfs/jail", bundle);

	(void)rmdir(dir);
	write_namespaces(namespaces, "\"/program\",\"jail\",\"/jail\"");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	while (!strstr(out, "ready"))
		read_into(out_path, out, sizeof(out));
}

/* Who confines itself confines nobody else. */
START_TEST(test_first_process_in_a_jail)
{
	run_jailed("{\"type\":\"pid\"},{\"type\":\"mount\"}");
	exec_is_inside();
}
END_TEST

START_TEST(test_first_process_in_a_jail_without_mount_namespace)
{
	cleanup_free char *rootfs = str_format("%s/rootfs", bundle);

	run_jailed("{\"type\":\"pid\"}");
	ck_assert_msg(REFRUN("exec", id, ONLY_INSIDE, "ls", "/") == 0, "%s", text);
	ck_assert_msg(strstr(out, "program"), "%s", out);
	/* what has its place now is not it */
	ck_assert_msg(mount("other", rootfs, "tmpfs", 0, NULL) == 0, "%m");
	ck_assert_int_eq(REFRUN("exec", id, ONLY_INSIDE), 255);
	ck_assert_msg(strstr(text, "has left its root"), "%s", text);
	ck_assert_int_eq(umount(rootfs), 0);
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	check_no_residue("no mount namespace");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_creator_in_a_jail);
	tcase_add_test(c, test_mounts_around_the_jail_stay);
	tcase_add_test(c, test_image_has_a_link_to_the_root);
	tcase_add_test(c, test_first_process_in_a_jail);
	tcase_add_test(c, test_first_process_in_a_jail_without_mount_namespace);
}

int main(int argc, char **argv)
{
	return driver_main("exec_root", argc, argv, add);
}
