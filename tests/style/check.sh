#!/bin/sh
# check.sh [ROOT]: the style of the house as tests: `ok NAME`, or one `not ok NAME: file:line: what` a finding; exit 1 if any.
# POSIX sh and awk only, so that it runs on a bare system. rules.txt holds the edges and the exceptions.
set -u
cd "$(dirname "$0")/../.." || exit 1
here=tests/style
root=${1:-.}
found=$(mktemp) || exit 1
trap 'rm -f "$found"' EXIT

names='functions have at most 70 lines
control statements are at most 3 deep
files have less than 500 lines
files open with a comment
nothing mutable is static
structs and enums have no typedef
functions in headers have a comment
edges of the house
pure files stay pure
libraries have one home
every abuse case has a test
SECURITY.md names tests that are there'

below() { # FOLDER NAME...: files of these names below ROOT/FOLDER, sorted
    folder=$root/$1
    shift
    [ -d "$folder" ] || return 0
    for name in "$@"; do
        find "$folder" \( -name node_modules -o -name style \) -prune -o -type f -name "$name" -print
    done | sed 's,^\./,,' | sort
}

# Paths of the tree hold no blanks: the lists may be split.
code=$(below daemon '*.[ch]'; below tests '*.[ch]')
headers=$(below daemon '*.h')
others=$(below web '*.ts' '*.tsx' '*.mjs' '*.css'; below tests '*.sh' '*.ts' '*.mjs' '*.py'; below packaging '*.sh')

awk -v RULES=$here/rules.txt -f $here/strip.awk -f $here/shape.awk $code >>"$found" || exit 1
awk -f $here/strip.awk -f $here/header.awk $headers >>"$found" || exit 1
awk -v RULES=$here/rules.txt -f $here/edges.awk $code >>"$found" || exit 1
for file in $others; do
    lines=$(wc -l <"$file")
    [ "$lines" -lt 500 ] || printf 'files have less than 500 lines\t%s:%d: %d lines\n' "$file" "$lines" "$lines" >>"$found"
done

wanted=$(awk 'BEGIN { for (i = 1; i <= 20; i++) printf "E%02d ", i; for (i = 1; i <= 17; i++) printf "C%02d ", i
    for (i = 1; i <= 19; i++) printf "D%02d ", i; for (i = 1; i <= 9; i++) printf "T%02d ", i
    for (i = 1; i <= 30; i++) printf "W%02d ", i; for (i = 1; i <= 21; i++) printf "A%02d ", i
    for (i = 1; i <= 17; i++) printf "M%02d ", i; for (i = 1; i <= 15; i++) printf "F%02d ", i
    for (i = 1; i <= 11; i++) printf "P%02d ", i; printf "S01 S08 S09 S11 S12 S18 S19 S20 S21 S23" }')
# shellcheck disable=SC2086 # a list
[ "$root" != . ] || tests/abuse/run.sh --list $wanted | sed 's/^/every abuse case has a test\t/' >>"$found"

# `unit/test_x` is tests/unit/test_x.c, `system/test_x.mjs` that file; (W01) has a line among the abuse cases.
[ "$root" != . ] || {
    grep -oE '`(unit|life|system|web)/[a-z0-9_.]+`' SECURITY.md | tr -d '`' | while read -r name; do
        [ -f "tests/$name" ] || [ -f "tests/$name.c" ] || echo "SECURITY.md: no tests/$name"
    done
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
        grep -qE "^\\| I$i \\|.*\`(unit|life|system)/" SECURITY.md || echo "SECURITY.md: nothing shows I$i"
    done
    # shellcheck disable=SC2046 # a list
    tests/abuse/run.sh --list $(grep -oE '\b[A-HJ-Z][0-9]{2}\b' SECURITY.md | sort -u)
} | sed 's/^/SECURITY.md names tests that are there\t/' >>"$found"

echo "$names" | while IFS= read -r name; do
    awk -F '\t' -v name="$name" '
        $1 == name { print "not ok " name ": " $2; bad = 1 }
        END { if (!bad) print "ok " name }' "$found"
done
[ ! -s "$found" ] || exit 1

# The checks themselves: each must see its bad example.
[ "$root" != . ] || $here/selftest.sh
