#!/usr/bin/env node
// Somebody else at the broker, who may write every topic: commands of all kinds, garbage where garaged listens, its own words sent
// back, a flood. Nothing is executed, nothing leaves towards the car, and what garaged tells goes on.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { MqttClient, packet } from "./lib/mqtt_client.mjs";
import { build, cleanUp, freePort, run, start, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const OWN = /^garaged\/(status|leaf\/(reachable|garage|state|battery|charge|outing|traffic|event\/\w+))$/;
const SIGNED = JSON.stringify({ ts: Math.floor(Date.now() / 1000), nonce: "00112233445566778899aabbccddeeff", mac: "ab".repeat(32), key: "1" });
const COMMANDS = ["climate_on", "climate_off", "charge_start", "charge_stop", "unlock", "result", "climate_on/result"];
const DEEP = "[".repeat(1000);
const GARBAGE = ["", "x".repeat(1025), Buffer.from([0, 255, 254, 1, 0]), DEEP, '{"ENERGY":{"Total":"12"}}', '{"ENERGY":{"Total":1e30}}',
    '{"ENERGY":{"Total":-1}}', '{"ENERGY":[]}', '{"ts":"x","soc":{"a":1}}', '{"soc":1e308,"range":-5,"car_state":7}', "null", "NaN"];
const STRANGE_TOPICS = ["garaged/../reachable", "garaged/leaf/x/reachable", "garaged/l\u0435af/reachable", `garaged/${"x".repeat(60_000)}/reachable`,
    "garaged//reachable", "garaged/LEAF/reachable", "Garaged/leaf/reachable", "garaged/leaf/reachable/"];

async function intruderAt(house) {
    const client = new MqttClient(house.brokerPort, () => {});
    await client.connect();
    return client;
}

const isTold = (house) => waitFor("garaged to tell", () => house.mqtt.latest("garaged/status") === "online" && house.mqtt.state()?.car_state === "asleep");

async function commandEverything(client, retain) {
    for (const name of COMMANDS)
        for (const payload of ["1", "ON", SIGNED, SIGNED, ""]) await client.publish(`garaged/leaf/cmd/${name}`, payload, { retain });
}

// A car asleep is owed not one frame: whatever were executed would be seen.
function assertNothingHappened(house) {
    assert.deepEqual(house.truth.read().frames, []);
    const results = house.mqtt.all().split("\n").filter((line) => /^\d garaged\/leaf\/cmd\/[^ ]*result (?!1$|ON$|$)/.test(line) && !line.endsWith(SIGNED));
    assert.deepEqual(results, []);
}

async function commandsAreNothing(house) {
    await house.startBroker();
    const client = await intruderAt(house);
    await commandEverything(client, true); // wait for whoever subscribes
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    await isTold(house);
    await commandEverything(client, true);
    await commandEverything(client, false);
    await house.garaged.stop();
    await commandEverything(client, false); // for when it is back
    await house.startGaraged();
    await isTold(house);
    const config = [];
    const homeAssistant = new MqttClient(house.brokerPort, (topic, payload) => config.push(payload));
    await homeAssistant.connect();
    await homeAssistant.subscribe("homeassistant/#");
    await waitFor("the discovery message", () => config.length > 0);
    assert.ok(!/command_topic|\/cmd/.test(config.join("")), "no entity commands anything");
    await sleep(3000);
    assertNothingHappened(house);
    client.close();
    homeAssistant.close();
}

// What garaged says comes back to it on every topic, as a bridge would do it.
async function echoesEndNowhere(house) {
    await house.startBroker();
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    await isTold(house);
    const client = await intruderAt(house);
    const echo = new MqttClient(house.brokerPort, (topic, payload) => {
        if (OWN.test(topic) && !payload.includes("echo"))
            for (const other of ["garaged/leaf/cmd/climate_on", "garaged/leaf/cmd/state", "bridge/garaged/state"]) client.publish(other, payload);
    });
    await echo.connect();
    await echo.subscribe("garaged/#");
    await sleep(1000);
    const before = house.mqtt.all().split("\n").filter((line) => OWN.test(line.split(" ")[1])).length;
    await sleep(5000);
    const after = house.mqtt.all().split("\n").filter((line) => OWN.test(line.split(" ")[1])).length;
    assert.ok(after - before <= 5 * 7, `no loop: ${after - before} in 5 s`); // seven topics, once a second each
    assertNothingHappened(house);
    client.close();
    echo.close();
}

async function garbageIsNothing(house) {
    await house.startBroker();
    house.carSettings = 'meter_topic = "tele/plug/SENSOR"; meter_field = "ENERGY.Total";';
    const client = await intruderAt(house);
    for (const topic of STRANGE_TOPICS) await client.publish(topic, "online", { retain: true });
    for (const topic of ["garaged/leaf/state", "garaged/leaf/battery", "homeassistant/device/garaged_leaf/config", "tele/plug/SENSOR"])
        await client.publish(topic, GARBAGE[9], { retain: true });
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    await isTold(house);
    for (const payload of GARBAGE)
        for (const topic of ["tele/plug/SENSOR", "homeassistant/status", "garaged/status", "garaged/leaf/state"])
            for (const retain of [false, true]) await client.publish(topic, payload, { retain });
    house.session = await house.login();
    await waitFor("the value that counts to be back", async () => {
        await client.publish("homeassistant/status", "online");
        await sleep(6000);
        return house.mqtt.latest("garaged/status") === "online" && house.mqtt.state()?.car_state === "asleep";
    });
    const { items } = (await house.session.call("GET", "/api/v1/charges")).json;
    assert.deepEqual(items, []);
    for (const topic of STRANGE_TOPICS.filter((each) => each.startsWith("garaged/")))
        assert.ok(house.mqtt.all().includes(` ${topic} online\n`) && !house.mqtt.all().includes(` ${topic} \n`), `${topic.slice(0, 40)} is left alone`);
    assert.ok(!/mqtt: not connected/.test(house.garaged.err.slice(house.garaged.err.indexOf("mqtt: connected"))));
    assertNothingHappened(house);
    client.close();
}

// As many messages as the broker takes, for some seconds: what it does with them is its affair, ours is bounded.
async function flood(client, topic, seconds) {
    const name = Buffer.from(topic);
    const one = packet(3, 0, Buffer.from([0, name.length]), name, Buffer.from('{"ENERGY":{"Total":12.5}}'));
    const many = Buffer.concat(Array.from({ length: 1000 }, () => one));
    let count = 0;
    for (const until = Date.now() + seconds * 1000; Date.now() < until; count += 1000) {
        if (!client.socket.write(many)) await new Promise((drained) => client.socket.once("drain", drained));
    }
    return Math.round(count / seconds);
}

const residentKb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

async function floodsAreDropped(house) {
    await house.startBroker();
    house.carSettings = 'meter_topic = "tele/plug/SENSOR"; meter_field = "ENERGY.Total";';
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 on"));
    await house.startGaraged();
    house.session = await house.login();
    await waitFor("the car to be asked", () => house.truth.read().frames.length > 20);
    const client = await intruderAt(house);
    const before = { kb: residentKb(house.garaged.pid), frames: house.truth.read().frames.length };
    const rate = await flood(client, "tele/plug/SENSOR", 4);
    const during = house.truth.read().frames.length;
    assert.equal((await house.session.state()).cars.leaf.link.state, "up");
    await house.garaged.says(/messages dropped, too long or too many: \d{3,}/, "err");
    assert.ok(during - before.frames > 4, `asked ${during - before.frames} times meanwhile`);
    const grown = residentKb(house.garaged.pid) - before.kb;
    assert.ok(grown < 2048, `${grown} kB more`);
    await waitFor("the broker's backlog to end", async () => (await house.session.state()).mqtt.state === "up");
    console.log(`# ${rate} messages a second, ${during - before.frames} questions to the car in 4 s, ${grown} kB more`);
    client.close();
}

// ---- a broker as packaging/mosquitto recommends it ----

const shipped = (name) => readFileSync(join(top, "packaging/mosquitto", name), "utf8");

async function must(program, ...args) {
    const { code, err } = await run(program, ...args);
    assert.equal(code, 0, `${program}: ${err}`);
}

async function startRecommendedBroker(house) {
    house.brokerPort = await freePort();
    const plainPort = await freePort();
    const files = { passwd: house.path("passwd"), acl: house.path("acl"), key: house.path("key.pem"), cert: house.path("cert.pem") };
    await must("openssl", "req", "-x509", "-days", "30", "-subj", "/CN=broker", "-addext", "subjectAltName=DNS:localhost", "-newkey", "ec",
        "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", files.key, "-out", files.cert);
    writeFileSync(files.passwd, "", { mode: 0o600 });
    for (const user of ["garaged", "homeassistant"]) await must("mosquitto_passwd", "-b", files.passwd, user, `${user} secret`);
    writeFileSync(files.acl, shipped("broker.acl"), { mode: 0o600 });
    const conf = shipped("broker.conf").replace("/etc/mosquitto/garaged.passwd\nacl_file /etc/mosquitto/garaged.acl", `${files.passwd}\nacl_file ${files.acl}`)
        .replace("/etc/mosquitto/certs/broker.pem", files.cert).replace("/etc/mosquitto/certs/broker.key", files.key)
        .replace("listener 1883", `listener ${plainPort}`).replace("listener 8883", `listener ${house.brokerPort}`);
    writeFileSync(house.path("mosquitto.conf"), `user root\n${conf}`);
    house.broker = start("/usr/sbin/mosquitto", "-c", house.path("mosquitto.conf"));
    await house.broker.says(/mosquitto version .* running/, "err");
    writeFileSync(house.path("mqtt.pass"), "garaged secret\n", { mode: 0o600 });
    house.brokerHost = "localhost";
    house.mqttSettings = `user = "garaged"; tls = true; ca_file = "${files.cert}";`;
    house.environment = { CREDENTIALS_DIRECTORY: house.folder }; // as the unit's LoadCredential= has it
    return plainPort;
}

async function aBrokerThatKnowsItsPeople(house) {
    const plainPort = await startRecommendedBroker(house);
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    const session = await house.login();
    const { mqtt } = await waitFor("the broker to be tried", async () => {
        const state = await session.state();
        return state.mqtt.anonymous !== null && state.mqtt.state === "up" && state;
    });
    assert.deepEqual([mqtt.anonymous, mqtt.plain], [false, false]);
    const as = (user, tool, ...args) => run(tool, "-h", "127.0.0.1", "-p", String(plainPort), "-u", user, "-P", `${user} secret`, ...args);
    const config = "homeassistant/device/garaged_leaf/config";
    await waitFor("the car in the broker", async () => (await as("homeassistant", "mosquitto_sub", "-t", config, "-C", "1", "-W", "2")).out !== "");
    await as("homeassistant", "mosquitto_pub", "-q", "1", "-r", "-t", "garaged/leaf/garage", "-m", "forged");
    const { out } = await as("homeassistant", "mosquitto_sub", "-t", "garaged/leaf/garage", "-C", "1", "-W", "5");
    assert.match(out, /^(ON|OFF|None)\n$/, "Home Assistant forges nothing");
    assert.ok(!house.garaged.err.includes("secret"));
}

async function aBrokerThatServesAll(house) {
    await house.startBroker();
    house.mqttSettings = 'user = "anna";';
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    await house.garaged.says(/serves everybody who reaches it, without user and password/, "err");
    const { out } = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "status");
    assert.match(out, /^mqtt: the broker serves everybody who reaches it, without user and password$/m);
    assert.ok(!/unencrypted/.test(out), "it is this machine's");
}

// A name that nobody has: nothing is sent, and what would be is said.
async function aPasswordInTheClear(house) {
    house.brokerPort = await freePort();
    house.brokerHost = "broker.invalid";
    house.mqttSettings = 'user = "anna";';
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    await house.garaged.says(/user and password cross the network to broker.invalid unencrypted: set mqtt.tls/, "err");
    const { mqtt } = await (await house.login()).state();
    assert.deepEqual([mqtt.plain, mqtt.anonymous], [true, null]);
    const { out } = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "status");
    assert.match(out, /^mqtt: user and password cross the network unencrypted: set mqtt.tls$/m);
}

try {
    await test("intruder: commands, waiting, repeated or signed, are executed by nobody", () => inHouse(commandsAreNothing));
    await test("intruder: garaged's own words sent back to it make no loop", () => inHouse(echoesEndNowhere));
    await test("intruder: garbage where garaged listens, and topics that look like its own", () => inHouse(garbageIsNothing));
    await test("intruder: a flood is dropped, and the car is asked on", () => inHouse(floodsAreDropped));
    await test("intruder: a broker with users, ACL and TLS, as packaging/ recommends it", () => inHouse(aBrokerThatKnowsItsPeople));
    await test("intruder: a broker that serves everybody is shown", () => inHouse(aBrokerThatServesAll));
    await test("intruder: a password that would cross the network in the clear is shown", () => inHouse(aPasswordInTheClear));
} finally {
    await cleanUp();
}
finish();
