# SPDX-License-Identifier: Apache-2.0
# The tables of docs/performance.md, from what rounds and ci/bench have measured.
# times: series (NAME or NAME/BUNDLE/KIND), step, median, least, 10th percentile, CPU, peak memory, runs. facts: name, fact, value.
BEGIN { FS = "\t" }
NF >= 8 {
	split($1, part, "/")
	name = part[1]
	bundle = part[2] == "" ? "minimal" : part[2]
	at = name SUBSEP bundle SUBSEP $2
	median[at] = $3; cpu[at] = $6
	if ($2 == "run" && bundle == "minimal" && !(name in seen)) { seen[name] = 1; names[++count] = name }
	if ($7 > peak[name]) peak[name] = $7
	next
}
{ fact[$1, $2] = $3 }
function ms(v) { return v == "" ? "-" : sprintf(v < 10 ? "%.2f" : "%.1f", v) }
function times(v, base) { return v == "" || base == "" || base == 0 ? "-" : sprintf("%.2f", v / base) }
function label(n) {
	if (n == "limit") return "kernel work alone"
	if (n == "limit-cgroups") return "with cgroups and hidden paths"
	if (n == "fork+exec") return "fork + exec"
	return (fact[n, "version"] == "" ? n : n " " fact[n, "version"])
}
function strong(n, text) { return n == "refrun" ? "**" text "**" : text }
function life(n, b) {
	if (median[n, b, "create"] == "") return ""
	return median[n, b, "create"] + median[n, b, "start"] + median[n, b, "delete"]
}
function run_table(b, title,   i, n, v, limit, crun) {
	limit = median["limit", b, "run"] == "" ? median["limit", "minimal", "run"] : median["limit", b, "run"]; crun = median["crun", b, "run"]
	printf "\n| %s | median ms | CPU ms | x kernel work alone | x crun |\n|---|---|---|---|---|\n", title
	for (i = 1; i <= count; i++) {
		n = names[i]; v = median[n, b, "run"]
		if (v == "" && b == "engine" && n ~ /^limit/) v = median[n, "minimal", "run"]
		if (v == "") continue
		printf "| %s | %s | %s | %s | %s |\n", strong(n, label(n)), strong(n, ms(v)), ms(cpu[n, b, "run"] == "" ? cpu[n, "minimal", "run"] : cpu[n, b, "run"]), strong(n, times(v, limit)), strong(n, times(v, crun))
	}
}
function life_table(b, title,   i, n, k, steps) {
	k = split("create start exec kill delete", steps, " ")
	printf "\n| %s, median ms | create | start | exec | kill | delete | create + start + delete | x crun |\n|---|---|---|---|---|---|---|---|\n", title
	for (i = 1; i <= count; i++) {
		n = names[i]
		if (life(n, b) == "") continue
		printf "| %s |", strong(n, label(n))
		for (j = 1; j <= k; j++) printf " %s |", ms(median[n, b, steps[j]])
		printf " %s | %s |\n", strong(n, ms(life(n, b))), strong(n, times(life(n, b), life("crun", b)))
	}
}
END {
	print fact["machine", "text"]
	run_table("minimal", "`run` of /bin/true, minimal configuration")
	run_table("engine", "`run` of /bin/true, an engine's configuration with its seccomp profile for three architectures")
	if (median["limit", "v2", "run"] != "") run_table("v2", "`run` of /bin/true, minimal configuration, cgroup v2 alone")
	if (median["crun-newer", "warm", "run"] != "") {
		printf "\n| `run` of /bin/true, an engine's configuration, with a state root that stays | median ms | x the newer crun |\n|---|---|---|\n"
		printf "| **%s** | **%s** | **%s** |\n", label("refrun"), ms(median["refrun", "warm", "run"]), times(median["refrun", "warm", "run"], median["crun-newer", "warm", "run"])
		printf "| crun %s, its filter from its cache | %s | 1.00 |\n", fact["crun-newer", "version"], ms(median["crun-newer", "warm", "run"])
	}
	life_table("minimal", "minimal configuration")
	life_table("engine", "engine's configuration")
	if (fact["limit", "loops1"] != "") {
		printf "\n| containers per second, minimal configuration | 1 loop | 2 loops | 4 loops | x crun at 2 |\n|---|---|---|---|---|\n"
		for (i = 1; i <= count; i++) {
			n = names[i]
			if (fact[n, "loops1"] == "") continue
			printf "| %s | %d | %s | %d | %s |\n", strong(n, label(n)), fact[n, "loops1"], strong(n, sprintf("%d", fact[n, "loops2"])), fact[n, "loops4"], strong(n, times(fact[n, "loops2"], fact["crun", "loops2"]))
		}
	}
	printf "\n| | peak memory, KiB | system calls of `run`, minimal | cgroup v2 alone | with the engine's | size of the executable, KiB |\n|---|---|---|---|---|---|\n"
	for (i = 1; i <= count; i++) {
		n = names[i]
		if (n == "fork+exec") continue
		printf "| %s | %s | %s | %s | %s | %s |\n", strong(n, label(n)), strong(n, peak[n]), strong(n, fact[n, "calls-minimal"]), fact[n, "calls-v2"] == "" ? "-" : fact[n, "calls-v2"], fact[n, "calls-engine"] == "" ? "-" : fact[n, "calls-engine"], fact[n, "size"] == "" ? "-" : sprintf("%d", fact[n, "size"] / 1024)
	}
}
