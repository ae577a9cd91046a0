#!/bin/sh
# run.sh [ID]: runs the tests of one abuse case, or of all. A line that matches no test is a failure.
# run.sh --list IDS...: says which of the named cases have no line, or a line whose program or test isn't there.
set -u
cd "$(dirname "$0")/../.."
build=${GARAGED_BUILD:-build}
failed=0

lines_of() { # ID, or nothing for all
    grep -E "^${1:-[A-Z]+[0-9]+} " tests/abuse/cases.txt
}

source_of() { # PROGRAM: the file that holds its tests
    case $1 in
        *.mjs | *.sh) echo "tests/$1" ;;
        *) echo "tests/$1.c" ;;
    esac
}

check_line() { # ID PROGRAM PATTERN
    source=$(source_of "$2")
    expression=$(echo "$3" | sed 's/[*]/.*/g; s/[?]/./g')
    [ -f "$source" ] && grep -qE "(unit_test[a-z_]*|_TEST)\($expression[,)]|(test\(|\[)\"$expression\"|ok.*$expression" "$source" && return
    echo "$1: $source has no test $3"
    failed=1
}

list() {
    for id; do
        lines_of "$id" >/dev/null || { echo "$id: no line in tests/abuse/cases.txt"; failed=1; }
    done
    while read -r id program pattern _; do
        check_line "$id" "$program" "$pattern"
    done <<LINES
$(lines_of)
LINES
}

run_line() { # ID PROGRAM PATTERN WORDS
    case $2 in
        *.mjs | *.sh) command=tests/$2 ;;
        *) command=$build/$2 ;;
    esac
    log=build/abuse/$1.log
    mkdir -p build/abuse
    TEST=$3 timeout 600 "$command" >"$log" 2>&1 </dev/null
    code=$?
    # shellcheck disable=SC2046 # three numbers
    set -- "$1" "$2" "$3" "$4" $(awk -f tests/check/count.awk "$log")
    if [ "$code" = 0 ] && [ "$5" -gt 0 ]; then
        result="$5 passed"
    elif [ "$code" = 0 ] && [ "$7" -gt 0 ]; then
        result="skipped: $(sed -n 's/^skip [^:]*: //p' "$log" | head -n 1)"
    else
        result=FAILED
        failed=1
        tail -n 20 "$log"
    fi
    printf '%-4s %-34s %-10s %s\n' "$1" "$2" "$result" "$4"
}

if [ "${1:-}" = --list ]; then
    shift
    list "$@"
    exit $failed
fi
lines_of "${1:-}" >/dev/null || { echo "${1:-}: no such case; tests/abuse/cases.txt lists them" >&2; exit 64; }
while read -r id program pattern words; do
    run_line "$id" "$program" "$pattern" "$words"
done <<LINES
$(lines_of "${1:-}")
LINES
exit $failed
