/* SPDX-License-Identifier: Apache-2.0 */
/* What `run` mounts for a container that shares mounts with the host, and what the host has of it
 * when the container is gone. The host is this process's mount namespace. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static char volume[64];

/* A file system that the host's namespaces share: a device directory, a volume. */
static void make_volume(void)
{
	static const char *const dirs[] = {"hidden", "fixed", "pts"};

	(void)snprintf(volume, sizeof(volume), "%s/volume", work);
	ck_assert(mkdir(volume, 0755) == 0 || access(volume, F_OK) == 0);
	ck_assert_int_eq(mount("volume", volume, "tmpfs", 0, "mode=755"), 0);
	ck_assert_int_eq(mount(NULL, volume, NULL, MS_SHARED, NULL), 0);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		cleanup_free char *path = str_format("%s/%s", volume, dirs[i]);

		ck_assert_int_eq(mkdir(path, 0755), 0);
	}
	put_file(volume, "console", "");
	put_file(volume, "secret", "secret\n");
}

static char *mounts(void)
{
	char *all = NULL;
	size_t len;

	ck_assert_int_eq(
		fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", 1u << 20, &all, &len, NULL), 0);
	return all;
}

static void check_host(const char *before)
{
	cleanup_free char *after = mounts();

	ck_assert_msg(str_eq(after, before), "%s", after);
	ck_assert_int_eq(umount2(volume, MNT_DETACH), 0);
}

static void write_shared(const char *dest, const char *process, const char *linux_more)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":["
		    "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
		    "{\"destination\":\"%s\",\"source\":\"%s\",\"options\":[\"rbind\",\"rshared\"]}"
		    "],\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},%s},\"linux\":{"
		    "\"rootfsPropagation\":\"rshared\",\"namespaces\":[{\"type\":\"pid\"},"
		    "{\"type\":\"mount\"}]%s}}",
		    dest, volume, process, linux_more);
	put_file(bundle, "config.json", b.buf);
}

START_TEST(test_hidden_paths)
{
	cleanup_free char *before = NULL;

	make_volume();
	before = mounts();
	write_shared("/v", "\"args\":[\"/program\",\"cat\",\"/v/secret\"]",
		     ",\"readonlyPaths\":[\"/v/fixed\"],\"maskedPaths\":[\"/v/hidden\",\"/v/"
		     "secret\"]");
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, "");
	check_host(before);
	ck_assert_msg(strstr(text, "'/v/fixed' lies on a mount that is shared with the host"), "%s",
		      text);
	check_no_residue("hidden paths on a shared mount");
}
END_TEST

/* Nobody is warned whose masks are elsewhere. */
START_TEST(test_hidden_elsewhere)
{
	cleanup_free char *before = NULL;

	make_volume();
	before = mounts();
	write_shared("/v", "\"args\":[\"/program\",\"cat\",\"/v/secret\"]",
		     ",\"readonlyPaths\":[\"/proc/sys\"],\"maskedPaths\":[\"/proc/keys\"]");
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, "secret\n");
	ck_assert_str_eq(text, "");
	check_host(before);
}
END_TEST

START_TEST(test_terminal)
{
	cleanup_free char *before = NULL;
	cleanup_free char *pts = NULL;
	char path[80];
	int listener, master;

	make_volume();
	pts = str_format("%s/pts", volume);
	ck_assert_int_eq(mount("devpts", pts, "devpts", 0, "newinstance,ptmxmode=0666"), 0);
	before = mounts();
	(void)snprintf(path, sizeof(path), "%s/console", work);
	listener = listen_at(path);
	write_shared("/dev", TRUE ",\"terminal\":true", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, "--console-socket", path, id) == 0, "%s",
		      text);
	master = receive_terminal(listener, NULL);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	(void)close(master);
	(void)close(listener);
	(void)unlink(path);
	check_host(before);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_hidden_paths);
	tcase_add_test(c, test_hidden_elsewhere);
	tcase_add_test(c, test_terminal);
}

int main(int argc, char **argv)
{
	return driver_main("propagation", argc, argv, add);
}
