# SPDX-License-Identifier: Apache-2.0
# The chart of docs/performance.md, as SVG: four panels of bars. Input as table.awk's.
BEGIN { FS = "\t" }
NF >= 8 {
	split($1, part, "/")
	median[part[1], part[2] == "" ? "minimal" : part[2], $2] = $3
	next
}
{ fact[$1, $2] = $3 }
function label(n) { return n == "limit" ? "kernel work alone" : n }
function life(n) {
	if (median[n, "minimal", "create"] == "") return ""
	return median[n, "minimal", "create"] + median[n, "minimal", "start"] + median[n, "minimal", "delete"]
}
function value(panel, n) {
	if (panel == 1) return median[n, "minimal", "run"]
	if (panel == 2) return n == "limit" ? median[n, "minimal", "run"] : median[n, "engine", "run"]
	if (panel == 3) return life(n)
	return fact[n, "loops2"]
}
function text(x, y, class, s) { printf "<text x=\"%d\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, s }
function panel(p, x, y, title, unit,   i, n, v, most, at, width) {
	text(x, y, "h", title)
	text(x, y + 17, "u", unit)
	most = 0
	for (i = 1; i <= total; i++) if (value(p, order[i]) + 0 > most) most = value(p, order[i]) + 0
	at = y + 30
	for (i = 1; i <= total; i++) {
		n = order[i]; v = value(p, n)
		if (v == "") continue
		width = v / most * 210
		text(x + 112, at + 14, "n" (n == "refrun" ? " s" : ""), label(n))
		printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"18\" rx=\"2\" fill=\"%s\"/>\n", x + 122, at, width < 2 ? 2 : width, n == "refrun" ? "#1769aa" : n == "limit" ? "#8fa3b0" : "#c3ccd3"
		text(x + 128 + width, at + 14, "v" (n == "refrun" ? " s" : ""), sprintf(p == 4 ? "%d" : v < 10 ? "%.1f" : "%.0f", v))
		at += 25
	}
}
END {
	total = split("limit refrun bubblewrap crun runc", order, " ")
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 840 440\" width=\"840\" height=\"440\" role=\"img\" aria-label=\"refrun, crun, runc, bubblewrap and the kernel's work alone: time to run, to create, start and delete, and containers per second\">"
	print "<style>text{font-family:system-ui,'DejaVu Sans',sans-serif;font-size:13px;fill:#26323a}.h{font-size:15px;font-weight:600}.u{font-size:12px;fill:#5b6b75}.n{text-anchor:end}.s{font-weight:600;fill:#0f4c7d}.f{font-size:11px;fill:#5b6b75}</style>"
	print "<rect width=\"840\" height=\"440\" rx=\"8\" fill=\"#ffffff\" stroke=\"#dde3e7\"/>"
	panel(1, 24, 36, "run, minimal configuration", "milliseconds, median; less is better")
	panel(2, 436, 36, "run, engine's configuration, seccomp profile", "milliseconds, median; less is better")
	panel(3, 24, 232, "create + start + delete", "milliseconds, sum of medians; less is better")
	if (fact["limit", "loops2"] != "") panel(4, 436, 232, "containers per second, two loops", "more is better")
	text(24, 424, "f", fact["machine", "text"])
	print "</svg>"
}
