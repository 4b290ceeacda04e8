# SPDX-License-Identifier: Apache-2.0
# coverage.awk PURE FILES: PURE lists what the goal counts, FILES has path, covered lines, lines. Prints the files and the sums.
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
	}
}
END {
	for (p in pure)
		if (p ~ /^[^-].*[.]c$/ && !(p in seen))
			printf "* %-40s no target links it\n", p
	for (f in folder)
		printf "summary: %-8s (pure parts): %d of %d lines, %.1f %%\n", f, folder_covered[f], folder[f], 100 * folder_covered[f] / folder[f]
	if (sum)
		printf "summary: all files marked *: %d of %d lines, %.1f %% (goal: 95 %%); all files that a target links: %.1f %%\n", covered, sum, 100 * covered / sum, 100 * all_covered / all
}
