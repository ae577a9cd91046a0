#!/bin/busybox sh
# shellcheck shell=dash
# The first process of test_bluetooth_vm.sh's machine: two emulated controllers (btvirt), the simulated dongle behind the serial
# port of one of them, garaged and garagectl on the other. Prints `ok NAME` and `not ok NAME: ...`.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ifconfig lo 127.0.0.1 up
mkdir -m 700 /state
echo
dongle=00:AA:01:00:00:00
echo 'root:x:0:0::/:/bin/sh' >/etc/passwd
echo "state = \"/state\"; log = \"debug\"; cars = ( { id = \"leaf\"; port = \"bt://$dongle\"; } );" >/etc/garaged.conf
sed 's/00:AA:01:00:00:00/00:AA:01:00:00:99/' /etc/garaged.conf >/etc/far.conf
sed 's/00:AA:01:00:00:00/&\/7/' /etc/garaged.conf >/etc/channel.conf
echo '0 on' >/scenario

doctor_says() { # NAME PATTERN [CONFIG]
    said=$(garagectl --config "${3:-/etc/garaged.conf}" doctor 2>&1)
    if echo "$said" | grep -q "$2"; then
        echo "ok bluetooth_vm: $1"
    else
        echo "not ok bluetooth_vm: $1: $(echo "$said" | tr '\n' ' ')"
    fi
}

serve() { # the dongle's serial port, on channel 1
    rfcomm -r -i hci0 watch /dev/rfcomm0 1 /bin/relay '{}' >/dev/null 2>&1 &
    server=$!
    sleep 1
}

end_server() {
    kill $server
    killall relay nc 2>/dev/null
}

uptime_s() {
    cut -d. -f1 /proc/uptime
}

# Waits until the log has had so many lines with the words; prints the seconds.
log_says() { # COUNT PATTERN SECONDS
    begun=$(uptime_s)
    while [ "$(grep -c "$2" /log)" -lt "$1" ]; do
        [ $(($(uptime_s) - begun)) -lt "$3" ] || return 1
        sleep 0.2
    done
    echo $(($(uptime_s) - begun))
}

logged() { # NAME COUNT PATTERN SECONDS
    if took=$(log_says "$2" "$3" "$4"); then
        echo "    $took s"
        echo "ok bluetooth_vm: $1"
    else
        echo "not ok bluetooth_vm: $1: $(tail -n 5 /log | tr '\n' ' ')"
    fi
}

while read -r module; do
    insmod "/modules/$module"
done </modules/order
doctor_says "no adapter" "no Bluetooth adapter on this machine"
btvirt -l2 >/dev/null 2>&1 &
sleep 2
doctor_says "switched off" "Bluetooth is switched off"
for controller in hci0 hci1; do
    for setting in "power off" "connectable on" "le off" "ssp on" "bondable on" "power on"; do
        # shellcheck disable=SC2086 # two words
        btmgmt -i $controller $setting >/dev/null
    done
done
btmgmt -i hci0 bondable off >/dev/null
garaged-sim --car aze0-30 --listen 127.0.0.1:35000 --scenario /scenario >/dev/null 2>&1 &
doctor_says "out of reach" "out of reach: the dongle is switched off" /etc/far.conf
serve
doctor_says "a dongle that lets nobody pair" "not paired: bluetoothctl pair $dongle"
btmgmt -i hci0 bondable on >/dev/null
doctor_says "a paired dongle, and the car behind it" "recognised as AZE0"
doctor_says "nothing on this channel" "or its serial port is on another channel" /etc/channel.conf

garaged --config /etc/garaged.conf --trust-clock --data /usr/share/garaged >/log 2>&1 &
logged "garaged uses it" 1 "dongle up" 15
end_server
logged "a lost connection is seen" 1 "dongle down" 5
serve
logged "and made again within 10 s" 2 "dongle up" 10
btmgmt -i hci0 power off >/dev/null
logged "a dongle without power is seen" 1 "out of reach: the dongle is switched off" 10
end_server
btmgmt -i hci0 power on >/dev/null
serve
logged "and back within 10 s of its return" 3 "dongle up" 10
poweroff -f
