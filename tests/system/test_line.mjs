#!/usr/bin/env node
// The whole line, for each car: simulator -> garaged -> page, GET state and MQTT, all compared with the truth file.
// `tests/system/test_line.mjs [PART OF A CAR'S NAME]`.
import assert from "node:assert/strict";
import { figures, launch, missing, openHouse, saysSoon, shoot } from "./lib/page.mjs";
import { inHouse } from "./lib/house.mjs";
import { cleanUp } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

// What each of them says by itself or when asked, on pins 6/14 (FACTS 2 and 3).
const ALL = ["soc", "soh", "hx", "pack_capacity", "pack_voltage", "pack_current", "pack_power", "cells", "cell_min", "cell_max",
    "cell_spread", "charge_power_limit", "discharge_power_limit", "plugged", "charging", "charge_mode", "count_dc", "count_ac",
    "odometer", "aux_voltage", "energy_soc", "energy_full"];
const BROADCAST = ["gids", "range", "speed", "gear", "power_state", "pack_temp", "ambient_temp", "climate", "fan_step", "locked",
    "trunk", "door_front_a", "door_front_b", "door_rear_left", "door_rear_right", "tyre_fl", "tyre_fr", "tyre_rl", "tyre_rr"];
const SINCE_2016 = ["soc_dash", "gids_max", "charger_power", "charge_state"];

// A car tells no range while it charges: on a slow machine, too, it is to be heard before.
const DRIVE_THEN_CHARGE = ["0 on", "2 drive 30", "36 charge 6.6"];
// Whether a car that is switched off charges, these can only be asked; and a car that is off is left alone (DESIGN 5).
const DRIVE = ["0 on", "2 drive 30"];
const OWN = "battery’s own figure";
const DASH = "as on the dashboard, estimated";

const CARS = [
    { car: "ze0-24", knows: [...ALL, ...BROADCAST], soc: "79B 2101", words: OWN, unknown: ["soc_dash", "gids_max"], scenario: DRIVE, drives: true },
    { car: "aze0-24", knows: [...ALL, ...BROADCAST], soc: "79B 2101", words: OWN, unknown: ["soc_dash", "gids_max"], pty: true, scenario: DRIVE, drives: true },
    { car: "aze0-30", knows: [...ALL, ...BROADCAST, ...SINCE_2016], soc: "55B", words: DASH, unknown: [] },
    { car: "env200-40", knows: [...ALL, ...BROADCAST, ...SINCE_2016], soc: "55B", words: DASH, unknown: [], adapter: "vlinker" },
    { car: "ze1-40", knows: [...ALL, "soc_dash", "gear"], soc: "79B 2101", words: DASH, unknown: [], scenario: DRIVE, drives: true },
    { car: "ze1-40", knows: [...ALL, "soc_dash"], soc: "79B 2101", words: DASH, unknown: [], scenario: ["0 charge 6.6"], adapter: "wican" },
];

// CONTRACT 11: key of the flat state -> signal, as Home Assistant gets it.
const KEYS = { soc_bms: "soc", charging: "charging", plugged: "plugged", charge_state: "charge_state", power: "charger_power",
    time_full: "charge_minutes", range: "range", odometer: "odometer", batt_temp: "pack_temp", out_temp: "ambient_temp",
    cabin_temp: "cabin_temp", aux_v: "aux_voltage", pack_v: "pack_voltage", pack_a: "pack_current", gear: "gear",
    power_state: "power_state" };

// These keep their last value while the car says nothing; the others describe the moment and are null once old (GUIDE 5).
const LASTING = ["soc_bms", "range", "odometer", "batt_temp", "out_temp", "cabin_temp", "aux_v"];

function titleOf({ car, adapter, pty }) {
    return `${car} over ${pty ? "a pty" : "TCP"}${adapter ? `, adapter ${adapter}` : ""}`;
}

async function furnish(house, row, browser) {
    const args = ["--car", row.car, "--charging-heard", ...house.scenario(...(row.scenario ?? DRIVE_THEN_CHARGE))];
    if (row.adapter) args.push("--adapter", row.adapter);
    await (row.pty ? house.startSimulatorOnPty(...args) : house.startSimulator(...args));
    await house.startBroker();
    await house.startGaraged();
    house.session = await house.login();
    house.page = browser ? await openHouse(browser, house.port, house.session) : null;
}

async function signalsOf(house) {
    return (await house.session.state()).cars.leaf.signals;
}

// 5BC says the minutes for one kind of charger at a time: until the fastest was heard, another's are shown (CONTRACT 3).
function settled(house, signals) {
    const { charge_minutes } = signals;
    const early = charge_minutes ? house.truth.refresh().disputes({ charge_minutes }) : [];
    if (early.length > 0) throw new Error(early[0]);
    return signals;
}

// Everything this car can deliver is known, and what it can't isn't made up.
async function everythingIsKnown(house, row) {
    const signals = await waitFor("all figures to be known", async () => {
        const now = await signalsOf(house);
        const missing = row.knows.filter((name) => !now[name] || now[name].value === null);
        if (missing.length > 0) throw new Error(`unknown: ${missing.join(" ")}`);
        return settled(house, now);
    }, 90_000);
    for (const name of row.unknown) assert.ok((signals[name]?.value ?? null) === null, `${name} is ${signals[name]?.value}`);
    assert.equal(signals.soc.source, row.soc);
    return signals;
}

function sameAsMqtt(flat, signals) {
    const value = (name) => signals[name]?.value ?? null;
    const isSame = (key, name) => {
        if (LASTING.includes(key)) return value(name) === null || flat[key] === value(name);
        return flat[key] === (signals[name]?.quality === "old" ? null : value(name));
    };
    const wrong = Object.entries(KEYS).filter((each) => !isSame(...each)).map(([key, name]) => `${key} ${flat[key]}, state ${value(name)}`);
    if (flat.soc !== (value("soc_dash") ?? value("soc"))) wrong.push(`soc ${flat.soc}`);
    return wrong;
}

function sameAsPage(drawn, signals) {
    return Object.entries(drawn).filter(([name, text]) => name in signals && text !== String(signals[name].value))
        .map(([name, text]) => `page ${name} ${text}, state ${signals[name].value}`);
}

// Figures move: page and broker are a moment behind, so all three are looked at until they agree.
async function allAgree(house) {
    await waitFor("page, state and MQTT to agree", async () => {
        const drawn = house.page ? await figures(house.page) : {};
        const signals = await signalsOf(house);
        const wrong = [...sameAsMqtt(house.mqtt.state(), signals), ...sameAsPage(drawn, signals)];
        if (wrong.length > 0) throw new Error(wrong.join("; "));
        if (house.page) assert.ok(Object.keys(drawn).length > 10, "the page draws the figures");
        return true;
    });
}

// All that is known is true; how many figures that could be said of.
function isTrue(house, signals) {
    const checked = Object.keys(signals).filter((name) => signals[name].value !== null && house.truth.refresh().knows(name));
    assert.deepEqual(house.truth.disputes(signals), []);
    return checked.length;
}

async function charges(house, row) {
    const signals = await waitFor("the charge to be seen", async () => {
        const state = await house.session.state();
        const now = state.cars.leaf.signals;
        return state.cars.leaf.state === "charging" && now.charging.value === true && now.pack_power.value > 1 ? settled(house, now) : null;
    }, 170_000); // heard first, and asked for its power a minute later
    isTrue(house, signals);
    if (row.knows.includes("charger_power")) assert.ok(signals.charger_power.value > 5, `charger_power ${signals.charger_power.value}`);
    await waitFor("MQTT to say so", () => house.mqtt.state()?.charging === true && house.mqtt.state().car_state === "charging");
    if (house.page) await saysSoon(house.page, /Charging \d+(\.\d+)? kW/);
}

async function oneCar(house, row, browser) {
    await furnish(house, row, browser);
    const signals = await everythingIsKnown(house, row);
    assert.ok(isTrue(house, signals) > 20, "most figures have a truth");
    await allAgree(house);
    if (house.page) await saysSoon(house.page, new RegExp(row.words, "i"));
    if (!row.drives) await charges(house, row);
    assert.equal(house.truth.refresh().cars.at(-1).sent_to_silent, 0, "frames on a silent bus");
    assert.deepEqual(house.page?.trouble ?? [], []);
    if (house.page) await shoot(house.page, `line-${row.car}${row.adapter ? `-${row.adapter}` : ""}`);
}

const wanted = CARS.filter((row) => titleOf(row).includes(process.argv[2] ?? ""));
const why = missing();
const browser = why ? null : await launch();
if (why) skip("line: the page of each car", why);
try {
    await Promise.all(wanted.map((row) => test(`line: ${titleOf(row)}`, () => inHouse((house) => oneCar(house, row, browser)))));
} finally {
    await browser?.close();
    await cleanUp();
}
finish();
