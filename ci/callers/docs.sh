# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # lib.sh of ci/ sets top
# The tables of docs/callers.md, which stand between lines that name them and are never written by hand.

# write_table NAME FILE [DOCUMENT]: what is in FILE takes the place of the table of that name. Several may write, one after the other.
write_table() {
	local name=$1 file=$2 document=${3:-$top/docs/callers.md} lock
	exec {lock}<"${BASH_SOURCE[0]}"
	flock "$lock"
	if [ "$(grep -cxF "<!-- table: $name -->" "$document")" != 1 ] || [ "$(grep -cxF "<!-- end: $name -->" "$document")" != 1 ]; then
		die "$document has no place for the table '$name', or more than one"
	fi
	awk -v name="$name" -v file="$file" '
		$0 == "<!-- end: " name " -->" { skip = 0 }
		!skip { print }
		$0 == "<!-- table: " name " -->" {
			skip = 1
			print "```"
			while ((getline line <file) > 0)
				print line
			print "```"
		}' "$document" >"$document.new"
	mv "$document.new" "$document"
	exec {lock}<&-
}
