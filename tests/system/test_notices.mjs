#!/usr/bin/env node
// Notices from the car to the owner: each reaches the state, the open pages and the broker with the same words, is logged once, and ends
// when its cause does or it is silenced.
import assert from "node:assert/strict";
import { CARS, FleetHouse } from "./lib/fleet.mjs";
import { openWebsocket } from "./lib/http.mjs";
import { cleanUp } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d$/;

async function wish(house, notices) {
    const { status, text } = await house.session.call("PUT", "/api/v1/preferences", { notices });
    assert.equal(status, 200, text);
}

// What the broker was told under event/notice: [{ car, event_type, text, time }].
function messages(house) {
    const lines = house.mqtt.all().split("\n").map((line) => line.split(" "));
    const notices = lines.filter(([, topic]) => topic?.endsWith("/event/notice"));
    return notices.map(([, topic, ...payload]) => ({ car: topic.split("/")[1], ...JSON.parse(payload.join(" ")) }));
}

async function noticesOf(house, car) {
    return (await house.session.state()).cars[car].notices;
}

// The first notice of that kind since `from`, as broker, page, state and log have it.
async function toldOf(house, pattern, from) {
    const message = await waitFor(`a notice ${pattern}`, () => messages(house).slice(from).find(({ event_type }) => pattern.test(event_type)));
    const { car, ...data } = message;
    assert.match(data.time, TIME);
    await waitFor("the page to hear it", () => house.events.some((event) => event.car === car && JSON.stringify(event.data) === JSON.stringify(data)));
    assert.ok(house.garaged.err.includes(`notice: ${car}: ${data.text}\n`), "it is logged");
    return message;
}

async function watch(house) {
    house.events = [];
    const options = { cookie: house.session.cookie, origin: `http://127.0.0.1:${house.port}` };
    const line = await openWebsocket(house.port, "/api/v1/live", options, (text) => {
        const message = JSON.parse(text);
        if (message.type === "event" && message.event === "notice") house.events.push(message);
    });
    assert.equal(line.status, 101);
}

async function batteryLow(house) {
    const from = messages(house).length;
    await wish(house, { soc_low_percent: 99 });
    const { car, text } = await toldOf(house, /^soc_low$/, from);
    assert.match(text, /^The battery is low: \d+ %$/);
    const [notice] = (await noticesOf(house, car)).filter(({ kind }) => kind === "soc_low");
    assert.equal(notice.text, text);
    assert.match(notice.since, TIME);
    await wish(house, { soc_low: false });
    const kinds = async () => (await Promise.all(CARS.map((each) => noticesOf(house, each)))).flat().map(({ kind }) => kind);
    await waitFor("the silenced notices to end", async () => !(await kinds()).includes("soc_low"));
}

async function chargeEnds(house) {
    const { car, text, event_type: kind } = await toldOf(house, /^charge_(finished|interrupted)$/, 0);
    assert.match(text, /^The charge (is finished|was interrupted)(: \d+ %)?$/);
    await waitFor("the next thing to end it", async () => !(await noticesOf(house, car)).some((notice) => notice.kind === kind));
}

async function notPlugged(house) {
    const from = messages(house).length;
    const minute = new Date((house.now() + 60) * 1000).toISOString().slice(11, 16);
    await wish(house, { not_plugged_at: minute });
    const { car, text } = await toldOf(house, /^not_plugged$/, from);
    assert.match(text, /^The car stands in the garage and is not plugged in(: \d+ %)?$/);
    assert.equal(messages(house).filter((each) => each.car === car && each.event_type === "not_plugged").length, 1);
}

const house = new FleetHouse();
try {
    await house.furnish();
    await house.startGaraged();
    house.session = await house.login();
    await watch(house);
    await test("a battery that is low, until it is silenced", () => batteryLow(house));
    await test("a car that is not plugged in at the owner's minute", () => notPlugged(house));
    await test("a charge that ends, until the next thing happens", () => chargeEnds(house));
} catch (error) {
    await test("the house", () => Promise.reject(error));
} finally {
    await house.close();
}
await cleanUp();
finish();
