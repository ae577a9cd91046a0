// Programs under test: started with their output kept, and none left behind.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { waitFor } from "./wait.mjs";

export const top = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..");
export const build = resolve(top, process.env.GARAGED_BUILD ?? "build");

const running = new Set();
const folders = new Set();

export class Program {
    constructor(path, args, options = {}) {
        this.name = path.split("/").pop();
        this.out = "";
        this.err = "";
        this.exit = null;
        this.child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
        running.add(this);
        this.child.stdout.on("data", (data) => (this.out += data));
        this.child.stderr.on("data", (data) => (this.err += data));
        this.ended = new Promise((done) => {
            const end = (code, signal) => {
                this.exit = { code, signal };
                running.delete(this);
                done(this.exit);
            };
            this.child.on("exit", end);
            this.child.on("error", (error) => {
                this.err += error.message;
                end(127, null);
            });
        });
    }

    get pid() {
        return this.child.pid;
    }

    kill(signal = "SIGTERM") {
        this.child.kill(signal);
    }

    async stop(signal = "SIGTERM") {
        if (!this.exit) this.kill(signal);
        return this.ended;
    }

    // The first match of `pattern` in what was printed so far, or later.
    async says(pattern, stream = "out") {
        return waitFor(`${this.name} to say ${pattern}`, () => {
            if (this.exit && !pattern.exec(this[stream]))
                throw new Error(`${this.name} ended with ${JSON.stringify(this.exit)}: ${this.err.slice(-1500)}`);
            return pattern.exec(this[stream]);
        });
    }
}

export function start(path, ...args) {
    return new Program(path, args);
}

// Runs to the end: { code, out, err }.
export async function run(path, ...args) {
    const program = start(path, ...args);
    const { code, signal } = await program.ended;
    return { code: code ?? signal, out: program.out, err: program.err };
}

export function temporaryFolder() {
    const folder = mkdtempSync(join(tmpdir(), "garaged-test-"));
    folders.add(folder);
    return folder;
}

export async function freePort() {
    const server = createServer();
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address();
    await new Promise((done) => server.close(done));
    return port;
}

export async function cleanUp() {
    for (const program of [...running]) {
        program.kill("SIGTERM");
        const killer = setTimeout(() => program.kill("SIGKILL"), 10_000);
        await program.ended;
        clearTimeout(killer);
    }
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    folders.clear();
}

process.on("exit", () => {
    for (const program of running) program.kill("SIGKILL");
});
