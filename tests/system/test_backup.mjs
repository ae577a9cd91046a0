#!/usr/bin/env node
// A card dies, a new one is put in: what `garagectl backup` wrote comes back with `garagectl restore`, and the house goes on with it.
// And what is refused: a restore beside a running garaged, a file of somebody else.
import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { build, cleanUp, run, start, top } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const CHARGES = 2000;

const ROWS = `PRAGMA synchronous = OFF; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${CHARGES})
    INSERT INTO charge_raw(id, car, status, how, from_ms, to_ms, battery_wh, wall_from, currency, place, note, flags)
    SELECT i, 'leaf', 1, 0, 1700000000000 + i * 86400000, 1700003600000 + i * 86400000, i, '', 'EUR', 'home', '', 0 FROM n;`;

async function sqlite(path, sql) {
    const { code, out, err } = await run("sqlite3", path, sql);
    assert.equal(code, 0, err);
    return out.trim();
}

async function open(house) {
    house.car = { adapter: "replay", port: join(top, "tests/recordings/fixtures/bus.log") };
    await house.startGaraged();
    const session = await house.login();
    await waitFor("the diary to be open", async () => (await session.state()).diary.state === "ok");
    return session;
}

async function oldDiary(house) {
    await open(house);
    await house.garaged.stop();
    await sqlite(house.path("state/diary.db"), ROWS);
    return open(house);
}

function ctl(house, ...args) {
    return run(join(build, "garagectl"), "--config", house.path("garaged.conf"), ...args);
}

async function charges(session) {
    const { json } = await session.call("GET", "/api/v1/charges?limit=1000");
    return json.items;
}

async function comesBack(house) {
    const before = await charges(await oldDiary(house));
    const backup = house.path("mine.db");
    const { code, out, err } = await ctl(house, "backup", backup);
    assert.equal(code, 0, err);
    assert.equal(out, `copied: ${statSync(backup).size} bytes\n`);
    assert.equal(statSync(backup).mode & 0o777, 0o600);
    assert.equal(await sqlite(backup, "PRAGMA integrity_check; SELECT count(*) FROM charge"), `ok\n${CHARGES}`);
    assert.equal(await sqlite(backup, "SELECT count(*) FROM sqlite_schema WHERE name IN ('users', 'sessions')"), "0", "nobody's password");
    await house.garaged.stop();
    for (const name of ["diary.db", "diary.db-wal", "diary.db-shm"]) rmSync(house.path(`state/${name}`), { force: true });
    const restored = await ctl(house, "restore", backup);
    assert.deepEqual([restored.code, restored.err], [0, ""]);
    assert.match(restored.out, /^restored: \d+ rows\n$/);
    assert.deepEqual(await charges(await open(house)), before);
}

async function oldOneStays(house) {
    await oldDiary(house);
    const backup = house.path("mine.db");
    assert.equal((await ctl(house, "backup", backup)).code, 0);
    await house.garaged.stop();
    await sqlite(house.path("state/diary.db"), "DELETE FROM charge_raw WHERE id > 5");
    const { code, out, err } = await ctl(house, "restore", "--json", backup);
    assert.equal(code, 0, err);
    const { kept } = JSON.parse(out);
    assert.equal(await sqlite(house.path(`state/${kept}`), "SELECT count(*) FROM charge_raw"), "5");
    assert.equal((await charges(await open(house))).length, 1000);
}

async function toStdout(house) {
    await oldDiary(house);
    const path = house.path("piped.db");
    const { code } = await start("/bin/sh", "-c", `${join(build, "garagectl")} --config ${house.path("garaged.conf")} backup - > ${path}`).finished();
    assert.equal(code, 0);
    assert.equal(await sqlite(path, "PRAGMA integrity_check; SELECT count(*) FROM charge_raw"), `ok\n${CHARGES}`);
}

async function nothingIsWrittenOver(house) {
    await oldDiary(house);
    const path = house.path("mine.db");
    writeFileSync(path, "my only one");
    const refused = await ctl(house, "backup", path);
    assert.equal(refused.code, 73);
    assert.match(refused.err, /--force replaces it/);
    assert.equal(readFileSync(path, "utf8"), "my only one");
    assert.equal((await ctl(house, "backup", "--force", path)).code, 0);
    assert.equal(await sqlite(path, "SELECT count(*) FROM charge_raw"), String(CHARGES));
    const live = await ctl(house, "backup", "--force", house.path("state/diary.db"));
    assert.deepEqual([live.code, live.err.includes("a database that is in use")], [73, true]);
    assert.equal((await ctl(house, "backup", "--force", house.path("state"))).code, 73, "no folder");
    await house.garaged.stop();
    assert.equal((await ctl(house, "backup", "--force", path)).code, 69, "nobody answers");
    assert.equal(await sqlite(path, "SELECT count(*) FROM charge_raw"), String(CHARGES), "and the old backup is there");
    assert.ok(!existsSync(`${path}.part`));
}

async function besideARunningHouse(house) {
    const session = await oldDiary(house);
    const backup = house.path("mine.db");
    assert.equal((await ctl(house, "backup", backup)).code, 0);
    const { code, err } = await ctl(house, "restore", backup);
    assert.equal(code, 75);
    assert.match(err, /another garaged is running on this folder; stop it first/);
    assert.equal((await charges(session)).length, 1000);
    assert.ok(!existsSync(house.path("state/restore.part")));
}

async function somebodyElsesFile(house) {
    await oldDiary(house);
    const backup = house.path("mine.db");
    assert.equal((await ctl(house, "backup", backup)).code, 0);
    await house.garaged.stop();
    await sqlite(backup, "CREATE TRIGGER evil AFTER INSERT ON stay BEGIN DELETE FROM charge_raw; END");
    const refused = await ctl(house, "restore", backup);
    assert.equal(refused.code, 65);
    assert.match(refused.err, /trigger evil is not garaged's: nothing was restored/);
    assert.equal((await ctl(house, "restore", house.path("garaged.conf"))).code, 65);
    assert.equal((await ctl(house, "restore", house.path("nothing.db"))).code, 66);
    assert.equal((await ctl(house, "restore")).code, 64);
    assert.equal((await charges(await open(house))).length, 1000);
}

// A backup that nobody else may read, into a folder of the service's user.
async function byRoot(house) {
    const nobody = 65534;
    chmodSync(house.folder, 0o711); // the folder above its own
    await oldDiary(house);
    const backup = house.path("mine.db");
    assert.equal((await ctl(house, "backup", backup)).code, 0);
    await house.garaged.stop();
    for (const name of ["", ...readdirSync(house.path("state"))]) chownSync(house.path(`state/${name}`), nobody, nobody);
    const { code, err } = await ctl(house, "restore", backup);
    assert.equal(code, 0, err);
    for (const name of readdirSync(house.path("state"))) assert.equal(statSync(house.path(`state/${name}`)).uid, nobody, name);
    assert.equal(statSync(house.path("state/diary.db")).mode & 0o777, 0o600);
}

// Whatever the hour is here: the zone is chosen so that it is after three at home.
async function nightly(house) {
    const hour = new Date().getUTCHours();
    house.zone = `Etc/GMT${hour < 12 ? "-" : "+"}${hour < 12 ? 12 - hour : hour - 12}`;
    const session = await open(house);
    const { json } = await waitFor("the copies of today", async () => {
        const answer = await session.call("GET", "/api/v1/system");
        return answer.json.backups.count === 1 && answer;
    });
    const { folder, newest, reason } = json.backups;
    assert.equal(folder, house.path("state/backups"));
    assert.match(reason, /no protection against a dead card/);
    const status = await ctl(house, "status");
    assert.match(status.out, new RegExp(`^backups 1, newest ${newest}: same disk .* no protection against a dead card$`, "m"));
    assert.equal(await sqlite(join(folder, `diary-${newest}.db`), "PRAGMA integrity_check; SELECT count(*) FROM charge"), "ok\n0");
    const access = join(folder, `access-${newest}.db`);
    await waitFor("the copy of access.db", () => existsSync(access));
    assert.equal(statSync(access).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(await sqlite(access, "PRAGMA integrity_check"), "ok");
}

// `make check` runs as root without capabilities where root owns the checkout.
function mayBecomeOthers() {
    const effective = BigInt(`0x${/CapEff:\s*(\S+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]}`);
    return [0n, 6n, 7n].every((bit) => effective >> bit & 1n); // chown, setgid, setuid
}

// The page's copy lies beside those of the nights, is told in the audit, and is made anew when it is asked for again.
async function onThePage(house) {
    const session = await oldDiary(house);
    const first = await session.call("POST", "/api/v1/backup", {});
    assert.equal(first.status, 200, first.text);
    const path = house.path(`state/backups/${first.json.name}`);
    assert.match(first.json.name, /^diary-\d{4}-\d\d-\d\d\.db$/);
    assert.equal(statSync(path).size, first.json.bytes);
    assert.equal(await sqlite(path, "PRAGMA integrity_check; SELECT count(*) FROM charge"), `ok\n${CHARGES}`);
    assert.equal(await sqlite(path.replace("diary-", "access-"), "SELECT name FROM users"), "anna");
    await sqlite(house.path("state/diary.db"), `DELETE FROM charge_raw WHERE id = ${CHARGES}`);
    const both = await Promise.all([1, 2].map(() => session.call("POST", "/api/v1/backup", {})));
    assert.deepEqual(both.map((each) => each.status).sort(), [200, 409], "one at a time");
    assert.equal(await sqlite(path, "SELECT count(*) FROM charge"), String(CHARGES - 1));
    const { items } = (await session.call("GET", "/api/v1/audit")).json;
    assert.deepEqual(items.filter((row) => row.what === "backup").map((row) => row.ok).sort(), [false, true, true]);
    assert.match((await session.call("GET", "/api/v1/log")).text, /"text":"backups: [-0-9]+: diary and access copied to /);
    const told = (await session.call("GET", "/api/v1/diagnostics")).text;
    assert.doesNotMatch(told, /anna|"leaf"/);
    assert.match(told, /"cars\[0\]\.id":"car1"/);
}

await test("backup: a diary whose card died comes back from its backup, and garaged goes on with it", () => inHouse(comesBack));
await test("backup: restored over a diary, the old one stays beside it", () => inHouse(oldOneStays));
await test("backup: to stdout", () => inHouse(toStdout));
await test("backup: an older backup is replaced only with --force, and only by a whole one", () => inHouse(nothingIsWrittenOver));
await test("restore: beside a running garaged it is refused", () => inHouse(besideARunningHouse));
await test("restore: what garaged did not write is refused by name", () => inHouse(somebodyElsesFile));
const root = "restore: what root restores belongs to garaged's user";
if (!mayBecomeOthers()) skip(root, "wants root with its capabilities");
else await test(root, () => inHouse(byRoot));
await test("backup: nightly copies of diary and access are made, and GET system says where", () => inHouse(nightly));
await test("backup: the page makes a copy, one at a time", () => inHouse(onThePage));
await cleanUp();
finish();
