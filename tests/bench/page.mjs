#!/usr/bin/env node
// The figures of the dashboard: how soon it can be used, how soon a change is on the screen, what 200 open pages cost.
// Prints `bench NAME VALUE UNIT budget BUDGET`. Chromium and the dongle run on the same machine and by the same clock.
import { readFileSync } from "node:fs";
import { openWebsocket } from "../system/lib/http.mjs";
import { House } from "../system/lib/house.mjs";
import { cleanUp } from "../system/lib/process.mjs";
import { sleep, waitFor } from "../system/lib/wait.mjs";
import { launch, openPage } from "../web/browser.mjs";
import { Dongle } from "./dongle.mjs";

const SAMPLES = Number(process.env.SAMPLES ?? 100);
const DASHBOARDS = 200;
const LOAD_MESSAGES = 30;
const SLOWER = 4;
const TICKS_A_SECOND = 100;

function report(name, value, unit, budget) {
    console.log(`bench ${name} ${value} ${unit} budget ${budget}`);
}

function processorSeconds(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

async function openHouse() {
    const dongle = new Dongle();
    const house = new House();
    house.webSettings = "clients = 250; clients_per_peer = 250;";
    house.car = { adapter: "elm327", port: `tcp://127.0.0.1:${await dongle.listen()}` };
    await house.startGaraged("--demo");
    const [, code] = await house.garaged.says(/#code=(\d+)/);
    const session = house.newSession();
    await session.call("POST", "/api/v1/pair", { code });
    await waitFor("the link", async () => (await session.state()).cars.leaf.link.state === "up");
    await waitFor("monitoring", () => dongle.isMonitoring);
    return { dongle, house, session, origin: `http://127.0.0.1:${house.port}` };
}

// A page that is logged in and empty yet.
async function openInside(browser, { origin, session }) {
    const page = await openPage(browser, origin, { width: 390, height: 844 });
    const [name, value] = session.cookie.split("=");
    await page.context().addCookies([{ name, value, url: origin }]);
    return page;
}

// From the address to the figures, live, with nothing in the cache: ms by the page's own clock.
async function measureUsable(browser, place) {
    const page = await openInside(browser, place);
    const control = await page.context().newCDPSession(page);
    await control.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.addInitScript(() => {
        const look = () => {
            const isUsable = document.querySelector(".ring") && document.querySelector(".pill--live");
            globalThis.usableMs = isUsable ? performance.now() : undefined;
            if (!isUsable) requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    });
    await page.goto(`${place.origin}/`);
    await page.waitForFunction(() => globalThis.usableMs !== undefined);
    const time = await page.evaluate(() => globalThis.usableMs);
    await page.context().close();
    return time;
}

// The wall clock of the frame that shows another value.
function nextShown(page, signal) {
    return page.evaluate(
        (name) =>
            new Promise((done) => {
                const value = () => document.querySelector(`[data-signal="${name}"]`)?.getAttribute("data-value");
                const before = value();
                const watch = new MutationObserver(() => {
                    if (value() === before) return;
                    watch.disconnect();
                    requestAnimationFrame(() => done(performance.timeOrigin + performance.now()));
                });
                watch.observe(document.body, { subtree: true, childList: true, attributes: true });
            }),
        signal,
    );
}

async function measureShown(page, dongle, n) {
    await sleep(230 + Math.random() * 40);
    await waitFor("a filter that has a frame", () => dongle.frame(n) !== null);
    const { signal } = dongle.frame(n);
    const shown = nextShown(page, signal);
    await sleep(20); // until the page watches
    const frame = dongle.frame(n);
    if (frame?.signal !== signal) return null;
    const begin = performance.timeOrigin + performance.now();
    dongle.socket.write(`${frame.line}\r`);
    const end = await Promise.race([shown, sleep(2000)]);
    return end ? end - begin : null;
}

async function measureScreen(browser, place) {
    const page = await openInside(browser, place);
    await page.goto(`${place.origin}/`);
    await page.waitForSelector(".ring");
    const times = [];
    for (let n = 0; times.length < SAMPLES; n++) {
        const time = await measureShown(page, place.dongle, n);
        if (time !== null) times.push(time);
    }
    await page.context().close();
    return times.sort((a, b) => a - b);
}

// 200 open pages, and a frame that changes a signal each second: what the process uses, and that all of them hear of it.
async function measureDashboards({ dongle, house, session, origin }) {
    let heard = 0;
    for (let i = 0; i < DASHBOARDS; i++) {
        const socket = await openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie, origin }, () => heard++);
        if (socket.status !== 101) throw new Error(`websocket ${i}: ${socket.status}`);
    }
    await sleep(1000);
    const begin = processorSeconds(house.garaged.pid);
    heard = 0;
    const from = performance.now();
    for (let n = 0; n < LOAD_MESSAGES; n++) {
        const next = performance.now() + 1000;
        await waitFor("a filter that has a frame", () => dongle.frame(n) !== null);
        dongle.socket.write(`${dongle.frame(n).line}\r`);
        await sleep(Math.max(0, next - performance.now()));
    }
    const seconds = (performance.now() - from) / 1000;
    const used = processorSeconds(house.garaged.pid) - begin;
    const rate = heard / DASHBOARDS / seconds;
    report("dashboards_200_share_of_a_core_at_1_Hz", ((100 * used) / seconds / rate).toFixed(1), "%", 25);
    console.log(`each of ${DASHBOARDS} pages heard ${rate.toFixed(2)} messages a second`);
}

const browser = await launch();
try {
    const place = await openHouse();
    const usable = [];
    for (let i = 0; i < 5; i++) usable.push(await measureUsable(browser, place));
    report("page_usable_4x_slower", usable.sort((a, b) => a - b)[2].toFixed(0), "ms", 1000);
    const times = await measureScreen(browser, place);
    report("change_on_screen_p95", times[Math.floor(times.length * 0.95)].toFixed(0), "ms", 100);
    await measureDashboards(place);
    await place.house.close();
    place.dongle.server.close();
} finally {
    await browser.close();
    await cleanUp();
}
process.exit(0);
