#!/bin/sh
# deps.sh [build|check]...: installs what packages.txt lists under those words and web/'s npm packages; does nothing when
# all is there. Only apt needs root; npm runs as the checkout's owner.
set -eu
cd "$(dirname "$0")/.."
kinds="${*:-build check}"

wanted() {
    for kind in $kinds; do
        sed -n "s/^$kind  *//p" packaging/packages.txt
    done
}

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

node_is_new_enough() {
    command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
        [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]
}

missing_packages() {
    for package in $(wanted); do
        is_installed "$package" || echo "$package"
    done
    node_is_new_enough || echo nodejs npm
}

install_packages() {
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1; then
        as_root=sudo
    else
        echo "deps: missing: $*" >&2
        echo "deps: as root, type: apt-get update && apt-get install -y --no-install-recommends $*" >&2
        exit 1
    fi
    $as_root apt-get update -q
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

missing=$(missing_packages)
# shellcheck disable=SC2086 # the list is split on purpose
[ -z "$missing" ] || install_packages $missing >&2

# npm writes this file last.
installed=web/node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ web/package-lock.json -nt "$installed" ]; then
    packaging/as-owner.sh npm --prefix web ci --no-audit --no-fund >&2
    packaging/as-owner.sh touch "$installed"
fi
