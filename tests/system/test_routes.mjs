#!/usr/bin/env node
// Every route, each method, everybody: who gets how far. The table is written by hand; the program's own is only read for what is
// missing here. Also the requests of 2016.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { House, inHouse } from "./lib/house.mjs";
import { request, Session } from "./lib/http.mjs";
import { build, cleanUp, run, startWith, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const V = 1, D = 2, A = 3; // viewer, driver, admin
const PASSWORD = "a green bicycle shed";

// Path -> method -> the least role. What stands nowhere is for nobody.
const ROUTES = {
    "/api/v1/logout": { POST: V }, "/api/v1/session": { GET: V }, "/api/v1/state": { GET: V }, "/api/v1/history": { GET: V },
    "/api/v1/days": { GET: V }, "/api/v1/months": { GET: V }, "/api/v1/years": { GET: V }, "/api/v1/totals": { GET: V },
    "/api/v1/charges": { GET: V }, "/api/v1/charges/#": { GET: V, PATCH: D }, "/api/v1/outings": { GET: V }, "/api/v1/outings/#": { PATCH: D },
    "/api/v1/battery": { GET: V }, "/api/v1/cells": { GET: V }, "/api/v1/traffic": { GET: V }, "/api/v1/system": { GET: V },
    "/api/v1/pause": { POST: D }, "/api/v1/record": { POST: D }, "/api/v1/recordings": { GET: D }, "/api/v1/recordings/@": { GET: D },
    "/api/v1/preferences": { GET: V, PUT: D }, "/api/v1/tariffs": { GET: V, PUT: D }, "/api/v1/audit": { GET: V }, "/api/v1/users": { GET: A },
    "/api/v1/sessions": { GET: V }, "/api/v1/sessions/#": { DELETE: V }, "/api/v1/tokens": { GET: A, POST: A }, "/api/v1/tokens/#": { DELETE: A },
    "/api/v1/log": { GET: A }, "/api/v1/diagnostics": { GET: A }, "/api/v1/backup": { POST: A }, "/api/v1/live": { GET: V }, "/metrics": { GET: V },
};
const OPEN = ["/api/v1/login", "/api/v1/pair", "/*"];
const UNKNOWN = ["/api", "/api/v1", "/api/v1/commands/climate", "/api/v1/commands/9", "/api/v2/state", "/api/v1/state/", "/api/v1/charges/x"];
const THE_2016 = ["/api/v1/commands/climate?on=1&vin=SJNFAAZE0U6012345", "/api/v1/climate?on=1&vin=SJNFAAZE0U6012345",
    "/orchestration_1111/gdc/ACRemoteRequest.php?RegionCode=NE&lg=en-US&DCMID=1&VIN=SJNFAAZE0U6012345&tz=Europe/Oslo",
    "/orchestration_1111/gdc/BatteryStatusRecordsRequest.php?VIN=SJNFAAZE0U6012345"];

const asked = (path) => path.replace("#", "987654").replace("@", "leaf-20200101-000000.log");

async function ctl(house, args, input = "") {
    const program = startWith({ env: house.environment, stdio: ["pipe", "pipe", "pipe"] }, join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
    program.child.stdin.end(input);
    const done = await program.finished();
    assert.equal(done.code, 0, done.err);
    return done.out.trim();
}

async function person(house, name, role) {
    await ctl(house, ["user", "add", name, "--role", role, "--password-stdin"], `${PASSWORD}\n`);
    const session = new Session(house.port);
    assert.equal((await session.call("POST", "/api/v1/login", { user: name, password: PASSWORD })).status, 200);
    const { cookie, csrf } = session;
    return { name, may: { viewer: V, driver: D, admin: A }[role], headers: { Cookie: cookie, "X-CSRF-Token": csrf }, isSession: true };
}

async function program(house, name, role, scope) {
    const token = await ctl(house, ["token", "add", "--name", name, "--role", role, ...(scope ? ["--scope", scope] : [])]);
    return { name, may: { viewer: V, driver: D }[role], scope, headers: { Authorization: `Bearer ${token}` } };
}

async function everybody(house) {
    return [await person(house, "vera", "viewer"), await person(house, "dan", "driver"), await person(house, "ada", "admin"),
        await program(house, "all", "driver"), await program(house, "looks", "driver", "read"), await program(house, "figures", "viewer", "metrics")];
}

async function open(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    await house.login();
}

// A body that no handler takes, so that whoever gets as far changes nothing.
function ask(house, method, path, headers) {
    const body = ["POST", "PUT", "PATCH"].includes(method) ? "[]" : undefined;
    return request(house.port, method, path, { headers, body });
}

function isInScope(who, method, path) {
    if (who.scope === "metrics") return path === "/metrics";
    return who.scope !== "read" || method === "GET" || method === "HEAD";
}

function expected(who, method, path) {
    const rows = ROUTES[path];
    const role = rows[method === "HEAD" ? "GET" : method];
    if (role === undefined) return "405";
    return who.may >= role && isInScope(who, method, path) ? "further" : "403";
}

async function nobodyElse(house) {
    const names = readFileSync(join(top, "daemon/export/web_routes.c"), "utf8").matchAll(/WEB_(?:ROUTE|WRITE)\((\w+), "([^"]+)"/g);
    const theirs = [...names].map(([, method, path]) => `${method} ${path}`).filter((row) => !OPEN.includes(row.split(" ")[1]));
    const ours = Object.entries(ROUTES).flatMap(([path, rows]) => Object.keys(rows).map((method) => `${method} ${path}`));
    assert.deepEqual(theirs.sort(), ours.sort(), "each route of the program stands in this test's table");
    await open(house);
    const people = await everybody(house);
    let count = 0;
    for (const path of Object.keys(ROUTES))
        for (const method of METHODS)
            for (const who of people) {
                if (path === "/api/v1/logout" && method === "POST" && who.isSession) continue; // it would work
                const { status } = await ask(house, method, asked(path), who.headers);
                const got = status === 403 || status === 405 ? String(status) : "further";
                assert.equal(got, expected(who, method, path), `${who.name}: ${method} ${path}: ${status}`);
                assert.notEqual(status, 401, `${who.name}: ${method} ${path}`);
                count++;
            }
    console.log(`    ${count} questions`);
}

const identifiers = [..."0123456789"].flatMap((digit) => [`vin=SJNFAAZE0U601234${digit}`, `DCMID=${digit}`, `mac=00:11:22:33:44:5${digit}`]);

// The same bytes but for the time, whatever is asked, whoever's car is named, and from wherever.
async function strangers(house) {
    await open(house);
    const plain = ({ status, headers, text }) => JSON.stringify({ status, headers: { ...headers, date: "" }, text });
    for (const method of METHODS.filter((each) => each !== "HEAD")) {
        const reference = plain(await ask(house, method, "/api/v1/state", {}));
        assert.match(reference, /"status":401/);
        for (const path of [...Object.keys(ROUTES).map(asked), ...UNKNOWN]) {
            assert.equal(plain(await ask(house, method, path, {})), reference, `${method} ${path}`);
            assert.equal(plain(await ask(house, method, path, { Cookie: `garaged=${"0".repeat(64)}` })), reference, `${method} ${path}, a wrong cookie`);
        }
        for (const [i, name] of identifiers.entries()) {
            const from = `127.0.0.${(i % 8) + 2}`;
            const headers = { "X-VIN": name, Authorization: `Bearer ${name}` };
            const answer = await request(house.port, method, `/api/v1/state?${name}`, { headers, from });
            assert.equal(plain(answer), reference, `${method} ${name} from ${from}`);
        }
    }
}

// A file's content as SQL, without what every request moves.
async function content(house, name) {
    return (await run("sqlite3", house.path(`state/${name}`), ".dump")).out;
}

async function looking(house) {
    await open(house);
    const people = await everybody(house);
    const before = [await content(house, "diary.db"), await content(house, "access.db")];
    for (const path of [...Object.keys(ROUTES).map(asked), ...UNKNOWN, ...THE_2016])
        for (const method of ["GET", "HEAD", "OPTIONS"])
            for (const who of people) await ask(house, method, path, { ...who.headers, "X-HTTP-Method-Override": "POST" });
    const after = [await content(house, "diary.db"), await content(house, "access.db")];
    const still = (text) => text.split("\n").filter((line) => !/INSERT INTO (traffic|anchor|contact|tokens|audit|audit_head)\b/.test(line));
    assert.deepEqual(still(after[0]), still(before[0]));
    assert.deepEqual(still(after[1]), still(before[1]));
}

async function of2016(house) {
    await open(house);
    const people = await everybody(house);
    const orders = async () => (await request(house.port, "GET", "/api/v1/audit", { headers: people[2].headers })).text.match(/"what":"(pause|record)"/g);
    for (const target of THE_2016)
        for (const method of ["GET", "POST", "HEAD"]) {
            const bare = await ask(house, method, target, {});
            assert.ok([401, 404, 405].includes(bare.status), `${method} ${target}: ${bare.status}`);
            for (const who of people) {
                const answer = await ask(house, method, target, who.headers);
                assert.ok([404, 405].includes(answer.status), `${who.name}: ${method} ${target}: ${answer.status}`);
                assert.ok(!answer.text.includes("SJNFAAZE0U6"), "not repeated");
            }
        }
    const command = { car: "leaf", key: "one" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => request(house.port, "POST", "/api/v1/commands/climate", { headers: people[2].headers, body: command })));
    answers.push(await request(house.port, "POST", "/api/v1/commands/climate", { headers: people[1].headers, body: { ...command, challenge: "one" } }));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [404], "there are no commands");
    assert.equal(await orders(), null);
}

// What is served to everybody is the same whatever the car does.
async function files(house) {
    const served = [];
    for (const scenario of ["0 asleep", "0 charge 6.6"]) {
        const own = new House();
        await own.startSimulator("--charging-heard", ...own.scenario(scenario));
        await own.startGaraged();
        const session = await own.login();
        await waitFor("the car", async () => (await session.state()).cars.leaf.state === (scenario.includes("charge") ? "charging" : "asleep"));
        const answers = await Promise.all(["/", "/manifest.webmanifest", "/nothing", "/api/v1/state"].map((path) => request(own.port, "GET", path)));
        served.push(answers.map(({ status, headers, text }) => ({ status, headers: { ...headers, date: "" }, text })));
        await own.close();
    }
    assert.ok(served[0][0].text.length > 100);
    assert.deepEqual(served[0], served[1]);
    await open(house);
}

await test("every route, each method, everybody", () => inHouse(nobodyElse));
await test("who has not come in learns nothing from an answer", () => inHouse(strangers));
await test("looking changes nothing", () => inHouse(looking));
await test("a stranger sees the same whether the car charges or sleeps", () => inHouse(files));
await test("the requests of 2016 do nothing and tell nothing", () => inHouse(of2016));
await cleanUp();
finish();
