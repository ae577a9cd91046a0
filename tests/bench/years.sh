#!/bin/sh
# years.sh: the diary of ten made-up years in build/bench/years-10, made anew (two minutes) only when the program that
# makes it has changed.
set -eu
cd "$(dirname "$0")/../.."
folder=build/bench/years-10
program=$(cksum <build/garaged-life)
[ "$(cat $folder.made-by 2>/dev/null)" = "$program" ] && exit 0
echo "making up ten years: some two minutes" >&2
mkdir -p build/bench
rm -rf $folder $folder.made-by
started=$(date +%s)
build/garaged-life --years 10 --until 2026-06-30 --zone Europe/Oslo --out $folder
echo "bench life_of_ten_years $(($(date +%s) - started)) s budget 240"
echo "$program" >$folder.made-by
