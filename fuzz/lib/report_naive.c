/* SPDX-License-Identifier: Apache-2.0 */
#include "report_naive.h"

#include <string.h>

static struct strbuf *kept;

int __wrap_fd_write_all(int fd, const void *buf, size_t len);
int __wrap_fd_write_all(int fd, const void *buf, size_t len)
{
	(void)fd;
	strbuf_add(kept, buf, len);
	return 0;
}

struct strbuf report_naive_make(const char *format, const struct rep_result *r)
{
	char name[] = "one", path[] = "/one";
	/* as many as there are checks, up to two */
	const struct rep_runtime runtimes[2] = {
		{.name = name, .path = path, .version = name, .spec = name},
		{.name = path, .path = path, .version = path, .spec = name}};
	struct rep_summary sum = {.total = 1}, sums[2];
	struct rep_run run = {.version = "1",
			      .commit = "c",
			      .runtimes = runtimes,
			      .nruntimes = r->nchecks > 1 ? 2 : 1,
			      .ncases = 1,
			      .jobs = 1,
			      .target = "",
			      .by_runtime = sums};
	const struct rep_options o = {.fd = 1, .width = 80};
	struct reporter *reporter = NULL;
	struct strbuf out = STRBUF_INIT;

	kept = &out;
	sum.count[r->verdict] = r->expectation != REP_XFAIL;
	sum.xfail = r->expectation == REP_XFAIL;
	sum.xpass = r->expectation == REP_XPASS;
	run.summary = sums[0] = sums[1] = sum;
	if (rep_new(format, &o, &reporter, NULL) < 0)
		return out;
	if ((!reporter->begin || reporter->begin(reporter, &run, NULL) == 0) &&
	    reporter->case_done(reporter, &run, r, NULL) == 0 && reporter->end)
		(void)reporter->end(reporter, &run, NULL);
	reporter->free(reporter);
	strbuf_adds(&out, "");
	return out;
}

#define DEPTH 16

/* What stands behind the reference that begins at @s, or NULL. */
static const char *reference(const char *s)
{
	static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
	const char *digits = str_starts(s, "&#x") ? "0123456789abcdefABCDEF" : "0123456789";
	size_t head = str_starts(s, "&#x") ? 3 : 2, n;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_starts(s, names[i]))
			return s + strlen(names[i]);
	if (!str_starts(s, "&#"))
		return NULL;
	n = strspn(s + head, digits);
	return n && s[head + n] == ';' ? s + head + n + 1 : NULL;
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' && !strchr("\n\t", c);
}

/* The '>' of the tag that begins at @s, with what may stand in one before it; or NULL. */
static const char *tag_end(const char *s)
{
	char quote = '\0';

	for (s++; s && *s; s = *s == '&' ? reference(s) : s + 1) {
		if (*s == '<' || is_control(*s) || (*s == '&' && !quote))
			return NULL;
		if (!quote && *s == '>')
			return s;
		if (quote ? *s == quote : *s == '"' || *s == '\'')
			quote = (char)(quote ? '\0' : *s);
	}
	return NULL;
}

/* The element that begins at @s: its end, or NULL; names are pushed and popped. */
static const char *element(const char *s, const char *names[DEPTH], size_t *depth)
{
	bool closes = s[1] == '/';
	const char *name = s + 1 + closes, *end = tag_end(s);
	size_t n = strcspn(name, " />?");

	if (!end)
		return NULL;
	if (s[1] == '?' || end[-1] == '/')
		return end + 1;
	if (!closes) {
		if (*depth == DEPTH)
			return NULL;
		names[(*depth)++] = name;
		return end + 1;
	}
	if (*depth == 0 || strncmp(names[--*depth], name, n + 1 - (name[n] == '>')) != 0)
		return NULL;
	return end + 1;
}

bool report_naive_is_xml(const char *s)
{
	const char *names[DEPTH];
	size_t depth = 0;

	while (s && *s) {
		if (*s == '<')
			s = element(s, names, &depth);
		else if (*s == '&')
			s = reference(s);
		else if (*s == '>' || is_control(*s))
			return false;
		else
			s++;
	}
	return s && depth == 0;
}
