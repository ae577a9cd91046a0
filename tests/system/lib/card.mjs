// The house's memory card: one that fails on command (card.c, preloaded), or a real small file system where mounting is allowed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { preloaded } from "./preload.mjs";

// From here on the house's card can be "full", "read-only" or "broken"; "" is a good one.
export async function giveCard(house) {
    const libraries = [house.environment.LD_PRELOAD, await preloaded("card")].filter(Boolean).join(" ");
    house.environment = { ...house.environment, LD_PRELOAD: libraries, CARD: house.path("card"), CARD_FOLDER: house.path("state") };
    setCard(house, "");
}

export function setCard(house, word) {
    writeFileSync(house.path("card"), word);
}

// Why this process may not mount anything, or null.
export function noMountReason() {
    const mask = /CapEff:\s+([0-9a-f]+)/.exec(readFileSync("/proc/self/status", "utf8"))[1];
    const CAP_SYS_ADMIN = 21n;
    return (BigInt(`0x${mask}`) >> CAP_SYS_ADMIN) & 1n ? null : "mounting takes root";
}

// garaged sees its state folder as a file system of `kilobytes` that nobody else has; returns where this process reaches it.
export function giveSmallCard(house, kilobytes) {
    mkdirSync(house.path("run"));
    house.environment = { RUNTIME_DIRECTORY: house.path("run") };
    const mount = `mount -t tmpfs -o size=${kilobytes}k,mode=0700 card '${house.path("state")}' && exec "$@"`;
    house.wrapper = ["unshare", "-m", "--propagation", "private", "sh", "-c", mount, "sh"];
    return () => `/proc/${house.garaged.pid}/root${house.path("state")}`;
}
