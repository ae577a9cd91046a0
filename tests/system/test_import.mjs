#!/usr/bin/env node
// garagectl import: an owner's old history gets into the diary of a running garaged. `tests/system/test_import.mjs`; TEST='*twice*' picks.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { drive, header, row, writeLog } from "./lib/leafspy.mjs";
import { build, cleanUp, run, start } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";

const BEGIN_S = 1514800800; // 2018-01-01 10:00 UTC
const DAY_S = 86400;

async function furnish(house) {
    house.car = { adapter: "elm327", port: "tcp://127.0.0.1:9", generation: "AZE0" };
    await house.startGaraged();
    house.session = await house.login();
}

function ctl(house, ...args) {
    return run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "import", ...args);
}

async function importJson(house, ...args) {
    const { code, out, err } = await ctl(house, ...args, "--json");
    assert.equal(code, 0, err);
    return JSON.parse(out);
}

function twoLogs(house) {
    const logs = [house.path("a.csv"), house.path("b.csv")];
    writeLog(logs[0], drive(BEGIN_S, { soc: 80, odometer: 10000, count: 240 }));
    writeLog(logs[1], drive(BEGIN_S + DAY_S, { soc: 95, odometer: 10020, count: 140 }));
    return logs;
}

async function items(house, list) {
    const answer = await house.session.call("GET", `/api/v1/${list}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.items;
}

async function showsWhatWasImported(house) {
    await furnish(house);
    const logs = twoLogs(house);
    const { added } = await importJson(house, "leafspy", ...logs.reverse()); // in any order
    assert.deepEqual({ ...added, readings: added.readings > 0 }, { readings: true, charges: 1, outings: 2, health: 2, cells: 2, known: 0, later: 0 });
    const outings = await items(house, "outings");
    assert.deepEqual(outings.map((outing) => [outing.distance_km, outing.flags]), [[10, ["imported"]], [20, ["imported"]]]);
    const [charge] = await items(house, "charges");
    assert.equal(charge.how, "inferred");
    assert.ok(charge.flags.includes("imported"));
    assert.equal((await items(house, "battery"))[0].soh, 85.25);
    const soc = (await house.session.call("GET", "/api/v1/history?signal=soc&from=2018-01-01T10:00:00Z&to=2018-01-01T11:00:00Z")).json;
    assert.ok(soc.points.length > 10);
}

async function addsNothingTwice(house) {
    await furnish(house);
    const logs = twoLogs(house);
    await importJson(house, "leafspy", ...logs);
    const before = JSON.stringify([await items(house, "outings"), await items(house, "charges"), await items(house, "battery")]);
    const { added } = await importJson(house, "leafspy", ...logs);
    assert.equal(added.readings + added.charges + added.outings + added.health + added.cells, 0);
    assert.equal(JSON.stringify([await items(house, "outings"), await items(house, "charges"), await items(house, "battery")]), before);
}

async function goesOnAfterAKill(house) {
    await furnish(house);
    const logs = Array.from({ length: 30 }, (_, i) => {
        const path = house.path(`log${i}.csv`);
        writeLog(path, drive(BEGIN_S + (i * DAY_S) / 2, { odometer: 10000 + 20 * i, count: 240 }));
        return path;
    });
    const importing = start(join(build, "garagectl"), "--config", house.path("garaged.conf"), "import", "leafspy", ...logs);
    await new Promise((done) => setTimeout(done, 60));
    house.garaged.kill("SIGKILL");
    assert.notEqual((await importing.finished()).code, 0);
    await house.garaged.ended;
    await house.startGaraged();
    house.session = await house.login();
    await importJson(house, "leafspy", ...logs);
    const outings = await items(house, "outings");
    assert.equal(outings.length, 30);
    assert.ok(outings.every((outing) => outing.distance_km === 20));
    assert.equal((await importJson(house, "leafspy", ...logs)).added.readings, 0);
}

// As a person sees it: `script` gives garagectl a terminal.
function onATerminal(house, ...args) {
    const command = [join(build, "garagectl"), "--config", house.path("garaged.conf"), "import", ...args].join(" ");
    return start("script", "-qec", command, "/dev/null");
}

async function showsHowFarItIs(house) {
    await furnish(house);
    const logs = twoLogs(house);
    const { code, out } = await onATerminal(house, "leafspy", ...logs).finished();
    assert.equal(code, 0, out);
    assert.match(out, /\[ {30}\] 0 of 2 files/);
    assert.match(out, /\[#{15} {15}\] 1 of 2 files/);
    assert.match(out, /\[#{30}\] 2 of 2 files\r?\nfiles 2, /);
}

async function leavesOutTheOtherCar(house) {
    await furnish(house);
    const logs = [house.path("a.csv"), house.path("b.csv")];
    const mine = (i) => drive(BEGIN_S + i * DAY_S, { soc: 80, odometer: 10000 + 20 * i, count: 240 });
    const withVin = (rows, vin) => [header.replace(",x120,", ",VIN,"), ...rows.map((line) => line.split(",").with(120, vin).join(","))];
    writeFileSync(logs[0], withVin(mine(0), "1N4AZ0CP0FC000001").join("\n"));
    writeFileSync(logs[1], withVin(mine(1), "1N4AZ0CP0FC000002").join("\n"));
    const report = await importJson(house, "leafspy", ...logs);
    assert.deepEqual([report.rows, report.rejected_count, report.rejected[0].reason], [240, 240, "another car's VIN"]);
    assert.equal((await items(house, "outings")).length, 1);
}

async function refusesLineByLine(house) {
    await furnish(house);
    const path = house.path("torn.csv");
    writeFileSync(path, [header, row(BEGIN_S, { SOC: 500000 }), row(BEGIN_S + 6, {}) + row(BEGIN_S + 12, {}), row(BEGIN_S + 18, { SOC: "50,5" }), ""].join("\n"));
    const { code, out } = await ctl(house, "leafspy", path);
    assert.equal(code, 0);
    assert.match(out, /files 1, rows 1, of them twice 0, rejected lines 2/);
    assert.match(out, /torn\.csv:3: too many columns\n/);
    assert.match(out, /torn\.csv:4: torn: too many columns/);
    const many = house.path("many.csv");
    writeFileSync(many, `${"1,2,3\n".repeat(50)}`);
    const refused = await ctl(house, "leafspy", many);
    assert.equal(refused.code, 65);
    assert.match(refused.out, /rejected lines 50\n/);
    assert.match(refused.out, /\nand 30 more\n/);
    assert.match(refused.out, /nothing was written/);
}

async function takesACarwingsTable(house) {
    await furnish(house);
    const path = house.path("trips.csv");
    writeFileSync(path, "Date,Trip ID,kWh Total,kWh Used,kWh Regenerated,Miles,Miles/kWh,CO2\n2014-05-01,1,3.2,4.0,0.8,10.0,3.1,0\n2014-05-01,2,1.1,1.5,0.4,3.0,2.7,0\n");
    assert.equal((await importJson(house, "carwings", "--zone", "America/New_York", path)).added.outings, 2);
    const outings = await items(house, "outings");
    assert.equal(outings.reduce((sum, outing) => sum + outing.energy_soc_kwh, 0).toFixed(1), "4.3");
    writeFileSync(path, "Date,Trip ID,Smiles\n2014-05-01,1,3.2\n");
    const { code, out } = await ctl(house, "carwings", path);
    assert.equal(code, 65);
    assert.match(out, /unknown column; found: Date,Trip ID,Smiles/);
}

async function saysWhatItDoesNotTake(house) {
    const log = house.path("a.csv");
    writeLog(log, [row("na", { SOC: 500000 })]);
    for (const args of [[], ["leafspy"], ["leaf", log], ["leafspy", "--odometer", "yards", log], ["leafspy", "--zone", "Mars/Base", log], ["carwings", log, log]])
        assert.equal((await ctl(house, ...args)).code, 64, args.join(" "));
    const zoneless = await ctl(house, "leafspy", "--dry-run", log);
    assert.equal(zoneless.code, 65);
    assert.match(zoneless.out, /no epoch time: say where the car was with --zone/);
    const dry = JSON.parse((await ctl(house, "leafspy", "--dry-run", "--json", "--zone", "Europe/Oslo", log)).out);
    assert.deepEqual([dry.rows, dry.first, dry.added], [1, "2018-01-01T00:00:00+01:00", null]);
    const silent = await ctl(house, "leafspy", "--zone", "Europe/Oslo", log);
    assert.equal(silent.code, 69);
    assert.equal((await ctl(house, "leafspy", house.path("none.csv"))).code, 66);
    assert.equal((await run("mkfifo", house.path("pipe"))).code, 0);
    const pipe = await run("timeout", "5", join(build, "garagectl"), "import", "leafspy", "--dry-run", house.path("pipe"));
    assert.deepEqual([pipe.code, /not a regular file/.test(pipe.err)], [66, true]);
    const strange = Buffer.concat([Buffer.from(house.path("strange")), Buffer.from([0xff]), Buffer.from(".csv")]);
    writeFileSync(strange, "1,2,3\n");
    const named = await run("/bin/sh", "-c", `${join(build, "garagectl")} import leafspy --dry-run --json ${house.path("strange")}*.csv`);
    assert.match(JSON.parse(named.out).rejected[0].file, /strange\?\.csv$/);
}

async function takesARequestOnlyWhole(house) {
    await furnish(house);
    const log = house.path("a.csv");
    writeLog(log, [row("na", { SOC: 500000 })]);
    const none = await ctl(house, "leafspy", "--zone", "Europe/Oslo", "--car", "tractor", log);
    assert.notEqual(none.code, 0);
    assert.match(none.err, /tractor: no such car/);
    const { added } = await importJson(house, "leafspy", "--zone", "Europe/Oslo", log);
    assert.ok(added.readings > 0);
    const soc = (await house.session.call("GET", "/api/v1/history?signal=soc&from=2017-12-31T22:00:00Z&to=2018-01-01T00:00:00Z&points=2000")).json;
    assert.equal(Date.parse(soc.points[0][0]), Date.parse("2017-12-31T23:00:00Z"));
}

try {
    await Promise.all([
        test("import: LeafSpy logs are outings, a charge, health and history", () => inHouse(showsWhatWasImported)),
        test("import: done twice it adds nothing", () => inHouse(addsNothingTwice)),
        test("import: garaged is killed on the way, and the next import ends it", () => inHouse(goesOnAfterAKill)),
        test("import: on a terminal it shows how far it is", () => inHouse(showsHowFarItIs)),
        test("import: logs of another car are left out", () => inHouse(leavesOutTheOtherCar)),
        test("import: torn lines are refused one by one, twenty are shown and all are counted", () => inHouse(refusesLineByLine)),
        test("import: a CARWINGS table, and one with an unknown column", () => inHouse(takesACarwingsTable)),
        test("import: what it does not take", () => inHouse(saysWhatItDoesNotTake)),
        test("import: a log without epoch is placed in its zone; another car's diary is nobody's", () => inHouse(takesARequestOnlyWhole)),
    ]);
} finally {
    await cleanUp();
}
finish();
