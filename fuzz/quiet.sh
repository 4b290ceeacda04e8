#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# quiet.sh PROGRAM CORPUS...: a target opens no file and asks no other program, whatever its input. It is run by strace(1) without seeds and with them: what it asks the kernel
# for then, beside the seeds themselves, is no more than without. A file in memory is none (libseccomp writes programs to descriptors alone). 77 where nothing can be traced here.
set -eu
program=$1
shift
strace -qq -e trace=none true 2>/dev/null || { echo "strace(1) is not there, or may not trace"; exit 77; }
scratch=${GUARD_NAME:+$TMPDIR}
[ -n "$scratch" ] || scratch=$(mktemp -d "${TMPDIR:-/tmp}/conform-fuzz.XXXXXX")
[ -n "${GUARD_NAME:-}" ] || trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/none"

# calls NAME FOLDER...: NAME.calls, one line for each call that has nothing to do with the folders.
calls() {
	name=$scratch/$1
	shift
	# the leak checker is a tracer, and there can be one
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 strace -f -qq -s 4096 -e signal=none -e trace=%file,%network,pipe,pipe2,fork,vfork,clone,clone3 -o "$name.trace" \
		"$program" -runs=0 -timeout=60 -artifact_prefix="$scratch/" "$@" >"$name.log" 2>&1 || { tail -n 20 "$name.log"; return 1; }
	for folder; do
		printf '"%s\n' "$folder"
	done >"$name.folders"
	# fstat(3) of what is open has no path; sanitizers look at the memory map; the engine has a thread of its own
	grep -vFf "$name.folders" "$name.trace" | grep -v 'stat[a-z0-9]*([0-9]*, ""\|open("/proc/self/maps"\|CLONE_THREAD' | sed -E 's/^[0-9]+ +//; s/ = .*//; s/0x[0-9a-f]+/0x/g' | LC_ALL=C sort >"$name.calls"
}
calls without "$scratch/none"
calls with "$@"
more=$(LC_ALL=C comm -13 "$scratch/without.calls" "$scratch/with.calls" | LC_ALL=C uniq -c)
[ -z "$more" ] || { printf 'calls that the seeds make, and how many:\n%s\n' "$more" | head -n 20; exit 1; }
echo "$(wc -l <"$scratch/with.trace") calls traced, all of them with the seeds or without a seed"
