#!/usr/bin/env node
// Simulated car -> garaged -> mosquitto -> a client that behaves like Home Assistant: every entity and state, what a restart
// of either side, a lost dongle, a deletion by the user and a changed configuration do to them.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { facts, HomeAssistant } from "./lib/homeassistant.mjs";
import { inHouse } from "./lib/house.mjs";
import { MqttClient } from "./lib/mqtt_client.mjs";
import { cleanUp, shared } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const CONFIG = "homeassistant/device/garaged_leaf/config";
const HEARD = ["aux_v", "batt_temp", "bytes_today", "cabin_temp", "capacity", "cell_max", "cell_min", "charge_state", "charging", "frames_today", "garage",
    "gids", "hx", "last_contact", "link", "odometer", "out_temp", "pack_a", "pack_v", "plugged", "polls_today", "power", "problem",
    "range", "soc", "soh", "stored", "time_full", "tracker", "wakeups_today"];
// What follows from the diary: with HEARD all of GUIDE 8 but the commands.
const DIARY = ["charge_event", "charged", "efficiency", "last_charge", "last_outing", "outings", "trip_energy", "trip_event", "used"];
const TABLES = `${shared}/homeassistant/ha_tables.json`;

const KEYS = ["soc", "soc_bms", "charging", "plugged", "charge_state", "power", "time_full", "range", "odometer", "charged", "used", "stored",
    "efficiency", "batt_temp", "out_temp", "cabin_temp", "aux_v", "pack_v", "pack_a", "gear", "power_state", "car_state", "outings",
    "problem", "last_contact", "demo"];

// What an older garaged left with the broker: an entity that is no more, and figures that must not be forgotten.
const BEFORE = {
    [CONFIG]: { device: { identifiers: ["garaged_leaf"], name: "Leaf", manufacturer: "Nissan", model: "LEAF", sw_version: "0" }, origin: { name: "garaged" },
        components: { future: { platform: "sensor", unique_id: "garaged_leaf_future", default_entity_id: "sensor.leaf_future", name: "Future", state_topic: "garaged/leaf/future" } } },
    "garaged/leaf/state": { ...Object.fromEntries(KEYS.map((key) => [key, null])), soc: 33.3, range: 44, odometer: 100, charged: 103.41, used: 90, outings: 12, charging: true },
    "garaged/van/reachable": "offline",
    "garaged/van/state": { soc: 1 },
    "garaged/status": "offline",
};

async function leaveBehind(house) {
    const client = new MqttClient(house.brokerPort, () => {});
    await client.connect();
    for (const [topic, payload] of Object.entries(BEFORE))
        await client.publish(topic, typeof payload === "string" ? payload : JSON.stringify(payload), { retain: true });
    client.close();
}

// What a client that comes now finds: retained messages by topic.
async function retained(house) {
    const found = new Map();
    const client = new MqttClient(house.brokerPort, (topic, payload) => found.set(topic, payload));
    await client.connect();
    await client.subscribe("#");
    await waitFor("the retained messages", () => found.has("garaged/status"));
    client.close();
    return found;
}

function configs(ha) {
    return ha.messages.filter(([topic]) => topic === CONFIG).map(([, payload]) => payload);
}

async function everyEntityComes(house, ha) {
    await waitFor("every entity to be there", () => {
        const missing = HEARD.filter((key) => !ha.keys().includes(key));
        if (missing.length > 0) throw new Error(`missing: ${missing}`);
        return true;
    }, 60_000);
    await waitFor("the older garaged's entity to be gone", () => !ha.keys().includes("future") && !ha.configs.get(CONFIG).text.includes("future"));
    assert.ok(configs(ha).some((text) => text.includes(`"future":{"platform":"sensor"}`)), "it was removed the way Home Assistant needs it");
    await waitFor("all to be available", () => {
        assert.deepEqual(HEARD.filter((key) => ha.shown(key) === "unavailable"), []);
        return true;
    });
}

async function statesAreTheCars(house, ha) {
    await waitFor("Home Assistant and the page to agree", async () => {
        const { signals } = (await house.session.state()).cars.leaf;
        assert.equal(Number(ha.shown("soc")), (signals.soc_dash ?? signals.soc).value);
        for (const [key, name] of [["odometer", "odometer"], ["soh", "soh"], ["pack_v", "pack_voltage"], ["cell_min", "cell_min"], ["out_temp", "ambient_temp"]])
            assert.equal(Number(ha.shown(key)), signals[name].value, key);
        assert.equal(ha.shown("garage"), "on");
        assert.equal(ha.shown("tracker"), "home");
        assert.equal(ha.shown("link"), "on");
        return true;
    });
    await waitFor("the charge to be seen", () => ha.shown("charging") === "on" && ha.shown("charge_state") === "charging" && Number(ha.shown("power")) > 3);
}

async function nothingOldIsForgotten(house, ha) {
    const state = () => house.mqtt.state();
    assert.ok(state().charged >= 103.41 && state().used >= 90 && state().outings >= 12, `counters go on: ${JSON.stringify(state())}`);
    const found = await retained(house);
    for (const topic of ["garaged/van/reachable", "garaged/van/state"]) assert.ok(!found.has(topic), `${topic} is empty: the car is gone`);
    assert.equal(ha.configs.get(CONFIG).text, found.get(CONFIG));
}

async function birthBringsAllAgain(ha) {
    const first = ha.messages.length;
    const asked = Date.now();
    await ha.beBorn();
    await waitFor("everything again", () => ha.messages.slice(first).some(([topic]) => topic === "garaged/leaf/battery"));
    const again = ha.messages.slice(first).filter(([, , isRetained]) => !isRetained);
    const place = (wanted) => again.findIndex(([topic]) => topic === wanted);
    assert.ok(place(CONFIG) >= 0 && place(CONFIG) < place("garaged/status"), "config, then status");
    assert.ok(place("garaged/status") < again.findLastIndex(([topic]) => topic === "garaged/leaf/state"), "then states");
    assert.ok(again[place(CONFIG)][3] - asked >= 900, "not at once: Home Assistant is busy");
}

// Deleting one entity in the user interface empties the device's topic; the next birth brings all back.
async function deletionIsMended(ha) {
    const before = ha.keys();
    await ha.deleteDevice(CONFIG);
    await waitFor("the device to be gone", () => ha.keys().length === 0);
    await ha.beBorn();
    await waitFor("the device to be back", () => ha.keys().length === before.length && Number(ha.shown("soc")) > 0);
}

async function aLostDongleEndsTheMoment(house, ha) {
    const soc = ha.shown("soc");
    await house.simulator.stop();
    await waitFor("the link to be off", () => ha.shown("link") === "off");
    await waitFor("charging to be unknown", () => ha.shown("charging") === "unknown" && ha.shown("plugged") === "unknown");
    assert.equal(ha.shown("power"), "unavailable");
    assert.equal(ha.shown("problem"), "on");
    assert.equal(ha.shown("soc"), soc);
}

async function aRestartForgetsNothing(house, ha) {
    const [soc, odometer] = [ha.shown("soc"), ha.shown("odometer")];
    const count = configs(ha).length;
    const text = ha.configs.get(CONFIG).text;
    house.garaged.kill("SIGKILL");
    await waitFor("the will", () => ha.shown("soc") === "unavailable");
    await house.startGaraged();
    await waitFor("all to be available", () => ha.shown("soc") === soc && ha.shown("odometer") === odometer);
    assert.equal(ha.shown("charging"), "unknown");
    assert.ok(configs(ha).slice(count).every((each) => each === text), "the message is byte-equal");
    assert.equal(ha.keys().filter((key) => HEARD.includes(key)).length, HEARD.length);
}

async function discoveryCanBeSwitchedOff(house, ha) {
    await house.garaged.stop();
    await waitFor("offline", () => ha.shown("soc") === "unavailable");
    house.mqttSettings = "discovery = false;";
    await house.startGaraged();
    await waitFor("the device to be gone", () => ha.keys().length === 0);
    assert.ok((await retained(house)).has("garaged/leaf/state"), "the topics stay");
}

async function wholeStory(house) {
    await house.startBroker();
    await leaveBehind(house);
    await house.startSimulator("--car", "aze0-30", "--charging-heard", ...house.scenario("0 on", "25 charge 3.3"));
    const ha = await new HomeAssistant(house.brokerPort).start();
    try {
        await house.startGaraged();
        house.session = await house.login();
        await everyEntityComes(house, ha);
        await statesAreTheCars(house, ha);
        await nothingOldIsForgotten(house, ha);
        await birthBringsAllAgain(ha);
        await deletionIsMended(ha);
        await aLostDongleEndsTheMoment(house, ha);
        await aRestartForgetsNothing(house, ha);
        await discoveryCanBeSwitchedOff(house, ha);
        assert.deepEqual(ha.trouble, []);
    } finally {
        ha.stop();
    }
}

async function aChargeIsTold(ha) {
    await waitFor("the charge to begin", () => ha.entity("charge_event")?.history.includes("started"));
    await waitFor("the charge to end", () => ha.entity("charge_event").history.includes("interrupted"));
    await waitFor("what it brought", () => {
        const { state, attributes } = ha.entity("last_charge") ?? {};
        if (state !== String(attributes?.battery_kwh) || !(Number(ha.shown("charged")) >= 0)) throw new Error(`${state}, ${JSON.stringify(attributes)}`);
        return attributes.how === "watched" && attributes.state === "closed";
    });
}

// The counters of charges are asked for at once after a restart: an outing waits for them.
async function anOutingIsTold(house, ha) {
    await waitFor("the car to be away", () => ha.shown("link") === "off");
    await waitFor("the car to be back", () => ha.shown("link") === "on");
    await house.garaged.stop();
    await house.startGaraged();
    await waitFor("the outing", () => ha.entity("trip_event")?.history.includes("finished"), 90_000);
    const isKnown = (key) => Number(ha.shown(key)) > 0;
    await waitFor("what it was", () => ["last_outing", "trip_energy", "outings", "used", "efficiency"].every(isKnown));
    assert.equal(ha.shown("trip_energy"), String(ha.entity("last_outing").attributes.energy_soc_kwh));
}

async function aLostDiaryIsNoFall(house, ha) {
    const told = ["charged", "used", "outings"].map((key) => ha.shown(key));
    await house.garaged.stop();
    for (const name of readdirSync(house.path("state"))) if (name.startsWith("diary.db")) rmSync(house.path(`state/${name}`));
    await house.startGaraged();
    await waitFor("all to be available", () => ["charged", "used", "outings"].every((key, i) => Number(ha.shown(key)) >= Number(told[i])));
    assert.deepEqual(ha.keys(), [...HEARD, ...DIARY].sort());
}

async function theDiary(house) {
    await house.startBroker();
    const scenario = ["0 on", "100 charge 6.6", "640 unplug", "880 drive 4", "960 away", "1260 back", "1261 on"];
    await house.startSimulator("--car", "aze0-30", "--charging-heard", "--speed", "20", ...house.scenario(...scenario));
    const ha = await new HomeAssistant(house.brokerPort).start();
    try {
        await house.startGaraged();
        await aChargeIsTold(ha);
        await anOutingIsTold(house, ha);
        await aLostDiaryIsNoFall(house, ha);
        // The day's figures may fall, as they do at midnight: nobody but the diary knew them.
        assert.deepEqual(ha.trouble.filter((words) => !/_today: fell/.test(words)), []);
    } finally {
        ha.stop();
    }
}

// Every fact of the small table is one of Home Assistant's.
function theFactsAreHomeAssistants() {
    const tables = JSON.parse(readFileSync(TABLES, "utf8"));
    assert.equal(facts.home_assistant, tables.home_assistant);
    assert.deepEqual(facts.shared_device_options, tables.shared_device_options);
    assert.deepEqual(facts.binary_sensor.device_classes, tables.binary_sensor.device_classes);
    for (const [name, { options, required }] of Object.entries(facts.platforms)) {
        assert.deepEqual(options, Object.keys(tables.platforms[name]).sort());
        assert.deepEqual(required, options.filter((option) => tables.platforms[name][option].required));
    }
    for (const [kind, units] of Object.entries(facts.sensor.units)) assert.deepEqual(units, tables.sensor.units[kind]);
    for (const [kind, states] of Object.entries(facts.sensor.state_classes_of)) assert.deepEqual(states, tables.sensor.state_classes_of[kind]);
}

try {
    if (existsSync(TABLES)) await test("homeassistant: the facts of the test are those of its tables", theFactsAreHomeAssistants);
    else skip("homeassistant: the facts of the test", "../shared is not there");
    await Promise.all([
        test("homeassistant: every entity, state and removal", () => inHouse(wholeStory)),
        test("homeassistant: a charge, an outing, a lost diary", () => inHouse(theDiary)),
    ]);
} finally {
    await cleanUp();
}
finish();
