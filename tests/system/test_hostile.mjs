#!/usr/bin/env node
// Hostile requests at a real garaged while an honest client goes on (W25, G7). HOSTILE_COUNT is the number of connections
// (20,000); with more than 100,000 the honest client's times are asserted too.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { openWebsocket, Session } from "./lib/http.mjs";
import { build, cleanUp, run, start, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { memoryKb } from "./lib/sockets.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const COUNT = Number(process.env.HOSTILE_COUNT ?? 20_000);
const WARM_UP = Math.min(COUNT / 4, 20_000);
const SEED = process.env.HOSTILE_SEED ?? "1";
const IS_SOAK = COUNT > 100_000;
const IS_SANITIZED = build.endsWith("sanitize"); // keeps what was freed
const HALF_COUNT = IS_SOAK ? 1_000_000 : 100_000;
const PACE_MS = 20;
const CORPORA = join(top, "tests/fuzz/corpus");

async function storm(house, cookie, count, seed) {
    const folders = readdirSync(CORPORA).map((name) => join(CORPORA, name));
    const hostile = start(join(build, "garaged-hostile"), String(house.port), String(count), seed, cookie, ...folders);
    const { code, out, err } = await hostile.finished();
    assert.equal(code, 0, err.slice(0, 4000));
    return JSON.parse(out);
}

// Asks as the page does; every question must be answered.
class Honest {
    constructor(house, session) {
        Object.assign(this, { house, session, tookMs: [], failed: [], goesOn: true });
    }

    async ask(path) {
        const began = performance.now();
        try {
            const { status } = await this.session.call("GET", path);
            if (status !== 200) this.failed.push(`${path}: ${status}`);
        } catch (error) {
            this.failed.push(`${path}: ${error.message}`);
        }
        this.tookMs.push(performance.now() - began);
    }

    async live() {
        const paths = ["state", "days", "state", "charges", "state", "session"];
        for (let i = 0; this.goesOn; i++) {
            await this.ask(`/api/v1/${paths[i % paths.length]}`);
            await sleep(PACE_MS);
        }
    }

    async end(living) {
        this.goesOn = false;
        await living;
        this.tookMs.sort((a, b) => a - b);
        return this.tookMs[Math.floor(this.tookMs.length * 0.99)];
    }
}

// What must be as it was: users, sessions and what the owner can have written.
async function rows(house, session) {
    const sql = "SELECT id, name, role FROM users; SELECT count(*) FROM sessions;";
    const { out, code, err } = await run("sqlite3", "-readonly", house.path("state/access.db"), sql);
    assert.equal(code, 0, err);
    const lists = ["charges", "outings", "preferences", "tariffs", "days"];
    return [out, ...(await Promise.all(lists.map(async (list) => (await session.call("GET", `/api/v1/${list}`)).text)))];
}

async function bears(house) {
    await house.startSimulator(...house.scenario("0 asleep"));
    await house.startGaraged();
    const session = await house.login();
    await waitFor("a car that sleeps", async () => (await session.state()).cars.leaf.state === "asleep");
    const before = await rows(house, session);
    const frames = house.truth.read().frames.length;
    const told = [];
    let socket;
    await openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie, origin: `http://127.0.0.1:${house.port}` }, (text) => told.push(JSON.parse(text)))
        .then((opened) => (socket = opened));
    assert.equal(socket.status, 101);
    await storm(house, session.cookie, WARM_UP, SEED);
    const warmKb = memoryKb(house.garaged.pid);
    const honest = new Honest(house, session);
    const living = honest.live();
    const began = performance.now();
    const result = await storm(house, session.cookie, COUNT, `${SEED}7`);
    const seconds = (performance.now() - began) / 1000;
    const p99 = await honest.end(living);
    const hotKb = memoryKb(house.garaged.pid);
    console.log(`    ${JSON.stringify(result)}`);
    console.log(`    ${COUNT} in ${seconds.toFixed(1)} s; memory ${warmKb} to ${hotKb} kB; honest: ${honest.tookMs.length} asked, p99 ${p99.toFixed(1)} ms, worst ${honest.tookMs.at(-1).toFixed(1)} ms`);
    assert.deepEqual(honest.failed, []);
    assert.ok(honest.tookMs.length > 10);
    assert.equal(result.refused, 0, "connections that the kernel refused say nothing");
    assert.ok(result.answered > COUNT / 4, "most of it is heard");
    if (!IS_SANITIZED) assert.ok(hotKb - warmKb < 1024, `memory rose from ${warmKb} to ${hotKb} kB`);
    if (IS_SOAK) assert.ok(p99 < 250, `honest p99 ${p99} ms`);
    assert.equal(house.truth.read().frames.length, frames, "no frame is sent to a car that sleeps");
    assert.deepEqual(await rows(house, session), before);
    const heard = told.length;
    assert.equal((await session.call("POST", "/api/v1/pause", { car: "leaf", minutes: 1 })).status, 200);
    await waitFor("the websocket to tell what changed", () => told.length > heard);
    socket.close();
}

// C25: garaged in other hands speaks to the real car half of a car that sleeps.
async function bearsItsOtherHalf(house) {
    await house.startSimulator(...house.scenario("0 asleep"));
    house.port = 1; // nobody's
    house.writeConfig();
    const command = [join(build, "garaged-car"), "--config", house.path("garaged.conf"), "--car", "leaf", "--link", "%d"];
    const { out, err, code } = await run(join(build, "garaged-hostile-half"), String(HALF_COUNT), SEED, ...command);
    assert.equal(code, 0, err);
    const result = JSON.parse(out);
    console.log(`    ${JSON.stringify(result)}`);
    assert.equal(result.said, HALF_COUNT, "it listens to the end");
    assert.ok(result.alive && result.heard > 0);
    if (!IS_SANITIZED) assert.ok(result.hot_kb - result.warm_kb < 1024, "memory");
    assert.doesNotMatch(err, /Sanitizer|runtime error/);
    assert.equal(house.truth.read().frames.length, 0, "no frame is sent to a car that sleeps");
}

try {
    await test("hostile: the car half bears whatever garaged may say", () => inHouse(bearsItsOtherHalf));
    await test("hostile: nothing is given, done, lost or sent, and honest questions are answered", () => inHouse(bears));
} finally {
    await cleanUp();
}
finish();
