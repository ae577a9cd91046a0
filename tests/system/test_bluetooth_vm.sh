#!/bin/bash
# test_bluetooth_vm.sh: a dongle on Bluetooth in a virtual machine without KVM: the kernel's own RFCOMM between two controllers
# that BlueZ's btvirt emulates over hci_vhci. Needs no root. Wants the packages qemu-system-x86 busybox-static cpio bluez
# bluez-test-tools and a kernel with hci_vhci: GARAGED_KERNEL names a folder into which one was unpacked (`apt-get download
# linux-image-6.12.…-amd64; dpkg -x …`), else this machine's own. Prints `ok NAME`, `not ok NAME: ...`, `skip NAME: reason`.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${GARAGED_BUILD:-build}
top=${GARAGED_KERNEL:-/}
PATH=$PATH:/sbin:/usr/sbin

skip() {
    echo "skip bluetooth_vm: $1"
    exit 0
}

for program in qemu-system-x86_64 busybox cpio btvirt btmgmt rfcomm modprobe; do
    command -v $program >/dev/null || skip "no $program"
done
driver=$(find "$top/lib/modules/" -name 'hci_vhci.ko*' 2>/dev/null | sort | tail -n 1)
[ -n "$driver" ] || skip "no kernel with hci_vhci (GARAGED_KERNEL)"
release=${driver#"$top"/lib/modules/}
release=${release%%/*}
kernel=$top/boot/vmlinuz-$release
[ -r "$kernel" ] || skip "$kernel cannot be read"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,dev,proc,sys,etc,modules,usr/share/garaged/web}

copy_modules() {
    local module file name
    [ -e "$top/lib/modules/$release/modules.dep" ] || depmod -b "$top" "$release" || skip "no modules.dep"
    for module in rfcomm hci_vhci cmac ecdh_generic algif_hash algif_skcipher; do
        modprobe -d "$top" -S "$release" --show-depends "$module" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'
    done | awk '!seen[$0]++' | while read -r file; do
        name=$(basename "${file%.xz}")
        case $file in *.xz) xz -dc "$file" ;; *) cat "$file" ;; esac >"$root/modules/$name"
        echo "$name" >>"$root/modules/order"
    done
}

# With the libraries that they need, as they lie on this machine.
copy_programs() {
    local program library
    for program; do
        cp -L "$program" "$root/bin/"
        ldd "$program" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^\t\(\/[^ ]*ld-linux[^ ]*\).*/\1/p'
    done | sort -u | while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
}

copy_modules
cp "$(command -v busybox)" "$root/bin/busybox"
copy_programs "$(command -v btvirt)" "$(command -v btmgmt)" "$(command -v rfcomm)" \
    "$build"/garaged "$build"/garaged-car "$build"/garagectl "$build"/garaged-sim
cp -r config/vehicles "$root/usr/share/garaged/"
# shellcheck disable=SC2016 # for the script that is written
printf '#!/bin/busybox sh\nexec nc 127.0.0.1 35000 <"$1" >"$1"\n' >"$root/bin/relay"
cp tests/system/bluetooth/inside.sh "$root/init"
chmod 755 "$root/init" "$root/bin/relay"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"

timeout -k 5 200 qemu-system-x86_64 -M pc -cpu max -m 512 -nographic -no-reboot -kernel "$kernel" -initrd "$work/initrd" \
    -append "console=ttyS0 quiet panic=-1" </dev/null 2>&1 | tr -d '\r' >"$work/console"
grep -E '^(ok|not ok|    [0-9]+ s)' "$work/console"
if ! grep -q '^ok' "$work/console"; then
    echo "not ok bluetooth_vm: the machine says nothing: $(tail -n 5 "$work/console" | tr '\n' ' ')"
    exit 1
fi
! grep -q '^not ok' "$work/console"
