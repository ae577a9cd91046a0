#!/usr/bin/env node
// What we cost the car: the frames that are counted are those that the simulator got, over a restart of garaged and of the car half,
// on the page, in the list of days and at the broker; beside a sleeping car they are zero, and said so.
import assert from "node:assert/strict";
import { inHouse } from "./lib/house.mjs";
import { cleanUp } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

async function today(house) {
    return (await house.session.call("GET", "/api/v1/system")).json.cars.leaf.today;
}

async function days(house) {
    return (await house.session.call("GET", "/api/v1/traffic?car=leaf")).json.items;
}

function frames(house) {
    return house.truth.read().frames.length;
}

// The car half tells its counters every ten seconds.
function isCountedIn(house) {
    return waitFor("all frames to be counted", async () => {
        const counted = await today(house);
        if (counted?.frames_sent !== frames(house)) throw new Error(`${JSON.stringify(counted)}, in truth ${frames(house)}`);
        return counted;
    });
}

async function countsWhatTheCarGot(house) {
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 on", "15 asleep"));
    await house.startBroker();
    await house.startGaraged();
    house.session = await house.login();
    await waitFor("frames", () => frames(house) > 20);
    await waitFor("the car to be asleep", () => house.truth.read().cars.at(-1).state === "asleep");
    const first = await isCountedIn(house);
    assert.ok(first.polls > 10 && first.polls <= first.frames_sent, JSON.stringify(first));
    assert.equal(first.bytes, 8 * first.frames_sent);
    assert.equal(first.wakeups, 0, "it was heard before it was asked");
    const told = JSON.parse(await waitFor("the broker to be told", () => house.mqtt.latest("garaged/leaf/traffic")));
    assert.deepEqual(Object.keys(told), ["day", "frames_sent", "polls", "wakeups", "bytes"]);

    await house.garaged.stop();
    await house.startGaraged();
    house.session = await house.login();
    const again = await waitFor("the day to be there again", () => today(house));
    assert.deepEqual(again, first, "neither lost nor counted twice");
    assert.deepEqual(await days(house), [first]);
}

async function saysZero(house) {
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    house.session = await house.login();
    const { day, ...counted } = await waitFor("the day", () => today(house));
    assert.match(day, /^\d{4}-\d\d-\d\d$/);
    assert.deepEqual(counted, { frames_sent: 0, polls: 0, wakeups: 0, bytes: 0 });
    await waitFor("its row", async () => (await days(house)).length === 1);
    assert.deepEqual(await days(house), [{ day, ...counted }]);
}

try {
    await Promise.all([
        test("traffic: what is counted is what the car got, over a restart", () => inHouse(countsWhatTheCarGot)),
        test("traffic: beside a sleeping car a day is a row of zeros", () => inHouse(saysZero)),
    ]);
} finally {
    await cleanUp();
}
finish();
