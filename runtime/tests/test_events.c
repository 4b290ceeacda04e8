/* SPDX-License-Identifier: Apache-2.0 */
/* `events`, as callers read it: one JSON object a line. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "json.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIMITS                                                                                     \
	",\"resources\":{\"memory\":{\"limit\":33554432,\"swap\":67108864},\"pids\":{\"limit\":"   \
	"99}}"

static void run_container(void)
{
	write_config(WAIT, LIMITS, "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

static struct json *first_event(void)
{
	struct json *j = NULL;
	struct err e;

	ck_assert_msg(json_parse(out, strcspn(out, "\n"), &j, &e) == 0, "%s: %s", e.msg, out);
	ck_assert_str_eq(json_string(json_member(j, "id")), id);
	return j;
}

static uint64_t number(const struct json *j, const char *pointer)
{
	uint64_t n = 0;

	ck_assert_msg(json_uint(json_at(j, pointer), &n) == 0, "%s is no number", pointer);
	return n;
}

START_TEST(test_stats)
{
	CLEANUP(json_freep) struct json *j = NULL;

	run_container();
	ck_assert_msg(REFRUN("events", "--stats", id) == 0, "%s", text);
	ck_assert_uint_eq(strcspn(out, "\n"), strlen(out) - 1);
	j = first_event();
	ck_assert_str_eq(json_string(json_member(j, "type")), "stats");
	ck_assert_uint_gt(number(j, "/data/cpu/usage/total"), 0);
	ck_assert_uint_eq(number(j, "/data/memory/usage/limit"), 33554432);
	ck_assert_uint_gt(number(j, "/data/memory/usage/usage"), 0);
	ck_assert_uint_eq(number(j, "/data/memory/swap/limit"), 67108864);
	ck_assert_ptr_nonnull(json_at(j, "/data/memory/raw/pgfault"));
	ck_assert_uint_eq(number(j, "/data/pids/current"), 1);
	ck_assert_uint_eq(number(j, "/data/pids/limit"), 99);
	ck_assert_ptr_nonnull(json_at(j, "/data/cpuset/cpus/0"));
	ck_assert_ptr_nonnull(json_at(j, "/data/cpuset/mems/0"));
	ck_assert_ptr_nonnull(json_at(j, "/data/blkio"));
	ck_assert_ptr_nonnull(json_at(j, "/data/hugetlb"));
	/* the network is the host's */
	ck_assert_int_eq(json_at(j, "/data/network_interfaces")->type, JSON_NULL);
	ck_assert_int_eq(REFRUN("events", "--stats", "nobody-there"), 1);
	ck_assert_ptr_nonnull(strstr(text, "container does not exist"));
	ck_assert_int_eq(REFRUN("events", "--interval", "0s", id), 1);
	ck_assert_int_eq(REFRUN("events", "--interval", "5", id), 1);
	ck_assert_int_eq(REFRUN("events", "--interval=5sx", id), 1);
	ck_assert_int_eq(REFRUN("events", "--interval=-5s", id), 1);
}
END_TEST

START_TEST(test_devices_of_its_own_network)
{
	cleanup_free char *path = str_format("%s/config.json", bundle);
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	CLEANUP(json_freep) struct json *config = NULL;
	CLEANUP(json_freep) struct json *j = NULL;
	struct json *network = NULL;

	write_config(WAIT, LIMITS, "");
	read_into(path, out, sizeof(out));
	ck_assert_int_eq(json_parse(out, strlen(out), &config, NULL), 0);
	ck_assert_int_eq(json_parse("{\"type\":\"network\"}", 18, &network, NULL), 0);
	ck_assert_int_eq(json_set(&config, "/linux/namespaces/-", network, NULL), 0);
	json_print(config, 0, &b);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, b.buf, b.len, 0, NULL), 0);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("events", "--stats", id) == 0, "%s", text);
	j = first_event();
	ck_assert_str_eq(json_string(json_at(j, "/data/network_interfaces/0/Name")), "lo");
	ck_assert_uint_eq(number(j, "/data/network_interfaces/0/TxBytes"), 0);
}
END_TEST

static void wait_for_output(const char *words)
{
	out[0] = '\0';
	for (int i = 0; i < 1000 && !strstr(out, words); i++) {
		(void)usleep(5000);
		read_into(out_path, out, sizeof(out));
	}
	ck_assert_msg(strstr(out, words) != NULL, "%s", words);
}

/* The output of a command that goes on is a file of its own. */
static void move_output(void)
{
	(void)snprintf(out_path, sizeof(out_path), "%s/out-2", work);
}

static void restore_output(void)
{
	(void)unlink(out_path);
	(void)snprintf(out_path, sizeof(out_path), "%s/out", work);
}

START_TEST(test_follows_until_the_end)
{
	cleanup_free char *first = strdup(out_path);
	struct proc p = PROC_INIT;

	run_container();
	start_command((const char *const[]){"events", "--interval=20ms", id, NULL}, &p);
	wait_for_output("\"type\":\"stats\"");
	move_output();
	ck_assert_int_eq(REFRUN("kill", id, "KILL"), 0);
	restore_output();
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
	proc_done(&p);
	ck_assert_str_eq(out_path, first);
	ck_assert_int_eq(REFRUN("events", "--stats", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "is not running"));
}
END_TEST

START_TEST(test_out_of_memory)
{
	struct proc p = PROC_INIT;

	run_container();
	start_command((const char *const[]){"events", "--interval=1h", id, NULL}, &p);
	/* what watches is there before it is waited for, but not yet when it was started */
	for (int i = 0; i < 40; i++) {
		move_output();
		ck_assert_int_eq(REFRUN("exec", id, "/program", "eat"), 137);
		restore_output();
		read_into(out_path, out, sizeof(out));
		if (strstr(out, "oom"))
			break;
	}
	wait_for_output("{\"type\":\"oom\",\"id\":\"");
	move_output();
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	restore_output();
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
	proc_done(&p);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_stats);
	tcase_add_test(c, test_devices_of_its_own_network);
	tcase_add_test(c, test_follows_until_the_end);
	tcase_add_test(c, test_out_of_memory);
}

int main(int argc, char **argv)
{
	return driver_main("events", argc, argv, add);
}
