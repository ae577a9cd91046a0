// The simulator's truth file, and whether a reading agrees with it: within the step in which this car's frames carry the
// figure and what it changed around the moment of the reading.
import { readFileSync } from "node:fs";

// Where the truth file has another name.
const OTHER_NAMES = { range: "range_km", odometer: "odometer_km" };

// Steps of the coarsest source of each figure (FACTS 2 and 3), where they are wider than the vocabulary's.
const STEPS = {
    soc: 0.1,
    soc_dash: 0.6, // by GIDs: one of them, and rounding
    gids: 1,
    gids_max: 1,
    soh: 1,
    hx: 0.1,
    pack_capacity: 0.01,
    pack_voltage: 0.5,
    pack_current: 0.5,
    pack_power: 0.3,
    charge_power_limit: 0.25,
    discharge_power_limit: 0.25,
    cell_min: 0.003,
    cell_max: 0.003,
    pack_temp: 1,
    charger_power: 0.1,
    charge_minutes: 5,
    odometer: 1,
    range: 1,
    speed: 0.5,
    aux_voltage: 0.1,
    aux_current: 0.5,
    ambient_temp: 0.5,
    cabin_temp: 1,
    climate_power: 0.25,
    fan_step: 0,
    tyre_fl: 2,
    tyre_fr: 2,
    tyre_rl: 2,
    tyre_rr: 2,
    count_ac: 0,
    count_dc: 0,
};

// Bits of `doors`.
const DOORS = { trunk: 0, door_rear_right: 1, door_rear_left: 2, door_front_a: 3, door_front_b: 4 };

const BEFORE_S = 2.5;
const AFTER_S = 2.5;

function figureOf(line, signal) {
    if (signal in DOORS) return (line.doors & (1 << DOORS[signal])) !== 0;
    return line[OTHER_NAMES[signal] ?? signal];
}

export class Truth {
    constructor(path) {
        this.path = path;
    }

    // The file so far: { cars, frames }.
    read() {
        const lines = readFileSync(this.path, "utf8").split("\n").slice(0, -1);
        const objects = lines.map((line) => JSON.parse(line));
        return { cars: objects.filter((each) => !("frame" in each)), frames: objects.filter((each) => "frame" in each) };
    }

    // Looks at the file anew; the checks below use what was read then.
    refresh() {
        Object.assign(this, this.read());
        return this;
    }

    // Whether the truth file says anything about a signal.
    knows(signal) {
        return this.cars.length > 0 && figureOf(this.cars.at(-1), signal) !== undefined;
    }

    // The words that a figure of the truth can be said in: 22 1304 knows no more than off and on.
    static words(signal, figure, source) {
        if (signal === "power_state" && source?.endsWith("221304") && figure === "ready") return "on";
        return figure;
    }

    // Null when the value was right at that second (UTC), else what was true then.
    dispute(signal, { value, at, source }) {
        const seconds = Date.parse(at) / 1000;
        const around = this.cars.filter((line) => line.t >= seconds - BEFORE_S && line.t <= seconds + AFTER_S);
        const figures = around.map((line) => Truth.words(signal, figureOf(line, signal), source)).filter((each) => each !== null);
        const said = `${signal} ${value} at ${at} (${source})`;
        if (figures.length === 0) return `${said}: no truth`;
        if (typeof value !== "number") return figures.includes(value) ? null : `${said}, in truth ${figures.at(-1)}`;
        const step = STEPS[signal] ?? 0;
        const low = Math.min(...figures) - step - 1e-6;
        const high = Math.max(...figures) + step + 1e-6;
        return value >= low && value <= high ? null : `${said}, in truth ${low} to ${high}`;
    }

    // Every known signal of a state that isn't true, in words.
    disputes(signals) {
        this.refresh();
        const wrong = [];
        for (const [name, signal] of Object.entries(signals)) {
            if (signal.value === null || !this.knows(name)) continue;
            const why = this.dispute(name, signal);
            if (why) wrong.push(why);
        }
        return wrong;
    }
}
