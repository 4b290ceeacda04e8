/* SPDX-License-Identifier: Apache-2.0 */
/* Which cgroups are a case's and a run's, by their names: in directories that stand for a
 * hierarchy. Where a process is below a mount that shows a part of one. */
#include "cgroups.h"

#include "cleanup.h"
#include "err.h"
#include "fd.h"
#include "guard.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *name;
	bool named, prefixed; /* by "conform-7-1", by "conform-7-" */
} rows[] = {
	{"conform-7-1", true, true},
	{"conform-7-12", false, true},
	{"conform-7-1-nobody", false, true},
	{"conform-7-knob", false, true},
	{"refrun-conform-7-1", true, true},
	{"refrun-conform-7-12", false, true},
	{"my-refrun-conform-7-1", false, false},
	{"-conform-7-1", false, false},
	{"refrun-conform-7-nightly", false, false},
	{"refrun-conform-7-1-nobody", false, false},
	{"refrunconform-7-1", false, false},
	{"conform-77-1", false, false},
	{"refrun-conform-77-1", false, false},
	{"conform-7", false, false},
	{"conform", false, false},
};
#define ROWS (sizeof(rows) / sizeof(*rows))

static char dir[] = "/tmp/conform-cgroups.XXXXXX";
static char own[] = "/own", none[] = "/none", null[] = "/dev/null";
static struct hx_cgroups all;

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(mkdir("own", 0755), 0);
	for (size_t i = 0; i < ROWS; i++) {
		char below[64];

		(void)snprintf(below, sizeof(below), "own/%s", rows[i].name);
		ck_assert_int_eq(mkdir(rows[i].name, 0755), 0);
		ck_assert_int_eq(mkdir(below, 0755), 0);
	}
	all.items[0] = (struct hx_hierarchy){.mount = dir, .own = own};
	all.count = 1;
}

static void teardown(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		char below[64];

		(void)snprintf(below, sizeof(below), "own/%s", rows[i].name);
		(void)rmdir(rows[i].name);
		(void)rmdir(below);
	}
	(void)rmdir("own");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	memcpy(strrchr(dir, '.') + 1, "XXXXXX", sizeof("XXXXXX"));
}

START_TEST(named)
{
	struct strbuf found = STRBUF_INIT;
	size_t expected = 0;

	ck_assert_int_eq(hx_cgroups_named(&all, "conform-7-1", &found), 0);
	for (size_t i = 0; i < ROWS; i++) {
		char line[96], below[96];

		(void)snprintf(line, sizeof(line), "%s/%s\n", dir, rows[i].name);
		(void)snprintf(below, sizeof(below), "%s/own/%s\n", dir, rows[i].name);
		ck_assert_msg(!!strstr(found.buf, line) == rows[i].named, "%s", rows[i].name);
		ck_assert_msg(!!strstr(found.buf, below) == rows[i].named, "%s", rows[i].name);
		expected += rows[i].named ? strlen(line) + strlen(below) : 0;
	}
	ck_assert_uint_eq(found.len, expected);
	strbuf_done(&found);
}
END_TEST

START_TEST(destroyed)
{
	bool prefixed = _i;
	int r = prefixed ? hx_cgroups_destroy_prefixed(&all, "conform-7-")
			 : hx_cgroups_destroy(&all, "conform-7-1");

	ck_assert_int_eq(r, 0);
	for (size_t i = 0; i < ROWS; i++) {
		bool gone = prefixed ? rows[i].prefixed : rows[i].named;

		ck_assert_msg((access(rows[i].name, F_OK) != 0) == gone, "%s", rows[i].name);
	}
}
END_TEST

/* A relative path begins where the runtime likes; what it has made for that goes as well. */
START_TEST(destroyed_further_down)
{
	static const char *const made[] = {"old", "old/conform-7-3.rel", "old/conform-8-3",
					   "new", "new/conform-7-3.rel", "other"};
	static const bool gone[] = {false, true, false, true, true, false};
	char there[96];

	(void)snprintf(there, sizeof(there), "%s/older\n%s/old\n", dir, dir);
	all.there = there;
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		ck_assert_int_eq(mkdir(made[i], 0755), 0);
	ck_assert_int_eq(hx_cgroups_destroy_prefixed(&all, "conform-7-"), 0);
	for (size_t i = sizeof(made) / sizeof(*made); i-- > 0;) {
		ck_assert_msg((access(made[i], F_OK) != 0) == gone[i], "%s", made[i]);
		(void)rmdir(made[i]);
	}
	/* nobody knows who made it */
	all.there = NULL;
	ck_assert_int_eq(mkdir("new", 0755), 0);
	ck_assert_int_eq(mkdir("new/conform-7-3", 0755), 0);
	ck_assert_int_eq(hx_cgroups_destroy_prefixed(&all, "conform-7-"), 0);
	ck_assert_int_ne(access("new/conform-7-3", F_OK), 0);
	ck_assert_int_eq(rmdir("new"), 0);
}
END_TEST

/* Every name begins with nothing: a run that has no name yet has no cgroups. */
START_TEST(nobodys)
{
	ck_assert_int_eq(hx_cgroups_destroy_prefixed(&all, ""), -EINVAL);
	for (size_t i = 0; i < ROWS; i++)
		ck_assert_int_eq(access(rows[i].name, F_OK), 0);
}
END_TEST

START_TEST(unreadable)
{
	struct strbuf found = STRBUF_INIT;

	all.items[0].own = none;
	ck_assert_int_eq(hx_cgroups_named(&all, "conform-7-1", &found), 0);
	ck_assert_uint_gt(found.len, 0);
	all.items[0].mount = null;
	ck_assert_int_eq(hx_cgroups_named(&all, "conform-7-1", &found), -ENOTDIR);
	ck_assert_int_eq(hx_cgroups_destroy_prefixed(&all, "conform-7-"), -ENOTDIR);
	strbuf_done(&found);
}
END_TEST

#define V1 "3:cpuset:/a\n2:cpu,pids:%s\n1:name=systemd:/b\n0::/c\n"

/* cgroups(7), cgroup_namespaces(7): both paths as a container of docker's on v1 shows them, as a
 * host does, and with a cgroup namespace that began elsewhere than the mount. */
static const struct {
	const char *root, *path; /* of the mount; of the process */
	const char *below;	 /* NULL: out of sight */
} places[] = {
	{NULL, "/conform-7-1", "/conform-7-1"},
	{"/", "/conform-7-1", "/conform-7-1"},
	{"/", "/", "/"},
	{"/docker/0123", "/docker/0123/conform-7-1", "/conform-7-1"},
	{"/docker/0123", "/docker/0123/a/b", "/a/b"},
	{"/docker/0123", "/docker/0123", "/"},
	{"/docker/0123", "/docker/01234", NULL},
	{"/docker/0123", "/docker/01234/a", NULL},
	{"/docker/0123", "/docker", NULL},
	{"/docker/0123", "/", NULL},
	{"/docker/0123", "/conform-7-1", NULL},
	{"/docker/0123", "/docker/0123/..a", "/..a"},
	{"/../..", "/../../conform-7-1", "/conform-7-1"},
	{"/../..", "/../..", "/"},
	{"/../..", "/", NULL},
	{"/..", "/../../conform-7-1", NULL},
	{"/", "/../conform-7-1", NULL},
	{"/", "/..", NULL},
	{"/", "", NULL},
	{"/", "conform-7-1", NULL},
};

START_TEST(a_mount_shows_a_part_of_a_hierarchy)
{
	char controllers[] = "cpu,pids", mount[] = "/sys/fs/cgroup/cpu,pids";
	cleanup_free char *root = places[_i].root ? strdup(places[_i].root) : NULL;
	const struct hx_hierarchy h = {.mount = mount, .controllers = controllers, .root = root};
	cleanup_free char *text = str_format(V1, places[_i].path);
	cleanup_free char *below = hx_cgroup_path_in(&h, text);
	char why[OBSTACLE_MAX];

	if (places[_i].below) {
		ck_assert_ptr_nonnull(below);
		ck_assert_str_eq(below, places[_i].below);
		ck_assert_ptr_null(hx_cgroup_out_of_sight(&h, text, why));
		return;
	}
	ck_assert_msg(!below, "%s", below);
	ck_assert_ptr_eq(hx_cgroup_out_of_sight(&h, text, why), why);
	ck_assert_msg(strstr(why, places[_i].path) && strstr(why, places[_i].root), "%s", why);
	/* nowhere is not out of sight */
	ck_assert_ptr_null(hx_cgroup_out_of_sight(&h, "1:memory:/x\n", why));
}
END_TEST

/* A part of the hierarchy may be mounted elsewhere, too, and before it. */
START_TEST(the_mount_that_shows_us_is_taken)
{
	char pids[] = "pids", cpu[] = "cpu,pids", whole[] = "/whole", root[] = "/",
	     part[] = "/part";
	struct hx_cgroups c = {.items = {{.mount = part, .controllers = cpu, .root = part},
					 {.mount = whole, .controllers = pids, .root = root}},
			       .count = 2};

	ck_assert_ptr_eq(hx_cgroups_find(&c, "pids"), &c.items[0]);
	c.items[1].own = own;
	ck_assert_ptr_eq(hx_cgroups_find(&c, "pids"), &c.items[1]);
	ck_assert_ptr_eq(hx_cgroups_find(&c, "cpu"), &c.items[0]);
	ck_assert_ptr_null(hx_cgroups_find(&c, "memory"));
	ck_assert_ptr_null(hx_cgroups_find(&c, ""));
}
END_TEST

static int enter(const char *cgroup)
{
	cleanup_fd int fd = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd_write_file_at(fd, "cgroup.procs", "0", 1, NULL);
}

/* A hierarchy in which a cgroup can be made and entered, and one in it; NULL: there is none. */
static const struct hx_hierarchy *make_place(const struct hx_cgroups *c, char **ret)
{
	static const char *const suited[] = {"pids", "freezer", ""};

	for (size_t i = 0; i < sizeof(suited) / sizeof(suited[0]); i++) {
		const struct hx_hierarchy *h = hx_cgroups_find(c, suited[i]);
		cleanup_free char *top = h ? str_format("%s/%s", h->mount, guard_name()) : NULL;
		cleanup_free char *in = top ? str_format("%s/in", top) : NULL;

		if (!in || mkdir(top, 0755) < 0)
			continue;
		if (mkdir(in, 0755) == 0 && enter(in) == 0 && enter(top) == 0) {
			*ret = take_ptr(&top);
			return h;
		}
	}
	return NULL;
}

static const struct hx_hierarchy *mounted_at(const struct hx_cgroups *c, const char *path)
{
	for (size_t i = 0; i < c->count; i++) {
		if (str_eq(c->items[i].mount, path))
			return &c->items[i];
	}
	return NULL;
}

/* As where the cgroup of a container is mounted in it: then that is the root, and the path of a
 * process leads to its directory. */
START_TEST(the_root_of_a_mount_is_read)
{
	CLEANUP(hx_cgroups_done) struct hx_cgroups host = {.count = 0}, box = {.count = 0};
	cleanup_free char *top = NULL, *text = NULL, *below = NULL, *place = NULL;
	const struct hx_hierarchy *h, *now;
	struct stat a, b;
	size_t len;

	ck_assert_int_eq(hx_cgroups_read(&host, NULL), 0);
	h = make_place(&host, &top);
	/* where no cgroup can be made or nothing mounted, there is nothing to see */
	if (!h || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(top, h->mount, NULL, MS_BIND, NULL) < 0)
		return;
	ck_assert_int_eq(hx_cgroups_read(&box, NULL), 0);
	ck_assert_uint_eq(box.count, host.count);
	now = mounted_at(&box, h->mount);
	ck_assert_ptr_nonnull(now);
	ck_assert_str_eq(now->own, "/");
	ck_assert_str_eq(strrchr(now->root, '/') + 1, guard_name());
	place = str_format("%s/in", now->mount);
	ck_assert_int_eq(enter(place), 0);
	ck_assert_int_eq(
		fd_read_file_at(AT_FDCWD, "/proc/self/cgroup", 1u << 20, &text, &len, NULL), 0);
	below = hx_cgroup_path_in(now, text);
	ck_assert_ptr_nonnull(below);
	ck_assert_str_eq(below, "/in");
	ck_assert_int_eq(stat(place, &a), 0);
	ck_assert_int_eq(umount(now->mount), 0);
	free(take_ptr(&place));
	place = str_format("%s/in", top);
	ck_assert_int_eq(stat(place, &b), 0);
	ck_assert(a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroups");
	TCase *t = tcase_create("names");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, named);
	tcase_add_loop_test(t, destroyed, 0, 2);
	tcase_add_test(t, destroyed_further_down);
	tcase_add_test(t, nobodys);
	tcase_add_test(t, unreadable);
	suite_add_tcase(s, t);
	t = tcase_create("mounts");
	tcase_add_loop_test(t, a_mount_shows_a_part_of_a_hierarchy, 0,
			    sizeof(places) / sizeof(places[0]));
	tcase_add_test(t, the_mount_that_shows_us_is_taken);
	tcase_add_test(t, the_root_of_a_mount_is_read);
	suite_add_tcase(s, t);
	return suite_run(s);
}
