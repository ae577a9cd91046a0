#!/usr/bin/env node
// The dongle moved to another car: nothing of it gets into the diary until garagectl car accept, and its name gets nowhere at all.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, run } from "./lib/process.mjs";
import { readings } from "./lib/readings.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const OWN = { vin: "SJNFAAZE0U6CANAR1", battery: "230CANARYBATTERY01" };
const OTHER = { vin: "SJNFAAZE0U6CANAR2", battery: "230CANARYBATTERY02" };
const LIVE_S = 8;

async function putIntoCar(house, { vin, battery }, seed) {
    await house.simulator?.stop();
    await house.startSimulator("--car", "aze0-30", "--vin", vin, "--battery", battery, "--seed", seed, ...house.scenario("0 on"));
}

async function leaf(house) {
    return (await house.session.state()).cars.leaf;
}

function identityIs(house, wanted) {
    return waitFor(`the identity to be ${wanted}`, async () => (await leaf(house)).identity === wanted);
}

function accept(house) {
    return run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "car", "accept", "leaf");
}

// The page lives on: its values are those of the car that is there.
async function isLive(house) {
    const before = Date.parse((await leaf(house)).signals.soc.at);
    await waitFor("a newer value", async () => Date.parse((await leaf(house)).signals.soc.at) > before);
}

// Everything that was written, said or shown, as bytes.
function traces(house, texts) {
    const state = house.path("state");
    const files = readdirSync(state).filter((name) => statSync(join(state, name)).isFile());
    return [
        ...files.map((name) => [name, readFileSync(join(state, name))]),
        ["the log", Buffer.from(house.garaged.err)],
        ["the broker", Buffer.from(house.mqtt.all())],
        ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]),
    ];
}

// As text, and as the hexadecimal digits of the bytes that fit into one frame.
function disguises(name) {
    const pieces = [name.slice(4, 11), name.slice(11, 18)].filter((piece) => piece.length > 3);
    const hex = pieces.flatMap((piece) => [Buffer.from(piece).toString("hex"), Buffer.from(piece).toString("hex").toUpperCase()]);
    const spaced = hex.map((digits) => digits.replace(/..(?=.)/g, "$& "));
    return [name.slice(0, 8), name.slice(-8), ...pieces, ...hex, ...spaced];
}

function assertNoTrace(house, texts) {
    for (const name of [OWN.vin, OWN.battery, OTHER.vin, OTHER.battery])
        for (const [where, bytes] of traces(house, texts))
            for (const disguise of disguises(name)) assert.ok(!bytes.includes(disguise), `${where} knows ${name} as ${disguise}`);
}

async function refusesAndAccepts(house) {
    await putIntoCar(house, OWN, "1");
    await house.startBroker();
    await house.startGaraged();
    house.session = await house.login();
    await identityIs(house, "ok");
    const none = await accept(house);
    assert.deepEqual([none.code, none.out], [0, "leaf: nothing to accept: no other car or battery was heard\n"]);

    await putIntoCar(house, OTHER, "2");
    await identityIs(house, "changed");
    const refused = Date.now() / 1000 + 1;
    await isLive(house);
    await waitFor("the notice", async () => (await leaf(house)).notices.some((each) => each.kind === "identity_changed"));
    await waitFor("the broker to hear of it", () => house.mqtt.state()?.problem === true);
    assert.match(house.mqtt.all(), /garaged\/leaf\/event\/notice \{"event_type":"identity_changed"/);
    await sleep(LIVE_S * 1000);
    const texts = { page: (await house.session.call("GET", "/api/v1/state")).text };

    const accepted = Date.now() / 1000;
    const answer = await accept(house);
    assert.deepEqual([answer.code, answer.out], [0, "leaf: accepted: the diary goes on with it\n"], answer.err);
    await identityIs(house, "ok");
    await waitFor("the broker to hear of it", () => house.mqtt.state()?.problem === false);
    await isLive(house);
    await sleep(LIVE_S * 1000);
    texts.system = (await house.session.call("GET", "/api/v1/system")).text;
    await house.garaged.stop();

    const rows = await readings(join(house.path("state"), "readings.db"));
    assert.deepEqual(rows.filter((row) => row.at > refused && row.at < accepted), []);
    assert.ok(rows.some((row) => row.signal === "soc" && row.at < refused), "the own car was kept");
    assert.ok(rows.some((row) => row.signal === "soc" && row.at > accepted), "the accepted car is kept");
    assertNoTrace(house, texts);
}

async function asksNobodyElse(house) {
    await putIntoCar(house, OWN, "1");
    await house.startGaraged();
    const asked = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "car", "accept", "van");
    assert.equal(asked.code, 69);
    assert.match(asked.err, /van: no such car/);
    assert.equal((await run(join(build, "garagectl"), "car", "accept")).code, 64);
}

try {
    await Promise.all([
        test("identity: another car is refused until it is accepted, and its name gets nowhere", () => inHouse(refusesAndAccepts)),
        test("identity: garagectl car accept wants a car that there is", () => inHouse(asksNobodyElse)),
    ]);
} finally {
    await cleanUp();
}
finish();
