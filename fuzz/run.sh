#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh PROGRAM SECONDS DICTIONARIES CORPUS...: fuzzes for a while in a scratch directory. DICTIONARIES are files, separated by semicolons. The corpora are read
# only. What breaks the program is printed, kept in the scratch directory and named, so that it can be added to the corpus as crash-<what>.
set -eu
program=$1 seconds=$2 dictionaries=$3
shift 3
scratch=$(mktemp -d "${TMPDIR:-/tmp}/conform-fuzz.XXXXXX")
# who is ended has found nothing
trap 'rm -r "$scratch"; exit 1' INT TERM
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
	rm -r "$scratch"
else
	tail -n 60 "$scratch/log"
	echo "the input is kept: $(ls -d "$scratch"/crash-* "$scratch"/timeout-* "$scratch"/oom-* "$scratch"/slow-unit-* "$scratch"/leak-* 2>/dev/null)"
	exit 1
fi
