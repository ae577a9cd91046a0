#!/bin/sh
# run.sh: every figure of the README's table, as `bench NAME VALUE UNIT budget BUDGET`. A missed budget is marked, not hidden.
set -u
cd "$(dirname "$0")/../.."
memory=/dev/shm/garaged-works-$$
trap 'rm -rf $memory build/bench/works' EXIT
trap 'exit 1' INT TERM

# On the disk, whose syncs are in it, and in memory: what remains then is our own doing.
measure_works() { # FOLDER
    mkdir -p "$1"
    cp -r build/bench/years-10 "$1/years"
    cp -r build/bench/rows-10 "$1/rows"
    sync
    build/bench/bench_works "$1/years" "$1/rows" || echo "bench works failed"
    rm -rf "$1"
}

{
    tests/bench/years.sh || echo "bench years failed"
    tests/bench/rows.sh || echo "bench rows failed"
    measure_works build/bench/works
    [ ! -w /dev/shm ] || GARAGED_PURGE=200000 measure_works $memory | sed 's/^bench /bench in_memory_/'
    for bench in build/bench/bench_*; do
        case $bench in *.d | *.o | *_works) continue ;; esac
        "$bench" || echo "bench $(basename "$bench") failed"
    done
    node tests/bench/diary.mjs || echo "bench diary failed"
    node tests/bench/import.mjs || echo "bench import failed"
    node tests/bench/replay.mjs || echo "bench replay failed"
    node tests/bench/live.mjs || echo "bench live failed"
    node tests/bench/page.mjs || echo "bench page failed"
    node tests/bench/bars.mjs || echo "bench bars failed"
} | awk '
    /^bench / && NF == 6 {
        budget = $6
        sub(/^[^0-9.]*/, "", budget)
        is_rate = $4 ~ /\/s$/ && $2 !~ /wakeups/
        missed = budget == "" ? "" : (is_rate ? $3 + 0 < budget + 0 : $3 + 0 > budget + 0) ? "MISSED" : "ok"
        printf "%-34s %14s %-9s budget %-10s %s\n", $2, $3, $4, $6, missed
        fflush()
        next
    }
    /^garaged-sim: ready / { next }
    { print }'
