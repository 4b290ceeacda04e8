/* SPDX-License-Identifier: Apache-2.0 */
#include "validate.h"

#include "catalogue.h"
#include "cleanup.h"
#include "fields.h"
#include "suite.h"
#include "syntax.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ROWS 2048

/* Which rows of the catalogue the parser can cite, and which the file of exceptions lists. */
static bool in_table[MAX_ROWS], not_judged[MAX_ROWS];

static int note_field(const struct field_view *v, void *arg)
{
	(void)arg;
	ck_assert_int_lt(v->req, MAX_ROWS);
	in_table[v->req] = true;
	return 0;
}

static void read_not_judged(void)
{
	cleanup_free char *buf = NULL;
	char *rest, *line;
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, SPECS_DIR "/validate/not_judged.tsv", 1 << 20,
					 &buf, &len, NULL),
			 0);
	for (rest = buf; (line = strsep(&rest, "\n"));) {
		char *tab = strchr(line, '\t');
		enum req r;

		if (line[0] == '\0' || line[0] == '#')
			continue;
		ck_assert_msg(tab && tab[1] != '\0', "no reason: %s", line);
		*tab = '\0';
		ck_assert_msg(catalogue_find(line, &r) == 0, "no such requirement: %s", line);
		ck_assert_msg(!not_judged[r], "listed twice: %s", line);
		not_judged[r] = true;
	}
}

/* Every row that speaks of the document alone is judged by a rule or by the parser, or says why
 * not. */
START_TEST(every_row_is_accounted_for)
{
	unsigned int rows = 0;

	ck_assert_int_eq(field_walk(&field_obj_config, note_field, NULL), 0);
	read_not_judged();
	for (enum req r = REQ_NONE; (r = catalogue_next(NULL, r)) != REQ_NONE;) {
		const struct requirement *q = catalogue_get(r);
		bool judged = val_has_rule((int)r) || in_table[r];

		if (not_judged[r])
			ck_assert_msg(!judged, "%s is judged, but listed as not", q->id);
		if (q->verify_num != VERIFY_STATIC &&
		    (q->verify_num != VERIFY_NEGATIVE || q->subject_num != SUBJECT_CONFIG))
			continue;
		rows++;
		ck_assert_msg(judged || not_judged[r], "nothing judges %s: %s", q->id,
			      q->statement);
	}
	ck_assert_uint_gt(rows, 200);
}
END_TEST

START_TEST(versions)
{
	static const char *const good[] = {"1.0.0",	   "0.0.0",
					   "1.3.0-rc.1+x", "1.0.2-dev",
					   "10.20.30",	   "1.0.0-x-y-z.-",
					   "1.0.0+001",	   "1.0.0--",
					   "1.0.0-0a.b",   "99999999999999999999.0.0"};
	static const char *const bad[] = {
		"",	  "1",	      "1.0",	"v1.0.0",	  "abc",	"1.0.0.0",
		"01.0.0", "1.0.0-01", "1.0.0-", "1.0.0+",	  "1.0.0-a..b", " 1.0.0",
		"1.0.0 ", "1.0.-1",   "1..0",	"1.0.0-\xc3\xa9", "1.0.0+a+b"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(syntax_semver(good[i]), "'%s'", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!syntax_semver(bad[i]), "'%s'", bad[i]);
}
END_TEST

/* The example of semver.org item 11, and what surrounds it, in ascending order. */
START_TEST(version_order)
{
	static const char *const rising[] = {
		"0.9.9",	"1.0.0-1",	 "1.0.0-2",	     "1.0.0-11",
		"1.0.0-alpha",	"1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
		"1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",	     "1.0.0",
		"1.0.1",	"1.2.0",	 "1.10.0",	     "2.0.0",
	};
	const size_t n = sizeof(rising) / sizeof(rising[0]);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int r = syntax_semver_compare(rising[i], rising[k]);

			ck_assert_msg((r < 0) == (i < k) && (r > 0) == (i > k), "%s and %s: %d",
				      rising[i], rising[k], r);
		}
	ck_assert_int_eq(syntax_semver_compare("1.0.0+a", "1.0.0+b"), 0);
}
END_TEST

START_TEST(lists_of_numbers)
{
	static const char *const good[] = {"", "0", "0-3,7", "3-3", "1,1", "999999999"};
	static const char *const bad[] = {"3-0", "a",  "0-",   "-1",	     ",",
					  "0,",	 ",0", "0--1", "0-1-2",	     "0;1",
					  " 0",	 "0 ", "0-3,", "1000000000", "0x1"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(syntax_number_list(good[i]), "'%s'", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!syntax_number_list(bad[i]), "'%s'", bad[i]);
}
END_TEST

START_TEST(dates)
{
	static const char *const good[] = {"2026-01-31T12:00:00Z", "2024-02-29T23:59:60+01:00",
					   "1985-04-12t23:20:50.52z", "2026-01-31T12:00:00-23:59",
					   "2000-02-29T00:00:00Z"};
	static const char *const bad[] = {"",
					  "2026",
					  "2026-01-31",
					  "2026-02-29T12:00:00Z",
					  "1900-02-29T12:00:00Z",
					  "2026-13-01T12:00:00Z",
					  "2026-00-01T12:00:00Z",
					  "2026-01-00T12:00:00Z",
					  "2026-01-31 12:00:00Z",
					  "2026-01-31T24:00:00Z",
					  "2026-01-31T12:60:00Z",
					  "2026-01-31T12:00:61Z",
					  "2026-01-31T12:00:00",
					  "2026-01-31T12:00:00.Z",
					  "2026-01-31T12:00:00+1:00",
					  "2026-01-31T12:00:00+24:00",
					  "2026-01-31T12:00:00Z ",
					  "2026-01-31T12:00"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(syntax_rfc3339(good[i]), "'%s'", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!syntax_rfc3339(bad[i]), "'%s'", bad[i]);
}
END_TEST

START_TEST(small_forms)
{
	ck_assert(syntax_env("A=b") && syntax_env("A=") && syntax_env("A==b"));
	ck_assert(!syntax_env("") && !syntax_env("A") && !syntax_env("=b"));
	ck_assert(syntax_capability("CAP_CHOWN") && syntax_capability("CAP_CHECKPOINT_RESTORE"));
	ck_assert(!syntax_capability("CHOWN") && !syntax_capability("cap_chown"));
	ck_assert(!syntax_capability("CAP_") && !syntax_capability("CAP_CHOWN "));
	ck_assert(syntax_page_size("64KB") && syntax_page_size("2MB") && syntax_page_size("1GB"));
	ck_assert(!syntax_page_size("64kB") && !syntax_page_size("2M") &&
		  !syntax_page_size("02MB"));
	ck_assert(!syntax_page_size("0MB") && !syntax_page_size("MB") && !syntax_page_size("2MBx"));
	ck_assert(syntax_signal("SIGTERM") && syntax_signal("SIGRTMIN+3") && syntax_signal("9"));
	ck_assert(syntax_signal("KILL") && syntax_signal("SIGRTMAX-30") && syntax_signal("64"));
	ck_assert(!syntax_signal("") && !syntax_signal("SIG") && !syntax_signal("sigterm"));
	ck_assert(!syntax_signal("0") && !syntax_signal("65") && !syntax_signal("SIGRTMIN+31"));
	ck_assert(!syntax_signal("SIGSIGTERM") && !syntax_signal("-9"));
	ck_assert(syntax_reverse_domain("com.example.key") && syntax_reverse_domain("a.b"));
	ck_assert(!syntax_reverse_domain("key") && !syntax_reverse_domain(".a"));
	ck_assert(!syntax_reverse_domain("a.") && !syntax_reverse_domain("a..b"));
}
END_TEST

START_TEST(kinds_are_told_apart)
{
	static const struct {
		const char *text;
		enum cfg_kind kind;
	} rows[] = {
		{"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"}}", CFG_CONFIG},
		{"{\"ociVersionMin\":\"1.0.0\"}", CFG_FEATURES},
		{"{\"ociVersionMax\":\"1.0.0\"}", CFG_FEATURES},
		{"{\"id\":\"a\",\"bundle\":\"/b\"}", CFG_STATE},
		{"{\"status\":\"running\"}", CFG_STATE},
		{"{\"status\":\"x\",\"root\":{}}", CFG_CONFIG},
		{"{\"annotations\":{\"status\":\"x\",\"ociVersionMin\":\"\"}}", CFG_CONFIG},
		{"{\"id\":\"a\"}", CFG_CONFIG},
		{"[\"ociVersionMin\"]", CFG_CONFIG},
		{"\"status\"", CFG_CONFIG},
		{"{\"ociVersionMin\":", CFG_CONFIG},
		{"", CFG_CONFIG},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(val_guess_kind(rows[i].text, strlen(rows[i].text)) == rows[i].kind,
			      "%s", rows[i].text);
}
END_TEST

START_TEST(what_a_runtime_refuses)
{
	ck_assert(val_refuses(REQ_PROCESS_CWD_ABSOLUTE));
	ck_assert(val_refuses(REQ_ROOT_READONLY_FIELD)); /* optional, but not of any type */
	ck_assert(val_refuses(REQ_NONE));
	ck_assert(!val_refuses(REQ_ROOT_PATH_CONVENTIONAL));
	ck_assert(!val_refuses(REQ_PROCESS_CAP_NAMES));
	ck_assert(!val_refuses(REQ_ANNOTATION_RESERVED_NAMESPACE));
	ck_assert(val_refuses(REQ_ANNOTATION_KEY_NOT_EMPTY));
}
END_TEST

/* What a runtime goes by, out of all that is found: not less, and nothing besides. */
START_TEST(what_is_refused_alone)
{
	/* cwd: refused; a reserved key and a capability that nobody knows: not */
	static const char text[] = "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},"
				   "\"annotations\":{\"org.opencontainers.x\":\"\"},"
				   "\"process\":{\"args\":[\"a\"],\"cwd\":\"not/absolute\","
				   "\"capabilities\":{\"bounding\":[\"CAP_NOBODY_KNOWS\"]}}}";

	size_t refused[2] = {0};

	for (int only = 0; only < 2; only++) {
		const struct val_options o = {.target = VAL_TARGET_LATEST, .refused_only = only};
		struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
		CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;

		ck_assert_int_eq(cfg_parse(CFG_CONFIG, text, strlen(text), &doc, &f, NULL), 0);
		ck_assert_int_eq(val_document(doc, &o, &f), 0);
		for (size_t i = 0; i < f.count; i++)
			refused[only] += val_refuses(f.items[i].req);
		ck_assert_uint_gt(refused[only], 0);
		ck_assert(only ? f.count == refused[only] : f.count > refused[only]);
	}
	ck_assert_uint_eq(refused[0], refused[1]);
}
END_TEST

/* Bundles on disk. */

static char dir[64];

static void make_dir(void)
{
	(void)snprintf(dir, sizeof(dir), "/tmp/test_validate.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_dir(void)
{
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *name, const char *text)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
}

static void make_subdir(const char *name)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);

	ck_assert_int_eq(mkdir(path, 0700), 0);
}

/* Judges the bundle; the ids of all findings are in @want, in order, and nothing else. */
static void expect_bundle(const enum req *want, size_t n, uint32_t line)
{
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	const struct val_options o = {.target = VAL_TARGET_LATEST};
	cleanup_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *buf = NULL;
	struct err e = {0};
	size_t len;

	ck_assert_int_eq(val_bundle(fd, &o, &f, &buf, &len, &e), 0);
	if (buf) {
		ck_assert_int_eq(val_bundle_root(fd, buf, len, &o, &f, &e), 0);
	}
	ck_assert_uint_eq(f.count, n);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(f.items[i].req == (int)want[i], "%s", f.items[i].message);
		ck_assert_uint_eq(f.items[i].line, line);
	}
}

#define ROOT(path) "{\"ociVersion\":\"1.0.0\",\n\"root\":{\"path\":\"" path "\"}}"

START_TEST(bundle_without_config)
{
	expect_bundle((enum req[]){REQ_BUNDLE_CONFIG_PRESENT}, 1, 0);
	make_subdir("inner");
	write_file("inner/config.json", ROOT("rootfs"));
	expect_bundle((enum req[]){REQ_BUNDLE_CONFIG_PRESENT, REQ_BUNDLE_CONFIG_IN_ROOT}, 2, 0);
}
END_TEST

START_TEST(bundle_with_misspelt_config)
{
	write_file("Config.JSON", ROOT("rootfs"));
	expect_bundle((enum req[]){REQ_BUNDLE_CONFIG_PRESENT, REQ_BUNDLE_CONFIG_NAME_EXACT}, 2, 0);
}
END_TEST

START_TEST(bundle_root)
{
	write_file("config.json", ROOT("rootfs"));
	expect_bundle((enum req[]){REQ_ROOT_PATH_DIRECTORY_EXISTS}, 1, 2);
	write_file("rootfs", "");
	expect_bundle((enum req[]){REQ_ROOT_PATH_DIRECTORY_EXISTS}, 1, 2);
	make_subdir("a");
	write_file("config.json", ROOT("a"));
	expect_bundle(NULL, 0, 0);
	write_file("config.json", ROOT("a/../a/."));
	expect_bundle(NULL, 0, 0);
	write_file("config.json", ROOT("/"));
	expect_bundle(NULL, 0, 0);
	write_file("config.json", ROOT("a/../../"));
	expect_bundle((enum req[]){REQ_BUNDLE_ARTIFACTS_SINGLE_DIR}, 1, 2);
	write_file("config.json", "{");
	expect_bundle(NULL, 0, 0);
}
END_TEST

START_TEST(bundle_with_a_fifo_does_not_hang)
{
	const struct val_options o = {.target = VAL_TARGET_LATEST};
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	cleanup_free char *path = str_format("%s/config.json", dir);
	cleanup_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *buf = NULL;
	struct err e = {0};
	size_t len;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(val_bundle(fd, &o, &f, &buf, &len, &e), -EINVAL);
	ck_assert_uint_eq(f.count, 0);
}
END_TEST

/* A message repeats what stood there, but not a megabyte of it, and no control bytes. */
START_TEST(messages_are_bounded)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	const struct val_options o = {.target = VAL_TARGET_LATEST};
	struct err e = {0};

	strbuf_adds(&text, "{\"ociVersion\":\"\\u001b[31m");
	for (int i = 0; i < 100000; i++)
		strbuf_adds(&text, "\xc3\xa9");
	strbuf_adds(&text, "\",\"root\":{\"path\":\"rootfs\"}}");
	ck_assert_int_eq(val_text(CFG_CONFIG, text.buf, text.len, &o, &f, &e), 0);
	ck_assert_uint_eq(f.count, 1);
	ck_assert_int_eq(f.items[0].req, REQ_CONFIG_OCIVERSION_SEMVER);
	ck_assert_uint_lt(strlen(f.items[0].message), 500);
	ck_assert_ptr_null(strchr(f.items[0].message, '\x1b'));
}
END_TEST

/* U+0080 to U+009F and DEL are control characters, too; the longest message has room for them. */
START_TEST(messages_are_clean)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	const struct val_options o = {.target = VAL_TARGET_LATEST};
	struct err e = {0};

	strbuf_adds(&text, "{\"ociVersion\":\"\x7f\xc2\x80\xc2\x9f\xc2\xa0");
	for (int i = 0; i < 33; i++)
		strbuf_adds(&text, "\\u0001");
	strbuf_adds(&text, "\",\"root\":{\"path\":\"rootfs\"}}");
	ck_assert_int_eq(val_text(CFG_CONFIG, text.buf, text.len, &o, &f, &e), 0);
	ck_assert_uint_eq(f.count, 1);
	ck_assert_msg(
		str_starts(f.items[0].message, "\"\\u007f\\u0080\\u009f\xc2\xa0\\u0001\\u0001"),
		"%s", f.items[0].message);
	ck_assert_ptr_nonnull(strstr(f.items[0].message, "\\u0001\" is not a version"));
}
END_TEST

/* The findings about /process/args with the array @args: how many, and the first of them. */
static size_t about_args(const char *args, char **ret_first)
{
	cleanup_free char *text = str_format(
		"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"user\":"
		"{\"uid\":0,\"gid\":0},\"cwd\":\"/\",\"args\":%s}}",
		args);
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	const struct val_options o = {.target = VAL_TARGET_LATEST};
	struct err e = {0};

	ck_assert_int_eq(val_text(CFG_CONFIG, text, strlen(text), &o, &f, &e), 0);
	ck_assert_uint_gt(f.count, 0);
	*ret_first = str_format("%s: %s", f.items[0].pointer, f.items[0].message);
	return f.count;
}

/* An array whose entries are of no use is not empty. */
START_TEST(arguments_that_are_none)
{
	static const struct {
		const char *args, *said;
	} rows[] = {
		{"[]", "/process/args: the array is empty; its first entry is the program to run"},
		{"[\"a\\u0000b\"]", "/process/args/0: must not hold a NUL character"},
		{"[\"/bin/true\",\"a\\u0000b\"]", "/process/args/1: must not hold a NUL character"},
		{"[1]", "/process/args/0: expected a string, got 1"},
		{"1", "/process/args: expected an array of strings, got 1"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cleanup_free char *first = NULL;

		ck_assert_uint_eq(about_args(rows[i].args, &first), 1);
		ck_assert_str_eq(first, rows[i].said);
	}
}
END_TEST

#define HEAD "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"}"

/* Judges HEAD, @before, @n times @s with commas between, and @after. */
static void judge_many(int target, const char *before, const char *s, size_t n, const char *after,
		       struct cfg_findings *f)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	const struct val_options o = {.target = target};
	struct err e = {0};

	strbuf_adds(&text, HEAD);
	strbuf_adds(&text, before);
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(&text, i ? "," : "");
		strbuf_adds(&text, s);
	}
	strbuf_adds(&text, after);
	ck_assert_msg(val_text(CFG_CONFIG, text.buf, text.len, &o, f, &e) == 0, "%s", e.msg);
}

static size_t count_of(const struct cfg_findings *f, enum req req)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->items[i].req == (int)req;
	return n;
}

START_TEST(advice_hides_no_error)
{
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

	/* mounts are judged before the process */
	judge_many(VAL_TARGET_LATEST, ",\"mounts\":[", "{\"destination\":\"d\"}",
		   CFG_MAX_FINDINGS + 1, "],\"process\":{\"args\":[\"a\"],\"cwd\":\"x\"}}", &f);
	ck_assert_uint_eq(count_of(&f, REQ_PROCESS_CWD_ABSOLUTE), 1);
	ck_assert_uint_eq(count_of(&f, REQ_MOUNT_DESTINATION_ABSOLUTE), CFG_MAX_FINDINGS);
	ck_assert(f.cut_advice && !f.cut_errors);
}
END_TEST

START_TEST(errors_hide_no_advice)
{
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

	judge_many(VAL_TARGET_LATEST,
		   ",\"hooks\":{\"prestart\":[{\"path\":\"/x\"}]},\"process\":{\"args\":[\"a\"],"
		   "\"cwd\":\"/\",\"env\":[",
		   "\"A\"", CFG_MAX_FINDINGS + 1, "]}}", &f);
	ck_assert_uint_eq(count_of(&f, REQ_PROCESS_ENV_FORMAT), CFG_MAX_FINDINGS);
	ck_assert_uint_eq(count_of(&f, REQ_HOOK_PRESTART_DEPRECATED), 1);
	ck_assert(f.cut_errors && !f.cut_advice);
}
END_TEST

/* The last that is listed cuts nothing; of a rule's findings as of the parser's. */
START_TEST(a_list_is_cut_where_it_says_so)
{
	static const struct {
		const char *before, *s, *after;
	} rows[] = {
		{",\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"a\"],\"cwd\":\"/\","
		 "\"env\":[",
		 "\"A\"", "]}}"},
		{",\"mounts\":[", "{\"destination\":7}", "]}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t more = 0; more < 2; more++) {
			struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

			judge_many(VAL_TARGET_LATEST, rows[i].before, rows[i].s,
				   CFG_MAX_FINDINGS + more, rows[i].after, &f);
			ck_assert_uint_eq(f.count, CFG_MAX_FINDINGS);
			ck_assert_int_eq(f.cut_errors, (int)more);
			ck_assert(!f.cut_advice);
		}
}
END_TEST

/* What is too young for the target is neither listed nor counted. */
START_TEST(young_findings_hide_none)
{
	static const struct {
		const char *before, *s, *after;
	} rows[] = {
		{",\"linux\":{\"memoryPolicy\":{\"mode\":\"MPOL_DEFAULT\",\"flags\":[", "7",
		 "]}},\"hostname\":7}"},
		{",\"mounts\":[{\"destination\":\"/d\",\"uidMappings\":[",
		 "{\"containerID\":0,\"hostID\":0}", "]}],\"hostname\":7}"},
		/* a member that became optional late, but is old */
		{",\"linux\":{\"memoryPolicy\":{\"mode\":\"MPOL_DEFAULT\",\"flags\":[", "7",
		 "]},\"resources\":{\"pids\":{\"limit\":\"x\"}}},\"hostname\":7}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cfg_findings old CLEANUP(cfg_findings_done) = {0};
		struct cfg_findings young CLEANUP(cfg_findings_done) = {0};

		judge_many(VAL_TARGET_MIN, rows[i].before, rows[i].s, CFG_MAX_FINDINGS + 1,
			   rows[i].after, &old);
		ck_assert_uint_eq(count_of(&old, REQ_CONFIG_HOSTNAME_FIELD), 1);
		ck_assert_uint_eq(count_of(&old, REQ_CGROUP_PIDS_LIMIT_FIELD), i == 2);
		ck_assert_uint_eq(old.count, i == 2 ? 2 : 1);
		ck_assert(!old.cut_errors && !old.cut_advice);
		judge_many(VAL_TARGET_LATEST, rows[i].before, rows[i].s, CFG_MAX_FINDINGS + 1,
			   rows[i].after, &young);
		ck_assert_uint_ge(young.count, CFG_MAX_FINDINGS);
		ck_assert(young.cut_errors);
	}
}
END_TEST

/* Of a member that the parser's list had no room for nobody says that it is missing. */
START_TEST(nothing_is_missing_behind_a_cut)
{
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

	judge_many(VAL_TARGET_LATEST, ",\"mounts\":[", "{\"destination\":7}", CFG_MAX_FINDINGS + 1,
		   "],\"linux\":{\"resources\":{\"rdma\":{\"a\":{\"hcaObjects\":-1}}}}}", &f);
	ck_assert(f.cut_errors);
	ck_assert_uint_eq(count_of(&f, REQ_CGROUP_RDMA_ONE_OF), 0);
	cfg_findings_done(&f);
	/* findings that are too young for the target hide nothing here either */
	judge_many(VAL_TARGET_MIN,
		   ",\"linux\":{\"memoryPolicy\":{\"mode\":\"MPOL_LOCAL\",\"flags\":[", "7",
		   CFG_MAX_FINDINGS + 1, "]},\"resources\":{\"rdma\":{\"a\":{}}}}}", &f);
	ck_assert(!f.cut_errors);
	ck_assert_uint_eq(count_of(&f, REQ_CGROUP_RDMA_ONE_OF), 1);
}
END_TEST

/* The same for who asks the parser and the rules without what stands between them. */
START_TEST(a_cut_of_the_parser_is_known_to_the_rules)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	const struct val_options o = {.target = VAL_TARGET_LATEST, .refused_only = true};

	strbuf_adds(&text, HEAD ",\"mounts\":[7");
	for (int i = 0; i < CFG_MAX_FINDINGS; i++)
		strbuf_adds(&text, ",7");
	strbuf_adds(&text, "],\"linux\":{\"resources\":{\"rdma\":{\"a\":{\"hcaObjects\":-1}}}}}");
	ck_assert_int_eq(cfg_parse(CFG_CONFIG, text.buf, text.len, &doc, &f, NULL), 0);
	ck_assert_uint_eq(f.count, CFG_MAX_FINDINGS);
	ck_assert_int_eq(val_document(doc, &o, &f), 0);
	ck_assert(f.cut_errors);
	ck_assert_uint_eq(f.count, CFG_MAX_FINDINGS);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("validate");
	TCase *rules = tcase_create("rules"), *bundles = tcase_create("bundles");

	tcase_add_test(rules, every_row_is_accounted_for);
	tcase_add_test(rules, versions);
	tcase_add_test(rules, version_order);
	tcase_add_test(rules, lists_of_numbers);
	tcase_add_test(rules, dates);
	tcase_add_test(rules, small_forms);
	tcase_add_test(rules, kinds_are_told_apart);
	tcase_add_test(rules, what_a_runtime_refuses);
	tcase_add_test(rules, what_is_refused_alone);
	tcase_add_test(rules, messages_are_bounded);
	tcase_add_test(rules, messages_are_clean);
	tcase_add_test(rules, arguments_that_are_none);
	tcase_add_test(rules, advice_hides_no_error);
	tcase_add_test(rules, errors_hide_no_advice);
	tcase_add_test(rules, a_list_is_cut_where_it_says_so);
	tcase_add_test(rules, young_findings_hide_none);
	tcase_add_test(rules, nothing_is_missing_behind_a_cut);
	tcase_add_test(rules, a_cut_of_the_parser_is_known_to_the_rules);
	suite_add_tcase(s, rules);
	tcase_add_checked_fixture(bundles, make_dir, remove_dir);
	tcase_add_test(bundles, bundle_without_config);
	tcase_add_test(bundles, bundle_with_misspelt_config);
	tcase_add_test(bundles, bundle_root);
	tcase_add_test(bundles, bundle_with_a_fifo_does_not_hang);
	suite_add_tcase(s, bundles);
	return s;
}

int main(void)
{
	return suite_run(suite());
}
