// A whole house: simulated car, garaged with its car half, broker; each on free ports of the loopback interface.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Session } from "./http.mjs";
import { build, freePort, run, start, temporaryFolder } from "./process.mjs";
import { waitFor } from "./wait.mjs";

export class House {
    constructor() {
        this.folder = temporaryFolder();
        this.simulatorArguments = [];
    }

    path(name) {
        return join(this.folder, name);
    }

    async startSimulator(...args) {
        this.dongle ??= await freePort();
        this.simulatorArguments = args;
        this.simulator = start(join(build, "garaged-sim"), "--listen", `127.0.0.1:${this.dongle}`, "--truth", this.path("truth"), ...args);
        await this.simulator.says(/garaged-sim: ready \d+/);
        this.car ??= { adapter: "elm327", port: `tcp://127.0.0.1:${this.dongle}` };
        return this.simulator;
    }

    async startBroker() {
        this.brokerPort ??= await freePort();
        this.broker = start("/usr/sbin/mosquitto", "-p", String(this.brokerPort), "-v");
        await this.broker.says(/mosquitto version .* running/, "err").catch(() => this.broker.says(/running/, "out"));
        return this.broker;
    }

    writeConfig() {
        const { adapter, port, generation = "auto", poll = true } = this.car;
        const mqtt = this.brokerPort ? `mqtt = { host = "127.0.0.1"; port = ${this.brokerPort}; };` : "";
        writeFileSync(this.path("garaged.conf"), `state = "${this.path("state")}"; log = "debug";
cars = ( { id = "leaf"; name = "Leaf"; vehicle = "nissan-leaf"; generation = "${generation}";
           adapter = "${adapter}"; port = "${port}"; poll = ${poll}; } );
web = { listen = "127.0.0.1"; port = ${this.port}; };
${mqtt}
`);
    }

    async startGaraged(...args) {
        this.port ??= await freePort();
        this.writeConfig();
        this.garaged = start(join(build, "garaged"), "--config", this.path("garaged.conf"), "--trust-clock", ...args);
        await waitFor("garaged to listen", async () => {
            if (this.garaged.exit) throw new Error(`garaged ended: ${this.garaged.err.slice(-1500)}`);
            return (await new Session(this.port).call("GET", "/")).status === 200;
        });
        return this.garaged;
    }

    // Pairs on the first call, logs in on the next ones.
    async login() {
        const session = new Session(this.port);
        const person = { user: "anna", password: "correct horse battery" };
        if (!this.isPaired) {
            const pair = await run(join(build, "garagectl"), "--config", this.path("garaged.conf"), "pair");
            const answer = await session.call("POST", "/api/v1/pair", { code: pair.out.trim(), ...person });
            if (answer.status !== 201) throw new Error(`pair: ${answer.status} ${answer.text} ${pair.err}`);
            this.isPaired = true;
            return session;
        }
        const answer = await session.call("POST", "/api/v1/login", person);
        if (answer.status !== 200) throw new Error(`login: ${answer.status} ${answer.text}`);
        return session;
    }

    // The lines of the simulator's truth file: { cars: [...], frames: [...] }.
    truth() {
        const lines = readFileSync(this.path("truth"), "utf8").split("\n");
        const objects = lines.slice(0, -1).map((line) => JSON.parse(line));
        return { cars: objects.filter((o) => !("frame" in o)), frames: objects.filter((o) => "frame" in o) };
    }
}
