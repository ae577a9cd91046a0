#!/usr/bin/env node
// `make demo` as a newcomer runs it: one line, a page that is live soon, and nothing left after Ctrl-C.
import assert from "node:assert/strict";
import net from "node:net";
import { Session } from "./lib/http.mjs";
import { figures, launch, missing, openHouse, saysSoon, shoot, words } from "./lib/page.mjs";
import { childrenOf, cleanUp, freePort, isAlive, startWith, top } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const LIVE_MS = 5000;
// What the demo's car, an AZE0 30 kWh, says within its first half minute.
const SHOWN = ["soc_dash", "range", "odometer", "aux_voltage", "ambient_temp", "cabin_temp", "pack_temp", "climate", "plugged", "charge_state", "soh",
    "pack_capacity", "pack_voltage", "cell_min", "gear", "power_state"];

function startDemo(port) {
    const env = { GARAGED_DEMO_PORT: String(port), NO_DEPS: "1", MAKEFLAGS: "", MAKELEVEL: "" };
    return startWith({ env, cwd: top, detached: true }, "make", "demo");
}

function descendants(pid) {
    return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

function isFree(port) {
    return new Promise((done) => {
        const server = net.createServer().on("error", () => done(false));
        server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
    });
}

// The signal of a Ctrl-C goes to the whole group, that of a script to make alone.
async function endsWith(demo, port, send) {
    const pids = descendants(demo.pid);
    assert.ok(pids.length >= 4, "script, simulator and both halves run");
    send();
    const { code, signal } = await demo.ended;
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, demo.err.slice(-1500));
    assert.deepEqual(pids.filter(isAlive), [], "no process is left");
    assert.ok(await isFree(port), "the port is free");
    assert.match(demo.out, /^garaged demo: [^\n]*\n$/, "one line on stdout");
}

// The first start of a day makes up a year before it.
async function codeOf(demo, port) {
    await waitFor("the year to be made up", () => demo.exit || demo.out !== "", 120_000);
    const [, code] = await demo.says(/#code=(\d{8})\n/);
    assert.equal(demo.out, `garaged demo: http://127.0.0.1:${port}/#code=${code}\n`);
    return code;
}

async function showsTheCar(browser, port, code) {
    const page = await openHouse(browser, port, null, { hash: `/#code=${code}` });
    const opened = Date.now();
    await waitFor("the page to show the car live", async () => {
        const drawn = await figures(page);
        return (drawn.soc_dash ?? drawn.soc ?? "null") !== "null" && /Live ?\. Pause/.test(await words(page));
    }, LIVE_MS);
    console.log(`    live ${((Date.now() - opened) / 1000).toFixed(1)} s after opening`);
    await saysSoon(page, /A made-up car/);
    assert.ok(!page.url().includes("code"), "the code is gone from the address");
    return page;
}

async function everythingIsShown(page) {
    await waitFor("all figures", async () => {
        const drawn = await figures(page);
        const missing = SHOWN.filter((name) => (drawn[name] ?? "null") === "null");
        assert.deepEqual(missing, []);
        return true;
    });
}

// A year of diary, and the live car goes on where it ends: nothing is concluded from the hours between.
async function tellsAYear(session) {
    const list = async (name) => (await session.call("GET", `/api/v1/${name}?limit=1000`)).json?.items ?? [];
    await waitFor("the diary", async () => (await list("days")).length > 0);
    const [days, charges, outings] = [await list("days"), await list("charges"), await list("outings")];
    assert.ok(days.length > 250 && charges.length > 100 && outings.length > 250, `${days.length} ${charges.length} ${outings.length}`);
    assert.ok(Date.now() - Date.parse(days[0].day) < 4 * 86_400_000, `the last day is ${days[0].day}`);
    const odometer = await waitFor("the car's odometer", async () => (await session.state()).cars.leaf.signals.odometer?.value);
    assert.equal(odometer, (await list("battery"))[0].odometer_km, "it stands where the made-up year ended");
    assert.equal((await list("outings")).length, outings.length, "no outing is made of the change from made up to live");
}

// Whoever lives there pays by hour and holiday: the page has costs to show, dearer by day than by night.
async function tellsWhatItCosts(session) {
    const { tariffs, holidays } = (await session.call("GET", "/api/v1/tariffs")).json;
    assert.ok(tariffs.length === 2 && holidays.length > 0);
    const paid = await waitFor("the bills", async () => {
        const { items } = (await session.call("GET", "/api/v1/charges?limit=1000")).json;
        return items.filter(({ state }) => state !== "open").every(({ cost }) => cost !== null) && items.filter(({ cost }) => cost !== null);
    });
    const rates = paid.filter(({ charger_kwh: kwh }) => kwh > 2).map(({ cost, charger_kwh: kwh }) => cost / kwh);
    assert.ok(Math.min(...rates) < 0.22 && Math.max(...rates) > 0.31, `${Math.min(...rates)} to ${Math.max(...rates)} a kWh`);
}

async function demo(browser) {
    const port = await freePort();
    const program = startDemo(port);
    const code = await codeOf(program, port);
    const page = browser ? await showsTheCar(browser, port, code) : null;
    for (let i = 0; i < 3; i++) {
        const session = new Session(port);
        assert.equal((await session.call("POST", "/api/v1/pair", { code })).status, 201, "the code works again and again");
        assert.equal((await session.state()).demo, true);
    }
    assert.equal((await new Session(port).call("POST", "/api/v1/pair", { code: "00000000" })).status, 401);
    const session = new Session(port);
    await session.call("POST", "/api/v1/pair", { code });
    await tellsAYear(session);
    await tellsWhatItCosts(session);
    if (page) {
        await everythingIsShown(page);
        for (const [width, height] of [[360, 800], [1280, 900]]) {
            await page.setViewportSize({ width, height });
            await shoot(page, `demo-${width}`);
        }
        assert.deepEqual(page.trouble, []);
        await page.context().close();
    }
    await endsWith(program, port, () => process.kill(-program.pid, "SIGINT"));
}

async function endsAlone() {
    const port = await freePort();
    const program = startDemo(port);
    await codeOf(program, port);
    await waitFor("all programs", () => descendants(program.pid).length >= 4);
    await endsWith(program, port, () => program.kill("SIGTERM"));
}

const why = missing();
const browser = why ? null : await launch();
if (why) skip("demo: the page", why);
try {
    await test("demo: one line, live, logs in by code, Ctrl-C leaves nothing", () => demo(browser));
    await test("demo: a SIGTERM to make alone ends it too", endsAlone);
} finally {
    await browser?.close();
    await cleanUp();
}
finish();
