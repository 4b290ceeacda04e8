/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint` and `restore`, where criu(8) works with this kernel: ci/vm/checkpoint has one.
 * Namespaces have a program of their own. */
#include "checkpoint.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

START_TEST(test_goes_on_where_it_was)
{
	cleanup_free char *place = str_format("%s/images", work);
	cleanup_free char *pid_file = str_format("%s/restored-pid", work);
	cleanup_fd int before = FD_NONE, after = FD_NONE;
	unsigned long last = 0;
	char digits[32];

	write_config("\"args\":[\"/program\",\"count\"]",
		     ",\"maskedPaths\":[\"/proc/kcore\",\"/proc/acpi\"]", "");
	before = start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	while (last < 5)
		last = next_number(before);
	ck_assert_msg(REFRUN("checkpoint", "--image-path", place, "--leave-running", id) == 0, "%s",
		      text);
	status_is("running");
	ck_assert_msg(REFRUN("checkpoint", "--image-path", place, id) == 0, "%s", text);
	check_no_residue("checkpoint");
	after = start_with_pipes((const char *const[]){"restore", "-d", "-b", bundle,
						       "--image-path", place, "--pid-file",
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

/* A directory, a file, one in the other, a place behind a link, a source in the bundle. The places
 * are gone when it is restored, as in a root file system that was unpacked anew. */
START_TEST(test_bind_mounts)
{
	cleanup_free char *volume = str_format("%s/volume", work);
	cleanup_free char *file = str_format("%s/volume/file", work);
	cleanup_free char *single = str_format("%s/single", work);
	cleanup_free char *inner = str_format("%s/inner", bundle);
	cleanup_free char *inner_file = str_format("%s/inner/file", bundle);
	cleanup_free char *link = str_format("%s/rootfs/link", bundle);
	cleanup_free char *mounts = str_format(
		",{\"destination\":\"/volume\",\"type\":\"bind\",\"source\":\"%s\",\"options\":["
		"\"rbind\"]},"
		"{\"destination\":\"/etc/single\",\"source\":\"%s\",\"options\":[\"bind\",\"ro\"]},"
		"{\"destination\":\"/volume/inner\",\"source\":\"inner\",\"options\":[\"bind\"]},"
		"{\"destination\":\"/link/there\",\"source\":\"inner\",\"options\":[\"bind\"]}",
		volume, single);
	cleanup_free char *places[] = {
		str_format("%s/rootfs/volume", bundle), str_format("%s/rootfs/etc/single", bundle),
		str_format("%s/rootfs/etc", bundle), str_format("%s/rootfs/real/there", bundle),
		str_format("%s/volume/inner", work)};
	unsigned long last;

	(void)mkdir(volume, 0755);
	(void)mkdir(inner, 0755);
	write_file(file, "of the volume");
	write_file(single, "single");
	write_file(inner_file, "of the bundle");
	ck_assert_int_eq(symlink("real", link), 0);
	write_document("", mounts, NAMESPACES OWN_PID, "");
	last = run_and_dump();
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		ck_assert_msg(remove(places[i]) == 0, "%s", places[i]);
	restore_after(last);
	check_inside("/volume/file", "of the volume");
	check_inside("/volume/inner/file", "of the bundle");
	check_inside("/link/there/file", "of the bundle");
	check_inside("/etc/single", "single");
	write_file(file, "changed outside");
	check_inside("/volume/file", "changed outside");
	end_of("bind mounts");
}
END_TEST

static unsigned long next_of_terminal(int master)
{
	char line[64];
	size_t n = 0;
	uint64_t number = 0;

	/* "\r\n" */
	while (n < sizeof(line) - 1) {
		struct pollfd p = {.fd = master, .events = POLLIN};

		ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
		ck_assert_int_eq(read(master, line + n, 1), 1);
		if (line[n] == '\n')
			break;
		n += line[n] != '\r';
	}
	line[n] = '\0';
	ck_assert_msg(str_to_u64(line, UINT32_MAX, &number) == 0, "'%s'", line);
	return (unsigned long)number;
}

/* proc_pid_stat(5), tty_nr. */
static int controlling_terminal(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/stat", (int)pid);
	const char *end;
	char stat_text[1024];
	int number = 0;

	read_into(path, stat_text, sizeof(stat_text));
	end = strrchr(stat_text, ')');
	ck_assert_ptr_nonnull(end);
	ck_assert_int_eq(sscanf(end + 1, " %*c %*d %*d %*d %d", &number), 1);
	return number;
}

START_TEST(test_terminal)
{
	cleanup_free char *path = str_format("%s/console", work);
	cleanup_fd int listener = listen_at(path), first = FD_NONE, second = FD_NONE;
	struct winsize size = {.ws_row = 33, .ws_col = 77}, after = {0};
	unsigned long last = 0;

	new_images();
	write_document(",\"terminal\":true", "", NAMESPACES OWN_PID, "");
	ck_assert_msg(REFRUN("run", "-d", "--console-socket", path, "-b", bundle, id) == 0, "%s",
		      text);
	first = receive_terminal(listener, NULL);
	ck_assert_int_eq(ioctl(first, TIOCSWINSZ, &size), 0);
	while (last < 5)
		last = next_of_terminal(first);
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, id) == 0, "%s", text);
	check_no_residue("checkpoint with a terminal");
	/* who wants it has to say so */
	ck_assert_int_eq(REFRUN("restore", "-d", "-b", bundle, "--image-path", images, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "console socket"));
	ck_assert_msg(REFRUN("restore", "-d", "--console-socket", path, "-b", bundle,
			     "--image-path", images, id) == 0,
		      "%s", text);
	second = receive_terminal(listener, NULL);
	ck_assert_uint_gt(next_of_terminal(second), last);
	ck_assert_int_eq(ioctl(second, TIOCGWINSZ, &after), 0);
	ck_assert_int_eq(after.ws_row, 33);
	ck_assert_int_eq(after.ws_col, 77);
	ck_assert_int_ne(controlling_terminal(pid_of()), 0);
	end_of("terminal");
}
END_TEST

static bool any(const char *pattern)
{
	glob_t g = {0};
	bool found = glob(pattern, GLOB_PERIOD, NULL, &g) == 0;

	globfree(&g);
	return found;
}

/* What criu makes for the time that it takes. */
static void check_no_scratch(void)
{
	cleanup_free char *in_images = str_format("%s/.criu.*", images);
	cleanup_free char *in_root = str_format("%s/rootfs/crtools-*", bundle);

	ck_assert(!any(in_images) && !any(in_root));
	ck_assert(!any("/tmp/.criu.*") && !any("/tmp/cr-tmpfs.*") && !any("/tmp/crtools-*"));
}

/* At any moment: it is either there, or nothing of it. The images are as good as before. */
START_TEST(test_interrupted)
{
	const char *const args[] = {"restore",	    "-d",   "-b", bundle,
				    "--image-path", images, id,	  NULL};
	unsigned long last;
	int ended = 0;

	write_document("", "", NAMESPACES OWN_PID, "");
	last = run_and_dump();
	for (useconds_t wait = 1000; wait < 600000; wait += wait / 2) {
		struct proc p = PROC_INIT;
		cleanup_fd int from = begin_with_pipes(args, &p);
		int code;

		(void)usleep(wait);
		(void)proc_pidfd_signal(p.pidfd, SIGTERM);
		ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
		code = proc_exit_code(&p);
		proc_done(&p);
		if (code == 1)
			read_error(from);
		if (code == 1 && strstr(text, "interrupted by a signal"))
			ended++;
		else
			/* before it had begun, or once it was done */
			ck_assert_msg(code == 0 || code == 128 + SIGTERM, "%d: %s", code, text);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
		check_no_residue("interrupted restore");
		check_no_scratch();
	}
	ck_assert_int_gt(ended, 1);
	restore_after(last);
	end_of("after interruptions");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_interrupted);
	tcase_add_test(c, test_bind_mounts);
	tcase_add_test(c, test_terminal);
	tcase_add_test(c, test_goes_on_where_it_was);
}

int main(int argc, char **argv)
{
	return criu_works() ? driver_main("checkpoint", argc, argv, add) : 77;
}
