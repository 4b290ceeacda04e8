# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The table of a caller: a row for each operation, a column for each runtime.

# print_table HEAD ROWS RESULTS RUNTIME...: ROWS is a file of lines "ROW TITLE" as --list prints them, RESULTS one of lines "RUNTIME<tab>ROW<tab>VERDICT<tab>REASON", of
# which the last one of a runtime and row counts. What has no result stands as "-". Reasons stand below the table, by number.
print_table() {
	local head=$1 rows=$2 results=$3
	shift 3
	awk -F'\t' -v head="$head" -v names="$*" '
	function pad(text, width) { return sprintf("%-" width "s", text) }
	function put(line) { sub(/ +$/, "", line); print line }
	function cell(name, row,   key, verdict, why) {
		key = name SUBSEP row
		if (!(key in verdicts))
			return "-"
		verdict = verdicts[key]
		why = reasons[key]
		if (verdict == "ok")
			return why == "" ? verdict : verdict ", " why
		notes[++noted] = "(" noted ") " name ", " row ": " why
		return verdict " (" noted ")"
	}
	FILENAME == ARGV[1] {
		order[++count] = $0
		sub(/ .*/, "", order[count])
		title = $0
		sub(/^[^ ]+ +/, "", title)
		titles[order[count]] = title
		if (length(title) > width)
			width = length(title)
		next
	}
	{
		verdicts[$1, $2] = $3
		sub(/ +$/, "", $4)
		reasons[$1, $2] = $4
	}
	END {
		if (length(head) > width)
			width = length(head)
		columns = split(names, column, " ")
		line = pad(head, width)
		for (c = 1; c <= columns; c++)
			line = line "  " pad(column[c], wide[c] = length(column[c]) > 12 ? length(column[c]) : 12)
		put(line)
		for (r = 1; r <= count; r++) {
			line = pad(titles[order[r]], width)
			for (c = 1; c <= columns; c++)
				line = line "  " pad(cell(column[c], order[r]), wide[c])
			put(line)
		}
		if (noted)
			print ""
		for (n = 1; n <= noted; n++)
			print notes[n]
	}' "$rows" "$results"
}

# count_results RESULTS RUNTIME VERDICT ROW...: so many of these rows have that verdict; any, where it is empty.
count_results() {
	awk -F'\t' -v name="$2" -v verdict="$3" -v rows="${*:4}" '
		BEGIN { for (i = split(rows, row, " "); i > 0; i--) asked[row[i]] = 1 }
		$1 == name && $2 in asked { last[$2] = $3 }
		END { for (r in last) n += verdict == "" || last[r] == verdict; print n + 0 }' "$1"
}

# print_totals RESULTS ROWS-FILE RUNTIME...: "N of M ok", and how many have no result; with several runtimes for each, by name.
print_totals() {
	local results=$1 name rows without separator=''
	mapfile -t rows < <(cut -d' ' -f1 "$2")
	shift 2
	for name in "$@"; do
		printf '%s%d of %d ok' "$separator" "$(count_results "$results" "$name" ok "${rows[@]}")" "${#rows[@]}"
		without=$((${#rows[@]} - $(count_results "$results" "$name" '' "${rows[@]}")))
		[ "$without" = 0 ] || printf ', %d not measured' "$without"
		[ $# = 1 ] || printf ' (%s)' "$name"
		separator=', '
	done
}

# version_of PATH: of a runtime, and of refrun its commit.
version_of() {
	local said
	said=$("$1" --version 2>/dev/null | sed -nE '1s/.*[ ]([0-9][^ ]*)$/\1/p; s/^commit: ([0-9a-f]{7,12}(-dirty)?)$/, commit \1/p' | tr -d '\n') || said=''
	printf '%s' "${said:-of unknown version}"
}
