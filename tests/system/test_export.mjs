#!/usr/bin/env node
// The same figures from the same rows: the page's lists, their CSV files, what garagectl writes, and the views that sqlite3 shows. And what
// an export does when its reader is slow, leaves, or there is nothing to write to.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, run, start, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const DAY0 = 19675; // 2023-11-14
const ROWS = 800; // more than a page of the export, fewer than the 1000 that the API gives at once
const READINGS = 30_000;
const MORNING = DAY0 * 86_400_000;

// ---- a diary of odd rows ----

function random(seed) {
    let state = seed;
    return (sides) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return (state >>> 8) % sides;
    };
}

function oddRows() {
    const roll = random(5);
    const perhaps = (least, span) => (roll(4) ? least + roll(span) : "NULL");
    const text = (...words) => `'${words[roll(words.length)]}'`;
    const lines = ["BEGIN;"];
    for (let i = 0; i < ROWS; i++) {
        const day = DAY0 + roll(300);
        const from = day * 86_400_000 + i * 1009;
        lines.push(
            `INSERT INTO charge_raw(id, car, status, how, from_ms, to_ms, soc_from, soc_to, mode, battery_wh, charger_wh, wall_wh, wall_from,
             cost_m, cost_max_m, cost_from, currency, peak_w, odometer_mm, place, note, flags) VALUES(${i + 1}, 'leaf', ${1 + roll(2)}, ${roll(3)},
             ${from}, ${perhaps(from, 40_000_000)}, ${perhaps(0, 10_000)}, ${perhaps(0, 10_000)}, ${perhaps(0, 4)}, ${perhaps(-300, 30_000)},
             ${perhaps(0, 32_000)}, ${perhaps(0, 35_000)}, ${text("", "meter", "typed")}, ${perhaps(-5000, 2_000_000)}, ${perhaps(0, 2_000_000)},
             ${text("", "typed")}, ${text("", "EUR", "NOK")}, ${perhaps(0, 50_000)}, ${perhaps(117_568_000_000, 5_000_000)},
             ${text("", "home", "=cmd()", "Brø, \"her\"")}, ${text("", "-2+3", "two\nlines")}, ${roll(64)});`,
            ...Array.from({ length: roll(3) }, (_, n) => `INSERT INTO part VALUES(${i + 1}, ${n}, ${roll(8) ? day + n : "NULL"}, ${perhaps(-100, 9000)}, ${perhaps(0, 9000)});`),
            `INSERT INTO outing_raw(id, car, from_ms, to_ms, distance_mm, soc_from, soc_to, energy_soc_wh, energy_gids_wh, day, tags, flags) VALUES(${i + 1},
             'leaf', ${from + 7}, ${from + 3_600_000}, ${perhaps(0, 90_000_000)}, 8000, 7000, ${perhaps(-200, 12_000)}, ${perhaps(0, 12_000)},
             ${roll(5) ? day : "NULL"}, ${text("", "work", "work rain")}, ${roll(64)});`,
        );
    }
    return [...lines, "COMMIT;"].join("\n");
}

// Two signals, several readings a second, some of which the car did not know.
function oddReadings() {
    return `INSERT INTO series(id, car, signal, unit, per_unit) VALUES(4001, 'leaf', 'tested', 'kW', 100), (4002, 'leaf', 'counted', '', 1);
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${READINGS - 1})
        INSERT INTO reading_raw SELECT ((${MORNING} + i * 337) << 12) + 4001 + i % 2, iif(i % 11 = 5, NULL, i * 7919 % 40000 - 20000), i % 5 FROM n;`;
}

async function sqlite(house, file, sql) {
    const { code, out, err } = await run("sqlite3", "-json", house.path(`state/${file}`), sql);
    assert.equal(code, 0, err);
    return out.trim() === "" ? [] : JSON.parse(out);
}

async function feed(house, file, sql) {
    writeFileSync(house.path("rows.sql"), sql);
    await sqlite(house, file, `.read ${house.path("rows.sql")}`);
}

async function open(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    const session = await house.login();
    await waitFor("the diary to be open", async () => (await session.state()).diary.state === "ok");
    return session;
}

// An hour is over when a later one has a reading.
function laterReading() {
    return `INSERT INTO reading_raw VALUES((${MORNING + 2 * 86_400_000} << 12) + 4001, 1, 0);`;
}

async function oldDiary(house, readings = oddReadings()) {
    await open(house);
    await house.garaged.stop();
    await feed(house, "diary.db", oddRows());
    await feed(house, "readings.db", readings);
    return open(house);
}

function ctl(house, ...args) {
    return run(join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
}

async function exported(house, ...args) {
    const { code, out, err } = await ctl(house, "export", ...args);
    assert.equal(code, 0, err);
    return out;
}

// ---- the same figures ----

// The zone's matter; the best known of three columns.
const BESIDE_VIEWS = new Set(["hours", "supplied_kwh"]);

// As json_value has it: what a list is in a view, a time to the second, what is not known.
function asInView(value) {
    if (Array.isArray(value)) return value.join(" ");
    return typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
}

function asInItem(row, key) {
    const value = key === "from" || key === "to" ? row[`${key}_utc`] : row[key];
    if (typeof value === "number") return Number(value.toPrecision(15)); // as sqlite3 shows it, but for -json
    return typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
}

async function compareWithView(house, items, sql) {
    const rows = await sqlite(house, "diary.db", sql);
    assert.equal(rows.length, items.length);
    for (const [i, item] of items.entries())
        for (const [key, value] of Object.entries(item))
            if (!BESIDE_VIEWS.has(key)) assert.equal(asInItem(rows[i], key), asInView(value), `${sql} ${i}: ${key}`);
}

async function sameFigures(house) {
    const session = await oldDiary(house);
    const views = { charges: "SELECT * FROM charge ORDER BY from_utc DESC, id DESC", outings: "SELECT * FROM outing ORDER BY from_utc DESC, id DESC",
        days: "SELECT * FROM day ORDER BY day DESC" };
    for (const list of ["days", "months", "years", "charges", "outings"]) {
        const json = await session.call("GET", `/api/v1/${list}?limit=1000`);
        const csv = await session.call("GET", `/api/v1/${list}?limit=1000&format=csv`);
        assert.ok(json.json.items.length >= ({ months: 10, years: 1 }[list] ?? 250), list);
        assert.equal(await exported(house, list, "--format", "json"), json.text, `${list} as JSON`);
        assert.equal(await exported(house, list), csv.text, `${list} as CSV`);
        if (views[list]) await compareWithView(house, json.json.items, views[list]);
    }
    const span = ["--from", "2024-01-01", "--to", "2024-02-29"];
    const some = await session.call("GET", "/api/v1/charges?limit=1000&from=2024-01-01&to=2024-02-29");
    assert.ok(some.json.items.length > 50 && some.json.items.length < 400);
    assert.equal(await exported(house, "charges", "--car", "leaf", ...span, "--format", "json"), some.text);
}

// The file is being written meanwhile: what is compared is a day long ago.
async function sameReadings(house) {
    await oldDiary(house);
    const day = ["--from", "2023-11-14", "--to", "2023-11-14", "--format", "json"];
    const { car, items, next } = JSON.parse(await exported(house, "readings", ...day));
    const rows = await sqlite(house, "readings.db", `SELECT * FROM reading WHERE key < ${MORNING + 86_400_000} << 12 ORDER BY key`);
    assert.deepEqual([car, next, items.length], ["leaf", null, READINGS]);
    for (const [i, { time, ...rest }] of items.entries()) {
        const { signal, value, unit, quality, at_utc } = rows[i];
        assert.deepEqual(rest, { signal, value, unit, quality });
        assert.equal(Date.parse(time), Date.parse(at_utc));
    }
    const csv = (await exported(house, "readings", "--from", "2023-11-14", "--to", "2023-11-14", "--signal", "tested")).split("\r\n");
    assert.equal(csv[0], "time,signal,value,unit,quality");
    assert.equal(csv.length, READINGS / 2 + 2);
    const first = items.find(({ signal }) => signal === "tested");
    const [time, signal, value, ...rest] = csv[1].split(",");
    assert.deepEqual([time, signal, Number(value), ...rest], [first.time, "tested", first.value, "kW", first.quality]);
}

// ---- readers and refusals ----

async function toAFile(house) {
    await oldDiary(house);
    const path = house.path("charges.csv");
    const { code, out } = await ctl(house, "export", "charges", path);
    assert.deepEqual([code, out], [0, `exported: ${ROWS} charges\n`]);
    assert.equal(readFileSync(path, "utf8"), await exported(house, "charges"));
    assert.equal((await ctl(house, "export", "charges", path)).code, 73, "a file that is there stays");
}

// Nobody reads: the house goes on, and when somebody does everything is there.
async function slowReader(house) {
    const session = await oldDiary(house);
    const reader = start("/bin/sh", "-c", `${join(build, "garagectl")} --config ${house.path("garaged.conf")} export readings --to 2023-11-14 | (sleep 3; wc -l)`);
    const others = await Promise.all(Array.from({ length: 6 }, () => session.call("GET", "/api/v1/days?limit=1000")));
    assert.ok(others.every(({ status }) => status === 200));
    assert.equal((await exported(house, "outings")).split("\r\n").length, ROWS + 2);
    const { out } = await reader.finished();
    assert.equal(out.trim(), String(READINGS + 1));
}

// What an import takes back while a reader is slow: half a list would look like all of it.
async function changedMeanwhile(house) {
    await oldDiary(house);
    const many = Array.from({ length: 5000 }, (_, i) => `('leaf', ${MORNING + i * 1000}, ${MORNING + i * 1000 + 999}, 1000000, '', 128)`);
    await feed(house, "diary.db", `INSERT INTO outing_raw(car, from_ms, to_ms, distance_mm, tags, flags) VALUES ${many};`);
    const command = `${join(build, "garagectl")} --config ${house.path("garaged.conf")} export outings --format json | (sleep 2; cat > /dev/null)`;
    const reader = start("/bin/bash", "-c", `set -o pipefail; ${command}`);
    await new Promise((done) => setTimeout(done, 1000));
    await feed(house, "diary.db", "DELETE FROM outing_raw;");
    const { code, err } = await reader.finished();
    assert.deepEqual([code, /changed by an import meanwhile/.test(err)], [69, true]);
}

async function readerLeaves(house) {
    await oldDiary(house);
    const { out } = await start("/bin/sh", "-c", `${join(build, "garagectl")} --config ${house.path("garaged.conf")} export readings | head -2`).finished();
    assert.equal(out.split("\r\n")[0], "time,signal,value,unit,quality");
    assert.equal((await exported(house, "outings")).split("\r\n").length, ROWS + 2, "the next one is served");
}

async function refused(house) {
    await open(house);
    const mistakes = [[["days", "--from", "2026-02-30"], 64, /2026-02-30: not a day/],
        [["days", "--from", "2026-02-03", "--to", "2026-02-02"], 69, /from, to: local days/], [["days", "--car", "nobody"], 69, /which of those/],
        [["nothing"], 64, /nothing: no such list/], [["days", "--format", "xml"], 64, /xml: neither csv/], [[], 64, /Usage/], [["days", "--car", "a&b=c"], 64, /Usage/]];
    for (const [args, expected, words] of mistakes) {
        const { code, err } = await ctl(house, "export", ...args);
        assert.equal(code, expected, args.join(" "));
        assert.match(err, words);
    }
    const path = house.path("none.csv");
    assert.equal((await ctl(house, "export", "days", "--car", "nobody", path)).code, 69);
    assert.ok(!existsSync(path), "no file is left of what was refused");
    assert.match((await ctl(house, "export", "--help")).out, /--signal/);
}

// What did not get out is said, and is no success.
async function outputIsFull(house) {
    await oldDiary(house);
    for (const args of [["export", "outings"], ["backup", "-"], ["status"], ["diary", "rebuild"], ["car", "list"]]) {
        const { code, err } = await run("/bin/sh", "-c", `exec "$0" "$@" > /dev/full`, join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
        assert.equal(code, 74, args.join(" "));
        assert.match(err, /the output can't be written: No space left on device/);
    }
}

async function rebuilt(house) {
    await oldDiary(house, oddReadings() + laterReading());
    const sums = () => sqlite(house, "readings.db", `SELECT key, n, sum, min, max FROM hour WHERE key < ${(MORNING + 86_400_000) / 3_600_000} << 12`);
    assert.deepEqual(await sums(), [], "the rows came from sqlite3: nobody summed them up");
    const { code, out, err } = await ctl(house, "diary", "rebuild");
    assert.equal(code, 0, err);
    assert.match(out, /^rebuilt: \d+ hours\n$/);
    const hours = await sums();
    assert.equal(hours.reduce((count, { n }) => count + n, 0), READINGS - Math.floor((READINGS + 5) / 11));
    assert.equal((await ctl(house, "diary", "rebuild", "--json")).code, 0);
    assert.deepEqual(await sums(), hours);
    assert.equal((await ctl(house, "diary")).code, 64);
}

await test("export: the page, its CSV files, garagectl and sqlite3 give the same figures from the same rows", () => inHouse(sameFigures));
await test("export: every reading of a day, in order, with the value that sqlite3 shows", () => inHouse(sameReadings));
await test("export: into a file, which is never written over", () => inHouse(toAFile));
await test("export: a slow reader holds up nobody and gets everything", () => inHouse(slowReader));
await test("export: a list that is changed under a slow reader fails, half of it is not all of it", () => inHouse(changedMeanwhile));
await test("export: a reader that leaves ends it", () => inHouse(readerLeaves));
await test("garagectl: an output that takes nothing is no success", () => inHouse(outputIsFull));
await test("export: what can't be asked is refused in words", () => inHouse(refused));
await test("diary rebuild: hours that nobody summed up are summed up, twice the same", () => inHouse(rebuilt));
await cleanUp();
finish();
