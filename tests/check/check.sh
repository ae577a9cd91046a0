#!/bin/sh
# check.sh: everything `make check` runs, in the order in which a mistake shows soonest. Ends with the counts.
set -u
cd "$(dirname "$0")/../.."
rm -rf build/check
mkdir -p build/check
suite=tests/check/suite.sh
make="${MAKE:-make} -s --no-print-directory -j2"
started=$(date +%s)

build() {
    echo "== build: $*"
    CI=true $make "$@" || { echo "not ok build $*"; echo "0 1 0" >>build/check/counts; }
}

# Beside tests that mostly wait.
build_ahead() {
    make="nice -n 19 ${MAKE:-make} -s --no-print-directory -j1"
    build "$@"
}

# Every test_* program in build/FOLDER, two at a time.
program_suites() { # FOLDER NAME
    for test in "build/$1"/test_*; do
        case $test in *.d | *.o) continue ;; esac
        echo "$2/$(basename "$test") 300 $test"
    done | sort -r | xargs -P 2 -n 3 "$suite"
}

one_by_one() { # FOLDER SECONDS TEST...
    folder=$1 seconds=$2
    shift 2
    for name; do
        [ -x "tests/$folder/$name" ] && "$suite" "$folder/${name%.*}" "$seconds" "tests/$folder/$name"
    done
}

# Every test_* script in FOLDER. Each LANE names tests that mostly wait: they run one by one beside the other lanes and the rest.
folder_suites() { # FOLDER SECONDS [LANE...]
    folder=$1 seconds=$2
    shift 2
    for lane; do
        # shellcheck disable=SC2086 # a list of names
        one_by_one "$folder" "$seconds" $lane &
    done
    for test in tests/"$folder"/test_*; do
        case " $* " in *" $(basename "$test") "*) continue ;; esac
        one_by_one "$folder" "$seconds" "$(basename "$test")"
    done
    wait
}

# The programs under sanitizers; what only waits (silence, demo) is not worth a second run.
sanitized_system_suites() { # NAME...
    for name; do # door measures memory, which sanitizers keep
        "$suite" "sanitize/system_$name" 240 "tests/system/test_$name.mjs"
    done
}

build all unit-programs life-programs
"$suite" style 120 tests/style/check.sh
program_suites unit unit
program_suites life life
folder_suites recordings 120
build_ahead VARIANT=sanitize all unit-programs &
folder_suites web 900 &
folder_suites system 240 "test_silence.mjs test_lived.mjs test_notices.mjs test_pause.mjs test_doctor.mjs" \
    "test_homeassistant.mjs test_traffic.mjs test_identity.mjs test_kept.mjs test_disk.mjs" \
    "test_clock.mjs test_demo.mjs test_broker.mjs test_adapters.mjs test_meter.mjs test_privacy.mjs test_offline.mjs" \
    "test_lan.mjs test_bare.mjs test_tls.mjs test_forget.mjs test_tries.mjs test_signals.mjs test_settings.mjs test_intruder.mjs"
export ASAN_OPTIONS=detect_leaks=${GARAGED_LEAKS:-1}:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
program_suites sanitize/unit sanitize
export GARAGED_BUILD=build/sanitize
"$suite" sanitize/recordings 240 tests/recordings/test_decode.sh
sanitized_system_suites faults &
sanitized_system_suites replay broker &
sanitized_system_suites line hostile tries signals
wait
unset GARAGED_BUILD
build VARIANT=thread threaded-programs
build_ahead fuzz-programs &
program_suites thread/unit thread
wait
"$suite" fuzz-corpus 120 tests/fuzz/replay.sh

awk -v took=$(($(date +%s) - started)) '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        printf "took %d s\n%d passed, %d failed, %d skipped\n", took, passed, failed, skipped
        exit failed > 0 || passed == 0
    }' build/check/counts
