#!/bin/sh
# run.sh: the large figures of the issues, hours long. Each part is a test of `make check` with larger numbers; one that is
# not there or is switched off (0) is said to be skipped. Ends with one line a part and how long it took.
#   SOAK_KILLS   1000  kill -9 of garaged, nothing that was shown as done may be lost
#   SOAK_WEEKS    500  made-up weeks with mishaps, the diary against the truth (LIFE_SEED: the first)
#   SOAK_ASLEEP   365  days of sleep, each car and adapters that can little: no frame at rest voltage
#   SOAK_CUTS    10000 power cuts of the diary's disk, each with other writes lost, torn and swapped (LIFE_SEED: the first);
#                      then each allocation of SQLite fails once
#   SOAK_FAULTS    20  rounds of all faults of the dongle, the disk and the broker
#   SOAK_EPISODES 10000 episodes of faults of the dongle in virtual time, in two processes (LIFE_SEED: the first)
#   SOAK_MONTH     30  days of garage life behind each of four faulty clones, the diary against a perfect one
#   SOAK_YEARS     10  years lived twice, by a car that is heard while it charges and by a silent one (LIFE_SEED: the first)
#   SOAK_STEPS   10^7  random steps of the dialogue with an ELM327: what leaves is allowed (E16)
#   SOAK_SEEDS   1000  seeds of the long runs with a damaged line (E18)
#   SOAK_DAMAGES 10000 damages of diary.db: bits, bytes, pages, ends cut off (D06)
#   SOAK_COPIES  1000 copies of the diary while it is written (D12), as many damaged backups (D10)
#   SOAK_PURGE   10^7  readings deleted while the house lives on (D13)
#   SOAK_HOSTILE 10^6  hostile connections while an honest client goes on (G7)
#   SOAK_PAGES      1  every page of the dashboard in every language, theme and width
#   SOAK_FUZZ      60  seconds for each parser
set -u
cd "$(dirname "$0")/../.."
make="${MAKE:-make} -s --no-print-directory"
summary=build/soak/summary
mkdir -p build/soak
: >$summary

part() { # NAME COUNT: runs the function NAME
    started=$(date +%s)
    code=0
    [ "$2" = 0 ] || "$1" "$2" >"build/soak/$1.log" 2>&1 || code=$?
    case $2:$code in
        0:*) result="skipped: switched off" ;;
        *:0) result=passed ;;
        *:77) result="skipped: its test is not there" ;;
        *) result="FAILED: see build/soak/$1.log" ;;
    esac
    printf '%-8s %6s  %-34s %6d s\n' "$1" "$2" "$result" $(($(date +%s) - started)) | tee -a $summary
}

kills() {
    [ -x tests/system/test_kept.mjs ] || return 77
    KEPT_CYCLES=$1 tests/system/test_kept.mjs && GARAGED_KILLS=$1 build/unit/test_store_kill
}

pages() {
    PAGE_EVERYWHERE=$1 tests/web/test_page.mjs everywhere:
}

weeks() {
    LIFE_WEEKS=$1 build/life/test_week
}

asleep() {
    LIFE_DAYS=$1 build/life/test_asleep
}

faults() {
    for round in $(seq "$1"); do
        for test in faults disk broker; do
            [ -x tests/system/test_$test.mjs ] || continue
            echo "round $round of $1: $test"
            tests/system/test_$test.mjs || return 1
        done
    done
}

episodes() {
    first=${LIFE_SEED:-1}
    half=$(($1 / 2))
    LIFE_EPISODES=$half LIFE_SEED=$first build/life/test_faults &
    other=$!
    LIFE_EPISODES=$(($1 - half)) LIFE_SEED=$((first + half)) build/life/test_faults
    code=$?
    wait $other && return $code
}

month() {
    for adapter in elm327 not-utf8 nul-bytes slow; do
        LIFE_DAYS=$1 LIFE_ADAPTER=$adapter build/life/test_month || return 1
    done
}

years() {
    first=${LIFE_SEED:-1}
    for seed in $(seq "$first" $((first + $1 - 1))); do
        LIFE_SEED=$seed build/life/test_year || return 1
    done
}

cuts() {
    LIFE_CUTS=$1 build/life/test_powercut && GARAGED_ALLOCATIONS=0 build/unit/test_store_memory
}

steps() {
    GARAGED_STEPS=$1 build/unit/test_elm327_abuse
}

seeds() {
    GARAGED_SEEDS=$1 build/unit/test_elm327_long
}

damages() {
    GARAGED_SEEDS=$1 build/unit/test_store_damage
}

copies() {
    GARAGED_COPIES=$1 build/unit/test_copy && GARAGED_DAMAGES=$1 build/unit/test_restore
}

purge() {
    GARAGED_PURGE=$1 build/unit/test_retention
}

hostile() {
    HOSTILE_COUNT=$1 tests/system/test_hostile.mjs
}

fuzz() {
    $make fuzz FUZZ_SECONDS="$1"
}

date -u '+soak of %F %H:%M UTC' | tee -a $summary
$make all unit-programs life-programs || exit 1
part kills "${SOAK_KILLS:-1000}"
part weeks "${SOAK_WEEKS:-500}"
part asleep "${SOAK_ASLEEP:-365}"
part episodes "${SOAK_EPISODES:-10000}"
part month "${SOAK_MONTH:-30}"
part years "${SOAK_YEARS:-10}"
part cuts "${SOAK_CUTS:-10000}"
part steps "${SOAK_STEPS:-10000000}"
part seeds "${SOAK_SEEDS:-1000}"
part damages "${SOAK_DAMAGES:-10000}"
part copies "${SOAK_COPIES:-1000}"
part purge "${SOAK_PURGE:-10000000}"
part faults "${SOAK_FAULTS:-20}"
part pages "${SOAK_PAGES:-1}"
part hostile "${SOAK_HOSTILE:-1000000}"
part fuzz "${SOAK_FUZZ:-60}"
! grep -q FAILED $summary
