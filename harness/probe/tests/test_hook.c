/* SPDX-License-Identifier: Apache-2.0 */
/* The probe as a hook, and the vocabulary that it shares with docs/facts.md. */
#include "run.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS  8
#define TIMEOUT_MS 30000
#define OUT_MAX	   (4 << 20)

static char *root; /* only its directory conform-io is used */
static char *io;

static void make_root(void)
{
	root = root_make();
	io = str_format("%s/conform-io", root);
}

static void free_root(void)
{
	free(root);
	free(io);
}

/* Runs the hook with @state on stdin; the exit code. @words ends with NULL. */
static int run_hook(const char *state, const char *const words[])
{
	cleanup_fd int in = memfd_create("state", MFD_CLOEXEC);
	char *argv[MAX_WORDS + 1] = {NULL}, *envp[] = {(char[]){"HOOK=1"}, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};
	int r;

	for (size_t i = 0; words[i]; i++)
		argv[i] = (char *)(uintptr_t)words[i];
	ck_assert_int_eq(fd_write_all(in, state, strlen(state)), 0);
	ck_assert_int_eq(lseek(in, 0, SEEK_SET), 0);
	s.path = PROBE_PATH;
	s.argv = argv;
	s.envp = envp;
	s.in_fd = in;
	r = proc_run(&s, TIMEOUT_MS, 0, NULL, NULL, &e);
	ck_assert_msg(r >= 0, "%s", e.msg);
	return r;
}
#define RUN_HOOK(state, ...) run_hook((state), (const char *const[]){__VA_ARGS__, NULL})

/* The record in line @n of the file, from 0; the caller frees it. */
static struct json *record(size_t n)
{
	cleanup_free char *path = str_format("%s/hooks", io), *text = NULL;
	struct json *ret = NULL;
	char *line = NULL, *cursor;
	struct err e = {0};
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, OUT_MAX, &text, &len, NULL), 0);
	cursor = text;
	for (size_t i = 0; i <= n; i++)
		line = strsep(&cursor, "\n");
	ck_assert_ptr_nonnull(line);
	ck_assert_msg(json_parse(line, strlen(line), &ret, &e) == 0, "%s", e.msg);
	return ret;
}

static void assert_string(const struct json *j, const char *pointer, const char *expected)
{
	const char *text = json_string(json_at(j, pointer));

	ck_assert_msg(text, "%s", pointer);
	ck_assert_str_eq(text, expected);
}

START_TEST(records_what_it_sees)
{
	static const char state[] = "{\"ociVersion\":\"1.2.0\",\"id\":\"\\\"x\\\"\"}";
	struct report r;
	struct json *j;
	struct stat st;
	uint64_t inode;

	ck_assert_int_eq(RUN_HOOK(state, "probe", "--hook=pre", io, "exit:3", "ask:uts.sysname",
				  "ask:nothing"),
			 3);
	j = record(0);
	report_take(&r, "", NULL);
	assert_string(j, "/name", "pre");
	assert_string(j, "/args/0", "probe");
	assert_string(j, "/args/1", "--hook=pre");
	assert_string(j, "/args/3", "exit:3");
	ck_assert_uint_eq(json_at(j, "/args")->count, 6);
	assert_string(j, "/env/0", "HOOK=1");
	ck_assert_uint_eq(json_at(j, "/env")->count, 1);
	assert_string(j, "/stdin", state);
	ck_assert(json_at(j, "/stdin_eof")->boolean);
	ck_assert(!json_at(j, "/truncated")->boolean);
	assert_string(j, "/facts/uts.sysname", "Linux");
	assert_string(j, "/facts/nothing/error", "unknown fact");
	ck_assert_uint_eq(json_at(j, "/ns")->count, 8);
	ck_assert(json_equal(json_at(j, "/ns/mount"), json_member(r.facts, "ns.mount")));
	ck_assert(json_equal(json_at(j, "/ns/network"), json_member(r.facts, "ns.network")));
	ck_assert(json_equal(json_at(j, "/cwd"), json_member(r.facts, "process.cwd")));
	ck_assert_uint_eq(json_at(j, "/fds")->count, 3);
	ck_assert_uint_eq(json_at(j, "/signals/blocked")->count, 0);
	ck_assert_int_eq(stat("/", &st), 0);
	ck_assert_int_eq(json_uint(json_at(j, "/root/inode"), &inode), 0);
	ck_assert_uint_eq(inode, st.st_ino);
	report_done(&r);
	json_free(j);
}
END_TEST

/* The namespaces of the process that the state names, through /proc; and none of one that is gone.
 */
START_TEST(opens_the_namespaces_of_the_states_process)
{
	char state[96];
	struct json *j;
	struct stat st;
	uint64_t inode;

	/* an annotation of that name is not the container's process */
	(void)snprintf(state, sizeof(state),
		       "{\"annotations\":{\"pid\":2147483647},\"id\":\"x\",\"pid\" : %d,"
		       "\"status\":\"creating\"}",
		       getpid());
	ck_assert_int_eq(RUN_HOOK(state, "probe", "--hook=a", io, "target"), 0);
	j = record(0);
	ck_assert_uint_eq(json_at(j, "/target")->count, 8);
	ck_assert_int_eq(stat("/proc/self/ns/net", &st), 0);
	ck_assert_int_eq(json_uint(json_at(j, "/target/network"), &inode), 0);
	ck_assert_uint_eq(inode, st.st_ino);
	json_free(j);
	/* a number that no process has, and two ways to have none */
	ck_assert_int_eq(
		RUN_HOOK("{\"id\":\"x\",\"pid\":2147483647}", "probe", "--hook=b", io, "target"),
		0);
	j = record(1);
	assert_string(j, "/target/network/error", "ENOENT");
	json_free(j);
	ck_assert_int_eq(RUN_HOOK("{\"id\":\"x\"}", "probe", "--hook=b", io, "target"), 0);
	j = record(2);
	ck_assert_int_eq(json_at(j, "/target/network")->type, JSON_NULL);
	json_free(j);
	ck_assert_int_eq(RUN_HOOK("{\"id\":\"x\",\"pid\":0}", "probe", "--hook=b", io, "target"),
			 0);
	j = record(3);
	ck_assert_int_eq(json_at(j, "/target/network")->type, JSON_NULL);
	json_free(j);
	ck_assert_int_eq(RUN_HOOK(state, "probe", "--hook=c", io), 0);
	j = record(4);
	ck_assert_ptr_null(json_member(j, "target"));
	json_free(j);
}
END_TEST

START_TEST(records_append)
{
	struct json *first, *second;

	ck_assert_int_eq(RUN_HOOK("one", "probe", "--hook=a", io), 0);
	ck_assert_int_eq(RUN_HOOK("two", "probe", "--hook=b", io, "noread"), 0);
	first = record(0);
	second = record(1);
	assert_string(first, "/name", "a");
	assert_string(first, "/stdin", "one");
	assert_string(second, "/name", "b");
	ck_assert_int_eq(json_at(second, "/stdin")->type, JSON_NULL);
	json_free(first);
	json_free(second);
}
END_TEST

START_TEST(ends_as_asked)
{
	int64_t start = proc_now_ms();
	struct json *j;

	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=a", io, "kill"), 128 + SIGKILL);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=b", io, "sleep:1", "exit:9"), 9);
	ck_assert_int_ge(proc_now_ms() - start, 1000);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=c", io, "exit:256"), 2);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=d", io, "nonsense"), 2);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=e"), 2);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=f", "/nothing/at/all"), 1);
	j = record(3);
	assert_string(j, "/name", "d");
	json_free(j);
}
END_TEST

/* Runs the hook @words beside this program: its pid. */
static pid_t begin_hook(const char *const words[])
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	_exit(run_hook("", words));
}

START_TEST(waits_for_the_records_of_others)
{
	const char *const wants[] = {"probe", "--hook=a", io, "records:3", "exit:3", NULL};
	int status;
	pid_t pid;

	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=b", io, "records:1"), 0);
	pid = begin_hook(wants);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=c", io, "records:2"), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 3);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=d", io, "records:x"), 2);
}
END_TEST

START_TEST(lets_others_come_first)
{
	const char *const late[] = {"probe", "--hook=late", io, "delay:300", "exit:3", NULL};
	const char *const behind[] = {"probe", "--hook=behind", io, "after:1", NULL};
	struct json *j;
	int status;
	pid_t pids[] = {begin_hook(late), begin_hook(behind)};

	ck_assert_int_eq(waitpid(pids[1], &status, 0), pids[1]);
	ck_assert_int_eq(waitpid(pids[0], &status, 0), pids[0]);
	ck_assert_int_eq(WEXITSTATUS(status), 3);
	j = record(0);
	assert_string(j, "/name", "late");
	json_free(j);
	j = record(1);
	assert_string(j, "/name", "behind");
	json_free(j);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=a", io, "delay:x"), 2);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=b", io, "after:"), 2);
	/* nobody comes: recorded all the same */
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=c", io, "after:9"), 0);
	j = record(4);
	assert_string(j, "/name", "c");
	json_free(j);
}
END_TEST

START_TEST(looks_for_cgroups)
{
	struct json *j;

	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=a", io, "cgroups:/no/such/cgroup"), 0);
	j = record(0);
	ck_assert_int_eq(json_at(j, "/cgroups")->type, JSON_ARRAY);
	ck_assert_uint_eq(json_at(j, "/cgroups")->count, 0);
	json_free(j);
	ck_assert_int_eq(RUN_HOOK("", "probe", "--hook=b", io), 0);
	j = record(1);
	ck_assert_ptr_null(json_member(j, "cgroups"));
	json_free(j);
}
END_TEST

/* More than a pipe holds, more than is kept: the runtime must not be left with a full pipe. */
START_TEST(large_state_is_read_to_its_end)
{
	struct strbuf state = STRBUF_INIT;
	struct json *j;

	for (int i = 0; i < 300 << 10; i++)
		strbuf_addc(&state, '"');
	ck_assert_int_eq(RUN_HOOK(state.buf, "probe", "--hook=a", io), 0);
	j = record(0);
	ck_assert_uint_eq(json_at(j, "/stdin")->len, 128 << 10);
	ck_assert(json_at(j, "/stdin_eof")->boolean);
	ck_assert(!json_at(j, "/truncated")->boolean);
	json_free(j);
	strbuf_done(&state);
}
END_TEST

static char *vocabulary_of_probe(void)
{
	char *argv[] = {(char[]){"probe"}, (char[]){"--list"}, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	char *out = NULL;

	s.path = PROBE_PATH;
	s.argv = argv;
	ck_assert_int_eq(proc_run(&s, TIMEOUT_MS, OUT_MAX, &out, NULL, NULL), 0);
	return out;
}

/* Adds "kind name\n" for the documented `text`: a parameter begins behind the colon. */
static void add_documented(struct strbuf *list, const char *kind, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);

	strbuf_addf(list, "%s %.*s\n", kind, (int)(colon ? colon + 1 - text : (ptrdiff_t)len),
		    text);
}

/* The names in the first column of the tables of the inside sections. */
static void read_documented(char *text, struct strbuf *list)
{
	const char *kind = NULL;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (str_starts(line, "## "))
			kind = str_starts(line, "## Inside: the probe") ? "fact"
			       : str_starts(line, "## Inside: actions") ? "action"
									: NULL;
		if (!kind || !str_starts(line, "| `"))
			continue;
		*strchr(line + 2, '|') = '\0';
		for (char *name = strchr(line, '`'); name;) {
			char *end = strchr(name + 1, '`');

			add_documented(list, kind, name + 1, (size_t)(end - name - 1));
			name = strchr(end + 1, '`');
		}
	}
}

static bool has_line(const char *list, const char *line, size_t len)
{
	for (; *list; list = strchr(list, '\n') + 1) {
		if (strncmp(list, line, len) == 0 && list[len] == '\n')
			return true;
	}
	return false;
}

static void assert_contained(const char *inner, const char *outer, const char *where)
{
	size_t len;

	for (; *inner; inner += len + 1) {
		len = strcspn(inner, "\n");
		ck_assert_msg(has_line(outer, inner, len), "'%.*s' is not in %s", (int)len, inner,
			      where);
	}
}

START_TEST(vocabulary_is_the_documented_one)
{
	cleanup_free char *known = vocabulary_of_probe(), *text = NULL;
	struct strbuf documented = STRBUF_INIT;
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, FACTS_MD, 1 << 20, &text, &len, NULL), 0);
	read_documented(text, &documented);
	ck_assert_uint_gt(documented.len, 1000);
	assert_contained(documented.buf, known, "the probe's tables");
	assert_contained(known, documented.buf, "docs/facts.md");
	strbuf_done(&documented);
}
END_TEST

/* Each plain fact can be asked for and has an answer.
 */
START_TEST(every_plain_fact_answers)
{
	cleanup_free char *known = vocabulary_of_probe();
	struct strbuf names = STRBUF_INIT;
	struct report r;
	char *line, *cursor = known;

	while ((line = strsep(&cursor, "\n"))) {
		if (str_starts(line, "fact ") && !str_ends(line, ":"))
			strbuf_addf(&names, "%s\n", line + strlen("fact "));
	}
	report_take(&r, names.buf, NULL);
	ck_assert(r.framed);
	ck_assert_uint_ge(r.facts->count, 70);
	for (size_t i = 0; i < r.facts->count; i++)
		ck_assert_msg(!json_member(r.facts->items[i], "error"), "%s: %s", r.facts->names[i],
			      report_text(&r, r.facts->names[i]));
	report_done(&r);
	strbuf_done(&names);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hooks and vocabulary");
	TCase *t = tcase_create("hooks");

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, make_root, free_root);
	tcase_add_test(t, records_what_it_sees);
	tcase_add_test(t, records_append);
	tcase_add_test(t, opens_the_namespaces_of_the_states_process);
	tcase_add_test(t, ends_as_asked);
	tcase_add_test(t, waits_for_the_records_of_others);
	tcase_add_test(t, lets_others_come_first);
	tcase_add_test(t, looks_for_cgroups);
	tcase_add_test(t, large_state_is_read_to_its_end);
	tcase_add_test(t, vocabulary_is_the_documented_one);
	tcase_add_test(t, every_plain_fact_answers);
	return run_suite(s, true);
}
