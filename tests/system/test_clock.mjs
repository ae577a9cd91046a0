#!/usr/bin/env node
// A computer that nobody told the time: it begins in 1970, and says what that spoils.
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { House, inHouse } from "./lib/house.mjs";
import { build, cleanUp, freePort, run, start, top } from "./lib/process.mjs";
import { drive, writeLog } from "./lib/leafspy.mjs";
import { preloaded } from "./lib/preload.mjs";
import { readings } from "./lib/readings.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");

function nowS() {
    return Math.floor(Date.now() / 1000);
}

async function openssl(...args) {
    const { code, err } = await run("openssl", ...args);
    assert.equal(code, 0, err);
}

// An authority of our own, and the broker's certificate: valid from now on.
async function certify(house) {
    const name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    await openssl("req", "-x509", "-days", "30", ...name, "-keyout", house.path("key.pem"), "-out", house.path("certificate.pem"));
}

class DoubtfulHouse extends House {
    async prepare(secondsBack) {
        this.doubtsClock = true;
        this.environment = { LD_PRELOAD: await preloaded("past"), PAST_FILE: this.path("past") };
        this.setClock(secondsBack);
    }

    // In one go, as NTP steps it.
    setClock(secondsBack) {
        writeFileSync(this.path("past.new"), String(secondsBack));
        renameSync(this.path("past.new"), this.path("past"));
    }

    async startBrokerWithTls() {
        await certify(this);
        this.brokerPort = await freePort();
        this.mqttSettings = `tls = true; ca_file = "${this.path("certificate.pem")}";`;
        writeFileSync(
            this.path("mosquitto.conf"),
            `user root\nlistener ${this.brokerPort} 127.0.0.1\nallow_anonymous true\nkeyfile ${this.path("key.pem")}\ncertfile ${this.path("certificate.pem")}\n`,
        );
        this.broker = start("/usr/sbin/mosquitto", "-c", this.path("mosquitto.conf"));
        await this.broker.says(/mosquitto version .* running/, "err");
    }

    async status() {
        const { code, out, err } = await run(join(build, "garagectl"), "--config", this.path("garaged.conf"), "status", "--json");
        assert.equal(code, 0, err);
        return JSON.parse(out);
    }

    async statusIs(words, test) {
        return waitFor(words, async () => {
            const status = await this.status();
            if (!test(status)) throw new Error(JSON.stringify(status));
            return status;
        });
    }

    rows() {
        return readings(this.path("state/readings.db"));
    }
}

async function brokerIn1970(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.prepare(nowS() - 3600); // 1970-01-01T01:00
    await house.startBrokerWithTls();
    await house.startGaraged();
    const reason = /TLS failed.*; the clock is not set: until it is, certificates may seem invalid$/;
    const { clock } = await house.statusIs("the broker's certificate is refused", ({ mqtt }) => mqtt.state === "down" && reason.test(mqtt.reason));
    assert.equal(clock, "unset");
    house.setClock(0);
    await house.statusIs("the broker is there", ({ mqtt }) => mqtt.state === "up" && mqtt.reason === "");
}

// Nothing but the end tells the card: the rows of the open minute are written then.
async function rowsAfterStop(house) {
    await house.garaged.stop();
    return house.rows();
}

async function steppedLater(house) {
    await house.startSimulatorOnPty("--car", "aze0-24", "--charging-heard", ...house.scenario("0 charge 6.6"));
    await house.prepare(nowS() - 3600);
    const begun = Date.now() / 1000;
    await house.startGaraged();
    const session = await house.login();
    const heard = await waitFor("the car to be heard", async () => {
        const { clock, cars } = await session.state();
        assert.equal(clock, "unset");
        return cars.leaf.signals.charging?.value === true && cars.leaf.signals.soc && cars.leaf;
    });
    assert.equal(heard.signals.soc.at, null, "nobody knows when");
    assert.deepEqual(await house.rows(), [], "readings wait for the clock");
    const set = Date.now() / 1000;
    house.setClock(0);
    await house.statusIs("the clock to be right", ({ clock }) => clock === "ok");
    assert.equal((await session.call("GET", "/api/v1/state")).status, 200, "who was logged in still is");
    await waitFor("the charge", async () => (await session.state()).cars.leaf.charge !== null);
    const { charge } = (await session.state()).cars.leaf;
    assert.ok(Date.parse(charge.from) / 1000 < set + 1, `it began before the clock was set at ${set}: ${charge.from}`);
    const rows = await rowsAfterStop(house);
    assert.ok(rows.length > 20);
    for (const { signal, at } of rows) assert.ok(at > begun - 1 && at < Date.now() / 1000 + 1, `${signal} at ${at}`);
    assert.ok(rows.some(({ at }) => at < set - 1), "what was heard before has its own time");
}

async function halfACentury(house) {
    await house.startSimulatorOnPty("--car", "aze0-24", "--charging-heard", ...house.scenario("0 charge 6.6"));
    await house.prepare(0);
    await house.startGaraged();
    const session = await house.login();
    await waitFor("the charge", async () => (await session.state()).cars.leaf.charge !== null);
    for (const years of [50, -50, 0]) {
        house.setClock(years * 31_556_952);
        const expected = years === 0 ? "ok" : "unset";
        await house.statusIs(`the clock to be ${expected}`, ({ clock }) => clock === expected);
        await sleep(1500);
        for (const list of ["days", "charges", "outings", "battery"]) {
            const { status, text } = await session.call("GET", `/api/v1/${list}`);
            assert.equal(status, 200, `${years}: ${list}: ${text}`);
        }
    }
    const end = Date.now() / 1000 + 5;
    for (const { signal, at } of await rowsAfterStop(house)) assert.ok(at > end - 300 && at < end, `${signal} at ${at}`);
}

async function importsLater(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.prepare(nowS() - 3600);
    await house.startGaraged();
    writeLog(house.path("log.csv"), drive(1514800800));
    const ctl = () => run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "import", "leafspy", "--json", house.path("log.csv"));
    const refused = await ctl();
    assert.deepEqual([refused.code, /the clock is not set/.test(refused.err)], [69, true]);
    house.setClock(0);
    await house.statusIs("the clock to be right", ({ clock }) => clock === "ok");
    assert.equal(JSON.parse((await ctl()).out).added.outings, 1);
}

await test("clock: a broker's certificate that can't be valid in 1970 is said to be the clock's fault", () => inHouse(brokerIn1970, new DoubtfulHouse()));
await test("clock: what is heard in 1970 has its true time when somebody sets the clock", () => inHouse(steppedLater, new DoubtfulHouse()));
await test("clock: fifty years back and forth, and who is logged in stays so", () => inHouse(halfACentury, new DoubtfulHouse()));
await test("clock: nothing is imported in 1970, where garaged's own time would begin", () => inHouse(importsLater, new DoubtfulHouse()));
await cleanUp();
finish();
