#!/usr/bin/env node
// The diary's routes of a real daemon whose diary is new: their shapes, their refusals, and how garaged itself is.
import assert from "node:assert/strict";
import { join } from "node:path";
import { inHouse } from "./lib/house.mjs";
import { request } from "./lib/http.mjs";
import { cleanUp, top } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const SUMS = "distance_km,used_kwh,battery_kwh,charger_kwh,wall_kwh,cost,currency,charges,outings,consumption_kwh_100km,consumption_kwh,"
    + "consumption_km,cost_max,supplied_kwh";
const NOTHING = { distance_km: 0, used_kwh: 0, battery_kwh: 0, charger_kwh: 0, wall_kwh: 0, cost: 0, currency: null, charges: 0, outings: 0,
    consumption_kwh_100km: null, consumption_kwh: 0, consumption_km: 0, cost_max: null, supplied_kwh: 0 };
const KEYS = {
    days: `day,hours,${SUMS}`,
    months: `month,hours,${SUMS}`,
    years: `year,hours,${SUMS}`,
    charges: "id,state,how,from,to,soc_from,soc_to,mode,battery_kwh,charger_kwh,wall_kwh,wall_from,efficiency,cost,cost_from,cost_max,"
        + "currency,peak_kw,temp_from,temp_to,odometer_km,place,note,flags",
    outings: "id,from,to,distance_km,energy_soc_kwh,energy_gids_kwh,consumption_kwh_100km,day,tags,flags",
    battery: "day,serial,soh,hx,capacity_ah,full_kwh,cell_min,cell_max,odometer_km,cell_spread,temperature,count_ac,count_dc,"
        + "measured_kwh,measured_scatter_kwh,measured_charges",
    cells: "at,cells,cell_min,cell_max,cell_spread",
};
const FAR_AWAY = "from=2001-01-01&to=2001-01-31";

async function open(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    const session = await house.login();
    await waitFor("the diary to be open", async () => (await session.state()).diary.state === "ok");
    return session;
}

async function shapes(house) {
    const session = await open(house);
    for (const [list, keys] of Object.entries(KEYS)) {
        const page = await session.call("GET", `/api/v1/${list}?${FAR_AWAY}`);
        assert.equal(page.status, 200, page.text);
        const { zone, unattributed, ...rest } = page.json;
        assert.deepEqual(rest, { car: "leaf", items: [], next: null });
        assert.equal(typeof zone, "string");
        assert.deepEqual(unattributed, ["days", "months", "years"].includes(list) ? NOTHING : undefined, list);
        const csv = await session.call("GET", `/api/v1/${list}?${FAR_AWAY}&format=csv`);
        assert.equal(csv.text, `${keys}\r\n`);
        const head = await session.call("HEAD", `/api/v1/${list}?${FAR_AWAY}`);
        assert.equal(head.status, 200);
        assert.equal(head.text, "");
    }
    const totals = await session.call("GET", `/api/v1/totals?${FAR_AWAY}`);
    const { zone, ...sums } = totals.json;
    assert.deepEqual(sums, { car: "leaf", since: "2001-01-01", until: "2001-01-31", ...NOTHING, co2_kg: null, unattributed: NOTHING });
    assert.equal((await session.call("GET", "/api/v1/totals?since=charge")).json.since, null);
    const { charge, notices } = (await session.state()).cars.leaf;
    assert.equal(charge, null);
    assert.ok(Array.isArray(notices));
}

async function refusals(house) {
    const session = await open(house);
    const paths = { "charges?car=nobody": 400, "charges?limit=0": 400, "days?from=2026-02-30": 400, "days?from=2026-01-02&to=2026-01-01": 400,
        "outings?before=x": 400, "battery?format=xml": 400, "charges/7": 404, "charges/7x": 404, "charges/0": 404, "cell": 404,
        "totals?since=yesterday": 400, "totals?from=2026-01-02&to=2026-01-01": 400, "years?before=26": 400 };
    for (const [path, status] of Object.entries(paths)) {
        const answer = await session.call("GET", `/api/v1/${path}`);
        assert.equal(answer.status, status, path);
        assert.equal(typeof answer.json.error.message, "string");
    }
    assert.equal((await session.call("POST", "/api/v1/charges/7", {})).status, 405);
    assert.equal((await request(house.port, "GET", "/api/v1/charges/7x")).status, 401, "unknown looks like known from outside");
}

async function system(house) {
    const session = await open(house);
    const { json } = await session.call("GET", "/api/v1/system");
    assert.match(json.version, /^\d+\.\d+\.\d+$/);
    assert.ok(json.uptime_s >= 0 && json.uptime_s < 3600);
    assert.ok(json.memory_kb > 1000);
    const { counters, ...felt } = json.cars.leaf;
    assert.deepEqual(Object.keys(felt), ["frames_sent", "polls", "wakeups", "bytes", "adapter", "limits", "today"]);
    assert.equal(felt.frames_sent, 0, "a recording is only listened to");
    assert.ok("checksum" in counters && !("polls" in counters));
    assert.equal(json.queues.store.dropped, 0);
    assert.ok(["files", "bytes_written_today"].every((key) => key in json));
}

await test("diary routes: an empty diary has the shapes of the contract, as JSON and CSV", () => inHouse(shapes));
await test("diary routes: what can't be asked is refused in words", () => inHouse(refusals));
await test("diary routes: garaged tells how it is", () => inHouse(system));
await cleanUp();
finish();
