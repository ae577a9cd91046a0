// readings.db as sqlite3 shows it: never opened by a second writer, only read.
import { run } from "./process.mjs";

async function ask(path, sql) {
    const { code, out, err } = await run("sqlite3", "-readonly", "-json", path, sql);
    if (code !== 0) throw new Error(`${path}: ${err}`);
    return out.trim() === "" ? [] : JSON.parse(out);
}

// "ok" when the file is whole.
export async function integrity(path) {
    return (await ask(path, "PRAGMA integrity_check"))[0].integrity_check;
}

// Every row, of one signal when it is named: { car, signal, at (UTC in s), value, resolution }, in the order of time; value null where
// it was unknown.
export async function readings(path, signal) {
    const which = signal ? ` WHERE signal = '${signal}'` : "";
    const rows = await ask(
        path,
        `SELECT car, signal, per_unit, (key >> 12) / 1000.0 AS at, steps FROM reading_raw JOIN series ON series.id = key & 4095${which} ORDER BY key`,
    );
    return rows.map(({ per_unit, steps, ...row }) => ({ ...row, value: steps === null ? null : steps / per_unit, resolution: 1 / per_unit }));
}
