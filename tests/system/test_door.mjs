#!/usr/bin/env node
// The front door of a real daemon: who gets in, who doesn't, where it listens, and what it refuses to start with.
import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { House, inHouse } from "./lib/house.mjs";
import { openWebsocket, request, Session } from "./lib/http.mjs";
import { launch, missing, openHouse, saysSoon, shoot } from "./lib/page.mjs";
import { build, cleanUp, run, top } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { listensOn, memoryKb } from "./lib/sockets.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const CLOSED = ["/api/v1/state", "/api/v1/live", "/api/v1/history", "/api/v1/session", "/api/v1/system", "/api/v1/no-such-thing", "/api", "/metrics"];

async function open(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
}

async function unpaired(house) {
    await open(house);
    for (const path of CLOSED) assert.equal((await request(house.port, "GET", path)).status, 401, path);
    const login = await request(house.port, "POST", "/api/v1/login", { body: { user: "anna", password: "correct horse battery" } });
    assert.equal(login.status, 401);
    assert.equal((await request(house.port, "POST", "/api/v1/logout", { body: {} })).status, 401);
    assert.equal((await request(house.port, "GET", "/")).status, 200, "the page itself");
    const socket = await openWebsocket(house.port, "/api/v1/live", { origin: `http://127.0.0.1:${house.port}` });
    assert.equal(socket.status, 401);
    const wrong = await request(house.port, "POST", "/api/v1/pair", { body: { code: "00000000", user: "anna", password: "correct horse battery" } });
    assert.ok([401, 403].includes(wrong.status), `a code that nobody gave: ${wrong.status}`);
}

async function paired(house) {
    await open(house);
    const code = await house.pairingCode();
    assert.match(code, /^\d{8}$/);
    const person = { user: "anna", password: "correct horse battery" };
    const session = new Session(house.port);
    const pair = await session.call("POST", "/api/v1/pair", { code, ...person });
    assert.equal(pair.status, 201);
    assert.deepEqual({ user: pair.json.user, role: pair.json.role }, { user: "anna", role: "admin" });
    const cookie = pair.headers["set-cookie"][0];
    assert.match(cookie, /^garaged=[^;]+; HttpOnly; SameSite=Strict; Path=\//);
    assert.deepEqual((await session.call("GET", "/api/v1/session")).json, pair.json);
    const again = await new Session(house.port).call("POST", "/api/v1/pair", { code, user: "eve", password: "correct horse battery" });
    assert.ok([401, 403].includes(again.status), `a code works once: ${again.status}`);
    const wrong = await new Session(house.port).call("POST", "/api/v1/login", { ...person, password: "incorrect horse" });
    assert.equal(wrong.status, 401);
    const other = new Session(house.port);
    assert.equal((await other.call("POST", "/api/v1/login", person)).status, 200);
    assert.equal((await other.state()).cars.leaf.name, "Leaf");
    const csrf = other.csrf;
    other.csrf = null;
    assert.equal((await other.call("POST", "/api/v1/logout", {})).status, 403, "no X-CSRF-Token");
    other.csrf = csrf;
    assert.ok((await other.call("POST", "/api/v1/logout", {})).status < 300);
    assert.equal((await other.call("GET", "/api/v1/state")).status, 401, "logged out");
    assert.equal((await session.call("GET", "/api/v1/state")).status, 200, "the other session stays");
    for (const name of ["control.sock", "access.db"]) assert.equal(statSync(house.path(`state/${name}`)).mode & 0o777, 0o600, name);
}

async function byHand(house, browser) {
    await open(house);
    const page = (house.page = await openHouse(browser, house.port, null));
    await page.getByRole("button", { name: "Pair with a code" }).click();
    await page.fill("#code", await house.pairingCode());
    await page.fill("#user", "anna");
    await page.fill("#password", "correct horse battery");
    await page.getByRole("button", { name: "Pair", exact: true }).click();
    await saysSoon(page, /Live/);
    await page.click("#settings");
    await page.click("#logout");
    await saysSoon(page, /You are logged out/);
    await page.fill("#user", "anna");
    await page.fill("#password", "not it at all");
    await page.keyboard.press("Enter");
    await saysSoon(page, /Name or password is wrong/);
    await shoot(page, "door-wrong-password");
    await page.fill("#password", "correct horse battery");
    await page.keyboard.press("Enter");
    await saysSoon(page, /Setup Step 1 of 8/); // nothing is set up here yet
    await page.getByRole("link", { name: "Now" }).click();
    await saysSoon(page, /From the car to you/);
    assert.deepEqual(page.trouble, []);
}

async function otherHosts(house) {
    await open(house);
    const { cookie } = await house.login();
    const get = (host, path = "/api/v1/state") => request(house.port, "GET", path, { headers: { Host: host, Cookie: cookie } });
    for (const host of ["evil.example", `evil.example:${house.port}`, "127.0.0.1", `127.0.0.1:${house.port + 1}`, `192.168.0.1:${house.port}`]) {
        for (const path of ["/api/v1/state", "/", "/api/v1/live"]) {
            const answer = await get(host, path);
            assert.equal(answer.status, 421, `Host "${host}" ${path}`);
            assert.equal(answer.text, "");
        }
    }
    for (const head of ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost:\r\n\r\n"]) assert.match(await say(house.port, head), /^HTTP\/1.1 421 /);
    for (const host of [`127.0.0.1:${house.port}`, `localhost:${house.port}`]) assert.equal((await get(host)).status, 200, host);
    const socket = await openWebsocket(house.port, "/api/v1/live", { cookie, host: "evil.example", origin: "http://evil.example" });
    assert.equal(socket.status, 421);
}

// What a foreign page can get hold of, in its own words.
const ATTACK = async ({ target }) => {
    const reads = async (path, options) => {
        try {
            const answer = await fetch(`http://${target}${path}`, options);
            return answer.type === "opaque" ? "" : await answer.text();
        } catch {
            return "";
        }
    };
    const listens = () =>
        new Promise((done) => {
            const socket = new WebSocket(`ws://${target}/api/v1/live`, "garaged.v1");
            socket.onmessage = (event) => done(`websocket: ${event.data}`);
            socket.onclose = () => done("");
            socket.onopen = () => done("websocket: open");
        });
    const post = { method: "POST", credentials: "include", body: "{}" };
    return [
        await reads("/api/v1/state", { credentials: "include" }),
        await reads("/api/v1/state", { credentials: "include", mode: "no-cors" }),
        await reads("/api/v1/history?signal=soc", { credentials: "include" }),
        await reads("/api/v1/logout", { ...post, headers: { "Content-Type": "application/json" } }),
        await reads("/api/v1/logout", { ...post, mode: "no-cors" }),
        await listens(),
    ];
};

function serveForeignPage() {
    const server = http.createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<!doctype html><title>evil</title>"));
    return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

async function otherOrigins(house, browser) {
    await open(house);
    const session = await house.login();
    const foreign = await serveForeignPage();
    try {
        const { port } = foreign.address();
        for (const host of ["127.0.0.1", "localhost"]) {
            const page = await openHouse(browser, port, null, { mayFail: /./ });
            const [name, value] = session.cookie.split("=");
            for (const url of [`http://127.0.0.1:${house.port}`, `http://localhost:${house.port}`]) await page.context().addCookies([{ name, value, url }]);
            await page.goto(`http://${host}:${port}/`);
            for (const target of [`127.0.0.1:${house.port}`, `localhost:${house.port}`])
                assert.deepEqual(await page.evaluate(ATTACK, { target }), ["", "", "", "", "", ""], `${host} reads ${target}`);
            await page.context().close();
        }
    } finally {
        foreign.close();
        foreign.closeAllConnections?.();
    }
    const own = await openHouse(browser, house.port, session);
    const got = await own.evaluate(ATTACK, { target: `127.0.0.1:${house.port}` });
    assert.ok(got[0].includes("cars") && got[5].startsWith("websocket"), "the same from our own page gets in: the attack is one");
    await own.context().close();
    const headers = { Cookie: session.cookie, Origin: "http://evil.example" };
    assert.equal((await request(house.port, "GET", "/api/v1/state", { headers })).status, 403);
    for (const origin of ["http://evil.example", "null", `https://127.0.0.1:${house.port}`, `http://127.0.0.1:${house.port + 1}`])
        assert.equal((await openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie, origin })).status, 403, `websocket from ${origin}`);
    assert.equal((await openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie })).status, 403, "websocket without an Origin");
    assert.equal((await session.call("GET", "/api/v1/state")).status, 200, "the owner's session is as it was");
}

const ORDERS = [
    ["POST", "/api/v1/pause", { car: "leaf", minutes: 30 }],
    ["POST", "/api/v1/record", { car: "leaf", seconds: 60 }],
    ["PUT", "/api/v1/preferences", {}],
];
const FILES = ["/api/v1/recordings", "/api/v1/recordings/leaf-20261122-075501.log"];

// Nothing was done: neither lent nor recorded, and no file was begun.
async function nothingWasDone(house, session) {
    const { link } = (await session.state()).cars.leaf;
    assert.deepEqual([link.paused_until, link.recording_until], [null, null]);
    assert.equal(existsSync(house.path("state/recordings")), false);
}

// There is no tool yet that makes one: the role is set where access keeps it.
async function viewer(house) {
    await open(house);
    await house.login();
    await house.garaged.stop();
    const changed = await run("sqlite3", house.path("state/access.db"), "UPDATE users SET role = 'viewer'");
    assert.equal(changed.code, 0, changed.err);
    await house.startGaraged();
    const session = await house.login();
    assert.equal((await session.call("GET", "/api/v1/session")).json.role, "viewer");
    for (const path of ["state", "system", "traffic", "preferences"]) assert.equal((await session.call("GET", `/api/v1/${path}`)).status, 200, path);
    for (const [method, path, body] of ORDERS) {
        const answer = await session.call(method, path, body);
        assert.deepEqual([answer.status, answer.json.error.code], [403, "forbidden"], path);
    }
    for (const path of FILES) assert.equal((await session.call("GET", path)).status, 403, path);
    await nothingWasDone(house, session);
}

// A driver's own browser, led by somebody else's page or by half a request.
async function foreignOrders(house) {
    await open(house);
    const session = await house.login();
    const { cookie, csrf } = session;
    const right = { Cookie: cookie, "X-CSRF-Token": csrf };
    const wrong = [
        [401, {}],
        [401, { "X-CSRF-Token": csrf }],
        [401, { Authorization: "Bearer " + csrf }],
        [403, { Cookie: cookie }],
        [403, { ...right, "X-CSRF-Token": csrf.replace(/^./, (first) => (first === "0" ? "1" : "0")) }],
        [403, { ...right, Origin: "http://evil.example" }],
        [415, { ...right, "Content-Type": "text/plain" }],
        [415, { ...right, "Content-Type": "application/x-www-form-urlencoded" }],
    ];
    for (const [status, headers] of wrong)
        for (const [method, path, body] of ORDERS)
            assert.equal((await request(house.port, method, path, { headers, body })).status, status, `${path} ${JSON.stringify(headers)}`);
    for (const path of ["/api/v1/pause", "/api/v1/record"]) assert.equal((await session.call("GET", path)).status, 405, path);
    await nothingWasDone(house, session);
}

async function loopbackOnly(house) {
    await open(house);
    const half = await waitFor("the car half", () => house.carHalf);
    assert.deepEqual(listensOn(house.garaged.pid), [`127.0.0.1:${house.port}`]);
    assert.deepEqual(listensOn(half), []);
}

function say(port, text) {
    return new Promise((done) => {
        const socket = net.connect(port, "127.0.0.1", () => socket.write(text));
        let answer = "";
        socket.setTimeout(5000, () => socket.destroy());
        socket.on("data", (data) => (answer += data));
        socket.on("error", () => {});
        socket.on("close", () => done(answer));
    });
}

function garbage(round, port) {
    const host = `Host: 127.0.0.1:${port}\r\n`;
    const rubbish = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7919 + round * 104729) % 256)).toString("latin1");
    const all = [
        `${rubbish}\r\n\r\n`,
        `GET / HTTP/9.9\r\n${host}\r\n`,
        `GET /${"../".repeat(40)}etc/passwd HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
        `GET / HTTP/1.1\r\n${host}X: ${"a".repeat(20_000)}\r\n\r\n`,
        `POST /api/v1/login HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{{{{{`,
        `POST /api/v1/login HTTP/1.1\r\n${host}Content-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
        `POST /api/v1/login HTTP/1.1\r\n${host}Content-Length: 99999999999999999999\r\n\r\n`,
        `GET /api/v1/live HTTP/1.1\r\n${host}Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n`,
        `DELETE / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    ];
    return all[round % all.length];
}

async function bearsGarbage(house) {
    await open(house);
    const rounds = async (from, to) => {
        for (let round = from; round < to; round++) {
            const answer = await say(house.port, garbage(round, house.port));
            assert.match(answer, /^(HTTP\/1\.[01] 4\d\d |$)/, `round ${round}`);
        }
    };
    await rounds(0, 300);
    const before = memoryKb(house.garaged.pid);
    await rounds(300, 1200);
    const after = memoryKb(house.garaged.pid);
    // The sanitizers keep what was freed.
    if (!build.endsWith("sanitize")) assert.ok(after - before < 1024, `memory rose from ${before} to ${after} kB`);
    assert.equal((await request(house.port, "GET", "/")).status, 200);
}

const CAR = 'cars = ( { id = "leaf"; port = "/dev/ttyUSB0"; } );';
const BAD = [
    ['web = { listen = "0.0.0.0"; };', /^FILE:2: web\.listen: 0\.0\.0\.0: refused/m],
    ['web = { listen = ( "127.0.0.1", "203.0.113.2" ); };', /^FILE:2: web\.listen(\[1\])?: 203\.0\.113\.2: refused: a public address/m],
    ['web = { listen = "::"; };', /^FILE:2: web\.listen: ::: refused/m],
    ['web = { listen = "192.168.1"; };', /^FILE:2: web\.listen: 192\.168\.1: neither a network interface nor an address/m],
    ["web = { prot = 80; };", /^FILE:2: web\.prot: unknown, did you mean web\.port\?/m],
    ["web = { port = 4294967376; };", /^FILE:2: .*4294967376/m],
    ['mqtt = { password = "secret"; };', /^FILE:2: mqtt\.password: .*password_file/m],
    ["web = { port = ; };", /^FILE:2: /m],
    ['@include "/etc/passwd"', /^FILE:2: .*include/m],
    ['zone = "Mars/Olympus";', /^FILE:2: zone: Mars\/Olympus: no such time zone/m],
    ['web = { port = 99999; };\nlog = "loud";', /^FILE:2: web\.port: 99999: [^]*^FILE:3: log: loud: /m],
];

async function refusesConfigurations() {
    const house = new House();
    const path = house.path("bad.conf");
    for (const [text, pattern] of BAD) {
        writeFileSync(path, `${CAR}\n${text}\n`);
        for (const args of [["--check"], []]) {
            const { code, out, err } = await run(join(build, "garaged"), "--config", path, ...args);
            assert.equal(code, 78, `${text}: exit ${code}`);
            assert.equal(out, "");
            assert.match(err.replaceAll(path, "FILE"), pattern);
            assert.doesNotMatch(err, /secret"/, "a secret is not repeated");
        }
    }
    writeFileSync(path, `${CAR}\n`);
    const good = await run(join(build, "garaged"), "--config", path, "--check");
    assert.deepEqual([good.code, good.out], [0, "configuration OK\n"]);
    const shipped = await run(join(build, "garaged"), "--config", join(top, "config/garaged.conf"), "--check");
    assert.deepEqual([shipped.code, shipped.out], [0, "configuration OK\n"]);
    const absent = await run(join(build, "garaged"), "--config", house.path("absent.conf"), "--check");
    assert.equal(absent.code, 78);
    assert.match(absent.err, /absent\.conf: .*No such file/);
}

const why = missing();
const browser = why ? null : await launch();
const cases = [
    ["unpaired, everything but pair is 401", unpaired],
    ["pairing, login, logout and their refusals", paired],
    ["a viewer looks, and orders nothing", viewer],
    ["orders that are not the driver's own", foreignOrders],
    ["another Host is 421 and nothing", otherHosts],
    ["127.0.0.1 and nothing else is listened on", loopbackOnly],
    ["garbage is a 4xx and costs no memory", bearsGarbage],
    ["pairing and login by hand", byHand, browser],
    ["a page from another origin gets no state and no websocket", otherOrigins, browser],
];
try {
    await test("door: bad configurations are refused with file and line", refusesConfigurations);
    await Promise.all(cases.map(([name, body, needed]) => {
        if (needed === null) return skip(`door: ${name}`, why);
        return test(`door: ${name}`, () => inHouse((house) => body(house, needed)));
    }));
} finally {
    await browser?.close();
    await cleanUp();
}
finish();
