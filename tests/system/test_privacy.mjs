#!/usr/bin/env node
// A car with a canary for a name is polled, charged, recorded, exported, backed up and shown, all at log level debug: its name
// and its battery's are found nowhere.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, formsOfAll, hits } from "./lib/canary.mjs";
import { openWebsocket, request } from "./lib/http.mjs";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, run, top } from "./lib/process.mjs";
import { subscribe } from "./lib/mqtt.mjs";
import { finish, test } from "./lib/report.mjs";
import { peersOf } from "./lib/sockets.mjs";
import { waitFor } from "./lib/wait.mjs";

const VIN = "SJNFAAZE0U6CANARY";
const BATTERY = "230LBCANARYPACK77";
const NAMES = [VIN, BATTERY];
const RECORD_S = 13;

function ctl(house, ...args) {
    return run(join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
}

// ---- the search itself ----

async function finds() {
    const answer = Buffer.from(`\x61\x81${VIN}`);
    const frames = [answer.subarray(0, 6), answer.subarray(6, 13), answer.subarray(13)].map((part, i) => (i === 0 ? "1013" : `2${i}`) + part.toString("hex"));
    const seen = {
        text: `vin=${VIN};`,
        lower: VIN.toLowerCase(),
        frames: frames.join("\n"),
        spaced: frames.map((frame) => frame.toUpperCase().replace(/..(?=.)/g, "$& ")).join("\r"),
        base64: Buffer.from(`{"vin":"${VIN}"}`).toString("base64"),
        shifted: Buffer.from(`{"a":"${VIN}"}`).toString("base64"),
        reversed: [...VIN].reverse().join(""),
        decimal: JSON.stringify([...Buffer.from(VIN)]),
        page: Buffer.concat([Buffer.alloc(4000, 7), Buffer.from(BATTERY.slice(4, 11)), Buffer.alloc(90)]),
    };
    for (const [form, content] of Object.entries(seen)) assert.ok(hits(NAMES, [[form, content]]).length > 0, form);
    assert.deepEqual(hits(NAMES, [["hash", Buffer.alloc(64, "a5")]]), []);
    for (const form of formsOfAll(NAMES)) assert.ok(form.length >= 5, `${form} is found by chance`);
}

// ---- all that garaged does ----

// The GET routes of the daemon's own table, with what they take.
function routes() {
    const source = readFileSync(join(top, "daemon/export/web_routes.c"), "utf8");
    const paths = [...source.matchAll(/WEB_ROUTE\(GET, "([^"]*)"/g)].map((match) => match[1]);
    assert.ok(paths.length > 15, "the table is read");
    return paths;
}

function asked(path, house) {
    if (path.endsWith("/#")) return [path.replace("#", "1")];
    if (path.endsWith("/@")) return readdirSync(house.path("state/recordings")).map((name) => path.replace("@", name));
    if (path === "/api/v1/history") return ["soc", "cells", "pack_voltage", "presence"].map((signal) => `${path}?signal=${signal}&from=2026-01-01T00:00:00Z&to=2036-01-01T00:00:00Z`);
    if (path === "/api/v1/live") return [];
    if (path === "/*") return ["/", ...readdirSync(join(build, "web"), { recursive: true }).map((name) => `/${name}`)];
    return [path, `${path}?format=csv`];
}

async function everyAnswer(house, session) {
    const places = [];
    for (const path of routes().flatMap((route) => asked(route, house))) {
        const own = await session.call("GET", path);
        const stranger = await request(house.port, "GET", path);
        places.push([`GET ${path}`, own.text + JSON.stringify(own.headers)], [`stranger's GET ${path}`, stranger.text + JSON.stringify(stranger.headers)]);
        assert.equal(own.headers.server ?? stranger.headers.server, undefined, "no Server header");
        if (path.startsWith("/api/") || path === "/metrics") assert.equal(stranger.status, 401, path);
    }
    return places;
}

async function everyTool(house) {
    const lists = ["days", "charges", "outings", "readings"].flatMap((list) => [["export", list], ["export", list, "--json"]]);
    const tools = [...lists, ["status"], ["status", "--json"], ["car", "list"], ["car", "list", "--json"], ["record", "--seconds", "2", house.path("again.log")], ["doctor", "--json"], ["decode", house.path("bus.log")],
        ["diary", "rebuild"], ["backup", house.path("mine.db")], ["car", "accept", "leaf"]];
    const places = [];
    for (const args of tools) {
        const { code, out, err } = await ctl(house, ...args);
        if (args[0] !== "doctor") assert.equal(code, 0, `${args.join(" ")}: ${err}`);
        places.push([`garagectl ${args.join(" ")}`, out + err]);
    }
    return places;
}

async function lives(house) {
    await house.startSimulator("--car", "aze0-30", "--vin", VIN, "--battery", BATTERY, "--charging-heard",
        ...house.scenario("0 asleep", "6 on", "18 charge 3.3", "42 unplug", "43 on"));
    mkdirSync(house.path("state/backups"), { mode: 0o700 });
    await house.startBroker();
    house.discovery = subscribe(house.brokerPort, "#");
    await house.startGaraged();
    house.judgePeers = watchPeers(house);
    const session = await house.login();
    const heard = [];
    const { cookie } = session;
    const origin = `http://127.0.0.1:${house.port}`;
    await openWebsocket(house.port, "/api/v1/live", { cookie, origin }, (text) => heard.push(text));
    const link = async () => (await session.state()).cars.leaf.link;
    await waitFor("the dongle", async () => (await link()).state === "up");
    const recorded = await ctl(house, "record", "--seconds", String(RECORD_S), "--json", house.path("bus.log"));
    assert.equal(recorded.code, 0, recorded.err);
    assert.ok(JSON.parse(recorded.out).hidden > 0, `the name stood in the recording and was hidden: ${recorded.out}`);
    assert.equal((await session.call("POST", "/api/v1/record", { car: "leaf", seconds: 2 })).status, 202);
    return { session, heard };
}

function wasAsked(house) {
    return /"frame":"797#022181/.test(readFileSync(house.path("truth"), "utf8")) && /"frame":"79B#022184/.test(readFileSync(house.path("truth"), "utf8"));
}

async function nowhere(house) {
    const { session, heard } = await lives(house);
    await waitFor("the car and its battery to be recognised", async () => (await session.state()).cars.leaf.identity === "ok");
    assert.ok(wasAsked(house), "both names were asked for");
    await waitFor("a charge", async () => (await session.call("GET", "/api/v1/charges")).json.items.length > 0);
    await waitFor("its end", async () => (await session.call("GET", "/api/v1/charges")).json.items[0].state === "closed");
    const places = [...(await everyAnswer(house, session)), ...(await everyTool(house))];
    places.push(...filesBelow(house.folder).filter(([path]) => path !== house.path("truth")));
    await house.garaged.stop();
    places.push(...filesBelow(house.folder).filter(([path]) => path !== house.path("truth")));
    places.push(["the log", house.garaged.err + house.garaged.out], ["the websocket", heard.join("\n")], ["the broker's topics", house.mqtt.all() + house.discovery.all()], ["the broker's log", house.broker.err]);
    assert.ok(heard.length > 10 && house.discovery.all().includes("homeassistant/device/garaged_leaf/config") && /debug|elm327|polls|adapter/.test(house.garaged.err));
    for (const name of ["diary.db", "readings.db", "access.db", "mine.db", "bus.log"]) assert.ok(places.some(([where]) => where.endsWith(name)), name);
    console.log(`    ${places.length} places, ${formsOfAll(NAMES).length} forms`);
    assert.deepEqual(hits(NAMES, places), []);
    saysNothingOfTheOwner(house);
    house.judgePeers();
}

// What the network sees of the client: a name that the broker made up, no version, no model, no host.
function saysNothingOfTheOwner(house) {
    const clients = [...house.broker.err.matchAll(/New client connected from \S+ as (\S+) \(/g)].map(([, client]) => client);
    assert.ok(clients.length >= 3);
    for (const client of clients) assert.match(client, /^auto-[0-9A-F-]{36}$/);
}

// Looked at ten times a second: the broker and the dongle that the owner named, and who came to the page. No UDP at all: neither
// DNS nor NTP nor anything that announces a service.
function watchPeers(house) {
    const seen = new Set();
    let looks = 0;
    const timer = setInterval(() => {
        try {
            for (const pid of [house.garaged.pid, house.carHalf].filter(Boolean)) for (const peer of peersOf(pid)) seen.add(peer);
            looks++;
        } catch {
            // one of them has just ended
        }
    }, 100);
    return () => {
        clearInterval(timer);
        assert.ok(looks > 100, `${looks} looks`);
        assert.ok(seen.has(`127.0.0.1:${house.brokerPort}`) && seen.has(`127.0.0.1:${house.dongle}`), [...seen].join(" "));
        assert.deepEqual([...seen].filter((peer) => !/^127\.0\.0\.1:\d+$/.test(peer)), []);
    };
}

await test("privacy: a name is found in whatever form it gets out", finds);
await test("privacy: the car's name and its battery's are nowhere, and nobody is told anything unasked", () => inHouse(nowhere));
await cleanUp();
finish();
