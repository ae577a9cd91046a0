#!/bin/sh
# demo.sh: a made-up year of a LEAF's diary, the simulated car that goes on where it ends, and garaged reading it. Stays
# until SIGINT or SIGTERM, then ends with everything it started. The one line on stdout comes from garaged.
set -eu
cd "$(dirname "$0")/.."
port=${GARAGED_DEMO_PORT:-8080}
car=${GARAGED_DEMO_CAR:-aze0-30}
folder=build/demo
years=build/demo-years
rm -rf "$folder"
mkdir -p "$folder" "$years"

# All die with this script, even when it is killed. In the background: the shell that runs it becomes the program.
start() {
    exec setpriv --pdeathsig TERM -- "$@"
}

end() {
    trap '' INT TERM
    for pid in ${maker:-} ${garaged:-} ${simulator:-}; do
        kill "$pid" 2>/dev/null || true
    done
    wait
    rm -rf "$years/new.$$"
    exit "$1"
}
trap 'end 0' INT TERM

# What the owner pays: cheaper at night, at weekends and on holidays, and dearer since New Year.
tariffs() {
    bands='[{"from":"22:00","to":"06:00","price":0.214},{"days":["sat","sun","holiday"],"price":0.268}]'
    old="{\"valid_from\":\"$(($1 - 1))-01-01\",\"currency\":\"EUR\",\"price\":0.319,\"bands\":$bands}"
    new="{\"valid_from\":\"$1-01-01\",\"currency\":\"EUR\",\"price\":0.342,\"bands\":$bands}"
    holidays=
    for each in $(($1 - 1)) "$1"; do
        holidays="$holidays,\"$each-01-01\",\"$each-05-01\",\"$each-12-25\",\"$each-12-26\""
    done
    echo "{\"tariffs\":[$old,$new],\"holidays\":[${holidays#,}]}"
}

# A year that ends this morning, made once a day and program: in the first hours of a day the one before still counts.
today=$(date -d "5 hours ago" +%F)
year="$years/$today-$car-$(cat build/garaged-life packaging/demo.sh | cksum | cut -d' ' -f1)"
if [ ! -d "$year" ]; then
    echo "making up a year of a car's life: about 20 s, once a day" >&2
    rm -rf "$years"/*
    tariffs "${today%%-*}" >"$folder/tariffs.json"
    start build/garaged-life --years 1 --until "$today" --car "$car" --tariffs "$folder/tariffs.json" --out "$years/new.$$" >&2 &
    maker=$!
    wait "$maker" || end 1
    maker=
    mv "$years/new.$$" "$year"
fi
mkdir "$folder/state"
cp "$year"/*.db "$folder/state"

mkfifo "$folder/ready"
start build/garaged-sim --car "$car" --begin "$year/car.begin" --listen 127.0.0.1:0 --charging-heard --seed 1 >"$folder/ready" 2>"$folder/simulator.log" &
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
