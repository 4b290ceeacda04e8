/* SPDX-License-Identifier: Apache-2.0 */
#include "always.h"

#include "cleanup.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NONCE "0123456789abcdef"

/* A container that has all it was asked for, and nothing else; each row changes one fact, or the
 * configuration. */
static const char *const good[][2] = {
	{"fds.open", "[0,1,2]"},
	{"caps.inheritable", "[]"},
	{"caps.ambient", "[]"},
	{"caps.bounding", "[\"CAP_KILL\"]"},
	{"process.no_new_privs", "true"},
	{"user.groups", "[5,7]"},
	{"process.cwd", "\"/work\""},
	{"signals.blocked", "[]"},
	{"signals.ignored", "[]"},
	{"process.securebits", "0"},
	{"process.terminal", "0"},
	{"mounts", "[{\"path\":\"/\"},{\"path\":\"/proc\"},{\"path\":\"/dev/pts\"},"
		   "{\"path\":\"/proc/keys\"},{\"path\":\"/secret\"},{\"path\":\"/data/below\"}]"},
};

#define CONFIG                                                                                     \
	"{\"process\":{\"noNewPrivileges\":true,\"user\":{\"uid\":0,\"gid\":5,"                    \
	"\"additionalGids\":[7]},\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"]}},"   \
	"\"mounts\":[{\"destination\":\"/proc\"},{\"destination\":\"/data\"}],"                    \
	"\"linux\":{\"namespaces\":[{\"type\":\"mount\"}],\"maskedPaths\":[\"/secret\"]}}"

#define IN_USER_NAMESPACE "{\"process\":{},\"linux\":{\"namespaces\":[{\"type\":\"user\"}]}}"

#define WITH_TERMINAL                                                                              \
	"{\"process\":{\"terminal\":true},\"mounts\":[{\"destination\":\"/proc\"}],\"linux\":{}}"

#define FILTERED "{\"process\":{},\"linux\":{\"seccomp\":{}}}"

#define BARE "{\"process\":{},\"linux\":{}}"

static const struct {
	const char *fact, *value; /* NULL: the fact is not reported */
	const char *config;	  /* NULL: CONFIG */
	bool passes_fds;
	bool holds;
} rows[] = {
	{"fds.open", "[0,1,2,7]", NULL, false, false},
	{"fds.open", "[0,1,2,7]", NULL, true, true},
	{"fds.open", "[0]", NULL, false, true},
	{"fds.open", NULL, NULL, false, false},
	{"fds.open", "{\"error\":\"EACCES\"}", NULL, false, false},
	{"caps.inheritable", "[\"CAP_KILL\"]", NULL, false, false},
	{"caps.ambient", "[\"CAP_KILL\"]", NULL, false, false},
	{"caps.bounding", "[\"CAP_KILL\",\"CAP_SYS_ADMIN\"]", NULL, false, false},
	{"caps.bounding", "[\"CAP_SYS_ADMIN\"]", BARE, false, true},
	{"process.no_new_privs", "false", NULL, false, false},
	{"process.no_new_privs", "false", BARE, false, true},
	{"user.groups", "[]", NULL, false, true},
	{"user.groups", "[5,7,4242]", NULL, false, false},
	{"user.groups", "[65534]", NULL, false, false},
	{"user.groups", "{\"error\":\"EPERM\"}", NULL, false, false},
	{"user.groups", "[0]", BARE, false, true},
	{"user.groups", "[5]", BARE, false, false},
	{"user.groups", "[65534]", IN_USER_NAMESPACE, false, true},
	{"user.groups", "[4242]", IN_USER_NAMESPACE, false, false},
	{"process.cwd", "\"(unreachable)/root\"", NULL, false, false},
	{"process.cwd", "{\"error\":\"ENOENT\"}", NULL, false, false},
	{"signals.blocked", "[\"SIGUSR1\"]", NULL, false, false},
	{"signals.ignored", "[\"SIGPIPE\"]", NULL, false, false},
	{"process.securebits", "4", NULL, false, false},
	{"process.securebits", "{\"error\":\"EPERM\"}", NULL, false, false},
	{"process.securebits", "{\"error\":\"EPERM\"}", FILTERED, false, true},
	{"process.securebits", "null", FILTERED, false, true},
	{"process.securebits", "null", NULL, false, true},
	{"process.securebits", "4", FILTERED, false, false},
	{"process.terminal", "34816", NULL, false, false},
	{"process.terminal", "{\"error\":\"ENOENT\"}", NULL, false, false},
	{"process.terminal", "{\"error\":\"ENOENT\"}", BARE, false, true},
	{"process.terminal", "34816", WITH_TERMINAL, false, true},
	{"process.terminal", "0", WITH_TERMINAL, false, false},
	{"mounts", "[{\"path\":\"/\"},{\"path\":\"/proc\"},{\"path\":\"/data\"},{\"path\":\"/x\"}]",
	 NULL, false, false},
	/* /data is a symbolic link to /x in the root file system */
	{"mounts", "[{\"path\":\"/\"},{\"path\":\"/proc\"},{\"path\":\"/x\"}]", NULL, false, true},
	{"mounts", "[{\"path\":\"/\"},{\"path\":\"/database\"},{\"path\":\"/x\"}]", NULL, false,
	 true},
	{"mounts", "[{\"path\":\"/proc\"},{\"path\":\"/data\"},{\"path\":\"/database\"}]", NULL,
	 false, false},
	{"mounts", "{\"error\":\"ENOENT\"}", NULL, false, false},
	{"mounts", "{\"error\":\"ENOENT\"}", BARE, false, true},
};

static size_t judge(const char *config, const char *fact, const char *value, bool passes_fds,
		    struct always_finding *ret, struct obs_list *l)
{
	CLEANUP(json_freep) struct json *tree = NULL;
	struct strbuf text = STRBUF_INIT;
	size_t applied, n, count = 0;

	strbuf_adds(&text, "conform-probe 1 " NONCE "\n");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *v = fact && str_eq(fact, good[i][0]) ? value : good[i][1];

		if (!v)
			continue;
		strbuf_addf(&text, "%s\t%s\n", good[i][0], v);
		count++;
	}
	strbuf_addf(&text, "end " NONCE " %zu\n", count);
	ck_assert(!text.oom);
	ck_assert_int_eq(obs_parse(text.buf, text.len, NONCE, l), 0);
	ck_assert(obs_is_complete(l));
	strbuf_done(&text);
	ck_assert_int_eq(json_parse(config, strlen(config), &tree, NULL), 0);
	n = always_judge(tree, l, passes_fds, ret, &applied);
	ck_assert_uint_ge(applied, n);
	ck_assert_uint_gt(applied, 0);
	return n;
}

START_TEST(what_is_as_asked_holds)
{
	CLEANUP(obs_list_done) struct obs_list l = {0};
	struct always_finding found[ALWAYS_MAX];

	ck_assert_uint_eq(judge(CONFIG, NULL, NULL, false, found, &l), 0);
}
END_TEST

START_TEST(each_rule_can_fail)
{
	CLEANUP(obs_list_done) struct obs_list l = {0};
	struct always_finding found[ALWAYS_MAX];
	const char *config = rows[_i].config ? rows[_i].config : CONFIG;
	size_t n = judge(config, rows[_i].fact, rows[_i].value, rows[_i].passes_fds, found, &l);
	bool seen = false;

	for (size_t i = 0; i < n; i++)
		seen = seen || str_eq(found[i].fact, rows[_i].fact);
	ck_assert_msg(seen != rows[_i].holds, "%s = %s", rows[_i].fact,
		      rows[_i].value ? rows[_i].value : "not reported");
	/* and nothing else does, where the configuration is the whole one */
	if (!rows[_i].config)
		ck_assert_uint_eq(n, rows[_i].holds ? 0 : 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("always");
	TCase *t = tcase_create("always");

	tcase_add_test(t, what_is_as_asked_holds);
	tcase_add_loop_test(t, each_rule_can_fail, 0, sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(s, t);
	return suite_run(s);
}
