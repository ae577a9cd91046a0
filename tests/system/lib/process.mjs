// Programs under test: started with their output kept, and none left behind, nor any folder.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "./wait.mjs";

export const top = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
export const build = resolve(top, process.env.GARAGED_BUILD ?? "build");
export const shared = resolve(top, "../shared");

const STOP_MS = 10_000;
const OUTPUT_MAX = 16 * 1024 * 1024;
const running = new Set();
const folders = new Set();

// A sanitizer's complaint fails the suite, whatever the test that ran the program thought.
function reportSanitizer(program) {
    if (!/Sanitizer|runtime error:/.test(program.err)) return;
    console.log(program.err.slice(-4000).replace(/^/gm, "    "));
    console.log(`not ok ${program.name}: a sanitizer complains`);
}

export class Program {
    constructor(path, args, options = {}) {
        this.name = path.split("/").pop();
        this.out = "";
        this.err = "";
        this.exit = null;
        this.child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
        running.add(this);
        this.keep("out", this.child.stdout);
        this.keep("err", this.child.stderr);
        this.ended = new Promise((done) => {
            const end = (code, signal) => {
                this.exit = { code, signal };
                running.delete(this);
                reportSanitizer(this);
                done(this.exit);
            };
            this.child.on("close", end);
            this.child.on("error", (error) => {
                this.err += error.message;
                end(127, null);
            });
        });
    }

    keep(name, stream) {
        stream?.on("data", (data) => (this[name] = (this[name] + data).slice(-OUTPUT_MAX)));
    }

    get pid() {
        return this.child.pid;
    }

    kill(signal = "SIGTERM") {
        this.child.kill(signal);
    }

    async stop(signal = "SIGTERM") {
        if (!this.exit) this.kill(signal);
        const killer = setTimeout(() => this.kill("SIGKILL"), STOP_MS);
        await this.ended;
        clearTimeout(killer);
        return this.exit;
    }

    // At its end: { code, out, err }.
    async finished() {
        const { code, signal } = await this.ended;
        return { code: code ?? signal, out: this.out, err: this.err };
    }

    // The first match of `pattern` in what was printed so far, or later.
    async says(pattern, stream = "out") {
        return waitFor(`${this.name} to say ${pattern}`, () => {
            const found = pattern.exec(this[stream]);
            if (this.exit && !found) throw new Error(`${this.name} ended with ${JSON.stringify(this.exit)}: ${this.err.slice(-1500)}`);
            return found;
        });
    }
}

export function start(path, ...args) {
    return new Program(path, args);
}

// The same with more of the environment, or another of spawn()'s options.
export function startWith(options, path, ...args) {
    const env = { ...process.env, ...options.env };
    return new Program(path, args, { ...options, env });
}

// Runs to the end: { code, out, err }.
export async function run(path, ...args) {
    return start(path, ...args).finished();
}

// The direct children of a process, as the kernel lists them.
export function childrenOf(pid) {
    try {
        const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
        return list.split(" ").filter((each) => each.trim() !== "").map(Number);
    } catch {
        return [];
    }
}

// How often a process has been woken, all threads together.
export function wakeups(pid) {
    let sum = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
        const status = readFileSync(`/proc/${pid}/task/${task}/status`, "utf8");
        sum += Number(/\nvoluntary_ctxt_switches:\s+(\d+)/.exec(status)[1]);
    }
    return sum;
}

export function isAlive(pid) {
    try {
        process.kill(pid, 0);
        return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
        return false;
    }
}

export function temporaryFolder() {
    const folder = mkdtempSync(join(tmpdir(), "garaged-test-"));
    folders.add(folder);
    return folder;
}

// Ports are handed out once in a run: two houses that are built at the same time must not be given the same one.
const given = new Set();

export async function freePort() {
    for (;;) {
        const server = createServer();
        await new Promise((done) => server.listen(0, "127.0.0.1", done));
        const { port } = server.address();
        await new Promise((done) => server.close(done));
        if (given.has(port)) continue;
        given.add(port);
        return port;
    }
}

export async function cleanUp() {
    await Promise.all([...running].map((program) => program.stop()));
    removeFolders();
}

function removeFolders() {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    folders.clear();
}

process.on("exit", () => {
    for (const program of running) program.kill("SIGKILL");
    removeFolders();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
