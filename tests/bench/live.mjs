#!/usr/bin/env node
// The figures of the live line: latency from a dongle's line to a websocket message, memory, wake-ups.
// Prints `bench NAME VALUE UNIT budget BUDGET`. The dongle is played here, so that both ends of the line share one clock.
import { readFileSync, readdirSync } from "node:fs";
import net from "node:net";
import { openWebsocket, Session } from "../system/lib/http.mjs";
import { House } from "../system/lib/house.mjs";
import { cleanUp } from "../system/lib/process.mjs";
import { sleep, waitFor } from "../system/lib/wait.mjs";

const SAMPLES = Number(process.env.SAMPLES ?? 200);

function report(name, value, unit, budget) {
    console.log(`bench ${name} ${value} ${unit} budget ${budget}`);
}

// An ELM327 that says OK to everything and, while it monitors, prints the lines it is given.
class Dongle {
    async listen() {
        this.server = net.createServer((socket) => this.serve(socket));
        await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
        return this.server.address().port;
    }

    serve(socket) {
        this.socket = socket;
        socket.setNoDelay(true);
        let line = "";
        socket.on("error", () => {});
        socket.on("data", (data) => {
            for (const byte of data.toString("latin1")) {
                if (this.isMonitoring) {
                    this.isMonitoring = false;
                    socket.write("STOPPED\r\r>");
                    line = byte === "\r" ? "" : byte;
                } else if (byte === "\r") {
                    this.answer(line.replace(/\s/g, "").toUpperCase());
                    line = "";
                } else {
                    line += byte;
                }
            }
        });
    }

    answer(command) {
        if (command === "ATMA") {
            this.isMonitoring = true;
            return;
        }
        const texts = { ATZ: "\r\rELM327 v1.5", ATI: "ELM327 v1.5", "AT@1": "?", STI: "?", ATRV: "12.6V", ATDPN: "6" };
        const text = texts[command] ?? (command.startsWith("AT") ? "OK" : "NO DATA");
        this.socket.write(`${text}\r\r>`);
    }
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

function gidsFrame(gids) {
    const high = (gids >> 8).toString(16).padStart(2, "0");
    const low = (gids & 0xff).toString(16).padStart(2, "0");
    return `5B378AA4100${high}${low}0000\r`.toUpperCase();
}

async function measureLatency(dongle, port, cookie) {
    let seen = () => {};
    const socket = await openWebsocket(port, "/api/v1/live", { cookie, origin: `http://127.0.0.1:${port}` }, (text) => {
        const gids = JSON.parse(text).cars?.leaf?.signals?.gids;
        if (gids) seen(gids.value);
    });
    if (socket.status !== 101) throw new Error(`websocket: ${socket.status}`);
    const times = [];
    for (let gids = 100; times.length < SAMPLES; gids++) {
        await sleep(230 + Math.random() * 40);
        await waitFor("the dongle to monitor", () => dongle.isMonitoring);
        const begin = process.hrtime.bigint();
        const arrival = new Promise((resolve) => {
            seen = (value) => value === 100 + (gids % 150) && resolve(process.hrtime.bigint());
        });
        dongle.socket.write(gidsFrame(100 + (gids % 150)));
        const end = await Promise.race([arrival, sleep(2000)]);
        if (end) times.push(Number(end - begin) / 1e6);
    }
    socket.close();
    return times.sort((a, b) => a - b);
}

async function main() {
    const dongle = new Dongle();
    const house = new House();
    house.car = { adapter: "elm327", port: `tcp://127.0.0.1:${await dongle.listen()}` };
    await house.startGaraged("--demo");
    const [, code] = await house.garaged.says(/#code=(\d+)/);
    const session = new Session(house.port);
    await session.call("POST", "/api/v1/pair", { code });
    await waitFor("the link", async () => (await session.state()).cars.leaf.link.state === "up");
    await waitFor("monitoring", () => dongle.isMonitoring);
    const times = await measureLatency(dongle, house.port, session.cookie);
    report("latency_p50", times[Math.floor(times.length * 0.5)].toFixed(2), "ms", 1);
    report("latency_p99", times[Math.floor(times.length * 0.99)].toFixed(2), "ms", 5);
    const pids = [house.garaged.pid, childOf(house.garaged.pid)];
    await sleep(15_000);
    report("wakeups_asleep", (await wakeupsPerSecond(pids, 20)).toFixed(2), "/s", 2);
    report("memory_garaged", (memoryKb(pids[0]) / 1024).toFixed(1), "MB", 16);
    report("memory_garaged_car", (memoryKb(pids[1]) / 1024).toFixed(1), "MB", 4);
    dongle.server.close();
}

try {
    await main();
} finally {
    await cleanUp();
}
process.exit(0);
