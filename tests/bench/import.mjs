#!/usr/bin/env node
// 200 LeafSpy files with 80,000 rows into the diary of a running garaged, and the same once more. Prints `bench NAME VALUE UNIT budget
// BUDGET`.
import { join } from "node:path";
import { House } from "../system/lib/house.mjs";
import { drive, writeLog } from "../system/lib/leafspy.mjs";
import { build, cleanUp, run } from "../system/lib/process.mjs";

const FILES = 200;
const ROWS = 400;
const BEGIN_S = 1514800800; // 2018-01-01
const DAY_S = 86400;

function writeLogs(house) {
    return Array.from({ length: FILES }, (_, i) => {
        const path = house.path(`Log_${i}.csv`);
        writeLog(path, drive(BEGIN_S + (i * DAY_S) / 2, { odometer: 10000 + 36 * i, count: ROWS }));
        return path;
    });
}

async function importAll(house, logs) {
    const begin = process.hrtime.bigint();
    const { code, out, err } = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "import", "leafspy", "--json", ...logs);
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    if (code !== 0) throw new Error(`${code} ${err}`);
    return { seconds, report: JSON.parse(out) };
}

async function main() {
    const house = new House();
    house.car = { adapter: "elm327", port: "tcp://127.0.0.1:9", generation: "AZE0" };
    await house.startGaraged();
    const logs = writeLogs(house);
    const first = await importAll(house, logs);
    const second = await importAll(house, logs);
    if (first.report.rows !== FILES * ROWS || first.report.added.outings !== FILES || second.report.added.readings !== 0)
        throw new Error(JSON.stringify([first.report, second.report]));
    console.log(`bench import_80000_rows ${first.seconds.toFixed(2)} s budget 5`);
    console.log(`bench import_again ${second.seconds.toFixed(2)} s budget -`);
    console.error(JSON.stringify(first.report.added));
    await house.close();
}

try {
    await main();
} finally {
    await cleanUp();
}
process.exit(0);
