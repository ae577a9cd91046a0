#!/usr/bin/env node
// A computer that nobody told the time: it begins in 1970, and says what that spoils.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { House, inHouse } from "./lib/house.mjs";
import { build, cleanUp, freePort, run, start, top } from "./lib/process.mjs";
import { preloaded } from "./lib/preload.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");

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
    async furnish() {
        this.car = { adapter: "replay", port: RECORDING };
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

    async setClock(secondsBack) {
        this.environment = { LD_PRELOAD: await preloaded("past"), PAST_SECONDS: String(secondsBack) };
        this.doubtsClock = secondsBack > 0;
    }

    async status() {
        const { code, out, err } = await run(join(build, "garagectl"), "--config", this.path("garaged.conf"), "status", "--json");
        assert.equal(code, 0, err);
        return JSON.parse(out);
    }

    async mqttIs(state, reason) {
        return waitFor(`the broker to be ${state} ${reason}`, async () => {
            const status = await this.status();
            if (status.mqtt.state !== state || !reason.test(status.mqtt.reason)) throw new Error(JSON.stringify(status.mqtt));
            return status;
        });
    }
}

async function brokerIn1970(house) {
    await house.furnish();
    await house.setClock(Math.floor(Date.now() / 1000) - 3600); // 1970-01-01T01:00
    await house.startGaraged();
    const { clock } = await house.mqttIs("down", /TLS failed.*; the clock is not set: until it is, certificates may seem invalid$/);
    assert.equal(clock, "unset");
    await house.garaged.stop();
    await house.setClock(0);
    await house.startGaraged();
    await house.mqttIs("up", /^$/);
}

await test("clock: a broker's certificate that can't be valid in 1970 is said to be the clock's fault", () => inHouse(brokerIn1970, new DoubtfulHouse()));
await cleanUp();
finish();
