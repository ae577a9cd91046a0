#!/bin/sh
# test_can_uml.sh: garaged on real CAN in user-mode-linux, which runs as an ordinary process and needs no root; the kernel of
# the machine need not know CAN. A recording played by canplayer must give the transcript that decode gives; a silent bus must
# stay silent; the kernel's slcan driver is a bus, too. Prints `ok NAME`, `not ok NAME: ...`, `skip NAME: reason`.
set -u
cd "$(dirname "$0")/../.."
build=$PWD/${GARAGED_BUILD:-build}
recordings=${GARAGED_RECORDINGS:-../shared/recordings}/can
modules=$(find /usr/lib/uml/modules -name vcan.ko 2>/dev/null | head -n 1)
modules=${modules%/drivers/net/can/vcan.ko}
failed=0

ok() { echo "ok can_uml: $1"; }
not_ok() {
    echo "not ok can_uml: $1: $2"
    failed=1
}
skip() {
    echo "skip can_uml: $1"
    exit 0
}

command -v linux.uml >/dev/null || skip "no user-mode-linux (package user-mode-linux)"
[ -n "$modules" ] || skip "user-mode-linux has no vcan module"
command -v ip >/dev/null || [ -x /sbin/ip ] || skip "no ip (package iproute2)"
[ -x /sbin/insmod ] || skip "no insmod (package kmod)"
[ -x "$build/unit/test_socketcan_bus" ] || skip "test_socketcan_bus is not built"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/state"
# canplayer stops at what it can't read
grep -E '^\([0-9.]+\) can0 [0-9A-F]{3,8}#([0-9A-F]{2})*$' tests/recordings/fixtures/bus.log >"$work/bus.log"
for file in "$recordings"/*.log; do
    [ -f "$file" ] && grep -v '^#' "$file" | head -n 2000 | sed 's/) [^ ]* /) can0 /' >"$work/recording.$(basename "$file")"
done
cat >"$work/garaged.conf" <<CONF
state = "$work/state"; log = "debug"; web = { port = 8099; };
cars = ( { id = "leaf";
           adapter = "socketcan";
           port = "vcan0"; } );
CONF
cat >"$work/init" <<INIT
#!/bin/sh
cd $PWD
exec tests/system/can/inside.sh $work $build $modules
INIT
chmod +x "$work/init"
HOME=$work TMPDIR=$work timeout -k 5 150 linux.uml mem=256M rootfstype=hostfs rootflags=/ rw quiet con=null con0=null,fd:1 \
    random.trust_cpu=on selinux=0 apparmor=0 init="$work/init" </dev/null >"$work/console" 2>&1

cat "$work/bus" 2>/dev/null
if [ "$(cat "$work/bus.code" 2>/dev/null)" != 0 ]; then
    not_ok "the adapter on a virtual bus" "$(tail -n 20 "$work/console" "$work/errors" 2>/dev/null)"
fi

transcript() { # FILE: what decode prints of it, but for the times, which are another day's
    "$build/garagectl" decode --definitions config/vehicles "$1" 2>/dev/null | sed 's/^{"t":[^,]*,/{/'
}
same_transcript() { # NAME RECORDING HEARD
    transcript "$2" >"$work/wanted"
    transcript "$3" >"$work/got"
    if [ -s "$work/wanted" ] && cmp -s "$work/wanted" "$work/got"; then
        ok "$1: $(wc -l <"$work/got") readings, as decode has them"
    else
        not_ok "$1" "$(diff "$work/wanted" "$work/got" | head -n 5)"
    fi
}
if [ -f "$work/house.log" ]; then
    same_transcript "a played recording" "$work/bus.log" "$work/bus.heard"
    for file in "$work"/recording.*.log; do
        [ -f "$file" ] && same_transcript "$(basename "$file" .log)" "$file" "${file%.log}.heard"
    done
    tests/system/can/house.mjs "$work" || failed=1
else
    echo "skip can_uml: no canplayer (package can-utils)"
fi
says() { # NAME FILE WORDS
    if grep -q "$3" "$work/$2"; then ok "$1"; else not_ok "$1" "$(cat "$work/$2")"; fi
}
if [ -f "$work/slcan.heard" ]; then
    count=$(wc -l <"$work/slcan.heard")
    if [ "$count" -gt 200 ]; then ok "the kernel's slcan: $count frames"; else not_ok "the kernel's slcan" "$count frames"; fi
    says "another bit rate than the car's is said, and nothing is sent" wrong_rate.words "its bit rate is 250000, the car's is 500000"
    says "an interface that may only listen is recognised" listen_only.words "slcan0 is in listen-only mode: the car can't be asked"
else
    echo "skip can_uml: no slcand (package can-utils)"
fi
if [ -n "${CAN_UML_KEEP:-}" ]; then cp -r "$work" "$CAN_UML_KEEP"; fi
exit $failed
