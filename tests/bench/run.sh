#!/bin/sh
# run.sh: every figure of the README's table, as `bench NAME VALUE UNIT budget BUDGET`. A missed budget is marked, not hidden.
set -u
cd "$(dirname "$0")/../.."
{
    tests/bench/years.sh || echo "bench years failed"
    for bench in build/bench/bench_*; do
        case $bench in *.d | *.o) continue ;; esac
        "$bench" || echo "bench $(basename "$bench") failed"
    done
    node tests/bench/diary.mjs || echo "bench diary failed"
    node tests/bench/import.mjs || echo "bench import failed"
    node tests/bench/replay.mjs || echo "bench replay failed"
    node tests/bench/live.mjs || echo "bench live failed"
} | awk '
    /^bench / && NF == 6 {
        budget = $6
        sub(/^[^0-9.]*/, "", budget)
        is_rate = $4 ~ /\/s$/ && $2 !~ /wakeups/
        missed = budget == "" ? "" : (is_rate ? $3 + 0 < budget + 0 : $3 + 0 > budget + 0) ? "MISSED" : "ok"
        printf "%-34s %14s %-9s budget %-10s %s\n", $2, $3, $4, $6, missed
        next
    }
    /^garaged-sim: ready / { next }
    { print }'
