#!/usr/bin/env node
// Nothing that was shown as done is lost (R1): garaged is killed at random moments, again and again, while eight made-up cars charge
// and drive and the owner changes preferences, on a fast clock. What a page or the broker was told is there
// again after every start, byte for byte; of readings at most the last minute is missing. KEPT_CYCLES=1000 for a long run.
import assert from "node:assert/strict";
import { join } from "node:path";
import { CARS, FleetHouse } from "./lib/fleet.mjs";
import { inHouse } from "./lib/house.mjs";
import { cleanUp } from "./lib/process.mjs";
import { integrity, readings } from "./lib/readings.mjs";
import { finish, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const CYCLES = Number(process.env.KEPT_CYCLES ?? 54);
const LOST_S = 60;
const SLACK_S = 300; // of the fast clock: seven and a half seconds for a commit on a busy machine
const NEAR_S = 4; // of the fast clock: a tenth of a second that garaged waits for its turn between two looks at a clock
const PREFERENCES = "/api/v1/preferences";

// ---- what was shown ----

class Shown {
    constructor(house) {
        this.house = house;
        this.items = new Map(); // "van charges 7" -> its text
        this.preferences = null;
        this.pending = null; // a change that was asked for and not answered
        this.changes = 0;
        this.marks = []; // readings that were older than a minute when the house was killed
        this.lifeMarks = [];
    }

    take(name, item, where) {
        if (item.state === "open") return;
        const text = JSON.stringify(item);
        const before = this.items.get(name);
        if (before !== undefined) assert.equal(text, before, `${where}: ${name} is another one`);
        this.items.set(name, text);
    }

    async lookAtList(car, list) {
        const { status, json } = await this.house.session.call("GET", `/api/v1/${list}?car=${car}&limit=1000`);
        if (status !== 200) return;
        const names = new Set(json.items.map((item) => `${car} ${list} ${item.id}`));
        for (const name of this.items.keys()) if (name.startsWith(`${car} ${list} `)) assert.ok(names.has(name), `${name} is lost`);
        for (const item of json.items) this.take(`${car} ${list} ${item.id}`, item, "page");
    }

    async lookAtState() {
        const { cars } = await this.house.session.state();
        for (const car of CARS) {
            const { value = null, at } = cars[car].signals.aux_voltage ?? {};
            if (value !== null) this.lifeMarks.push({ car, value, at: Date.parse(at) / 1000 });
        }
    }

    async look() {
        for (const car of CARS) for (const list of ["charges", "outings"]) await this.lookAtList(car, list);
        await this.lookAtState();
    }

    // What the broker was told; it may know of a charge before we looked.
    takeMessages() {
        for (const line of this.house.charges.all().split("\n").slice(0, -1)) {
            const [, topic, ...rest] = line.split(" ");
            const payload = rest.join(" ");
            if (payload === "" || payload === "null") continue;
            const item = JSON.parse(payload);
            this.take(`${topic.split("/")[1]} charges ${item.id}`, item, "broker");
        }
    }

    async change() {
        const n = ++this.changes;
        const time = [Math.floor(n / 60) % 24, n % 60].map((part) => String(part).padStart(2, "0")).join(":");
        this.pending = time;
        const { status, text } = await this.house.session.call("PUT", PREFERENCES, { notices: { not_plugged_at: time } });
        if (status !== 200) return;
        this.preferences = text;
        this.pending = null;
    }

    async checkPreferences() {
        const { text, json } = await waitFor("the preferences", async () => {
            const answer = await this.house.session.call("GET", PREFERENCES);
            return answer.status === 200 && answer;
        });
        const isPending = this.pending !== null && json.notices.not_plugged_at === this.pending;
        if (this.preferences !== null && !isPending) assert.equal(text, this.preferences);
        this.preferences = text;
        this.pending = null;
    }

    endLife(killedAt) {
        const due = this.lifeMarks.filter(({ at }) => at < killedAt - LOST_S - SLACK_S);
        this.marks.push(...due.map((mark) => ({ ...mark, age: Math.round(killedAt - mark.at) })));
        this.lifeMarks = [];
    }
}

// ---- lives and deaths ----

// Mostly short; every sixth long enough that readings have to be on the card.
function lifetime(cycle) {
    return cycle % 6 === 5 ? 11_200 + Math.random() * 600 : 50 + Math.random() * 450;
}

// Repeats `act` until the house is dead. Answers may be missing: also of a living one, whose ten seconds for a request are a
// quarter of one on the fast clock.
async function whileAlive(life, act) {
    while (life.goesOn) {
        try {
            await act();
        } catch (error) {
            if (error.code === "ERR_ASSERTION") throw error;
        }
        await sleep(20);
    }
}

async function live(house, shown, cycle) {
    const life = { goesOn: true };
    await house.startGaraged();
    house.session ??= await house.login();
    await shown.checkPreferences();
    const acts = [whileAlive(life, () => shown.change()), whileAlive(life, () => shown.look())];
    await sleep(lifetime(cycle));
    const killedAt = house.now();
    house.garaged.kill("SIGKILL");
    life.goesOn = false;
    await Promise.all(acts);
    await house.garaged.ended;
    shown.endLife(killedAt);
}

function count(shown, list) {
    return [...shown.items.keys()].filter((name) => name.includes(` ${list} `)).length;
}

async function checkReadings(house, shown) {
    const rows = await readings(join(house.path("state"), "readings.db"), "aux_voltage");
    const isIt = (mark, row) => row.car === mark.car && row.value?.toFixed(2) === mark.value.toFixed(2) && Math.abs(row.at - mark.at) <= NEAR_S;
    const missing = shown.marks.filter((mark) => !rows.some((row) => isIt(mark, row)));
    assert.deepEqual(missing, []);
}

async function kept(house) {
    const shown = new Shown(house);
    await house.furnish();
    for (let cycle = 0; cycle < CYCLES; cycle++) await live(house, shown, cycle);
    await house.startGaraged();
    await shown.checkPreferences();
    shown.takeMessages();
    await waitFor("a last look", async () => {
        await shown.look();
        return true;
    });
    assert.deepEqual(await house.garaged.stop(), { code: 0, signal: null });
    for (const name of ["diary.db", "readings.db"]) assert.equal(await integrity(join(house.path("state"), name)), "ok");
    await checkReadings(house, shown);
    const counts = `${count(shown, "charges")} charges, ${count(shown, "outings")} outings, ${shown.changes} changes`;
    console.log(`    ${CYCLES} kills: ${counts} and ${shown.marks.length} readings were shown and kept`);
    const least = Math.floor(CYCLES / 30);
    assert.ok(count(shown, "charges") >= least && count(shown, "outings") >= least, counts);
    assert.ok(shown.changes > CYCLES && shown.marks.length > CYCLES, counts);
}

await test("nothing shown as done is lost", () => inHouse(kept, new FleetHouse()));
await cleanUp();
finish();
