/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics from trees and texts of our own, for kernels and hardware that are not here. */
#include "cgroup_stats_read.h"

#include "cleanup.h"
#include "fd.h"
#include "net_stats.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/test-stats-XXXXXX";
static int fd;
static struct stats s;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	s.data = json_new(JSON_OBJECT);
	stats_put(&s, "/blkio", json_new(JSON_OBJECT));
}

static void teardown(void)
{
	json_free(s.data);
	fd_close(&fd);
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *file, const char *text)
{
	cleanup_fd int out = openat(fd, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_int_ge(out, 0);
	ck_assert_int_eq(fd_write_all(out, text, strlen(text)), 0);
}

static void is(const struct json *j, const char *want)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	ck_assert_ptr_nonnull(j);
	json_print(j, 0, &b);
	ck_assert_str_eq(b.buf, want);
}

START_TEST(test_cfq)
{
	put("blkio.throttle.io_service_bytes_recursive", "8:0 Read 1\nTotal 1\n");
	put("blkio.throttle.io_serviced_recursive", "8:0 Read 2\nTotal 2\n");
	put("blkio.io_service_bytes_recursive", "8:16 Read 4096\n8:16 Write 5\nTotal 4101\n");
	/* no word tells the numbers of two lines apart */
	put("blkio.time_recursive", "8:16 77\n8:0 5\n");
	put("blkio.sectors_recursive", "8:16 8\n");
	put("blkio.io_merged_recursive", "8:16 Sync 3\nTotal 3\n");
	stats_v1(&s, "blkio", fd);
	ck_assert(!s.oom);
	/* the scheduler's where it has them */
	is(json_at(s.data, "/blkio/ioServiceBytesRecursive"),
	   "[{\"major\":8,\"minor\":16,\"op\":\"Read\",\"value\":4096},"
	   "{\"major\":8,\"minor\":16,\"op\":\"Write\",\"value\":5}]");
	is(json_at(s.data, "/blkio/ioServicedRecursive"),
	   "[{\"major\":8,\"minor\":0,\"op\":\"Read\",\"value\":2}]");
	is(json_at(s.data, "/blkio/ioTimeRecursive"),
	   "[{\"major\":8,\"minor\":16,\"op\":\"\",\"value\":77},"
	   "{\"major\":8,\"minor\":0,\"op\":\"\",\"value\":5}]");
	is(json_at(s.data, "/blkio/sectorsRecursive"),
	   "[{\"major\":8,\"minor\":16,\"op\":\"\",\"value\":8}]");
	is(json_at(s.data, "/blkio/ioMergedRecursive"),
	   "[{\"major\":8,\"minor\":16,\"op\":\"Sync\",\"value\":3}]");
	ck_assert_ptr_null(json_at(s.data, "/blkio/ioQueueRecursive"));
}
END_TEST

START_TEST(test_bfq_goes_first)
{
	put("blkio.bfq.io_serviced_recursive", "8:0 Read 9\nTotal 9\n");
	put("blkio.io_serviced_recursive", "8:0 Read 5\nTotal 5\n");
	put("blkio.throttle.io_serviced_recursive", "8:0 Read 2\nTotal 2\n");
	/* it knows of no device, so the next that does counts */
	put("blkio.bfq.io_service_bytes_recursive", "Total 0\n");
	put("blkio.throttle.io_service_bytes_recursive", "8:0 Read 1\nTotal 1\n");
	stats_v1(&s, "blkio", fd);
	is(json_at(s.data, "/blkio/ioServicedRecursive"),
	   "[{\"major\":8,\"minor\":0,\"op\":\"Read\",\"value\":9}]");
	is(json_at(s.data, "/blkio/ioServiceBytesRecursive"),
	   "[{\"major\":8,\"minor\":0,\"op\":\"Read\",\"value\":1}]");
}
END_TEST

START_TEST(test_network)
{
	char text[] =
		"Inter-|   Receive              |  Transmit\n"
		" face |bytes packets errs drop fifo frame compressed multicast|bytes packets\n"
		"    lo:  11 12 13 14 15 16 17 18 21 22 23 24 25 26 27 28\n"
		"br-0.7:18446744073709551615 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0\n"
		"short: 1 2 3\n"
		"words: a b c d e f g h i j k l m n o p\n";
	CLEANUP(json_freep) struct json *j = NULL;

	ck_assert_int_eq(net_stats_parse(text, &j), 0);
	is(j,
	   "[{\"Name\":\"lo\",\"RxBytes\":11,\"RxPackets\":12,\"RxErrors\":13,\"RxDropped\":14,"
	   "\"TxBytes\":21,\"TxPackets\":22,\"TxErrors\":23,\"TxDropped\":24},"
	   "{\"Name\":\"br-0.7\",\"RxBytes\":18446744073709551615,\"RxPackets\":0,\"RxErrors\":0,"
	   "\"RxDropped\":0,\"TxBytes\":1,\"TxPackets\":0,\"TxErrors\":0,\"TxDropped\":0}]");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("stats");
	TCase *t = tcase_create("files");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_cfq);
	tcase_add_test(t, test_bfq_goes_first);
	tcase_add_test(t, test_network);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
