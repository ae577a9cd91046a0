// A whole house: simulated car, garaged with its car half, broker; each on free ports of the loopback interface.
import { mkdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Session } from "./http.mjs";
import { subscribe } from "./mqtt.mjs";
import { build, childrenOf, freePort, run, start, startWith, temporaryFolder } from "./process.mjs";
import { Truth } from "./truth.mjs";
import { waitFor } from "./wait.mjs";

const PERSON = { user: "anna", password: "correct horse battery" };

export class House {
    constructor() {
        this.folder = temporaryFolder();
        this.environment = {};
        this.wrapper = []; // a command that ends by running garaged
        mkdirSync(this.path("state"), { mode: 0o700 });
    }

    path(name) {
        return join(this.folder, name);
    }

    // `lines` are a scenario's, see tests/simulator/README.md.
    scenario(...lines) {
        writeFileSync(this.path("scenario"), `${lines.join("\n")}\n`);
        return ["--scenario", this.path("scenario")];
    }

    async startSimulator(...args) {
        this.dongle ??= await freePort();
        this.car ??= { adapter: "elm327", port: `tcp://127.0.0.1:${this.dongle}` };
        return this.runSimulator("--listen", `127.0.0.1:${this.dongle}`, ...args);
    }

    async startSimulatorOnPty(...args) {
        const link = this.path("dongle");
        const simulator = await this.runSimulator("--pty", link, ...args);
        // The configuration wants the name of a device: the link leads to one.
        this.car ??= { adapter: "elm327", port: readlinkSync(link) };
        return simulator;
    }

    async runSimulator(...args) {
        this.simulator = start(join(build, "garaged-sim"), "--truth", this.path("truth"), ...args);
        this.truth = new Truth(this.path("truth"));
        await this.simulator.says(/garaged-sim: ready /);
        return this.simulator;
    }

    async startBroker() {
        this.brokerPort ??= await freePort();
        // `user root`: as root without capabilities mosquitto could not become anybody else.
        writeFileSync(this.path("mosquitto.conf"), `user root\nlistener ${this.brokerPort} 127.0.0.1\nallow_anonymous true\n`);
        this.broker = start("/usr/sbin/mosquitto", "-c", this.path("mosquitto.conf"));
        await this.broker.says(/mosquitto version .* running/, "err");
        this.mqtt = subscribe(this.brokerPort);
        return this.broker;
    }

    writeConfig() {
        const { adapter, port, generation = "auto", poll = true, name = "Leaf" } = this.car;
        const mqtt = this.brokerPort ? `mqtt = { host = "${this.brokerHost ?? "127.0.0.1"}"; port = ${this.brokerPort}; ${this.mqttSettings ?? ""} };` : "";
        writeFileSync(
            this.path("garaged.conf"),
            `state = "${this.path("state")}"; log = "debug"; zone = "${this.zone ?? ""}";
cars = ( { id = "leaf"; name = "${name}"; vehicle = "nissan-leaf"; generation = "${generation}";
           adapter = "${adapter}"; port = "${port}"; poll = ${poll}; ${this.carSettings ?? ""} } );
web = { listen = ${this.listen ?? '"127.0.0.1"'}; port = ${this.port}; ${this.withTls ? 'tls = "on"; ' : ""}${this.webSettings ?? ""} };
${this.moreSettings ?? ""}
${mqtt}
`,
        );
    }

    async startGaraged(...args) {
        this.port ??= await freePort();
        this.writeConfig();
        const options = { env: this.environment };
        const trust = this.doubtsClock ? [] : ["--trust-clock"];
        const command = [...this.wrapper, join(build, "garaged"), "--config", this.path("garaged.conf"), ...trust, ...args];
        this.garaged = startWith(options, ...command);
        await waitFor("garaged to be open", async () => {
            if (this.garaged.exit) throw new Error(`garaged ended: ${this.garaged.err.slice(-1500)}`);
            return (await this.newSession().call("GET", "/api/v1/state")).status === 401;
        });
        return this.garaged;
    }

    // Of nobody yet.
    newSession() {
        return new Session(this.port, this.withTls);
    }

    // The car half that garaged started; undefined while there is none.
    get carHalf() {
        return childrenOf(this.garaged.pid)[0];
    }

    async pairingCode() {
        const options = { env: this.environment };
        const pair = await startWith(options, join(build, "garagectl"), "--config", this.path("garaged.conf"), "pair").finished();
        if (pair.code !== 0) throw new Error(`garagectl pair: ${pair.code} ${pair.err}`);
        return pair.out.trim();
    }

    // Pairs on the first call, logs in on the next ones.
    async login() {
        const session = this.newSession();
        const way = this.isPaired ? "login" : "pair";
        const code = this.isPaired ? {} : { code: await this.pairingCode() };
        const answer = await session.call("POST", `/api/v1/${way}`, { ...code, ...PERSON });
        if (answer.status !== 200 && answer.status !== 201) throw new Error(`${way}: ${answer.status} ${answer.text}`);
        this.isPaired = true;
        return session;
    }

    async close() {
        await this.page?.context().close();
        const programs = [this.garaged, this.simulator, this.mqtt?.program, this.broker];
        await Promise.all(programs.map((program) => program?.stop()));
        for (const program of programs) if (/Sanitizer|runtime error/.test(program?.err)) throw new Error(program.err.slice(-8000));
    }

    // What went on, for whoever reads a failure.
    story() {
        const tail = (program) => (program ? `${program.name}:\n${program.err.slice(-2500)}` : "");
        return [tail(this.garaged), tail(this.simulator)].join("\n");
    }
}

// Lends `body` a house and takes it down again; tells its story when `body` fails.
export async function inHouse(body, house = new House()) {
    try {
        await body(house);
    } catch (error) {
        console.log(house.story().replace(/^/gm, "    | "));
        throw error;
    } finally {
        await house.close();
    }
}
