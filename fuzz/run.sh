#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh PROGRAM SECONDS DICTIONARIES CORPUS...: fuzzes for a while in a scratch directory, from a seed that is always the same, so that a second run of the tests says what
# the first one did; ci/fuzz draws its own. DICTIONARIES are files, separated by semicolons. The corpora are read only. What breaks the program is printed, kept in the folder found/ where this runs, and named, so that it can be added to the corpus as crash-<what>.
set -eu
program=$1 seconds=$2 dictionaries=$3 name=${1##*/} pid=
shift 3
# a test has one of its own, which goes with it also where nothing is caught (base/tests/guarded.c)
scratch=${GUARD_NAME:+$TMPDIR}
[ -n "$scratch" ] || scratch=$(mktemp -d "${TMPDIR:-/tmp}/conform-fuzz.XXXXXX")
# whoever ends this, also by going away with the other end of its output, ends up with nothing but what was found
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT PIPE TERM
# held while this runs, so that ./ci/test knows it for another's
exec 9>"$scratch/lock"
flock 9
mkdir "$scratch/new"
mkdir -p found
(
	IFS=';'
	for d in $dictionaries; do cat "$d"; done >"$scratch/dict"
)
# an empty dictionary is an error
[ -s "$scratch/dict" ] && set -- -dict="$scratch/dict" "$@"
# a signal cuts wait short, and nothing else
"$program" -seed="${CONFORM_FUZZ_SEED:-1}" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -malloc_limit_mb=512 -max_len=65536 -verbosity=0 -print_final_stats=1 \
	-artifact_prefix="found/$name-" "$scratch/new" "$@" >"$scratch/log" 2>&1 9>&- &
pid=$!
if wait "$pid"; then
	pid=
	grep '^stat::' "$scratch/log"
else
	pid=
	tail -n 60 "$scratch/log"
	find found -name "$name-*" -newer "$scratch/lock" -printf "the input is kept: $PWD/%p\n"
	exit 1
fi
