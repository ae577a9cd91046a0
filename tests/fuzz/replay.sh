#!/bin/sh
# replay.sh: runs every fuzz target once over its corpus.
set -u
cd "$(dirname "$0")/../.."
code=0
for target in build/fuzz/fuzz_*; do
    name=$(basename "$target" | sed 's/^fuzz_//')
    if "$target" -runs=0 "tests/fuzz/corpus/$name" >"build/fuzz/$name.log" 2>&1; then
        echo "ok corpus $name"
    else
        tail -n 20 "build/fuzz/$name.log"
        echo "not ok corpus $name"
        code=1
    fi
done
exit $code
