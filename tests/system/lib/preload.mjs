// Libraries that stand between a program and the system: built here, once a run, from the C file of that name.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build, run, top } from "./process.mjs";

const libraries = new Map();

async function compile(name) {
    const library = join(build, `${name}-${process.pid}.so`);
    const source = join(top, "tests/system/lib", `${name}.c`);
    const { code, err } = await run("cc", "-O2", "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", library, source);
    if (code !== 0) throw new Error(`cc ${source}: ${err}`);
    process.on("exit", () => rmSync(library, { force: true }));
    return library;
}

// The path for LD_PRELOAD.
export function preloaded(name) {
    if (!libraries.has(name)) libraries.set(name, compile(name));
    return libraries.get(name);
}
