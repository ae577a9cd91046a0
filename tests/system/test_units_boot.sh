#!/bin/sh
# test_units_boot.sh [ROOT]: boots systemd over a copy-on-write view of this machine's own file system (or of ROOT), installs
# there and lets tests/system/boot/inside.mjs judge the running services. Nothing outside is changed. Two ways:
#   container  systemd-nspawn; needs root; 40 s. Limits by cgroup may be without force there: inside.mjs says what it saw.
#   uml        user-mode-linux with GARAGED_BOOT=uml; needs no root, a kernel of its own with every limit in force; minutes.
set -u
cd "$(dirname "$0")/../.." || exit 1
lower=${1:-/}
way=${GARAGED_BOOT:-container}
work=
trap 'clean_up' EXIT
trap 'exit 1' INT TERM HUP

clean_up() {
    [ -n "$work" ] || return
    [ "$way" = uml ] || umount "$work/disk/root" "$work/disk" 2>/dev/null
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

# What is to be laid over the root: garaged as `make install` leaves it, the test, and a default.target that is the test alone.
stage() {
    make -s --no-print-directory install DESTDIR="$work/stage" >"$work/out/install.log" 2>&1 || return 1
    mkdir -p "$work/stage/garaged/tests/system" "$work/stage/garaged-out" "$work/stage/usr/local/bin" "$work/stage/etc/systemd/system"
    cp -r tests/system/boot tests/system/lib "$work/stage/garaged/tests/system/"
    install -m 755 "$(readlink -f "$(command -v node)")" "$work/stage/usr/local/bin/garaged-node"
    # Not empty: systemd would take it for a first boot and enable all it finds.
    echo 6761726167656400676172616765640a >"$work/stage/etc/machine-id"
    : >"$work/stage/etc/fstab"
    cp tests/system/boot/boot-test.service tests/system/boot/boot-test.target "$work/stage/etc/systemd/system/"
    ln -s boot-test.target "$work/stage/etc/systemd/system/default.target"
}

in_container() {
    mkdir "$work/disk"
    mount -t tmpfs -o size=384m,mode=755 none "$work/disk"
    mkdir "$work/disk/upper" "$work/disk/work" "$work/disk/root"
    root=$work/disk/root
    mount -t overlay -o "lowerdir=$lower,upperdir=$work/disk/upper,workdir=$work/disk/work" none "$root" || return
    tests/system/boot/furnish.sh "$root" "$work/stage"
    timeout -k 5 150 systemd-nspawn --register=no --keep-unit --quiet -M "garaged$$" -D "$root" --private-network \
        --bind="$work/out:/garaged-out" --boot -- systemd.show_status=0
}

in_uml() {
    cp tests/system/boot/uml_init.sh tests/system/boot/furnish.sh "$work/"
    printf 'overlay=%s\nlower=%s\nwork=%s\n' "$overlay" "$lower" "$work" >"$work/uml.conf"
    HOME=$work TMPDIR=${TMPDIR:-/tmp} timeout -k 5 900 linux.uml mem=768M rootfstype=hostfs rootflags=/ ro quiet con=null \
        con0=null,fd:1 random.trust_cpu=on selinux=0 apparmor=0 init="$work/uml_init.sh"
}

[ -x build/garaged ] || skip "build/garaged is not built"
if [ "$way" = uml ]; then
    command -v linux.uml >/dev/null || skip "no user-mode-linux (package user-mode-linux)"
    overlay=$(find /usr/lib/uml/modules -name overlay.ko 2>/dev/null | head -n 1)
    [ -n "$overlay" ] || skip "user-mode-linux has no overlay module"
else
    unshare -m true 2>/dev/null || skip "needs root (sudo $0), or GARAGED_BOOT=uml and minutes"
    command -v systemd-nspawn >/dev/null || skip "no systemd-nspawn (package systemd-container)"
fi
[ -x "$lower/lib/systemd/systemd" ] || skip "no systemd in $lower"
[ -x "$lower/usr/bin/perl" ] || skip "no perl in $lower"
work=$(mktemp -d /var/tmp/garaged-boot-XXXXXX)
chmod 755 "$work"
mkdir "$work/out"
if ! stage; then
    cat "$work/out/install.log"
    echo "not ok units_boot: make install"
    exit 1
fi
"in_$way" </dev/null >"$work/out/console" 2>&1
cat "$work/out/log" 2>/dev/null
if [ ! -s "$work/out/code" ]; then
    echo "not ok units_boot: the $way gave no result"
    tail -n 20 "$work/out/console"
    exit 1
fi
exit "$(cat "$work/out/code")"
