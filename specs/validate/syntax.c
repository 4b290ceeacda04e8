/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax.h"

#include "str.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Length of a decimal number without leading zeros at @s, or 0. */
static size_t number_len(const char *s)
{
	size_t n = 0;

	while (is_digit(s[n]))
		n++;
	return n > 1 && s[0] == '0' ? 0 : n;
}

/* Skips dot-separated identifiers; NULL where one is empty, or (@strict) a number with a leading
 * zero. */
static const char *semver_identifiers(const char *s, bool strict)
{
	for (;;) {
		bool numeric = true;
		size_t n = 0;

		for (; is_alnum(s[n]) || s[n] == '-'; n++)
			numeric = numeric && is_digit(s[n]);
		if (n == 0 || (strict && numeric && n > 1 && s[0] == '0'))
			return NULL;
		s += n;
		if (*s != '.')
			return s;
		s++;
	}
}

bool syntax_semver(const char *s)
{
	for (int part = 0; part < 3; part++) {
		size_t n = number_len(s);

		if (n == 0 || (part < 2 && s[n] != '.'))
			return false;
		s += n + (part < 2);
	}
	if (*s == '-' && !(s = semver_identifiers(s + 1, true)))
		return false;
	if (*s == '+' && !(s = semver_identifiers(s + 1, false)))
		return false;
	return *s == '\0';
}

/* Numbers of any length compare by length first: they have no leading zeros. */
static int compare_numbers(const char *a, size_t alen, const char *b, size_t blen)
{
	if (alen != blen)
		return alen < blen ? -1 : 1;
	return memcmp(a, b, alen);
}

static size_t identifier_len(const char *s, bool *ret_numeric)
{
	size_t n = 0;

	*ret_numeric = true;
	for (; is_alnum(s[n]) || s[n] == '-'; n++)
		*ret_numeric = *ret_numeric && is_digit(s[n]);
	return n;
}

/* semver.org item 11.4: numbers below words, shorter list below its continuation. */
static int compare_prerelease(const char *a, const char *b)
{
	for (;;) {
		bool anum, bnum;
		size_t alen = identifier_len(a, &anum), blen = identifier_len(b, &bnum);
		int r;

		if (alen == 0 || blen == 0)
			return (alen > 0) - (blen > 0);
		if (anum != bnum)
			return anum ? -1 : 1;
		if (anum) {
			r = compare_numbers(a, alen, b, blen);
		} else {
			r = memcmp(a, b, alen < blen ? alen : blen);
			if (r == 0)
				r = (alen > blen) - (alen < blen);
		}
		if (r != 0)
			return r;
		a += alen + (a[alen] == '.');
		b += blen + (b[blen] == '.');
	}
}

int syntax_semver_compare(const char *a, const char *b)
{
	for (int part = 0; part < 3; part++) {
		size_t alen = number_len(a), blen = number_len(b);
		int r = compare_numbers(a, alen, b, blen);

		if (r != 0)
			return r;
		a += alen + (part < 2);
		b += blen + (part < 2);
	}
	if (*a != '-' || *b != '-')
		return (*b == '-') - (*a == '-'); /* a release stands above its pre-releases */
	return compare_prerelease(a + 1, b + 1);
}

/* Reads a number of at most nine digits, which is more than any processor or node id. */
static const char *list_number(const char *s, unsigned long *ret)
{
	unsigned long v = 0;
	size_t n = 0;

	for (; is_digit(s[n]); n++) {
		if (n == 9)
			return NULL;
		v = v * 10 + (unsigned long)(s[n] - '0');
	}
	*ret = v;
	return n ? s + n : NULL;
}

bool syntax_number_list(const char *s)
{
	if (*s == '\0')
		return true;
	for (;;) {
		unsigned long low, high;

		if (!(s = list_number(s, &low)))
			return false;
		high = low;
		if (*s == '-' && !(s = list_number(s + 1, &high)))
			return false;
		if (high < low)
			return false;
		if (*s == '\0')
			return true;
		if (*s++ != ',')
			return false;
	}
}

bool syntax_env(const char *s)
{
	const char *eq = strchr(s, '=');

	return eq && eq != s;
}

bool syntax_page_size(const char *s)
{
	size_t n = number_len(s);

	return n > 0 && s[0] != '0' &&
	       (str_eq(s + n, "KB") || str_eq(s + n, "MB") || str_eq(s + n, "GB"));
}

/* Reads exactly @digits digits; -1 where there are fewer. */
static int fixed_number(const char *s, int digits)
{
	int v = 0;

	for (int i = 0; i < digits; i++) {
		if (!is_digit(s[i]))
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
		return 29;
	return days[month - 1];
}

static bool rfc3339_date(const char *s)
{
	int year = fixed_number(s, 4), month, day;

	if (year < 0 || s[4] != '-')
		return false;
	month = fixed_number(s + 5, 2);
	if (month < 1 || month > 12 || s[7] != '-')
		return false;
	day = fixed_number(s + 8, 2);
	return day >= 1 && day <= days_in_month(year, month);
}

/* "hh:mm" within a day. */
static bool rfc3339_minutes(const char *s)
{
	int hour = fixed_number(s, 2), minute;

	if (hour < 0 || hour > 23 || s[2] != ':')
		return false;
	minute = fixed_number(s + 3, 2);
	return minute >= 0 && minute <= 59;
}

bool syntax_rfc3339(const char *s)
{
	int second;

	if (!rfc3339_date(s))
		return false;
	s += 10;
	if ((*s != 'T' && *s != 't') || !rfc3339_minutes(s + 1) || s[6] != ':')
		return false;
	second = fixed_number(s + 7, 2);
	if (second < 0 || second > 60) /* 60: a leap second */
		return false;
	s += 9;
	if (*s == '.') {
		if (!is_digit(*++s))
			return false;
		while (is_digit(*s))
			s++;
	}
	if (*s == 'Z' || *s == 'z')
		return s[1] == '\0';
	return (*s == '+' || *s == '-') && rfc3339_minutes(s + 1) && s[6] == '\0';
}

bool syntax_signal(const char *s)
{
	static const char *const names[] = {
		"ABRT",	 "ALRM",  "BUS",  "CHLD",   "CLD",  "CONT",   "FPE",   "HUP",  "ILL",
		"INT",	 "IO",	  "IOT",  "KILL",   "PIPE", "POLL",   "PROF",  "PWR",  "QUIT",
		"RTMAX", "RTMIN", "SEGV", "STKFLT", "STOP", "SYS",    "TERM",  "TRAP", "TSTP",
		"TTIN",	 "TTOU",  "URG",  "USR1",   "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
	};
	uint64_t n;

	if (str_to_u64(s, 64, &n) == 0)
		return n > 0;
	if (str_starts(s, "SIG"))
		s += 3;
	if (str_starts(s, "RTMIN+") || str_starts(s, "RTMAX-"))
		return str_to_u64(s + 6, 30, &n) == 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(s, names[i]))
			return true;
	return false;
}

bool syntax_reverse_domain(const char *s)
{
	size_t labels = 0;

	for (;;) {
		size_t n = strcspn(s, ".");

		if (n == 0)
			return false;
		labels++;
		if (s[n] == '\0')
			return labels > 1;
		s += n + 1;
	}
}

bool syntax_capability(const char *s)
{
	static const char *const names[] = {
		"AUDIT_CONTROL",   "AUDIT_READ",   "AUDIT_WRITE",
		"BLOCK_SUSPEND",   "BPF",	   "CHECKPOINT_RESTORE",
		"CHOWN",	   "DAC_OVERRIDE", "DAC_READ_SEARCH",
		"FOWNER",	   "FSETID",	   "IPC_LOCK",
		"IPC_OWNER",	   "KILL",	   "LEASE",
		"LINUX_IMMUTABLE", "MAC_ADMIN",	   "MAC_OVERRIDE",
		"MKNOD",	   "NET_ADMIN",	   "NET_BIND_SERVICE",
		"NET_BROADCAST",   "NET_RAW",	   "PERFMON",
		"SETFCAP",	   "SETGID",	   "SETPCAP",
		"SETUID",	   "SYSLOG",	   "SYS_ADMIN",
		"SYS_BOOT",	   "SYS_CHROOT",   "SYS_MODULE",
		"SYS_NICE",	   "SYS_PACCT",	   "SYS_PTRACE",
		"SYS_RAWIO",	   "SYS_RESOURCE", "SYS_TIME",
		"SYS_TTY_CONFIG",  "WAKE_ALARM",
	};

	if (!str_starts(s, "CAP_"))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(s + 4, names[i]))
			return true;
	return false;
}
