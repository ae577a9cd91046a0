#!/usr/bin/env node
// Signals at a real garaged: it ends in the middle of everything, bears floods, and leaves nothing behind (S11, S12, S18).
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { House, inHouse } from "./lib/house.mjs";
import { openWebsocket, Session } from "./lib/http.mjs";
import { cleanUp, isAlive, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const RIGHT = { user: "anna", password: "correct horse battery" };
const FLOOD = 1000;
const END_S = 5;

async function open(house) {
    house.car ??= { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    return house.login();
}

// A round of everything at once, and SIGTERM after `delayMs` of it.
async function endsAmidst(house, session, delayMs) {
    const origin = `http://127.0.0.1:${house.port}`;
    const told = (await session.call("GET", "/api/v1/preferences")).json;
    const socket = await openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie, origin });
    assert.equal(socket.status, 101);
    const half = net.connect(house.port, "127.0.0.1", () => half.write("GET / HTTP/1.1\r\nHost: 127"));
    half.on("error", () => {});
    const { seq } = await session.state();
    const under = [
        session.call("GET", `/api/v1/state?wait=30&after=${seq + 1000}`),
        new Session(house.port).call("POST", "/api/v1/login", RIGHT),
        session.call("PUT", "/api/v1/preferences", told),
        session.call("GET", "/api/v1/days"),
    ].map((call) => call.catch(() => null));
    await sleep(delayMs);
    const halfPid = house.carHalf;
    const began = Date.now();
    house.garaged.kill("SIGTERM");
    const exit = await house.garaged.ended;
    assert.deepEqual(exit, { code: 0, signal: null }, house.garaged.err.slice(-1000));
    assert.ok(Date.now() - began < END_S * 1000, `it took ${Date.now() - began} ms`);
    await Promise.all(under);
    half.destroy();
    await waitFor("the car half to end", () => !halfPid || !isAlive(halfPid));
    await house.startGaraged();
    const again = await waitFor("the diary to be open", async () => {
        const answer = await session.call("GET", "/api/v1/preferences");
        return answer.status !== 503 && answer;
    });
    assert.deepEqual(again.json, told, "the session and the preferences are as they were");
}

async function ends(house) {
    const session = await open(house);
    for (const delayMs of [0, 3, 30, 120]) await endsAmidst(house, session, delayMs);
}

async function floods(house) {
    house.environment = { NOTIFY_SOCKET: house.path("nobody-listens") };
    const session = await open(house);
    const { pid } = house.garaged;
    const half = await waitFor("the car half", () => house.carHalf);
    for (const signal of ["SIGPIPE", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGHUP"])
        for (let i = 0; i < FLOOD; i++) for (const each of [pid, half]) process.kill(each, signal);
    const judged = () => house.garaged.err.split("it counts from the next start on").length - 1;
    await waitFor("the file to be judged", judged);
    assert.equal((await session.call("GET", "/api/v1/state")).status, 200);
    await sleep(500);
    assert.ok(judged() < FLOOD / 5, `${judged()} looks at the file for ${FLOOD} signals and two programs`);
    assert.ok(isAlive(pid) && house.carHalf === half, "both are the same");
}

async function aborts(house) {
    const session = await open(house);
    const half = await waitFor("the car half", () => house.carHalf);
    for (const pid of [house.garaged.pid, half]) assert.match(readFileSync(`/proc/${pid}/limits`, "utf8"), /Max core file size\s+0\s+0\s/);
    const login = new Session(house.port).call("POST", "/api/v1/login", RIGHT).catch(() => null);
    await sleep(10);
    house.garaged.kill("SIGABRT");
    assert.deepEqual(await house.garaged.ended, { code: null, signal: "SIGABRT" });
    await login;
    for (const folder of [".", house.folder, house.path("state")])
        assert.deepEqual(readdirSync(folder).filter((name) => /^core(\.\d+)?$/.test(name)), [], folder);
    for (const secret of [RIGHT.password, session.cookie.split("=")[1], session.csrf])
        assert.ok(!(house.garaged.out + house.garaged.err).includes(secret), "a secret in the journal");
    await waitFor("the car half to end", () => !isAlive(half));
}

try {
    await Promise.all([
        test("signals: it ends in the middle of a login, a commit, a poll and a websocket", () => inHouse(ends, new House())),
        test("signals: a flood of them is judged once or twice, and ends nothing", () => inHouse(floods, new House())),
        test("signals: an abort leaves no core and tells no secret", () => inHouse(aborts, new House())),
    ]);
} finally {
    await cleanUp();
}
finish();
