#!/usr/bin/env node
// Two minutes of the real programs beside a sleeping car at rest voltage: not one frame leaves the dongle. A car that is heard
// when awake (ZE0) and one that never is (ZE1), the latter also unrecognised. Prints how often the processes wake up.
import assert from "node:assert/strict";
import { inHouse } from "./lib/house.mjs";
import { cleanUp, wakeups } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const SILENCE_S = 120;
const SETTLE_S = 20; // the dongle's start and the first look are not counted as wake-ups

const CARS = [
    { car: "ze0-24", generation: "auto" },
    { car: "ze1-40", generation: "auto" },
    { car: "ze1-40", generation: "ZE1" },
];

async function staysSilent(house, { car, generation }) {
    await house.startSimulator("--car", car, ...house.scenario("0 asleep"));
    house.car.generation = generation;
    await house.startGaraged();
    const session = await house.login();
    await waitFor("the dongle to be there", async () => (await session.state()).cars.leaf.link.state === "up");
    await sleep(SETTLE_S * 1000);
    const pids = [house.garaged.pid, house.carHalf];
    const before = pids.map(wakeups);
    await sleep((SILENCE_S - SETTLE_S) * 1000);
    const rates = pids.map((pid, i) => ((wakeups(pid) - before[i]) / (SILENCE_S - SETTLE_S)).toFixed(2));
    console.log(`    ${car} ${generation}: wake-ups a second: garaged ${rates[0]}, garaged-car ${rates[1]} (budget 2)`);
    const { cars, frames } = house.truth.read();
    assert.ok(cars.at(-1).t - cars[0].t >= SILENCE_S - 2, "two minutes of truth");
    assert.ok(cars.every((line) => line.state === "asleep" && line.aux_voltage < 12.9), "asleep, at rest voltage");
    assert.deepEqual(frames, []);
    assert.equal(cars.at(-1).frames_sent, 0);
    const { link, state, signals } = (await session.state()).cars.leaf;
    assert.equal(link.state, "up");
    assert.equal(state, "asleep");
    assert.equal(signals.aux_voltage.source, "adapter");
    assert.equal(signals.soc.value, null);
}

try {
    await Promise.all(CARS.map((row) => test(`silence: ${row.car}, generation ${row.generation}`, () => inHouse((house) => staysSilent(house, row)))));
} finally {
    await cleanUp();
}
finish();
