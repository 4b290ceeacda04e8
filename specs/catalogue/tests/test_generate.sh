#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The generator refuses a table that breaks a rule, names the line, and takes the real one.
# Usage: test_generate.sh AWK GENERATOR TABLE
set -eu

awk=$1 generator=$2 table=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tab=$(printf '\t')
failures=0

generate() {
	"$awk" -v ids="$dir/ids" -v rows="$dir/rows" -f "$generator" "$1" 2>"$dir/stderr"
}

# refused NAME WORDS: the table on stdin is refused in line 3 with WORDS.
refused() {
	{ sed -n 1,2p "$table"; cat; } >"$dir/table"
	if generate "$dir/table"; then
		echo "not ok: $1: accepted"
		failures=$((failures + 1))
	elif ! grep -q "table:3: .*$2" "$dir/stderr"; then
		echo "not ok: $1: $(cat "$dir/stderr")"
		failures=$((failures + 1))
	else
		echo "ok: $1"
	fi
}

# row ID LEVEL DOCUMENT ANCHOR SINCE SUBJECT VERIFY STATEMENT
row() {
	printf '%s' "$1"
	shift
	printf '\t%s' "$@"
	echo
}

generate "$table" || { cat "$dir/stderr"; exit 1; }
echo "ok: the real table"

s='This is a sentence that states something.'
sed -n 2p "$table" | refused 'an id twice' 'line 2 already'
row Not-Kebab MUST config.md root 1.0 runtime inside "$s" | refused 'a capital letter' 'kebab'
row not--kebab MUST config.md root 1.0 runtime inside "$s" | refused 'two hyphens' 'kebab'
row x-y SHALL config.md root 1.0 runtime inside "$s" | refused 'an unknown level' "level 'SHALL'"
row x-y MUST other.md root 1.0 runtime inside "$s" | refused 'an unknown document' 'document'
row x-y MUST config.md '#root' 1.0 runtime inside "$s" | refused 'an anchor with #' 'anchor'
row x-y MUST config.md root 1.4 runtime inside "$s" | refused 'an unknown version' 'version'
row x-y MUST config.md root 1.0 kernel inside "$s" | refused 'an unknown subject' 'subject'
row x-y MUST config.md root 1.0 runtime guess "$s" | refused 'an unknown verify' 'verify'
row x-y MUST config.md root 1.0 runtime inside 'too short' | refused 'no sentence' 'sentence'
row x-y MUST config.md root 1.0 runtime inside "$s" more | refused 'a ninth field' 'found 9'
row x-y MUST config.md root 1.0 runtime | refused 'a field missing' 'found 6'

echo "id${tab}level" >"$dir/table"
if generate "$dir/table"; then
	echo 'not ok: a wrong head line: accepted'
	failures=$((failures + 1))
fi
# a quotation mark and a backslash arrive in C as they are
{ sed -n 1p "$table"; row x-y MUST config.md root 1.0 runtime inside 'Says "a\b" to us, twice.'; } >"$dir/table"
generate "$dir/table"
grep -qF '"Says \"a\\b\" to us, twice."' "$dir/rows" || {
	echo 'not ok: quoting'
	failures=$((failures + 1))
}
exit $((failures > 0))
