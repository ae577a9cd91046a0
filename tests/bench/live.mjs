#!/usr/bin/env node
// The figures of the live line: latency from a dongle's line to a websocket message, memory, wake-ups.
// Prints `bench NAME VALUE UNIT budget BUDGET`. The dongle is played here, so that both ends of the line share one clock.
import { readFileSync, readdirSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { openWebsocket } from "../system/lib/http.mjs";
import { House } from "../system/lib/house.mjs";
import { build, cleanUp, freePort, start } from "../system/lib/process.mjs";
import { sleep, waitFor } from "../system/lib/wait.mjs";
import { Dongle } from "./dongle.mjs";

const SAMPLES = Number(process.env.SAMPLES ?? 200);

function report(name, value, unit, budget) {
    console.log(`bench ${name} ${value} ${unit} budget ${budget}`);
}

function memoryKb(pid) {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

function switches(pid) {
    let sum = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
        const status = readFileSync(`/proc/${pid}/task/${task}/status`, "utf8");
        sum += Number(/\nvoluntary_ctxt_switches:\s+(\d+)/.exec(status)[1]);
    }
    return sum;
}

function childOf(pid) {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

async function wakeupsPerSecond(pids, seconds) {
    const before = pids.map(switches);
    await sleep(seconds * 1000);
    return pids.reduce((sum, pid, i) => sum + switches(pid) - before[i], 0) / seconds;
}

async function measureOnce(dongle, watch, n) {
    await sleep(230 + Math.random() * 40);
    await waitFor("a filter that has a frame", () => dongle.frame(n) !== null);
    const frame = dongle.frame(n);
    const arrival = new Promise((resolve) => {
        watch.seen = (signals) => frame.signal in signals && resolve(process.hrtime.bigint());
    });
    const begin = process.hrtime.bigint();
    dongle.socket.write(`${frame.line}\r`);
    const end = await Promise.race([arrival, sleep(2000)]);
    return end ? Number(end - begin) / 1e6 : null;
}

function openLive(house, cookie, onText) {
    const origin = `${house.withTls ? "https" : "http"}://127.0.0.1:${house.port}`;
    return openWebsocket(house.port, "/api/v1/live", { cookie, origin, withTls: house.withTls }, onText);
}

async function measureLatency(dongle, house, cookie) {
    const watch = { seen: () => {} };
    const socket = await openLive(house, cookie, (text) => {
        watch.seen(JSON.parse(text).cars?.leaf?.signals ?? {});
    });
    if (socket.status !== 101) throw new Error(`websocket: ${socket.status}`);
    const times = [];
    for (let n = 0; times.length < SAMPLES; n++) {
        const time = await measureOnce(dongle, watch, n);
        if (time !== null) times.push(time);
    }
    socket.close();
    return times.sort((a, b) => a - b);
}

// From exec to the first connection taken; READY follows in the same turn of the loop.
async function measureStart() {
    const house = new House();
    house.car = { adapter: "elm327", port: "tcp://127.0.0.1:1" };
    house.port = await freePort();
    house.writeConfig();
    const begin = process.hrtime.bigint();
    start(join(build, "garaged"), "--config", house.path("garaged.conf"), "--trust-clock");
    while (!(await isListening(house.port))) await sleep(1);
    return Number(process.hrtime.bigint() - begin) / 1e6;
}

function isListening(port) {
    return new Promise((resolve) => {
        const socket = net.connect(port, "127.0.0.1");
        socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
        socket.on("connect", () => socket.destroy());
    });
}

async function measure(withTls) {
    const suffix = withTls ? "_tls" : "";
    const dongle = new Dongle();
    const house = new House();
    house.withTls = withTls;
    house.car = { adapter: "elm327", port: `tcp://127.0.0.1:${await dongle.listen()}` };
    await house.startGaraged("--demo");
    const [, code] = await house.garaged.says(/#code=(\d+)/);
    const session = house.newSession();
    await session.call("POST", "/api/v1/pair", { code });
    await waitFor("the link", async () => (await session.state()).cars.leaf.link.state === "up");
    await waitFor("monitoring", () => dongle.isMonitoring);
    const times = await measureLatency(dongle, house, session.cookie);
    report(`latency_p50${suffix}`, times[Math.floor(times.length * 0.5)].toFixed(2), "ms", 1);
    report(`latency_p99${suffix}`, times[Math.floor(times.length * 0.99)].toFixed(2), "ms", 5);
    const pids = [house.garaged.pid, childOf(house.garaged.pid)];
    if (!withTls) await measureSleep(session, pids);
    for (let i = 0; i < 10; i++) await openLive(house, session.cookie);
    await sleep(1000);
    report(`memory_garaged_10_browsers${suffix}`, (memoryKb(pids[0]) / 1024).toFixed(1), "MB", withTls ? 24 : 16);
    report(`memory_garaged_car${suffix}`, (memoryKb(pids[1]) / 1024).toFixed(1), "MB", 4);
    dongle.server.close();
    await house.close();
}

async function measureSleep(session, pids) {
    await waitFor("the car to sleep", async () => (await session.state()).cars.leaf.state === "asleep");
    await sleep(5_000);
    report("wakeups_asleep", (await wakeupsPerSecond(pids, 40)).toFixed(2), "/s", 2);
}

async function main() {
    report("start_to_listening", (await measureStart()).toFixed(0), "ms", 200);
    await measure(false);
    await measure(true);
}

try {
    await main();
} finally {
    await cleanUp();
}
process.exit(0);
