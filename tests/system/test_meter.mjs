#!/usr/bin/env node
// A car that is silent at the socket, and the plug it charges at, which tells its counter to the broker as Tasmota does: one charge, by
// the meter's word, with what came out of the wall; and with what the car gained when it is heard again. Meanwhile the calendar is set
// forward, because a charge takes longer than a test.
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { inHouse } from "./lib/house.mjs";
import { MqttClient } from "./lib/mqtt_client.mjs";
import { preloaded } from "./lib/preload.mjs";
import { cleanUp, freePort } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

// Times in seconds of the car, a hundred to a real one: it takes 30 real ones until a silent car is taken to sleep.
const LIFE = ["0 on", "600 asleep", "700 charge 3.3", "4100 on"];
const STEP_S = 540; // of the calendar, from one word of the meter to the next
const SPACING_MS = 10_500; // what is said sooner waits for its row
const OVER_S = 900; // without power: it is over

// Plug, broker and the calendar of one house.
class Plug {
    constructor(house) {
        this.house = house;
        this.back = 3 * 3600;
    }

    async connect() {
        await this.house.startBroker();
        this.client = new MqttClient(this.house.brokerPort, () => {});
        await this.client.connect();
        this.setClock(0);
        this.house.environment = { LD_PRELOAD: await preloaded("past"), PAST_FILE: this.house.path("past") };
        this.house.carSettings = 'meter_topic = "tele/plug/SENSOR"; meter_field = "ENERGY.Total";';
    }

    setClock(forward) {
        this.back -= forward;
        writeFileSync(this.house.path("past.new"), String(this.back));
        renameSync(this.house.path("past.new"), this.house.path("past"));
    }

    says(kwh) {
        this.client.publish("tele/plug/SENSOR", JSON.stringify({ Time: "2026-11-22T20:00:00", ENERGY: { Total: kwh, Power: 2000 } }));
    }

    async saysLater(kwh) {
        this.setClock(STEP_S);
        await sleep(SPACING_MS);
        this.says(kwh);
    }
}

const charges = async (session) => (await session.call("GET", "/api/v1/charges")).json.items;

async function meteredCharge(house) {
    const plug = new Plug(house);
    await plug.connect();
    house.dongle = await freePort();
    house.car = { adapter: "slcan", port: `tcp://127.0.0.1:${house.dongle}` }; // hears all that the car says at once
    await house.startSimulator("--protocol", "slcan", "--car", "aze0-30", "--speed", "100", ...house.scenario(...LIFE));
    await house.startGaraged();
    const session = await house.login();
    const car = async () => (await session.state()).cars.leaf;
    await waitFor("SOC", async () => (await car()).signals.soc?.value > 0);
    plug.says(100);
    await plug.saysLater(101.5);
    await plug.saysLater(103.2);
    const open = await waitFor("the open charge, when the car is not heard any more", async () => (await car()).charge);
    assert.equal(open.how, "metered");
    assert.equal(open.battery_kwh, null, "nobody knows yet");
    plug.setClock(OVER_S);
    const closed = await waitFor("its end", async () => (await charges(session)).find((charge) => charge.state === "closed"));
    assert.equal(closed.id, open.id);
    assert.equal(closed.wall_kwh, 3.2);
    assert.equal(closed.wall_from, "meter");
    await gained(house, session, closed);
    plug.client.close();
}

// What the car has more in its battery when it is heard again came out of that wall.
async function gained(house, session, closed) {
    const metered = await waitFor("what the car gained", async () => (await charges(session)).find((charge) => charge.battery_kwh !== null));
    assert.equal((await charges(session)).length, 1, "not inferred besides");
    assert.equal(metered.id, closed.id);
    assert.equal(metered.how, "metered");
    assert.equal(metered.wall_kwh, 3.2);
    assert.ok(metered.soc_to >= metered.soc_from + 2, JSON.stringify(metered));
    assert.ok(Math.abs(metered.efficiency - metered.battery_kwh / 3.2) < 0.003, JSON.stringify(metered)); // kWh are rounded to 0.01
    assert.ok(metered.efficiency > 0.5 && metered.efficiency < 1, JSON.stringify(metered));
    assert.ok(!metered.flags.includes("implausible"), JSON.stringify(metered));
    await waitFor("the charge at the broker", () => {
        const told = house.mqtt.latest("garaged/leaf/charge");
        return told && JSON.parse(told).battery_kwh === metered.battery_kwh;
    });
    console.log(`    ${metered.wall_kwh} kWh at the wall, ${metered.battery_kwh} kWh into the battery: efficiency ${metered.efficiency}`);
}

await test("a silent car at a plug that counts: one charge, metered", () => inHouse(meteredCharge));
await cleanUp();
finish();
