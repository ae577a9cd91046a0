#!/usr/bin/env node
// The dongle lent to another program (garagectl car pause) and taken back; the bus recorded (garagectl record, POST record).
// `tests/system/test_pause.mjs`; TEST='*busy*' picks.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, run, start } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const PAUSED = /^paused until \d\d:\d\d: another program may use the dongle$/;

async function furnish(house) {
    await house.startSimulatorOnPty("--car", "aze0-24", "--charging-heard", ...house.scenario("0 charge 6.6"));
    await house.startBroker();
    await house.startGaraged();
    house.session = await house.login();
    await linkIs(house, "up");
    await waitFor("the broker to know the car", () => house.mqtt.state());
}

function ctl(house, ...args) {
    return run(join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
}

async function leaf(house) {
    return (await house.session.state()).cars.leaf;
}

async function linkIs(house, state, reason = /^/) {
    return waitFor(`the link to be ${state} ${reason}`, async () => {
        const { link } = await leaf(house);
        if (link.state !== state || !reason.test(link.reason ?? "")) throw new Error(JSON.stringify(link));
        return link;
    });
}

// Another program that wants the port for itself: flock(1), which waits a little: our own look at the lock may be in its way.
function opener(house) {
    return start("/usr/bin/flock", "--timeout", "5", "--no-fork", house.car.port, "/bin/sleep", "600");
}

async function isTaken(house) {
    return (await run("/usr/bin/flock", "--nonblock", house.car.port, "/bin/true")).code !== 0;
}

// No message ever said that there is a problem.
function brokerSawNoProblem(house) {
    assert.doesNotMatch(house.mqtt.all(), /"problem":true/);
}

async function lendsAndTakesBack(house) {
    await furnish(house);
    assert.ok(await isTaken(house), "garaged has the port for itself");
    const asked = await ctl(house, "car", "pause", "leaf", "30m");
    assert.equal(asked.code, 0, asked.err);
    assert.match(asked.out, /^leaf: paused until \d\d:\d\d: another program may use the dongle\n$/);
    const link = await linkIs(house, "down", PAUSED);
    const left = (Date.parse(link.paused_until) - Date.now()) / 1000;
    assert.ok(left > 1770 && left <= 1801, `paused for ${left} s`);
    await waitFor("the port to be free", async () => !(await isTaken(house)));
    const other = opener(house);
    await waitFor("the other program to have it", () => isTaken(house));
    assert.equal((await ctl(house, "car", "pause", "leaf", "resume")).code, 0);
    // Its user has not closed it yet: said in words, and no fault.
    const busy = await linkIs(house, "down", /busy: another program uses it/);
    assert.equal(busy.paused_until, null);
    await other.stop();
    await linkIs(house, "up");
    await waitFor("the broker to hear of it", () => house.mqtt.latest("garaged/leaf/reachable") === "online");
    assert.match(house.mqtt.all(), /reachable offline/);
    brokerSawNoProblem(house);
    assert.deepEqual((await leaf(house)).notices, []);
}

// Every busy second of it is no fault; the pause ends by itself.
async function comesBackByItself(house) {
    await furnish(house);
    assert.equal((await ctl(house, "car", "pause", "leaf", "4s")).code, 0);
    await linkIs(house, "down", PAUSED);
    await linkIs(house, "up");
}

async function outlivesTheCarHalf(house) {
    await furnish(house);
    const { link } = (await ctl(house, "car", "pause", "leaf", "1h"), await leaf(house));
    assert.match(link.reason, PAUSED);
    await waitFor("the port to be free", async () => !(await isTaken(house)));
    const other = opener(house);
    const before = house.carHalf;
    const said = house.garaged.err.length;
    process.kill(before, "SIGKILL");
    await waitFor("another car half", () => house.carHalf && house.carHalf !== before);
    await waitFor("it to be there", () => /killed by signal 9[^]*no dongle yet/.test(house.garaged.err.slice(said)));
    const now = (await leaf(house)).link;
    assert.equal(now.paused_until, link.paused_until, "not lengthened");
    assert.match(now.reason, PAUSED);
    assert.equal(other.exit, null);
    await other.stop();
    assert.ok(!(await isTaken(house)), "it stays away from the port");
    assert.doesNotMatch(house.garaged.err.slice(said), /talking to the adapter/);
}

async function refuses(house) {
    await furnish(house);
    for (const [words, code] of [["25h", 69], ["30", 64], ["-5m", 64], ["", 64]]) {
        const answer = await ctl(house, "car", "pause", "leaf", words);
        assert.equal(answer.code, code, `${words}: ${answer.err}`);
        assert.notEqual(answer.err, "");
    }
    const other = await ctl(house, "car", "pause", "van", "30m");
    assert.equal(other.code, 69);
    assert.match(other.err, /van: no such car/);
    assert.equal((await leaf(house)).link.state, "up");
}

// What the simulator's car and battery are called (tests/simulator/ecu_*.c): as text, and as the hex digits of a recording.
const CANARY = Buffer.from("CANARY");

function namesNobody(text) {
    const bytes = text.split("\n").map((line) => line.split("#")[1] ?? "").join("");
    assert.ok(!bytes.includes(CANARY.toString("hex").toUpperCase()), "no name in the bytes");
    assert.ok(!text.includes(CANARY.toString()), "no name in the text");
    // Nor its parts in the frames that carry it.
    for (const part of ["SJNF", "AAZE0U6", "CANARY", "CANA", "RY-LBC"]) assert.ok(!text.includes(Buffer.from(part).toString("hex").toUpperCase()), part);
}

// A car that is on is asked who it is, once: the recording begins before that.
async function furnishRecorded(house) {
    await house.startSimulatorOnPty("--car", "aze0-24", ...house.scenario("0 asleep", "14 on"));
    await house.startGaraged();
    house.session = await house.login();
    await linkIs(house, "up");
}

async function recordsAndDecodes(house) {
    await furnishRecorded(house);
    const file = house.path("bus.log");
    const recording = ctl(house, "record", "--seconds", "25", "--json", file);
    await waitFor("the page to know of it", async () => (await leaf(house)).link.recording_until);
    const second = await ctl(house, "record", house.path("second.log"));
    assert.equal(second.code, 69);
    assert.match(second.err, /a recording of leaf is under way/);
    const answer = await recording;
    assert.equal(answer.code, 0, answer.err);
    const result = JSON.parse(answer.out);
    assert.ok(result.frames > 100, answer.out);
    assert.ok(result.hidden > 0, answer.out);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const text = readFileSync(file, "utf8");
    assert.match(text, /797#022181/, "the question for the VIN stands in it");
    assert.match(text, /79A#1\d\d\d618158585858/, "its answer is hidden");
    namesNobody(text);
    const decoded = await run(join(build, "garagectl"), "decode", file);
    assert.equal(decoded.code, 0, decoded.err);
    const known = new Set(decoded.out.trim().split("\n").map((line) => JSON.parse(line).signal));
    for (const signal of ["soc", "pack_voltage", "gids", "cells"]) assert.ok(known.has(signal), `${signal} in ${[...known]}`);
    assert.match(decoded.err, /rejected checksum 0 length \d+ sequence 0/);
    assert.equal((await leaf(house)).link.recording_until, null);
}

async function wait(house) {
    await waitFor("the recording to end", async () => !(await leaf(house)).link.recording_until);
    return (await house.session.call("GET", "/api/v1/recordings")).json;
}

// What the page does: POST record, the list, the file; a car half that dies, and a dongle lent, end one early.
async function recordsForThePage(house) {
    await furnish(house);
    const { session } = house;
    assert.deepEqual((await session.call("GET", "/api/v1/recordings")).json.items, []);
    const begun = await session.call("POST", "/api/v1/record", { car: "leaf", seconds: 4 });
    assert.equal(begun.status, 202, begun.text);
    assert.equal((await session.call("POST", "/api/v1/record", { car: "leaf", seconds: 4 })).status, 409);
    const { items, last } = await wait(house);
    assert.match(last.leaf, /^\d+ frames in 4 s$/);
    assert.match(items[0].name, /^leaf-\d{8}-\d{6}\.log$/);
    const file = await session.call("GET", `/api/v1/recordings/${items[0].name}`);
    assert.equal(file.status, 200);
    assert.equal(Buffer.byteLength(file.text), items[0].bytes);
    assert.match(file.text, /^# car leaf[^\n]*hidden[^\n]*\n\(\d+\.\d{6}\) can0 [0-9A-F]{3}#/);
    namesNobody(file.text);

    assert.equal((await session.call("POST", "/api/v1/record", { seconds: 60 })).status, 202);
    await session.call("POST", "/api/v1/pause", { minutes: 5 });
    assert.match((await wait(house)).last.leaf, /ended early: the dongle was lent to another program/);
    assert.equal((await session.call("POST", "/api/v1/record", { seconds: 60 })).status, 409);
    assert.equal((await session.call("POST", "/api/v1/pause", { minutes: 0 })).status, 200);
    await linkIs(house, "up");

    assert.equal((await session.call("POST", "/api/v1/record", { seconds: 60 })).status, 202);
    process.kill(house.carHalf, "SIGKILL");
    const after = await wait(house);
    assert.match(after.last.leaf, /ended early: garaged-car was killed by signal 9/);
    assert.equal(after.items.length, 3);
}

// Who asked and leaves ends it; what goes to stdout comes through a pipe that the house never waits for.
async function recordsToAPipe(house) {
    await furnish(house);
    const left = start(join(build, "garagectl"), "--config", house.path("garaged.conf"), "record", "--seconds", "600", "-");
    await waitFor("it to begin", async () => (await leaf(house)).link.recording_until);
    left.kill("SIGINT");
    await waitFor("it to end", async () => !(await leaf(house)).link.recording_until);
    const piped = await ctl(house, "record", "--seconds", "3", "-");
    assert.equal(piped.code, 0, piped.err);
    assert.match(piped.out, /\(\d+\.\d{6}\) can0 [0-9A-F]{3}#/);
    assert.match(piped.err, /^recorded: \d+ frames in 3 s\n$/);
    const full = await run("/bin/sh", "-c", `exec "$0" "$@" > /dev/full`, join(build, "garagectl"), "--config", house.path("garaged.conf"), "record", "--seconds", "2", "-");
    assert.notEqual(full.code, 0);
    for (const args of [[], ["--seconds", "0", "x"], ["--seconds", "x", "x"], ["a", "b"]]) assert.equal((await ctl(house, "record", ...args)).code, 64);
    assert.equal((await ctl(house, "record", "/nowhere/x")).code, 73);
    const status = await ctl(house, "status");
    assert.equal(status.code, 0);
    assert.match(status.out, /^leaf: (awake|charging)(, [\d.]+ %)?( \([^)]*\))?\n  dongle up\ndiary ok\nmqtt up\n(mqtt: .*\n)*backups .*\nsandbox .*\n$/);
    assert.equal(JSON.parse((await ctl(house, "status", "--json")).out).cars.leaf.link, "up");
}

try {
    await Promise.all([
        test("record: for the page, and what ends one early", () => inHouse(recordsForThePage)),
        test("record: to a pipe; status", () => inHouse(recordsToAPipe)),
        test("record: a file that decode reads and that names nobody", () => inHouse(recordsAndDecodes)),
        test("pause: another program gets the port, a busy one is no fault", () => inHouse(lendsAndTakesBack)),
        test("pause: it ends by itself", () => inHouse(comesBackByItself)),
        test("pause: it outlives the car half and is not lengthened", () => inHouse(outlivesTheCarHalf)),
        test("pause: what is not taken", () => inHouse(refuses)),
    ]);
} finally {
    await cleanUp();
}
finish();
