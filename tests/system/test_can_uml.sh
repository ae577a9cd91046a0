#!/bin/sh
# test_can_uml.sh: the SocketCAN adapter on a virtual bus in user-mode-linux, which runs as an ordinary process and needs no
# root. The kernel of the machine need not know CAN. Prints the lines of the test program, or `skip NAME: reason`.
set -u
cd "$(dirname "$0")/../.."
program=$PWD/${GARAGED_BUILD:-build}/unit/test_socketcan_bus
modules=$(find /usr/lib/uml/modules -name vcan.ko 2>/dev/null | head -n 1)
modules=${modules%/drivers/net/can/vcan.ko}

skip() {
    echo "skip can_uml: $1"
    exit 0
}

command -v linux.uml >/dev/null || skip "no user-mode-linux (package user-mode-linux)"
[ -n "$modules" ] || skip "user-mode-linux has no vcan module"
command -v ip >/dev/null || [ -x /sbin/ip ] || skip "no ip (package iproute2)"
[ -x /sbin/insmod ] || skip "no insmod (package kmod)"
[ -x "$program" ] || skip "$program is not built"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/init" <<INIT
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
exec 2>>$work/errors
for m in net/can/can.ko net/can/can-raw.ko drivers/net/can/dev/can-dev.ko drivers/net/can/vcan.ko; do insmod $modules/\$m; done
ip link add vcan0 type vcan && ip link set vcan0 up
timeout 60 $program >$work/output 2>&1
echo \$? >$work/code
sync
echo o >/proc/sysrq-trigger
sleep 5
INIT
chmod +x "$work/init"
HOME=$work TMPDIR=$work timeout -k 5 90 linux.uml mem=128M rootfstype=hostfs rootflags=/ rw quiet con=null con0=null,fd:1 \
    random.trust_cpu=on selinux=0 apparmor=0 init="$work/init" </dev/null >"$work/console" 2>&1
cat "$work/errors" "$work/output" 2>/dev/null
code=$(cat "$work/code" 2>/dev/null)
if [ -z "$code" ]; then
    echo "not ok can_uml: user-mode-linux gave no result"
    tail -n 20 "$work/console"
    exit 1
fi
exit "$code"
