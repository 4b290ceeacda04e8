# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The part of ci/fuzz that runs beside other work, and the ledger of hours. Sourced: uses $top, $campaign, $list, $names, $jobs and the functions of ci/fuzz.
ledger=$top/fuzz/hours.tsv slices=$campaign/slices.tsv built_from=$campaign/slices.commit
slice_seconds=120
# A unit is slow by its seconds of CPU; the clock says nothing where others go first.
slow_seconds=10

# rows: "target, minutes of CPU, executions, peak MB, findings" of the ledger, and of what has run since.
rows() {
	[ -f "$ledger" ] || printf '# date\tcommit\tmachine\ttarget\tcpu_minutes\texecutions\tpeak_mb\tfindings\n' >"$ledger"
	awk -F'\t' -v OFS='\t' '!/^#/ { print $4, $5, $6, $7, $8 }' "$ledger"
	[ ! -f "$slices" ] || awk -F'\t' -v OFS='\t' '{ print $1, $2 / 60, $3, $4, $5 }' "$slices"
}

# minutes_of TARGET: of CPU.
minutes_of() {
	rows | awk -F'\t' -v t="$1" '$1 == t { s += $2 } END { printf "%.2f", s }'
}

# is_taken: somebody holds the lock of --pause-while.
is_taken() {
	[ -n "$pause_while" ] && ! flock -ns "$pause_while" true
}

# judge_slow TARGET FILE...: an input stays only where it takes its seconds of CPU when it is run alone. One that never ends is killed when it has had twice as many.
judge_slow() {
	local t=$1 f used TIMEFORMAT='%U %S'
	shift
	for f in "$@"; do
		[[ -f $f && $f != *.small ]] || continue
		used=$({ time prlimit --cpu="$((2 * slow_seconds))" "$top/build/fuzz/fuzz/$t" "${limits[@]}" -timeout=900 "$f" >/dev/null 2>&1; } 2>&1) || true
		# above it may stand what bash says of a program that was killed
		if awk -v s="$slow_seconds" 'END { exit !($1 + $2 < s) }' <<<"$used"; then rm -f "$f"; fi
	done
}

# slice TARGET: one short run; a row of $slices says what it was: target, seconds of CPU, executions, peak MB, findings. Runs in a subshell of its own.
slice() {
	local t=$1 dir=$campaign/$1 args=() seeds pid='' before slow
	mkdir -p "$dir/corpus" "$dir/crashes"
	touch "$dir/began"
	dictionary "$t" "$dir/dict" && args=(-dict="$dir/dict")
	mapfile -t seeds < <(corpora "$t")
	before=$(find "$dir/crashes" -type f | wc -l)
	trap '[ -z "$pid" ] || end_program "$pid"' TERM
	"$top/build/fuzz/fuzz/$t" "${limits[@]}" -report_slow_units="$slow_seconds" -max_len=65536 -max_total_time="$slice_seconds" -print_final_stats=1 "${args[@]}" \
		-artifact_prefix="$dir/crashes/" "$dir/corpus" "${seeds[@]}" >"$dir/log" 2>&1 &
	pid=$!
	echo "$pid" >"$dir/pid"
	# a signal cuts the first one short
	while kill -0 "$pid" 2>/dev/null; do
		wait "$pid" || true
	done
	rm -f "$dir/pid"
	cpu_of_children "$dir/cpu"
	# those of earlier slices have been judged
	mapfile -t slow < <(find "$dir/crashes" -type f \( -name 'slow-unit-*' -o -name 'timeout-*' \) -newer "$dir/began")
	judge_slow "$t" "${slow[@]}"
	printf '%s\t%s\t%s\t%s\t%s\n' "$t" "$(tail -n 1 "$dir/cpu")" "$(final_stat "$dir/log" number_of_executed_units)" "$(final_stat "$dir/log" peak_rss_mb)" \
		"$(($(find "$dir/crashes" -type f | wc -l) - before))" >>"$slices"
}

# heed: stops what runs while the lock of --pause-while is held.
paused=0
heed() {
	local t how=CONT now=0
	if is_taken; then how=STOP now=1; fi
	[ "$now" != "$paused" ] || return 0
	paused=$now
	for t in "${!running[@]}"; do
		kill "-$how" "$(cat "$campaign/$t/pid" 2>/dev/null)" 2>/dev/null || true
	done
}

# final_stat LOG NAME: what libFuzzer says at its end.
final_stat() {
	local n
	n=$(sed -nE "s/^stat::$2: *([0-9]+)/\1/p" "$1" | tail -n 1)
	echo "${n:-0}"
}

# next_target: of those that do not run and lack hours, the one that has least; false where there is none.
next_target() {
	local t
	for t in "${names[@]}"; do
		[ -n "${running[$t]:-}" ] || printf '%s %s\n' "$(minutes_of "$t")" "$t"
	done | sort -n | awk -v goal="$minutes" '$1 < goal { print $2; found = 1; exit } END { exit !found }'
}

# idle_campaign: short runs at the lowest priority, those first that have run least, until each has its hours or it is --until.
idle_campaign() {
	local t now shown=$SECONDS
	trap stop INT TERM
	say "${#names[@]} targets beside other work, until each has $minutes minutes of CPU${until_time:+, or until $until_time}; $jobs at once"
	while :; do
		reap
		heed
		now=$(date +%s)
		if [ "$stopped" = 1 ] || { [ -n "$until_time" ] && [ "$now" -ge "$until_second" ]; }; then
			[ ${#running[@]} -gt 0 ] || break
		elif [ ${#running[@]} -lt "$jobs" ] && [ "$paused" = 0 ] && t=$(next_target); then
			# in a process group of its own, so that Ctrl-C reaches it in order
			set -m
			slice "$t" &
			set +m
			running[$t]=$!
			continue
		elif [ ${#running[@]} = 0 ] && ! next_target >/dev/null; then
			break
		fi
		if [ $((SECONDS - shown)) -ge 600 ]; then
			hours
			shown=$SECONDS
		fi
		tick
	done
	trap - INT TERM
	book
	hours
}

# commit_of_code: the last commit that changed what is fuzzed.
commit_of_code() {
	local commit code=(base specs runtime harness conformance fuzz/targets fuzz/checks fuzz/lib fuzz/mutate fuzz/schema)
	commit=$(git -C "$top" log -1 --format=%h -- "${code[@]}" 2>/dev/null || true)
	[ -z "$(git -C "$top" status --porcelain -- "${code[@]}" 2>/dev/null)" ] || commit+=-dirty
	echo "${commit:-unknown}"
}

# begin_slices: right behind the build. What an earlier build has run goes into the ledger with its own commit, and then this one's is kept: the checkout may go on while
# the build is fuzzed.
begin_slices() {
	book
	commit_of_code >"$built_from"
}

# book: what has run goes into the ledger, one row a target, with the commit that it was built from.
book() {
	local machine commit
	[ -s "$slices" ] || return 0
	machine=$(printf '%s, %s processors, Linux %s' "$(lscpu | sed -n 's/^Model name: *//p')" "$(nproc)" "$(uname -r)")
	commit=$(cat "$built_from" 2>/dev/null || true)
	awk -F'\t' -v OFS='\t' -v date="$(date +%F)" -v commit="${commit:-unknown}" -v machine="$machine" '
		{ cpu[$1] += $2; n[$1] += $3; if ($4 > mb[$1]) mb[$1] = $4; bad[$1] += $5 }
		END { for (t in cpu) print date, commit, machine, t, sprintf("%.1f", cpu[t] / 60), n[t], mb[t], bad[t] }' "$slices" | sort -t $'\t' -k4 >>"$ledger"
	: >"$slices"
}

# The targets that the goal of 120 minutes counts: each reads one kind of document as the programs do.
goal_targets="fuzz_features fuzz_parse fuzz_process fuzz_resources fuzz_state"

# document_targets: those whose bytes are a document, by their own words ("document:").
document_targets() {
	grep -lE '^(/[*]| [*]).*[ |]document: ' "$top"/fuzz/targets/fuzz_*.c | sed 's|.*/||; s|[.]c$||'
}

# hours: the ledger and what is not in it yet, summed per target, as a table for docs/fuzzing.md. Those that the goal counts come first; the document targets that have
# no row have run for no minute.
hours() {
	printf '| target | minutes of CPU | of the goal | executions | peak MB | findings |\n|---|---|---|---|---|---|\n'
	{
		rows
		document_targets | sed 's/$/\t0\t0\t0\t0/'
		printf '%s\t0\t0\t0\t0\n' $goal_targets
	} | awk -F'\t' -v minutes=120 -v goal=" $goal_targets " '
		{ cpu[$1] += $2; n[$1] += $3; if ($4 > mb[$1]) mb[$1] = $4; bad[$1] += $5 }
		END {
			for (t in cpu) {
				counts = index(goal, " " t " ") > 0
				printf "%d\t%.1f\t%s\t| `%s` | %.1f | %s | %d | %d | %d |\n", !counts, cpu[t], t, t, cpu[t], counts ? sprintf("%d %%", 100 * cpu[t] / minutes) : "-", n[t], mb[t], bad[t]
			}
		}' | sort -t "$(printf '\t')" -k1,1n -k2,2rn -k3,3 | cut -f4
}
