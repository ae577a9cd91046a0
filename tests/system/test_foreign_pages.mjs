#!/usr/bin/env node
// Foreign pages in the owner's own browser (real Chromium), who is logged in: another site, another name for this machine, a frame,
// a form, a link. None of them reads anything, changes anything or gets a websocket.
import assert from "node:assert/strict";
import http from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeFileSync } from "node:fs";
import { inHouse } from "./lib/house.mjs";
import { launch, missing, openHouse, saysSoon } from "./lib/page.mjs";
import { cleanUp, freePort, run, top } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const WRITES = ["pause", "record", "logout", "preferences", "tariffs", "tokens", "charges/1", "outings/1", "sessions/1", "commands/climate", "pair", "login"];
const NAMES = ["evil.test", "rebind.test"]; // both lead to this machine

// A site of somebody else's that serves one page.
async function site(html) {
    const server = http.createServer((request, response) => response.setHeader("Content-Type", "text/html").end(html));
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    return { port: server.address().port, close: () => server.close() };
}

async function open(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    house.session = await house.login();
}

// The owner's browser, logged in at garaged under every name there is of it.
async function ownersPage(house, browser) {
    const context = await browser.newContext();
    const [name, value] = house.session.cookie.split("=");
    for (const host of ["127.0.0.1", ...NAMES])
        await context.addCookies([{ name, value, domain: host, path: "/", httpOnly: true, sameSite: "Lax" }]); // weaker than ours on purpose
    return context.newPage();
}

async function visit(house, browser, html, body, host = "evil.test") {
    const foreign = await site(html);
    const page = await ownersPage(house, browser);
    try {
        await page.goto(`http://${host}:${foreign.port}/`);
        return await body(page, foreign);
    } finally {
        await page.context().close();
        foreign.close();
    }
}

const content = async (house) => (await run("sqlite3", house.path("state/diary.db"), "SELECT * FROM preference; SELECT * FROM tariff; SELECT * FROM charge")).out;

// What a page gets of a websocket: "open", or "closed" without a word.
function socketFrom(page, url) {
    return page.evaluate(
        (address) =>
            new Promise((done) => {
                const socket = new WebSocket(address, "garaged.v1");
                socket.onmessage = () => done("message");
                socket.onclose = () => done("closed");
            }),
        url,
    );
}

function fetchFrom(page, url, options) {
    return page.evaluate(([address, how]) => fetch(address, how).then((answer) => answer.text(), () => "unreadable"), [url, options]);
}

// W04, W08, W13: sockets and fetches of another site, and of a name that was made to lead here.
async function sites(house, browser) {
    await open(house);
    const own = `127.0.0.1:${house.port}`;
    const tries = async (page) => {
        assert.equal(await socketFrom(page, `ws://${own}/api/v1/live`), "closed");
        assert.equal(await fetchFrom(page, `http://${own}/api/v1/state`, { credentials: "include" }), "unreadable");
        const headers = { "X-CSRF-Token": house.session.csrf, "Content-Type": "application/json" };
        assert.equal(await fetchFrom(page, `http://${own}/api/v1/pause`, { method: "POST", credentials: "include", headers, body: "{}" }), "unreadable", "the preflight");
    };
    await visit(house, browser, "<p>another site</p>", tries);
    await visit(house, browser, "<p>another port of this machine: to a browser the same site</p>", tries, "127.0.0.1");
    await visit(house, browser, "<p>a page whose name leads here by now</p>", async (page) => {
        assert.equal(await socketFrom(page, `ws://rebind.test:${house.port}/api/v1/live`), "closed");
        assert.equal(await fetchFrom(page, `http://rebind.test:${house.port}/api/v1/state`, { credentials: "include" }), "unreadable");
        const statuses = [];
        page.on("response", (answer) => statuses.push(answer.status()));
        await assert.rejects(page.goto(`http://rebind.test:${house.port}/`), /ERR_HTTP_RESPONSE_CODE_FAILURE/, "not even an empty page");
        assert.deepEqual(statuses, [421]);
    }, "rebind.test");
}

// W06: pages without an origin.
async function noOrigin(house, browser) {
    await open(house);
    const script = `new Promise((done) => { const s = new WebSocket("ws://127.0.0.1:${house.port}/api/v1/live"); s.onmessage = () => done("message"); s.onclose = () => done("closed"); })`;
    const html = `<iframe sandbox="allow-scripts" srcdoc='<script>${script}.then((what) => parent.postMessage(what, "*"))</script>'></iframe>
        <script>window.told = new Promise((done) => addEventListener("message", (event) => done(event.data)))</script>`;
    await visit(house, browser, html, async (page) => assert.equal(await page.evaluate(() => window.told), "closed"));
    writeFileSync(house.path("page.html"), "<p>a file</p>");
    const page = await ownersPage(house, browser);
    await page.goto(pathToFileURL(house.path("page.html")).href);
    assert.equal(await socketFrom(page, `ws://127.0.0.1:${house.port}/api/v1/live`), "closed");
    await page.context().close();
}

// Counts the requests of a page that were answered or failed. Chromium's own "networkidle" isn't always told of a page whose frames were
// all refused.
function ended(page) {
    const count = { now: 0 };
    for (const event of ["requestfinished", "requestfailed"]) page.on(event, () => count.now++);
    return count;
}

// W12: what a page can send without being allowed to read the answer.
async function forms(house, browser) {
    house.webSettings = "clients_per_peer = 60; clients = 60;"; // more than a browser opens: nothing is closed to make room
    await open(house);
    const before = await content(house);
    const base = `http://127.0.0.1:${house.port}/api/v1/`;
    const statuses = [];
    for (const [type, host] of [["application/x-www-form-urlencoded", "evil.test"], ["multipart/form-data", "127.0.0.1"], ["text/plain", "127.0.0.1"]])
        await visit(house, browser, "<p>forms</p>", async (page) => {
            page.on("response", (answer) => answer.url().startsWith(base) && statuses.push(answer.status()));
            const count = ended(page);
            await page.evaluate(
                ([address, paths, enctype]) => {
                    for (const path of paths) {
                        const frame = document.body.appendChild(Object.assign(document.createElement("iframe"), { name: `to-${path}` }));
                        const form = document.body.appendChild(document.createElement("form"));
                        Object.assign(form, { action: address + path, method: "POST", enctype, target: frame.name });
                        form.append(Object.assign(document.createElement("input"), { name: '{"car":"leaf","minutes":5,"x":"', value: '"}' }));
                        form.submit();
                        fetch(address + path, { method: "POST", mode: "no-cors", credentials: "include", body: '{"car":"leaf","minutes":5}' });
                        document.body.append(Object.assign(new Image(), { src: `${address}${path}?on=1&vin=SJNFAAZE0U6012345` }));
                    }
                },
                [base, WRITES, type],
            );
            await waitFor("forms, fetches and images", () => count.now === 3 * WRITES.length);
        }, host);
    assert.ok(statuses.length >= 3 * WRITES.length, `${statuses.length} answers`);
    assert.deepEqual(statuses.filter((status) => status < 400), []);
    assert.equal((await house.session.call("GET", "/api/v1/session")).status, 200, "nobody was logged out");
    assert.equal((await house.session.state()).cars.leaf.link.paused_until, null);
    assert.equal(await content(house), before);
}

// W23, and the request of 2016 as a link that the owner follows.
async function frames(house, browser) {
    await open(house);
    const own = `http://127.0.0.1:${house.port}`;
    await visit(house, browser, `<iframe src="${own}/"></iframe><a href="${own}/api/v1/commands/climate?on=1&vin=SJNFAAZE0U6012345">a cat</a>`, async (page) => {
        await page.waitForTimeout(500);
        const [, frame] = page.frames();
        assert.ok(!frame.url().startsWith(own) || (await frame.content()).length < 100, `the frame is blank: ${frame.url()}`);
        await page.click("a");
        await page.waitForLoadState();
        assert.match(page.url(), /climate/);
        assert.match(await page.innerText("body"), /not_found|unauthorized|forbidden/);
    });
    for (const path of ["/", "/api/v1/state", "/nothing", "/api/v1/pause"]) {
        const { headers } = await house.session.call("GET", path);
        assert.match(headers["content-security-policy"], /frame-ancestors 'none'/, path);
        assert.ok(!/unsafe-/.test(headers["content-security-policy"]), path);
        assert.equal(headers["x-content-type-options"], "nosniff", path);
        assert.equal(headers["referrer-policy"], "no-referrer", path);
    }
}

const MARKUP = "<img src=x onerror=alert(1)>";

// W24: names and notes that are markup stand there as text, on every page, and nothing is fetched or run.
async function markup(house, browser) {
    house.car = { adapter: "elm327", port: `tcp://127.0.0.1:${await freePort()}`, name: MARKUP };
    await house.startGaraged();
    house.session = await house.login();
    await house.session.call("POST", "/api/v1/tokens", { name: "a", role: "viewer", password: "correct horse battery" });
    const dialogs = [];
    for (const page of ["", "#/charges", "#/mileage", "#/history", "#/battery", "#/system", "#/notices", "#/more"]) {
        const opened = await openHouse(browser, house.port, house.session, { hash: `/${page}` });
        opened.on("dialog", (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
        await saysSoon(opened, /<img src=x onerror=alert\(1\)>/);
        assert.equal(await opened.locator("img[src=x]").count(), 0, page);
        assert.deepEqual(opened.trouble, [], page);
        await opened.context().close();
    }
    assert.deepEqual(dialogs, []);
}

const why = missing();
const browser = why ? null : await launch([`--host-resolver-rules=${NAMES.map((name) => `MAP ${name} 127.0.0.1`).join(", ")}`]);
const all = [["another site, and a name that was made to lead here", sites], ["a page without an origin", noOrigin],
    ["markup in a name is text", markup], ["forms, images and fetches that can't read", forms], ["a frame, and a link of 2016", frames]];
try {
    for (const [name, body] of all)
        if (why) skip(name, why);
        else await test(name, () => inHouse((house) => body(house, browser)));
} finally {
    await browser?.close();
    await cleanUp();
}
finish();
