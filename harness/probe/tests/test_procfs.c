/* SPDX-License-Identifier: Apache-2.0 */
#include "procfs.h"

#include "names.h"
#include "run.h"

#include <check.h>
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

static const char status_text[] =
	"Name:\tconform\nUmask:\t0027\nState:\tR (running)\nTgid:\t31\nPid:\t31\nPPid:\t7\n"
	"Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t4294967295\nGroups:\t10 20 \n"
	"SigBlk:\t0000000000000200\nSigIgn:\t8000000000000001\nSigCgt:\t0000000000000000\n"
	"CapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000000003\n"
	"CapBnd:\tffffffffffffffff\nCapAmb:\t0000000000000001\nNoNewPrivs:\t1\nSeccomp:\t2\n"
	"Seccomp_filters:\t3\n";

START_TEST(status_reads)
{
	struct procfs_status s;
	const char *groups;
	uint64_t group;

	ck_assert_int_eq(procfs_status_parse(status_text, &s), 0);
	ck_assert_uint_eq(s.pid, 31);
	ck_assert_uint_eq(s.ppid, 7);
	ck_assert_uint_eq(s.umask, 027);
	ck_assert_uint_eq(s.uids[0], 1);
	ck_assert_uint_eq(s.uids[3], 4);
	ck_assert_uint_eq(s.gids[3], 4294967295u);
	ck_assert_uint_eq(s.blocked, 0x200);
	ck_assert_uint_eq(s.ignored, UINT64_C(0x8000000000000001));
	ck_assert_uint_eq(s.caps[PROCFS_CAPS_PERMITTED], UINT64_C(0x1ffffffffff));
	ck_assert_uint_eq(s.caps[PROCFS_CAPS_BOUNDING], UINT64_MAX);
	ck_assert_uint_eq(s.caps[PROCFS_CAPS_AMBIENT], 1);
	ck_assert_uint_eq(s.no_new_privs, 1);
	ck_assert_uint_eq(s.seccomp, 2);
	ck_assert_uint_eq(s.seccomp_filters, 3);
	groups = s.groups;
	ck_assert(procfs_number_next(&groups, 10, &group) && group == 10);
	ck_assert(procfs_number_next(&groups, 10, &group) && group == 20);
	ck_assert(!procfs_number_next(&groups, 10, &group));
}
END_TEST

START_TEST(status_tells_what_is_missing)
{
	struct procfs_status s;

	ck_assert_int_eq(procfs_status_parse("Uid:\t0\t0\t0\t0\n", &s), 0);
	ck_assert(procfs_status_has(&s, PROCFS_STATUS_UIDS));
	ck_assert(!procfs_status_has(&s, PROCFS_STATUS_GIDS));
	ck_assert(!procfs_status_has(&s, PROCFS_STATUS_SECCOMP_FILTERS));
	ck_assert_int_eq(procfs_status_parse("", &s), 0);
	ck_assert_uint_eq(s.seen, 0);
	ck_assert_int_eq(procfs_status_parse("Uid:\t0\t0\n", &s), -EINVAL);
	ck_assert_int_eq(procfs_status_parse("CapEff:\txyz\n", &s), -EINVAL);
	ck_assert_int_eq(procfs_status_parse("PPid:\t0:\n", &s), -EINVAL);
	ck_assert_int_eq(procfs_status_parse("PPid:\t1\nPPid:\t2\n", &s), 0);
	ck_assert_uint_eq(s.ppid, 1);
	ck_assert_int_eq(procfs_status_parse("CapEff:\t11112222333344445\n", &s), -EINVAL);
}
END_TEST

START_TEST(mountinfo_reads)
{
	char text[] = "36 35 98:0 /mnt1 /mnt\\0402\\134 rw,noatime shared:4 master:1 unbindable - "
		      "ext3 /dev/ro\\011ot rw,errors=continue,lower=a\\054b\n"
		      "37 36 0:5 / / ro - tmpfs  rw";
	char *cursor = text;
	struct procfs_mount m;

	ck_assert_int_eq(procfs_mount_next(&cursor, &m), 1);
	ck_assert_uint_eq(m.id, 36);
	ck_assert_uint_eq(m.parent, 35);
	ck_assert_uint_eq(m.major, 98);
	ck_assert_str_eq(m.root, "/mnt1");
	ck_assert_str_eq(m.path, "/mnt 2\\");
	ck_assert_str_eq(m.type, "ext3");
	ck_assert_str_eq(m.source, "/dev/ro\tot");
	ck_assert_uint_eq(m.shared, 4);
	ck_assert_uint_eq(m.master, 1);
	ck_assert(m.unbindable);
	ck_assert_str_eq(procfs_option_next(&m.options), "rw");
	ck_assert_str_eq(procfs_option_next(&m.options), "noatime");
	ck_assert_ptr_null(procfs_option_next(&m.options));
	ck_assert_str_eq(procfs_option_next(&m.super), "rw");
	ck_assert_str_eq(procfs_option_next(&m.super), "errors=continue");
	ck_assert_str_eq(procfs_option_next(&m.super), "lower=a,b");
	ck_assert_int_eq(procfs_mount_next(&cursor, &m), 1);
	ck_assert_str_eq(m.source, "");
	ck_assert_uint_eq(m.shared, 0);
	ck_assert(!m.unbindable);
	ck_assert_int_eq(procfs_mount_next(&cursor, &m), 0);
}
END_TEST

/* Every beginning of a good line is a bad line, and none is read beyond. */
START_TEST(mountinfo_refuses_half_a_line)
{
	static const char line[] = "36 35 98:0 / /mnt rw shared:4 - ext3 /dev/root rw";
	size_t whole = strlen(line) - strlen("rw");

	for (size_t len = 1; len < whole; len++) {
		char text[sizeof(line)], *cursor = text;
		struct procfs_mount m;

		memcpy(text, line, len);
		text[len] = '\0';
		ck_assert_msg(procfs_mount_next(&cursor, &m) == -EINVAL, "'%.*s'", (int)len, line);
		ck_assert_int_eq(procfs_mount_next(&cursor, &m), 0);
	}
}
END_TEST

START_TEST(cgroup_reads)
{
	char text[] = "4:cpu,cpuacct:/a\n1:name=systemd:/b:c\n0::/\nbroken\n", *cursor = text;
	struct procfs_cgroup cg;

	ck_assert_int_eq(procfs_cgroup_next(&cursor, &cg), 1);
	ck_assert_uint_eq(cg.id, 4);
	ck_assert_str_eq(cg.controllers, "cpu,cpuacct");
	ck_assert_str_eq(cg.path, "/a");
	ck_assert_int_eq(procfs_cgroup_next(&cursor, &cg), 1);
	ck_assert_str_eq(cg.path, "/b:c");
	ck_assert_int_eq(procfs_cgroup_next(&cursor, &cg), 1);
	ck_assert_str_eq(cg.controllers, "");
	ck_assert_int_eq(procfs_cgroup_next(&cursor, &cg), -EINVAL);
	ck_assert_int_eq(procfs_cgroup_next(&cursor, &cg), 0);
}
END_TEST

START_TEST(maps_and_offsets_read)
{
	const char *map = "         0     100000      65536\n65536 7 1\n1 2\n";
	const char *offsets =
		"monotonic           -5         7\nboottime 86400 0\n1 2 3\nother 1 2\n";
	struct procfs_idmap m;
	struct procfs_offset o;

	ck_assert_int_eq(procfs_idmap_next(&map, &m), 1);
	ck_assert_uint_eq(m.outside, 100000);
	ck_assert_uint_eq(m.size, 65536);
	ck_assert_int_eq(procfs_idmap_next(&map, &m), 1);
	ck_assert_uint_eq(m.inside, 65536);
	ck_assert_int_eq(procfs_idmap_next(&map, &m), -EINVAL);
	ck_assert_int_eq(procfs_idmap_next(&map, &m), 0);
	ck_assert_int_eq(procfs_offset_next(&offsets, &o), 1);
	ck_assert(!o.boottime);
	ck_assert_int_eq(o.secs, -5);
	ck_assert_int_eq(o.nanosecs, 7);
	ck_assert_int_eq(procfs_offset_next(&offsets, &o), 1);
	ck_assert(o.boottime);
	ck_assert_int_eq(o.secs, 86400);
	ck_assert_int_eq(procfs_offset_next(&offsets, &o), 1);
	ck_assert(!o.boottime);
	ck_assert_int_eq(procfs_offset_next(&offsets, &o), -EINVAL);
	ck_assert_int_eq(procfs_offset_next(&offsets, &o), 0);
}
END_TEST

START_TEST(stat_reads)
{
	struct procfs_stat st;

	ck_assert_int_eq(procfs_stat_parse("12 (a ) (b) S 1 12 11 34816 12 4194560", &st), 0);
	ck_assert_int_eq(st.state, 'S');
	ck_assert_uint_eq(st.ppid, 1);
	ck_assert_int_eq(st.pgid, 12);
	ck_assert_int_eq(st.sid, 11);
	ck_assert_int_eq(st.tty, 34816);
	ck_assert_int_eq(procfs_stat_parse("12 (a", &st), -EINVAL);
	ck_assert_int_eq(procfs_stat_parse("12 (a) S", &st), -EINVAL);
	ck_assert_int_eq(procfs_stat_parse("12 (a) S x", &st), -EINVAL);
}
END_TEST

START_TEST(names_are_right)
{
	char buf[NAMES_SIZE];

	ck_assert_str_eq(names_cap(0, buf), "CAP_CHOWN");
	ck_assert_str_eq(names_cap(40, buf), "CAP_CHECKPOINT_RESTORE");
	ck_assert_str_eq(names_cap(63, buf), "CAP_63");
	ck_assert_str_eq(names_signal(15, buf), "SIGTERM");
	ck_assert_str_eq(names_signal(32, buf), "SIG32");
	ck_assert_str_eq(names_errno(ENOENT, buf), "ENOENT");
	ck_assert_str_eq(names_errno(-EPERM, buf), "EPERM");
	ck_assert_str_eq(names_errno(4000, buf), "4000");
	ck_assert_int_eq(names_rlimit("RLIMIT_NOFILE"), RLIMIT_NOFILE);
	ck_assert_int_eq(names_rlimit("RLIMIT_AS"), RLIMIT_AS);
	ck_assert_int_eq(names_rlimit("RLIMIT"), -EINVAL);
	ck_assert_str_eq(names_ns_find("network")->proc, "net");
	ck_assert_ptr_null(names_ns_find("net"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("procfs");
	TCase *t = tcase_create("parsers");

	suite_add_tcase(s, t);
	tcase_add_test(t, status_reads);
	tcase_add_test(t, status_tells_what_is_missing);
	tcase_add_test(t, mountinfo_reads);
	tcase_add_test(t, mountinfo_refuses_half_a_line);
	tcase_add_test(t, cgroup_reads);
	tcase_add_test(t, maps_and_offsets_read);
	tcase_add_test(t, stat_reads);
	tcase_add_test(t, names_are_right);
	return run_suite(s, false);
}
