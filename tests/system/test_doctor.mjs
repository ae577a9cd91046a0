#!/usr/bin/env node
// garagectl doctor: what it says for each thing that can be wrong with a dongle, that it asks a sleeping car nothing, and that a
// running garaged lends the dongle and has it back afterwards. `TEST='*sleeps*'` picks tests.
import assert from "node:assert/strict";
import { chmodSync, readFileSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, freePort, start } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const NO_DONGLE = 69; // EX_UNAVAILABLE
const ON = ["0 on"];
const ASLEEP = ["0 asleep"];

function doctor(house, ...args) {
    house.port ??= 1; // of the page, which nobody opens here
    house.writeConfig();
    return start(join(build, "garagectl"), "--config", house.path("garaged.conf"), "doctor", ...args);
}

// Runs it; its findings as lines like those that it prints without --json.
async function examine(house) {
    const { code, out, err } = await doctor(house, "--json").finished();
    const report = JSON.parse(out || "{}");
    assert.ok(report.findings, `${code} ${err}`);
    assert.equal(code, report.well ? 0 : NO_DONGLE);
    assert.equal(report.car, "leaf");
    const lines = report.findings.map(({ level, text, advice }) => `${level}: ${text}${advice ? ` -> ${advice}` : ""}`);
    return { code, text: lines.join("\n") };
}

async function expectProblem(house, port, ...patterns) {
    house.car = { adapter: "elm327", port };
    const { code, text } = await examine(house);
    assert.equal(code, NO_DONGLE, text);
    for (const pattern of patterns) assert.match(text, pattern);
}

// ---- what is well ----

async function carThatIsOn(house) {
    await house.startSimulatorOnPty("--car", "aze0-30", ...house.scenario(...ON));
    const { code, text } = await examine(house);
    assert.equal(code, 0, text);
    assert.match(text, /^ok: the dongle answers at \/dev\/pts\/\d+: ELM327/m);
    assert.match(text, /^ok: the 12 V battery: 1[234]\.\d V/m);
    assert.match(text, /^ok: the car is heard: \d+ frames in 8 s$/m);
    assert.match(text, /^ok: the car answers questions$/m);
    assert.match(text, /^ok: recognised as AZE0$/m);
    assert.doesNotMatch(text, /garaged is running|problem/);
}

function framesSent(house) {
    const lines = readFileSync(house.path("truth"), "utf8").split("\n");
    return lines.filter((line) => line.includes('"frame"')).length;
}

async function carThatSleeps(house) {
    await house.startSimulator("--car", "aze0-30", ...house.scenario(...ASLEEP));
    const { code, text } = await examine(house);
    assert.equal(code, 0, text);
    assert.match(text, /^ok: the dongle answers at tcp:/m);
    assert.match(text, /^note: the car is asleep, .*silent for 8 s -> switch the car on/m);
    assert.equal(framesSent(house), 0);
}

async function wrongGeneration(house) {
    await house.startSimulator("--car", "aze0-30", ...house.scenario(...ON));
    house.car.generation = "ZE0";
    const { code, text } = await examine(house);
    assert.equal(code, NO_DONGLE, text);
    assert.match(text, /^problem: the car talks like AZE0, but garaged.conf says ZE0 -> /m);
}

async function poorClone(house) {
    await house.startSimulator("--car", "aze0-30", ...house.scenario(...ON), "--fault", "no-flow-control");
    const { text } = await examine(house);
    assert.match(text, /^note: This adapter cannot receive long answers/m);
}

// ---- what is not ----

async function notThere(house) {
    await expectProblem(house, "/dev/serial/by-id/usb-nobody-if00-port0", /no such file.*-> plug the dongle in/);
}

async function noSerialLine(house) {
    const link = `/dev/shm/garaged-doctor-${process.pid}`;
    symlinkSync(house.path("truth-of-nobody"), link);
    try {
        await expectProblem(house, link, /no such file/);
        await expectProblem(house, "/dev/shm", /not a serial line but a folder -> find the dongle's line/);
        await expectProblem(house, "/dev/null", /not a serial line -> find/);
        unlinkSync(link);
        symlinkSync(house.path("garaged.conf"), link);
        await expectProblem(house, link, /not a serial line but a regular file -> find/);
    } finally {
        unlinkSync(link);
    }
}

async function busyLine(house) {
    await house.startSimulatorOnPty("--car", "aze0-30");
    const line = house.car.port;
    const holder = start("/usr/bin/flock", "--no-fork", line, "/bin/sh", "-c", "echo held; exec sleep 60");
    try {
        await holder.says(/held/);
        await expectProblem(house, line, /busy: another program uses it \(.*sleep \d+.*\) -> end that program/);
    } finally {
        await holder.stop("SIGKILL");
    }
}

// CAP_DAC_OVERRIDE, which `make check` drops even for root.
function mayOpenAnything() {
    const [, capabilities] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return (BigInt(`0x${capabilities}`) & 2n) !== 0n;
}

async function forbiddenLine(house) {
    await house.startSimulatorOnPty("--car", "aze0-30");
    chmodSync(house.car.port, 0);
    await expectProblem(house, house.car.port, /permission denied.*-> (sudo usermod -aG|let your user)/);
}

async function nobodyListens(house) {
    await expectProblem(house, `tcp://127.0.0.1:${await freePort()}`, /connection refused.*-> check the port number/);
}

async function silentDongle(house) {
    await house.startSimulator("--car", "aze0-30", "--fault", "silent");
    await expectProblem(house, house.car.port, /does not answer -> pull the dongle/);
}

async function noBluetooth(house) {
    await expectProblem(house, "bt://00:1D:A5:68:98:8A", /Bluetooth|out of reach|refused|paired/);
}

// ---- beside a running garaged ----

async function linkState(house) {
    return (await house.session.state()).cars.leaf.link.state;
}

async function borrowed(house) {
    await house.startSimulator("--car", "aze0-30", ...house.scenario(...ON));
    await house.startGaraged();
    house.session = await house.login();
    await waitFor("the link to be up", async () => (await linkState(house)) === "up");
    const { code, text } = await examine(house);
    assert.equal(code, 0, text);
    assert.match(text, /^note: garaged's sandbox is not checked: it was started by hand$/m);
    assert.match(text, /^ok: garaged is running and lends the dongle/m);
    assert.match(text, /^ok: recognised as AZE0$/m);
    await waitFor("garaged to have it back", async () => (await linkState(house)) === "up");
    const interrupted = doctor(house);
    await interrupted.says(/examining/, "err");
    await waitFor("the dongle to be lent", async () => (await linkState(house)) === "down");
    interrupted.kill("SIGINT");
    assert.equal((await interrupted.finished()).code, 75);
    await waitFor("garaged to have it back", async () => (await linkState(house)) === "up");
}

// What the owner has lent to another program stays lent.
async function lentToAnother(house) {
    await house.startSimulator("--car", "aze0-30", ...house.scenario(...ON));
    await house.startGaraged();
    house.session = await house.login();
    await waitFor("the link to be up", async () => (await linkState(house)) === "up");
    const pause = start(join(build, "garagectl"), "--config", house.path("garaged.conf"), "car", "pause", "leaf", "30m");
    assert.equal((await pause.finished()).code, 0);
    const { text } = await examine(house);
    assert.match(text, /^note: garaged is running and does not lend the dongle: it is lent to another program already -> /m);
    assert.match(text, /^ok: the dongle answers/m);
    const { link } = (await house.session.state()).cars.leaf;
    assert.match(link.reason, /^paused until/);
}

const CASES = [
    ["a car that is on, over a pty", carThatIsOn],
    ["a car that sleeps is asked nothing", carThatSleeps],
    ["another generation than configured", wrongGeneration],
    ["a clone without flow control", poorClone],
    ["no such file", notThere],
    ["no serial line", noSerialLine],
    ["a line in use", busyLine],
    ["a line that is forbidden", forbiddenLine, mayOpenAnything() ? "root may open anything" : null],
    ["nobody listens", nobodyListens],
    ["a dongle that says nothing", silentDongle],
    ["no Bluetooth here", noBluetooth],
    ["lent by a running garaged", borrowed],
    ["lent to another program already", lentToAnother],
];

// All at once: each has its own house, and nearly all of it is waiting.
await Promise.all(
    CASES.map(([name, run, reason]) => (reason ? skip(`doctor: ${name}`, reason) : test(`doctor: ${name}`, () => inHouse(run)))),
);
await cleanUp();
finish();
