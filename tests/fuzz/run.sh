#!/bin/sh
# run.sh SECONDS: lets every fuzz target search for that long, beginning with its corpus. New inputs go to build/fuzz/.
set -u
cd "$(dirname "$0")/../.."
code=0
for target in build/fuzz/fuzz_*; do
    [ -x "$target" ] || continue
    case $target in *.log) continue ;; esac
    name=$(basename "$target" | sed 's/^fuzz_//')
    mkdir -p "build/fuzz/found/$name"
    if "$target" -max_total_time="$1" -rss_limit_mb=1024 -artifact_prefix="build/fuzz/found/$name-" \
        "build/fuzz/found/$name" "tests/fuzz/corpus/$name" >"build/fuzz/$name.log" 2>&1; then
        echo "ok fuzz $name: $(grep -ao 'stat::number_of_executed_units: .*\|Done [0-9]* runs.*' "build/fuzz/$name.log" | tail -n 1)"
    else
        tail -n 30 "build/fuzz/$name.log"
        echo "not ok fuzz $name"
        code=1
    fi
done
exit $code
