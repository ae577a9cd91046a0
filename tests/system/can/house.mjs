#!/usr/bin/env node
// house.mjs FOLDER: judges what garaged did on a real bus (inside.sh): house.log is what candump heard there, bus.log what
// canplayer played, state/ garaged's databases.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decode, isOneOf } from "../lib/decoded.mjs";
import { integrity, readings } from "../lib/readings.mjs";
import { finish, test } from "../lib/report.mjs";

const folder = process.argv[2];
const LISTEN_S = 10; // after the last frame nothing is asked any more (DESIGN 5.2)
const SLACK_S = 0.5;

function frames(name) {
    const lines = readFileSync(join(folder, name), "utf8").split("\n").filter((line) => line.startsWith("("));
    return lines.map((line) => ({ at: Number(line.slice(1, line.indexOf(")"))), frame: line.split(" ")[2] }));
}

// What was on the bus and did not come from canplayer.
function ours() {
    const played = new Map();
    for (const { frame } of frames("bus.log")) played.set(frame, (played.get(frame) ?? 0) + 1);
    return frames("house.log").filter(({ frame }) => {
        const left = played.get(frame) ?? 0;
        played.set(frame, left - 1);
        return left <= 0;
    });
}

await test("can_uml: nothing is sent before the car is heard, nor when it has been silent for ten seconds", () => {
    const broadcasts = frames("house.log").filter(({ frame }) => /^[0-6]/.test(frame));
    const begin = Number(readFileSync(join(folder, "house.begin"), "utf8"));
    assert.ok(broadcasts[0].at - begin > 3, "the bus was silent at first");
    for (const { at, frame } of ours()) {
        assert.ok(at >= broadcasts[0].at, `${frame} was sent on a sleeping bus`);
        assert.ok(at <= broadcasts.at(-1).at + LISTEN_S + SLACK_S, `${frame} was sent after the car fell silent`);
    }
});

await test("can_uml: what is asked is reads and flow control only, on a car that is awake", () => {
    const sent = ours();
    assert.ok(sent.length > 0, "an awake car is asked");
    for (const { frame } of sent) assert.match(frame, /^7[0-9A-E][0-9A-F]#(0[2-7]2[12][0-9A-F]{10}|30[0-9A-F]{14})/);
});

await test("can_uml: the diary has what decode has of the recording", async () => {
    const { signals } = await decode(join(folder, "bus.log"));
    const database = join(folder, "state/readings.db");
    const rows = await readings(database);
    assert.equal(await integrity(database), "ok");
    let compared = 0;
    for (const row of rows) {
        const list = signals.get(row.signal)?.filter((each) => typeof each.value === "number");
        if (row.value === null || !list?.length) continue;
        assert.ok(isOneOf(row.value, list, row.resolution), `${row.signal} ${row.value}`);
        compared++;
    }
    assert.ok(compared > 10, `${compared} rows were compared`);
    assert.ok(rows.some((row) => row.signal === "soc") && rows.some((row) => row.signal === "odometer"));
});

await test("can_uml: garaged ended well", () => {
    assert.equal(readFileSync(join(folder, "garaged.code"), "utf8").trim(), "0");
});
finish();
