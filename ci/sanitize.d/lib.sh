# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The file in which every report of a sanitizer leaves a line (reports.c).

reports=/run/sanitizer-reports

# reports_begin: from now on. Whoever runs an instrumented program may write into it.
reports_begin() {
	rm -f "$reports"
	: >"$reports"
	chmod 666 "$reports"
}

# reports_read: the lines.
reports_read() {
	tr -d '\0' <"$reports" | grep '^process ' || true
}

# reports_none: true where there is no line; else prints them.
reports_none() {
	local said
	said=$(reports_read)
	[ -n "$said" ] || return 0
	printf 'reports of sanitizers:\n%s\n' "$said"
	return 1
}
