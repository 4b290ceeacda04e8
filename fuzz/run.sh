#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh PROGRAM SECONDS DICTIONARIES CORPUS...: fuzzes for a while in a scratch directory. DICTIONARIES are files, separated by semicolons. The corpora are read
# only. What breaks the program is printed, kept in the scratch directory and named, so that it can be added to the corpus as crash-<what>.
set -eu
program=$1 seconds=$2 dictionaries=$3
shift 3
scratch=$(mktemp -d "${TMPDIR:-/tmp}/conform-fuzz.XXXXXX")
kept=
# whoever ends this, also by going away with the other end of its output, ends up with nothing but what was found
trap '[ -n "$kept" ] || rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT PIPE TERM
# held while this runs, so that ./ci/test knows it for another's
exec 9>"$scratch/lock"
flock 9
mkdir "$scratch/new"
(
	IFS=';'
	for d in $dictionaries; do cat "$d"; done >"$scratch/dict"
)
# an empty dictionary is an error
[ -s "$scratch/dict" ] && set -- -dict="$scratch/dict" "$@"
if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=512 -max_len=65536 -verbosity=0 -print_final_stats=1 \
	-artifact_prefix="$scratch/" "$scratch/new" "$@" >"$scratch/log" 2>&1; then
	grep '^stat::' "$scratch/log"
else
	kept=$(find "$scratch" -maxdepth 1 \( -name "crash-*" -o -name "timeout-*" -o -name "oom-*" -o -name "slow-unit-*" -o -name "leak-*" \))
	tail -n 60 "$scratch/log"
	[ -z "$kept" ] || echo "the input is kept: $kept"
	exit 1
fi
