/* SPDX-License-Identifier: Apache-2.0 */
#include "cfg_parse.h"
#include "cleanup.h"
#include "document.h"
#include "json.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct cfg_doc *parse(const char *text)
{
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_msg(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, &e) == 0, "%s", e.msg);
	return d;
}

static void at(const struct cfg_doc *d, const void *addr, const char *pointer, uint32_t line,
	       uint32_t col)
{
	cleanup_free char *p = NULL;
	uint32_t l = 0, c = 0;

	ck_assert_msg(cfg_locate(d, addr, &p, &l, &c) == 0, "%s", pointer);
	ck_assert_str_eq(p, pointer);
	ck_assert_msg(l == line && c == col, "%s: %u:%u", pointer, l, c);
}

static const char text[] = "{\"ociVersion\":\"1.0.0\",\n"
			   "\"root\":{\"path\":\"r\"},\n"
			   "\"process\":{\"cwd\":\"\\u002f\\\"\\\\\",\"args\":[\"a\",  \"b\"],\n"
			   "  \"user\":{\"uid\":1,\"gid\":2,\"additionalGids\":[7,8]}},\n"
			   "\"mounts\":[{\"destination\":\"/a\"},\n"
			   " {\"destination\":\"/b\",\"options\":[]}],\n"
			   "\"annotations\":{\"x~/y\":\"1\",\"z\":\"2\"},\n"
			   "\"linux\":{\"timeOffsets\":{\"boot\\u0074ime\":{\"secs\":5}},\n"
			   "  "
			   "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"architectures\":["
			   "\"SCMP_ARCH_X86\",\"SCMP_ARCH_ARM\"]}}}";

START_TEST(test_present)
{
	struct cfg_doc *d = parse(text);
	struct cfg_config *c = d->config;

	at(d, c, "", 1, 1);
	at(d, &c->oci_version, "/ociVersion", 1, 15);
	at(d, &c->root, "/root", 2, 8);
	at(d, c->root, "/root", 2, 8);
	at(d, &c->root->path, "/root/path", 2, 16);
	at(d, &c->process->cwd, "/process/cwd", 3, 18);
	at(d, &c->process->args, "/process/args", 3, 38);
	at(d, &c->process->args.items[0], "/process/args/0", 3, 39);
	at(d, &c->process->args.items[1], "/process/args/1", 3, 45);
	at(d, &c->process->user->gid, "/process/user/gid", 4, 25);
	at(d, &c->process->user->additional_gids.items[1], "/process/user/additionalGids/1", 4, 47);
	at(d, &c->mounts, "/mounts", 5, 10);
	at(d, &c->mounts.items[0], "/mounts/0", 5, 11);
	at(d, &c->mounts.items[0].destination, "/mounts/0/destination", 5, 26);
	at(d, &c->mounts.items[1], "/mounts/1", 6, 2);
	at(d, &c->mounts.items[1].options, "/mounts/1/options", 6, 32);
	at(d, &c->annotations.items[0], "/annotations/x~0~1y", 7, 23);
	at(d, &c->annotations.items[1].key, "/annotations/z", 7, 31);
	at(d, &c->annotations.items[1].value, "/annotations/z", 7, 31);
	at(d, &c->linux->time_offsets.items[0], "/linux/timeOffsets/boottime", 8, 41);
	at(d, &c->linux->time_offsets.items[0].key, "/linux/timeOffsets/boottime", 8, 41);
	at(d, &c->linux->time_offsets.items[0].secs, "/linux/timeOffsets/boottime/secs", 8, 49);
	at(d, &c->linux->seccomp->default_action, "/linux/seccomp/defaultAction", 9, 30);
	at(d, &c->linux->seccomp->architectures.items[1], "/linux/seccomp/architectures/1", 9, 78);
	cfg_doc_free(d);
}
END_TEST

/* A member that is absent is found by its name, where the object stands that lacks it. */
START_TEST(test_absent)
{
	struct cfg_doc *d = parse(text);
	struct cfg_config *c = d->config;
	cleanup_free char *p = NULL;
	uint32_t line = 77, col = 78;
	int elsewhere;

	at(d, &c->hooks, "/hooks", 1, 1);
	at(d, &c->hostname, "/hostname", 1, 1);
	at(d, &c->root->readonly, "/root/readonly", 2, 8);
	at(d, &c->mounts.items[1].uid_mappings, "/mounts/1/uidMappings", 6, 2);
	at(d, &c->linux->time_offsets.items[0].nanosecs, "/linux/timeOffsets/boottime/nanosecs", 8,
	   41);
	at(d, &c->linux->personality, "/linux/personality", 8, 9);
	ck_assert_int_eq(cfg_locate(d, &elsewhere, &p, &line, &col), -ENOENT);
	ck_assert_int_eq(cfg_locate(d, NULL, &p, &line, &col), -ENOENT);
	ck_assert_int_eq(cfg_locate(d, (char *)&c->root->path + 1, &p, &line, &col), -ENOENT);
	ck_assert_int_eq(cfg_locate(d, c->mounts.items + 2, &p, &line, &col), -ENOENT);
	ck_assert(!p && line == 77 && col == 78);
	cfg_doc_free(d);
}
END_TEST

START_TEST(test_err)
{
	struct cfg_doc *d = parse(text);
	struct err e = {0};
	int elsewhere;

	ck_assert_int_eq(cfg_err(d, &d->config->process->cwd, &e, ENOTDIR, "chdir to '%s': %m",
				 d->config->process->cwd),
			 -ENOTDIR);
	ck_assert_str_eq(e.msg,
			 "config.json:3:18: /process/cwd: chdir to '/\"\\': Not a directory");
	ck_assert_int_eq(e.num, ENOTDIR);
	ck_assert_int_eq(cfg_err(d, &d->config->annotations.items[0].value, &e, EINVAL, "no"),
			 -EINVAL);
	ck_assert_str_eq(e.msg, "config.json:7:23: /annotations/x~0~1y: no");
	ck_assert_int_eq(cfg_err(d, d->config, &e, EINVAL, "no"), -EINVAL);
	ck_assert_str_eq(e.msg, "config.json:1:1: no");
	ck_assert_int_eq(cfg_err(d, &elsewhere, &e, EINVAL, "no"), -EINVAL);
	ck_assert_str_eq(e.msg, "config.json: no");
	ck_assert_int_eq(cfg_err(d, d->config, NULL, EINVAL, "no"), -EINVAL);
	cfg_doc_free(d);
}
END_TEST

/* A copy has the places of its original, but for what somebody else has put there. */
START_TEST(test_copies)
{
	struct cfg_doc *d = parse(text);
	struct cfg_process copy = *d->config->process;
	struct cfg_user user = *copy.user, again = user;
	struct err e = {0};

	ck_assert_int_eq(cfg_tell_copy(d, &copy, sizeof(copy), d->config->process, NULL), 0);
	ck_assert_int_eq(cfg_tell_copy(d, &copy.cwd, sizeof(copy.cwd), NULL, "--cwd"), 0);
	ck_assert_int_eq(cfg_tell_copy(d, &user, sizeof(user), copy.user, NULL), 0);
	ck_assert_int_eq(cfg_tell_copy(d, &again, sizeof(again), &user, NULL), 0);
	(void)cfg_err(d, &copy.args, &e, EINVAL, "no");
	ck_assert_str_eq(e.msg, "config.json:3:38: /process/args: no");
	(void)cfg_err(d, &copy.cwd, &e, EINVAL, "no");
	ck_assert_str_eq(e.msg, "--cwd: no");
	(void)cfg_err(d, &d->config->process->cwd, &e, EINVAL, "no");
	ck_assert_str_eq(e.msg, "config.json:3:18: /process/cwd: no");
	/* of a copy of a copy */
	(void)cfg_err(d, &again.gid, &e, EINVAL, "no");
	ck_assert_str_eq(e.msg, "config.json:4:25: /process/user/gid: no");
	cfg_doc_free(d);
}
END_TEST

/* Checks the place of every member below @base against a tree of the same text. */
static size_t check_object(const struct cfg_doc *d, const struct json *tree,
			   const struct field_obj *o, const char *base)
{
	size_t n = 0;

	for (size_t i = 0; i < o->nfields; i++) {
		const struct field *f = &o->fields[i];
		const char *member = base + f->offset;
		cleanup_free char *pointer = NULL;
		uint32_t line, col;
		const struct json *j;

		ck_assert_int_eq(cfg_locate(d, member, &pointer, &line, &col), 0);
		j = json_at(tree, pointer);
		ck_assert_msg(j && j->line == line && j->col == col, "%s: %u:%u", pointer, line,
			      col);
		n++;
		if (f->kind == FIELD_OBJ) {
			n += check_object(d, tree, f->obj, *(char *const *)member);
		} else if (f->kind == FIELD_LIST || f->kind == FIELD_MAP) {
			const struct cfg_config_list *l = (const struct cfg_config_list *)member;

			for (size_t k = 0; k < l->count; k++)
				n += check_object(d, tree, f->obj,
						  (const char *)l->items + k * f->obj->size);
		}
	}
	return n;
}

START_TEST(test_every_member_against_a_tree)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT,
			pretty CLEANUP(strbuf_done) = STRBUF_INIT;
	struct json *tree CLEANUP(json_freep) = NULL;
	struct cfg_doc *d;

	document_full(&field_obj_config, 3, &b);
	d = parse(b.buf);
	cfg_print(CFG_CONFIG, d->object, 3, &pretty);
	cfg_doc_free(d);
	d = parse(pretty.buf);
	ck_assert_int_eq(json_parse(pretty.buf, pretty.len, &tree, NULL), 0);
	ck_assert_uint_gt(check_object(d, tree, &field_obj_config, (const char *)d->config), 400);
	cfg_doc_free(d);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("places");
	TCase *t = tcase_create("places");

	suite_add_tcase(s, t);
	tcase_add_test(t, test_present);
	tcase_add_test(t, test_absent);
	tcase_add_test(t, test_err);
	tcase_add_test(t, test_copies);
	tcase_add_test(t, test_every_member_against_a_tree);
	return suite_run(s);
}
