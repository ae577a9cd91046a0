// Runs in the container that test_units_boot.sh boots: installs nothing, starts both services with two simulated cars (a dongle
// on TCP, one on a serial line) and treats them as a Raspberry Pi would: kills, hangs, wrong settings, a stop.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "../lib/http.mjs";
import { isAlive, run, start, cleanUp } from "../lib/process.mjs";
import { finish, skip, test } from "../lib/report.mjs";
import { sleep, waitFor } from "../lib/wait.mjs";
import { eachRemovalIsNoticed, holdsWhatItPromises, isForgottenAndComesBack, strangersGetNothing, theCarHalfHolds, theCarHalfNoticesEachRemoval } from "./promises.mjs";

const PORT = 8080;
const CONFIG = "/etc/garaged/garaged.conf";
const SIMULATOR = "/usr/libexec/garaged/garaged-sim";
const SERVICES = ["garaged", "garaged-car@leaf", "garaged-car@van"];
const WATCHDOG_S = 4; // 30 in the units
const STOP_S = 15;
const PASSWORD = "/etc/garaged/mqtt.password";
const HAS_BROKER = existsSync("/lib/systemd/system/mosquitto.service");
const IS_UML = existsSync("/garaged/uml"); // every limit is in force; in a container that depends on the kernel outside

async function systemctl(...args) {
    return run("/bin/systemctl", ...args);
}

async function show(unit, property) {
    return (await systemctl("show", "-P", property, unit)).out.trim();
}

async function pidOf(unit) {
    return Number(await show(unit, "MainPID"));
}

async function isUp(unit) {
    return (await show(unit, "ActiveState")) === "active" && (await pidOf(unit)) > 0;
}

async function restarts(unit) {
    return Number(await show(unit, "NRestarts"));
}

async function journal(...args) {
    return (await run("/bin/journalctl", "-b", "-o", "cat", "--no-pager", ...args)).out;
}

function dropIn(unit, name, ...lines) {
    mkdirSync(`/etc/systemd/system/${unit}.d`, { recursive: true });
    writeFileSync(`/etc/systemd/system/${unit}.d/${name}.conf`, `${lines.join("\n")}\n`);
}

function portFile(car, kind, change = (text) => text) {
    dropIn(`garaged-car@${car}.service`, "port", change(readFileSync(`/usr/share/garaged/ports/${kind}.conf`, "utf8")));
}

function writeConfig(leafPort) {
    const mqtt = HAS_BROKER ? `mqtt = { host = "localhost"; user = "garaged"; password_file = "${PASSWORD}"; };\n` : "";
    writeFileSync(CONFIG, `${mqtt}cars = ( { id = "leaf"; port = "tcp://127.0.0.1:${leafPort}"; }, { id = "van"; port = "/dev/pts/${van.number}"; } );\n`);
}

const van = {};
const leaf = {};

async function startCars() {
    const scenario = "/tmp/charging.scenario";
    writeFileSync(scenario, "0 charge 3.3\n");
    const common = ["--scenario", scenario, "--seed", "1"];
    leaf.simulator = start(SIMULATOR, "--car", "aze0-30", "--listen", "127.0.0.1:0", "--charging-heard", ...common);
    van.simulator = start(SIMULATOR, "--car", "env200-40", "--pty", "/tmp/van", "--charging-heard", ...common);
    leaf.port = (await leaf.simulator.says(/ready (\d+)/))[1];
    await van.simulator.says(/ready/);
    van.number = realpathSync("/tmp/van").split("/").pop();
    chmodSync(`/dev/pts/${van.number}`, 0o660); // what the udev rule does
    await run("/bin/chown", "garaged-car:garaged-dongle", `/dev/pts/${van.number}`); // of another user it would be refused
}

// A real line forgets that a killed process wanted it for itself (TIOCEXCL) when it is closed; the simulator keeps it open.
async function forgetExclusiveUse() {
    const done = await run("/usr/bin/perl", "-e", `open(my $line, "+<", "/dev/pts/${van.number}") or die $!; ioctl($line, 0x540D, 0) or die $!`);
    assert.equal(done.code, 0, done.err);
}

// With the drop-in that we propose for it.
async function startBroker() {
    dropIn("mosquitto.service", "sandbox", readFileSync("/usr/share/doc/garaged/mosquitto.conf", "utf8"));
    writeFileSync("/etc/mosquitto/conf.d/test.conf", "listener 1883 localhost\nallow_anonymous true\n");
    await systemctl("daemon-reload");
    const started = await systemctl("start", "mosquitto");
    assert.equal(started.code, 0, `${started.err} ${await journal("-u", "mosquitto")}`);
}

async function configure() {
    writeFileSync(PASSWORD, "secret\n");
    chmodSync(PASSWORD, 0o600);
    await run("/bin/chown", "garaged", PASSWORD);
    writeConfig(leaf.port);
    portFile("leaf", "tcp", (text) => text.replace("192.168.0.10", "127.0.0.1"));
    portFile("van", "serial");
    for (const unit of SERVICES) dropIn(`${unit}.service`, "fast", "[Service]", `WatchdogSec=${WATCHDOG_S}`, "RestartSec=500ms");
    assert.equal((await systemctl("daemon-reload")).code, 0);
}

// Limits of a control group are without force in a container on some kernels, and its name is its own.
const WITHOUT_FORCE = IS_UML ? /^$/ : /MemoryMax|TasksMax/;
const BLIND = new Set(IS_UML ? [] : ["MemoryMax", "TasksMax", "IPAddressDeny", "ProtectHostname"]);

const session = new Session(PORT);

async function carsAreUp() {
    const { cars } = await session.state();
    for (const [id, { link }] of Object.entries(cars)) if (link.state !== "up") throw new Error(`${id} is ${link.state}: ${link.reason}`);
    return cars;
}

async function bothStart() {
    const begin = Date.now();
    const started = await systemctl("start", "garaged-car@leaf.socket", "garaged-car@van.socket", "garaged");
    assert.equal(started.code, 0, `${started.err} ${await journal("-n", "40")}`);
    console.log(`    READY after ${Date.now() - begin} ms`);
    for (const unit of SERVICES) await waitFor(`${unit} to be active`, () => isUp(unit));
    const pair = await run("/usr/bin/garagectl", "pair");
    assert.equal(pair.code, 0, pair.err);
    const answer = await session.call("POST", "/api/v1/pair", { code: pair.out.trim(), user: "anna", password: "correct horse battery" });
    assert.equal(answer.status, 201, answer.text);
    const cars = await waitFor("both dongles", carsAreUp);
    assert.ok(cars.leaf.signals && cars.van.signals);
}

async function saysHowItIs() {
    const wanted = [new RegExp(`^leaf: charging, \\d+ %; van: charging, \\d+ %; diary ok; mqtt ${HAS_BROKER ? "up" : "off"}; the clock is not set$`),
         /^leaf: charging; dongle: up$/, /^van: charging; dongle: up$/];
    for (const [i, unit] of SERVICES.entries()) {
        await waitFor(`${wanted[i]}`, async () => wanted[i].test(await show(unit, "StatusText")));
        console.log(`    ${unit}: ${await show(unit, "StatusText")}`);
    }
}

async function believesTheClockWhenToldTo() {
    assert.equal((await session.state()).clock, "unset");
    mkdirSync("/run/systemd/timesync", { recursive: true });
    writeFileSync("/run/systemd/timesync/synchronized", "");
    await waitFor("a right clock", async () => (await session.state()).clock === "ok");
    assert.ok(existsSync("/run/garaged-clock/ok"));
}

async function isLockedIn(unit, user) {
    const status = readFileSync(`/proc/${await pidOf(unit)}/status`, "utf8");
    const field = (name) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)[1];
    assert.equal(field("Seccomp"), "2");
    assert.equal(field("NoNewPrivs"), "1");
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) assert.equal(BigInt(`0x${field(set)}`), 0n, set);
    const uid = (await run("/usr/bin/id", "-u", user)).out.trim();
    assert.equal(field("Uid"), uid);
}

// A unit with every line of the real one but what it runs.
async function tries(unit, name, port) {
    const lines = readFileSync(`/usr/lib/systemd/system/${unit}`, "utf8")
        .replaceAll(/^(Type|NotifyAccess|ExecStart|WatchdogSec|Restart\w*|RuntimeDirectory|Requires|After|Wants)=.*\n/gm, "")
        .replace("[Service]", "[Service]\nType=oneshot\nExecStart=/usr/bin/perl /garaged/tests/system/boot/sandbox.pl\nStandardOutput=file:/tmp/deeds")
        .replace(/^ExecPaths=/m, "ExecPaths=/usr/bin/perl ");
    writeFileSync(`/run/systemd/system/${name}.service`, lines);
    if (port) dropIn(`${name}.service`, "port", readFileSync(`/usr/share/garaged/ports/${port}.conf`, "utf8"));
    await systemctl("daemon-reload");
    const ran = await systemctl("start", `${name}.service`);
    const text = readFileSync("/tmp/deeds", "utf8");
    rmSync("/tmp/deeds");
    assert.equal(ran.code, 0, `${ran.err} ${text} ${await journal("-u", `${name}.service`)}`);
    return new Set([...text.matchAll(/^(.*) done$/gm)].map((match) => match[1]));
}

const ALLOWED = ["open /etc/garaged/garaged.conf", "socket AF_UNIX", "write /dev/shm", "write /tmp"];

async function mayDoOnly(unit, name, port, ...more) {
    const done = await tries(unit, name, port);
    if (port === "tcp") {
        const reached = ["127.0.0.1", "127.0.0.2"].filter((address) => done.delete(`reach ${address}`));
        const isForced = reached.length === 0;
        console.log(`    IPAddressDeny: ${isForced ? "in force" : "without force here"}`);
        assert.ok(isForced || !IS_UML);
    }
    const allowed = new Set([...ALLOWED, ...more]);
    if (IS_UML) allowed.delete("socket AF_INET6"); // a module that its kernel lacks
    assert.deepEqual([...done].sort(), [...allowed].sort());
}

async function comesBack(unit, harm) {
    const before = await restarts(unit);
    const pid = await pidOf(unit);
    assert.ok(pid > 0); // 0 would be ourselves
    await harm(pid);
    await waitFor(`${unit} to end`, () => !isAlive(pid));
    await forgetExclusiveUse();
    await waitFor(`${unit} to be restarted`, async () => (await restarts(unit)) > before && (await isUp(unit)));
    await waitFor("both dongles again", carsAreUp);
}

// Plugging in is seen through the sandbox, too.
async function watchesItsPort() {
    const folder = `/proc/${await pidOf("garaged-car@van")}/fd`;
    const open = readdirSync(folder).map((fd) => readlinkSync(`${folder}/${fd}`));
    assert.ok(open.includes("anon_inode:inotify"), open.join(" "));
}

async function staysDown(unit, code) {
    await waitFor(`${unit} to fail`, async () => (await show(unit, "ActiveState")) === "failed");
    const starts = await restarts(unit);
    await sleep(3000);
    assert.equal(await show(unit, "ActiveState"), "failed");
    assert.equal(await show(unit, "ExecMainStatus"), String(code));
    assert.equal(await restarts(unit), starts);
}

async function wrongSettingsAreNotTriedAgain() {
    const right = readFileSync(CONFIG, "utf8");
    writeFileSync(CONFIG, `${right}web = { prot = 8080; };\n`);
    for (const unit of SERVICES) await systemctl("restart", "--no-block", unit);
    for (const unit of SERVICES) await staysDown(unit, 78);
    assert.match(await journal("-u", "garaged"), /garaged\.conf:\d: web\.prot: unknown, did you mean web\.port\?/);
    writeFileSync(CONFIG, right);
    await systemctl("start", "garaged");
    await waitFor("both dongles with the right settings", carsAreUp);
}

// garaged runs and asks for its car half, which finds the settings wrong: a connection left in the socket would start it again
// and again, and soon for the last time.
async function aWrongCarHalfIsTriedAtLeisure() {
    const right = readFileSync(CONFIG, "utf8");
    const tries = async () => (await journal("-u", "garaged-car@leaf")).match(/web\.prot: unknown/g)?.length ?? 0;
    const before = await tries();
    writeFileSync(CONFIG, `${right}web = { prot = 8080; };\n`);
    await systemctl("restart", "--no-block", "garaged-car@leaf");
    await waitFor("a first try", async () => (await tries()) > before);
    await sleep(5000);
    const count = (await tries()) - before;
    console.log(`    ${count} tries in 5 s`);
    assert.ok(count <= 5, `${count} tries`);
    writeFileSync(CONFIG, right);
    await waitFor("both dongles by themselves", carsAreUp);
}

// Neither diary nor identity is left, and the cars are heard as on the first day.
async function isForgotten() {
    const cars = await carsAreUp();
    assert.deepEqual((await session.call("GET", "/api/v1/charges?car=leaf&to=2020-01-01")).json.items, []);
    return cars.leaf.identity !== "changed" && existsSync("/var/lib/garaged/diary.db");
}

async function stopsInTime(unit) {
    const begin = Date.now();
    assert.equal((await systemctl("stop", unit)).code, 0);
    assert.equal(await show(unit, "Result"), "success");
    assert.ok(Date.now() - begin < STOP_S * 1000);
    console.log(`    ${unit} stopped after ${Date.now() - begin} ms`);
}

async function history() {
    const from = new Date(Date.now() - 3600_000).toISOString();
    const answer = await session.call("GET", `/api/v1/history?car=leaf&signal=soc&from=${from}&to=${new Date().toISOString()}`);
    return answer.status === 200 && answer.json.points.length > 0 && answer.json.points;
}

async function diarySurvives() {
    const [first] = await waitFor("readings in the diary", history);
    for (const unit of ["garaged-car@leaf.socket", ...SERVICES]) await stopsInTime(unit);
    await systemctl("start", "garaged-car@leaf.socket", "garaged");
    const [again] = await waitFor("the diary after a restart", history);
    assert.equal(again[0], first[0]);
    await systemctl("kill", "--signal=KILL", "garaged");
    const [killed] = await waitFor("the diary after kill -9", history);
    assert.equal(killed[0], first[0]);
}

async function journalIsClean() {
    const loud = await journal("-p", "err", "_SYSTEMD_UNIT=garaged.service", "+", "_SYSTEMD_UNIT=garaged-car@leaf.service", "+", "_SYSTEMD_UNIT=garaged-car@van.service");
    assert.equal(loud.replaceAll(/^.*garaged\.conf:\d: .*\n/gm, ""), "");
}

async function memoryIsBounded() {
    const file = `/sys/fs/cgroup${await show("garaged", "ControlGroup")}/memory.max`;
    const isForced = existsSync(file) && readFileSync(file, "utf8").trim() === String(128 * 1024 * 1024);
    console.log(`    MemoryMax: ${isForced ? "in force" : "without force here; LimitDATA is"}`);
    assert.ok(isForced || !IS_UML);
}

try {
    await startCars();
    if (HAS_BROKER) await test("boot: the broker starts with our drop-in", startBroker);
    else skip("boot_broker", "no mosquitto with a unit");
    await test("boot: settings and drop-ins are taken", configure);
    await test("boot: both services start and the page shows both cars", bothStart);
    await test("boot: systemctl status says how it is", saysHowItIs);
    await test("boot: garaged-clock says when the clock is right", believesTheClockWhenToldTo);
    for (const unit of SERVICES) await test(`boot: ${unit} has no privilege left`, () => isLockedIn(unit, unit.split("@")[0]));
    await test("boot: garaged reaches the network and its own folder, nothing else", () =>
        mayDoOnly("garaged.service", "sandbox-home", null, "open /proc/sys/kernel/hostname", "open /var/lib/garaged/access.db",
            "reach 127.0.0.1", "reach 127.0.0.2", "socket AF_INET", "socket AF_INET6", "write /var/lib/garaged"));
    await test("boot: garaged-car without a port reaches nothing", () => mayDoOnly("garaged-car@.service", "sandbox-bare", null));
    await test("boot: garaged-car with a serial port reaches nothing but it", () => mayDoOnly("garaged-car@.service", "sandbox-serial", "serial"));
    await test("boot: garaged-car with a TCP port reaches IP and nothing else", () => mayDoOnly("garaged-car@.service", "sandbox-tcp", "tcp", "socket AF_INET", "socket AF_INET6"));
    await test("boot: a car half on a serial line watches for its dongle", watchesItsPort);
    for (const unit of SERVICES) await test(`boot: ${unit} comes back after kill -9`, () => comesBack(unit, (pid) => process.kill(pid, "SIGKILL")));
    for (const unit of SERVICES) await test(`boot: ${unit} is restarted when it hangs`, () => comesBack(unit, (pid) => process.kill(pid, "SIGSTOP")));
    await test("boot: exit 78 is not restarted", wrongSettingsAreNotTriedAgain);
    await test("boot: a car half with wrong settings is tried at leisure and is well by itself", aWrongCarHalfIsTriedAtLeisure);
    await test("boot: all stop in time and the diary survives", diarySurvives);
    await test("boot: the journal has no errors", journalIsClean);
    await test("boot: memory is bounded", memoryIsBounded);
    await test("boot: strangers on this computer get nothing", () => strangersGetNothing([PASSWORD, `/dev/pts/${van.number}`]));
    await test("boot: garaged says itself that its promises hold", () => holdsWhatItPromises(WITHOUT_FORCE));
    await test("boot: garaged notices each line of its unit that is taken away", () => eachRemovalIsNoticed(BLIND));
    await test("boot: a car half finds that its promises hold", () => theCarHalfHolds(WITHOUT_FORCE));
    // Another half minute for the same code: where every limit is in force.
    if (IS_UML) await test("boot: a car half notices each line of its unit that is taken away", theCarHalfNoticesEachRemoval);
    await test("boot: what is forgotten is gone, and garaged is back", () => isForgottenAndComesBack(isForgotten));
} finally {
    await cleanUp();
}
finish();
