// What `garagectl decode` prints for a file, by signal: the yardstick for everything that was replayed.
import { join } from "node:path";
import { build, run } from "./process.mjs";

export async function decode(file) {
    const { code, out, err } = await run(join(build, "garagectl"), "decode", file);
    if (code !== 0) throw new Error(`decode ${file}: ${code} ${err}`);
    const signals = new Map();
    for (const line of out.split("\n")) {
        if (line === "") continue;
        const reading = JSON.parse(line);
        if (!signals.has(reading.signal)) signals.set(reading.signal, []);
        signals.get(reading.signal).push(reading);
    }
    return { signals, seconds: duration(signals) };
}

function duration(signals) {
    let first = Infinity;
    let last = -Infinity;
    for (const readings of signals.values()) {
        first = Math.min(first, readings[0].t);
        last = Math.max(last, readings.at(-1).t);
    }
    return last - first;
}

// The last reading of a signal by one source, or undefined.
export function lastOf(readings, source) {
    return readings.findLast((each) => each.source === source);
}

// Whether a value of the daemon is one of decode's: the latter is not rounded.
export function isOneOf(value, readings, resolution) {
    return readings.some((each) => isSame(value, each.value, resolution));
}

export function isSame(value, decoded, resolution) {
    if (typeof value !== "number" || typeof decoded !== "number") return value === decoded;
    return Math.abs(value - decoded) <= resolution / 2 + 1e-9;
}
