#!/bin/sh
# test_decode.sh: `garagectl decode` as a user runs it, on our own fixtures, on damaged files, and on the recordings of real
# cars in ../shared where they are present. Prints `ok NAME`, `not ok NAME`, `skip NAME: reason`.
set -u
cd "$(dirname "$0")/../.." || exit 1
garagectl=${GARAGED_BUILD:-build}/garagectl
fixtures=tests/recordings/fixtures
recordings=${GARAGED_RECORDINGS:-../shared/recordings}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
failed=0

ok() { echo "ok $1"; }
not_ok() {
    echo "not ok $1: $2"
    failed=1
}
check() { # WHAT CONDITION-COMMAND...
    what=$1
    shift
    if "$@"; then ok "$what"; else not_ok "$what" "$*"; fi
}
decode() { # [OPTIONS] FILE: leaves $work/out, $work/err and $code
    "$garagectl" decode --definitions config/vehicles "$@" >"$work/out" 2>"$work/err"
    code=$?
}
# What a decoded reading says: lines "SOURCE VALUE QUALITY TIME" of one signal.
readings() { # SIGNAL
    awk -v signal="$1" '
        index($0, "\"signal\":\"" signal "\",") {
            value = $0; sub(/.*"value":/, "", value); sub(/,"unit".*/, "", value)
            source = $0; sub(/.*"source":"/, "", source); sub(/".*/, "", source); sub(/ /, "_", source)
            quality = "ok"
            if ($0 ~ /"quality":/) { quality = $0; sub(/.*"quality":"/, "", quality); sub(/".*/, "", quality) }
            time = $0; sub(/^{"t":/, "", time); sub(/,.*/, "", time)
            print source, value, quality, time
        }' "$work/out"
}
summary() { # WORD: the number behind it
    sed -n "s/^decode: .*$1 \([0-9]*\).*/\1/p" "$work/err"
}
is_summary() {
    grep -Eqx 'decode: frames [0-9]+ readings [0-9]+ rejected checksum [0-9]+ length [0-9]+ sequence [0-9]+ negative [0-9]+ range [0-9]+ unknown [0-9]+' "$1"
}

# Times in seconds since 1970, in the order of the file; the keys in the order of the contract.
test_shape() { # NAME
    bad=$(grep -Evc '^\{"t":(null|[0-9]+(\.[0-9]{1,6})?),"signal":"[a-z0-9_]+","value":(null|true|false|-?[0-9.e+-]+|"[a-z0-9]+"|\[[0-9.,nul-]+\]),"unit":"[^"]*","source":"[0-9A-F]{3}( [0-9A-F]+)?"(,"raw":-?[0-9]+)?(,"quality":"(assumed|estimated|disputed)")?\}$' "$work/out")
    check "$1: every line has the shape of the contract" [ "$bad" = 0 ]
    check "$1: the summary counts the lines" [ "$(summary readings)" = "$(wc -l <"$work/out")" ]
}

# Of each fixture these signals are compared line by line, and all counts but that of readings: the definition may grow.
compared='"signal":"\(soc\|pack_voltage\|pack_capacity\|aux_voltage\|charge_mode\|odometer\|gear\|power_state\|tyre_fr\)"'
test_fixture() { # FILE
    name=$(basename "$1")
    decode "$1"
    grep "$compared" "$work/out" >"$work/compared"
    sed 's/readings [0-9]* //' "$work/err" >"$work/counts"
    if [ "$code" = 0 ] && cmp -s "$work/compared" "$1.expected" && cmp -s "$work/counts" "$1.counts"; then
        ok "fixture $name"
    else
        diff "$1.expected" "$work/compared" | head -n 10
        diff "$1.counts" "$work/counts"
        not_ok "fixture $name" "exit $code"
    fi
    test_shape "fixture $name"
    cp "$work/out" "$work/from-file"
    decode - <"$1"
    check "fixture $name on standard input is the same" cmp -s "$work/out" "$work/from-file"
}
test_fixtures() {
    for input in "$fixtures"/*.log "$fixtures"/*.txt "$fixtures"/*.jsonl; do
        test_fixture "$input"
    done
}

test_exit_codes() {
    printf '(1.0) can0 123#00\n' >"$work/nothing"
    printf 'Date/Time,Lat\n' >"$work/csv"
    mkdir "$work/bad"
    printf 'format = 1;\nframes = ( { id = 7; } );\n' >"$work/bad/nissan-leaf.conf"
    decode "$work/nothing"
    check "no reading is no failure" [ "$code" = 0 ]
    decode "$work/csv"
    check "none of the three forms is 65" [ "$code" = 65 ]
    decode "$work/is-not-there"
    check "no such file is 66" [ "$code" = 66 ]
    decode --nonsense "$work/nothing"
    check "an unknown option is 64" [ "$code" = 64 ]
    decode
    check "no file is 64" [ "$code" = 64 ]
    decode --generation ZE9 "$work/nothing"
    check "an unknown generation is 64" [ "$code" = 64 ]
    decode --vehicle unheard-of "$work/nothing"
    check "an unknown vehicle is 78" [ "$code" = 78 ]
    decode --definitions "$work/bad" "$work/nothing"
    check "a bad definition is 78" [ "$code" = 78 ]
    check "a bad definition is named with its line" grep -q "nissan-leaf.conf:[0-9]*: " "$work/err"
    "$garagectl" decode "$work/nothing" >"$work/out" 2>"$work/err"
    check "definitions are found without being told" [ $? = 0 ]
}

test_changes() {
    decode "$fixtures/bus.log"
    all=$(wc -l <"$work/out")
    decode --changes "$fixtures/bus.log"
    changed=$(wc -l <"$work/out")
    repeats=$(awk '{
            value = $0; sub(/.*"value":/, "", value); sub(/,"unit".*/, "", value)
            key = $0; sub(/.*"signal":/, "", key); sub(/,"raw".*/, "", key); sub(/"value":.*"unit"/, "", key)
            n += (key in last) && last[key] == value
            last[key] = value
        } END { print n + 0 }' "$work/out")
    check "--changes leaves repeats out ($changed of $all)" [ "$repeats,$((changed > 0)),$((changed < all))" = 0,1,1 ]
}

# Damage to a whole file as a user might meet it: cut, bytes turned, forms mixed. 0 or 65, and a summary with 0.
survives() { # NAME FILE
    decode "$2"
    case $code in
    0) check "$1" is_summary "$work/err" ;;
    65) check "$1" [ ! -s "$work/out" ] ;;
    *) not_ok "$1" "exit $code" ;;
    esac
}
test_damage() {
    for input in "$fixtures"/*.log "$fixtures"/*.txt "$fixtures"/*.jsonl; do
        name=$(basename "$input")
        size=$(wc -c <"$input")
        head -c $((size * 2 / 3)) "$input" >"$work/cut"
        tr '0' '\000' <"$input" >"$work/nul"
        tr '1A' '2\377' <"$input" >"$work/turned"
        tr -d '\n' <"$input" >"$work/endless"
        cat "$fixtures/replies.jsonl" "$input" "$fixtures/session.txt" "$fixtures/bus.log" >"$work/mixed"
        head -c 200000 /dev/urandom >"$work/random"
        cat "$input" "$work/random" >"$work/behind"
        for damage in cut nul turned endless mixed random behind; do
            survives "$name $damage" "$work/$damage"
        done
    done
    decode "$work/behind"
    check "garbage behind a recording is counted" [ "$(summary unknown)" -gt 0 ]
}

# The four ZE0 logs: where 55B and 79B 2101 both speak, they agree within 0.3 %.
test_ze0() { # FILE
    name=$(basename "$1" .log)
    decode "$1"
    check "$name is read" [ "$code" = 0 ]
    verdict=$(readings soc | awk '
        $2 == "null" { next }
        $1 == "55B" { heard = $2; at = $4 }
        $1 == "79B_2101" { if (at != "" && $4 - at < 1) { both++; d = heard - $2; if (d < 0) d = -d; if (d > 0.3) bad++ } }
        $3 == "disputed" { bad++ }
        END { print bad + 0, both + 0 }')
    check "$name: soc of both sources agrees within 0.3 % (${verdict#* } times)" [ "${verdict% *}" = 0 ]
    check "$name: nothing is disputed" [ "$(grep -c disputed "$work/out")" = 0 ]
    check "$name: soc is heard" [ "$(readings soc | wc -l)" -gt 0 ]
}

test_disputes() {
    decode "$recordings/can/aze0-2016-car-leafspy-polling.log"
    test_shape aze0-2016
    odometers=$(readings odometer | awk '{ print $1, $2 }' | sort -u | tr '\n' ' ')
    check "aze0-2016: odometer of 5C5 and 743 2101 is the same" [ "$odometers" = "5C5 117568 743_2101 117568 " ]
    socs=$(readings soc | awk '$3 == "disputed" { printf "%s %.1f\n", $1, $2 }' | sort -u | tr '\n' ' ')
    check "aze0-2016: soc 51.0 and 29.9 is disputed" [ "$socs" = "55B 51.0 79B_2101 29.9 " ]
    check "aze0-2016: all 96 cells" [ "$(grep '"signal":"cells"' "$work/out" | head -n 1 | tr -cd ',' | wc -c)" = 99 ]
    decode "$recordings/can/aze0-24kwh-ev.log"
    test_shape aze0-24kwh
    socs=$(readings soc | awk '$3 == "disputed" { printf "%s %.1f\n", $1, $2 }' | sort -u | tr '\n' ' ')
    check "aze0-24kwh: soc 0.0 and 40.3 is disputed" [ "$socs" = "55B 0.0 79B_2101 40.3 " ]
}

# Every 2101 gives volts, SOC and Ah, each within what a pack can have, by the length of the answer.
test_elm() { # FILE
    name=$(basename "$1")
    decode "$1"
    check "$name is read" [ "$code" = 0 ]
    test_shape "$name"
    check "$name: no time" [ "$(grep -vc '^{"t":null,' "$work/out")" = 0 ]
    asked=$(grep -c '"request": *"2101"' "$1")
    for want in "pack_voltage 240 420" "soc 0 100" "pack_capacity 20 200"; do
        # shellcheck disable=SC2086 # three words
        set -- $want
        good=$(readings "$1" | awk -v low="$2" -v high="$3" '$1 == "79B_2101" && $2 >= low && $2 <= high' | wc -l)
        check "$name: $1 in each of $asked answers" [ "$good" = "$asked" ]
    done
}

test_recordings() {
    for log in charge-stops-by-itself charging leafspy-polling start-stop; do
        test_ze0 "$recordings/can/ze0-2012-ev-$log.log"
        test_shape "ze0-2012-ev-$log"
    done
    test_disputes
    for replies in "$recordings"/elm/*.jsonl; do
        test_elm "$replies"
    done
}

test_fixtures
test_exit_codes
test_changes
test_damage
if [ -d "$recordings/can" ]; then
    test_recordings
else
    echo "skip recordings of real cars: no $recordings"
fi
exit $failed
