#!/bin/sh
# test_units.sh: `make install` below a folder of its own, and the units it leaves: what systemd says of them and of their
# sandbox. Starts none of them; test_units_boot.sh does. Needs no root.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

ok() { # NAME COMMAND...
    name=$1
    shift
    if said=$("$@" 2>&1); then
        echo "ok units: $name"
    else
        printf 'not ok units: %s\n%s\n' "$name" "$said"
        failed=1
    fi
}

install_all() {
    "${MAKE:-make}" -s --no-print-directory install PREFIX="$work/usr" SYSCONFDIR="$work/etc"
}

lies_there() {
    for file in usr/sbin/garaged usr/bin/garagectl usr/libexec/garaged/garaged-car usr/libexec/garaged/garaged-sim; do
        [ -x "$work/$file" ] || { echo "$file is missing" && return 1; }
    done
    for file in etc/garaged/garaged.conf etc/garaged/vehicles.d usr/share/garaged/vehicles/nissan-leaf.conf \
        usr/share/garaged/web/index.html usr/lib/sysusers.d/garaged.conf usr/lib/udev/rules.d/70-garaged.rules; do
        [ -e "$work/$file" ] || { echo "$file is missing" && return 1; }
    done
}

# The shipped file names a dongle that nobody has; it must be right all the same.
finds_its_definitions() {
    "$work/usr/sbin/garaged" --check --config "$work/etc/garaged/garaged.conf"
}

keeps_what_was_edited() {
    echo '# mine' >>"$work/etc/garaged/garaged.conf"
    install_all && grep -q '^# mine' "$work/etc/garaged/garaged.conf"
}

# verify also answers 0 when it only warns.
verifies() { # UNIT
    said=$(SYSTEMD_UNIT_PATH=$units: systemd-analyze verify --man=no "$1" 2>&1) && [ -z "$said" ] && return 0
    echo "$said"
    return 1
}

is_shut() { # UNIT TENTHS: not more exposed than that
    systemd-analyze security --offline=true --no-pager --threshold="$2" "$1" >"$work/said" || { grep -v '✓' "$work/said" && return 1; }
    tail -n 1 "$work/said"
}

with_port() { # KIND TENTHS
    car="$units/garaged-car@leaf.service"
    mkdir -p "$car.d"
    cp "$units/garaged-car@.service" "$car"
    cp "$work/usr/share/garaged/ports/$1.conf" "$car.d/port.conf"
    ok "garaged-car with the $1 port verifies" verifies "garaged-car@leaf.service"
    ok "garaged-car with the $1 port is exposed by $2 tenths at most" is_shut "$car" "$2"
    rm -r "$car" "$car.d"
}

is_gone_but_the_owners() {
    "${MAKE:-make}" -s --no-print-directory uninstall PREFIX="$work/usr" SYSCONFDIR="$work/etc" || return 1
    left=$(find "$work/usr" -type f)
    [ -z "$left" ] && [ -e "$work/etc/garaged/garaged.conf" ] && return 0
    echo "left: $left"
    return 1
}

units=$work/usr/lib/systemd/system
ok "make install" install_all
ok "programs, page, definitions and rules lie where they belong" lies_there
ok "an installed garaged finds its definitions" finds_its_definitions
ok "a second install keeps the edited garaged.conf" keeps_what_was_edited
if command -v systemd-analyze >/dev/null && systemd-analyze --help | grep -q -- --threshold; then
    for unit in garaged.service garaged-car@leaf.service garaged-car@leaf.socket garaged-clock.service garaged-clock.path; do
        ok "$unit verifies" verifies "$unit"
    done
    ok "garaged is exposed by 10 tenths at most" is_shut "$units/garaged.service" 10
    with_port serial 4
    with_port can 9
    with_port rfcomm 8
    with_port tcp 10
else
    echo "skip units_verify: no systemd-analyze that knows --threshold (systemd 250)"
fi
ok "make uninstall leaves only what is the owner's" is_gone_but_the_owners
exit $failed
