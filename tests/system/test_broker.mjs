#!/usr/bin/env node
// A broker that is absent, hangs, dies, comes back empty, or is shared with another garaged: the page says why, the log has a
// line a change, and everything is there again by itself.
import assert from "node:assert/strict";
import { inHouse } from "./lib/house.mjs";
import { MqttClient } from "./lib/mqtt_client.mjs";
import { cleanUp, freePort } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const TOPICS = ["garaged/status", "garaged/leaf/reachable", "garaged/leaf/garage", "garaged/leaf/state", "garaged/leaf/battery",
    "homeassistant/device/garaged_leaf/config"];

function says(house, state, reason) {
    return waitFor(`MQTT to be ${state}`, async () => {
        const { mqtt } = await house.session.state();
        if (mqtt.state !== state || !reason.test(mqtt.reason ?? "")) throw new Error(JSON.stringify(mqtt));
        return true;
    }, 60_000);
}

// What a client that comes now finds, once every topic is there.
async function everythingIsThere(house) {
    const found = new Map();
    const client = new MqttClient(house.brokerPort, (topic, payload) => found.set(topic, payload));
    await client.connect();
    await client.subscribe("#");
    await waitFor("every topic", () => {
        const missing = TOPICS.filter((topic) => !found.has(topic));
        if (missing.length > 0) throw new Error(`missing: ${missing}`);
        return found.get("garaged/status") === "online";
    });
    client.close();
}

function logged(house) {
    return house.garaged.err.split("\n").filter((line) => /mqtt: (not )?connected/.test(line)).map((line) => line.replace(/.*mqtt: /, ""));
}

async function everyFault(house) {
    await house.startSimulator("--car", "aze0-30", "--charging-heard", ...house.scenario("0 drive 60"));
    house.brokerPort = await freePort();
    await house.startGaraged();
    house.session = await house.login();
    await says(house, "down", /refused/);
    await house.startBroker();
    await says(house, "up", /^$/);
    await everythingIsThere(house);
    house.broker.kill("SIGSTOP");
    await says(house, "down", /no answer/);
    house.broker.kill("SIGCONT");
    await says(house, "up", /^$/);
    await house.broker.stop("SIGKILL");
    await says(house, "down", /refused|closed/);
    await house.startBroker(); // and knows nothing of us
    await says(house, "up", /^$/);
    await everythingIsThere(house);
    const lines = logged(house);
    assert.ok(lines.every((line, i) => line !== lines[i - 1]), `a line a change: ${lines}`);
    assert.ok(lines.length <= 10, `not one a retry: ${lines}`);
}

// Two garageds on one base would empty each other's cars.
async function aSharedBaseIsLeftAlone(house) {
    await house.startBroker();
    const client = new MqttClient(house.brokerPort, () => {});
    await client.connect();
    await client.publish("garaged/status", "online", { retain: true });
    await client.publish("garaged/van/reachable", "online", { retain: true });
    client.close();
    await house.startSimulator("--car", "ze0-24", ...house.scenario("0 asleep"));
    await house.startGaraged();
    await house.garaged.says(/van is not in the configuration, but another garaged is online/, "err");
    assert.equal(house.mqtt.latest("garaged/van/reachable"), "online");
}

// Home Assistant is seen through the broker alone: GET system tells when it last said that it has started.
async function homeAssistantSpeaksUp(house) {
    await house.startBroker();
    await house.startSimulator("--car", "ze0-24", ...house.scenario("0 asleep"));
    await house.startGaraged();
    const session = await house.login();
    const told = async () => (await session.call("GET", "/api/v1/system")).json.homeassistant;
    await waitFor("the broker", async () => (await session.state()).mqtt.state === "up");
    assert.deepEqual(await told(), { discovery: true, birth: null });
    const client = new MqttClient(house.brokerPort, () => {});
    await client.connect();
    await client.publish("homeassistant/status", "offline");
    await client.publish("homeassistant/status", "online");
    client.close();
    await waitFor("its birth", async () => Math.abs(Date.parse((await told()).birth) - Date.now()) < 60_000);
}

try {
    await test("broker: Home Assistant is seen when it starts", () => inHouse(homeAssistantSpeaksUp));
    await test("broker: absent, hanging, killed, empty", () => inHouse(everyFault));
    await test("broker: shared with another garaged", () => inHouse(aSharedBaseIsLeftAlone));
} finally {
    await cleanUp();
}
finish();
