/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"
#include "cfg_parse.h"
#include "cleanup.h"
#include "document.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BASE "\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"}"

static struct cfg_doc *parse(const char *text)
{
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_msg(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, &e) == 0, "%s: %s", text,
		      e.msg);
	return d;
}

/* Refused with exactly these words. */
static void refuse_len(enum cfg_kind kind, const char *text, size_t len, int num, const char *want)
{
	struct cfg_doc *d = NULL;
	struct err e = {0};
	int rc = cfg_parse(kind, text, len, &d, NULL, &e);

	ck_assert_msg(rc == -num && e.num == num, "%.100s: %d", text, rc);
	ck_assert_ptr_null(d);
	ck_assert_str_eq(e.msg, want);
	/* nobody has to want the words */
	ck_assert_int_eq(cfg_parse(kind, text, len, &d, NULL, NULL), -num);
}

static void refuse(const char *text, const char *want)
{
	refuse_len(CFG_CONFIG, text, strlen(text), EINVAL, want);
}

START_TEST(test_values)
{
	struct cfg_doc *d = parse(
		"{" BASE
		",\"unknown\":{\"a\":[1,{\"b\":null}]},\"mounts\":[{\"destination\":\"/proc\","
		"\"options\":[\"ro\",\"\\u00e4\\n\"],\"uidMappings\":[{\"containerID\":1,"
		"\"hostID\":4294967295,\"size\":3}]},"
		"{\"destination\":\"/sys\",\"options\":[]}],\"process\":{\"cwd\":\"/"
		"\",\"args\":[\"a\",\"\"],\"terminal\":false,"
		"\"oomScoreAdj\":-0,\"user\":{\"uid\":0,\"gid\":7,\"additionalGids\":[1,2,3,4,5]}},"
		"\"annotations\":{\"a/"
		"b\":\"c\",\"\":\"d\"},\"linux\":{\"timeOffsets\":{\"boottime\":{\"secs\":-"
		"9223372036854775808}},"
		"\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"time\",\"path\":\"/"
		"x\"}],\"resources\":{\"cpu\":{\"shares\":18446744073709551615}},"
		"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"architectures\":[\"SCMP_ARCH_"
		"X86\",\"SCMP_ARCH_RISCV64\"]}}}");
	const struct cfg_config *c = d->config;

	ck_assert_str_eq(c->oci_version, "1.3.0");
	ck_assert(!c->root->has_readonly);
	ck_assert(c->mounts.present && c->mounts.count == 2);
	ck_assert_str_eq(c->mounts.items[0].options.items[1], "\xc3\xa4\n");
	ck_assert_ptr_null(c->mounts.items[0].options.items[2]);
	ck_assert_uint_eq(c->mounts.items[0].uid_mappings.items[0].host_id, UINT32_MAX);
	ck_assert(c->mounts.items[1].options.present && c->mounts.items[1].options.count == 0);
	ck_assert_ptr_null(c->mounts.items[1].options.items[0]);
	ck_assert(!c->mounts.items[1].uid_mappings.present);
	ck_assert(c->process->has_terminal && !c->process->terminal);
	ck_assert(c->process->has_oom_score_adj && c->process->oom_score_adj == 0);
	ck_assert_str_eq(c->process->args.items[1], "");
	ck_assert_ptr_null(c->process->args.items[2]);
	ck_assert_uint_eq(c->process->user->additional_gids.count, 5);
	ck_assert_uint_eq(c->process->user->additional_gids.items[4], 5);
	ck_assert_uint_eq(c->annotations.count, 2);
	ck_assert_str_eq(c->annotations.items[0].key, "a/b");
	ck_assert_str_eq(c->annotations.items[1].value, "d");
	ck_assert_str_eq(c->linux->time_offsets.items[0].key, "boottime");
	ck_assert(c->linux->time_offsets.items[0].secs == INT64_MIN);
	ck_assert_int_eq(c->linux->namespaces.items[1].type, CFG_NS_TIME);
	ck_assert(c->linux->resources->cpu->shares == UINT64_MAX);
	ck_assert_int_eq(c->linux->seccomp->default_action, CFG_ACT_LOG);
	ck_assert_int_eq(c->linux->seccomp->architectures.items[1], CFG_ARCH_RISCV64);
	ck_assert_ptr_null(c->hooks);
	ck_assert_ptr_null(c->hostname);
	cfg_doc_free(d);
}
END_TEST

START_TEST(test_not_json)
{
	refuse("", "1:1: parse error: premature EOF");
	refuse("{", "1:2: parse error: premature EOF");
	refuse("{\n \"a\": 01}",
	       "2:8: parse error: after key and value, inside map, I expect ',' or '}'");
	refuse("{" BASE "}\n\nx", "3:1: parse error: trailing garbage");
	refuse("{" BASE "} {}", "1:49: parse error: trailing garbage");
	refuse("{" BASE ",}", "1:48: parse error: invalid object key (must be a string)");
	refuse("{" BASE ",\"a\":[1,]}",
	       "1:55: parse error: unallowed token at this point in JSON text");
	refuse("{" BASE ",\"a\":1.}", "1:54: lexical error: malformed number, a digit is required "
				      "after the decimal point.");
	refuse("{" BASE ",\"a\":+1}", "1:52: lexical error: invalid char in json text.");
	refuse("{" BASE ",\"a\":NaN}", "1:52: lexical error: invalid char in json text.");
	refuse("{" BASE ",\"a\":'x'}", "1:52: lexical error: invalid char in json text.");
	refuse("{" BASE " /* c */}", "1:48: lexical error: probable comment found in input text, "
				     "comments are not enabled.");
	refuse("{" BASE ",\"a\":\"\t\"}", "1:53: lexical error: invalid character inside string.");
	refuse("{" BASE ",\"a\":\"\\x\"}", "1:54: lexical error: inside a string, '\\' occurs "
					   "before a character which it may not.");
	refuse("\xef\xbb\xbf{" BASE "}", "1:1: lexical error: invalid char in json text.");
	refuse_len(CFG_CONFIG, "{" BASE "}\0", sizeof(BASE) + 2, EINVAL,
		   "1:48: parse error: trailing garbage");
	/* the end that came too early is the place */
	refuse("{\"a\":1", "1:7: parse error: premature EOF");
	refuse("{\"a\":\"x", "1:8: parse error: premature EOF");
	refuse("{\"a\":1\n\n", "3:1: parse error: premature EOF");
	refuse("{\"a\":1.", "1:8: lexical error: malformed number, a digit is required after the "
			    "decimal point.");
	refuse("  \n", "2:1: parse error: premature EOF");
	refuse("{\"a\":\n01}",
	       "2:2: parse error: after key and value, inside map, I expect ',' or '}'");
	refuse("{\"a\"\n1}",
	       "2:1: parse error: object key and value must be separated by a colon (':')");
	refuse("{\"a\":[1\n2]}", "2:1: parse error: after array element, I expect ',' or ']'");
	refuse("{\"a\":1\n\"b\":2}",
	       "2:1: parse error: after key and value, inside map, I expect ',' or '}'");
	refuse("[]", "1:1: expected an object, got an array");
	refuse(" null", "1:2: expected an object, got null");
	refuse("\n 12", "2:2: expected an object, got 12");
	refuse("\"\\u0041\"", "1:1: expected an object, got \"A\"");
}
END_TEST

/* yajl takes them for blanks */
START_TEST(test_odd_blanks)
{
	refuse("{" BASE ",\n\"hostname\"\f:\"a\"}", "2:11: a character that JSON has nowhere");
	refuse("{" BASE ",\n\"hostname\":\v\"a\"}", "2:12: a character that JSON has nowhere");
	refuse("{" BASE "}\v\f", "1:48: a character that JSON has nowhere");
	refuse("{" BASE "}\f\v", "1:48: a character that JSON has nowhere");
	refuse("\f", "1:1: a character that JSON has nowhere");
}
END_TEST

START_TEST(test_utf8)
{
	static const char *const bad[] = {"\x80",
					  "\xc0\x80",
					  "\xc1\xbf",
					  "\xe0\x80\x80",
					  "\xed\xa0\x80",
					  "\xf0\x80\x80\x80",
					  "\xf4\x90\x80\x80",
					  "\xf5\x80\x80\x80",
					  "\xff",
					  "\xc3",
					  "\xe2\x82",
					  "\xf0\x9f\x98"};
	static const char *const good[] = {"\xc2\x80",	       "\xdf\xbf",	  "\xe0\xa0\x80",
					   "\xed\x9f\xbf",     "\xee\x80\x80",	  "\xef\xbf\xbf",
					   "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cleanup_free char *text = str_format("{" BASE ",\"a\":\"%s\"}", bad[i]);

		refuse(text, "1:53: bytes that are not UTF-8 [json-utf8]");
		/* whatever the alignment of the fast path */
		for (size_t pad = 0; pad < 9; pad++) {
			cleanup_free char *moved = str_format("%*s%s", (int)pad, "", text);
			struct err e = {0};
			struct cfg_doc *d = NULL;

			ck_assert_int_eq(cfg_parse(CFG_CONFIG, moved, strlen(moved), &d, NULL, &e),
					 -EINVAL);
			ck_assert(str_ends(e.msg, "[json-utf8]"));
		}
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		cleanup_free char *text = str_format("{" BASE ",\"hostname\":\"%s\"}", good[i]);
		struct cfg_doc *d = parse(text);

		ck_assert_str_eq(d->config->hostname, good[i]);
		cfg_doc_free(d);
	}
	refuse("{" BASE ",\"hostname\":\"\\ud800\"}", "1:60: half a surrogate pair [json-utf8]");
	refuse("{" BASE ",\"hostname\":\"a\\udc00\"}", "1:61: half a surrogate pair [json-utf8]");
	refuse("{" BASE ",\"x\":\"\\ud800\\u0041\"}", "1:53: half a surrogate pair [json-utf8]");
	refuse("{" BASE ",\"\\ud800\":1}", "1:49: half a surrogate pair [json-utf8]");
	refuse("{" BASE ",\"x\":\"\\\\\\\"\\ud83d\\\\ude00\"}",
	       "1:57: half a surrogate pair [json-utf8]");
	cfg_doc_free(parse("{" BASE ",\"x\":\"\\\\ud800 \\\" \\ud83d\\uDE00\"}"));
}
END_TEST

START_TEST(test_duplicates)
{
	refuse("{" BASE ",\n\"root\":{\"path\":\"x\"}}",
	       "2:1: the member \"root\" stands twice in one object [json-no-duplicate-names]");
	refuse("{" BASE ",\"x\":1,\"y\":2,\n\"x\":3}",
	       "2:1: the member \"x\" stands twice in one object [json-no-duplicate-names]");
	refuse("{" BASE ",\"x\":1,\"\\u0078\":3}",
	       "1:54: the member \"x\" stands twice in one object [json-no-duplicate-names]");
	refuse("{" BASE ",\"r\\u006fot\":3}",
	       "1:48: the member \"root\" stands twice in one object [json-no-duplicate-names]");
	refuse("{" BASE ",\"x\":[{\"a\":{\"\":1,\"\":2}}]}",
	       "1:64: the member \"\" stands twice in one object [json-no-duplicate-names]");
	refuse("{" BASE ",\"annotations\":{\"a\":\"1\",\"a\":\"2\"}}",
	       "1:71: the member \"a\" stands twice in one object [json-no-duplicate-names]");
	refuse("{" BASE ",\"linux\":{\"timeOffsets\":{\"a\":{},\"a\":{}}}}",
	       "1:79: the member \"a\" stands twice in one object [json-no-duplicate-names]");
	/* three of a kind: the second is told */
	refuse("{" BASE ",\"x\":1,\n\"x\":2,\n\"x\":3}",
	       "2:1: the member \"x\" stands twice in one object [json-no-duplicate-names]");
	/* the same name in another object is another member; case counts */
	cfg_doc_free(
		parse("{" BASE
		      ",\"x\":{\"x\":{\"x\":1},\"X\":2},\"Root\":1,\"y\":[{\"x\":1},{\"x\":1}]}"));
}
END_TEST

START_TEST(test_types)
{
#define LINUX(x) "{" BASE ",\n\"linux\":{" x "}}"
	refuse(LINUX("\"resources\":{\"memory\":{\"limit\":\"512M\"}}"),
	       "2:41: /linux/resources/memory/limit: expected an integer, got \"512M\" "
	       "[cgroup-memory-limit-field]");
	refuse(LINUX("\"resources\":{\"memory\":{\"limit\":1.0}}"),
	       "2:41: /linux/resources/memory/limit: expected an integer, got 1.0 "
	       "[cgroup-memory-limit-field]");
	refuse(LINUX("\"resources\":{\"memory\":{\"limit\":1e3}}"),
	       "2:41: /linux/resources/memory/limit: expected an integer, got 1e3 "
	       "[cgroup-memory-limit-field]");
	refuse(LINUX("\"resources\":{\"memory\":{\"limit\":9223372036854775808}}"),
	       "2:41: /linux/resources/memory/limit: must be from -9223372036854775808 to "
	       "9223372036854775807, got 9223372036854775808 [cgroup-memory-limit-field]");
	refuse(LINUX("\"resources\":{\"memory\":{\"limit\":-9223372036854775809}}"),
	       "2:41: /linux/resources/memory/limit: must be from -9223372036854775808 to "
	       "9223372036854775807, got -9223372036854775809 [cgroup-memory-limit-field]");
	refuse(LINUX("\"resources\":{\"cpu\":{\"shares\":-0}}"),
	       "2:39: /linux/resources/cpu/shares: must be from 0 to 18446744073709551615, got -0 "
	       "[cgroup-cpu-shares-field]");
	refuse(LINUX("\"resources\":{\"cpu\":{\"shares\":18446744073709551616}}"),
	       "2:39: /linux/resources/cpu/shares: must be from 0 to 18446744073709551615, got "
	       "18446744073709551616 [cgroup-cpu-shares-field]");
	refuse(LINUX("\"resources\":{\"blockIO\":{\"throttleWriteIOPSDevice\":[{\"major\":1,"
		     "\"minor\":2,\"rate\":null}]}}"),
	       "2:89: /linux/resources/blockIO/throttleWriteIOPSDevice/0/rate: expected an "
	       "integer, got null [cgroup-blockio-throttlewriteiopsdevice-rate-field]");
	refuse("{" BASE ",\n\"hooks\":{\"poststop\":[{\"path\":\"/a\",\"args\":[1]}]}}",
	       "2:43: /hooks/poststop/0/args/0: expected a string, got 1 [hook-poststop-args]");
	refuse(LINUX("\"maskedPaths\":[\"a\",[]]"),
	       "2:29: /linux/maskedPaths/1: expected a string, got an array "
	       "[linux-maskedpaths-field]");
	refuse(LINUX("\"maskedPaths\":{}"), "2:24: /linux/maskedPaths: expected an array of "
					    "strings, got an object [linux-maskedpaths-field]");
	/* what came before says nothing of it */
	refuse("{\"x\":\"a text of more than the bytes that an error shows\",\"hostname\":{}}",
	       "1:69: /hostname: expected a string, got an object [config-hostname-field]");
	refuse(LINUX("\"sysctl\":{\"a/b~\":1}"),
	       "2:27: /linux/sysctl/a~1b~0: expected a string, got 1 [linux-sysctl-field]");
	refuse(LINUX("\"sysctl\":[]"), "2:19: /linux/sysctl: expected an object of strings, got an "
				       "array [linux-sysctl-field]");
	refuse(LINUX("\"namespaces\":[{\"type\":\"pod\"}]"),
	       "2:32: /linux/namespaces/0/type: \"pod\" is not one of pid, network, mount, ipc, "
	       "uts, user, cgroup, time [linux-ns-type-field]");
	refuse(LINUX("\"namespaces\":[{\"type\":\"pid\"},{\"path\":\"\"}]"),
	       "2:47: /linux/namespaces/1/path: must not be empty [linux-ns-path-field]");
	refuse(LINUX("\"namespaces\":[\"pid\"]"),
	       "2:24: /linux/namespaces/0: expected an object, got \"pid\" [linux-ns-array-field]");
	refuse(LINUX("\"timeOffsets\":{\"x\":1}"),
	       "2:29: /linux/timeOffsets/x: expected an object, got 1 [linux-time-offsets-field]");
	refuse("{" BASE ",\"hostname\":null}",
	       "1:59: /hostname: expected a string, got null [config-hostname-field]");
	refuse("{" BASE ",\"hostname\":\"a\\u0000b\"}",
	       "1:59: /hostname: must not hold a NUL character [config-hostname-field]");
	refuse("{" BASE ",\"annotations\":{\"\\u0000\":\"b\"}}",
	       "1:63: /annotations/: must not hold a NUL character [annotation-field]");
	refuse("{\"ociVersion\":\"1.0.0\",\n \"root\":{\"readonly\":\"yes\"}}",
	       "2:21: /root/readonly: expected true or false, got \"yes\" [root-readonly-field]");
	refuse("{\"ociVersion\":\"1.0.0\",\n \"root\":{\"readonly\":true}}",
	       "2:9: /root/path: is required [root-path-field]");
	refuse("{}", "1:1: /ociVersion: is required [config-ociversion-field]");
	/* what a document holds does not steer a terminal, and long values are cut between
	 * characters */
	refuse("{" BASE ",\"annotations\":{\"\\u001b[2J\\u007f\\u0085\":1}}",
	       "1:87: /annotations/?[2J???: expected a string, got 1 [annotation-field]");
	refuse("{" BASE ",\"root2\":1,\"mounts\":"
	       "\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
	       "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
	       "\xc3\xa4x\xc3\xa4\xc3\xa4\"}",
	       "1:67: /mounts: expected an array of objects, got "
	       "\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
	       "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4x\"... "
	       "[mount-array-field]");
}
END_TEST

START_TEST(test_null_in_features)
{
	static const char text[] =
		"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\",\"hooks\":null,\"linux\":"
		"{\"cgroup\":null,"
		"\"seccomp\":{\"enabled\":null,\"actions\":null}},\"annotations\":null}";
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_msg(cfg_parse(CFG_FEATURES, text, strlen(text), &d, NULL, &e) == 0, "%s", e.msg);
	ck_assert(!d->features->hooks.present && !d->features->annotations.present);
	ck_assert_ptr_null(d->features->linux->cgroup);
	ck_assert(!d->features->linux->seccomp->has_enabled &&
		  !d->features->linux->seccomp->actions.present);
	cfg_doc_free(d);
	refuse_len(
		CFG_FEATURES, "{\"ociVersionMin\":null}", 22, EINVAL,
		"1:18: /ociVersionMin: expected a string, got null [features-ociversionmin-field]");
	refuse_len(CFG_FEATURES, "{\"hooks\":[null]}", 16, EINVAL,
		   "1:11: /hooks/0: expected a string, got null [features-hooks-field]");
}
END_TEST

START_TEST(test_findings)
{
	static const char text[] =
		"{\n\"root\":{\"path\":1},\n\"process\":{\"user\":7,\"args\":[1,\"x\",{}],"
		"\"rlimits\":[{\"type\":\"RLIMIT_X\",\"soft\":1,\"hard\":2}]},\n"
		"\"linux\":{\"namespaces\":[3,{\"type\":\"pid\"}]}}";
	static const struct {
		const char *pointer, *message;
		uint32_t line, col;
		int req;
	} want[] = {
		{"/root/path", "expected a string, got 1", 2, 16, REQ_ROOT_PATH_FIELD},
		{"/process/user", "expected an object, got 7", 3, 19, REQ_PROCESS_USER_UID_FIELD},
		{"/process/args/0", "expected a string, got 1", 3, 29, REQ_PROCESS_ARGS_FIELD},
		{"/process/args/2", "expected a string, got an object", 3, 35,
		 REQ_PROCESS_ARGS_FIELD},
		{"/process/rlimits/0/type", NULL, 3, 58, REQ_PROCESS_RLIMITS_TYPE_FIELD},
		{"/process/cwd", "is required", 3, 11, REQ_PROCESS_CWD_FIELD},
		{"/linux/namespaces/0", "expected an object, got 3", 4, 24,
		 REQ_LINUX_NS_ARRAY_FIELD},
		{"/ociVersion", "is required", 1, 1, REQ_CONFIG_OCIVERSION_FIELD},
	};
	struct cfg_findings f = {0};
	struct cfg_doc *d = NULL;
	cleanup_free char *pointer = NULL;
	uint32_t line, col;

	ck_assert_int_eq(cfg_parse(CFG_CONFIG, text, strlen(text), &d, &f, NULL), 0);
	ck_assert_uint_eq(f.count, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < f.count; i++) {
		ck_assert_str_eq(f.items[i].pointer, want[i].pointer);
		if (want[i].message)
			ck_assert_str_eq(f.items[i].message, want[i].message);
		ck_assert_uint_eq(f.items[i].line, want[i].line);
		ck_assert_uint_eq(f.items[i].col, want[i].col);
		ck_assert_int_eq(f.items[i].req, want[i].req);
	}
	/* what is wrong is left out, the rest is there, and knows where it stood */
	ck_assert_ptr_null(d->config->root->path);
	ck_assert_uint_eq(d->config->process->args.count, 1);
	ck_assert_str_eq(d->config->process->args.items[0], "x");
	ck_assert_int_eq(d->config->process->rlimits.items[0].type, CFG_UNKNOWN);
	ck_assert(d->config->process->rlimits.items[0].has_type);
	ck_assert_int_eq(cfg_locate(d, &d->config->process->args.items[0], &pointer, &line, &col),
			 0);
	ck_assert_str_eq(pointer, "/process/args/1");
	ck_assert(line == 3 && col == 31);
	cfg_doc_free(d);
	cfg_findings_done(&f);
	ck_assert_ptr_null(f.items);
}
END_TEST

/* Every field refuses every type but its own, and takes its edges. */
static int try_types(const struct field_view *v, void *arg)
{
	static const char *const values[] = {"null", "true", "12", "\"x\"", "{}", "[]"};
	enum { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_STRING, VALUE_OBJECT, VALUE_ARRAY } good;
	const char *p;

	(void)arg;
	switch ((enum field_kind)v->field->kind) {
	case FIELD_STR:
	case FIELD_ENUM:
		good = VALUE_STRING;
		break;
	case FIELD_BOOL:
		good = VALUE_BOOL;
		break;
	case FIELD_INT:
	case FIELD_UINT:
		good = VALUE_INT;
		break;
	case FIELD_OBJ:
	case FIELD_PAIRS:
	case FIELD_MAP:
		good = VALUE_OBJECT;
		break;
	default:
		good = VALUE_ARRAY;
		break;
	}
	for (size_t i = 0; i < 8; i++) {
		struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
		char tail[32];
		size_t depth = 0;
		struct cfg_findings f = {0};
		struct cfg_doc *d = NULL;
		bool hit = false;

		/* the pointer's steps, opened one by one */
		for (p = v->pointer; *p; p += strcspn(p + 1, "/") + 1) {
			size_t n = strcspn(p + 1, "/");
			bool star = n == 1 && p[1] == '*', key = n == 2 && p[1] == '{';

			strbuf_adds(&b, star ? "[" : "{");
			if (!star)
				strbuf_addf(&b, "\"%.*s\":", (int)(key ? 1 : n), key ? "k" : p + 1);
			ck_assert_uint_lt(depth, sizeof(tail));
			tail[depth++] = star ? ']' : '}';
		}
		if (i < 6)
			strbuf_adds(&b, values[i]);
		else
			document_value(v->field, i == 7, &b);
		while (depth--)
			strbuf_addc(&b, tail[depth]);
		ck_assert_int_eq(cfg_parse(CFG_CONFIG, b.buf, b.len, &d, &f, NULL), 0);
		for (size_t k = 0; k < f.count; k++) {
			size_t len = strlen(f.items[k].pointer);
			const char *name = strrchr(f.items[k].pointer, '/') + 1;

			/* the field's own findings, not those on what its neighbours or members
			 * lack */
			if (str_eq(name, v->field->name) &&
			    !str_eq(f.items[k].message, "is required") && len) {
				hit = true;
				ck_assert_int_eq(f.items[k].req, v->req);
			}
		}
		if (i < 6 && i != (size_t)good)
			ck_assert_msg(hit, "%s takes %s", v->pointer, values[i]);
		else if (i >= 6 || v->field->kind != FIELD_ENUM)
			ck_assert_msg(!hit, "%s refuses %s", v->pointer, b.buf);
		else
			ck_assert_msg(hit, "%s takes an unknown name", v->pointer);
		cfg_doc_free(d);
		cfg_findings_done(&f);
	}
	return 0;
}

START_TEST(test_every_field_has_its_type)
{
	ck_assert_int_eq(field_walk(&field_obj_config, try_types, NULL), 0);
}
END_TEST

START_TEST(test_minimal_documents)
{
	static const struct {
		enum cfg_kind kind;
		const struct field_obj *obj;
	} kinds[] = {{CFG_CONFIG, &field_obj_config},
		     {CFG_STATE, &field_obj_state},
		     {CFG_FEATURES, &field_obj_features},
		     {CFG_PROCESS, &field_obj_process},
		     {CFG_RESOURCES, &field_obj_resources},
		     {CFG_PROCESS_STATE, &field_obj_container_process_state}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
		struct cfg_doc *d = NULL;
		struct err e = {0};

		document_minimal(kinds[i].obj, &b);
		ck_assert_msg(cfg_parse(kinds[i].kind, b.buf, b.len, &d, NULL, &e) == 0, "%s",
			      e.msg);
		ck_assert_int_eq(d->kind, kinds[i].kind);
		cfg_doc_free(d);
	}
}
END_TEST

START_TEST(test_file)
{
	char dir[] = "/tmp/test_parse.XXXXXX";
	cleanup_fd int dirfd = FD_NONE, fd = FD_NONE;
	struct cfg_doc *d = NULL;
	struct err e = {0};

	ck_assert_ptr_nonnull(mkdtemp(dir));
	dirfd = open(dir, O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(dirfd, 0);
	fd = openat(dirfd, "c.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(fd_write_all(fd, "{" BASE "}\n", sizeof(BASE) + 2), 0);
	ck_assert_int_eq(cfg_parse_file(CFG_CONFIG, dirfd, "c.json", &d, &e), 0);
	ck_assert_int_eq(cfg_err(d, &d->config->root->path, &e, ENOENT, "no '%s': %m", "rootfs"),
			 -ENOENT);
	ck_assert_str_eq(e.msg, "c.json:1:38: /root/path: no 'rootfs': No such file or directory");
	cfg_doc_free(d);
	d = NULL;
	ck_assert_int_eq(fd_write_all(fd, "x", 1), 0);
	ck_assert_int_eq(cfg_parse_file(CFG_CONFIG, dirfd, "c.json", &d, &e), -EINVAL);
	ck_assert_str_eq(e.msg, "c.json:2:1: parse error: trailing garbage");
	ck_assert_int_eq(ftruncate(fd, (off_t)CFG_MAX_BYTES + 1), 0);
	ck_assert_int_eq(cfg_parse_file(CFG_CONFIG, dirfd, "c.json", &d, &e), -E2BIG);
	ck_assert_str_eq(e.msg, "c.json:1:1: more than 16777216 bytes");
	ck_assert_int_eq(cfg_parse_file(CFG_CONFIG, dirfd, "none", &d, &e), -ENOENT);
	/* a FIFO without a writer does not hang us, a directory is no file */
	ck_assert_int_eq(mkfifoat(dirfd, "fifo", 0600), 0);
	ck_assert_int_eq(cfg_parse_file(CFG_CONFIG, dirfd, "fifo", &d, &e), -EINVAL);
	ck_assert_str_eq(e.msg, "'fifo' is not a regular file");
	ck_assert_int_eq(cfg_parse_file(CFG_CONFIG, dirfd, ".", &d, NULL), -EINVAL);
	ck_assert_ptr_null(d);
	ck_assert_int_eq(unlinkat(dirfd, "c.json", 0) | unlinkat(dirfd, "fifo", 0) | rmdir(dir), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parse");
	TCase *t = tcase_create("parse");

	suite_add_tcase(s, t);
	tcase_add_test(t, test_values);
	tcase_add_test(t, test_not_json);
	tcase_add_test(t, test_odd_blanks);
	tcase_add_test(t, test_utf8);
	tcase_add_test(t, test_duplicates);
	tcase_add_test(t, test_types);
	tcase_add_test(t, test_null_in_features);
	tcase_add_test(t, test_findings);
	tcase_add_test(t, test_every_field_has_its_type);
	tcase_add_test(t, test_minimal_documents);
	tcase_add_test(t, test_file);
	return suite_run(s);
}
