#!/usr/bin/env node
// A car drives out, comes home and charges, and garaged is killed meanwhile: what the diary, the live line and the broker say.
import assert from "node:assert/strict";
import { inHouse } from "./lib/house.mjs";
import { openWebsocket } from "./lib/http.mjs";
import { cleanUp } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

// Times in seconds of the car, thirty to a real one. It is asked for its SOC before it is plugged in: a car found charging has none
// that ends the outing. It is unplugged a minute after it was plugged in: a busy machine needs half of it to start garaged twice.
const LIFE = ["0 on", "390 drive 4", "450 away", "750 back", "1500 charge 3.3", "3300 unplug"];
const LONG = 120_000;

// The events that one live line tells, by name.
async function listen(house, session, told) {
    const { port } = house;
    const headers = { cookie: session.cookie, origin: `http://127.0.0.1:${port}` };
    await openWebsocket(port, "/api/v1/live", headers, (text) => {
        const message = JSON.parse(text);
        if (message.type === "event") told.push(message);
    });
}

async function items(session, list) {
    return (await session.call("GET", `/api/v1/${list}`)).json.items;
}

const openCharge = async (session) => (await session.state()).cars.leaf.charge;

// Its event may have come while garaged was being started again.
async function outAndHome(house, session) {
    const [outing] = await waitFor("the outing", async () => {
        const found = await items(session, "outings");
        return found.length > 0 && found;
    }, LONG);
    assert.ok(outing.distance_km >= 3 && outing.distance_km <= 5, JSON.stringify(outing));
    assert.ok(outing.energy_soc_kwh > 0, JSON.stringify(outing));
    await waitFor("the outing at the broker", () => house.mqtt.latest("garaged/leaf/outing") !== undefined);
}

async function chargeOverAKill(house, session, told) {
    const open = await waitFor("the open charge", () => openCharge(session), LONG);
    assert.equal(open.state, "open");
    assert.equal(open.how, "watched");
    await waitFor("the event of the charge", () => told.some((each) => each.event === "charge_started"));
    assert.equal((await items(session, "charges"))[0].id, open.id, "shown as begun once it is on the card");
    house.garaged.kill("SIGKILL");
    await house.garaged.finished();
    await house.startGaraged();
    const again = await house.login();
    const later = await waitFor("the charge to go on", () => openCharge(again), LONG);
    assert.equal(later.id, open.id);
    return again;
}

async function unplugged(session, told) {
    const closed = await waitFor("the end of the charge", async () => {
        const [charge] = await items(session, "charges");
        return charge.state !== "open" && charge;
    }, LONG);
    assert.equal(closed.state, "closed");
    assert.ok(closed.flags.includes("restarted"), JSON.stringify(closed));
    assert.ok(closed.battery_kwh > 0 && closed.peak_kw > 2, JSON.stringify(closed));
    assert.equal((await items(session, "charges")).length, 1);
    await waitFor("the event of the end", () => told.some((each) => /^charge_(finished|interrupted)$/.test(each.event)));
}

async function lived(house) {
    await house.startBroker();
    await house.startSimulator("--car", "aze0-30", "--speed", "30", "--charging-heard", ...house.scenario(...LIFE));
    await house.startGaraged();
    const told = [];
    const session = await house.login();
    await listen(house, session, told);
    const again = await chargeOverAKill(house, session, told);
    await listen(house, again, told);
    await outAndHome(house, again);
    await unplugged(again, told);
}

await test("an outing and a charge are in the diary, also when garaged is killed meanwhile", () => inHouse(lived));
await cleanUp();
finish();
