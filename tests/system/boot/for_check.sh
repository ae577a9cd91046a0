#!/bin/sh
# for_check.sh: the one test of `make check` that needs root's power, run before the others give it away. Its lines stand in
# build/boot.log until test_units_boot.sh prints them among the other suites'.
cd "$(dirname "$0")/../../.." || exit 1
rm -f build/boot.log
tests/system/test_units_boot.sh >build/boot.part 2>&1
mv build/boot.part build/boot.log
