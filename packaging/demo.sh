#!/bin/sh
# demo.sh: a simulated LEAF behind a simulated dongle, and garaged reading it. Stays until SIGINT or SIGTERM, then ends with
# everything it started. The one line on stdout comes from garaged.
set -eu
cd "$(dirname "$0")/.."
port=${GARAGED_DEMO_PORT:-8080}
folder=build/demo
rm -rf "$folder"
mkdir -p "$folder/state"

# Both die with this script, even when it is killed. In the background: the shell that runs it becomes the program.
start() {
    exec setpriv --pdeathsig TERM -- "$@"
}

end() {
    trap '' INT TERM
    for pid in ${garaged:-} ${simulator:-}; do
        kill "$pid" 2>/dev/null || true
    done
    wait
    exit "$1"
}
trap 'end 0' INT TERM

mkfifo "$folder/ready"
start build/garaged-sim --car "${GARAGED_DEMO_CAR:-aze0-30}" --listen 127.0.0.1:0 --charging-heard --seed 1 >"$folder/ready" 2>"$folder/simulator.log" &
simulator=$!
read -r _ _ dongle <"$folder/ready" || {
    echo "the simulator did not start: see $folder/simulator.log" >&2
    end 1
}

cat >"$folder/garaged.conf" <<EOF
state = "$folder/state";
cars = ( { id = "leaf"; name = "LEAF"; vehicle = "nissan-leaf"; adapter = "elm327"; port = "tcp://127.0.0.1:$dongle"; } );
web = { listen = "127.0.0.1"; port = $port; };
EOF
start build/garaged --config "$folder/garaged.conf" --demo &
garaged=$!
wait "$garaged" && code=0 || code=$?
end "$code"
