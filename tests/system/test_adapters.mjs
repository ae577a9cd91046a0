#!/usr/bin/env node
// Each kind of adapter works from two lines of configuration, as a new user writes them: what it is and where. SocketCAN needs a
// bus: test_can_uml.sh does the same for it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { House, inHouse } from "./lib/house.mjs";
import { cleanUp, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const TRUTH_MS = 2000;

class NewHouse extends House {
    writeConfig() {
        const { adapter, port } = this.car;
        const two = `adapter = "${adapter}";\n           port = "${port}";`;
        writeFileSync(
            this.path("garaged.conf"),
            `state = "${this.path("state")}"; web = { port = ${this.port}; };\ncars = ( { id = "leaf";\n           ${two} } );\n`,
        );
    }
}

async function figures(house, wanted) {
    await house.startGaraged();
    house.session = await house.login();
    return waitFor(`${wanted} to be known`, async () => {
        const car = (await house.session.state()).cars.leaf;
        return (car.signals[wanted]?.value ?? null) !== null ? car : null;
    }, 30_000);
}

async function simulated(house, adapter, begin) {
    await begin("--car", "aze0-30", ...house.scenario("0 on"));
    house.car.adapter = adapter;
    // The cells are an answer of many frames: its flow control is ours to give where the adapter doesn't.
    const { signals, link } = await figures(house, "cell_max");
    assert.equal(link.state, "up");
    await sleep(TRUTH_MS); // which is written once a second
    assert.deepEqual(house.truth.disputes(signals), []);
    assert.ok(signals.soc.value > 0);
}

const inNew = (body) => inHouse(body, new NewHouse());
await Promise.all([
    test("adapters: elm327 over TCP from two lines", () => inNew((house) => simulated(house, "elm327", (...args) => house.startSimulator(...args)))),
    test("adapters: elm327 on a serial line from two lines", () => inNew((house) => simulated(house, "elm327", (...args) => house.startSimulatorOnPty(...args)))),
    test("adapters: slcan over TCP from two lines", () => inNew((house) => simulated(house, "slcan", (...args) => house.startSimulator("--protocol", "slcan", ...args)))),
    test("adapters: slcan on a serial line from two lines", () =>
        inNew((house) => simulated(house, "slcan", (...args) => house.startSimulatorOnPty("--protocol", "slcan", ...args)))),
    test("adapters: replay from two lines", () =>
        inNew(async (house) => {
            house.car = { adapter: "replay", port: join(top, "tests/recordings/fixtures/bus.log") };
            const { signals } = await figures(house, "odometer");
            assert.equal(signals.odometer.value, 117568);
        })),
]);
await cleanUp();
finish();
