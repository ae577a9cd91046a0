#!/usr/bin/env node
// A card that is full, read-only or broken, and a diary that is damaged, foreign, newer or locked: the page says what, the log says it
// once, the other file goes on, and all is well again by itself. `test_disk.mjs [PART OF A NAME]`.
import assert from "node:assert/strict";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { giveCard, giveSmallCard, noMountReason, setCard } from "./lib/card.mjs";
import { CARS, FleetHouse } from "./lib/fleet.mjs";
import { House, inHouse } from "./lib/house.mjs";
import { build, cleanUp, run, startWith } from "./lib/process.mjs";
import { integrity, readings } from "./lib/readings.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const AGAIN_MS = 100_000; // the store tries again once a minute
const NOBODY = { adapter: "elm327", port: "tcp://127.0.0.1:1" };
const PREFERENCES = "/api/v1/preferences";

async function diaryOf(house) {
    return (await house.session.state()).diary;
}

async function isWell(house) {
    return waitFor("the diary to be well", async () => (await diaryOf(house)).state === "ok" && (await limitOf(house)), AGAIN_MS);
}

async function says(house, words) {
    return waitFor(`the diary to say ${words}`, async () => {
        const { state, reason } = await diaryOf(house);
        return state === "failed" && words.test(reason);
    }, AGAIN_MS);
}

// What the log said of the diary since the house was built, without the news that it is well.
function complaints(house) {
    return house.garaged.err.split("\n").filter((line) => /^(\S+ )?diary: (error|warning)/.test(line));
}

async function setLimit(house, percent) {
    const answer = await house.session.call("PUT", PREFERENCES, { notices: { soc_low_percent: percent } });
    if (answer.status === 200) assert.equal(answer.json.notices.soc_low_percent, percent);
    return answer.status;
}

async function limitOf(house) {
    const answer = await house.session.call("GET", PREFERENCES);
    return answer.json.notices?.soc_low_percent ?? null;
}

async function furnish(house, withCar) {
    if (withCar) await house.startSimulator("--car", "aze0-30", "--charging-heard", ...house.scenario("0 on", "1 drive 60"));
    else house.car = NOBODY;
    await house.startGaraged();
    house.session = await house.login();
    await isWell(house);
}

// Ends the house and starts it again with its state folder changed by `between`.
async function restart(house, between) {
    assert.deepEqual(await house.garaged.stop(), { code: 0, signal: null });
    await between(house.path("state"));
    await house.startGaraged();
    house.session = await house.login();
}

// ---- the card ----

// A flush happens once a minute: each is seen to fail, or to work, by a row that is younger.
async function rowsSince(house, seconds) {
    const rows = await readings(join(house.path("state"), "readings.db"));
    return rows.filter(({ at }) => at >= seconds).length;
}

async function badCard(house, word, words) {
    await giveCard(house);
    await furnish(house, true);
    assert.equal(await setLimit(house, 30), 200);
    setCard(house, word);
    assert.equal(await setLimit(house, 40), 503);
    await says(house, words);
    assert.equal(await limitOf(house), 30, "shown is what is on the card");
    await sleep(10_000);
    assert.equal(complaints(house).length, 1, complaints(house).join("\n"));
    const good = Date.now() / 1000;
    setCard(house, "");
    await isWell(house);
    assert.equal(await setLimit(house, 50), 200);
    await sleep(10_000); // for a reading
    await restart(house, () => {});
    assert.equal(await limitOf(house), 50);
    assert.ok((await rowsSince(house, good)) > 0, "rows are kept again");
    for (const name of ["diary.db", "readings.db"]) assert.equal(await integrity(join(house.path("state"), name)), "ok");
}

function fill(path) {
    const fd = openSync(path, "w");
    for (let size = 65536; size >= 1; size >>= 1) {
        try {
            for (;;) writeSync(fd, Buffer.alloc(size));
        } catch (error) {
            assert.equal(error.code, "ENOSPC");
        }
    }
    closeSync(fd);
}

async function smallCard(house) {
    const card = giveSmallCard(house, 4096);
    await furnish(house, true);
    assert.equal(await setLimit(house, 30), 200);
    fill(join(card(), "photographs"));
    await waitFor("a change that can't be kept", async () => (await setLimit(house, 40)) === 503);
    await says(house, /full/);
    await sleep(10_000);
    assert.ok(complaints(house).length <= 2, complaints(house).join("\n"));
    rmSync(join(card(), "photographs"));
    await isWell(house);
    assert.equal(await setLimit(house, 50), 200);
    const inside = ["nsenter", "-t", String(house.garaged.pid), "-m", "sqlite3", "-readonly", join(house.path("state"), "diary.db")];
    assert.equal((await run(...inside, "PRAGMA integrity_check")).out.trim(), "ok");
}

// Charges that ended while nothing could be kept are kept as soon as it can.
async function chargesMeanwhile(house) {
    await house.furnish();
    await giveCard(house);
    await house.startGaraged();
    house.session = await house.login();
    const closed = async () => {
        const lists = await Promise.all(CARS.map((car) => house.session.call("GET", `/api/v1/charges?car=${car}`)));
        return lists.flatMap(({ json }) => json.items).filter(({ state }) => state === "closed");
    };
    await waitFor("a charge", async () => (await closed()).length > 0, AGAIN_MS);
    setCard(house, "full");
    const from = house.now();
    await says(house, /full/);
    await sleep(15_000);
    const shown = await closed();
    const to = house.now();
    setCard(house, "");
    const isMeanwhile = ({ to: end }) => Date.parse(end) / 1000 > from + 60 && Date.parse(end) / 1000 < to;
    assert.deepEqual(shown.filter(isMeanwhile), [], "nothing is shown that is not on the card");
    await waitFor("the charges of the meantime", async () => (await closed()).some(isMeanwhile), AGAIN_MS);
    assert.equal((await diaryOf(house)).state, "ok");
}

// ---- the file ----

async function sqlite(path, sql) {
    const { code, err } = await run("sqlite3", path, sql);
    assert.equal(code, 0, err);
}

function overwrite(path, from) {
    const fd = openSync(path, "r+");
    writeSync(fd, Buffer.alloc(2048, "damage"), 0, 2048, from);
    closeSync(fd);
}

// The copies that were set aside.
function asideOf(house, name) {
    return readdirSync(house.path("state")).filter((each) => each.startsWith(`${name}.damaged-`) && !/-(wal|shm)$/.test(each));
}

async function damaged(house, name, from) {
    const other = name === "diary.db" ? "readings.db" : "diary.db";
    await furnish(house, false);
    assert.equal(await setLimit(house, 30), 200);
    await restart(house, (state) => overwrite(join(state, name), from));
    await isWell(house);
    assert.match((await diaryOf(house)).reason, new RegExp(`${name} was damaged: set aside as ${name}\\.damaged-`));
    assert.equal(complaints(house).length, 1, complaints(house).join("\n"));
    assert.equal(asideOf(house, name).length, 1);
    assert.equal(asideOf(house, other).length, 0);
    assert.equal(await limitOf(house), name === "diary.db" ? 20 : 30);
    assert.equal(await setLimit(house, 50), 200);
    assert.equal(await integrity(join(house.path("state"), name)), "ok");
}

// Files that are not ours to change: they stay as they are, byte by byte.
async function untouchable(house, make, words, mend) {
    const file = join(house.path("state"), "diary.db");
    await furnish(house, false);
    assert.equal(await setLimit(house, 30), 200);
    let before;
    await restart(house, async () => {
        await make(file);
        before = readFileSync(file);
    });
    await says(house, words);
    assert.equal(await setLimit(house, 40), 503);
    assert.equal(complaints(house).length, 1, complaints(house).join("\n"));
    assert.ok(before.equals(readFileSync(file)), "the file is untouched");
    await mend(file);
    await isWell(house);
    assert.equal(await setLimit(house, 50), 200);
}

async function makeForeign(file) {
    for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
    await sqlite(file, "PRAGMA application_id = 42; CREATE TABLE recipe(name TEXT); INSERT INTO recipe VALUES ('waffles')");
}

const foreign = (house) => untouchable(house, makeForeign, /foreign|not garaged's/, (file) => renameSync(file, `${file}.mine`));

const newer = (house) =>
    untouchable(
        house,
        (file) => sqlite(file, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)"),
        /newer/,
        (file) => renameSync(file, `${file}.newer`),
    );


async function locked(house) {
    const file = join(house.path("state"), "diary.db");
    await furnish(house, false);
    assert.equal(await setLimit(house, 30), 200);
    const holder = startWith({ stdio: ["pipe", "pipe", "pipe"] }, "sqlite3", file);
    holder.child.stdin.write("BEGIN EXCLUSIVE;\n.print locked\n");
    await holder.says(/locked/);
    assert.equal(await setLimit(house, 40), 503);
    await says(house, /locked/);
    assert.equal(complaints(house).length, 1, complaints(house).join("\n"));
    await holder.stop("SIGKILL");
    await isWell(house);
    assert.equal(await setLimit(house, 50), 200);
}

// The state folder is on a disk that is mounted later than garaged starts.
async function lateFolder(house) {
    const state = house.path("state");
    mkdirSync(house.path("run"), { mode: 0o700 });
    house.environment = { RUNTIME_DIRECTORY: house.path("run") };
    await furnish(house, false);
    assert.equal(await setLimit(house, 30), 200);
    await house.garaged.stop();
    renameSync(state, house.path("unmounted"));
    symlinkSync("/nonexistent/state", state);
    const first = house.garaged;
    const opened = house.startGaraged(); // nobody can log in before there is a folder
    await waitFor("the next garaged", () => house.garaged !== first);
    await waitFor("the log to say so", () => /diary: error: .*unable to open/.test(house.garaged.err) && /access: error: .*No such file/.test(house.garaged.err));
    rmSync(state);
    renameSync(house.path("unmounted"), state);
    await opened;
    house.session = await waitFor("a login", () => house.login().catch(() => null), AGAIN_MS);
    assert.equal(await isWell(house), 30);
}

async function second(house) {
    await furnish(house, false);
    const other = await startWith({ env: house.environment }, join(build, "garaged"), "--config", house.path("garaged.conf"), "--trust-clock").finished();
    assert.equal(other.code, 75, other.err);
    assert.match(other.err, /another garaged is running on this folder/);
    assert.equal(await setLimit(house, 30), 200);
    assert.equal((await diaryOf(house)).state, "ok");
}

const CASES = [
    ["a state folder that is mounted late", lateFolder],
    ["a second garaged on the same folder", second],
    ["a card that is full", (house) => badCard(house, "full", /full/)],
    ["a card that became read-only", (house) => badCard(house, "read-only", /read-?only/)],
    ["a card that answers with errors", (house) => badCard(house, "broken", /I\/O error/)],
    ["charges while the card is full", chargesMeanwhile, new FleetHouse()],
    ["diary.db with a damaged head", (house) => damaged(house, "diary.db", 0)],
    ["diary.db with a damaged page", (house) => damaged(house, "diary.db", 4096)],
    ["readings.db with a damaged head", (house) => damaged(house, "readings.db", 0)],
    ["diary.db of another program", foreign],
    ["diary.db of a newer garaged", newer],
    ["diary.db that another program has locked", locked],
];

const wanted = process.argv[2] ?? "";
const real = "a real file system that fills up";

function testCase([name, body, house = new House()]) {
    return name.includes(wanted) ? test(name, () => inHouse(body, house)) : null;
}

const all = CASES.map(testCase);
if (noMountReason()) skip(real, noMountReason());
else all.push(testCase([real, smallCard]));
await Promise.all(all);
await cleanUp();
finish();
