#!/usr/bin/env node
// Guessing at a real garaged: who guesses is slowed down, whoever has a session is not (A05, A06, A07).
import assert from "node:assert/strict";
import http from "node:http";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { openWebsocket } from "./lib/http.mjs";
import { build, cleanUp, run, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { memoryKb } from "./lib/sockets.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const RIGHT = { user: "anna", password: "correct horse battery" };
const WRONG = { user: "anna", password: "incorrect horse battery" };
const BURST = 5; // SECURITY 3.7
const BURST_OF_ALL = 20;

// Status of one request that comes from `localAddress`; 0 when the connection was closed.
function ask(house, localAddress, method, path, { headers = {}, body } = {}) {
    return new Promise((done) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const all = text === undefined ? headers : { ...headers, "Content-Type": "application/json", "Content-Length": text.length };
        const call = http.request({ host: "127.0.0.1", port: house.port, localAddress, method, path, headers: all, agent: false }, (answer) => {
            answer.resume();
            answer.on("end", () => done({ status: answer.statusCode, retry: Number(answer.headers["retry-after"]) }));
        });
        call.on("error", () => done({ status: 0 }));
        call.end(text);
    });
}

const login = (house, from, body) => ask(house, from, "POST", "/api/v1/login", { body });

async function open(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    return house.login();
}

async function token(house) {
    const words = ["token", "add", "--name", "prometheus", "--role", "viewer"];
    const { code, out, err } = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), ...words);
    assert.equal(code, 0, err);
    return out.trim();
}

async function guesses(house) {
    const { cookie } = await open(house);
    const bearer = { Authorization: `Bearer ${await token(house)}` };
    const statuses = { 401: 0, 429: 0 };
    for (let i = 0; i < 200; i++) {
        const { status, retry } = await login(house, "127.0.0.2", WRONG);
        statuses[status]++;
        if (status === 429) assert.ok(retry >= 1 && retry <= 66, `Retry-After ${retry}`);
        const own = await ask(house, "127.0.0.2", "GET", "/api/v1/state", { headers: { Cookie: cookie } });
        assert.equal(own.status, 200, "the owner's session from the same address");
        if (i % 10 === 0) assert.equal((await ask(house, "127.0.0.2", "GET", "/api/v1/state", { headers: bearer })).status, 200, "a token");
    }
    assert.ok(statuses[401] >= BURST && statuses[401] <= BURST + 2, `evaluated: ${statuses[401]}`);
    assert.equal(statuses[401] + statuses[429], 200);
    assert.equal((await login(house, "127.0.0.2", RIGHT)).status, 429, "the right password too: the guess is not told apart");
    assert.equal((await login(house, "127.0.0.3", RIGHT)).status, 200, "from another address");
}

async function many(house) {
    const { cookie } = await open(house);
    const messages = [];
    const socket = await openWebsocket(house.port, "/api/v1/live", { cookie, origin: `http://127.0.0.1:${house.port}` }, () => messages.push(Date.now()));
    assert.equal(socket.status, 101);
    await waitFor("the car to be heard", () => messages.length > 3);
    const before = { kb: memoryKb(house.garaged.pid), threads: readdirSync(`/proc/${house.garaged.pid}/task`).length };
    let most = before.threads;
    const began = Date.now();
    const answers = [];
    for (let wave = 0; wave < 10; wave++) {
        const calls = Array.from({ length: 10 }, (_, i) => login(house, `127.0.0.${2 + ((wave * 10 + i) % 8)}`, WRONG));
        answers.push(...(await Promise.all(calls)));
        most = Math.max(most, readdirSync(`/proc/${house.garaged.pid}/task`).length);
    }
    const peakKb = memoryKb(house.garaged.pid);
    const of = (status) => answers.filter((each) => each.status === status).length;
    assert.equal(of(401) + of(429), 100, JSON.stringify(answers.map((each) => each.status)));
    assert.ok(of(401) >= 1 && of(401) <= BURST_OF_ALL + (Date.now() - began) / 3000 + 1, `evaluated: ${of(401)}`);
    assert.equal(most, before.threads, "one thread computes them all");
    if (!build.endsWith("sanitize")) assert.ok(peakKb - before.kb < 20 * 1024, `${before.kb} to ${peakKb} kB`);
    const heard = messages.length;
    await sleep(1000);
    await waitFor("more of the car", () => messages.length > heard);
    assert.ok(messages.some((at) => at >= began), "the websocket went on meanwhile");
    socket.close();
}

try {
    await Promise.all([
        test("tries: one address guesses, its sessions, tokens and other addresses are served", () => inHouse(guesses)),
        test("tries: a hundred at once are computed one by one, the rest is 429", () => inHouse(many)),
    ]);
} finally {
    await cleanUp();
}
finish();
