#!/usr/bin/env node
// What a charge cost: the owner sets prices, corrects them, types a bill, and the page, its CSV files, sqlite3 and the broker say the same.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { cleanUp, run, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const MINUTE = 60_000;
const EVENING = Date.parse("2025-11-21T21:00:00Z"); // an hour before the night's price
const POWER = 4001; // the series of the charger's power
const NIGHT = { from: "22:00", to: "06:00", price: 0.1 };

const tariffs = (price) => ({ tariffs: [{ valid_from: "2020-01-01", currency: "EUR", price, bands: [NIGHT] }] });

// ---- three charges of 4 kWh from 21:00 to 23:00 ----

const charge = (id, how, from, place) => `INSERT INTO charge_raw(id, car, status, how, from_ms, to_ms, charger_wh, wall_from, currency, place, note, flags)
    VALUES(${id}, 'leaf', 1, ${how}, ${from}, ${from + 120 * MINUTE}, 4000, '', '', '${place}', '', 0);
    INSERT INTO part VALUES(${id}, 0, ${Math.floor(from / (1440 * MINUTE))}, NULL, 4000);`;

const DAY = 1440 * MINUTE;
const CHARGES = [charge(1, 0, EVENING - 2 * DAY, "work"), charge(2, 1, EVENING - DAY, ""), charge(3, 0, EVENING, "home")];

// Of the last one: 3 kW until 22:00, then 1 kW.
function course() {
    const rows = Array.from({ length: 121 }, (_, minute) => [EVENING + minute * MINUTE, minute < 60 ? 30 : 10]);
    rows.push([EVENING + 60 * MINUTE - 1, 30]);
    const values = rows.map(([at, steps]) => `((${at} << 12) + ${POWER}, ${steps}, 0)`);
    return `INSERT INTO series(id, car, signal, unit, per_unit) VALUES(${POWER}, 'leaf', 'charger_power', 'kW', 10);
        INSERT INTO reading_raw(key, steps, quality) VALUES ${values.join(",")};`;
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

async function oldDiary(house) {
    await house.startBroker();
    await open(house);
    await house.garaged.stop();
    await feed(house, "diary.db", CHARGES.join("\n"));
    await feed(house, "readings.db", course());
    return open(house);
}

// ---- what everybody says ----

const bill = ({ id, cost, cost_max, cost_from, currency }) => ({ id, cost, cost_max, cost_from, currency });

function fromCsv(text) {
    const [head, ...lines] = text.trim().split("\r\n").map((line) => line.split(","));
    const value = (cell) => (cell === "" ? null : Number.isNaN(Number(cell)) ? cell : Number(cell));
    return lines.map((cells) => Object.fromEntries(head.map((key, i) => [key, value(cells[i])])));
}

async function bills(session) {
    return (await session.call("GET", "/api/v1/charges?to=2025-11-30")).json.items.map(bill);
}

// Newest first; the newest is what the broker keeps.
async function everybodySays(house, session, expected) {
    const wanted = JSON.stringify(expected);
    await waitFor(wanted, async () => JSON.stringify(await bills(session)) === wanted);
    const csv = await session.call("GET", "/api/v1/charges?to=2025-11-30&format=csv");
    assert.deepEqual(fromCsv(csv.text).map(bill), expected);
    assert.deepEqual((await sqlite(house, "diary.db", "SELECT * FROM charge WHERE from_utc < '2025-12' ORDER BY id DESC")).map(bill), expected);
    await waitFor("the broker", () => {
        const told = house.mqtt.latest("garaged/leaf/charge");
        return told !== undefined && JSON.stringify(bill(JSON.parse(told))) === JSON.stringify(expected[0]);
    });
}

const none = (id) => ({ id, cost: null, cost_max: null, cost_from: null, currency: null });
const eur = (id, cost, cost_max = null, cost_from = "tariff") => ({ id, cost, cost_max, cost_from, currency: "EUR" });

// ---- the tests ----

async function set(session, body) {
    const { status, text, json } = await session.call("PUT", "/api/v1/tariffs", body);
    assert.equal(status, 200, text);
    assert.deepEqual((await session.call("GET", "/api/v1/tariffs")).json, json);
}

async function priced(house) {
    const session = await oldDiary(house);
    await everybodySays(house, session, [none(3), none(2), none(1)]);
    await set(session, tariffs(0.3));
    await everybodySays(house, session, [eur(3, 1), eur(2, 0.4, 1.2), none(1)]);
    await set(session, tariffs(0.4));
    await everybodySays(house, session, [eur(3, 1.3), eur(2, 0.4, 1.6), none(1)]);
    assert.equal((await session.call("PATCH", "/api/v1/charges/3", { cost: 2.5 })).status, 200);
    await set(session, tariffs(0.5));
    await everybodySays(house, session, [eur(3, 2.5, null, "typed"), eur(2, 0.4, 2), none(1)]);
    assert.equal((await session.call("PATCH", "/api/v1/charges/3", { cost: null })).status, 200);
    assert.equal((await session.call("PATCH", "/api/v1/charges/1", { place: "Home" })).status, 200);
    await everybodySays(house, session, [eur(3, 1.6), eur(2, 0.4, 2), eur(1, 0.4, 2)]);
    const refused = await session.call("PUT", "/api/v1/tariffs", { ...tariffs(0.6), nonsense: 1 });
    assert.equal(refused.status, 400);
    assert.match(refused.json.error.message, /nonsense/);
    house.garaged.kill("SIGKILL");
    await house.garaged.finished();
    await everybodySays(house, await open(house), [eur(3, 1.6), eur(2, 0.4, 2), eur(1, 0.4, 2)]);
}

// Killed again and again while it reckons: in the end every bill is by the last prices.
async function killed(house) {
    let session = await oldDiary(house);
    for (let cycle = 1; cycle <= 8; cycle++) {
        await set(session, tariffs(0.3 + cycle / 100));
        house.garaged.kill("SIGKILL");
        await house.garaged.finished();
        session = await open(house);
    }
    await everybodySays(house, session, [eur(3, 1.24), eur(2, 0.4, 1.52), none(1)]);
}

await test("tariffs: the page, CSV, sqlite3 and the broker agree on what each charge cost, also when prices are corrected", () => inHouse(priced));
await test("tariffs: killed while bills are reckoned, they are all right in the end", () => inHouse(killed));
await cleanUp();
finish();
