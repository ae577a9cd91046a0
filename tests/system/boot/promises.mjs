// garaged.service without one of its lines at a time: garaged itself must say that the promise does not hold (S23).
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { run } from "../lib/process.mjs";
import { waitFor } from "../lib/wait.mjs";

// What takes nothing away when it is missing: another line, or systemd's own default, forbids the same.
const DOUBLED = new Map([
    ["NoNewPrivileges", "any filter of system calls brings it"],
    ["AmbientCapabilities", "empty by default"],
    ["KeyringMode", "private by default"],
    ["PrivateMounts", "all that changes mounts brings it"],
    ["DevicePolicy", "PrivateDevices brings it"],
    ["ProtectClock", "@system-service has no clock"],
    ["RestrictRealtime", "~@resources"],
    ["RemoveIPC", "works after the end"],
    ["UMask", "garaged sets its own"],
    ["SystemCallArchitectures", "nothing of another architecture can be tried everywhere"],
    ["SocketBindDeny", "Debian 12's systemd is built without it"],
    ["SocketBindAllow", "allows"],
    ["IPAddressAllow", "allows"],
    ["ExecPaths", "allows"],
    ["MemoryHigh", "slows, bounds nothing"],
]);

// Lines of [Service] from "privileges" on: those before make no sandbox.
export function promisesOf(unit) {
    const sandbox = unit.slice(unit.indexOf("# privileges"), unit.indexOf("[Install]"));
    return [...sandbox.matchAll(/^(\w+)=.*$/gm), ...unit.matchAll(/^(StateDirectoryMode)=.*$/gm)].map(([line, name]) => ({ line, name }));
}

async function systemctl(...args) {
    const done = await run("/bin/systemctl", ...args);
    assert.equal(done.code, 0, done.err);
}

async function sandboxNow() {
    return waitFor("garaged to tell of its sandbox", async () => {
        const status = await run("/usr/bin/garagectl", "status", "--json");
        assert.equal(status.code, 0, status.err);
        return JSON.parse(status.out).sandbox;
    });
}

export async function holdsWhatItPromises(mayFail) {
    const sandbox = await sandboxNow();
    assert.equal(sandbox.checked, true);
    assert.deepEqual(sandbox.failed.filter((words) => !mayFail.test(words)), []);
    console.log(`    memory is bounded by ${sandbox.limit}, ${sandbox.limit_bytes}`);
    return sandbox;
}

// What each unit's program says of itself after a start: the daemon by its socket, a car half in its journal.
const HOME = { file: "garaged.service", unit: "garaged.service", told: async () => (await sandboxNow()).failed, doubled: DOUBLED };
const CAR = {
    file: "garaged-car@.service",
    unit: "garaged-car@van.service",
    told: async () => {
        const { out } = await run("/bin/systemctl", "show", "-P", "InvocationID", CAR.unit);
        const said = await run("/bin/journalctl", "-o", "cat", `_SYSTEMD_INVOCATION_ID=${out.trim()}`);
        return [...said.out.matchAll(/not as promised: (.*)/g)].map(([, words]) => words);
    },
    doubled: new Map([
        ...DOUBLED,
        ["PrivateDevices", "a serial port needs them; DeviceAllow says which"],
        ["IPAddressDeny", "there is no socket and no network to send by"],
        ["ProtectKernelLogs", "ProcSubset hides it"],
    ]),
};

async function startWithout(half, text, line) {
    writeFileSync(`/etc/systemd/system/${half.file}`, text.replace(`${line}\n`, ""));
    await systemctl("daemon-reload");
    await systemctl("reset-failed", half.unit);
    const done = await run("/bin/systemctl", "restart", half.unit);
    return done.code === 0 ? half.told() : null;
}

async function noticesEach(half, mayBeBlind) {
    const text = readFileSync(`/usr/lib/systemd/system/${half.file}`, "utf8");
    const before = await startWithout(half, text, "# all of it");
    const unnoticed = [];
    let noticed = 0;
    for (const { line, name } of promisesOf(text)) {
        const failed = await startWithout(half, text, line);
        if (failed === null || failed.some((words) => !before.includes(words) && words.includes(name))) noticed++;
        else if (!half.doubled.has(name) && !mayBeBlind.has(name)) unnoticed.push(`${line}: ${failed.filter((words) => !before.includes(words))}`);
    }
    rmSync(`/etc/systemd/system/${half.file}`);
    await systemctl("daemon-reload");
    await systemctl("restart", half.unit);
    console.log(`    ${half.unit}: ${noticed} noticed, ${promisesOf(text).length} lines`);
    assert.deepEqual(unnoticed, []);
}

// `mayBeBlind`: limits that are without force here, whether the unit has them or not.
export async function eachRemovalIsNoticed(mayBeBlind) {
    mkdirSync("/usr/lib/modules", { recursive: true }); // a container may have none to hide
    // Without a way out nothing would be noticed of who may use it: one that leads back into this machine.
    await run("/bin/ip", "route", "add", "192.0.2.0/24", "dev", "lo");
    await noticesEach(HOME, mayBeBlind);
}

export async function theCarHalfHolds(mayFail) {
    assert.deepEqual((await CAR.told()).filter((words) => !mayFail.test(words)), []);
}

export async function theCarHalfNoticesEachRemoval() {
    await noticesEach(CAR, new Set(["PrivateNetwork"])); // there is none but lo to be hidden
}

// As `nobody`, and as somebody who may log in here: what is garaged's is nobody else's (S13).
const CLOSED = ["/var/lib/garaged/diary.db", "/var/lib/garaged/access.db", "/var/lib/garaged", "/var/lib/garaged-car/car.key", "/etc/garaged/garaged.password",
    "/run/garaged/control.sock", "/run/garaged-car/leaf.sock"];

export async function strangersGetNothing(more) {
    const script = 'use Socket; for (@ARGV) { socket(my $s, AF_UNIX, SOCK_SEQPACKET, 0); socket(my $t, AF_UNIX, SOCK_STREAM, 0);' +
        ' print "$_\\n" if open(my $f, "+<", $_) || opendir(my $d, $_) || connect($s, sockaddr_un($_)) || connect($t, sockaddr_un($_)) }';
    for (const uid of ["65534", "1000"]) {
        const tried = await run("/usr/bin/setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "/usr/bin/perl", "-e", script, "/tmp", ...CLOSED, ...more);
        assert.equal(tried.code, 0, tried.err);
        assert.equal(tried.out.trim(), "/tmp", `as ${uid}`);
    }
}

// systemd starts it again while garagectl still has the folder: it waits its turn.
export async function isForgottenAndComesBack(isUp) {
    const done = await run("/usr/bin/garagectl", "forget", "--all", "--yes");
    assert.equal(done.code, 0, done.err);
    await run("/bin/systemctl", "restart", "garaged-car@leaf", "garaged-car@van");
    await waitFor("garaged to be up again", isUp);
}
