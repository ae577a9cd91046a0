#!/bin/sh
# suite.sh NAME SECONDS COMMAND...: runs one suite, keeps its output in build/check/NAME.log and adds its counts to
# build/check/counts. A suite that fails without saying which test, or runs none, counts as one failure.
set -u
name=$1
seconds=$2
shift 2
mkdir -p "$(dirname "build/check/$name")"
log=build/check/$name.log
started=$(date +%s)
timeout -k 5 "$seconds" "$@" >"$log" 2>&1 </dev/null
code=$?
took=$(($(date +%s) - started))
counts=$(awk -f tests/check/count.awk "$log")
# shellcheck disable=SC2086 # three numbers
set -- $counts
passed=$1 failed=$2 skipped=$3
if [ "$code" != 0 ] && [ "$failed" = 0 ]; then
    failed=1
fi
if [ "$code" = 0 ] && [ $((passed + failed + skipped)) = 0 ]; then
    failed=1
    echo "    $name ran no test" >&2
fi
printf '%-28s %4d passed %3d failed %3d skipped  %3d s\n' "$name" "$passed" "$failed" "$skipped" "$took"
if [ "$failed" != 0 ]; then
    echo "    exit $code, the end of $log:"
    tail -n 40 "$log" | sed 's/^/    | /'
fi
echo "$passed $failed $skipped" >>build/check/counts
exit 0
