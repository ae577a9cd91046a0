#!/usr/bin/env node
// A garaged.conf that can't be used: one clear line and exit 78 (on which its unit does not start it again). One that becomes
// wrong while garaged runs: asked by SIGHUP it says so, and goes on with what it read.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, freePort, run, temporaryFolder } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const EX_CONFIG = 78;
const CAR = 'cars = ( { id = "leaf"; port = "tcp://127.0.0.1:1"; } );\n';

// What stands at `path`, and the reason that is given.
const TROUBLES = [
    ["missing", () => {}, /No such file or directory/],
    ["a folder", (path) => mkdirSync(path), /not a file/],
    ["half written", (path) => writeFileSync(path, 'state = "/tmp/x";\nweb = { port = 80'), /:3: syntax error/],
    ["a link", (path) => (writeFileSync(`${path}.real`, CAR), symlinkSync(`${path}.real`, path)), /a link: name the file itself/],
    ["open to everybody", (path) => (writeFileSync(path, CAR), chmodSync(path, 0o666)), /everybody may write it: chmod o-w/],
];

async function oneClearLine() {
    for (const [what, put, reason] of TROUBLES) {
        const path = join(temporaryFolder(), "garaged.conf");
        put(path);
        for (const program of [["garaged"], ["garaged-car", "--car", "leaf"]]) {
            const { code, out, err } = await run(join(build, program[0]), "--config", path, ...program.slice(1));
            assert.deepEqual([code, out], [EX_CONFIG, ""], `${what}: ${err}`);
            assert.match(err, reason);
            assert.equal(err.trimEnd().split("\n").length, 1, err);
            assert.ok(err.startsWith(path), err);
        }
    }
}

async function passwordOthersRead(house) {
    house.car = { adapter: "elm327", port: `tcp://127.0.0.1:${await freePort()}` };
    house.port = await freePort();
    house.brokerPort = await freePort();
    house.mqttSettings = `user = "anna"; password_file = "${house.path("pass")}";`;
    house.writeConfig();
    writeFileSync(house.path("pass"), "geheim\n", { mode: 0o644 });
    const { code, err } = await run(join(build, "garaged"), "--config", house.path("garaged.conf"));
    assert.equal(code, EX_CONFIG, err);
    assert.match(err, /^mqtt\.password_file: .*pass: others may read it: chmod 600\n$/);
    assert.ok(!err.includes("geheim"));
}

async function askedWhileItRuns(house) {
    house.environment = { NOTIFY_SOCKET: house.path("nobody") }; // as a service has it
    await house.startSimulator("--car", "aze0-24", ...house.scenario("0 on"));
    await house.startGaraged();
    const session = await house.login();
    writeFileSync(house.path("garaged.conf"), 'log = "loud";\n');
    house.garaged.kill("SIGHUP");
    await house.garaged.says(/garaged\.conf:1: log: loud: not one of error/, "err");
    await house.garaged.says(/mistakes: what was read at the start still counts/, "err");
    assert.equal((await session.state()).cars.leaf.name, "Leaf");
    house.writeConfig();
    house.garaged.kill("SIGHUP");
    await house.garaged.says(/is right: it counts from the next start on/, "err");
    await waitFor("the car", async () => (await session.state()).cars.leaf.link.state === "up");
    assert.equal(house.garaged.exit, null);
}

try {
    await test("settings: a file that can't be used has one line and exit 78", oneClearLine);
    await test("settings: a password that others may read is not used", () => inHouse(passwordOthersRead));
    await test("settings: asked by SIGHUP about a broken file, the old one stays", () => inHouse(askedWhileItRuns));
} finally {
    await cleanUp();
}
finish();
