// Networks of a test's own: the machine (this namespace), and neighbours that hang on it by a cable each.
import { readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, start } from "./process.mjs";
import { waitFor } from "./wait.mjs";

const here = dirname(fileURLToPath(import.meta.url));

export async function ip(...args) {
    const done = await run("ip", ...args);
    if (done.code !== 0) throw new Error(`ip ${args.join(" ")}: ${done.err}`);
}

export class Neighbour {
    // `cable` is the name of our end and of theirs.
    static async plugIn(cable) {
        const neighbour = new Neighbour();
        neighbour.holder = start("unshare", "-n", "sleep", "600");
        const own = readlinkSync("/proc/self/ns/net");
        await waitFor("a network namespace", () => neighbour.holder.pid && readlinkSync(`/proc/${neighbour.holder.pid}/ns/net`) !== own);
        await neighbour.plug(cable);
        return neighbour;
    }

    async plug(cable) {
        await ip("link", "add", cable, "type", "veth", "peer", "name", cable, "netns", String(this.holder.pid));
        await ip("link", "set", cable, "up");
        await this.ip("link", "set", cable, "up");
        await this.ip("link", "set", "lo", "up");
    }

    async ip(...args) {
        const done = await run("nsenter", "-t", String(this.holder.pid), "-n", "ip", ...args);
        if (done.code !== 0) throw new Error(`ip ${args.join(" ")}: ${done.err}`);
    }

    // { status, text } or { error }
    async ask(url, { from, headers } = {}) {
        const done = await run("nsenter", "-t", String(this.holder.pid), "-n", process.execPath, join(here, "ask.mjs"), JSON.stringify({ url, from, headers }));
        if (done.code !== 0) throw new Error(`ask: ${done.err}`);
        return JSON.parse(done.out);
    }
}

// All that leaves this namespace from now on: a list of lines, see packets.pl.
export async function capture() {
    const program = start("perl", join(here, "packets.pl"));
    await program.says(/ready/);
    return () => program.out.split("\n").slice(1).filter((line) => line !== "");
}
