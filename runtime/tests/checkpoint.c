/* SPDX-License-Identifier: Apache-2.0 */
#include "checkpoint.h"

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
#define CHECK_MS 60000

int begin_with_pipes(const char *const *args, struct proc *p)
{
	const char *argv[32] = {refrun, "--root", root};
	struct proc_spawn s = PROC_SPAWN_INIT;
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
	ck_assert_msg(proc_spawn(&s, p, &e) == 0, "%s", e.msg);
	(void)close(in[0]);
	(void)close(in[1]);
	(void)close(from[1]);
	return from[0];
}

void read_error(int from)
{
	ssize_t got = read(from, text, sizeof(text) - 1);

	text[got > 0 ? got : 0] = '\0';
}

int start_with_pipes(const char *const *args)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int from = begin_with_pipes(args, &p);

	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS * 3), 0);
	if (proc_exit_code(&p) != 0) {
		read_error(from);
		ck_abort_msg("%s: %s", args[0], text);
	}
	return from;
}

unsigned long next_number(int fd)
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

bool criu_works(void)
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

void write_document(const char *process, const char *mounts, const char *namespaces,
		    const char *linux_more)
{
	cleanup_free char *path = str_format("%s/config.json", bundle);
	cleanup_free char *document = str_format(
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/"
		"\","
		"\"args\":[\"/program\",\"count\"],\"user\":{\"uid\":0,\"gid\":0}%s},"
		"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
		"{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"},"
		"{\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"source\":\"devpts\","
		"\"options\":[\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"]}%s],"
		"\"linux\":{\"namespaces\":[{\"type\":\"mount\"}%s]%s}}",
		process, mounts, namespaces, linux_more);
	struct err e;

	ck_assert_msg(fd_replace_file_at(AT_FDCWD, path, 0600, document, strlen(document), 0, &e) ==
			      0,
		      "%s", e.msg);
}
char images[80];
static int restored = FD_NONE; /* what the restored program writes to */

void new_images(void)
{
	(void)snprintf(images, sizeof(images), "%s/images.XXXXXX", work);
	ck_assert_ptr_nonnull(mkdtemp(images));
}

unsigned long run_and_dump(void)
{
	cleanup_fd int from =
		start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	unsigned long last = 0;

	new_images();
	while (last < 5)
		last = next_number(from);
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, id) == 0, "%s", text);
	check_no_residue("checkpoint");
	return last;
}

void restore_after(unsigned long last)
{
	restored = start_with_pipes((const char *const[]){"restore", "-d", "-b", bundle,
							  "--image-path", images, id, NULL});
	status_is("running");
	ck_assert_uint_gt(next_number(restored), last);
}

void end_of(const char *what)
{
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue(what);
	fd_close(&restored);
}

void write_file(const char *path, const char *content)
{
	struct err e;

	ck_assert_msg(fd_replace_file_at(AT_FDCWD, path, 0644, content, strlen(content), 0, &e) ==
			      0,
		      "%s", e.msg);
}

void check_inside(const char *path, const char *content)
{
	ck_assert_msg(REFRUN("exec", id, "/program", "cat", path) == 0, "%s: %s", path, text);
	ck_assert_str_eq(out, content);
}
