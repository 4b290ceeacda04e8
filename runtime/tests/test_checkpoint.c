/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint` and `restore`, where criu(8) works with this kernel: ci/vm/checkpoint has one. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* criu 3.17 can wait for ever for a device that is down. */
#define CHECK_MS 10000

/* `run -d` or `restore -d` with pipes, which are all of the outside that criu can carry over. The
 * end to read from, for the caller. */
static int start_with_pipes(const char *const *args)
{
	const char *argv[32] = {refrun, "--root", root};
	struct proc_spawn s = PROC_SPAWN_INIT;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int in[2], from[2];
	struct err e;
	size_t n = 3;

	for (; *args && n < 31; args++)
		argv[n++] = *args;
	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(from, O_CLOEXEC), 0);
	s.path = refrun;
	s.argv = (char *const *)argv;
	s.in_fd = in[0];
	s.out_fd = s.err_fd = from[1];
	ck_assert_msg(proc_spawn(&s, &p, &e) == 0, "%s", e.msg);
	(void)close(in[0]);
	(void)close(in[1]);
	(void)close(from[1]);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS * 3), 0);
	if (proc_exit_code(&p) != 0) {
		ssize_t got = read(from[0], text, sizeof(text) - 1);

		text[got > 0 ? got : 0] = '\0';
		ck_abort_msg("%s %s: %s", argv[3], argv[4], text);
	}
	return from[0];
}

/* The next number of a container that counts. */
static unsigned long next_number(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char line[64];
	size_t n = 0;
	uint64_t number = 0;

	while (n < sizeof(line) - 1) {
		ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
		ck_assert_int_eq(read(fd, line + n, 1), 1);
		if (line[n] == '\n')
			break;
		n++;
	}
	line[n] = '\0';
	ck_assert_msg(str_to_u64(line, UINT32_MAX, &number) == 0, "'%s'", line);
	return (unsigned long)number;
}

static bool criu_works(void)
{
	char name[] = "criu", check[] = "check";
	char *argv[] = {name, check, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_free char *said = NULL, *complaint = NULL;
	struct err e = {0};
	int r;

	s.path = name;
	s.argv = argv;
	r = proc_run(&s, CHECK_MS, 1u << 16, &said, &complaint, &e);
	if (r == 0)
		return true;
	(void)fprintf(stderr, "skipped: criu cannot checkpoint here: %s%s\n",
		      r == -ETIMEDOUT ? "it does not answer"
		      : r < 0	      ? e.msg
				      : "criu check: ",
		      complaint ? complaint : "");
	return false;
}

START_TEST(test_goes_on_where_it_was)
{
	cleanup_free char *images = str_format("%s/images", work);
	cleanup_free char *pid_file = str_format("%s/restored-pid", work);
	cleanup_fd int before = FD_NONE, after = FD_NONE;
	unsigned long last = 0;
	char digits[32];

	write_config("\"args\":[\"/program\",\"count\"]",
		     ",\"maskedPaths\":[\"/proc/kcore\",\"/proc/acpi\"]", "");
	before = start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	while (last < 5)
		last = next_number(before);
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, "--leave-running", id) == 0,
		      "%s", text);
	status_is("running");
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, id) == 0, "%s", text);
	check_no_residue("checkpoint");
	after = start_with_pipes((const char *const[]){"restore", "-d", "-b", bundle,
						       "--image-path", images, "--pid-file",
						       pid_file, id, NULL});
	status_is("running");
	ck_assert_uint_gt(next_number(after), last);
	read_into(pid_file, digits, sizeof(digits));
	(void)snprintf(text, sizeof(text), "%d", (int)pid_of());
	ck_assert_str_eq(digits, text);
	ck_assert_int_eq(REFRUN("exec", id, "/program", "exit", "4"), 4);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("restored");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_goes_on_where_it_was);
}

int main(int argc, char **argv)
{
	return criu_works() ? driver_main("checkpoint", argc, argv, add) : 77;
}
