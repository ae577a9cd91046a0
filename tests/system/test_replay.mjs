#!/usr/bin/env node
// The main job on real input: recordings played through both processes to page, history, readings.db and MQTT, all
// compared with what `garagectl decode` prints for the same file. `tests/system/test_replay.mjs [PART OF A FILE'S NAME]`.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { decode, isOneOf, isSame, lastOf } from "./lib/decoded.mjs";
import { inHouse } from "./lib/house.mjs";
import { figures, launch, missing, openHouse, saysSoon, shoot } from "./lib/page.mjs";
import { cleanUp, shared, top } from "./lib/process.mjs";
import { integrity, readings } from "./lib/readings.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const RECORDINGS = join(shared, "recordings/can");
const OWN = join(top, "tests/recordings/fixtures/bus.log");
const LONGEST_S = 30; // longer ones are played faster
const STILL_MS = 700;
const DERIVED = "derived";
const WORDS = { gear: ["p", "r", "n", "d", "b"], power_state: ["off", "acc", "on", "ready"], charge_mode: ["none", "ac1", "ac2", "dc"],
    charge_state: ["idle", "waiting", "charging", "complete", "fault"] };

// Where two sources of a car contradict each other (PROVENANCE.md): both values, in the order of rank.
const DISPUTES = { "aze0-2016-car-leafspy-polling.log": { soc: [51.0, 29.9] }, "aze0-24kwh-ev.log": { soc: [0, 40.3] } };

// Rows keep words as their number.
function asNumber(signal, value) {
    if (typeof value === "boolean") return Number(value);
    return typeof value === "string" ? WORDS[signal].indexOf(value) : value;
}

async function play(house, file, decoded, browser) {
    house.car = { adapter: "replay", port: file };
    house.environment.GARAGED_REPLAY_SPEED = String(Math.max(1, decoded.seconds / LONGEST_S));
    await house.startBroker();
    await house.startGaraged();
    house.session = await house.login();
    house.page = browser ? await openHouse(browser, house.port, house.session) : null;
    await waitFor("the recording to end", async () => {
        const { link } = (await house.session.state()).cars.leaf;
        return link.state === "down" && link.reason === "the recording has ended";
    }, 90_000);
}

// The state once nothing of the recording is under way any more.
async function lastState(house) {
    let before = -1;
    return waitFor("the state to stand still", async () => {
        const state = await house.session.state();
        const still = state.seq === before;
        before = state.seq;
        await sleep(STILL_MS);
        return still ? state.cars.leaf.signals : null;
    });
}

// Each figure is the last one that decode has of the source which the daemon names.
function stateIsDecoded(signals, decoded, rows) {
    const wrong = [];
    let compared = 0;
    for (const [name, signal] of Object.entries(signals)) {
        if (signal.value === null || signal.source === DERIVED || Array.isArray(signal.value)) continue;
        const last = lastOf(decoded.signals.get(name) ?? [], signal.source);
        const resolution = rows.find((row) => row.signal === name)?.resolution ?? 0;
        if (!last || !isSame(signal.value, last.value, resolution)) wrong.push(`${name} ${signal.value}, decoded ${last?.value} (${signal.source})`);
        compared++;
    }
    assert.deepEqual(wrong, []);
    return compared;
}

// What some source of the car said last, and isn't "not available", is known to the daemon.
function nothingIsMissing(signals, decoded) {
    const missing = [];
    for (const [name, list] of decoded.signals) {
        const sources = [...new Set(list.map((each) => each.source))];
        const isKnown = sources.some((source) => lastOf(list, source).value !== null);
        if (isKnown && (signals[name]?.value ?? null) === null) missing.push(name);
    }
    assert.deepEqual(missing, []);
}

// Rows hold values that were read, and end with the last one.
function rowsAreDecoded(rows, signals, decoded) {
    const wrong = [];
    for (const row of rows) {
        const list = decoded.signals.get(row.signal);
        if (row.value === null || !list) continue;
        const numbers = list.map((each) => ({ value: asNumber(row.signal, each.value) }));
        if (!isOneOf(row.value, numbers, row.resolution)) wrong.push(`${row.signal} ${row.value}`);
    }
    for (const [name, list] of decoded.signals) {
        const last = rows.findLast((row) => row.signal === name);
        if (Array.isArray(list[0].value)) continue;
        if (!last && list.some((each) => each.value !== null)) wrong.push(`${name}: no row`);
        if (last && last.value !== asNumber(name, signals[name].value) && Math.abs(last.value - signals[name].value) > last.resolution)
            wrong.push(`${name}: last row ${last.value}, state ${signals[name].value}`);
    }
    assert.deepEqual([...new Set(wrong)], []);
}

function disputesAreSaid(signals, wanted) {
    for (const [name, [own, other]] of Object.entries(wanted ?? {})) {
        assert.equal(signals[name].quality, "disputed", `${name} is ${signals[name].quality}`);
        assert.equal(signals[name].value, own);
        const said = (signals[name].others ?? []).map((each) => each.value);
        assert.deepEqual(said, [other], `${name}: both sides are shown`);
    }
    for (const [name, signal] of Object.entries(signals))
        if (!(name in (wanted ?? {})) && signal.source !== DERIVED) assert.notEqual(signal.quality, "disputed", `${name} is disputed`);
}

async function historyIsDecoded(house, decoded) {
    const list = decoded.signals.get("soc").filter((each) => each.value !== null).map((each) => each.value);
    const query = new URLSearchParams({ car: "leaf", signal: "soc", from: new Date(Date.now() - 600e3).toISOString(), to: new Date(Date.now() + 60e3).toISOString() });
    const { status, json } = await house.session.call("GET", `/api/v1/history?${query}`);
    assert.equal(status, 200);
    assert.ok(json.points.length > 0, "history has points");
    for (const [, mean, low, high] of json.points) {
        assert.ok(low <= mean && mean <= high);
        assert.ok(low >= Math.min(...list) - 0.06 && high <= Math.max(...list) + 0.06, `${low} to ${high}`);
    }
}

async function mqttIsTheSame(house, signals) {
    await waitFor("MQTT to have the last figures", () => {
        const flat = house.mqtt.state();
        const value = (name) => signals[name]?.value ?? null;
        assert.equal(flat.soc, value("soc_dash") ?? value("soc"));
        assert.equal(flat.soc_bms, value("soc"));
        assert.equal(flat.odometer, value("odometer"));
        assert.equal(flat.pack_v, null, "what describes the moment ends with the link");
        assert.equal(flat.aux_v, value("aux_voltage"));
        assert.equal(flat.problem, true, "the recording has ended");
        return house.mqtt.latest("garaged/leaf/reachable") === "offline";
    });
}

async function pageIsTheSame(house, file, wanted) {
    await waitFor("the page to have the last figures", async () => {
        const drawn = await figures(house.page);
        const { signals } = (await house.session.state()).cars.leaf;
        const wrong = Object.entries(drawn).filter(([name, text]) => name in signals && text !== String(signals[name].value));
        assert.deepEqual(wrong, []);
        return Object.keys(drawn).length > 5;
    });
    await saysSoon(house.page, /the recording has ended/);
    if (wanted) await saysSoon(house.page, new RegExp(wanted.soc.map((each) => `${each} %`).join(".* or "), "i"));
    await shoot(house.page, `replay-${basename(file, ".log")}`);
    assert.deepEqual(house.page.trouble, []);
}

async function oneFile(house, file, browser) {
    const decoded = await decode(file);
    await play(house, file, decoded, browser);
    const wanted = DISPUTES[basename(file)];
    const signals = await lastState(house);
    await historyIsDecoded(house, decoded);
    await mqttIsTheSame(house, signals);
    if (house.page) await pageIsTheSame(house, file, wanted);
    assert.equal((await house.garaged.stop()).code, 0);
    const database = house.path("state/readings.db");
    const rows = await readings(database);
    assert.equal(await integrity(database), "ok");
    nothingIsMissing(signals, decoded);
    assert.ok(stateIsDecoded(signals, decoded, rows) > 5, "figures were compared");
    rowsAreDecoded(rows, signals, decoded);
    disputesAreSaid(signals, wanted);
    assert.doesNotMatch(JSON.stringify(signals) + house.mqtt.all(), /\b[A-HJ-NPR-Z0-9]{17}\b/, "no VIN");
}

const files = [OWN];
if (existsSync(RECORDINGS)) files.push(...readdirSync(RECORDINGS).sort().map((name) => join(RECORDINGS, name)));
else skip("replay: recordings of real cars", "../shared/recordings is not here");
const why = missing();
const browser = why ? null : await launch();
if (why) skip("replay: the page", why);
try {
    const wanted = files.filter((file) => file.includes(process.argv[2] ?? ""));
    await Promise.all(wanted.map((file) => test(`replay: ${basename(file)}`, () => inHouse((house) => oneFile(house, file, browser)))));
} finally {
    await browser?.close();
    await cleanUp();
}
finish();
