#!/bin/sh
# The page's unit tests, type-checked and run by node.
cd "$(dirname "$0")/../.." || exit 1
if [ ! -d web/node_modules ]; then
    echo "skip web units: web/node_modules is missing: run make deps"
    exit 0
fi
exec "${MAKE:-make}" -s --no-print-directory web-unit
