#!/usr/bin/env node
// Who may what, with real programs: users, tokens and sessions by garagectl and over HTTP, and how soon what is taken away is gone.
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { openWebsocket, request, Session } from "./lib/http.mjs";
import { preloaded } from "./lib/preload.mjs";
import { build, cleanUp, run, startWith, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const PASSWORD = "a green bicycle shed";

async function open(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    house.admin = await house.login();
}

async function garagectl(house, args, input = "") {
    const program = startWith({ env: house.environment, stdio: ["pipe", "pipe", "pipe"] }, join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
    program.child.stdin.on("error", () => {}); // it may have ended already
    program.child.stdin.end(input);
    return program.finished();
}

async function ctl(house, args, input) {
    const done = await garagectl(house, args, input);
    assert.equal(done.code, 0, `garagectl ${args.join(" ")}: ${done.err}`);
    return done.out.trim();
}

const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const get = (house, path, headers) => request(house.port, "GET", path, { headers });

async function users(house) {
    await open(house);
    await ctl(house, ["user", "add", "ola", "--role", "driver", "--password-stdin"], `${PASSWORD}\n`);
    const ola = new Session(house.port);
    assert.equal((await ola.call("POST", "/api/v1/login", { user: "ola", password: PASSWORD })).json.role, "driver");
    assert.equal((await ola.call("GET", "/api/v1/users")).status, 403, "only an admin sees who there is");
    assert.deepEqual((await ola.call("GET", "/api/v1/sessions")).json.items.map((item) => item.user), ["ola"]);
    const all = (await house.admin.call("GET", "/api/v1/sessions")).json.items;
    assert.deepEqual(all.map((item) => [item.user, item.from]).sort(), [["anna", "127.0.0.1"], ["ola", "127.0.0.1"]]);
    const annas = all.find((item) => item.user === "anna");
    assert.equal((await ola.call("DELETE", `/api/v1/sessions/${annas.id}`)).status, 404, "another's session is not there");
    assert.equal((await house.admin.call("GET", "/api/v1/session")).status, 200);
    assert.deepEqual((await house.admin.call("GET", "/api/v1/users")).json.items.map((item) => [item.name, item.role]), [["anna", "admin"], ["ola", "driver"]]);
    assert.match(await ctl(house, ["user", "list"]), /ola +driver/);
    const refused = await garagectl(house, ["user", "role", "anna", "viewer"]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.err, /last admin/);
    await revoked(house, ola, ["user", "role", "ola", "viewer"]);
    await ola.call("POST", "/api/v1/login", { user: "ola", password: PASSWORD });
    await revoked(house, ola, ["user", "passwd", "ola", "--password-stdin"], "another bicycle shed\n");
    await ola.call("POST", "/api/v1/login", { user: "ola", password: "another bicycle shed" });
    await revoked(house, ola, ["session", "end", "--user", "ola"]);
    await ola.call("POST", "/api/v1/login", { user: "ola", password: "another bicycle shed" });
    await revoked(house, ola, ["user", "remove", "ola"]);
    assert.equal((await new Session(house.port).call("POST", "/api/v1/login", { user: "ola", password: "another bicycle shed" })).status, 401);
}

// An open page, a long poll and the session itself end with what garagectl does.
async function revoked(house, session, args, input) {
    const socket = await listen(house, { cookie: session.cookie, origin: `http://127.0.0.1:${house.port}` });
    const { seq } = await session.state();
    const poll = session.call("GET", `/api/v1/state?wait=30&after=${seq}`);
    await ctl(house, args, input);
    assert.equal((await session.call("GET", "/api/v1/state")).status, 401, args.join(" "));
    await waitFor("the websocket to end", () => socket.closed, 5_000);
    assert.ok([200, 401].includes((await poll).status));
}

async function listen(house, how) {
    const state = { closed: false };
    const socket = await openWebsocket(house.port, "/api/v1/live", { ...how, onClose: () => (state.closed = true) });
    assert.equal(socket.status, 101);
    return state;
}

async function scopes(house) {
    await open(house);
    const metrics = await ctl(house, ["token", "add", "--name", "prometheus", "--role", "viewer", "--scope", "metrics"]);
    const read = await ctl(house, ["token", "add", "--name", "reader", "--role", "driver", "--scope", "read"]);
    const driver = await ctl(house, ["token", "add", "--name", "scripts", "--role", "driver"]);
    for (const token of [metrics, read, driver]) assert.match(token, /^garaged_[0-9a-f]{64}$/);
    const status = async (token, method, path, body) => (await request(house.port, method, path, { headers: bearer(token), body })).status;
    assert.equal(await status(metrics, "GET", "/metrics"), 200);
    assert.equal(await status(metrics, "GET", "/api/v1/state"), 403);
    assert.equal(await status(read, "GET", "/api/v1/state"), 200);
    assert.equal(await status(read, "POST", "/api/v1/pause", { car: "leaf", minutes: 0 }), 403);
    assert.equal(await status(driver, "POST", "/api/v1/pause", { car: "leaf", minutes: 0 }), 200, "no X-CSRF-Token needed");
    assert.equal(await status(driver, "GET", "/api/v1/tokens"), 403);
    assert.equal(await status(driver, "POST", "/api/v1/tokens", { name: "b", role: "viewer", password: PASSWORD }), 403);
    assert.deepEqual(JSON.parse((await get(house, "/api/v1/sessions", bearer(driver))).text).items, []);
    const listed = JSON.parse(await ctl(house, ["token", "list", "--json"])).items;
    assert.deepEqual(listed.map((item) => item.used_from), ["127.0.0.1", "127.0.0.1", "127.0.0.1"]);
    assert.ok(!JSON.stringify(listed).includes(driver.slice(8)), "shown once");
    const socket = await listen(house, { authorization: `Bearer ${driver}` });
    await ctl(house, ["token", "revoke", String(listed.find((item) => item.name === "scripts").id)]);
    assert.equal(await status(driver, "GET", "/api/v1/state"), 401);
    await waitFor("the websocket to end", () => socket.closed, 5_000);
}

// What looks like a token and is none; and a token where none belongs.
async function lookalikes(house) {
    await open(house);
    const token = await ctl(house, ["token", "add", "--name", "scripts", "--role", "driver"]);
    const wrong = ["", "Bearer", "Bearer ", `Bearer  ${token}`, `Bearer ${token.slice(0, -1)}`, `Bearer ${token}0`, `Bearer ${token.slice(8)}`,
        `Bearer ${token.toUpperCase()}`, `Basic ${Buffer.from(`anna:${PASSWORD}`).toString("base64")}`, token, `Bearer ${token}, Bearer ${token}`,
        `Bearer ${"a".repeat(3000)}`];
    for (const Authorization of wrong) {
        const answer = await get(house, "/api/v1/state", { Authorization, Cookie: house.admin.cookie });
        const known = Authorization === "" ? [200, 401] : [401];
        assert.ok(known.includes(answer.status), `${Authorization.slice(0, 30)}: ${answer.status}: no way back to the cookie`);
    }
    for (const name of ["token", "access_token", "authorization"])
        assert.equal((await get(house, `/api/v1/state?${name}=${token}`)).status, 401, "not in a query");
    assert.equal((await get(house, "/api/v1/state", { Cookie: `garaged=${token}` })).status, 401, "not in a cookie");
    const upgrade = async (how) => (await openWebsocket(house.port, "/api/v1/live", how)).status;
    const origin = `http://127.0.0.1:${house.port}`;
    const authorization = `Bearer ${token}`;
    assert.equal(await upgrade({ cookie: house.admin.cookie }), 403, "a cookie needs an Origin");
    assert.equal(await upgrade({ cookie: house.admin.cookie, authorization }), 403, "and a token beside it changes nothing");
    assert.equal(await upgrade({ authorization, origin: "http://evil.test" }), 403);
    assert.equal(await upgrade({ authorization: "Bearer garaged_0" }), 401);
    assert.equal(await upgrade({ authorization }), 101);
    assert.equal(await upgrade({ cookie: house.admin.cookie, origin }), 101);
}

async function onThePage(house) {
    await open(house);
    const wish = { name: "home-assistant", role: "viewer", scope: "read", days: 30 };
    const add = (more) => house.admin.call("POST", "/api/v1/tokens", { ...wish, ...more });
    assert.equal((await add({})).status, 400, "the password again");
    assert.equal((await add({ password: "not it at all" })).status, 403);
    assert.equal((await add({ password: "correct horse battery", role: "admin" })).status, 400);
    const made = await add({ password: "correct horse battery" });
    assert.equal(made.status, 201);
    assert.equal((await get(house, "/api/v1/state", bearer(made.json.token))).status, 200);
    const [item] = (await house.admin.call("GET", "/api/v1/tokens")).json.items;
    assert.deepEqual([item.name, item.role, item.scope], ["home-assistant", "viewer", "read"]);
    const days = (Date.parse(item.ends) - Date.parse(item.made)) / 86_400_000;
    assert.equal(days, 30);
    const { csrf } = house.admin;
    house.admin.csrf = null;
    assert.equal((await house.admin.call("DELETE", `/api/v1/tokens/${item.id}`)).status, 403, "no X-CSRF-Token");
    house.admin.csrf = csrf;
    assert.equal((await house.admin.call("DELETE", `/api/v1/tokens/${item.id}`)).status, 200);
    assert.equal((await house.admin.call("DELETE", `/api/v1/tokens/${item.id}`)).status, 404);
    assert.equal((await get(house, "/api/v1/state", bearer(made.json.token))).status, 401);
}

// Who came, failed and changed what; each sees what is theirs; and the list is whole.
async function audit(house) {
    await open(house);
    await ctl(house, ["user", "add", "ola", "--role", "viewer", "--password-stdin"], `${PASSWORD}\n`);
    const ola = new Session(house.port);
    await ola.call("POST", "/api/v1/login", { user: "ola", password: "not it at all" });
    await ola.call("POST", "/api/v1/login", { user: "ola", password: PASSWORD });
    assert.equal((await ola.call("POST", "/api/v1/pause", { car: "leaf", minutes: 1 })).status, 403);
    assert.equal((await house.admin.call("POST", "/api/v1/pause", { car: "leaf", minutes: 1 })).status, 200);
    await ctl(house, ["car", "pause", "leaf", "resume"]);
    const rows = async (session) => (await session.call("GET", "/api/v1/audit")).json.items.map((row) => `${row.who} ${row.what} ${row.ok}`);
    const expected = ["root pause true", "anna pause true", "ola pause false", "ola login true", " login false", "root user_add true", "anna pair true", "root pair_open true"];
    await waitFor("all rows", async () => (await rows(house.admin)).length === expected.length);
    assert.deepEqual(await rows(house.admin), expected);
    assert.deepEqual(await rows(ola), ["root pause true", "anna pause true", "ola pause false", "ola login true"]);
    const said = async (session, query) => (await session.call("GET", `/api/v1/audit?${query}`)).json;
    for (const session of [house.admin, ola]) assert.deepEqual((await said(session, "orders=1")).items.map((row) => row.what), ["pause", "pause", "pause"]);
    assert.equal((await said(house.admin, "orders=1&limit=1")).items.length, 1);
    const { first, bad } = await said(house.admin, "verify=1");
    assert.deepEqual([first, bad], [1, null]);
    assert.equal((await ola.call("GET", "/api/v1/audit?verify=1")).status, 403);
    assert.equal((await house.admin.call("GET", "/api/v1/audit?orders=2")).status, 400);
    assert.match(await ctl(house, ["audit"]), /FAILED - from 127\.0\.0\.1: login ola/);
    assert.match(await ctl(house, ["audit", "verify"]), /rows 1 to 8 are whole/);
    const { last, hash } = JSON.parse(await ctl(house, ["audit", "verify", "--json"]));
    assert.ok(house.garaged.err.includes(`audit: ${last} ${hash}`), "the head stands in the journal");
    await run("sqlite3", house.path("state/access.db"), "UPDATE audit SET who = 'eve' WHERE id = 6");
    const verified = await garagectl(house, ["audit", "verify"]);
    assert.equal(verified.code, 65);
    assert.match(verified.out, /row 6 is not what was written/);
    assert.equal((await said(house.admin, "verify=1")).bad, 6);
}

// Who hangs up before the answer did it all the same.
async function hungUp(house) {
    await open(house);
    await waitFor("the diary to be open", async () => (await house.admin.state()).diary.state === "ok");
    const body = JSON.stringify({ notices: { not_plugged_at: "21:07" } });
    const head = ["PUT /api/v1/preferences HTTP/1.1", `Host: 127.0.0.1:${house.port}`, `Cookie: ${house.admin.cookie}`, `X-CSRF-Token: ${house.admin.csrf}`,
        "Content-Type: application/json", `Content-Length: ${body.length}`];
    const socket = net.connect(house.port, "127.0.0.1");
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
    await waitFor("the change", async () => (await house.admin.call("GET", "/api/v1/preferences")).json.notices.not_plugged_at === "21:07");
    const rows = async () => (await house.admin.call("GET", "/api/v1/audit")).json.items.filter((row) => row.what === "preferences");
    await waitFor("its row", async () => (await rows()).length > 0, 10_000);
    assert.deepEqual((await rows()).map((row) => row.who), ["anna"]);
}

// The calendar a year forward and two back: nobody is logged out, and no rights last longer.
async function calendar(house) {
    house.environment = { LD_PRELOAD: await preloaded("past"), PAST_FILE: house.path("past") };
    writeFileSync(house.path("past"), "0");
    await open(house);
    for (const years of [-1, 1, 30]) {
        writeFileSync(house.path("past.new"), String(years * 365 * 86_400)); // so far in the past
        renameSync(house.path("past.new"), house.path("past"));
        assert.equal((await house.admin.call("GET", "/api/v1/session")).json.role, "admin", `${-years} years`);
        assert.equal((await house.admin.call("GET", "/api/v1/users")).status, 200);
    }
}

await test("users come, change and go, and with them their sessions", () => inHouse(users));
await test("a token may what its role and scope say", () => inHouse(scopes));
await test("nothing else opens", () => inHouse(lookalikes));
await test("an admin makes tokens on the page", () => inHouse(onThePage));
await test("the calendar neither ends nor extends a session", () => inHouse(calendar));
await test("a change by somebody who hung up stands in the audit", () => inHouse(hungUp));
await test("what happened at the door stands in the audit", () => inHouse(audit));
await cleanUp();
finish();
