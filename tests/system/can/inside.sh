#!/bin/sh
# inside.sh WORK BUILD MODULES: the first process of user-mode-linux. Makes a CAN bus, tries on it what needs one, leaves what
# was heard in WORK and goes. The host's files are below /; only WORK may be written.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
work=$1 build=$2 modules=$3
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs run /run
exec 2>>"$work/errors"
for m in net/can/can net/can/can-raw drivers/net/can/dev/can-dev drivers/net/can/vcan drivers/net/can/slcan/slcan; do
    insmod "$modules/$m.ko"
done
ip link set lo up
ip link add vcan0 type vcan
ip link set vcan0 up

timeout 60 "$build/unit/test_socketcan_bus" >"$work/bus" 2>&1
echo $? >"$work/bus.code"

# Plays a recording on a bus; what garaged's adapter hears of it goes to a file.
play() { # NAME FILE BUS
    timeout 100 "$build/garaged-hear" socketcan "$3" 4 config/vehicles >"$work/$1.heard" 2>"$work/$1.words" &
    hearer=$!
    for _ in $(seq 100); do
        grep -q 'hear: up' "$work/$1.words" && break
        sleep 0.1
    done
    canplayer -I "$2" "$3=can0"
    wait $hearer
}
play_all() { # each on a bus of its own: on garaged's its questions would fall into the recording's answers
    for file in "$work/bus.log" "$work"/recording.*.log; do
        [ -f "$file" ] || continue
        bus=vcan$((${bus:-0} + 1))
        ip link add "$bus" type vcan
        ip link set "$bus" up
        play "$(basename "$file" .log)" "$file" "$bus" &
        bus=${bus#vcan}
    done
    wait
}
if command -v canplayer >/dev/null; then
    # garaged itself: first on a silent bus, which stays silent, then while the recording is played, then silence again
    candump -L vcan0 >"$work/house.log" &
    dump=$!
    date +%s.%N >"$work/house.begin"
    "$build/garaged" --config "$work/garaged.conf" --trust-clock >"$work/garaged.log" 2>&1 &
    garaged=$!
    sleep 4
    canplayer -I "$work/bus.log" vcan0=can0
    (play_all) &
    sleep 12
    kill $garaged
    wait $garaged
    echo $? >"$work/garaged.code"
    kill $dump
    wait
fi

# The kernel's own SLCAN driver, with the simulator as the adapter.
if command -v slcand >/dev/null; then
    echo '0 on' >/run/scenario
    "$build/garaged-sim" --protocol slcan --pty /run/dongle --scenario /run/scenario >"$work/sim.log" 2>&1 &
    sleep 1
    slcand -o -c -s6 "$(readlink /run/dongle)" slcan0
    sleep 0.5
    ip link set slcan0 up
    hear_slcan() { # NAME [BIT-RATE LISTEN-ONLY]: for three seconds
        if [ $# -gt 1 ]; then
            ip link set slcan0 down
            ip link set slcan0 type can bitrate "$2" listen-only "$3"
            ip link set slcan0 up
        fi
        timeout 3 "$build/garaged-hear" socketcan slcan0 1 config/vehicles >"$work/$1.heard" 2>"$work/$1.words"
    }
    hear_slcan slcan
    hear_slcan wrong_rate 250000 off
    hear_slcan listen_only 500000 on
fi
sync
echo o >/proc/sysrq-trigger
sleep 5
