#!/usr/bin/env node
// garaged with the diary of ten made-up years (years.sh): start, disk, memory with MQTT and ten browsers, and the lists as a
// browser gets them. Prints `bench NAME VALUE UNIT budget BUDGET`.
import { cpSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { openWebsocket, Session } from "../system/lib/http.mjs";
import { House } from "../system/lib/house.mjs";
import { build, cleanUp, run, top } from "../system/lib/process.mjs";
import { sleep, waitFor } from "../system/lib/wait.mjs";

const ROUNDS = 9;
const years = join(top, "build/bench/years-10");

function report(name, value, unit, budget) {
    console.log(`bench ${name} ${value} ${unit} budget ${budget}`);
}

function isListening(port) {
    return new Promise((resolve) => {
        const socket = net.connect(port, "127.0.0.1");
        socket.on("connect", () => resolve(socket.destroy() !== null)).on("error", () => resolve(false));
    });
}

// The daemon listens in the turn of the loop that makes it READY.
async function start(house) {
    const begin = process.hrtime.bigint();
    const starting = house.startGaraged("--demo");
    while (!(house.port && (await isListening(house.port)))) await sleep(1);
    const ms = Number(process.hrtime.bigint() - begin) / 1e6;
    await starting;
    return ms;
}

async function median(body) {
    const times = [];
    for (let i = 0; i < ROUNDS; i++) {
        const begin = process.hrtime.bigint();
        await body();
        times.push(Number(process.hrtime.bigint() - begin) / 1e6);
    }
    return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)].toFixed(1);
}

async function page(session, path) {
    const answer = await session.call("GET", `/api/v1/${path}`);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.json;
}

async function measureLists(session) {
    report("http_state", await median(() => page(session, "state")), "ms", "-");
    report("http_years", await median(() => page(session, "years?limit=1000")), "ms", "-");
    report("http_charges_1000", await median(() => page(session, "charges?limit=1000")), "ms", "-");
    report("http_outings_1000", await median(() => page(session, "outings?limit=1000")), "ms", "-");
    report("http_months", await median(() => page(session, "months?limit=1000")), "ms", "-");
    report("http_days_1000", await median(() => page(session, "days?limit=1000")), "ms", "-");
    report("http_battery_1000", await median(() => page(session, "battery?limit=1000")), "ms", "-");
    const day = "from=2026-02-10T00:00:00%2B01:00&to=2026-02-11T00:00:00%2B01:00";
    report("http_soc_24_h", await median(() => page(session, `history?signal=soc&points=500&${day}`)), "ms", "-");
}

async function measureMemory(house, session) {
    const origin = `http://127.0.0.1:${house.port}`;
    for (let i = 0; i < 10; i++) await openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie, origin });
    await waitFor("the broker", async () => (await session.state()).mqtt.state === "up");
    await sleep(3000);
    const status = readFileSync(`/proc/${house.garaged.pid}/status`, "utf8");
    const part = (name) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024).toFixed(1);
    report("memory_ten_years_mqtt_10", part("VmRSS"), "MB", 16);
    report("memory_of_these_its_own", part("RssAnon"), "MB", "-"); // the rest: programs and libraries, which others share
}

async function garagectl(house, ...args) {
    const begin = process.hrtime.bigint();
    const { code, err } = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
    if (code !== 0) throw new Error(err);
    return (Number(process.hrtime.bigint() - begin) / 1e9).toFixed(1);
}

async function measureLongWork(house) {
    report("export_readings_of_ten_years", await garagectl(house, "export", "readings", house.path("readings.csv")), "s", "-");
    report("rebuild_of_ten_years", await garagectl(house, "diary", "rebuild"), "s", "-");
}

async function main() {
    if (!existsSync(years)) return console.log(`${years}: no such diary: tests/bench/years.sh makes it`);
    for (const name of readdirSync(years).filter((each) => each.endsWith(".db")))
        report(`disk_ten_years_${name}`, (statSync(join(years, name)).size / 1e6).toFixed(1), "MB", "-");
    const house = new House();
    cpSync(years, house.path("state"), { recursive: true });
    house.car = { adapter: "elm327", port: "tcp://127.0.0.1:1" };
    await house.startBroker();
    report("start_with_ten_years", (await start(house)).toFixed(0), "ms", 200);
    const [, code] = await house.garaged.says(/#code=(\d+)/);
    const session = new Session(house.port);
    await session.call("POST", "/api/v1/pair", { code });
    await waitFor("the diary", async () => (await session.state()).diary.state === "ok");
    await measureLists(session);
    await measureMemory(house, session);
    await measureLongWork(house);
    await house.close();
}

try {
    await main();
} finally {
    await cleanUp();
}
process.exit(0);
