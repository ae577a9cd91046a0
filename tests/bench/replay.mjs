#!/usr/bin/env node
// A full bus for a minute: a recording of 4,376 frames/s through garaged-car and garaged. Prints the share of one core that
// both take, and the frames lost, as `bench NAME VALUE UNIT budget BUDGET`. SECONDS=20 shortens it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { House } from "../system/lib/house.mjs";
import { cleanUp, shared, top } from "../system/lib/process.mjs";
import { sleep, waitFor } from "../system/lib/wait.mjs";

const RATE = 4376;
const SECONDS = Number(process.env.SECONDS ?? 60);
const REAL = join(shared, "recordings/can/aze0-24kwh-ev.log");
const OWN = join(top, "tests/recordings/fixtures/bus.log");
const TICKS = 100; // a second, in /proc/PID/stat

// The frames of a real car, or where there is no recording our own, one after the other at the rate of a full bus.
function writeLog(path) {
    const lines = readFileSync(existsSync(REAL) ? REAL : OWN, "utf8").split("\n");
    const frames = lines.filter((line) => /^\([0-9.]+\) \S+ [0-7][0-9A-F]{2}#([0-9A-F]{2}){1,8}$/.test(line)).map((line) => line.split(" ")[2]);
    const count = RATE * SECONDS;
    const out = [];
    for (let i = 0; i < count; i++) out.push(`(${(1.7e9 + i / RATE).toFixed(6)}) can0 ${frames[i % frames.length]}\n`);
    writeFileSync(path, out.join(""));
    return count;
}

// Seconds of processor time since the process began, all threads.
function cpuSeconds(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function main() {
    const house = new House();
    const log = house.path("full.log");
    const sent = writeLog(log);
    house.car = { adapter: "replay", port: log };
    await house.startGaraged();
    const session = await house.login();
    const pids = [house.garaged.pid, house.carHalf];
    await waitFor("the recording to begin", async () => (await session.state()).cars.leaf.link.state === "up");
    const before = pids.map(cpuSeconds);
    const begin = process.hrtime.bigint();
    await sleep((SECONDS - 3) * 1000);
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    const [home, car] = pids.map((pid, i) => ((cpuSeconds(pid) - before[i]) / seconds) * 100);
    console.log(`# garaged ${home.toFixed(2)} %, garaged-car ${car.toFixed(2)} % of a core`);
    console.log(`bench replay_full_bus ${(home + car).toFixed(2)} % budget 5`);
    await waitFor("the recording to end", async () => (await session.state()).cars.leaf.link.reason === "the recording has ended", 20_000);
    const heard = () => session.call("GET", "/api/v1/system").then(({ json }) => json.cars.leaf.counters.frames_heard);
    await waitFor("all frames", async () => (await heard()) >= sent, 30_000).catch(() => {});
    console.log(`bench replay_lost ${sent - (await heard())} frames budget 0`);
    await house.close();
}

try {
    await main();
} finally {
    await cleanUp();
}
process.exit(0);
