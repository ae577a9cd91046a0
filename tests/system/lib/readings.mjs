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

// Every row: { signal, at (UTC in s), value, resolution }, in the order of time; value null where it was unknown.
export async function readings(path) {
    const rows = await ask(
        path,
        "SELECT series.signal AS signal, per_unit, (key >> 12) / 1000.0 AS at, steps FROM reading JOIN series ON series.id = key & 4095 ORDER BY key",
    );
    return rows.map(({ signal, per_unit, at, steps }) => ({ signal, at, value: steps === null ? null : steps / per_unit, resolution: 1 / per_unit }));
}
