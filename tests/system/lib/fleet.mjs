// A house with eight made-up cars (fleet.c) on a clock that runs SPEED times as fast for them and for garaged.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { House } from "./house.mjs";
import { subscribe } from "./mqtt.mjs";
import { preloaded } from "./preload.mjs";
import { build, startWith, top } from "./process.mjs";

export const SPEED = 40;
export const CARS = ["leaf", "van", "ada", "bob", "cleo", "dora", "emil", "finn"];

export class FleetHouse extends House {
    async furnish() {
        this.start = process.hrtime.bigint();
        this.environment = { LD_PRELOAD: await preloaded("clock"), CLOCK_SPEED: String(SPEED), CLOCK_START: String(this.start) };
        mkdirSync(this.path("links"));
        const command = [join(build, "garaged-fleet"), this.path("links"), join(top, "config/vehicles"), ...CARS];
        this.fleet = startWith({ env: this.environment }, ...command);
        await this.fleet.says(/garaged-fleet: ready/);
        await this.startBroker();
        this.charges = subscribe(this.brokerPort, "garaged/+/charge");
    }

    // Seconds of UTC on the fast clock.
    now() {
        return Date.now() / 1000 + ((SPEED - 1) * Number(process.hrtime.bigint() - this.start)) / 1e9;
    }

    writeConfig() {
        const cars = CARS.map((id) => `{ id = "${id}"; vehicle = "nissan-leaf"; generation = "AZE0"; port = "tcp://127.0.0.1:1"; }`);
        writeFileSync(
            this.path("garaged.conf"),
            `state = "${this.path("state")}"; zone = "UTC"; log = "notice"; cars = ( ${cars.join(",\n")} );
web = { listen = "127.0.0.1"; port = ${this.port}; }; mqtt = { host = "127.0.0.1"; port = ${this.brokerPort}; };
`,
        );
    }

    startGaraged() {
        return super.startGaraged(`--no-spawn=${this.path("links")}`);
    }

    async close() {
        await this.charges?.program.stop();
        await this.fleet?.stop();
        await super.close();
    }
}
