/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `update` with --l3-cache-schema and --mem-bw-schema. A tree of plain files stands for the resctrl
 * file system (the linker puts __wrap_resctrl_open() in the place of resctrl_open()), and the state
 * of a container says that it is in a class there.
 */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "json.h"
#include "lifecycle.h"
#include "resctrl.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define L3     "L3:0=f;1=ff"
#define MB     "MB:0=50;1=20"
#define BEFORE "L3:0=7ff;1=7ff\n"

static char tree[80];
static char *state; /* as it was, for `delete` */

int __wrap_resctrl_open(struct err *e);
int __wrap_resctrl_open(struct err *e)
{
	int fd = open(tree, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_set(e, errno, "'%s': %m", tree) : fd;
}

static char *state_path(void)
{
	return str_format("%s/%s/state.json", root, id);
}

/* A class is a directory; what the kernel does with a write, a file does only for the first one. */
static void put_class(const char *name)
{
	cleanup_free char *dir = str_format("%s/%s", tree, name);

	(void)mkdir(dir, 0755);
	put_file(dir, "schemata", BEFORE);
}

static void class_says(const char *name, const char *want)
{
	cleanup_free char *path = str_format("%s/%s/schemata", tree, name);
	char said[256];

	read_into(path, said, sizeof(said));
	ck_assert_str_eq(said, want);
}

/* Of a container in the class "class". */
static void prepare(void)
{
	CLEANUP(strbuf_done) struct strbuf changed = STRBUF_INIT;
	CLEANUP(json_freep) struct json *j = NULL, *class = json_new(JSON_OBJECT);
	cleanup_free char *path = state_path();
	struct err e = {0};
	size_t len;

	(void)snprintf(tree, sizeof(tree), "%s/resctrl", work);
	(void)mkdir(tree, 0755);
	put_file(tree, "schemata", BEFORE);
	put_class("class");
	put_class("other");
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(fd_read_file_at(AT_FDCWD, path, 1 << 20, &state, &len, &e) == 0, "%s", e.msg);
	ck_assert_msg(json_parse(state, len, &j, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(json_set_member(class, "group", json_new_string("class")), 0);
	ck_assert_int_eq(json_set_member(class, "own", json_new_bool(false)), 0);
	ck_assert_int_eq(json_set_member(j, "resctrl", take_ptr(&class)), 0);
	json_print(j, 0, &changed);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, changed.buf, changed.len, 0, &e),
			 0);
}

static void end(void)
{
	cleanup_free char *path = state_path();

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, state, strlen(state), 0, NULL),
			 0);
	free(state);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("resctrl");
}

static int update(const char *resources, const char *l3, const char *mb, struct err *e)
{
	const struct rt_update_options o = {.root = root,
					    .id = id,
					    .name = "flags",
					    .resources = resources,
					    .len = strlen(resources),
					    .l3_cache_schema = l3,
					    .mem_bw_schema = mb};

	return rt_update(&o, e);
}

START_TEST(test_schemata)
{
	static const struct {
		const char *l3, *mb, *want;
	} rows[] = {{L3, NULL, L3 "\n"}, {NULL, MB, MB "\n"}, {L3, MB, L3 "\n" MB "\n"}};
	const char *want = rows[_i].want;
	cleanup_free char *whole = NULL;
	struct err e = {0};

	prepare();
	ck_assert_msg(update("{}", rows[_i].l3, rows[_i].mb, &e) == 0, "%s", e.msg);
	/* of what was longer the end is still there */
	whole = str_format("%s%s", want,
			   strlen(want) < strlen(BEFORE) ? &BEFORE[strlen(want)] : "");
	class_says("class", whole);
	class_says("other", BEFORE);
	class_says(".", BEFORE);
	end();
}
END_TEST

/* Beside limits of the cgroup. */
START_TEST(test_with_resources)
{
	struct err e = {0};

	prepare();
	ck_assert_msg(update("{\"pids\":{\"limit\":66}}", L3, MB, &e) == 0, "%s", e.msg);
	attribute_is("pids.max", "66");
	class_says("class", L3 "\n" MB "\n");
	end();
}
END_TEST

/* What is wrong is said in the kernel's words. */
START_TEST(test_refused)
{
	cleanup_free char *info = NULL, *schemata = NULL, *class = NULL;
	struct err e = {0};

	prepare();
	info = str_format("%s/info", tree);
	schemata = str_format("%s/class/schemata", tree);
	class = str_format("%s/class", tree);
	(void)mkdir(info, 0755);
	put_file(info, "last_cmd_status", "Mask out of range\n");
	/* what cannot be written to */
	ck_assert_int_eq(unlink(schemata), 0);
	ck_assert_int_eq(mkdir(schemata, 0755), 0);
	ck_assert_int_lt(update("{}", L3, NULL, &e), 0);
	ck_assert_msg(strstr(e.msg, "write '" L3 "' to schemata: ") &&
			      strstr(e.msg, "(Mask out of range)"),
		      "%s", e.msg);
	ck_assert_int_lt(update("{}", NULL, MB, &e), 0);
	ck_assert_msg(strstr(e.msg, "write '" MB "' to schemata: "), "%s", e.msg);
	/* the class is gone */
	ck_assert_int_eq(rmdir(schemata), 0);
	ck_assert_int_eq(rmdir(class), 0);
	ck_assert_int_lt(update("{}", L3, NULL, &e), 0);
	ck_assert_msg(strstr(e.msg, "resctrl class 'class': No such file or directory"), "%s",
		      e.msg);
	/* and so is all of it */
	(void)snprintf(tree, sizeof(tree), "%s/nope", work);
	ck_assert_int_eq(REFRUN("update", "--pids-limit=55", id), 0);
	ck_assert_int_lt(update("{\"pids\":{\"limit\":66}}", L3, NULL, &e), 0);
	ck_assert_msg(strstr(e.msg, tree), "%s", e.msg);
	attribute_is("pids.max", "55");
	end();
}
END_TEST

/* Neither without the other: what the kernel refuses to resctrl leaves the cgroup as it was. */
START_TEST(test_refused_with_resources)
{
	cleanup_free char *schemata = NULL;
	struct err e = {0};

	prepare();
	ck_assert_int_eq(REFRUN("update", "--pids-limit=55", id), 0);
	schemata = str_format("%s/class/schemata", tree);
	ck_assert_int_eq(unlink(schemata), 0);
	ck_assert_int_eq(mkdir(schemata, 0755), 0);
	ck_assert_int_lt(update("{\"pids\":{\"limit\":66}}", L3, MB, &e), 0);
	ck_assert_msg(strstr(e.msg, "write '" L3 "' to schemata: "), "%s", e.msg);
	attribute_is("pids.max", "55");
	ck_assert_int_eq(rmdir(schemata), 0);
	end();
}
END_TEST

/* And what it refuses to the cgroup leaves the class as it was. */
START_TEST(test_resources_refused)
{
	static const char late[] =
		"{\"pids\":{\"limit\":66},\"blockIO\":{\"throttleReadBpsDevice\":"
		"[{\"major\":4095,\"minor\":0,\"rate\":1000}]}}";
	struct err e = {0};

	prepare();
	ck_assert_int_eq(REFRUN("update", "--pids-limit=55", id), 0);
	ck_assert_int_lt(update(late, L3, NULL, &e), 0);
	ck_assert_msg(strstr(e.msg, "/blockIO/throttleReadBpsDevice"), "%s", e.msg);
	attribute_is("pids.max", "55");
	class_says("class", BEFORE);
	end();
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_schemata, 0, 3);
	tcase_add_test(c, test_with_resources);
	tcase_add_test(c, test_refused);
	tcase_add_test(c, test_refused_with_resources);
	tcase_add_test(c, test_resources_refused);
}

int main(int argc, char **argv)
{
	return driver_main("update_resctrl", argc, argv, add);
}
