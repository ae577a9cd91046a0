#!/usr/bin/env node
// A start with nothing there: network, dongle, broker, clock, diary, each there or not (S21); threads that can't be made (S09).
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { House, inHouse } from "./lib/house.mjs";
import { preloaded } from "./lib/preload.mjs";
import { build, cleanUp, freePort, run, startWith } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const THINGS = ["network", "dongle", "broker", "clock", "diary"];
const AT_ONCE = 4;
const A_DAY_S = 86_400;
const NO_NETWORK = ["unshare", "-rn"];
let slowestMs = 0;

async function status(house) {
    const { code, out, err } = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "status", "--json");
    assert.equal(code, 0, err);
    return JSON.parse(out);
}

// Started without waiting for its page, which nobody reaches where there is no network.
async function launch(house) {
    house.port ??= await freePort();
    house.writeConfig();
    const trust = house.doubtsClock ? [] : ["--trust-clock"];
    const command = [...house.wrapper, join(build, "garaged"), "--config", house.path("garaged.conf"), ...trust];
    house.garaged = startWith({ env: house.environment }, ...command);
}

async function furnish(house, has) {
    house.dongle = await freePort();
    house.car = { adapter: "elm327", port: `tcp://127.0.0.1:${house.dongle}` };
    if (has.dongle) await house.startSimulator(...house.scenario("0 asleep"));
    if (has.broker) await house.startBroker();
    else house.brokerPort = await freePort();
    if (!has.network) house.wrapper = NO_NETWORK;
    if (!has.diary) mkdirSync(house.path("state/diary.db"));
    if (has.clock) return;
    house.doubtsClock = true;
    house.environment = { LD_PRELOAD: await preloaded("past"), PAST_FILE: house.path("past") };
    writeFileSync(house.path("past"), String(A_DAY_S * 365 * 50));
}

function expected(has) {
    return {
        clock: has.clock ? "ok" : "unset",
        diary: has.diary ? "ok" : "failed",
        link: has.network && has.dongle ? "up" : "down",
        mqtt: has.network && has.broker ? "up" : "down",
    };
}

function told({ clock, diary, cars, mqtt }) {
    return { clock, diary: diary.state, link: cars.leaf.link, mqtt: mqtt.state };
}

async function startsWith(house, has) {
    const wanted = JSON.stringify(expected(has));
    await furnish(house, has);
    const began = Date.now();
    await launch(house);
    await waitFor("garaged to be up", async () => {
        if (house.garaged.exit) throw new Error(`garaged ended: ${house.garaged.err.slice(-1500)}`);
        return told(await status(house));
    });
    slowestMs = Math.max(slowestMs, Date.now() - began);
    await waitFor(`the states ${wanted}`, async () => {
        const found = JSON.stringify(told(await status(house)));
        if (found !== wanted) throw new Error(found);
        return true;
    });
    assert.deepEqual(await house.garaged.stop(), { code: 0, signal: null });
}

async function allWays(hasNamespaces) {
    const ways = Array.from({ length: 2 ** THINGS.length }, (_, way) => Object.fromEntries(THINGS.map((thing, i) => [thing, ((way >> i) & 1) === 0])));
    const left = ways.filter((has) => has.network || hasNamespaces);
    const take = async () => {
        for (let has = left.shift(); has; has = left.shift()) {
            const missing = THINGS.filter((thing) => !has[thing]).join(" ") || "nothing";
            await inHouse((house) => startsWith(house, has)).catch((error) => {
                error.message = `without ${missing}: ${error.message}`;
                throw error;
            });
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    console.log(`    the slowest was up in ${slowestMs} ms`);
}

// Said in words and ended, so that the service manager tries again; or it goes on without. Never a crash.
async function withThreads(house, count) {
    house.environment = { LD_PRELOAD: await preloaded("threads"), THREADS: String(count) };
    house.car = { adapter: "elm327", port: `tcp://127.0.0.1:${await freePort()}` };
    house.brokerPort = await freePort();
    await launch(house);
    const answers = () => status(house).catch(() => false);
    await waitFor("garaged to be up, or to end", async () => house.garaged.exit || (await answers()));
    if (house.garaged.exit) {
        assert.deepEqual(house.garaged.exit, { code: 69, signal: null });
        assert.match(house.garaged.err, /error: .*thread: Resource temporarily unavailable/);
        return false;
    }
    assert.deepEqual(await house.garaged.stop(), { code: 0, signal: null });
    return true;
}

async function fewThreads() {
    const ups = [];
    for (let count = 0; count <= 4; count++) await inHouse(async (house) => ups.push(await withThreads(house, count)));
    console.log(`    up with 0 to 4 threads: ${ups.join(" ")}`);
    assert.deepEqual([ups[0], ups[4]], [false, true]);
}

try {
    const hasNamespaces = (await run(...NO_NETWORK, "true")).code === 0;
    if (!hasNamespaces) skip("bare: without a network", "this machine lets nobody make a network namespace");
    await test("bare: up without any of network, dongle, broker, clock and diary", () => allWays(hasNamespaces));
    await test("bare: threads that can't be made are said, no crash", fewThreads);
} finally {
    await cleanUp();
}
finish();
