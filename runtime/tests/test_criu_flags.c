/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint` and `restore` as far as they go without criu(8). */
#include "driver.h"

#include "cleanup.h"
#include "str.h"

#include <string.h>
#include <unistd.h>

static bool has(const char *words)
{
	return strstr(text, words) != NULL;
}

START_TEST(test_flags)
{
	ck_assert_int_eq(REFRUN("checkpoint", "--help"), 0);
	ck_assert_ptr_nonnull(strstr(out, "--leave-running"));
	ck_assert_int_eq(REFRUN("restore", "--help"), 0);
	/* podman asks in this way whether it is known */
	ck_assert_int_eq(REFRUN("restore", "--lsm-mount-context"), 1);
	ck_assert(has("flag needs an argument: -lsm-mount-context"));
	ck_assert_int_eq(REFRUN("checkpoint", "--leave-running", "--leave-running", "nobody-there"),
			 1);
	ck_assert(has("container does not exist"));
	ck_assert_int_eq(REFRUN("checkpoint", "--manage-cgroups-mode", "hard", id), 1);
	ck_assert(has("soft, full, strict or ignore"));
	ck_assert_int_eq(REFRUN("checkpoint", "--empty-ns", "pid", id), 1);
	ck_assert_int_eq(REFRUN("checkpoint", "--status-fd", "x", id), 1);
	/* as containerd writes it */
	ck_assert_int_eq(REFRUN("restore", "-no-subreaper", "--bundle", "/nope", id), 1);
	ck_assert(has("bundle '/nope'"));
}
END_TEST

START_TEST(test_states)
{
	cleanup_free char *images = str_format("%s/images", work);

	write_config(WAIT, "", "");
	ck_assert_int_eq(REFRUN("create", "-b", bundle, id), 0);
	ck_assert_int_eq(REFRUN("checkpoint", "--image-path", images, id), 1);
	ck_assert(has("in the created state"));
	ck_assert_int_ne(access(images, F_OK), 0);
	status_is("created");
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	/* no images: nothing is left of the attempt */
	ck_assert_int_eq(REFRUN("restore", "-b", bundle, "--image-path", images, id), 1);
	check_no_residue("restore without images");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_flags);
	tcase_add_test(c, test_states);
}

int main(int argc, char **argv)
{
	return driver_main("criu-flags", argc, argv, add);
}
