/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What base costs, counted and not timed: the linker leads malloc and its kin, memchr and strcmp
 * through here (ld --wrap). A counter says how the work grows with the input; a fuse makes the n-th
 * allocation fail, for every n, and the sanitizers look whether something is lost or touched.
 */
#include "cleanup.h"
#include "err.h"
#include "fd.h"
#include "guard.h"
#include "json.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NO_FUSE (-1)

static long fuse = NO_FUSE; /* allocations until one fails */
static size_t allocations, scanned, comparisons;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_memchr(const void *p, int c, size_t n);
int __real_strcmp(const char *a, const char *b);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_memchr(const void *p, int c, size_t n);
int __wrap_strcmp(const char *a, const char *b);

/* A blown fuse stays blown: memory that is short once is short for the error path as well. */
static bool blows(void)
{
	allocations++;
	if (fuse == NO_FUSE)
		return false;
	if (fuse == 0)
		return true;
	fuse--;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return blows() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return blows() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return blows() ? NULL : __real_realloc(p, size);
}

void *__wrap_memchr(const void *p, int c, size_t n)
{
	const void *hit = __real_memchr(p, c, n);

	scanned += hit ? (size_t)((const char *)hit - (const char *)p) + 1 : n;
	return (void *)(ptrdiff_t)hit;
}

int __wrap_strcmp(const char *a, const char *b)
{
	comparisons++;
	return __real_strcmp(a, b);
}

static void reset_counters(void)
{
	allocations = scanned = comparisons = 0;
}

/* As ck_assert(), which allocates itself. */
#define REQUIRE(cond)                                                                              \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fuse = NO_FUSE;                                                            \
			ck_abort_msg("%s", #cond);                                                 \
		}                                                                                  \
	} while (0)

/* An operation that must end in 0 or -ENOMEM, whatever fails. */
typedef int (*operation)(void);

static void survive_every_shortage(operation op)
{
	int r = -ENOMEM, shortages = 0;

	for (long n = 0; r != 0; n++) {
		ck_assert_int_lt(n, 10000);
		fuse = n;
		r = op();
		fuse = NO_FUSE;
		ck_assert_msg(r == 0 || r == -ENOMEM, "allocation %ld: %d", n, r);
		shortages += r == -ENOMEM;
	}
	/* or nothing was tried */
	ck_assert_int_gt(shortages, 0);
}

static const char document[] =
	"{\"a\":[1,-2.5,\"x\\u00e9\\ud83d\\ude00 and a string with escapes \\n\\t\\\"\\\\\"],"
	"\"b\":{\"c\":null,\"d\":[true,[],{}],\"e\":\"\"},\"f\\n\":12345678901234567890}";

static int op_parse(void)
{
	CLEANUP(json_freep) struct json *j = NULL;
	struct err e = {0};
	int r = json_parse(document, sizeof(document) - 1, &j, &e);

	REQUIRE(e.num == -r);
	REQUIRE((r == 0) == (j != NULL));
	return r;
}

static int op_parse_error(void)
{
	CLEANUP(json_freep) struct json *j = NULL;
	struct err e = {0};
	int r = json_parse(document, sizeof(document) - 3, &j, &e);

	REQUIRE(j == NULL);
	/* with enough memory it is the malformed text that fails */
	return r == -EINVAL ? 0 : r;
}

static int op_copy_and_print(void)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	CLEANUP(json_freep) struct json *j = NULL, *copy = NULL;
	long left = fuse;

	fuse = NO_FUSE;
	REQUIRE(json_parse(document, sizeof(document) - 1, &j, NULL) == 0);
	fuse = left;
	copy = json_copy(j);
	if (!copy)
		return -ENOMEM;
	/* a comparison may get slower, but not wrong */
	REQUIRE(json_equal(j, copy));
	json_print(copy, 4, &b);
	return b.oom ? -ENOMEM : 0;
}

static int op_edit(void)
{
	CLEANUP(json_freep) struct json *j = NULL, *before = NULL;
	struct json *v;
	struct err e = {0};
	long left = fuse;
	int r;

	fuse = NO_FUSE;
	REQUIRE(json_parse("{\"a\":[1]}", 9, &j, NULL) == 0);
	before = json_copy(j);
	v = json_new_string("value");
	fuse = left;
	r = json_set(&j, "/new~1name/-/deep/er", v, &e);
	if (r < 0) {
		REQUIRE(json_equal(j, before));
		REQUIRE(e.num == ENOMEM);
		return r;
	}
	v = json_new_int(7);
	if (!v)
		return -ENOMEM;
	r = json_add(&j, "/a/0", v, &e);
	if (r < 0)
		return r;
	r = json_remove(&j, "/a", &e);
	return r < 0 ? r : json_set_member(j, "m", json_new_bool(true)) < 0 ? -ENOMEM : 0;
}

static int op_files(void)
{
	cleanup_free char *buf = NULL;
	struct err e = {0};
	size_t len;
	char path[64];
	int r;

	(void)snprintf(path, sizeof(path), "%s/file", guard_dir());
	r = fd_replace_file_at(AT_FDCWD, path, 0600, document, sizeof(document) - 1, 1, &e);

	if (r == 0)
		r = fd_read_file_at(AT_FDCWD, path, 1 << 20, &buf, &len, &e);
	(void)unlink(path);
	REQUIRE(e.num == -r);
	return r;
}

static int op_walk(void)
{
	cleanup_fd int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int fd = fd_open_in_root_walk(root, "/usr/../bin/env", O_PATH, 0);

	return fd < 0 ? fd : 0;
}

static int op_run(void)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"echo out; echo err >&2", NULL};
	cleanup_free char *out = NULL, *err = NULL;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};
	int r;

	s.path = "sh";
	s.argv = argv;
	r = proc_run(&s, 20000, 1000, &out, &err, &e);
	if (r < 0) {
		REQUIRE(e.num == -r);
		REQUIRE(out == NULL);
		REQUIRE(err == NULL);
	} else {
		REQUIRE(str_eq(out, "out\n"));
		REQUIRE(str_eq(err, "err\n"));
	}
	return r;
}

static int op_start_time(void)
{
	uint64_t t;

	return proc_start_time(getpid(), &t);
}

static int op_strings(void)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	cleanup_free char *s = str_format("%d", 5), *taken = NULL;

	if (!s)
		return -ENOMEM;
	for (int i = 0; i < 100; i++)
		strbuf_addf(&b, "%s,", s);
	strbuf_add_json(&b, "a\x01\xff", 3);
	taken = strbuf_take(&b);
	return taken ? 0 : -ENOMEM;
}

START_TEST(every_shortage_of_memory_is_reported)
{
	static const operation ops[] = {op_parse, op_parse_error, op_copy_and_print,
					op_edit,  op_files,	  op_walk,
					op_run,	  op_start_time,  op_strings};

	survive_every_shortage(ops[_i]);
}
END_TEST

/* Text that is wrong in its last byte, so that the whole of it is looked at, and for the error once
 * more. */
static char *big_text(size_t n, bool same_names, size_t *ret_len)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_addc(&b, '{');
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&b, "%s\"name%06zu\":[%zu,\"text\\n\"]", i ? ",\n" : "",
			    same_names ? i / 2 : n - i, i);
	strbuf_addc(&b, '}');
	*ret_len = b.len;
	return strbuf_take(&b);
}

static void parse_big(size_t n, bool same_names)
{
	CLEANUP(json_freep) struct json *j = NULL;
	size_t len;
	cleanup_free char *text = big_text(n, same_names, &len);

	reset_counters();
	ck_assert_int_eq(json_parse(text, len, &j, NULL), same_names ? -EINVAL : 0);
	/* each line is looked for once, and once more for the place of an error */
	ck_assert_uint_le(scanned, 3 * len);
}

START_TEST(parsing_is_linear)
{
	size_t small;

	for (int same = 0; same < 2; same++) {
		parse_big(5000, same);
		small = allocations;
		ck_assert_uint_gt(small, 5000);
		parse_big(50000, same);
		ck_assert_uint_le(allocations, 10 * small + 1000);
		/* sorting the names: n log2 n */
		ck_assert_uint_gt(comparisons, 0);
		ck_assert_uint_le(comparisons, 50000 * 18);
	}
}
END_TEST

/* The worst case for a search of each member: the other way round. */
START_TEST(comparing_big_objects_is_not_quadratic)
{
	CLEANUP(json_freep) struct json *a = json_new(JSON_OBJECT), *b = NULL;
	CLEANUP(json_freep) struct json *forward = NULL;
	size_t len;
	cleanup_free char *text = big_text(20000, false, &len);

	ck_assert_int_eq(json_parse(text, len, &forward, NULL), 0);
	b = json_copy(forward);
	for (size_t i = 0; i < b->count / 2; i++) {
		struct json *item = b->items[i];
		char *name = b->names[i];

		b->items[i] = b->items[b->count - 1 - i];
		b->names[i] = b->names[b->count - 1 - i];
		b->items[b->count - 1 - i] = item;
		b->names[b->count - 1 - i] = name;
	}
	reset_counters();
	ck_assert(json_equal(forward, b));
	ck_assert_uint_le(comparisons, 20000 * 40);
	ck_assert(!json_equal(a, b));
}
END_TEST

START_TEST(printing_is_linear)
{
	CLEANUP(strbuf_done) struct strbuf out = STRBUF_INIT;
	CLEANUP(json_freep) struct json *j = NULL;
	size_t len;
	cleanup_free char *text = big_text(50000, false, &len);

	ck_assert_int_eq(json_parse(text, len, &j, NULL), 0);
	reset_counters();
	json_print(j, 0, &out);
	ck_assert(!out.oom);
	/* a buffer that doubles, and nothing else */
	ck_assert_uint_le(allocations, 32);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cost");
	TCase *t = tcase_create("cost");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, every_shortage_of_memory_is_reported, 0, 9);
	tcase_add_test(t, parsing_is_linear);
	tcase_add_test(t, comparing_big_objects_is_not_quadratic);
	tcase_add_test(t, printing_is_linear);
	suite_add_tcase(s, t);
	return suite_run(s);
}
