/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_api.h"
#include "mount_options.h"
#include "rootfs.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* config.md#linux-mount-options, row by row, in its order; and rnodev, which the table forgot. */
static const char *const specified[] = {
	"async",	  "atime",	"bind",		"defaults",    "dev",
	"diratime",	  "dirsync",	"exec",		"iversion",    "lazytime",
	"loud",		  "mand",	"noatime",	"nodev",       "nodiratime",
	"noexec",	  "noiversion", "nolazytime",	"nomand",      "norelatime",
	"nostrictatime",  "nosuid",	"nosymfollow",	"private",     "ratime",
	"rbind",	  "rdev",	"rdiratime",	"relatime",    "remount",
	"rexec",	  "rnoatime",	"rnodiratime",	"rnoexec",     "rnorelatime",
	"rnostrictatime", "rnosuid",	"rnosymfollow", "ro",	       "rprivate",
	"rrelatime",	  "rro",	"rrw",		"rshared",     "rslave",
	"rstrictatime",	  "rsuid",	"rsymfollow",	"runbindable", "rw",
	"shared",	  "silent",	"slave",	"strictatime", "suid",
	"symfollow",	  "sync",	"tmpcopyup",	"unbindable",  "idmap",
	"ridmap",	  "rnodev",
};

static struct mount_options parse(const char *a, const char *b, const char *c)
{
	const char *items[] = {a, b, c, NULL};
	struct cfg_strs strs = {.items = (char **)items, .present = true};
	struct mount_options o;

	while (items[strs.count])
		strs.count++;
	ck_assert_int_eq(mount_options_parse(&strs, &o), 0);
	return o;
}

START_TEST(test_table_is_complete)
{
	const char *const *names = rootfs_mount_options();

	for (size_t i = 0; i < sizeof(specified) / sizeof(specified[0]); i++) {
		bool found = false;
		struct mount_options o = parse(specified[i], NULL, NULL);

		for (size_t k = 0; names[k]; k++)
			found = found || strcmp(names[k], specified[i]) == 0;
		ck_assert_msg(found, "'%s' is not listed", specified[i]);
		ck_assert_msg(o.ndata == 0, "'%s' would go to the file system", specified[i]);
		mount_options_done(&o);
	}
	/* the search relies on the order */
	for (size_t k = 1; names[k]; k++)
		ck_assert_str_lt(names[k - 1], names[k]);
}
END_TEST

static const struct {
	const char *name;
	uint64_t bit;
} attributes[] = {
	{"ro", MOUNT_ATTR_RDONLY},
	{"nosuid", MOUNT_ATTR_NOSUID},
	{"nodev", MOUNT_ATTR_NODEV},
	{"noexec", MOUNT_ATTR_NOEXEC},
	{"nodiratime", MOUNT_ATTR_NODIRATIME},
	{"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW},
};
static const char *const opposites[] = {"rw", "suid", "dev", "exec", "diratime", "symfollow"};

START_TEST(test_attributes_and_their_opposites)
{
	char on[32], off[32];
	struct mount_options o;

	o = parse(attributes[_i].name, NULL, NULL);
	ck_assert_uint_eq(o.top.set, attributes[_i].bit);
	ck_assert_uint_eq(o.top.clr | o.tree.set | o.tree.clr, 0);
	o = parse(opposites[_i], NULL, NULL);
	ck_assert_uint_eq(o.top.clr, attributes[_i].bit);
	ck_assert_uint_eq(o.top.set | o.tree.set | o.tree.clr, 0);
	/* the last one wins */
	o = parse(attributes[_i].name, opposites[_i], NULL);
	ck_assert_uint_eq(o.top.set, 0);
	ck_assert_uint_eq(o.top.clr, attributes[_i].bit);

	(void)snprintf(on, sizeof(on), "r%s", attributes[_i].name);
	(void)snprintf(off, sizeof(off), "r%s", opposites[_i]);
	o = parse(on, NULL, NULL);
	ck_assert_uint_eq(o.tree.set, attributes[_i].bit);
	ck_assert_uint_eq(o.tree.clr | o.top.set | o.top.clr, 0);
	o = parse(off, NULL, NULL);
	ck_assert_uint_eq(o.tree.clr, attributes[_i].bit);
	o = parse(attributes[_i].name, off, NULL);
	ck_assert_uint_eq(o.top.set, 0);
	ck_assert_uint_eq(o.tree.clr, attributes[_i].bit);
	o = parse(on, opposites[_i], NULL);
	ck_assert_uint_eq(mount_options_flat(&o).set, 0);
	ck_assert_uint_eq(mount_options_flat(&o).clr, attributes[_i].bit);
}
END_TEST

START_TEST(test_access_times)
{
	struct mount_options o = parse("noatime", NULL, NULL);

	ck_assert(o.top.atime.wanted);
	ck_assert_uint_eq(o.top.atime.mode, MOUNT_ATTR_NOATIME);
	o = parse("noatime", "atime", NULL);
	ck_assert(!o.top.atime.wanted);
	ck_assert_uint_eq(o.top.atime.unwanted, MOUNT_ATTR_NOATIME);
	o = parse("strictatime", "atime", NULL);
	ck_assert_uint_eq(o.top.atime.mode, MOUNT_ATTR_STRICTATIME);
	o = parse("strictatime", "nostrictatime", "relatime");
	ck_assert(o.top.atime.wanted);
	ck_assert_uint_eq(o.top.atime.mode, MOUNT_ATTR_RELATIME);
	o = parse("relatime", "norelatime", NULL);
	ck_assert(!o.top.atime.wanted);
	ck_assert_uint_eq(o.top.atime.unwanted, 0);
	o = parse("rnoatime", NULL, NULL);
	ck_assert(o.tree.atime.wanted && !o.top.atime.wanted);
	ck_assert_uint_eq(o.tree.atime.mode, MOUNT_ATTR_NOATIME);
	ck_assert_uint_eq(mount_options_flat(&o).atime.mode, MOUNT_ATTR_NOATIME);
	o = parse("rnoatime", "atime", NULL);
	ck_assert(!mount_options_flat(&o).atime.wanted);
	o = parse("rstrictatime", "noatime", NULL);
	ck_assert_uint_eq(mount_options_flat(&o).atime.mode, MOUNT_ATTR_NOATIME);
	o = parse("noatime", "rrelatime", NULL);
	ck_assert_uint_eq(mount_options_flat(&o).atime.mode, MOUNT_ATTR_RELATIME);
}
END_TEST

START_TEST(test_superblock_flags)
{
	static const struct {
		const char *on, *off;
		unsigned long flag;
	} t[] = {
		{"sync", "async", MS_SYNCHRONOUS}, {"lazytime", "nolazytime", MS_LAZYTIME},
		{"mand", "nomand", MS_MANDLOCK},   {"iversion", "noiversion", MS_I_VERSION},
		{"silent", "loud", MS_SILENT},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct mount_options o = parse(t[i].on, NULL, NULL);

		ck_assert_uint_eq(o.super, t[i].flag);
		o = parse(t[i].on, t[i].off, NULL);
		ck_assert_uint_eq(o.super, 0);
		ck_assert_uint_eq(o.super_off, t[i].flag);
	}
	ck_assert_uint_eq(parse("dirsync", NULL, NULL).super, MS_DIRSYNC);
}
END_TEST

START_TEST(test_propagation_keeps_its_order)
{
	struct mount_options o = parse("slave", "rshared", NULL);

	ck_assert_uint_eq(o.npropagation, 2);
	ck_assert_uint_eq(o.propagation[0], MS_SLAVE);
	ck_assert_uint_eq(o.propagation[1], MS_SHARED | MS_REC);
	ck_assert_uint_eq(parse("private", NULL, NULL).propagation[0], MS_PRIVATE);
	ck_assert_uint_eq(parse("rprivate", NULL, NULL).propagation[0], MS_PRIVATE | MS_REC);
	ck_assert_uint_eq(parse("shared", NULL, NULL).propagation[0], MS_SHARED);
	ck_assert_uint_eq(parse("rslave", NULL, NULL).propagation[0], MS_SLAVE | MS_REC);
	ck_assert_uint_eq(parse("unbindable", NULL, NULL).propagation[0], MS_UNBINDABLE);
	ck_assert_uint_eq(parse("runbindable", NULL, NULL).propagation[0], MS_UNBINDABLE | MS_REC);
}
END_TEST

START_TEST(test_kinds_of_mounts)
{
	struct mount_options o = parse("bind", NULL, NULL);

	ck_assert(o.bind && !o.rbind);
	o = parse("rbind", NULL, NULL);
	ck_assert(o.bind && o.rbind);
	ck_assert(parse("remount", NULL, NULL).remount);
	ck_assert(parse("tmpcopyup", NULL, NULL).tmpcopyup);
	ck_assert_int_eq(parse("idmap", NULL, NULL).idmap, MOUNT_IDMAP_TOP);
	ck_assert_int_eq(parse("ridmap", NULL, NULL).idmap, MOUNT_IDMAP_TREE);
	ck_assert_int_eq(parse("rw", NULL, NULL).idmap, MOUNT_IDMAP_NONE);
	o = parse("ro", "nosuid", "defaults");
	ck_assert_uint_eq(o.top.set | o.top.clr, 0);
}
END_TEST

START_TEST(test_the_rest_goes_to_the_file_system)
{
	struct mount_options o = parse("size=64k", "ro", "mode=755");

	ck_assert_uint_eq(o.ndata, 2);
	ck_assert_str_eq(o.data[0], "size=64k");
	ck_assert_str_eq(o.data[1], "mode=755");
	mount_options_done(&o);
	/* case counts, and a prefix is no match */
	o = parse("RO", "r", "rbindx");
	ck_assert_uint_eq(o.ndata, 3);
	mount_options_done(&o);
	/* a word that the kernel has a flag for, and mount(8) none */
	o = parse("acl", "noacl", NULL);
	ck_assert_uint_eq(o.ndata, 2);
	ck_assert_uint_eq(o.super, 0);
	mount_options_done(&o);
	o = parse("x-systemd.automount", "", NULL);
	ck_assert_uint_eq(o.ndata, 0);
	mount_options_done(&o);
}
END_TEST

/* What mount(8), and who copies from fstab(5), keeps to itself, in a list of features or not. */
START_TEST(test_words_for_mount_alone)
{
	static const char *const words[] = {"_netdev", "auto",	  "noauto", "nofail",
					    "nogroup", "noowner", "nouser", "nousers"};
	const char *const *names = rootfs_mount_options();
	struct mount_options o;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		bool found = false;

		for (size_t k = 0; names[k]; k++)
			found = found || strcmp(names[k], words[i]) == 0;
		ck_assert_msg(found, "'%s' is not listed", words[i]);
		o = parse(words[i], NULL, NULL);
		ck_assert_msg(o.ndata == 0, "'%s' would go to the file system", words[i]);
		ck_assert_uint_eq(o.top.set | o.top.clr | o.tree.set | o.tree.clr | o.super, 0);
	}
	o = parse("comment=systemd.automount", "X-mount.mkdir", "comment=");
	ck_assert_uint_eq(o.ndata, 0);
	o = parse("x-mount.mode=0700", "X-mount.mkdir=0700", "X-mounted");
	ck_assert_uint_eq(o.ndata, 0);
	o = parse("comment", "Comment=x", NULL);
	ck_assert_uint_eq(o.ndata, 2);
	mount_options_done(&o);
}
END_TEST

/* Without them another mount would be there than the one that was asked for. */
START_TEST(test_orders_to_mount)
{
	static const char *const words[] = {
		"X-mount.subdir=rootfs", "X-mount.owner=5",  "X-mount.group=5", "X-mount.mode=0700",
		"X-mount.idmap=0:1:1",	 "X-mount.mkdirs=1", "X-mount."};
	struct mount_options o;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *items[] = {"size=1m", words[i], "ro"};
		struct cfg_strs strs = {.items = (char **)items, .count = 3};

		ck_assert_int_eq(mount_options_parse(&strs, &o), -ENOTSUP);
		ck_assert_ptr_null(o.data);
	}
}
END_TEST

START_TEST(test_too_many_propagations)
{
	const char *items[MOUNT_PROPAGATIONS + 2];
	struct cfg_strs strs = {.items = (char **)items, .count = MOUNT_PROPAGATIONS + 1};
	struct mount_options o;

	for (size_t i = 0; i < strs.count; i++)
		items[i] = "private";
	ck_assert_int_eq(mount_options_parse(&strs, &o), -E2BIG);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mount_options");
	TCase *t = tcase_create("options");

	tcase_add_test(t, test_table_is_complete);
	tcase_add_loop_test(t, test_attributes_and_their_opposites, 0,
			    (int)(sizeof(attributes) / sizeof(attributes[0])));
	tcase_add_test(t, test_access_times);
	tcase_add_test(t, test_superblock_flags);
	tcase_add_test(t, test_propagation_keeps_its_order);
	tcase_add_test(t, test_kinds_of_mounts);
	tcase_add_test(t, test_the_rest_goes_to_the_file_system);
	tcase_add_test(t, test_words_for_mount_alone);
	tcase_add_test(t, test_orders_to_mount);
	tcase_add_test(t, test_too_many_propagations);
	suite_add_tcase(s, t);
	return suite_run(s);
}
