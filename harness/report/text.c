/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include "catalogue.h"
#include "fd.h"

#include <stdio.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define VALUE_MAX   600 /* characters of a value in a text for people */

/* One character of text as it was given. */
struct character {
	const char *at;
	size_t len;   /* bytes taken from the text */
	bool control; /* a control character, or no character at all */
};

static struct character next_character(const char *s, size_t left)
{
	struct character c = {s, str_utf8_char(s, left), false};

	if (c.len == 0)
		return (struct character){s, 1, true};
	c.control = (unsigned char)s[0] < 0x20 || s[0] == 0x7f ||
		    /* C1: some terminals obey these as well */
		    (c.len == 2 && (unsigned char)s[0] == 0xc2 && (unsigned char)s[1] < 0xa0);
	return c;
}

void text_add_plain(struct strbuf *out, const char *s, int indent, size_t max)
{
	size_t left = strlen(s), n = 0;

	while (left > 0) {
		struct character c = next_character(s, left);

		if (max && n++ == max) {
			strbuf_adds(out, "...");
			return;
		}
		if (*s == '\n' && indent >= 0)
			strbuf_addf(out, "\n%*s", indent, "");
		else if (*s == '\n' || *s == '\t')
			strbuf_addc(out, ' ');
		else if (c.control)
			strbuf_adds(out, REPLACEMENT);
		else
			strbuf_add(out, s, c.len);
		s += c.len;
		left -= c.len;
	}
}

static const char *xml_entity(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	default:
		return NULL;
	}
}

/* U+FFFE and U+FFFF are UTF-8, yet no XML. */
static bool is_xml(const struct character *c)
{
	if (c->len == 3 && memcmp(c->at, "\xef\xbf", 2) == 0 && (unsigned char)c->at[2] >= 0xbe)
		return false;
	return !c->control || *c->at == '\n' || *c->at == '\t';
}

void text_add_xml(struct strbuf *out, const char *s)
{
	size_t left = strlen(s);

	while (left > 0) {
		struct character c = next_character(s, left);

		if (xml_entity(*s))
			strbuf_adds(out, xml_entity(*s));
		else if (is_xml(&c))
			strbuf_add(out, s, c.len);
		else
			strbuf_adds(out, REPLACEMENT);
		s += c.len;
		left -= c.len;
	}
}

void text_add_cell(struct strbuf *out, const char *s, size_t max)
{
	struct strbuf plain = STRBUF_INIT;

	text_add_plain(&plain, s, -1, max);
	for (size_t i = 0; i < plain.len; i++) {
		/* the punctuation that CommonMark lets a backslash take the meaning from */
		if (strchr("\\`*_{}[]()<>#+-!|~@", plain.buf[i]) && plain.buf[i] != '-')
			strbuf_addc(out, '\\');
		strbuf_addc(out, plain.buf[i]);
	}
	if (plain.oom)
		out->oom = true;
	strbuf_done(&plain);
}

void text_add_code(struct strbuf *out, const char *s, size_t max)
{
	struct strbuf plain = STRBUF_INIT;
	size_t fence = 1, run = 0;

	text_add_plain(&plain, s, -1, max);
	/* a code span ends at a run of backquotes as long as the one that opened it */
	for (size_t i = 0; i < plain.len; i++) {
		run = plain.buf[i] == '`' ? run + 1 : 0;
		fence = run >= fence ? run + 1 : fence;
	}
	for (size_t i = 0; i < fence; i++)
		strbuf_addc(out, '`');
	if (fence > 1)
		strbuf_addc(out, ' ');
	for (size_t i = 0; i < plain.len; i++) {
		if (plain.buf[i] == '|')
			strbuf_addc(out, '\\');
		strbuf_addc(out, plain.buf[i]);
	}
	if (fence > 1)
		strbuf_addc(out, ' ');
	for (size_t i = 0; i < fence; i++)
		strbuf_addc(out, '`');
	if (plain.oom)
		out->oom = true;
	strbuf_done(&plain);
}

void text_add_asked(struct strbuf *out, const struct rep_check *c, size_t max)
{
	text_add_plain(out, c->name ? c->name : "?", -1, max);
	if (c->op) {
		strbuf_addc(out, ' ');
		text_add_plain(out, c->op, -1, max);
	}
	if (c->expected) {
		strbuf_addc(out, ' ');
		text_add_plain(out, c->expected, -1, max);
	}
}

void text_add_observed(struct strbuf *out, const struct rep_check *c, size_t max)
{
	if (c->broken)
		strbuf_adds(out, "could not be judged");
	else if (!c->observed)
		strbuf_adds(out, "nothing");
	else
		text_add_plain(out, c->observed, -1, max);
	if (c->note) {
		strbuf_adds(out, " (");
		text_add_plain(out, c->note, -1, max);
		strbuf_addc(out, ')');
	}
}

const char *text_outcome(const struct rep_result *res)
{
	switch (res->expectation) {
	case REP_XFAIL:
		return "XFAIL";
	case REP_XPASS:
		return "XPASS";
	default:
		return verdict_name(res->verdict);
	}
}

bool text_is_finding(const struct rep_result *res)
{
	if (res->expectation == REP_XFAIL)
		return false;
	return res->expectation == REP_XPASS || res->verdict > VERDICT_PASS;
}

const char *text_url(const struct rep_requirement *q, char *buf, size_t size)
{
	char url[CATALOGUE_URL_SIZE];
	enum req r;

	buf[0] = '\0';
	if (catalogue_find(q->id, &r) == 0)
		(void)snprintf(buf, size, "%s", catalogue_url(r, url));
	return buf;
}

void text_add_level(struct strbuf *out, const char *level)
{
	for (const char *p = level ? level : "?"; *p; p++)
		strbuf_add(out, *p == '_' ? " " : p, 1);
}

static void add_requirement(struct strbuf *out, const struct rep_requirement *q, int indent)
{
	char url[CATALOGUE_URL_SIZE];

	strbuf_addf(out, "%*s", indent, "");
	text_add_level(out, q->level);
	strbuf_addf(out, " %s\n", q->id);
	if (*text_url(q, url, sizeof(url)))
		strbuf_addf(out, "%*s%s\n", indent + 2, "", url);
}

static void add_check(struct strbuf *out, const struct rep_check *c, int indent)
{
	if (c->broken) {
		strbuf_addf(out, "%*sbroken   ", indent, "");
		text_add_plain(out, c->name ? c->name : "?", -1, VALUE_MAX);
		strbuf_adds(out, ": ");
		text_add_plain(out, c->note ? c->note : "could not be judged", -1, VALUE_MAX);
		strbuf_addc(out, '\n');
		return;
	}
	strbuf_addf(out, "%*s%s ", indent, "", c->ok ? "held    " : "expected");
	text_add_asked(out, c, VALUE_MAX);
	strbuf_addf(out, "\n%*sobserved ", indent, "");
	text_add_observed(out, c, VALUE_MAX);
	strbuf_addc(out, '\n');
}

static void add_line(struct strbuf *out, int indent, const char *word, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(out, "%*s%s ", indent, "", word);
	text_add_plain(out, text, indent + (int)strlen(word) + 1, 0);
	strbuf_addc(out, '\n');
}

void text_add_finding(struct strbuf *out, const struct rep_result *res, int indent, bool all)
{
	size_t shown = 0;

	strbuf_addf(out, "%*s", indent, "");
	text_add_plain(out, res->title ? res->title : "", -1, 0);
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < res->nrequirements; i++)
		add_requirement(out, &res->requirements[i], indent);
	add_line(out, indent, "advice  ", res->advice);
	for (size_t i = 0; i < res->nchecks; i++) {
		if (!all && res->checks[i].ok)
			continue;
		add_check(out, &res->checks[i], indent);
		shown++;
	}
	/* where checks are shown, the reason only repeats the first of them */
	if (shown == 0)
		add_line(out, indent, "reason  ", res->reason);
	if (res->expectation != REP_NOT_LISTED) {
		add_line(out, indent, "known as", verdict_name(res->expected_verdict));
		add_line(out, indent, "because ", res->expected_reason);
		add_line(out, indent, "see     ", res->expected_link);
	}
	add_line(out, indent, "repeat  ", res->repeat);
	add_line(out, indent, "bundle  ", res->bundle);
}

const char *text_conclusion(const struct rep_run *run)
{
	const struct rep_summary *s = &run->summary;

	if (run->exit_code == 1)
		return s->count[VERDICT_FAIL] ? "does not conform"
					      : "a known deviation no longer holds";
	if (run->exit_code != 0)
		return "could not be judged";
	if (s->xfail)
		return "conforms, but for the known deviations";
	return s->count[VERDICT_PASS] + s->count[VERDICT_WARN] ? "conforms" : "nothing was judged";
}

int text_flush(struct strbuf *b, int fd, struct err *e)
{
	int r = 0;

	if (b->oom)
		r = err_set(e, ENOMEM, "write the report: %m");
	else if (b->len > 0)
		r = fd_write_all(fd, b->buf, b->len);
	if (r < 0 && !b->oom)
		(void)err_set(e, -r, "write the report: %m");
	strbuf_done(b);
	return r;
}
