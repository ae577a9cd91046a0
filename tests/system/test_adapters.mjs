#!/usr/bin/env node
// The real programs behind each named adapter of the simulator (`garaged-sim --adapter list`): what becomes known, what the owner is told
// is missing, no wrong reading, no frame that nobody may send. `test_adapters.mjs [PART OF A NAME]`.
import assert from "node:assert/strict";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, run } from "./lib/process.mjs";
import { Recorder } from "./lib/recorder.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const AT_ONCE = 9;
const SOON_S = 10;

const HEARD = ["gids", "speed", "odometer"]; // broadcasts
const LONG = ["pack_capacity", "cell_min"]; // answers of several frames
const ALL = [...HEARD, ...LONG, "plugged"];
const NO_LONG = /cannot receive long answers/;
const CANNOT_LISTEN = /cannot listen/;

// What is known soon, what stays unknown, and what is said to be missing.
const ADAPTERS = {
    wican: { knows: LONG, car: "ze1-40", limits: CANNOT_LISTEN },
    "wican-halves": { car: "ze1-40", not: LONG, limits: CANNOT_LISTEN },
    elm327: { knows: ALL },
    "elm327-v2.3": { knows: ALL, pty: true },
    stn1110: { knows: ALL },
    "obdlink-sx": { knows: ALL, pty: true },
    vlinker: { knows: ALL },
    "clone-v2.1": { knows: HEARD, not: LONG, limits: NO_LONG },
    "clone-no-fcsh": { knows: HEARD, not: LONG, limits: NO_LONG, pty: true },
    "clone-two-bytes": { knows: [...HEARD, ...LONG] },
    "clone-freezes": { knows: HEARD, link: /did not answer in time|does not answer/ },
    carista: { knows: HEARD, not: LONG },
    "not-connected": { knows: ALL },
    "nul-bytes": { knows: ALL },
    "not-utf8": { knows: ALL },
    obdsim: { not: ALL, limits: CANNOT_LISTEN, asks: false },
    ircama: { knows: [], limits: CANNOT_LISTEN },
    "ble-no-caf1": { knows: HEARD },
    "ignores-caf0": { knows: HEARD },
    "no-timing": { knows: ALL },
    "no-aim": { not: ALL, limits: /cannot be told whom to hear/ },
    "no-volts": { knows: ALL, limits: /cannot measure the 12 V battery/ },
    sleeps: { knows: ALL },
    slow: { knows: HEARD, pty: true },
    "char-by-char": { not: ALL, asks: false },
};

async function carOf(house) {
    return (await house.session.state()).cars.leaf;
}

async function limitsOf(house) {
    const { json } = await house.session.call("GET", "/api/v1/system");
    return json.cars.leaf.limits ?? "";
}

// A read to a unit that is asked, or flow control to it, each of eight bytes.
function mayLeave({ frame }) {
    return /^7[0-9A-F]{2}#(0221[0-9A-F]{12}|0322[0-9A-F]{12}|30[0-9A-F]{14})$/.test(frame);
}

async function livesWith(house, name, expected) {
    const args = ["--car", expected.car ?? "aze0-30", "--adapter", name, ...house.scenario("0 on", "2 drive 60")];
    await (expected.pty ? house.startSimulatorOnPty(...args) : house.startSimulator(...args));
    await house.startGaraged();
    house.session = await house.login();
    house.recorder = await new Recorder(house).start(house.session.cookie);
    const until = Date.now() + SOON_S * 1000;
    await waitFor("what it can deliver", async () => {
        const { signals } = await carOf(house);
        const missing = (expected.knows ?? []).filter((signal) => (signals[signal]?.value ?? null) === null);
        if (missing.length > 0) throw new Error(`unknown: ${missing.join(" ")}`);
        return true;
    });
    if (expected.limits) await waitFor(`it to be said: ${expected.limits}`, async () => expected.limits.test(await limitsOf(house)));
    if (expected.link) await waitFor(`the link to say ${expected.link}`, () => house.recorder.linkSaid(expected.link));
    await sleep(Math.max(0, until - Date.now()));
    const { signals } = await carOf(house);
    for (const signal of expected.not ?? []) assert.equal(signals[signal]?.value ?? null, null, `${signal} is known`);
    assert.deepEqual(house.recorder.disputes(), []);
    const { frames } = house.truth.read();
    assert.deepEqual(frames.filter((each) => !mayLeave(each)), []);
    if (expected.asks === false) assert.equal(frames.length, 0, "nothing is sent by what can't be used");
}

async function noneIsForgotten() {
    const { out } = await run(`${build}/garaged-sim`, "--adapter", "list");
    const names = out.trim().split("\n").map((line) => line.split(" ")[0]);
    assert.deepEqual(Object.keys(ADAPTERS).sort(), names.sort());
}

async function inTurns(todo) {
    const next = async () => {
        for (let each = todo.shift(); each; each = todo.shift()) await each();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
}

const wanted = Object.entries(ADAPTERS).filter(([name]) => name.includes(process.argv[2] ?? ""));
try {
    await test("adapters: each name has its expectation", noneIsForgotten);
    await inTurns(wanted.map(([name, expected]) => () => test(`adapters: ${name}`, () => inHouse((house) => livesWith(house, name, expected)))));
} finally {
    await cleanUp();
}
finish();
