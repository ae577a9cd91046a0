#!/usr/bin/env node
// The dongle lent to another program (garagectl car pause) and taken back. `tests/system/test_pause.mjs`; TEST='*busy*' picks.
import assert from "node:assert/strict";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, run, start } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const PAUSED = /^paused until \d\d:\d\d: another program may use the dongle$/;

async function furnish(house) {
    await house.startSimulatorOnPty("--car", "aze0-24", "--charging-heard", ...house.scenario("0 charge 6.6"));
    await house.startBroker();
    await house.startGaraged();
    house.session = await house.login();
    await linkIs(house, "up");
    await waitFor("the broker to know the car", () => house.mqtt.state());
}

function ctl(house, ...args) {
    return run(join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
}

async function leaf(house) {
    return (await house.session.state()).cars.leaf;
}

async function linkIs(house, state, reason = /^/) {
    return waitFor(`the link to be ${state} ${reason}`, async () => {
        const { link } = await leaf(house);
        if (link.state !== state || !reason.test(link.reason ?? "")) throw new Error(JSON.stringify(link));
        return link;
    });
}

// Another program that wants the port for itself: flock(1), which ends at once when it can't have it.
function opener(house) {
    return start("/usr/bin/flock", "--nonblock", "--no-fork", house.car.port, "/bin/sleep", "600");
}

async function isTaken(house) {
    return (await run("/usr/bin/flock", "--nonblock", house.car.port, "/bin/true")).code !== 0;
}

// No message ever said that there is a problem.
function brokerSawNoProblem(house) {
    assert.doesNotMatch(house.mqtt.all(), /"problem":true/);
}

async function lendsAndTakesBack(house) {
    await furnish(house);
    assert.ok(await isTaken(house), "garaged has the port for itself");
    const asked = await ctl(house, "car", "pause", "leaf", "30m");
    assert.equal(asked.code, 0, asked.err);
    assert.match(asked.out, /^leaf: paused until \d\d:\d\d: another program may use the dongle\n$/);
    const link = await linkIs(house, "down", PAUSED);
    const left = (Date.parse(link.paused_until) - Date.now()) / 1000;
    assert.ok(left > 1770 && left <= 1801, `paused for ${left} s`);
    await waitFor("the port to be free", async () => !(await isTaken(house)));
    const other = opener(house);
    await waitFor("the other program to have it", () => isTaken(house));
    assert.equal((await ctl(house, "car", "pause", "leaf", "resume")).code, 0);
    // Its user has not closed it yet: said in words, and no fault.
    const busy = await linkIs(house, "down", /busy: another program uses it/);
    assert.equal(busy.paused_until, null);
    await other.stop();
    await linkIs(house, "up");
    await waitFor("the broker to hear of it", () => house.mqtt.latest("garaged/leaf/reachable") === "online");
    assert.match(house.mqtt.all(), /reachable offline/);
    brokerSawNoProblem(house);
    assert.deepEqual((await leaf(house)).notices, []);
}

// Every busy second of it is no fault; the pause ends by itself.
async function comesBackByItself(house) {
    await furnish(house);
    assert.equal((await ctl(house, "car", "pause", "leaf", "4s")).code, 0);
    await linkIs(house, "down", PAUSED);
    await linkIs(house, "up");
}

async function outlivesTheCarHalf(house) {
    await furnish(house);
    const { link } = (await ctl(house, "car", "pause", "leaf", "1h"), await leaf(house));
    assert.match(link.reason, PAUSED);
    await waitFor("the port to be free", async () => !(await isTaken(house)));
    const other = opener(house);
    const before = house.carHalf;
    const said = house.garaged.err.length;
    process.kill(before, "SIGKILL");
    await waitFor("another car half", () => house.carHalf && house.carHalf !== before);
    await waitFor("it to be there", () => /killed by signal 9[^]*no dongle yet/.test(house.garaged.err.slice(said)));
    const now = (await leaf(house)).link;
    assert.equal(now.paused_until, link.paused_until, "not lengthened");
    assert.match(now.reason, PAUSED);
    assert.equal(other.exit, null);
    await other.stop();
    assert.ok(!(await isTaken(house)), "it stays away from the port");
    assert.doesNotMatch(house.garaged.err.slice(said), /talking to the adapter/);
}

async function refuses(house) {
    await furnish(house);
    for (const [words, code] of [["25h", 69], ["30", 64], ["-5m", 64], ["", 64]]) {
        const answer = await ctl(house, "car", "pause", "leaf", words);
        assert.equal(answer.code, code, `${words}: ${answer.err}`);
        assert.notEqual(answer.err, "");
    }
    const other = await ctl(house, "car", "pause", "van", "30m");
    assert.equal(other.code, 69);
    assert.match(other.err, /van: no such car/);
    assert.equal((await leaf(house)).link.state, "up");
}

try {
    await Promise.all([
        test("pause: another program gets the port, a busy one is no fault", () => inHouse(lendsAndTakesBack)),
        test("pause: it ends by itself", () => inHouse(comesBackByItself)),
        test("pause: it outlives the car half and is not lengthened", () => inHouse(outlivesTheCarHalf)),
        test("pause: what is not taken", () => inHouse(refuses)),
    ]);
} finally {
    await cleanUp();
}
finish();
