/* SPDX-License-Identifier: Apache-2.0 */
/* A tmpfs of config.mounts: what it has of the directory that it covers. Twice: with the calls on
 * descriptors and with mount(2) alone. */
#include "rootfs_fixture.h"

#include <errno.h>

static const struct {
	const char *dest, *options;
	mode_t below, mode; /* below: of the directory in the image; 0: there is none */
} modes[] = {
	{"/kept", "", 0700, 0700},
	{"/kept", "", 03710, 03710},
	{"/kept", "\"mode=711\"", 0700, 0711},
	{"/kept", "\"size=64k,mode=711\"", 0700, 0711},
	{"/kept", "\"tmpcopyup\"", 0700, 0700},
	{"/none", "", 0, 01777},
};
#define NMODES ((int)(sizeof(modes) / sizeof(modes[0])))

START_TEST(test_permissions_of_a_tmpfs)
{
	int row = _i % NMODES;
	struct fixture f;
	struct stat st;
	char mounts[512];

	fixture_init(&f, _i >= NMODES);
	ck_assert_int_eq(mkdir("rootfs/kept", 0755), 0);
	ck_assert_int_eq(chmod("rootfs/kept", modes[row].below), 0);
	(void)snprintf(mounts, sizeof(mounts),
		       PROC ",{\"destination\":\"%s\",\"type\":\"tmpfs\",\"source\":\"data\","
			    "\"options\":[%s]}",
		       modes[row].dest, modes[row].options);
	fixture_must_enter(&f, mounts);
	ck_assert_int_eq(stat(modes[row].dest, &st), 0);
	ck_assert_msg((st.st_mode & 07777) == modes[row].mode, "%s: %o", modes[row].options,
		      st.st_mode);
	fixture_done(&f);
}
END_TEST

/* @n zeros before an octal number: the same permissions in as many bytes as one likes. */
static char *long_mode(int n, const char *source)
{
	return str_format(PROC ",{\"destination\":\"/long\",\"type\":\"tmpfs\",\"source\":\"%s\","
			       "\"options\":[\"mode=%0*o\"]}",
			  source, n, 0711);
}

/* fsconfig(2) takes 255 bytes. */
START_TEST(test_long_words)
{
	cleanup_free char *source = str_format("%0300d", 0);
	cleanup_free char *mounts = long_mode(300, source);
	struct fixture f;
	struct stat st;

	fixture_init(&f, _i);
	fixture_must_enter(&f, mounts);
	ck_assert_int_eq(stat("/long", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0711);
	fixture_done(&f);
}
END_TEST

/* mount(2) takes a page, and would drop what is behind it. */
START_TEST(test_too_long_words)
{
	cleanup_free char *mounts = long_mode((int)sysconf(_SC_PAGESIZE), "data");
	struct fixture f;

	fixture_init(&f, _i);
	ck_assert_int_lt(fixture_enter(&f, mounts), 0);
	ck_assert_int_eq(f.e.num, E2BIG);
	ck_assert_ptr_nonnull(strstr(f.e.msg, strerror(E2BIG)));
	fixture_done(&f);
}
END_TEST

START_TEST(test_tmpcopyup)
{
	struct fixture f;
	struct stat st;
	char target[64] = "";

	fixture_init(&f, _i);
	ck_assert_int_eq(mkdir("rootfs/var", 0751), 0);
	ck_assert_int_eq(mkdir("rootfs/var/dir", 0700), 0);
	fixture_write("rootfs/var/dir/file", "content");
	ck_assert_int_eq(chown("rootfs/var/dir/file", 12, 34), 0);
	ck_assert_int_eq(chmod("rootfs/var/dir/file", 04711), 0);
	ck_assert_int_eq(symlink("/canary", "rootfs/var/link"), 0);
	ck_assert_int_eq(mkfifo("rootfs/var/fifo", 0620), 0);
	ck_assert_int_eq(chmod("rootfs/var/fifo", 0620), 0);
	fixture_must_enter(&f, PROC ",{\"destination\":\"/"
				    "var\",\"type\":\"tmpfs\",\"options\":[\"tmpcopyup\",\"ro\"]}");
	ck_assert_int_eq(stat("/var", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0751);
	ck_assert_int_eq(stat("/var/dir", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	ck_assert_int_eq(stat("/var/dir/file", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 04711);
	ck_assert(st.st_uid == 12 && st.st_gid == 34 && st.st_size == 7);
	ck_assert_int_eq(readlink("/var/link", target, sizeof(target) - 1), 7);
	ck_assert_int_eq(lstat("/var/fifo", &st), 0);
	ck_assert(S_ISFIFO(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 07777, 0620);
	ck_assert(open("/var/x", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 && errno == EROFS);
	fixture_check_canary(&f);
	fixture_done(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mount_tmpfs");
	TCase *t = tcase_create("tmpfs");

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, test_permissions_of_a_tmpfs, 0, 2 * NMODES);
	tcase_add_loop_test(t, test_tmpcopyup, 0, 2);
	tcase_add_loop_test(t, test_long_words, 0, 2);
	tcase_add_loop_test(t, test_too_long_words, 0, 2);
	suite_add_tcase(s, t);
	return fixture_main(s);
}
