#!/bin/sh
# as-owner.sh COMMAND...: runs the command as the checkout's owner. Root drops to that user; where the owner is root, all
# capabilities are dropped instead, so that nothing below ever runs with power over the machine.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" = 0 ] || exec "$@"
owner=$(stat -c %u "$top")
if [ "$owner" = 0 ]; then
    exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"
fi
HOME=$(getent passwd "$owner" | cut -d: -f6)
export HOME
exec setpriv --reuid="$owner" --regid="$(stat -c %g "$top")" --init-groups --no-new-privs -- "$@"
