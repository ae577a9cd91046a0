#!/usr/bin/env node
// garagectl forget: one car, or everything, is gone: from the diary, the readings, the backups, and from what the disk was given back.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Session } from "./lib/http.mjs";
import { inHouse } from "./lib/house.mjs";
import { preloaded } from "./lib/preload.mjs";
import { build, cleanUp, run, startWith, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const OURS = "NOTE-OF-A-SECRET-PLACE"; // of the car that goes
const THEIRS = "NOTE-OF-THE-OTHER-CAR";
const STONE_AGE = "NOTE-DELETED-LONG-AGO"; // a row that went before, and whose bytes SQLite left where they were

function rows(car, first, note) {
    return `INSERT INTO charge_raw(id, car, status, how, from_ms, to_ms, battery_wh, wall_from, currency, place, note, flags)
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
        SELECT ${first} + i, '${car}', 1, 0, 1700000000000 + i * 86400000, 1700003600000 + i * 86400000, i, '', 'EUR', 'place of ${note}', '${note} ' || i, 0 FROM n;
        INSERT INTO part SELECT id, 0, 19000, battery_wh, NULL FROM charge_raw WHERE car = '${car}' AND id >= ${first};`;
}

const SERIES = `INSERT INTO series VALUES (4001, 'leaf', '${OURS}', '%', 10), (4002, 'van', '${THEIRS}', '%', 10);
    INSERT INTO reading_raw SELECT 1700000000000 * 4096 + value * 4096 + 4001, value, 0 FROM generate_series(1, 500);
    INSERT INTO reading_raw SELECT 1700000000000 * 4096 + value * 4096 + 4002, value, 0 FROM generate_series(1, 500);`;

async function sqlite(path, sql) {
    const { code, out, err } = await run("sqlite3", path, sql);
    assert.equal(code, 0, err);
    return out.trim();
}

// With the disk watched by freed.c.
async function forget(house, ...args) {
    const options = { env: { LD_PRELOAD: await preloaded("freed"), FREED: house.path("freed") } };
    return startWith(options, join(build, "garagectl"), "--config", house.path("garaged.conf"), "forget", ...args).finished();
}

async function open(house) {
    house.car = { adapter: "replay", port: join(top, "tests/recordings/fixtures/bus.log") };
    await house.startGaraged();
    const session = await house.login();
    await waitFor("the diary to be open", async () => (await session.state()).diary.state === "ok");
    return session;
}

// A house that has lived: two cars, a nightly copy in each place, a copy that is damaged, a recording.
async function livedIn(house) {
    const state = (name) => house.path(`state/${name}`);
    for (const folder of ["freed", "stick", "state/backups", "state/recordings"]) mkdirSync(house.path(folder), { mode: 0o700 });
    house.moreSettings = `diary = { backup_dir = "${house.path("stick")}"; };`;
    await open(house);
    await house.garaged.stop();
    await sqlite(state("diary.db"), rows("leaf", 1000, OURS) + rows("van", 2000, THEIRS) + rows("leaf", 9000, STONE_AGE));
    await sqlite(state("diary.db"), "PRAGMA secure_delete = OFF; DELETE FROM part WHERE charge >= 9000; DELETE FROM charge_raw WHERE id >= 9000");
    await sqlite(state("readings.db"), SERIES.replaceAll(/SELECT (.*) FROM generate_series\(1, 500\)/g, "SELECT $1 FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 500) SELECT value FROM n)"));
    for (const copy of [house.path("stick/diary-2026-11-20.db"), state("backups/diary-2026-11-19.db"), state("diary.db.before-restore-20261118T080000Z")])
        await sqlite(state("diary.db"), `VACUUM INTO '${copy}'`);
    writeFileSync(state("diary.db.damaged-20261117T080000Z"), `${OURS} ${THEIRS} in a file that is no database any more`);
    writeFileSync(state("recordings/leaf-20261122-075501.log"), OURS);
    writeFileSync(state("recordings/van-20261122-075501.log"), THEIRS);
    writeFileSync(house.path("stick/letter-to-grandmother.txt"), OURS); // nothing of ours
    await open(house);
}

function filesBelow(folder) {
    return readdirSync(folder, { recursive: true })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile());
}

// The names of the files in which any of the texts can be found, deleted ones included.
function finds(house, ...texts) {
    const all = ["state", "stick", "freed"].flatMap((folder) => filesBelow(house.path(folder)));
    assert.ok(all.length > 3);
    return all.filter((path) => !path.endsWith(".txt") && texts.some((text) => readFileSync(path).includes(text))).map((path) => path.slice(house.folder.length));
}

async function assertWellWithOnlyTheVan(path) {
    assert.equal(await sqlite(path, "PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT car, count(*) FROM charge_raw GROUP BY car; SELECT count(*) FROM part"), "ok\nvan|300\n300");
}

async function oneCar(house) {
    await livedIn(house);
    assert.ok(finds(house, OURS).length >= 5 && finds(house, STONE_AGE).length === 1, "there is something to forget");
    const { code, out, err } = await forget(house, "--car", "leaf", "--yes", "--json");
    assert.equal(code, 0, err);
    assert.deepEqual(await house.garaged.ended, { code: 0, signal: null });
    const told = JSON.parse(out);
    assert.ok(told.rows >= 4 * 600 + 501, out);
    assert.deepEqual([told.given_up, told.lacks_backups], [1, false]);
    assert.deepEqual(finds(house, OURS, STONE_AGE), []);
    for (const name of ["state/diary.db", "state/backups/diary-2026-11-19.db", "stick/diary-2026-11-20.db", "state/diary.db.before-restore-20261118T080000Z"]) {
        await assertWellWithOnlyTheVan(house.path(name));
        assert.equal(statSync(house.path(name)).mode & 0o777, 0o600, name);
    }
    assert.equal(await sqlite(house.path("state/readings.db"), "PRAGMA integrity_check; SELECT car, count(*) FROM reading WHERE at_utc < '2024' GROUP BY car"), "ok\nvan|500");
    assert.ok(existsSync(house.path("state/recordings/van-20261122-075501.log")));
    assert.ok(existsSync(house.path("stick/letter-to-grandmother.txt")));
    const session = await open(house); // users stay, and the house goes on
    assert.deepEqual((await session.call("GET", "/api/v1/charges?car=leaf")).json.items, []);
}

// What a newcomer gets at once.
async function retained(house, topic) {
    const { out } = await run("mosquitto_sub", "-h", "127.0.0.1", "-p", String(house.brokerPort), "-t", topic, "-W", "1");
    return out;
}

async function everything(house) {
    await house.startBroker();
    await livedIn(house);
    await waitFor("the broker to keep the last charge", async () => (await retained(house, "garaged/leaf/charge")).includes(OURS));
    const { code, err } = await forget(house, "--all", "--yes");
    assert.equal(code, 0, err);
    assert.deepEqual(finds(house, OURS, THEIRS, STONE_AGE), []);
    assert.deepEqual(readdirSync(house.path("state")).filter((name) => /diary|readings|car\.key/.test(name)), []);
    assert.ok(existsSync(house.path("stick/letter-to-grandmother.txt")));
    const session = await open(house);
    assert.deepEqual((await session.call("GET", "/api/v1/charges")).json.items, []);
    await waitFor("the broker to keep it no longer", async () => !(await retained(house, "#")).includes(OURS));
}

async function usersToo(house) {
    await livedIn(house);
    for (const name of ["tls.key", "tls.crt"]) writeFileSync(house.path(`state/${name}`), "as with web.tls");
    const { code, err } = await forget(house, "--all", "--access", "--yes");
    assert.equal(code, 0, err);
    assert.deepEqual(readdirSync(house.path("state")).filter((name) => /^(access|tls)/.test(name)), []);
    await house.startGaraged();
    const login = await new Session(house.port).call("POST", "/api/v1/login", { user: "anna", password: "correct horse battery" });
    assert.equal(login.status, 401, "as on the first day");
}

// Killed while it rewrites: the diary is the old one or the new one, and once more is enough.
async function killed(house) {
    await livedIn(house);
    await house.garaged.stop();
    for (const ms of [1, 5, 10, 15, 20, 25, 30, 40, 50]) {
        const begun = startWith({ env: {} }, join(build, "garagectl"), "--config", house.path("garaged.conf"), "forget", "--car", "leaf", "--yes");
        await new Promise((done) => setTimeout(done, ms));
        begun.kill("SIGKILL");
        await begun.ended;
        assert.match(await sqlite(house.path("state/diary.db"), "PRAGMA integrity_check; SELECT count(*) FROM charge_raw WHERE car = 'van'"), /^ok\n300$/);
    }
    assert.equal((await forget(house, "--car", "leaf", "--yes")).code, 0);
    assert.deepEqual(finds(house, OURS, STONE_AGE), []);
    await assertWellWithOnlyTheVan(house.path("state/diary.db"));
}

async function asks(house) {
    await livedIn(house);
    for (const args of [["--car", "leaf"], ["--all"]]) {
        const { code, err } = await forget(house, ...args); // no word comes
        assert.equal(code, 64);
        assert.match(err, /can't be undone.*nothing was forgotten/s);
    }
    for (const wrong of [[], ["--car", "leaf", "--all"], ["--car", "../leaf"], ["--car", "leaf", "--access"], ["--all", "more"]])
        assert.equal((await forget(house, "--yes", ...wrong)).code, 64, wrong.join(" "));
    assert.equal(house.garaged.exit, null, "it was not even ended");
}

async function damagedDiary(house) {
    await livedIn(house);
    await house.garaged.stop();
    writeFileSync(house.path("state/diary.db"), "no diary");
    const { code, err } = await forget(house, "--car", "leaf", "--yes");
    assert.equal(code, 74);
    assert.match(err, /diary\.db: file is not a database/);
    assert.equal(readFileSync(house.path("state/diary.db"), "utf8"), "no diary");
    assert.equal((await forget(house, "--all", "--yes")).code, 0, "all of it can be forgotten all the same");
}

// Out of the configuration, too, whose comments stay.
async function removed(house) {
    await livedIn(house);
    const config = house.path("garaged.conf");
    const text = readFileSync(config, "utf8");
    writeFileSync(config, `# mine\n${text}# the end\n`, { mode: 0o640 });
    const remove = (...args) => startWith({}, join(build, "garagectl"), "--config", config, "car", "remove", ...args).finished();
    assert.equal((await remove("van", "--forget", "--yes")).code, 66, "no such car");
    assert.equal((await remove("leaf", "--forget")).code, 64, "nobody said yes");
    assert.ok(finds(house, OURS).length > 0);
    const { code, out, err } = await remove("leaf", "--forget", "--yes");
    assert.equal(code, 0, err);
    assert.match(out, /leaf is no longer in the configuration\nforgotten: \d+ rows/);
    assert.deepEqual(finds(house, OURS), []);
    assert.equal(readFileSync(config, "utf8"), `# mine\n${text.replace(/\{ id = "leaf".*?\}/s, "")}# the end\n`);
    assert.equal((await run(join(build, "garaged"), "--config", config, "--check")).out, "configuration OK\n");
    assert.equal((await run(join(build, "garagectl"), "--config", config, "car", "list")).out, "no car is configured\n");
}

await test("forget: one car goes, from the backups too, and the other stays", () => inHouse(oneCar));
await test("forget: everything goes but the users", () => inHouse(everything));
await test("forget: the users, too, when that is asked for", () => inHouse(usersToo));
await test("forget: killed at any moment it leaves a diary", () => inHouse(killed));
await test("forget: car remove takes it out of the configuration, too", () => inHouse(removed));
await test("forget: asks first", () => inHouse(asks));
await test("forget: a diary that can't be read is left alone", () => inHouse(damagedDiary));
await cleanUp();
finish();
