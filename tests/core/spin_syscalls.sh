#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: spin_syscalls.sh SPIN_STREAM STRACE
# While 100,000 messages flow in spin mode neither side calls the kernel, but for the look after the
# peer that follows a millisecond of idle spinning: one poll and one sched_yield.
set -eu
spin_stream=$1
strace=$2
command -v "$strace" >/dev/null 2>&1 || { echo "SKIP: strace is missing"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A tracer may itself be forbidden (containers without ptrace).
"$strace" -o "$folder/probe" true || { echo "SKIP: strace cannot trace here"; exit 77; }

for publish_every in 1 32; do
    "$strace" -ff -o "$folder/trace" "$spin_stream" "$folder/socket" 100000 "$publish_every"
    sides=0
    for trace in "$folder"/trace.*; do
        # What stands between the two getppid() calls.
        sed -n '/^getppid/,/^getppid/p' "$trace" | grep -v '^getppid' >"$folder/during" || true
        [ "$(grep -c '^getppid' "$trace")" = 2 ] || { echo "no stream in $trace"; exit 1; }
        sides=$((sides + 1))
        looks=$(grep -c '^poll(' "$folder/during" || true)
        others=$(grep -cvE '^(poll\(.*, 2, 0\)|sched_yield\(\)|---)' "$folder/during" || true)
        echo "publish-every $publish_every, side $sides: $looks liveness looks, $others other calls"
        if [ "$others" != 0 ]; then
            head -n 20 "$folder/during"
            exit 1
        fi
        rm "$trace"
    done
    [ "$sides" = 2 ] || { echo "expected two sides, found $sides"; exit 1; }
done
