#!/bin/sh
# test_units_boot.sh [ROOT]: boots systemd in a container over a copy-on-write view of this machine's own file system (or of
# ROOT), installs there and lets tests/system/boot/inside.mjs judge the running services. Nothing outside is changed. Needs
# root and systemd-nspawn. Limits by cgroup may be without force in a container: inside.mjs says which were seen to work.
set -u
cd "$(dirname "$0")/../.." || exit 1
lower=${1:-/}
work=
trap 'clean_up' EXIT
trap 'exit 1' INT TERM HUP

clean_up() {
    [ -n "$work" ] || return
    umount "$work/disk/root" 2>/dev/null
    umount "$work/disk" 2>/dev/null
    rm -rf "$work"
}

# `make check` gives root's power away before its suites: it has run this test just before and left what it said.
skip() {
    if [ -s build/boot.log ]; then
        cat build/boot.log
        ! grep -q '^not ok' build/boot.log
        exit
    fi
    echo "skip units_boot: $1"
    exit 0
}

# In a folder of /var/tmp: the overlay's upper layer must not lie in another overlay.
mount_root() {
    work=$(mktemp -d /var/tmp/garaged-boot-XXXXXX)
    mkdir "$work/disk" "$work/out"
    mount -t tmpfs -o size=256m,mode=755 none "$work/disk" 2>/dev/null || skip "needs root with all its capabilities"
    mkdir "$work/disk/upper" "$work/disk/work" "$work/disk/root"
    mount -t overlay -o "lowerdir=$lower,upperdir=$work/disk/upper,workdir=$work/disk/work" none "$work/disk/root" 2>/dev/null ||
        skip "no overlay file system over $lower"
    root=$work/disk/root
    [ -x "$root/lib/systemd/systemd" ] || skip "no systemd in $lower"
    [ -x "$root/usr/bin/perl" ] || skip "no perl in $lower"
}

# Nothing of what the machine itself starts; only what basic.target needs, and our test.
prepare_root() {
    rm -rf "$root"/etc/systemd/system "$root"/var/log/journal
    mkdir -p "$root/etc/systemd/system" "$root/garaged" "$root/garaged-out"
    echo 6761726167656400676172616765640a >"$root/etc/machine-id" # not empty, or systemd would enable all it finds
    make -s --no-print-directory install DESTDIR="$root" >"$work/out/install.log" || return 1
    install -m 755 "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/garaged-node"
    cat >"$root/etc/systemd/system/boot-test.service" <<'UNIT'
[Unit]
Requires=basic.target
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c '/usr/local/bin/garaged-node /garaged/tests/system/boot/inside.mjs >/garaged-out/log 2>&1; echo $$? >/garaged-out/code'
ExecStopPost=/bin/systemctl --no-block poweroff
UNIT
}

[ "$(id -u)" = 0 ] || skip "needs root: sudo $0"
command -v systemd-nspawn >/dev/null || skip "no systemd-nspawn (package systemd-container)"
[ -x build/garaged ] || skip "build/garaged is not built"
mount_root
if ! prepare_root; then
    cat "$work/out/install.log"
    echo "not ok units_boot: make install"
    exit 1
fi
timeout -k 5 150 systemd-nspawn --register=no --keep-unit --quiet -M "garaged$$" -D "$root" --private-network \
    --bind-ro="$PWD:/garaged" --bind="$work/out:/garaged-out" --boot -- systemd.unit=boot-test.service systemd.show_status=0 \
    </dev/null >"$work/out/console" 2>&1
cat "$work/out/log" 2>/dev/null
if [ ! -s "$work/out/code" ]; then
    echo "not ok units_boot: the container gave no result"
    tail -n 20 "$work/out/console"
    exit 1
fi
exit "$(cat "$work/out/code")"
