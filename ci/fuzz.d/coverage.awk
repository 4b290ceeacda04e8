# SPDX-License-Identifier: Apache-2.0
# coverage.awk -v goal=PERCENT PURE FILES: PURE lists what the goal counts, FILES has path, covered lines, lines. Prints the files and the sums. Ends with 1 where specs/, or what
# counts of runtime/ or harness/, has less than the goal, and names the files that are below it; with a goal of 0 never.
BEGIN { FS = "\t" }
FNR == NR {
	if ($0 !~ /^#/)
		pure[$1] = 1
	next
}
{
	counted = $1 in pure
	seen[$1] = 1
	for (p in pure)
		if (p ~ /\/$/ && index($1, p) == 1)
			counted = 1
	if ($3 == 0)
		next
	printf "%s %-40s %5d of %5d lines %6.1f %%\n", counted ? "*" : " ", $1, $2, $3, 100 * $2 / $3
	all += $3
	all_covered += $2
	if (counted) {
		sum += $3
		covered += $2
		split($1, part, "/")
		folder[part[1]] += $3
		folder_covered[part[1]] += $2
		if (100 * $2 < goal * $3)
			below[part[1]] = below[part[1]] sprintf("%s%s (%.1f %%)", below[part[1]] ? ", " : "", $1, 100 * $2 / $3)
	}
}
END {
	for (p in pure)
		if (p ~ /^[^-].*[.]c$/ && !(p in seen)) {
			printf "* %-40s no target links it\n", p
			unlinked = unlinked (unlinked ? ", " : "") p
		}
	for (f in folder)
		printf "summary: %-8s (pure parts): %d of %d lines, %.1f %%\n", f, folder_covered[f], folder[f], 100 * folder_covered[f] / folder[f]
	if (sum)
		printf "summary: all files marked *: %d of %d lines, %.1f %% (goal: 95 %%); all files that a target links: %.1f %%\n", covered, sum, 100 * covered / sum, 100 * all_covered / all
	if (!goal)
		exit 0
	n = split("specs runtime harness", part, " ")
	for (i = 1; i <= n; i++) {
		f = part[i]
		if (!folder[f]) {
			printf "error: %s/: no line of it is counted\n", f
			bad = 1
		} else if (100 * folder_covered[f] < goal * folder[f]) {
			printf "error: %s/: %.2f %% of the lines that count, less than %d %%; below it: %s\n", f, 100 * folder_covered[f] / folder[f], goal, below[f]
			bad = 1
		}
	}
	if (unlinked) {
		printf "error: no target links what counts: %s\n", unlinked
		bad = 1
	}
	exit bad
}
